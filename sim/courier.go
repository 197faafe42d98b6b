package sim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	lanesPerTarget = 64 // simultaneous POSTs to one callback
	maxPending     = 300_000
	maxPostBytes   = 3 << 20 // the platform's own limit of a payload
	batchWait      = 60 * time.Millisecond
)

// courier delivers webhooks: per callback some lanes, each in order, the
// updates about one person always in the same lane; retries by plan.
type courier struct {
	sim *Sim

	mu      sync.Mutex
	targets map[targetKey]*target
	held    map[targetKey][]*post // by effect reorder, until its timer
	bundled map[targetKey]*post   // by hook.throttled, until its timer
	pending int
}

type targetKey struct{ appID, url string }

type target struct {
	key   targetKey
	lanes [lanesPerTarget]lane
}

type lane struct {
	mu      sync.Mutex
	queue   []*post
	running bool
}

// post is one POST; a retry sends the same bytes.
type post struct {
	to      *target
	lane    *lane
	secret  string
	updates []update
	bytes   int
	body    []byte
	sign    signing
	try     int
	first   time.Time
}

// signing is how a POST is signed; "" = rightly.
type signing string

const (
	badSignature signing = "bad"
	unsigned     signing = "none"
)

// update is one change of a POST.
type update struct {
	entry           string // the id of its entry: the WABA's, for partners' news the portfolio's
	at              int64  // the entry's time; 0 = none, as for messages
	wabaID, account string
	ids             []string
	change          json.RawMessage // {"field":…,"value":…}
	done            func()          // after a 2xx; may be nil
}

func newCourier(s *Sim) *courier {
	return &courier{sim: s, targets: map[targetKey]*target{}, held: map[targetKey][]*post{}, bundled: map[targetKey]*post{}}
}

// send queues one update for one app's callback. key keeps updates of one
// person in order.
func (c *courier) send(to targetKey, secret, key string, sign signing, u update) {
	c.enqueue(c.newPost(to, secret, key, sign, u))
}

func (c *courier) newPost(to targetKey, secret, key string, sign signing, u update) *post {
	c.mu.Lock()
	t := c.targets[to]
	if t == nil {
		t = &target{key: to}
		c.targets[to] = t
	}
	c.mu.Unlock()
	h := fnv.New32a()
	io.WriteString(h, key)
	place := h.Sum32() % lanesPerTarget
	if c.sim.Settings().BatchWebhooks > 1 {
		place = 0
	}
	return &post{to: t, lane: &t.lanes[place], secret: secret, updates: []update{u}, bytes: len(u.change), sign: sign}
}

// bundle keeps an update back; those of one callback leave in one POST, as the
// platform does that has begun to slow its calls.
func (c *courier) bundle(p *post, d time.Duration) {
	c.mu.Lock()
	key := p.to.key
	first := c.bundled[key]
	if first != nil && len(first.updates) < maxBatch && first.bytes+p.bytes < maxPostBytes {
		first.updates = append(first.updates, p.updates...)
		first.bytes += p.bytes
		c.mu.Unlock()
		return
	}
	c.bundled[key] = p
	c.mu.Unlock()
	c.sim.after(d, func() {
		c.mu.Lock()
		if c.bundled[key] == p {
			delete(c.bundled, key)
		}
		c.mu.Unlock()
		c.enqueue(p)
	})
}

// hold keeps a post back; those of one callback leave together, newest first.
func (c *courier) hold(p *post, d time.Duration) {
	c.mu.Lock()
	key := p.to.key
	c.held[key] = append(c.held[key], p)
	alone := len(c.held[key]) == 1
	c.mu.Unlock()
	if !alone {
		return
	}
	c.sim.after(d, func() {
		c.mu.Lock()
		list := c.held[key]
		delete(c.held, key)
		c.mu.Unlock()
		for i := len(list) - 1; i >= 0; i-- {
			list[i].lane = &list[i].to.lanes[0] // one lane, so that the turned order is what arrives
			c.enqueue(list[i])
		}
	})
}

func (c *courier) enqueue(p *post) {
	c.mu.Lock()
	full := c.pending >= maxPending
	if !full {
		c.pending++
	}
	c.mu.Unlock()
	if full {
		c.sim.ledger.count(func(t *Totals) { t.WebhooksDropped++ })
		c.sim.log.Warn("webhook dropped: too many are waiting", "limit", maxPending)
		return
	}
	c.sim.ledger.count(func(t *Totals) { t.WebhooksPending++ })
	c.push(p)
}

// settled takes n posts out of the pending ones.
func (c *courier) settled(n int, count func(*Totals)) {
	c.mu.Lock()
	c.pending -= n
	c.mu.Unlock()
	c.sim.ledger.count(func(t *Totals) {
		t.WebhooksPending -= uint64(n)
		count(t)
	})
}

func (c *courier) push(p *post) {
	l := p.lane
	l.mu.Lock()
	l.queue = append(l.queue, p)
	start := !l.running
	l.running = true
	l.mu.Unlock()
	if start {
		c.sim.spawn(func() { c.run(l) })
	}
}

// run empties a lane and ends.
func (c *courier) run(l *lane) {
	for {
		st := c.sim.Settings()
		if st.BatchWebhooks > 1 {
			c.sim.wait(c.sim.ctx, batchWait)
		}
		l.mu.Lock()
		if len(l.queue) == 0 || c.sim.ctx.Err() != nil {
			l.running = false
			l.mu.Unlock()
			return
		}
		p := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		merged := 0
		for st.BatchWebhooks > 1 && p.body == nil && len(l.queue) > 0 && len(p.updates) < st.BatchWebhooks {
			next := l.queue[0]
			if next.body != nil || next.sign != p.sign || p.bytes+next.bytes > maxPostBytes/2 {
				break
			}
			p.updates = append(p.updates, next.updates...)
			p.bytes += next.bytes
			l.queue = l.queue[1:]
			merged++
		}
		l.mu.Unlock()
		if merged > 0 {
			c.settled(merged, func(*Totals) {})
		}
		c.deliver(p, st)
	}
}

func (c *courier) deliver(p *post, st Settings) {
	s := c.sim
	if p.body == nil {
		p.body = envelope(p.updates)
		p.first = s.now()
	}
	p.try++
	started := time.Now()
	answer := c.post(p)
	row := LedgerWebhook{At: s.now().UTC(), Account: p.updates[0].account, Try: p.try, Answer: answer, MS: time.Since(started).Milliseconds()}
	for _, u := range p.updates {
		row.IDs = append(row.IDs, u.ids...)
	}
	if answer >= 200 && answer < 300 {
		s.ledger.webhook(row)
		c.settled(1, func(t *Totals) { t.WebhooksDelivered++ })
		for _, u := range p.updates {
			if u.done != nil {
				u.done()
			}
		}
		return
	}
	wait := st.retryWait(p.try + 1)
	if s.now().Add(wait).Sub(p.first) > time.Duration(st.RetryForMS)*time.Millisecond {
		s.ledger.webhook(row)
		c.settled(1, func(t *Totals) { t.WebhooksDropped++ })
		s.log.Warn("webhook given up", "tries", row.Try, "answer", answer)
		return
	}
	// The row comes last: who has seen it may advance the clock to the retry.
	s.after(wait, func() { c.push(p) })
	s.ledger.webhook(row)
}

// post gives the HTTP status, or 0 when no answer came.
func (c *courier) post(p *post) int {
	first := p.updates[0]
	if _, cut := c.sim.faults.pick(happening{operation: "webhook", accounts: []string{first.account, first.wabaID, p.to.key.appID}}, "unreachable"); cut {
		return 0
	}
	r, err := http.NewRequestWithContext(c.sim.ctx, http.MethodPost, p.to.key.url, bytes.NewReader(p.body))
	if err != nil {
		return 0
	}
	secret := p.secret
	if p.sign == badSignature {
		secret += "-not-the-secret"
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(p.body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "facebookexternalua")
	if p.sign != unsigned {
		r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	answer, err := c.sim.client.Do(r)
	if err != nil {
		return 0
	}
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	answer.Body.Close()
	return answer.StatusCode
}

// envelope puts updates into one body, one entry per id and time in a row.
func envelope(updates []update) []byte {
	type entry struct {
		ID      string            `json:"id"`
		Time    int64             `json:"time,omitempty"`
		Changes []json.RawMessage `json:"changes"`
	}
	var entries []entry
	for _, u := range updates {
		if n := len(entries); n == 0 || entries[n-1].ID != u.entry || entries[n-1].Time != u.at {
			entries = append(entries, entry{ID: u.entry, Time: u.at})
		}
		last := &entries[len(entries)-1]
		last.Changes = append(last.Changes, u.change)
	}
	body, err := asciiJSON(struct {
		Object string  `json:"object"`
		Entry  []entry `json:"entry"`
	}{"whatsapp_business_account", entries})
	if err != nil {
		panic("sim: a rendered change does not encode: " + err.Error())
	}
	return body
}
