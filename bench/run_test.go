package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
)

// run runs a benchmark and decodes its lines.
func run(t *testing.T, o Options) (results []Result, log string) {
	t.Helper()
	var out, progress bytes.Buffer
	o.JSON, o.Out, o.Err = true, &out, &progress
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	ok, err := Run(t.Context(), o)
	met := true
	for line := range strings.Lines(out.String()) {
		var r Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if r.Error != "" {
			t.Fatalf("%s: %s\n%s", r.Name, r.Error, progress.String())
		}
		met = met && r.Met
		results = append(results, r)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	if ok != met {
		t.Errorf("Run says %v, its lines %v", ok, met)
	}
	return results, progress.String()
}

func value(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

// faults are the counts that must be zero, as a benchmark measured them (-1: not measured).
func faults(r Result) map[string]int64 {
	return map[string]int64{
		"lost": value(r.Lost), "duplicates": value(r.Duplicates), "never_sent": value(r.NeverSent), "altered": value(r.Altered),
		"unannounced": value(r.Unannounced), "forged_taken": value(r.ForgedTaken), "sent_twice": value(r.SentTwice),
		"unfinished": value(r.Unfinished), "status_faults": value(r.StatusFaults),
	}
}

// M8: one command against a running installation. The fake is in memory; each bug must show under its own name.
func TestTargetReportsPlantedBugs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ bug, shows string }{
		{"", ""},
		{bugForgets, "lost"},
		{bugInvents, "never_sent"},
		{bugAlters, "altered"},
		{bugMisfiles, "altered"},
		{bugUnsigned, "forged_taken"},
	} {
		t.Run(tc.bug, func(t *testing.T) {
			t.Parallel()
			product, err := newFakeProduct(tc.bug, nil, "")
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(product)
			defer server.Close()
			results, _ := run(t, Options{Name: "single", Seconds: 1, People: 50, Target: server.URL, APIKey: fakeKey, AppSecret: fakeSecret, PhoneNumberID: fakeNumber})
			r := results[0]
			for figure, n := range faults(r) {
				if (n > 0) != (figure == tc.shows) && !(tc.bug == bugUnsigned && figure == "never_sent") {
					t.Errorf("%s = %d", figure, n)
				}
			}
			if tc.bug != "" && (r.Met || len(r.Unmet) == 0 || len(r.Examples) == 0 && tc.shows != "forged_taken") {
				t.Errorf("met %v, unmet %q, examples %q", r.Met, r.Unmet, r.Examples)
			}
			if r.Engine != engineTarget || *r.PerSecond == 0 || r.AckMS.P50 <= 0 || r.CPUPerMessage != nil || r.Ratio != nil {
				t.Errorf("figures of %+v", r)
			}
		})
	}
}

// Each benchmark of a series, and a series run again, writes messages of its own: what another left there is none of its business.
func TestTargetIsMeasuredAgainAndAgain(t *testing.T) {
	t.Parallel()
	product, err := newFakeProduct("", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(product)
	defer server.Close()
	handedIn := int64(0)
	for name, count := range map[string]int{"all": len(targetNames), "single": 1} {
		results, _ := run(t, Options{Name: name, Seconds: 1, Seed: 7, People: 50, Connections: 1,
			Target: server.URL, APIKey: fakeKey, AppSecret: fakeSecret, PhoneNumberID: fakeNumber})
		if len(results) != count {
			t.Fatalf("%d results of %s, want %d", len(results), name, count)
		}
		for _, r := range results {
			handedIn += *r.Messages
			for figure, n := range faults(r) {
				if n > 0 {
					t.Errorf("%s: %s = %d, %q", r.Name, figure, n, r.Examples)
				}
			}
		}
	}
	if stored := int64(len(product.messages)); stored != handedIn {
		t.Errorf("%d messages handed in, %d stored: some had the id of another", handedIn, stored)
	}
}

// X7, C11, X4: a sound product comes out of kill -9 without a fault; each planted bug is reported under its own name.
func TestCrashReportsPlantedBugs(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		bug   string
		shows []string
	}{
		{"", nil},
		{bugAckFirst, []string{"lost"}},
		{bugNoUnique, []string{"duplicates"}},
		{bugSilent, []string{"unannounced"}},
		{bugUnsigned, []string{"forged_taken", "never_sent"}},
		{bugResend, []string{"sent_twice"}},
		{bugLowers, []string{"status_faults"}},
		{bugDropsSend, []string{"lost"}},
		{bugTooFewSends, []string{"lost"}},
	} {
		t.Run(tc.bug, func(t *testing.T) {
			t.Parallel()
			results, log := run(t, Options{Name: "crash", Cycles: 4, Seed: 7, Executable: program(t, tc.bug)})
			r := results[0]
			got := faults(r)
			for _, figure := range tc.shows {
				if got[figure] <= 0 {
					t.Errorf("%s = %d, not reported", figure, got[figure])
				}
			}
			if tc.bug == "" {
				for figure, n := range got {
					if n != 0 {
						t.Errorf("%s = %d", figure, n)
					}
				}
			}
			if r.Met != (tc.bug == "") {
				t.Errorf("met %v, unmet %q", r.Met, r.Unmet)
			}
			if r.Cycles != 4 || *r.Messages < 50 || *r.SlowestStart <= 0 {
				t.Errorf("figures of %+v", r)
			}
			if t.Failed() {
				t.Logf("examples %q\n%s", r.Examples, log)
			}
		})
	}
}

// X7: inbound prints every figure that the goal names, ratios to both bare servers included.
func TestInboundMeasuresAll(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"inbound", "inbound-new"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, log := run(t, Options{Name: name, Seconds: 1, Messages: 2000, People: 200, Executable: program(t, "")})
			r := results[0]
			for figure, n := range faults(r) {
				if outbound := figure == "sent_twice" || figure == "unfinished" || figure == "status_faults"; n > 0 || n < 0 != outbound {
					t.Errorf("%s = %d", figure, n)
				}
			}
			g, _ := goalOf(name, engineSQLite)
			for _, b := range g.bounds {
				if r.figure(b.figure) == nil {
					t.Errorf("%s was not measured", b.figure)
				}
			}
			if *r.Stored != 2000 || *r.RatioFile <= 0 || r.Limit.PerSecond <= 0 || r.LimitFile.PerSecond <= 0 || *r.DiskBytes <= 0 || *r.WrittenBytes <= 0 {
				t.Errorf("figures of %+v", r)
			}
			if t.Failed() {
				t.Log(log)
			}
		})
	}
}

func TestPacedKeepsItsRate(t *testing.T) {
	t.Parallel()
	product, err := newFakeProduct("", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(product)
	defer server.Close()
	results, _ := run(t, Options{Name: "inbound-paced", Seconds: 2, Target: server.URL, APIKey: fakeKey, AppSecret: fakeSecret, PhoneNumberID: fakeNumber})
	// Each message has its moment: a busy machine hands them in late, but all of them and no more.
	if n, rate := *results[0].Messages, *results[0].PerSecond; n < 1280 || n > 1281 || rate > 645 {
		t.Errorf("%d messages at %.0f a second, want 2 s of 640", n, rate)
	}
}

// C10: what the API took reaches each phone once, counted by the twin.
func TestOutboundMeasures(t *testing.T) {
	t.Parallel()
	results, log := run(t, Options{Name: "outbound", Seconds: 1, Executable: program(t, "")})
	r := results[0]
	for _, figure := range []string{"lost", "duplicates", "never_sent", "altered", "sent_twice", "unfinished", "status_faults"} {
		if n := faults(r)[figure]; n != 0 {
			t.Errorf("%s = %d", figure, n)
		}
	}
	if *r.PerSecond <= 0 || *r.Messages <= 0 || r.AckMS.P99 <= 0 || *r.Stored != outboundPeople {
		t.Errorf("figures of %+v\n%s", r, log)
	}
}

func TestStartMeasures(t *testing.T) {
	t.Parallel()
	results, _ := run(t, Options{Name: "start", Seconds: 1, Messages: 1000, Executable: program(t, "")})
	r := results[0]
	if r.ReadyMS.Empty <= 0 || r.ReadyMS.Full <= 0 || *r.RSS <= 0 || r.BinaryMiB == nil || *r.Stored != 1000 {
		t.Errorf("figures of %+v", r)
	}
}

func TestOptionsAreRefused(t *testing.T) {
	t.Parallel()
	target := Options{Name: "single", Target: "http://127.0.0.1:1", APIKey: "k", AppSecret: "s", PhoneNumberID: "1"}
	for want, o := range map[string]Options{
		"no benchmark":                   {Name: "inbund"},
		"seconds: -1":                    {Name: "inbound", Seconds: -1},
		"not for a running installation": {Name: "crash", Target: "http://127.0.0.1:1"},
		"--app-secret":                   {Name: "single", Target: "http://127.0.0.1:1", APIKey: "k", PhoneNumberID: "1"},
		"leave them out":                 func() Options { o := target; o.Nodes = 2; return o }(),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %q", err, want)
			}
		})
	}
}

// An installation that cannot be reached is an error, not a missed goal.
func TestUnreachableTarget(t *testing.T) {
	t.Parallel()
	var out, log bytes.Buffer
	ok, err := Run(t.Context(), Options{Name: "single", Seconds: 1, Target: "http://127.0.0.1:1", APIKey: "k", AppSecret: "s", PhoneNumberID: "1", JSON: true, Out: &out, Err: &log})
	if ok || err == nil || !strings.Contains(out.String(), `"error"`) {
		t.Errorf("ok %v, error %v, printed %s", ok, err, out.String())
	}
}
