package storetest

import (
	"errors"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var restoredStories = []story{
	{"I65 an older state sends nothing by itself: what waited is unknown, and reports settle it", heldSends},
	{"I65 I48 what ended since does not come back: sessions, codes, invitations; keys stay", endedWays},
	{"I35 I65 whoever knows a later state is told to read anew; the index goes on", skippedChanges},
	{"I65 holding twice does nothing more", heldTwice},
}

func heldSends(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	queued := w.queue("queued", "um")
	undo := w.draft("undo", "dois")
	undo.UndoUntil = w.clock.Now().Add(time.Hour)
	held, _, err := w.store.Queue(w.ctx, undo)
	w.must(err)
	sending := w.queue("sending", "três")
	w.begin(lane, sending)
	waits := w.queue("waits", "quatro")
	w.begin(lane, waits)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: waits, N: 1, Outcome: clearline.OutcomeRefused,
		Cause: clearline.CauseRate, Next: clearline.Held, NextTryAt: w.clock.Now().Add(time.Minute)}))
	sent := w.queue("sent", "cinco")
	w.begin(lane, sent)
	w.accept(sent, 1, "wamid.sent")
	failed := w.failed(lane, "failed")

	done, err := w.store.Hold(w.ctx)
	w.must(err)
	want(w, "held", done.Sends, 4)
	lease := lane
	lease.Node = 0
	lane, _, err = w.store.Claim(w.ctx, w.company, lease)
	w.must(err)
	for name, c := range map[string]struct {
		id       clearline.ID
		attempts int
	}{"queued": {queued, 1}, "taken back until": {held, 1}, "under way": {sending, 1}, "waits for its next try": {waits, 2}} {
		m := w.get(c.id)
		if m.Status != clearline.Unsettled || m.Cause != clearline.CauseUnconfirmed || m.Attempts != c.attempts {
			w.Errorf("%s: %s %s after %d attempts", name, m.Status, m.Cause, m.Attempts)
		}
		st, err := w.store.Story(w.ctx, w.company, c.id)
		w.must(err)
		if a := st.Attempts[len(st.Attempts)-1]; len(st.Attempts) != c.attempts || a.Outcome != clearline.OutcomeUnknown {
			w.Errorf("%s: its attempts are %+v", name, st.Attempts)
		}
		w.clock.Advance(time.Hour)
		want(w, name+": nothing begins", w.begin(lane, c.id).N, 0)
	}
	want(w, "what was sent", w.get(sent).Status, clearline.Sent)
	want(w, "what failed", w.get(failed).Status, clearline.Failed)

	// It had left after the moment of the backup: the platform's own report finds it.
	w.ingest(w.report("wamid.later", clearline.Delivered, 90, store.AttemptRef(w.company, queued, 1)))
	m := w.get(queued)
	if m.Status != clearline.Delivered || m.PlatformID != "wamid.later" {
		w.Errorf("after its report: %s %q", m.Status, m.PlatformID)
	}
}

func endedWays(w *world) {
	for _, kind := range []string{store.KeyCredential, store.SessionCredential, store.CodeCredential, store.InviteCredential} {
		c := store.Credential{Kind: kind, CompanyID: w.company, ExpiresAt: w.clock.Now().Add(time.Hour)}
		if kind != store.KeyCredential {
			c.UserID = w.agent.ID
		}
		w.must(w.store.AddCredential(w.ctx, "a secret "+kind, c))
	}
	done, err := w.store.Hold(w.ctx)
	w.must(err)
	want(w, "ended", done.Ways, 3)
	want(w, "left", w.count(`SELECT COUNT(*) FROM credentials WHERE kind = 'key'`), 1)
	want(w, "others left", w.count(`SELECT COUNT(*) FROM credentials WHERE kind <> 'key'`), 0)
}

func skippedChanges(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	before, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	_, err = w.db.Exec(`INSERT INTO search_progress (company_id, version, n, messages_below, people_below, epoch) VALUES ($1, 1, $2, 0, 0, 1)`, int64(w.company), before)
	w.must(err)
	lease := w.claim("lane")
	_, err = w.store.Hold(w.ctx)
	w.must(err)
	for _, since := range []int64{0, before, before + 500} { // the last saw what the backup does not know
		if _, _, err := w.store.Changes(w.ctx, w.company, since, 10); !errors.Is(err, store.ErrTooOld) {
			w.Errorf("since %d: %v", since, err)
		}
	}
	now, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	want(w, "the index is where the log is", int64(w.count(`SELECT n FROM search_progress`)), now)
	w.ingest(w.text("wamid.2", ana, 1, "alô"))
	changes, _, err := w.store.Changes(w.ctx, w.company, now, 10)
	w.must(err)
	if len(changes) == 0 || changes[0].N != now+1 {
		w.Errorf("new changes are %+v after %d", changes, now)
	}
	leases, err := w.store.Leases(w.ctx)
	w.must(err)
	want(w, "the lane is nobody's", leases["lane"], store.Lease{Name: "lane", Node: 0, Epoch: lease.Epoch})
	id := w.queue("c1", "olá")
	next, ok, err := w.store.Claim(w.ctx, w.company, leases["lane"])
	w.must(err)
	want(w, "it is claimed", ok, true)
	want(w, "what is new leaves", w.begin(next, id).N, 1)
}

func heldTwice(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	id := w.queue("c1", "olá")
	for i := range 2 {
		done, err := w.store.Hold(w.ctx)
		w.must(err)
		want(w, "held", done.Sends, int64(1-i))
	}
	want(w, "attempts", w.get(id).Attempts, 1)
}
