package whatsapp

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/sim"
)

const (
	subscribeCall = "POST 102290129340398/subscribed_apps"
	changeCall    = "POST 106540352242922"
	appCall       = "POST 670843887433847/subscriptions"
	registerCall  = "POST 106540352242922/register"
	askCall       = "POST 106540352242922/request_code"
	verifyCall    = "POST 106540352242922/verify_code"
	success       = `{"success":true}`
)

// C6, C7, C16, X1: what each repair changes: nothing where nothing needs it, and otherwise only what is wrong. Planning
// only reads.
func TestRepair(t *testing.T) {
	t.Parallel()
	override := swap(appsCall, `app_id=670843887433847"}`, `app_id=670843887433847"}, "override_callback_uri": "`+alien+`"`)
	ofNumber := swap(numberCall, `{"application"`, `{"phone_number": "`+alien+`", "application"`)
	unregistered := swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`, `"CLOUD_API"`, `"NOT_APPLICABLE"`)
	whole := `"callback_url":"https://in.shop.example/webhooks/whatsapp"`
	for name, c := range map[string]struct {
		change  func(testing.TB, map[string]string)
		subject func(*channel.Subject)
		repair  channel.Repair
		// calls are the changing calls wanted, each with a part of its body.
		calls [][2]string
		// says are words of the plan.
		says []string
	}{
		"subscribe, subscribed":      {repair: channel.Repair{Action: "subscribe"}},
		"subscribe":                  {change: give(appsCall, `{"data":[]}`), repair: channel.Repair{Action: "subscribe"}, calls: [][2]string{{subscribeCall, ""}}, says: []string{"0 apps, not this one"}},
		"subscribe without messages": {change: swap(hookCall, `{"name": "messages", "version": "v26.0"}, `, ``), repair: channel.Repair{Action: "subscribe"}, calls: [][2]string{{appCall, `"fields":"messages,`}}, says: []string{"account_alerts"}},
		"subscribe, switched off":    {change: swap(hookCall, `whatsapp", "active": true`, `whatsapp", "active": false`), repair: channel.Repair{Action: "subscribe"}, calls: [][2]string{{appCall, `"verify_token":"verifytokenofthetests"`}}, says: []string{"switched off"}},
		"subscribe, all gone":        {change: give(appsCall, `{"data":[]}`, hookCall, `{"data":[]}`), repair: channel.Repair{Action: "subscribe"}, calls: [][2]string{{subscribeCall, ""}, {appCall, whole}}},
		"subscribe keeps the shared address": {change: both(swap(hookCall, here, here+"/shared"), swap(hookCall, `{"name": "messages", "version": "v26.0"}, `, ``)),
			subject: func(s *channel.Subject) { s.Shared = []string{here + "/shared"} },
			repair:  channel.Repair{Action: "subscribe"}, calls: [][2]string{{appCall, `"callback_url":"https://in.shop.example/webhooks/whatsapp/shared"`}}},
		"point, shared address": {change: swap(hookCall, here, here+"/shared"), subject: func(s *channel.Subject) { s.Shared = []string{here + "/shared"} }, repair: channel.Repair{Action: "point_here"}},
		"subscribe leaves a foreign address": {change: both(swap(hookCall, here, alien), swap(hookCall, `{"name": "messages", "version": "v26.0"}, `, ``)),
			repair: channel.Repair{Action: "subscribe"}},
		"subscribe without the app's id": {subject: func(s *channel.Subject) { s.Account.AppID = "" }, repair: channel.Repair{Action: "subscribe"}, calls: [][2]string{{subscribeCall, ""}}},
		"point, already here":            {repair: channel.Repair{Action: "point_here"}},
		"point the app":                  {change: swap(hookCall, here, old), repair: channel.Repair{Action: "point_here"}, calls: [][2]string{{appCall, whole}}, says: []string{"this server’s earlier address"}},
		"point the app, none":            {change: give(hookCall, `{"data":[]}`), repair: channel.Repair{Action: "point_here"}, calls: [][2]string{{appCall, whole}}, says: []string{"no address"}},
		"point the account":              {change: override, repair: channel.Repair{Action: "point_here"}, calls: [][2]string{{subscribeCall, ""}}, says: []string{"https://crm.example/hook?…"}},
		"point the number":               {change: ofNumber, repair: channel.Repair{Action: "point_here"}, calls: [][2]string{{changeCall, `{"webhook_configuration":{"override_callback_uri":""}}`}}},
		"point, all levels set to here": {change: both(swap(appsCall, `app_id=670843887433847"}`, `app_id=670843887433847"}, "override_callback_uri": "`+here+`"`), swap(numberCall, `{"application"`, `{"phone_number": "`+here+`/", "application"`)),
			repair: channel.Repair{Action: "point_here"}},
		"point all three": {change: both(swap(hookCall, here, old), override, ofNumber), repair: channel.Repair{Action: "point_here"}, calls: [][2]string{{appCall, whole}, {subscribeCall, ""}, {changeCall, "webhook_configuration"}}},
		"point without the app's secret": {change: swap(numberCall, here, alien), subject: func(s *channel.Subject) { s.Account.AppSecret = "" }, repair: channel.Repair{Action: "point_here"},
			calls: [][2]string{{subscribeCall, `"override_callback_uri":"https://in.shop.example/webhooks/whatsapp"`}}},
		"register, registered":    {repair: channel.Repair{Action: "register", PIN: "123456"}},
		"register":                {change: unregistered, repair: channel.Repair{Action: "register", PIN: "123456"}, calls: [][2]string{{registerCall, `"pin":"123456"`}}, says: []string{"one of ten registrations"}},
		"register after refusals": {subject: told(refused(133010, 0, lately)), repair: channel.Repair{Action: "register", PIN: "123456"}, calls: [][2]string{{registerCall, `"messaging_product":"whatsapp"`}}},
		"register for a new name": {change: swap(numberCall, `"new_name_status": "NONE"`, `"new_name_status": "APPROVED"`), repair: channel.Repair{Action: "register", PIN: "123456"}, calls: [][2]string{{registerCall, ""}}},
		"register, in the app alone": {change: swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`, `"CLOUD_API"`, `"NOT_APPLICABLE"`, `"is_on_biz_app": false`, `"is_on_biz_app": true`),
			repair: channel.Repair{Action: "register", PIN: "123456"}, calls: [][2]string{{registerCall, ""}}},
		"code":             {change: unregistered, repair: channel.Repair{Action: "request_code"}, calls: [][2]string{{askCall, `{"code_method":"SMS","language":"en_US"}`}}, says: []string{"SMS to +351 912 345 678"}},
		"code by call":     {change: unregistered, repair: channel.Repair{Action: "request_code", Method: "voice", Language: "pt_PT"}, calls: [][2]string{{askCall, `{"code_method":"VOICE","language":"pt_PT"}`}}},
		"code, verified":   {change: swap(numberCall, `"EXPIRED"`, `"VERIFIED"`), repair: channel.Repair{Action: "request_code"}},
		"verify":           {change: unregistered, repair: channel.Repair{Action: "verify_code", Code: "123-456"}, calls: [][2]string{{verifyCall, `{"code":"123456"}`}}},
		"verify, verified": {change: swap(numberCall, `"EXPIRED"`, `"VERIFIED"`), repair: channel.Repair{Action: "verify_code", Code: "123456"}},
		"PIN":              {repair: channel.Repair{Action: "set_pin", PIN: "654321"}, calls: [][2]string{{changeCall, `{"pin":"654321"}`}}, says: []string{"the PIN so far"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers, s := healthy(t), subject()
			maps.Copy(answers, map[string]string{subscribeCall: success, changeCall: success, appCall: success, registerCall: success, askCall: success, verifyCall: success})
			if c.change != nil {
				c.change(t, answers)
			}
			if c.subject != nil {
				c.subject(&s)
			}
			p, d := atDesk(t, answers)
			plan, err := p.Plan(t.Context(), s, c.repair)
			if err != nil {
				t.Fatal(err)
			}
			changed := func() (all []call) {
				for _, one := range d.calls {
					if one.method != http.MethodGet {
						all = append(all, one)
					}
				}
				return all
			}
			if all := changed(); len(all) > 0 {
				t.Errorf("the plan made %+v", all)
			}
			done, err := p.Repair(t.Context(), s, c.repair)
			if err != nil || !slices.Equal(plan, done) {
				t.Errorf("planned %+v, done %+v, %v", plan, done, err)
			}
			all := changed()
			if len(all) != len(c.calls) {
				t.Fatalf("%+v, want %v", all, c.calls)
			}
			for i, want := range c.calls {
				if all[i].method+" "+all[i].uri != want[0] || !strings.Contains(all[i].body, want[1]) || want[0] == subscribeCall && want[1] == "" && all[i].body != "" {
					t.Errorf("%+v, want %v", all[i], want)
				}
				if !strings.HasPrefix(want[0], strings.SplitN(plan[i].Call, "?", 2)[0]) || plan[i].From == "" || plan[i].To == "" {
					t.Errorf("the plan says %+v", plan[i])
				}
			}
			for _, words := range c.says {
				if !slices.ContainsFunc(plan, func(c channel.Change) bool { return strings.Contains(c.From+c.To, words) }) {
					t.Errorf("%+v does not say %q", plan, words)
				}
			}
		})
	}
}

// C7: wrong input and repairs that cannot be are refused with their field, before anything is sent.
func TestRepairRefusesBadInput(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(testing.TB, map[string]string)
		subject func(*channel.Subject)
		repair  channel.Repair
		field   string
		cause   clearline.Cause
	}{
		"unknown action":        {repair: channel.Repair{Action: "explode"}, field: "action", cause: "api.input"},
		"no PIN":                {repair: channel.Repair{Action: "register"}, field: "pin", cause: "api.input"},
		"short PIN":             {repair: channel.Repair{Action: "register", PIN: "12345"}, field: "pin", cause: "api.input"},
		"PIN of letters":        {repair: channel.Repair{Action: "set_pin", PIN: "12345a"}, field: "pin", cause: "api.input"},
		"PIN of other digits":   {repair: channel.Repair{Action: "set_pin", PIN: "١٢٣٤٥٦"}, field: "pin", cause: "api.input"},
		"method":                {repair: channel.Repair{Action: "request_code", Method: "pigeon"}, field: "method", cause: "api.input"},
		"code":                  {repair: channel.Repair{Action: "verify_code", Code: "12"}, field: "code", cause: "api.input"},
		"no address":            {subject: func(s *channel.Subject) { s.Callback = "" }, repair: channel.Repair{Action: "point_here"}, cause: "server.address"},
		"no address, subscribe": {change: give(hookCall, `{"data":[]}`), subject: func(s *channel.Subject) { s.Callback = "" }, repair: channel.Repair{Action: "subscribe"}, cause: "server.address"},
		"address too long": {change: swap(numberCall, here, alien), subject: func(s *channel.Subject) { s.Account.AppSecret, s.Callback = "", here+strings.Repeat("x", 200) },
			repair: channel.Repair{Action: "point_here"}, cause: "server.address"},
		"coexistence":         {change: swap(numberCall, `"is_on_biz_app": false`, `"is_on_biz_app": true`), repair: channel.Repair{Action: "register", PIN: "123456"}, cause: "wa.coexist_idle"},
		"PIN, not registered": {change: swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`), repair: channel.Repair{Action: "set_pin", PIN: "123456"}, cause: "wa.not_registered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers, s := healthy(t), subject()
			if c.change != nil {
				c.change(t, answers)
			}
			if c.subject != nil {
				c.subject(&s)
			}
			p, d := atDesk(t, answers)
			_, err := p.Repair(t.Context(), s, c.repair)
			var problem *clearline.Problem
			if !errors.As(err, &problem) || problem.Cause != c.cause || problem.Detail == "" || (c.field != "") != (len(problem.Fields) == 1) || c.field != "" && problem.Fields[0].Name != c.field {
				t.Errorf("%+v", err)
			}
			for _, one := range d.calls {
				if one.method != http.MethodGet {
					t.Errorf("it was sent all the same: %+v", one)
				}
			}
		})
	}
	p, _ := atDesk(t, healthy(t))
	for _, r := range []channel.Repair{{Action: "register"}, {Action: "set_pin"}, {Action: "verify_code"}} {
		if _, err := p.Plan(t.Context(), subject(), r); err != nil {
			t.Errorf("the plan of %s wants input already: %v", r.Action, err)
		}
	}
	for _, name := range p.Repairs() {
		if !slices.ContainsFunc(playbook.Actions, func(a playbook.Action) bool { return a.Name == name }) {
			t.Errorf("%s is no action of the playbook", name)
		}
	}
}

// A repair that is refused halfway tells what it did, and why it went no further.
func TestRepairTellsHowFarItCame(t *testing.T) {
	t.Parallel()
	answers := healthy(t)
	both(swap(hookCall, here, old), swap(numberCall, `{"application"`, `{"phone_number": "`+alien+`", "application"`))(t, answers)
	answers[appCall], answers[changeCall] = success, failure(200, 0, "Permissions error")
	p, _ := atDesk(t, answers)
	done, err := p.Repair(t.Context(), subject(), channel.Repair{Action: "point_here"})
	var refused *channel.SendError
	if len(done) != 1 || !errors.As(err, &refused) || refused.Cause != clearline.CauseAuthScope {
		t.Errorf("%+v, %v", done, err)
	}
}

// C6, C16, X1: against the twin: what the examination finds is repaired from here, and the next one is green.
func TestRepairTwin(t *testing.T) {
	t.Parallel()
	for cause, action := range map[string]string{"hook.off": "subscribe", "hook.elsewhere": "point_here", "wa.not_registered": "register"} {
		t.Run(cause, func(t *testing.T) {
			t.Parallel()
			tw := startTwin(t)
			s := subject()
			s.Account, s.Callback, s.VerifyToken = tw.account, tw.hook, tw.sim.WhatsApp().VerifyToken
			if _, err := tw.sim.AddFault(sim.Fault{Cause: cause}); err != nil {
				t.Fatal(err)
			}
			if _, got := verdict(tw.leaf, s, examine(t.Context(), tw.leaf, s)); string(got) != cause {
				t.Fatalf("found %s", got)
			}
			done, err := tw.leaf.Repair(t.Context(), s, channel.Repair{Action: action, PIN: "123456"})
			if err != nil || len(done) == 0 {
				t.Fatalf("%+v, %v", done, err)
			}
			if check, got := verdict(tw.leaf, s, examine(t.Context(), tw.leaf, s)); got != "" {
				t.Errorf("after the repair: %s in %s", got, check)
			}
		})
	}
}
