package doctor

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
)

// pass and fail are checks that answer at once.
func answering(id string, o channel.Outcome, needs ...string) channel.Check {
	return channel.Check{ID: id, Title: "Check " + id, Needs: needs, Run: func(context.Context) channel.Outcome { return o }}
}

func passing(id string, needs ...string) channel.Check {
	return answering(id, channel.Outcome{Result: clearline.Pass}, needs...)
}

// told keeps what a run tells, and lets a test wait for a check to be in a state.
type told struct {
	mu  sync.Mutex
	all []examined
	hit *sync.Cond
}

func newTold() *told {
	t := &told{}
	t.hit = sync.NewCond(&t.mu)
	return t
}

func (t *told) emit(x examined) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, x)
	t.hit.Broadcast()
}

func (t *told) wait(id string, result clearline.CheckResult) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !slices.ContainsFunc(t.all, func(x examined) bool { return x.ID == id && x.Result == result }) {
		t.hit.Wait()
	}
}

func results(all []examined) map[string]clearline.CheckResult {
	m := map[string]clearline.CheckResult{}
	for _, x := range all {
		m[x.ID] = x.Result
	}
	return m
}

// C6, C16: checks that need a failed one are not run and say why; those that need nothing of it go on; a warning stops nobody.
func TestChecksRunInTheOrderOfTheirNeeds(t *testing.T) {
	t.Parallel()
	ran := map[string]bool{}
	var mu sync.Mutex
	note := func(c channel.Check) channel.Check {
		run := c.Run
		c.Run = func(ctx context.Context) channel.Outcome {
			mu.Lock()
			defer mu.Unlock()
			ran[c.ID] = true
			return run(ctx)
		}
		return c
	}
	var checks []channel.Check
	for _, c := range []channel.Check{
		passing("a"),
		answering("b", channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseDNS}, "a"),
		passing("c", "b"),
		passing("d", "c"),
		answering("e", channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseClock}),
		passing("f", "e"),
		answering("g", channel.Outcome{Result: clearline.CouldNotTell}),
		passing("h", "g"),
		passing("i", "somebody else's"),
		{ID: "j", Title: "Full", Full: true, Run: func(context.Context) channel.Outcome { return channel.Outcome{Result: clearline.Pass} }},
		passing("k", "j"),
		answering("l", channel.Outcome{}), // a check that says nothing
		{ID: "m", Title: "Panics", Run: func(context.Context) channel.Outcome { panic("not today") }},
		passing("n", "m"),
	} {
		checks = append(checks, note(c))
	}
	heard := newTold()
	got := examine(t.Context(), clock.NewShifted(), slog.New(slog.DiscardHandler), checks, false, heard.emit)
	want := map[string]clearline.CheckResult{"a": "pass", "b": "fail", "c": "not_checked", "d": "not_checked", "e": "warn", "f": "pass", "g": "could_not_tell", "h": "not_checked",
		"i": "pass", "j": "not_checked", "k": "not_checked", "l": "could_not_tell", "m": "could_not_tell", "n": "not_checked"}
	for id, result := range results(got) {
		if result != want[id] {
			t.Errorf("%s: %s, want %s", id, result, want[id])
		}
	}
	for i, x := range got {
		if x.ID != checks[i].ID {
			t.Errorf("place %d holds %s: the order of the list is what people read", i, x.ID)
		}
	}
	if got[2].Found != "Needs “Check b”." || !strings.Contains(got[9].Found, "full examinations") || !strings.Contains(got[12].Found, "fault") {
		t.Errorf("the reasons are %q, %q, %q", got[2].Found, got[9].Found, got[12].Found)
	}
	for _, id := range []string{"c", "d", "h", "j", "k", "n"} {
		if ran[id] {
			t.Errorf("%s was run", id)
		}
	}
	full := results(examine(t.Context(), clock.NewShifted(), slog.New(slog.DiscardHandler), checks, true, heard.emit))
	if full["j"] != "pass" || full["k"] != "pass" {
		t.Errorf("in full: %v", full)
	}
}

// C16: a check that nobody answers ends as could not tell within five seconds; what it says later is not heard, and the
// others were told long before.
func TestHeldBackCheckCouldNotTell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release, returned := make(chan struct{}), make(chan struct{})
		checks := []channel.Check{
			{ID: "held", Title: "Held", Run: func(ctx context.Context) channel.Outcome {
				defer close(returned)
				<-release // it does not even listen to its context
				return channel.Outcome{Result: clearline.Pass, Found: "too late"}
			}},
			passing("after", "held"), passing("other"),
		}
		heard := newTold()
		done := make(chan []examined, 1)
		begun := time.Now()
		go func() {
			done <- examine(t.Context(), clock.Real(), slog.New(slog.DiscardHandler), checks, true, heard.emit)
		}()
		heard.wait("other", clearline.Pass)
		if took := time.Since(begun); took > 0 {
			t.Errorf("the others were told after %s", took)
		}
		got := <-done
		if r := results(got); r["held"] != clearline.CouldNotTell || r["after"] != clearline.NotChecked || r["other"] != clearline.Pass || !got[0].held {
			t.Errorf("%v", r)
		}
		if took := time.Since(begun); took != checkLimit || got[0].took != checkLimit || took > 5*time.Second {
			t.Errorf("it took %s, and says %s", took, got[0].took)
		}
		close(release)
		<-returned
		if got[0].Found == "too late" {
			t.Error("what came too late was heard")
		}
	})
}

// A whole run has an end, however many checks hang one after the other.
func TestRunHasAnEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var hang []channel.Check
		for i := range 3 * atOnce {
			hang = append(hang, channel.Check{ID: string(rune('a' + i)), Title: "Hangs", Run: func(context.Context) channel.Outcome {
				time.Sleep(time.Minute) // it does not listen to its context
				return channel.Outcome{Result: clearline.Pass}
			}})
		}
		begun := time.Now()
		got := examine(t.Context(), clock.Real(), slog.New(slog.DiscardHandler), hang, true, newTold().emit)
		if took := time.Since(begun); took != runLimit {
			t.Errorf("it took %s", took)
		}
		for i, x := range got {
			want := clearline.CouldNotTell
			if i >= 2*atOnce {
				want = clearline.NotChecked
			}
			if x.Result != want {
				t.Errorf("%s: %s, want %s", x.ID, x.Result, want)
			}
		}
		time.Sleep(time.Minute) // until the last of them has come back
	})
}

// C16, C18: a clock that is moved while checks are under way makes nobody silent: what nobody cut off is asked again, and
// what came of times of before and after is not believed.
func TestMovedClockCutsNothingOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShifted()
		var asked, aged int
		checks := []channel.Check{
			{ID: "slow", Title: "Slow", Run: func(context.Context) channel.Outcome {
				asked++
				time.Sleep(time.Second)
				return channel.Outcome{Result: clearline.Pass}
			}},
			{ID: "age", Title: "Age", Run: func(context.Context) channel.Outcome {
				aged++
				at := c.Now()
				time.Sleep(time.Second)
				if c.Now().Sub(at) > time.Minute {
					return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookLag}
				}
				return channel.Outcome{Result: clearline.Pass}
			}},
		}
		time.AfterFunc(500*time.Millisecond, func() { c.Advance(20 * time.Hour) })
		begun := time.Now()
		got := examine(t.Context(), c, slog.New(slog.DiscardHandler), checks, true, newTold().emit)
		if r := results(got); r["slow"] != clearline.Pass || r["age"] != clearline.Pass || got[0].held || got[1].held || asked != 2 || aged != 2 {
			t.Errorf("%v, asked %d and %d times", r, asked, aged)
		}
		if took := time.Since(begun); took != 2*time.Second || got[0].took != took {
			t.Errorf("it took %s, and says %s", took, got[0].took)
		}
	})
	// One that never stands still lets nothing be told, and blames nobody; whether checks listen to their limit or not.
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShifted()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for ctx.Err() == nil {
				time.Sleep(100 * time.Millisecond)
				c.Advance(time.Hour)
			}
		}()
		deaf := func(context.Context) channel.Outcome {
			time.Sleep(time.Second)
			return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookLag}
		}
		checks := []channel.Check{{ID: "deaf", Title: "Deaf", Run: deaf}, {ID: "hears", Title: "Hears", Run: func(ctx context.Context) channel.Outcome {
			<-ctx.Done()
			return channel.Outcome{Result: clearline.CouldNotTell, Cause: clearline.CauseOutage}
		}}}
		for i := range 3 * atOnce {
			checks = append(checks, channel.Check{ID: string(rune('a' + i)), Title: "Deaf, too", Run: deaf})
		}
		got := examine(t.Context(), c, slog.New(slog.DiscardHandler), checks, true, newTold().emit)
		cancel()
		time.Sleep(time.Minute) // until the last of them has come back
		for _, x := range got {
			if x.Result != clearline.CouldNotTell && x.Result != clearline.NotChecked || x.Cause != "" || x.held || x.took > checkLimit {
				t.Errorf("%+v", x)
			}
		}
	})
}
