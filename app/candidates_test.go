package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// candidate finds what a story says of a reason.
func (s story) candidate(reason string) (found string, ruledOut bool) {
	for _, c := range s.Candidates {
		if text(c.Reason) == reason {
			return c.Evidence, c.RuledOut
		}
	}
	return "", false
}

// M2, G2, X1: what may be behind a failed message, and what the facts rule out: words of the person, receipts, the template.
func TestCandidatesAreRuledOutByFacts(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		w.clock.Advance(9 * time.Minute)
		end := w.fault(sim.Fault{Cause: "wa.undeliverable"})
		m := w.becomes(w.send(c.ID, "first", "It ships today").ID, "failed")
		end()
		s := w.story(m.ID)
		for reason, ruled := range map[string]bool{"no_account": true, "blocked": true, "old_client": false, "old_terms": false, "closed_country": false} {
			if fact, out := s.candidate(reason); out != ruled || fact == "" {
				t.Errorf("%s: %q, ruled out %v", reason, fact, out)
			}
		}
		if fact, _ := s.candidate("no_account"); fact != "Ana wrote 9 minutes earlier, so the number has an account." {
			t.Errorf("%q", fact)
		}
		if last := s.Candidates[len(s.Candidates)-1]; !last.RuledOut || s.Candidates[0].RuledOut || s.Candidates[0].Title == "" {
			t.Errorf("what is ruled out comes last: %+v", s.Candidates)
		}
		// A text that gets through afterwards leaves nothing of it.
		w.clock.Advance(time.Minute)
		w.becomes(w.send(c.ID, "second", "And it did").ID, "read")
		s = w.story(m.ID)
		for _, c := range s.Candidates {
			if !c.RuledOut {
				t.Errorf("after a text was read: %+v", c)
			}
		}
		if fact, _ := s.candidate("old_client"); !strings.Contains(fact, "(text) was delivered 1 minute later") {
			t.Errorf("%q", fact)
		}

		// A marketing template: the number is no number of the United States, the limit it is.
		end = w.fault(sim.Fault{Cause: "wa.user_limit"})
		var marketing message
		w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "m", "template": map[string]any{"name": "spring_teas", "language": "en_US", "header": []any{"spring"},
			"body": []any{"Ana", "Sunday"}}}).want(t, http.StatusCreated).into(t, &marketing)
		marketing = w.becomes(marketing.ID, "failed")
		end()
		if s = w.story(marketing.ID); len(s.Candidates) != 2 || text(s.Candidates[0].Reason) != "person_limit" || s.Candidates[0].RuledOut || s.Candidates[1].RuledOut == strings.HasPrefix(p.Address, "1") {
			t.Errorf("%s: %+v", text(marketing.Cause), s.Candidates)
		}

		// A number that stands for several causes: the one that only comes when an account is set up is out.
		end = w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(100), Via: "answer"})
		m = w.becomes(w.send(c.ID, "100", "A parameter").ID, "failed")
		end()
		found := false
		for _, c := range w.story(m.ID).Candidates {
			found = found || c.Cause == "meta.invalid_param" && c.RuledOut && strings.Contains(c.Evidence, "set up")
		}
		if !found {
			t.Errorf("%+v", w.story(m.ID).Candidates)
		}
		// Nothing to explain, nothing said.
		if s = w.story(w.becomes(w.send(c.ID, "fine", "All well").ID, "read").ID); len(s.Candidates) != 0 {
			t.Errorf("%+v", s.Candidates)
		}
	})
}
