package campaign

import "time"

// standing is about what the platform thinks of the account.
func standing() []Case {
	// Some of these are refused on the next send, some only seen by looking.
	staged := func(name, cause, hand string, show func(*stage) error, silent bool) Case {
		return Case{Name: name, Cause: cause, Words: true, Silent: silent, Show: show, Hand: hand,
			Set: func(s *stage) error {
				if _, err := s.with(); err != nil {
					return err
				}
				return s.cause(cause)
			}}
	}
	return []Case{
		staged("account-disabled", "account.disabled", "Meta lifts it after a review", (*stage).send, false),
		staged("account-restricted", "account.restricted", "Meta lifts it at its end", (*stage).send, false),
		staged("account-quality", "account.quality", "the rating recovers", nil, true),
		staged("limit", "wa.limit", "a place becomes free", (*stage).beginsTalk, false),
		staged("coexist-idle", "wa.coexist_idle", "the app is opened on the phone", nil, true),
		staged("payment", "wa.payment", "a card is added", (*stage).send, false),
	}
}

// beginsTalk writes first to somebody whose window has closed: that is what the limit counts.
func (s *stage) beginsTalk() error {
	if err := s.Advance(s.ctx, 25*time.Hour); err != nil {
		return err
	}
	return s.template("hello_world", []string{}, []string{})
}
