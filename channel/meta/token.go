package meta

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Token is what Meta says of a token.
type Token struct {
	Valid bool
	// Refused is why it is dead, nil while it works.
	Refused *clearline.PlatformError
	Kind    channel.TokenKind
	// AppID is the app that it belongs to, AppName that app's name.
	AppID, AppName, UserID string
	// EndsAt and DataEndsAt are zero for never; EndsTold is false when Meta said nothing about an end.
	EndsAt, DataEndsAt time.Time
	EndsTold           bool
	Scopes             []string
	// Targets are the accounts that a permission was given for. A permission that is not a key of it was given for all
	// accounts that the token's user has.
	Targets map[string][]string
	// Raw is the answer as it came.
	Raw []byte
}

// For tells whether a permission was given, and for that account.
func (t *Token) For(scope, account string) (given, forAccount bool) {
	for _, s := range t.Scopes {
		given = given || s == scope
	}
	ids, limited := t.Targets[scope]
	forAccount = given && !limited
	for _, id := range ids {
		forAccount = forAccount || given && id == account
	}
	return given, forAccount
}

// DebugToken asks what a token is, with the app's own token. The call succeeds for a dead token too: the HTTP status says
// nothing about it. A *GraphError is therefore a refusal of the app (its id or its secret is wrong), except for code 100:
// the token belongs to another app, whose own token it takes. Source: Meta, facebook-login, guides/access-tokens/debugging;
// read Dec 2025.
func (g *Graph) DebugToken(ctx context.Context, app channel.AppKey, token string) (*Token, error) {
	return g.debug(ctx, AppToken(app), token)
}

// DebugItself asks a token what it is, with itself as the credential: that names its app, where only the app's secret is
// known. Meta answers it to tokens of the app's own people and system users (field); others it refuses.
func (g *Graph) DebugItself(ctx context.Context, token string) (*Token, error) {
	return g.debug(ctx, token, token)
}

func (g *Graph) debug(ctx context.Context, credential, token string) (*Token, error) {
	call := Request{Method: http.MethodGet, Path: "debug_token", Query: url.Values{"input_token": {token}}, Token: credential}
	d, err := g.Read(ctx, call)
	if err != nil {
		return nil, err
	}
	defer d.Free()
	data := d.Root().Get("data")
	if data.Kind() != Object || !data.Get("is_valid").Given() {
		return nil, &NoAnswer{Sent: true, HTTP: http.StatusOK, Err: errors.New("the answer says nothing about the token")}
	}
	t := &Token{
		Valid: data.Get("is_valid").True(), Kind: channel.TokenKind(data.Get("type").Text()),
		AppID: data.Get("app_id").Text(), AppName: data.Get("application").Text(), UserID: data.Get("user_id").Text(),
		Raw: append([]byte(nil), d.Root().Raw()...),
	}
	t.EndsAt, t.EndsTold = instant(data.Get("expires_at"))
	t.DataEndsAt, _ = instant(data.Get("data_access_expires_at"))
	if refused := data.Get("error"); refused.Kind() == Object || !t.Valid {
		code, _ := refused.Get("code").Int()
		subcode, _ := refused.Get("subcode").Int()
		t.Valid, t.Refused = false, &clearline.PlatformError{Code: int(code), Subcode: int(subcode), Text: call.without(refused.Get("message").Text())}
	}
	for it := data.Get("scopes").Items(); it.Next(); {
		t.Scopes = append(t.Scopes, it.Value().Text())
	}
	t.Targets = map[string][]string{}
	for it := data.Get("granular_scopes").Items(); it.Next(); {
		scope, ids := it.Value().Get("scope").Text(), it.Value().Get("target_ids")
		if ids.Kind() != Array {
			continue
		}
		t.Targets[scope] = []string{}
		for id := ids.Items(); id.Next(); {
			t.Targets[scope] = append(t.Targets[scope], id.Value().Text())
		}
	}
	return t, nil
}

// instant reads a point in time in seconds; 0 means never, and anything else than a number that nobody told.
func instant(v Value) (at time.Time, told bool) {
	seconds, ok := v.Int()
	switch {
	case !ok || seconds < 0 || seconds > maxSeconds:
		return time.Time{}, false
	case seconds == 0:
		return time.Time{}, true
	}
	return time.Unix(seconds, 0).UTC(), true
}
