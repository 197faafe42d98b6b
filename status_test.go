package clearline

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reports are all that a platform says about a message, with refusals that differ in one thing each.
var reports = []Report{
	{Status: Sent}, {Status: Delivered}, {Status: Read},
	{Status: Failed, Cause: CauseUndeliverable, Error: &PlatformError{Code: 131026}},
	{Status: Failed, Cause: CauseUndeliverable, Error: &PlatformError{Code: 131026, Subcode: 5}},
	{Status: Failed, Cause: CauseOther, Error: &PlatformError{Code: 131000, Text: "Something went wrong"}},
	{Status: Failed, Cause: CauseOther, Error: &PlatformError{Code: 131000, Text: "Something went wrong", Details: "twice"}},
	{Status: Failed, Cause: CauseOther, Error: &PlatformError{Code: 131000, Text: "Something went wrong", Details: "twice", TraceID: "A"}},
}

// M4, I32: every order of every set of reports gives one state, however often each is repeated.
func TestEveryOrderOfReportsGivesOneState(t *testing.T) {
	t.Parallel()
	for _, start := range []Progress{{Status: Queued}, {Status: Sending}, {Status: Unsettled, Cause: CauseUnconfirmed}, {Status: Sent}} {
		for set := 1; set < 1<<len(reports); set++ {
			var chosen []Report
			for i, r := range reports {
				if set&(1<<i) != 0 {
					chosen = append(chosen, r)
				}
			}
			if len(chosen) > 5 { // 120 orders of each are enough: a rule looks at two reports at a time
				continue
			}
			var first *Progress
			permutations(chosen, func(order []Report) {
				got := start
				for _, r := range order {
					got = got.Apply(r).Apply(order[0])
				}
				if first == nil {
					first = &got
				} else if d := cmp.Diff(*first, got); d != "" {
					t.Fatalf("from %s, order %v (-first +this):\n%s", start.Status, order, d)
				}
			})
		}
	}
}

// I32: no step lowers what was proven, and nothing moves a message of a person.
func TestStatusNeverGoesDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Progress{Status: rapid.SampledFrom([]Status{Queued, Held, Sending, Unsettled, Sent}).Draw(t, "start")}
		in := Progress{Status: Received}
		failed, arrived := false, false
		for _, r := range rapid.SliceOf(rapid.SampledFrom(reports)).Draw(t, "reports") {
			before := p
			p, in = p.Apply(r), in.Apply(r)
			if p.Status.rank() < before.Status.rank() && !(before.Status == Sent && p.Status == Failed) {
				t.Fatalf("%s after %s by %s", p.Status, before.Status, r.Status)
			}
			failed = failed || r.Status == Failed
			arrived = arrived || r.Status == Delivered || r.Status == Read
			if p.Conflict != (failed && arrived) {
				t.Fatalf("conflict %v, failed %v, arrived %v", p.Conflict, failed, arrived)
			}
			if arrived && p.Status != Delivered && p.Status != Read {
				t.Fatalf("it arrived and is %s", p.Status)
			}
			if (p.Cause != "") != failed {
				t.Fatalf("cause %q, failed %v", p.Cause, failed)
			}
		}
		if in != (Progress{Status: Received}) {
			t.Fatalf("a received message became %v", in)
		}
	})
}

func TestStatusTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status       Status
		valid, final bool
	}{
		{Received, true, true}, {Queued, true, false}, {Held, true, false}, {Sending, true, false}, {Sent, true, true}, {Delivered, true, true},
		{Read, true, true}, {Failed, true, true}, {Unsettled, true, false}, {Cancelled, true, true}, {"", false, false}, {"seen", false, false},
	} {
		if c.status.Valid() != c.valid || c.status.Final() != c.final {
			t.Errorf("%q: valid %v, final %v", c.status, c.status.Valid(), c.status.Final())
		}
	}
}

func TestCausesOfConnections(t *testing.T) {
	t.Parallel()
	for cause, want := range map[Cause]string{
		CauseAuthExpired: "reauthorizes", CauseAuthRevoked: "reauthorizes", CauseAuthScope: "reauthorizes", CauseAccountDisabled: "disconnects",
		CausePayment: "disconnects", CauseOutage: "outage", CauseWindow: "", CauseRate: "", CauseNetwork: "disconnects", CauseHookElsewhere: "disconnects", CauseHookLag: "", "": "",
	} {
		got := ""
		for word, is := range map[string]bool{"reauthorizes": cause.Reauthorizes(), "disconnects": cause.Disconnects(), "outage": cause.Outage()} {
			if is {
				got += word
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", cause, got, want)
		}
	}
}

func TestProblemSaysWhatAndWhy(t *testing.T) {
	t.Parallel()
	inner := fmt.Errorf("disk full")
	p := &Problem{Cause: CauseDisk, Title: "It cannot be stored.", Detail: "Make room.", Err: inner}
	if got := p.Error(); got != "server.disk: It cannot be stored. Make room. (disk full)" {
		t.Error(got)
	}
	if p.Unwrap() != inner {
		t.Error("the cause is lost")
	}
}
