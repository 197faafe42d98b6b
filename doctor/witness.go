package doctor

import (
	"context"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

const (
	// witnessLife is how old what a neighbour shows may be: older evidence may be from before the trouble.
	witnessLife = 5 * time.Minute
	// witnesses is how many neighbours are examined at once to compare with.
	witnesses = 4
	// answersLooked is how many of the last deliveries are looked at for how long this server took to answer them.
	answersLooked = 500
)

// around is what is known beside the connection under examination when something of it fails.
type around struct {
	connections []clearline.Connection
	last        map[clearline.ID]store.Examination
	slowest     time.Duration
}

// troubled is which of a run's causes a triage is about: calls without an answer before late deliveries. late tells which.
func (r *run) troubled() (cause clearline.Cause, late, ok bool) {
	seen := r.seen()
	for _, s := range seen {
		if s.Cause.Outage() || s.Cause == clearline.CauseNetwork {
			return s.Cause, false, true
		}
	}
	for _, s := range seen {
		if s.Check == checkLag && s.Cause.Delays() {
			return s.Cause, true, true
		}
	}
	return "", false, false
}

// lookAround reads what a triage compares with.
func (d *Doctor) lookAround(ctx context.Context, x store.Examinee) (*around, error) {
	all, err := d.o.Store.Connections(ctx, x.CompanyID)
	if err != nil {
		return nil, err
	}
	a := &around{connections: slices.DeleteFunc(all, func(c clearline.Connection) bool {
		return c.ID == x.ID || !c.DisconnectedAt.IsZero() || !c.ConnectingAt.IsZero()
	})}
	if a.last, err = d.o.Store.ExaminedOf(ctx, x.CompanyID); err != nil {
		return nil, err
	}
	a.slowest, err = d.o.Store.SlowestAnswer(ctx, x.CompanyID, x.ID, d.o.Clock.Now().Add(-lagLife), answersLooked)
	return a, err
}

// began is when an open finding's trouble began.
func began(f store.FindingRow) time.Time {
	if f.FixedAt.After(f.FirstSeen) {
		return f.FixedAt // it has come back since
	}
	return f.FirstSeen
}

// judge makes the triage of a run, nil when nothing of it is about calls or deliveries. open are its findings.
func (a *around) judge(r *run, x store.Examinee, open []store.FindingRow, now time.Time) *Triage {
	cause, late, troubled := r.troubled()
	if !troubled {
		return nil
	}
	s := &scene{platform: x.Platform, since: now, failing: r.outage.failing, all: r.outage.all, slowest: a.slowest}
	if i := slices.IndexFunc(open, func(f store.FindingRow) bool { return f.Finding.Cause == cause }); i >= 0 {
		s.since = began(open[i])
	}
	if late {
		s.late = max(x.Proof.Lag, time.Second)
	}
	for _, c := range a.connections {
		n := neighbour{platform: c.Platform, well: answers(c, a.last[c.ID], s.since, now)}
		if late {
			n.well = inTime(c, s.since, now)
		}
		s.others = append(s.others, n)
	}
	s.online, s.ours = r.ours(late)
	if feed := r.find(checkFeed); feed != nil {
		s.feed, s.said = feed.Feed, feed.Fill["incident"]
	}
	return s.triage()
}

// answers tells whether a platform has answered a neighbour since the trouble began.
func answers(c clearline.Connection, last store.Examination, since, now time.Time) known {
	fresh := since
	if oldest := now.Add(-witnessLife); fresh.Before(oldest) {
		fresh = oldest
	}
	examined := !last.EndedAt.Before(fresh)
	switch {
	case examined && (last.Cause.Outage() || last.Cause == clearline.CauseNetwork), c.Proof.Cause.Outage() && !c.Proof.SentAt.After(fresh):
		return no
	case examined && last.Status != clearline.CouldNotTell, !c.Proof.SentAt.Before(fresh), !c.Proof.AcceptedAt.Before(fresh):
		return yes
	}
	return unsaid
}

// inTime tells whether a neighbour's messages have come in time since the trouble began.
func inTime(c clearline.Connection, since, now time.Time) known {
	switch p := c.Proof; {
	case p.ReceivedAt.Before(since), now.Sub(p.ReceivedAt) > lagLife:
		return unsaid
	case p.Lag > lateLag:
		return no
	}
	return yes
}

// explain are the checks of this server whose failure makes calls fail, or deliveries late.
var explain = map[bool][]string{
	false: {checkClock, checkDNS},
	true:  {checkClock, checkDNS, checkPort, checkCertificate, checkHandshake, checkLoopback, checkDisk, checkDatabase, checkBacklog},
}

// ours is whether this server reaches the internet, and which of its own checks explain the trouble.
func (r *run) ours(late bool) (online known, wrong []string) {
	if x := r.find(checkInternet); x != nil {
		online = map[clearline.CheckResult]known{clearline.Pass: yes, clearline.Fail: no}[x.Result]
	}
	for _, id := range explain[late] {
		x := r.find(id)
		if x == nil {
			continue
		}
		slow := late && x.Result == clearline.Warn && (x.Cause == clearline.CauseHookThrottled || x.Cause == clearline.CauseBusy)
		if x.Result == clearline.Fail || slow {
			wrong = append(wrong, x.Title+": "+x.Found)
		}
	}
	return online, wrong
}

// callWitnesses lets neighbours be examined of whom nothing fresh is known: those of the same platform before the others.
func (d *Doctor) callWitnesses(x store.Examinee, a *around, since time.Time) {
	now := d.o.Clock.Now()
	same := func(c clearline.Connection) bool { return c.Platform == x.Platform }
	var ask []clearline.ID
	for _, first := range []bool{true, false} {
		for _, c := range a.connections {
			if same(c) == first && c.PausedAt.IsZero() && answers(c, a.last[c.ID], since, now) == unsaid {
				ask = append(ask, c.ID)
			}
		}
	}
	for _, id := range ask[:min(len(ask), witnesses)] {
		d.alarmed(store.Alarm{ConnectionID: id})
	}
}

// tell puts the triage into a report, whose verdict's side it knows better than the page of the cause.
func (r *Report) tell(t *Triage, cause clearline.Cause) {
	if r.Triage = t; t == nil || r.Cause == nil || *r.Cause != cause {
		return
	}
	if t.PointsAt != playbook.Unknown {
		r.Side = t.PointsAt
	}
}
