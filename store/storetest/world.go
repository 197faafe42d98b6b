package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// world is one company with one WhatsApp number, on a fresh database.
type world struct {
	testing.TB
	engine  Engine
	address string
	db      *sql.DB
	clock   *clock.Shifted
	store   *store.Store
	ctx     context.Context

	tenant
	// start is the second at which the stories begin; offsets below are seconds after it.
	start time.Time
}

// tenant is a company with what the stories need of it.
type tenant struct {
	company clearline.ID
	app     clearline.App
	conn    clearline.Connection
	agent   clearline.User
}

func newWorld(t testing.TB, e Engine) *world {
	t.Helper()
	w := &world{TB: t, engine: e, address: e.Database(t), clock: clock.NewShifted(), ctx: context.Background()}
	w.store = Open(t, w.address, w.clock)
	w.db = SQL(t, w.address)
	w.tenant = w.found("Padaria Sol", "100200300400500", "200300400500600")
	w.start = w.clock.Now().UTC().Truncate(time.Second).Add(-time.Hour)
	return w
}

// found makes a company with an app, a number and an agent.
func (w *world) found(name, number, waba string) (n tenant) {
	w.Helper()
	c, err := w.store.AddCompany(w.ctx, name)
	w.must(err)
	n.company = c.ID
	n.app, err = w.store.AddApp(w.ctx, clearline.App{CompanyID: c.ID, Platform: clearline.WhatsApp, PlatformID: "app-" + number, Secret: "secret of " + name, VerifyToken: "verify " + name})
	w.must(err)
	n.conn, err = w.store.AddConnection(w.ctx, clearline.Connection{CompanyID: c.ID, Platform: clearline.WhatsApp, Name: name, Account: number, Parent: waba}, n.app, "token of "+name)
	w.must(err)
	n.agent, err = w.store.AddUser(w.ctx, clearline.User{CompanyID: c.ID, Name: "Rita", Email: "rita@example.org", Role: clearline.RoleAgent})
	w.must(err)
	return n
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// want compares, with the difference as message.
func want[T any](t testing.TB, what string, got, expected T) {
	t.Helper()
	if d := cmp.Diff(expected, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// wantCause checks that err is a problem of that cause.
func wantCause(t testing.TB, what string, err error, cause clearline.Cause) {
	t.Helper()
	var p *clearline.Problem
	if !errors.As(err, &p) || p.Cause != cause {
		t.Errorf("%s: got %v, want a problem with cause %s", what, err, cause)
	}
}

func (w *world) at(second int) time.Time { return w.start.Add(time.Duration(second) * time.Second) }

// phone is a person known by a number.
func phone(number, name string) channel.Person {
	return channel.Person{Keys: []string{"wa:" + number}, SendTo: number, Shown: "+" + number, Name: name}
}

var ana = phone("5511987654321", "Ana")

// element is addressed to the world's number.
func (n tenant) element(e channel.Element) store.Routed {
	e.Account, e.AccountKind = n.conn.Account, channel.AccountNumber
	return store.Routed{Element: e, ConnectionID: n.conn.ID}
}

func (w *world) message(m channel.Message) store.Routed {
	return w.element(channel.Element{Message: &m})
}

// text is a text of a person.
func (w *world) text(id string, who channel.Person, second int, body string) store.Routed {
	return w.message(channel.Message{PlatformID: id, Person: who, At: w.at(second), Kind: clearline.KindText, Text: body, OpensWindow: true})
}

// echo is a text that the business wrote elsewhere.
func (w *world) echo(id string, to channel.Person, second int, body string) store.Routed {
	return w.message(channel.Message{PlatformID: id, Person: to, At: w.at(second), Kind: clearline.KindText, Text: body, Echo: true})
}

// reaction is a person's emoji; "" takes it back.
func (w *world) reaction(id string, who channel.Person, second int, target, emoji string) store.Routed {
	return w.message(channel.Message{PlatformID: id, Person: who, At: w.at(second), Kind: clearline.KindReaction, Text: emoji, ReplyTo: target})
}

func (w *world) edit(id, target string, second int, text string) store.Routed {
	return w.element(channel.Element{Amendment: &channel.Amendment{PlatformID: id, Target: target, At: w.at(second), Person: ana, Text: text}})
}

func (w *world) deletion(id, target string, second int) store.Routed {
	return w.element(channel.Element{Amendment: &channel.Amendment{PlatformID: id, Target: target, At: w.at(second), Person: ana, Delete: true}})
}

// report is a platform's status of one of our messages; refusals come by failure.
func (w *world) report(id string, status clearline.Status, second int, ref string) store.Routed {
	return w.element(channel.Element{Status: &channel.Status{PlatformID: id, Report: clearline.Report{Status: status}, At: w.at(second), ClientRef: ref}})
}

func (w *world) failure(id string, second int, cause clearline.Cause, code int) store.Routed {
	return w.element(channel.Element{Status: &channel.Status{PlatformID: id, At: w.at(second),
		Report: clearline.Report{Status: clearline.Failed, Cause: cause, Error: &clearline.PlatformError{Code: code, Text: "refused"}}}})
}

func (w *world) problem() store.Routed {
	return w.element(channel.Element{Problem: &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: "messages[0].timestamp is no number"}})
}

// inbound makes a delivery of elements for a company.
func (w *world) inbound(n tenant, mode store.InboundMode, elements ...store.Routed) *store.Inbound {
	body := []byte(fmt.Sprintf(`{"object":"whatsapp_business_account","elements":%d}`, len(elements)))
	return &store.Inbound{Mode: mode, Elements: elements, Packed: store.Pack(body), Delivery: clearline.Delivery{
		ID: w.store.NewID(), CompanyID: n.company, ConnectionID: n.conn.ID, Platform: clearline.WhatsApp, AppID: n.app.ID,
		ReceivedAt: w.clock.Now().UTC(), Answer: 200, Signature: "ok", Size: len(body)}}
}

// ingest delivers elements together and gives what became of them.
func (w *world) ingest(elements ...store.Routed) clearline.Count {
	w.Helper()
	in := w.inbound(w.tenant, store.InboundNew, elements...)
	w.must(w.store.Ingest(w.ctx, in))
	return in.Count
}

// each delivers elements one by one.
func (w *world) each(elements ...store.Routed) {
	w.Helper()
	for _, e := range elements {
		w.ingest(e)
	}
}

func stored(n int) clearline.Count { return clearline.Count{Stored: n} }

// thread is the conversation with a person, by the id that replies go to.
func (w *world) thread(who channel.Person) store.ConversationRow {
	w.Helper()
	for _, c := range w.threads() {
		if c.SendTo == who.SendTo {
			return c
		}
	}
	w.Fatalf("there is no conversation with %s", who.SendTo)
	return store.ConversationRow{}
}

func (w *world) threads() []store.ConversationRow {
	w.Helper()
	all, err := w.store.View(w.ctx, w.company, 0, store.ViewAll, store.Page{}, 1000)
	w.must(err)
	return all
}

// messages are a conversation's messages, the oldest first.
func (w *world) messages(conversation clearline.ID) []clearline.Message {
	w.Helper()
	all, err := w.store.Messages(w.ctx, w.company, conversation, store.Page{}, 1000)
	w.must(err)
	slices.Reverse(all)
	return all
}

// find reads a message by the platform's id.
func (w *world) find(platformID string) clearline.Message {
	w.Helper()
	for _, c := range w.threads() {
		for _, m := range w.messages(c.ID) {
			if m.PlatformID == platformID {
				return m
			}
		}
	}
	w.Fatalf("there is no message %s", platformID)
	return clearline.Message{}
}

func (w *world) get(id clearline.ID) clearline.Message {
	w.Helper()
	m, err := w.store.Message(w.ctx, w.company, id)
	w.must(err)
	return m
}

// count runs a query that gives one number.
func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	w.must(w.db.QueryRow(query, args...).Scan(&n))
	return n
}

func (w *world) ledger() store.Ledger {
	w.Helper()
	l, err := w.store.Ledger(w.ctx, w.company)
	w.must(err)
	return l
}
