package app_test

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/sim"
)

// procedure is a connecting as the API tells it.
type procedure struct {
	ID           string
	Way          string
	ConnectionID *string `json:"connection_id"`
	Status, Step string
	LoginURL     *string `json:"login_url"`
	Steps        []procedureStep
	Attempts     struct {
		Used, Limit int
		WindowHours int        `json:"window_hours"`
		FreeAt      *time.Time `json:"free_at"`
	}
	Choices *struct {
		Numbers []struct {
			ID     string
			WABAID string `json:"waba_id"`
		}
	}
	Conflict *struct {
		Stored, Found struct {
			PhoneNumberID string `json:"phone_number_id"`
		}
		MissingScopes []string `json:"missing_scopes"`
	}
}

type procedureStep struct {
	Step, State   string
	Cause, Detail *string
	Inputs        []string
	Evidence      *struct {
		Text   string
		Facts  map[string]string
		Fields []struct {
			Name, Text string
			OK         bool
			Cause      *string
		}
	}
}

func (p procedure) now() procedureStep {
	i := slices.IndexFunc(p.Steps, func(s procedureStep) bool { return s.Step == p.Step })
	return p.Steps[i]
}

// signUpWorld is a twin whose app is the operator's, and a company whose admin connects numbers in a browser.
type signUpWorld struct {
	*world
	admin *http.Cookie
}

func signUp(t *testing.T, database string) *signUpWorld {
	t.Helper()
	w := arrange(t, database)
	first := w.twin.WhatsApp()
	w.again(func(o *app.Options) {
		o.FacebookURL = w.front.server.URL
		o.MetaApp = app.MetaApp{ID: first.AppID, Secret: first.AppSecret, VerifyToken: "a word", ConfigID: first.ConfigID, ConfigIDCoexistence: first.ConfigIDCoexistence}
	})
	w.never = append(w.never, first.AppSecret, first.Token)
	w.company = w.install.company("Aurora")
	w.company.account = first
	return &signUpWorld{w, w.user("Rui", clearline.RoleAdmin)}
}

func (w *signUpWorld) begin(body map[string]any) (p procedure) {
	w.t.Helper()
	body["platform"] = "whatsapp"
	w.as(w.admin, http.MethodPost, "procedures", body).want(w.t, http.StatusCreated).into(w.t, &p)
	return w.settles(p.ID)
}

func (w *signUpWorld) procedure(id string) (p procedure) {
	w.t.Helper()
	w.get("procedures/"+id, &p)
	return p
}

// settles waits until a procedure needs somebody.
func (w *signUpWorld) settles(id string) (p procedure) {
	w.t.Helper()
	until(w.t, "the procedure needs somebody", func() bool { p = w.procedure(id); return p.Status != "running" })
	return p
}

// step gives a step its inputs, and waits until the procedure needs somebody again.
func (w *signUpWorld) step(id, step string, body map[string]any) procedure {
	w.t.Helper()
	w.as(w.admin, http.MethodPost, "procedures/"+id+"/steps/"+step, body).want(w.t, http.StatusOK)
	return w.settles(id)
}

func (w *signUpWorld) at(p procedure, step, status, cause string) {
	w.t.Helper()
	now := p.now()
	if p.Step != step || p.Status != status || text(now.Cause) != cause {
		w.t.Fatalf("at %s %s %s (%s), want %s %s %s", p.Step, p.Status, text(now.Cause), text(now.Detail), step, status, cause)
	}
}

// dialog is a page of the platform's login, as a browser without scripts has it.
type dialog struct {
	w      *signUpWorld
	step   string
	action string
	hidden url.Values
	text   string
	// back is where the last form led.
	back string
}

var (
	dialogStep   = regexp.MustCompile(`data-step="([a-z_]+)"`)
	dialogHidden = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`)
	dialogAction = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
)

// login begins a login and opens its first page.
func (w *signUpWorld) login(id string) *dialog {
	w.t.Helper()
	var p procedure
	w.as(w.admin, http.MethodPost, "procedures/"+id+"/steps/login", map[string]any{}).want(w.t, http.StatusOK).into(w.t, &p)
	if p.LoginURL == nil {
		w.t.Fatalf("no address to sign in at: %+v", p.now())
	}
	return w.open(http.MethodGet, *p.LoginURL, nil)
}

func (w *signUpWorld) open(method, address string, form url.Values) *dialog {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	d := &dialog{w: w, hidden: url.Values{}, text: string(raw), back: answer.Header.Get("Location")}
	if m := dialogStep.FindSubmatch(raw); m != nil {
		d.step = string(m[1])
	}
	if m := dialogAction.FindSubmatch(raw); m != nil {
		d.action = html.UnescapeString(string(m[1]))
	}
	for _, m := range dialogHidden.FindAllSubmatch(raw, -1) {
		d.hidden.Add(string(m[1]), html.UnescapeString(string(m[2])))
	}
	return d
}

// next fills in the page's form, by pairs, and sends it.
func (d *dialog) next(pairs ...string) *dialog {
	d.w.t.Helper()
	form := url.Values{"do": {"next"}}
	for k, v := range d.hidden {
		form[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "scope" {
			form.Add("scope", pairs[i+1])
		} else {
			form.Set(pairs[i], pairs[i+1])
		}
	}
	if d.action == "" {
		d.w.t.Fatalf("the page %q has no form: %.600s", d.step, d.text)
	}
	return d.w.open(http.MethodPost, d.w.front.server.URL+d.action, form)
}

var allScopes = []string{"scope", "whatsapp_business_management", "scope", "whatsapp_business_messaging", "scope", "business_management"}

// picks goes through the login to an existing number.
func (d *dialog) picks(a sim.Account, scopes ...string) *dialog {
	return d.next("person", "owner").next("business", a.BusinessID).next("waba", a.WABAID).next("number", a.PhoneNumberID).next(scopes...)
}

// returns follows the browser home, with a session or without, and tells where it ends.
func (d *dialog) returns(cookie *http.Cookie) string {
	d.w.t.Helper()
	if !strings.HasPrefix(d.back, d.w.url+"/connect/whatsapp/return?") {
		d.w.t.Fatalf("the login ends at %q on %q: %.600s", d.back, d.step, d.text)
	}
	got := request{method: http.MethodGet, url: d.back, cookie: cookie}.send(d.w.t).want(d.w.t, http.StatusSeeOther)
	return got.header.Get("Location")
}

// C3, C7, G1, G4, I50: embedded sign-up through the twin's login pages over real HTTP: cancelled, begun by somebody else, a
// new number with its code by SMS, a wrong PIN, a restart of the product in between, registration, the webhook registered by
// the product, and the first message that ends it; then a reply goes out.
func TestSignUpInABrowser(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := signUp(t, database)
		var platform struct {
			EmbeddedSignup struct{ Ready bool } `json:"embedded_signup"`
			Server         struct{ Usable bool }
		}
		w.get("platforms/whatsapp", &platform)
		if !platform.EmbeddedSignup.Ready || !platform.Server.Usable {
			t.Fatalf("%+v", platform)
		}
		p := w.begin(map[string]any{"way": "embedded_signup"})
		w.at(p, "number", "waiting", "")
		p = w.step(p.ID, "number", map[string]any{"skip": true})
		if to := w.login(p.ID).next("do", "cancel").returns(w.admin); to != "/connect/"+p.ID+"?cause=login.cancelled" {
			t.Errorf("cancelled: %s", to)
		}
		w.at(w.procedure(p.ID), "login", "waiting", "login.cancelled")
		stranger := w.user("Eva", clearline.RoleAdmin)
		d := w.login(p.ID).picks(w.account, allScopes...)
		if to := d.returns(stranger); to != "/connect?cause=login.foreign" {
			t.Errorf("another session: %s", to)
		}
		if to := d.returns(nil); to != "/connect?cause=login.foreign" {
			t.Errorf("no session: %s", to)
		}
		// The person who begun it chooses a new number, which gets a code.
		d = w.login(p.ID).next("person", "owner").next("business", w.account.BusinessID).next("waba", w.account.WABAID).
			next("number", "new", "cc", "DE", "phone_number", "30901820", "display_name", "Aurora Berlin", "method", "VOICE")
		codes := w.twin.Codes("")
		if d.step != "code" || len(codes) == 0 {
			t.Fatalf("at %s with %d codes: %.400s", d.step, len(codes), d.text)
		}
		d = d.next("code", codes[len(codes)-1].Code).next(allScopes...)
		if to := d.returns(w.admin); to != "/connect/"+p.ID {
			t.Errorf("home: %s", to)
		}
		if to := d.returns(w.admin); to != "/connect/"+p.ID+"?cause=login.used" {
			t.Errorf("loaded twice: %s", to)
		}
		p = w.settles(p.ID)
		if p.Step == "assets" { // the account has its first number too
			w.at(p, "assets", "waiting", "")
			last := p.Choices.Numbers[len(p.Choices.Numbers)-1]
			p = w.step(p.ID, "assets", map[string]any{"waba_id": last.WABAID, "phone_number_id": last.ID})
		}
		w.at(p, "register", "waiting", "")
		number := *p.ConnectionID
		var account struct{ Account, Status string }
		w.get("connections/"+number, &account)
		if account.Status != "connecting" {
			t.Errorf("while it is set up it is %s", account.Status)
		}
		w.patch("accounts/"+account.Account, map[string]any{"pin": "424242"})
		w.as(w.admin, http.MethodPost, "procedures/"+p.ID+"/steps/register", map[string]any{"pin": "111111"}).problem(t, http.StatusUnprocessableEntity, "wa.pin")
		w.again() // G1: a closed browser, a restart: it goes on where it stopped, without another sign-in
		p = w.settles(p.ID)
		w.at(p, "register", "waiting", "wa.pin")
		if p.Attempts.Used != 1 || p.Attempts.Limit != 10 || p.Attempts.WindowHours != 72 || p.Attempts.FreeAt == nil {
			t.Errorf("%+v", p.Attempts)
		}
		p = w.step(p.ID, "register", map[string]any{"pin": "424242"})
		w.at(p, "webhook", "failed", "hook.elsewhere") // the restart gave this server another address
		p = w.step(p.ID, "webhook", map[string]any{"point_here": true})
		w.at(p, "message", "waiting", "")
		var c signedUp
		w.get("connections/"+number, &c)
		if c.Status != "connected" || c.Token == nil || c.Token.Kind != "system_user" || c.ProcedureID == nil || *c.ProcedureID != p.ID || c.Phone == nil {
			t.Errorf("%+v", c)
		}
		person, err := w.twin.AddPerson(sim.NewPerson{Platform: "whatsapp", Name: "Ana", Account: account.Account})
		if err != nil {
			t.Fatal(err)
		}
		conv := w.says(person, "hi")
		until(t, "the first message ends it", func() bool { return w.procedure(p.ID).Status == "done" })
		w.becomes(w.send(conv.ID, "first", "Welcome").ID, "read")
		w.get("connections/"+number, &c)
		if c.ProcedureID != nil {
			t.Errorf("%+v", c)
		}
	})
}

// signedUp is what these tests look at of a connection.
type signedUp struct {
	ID, Status, Account string
	Cause               *string
	Phone               *string
	Waiting             int
	ProcedureID         *string `json:"procedure_id"`
	Token               *struct {
		Kind, Renewal string
		EndsAt        *time.Time `json:"ends_at"`
	}
}

// patch changes an account's state at the twin.
func (w *world) patch(path string, body map[string]any) {
	w.t.Helper()
	got := request{method: http.MethodPatch, url: w.front.server.URL + "/control/v1/" + path, body: body}.send(w.t)
	if got.status >= 300 {
		w.t.Fatalf("%s: HTTP %d %s", path, got.status, got.raw)
	}
}

// connected takes the twin's first number through sign-up; it is registered already.
func (w *signUpWorld) connected() string {
	w.t.Helper()
	p := w.begin(map[string]any{"way": "embedded_signup"})
	w.step(p.ID, "number", map[string]any{"skip": true})
	if to := w.login(p.ID).picks(w.account, allScopes...).returns(w.admin); to != "/connect/"+p.ID {
		w.t.Fatalf("home: %s", to)
	}
	p = w.settles(p.ID)
	w.at(p, "message", "waiting", "")
	w.step(p.ID, "message", map[string]any{"skip": true})
	return *p.ConnectionID
}

// G18: the PIN is set anew from the connection's page while the number is registered here, without the old one; after that only
// the new one registers the number.
func TestPINIsSetAnew(t *testing.T) {
	t.Parallel()
	w := signUp(t, "")
	id := w.connected()
	w.patch("accounts/"+w.account.PhoneNumberID, map[string]any{"pin": "111111"})
	w.as(w.admin, http.MethodPost, "connections/"+id+"/fixes/set_pin", map[string]any{"pin": "12"}).problem(t, http.StatusUnprocessableEntity, "api.input")
	w.as(w.admin, http.MethodPost, "connections/"+id+"/fixes/set_pin", map[string]any{"pin": "654321"}).want(t, http.StatusOK)
	connection, err := clearline.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	if pin, err := w.app.Store.PIN(t.Context(), w.id, connection); err != nil || pin != "654321" {
		t.Errorf("the PIN kept is %q, %v", pin, err)
	}
	request{method: http.MethodPost, url: w.front.server.URL + "/graph/v26.0/" + w.account.PhoneNumberID + "/deregister", key: w.account.Token}.send(t).want(t, http.StatusOK)
	w.as(w.admin, http.MethodPost, "connections/"+id+"/fixes/register", map[string]any{"pin": "111111"}).problem(t, http.StatusUnprocessableEntity, "wa.pin")
	w.as(w.admin, http.MethodPost, "connections/"+id+"/fixes/register", map[string]any{"pin": "654321"}).want(t, http.StatusOK)
}

// G17: somebody without any portfolio is told so, with both ways; nothing is made.
func TestNobodyToConnect(t *testing.T) {
	t.Parallel()
	w := signUp(t, "")
	p := w.begin(map[string]any{"way": "embedded_signup"})
	w.step(p.ID, "number", map[string]any{"skip": true})
	if to := w.login(p.ID).next("person", "none").next().returns(w.admin); to != "/connect/"+p.ID+"?cause=meta.no_portfolio" {
		t.Errorf("home: %s", to)
	}
	p = w.settles(p.ID)
	w.at(p, "login", "waiting", "meta.no_portfolio")
	if to := w.login(p.ID).picks(w.account, "scope", "whatsapp_business_management", "scope", "business_management").returns(w.admin); to != "/connect/"+p.ID+"?cause=auth.scope" {
		t.Errorf("a permission unticked: %s", to)
	}
	if d := text(w.settles(p.ID).now().Detail); !strings.Contains(d, "whatsapp_business_messaging") {
		t.Errorf("it says %q", d)
	}
	var all list[signedUp]
	w.get("connections", &all)
	if len(all.Items) != 0 {
		t.Errorf("%+v", all.Items)
	}
}

// C3, C4, I26: while the sign-in has expired texts keep coming in, files wait and say so, and replies are held; after the
// reconnect replies go out where their window still allows, the others end with the reason, and the file is fetched. History
// stays.
func TestReconnectReleasesWhatWaited(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := signUp(t, database)
		id := w.connected()
		early, one := w.writes("Ana", "Hello")
		w.clock.Advance(23 * time.Hour)
		late, two := w.writes("Bia", "Hello")
		_ = early
		if _, err := w.twin.AddFault(sim.Fault{Cause: "auth.expired", Account: w.account.PhoneNumberID}); err != nil {
			t.Fatal(err)
		}
		closes, stays := w.send(one.ID, "one", "In time?"), w.send(two.ID, "two", "Yes")
		w.becomes(closes.ID, "held")
		w.becomes(stays.ID, "held")
		var c signedUp
		until(t, "the connection asks for a sign-in", func() bool {
			w.get("connections/"+id, &c)
			return c.Status == "reauthorization_required" && text(c.Cause) == "auth.expired"
		})
		w.says(late, "Are you there?") // receiving never depends on it
		if _, err := w.twin.Write(late.ID, sim.PersonMessage{Kind: "image", Text: "Look"}); err != nil {
			t.Fatal(err)
		}
		var picture message
		until(t, "the picture is here", func() bool {
			all := w.thread(two.ID)
			i := slices.IndexFunc(all, func(m message) bool { return m.Kind == "image" })
			if i >= 0 {
				picture = all[i]
			}
			return i >= 0
		})
		until(t, "its file waits for the sign-in and says so", func() bool {
			w.clock.Advance(2 * time.Second)
			f := w.files(picture.ID)[0]
			return f.State == "pending" && f.Reason == "auth.expired"
		})
		w.clock.Advance(2 * time.Hour) // Ana's window closes meanwhile
		w.becomes(closes.ID, "failed")
		if m := w.message(closes.ID); text(m.Cause) != "wa.window" {
			t.Errorf("%+v", m)
		}
		p := w.begin(map[string]any{"way": "reconnect", "connection_id": id})
		w.at(p, "login", "waiting", "")
		if to := w.login(p.ID).picks(w.account, allScopes...).returns(w.admin); to != "/connect/"+p.ID {
			t.Fatalf("home: %s", to)
		}
		p = w.settles(p.ID)
		if p.Status != "done" || *p.ConnectionID != id || p.Attempts.Used != 0 {
			t.Errorf("%s at %s: %+v", p.Status, p.Step, p.now())
		}
		w.becomes(stays.ID, "read")
		if n := w.taken(closes.ID); n != 0 {
			t.Errorf("what was over its window went out %d times", n)
		}
		until(t, "the file is here", func() bool { w.clock.Advance(time.Second); return w.files(picture.ID)[0].State == "ready" })
		if w.get("connections/"+id, &c); c.Status != "connected" || len(w.thread(one.ID)) != 2 {
			t.Errorf("%+v", c)
		}
	})
}

// Disconnecting keeps what was said; nothing can be sent until the number comes back, and then it does to the same
// conversations. Pausing stops sending and lets things in.
func TestPauseAndDisconnect(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := signUp(t, database)
		id := w.connected()
		person, conv := w.writes("Ana", "Hello")
		var c signedUp
		w.as(w.admin, http.MethodPatch, "connections/"+id, map[string]any{"paused": true, "name": "Sales"}).want(t, http.StatusOK).into(t, &c)
		if c.Status != "paused" {
			t.Errorf("%+v", c)
		}
		waits := w.send(conv.ID, "paused", "Later")
		w.says(person, "Anybody?")
		if m := w.message(waits.ID); m.Status != "queued" || m.Attempts != 0 || len(w.sends(waits.ID)) != 0 {
			t.Errorf("%+v", m)
		}
		w.as(w.admin, http.MethodPatch, "connections/"+id, map[string]any{"paused": false}).want(t, http.StatusOK)
		w.becomes(waits.ID, "read")
		w.as(w.admin, http.MethodPatch, "connections/"+id, map[string]any{"paused": true}).want(t, http.StatusOK)
		never := w.send(conv.ID, "never", "Never")
		var left struct {
			LeftToDo []any `json:"left_to_do"`
		}
		w.as(w.admin, http.MethodDelete, "connections/"+id, nil).want(t, http.StatusOK).into(t, &left)
		if len(left.LeftToDo) != 0 {
			t.Errorf("%+v", left)
		}
		if m := w.becomes(never.ID, "cancelled"); text(m.Cause) != "connection.ended" {
			t.Errorf("%+v", m)
		}
		w.post("conversations/"+conv.ID+"/messages", map[string]any{"client_id": "x", "text": "x"}).problem(t, http.StatusUnprocessableEntity, "connection.ended")
		if w.get("connections/"+id, &c); c.Status != "disconnected" || text(c.Cause) != "connection.ended" {
			t.Errorf("%+v", c)
		}
		p := w.begin(map[string]any{"way": "reconnect", "connection_id": id})
		if to := w.login(p.ID).picks(w.account, allScopes...).returns(w.admin); to != "/connect/"+p.ID {
			t.Fatalf("home: %s", to)
		}
		if p = w.settles(p.ID); p.Status != "done" {
			t.Errorf("%s at %s: %+v", p.Status, p.Step, p.now())
		}
		w.says(person, "Back?")
		if got := w.thread(conv.ID); len(got) < 4 {
			t.Errorf("%d messages are left", len(got))
		}
		back := w.send(conv.ID, "back", "Yes")
		if m := w.becomes(back.ID, "read"); m.Attempts > 2 {
			t.Errorf("%+v", m)
		}
	})
}

// C4, I52: a token with an end is renewed ahead of it at the twin, and the connection never asks for a new sign-in; its end is
// shown all the time.
func TestTokensLiveOn(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := arrange(t, database)
		a := w.twin.WhatsApp()
		token, err := w.twin.AddToken(a.PhoneNumberID, sim.NewToken{ExpiresInSeconds: 60 * 24 * 3600})
		if err != nil {
			t.Fatal(err)
		}
		a.Token = token
		w.company = w.install.company("Aurora").connect(a)
		w.point()
		var c signedUp
		w.get("connections/"+w.connection, &c)
		if c.Token == nil || c.Token.EndsAt == nil || c.Token.Renewal != "ahead" {
			t.Fatalf("%+v", c)
		}
		first := *c.Token.EndsAt
		for range 3 {
			w.clock.Advance(45 * 24 * time.Hour)
			until(t, "the token was renewed", func() bool {
				w.clock.Advance(time.Minute)
				w.get("connections/"+w.connection, &c)
				return c.Token.EndsAt.Sub(w.clock.Now()) > 50*24*time.Hour
			})
			if c.Status == "reauthorization_required" || c.Token.Renewal != "ahead" || !c.Token.EndsAt.After(first) {
				t.Errorf("%+v", c)
			}
		}
	})
}

// G5, G6, M10: a number moves to another account of the same business at the twin, with the PIN that protects it: the
// conversation goes on where it was, and the time without messages is told.
func TestNumberMovesIn(t *testing.T) {
	t.Parallel()
	w := signUp(t, "")
	here, err := w.twin.AddAccount(sim.AccountSpec{Name: "Aurora one", Country: "DE", AppID: w.account.AppID})
	if err != nil {
		t.Fatal(err)
	}
	w.account = here
	w.never = append(w.never, here.Token)
	id := w.connected()
	person, conv := w.writes("Ana", "Before")
	there, err := w.twin.AddAccount(sim.AccountSpec{Name: "Aurora two", BusinessID: w.account.BusinessID, AppID: w.account.AppID})
	if err != nil {
		t.Fatal(err)
	}
	w.never = append(w.never, there.Token)
	w.patch("accounts/"+w.account.PhoneNumberID, map[string]any{"pin": "424242", "name_status": "APPROVED"})
	w.patch("accounts/"+there.PhoneNumberID, map[string]any{"account_review_status": "APPROVED", "business_verification_status": "verified", "payment": true})
	p := w.begin(map[string]any{"way": "move_in"})
	w.step(p.ID, "number", map[string]any{"phone": "+" + w.account.DisplayNumber})
	if to := w.login(p.ID).picks(there, allScopes...).returns(w.admin); to != "/connect/"+p.ID {
		t.Fatalf("home: %s", to)
	}
	p = w.settles(p.ID)
	w.at(p, "assets", "waiting", "")
	p = w.step(p.ID, "assets", map[string]any{"waba_id": there.WABAID})
	w.at(p, "code", "waiting", "")
	w.step(p.ID, "code", map[string]any{"method": "sms"})
	codes := w.twin.Codes("")
	p = w.step(p.ID, "code", map[string]any{"code": codes[len(codes)-1].Code})
	w.at(p, "register", "waiting", "")
	w.says(person, "Still the old account")
	p = w.step(p.ID, "register", map[string]any{"pin": "424242"})
	w.at(p, "message", "waiting", "")
	var c signedUp
	w.get("connections/"+id, &c)
	if *p.ConnectionID != id || c.Account == w.account.PhoneNumberID || c.Status != "connected" {
		t.Errorf("%+v", c)
	}
	w.says(person, "And now the new one")
	until(t, "the first message ends it", func() bool { p = w.procedure(p.ID); return p.Status == "done" })
	if last := p.Steps[len(p.Steps)-1]; last.Evidence == nil || last.Evidence.Facts["downtime"] == "" {
		t.Errorf("%+v", last)
	}
	if got := w.thread(conv.ID); len(got) != 3 {
		t.Errorf("the conversation has %d messages", len(got))
	}
	w.becomes(w.send(conv.ID, "after", "Hello again").ID, "read")
}
