package whatsapp

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// tokenFacts is what could be learned of a token.
type tokenFacts struct {
	// Token is what debug_token says; with told false only Valid, Refused and UserID are known, from the token itself.
	meta.Token
	told bool
	// foreign is true when Meta does not tell this app about the token: it is another app's.
	foreign bool
	// app is Meta's refusal of the app's own token, nil when it was taken or there is none.
	app *meta.GraphError
}

// tokenFacts asks debug_token, with the app's own token, or with the token itself where only the app's secret is known,
// so as to learn the app. When Meta refuses that, or there is neither, the token is tried by reading whose it is, which tells neither its end nor its permissions. The error is of the platform or the network: a dead
// token is a fact.
func (p *Platform) tokenFacts(ctx context.Context, app channel.AppKey, token string) (*tokenFacts, error) {
	facts := &tokenFacts{}
	if app.ID == "" && app.Secret != "" {
		switch t, err := p.graph.DebugItself(ctx, token); {
		case err == nil:
			return &tokenFacts{Token: *t, told: true}, nil
		case refusedWith(err) == nil:
			return nil, err
		}
	}
	if app.ID != "" && app.Secret != "" {
		t, err := p.graph.DebugToken(ctx, app, token)
		refused := refusedWith(err)
		switch {
		case err == nil:
			return &tokenFacts{Token: *t, told: true}, nil
		case refused != nil && refused.Code == codeParameter:
			facts.foreign = true
		case refused != nil && appRefused(refused):
			facts.app = refused
		default:
			return nil, err
		}
	}
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: "me", Query: url.Values{"fields": {"id"}}, Token: token})
	if err == nil {
		facts.Valid, facts.UserID, facts.Raw = true, d.Root().Get("id").Text(), append([]byte(nil), d.Root().Raw()...)
		d.Free()
		return facts, nil
	}
	refused := refusedWith(err)
	if refused == nil || !fault(refused.Code, refused.Subcode).Cause.Reauthorizes() {
		return nil, err
	}
	facts.foreign = false // dead is all that counts then
	facts.Refused = &refused.PlatformError
	return facts, nil
}

// appRefused tells whether a refusal of debug_token means that the app's own token is wrong: it is the credential of that
// call. Code 1, which a wrong secret gives too (field), proves nothing. Source: Meta, facebook-login,
// guides/access-tokens/debugging; read Dec 2025.
func appRefused(refused *meta.GraphError) bool {
	return fault(refused.Code, refused.Subcode).Cause.Reauthorizes()
}

// dead is why the token does not work, "" while it does.
func (f *tokenFacts) dead() clearline.Cause {
	switch {
	case f.Refused == nil && f.foreign:
		return clearline.CauseAuthInvalid
	case f.Refused == nil:
		return ""
	case f.Refused.Code == 0 && !f.EndsAt.IsZero():
		return clearline.CauseAuthExpired // Meta names an end and no other reason
	}
	if cause := fault(f.Refused.Code, f.Refused.Subcode).Cause; cause.Reauthorizes() {
		return cause
	}
	return clearline.CauseAuthInvalid
}

// missing are the needed permissions that the token lacks.
func (f *tokenFacts) missing() (all []string) {
	for _, scope := range []string{scopeManagement, scopeMessaging} {
		if !slices.Contains(f.Scopes, scope) {
			all = append(all, scope)
		}
	}
	return all
}

// owners are the WABAs that the token was given for, nil when it was given for all that its user has.
func (f *tokenFacts) owners() (ids []string) {
	for _, scope := range []string{scopeManagement, scopeMessaging} {
		targets, limited := f.Targets[scope]
		if limited && ids == nil {
			ids = []string{}
		}
		for _, id := range targets {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// info is the token for the procedure that connects; appID is the app it should belong to, "" for any.
func (f *tokenFacts) info(appID string) channel.TokenInfo {
	info := channel.TokenInfo{
		Cause: f.dead(), Kind: f.Kind, AppID: f.AppID, AppName: f.AppName, UserID: f.UserID,
		EndsAt: f.EndsAt, DataEndsAt: f.DataEndsAt, EndsTold: f.EndsTold, Scopes: f.Scopes, Owners: f.owners(),
	}
	if info.Cause == "" && appID != "" && f.AppID != "" && f.AppID != appID {
		info.Cause = clearline.CauseAuthInvalid
	}
	if f.told && info.Cause == "" {
		info.Missing = f.missing()
	}
	return info
}
