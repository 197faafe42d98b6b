package channeltest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// oddAnswers are what no platform should say, and some day one does.
var oddAnswers = []string{"", "null", "true", "0", `""`, "[]", "{}", "[[[[]]]]", `{"data":null}`, `{"data":[]}`, `{"data":{}}`, `{"data":[null,1,"a",[],{}]}`, `{"id":1e999}`,
	`{"error":null}`, `{"error":{}}`, `{"error":{"code":null}}`, `{"error":{"code":"190","error_subcode":"463"}}`, `{"error":"no"}`, "<html>Bad gateway</html>", "{", "\x00\xff",
	`{"data":{"is_valid":"true","scopes":"all","expires_at":-1,"granular_scopes":[{"scope":7,"target_ids":"x"}]}}`, `{"result":{}}`, `{"ok":true}`, `{"health_status":[]}`}

// examine proves what the doctor relies on, whatever the platform answers.
func examine(t *testing.T, p Platform) {
	list := p.Examiner("http://127.0.0.1:1", http.DefaultClient).Checks(p.Subject)
	if len(list) == 0 {
		t.Fatal("there are no checks")
	}
	var ids []string
	for _, c := range list {
		switch {
		case c.ID == "" || slices.Contains(ids, c.ID) || c.Run == nil:
			t.Errorf("%q is no check, or comes twice", c.ID)
		case c.Title == "" || utf8.RuneCountInString(c.Title) > 60 || strings.HasSuffix(c.Title, "."):
			t.Errorf("%s: the title %q wants 1 to 60 characters without a full stop", c.ID, c.Title)
		}
		for _, need := range c.Needs {
			if !slices.Contains(ids, need) {
				t.Errorf("%s needs %s, which does not stand before it", c.ID, need)
			}
		}
		ids = append(ids, c.ID)
	}
	answers := slices.Clone(oddAnswers)
	for _, body := range p.Nodes {
		answers = append(answers, body, strings.ReplaceAll(body, `"`, ""), strings.ReplaceAll(body, "{", "["), body[:len(body)/2])
	}
	for _, answer := range answers {
		for _, status := range []int{200, 400, 401, 503} {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte(answer)) // a client that left is no fault here
			}))
			for id, o := range examineAll(t.Context(), p.Examiner(s.URL, p.Client(t, s.URL)), p.Subject) {
				Sound(t, id, o, p.Subject)
				if status == 503 && !strings.Contains(answer, `"code"`) && (o.Result == clearline.Fail || o.Cause.Reauthorizes()) {
					t.Errorf("%s: a platform in trouble is taken for %s", id, o.Cause)
				}
			}
			s.Close()
		}
	}
	hangs(t, p)
}

// hangs proves that a check ends with its context when the platform does not answer, and that it proves nothing then.
func hangs(t *testing.T, p Platform) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	done := make(chan map[string]channel.Outcome, 1)
	go func() { done <- examineAll(ctx, p.Examiner(s.URL, p.Client(t, s.URL)), p.Subject) }()
	select {
	case all := <-done:
		for id, o := range all {
			Sound(t, id, o, p.Subject)
			if o.Result == clearline.Fail || o.Cause.Reauthorizes() {
				t.Errorf("%s: silence is taken for %s", id, o.Cause)
			}
		}
	case <-time.After(time.Minute):
		t.Error("a check outlives its context")
	}
}

// examineAll runs all checks of one list at once, whatever they need.
func examineAll(ctx context.Context, e channel.Examiner, s channel.Subject) map[string]channel.Outcome {
	all := map[string]channel.Outcome{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, c := range e.Checks(s) {
		wg.Go(func() {
			o := c.Run(ctx)
			mu.Lock()
			defer mu.Unlock()
			all[c.ID] = o
		})
	}
	wg.Wait()
	return all
}

// Sound tells whether an outcome keeps its contract: a cause where one is due, words for people, bounded, and nothing
// secret in any of it (I41).
func Sound(t testing.TB, id string, o channel.Outcome, s channel.Subject) {
	t.Helper()
	switch o.Result {
	case clearline.Pass, clearline.NotChecked:
		if o.Cause != "" {
			t.Errorf("%s passes with the cause %s", id, o.Cause)
		}
	case clearline.Warn, clearline.Fail:
		if o.Cause == "" || o.Expected == "" && o.Result == clearline.Warn {
			t.Errorf("%s: %s without a cause, or without what is expected: %+v", id, o.Result, o)
		}
	case clearline.CouldNotTell:
	default:
		t.Errorf("%s came to %q", id, o.Result)
	}
	if o.Found == "" {
		t.Errorf("%s says nothing: %+v", id, o)
	}
	if len(o.Raw) > 4<<10 {
		t.Errorf("%s keeps %d bytes", id, len(o.Raw))
	}
	texts := []string{o.Found, o.Expected, o.Raw}
	for key, value := range o.Fill {
		texts = append(texts, key, value)
	}
	for key, value := range o.Readings {
		texts = append(texts, key, value)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || secretIn(text, s.Account) || s.VerifyToken != "" && strings.Contains(text, s.VerifyToken) {
			t.Errorf("%s holds a secret or broken text: %q", id, text)
		}
	}
}
