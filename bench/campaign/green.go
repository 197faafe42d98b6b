package campaign

import (
	"fmt"
	"net/http"
	"time"
)

// repaired repairs by hand, by button, or both, and waits until all is proven well again.
func (s *stage) repaired(line *Line) bool {
	mend := s.c.Mend
	if mend == nil && s.c.Fix == "" {
		mend = (*stage).whole
	}
	if mend != nil {
		if err := mend(s); err != nil {
			s.note("it could not be repaired: %v", err)
			return false
		}
	}
	if s.c.Fix != "" {
		if err := s.fixed(); err != nil {
			s.note("%s: %v", s.c.Fix, err)
			return false
		}
	}
	began := time.Now()
	proof := s.c.Proof
	if proof == nil {
		proof = (*stage).allWell
	}
	if err := proof(s); err != nil {
		s.note("not green: %v", err)
		return false
	}
	line.GreenS = rounded(time.Since(began))
	return true
}

// fixed presses the button: first to be told what it changes, then to do it.
func (s *stage) fixed() error {
	plan, err := s.press(s.c.Fix, s.c.Inputs, true)
	if err != nil {
		return fmt.Errorf("trying it out: %w", err)
	}
	if plan.Done || len(plan.Changes) == 0 {
		return fmt.Errorf("trying it out says %+v, want what would change", plan)
	}
	if r, err := s.lastReport(); err != nil || s.c.Place == Verdict && r.verdict() == "" {
		return fmt.Errorf("trying it out changed something: the verdict is gone (%v)", err)
	}
	done, err := s.press(s.c.Fix, s.c.Inputs, false)
	if err != nil {
		return err
	}
	if !done.Done || len(done.Changes) != len(plan.Changes) {
		return fmt.Errorf("it did %+v, and had said %+v", done, plan)
	}
	return nil
}

// allWell is the proof: a customer's text arrives, the answer is on the phone, a run has no finding, and the connection is
// connected with proof of both that is newer than the repair.
func (s *stage) allWell() error {
	began := time.Now()
	left := func() time.Duration { return max(s.within-time.Since(began), 0) }
	before, err := s.lastReport()
	if err != nil {
		return err
	}
	// A button looks again by itself; after a repair elsewhere somebody presses Check again.
	if s.c.Fix == "" {
		if err := s.ask(); err != nil {
			return err
		}
	}
	if err := s.bothWays("Zoe " + s.c.Name); err != nil {
		return err
	}
	if err := s.waitEvery(presses, left(), "a run without a finding", func() (bool, error) {
		if s.c.Fix == "" {
			if err := s.ask(); err != nil {
				return false, err
			}
		}
		r, err := s.lastReport()
		if err == nil && r.verdict() != "" {
			err = fmt.Errorf("the verdict is still %s: %s", r.verdict(), r.failing())
		}
		return err == nil, err
	}); err != nil {
		return err
	}
	return s.waitEvery(presses, left(), "the connection is connected, with proof", func() (bool, error) {
		view, err := s.view()
		if err != nil {
			return false, err
		}
		if !view.Sending.since(before.StartedAt) {
			// Proof is written down once a second at most: the next message brings it.
			if _, err := s.composeIn(s.last, map[string]any{"text": "One more"}); err != nil {
				return false, err
			}
		}
		if view.Status != "connected" || !view.Receiving.since(before.StartedAt) || !view.Sending.since(before.StartedAt) {
			return false, fmt.Errorf("it is %s, receiving %s, sending %s, cause %s; the last report before was of %s", view.Status, view.Receiving, view.Sending, shown(view.Cause),
				before.StartedAt.Format(time.TimeOnly))
		}
		return true, nil
	})
}

// bothWays lets a new customer write, and answers: the text must be in the inbox, and the answer on the phone.
func (s *stage) bothWays(name string) (err error) {
	if s.last, err = s.newcomer(name); err != nil {
		return fmt.Errorf("receiving: %w", err)
	}
	text := "All is well again"
	if _, err := s.composeIn(s.last, map[string]any{"text": text}); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	if err := s.delivered(s.last, text); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	return nil
}

// since tells whether a direction works, with proof newer than t.
func (p proof) since(t time.Time) bool {
	return p.State == "yes" && p.ProofAt != nil && p.ProofAt.After(t)
}

func (p proof) String() string {
	if p.ProofAt == nil {
		return p.State + " without proof"
	}
	return p.State + " since " + p.ProofAt.Format(time.TimeOnly)
}

// goesThrough is the proof for a single message: it is sent again by its button, or written anew where that is what its
// page says, and reaches the phone.
func (s *stage) goesThrough() error {
	if err := s.api(http.MethodPost, "/messages/"+s.message+"/retry", map[string]any{"confirm_duplicate": true}, nil); err != nil {
		if refusalOf(err).Status/100 != 4 {
			return err
		}
		s.note("its button says %s; it was written anew", refusalOf(err).Cause)
		if err := s.c.Show(s); err != nil {
			return err
		}
	}
	return s.arrived()
}

// arrived waits until the case's message is on the phone.
func (s *stage) arrived() error {
	return s.wait(s.within, "the message is delivered", func() (bool, error) {
		m, err := s.read(s.message)
		if err == nil && m.Status != "delivered" && m.Status != "read" {
			err = fmt.Errorf("it is %s %s", m.Status, shown(m.Cause))
		}
		return err == nil, err
	})
}
