package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
)

// weakest is the weakest role that may use a route; "own" is everybody with a session and no key, "public" everybody. It is
// written by hand, so that a slip in the table of rights shows.
var weakest = map[string]string{
	"GET changes": "agent", "GET connections": "agent", "GET connections/{id}": "agent", "GET connections/{id}/templates": "agent", "POST connections/{id}/templates/sync": "agent",
	"GET conversations": "agent", "GET conversations/counts": "agent", "GET conversations/{id}": "agent", "PATCH conversations/{id}": "agent", "GET conversations/{id}/messages": "agent",
	"POST conversations/{id}/messages": "agent", "POST conversations/{id}/read": "agent", "POST conversations/{id}/typing": "agent", "POST conversations/{id}/unread": "agent",
	"GET deliveries": "agent", "GET deliveries/{id}": "agent", "GET ledger": "agent", "GET me": "agent", "POST media": "agent", "GET media/{id}": "agent", "GET media/{id}/preview": "agent",
	"GET messages/{id}": "agent", "POST messages/{id}/cancel": "agent", "POST messages/{id}/dismiss": "agent", "POST messages/{id}/retry": "agent", "POST messages/{id}/send_now": "agent",
	"GET outcomes": "agent", "GET outcomes/{key}/messages": "agent", "POST outcomes/retry": "agent", "POST outcomes/dismiss": "agent",
	"GET messages/{id}/story": "agent", "GET presence": "agent", "GET explain": "agent", "GET causes": "agent", "GET causes/{cause}": "agent", "GET search": "agent", "GET users": "agent", "GET stream": "agent",
	"POST deliveries/{id}/replay": "lead",
	"POST connections":            "admin", "GET keys": "admin", "POST keys": "admin", "DELETE keys/{id}": "admin", "POST users": "admin", "PATCH users/{id}": "admin",
	"POST users/{id}/invite": "admin", "PATCH company": "admin",
	"GET platforms/whatsapp": "admin", "POST procedures": "admin", "GET procedures": "admin", "GET procedures/{id}": "admin", "DELETE procedures/{id}": "admin",
	"POST procedures/{id}/steps/{step}": "admin", "PATCH connections/{id}": "admin", "DELETE connections/{id}": "admin", "GET connections/{id}/move-out": "admin", "GET release-requests": "admin",
	"GET connections/{id}/doctor": "agent", "GET connections/{id}/findings": "agent", "GET connections/{id}/repairs": "agent", "GET doctor": "agent",
	"POST connections/{id}/doctor": "admin", "POST doctor": "admin", "POST connections/{id}/test": "admin", "POST connections/{id}/fixes/{action}": "admin",
	"GET connections/{id}/account": "agent", "GET connections/{id}/limits": "agent", "GET connections/{id}/profile": "agent", "PUT connections/{id}/profile": "admin", "GET connections/{id}/profile/picture": "agent", "PUT connections/{id}/profile/picture": "admin", "GET connections/{id}/links": "agent",
	"POST connections/{id}/links": "admin", "POST connections/{id}/links/{code}": "admin", "DELETE connections/{id}/links/{code}": "admin", "GET connections/{id}/links/{code}/image": "agent",
	"GET connections/{id}/display_name": "agent", "POST connections/{id}/display_name": "admin", "POST connections/{id}/display_name/register": "admin",
	"PUT conversations/{id}/draft": "own", "POST conversations/{id}/presence": "own", "GET drafts": "own", "PATCH me": "own", "POST me/password": "own", "DELETE session": "own",
	"DELETE sessions": "own", "GET sessions": "own", "DELETE sessions/{id}": "own",
	"POST session": "public", "GET setup": "public", "POST setup": "public", "POST welcome": "public",
}

// Every route names its right, and each role is let in or refused by it before anything of the request is read.
func TestRightsByRole(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		cookies := map[clearline.Role]*http.Cookie{}
		for _, role := range clearline.Roles {
			cookies[role] = c.user(string(role), role)
		}
		routes := c.routes()
		for _, r := range routes {
			short := strings.TrimPrefix(r.path, "/api/v1/")
			least, known := weakest[r.method+" "+short]
			if !known {
				t.Errorf("%s %s is new: say in weakest who may use it", r.method, short)
				continue
			}
			if r.method == http.MethodDelete && short == "session" || short == "stream" {
				continue // it would end what is tried with, and has no end; both have tests of their own
			}
			path := strings.ReplaceAll(short, "{id}", nothing(kindOf(r.path)))
			for who, got := range map[string]*answer{
				"agent": c.as(cookies[clearline.RoleAgent], r.method, path, []byte("{]")), "lead": c.as(cookies[clearline.RoleLead], r.method, path, []byte("{]")),
				"admin": c.as(cookies[clearline.RoleAdmin], r.method, path, []byte("{]")), "owner": c.as(cookies[clearline.RoleOwner], r.method, path, []byte("{]")),
				"key": c.request(r.method, path, []byte("{]")),
			} {
				may := least == "public" || least == "own" && who != "key" || least == "agent" ||
					slices.Contains(clearline.Roles, clearline.Role(least)) && (who == "key" && least != "owner" || slices.Index(clearline.Roles, clearline.Role(who)) >= slices.Index(clearline.Roles, clearline.Role(least)))
				if may && (got.status == http.StatusForbidden || got.status == http.StatusUnauthorized && least != "public") {
					t.Errorf("%s %s refuses %s: %s", r.method, short, who, got.raw)
				}
				if !may {
					got.problem(t, http.StatusForbidden, "api.forbidden")
				}
			}
		}
		if len(routes) != len(weakest) {
			t.Errorf("%d routes, %d in the table", len(routes), len(weakest))
		}
	})
}

// A company keeps an owner, nobody shuts themselves out, and only owners touch owners.
func TestRulesAboutPeople(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		owner, admin := c.user("Rui", clearline.RoleOwner), c.user("Sofia", clearline.RoleAdmin)
		var all list[person]
		c.get("users", &all)
		id := map[string]string{}
		for _, u := range all.Items {
			id[u.Name] = u.ID
		}
		type object = map[string]any
		forbidden := func(got *answer) { t.Helper(); got.problem(t, http.StatusForbidden, "api.forbidden") }
		wrong := func(got *answer, field string) {
			t.Helper()
			if p := got.problem(t, http.StatusUnprocessableEntity, "api.input"); len(p.Fields) != 1 || !strings.Contains(p.Fields[0].Name, field) {
				t.Errorf("%+v, want the field %s", p, field)
			}
		}
		rui := "users/" + id["Rui"]
		for _, body := range []object{{"role": "agent"}, {"active": false}, {"name": "X"}} {
			forbidden(c.as(admin, http.MethodPatch, rui, body))
		}
		forbidden(c.as(admin, http.MethodPost, rui+"/invite", nil))
		forbidden(c.as(admin, http.MethodPost, "users", object{"name": "Eva", "email": "eva@example.org", "role": "owner"}))
		forbidden(c.as(admin, http.MethodPatch, "users/"+id["Sofia"], object{"role": "owner"}))
		forbidden(c.request(http.MethodPatch, "users/"+id["Sofia"], object{"role": "owner"}))
		wrong(c.as(owner, http.MethodPatch, rui, object{"role": "agent"}), "role")
		wrong(c.as(owner, http.MethodPatch, rui, object{"active": false}), "active")
		wrong(c.as(admin, http.MethodPatch, "users/"+id["Sofia"], object{"active": false}), "active")
		wrong(c.as(owner, http.MethodPatch, rui, object{"name": " "}), "name")
		wrong(c.as(owner, http.MethodPatch, rui, object{"role": "king"}), "role")
		for _, email := range []string{"", "eva", "eva@", "Eva <eva@example.org>", "a@b\n.c", strings.Repeat("x", 250) + "@b.example"} {
			wrong(c.as(owner, http.MethodPost, "users", object{"name": "Eva", "email": email, "role": "agent"}), "email")
		}
		var eva person
		c.as(owner, http.MethodPost, "users", object{"name": "Eva", "email": "Eva@example.org", "role": "owner"}).want(t, http.StatusCreated).into(t, &eva)
		c.as(owner, http.MethodPost, "users", object{"name": "Eva", "email": "eva@EXAMPLE.org", "role": "agent"}).problem(t, http.StatusConflict, "api.conflict")
		// With a second owner the first may step back, and is asked to sign in with the new rights.
		c.as(owner, http.MethodPatch, rui, object{"role": "admin"}).want(t, http.StatusOK)
		c.as(owner, http.MethodGet, "me", nil).problem(t, http.StatusUnauthorized, "api.sign_in")
		// A key dies with the rights of who made it, and comes back with them.
		var key struct{ Key string }
		c.as(admin, http.MethodPost, "keys", object{"name": "n8n"}).want(t, http.StatusCreated).into(t, &key)
		works := func(status int) {
			t.Helper()
			request{method: http.MethodGet, url: c.url + "/api/v1/me", key: key.Key}.send(t).want(t, status)
		}
		works(http.StatusOK)
		c.request(http.MethodPatch, "users/"+id["Sofia"], object{"role": "lead"}).want(t, http.StatusOK)
		works(http.StatusUnauthorized)
		var keys list[struct {
			Name      string
			Works     bool
			CreatedBy *struct{ Name string } `json:"created_by"`
		}]
		c.get("keys", &keys)
		if k := keys.Items[1]; k.Name != "n8n" || k.Works || k.CreatedBy == nil || k.CreatedBy.Name != "Sofia" || !keys.Items[0].Works || keys.Items[0].CreatedBy != nil {
			t.Errorf("%+v", keys.Items)
		}
		c.request(http.MethodPatch, "users/"+id["Sofia"], object{"role": "admin", "active": false}).want(t, http.StatusOK)
		works(http.StatusUnauthorized)
		c.request(http.MethodPatch, "users/"+id["Sofia"], object{"active": true}).want(t, http.StatusOK)
		works(http.StatusOK)
	})
}

// I36, I47: whatever ends somebody's rights ends their streams and sessions within five seconds, on every node, also of a
// stream on which nothing happens.
func TestRightsEndEverywhereAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		there := *c // the other node, where there can be one
		if database != "" {
			there.install = begin(t, database, nowhere)
		}
		type object = map[string]any
		ended := map[string]chan time.Duration{}
		var acts []func()
		watch := func(name string, cookie *http.Cookie, key string, act func()) {
			reader := there
			reader.key = key
			s := reader.open(t, "", nil, cookie)
			s.next(t)
			after := make(chan time.Duration, 1)
			ended[name] = after
			started := make(chan time.Time, 1)
			acts = append(acts, func() { act(); started <- time.Now() })
			go func() {
				at := <-started
				for range s.events {
				}
				after <- time.Since(at)
			}()
		}
		_, outCookie := c.member("Ana", clearline.RoleAgent)
		watch("signing out", outCookie, "", func() { c.as(outCookie, http.MethodDelete, "session", nil).want(t, http.StatusNoContent) })
		role, roleCookie := c.member("Bia", clearline.RoleAgent)
		watch("another role", roleCookie, "", func() {
			c.request(http.MethodPatch, "users/"+role.ID, object{"role": "lead"}).want(t, http.StatusOK)
		})
		gone, goneCookie := c.member("Caio", clearline.RoleAgent)
		watch("deactivation", goneCookie, "", func() {
			c.request(http.MethodPatch, "users/"+gone.ID, object{"active": false}).want(t, http.StatusOK)
		})
		pass, passCookie := c.member("Dora", clearline.RoleAgent)
		other := c.signIn(pass.Email, password).session(t)
		watch("another password", passCookie, "", func() {
			c.as(other, http.MethodPost, "me/password", object{"current": password, "password": "another long one"}).want(t, http.StatusNoContent)
		})
		maker, makerCookie := c.member("Eva", clearline.RoleAdmin)
		var key struct{ Key string }
		c.as(makerCookie, http.MethodPost, "keys", object{"name": "n8n"}).want(t, http.StatusCreated).into(t, &key)
		watch("a key's maker is gone", nil, key.Key, func() {
			c.request(http.MethodPatch, "users/"+maker.ID, object{"active": false}).want(t, http.StatusOK)
		})
		stays, staysCookie := c.member("Fay", clearline.RoleAgent)
		quiet := there.open(t, "", nil, staysCookie)
		over := func(name string) {
			t.Helper()
			select {
			case took := <-ended[name]:
				if took > 5*time.Second {
					t.Errorf("%s ended the stream after %v", name, took)
				}
			case <-time.After(2 * time.Minute):
				t.Errorf("%s did not end the stream", name)
			}
			delete(ended, name)
		}
		acts[0]()
		over("signing out") // it is in no change, so that nothing wakes the stream
		for _, act := range acts[1:] {
			act()
		}
		for name := range ended {
			over(name)
		}
		for name, cookie := range map[string]*http.Cookie{"signed out": outCookie, "another role": roleCookie, "gone": goneCookie, "another password": passCookie} {
			for _, node := range []*company{c, &there} {
				got := node.as(cookie, http.MethodGet, "me", nil)
				if got.status != http.StatusUnauthorized {
					t.Errorf("%s: HTTP %d", name, got.status)
				}
			}
		}
		// Whoever was not concerned goes on.
		c.request(http.MethodPatch, "users/"+stays.ID, object{"name": "Fay B."}).want(t, http.StatusOK)
		for {
			e, ok := quiet.next(t)
			if !ok {
				t.Fatal("the stream of somebody else ended too")
			}
			if strings.Contains(e.data, "user.changed") && strings.Contains(e.data, stays.ID) {
				break
			}
		}
	})
}

// I47: a session is kept in a cookie that fits the line: __Host- and Secure where it is encrypted, a plain one on this machine
// and in private networks, none elsewhere. What a proxy says counts only when it is trusted.
func TestCookieFitsTheLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		host, proto, forwarded string
		public                 string
		trusted                []string
		// cookie is the name, "" for 403; address is what the session shows.
		cookie, address string
	}{
		"this machine":                          {host: "127.0.0.1:8080", cookie: "clearline", address: "127.0.0.1"},
		"by name":                               {host: "localhost:8080", cookie: "clearline"},
		"IPv6":                                  {host: "[::1]:8080", cookie: "clearline"},
		"a private network":                     {host: "192.168.1.5:8080", cookie: "clearline"},
		"a name at home":                        {host: "nas.local", cookie: "clearline"},
		"a single word":                         {host: "inbox", cookie: "clearline"},
		"a public name":                         {host: "inbox.example.org"},
		"a public name that points here":        {host: "127.0.0.1.example.org:8080"},
		"a public address":                      {host: "203.0.113.7"},
		"no trust, so no encryption":            {host: "inbox.example.org", proto: "https"},
		"a trusted proxy, encrypted":            {host: "inbox.example.org", proto: "https", forwarded: "203.0.113.9", trusted: []string{"127.0.0.1"}, cookie: "__Host-clearline", address: "203.0.113.9"},
		"a chain: the nearest untrusted counts": {host: "inbox.example.org", proto: "https", forwarded: "198.51.100.1, 203.0.113.9, 10.0.0.4", trusted: []string{"127.0.0.1", "10.0.0.0/8"}, cookie: "__Host-clearline", address: "203.0.113.9"},
		"a trusted proxy, plain":                {host: "inbox.example.org", proto: "http", forwarded: "203.0.113.9", trusted: []string{"127.0.0.1"}},
		"a visitor from outside, plain":         {host: "127.0.0.1:8080", forwarded: "203.0.113.9", trusted: []string{"127.0.0.1"}},
		"an address that nobody vouches for":    {host: "127.0.0.1:8080", forwarded: "203.0.113.9", cookie: "clearline", address: "127.0.0.1"},
		"a public URL":                          {host: "inbox.example.org", public: "https://inbox.example.org", cookie: "__Host-clearline", address: "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := begin(t, "", nowhere, func(o *app.Options) { o.PublicURL, o.TrustedProxies = c.public, c.trusted })
			company := in.company("Aurora")
			header := map[string]string{"X-Clearline": "1"}
			for k, v := range map[string]string{"X-Forwarded-Proto": c.proto, "X-Forwarded-For": c.forwarded} {
				if v != "" {
					header[k] = v
				}
			}
			code := company.code("Bia", clearline.RoleAgent)
			ask := func(path string, cookie *http.Cookie) *answer {
				return company.at(c.host, path, header, cookie)
			}
			got := ask("/login?code="+code, nil)
			if c.cookie == "" {
				for _, path := range []string{"/login?code=" + code, "/", "/conversations/1", "/assets/x.js"} {
					page := ask(path, nil).want(t, http.StatusForbidden)
					if !strings.Contains(string(page.raw), "--public-url") || page.header.Get("Set-Cookie") != "" {
						t.Errorf("%s: %v %s", path, page.header, page.raw)
					}
				}
				ask("/api/v1/me", company.user("Caio", clearline.RoleAgent)).problem(t, http.StatusForbidden, "api.unencrypted")
				return
			}
			cookie := got.want(t, http.StatusSeeOther).session(t)
			if cookie.Name != c.cookie || cookie.Secure != (c.cookie == "__Host-clearline") || cookie.Path != "/" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Domain != "" {
				t.Errorf("%v", cookie)
			}
			var who me
			ask("/api/v1/me", cookie).want(t, http.StatusOK).into(t, &who)
			if who.Encrypted != cookie.Secure {
				t.Errorf("encrypted: %v", who.Encrypted)
			}
			var sessions list[struct{ Address string }]
			ask("/api/v1/sessions", cookie).want(t, http.StatusOK).into(t, &sessions)
			if a := sessions.Items[0].Address; c.address != "" && a != c.address {
				t.Errorf("the session is from %s", a)
			}
			// The cookie of another line is no session here.
			planted := *cookie
			planted.Name = map[string]string{"clearline": "__Host-clearline", "__Host-clearline": "clearline"}[c.cookie]
			ask("/api/v1/me", &planted).problem(t, http.StatusUnauthorized, "api.sign_in")
		})
	}
	for _, wrong := range []string{"localhost", "10.0.0.0/40", "1.2.3"} {
		_, err := app.New(t.Context(), app.Options{DataDir: t.TempDir(), GraphURL: nowhere, TrustedProxies: []string{wrong}})
		if err == nil || !strings.Contains(err.Error(), "--trusted-proxies") || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// I44, I49: every answer forbids what pages of others could do with it, whatever it answers, and no other site may read or change.
func TestEveryAnswerHasTheHeaders(t *testing.T) {
	t.Parallel()
	c := begin(t, "", nowhere).company("Aurora")
	cookie := c.user("Bia", clearline.RoleAgent)
	for name, q := range map[string]request{
		"the page": {url: "/"}, "another page": {url: "/settings/you"}, "no file": {url: "/assets/none.js"}, "wrong method": {method: http.MethodPost, url: "/"},
		"the API": {url: "/api/v1/me", cookie: cookie}, "by key": {url: "/api/v1/me", key: c.key}, "nobody": {url: "/api/v1/me"}, "absent": {url: "/api/v1/messages/1", key: c.key},
		"no route": {url: "/api/v1/none", key: c.key}, "wrong method of a route": {method: http.MethodPut, url: "/api/v1/me", key: c.key}, "bad input": {url: "/api/v1/conversations?limit=x", key: c.key},
		"forbidden": {url: "/api/v1/keys", cookie: cookie}, "the description": {url: "/api/openapi.json"}, "alive": {url: "/healthz"}, "ready": {url: "/readyz"},
		"a bad link": {url: "/login?code=x"}, "sign in": {url: "/login"}, "a webhook": {method: http.MethodPost, url: "/webhooks/whatsapp", body: []byte("{}")}, "no webhook": {url: "/webhooks/none"},
		"a file": {url: "/api/v1/media/1", key: c.key}, "set-up": {url: "/api/v1/setup"}, "before a change": {method: http.MethodOptions, url: "/api/v1/keys"},
	} {
		if q.method == "" {
			q.method = http.MethodGet
		}
		q.url = c.url + q.url
		q.header = map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
		got := q.send(t)
		for h, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got.header.Get(h) != want {
				t.Errorf("%s (HTTP %d): %s is %q", name, got.status, h, got.header.Get(h))
			}
		}
		csp := got.header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") && !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") && !strings.Contains(csp, "sandbox") {
			t.Errorf("%s (HTTP %d): the policy is %q", name, got.status, csp)
		}
		for h := range got.header {
			if strings.HasPrefix(h, "Access-Control-") {
				t.Errorf("%s lets another site read: %s", name, h)
			}
		}
	}
	// I49: signing in and setting up are changes too.
	for _, path := range []string{"session", "setup", "welcome"} {
		for name, header := range map[string]map[string]string{"without our header": nil, "from another site": {"X-Clearline": "1", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}} {
			got := request{method: http.MethodPost, url: c.url + "/api/v1/" + path, header: header, body: map[string]any{}}.send(t)
			if got.status != http.StatusForbidden {
				t.Errorf("%s %s: HTTP %d", path, name, got.status)
			}
		}
	}
}

// code makes a sign-in link's code for a new person.
func (c *company) code(name string, role clearline.Role) string {
	c.t.Helper()
	u, err := c.app.Store.AddUser(c.t.Context(), clearline.User{CompanyID: c.id, Name: name, Role: role})
	if err != nil {
		c.t.Fatal(err)
	}
	code, err := c.app.Accounts.NewCode(c.t.Context(), u, time.Hour, true)
	if err != nil {
		c.t.Fatal(err)
	}
	return code
}

// at asks under another name of the server, as a browser that reached it so would.
func (c *company) at(host, path string, header map[string]string, cookie *http.Cookie) *answer {
	c.t.Helper()
	req := httptest.NewRequest(http.MethodGet, c.url+path, nil).WithContext(c.t.Context())
	req.RequestURI, req.Host = "", host
	for k, v := range header {
		req.Header.Set(k, v)
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	res, err := client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	a := &answer{status: res.StatusCode, header: res.Header, what: fmt.Sprintf("GET %s%s", host, path)}
	if a.raw, err = io.ReadAll(res.Body); err != nil {
		c.t.Fatal(err)
	}
	return a
}
