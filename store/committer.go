package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
)

const (
	// batchElements and batchBytes bound one transaction, so that nobody waits long behind a crowd.
	batchElements = 256
	batchBytes    = 1 << 20
	// queueElements bounds what may wait for a committer; beyond it the way in answers 503 (I13).
	queueElements = 8192
)

// work is a piece of writing that somebody waits for. Work of the same kind is applied as a set.
type work struct {
	kind      *workKind
	value     any
	companies []clearline.ID
	weight    int
	bytes     int
	done      chan error
}

// workKind is how a set of values of one kind is written.
type workKind struct {
	name  string
	apply func(tx *Tx, values []any) error
}

// committer is a goroutine with a pinned connection that turns what waits into one transaction.
type committer struct {
	dialect dialect
	log     *slog.Logger
	ids     *clearline.IDs
	now     func() time.Time
	// committed is called after each commit with the companies' new change numbers.
	committed func(map[clearline.ID]int64)
	lastWrite *atomic.Int64
	calls     *atomic.Int64

	urgent chan *work
	normal chan *work
	// aside is what is done with the connection between two batches, by turns with them.
	aside  chan func()
	queued atomic.Int64
	stop   chan struct{}
	ended  chan struct{}
	w      writer
}

func newCommitter(d dialect, w writer, s *Store) *committer {
	return &committer{dialect: d, w: w, log: s.log, ids: s.ids, now: s.clock.Now, committed: s.ring, lastWrite: &s.lastWrite, calls: &s.calls,
		urgent: make(chan *work, 4096), normal: make(chan *work, queueElements), aside: make(chan func()), stop: make(chan struct{}), ended: make(chan struct{})}
}

// ErrBusy is the answer when too much waits already; nothing of the work was taken.
var ErrBusy = &clearline.Problem{Cause: clearline.CauseBusy, Title: "The server is taking in all it can.",
	Detail: "Nothing of this request was stored. Send it again after the time named in Retry-After.", RetryAfter: 2 * time.Second}

// ErrClosed is the answer after Close.
var ErrClosed = errors.New("store: closed")

// submit waits until the work is committed and flushed, or has failed.
func (c *committer) submit(wk *work, urgent bool) error {
	if c.queued.Add(int64(wk.weight)) > queueElements && !urgent {
		c.queued.Add(-int64(wk.weight))
		return ErrBusy
	}
	defer c.queued.Add(-int64(wk.weight))
	q := c.normal
	if urgent {
		q = c.urgent
	}
	select {
	case q <- wk:
	case <-c.ended:
		return ErrClosed
	}
	select {
	case err := <-wk.done:
		return err
	case <-c.ended:
		select {
		case err := <-wk.done:
			return err
		default:
			return ErrClosed
		}
	}
}

func (c *committer) run() {
	defer close(c.ended)
	for {
		var first *work
		select {
		case first = <-c.urgent:
		default:
			select {
			case first = <-c.urgent:
			case first = <-c.normal:
			case f := <-c.aside:
				f()
				continue
			case <-c.stop:
				c.drain()
				return
			}
		}
		c.commit(c.gather(first))
	}
}

// drain finishes what was accepted before the stop.
func (c *committer) drain() {
	for {
		select {
		case wk := <-c.urgent:
			c.commit(c.gather(wk))
		case wk := <-c.normal:
			c.commit(c.gather(wk))
		default:
			return
		}
	}
}

// gather takes what waits, the urgent first, up to the limits of a batch.
func (c *committer) gather(first *work) []*work {
	batch := []*work{first}
	weight, bytes := first.weight, first.bytes
	for weight < batchElements && bytes < batchBytes {
		var wk *work
		select {
		case wk = <-c.urgent:
		default:
			select {
			case wk = <-c.normal:
			default:
				return batch
			}
		}
		batch = append(batch, wk)
		weight += wk.weight
		bytes += wk.bytes
	}
	return batch
}

// commit writes a batch. When that fails, each piece is tried by itself, so that a bad one never costs its neighbours.
func (c *committer) commit(batch []*work) {
	err := c.transact(batch)
	if err != nil && len(batch) > 1 && !connectionLost(err) {
		c.log.Warn("batch failed, trying its parts", "parts", len(batch), "err", err)
		for _, wk := range batch {
			wk.done <- c.explain(c.transact([]*work{wk}))
		}
		return
	}
	for _, wk := range batch {
		wk.done <- c.explain(err)
	}
}

func (c *committer) transact(batch []*work) (err error) {
	ctx := context.Background()
	if err := c.ensure(ctx); err != nil {
		return err
	}
	if err := c.w.begin(ctx); err != nil {
		return err
	}
	tx := &Tx{ctx: ctx, w: c.w, ids: c.ids, now: c.now().UTC(), companies: map[clearline.ID]*companyTx{}}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: panic while writing: %v", p)
		}
		if err != nil {
			if rerr := c.w.rollback(ctx); rerr != nil {
				c.log.Debug("rollback", "err", rerr)
			}
		}
	}()
	if err := c.fill(tx, batch); err != nil {
		return err
	}
	if err := c.w.commit(ctx); err != nil {
		return err
	}
	c.lastWrite.Store(c.now().UnixNano())
	if slices.ContainsFunc(batch, func(wk *work) bool { return wk.kind.name == callName }) {
		c.calls.Add(1)
	}
	numbers := make(map[clearline.ID]int64, len(tx.order))
	for _, id := range tx.order {
		if cc := tx.companies[id]; cc.n != cc.first {
			numbers[id] = cc.n
		}
	}
	for _, f := range tx.after {
		f()
	}
	c.committed(numbers)
	return nil
}

func (c *committer) fill(tx *Tx, batch []*work) error {
	var companies []clearline.ID
	sets := map[*workKind][]any{}
	var order []*workKind
	for _, wk := range batch {
		companies = append(companies, wk.companies...)
		if _, ok := sets[wk.kind]; !ok {
			order = append(order, wk.kind)
		}
		sets[wk.kind] = append(sets[wk.kind], wk.value)
	}
	if err := tx.lock(companies); err != nil {
		return err
	}
	for _, kind := range order {
		if err := kind.apply(tx, sets[kind]); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	return tx.flush()
}

// ensure opens a new connection after the old one was lost.
func (c *committer) ensure(ctx context.Context) error {
	if c.w != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	w, err := c.dialect.openWriter(ctx)
	if err != nil {
		return err
	}
	c.w = w
	return nil
}

// explain turns an engine's error into one that a person can act on. Problems of the domain pass as they are.
func (c *committer) explain(err error) error {
	if err == nil {
		return nil
	}
	var p *clearline.Problem
	if errors.As(err, &p) {
		return p
	}
	if connectionLost(err) {
		if c.w != nil && !c.w.alive(context.Background()) {
			c.w.close(context.Background())
			c.w = nil
		}
		return &clearline.Problem{Cause: clearline.CauseDisk, Title: "The database cannot take writes now.",
			Detail: "Nothing was stored. It is tried anew with each request; see the server's log for what the database said.", RetryAfter: 5 * time.Second, Err: err}
	}
	return err
}
