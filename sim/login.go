package sim

import (
	"crypto/rand"
	"embed"
	"fmt"
	pages "html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The login of Embedded Signup without the JavaScript SDK: a few plain pages
// under /dialog/oauth, one form each, which end at the redirect address with a
// code or with an error. What was chosen goes along in hidden fields.

//go:embed login
var loginFiles embed.FS

var loginPages = pages.Must(pages.ParseFS(loginFiles, "login/*.html"))

// grant is what a finished login gave to an app: a code to exchange.
type grant struct {
	appID, userID, redirect string
	scopes, wabas           []string
	made                    time.Time
	used                    bool
}

// login is one person's way through the pages.
type login struct {
	ClientID, ConfigID, RedirectURI, State string

	Path        string // of the forms
	App         string
	Coexistence bool

	Step     string
	Problem  string // what was wrong with the last form
	Person   string // owner, none
	Business string
	WABA     string
	Number   string

	// What the pages show.
	Businesses, WABAs, Numbers []loginChoice
	Countries                  []string
	Scopes                     []string
	Entered                    map[string]string
}

// Chosen tells whether a radio button is to be on: what was chosen before, else
// the first of the list.
func (l *login) Chosen(id string, place int) bool {
	chosen := map[string]string{"business": l.Business, "waba": l.WABA, "number": l.Number}[l.Step]
	return chosen == id || chosen == "" && place == 0
}

// Country is the one to begin with.
func (l *login) Country() string {
	if cc := l.Entered["cc"]; cc != "" {
		return cc
	}
	return "US"
}

// loginChoice is one radio button.
type loginChoice struct {
	ID, Name, About string
	Barred          bool
}

func (s *Sim) loginRoutes(mux *http.ServeMux) {
	paths := []string{"/dialog/oauth"}
	for v := oldestVersion; v <= currentVersion; v++ {
		paths = append(paths, fmt.Sprintf("/v%d.0/dialog/oauth", v))
	}
	for _, path := range paths {
		mux.HandleFunc("GET "+path, s.serveLogin)
		mux.HandleFunc("POST "+path, s.serveLogin)
	}
	mux.HandleFunc("GET /login/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, loginFiles, "login/"+r.PathValue("name"))
	})
}

// maxLoginForm is more than any page of the login sends.
const maxLoginForm = 64 << 10

// serveLogin shows the page that comes next, or ends the login.
func (s *Sim) serveLogin(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxLoginForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	form := r.Form
	l := &login{
		ClientID: form.Get("client_id"), ConfigID: form.Get("config_id"), RedirectURI: form.Get("redirect_uri"), State: form.Get("state"),
		Path: r.URL.Path, Person: form.Get("person"), Business: form.Get("business"), WABA: form.Get("waba"), Number: form.Get("number"),
		Entered: map[string]string{},
	}
	for _, name := range []string{"business_name", "waba_name", "phone_number", "cc", "display_name", "method"} {
		l.Entered[name] = strings.TrimSpace(form.Get(name))
	}
	s.mu.Lock()
	target := s.proceed(l, r.Method, form)
	s.mu.Unlock()
	if target != "" {
		http.Redirect(w, r, target, http.StatusSeeOther)
		return
	}
	h := w.Header()
	// The last form's answer leads to the redirect address, which browsers count as
	// the form's target too.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "+originOf(l.RedirectURI))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "text/html; charset=utf-8")
	if l.Step == "refused" {
		w.WriteHeader(http.StatusBadRequest)
	}
	if err := loginPages.ExecuteTemplate(w, "page.html", l); err != nil {
		s.log.Error("a login page was not written", "step", l.Step, "error", err)
	}
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"") {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// proceed takes what the last form brought and finds the next page; a target
// ends the login. Needs the lock.
func (s *Sim) proceed(l *login, method string, form url.Values) (target string) {
	a := s.apps[l.ClientID]
	if l.Problem = s.wrongLogin(l, a, form); l.Problem != "" {
		l.Step = "refused"
		return ""
	}
	l.App, l.Coexistence = a.name, l.ConfigID == a.coexistConfig
	if method == http.MethodPost && form.Get("do") == "cancel" {
		return l.denied()
	}
	if method == http.MethodGet {
		l.Step = "person"
		return ""
	}
	switch form.Get("step") {
	case "person":
		s.tookPerson(l)
	case "business":
		s.tookBusiness(l)
	case "waba":
		s.tookWABA(l)
	case "number":
		s.tookNumber(l)
	case "code":
		s.tookCode(l, form.Get("code"), form.Get("do"))
	case "scopes":
		return s.finish(l, a, form["scope"])
	case "no_portfolio":
		return s.finish(l, a, nil)
	default:
		l.Step = "person"
	}
	return ""
}

// wrongLogin says what is wrong with the way the login was called.
func (s *Sim) wrongLogin(l *login, a *app, form url.Values) string {
	u, err := url.Parse(l.RedirectURI)
	switch {
	case a == nil:
		return "Invalid App ID: there is no app " + l.ClientID + "."
	case l.ConfigID != a.config && l.ConfigID != a.coexistConfig:
		return "Invalid Configuration: config_id " + l.ConfigID + " is not one of the app’s login configurations."
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "URL Blocked: redirect_uri must be a whole web address."
	case form.Get("response_type") != "code":
		return "Invalid response_type: this login gives codes only."
	}
	if _, dev := s.faults.pick(happening{operation: "login", accounts: append(s.accountsOfApp(a.id), a.id)}, "development"); dev || a.development {
		return "App not available: it is in development, and you have no role on it."
	}
	return ""
}

// denied is the way back of somebody who gave up.
func (l *login) denied() string {
	return l.back(url.Values{"error": {"access_denied"}, "error_code": {"200"}, "error_reason": {"user_denied"}, "error_description": {"Permissions error"}})
}

// back is the redirect address with what the login brought, and its state as it
// came.
func (l *login) back(values url.Values) string {
	u, err := url.Parse(l.RedirectURI)
	if err != nil {
		return ""
	}
	query := u.Query()
	for k, v := range values {
		query[k] = v
	}
	query.Set("state", l.State)
	u.RawQuery = query.Encode()
	return u.String()
}

func (s *Sim) tookPerson(l *login) {
	if _, none := s.faults.pick(happening{operation: "login"}, "no_portfolio"); none || l.Person == "none" {
		l.Person, l.Step = "none", "no_portfolio"
		return
	}
	s.showBusinesses(l)
}

func (s *Sim) showBusinesses(l *login) {
	l.Step = "business"
	for _, b := range s.businesses {
		l.Businesses = append(l.Businesses, loginChoice{ID: b.id, Name: b.name, About: fmt.Sprintf("%d accounts", len(s.wabasOf(b)))})
	}
	slices.SortFunc(l.Businesses, func(a, b loginChoice) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
}

// tookBusiness: a portfolio of the twin, or a new one by name.
func (s *Sim) tookBusiness(l *login) {
	if l.Business == "new" && l.Entered["business_name"] == "" || l.Business != "new" && s.businesses[l.Business] == nil {
		l.Problem = "Choose a portfolio, or give a new one a name."
		s.showBusinesses(l)
		return
	}
	s.showWABAs(l)
}

func (s *Sim) showWABAs(l *login) {
	l.Step = "waba"
	if b := s.businesses[l.Business]; b != nil {
		for _, w := range s.wabasOf(b) {
			l.WABAs = append(l.WABAs, loginChoice{ID: w.id, Name: w.name, About: fmt.Sprintf("%s, %d numbers", w.id, len(s.numbersOf(w.id)))})
		}
	}
}

func (s *Sim) tookWABA(l *login) {
	w := s.wabas[l.WABA]
	if l.WABA == "new" && l.Entered["waba_name"] == "" || l.WABA != "new" && (w == nil || w.business.id != l.Business) {
		l.Problem = "Choose an account, or give a new one a name."
		s.showWABAs(l)
		return
	}
	s.showNumbers(l)
}

func (s *Sim) showNumbers(l *login) {
	l.Step = "number"
	for iso := range countryByISO {
		l.Countries = append(l.Countries, iso)
	}
	slices.Sort(l.Countries)
	for _, n := range s.numbersOf(l.WABA) {
		status, _ := n.statusOf()
		c := loginChoice{ID: n.id, Name: "+" + n.display, About: n.name + ", " + strings.ToLower(status)}
		if n.onBizApp {
			c.About += ", also in the Business app"
		}
		if held := s.heldByApp(n); held != "" && !l.Coexistence {
			c.Barred, c.About = true, held
		}
		l.Numbers = append(l.Numbers, c)
	}
}

// heldByApp says why a number cannot be taken: an app on a phone has it.
func (s *Sim) heldByApp(n *number) string {
	standing := slices.ContainsFunc(s.faults.standing([]string{n.id, n.waba.id}), func(f *standingFault) bool { return f.Cause == "wa.in_use" })
	if !standing && (n.inApp == "" || n.inApp == "deleted") {
		return ""
	}
	return "This number is linked to an existing WhatsApp account. Delete it in the app and try again in up to 3 minutes."
}

// tookNumber: one of the account's, a new one, or none (only the account is
// shared). A new one gets a code.
func (s *Sim) tookNumber(l *login) {
	switch {
	case l.Number == "none":
		l.showScopes()
		return
	case l.Number != "new":
		n := s.numbers[l.Number]
		if n == nil || n.waba.id != l.WABA {
			l.Problem = "Choose a number."
			s.showNumbers(l)
			return
		}
		if held := s.heldByApp(n); held != "" && !l.Coexistence {
			l.Problem = held
			s.showNumbers(l)
			return
		}
		s.verifyIn(l, n)
		return
	}
	c, known := countryByISO[l.Entered["cc"]]
	digits, isNumber := digitsOf(l.Entered["phone_number"])
	code := ""
	if known {
		code = c.code[:countryCodeLength(c.iso)]
	}
	full := code + strings.TrimLeft(digits, "0")
	name := l.Entered["display_name"]
	switch length := utf8.RuneCountInString(name); {
	case !known || !isNumber || len(full) < 7 || len(full) > 15:
		l.Problem = "Enter the number without its country code."
	case s.holderOf(full) != nil:
		l.Problem = "This number is registered with another account."
	case length < shortestName || length > longestName:
		l.Problem = fmt.Sprintf("The display name needs %d to %d characters.", shortestName, longestName)
	}
	if l.Problem != "" {
		s.showNumbers(l)
		return
	}
	n := s.enter(l, c.iso, full, name)
	l.Number = n.id
	s.verifyIn(l, n)
}

// enter makes what the login asked for: portfolio, account and number.
func (s *Sim) enter(l *login, iso, digits, name string) *number {
	w := s.entered(l)
	n := s.addNumber(w, iso, name, digits)
	n.fresh()
	n.onBizApp = l.Coexistence
	a := s.apps[l.ClientID]
	s.addAccount(n, a, &token{appID: a.id})
	return n
}

// entered is the account of the login, made when it is new.
func (s *Sim) entered(l *login) *waba {
	if w := s.wabas[l.WABA]; w != nil {
		return w
	}
	b := s.businesses[l.Business]
	if b == nil {
		b = s.addBusiness(s.seededDigits("business/"+newSecret(), 15), l.Entered["business_name"])
		b.verification, b.limit = "not_verified", "TIER_250"
		l.Business = b.id
	}
	w := s.addWABA(s.seededDigits("waba/"+newSecret(), 15), b, l.Entered["waba_name"])
	l.WABA = w.id
	return w
}

// verifyIn asks for a code when the number needs one.
func (s *Sim) verifyIn(l *login, n *number) {
	if n.verification == "VERIFIED" || n.registered {
		l.showScopes()
		return
	}
	s.askCode(l, n)
}

func (s *Sim) askCode(l *login, n *number) {
	l.Step = "code"
	method := l.Entered["method"]
	if method != "VOICE" {
		method = "SMS"
	}
	if refused := s.sendCode(n, method, "en_US"); refused != nil {
		l.Problem = refused.details
	}
}

func (s *Sim) tookCode(l *login, code, do string) {
	n := s.numbers[l.Number]
	switch {
	case n == nil:
		l.Step = "person"
	case do == "again":
		s.askCode(l, n)
	case n.takeCode(strings.ReplaceAll(strings.TrimSpace(code), "-", ""), s.now()):
		s.live.tell(everybody)
		l.showScopes()
	default:
		l.Step, l.Problem = "code", "That code is not right. Look at the newest one."
	}
}

// loginScopes are what the pages ask for; each can be left out.
var loginScopes = []string{scopeManagement, scopeMessaging, scopeBusiness}

func (l *login) showScopes() { l.Step, l.Scopes = "scopes", loginScopes }

// finish gives the code. Of a coexistence number the registration is already
// there: the app keeps it.
func (s *Sim) finish(l *login, a *app, scopes []string) (target string) {
	g := &grant{appID: a.id, redirect: l.RedirectURI, made: s.now(), userID: s.seededDigits("user/"+newSecret(), 15), scopes: []string{"public_profile"}}
	if l.Person != "none" {
		w := s.entered(l)
		g.wabas = []string{w.id}
		for _, scope := range loginScopes {
			if slices.Contains(scopes, scope) {
				g.scopes = append(g.scopes, scope)
			}
		}
		if n := s.numbers[l.Number]; n != nil && l.Coexistence {
			n.onBizApp, n.registered, n.verification, n.inApp, n.onboarded, n.synced = true, true, "VERIFIED", "", s.now(), nil
			n.status, n.platform = "", ""
			s.faults.cure([]string{n.id, w.id}, "wa.coexist_idle", "wa.in_use")
		}
		s.announce(s.partnerEvent(w, a.id, "PARTNER_ADDED"))
	}
	code := "AQ" + rand.Text() + rand.Text()
	for old, g := range s.grants {
		if s.now().Sub(g.made) > time.Hour {
			delete(s.grants, old)
		}
	}
	s.grants[code] = g
	return l.back(url.Values{"code": {code}})
}
