// Package sim holds the twins of the messaging platforms: servers that answer
// like the platform, deliver webhooks like the platform, and have customers
// with phones to type on. They take orders for bad days (faults, clock) and
// keep a ledger of everything that passed, so that a test can count.
//
// The wire types here are written from the platforms' references and shared
// with nobody: a field the product misreads cannot hide behind a common struct.
// So far there is one twin, WhatsApp's Cloud API.
//
// Under the twin's address stand the customers' phones (/), the Graph endpoints
// (/graph/v{N}.0/…), files (/media/…), the sign-in of Embedded Signup
// (/dialog/oauth, /v{N}.0/dialog/oauth), Meta's public status (/status/meta/…)
// and the control interface (/control/v1/…), which answers callers on the same
// machine only:
//
//	people, people/{id}, people/{id}/messages, people/{id}/open   customers and what they do
//	faults, faults/kinds, clock, ledger                           bad days, time, what passed
//	settings     GET, POST {any field of Settings}
//	accounts     GET, POST AccountSpec: further companies, apps, WABAs, numbers
//	accounts/{id}         GET, PATCH {any field of number, WABA, portfolio, app, tokens}
//	accounts/{id}/codes   the codes sent to a number; codes: those sent to all
//	accounts/{id}/tokens  POST NewToken: a key as the platform's own pages make one
//	feed         GET, PATCH {"state","component"?,"lag_seconds"?,"text"?}: the public status
//	webhook      POST {"url","verify_token","app_id"?}: an app's callback, after the handshake
//	events       POST {"account"?,"field","value"}: any webhook value, signed and retried
//	media/{id}   the bytes of a thread's file
//	stream       SSE: which person's phone changed
//
// Nothing is kept on disk. In memory it keeps 300,000 messages, 256 MiB of
// files, 250,000 ledger rows of each kind, 300,000 webhooks under way and
// 200,000 people; the oldest go first, webhooks and people beyond are refused.
package sim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/clearline/clearline/clock"
)

// Options of a Sim. The zero value is usable except for BaseURL.
type Options struct {
	// Clock drives windows, limits, statuses and retries. A *clock.Shifted lets
	// POST /control/v1/clock move it. Default: a new *clock.Shifted.
	Clock clock.Clock
	// BaseURL is the address under which others reach the Handler, without a
	// trailing slash; media addresses are built from it.
	BaseURL string
	// Webhook, when set, is where the first app's webhooks go until another
	// callback is subscribed. It is taken without a handshake.
	Webhook string
	// HTTPClient carries webhooks, handshakes and the fetching of linked media.
	// Default: keep-alive, 10 s in all, no redirects.
	HTTPClient *http.Client
	// Resolver is the DNS server, host:port, that the default client asks for
	// names. Default: the system's.
	Resolver string
	// Seed decides ids, secrets and tokens of accounts, the cast and what it
	// says. Ids of messages are unique in every run, whatever the seed.
	Seed uint64
	// AnswerDelay is how long a send takes to answer. 0 means natural: 25-60 ms;
	// negative: at once.
	AnswerDelay time.Duration
	// StatusDelays are the times between a send and its statuses.
	// Default: natural, see DefaultStatusDelays.
	StatusDelays *StatusDelays
	// RetryPlan holds the wait before each try of a webhook; its last entry is
	// repeated until RetryFor has passed since the first try.
	// Default: 0 s, 5 s, 30 s, 2 min, 10 min, 1 h.
	RetryPlan []time.Duration
	// RetryFor ends the retries. Default: 7 days (another page of the platform
	// says 36 hours).
	RetryFor time.Duration
	// ThroughputPerSecond of every number, messages in and out together.
	// Default 80, the platform's own.
	ThroughputPerSecond int
	// BatchWebhooks is how many updates one POST may carry. Default 1; the
	// platform's maximum is 1,000.
	BatchWebhooks int
	Logger        *slog.Logger // default: discards
}

// StatusDelays are waits between the steps of a message's way, each measured
// from the one before. A wait is spread evenly by ±40 % unless Exact.
type StatusDelays struct {
	Sent, Delivered, Read time.Duration
	Exact                 bool
}

// DefaultStatusDelays resemble a person with the phone at hand.
var DefaultStatusDelays = StatusDelays{Sent: 250 * time.Millisecond, Delivered: 500 * time.Millisecond, Read: 1500 * time.Millisecond}

var defaultRetryPlan = []time.Duration{0, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

const (
	defaultRetryFor   = 7 * 24 * time.Hour
	defaultThroughput = 80
	maxBatch          = 1000
)

// Sim is the twins' world. Its methods may be called from any goroutine.
type Sim struct {
	clock   clock.Clock
	log     *slog.Logger
	client  *http.Client
	baseURL string
	seed    uint64

	handler http.Handler
	ledger  *ledger
	faults  *faultBook
	feed    *feed
	live    *live
	courier *courier
	fetches chan struct{} // bounds simultaneous fetches of linked media

	ctx     context.Context // ends with Stop
	cancel  context.CancelFunc
	spawnMu sync.Mutex // no goroutine begins once Stop has begun to wait
	stopped bool
	work    sync.WaitGroup

	settingsMu sync.RWMutex
	settings   Settings

	mu sync.Mutex // guards world; held for memory work only, never during I/O
	world
}

// New makes a Sim with one WhatsApp account.
func New(o Options) (*Sim, error) {
	if o.BatchWebhooks < 0 || o.BatchWebhooks > maxBatch {
		return nil, fmt.Errorf("sim: BatchWebhooks is %d, the platform allows 1 to %d", o.BatchWebhooks, maxBatch)
	}
	for _, d := range o.RetryPlan {
		if d < 0 {
			return nil, errors.New("sim: RetryPlan holds a negative wait")
		}
	}
	if o.Clock == nil {
		o.Clock = clock.NewShifted()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.HTTPClient == nil {
		o.HTTPClient = defaultClient(o.Resolver)
	}
	s := &Sim{
		clock:    o.Clock,
		log:      o.Logger,
		client:   o.HTTPClient,
		baseURL:  strings.TrimRight(o.BaseURL, "/"),
		seed:     o.Seed,
		ledger:   newLedger(ledgerRows),
		live:     newLive(),
		fetches:  make(chan struct{}, 8),
		settings: settingsFrom(o),
		world:    newWorld(),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.faults = newFaultBook(s.clock)
	s.feed = newFeed(s.now())
	s.courier = newCourier(s)
	account, err := s.AddAccount(AccountSpec{Name: "Aurora Tea & Coffee", Country: "US"})
	if err != nil {
		return nil, err
	}
	s.first = account
	if o.Webhook != "" {
		s.apps[account.AppID].callback = o.Webhook
		s.wabas[account.WABAID].subscribed[account.AppID] = ""
	}
	s.handler = s.routes()
	return s, nil
}

func defaultClient(resolver string) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if resolver != "" {
		asks := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, resolver)
		}}
		t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, Resolver: asks}).DialContext
	}
	t.MaxIdleConns = 256
	t.MaxIdleConnsPerHost = 128
	t.Proxy = nil
	return &http.Client{
		Transport: t,
		Timeout:   10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// Start ties the Sim to ctx: when ctx ends it stops. A Sim works from New on;
// Start only makes it end by itself.
func (s *Sim) Start(ctx context.Context) error {
	if s.ctx.Err() != nil {
		return errors.New("sim: started after Stop")
	}
	context.AfterFunc(ctx, s.cancel)
	return nil
}

// Stop ends deliveries and open streams and waits for them, at most until ctx
// ends. What was not delivered is forgotten. It may be called more than once.
func (s *Sim) Stop(ctx context.Context) error {
	s.cancel()
	s.spawnMu.Lock()
	s.stopped = true
	s.spawnMu.Unlock()
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Handler serves everything under the Sim's address.
func (s *Sim) Handler() http.Handler { return s.handler }

// WhatsApp is the first account.
func (s *Sim) WhatsApp() Account { return s.first }

func (s *Sim) now() time.Time { return s.clock.Now() }

// spawn runs f in a goroutine that Stop waits for, unless the Sim has stopped.
func (s *Sim) spawn(f func()) {
	s.spawnMu.Lock()
	defer s.spawnMu.Unlock()
	if !s.stopped && s.ctx.Err() == nil {
		s.work.Go(f)
	}
}

// after runs f once d has passed, unless the Sim has stopped by then.
func (s *Sim) after(d time.Duration, f func()) {
	s.clock.AfterFunc(d, func() {
		if s.ctx.Err() == nil {
			f()
		}
	})
}

// wait sleeps d of the Sim's clock; false when ctx or the Sim ended before.
func (s *Sim) wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := s.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
		return true
	case <-ctx.Done():
		return false
	case <-s.ctx.Done():
		return false
	}
}

// spread varies d evenly by ±40 %, the way networks do.
func spread(d time.Duration) time.Duration {
	return d*6/10 + time.Duration(rand.Int64N(int64(d*8/10)+1))
}
