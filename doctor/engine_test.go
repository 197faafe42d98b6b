package doctor

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
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

// C16: a check that nobody answers ends as could not tell after five seconds; what it says later is not heard, and the
// others were told long before.
func TestHeldBackCheckCouldNotTell(t *testing.T) {
	t.Parallel()
	c := clock.NewShifted()
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
	begun := c.Now()
	go func() { done <- examine(t.Context(), c, slog.New(slog.DiscardHandler), checks, true, heard.emit) }()
	heard.wait("held", running)
	heard.wait("other", clearline.Pass)
	select {
	case <-done:
		t.Fatal("it ended before anybody answered")
	default:
	}
	c.Advance(checkLimit)
	got := <-done
	if r := results(got); r["held"] != clearline.CouldNotTell || r["after"] != clearline.NotChecked || r["other"] != clearline.Pass || !got[0].held {
		t.Errorf("%v", r)
	}
	if took := c.Now().Sub(begun); took > checkLimit+time.Second {
		t.Errorf("it took %s", took)
	}
	close(release)
	<-returned
	if got[0].Found == "too late" {
		t.Error("what came too late was heard")
	}
}

// A whole run has an end, however many checks hang one after the other.
func TestRunHasAnEnd(t *testing.T) {
	t.Parallel()
	c := clock.NewShifted()
	var hang []channel.Check
	for i := range 3 * atOnce {
		hang = append(hang, channel.Check{ID: string(rune('a' + i)), Title: "Hangs", Run: func(ctx context.Context) channel.Outcome {
			<-ctx.Done()
			return channel.Outcome{Result: clearline.Pass}
		}})
	}
	heard := newTold()
	done := make(chan []examined, 1)
	go func() { done <- examine(t.Context(), c, slog.New(slog.DiscardHandler), hang, true, heard.emit) }()
	heard.wait(string(rune('a'+atOnce-1)), running)
	c.Advance(checkLimit)
	heard.wait(string(rune('a'+2*atOnce-1)), running)
	c.Advance(runLimit - checkLimit)
	got := <-done
	for i, x := range got {
		want := clearline.CouldNotTell
		if i >= 2*atOnce {
			want = clearline.NotChecked
		}
		if x.Result != want {
			t.Errorf("%s: %s, want %s", x.ID, x.Result, want)
		}
	}
}
