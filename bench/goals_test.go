package bench

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Every benchmark has a goal on each engine, and every bound names a figure that a Result can hold.
func TestGoalsAreComplete(t *testing.T) {
	t.Parallel()
	full := Result{}
	one, zero := some(1.0), some(int64(0))
	full.PerSecond, full.CPUPerMessage, full.RSS, full.Ratio, full.BinaryMiB = one, one, one, one, one
	full.AckMS, full.ScreenMS, full.ReadyMS = &Spread{1, 1}, &Spread{1, 1}, &ReadyTimes{1, 1}
	for _, b := range slices.Concat(uiGoals, readGoals, doctorGoals) {
		full.Figures = append(full.Figures, Figure{Name: b.figure})
	}
	full.EventsLost, full.EventsDoubled = zero, zero
	full.Lost, full.Duplicates, full.NeverSent, full.Altered, full.Unannounced, full.Refused = zero, zero, zero, zero, zero, zero
	full.ForgedTaken, full.SentTwice, full.Unfinished, full.StatusFaults, full.Deadlocks = zero, zero, zero, zero, zero
	for _, name := range Names() {
		for _, engine := range []string{engineSQLite, enginePostgres} {
			g, known := goalOf(name, engine)
			if !known || len(g.bounds) == 0 {
				t.Errorf("%s on %s has no goal", name, engine)
			}
			for _, b := range g.bounds {
				if full.figure(b.figure) == nil {
					t.Errorf("%s: no figure %q", name, b.figure)
				}
			}
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	good := func() Result {
		zero := func() *int64 { return some(int64(0)) }
		return Result{Name: "single", Engine: engineSQLite, AckMS: &Spread{0.9, 5}, Lost: zero(), Duplicates: zero(), NeverSent: zero(),
			Altered: zero(), Unannounced: zero(), Refused: zero(), ForgedTaken: zero()}
	}
	for name, tc := range map[string]struct {
		change func(*Result)
		met    bool
		unmet  string
	}{
		"all well":             {func(*Result) {}, true, ""},
		"at the bound":         {func(r *Result) { r.AckMS.P50 = 1 }, false, "ack_ms.p50 is 1, goal < 1"},
		"one lost":             {func(r *Result) { *r.Lost = 1 }, false, "lost is 1, goal <= 0"},
		"not measured":         {func(r *Result) { r.Unannounced = nil }, false, "unannounced was not measured"},
		"not seen from afar":   {func(r *Result) { r.Unannounced, r.Engine = nil, engineTarget }, true, ""},
		"could not be run":     {func(r *Result) { r.Error = "no" }, false, ""},
		"an unknown name":      {func(r *Result) { r.Name = "other" }, false, ""},
		"lost, seen from afar": {func(r *Result) { *r.Lost, r.Engine = 1, engineTarget }, false, "lost is 1, goal <= 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := good()
			tc.change(&r)
			r.judge()
			if r.Met != tc.met || strings.Join(r.Unmet, "|") != tc.unmet {
				t.Errorf("met %v, unmet %q", r.Met, r.Unmet)
			}
		})
	}
	r := good()
	r.judge()
	if want := "ack_ms.p50 < 1; no lost, duplicates, never_sent, altered, unannounced, refused, forged_taken"; r.Goal != want {
		t.Errorf("goal %q, want %q", r.Goal, want)
	}
}

// X7: the names of the figures are part of what the outside relies on.
func TestResultNames(t *testing.T) {
	t.Parallel()
	one := some(1.0)
	r := Result{Name: "inbound", Engine: engineSQLite, Seconds: 30, PerSecond: one, AckMS: &Spread{1, 2}, CPUPerMessage: one, RSS: one, Ratio: one,
		Limit: &Rate{3}, Lost: some(int64(0)), Duplicates: some(int64(0)), SentTwice: some(int64(0))}
	var out bytes.Buffer
	if err := (&printer{out: &out, json: true}).print(&r); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || strings.Count(out.String(), "\n") != 1 {
		t.Fatalf("%v in %q", err, out.String())
	}
	for _, key := range []string{"name", "engine", "seconds", "per_second", "ack_ms", "cpu_ms_per_message", "rss_mib", "lost", "duplicates", "sent_twice", "limit", "ratio", "goal", "met"} {
		if _, there := got[key]; !there {
			t.Errorf("no key %q in %s", key, out.String())
		}
	}
	out.Reset()
	if err := (&printer{out: &out}).print(&r); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "inbound") || !strings.Contains(out.String(), "MISSED") {
		t.Errorf("table %q", out.String())
	}
}
