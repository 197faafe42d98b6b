package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
)

const (
	// answerLimit is how long a check may wait for others, so that it can still say itself what that means; checkLimit
	// bounds one check, runLimit a whole run: what has not answered by then could not tell. People are promised five and
	// ten seconds.
	answerLimit = 4500 * time.Millisecond
	checkLimit  = 4900 * time.Millisecond
	runLimit    = 9500 * time.Millisecond
	// atOnce bounds how many checks of a run are under way.
	atOnce = 6
	// leastMove is by how much the product's clock must have run otherwise than the machine's to have been moved.
	leastMove = time.Second
)

// running is the result of a check that is under way; it is shown, never stored.
const running clearline.CheckResult = "running"

// examined is a check with what it came to.
type examined struct {
	channel.Check
	channel.Outcome
	// held is true when it was cut off for want of an answer.
	held bool
	took time.Duration
}

// ended is one check's end on its way to the run.
type ended struct {
	i       int
	outcome channel.Outcome
	held    bool
	took    time.Duration
}

// examine runs checks in the order of their needs, those that need nothing of one another at once. emit is called from
// one goroutine whenever a check begins and whenever it ends. It returns within runLimit, whatever the checks do.
//
// How long somebody may take to answer is measured by the machine's own time: the clock of a demo can be moved, and a
// platform is not silent because it was.
func examine(ctx context.Context, c clock.Clock, log *slog.Logger, checks []channel.Check, full bool, emit func(examined)) []examined {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(context.Canceled)
	e := &examination{clock: c, log: log, full: full, emit: emit, at: map[string]int{}, ends: make(chan ended, len(checks))}
	begun := e.now()
	for i, check := range checks {
		e.all = append(e.all, examined{Check: check})
		e.at[check.ID] = i
	}
	limit := time.NewTimer(runLimit)
	defer limit.Stop()
	for e.turn(ctx); e.under > 0; e.turn(ctx) {
		select {
		case d := <-e.ends:
			e.under--
			x := &e.all[d.i]
			x.Outcome, x.held, x.took = d.outcome, d.held, d.took
			e.emit(*x)
		case <-limit.C:
			cancel(context.DeadlineExceeded)
			return e.cut("The examination took too long, so this check was cut off.", "The examination took too long, so this check was left out.", !e.moved(begun))
		case <-ctx.Done():
			return e.cut("The examination was given up.", "The examination was given up.", true)
		}
	}
	return e.all
}

// examination is a run under way.
type examination struct {
	clock clock.Clock
	log   *slog.Logger
	full  bool
	emit  func(examined)
	all   []examined
	at    map[string]int
	ends  chan ended
	under int
}

// turn settles what need not run and starts what may.
func (e *examination) turn(ctx context.Context) {
	for i := range e.all {
		x := &e.all[i]
		if x.Result != "" {
			continue
		}
		if !e.full && x.Full {
			e.skip(i, "Part of full examinations only.")
			continue
		}
		// Needs stand earlier in the list, so one pass settles a whole chain.
		switch need, ready := e.need(x.Check); {
		case need != "":
			e.skip(i, "Needs “"+need+"”.")
		case ready && e.under < atOnce:
			e.start(ctx, i)
		}
	}
}

// need is the title of a check without which this one says nothing, "" when there is none; ready tells whether all
// needs have ended.
func (e *examination) need(c channel.Check) (title string, ready bool) {
	ready = true
	for _, id := range c.Needs {
		i, there := e.at[id]
		if !there {
			continue
		}
		switch n := e.all[i]; n.Result {
		case clearline.Fail, clearline.CouldNotTell, clearline.NotChecked:
			return n.Title, false
		case "", running:
			ready = false
		}
	}
	return "", ready
}

func (e *examination) skip(i int, why string) {
	e.all[i].Outcome = channel.Outcome{Result: clearline.NotChecked, Found: why}
	e.emit(e.all[i])
}

func (e *examination) start(ctx context.Context, i int) {
	x := &e.all[i]
	x.Result = running
	e.under++
	e.emit(*x)
	check, begun := x.Check, e.now()
	ctx, cancel := context.WithCancelCause(ctx)
	answer := make(chan channel.Outcome, 1) // what comes too late finds room and no reader
	go func() {
		ctx, cancel := context.WithTimeout(ctx, answerLimit)
		defer cancel()
		answer <- e.steadily(ctx, check)
	}()
	timer := time.NewTimer(checkLimit)
	go func() {
		defer cancel(context.Canceled)
		defer timer.Stop()
		end := ended{i: i}
		select {
		case end.outcome = <-answer:
		case <-timer.C:
			cancel(context.DeadlineExceeded)
			end.outcome, end.held = channel.Outcome{Result: clearline.CouldNotTell, Found: fmt.Sprintf("No answer within %d seconds.", int(checkLimit.Seconds()))}, true
			if e.moved(begun) {
				end.outcome, end.held = clockMoved, false
			}
		}
		end.took = time.Since(begun.machine)
		e.ends <- end
	}()
}

// clockMoved is all that can be told when the clock does not stand still.
var clockMoved = channel.Outcome{Result: clearline.CouldNotTell, Found: "The clock was moved while this was looked at."}

// instant is a moment on the product's clock and on the machine's.
type instant struct{ product, machine time.Time }

func (e *examination) now() instant { return instant{e.clock.Now(), time.Now()} }

// moved tells whether the product's clock was moved since.
func (e *examination) moved(since instant) bool {
	return (e.clock.Now().Sub(since.product) - time.Since(since.machine)).Abs() >= leastMove
}

// steadily runs a check again when the product's clock was moved meanwhile: what it compared are times of before with
// times of after.
func (e *examination) steadily(ctx context.Context, c channel.Check) channel.Outcome {
	for {
		begun := e.now()
		o := e.run(ctx, c)
		if !e.moved(begun) {
			return o
		}
		if ctx.Err() != nil {
			return clockMoved
		}
	}
}

// run calls the check. A panic costs its own answer alone.
func (e *examination) run(ctx context.Context, c channel.Check) (o channel.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("a check panicked", "check", c.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			o = channel.Outcome{Result: clearline.CouldNotTell, Found: "The check itself has a fault; the log has it."}
		}
	}()
	o = c.Run(ctx)
	if !slices.Contains([]clearline.CheckResult{clearline.Pass, clearline.Warn, clearline.Fail, clearline.NotChecked, clearline.CouldNotTell}, o.Result) {
		e.log.Error("a check gave no result", "check", c.ID, "result", o.Result)
		o.Result = clearline.CouldNotTell
	}
	return o
}

// cut ends a run whose time is up; held tells whether others are to blame for what is under way.
func (e *examination) cut(under, left string, held bool) []examined {
	for i := range e.all {
		switch x := &e.all[i]; x.Result {
		case running:
			x.Outcome, x.held = channel.Outcome{Result: clearline.CouldNotTell, Found: under}, held
			e.emit(*x)
		case "":
			e.skip(i, left)
		}
	}
	return e.all
}
