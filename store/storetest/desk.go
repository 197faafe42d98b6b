package storetest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var deskStories = []story{
	{"C1 a view holds the same conversations in the same order, few or many, page by page", viewsOfManySizes},
	{"C1 waiting starts with the person's message, ends with an answer or done, and comes back with open", waitingMoves},
	{"C1 who waits longest comes first, page by page", waitingOrder},
	{"I22 an answer held for its writer leaves by itself or not at all", heldByWriter},
}

// viewsOfManySizes compares each view, read in pages, with the list of all filtered here. 620 conversations make
// some views large and some small, which are read in different ways.
func viewsOfManySizes(w *world) {
	open, done := clearline.Open, clearline.Done
	var elements []store.Routed
	for i := range 620 {
		elements = append(elements, w.text(fmt.Sprint("wamid.", i), phone(fmt.Sprint(5511900000000+i), ""), i/3, "oi"))
	}
	w.ingest(elements[:60]...)
	for from := 60; from < len(elements); from += 56 {
		w.ingest(elements[from:min(from+56, len(elements))]...)
	}
	for i, c := range w.threads() {
		switch {
		case i%50 == 0:
			w.must(w.store.ChangeDesk(w.ctx, w.company, c.ID, store.DeskChange{State: &done}))
		case i%40 == 0:
			w.must(w.store.ChangeDesk(w.ctx, w.company, c.ID, store.DeskChange{State: &open, Assignee: &w.agent.ID}))
		}
	}
	all := w.threads()
	for v, belongs := range map[store.View]func(store.ConversationRow) bool{
		store.ViewAll:        func(store.ConversationRow) bool { return true },
		store.ViewOpen:       func(c store.ConversationRow) bool { return c.State == open },
		store.ViewDone:       func(c store.ConversationRow) bool { return c.State == done },
		store.ViewMine:       func(c store.ConversationRow) bool { return c.State == open && c.AssigneeID == w.agent.ID },
		store.ViewUnassigned: func(c store.ConversationRow) bool { return c.State == open && c.AssigneeID == 0 },
	} {
		var expected []clearline.ID
		for _, c := range all {
			if belongs(c) {
				expected = append(expected, c.ID)
			}
		}
		want(w, string(v), w.pages(v, 37, func(c store.ConversationRow) store.Page { return store.Page{At: c.LastAt.UnixMilli(), ID: c.ID} }), expected)
	}
	n, err := w.store.Counts(w.ctx, w.company, w.agent.ID)
	w.must(err)
	want(w, "counts", n, store.Counts{Open: 607, Mine: 12, Unassigned: 595, Waiting: 607, UnreadMine: 12})
}

// pages reads a view to its end in pages of that size.
func (w *world) pages(v store.View, size int, cursor func(store.ConversationRow) store.Page) (ids []clearline.ID) {
	w.Helper()
	var after store.Page
	for {
		rows, err := w.store.View(w.ctx, w.company, w.agent.ID, v, after, size)
		w.must(err)
		for _, c := range rows {
			ids = append(ids, c.ID)
		}
		if len(rows) < size {
			return ids
		}
		after = cursor(rows[len(rows)-1])
	}
}

func waitingMoves(w *world) {
	open, done := clearline.Open, clearline.Done
	w.ingest(w.text("wamid.1", ana, 10, "oi"))
	id := w.thread(ana).ID
	state := func(s clearline.ConversationState) {
		w.must(w.store.ChangeDesk(w.ctx, w.company, id, store.DeskChange{State: &s}))
	}
	state(done)
	want(w, "done ends it", w.thread(ana).WaitingSince.IsZero(), true)
	state(open)
	want(w, "open brings it back", w.thread(ana).WaitingSince, w.at(10))
	state(done)
	w.ingest(w.echo("wamid.2", ana, 20, "olá"))
	state(open)
	want(w, "an answer meanwhile ends it", w.thread(ana).WaitingSince.IsZero(), true)
	state(done)
	w.ingest(w.text("wamid.3", ana, 30, "mais uma"))
	want(w, "a message opens", w.thread(ana).State, open)
	want(w, "and waits", w.thread(ana).WaitingSince, w.at(30))
	state(done)
	w.ingest(w.reaction("wamid.4", ana, 40, "wamid.2", "👍"))
	want(w, "a reaction does not open", w.thread(ana).State, done)
}

func waitingOrder(w *world) {
	var elements []store.Routed
	for i := range 30 {
		elements = append(elements, w.text(fmt.Sprint("wamid.", i), phone(fmt.Sprint(5511900000000+i), ""), (i*7)%30/2, "oi"))
	}
	w.ingest(elements...)
	all := w.threads()
	slices.SortFunc(all, func(a, b store.ConversationRow) int {
		return cmp.Or(a.WaitingSince.Compare(b.WaitingSince), cmp.Compare(a.ID, b.ID))
	})
	var expected []clearline.ID
	for _, c := range all {
		expected = append(expected, c.ID)
	}
	want(w, "waiting", w.pages(store.ViewWaiting, 7, func(c store.ConversationRow) store.Page { return store.Page{At: c.WaitingSince.UnixMilli(), ID: c.ID} }), expected)
}

func heldByWriter(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	m := w.draft("c1", "olá")
	m.UndoUntil = w.clock.Now().Add(10e9)
	id, _, err := w.store.Queue(w.ctx, m)
	w.must(err)
	waiting, err := w.store.WaitingOn(w.ctx, w.company, w.conn.ID, 0, 10)
	w.must(err)
	want(w, "waiting", len(waiting), 1)
	want(w, "held until its time", waiting[0].NextTryAt, waiting[0].UndoUntil)
	w.must(w.store.Release(w.ctx, w.company, id))
	want(w, "released", w.get(id).Status, clearline.Queued)
	wantCause(w, "released twice", w.store.Release(w.ctx, w.company, id), clearline.CauseConflict)
	w.must(w.store.Cancel(w.ctx, w.company, id))
	wantCause(w, "released after cancel", w.store.Release(w.ctx, w.company, id), clearline.CauseConflict)
}
