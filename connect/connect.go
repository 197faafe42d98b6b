// Package connect makes connections and keeps what is known about them fresh. A procedure takes an account from a
// login, or from what an admin pasted, to its first message, step by step: each step keeps what it saw, and goes on
// after a wrong PIN, a closed browser or a crash, on any node. Tokens are renewed ahead of their end, and templates
// read. What becomes of a connection otherwise is the doctor's to find out.
package connect

import (
	"context"
	"log/slog"
	"sync"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// Leaf is a platform that can be connected.
type Leaf interface {
	channel.Connector
	channel.Templater
}

// Options are what connecting needs.
type Options struct {
	Store  *store.Store
	Leaves map[clearline.Platform]Leaf
	Clock  clock.Clock
	Log    *slog.Logger
	// AppsChanged is called after an app was stored, so that the way in knows its secret.
	AppsChanged func(context.Context) error
	// Meta is the operator's app, with which people sign in; zero for none.
	Meta MetaApp
	// GraphURL and FacebookURL are the platform's addresses: of its API, and of the pages to sign in on.
	GraphURL, FacebookURL string
	// PublicURL is how platforms reach this server; PublicSet is false when nobody said, and it was guessed.
	PublicURL func() string
	PublicSet bool
	// ServerCheck looks at this server from outside, and ProveWayIn sends itself a signed delivery through the public
	// address; both say what is wrong. nil leaves it at what Meta tells.
	ServerCheck func(context.Context) clearline.Cause
	ProveWayIn  func(ctx context.Context, company, connection clearline.ID) clearline.Cause
}

// Connect is the service.
type Connect struct {
	o Options

	work background.Work
	wake chan struct{}
	// owner tends procedures and tokens renews them, each in a goroutine of its own.
	owner, tokens *store.Owner
	// steps are the procedures' steps that run on this node; alive ends them.
	steps sync.WaitGroup
	alive context.Context
	stop  context.CancelFunc

	mu    sync.Mutex
	stale map[clearline.ID]bool
	// running counts, by procedure, who has claimed it for this node or tries to.
	running map[clearline.ID]int
	// arrived are the connections for which something came in since the last look, dropped the procedures of this node whose
	// step could not be stored: no other node takes them up while this one lives.
	arrived, dropped map[clearline.ID]bool
}

// New returns the service.
func New(o Options) *Connect {
	c := &Connect{o: o, wake: make(chan struct{}, 1), owner: o.Store.NewOwner("connect"), tokens: o.Store.NewOwner("tokens"),
		stale: map[clearline.ID]bool{}, running: map[clearline.ID]int{}, arrived: map[clearline.ID]bool{}, dropped: map[clearline.ID]bool{}}
	c.alive, c.stop = context.WithCancel(context.Background())
	o.Store.OnTemplatesStale(c.templatesChanged)
	o.Store.OnReceived(func(_, connection clearline.ID, _, _ int) { c.received(connection) })
	return c
}

// Meta is the operator's app.
func (c *Connect) Meta() MetaApp { return c.o.Meta }
