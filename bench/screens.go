package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// screen is an agent's browser as far as the stream is concerned: signed in by a link, it reads every change as it comes.
type screen struct {
	url    string
	cookie string
	// seen are the changes in the order in which they came.
	seen []sighting
	// newest is the number of the change read last.
	newest atomic.Int64
	ended  chan error
	cancel context.CancelFunc
}

// sighting is when a change was read from the stream.
type sighting struct {
	n  int64
	at time.Time
}

// signIn follows a sign-in link as a browser does and gives the session's cookie.
func signIn(ctx context.Context, link string) (cookie string, err error) {
	request, err := http.NewRequestWithContext(ctx, "GET", link, nil)
	if err != nil {
		return "", err
	}
	client := &http.Client{Timeout: answerTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	answer.Body.Close()
	for _, c := range answer.Cookies() {
		if c.Value != "" {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("the sign-in link answered %s without a session", answer.Status)
}

// openScreen opens the stream and returns once the server has said hello.
func openScreen(ctx context.Context, url, cookie string) (*screen, error) {
	ctx, cancel := context.WithCancel(ctx)
	s := &screen{url: url, cookie: cookie, ended: make(chan error, 1), cancel: cancel}
	request, err := http.NewRequestWithContext(ctx, "GET", url+"/api/v1/stream", nil)
	if err != nil {
		cancel()
		return nil, err
	}
	request.Header.Set("Cookie", cookie)
	request.Header.Set("Accept", "text/event-stream")
	// A browser has connections of its own.
	answer, err := (&http.Client{Transport: &http.Transport{DisableCompression: true}}).Do(request)
	if err != nil {
		cancel()
		return nil, err
	}
	lines := bufio.NewReaderSize(answer.Body, 16<<10)
	if answer.StatusCode != http.StatusOK {
		text, _ := lines.ReadString('\n')
		answer.Body.Close()
		cancel()
		return nil, &statusError{answer.StatusCode, "GET", "/api/v1/stream", text}
	}
	hello := make(chan struct{})
	go func() {
		defer answer.Body.Close()
		s.ended <- s.read(lines, hello)
	}()
	select {
	case <-hello:
		return s, nil
	case err := <-s.ended:
		cancel()
		return nil, fmt.Errorf("the stream ended before it began: %w", err)
	case <-time.After(answerTimeout):
		cancel()
		return nil, fmt.Errorf("the stream said nothing for %s", answerTimeout)
	}
}

// read notes every change until the stream ends. An event's time is when its number was read: its data follow in the same write.
func (s *screen) read(lines *bufio.Reader, hello chan struct{}) error {
	var event string
	var n int64
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case len(line) == 0:
			switch event {
			case "hello":
				close(hello)
			case "change":
				s.seen = append(s.seen, sighting{n, time.Now()})
				s.newest.Store(n)
			case "too_old":
				return fmt.Errorf("the stream says that change %d is too old", s.newest.Load())
			}
			event = ""
		case bytes.Equal(name, []byte("event")):
			event = string(value)
		case bytes.Equal(name, []byte("id")):
			if n, err = strconv.ParseInt(string(value), 10, 64); err != nil {
				return fmt.Errorf("the stream's id %q: %w", value, err)
			}
		}
	}
}

// close ends the stream and waits for its reader; an end before that is an error.
func (s *screen) close() error {
	select {
	case err := <-s.ended:
		s.cancel()
		return fmt.Errorf("a stream ended by itself after change %d: %w", s.newest.Load(), err)
	default:
	}
	s.cancel()
	<-s.ended
	return nil
}
