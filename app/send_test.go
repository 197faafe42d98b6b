package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// C11, I22, I32: a customer writes, an agent answers, the answer arrives on the phone, and its ticks come back.
func TestAnswerArrives(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Is the blue one there?")
		if c.Window.State != "open" || c.Unread != 1 || c.WaitingSince == nil || c.Contact.Name != "Ana" {
			t.Errorf("the conversation is %+v", c)
		}
		body := map[string]any{"client_id": "answer-1", "text": "It is. Shall I keep it?", "reply_to": c.LastMessage.ID}
		var m message
		w.post("conversations/"+c.ID+"/messages", body).want(t, http.StatusCreated).into(t, &m)
		if m.Status != "queued" && m.Status != "sending" && m.Status != "sent" || m.Direction != "out" || text(m.ClientID) != "answer-1" || text(m.ReplyTo) != c.LastMessage.ID {
			t.Errorf("created as %+v", m)
		}
		m = w.becomes(m.ID, "read")
		if m.Attempts != 1 || m.PlatformID == nil || m.Cause != nil || m.Error != nil || m.Conflict {
			t.Errorf("in the end %+v", m)
		}
		phone, _, err := w.twin.Thread(p.ID, 0, "")
		if err != nil || len(phone) != 2 {
			t.Fatalf("the phone shows %+v, %v", phone, err)
		}
		if got := phone[0]; got.Text != "It is. Shall I keep it?" || got.ID != text(m.PlatformID) || got.ReplyTo == nil || *got.ReplyTo != text(c.LastMessage.PlatformID) {
			t.Errorf("the phone shows %+v", got)
		}
		// The same call again asks whether it arrived; it sends nothing.
		var again message
		w.post("conversations/"+c.ID+"/messages", body).want(t, http.StatusOK).into(t, &again)
		if again.ID != m.ID || again.Status != "read" {
			t.Errorf("asked again: %+v", again)
		}
		w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "answer-1", "text": "Something else"}).problem(t, http.StatusConflict, "api.conflict")
		_, elsewhere := w.writes("Ben", "Hello")
		w.post("conversations/"+elsewhere.ID+"/messages", map[string]any{"client_id": "answer-1", "text": "It is. Shall I keep it?"}).problem(t, http.StatusConflict, "api.conflict")
		w.post("conversations/"+elsewhere.ID+"/messages", map[string]any{"client_id": "answer-2", "text": "x", "reply_to": m.ID}).problem(t, http.StatusUnprocessableEntity, "api.input")
		if n := w.taken(m.ID); n != 1 {
			t.Errorf("the platform took it %d times", n)
		}
		s := w.story(m.ID)
		if len(s.Attempts) != 1 || text(s.Attempts[0].Outcome) != "accepted" || len(s.Statuses) != 3 {
			t.Errorf("the story is %+v", s)
		}
		w.get("conversations/"+c.ID, &c)
		if c.WaitingSince != nil || c.LastMessage.ID != m.ID {
			t.Errorf("after the answer: %+v", c)
		}
	})
}

// M1: reading and typing reach the customer's phone.
func TestReadMarksAndTyping(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello?")
		w.post("conversations/"+c.ID+"/read", map[string]any{"message_id": c.LastMessage.ID}).want(t, http.StatusOK).into(t, &c)
		if c.Unread != 0 {
			t.Errorf("unread %d", c.Unread)
		}
		until(t, "the phone shows blue ticks", func() bool {
			phone, _, err := w.twin.Thread(p.ID, 0, "")
			return err == nil && len(phone) == 1 && phone[0].Status == "read"
		})
		w.post("conversations/"+c.ID+"/typing", nil).want(t, http.StatusNoContent)
		until(t, "the phone shows the typing", func() bool { return w.twin.People("")[0].TypingUntil != nil })
	})
}

// C9, I26: after the window only templates leave, and nothing else is stored; what waited is judged again when its turn comes.
func TestWindowCloses(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		_, other := w.writes("Ben", "Hello too")
		end := w.fault(sim.Fault{Cause: "auth.expired", Operation: "send"})
		waiting := w.send(c.ID, "waits", "Written in time, never sent")
		m := w.becomes(waiting.ID, "held")
		if text(m.Cause) != "auth.expired" || m.NextTryAt == nil {
			t.Errorf("while held: %+v", m)
		}
		w.clock.Advance(24*time.Hour + time.Minute)
		m = w.becomes(waiting.ID, "failed")
		if text(m.Cause) != "wa.window" || w.taken(m.ID) != 0 {
			t.Errorf("after the window: %+v", m)
		}
		end()
		got := w.post("conversations/"+other.ID+"/messages", map[string]any{"client_id": "late", "text": "Too late"}).problem(t, http.StatusUnprocessableEntity, "wa.window")
		if !strings.Contains(got.Detail, "template") {
			t.Errorf("the refusal does not tell what is possible: %q", got.Detail)
		}
		if len(w.thread(other.ID)) != 1 {
			t.Error("something was stored")
		}
		w.post("messages/"+m.ID+"/retry", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "wa.window")
		w.get("conversations/"+c.ID, &c)
		if c.Window.State != "closed" {
			t.Errorf("the window is %+v", c.Window)
		}
		// C10: a template leaves; when the customer answers, the window is open again.
		var tpl message
		w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "tpl", "template": map[string]any{"name": "order_update", "language": "en_US",
			"body": []any{"Ana", "4711", "Friday"}}}).want(t, http.StatusCreated).into(t, &tpl)
		if tpl.Kind != "template" || tpl.Text != "Hello Ana, your order 4711 has left our house and will be with you on Friday." {
			t.Errorf("the template is %+v", tpl)
		}
		w.clock.Advance(2 * time.Minute) // the lane has waited for a new sign-in
		w.becomes(tpl.ID, "read")
		phone, _, err := w.twin.Thread(p.ID, 0, "")
		if err != nil || phone[0].Text != tpl.Text {
			t.Errorf("the phone shows %+v, %v", phone, err)
		}
		if c = w.says(p, "Thank you"); c.Window.State != "open" {
			t.Errorf("after the answer the window is %+v", c.Window)
		}
		w.becomes(w.send(c.ID, "open", "You are welcome").ID, "read")
	})
}

// C10: templates are listed as the platform has them and refused with the reason when they cannot leave.
func TestTemplates(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		var all list[struct{ Name, Language, Status, Category string }]
		w.get("connections/"+w.connection+"/templates", &all)
		if len(all.Items) != 9 {
			t.Fatalf("%d templates are listed", len(all.Items))
		}
		w.post("connections/"+w.connection+"/templates/sync", nil).want(t, http.StatusOK).into(t, &all)
		if len(all.Items) != 9 {
			t.Errorf("%d templates after reading them again", len(all.Items))
		}
		before := w.number()
		type object = map[string]any
		for _, r := range []struct {
			name, cause string
			template    object
		}{
			{"not there", "wa.tpl_missing", object{"name": "summer", "language": "en_US"}},
			{"other language", "wa.tpl_missing", object{"name": "hello_world", "language": "de"}},
			{"paused", "", object{"name": "feedback_request", "language": "en_US", "body": []any{"Ana"}}},
			{"rejected", "", object{"name": "flash_sale", "language": "en_US", "body": []any{"Ana"}}},
			{"disabled", "", object{"name": "old_terms", "language": "en_US"}},
			{"too few values", "wa.tpl_params", object{"name": "order_update", "language": "en_US", "body": []any{"Ana"}}},
			{"too many values", "wa.tpl_params", object{"name": "order_update", "language": "en_US", "body": []any{"a", "b", "c", "d"}}},
			{"an empty value", "wa.tpl_params", object{"name": "order_update", "language": "en_US", "body": []any{"a", "", "c"}}},
			{"a header too many", "wa.tpl_params", object{"name": "order_update", "language": "en_US", "header": []any{"x"}, "body": []any{"a", "b", "c"}}},
			{"wrong names", "wa.tpl_params", object{"name": "appointment_reminder", "language": "en_US", "body": []any{object{"name": "who", "text": "Ana"}}}},
			{"no picture", "wa.tpl_params", object{"name": "parcel_photo", "language": "en_US", "body": []any{"4711"}, "buttons": []any{"4711"}}},
		} {
			got := w.post("conversations/"+c.ID+"/messages", object{"client_id": "r-" + r.name, "template": r.template})
			if got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: HTTP %d: %s", r.name, got.status, got.raw)
				continue
			}
			var p problem
			got.into(t, &p)
			if r.cause != "" && p.Cause != r.cause || !strings.HasPrefix(p.Cause, "wa.tpl") {
				t.Errorf("%s: refused with %s: %s", r.name, p.Cause, p.Title)
			}
		}
		if len(w.done(before)) != 0 {
			t.Error("something was stored")
		}
		for i, s := range []struct {
			text     string
			template object
		}{
			{"Hi Ana, we expect you on Monday at 10:30. Does that still suit you?", object{"name": "appointment_reminder", "language": "en_US",
				"body": []any{object{"name": "time", "text": "10:30"}, object{"name": "first_name", "text": "Ana"}, object{"name": "day", "text": "Monday"}}}},
			{"Olá Ana, seu pedido 4711 já saiu e chega na sexta.", object{"name": "order_update", "language": "pt_BR", "body": []any{"Ana", "4711", "na sexta"}}},
		} {
			var m message
			w.post("conversations/"+c.ID+"/messages", object{"client_id": fmt.Sprint("t", i), "template": s.template}).want(t, http.StatusCreated).into(t, &m)
			if !strings.Contains(m.Text, s.text) {
				t.Errorf("shown as %q", m.Text)
			}
			w.becomes(m.ID, "read")
		}
		// What the list here does not know yet comes back as the platform's refusal.
		w.fault(sim.Fault{Cause: "wa.tpl_missing", Times: 1})
		var m message
		w.post("conversations/"+c.ID+"/messages", object{"client_id": "gone", "template": object{"name": "hello_world", "language": "en_US"}}).want(t, http.StatusCreated).into(t, &m)
		if m = w.becomes(m.ID, "failed"); text(m.Cause) != "wa.tpl_missing" || m.Error == nil || m.Error.Code != 132001 {
			t.Errorf("refused by the platform: %+v", m)
		}
	})
}

// I27: one conversation's messages leave in the order written, also around one that fails; M1.
func TestOrderInOneConversation(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Via: "answer", Times: 1})
		w.fault(sim.Fault{Effect: "delay", Operation: "send", MS: 40, Times: 3})
		var want []string
		var last message
		for i := range 12 {
			last = w.send(c.ID, fmt.Sprint("m", i), fmt.Sprint("Line ", i))
			if i > 0 {
				want = append(want, fmt.Sprint("Line ", i))
			}
		}
		// A lane that has just started lends a person ten messages, the others follow one in six seconds.
		until(t, "ten are out", func() bool { return len(w.phone(p)) >= 9 })
		w.clock.Advance(time.Minute)
		w.becomes(last.ID, "read")
		if got := w.phone(p); !slices.Equal(got, want) {
			t.Errorf("the phone shows %q", got)
		}
		if first := w.thread(c.ID)[1]; first.Status != "failed" || text(first.Cause) != "wa.undeliverable" {
			t.Errorf("the refused one is %+v", first)
		}
	})
}

// phone are the texts of the business on a phone, the oldest first.
func (w *world) phone(p sim.Person) (all []string) {
	w.t.Helper()
	thread, _, err := w.twin.Thread(p.ID, 200, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range slices.Backward(thread) {
		if m.From == "business" {
			all = append(all, m.Text)
		}
	}
	return all
}

// I29: the pair limit is kept by ourselves: a crowd of messages to one person never makes the platform complain, and
// one that complains all the same stops that person's messages only.
func TestPairRate(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Tell me everything")
		_, other := w.writes("Ben", "Hello")
		end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131056), Person: p.ID, Times: 1})
		first := w.send(c.ID, "first", "First")
		until(t, "the platform complained", func() bool {
			m := w.message(first.ID)
			return m.Attempts == 1 && m.Status == "queued" && m.NextTryAt != nil
		})
		w.becomes(w.send(other.ID, "other", "Not you").ID, "read")
		if m := w.message(first.ID); m.Status != "queued" || text(m.Cause) == "" {
			t.Errorf("meanwhile the limited one is %+v", m)
		}
		w.clock.Advance(15 * time.Second)
		w.becomes(first.ID, "read")
		end()
		var last message
		for i := range 59 {
			last = w.send(c.ID, fmt.Sprint("m", i), fmt.Sprint("Line ", i))
		}
		until(t, "all are out", func() bool {
			w.clock.Advance(6 * time.Second)
			return w.message(last.ID).Status == "read"
		})
		complaints := 0
		for _, call := range w.twin.Ledger(0, 0).Calls {
			if call.Code == 131056 {
				complaints++
			}
		}
		if got := w.phone(p); complaints != 1 || len(got) != 60 || got[59] != "Line 58" {
			t.Errorf("the platform complained %d times; %d arrived, the last %q", complaints, len(got), got[len(got)-1])
		}
	})
}
