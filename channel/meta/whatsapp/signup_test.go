package whatsapp

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/google/go-cmp/cmp"
)

const exchangeCall = "GET oauth/access_token"

var testerApp = channel.AppKey{ID: tester.AppID, Secret: tester.AppSecret}

// C3, M6: what a token is, for the procedure that connects: dead tokens are answers with a cause.
func TestTokenInfo(t *testing.T) {
	t.Parallel()
	needs := []string{"whatsapp_business_management", "whatsapp_business_messaging"}
	for name, c := range map[string]struct {
		change  func(testing.TB, map[string]string)
		app     channel.AppKey
		cause   clearline.Cause
		missing []string
		owners  []string
	}{
		"good":                {nil, testerApp, "", nil, []string{"102290129340398"}},
		"for all accounts":    {swap(tokenCall, `, "target_ids": ["102290129340398"]`, ``), testerApp, "", nil, nil},
		"for none":            {swap(tokenCall, `["102290129340398"]`, `[]`), testerApp, "", nil, []string{}},
		"no messaging":        {swap(tokenCall, `"whatsapp_business_messaging", "public`, `"public`), testerApp, "", needs[1:], []string{"102290129340398"}},
		"nothing ticked":      {swap(tokenCall, `"whatsapp_business_management", "whatsapp_business_messaging", `, ``), testerApp, "", needs, []string{"102290129340398"}},
		"expired":             {give(tokenCall, dead(190, 463, "expired")), testerApp, "auth.expired", nil, nil},
		"of another app":      {swap(tokenCall, `"app_id": "670843887433847"`, `"app_id": "1"`), testerApp, "auth.invalid", nil, []string{"102290129340398"}},
		"of another app, 100": {give(tokenCall, failure(100, 0, "no")), testerApp, "auth.invalid", nil, nil},
		"without the secret":  {nil, channel.AppKey{}, "", nil, nil},
		"garbage, no secret":  {give(meCall, failure(190, 0, "Invalid OAuth access token")), channel.AppKey{}, "auth.invalid", nil, nil},
	} {
		answers := healthy(t)
		if c.change != nil {
			c.change(t, answers)
		}
		p, _ := atDesk(t, answers)
		got, err := p.DebugToken(t.Context(), c.app, tester.Token)
		if err != nil || got.Cause != c.cause || !slices.Equal(got.Missing, c.missing) || !slices.Equal(got.Owners, c.owners) || (got.Owners == nil) != (c.owners == nil) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if c.app.Secret == "" && (got.EndsTold || got.Kind != "") {
			t.Errorf("%s: an end that nobody told: %+v", name, got)
		}
	}
	p, _ := atDesk(t, map[string]string{tokenCall: failure(2, 0, "down")})
	if _, err := p.DebugToken(t.Context(), testerApp, "x"); channeltest.SendError(t, err).Cause != clearline.CauseOutage {
		t.Error(err)
	}
}

// C3, C7, G1, G6, G18: a refusal means what the operation makes of it: the same number is a wrong PIN while registering and
// a locked account on a send.
func TestRefusalsByOperation(t *testing.T) {
	t.Parallel()
	type do = func(*Platform) error
	register := func(p *Platform) error { return p.Register(t.Context(), tester, "123456") }
	setPIN := func(p *Platform) error { return p.SetPIN(t.Context(), tester, "123456") }
	ask := func(p *Platform) error { return p.RequestCode(t.Context(), tester, "sms", "") }
	verify := func(p *Platform) error { return p.VerifyCode(t.Context(), tester, "123456") }
	exchange := func(p *Platform) error { _, err := p.ExchangeCode(t.Context(), testerApp, "c", ""); return err }
	renew := func(p *Platform) error {
		_, err := p.RenewToken(t.Context(), testerApp, "t", channel.TokenUser)
		return err
	}
	sync := func(p *Platform) error { return p.SyncBusinessApp(t.Context(), tester) }
	add := func(p *Platform) error {
		_, err := p.AddNumber(t.Context(), tester, "351912345678", "Lamps", false)
		return err
	}
	move := func(p *Platform) error {
		_, err := p.AddNumber(t.Context(), tester, "+351912345678", "", true)
		return err
	}
	hook := func(p *Platform) error { return p.SetAppHook(t.Context(), testerApp, here, "v") }
	state := func(from, to string) func(testing.TB, map[string]string) { return swap(numberCall, from, to) }
	const syncCall, addCall = "POST 106540352242922/smb_app_data", "POST 102290129340398/phone_numbers"
	for name, c := range map[string]struct {
		do     do
		call   string
		answer string
		change func(testing.TB, map[string]string)
		cause  clearline.Cause
		fate   clearline.Fate
	}{
		"register, wrong PIN":             {register, registerCall, failure(133005, 0, "PIN"), nil, "wa.pin", clearline.Stop},
		"register, locked is a wrong PIN": {register, registerCall, failure(131031, 0, "locked"), nil, "wa.pin", clearline.Stop},
		"register, too many guesses":      {register, registerCall, failure(133008, 0, "guesses"), nil, "wa.pin", clearline.Stop},
		"register, too fast":              {register, registerCall, failure(133009, 0, "fast"), nil, "wa.pin", clearline.Stop},
		"register, limit":                 {register, registerCall, failure(133016, 0, "limit"), nil, "wa.register_limit", clearline.Stop},
		"register, deleted lately":        {register, registerCall, failure(133015, 0, "deleted"), nil, "wa.in_use", clearline.Stop},
		"register, in an app":             {register, registerCall, failure(100, 3441034, "in use"), nil, "wa.in_use", clearline.Stop},
		"register, wants a code":          {register, registerCall, failure(133006, 0, "verify"), nil, "wa.ownership", clearline.Stop},
		"register, generic":               {register, registerCall, failure(100, 0, "Invalid parameter"), nil, "meta.invalid_param", clearline.Stop},
		"register, other subcode":         {register, registerCall, failure(100, 1234567, "Invalid parameter"), nil, "meta.invalid_param", clearline.Stop},
		"register, not finished before":   {register, registerCall, failure(133000, 0, "releasing"), nil, "wa.releasing", clearline.Stop},
		"register, maintenance":           {register, registerCall, failure(100, 2494100, "maintenance"), nil, "net.outage", clearline.Hold},
		"register, Meta busy":             {register, registerCall, failure(133004, 0, "busy"), nil, "net.outage", clearline.Hold},
		"register, unknown outcome":       {register, registerCall, failure(1, 0, "unknown"), nil, "net.outage", clearline.Unknown},
		"register, unreadable":            {register, registerCall, "<html>", nil, "net.outage", clearline.Unknown},
		"register, not done":              {register, registerCall, `{"success":false}`, nil, "net.outage", clearline.Unknown},
		"register, two causes, verified":  {register, registerCall, failure(100, 2388001, "Nie można utworzyć certyfikatu"), state(`"EXPIRED"`, `"VERIFIED"`), "wa.two_step", clearline.Stop},
		"register, two causes, expired":   {register, registerCall, failure(100, 2388001, "x"), state(`"CONNECTED"`, `"PENDING"`), "wa.ownership", clearline.Stop},
		"register, two causes, connected": {register, registerCall, failure(100, 2388001, "x"), nil, "wa.two_step", clearline.Stop},
		"register, two causes, none":      {register, registerCall, failure(100, 2388001, "x"), state(`"EXPIRED"`, `"NOT_VERIFIED"`), "wa.ownership", clearline.Stop},
		"register, two causes, unread":    {register, registerCall, failure(100, 2388001, "x"), give(numberCall, failure(2, 0, "down")), "wa.two_step", clearline.Stop},
		"register, dead key":              {register, registerCall, failure(190, 460, "password"), nil, "auth.password", clearline.Stop},
		"PIN, not registered":             {setPIN, changeCall, failure(133010, 0, "not registered"), nil, "wa.not_registered", clearline.Stop},
		"code, asked too often":           {ask, askCall, failure(136024, 0, "often"), nil, "wa.code", clearline.Stop},
		"code, wrong":                     {verify, verifyCall, failure(136025, 0, "wrong"), nil, "wa.code", clearline.Stop},
		"login, code used":                {exchange, exchangeCall, failure(100, 36009, "This authorization code has been used."), nil, "auth.login", clearline.Stop},
		"login, code too old":             {exchange, exchangeCall, failure(100, 36007, "expired"), nil, "auth.login", clearline.Stop},
		"login, other return address":     {exchange, exchangeCall, failure(191, 0, "redirect"), nil, "auth.login", clearline.Stop},
		"login, wrong app id":             {exchange, exchangeCall, failure(101, 0, "app"), nil, "app.secret", clearline.Stop},
		"login, wrong secret":             {exchange, exchangeCall, failure(1, 0, "Error validating client secret."), nil, "app.secret", clearline.Stop},
		"login, Meta busy":                {exchange, exchangeCall, failure(2, 0, "busy"), nil, "net.outage", clearline.Hold},
		"renewal, expired meanwhile":      {renew, exchangeCall, failure(190, 463, "expired"), nil, "auth.expired", clearline.Stop},
		"renewal, nothing proven":         {renew, exchangeCall, failure(1, 0, "unknown"), nil, "net.outage", clearline.Again},
		"renewal, no answer":              {renew, exchangeCall, "<html>", nil, "net.outage", clearline.Again},
		"sync, too late":                  {sync, syncCall, failure(2593108, 0, "24 hours"), nil, "wa.coexist_sync", clearline.Stop},
		"add, in the list":                {add, addCall, failure(100, 2388012, "in your list"), nil, "wa.step_done", clearline.Stop},
		"add, no id":                      {add, addCall, `{}`, nil, "net.outage", clearline.Unknown},
		"move, another business":          {move, addCall, failure(100, 2388103, "cannot be migrated"), nil, "wa.migration", clearline.Stop},
		"hook, not verified":              {hook, appCall, failure(2200, 0, "could not be validated"), nil, "hook.verify", clearline.Stop},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := healthy(t)
			answers[c.call] = c.answer
			if c.change != nil {
				c.change(t, answers)
			}
			p, d := atDesk(t, answers)
			e := channeltest.SendError(t, c.do(p))
			if e.Cause != c.cause || e.Fate != c.fate {
				t.Errorf("%v, want %s (%s)", e, c.cause, c.fate)
			}
			if method, path, _ := strings.Cut(c.call, " "); d.asked(method, path) != 1 {
				t.Errorf("%s was called %d times", c.call, d.asked(method, path))
			}
			for _, secret := range []string{tester.Token, tester.AppSecret} {
				if strings.Contains(e.Error(), secret) {
					t.Errorf("the error holds a secret: %v", e)
				}
			}
		})
	}
}

// C3, G3: what the calls of a sign-up send.
func TestSignUpCalls(t *testing.T) {
	t.Parallel()
	answers := healthy(t)
	for _, path := range []string{"POST 106540352242922/deregister", "DELETE 102290129340398/subscribed_apps", "POST 106540352242922/smb_app_data", appCall, "GET oauth/revoke", registerCall, changeCall, subscribeCall} {
		answers[path] = success
	}
	answers["POST 102290129340398/phone_numbers"] = `{"id":"1060"}`
	answers[exchangeCall] = `{"access_token":"EAAnew","token_type":"bearer","expires_in":60}`
	p, d := atDesk(t, answers)
	last := func() call { d.mu.Lock(); defer d.mu.Unlock(); return d.calls[len(d.calls)-1] }
	for name, c := range map[string]struct {
		do   func() error
		uri  string
		body string
	}{
		"register":   {func() error { return p.Register(t.Context(), tester, "012345") }, "106540352242922/register", `{"messaging_product":"whatsapp","pin":"012345"}`},
		"deregister": {func() error { return p.Deregister(t.Context(), tester) }, "106540352242922/deregister", ""},
		"sync":       {func() error { return p.SyncBusinessApp(t.Context(), tester) }, "106540352242922/smb_app_data", `{"messaging_product":"whatsapp","sync_type":"history"}`},
		"add": {func() error { _, err := p.AddNumber(t.Context(), tester, "351912345678", "Lamps", false); return err },
			"102290129340398/phone_numbers", `{"cc":"351","phone_number":"912345678","verified_name":"Lamps"}`},
		"move": {func() error { _, err := p.AddNumber(t.Context(), tester, "+14155550100", "", true); return err },
			"102290129340398/phone_numbers", `{"cc":"1","migrate_phone_number":true,"phone_number":"4155550100"}`},
		"unsubscribe": {func() error { return p.Unsubscribe(t.Context(), tester) }, "102290129340398/subscribed_apps", ""},
		"hook": {func() error { return p.SetAppHook(t.Context(), testerApp, here, "v") }, "670843887433847/subscriptions",
			`{"callback_url":"` + here + `","fields":"messages,account_alerts,account_review_update,account_update,business_capability_update,history,message_template_components_update,message_template_quality_update,message_template_status_update,phone_number_name_update,phone_number_quality_update,security,smb_app_state_sync,smb_message_echoes,template_category_update,user_preferences","object":"whatsapp_business_account","verify_token":"v"}`},
	} {
		if err := c.do(); err != nil || last().uri != c.uri || last().body != c.body {
			t.Errorf("%s: %v, %+v", name, err, last())
		}
	}
	if g, err := p.ExchangeCode(t.Context(), testerApp, "c", "https://r"); err != nil || g != (channel.Grant{Token: "EAAnew", Life: time.Minute}) {
		t.Errorf("%+v, %v", g, err)
	}
	if err := p.RevokeToken(t.Context(), testerApp, "EAAold"); err != nil {
		t.Error(err)
	}
	if h, err := p.AppHook(t.Context(), testerApp); err != nil || h.Address != here || !h.Active || len(h.Fields) != 16 || len(h.Missing) != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if u, err := url.Parse(p.LoginURL(channel.Login{Base: "https://f", AppID: "1"})); err != nil || u.Path != "/v26.0/dialog/oauth" {
		t.Errorf("%v, %v", u, err)
	}
	before := len(d.calls)
	for name, err := range map[string]error{
		"PIN": p.Register(t.Context(), tester, "1234567"), "new PIN": p.SetPIN(t.Context(), tester, ""), "method": p.RequestCode(t.Context(), tester, "fax", ""),
		"code": p.VerifyCode(t.Context(), tester, "1"), "phone": func() error { _, err := p.AddNumber(t.Context(), tester, "12", "", false); return err }(),
	} {
		var problem *clearline.Problem
		if e := channeltest.SendError(t, err); !errors.As(err, &problem) || !e.NotSent || len(problem.Fields) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.calls) != before {
		t.Error("wrong input was sent")
	}
	for phone, code := range map[string]string{"351912345678": "351", "14155550100": "1", "79161234567": "7", "447700900123": "44", "5511987654321": "55", "2348012345678": "234", "33123456789": "33", "85212345678": "852"} {
		if got := callingCode(phone); got != code {
			t.Errorf("%s: %s, want %s", phone, got, code)
		}
	}
}

// C3: what was asked for before counts as done: each sync may be asked for once.
func TestSyncAgain(t *testing.T) {
	t.Parallel()
	p, d := atDesk(t, map[string]string{"POST 106540352242922/smb_app_data": failure(2593107, 0, "once")})
	if err := p.SyncBusinessApp(t.Context(), tester); err != nil || d.asked("POST", "106540352242922/smb_app_data") != 2 {
		t.Error(err)
	}
}

// C3, G17: the accounts and numbers that a token may use.
func TestOwnersAndNumbers(t *testing.T) {
	t.Parallel()
	answers := healthy(t)
	answers["GET 777"] = failure(100, 33, "not shared any more")
	answers["GET me/businesses"] = `{"data":[{"id":"50"},{"id":"51"}]}`
	answers["GET 50/owned_whatsapp_business_accounts"] = `{"data":[{"id":"102290129340398"}]}`
	answers["GET 50/client_whatsapp_business_accounts"] = `{"data":[]}`
	answers["GET 51/owned_whatsapp_business_accounts"] = `{"data":[]}`
	answers["GET 51/client_whatsapp_business_accounts"] = `{"data":[{"id":"102290129340398"}]}`
	p, d := atDesk(t, answers)
	want := channel.Owner{ID: "102290129340398", Name: "Lucky Lamps", BusinessID: "506914307656634", BusinessName: "Lucky Lamps Lda", Review: "APPROVED", Verification: "verified", Ownership: "SELF"}
	for name, info := range map[string]channel.TokenInfo{
		"named": {Owners: []string{"102290129340398"}}, "one no longer shared": {Owners: []string{"777", "102290129340398"}}, "all": {},
	} {
		if got, err := p.Owners(t.Context(), tester.Token, info); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := p.Owners(t.Context(), tester.Token, channel.TokenInfo{Owners: []string{"777"}}); channeltest.SendError(t, err).Cause != clearline.CauseAuthAsset {
		t.Error(err)
	}
	if got, err := p.Owners(t.Context(), tester.Token, channel.TokenInfo{Owners: []string{}}); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	d.mu.Lock()
	d.answers["GET 888"] = failure(2, 0, "down")
	d.mu.Unlock()
	if _, err := p.Owners(t.Context(), tester.Token, channel.TokenInfo{Owners: []string{"102290129340398", "888"}}); channeltest.SendError(t, err).Cause != clearline.CauseOutage {
		t.Errorf("a list that is not whole: %v", err)
	}

	number := channel.Number{ID: "106540352242922", OwnerID: "102290129340398", Shown: "+351 912 345 678", Name: "Lucky Lamps", Status: "CONNECTED", NameStatus: "APPROVED", Quality: "GREEN",
		CodeStatus: "EXPIRED", Registered: true, Sending: "AVAILABLE", PINSet: true, PerSecond: 80}
	got, err := p.Number(t.Context(), tester)
	if diff := cmp.Diff(number, got); err != nil || diff != "" {
		t.Errorf("%s, %v", diff, err)
	}
	d.mu.Lock()
	d.answers[numbersCall] = `{"data":[` + d.answers[numberCall] + `]}`
	d.mu.Unlock()
	all, err := p.Numbers(t.Context(), tester.Token, tester.Parent)
	if diff := cmp.Diff([]channel.Number{number}, all); err != nil || diff != "" {
		t.Errorf("%s, %v", diff, err)
	}
}

// A version that does not know one of the fields is asked for the oldest ones alone.
func TestFieldsThatTheVersionDoesNotKnow(t *testing.T) {
	t.Parallel()
	asked := 0
	p := New(Options{GraphURL: "http://graph.invalid", HTTP: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked++
		body := `{"id":"106540352242922","status":"CONNECTED","platform_type":"CLOUD_API"}`
		if strings.Contains(r.URL.Query().Get("fields"), "health_status") {
			body = failure(100, 0, "Tried accessing nonexisting field (health_status)")
		}
		return everywhere{200, []byte(body)}.RoundTrip(r)
	})}})
	if n, err := p.Number(t.Context(), tester); err != nil || !n.Registered || asked != 2 {
		t.Errorf("%+v, %v after %d calls", n, err, asked)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A WABA's numbers may come in pages.
func TestNumbersInPages(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"":  `{"data":[{"id":"1"}],"paging":{"cursors":{"after":"a"},"next":"https://graph.facebook.com/x"}}`,
		"a": `{"data":[{"id":"2"}],"paging":{"cursors":{"after":"b"}}}`,
	}
	p := New(Options{GraphURL: "http://graph.invalid", HTTP: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return everywhere{200, []byte(pages[r.URL.Query().Get("after")])}.RoundTrip(r)
	})}})
	if all, err := p.Numbers(t.Context(), tester.Token, tester.Parent); err != nil || len(all) != 2 || all[1].ID != "2" {
		t.Errorf("%+v, %v", all, err)
	}
	pages[""] = strings.Replace(pages[""], `"after":"a"`, `"after":""`, 1)
	if all, err := p.Numbers(t.Context(), tester.Token, tester.Parent); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}
