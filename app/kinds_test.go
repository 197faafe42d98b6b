package app_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline/sim"
)

// M1, C1: each kind leaves by the API, arrives on the phone as what it is, and its ticks come back.
func TestEveryKindArrives(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		film, voice := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", recording(t)
		for i, k := range []struct {
			kind, name, query, file string
			content                 map[string]any
			phone, shows, details   string
		}{
			{"video", "clip.mp4", "", film, map[string]any{"text": "Look"}, "video", "Look", ""},
			{"audio", "song.mp3", "", strings.Repeat("\xff\xfb\x90\x00"+strings.Repeat("\x00", 413), 40), nil, "audio", "", ""},
			{"voice", "", "", voice, nil, "voice", "", ""},
			{"document", "invoice.pdf", "", "%PDF-1.7\n", map[string]any{"text": "Yours"}, "document", "Yours", ""},
			{"document", "photo.jpg", "&as=document", string(photo(t, 30, 20)), nil, "document", "", ""},
			{"document", "IMG_1.HEIC", "", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", nil, "document", "", ""},
			{"sticker", "hi.webp", "&as=sticker", still(512, 512), nil, "sticker", "", ""},
			{"location", "", "", "", map[string]any{"location": map[string]any{"latitude": 52.5, "longitude": 13.4, "name": "Shop", "address": "Street 1"}}, "location", "Shop", `"location":{"address":"Street 1","latitude":52.5,"longitude":13.4,"name":"Shop"}`},
			{"contacts", "", "", "", map[string]any{"contacts": []any{map[string]any{"name": "Noor Haddad", "phones": []any{map[string]any{"phone": "+49 151"}}}}}, "contacts", "Noor Haddad", `"formatted_name":"Noor Haddad"`},
			{"interactive", "", "", "", map[string]any{"interactive": map[string]any{"type": "button", "body": "Which?", "buttons": []any{map[string]any{"id": "a", "title": "Green"}}}}, "interactive", "Which?", `"reply":{"id":"a","title":"Green"}`},
			{"interactive", "", "", "", map[string]any{"interactive": map[string]any{"type": "list", "body": "Which?", "button": "See", "sections": []any{map[string]any{"rows": []any{map[string]any{"id": "r", "title": "Sencha"}}}}}}, "interactive", "Which?", `"rows":[{"id":"r","title":"Sencha"}]`},
			{"interactive", "", "", "", map[string]any{"interactive": map[string]any{"type": "cta_url", "body": "Look", "display_text": "Shop", "url": "https://example.org/"}}, "interactive", "Look", `"url":"https://example.org/"`},
		} {
			content := map[string]any{"reply_to": c.LastMessage.ID}
			for key, v := range k.content {
				content[key] = v
			}
			if k.file != "" {
				u := w.upload(k.name, k.query, []byte(k.file))
				if u.Kind != k.kind || !u.Fits[0].OK {
					t.Fatalf("%s was uploaded as %+v", k.name, u)
				}
				content["media"] = []string{u.ID}
			}
			m := w.posts(c.ID, k.kind+string(rune('a'+i)), content)
			m = w.becomes(m.ID, "read", "failed")
			if m.Kind != k.kind || m.Status != "read" || k.details != "" && !strings.Contains(jsonOf(t, m.Details), k.details) {
				t.Errorf("%s is %+v", k.kind, m)
			}
			phone, _, err := w.twin.Thread(p.ID, 1, "")
			if err != nil || len(phone) != 1 || phone[0].Kind != k.phone || !strings.Contains(phone[0].Text, k.shows) || phone[0].ReplyTo == nil || (k.file != "") != (len(phone[0].Media) == 1) {
				t.Errorf("%s: the phone shows %+v, %v", k.kind, phone, err)
			}
			if k.kind == "document" && phone[0].Media[0].Name != k.name {
				t.Errorf("the phone calls it %q", phone[0].Media[0].Name)
			}
		}
		// What the customer presses comes back.
		phone, _, err := w.twin.Thread(p.ID, 3, "")
		if err != nil || len(phone[2].Choices) != 1 {
			t.Fatalf("%+v, %v", phone, err)
		}
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Choice: "a", To: phone[2].ID}); err != nil {
			t.Fatal(err)
		}
		until(t, "the choice has come", func() bool {
			return slices.ContainsFunc(w.thread(c.ID), func(m message) bool { return m.Direction == "in" && m.Kind == "interactive" && m.Text == "Green" })
		})
	})
}

// I20: what a platform does not take is refused before anything is stored, with the field that is wrong.
func TestKindsThatCannotLeave(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		big := w.upload("big.mp4", "", append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), make([]byte, 17<<20)...))
		if big.Kind != "video" || big.Fits[0].OK || big.Fits[0].Reason == nil || !strings.Contains(*big.Fits[0].Reason, "16 MB") || big.Fits[0].LimitBytes != 16<<20 {
			t.Errorf("a film of 17 MB: %+v", big)
		}
		voice := w.upload("", "", []byte(recording(t)))
		one := w.upload("a.jpg", "", photo(t, 10, 10))
		for name, b := range map[string]struct {
			body         map[string]any
			cause, field string
		}{
			"nothing":               {map[string]any{}, "api.input", "text"},
			"two things":            {map[string]any{"media": []string{one.ID}, "location": map[string]any{"latitude": 1, "longitude": 1}}, "api.input", "location"},
			"two files":             {map[string]any{"media": []string{one.ID, voice.ID}}, "api.input", "media"},
			"a file that is not":    {map[string]any{"media": []string{"250000000000000001"}}, "api.input", "media"},
			"no id":                 {map[string]any{"media": []string{"../1"}}, "api.input", "media"},
			"too large":             {map[string]any{"media": []string{big.ID}}, "media.size", "media"},
			"a voice with a text":   {map[string]any{"media": []string{voice.ID}, "text": "x"}, "send.bad_param", "text"},
			"a long caption":        {map[string]any{"media": []string{one.ID}, "text": strings.Repeat("é", 1025)}, "send.bad_param", "text"},
			"a text with a place":   {map[string]any{"text": "x", "location": map[string]any{"latitude": 1, "longitude": 1}}, "api.input", "text"},
			"off the earth":         {map[string]any{"location": map[string]any{"latitude": 91, "longitude": 1}}, "send.bad_param", "location.latitude"},
			"four buttons":          {map[string]any{"interactive": map[string]any{"type": "button", "body": "?", "buttons": []any{map[string]any{"id": "1", "title": "1"}, map[string]any{"id": "2", "title": "2"}, map[string]any{"id": "3", "title": "3"}, map[string]any{"id": "4", "title": "4"}}}}, "send.bad_param", "interactive.buttons"},
			"a reply to a reaction": {map[string]any{"reaction": map[string]any{"message_id": c.LastMessage.ID, "emoji": "👍"}, "reply_to": c.LastMessage.ID}, "api.input", "reply_to"},
		} {
			b.body["client_id"] = name
			got := w.post("conversations/"+c.ID+"/messages", b.body).problem(t, http.StatusUnprocessableEntity, b.cause)
			if len(got.Fields) != 1 || got.Fields[0].Name != b.field || got.Fields[0].Reason == "" {
				t.Errorf("%s: %+v, want %s", name, got, b.field)
			}
		}
		if len(w.thread(c.ID)) != 1 {
			t.Error("something was stored")
		}
		// C9: after the window none of them leaves.
		w.clock.Advance(25 * 3600e9)
		for name, body := range map[string]map[string]any{
			"file": {"media": []string{one.ID}}, "place": {"location": map[string]any{"latitude": 1, "longitude": 1}}, "heart": {"reaction": map[string]any{"message_id": c.LastMessage.ID, "emoji": "👍"}},
		} {
			body["client_id"] = "late " + name
			w.post("conversations/"+c.ID+"/messages", body).problem(t, http.StatusUnprocessableEntity, "wa.window")
		}
	})
}

// I11: a file that the platform finds to be something else fails with the platform's own word, and can be tried again.
func TestFileFailsLater(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		code := 131053
		end := w.fault(sim.Fault{Effect: "error", Code: &code, Operation: "media"})
		u := w.upload("a.jpg", "", photo(t, 10, 10))
		m := w.posts(c.ID, "refused", map[string]any{"media": []string{u.ID}})
		if m = w.becomes(m.ID, "failed"); text(m.Cause) != "media.refused" || m.Error == nil || m.Error.Code != code || w.taken(m.ID) != 0 {
			t.Errorf("refused as %+v", m)
		}
		if s := w.story(m.ID); len(s.Attempts) != 1 || text(s.Attempts[0].Outcome) != "not_sent" {
			t.Errorf("the story is %+v", s.Attempts)
		}
		end()
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		w.becomes(m.ID, "read")
	})
}

// still is as much of a WebP that does not move as its head tells.
func still(width, height int) string {
	return "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f" + string([]byte{byte(width - 1), byte((width-1)>>8 | (height-1)<<6&0xc0), byte((height - 1) >> 2), byte((height - 1) >> 10)}) + "\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
}

// recording is what a browser of the Chromium family recorded: WebM with one Opus track.
func recording(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../media/testdata/voice.webm")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
