package sim_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/sim"
)

// twin is a Sim over real HTTP with a receiver of webhooks, as a program that
// is tested against it would stand.
type twin struct {
	t       *testing.T
	sim     *sim.Sim
	url     string
	account sim.Account
	clock   *clock.Shifted
	hook    *receiver
}

// start makes a twin without natural delays, its webhook already set.
func start(t *testing.T, change ...func(*sim.Options)) *twin {
	t.Helper()
	tw := &twin{t: t, clock: clock.NewShifted(), hook: newReceiver(t)}
	// The server's address is needed for the options before its handler exists.
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	o := sim.Options{
		Clock: tw.clock, BaseURL: server.URL, Seed: 7, AnswerDelay: -1,
		StatusDelays: &sim.StatusDelays{Exact: true}, ThroughputPerSecond: 1000,
	}
	for _, c := range change {
		c(&o)
	}
	s, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	handler = s.Handler()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error("stop:", err)
		}
	})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	tw.sim, tw.url, tw.account = s, server.URL, s.WhatsApp()
	tw.hook.secret, tw.hook.verifyToken = tw.account.AppSecret, tw.account.VerifyToken
	if err := s.SetWebhook(t.Context(), "", tw.hook.url, tw.account.VerifyToken); err != nil {
		t.Fatal(err)
	}
	return tw
}

// person adds a customer.
func (tw *twin) person(name, address string) sim.Person {
	tw.t.Helper()
	var p sim.Person
	tw.control("POST", "people", map[string]any{"platform": "whatsapp", "name": name, "address": address}, 201, &p)
	return p
}

// writes lets a person do something and waits for its webhook.
func (tw *twin) writes(p sim.Person, what map[string]any) (id string, message map[string]any) {
	tw.t.Helper()
	var answer struct{ ID string }
	tw.control("POST", "people/"+p.ID+"/messages", what, 202, &answer)
	return answer.ID, tw.hook.message(answer.ID)
}

// control calls the control interface and wants a status.
func (tw *twin) control(method, path string, body any, want int, into any) []byte {
	tw.t.Helper()
	status, raw := tw.do(method, "/control/v1/"+path, "", body)
	if status != want {
		tw.t.Fatalf("%s %s: HTTP %d, want %d: %s", method, path, status, want, raw)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			tw.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return raw
}

// graph calls Graph with the account's token.
func (tw *twin) graph(method, path string, body any) (int, object) {
	tw.t.Helper()
	status, raw := tw.do(method, "/graph/v26.0/"+path, tw.account.Token, body)
	return status, decode(tw.t, raw)
}

func (tw *twin) do(method, path, token string, body any) (int, []byte) {
	tw.t.Helper()
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			tw.t.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(tw.t.Context(), method, tw.url+path, content)
	if err != nil {
		tw.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		tw.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		tw.t.Fatal(err)
	}
	return answer.StatusCode, raw
}

// headers asks for a node and gives the answer's headers.
func (tw *twin) headers(path string) http.Header {
	tw.t.Helper()
	r, err := http.NewRequestWithContext(tw.t.Context(), http.MethodGet, tw.url+"/graph/v26.0/"+path, nil)
	if err != nil {
		tw.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+tw.account.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		tw.t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header
}

// text is the body of a text to someone.
func text(to, body string) map[string]any {
	return map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]any{"body": body}}
}

// send sends and wants acceptance; it gives the message's id.
func (tw *twin) send(body map[string]any) string {
	tw.t.Helper()
	status, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", body)
	if status != 200 {
		tw.t.Fatalf("send: HTTP %d %v", status, answer)
	}
	return answer.at("messages", 0, "id").(string)
}

// refused sends and wants a code.
func (tw *twin) refused(body map[string]any, code int) object {
	tw.t.Helper()
	status, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", body)
	if status < 400 || answer.at("error", "code") != float64(code) {
		tw.t.Fatalf("HTTP %d %v, want code %d", status, answer, code)
	}
	return answer
}

// object is decoded JSON with a way to reach into it.
type object map[string]any

func decode(t *testing.T, raw []byte) object {
	t.Helper()
	var o object
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatalf("not JSON: %v: %s", err, raw)
	}
	return o
}

// at follows keys and indices; nil when something on the way is missing.
func (o object) at(path ...any) any {
	var v any = map[string]any(o)
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[key]
		case int:
			l, _ := v.([]any)
			if key >= len(l) {
				return nil
			}
			v = l[key]
		}
	}
	return v
}

// receiver is a small webhook endpoint: it answers the handshake, checks each
// signature by its own computation over the bytes as they came, and keeps all.
type receiver struct {
	t           *testing.T
	url         string
	secret      string
	verifyToken string

	mu      sync.Mutex
	changed *sync.Cond
	answer  func(n int) int // HTTP status of the n-th POST, from 1; nil: 200
	bodies  []string
	badSign int
	// turnedAway counts handshakes with another verify token.
	turnedAway int
	values     []object // changes[].value with "field" put in, in order of coming
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t}
	r.changed = sync.NewCond(&r.mu)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL + "/hook"
	return r
}

func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		q := r.URL.Query()
		if q.Get("hub.mode") != "subscribe" || q.Get("hub.verify_token") != rc.verifyToken {
			rc.mu.Lock()
			rc.turnedAway++
			rc.mu.Unlock()
			rc.changed.Broadcast()
			w.WriteHeader(http.StatusForbidden)
			return
		}
		io.WriteString(w, q.Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(rc.secret))
	mac.Write(body)
	good := r.Header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(mac.Sum(nil))
	rc.mu.Lock()
	defer rc.mu.Unlock()
	defer rc.changed.Broadcast()
	rc.bodies = append(rc.bodies, string(body))
	if !good {
		rc.badSign++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	status := 200
	if rc.answer != nil {
		status = rc.answer(len(rc.bodies))
	}
	w.WriteHeader(status)
	if status != 200 {
		return
	}
	var envelope struct {
		Object string
		Entry  []struct {
			ID      string
			Changes []struct {
				Field string
				Value object
			}
		}
	}
	if err := json.Unmarshal(body, &envelope); err != nil || envelope.Object != "whatsapp_business_account" {
		rc.t.Errorf("a webhook is not understood: %v: %s", err, body)
		return
	}
	for _, e := range envelope.Entry {
		for _, c := range e.Changes {
			if c.Value == nil {
				c.Value = object{}
			}
			c.Value["field"], c.Value["waba"] = c.Field, e.ID
			rc.values = append(rc.values, c.Value)
		}
	}
}

// until waits until found holds for what has come; it fails after a minute.
func (rc *receiver) until(what string, found func() bool) {
	rc.t.Helper()
	stop := time.AfterFunc(time.Minute, rc.changed.Broadcast)
	defer stop.Stop()
	deadline := time.Now().Add(time.Minute)
	rc.mu.Lock()
	defer rc.mu.Unlock()
	for !found() {
		if time.Now().After(deadline) {
			rc.t.Fatalf("%s did not come; came: %v", what, rc.values)
		}
		rc.changed.Wait()
	}
}

// message waits for one message and gives it.
func (rc *receiver) message(id string) (m map[string]any) {
	rc.t.Helper()
	rc.until("message "+id, func() bool {
		for _, v := range rc.values {
			if v.at("messages", 0, "id") == id {
				m = v.at("messages", 0).(map[string]any)
				return true
			}
		}
		return false
	})
	return m
}

// statuses waits until the statuses of a message are exactly these, in order.
func (rc *receiver) statuses(id string, want ...string) []map[string]any {
	rc.t.Helper()
	var list []map[string]any
	rc.until(fmt.Sprintf("statuses %v of %s", want, id), func() bool {
		list = nil
		var names []string
		for _, v := range rc.values {
			if v.at("statuses", 0, "id") == id {
				list = append(list, v.at("statuses", 0).(map[string]any))
				names = append(names, v.at("statuses", 0, "status").(string))
			}
		}
		return strings.Join(names, " ") == strings.Join(want, " ")
	})
	return list
}

// posts waits for n POSTs in all.
func (rc *receiver) posts(n int) []string {
	rc.t.Helper()
	rc.until(fmt.Sprintf("%d POSTs", n), func() bool { return len(rc.bodies) >= n })
	rc.mu.Lock()
	defer rc.mu.Unlock()
	return append([]string(nil), rc.bodies...)
}
