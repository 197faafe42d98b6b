package sim_test

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

const (
	returnTo = "https://inbox.example/connect/whatsapp/return"
	theState = `s "t&a/t+e`
)

// loginPage is one page of the sign-in as a person without scripts has it: its
// step, its hidden fields, and what it says.
type loginPage struct {
	tw      *twin
	step    string
	text    string
	status  int
	action  string
	hidden  url.Values
	problem string
	target  *url.URL // where the last form led, nil while there are pages
}

var (
	stepOf    = regexp.MustCompile(`data-step="([a-z_]+)"`)
	hiddenOf  = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`)
	actionOf  = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
	problemOf = regexp.MustCompile(`<p class="problem" role="alert">([^<]*)</p>`)
)

// signIn opens the login of the account's app.
func (tw *twin) signIn(change ...func(url.Values)) *loginPage {
	tw.t.Helper()
	q := url.Values{
		"client_id": {tw.account.AppID}, "config_id": {tw.account.ConfigID}, "response_type": {"code"}, "override_default_response_type": {"true"},
		"redirect_uri": {returnTo}, "state": {theState},
	}
	for _, c := range change {
		c(q)
	}
	return tw.loginCall(http.MethodGet, "/v26.0/dialog/oauth?"+q.Encode(), nil)
}

func (tw *twin) loginCall(method, path string, form url.Values) *loginPage {
	tw.t.Helper()
	r, err := http.NewRequestWithContext(tw.t.Context(), method, tw.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		tw.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		tw.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		tw.t.Fatal(err)
	}
	p := &loginPage{tw: tw, status: answer.StatusCode, text: html.UnescapeString(string(raw)), hidden: url.Values{}}
	if answer.StatusCode == http.StatusSeeOther {
		if p.target, err = answer.Location(); err != nil {
			tw.t.Fatal(err)
		}
		return p
	}
	if m := stepOf.FindSubmatch(raw); m != nil {
		p.step = string(m[1])
	}
	if m := actionOf.FindSubmatch(raw); m != nil {
		p.action = html.UnescapeString(string(m[1]))
	}
	if m := problemOf.FindSubmatch(raw); m != nil {
		p.problem = html.UnescapeString(string(m[1]))
	}
	for _, m := range hiddenOf.FindAllSubmatch(raw, -1) {
		p.hidden.Set(string(m[1]), html.UnescapeString(string(m[2])))
	}
	return p
}

// submit fills in fields, by pairs, and sends the form.
func (p *loginPage) submit(pairs ...string) *loginPage {
	p.tw.t.Helper()
	if p.action == "" {
		p.tw.t.Fatalf("the page %q has no form: %s", p.step, p.text)
	}
	form := url.Values{"do": {"next"}}
	for k, v := range p.hidden {
		form[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "scope" || pairs[i] == "do" && form.Get("do") == "next" {
			if pairs[i] == "do" {
				form.Set("do", pairs[i+1])
				continue
			}
			form.Add(pairs[i], pairs[i+1])
			continue
		}
		form.Set(pairs[i], pairs[i+1])
	}
	return p.tw.loginCall(http.MethodPost, p.action, form)
}

// wants checks which page it is.
func (p *loginPage) wants(step string) *loginPage {
	p.tw.t.Helper()
	if p.step != step {
		p.tw.t.Fatalf("the page is %q (%s), want %q", p.step, p.problem, step)
	}
	return p
}

// granted gives the code of a finished login, its state unchanged.
func (p *loginPage) granted() string {
	p.tw.t.Helper()
	if p.target == nil || p.target.Query().Get("code") == "" || p.target.Query().Get("state") != theState || !strings.HasPrefix(p.target.String(), returnTo+"?") {
		p.tw.t.Fatalf("page %q, target %v", p.step, p.target)
	}
	return p.target.Query().Get("code")
}

// exchange turns a code into an answer of oauth/access_token.
func (tw *twin) exchange(more url.Values) (int, object) {
	tw.t.Helper()
	q := url.Values{"client_id": {tw.account.AppID}, "client_secret": {tw.account.AppSecret}}
	for k, v := range more {
		q[k] = v
	}
	status, raw := tw.do("GET", "/graph/v26.0/oauth/access_token?"+q.Encode(), "", nil)
	return status, decode(tw.t, raw)
}

func (tw *twin) token(code string) string {
	tw.t.Helper()
	status, got := tw.exchange(url.Values{"code": {code}, "redirect_uri": {returnTo}})
	if status != 200 || got["token_type"] != "bearer" {
		tw.t.Fatalf("HTTP %d %v", status, got)
	}
	return got["access_token"].(string)
}

var allScopes = []string{"scope", managementScope, "scope", messagingScope, "scope", "business_management"}

// The whole way for a number that is there: the token acts for what was chosen.
func TestLoginWithAnExistingNumber(t *testing.T) {
	t.Parallel()
	tw := start(t)
	page := tw.signIn().wants("person").submit("person", "owner").wants("business").submit("business", tw.account.BusinessID).
		wants("waba").submit("waba", tw.account.WABAID).wants("number").submit("number", tw.account.PhoneNumberID).wants("scopes")
	token := tw.token(page.submit(allScopes...).granted())
	_, debug := tw.appGraph("GET", "debug_token?input_token="+token, nil)
	if debug.at("data", "is_valid") != true || debug.at("data", "expires_at") != 0.0 || debug.at("data", "type") != "SYSTEM_USER" ||
		debug.at("data", "granular_scopes", 0, "target_ids", 0) != tw.account.WABAID {
		t.Errorf("debug_token %v", debug)
	}
	tw.account.Token = token
	if status, got := tw.graph("GET", tw.account.WABAID+"/phone_numbers", nil); status != 200 || got.at("data", 0, "id") != tw.account.PhoneNumberID {
		t.Errorf("HTTP %d %v", status, got)
	}
	status, got := tw.graph("GET", tw.account.BusinessID+"/owned_whatsapp_business_accounts", nil)
	if status != 200 || got.at("data", 0, "id") != tw.account.WABAID {
		t.Errorf("HTTP %d %v", status, got)
	}
	tw.hook.until("PARTNER_ADDED", func() bool {
		for _, v := range tw.hook.values {
			if v["event"] == "PARTNER_ADDED" && v.at("waba_info", "waba_id") == tw.account.WABAID && v["waba"] == tw.account.BusinessID {
				return true
			}
		}
		return false
	})
}

// G4: a new number in a new account of a new portfolio, with a code by call; a
// wrong code is told, and another can be asked for.
func TestLoginWithANewNumber(t *testing.T) {
	t.Parallel()
	tw := start(t)
	page := tw.signIn().submit("person", "owner").submit("business", "new").wants("business")
	if page.problem == "" {
		t.Error("a portfolio without a name is taken")
	}
	page = page.submit("business", "new", "business_name", "Nova <b>Lda</b>").wants("waba").submit("waba", "new", "waba_name", "Nova").wants("number")
	for _, wrong := range [][]string{
		{"number", "new", "cc", "PT", "phone_number", "abc", "display_name", "Nova"},
		{"number", "new", "cc", "PT", "phone_number", "912345678", "display_name", "N"},
		{"number", "new", "cc", "US", "phone_number", tw.account.DisplayNumber[1:], "display_name", "Nova"},
		{"number", "12345"},
	} {
		if again := page.submit(wrong...).wants("number"); again.problem == "" {
			t.Errorf("%v is taken", wrong)
		}
	}
	// What was chosen and typed is still there beside what is wrong with it.
	if again := page.submit("number", "new", "cc", "PT", "phone_number", "12ab", "display_name", "Nova Lda", "method", "VOICE"); !strings.Contains(again.text, `value="Nova Lda"`) ||
		!strings.Contains(again.text, `<option selected>PT`) || !strings.Contains(again.text, `value="new" checked`) || !strings.Contains(again.text, `value="VOICE" checked`) {
		t.Errorf("forgotten: %s", again.text)
	}
	page = page.submit("number", "new", "cc", "PT", "phone_number", "912 345 678", "display_name", "Nova", "method", "VOICE").wants("code")
	if page = page.submit("code", "000000").wants("code"); page.problem == "" {
		t.Error("a wrong code is taken")
	}
	first := tw.sim.Codes("")
	page = page.submit("do", "again").wants("code")
	codes := tw.sim.Codes("")
	if len(first) != 1 || first[0].Method != "VOICE" || len(codes) != 2 || codes[0].Number != "351912345678" {
		t.Fatalf("codes %+v", codes)
	}
	if old := page.submit("code", first[0].Code); first[0].Code != codes[0].Code && old.step != "code" {
		t.Error("the older code is taken")
	}
	page = page.submit("code", codes[0].Code[:3]+"-"+codes[0].Code[3:]).wants("scopes")
	tw.account.Token = tw.token(page.submit(allScopes...).granted())
	_, businesses := tw.graph("GET", "me/businesses?fields=id,name,verification_status", nil)
	if businesses.at("data", 0, "name") != "Nova <b>Lda</b>" || businesses.at("data", 0, "verification_status") != "not_verified" || businesses.at("data", 1) != nil {
		t.Errorf("businesses %v", businesses)
	}
	_, number := tw.graph("GET", codes[0].Account+"?fields=status,platform_type,code_verification_status,quality_rating,verified_name,whatsapp_business_manager_messaging_limit", nil)
	if number["platform_type"] != "NOT_APPLICABLE" || number["code_verification_status"] != "VERIFIED" || number["quality_rating"] != "UNKNOWN" ||
		number["verified_name"] != "Nova" || number["whatsapp_business_manager_messaging_limit"] != "TIER_250" {
		t.Errorf("number %v", number)
	}
	if status, got := tw.graph("POST", codes[0].Account+"/register", pinBody("123456")); status != 200 {
		t.Errorf("HTTP %d %v", status, got)
	}
}

// G17 and the ways in which a login gives less than was hoped for.
func TestLoginThatGivesLess(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for name, page := range map[string]*loginPage{
		"at the beginning": tw.signIn().submit("do", "cancel"),
		"at the end":       tw.signIn().submit("person", "owner").submit("business", tw.account.BusinessID).submit("do", "cancel"),
	} {
		if q := page.target.Query(); q.Get("error") != "access_denied" || q.Get("error_reason") != "user_denied" || q.Get("state") != theState || q.Get("code") != "" {
			t.Errorf("cancelled %s: %v", name, page.target)
		}
	}
	none := tw.token(tw.signIn().submit("person", "none").wants("no_portfolio").submit().granted())
	_, debug := tw.appGraph("GET", "debug_token?input_token="+none, nil)
	if len(debug.at("data", "granular_scopes").([]any)) != 0 {
		t.Errorf("debug_token %v", debug)
	}
	tw.account.Token = none
	if _, got := tw.graph("GET", "me/businesses", nil); len(got["data"].([]any)) != 0 {
		t.Errorf("businesses %v", got)
	}
	page := tw.signIn().submit("person", "owner").submit("business", tw.account.BusinessID).submit("waba", tw.account.WABAID).submit("number", "none").wants("scopes")
	tw.account.Token = tw.token(page.submit("scope", managementScope).granted())
	if _, got := tw.graph("POST", tw.account.PhoneNumberID+"/messages", plain("351910000001")); got.at("error", "code") != 10.0 {
		t.Errorf("without messaging: %v", got)
	}
	if _, got := tw.graph("GET", tw.account.BusinessID+"/owned_whatsapp_business_accounts", nil); got.at("error", "code") != 200.0 {
		t.Errorf("without business_management: %v", got)
	}
	// Another portfolio than before: its account is what the token acts for.
	other, err := tw.sim.AddAccount(sim.AccountSpec{Name: "Boreal", Country: "PT"})
	if err != nil {
		t.Fatal(err)
	}
	page = tw.signIn().submit("person", "owner").submit("business", other.BusinessID).submit("waba", other.WABAID).submit("number", other.PhoneNumberID)
	tw.account.Token = tw.token(page.submit(allScopes...).granted())
	if _, got := tw.graph("GET", tw.account.WABAID, nil); got.at("error", "error_subcode") != 33.0 {
		t.Errorf("the account of before is seen: %v", got)
	}
	// An account of another portfolio cannot be named.
	if page := tw.signIn().submit("person", "owner").submit("business", other.BusinessID).submit("waba", tw.account.WABAID); page.wants("waba").problem == "" {
		t.Error("a stranger's account is taken")
	}
}

// G3: a number that lives in an app is refused, unless it may stay there.
func TestLoginWithANumberInAnApp(t *testing.T) {
	t.Parallel()
	tw := start(t)
	tw.control("PATCH", "accounts/"+tw.account.PhoneNumberID, map[string]any{"in_app": "business", "status": "DISCONNECTED"}, 200, nil)
	here := func(page *loginPage) *loginPage {
		return page.submit("person", "owner").submit("business", tw.account.BusinessID).submit("waba", tw.account.WABAID).wants("number")
	}
	page := here(tw.signIn())
	if !strings.Contains(page.text, "existing WhatsApp account") {
		t.Error("the list does not tell")
	}
	if page = page.submit("number", tw.account.PhoneNumberID).wants("number"); !strings.Contains(page.problem, "existing WhatsApp account") {
		t.Errorf("problem %q", page.problem)
	}
	page = here(tw.signIn(func(q url.Values) { q.Set("config_id", tw.account.ConfigIDCoexistence) })).submit("number", tw.account.PhoneNumberID).wants("scopes")
	tw.account.Token = tw.token(page.submit(allScopes...).granted())
	_, n := tw.graph("GET", tw.account.PhoneNumberID+"?fields=status,platform_type,is_on_biz_app", nil)
	if n["is_on_biz_app"] != true || n["platform_type"] != "CLOUD_API" || n["status"] != "CONNECTED" {
		t.Errorf("number %v", n)
	}
	calls("POST", "NUMBER/register", pinBody("123456"), 100, 0)(t, tw, sim.Person{})
	calls("POST", "NUMBER/deregister", nil, 100, 0)(t, tw, sim.Person{})
	sync := func(kind string) map[string]any {
		return map[string]any{"messaging_product": "whatsapp", "sync_type": kind}
	}
	if status, got := tw.graph("POST", tw.account.PhoneNumberID+"/smb_app_data", sync("history")); status != 200 || got["request_id"] == nil {
		t.Errorf("HTTP %d %v", status, got)
	}
	calls("POST", "NUMBER/smb_app_data", sync("history"), 2593107, 0)(t, tw, sim.Person{})
	tw.clock.Advance(25 * time.Hour)
	calls("POST", "NUMBER/smb_app_data", sync("smb_app_state_sync"), 2593108, 0)(t, tw, sim.Person{})
}

// A login that was called wrongly ends on its own page, and never leads away.
func TestLoginCalledWrongly(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for name, change := range map[string]func(url.Values){
		"unknown app":           func(q url.Values) { q.Set("client_id", "1") },
		"unknown configuration": func(q url.Values) { q.Set("config_id", "1") },
		"no return address":     func(q url.Values) { q.Del("redirect_uri") },
		"half an address":       func(q url.Values) { q.Set("redirect_uri", "/connect") },
		"script for an address": func(q url.Values) { q.Set("redirect_uri", "javascript:alert(1)") },
		"a token wanted":        func(q url.Values) { q.Set("response_type", "token") },
	} {
		if page := tw.signIn(change); page.step != "refused" || page.status != 400 || page.problem == "" || page.action != "" {
			t.Errorf("%s: HTTP %d %q", name, page.status, page.step)
		}
	}
}

// I50's other side: a code is good once, for half a minute, for the app and the
// address it was given for.
func TestCodesAreExchangedOnce(t *testing.T) {
	t.Parallel()
	tw := start(t)
	code := func() string {
		return tw.signIn().submit("person", "owner").submit("business", tw.account.BusinessID).submit("waba", tw.account.WABAID).
			submit("number", tw.account.PhoneNumberID).submit(allScopes...).granted()
	}
	refused := func(what string, more url.Values, number, subcode float64) {
		t.Helper()
		status, got := tw.exchange(more)
		sub, _ := got.at("error", "error_subcode").(float64)
		if status < 400 || got.at("error", "code") != number || sub != subcode {
			t.Errorf("%s: HTTP %d %v", what, status, got)
		}
	}
	one := code()
	refused("another address", url.Values{"code": {one}, "redirect_uri": {returnTo + "x"}}, 100, 36008)
	tw.token(one)
	refused("used", url.Values{"code": {one}, "redirect_uri": {returnTo}}, 100, 36009)
	late := code()
	tw.clock.Advance(31 * time.Second)
	refused("too late", url.Values{"code": {late}, "redirect_uri": {returnTo}}, 100, 36007)
	refused("garbage", url.Values{"code": {"AQgarbage"}, "redirect_uri": {returnTo}}, 100, 0)
	refused("nothing", url.Values{}, 100, 0)
	refused("another app", url.Values{"code": {code()}, "redirect_uri": {returnTo}, "client_id": {"1"}}, 101, 0)
	refused("another secret", url.Values{"code": {code()}, "redirect_uri": {returnTo}, "client_secret": {"x"}}, 1, 0)
	refused("an unknown grant", url.Values{"grant_type": {"password"}}, 100, 0)
}

// C4: a key that ends is renewed before, and not after.
func TestRenewal(t *testing.T) {
	t.Parallel()
	tw := start(t)
	tw.control("POST", "settings", map[string]any{"login_token_days": 60}, 200, nil)
	page := tw.signIn().submit("person", "owner").submit("business", tw.account.BusinessID).submit("waba", tw.account.WABAID).submit("number", tw.account.PhoneNumberID)
	old := tw.token(page.submit(allScopes...).granted())
	renew := func(token string) (int, object) {
		return tw.exchange(url.Values{"grant_type": {"fb_exchange_token"}, "fb_exchange_token": {token}, "set_token_expires_in_60_days": {"true"}})
	}
	tw.clock.Advance(59 * 24 * time.Hour)
	status, got := renew(old)
	if status != 200 || got["expires_in"] != 5184000.0 || got["access_token"] == old {
		t.Fatalf("HTTP %d %v", status, got)
	}
	fresh := got["access_token"].(string)
	tw.clock.Advance(2 * 24 * time.Hour)
	if status, got := renew(old); status != 401 || got.at("error", "error_subcode") != 463.0 {
		t.Errorf("after its end: HTTP %d %v", status, got)
	}
	if _, raw := tw.do("GET", "/graph/v26.0/me", old, nil); decode(t, raw).at("error", "error_subcode") != 463.0 {
		t.Errorf("the old one: %s", raw)
	}
	tw.account.Token = fresh
	if status, got := tw.graph("GET", "me/permissions", nil); status != 200 || got.at("data", 0, "status") != "granted" {
		t.Errorf("HTTP %d %v", status, got)
	}
	if status, got := tw.graph("DELETE", "me/permissions/"+messagingScope, nil); status != 200 {
		t.Errorf("HTTP %d %v", status, got)
	}
	if got := tw.refused(plain("351910000001"), 10); got == nil {
		t.Error("the permission is still there")
	}
	status, raw := tw.do("GET", "/graph/v26.0/oauth/revoke?client_id="+tw.account.AppID+"&client_secret="+tw.account.AppSecret+"&revoke_token="+fresh, "", nil)
	if status != 200 {
		t.Errorf("HTTP %d %s", status, raw)
	}
	if _, debug := tw.appGraph("GET", "debug_token?input_token="+fresh, nil); debug.at("data", "is_valid") != false || debug.at("data", "error", "subcode") != 466.0 {
		t.Errorf("debug_token %v", debug)
	}
}

// M10: an app that is removed loses its key and its subscription.
func TestAppRemoved(t *testing.T) {
	t.Parallel()
	tw := start(t)
	if status, got := tw.graph("DELETE", "me/permissions", nil); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	hears("account_update", "PARTNER_APP_UNINSTALLED", "event")(t, tw, sim.Person{})
	debugged(458.0, "error", "subcode")(t, tw, sim.Person{})
	var fresh struct{ Token string }
	tw.control("POST", "accounts/"+tw.account.WABAID+"/tokens", map[string]any{}, 201, &fresh)
	tw.account.Token = fresh.Token
	subscribed(nil, 0)(t, tw, sim.Person{})
}

// What became of keys concerns those that there were: one made later works, also
// while the trouble stands for all accounts.
func TestLaterKeysWork(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	tw.fault(map[string]any{"cause": "auth.expired"})
	tw.refused(plain(p.Address), 190)
	var fresh struct{ Token string }
	tw.control("POST", "accounts/"+tw.account.PhoneNumberID+"/tokens", map[string]any{"expires_in_seconds": 3600}, 201, &fresh)
	old := tw.account.Token
	tw.account.Token = fresh.Token
	tw.send(plain(p.Address))
	debugged(true, "is_valid")(t, tw, p)
	tw.account.Token = old
	tw.refused(plain(p.Address), 190)
	tw.account.Token = fresh.Token
	tw.clock.Advance(time.Hour)
	tw.refused(plain(p.Address), 190)
	debugged(463.0, "error", "subcode")(t, tw, p)
}
