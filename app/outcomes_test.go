package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

type outcomes struct {
	NeedsYou      int `json:"needs_you"`
	Waiting       int
	ResolvedToday int `json:"resolved_today"`
	Groups        []outcomeGroup
}

type outcomeGroup struct {
	Key, State    string
	Cause         *string
	Count, People int
	ConnectionID  *string `json:"connection_id"`
	Code          *int
	Again         bool
	Until         *time.Time
	Actions       []string
	ClosingSoon   int `json:"closing_soon"`
}

type retryPlan struct {
	Send, Duplicates []string
	Skipped          []struct{ ID, Cause, Why string }
	ClosingSoon      []string `json:"closing_soon"`
	Done             bool
}

func (w *world) outcomes() (o outcomes) {
	w.t.Helper()
	w.get("outcomes", &o)
	return o
}

// group is the group of that cause in that state.
func (o outcomes) group(state, cause string) outcomeGroup {
	for _, g := range o.Groups {
		if g.State == state && text(g.Cause) == cause {
			return g
		}
	}
	return outcomeGroup{}
}

// X1, G2, I26, I34: what failed is grouped by cause; a plan says what a retry would do; the retry sends what it can, those
// whose window closes first at the front, and nothing twice.
func TestFailedAndWaiting(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		if o := w.outcomes(); o.NeedsYou+o.Waiting+o.ResolvedToday != 0 || len(o.Groups) != 0 {
			t.Errorf("nothing has failed: %+v", o)
		}
		_, early := w.writes("Ana", "Hello")
		w.clock.Advance(23*time.Hour + 20*time.Minute)
		_, late := w.writes("Ben", "Hello")
		_, third := w.writes("Caio", "Hello")
		end := w.fault(sim.Fault{Cause: "wa.undeliverable"})
		older := w.becomes(w.send(late.ID, "older", "To Ben").ID, "failed")
		hurried := w.becomes(w.send(early.ID, "hurried", "To Ana").ID, "failed")
		again := w.becomes(w.send(late.ID, "again", "To Ben once more").ID, "failed")
		end()
		end = w.fault(sim.Fault{Cause: "wa.experiment"})
		var marketing message
		w.post("conversations/"+third.ID+"/messages", map[string]any{"client_id": "m", "template": map[string]any{"name": "spring_teas", "language": "en_US", "header": []any{"spring"},
			"body": []any{"Caio", "Sunday"}}}).want(t, http.StatusCreated).into(t, &marketing)
		w.becomes(marketing.ID, "failed")
		end()
		end = w.fault(sim.Fault{Effect: "http", Operation: "send"})
		unsure := w.becomes(w.send(third.ID, "unsure", "To Caio").ID, "unknown")
		end()

		o := w.outcomes()
		if o.NeedsYou != 5 || o.Waiting != 0 || len(o.Groups) != 3 {
			t.Fatalf("%+v", o)
		}
		g := o.group("needs_you", "wa.undeliverable")
		if g.Count != 3 || g.People != 2 || g.Code == nil || *g.Code != 131026 || !g.Again || g.ClosingSoon != 1 || !slices.Equal(g.Actions, []string{"retry", "dismiss"}) || g.ConnectionID != nil {
			t.Errorf("%+v", g)
		}
		if o.Groups[0].Key != g.Key {
			t.Errorf("the largest group is not the first: %+v", o.Groups)
		}
		if e := o.group("needs_you", "wa.experiment"); e.Count != 1 || e.Again || !slices.Equal(e.Actions, []string{"dismiss"}) {
			t.Errorf("%+v", e)
		}
		// Its messages, in pages, with whom they were for.
		var page list[struct {
			message
			Contact  struct{ Name string }
			Platform string
			Window   struct{ State string }
		}]
		path := "outcomes/" + url.PathEscape(g.Key) + "/messages"
		w.get(path+"?limit=2", &page)
		if len(page.Items) != 2 || page.Next == nil || page.Items[0].ID != again.ID || page.Items[0].Contact.Name != "Ben" || page.Items[0].Window.State != "open" || page.Items[0].Platform != "whatsapp" {
			t.Fatalf("%+v", page)
		}
		w.get(path+"?limit=2&after="+*page.Next, &page)
		if len(page.Items) != 1 || page.Next != nil || page.Items[0].ID != older.ID {
			t.Errorf("the second page: %+v", page)
		}

		// The plan sends nothing.
		all := map[string]any{"message_ids": []string{again.ID, older.ID, hurried.ID, marketing.ID, unsure.ID, "4711", older.ID}, "dry_run": true}
		var p retryPlan
		w.post("outcomes/retry", all).want(t, http.StatusOK).into(t, &p)
		if !slices.Equal(p.Send, []string{hurried.ID, older.ID, again.ID}) || !slices.Equal(p.ClosingSoon, []string{hurried.ID}) || !slices.Equal(p.Duplicates, []string{unsure.ID}) || p.Done || len(p.Skipped) != 2 {
			t.Errorf("planned %+v", p)
		}
		for _, s := range p.Skipped {
			if s.Why == "" || s.ID == marketing.ID && s.Cause != "wa.experiment" || s.ID == "4711" && s.Cause != "api.absent" {
				t.Errorf("skipped %+v", s)
			}
		}
		if m := w.message(hurried.ID); m.Retry != nil || m.Attempts != 1 {
			t.Errorf("a plan changed it: %+v", m)
		}
		all["dry_run"], all["confirm_duplicates"] = false, []string{unsure.ID}
		w.post("outcomes/retry", all).want(t, http.StatusOK).into(t, &p)
		if !p.Done || len(p.Send) != 4 || p.Send[0] != hurried.ID || len(p.Duplicates) != 0 {
			t.Errorf("sent %+v", p)
		}
		for _, id := range p.Send {
			if m := w.becomes(id, "read"); m.Attempts != 2 {
				t.Errorf("%+v", m)
			}
		}
		w.post("outcomes/retry", all).want(t, http.StatusOK).into(t, &p)
		if len(p.Send) != 0 || len(p.Skipped) != 6 {
			t.Errorf("asked again: %+v", p)
		}
		if o = w.outcomes(); o.NeedsYou != 1 || o.ResolvedToday != 4 {
			t.Errorf("%+v", o)
		}
		// A group is dismissed by its key.
		var d struct{ Dismissed int }
		w.post("outcomes/dismiss", map[string]any{"key": o.Groups[0].Key}).want(t, http.StatusOK).into(t, &d)
		if o = w.outcomes(); d.Dismissed != 1 || o.NeedsYou != 0 || o.ResolvedToday != 5 || len(o.Groups) != 0 {
			t.Errorf("%+v %+v", d, o)
		}
		for _, wrong := range []map[string]any{{}, {"key": g.Key, "message_ids": []string{older.ID}}, {"message_ids": []string{"words"}}} {
			w.post("outcomes/retry", wrong).problem(t, http.StatusUnprocessableEntity, "api.input")
			w.post("outcomes/dismiss", wrong).problem(t, http.StatusUnprocessableEntity, "api.input")
		}
		for _, absent := range []string{"needs_you", "needs_you:", "waiting:x", "zebra:1"} {
			w.request(http.MethodGet, "outcomes/"+url.PathEscape(absent)+"/messages", nil).problem(t, http.StatusNotFound, "api.absent")
		}
	})
}

// M5, C9: in an outage what waits is shown with why and when it is tried again, on the connection, the conversation and the
// group; a window that closed meanwhile stops a text, and asks for a template.
func TestWaitingInAnOutage(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		_, other := w.writes("Ben", "Hello")
		end := w.fault(sim.Fault{Cause: "net.outage", Operation: "send"})
		w.becomes(w.send(c.ID, "held", "Patience").ID, "held")
		var behind []string
		for i := range 3 {
			behind = append(behind, w.send(other.ID, fmt.Sprint("b", i), "Behind it").ID)
		}
		w.clock.Advance(40 * time.Second)
		g := w.outcomes().group("waiting", "net.outage")
		if g.Count != 4 || g.People != 2 || text(g.ConnectionID) != w.connection || g.Until == nil || !slices.Equal(g.Actions, []string{"connection"}) {
			t.Errorf("%+v", g)
		}
		var hold struct {
			Hold *struct {
				Cause string
				Until time.Time
			}
		}
		for _, path := range []string{"connections/" + w.connection, "conversations/" + other.ID} {
			if w.get(path, &hold); hold.Hold == nil || hold.Hold.Cause != "net.outage" || !hold.Hold.Until.Equal(*g.Until) {
				t.Errorf("%s says %+v", path, hold.Hold)
			}
			hold.Hold = nil
		}
		var page list[message]
		w.get("outcomes/"+url.PathEscape(g.Key)+"/messages", &page)
		if len(page.Items) != 4 || page.Items[1].ID != behind[0] {
			t.Errorf("%+v", page)
		}
		end()
		w.clock.Advance(5 * time.Minute)
		w.becomes(behind[2], "read")
		if o := w.outcomes(); o.Waiting != 0 || len(o.Groups) != 0 {
			t.Errorf("after it %+v", o)
		}
		if w.get("conversations/"+other.ID, &hold); hold.Hold != nil {
			t.Errorf("the conversation still says %+v", hold.Hold)
		}
	})
}

// M3: a number of a country that is not served is refused before anything is stored; one of a country of which a part is not
// served is only named as possible.
func TestM3CountryBeforeSending(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		from := func(number string) conversation {
			t.Helper()
			w.hook(textFrom(w.account, number, "wamid."+number, fmt.Sprint(w.clock.Now().Unix()), "Hello")).want(t, http.StatusOK)
			for _, c := range w.conversations() {
				if c.Address == number {
					return c
				}
			}
			t.Fatalf("%s is not in the inbox", number)
			return conversation{}
		}
		type reach struct {
			Reach *struct{ State, Cause, Country, Read, Source string }
		}
		for number, expected := range map[string]string{"5351234567": "refused", "380501234567": "possible", "905321234567": "", "34600111222": ""} {
			c := from(number)
			var r reach
			w.get("conversations/"+c.ID, &r)
			switch {
			case (r.Reach == nil) != (expected == ""):
				t.Errorf("%s: %+v", number, r.Reach)
			case r.Reach != nil && (r.Reach.State != expected || r.Reach.Cause != "wa.country" || r.Reach.Read == "" || r.Reach.Source == ""):
				t.Errorf("%s: %+v", number, r.Reach)
			}
			got := w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": number, "text": "Hello"})
			if expected == "refused" {
				got.problem(t, http.StatusUnprocessableEntity, "wa.country")
				if all := w.thread(c.ID); len(all) != 1 {
					t.Errorf("something was stored: %+v", all)
				}
				continue
			}
			got.want(t, http.StatusCreated)
		}
	})
}

// M2: a message that stays sent is explained after an hour, with its age and the reasons that facts leave; it is no failure.
// After 30 days it is final as sent with that cause, an authentication template after ten minutes.
func TestM2StuckAtSent(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		w.fault(sim.Fault{Cause: "wa.held"})
		m := w.becomes(w.send(c.ID, "stuck", "Are you there?").ID, "sent")
		if m.Receipt != nil {
			t.Errorf("at once: %+v", m.Receipt)
		}
		w.clock.Advance(61 * time.Minute)
		m = w.message(m.ID)
		if m.Status != "sent" || m.Cause != nil || m.Receipt == nil || m.Receipt.Cause != "wa.held" || m.Receipt.Final || m.Receipt.Until == nil || m.Receipt.Until.Sub(*m.Receipt.Since) != 30*24*time.Hour || m.Again != nil {
			t.Errorf("after an hour: %+v, %+v", m, m.Receipt)
		}
		s := w.story(m.ID)
		if fact, out := s.candidate("marketing_held"); !out || fact == "" {
			t.Errorf("a free text is no marketing: %q", fact)
		}
		if fact, out := s.candidate("phone_off"); out || fact == "" {
			t.Errorf("the phone may be off: %q", fact)
		}
		if o := w.outcomes(); o.NeedsYou+o.Waiting != 0 {
			t.Errorf("it is no failure: %+v", o)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		until(t, "it is final", func() bool {
			w.clock.Advance(time.Hour)
			return text(w.message(m.ID).Cause) == "wa.held"
		})
		m = w.message(m.ID)
		if m.Status != "sent" || m.Receipt == nil || !m.Receipt.Final || m.Error != nil {
			t.Errorf("after a month: %+v, %+v", m, m.Receipt)
		}
		if o := w.outcomes(); o.NeedsYou+o.Waiting != 0 {
			t.Errorf("it is still no failure: %+v", o)
		}
	})
}
