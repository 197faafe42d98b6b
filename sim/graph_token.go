package sim

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Lives of codes and tokens (reference limits.md 4).
const (
	grantLives     = 30 * time.Second
	longTokenLives = 60 * 24 * time.Hour
)

// serveDebugToken tells about a token with HTTP 200 also when it is dead. Of
// another app's token it only says that it is one.
func (s *Sim) serveDebugToken(c *graphCall) (any, *graphError) {
	value := c.params.Get("input_token")
	if value == "" {
		return nil, refuse(100, 0, "The parameter input_token is required.")
	}
	if a := s.appOfToken(value); a != nil {
		if a.id != c.token.appID {
			return nil, refuse(100, 0, "The token belongs to another app.")
		}
		return debugged(map[string]any{"app_id": a.id, "type": "APP", "application": a.name, "is_valid": true, "scopes": []string{}}), nil
	}
	t := s.tokens[value]
	if t == nil {
		return debugged(map[string]any{"is_valid": false, "scopes": []string{}, "error": map[string]any{
			"code": 190, "message": "Invalid OAuth access token."}}), nil
	}
	v := s.look(nil, s.anyWABA(t), t, c.accounts)
	if t.appID != c.token.appID || v.anotherApp {
		return nil, refuse(100, 0, "The token belongs to another app.")
	}
	st := v.token
	data := map[string]any{
		"app_id": t.appID, "application": s.apps[t.appID].name, "type": st.kind, "is_valid": true, "user_id": t.userID, "scopes": st.scopes,
		"issued_at": st.issued.Unix(), "expires_at": unixOrZero(st.expires), "data_access_expires_at": unixOrZero(st.dataAccess),
		"granular_scopes": granular(st),
	}
	if dead := st.deadNow(s.now()); dead != nil {
		refused := map[string]any{"code": 190, "message": "Error validating access token: " + dead.message}
		if dead.subcode != 0 {
			refused["subcode"] = dead.subcode
		}
		if v.language != "en" {
			refused["message"] = textFor(v.language, code{number: 190}, "").message
		}
		data["is_valid"], data["error"] = false, refused
	}
	return debugged(data), nil
}

func debugged(data map[string]any) any { return map[string]any{"data": data} }

func unixOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// granular lists which accounts each permission reaches. A missing list of
// targets means all that the user has.
func granular(st tokenState) []any {
	list := []any{}
	for _, scope := range st.scopes {
		if !strings.HasPrefix(scope, "whatsapp_") {
			continue
		}
		item := map[string]any{"scope": scope}
		if !st.everything {
			item["target_ids"] = st.targets
		}
		list = append(list, item)
	}
	return list
}

// anyWABA is a WABA the token acts for, nil when it has none. Needs the lock.
func (s *Sim) anyWABA(t *token) *waba {
	for _, id := range t.targets {
		if w := s.wabas[id]; w != nil {
			return w
		}
	}
	return nil
}

// appOfToken is the app whose credentials a value is, nil when it is none's.
// Needs the lock.
func (s *Sim) appOfToken(value string) *app {
	id, secret, ok := strings.Cut(value, "|")
	if a := s.apps[id]; ok && a != nil && subtle.ConstantTimeCompare([]byte(secret), []byte(a.secret)) == 1 {
		return a
	}
	return nil
}

// serveOAuth is oauth/access_token and oauth/revoke: both want the app's id and
// secret instead of a token.
func (s *Sim) serveOAuth(c *graphCall) (any, *graphError) {
	a := s.apps[c.params.Get("client_id")]
	switch {
	case a == nil:
		return nil, refuse(101, 0, "client_id is not the id of an app.")
	case a.secret != c.params.Get("client_secret") || s.resetSecret(c, a.id):
		return nil, refuse(1, 0, "client_secret does not fit.")
	case c.edge == "revoke":
		return s.serveRevoke(c, a)
	case c.edge != "access_token":
		return nil, c.missing()
	}
	switch grant := c.params.Get("grant_type"); grant {
	case "client_credentials":
		return map[string]any{"access_token": a.id + "|" + a.secret, "token_type": "bearer"}, nil
	case "fb_exchange_token":
		return s.serveRenewal(c, a)
	case "", "authorization_code":
		return s.serveExchange(c, a)
	default:
		return nil, refuse(100, 0, "grant_type %s is not known.", grant)
	}
}

// serveExchange turns a login's code into a token: once, within 30 seconds, and
// for the redirect flow with the very redirect_uri of the login. The subcodes
// 36007 and 36009 are unconfirmed.
func (s *Sim) serveExchange(c *graphCall, a *app) (any, *graphError) {
	value := c.params.Get("code")
	if value == "" {
		return nil, refuse(100, 0, "The parameter code is required.")
	}
	g := s.grants[value]
	switch {
	case g == nil || g.appID != a.id:
		return nil, refuse(100, 0, "Invalid verification code format.")
	case g.used:
		return nil, refuse(100, 36009, "This authorization code has been used.")
	case s.now().Sub(g.made) > grantLives:
		return nil, refuse(100, 36007, "This authorization code has expired.")
	case g.redirect != c.params.Get("redirect_uri"):
		return nil, refuse(100, 36008, "Error validating verification code: redirect_uri must be the one of the login.")
	}
	g.used = true
	t := s.newToken("EAA"+s.seededHex("granted/"+value, 61), a, g.userID)
	t.kind, t.scopes, t.targets = "SYSTEM_USER", g.scopes, g.wabas
	answer := map[string]any{"access_token": t.value, "token_type": "bearer"}
	if days := s.Settings().LoginTokenDays; days > 0 {
		t.expires = s.now().Add(time.Duration(days) * 24 * time.Hour)
		answer["expires_in"] = int64(days) * 86_400
	}
	s.settleTokens(t)
	return answer, nil
}

// serveRenewal gives a new token for one that still works: 60 days for a user's,
// and for a system user's when asked so.
func (s *Sim) serveRenewal(c *graphCall, a *app) (any, *graphError) {
	old := s.tokens[c.params.Get("fb_exchange_token")]
	if old == nil || old.appID != a.id {
		return nil, refuse(190, 0, "The access token could not be decrypted.")
	}
	v := s.look(nil, s.anyWABA(old), old, s.accountsOfToken(old))
	if dead := v.token.deadNow(s.now()); dead != nil {
		return nil, refuse(190, dead.subcode, "Error validating access token: %s", dead.message)
	}
	t := s.newToken("EAA"+s.seededHex(old.value+"/"+newSecret(), 61), a, old.userID)
	t.tokenState = old.tokenState
	t.issued, t.expires = s.now(), time.Time{}
	answer := map[string]any{"access_token": t.value, "token_type": "bearer"}
	if old.kind == "USER" || c.params.Get("set_token_expires_in_60_days") == "true" {
		t.expires = s.now().Add(longTokenLives)
		answer["expires_in"] = int64(longTokenLives.Seconds())
	}
	s.settleTokens(t)
	return answer, nil
}

// serveRevoke makes one token worthless.
func (s *Sim) serveRevoke(c *graphCall, a *app) (any, *graphError) {
	t := s.tokens[c.params.Get("revoke_token")]
	if t == nil || t.appID != a.id {
		return nil, refuse(100, 0, "revoke_token is not a token of this app.")
	}
	t.dead = &deadToken{466, "the session was invalidated through the API."}
	return success, nil
}

// servePermissions is GET and DELETE {user}/permissions[/{permission}]: the
// second de-authorises the app, for all or for one permission.
func (s *Sim) servePermissions(c *graphCall) (any, *graphError) {
	_, one, _ := strings.Cut(c.edge, "/")
	switch {
	case c.r.Method == http.MethodGet && one == "":
		list := []any{}
		for _, scope := range c.token.scopes {
			list = append(list, map[string]string{"permission": scope, "status": "granted"})
		}
		return page(list, nil), nil
	case c.r.Method != http.MethodDelete:
		return nil, c.missing()
	case one != "":
		c.token.scopes = slices.DeleteFunc(slices.Clone(c.token.scopes), func(scope string) bool { return scope == one })
		return success, nil
	}
	for _, t := range s.tokens {
		if t.appID == c.token.appID && t.userID == c.token.userID {
			t.dead = &deadToken{458, "the app is no longer authorised."}
		}
	}
	for _, id := range c.token.targets {
		s.uninstalled(s.wabas[id], c.token.appID)
	}
	return success, nil
}

// uninstalled takes an app off a WABA: the subscription goes with it. Needs the
// lock.
func (s *Sim) uninstalled(w *waba, appID string) {
	if w == nil {
		return
	}
	delete(w.subscribed, appID)
	s.announce(s.partnerEvent(w, appID, "PARTNER_APP_UNINSTALLED"))
}

// settleTokens ends the standing sign-in troubles of the accounts that a new
// token acts for: the older tokens stay as dead as the troubles made them. Needs
// the lock.
func (s *Sim) settleTokens(fresh *token) {
	accounts := s.accountsOfToken(fresh)
	for _, f := range s.faults.take(accounts, (*standingFault).aboutToken) {
		for _, t := range s.tokens {
			if t.made > f.tokensMade || t == fresh || !slices.ContainsFunc(s.accountsOfToken(t), func(id string) bool { return id == f.Account }) {
				continue
			}
			v := s.look(nil, s.anyWABA(t), t, nil)
			f.shows(&v, f)
			t.tokenState = v.token
			if f.uninstalls() {
				delete(s.wabas[s.anyWABA(t).id].subscribed, t.appID)
			}
		}
	}
}
