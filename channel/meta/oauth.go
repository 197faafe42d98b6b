package meta

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/clearline/clearline/channel"
)

// coexistExtras asks the sign-up dialog to keep the number in the Business app too. Source: Meta, WhatsApp,
// embedded-signup/onboarding-business-app-users; read Jun 2026. That the redirect form of the dialog takes it as a
// parameter is seen in the field.
const coexistExtras = `{"setup":{},"featureType":"whatsapp_business_app_onboarding","sessionInfoVersion":"3"}`

// LoginURL is the address of the login dialog without Meta's script: the person comes back to ReturnURL with a code and
// the state, or with an error. Source: Meta, facebook-login, guides/advanced/manual-flow, and embedded-signup; read Jun
// 2026.
func LoginURL(l channel.Login) string {
	q := url.Values{
		"client_id": {l.AppID}, "redirect_uri": {l.ReturnURL}, "state": {l.State},
		"response_type": {"code"}, "override_default_response_type": {"true"},
	}
	if l.ConfigID != "" {
		q.Set("config_id", l.ConfigID)
	}
	if l.Coexistence {
		q.Set("extras", coexistExtras)
	}
	return l.Base + "/" + GraphVersion + "/dialog/oauth?" + q.Encode()
}

// AppToken is the token by which an app speaks for itself: its id and its secret. It is as secret as the secret.
// Source: Meta, facebook-login, guides/access-tokens; read Dec 2025.
func AppToken(app channel.AppKey) string { return app.ID + "|" + app.Secret }

// ExchangeCode turns a login's code into a token. The code lives 30 seconds and works once; returnURL must be exactly the
// one that the dialog was opened with, "" when it was opened by Meta's script. Errors as of Call. Source: as of LoginURL.
func (g *Graph) ExchangeCode(ctx context.Context, app channel.AppKey, code, returnURL string) (channel.Grant, error) {
	q := url.Values{"code": {code}}
	if returnURL != "" {
		q.Set("redirect_uri", returnURL)
	}
	return g.grant(ctx, app, q)
}

// RenewToken asks for a token with a later end: about 60 days for a person's, 60 days for a system user's that was made
// with an end. The old one must still work, and goes on working until its own end. Errors as of Call. Source: Meta,
// facebook-login, guides/access-tokens/get-long-lived, and marketing-api/system-users/create-retrieve-update; read Dec 2025.
func (g *Graph) RenewToken(ctx context.Context, app channel.AppKey, token string, kind channel.TokenKind) (channel.Grant, error) {
	q := url.Values{"grant_type": {"fb_exchange_token"}, "fb_exchange_token": {token}}
	if kind == channel.TokenSystemUser {
		q.Set("set_token_expires_in_60_days", "true")
	}
	return g.grant(ctx, app, q)
}

func (g *Graph) grant(ctx context.Context, app channel.AppKey, q url.Values) (channel.Grant, error) {
	q.Set("client_id", app.ID)
	q.Set("client_secret", app.Secret)
	d, err := g.Read(ctx, Request{Method: http.MethodGet, Path: "oauth/access_token", Query: q})
	if err != nil {
		return channel.Grant{}, err
	}
	defer d.Free()
	token := d.Root().Get("access_token").Text()
	if token == "" {
		return channel.Grant{}, &NoAnswer{Sent: true, HTTP: http.StatusOK, Err: errors.New("there is no token in the answer")}
	}
	seconds, _ := d.Root().Get("expires_in").Int()
	return channel.Grant{Token: token, Life: time.Duration(min(max(seconds, 0), maxSeconds)) * time.Second}, nil
}

// maxSeconds bounds a life or a point in time in seconds: the year 2200.
const maxSeconds = 7_258_118_400

// RevokeToken ends a token at once. Errors as of Call. Source: Meta, facebook-login, guides/access-tokens; read Dec 2025.
func (g *Graph) RevokeToken(ctx context.Context, app channel.AppKey, token string) error {
	q := url.Values{"client_id": {app.ID}, "client_secret": {app.Secret}, "revoke_token": {token}}
	_, err := g.Call(ctx, Request{Method: http.MethodGet, Path: "oauth/revoke", Query: q, Token: AppToken(app)}, nil)
	return err
}
