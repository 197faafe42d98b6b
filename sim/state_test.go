package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// patchAccount changes the account's state through control.
func (tw *twin) patchAccount(what map[string]any) object {
	tw.t.Helper()
	return decode(tw.t, tw.control("PATCH", "accounts/"+tw.account.PhoneNumberID, what, 200, nil))
}

// Each field that control sets is read back from Graph, and stops the calls that
// it stops.
func TestStateIsReadAndFelt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patch map[string]any
		felt  probe
	}{
		"banned":        {map[string]any{"status": "BANNED"}, all(node("status", "BANNED"), refusedText(131031), health("PHONE_NUMBER", "BLOCKED", 131031), hears("account_update", "DISABLED_UPDATE", "event"))},
		"restricted":    {map[string]any{"status": "RESTRICTED"}, all(refusedText(368), hears("account_update", "ACCOUNT_RESTRICTION", "event"))},
		"disconnected":  {map[string]any{"status": "DISCONNECTED"}, off},
		"off platform":  {map[string]any{"platform_type": "NOT_APPLICABLE"}, all(off, node("status", "DISCONNECTED"))},
		"red":           {map[string]any{"quality_rating": "RED"}, all(node("quality_rating", "RED"), refusedText(131048), hears("phone_number_quality_update", "FLAGGED", "event"))},
		"yellow":        {map[string]any{"quality_rating": "YELLOW"}, node("quality_rating", "YELLOW")},
		"no payment":    {map[string]any{"payment": false}, all(wabaNode("primary_funding_id", nil), refusedText(131042), health("WABA", "BLOCKED", 141006))},
		"no currency":   {map[string]any{"currency": ""}, all(wabaNode("currency", nil), refusedText(131042))},
		"review":        {map[string]any{"account_review_status": "PENDING"}, all(wabaNode("account_review_status", "PENDING"), health("WABA", "LIMITED", 0), hears("account_review_update", "PENDING", "decision"))},
		"rejected":      {map[string]any{"account_review_status": "REJECTED"}, all(refusedText(131031), health("WABA", "BLOCKED", 131031))},
		"unverified":    {map[string]any{"business_verification_status": "not_verified"}, all(wabaNode("business_verification_status", "not_verified"), health("BUSINESS", "LIMITED", 141010))},
		"client's":      {map[string]any{"ownership_type": "CLIENT_OWNED"}, wabaNode("ownership_type", "CLIENT_OWNED")},
		"limit":         {map[string]any{"messaging_limit": "TIER_10K"}, all(node("whatsapp_business_manager_messaging_limit", "TIER_10K"), hears("business_capability_update", 10_000.0, "max_daily_conversations_per_business"), hears("phone_number_quality_update", "UPGRADE", "event"))},
		"no limit":      {map[string]any{"messaging_limit": "TIER_UNLIMITED"}, hears("business_capability_update", -1.0, "max_daily_conversations_per_business")},
		"name declined": {map[string]any{"name_status": "DECLINED"}, all(node("name_status", "DECLINED"), health("PHONE_NUMBER", "LIMITED", 0), hears("phone_number_name_update", "NAME_NOT_CONSISTENT", "rejection_reason"))},
		"pin":           {map[string]any{"pin": "481516"}, all(node("is_pin_enabled", true), hears("security", "PIN_CHANGED", "event"), registers(133005, 0))},
		"business app":  {map[string]any{"is_on_biz_app": true}, node("is_on_biz_app", true)},
		"sandbox":       {map[string]any{"account_mode": "SANDBOX"}, node("account_mode", "SANDBOX")},
		"badge":         {map[string]any{"oba_status": "APPROVED"}, node("is_official_business_account", true)},
		"own name":      {map[string]any{"username": "aurora"}, node("username", "aurora")},
		"health":        {map[string]any{"health": map[string]any{"APP": map[string]any{"can_send_message": "BLOCKED", "errors": []any{map[string]any{"error_code": 131031}}}}}, health("APP", "BLOCKED", 131031)},
		"app barred":    {map[string]any{"app_restricted": true}, health("APP", "BLOCKED", 131031)},
		"development":   {map[string]any{"app_mode": "development"}, all(silent, health("APP", "LIMITED", 0))},
		"key ended":     {map[string]any{"token_expires_at": "2020-01-01T00:00:00Z"}, all(debugged(false, "is_valid"), debugged(463.0, "error", "subcode"), debugged(1577836800.0, "expires_at"))},
		"no messaging":  {map[string]any{"scopes": []string{managementScope}}, all(refusedText(10), lacksScope(messagingScope))},
		"no management": {map[string]any{"scopes": []string{messagingScope}}, all(calls("GET", "NUMBER", nil, 200, 0), lacksScope(managementScope))},
		"all assets":    {map[string]any{"all_assets": true, "target_ids": []string{}}, all(debugged(nil, "granular_scopes", 0, "target_ids"), debugged(managementScope, "granular_scopes", 0, "scope"), succeeds("GET", "WABA", nil))},
		"other account": {map[string]any{"target_ids": []string{"42"}}, all(calls("GET", "WABA", nil, 100, 33), debugged("42", "granular_scopes", 0, "target_ids", 0))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tw := start(t)
			p := tw.person("Ana", "351910000001")
			tw.writes(p, map[string]any{"text": "oi"})
			tw.patchAccount(c.patch)
			c.felt(t, tw, p)
		})
	}
}

func TestStateIsChecked(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for name, patch := range map[string]map[string]any{
		"status": {"status": "FINE"}, "quality_rating": {"quality_rating": "BLUE"}, "pin": {"pin": "12"}, "health": {"health": map[string]any{"MOON": nil}},
		"token_expires_at": {"token_expires_at": "soon"}, "messaging_limit": {"messaging_limit": "250"}, "colour": {"colour": "red"}, "in_app": {"in_app": "fridge"},
	} {
		if raw := string(tw.control("PATCH", "accounts/"+tw.account.PhoneNumberID, patch, 422, nil)); !strings.Contains(raw, name) {
			t.Errorf("%s: %s", name, raw)
		}
	}
	tw.control("PATCH", "accounts/1", map[string]any{"payment": true}, 404, nil)
	tw.control("GET", "accounts/1", nil, 404, nil)
	tw.control("GET", "accounts/1/codes", nil, 404, nil)
	tw.control("POST", "accounts/1/tokens", map[string]any{}, 404, nil)
	for _, in := range []map[string]any{{"kind": "PAGE"}, {"app_id": "1"}, {"colour": "red"}} {
		tw.control("POST", "accounts/"+tw.account.WABAID+"/tokens", in, 422, nil)
	}
	v := tw.patchAccount(map[string]any{"token_expires_at": "2030-01-02T03:04:05Z", "quality_rating": "YELLOW"})
	if v.at("tokens", 0, "expires_at") != "2030-01-02T03:04:05Z" || v.at("number", "quality_rating") != "YELLOW" || v.at("business", "id") != tw.account.BusinessID {
		t.Errorf("account %v", v)
	}
	if v = tw.patchAccount(map[string]any{"token_expires_at": nil}); v.at("tokens", 0, "expires_at") != nil {
		t.Errorf("account %v", v)
	}
}

// A change that changes nothing is told to nobody.
func TestUnchangedStateIsNotTold(t *testing.T) {
	t.Parallel()
	tw := start(t)
	tw.patchAccount(map[string]any{"messaging_limit": "TIER_2K", "name_status": "APPROVED", "quality_rating": "GREEN", "account_review_status": "APPROVED", "pin": ""})
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	if len(tw.hook.values) != 1 {
		t.Errorf("told %v", tw.hook.values)
	}
}

// The entry of news about a partner is the portfolio's; it and that of all
// management news bears a time, that of messages none.
func TestEntriesOfNews(t *testing.T) {
	t.Parallel()
	tw := start(t)
	tw.fault(map[string]any{"cause": "wa.coexist_idle", "account": tw.account.PhoneNumberID})
	tw.fault(map[string]any{"cause": "account.disabled", "account": tw.account.PhoneNumberID})
	tw.control("DELETE", "faults", nil, 204, nil)
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	posts := tw.hook.posts(5)
	for what, holds := range map[string][]string{
		"PARTNER_REMOVED":     {`"id":"` + tw.account.BusinessID + `","time":`, "PRIMARY_INACTIVITY", `"waba_id":"` + tw.account.WABAID},
		"DISABLE":             {`"id":"` + tw.account.WABAID + `","time":`},
		"REINSTATE":           {`"id":"` + tw.account.WABAID + `","time":`},
		"ACCOUNT_RECONNECTED": {`"id":"` + tw.account.BusinessID + `","time":`},
		`"messages":[`:        {`"id":"` + tw.account.WABAID + `","changes":`},
	} {
		i := slices.IndexFunc(posts, func(post string) bool { return strings.Contains(post, what) })
		if i < 0 {
			t.Errorf("%s did not come", what)
			continue
		}
		for _, part := range holds {
			if !strings.Contains(posts[i], part) {
				t.Errorf("%s: %s is not in %s", what, part, posts[i])
			}
		}
	}
}

// C19: the portfolio's limit counts people written to first, within a day.
func TestMessagingLimit(t *testing.T) {
	t.Parallel()
	tw := start(t)
	tw.patchAccount(map[string]any{"messaging_limit": "TIER_50"})
	numbers := make([]string, 51)
	for i := range numbers {
		numbers[i] = tw.person("P", "35191000"+string(rune('0'+i/10))+string(rune('0'+i%10))+"00").Address
	}
	for _, to := range numbers[:50] {
		tw.send(template(to, "hello_world", "en_US"))
	}
	tw.refused(template(numbers[50], "hello_world", "en_US"), 131048)
	tw.send(template(numbers[0], "hello_world", "en_US")) // counted already
	tw.clock.Advance(24 * time.Hour)
	tw.send(template(numbers[50], "hello_world", "en_US"))
}

// C7, G18: attempts to register are counted over 72 hours, wrong PINs lock, and a
// PIN is set anew without the old one on a number that is registered.
func TestRegistrationIsCounted(t *testing.T) {
	t.Parallel()
	tw := start(t)
	pn := tw.account.PhoneNumberID
	register := func(pin string, code, subcode float64) {
		t.Helper()
		if code == 0 {
			succeeds("POST", "NUMBER/register", pinBody(pin))(t, tw, sim.Person{})
			return
		}
		calls("POST", "NUMBER/register", pinBody(pin), code, subcode)(t, tw, sim.Person{})
	}
	register("123456", 0, 0)
	for range 5 {
		register("000000", 133005, 0)
	}
	register("000000", 133008, 0)
	succeeds("POST", "NUMBER", map[string]any{"pin": "654321"})(t, tw, sim.Person{})
	register("654321", 0, 0)
	register("654321", 0, 0)
	register("654321", 0, 0)
	register("654321", 133016, 0)
	tw.clock.Advance(71 * time.Hour)
	register("654321", 133016, 0)
	tw.clock.Advance(time.Hour)
	register("654321", 0, 0)
	for range 10 {
		succeeds("POST", "NUMBER/deregister", nil)(t, tw, sim.Person{})
	}
	calls("POST", "NUMBER/deregister", nil, 133016, 0)(t, tw, sim.Person{})
	calls("POST", "NUMBER", map[string]any{"pin": "111111"}, 133010, 0)(t, tw, sim.Person{})
	for _, wrong := range []map[string]any{
		{"messaging_product": "whatsapp", "pin": "654321", "data_localization_region": "XX"}, {"messaging_product": "whatsapp", "pin": "65432"}, {"pin": "654321"},
	} {
		if _, got := tw.graph("POST", pn+"/register", wrong); got.at("error", "code") != 100.0 {
			t.Errorf("%v: %v", wrong, got)
		}
	}
}

// G4: a fresh number wants a code first: by SMS or by call, ten in 72 hours, the
// newest counts, for ten minutes and five tries.
func TestCodes(t *testing.T) {
	t.Parallel()
	tw := start(t)
	a, err := tw.sim.AddAccount(sim.AccountSpec{Name: "Nova", Country: "PT", WABAID: tw.account.WABAID, Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	tw.account.PhoneNumberID = a.PhoneNumberID
	all(node("status", "UNVERIFIED"), node("platform_type", "NOT_APPLICABLE"), node("quality_rating", "UNKNOWN"))(t, tw, sim.Person{})
	calls("POST", "NUMBER/register", pinBody("123456"), 100, 2388001)(t, tw, sim.Person{})
	calls("POST", "NUMBER/verify_code", map[string]any{"code": "123456"}, 100, 2388093)(t, tw, sim.Person{})
	request := func(method string) probe {
		return succeeds("POST", "NUMBER/request_code", map[string]any{"code_method": method, "language": "pt_PT"})
	}
	for _, wrong := range []map[string]any{{"code_method": "PIGEON", "language": "pt_PT"}, {"code_method": "SMS"}, {"code_method": "SMS", "language": "Portuguese"}} {
		calls("POST", "NUMBER/request_code", wrong, 100, 0)(t, tw, sim.Person{})
	}
	newest := func() sim.CodeView { return tw.sim.Codes(a.PhoneNumberID)[0] }
	verify := func(code string) probe {
		return calls("POST", "NUMBER/verify_code", map[string]any{"code": code}, 136025, 0)
	}
	request("SMS")(t, tw, sim.Person{})
	code := newest()
	if code.Method != "SMS" || code.Number != a.DisplayNumber || code.Language != "pt_PT" {
		t.Errorf("code %+v", code)
	}
	calls("POST", "NUMBER/verify_code", map[string]any{"code": code.Code[:3] + "-" + code.Code[3:]}, 100, 0)(t, tw, sim.Person{})
	tw.clock.Advance(11 * time.Minute)
	verify(code.Code)(t, tw, sim.Person{})
	request("VOICE")(t, tw, sim.Person{})
	wrong := "000000"
	if newest().Code == wrong {
		wrong = "000001"
	}
	for range 5 {
		verify(wrong)(t, tw, sim.Person{})
	}
	verify(newest().Code)(t, tw, sim.Person{})
	for range 8 {
		request("SMS")(t, tw, sim.Person{})
	}
	calls("POST", "NUMBER/request_code", map[string]any{"code_method": "SMS", "language": "en"}, 136024, 0)(t, tw, sim.Person{})
	succeeds("POST", "NUMBER/verify_code", map[string]any{"code": newest().Code})(t, tw, sim.Person{})
	calls("POST", "NUMBER/request_code", map[string]any{"code_method": "SMS", "language": "en"}, 100, 2388366)(t, tw, sim.Person{})
	succeeds("POST", "NUMBER/register", pinBody("123456"))(t, tw, sim.Person{})
	all(node("status", "CONNECTED"), node("platform_type", "CLOUD_API"))(t, tw, sim.Person{})
}

// G7: a name goes through a review, and takes effect with the next registration.
func TestDisplayName(t *testing.T) {
	t.Parallel()
	tw := start(t)
	rename := func(name string) map[string]any { return map[string]any{"new_display_name": name} }
	calls("POST", "NUMBER", rename("A"), 100, 0)(t, tw, sim.Person{})
	calls("POST", "NUMBER", rename(strings.Repeat("é", 76)), 100, 0)(t, tw, sim.Person{})
	all(succeeds("POST", "NUMBER", rename("Aurora Café")), node("new_name_status", "PENDING_REVIEW"), node("new_display_name", "Aurora Café"),
		node("verified_name", tw.account.Name), hears("phone_number_name_update", "PENDING", "decision"))(t, tw, sim.Person{})
	tw.patchAccount(map[string]any{"new_name_status": "APPROVED"})
	all(hears("phone_number_name_update", "APPROVED", "decision"), node("verified_name", tw.account.Name),
		succeeds("POST", "NUMBER/register", pinBody("123456")), node("verified_name", "Aurora Café"), node("new_name_status", "NONE"))(t, tw, sim.Person{})
}
