package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// loadOrder says how messages of a traffic are handed in.
type loadOrder struct {
	traffic *traffic
	// urls of the webhook, one per node: connections are spread over them.
	urls        []string
	connections int
	// Exactly one of these ends the load: a time, or a number of messages.
	duration time.Duration
	messages uint64
	// rate, in messages a second, makes an open loop: latency counts from the moment a message was due, so a stall is felt by
	// every message behind it. 0: closed loop, each connection sends its next message when the last was answered.
	rate float64
	// batch is the number of messages in one delivery (1 when 0).
	batch int
	// begun, when set, is told of each delivery's first message and when it was due, before it is posted. Called by many at once.
	begun func(first uint64, due time.Time)
}

// loadReport is what came of a load. Counts are in messages.
type loadReport struct {
	acked   uint64
	refused map[int]uint64 // by HTTP status; never silently part of acked
	failed  uint64         // no answer: may or may not be stored
	lastErr error
	elapsed time.Duration
	// caughtUp is the part of elapsed in which the search index was waited for.
	caughtUp time.Duration
	latency  []uint32 // µs of each delivery answered 2xx, sorted
	ackedSet numberSet
}

// numberSet is a set of message numbers, one bit each.
type numberSet []uint64

func (s *numberSet) add(n uint64) {
	for uint64(len(*s)) <= n/64 {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s numberSet) has(n uint64) bool {
	return n/64 < uint64(len(s)) && s[n/64]&(1<<(n%64)) != 0
}

func (s *numberSet) union(o numberSet) {
	for len(*s) < len(o) {
		*s = append(*s, 0)
	}
	for i, bits := range o {
		(*s)[i] |= bits
	}
}

func (r *loadReport) merge(o *loadReport) {
	r.acked += o.acked
	r.failed += o.failed
	r.elapsed += o.elapsed
	r.caughtUp += o.caughtUp
	if o.lastErr != nil {
		r.lastErr = o.lastErr
	}
	if r.refused == nil {
		r.refused = map[int]uint64{}
	}
	for status, n := range o.refused {
		r.refused[status] += n
	}
	r.latency = append(r.latency, o.latency...)
	slices.Sort(r.latency)
	r.ackedSet.union(o.ackedSet)
}

// refusals is the number of messages answered with anything but 2xx.
func (r *loadReport) refusals() uint64 {
	var total uint64
	for _, n := range r.refused {
		total += n
	}
	return total
}

// trouble describes refusals and missing answers, empty when there were none.
func (r *loadReport) trouble() string {
	if r.refusals() == 0 && r.failed == 0 {
		return ""
	}
	return fmt.Sprintf("refused by status %v, without an answer %d (last: %v)", r.refused, r.failed, r.lastErr)
}

// run hands in messages until the order's time or number is reached, or ctx ends.
func (o loadOrder) run(ctx context.Context) (*loadReport, error) {
	if o.batch == 0 {
		o.batch = 1
	}
	workers := make([]*loadWorker, o.connections)
	start := time.Now()
	shared := &loadShared{order: o, start: start}
	if o.duration > 0 {
		shared.end = start.Add(o.duration)
	}
	for i := range workers {
		conn, err := newHookConn(o.urls[i%len(o.urls)], o.traffic.account.AppSecret)
		if err != nil {
			return nil, err
		}
		workers[i] = &loadWorker{conn: conn, shared: shared, refused: map[int]uint64{}}
	}
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Go(func() { w.run(ctx) })
	}
	wg.Wait()
	report := &loadReport{refused: map[int]uint64{}, elapsed: time.Since(start)}
	for _, w := range workers {
		w.conn.close()
		report.failed += w.failed
		if w.lastErr != nil {
			report.lastErr = w.lastErr
		}
		for status, n := range w.refused {
			report.refused[status] += n
		}
		report.latency = append(report.latency, w.latency...)
		for _, first := range w.acked {
			for n := first; n < first+uint64(o.batch); n++ {
				report.ackedSet.add(n)
			}
			report.acked += uint64(o.batch)
		}
	}
	slices.Sort(report.latency)
	return report, ctx.Err()
}

type loadShared struct {
	order  loadOrder
	start  time.Time
	end    time.Time
	issued atomic.Uint64 // deliveries begun
}

type loadWorker struct {
	conn    *hookConn
	shared  *loadShared
	acked   []uint64 // first message of each delivery answered 2xx
	latency []uint32
	refused map[int]uint64
	failed  uint64
	lastErr error
}

// backOff is the pause after a refusal or a broken connection, as long as the platform would at least wait.
const backOff = 50 * time.Millisecond

func (w *loadWorker) run(ctx context.Context) {
	o := &w.shared.order
	batch := uint64(o.batch)
	for ctx.Err() == nil {
		k := w.shared.issued.Add(1) - 1
		if o.messages > 0 && k*batch >= o.messages {
			return
		}
		due := time.Now()
		if o.rate > 0 {
			due = w.shared.start.Add(time.Duration(float64(k) / o.rate * float64(batch) * float64(time.Second)))
		}
		if !w.shared.end.IsZero() && due.After(w.shared.end) {
			return
		}
		if wait := time.Until(due); wait > 0 {
			pause(ctx, wait)
		}
		first := o.traffic.next.Add(batch) - batch
		if o.begun != nil {
			o.begun(first, due)
		}
		status, err := w.conn.post(func(dst []byte) []byte {
			return o.traffic.appendBody(dst, first, o.batch, time.Now().Unix())
		})
		switch {
		case err != nil:
			w.failed += batch
			w.lastErr = err
			pause(ctx, backOff)
		case status/100 == 2:
			w.latency = append(w.latency, uint32(min(time.Since(due).Microseconds(), 1<<32-1)))
			w.acked = append(w.acked, first)
		default:
			w.refused[status] += batch
			pause(ctx, backOff)
		}
	}
}

// pause waits, or returns when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// quantile gives the q-th part (0…1) of sorted microseconds in milliseconds; 0 for none.
func quantile(sorted []uint32, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i]) / 1000
}
