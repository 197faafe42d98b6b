package campaign

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/clearline/clearline/bench/outside"
)

// subscriptions are about the way in, as the platform has it.
func subscriptions() []Case {
	return []Case{
		{Name: "hook-off-waba", Cause: "hook.off", Silent: true, Fix: "subscribe", Set: func(s *stage) error {
			return s.graph(http.MethodDelete, "/"+s.Account.WABAID+"/subscribed_apps", s.Account.Token, nil)
		}},
		{Name: "hook-off-app", Cause: "hook.off", Silent: true, Fix: "subscribe", Set: func(s *stage) error {
			return s.graph(http.MethodDelete, "/"+s.Account.AppID+"/subscriptions?object=whatsapp_business_account", s.appToken(), nil)
		}},
		{Name: "hook-elsewhere-waba", Cause: "hook.elsewhere", Silent: true, Fix: "point_here", Set: func(s *stage) error {
			return s.graph(http.MethodPost, "/"+s.Account.WABAID+"/subscribed_apps", s.Account.Token,
				url.Values{"override_callback_uri": {s.Strange.URL() + "/inbox"}, "verify_token": {"theirs"}})
		}},
		{Name: "hook-elsewhere-number", Cause: "hook.elsewhere", Silent: true, Fix: "point_here", Set: func(s *stage) error {
			return s.graph(http.MethodPost, "/"+s.Account.PhoneNumberID, s.Account.Token,
				url.Values{"webhook_configuration": {`{"override_callback_uri":"` + s.Strange.URL() + `/inbox","verify_token":"theirs"}`}})
		}},
		{Name: "hook-elsewhere-former", Cause: "hook.elsewhere", Silent: true, Fix: "point_here", Set: func(s *stage) error {
			// The server lived there for a while, and has moved since.
			if err := s.Restart(s.ctx, Settings{PublicURL: s.Former.URL()}); err != nil {
				return err
			}
			if err := errors.Join(s.pointHere(s.Former.URL()), s.ask()); err != nil {
				return err
			}
			if err := s.Restart(s.ctx, Settings{}); err != nil {
				return err
			}
			if err := s.pointHere(s.Former.URL()); err != nil {
				return err
			}
			return s.Former.Behave(outside.Way{Closed: true})
		}},
		{Name: "hook-fields", Cause: "hook.fields", Silent: true, Fix: "subscribe", Set: func(s *stage) error {
			return s.graph(http.MethodPost, "/"+s.Account.AppID+"/subscriptions", s.appToken(), url.Values{"object": {"whatsapp_business_account"},
				"callback_url": {s.Inbox.URL() + hook}, "verify_token": {s.Account.VerifyToken}, "fields": {"account_update"}})
		}},
		{Name: "hook-verify", Cause: "hook.verify", Words: true, Fix: "point_here", Hand: "the firewall lets the platform's check pass",
			Set: func(s *stage) error {
				if err := s.graph(http.MethodDelete, "/"+s.Account.AppID+"/subscriptions?object=whatsapp_business_account", s.appToken(), nil); err != nil {
					return err
				}
				// Only Meta's own caller meets the firewall's page: the server's way to itself is fine.
				return s.Inbox.Behave(outside.Way{Strikes: fromMeta, Answer: &outside.Answer{Status: http.StatusForbidden, Body: "<html><title>Are you human?</title>"}})
			},
			Show: func(s *stage) error { return s.tries("point_here", nil) },
			Mend: func(s *stage) error { return s.Inbox.Behave(outside.Way{}) }},
	}
}

// waysIn are about what stands between the platform and the product.
func waysIn() []Case {
	return []Case{
		{Name: "hook-unreachable", Cause: "hook.unreachable", Silent: true, Hand: "the port is opened",
			Set: func(s *stage) error { return s.Inbox.Behave(outside.Way{Closed: true}) }},
		{Name: "hook-unreachable-hangs", Cause: "hook.unreachable", Silent: true, Hand: "the firewall stops swallowing packets",
			Set: func(s *stage) error { return s.Inbox.Behave(outside.Way{Hangs: true}) }},
		{Name: "hook-firewall", Cause: "hook.verify", Silent: true, Hand: "the firewall's page is removed",
			Set: func(s *stage) error {
				return s.Inbox.Behave(outside.Way{Answer: &outside.Answer{Status: http.StatusForbidden, Body: "<html><title>Access denied</title>"}})
			}},
		{Name: "hook-redirect", Cause: "hook.verify", Silent: true, Hand: "the proxy stops redirecting",
			Set: func(s *stage) error {
				return s.Inbox.Behave(outside.Way{Answer: &outside.Answer{Status: http.StatusMovedPermanently, Place: "https://www.inbox.test/"}})
			}},
		{Name: "hook-path", Cause: "hook.verify", Silent: true, Hand: "the proxy passes the path on",
			Set: func(s *stage) error {
				return s.Inbox.Behave(outside.Way{Strikes: func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/webhooks") },
					Answer: &outside.Answer{Status: http.StatusNotFound, Body: "404 page not found", Type: "text/plain"}})
			}},
	}
}

// deliveries are about the platform's calls themselves.
func deliveries() []Case {
	return []Case{
		// Slow answers are why a platform calls less often; then its calls come in bundles.
		{Name: "hook-throttled", Cause: "hook.throttled", Silent: true, Hand: "the proxy answers at once again",
			Set: func(s *stage) error { return s.Inbox.Behave(outside.Way{Delay: 3 * time.Second}) }},
		{Name: "hook-throttled-bundles", Cause: "hook.throttled", Hand: "the platform calls as before",
			Set:  func(s *stage) error { return s.cause("hook.throttled") },
			Show: (*stage).gathered},
		{Name: "hook-signature-secret", Cause: "hook.signature", Hand: "the secret is as it was",
			Set:  func(s *stage) error { return s.cause("hook.signature") },
			Show: (*stage).heardFrom},
		{Name: "hook-signature-proxy", Cause: "hook.signature", Hand: "the proxy leaves bodies alone",
			Set: func(s *stage) error {
				return s.Inbox.Behave(outside.Way{Strikes: fromMeta, Request: func(r *http.Request, body []byte) []byte {
					if r.Method != http.MethodPost {
						return body
					}
					return append(body, '\n')
				}})
			},
			Show: (*stage).heardFrom},
		{Name: "hook-lag", Cause: "hook.lag", Hand: "the platform catches up",
			Set:  func(s *stage) error { return s.cause("hook.lag") },
			Show: (*stage).heardFrom},
	}
}

// fromMeta are requests of the platform's, as far as a firewall can tell.
func fromMeta(r *http.Request) bool { return strings.HasPrefix(r.UserAgent(), "facebook") }

// another is a tool that answers the platform's check and takes what it gets.
var another = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Query().Get("hub.challenge")) })

// someoneWrites lets a customer write, whether or not it arrives.
func (s *stage) someoneWrites() error {
	p, err := s.newPerson("Somebody " + s.c.Name)
	if err != nil {
		return err
	}
	return s.control(http.MethodPost, "/people/"+p.ID+"/messages", map[string]any{"text": "Is anybody there?"}, nil)
}

// heardFrom lets a customer write, waits until the platform has tried to deliver that, however late it is, and asks for a run.
func (s *stage) heardFrom() error {
	if err := s.called(2*time.Minute, s.someoneWrites); err != nil {
		return err
	}
	return s.ask()
}

// gathered lets customers write half a minute apart, twice, and the platform call.
func (s *stage) gathered() error {
	write := func() error {
		err := s.someoneWrites()
		if err == nil {
			err = s.Advance(s.ctx, 30*time.Second)
		}
		return errors.Join(err, s.someoneWrites())
	}
	for range 2 {
		if err := s.called(20*time.Second, write); err != nil {
			return err
		}
	}
	return s.ask()
}

// called does what makes the platform call, and lets time pass in steps until it has.
func (s *stage) called(step time.Duration, what func() error) error {
	before, err := s.calls(math.MaxInt32)
	if err != nil {
		return err
	}
	if err := what(); err != nil {
		return err
	}
	heard := func() (bool, error) {
		now, err := s.calls(before.Next)
		return len(now.Webhooks) > 0, err
	}
	for range 30 {
		if err = s.wait(300*time.Millisecond, "the platform has called", heard); err == nil {
			return nil
		}
		if err := s.Advance(s.ctx, step); err != nil {
			return err
		}
	}
	return err
}

// ledger is what the twin counts.
type ledger struct {
	Webhooks []struct {
		Answer int `json:"answer"`
	} `json:"webhooks"`
	Totals struct {
		WebhooksPending int `json:"webhooks_pending"`
	} `json:"totals"`
	Next uint64 `json:"next"`
}

// calls are the platform's calls after a number of its ledger.
func (s *stage) calls(since uint64) (l ledger, err error) {
	return l, s.control(http.MethodGet, fmt.Sprintf("/ledger?since=%d", since), nil, &l)
}
