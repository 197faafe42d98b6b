package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
)

// nowhere is a platform that nobody is asked for.
const nowhere = "http://127.0.0.1:1"

// person is one of the company's people as the API shows them.
type person struct {
	ID, Name, Email, Role string
	Active, Invited       bool
	LastSeenAt            *time.Time `json:"last_seen_at"`
	InviteURL             string     `json:"invite_url"`
}

// me is who is asking.
type me struct {
	User      *struct{ ID, Name, Email, Role string }
	Company   struct{ ID, Name string }
	Role      string
	Rights    []string
	Settings  clearline.Settings
	SessionID *string `json:"session_id"`
	Encrypted bool
}

// page asks a public route as our own pages do.
func (in *install) page(method, path string, body any) *answer {
	in.t.Helper()
	return request{method: method, url: in.url + "/api/v1/" + path, header: ownPages, body: body}.send(in.t)
}

// session is the cookie that an answer gives.
func (a *answer) session(t testing.TB) *http.Cookie {
	t.Helper()
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Value != "" {
			return c
		}
	}
	t.Fatalf("%s gave no session: %v", a.what, a.header)
	return nil
}

const password = "seven small lanterns"

// member adds a person with a password and signs them in: invited by the company's key, as a page would.
func (c *company) member(name string, role clearline.Role) (person, *http.Cookie) {
	c.t.Helper()
	p := c.invited(name, role)
	a := c.page(http.MethodPost, "welcome", map[string]any{"code": codeOf(p.InviteURL), "password": password}).want(c.t, http.StatusOK)
	return p, a.session(c.t)
}

// invited adds a person; an owner is made by an owner.
func (c *company) invited(name string, role clearline.Role) (p person) {
	c.t.Helper()
	body := map[string]any{"name": name, "email": strings.ToLower(name) + "@" + c.id.String() + ".example", "role": role}
	if role == clearline.RoleOwner {
		c.as(c.user("First", clearline.RoleOwner), http.MethodPost, "users", body).want(c.t, http.StatusCreated).into(c.t, &p)
	} else {
		c.post("users", body).want(c.t, http.StatusCreated).into(c.t, &p)
	}
	return p
}

func codeOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Query().Get("code")
}

// signIn asks for a session by password.
func (in *install) signIn(email, password string) *answer {
	in.t.Helper()
	return in.page(http.MethodPost, "session", map[string]any{"email": email, "password": password})
}

// I48, I53: an empty installation is set up once, by the code of its last start, and by nothing else.
func TestSetup(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		in := begin(t, database, nowhere)
		var needed struct{ Needed bool }
		in.page(http.MethodGet, "setup", nil).want(t, http.StatusOK).into(t, &needed)
		if !needed.Needed {
			t.Fatal("an empty installation needs no set-up")
		}
		code := func() string {
			code, err := in.app.Accounts.SetupCode(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			in.never = append(in.never, code)
			return code
		}
		old, late := code(), code()
		in.clock.Advance(25 * time.Hour)
		body := func(code string) map[string]any {
			return map[string]any{"code": code, "company": " Aurora ", "name": "Rui", "email": "Rui@Aurora.example", "password": password}
		}
		for name, c := range map[string]string{"a guess": "7F2K", "none": "", "the code of an earlier start": old, "one that is over": late} {
			if p := in.page(http.MethodPost, "setup", body(c)).problem(t, http.StatusUnprocessableEntity, "api.link"); p.Title != "This link does not work." {
				t.Errorf("%s: %+v", name, p)
			}
		}
		now := code()
		if !regexp.MustCompile(`^([A-Z2-7]{4}-){6}[A-Z2-7]{2}$`).MatchString(now) {
			t.Errorf("the code is %q", now)
		}
		// What is wrong with the rest does not cost the code.
		for field, value := range map[string]string{"company": " ", "name": strings.Repeat("x", 101), "email": "rui", "password": "short"} {
			b := body(now)
			b[field] = value
			p := in.page(http.MethodPost, "setup", b).problem(t, http.StatusUnprocessableEntity, "api.input")
			if len(p.Fields) != 1 || p.Fields[0].Name != field || p.Fields[0].Reason == "" {
				t.Errorf("%s: %+v", field, p)
			}
		}
		var won atomic.Int32
		var cookie *http.Cookie
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				got, err := request{method: http.MethodPost, url: in.url + "/api/v1/setup", header: ownPages, body: body(strings.ToLower(strings.ReplaceAll(now, "-", " ")))}.try(t.Context())
				if err == nil && got.status == http.StatusCreated {
					won.Add(1)
					cookie = got.session(t)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of three who raced have set it up", won.Load())
		}
		in.page(http.MethodPost, "setup", body(now)).problem(t, http.StatusUnprocessableEntity, "api.link")
		in.page(http.MethodGet, "setup", nil).into(t, &needed)
		if again := code(); needed.Needed || again != "" {
			t.Errorf("a company is there: needed %v, a new code %q", needed.Needed, again)
		}
		var who me
		(&company{install: in}).as(cookie, http.MethodGet, "me", nil).want(t, http.StatusOK).into(t, &who)
		if who.User == nil || who.User.Email != "Rui@Aurora.example" || who.Role != "owner" || who.Company.Name != "Aurora" || !slices.Contains(who.Rights, "manage_owners") {
			t.Errorf("%+v", who)
		}
		in.signIn("rui@aurora.EXAMPLE", password).want(t, http.StatusOK)
	})
}

// I48, I53: an invitation lets its person choose a password, once, within a week, and only the newest does; as a reset it ends
// every other way in.
func TestInvitations(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		p := c.invited("Bia", clearline.RoleAgent)
		if p.Role != "agent" || !p.Invited || !p.Active || p.LastSeenAt != nil || !strings.HasPrefix(p.InviteURL, c.url+"/welcome?code=") || len(codeOf(p.InviteURL)) < 40 {
			t.Errorf("%+v", p)
		}
		welcome := func(link, password string) *answer {
			return c.page(http.MethodPost, "welcome", map[string]any{"code": codeOf(link), "password": password})
		}
		again := func() string {
			var v struct {
				InviteURL string `json:"invite_url"`
			}
			c.post("users/"+p.ID+"/invite", nil).want(t, http.StatusOK).into(t, &v)
			return v.InviteURL
		}
		newer := again()
		welcome(p.InviteURL, password).problem(t, http.StatusUnprocessableEntity, "api.link")
		welcome("", password).problem(t, http.StatusUnprocessableEntity, "api.link")
		welcome(newer, "short").problem(t, http.StatusUnprocessableEntity, "api.input")
		welcome(newer, p.Email).problem(t, http.StatusUnprocessableEntity, "api.input")
		welcome(newer, strings.Repeat("x", 257)).problem(t, http.StatusUnprocessableEntity, "api.input")
		c.clock.Advance(7*24*time.Hour + time.Minute)
		welcome(newer, password).problem(t, http.StatusUnprocessableEntity, "api.link")
		first := welcome(again(), password).want(t, http.StatusOK).session(t)
		c.as(first, http.MethodGet, "me", nil).want(t, http.StatusOK)

		reset := again()
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				got, err := request{method: http.MethodPost, url: c.url + "/api/v1/welcome", header: ownPages,
					body: map[string]any{"code": codeOf(reset), "password": "another long one", "name": "Bia R."}}.try(t.Context())
				if err == nil && got.status == http.StatusOK {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d of three who raced got in", won.Load())
		}
		c.as(first, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		c.signIn(p.Email, password).problem(t, http.StatusUnauthorized, "api.sign_in")
		var who me
		c.signIn(p.Email, "another long one").want(t, http.StatusOK).into(t, &who)
		if who.User.Name != "Bia R." {
			t.Errorf("%+v", who.User)
		}
		pending := again()
		c.request(http.MethodPatch, "users/"+p.ID, map[string]any{"active": false}).want(t, http.StatusOK)
		welcome(pending, password).problem(t, http.StatusUnprocessableEntity, "api.link")
		c.post("users/"+p.ID+"/invite", nil).problem(t, http.StatusUnprocessableEntity, "api.input")
	})
}

// I47, I48: signing in says the same about every account that does not let in, and renews the session.
func TestSignIn(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		p, _ := c.member("Bia", clearline.RoleAgent)
		gone, _ := c.member("Caio", clearline.RoleAgent)
		c.request(http.MethodPatch, "users/"+gone.ID, map[string]any{"active": false}).want(t, http.StatusOK)
		waiting := c.invited("Dora", clearline.RoleAgent)
		var first []byte
		for name, try := range map[string][2]string{"wrong password": {p.Email, "not the password"}, "unknown": {"nobody@example.org", password}, "deactivated": {gone.Email, password},
			"invited": {waiting.Email, password}, "no password": {p.Email, ""}, "no address": {"", password}, "no address at all": {"x'; --", password}, "NUL": {"bia\x00@example.org", password}, "of the invitation": {waiting.Email, codeOf(waiting.InviteURL)}} {
			got := c.signIn(try[0], try[1])
			got.problem(t, http.StatusUnauthorized, "api.sign_in")
			if raw := withoutRequestID(got.raw); first == nil {
				first = raw
			} else if !bytes.Equal(raw, first) {
				t.Errorf("%s: %s, another: %s", name, raw, first)
			}
			if got.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: %v", name, got.header)
			}
		}
		request{method: http.MethodPost, url: c.url + "/api/v1/session", header: map[string]string{"X-Clearline": "1", "User-Agent": strings.Repeat("x", 299) + "é\xff"},
			body: map[string]any{"email": p.Email, "password": password}}.send(t).want(t, http.StatusOK)
		got := c.signIn(" "+strings.ToUpper(p.Email), password).want(t, http.StatusOK)
		cookie := got.session(t)
		if cookie.Name != "clearline" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure || cookie.Domain != "" || len(cookie.Value) < 40 {
			t.Errorf("the cookie is %v", cookie)
		}
		var who me
		got.into(t, &who)
		if who.User.ID != p.ID || who.Company.ID != c.id.String() || who.SessionID == nil || who.Encrypted || who.Settings != clearline.DefaultSettings() {
			t.Errorf("%+v", who)
		}
		// The session that the browser had does not stay behind.
		next := request{method: http.MethodPost, url: c.url + "/api/v1/session", header: ownPages, cookie: cookie, body: map[string]any{"email": p.Email, "password": password}}.
			send(t).want(t, http.StatusOK).session(t)
		c.as(cookie, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		c.as(next, http.MethodDelete, "session", nil).want(t, http.StatusNoContent)
		c.as(next, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		// Whoever comes in by a link in a browser that somebody else has used leaves no session of theirs behind.
		used := c.signIn(p.Email, password).session(t)
		request{method: http.MethodGet, url: c.url + "/login?code=" + c.code("Eva", clearline.RoleAgent), cookie: used}.send(t).want(t, http.StatusSeeOther).session(t)
		c.as(used, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		used = c.signIn(p.Email, password).session(t)
		request{method: http.MethodPost, url: c.url + "/api/v1/welcome", header: ownPages, cookie: used, body: map[string]any{"code": codeOf(waiting.InviteURL), "password": password}}.
			send(t).want(t, http.StatusOK)
		c.as(used, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		// One address in two companies: the password says which.
		other := c.company("Borealis")
		var there person
		other.post("users", map[string]any{"name": "Bia", "email": p.Email, "role": "lead"}).want(t, http.StatusCreated).into(t, &there)
		c.page(http.MethodPost, "welcome", map[string]any{"code": codeOf(there.InviteURL), "password": "nine quiet rivers"}).want(t, http.StatusOK)
		for pass, company := range map[string]clearline.ID{password: c.id, "nine quiet rivers": other.id} {
			c.signIn(p.Email, pass).want(t, http.StatusOK).into(t, &who)
			if who.Company.ID != company.String() {
				t.Errorf("with %q into %+v", pass, who.Company)
			}
		}
	})
}

// I48: guessing gets slower by account and by address, for known and unknown accounts alike, and ends.
func TestGuessingIsSlowed(t *testing.T) {
	t.Parallel()
	c := begin(t, "", nowhere, func(o *app.Options) { o.TrustedProxies = []string{"127.0.0.0/8"} }).company("Aurora")
	p, _ := c.member("Bia", clearline.RoleAgent)
	from := func(address, email, password string) *answer {
		return request{method: http.MethodPost, url: c.url + "/api/v1/session", header: map[string]string{"X-Clearline": "1", "X-Forwarded-For": address},
			body: map[string]any{"email": email, "password": password}}.send(t)
	}
	from("10.0.0.1", p.Email, password).want(t, http.StatusOK)
	waits := map[string]int{}
	for _, email := range []string{p.Email, "nobody@example.org"} {
		for i := range 8 {
			got := from(fmt.Sprintf("10.1.0.%d", i), email, "guess")
			if got.status == http.StatusTooManyRequests {
				got.problem(t, http.StatusTooManyRequests, "api.too_many")
				if got.header.Get("Retry-After") == "" {
					t.Error("refused without a word on how long to wait")
				}
				waits[email]++
			}
		}
	}
	// How often depends on how fast the machine is; TestWaitsTellNothing compares the waits themselves.
	if waits[p.Email] == 0 || waits["nobody@example.org"] == 0 {
		t.Errorf("slowed down: %v", waits)
	}
	// The right password has to wait too, except where the person has signed in before; the wait has an end.
	for range 12 {
		c.clock.Advance(6 * time.Minute)
		from("10.2.0.1", p.Email, "guess")
	}
	got := from("10.2.0.1", p.Email, password)
	got.problem(t, http.StatusTooManyRequests, "api.too_many")
	if wait := got.header.Get("Retry-After"); wait == "" || len(wait) > 3 || wait > "300" {
		t.Errorf("to wait are %q seconds", wait)
	}
	from("10.0.0.1", p.Email, password).want(t, http.StatusOK)
	c.clock.Advance(5 * time.Minute)
	from("10.2.0.1", p.Email, password).want(t, http.StatusOK)
	// One address that tries many accounts; an IPv6 customer's whole network is one address.
	for _, many := range [][]string{{"10.3.0.1", "10.3.0.1"}, {"fd00::1", "fd00::ffff:2"}} {
		slowed := 0
		for i := range 25 {
			if from(many[i%2], fmt.Sprintf("a%d@example.org", i), "guess").status == http.StatusTooManyRequests {
				slowed++
			}
		}
		if slowed == 0 {
			t.Errorf("25 accounts were tried from %v", many)
		}
	}
	from("10.4.0.1", p.Email, password).want(t, http.StatusOK)
}

// I47: what is about oneself: settings, name, password, sessions.
func TestSettingsAndSessions(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		p, cookie := c.member("Bia", clearline.RoleAgent)
		var who me
		c.as(cookie, http.MethodPatch, "me", map[string]any{"name": "Bia R.", "settings": map[string]any{"undo_seconds": 10, "notify": map[string]any{"sound": false}}}).want(t, http.StatusOK).into(t, &who)
		want := clearline.DefaultSettings()
		want.UndoSeconds, want.Notify.Sound = 10, false
		if who.User.Name != "Bia R." || who.Settings != want {
			t.Errorf("%+v %+v", who.User, who.Settings)
		}
		for field, value := range map[string]any{"undo_seconds": 4, "theme": "blue", "text_size": 151, "density": "", "clock": "13", "send_with": "tab", "single_keys": "yes", "colour": "red"} {
			p := c.as(cookie, http.MethodPatch, "me", map[string]any{"settings": map[string]any{field: value}}).problem(t, http.StatusUnprocessableEntity, "api.input")
			if len(p.Fields) == 0 || !strings.Contains(p.Fields[0].Name+p.Fields[0].Reason, field) {
				t.Errorf("%s: %+v", field, p)
			}
		}
		c.as(cookie, http.MethodGet, "me", nil).into(t, &who)
		if who.Settings != want {
			t.Errorf("kept: %+v", who.Settings)
		}
		c.get("me", &who)
		if who.User != nil || who.Settings.UndoSeconds != 0 || who.SessionID != nil || who.Role != "admin" {
			t.Errorf("a key: %+v", who)
		}
		c.request(http.MethodPatch, "me", map[string]any{"name": "key"}).problem(t, http.StatusForbidden, "api.forbidden")

		second, third := c.signIn(p.Email, password).session(t), c.signIn(p.Email, password).session(t)
		var all list[struct {
			ID, Browser, Address string
			Current              bool
			LastUsedAt           *time.Time `json:"last_used_at"`
		}]
		c.as(second, http.MethodGet, "sessions", nil).want(t, http.StatusOK).into(t, &all)
		if len(all.Items) != 3 || !all.Items[1].Current || all.Items[0].Current || all.Items[0].Address != "127.0.0.1" || all.Items[1].LastUsedAt == nil {
			t.Fatalf("%+v", all.Items)
		}
		c.as(second, http.MethodDelete, "sessions/"+all.Items[2].ID, nil).want(t, http.StatusNoContent)
		c.as(third, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		c.as(second, http.MethodDelete, "sessions", nil).want(t, http.StatusNoContent)
		c.as(cookie, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")

		other := c.signIn(p.Email, password).session(t)
		c.as(second, http.MethodPost, "me/password", map[string]any{"current": "guess", "password": "another long one"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		c.as(second, http.MethodPost, "me/password", map[string]any{"current": password, "password": "short"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		renewed := c.as(second, http.MethodPost, "me/password", map[string]any{"current": password, "password": "another long one"}).want(t, http.StatusNoContent).session(t)
		for _, ended := range []*http.Cookie{second, other} {
			c.as(ended, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		}
		c.as(renewed, http.MethodGet, "me", nil).want(t, http.StatusOK)
		c.signIn(p.Email, password).problem(t, http.StatusUnauthorized, "api.sign_in")
		c.signIn(p.Email, "another long one").want(t, http.StatusOK)
	})
}

// A use is written down by and by, at most once a minute, and not by the request that reads.
func TestLastUseIsNoted(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		p, cookie := c.member("Bia", clearline.RoleAgent)
		seen := func() time.Time {
			var all list[person]
			c.get("users", &all)
			return *all.Items[slices.IndexFunc(all.Items, func(u person) bool { return u.ID == p.ID })].LastSeenAt
		}
		key := func() *time.Time {
			var all list[struct {
				LastUsedAt *time.Time `json:"last_used_at"`
			}]
			c.get("keys", &all)
			return all.Items[0].LastUsedAt
		}
		start := seen()
		c.clock.Advance(30 * time.Second)
		c.as(cookie, http.MethodGet, "me", nil).want(t, http.StatusOK)
		c.clock.Advance(16 * time.Second) // what was noted would be written now
		until(t, "the key's use is written", func() bool { return key() != nil })
		if at := seen(); !at.Equal(start) {
			t.Errorf("seen at %v within a minute of %v", at, start)
		}
		c.clock.Advance(time.Minute)
		used := c.clock.Now()
		c.as(cookie, http.MethodGet, "me", nil).want(t, http.StatusOK)
		until(t, "the session's use is written", func() bool {
			c.clock.Advance(time.Second)
			return seen().After(used.Add(-time.Second))
		})
	})
}

// The answers of the routes by which people come in are as described, too.
func TestWaysInAreAsDescribed(t *testing.T) {
	t.Parallel()
	in := begin(t, "", nowhere)
	d := in.description()
	check := describing{t, d["components"].(map[string]any)["schemas"].(map[string]any)}
	as := func(method, path string, got *answer) *answer {
		t.Helper()
		operation := d["paths"].(map[string]any)["/api/v1/"+path].(map[string]any)[strings.ToLower(method)].(map[string]any)
		response, described := operation["responses"].(map[string]any)[fmt.Sprint(got.status)].(map[string]any)
		if !described {
			t.Fatalf("%s %s: HTTP %d is not described: %s", method, path, got.status, got.raw)
		}
		if got.status != http.StatusNoContent {
			check.answer(path, response, got.raw)
		}
		return got
	}
	code, err := in.app.Accounts.SetupCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]any{"code": code, "company": "Aurora", "name": "Rui", "email": "rui@aurora.example", "password": password}
	cookie := as(http.MethodPost, "setup", in.page(http.MethodPost, "setup", first).want(t, http.StatusCreated)).session(t)
	as(http.MethodPost, "setup", in.page(http.MethodPost, "setup", first))
	c := &company{install: in}
	as(http.MethodPost, "session", in.signIn("rui@aurora.example", password).want(t, http.StatusOK))
	as(http.MethodPost, "session", in.signIn("rui@aurora.example", "guess"))
	var p person
	as(http.MethodPost, "users", c.as(cookie, http.MethodPost, "users", map[string]any{"name": "Bia", "email": "bia@aurora.example", "role": "agent"})).into(t, &p)
	as(http.MethodPost, "welcome", in.page(http.MethodPost, "welcome", map[string]any{"code": codeOf(p.InviteURL), "password": password}).want(t, http.StatusOK))
	as(http.MethodPost, "me/password", c.as(cookie, http.MethodPost, "me/password", map[string]any{"current": password, "password": "another long one"}).want(t, http.StatusNoContent))
	for range 8 {
		in.signIn("bia@aurora.example", "guess")
	}
	got := in.signIn("bia@aurora.example", password)
	if as(http.MethodPost, "session", got); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("HTTP %d %v", got.status, got.header)
	}
}
