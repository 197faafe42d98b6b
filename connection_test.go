package clearline

import (
	"testing"
	"time"
)

// X3, C6: the status word follows from dated proof alone, and silence is no proof.
func TestHealth(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	ago := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	fresh := Proof{ReceivedAt: ago(1), SentAt: ago(2), AcceptedAt: ago(3), SubscribedAt: ago(600)}
	with := func(change func(*Proof)) Proof {
		p := fresh
		change(&p)
		return p
	}
	for _, c := range []struct {
		name               string
		proof              Proof
		paused             bool
		status             ConnectionStatus
		stale              bool
		receiving, sending string
	}{
		{"nothing known", Proof{}, false, StatusConnecting, false, FlowUnknown, FlowUnknown},
		{"credential accepted, no way in proven", Proof{AcceptedAt: ago(1)}, false, StatusConnecting, false, FlowUnknown, FlowUnknown},
		{"way in proven, credential never tried", Proof{ReceivedAt: ago(1)}, false, StatusConnecting, false, FlowYes, FlowUnknown},
		{"subscribed counts as a way in", Proof{AcceptedAt: ago(1), SubscribedAt: ago(1)}, false, StatusConnected, false, FlowYes, FlowUnknown},
		{"all fresh", fresh, false, StatusConnected, false, FlowYes, FlowYes},
		{"a send proves the credential", with(func(p *Proof) { p.AcceptedAt = ago(600) }), false, StatusConnected, false, FlowYes, FlowYes},
		{"old way in", with(func(p *Proof) { p.ReceivedAt = ago(16) }), false, StatusConnected, true, FlowYes, FlowYes},
		{"old credential", with(func(p *Proof) { p.AcceptedAt, p.SentAt = ago(16), ago(17) }), false, StatusConnected, true, FlowYes, FlowYes},
		{"just fresh", with(func(p *Proof) { p.ReceivedAt, p.AcceptedAt, p.SentAt = ago(15), ago(15), ago(15) }), false, StatusConnected, false, FlowYes, FlowYes},
		{"nothing sent for a day", with(func(p *Proof) { p.SentAt = ago(24 * 60) }), false, StatusConnected, false, FlowYes, FlowUnknown},
		{"token expired", with(func(p *Proof) { p.Cause = CauseAuthExpired }), false, StatusReauthorize, false, FlowYes, FlowNo},
		{"account disabled", with(func(p *Proof) { p.Cause = CauseAccountDisabled }), false, StatusDisconnected, false, FlowNo, FlowNo},
		{"restricted: only sending stops", with(func(p *Proof) { p.Cause = CauseAccountBarred }), false, StatusDisconnected, false, FlowYes, FlowNo},
		{"messages go elsewhere: only receiving stops", with(func(p *Proof) { p.Inbound = CauseHookElsewhere }), false, StatusDisconnected, false, FlowNo, FlowYes},
		{"the app was removed: both, told apart", with(func(p *Proof) { p.Cause, p.Inbound = CauseAuthRevoked, CauseHookOff }), false, StatusReauthorize, false, FlowNo, FlowNo},
		{"an outage hides no wrong address", with(func(p *Proof) { p.Cause, p.Inbound = CauseOutage, CauseHookElsewhere }), false, StatusDisconnected, false, FlowNo, FlowSlow},
		{"messages come late", with(func(p *Proof) { p.Inbound = CauseHookLag }), false, StatusConnected, false, FlowLate, FlowYes},
		{"late says nothing where nothing came", Proof{AcceptedAt: ago(1), SentAt: ago(1), Inbound: CauseHookLag}, false, StatusConnecting, false, FlowUnknown, FlowYes},
		{"throttled", with(func(p *Proof) { p.Cause = CauseRate }), false, StatusConnected, false, FlowYes, FlowSlow},
		{"at its messaging limit", with(func(p *Proof) { p.Cause = CauseLimit }), false, StatusConnected, false, FlowYes, FlowLimited},
		{"low quality", with(func(p *Proof) { p.Cause = CauseQuality }), false, StatusConnected, false, FlowYes, FlowLimited},
		{"our own network", with(func(p *Proof) { p.Cause = CauseNetwork }), false, StatusDisconnected, false, FlowNo, FlowNo},
		{"platform in trouble", with(func(p *Proof) { p.Cause = CauseOutage }), false, StatusDegraded, false, FlowYes, FlowSlow},
		{"a cause before anything was proven", Proof{Cause: CauseAuthInvalid}, false, StatusReauthorize, false, FlowUnknown, FlowNo},
		{"a cause that is not the connection's", with(func(p *Proof) { p.Cause = CauseWindow }), false, StatusConnected, false, FlowYes, FlowYes},
		{"paused", fresh, true, StatusPaused, false, FlowYes, FlowYes},
		{"paused with an expired token", with(func(p *Proof) { p.Cause = CauseAuthExpired }), true, StatusPaused, false, FlowYes, FlowNo},
	} {
		conn := Connection{Proof: c.proof}
		if c.paused {
			conn.PausedAt = ago(5)
		}
		h := conn.Health(now)
		if h.Status != c.status || h.Stale != c.stale || h.Receiving != c.receiving || h.Sending != c.sending {
			t.Errorf("%s: %s stale=%v receiving=%s sending=%s, want %s stale=%v receiving=%s sending=%s", c.name,
				h.Status, h.Stale, h.Receiving, h.Sending, c.status, c.stale, c.receiving, c.sending)
		}
		want := c.proof.Cause
		if c.proof.Inbound.Outweighs(want) {
			want = c.proof.Inbound
		}
		if h.Cause != want || !h.SendingAt.Equal(c.proof.SentAt) {
			t.Errorf("%s: cause %s, sent %v", c.name, h.Cause, h.SendingAt)
		}
	}
}

func TestReplyWindow(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	const day = 24 * time.Hour
	for _, c := range []struct {
		name   string
		from   time.Time
		length time.Duration
		now    time.Time
		state  string
		ends   time.Time
	}{
		{"no rule", from, 0, from.Add(100 * day), "none", time.Time{}},
		{"nobody wrote", time.Time{}, day, from, "closed", time.Time{}},
		{"just written", from, day, from, "open", from.Add(day)},
		{"a moment before the end", from, day, from.Add(day - 1), "open", from.Add(day)},
		{"at the end", from, day, from.Add(day), "closed", from.Add(day)},
		{"our clock is late", from, day, from.Add(-time.Hour), "open", from.Add(day)},
	} {
		if w := ReplyWindow(c.from, c.length, c.now); w != (Window{State: c.state, ExpiresAt: c.ends}) {
			t.Errorf("%s: %+v", c.name, w)
		}
	}
}

// I5: a count adds up.
func TestCountSum(t *testing.T) {
	t.Parallel()
	if n := (Count{Stored: 1, Duplicate: 20, Parked: 300, Pending: 4000}).Sum(); n != 4321 {
		t.Errorf("the sum is %d", n)
	}
}
