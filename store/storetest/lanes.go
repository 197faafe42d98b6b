package storetest

import (
	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// claim takes a lease nobody holds.
func (w *world) claim(name string) store.Lease {
	w.Helper()
	l, ok, err := w.store.Claim(w.ctx, w.company, store.Lease{Name: name})
	w.must(err)
	if !ok {
		w.Fatalf("the lease %s is taken", name)
	}
	return l
}

// draft is a text to Ana, draftTo one to somebody else.
func (w *world) draft(clientID, text string) store.NewMessage { return w.draftTo(ana, clientID, text) }

func (w *world) draftTo(who channel.Person, clientID, text string) store.NewMessage {
	w.Helper()
	return store.NewMessage{CompanyID: w.company, ConversationID: w.thread(who).ID, AuthorID: w.agent.ID, ClientID: clientID, Kind: clearline.KindText, Text: text, Deadline: w.at(86400)}
}

// queue writes a text to Ana.
func (w *world) queue(clientID, text string) clearline.ID {
	w.Helper()
	id, _, err := w.store.Queue(w.ctx, w.draft(clientID, text))
	w.must(err)
	return id
}

// begin records an attempt that nobody objects to.
func (w *world) begin(lane store.Lease, id clearline.ID) *store.Begin {
	w.Helper()
	b := &store.Begin{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, Lease: lane, Judge: func(store.Facts) *clearline.Problem { return nil }}
	w.must(w.store.BeginAttempt(w.ctx, b))
	return b
}

// again asks for a message to be sent again, whatever it may bring.
func (w *world) again(id clearline.ID) {
	w.Helper()
	begun, err := w.store.Requeue(w.ctx, store.Again{CompanyID: w.company, MessageID: id, MayDuplicate: true, Deadline: w.at(9000)})
	w.must(err)
	want(w, "a retry was begun", begun, true)
}

func (w *world) accept(id clearline.ID, n int, platformID string) {
	w.Helper()
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: n, Outcome: clearline.OutcomeAccepted, HTTP: 200, PlatformID: platformID}))
}
