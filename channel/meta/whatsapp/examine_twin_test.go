package whatsapp

import (
	"context"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/sim"
)

// examine runs all checks whose needs are met, as the doctor does, and gives the outcomes by id.
func examine(ctx context.Context, p *Platform, s channel.Subject) map[string]channel.Outcome {
	all := map[string]channel.Outcome{}
	for _, c := range p.Checks(s) {
		ready := true
		for _, need := range c.Needs {
			switch all[need].Result {
			case clearline.Pass, clearline.Warn:
			default:
				ready = false
			}
		}
		if ready {
			all[c.ID] = c.Run(ctx)
		} else {
			all[c.ID] = channel.Outcome{Result: clearline.NotChecked}
		}
	}
	return all
}

// verdict is the first failing check's cause, else the first warning's, else the first that could not tell.
func verdict(p *Platform, s channel.Subject, all map[string]channel.Outcome) (check string, cause clearline.Cause) {
	for _, result := range []clearline.CheckResult{clearline.Fail, clearline.Warn, clearline.CouldNotTell} {
		for _, c := range p.Checks(s) {
			if o := all[c.ID]; o.Result == result && o.Cause != "" {
				return c.ID, o.Cause
			}
		}
	}
	return "", ""
}

// staged are the troubles of an account that the twin can stage, with the check that names each. The ways of a cause that
// shows otherwise, or nowhere but on a registration, are left out.
var staged = map[string]string{
	"auth.expired": "token", "auth.revoked": "token", "auth.password": "token", "auth.invalid": "token", "auth.scope": "scopes", "auth.asset": "asset",
	"account.disabled": "number", "account.restricted": "number", "account.quality": "quality", "account.unverified": "business", "app.dev_mode": "business",
	"wa.limit": "business", "wa.payment": "payment", "wa.not_registered": "number", "wa.ownership": "number", "wa.in_use": "number", "wa.coexist_idle": "number",
	"wa.name": "name", "wa.test_number": "number", "hook.off": "subscribed", "hook.elsewhere": "callback", "hook.fields": "fields",
	"net.outage": "token", "net.rate": "token", "meta.version": "version",
	// The app's own subscription is inactive: no address is left to call.
	"hook.off/app":       "callback",
	"wa.in_use/personal": "", "wa.in_use/deleted": "", "net.outage/timeout": "", "net.outage/slow": "", "net.rate/person": "",
}

// stage puts a trouble in place, in one of its ways, and takes it away at the end.
func (tw *twin) stage(t *testing.T, f sim.Fault, look func()) {
	t.Helper()
	fault, err := tw.sim.AddFault(f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	look()
	if err := tw.sim.RemoveFault(fault.ID); err != nil {
		t.Fatal(err)
	}
}

func twinSubject(tw *twin) channel.Subject {
	s := subject()
	s.Account, s.Callback, s.VerifyToken, s.Former = tw.account, tw.hook, tw.sim.WhatsApp().VerifyToken, nil
	return s
}

// C4, C5, C6, C22, C23, M6, X1: against the twin, whose wire types were written apart, a healthy account passes and each
// trouble that the twin can stage is named, in each of its ways.
func TestExamineTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	s := twinSubject(tw)
	for id, o := range examine(t.Context(), tw.leaf, s) {
		if want := map[bool]clearline.CheckResult{false: clearline.Pass, true: clearline.NotChecked}[id == "feed"]; o.Result != want {
			t.Errorf("%s: %+v", id, o)
		}
	}
	seen := 0
	for _, k := range sim.Kinds() {
		if _, ours := staged[k.Cause]; !ours {
			continue
		}
		ways := []sim.Fault{{Cause: k.Cause}}
		for _, v := range k.Variants {
			f := sim.Fault{Cause: k.Cause, At: v.Value}
			if v.Field == "scope" {
				f.At, f.Scope = "", v.Value
			}
			ways = append(ways, f)
		}
		for _, f := range ways {
			check, special := staged[k.Cause+"/"+f.At]
			if !special {
				check = staged[k.Cause]
			}
			if check == "" {
				continue
			}
			seen++
			tw.stage(t, f, func() {
				all := examine(t.Context(), tw.leaf, s)
				if gotCheck, got := verdict(tw.leaf, s, all); string(got) != k.Cause || gotCheck != check {
					t.Errorf("%s %s%s shows as %s in %s: %+v", k.Cause, f.At, f.Scope, got, gotCheck, all[gotCheck])
				}
			})
		}
	}
	if seen < 50 {
		t.Errorf("only %d ways were tried", seen)
	}
}

// X1, C7: Meta's texts in other languages change no verdict.
func TestExamineTwinInAnyLanguage(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	s := twinSubject(tw)
	for _, locale := range []string{"pl_PL", "vi_VN", "de_DE", "pt_BR", "ar_AR"} {
		for cause, check := range staged {
			if check == "" || strings.Contains(cause, "/") {
				continue
			}
			tw.stage(t, sim.Fault{Cause: cause, Locale: locale}, func() {
				if _, got := verdict(tw.leaf, s, examine(t.Context(), tw.leaf, s)); string(got) != cause {
					t.Errorf("%s in %s shows as %s", cause, locale, got)
				}
			})
		}
	}
}

// C7, G1: against the twin: a registration that is refused means what it says, whatever the language.
func TestRegisterTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	for _, k := range sim.Kinds() {
		ways := []string{""}
		for _, v := range k.Variants {
			ways = append(ways, v.Value)
		}
		switch k.Cause {
		case "wa.pin", "wa.two_step", "wa.ownership", "wa.register_limit", "wa.in_use", "wa.releasing", "meta.invalid_param":
		default:
			continue
		}
		for _, way := range ways {
			for _, locale := range []string{"", "pl_PL", "ar_AR"} {
				tw.stage(t, sim.Fault{Cause: k.Cause, At: way, Locale: locale}, func() {
					e := channeltest.SendError(t, tw.leaf.Register(t.Context(), tw.account, "999999"))
					if string(e.Cause) != k.Cause {
						t.Errorf("%s %s (%s): %v", k.Cause, way, locale, e)
					}
				})
			}
		}
	}
}
