package app_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// slowStatuses lets statuses come only when the clock is moved.
func slowStatuses(o *sim.Options) {
	o.StatusDelays = &sim.StatusDelays{Sent: 20 * time.Second, Delivered: time.Second, Read: time.Second, Exact: true}
}

// brokenLine answers a send with a broken connection.
func brokenLine(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// silences are the ways in which a platform may not say what became of a send.
var silences = []struct {
	name  string
	fault *sim.Fault
	front http.HandlerFunc
	code  int
}{
	{name: "code 1", fault: &sim.Fault{Effect: "error", Operation: "send", Code: new(1), Via: "answer"}, code: 1},
	{name: "code 131000", fault: &sim.Fault{Effect: "error", Operation: "send", Code: new(131000), Via: "answer"}, code: 131000},
	{name: "code 135000", fault: &sim.Fault{Effect: "error", Operation: "send", Code: new(135000), Via: "answer"}, code: 135000},
	{name: "500 without a body", fault: &sim.Fault{Effect: "http"}},
	{name: "503 without a body", fault: &sim.Fault{Effect: "http", HTTP: 503}},
	{name: "no answer", fault: &sim.Fault{Effect: "timeout", MS: 20}},
	{name: "a page", front: says(502, "text/html", "<html><body>Bad gateway</body></html>")},
	{name: "200 without a body", front: says(200, "application/json", "")},
	{name: "200 with a page", front: says(200, "text/html", "<html>Sorry</html>")},
	{name: "200 without an id", front: says(200, "application/json", `{"messaging_product":"whatsapp","messages":[]}`)},
	{name: "half an answer", front: says(200, "application/json", `{"messaging_product":"whatsapp","messages":[{"id":"wam`)},
	{name: "a broken line", front: brokenLine},
}

// X4, I24, I30: without the platform's word a message is unconfirmed: nothing sends it again but a person who accepts that
// it may arrive twice, and the conversation goes on after half a minute.
func TestUnknownIsNeverSentAgainByItself(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		var unsure []message
		var threads []conversation
		for i, c := range silences {
			_, conv := w.writes(c.name, "Hello")
			end := func() { w.front.answer(nil) }
			if c.fault != nil {
				c.fault.Operation = "send"
				end = w.fault(*c.fault)
			} else {
				w.front.answer(c.front)
			}
			m := w.becomes(w.send(conv.ID, fmt.Sprint("u", i), "Did it arrive?").ID, "unknown", "failed", "sent", "held")
			end()
			if m.Status != "unknown" || text(m.Cause) != "send.unconfirmed" || m.Attempts != 1 || m.PlatformID != nil {
				t.Errorf("%s: %+v", c.name, m)
			}
			s := w.story(m.ID)
			if len(s.Attempts) != 1 || text(s.Attempts[0].Outcome) != "unknown" || c.code != 0 && (s.Attempts[0].Code == nil || *s.Attempts[0].Code != c.code) {
				t.Errorf("%s: the story tells %+v", c.name, s.Attempts)
			}
			unsure, threads = append(unsure, m), append(threads, conv)
		}
		next := w.send(threads[0].ID, "next", "And this?")
		w.becomes(w.send(threads[1].ID, "cancelled-next", "Never mind").ID, "queued")
		if m := w.message(next.ID); m.Status != "queued" {
			t.Errorf("the next message did not wait: %+v", m)
		}
		w.clock.Advance(31 * time.Second)
		w.becomes(next.ID, "read")
		w.clock.Advance(10 * time.Minute)
		// What was sent meanwhile proves that the lane ran and left the others alone.
		w.becomes(w.send(threads[0].ID, "later", "Later").ID, "read")
		for i, m := range unsure {
			if got := w.message(m.ID); got.Status != "unknown" || got.Attempts != 1 || len(w.sends(m.ID)) > 1 {
				t.Errorf("%s: after ten minutes %+v, %d calls", silences[i].name, got, len(w.sends(m.ID)))
			}
			w.post("messages/"+m.ID+"/retry", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "send.unconfirmed")
			w.post("messages/"+m.ID+"/cancel", nil).problem(t, http.StatusConflict, "api.conflict")
		}
		w.post("messages/"+unsure[0].ID+"/retry", map[string]any{"confirm_duplicate": true}).want(t, http.StatusCreated)
		m := w.becomes(unsure[0].ID, "read")
		if s := w.story(m.ID); m.Attempts != 2 || len(s.Attempts) != 2 || text(s.Attempts[0].Outcome) != "unknown" || text(s.Attempts[1].Outcome) != "accepted" {
			t.Errorf("sent again by a person: %+v, %+v", m, s.Attempts)
		}
		w.post("messages/"+m.ID+"/retry", map[string]any{"confirm_duplicate": true}).problem(t, http.StatusConflict, "api.conflict")
	})
}

// X4, I24, I33: the platform took it but its answer was lost: the status that names the attempt settles it, and the ledger
// of the platform holds exactly one send.
func TestStatusSettlesTheUnconfirmed(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database, slowStatuses)
		p, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Effect: "accept_then_timeout", MS: 20})
		m := w.becomes(w.send(c.ID, "lost", "Taken, but nobody said so").ID, "unknown", "sent")
		end()
		if m.Status != "unknown" || w.taken(m.ID) != 1 {
			t.Fatalf("%+v, taken %d times", m, w.taken(m.ID))
		}
		next := w.send(c.ID, "next", "And then this")
		w.clock.Advance(25 * time.Second)
		m = w.becomes(m.ID, "read")
		if m.PlatformID == nil || m.Cause != nil || m.Attempts != 1 || w.taken(m.ID) != 1 {
			t.Errorf("settled as %+v", m)
		}
		if s := w.story(m.ID); len(s.Attempts) != 1 || text(s.Attempts[0].Outcome) != "accepted" || len(s.Statuses) != 3 {
			t.Errorf("the story tells %+v", s)
		}
		w.clock.Advance(30 * time.Second)
		w.becomes(next.ID, "sent", "delivered", "read")
		if got := w.phone(p); len(got) != 2 || got[1] != "And then this" {
			t.Errorf("the phone shows %q", got)
		}
	})
}

// I33: statuses that come before the answer wait for it; nothing is lost or lowered.
func TestStatusBeforeTheAnswer(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database, func(o *sim.Options) { o.AnswerDelay = 150 * time.Millisecond })
		_, c := w.writes("Ana", "Hello")
		sent := w.send(c.ID, "early", "The status is faster")
		until(t, "it is read and answered", func() bool {
			s := w.story(sent.ID)
			return s.Message.Status == "read" && len(s.Attempts) == 1 && s.Attempts[0].HTTP != nil
		})
		s := w.story(sent.ID)
		if s.Message.Attempts != 1 || text(s.Attempts[0].Outcome) != "accepted" || w.taken(sent.ID) != 1 || len(s.Statuses) != 3 || s.Message.Cause != nil {
			t.Errorf("%+v", s)
		}
	})
}

// M4, I32: delivered and failed both come, in both orders: delivered stays, the conflict shows.
func TestM4ConflictingStatuses(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.fault(sim.Fault{Effect: "conflict"})
		_, c := w.writes("Ana", "Hello")
		for i := range 2 { // the twin tells failed before delivered, then after
			m := w.send(c.ID, fmt.Sprint("c", i), "Yes and no")
			until(t, "the conflict shows", func() bool { m = w.message(m.ID); return m.Conflict && m.Status != "failed" && m.Status != "sent" })
			until(t, "all statuses are there", func() bool { return len(w.story(m.ID).Statuses) == 4 })
			m = w.message(m.ID)
			if m.Status != "read" || !m.Conflict || text(m.Cause) != "wa.undeliverable" || m.Error == nil || m.Error.Code != 131026 {
				t.Errorf("%+v", m)
			}
		}
	})
}

// M5, I25: after error 2 the whole lane is held, everybody can see why, and after at most five minutes the message goes
// once more by itself, marked; a second one ends it.
func TestM5OutageHoldsTheLane(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		_, other := w.writes("Ben", "Hello")
		w.fault(sim.Fault{Effect: "error", Code: new(2), Operation: "send", Times: 1})
		started := w.clock.Now()
		m := w.becomes(w.send(c.ID, "held", "Patience").ID, "held")
		if text(m.Cause) != "net.outage" || m.NextTryAt == nil || m.NextTryAt.After(started.Add(5*time.Minute+10*time.Second)) || m.Attempts != 1 || m.Error == nil || m.Error.Code != 2 {
			t.Errorf("held as %+v", m)
		}
		var conn connection
		w.get("connections/"+w.connection, &conn)
		if conn.Status != "connected" || conn.Cause != nil || conn.Waiting != 1 { // one refusal is no outage of the connection
			t.Errorf("the connection says %+v", conn)
		}
		behind := w.send(other.ID, "behind", "Behind it")
		w.clock.Advance(4 * time.Minute)
		if got := w.message(behind.ID); got.Status != "queued" || w.taken(m.ID) != 0 {
			t.Errorf("in a held lane: %+v", got)
		}
		w.clock.Advance(70 * time.Second)
		m = w.becomes(m.ID, "read")
		w.becomes(behind.ID, "read")
		s := w.story(m.ID)
		if len(s.Attempts) != 2 || s.Attempts[0].Code == nil || *s.Attempts[0].Code != 2 || text(s.Attempts[0].Outcome) != "refused" || text(s.Attempts[1].Outcome) != "accepted" || s.Attempts[0].Repeat || !s.Attempts[1].Repeat || w.taken(m.ID) != 1 {
			t.Errorf("the story tells %+v", s.Attempts)
		}
		w.get("connections/"+w.connection, &conn)
		if conn.Cause != nil {
			t.Errorf("the connection still says %+v", conn)
		}
		// Twice the same: it is not tried a third time.
		w.fault(sim.Fault{Effect: "error", Code: new(2), Operation: "send", Times: 2})
		m = w.becomes(w.send(c.ID, "twice", "Twice").ID, "held")
		w.clock.Advance(5*time.Minute + 10*time.Second)
		m = w.becomes(m.ID, "failed", "unknown")
		w.clock.Advance(time.Hour)
		w.becomes(w.send(c.ID, "after", "After").ID, "read")
		if got := w.message(m.ID); got.Attempts != 2 || text(got.Cause) == "" {
			t.Errorf("after two refusals: %+v", got)
		}
	})
}

// I25, I29: a throttled lane slows down and sends each message once.
func TestThrottledLane(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.fault(sim.Fault{Effect: "error", Code: new(130429), Operation: "send", Times: 2})
		var all []message
		for i := range 4 {
			_, c := w.writes(fmt.Sprint("Person ", i), "Hello")
			all = append(all, w.send(c.ID, fmt.Sprint("r", i), "Slowly"))
		}
		until(t, "all are read", func() bool {
			w.clock.Advance(5 * time.Second)
			for _, m := range all {
				if w.message(m.ID).Status != "read" {
					return false
				}
			}
			return true
		})
		tries := 0
		for _, m := range all {
			if n := w.taken(m.ID); n != 1 {
				t.Errorf("one was taken %d times", n)
			}
			tries += w.message(m.ID).Attempts
		}
		if tries != 6 {
			t.Errorf("%d attempts, want 4 and 2 refused", tries)
		}
	})
}

// I26, I30: when the platform no longer accepts the credential nothing is lost: the lane is held, the connection says so,
// what comes in still arrives, and what waited leaves after the cure.
func TestSignInExpired(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Cause: "auth.expired", Account: w.account.PhoneNumberID})
		m := w.becomes(w.send(c.ID, "held", "Hold on").ID, "held")
		cancelled := w.send(c.ID, "cancel", "Never mind")
		var conn connection
		w.get("connections/"+w.connection, &conn)
		if conn.Status != "reauthorization_required" || text(conn.Cause) != "auth.expired" || conn.Sending.State != "no" || conn.Waiting != 2 {
			t.Errorf("the connection says %+v", conn)
		}
		w.says(p, "Are you there?")
		w.post("messages/"+cancelled.ID+"/cancel", nil).want(t, http.StatusOK)
		w.clock.Advance(10 * time.Minute)
		until(t, "it was tried again in vain", func() bool { return w.message(m.ID).Attempts > 1 })
		w.post("messages/"+m.ID+"/retry", map[string]any{}).problem(t, http.StatusConflict, "api.conflict")
		end()
		until(t, "it has left", func() bool {
			w.clock.Advance(30 * time.Second)
			return w.message(m.ID).Status == "read"
		})
		w.get("connections/"+w.connection, &conn)
		if conn.Status != "connected" || conn.Cause != nil || conn.Waiting != 0 {
			t.Errorf("after the cure the connection says %+v", conn)
		}
		if got := w.message(cancelled.ID); got.Status != "cancelled" || text(got.Cause) != "send.cancelled" || len(w.sends(got.ID)) != 0 {
			t.Errorf("the cancelled one: %+v", got)
		}
		if w.taken(m.ID) != 1 {
			t.Errorf("taken %d times", w.taken(m.ID))
		}
		for path, status := range map[string]int{"messages/" + m.ID + "/cancel": 409, "messages/" + c.LastMessage.ID + "/cancel": 404, "messages/" + c.LastMessage.ID + "/retry": 404} {
			w.post(path, map[string]any{}).want(t, status)
		}
	})
}

// I34: a person may try a failed message again; the first attempt stays on record.
func TestRetryOfTheFailed(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		// What the platform would surely refuse again is not sent again.
		w.fault(sim.Fault{Cause: "send.bad_param", Times: 1})
		m := w.becomes(w.send(c.ID, "e", "Never again").ID, "failed")
		if text(m.Cause) != "send.bad_param" || m.Error == nil || m.Error.Code != 131009 {
			t.Errorf("failed as %+v", m)
		}
		w.post("messages/"+m.ID+"/retry", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "send.bad_param")
		w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Via: "answer", Times: 1})
		m = w.becomes(w.send(c.ID, "f", "Once more").ID, "failed")
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		m = w.becomes(m.ID, "read")
		s := w.story(m.ID)
		if m.Attempts != 2 || m.Cause != nil || m.Error != nil || len(s.Attempts) != 2 || *s.Attempts[0].Code != 131026 || w.taken(m.ID) != 1 {
			t.Errorf("%+v %+v", m, s.Attempts)
		}
		// Failed by status, after the platform had taken it.
		w.fault(sim.Fault{Cause: "wa.undeliverable", Times: 1})
		m = w.becomes(w.send(c.ID, "g", "Undeliverable").ID, "failed")
		if text(m.Cause) != "wa.undeliverable" || m.PlatformID == nil {
			t.Errorf("failed by status as %+v", m)
		}
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		m = w.becomes(m.ID, "read")
		if s := w.story(m.ID); len(s.Attempts) != 2 || w.taken(m.ID) != 2 || text(s.Attempts[0].Outcome) != "accepted" {
			t.Errorf("%+v %+v", m, s.Attempts)
		}
	})
}

// I25: what surely did not leave this machine is tried again until it does.
func TestRefusedConnection(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		reopen := w.front.away(t)
		m := w.send(c.ID, "away", "Nobody listens")
		until(t, "it was tried", func() bool { m = w.message(m.ID); return m.Attempts > 0 && m.Status == "queued" })
		if text(m.Cause) != "server.network" {
			t.Errorf("meanwhile %+v", m)
		}
		reopen()
		until(t, "it is read", func() bool {
			w.clock.Advance(time.Minute)
			return w.message(m.ID).Status == "read"
		})
		s := w.story(m.ID)
		if text(s.Attempts[0].Outcome) != "not_sent" || w.taken(m.ID) != 1 || text(s.Attempts[len(s.Attempts)-1].Outcome) != "accepted" {
			t.Errorf("%+v", s.Attempts)
		}
	})
}
