package sim

import (
	"encoding/json"
	"regexp"
)

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// serveNumberChange is POST {number}: a PIN, or an override of the webhook.
func (s *Sim) serveNumberChange(c *graphCall) (any, *graphError) {
	if raw := c.params.Get("webhook_configuration"); raw != "" {
		var in struct {
			Override string `json:"override_callback_uri"`
			Verify   string `json:"verify_token"`
		}
		if err := json.Unmarshal([]byte(raw), &in); err != nil {
			return nil, refuse(100, 0, "webhook_configuration must be an object.")
		}
		if in.Override == "" {
			delete(c.number.override, c.token.appID)
			return success, nil
		}
		if len(in.Override) > maxOverrideURL {
			return nil, refuse(100, 0, "override_callback_uri must be at most %d characters long.", maxOverrideURL)
		}
		if s.apps[c.token.appID].callback == "" {
			return nil, refuse(100, 0, "An override needs an app-level callback; subscribe the app first.")
		}
		if refused := s.shake(c, in.Override, in.Verify); refused != nil {
			return nil, refused
		}
		c.number.override[c.token.appID] = in.Override
		return success, nil
	}
	if pin := c.params.Get("pin"); pin != "" {
		if !sixDigits.MatchString(pin) {
			return nil, refuse(100, 0, "pin must be six digits.")
		}
		c.number.pin = pin
		return success, nil
	}
	return nil, refuse(100, 0, "None of the parameters is known.")
}

// serveRegister sets the PIN of a number without one, else asks for it.
func (s *Sim) serveRegister(c *graphCall) (any, *graphError) {
	pin := c.params.Get("pin")
	switch {
	case c.params.Get("messaging_product") != "whatsapp":
		return nil, refuse(100, 0, "The parameter messaging_product is required and must be whatsapp.")
	case !sixDigits.MatchString(pin):
		return nil, refuse(100, 0, "pin must be six digits.")
	case c.number.pin != "" && c.number.pin != pin:
		refused := refuse(133005, 0, "The PIN does not match.")
		refused.user = c.language()
		return nil, refused
	}
	c.number.pin, c.number.registered = pin, true
	s.faults.cure([]string{c.number.id, c.number.waba.id}, "wa.not_registered")
	return success, nil
}
