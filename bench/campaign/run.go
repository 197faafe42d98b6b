package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

// promised is how long it may take until the cause is named, and until all is well again after the repair.
const promised = 60 * time.Second

// lightEvery is how often the product looks by itself.
const lightEvery = 10 * time.Minute

// reauthorization is the status that only the platform's own word about a credential may bring.
const reauthorization = "reauthorization_required"

// Campaign runs cases in a world.
type Campaign struct {
	World *World
	// Locale is the language of the platform's texts: empty for its own choice.
	Locale string
	// NameOnly leaves the proof that all is well again to another campaign in the same world.
	NameOnly bool
	// Within is how long naming, and being well again, may take each: a minute when 0, as users are promised.
	Within time.Duration

	// First and Whole are the times of all runs of the doctor in milliseconds: until the first check had ended, and until
	// the report was there.
	First, Whole []float64
}

func (c *Campaign) within() time.Duration {
	if c.Within == 0 {
		return promised
	}
	return c.Within
}

// Run plays one case and says what came of it. The error means that the world itself is broken: the next case needs another.
func (c *Campaign) Run(ctx context.Context, one Case) (line Line, err error) {
	s := &stage{World: c.World, ctx: ctx, c: &one, locale: c.Locale, within: c.within()}
	line = Line{Case: one.Name, Cause: one.Cause, Locale: c.Locale, Fix: one.Fix}
	if one.Hand != "" {
		line.Fix = strings.TrimPrefix(one.Fix+" after: "+one.Hand, " after: ")
		if one.Fix == "" {
			line.Fix = "by hand: " + one.Hand
		}
	}
	if err := s.heal(); err != nil {
		line.Note = "the world was not whole before the case: " + err.Error()
		return line, err
	}
	watch := s.watchStatus()
	good := c.play(s, &line)
	seen := watch()
	if s.shown != "" {
		seen[s.shown] = true
	}
	if seen[reauthorization] && !strings.HasPrefix(one.Cause, "auth.") {
		good = false
		s.note("the connection asked for a new sign-in without reason")
	}
	c.keep(s)
	line.OK = good
	line.Note = strings.Join(s.notes, "\n")
	return line, nil
}

// HeldBack has the platform answer no read for longer than a check may take, and gives how long the longest check took until
// it ended as could not tell, in milliseconds.
func (c *Campaign) HeldBack(ctx context.Context) (ms float64, err error) {
	s := &stage{World: c.World, ctx: ctx, c: &Case{Name: "held-back"}, within: c.within()}
	if err := s.heal(); err != nil {
		return 0, err
	}
	if err := s.fault(map[string]any{"effect": "delay", "operation": "read", "ms": 20_000, "account": s.Account.PhoneNumberID}); err != nil {
		return 0, err
	}
	if err := s.ask(); err != nil {
		return 0, err
	}
	c.keep(s)
	told := 0
	for _, one := range s.asked.report.Checks {
		if one.Result == "could_not_tell" {
			told++
			ms = max(ms, one.MS)
		}
	}
	if told == 0 {
		return 0, fmt.Errorf("no check could not tell: %s", s.asked.report.failing())
	}
	return ms, s.whole()
}

// keep remembers how long the runs of a case took.
func (c *Campaign) keep(s *stage) {
	for _, r := range s.runs {
		if r.first > 0 {
			c.First = append(c.First, float64(r.first.Microseconds())/1000)
		}
		c.Whole = append(c.Whole, float64(r.whole.Microseconds())/1000)
	}
}

// play breaks, waits for the cause, and repairs.
func (c *Campaign) play(s *stage, line *Line) bool {
	if err := s.c.Set(s); err != nil {
		s.note("it could not be broken: %v", err)
		return false
	}
	good := true
	if s.c.Silent && !c.NameOnly {
		found := s.foundByLightRun()
		line.Light, good = &found, found
	}
	good = s.named(line) && good
	// Whoever watches from time to time may miss a case that is over quickly; while it is named it is looked for sure.
	if view, err := s.view(); err == nil {
		s.shown = view.Status
	}
	if c.NameOnly && s.c.Outage {
		// What the platform did not take at once waits for minutes: the next case must not find it waiting.
		if err := s.c.Mend(s); err != nil {
			s.note("it did not end: %v", err)
			return false
		}
	}
	if c.NameOnly {
		return good
	}
	return s.repaired(line) && good
}

// watchStatus notes every status that the connection shows, until the returned call.
func (s *stage) watchStatus() (stop func() map[string]bool) {
	ctx, cancel := context.WithCancel(s.ctx)
	watcher := *s
	watcher.ctx = ctx
	seen, done := map[string]bool{}, make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if view, err := watcher.view(); err == nil {
				seen[view.Status] = true
			}
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() map[string]bool {
		cancel()
		<-done
		return seen
	}
}

// heal brings the world back to where nothing is wrong, and makes sure that the product sees it so: what was held back
// has come, a customer's text arrives, and a run has no finding.
func (s *stage) heal() error {
	if err := s.find(); err != nil {
		return err
	}
	if err := s.whole(); err != nil {
		return err
	}
	if err := s.caughtUp(); err != nil {
		return err
	}
	// Whoever mended something asks again; a message each way then ends what earlier refusals still say.
	if err := s.ask(); err != nil {
		return err
	}
	if err := s.bothWays("Eva " + s.c.Name); err != nil {
		return err
	}
	return s.waitEvery(presses, s.within, "a run without a finding before the case", func() (bool, error) {
		if err := s.ask(); err != nil {
			return false, err
		}
		if v := s.asked.report.verdict(); v != "" {
			return false, fmt.Errorf("the verdict is still %s: %s", v, s.asked.report.failing())
		}
		view, err := s.view()
		if err == nil && view.Status != "connected" {
			err = fmt.Errorf("the connection is still %s", view.Status)
		}
		return err == nil, err
	})
}

// caughtUp lets the platform deliver what it could not deliver before: it repeats after minutes, then hours.
func (s *stage) caughtUp() error {
	for tries := 0; tries < 10; {
		before, err := s.calls(math.MaxInt32)
		if err != nil || before.Totals.WebhooksPending == 0 {
			return err
		}
		moved := s.wait(time.Second, "the platform goes on", func() (bool, error) {
			now, err := s.calls(math.MaxInt32)
			return now.Totals.WebhooksPending < before.Totals.WebhooksPending, err
		})
		if moved == nil {
			continue
		}
		// All that is left waits for its time; what was signed wrongly stays wrong, and is given up after a week.
		wait := time.Hour
		if tries++; tries > 2 {
			wait = 24 * time.Hour
		}
		if err := s.Advance(s.ctx, wait); err != nil {
			return err
		}
	}
	return errors.New("the platform cannot deliver what it holds")
}

// find looks up the number's connection.
func (s *stage) find() error {
	var list page[connection]
	if err := s.api(http.MethodGet, "/connections", nil, &list); err != nil {
		return err
	}
	for _, one := range list.Items {
		if one.Account == s.Account.PhoneNumberID {
			s.connection = one.ID
			return nil
		}
	}
	return errors.New("the product has no connection for the number")
}

// foundByLightRun lets the time until the next light run pass, and looks whether that found it.
func (s *stage) foundByLightRun() bool {
	before, err := s.lastReport()
	if err == nil {
		err = s.Advance(s.ctx, lightEvery)
	}
	if err == nil {
		err = s.wait(s.within, "a light run has named "+s.c.Cause, func() (bool, error) {
			now, err := s.lastReport()
			if err != nil || !now.StartedAt.After(before.StartedAt) {
				return false, err
			}
			if now.verdict() != s.c.Cause {
				return false, fmt.Errorf("it says %q: %s", now.verdict(), now.failing())
			}
			return true, nil
		})
	}
	if err != nil {
		s.note("light run: %v", err)
	}
	return err == nil
}

// named makes the trouble show itself and waits until the product names it, in every place.
func (s *stage) named(line *Line) bool {
	began := time.Now()
	show := s.c.Show
	if show == nil {
		show = (*stage).ask
	}
	if err := show(s); err != nil {
		s.note("it did not come to the trouble: %v", err)
		return false
	}
	wrong := ""
	err := s.wait(s.within-time.Since(began), "the API names "+s.c.Cause, func() (bool, error) {
		cause, err := s.causeInAPI()
		if cause != "" && cause != s.c.Cause && cause != wrong {
			wrong = cause
			s.note("after %.1f s it said %s", time.Since(began).Seconds(), cause)
		}
		line.First = cause
		if cause == s.c.Cause {
			return true, nil
		}
		return false, err
	})
	line.API = &line.First
	if err == nil {
		line.NamedS = rounded(time.Since(began))
	} else {
		s.note("%v; %s", err, s.failingNow())
	}
	return s.sameElsewhere(line) && s.alsoNamed() && err == nil
}

// alsoNamed looks for the other findings that a case has.
func (s *stage) alsoNamed() bool {
	if len(s.c.Also) == 0 {
		return true
	}
	r, err := s.lastReport()
	if err != nil {
		s.note("the other findings: %v", err)
		return false
	}
	good := true
	for _, cause := range s.c.Also {
		if !slices.ContainsFunc(r.Findings, func(f finding) bool { return f.Cause == cause && f.State != "fixed" }) {
			s.note("it does not also name %s", cause)
			good = false
		}
	}
	return good
}

// causeInAPI is what the API names where the case wants it named, "" while it names nothing.
func (s *stage) causeInAPI() (string, error) {
	switch s.c.Place {
	case OnMessage:
		m, err := s.read(s.message)
		switch {
		case m.Cause != nil:
			return *m.Cause, err
		case m.Receipt != nil:
			return m.Receipt.Cause, err
		}
		return "", err
	case Refused:
		return s.refused.Cause, nil
	case Front:
		err := s.api(http.MethodGet, "/connections", nil, nil)
		if err == nil {
			return "", errors.New("the product works")
		}
		return refusalOf(err).Cause, err
	}
	r, err := s.lastReport()
	return r.verdict(), err
}

func (s *stage) failingNow() string {
	if s.c.Place != Verdict {
		return ""
	}
	r, err := s.lastReport()
	if err != nil {
		return err.Error()
	}
	return r.failing()
}

// sameElsewhere asks the command line and the page, where there are such.
func (s *stage) sameElsewhere(line *Line) bool {
	good := true
	take := func(where string, into **string, cause string, err error) {
		*into = &cause
		if err != nil {
			s.note("%s: %v", where, err)
		}
		if cause != s.c.Cause || err != nil {
			good = false
			if err == nil {
				s.note("%s says %q", where, cause)
			}
		}
	}
	if s.Command != nil && s.c.Place != Refused { // no connection has come to be that it could examine
		cause, err := s.causeOnCommandLine()
		take("the command line", &line.CLI, cause, err)
	}
	if s.Look != nil {
		cause, err := s.Look(s.ctx, s.place())
		take("the page", &line.UI, cause, err)
	}
	return good
}

// place is where the pages name the cause.
func (s *stage) place() View {
	at := View{Want: s.c.Cause}
	switch s.c.Place {
	case OnMessage:
		at.Conversation, at.Message = s.talk.id, s.message
	case Refused:
		at.Connect = &s.Account
	case Front:
		at.Front = true
	default:
		at.Connection = s.connection
	}
	return at
}

func (s *stage) causeOnCommandLine() (string, error) {
	if s.c.Place == OnMessage {
		var x struct{ Entries []struct{ Cause string } }
		out, _, err := s.Command(s.ctx, "explain", "message", s.message, "--json")
		if err == nil {
			err = json.Unmarshal(out, &x)
		}
		if err != nil || len(x.Entries) == 0 {
			return "", errors.Join(err, fmt.Errorf("it printed %.200q", out))
		}
		return x.Entries[0].Cause, nil
	}
	var all struct {
		Server      report
		Connections []report
	}
	out, exit, err := s.Command(s.ctx, "doctor", "--connection", s.connection, "--json")
	if err == nil {
		err = json.Unmarshal(out, &all)
	}
	one := all.Server
	if s.c.Place != Front {
		if err != nil || len(all.Connections) != 1 {
			return "", errors.Join(err, fmt.Errorf("it printed %.200q", out))
		}
		one = all.Connections[0]
	}
	if err == nil && one.fails() != (exit == 1) {
		err = fmt.Errorf("it ended with %d, and printed %.200q", exit, out)
	}
	return one.verdict(), err
}

func rounded(d time.Duration) *float64 {
	v := float64(d.Round(10*time.Millisecond)) / float64(time.Second)
	return &v
}
