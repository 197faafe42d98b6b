package campaign

import (
	"errors"
	"net/http"
	"net/url"
	"time"
)

const (
	// pin is the number's own, wrongPIN another.
	pin      = "246810"
	wrongPIN = "135791"
)

// registration is about taking a number into use: somebody presses Register, and the platform refuses.
func registration() []Case {
	tries := func(with string) func(*stage) error {
		return func(s *stage) error { return s.tries("register", map[string]any{"pin": with}) }
	}
	// Whatever it was, the button registers the number in the end. Ten tries in 72 hours are all there are.
	refused := func(name, cause, with string) Case {
		return Case{Name: name, Cause: cause, Words: true, Set: func(s *stage) error { return errors.Join(s.Advance(s.ctx, 73*time.Hour), s.signOff(), s.cause(cause)) },
			Show: tries(with), Fix: "register", Inputs: map[string]any{"pin": pin}}
	}
	by := func(c Case, hand string, mend func(*stage) error) Case {
		c.Hand, c.Mend = hand, mend
		return c
	}
	notRegistered := refused("not-registered", "wa.not_registered", "")
	notRegistered.Show = (*stage).send
	wrong := refused("wrong-pin", "wa.pin", wrongPIN)
	wrong.Set = func(s *stage) error {
		return errors.Join(s.Advance(s.ctx, 73*time.Hour), s.signOff(), s.cause("wa.pin"))
	}
	return []Case{
		notRegistered,
		refused("wrong-pin", "wa.pin", wrongPIN),
		refused("two-step", "wa.two_step", wrongPIN),
		by(refused("number-in-use", "wa.in_use", pin), "the account in the app is deleted", (*stage).endFaults),
		by(refused("ownership", "wa.ownership", pin), "the code that comes by SMS is entered", (*stage).verified),
		by(refused("invalid-parameter", "meta.invalid_param", pin), "Meta's support corrects it", (*stage).endFaults),
		by(refused("registration-limit", "wa.register_limit", pin), "72 hours pass", func(s *stage) error { return s.Advance(s.ctx, 73*time.Hour) }),
		{Name: "waba-taken", Cause: "wa.waba_taken", Place: Refused, Hand: "the other company goes on using it",
			Set: func(s *stage) error { return s.noProcedures(s.Neighbour) },
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

// verified asks for a code and enters it, by the buttons.
func (s *stage) verified() error {
	if _, err := s.press("request_code", map[string]any{"method": "sms", "language": "en"}, false); err != nil {
		return err
	}
	var codes page[struct{ Code string }]
	if err := s.control(http.MethodGet, "/accounts/"+s.Account.PhoneNumberID+"/codes", nil, &codes); err != nil {
		return err
	}
	if len(codes.Items) == 0 {
		return errors.New("no code has come")
	}
	_, err := s.press("verify_code", map[string]any{"code": codes.Items[len(codes.Items)-1].Code}, false)
	return err
}
