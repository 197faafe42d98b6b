package dispatch

import (
	"container/heap"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

const (
	// laneInFlight bounds how many attempts of a lane run at once: 1,000/s at a quarter second each.
	laneInFlight = 256
	// loadSize is how many waiting messages a lane reads at once, and loadMost how many it keeps in memory.
	loadSize = 500
	loadMost = 5000
	// laneLook is how often a lane looks around; laneLookShared how often it does when other nodes queue messages too.
	laneLook       = time.Second
	laneLookShared = 250 * time.Millisecond
	// rereadEvery is how often a lane reads what waits from the start: a message put back in the queue has an old id.
	rereadEvery = 5 * time.Second
	// proveEvery is how often accepted sends renew the connection's proof.
	proveEvery = time.Second
	// pairBurstAfterTakeover is what a person may get at once before the lane knows what they got earlier.
	pairBurstAfterTakeover = 10
)

// waiting is a message in a lane's memory.
type waiting struct {
	id           clearline.ID
	conversation clearline.ID
	kind         clearline.Kind
	tryAt        time.Time
	deadline     time.Time
}

// line is one conversation's messages, in the order written; one attempt at a time.
type line struct {
	queue []*waiting
	state lineState
	until time.Time
	pair  pair
	// due is when a delayed line is looked at again.
	due time.Time
}

type lineState int

const (
	lineIdle lineState = iota
	lineReady
	lineDelayed
	lineBusy
)

// delays is a heap of lines by due.
type delays []*line

func (h delays) Len() int           { return len(h) }
func (h delays) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h delays) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *delays) Push(x any)        { *h = append(*h, x.(*line)) }
func (h *delays) Pop() any {
	old := *h
	ln := old[len(old)-1]
	*h = old[:len(old)-1]
	return ln
}

// lane sends the messages of one connection. Its state belongs to the goroutine in run.
type lane struct {
	d          *Dispatch
	key        laneKey
	lease      store.Lease
	sender     channel.Sender
	connection clearline.Connection
	bucket     *bucket
	quota      *quota
	bell       chan struct{}
	results    chan result
	stop       context.CancelFunc
	ended      chan struct{}
	paused     chan bool
	// cured is rung when a cause has ended that held the lane; blocked is whether one did at the last look, and belongs to
	// the watching goroutine.
	cured   chan struct{}
	blocked bool
	opened  openedCredential
	uploads *uploads

	lines map[clearline.ID]*line
	// ready are the conversations whose next message may be looked at, in turn; delayed those that must wait.
	ready   []*line
	delayed delays
	swept   time.Time
	loaded  map[clearline.ID]*waiting
	last    clearline.ID
	more    bool
	reread  time.Time
	look    time.Duration
	looked  time.Time
	// suspect is set while the platform has last refused the lane as a whole: then one message at a time is tried.
	suspect bool
	// barred is set while a refusal of the credential or the account holds the lane: whoever mends that lets it look again
	// before its time.
	barred   bool
	slowed   time.Time
	inFlight atomic.Int64
	// carrying is how many of them carry a file, which may have to be handed over first.
	carrying int
	until    time.Time
	isPaused bool
	since    time.Time
	// again is set when a message that was read before may leave, or leave earlier.
	again atomic.Bool
	// proved is when an accepted send last renewed the proof, nil after a refusal that concerned the connection.
	proved atomic.Pointer[time.Time]
}

type openedCredential struct {
	sync.Mutex
	account channel.Account
	at      time.Time
}

type result struct {
	w *waiting
	v verdict
}

func newLane(d *Dispatch, c clearline.Connection, lease store.Lease) *lane {
	now := d.o.Clock.Now()
	sender := d.o.Senders[c.Platform]
	look := laneLook
	if d.o.Store.Engine() != "sqlite" {
		look = laneLookShared
	}
	per := c.ThroughputPerSecond
	if per <= 0 {
		per = max(sender.Limits().PerSecond, 1)
	}
	return &lane{d: d, key: laneKey{c.CompanyID, c.ID}, lease: lease, sender: sender, connection: c, bucket: newBucket(per, now), quota: newQuota(d, c),
		bell: make(chan struct{}, 1), results: make(chan result, laneInFlight), ended: make(chan struct{}), paused: make(chan bool, 1), cured: make(chan struct{}, 1),
		lines: map[clearline.ID]*line{}, loaded: map[clearline.ID]*waiting{}, isPaused: stopped(c), since: now, look: look, uploads: newUploads()}
}

func (l *lane) ring() {
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// proveDue tells whether an accepted send is to renew the connection's proof; attempts ask it side by side.
func (l *lane) proveDue(now time.Time) bool {
	last := l.proved.Load()
	return (last == nil || now.Sub(*last) >= proveEvery) && l.proved.CompareAndSwap(last, &now)
}

// run owns the lane until the context ends or another node has taken it.
func (l *lane) run(ctx context.Context) {
	defer close(l.ended)
	if n, err := l.d.o.Store.GiveUpOlder(ctx, l.key.company, l.key.connection, l.lease.Epoch); err != nil {
		l.d.o.Log.Error("attempts of the lane's former owner could not be settled; the lane does not start", "connection", l.key.connection, "err", err)
		return
	} else if n > 0 {
		l.d.o.Log.Warn("attempts of the lane's former owner have no answer; they are unconfirmed", "connection", l.key.connection, "n", n)
	}
	timer := l.d.o.Clock.NewTimer(0)
	defer timer.Stop()
	defer l.drain()
	for {
		wait := l.step(ctx)
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case r := <-l.results:
			if !l.took(r) {
				return
			}
		case <-l.bell:
			l.more = true
		case l.isPaused = <-l.paused:
		case <-l.cured:
			l.more = true
			l.again.Store(true)
		case <-timer.C():
			l.more = true
		}
	}
}

// drain waits for attempts under way: their outcome is recorded before the lane ends.
func (l *lane) drain() {
	for l.inFlight.Load() > 0 {
		<-l.results
		l.inFlight.Add(-1)
	}
}

// took books the outcome of an attempt; false ends the lane.
func (l *lane) took(r result) bool {
	l.inFlight.Add(-1)
	if carries(r.w.kind) {
		l.carrying--
	}
	ln := l.lines[r.w.conversation]
	defer l.turn(ln)
	now := l.d.o.Clock.Now()
	if err := r.v.err; err != nil {
		if errors.Is(err, store.ErrFenced) || errors.Is(err, store.ErrClosed) {
			return false
		}
		if !errors.Is(err, context.Canceled) { // the lane ends, and nothing was begun
			l.d.o.Log.Error("an attempt could not be recorded; tried again", "message", r.w.id, "err", err)
		}
		r.w.tryAt = now.Add(time.Second)
		return true
	}
	l.until = laterOf(l.until, r.v.laneUntil)
	ln.until = laterOf(ln.until, r.v.conversationUntil)
	// Many attempts under way hear the same complaint at once; it counts once a second.
	if r.v.slow && now.Sub(l.slowed) >= time.Second {
		l.slowed = now
		l.bucket.slow(now)
	}
	if r.v.laneUntil.After(now) && !r.v.slow {
		l.suspect, l.barred = true, r.v.barred
	}
	if r.v.accepted {
		l.until, l.suspect, l.barred = time.Time{}, false, false
	}
	if !r.v.final {
		r.w.tryAt = r.v.tryAt
		return true
	}
	ln.queue = ln.queue[1:]
	delete(l.loaded, r.w.id)
	return true
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// step reads what is new, starts what may start, and tells when to look again.
func (l *lane) step(ctx context.Context) time.Duration {
	now := l.d.o.Clock.Now()
	// By the clock, not by the timer alone: what wakes the lane more often than that would put the timer off for ever.
	if l.more || now.Sub(l.looked) >= l.look {
		l.looked = now
		l.load(ctx)
	}
	for len(l.delayed) > 0 && !l.delayed[0].due.After(now) {
		l.turn(heap.Pop(&l.delayed).(*line))
	}
	wait := l.look
	if len(l.delayed) > 0 {
		wait = min(wait, l.delayed[0].due.Sub(now))
	}
	if now.Sub(l.swept) >= laneLook {
		l.swept = now
		l.sweep(ctx, now)
	}
	switch {
	case l.isPaused:
	case l.until.After(now):
		wait = min(wait, l.until.Sub(now))
	default:
		wait = min(wait, l.startReady(ctx, now))
	}
	return max(wait, time.Millisecond)
}

// startReady starts the next message of each conversation in turn, as far as the limits go, and tells how
// long until there is room again.
func (l *lane) startReady(ctx context.Context, now time.Time) time.Duration {
	most := laneInFlight
	if l.suspect {
		most = 1
	}
	for len(l.ready) > 0 && int(l.inFlight.Load()) < most {
		ln := l.ready[0]
		w := ln.queue[0]
		if due := laterOf(w.tryAt, ln.until); due.After(now) && now.Before(w.deadline) {
			l.pop()
			l.delay(ln, due)
			continue
		}
		if ok, d := ln.pair.check(now); !ok {
			l.pop()
			l.delay(ln, now.Add(d))
			continue
		}
		if carries(w.kind) && l.carrying >= carryingAtOnce {
			l.pop()
			l.delay(ln, now.Add(carryAgain))
			continue
		}
		if ok, d := l.bucket.take(now); !ok {
			return d
		}
		ln.pair.take(now)
		l.d.meter.note(l.key, now, 0, 1, 0)
		l.pop()
		l.start(ctx, ln)
	}
	return l.look
}

func (l *lane) pop() {
	l.ready[0] = nil
	if l.ready = l.ready[1:]; len(l.ready) == 0 {
		l.ready = nil
	}
}

func (l *lane) start(ctx context.Context, ln *line) {
	w := ln.queue[0]
	ln.state = lineBusy
	l.inFlight.Add(1)
	if carries(w.kind) {
		l.carrying++
	}
	go func() { l.results <- result{w, l.send(ctx, w)} }()
}

// turn gives a line its turn if it has something to send.
func (l *lane) turn(ln *line) {
	if ln.state = lineIdle; len(ln.queue) > 0 {
		ln.state = lineReady
		l.ready = append(l.ready, ln)
	}
}

func (l *lane) delay(ln *line, due time.Time) {
	ln.state, ln.due = lineDelayed, due
	heap.Push(&l.delayed, ln)
}

// sweep sends what has waited past its deadline to the judge, whatever holds it, so that nothing waits for
// ever; and it forgets people whose account with the pair limit is even.
func (l *lane) sweep(ctx context.Context, now time.Time) {
	for id, ln := range l.lines {
		switch {
		case ln.state == lineIdle && len(ln.queue) == 0:
			if !ln.until.After(now) && !ln.pair.next.After(now) {
				delete(l.lines, id)
			}
		case (ln.state == lineReady || ln.state == lineDelayed) && !now.Before(ln.queue[0].deadline) && l.inFlight.Load() < laneInFlight:
			l.ready = slices.DeleteFunc(l.ready, func(o *line) bool { return o == ln })
			l.delayed = slices.DeleteFunc(l.delayed, func(o *line) bool { return o == ln })
			heap.Init(&l.delayed)
			l.start(ctx, ln)
		}
	}
}

// load reads messages that wait, in the order written: those after the last one read, and now and then all.
func (l *lane) load(ctx context.Context) {
	l.more = false
	if len(l.loaded) >= loadMost {
		return
	}
	now := l.d.o.Clock.Now()
	again := l.again.Swap(false)
	if again && l.barred {
		l.until, l.barred = time.Time{}, false
	}
	if again || len(l.loaded) == 0 || now.Sub(l.reread) >= rereadEvery {
		l.last, l.reread = 0, now
	}
	all, err := l.d.o.Store.WaitingOn(ctx, l.key.company, l.key.connection, l.last, loadSize)
	if err != nil {
		if ctx.Err() == nil {
			l.d.o.Log.Error("waiting messages could not be read; tried again", "connection", l.key.connection, "err", err)
		}
		return
	}
	for _, m := range all {
		l.last = max(l.last, m.MessageID)
		if w := l.loaded[m.MessageID]; w != nil {
			l.sooner(w, m)
			continue
		}
		if m.Status == clearline.Unsettled {
			l.line(m.ConversationID).until = laterOf(l.line(m.ConversationID).until, m.Since.Add(unknownHolds))
			continue
		}
		if m.Status == clearline.Sending {
			continue
		}
		ln := l.line(m.ConversationID)
		w := &waiting{id: m.MessageID, conversation: m.ConversationID, kind: m.Kind, tryAt: m.NextTryAt, deadline: m.Deadline}
		ln.queue = append(ln.queue, w)
		if ln.state == lineIdle {
			l.turn(ln)
		}
		l.loaded[m.MessageID] = w
		// What its writer may still take back holds only its own conversation.
		if m.Status == clearline.Held && m.NextTryAt.After(now) && m.NextTryAt.After(m.UndoUntil) {
			l.until = laterOf(l.until, m.NextTryAt)
		}
	}
	l.more = len(all) == loadSize
}

// sooner takes over that a message its writer held back may leave earlier than it was read.
func (l *lane) sooner(w *waiting, m store.Waiting) {
	if m.Status != clearline.Queued || !m.NextTryAt.IsZero() || !m.NextTryAt.Before(w.tryAt) {
		return
	}
	ln := l.lines[w.conversation]
	if ln.state == lineBusy {
		return
	}
	w.tryAt = m.NextTryAt
	if ln.state == lineDelayed {
		l.delayed = slices.DeleteFunc(l.delayed, func(o *line) bool { return o == ln })
		heap.Init(&l.delayed)
		l.turn(ln)
	}
}

func (l *lane) line(conversation clearline.ID) *line {
	ln := l.lines[conversation]
	if ln == nil {
		limits := l.sender.Limits()
		ln = &line{pair: pair{every: limits.PairEvery, burst: limits.PairBurst}}
		if l.d.o.Clock.Now().Sub(l.since) < time.Duration(limits.PairBurst)*limits.PairEvery {
			ln.pair.burst = min(pairBurstAfterTakeover, limits.PairBurst)
		}
		l.lines[conversation] = ln
	}
	return ln
}
