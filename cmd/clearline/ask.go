package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/clearline/clearline"
)

// answerMost bounds what a server's answer may take of memory.
const answerMost = 16 << 20

// refusal is an answer of a server other than 200, in its own words where it has some.
type refusal struct {
	server        string
	status        int
	cause         clearline.Cause
	title, detail string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%s answered %d. %s %s", r.server, r.status, r.title, r.detail)
}

// ask asks a running server by its API; path follows /api/v1/. An answer other than 200 is a *refusal.
func ask(ctx context.Context, server, key, method, path string, within time.Duration) (body []byte, err error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("--url: %q is no address such as https://inbox.example.org", server)
	}
	r, err := http.NewRequestWithContext(ctx, method, base.JoinPath("api/v1/"+path).String(), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	answer, err := (&http.Client{Timeout: within}).Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", server, err)
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(answer.Body, answerMost)); err != nil {
		return nil, fmt.Errorf("%s broke its answer off: %w", server, err)
	}
	if answer.StatusCode == http.StatusOK {
		return body, nil
	}
	var problem struct {
		Cause         clearline.Cause
		Title, Detail string
	}
	_ = json.Unmarshal(body, &problem) // what is no problem of ours is told by its number
	return nil, &refusal{server, answer.StatusCode, problem.Cause, problem.Title, problem.Detail}
}
