package campaign

import (
	"net/http"
	"strings"
	"time"

	"github.com/clearline/clearline/bench/outside"
)

// outages are the platform's own bad days: nobody's account is at fault, and nobody is to sign in again.
func outages() []Case {
	// broken strikes all calls; the send that meets it is refused, or its outcome stays open.
	broken := func(name, cause string, words bool, set func(*stage) error) Case {
		return Case{Name: "outage-" + name, Cause: cause, Words: words, Outage: true, Show: (*stage).sendAndAsk,
			Hand: "the platform recovers, and ten minutes pass without a failure", Mend: (*stage).recovered,
			Set: func(s *stage) error {
				if _, err := s.with(); err != nil {
					return err
				}
				return set(s)
			}}
	}
	fault := func(f map[string]any) func(*stage) error {
		return func(s *stage) error {
			f["account"] = s.Account.PhoneNumberID
			return s.fault(f)
		}
	}
	way := func(w outside.Way) func(*stage) error { return func(s *stage) error { return s.Platform.Behave(w) } }
	answer := func(status int, kind, body string) func(*stage) error {
		return way(outside.Way{Strikes: graph, Answer: &outside.Answer{Status: status, Type: kind, Body: body}})
	}
	onMessage := func(c Case) Case {
		c.Place, c.Show = OnMessage, (*stage).send
		return c
	}
	return []Case{
		broken("code-2", "net.outage", true, fault(map[string]any{"effect": "error", "code": 2})),
		broken("131016", "net.outage", true, fault(map[string]any{"effect": "error", "code": 131016})),
		broken("5xx-json", "net.outage", false, answer(http.StatusInternalServerError, "application/json", `{"error":{"message":"An unknown error has occurred.","type":"OAuthException","code":2}}`)),
		broken("5xx-html", "net.outage", false, answer(http.StatusServiceUnavailable, "", "<html><body><h1>Sorry, something went wrong.</h1></body></html>")),
		broken("empty", "net.outage", false, answer(http.StatusOK, "application/json", "")),
		broken("hangs", "net.outage", false, way(outside.Way{Strikes: graph, Hangs: true})),
		onMessage(broken("send-hangs", "send.unconfirmed", false, way(outside.Way{Strikes: sends, Hangs: true}))),
		onMessage(broken("code-1", "send.unconfirmed", true, fault(map[string]any{"effect": "error", "code": 1, "operation": "send"}))),
		onMessage(broken("131000", "send.unconfirmed", true, fault(map[string]any{"effect": "error", "code": 131000, "operation": "send"}))),
		broken("dns", "server.network", false, func(s *stage) error {
			s.Names.Set(s.Platform.Name(), outside.Unknown, loopback)
			return nil
		}),
		broken("feed", "net.outage", true, func(s *stage) error {
			if err := s.control(http.MethodPatch, "/feed", map[string]any{"platform": "whatsapp", "state": "major"}, nil); err != nil {
				return err
			}
			return s.fault(map[string]any{"cause": "net.outage"})
		}),
		broken("password-or-not", "net.outage", false, answer(http.StatusUnauthorized, "", "<html>401 Authorization Required: nginx</html>")),
	}
}

// graph are the platform's own calls, without its public status pages.
func graph(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/graph/") }

// sends hand a message over.
func sends(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages")
}

// sendAndAsk sends, and when that has not left, somebody asks what is wrong.
func (s *stage) sendAndAsk() error {
	if err := s.send(); err != nil {
		return err
	}
	if err := s.wait(s.within, "the send was tried", func() (bool, error) {
		m, err := s.read(s.message)
		return m.Attempts > 0, err
	}); err != nil {
		return err
	}
	return s.ask()
}

// recovered ends the outage, and lets the time pass until nobody calls it one any more.
func (s *stage) recovered() error {
	if err := s.whole(); err != nil {
		return err
	}
	if err := s.ask(); err != nil {
		return err
	}
	return s.Advance(s.ctx, 11*time.Minute)
}
