package whatsapp

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/channel"
)

// The calls of an examination, by method and path.
const (
	tokenCall   = "GET debug_token"
	meCall      = "GET me"
	ownerCall   = "GET 102290129340398"
	numbersCall = "GET 102290129340398/phone_numbers"
	numberCall  = "GET 106540352242922"
	appsCall    = "GET 102290129340398/subscribed_apps"
	hookCall    = "GET 670843887433847/subscriptions"
)

const (
	here  = "https://in.shop.example/webhooks/whatsapp"
	old   = "https://old.shop.example/webhooks/whatsapp"
	alien = "https://crm.example/hook?key=s3cr3tkeyofothers"
)

var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// healthy is Meta's answers about an account that works, from files written after the reference.
func healthy(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{meCall: `{"id":"122093847560011"}`}
	for call, file := range map[string]string{tokenCall: "token", ownerCall: "owner", numbersCall: "numbers", numberCall: "number", appsCall: "apps", hookCall: "hook"} {
		body, err := os.ReadFile("testdata/nodes/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		all[call] = string(body)
	}
	return all
}

// subject is the account under examination, with traffic that shows nothing wrong.
func subject() channel.Subject {
	return channel.Subject{Account: tester, VerifyToken: "verifytokenofthetests", Callback: here, Former: []string{old}, Registered: true, Now: at,
		Traffic: channel.Traffic{HandshakeAt: at.Add(-time.Hour), DeliveredAt: at.Add(-time.Minute), SentAt: at.Add(-2 * time.Minute)}}
}

// desk is a platform that answers by method and path, with what was asked.
type desk struct {
	mu      sync.Mutex
	calls   []call
	answers map[string]string
	status  map[string]int
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a broken request shows as a wrong body
	_, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	key := r.Method + " " + path
	d.mu.Lock()
	d.calls = append(d.calls, call{r.Method, path, r.Header.Get("Authorization"), string(body)})
	answer, ok := d.answers[key]
	status := d.status[key]
	d.mu.Unlock()
	if !ok {
		answer = failure(100, 33, "Unsupported "+key)
	}
	if status == 0 {
		status = http.StatusOK
		if strings.HasPrefix(answer, `{"error"`) {
			status = http.StatusBadRequest
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

func (d *desk) asked(method, path string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.calls {
		if c.method == method && c.uri == path {
			n++
		}
	}
	return n
}

func atDesk(t testing.TB, answers map[string]string) (*Platform, *desk) {
	t.Helper()
	d := &desk{answers: answers, status: map[string]int{}}
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	return New(Options{GraphURL: s.URL, HTTP: guarded(t, s.URL)}), d
}

// swap changes one answer's text; the text must be there, so that a case cannot prove nothing.
func swap(call string, pairs ...string) func(testing.TB, map[string]string) {
	return func(t testing.TB, answers map[string]string) {
		t.Helper()
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(answers[call], pairs[i]) {
				t.Fatalf("%s has no %q", call, pairs[i])
			}
			answers[call] = strings.ReplaceAll(answers[call], pairs[i], pairs[i+1])
		}
	}
}

// give replaces whole answers.
func give(pairs ...string) func(testing.TB, map[string]string) {
	return func(_ testing.TB, answers map[string]string) {
		for i := 0; i < len(pairs); i += 2 {
			answers[pairs[i]] = pairs[i+1]
		}
	}
}

func both(changes ...func(testing.TB, map[string]string)) func(testing.TB, map[string]string) {
	return func(t testing.TB, answers map[string]string) {
		for _, c := range changes {
			c(t, answers)
		}
	}
}

// dead is debug_token's answer about a token that no longer works: HTTP 200 all the same.
func dead(code, subcode int, text string) string {
	return fmt.Sprintf(`{"data":{"app_id":"670843887433847","type":"USER","application":"Inbox","is_valid":false,"expires_at":1795000000,"scopes":[],"error":{"code":%d,"subcode":%d,"message":%q}}}`, code, subcode, text)
}

// blocked is a part of a health report.
func blocked(kind string, code int, text string) (old, new string) {
	head := fmt.Sprintf(`"entity_type": %q, "id": `, kind)
	ids := map[string]string{"WABA": `"102290129340398"`, "BUSINESS": `"506914307656634"`, "APP": `"670843887433847"`, "PHONE_NUMBER": `"106540352242922"`}
	old = head + ids[kind] + `, "can_send_message": "AVAILABLE"`
	return old, strings.Replace(old, "AVAILABLE", "BLOCKED", 1) + fmt.Sprintf(`, "errors": [{"error_code": %d, "error_description": %q, "possible_solution": "See the manager."}]`, code, text)
}

// limitedParty makes a party of a health report limited, for a reason in words alone.
func limitedParty(kind, id string) []string {
	from := fmt.Sprintf(`"entity_type": %q, "id": %s, "can_send_message": "AVAILABLE"`, kind, id)
	return []string{from, strings.Replace(from, "AVAILABLE", "LIMITED", 1) + `, "additional_info": ["ein Grund"]`}
}

func told(list ...channel.Refusal) func(*channel.Subject) {
	return func(s *channel.Subject) { s.Traffic.Refusals = list }
}

func refused(code, subcode int, ago time.Duration) channel.Refusal {
	return channel.Refusal{At: at.Add(-ago), Code: code, Subcode: subcode, Cause: fault(code, subcode).Cause}
}

const lately = 30 * time.Second
