package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	crashCycles         = 40
	crashCyclesPostgres = 20
	crashPeople         = 200  // customers of the twin, who write and are answered
	crashSenders        = 2000 // people of the direct load
	crashHookWorkers    = 8
	crashAPIWorkers     = 4
	// One in so many deliveries that were acknowledged comes again, as the platform's do.
	duplicateEvery = 20
)

// crashRetries are the twin's waits before each try of a webhook, in milliseconds, the last again and again: the platform's own grow to an
// hour, which no run could wait for.
var crashRetries = []int{0, 300, 1000, 2000, 5000}

// runCrash kills the product at random moments under load, and looks what is left.
func runCrash(ctx context.Context, o *Options, r *Result) error {
	r.Cycles = o.Cycles
	if r.Cycles == 0 {
		r.Cycles = crashCycles
		if o.Database != "" {
			r.Cycles = crashCyclesPostgres
		}
	}
	i, err := install(ctx, o, plan{twinSettings: map[string]any{
		"answer_delay_ms": 20, "throughput_per_second": outboundRate, "retry_plan_ms": crashRetries,
	}})
	if err != nil {
		return err
	}
	defer i.close()
	who, err := meet(ctx, i, crashPeople)
	if err != nil {
		return err
	}
	c := newCrash(i, who)
	began := time.Now()
	loading, stop := context.WithCancel(ctx)
	defer stop()
	var load sync.WaitGroup
	for k := range crashHookWorkers {
		load.Go(func() { c.postHooks(loading, k) })
	}
	for k := range crashAPIWorkers {
		load.Go(func() { c.send(loading, k) })
	}
	load.Go(func() { c.write(loading) })
	err = c.killAgainAndAgain(ctx, r)
	stop()
	load.Wait()
	if err != nil {
		return err
	}
	r.Seconds = *rounded(time.Since(began).Seconds(), 1)
	return c.settleAndCheck(ctx, r)
}

// crash is one run: what was handed in while the product was killed.
type crash struct {
	i     *installation
	who   *correspondents
	words *vocabulary
	rng   *rand.Rand // of the killer alone

	hooks   *handedIn
	mu      sync.Mutex
	written []Expected // by the twin's people
	out     *composer
	refused atomic.Int64
	example atomic.Pointer[string] // of a refusal
	errs    chan error
}

func newCrash(i *installation, who *correspondents) *crash {
	c := &crash{i: i, who: who, words: newVocabulary(), errs: make(chan error, 1), rng: rand.New(rand.NewPCG(i.o.Seed, 1)),
		hooks: &handedIn{traffic: i.o.newTraffic(i.account, 0, crashSenders)},
		out:   &composer{run: i.o.tag}}
	c.written = append(c.written, who.wrote...)
	return c
}

// postHooks is the platform: it posts each message again until it is acknowledged.
func (c *crash) postHooks(ctx context.Context, worker int) {
	var conns []*hookConn
	for _, hook := range c.i.hooks() {
		conn, err := newHookConn(hook, c.i.account.AppSecret)
		if err != nil {
			c.fail(err)
			return
		}
		defer conn.close()
		conns = append(conns, conn)
	}
	t := c.hooks.traffic
	for k := worker; ctx.Err() == nil; k++ {
		n := t.next.Add(1) - 1
		at := time.Now().Unix()
		render := func(dst []byte) []byte { return t.appendBody(dst, n, 1, at) }
		for try := 0; ctx.Err() == nil; try++ {
			status, err := conns[(k+try)%len(conns)].post(render)
			if err == nil && status/100 == 2 {
				c.mu.Lock()
				c.hooks.acked.add(n)
				c.mu.Unlock()
				break
			}
			if err == nil && status != http.StatusServiceUnavailable {
				c.refuse(fmt.Sprintf("webhook of message %d: status %d", n, status))
			}
			pause(ctx, backOff)
		}
		if n%duplicateEvery == 0 {
			// Whatever comes of it: the copy must not be stored.
			if status, err := conns[(k+1)%len(conns)].post(render); err == nil && status/100 == 4 {
				c.refuse(fmt.Sprintf("second webhook of message %d: status %d", n, status))
			}
		}
		pause(ctx, time.Millisecond)
	}
}

// send is an API client that repeats a call with the same client_id until it knows that the message was taken.
func (c *crash) send(ctx context.Context, worker int) {
	var apis []*apiClient
	for k := range c.i.nodes {
		apis = append(apis, c.i.apiOf(k))
	}
	rng := rand.New(rand.NewPCG(c.i.o.Seed, uint64(100+worker)))
	for ctx.Err() == nil {
		k := rng.IntN(len(c.who.people))
		m := c.out.compose(c.words, c.out.next.Add(1), c.who.people[k].Address)
		for try := rng.IntN(len(apis)); ctx.Err() == nil; try++ {
			_, err := apis[try%len(apis)].send(ctx, c.who.conversations[k], m.ClientID, m.Text)
			if err == nil {
				m.Accepted = true
				break
			}
			if status := statusOf(err); status/100 == 4 && status != http.StatusTooManyRequests {
				c.refuse(err.Error())
				break
			}
			pause(ctx, backOff)
		}
		c.out.note(m)
		pause(ctx, 30*time.Millisecond)
	}
}

// write lets the twin's customers write; the twin retries its webhooks by its own plan.
func (c *crash) write(ctx context.Context) {
	rng := rand.New(rand.NewPCG(c.i.o.Seed, 200))
	for k := 0; ctx.Err() == nil; k++ {
		p := c.who.people[rng.IntN(len(c.who.people))]
		text := fmt.Sprintf("%s (%d)", c.words.appendText(nil, rand.NewPCG(c.i.o.Seed, uint64(k)), 80, plainForm), k)
		// The twin stays up: the call is not cut off in the middle, so that its answer is always known.
		id, err := c.i.twin.write(context.WithoutCancel(ctx), p.ID, text)
		if err != nil {
			c.fail(fmt.Errorf("twin: %w", err))
			return
		}
		c.mu.Lock()
		c.written = append(c.written, Expected{ID: id, Address: p.Address, Text: text, Acked: true})
		c.mu.Unlock()
		pause(ctx, 50*time.Millisecond)
	}
}

func (c *crash) fail(err error) {
	select {
	case c.errs <- err:
	default: // one is enough
	}
}

func (c *crash) refuse(what string) {
	c.refused.Add(1)
	c.example.CompareAndSwap(nil, &what)
}

// killAgainAndAgain ends a random node with SIGKILL in each cycle and starts it again; in every fourth cycle also while it starts.
func (c *crash) killAgainAndAgain(ctx context.Context, r *Result) error {
	slowest := time.Duration(0)
	for cycle := range r.Cycles {
		select {
		case err := <-c.errs:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(c.random(200*time.Millisecond, 2*time.Second)):
		}
		n := c.i.nodes[c.rng.IntN(len(c.i.nodes))]
		n.child.kill()
		if cycle%4 == 3 {
			var err error
			if n.child, err = startChild(ctx, n.executable, nil, n.args...); err != nil {
				return err
			}
			pause(ctx, c.random(0, 300*time.Millisecond))
			n.child.kill()
		}
		pause(ctx, c.random(0, 300*time.Millisecond))
		took, err := n.start(ctx)
		if err != nil {
			return fmt.Errorf("cycle %d: %w", cycle+1, err)
		}
		slowest = max(slowest, took)
		if (cycle+1)%5 == 0 {
			c.i.o.say("%d of %d kills, %d messages handed in, slowest start %d ms", cycle+1, r.Cycles, c.hooks.traffic.next.Load(), slowest.Milliseconds())
		}
	}
	r.SlowestStart = rounded(float64(slowest.Microseconds())/1000, 0)
	return nil
}

func (c *crash) random(from, to time.Duration) time.Duration {
	return from + time.Duration(c.rng.Int64N(int64(to-from)))
}

func (c *crash) settleAndCheck(ctx context.Context, r *Result) error {
	r.Messages = some(int64(c.hooks.traffic.next.Load()) + int64(len(c.written)) + int64(len(c.out.done)))
	r.Refused = some(c.refused.Load())
	if example := c.example.Load(); example != nil {
		r.Examples = append(r.Examples, "refused: "+*example)
	}
	// Before anything is read back, so that a forgery that was stored is found.
	forged, err := forge(ctx, c.i, c.hooks.traffic)
	if err != nil {
		return err
	}
	r.ForgedTaken = some(int64(forged))
	began := time.Now()
	after, err := settleSends(ctx, c.i, c.who.people, c.out)
	if err != nil {
		return err
	}
	if err := judgeInbound(ctx, c.i, r, []*handedIn{c.hooks}, c.written, after.messages, began); err != nil {
		return err
	}
	return judgeSends(ctx, c.i, r, after, c.out)
}
