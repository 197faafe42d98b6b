package meta

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/channel"
)

var testApp = channel.AppKey{ID: "111", Secret: "appsecretofthetests"}

// answering is a Graph that gives one answer and remembers the request.
func answering(t *testing.T, status int, body string) (*Graph, **http.Request) {
	t.Helper()
	last := new(*http.Request)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*last = r
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return &Graph{Base: s.URL, HTTP: s.Client()}, last
}

// C3: the login dialog's address holds what Meta wants, and nothing secret.
func TestLoginURL(t *testing.T) {
	t.Parallel()
	for coexistence, extras := range map[bool]string{false: "", true: coexistExtras} {
		got := LoginURL(channel.Login{Base: "https://www.facebook.com", AppID: "111", ConfigID: "222", ReturnURL: "https://in.shop.example/connect/whatsapp/return", State: "s&s", Coexistence: coexistence})
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if u.Host != "www.facebook.com" || u.Path != "/"+GraphVersion+"/dialog/oauth" || q.Get("client_id") != "111" || q.Get("config_id") != "222" ||
			q.Get("redirect_uri") != "https://in.shop.example/connect/whatsapp/return" || q.Get("state") != "s&s" || q.Get("response_type") != "code" ||
			q.Get("override_default_response_type") != "true" || q.Get("extras") != extras {
			t.Errorf("%s", got)
		}
	}
}

// C3, C4: a code and a renewal are exchanged with the app's id and secret, without any token in the header.
func TestExchange(t *testing.T) {
	t.Parallel()
	g, last := answering(t, 200, `{"access_token":"EAAnew","token_type":"bearer","expires_in":5183944}`)
	got, err := g.ExchangeCode(t.Context(), testApp, "thecode", "https://in.shop.example/r")
	if err != nil || got != (channel.Grant{Token: "EAAnew", Life: 5183944 * time.Second}) {
		t.Fatalf("%+v, %v", got, err)
	}
	q := (*last).URL.Query()
	if (*last).URL.Path != "/"+GraphVersion+"/oauth/access_token" || q.Get("code") != "thecode" || q.Get("redirect_uri") != "https://in.shop.example/r" || q.Get("client_secret") != testApp.Secret || (*last).Header.Get("Authorization") != "" {
		t.Errorf("%s %v", (*last).URL, (*last).Header)
	}
	if _, err = g.ExchangeCode(t.Context(), testApp, "thecode", ""); err != nil || (*last).URL.Query().Has("redirect_uri") {
		t.Errorf("%s, %v", (*last).URL, err)
	}
	for kind, days := range map[channel.TokenKind]string{channel.TokenUser: "", channel.TokenSystemUser: "true"} {
		if _, err = g.RenewToken(t.Context(), testApp, "EAAold", kind); err != nil {
			t.Fatal(err)
		}
		if q = (*last).URL.Query(); q.Get("grant_type") != "fb_exchange_token" || q.Get("fb_exchange_token") != "EAAold" || q.Get("set_token_expires_in_60_days") != days {
			t.Errorf("%s: %s", kind, (*last).URL)
		}
	}
	if err = g.RevokeToken(t.Context(), testApp, "EAAold"); err != nil || (*last).URL.Query().Get("revoke_token") != "EAAold" || (*last).Header.Get("Authorization") != "Bearer 111|"+testApp.Secret {
		t.Errorf("%s, %v", (*last).URL, err)
	}
	for _, body := range []string{`{}`, `{"access_token":""}`, `<html>`, `[]`} {
		g, _ := answering(t, 200, body)
		var none *NoAnswer
		if _, err := g.ExchangeCode(t.Context(), testApp, "c", ""); !errors.As(err, &none) {
			t.Errorf("%s: %v", body, err)
		}
	}
	for life, want := range map[string]time.Duration{`-5`: 0, `"60"`: time.Minute, `null`: 0} {
		g, _ := answering(t, 200, `{"access_token":"a","expires_in":`+life+`}`)
		if got, err := g.ExchangeCode(t.Context(), testApp, "c", ""); err != nil || got.Life != want {
			t.Errorf("%s: %+v, %v", life, got, err)
		}
	}
}

// I41: an exchange that fails does not repeat its secrets in the error.
func TestExchangeErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	g := &Graph{Base: s.URL, HTTP: http.DefaultClient}
	for _, base := range []string{s.URL, "http://[::1", "http://\x7f"} {
		g.Base = base
		_, err := g.ExchangeCode(t.Context(), testApp, "thecodeofthelogin", "")
		if err == nil || strings.Contains(err.Error(), testApp.Secret) || strings.Contains(err.Error(), "thecodeofthelogin") {
			t.Errorf("%s: %v", base, err)
		}
	}
}

// M6: debug_token is read whatever form its numbers have; a dead token is an answer, and an answer about nothing is none.
func TestDebugToken(t *testing.T) {
	t.Parallel()
	g, last := answering(t, 200, `{"data":{"app_id":111,"application":"Inbox","type":"SYSTEM_USER","is_valid":true,"expires_at":"1795000000","data_access_expires_at":0,"user_id":"222",
 "scopes":["a","b"],"granular_scopes":[{"scope":"a","target_ids":["7"]},{"scope":"b"}]}}`)
	got, err := g.DebugToken(t.Context(), testApp, "EAAtoken")
	if err != nil {
		t.Fatal(err)
	}
	if !got.Valid || got.Refused != nil || got.AppID != "111" || got.Kind != channel.TokenSystemUser || !got.EndsTold || got.EndsAt.Unix() != 1795000000 || !got.DataEndsAt.IsZero() || !slices.Equal(got.Scopes, []string{"a", "b"}) {
		t.Errorf("%+v", got)
	}
	for scope, want := range map[string][3]bool{"a": {true, true, false}, "b": {true, true, true}, "c": {false, false, false}} {
		given, here := got.For(scope, "7")
		if _, there := got.For(scope, "8"); given != want[0] || here != want[1] || there != want[2] {
			t.Errorf("%s: %v %v %v", scope, given, here, there)
		}
	}
	if (*last).Header.Get("Authorization") != "Bearer 111|"+testApp.Secret || (*last).URL.Query().Get("input_token") != "EAAtoken" {
		t.Errorf("%s %v", (*last).URL, (*last).Header)
	}
	g, _ = answering(t, 200, `{"data":{"is_valid":false,"error":{"code":190,"subcode":463,"message":"Sesja wygasła"}}}`)
	if got, err = g.DebugToken(t.Context(), testApp, "x"); err != nil || got.Valid || got.Refused.Subcode != 463 || got.Refused.Text != "Sesja wygasła" || got.EndsTold {
		t.Errorf("%+v, %v", got, err)
	}
	g, _ = answering(t, 200, `{"data":{"is_valid":true,"error":{"code":190}}}`)
	if got, err = g.DebugToken(t.Context(), testApp, "x"); err != nil || got.Valid {
		t.Errorf("valid in spite of an error: %+v, %v", got, err)
	}
	for _, body := range []string{`{}`, `{"data":[]}`, `{"data":{}}`, `{"data":{"is_valid":null}}`} {
		g, _ := answering(t, 200, body)
		var none *NoAnswer
		if _, err := g.DebugToken(t.Context(), testApp, "x"); !errors.As(err, &none) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// I41: Meta quotes a token that it cannot read. What it says is stored, logged and shown, so no secret of the call may be in it.
func TestRefusalsQuoteNoSecret(t *testing.T) {
	t.Parallel()
	const token, code = "EAAB\u201dpasted+wrong/twice==", "AQDcodeofthelogin"
	said := func(text string) string {
		b, err := json.Marshal(map[string]any{"error": map[string]any{"message": text, "code": 190, "error_data": map[string]any{"details": "It was " + text}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, c := range map[string]struct {
		secret string
		call   func(*Graph) error
	}{
		"a read": {token, func(g *Graph) error {
			_, err := g.Call(t.Context(), Request{Method: "GET", Path: "106", Token: token}, nil)
			return err
		}},
		"the app": {testApp.Secret, func(g *Graph) error {
			_, err := g.Call(t.Context(), Request{Method: "GET", Path: "111", Token: AppToken(testApp)}, nil)
			return err
		}},
		"a question": {token, func(g *Graph) error { _, err := g.DebugToken(t.Context(), testApp, token); return err }},
		"a code":     {code, func(g *Graph) error { _, err := g.ExchangeCode(t.Context(), testApp, code, ""); return err }},
		"a renewal": {token, func(g *Graph) error {
			_, err := g.RenewToken(t.Context(), testApp, token, channel.TokenUser)
			return err
		}},
		"an end": {token, func(g *Graph) error { return g.RevokeToken(t.Context(), testApp, token) }},
	} {
		g, _ := answering(t, 400, said("Malformed access token "+c.secret))
		var refused *GraphError
		if err := c.call(g); !errors.As(err, &refused) || strings.Contains(err.Error()+refused.Details, c.secret) || !strings.HasPrefix(refused.Text, "Malformed access token ") {
			t.Errorf("%s: %v, %q", name, err, refused.Details)
		}
	}
	g, _ := answering(t, 200, `{"data":{"is_valid":false,"app_id":"111","error":{"code":190,"message":"Malformed access token EAABshortened"}}}`)
	if got, err := g.DebugToken(t.Context(), testApp, "EAABshortened"); err != nil || got.Refused.Text != "Malformed access token •••" {
		t.Errorf("%+v, %v", got, err)
	}
	g, _ = answering(t, 400, said("Unsupported get request on 111"))
	var refused *GraphError
	if _, err := g.Call(t.Context(), Request{Method: "GET", Path: "111", Token: AppToken(testApp)}, nil); !errors.As(err, &refused) || refused.Text != "Unsupported get request on 111" {
		t.Errorf("%v", err) // an id is no secret
	}
}
