package search

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

const (
	// slice is how many changes, or older messages, one transaction takes into the index.
	slice = 200
	// gatherFor is how long changes are let come together before they are taken in.
	gatherFor = 200 * time.Millisecond
	// yieldUntil is how old the oldest change may get while the way in is busy, and busy how many elements wait then.
	yieldUntil = 5 * time.Second
	busy       = 8
	// yieldFor is how long the follower steps aside at a time.
	yieldFor = 25 * time.Millisecond
	// lookEvery is how often other nodes' changes and leases are looked for.
	lookEvery = time.Second
	// idleAfter is how long after the last slice merging goes for few segments more than for little writing.
	idleAfter = 3 * time.Second
	// calmFor is how long a company with nothing to do is not looked at, unless something new is heard of.
	calmFor = 2 * time.Second
	// retryAfter is how long a company is left alone after its index could not be written.
	retryAfter = 2 * time.Second
	// graveTime is how long pages stay after nothing leads to them: longer than any search takes.
	graveTime = time.Minute
	// buryEvery is how often dead pages are looked for.
	buryEvery = 10 * time.Second
)

// leaseName is the lease of the one node that writes the index.
const leaseName = "search"

// follower brings the index up to date: one node at a time, by lease.
type follower struct {
	s         *Search
	owner     *store.Owner
	companies map[clearline.ID]*following
	looked    time.Time
}

// following is what the follower knows of one company.
type following struct {
	company clearline.ID
	// target is the newest change heard of.
	target   int64
	loaded   bool
	renew    bool
	progress store.SearchProgress
	segments []store.SearchSegment
	// pending are changes read and not taken in; others are let come together until gather.
	pending []clearline.Change
	gather  time.Time
	merge   *merge
	buried  time.Time
	// rest is until when the company is left alone after trouble, calm until when after there was nothing to do.
	rest time.Time
	calm time.Time
	// known are the people that were taken in lately, by what they are found by.
	known map[clearline.ID]string
}

func newFollower(s *Search) *follower {
	return &follower{s: s, owner: s.o.Store.NewOwner(leaseName), companies: map[clearline.ID]*following{}}
}

func (f *follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := f.turn(ctx)
		if err != nil && ctx.Err() == nil {
			f.s.o.Log.Warn("the search index could not be looked at; tried again", "err", err)
		}
		if worked {
			continue
		}
		f.wait(ctx)
	}
}

// wait ends when something new is heard of and had time to gather, and at the latest when it is time to look.
func (f *follower) wait(ctx context.Context) {
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-f.s.bell.rung:
		gather := time.NewTimer(gatherFor)
		defer gather.Stop()
		select {
		case <-ctx.Done():
		case <-gather.C:
		}
	}
}

// turn gives every company that has something to do one slice, and tells whether there may be more.
func (f *follower) turn(ctx context.Context) (worked bool, err error) {
	if time.Since(f.looked) >= lookEvery {
		f.looked = time.Now()
		if err := f.look(ctx); err != nil {
			return false, err
		}
	}
	numbers, broken := f.s.bell.take()
	for company, n := range numbers {
		c := f.of(company)
		c.target = max(c.target, n)
	}
	for company := range broken {
		f.of(company).renew = true
	}
	if !f.owner.Mine() {
		return false, nil
	}
	for _, c := range f.companies {
		if ctx.Err() != nil {
			return false, nil
		}
		now := time.Now()
		if now.Before(c.rest) || now.Before(c.calm) && c.loaded && c.target <= c.progress.N && !c.renew {
			continue
		}
		more, err := f.step(ctx, c)
		if !more {
			c.calm = now.Add(calmFor)
		}
		if err != nil && ctx.Err() == nil {
			f.trouble(c, err)
		}
		worked = worked || more
	}
	return worked, nil
}

func (f *follower) of(company clearline.ID) *following {
	c := f.companies[company]
	if c == nil {
		c = &following{company: company}
		f.companies[company] = c
	}
	return c
}

// look hears of other nodes' changes, and keeps or takes the lease.
func (f *follower) look(ctx context.Context) error {
	took, err := f.owner.Look(ctx)
	if err != nil {
		return err
	}
	if took {
		f.companies = map[clearline.ID]*following{}
	}
	if !took && f.s.o.Store.Engine() == "sqlite" {
		return nil // one node alone: it hears of everything by itself
	}
	numbers, err := f.s.o.Store.AllNumbers(ctx)
	for company, n := range numbers {
		if company != clearline.Installation {
			c := f.of(company)
			c.target = max(c.target, n)
		}
	}
	return err
}

// trouble keeps the follower from asking a database that is in trouble all the time. Nobody waits for it, and nothing
// of the way in depends on it.
func (f *follower) trouble(c *following, err error) {
	c.merge, c.pending, c.known, c.loaded = nil, nil, nil, false
	c.rest = time.Now().Add(retryAfter)
	level := slog.LevelWarn
	switch {
	case errors.Is(err, store.ErrSearchMoved):
		f.owner.Doubt()
		level = slog.LevelInfo
	case errors.Is(err, errPage):
		c.renew = true
	}
	f.s.o.Log.Log(context.Background(), level, "the search index was not brought up to date; searches read the newest changes by themselves meanwhile", "company", c.company, "err", err)
}

// step does the next slice of a company: what is new, then what is old, then merging, then burying.
func (f *follower) step(ctx context.Context, c *following) (more bool, err error) {
	if c.company == clearline.Installation {
		return false, nil
	}
	if !c.loaded || c.renew {
		if err := f.load(ctx, c); err != nil {
			return false, err
		}
	}
	if len(c.pending) == 0 && c.target > c.progress.N && time.Now().After(c.gather) {
		var next int64
		c.pending, next, err = f.s.o.Store.Changes(ctx, c.company, c.progress.N, slice)
		if errors.Is(err, store.ErrTooOld) {
			c.renew = true
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if len(c.pending) == 0 {
			c.target = next
		}
	}
	switch {
	case len(c.pending) > 0:
		return f.follow(ctx, c)
	case c.progress.PeopleBelow != 0:
		return true, f.catchPeople(ctx, c)
	case c.progress.MessagesBelow != 0:
		return true, f.catchMessages(ctx, c)
	}
	return f.tidy(ctx, c)
}

// load reads where a company's index stands, and begins it where there is none that can be gone on with.
func (f *follower) load(ctx context.Context, c *following) error {
	c.merge, c.pending, c.known = nil, nil, nil
	x, err := f.s.o.Store.SearchIndex(ctx, c.company)
	if err != nil {
		return err
	}
	epoch := f.owner.Lease().Epoch
	if !x.Known || x.Progress.Version != version || c.renew {
		// The number is read first: what is made after it is found in the log, what before among the old.
		n, err := f.s.o.Store.Number(ctx, c.company)
		if err != nil {
			return err
		}
		below := f.s.o.Store.NewID()
		x = store.SearchIndex{Progress: store.SearchProgress{Version: version, N: n, MessagesBelow: below, PeopleBelow: below, Epoch: epoch}}
		if err := f.s.o.Store.BeginSearch(ctx, c.company, x.Progress); err != nil {
			return err
		}
	} else if x.Progress.Epoch != epoch {
		if err := f.s.o.Store.OwnSearch(ctx, c.company, epoch); err != nil {
			return err
		}
		x.Progress.Epoch = epoch
	}
	c.progress, c.segments, c.loaded, c.renew = x.Progress, x.Segments, true, false
	return nil
}

// follow takes the pending changes in, unless the way in is busy and can be let go first.
func (f *follower) follow(ctx context.Context, c *following) (more bool, err error) {
	oldest := c.pending[0].At
	if waiting, _ := f.s.o.Store.Waiting(); waiting > busy && f.s.o.Clock.Now().Sub(oldest) < yieldUntil {
		timer := time.NewTimer(yieldFor)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		return true, nil
	}
	messages, people := newBuilder(), newBuilder()
	if err := f.s.read(ctx, c.company, c.pending, messages, people, c); err != nil {
		return false, err
	}
	to := c.progress
	to.N = c.pending[len(c.pending)-1].N
	c.gather = time.Now()
	if len(c.pending) < slice {
		c.gather = c.gather.Add(gatherFor)
	}
	if err := f.advance(ctx, c, to, messages, people); err != nil {
		return false, err
	}
	c.pending = nil
	// Under steady load merging must keep pace: one step of it for each slice.
	if c.merge != nil || len(c.segments) > 4*mergeLeast {
		if _, err := f.tidy(ctx, c); err != nil {
			return false, err
		}
	}
	return true, nil
}

// knownPeople bounds how many people are remembered.
const knownPeople = 20_000

// met tells whether a person was taken in lately. A new name is told of by a change of the conversation.
func (c *following) met(conversation clearline.ID) bool {
	_, met := c.known[conversation]
	return met
}

// news tells whether a person is to be taken in: most of what is said of people says nothing new.
func (c *following) news(p *store.SearchPerson) bool {
	said := strings.Join(names(p), "\n")
	if c.known[p.ConversationID] == said {
		return false
	}
	if c.known == nil || len(c.known) >= knownPeople {
		c.known = map[clearline.ID]string{}
	}
	c.known[p.ConversationID] = said
	return true
}

func (f *follower) advance(ctx context.Context, c *following, to store.SearchProgress, messages, people *builder) error {
	var add []store.NewSegment
	for _, b := range []struct {
		of    *builder
		space store.SearchSpace
	}{{messages, store.SearchMessages}, {people, store.SearchPeople}} {
		if b.of == nil {
			continue
		}
		if g, ok := b.of.segment(f.s.o.Store.NewID(), b.space); ok {
			add = append(add, g)
		}
	}
	if err := f.s.o.Store.AdvanceSearch(ctx, c.company, c.progress, to, add); err != nil {
		return err
	}
	c.progress = to
	for _, g := range add {
		c.segments = append(c.segments, g.SearchSegment)
	}
	return nil
}

func (f *follower) catchPeople(ctx context.Context, c *following) error {
	persons, err := f.s.o.Store.PersonsBelow(ctx, c.company, c.progress.PeopleBelow, slice)
	if err != nil {
		return err
	}
	b, to := newBuilder(), c.progress
	to.PeopleBelow = 0
	for i := range persons {
		b.person(&persons[i])
	}
	if len(persons) == slice {
		to.PeopleBelow = persons[slice-1].ConversationID
	}
	return f.advance(ctx, c, to, nil, b)
}

func (f *follower) catchMessages(ctx context.Context, c *following) error {
	const older = 5 * slice // nothing else waits for these rows, and fewer segments are to be merged
	sources, err := f.s.o.Store.SourcesBelow(ctx, c.company, c.progress.MessagesBelow, older)
	if err != nil {
		return err
	}
	b, to := newBuilder(), c.progress
	to.MessagesBelow = 0
	for i := range sources {
		b.message(&sources[i])
	}
	if len(sources) == older {
		to.MessagesBelow = sources[older-1].ID
	}
	if err := f.advance(ctx, c, to, b, nil); err != nil {
		return err
	}
	if len(c.segments) > 2*mergeLeast {
		_, err = f.tidy(ctx, c)
	}
	return err
}

// tidy does a step of merging when there is something to merge, and buries what is dead.
func (f *follower) tidy(ctx context.Context, c *following) (more bool, err error) {
	if c.merge == nil {
		least := mergeLeast
		if time.Since(c.gather) > idleAfter {
			least = mergeIdle
		}
		c.merge = plan(f.s.o.Store, c, least)
	}
	if c.merge != nil {
		done, err := c.merge.step(ctx)
		if err != nil {
			return false, err
		}
		if done {
			c.segments = c.merge.swapped(c.segments)
			c.merge = nil
		}
		return true, nil
	}
	if time.Since(c.gather) > firstWords {
		c.known = nil // whoever writes now is new no more
	}
	if time.Since(c.buried) < buryEvery {
		return false, nil
	}
	c.buried = time.Now()
	more, err = f.s.o.Store.BurySegments(ctx, c.company, f.s.o.Clock.Now().Add(-graveTime))
	if more {
		c.buried = time.Time{}
	}
	return more, err
}
