package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// I34, I22, G2: a retry really sends, as a new attempt of the same message. The message stays failed until the platform gives
// it a new id; pressed by many at once it is sent once.
func TestRetryReallySends(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Via: "status"})
		m := w.becomes(w.send(c.ID, "first", "It ships today").ID, "failed")
		first := *m.PlatformID
		if m.Again == nil || !m.Again.Possible || m.Again.Risky || m.TroubleAt == nil {
			t.Errorf("failed as %+v, again %+v", m, m.Again)
		}
		end()
		held := w.fault(sim.Fault{Effect: "delay", MS: 400, Operation: "send"})
		var wg sync.WaitGroup
		var mu sync.Mutex
		var answers []int
		for range 8 {
			wg.Go(func() {
				got := w.request(http.MethodPost, "messages/"+m.ID+"/retry", map[string]any{"attempts": 1})
				mu.Lock()
				defer mu.Unlock()
				answers = append(answers, got.status)
			})
		}
		wg.Wait()
		slices.Sort(answers)
		if slices.Index(answers, 201) != 7 || answers[0] != 200 {
			t.Errorf("eight presses at once were answered %v", answers)
		}
		until(t, "the retry is on its way", func() bool { m = w.message(m.ID); return m.Retry == nil || m.Retry.Status == "sending" })
		if m.Retry != nil && (m.Status != "failed" || text(m.Cause) != "wa.undeliverable" || m.Error == nil || m.Again != nil || m.PlatformID != nil) {
			t.Errorf("while it is sent again it is %+v", m)
		}
		m = w.becomes(m.ID, "read")
		held()
		if m.Attempts != 2 || *m.PlatformID == first || m.Retry != nil || m.Cause != nil || w.taken(m.ID) != 2 {
			t.Errorf("sent again as %+v, taken %d times", m, w.taken(m.ID))
		}
		s := w.story(m.ID)
		if len(s.Attempts) != 2 || text(s.Attempts[0].PlatformID) != first || text(s.Attempts[1].PlatformID) != *m.PlatformID {
			t.Errorf("the story tells %+v", s.Attempts)
		}
		if got := w.phone(p); len(got) != 1 || got[0] != "It ships today" {
			t.Errorf("the phone shows %q", got)
		}
		w.post("messages/"+m.ID+"/retry", map[string]any{"attempts": 1}).want(t, http.StatusOK)
		w.post("messages/"+m.ID+"/retry", map[string]any{}).problem(t, http.StatusConflict, "api.conflict")
	})
}

// I26: what is sent again is judged again: the window, the template, and what the page of the cause says of a new try.
func TestRetryIsJudgedAgain(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		fails := func(code int, body map[string]any) message {
			t.Helper()
			end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(code), Times: 1})
			defer end()
			var m message
			body["client_id"] = "f" + time.Duration(code).String()
			w.post("conversations/"+c.ID+"/messages", body).want(t, http.StatusCreated).into(t, &m)
			return w.becomes(m.ID, "failed")
		}
		marketing := map[string]any{"template": map[string]any{"name": "spring_teas", "language": "en_US", "header": []any{"spring"}, "body": []any{"Ana", "Sunday"}}}
		text26 := fails(131026, map[string]any{"text": "It ships today"})
		experiment := fails(130472, clone(marketing))
		limited := fails(131049, clone(marketing))
		stopped := fails(131050, clone(marketing))

		for name, m := range map[string]message{"experiment": experiment, "opted out": stopped} {
			if m.Again == nil || m.Again.Possible {
				t.Errorf("%s: again %+v", name, m.Again)
			}
			w.post("messages/"+m.ID+"/retry", map[string]any{}).problem(t, http.StatusUnprocessableEntity, text(m.Cause))
		}
		// recipes 13: no new try of a capped marketing message before a day has passed.
		if limited.Again == nil || !limited.Again.Possible || limited.Again.After == nil || limited.Again.After.Sub(w.clock.Now()) < 23*time.Hour {
			t.Fatalf("user limit: again %+v", limited.Again)
		}
		early := w.post("messages/"+limited.ID+"/retry", map[string]any{})
		early.problem(t, http.StatusUnprocessableEntity, "wa.user_limit")
		if early.header.Get("Retry-After") == "" {
			t.Error("it does not say when")
		}
		w.clock.Advance(24*time.Hour + time.Minute)
		w.post("messages/"+limited.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		w.becomes(limited.ID, "read")

		// The window has closed meanwhile: the text cannot be sent again until they write.
		w.post("messages/"+text26.ID+"/retry", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "wa.window")
		if m := w.message(text26.ID); m.Status != "failed" || m.Retry != nil || m.Attempts != 1 {
			t.Errorf("refused, it became %+v", m)
		}
		w.says(p, "Any news?")
		w.post("messages/"+text26.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		w.becomes(text26.ID, "read")

		// Nothing leaves on a connection that was ended, so nothing is asked to.
		end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Times: 1})
		late := w.becomes(w.send(c.ID, "late", "Are you there?").ID, "failed")
		end()
		w.request(http.MethodDelete, "connections/"+w.connection, nil).want(t, http.StatusOK)
		w.post("messages/"+late.ID+"/retry", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "connection.ended")
		if m := w.message(late.ID); m.Status != "failed" || m.Retry != nil {
			t.Errorf("on an ended connection it became %+v", m)
		}
	})
}

func clone(m map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// I34: a retry that has not left is taken back by cancel, and the message is what it was.
func TestRetryIsTakenBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		_, other := w.writes("Ben", "Hello")
		end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Via: "status", Times: 1})
		m := w.becomes(w.send(c.ID, "first", "It ships today").ID, "failed")
		end()
		// M5: the lane is held, so the retry waits, and the connection says why and until when.
		defer w.fault(sim.Fault{Cause: "net.outage", Operation: "send"})()
		w.becomes(w.send(other.ID, "held", "Patience").ID, "held")
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		if got := w.message(m.ID); got.Status != "failed" || got.Retry == nil || got.Retry.Status != "queued" {
			t.Errorf("in a held lane: %+v", got)
		}
		w.post("messages/"+m.ID+"/cancel", nil).want(t, http.StatusOK)
		if got := w.message(m.ID); got.Status != "failed" || got.Retry != nil || text(got.Cause) != "wa.undeliverable" || text(got.PlatformID) != text(m.PlatformID) || strings.Contains(string(w.request(http.MethodGet, "messages/"+m.ID, nil).raw), `"retry":{`) {
			t.Errorf("taken back: %+v", got)
		}
	})
}
