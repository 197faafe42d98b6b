package whatsapp

import (
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// Parse reads a delivery; see channel.Webhook. Numbers may come as strings, optional parts may be missing, and
// one value may hold messages, statuses and errors together. The result shares no memory with body.
func (p *Platform) Parse(body []byte) (channel.Parsed, error) {
	d, err := meta.ReadDocument(body)
	if err != nil {
		return channel.Parsed{}, unreadableBody(err)
	}
	defer d.Free()
	ps := parser{}
	walk(d.Root(), &ps)
	if ps.tooMany {
		return channel.Parsed{}, unreadableBody(errTooMany)
	}
	return channel.Parsed{Elements: ps.elements, Test: ps.test && !ps.real}, nil
}

func unreadableBody(err error) error {
	return &clearline.Problem{Cause: clearline.CauseUnreadable, Title: "The delivery as a whole cannot be read.", Err: err}
}

// parser turns what walk tells into elements.
type parser struct {
	elements []channel.Element
	tooMany  bool
	// test and real tell whether some element bears the dashboard sample's invented ids, and some does not.
	test, real bool
	// change is the start of the change whose account is known.
	change  int
	account account
}

// account is what the elements of one change are about.
type account struct {
	id   string
	kind channel.AccountKind
	// number is the business's own number in digits, "" when not told.
	number string
}

func (p *parser) enter(meta.Value) {}
func (p *parser) leave()           {}

func (p *parser) element(f form, v meta.Value, at *place) {
	if p.tooMany = p.tooMany || len(p.elements) == maxElements; p.tooMany {
		return
	}
	p.route(at)
	e := channel.Element{Account: p.account.id, AccountKind: p.account.kind, Past: f == formHistory}
	object := v.Kind() == meta.Object
	switch {
	case f == formProblem:
		e.Problem = unreadable(at)
	case !object:
		e.Problem = &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: "the element is not an object"}
	case f == formNotice:
		e.Notice = p.notice(v, at)
	case f == formFault:
		e.Notice = p.fault(v, at)
	case p.account.kind != channel.AccountNumber:
		e.Problem = &channel.Unreadable{
			Cause: clearline.CauseUnrouted, Reason: "the change does not say which number it is about (no phone_number_id)",
		}
	case f == formStatus:
		p.status(v, at, &e)
	default:
		p.message(f, v, at, &e)
	}
	p.elements = append(p.elements, e)
}

func unreadable(at *place) *channel.Unreadable {
	cause := clearline.CauseUnreadable
	if at.field != "" && at.value.Kind() == meta.Object {
		cause = clearline.CauseUnknownField
	}
	return &channel.Unreadable{Cause: cause, Reason: at.reason}
}

// route finds the account of a change, once per change: the number in its metadata, otherwise the WABA.
func (p *parser) route(at *place) {
	start, _ := at.change.Range()
	if start != 0 && start == p.change {
		return
	}
	p.change = start
	p.account = account{kind: channel.AccountParent}
	entry := at.entry.Get("id")
	number := at.metadata.Get("phone_number_id")
	if number.Kind() == meta.Absent {
		number = at.value.Get("phone_number_settings").Get("phone_number_id")
	}
	switch id := number.Text(); {
	case id != "":
		p.account = account{id: id, kind: channel.AccountNumber}
		if at.field == fieldHistory {
			p.account.number = onlyDigits(at.metadata.Get("display_phone_number").Text())
		}
	default:
		// Events about partners come with a business portfolio as entry; they name the WABA inside.
		p.account.id = at.value.Get("waba_info").Get("waba_id").Text()
		if p.account.id == "" {
			p.account.id = entry.Text()
		}
	}
	if entry.Is(testEntryID) || p.account.id == testPhoneNumberID {
		p.test = true
	} else {
		p.real = true
	}
}

// millisecondsFrom is where a number of seconds would lie in the year 33658: such a timestamp is in
// milliseconds (field: seen once by another client's authors).
const millisecondsFrom = 1e12

// moment reads a timestamp in seconds, as number or string. What cannot be read gives the zero time.
func moment(v meta.Value) time.Time {
	n, ok := v.Int()
	switch {
	case !ok || n <= 0:
		return time.Time{}
	case n >= millisecondsFrom:
		if n >= 1e15 {
			return time.Time{}
		}
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}

// details collects the parts of an element that are kept in the platform's own words.
type details struct{ b []byte }

func (d *details) add(key string, v meta.Value) {
	if !v.Given() {
		return
	}
	d.key(key)
	d.b = v.AppendRaw(d.b)
}

func (d *details) text(key, value string) {
	d.key(key)
	quoted, _ := json.Marshal(value) // a string always marshals
	d.b = append(d.b, quoted...)
}

func (d *details) key(key string) {
	if d.b == nil {
		d.b = append(make([]byte, 0, 256), '{')
	} else {
		d.b = append(d.b, ',')
	}
	d.b = append(append(append(d.b, '"'), key...), '"', ':')
}

// object is the JSON object of everything added, nil when that is nothing.
func (d *details) object() json.RawMessage {
	if d.b == nil {
		return nil
	}
	return append(d.b, '}')
}

func onlyDigits(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			b = append(b, s[i])
		}
	}
	return string(b)
}
