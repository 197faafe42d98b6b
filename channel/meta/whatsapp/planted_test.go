package whatsapp

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
)

// plantedEnv names the bug that a run of TestPlatform has to bear.
const plantedEnv = "CLEARLINE_PLANTED_BUG"

// bug is a leaf gone wrong, and the part of the suite that must notice.
type bug struct {
	part  string
	plant func(*channeltest.Platform)
}

// receiver is a Webhook some of whose methods are replaced.
type receiver struct {
	channel.Webhook
	verify func(string, http.Header, []byte) bool
	shake  func(*http.Request, func(string) bool) (string, bool)
	parse  func([]byte) (channel.Parsed, error)
	cut    func([]byte, func(int) bool) ([]byte, error)
}

func (r receiver) Verify(s string, h http.Header, b []byte) bool {
	if r.verify != nil {
		return r.verify(s, h, b)
	}
	return r.Webhook.Verify(s, h, b)
}

func (r receiver) Handshake(q *http.Request, ok func(string) bool) (string, bool) {
	if r.shake != nil {
		return r.shake(q, ok)
	}
	return r.Webhook.Handshake(q, ok)
}

func (r receiver) Parse(b []byte) (channel.Parsed, error) {
	if r.parse != nil {
		return r.parse(b)
	}
	return r.Webhook.Parse(b)
}

func (r receiver) Cut(b []byte, keep func(int) bool) ([]byte, error) {
	if r.cut != nil {
		return r.cut(b, keep)
	}
	return r.Webhook.Cut(b, keep)
}

// sender is a Sender whose errors go through bend.
type sender struct {
	channel.Sender
	bend func(channel.Answer, *channel.SendError) (channel.Answer, error)
}

func (s sender) Send(ctx context.Context, a channel.Account, o channel.Outgoing) (channel.Answer, error) {
	answer, err := s.Sender.Send(ctx, a, o)
	var e *channel.SendError
	if !errors.As(err, &e) {
		return answer, err
	}
	return s.bend(answer, e)
}

func bend(s *channeltest.Platform, f func(channel.Answer, *channel.SendError) (channel.Answer, error)) {
	whole := s.Sender
	s.Sender = func(base string, c *http.Client) channel.Sender { return sender{whole(base, c), f} }
}

type explain struct {
	channel.Explainer
	cause func(int, int) clearline.Cause
}

func (e explain) Cause(code, subcode int) clearline.Cause { return e.cause(code, subcode) }

var bugs = map[string]bug{
	"no header passes": {"signature", func(s *channeltest.Platform) {
		w := s.Webhook
		s.Webhook = receiver{Webhook: w, verify: func(secret string, h http.Header, b []byte) bool { return len(h) == 0 || w.Verify(secret, h, b) }}
	}},
	"only the start is signed": {"signature", func(s *channeltest.Platform) {
		w := s.Webhook
		s.Webhook = receiver{Webhook: w, verify: func(secret string, h http.Header, b []byte) bool {
			return w.Verify(secret, h, b) || (len(b) > 0 && w.Verify(secret, h, b[:len(b)-1]))
		}}
	}},
	"an empty token passes": {"handshake", func(s *channeltest.Platform) {
		s.Webhook = receiver{Webhook: s.Webhook, shake: func(r *http.Request, ok func(string) bool) (string, bool) {
			return r.URL.Query().Get("hub.challenge"), ok(r.URL.Query().Get("hub.verify_token"))
		}}
	}},
	"the body's memory is kept": {"parse", func(s *channeltest.Platform) {
		w := s.Webhook
		s.Webhook = receiver{Webhook: w, parse: func(b []byte) (channel.Parsed, error) {
			parsed, err := w.Parse(b)
			for _, e := range parsed.Elements {
				if e.Message != nil {
					e.Message.Text = unsafe.String(unsafe.SliceData(b), len(b))
				}
			}
			return parsed, err
		}}
	}},
	"the parser panics": {"garbage", func(s *channeltest.Platform) {
		w := s.Webhook
		s.Webhook = receiver{Webhook: w, parse: func(b []byte) (channel.Parsed, error) { _ = b[1]; return w.Parse(b) }}
	}},
	"an element without a person": {"garbage", func(s *channeltest.Platform) {
		w := s.Webhook
		s.Webhook = receiver{Webhook: w, parse: func(b []byte) (channel.Parsed, error) {
			parsed, err := w.Parse(b)
			if len(parsed.Elements) > 0 && parsed.Elements[0].Problem != nil {
				parsed.Elements[0] = channel.Element{Account: "1", Message: &channel.Message{PlatformID: "x", Kind: clearline.KindText}}
			}
			return parsed, err
		}}
	}},
	"a cut keeps everything": {"cut", func(s *channeltest.Platform) {
		s.Webhook = receiver{Webhook: s.Webhook, cut: func(b []byte, _ func(int) bool) ([]byte, error) { return b, nil }}
	}},
	"a cut loses the last": {"cut", func(s *channeltest.Platform) {
		w := s.Webhook
		s.Webhook = receiver{Webhook: w, cut: func(b []byte, keep func(int) bool) ([]byte, error) {
			parsed, _ := w.Parse(b)
			return w.Cut(b, func(i int) bool { return keep(i) && (i == 0 || i < len(parsed.Elements)-1) })
		}}
	}},
	"resend on timeout": {"send", func(s *channeltest.Platform) {
		bend(s, func(a channel.Answer, e *channel.SendError) (channel.Answer, error) {
			if errors.Is(e, context.Canceled) {
				e.Fate = clearline.Again
			}
			return a, e
		})
	}},
	"resend on 500": {"send", func(s *channeltest.Platform) {
		bend(s, func(a channel.Answer, e *channel.SendError) (channel.Answer, error) {
			if e.HTTP == 500 && e.Original == nil {
				e.Fate = clearline.Again
			}
			return a, e
		})
	}},
	"no answer counts as sent": {"send", func(s *channeltest.Platform) {
		bend(s, func(a channel.Answer, e *channel.SendError) (channel.Answer, error) {
			if e.HTTP == 200 && e.Original == nil {
				return a, nil
			}
			return a, e
		})
	}},
	"what never left is unknown": {"send", func(s *channeltest.Platform) {
		bend(s, func(a channel.Answer, e *channel.SendError) (channel.Answer, error) {
			if e.Fate == clearline.Again {
				e.Fate = clearline.Unknown
			}
			return a, e
		})
	}},
	"the original is lost": {"send", func(s *channeltest.Platform) {
		bend(s, func(a channel.Answer, e *channel.SendError) (channel.Answer, error) { e.Original = nil; return a, e })
	}},
	"the token is in the error": {"send", func(s *channeltest.Platform) {
		bend(s, func(a channel.Answer, e *channel.SendError) (channel.Answer, error) {
			e.Err = errors.New("with " + tester.Token)
			return a, e
		})
	}},
	"an unknown code has no cause": {"causes", func(s *channeltest.Platform) {
		x := s.Explainer
		s.Explainer = explain{x, func(code, sub int) clearline.Cause {
			return clearline.Cause(strings.TrimPrefix(string(x.Cause(code, sub)), "other"))
		}}
	}},
	"a known code is called other": {"causes", func(s *channeltest.Platform) {
		x := s.Explainer
		s.Explainer = explain{x, func(code, sub int) clearline.Cause {
			if code == 131026 {
				return clearline.CauseOther
			}
			return x.Cause(code, sub)
		}}
	}},
	"a limit without a date": {"figures", func(s *channeltest.Platform) { s.Figures[0].Read = "recently" }},
}

// planted puts the bug of the environment into the suite's platform; without one it changes nothing.
func planted(s channeltest.Platform) channeltest.Platform {
	if name := os.Getenv(plantedEnv); name != "" {
		bugs[name].plant(&s)
	}
	return s
}

// The suite of all platforms notices each planted bug, in the part that is about it.
func TestSuiteFindsPlantedBugs(t *testing.T) {
	t.Parallel()
	if os.Getenv(plantedEnv) != "" {
		t.Fatal("a run with a planted bug must not plant others")
	}
	for name, b := range bugs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPlatform$/^"+b.part+"$")
			cmd.Env = append(os.Environ(), plantedEnv+"="+name)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || !strings.Contains(string(out), "--- FAIL: TestPlatform/"+b.part) {
				t.Errorf("not noticed: %v\n%s", err, out)
			}
		})
	}
}
