package campaign

import (
	"errors"
	"net/http"
	"net/url"
)

const (
	// pin is the number's own, wrongPIN another.
	pin      = "246810"
	wrongPIN = "135791"
)

// registration is about taking a number into use. The number is signed off first, by its owner; then somebody presses
// Register and the platform refuses.
func registration() []Case {
	refused := func(name, cause string, fault map[string]any, hand string) Case {
		return Case{Name: name, Cause: cause, Words: true,
			Set: func(s *stage) error {
				fault["account"] = s.Account.PhoneNumberID
				return errors.Join(s.signOff(), s.fault(fault))
			},
			Show: func(s *stage) error { return s.tries("register", map[string]any{"pin": pin}) },
			Hand: hand, Mend: (*stage).endFaults, Fix: "register", Inputs: map[string]any{"pin": pin}}
	}
	return []Case{
		{Name: "not-registered", Cause: "wa.not_registered", Words: true, Fix: "register", Inputs: map[string]any{"pin": pin},
			Set: func(s *stage) error {
				if _, err := s.with(); err != nil {
					return err
				}
				return s.signOff()
			},
			Show: (*stage).send},
		{Name: "wrong-pin", Cause: "wa.pin", Words: true, Fix: "register", Inputs: map[string]any{"pin": pin},
			Set:  (*stage).signOff,
			Show: func(s *stage) error { return s.tries("register", map[string]any{"pin": wrongPIN}) }},
		refused("number-in-use", "wa.in_use", map[string]any{"cause": "wa.in_use"}, "the account in the app is deleted"),
		refused("two-step", "wa.two_step", map[string]any{"cause": "wa.two_step"}, "two-step is switched off at the old provider"),
		refused("ownership", "wa.ownership", map[string]any{"cause": "wa.ownership"}, "the number is verified by a code"),
		refused("invalid-parameter", "meta.invalid_param", map[string]any{"effect": "error", "code": 100, "operation": "register"}, "Meta's support corrects it"),
		refused("registration-limit", "wa.register_limit", map[string]any{"cause": "wa.register_limit"}, "72 hours pass"),
		{Name: "waba-taken", Cause: "wa.waba_taken", Place: Refused, Hand: "the other company goes on using it",
			Set: func(s *stage) error { return nil },
			Show: func(s *stage) error {
				return s.toBeRefused(s.Neighbour.do(s.ctx, http.MethodPost, "/connections", s.manual(s.Account), nil))
			}},
	}
}

// signOff takes the number out of use, as the owner's other tool would, and leaves it with the PIN known here.
func (s *stage) signOff() error {
	at := "/" + s.Account.PhoneNumberID
	return errors.Join(s.graph(http.MethodPost, at, s.Account.Token, url.Values{"pin": {pin}}),
		s.graph(http.MethodPost, at+"/deregister", s.Account.Token, url.Values{"messaging_product": {"whatsapp"}}))
}
