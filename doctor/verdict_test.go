package doctor

import (
	"slices"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/egress"
	"github.com/clearline/clearline/store"
)

// ran is a run of the usual checks; those not named passed.
func ran(outcomes map[string]channel.Outcome, outage trouble) *run {
	r := &run{leaf: map[string]bool{}, outage: outage, begun: time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)}
	leaf := []string{"token", "app", "scopes", "asset", "business", "payment", "number", "quality", "subscribed", "callback", "fields", checkFeed}
	for _, id := range slices.Concat([]string{checkPublic, checkDNS, checkPort, checkCertificate, checkHandshake, checkLoopback, checkClock, checkDisk, checkDatabase, checkInternet},
		leaf, []string{checkSignature, checkLag, checkBacklog, checkTraffic, checkErrors}) {
		o, told := outcomes[id]
		if !told {
			o = channel.Outcome{Result: clearline.Pass}
		}
		r.all = append(r.all, examined{Check: channel.Check{ID: id, Title: id}, Outcome: o})
		if slices.Contains(leaf, id) {
			r.leaf[id] = true
		}
	}
	return r
}

func causes(seen []store.Seen) (all []clearline.Cause) {
	for _, s := range seen {
		all = append(all, s.Cause)
	}
	return all
}

func failing(c clearline.Cause, also ...clearline.Cause) channel.Outcome {
	return channel.Outcome{Result: clearline.Fail, Cause: c, Also: also}
}

func warning(c clearline.Cause) channel.Outcome {
	return channel.Outcome{Result: clearline.Warn, Cause: c}
}

func silence(c clearline.Cause) channel.Outcome {
	return channel.Outcome{Result: clearline.CouldNotTell, Cause: c}
}

// C16, C18: the verdict is the first failure in the order of the checks, then the platform's silence, then warnings; an
// outage never becomes a question of signing in, and what our own network explains is not blamed on the platform.
func TestVerdict(t *testing.T) {
	t.Parallel()
	type o = map[string]channel.Outcome
	down := silence(clearline.CauseOutage)
	all := func(more o) o {
		m := o{}
		for _, id := range []string{"token", "app", "scopes", "asset", "business", "payment", "number", "quality", "subscribed", "callback", "fields"} {
			m[id] = down
		}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for _, c := range []struct {
		name     string
		outcomes o
		outage   trouble
		want     []clearline.Cause
	}{
		{"nothing", o{}, trouble{}, nil},
		{"outside before the account", o{"token": failing(clearline.CauseAuthExpired), checkDNS: failing(clearline.CauseDNS)}, trouble{}, []clearline.Cause{"server.dns", "auth.expired"}},
		{"a failure before a warning", o{checkClock: warning(clearline.CauseClock), "callback": failing(clearline.CauseHookElsewhere)}, trouble{}, []clearline.Cause{"hook.elsewhere", "server.clock"}},
		{"one cause once", o{"token": failing(clearline.CauseAuthExpired), checkErrors: failing(clearline.CauseAuthExpired)}, trouble{}, []clearline.Cause{"auth.expired"}},
		{"a removed app is both", o{"token": failing(clearline.CauseAuthRevoked, clearline.CauseHookOff)}, trouble{}, []clearline.Cause{"auth.revoked", "hook.off"}},
		{"other candidates are no findings", o{"token": failing(clearline.CauseAuthExpired, clearline.CauseHookOff)}, trouble{}, []clearline.Cause{"auth.expired"}},
		{"the platform is silent", all(nil), trouble{}, []clearline.Cause{"net.outage"}},
		{"its first check is silent", o{"token": down, "scopes": {Result: clearline.NotChecked}}, trouble{}, []clearline.Cause{"net.outage"}},
		{"one question is not answered", o{"payment": down}, trouble{}, nil},
		{"a third of them", o{"payment": down, "number": down, "quality": down, "business": down}, trouble{}, []clearline.Cause{"net.outage"}},
		{"silence before warnings", all(o{checkDisk: warning(clearline.CauseDisk)}), trouble{}, []clearline.Cause{"net.outage", "server.disk"}},
		{"nobody at all answers: it is ours", all(o{checkInternet: failing(clearline.CauseNetwork)}), trouble{silent: 9, measured: true}, []clearline.Cause{"server.network"}},
		{"the one host does not answer: it may be ours", all(o{checkInternet: silence(clearline.CauseNetwork)}), trouble{silent: 9, measured: true}, []clearline.Cause{"server.network"}},
		{"an incident that nobody feels is a note", o{checkFeed: warning(clearline.CauseOutage)}, trouble{}, []clearline.Cause{"net.outage"}},
		{"measured on sends while reads work", o{}, trouble{measured: true, failing: 5, all: 12}, []clearline.Cause{"net.outage"}},
		{"the platform's own word counts in an outage too", all(o{"token": failing(clearline.CauseAuthPassword)}), trouble{}, []clearline.Cause{"auth.password", "net.outage"}},
	} {
		if got := causes(ran(c.outcomes, c.outage).seen()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	note := ran(o{checkFeed: warning(clearline.CauseOutage)}, trouble{})
	if note.down() || note.seen()[0].Result != clearline.Warn {
		t.Error("an incident on the status page alone is an outage")
	}
	if felt := ran(o{checkFeed: warning(clearline.CauseOutage)}, trouble{failing: 1, all: 3}); !felt.down() || felt.seen()[0].Result != clearline.CouldNotTell {
		t.Error("an incident with errors of our own is a note")
	}
}

// C18: an account refused at a send is believed until the platform's own word about the account says otherwise, and no
// longer; a refusal of a moment ago outweighs that.
func TestRefusedSendsAgainstTheAccountsState(t *testing.T) {
	t.Parallel()
	refused := func(c clearline.Cause, ago time.Duration) channel.Outcome {
		at := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC).Add(-ago)
		return channel.Outcome{Result: clearline.Fail, Cause: c, Fill: map[string]string{fillRefusedAt: at.Format(time.RFC3339)}}
	}
	for _, c := range []struct {
		name    string
		errors  channel.Outcome
		account map[string]channel.Outcome
		want    clearline.Cause
	}{
		{"the token is fine by now", refused(clearline.CauseAuthExpired, time.Second), nil, ""},
		{"the token was not judged", refused(clearline.CauseAuthExpired, time.Second), map[string]channel.Outcome{"scopes": {Result: clearline.NotChecked}}, clearline.CauseAuthExpired},
		{"refused a moment ago", refused(clearline.CauseAccountBarred, 20*time.Second), nil, clearline.CauseAccountBarred},
		{"refused a while ago, and the account is fine", refused(clearline.CauseAccountBarred, 2*time.Minute), nil, ""},
		{"nobody but the sends knows", refused(clearline.CauseMoved, 2*time.Minute), nil, clearline.CauseMoved},
	} {
		outcomes := map[string]channel.Outcome{checkErrors: c.errors}
		for id, o := range c.account {
			outcomes[id] = o
		}
		got := clearline.Cause("")
		if seen := ran(outcomes, trouble{}).seen(); len(seen) > 0 {
			got = seen[0].Cause
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A run that could not tell ends nothing; one whose checks have looked and found nothing does.
func TestOver(t *testing.T) {
	t.Parallel()
	found := func(cause clearline.Cause, check string, state clearline.FindingState) store.FindingRow {
		return store.FindingRow{Finding: clearline.Finding{Cause: cause, State: state}, Seen: store.Seen{Cause: cause, Check: check, Result: clearline.Fail}}
	}
	open, fixed := clearline.FindingOpen, clearline.FindingFixed
	for _, c := range []struct {
		name     string
		cause    clearline.Cause
		outcomes map[string]channel.Outcome
		findings []store.FindingRow
		want     bool
	}{
		{"still there", clearline.CauseHookElsewhere, nil, []store.FindingRow{found(clearline.CauseHookElsewhere, "callback", open)}, false},
		{"gone", clearline.CauseHookElsewhere, nil, []store.FindingRow{found(clearline.CauseHookElsewhere, "callback", fixed)}, true},
		{"seen by a send only, and the account is fine", clearline.CauseAuthExpired, nil, nil, true},
		{"seen by a send only, and nobody could tell", clearline.CauseAuthExpired, map[string]channel.Outcome{"token": silence(clearline.CauseOutage)}, nil, false},
		{"fixed once, back by a send, and nobody could tell", clearline.CauseAuthExpired, map[string]channel.Outcome{"token": silence("")}, []store.FindingRow{found(clearline.CauseAuthExpired, "token", fixed)}, false},
		{"only sends know it", clearline.CauseMoved, map[string]channel.Outcome{checkErrors: silence("")}, nil, false},
	} {
		if got := ran(c.outcomes, trouble{}).over(c.cause, c.findings); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// C18: thirty per cent of ten calls in five minutes, or three examinations in a row; ten clean minutes end it. What never
// reached the platform does not count against it.
func TestOutageIsMeasured(t *testing.T) {
	t.Parallel()
	c := clock.NewShifted()
	calls := NewCalls(c)
	observe := func(status int, local bool, n int) {
		for range n {
			calls.Observe("1", egress.Observation{At: c.Now(), Status: status, Local: local})
		}
	}
	observe(503, false, 9)
	if calls.trouble("1").measured {
		t.Error("nine calls are enough")
	}
	observe(200, false, 1)
	if !calls.trouble("1").measured {
		t.Error("nine of ten are not enough")
	}
	observe(200, false, 21)
	if tr := calls.trouble("1"); tr.measured || tr.failing != 9 || tr.all != 31 {
		t.Errorf("nine of thirty-one: %+v", tr)
	}
	observe(0, false, 1)
	if !calls.trouble("1").measured {
		t.Error("silence does not count")
	}
	if calls.trouble("2").measured {
		t.Error("another connection is taken for down")
	}
	c.Advance(callsSpan + time.Second)
	if tr := calls.trouble("1"); tr.measured || tr.clean {
		t.Errorf("after five minutes: %+v", tr)
	}
	c.Advance(cleanFor - callsSpan)
	if !calls.trouble("1").clean {
		t.Error("ten clean minutes are not clean")
	}
	observe(0, true, 20)
	if tr := calls.trouble("1"); tr.measured || !tr.clean {
		t.Errorf("our own network is taken for the platform's: %+v", tr)
	}
	for i := range probesLeast {
		if calls.trouble("3").measured {
			t.Errorf("%d examinations are enough", i)
		}
		calls.Probed("3", true)
	}
	if !calls.trouble("3").measured {
		t.Error("three examinations in a row are not enough")
	}
	calls.Probed("3", false)
	if tr := calls.trouble("3"); tr.measured || tr.clean {
		t.Errorf("one answer after them: %+v", tr)
	}
}

// C24, I40: silence is unusual only against what the same hours of other weeks brought, and a young connection has none.
func TestExpectedTraffic(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 15, 30, 0, 0, time.UTC)
	history := func(perHour, weeks int) (all []store.Volume) {
		for w := 1; w <= weeks; w++ {
			for h := range 24 {
				all = append(all, store.Volume{Hour: now.Truncate(time.Hour).Add(-time.Duration(h)*time.Hour - time.Duration(w)*7*24*time.Hour), Received: perHour})
			}
		}
		return all
	}
	today := func(all []store.Volume, perHour int) []store.Volume {
		for h := range 24 {
			all = append(all, store.Volume{Hour: now.Truncate(time.Hour).Add(-time.Duration(h) * time.Hour), Received: perHour})
		}
		return all
	}
	old := now.Add(-60 * 24 * time.Hour)
	for _, c := range []struct {
		name         string
		volumes      []store.Volume
		since        time.Time
		known, quiet bool
	}{
		{"young", history(50, 4), now.Add(-8 * 24 * time.Hour), false, false},
		{"nothing today", history(10, 4), old, true, true},
		{"as usual", today(history(10, 4), 10), old, true, false},
		{"half of the usual", today(history(10, 4), 5), old, true, false},
		{"a tenth of the usual", today(history(20, 4), 2), old, true, true},
		{"never much", history(0, 4), old, true, false},
		{"few in a day, and none today", history(1, 4), old, true, true},
	} {
		u := expect(c.volumes, c.since, now)
		if u.known != c.known || u.quiet() != c.quiet {
			t.Errorf("%s: %+v quiet=%v", c.name, u, u.quiet())
		}
	}
	if u := expect(history(30, 4), old, now); u.span != 90*time.Minute || u.expected != 45 {
		t.Errorf("a busy connection is judged over %s, by %v", u.span, u.expected)
	}
}
