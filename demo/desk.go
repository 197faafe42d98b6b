package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// desk is a browser of one of the company's people, without the screen: it signs in by the link and speaks the
// product's own API.
type desk struct {
	url    string
	cookie []*http.Cookie
	client *http.Client
}

// sit opens the sign-in link as a browser would.
func sit(ctx context.Context, url, link string) (*desk, error) {
	d := &desk{url: url, client: &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	res, err := d.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if d.cookie = res.Cookies(); len(d.cookie) == 0 {
		return nil, fmt.Errorf("the sign-in link was answered with %d and no session", res.StatusCode)
	}
	return d, nil
}

// leave signs out, so that nobody finds a session of a browser that never was.
func (d *desk) leave(ctx context.Context) error {
	return d.call(ctx, http.MethodDelete, "session", nil, nil)
}

// call asks the API and decodes the answer into out, unless that is nil.
func (d *desk) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	return d.ask(ctx, method, path, "application/json", body, out)
}

// upload posts bytes as they are.
func (d *desk) upload(ctx context.Context, path, mime string, content []byte, out any) error {
	return d.ask(ctx, http.MethodPost, path, mime, bytes.NewReader(content), out)
}

func (d *desk) ask(ctx context.Context, method, path, mime string, body io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, d.url+"/api/v1/"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", mime)
	req.Header.Set("X-Clearline", "1")
	for _, c := range d.cookie {
		req.AddCookie(c)
	}
	res, err := d.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s was answered with %d: %.300s", method, path, res.StatusCode, b)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}
