package whatsapp

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// notice reads a change that is news about the account, or a history chunk that only tells its progress.
func (p *parser) notice(v meta.Value, at *place) *channel.Notice {
	value := at.value
	if at.field == fieldHistory {
		value = v
	}
	return &channel.Notice{
		Field: at.field, Event: eventOf(at), At: noticeTime(at), Key: noticeKey(value, at),
		Value: value.AppendRaw(nil), TemplatesChanged: noticeFields[at.field],
	}
}

// eventOf is the sub-kind of a notice: most fields call it event, the others have a word of their own.
func eventOf(at *place) string {
	for _, key := range [...]string{"event", "decision", "new_quality_score", "new_category", "status", "type"} {
		if s := at.value.Get(key).Text(); s != "" {
			return s
		}
	}
	alert := at.value.Get("alert_info").Get("alert_type")
	if !alert.Given() {
		alert = at.value.Get("alert_type") // the older, flat form
	}
	return alert.Text()
}

// noticeTime is the entry's time, or the first time that the value itself tells.
func noticeTime(at *place) time.Time {
	if t := moment(at.entry.Get("time")); !t.IsZero() {
		return t
	}
	if t := moment(at.value.Get("timestamp")); !t.IsZero() {
		return t
	}
	for m := at.value.Members(); m.Next(); {
		for it := m.Value().Items(); it.Next(); {
			if t := moment(it.Value().Get("timestamp")); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

// noticeKey makes a repeated notice recognisable: the platform gives notices no id, but repeats them byte by
// byte. Two equal ones at different times are two.
func noticeKey(value meta.Value, at *place) string {
	h := sha256.New()
	h.Write(at.entry.Get("time").Raw())
	h.Write([]byte{0})
	h.Write(value.Raw())
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// fault reads an error that is about the system, the app or the account: it belongs to no message. Where the
// platform gives no time with it, the same error again counts as a repetition of the first.
func (p *parser) fault(v meta.Value, at *place) *channel.Notice {
	code, _ := v.Get("code").Int()
	return &channel.Notice{
		Field: at.field, Event: "error." + strconv.FormatInt(code, 10), At: moment(at.entry.Get("time")),
		Key: noticeKey(v, at), Value: v.AppendRaw(nil),
	}
}
