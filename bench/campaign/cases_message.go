package campaign

import (
	"errors"
	"net/http"
	"time"
)

// messages are about one message to one person; the connection is fine.
func messages() []Case {
	on := func(name, cause, hand string, show func(*stage) error) Case {
		return Case{Name: name, Cause: cause, Place: OnMessage, Words: true, Hand: hand, Show: show,
			Set: func(s *stage) error {
				t, err := s.with()
				if err != nil {
					return err
				}
				return s.fault(map[string]any{"cause": cause, "person": t.person.ID})
			}}
	}
	marketing := func(s *stage) error { return s.template("spring_teas", []string{"spring"}, []string{"Ana", "Sunday"}) }
	list := []Case{
		on("window", "wa.window", "the customer writes again", (*stage).send),
		{Name: "window-waiting", Cause: "wa.window", Place: OnMessage, Hand: "the customer writes again",
			Set: func(s *stage) error {
				_, err := s.with()
				return err
			},
			Show: (*stage).lateAnswer, Mend: (*stage).writesAgain},
		on("marketing-limit", "wa.user_limit", "a day passes", marketing),
		on("experiment", "wa.experiment", "the experiment ends", marketing),
		on("opted-out", "wa.opted_out", "the person opts in again", marketing),
		{Name: "template-parameters", Cause: "wa.tpl_params", Place: OnMessage, Words: true, Hand: "the template gets its values", Set: templateChanged("wa.tpl_params"),
			Show: func(s *stage) error { return s.template("order_update", []string{}, []string{"Ana", "4711", "Friday"}) }},
		{Name: "template-missing", Cause: "wa.tpl_missing", Place: OnMessage, Words: true, Hand: "the template is approved again", Set: templateChanged("wa.tpl_missing"),
			Show: func(s *stage) error { return s.template("order_update", []string{}, []string{"Ana", "4711", "Friday"}) }},
		on("undeliverable", "wa.undeliverable", "the person updates the app", (*stage).send),
		on("country", "wa.country", "the rule is lifted", (*stage).send),
		on("held", "wa.held", "the phone is on again", (*stage).stuck),
	}
	for i := range list {
		if list[i].Name != "held" {
			list[i].Proof = (*stage).goesThrough
			continue
		}
		list[i].Proof = (*stage).arrived // it was never gone
	}
	return list
}

// templateChanged: the template is no longer at the platform what it was when it was last read.
func templateChanged(cause string) func(*stage) error {
	return func(s *stage) error {
		if _, err := s.with(); err != nil {
			return err
		}
		return s.cause(cause)
	}
}

// writesAgain opens the window; the answer is then written anew.
func (s *stage) writesAgain() error {
	if _, err := s.writes(s.talk.person, "Are you still there?"); err != nil {
		return err
	}
	fresh := *s.c
	fresh.Show = (*stage).send
	s.c = &fresh
	return nil
}

// lateAnswer writes an answer while the window is open, but the platform is away until it has closed.
func (s *stage) lateAnswer() error {
	if err := s.fault(map[string]any{"effect": "error", "code": 2, "account": s.Account.PhoneNumberID, "operation": "send"}); err != nil {
		return err
	}
	if err := s.send(); err != nil {
		return err
	}
	// A try that the platform refuses after the window has closed holds all sends for five minutes from then on, and with
	// them the one that is to prove the repair: it must have been refused before.
	if err := s.wait(s.within, "the platform has refused the answer for now", func() (bool, error) {
		m, err := s.read(s.message)
		return m.Status == "held", err
	}); err != nil {
		return err
	}
	return errors.Join(s.Advance(s.ctx, 25*time.Hour), s.endFaults())
}

func (s *stage) read(id string) (m message, err error) {
	return m, s.api(http.MethodGet, "/messages/"+id, nil, &m)
}

// stuck sends what then stays sent for more than an hour.
func (s *stage) stuck() error {
	if err := s.send(); err != nil {
		return err
	}
	if err := s.wait(s.within, "the message is sent", func() (bool, error) {
		m, err := s.read(s.message)
		return m.Status == "sent", err
	}); err != nil {
		return err
	}
	return s.Advance(s.ctx, 61*time.Minute)
}
