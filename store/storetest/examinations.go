package storetest

import (
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var examinationStories = []story{
	{"C16 a finding has a history: open, fixed, came back", findingHistory},
	{"C16 a run that did not look ends nothing", findingStays},
	{"C18 causes of sending and of receiving stand beside one another", causesBeside},
	{"C18 what is weightier stays until it is disproved", causesWeighed},
	{"C24 messages are counted by the hour, each once", volumesCounted},
	{"C16 readings are kept when they change", readingsKept},
	{"M3 repairs are remembered, and a new token is one", repairsKept},
	{"I40 refused calls are told by app, and alarms are raised once", refusalsTold},
}

func (w *world) examine(at int, seen []store.Seen, concluded ...string) []store.FindingRow {
	w.Helper()
	e := store.Examination{CompanyID: w.company, ConnectionID: w.conn.ID, EndedAt: w.at(at), Status: clearline.Pass, Body: []byte("{}")}
	if len(seen) > 0 {
		e.Status, e.Cause = clearline.Fail, seen[0].Cause
	}
	w.must(w.store.SaveExamination(w.ctx, &e, seen, concluded, func([]store.FindingRow) error { return nil }))
	rows, err := w.store.Findings(w.ctx, w.company, w.conn.ID)
	w.must(err)
	return rows
}

func sighting(cause clearline.Cause, check string) store.Seen {
	return store.Seen{Cause: cause, Check: check, Result: clearline.Fail, Fill: map[string]string{"found": "x"}}
}

func findingHistory(w *world) {
	before, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	rows := w.examine(10, []store.Seen{sighting(clearline.CauseHookElsewhere, "callback"), sighting(clearline.CauseHookElsewhere, "errors")}, "callback", "errors")
	want(w, "rows", len(rows), 1)
	want(w, "first", rows[0].Finding, clearline.Finding{CompanyID: w.company, ConnectionID: w.conn.ID, Cause: clearline.CauseHookElsewhere, State: clearline.FindingOpen, FirstSeen: w.at(10), LastSeen: w.at(10), Count: 1})
	want(w, "check", rows[0].Check, "callback")
	want(w, "fill", rows[0].Fill["found"], "x")
	rows = w.examine(20, []store.Seen{sighting(clearline.CauseHookElsewhere, "callback")}, "callback")
	want(w, "seen again", []any{rows[0].State, rows[0].LastSeen, rows[0].Count}, []any{clearline.FindingOpen, w.at(20), 1})
	rows = w.examine(30, nil, "callback")
	want(w, "fixed", []any{rows[0].State, rows[0].FixedAt, rows[0].LastSeen}, []any{clearline.FindingFixed, w.at(30), w.at(20)})
	open, err := w.store.OpenFindings(w.ctx, w.company)
	w.must(err)
	want(w, "open", len(open), 0)
	rows = w.examine(40, []store.Seen{sighting(clearline.CauseHookElsewhere, "callback")}, "callback")
	want(w, "came back", []any{rows[0].State, rows[0].FirstSeen, rows[0].Count}, []any{clearline.FindingCameBack, w.at(10), 2})
	e, found, err := w.store.Examination(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "last", []any{found, e.EndedAt, e.Status, e.Cause, string(e.Body)}, []any{true, w.at(40), clearline.Fail, clearline.CauseHookElsewhere, "{}"})
	all, err := w.store.Examined(w.ctx)
	w.must(err)
	want(w, "of all", all[w.conn.ID].EndedAt, w.at(40))
	changes, _, err := w.store.Changes(w.ctx, w.company, before, 100)
	w.must(err)
	want(w, "each is a change", slices.ContainsFunc(changes, func(c clearline.Change) bool { return c.Kind == clearline.ConnectionChanged && c.ID == w.conn.ID }), true)
	other := w.found("Other", "999", "998")
	theirs, err := w.store.Findings(w.ctx, other.company, w.conn.ID)
	w.must(err)
	want(w, "to another company", len(theirs), 0)
}

func findingStays(w *world) {
	w.examine(10, []store.Seen{sighting(clearline.CauseHookUnreachable, "loopback")}, "loopback", "token")
	rows := w.examine(20, nil, "token")
	want(w, "state", rows[0].State, clearline.FindingOpen)
	rows = w.examine(30, nil, "token", "loopback")
	want(w, "state", rows[0].State, clearline.FindingFixed)
}

func (w *world) proof() clearline.Proof {
	w.Helper()
	c, err := w.store.Connection(w.ctx, w.company, w.conn.ID)
	w.must(err)
	return c.Proof
}

func (w *world) prove(e store.Evidence) clearline.Proof {
	w.Helper()
	e.CompanyID, e.ConnectionID = w.company, w.conn.ID
	w.must(w.store.Prove(w.ctx, e))
	return w.proof()
}

func causesBeside(w *world) {
	var alarms []store.Alarm
	w.store.OnAlarm(func(a store.Alarm) { alarms = append(alarms, a) })
	p := w.prove(store.Evidence{Cause: clearline.CauseAuthRevoked, Inbound: clearline.CauseHookOff})
	want(w, "both", []clearline.Cause{p.Cause, p.Inbound}, []clearline.Cause{clearline.CauseAuthRevoked, clearline.CauseHookOff})
	since := p.InboundAt
	p = w.prove(store.Evidence{Accepted: w.at(50), Clear: true, Inbound: clearline.CauseHookOff})
	want(w, "the sign-in is back, receiving is not", []clearline.Cause{p.Cause, p.Inbound}, []clearline.Cause{"", clearline.CauseHookOff})
	want(w, "since", p.InboundAt, since)
	p = w.prove(store.Evidence{Arrives: true})
	want(w, "all is back", []clearline.Cause{p.Cause, p.Inbound}, []clearline.Cause{"", ""})
	want(w, "alarms", alarms, []store.Alarm{{CompanyID: w.company, ConnectionID: w.conn.ID, Cause: clearline.CauseAuthRevoked}})
}

func causesWeighed(w *world) {
	for _, c := range []struct {
		e    store.Evidence
		want clearline.Cause
	}{
		{store.Evidence{Cause: clearline.CauseRate}, clearline.CauseRate},
		{store.Evidence{Cause: clearline.CauseOutage}, clearline.CauseOutage},
		{store.Evidence{Clear: true}, clearline.CauseOutage}, // one accepted call ends no outage
		{store.Evidence{Cause: clearline.CauseRate}, clearline.CauseOutage},
		{store.Evidence{Cause: clearline.CauseAuthExpired}, clearline.CauseAuthExpired},
		{store.Evidence{Cause: clearline.CauseOutage}, clearline.CauseAuthExpired},
		{store.Evidence{Calm: true}, clearline.CauseAuthExpired},
		{store.Evidence{Cause: clearline.CauseAuthPassword}, clearline.CauseAuthPassword},
		{store.Evidence{Clear: true, Cause: clearline.CauseQuality}, clearline.CauseQuality},
		{store.Evidence{Calm: true}, ""},
	} {
		if got := w.prove(c.e).Cause; got != c.want {
			w.Errorf("%+v: %q, want %q", c.e, got, c.want)
		}
	}
}

func volumesCounted(w *world) {
	count := func() {
		w.Helper()
		for more := true; more; {
			var err error
			more, err = w.store.CountVolumes(w.ctx, w.company)
			w.must(err)
		}
	}
	count()
	for i, id := range []string{"wamid.va", "wamid.vb", "wamid.vc"} {
		w.ingest(w.text(id, ana, 10+i, "Hello"))
	}
	total := func() (n int) {
		w.Helper()
		all, err := w.store.Volumes(w.ctx, w.company, w.clock.Now().Add(-48*time.Hour))
		w.must(err)
		for _, v := range all[w.conn.ID] {
			n += v.Received
		}
		return n
	}
	count()
	want(w, "too young to be counted", total(), 0)
	w.clock.Advance(time.Minute)
	count()
	want(w, "counted", total(), 3)
	count()
	w.clock.Advance(time.Hour)
	count()
	want(w, "once", total(), 3)
	of, err := w.store.VolumesOf(w.ctx, w.company, w.conn.ID, w.clock.Now().Add(-48*time.Hour))
	w.must(err)
	want(w, "of one", len(of), 1)
}

func readingsKept(w *world) {
	save := func(at int, told map[string]string) {
		w.Helper()
		w.must(w.store.SaveReadings(w.ctx, w.company, w.conn.ID, w.at(at), told))
	}
	save(10, map[string]string{"quality_rating": "GREEN", "messaging_limit": "TIER_1K"})
	save(20, map[string]string{"quality_rating": "GREEN", "messaging_limit": "TIER_10K"})
	last, err := w.store.LastReadings(w.ctx, w.company)
	w.must(err)
	want(w, "last", last[w.conn.ID], map[string]store.Reading{"quality_rating": {Name: "quality_rating", At: w.at(10), Value: "GREEN"}, "messaging_limit": {Name: "messaging_limit", At: w.at(20), Value: "TIER_10K"}})
	var n int
	w.must(w.db.QueryRow(`SELECT COUNT(*) FROM readings`).Scan(&n))
	want(w, "rows", n, 3)
}

func repairsKept(w *world) {
	w.must(w.store.AddRepair(w.ctx, store.Repair{CompanyID: w.company, ConnectionID: w.conn.ID, UserID: w.agent.ID, At: w.at(5), Action: "subscribe", Changes: []byte(`[{"call":"x"}]`)}))
	w.must(w.store.AddRepair(w.ctx, store.Repair{CompanyID: w.company, ConnectionID: w.conn.ID, At: w.at(6), Action: "register", Changes: []byte(`[]`), Cause: clearline.CausePIN}))
	all, err := w.store.Repairs(w.ctx, w.company, w.conn.ID, 10)
	w.must(err)
	want(w, "repairs", len(all), 2)
	want(w, "the newest first", []any{all[0].Action, all[0].Cause, all[0].UserID, all[1].UserID, string(all[1].Changes)}, []any{"register", clearline.CausePIN, clearline.ID(0), w.agent.ID, `[{"call":"x"}]`})
	since, err := w.store.TokenSince(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "the first token", since.IsZero(), true)
}

func refusalsTold(w *world) {
	var alarms []store.Alarm
	w.store.OnAlarm(func(a store.Alarm) { alarms = append(alarms, a) })
	bad := store.Refusal{CompanyID: w.company, AppID: w.app.ID, Platform: clearline.WhatsApp, At: w.at(30), Reason: "signature", Answer: 401, Detail: "x"}
	later := bad
	later.At = w.at(31)
	limit := bad
	limit.Reason = "limit"
	w.must(w.store.Refuse(w.ctx, []store.Refusal{bad, later, limit}))
	want(w, "alarms", alarms, []store.Alarm{{CompanyID: w.company, AppID: w.app.ID, Cause: clearline.CauseHookSignature}})
	last, n, err := w.store.Forged(w.ctx, w.app, false, w.at(0))
	w.must(err)
	want(w, "forged", []any{last, n}, []any{w.at(31), 2})
	_, n, err = w.store.Forged(w.ctx, w.app, true, w.at(0))
	w.must(err)
	want(w, "with the shared address", n, 2)
}
