// Package demo runs the product beside the twins, with a sample company whose customers keep writing. It
// starts the very thing that users run; only the platforms' addresses and the clock differ.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/connect"
	"github.com/clearline/clearline/sim"
)

// Options say how the demo runs.
type Options struct {
	App app.Options
	// SimAddr is where the twins listen; SimURL names twins that already run elsewhere and wins.
	SimAddr string
	SimURL  string
	// PlatformURL is where the product reaches those twins, when something stands in between.
	PlatformURL string
	// Still keeps the customers silent until they are told to write.
	Still bool
	// History lets a still demo begin with the sample company's last days; one with customers who write always does.
	History bool
}

// Hello is the first line of --json: where to look and what is needed to act.
type Hello struct {
	URL      string      `json:"url"`
	SimURL   string      `json:"sim_url"`
	LoginURL string      `json:"login_url"`
	APIKey   string      `json:"api_key"`
	Company  string      `json:"company"`
	Users    []HelloUser `json:"users"`
	WhatsApp HelloNumber `json:"whatsapp"`
}

// HelloUser is a person to sign in as.
type HelloUser struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	LoginURL string `json:"login_url"`
	id       string
	// Email and Password sign in on the page; the password is the same for all people of one demo.
	Email    string `json:"email"`
	Password string `json:"password"`
}

// HelloNumber is the sample company's WhatsApp number.
type HelloNumber struct {
	PhoneNumberID string `json:"phone_number_id"`
	WABAID        string `json:"waba_id"`
	AppSecret     string `json:"app_secret"`
	VerifyToken   string `json:"verify_token"`
	WebhookURL    string `json:"webhook_url"`
	// AppID and the two login configurations are for serving with --meta-app-id and the like beside this demo's simulator.
	AppID               string `json:"app_id"`
	ConfigID            string `json:"config_id"`
	ConfigIDCoexistence string `json:"config_id_coexistence"`
}

// Demo is a running demo.
type Demo struct {
	o      Options
	app    *app.App
	twin   *sim.Sim
	server *http.Server
	simURL string
	clock  *clock.Shifted
	cancel context.CancelFunc
}

// company and people of the sample. Codes live as long as a demo may be left running.
const (
	company  = "Sample Shop"
	codeLife = 365 * 24 * time.Hour
)

var people = []clearline.User{
	{Name: "Rui", Email: "rui@shop.example", Role: clearline.RoleOwner},
	{Name: "Bia", Email: "bia@shop.example", Role: clearline.RoleAgent},
	{Name: "Caio", Email: "caio@shop.example", Role: clearline.RoleAgent},
}

// Start starts everything and returns once the inbox answers.
func Start(ctx context.Context, o Options) (_ *Demo, hello Hello, err error) {
	d := &Demo{o: o, clock: clock.NewShifted(), simURL: o.SimURL}
	began := time.Now()
	past := d.fresh()
	if past {
		d.clock = clock.NewShiftedBy(-historyBegins)
	}
	ctx, d.cancel = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if d.simURL == "" {
		if err = d.startTwin(ctx); err != nil {
			return nil, hello, err
		}
	} else {
		d.catchUp(ctx)
		go d.followClock(ctx)
	}
	platform := d.simURL
	if o.PlatformURL != "" {
		platform = strings.TrimRight(o.PlatformURL, "/")
	}
	d.o.App.Clock, d.o.App.GraphURL, d.o.App.PhonesURL = d.clock, platform+"/graph", d.simURL
	d.o.App.FacebookURL, d.o.App.StatusURL = d.simURL, platform+"/status/meta"
	d.o.App.Faults = d.faults()
	sample, err := d.sample(ctx)
	if err != nil {
		return nil, hello, err
	}
	// The twin's app is the operator's: people can sign in at the twin as they would at Meta.
	d.o.App.MetaApp = app.MetaApp{ID: sample.AppID, Secret: sample.AppSecret, VerifyToken: sample.VerifyToken, ConfigID: sample.ConfigID, ConfigIDCoexistence: sample.ConfigIDCoexistence}
	if d.app, err = app.New(ctx, d.o.App); err != nil {
		return nil, hello, err
	}
	if err = d.app.Start(ctx); err != nil {
		return nil, hello, err
	}
	if hello, err = d.seed(ctx); err != nil {
		return nil, hello, err
	}
	if d.twin != nil {
		err = d.cast(ctx, hello, began)
	}
	return d, hello, err
}

func (d *Demo) startTwin(ctx context.Context) (err error) {
	listener, err := net.Listen("tcp", d.o.SimAddr)
	if err != nil {
		return fmt.Errorf("the twins cannot listen on %s: %w; choose another address with --sim-addr", d.o.SimAddr, err)
	}
	d.simURL = "http://" + listener.Addr().String()
	o := sim.Options{Clock: d.clock, BaseURL: d.simURL, Seed: 1, Logger: d.o.App.Log}
	if !d.o.Still {
		o.StatusDelays = &sim.StatusDelays{Sent: 200 * time.Millisecond, Delivered: 400 * time.Millisecond, Read: 900 * time.Millisecond}
	}
	if d.twin, err = sim.New(o); err != nil {
		listener.Close()
		return err
	}
	if err := d.twin.Start(ctx); err != nil {
		listener.Close()
		return err
	}
	d.server = &http.Server{Handler: d.twin.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := d.server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			d.o.App.Log.Error("the twins have ended", "err", err)
		}
	}()
	return nil
}

// fresh tells whether the demo begins with a history: on a data folder that holds none, beside a twin of its own.
func (d *Demo) fresh() bool {
	if d.simURL != "" || d.o.Still && !d.o.History {
		return false
	}
	_, err := os.Stat(d.memoryFile())
	return errors.Is(err, fs.ErrNotExist)
}

// cast brings the customers, lets the history happen in front of a product that knows nothing yet, and lets them go on
// unless they are to be still.
func (d *Demo) cast(ctx context.Context, h Hello, began time.Time) error {
	cast, err := sim.SampleCast(d.twin)
	if err != nil {
		return err
	}
	if d.clock.Offset() < 0 {
		if err := d.history(ctx, h, cast, began); err != nil {
			return err
		}
	} else if err := d.again(ctx, h, cast); err != nil {
		return err
	}
	if d.o.Still {
		return nil
	}
	if err := cast.Answers(ctx); err != nil {
		return err
	}
	go func() {
		if err := cast.Chatter(ctx); err != nil && ctx.Err() == nil {
			d.o.App.Log.Warn("the sample customers have fallen silent", "err", err)
		}
	}()
	return nil
}

// history lets the stories happen, without the waits that a network and people have.
func (d *Demo) history(ctx context.Context, hello Hello, cast *sim.Cast, began time.Time) error {
	h := &history{demo: d, cast: cast, desks: map[string]*desk{}, users: map[string]string{}, conversations: map[string]string{}, done: map[*story][]*deed{}}
	for _, u := range hello.Users {
		h.users[u.Name] = u.id
		var err error
		if h.desks[u.Name], err = sit(ctx, hello.URL, u.LoginURL); err != nil {
			return err
		}
	}
	natural := d.twin.Settings()
	if _, err := d.twin.ChangeSettings(func(s *sim.Settings) error {
		now := int64(0)
		s.AnswerDelayMS, s.StatusDelayMS = -1, &now
		return nil
	}); err != nil {
		return err
	}
	if err := h.live(ctx, stories(), began); err != nil {
		return fmt.Errorf("the sample company's history: %w", err)
	}
	for _, by := range h.desks {
		if err := by.leave(ctx); err != nil {
			return err
		}
	}
	_, err := d.twin.ChangeSettings(func(s *sim.Settings) error { *s = natural; return nil })
	return err
}

// Stop ends product and twins.
func (d *Demo) Stop(ctx context.Context) error {
	d.cancel()
	var err error
	if d.app != nil {
		err = d.app.Stop(ctx)
	}
	if d.server != nil {
		err = errors.Join(err, d.twin.Stop(ctx), d.server.Close())
	}
	return err
}

// memory is what a demo started again on the same data directory needs and the database does not tell,
// because it keeps only hashes.
type memory struct {
	APIKey string            `json:"api_key"`
	Codes  map[string]string `json:"codes"`
	// Password is everybody's, and of no other demo.
	Password string `json:"password"`
}

// passwordLength is long enough for the rule about passwords.
const passwordLength = 12

func (d *Demo) memoryFile() string { return filepath.Join(d.o.App.DataDir, "demo.json") }

// seed makes the sample company, or finds it.
func (d *Demo) seed(ctx context.Context) (Hello, error) {
	h := Hello{URL: d.app.URL(), SimURL: d.simURL}
	c, users, err := d.sampleCompany(ctx)
	if err != nil {
		return h, err
	}
	h.Company = c.Name
	m, err := d.remember(ctx, c, users)
	if err != nil {
		return h, err
	}
	h.APIKey = m.APIKey
	for _, u := range users {
		h.Users = append(h.Users, HelloUser{u.Name, string(u.Role), h.URL + "/login?code=" + m.Codes[u.ID.String()], u.ID.String(), u.Email, m.Password})
	}
	h.LoginURL = h.Users[0].LoginURL
	h.WhatsApp, err = d.connect(ctx, c)
	return h, err
}

func (d *Demo) sampleCompany(ctx context.Context) (clearline.Company, []clearline.User, error) {
	all, err := d.app.Store.Companies(ctx)
	if err != nil {
		return clearline.Company{}, nil, err
	}
	for _, c := range all {
		if c.Name == company {
			users, err := d.app.Store.Users(ctx, c.ID)
			return c, users, err
		}
	}
	c, err := d.app.Store.AddCompany(ctx, company)
	if err != nil {
		return c, nil, err
	}
	var users []clearline.User
	for _, u := range people {
		u.CompanyID = c.ID
		if u, err = d.app.Store.AddUser(ctx, u); err != nil {
			return c, nil, err
		}
		users = append(users, u)
	}
	return c, users, nil
}

func (d *Demo) remember(ctx context.Context, c clearline.Company, users []clearline.User) (m memory, err error) {
	path := d.memoryFile()
	if b, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(b, &m); err != nil {
			return m, fmt.Errorf("%s cannot be read: %w; delete it to get new keys", path, err)
		}
		if _, err := d.app.Accounts.Key(ctx, m.APIKey); err == nil {
			return m, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	if m.APIKey, err = d.app.Accounts.NewKey(ctx, c.ID, "demo"); err != nil {
		return m, err
	}
	m.Codes, m.Password = map[string]string{}, strings.ToLower(rand.Text()[:passwordLength])
	for _, u := range users {
		if err := d.app.Accounts.FirstPassword(ctx, u, m.Password); err != nil {
			return m, err
		}
		if m.Codes[u.ID.String()], err = d.app.Accounts.NewCode(ctx, u, codeLife, true); err != nil {
			return m, err
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	return m, os.WriteFile(path, b, 0o600)
}

// sample is the twin's first number with its app.
func (d *Demo) sample(ctx context.Context) (sim.Account, error) {
	var accounts struct{ Items []sim.Account }
	if err := d.control(ctx, http.MethodGet, "accounts", nil, &accounts); err != nil {
		return sim.Account{}, err
	}
	return accounts.Items[0], nil
}

// connect joins the twin's number to the sample company, as an admin would by the manual way.
func (d *Demo) connect(ctx context.Context, c clearline.Company) (HelloNumber, error) {
	a, err := d.sample(ctx)
	if err != nil {
		return HelloNumber{}, err
	}
	base := d.o.App.PublicURL
	if base == "" {
		base = d.app.URL()
	}
	h := HelloNumber{a.PhoneNumberID, a.WABAID, a.AppSecret, a.VerifyToken, base + "/webhooks/whatsapp", a.AppID, a.ConfigID, a.ConfigIDCoexistence}
	known, err := d.app.Store.Connections(ctx, c.ID)
	if err != nil {
		return h, err
	}
	if len(known) == 0 {
		_, err = d.app.Connect.Add(ctx, c.ID, connect.Manual{Platform: clearline.WhatsApp, Account: a.PhoneNumberID, Parent: a.WABAID, Token: a.Token,
			AppID: a.AppID, AppSecret: a.AppSecret, VerifyToken: a.VerifyToken})
		if err != nil {
			return h, err
		}
	}
	return h, d.control(ctx, http.MethodPost, "webhook", map[string]string{"url": h.WebhookURL, "verify_token": a.VerifyToken, "app_id": a.AppID}, nil)
}
