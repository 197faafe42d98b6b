package doctor

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// The checks of what was seen to come and go.
const (
	checkSignature = "signature"
	checkLag       = "lag"
	checkBacklog   = "backlog"
	checkTraffic   = "traffic"
	checkErrors    = "errors"
)

const (
	// forgedSpan is how far back refused calls count, and forgedLeast how many there must be before they are more than
	// a stranger's try.
	forgedSpan  = 30 * time.Minute
	forgedLeast = 3
	// lateLag is how far behind its own time a delivery may come, and lagLife how long that says something.
	lateLag = time.Minute
	lagLife = 30 * time.Minute
	// bundlesLeast is how many calls in a row must have been bundles before that says something; one may be chance, unless
	// what it holds had to wait for longer than lateLag.
	bundlesLeast = 2
	// stuck is how long a delivery may wait to be applied.
	stuck = 2 * time.Minute
	// refusedJustNow is how old a refusal must be not to be one that came after a repair.
	refusedJustNow = 5 * time.Second
	// refusalLife is how long a refused send says something about the account.
	refusalLife = time.Hour
	// fillRefusedAt is where the time of the refusal stands, for the verdict.
	fillRefusedAt = "refused_at"
)

// flow is the traffic of one connection as one examination finds it.
type flow struct {
	d *Doctor
	x store.Examinee
	// forged counts calls refused for their signature.
	forged   int
	forgedAt time.Time
	refusals []channel.Refusal
	// tried are repairs that the platform refused.
	tried []channel.Refusal
	// again is when the refusal came that is about to be tried again, zero when none is.
	again time.Time
	usual usual
	// same are the rows of the connection's app that other companies have entered.
	same []clearline.ID
	// near is how near the account is to its limits.
	near nearness
}

func (f *flow) checks() []channel.Check {
	return []channel.Check{
		{ID: checkSignature, Title: "The platform's calls are signed with our secret", Run: f.signature},
		{ID: checkLag, Title: "Messages come in without delay", Run: f.lag},
		{ID: checkBacklog, Title: "Nothing is stuck here", Run: f.backlog},
		{ID: checkTraffic, Title: "As many messages come in as usual", Run: f.traffic},
		{ID: checkErrors, Title: "The platform takes what is sent", Run: f.errors},
	}
}

// look reads what all its checks rest on. When somebody asks for an examination (full) they have repaired something: then
// a refusal is not believed for longer if messages wait, which the lane tries at once when nothing else speaks against it.
func (d *Doctor) look(ctx context.Context, x store.Examinee, full bool) (*flow, error) {
	f := &flow{d: d, x: x}
	now := d.o.Clock.Now()
	apps, err := d.o.Store.Apps(ctx)
	if err != nil {
		return nil, err
	}
	others := 0
	for _, a := range apps {
		if a.Platform != x.Platform || a.ID == x.App.ID {
			continue
		}
		if others++; a.Same(x.App) {
			f.same = append(f.same, a.ID)
		}
	}
	// Nobody can tell for which app a call on the shared address was meant, unless there is only one or it is the operator's.
	shared := others == 0 || x.App.CompanyID == clearline.Installation
	if f.forgedAt, f.forged, err = d.o.Store.Forged(ctx, x.App, shared, now.Add(-forgedSpan)); err != nil {
		return nil, err
	}
	if f.refusals, err = d.o.Store.RefusedAttempts(ctx, x.CompanyID, x.ID, now.Add(-refusalLife), 100); err != nil {
		return nil, err
	}
	since, err := d.o.Store.TokenSince(ctx, x.CompanyID, x.ID)
	if err != nil {
		return nil, err
	}
	f.refusals = slices.DeleteFunc(f.refusals, func(r channel.Refusal) bool {
		_, sending := r.Cause.Stops()
		// What was said of a token that is not used any more is over.
		return !sending && !r.Cause.Slows() || r.Cause.Reauthorizes() && r.At.Before(since)
	})
	repairs, err := d.o.Store.Repairs(ctx, x.CompanyID, x.ID, repairsLooked)
	if err != nil {
		return nil, err
	}
	f.tried = refusedRepairs(repairs, now.Add(-refusalLife))
	f.refusals = unsettled(f.refusals, repairs)
	waiting, err := d.o.Store.CountWaiting(ctx, x.CompanyID, x.ID)
	if err != nil {
		return nil, err
	}
	if full && waiting > 0 && len(f.refusals) > 0 && now.Sub(f.refusals[0].At) > refusedJustNow {
		f.again, f.refusals = f.refusals[0].At, nil
	}
	volumes, err := d.o.Store.VolumesOf(ctx, x.CompanyID, x.ID, now.Add(-store.VolumesKept))
	if err != nil {
		return nil, err
	}
	f.usual = expect(volumes, x.CreatedAt, now)
	f.near, err = d.nearness(ctx, x, shared)
	return f, err
}

// told is what the platform's own checks get to know of the traffic.
func (f *flow) told() channel.Traffic {
	p := f.x.Proof
	// What a later send was accepted after is over.
	standing := slices.DeleteFunc(slices.Clone(f.refusals), func(r channel.Refusal) bool { return r.At.Before(p.SentAt) })
	return channel.Traffic{HandshakeAt: f.x.HandshakeAt, DeliveredAt: p.ReceivedAt, ForgedAt: f.forgedAt, Lag: p.Lag,
		Expected: f.usual.expected, Came: f.usual.came, Span: f.usual.span, SentAt: p.SentAt, Refusals: slices.Concat(standing, f.tried),
		Minutes: f.near.minutes, Started: f.near.started, Missed: f.near.missed, Barred: f.near.barred}
}

func (f *flow) ago(t time.Time) string { return inWords(f.d.o.Clock.Now().Sub(t)) + " ago" }

func (f *flow) signature(context.Context) channel.Outcome {
	received := f.x.Proof.ReceivedAt
	switch {
	case f.forged >= forgedLeast && f.forgedAt.After(received):
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookSignature, Expected: "signed with the stored app secret",
			Found: fmt.Sprintf("%s refused in %d minutes, the last %s, and none that was right since", counted(f.forged, "call", "calls"), int(forgedSpan.Minutes()), f.ago(f.forgedAt))}
	case f.forgedAt.After(received):
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseHookSignature, Expected: "signed with the stored app secret",
			Found: fmt.Sprintf("the last call, %s, was refused for its signature", f.ago(f.forgedAt))}
	case received.IsZero():
		return channel.Outcome{Result: clearline.NotChecked, Found: "No call has come in yet."}
	}
	out := channel.Outcome{Result: clearline.Pass, Found: "right on the last call, " + f.ago(received)}
	if f.forged > 0 {
		out.Found += fmt.Sprintf("; %s refused in %d minutes", counted(f.forged, "other was", "others were"), int(forgedSpan.Minutes()))
	}
	return out
}

// held says that calls gathered events.
func held(calls int) string {
	if calls == 1 {
		return "call held"
	}
	return fmt.Sprintf("%d calls each held", calls)
}

func (f *flow) lag(context.Context) channel.Outcome {
	p := f.x.Proof
	age := f.d.o.Clock.Now().Sub(p.ReceivedAt)
	switch {
	case p.ReceivedAt.IsZero():
		return channel.Outcome{Result: clearline.NotChecked, Found: "No call has come in yet."}
	case age > lagLife:
		return channel.Outcome{Result: clearline.Pass, Found: "nothing came in lately whose delay could be measured"}
	case p.Bundles >= bundlesLeast, p.Bundles > 0 && p.Lag > lateLag:
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseHookThrottled, Expected: "a call for each event as it happens",
			Found: fmt.Sprintf("the last %s what had happened over up to %s, the newest just before", held(p.Bundles), inWords(p.Spread))}
	case p.Lag > lateLag:
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseHookLag, Found: "the last call came " + inWords(p.Lag) + " late", Expected: "less than a minute"}
	}
	return channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("%.1f s on the last call, %s", max(0, p.Lag.Seconds()), f.ago(p.ReceivedAt))}
}

func (f *flow) backlog(ctx context.Context) channel.Outcome {
	b, err := f.d.o.Store.Backlog(ctx, f.x.CompanyID, f.x.ID)
	if err != nil {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "the database could not be asked"}
	}
	if b.Pending > 0 && f.d.o.Clock.Now().Sub(b.Oldest) > stuck {
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseBusy, Expected: "applied within seconds",
			Found: fmt.Sprintf("%s kept and not applied, the oldest since %s", counted(b.Pending, "call is", "calls are"), inWords(f.d.o.Clock.Now().Sub(b.Oldest)))}
	}
	found := "nothing waits"
	if b.Waiting > 0 {
		found = fmt.Sprintf("%s to be sent, the oldest since %s", counted(b.Waiting, "reply waits", "replies wait"), inWords(f.d.o.Clock.Now().Sub(b.WaitingSince)))
	}
	if b.Parked > 0 {
		found += fmt.Sprintf("; %s with something unknown kept", counted(b.Parked, "call", "calls"))
	}
	return channel.Outcome{Result: clearline.Pass, Found: found}
}

func (f *flow) traffic(context.Context) channel.Outcome {
	u := f.usual
	out := channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("%s in %s", counted(u.came, "message", "messages"), inWords(u.span))}
	switch {
	case !u.known:
		out.Found = "too short a history to know what is usual"
	case u.quiet():
		out.Result, out.Cause = clearline.Warn, clearline.CauseHookQuiet
		out.Expected = fmt.Sprintf("about %d, as in the same hours of the last weeks", int(math.Round(u.expected)))
	default:
		out.Found += fmt.Sprintf("; usual are %d", int(math.Round(u.expected)))
	}
	return out
}

func (f *flow) errors(context.Context) channel.Outcome {
	sent := f.x.Proof.SentAt
	if len(f.refusals) == 0 {
		if f.again.After(sent) {
			return channel.Outcome{Result: clearline.Pass, Found: "the last send was refused " + f.ago(f.again) + "; what waits is tried again now"}
		}
		if sent.IsZero() {
			return channel.Outcome{Result: clearline.NotChecked, Found: "Nothing was sent yet."}
		}
		return channel.Outcome{Result: clearline.Pass, Found: "the last send was accepted " + f.ago(sent)}
	}
	r := f.refusals[0]
	said := string(r.Cause)
	if r.Code != 0 {
		said = fmt.Sprintf("code %d", r.Code)
		if r.Subcode != 0 {
			said += fmt.Sprintf("/%d", r.Subcode)
		}
	}
	if sent.After(r.At) {
		return channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("the last send was accepted %s, after one refused with %s", f.ago(sent), said)}
	}
	out := channel.Outcome{Result: clearline.Fail, Cause: r.Cause, Found: fmt.Sprintf("the last send was refused %s with %s", f.ago(r.At), said), Expected: "accepted",
		Fill: map[string]string{fillRefusedAt: r.At.Format(time.RFC3339)}}
	if r.Code != 0 {
		out.Fill["code"] = said[len("code "):]
	}
	if r.Cause.Slows() {
		out.Result = clearline.Warn
	}
	return out
}

// usual is what usually comes in a span, and what came.
type usual struct {
	known    bool
	expected float64
	came     int
	span     time.Duration
}

const (
	// usualEnough is how many messages must be expected in a span for its silence to say something, and quietShare
	// which part of them must have come: of 20 expected, chance alone lets fewer than 5 come once in 60,000 times.
	usualEnough = 20
	quietShare  = 0.25
	// usualSpan bounds the span, usualWeeks is how many weeks back the same hours are looked at, at least two.
	usualSpan  = 24
	usualWeeks = 4
	hoursAWeek = 7 * 24
)

func (u usual) quiet() bool {
	return u.known && u.expected >= usualEnough && float64(u.came) < quietShare*u.expected
}

// expect compares the last hours with the same hours of the weeks before: as many hours as it takes to expect enough
// messages, at most a day. The hour that runs now counts by the part of it that has passed.
func expect(volumes []store.Volume, since, now time.Time) usual {
	by := make(map[int64]int, len(volumes))
	for _, v := range volumes {
		by[v.Hour.Unix()/3600] = v.Received
	}
	hour := now.Unix() / 3600
	first := since.Unix()/3600 + 1
	weeks := int(min(usualWeeks, (hour-first)/hoursAWeek))
	if weeks < 2 {
		return usual{}
	}
	u := usual{known: true}
	part := float64(now.Unix()%3600) / 3600
	for back := range int64(usualSpan) {
		sum := 0.0
		for w := range int64(weeks) {
			sum += float64(by[hour-back-(w+1)*hoursAWeek])
		}
		share := 1.0
		if back == 0 {
			share = part
		}
		u.expected += share * sum / float64(weeks)
		u.came += by[hour-back]
		u.span += time.Duration(share * float64(time.Hour))
		if back > 0 && u.expected >= usualEnough {
			break
		}
	}
	return u
}
