// Package live brings a company's changes to those who watch. The store is the truth: a watcher is only told
// that there is something new, and reads it from the change log, so nothing is lost between two looks.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// pollEvery is how often other nodes' changes are looked for, in one query for all watched companies.
const pollEvery = 100 * time.Millisecond

// pageSize is how many changes a feed reads at once.
const pageSize = 500

// Live rings those who watch a company.
type Live struct {
	store *store.Store
	clock clock.Clock
	log   *slog.Logger

	work  background.Work
	mu    sync.Mutex
	feeds map[clearline.ID]*feed
	// rooms are the people present, by company.
	rooms map[clearline.ID]map[presenceKey]*seen
}

// New returns a Live that hears of this node's commits at once.
func New(s *store.Store, c clock.Clock, log *slog.Logger) *Live {
	l := &Live{store: s, clock: c, log: log, feeds: map[clearline.ID]*feed{}, rooms: map[clearline.ID]map[presenceKey]*seen{}}
	s.OnChange(l.ring)
	return l
}

// Start begins to look for other nodes' changes; a single node on SQLite needs no looking.
func (l *Live) Start(ctx context.Context) error {
	if l.shared() {
		l.work.Start(ctx, l.poll)
	}
	return nil
}

// shared tells whether other nodes may write for the same companies.
func (l *Live) shared() bool { return l.store.Engine() != "sqlite" }

// Stop ends the looking and every watcher.
func (l *Live) Stop() {
	l.mu.Lock()
	for _, f := range l.feeds {
		for w := range f.watchers {
			w.end()
		}
	}
	l.mu.Unlock()
	l.work.Stop()
}

func (l *Live) ring(company clearline.ID, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.feeds[company]
	if f == nil || n <= f.newest.Load() {
		return
	}
	f.newest.Store(n)
	for w := range f.watchers {
		w.wake()
	}
}

func (l *Live) poll(ctx context.Context) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		watched := l.watched()
		numbers, err := l.store.Numbers(ctx, watched)
		if err == nil {
			err = l.look(ctx, watched)
		}
		if err != nil {
			if ctx.Err() == nil {
				l.log.Warn("other nodes' changes could not be looked for; tried again", "err", err)
			}
			continue
		}
		for company, n := range numbers {
			l.ring(company, n)
		}
	}
}

func (l *Live) watched() []clearline.ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]clearline.ID, 0, len(l.feeds))
	for id := range l.feeds {
		all = append(all, id)
	}
	return all
}

// Watcher reads a company's changes in order, each once.
type Watcher struct {
	live    *Live
	feed    *feed
	company clearline.ID
	since   int64
	bell    chan struct{}
	over    chan struct{}
	once    sync.Once
	// full is true while the log holds more than was read.
	full bool
	// present is the last word about each presence that has not been passed on yet.
	present map[presenceKey]Presence
}

// News is what a watcher has not seen yet.
type News struct {
	Changes  []clearline.Change
	Presence []Presence
}

// Watch starts after change number since. Close it when done.
func (l *Live) Watch(company clearline.ID, since int64) *Watcher {
	w := &Watcher{live: l, company: company, since: since, bell: make(chan struct{}, 1), over: make(chan struct{}), full: true,
		present: map[presenceKey]Presence{}}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.present(company) {
		w.present[p.key()] = p
	}
	f := l.feeds[company]
	if f == nil {
		f = &feed{watchers: map[*Watcher]struct{}{}}
		l.feeds[company] = f
	}
	w.feed = f
	f.watchers[w] = struct{}{}
	return w
}

func (w *Watcher) wake() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

func (w *Watcher) end() { w.once.Do(func() { close(w.over) }) }

// Close stops watching.
func (w *Watcher) Close() {
	w.live.mu.Lock()
	defer w.live.mu.Unlock()
	if f := w.live.feeds[w.company]; f != nil {
		delete(f.watchers, w)
		if len(f.watchers) == 0 {
			delete(w.live.feeds, w.company)
		}
	}
	w.end()
}

// Next waits for news and returns it; nothing without an error after idle passed with none, so that the caller
// can show that the line is alive. ErrTooOld means to load the lists anew.
func (w *Watcher) Next(ctx context.Context, idle time.Duration) (News, error) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		if !w.full {
			select {
			case <-w.bell:
			case <-timer.C:
				return News{}, nil
			case <-w.over:
				return News{}, context.Canceled
			case <-ctx.Done():
				return News{}, ctx.Err()
			}
		}
		changes, full, err := w.feed.after(ctx, w.live, w.company, w.since)
		if err != nil {
			return News{}, err
		}
		w.full = full
		if len(changes) > 0 {
			w.since = changes[len(changes)-1].N
		}
		if presence := w.heard(); len(changes) > 0 || len(presence) > 0 {
			return News{changes, presence}, nil
		}
	}
}

// heard takes what was told about presence since the last call.
func (w *Watcher) heard() []Presence {
	w.live.mu.Lock()
	defer w.live.mu.Unlock()
	var all []Presence
	for k, p := range w.present {
		all = append(all, p)
		delete(w.present, k)
	}
	return all
}
