package storetest

import (
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

var limitStories = []story{
	{"C24 a minute's load is added up over nodes, its busiest second is not, and it is kept for a day", loadsAdded},
	{"C19 I29 whom a portfolio wrote to first counts once, for a day, and not when it failed", startsCounted},
	{"C24 calls that were turned away are counted by app, since one was taken", missedCounted},
}

func loadsAdded(w *world) {
	minute := w.clock.Now().Truncate(time.Minute)
	load := func(at time.Time, received, sent, peak int) store.Load {
		return store.Load{CompanyID: w.company, ConnectionID: w.conn.ID, Minute: at, Received: received, Sent: sent, Peak: peak}
	}
	read := func() []store.Load {
		w.Helper()
		all, err := w.store.Loads(w.ctx, w.company, w.conn.ID, w.clock.Now().Add(-time.Hour))
		w.must(err)
		return all
	}
	want(w, "nothing yet", len(read()), 0)
	w.must(w.store.AddLoads(w.ctx, w.company, []store.Load{load(minute, 10, 5, 7), load(minute.Add(-time.Minute), 1, 0, 1)}))
	w.must(w.store.AddLoads(w.ctx, w.company, []store.Load{load(minute, 3, 4, 6)}))
	all := read()
	want(w, "minutes", len(all), 2)
	want(w, "the older first", all[0].Minute, minute.Add(-time.Minute).UTC())
	want(w, "added up", all[1], load(minute.UTC(), 13, 9, 7))
	w.clock.Advance(25 * time.Hour)
	w.must(w.store.AddLoads(w.ctx, w.company, []store.Load{load(w.clock.Now(), 1, 1, 1)}))
	old, err := w.store.Loads(w.ctx, w.company, w.conn.ID, time.Time{})
	w.must(err)
	want(w, "a day later only the new one is left", len(old), 1)
}

func startsCounted(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	begin := func(id clearline.ID, portfolio string) *store.Begin {
		w.Helper()
		b := &store.Begin{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, Lease: lane}
		b.Judge = func(store.Facts) *clearline.Problem {
			b.Portfolio = portfolio
			return nil
		}
		w.must(w.store.BeginAttempt(w.ctx, b))
		return b
	}
	count := func(portfolio string) store.Starts {
		w.Helper()
		x, err := w.store.Starts(w.ctx, w.company, portfolio)
		w.must(err)
		return x
	}
	started := func(portfolio string) bool {
		w.Helper()
		ok, err := w.store.Started(w.ctx, w.company, portfolio, w.thread(ana).ID)
		w.must(err)
		return ok
	}
	begin(w.queue("inside", "within the window"), "")
	want(w, "an answer is no start", count("b1").People, 0)
	first := w.queue("c1", "one")
	begin(first, "b1")
	w.accept(first, 1, "wamid.o1")
	want(w, "one", count("b1").People, 1)
	want(w, "started", started("b1"), true)
	want(w, "another portfolio's", count("b2").People, 0)
	want(w, "not started there", started("b2"), false)
	want(w, "free again", count("b1").FreeAt.After(w.clock.Now().Add(23*time.Hour)), true)
	second := w.queue("c2", "two")
	begin(second, "b1")
	want(w, "the same person counts once", count("b1").People, 1)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: second, N: 1, Outcome: clearline.OutcomeRefused,
		HTTP: 400, Next: clearline.Failed, Cause: clearline.CauseUndeliverable}))
	want(w, "one that failed does not count", count("b1").People, 0)
	third := w.queue("c3", "three")
	begin(third, "b1")
	want(w, "again", count("b1").People, 1)
	w.clock.Advance(24*time.Hour + time.Minute)
	want(w, "a day later", count("b1"), store.Starts{})
	want(w, "a day later", started("b1"), false)
	w.must(w.store.AddLoads(w.ctx, w.company, nil))
}

func missedCounted(w *world) {
	app := clearline.App{CompanyID: w.company, ID: w.conn.AppID}
	missed := func(shared bool, since time.Time) channel.Missed {
		w.Helper()
		m, err := w.store.Missed(w.ctx, app, shared, since)
		w.must(err)
		return m
	}
	begun := w.clock.Now()
	want(w, "none", missed(true, begun.Add(-time.Hour)), channel.Missed{})
	refuse := func(company, app clearline.ID, answer int) {
		w.Helper()
		w.must(w.store.Refuse(w.ctx, []store.Refusal{{CompanyID: company, AppID: app, Platform: clearline.WhatsApp, At: w.clock.Now(), Reason: "shed", Answer: answer, Size: 10, Detail: "over capacity"}}))
	}
	refuse(w.company, app.ID, 503)
	w.clock.Advance(10 * time.Minute)
	refuse(clearline.Installation, 0, 503)
	want(w, "on its own address", missed(false, begun.Add(-time.Hour)).N, 1)
	both := missed(true, begun.Add(-time.Hour))
	want(w, "on the shared one too", both.N, 2)
	want(w, "apart", both.Last.Sub(both.First).Round(time.Second), 10*time.Minute)
	want(w, "since one was taken", missed(true, begun.Add(5*time.Minute)).N, 1)
}
