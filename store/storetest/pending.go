package storetest

import (
	"errors"
	"fmt"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var pendingStories = []story{
	{"I1 I5 a big delivery is kept first and applied in slices", slices100},
	{"I61 a slice is applied once, also after a crash between slices", crashBetweenSlices},
	{"I7 a delivery that keeps failing is parked with the reason", parkedAfterTries},
	{"I8 a replay books what became of the parked elements", replayed},
	{"I8 a replay of an applied delivery changes nothing", replayedAgain},
	{"I6 what waits is listed for all companies, the oldest first", pendingListed},
}

func (w *world) texts(n int) []store.Routed {
	all := make([]store.Routed, n)
	for i := range all {
		all[i] = w.text(fmt.Sprint("wamid.", i), ana, i, "oi")
	}
	return all
}

// keep stores a delivery as pending.
func (w *world) keep(elements []store.Routed) clearline.Delivery {
	w.Helper()
	in := w.inbound(w.tenant, store.InboundKeep, elements...)
	w.must(w.store.Ingest(w.ctx, in))
	return w.delivery(in.Delivery.ID)
}

func (w *world) delivery(id clearline.ID) clearline.Delivery {
	w.Helper()
	d, err := w.store.Delivery(w.ctx, w.company, id)
	w.must(err)
	return d
}

// slice applies the elements from the first still pending on.
func (w *world) slice(d clearline.Delivery, elements []store.Routed, n int) (clearline.Count, error) {
	done := len(elements) - d.Count.Pending
	in := &store.Inbound{Delivery: d, Mode: store.InboundSlice, Elements: elements[done : done+n], Expect: d.Count.Pending}
	err := w.store.Ingest(w.ctx, in)
	return in.Count, err
}

func slices100(w *world) {
	elements := append(w.texts(98), w.problem(), w.text("wamid.0", ana, 0, "oi"))
	d := w.keep(elements)
	want(w, "kept", d.Count, clearline.Count{Pending: 100})
	want(w, "state", d.State, clearline.DeliveryPending)
	want(w, "nothing shown yet", len(w.threads()), 0)
	want(w, "ledger", w.ledger().Count, clearline.Count{Pending: 100})
	for d.State == clearline.DeliveryPending {
		_, err := w.slice(d, elements, min(40, d.Count.Pending))
		w.must(err)
		d = w.delivery(d.ID)
		want(w, "I5: the sum stays", d.Count.Sum(), 100)
		want(w, "I5: in the ledger too", w.ledger().Count.Sum(), 100)
	}
	want(w, "count", d.Count, clearline.Count{Stored: 98, Duplicate: 1, Parked: 1})
	want(w, "state", d.State, clearline.DeliveryParked)
	want(w, "ledger", w.ledger(), store.Ledger{Received: 100, Count: d.Count, Refused: map[string]int64{}})
	want(w, "unread", w.thread(ana).Unread, 98)
}

func crashBetweenSlices(w *world) {
	elements := w.texts(10)
	d := w.keep(elements)
	_, err := w.slice(d, elements, 4)
	w.must(err)
	// Somebody who read the delivery before that slice tries the same one, and a later one out of turn.
	if _, err := w.slice(d, elements, 4); !errors.Is(err, store.ErrTakenOver) {
		w.Errorf("the same slice twice: %v", err)
	}
	want(w, "unread", w.thread(ana).Unread, 4)

	// The process dies; the next one goes on where the table says.
	w.must(w.store.Close())
	w.store = Open(w, w.address, w.clock)
	d = w.delivery(d.ID)
	want(w, "left", d.Count.Pending, 6)
	_, err = w.slice(d, elements, 6)
	w.must(err)
	d = w.delivery(d.ID)
	want(w, "state", d.State, clearline.DeliveryApplied)
	want(w, "count", d.Count, stored(10))
	want(w, "unread", w.thread(ana).Unread, 10)
	if _, err := w.slice(clearline.Delivery{ID: d.ID, CompanyID: d.CompanyID, Platform: d.Platform, Count: clearline.Count{Pending: 2}}, elements, 2); !errors.Is(err, store.ErrTakenOver) {
		w.Errorf("a slice of an applied delivery: %v", err)
	}
}

func parkedAfterTries(w *world) {
	d := w.keep(w.texts(3))
	p := store.PendingDelivery{CompanyID: w.company, DeliveryID: d.ID}
	for try := 1; try <= 3; try++ {
		parked, err := w.store.FailPending(w.ctx, p, fmt.Sprint("reason ", try), 3)
		w.must(err)
		want(w, "parked", parked, try == 3)
	}
	d = w.delivery(d.ID)
	want(w, "state", d.State, clearline.DeliveryParked)
	want(w, "count", d.Count, clearline.Count{Parked: 3})
	want(w, "reason", d.Reason, "reason 3")
	want(w, "tries", d.Tries, 3)
	want(w, "ledger", w.ledger().Count, clearline.Count{Parked: 3})
	parked, err := w.store.FailPending(w.ctx, p, "once more", 3)
	w.must(err)
	want(w, "it is not parked twice", parked, false)
	want(w, "ledger", w.ledger().Count, clearline.Count{Parked: 3})
}

// replay applies all elements of a delivery again.
func (w *world) replay(d clearline.Delivery, elements []store.Routed, reason string) {
	w.Helper()
	var sum clearline.Count
	for _, e := range elements {
		in := &store.Inbound{Delivery: d, Mode: store.InboundReplay, Elements: []store.Routed{e}}
		w.must(w.store.Ingest(w.ctx, in))
		sum.Stored += in.Count.Stored
		sum.Duplicate += in.Count.Duplicate
		sum.Parked += in.Count.Parked
	}
	w.must(w.store.FinishReplay(w.ctx, w.company, d.ID, sum, reason))
}

func replayed(w *world) {
	first := w.text("wamid.0", ana, 0, "oi")
	in := w.inbound(w.tenant, store.InboundNew, first, w.problem(), w.problem(), first)
	w.must(w.store.Ingest(w.ctx, in))
	want(w, "at first", in.Count, clearline.Count{Stored: 1, Duplicate: 1, Parked: 2})

	// A newer program understands one of the two.
	w.replay(in.Delivery, []store.Routed{first, w.text("wamid.1", ana, 1, "agora sim"), w.problem(), first}, "still one")
	d := w.delivery(in.Delivery.ID)
	want(w, "count", d.Count, clearline.Count{Stored: 2, Duplicate: 1, Parked: 1})
	want(w, "state", d.State, clearline.DeliveryParked)
	want(w, "reason", d.Reason, "still one")
	want(w, "ledger", w.ledger(), store.Ledger{Received: 4, Count: d.Count, Refused: map[string]int64{}})

	w.replay(in.Delivery, []store.Routed{first, w.text("wamid.1", ana, 1, "agora sim"), w.text("wamid.2", ana, 2, "tudo"), first}, "")
	d = w.delivery(in.Delivery.ID)
	want(w, "count", d.Count, clearline.Count{Stored: 3, Duplicate: 1})
	want(w, "state", d.State, clearline.DeliveryApplied)
	want(w, "ledger", w.ledger().Count, d.Count)
	wantCause(w, "another company's", w.store.FinishReplay(w.ctx, w.found("Other", "9", "8").company, d.ID, stored(1), ""), clearline.CauseAbsent)
}

func replayedAgain(w *world) {
	elements := []store.Routed{w.text("wamid.0", ana, 0, "oi"), w.reaction("wamid.1", ana, 1, "wamid.0", "👍"), w.edit("wamid.2", "wamid.0", 2, "olá"),
		w.echo("wamid.3", ana, 3, "bom dia"), w.report("wamid.3", clearline.Read, 4, ""), w.report("wamid.3", clearline.Delivered, 4, "")}
	in := w.inbound(w.tenant, store.InboundNew, elements...)
	w.must(w.store.Ingest(w.ctx, in))
	before, ledger := w.thread(ana), w.ledger()
	messages := w.messages(before.ID)
	for range 3 {
		w.replay(in.Delivery, elements, "")
	}
	want(w, "thread", w.thread(ana), before)
	want(w, "messages", w.messages(before.ID), messages)
	want(w, "ledger", w.ledger(), ledger)
	want(w, "delivery", w.delivery(in.Delivery.ID).Count, stored(6))
}

func pendingListed(w *world) {
	var expected []store.PendingDelivery
	other := w.found("Other", "999", "998")
	for i := range 4 {
		n := w.tenant
		if i%2 == 1 {
			n = other
		}
		in := w.inbound(n, store.InboundKeep, w.text("wamid.0", ana, 0, "oi"))
		w.must(w.store.Ingest(w.ctx, in))
		expected = append(expected, store.PendingDelivery{CompanyID: n.company, DeliveryID: in.Delivery.ID})
		w.must(w.store.Ingest(w.ctx, w.inbound(n, store.InboundNew, w.problem())))
	}
	all, err := w.store.PendingDeliveries(w.ctx, 10)
	w.must(err)
	want(w, "pending", all, expected)
	some, err := w.store.PendingDeliveries(w.ctx, 2)
	w.must(err)
	want(w, "the first two", some, expected[:2])
}
