package bench

import (
	"bufio"
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	fakeKey    = "key"
	fakeSecret = "secret"
	fakeNumber = "1060"
)

// The bugs that a fake product can have.
const (
	bugAckFirst    = "answers before it stores"
	bugForgets     = "answers and stores only most"
	bugNoUnique    = "has no unique key"
	bugAlters      = "alters texts"
	bugMisfiles    = "puts messages into a neighbour's conversation"
	bugInvents     = "invents messages"
	bugSilent      = "does not announce"
	bugUnsigned    = "checks no signature outside the field messages"
	bugResend      = "sends again what may have been sent"
	bugLowers      = "lets a late sent lower read"
	bugDropsSend   = "forgets sends that it took"
	bugTooFewSends = "says sent and sends nothing"
	bugSkipsEvent  = "leaves changes out of a stream"
	bugTwiceEvent  = "shows changes twice on a stream"
)

// fakeProduct is the smallest thing that passes for the product: one mutex, one journal file, no mercy for speed.
type fakeProduct struct {
	bug     string
	journal *os.File // nil: in memory only
	simURL  string
	mux     *http.ServeMux

	mu       sync.Mutex
	convs    []string // addresses; the id of a conversation is its index
	convOf   map[string]int
	threads  map[int][]*fakeMessage
	messages []*fakeMessage
	byID     map[string]*fakeMessage // platform id or client id
	posts    int
	wake     chan struct{}
}

// fakeMessage is a line of the journal, too: the last line of a message wins.
type fakeMessage struct {
	N, Conv   int
	Address   string
	Direction string
	Text      string
	Platform  string
	Client    string
	Status    string
	Attempt   bool // one was begun
}

func newFakeProduct(bug string, journal *os.File, simURL string) (*fakeProduct, error) {
	f := &fakeProduct{bug: bug, journal: journal, simURL: simURL, mux: http.NewServeMux(), wake: make(chan struct{}, 1),
		byID: map[string]*fakeMessage{}, convOf: map[string]int{}, threads: map[int][]*fakeMessage{}}
	for route, h := range map[string]http.HandlerFunc{
		"POST /webhooks/whatsapp": f.webhook,
		"GET /readyz":             func(http.ResponseWriter, *http.Request) {},
		"GET /api/v1/ledger":      f.getLedger,
		"GET /api/v1/search": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"complete":true}`)
		},
		"GET /api/v1/conversations":                f.getConversations,
		"GET /api/v1/conversations/{id}/messages":  f.getMessages,
		"POST /api/v1/conversations/{id}/messages": f.postMessage,
		"GET /api/v1/changes":                      f.getChanges,
		"GET /login": func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "clearline", Value: "s"})
		},
		"GET /api/v1/stream": f.getStream,
	} {
		f.mux.HandleFunc(route, h)
	}
	if journal == nil {
		return f, nil
	}
	lines := bufio.NewScanner(journal)
	for lines.Scan() {
		var m fakeMessage
		if json.Unmarshal(lines.Bytes(), &m) == nil { // a torn last line was never acknowledged
			f.take(&m)
		}
	}
	for _, m := range f.messages {
		if m.Status == "queued" && m.Attempt && f.bug != bugResend {
			m.Status = "unknown"
		}
	}
	// A torn line must not swallow the next one.
	_, err := journal.WriteString("\n")
	return f, err
}

func (f *fakeProduct) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// take puts a message, or its new state, into memory.
func (f *fakeProduct) take(m *fakeMessage) {
	if m.N < len(f.messages) {
		*f.messages[m.N] = *m
		m = f.messages[m.N]
	} else {
		f.messages = append(f.messages, m)
		f.threads[m.Conv] = append(f.threads[m.Conv], m)
	}
	for len(f.convs) <= m.Conv {
		f.convs = append(f.convs, "")
	}
	f.convs[m.Conv], f.convOf[m.Address] = m.Address, m.Conv
	for _, id := range []string{m.Platform, m.Client} {
		if id != "" {
			f.byID[id] = m
		}
	}
}

// save makes messages durable. Needs the lock.
func (f *fakeProduct) save(list ...*fakeMessage) {
	if f.journal == nil {
		return
	}
	var text []byte
	for _, m := range list {
		line, _ := json.Marshal(m)
		text = append(append(text, line...), '\n')
	}
	if _, err := f.journal.Write(text); err != nil {
		panic(err)
	}
	if err := f.journal.Sync(); err != nil {
		panic(err)
	}
}

func (f *fakeProduct) conversation(address string) int {
	if i, known := f.convOf[address]; known {
		return i
	}
	f.convs = append(f.convs, address)
	f.convOf[address] = len(f.convs) - 1
	return len(f.convs) - 1
}

type fakeDelivery struct {
	Entry []struct {
		Changes []struct {
			Field string
			Value struct {
				Messages []struct {
					From, ID string
					Text     struct{ Body string }
				}
				Statuses []struct {
					ID, Status string
					Ref        string `json:"biz_opaque_callback_data"`
				}
			}
		}
	}
}

func (f *fakeProduct) webhook(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var d fakeDelivery
	if err := json.Unmarshal(body, &d); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	authentic := hmac.Equal([]byte(signature(fakeSecret, string(body))), []byte(r.Header.Get("X-Hub-Signature-256")))
	if !authentic && (f.bug != bugUnsigned || d.Entry[0].Changes[0].Field == "messages") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if f.bug == bugAckFirst && strings.Contains(string(body), idHead) {
		time.AfterFunc(300*time.Millisecond, func() { f.apply(d) })
		return
	}
	f.apply(d)
}

func (f *fakeProduct) apply(d fakeDelivery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var changed []*fakeMessage
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, in := range c.Value.Messages {
				if f.byID[in.ID] != nil && f.bug != bugNoUnique {
					continue
				}
				f.posts++
				if f.bug == bugForgets && f.posts%50 == 7 {
					continue
				}
				m := &fakeMessage{N: len(f.messages), Address: in.From, Direction: "in", Text: in.Text.Body, Platform: in.ID, Status: "received"}
				m.Conv = f.conversation(in.From)
				if f.bug == bugMisfiles && f.posts%50 == 7 && m.Conv > 0 {
					m.Conv--
					m.Address = f.convs[m.Conv]
				}
				if f.bug == bugAlters && f.posts%50 == 7 {
					m.Text = strings.ToUpper(m.Text)
				}
				f.take(m)
				changed = append(changed, m)
				if f.bug == bugInvents && f.posts%50 == 7 {
					ghost := *m
					ghost.N++
					// One hex digit of the message's number is changed: an id of the same run that nobody sent.
					digits := []byte(ghost.Platform)
					at := len(digits) - len(idTail) - 1
					digits[at] = hexDigits[(strings.IndexByte(hexDigits, digits[at])+1)%16]
					ghost.Platform = string(digits)
					f.take(&ghost)
					changed = append(changed, &ghost)
				}
			}
			for _, s := range c.Value.Statuses {
				m := f.byID[s.Ref]
				if m == nil {
					continue
				}
				if statusRank[s.Status] > statusRank[m.Status] || f.bug == bugLowers {
					m.Status, m.Platform = s.Status, s.ID
					changed = append(changed, m)
				}
			}
		}
	}
	f.save(changed...)
}

func (f *fakeProduct) getLedger(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(map[string]int{"pending": 0})
}

// page answers with the items from the cursor on.
func page[T any](w http.ResponseWriter, r *http.Request, all []T) {
	from, _ := strconv.Atoi(r.FormValue("after"))
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	to := min(from+limit, len(all))
	var next *string
	if to < len(all) {
		next = some(strconv.Itoa(to))
	}
	json.NewEncoder(w).Encode(map[string]any{"items": all[from:to], "next": next})
}

func (f *fakeProduct) getConversations(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+fakeKey {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	list := []wireConversation{}
	for i, address := range f.convs {
		list = append(list, wireConversation{ID: strconv.Itoa(i), Address: "+" + address})
	}
	page(w, r, list)
}

func (m *fakeMessage) wire() wireMessage {
	out := wireMessage{ID: fmt.Sprintf("m%d", m.N), Direction: m.Direction, Text: m.Text, Status: m.Status}
	if m.Platform != "" {
		out.PlatformID = &m.Platform
	}
	if m.Client != "" {
		out.ClientID = &m.Client
	}
	return out
}

func (f *fakeProduct) getMessages(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	conv, _ := strconv.Atoi(r.PathValue("id"))
	list := []wireMessage{}
	for _, m := range f.threads[conv] {
		list = append(list, m.wire())
	}
	page(w, r, list)
}

func (f *fakeProduct) postMessage(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ClientID string `json:"client_id"`
		Text     string `json:"text"`
	}
	json.NewDecoder(r.Body).Decode(&in)
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.byID[in.ClientID]; m != nil {
		json.NewEncoder(w).Encode(m.wire())
		return
	}
	conv, _ := strconv.Atoi(r.PathValue("id"))
	m := &fakeMessage{N: len(f.messages), Conv: conv, Address: f.convs[conv], Direction: "out", Text: in.Text, Client: in.ClientID, Status: "queued"}
	f.posts++
	if f.bug != bugDropsSend || f.posts%7 != 0 {
		if f.bug == bugTooFewSends && f.posts%7 == 0 {
			m.Status = "sent"
		}
		f.take(m)
		f.save(m)
	}
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(m.wire())
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *fakeProduct) getChanges(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	since, _ := strconv.Atoi(r.FormValue("since"))
	changes := []map[string]any{}
	for n := since; n < len(f.messages) && len(changes) < 500; n++ {
		kind := "message.created"
		if f.bug == bugSilent && n%50 == 7 {
			kind = "message.changed"
		}
		changes = append(changes, map[string]any{"n": n + 1, "kind": kind, "id": fmt.Sprintf("m%d", n)})
	}
	json.NewEncoder(w).Encode(map[string]any{"changes": changes, "next": since + len(changes)})
}

// getStream looks for changes every millisecond, from now on.
func (f *fakeProduct) getStream(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie("clearline"); err != nil || c.Value != "s" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	out := http.NewResponseController(w)
	f.mu.Lock()
	n := len(f.messages)
	f.mu.Unlock()
	fmt.Fprintf(w, "id: %d\nevent: hello\ndata: {}\n\n: a comment\n\nevent: presence\ndata: {}\n\n", n)
	for r.Context().Err() == nil && out.Flush() == nil {
		pause(r.Context(), time.Millisecond)
		f.mu.Lock()
		for ; n < len(f.messages); n++ {
			times := 1
			switch {
			case f.bug == bugSkipsEvent && n%50 == 7:
				times = 0
			case f.bug == bugTwiceEvent && n%50 == 7:
				times = 2
			}
			for range times {
				fmt.Fprintf(w, "event: change\nid: %d\ndata: {\"n\":%d,\"kind\":\"message.created\",\"id\":\"m%d\"}\n\n", n+1, n+1, n)
			}
		}
		f.mu.Unlock()
	}
}

// subscribe tells the fake twin where to post.
func (f *fakeProduct) subscribe(url string) error {
	return newAPIClient(f.simURL, "").do(context.Background(), "POST", "/subscribe", map[string]string{"url": url + "/webhooks/whatsapp"}, nil)
}

// dispatch sends what is queued, several at a time, each attempt written down first.
func (f *fakeProduct) dispatch(ctx context.Context) {
	api := newAPIClient(f.simURL, "")
	lane := make(chan struct{}, 32)
	for sent := 0; ctx.Err() == nil; {
		f.mu.Lock()
		var next *fakeMessage
		for ; sent < len(f.messages) && next == nil; sent++ {
			if m := f.messages[sent]; m.Direction == "out" && m.Status == "queued" {
				next = m
				m.Attempt = true
				f.save(m)
			}
		}
		f.mu.Unlock()
		if next == nil {
			select {
			case <-f.wake:
			case <-ctx.Done():
			}
			continue
		}
		lane <- struct{}{}
		go func() {
			defer func() { <-lane }()
			var out struct{ ID string }
			err := api.do(ctx, "POST", "/graph/send", map[string]string{"to": next.Address, "text": next.Text, "ref": next.Client}, &out)
			f.mu.Lock()
			defer f.mu.Unlock()
			if next.Platform = out.ID; err == nil && statusRank[next.Status] == 0 {
				next.Status = "sent"
				f.save(next)
			}
		}()
	}
}
