package sim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	tw := start(t)
	call := func(token string) object {
		_, raw := tw.do("GET", "/graph/v26.0/"+tw.account.PhoneNumberID, token, nil)
		return decode(t, raw)
	}
	if got := call(""); got.at("error", "code") != 104.0 {
		t.Errorf("no token: %v", got)
	}
	for _, token := range []string{"EAAbad", tw.account.AppID + "|wrong", "Bearer " + tw.account.Token} {
		if got := call(token); got.at("error", "code") != 190.0 {
			t.Errorf("token %q: %v", token, got)
		}
	}
	if got := call(tw.account.AppID + "|" + tw.account.AppSecret); got.at("error", "error_subcode") != 33.0 {
		t.Errorf("an app token sees a number: %v", got)
	}
	_, raw := tw.do("GET", "/graph/v26.0/me?access_token="+tw.account.Token, "", nil)
	if me := decode(t, raw); me["id"] == nil {
		t.Errorf("token in the query: %v", me)
	}
	mac := hmac.New(sha256.New, []byte(tw.account.AppSecret))
	mac.Write([]byte(tw.account.Token))
	if status, got := tw.graph("GET", "me?appsecret_proof="+hex.EncodeToString(mac.Sum(nil)), nil); status != 200 {
		t.Errorf("right proof: %v", got)
	}
	if status, _ := tw.graph("GET", "me?appsecret_proof=00", nil); status != 400 {
		t.Errorf("wrong proof: HTTP %d", status)
	}
	_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
	if debug.at("data", "is_valid") != true || debug.at("data", "app_id") != tw.account.AppID || debug.at("data", "expires_at") != 0.0 ||
		debug.at("data", "granular_scopes", 0, "target_ids", 0) != tw.account.WABAID {
		t.Errorf("debug_token %v", debug)
	}
	_, debug = tw.appGraph("GET", "debug_token?input_token=garbage", nil)
	if debug.at("data", "is_valid") != false || debug.at("data", "error", "code") != 190.0 {
		t.Errorf("debug_token of garbage: %v", debug)
	}
	if status, _ := tw.appGraph("GET", "debug_token", nil); status != 400 {
		t.Errorf("debug_token of nothing: HTTP %d", status)
	}
	status, raw := tw.do("GET", "/graph/v26.0/oauth/access_token?grant_type=client_credentials&client_id="+tw.account.AppID+"&client_secret="+tw.account.AppSecret, "", nil)
	if status != 200 || decode(t, raw)["access_token"] != tw.account.AppID+"|"+tw.account.AppSecret {
		t.Errorf("app token: HTTP %d %s", status, raw)
	}
	status, raw = tw.do("GET", "/graph/v26.0/oauth/access_token?grant_type=client_credentials&client_id=1&client_secret=2", "", nil)
	if status == 200 || decode(t, raw).at("error", "code") != 101.0 {
		t.Errorf("unknown app: HTTP %d %s", status, raw)
	}
}

func TestNodesAndFields(t *testing.T) {
	t.Parallel()
	tw := start(t)
	status, node := tw.graph("GET", tw.account.PhoneNumberID+"?fields=status,throughput{level},health_status{can_send_message,entities}", nil)
	if status != 200 || node["id"] != tw.account.PhoneNumberID || node["status"] != "CONNECTED" || node.at("throughput", "level") == nil ||
		node.at("health_status", "can_send_message") != "AVAILABLE" || node["verified_name"] != nil {
		t.Errorf("HTTP %d %v", status, node)
	}
	_, node = tw.graph("GET", tw.account.PhoneNumberID, nil)
	if node["display_phone_number"] != "+"+tw.account.DisplayNumber || node["status"] != nil {
		t.Errorf("default fields: %v", node)
	}
	for _, fields := range []string{"stauts", "throughput{levle}", "throughput{level", "a}"} {
		if status, got := tw.graph("GET", tw.account.PhoneNumberID+"?fields="+fields, nil); status != 400 || got.at("error", "code") != 100.0 {
			t.Errorf("fields=%s: HTTP %d %v", fields, status, got)
		}
	}
	_, waba := tw.graph("GET", tw.account.WABAID+"?fields=name,account_review_status,owner_business_info", nil)
	if waba["account_review_status"] != "APPROVED" || waba.at("owner_business_info", "id") == nil {
		t.Errorf("WABA %v", waba)
	}
	_, numbers := tw.graph("GET", tw.account.WABAID+"/phone_numbers", nil)
	if numbers.at("data", 0, "id") != tw.account.PhoneNumberID || numbers.at("paging", "next") != nil {
		t.Errorf("numbers %v", numbers)
	}
	for _, path := range []string{"1234567890", tw.account.PhoneNumberID + "/nothing", tw.account.WABAID + "/nothing", "nothing/at/all"} {
		if status, got := tw.graph("GET", path, nil); status != 400 || got.at("error", "error_subcode") != 33.0 {
			t.Errorf("%s: HTTP %d %v", path, status, got)
		}
	}
	// An ended version is served by the oldest live one, a missing one too.
	for _, version := range []string{"/v3.0", "/v99.0", ""} {
		if status, raw := tw.do("GET", "/graph"+version+"/me", tw.account.Token, nil); status != 200 {
			t.Errorf("version %q: HTTP %d %s", version, status, raw)
		}
	}
}

func TestRateHeaders(t *testing.T) {
	t.Parallel()
	tw := start(t)
	r, _ := http.NewRequestWithContext(t.Context(), "GET", tw.url+"/graph/v26.0/"+tw.account.WABAID, nil)
	r.Header.Set("Authorization", "Bearer "+tw.account.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if !strings.Contains(answer.Header.Get("X-App-Usage"), `"call_count":0`) || !strings.Contains(answer.Header.Get("X-Business-Use-Case-Usage"), tw.account.WABAID) {
		t.Errorf("headers %v", answer.Header)
	}
	r = httptest.NewRequest("GET", "/graph/v26.0/"+tw.account.WABAID, nil)
	r.Header.Set("Authorization", "Bearer "+tw.account.Token)
	for range 5000 {
		tw.sim.Handler().ServeHTTP(discard{}, r)
	}
	if _, got := tw.graph("GET", tw.account.WABAID, nil); got.at("error", "code") != 80008.0 {
		t.Errorf("after 5,000 calls: %v", got)
	}
	tw.clock.Advance(time.Hour)
	if status, got := tw.graph("GET", tw.account.WABAID, nil); status != 200 {
		t.Errorf("an hour later: %v", got)
	}
}

// discard is a response nobody reads.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestTemplateList(t *testing.T) {
	t.Parallel()
	tw := start(t)
	names := map[string]int{}
	pages := 0
	for path := tw.account.WABAID + "/message_templates?fields=name,status,language,category,components,quality_score,rejected_reason&limit=4"; path != ""; pages++ {
		status, list := tw.graph("GET", path, nil)
		if status != 200 {
			t.Fatalf("HTTP %d %v", status, list)
		}
		for _, item := range list["data"].([]any) {
			one := object(item.(map[string]any))
			names[one["name"].(string)+" "+one["language"].(string)+" "+one["status"].(string)]++
			if one["id"] == nil || one.at("components", 0, "type") == nil || one.at("quality_score", "score") == nil {
				t.Errorf("template %v", one)
			}
		}
		path = ""
		if next, ok := list.at("paging", "next").(string); ok {
			path = strings.TrimPrefix(next, tw.url+"/graph/v26.0/")
		}
	}
	for _, want := range []string{"order_update pt_BR APPROVED", "order_update en_US APPROVED", "feedback_request en_US PAUSED", "flash_sale en_US REJECTED", "parcel_photo en_US APPROVED"} {
		if names[want] != 1 {
			t.Errorf("%d × %s", names[want], want)
		}
	}
	if pages < 2 {
		t.Error("the list came in one page")
	}
	_, list := tw.graph("GET", tw.account.WABAID+"/message_templates?status=APPROVED&language=pt_BR", nil)
	if list.at("data", 0, "name") != "order_update" || list.at("data", 1) != nil {
		t.Errorf("filtered list %v", list)
	}
	for query, code := range map[string]float64{"after=x": 131059, "before=x": 131059, "limit=0": 100, "fields=colour": 100} {
		if _, got := tw.graph("GET", tw.account.WABAID+"/message_templates?"+query, nil); got.at("error", "code") != code {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	tw := start(t)
	pn := tw.account.PhoneNumberID
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	body := func(pin string) map[string]any { return map[string]any{"messaging_product": "whatsapp", "pin": pin} }
	want := func(code float64, status int, got object) {
		t.Helper()
		if code == 0 && status != 200 || code != 0 && got.at("error", "code") != code {
			t.Errorf("HTTP %d %v, want code %v", status, got, code)
		}
	}
	expect := func(code float64) func(int, object) { return func(s int, o object) { t.Helper(); want(code, s, o) } }
	expect(0)(tw.graph("POST", pn+"/deregister", nil))
	tw.refused(text(p.Address, "x"), 133010)
	expect(100)(tw.graph("POST", pn+"/register", body("12345")))
	expect(100)(tw.graph("POST", pn+"/register", map[string]any{"pin": "123456"}))
	expect(0)(tw.graph("POST", pn+"/register", body("123456")))
	expect(133005)(tw.graph("POST", pn+"/register", body("654321")))
	expect(0)(tw.graph("POST", pn, map[string]any{"pin": "654321"}))
	expect(0)(tw.graph("POST", pn+"/register", body("654321")))
	tw.send(text(p.Address, "x"))
}
