package whatsapp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
	"github.com/clearline/clearline/egress"
)

// causeMediaTooBig is a file that is larger than wanted.
const causeMediaTooBig clearline.Cause = "media.too_large"

// mediaAddress is where a file lies for five minutes. Source: Meta, WhatsApp,
// business-phone-numbers/media; read Dec 2025.
type mediaAddress struct {
	URL  string `json:"url"`
	MIME string `json:"mime_type"`
}

// Fetch asks for a file's address and then for the file; see channel.Fetcher. The error is a *channel.SendError:
// Again may be tried until the id expires after seven days, Stop is for good. The HTTP client bounds a file
// too: give it a MaxBody of the largest file wanted.
func (p *Platform) Fetch(ctx context.Context, a channel.Account, platformID string, limit int64, w io.Writer) (channel.Fetched, error) {
	var at mediaAddress
	call := meta.Request{
		Method: http.MethodGet, Path: url.PathEscape(platformID), Query: url.Values{"phone_number_id": {a.ID}}, Token: a.Token,
	}
	if _, err := p.graph.Call(ctx, call, &at); err != nil {
		e := sendError(err)
		if e.Fate != clearline.Stop {
			e.Fate = clearline.Again // reading twice does no harm
		}
		if e.Original != nil && (e.Cause == clearline.CauseAuthAsset || e.Cause == clearline.CauseBadParam) {
			// The id is unknown to the platform: it has run out, the token itself was accepted.
			e.Cause = clearline.CauseMediaExpired
		}
		return channel.Fetched{}, e
	}
	if !p.fileHost(at.URL) {
		return channel.Fetched{}, again(clearline.CauseOther, 0, errors.New("the file's address is not one of the platform's hosts"))
	}
	return p.download(ctx, a.Token, at, limit, w)
}

func again(cause clearline.Cause, status int, err error) *channel.SendError {
	return &channel.SendError{Cause: cause, Fate: clearline.Again, HTTP: status, Err: err}
}

// download reads a file of the platform's; the token is "" where none is wanted.
func (p *Platform) download(ctx context.Context, token string, at mediaAddress, limit int64, w io.Writer) (channel.Fetched, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.URL, nil)
	if err != nil {
		return channel.Fetched{}, again(clearline.CauseOther, 0, errors.New("the file's address is not valid"))
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	// Without a usual agent the host answers some fetchers with a page instead of the file (field).
	req.Header.Set("User-Agent", "Mozilla/5.0 (compatible; Clearline)")
	resp, err := p.graph.HTTP.Do(req)
	if err != nil {
		return channel.Fetched{}, again(clearline.CauseNetwork, 0, errors.New("the file's host did not answer"))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		// 404, also as a page, is an address that ran out: the next try asks for a new one.
		return channel.Fetched{}, again(clearline.CauseOther, resp.StatusCode, errors.New("the file's host refused"))
	}
	out := &sink{w: w}
	n, err := io.Copy(out, io.LimitReader(resp.Body, limit+1))
	switch {
	case out.err != nil:
		return channel.Fetched{}, again(clearline.CauseDisk, resp.StatusCode, out.err)
	case errors.Is(err, egress.ErrTooLarge) || n > limit:
		return channel.Fetched{}, &channel.SendError{Cause: causeMediaTooBig, Fate: clearline.Stop, HTTP: resp.StatusCode, Err: egress.ErrTooLarge}
	case err != nil:
		return channel.Fetched{}, again(clearline.CauseNetwork, resp.StatusCode, errors.New("the file broke off"))
	}
	return channel.Fetched{MIME: at.MIME, Bytes: n}, nil
}

// sink tells a failed write from a failed read.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.err = err
	return n, err
}

// fileHosts are where Meta keeps files. The token goes nowhere else (I43).
var fileHosts = [...]string{".fbsbx.com", ".fbcdn.net", ".whatsapp.net", ".facebook.com"}

// fileHost tells whether an address may get the token: one of Meta's hosts over TLS, or the Graph API's own
// host and port, which is the operator's setting.
func (p *Platform) fileHost(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	base, err := url.Parse(p.graph.Base)
	if err == nil && u.Scheme == base.Scheme && u.Host == base.Host {
		return true
	}
	if u.Scheme != "https" || (u.Port() != "" && u.Port() != "443") {
		return false
	}
	for _, suffix := range fileHosts {
		if strings.HasSuffix("."+strings.ToLower(u.Hostname()), suffix) {
			return true
		}
	}
	return false
}
