package sim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

const messagingScope, managementScope = "whatsapp_business_messaging", "whatsapp_business_management"

// lacksScope wants a permission to be gone from what debug_token says.
func lacksScope(scope string) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
		scopes, _ := debug.at("data", "scopes").([]any)
		if len(scopes) == 0 || slices.Contains(scopes, any(scope)) || strings.Contains(toJSON(t, debug.at("data", "granular_scopes")), scope) {
			t.Errorf("debug_token: %v", debug)
		}
	}
}

// C4, M6: what becomes of a key is told apart by its code and by debug_token.
func signInProbes() map[string]probe {
	return map[string]probe{
		"auth.expired/data_access": all(debugged(true, "is_valid"), debugged("USER", "type"), func(t *testing.T, tw *twin, _ sim.Person) {
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			if at, _ := debug.at("data", "data_access_expires_at").(float64); at == 0 || at > float64(tw.clock.Now().Unix()) {
				t.Errorf("debug_token: %v", debug)
			}
		}),
		"auth.expired/key": all(func(t *testing.T, tw *twin, _ sim.Person) {
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			if at, _ := debug.at("data", "expires_at").(float64); at == 0 || at > float64(tw.clock.Now().Unix()) {
				t.Errorf("debug_token: %v", debug)
			}
		}, deadToken(463.0)),
		"auth.expiring": all(debugged(true, "is_valid"), succeeds("GET", "NUMBER", nil), func(t *testing.T, tw *twin, _ sim.Person) {
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			if at, _ := debug.at("data", "expires_at").(float64); time.Unix(int64(at), 0).Sub(tw.clock.Now()).Round(time.Hour) != 6*24*time.Hour {
				t.Errorf("debug_token: %v", debug)
			}
		}),
		"auth.login/expired":  codeRefused(36007),
		"auth.login/used":     codeRefused(36009),
		"auth.login/redirect": codeRefused(36008),
		"auth.revoked/removed": all(silent, hears("account_update", "PARTNER_APP_UNINSTALLED", "event"), deadToken(458.0), subscribed(nil, 0),
			succeeds("POST", "WABA/subscribed_apps", nil), back),
		"auth.revoked/logout":      deadToken(467.0),
		"auth.revoked/api":         deadToken(466.0),
		"auth.revoked/role":        deadToken(492.0),
		"auth.password/changed":    deadToken(460.0),
		"auth.password/checkpoint": deadToken(459.0),
		"auth.invalid/garbage":     deadToken(nil),
		"auth.invalid/app": func(t *testing.T, tw *twin, p sim.Person) {
			if status, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil); status != 400 || debug.at("error", "code") != 100.0 {
				t.Errorf("debug_token: HTTP %d %v", status, debug)
			}
		},
		"auth.scope/" + messagingScope:  all(refusedText(10), lacksScope(messagingScope), succeeds("GET", "NUMBER", nil)),
		"auth.scope/" + managementScope: all(calls("GET", "WABA", nil, 200, 0), calls("POST", "WABA/subscribed_apps", nil, 200, 0), lacksScope(managementScope)),
		"auth.asset": all(refusedText(100), calls("GET", "NUMBER", nil, 100, 33), func(t *testing.T, tw *twin, _ sim.Person) {
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			if debug.at("data", "is_valid") != true || debug.at("data", "granular_scopes", 0, "target_ids", 0) == tw.account.WABAID {
				t.Errorf("debug_token: %v", debug)
			}
		}),
	}
}

func codeRefused(subcode float64) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		code := tw.signIn().submit("person", "owner").submit("business", tw.account.BusinessID).submit("waba", tw.account.WABAID).
			submit("number", tw.account.PhoneNumberID).submit(allScopes...).granted()
		if _, got := tw.exchange(url.Values{"code": {code}, "redirect_uri": {returnTo}}); got.at("error", "code") != 100.0 || got.at("error", "error_subcode") != subcode {
			t.Errorf("answer %v", got)
		}
	}
}

// C5, G16: the account's own troubles.
func accountProbes() map[string]probe {
	return map[string]probe{
		"account.disabled":        all(refusedText(131031), node("status", "BANNED"), health("PHONE_NUMBER", "BLOCKED", 131031), hears("account_update", "DISABLED_UPDATE", "event")),
		"account.restricted":      all(refusedText(368), node("status", "RESTRICTED"), health("PHONE_NUMBER", "BLOCKED", 368), hears("account_update", "RESTRICTED_BIZ_INITIATED_MESSAGING", "restriction_info", 0, "restriction_type")),
		"account.quality":         all(refusedText(131048), node("quality_rating", "RED"), health("PHONE_NUMBER", "LIMITED", 0)),
		"account.review/pending":  all(wabaNode("account_review_status", "PENDING"), health("WABA", "LIMITED", 0), hears("account_review_update", "PENDING", "decision")),
		"account.review/rejected": all(refusedText(131031), wabaNode("account_review_status", "REJECTED"), health("WABA", "BLOCKED", 131031)),
		"app.blocked":             all(refusedText(368), health("APP", "BLOCKED", 131031)),
		"account.unverified":      all(wabaNode("business_verification_status", "not_verified"), node("whatsapp_business_manager_messaging_limit", "TIER_250"), health("BUSINESS", "LIMITED", 141010)),
		// C24: everybody writes at once, twice.
		"wa.throughput": func(t *testing.T, tw *twin, _ sim.Person) {
			wrote := func() int64 { return int64(tw.sim.Ledger(0, 0).Totals.MessagesFromPeople) }
			before := wrote()
			for burst, wait := range []time.Duration{time.Second, time.Minute} {
				tw.clock.Advance(wait)
				tw.hook.until("the crowd has written", func() bool { return wrote() == before+40*int64(burst+1) })
			}
			if _, n := tw.graph("GET", tw.account.PhoneNumberID+"?fields=is_on_biz_app", nil); n["is_on_biz_app"] != true {
				t.Errorf("node %v", n)
			}
		},
		"wa.limit": all(node("whatsapp_business_manager_messaging_limit", "TIER_250"), health("BUSINESS", "LIMITED", 0), func(t *testing.T, tw *twin, p sim.Person) {
			tw.send(plain(p.Address)) // replies are not counted
			tw.clock.Advance(25 * time.Hour)
			tw.refused(template(p.Address, "hello_world", "en_US"), 131048)
			tw.writes(p, map[string]any{"text": "oi"})
		}),
		"wa.payment/card":     all(refusedText(131042), wabaNode("primary_funding_id", nil), health("WABA", "BLOCKED", 141006)),
		"wa.payment/currency": all(refusedText(131042), wabaNode("currency", nil), wabaNode("timezone_id", nil), health("WABA", "BLOCKED", 141006)),
		"wa.payment/terms":    all(refusedText(134011), health("WABA", "BLOCKED", 141006)),
		"meta.no_portfolio": func(t *testing.T, tw *twin, _ sim.Person) {
			if page := tw.signIn().submit("person", "owner"); page.step != "no_portfolio" {
				t.Errorf("the page is %s", page.step)
			}
		},
		"app.dev_mode": all(silent, health("APP", "LIMITED", 0), func(t *testing.T, tw *twin, _ sim.Person) {
			if page := tw.signIn(); page.step != "refused" || !strings.Contains(page.text, "in development") {
				t.Errorf("the page is %s", page.step)
			}
		}),
	}
}

// C6, C16: what keeps messages from coming in, and how each is repaired.
func hookProbes() map[string]probe {
	const other = "https://other-inbox.example/webhook"
	return map[string]probe{
		"hook.off/waba":       all(silent, subscribed(nil, 0), succeeds("POST", "WABA/subscribed_apps", nil), back),
		"hook.off/app":        all(silent, subscription(false, "active"), resubscribed, subscription(true, "active"), back),
		"hook.elsewhere/waba": all(silent, subscribed(other, 0, "override_callback_uri"), succeeds("POST", "WABA/subscribed_apps", nil), back),
		"hook.elsewhere/number": all(silent, func(t *testing.T, tw *twin, _ sim.Person) {
			if _, n := tw.graph("GET", tw.account.PhoneNumberID+"?fields=webhook_configuration", nil); n.at("webhook_configuration", "phone_number") != other {
				t.Errorf("node %v", n)
			}
		}, succeeds("POST", "WABA/subscribed_apps", nil), silent, succeeds("POST", "NUMBER", map[string]any{"webhook_configuration": map[string]any{"override_callback_uri": ""}}), back),
		"hook.elsewhere/app": all(silent, subscription(other, "callback_url"), resubscribed, back),
		"hook.fields": all(silent, func(t *testing.T, tw *twin, _ sim.Person) {
			if _, list := tw.appGraph("GET", tw.account.AppID+"/subscriptions", nil); strings.Contains(toJSON(t, list), `"messages"`) {
				t.Errorf("messages is subscribed: %v", list)
			}
		}, resubscribed, back),
		"hook.verify": all(silent, subscription(false, "active"), func(t *testing.T, tw *twin, _ sim.Person) {
			tw.hook.until("a call with another word", func() bool { return tw.hook.turnedAway > 0 })
			if _, got := tw.subscribe(tw.hook.url, tw.account.VerifyToken); got.at("error", "code") != 2200.0 {
				t.Errorf("answer %v", got)
			}
		}),
		"hook.unreachable": func(t *testing.T, tw *twin, p sim.Person) {
			id := tw.writesNoWait(p, "not yet")
			tw.tries(2)
			if _, got := tw.subscribe(tw.hook.url, tw.account.VerifyToken); got.at("error", "code") != 2200.0 {
				t.Errorf("answer %v", got)
			}
			tw.control("DELETE", "faults", nil, 204, nil)
			tw.clock.Advance(time.Hour)
			tw.hook.message(id)
		},
		"hook.throttled": func(t *testing.T, tw *twin, p sim.Person) {
			first, second := tw.writesNoWait(p, "1"), tw.writesNoWait(p, "2")
			tw.settled()
			if len(tw.hook.bodies) != 1 { // the message of before
				t.Error("it came at once")
			}
			tw.clock.Advance(time.Minute)
			tw.hook.message(first)
			tw.hook.message(second)
			if len(tw.hook.bodies) != 2 {
				t.Errorf("%d POSTs, want one for both", len(tw.hook.bodies)-1)
			}
		},
		"hook.signature/secret":  badlySigned,
		"hook.signature/missing": badlySigned,
		"hook.signature/reset": all(badlySigned, func(t *testing.T, tw *twin, p sim.Person) {
			if _, got := tw.appGraph("GET", tw.account.AppID+"/subscriptions", nil); got.at("error", "code") != 190.0 {
				t.Errorf("the app's token: %v", got)
			}
			if _, got := tw.exchange(url.Values{"grant_type": {"client_credentials"}}); got.at("error", "code") != 1.0 {
				t.Errorf("the exchange: %v", got)
			}
			tw.send(plain(p.Address)) // the account's key goes on
			mac := hmac.New(sha256.New, []byte(tw.account.AppSecret))
			mac.Write([]byte(tw.account.Token))
			if _, got := tw.graph("GET", "me?appsecret_proof="+hex.EncodeToString(mac.Sum(nil)), nil); got.at("error", "code") != 100.0 {
				t.Errorf("a proof by the old secret: %v", got)
			}
		}),
		// C24: a subscription whose calls fail for long is switched off, and saving it anew switches it on.
		"hook.failing": all(badlySigned, subscription(true, "active"), func(_ *testing.T, tw *twin, _ sim.Person) { tw.clock.Advance(61 * time.Minute) }, subscription(false, "active")),
		"hook.lag": func(t *testing.T, tw *twin, p sim.Person) {
			id := tw.writesNoWait(p, "late")
			tw.settled()
			if len(tw.hook.bodies) != 1 {
				t.Error("it came without delay")
			}
			tw.clock.Advance(10 * time.Minute)
			tw.hook.message(id)
		},
	}
}

func badlySigned(_ *testing.T, tw *twin, p sim.Person) {
	tw.writesNoWait(p, "forged")
	tw.hook.until("a bad signature", func() bool { return tw.hook.badSign == 1 })
}

// registered: with the PIN that is the right one the number comes back.
var rightPIN = all(succeeds("POST", "NUMBER/register", pinBody("246810")), node("status", "CONNECTED"))

// C7, G1, G3, G4, G6, G18, C22: registering, verifying, moving, naming.
func numberProbes() map[string]probe {
	newNumber := map[string]any{"cc": "351", "phone_number": "911222333", "verified_name": "Aurora"}
	code := map[string]any{"code_method": "SMS", "language": "en_US"}
	return map[string]probe{
		"wa.not_registered/deregistered": all(off, succeeds("POST", "NUMBER/register", pinBody("123456")), node("status", "CONNECTED")),
		"wa.not_registered/certificate":  all(refusedText(131045), node("status", "PENDING"), succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.in_use/business":             all(registers(100, 3441034), off, node("is_on_biz_app", true)),
		"wa.in_use/personal":             all(registers(100, 2388055), off),
		"wa.in_use/deleted": all(registers(133015, 0), off, func(t *testing.T, tw *twin, _ sim.Person) {
			tw.clock.Advance(5 * time.Minute)
		}, succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.two_step":        all(registers(100, 2388001), off, node("code_verification_status", "VERIFIED"), node("is_pin_enabled", true), rightPIN),
		"wa.pin/mismatch":    all(registers(133005, 0), node("is_pin_enabled", true), rightPIN),
		"wa.pin/guesses":     all(registers(133008, 0), succeeds("POST", "NUMBER", map[string]any{"pin": "123456"}), succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.pin/fast":        registers(133009, 0),
		"wa.pin/locked":      all(calls("POST", "NUMBER/register", pinBody("123456"), 131031, 0), rightPIN),
		"wa.ownership/never": all(registers(100, 2388001), off, node("code_verification_status", "NOT_VERIFIED"), verifies, succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.ownership/again": all(registers(133006, 0), off, node("code_verification_status", "EXPIRED"), verifies, succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.code/refused":    all(calls("POST", "NUMBER/request_code", code, 136024, 0), node("code_verification_status", "NOT_VERIFIED")),
		"wa.code/wrong":      calls("POST", "NUMBER/verify_code", map[string]any{"code": "123456"}, 136025, 0),
		"wa.code/longer":     calls("POST", "NUMBER/request_code", code, 100, 2388367),
		"wa.register_limit": all(registers(133016, 0), off, func(_ *testing.T, tw *twin, p sim.Person) {
			tw.clock.Advance(72 * time.Hour)
			tw.writes(p, map[string]any{"text": "oi"})
		}, succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.releasing":             all(registers(133000, 0), node("status", "PENDING"), succeeds("POST", "NUMBER/deregister", nil), succeeds("POST", "NUMBER/register", pinBody("123456"))),
		"wa.step_done":             all(calls("POST", "NUMBER/request_code", code, 100, 2388366), node("code_verification_status", "VERIFIED")),
		"wa.migration/conditions":  calls("POST", "WABA/phone_numbers", newNumber, 100, 2388103),
		"wa.migration/portfolio":   calls("POST", "WABA/phone_numbers", newNumber, 100, 3441038),
		"wa.migration/maintenance": calls("POST", "WABA/phone_numbers", newNumber, 100, 2494100),
		"wa.sign_up_form":          calls("POST", "WABA/phone_numbers", newNumber, 2494165, 0),
		"wa.moved/gone": all(refusedText(100), calls("GET", "NUMBER", nil, 100, 33), func(t *testing.T, tw *twin, _ sim.Person) {
			if status, list := tw.graph("GET", tw.account.WABAID+"/phone_numbers", nil); status != 200 || len(list["data"].([]any)) != 0 {
				t.Errorf("HTTP %d %v", status, list)
			}
		}),
		"wa.moved/migrated":         all(refusedText(133010), silent, node("status", "MIGRATED"), node("platform_type", "NOT_APPLICABLE")),
		"wa.legacy":                 all(registers(133001, 0), node("platform_type", "ON_PREMISE")),
		"meta.invalid_param":        all(registers(100, 0), off),
		"wa.name/declined":          all(refusedText(131037), node("name_status", "DECLINED"), health("PHONE_NUMBER", "LIMITED", 0), hears("phone_number_name_update", "REJECTED", "decision")),
		"wa.name/pending":           all(refusedText(131037), node("name_status", "PENDING_REVIEW"), health("PHONE_NUMBER", "LIMITED", 0)),
		"wa.coexist_idle/primary":   coexistenceEnds("PRIMARY_INACTIVITY", "SYSTEM"),
		"wa.coexist_idle/companion": coexistenceEnds("COMPANION_INACTIVITY", "SYSTEM"),
		"wa.coexist_idle/user":      coexistenceEnds("ACCOUNT_DISCONNECTED", "USER"),
		"wa.coexist_sync/twice":     all(calls("POST", "NUMBER/smb_app_data", map[string]any{"messaging_product": "whatsapp", "sync_type": "history"}, 2593107, 0), node("is_on_biz_app", true)),
		"wa.coexist_sync/late":      calls("POST", "NUMBER/smb_app_data", map[string]any{"messaging_product": "whatsapp", "sync_type": "history"}, 2593108, 0),
		"wa.test_number":            all(refusedText(131030), node("account_mode", "SANDBOX")),
		"wa.username":               calls("POST", "NUMBER/username", map[string]any{"username": "aurora"}, 147001, 0),
	}
}

func coexistenceEnds(reason, by string) probe {
	return all(refusedText(133010), silent, node("status", "DISCONNECTED"), node("is_on_biz_app", true),
		hears("account_update", reason, "disconnection_info", "reason"), hears("account_update", by, "disconnection_info", "initiated_by"))
}

// verifies asks for a code, reads it where the owner would, and enters it.
func verifies(t *testing.T, tw *twin, _ sim.Person) {
	t.Helper()
	pn := tw.account.PhoneNumberID
	if status, got := tw.graph("POST", pn+"/request_code", map[string]any{"code_method": "VOICE", "language": "pl_PL"}); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	var codes struct{ Items []sim.CodeView }
	tw.control("GET", "accounts/"+pn+"/codes", nil, 200, &codes)
	if status, got := tw.graph("POST", pn+"/verify_code", map[string]any{"code": codes.Items[0].Code}); status != 200 || codes.Items[0].Method != "VOICE" {
		t.Fatalf("HTTP %d %v", status, got)
	}
}

func messageProbes() map[string]probe {
	const analytics = "WABA/template_analytics"
	return map[string]probe{
		"wa.window": func(t *testing.T, tw *twin, p sim.Person) {
			tw.refused(plain(p.Address), 131047)
			tw.send(template(p.Address, "hello_world", "en_US"))
		},
		"wa.user_limit":            failed(131049, marketing),
		"wa.experiment":            refusedMarketing(130472),
		"wa.opted_out":             refusedMarketing(131050),
		"wa.tpl_params/count":      refusedMarketing(132000),
		"wa.tpl_params/format":     refusedMarketing(132012),
		"wa.tpl_missing/absent":    refusedMarketing(132001),
		"wa.tpl_missing/paused":    refusedMarketing(132015),
		"wa.tpl_missing/disabled":  refusedMarketing(132016),
		"wa.undeliverable":         failed(131026, plain),
		"wa.expired":               failed(131043, plain),
		"wa.companion":             failed(131060, plain),
		"wa.country":               refusedText(130497),
		"wa.identity":              refusedText(137000),
		"wa.blocked_here":          refusedText(130403),
		"wa.group":                 refusedText(131041),
		"wa.calls":                 refusedText(138000),
		"wa.flow":                  refusedText(132068),
		"wa.block_list":            calls("POST", "NUMBER/block_users", nil, 139100, 0),
		"wa.tpl_limit":             calls("POST", "WABA/message_templates", nil, 100, 2388019),
		"wa.tpl_form":              calls("POST", "WABA/message_templates", nil, 100, 2388042),
		"wa.insights":              calls("GET", analytics, nil, 200007, 0),
		"send.bad_param/value":     refusedText(131009),
		"send.bad_param/missing":   refusedText(131008),
		"send.bad_param/parameter": refusedText(100),
		"wa.held": func(t *testing.T, tw *twin, p sim.Person) {
			id := tw.send(plain(p.Address))
			tw.hook.statuses(id, "sent")
			tw.hits(1)
			tw.control("DELETE", "faults", nil, 204, nil)
			tw.hook.statuses(id, "sent", "delivered", "read")
		},
		"media.unavailable": func(t *testing.T, tw *twin, p sim.Person) {
			_, raw := tw.writes(p, map[string]any{"kind": "video", "text": "long"})
			if m := object(raw); m["type"] != "errors" || m.at("errors", 0, "code") != 131052.0 || m["video"] != nil {
				t.Errorf("message %v", raw)
			}
		},
		"media.refused": func(t *testing.T, tw *twin, p sim.Person) {
			if status, answer := tw.tryUpload("image/png", png, "whatsapp"); status != 400 || answer.at("error", "code") != 131053.0 {
				t.Errorf("HTTP %d %v", status, answer)
			}
			tw.refused(plain(p.Address), 131053)
		},
		"media.expired": func(t *testing.T, tw *twin, p sim.Person) {
			_, m := tw.writes(p, map[string]any{"kind": "image"})
			if status, got := tw.graph("GET", object(m).at("image", "id").(string), nil); status != 400 {
				t.Errorf("HTTP %d %v", status, got)
			}
		},
	}
}

// C18, C19, C23, M5: the platform as a whole.
func platformProbes() map[string]probe {
	return map[string]probe{
		"net.outage/error": func(t *testing.T, tw *twin, p sim.Person) {
			if got := tw.refused(plain(p.Address), 2); got.at("error", "is_transient") != true {
				t.Errorf("answer %v", got)
			}
			if status, got := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil); status != 503 {
				t.Errorf("debug_token in an outage: HTTP %d %v", status, got)
			}
		},
		"net.outage/131016":      all(refusedText(131016), calls("GET", "NUMBER", nil, 131016, 0)),
		"net.outage/maintenance": refusedText(131057),
		"net.outage/html":        answers(503, "<html"),
		"net.outage/gateway":     answers(502, "<html"),
		"net.outage/empty":       answers(500, ""),
		"net.outage/success":     answers(200, "<html"),
		"net.outage/timeout":     unanswered("500ms"),
		"net.outage/broken":      unanswered("10s"),
		"net.outage/slow": func(t *testing.T, tw *twin, _ sim.Person) {
			answered := make(chan int, 1)
			go func() { status, _ := tw.do("GET", "/graph/v26.0/me", tw.account.Token, nil); answered <- status }()
			tw.hits(1)
			tw.clock.Advance(8 * time.Second)
			if status := <-answered; status != 200 {
				t.Errorf("HTTP %d", status)
			}
			tw.control("DELETE", "faults", nil, 204, nil)
		},
		"net.rate/number": all(refusedText(130429), calls("GET", "WABA", nil, 80007, 0), func(t *testing.T, tw *twin, _ sim.Person) {
			h := tw.headers(tw.account.WABAID)
			if !strings.Contains(h.Get("X-App-Usage"), `"call_count":100`) || !strings.Contains(h.Get("X-Business-Use-Case-Usage"), `"estimated_time_to_regain_access":5`) {
				t.Errorf("headers %v", h)
			}
		}),
		"net.rate/person": refusedText(131056),
		"net.rate/app":    all(refusedText(4), calls("GET", "WABA", nil, 4, 0)),
		"meta.version": func(t *testing.T, tw *twin, _ sim.Person) {
			if got := tw.headers("me").Get("Facebook-API-Version"); got == "" || got == "v26.0" {
				t.Errorf("served by %s", got)
			}
		},
		"meta.unspecified/131000": refusedText(131000),
		"meta.unspecified/1":      refusedText(1),
		"meta.unspecified/135000": refusedText(135000),
	}
}

// answers wants all calls to be answered with a status and a body that holds a
// text ("" = an empty body).
func answers(status int, holds string) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		for _, path := range []string{"me", tw.account.PhoneNumberID, "debug_token?input_token=x"} {
			got, raw := tw.do("GET", "/graph/v26.0/"+path, tw.account.Token, nil)
			if got != status || !strings.Contains(string(raw), holds) || holds == "" && len(raw) > 0 {
				t.Errorf("%s: HTTP %d %s", path, got, raw)
			}
		}
	}
}

func unanswered(within string) probe {
	d, err := time.ParseDuration(within)
	if err != nil {
		panic(err)
	}
	return func(_ *testing.T, tw *twin, p sim.Person) { tw.unanswered(plain(p.Address), d) }
}

// Every cause that faults/kinds lists can be staged in each of its ways, in
// English and in Polish alike, and shows where it should; when it ends, all is
// well. X5: a switch for every failure a platform or a customer makes.
func TestCauses(t *testing.T) {
	t.Parallel()
	probes := map[string]probe{}
	for _, group := range []map[string]probe{signInProbes(), accountProbes(), hookProbes(), numberProbes(), messageProbes(), platformProbes()} {
		maps.Copy(probes, group)
	}
	staged := map[string]bool{}
	for _, kind := range sim.Kinds() {
		ways := kind.Variants
		if len(ways) == 0 {
			ways = []sim.KindVariant{{}}
		}
		for _, way := range ways {
			name := strings.TrimSuffix(kind.Cause+"/"+way.Value, "/")
			staged[name] = true
			for _, locale := range []string{"", "pl_PL"} {
				t.Run(name+locale, func(t *testing.T) {
					t.Parallel()
					stage(t, probes[name], kind, way, locale)
				})
			}
		}
	}
	for name := range probes {
		if !staged[name] {
			t.Errorf("%s is tested and cannot be staged", name)
		}
	}
}

func stage(t *testing.T, probe probe, kind sim.Kind, way sim.KindVariant, locale string) {
	if probe == nil {
		t.Fatal("no test stages this cause in this way")
	}
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	order := map[string]any{"cause": kind.Cause}
	if way.Field != "" {
		order[way.Field] = way.Value
	}
	if locale != "" {
		order["locale"] = locale
	}
	switch kind.Needs {
	case "account":
		order["account"] = tw.account.PhoneNumberID
	case "person":
		order["person"] = p.ID
	}
	tw.fault(order)
	probe(t, tw, p)
	tw.control("DELETE", "faults", nil, 204, nil)
	tw.send(plain(p.Address))
}
