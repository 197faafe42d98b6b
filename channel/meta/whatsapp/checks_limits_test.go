package whatsapp

import (
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// C24: near the throughput is who reaches four fifths of it in several minutes of the hour; one burst is none, and an upgraded
// number carries more.
func TestThroughputNearness(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 6, 7, 0, 0, 0, time.UTC)
	minutes := func(peaks ...int) (all []channel.Minute) {
		for i, p := range peaks {
			all = append(all, channel.Minute{At: at.Add(time.Duration(i) * time.Minute), Received: p, Peak: p})
		}
		return all
	}
	for _, c := range []struct {
		name      string
		perSecond int
		peaks     []int
		want      clearline.CheckResult
		found     string
	}{
		{"nothing", 80, nil, clearline.Pass, "nothing came or went"},
		{"far from it", 80, []int{3, 20, 63}, clearline.Pass, "at most 63 of 80 messages in a second, in and out together, at 07:02 UTC"},
		{"one burst", 80, []int{3, 80, 10}, clearline.Pass, "at most 80 of 80"},
		{"twice", 80, []int{64, 3, 70}, clearline.Warn, "near it in 2 minutes"},
		{"in the Business app too", 20, []int{16, 16}, clearline.Warn, "of 20"},
		{"upgraded", 1000, []int{90, 90, 90}, clearline.Pass, "of 1000"},
		{"over it, as told in bundles", 80, []int{100, 200}, clearline.Warn, "at most 200 of 80"},
	} {
		o := judgeThroughput(c.perSecond, minutes(c.peaks...))
		if o.Result != c.want || !strings.Contains(o.Found, c.found) || (o.Cause == clearline.CauseThroughput) != (c.want == clearline.Warn) || (o.Expected == "") != (c.want == clearline.Pass) {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
}

// C24: calls that fail for a while without one that is taken are said before Meta gives up; a short failure is not.
func TestFailedCallsNearTheSwitchOff(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 0, 0, 0, time.UTC)
	before := func(d time.Duration) time.Time { return now.Add(-d) }
	missed := func(n int, first, last time.Duration) channel.Traffic {
		return channel.Traffic{Missed: channel.Missed{N: n, First: before(first), Last: before(last)}, DeliveredAt: before(2 * time.Hour)}
	}
	for _, c := range []struct {
		name    string
		traffic channel.Traffic
		want    clearline.CheckResult
		found   string
	}{
		{"nothing ever came", channel.Traffic{}, clearline.NotChecked, ""},
		{"all is well", channel.Traffic{DeliveredAt: before(time.Minute)}, clearline.Pass, "the last one was taken"},
		{"a stranger's two", missed(2, time.Hour, 0), clearline.Pass, "2 turned away"},
		{"many in five minutes", missed(30, 5*time.Minute, 0), clearline.Pass, "30 turned away"},
		{"for a quarter of an hour", missed(4, 16*time.Minute, time.Minute), clearline.Warn, "4 calls were turned away here, and none was taken since 06:44"},
		{"our own checks fail for a while", channel.Traffic{Barred: before(20 * time.Minute)}, clearline.Warn, "cannot get through"},
		{"our own checks have just failed", channel.Traffic{Barred: before(time.Minute), DeliveredAt: before(time.Hour)}, clearline.Pass, ""},
	} {
		o := judgeTaken(&channel.Subject{Now: now, Traffic: c.traffic})
		if o.Result != c.want || !strings.Contains(o.Found, c.found) || (o.Cause == clearline.CauseHookFailing) != (c.want == clearline.Warn) {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
}

// C19, G9: the messaging limit is told with what is used of it from here, and used up is a limit, not a quality.
func TestMessagingLimitUsed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tier    string
		started int
		said    string
		reached bool
	}{
		{"TIER_250", 12, "250 people in 24 hours, 12 used from here", false},
		{"TIER_250", 250, "250 people in 24 hours, 250 used from here", true},
		{"TIER_100K", 99_999, "100,000 people in 24 hours, 99,999 used from here", false},
		{"TIER_UNLIMITED", 1_000_000, "none", false},
		{"", 5, "not told", false},
		{"TIER_7M", 5, "not told", false},
	} {
		r := &examination{p: New(Options{}), s: channel.Subject{Traffic: channel.Traffic{Started: c.started}}}
		if said, reached := r.people(c.tier); said != c.said || reached != c.reached {
			t.Errorf("%s with %d: %q, %v", c.tier, c.started, said, reached)
		}
	}
	r := &examination{p: New(Options{}), s: channel.Subject{Traffic: channel.Traffic{Started: 250}}}
	if o := r.judgeQuality(&numberNode{Quality: "GREEN", Status: "CONNECTED"}, "TIER_250"); o.Result != clearline.Warn || o.Cause != clearline.CauseLimit || !strings.Contains(o.Fill["found"], "250 used") {
		t.Errorf("%+v", o)
	}
}

// C19: every limit has a source and a month, and says how it is kept to; what Meta has not told is not guessed.
func TestAllowances(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	by := func(told map[string]string, perSecond int) map[channel.AllowanceName]channel.Allowance {
		all := map[channel.AllowanceName]channel.Allowance{}
		for _, a := range p.Allowances(told, perSecond) {
			if a.What == "" || a.Kept == "" || a.Source == "" || len(a.Read) != 7 {
				t.Errorf("%+v", a)
			}
			all[a.Name] = a
		}
		return all
	}
	none := by(nil, 0)
	if a := none[channel.AllowanceThroughput]; a.Most != 80 || !a.Known {
		t.Errorf("%+v", a)
	}
	if none[channel.AllowanceStarts].Known || none[channel.AllowanceTemplates].Known {
		t.Error("a step is known that nobody told")
	}
	told := by(map[string]string{"messaging_limit": "TIER_2K", "verification": "verified", "name_status": "APPROVED"}, 20)
	if told[channel.AllowanceThroughput].Most != 20 || told[channel.AllowanceStarts].Most != 2000 || told[channel.AllowanceTemplates].Most != 6000 {
		t.Errorf("%+v", told)
	}
	if a := by(map[string]string{"messaging_limit": "TIER_UNLIMITED", "verification": "pending"}, 80); a[channel.AllowanceStarts].Most != 0 || !a[channel.AllowanceStarts].Known || a[channel.AllowanceTemplates].Most != 250 {
		t.Errorf("%+v", a)
	}
	if !none[channel.AllowanceCodes].Unconfirmed {
		t.Error("what is unconfirmed is said as if it were known")
	}
}
