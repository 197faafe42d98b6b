// Package connect makes connections and keeps what is known about them fresh: it checks what an admin pasted,
// stores it sealed, points the platform's webhooks here, and reads templates. What becomes of a connection later is
// the doctor's to find out.
package connect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

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
}

// Connect is the service.
type Connect struct {
	o Options

	work  background.Work
	wake  chan struct{}
	mu    sync.Mutex
	stale map[clearline.ID]bool
}

// New returns the service.
func New(o Options) *Connect {
	c := &Connect{o: o, wake: make(chan struct{}, 1), stale: map[clearline.ID]bool{}}
	o.Store.OnTemplatesStale(c.templatesChanged)
	return c
}

// Manual is what the manual way of connecting takes.
type Manual struct {
	Platform    clearline.Platform
	Account     string
	Parent      string
	Token       string
	AppID       string
	AppSecret   string
	VerifyToken string
	Name        string
}

// Add checks the values by one read, stores them sealed and subscribes the webhooks. What the platform says
// against them comes back as a problem with its cause; nothing is stored then.
func (c *Connect) Add(ctx context.Context, company clearline.ID, m Manual) (clearline.Connection, error) {
	if err := m.check(); err != nil {
		return clearline.Connection{}, err
	}
	leaf := c.o.Leaves[m.Platform]
	if leaf == nil {
		return clearline.Connection{}, &clearline.Problem{Cause: clearline.CauseInput, Title: fmt.Sprintf("The platform %q cannot be connected.", m.Platform),
			Detail: "Nothing was stored.", Fields: []clearline.FieldProblem{{Name: "platform", Reason: "is not one of the platforms built in"}}}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	account := channel.Account{ID: m.Account, Parent: m.Parent, Token: m.Token, AppID: m.AppID, AppSecret: m.AppSecret}
	info, err := leaf.CheckAccount(ctx, account)
	if err != nil {
		return clearline.Connection{}, refused(err)
	}
	app, err := c.app(ctx, company, m)
	if err != nil {
		return clearline.Connection{}, err
	}
	now := c.o.Clock.Now().UTC()
	connection := clearline.Connection{CompanyID: company, Platform: m.Platform, Name: m.Name, Account: m.Account, Parent: m.Parent,
		ThroughputPerSecond: info.PerSecond, Proof: clearline.Proof{CheckedAt: now, AcceptedAt: now}}
	if connection.Name == "" {
		connection.Name = strings.TrimSpace(info.Name + " " + info.Shown)
	}
	if connection, err = c.o.Store.AddConnection(ctx, connection, app, m.Token); err != nil {
		return clearline.Connection{}, err
	}
	// The connection exists from here on; what fails now is shown on it, and the doctor looks again.
	c.check(ctx, connection)
	if err := c.SyncTemplates(ctx, company, connection.ID); err != nil {
		c.o.Log.Warn("the templates could not be read yet", "connection", connection.ID, "err", err)
	}
	return connection, nil
}

func (m *Manual) check() error {
	var fields []clearline.FieldProblem
	bad := func(name, reason string) { fields = append(fields, clearline.FieldProblem{Name: name, Reason: reason}) }
	m.Token = strings.TrimSpace(m.Token)
	digits(m.Account, "phone_number_id", "the phone number id of WhatsApp Manager, not the phone number itself", bad)
	digits(m.Parent, "waba_id", "the WhatsApp Business account id", bad)
	switch {
	case m.Token == "":
		bad("token", "is missing")
	case strings.HasPrefix(strings.ToLower(m.Token), "bearer "):
		bad("token", "starts with the word Bearer: paste the token alone")
	case strings.ContainsAny(m.Token, " \t\r\n\"'"):
		bad("token", "holds spaces or quotes: copy it again, without what stands around it")
	}
	if strings.TrimSpace(m.AppSecret) == "" {
		bad("app_secret", "is missing: without it nobody could tell Meta's webhooks from forged ones")
	}
	if strings.TrimSpace(m.VerifyToken) == "" {
		bad("verify_token", "is missing: choose a word and enter the same one in the Meta app's webhook settings")
	}
	if len(fields) > 0 {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "The number cannot be connected with these values.",
			Detail: "Nothing was stored. Correct the fields named and try again.", Fields: fields}
	}
	return nil
}

func digits(value, name, what string, bad func(name, reason string)) {
	switch {
	case value == "":
		bad(name, "is missing: "+what)
	case strings.Trim(value, "0123456789") != "":
		bad(name, "is not a number: it must be "+what)
	}
}

// app finds the company's app with these secrets, or stores a new one.
func (c *Connect) app(ctx context.Context, company clearline.ID, m Manual) (clearline.App, error) {
	all, err := c.o.Store.Apps(ctx)
	if err != nil {
		return clearline.App{}, err
	}
	for _, a := range all {
		if a.Platform == m.Platform && a.Secret == m.AppSecret && a.VerifyToken == m.VerifyToken && (a.CompanyID == company || a.CompanyID == clearline.Installation) {
			return a, nil
		}
	}
	a, err := c.o.Store.AddApp(ctx, clearline.App{CompanyID: company, Platform: m.Platform, PlatformID: m.AppID, Secret: m.AppSecret, VerifyToken: m.VerifyToken})
	if err != nil {
		return a, err
	}
	return a, c.o.AppsChanged(ctx)
}

// refused turns the platform's refusal into a problem.
func refused(err error) error {
	var se *channel.SendError
	if !errors.As(err, &se) {
		return err
	}
	p := &clearline.Problem{Cause: se.Cause, Title: "The platform did not accept these values.", Err: err,
		Detail: "Nothing was stored. Check the token, that it belongs to this app, and that the ids are of the account it may use."}
	if se.HTTP == 0 {
		p.Title, p.Detail = "The platform could not be reached.", "Nothing was stored. Check this server's way to the internet, then try again."
	}
	switch se.Cause {
	case clearline.CauseAuthAsset:
		p.Fields = []clearline.FieldProblem{{Name: "phone_number_id", Reason: "not visible with this token, or not of this account"}, {Name: "waba_id", Reason: "not visible with this token, or without this number"}}
	case clearline.CauseAuthExpired, clearline.CauseAuthRevoked, clearline.CauseAuthPassword, clearline.CauseAuthInvalid, clearline.CauseAuthScope:
		p.Fields = []clearline.FieldProblem{{Name: "token", Reason: "not accepted by the platform"}}
	}
	if o := se.Original; o != nil {
		p.Detail = fmt.Sprintf("The platform said: “%s” (code %d). ", o.Text, o.Code) + p.Detail
	}
	var own *clearline.Problem
	if errors.As(se.Err, &own) {
		p.Title, p.Detail = own.Title, own.Detail+" Nothing was stored."
	}
	return p
}

// SyncTemplates reads a connection's templates from the platform and replaces the list kept here.
func (c *Connect) SyncTemplates(ctx context.Context, company, connection clearline.ID) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	conn, err := c.o.Store.Connection(ctx, company, connection)
	if err != nil {
		return err
	}
	account, err := c.o.Store.Account(ctx, company, connection)
	if err != nil {
		return err
	}
	all, err := c.o.Leaves[conn.Platform].Templates(ctx, account)
	if err != nil {
		return refused(err)
	}
	return c.o.Store.SaveTemplates(ctx, company, connection, all)
}

// check asks the platform about a connection that was just made, subscribes to its events, and records what that proves.
func (c *Connect) check(ctx context.Context, conn clearline.Connection) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	leaf := c.o.Leaves[conn.Platform]
	account, err := c.o.Store.Account(ctx, conn.CompanyID, conn.ID)
	if err != nil {
		c.o.Log.Error("a connection's credential cannot be opened", "connection", conn.ID, "err", err)
		return
	}
	now := c.o.Clock.Now().UTC()
	ev := store.Evidence{CompanyID: conn.CompanyID, ConnectionID: conn.ID, Checked: now}
	info, err := leaf.CheckAccount(ctx, account)
	if err == nil && !info.Subscribed {
		if err = leaf.Subscribe(ctx, account); err == nil {
			info.Subscribed = true
		}
	}
	var se *channel.SendError
	switch {
	case errors.As(err, &se):
		// Only the platform's own word about credential or account changes the status; silence never does.
		if se.Cause.Reauthorizes() || se.Cause.Disconnects() {
			ev.Cause = se.Cause
		}
		c.o.Log.Info("a connection was checked", "connection", conn.ID, "cause", se.Cause)
	case err != nil:
		c.o.Log.Warn("a connection could not be checked", "connection", conn.ID, "err", err)
	default:
		ev.Accepted, ev.PerSecond = now, info.PerSecond
		ev.Cause, ev.Clear = info.Cause, info.Cause == ""
		if info.Subscribed {
			ev.Subscribed = now
		}
	}
	if err := c.o.Store.Prove(ctx, ev); err != nil {
		c.o.Log.Error("what a check proved could not be stored", "connection", conn.ID, "err", err)
	}
}

// callTimeout bounds the calls of one step; a platform that does not answer must not hold a page or the next
// connection's turn.
const callTimeout = 45 * time.Second

const (
	// templatesEvery is how often templates are read again when nothing said that they changed.
	templatesEvery = 6 * time.Hour
	keepLook       = 30 * time.Second
)

// Start begins to keep connections fresh.
func (c *Connect) Start(ctx context.Context) error {
	c.work.Start(ctx, c.keep)
	return nil
}

// Stop ends it.
func (c *Connect) Stop() { c.work.Stop() }

func (c *Connect) templatesChanged(company clearline.ID) {
	c.mu.Lock()
	c.stale[company] = true
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// stillStale lets the next look try again.
func (c *Connect) stillStale(company clearline.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stale[company] = true
}

func (c *Connect) keep(ctx context.Context) {
	timer := c.o.Clock.NewTimer(keepLook)
	defer timer.Stop()
	synced := map[clearline.ID]time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-timer.C():
		}
		if err := c.look(ctx, synced); err != nil && ctx.Err() == nil {
			c.o.Log.Warn("the connections could not be looked after; tried again", "err", err)
		}
		timer.Reset(keepLook)
	}
}

func (c *Connect) look(ctx context.Context, synced map[clearline.ID]time.Time) error {
	all, err := c.o.Store.AllConnections(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	stale := c.stale
	c.stale = map[clearline.ID]bool{}
	c.mu.Unlock()
	now := c.o.Clock.Now()
	for _, conn := range all {
		if c.o.Leaves[conn.Platform] == nil || ctx.Err() != nil {
			continue
		}
		at, seen := synced[conn.ID]
		if !seen {
			synced[conn.ID] = now
		}
		if !stale[conn.CompanyID] && (!seen || now.Sub(at) < templatesEvery) {
			continue
		}
		if err := c.SyncTemplates(ctx, conn.CompanyID, conn.ID); err != nil {
			c.o.Log.Warn("templates could not be read; what is known is kept", "connection", conn.ID, "err", err)
			c.stillStale(conn.CompanyID)
		} else {
			synced[conn.ID] = now
		}
	}
	return nil
}
