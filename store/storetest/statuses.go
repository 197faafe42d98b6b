package storetest

import (
	"fmt"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

var statusStories = []story{
	{"I32 M4 statuses only go forward, in every order", forward},
	{"I33 statuses before the answer wait for it", earlyStatuses},
	{"M4 two refusals end alike in both orders", twoRefusals},
	{"I34 every report stays in the story, with whether it moved the message", reportsKept},
	{"I32 a status never moves what a person wrote", statusOfInbound},
	{"I24 an unknown send is settled by the attempt that its status names", settledByRef},
	{"I24 I57 a reference of another company, another number or nobody settles nothing", foreignRef},
	{"I8 I34 the old status of a message that was asked for again moves nothing", oldStatusAfterRetry},
}

func forward(w *world) {
	letters := map[rune]clearline.Status{'s': clearline.Sent, 'd': clearline.Delivered, 'r': clearline.Read}
	for i, c := range []struct {
		order    string
		status   clearline.Status
		conflict bool
	}{
		{"s", clearline.Sent, false},
		{"sdr", clearline.Read, false},
		{"rds", clearline.Read, false},
		{"rs", clearline.Read, false},
		{"ds", clearline.Delivered, false},
		{"f", clearline.Failed, false},
		{"sf", clearline.Failed, false},
		{"fs", clearline.Failed, false},
		{"fd", clearline.Delivered, true},
		{"df", clearline.Delivered, true},
		{"fr", clearline.Read, true},
		{"rf", clearline.Read, true},
		{"sfdr", clearline.Read, true},
		{"rsfd", clearline.Read, true},
		{"ddff", clearline.Delivered, true},
	} {
		for name, deliver := range map[string]func(...store.Routed){"one by one": w.each, "together": func(all ...store.Routed) { w.ingest(all...) }} {
			id := fmt.Sprint("wamid.", i, name)
			events := []store.Routed{w.echo(id, ana, i, c.order)}
			for _, letter := range c.order {
				if letter == 'f' {
					events = append(events, w.failure(id, 9, clearline.CauseUndeliverable, 131026))
				} else {
					events = append(events, w.report(id, letters[letter], 9, ""))
				}
			}
			deliver(events...)
			m := w.find(id)
			want(w, c.order+" "+name+": status", m.Status, c.status)
			want(w, c.order+" "+name+": conflict", m.Conflict, c.conflict)
			if c.conflict || c.status == clearline.Failed {
				want(w, c.order+" "+name+": cause", m.Cause, clearline.CauseUndeliverable)
				want(w, c.order+" "+name+": code", m.Error.Code, 131026)
			} else {
				want(w, c.order+" "+name+": cause", m.Cause, "")
			}
		}
	}
}

func earlyStatuses(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.queue("c1", "resposta")
	w.begin(lane, id)
	w.ingest(w.report("wamid.out", clearline.Delivered, 2, ""), w.report("wamid.out", clearline.Read, 3, ""))
	want(w, "not known yet", w.get(id).Status, clearline.Sending)
	w.accept(id, 1, "wamid.out")
	want(w, "after the answer", w.get(id).Status, clearline.Read)
	want(w, "waiting", w.count(`SELECT COUNT(*) FROM early`), 0)
	want(w, "sent comes last", w.ingest(w.report("wamid.out", clearline.Sent, 1, "")), stored(1))
	want(w, "and lowers nothing", w.get(id).Status, clearline.Read)
}

func twoRefusals(w *world) {
	for i, order := range [][]int{{131026, 131049}, {131049, 131026}} {
		id := fmt.Sprint("wamid.", i)
		w.ingest(w.echo(id, ana, i, "oi"))
		for _, code := range order {
			// The same cause for both: the difference is in the platform's own numbers.
			w.ingest(w.failure(id, 9, clearline.CauseUndeliverable, code))
		}
		m := w.find(id)
		want(w, "status", m.Status, clearline.Failed)
		want(w, "code", m.Error.Code, 131026)
	}
}

func reportsKept(w *world) {
	w.ingest(w.echo("wamid.1", ana, 0, "oi"))
	w.each(w.report("wamid.1", clearline.Read, 3, ""), w.report("wamid.1", clearline.Sent, 1, ""), w.failure("wamid.1", 4, clearline.CauseOther, 131000))
	st, err := w.store.Story(w.ctx, w.company, w.find("wamid.1").ID)
	w.must(err)
	got := map[clearline.Status]bool{}
	for _, r := range st.Statuses {
		got[r.Status] = r.Applied
	}
	want(w, "reports", got, map[clearline.Status]bool{clearline.Read: true, clearline.Sent: false, clearline.Failed: true})
	if st.Delivery == nil || len(st.Delivery.Raw) == 0 {
		w.Error("the story has no raw delivery")
	}
}

func statusOfInbound(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	w.each(w.report("wamid.1", clearline.Sent, 1, ""), w.failure("wamid.1", 1, clearline.CauseOther, 1), w.report("wamid.1", clearline.Read, 1, ""))
	m := w.find("wamid.1")
	want(w, "status", m.Status, clearline.Received)
	want(w, "conflict", m.Conflict, false)
}

// unknown queues a message whose answer never came.
func (w *world) unknown(lane store.Lease, clientID string) clearline.ID {
	w.Helper()
	id := w.queue(clientID, "chegou?")
	w.begin(lane, id)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeUnknown,
		Cause: clearline.CauseUnconfirmed, Next: clearline.Unsettled}))
	want(w, "unconfirmed", w.get(id).Status, clearline.Unsettled)
	return id
}

func settledByRef(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	var told []clearline.ID
	w.store.OnSettled(func(_, message clearline.ID) { told = append(told, message) })
	for i, status := range []clearline.Status{clearline.Sent, clearline.Delivered, clearline.Read, clearline.Failed} {
		id := w.unknown(lane, fmt.Sprint("c", i))
		platformID := fmt.Sprint("wamid.out", i)
		// What came before the proof, without naming the attempt, waits and is applied with it.
		w.ingest(w.reaction(platformID+"r", ana, 1, platformID, "👍"))
		e := w.report(platformID, status, 1, store.AttemptRef(w.company, id, 1))
		if status == clearline.Failed {
			e.Status.Report.Cause, e.Status.Report.Error = clearline.CauseUndeliverable, &clearline.PlatformError{Code: 131026}
		}
		want(w, "count", w.ingest(e), stored(1))
		m := w.get(id)
		want(w, "status", m.Status, status)
		want(w, "platform id", m.PlatformID, platformID)
		want(w, "reactions", len(m.Reactions), 1)
		st, err := w.store.Story(w.ctx, w.company, id)
		w.must(err)
		want(w, "attempt", st.Attempts[0].Outcome, clearline.OutcomeAccepted)
		want(w, "told", told[i], id)
		want(w, "a person waits no longer", w.thread(ana).WaitingSince.IsZero(), true)
		// An answer that says "no" or nothing, after the proof, is kept for the record and moves nothing.
		w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeUnknown,
			Cause: clearline.CauseUnconfirmed, Next: clearline.Unsettled}))
		st, err = w.store.Story(w.ctx, w.company, id)
		w.must(err)
		want(w, "proof stays", st.Attempts[0].Outcome, clearline.OutcomeAccepted)
		want(w, "status stays", st.Message.Status, status)
		// The message keeps the place in the thread that it took when it was proven (I17).
		place := m.At
		w.clock.Advance(time.Second)
		w.accept(id, 1, platformID)
		want(w, "place", w.get(id).At, place)
		want(w, "status stays", w.get(id).Status, status)
	}
}

func foreignRef(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.unknown(lane, "c1")
	second, err := w.store.AddConnection(w.ctx, clearline.Connection{CompanyID: w.company, Platform: clearline.WhatsApp, Name: "Filial", Account: "777", Parent: w.conn.Parent}, w.app, "t")
	w.must(err)
	filial := w.tenant
	filial.conn = second
	other := w.found("Other", "999", "998")
	ref := store.AttemptRef(w.company, id, 1)
	for i, c := range []struct {
		name string
		from tenant
		ref  string
	}{
		{"another company", other, ref},
		{"another number", filial, ref},
		{"another company's reference", w.tenant, store.AttemptRef(other.company, id, 1)},
		{"an attempt that was not made", w.tenant, store.AttemptRef(w.company, id, 2)},
		{"a message that is not there", w.tenant, store.AttemptRef(w.company, 4711, 1)},
		{"somebody else's text", w.tenant, "cl1.1.2"},
		{"empty parts", w.tenant, "cl1..."},
		{"a negative number", w.tenant, "cl1." + w.company.String() + ".-1.1"},
	} {
		status := channel.Element{Status: &channel.Status{PlatformID: fmt.Sprint("wamid.x", i), Report: clearline.Report{Status: clearline.Delivered}, At: w.at(1), ClientRef: c.ref}}
		w.must(w.store.Ingest(w.ctx, w.inbound(c.from, store.InboundNew, c.from.element(status))))
		want(w, c.name, w.get(id).Status, clearline.Unsettled)
	}
	want(w, "the right one", w.ingest(w.report("wamid.out", clearline.Delivered, 1, ref)), stored(1))
	want(w, "the right one", w.get(id).Status, clearline.Delivered)
}

func oldStatusAfterRetry(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.queue("c1", "de novo")
	w.begin(lane, id)
	w.accept(id, 1, "wamid.out1")
	refused := w.failure("wamid.out1", 2, clearline.CauseUndeliverable, 131026)
	refused.Status.ClientRef = store.AttemptRef(w.company, id, 1)
	w.ingest(refused)
	want(w, "first try", w.get(id).Status, clearline.Failed)
	w.again(id)

	w.ingest(refused)
	want(w, "the platform repeats itself", w.get(id).Retry.Status, clearline.Queued)
	want(w, "second attempt", w.begin(lane, id).N, 2)
	w.ingest(refused)
	want(w, "and once more", w.get(id).Retry.Status, clearline.Sending)
	w.accept(id, 2, "wamid.out2")
	w.ingest(refused, w.report("wamid.out2", clearline.Delivered, 9, store.AttemptRef(w.company, id, 2)))
	m := w.get(id)
	want(w, "status", m.Status, clearline.Delivered)
	want(w, "conflict", m.Conflict, false)
	want(w, "platform id", m.PlatformID, "wamid.out2")
}
