package app_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"os"
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
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
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

// ownPages is what our own pages send with every change.
var ownPages = map[string]string{"X-Clearline": "1"}

// as asks with a session, as our own pages do.
func (c *company) as(cookie *http.Cookie, method, path string, body any) *answer {
	c.t.Helper()
	return request{method: method, url: c.url + "/api/v1/" + path, cookie: cookie, header: ownPages, body: body}.send(c.t)
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

// patience is how long is waited for what takes milliseconds: long enough on a machine that is busy with other tests, so
// that it ends only what hangs. With a planted bug something never comes, which scripts/plants wants to be told sooner.
var patience = sync.OnceValue(func() time.Duration {
	if told, err := time.ParseDuration(os.Getenv("CLEARLINE_TEST_PATIENCE")); err == nil {
		return told
	}
	return 2 * time.Minute
})

// until polls a condition and fails when it does not come true within anybody's patience.
func until(t testing.TB, what string, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience())
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !f() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		<-tick.C
	}
}
