package sim_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// onPhone is the newest message of a person's phone, with its details as a page gets them.
func (tw *twin) onPhone(p sim.Person) object {
	tw.t.Helper()
	raw := tw.control("GET", "people/"+p.ID+"/messages?limit=1", nil, 200, nil)
	return decode(tw.t, raw).at("items", 0).(map[string]any)
}

// M1: what the business sends of each kind is on the phone with everything a page needs to show it.
func TestPhoneShowsEveryKindSent(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	tw.writes(p, map[string]any{"text": "hi"})
	for kind, c := range map[string]struct {
		body any
		path []any
		want any
	}{
		"location": {map[string]any{"latitude": 38.7, "longitude": -9.1, "name": "Shop", "address": "Rua 1"}, []any{"location", "name"}, "Shop"},
		"contacts": {[]any{map[string]any{"name": map[string]any{"formatted_name": "Rui", "first_name": "Rui"}, "phones": []any{map[string]any{"phone": "+351 21 000"}}}},
			[]any{"contacts", 0, "phones", 0, "phone"}, "+351 21 000"},
		"interactive": {map[string]any{"type": "list", "body": map[string]any{"text": "When?"}, "action": map[string]any{"button": "Times", "sections": []any{
			map[string]any{"title": "Day", "rows": []any{map[string]any{"id": "am", "title": "Morning", "description": "8 to 12"}}}}}},
			[]any{"interactive", "action", "sections", 0, "rows", 0, "description"}, "8 to 12"},
	} {
		t.Run(kind, func(t *testing.T) {
			id := tw.send(map[string]any{"messaging_product": "whatsapp", "to": p.Address, "type": kind, kind: c.body})
			tw.hook.statuses(id, "sent", "delivered", "read")
			shown := tw.onPhone(p)
			if shown["id"] != id || shown["kind"] != kind || object(shown["details"].(map[string]any)).at(c.path...) != c.want {
				t.Errorf("the phone shows %v", shown)
			}
		})
	}
	tw.hook.statuses(tw.send(text(p.Address, "plain")), "sent", "delivered", "read")
	if shown := tw.onPhone(p); shown["details"] != nil {
		t.Errorf("a text has details: %v", shown)
	}
}

// What the person did is on the phone too, and a deleted message keeps nothing.
func TestPhoneShowsWhatThePersonDid(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	for kind, key := range map[string]string{"location": "location", "contacts": "contacts", "order": "order"} {
		id, _ := tw.writes(p, map[string]any{"kind": kind})
		shown := tw.onPhone(p)
		if shown["id"] != id || object(shown["details"].(map[string]any))[key] == nil {
			t.Errorf("%s: the phone shows %v", kind, shown)
		}
		tw.writes(p, map[string]any{"delete": id})
		if shown := tw.onPhone(p); shown["deleted"] != true || shown["details"] != nil {
			t.Errorf("deleted %s: the phone shows %v", kind, shown)
		}
	}
}

// A message may come long after it was written: it keeps its time, and the window counts from it.
func TestWrittenEarlier(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	at := tw.clock.Now().Add(-23 * time.Hour).UTC().Truncate(time.Second)
	_, m := tw.writes(p, map[string]any{"text": "late", "at": at})
	if sent := object(m)["timestamp"]; sent != unix(at) {
		t.Errorf("timestamp %v, want %s", sent, unix(at))
	}
	var got sim.Person
	tw.control("GET", "people/"+p.ID, nil, 200, &got)
	if got.WindowClosesAt == nil || !got.WindowClosesAt.Equal(at.Add(24*time.Hour)) {
		t.Errorf("the window closes at %v, not a day after %v", got.WindowClosesAt, at)
	}
	tw.send(text(p.Address, "in time"))
	tw.clock.Advance(2 * time.Hour)
	tw.refused(text(p.Address, "too late"), 131047)
	raw := tw.control("POST", "people/"+p.ID+"/messages", map[string]any{"text": "x", "at": tw.clock.Now().Add(time.Hour)}, 422, nil)
	if !strings.Contains(string(raw), "future") {
		t.Errorf("refused with %s", raw)
	}
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
