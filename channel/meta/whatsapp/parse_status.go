package whatsapp

import (
	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// status reads one item of statuses into e. Every part but id and status is optional.
func (p *parser) status(v meta.Value, at *place, e *channel.Element) {
	var id, word, ref, errors meta.Value
	s := &channel.Status{}
	var d details
	for m := v.Members(); m.Next(); {
		switch key := string(m.Key()); key {
		case "id":
			id = m.Value()
		case "status":
			word = m.Value()
		case "timestamp":
			s.At = moment(m.Value())
		case "biz_opaque_callback_data":
			ref = m.Value()
		case "errors":
			errors = m.Value()
		case "conversation", "message", "pricing", "recipient_id", "recipient_identity_key_hash", "recipient_participant_id",
			"recipient_participant_user_id", "recipient_type", "recipient_user_id", "type":
			d.add(key, m.Value())
		}
	}
	s.PlatformID, s.ClientRef = id.Text(), ref.Text()
	if s.PlatformID == "" {
		e.Problem = &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: "the status names no message"}
		return
	}
	switch text := word.Text(); text {
	case "sent":
		s.Report.Status = clearline.Sent
	case "delivered":
		s.Report.Status = clearline.Delivered
	case "read":
		s.Report.Status = clearline.Read
	case "played":
		// A voice message that was played was read; that it was played stays in the details.
		s.Report.Status = clearline.Read
		d.add("status", word)
	case "failed":
		s.Report.Status = clearline.Failed
		s.Report.Error, s.Report.Cause = refusal(errors)
	case "deleted", "warning":
		// Words of old documents (unconfirmed for now): the recipient deleted the message, or an item of a
		// catalogue was not found. They say nothing about how far the message came.
		e.Notice = &channel.Notice{
			Field: at.field, Event: "status." + text, Key: s.PlatformID + "/" + text, At: s.At, Value: v.AppendRaw(nil),
		}
		return
	default:
		e.Problem = &channel.Unreadable{Cause: clearline.CauseUnknownField, Reason: "the status is not known here: " + shorten(text)}
		return
	}
	s.Details = d.object()
	e.Status = s
}

// refusal reads the first error of a list, and its cause. A failed message without one has no known cause.
func refusal(errors meta.Value) (*clearline.PlatformError, clearline.Cause) {
	it := errors.Items()
	if !it.Next() {
		return nil, clearline.CauseOther
	}
	e := platformError(it.Value())
	return e, fault(e.Code, e.Subcode).Cause
}

// platformError reads an error as webhooks carry it. title and message are mostly the same.
func platformError(v meta.Value) *clearline.PlatformError {
	code, _ := v.Get("code").Int()
	sub, _ := v.Get("error_subcode").Int()
	e := &clearline.PlatformError{
		Code: int(code), Subcode: int(sub), Text: v.Get("title").Text(),
		Details: v.Get("error_data").Get("details").Text(), TraceID: v.Get("fbtrace_id").Text(),
	}
	if e.Text == "" {
		e.Text = v.Get("message").Text()
	}
	return e
}
