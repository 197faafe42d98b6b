package whatsapp

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
)

// hook wraps one value of a field in an envelope.
func hook(field, value string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":%q,"value":%s}]}]}`, field, value)
}

const metadata = `"metadata":{"display_phone_number":"+1 555-078-3881","phone_number_id":"106540352242922"}`

func parsed(t *testing.T, body []byte) channel.Parsed {
	t.Helper()
	p, err := New(Options{}).Parse(body)
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	channeltest.Whole(t, p)
	return p
}

// I5, I6, I9: what is not of the expected form is an element with a reason, and costs its neighbours nothing.
func TestParseOddForms(t *testing.T) {
	t.Parallel()
	good := `{"from":"12025550143","id":"wamid.1","timestamp":"1767000000","type":"text","text":{"body":"x"}}`
	for name, c := range map[string]struct {
		body  string
		kinds string
	}{
		"nothing":                {`{}`, "p"},
		"another object":         {`{"object":"page","entry":[]}`, "p"},
		"no entries":             {`{"object":"whatsapp_business_account"}`, "p"},
		"empty entries":          {`{"object":"whatsapp_business_account","entry":[]}`, ""},
		"entry is a number":      {`{"object":"whatsapp_business_account","entry":[5,{"id":"1","changes":[]}]}`, "p"},
		"entry without changes":  {`{"object":"whatsapp_business_account","entry":[{"id":"1","messaging":[]}]}`, "p"},
		"change is null":         {`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[null]}]}`, "p"},
		"no field":               {`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{}}]}]}`, "p"},
		"no value":               {`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages"}]}]}`, "p"},
		"empty value":            {string(hook("messages", `{`+metadata+`}`)), "p"},
		"null lists":             {string(hook("messages", `{`+metadata+`,"messages":null,"statuses":null}`)), "p"},
		"empty list":             {string(hook("messages", `{`+metadata+`,"messages":[]}`)), ""},
		"list is an object":      {string(hook("messages", `{`+metadata+`,"messages":{},"statuses":[{"id":"wamid.s","status":"read"}]}`)), "ps"},
		"no metadata":            {string(hook("messages", `{"messages":[`+good+`]}`)), "p"},
		"number id is a number":  {string(hook("messages", `{"metadata":{"phone_number_id":106540352242922},"messages":[`+good+`]}`)), "m"},
		"no id":                  {string(hook("messages", `{`+metadata+`,"messages":[{"from":"12025550143","type":"text"},`+good+`]}`)), "pm"},
		"nobody":                 {string(hook("messages", `{`+metadata+`,"messages":[{"id":"wamid.2","type":"text"},`+good+`]}`)), "pm"},
		"two cards for nobody":   {string(hook("messages", `{`+metadata+`,"contacts":[{"wa_id":"12025550143"},{"wa_id":"12025550144"}],"messages":[{"id":"wamid.2","type":"text"}]}`)), "p"},
		"text without a body":    {string(hook("messages", `{`+metadata+`,"messages":[{"from":"12025550143","id":"wamid.2","type":"text","text":"x"}]}`)), "m"},
		"content of wrong kinds": {string(hook("messages", `{`+metadata+`,"messages":[{"from":"12025550143","id":"wamid.2","type":"image","image":[1]},{"from":"12025550143","id":"wamid.3","type":"interactive","interactive":7},{"from":"12025550143","id":"wamid.4","type":"edit","edit":{}}]}`)), "mmm"},
		"status without id":      {string(hook("messages", `{`+metadata+`,"statuses":[{"status":"read"},{"id":"wamid.s","status":"read"},{"id":"wamid.s"},[]]}`)), "pspp"},
		"echo to nobody":         {string(hook("smb_message_echoes", `{`+metadata+`,"message_echoes":[{"from":"15550783881","id":"wamid.e","type":"text","text":{"body":"x"}}]}`)), "p"},
		"history of odd forms":   {string(hook("history", `{`+metadata+`,"history":[7,{"threads":[{"id":"12025550143"},{"id":"12025550143","messages":[3]},4]}]}`)), "pppp"},
		"history is an object":   {string(hook("history", `{`+metadata+`,"history":{}}`)), "p"},
		"a notice without value": {string(hook("account_update", `[]`)), "p"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			for _, e := range parsed(t, []byte(c.body)).Elements {
				switch {
				case e.Message != nil:
					got.WriteByte('m')
				case e.Status != nil:
					got.WriteByte('s')
				case e.Notice != nil:
					got.WriteByte('n')
				case e.Problem != nil:
					got.WriteByte('p')
				}
			}
			if got.String() != c.kinds {
				t.Errorf("%q, want %q", got.String(), c.kinds)
			}
		})
	}
}

// I10: the platform's maximum of 1,000 updates is read, one delivery of any size is bounded.
func TestParseManyElements(t *testing.T) {
	t.Parallel()
	if n := len(parsed(t, batch(1000)).Elements); n != 1000 {
		t.Errorf("%d of 1000", n)
	}
	list := func(n int) []byte {
		return hook("messages", `{`+metadata+`,"messages":[`+strings.TrimSuffix(strings.Repeat("1,", n), ",")+`]}`)
	}
	if n := len(parsed(t, list(maxElements)).Elements); n != maxElements {
		t.Errorf("%d of %d", n, maxElements)
	}
	p := New(Options{})
	got, err := p.Parse(list(maxElements + 1))
	var problem *clearline.Problem
	if !errors.As(err, &problem) || problem.Cause != clearline.CauseUnreadable || got.Elements != nil {
		t.Errorf("%d elements, %v", len(got.Elements), err)
	}
	if _, err := p.Cut(list(maxElements+1), func(int) bool { return true }); err == nil {
		t.Error("a body that is not read is cut")
	}
}

// I20: a message of any length and script is kept whole, and what databases refuse is replaced.
func TestParseText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`\u00e9\ud83d\udc4d\ud83c\udffd`: "é👍🏽",
		`a\u0000b`:                       "a\ufffdb",
		"\xff\xfe":                       "\ufffd\ufffd",
		`\ud83d`:                         "\ufffd",
		`line\nline\ttab\r`:              "line\nline\ttab\r",
		strings.Repeat("漢", 4096):        strings.Repeat("漢", 4096),
		``:                               "",
	} {
		body := hook("messages", `{`+metadata+`,"messages":[{"from":"12025550143","id":"wamid.1","timestamp":"1767000000","type":"text","text":{"body":"`+in+`"}}]}`)
		if got := parsed(t, body).Elements[0].Message.Text; got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// Which messages start the window for free replies anew.
func TestParseOpensWindow(t *testing.T) {
	t.Parallel()
	opens := map[string]bool{
		"text": true, "image": true, "voice": true, "sticker": true, "location": true, "contacts": true, "reaction": true, "button": true,
		"interactive_button_reply": true, "order": true, "request_welcome": true, "unsupported_poll": true, "unknown_type": true,
		"reaction_removed": false, "system_user_changed_number": false, "system_customer_identity_changed": false, "history": false,
		"history_media": false, "history_media_placeholder": false, "smb_message_echoes": false, "message_echoes": false,
	}
	for name, want := range opens {
		for _, e := range parsed(t, readFile(t, payloads+"/"+name+".json")).Elements {
			if e.Message.OpensWindow != want {
				t.Errorf("%s: %v", name, e.Message.OpensWindow)
			}
		}
	}
}

// M4: what a status brings along is kept: callback data, price, conversation, recipient.
func TestParseStatusDetails(t *testing.T) {
	t.Parallel()
	one := func(name string) *channel.Status {
		return parsed(t, readFile(t, payloads+"/"+name+".json")).Elements[0].Status
	}
	if s := one("status_callback_data"); s.ClientRef != "attempt-7204-1" {
		t.Errorf("%+v", s)
	}
	if s := one("status_sent_conversation"); !bytes.Contains(s.Details, []byte(`"origin":{"type":"marketing"}`)) || !bytes.Contains(s.Details, []byte(`"pricing_model":"CBP"`)) {
		t.Errorf("%s", s.Details)
	}
	if s := one("status_played"); !bytes.Contains(s.Details, []byte(`"status":"played"`)) || s.Report.Status != clearline.Read {
		t.Errorf("%+v %s", s.Report, s.Details)
	}
	if s := one("status_failed"); s.Report.Error.Text != "Message undeliverable" || s.Report.Error.Details != "Message Undeliverable." || s.Report.Cause != clearline.CauseUndeliverable {
		t.Errorf("%+v", s.Report)
	}
}

// The dashboard's sample is a test only as long as nothing real is with it.
func TestParseTestSample(t *testing.T) {
	t.Parallel()
	sample := readFile(t, payloads+"/test_sample.json")
	if !parsed(t, sample).Test {
		t.Error("the sample is not recognised")
	}
	mixed := bytes.Replace(sample, []byte(`"entry":[`), []byte(`"entry":[{"id":"102290129340398","changes":[{"field":"security","value":{"event":"PIN_CHANGED"}}]},`), 1)
	if p := parsed(t, mixed); p.Test || len(p.Elements) != 2 {
		t.Errorf("%+v", p)
	}
}

// Files live seven days; their expiry counts from the message.
func TestParseMediaExpiry(t *testing.T) {
	t.Parallel()
	m := parsed(t, readFile(t, payloads+"/document.json")).Elements[0].Message
	if got := m.Media[0].ExpiresAt.Sub(m.At); got != 7*24*time.Hour || m.Media[0].SHA256 == "" || m.Media[0].PlatformID == "" {
		t.Errorf("%+v", m.Media[0])
	}
}

// A notice repeated by the platform has the same key, another one has not.
func TestParseNoticeKeys(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	eachPayload(t, func(name string, body []byte, _ want) {
		for _, e := range parsed(t, body).Elements {
			if e.Notice == nil || strings.HasPrefix(e.Notice.Event, "error.") {
				continue
			}
			if other, ok := seen[e.Notice.Key]; ok {
				t.Errorf("%s and %s share a key", name, other)
			}
			seen[e.Notice.Key] = name
		}
	})
	first := parsed(t, readFile(t, payloads+"/security.json")).Elements[0].Notice.Key
	if again := parsed(t, readFile(t, payloads+"/security.json")).Elements[0].Notice.Key; again != first {
		t.Error("a repetition has another key")
	}
}
