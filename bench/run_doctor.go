package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/clearline/clearline/bench/campaign"
)

// doctorLocales are the languages of the platform's texts in which the cases are named again. A person's browser, or
// the token's user, decides which of them comes.
var doctorLocales = []string{"pl", "vi", "de", "pt", "ar"}

// runDoctor breaks a set-up in every way of the table and prints a line for each.
func runDoctor(ctx context.Context, o *Options, r *Result) error {
	cases := slices.DeleteFunc(campaign.Cases(), func(c campaign.Case) bool { return slices.Contains(strings.Split(o.Skip, ","), c.Name) })
	if o.Case != "" {
		cases = slices.DeleteFunc(cases, func(c campaign.Case) bool { return !slices.Contains(strings.Split(o.Case, ","), c.Name) })
		if len(cases) == 0 {
			return fmt.Errorf("no case %q; run without --case to see all", o.Case)
		}
	}
	began := time.Now()
	run := &doctorRun{o: o, r: r}
	if !o.JSON {
		campaign.Head(o.Out)
	}
	locale := o.Locale
	if locale == "all" {
		locale = ""
	}
	if err := run.pass(ctx, cases, locale, false); err != nil {
		return err
	}
	if o.Locale == "" || o.Locale == "all" {
		spoken := slices.DeleteFunc(slices.Clone(cases), func(c campaign.Case) bool { return !c.Words })
		for _, locale := range doctorLocales {
			if err := run.pass(ctx, spoken, locale, true); err != nil {
				return err
			}
		}
	}
	held, err := run.heldBack(ctx)
	if err != nil {
		return err
	}
	r.Seconds = *rounded(time.Since(began).Seconds(), 1)
	outages := slices.DeleteFunc(slices.Clone(cases), func(c campaign.Case) bool { return !c.Outage })
	r.Figures = []Figure{
		{Name: "cases", Value: float64(len(cases)), Note: fmt.Sprintf("%d of them outages; %d lines with all languages", len(outages), run.lines)},
		{Name: "cases_failed", Value: float64(run.failed)},
		{Name: "named_s", Value: run.slowest.named, Note: "the slowest of all cases"},
		{Name: "green_s", Value: run.slowest.green, Note: "the slowest of all cases"},
		{Name: "first_check_p99_ms", Value: p99(run.first), Note: fmt.Sprintf("until the first check of a run had ended, over %d runs", len(run.first))},
		{Name: "full_run_p99_ms", Value: p99(run.whole), Note: "until a run's report was there, broken set-ups included"},
		{Name: "held_check_ms", Value: held, Note: "until a check ended as could not tell, which the platform held back"},
	}
	return nil
}

// doctorRun is a campaign over several worlds at a time, each after another.
type doctorRun struct {
	o *Options
	r *Result

	mu            sync.Mutex
	lines, failed int
	slowest       struct{ named, green float64 }
	first, whole  []float64
}

// pass runs cases in one language, shared out among as many worlds as are asked for.
func (d *doctorRun) pass(ctx context.Context, cases []campaign.Case, locale string, nameOnly bool) error {
	waiting := make(chan campaign.Case, len(cases))
	for _, one := range cases {
		waiting <- one
	}
	close(waiting)
	group, ctx := errgroup.WithContext(ctx)
	for range min(d.o.Worlds, len(cases)) {
		group.Go(func() (err error) {
			var w *doctorWorld
			defer func() {
				if w != nil {
					err = errors.Join(err, w.close())
				}
			}()
			for one := range waiting {
				if w == nil {
					if w, err = d.open(ctx); err != nil {
						return err
					}
				}
				if w, err = d.play(ctx, w, one, locale, nameOnly); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// open opens a world, with a browser unless it is to be left out.
func (d *doctorRun) open(ctx context.Context) (*doctorWorld, error) {
	w, err := openDoctorWorld(ctx, d.o)
	if err != nil || d.o.NoBrowser {
		return w, err
	}
	if w.eyes, err = openEyes(ctx, w); err != nil {
		return nil, errors.Join(err, w.close())
	}
	w.Look = w.eyes.look
	return w, nil
}

// play runs a case. After one that failed nothing is as it should be: the next gets another world.
func (d *doctorRun) play(ctx context.Context, w *doctorWorld, one campaign.Case, locale string, nameOnly bool) (*doctorWorld, error) {
	c := &campaign.Campaign{World: &w.World, Locale: locale, NameOnly: nameOnly}
	line, err := c.Run(ctx, one)
	if ctx.Err() != nil {
		return w, ctx.Err()
	}
	broken := err != nil || !line.OK
	if err := d.take(line, c); err != nil {
		return w, err
	}
	if broken {
		return nil, w.close()
	}
	return w, nil
}

func (d *doctorRun) take(l campaign.Line, c *campaign.Campaign) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.first, d.whole = append(d.first, c.First...), append(d.whole, c.Whole...)
	d.lines++
	if !l.OK {
		d.failed++
		d.r.Examples = append(d.r.Examples, strings.TrimSpace(l.Case+" "+l.Locale)+": "+strings.ReplaceAll(l.Note, "\n", "; "))
	}
	if l.NamedS != nil {
		d.slowest.named = max(d.slowest.named, *l.NamedS)
	}
	if l.GreenS != nil {
		d.slowest.green = max(d.slowest.green, *l.GreenS)
	}
	if !d.o.JSON {
		l.Print(d.o.Out)
		return nil
	}
	out := json.NewEncoder(d.o.Out)
	out.SetEscapeHTML(false)
	return out.Encode(l)
}

// heldBack has the platform hold back every read, and gives the longest time that a check then took in milliseconds.
func (d *doctorRun) heldBack(ctx context.Context) (ms float64, err error) {
	w, err := openDoctorWorld(ctx, d.o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	c := &campaign.Campaign{World: &w.World}
	if ms, err = c.HeldBack(ctx); err != nil {
		return 0, fmt.Errorf("the check that was held back: %w", err)
	}
	d.first, d.whole = append(d.first, c.First...), append(d.whole, c.Whole...)
	return ms, nil
}

// p99 is 0 without values.
func p99(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, len(sorted)*99/100)]
}
