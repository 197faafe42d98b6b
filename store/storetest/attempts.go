package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var attemptStories = []story{
	{"I22 C10 from queued to sent: the attempt, the answer, the place in the thread", sent},
	{"I26 the judge sees the facts of now and stops with a cause", judged},
	{"I23 a stale lease begins nothing", fenced},
	{"I23 one stale lease in a batch costs the others nothing", fencedInBatch},
	{"I23 a message begins once, also for two who ask at once", begunOnce},
	{"I24 I34 a late answer settles its own attempt", lateAnswer},
	{"I25 a refusal waits for its next try, and each try stays on record", retried},
	{"I24 I61 attempts of an older owner become unknown", givenUp},
	{"C6 an answer proves the connection, a refusal names its cause", evidence},
}

func sent(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.queue("c1", "olá")
	queued := w.get(id)
	w.clock.Advance(time.Minute)
	b := w.begin(lane, id)
	want(w, "attempt", b.N, 1)
	want(w, "facts: recipient", b.Facts.SendTo, ana.SendTo)
	want(w, "facts: text", b.Facts.Text, "olá")
	want(w, "facts: window", b.Facts.WindowFrom, w.at(0))
	want(w, "facts: deadline", b.Facts.Deadline, w.at(86400))
	want(w, "status", w.get(id).Status, clearline.Sending)

	w.ingest(w.text("wamid.2", ana, 0, "alô?"))
	w.clock.Advance(time.Second)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeAccepted,
		HTTP: 200, PlatformID: "wamid.out", Exchange: []byte("POST …")}))
	m := w.get(id)
	want(w, "status", m.Status, clearline.Sent)
	want(w, "platform id", m.PlatformID, "wamid.out")
	if d := m.At.Sub(queued.At); d < time.Minute+time.Second || d > 2*time.Minute {
		w.Errorf("I17: its place is %v after it was written, not the time of sending", d)
	}
	c := w.thread(ana)
	want(w, "waiting", c.WaitingSince, time.Time{})
	want(w, "last", c.LastMessageID, id)
	want(w, "unread stays", c.Unread, 2)
	st, err := w.store.Story(w.ctx, w.company, id)
	w.must(err)
	a := st.Attempts[0]
	want(w, "attempt", a, clearline.Attempt{CompanyID: w.company, MessageID: id, N: 1, NodeID: w.store.NodeID(), Epoch: 1, At: a.At, EndedAt: a.EndedAt,
		Outcome: clearline.OutcomeAccepted, HTTP: 200, PlatformID: "wamid.out", Exchange: []byte("POST …")})
	want(w, "nothing begins twice", w.begin(lane, id).N, 0)
}

func judged(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.queue("c1", "olá")
	w.ingest(w.text("wamid.2", ana, 50, "ainda aí?"))
	if _, err := w.db.Exec(`UPDATE connections SET paused_at = 1`); err != nil {
		w.Fatal(err)
	}
	var seen store.Facts
	b := &store.Begin{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, Lease: lane, Judge: func(f store.Facts) *clearline.Problem {
		seen = f
		return &clearline.Problem{Cause: clearline.CauseWindow}
	}}
	w.must(w.store.BeginAttempt(w.ctx, b))
	want(w, "the window of now", seen.WindowFrom, w.at(50))
	want(w, "paused", seen.Paused, true)
	want(w, "no attempt", b.N, 0)
	m := w.get(id)
	want(w, "status", m.Status, clearline.Failed)
	want(w, "cause", m.Cause, clearline.CauseWindow)
	want(w, "attempts", w.count(`SELECT COUNT(*) FROM attempts`), 0)
}

func fenced(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	old := w.claim("lane")
	id := w.queue("c1", "olá")
	next, ok, err := w.store.Claim(w.ctx, w.company, old)
	w.must(err)
	want(w, "taken over", ok, true)
	want(w, "epoch", next.Epoch, old.Epoch+1)
	_, ok, err = w.store.Claim(w.ctx, w.company, old)
	w.must(err)
	want(w, "only one is quick enough", ok, false)
	_, ok, err = w.store.Claim(w.ctx, w.company, store.Lease{Name: "lane"})
	w.must(err)
	want(w, "a held lease is not new", ok, false)

	for name, lease := range map[string]store.Lease{"the old epoch": old, "no lease": {Name: "other", Node: old.Node, Epoch: 1},
		"another node": {Name: "lane", Node: old.Node + 1, Epoch: next.Epoch}} {
		b := &store.Begin{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, Lease: lease, Judge: func(store.Facts) *clearline.Problem { return nil }}
		if err := w.store.BeginAttempt(w.ctx, b); !errors.Is(err, store.ErrFenced) {
			w.Errorf("%s: %v", name, err)
		}
		want(w, name, w.get(id).Status, clearline.Queued)
	}
	want(w, "the new owner", w.begin(next, id).N, 1)
	leases, err := w.store.Leases(w.ctx)
	w.must(err)
	want(w, "leases", leases, map[string]store.Lease{"lane": next})
}

func fencedInBatch(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	stale := store.Lease{Name: "gone", Node: lane.Node, Epoch: 1}
	ids := make([]clearline.ID, 24)
	for i := range ids {
		ids[i] = w.queue(fmt.Sprint("c", i), "olá")
	}
	var wg sync.WaitGroup
	for i, id := range ids {
		lease := lane
		if i%6 == 0 {
			lease = stale
		}
		wg.Go(func() {
			b := &store.Begin{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, Lease: lease, Judge: func(store.Facts) *clearline.Problem { return nil }}
			err := w.store.BeginAttempt(w.ctx, b)
			if lease == lane && (err != nil || b.N != 1) || lease == stale && !errors.Is(err, store.ErrFenced) {
				w.Errorf("%d: attempt %d, %v", i, b.N, err)
			}
		})
	}
	wg.Wait()
	want(w, "attempts", w.count(`SELECT COUNT(*) FROM attempts`), 20)
}

func begunOnce(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.queue("c1", "olá")
	var wg sync.WaitGroup
	numbers := make([]int, 8)
	for i := range numbers {
		wg.Go(func() { numbers[i] = w.begin(lane, id).N })
	}
	wg.Wait()
	sum := 0
	for _, n := range numbers {
		sum += n
	}
	want(w, "begun", sum, 1)
	want(w, "attempts", w.count(`SELECT COUNT(*) FROM attempts`), 1)
}

func lateAnswer(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	refusal := &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, N: 1, Outcome: clearline.OutcomeRefused, HTTP: 400, Cause: clearline.CauseWindow,
		Error: &clearline.PlatformError{Code: 131047, TraceID: "A1"}, Next: clearline.Failed}

	id := w.unknown(lane, "yes")
	w.accept(id, 1, "wamid.late")
	want(w, "a late yes", w.get(id).Status, clearline.Sent)
	want(w, "waiting", w.thread(ana).WaitingSince, time.Time{})

	id = w.unknown(lane, "no")
	no := *refusal
	no.MessageID = id
	w.must(w.store.SettleAttempt(w.ctx, &no))
	want(w, "a late no", w.get(id).Status, clearline.Failed)
	want(w, "its code", w.get(id).Error.Code, 131047)

	// The agent has asked for another try meanwhile: a late no is on record and changes nothing, a late yes ends it.
	id = w.unknown(lane, "no after requeue")
	w.again(id)
	no = *refusal
	no.MessageID = id
	w.must(w.store.SettleAttempt(w.ctx, &no))
	want(w, "a late no after a requeue", w.get(id).Retry.Status, clearline.Queued)
	st, err := w.store.Story(w.ctx, w.company, id)
	w.must(err)
	want(w, "on record", string(st.Attempts[0].Outcome)+" "+st.Attempts[0].Error.TraceID, "refused A1")

	id = w.unknown(lane, "no during the next")
	w.again(id)
	want(w, "the next attempt", w.begin(lane, id).N, 2)
	no = *refusal
	no.MessageID = id
	w.must(w.store.SettleAttempt(w.ctx, &no))
	want(w, "a late no during the next attempt", w.get(id).Retry.Status, clearline.Sending)

	id = w.unknown(lane, "yes after requeue")
	w.again(id)
	w.accept(id, 1, "wamid.late2")
	want(w, "a late yes after a requeue", w.get(id).Status, clearline.Sent)
	want(w, "it does not go again", w.begin(lane, id).N, 0)

	// Reported as read before the answer: the answer lowers nothing.
	id = w.unknown(lane, "read")
	w.ingest(w.report("wamid.read", clearline.Read, 9, store.AttemptRef(w.company, id, 1)))
	no = *refusal
	no.MessageID = id
	w.must(w.store.SettleAttempt(w.ctx, &no))
	want(w, "a late no after proof", w.get(id).Status, clearline.Read)
	w.accept(id, 1, "wamid.read")
	want(w, "a late yes after proof", w.get(id).Status, clearline.Read)
}

func retried(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.queue("c1", "olá")
	for n := 1; n <= 3; n++ {
		b := w.begin(lane, id)
		want(w, "attempt", b.N, n)
		want(w, "marked as a repeat", b.Facts.Repeat, n == 3)
		next := clearline.Queued
		if n == 2 {
			next = clearline.Held
		}
		w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: n, Outcome: clearline.OutcomeRefused, HTTP: 429,
			Cause: clearline.CauseRate, Error: &clearline.PlatformError{Code: 130429 + n}, Next: next, NextTryAt: w.at(4000 + n), Repeat: n == 2}))
		m := w.get(id)
		want(w, "status", m.Status, next)
		want(w, "cause", m.Cause, clearline.CauseRate)
		want(w, "next try", m.NextTryAt, w.at(4000+n))
	}
	w.begin(lane, id)
	m := w.get(id)
	want(w, "the cause is gone with the new try", m.Cause, "")
	want(w, "tries", m.Attempts, 4)
	w.accept(id, 4, "wamid.out")
	st, err := w.store.Story(w.ctx, w.company, id)
	w.must(err)
	var codes []int
	for _, a := range st.Attempts[:3] {
		codes = append(codes, a.Error.Code)
	}
	want(w, "I34: earlier answers stay", codes, []int{130430, 130431, 130432})
	want(w, "status", st.Message.Status, clearline.Sent)
	want(w, "error", st.Message.Error, nil)
}

func givenUp(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	old := w.claim("lane")
	open, answered, waiting := w.queue("c1", "a"), w.queue("c2", "b"), w.queue("c3", "c")
	w.begin(old, open)
	w.begin(old, answered)
	w.accept(answered, 1, "wamid.out")
	next, _, err := w.store.Claim(w.ctx, w.company, old)
	w.must(err)
	w.begin(next, waiting)
	for i, expected := range []int64{1, 0} {
		n, err := w.store.GiveUpOlder(w.ctx, w.company, w.conn.ID, next.Epoch)
		w.must(err)
		want(w, fmt.Sprint("given up, time ", i), n, expected)
	}
	want(w, "open", w.get(open).Status, clearline.Unsettled)
	want(w, "cause", w.get(open).Cause, clearline.CauseUnconfirmed)
	want(w, "answered", w.get(answered).Status, clearline.Sent)
	want(w, "our own", w.get(waiting).Status, clearline.Sending)
	w.accept(open, 1, "wamid.late")
	want(w, "I23: the old owner's answer counts", w.get(open).Status, clearline.Sent)
}

func evidence(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	settle := func(clientID string, e store.Evidence) clearline.Connection {
		w.Helper()
		id := w.queue(clientID, "olá")
		w.begin(lane, id)
		e.CompanyID, e.ConnectionID = w.company, w.conn.ID
		w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeRefused,
			Next: clearline.Failed, Evidence: &e}))
		c, err := w.store.Connection(w.ctx, w.company, w.conn.ID)
		w.must(err)
		return c
	}
	c := settle("yes", store.Evidence{Checked: w.at(10), Accepted: w.at(10), Sent: w.at(10)})
	want(w, "sent", c.Proof.SentAt, w.at(10))
	want(w, "accepted", c.Proof.AcceptedAt, w.at(10))
	c = settle("older", store.Evidence{Checked: w.at(5), Accepted: w.at(5), Sent: w.at(5)})
	want(w, "older evidence changes nothing", c.Proof.SentAt, w.at(10))
	c = settle("no", store.Evidence{Checked: w.at(20), Cause: clearline.CauseAuthExpired})
	want(w, "cause", c.Proof.Cause, clearline.CauseAuthExpired)
	since := c.Proof.CauseAt
	w.clock.Advance(time.Minute)
	c = settle("again", store.Evidence{Checked: w.at(30), Cause: clearline.CauseAuthExpired})
	want(w, "the same cause keeps its beginning", c.Proof.CauseAt, since)
	want(w, "accepted stays", c.Proof.AcceptedAt, w.at(10))
	c = settle("cleared", store.Evidence{Checked: w.at(40), Accepted: w.at(40), Clear: true})
	want(w, "cause", c.Proof.Cause, "")
	w.must(w.store.Prove(w.ctx, store.Evidence{CompanyID: w.company, ConnectionID: w.conn.ID, PerSecond: 1000}))
	c, err := w.store.Connection(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "throughput", c.ThroughputPerSecond, 1000)
}
