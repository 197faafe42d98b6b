package whatsapp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

var _ channel.SignUp = (*Platform)(nil)

// The permissions that this product needs. Source: Meta, WhatsApp, permissions; read Dec 2025.
const (
	scopeManagement = "whatsapp_business_management"
	scopeMessaging  = "whatsapp_business_messaging"
)

// LoginURL is the login dialog's address; see channel.SignUp.
func (p *Platform) LoginURL(l channel.Login) string { return meta.LoginURL(l) }

// ExchangeCode turns a login's code into a token; see channel.SignUp. A code that was used or is older than 30 seconds
// gives auth.login, a wrong app id or secret app.secret.
func (p *Platform) ExchangeCode(ctx context.Context, app channel.AppKey, code, returnURL string) (channel.Grant, error) {
	g, err := p.graph.ExchangeCode(ctx, app, code, returnURL)
	if err != nil {
		return g, callError(err, opLogin)
	}
	return g, nil
}

// RenewToken gives a token with a later end; see channel.SignUp.
func (p *Platform) RenewToken(ctx context.Context, app channel.AppKey, token string, kind channel.TokenKind) (channel.Grant, error) {
	g, err := p.graph.RenewToken(ctx, app, token, kind)
	if err == nil {
		return g, nil
	}
	return g, callError(err, opRenew)
}

// RevokeToken ends a token; see channel.SignUp.
func (p *Platform) RevokeToken(ctx context.Context, app channel.AppKey, token string) error {
	if err := p.graph.RevokeToken(ctx, app, token); err != nil {
		return callError(err, opChange)
	}
	return nil
}

// DebugToken asks what a token is; see channel.SignUp. Without the app's secret Meta tells no end and no permissions: the
// token is tried by reading whose it is.
func (p *Platform) DebugToken(ctx context.Context, app channel.AppKey, token string) (channel.TokenInfo, error) {
	facts, err := p.tokenFacts(ctx, app, token)
	if err != nil {
		return channel.TokenInfo{}, callError(err, opRead)
	}
	return facts.info(app.ID), nil
}

// Owners are the WABAs that a token may use; see channel.SignUp. WABAs that the token names but may not read are left
// out, unless it may read none.
func (p *Platform) Owners(ctx context.Context, token string, info channel.TokenInfo) ([]channel.Owner, error) {
	ids := info.Owners
	if ids == nil {
		var err error
		if ids, err = p.allOwners(ctx, token); err != nil {
			return nil, callError(err, opRead)
		}
	}
	var all []channel.Owner
	var first error
	for _, id := range ids {
		node, err := p.ownerNode(ctx, token, id)
		if err != nil {
			e := callError(err, opRead)
			if e.Original == nil || !e.Cause.Reauthorizes() {
				return nil, e
			}
			if first == nil {
				first = e
			}
			continue
		}
		all = append(all, channel.Owner{ID: node.ID, Name: node.Name, BusinessID: node.BusinessID, BusinessName: node.BusinessName,
			Review: node.Review, Verification: node.Verification, Ownership: node.Ownership})
	}
	if len(all) == 0 && first != nil {
		return nil, first
	}
	return all, nil
}

// allOwners lists the WABAs of a token that was given for everything its user has: those that the user's portfolios own
// or were shared. It takes the permission business_management. That /me/businesses lists the portfolios is seen in the
// field. Source: Meta, Graph API, reference/business/owned_whatsapp_business_accounts; read Dec 2025.
func (p *Platform) allOwners(ctx context.Context, token string) ([]string, error) {
	var businesses, ids []string
	if err := p.list(ctx, token, "me/businesses", "id", func(v meta.Value) { businesses = append(businesses, v.Get("id").Text()) }); err != nil {
		return nil, err
	}
	for _, b := range businesses {
		for _, edge := range []string{"/owned_whatsapp_business_accounts", "/client_whatsapp_business_accounts"} {
			err := p.list(ctx, token, url.PathEscape(b)+edge, "id", func(v meta.Value) {
				if id := v.Get("id").Text(); !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}

// Numbers are a WABA's numbers; see channel.SignUp.
func (p *Platform) Numbers(ctx context.Context, token, owner string) ([]channel.Number, error) {
	nodes, err := p.numberNodes(ctx, token, owner)
	if err != nil {
		return nil, callError(err, opRead)
	}
	all := make([]channel.Number, 0, len(nodes))
	for i := range nodes {
		all = append(all, nodes[i].number(owner))
	}
	return all, nil
}

// Number reads one number; see channel.SignUp.
func (p *Platform) Number(ctx context.Context, a channel.Account) (channel.Number, error) {
	n, err := p.numberNode(ctx, a.Token, a.ID)
	if err != nil {
		return channel.Number{}, callError(err, opRead)
	}
	return n.number(a.Parent), nil
}

func (n *numberNode) number(owner string) channel.Number {
	out := channel.Number{
		ID: n.ID, OwnerID: owner, Shown: n.Shown, Name: n.Name, Status: n.Status, NameStatus: n.NameStatus, Quality: n.Quality, CodeStatus: n.Verification,
		Registered: n.connected(), Coexistence: n.OnApp, Verified: n.Verification == "VERIFIED", Sending: n.Health.Can, PINSet: n.PINSet, PerSecond: n.perSecond(),
	}
	for _, party := range n.Health.Parties {
		if words := party.words(); words != "" {
			out.Limits = append(out.Limits, words)
		}
	}
	out.Cause, _ = n.cause()
	return out
}

// AddNumber makes a number known to a WABA, or moves it there from another one of the same business; see channel.SignUp.
// Source: Meta, WhatsApp, business-phone-numbers/phone-numbers and migrating-phone-numbers; read Dec 2025.
func (p *Platform) AddNumber(ctx context.Context, a channel.Account, phone, name string, migrate bool) (id string, err error) {
	plain := strings.TrimPrefix(phone, "+")
	if !digits(plain) {
		return "", wrongInput(&clearline.Problem{Cause: clearline.CauseInput, Title: "This is not a phone number.",
			Detail: "Nothing was sent to Meta. Enter the number with its country code, digits only.",
			Fields: []clearline.FieldProblem{{Name: "phone", Reason: "is not a number with country code"}}})
	}
	country := callingCode(plain)
	body := map[string]any{"cc": country, "phone_number": plain[len(country):]}
	if migrate {
		body["migrate_phone_number"] = true
	} else {
		body["verified_name"] = name
	}
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodPost, Path: url.PathEscape(a.Parent) + "/phone_numbers", Token: a.Token, Body: body})
	if err != nil {
		return "", callError(err, opChange)
	}
	defer d.Free()
	if id = d.Root().Get("id").Text(); id == "" {
		return "", callError(made(false), opChange)
	}
	return id, nil
}

// callingCode is the country code that a number begins with. Codes are prefix-free: 1 and 7 have one digit, those listed
// two, all others three. Source: ITU-T E.164, assigned country codes; read Dec 2025.
func callingCode(plain string) string {
	const two = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
	switch {
	case plain[0] == '1' || plain[0] == '7':
		return plain[:1]
	case slices.Contains(strings.Fields(two), plain[:2]):
		return plain[:2]
	}
	return plain[:3]
}

// RequestCode asks for a verification code by sms or voice; language is like en_US, "" for English. See channel.SignUp.
func (p *Platform) RequestCode(ctx context.Context, a channel.Account, method, language string) error {
	method, problem := checkMethod(method)
	if problem != nil {
		return wrongInput(problem)
	}
	if language == "" {
		language = "en_US"
	}
	return p.change(ctx, a, "request_code", map[string]any{"code_method": method, "language": language}, opRegister)
}

// VerifyCode hands over the code that came; see channel.SignUp.
func (p *Platform) VerifyCode(ctx context.Context, a channel.Account, code string) error {
	code, problem := checkCode(code)
	if problem != nil {
		return wrongInput(problem)
	}
	return p.change(ctx, a, "verify_code", map[string]any{"code": code}, opRegister)
}

// Register registers a number with its PIN, which sets the PIN where none is; see channel.SignUp. Where one number of
// Meta's stands for two causes, the number's state is read to tell them apart. Source: Meta, WhatsApp,
// business-phone-numbers/registration; read Dec 2025.
func (p *Platform) Register(ctx context.Context, a channel.Account, pin string) error {
	if problem := CheckPIN(pin); problem != nil {
		return wrongInput(problem)
	}
	err := p.change(ctx, a, "register", map[string]any{"messaging_product": "whatsapp", "pin": pin}, opRegister)
	var e *channel.SendError
	if errors.As(err, &e) && e.Original != nil && e.Original.Code == codeParameter && e.Original.Subcode == subOwnership {
		e.Cause, _ = p.ownership(ctx, a)
	}
	return err
}

// ownership tells the two causes of 100/2388001 apart by the number's state: not verified, or verified too long ago on a
// number that is not registered, means that a code is wanted; otherwise the PIN. This is our inference (unconfirmed). When
// the state cannot be read either may be it.
func (p *Platform) ownership(ctx context.Context, a channel.Account) (clearline.Cause, []clearline.Cause) {
	n, err := p.numberNode(ctx, a.Token, a.ID)
	if err != nil || n.Verification == "" {
		return clearline.CauseTwoStep, []clearline.Cause{clearline.CauseOwnership}
	}
	return n.ownership(), nil
}

func (n *numberNode) ownership() clearline.Cause {
	if n.unproven() {
		return clearline.CauseOwnership
	}
	return clearline.CauseTwoStep
}

// unproven tells whether Meta wants a code before it registers the number.
func (n *numberNode) unproven() bool {
	return n.Verification == "NOT_VERIFIED" || n.Verification == "EXPIRED" && !n.connected()
}

// Deregister takes a number off the cloud; see channel.SignUp. It must not be called for a number that is in the Business
// app too.
func (p *Platform) Deregister(ctx context.Context, a channel.Account) error {
	return p.change(ctx, a, "deregister", nil, opRegister)
}

// SetPIN sets or changes the PIN of a registered number; the old one is not needed. See channel.SignUp. Source: Meta,
// WhatsApp, two-step-verification; read Dec 2025.
func (p *Platform) SetPIN(ctx context.Context, a channel.Account, pin string) error {
	if problem := CheckPIN(pin); problem != nil {
		return wrongInput(problem)
	}
	return p.change(ctx, a, "", map[string]any{"pin": pin}, opRegister)
}

// SyncBusinessApp asks for the people and the history of a number in the Business app; see channel.SignUp. What was asked
// for before counts as done. Source: Meta, WhatsApp, embedded-signup/onboarding-business-app-users; read Jun 2026.
func (p *Platform) SyncBusinessApp(ctx context.Context, a channel.Account) error {
	for _, kind := range []string{"smb_app_state_sync", "history"} {
		path := url.PathEscape(a.ID) + "/smb_app_data"
		body := map[string]any{"messaging_product": "whatsapp", "sync_type": kind}
		_, err := p.graph.Call(ctx, meta.Request{Method: http.MethodPost, Path: path, Token: a.Token, Body: body}, nil)
		if refused := refusedWith(err); refused != nil && refused.Code == codeSyncedTwice {
			continue
		}
		if err != nil {
			return callError(err, opChange)
		}
	}
	return nil
}

// Unsubscribe ends the WABA's events to the token's app; see channel.SignUp.
func (p *Platform) Unsubscribe(ctx context.Context, a channel.Account) error {
	return p.act(ctx, a.Token, http.MethodDelete, url.PathEscape(a.Parent)+"/subscribed_apps", nil, opChange)
}

// ClearOverrides removes other addresses for the WABA's and the number's events, where there are any; see channel.SignUp.
func (p *Platform) ClearOverrides(ctx context.Context, a channel.Account) error {
	n, err := p.numberNode(ctx, a.Token, a.ID)
	if err != nil {
		return callError(err, opRead)
	}
	if n.HookNumber != "" {
		if err := p.clearNumber(ctx, a); err != nil {
			return err
		}
	}
	if n.HookOwner != "" {
		return p.Subscribe(ctx, a)
	}
	return nil
}

// clearNumber removes the number's own address; an empty one removes it. Source: Meta, WhatsApp, webhooks/override; read
// Jun 2026.
func (p *Platform) clearNumber(ctx context.Context, a channel.Account) error {
	return p.change(ctx, a, "", map[string]any{"webhook_configuration": map[string]any{"override_callback_uri": ""}}, opChange)
}

// hookFields are what the app subscribes to: messages, and all news about the account that this product reads. Source:
// Meta, WhatsApp, webhooks/overview; read Jun 2026.
var hookFields = []string{
	fieldMessages, "account_alerts", "account_review_update", "account_update", "business_capability_update", fieldHistory,
	"message_template_components_update", "message_template_quality_update", "message_template_status_update",
	"phone_number_name_update", "phone_number_quality_update", "security", "smb_app_state_sync", fieldSMBEchoes,
	"template_category_update", "user_preferences",
}

// AppHook is where Meta sends the app's events; see channel.SignUp.
func (p *Platform) AppHook(ctx context.Context, app channel.AppKey) (channel.AppHook, error) {
	hook, err := p.appHook(ctx, app.ID, meta.AppToken(app))
	if err != nil {
		return channel.AppHook{}, callError(err, opRead)
	}
	return channel.AppHook{Address: hook.Address, Active: hook.Active, Fields: hook.Fields, Missing: hook.missing()}, nil
}

// SetAppHook points the app's events to an address and subscribes it to all fields; Meta calls the address before it
// answers. Fields that somebody added stay. See channel.SignUp.
func (p *Platform) SetAppHook(ctx context.Context, app channel.AppKey, address, verifyToken string) error {
	hook, err := p.appHook(ctx, app.ID, meta.AppToken(app))
	if err != nil {
		return callError(err, opRead)
	}
	fields := slices.Clone(hookFields)
	for _, f := range hook.Fields {
		if f != "" && !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	body := map[string]any{"object": objectWABA, "callback_url": address, "verify_token": verifyToken, "fields": strings.Join(fields, ",")}
	return p.act(ctx, meta.AppToken(app), http.MethodPost, url.PathEscape(app.ID)+"/subscriptions", body, opChange)
}

// change posts to the number's node or one of its edges.
func (p *Platform) change(ctx context.Context, a channel.Account, edge string, body any, op operation) error {
	path := url.PathEscape(a.ID)
	if edge != "" {
		path += "/" + edge
	}
	return p.act(ctx, a.Token, http.MethodPost, path, body, op)
}

// act makes a call that changes something and answers {"success":true}.
func (p *Platform) act(ctx context.Context, token, method, path string, body any, op operation) error {
	var answer struct {
		Success any `json:"success"`
	}
	_, err := p.graph.Call(ctx, meta.Request{Method: method, Path: path, Token: token, Body: body}, &answer)
	if err == nil {
		err = made(answer.Success == nil || answer.Success == true || answer.Success == "true")
	}
	if err != nil {
		return callError(err, op)
	}
	return nil
}
