package storetest

import (
	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var retryStories = []story{
	{"I34 a retry leaves the message as it was until the platform gives it a new id, and ends as what the platform says", retryEnds},
	{"I34 a retry taken back leaves the message as it was", retryTakenBack},
	{"I22 a press that comes after the retry it asked for does nothing", retrySeen},
	{"X4 a report about the first attempt ends a retry that has not left", retryProven},
	{"M10 what waits on a connection that ends is cancelled, a retry of it is taken back, and what may have arrived stays so", waitingCancelled},
	{"I23 a retry that was under way when its owner died is unconfirmed", retryOfTheDead},
}

// failed makes a message that the platform took and reported as failed afterwards.
func (w *world) failed(lane store.Lease, clientID string) clearline.ID {
	w.Helper()
	id := w.queue(clientID, "olá")
	w.begin(lane, id)
	w.accept(id, 1, "wamid."+clientID)
	w.ingest(w.failure("wamid."+clientID, 5, clearline.CauseUndeliverable, 131026))
	want(w, "prepared", w.get(id).Status, clearline.Failed)
	return id
}

// trouble is the newest message in trouble of the conversation with Ana, as its row shows it.
func (w *world) trouble() *store.Trouble { return w.thread(ana).Trouble }

func retryEnds(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	for name, c := range map[string]struct {
		settle store.Settle
		status clearline.Status
		cause  clearline.Cause
		ended  bool
	}{
		"taken":       {store.Settle{Outcome: clearline.OutcomeAccepted, PlatformID: "wamid.new"}, clearline.Sent, "", true},
		"refused":     {store.Settle{Outcome: clearline.OutcomeRefused, Next: clearline.Failed, Cause: clearline.CauseWindow, Error: &clearline.PlatformError{Code: 131047}}, clearline.Failed, clearline.CauseWindow, true},
		"no answer":   {store.Settle{Outcome: clearline.OutcomeUnknown, Next: clearline.Unsettled, Cause: clearline.CauseUnconfirmed}, clearline.Unsettled, clearline.CauseUnconfirmed, true},
		"held again":  {store.Settle{Outcome: clearline.OutcomeRefused, Next: clearline.Held, Cause: clearline.CauseOutage, NextTryAt: w.at(4000)}, clearline.Failed, clearline.CauseUndeliverable, false},
		"tried again": {store.Settle{Outcome: clearline.OutcomeNotSent, Next: clearline.Queued, Cause: clearline.CauseNetwork, NextTryAt: w.at(4000)}, clearline.Failed, clearline.CauseUndeliverable, false},
	} {
		id := w.failed(lane, name)
		before := w.get(id)
		w.again(id)
		want(w, name+": its attempt", w.begin(lane, id).N, 2)
		m := w.get(id)
		want(w, name+": status meanwhile", m.Status, clearline.Failed)
		want(w, name+": error meanwhile", m.Error, before.Error)
		want(w, name+": the list still shows it", w.trouble().MessageID, id)
		want(w, name+": as what it was", *w.trouble(), store.Trouble{MessageID: id, Status: clearline.Failed, Cause: clearline.CauseUndeliverable})
		st := c.settle
		st.CompanyID, st.ConnectionID, st.MessageID, st.N = w.company, w.conn.ID, id, 2
		w.must(w.store.SettleAttempt(w.ctx, &st))
		m = w.get(id)
		want(w, name+": status", m.Status, c.status)
		want(w, name+": cause", m.Cause, c.cause)
		want(w, name+": the retry has ended", m.Retry == nil, c.ended)
		story, err := w.store.Story(w.ctx, w.company, id)
		w.must(err)
		want(w, name+": attempts", len(story.Attempts), 2)
		want(w, name+": the first stays", string(story.Attempts[0].Outcome)+" "+story.Attempts[0].PlatformID, "accepted wamid."+name)
		if m.Status == clearline.Sent {
			want(w, name+": the new id", m.PlatformID, "wamid.new")
			want(w, name+": resolved", w.count(`SELECT COUNT(*) FROM messages WHERE message_id = $1 AND resolved_at > 0`, int64(id)), 1)
		}
	}
}

func retryTakenBack(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.failed(lane, "c1")
	before := w.get(id)
	w.again(id)
	w.must(w.store.Cancel(w.ctx, w.company, id))
	after := w.get(id)
	want(w, "status", after.Status, clearline.Failed)
	want(w, "cause", after.Cause, before.Cause)
	want(w, "error", after.Error, before.Error)
	want(w, "platform id", after.PlatformID, before.PlatformID)
	want(w, "retry", after.Retry, nil)
	want(w, "nothing begins", w.begin(lane, id).N, 0)
	w.again(id)
	want(w, "it can be asked for again", w.begin(lane, id).N, 2)
}

func waitingCancelled(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	unknown := w.become(lane, "unknown", clearline.Unsettled)
	again := w.failed(lane, "again")
	w.again(again)
	held, queued := w.become(lane, "held", clearline.Held), w.queue("queued", "olá")
	n, err := w.store.CancelWaiting(w.ctx, w.company, w.conn.ID, clearline.CauseEnded)
	w.must(err)
	want(w, "cancelled", n, 3)
	for _, id := range []clearline.ID{held, queued} {
		want(w, "waiting: status", w.get(id).Status, clearline.Cancelled)
		want(w, "waiting: cause", w.get(id).Cause, clearline.CauseEnded)
	}
	want(w, "unconfirmed", w.get(unknown).Status, clearline.Unsettled)
	m := w.get(again)
	want(w, "retried: status", m.Status, clearline.Failed)
	want(w, "retried: cause", m.Cause, clearline.CauseUndeliverable)
	want(w, "retried: the retry", m.Retry, nil)
	want(w, "retried: platform id", m.PlatformID, "wamid.again")
}

func retrySeen(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.failed(lane, "c1")
	w.again(id)
	w.begin(lane, id)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 2, Outcome: clearline.OutcomeRefused, Next: clearline.Failed, Cause: clearline.CauseUndeliverable}))
	begun, err := w.store.Requeue(w.ctx, store.Again{CompanyID: w.company, MessageID: id, Seen: 1, Deadline: w.at(9000)})
	w.must(err)
	want(w, "begun by whoever saw one attempt", begun, false)
	want(w, "nothing begins", w.begin(lane, id).N, 0)
	begun, err = w.store.Requeue(w.ctx, store.Again{CompanyID: w.company, MessageID: id, Seen: 2, Deadline: w.at(9000)})
	w.must(err)
	want(w, "begun by whoever saw both", begun, true)
	want(w, "the third", w.begin(lane, id).N, 3)
}

func retryProven(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.failed(lane, "c1")
	w.again(id)
	w.ingest(w.report("wamid.c1", clearline.Delivered, 9, store.AttemptRef(w.company, id, 1)))
	m := w.get(id)
	want(w, "status", m.Status, clearline.Delivered)
	want(w, "retry", m.Retry, nil)
	want(w, "nothing begins", w.begin(lane, id).N, 0)
	want(w, "no trouble", w.trouble(), nil)
}

func retryOfTheDead(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	old := w.claim("lane")
	id := w.failed(old, "c1")
	w.again(id)
	w.begin(old, id)
	next, _, err := w.store.Claim(w.ctx, w.company, old)
	w.must(err)
	n, err := w.store.GiveUpOlder(w.ctx, w.company, w.conn.ID, next.Epoch)
	w.must(err)
	want(w, "given up", n, int64(1))
	m := w.get(id)
	want(w, "status", m.Status, clearline.Unsettled)
	want(w, "retry", m.Retry, nil)
}
