package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// One person takes a message every 6 s (131056): at 1,000/s at least 6,000 people are needed, and a few more so that the pair limit is
	// never what is measured.
	outboundPeople = 7000
	outboundRate   = 1000
	twinAnswerMS   = 50
	// composers call the API at a time, as a campaign tool would.
	composers = 16
	// backlogMax keeps the lane always busy without filling the store with what is never sent while measuring.
	backlogMax  = 2000
	settleLimit = 5 * time.Minute
)

// correspondents are customers with an open window: they have written, so they may be answered with text.
type correspondents struct {
	people        []wirePerson
	conversations []string // of people[i]
	wrote         []Expected
}

// meet makes n customers, lets each write once, and finds their conversations.
func meet(ctx context.Context, i *installation, n int) (*correspondents, error) {
	c := &correspondents{}
	var err error
	if c.people, err = i.twin.addPeople(ctx, n); err != nil {
		return nil, err
	}
	c.wrote = make([]Expected, n)
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(twinCallers)
	for k, p := range c.people {
		group.Go(func() error {
			text := fmt.Sprintf("Hello, this is customer %d", k)
			id, err := i.twin.write(groupCtx, p.ID, text)
			c.wrote[k] = Expected{ID: id, Address: p.Address, Text: text, Acked: true}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := i.quiet(ctx, settleLimit); err != nil {
		return nil, err
	}
	byAddress := map[string]string{}
	err = eachPage(ctx, i.api(), "/api/v1/conversations", func(items []wireConversation) error {
		for _, conversation := range items {
			byAddress[conversation.waID()] = conversation.ID
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range c.people {
		id, found := byAddress[p.Address]
		if !found {
			return nil, fmt.Errorf("customer %s wrote, and has no conversation", p.Address)
		}
		c.conversations = append(c.conversations, id)
	}
	return c, nil
}

// composer makes texts that are known again on a phone, and remembers what became of them.
type composer struct {
	run  uint32
	next atomic.Uint64
	mu   sync.Mutex
	done []Composed
}

func (c *composer) marker() string { return fmt.Sprintf("[%08x-", c.run) }

// ours says which texts a composer of this run could have made.
func (c *composer) ours(text string) bool { return strings.Contains(text, c.marker()) }

// compose makes the k-th message; k comes from next.
func (c *composer) compose(words *vocabulary, k uint64, address string) Composed {
	rng := rand.NewPCG(uint64(c.run), k)
	text := words.appendText(nil, rng, 40+int(rng.Uint64()%160), plainForm)
	return Composed{
		ClientID: fmt.Sprintf("bench-%08x-%d", c.run, k),
		Address:  address,
		Text:     fmt.Sprintf("%s %s%d]", text, c.marker(), k),
	}
}

func (c *composer) note(m Composed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done = append(c.done, m)
}

// runOutbound measures how fast composed messages reach the platform, API calls and statuses included.
func runOutbound(ctx context.Context, o *Options, r *Result) error {
	i, err := install(ctx, o, plan{twinSettings: map[string]any{"answer_delay_ms": twinAnswerMS, "throughput_per_second": outboundRate}})
	if err != nil {
		return err
	}
	defer i.close()
	who, err := meet(ctx, i, outboundPeople)
	if err != nil {
		return err
	}
	r.Stored = some(int64(outboundPeople))
	o.say("%d customers have written and may be answered", outboundPeople)

	flow := &outboundFlow{i: i, who: who, out: &composer{run: o.tag}, words: newVocabulary(), order: rand.Perm(outboundPeople)}
	meter := startMeter(i)
	profiled := meter.profile(ctx, i, r.Name, 0, time.Duration(o.Seconds)*time.Second)
	if err := flow.measure(ctx, r, time.Duration(o.Seconds)*time.Second); err != nil {
		return err
	}
	if err := <-profiled; err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := i.quiet(ctx, settleLimit); err != nil {
		return err
	}
	meter.read(i, r, uint64(len(flow.out.done)))
	after, err := settleSends(ctx, i, who.people, flow.out)
	if err != nil {
		return err
	}
	return judgeSends(ctx, i, r, after, flow.out)
}

type outboundFlow struct {
	i     *installation
	who   *correspondents
	out   *composer
	words *vocabulary
	order []int // people at random, each once a turn

	accepted atomic.Int64 // by the twin, since the flow began
	mu       sync.Mutex
	latency  []uint32
}

// rampUp is left out of the measure: the lane starts with an empty token bucket.
const rampUp = time.Second

func (f *outboundFlow) measure(ctx context.Context, r *Result, length time.Duration) error {
	before, err := f.i.twin.totals(ctx)
	if err != nil {
		return err
	}
	composing, stop := context.WithCancel(ctx)
	defer stop()
	group, groupCtx := errgroup.WithContext(composing)
	group.Go(func() error {
		for groupCtx.Err() == nil {
			now, err := f.i.twin.totals(groupCtx)
			if err != nil {
				return ignoreEnd(groupCtx, err)
			}
			f.accepted.Store(now.SendsAccepted - before.SendsAccepted)
			pause(groupCtx, 50*time.Millisecond)
		}
		return nil
	})
	for k := range composers {
		api := f.i.apiOf(k % len(f.i.nodes))
		group.Go(func() error { return ignoreEnd(groupCtx, f.compose(groupCtx, api)) })
	}
	pause(groupCtx, rampUp)
	first, err1 := f.i.twin.totals(ctx)
	began := time.Now()
	pause(groupCtx, length)
	last, err2 := f.i.twin.totals(ctx)
	elapsed := time.Since(began)
	stop()
	if err := errors.Join(group.Wait(), err1, err2); err != nil {
		return err
	}
	r.Seconds = *rounded(elapsed.Seconds(), 2)
	r.PerSecond = rounded(float64(last.SendsAccepted-first.SendsAccepted)/elapsed.Seconds(), 1)
	slices.Sort(f.latency)
	r.AckMS = spreadOf(f.latency)
	r.Messages = some(int64(len(f.out.done)))
	return nil
}

// ignoreEnd drops an error that came because the flow was told to end.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (f *outboundFlow) compose(ctx context.Context, api *apiClient) error {
	var latency []uint32
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.latency = append(f.latency, latency...)
	}()
	for ctx.Err() == nil {
		if int64(f.out.next.Load())-f.accepted.Load() > backlogMax {
			pause(ctx, 10*time.Millisecond)
			continue
		}
		n := f.out.next.Add(1)
		k := f.order[n%uint64(len(f.order))]
		m := f.out.compose(f.words, n, f.who.people[k].Address)
		began := time.Now()
		// A call that is cut off by the end of the measure may have been taken: the checker allows for both.
		_, err := api.send(ctx, f.who.conversations[k], m.ClientID, m.Text)
		m.Accepted = err == nil
		f.out.note(m)
		if err != nil {
			return err
		}
		latency = append(latency, uint32(time.Since(began).Microseconds()))
	}
	return nil
}

// settled is what there is to compare when nothing moves any more.
type settled struct {
	phones   []OnPhone
	messages []scanned
}

// settleSends waits until no message of the run is on its way, and reads the phones first, then the product: by then every status that
// stood on a phone has been delivered, so the product may know more than the phone did, but not less. When time runs out the
// checker counts what is unfinished.
func settleSends(ctx context.Context, i *installation, people []wirePerson, out *composer) (s settled, err error) {
	for deadline := time.Now().Add(settleLimit); ; pause(ctx, 500*time.Millisecond) {
		if err := i.quiet(ctx, settleLimit); err != nil {
			return s, err
		}
		if s.messages, err = scanMessages(ctx, i.api()); err != nil {
			return s, err
		}
		if !anyMoving(s.messages, out) || time.Now().After(deadline) {
			break
		}
	}
	if s.phones, err = i.twin.phones(ctx, people); err != nil {
		return s, err
	}
	if err := i.quiet(ctx, settleLimit); err != nil {
		return s, err
	}
	s.messages, err = scanMessages(ctx, i.api())
	return s, err
}

func anyMoving(messages []scanned, out *composer) bool {
	for m := range outgoing(messages) {
		if out.ours(m.Text) && slices.Contains([]string{"queued", "held", "sending"}, m.Status) {
			return true
		}
	}
	return false
}

// judgeSends lets the checker compare what was composed with the phones and the product.
func judgeSends(ctx context.Context, i *installation, r *Result, s settled, out *composer) error {
	totals, err := i.twin.totals(ctx)
	if err != nil {
		return err
	}
	verdict := CheckSends(slices.Values(out.done), slices.Values(s.phones), outgoing(s.messages), out.ours)
	r.takeSends(verdict)
	// The twin's own count is a second witness: a send to somebody outside our people would stand on no phone we read.
	if extra := totals.SendsAccepted - i.sendsBefore - int64(verdict.Reached+verdict.SentTwice); extra != 0 {
		r.Examples = append(r.Examples, fmt.Sprintf("the twin accepted %d sends more than stand on the phones", extra))
		r.NeverSent = some(*r.NeverSent + max(extra, -extra))
	}
	i.o.say("checked %d sends: %d taken by the API, %d reached a phone, %d unconfirmed, %d faults",
		len(out.done), verdict.Accepted, verdict.Reached, verdict.Unconfirmed, verdict.Faults())
	return nil
}
