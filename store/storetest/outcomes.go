package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var outcomeStories = []story{
	{"X1 what wants a decision is grouped by cause, counted, listed in pages and gone when decided", troubleGroups},
	{"X1 only what was written within the days asked for is listed, and windows that close soon are counted", troubleDays},
	{"M5 what waits on a connection is counted with what holds it, and nothing that is merely passing", waitGroups},
	{"M2 a message without a receipt stays sent and gets its cause after its time, once, and no other does", receiptsEnd},
	{"M2 what was sent again counts from then, and a shorter life ends sooner", shortReceipts},
	{"M2 a receipt that comes after all takes the cause away", lateReceipt},
}

// refuse makes a message to somebody that the platform refuses at once.
func (w *world) refuse(lane store.Lease, who string, cause clearline.Cause, code int) clearline.ID {
	w.Helper()
	p := phone(who, "")
	w.ingest(w.text("wamid.in."+who+fmt.Sprint(w.count(`SELECT COUNT(*) FROM messages`)), p, 0, "oi"))
	id, _, err := w.store.Queue(w.ctx, w.draftTo(p, fmt.Sprint("c", w.count(`SELECT COUNT(*) FROM messages`)), "olá"))
	w.must(err)
	w.begin(lane, id)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeRefused, Next: clearline.Failed,
		Cause: cause, Error: &clearline.PlatformError{Code: code}}))
	return id
}

func (w *world) troubles(from time.Time) []store.Outcome {
	w.Helper()
	all, err := w.store.Troubles(w.ctx, w.company, store.Scope{From: from})
	w.must(err)
	return all
}

func troubleGroups(w *world) {
	lane := w.claim("lane")
	week := w.clock.Now().Add(-7 * 24 * time.Hour)
	want(w, "nothing yet", len(w.troubles(week)), 0)
	a := w.refuse(lane, "5511900000001", clearline.CauseUndeliverable, 131026)
	b := w.refuse(lane, "5511900000001", clearline.CauseUndeliverable, 131026)
	c := w.refuse(lane, "5511900000002", clearline.CauseUndeliverable, 131026)
	d := w.refuse(lane, "5511900000003", clearline.CauseWindow, 131047)
	w.ingest(w.text("wamid.ana", ana, 0, "oi"))
	e := w.become(lane, "unknown", clearline.Unsettled)
	want(w, "groups", w.troubles(week), []store.Outcome{
		{Cause: clearline.CauseUnconfirmed, Messages: 1, People: 1, Oldest: e, Newest: e},
		{Cause: clearline.CauseUndeliverable, Messages: 3, People: 2, Oldest: a, Newest: c},
		{Cause: clearline.CauseWindow, Messages: 1, People: 1, Oldest: d, Newest: d},
	})
	// One connection's alone, and another one's: nothing.
	here, err := w.store.Troubles(w.ctx, w.company, store.Scope{From: week, ConnectionID: w.conn.ID})
	w.must(err)
	want(w, "of the connection", here, w.troubles(week))
	there, err := w.store.Troubles(w.ctx, w.company, store.Scope{From: week, ConnectionID: w.conn.ID + 1})
	w.must(err)
	want(w, "of another connection", len(there), 0)
	none, err := w.store.TroubleIDs(w.ctx, w.company, clearline.CauseUndeliverable, store.Scope{From: week, ConnectionID: w.conn.ID + 1}, 0, 2)
	w.must(err)
	want(w, "the messages of another connection", len(none), 0)
	page, err := w.store.TroubleIDs(w.ctx, w.company, clearline.CauseUndeliverable, store.Scope{From: week, ConnectionID: w.conn.ID}, 0, 2)
	w.must(err)
	want(w, "the first page", page, []clearline.ID{c, b})
	page, err = w.store.TroubleIDs(w.ctx, w.company, clearline.CauseUndeliverable, store.Scope{From: week}, b, 2)
	w.must(err)
	want(w, "the second page", page, []clearline.ID{a})

	// A retry under way wants no decision; dismissed ones want none any more; both count as resolved when they are.
	began := w.clock.Now()
	w.again(a)
	n, err := w.store.DismissAll(w.ctx, w.company, []clearline.ID{a, b, b, d, 4711, w.find("wamid.ana").ID})
	w.must(err)
	want(w, "dismissed", n, 2)
	want(w, "groups after that", w.troubles(week), []store.Outcome{
		{Cause: clearline.CauseUnconfirmed, Messages: 1, People: 1, Oldest: e, Newest: e},
		{Cause: clearline.CauseUndeliverable, Messages: 1, People: 1, Oldest: c, Newest: c},
	})
	resolved := func() int {
		w.Helper()
		n, err := w.store.ResolvedSince(w.ctx, w.company, store.Scope{From: began})
		w.must(err)
		return n
	}
	want(w, "resolved", resolved(), 2)
	w.begin(lane, a)
	w.accept(a, 2, "wamid.again")
	want(w, "resolved with the retry", resolved(), 3)
	w.ingest(w.failure("wamid.again", 9, clearline.CauseUndeliverable, 131026))
	want(w, "failed again, it is not", resolved(), 2)
	want(w, "and listed anew", w.troubles(week)[1].Messages, 2)
	other := w.found("Outra", "700", "800")
	all, err := w.store.Troubles(w.ctx, other.company, store.Scope{From: week})
	w.must(err)
	want(w, "another company's", len(all), 0)
	n, err = w.store.DismissAll(w.ctx, other.company, []clearline.ID{c})
	w.must(err)
	want(w, "dismissed by another company", n, 0)
}

func troubleDays(w *world) {
	lane := w.claim("lane")
	old := w.refuse(lane, "5511900000001", clearline.CauseUndeliverable, 131026)
	w.clock.Advance(3 * 24 * time.Hour)
	lane = w.claim("lane2")
	fresh := w.refuse(lane, "5511900000002", clearline.CauseUndeliverable, 131026)
	for days, expected := range map[int][]clearline.ID{1: {fresh}, 7: {old, fresh}} {
		from := w.clock.Now().Add(-time.Duration(days) * 24 * time.Hour)
		all := w.troubles(from)
		want(w, fmt.Sprint(days, " days"), []clearline.ID{all[0].Oldest, all[0].Newest}, []clearline.ID{expected[0], expected[len(expected)-1]})
		// Both people wrote at the story's start, so both windows began then.
		n, err := w.store.ClosingSoon(w.ctx, w.company, clearline.CauseUndeliverable, store.Scope{From: from}, w.at(-1), w.at(0))
		w.must(err)
		want(w, fmt.Sprint(days, " days, closing"), n, len(expected))
		n, err = w.store.ClosingSoon(w.ctx, w.company, clearline.CauseUndeliverable, store.Scope{From: from}, w.at(0), w.at(100))
		w.must(err)
		want(w, fmt.Sprint(days, " days, closing later"), n, 0)
	}
}

func waitGroups(w *world) {
	const patience = 30 * time.Second
	waits := func() store.Outcome {
		w.Helper()
		all, err := w.store.Waits(w.ctx, w.company, w.conn.ID, patience)
		w.must(err)
		return all
	}
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	passing := w.queue("passing", "olá")
	undo := w.draft("undo", "olá")
	undo.UndoUntil = w.clock.Now().Add(time.Minute)
	_, _, err := w.store.Queue(w.ctx, undo)
	w.must(err)
	want(w, "nothing waits for long", waits().Messages, 0)
	held := w.queue("held", "olá")
	w.begin(lane, held)
	until := w.clock.Now().Add(5 * time.Minute).Truncate(time.Millisecond).UTC()
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: held, N: 1, Outcome: clearline.OutcomeRefused, Next: clearline.Held,
		Cause: clearline.CauseOutage, NextTryAt: until}))
	holds, err := w.store.Holds(w.ctx, w.company)
	w.must(err)
	want(w, "the lane is held", holds, map[clearline.ID]store.Hold{w.conn.ID: {Cause: clearline.CauseOutage, Until: until}})
	w.must(w.store.Cancel(w.ctx, w.company, passing))
	want(w, "what is held waits at once", waits(), store.Outcome{Cause: clearline.CauseOutage, ConnectionID: w.conn.ID, Messages: 1, People: 1, Oldest: held, Newest: held})
	behind := w.queue("behind", "olá")
	w.clock.Advance(40 * time.Second)
	want(w, "with what is behind it, after a while", waits(), store.Outcome{Cause: clearline.CauseOutage, ConnectionID: w.conn.ID, Messages: 2, People: 1, Oldest: held, Newest: behind})
	ids, err := w.store.WaitIDs(w.ctx, w.company, w.conn.ID, patience, 0, 10)
	w.must(err)
	want(w, "listed", ids, []clearline.ID{held, behind})
	ids, err = w.store.WaitIDs(w.ctx, w.company, w.conn.ID, patience, held, 10)
	w.must(err)
	want(w, "the next page", ids, []clearline.ID{behind})
	w.clock.Advance(6 * time.Minute)
	holds, err = w.store.Holds(w.ctx, w.company)
	w.must(err)
	want(w, "the hold has passed", len(holds), 0)
}

// endReceipts looks at all messages as they are now: kept for 30 days, waiting at most 25 hours before they leave.
func (w *world) endReceipts() {
	w.Helper()
	for more := true; more; {
		var err error
		more, err = w.store.EndReceipts(w.ctx, w.company, w.clock.Now().Add(-30*24*time.Hour), 25*time.Hour)
		w.must(err)
	}
	w.must(w.store.EndShortReceipts(w.ctx, w.company, w.clock.Now(), 30*24*time.Hour))
}

func receiptsEnd(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	ids := map[clearline.Status]clearline.ID{}
	for _, status := range allStatuses {
		ids[status] = w.become(lane, string(status), status)
	}
	w.ingest(w.echo("wamid.echo", ana, 5, "de outro telefone"))
	w.clock.Advance(29 * 24 * time.Hour)
	w.endReceipts()
	want(w, "before its time", w.get(ids[clearline.Sent]).Cause, "")
	w.clock.Advance(3 * 24 * time.Hour)
	since := w.lastChange()
	for range 2 {
		w.endReceipts()
	}
	for status, id := range ids {
		m := w.get(id)
		want(w, string(status)+" stays", m.Status, status)
		want(w, string(status)+" without a receipt", m.Cause == clearline.CauseHeld, status == clearline.Sent)
	}
	want(w, "an echo has no receipts of ours", w.find("wamid.echo").Cause, "")
	want(w, "changes told", w.lastChange()-since, int64(1))
}

// lastChange is the number of the company's last change.
func (w *world) lastChange() int64 {
	return int64(w.count(`SELECT n FROM counters WHERE company_id = $1`, int64(w.company)))
}

func shortReceipts(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	again := w.failed(lane, "again")
	code := w.draft("code", "")
	code.Kind, code.Text, code.KeptFor = clearline.KindTemplate, "123 456", 10*time.Minute
	short, _, err := w.store.Queue(w.ctx, code)
	w.must(err)
	w.begin(lane, short)
	w.accept(short, 1, "wamid.code")
	w.clock.Advance(20 * 24 * time.Hour)
	w.again(again)
	w.begin(lane, again)
	w.accept(again, 2, "wamid.again2")
	w.endReceipts()
	want(w, "ten minutes have passed", w.get(short).Cause, clearline.CauseHeld)
	w.clock.Advance(20 * 24 * time.Hour)
	w.endReceipts()
	want(w, "20 days after it was sent again", w.get(again).Cause, "")
	w.clock.Advance(11 * 24 * time.Hour)
	w.endReceipts()
	want(w, "31 days after it was sent again", w.get(again).Cause, clearline.CauseHeld)
}

func lateReceipt(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	id := w.become(lane, "late", clearline.Sent)
	w.clock.Advance(32 * 24 * time.Hour)
	w.endReceipts()
	want(w, "ended", w.get(id).Cause, clearline.CauseHeld)
	w.ingest(w.report("wamid.late", clearline.Delivered, 9, ""))
	m := w.get(id)
	want(w, "status", m.Status, clearline.Delivered)
	want(w, "cause", m.Cause, "")
	want(w, "no trouble of it", slices.ContainsFunc(w.troubles(w.at(-99999)), func(o store.Outcome) bool { return o.Newest == id }), false)
}
