package account

import (
	"container/list"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
)

const (
	// accountFree and addressFree are how many wrong passwords pass without a wait: for one account, and from one
	// address, behind which a whole office may sit.
	accountFree = 5
	addressFree = 20
	// The first wait; each further failure doubles it, up to the longest. Nobody is locked out for ever.
	firstWait   = 2 * time.Second
	longestWait = 5 * time.Minute
	// forgivenAfter is after how much quiet failures are forgotten.
	forgivenAfter = time.Hour
	// throttled bounds how many accounts and addresses are remembered; the one that was quiet longest goes first.
	throttled = 20_000
)

// throttle slows down who fails to sign in, by account and by address. It remembers on this node only: several nodes
// multiply what somebody may try by their number. From an address where a person has signed in, only failures from
// there count, so that a stranger who guesses does not keep the person out.
type throttle struct {
	clock clock.Clock

	mu   sync.Mutex
	all  map[string]*list.Element
	used *list.List // of *tries, the last used in front
}

type tries struct {
	key      string
	failures int
	// last is the newest failure or success, until when the next try must wait.
	last, until time.Time
}

func newThrottle(c clock.Clock) *throttle {
	return &throttle{clock: c, all: map[string]*list.Element{}, used: list.New()}
}

// attempt is a try to sign in that was let through; it counts as a failure until it is told otherwise.
type attempt struct {
	t       *throttle
	account string
	address string
	known   string
}

// begin lets a try through, or says how long to wait. It counts before the password is looked at, so that many
// tries at once are no way around it.
func (t *throttle) begin(email, address string) (attempt, error) {
	a := attempt{t: t, account: "e " + clearline.EmailKey(email), address: "a " + address, known: "k " + clearline.EmailKey(email) + " " + address}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.find(a.known) != nil {
		a.account = a.known
	}
	now := t.clock.Now()
	wait := max(t.wait(a.account, now), t.wait(a.address, now))
	if wait > 0 {
		return a, &clearline.Problem{Cause: clearline.CauseTooMany, Title: "Too many tries.",
			Detail: "Wait until you try again; a wrong password now makes the wait longer. Whoever has forgotten a password asks an admin for a new link.", RetryAfter: wait}
	}
	t.fail(a.account, accountFree, now)
	t.fail(a.address, addressFree, now)
	return a, nil
}

// succeeded takes the try back: the account is free, the address too but for what else failed there.
func (a attempt) succeeded() {
	t := a.t
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(a.account)
	if e := t.find(a.address); e != nil {
		e.failures = max(e.failures-1, 0)
		e.until = time.Time{}
	}
	t.entry(a.known).last = t.clock.Now()
}

// skipped takes the try back without a word about the password, which was not looked at.
func (a attempt) skipped() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	for _, key := range []string{a.account, a.address} {
		if e := a.t.find(key); e != nil {
			e.failures = max(e.failures-1, 0)
		}
	}
}

func (t *throttle) find(key string) *tries {
	if e := t.all[key]; e != nil {
		return e.Value.(*tries)
	}
	return nil
}

func (t *throttle) entry(key string) *tries {
	if e := t.all[key]; e != nil {
		t.used.MoveToFront(e)
		return e.Value.(*tries)
	}
	e := &tries{key: key}
	t.all[key] = t.used.PushFront(e)
	if t.used.Len() > throttled {
		t.drop(t.used.Back().Value.(*tries).key)
	}
	return e
}

func (t *throttle) drop(key string) {
	if e := t.all[key]; e != nil {
		t.used.Remove(e)
		delete(t.all, key)
	}
}

func (t *throttle) wait(key string, now time.Time) time.Duration {
	e := t.find(key)
	if e == nil || !now.Before(e.until) {
		return 0
	}
	return e.until.Sub(now)
}

func (t *throttle) fail(key string, free int, now time.Time) {
	e := t.entry(key)
	if now.Sub(e.last) > forgivenAfter {
		e.failures = 0
	}
	e.failures++
	e.last = now
	if over := e.failures - free; over >= 0 {
		e.until = now.Add(min(firstWait<<min(over, 16), longestWait))
	}
}
