package app_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/sim"
)

// world is a twin with the product connected to it: they share a clock and talk over HTTP only.
type world struct {
	*company
	twin  *sim.Sim
	front *front
}

// front stands before the twin, so that a test can answer in its place or break the line.
type front struct {
	mu      sync.Mutex
	handler http.Handler
	instead http.HandlerFunc
	// before sees every request first, and may hold it.
	before func(*http.Request)
	server *httptest.Server
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	next, instead, before := f.handler, f.instead, f.before
	f.mu.Unlock()
	if before != nil {
		before(r)
	}
	if instead != nil && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") && strings.HasPrefix(r.URL.Path, "/graph/") {
		instead(w, r)
		return
	}
	next.ServeHTTP(w, r)
}

// answer lets h answer sends in the platform's place; nil gives them back to the twin.
func (f *front) answer(h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.instead = h
}

// watch lets see be called with every request before it is answered.
func (f *front) watch(see func(*http.Request)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before = see
}

// away lets nobody listen at the front's address until the returned call.
func (f *front) away(t *testing.T) (back func()) {
	t.Helper()
	address := f.server.Listener.Addr().String()
	f.server.CloseClientConnections()
	f.server.Close()
	return func() {
		t.Helper()
		f.listen(t, address)
	}
}

// listen takes an address that nobody else gets while the front is away.
func (f *front) listen(t *testing.T, address string) {
	t.Helper()
	var listener net.Listener
	until(t, "the address is free", func() (ok bool) {
		l, err := net.Listen("tcp", address)
		listener = l
		return err == nil
	})
	f.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: f}}
	f.server.Start()
}

// meet starts a twin and the product, and connects the twin's number to a company.
func meet(t *testing.T, database string, change ...func(*sim.Options)) *world {
	t.Helper()
	w := arrange(t, database, change...)
	w.company = w.install.company("Aurora").connect(w.twin.WhatsApp())
	w.point()
	return w
}

// arrange starts a twin and the product beside each other, with one clock.
func arrange(t *testing.T, database string, change ...func(*sim.Options)) *world {
	t.Helper()
	w := &world{front: &front{}}
	w.front.listen(t, freePort(t))
	t.Cleanup(func() { w.front.server.Close() })
	in := begin(t, database, w.front.server.URL+"/graph", func(o *app.Options) { o.StatusURL = w.front.server.URL + "/status/meta" })
	o := sim.Options{Clock: in.clock, BaseURL: w.front.server.URL, Seed: 7, AnswerDelay: -1, StatusDelays: &sim.StatusDelays{Exact: true}, ThroughputPerSecond: 1000}
	for _, c := range change {
		c(&o)
	}
	twin, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.twin, w.company = twin, &company{install: in}
	w.front.mu.Lock()
	w.front.handler = twin.Handler()
	w.front.mu.Unlock()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := twin.Stop(ctx); err != nil {
			t.Error("the twin does not stop:", err)
		}
	})
	return w
}

// point makes the twin send its webhooks to the product, which answers the handshake.
func (w *world) point() {
	w.t.Helper()
	if err := w.twin.SetWebhook(w.t.Context(), w.account.AppID, w.url+"/webhooks/whatsapp", w.account.VerifyToken); err != nil {
		w.t.Fatal(err)
	}
}

// writes lets a new customer write and waits until the product shows it.
func (w *world) writes(name, text string) (sim.Person, conversation) {
	w.t.Helper()
	p, err := w.twin.AddPerson(sim.NewPerson{Platform: "whatsapp", Name: name, Account: w.account.PhoneNumberID})
	if err != nil {
		w.t.Fatal(err)
	}
	return p, w.says(p, text)
}

// says lets a customer write and waits until the product shows it.
func (w *world) says(p sim.Person, text string) (found conversation) {
	w.t.Helper()
	id, err := w.twin.Write(p.ID, sim.PersonMessage{Text: text})
	if err != nil {
		w.t.Fatal(err)
	}
	until(w.t, "the message "+text+" is in the inbox", func() bool {
		for _, c := range w.conversations() {
			if c.Address == p.Address && slices.ContainsFunc(w.thread(c.ID), func(m message) bool { return m.PlatformID != nil && *m.PlatformID == id }) {
				w.get("conversations/"+c.ID, &found)
				return true
			}
		}
		return false
	})
	return found
}

// send queues a text and gives its message.
func (w *world) send(conversation, clientID, text string) (m message) {
	w.t.Helper()
	w.post("conversations/"+conversation+"/messages", map[string]any{"client_id": clientID, "text": text}).want(w.t, http.StatusCreated).into(w.t, &m)
	return m
}

// becomes waits until a message has one of the statuses.
func (w *world) becomes(id string, statuses ...string) (m message) {
	w.t.Helper()
	until(w.t, "the message is "+strings.Join(statuses, " or "), func() bool {
		m = w.message(id)
		return slices.Contains(statuses, m.Status)
	})
	return m
}

func (w *world) story(id string) (s story) {
	w.t.Helper()
	w.get("messages/"+id+"/story", &s)
	return s
}

// fault orders a bad day at the twin; it ends with the returned call.
func (w *world) fault(f sim.Fault) (end func()) {
	w.t.Helper()
	f, err := w.twin.AddFault(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		w.t.Helper()
		if err := w.twin.RemoveFault(f.ID); err != nil {
			w.t.Fatal(err)
		}
	}
}

// taken are the sends that the twin accepted for a message, by the reference that names its attempts.
func (w *world) taken(id string) (n int) {
	for _, c := range w.sends(id) {
		if c.PlatformID != "" {
			n++
		}
	}
	return n
}

// sends are the calls that the twin saw for a message.
func (w *world) sends(id string) (all []sim.LedgerCall) {
	for _, c := range w.twin.Ledger(0, 0).Calls {
		if c.Operation == "send" && strings.Contains(c.ClientRef, "."+id+".") {
			all = append(all, c)
		}
	}
	return all
}
