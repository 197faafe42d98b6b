package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// screens is how many agents look on: a busy desk.
const screens = 50

// runScreen measures from the webhook to the agents' screens: messages come in at a fixed rate, and every agent's browser reads the
// stream. What counts is the time from when a message was due at the webhook until its event was read, on all screens alike.
func runScreen(ctx context.Context, o *Options, r *Result) error {
	i, err := install(ctx, o, plan{})
	if err != nil {
		return err
	}
	defer i.close()
	load, err := fill(ctx, i, r, o.stored(storedBeforeFew))
	if err != nil {
		return err
	}
	first, err := newestChange(ctx, i.api())
	if err != nil {
		return err
	}
	all, err := openScreens(ctx, i)
	if err != nil {
		return err
	}
	defer func() {
		for _, s := range all {
			s.cancel()
		}
	}()
	r.Streams = len(all)

	due := newDueTimes(load.traffic.next.Load())
	order := loadOrder{traffic: load.traffic, urls: i.hooks(), connections: o.Connections, duration: time.Duration(o.Seconds) * time.Second, rate: pacedRate, begun: due.note}
	meter := startMeter(i)
	profiled := meter.profile(ctx, i, r.Name, 0, order.duration)
	report, err := order.run(ctx)
	if err != nil {
		return err
	}
	if err := <-profiled; err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := report.drain(ctx, i); err != nil {
		return err
	}
	load.acked.union(report.ackedSet)
	r.takeLoad(report)
	changes, err := scanChanges(ctx, i.api(), first)
	if err != nil {
		return err
	}
	if err := closeScreens(ctx, all, changes); err != nil {
		return err
	}
	meter.read(i, r, report.acked)
	forged, err := forge(ctx, i, load.traffic)
	if err != nil {
		return err
	}
	r.ForgedTaken = some(int64(forged))

	began := time.Now()
	messages, err := scanMessages(ctx, i.api())
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	r.takeScreens(all, changes, due.byChange(changes, messages, load.traffic))
	return judgeInbound(ctx, i, r, []*handedIn{load}, nil, messages, began)
}

// dueTimes remembers when each message was due.
type dueTimes struct {
	first uint64
	mu    sync.Mutex
	at    []time.Time
}

func newDueTimes(first uint64) *dueTimes { return &dueTimes{first: first} }

func (d *dueTimes) note(message uint64, due time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := int(message - d.first)
	for len(d.at) <= k {
		d.at = append(d.at, time.Time{})
	}
	d.at[k] = due
}

// byChange says for each change that announces one of the load's messages when that message was due.
func (d *dueTimes) byChange(changes []Change, messages []scanned, t *traffic) map[int64]time.Time {
	byMessage := make(map[string]time.Time, len(d.at))
	for f := range incoming(messages) {
		if n, ours := t.number(f.ID); ours && n >= d.first && int(n-d.first) < len(d.at) {
			byMessage[f.MessageID] = d.at[n-d.first]
		}
	}
	due := make(map[int64]time.Time, len(byMessage))
	for _, c := range changes {
		if at, ours := byMessage[c.ID]; ours && c.Kind == "message.created" {
			due[c.N] = at
		}
	}
	return due
}

// openScreens signs every agent in and opens the streams, spread over the nodes.
func openScreens(ctx context.Context, i *installation) (all []*screen, err error) {
	defer func() {
		if err != nil {
			for _, s := range all {
				s.cancel()
			}
		}
	}()
	type desk struct{ url, cookie string }
	var desks []desk
	for _, n := range i.nodes {
		for _, u := range n.hello.Users {
			cookie, err := signIn(ctx, u.LoginURL)
			if err != nil {
				return nil, err
			}
			desks = append(desks, desk{n.url(), cookie})
		}
	}
	if len(desks) == 0 {
		return nil, errors.New("the demo names nobody to sign in as")
	}
	for k := range screens {
		d := desks[k%len(desks)]
		s, err := openScreen(ctx, d.url, d.cookie)
		if err != nil {
			return all, err
		}
		all = append(all, s)
	}
	return all, nil
}

// closeScreens waits until every stream has shown the last change, and ends them.
func closeScreens(ctx context.Context, all []*screen, changes []Change) error {
	if len(changes) == 0 {
		return errors.New("nothing changed")
	}
	last := changes[len(changes)-1].N
	behind := func() int {
		return len(slices.DeleteFunc(slices.Clone(all), func(s *screen) bool { return s.newest.Load() >= last }))
	}
	err := waitUntil(ctx, answerTimeout, "every screen to show the last change", func(context.Context) (bool, error) { return behind() == 0, nil })
	if err != nil && ctx.Err() != nil {
		return err
	}
	// A screen that stays behind is counted by takeScreens; one that was cut off is an error.
	for _, s := range all {
		if cerr := s.close(); cerr != nil {
			return cerr
		}
	}
	return nil
}

// takeScreens compares what each screen saw with the change log, and measures from due to seen.
func (r *Result) takeScreens(all []*screen, changes []Change, due map[int64]time.Time) {
	var lost, doubled int64
	var delays []uint32
	for _, s := range all {
		seen := make(map[int64]bool, len(s.seen))
		newest := int64(0)
		for _, e := range s.seen {
			if seen[e.n] || e.n <= newest {
				doubled++
				continue
			}
			seen[e.n], newest = true, e.n
			if at, ours := due[e.n]; ours {
				delays = append(delays, uint32(max(0, min(e.at.Sub(at).Microseconds(), 1<<32-1))))
			}
		}
		for _, c := range changes {
			if !seen[c.N] {
				lost++
			}
		}
	}
	slices.Sort(delays)
	r.EventsLost, r.EventsDoubled = &lost, &doubled
	if len(delays) > 0 {
		r.ScreenMS = spreadOf(delays)
	}
}

func newestChange(ctx context.Context, api *apiClient) (int64, error) {
	changes, err := scanChanges(ctx, api, 0)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	return changes[len(changes)-1].N, nil
}
