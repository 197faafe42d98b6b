package sim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline/sim"
)

// probe shows that a staged cause is felt: on the calls that it fails, and in what
// the account's state says.
type probe func(t *testing.T, tw *twin, p sim.Person)

func all(probes ...probe) probe {
	return func(t *testing.T, tw *twin, p sim.Person) {
		t.Helper()
		for _, one := range probes {
			one(t, tw, p)
		}
	}
}

func marketing(to string) map[string]any {
	return template(to, "spring_teas", "en_US", values("header", "spring"), values("body", "Ana", "Sunday"))
}

func plain(to string) map[string]any { return text(to, "x") }

func refusedText(code int) probe {
	return func(t *testing.T, tw *twin, p sim.Person) { t.Helper(); tw.refused(plain(p.Address), code) }
}

func refusedMarketing(code int) probe {
	return func(t *testing.T, tw *twin, p sim.Person) { t.Helper(); tw.refused(marketing(p.Address), code) }
}

func failed(code float64, body func(to string) map[string]any) probe {
	return func(t *testing.T, tw *twin, p sim.Person) {
		t.Helper()
		st := tw.hook.statuses(tw.send(body(p.Address)), "failed")
		if object(st[0]).at("errors", 0, "code") != code {
			t.Errorf("status %v", st[0])
		}
	}
}

// debugged wants a value in what debug_token says of the account's token.
func debugged(want any, path ...any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
		if got := debug.at(append([]any{"data"}, path...)...); got != want {
			t.Errorf("debug_token %v: %v, want %v", path, got, want)
		}
	}
}

func deadToken(subcode any) probe {
	return all(
		func(t *testing.T, tw *twin, p sim.Person) {
			t.Helper()
			if got := tw.refused(plain(p.Address), 190).at("error", "error_subcode"); got != subcode {
				t.Errorf("subcode %v, want %v", got, subcode)
			}
			if _, me := tw.graph("GET", "me", nil); me.at("error", "code") != 190.0 {
				t.Errorf("me: %v", me)
			}
		},
		debugged(false, "is_valid"), debugged(190.0, "error", "code"), debugged(subcode, "error", "subcode"), revived,
	)
}

// revived: a new key works while the old one stays dead.
func revived(t *testing.T, tw *twin, p sim.Person) {
	t.Helper()
	var fresh struct{ Token string }
	tw.control("POST", "accounts/"+tw.account.PhoneNumberID+"/tokens", map[string]any{}, 201, &fresh)
	old := tw.account.Token
	tw.account.Token = fresh.Token
	tw.send(plain(p.Address))
	tw.control("DELETE", "faults", nil, 204, nil)
	if status, got := tw.do("GET", "/graph/v26.0/me", old, nil); status == 200 {
		t.Errorf("the old key works again: %s", got)
	}
}

// calls wants a code and subcode (0 = none) of a Graph call.
func calls(method, path string, body any, code, subcode float64) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		path := strings.NewReplacer("NUMBER", tw.account.PhoneNumberID, "WABA", tw.account.WABAID, "APP", tw.account.AppID).Replace(path)
		status, got := tw.graph(method, path, body)
		sub, _ := got.at("error", "error_subcode").(float64)
		if status < 400 || got.at("error", "code") != code || sub != subcode {
			t.Errorf("%s %s: HTTP %d %v, want %v/%v", method, path, status, got, code, subcode)
		}
	}
}

func pinBody(pin string) map[string]any {
	return map[string]any{"messaging_product": "whatsapp", "pin": pin}
}

// registers wants the registration refused, with words for the token's user.
func registers(code, subcode float64) probe {
	return all(calls("POST", "NUMBER/register", pinBody("123456"), code, subcode), func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		if _, got := tw.graph("POST", tw.account.PhoneNumberID+"/register", pinBody("123456")); got.at("error", "error_user_title") == nil {
			t.Errorf("no words for the user: %v", got)
		}
	})
}

// off: a number that is not on the platform says so, and does not send.
var off = all(refusedText(133010), node("platform_type", "NOT_APPLICABLE"), health("PHONE_NUMBER", "BLOCKED", 141000))

func node(field string, want any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		if _, n := tw.graph("GET", tw.account.PhoneNumberID+"?fields="+field, nil); n[field] != want {
			t.Errorf("%s is %v, want %v", field, n[field], want)
		}
	}
}

func wabaNode(field string, want any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		if _, n := tw.graph("GET", tw.account.WABAID+"?fields="+field, nil); n[field] != want {
			t.Errorf("%s is %v, want %v", field, n[field], want)
		}
	}
}

// health wants an entity's word in health_status, and its first code (0 = none).
func health(entity, want string, code float64) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		_, n := tw.graph("GET", tw.account.PhoneNumberID+"?fields=health_status", nil)
		for _, e := range n.at("health_status", "entities").([]any) {
			e := object(e.(map[string]any))
			if e["entity_type"] != entity {
				continue
			}
			got, _ := e.at("errors", 0, "error_code").(float64)
			if e["can_send_message"] != want || got != code || want == "LIMITED" && e.at("additional_info", 0) == nil {
				t.Errorf("health of %s: %v, want %s %v", entity, e, want, code)
			}
			return
		}
		t.Errorf("no entity %s in %v", entity, n)
	}
}

// hears wants a webhook of a field with a value in it.
func hears(field string, want any, path ...any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		tw.hook.until(field, func() bool {
			return slices.ContainsFunc(tw.hook.values, func(v object) bool { return v["field"] == field && v.at(path...) == want })
		})
	}
}

func silent(t *testing.T, tw *twin, p sim.Person) {
	t.Helper()
	before := tw.sim.Ledger(0, 0).Totals.WebhooksDropped
	tw.writesNoWait(p, "lost")
	if got := tw.sim.Ledger(0, 0).Totals.WebhooksDropped; got != before+1 {
		t.Errorf("dropped %d, then %d", before, got)
	}
}

// back wants messages to come in again.
func back(t *testing.T, tw *twin, p sim.Person) {
	t.Helper()
	tw.hook.message(tw.writesNoWait(p, "back"))
}

// succeeds wants a call to be answered 200.
func succeeds(method, path string, body any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		path := strings.NewReplacer("NUMBER", tw.account.PhoneNumberID, "WABA", tw.account.WABAID).Replace(path)
		if status, got := tw.graph(method, path, body); status != 200 {
			t.Fatalf("%s %s: HTTP %d %v", method, path, status, got)
		}
	}
}

func resubscribed(t *testing.T, tw *twin, _ sim.Person) {
	t.Helper()
	if status, got := tw.subscribe(tw.hook.url, tw.account.VerifyToken); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
}

// subscription wants a value in the app's own subscription.
func subscription(want any, path ...any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		_, list := tw.appGraph("GET", tw.account.AppID+"/subscriptions", nil)
		if got := list.at(append([]any{"data", 0}, path...)...); got != want {
			t.Errorf("subscription %v: %v, want %v", path, got, want)
		}
	}
}

// subscribed wants a value in the WABA's list of apps.
func subscribed(want any, path ...any) probe {
	return func(t *testing.T, tw *twin, _ sim.Person) {
		t.Helper()
		_, list := tw.graph("GET", tw.account.WABAID+"/subscribed_apps", nil)
		if got := list.at(append([]any{"data"}, path...)...); got != want {
			t.Errorf("subscribed_apps %v: %v, want %v", path, got, want)
		}
	}
}
