package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
)

// event is one event of the stream.
type event struct{ id, name, data string }

// stream is an open stream of changes.
type stream struct {
	events chan event // closed when the stream ends
	close  context.CancelFunc
}

// open opens a stream; header may hold Last-Event-ID.
func (c *company) open(t *testing.T, query string, header map[string]string, cookie *http.Cookie) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/api/v1/stream"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cookie != nil {
		req.AddCookie(cookie)
	} else {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := (&http.Client{Transport: client.Transport}).Do(req) // without a time limit
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		raw, _ := io.ReadAll(res.Body)
		t.Fatalf("the stream: HTTP %d %s %s", res.StatusCode, res.Header.Get("Content-Type"), raw)
	}
	t.Cleanup(cancel)
	return &stream{events: readEvents(res.Body), close: cancel}
}

// readEvents gives the events of an answer until it ends.
func readEvents(body io.ReadCloser) chan event {
	events := make(chan event, 4096)
	go func() {
		defer close(events)
		defer body.Close()
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, 1<<20)
		var e event
		for lines.Scan() {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					events <- e
				}
				e = event{}
			}
		}
	}()
	return events
}

// next is the next event; ok is false when the stream has ended.
func (s *stream) next(t testing.TB) (e event, ok bool) {
	t.Helper()
	select {
	case e, ok = <-s.events:
		return e, ok
	case <-time.After(patience()):
		t.Fatal("waited in vain for an event")
	}
	return e, ok
}

// numbers reads changes until one with the number last, and gives all numbers.
func (s *stream) numbers(t testing.TB, last int64) (all []int64) {
	t.Helper()
	for {
		e, ok := s.next(t)
		if !ok {
			t.Errorf("the stream ended at %v", all)
			return all
		}
		if e.name != "change" {
			continue
		}
		var c change
		if err := json.Unmarshal([]byte(e.data), &c); err != nil || strconv.FormatInt(c.N, 10) != e.id || c.Kind == "" || c.ID == "" {
			t.Errorf("event %+v: %v", e, err)
		}
		if all = append(all, c.N); c.N >= last {
			return all
		}
	}
}

func inRow(from, to int64) (all []int64) {
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

// C1, I35: under load every reader gets every change once and in order: the one that stays, the one that comes back with the
// id it saw last, the one that asks since n, and the one that starts late.
func TestStreamHasNoGaps(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		start := w.number()
		stays := w.open(t, fmt.Sprint("?since=", start), nil, nil)
		const writers, each = 4, 25
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for k := range each {
					body := textFrom(w.account, fmt.Sprintf("49150%07d", i), fmt.Sprintf("wamid.s.%d.%d", i, k), fmt.Sprint(w.clock.Now().Unix()), "Hello")
					if got := w.hook(body); got.status != http.StatusOK {
						t.Errorf("HTTP %d", got.status)
					}
				}
			})
		}
		// Comes and goes while they write: each time it goes on from the last id it has seen.
		var seen []int64
		at := start
		for range 5 {
			s := w.open(t, "", map[string]string{"Last-Event-ID": strconv.FormatInt(at, 10)}, nil)
			got := s.numbers(t, at+10)
			s.close()
			seen, at = append(seen, got...), got[len(got)-1]
		}
		wg.Wait()
		end := w.number()
		if end-start < writers*each {
			t.Errorf("%d changes of %d messages", end-start, writers*each)
		}
		want := inRow(start+1, end)
		seen = append(seen, w.open(t, "?since=7", map[string]string{"Last-Event-ID": strconv.FormatInt(at, 10)}, nil).numbers(t, end)...)
		for name, got := range map[string][]int64{"stays": stays.numbers(t, end), "comes back": seen, "late": w.open(t, fmt.Sprint("?since=", start), nil, nil).numbers(t, end), "asks": w.polled(start, end)} {
			if !slices.Equal(got, want) {
				t.Errorf("the reader that %s got %d changes, want %d in a row: %v", name, len(got), len(want), got)
			}
		}
	})
}

// polled are the numbers that a reader gets who asks since n, three at a time.
func (c *company) polled(since, last int64) (all []int64) {
	for {
		var v struct {
			Changes []change
			Next    int64
		}
		c.get(fmt.Sprintf("changes?limit=3&since=%d", since), &v)
		if len(v.Changes) == 0 {
			return all
		}
		for _, ch := range v.Changes {
			if all = append(all, ch.N); ch.N >= last {
				return all // what comes after it, as an examination's, is not looked for
			}
		}
		since = v.Next
	}
}

// A stream without a number starts now and says where that is; what happens then is on it, for its own company only.
func TestStreamStartsNow(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		other := w.second("Borealis")
		foreign := other.open(t, "", nil, nil)
		before := w.number()
		s := w.open(t, "", nil, nil)
		hello, _ := s.next(t)
		n, err := strconv.ParseInt(hello.id, 10, 64)
		if now := w.number(); hello.name != "hello" || err != nil || n < before || n > now || hello.data != fmt.Sprintf(`{"n":%d}`, n) {
			t.Errorf("it begins with %+v, the number went from %d to %d", hello, before, now)
		}
		_, c := w.writes("Ana", "Hello")
		for ; ; n++ {
			e, _ := s.next(t)
			var got change
			if err := json.Unmarshal([]byte(e.data), &got); err != nil || got.N != n+1 {
				t.Fatalf("%+v follows %d: %v", e, n, err)
			}
			if got.Kind == "connection.changed" { // the first examination of the number ends at its own time
				continue
			}
			if got.Kind != "message.created" || got.ID != c.LastMessage.ID || text(got.ConversationID) != c.ID {
				t.Errorf("%+v", e)
			}
			break
		}
		other.hook(textFrom(other.account, "4915100000060", "wamid.other", "1767000000", "Over here")).want(t, http.StatusOK)
		for {
			e, ok := foreign.next(t)
			if strings.Contains(e.data, c.ID) {
				t.Fatalf("the other company hears %+v", e)
			}
			if !ok || e.name == "change" && strings.Contains(e.data, "message.created") {
				break
			}
		}
	})
}

// I35: changes are kept for seven days; who comes later is told to load the lists anew.
func TestChangesTooOld(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Long ago")
		old := w.number()
		w.clock.Advance(8 * 24 * time.Hour)
		until(t, "the old changes are gone", func() bool { return w.request(http.MethodGet, "changes?since=0", nil).status != http.StatusOK })
		w.request(http.MethodGet, "changes?since=0", nil).problem(t, http.StatusGone, "api.too_old")
		request{method: http.MethodGet, url: w.url + "/api/v1/stream?since=0", key: w.key}.send(t).problem(t, http.StatusGone, "api.too_old")
		request{method: http.MethodGet, url: w.url + "/api/v1/stream", key: w.key, header: map[string]string{"Last-Event-ID": "0"}}.send(t).problem(t, http.StatusGone, "api.too_old")
		if all, next := w.changes(old); next < old {
			t.Errorf("since the last number: %v, %d", all, next)
		}
		since := w.number()
		_, c := w.writes("Ben", "Today")
		if got := w.created(since); len(got) != 1 || got[0].ConversationID != c.ID {
			t.Errorf("new changes: %+v", got)
		}
	})
}

// I36, I47: a session that has ended ends its streams before they tell anything more.
func TestEndedSessionEndsItsStream(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		cookie := w.user("Bia", clearline.RoleAgent)
		s := w.open(t, "", nil, cookie)
		if e, ok := s.next(t); !ok || e.name != "hello" {
			t.Fatalf("%+v", e)
		}
		w.writes("Ana", "Before")
		if e, ok := s.next(t); !ok || e.name != "change" {
			t.Fatalf("%+v", e)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		w.writes("Ben", "After")
		for {
			e, ok := s.next(t)
			if !ok {
				break
			}
			if strings.Contains(e.data, "message.created") {
				t.Fatalf("the ended session was told %+v", e)
			}
		}
		request{method: http.MethodGet, url: w.url + "/api/v1/me", cookie: cookie}.send(t).problem(t, http.StatusUnauthorized, "api.sign_in")
		// A key that is ended at once ends its stream too.
		var made struct{ Key string }
		w.post("keys", map[string]any{"name": "reader"}).want(t, http.StatusCreated).into(t, &made)
		reader := (&company{install: w.install, key: made.Key}).open(t, "", nil, nil)
		reader.next(t)
		var keys list[struct{ ID, Name string }]
		w.get("keys", &keys)
		for _, k := range keys.Items {
			if k.Name == "reader" {
				w.request(http.MethodDelete, "keys/"+k.ID, nil).want(t, http.StatusNoContent)
			}
		}
		w.writes("Caro", "And on")
		// What was stored before the key ended may still be on its way.
		for {
			e, ok := reader.next(t)
			if !ok {
				break
			}
			if strings.Contains(e.data, "message.created") {
				t.Fatalf("the ended key was told %+v", e)
			}
		}
	})
}

// I63: stopping ends the streams, and a reader that comes back after the start misses nothing.
func TestStreamAcrossARestart(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		start := w.number()
		s := w.open(t, fmt.Sprint("?since=", start), nil, nil)
		w.writes("Ana", "Before")
		middle := w.number()
		if got := s.numbers(t, middle); !slices.Equal(got, inRow(start+1, middle)) {
			t.Errorf("before: %v", got)
		}
		w.again()
		for {
			if _, ok := s.next(t); !ok {
				break
			}
		}
		w.hook(w.text("4915100000061", "wamid.after", "After")).want(t, http.StatusOK)
		end := w.number()
		if got := w.open(t, "", map[string]string{"Last-Event-ID": strconv.FormatInt(middle, 10)}, nil).numbers(t, end); !slices.Equal(got, inRow(middle+1, end)) {
			t.Errorf("after: %v, want %d to %d", got, middle+1, end)
		}
	})
}
