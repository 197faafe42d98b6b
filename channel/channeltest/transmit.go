package channeltest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// sending makes a sender against a platform that answers with h.
func sending(t *testing.T, p Platform, h http.HandlerFunc) (channel.Sender, *httptest.Server) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return p.Sender(s.URL, p.Client(t, s.URL)), s
}

// SendError is err as a *channel.SendError; the test fails when it is none or lacks a cause or a fate.
func SendError(t testing.TB, err error) *channel.SendError {
	t.Helper()
	var e *channel.SendError
	if !errors.As(err, &e) {
		t.Fatalf("not a *channel.SendError: %v", err)
	}
	if e.Cause == "" || e.Fate == "" {
		t.Fatalf("no cause or no fate: %+v", e)
	}
	return e
}

func answer(status int, header http.Header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the connection can be kept
		w.Header().Set("Content-Type", "application/json")
		for key, values := range header {
			w.Header()[key] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// send proves I24 and I25: what was accepted is accepted, what never left may go again, and what may have been
// taken is unknown.
func send(t *testing.T, p Platform) {
	t.Run("accepted", func(t *testing.T) {
		t.Parallel()
		s, _ := sending(t, p, answer(200, nil, p.Accepted))
		got, err := s.Send(t.Context(), p.Account, p.Outgoing)
		if err != nil || got.PlatformID != p.AcceptedID || got.HTTP != 200 {
			t.Errorf("%+v, %v", got, err)
		}
	})
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"empty 200": {200, ""}, "empty object": {200, "{}"}, "page 200": {200, "<html>ok</html>"}, "half 200": {200, p.Accepted[:len(p.Accepted)/2]},
		"empty 500": {500, ""}, "page 502": {502, "<html>Bad gateway</html>"}, "page 503": {503, "Service Unavailable"},
		"page 504": {504, "<html>Gateway timeout</html>"}, "list": {500, "[]"}, "redirect": {302, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := sending(t, p, answer(c.status, nil, c.body))
			_, err := s.Send(t.Context(), p.Account, p.Outgoing)
			if e := SendError(t, err); e.Fate != clearline.Unknown || e.HTTP != c.status {
				t.Errorf("%+v, want unknown", e)
			}
		})
	}
	t.Run("no answer in time", func(t *testing.T) { t.Parallel(); sendGivenUp(t, p) })
	t.Run("broken off", func(t *testing.T) { t.Parallel(); sendBroken(t, p) })
	t.Run("nobody there", func(t *testing.T) { t.Parallel(); sendNowhere(t, p) })
	refusals(t, p)
}

// sendGivenUp gives up while the platform has the request in hand.
func sendGivenUp(t *testing.T, p Platform) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	s, _ := sending(t, p, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the request is whole now
		cancel()
		<-release
	})
	defer close(release)
	_, err := s.Send(ctx, p.Account, p.Outgoing)
	if e := SendError(t, err); e.Fate != clearline.Unknown {
		t.Errorf("%+v, want unknown", e)
	}
}

// sendBroken loses the connection after the request was read.
func sendBroken(t *testing.T, p Platform) {
	s, _ := sending(t, p, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close() // breaking it is the point
	})
	_, err := s.Send(t.Context(), p.Account, p.Outgoing)
	if e := SendError(t, err); e.Fate != clearline.Unknown {
		t.Errorf("%+v, want unknown", e)
	}
}

// sendNowhere finds nobody listening.
func sendNowhere(t *testing.T, p Platform) {
	const base = "http://127.0.0.1:1"
	_, err := p.Sender(base, p.Client(t, base)).Send(t.Context(), p.Account, p.Outgoing)
	if e := SendError(t, err); e.Fate != clearline.Again {
		t.Errorf("%+v, want again", e)
	}
}

func refusals(t *testing.T, p Platform) {
	seen := map[clearline.Fate]bool{clearline.Again: true}
	for _, c := range p.Refusals {
		seen[c.Fate] = true
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			s, _ := sending(t, p, answer(c.Status, c.Header, c.Body))
			_, err := s.Send(t.Context(), p.Account, p.Outgoing)
			e := SendError(t, err)
			if e.Fate != c.Fate || e.Cause != c.Cause || e.HTTP != c.Status {
				t.Errorf("%s %s (HTTP %d), want %s %s", e.Fate, e.Cause, e.HTTP, c.Fate, c.Cause)
			}
			switch {
			case c.Code == 0:
			case e.Original == nil || e.Original.Code != c.Code:
				t.Errorf("the platform's own words are lost: %+v", e.Original)
			}
			if secretIn(e.Error(), p.Account) {
				t.Errorf("the error holds a secret: %v", e)
			}
		})
	}
	for _, f := range []clearline.Fate{clearline.Stop, clearline.Hold, clearline.Unknown, clearline.Slow} {
		if !seen[f] {
			t.Errorf("no refusal with fate %s", f)
		}
	}
}

func secretIn(s string, a channel.Account) bool {
	return (a.Token != "" && strings.Contains(s, a.Token)) || (a.AppSecret != "" && strings.Contains(s, a.AppSecret))
}

// check proves that content is judged before anything leaves.
func check(t *testing.T, p Platform) {
	s, _ := sending(t, p, func(http.ResponseWriter, *http.Request) { t.Error("a call was made") })
	if problem := s.Check(p.Outgoing); problem != nil {
		t.Fatalf("a good message is refused: %v", problem)
	}
	limits := s.Limits()
	longest := p.Outgoing
	longest.Kind, longest.Template = clearline.KindText, nil
	if longest.Text = strings.Repeat("🙂", limits.TextMax); s.Check(longest) != nil {
		t.Errorf("%d characters are refused", limits.TextMax)
	}
	for name, bad := range map[string]channel.Outgoing{
		"too long": {To: p.Outgoing.To, Kind: clearline.KindText, Text: strings.Repeat("é", limits.TextMax+1)},
		"empty":    {To: p.Outgoing.To, Kind: clearline.KindText},
		"blank":    {To: p.Outgoing.To, Kind: clearline.KindText, Text: " \n\t"},
		"nobody":   {Kind: clearline.KindText, Text: "hi"},
		"kindless": {To: p.Outgoing.To, Text: "hi"},
	} {
		problem := s.Check(bad)
		if problem == nil || len(problem.Fields) == 0 || problem.Fields[0].Reason == "" || problem.Detail == "" {
			t.Errorf("%s: %v, want a problem that names the field", name, problem)
		}
		_, err := s.Send(t.Context(), p.Account, bad)
		if e := SendError(t, err); e.Fate != clearline.Stop {
			t.Errorf("%s: sent all the same: %v", name, e)
		}
	}
	if limits.Deadline <= 0 || limits.TextMax <= 0 {
		t.Errorf("limits without a deadline or a text's length: %+v", limits)
	}
}

var causeForm = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)?$`)

// causes proves that every known number has a cause in the form of the vocabulary, the same by both ways of asking,
// and an unknown one "other".
func causes(t *testing.T, p Platform) {
	all := p.Explainer.Faults()
	if len(all) == 0 {
		t.Error("no codes")
	}
	for _, want := range all {
		f, known := p.Explainer.Fault(want.Code, want.Subcode)
		if !known || f.Name != want.Name {
			t.Errorf("%d/%d is found as %+v", want.Code, want.Subcode, f)
		}
		if cause := p.Explainer.Cause(want.Code, want.Subcode); cause != f.Cause {
			t.Errorf("%d/%d: cause %q, in the list %q", want.Code, want.Subcode, cause, f.Cause)
		}
		for _, cause := range append(f.Also, f.Cause) {
			if !causeForm.MatchString(string(cause)) || cause == clearline.CauseOther {
				t.Errorf("%d/%d: cause %q", want.Code, want.Subcode, cause)
			}
		}
	}
	if f, known := p.Explainer.Fault(987654, 321); known {
		t.Errorf("an unknown number is %+v", f)
	}
	if cause := p.Explainer.Cause(987654, 321); cause != clearline.CauseOther {
		t.Errorf("an unknown number is %q", cause)
	}
}

var monthForm = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`)

// figures proves that each fixed limit says where and when it was read.
func figures(t *testing.T, p Platform) {
	if p.Sender != nil && len(p.Figures) == 0 {
		t.Error("limits without sources")
	}
	for _, f := range p.Figures {
		u, err := url.Parse(f.Source)
		if f.Name == "" || err != nil || u.Scheme != "https" || !monthForm.MatchString(f.Read) {
			t.Errorf("%+v: wants a name, an https source and a month", f)
		}
	}
}
