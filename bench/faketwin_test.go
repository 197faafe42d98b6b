package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// fakeTwin is the smallest thing that passes for the simulator: people, threads, sends, statuses, retries.
type fakeTwin struct {
	mux *http.ServeMux

	mu      sync.Mutex
	hook    string
	people  []wirePerson
	threads map[string][]*wirePhoneMessage // by address
	totals  wireTotals
	serial  int
}

func newFakeTwin() *fakeTwin {
	f := &fakeTwin{mux: http.NewServeMux(), threads: map[string][]*wirePhoneMessage{}}
	f.mux.HandleFunc("POST /subscribe", func(_ http.ResponseWriter, r *http.Request) {
		var in struct{ URL string }
		json.NewDecoder(r.Body).Decode(&in)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.hook = in.URL
	})
	f.mux.HandleFunc("POST /control/v1/settings", func(http.ResponseWriter, *http.Request) {})
	f.mux.HandleFunc("POST /control/v1/people", func(w http.ResponseWriter, r *http.Request) {
		var p wirePerson
		json.NewDecoder(r.Body).Decode(&p)
		f.mu.Lock()
		defer f.mu.Unlock()
		p.ID = fmt.Sprintf("p%d", len(f.people))
		f.people = append(f.people, p)
		json.NewEncoder(w).Encode(p)
	})
	f.mux.HandleFunc("GET /control/v1/ledger", func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		json.NewEncoder(w).Encode(map[string]any{"totals": f.totals})
	})
	f.mux.HandleFunc("GET /control/v1/people/{id}/messages", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		page(w, r, f.threads[f.address(r.PathValue("id"))])
	})
	f.mux.HandleFunc("POST /control/v1/people/{id}/messages", f.write)
	f.mux.HandleFunc("POST /graph/send", f.send)
	return f
}

func (f *fakeTwin) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

func (f *fakeTwin) address(id string) string {
	for _, p := range f.people {
		if p.ID == id {
			return p.Address
		}
	}
	return ""
}

func (f *fakeTwin) newID() string {
	f.serial++
	return fmt.Sprintf("wamid.twin-%d", f.serial)
}

func (f *fakeTwin) write(w http.ResponseWriter, r *http.Request) {
	var in struct{ Text string }
	json.NewDecoder(r.Body).Decode(&in)
	f.mu.Lock()
	defer f.mu.Unlock()
	address := f.address(r.PathValue("id"))
	m := &wirePhoneMessage{ID: f.newID(), From: "person", Text: in.Text, Status: "sent"}
	f.threads[address] = append(f.threads[address], m)
	f.totals.MessagesFromPeople++
	f.emit(map[string]any{"messages": []any{map[string]any{"from": address, "id": m.ID, "text": map[string]string{"body": in.Text}}}})
	w.WriteHeader(http.StatusAccepted)
	json.NewEncoder(w).Encode(map[string]string{"id": m.ID})
}

// send takes a message, answers after a while, and reports sent, delivered and read: one in three with a late second "sent".
func (f *fakeTwin) send(w http.ResponseWriter, r *http.Request) {
	var in struct{ To, Text, Ref string }
	json.NewDecoder(r.Body).Decode(&in)
	f.mu.Lock()
	m := &wirePhoneMessage{ID: f.newID(), From: "business", Text: in.Text, Status: "sent"}
	f.threads[in.To] = append(f.threads[in.To], m)
	f.totals.SendsAccepted++
	report := []string{"sent", "delivered", "read"}
	if f.serial%3 == 0 {
		report = append(report, "sent")
	}
	steps := make([]func(), len(report))
	for k, status := range report {
		steps[k] = f.pending(map[string]any{"statuses": []any{map[string]any{"id": m.ID, "status": status, "biz_opaque_callback_data": in.Ref}}})
	}
	f.mu.Unlock()
	time.Sleep(60 * time.Millisecond) // a platform takes its time; what is killed meanwhile is unknown
	go func() {
		for k, status := range report {
			steps[k]()
			f.mu.Lock()
			if statusRank[status] > statusRank[m.Status] {
				m.Status = status
			}
			f.mu.Unlock()
		}
	}()
	json.NewEncoder(w).Encode(map[string]string{"id": m.ID})
}

// emit delivers one webhook in the background. Needs the lock.
func (f *fakeTwin) emit(value map[string]any) { go f.pending(value)() }

// pending counts a webhook as waiting and gives the function that delivers it, again and again until it is taken. Needs the lock.
func (f *fakeTwin) pending(value map[string]any) (deliver func()) {
	f.totals.WebhooksPending++
	text, _ := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{
		map[string]any{"id": "1022", "changes": []any{map[string]any{"field": "messages", "value": value}}}}})
	return func() {
		for {
			f.mu.Lock()
			hook := f.hook
			f.mu.Unlock()
			request, _ := http.NewRequestWithContext(context.Background(), "POST", hook, strings.NewReader(string(text)))
			request.Header.Set("X-Hub-Signature-256", signature(fakeSecret, string(text)))
			answer, err := http.DefaultClient.Do(request)
			if err == nil {
				answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					break
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.totals.WebhooksPending--
		f.totals.WebhooksDelivered++
	}
}
