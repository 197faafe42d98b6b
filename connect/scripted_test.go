package connect

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// script is a platform that does what a test says. The zero answers are those of a number that is all right but not
// registered.
type script struct {
	mu    sync.Mutex
	calls []string
	// fail is what a call is answered with instead; once empties itself.
	fail map[string]error
	once map[string][]error
	// hold keeps a call waiting until the channel is closed; entered tells that it waits.
	hold    map[string]chan struct{}
	entered chan string

	tokens  map[string]channel.TokenInfo
	owners  []channel.Owner
	numbers map[string][]channel.Number // by owner
	hook    channel.AppHook
	subs    bool
	grants  []channel.Grant
	pins    []string
}

func newScript() *script {
	return &script{fail: map[string]error{}, once: map[string][]error{}, hold: map[string]chan struct{}{}, entered: make(chan string, 100),
		tokens: map[string]channel.TokenInfo{"tok": info("WABA1")}, owners: []channel.Owner{{ID: "WABA1", Name: "Shop", BusinessID: "B1", BusinessName: "Shop Lda"}},
		numbers: map[string][]channel.Number{"WABA1": {{ID: "N1", OwnerID: "WABA1", Shown: "+351 912 345 678", Name: "Shop", Status: "PENDING", Verified: true, PerSecond: 80}}},
		grants:  []channel.Grant{{Token: "tok"}}}
}

func info(owners ...string) channel.TokenInfo {
	return channel.TokenInfo{Kind: channel.TokenSystemUser, AppID: "777", AppName: "Inbox", EndsTold: true, Owners: owners,
		Scopes: []string{"whatsapp_business_management", "whatsapp_business_messaging"}}
}

func refusalOf(cause clearline.Cause, code, subcode int) error {
	return &channel.SendError{Cause: cause, Fate: clearline.Stop, HTTP: 400, Original: &clearline.PlatformError{Code: code, Subcode: subcode, Text: "No."}}
}

func silence() error {
	return &channel.SendError{Cause: clearline.CauseOutage, Fate: clearline.Unknown, Err: errors.New("nothing came")}
}

// asked notes a call and gives the error that was ordered for it.
func (s *script) asked(ctx context.Context, call string) error {
	s.mu.Lock()
	s.calls = append(s.calls, call)
	wait := s.hold[call]
	s.mu.Unlock()
	if wait != nil {
		s.entered <- call
		select {
		case <-wait:
		case <-ctx.Done():
			return &channel.SendError{Cause: clearline.CauseOutage, Fate: clearline.Unknown, Err: ctx.Err()}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := s.once[call]; len(all) > 0 {
		s.once[call] = all[1:]
		return all[0]
	}
	return s.fail[call]
}

func (s *script) count(call string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if c == call {
			n++
		}
	}
	return n
}

// set changes the script while the program runs.
func (s *script) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *script) LoginURL(l channel.Login) string {
	return l.Base + "/dialog?state=" + l.State + "&config=" + l.ConfigID
}

func (s *script) ExchangeCode(ctx context.Context, _ channel.AppKey, _, _ string) (channel.Grant, error) {
	if err := s.asked(ctx, "exchange"); err != nil {
		return channel.Grant{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grants[0], nil
}

func (s *script) DebugToken(ctx context.Context, app channel.AppKey, token string) (channel.TokenInfo, error) {
	if err := s.asked(ctx, "debug"); err != nil {
		return channel.TokenInfo{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i, known := s.tokens[token]
	switch {
	case !known:
		return channel.TokenInfo{Cause: clearline.CauseAuthInvalid}, nil
	case app.ID != "" && i.AppID != app.ID:
		return channel.TokenInfo{Cause: clearline.CauseAuthInvalid}, nil
	case app.ID == "":
		return channel.TokenInfo{AppID: i.AppID, Cause: i.Cause}, nil
	}
	return i, nil
}

func (s *script) RenewToken(ctx context.Context, _ channel.AppKey, _ string, _ channel.TokenKind) (channel.Grant, error) {
	if err := s.asked(ctx, "renew"); err != nil {
		return channel.Grant{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grants[len(s.grants)-1], nil
}

func (s *script) RevokeToken(ctx context.Context, _ channel.AppKey, _ string) error {
	return s.asked(ctx, "revoke")
}

func (s *script) Owners(ctx context.Context, _ string, i channel.TokenInfo) (all []channel.Owner, err error) {
	if err := s.asked(ctx, "owners"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.owners {
		if i.Owners == nil || slices.Contains(i.Owners, o.ID) {
			all = append(all, o)
		}
	}
	return all, nil
}

func (s *script) Numbers(ctx context.Context, _, owner string) ([]channel.Number, error) {
	if err := s.asked(ctx, "numbers"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all, known := s.numbers[owner]
	if !known {
		return nil, refusalOf(clearline.CauseAuthAsset, 100, 33)
	}
	return slices.Clone(all), nil
}

func (s *script) Number(ctx context.Context, a channel.Account) (channel.Number, error) {
	if err := s.asked(ctx, "number"); err != nil {
		return channel.Number{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.find(a.ID); n != nil {
		return *n, nil
	}
	return channel.Number{}, refusalOf(clearline.CauseAuthAsset, 100, 33)
}

func (s *script) find(id string) *channel.Number {
	for _, all := range s.numbers {
		for i := range all {
			if all[i].ID == id {
				return &all[i]
			}
		}
	}
	return nil
}

func (s *script) AddNumber(ctx context.Context, a channel.Account, phone, name string, _ bool) (string, error) {
	if err := s.asked(ctx, "add"); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers[a.Parent] = append(s.numbers[a.Parent], channel.Number{ID: "N9", OwnerID: a.Parent, Shown: "+" + phone, Name: name, Status: "UNVERIFIED"})
	return "N9", nil
}

func (s *script) RequestCode(ctx context.Context, _ channel.Account, method, _ string) error {
	return s.asked(ctx, "code by "+method)
}

func (s *script) VerifyCode(ctx context.Context, a channel.Account, code string) error {
	if err := s.asked(ctx, "verify "+code); err != nil {
		return err
	}
	s.set(func() { s.find(a.ID).Verified = true })
	return nil
}

func (s *script) Register(ctx context.Context, a channel.Account, pin string) error {
	if err := s.asked(ctx, "register"); err != nil {
		return err
	}
	s.set(func() {
		n := s.find(a.ID)
		n.Registered, n.Status = true, "CONNECTED"
		s.pins = append(s.pins, pin)
	})
	return nil
}

func (s *script) Deregister(ctx context.Context, _ channel.Account) error {
	return s.asked(ctx, "deregister")
}
func (s *script) SetPIN(ctx context.Context, _ channel.Account, pin string) error {
	return s.asked(ctx, "pin "+pin)
}
func (s *script) SyncBusinessApp(ctx context.Context, _ channel.Account) error {
	return s.asked(ctx, "sync")
}
func (s *script) Unsubscribe(ctx context.Context, _ channel.Account) error {
	return s.asked(ctx, "unsubscribe")
}
func (s *script) ClearOverrides(ctx context.Context, _ channel.Account) error {
	return s.asked(ctx, "clear")
}

func (s *script) AppHook(ctx context.Context, _ channel.AppKey) (channel.AppHook, error) {
	if err := s.asked(ctx, "hook"); err != nil {
		return channel.AppHook{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hook, nil
}

func (s *script) SetAppHook(ctx context.Context, _ channel.AppKey, address, _ string) error {
	if err := s.asked(ctx, "set hook"); err != nil {
		return err
	}
	s.set(func() { s.hook = channel.AppHook{Address: address, Active: true, Fields: []string{"messages"}} })
	return nil
}

func (s *script) CheckAccount(ctx context.Context, a channel.Account) (channel.AccountInfo, error) {
	if err := s.asked(ctx, "check"); err != nil {
		return channel.AccountInfo{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return channel.AccountInfo{Name: "Shop", Shown: "+351 912 345 678", PerSecond: 80, Subscribed: s.subs && a.AppID != ""}, nil
}

func (s *script) Subscribe(ctx context.Context, _ channel.Account) error {
	if err := s.asked(ctx, "subscribe"); err != nil {
		return err
	}
	s.set(func() { s.subs = true })
	return nil
}

func (s *script) Templates(ctx context.Context, _ channel.Account) ([]channel.TemplateInfo, error) {
	return nil, s.asked(ctx, "templates")
}

func (s *script) Fill(channel.TemplateInfo, channel.Template) (string, *clearline.Problem) {
	return "", nil
}

var _ SignUp = (*script)(nil)

// office is one node with a company and its admin, on a scripted platform.
type office struct {
	*testing.T
	address string
	clock   *clock.Shifted
	store   *store.Store
	leaf    *script
	c       *Connect
	company clearline.ID
	admin   Actor
}

func newOffice(t *testing.T, e storetest.Engine) *office {
	t.Helper()
	o := &office{T: t, address: e.Database(t), clock: clock.NewShifted(), leaf: newScript()}
	o.store = storetest.Open(t, o.address, o.clock)
	company, err := o.store.AddCompany(t.Context(), "Aurora")
	o.must(err)
	o.company = company.ID
	o.admin = Actor{CompanyID: company.ID, Session: "s1"}
	o.must(o.store.KeepApp(t.Context(), clearline.App{CompanyID: clearline.Installation, Platform: clearline.WhatsApp, PlatformID: "777", Secret: "shh", VerifyToken: "verify"}))
	o.c = o.node(o.store)
	return o
}

// node is a service on a store, not started: tests call what its background would.
func (o *office) node(s *store.Store) *Connect {
	c := New(Options{Store: s, Leaves: map[clearline.Platform]Leaf{clearline.WhatsApp: o.leaf}, Clock: o.clock, Log: slog.New(slog.DiscardHandler),
		AppsChanged: func(context.Context) error { return nil }, Meta: MetaApp{ID: "777", Secret: "shh", VerifyToken: "verify", ConfigID: "c1", ConfigIDCoexistence: "c2"},
		GraphURL: "https://graph.example.com", FacebookURL: "https://facebook.example.com", PublicURL: func() string { return "https://in.example.com" }, PublicSet: true})
	o.Cleanup(func() { c.stop(); c.steps.Wait() })
	return c
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// begin starts a procedure and waits until it needs somebody.
func (o *office) begin(way Way, connection clearline.ID) *Procedure {
	o.Helper()
	p, err := o.c.Begin(o.Context(), o.admin, clearline.WhatsApp, way, connection)
	if p == nil {
		o.Fatal(err)
	}
	return o.settled(p.ID())
}

// settled waits until no step of a procedure runs.
func (o *office) settled(id clearline.ID) *Procedure {
	o.Helper()
	o.c.steps.Wait()
	p, err := o.c.Procedure(o.Context(), o.company, id)
	o.must(err)
	if p.Status() == Running {
		o.Fatalf("the procedure still runs at %s: %+v", p.Step(), p.Steps)
	}
	return p
}

// take gives a step its inputs and waits until the procedure needs somebody again.
func (o *office) take(p *Procedure, step StepID, in Inputs) *Procedure {
	o.Helper()
	if _, err := o.c.Take(o.Context(), o.admin, p.ID(), step, in); err != nil {
		o.Fatalf("step %s: %v", step, err)
	}
	return o.settled(p.ID())
}

// refused gives a step inputs that it must not take, and tells what was said.
func (o *office) refused(p *Procedure, step StepID, in Inputs, cause clearline.Cause) *clearline.Problem {
	o.Helper()
	_, err := o.c.Take(o.Context(), o.admin, p.ID(), step, in)
	var problem *clearline.Problem
	if !errors.As(err, &problem) || problem.Cause != cause {
		o.Fatalf("step %s with %+v: %v, want %s", step, in, err, cause)
	}
	o.c.steps.Wait()
	return problem
}

// at wants a procedure to stand at a step.
func (o *office) at(p *Procedure, step StepID, status string, cause clearline.Cause) {
	o.Helper()
	s := p.step(p.Step())
	if p.Step() != step || p.Status() != status || s.Cause != cause {
		o.Fatalf("at %s %s %q (%s), want %s %s %q", p.Step(), p.Status(), s.Cause, s.Detail, step, status, cause)
	}
}

// login goes through the login of a procedure.
func (o *office) login(p *Procedure) *Procedure {
	o.Helper()
	_, err := o.c.Return(o.Context(), o.admin, Returned{State: o.state(p), Code: "abc"})
	o.must(err)
	return o.settled(p.ID())
}

// state begins a login and gives its state.
func (o *office) state(p *Procedure) string {
	o.Helper()
	got, err := o.c.Take(o.Context(), o.admin, p.ID(), StepLogin, Inputs{})
	o.must(err)
	u, err := http.NewRequest(http.MethodGet, got.LoginURL, nil)
	o.must(err)
	return u.URL.Query().Get("state")
}

// connected takes a number through a whole procedure of embedded sign-up, but for its first message.
func (o *office) connected() *Procedure {
	o.Helper()
	p := o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Phone: "+351912345678"})
	p = o.take(o.login(p), StepRegister, Inputs{PIN: "123456"})
	p = o.take(p, StepMessage, Inputs{Skip: true})
	o.at(p, StepMessage, Ended, "")
	return p
}

func (o *office) connection(p *Procedure) clearline.Connection {
	o.Helper()
	c, err := o.store.Connection(o.Context(), o.company, p.ConnectionID())
	o.must(err)
	return c
}

func (o *office) token(p *Procedure) string {
	o.Helper()
	a, err := o.store.Account(o.Context(), o.company, p.ConnectionID())
	o.must(err)
	return a.Token
}

// body is what is stored of a procedure, as text: to look for what must not be in it.
func (p *Procedure) body() string {
	b, _ := json.Marshal(p.state)
	return string(b) + string(p.row.Body)
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
