package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/pgserver"
)

// line is a node's way to its database. Cut, it looks to everybody else as if the node had lost its power.
type line struct {
	to string

	mu   sync.Mutex
	cut  bool
	open map[net.Conn]bool
}

// lay gives an address that leads to a database by a line of its own.
func lay(t *testing.T, database string) (*line, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{to: u.Host, open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		listener.Close()
		l.set(true)
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(conn)
		}
	}()
	u.Host = listener.Addr().String()
	return l, u.String()
}

func (l *line) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer far.Close()
	l.mu.Lock()
	l.open[near], l.open[far] = true, true
	cut := l.cut
	l.mu.Unlock()
	if !cut {
		go func() {
			_, _ = io.Copy(far, near) // either end may go at any time
			far.Close()
		}()
		_, _ = io.Copy(near, far)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, near)
	delete(l.open, far)
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for conn := range l.open {
			conn.Close()
		}
	}
}

// pair are two nodes of one installation behind a balancer.
type pair struct {
	*world
	// first is the first node's line to the database.
	first  *line
	second *app.App

	mu sync.Mutex
	// to is the node that the balancer asks.
	to *url.URL
	// looks counts the examinations that asked the platform. While held is not nil they wait for it to be closed; asked is
	// told of each.
	looks int
	held  chan struct{}
	asked chan struct{}
}

// couple starts two nodes on one database, with one number.
func couple(t *testing.T) *pair {
	t.Helper()
	database := pgserver.Database(t, "app", prepare)
	first, through := lay(t, database)
	p := &pair{world: arrange(t, through), first: first, asked: make(chan struct{}, 1)}
	balancer := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		p.mu.Lock()
		defer p.mu.Unlock()
		r.SetURL(p.to)
	}})
	t.Cleanup(balancer.Close)
	p.again(func(o *app.Options) { o.PublicURL = balancer.URL })
	p.ask(p.url)
	p.company = p.install.company("Aurora").connect(p.twin.WhatsApp())
	if err := p.twin.SetWebhook(t.Context(), p.account.AppID, balancer.URL+"/webhooks/whatsapp", p.account.VerifyToken); err != nil {
		t.Fatal(err)
	}
	_, conv := p.writes("Ana", "Hello")
	p.becomes(p.send(conv.ID, "one", "Good morning").ID, "read") // the first node looks after the number
	if r := p.examine(); r.Status != clearline.Pass {
		t.Fatalf("%+v", r.Findings)
	}

	o := p.options
	o.Database, o.DataDir = database, t.TempDir()
	second, err := app.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := second.Stop(ctx); err != nil {
			t.Error("the second node does not stop:", err)
		}
	})
	p.second = second
	p.front.watch(p.see)
	return p
}

// ask lets all requests go to a node.
func (p *pair) ask(node string) {
	p.t.Helper()
	u, err := url.Parse(node)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to, p.install.url = u, node
}

// see counts the looks by what every examination reads once and nothing else does: where the app's webhooks go.
func (p *pair) see(r *http.Request) {
	if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/subscriptions") {
		return
	}
	p.mu.Lock()
	p.looks++
	held := p.held
	p.mu.Unlock()
	if held != nil {
		p.asked <- struct{}{}
		<-held
	}
}

func (p *pair) looked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.looks
}

// period lets the time until the next light examination pass, and waits within a limit until there is its report.
func (p *pair) period(within time.Duration) {
	p.t.Helper()
	last := *p.lastReport().StartedAt
	p.clock.Advance(10 * time.Minute)
	p.follows(last, within)
}

func (p *pair) follows(last time.Time, within time.Duration) {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); !p.lastReport().StartedAt.After(last); <-tick.C {
		if time.Now().After(deadline) {
			p.t.Fatal("waited in vain for an examination")
		}
	}
}

// C16, I52: of two nodes one examines, once a period. When it dies in the middle of that, the other takes over, and when it
// comes back it is still one.
func TestOneNodeExamines(t *testing.T) {
	t.Parallel()
	p := couple(t)
	const within = 30 * time.Second
	for range 4 {
		p.period(within)
	}
	if n := p.looked(); n != 4 {
		t.Fatalf("%d examinations in 4 periods", n)
	}

	// The first dies while the platform answers it: what it found is nobody's, and its lease is the second's after a while.
	last := *p.lastReport().StartedAt
	release := make(chan struct{})
	p.mu.Lock()
	p.held = release
	p.mu.Unlock()
	p.clock.Advance(10 * time.Minute)
	<-p.asked
	p.first.set(true)
	p.mu.Lock()
	p.held = nil
	p.mu.Unlock()
	close(release)
	p.ask(p.second.URL())
	p.follows(last, time.Minute)
	for range 2 {
		p.period(within)
	}
	if n := p.looked(); n != 4+1+1+2 {
		t.Errorf("%d examinations after the first node had died, want its own that came to nothing and 3 more", n-4)
	}

	// It comes back, without having known that it was dead.
	p.first.set(false)
	until(t, "the first node answers again", func() bool {
		return request{method: http.MethodGet, url: p.app.URL() + "/readyz"}.send(t).status == http.StatusOK
	})
	before := p.looked()
	for range 4 {
		p.period(within)
	}
	if n := p.looked() - before; n != 4 {
		t.Errorf("%d examinations in 4 periods with both nodes there again", n)
	}
	if r := p.lastReport(); verdict(r) != "" {
		t.Errorf("%+v", r.Findings)
	}
}
