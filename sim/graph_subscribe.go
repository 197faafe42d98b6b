package sim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	maxOverrideURL = 200
	maxHandshake   = 4 << 10
)

// handshake asks a callback for the challenge, as the platform does before it
// stores one. The error says what went wrong.
func (s *Sim) handshake(ctx context.Context, callback, verifyToken string) error {
	address, err := url.Parse(callback)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return errors.New("the callback is not a web address")
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1e10))
	if err != nil {
		return err
	}
	challenge := n.String()
	query := address.Query()
	query.Set("hub.mode", "subscribe")
	query.Set("hub.challenge", challenge)
	query.Set("hub.verify_token", verifyToken)
	address.RawQuery = query.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "facebookplatform/1.0 (+http://developers.facebook.com)")
	answer, err := s.client.Do(r)
	if err != nil {
		return fmt.Errorf("the callback did not answer: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxHandshake))
	switch {
	case err != nil:
		return fmt.Errorf("the callback's answer broke off: %w", err)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("the callback answered HTTP %d instead of 200", answer.StatusCode)
	case string(body) != challenge:
		return errors.New("the callback did not answer with the challenge alone")
	}
	return nil
}

// SetWebhook makes url the app-level callback of an app ("" = the first one)
// after the handshake, with all its fields, and subscribes the app to every WABA
// its tokens see, the way an operator would do in the App Dashboard.
func (s *Sim) SetWebhook(ctx context.Context, appID, callback, verifyToken string) error {
	if appID == "" {
		appID = s.first.AppID
	}
	s.mu.Lock()
	known := s.apps[appID] != nil
	s.mu.Unlock()
	if !known {
		return fieldError{"app_id", "no such app"}
	}
	if err := s.handshake(ctx, callback, verifyToken); err != nil {
		return fieldError{"url", err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.apps[appID]
	a.callback, a.callbackVerify, a.active = callback, verifyToken, true
	for _, account := range s.accounts {
		if account.AppID != appID {
			continue
		}
		if _, subscribed := s.wabas[account.WABAID].subscribed[appID]; !subscribed {
			s.wabas[account.WABAID].subscribed[appID] = ""
		}
	}
	return nil
}

// anotherWord is what the platform asks with while hook.verify stands.
const anotherWord = "another-verify-word"

// shake does the handshake of a Graph call with the lock released meanwhile.
func (s *Sim) shake(c *graphCall, callback, verifyToken string) *graphError {
	s.mu.Unlock()
	defer s.mu.Lock()
	if st, ok := s.faults.pick(c.happening, "another_word", "unreachable"); ok {
		if st.effect == "unreachable" {
			return refuse(2200, 0, "The callback URL could not be validated: the callback did not answer in time.")
		}
		verifyToken = anotherWord
	}
	if err := s.handshake(c.r.Context(), callback, verifyToken); err != nil {
		return refuse(2200, 0, "The callback URL or verify token could not be validated: %v.", err)
	}
	return nil
}

// serveSubscriptions is the app level; it wants an app token.
func (s *Sim) serveSubscriptions(c *graphCall) (any, *graphError) {
	if c.token.kind != "APP" {
		return nil, refuse(200, 0, "This call needs an app access token.")
	}
	a := c.app
	switch c.r.Method {
	case http.MethodGet:
		list := []any{}
		if v := s.lookApp(a).app; v.callback != "" {
			fields := []any{}
			for _, name := range v.fields {
				fields = append(fields, map[string]string{"name": name, "version": fmt.Sprintf("v%d.0", currentVersion)})
			}
			list = append(list, map[string]any{"object": "whatsapp_business_account", "callback_url": v.callback, "active": v.active, "fields": fields})
		}
		return page(list, nil), nil
	case http.MethodPost:
		return s.changeSubscription(c)
	case http.MethodDelete:
		if names := c.params.Get("fields"); names != "" {
			a.fields = slices.DeleteFunc(a.fields, func(f string) bool { return slices.Contains(splitList(names), f) })
		} else {
			a.callback = ""
		}
		return success, nil
	}
	return nil, c.missing()
}

func (s *Sim) changeSubscription(c *graphCall) (any, *graphError) {
	a := c.app
	callback, verify := c.params.Get("callback_url"), c.params.Get("verify_token")
	switch {
	case c.params.Get("object") != "whatsapp_business_account":
		return nil, refuse(100, 0, "The parameter object must be whatsapp_business_account.")
	case callback == "" && a.callback == "":
		return nil, refuse(100, 0, "The parameter callback_url is required.")
	case callback != "" && verify == "":
		return nil, refuse(100, 0, "The parameter verify_token is required.")
	}
	if callback != "" {
		if refused := s.shake(c, callback, verify); refused != nil {
			return nil, refused
		}
		a.callback, a.callbackVerify, a.active = callback, verify, true
		s.faults.cure(c.accounts, "hook.off/app", "hook.elsewhere/app", "hook.verify")
	}
	if names := c.params.Get("fields"); names != "" {
		a.fields = splitList(names)
	}
	if slices.Contains(a.fields, "messages") {
		s.faults.cure(c.accounts, "hook.fields")
	}
	return success, nil
}

// splitList reads a comma list or a JSON list of names.
func splitList(text string) []string {
	var names []string
	for name := range strings.SplitSeq(strings.Trim(text, "[]"), ",") {
		if name = strings.Trim(name, "\" \n\t"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// accountsOfApp lists the ids of numbers and WABAs an app acts for. Needs the lock.
func (w *world) accountsOfApp(appID string) []string {
	var ids []string
	for _, a := range w.accounts {
		if a.AppID == appID || w.reaches(appID, a.WABAID) {
			ids = append(ids, a.PhoneNumberID, a.WABAID)
		}
	}
	return ids
}

// reaches tells whether a token of the app acts for a WABA. Needs the lock.
func (w *world) reaches(appID, wabaID string) bool {
	for _, t := range w.tokens {
		if t.appID == appID && t.sees(wabaID) {
			return true
		}
	}
	return false
}

// serveSubscribedApps is the WABA level, always about the calling token's app.
func (s *Sim) serveSubscribedApps(c *graphCall) (any, *graphError) {
	w, appID := c.waba, c.token.appID
	switch c.r.Method {
	case http.MethodGet:
		list := []any{}
		v := s.look(nil, w, c.token, c.accounts)
		for _, id := range slices.Sorted(maps.Keys(s.apps)) {
			override, there := w.subscribed[id]
			if id == appID {
				override, there = v.wabaOverride, v.subscribed
			}
			if !there {
				continue
			}
			item := map[string]any{"whatsapp_business_api_data": map[string]string{"id": id, "name": s.apps[id].name, "link": "https://www.facebook.com/games/?app_id=" + id}}
			if override != "" {
				item["override_callback_uri"] = override
			}
			list = append(list, item)
		}
		return page(list, nil), nil
	case http.MethodPost:
		override, verify := c.params.Get("override_callback_uri"), c.params.Get("verify_token")
		if override != "" {
			switch {
			case s.apps[appID].callback == "":
				return nil, refuse(100, 0, "An override needs an app-level callback; subscribe the app first.")
			case len(override) > maxOverrideURL:
				return nil, refuse(100, 0, "override_callback_uri must be at most %d characters long.", maxOverrideURL)
			case verify == "":
				return nil, refuse(100, 0, "The parameter verify_token is required.")
			}
			if refused := s.shake(c, override, verify); refused != nil {
				return nil, refused
			}
		}
		w.subscribed[appID] = override
		s.faults.cure(c.accounts, "hook.off/waba", "hook.elsewhere/waba")
		return success, nil
	case http.MethodDelete:
		delete(w.subscribed, appID)
		return success, nil
	}
	return nil, c.missing()
}
