package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// The probes go to the operator's own address alone, on paths that are fixed here. They follow no redirect, and of an
// answer people learn only its status, its length and what kind of thing it is: so they are of no use to whoever would
// like to look around in a network through this server.

const (
	// answerMost is how much of an answer is read, to see whether it is ours.
	answerMost = 4 << 10
	// slowAnswer is how long an answer may take before it is spoken of. Meta wants answers within seconds.
	slowAnswer = 2 * time.Second
)

// answer is what came back from our own address.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// ask makes one call of a probe. The address was resolved before, and only that one is called.
func (e *entrance) ask(ctx context.Context, method, path string, query url.Values, header http.Header, body []byte) (a answer, err error) {
	u, _ := e.target()
	to := url.URL{Scheme: u.Scheme, Host: u.Host, Path: path, RawQuery: query.Encode()}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("User-Agent", "clearline-self-test")
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: e.d.o.Roots, Time: e.d.o.Clock.Now},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return e.dial(ctx) }}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	begun := e.d.o.Clock.Now()
	resp, err := client.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.status, a.header = resp.StatusCode, resp.Header
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, answerMost))
	a.took = e.d.o.Clock.Now().Sub(begun)
	return a, err
}

// path is where the platform calls the app.
func (e *entrance) path() string {
	return "/webhooks/" + string(e.app.Platform) + "/" + e.app.ID.String()
}

// ownRefusal tells whether an answer is a refusal of this program, and with which cause.
func (a answer) ownRefusal() (cause clearline.Cause, ok bool) {
	var p struct {
		Cause     clearline.Cause `json:"cause"`
		RequestID *string         `json:"request_id"`
	}
	if !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(a.body, &p) != nil || p.RequestID == nil {
		return "", false
	}
	return p.Cause, true
}

// handshake asks as the platform does when it checks the address. Without an app it asks whether anybody is there.
func (e *entrance) handshake(ctx context.Context) channel.Outcome {
	if u, _ := e.target(); u == nil {
		return untried()
	}
	if e.app == nil || e.leaf == nil {
		a, err := e.ask(ctx, http.MethodGet, "/healthz", nil, nil, nil)
		if err == nil && a.status == http.StatusOK && strings.TrimSpace(string(a.body)) == "alive" {
			return answered(a)
		}
		return e.odd(a, err)
	}
	challenge := channel.NewSelfTest(e.app.Secret, e.d.o.Clock.Now())
	a, err := e.ask(ctx, http.MethodGet, e.path(), e.leaf.Ask(e.app.VerifyToken, challenge), nil, nil)
	if err == nil && a.status == http.StatusOK && string(a.body) == challenge {
		return answered(a)
	}
	return e.odd(a, err)
}

func answered(a answer) channel.Outcome {
	out := channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("200 in %d ms", a.took.Milliseconds())}
	if a.took > slowAnswer {
		out.Result, out.Cause, out.Expected = clearline.Warn, clearline.CauseHookThrottled, "an answer within 2 s: platforms call slow servers less often"
	}
	return out
}

// odd says what came instead of the answer that was to come.
func (e *entrance) odd(a answer, err error) channel.Outcome {
	out := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookVerify, Expected: "status 200 with the word that was sent"}
	var timeout net.Error
	var verify *tls.CertificateVerificationError
	switch {
	case errors.As(err, &verify):
		out.Cause, out.Found, out.Expected = clearline.CauseCertificate, "the certificate is not accepted", "a certificate that platforms accept"
		return out
	case err != nil && (ctxOver(err) || errors.As(err, &timeout) && timeout.Timeout()):
		return e.unreachable("the address takes the call and does not answer")
	case err != nil:
		return e.unreachable("the connection ended before an answer came")
	}
	if cause, own := a.ownRefusal(); own {
		switch cause {
		case clearline.CauseForbidden:
			out.Found = "a Clearline answers there that does not know this app: another installation, or an old one"
			out.Cause = clearline.CauseHookElsewhere
		case clearline.CauseHookSignature:
			out.Cause, out.Found, out.Expected = clearline.CauseHookSignature, "the signature did not survive the way: something in between changes the body", "the body as it was sent"
		case clearline.CauseDisk, clearline.CauseBusy:
			out.Cause, out.Found, out.Expected = cause, fmt.Sprintf("this server refuses calls with %d", a.status), "room to store what comes in"
		default:
			out.Found = fmt.Sprintf("this server refuses the call with %d", a.status)
		}
		return out
	}
	size := fmt.Sprintf("%d (%d bytes)", a.status, len(a.body))
	switch {
	case a.status >= 300 && a.status < 400:
		out.Found = fmt.Sprintf("a redirect, %s: platforms follow none", size)
	case a.status == http.StatusForbidden:
		out.Found = fmt.Sprintf("%s, and not from this program: a firewall or a proxy answers in its place", size)
	case a.status == http.StatusUnauthorized:
		out.Found = fmt.Sprintf("%s, and not from this program: a proxy wants a password", size)
	case a.status == http.StatusNotFound:
		out.Found = fmt.Sprintf("%s, and not from this program: the proxy does not hand /webhooks/ on", size)
	case a.status == http.StatusRequestEntityTooLarge:
		out.Found = fmt.Sprintf("%s, and not from this program: a proxy refuses bodies of this size", size)
	case a.status >= 500:
		out.Cause, out.Found = clearline.CauseHookUnreachable, fmt.Sprintf("%s, and not from this program: a proxy that does not find it", size)
	default:
		out.Found = fmt.Sprintf("%s, which is not our answer: another program answers at this address", size)
	}
	return out
}

func ctxOver(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// loopback sends a signed call to ourselves, sees that it was stored, and that one with a wrong signature is refused.
func (e *entrance) loopback(ctx context.Context) channel.Outcome {
	if u, _ := e.target(); u == nil {
		return untried()
	}
	if e.app == nil || e.leaf == nil {
		return channel.Outcome{Result: clearline.NotChecked, Found: "No app is set up yet that could sign a call."}
	}
	steps, out := e.through(ctx)
	if out.Result != clearline.Pass {
		return out
	}
	out.Found = fmt.Sprintf("stored after %d ms; one with a wrong signature was refused", steps[0].took.Milliseconds())
	return out
}

// hop is one step of a signed call through the public address.
type hop struct {
	name string
	took time.Duration
	ok   bool
}

// through makes both calls: deliver, stored, refused.
func (e *entrance) through(ctx context.Context) (hops []hop, out channel.Outcome) {
	begun := e.d.o.Clock.Now()
	mark := channel.NewSelfTest(e.app.Secret, begun)
	body := channel.SelfTestBody(mark)
	a, err := e.ask(ctx, http.MethodPost, e.path(), nil, e.leaf.Sign(e.app.Secret, body), body)
	hops = append(hops, hop{"deliver", a.took, err == nil && a.status == http.StatusOK})
	if !hops[0].ok {
		out = e.odd(a, err)
		if out.Expected == "status 200 with the word that was sent" {
			out.Expected = "status 200"
		}
		return hops, out
	}
	stored, err := e.d.o.Store.TestDelivery(ctx, e.app.CompanyID, mark, begun.Add(-time.Minute))
	hops = append(hops, hop{"stored", e.d.o.Clock.Now().Sub(begun) - a.took, err == nil && stored})
	switch {
	case err != nil:
		return hops, channel.Outcome{Result: clearline.CouldNotTell, Found: "the database could not be asked for the call"}
	case !stored:
		return hops, channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookVerify, Found: "200, and yet the call did not come in here: another program answers calls at this address",
			Expected: "the call in this server's list of deliveries"}
	}
	forged, err := e.ask(ctx, http.MethodPost, e.path(), nil, e.leaf.Sign(e.app.Secret+"x", body), body)
	hops = append(hops, hop{"refuse_forged", forged.took, err == nil && forged.status == http.StatusUnauthorized})
	if !hops[2].ok {
		return hops, channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseHookVerify, Expected: "401",
			Found: fmt.Sprintf("a call with a wrong signature got %d instead of 401: something in between answers for this server", forged.status)}
	}
	return hops, channel.Outcome{Result: clearline.Pass}
}
