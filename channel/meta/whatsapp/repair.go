package whatsapp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

var _ channel.Repairer = (*Platform)(nil)

// What can be repaired at Meta from here: words of playbook.Actions.
const (
	repairSubscribe   = "subscribe"
	repairPoint       = "point_here"
	repairRegister    = "register"
	repairRequestCode = "request_code"
	repairVerifyCode  = "verify_code"
	repairSetPIN      = "set_pin"
)

// overrideMax is the longest address that can be set for an account or a number. Source: Meta, WhatsApp,
// webhooks/override; read Jun 2026.
const overrideMax = 200

// Repairs are the actions known; see channel.Repairer.
func (p *Platform) Repairs() []string {
	return []string{repairSubscribe, repairPoint, repairRegister, repairRequestCode, repairVerifyCode, repairSetPIN}
}

// act is one change and the call that makes it.
type act struct {
	channel.Change
	do func(context.Context) error
}

// Plan says what a repair would change, by reads alone; see channel.Repairer. Input that is missing is not missed yet, wrong
// input is refused.
func (p *Platform) Plan(ctx context.Context, s channel.Subject, r channel.Repair) ([]channel.Change, error) {
	acts, err := p.acts(ctx, s, r, true)
	changes := make([]channel.Change, 0, len(acts))
	for _, a := range acts {
		changes = append(changes, a.Change)
	}
	return changes, err
}

// Repair makes the changes one after the other and ends with the first that is refused; see channel.Repairer.
func (p *Platform) Repair(ctx context.Context, s channel.Subject, r channel.Repair) (done []channel.Change, err error) {
	acts, err := p.acts(ctx, s, r, false)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		if err := a.do(ctx); err != nil {
			return done, err
		}
		done = append(done, a.Change)
	}
	return done, nil
}

func (p *Platform) acts(ctx context.Context, s channel.Subject, r channel.Repair, dry bool) ([]act, error) {
	x := &examination{p: p, s: s, secrets: secretsOf(s)}
	switch r.Action {
	case repairSubscribe:
		return x.subscribeActs(ctx)
	case repairPoint:
		return x.pointActs(ctx)
	case repairRegister:
		return x.registerActs(ctx, r.PIN, dry)
	case repairRequestCode:
		return x.requestCodeActs(ctx, r)
	case repairVerifyCode:
		return x.verifyCodeActs(ctx, r.Code, dry)
	case repairSetPIN:
		return x.setPINActs(ctx, r.PIN, dry)
	}
	return nil, &clearline.Problem{Cause: clearline.CauseInput, Title: "This cannot be repaired from here.",
		Detail: "Choose one of: " + strings.Join(p.Repairs(), ", ") + ".", Fields: []clearline.FieldProblem{{Name: "action", Reason: "is not known"}}}
}

// subscribeActs subscribes the WABA to the app, and the app to what its subscription lacks.
func (x *examination) subscribeActs(ctx context.Context) ([]act, error) {
	apps, err := x.readApps(ctx)
	if err != nil {
		return nil, callError(err, opRead)
	}
	var acts []act
	a := x.s.Account
	if !slices.ContainsFunc(apps, func(s subscribedApp) bool { return a.AppID != "" && s.ID == a.AppID }) {
		acts = append(acts, act{
			channel.Change{Call: "POST " + a.Parent + "/subscribed_apps", From: plural(len(apps), "app", "apps") + ", not this one", To: "this app is subscribed to the account"},
			func(ctx context.Context) error { return x.p.Subscribe(ctx, a) },
		})
	}
	if a.AppID == "" || a.AppSecret == "" {
		return acts, nil
	}
	hook, err := x.readHook(ctx)
	if err != nil {
		return nil, callError(err, opRead)
	}
	whole := hook.Found && hook.Active && slices.Contains(hook.Fields, fieldMessages)
	if whole || hook.Found && hook.Address != "" && !comesHere(x.s, hook.Address) {
		return acts, nil // an address of somebody else's is point_here's business
	}
	if x.s.Callback == "" {
		return nil, noAddress()
	}
	from := "no subscription for WhatsApp"
	if hook.Found {
		from = "subscribed to: " + listOr(hook.Fields, "nothing")
		if !hook.Active {
			from = "switched off"
		}
	}
	address := x.s.Callback
	if hook.Found && hook.Address != "" {
		address = hook.Address // ours too, as was seen: the one that all apps share stays
	}
	return append(acts, x.appAct(from, address)), nil
}

// appAct points the app's subscription to an address of ours, with all fields.
func (x *examination) appAct(from, address string) act {
	return act{
		channel.Change{Call: "POST " + x.s.Account.AppID + "/subscriptions", From: from,
			To: fmt.Sprintf("%s, with messages and %d other fields", shownAddress(address), len(hookFields)-1)},
		func(ctx context.Context) error { return x.p.SetAppHook(ctx, x.key(), address, x.s.VerifyToken) },
	}
}

// pointActs corrects each level whose address is not this server's, the widest first, so that nothing falls through
// between. Where the app cannot be changed from here the address is set for the account.
func (x *examination) pointActs(ctx context.Context) ([]act, error) {
	if x.s.Callback == "" {
		return nil, noAddress()
	}
	if _, err := x.readNumber(ctx); err != nil {
		return nil, callError(err, opRead)
	}
	if _, err := x.readApps(ctx); err != nil {
		return nil, callError(err, opRead)
	}
	a, w := x.s.Account, x.way(ctx)
	ours := func(address string) bool { return comesHere(x.s, address) }
	ownApp := a.AppID != "" && a.AppSecret != ""
	var acts []act
	switch {
	case ownApp && !ours(w.app):
		acts = append(acts, x.appAct(wordOr(x.shown(w.app), "no address"), x.s.Callback))
	case !ownApp && !ours(w.owner) && !ours(w.app):
		if len(x.s.Callback) > overrideMax {
			return nil, &clearline.Problem{Cause: clearline.CauseAddress, Title: "This server’s address is too long to be set for an account.",
				Detail: fmt.Sprintf("Meta takes %d characters. Give the app’s id and secret, or a shorter public address.", overrideMax)}
		}
		acts = append(acts, act{
			channel.Change{Call: "POST " + a.Parent + "/subscribed_apps", From: wordOr(x.shown(w.owner), wordOr(x.shown(w.app), "the app’s address, which is not known here")),
				To: shownAddress(x.s.Callback) + " for this account"},
			func(ctx context.Context) error { return x.p.override(ctx, a, x.s.Callback, x.s.VerifyToken) },
		})
	}
	if w.owner != "" && !ours(w.owner) && (ownApp || ours(w.app)) {
		acts = append(acts, act{
			channel.Change{Call: "POST " + a.Parent + "/subscribed_apps", From: x.shown(w.owner) + " for this account", To: "the app’s address"},
			func(ctx context.Context) error { return x.p.Subscribe(ctx, a) },
		})
	}
	if w.number != "" && !ours(w.number) {
		acts = append(acts, act{
			channel.Change{Call: "POST " + a.ID, From: x.shown(w.number) + " for this number", To: "no address of its own"},
			func(ctx context.Context) error { return x.p.clearNumber(ctx, a) },
		})
	}
	return acts, nil
}

// override sets another address for the WABA's messages; Meta calls it before it answers. Source: Meta, WhatsApp,
// webhooks/override; read Jun 2026.
func (p *Platform) override(ctx context.Context, a channel.Account, address, verifyToken string) error {
	body := map[string]any{"override_callback_uri": address, "verify_token": verifyToken}
	return p.act(ctx, a.Token, http.MethodPost, url.PathEscape(a.Parent)+"/subscribed_apps", body, opChange)
}

func noAddress() *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseAddress, Title: "This server has no public address yet.",
		Detail: "Nothing was changed. Start it with --public-url, so that Meta has an address to call."}
}

// registerActs registers the number. One that is registered already is left alone, unless a send said otherwise or a new
// name waits for it: each call uses one of ten in 72 hours.
func (x *examination) registerActs(ctx context.Context, pin string, dry bool) ([]act, error) {
	if problem := CheckPIN(pin); problem != nil && (pin != "" || !dry) {
		return nil, problem
	}
	n, err := x.readNumber(ctx)
	if err != nil {
		return nil, callError(err, opRead)
	}
	if n.OnApp && n.Platform != "NOT_APPLICABLE" {
		return nil, &clearline.Problem{Cause: clearline.CauseCoexistIdle, Title: "A number that is in the Business app too is not registered from here.",
			Detail: "Nothing was sent to Meta. Open WhatsApp Business on the phone with the number; that brings it back."}
	}
	_, refused, _ := x.refusal(clearline.CauseNotRegistered)
	if n.connected() && !refused && n.NewNameStatus != "APPROVED" {
		return nil, nil
	}
	a := x.s.Account
	return []act{{
		channel.Change{Call: "POST " + a.ID + "/register", From: n.words(), To: "CONNECTED on CLOUD_API; uses one of ten registrations in 72 hours"},
		func(ctx context.Context) error { return x.p.Register(ctx, a, pin) },
	}}, nil
}

func (x *examination) requestCodeActs(ctx context.Context, r channel.Repair) ([]act, error) {
	method, problem := checkMethod(r.Method)
	if problem != nil {
		return nil, problem
	}
	n, err := x.readNumber(ctx)
	if err != nil {
		return nil, callError(err, opRead)
	}
	if n.Verification == "VERIFIED" {
		return nil, nil
	}
	a, by := x.s.Account, "SMS"
	if method == "VOICE" {
		by = "call"
	}
	return []act{{
		channel.Change{Call: "POST " + a.ID + "/request_code", From: "code " + wordOr(n.Verification, "state not told"), To: "a code by " + by + " to " + wordOr(n.Shown, "the number")},
		func(ctx context.Context) error { return x.p.RequestCode(ctx, a, r.Method, r.Language) },
	}}, nil
}

func (x *examination) verifyCodeActs(ctx context.Context, code string, dry bool) ([]act, error) {
	if _, problem := checkCode(code); problem != nil && (code != "" || !dry) {
		return nil, problem
	}
	n, err := x.readNumber(ctx)
	if err != nil {
		return nil, callError(err, opRead)
	}
	if n.Verification == "VERIFIED" {
		return nil, nil
	}
	a := x.s.Account
	return []act{{
		channel.Change{Call: "POST " + a.ID + "/verify_code", From: "code " + wordOr(n.Verification, "state not told"), To: "code VERIFIED"},
		func(ctx context.Context) error { return x.p.VerifyCode(ctx, a, code) },
	}}, nil
}

// setPINActs sets a new PIN, which Meta takes for a registered number without the old one.
func (x *examination) setPINActs(ctx context.Context, pin string, dry bool) ([]act, error) {
	if problem := CheckPIN(pin); problem != nil && (pin != "" || !dry) {
		return nil, problem
	}
	n, err := x.readNumber(ctx)
	if err != nil {
		return nil, callError(err, opRead)
	}
	if !n.connected() {
		return nil, &clearline.Problem{Cause: clearline.CauseNotRegistered, Title: "A new PIN can be set only while the number is registered.",
			Detail: "Nothing was sent to Meta. Register the number with the PIN it has, or set a new one in WhatsApp Manager under two-step verification."}
	}
	from := "two-step verification off"
	if n.PINSet {
		from = "the PIN so far"
	}
	a := x.s.Account
	return []act{{
		channel.Change{Call: "POST " + a.ID, From: from, To: "the new PIN; the old one no longer works"},
		func(ctx context.Context) error { return x.p.SetPIN(ctx, a, pin) },
	}}, nil
}
