package sim_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// probe shows that a staged cause is felt.
type probe func(t *testing.T, tw *twin, p sim.Person)

func marketing(to string) map[string]any {
	return template(to, "spring_teas", "en_US", values("header", "spring"), values("body", "Ana", "Sunday"))
}

func plain(to string) map[string]any { return text(to, "x") }

func refusedText(code int) probe {
	return func(t *testing.T, tw *twin, p sim.Person) { tw.refused(text(p.Address, "x"), code) }
}

func failed(code float64, body func(to string) map[string]any) probe {
	return func(t *testing.T, tw *twin, p sim.Person) {
		st := tw.hook.statuses(tw.send(body(p.Address)), "failed")
		if object(st[0]).at("errors", 0, "code") != code {
			t.Errorf("status %v", st[0])
		}
	}
}

func deadToken(subcode any) probe {
	return func(t *testing.T, tw *twin, p sim.Person) {
		if got := tw.refused(text(p.Address, "x"), 190).at("error", "error_subcode"); got != subcode {
			t.Errorf("subcode %v, want %v", got, subcode)
		}
		if _, me := tw.graph("GET", "me", nil); me.at("error", "code") != 190.0 {
			t.Errorf("me: %v", me)
		}
		_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
		if debug.at("data", "is_valid") != false || debug.at("data", "error", "subcode") != subcode {
			t.Errorf("debug_token: %v", debug)
		}
	}
}

func registers(code float64) probe {
	return func(t *testing.T, tw *twin, p sim.Person) {
		status, got := tw.graph("POST", tw.account.PhoneNumberID+"/register", map[string]any{"messaging_product": "whatsapp", "pin": "123456"})
		if status < 400 || got.at("error", "code") != code || got.at("error", "error_user_title") == nil {
			t.Errorf("register: HTTP %d %v", status, got)
		}
	}
}

func node(then probe, field string, want any) probe {
	return func(t *testing.T, tw *twin, p sim.Person) {
		then(t, tw, p)
		if _, n := tw.graph("GET", tw.account.PhoneNumberID+"?fields="+field, nil); n[field] != want {
			t.Errorf("%s is %v, want %v", field, n[field], want)
		}
	}
}

func silent(t *testing.T, tw *twin, p sim.Person) {
	before := tw.sim.Ledger(0, 0).Totals.WebhooksDropped
	tw.writesNoWait(p, "lost")
	if got := tw.sim.Ledger(0, 0).Totals.WebhooksDropped; got != before+1 {
		t.Errorf("dropped %d, then %d", before, got)
	}
}

func repaired(t *testing.T, tw *twin, p sim.Person) {
	if status, got := tw.graph("POST", tw.account.WABAID+"/subscribed_apps", nil); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	tw.hook.message(tw.writesNoWait(p, "back"))
}

func authProbes() map[string]probe {
	return map[string]probe{
		"auth.expired":  deadToken(463.0),
		"auth.revoked":  deadToken(458.0),
		"auth.password": deadToken(460.0),
		"auth.invalid":  deadToken(nil),
		"auth.scope": func(t *testing.T, tw *twin, p sim.Person) {
			tw.refused(text(p.Address, "x"), 10)
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			if scopes := debug.at("data", "scopes").([]any); slices.Contains(scopes, any("whatsapp_business_messaging")) || len(scopes) == 0 {
				t.Errorf("scopes %v", scopes)
			}
		},
		"auth.asset": func(t *testing.T, tw *twin, p sim.Person) {
			tw.refused(text(p.Address, "x"), 100)
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			if debug.at("data", "granular_scopes", 0, "target_ids", 0) == tw.account.WABAID {
				t.Errorf("debug_token: %v", debug)
			}
		},
	}
}

func sendProbes() map[string]probe {
	return map[string]probe{
		"wa.window": func(t *testing.T, tw *twin, p sim.Person) {
			tw.refused(text(p.Address, "x"), 131047)
			tw.send(template(p.Address, "hello_world", "en_US"))
		},
		"wa.user_limit":     failed(131049, marketing),
		"wa.experiment":     func(t *testing.T, tw *twin, p sim.Person) { tw.refused(marketing(p.Address), 130472) },
		"wa.opted_out":      func(t *testing.T, tw *twin, p sim.Person) { tw.refused(marketing(p.Address), 131050) },
		"wa.tpl_params":     func(t *testing.T, tw *twin, p sim.Person) { tw.refused(marketing(p.Address), 132000) },
		"wa.tpl_missing":    func(t *testing.T, tw *twin, p sim.Person) { tw.refused(marketing(p.Address), 132001) },
		"wa.undeliverable":  failed(131026, plain),
		"wa.country":        refusedText(130497),
		"wa.payment":        refusedText(131042),
		"wa.not_registered": node(refusedText(133010), "status", "DISCONNECTED"),
		"wa.pin":            registers(133005),
		"wa.two_step":       registers(100),
		"wa.ownership":      registers(133006),
		"wa.register_limit": registers(133016),
		"send.bad_param":    refusedText(131009),
		"net.outage": func(t *testing.T, tw *twin, p sim.Person) {
			if got := tw.refused(text(p.Address, "x"), 2); got.at("error", "is_transient") != true {
				t.Errorf("answer %v", got)
			}
			if status, got := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil); status != 503 {
				t.Errorf("debug_token in an outage: HTTP %d %v", status, got)
			}
		},
		"net.rate": func(t *testing.T, tw *twin, p sim.Person) {
			tw.refused(text(p.Address, "x"), 130429)
			if _, got := tw.graph("GET", tw.account.WABAID, nil); got.at("error", "code") != 80007.0 {
				t.Errorf("read: %v", got)
			}
		},
		"account.disabled":   node(refusedText(131031), "status", "BANNED"),
		"account.restricted": node(refusedText(368), "status", "RESTRICTED"),
		"account.quality":    node(refusedText(131048), "quality_rating", "RED"),
		"wa.held": func(t *testing.T, tw *twin, p sim.Person) {
			id := tw.send(text(p.Address, "x"))
			tw.hook.statuses(id, "sent")
			tw.hits(1)
			tw.control("DELETE", "faults", nil, 204, nil)
			tw.hook.statuses(id, "sent", "delivered", "read")
		},
	}
}

func hookProbes() map[string]probe {
	return map[string]probe{
		"hook.off": func(t *testing.T, tw *twin, p sim.Person) {
			silent(t, tw, p)
			if _, list := tw.graph("GET", tw.account.WABAID+"/subscribed_apps", nil); list.at("data", 0) != nil {
				t.Errorf("still subscribed: %v", list)
			}
			repaired(t, tw, p)
		},
		"hook.elsewhere": func(t *testing.T, tw *twin, p sim.Person) {
			silent(t, tw, p)
			if _, list := tw.graph("GET", tw.account.WABAID+"/subscribed_apps", nil); list.at("data", 0, "override_callback_uri") == nil {
				t.Errorf("no other address: %v", list)
			}
			repaired(t, tw, p)
		},
		"hook.fields": func(t *testing.T, tw *twin, p sim.Person) {
			silent(t, tw, p)
			_, list := tw.appGraph("GET", tw.account.AppID+"/subscriptions", nil)
			if strings.Contains(toJSON(t, list), `"messages"`) {
				t.Errorf("messages is subscribed: %v", list)
			}
			if status, got := tw.subscribe(tw.hook.url, tw.account.VerifyToken); status != 200 {
				t.Fatalf("HTTP %d %v", status, got)
			}
			tw.hook.message(tw.writesNoWait(p, "back"))
		},
		"hook.signature": func(t *testing.T, tw *twin, p sim.Person) {
			tw.writesNoWait(p, "forged")
			tw.hook.until("a bad signature", func() bool { return tw.hook.badSign == 1 })
		},
		"hook.lag": func(t *testing.T, tw *twin, p sim.Person) {
			id := tw.writesNoWait(p, "late")
			tw.settled()
			if len(tw.hook.bodies) != 1 { // the message of before
				t.Error("it came without delay")
			}
			tw.clock.Advance(10 * time.Minute)
			tw.hook.message(id)
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
			tw.refused(text(p.Address, "hi"), 131053)
		},
		"media.expired": func(t *testing.T, tw *twin, p sim.Person) {
			_, m := tw.writes(p, map[string]any{"kind": "image"})
			if status, got := tw.graph("GET", object(m).at("image", "id").(string), nil); status != 400 {
				t.Errorf("HTTP %d %v", status, got)
			}
		},
	}
}

// Every cause that faults/kinds lists can be staged and shows where it should.
// X5: a switch for every failure a platform or a customer makes.
func TestCauses(t *testing.T) {
	t.Parallel()
	probes := authProbes()
	maps.Copy(probes, sendProbes())
	maps.Copy(probes, hookProbes())
	for _, kind := range sim.Kinds() {
		t.Run(kind.Cause, func(t *testing.T) {
			t.Parallel()
			probe := probes[kind.Cause]
			if probe == nil {
				t.Fatal("no test stages this cause")
			}
			tw := start(t)
			p := tw.person("Ana", "351910000001")
			tw.writes(p, map[string]any{"text": "oi"})
			order := map[string]any{"cause": kind.Cause}
			switch kind.Needs {
			case "account":
				order["account"] = tw.account.PhoneNumberID
			case "person":
				order["person"] = p.ID
			}
			tw.fault(order)
			probe(t, tw, p)
			tw.control("DELETE", "faults", nil, 204, nil)
			tw.send(text(p.Address, "all is well again"))
		})
	}
}
