package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// apiClient speaks JSON with the product or the twin.
type apiClient struct {
	base string // without a slash at the end
	key  string // bearer; empty for the twin
	http *http.Client
}

func newAPIClient(base, key string) *apiClient {
	transport := &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256, DisableCompression: true, IdleConnTimeout: time.Minute}
	return &apiClient{base: base, key: key, http: &http.Client{Transport: transport, Timeout: answerTimeout}}
}

// statusError is an answer other than 2xx.
type statusError struct {
	status int
	method string
	path   string
	body   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%s %s: status %d: %s", e.method, e.path, e.status, e.body)
}

// statusOf gives the HTTP status of an error, 0 when no answer came.
func statusOf(err error) int {
	if refused, ok := errors.AsType[*statusError](err); ok {
		return refused.status
	}
	return 0
}

// do sends in as JSON (nil: no body) and decodes the answer into out (nil: ignored).
func (c *apiClient) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return &statusError{answer.StatusCode, method, path, string(text[:min(len(text), 500)])}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// The product's shapes, as far as the bench reads them.
type (
	wireConversation struct {
		ID      string `json:"id"`
		Address string `json:"address"` // for people to read: a phone number with a plus
	}
	wireMessage struct {
		ID         string  `json:"id"`
		ClientID   *string `json:"client_id"`
		Direction  string  `json:"direction"`
		Text       string  `json:"text"`
		PlatformID *string `json:"platform_id"`
		Status     string  `json:"status"`
		Cause      *string `json:"cause"`
	}
	wirePage[T any] struct {
		Items []T     `json:"items"`
		Next  *string `json:"next"`
	}
	wireLedger struct {
		Received  int64 `json:"received"`
		Stored    int64 `json:"stored"`
		Duplicate int64 `json:"duplicate"`
		Parked    int64 `json:"parked"`
		Pending   int64 `json:"pending"`
	}
	wireChanges struct {
		Changes []struct {
			N    int64  `json:"n"`
			Kind string `json:"kind"`
			ID   string `json:"id"`
		} `json:"changes"`
		Next int64 `json:"next"`
	}
)

// waID is the conversation's address as the platform writes it.
func (c wireConversation) waID() string { return strings.TrimPrefix(c.Address, "+") }

func (c *apiClient) ledger(ctx context.Context) (l wireLedger, err error) {
	err = c.do(ctx, "GET", "/api/v1/ledger", nil, &l)
	return l, err
}

// send composes a text, once per client id however often it is repeated.
func (c *apiClient) send(ctx context.Context, conversationID, clientID, text string) (m wireMessage, err error) {
	in := map[string]string{"client_id": clientID, "text": text}
	err = c.do(ctx, "POST", "/api/v1/conversations/"+url.PathEscape(conversationID)+"/messages", in, &m)
	return m, err
}

// pageSize is asked for in every list.
const pageSize = 100

// eachPage walks a list to its end.
func eachPage[T any](ctx context.Context, c *apiClient, path string, visit func([]T) error) error {
	after := ""
	for {
		query := url.Values{"limit": {strconv.Itoa(pageSize)}}
		if after != "" {
			query.Set("after", after)
		}
		var page wirePage[T]
		if err := c.do(ctx, "GET", path+"?"+query.Encode(), nil, &page); err != nil {
			return err
		}
		if err := visit(page.Items); err != nil {
			return err
		}
		if page.Next == nil || *page.Next == "" {
			return nil
		}
		if *page.Next == after {
			return fmt.Errorf("GET %s: the cursor %q points to itself", path, after)
		}
		after = *page.Next
	}
}

// waitUntil asks again, every 50 ms, until done says so; what is cited when time runs out.
func waitUntil(ctx context.Context, limit time.Duration, what string, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("after %s still waiting for %s", limit, what))
	defer cancel()
	var last error
	for {
		ok, err := done(ctx)
		if err == nil && ok {
			return nil
		}
		if statusOf(err)/100 == 4 {
			return err // waiting does not mend the question
		}
		if err != nil {
			last = err
		}
		if ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), last)
		}
		pause(ctx, 50*time.Millisecond)
	}
}
