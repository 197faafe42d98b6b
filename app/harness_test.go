package app_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/pgserver"
	"github.com/clearline/clearline/sim"
)

// X6: everything here runs on both engines; a test asks for an address of an empty database of its own.
var engines = []struct {
	name     string
	database func(t *testing.T) string
}{
	{"sqlite", func(*testing.T) string { return "" }},
	{"postgres", func(t *testing.T) string { return pgserver.Database(t, "app", prepare) }},
}

// prepare fills the template that every test's database is a copy of, by starting the product on it once.
func prepare(url string) error {
	a, err := app.New(context.Background(), app.Options{Addr: "127.0.0.1:0", KeyFile: sharedKey(), Database: url, GraphURL: "http://127.0.0.1:1", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return a.Stop(context.Background())
}

func eachEngine(t *testing.T, f func(t *testing.T, database string)) {
	t.Parallel()
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f(t, e.database(t))
		})
	}
}

// journal keeps what the product logs: it is shown when a test fails, and searched for what may never be in it.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// install is one installation: the product on a database and a data directory of its own.
type install struct {
	t       *testing.T
	options app.Options
	clock   *clock.Shifted
	journal *journal
	app     *app.App
	url     string
	// never are texts that no log line may hold (I41).
	never []string
}

// begin starts the product. change may alter what it is started with.
func begin(t *testing.T, database, graph string, change ...func(*app.Options)) *install {
	t.Helper()
	in := &install{t: t, clock: clock.NewShifted(), journal: &journal{}}
	in.options = app.Options{Addr: "127.0.0.1:0", DataDir: t.TempDir(), Database: database, GraphURL: graph, Clock: in.clock, Version: "test",
		Log: slog.New(slog.NewTextHandler(in.journal, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if database != "" {
		in.options.KeyFile = sharedKey()
	}
	for _, c := range change {
		c(&in.options)
	}
	in.start()
	t.Cleanup(in.end)
	return in
}

func (in *install) start() {
	in.t.Helper()
	a, err := app.New(in.t.Context(), in.options)
	if err != nil {
		in.t.Fatal(err)
	}
	in.app = a
	if err := a.Start(in.t.Context()); err != nil {
		in.t.Fatal(err)
	}
	in.url = a.URL()
}

func (in *install) stop() {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := in.app.Stop(ctx); err != nil {
		in.t.Error("stop:", err)
	}
}

func (in *install) end() {
	in.stop()
	log := in.journal.String()
	for _, secret := range in.never {
		if secret != "" && strings.Contains(log, secret) {
			in.t.Errorf("the log holds %q", secret)
		}
	}
	if in.t.Failed() {
		in.t.Log("the product's log:\n" + log[max(0, len(log)-6000):])
	}
}

// again stops the product and starts it on the same data, at another address.
func (in *install) again(change ...func(*app.Options)) {
	in.t.Helper()
	in.stop()
	for _, c := range change {
		c(&in.options)
	}
	in.start()
}

// company is a customer of the installation with an API key; account is its WhatsApp number.
type company struct {
	*install
	id      clearline.ID
	key     string
	account sim.Account
	// connection is the id of the number's connection, "" before connect.
	connection string
	// seen is a change that was there when number was last asked for.
	seen int64
}

// company makes a company without a connection. There is no route for that: the CLI does it through the same calls.
func (in *install) company(name string) *company {
	in.t.Helper()
	c, err := in.app.Store.AddCompany(in.t.Context(), name)
	if err != nil {
		in.t.Fatal(err)
	}
	key, err := in.app.Accounts.NewKey(in.t.Context(), c.ID, "test")
	if err != nil {
		in.t.Fatal(err)
	}
	in.never = append(in.never, key)
	return &company{install: in, id: c.ID, key: key}
}

// connect joins a number by the manual way.
func (c *company) connect(a sim.Account) *company {
	c.t.Helper()
	c.account = a
	c.never = append(c.never, a.Token, a.AppSecret)
	var view struct{ ID string }
	c.post("connections", manual(a)).want(c.t, http.StatusCreated).into(c.t, &view)
	c.connection = view.ID
	return c
}

func manual(a sim.Account) map[string]any {
	return map[string]any{"platform": "whatsapp", "phone_number_id": a.PhoneNumberID, "waba_id": a.WABAID, "token": a.Token, "app_id": a.AppID,
		"app_secret": a.AppSecret, "verify_token": a.VerifyToken}
}

// user makes a person of the company and signs in; the answer is the session's cookie.
func (c *company) user(name string, role clearline.Role) *http.Cookie {
	c.t.Helper()
	u, err := c.app.Store.AddUser(c.t.Context(), clearline.User{CompanyID: c.id, Name: name, Role: role})
	if err != nil {
		c.t.Fatal(err)
	}
	code, err := c.app.Accounts.NewCode(c.t.Context(), u, time.Hour, false)
	if err != nil {
		c.t.Fatal(err)
	}
	got := request{method: http.MethodGet, url: c.url + "/login?code=" + code}.send(c.t).want(c.t, http.StatusSeeOther)
	for _, cookie := range (&http.Response{Header: got.header}).Cookies() {
		if cookie.Value != "" {
			return cookie
		}
	}
	c.t.Fatalf("the sign-in link gave no session: %v", got.header)
	return nil
}

// client follows no redirects; each test has its own so that no connection outlives its server.
var client = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       60 * time.Second,
}

// request is one call; body is sent as it is when it is bytes, else as JSON.
type request struct {
	method, url string
	key         string
	header      map[string]string
	cookie      *http.Cookie
	body        any
}

type answer struct {
	status int
	header http.Header
	raw    []byte
	what   string
}

func (r request) send(t testing.TB) *answer {
	t.Helper()
	a, err := r.try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (r request) try(ctx context.Context) (*answer, error) {
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	if r.cookie != nil {
		req.AddCookie(r.cookie)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return &answer{res.StatusCode, res.Header, raw, r.method + " " + r.url}, err
}

func (a *answer) want(t testing.TB, status int) *answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s: HTTP %d, want %d: %.600s", a.what, a.status, status, a.raw)
	}
	return a
}

func (a *answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.raw, v); err != nil {
		t.Fatalf("%s: %v in %.300s", a.what, err, a.raw)
	}
}

// problem is application/problem+json.
type problem struct {
	Title, Detail, Cause string
	Status               int
	Fields               []struct{ Name, Reason string }
	RequestID            string `json:"request_id"`
}

// problem wants a refusal with a status and a cause, in the one form that all refusals have.
func (a *answer) problem(t testing.TB, status int, cause string) problem {
	t.Helper()
	a.want(t, status)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: the refusal has the type %q", a.what, got)
	}
	var keys map[string]any
	a.into(t, &keys)
	for _, k := range []string{"title", "status", "detail", "cause", "fields", "request_id"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("%s: the refusal has no %s: %s", a.what, k, a.raw)
		}
	}
	var p problem
	a.into(t, &p)
	if p.Status != status || p.Cause != cause || p.Title == "" || p.Detail == "" {
		t.Errorf("%s: refused with %+v, want cause %s", a.what, p, cause)
	}
	return p
}

func (c *company) request(method, path string, body any) *answer {
	c.t.Helper()
	return request{method: method, url: c.url + "/api/v1/" + path, key: c.key, body: body}.send(c.t)
}

func (c *company) post(path string, body any) *answer {
	c.t.Helper()
	return c.request(http.MethodPost, path, body)
}

// get reads and wants success.
func (c *company) get(path string, into any) {
	c.t.Helper()
	c.request(http.MethodGet, path, nil).want(c.t, http.StatusOK).into(c.t, into)
}

func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// hook posts a webhook signed by the company's app.
func (c *company) hook(body []byte) *answer {
	c.t.Helper()
	return c.signed("/webhooks/whatsapp", c.account.AppSecret, body)
}

func (in *install) signed(path, secret string, body []byte) *answer {
	in.t.Helper()
	return request{method: http.MethodPost, url: in.url + path, header: map[string]string{"X-Hub-Signature-256": signature(secret, body)}, body: body}.send(in.t)
}

// until polls a condition and fails when it does not come true within the deadline.
func until(t testing.TB, what string, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !f() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		<-tick.C
	}
}

// The API's answers, as a program outside would read them.
type (
	message struct {
		ID             string
		ClientID       *string `json:"client_id"`
		ConversationID string  `json:"conversation_id"`
		Direction      string
		Kind           string
		Text           string
		Details        any
		Media          []struct{ MIME, Name, State string }
		ReplyTo        *string    `json:"reply_to"`
		PlatformID     *string    `json:"platform_id"`
		PlatformTime   *time.Time `json:"platform_time"`
		CreatedAt      time.Time  `json:"created_at"`
		Status         string
		Cause          *string
		Error          *struct {
			Code    int
			Subcode *int
			Text    string
		}
		Conflict  bool
		Attempts  int
		Author    *struct{ ID, Name string }
		Reactions []struct{ Emoji, From string }
		EditedAt  *time.Time `json:"edited_at"`
		DeletedAt *time.Time `json:"deleted_at"`
		NextTryAt *time.Time `json:"next_try_at"`
	}
	conversation struct {
		ID           string
		ConnectionID string `json:"connection_id"`
		Contact      struct{ ID, Name string }
		Address      string
		Unread       int
		WaitingSince *time.Time `json:"waiting_since"`
		Window       struct {
			State     string
			ExpiresAt *time.Time `json:"expires_at"`
		}
		LastMessage *message `json:"last_message"`
	}
	elements struct{ Stored, Duplicate, Parked, Pending int }
	delivery struct {
		ID           string
		Platform     string
		ConnectionID *string `json:"connection_id"`
		Answer       int
		Signature    string
		State        string
		Elements     elements
		Reason       *string
		Test         bool
		Bytes        int
		Raw          *string
	}
	ledger struct {
		Received, Stored, Duplicate, Parked, Pending int
		Refused                                      struct{ Signature, Limit, Shed int }
	}
	change struct {
		N              int64
		Kind, ID       string
		ConversationID *string `json:"conversation_id"`
	}
	connection struct {
		ID, Status string
		Cause      *string
		Waiting    int
		Receiving  struct{ State string }
		Sending    struct{ State string }
		WebhookURL string `json:"webhook_url"`
	}
	story struct {
		Message  message
		Attempts []struct {
			N       int
			Outcome *string
			HTTP    *int
			Code    *int
			Cause   *string
		}
		Statuses []struct {
			Status  string
			Applied bool
		}
	}
	list[T any] struct {
		Items []T
		Next  *string
	}
)

func (c *company) message(id string) (m message) {
	c.t.Helper()
	c.get("messages/"+id, &m)
	return m
}

func (c *company) ledger() (l ledger) {
	c.t.Helper()
	c.get("ledger", &l)
	return l
}

// deliveries are the newest ones, newest first.
func (c *company) deliveries(query string) []delivery {
	c.t.Helper()
	var all list[delivery]
	c.get("deliveries"+query, &all)
	return all.Items
}

func (c *company) conversations() []conversation {
	c.t.Helper()
	var all list[conversation]
	c.get("conversations?limit=200", &all)
	return all.Items
}

// number is the number of the company's last change.
func (c *company) number() int64 {
	c.t.Helper()
	for {
		all, next := c.changes(c.seen)
		if len(all) == 0 {
			return c.seen
		}
		c.seen = next
	}
}

func (c *company) changes(since int64) ([]change, int64) {
	c.t.Helper()
	var v struct {
		Changes []change
		Next    int64
	}
	c.get(fmt.Sprintf("changes?limit=1000&since=%d", since), &v)
	return v.Changes, v.Next
}

// created are the messages that are new since a change, in the order in which they became visible.
func (c *company) created(since int64) (all []message) {
	c.t.Helper()
	changes, _ := c.changes(since)
	for _, ch := range changes {
		if ch.Kind == "message.created" {
			all = append(all, c.message(ch.ID))
		}
	}
	return all
}

// thread are a conversation's messages, the oldest first.
func (c *company) thread(conversation string) []message {
	c.t.Helper()
	var all list[message]
	c.get("conversations/"+conversation+"/messages?limit=200", &all)
	slices.Reverse(all.Items)
	return all.Items
}

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
	server  *httptest.Server
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	next, instead := f.handler, f.instead
	f.mu.Unlock()
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

// away lets nobody listen at the front's address until the returned call.
func (f *front) away(t *testing.T) (back func()) {
	t.Helper()
	address := f.server.Listener.Addr().String()
	f.server.CloseClientConnections()
	f.server.Close()
	return func() {
		t.Helper()
		var listener net.Listener
		until(t, "the address is free again", func() (ok bool) {
			l, err := net.Listen("tcp", address)
			listener = l
			return err == nil
		})
		f.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: f}}
		f.server.Start()
	}
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
	w.front.server = httptest.NewServer(w.front)
	t.Cleanup(func() { w.front.server.Close() })
	in := begin(t, database, w.front.server.URL+"/graph")
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
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
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
