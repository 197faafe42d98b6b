package sim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// The bytes are escaped as the platform does, and the signature is over them:
// the receiver of these tests has computed it on its own.
func TestWebhookBytes(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Zoë", "4915100000001")
	tw.writes(p, map[string]any{"text": "käse <&> 👋🏽 \u2028"})
	body := tw.hook.posts(1)[0]
	if !strings.Contains(body, `k\u00e4se <&> \ud83d\udc4b\ud83c\udffd \u2028`) || !strings.Contains(body, `Zo\u00eb`) {
		t.Errorf("body %s", body)
	}
	if tw.hook.badSign != 0 {
		t.Error("the signature does not fit the bytes")
	}
	var envelope struct {
		Entry []struct {
			ID      string
			Changes []struct {
				Field string
				Value struct {
					Metadata map[string]string
					Contacts []object
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		t.Fatal(err)
	}
	change := envelope.Entry[0].Changes[0]
	if envelope.Entry[0].ID != tw.account.WABAID || change.Field != "messages" ||
		change.Value.Metadata["phone_number_id"] != tw.account.PhoneNumberID || change.Value.Metadata["display_phone_number"] != tw.account.DisplayNumber ||
		change.Value.Contacts[0].at("profile", "name") != "Zoë" || change.Value.Contacts[0]["wa_id"] != p.Address {
		t.Errorf("envelope %s", body)
	}
}

// Retries by plan, the same bytes each time, until they end.
func TestRetries(t *testing.T) {
	t.Parallel()
	tw := start(t, func(o *sim.Options) { o.RetryFor = time.Hour })
	p := tw.person("Ana", "351910000001")
	tw.hook.answer = func(n int) int {
		if n <= 3 {
			return []int{500, 302, 404}[n-1]
		}
		return 200
	}
	tw.writesNoWait(p, "x")
	for i, wait := range []time.Duration{0, 5 * time.Second, 30 * time.Second, 2 * time.Minute} {
		tw.clock.Advance(wait)
		posts := tw.hook.posts(i + 1)
		if posts[i] != posts[0] {
			t.Error("a retry sent other bytes")
		}
		tw.tries(i + 1)
	}
	tw.settled()
	l := tw.sim.Ledger(0, 0)
	if len(l.Webhooks) != 4 || l.Webhooks[3].Answer != 200 || l.Webhooks[1].Answer != 302 || l.Webhooks[3].Try != 4 || l.Totals.WebhooksDelivered != 1 {
		t.Errorf("ledger %+v", l)
	}

	tw.hook.mu.Lock()
	tw.hook.answer = func(int) int { return 500 }
	tw.hook.mu.Unlock()
	tw.writesNoWait(p, "y")
	tw.tries(5)
	for try, wait := range []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute} {
		if n := tw.sim.Ledger(0, 0).Totals.WebhooksPending; n != 1 {
			t.Fatalf("%d pending before try %d", n, try+2)
		}
		tw.clock.Advance(wait)
		tw.tries(6 + try)
	}
	tw.settled() // the next wait of an hour would end after the retries do
	if n := tw.sim.Ledger(0, 0).Totals.WebhooksDropped; n != 1 {
		t.Errorf("%d dropped, want 1", n)
	}
}

func (tw *twin) writesNoWait(p sim.Person, text string) string {
	tw.t.Helper()
	id, err := tw.sim.Write(p.ID, sim.PersonMessage{Text: text})
	if err != nil {
		tw.t.Fatal(err)
	}
	return id
}

// tries waits until the ledger holds n tries: the next is scheduled by then.
func (tw *twin) tries(n int) {
	tw.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		var l sim.Ledger
		tw.control("GET", "ledger", nil, 200, &l)
		if len(l.Webhooks) >= n {
			return
		}
		if time.Now().After(deadline) {
			tw.t.Fatalf("%d tries, want %d", len(l.Webhooks), n)
		}
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	tw := start(t, func(o *sim.Options) { o.BatchWebhooks = 10 })
	p, other := tw.person("Ana", "351910000001"), tw.person("Rui", "351910000002")
	want := map[string]bool{}
	for range 10 {
		want[tw.writesNoWait(p, "x")] = true
		want[tw.writesNoWait(other, "y")] = true
	}
	tw.hook.until("20 messages", func() bool { return len(tw.hook.values) >= 20 })
	tw.hook.mu.Lock()
	defer tw.hook.mu.Unlock()
	for _, v := range tw.hook.values {
		delete(want, v.at("messages", 0, "id").(string))
	}
	if len(want) != 0 || len(tw.hook.bodies) > 5 {
		t.Errorf("%d messages missing, %d POSTs for 20 messages", len(want), len(tw.hook.bodies))
	}
}

// The handshake must succeed before a callback is stored.
func TestHandshake(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for name, answer := range map[string]http.HandlerFunc{
		"wrong token":  func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(403) },
		"quoted":       func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `"`+r.FormValue("hub.challenge")+`"`) },
		"nothing":      func(w http.ResponseWriter, r *http.Request) {},
		"redirect":     func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
		"with newline": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.FormValue("hub.challenge")+"\n") },
		"breaks off":   func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) },
		"right but 201": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(201)
			io.WriteString(w, r.FormValue("hub.challenge"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			status, got := tw.subscribe(server.URL, "v")
			if status != 400 || got.at("error", "code") != 2200.0 {
				t.Errorf("HTTP %d %v", status, got)
			}
			tw.control("POST", "webhook", map[string]any{"url": server.URL, "verify_token": "v"}, 422, nil)
		})
	}
	_, list := tw.appGraph("GET", tw.account.AppID+"/subscriptions", nil)
	if list.at("data", 0, "callback_url") != tw.hook.url {
		t.Errorf("a failed handshake changed the callback: %v", list)
	}
	tw.control("POST", "webhook", map[string]any{"url": "ftp://x", "verify_token": "v"}, 422, nil)
	if status, got := tw.subscribe(tw.hook.url, tw.account.VerifyToken); status != 200 || got["success"] != true {
		t.Errorf("HTTP %d %v", status, got)
	}
	tw.control("POST", "webhook", map[string]any{"url": tw.hook.url, "verify_token": tw.account.VerifyToken}, 204, nil)
}

func (tw *twin) subscribe(callback, verify string) (int, object) {
	tw.t.Helper()
	return tw.appGraph("POST", tw.account.AppID+"/subscriptions", map[string]any{
		"object": "whatsapp_business_account", "callback_url": callback, "verify_token": verify, "fields": "messages"})
}

// appGraph calls Graph with the app's own token.
func (tw *twin) appGraph(method, path string, body any) (int, object) {
	tw.t.Helper()
	status, raw := tw.do(method, "/graph/v26.0/"+path, tw.account.AppID+"|"+tw.account.AppSecret, body)
	return status, decode(tw.t, raw)
}

// Overrides go number before WABA before app, for messages only; both layers
// of subscription are needed.
func TestSubscriptionLayers(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	hooks := map[string]*receiver{"app": tw.hook, "waba": newReceiver(t), "number": newReceiver(t)}
	for _, h := range hooks {
		h.secret, h.verifyToken = tw.account.AppSecret, tw.account.VerifyToken
	}
	arrives := func(at string) {
		t.Helper()
		id := tw.writesNoWait(p, "to "+at)
		hooks[at].message(id)
	}
	waba, number := tw.account.WABAID+"/subscribed_apps", tw.account.PhoneNumberID
	ok := func(status int, got object) {
		t.Helper()
		if status != 200 || got["success"] != true {
			t.Fatalf("HTTP %d %v", status, got)
		}
	}
	arrives("app")
	ok(tw.graph("POST", waba, map[string]any{"override_callback_uri": hooks["waba"].url, "verify_token": tw.account.VerifyToken}))
	arrives("waba")
	ok(tw.graph("POST", number, map[string]any{"webhook_configuration": map[string]any{"override_callback_uri": hooks["number"].url, "verify_token": tw.account.VerifyToken}}))
	arrives("number")
	_, node := tw.graph("GET", number+"?fields=webhook_configuration", nil)
	if node.at("webhook_configuration", "phone_number") != hooks["number"].url || node.at("webhook_configuration", "whatsapp_business_account") != hooks["waba"].url ||
		node.at("webhook_configuration", "application") != hooks["app"].url {
		t.Errorf("node %v", node)
	}
	// Fields about accounts go past all overrides.
	tw.control("POST", "events", map[string]any{"field": "account_update", "value": map[string]any{"event": "VERIFIED_ACCOUNT"}}, 202, nil)
	tw.hook.until("account_update", func() bool {
		return len(tw.hook.values) > 0 && tw.hook.values[len(tw.hook.values)-1]["field"] == "account_update"
	})
	ok(tw.graph("POST", number, map[string]any{"webhook_configuration": map[string]any{"override_callback_uri": ""}}))
	arrives("waba")
	ok(tw.graph("POST", waba, nil)) // without a body the override goes
	arrives("app")

	status, got := tw.graph("POST", waba, map[string]any{"override_callback_uri": "https://x.example/" + strings.Repeat("x", 200), "verify_token": "v"})
	if status != 400 || got.at("error", "code") != 100.0 {
		t.Errorf("long override: HTTP %d %v", status, got)
	}
	_, list := tw.graph("GET", waba, nil)
	if list.at("data", 0, "whatsapp_business_api_data", "id") != tw.account.AppID {
		t.Errorf("subscribed_apps %v", list)
	}
	ok(tw.graph("DELETE", waba, nil))
	before := tw.sim.Ledger(0, 0).Totals.WebhooksDropped
	tw.writesNoWait(p, "nobody hears")
	if after := tw.sim.Ledger(0, 0).Totals.WebhooksDropped; after != before+1 {
		t.Errorf("dropped %d, then %d", before, after)
	}
	ok(tw.graph("POST", waba, nil))
	arrives("app")
	ok(tw.appGraph("DELETE", tw.account.AppID+"/subscriptions?object=whatsapp_business_account&fields=messages", nil))
	tw.writesNoWait(p, "field missing")
	if after := tw.sim.Ledger(0, 0).Totals.WebhooksDropped; after != before+2 {
		t.Errorf("dropped %d, want %d", after, before+2)
	}
}

// A second company: own app, own WABA; neither sees the other's.
func TestTwoCompanies(t *testing.T) {
	t.Parallel()
	tw := start(t)
	var second, sameApp, sameWABA sim.Account
	tw.control("POST", "accounts", map[string]any{"name": "Other", "country": "DE"}, 201, &second)
	tw.control("POST", "accounts", map[string]any{"name": "Third", "app_id": tw.account.AppID}, 201, &sameApp)
	tw.control("POST", "accounts", map[string]any{"name": "Second line", "waba_id": tw.account.WABAID}, 201, &sameWABA)
	if second.AppID == tw.account.AppID || second.WABAID == tw.account.WABAID || second.Token == tw.account.Token {
		t.Fatalf("second account %+v", second)
	}
	if sameApp.AppID != tw.account.AppID || sameApp.WABAID == tw.account.WABAID || sameApp.Token == tw.account.Token {
		t.Errorf("same app: %+v", sameApp)
	}
	if sameWABA.Token != tw.account.Token || sameWABA.AppID != tw.account.AppID {
		t.Errorf("same WABA: %+v", sameWABA)
	}
	for _, path := range []string{second.PhoneNumberID, second.WABAID, second.WABAID + "/phone_numbers", second.WABAID + "/subscribed_apps"} {
		status, got := tw.graph("GET", path, nil)
		if status != 400 || got.at("error", "code") != 100.0 || got.at("error", "error_subcode") != 33.0 {
			t.Errorf("%s: HTTP %d %v", path, status, got)
		}
	}
	hook := newReceiver(t)
	hook.secret, hook.verifyToken = second.AppSecret, second.VerifyToken
	tw.control("POST", "webhook", map[string]any{"url": hook.url, "verify_token": second.VerifyToken, "app_id": second.AppID}, 204, nil)
	var p sim.Person
	tw.control("POST", "people", map[string]any{"platform": "whatsapp", "name": "Kim", "address": "4915100000001", "account": second.PhoneNumberID}, 201, &p)
	hook.message(tw.writesNoWait(p, "to the second"))
	tw.settled()
	if len(tw.hook.bodies) != 0 || hook.badSign != 0 {
		t.Error("the first company heard of it, or the signature is of the other app")
	}
	_, numbers := tw.graph("GET", tw.account.WABAID+"/phone_numbers?fields=id&limit=1", nil)
	if numbers.at("data", 0, "id") != tw.account.PhoneNumberID {
		t.Fatalf("numbers %v", numbers)
	}
	next, err := url.Parse(numbers.at("paging", "next").(string))
	if err != nil {
		t.Fatal(err)
	}
	status, raw := tw.do("GET", next.RequestURI(), tw.account.Token, nil)
	if status != 200 || decode(t, raw).at("data", 0, "id") != sameWABA.PhoneNumberID {
		t.Errorf("next page: HTTP %d %s", status, raw)
	}
	tw.control("POST", "accounts", map[string]any{"name": "x", "country": "XX"}, 422, nil)
	tw.control("POST", "accounts", map[string]any{"name": "x", "waba_id": "1"}, 422, nil)
}
