package sim

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/clearline/clearline/clock"
)

const (
	maxControlBody = 32 << 20 // a person's file in base64
	maxAdvance     = 10 * 365 * 24 * time.Hour
)

// routes is everything under the twin's address.
func (s *Sim) routes() http.Handler {
	control := http.NewServeMux()
	control.HandleFunc("GET /control/v1/people", s.controlPeople)
	control.HandleFunc("POST /control/v1/people", s.controlNewPerson)
	control.HandleFunc("GET /control/v1/people/{id}", s.controlPerson)
	control.HandleFunc("PATCH /control/v1/people/{id}", s.controlPatchPerson)
	control.HandleFunc("GET /control/v1/people/{id}/messages", s.controlThread)
	control.HandleFunc("POST /control/v1/people/{id}/messages", s.controlWrite)
	control.HandleFunc("POST /control/v1/people/{id}/app-messages", s.controlWriteInApp)
	control.HandleFunc("POST /control/v1/people/{id}/open", s.controlOpen)
	control.HandleFunc("GET /control/v1/media/{id}", s.controlMedia)
	control.HandleFunc("GET /control/v1/samples", s.controlSamples)
	control.HandleFunc("GET /control/v1/samples/{kind}/{name}", s.controlSample)
	control.HandleFunc("GET /control/v1/faults", s.controlFaults)
	control.HandleFunc("POST /control/v1/faults", s.controlNewFault)
	control.HandleFunc("DELETE /control/v1/faults", s.controlDeleteFaults)
	control.HandleFunc("DELETE /control/v1/faults/{id}", s.controlDeleteFaults)
	control.HandleFunc("GET /control/v1/faults/kinds", s.controlKinds)
	control.HandleFunc("GET /control/v1/clock", s.controlClock)
	control.HandleFunc("POST /control/v1/clock", s.controlAdvance)
	control.HandleFunc("GET /control/v1/ledger", s.controlLedger)
	control.HandleFunc("GET /control/v1/settings", s.controlSettings)
	control.HandleFunc("POST /control/v1/settings", s.controlChangeSettings)
	control.HandleFunc("GET /control/v1/accounts", s.controlAccounts)
	control.HandleFunc("POST /control/v1/accounts", s.controlNewAccount)
	control.HandleFunc("GET /control/v1/accounts/{id}", s.controlAccount)
	control.HandleFunc("PATCH /control/v1/accounts/{id}", s.controlPatchAccount)
	control.HandleFunc("GET /control/v1/accounts/{id}/codes", s.controlCodes)
	control.HandleFunc("POST /control/v1/accounts/{id}/tokens", s.controlNewToken)
	control.HandleFunc("GET /control/v1/codes", s.controlCodes)
	control.HandleFunc("GET /control/v1/feed", s.controlFeed)
	control.HandleFunc("PATCH /control/v1/feed", s.controlPatchFeed)
	control.HandleFunc("POST /control/v1/webhook", s.controlWebhook)
	control.HandleFunc("POST /control/v1/events", s.controlEvent)
	control.HandleFunc("GET /control/v1/stream", s.serveStream)
	control.HandleFunc("/control/v1/", func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, http.StatusNotFound, "there is no such control", nil)
	})

	mux := http.NewServeMux()
	mux.HandleFunc("/graph/", s.serveGraph)
	mux.HandleFunc("GET /media/{word}", s.serveMediaBytes)
	mux.HandleFunc("GET /media/picture/{id}", s.servePicture)
	mux.HandleFunc("GET /media/qr/{number}/{name}", s.serveLinkImage)
	s.loginRoutes(mux)
	s.feedRoutes(mux)
	mux.Handle("/control/v1/", s.loopbackOnly(control))
	s.phonesRoutes(mux)
	return mux
}

// loopbackOnly refuses callers from other machines, and web pages of other
// origins that a browser on this machine has open.
func (s *Sim) loopbackOnly(next http.Handler) http.Handler {
	ownHost := ""
	if u, err := url.Parse(s.baseURL); err == nil {
		ownHost = u.Hostname()
	}
	guarded := http.NewCrossOriginProtection()
	return guarded.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().Unmap().IsLoopback() {
			writeProblem(w, http.StatusForbidden, "the control interface answers callers on this machine only", nil)
			return
		}
		// A foreign name that was made to point here would pass for same-origin.
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err != nil && host != "localhost" && host != ownHost {
			writeProblem(w, http.StatusForbidden, "the control interface is not known under this host name", nil)
			return
		}
		next.ServeHTTP(w, r)
	}))
}

// problem is an error answer of the control interface.
type problem struct {
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Fields []problemField `json:"fields"`
}

type problemField struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

func writeProblem(w http.ResponseWriter, status int, detail string, fields []problemField) {
	if fields == nil {
		fields = []problemField{}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(problem{http.StatusText(status), status, detail, fields})
}

// writeError maps the package's errors: wrong input is 422, unknown ids 404.
func writeError(w http.ResponseWriter, err error) {
	var wrong fieldError
	switch {
	case errors.As(err, &wrong):
		writeProblem(w, http.StatusUnprocessableEntity, wrong.Error(), []problemField{{wrong.field, wrong.reason}})
	case errors.Is(err, errAbsent):
		writeProblem(w, http.StatusNotFound, "there is nothing with this id", nil)
	default:
		writeProblem(w, http.StatusInternalServerError, err.Error(), nil)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControlBody))
	if err != nil {
		writeProblem(w, http.StatusRequestEntityTooLarge, "the body is too large", nil)
		return false
	}
	if keep, ok := into.(*[]byte); ok {
		*keep = raw
		return true
	}
	if err := strictJSON(raw, into); err != nil {
		writeError(w, err)
		return false
	}
	return true
}

// items is a list; people, messages and faults newest first, accounts as they
// were added. All but threads come whole.
type items[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

func (s *Sim) controlPeople(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, items[Person]{Items: s.People(r.URL.Query().Get("platform"))})
}

func (s *Sim) controlNewPerson(w http.ResponseWriter, r *http.Request) {
	var in NewPerson
	if !readBody(w, r, &in) {
		return
	}
	p, err := s.AddPerson(in)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, p)
}

func (s *Sim) controlPerson(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.personByID[r.PathValue("id")]
	var view Person
	if p != nil {
		view = s.personView(p)
	}
	s.mu.Unlock()
	if p == nil {
		writeError(w, errAbsent)
		return
	}
	writeJSON(w, http.StatusOK, view)
}

func (s *Sim) controlPatchPerson(w http.ResponseWriter, r *http.Request) {
	var raw []byte
	if !readBody(w, r, &raw) {
		return
	}
	p, err := s.patchPerson(r.PathValue("id"), raw)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, p)
}

func (s *Sim) controlThread(w http.ResponseWriter, r *http.Request) {
	limit, err := number64(r, "limit")
	if err != nil {
		writeError(w, err)
		return
	}
	list, next, err := s.Thread(r.PathValue("id"), int(limit), r.URL.Query().Get("after"))
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, items[ThreadMessage]{list, next})
}

func (s *Sim) controlWrite(w http.ResponseWriter, r *http.Request) {
	var in PersonMessage
	if !readBody(w, r, &in) {
		return
	}
	s.play(r.PathValue("id"))
	id, err := s.Write(r.PathValue("id"), in)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusAccepted, map[string]string{"id": id})
}

func (s *Sim) controlOpen(w http.ResponseWriter, r *http.Request) {
	if err := s.OpenThread(r.PathValue("id")); err != nil {
		writeError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// controlMedia shows a thread's file to the phones page.
func (s *Sim) controlMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	item := s.media.items[r.PathValue("id")]
	s.mu.Unlock()
	if item == nil {
		writeError(w, errAbsent)
		return
	}
	serveFile(w, item)
}

func (s *Sim) controlSamples(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, items[SampleFile]{Items: sampleList()})
}

func (s *Sim) controlSample(w http.ResponseWriter, r *http.Request) {
	item, err := sampleFile(r.PathValue("kind"), r.PathValue("name"))
	if item == nil || err != nil {
		writeError(w, errAbsent)
		return
	}
	serveFile(w, item)
}

func serveFile(w http.ResponseWriter, item *mediaItem) {
	h := w.Header()
	h.Set("Content-Type", item.mime)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	family, _, _ := strings.Cut(item.mime, "/")
	if !slices.Contains([]string{"image", "audio", "video"}, family) || strings.Contains(item.mime, "svg") {
		h.Set("Content-Disposition", "attachment")
	}
	w.Write(item.bytes)
}

func (s *Sim) controlFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, items[Fault]{Items: s.faults.all()})
}

func (s *Sim) controlNewFault(w http.ResponseWriter, r *http.Request) {
	var in Fault
	if !readBody(w, r, &in) {
		return
	}
	f, err := s.AddFault(in)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, f)
}

// AddFault orders a bad day; wrong orders give an error that names the field.
// What a fault held back goes on when its time is over.
func (s *Sim) AddFault(f Fault) (Fault, error) {
	s.mu.Lock()
	made := s.tokensMade
	s.mu.Unlock()
	st, err := s.faults.add(f, made)
	if err != nil {
		return f, err
	}
	if st.ForSeconds > 0 {
		s.after(time.Duration(st.ForSeconds)*time.Second, func() { s.deliverWaiting("") })
	}
	s.tellOf(st, st.tells)
	if st.Feed {
		s.feed.set(feedChange{Component: "whatsapp-business-api", State: "major"}, s.now())
	}
	if st.effects["subscribe"] == "another_word" {
		s.askWithAnotherWord(st)
	}
	return st.Fault, nil
}

// tellOf sends what a cause tells when it begins or ends, once per account that
// it concerns.
func (s *Sim) tellOf(st *standingFault, tells func(*Sim, *number) []event) {
	if tells == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		if st.concerns([]string{a.PhoneNumberID, a.WABAID}) {
			s.announce(tells(s, s.numbers[a.PhoneNumberID]))
		}
	}
}

// askWithAnotherWord calls the callbacks concerned with a word that is not
// theirs, as the platform does when somebody saves the address anew.
func (s *Sim) askWithAnotherWord(st *standingFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.apps {
		if a.callback != "" && st.concerns(append(s.accountsOfApp(a.id), a.id)) {
			s.spawn(func() { _ = s.handshake(s.ctx, a.callback, anotherWord) }) // it is meant to be refused
		}
	}
}

// RemoveFault takes one back, or all for "". What was held back goes on.
func (s *Sim) RemoveFault(id string) error {
	gone, err := s.faults.remove(id)
	for _, st := range gone {
		s.tellOf(st, st.ends)
		if st.Feed {
			s.feed.set(feedChange{Component: "whatsapp-business-api", State: "ok"}, s.now())
		}
	}
	s.deliverWaiting("")
	return err
}

func (s *Sim) controlDeleteFaults(w http.ResponseWriter, r *http.Request) {
	if err := s.RemoveFault(r.PathValue("id")); err != nil {
		writeError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sim) controlKinds(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, items[Kind]{Items: Kinds()})
}

type clockView struct {
	Now           time.Time `json:"now"`
	OffsetSeconds int64     `json:"offset_seconds"`
}

func (s *Sim) clockView() clockView {
	v := clockView{Now: s.now().UTC().Truncate(time.Millisecond)}
	if shifted, ok := s.clock.(*clock.Shifted); ok {
		v.OffsetSeconds = int64(shifted.Offset() / time.Second)
	}
	return v
}

func (s *Sim) controlClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.clockView())
}

func (s *Sim) controlAdvance(w http.ResponseWriter, r *http.Request) {
	var in struct {
		AdvanceSeconds float64 `json:"advance_seconds"`
	}
	if !readBody(w, r, &in) {
		return
	}
	shifted, ok := s.clock.(*clock.Shifted)
	if !ok {
		writeProblem(w, http.StatusConflict, "this twin runs on the machine's clock", nil)
		return
	}
	if in.AdvanceSeconds <= 0 || in.AdvanceSeconds > maxAdvance.Seconds() {
		writeError(w, fieldError{"advance_seconds", "must be more than 0 and at most ten years"})
		return
	}
	shifted.Advance(time.Duration(in.AdvanceSeconds * float64(time.Second)))
	s.live.tell(everybody)
	writeJSON(w, http.StatusOK, s.clockView())
}

func (s *Sim) controlLedger(w http.ResponseWriter, r *http.Request) {
	since, err := number64(r, "since")
	limit, err2 := number64(r, "limit")
	if err := errors.Join(err, err2); err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, s.Ledger(since, int(limit)))
}

func number64(r *http.Request, name string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, fieldError{name, "must be a number of 0 or more"}
	}
	return n, nil
}

func (s *Sim) controlSettings(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.Settings())
}

func (s *Sim) controlChangeSettings(w http.ResponseWriter, r *http.Request) {
	var raw []byte
	if !readBody(w, r, &raw) {
		return
	}
	st, err := s.ChangeSettings(func(st *Settings) error { return strictJSON(raw, st) })
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, st)
}

func (s *Sim) controlAccounts(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, items[Account]{Items: s.Accounts()})
}

func (s *Sim) controlNewAccount(w http.ResponseWriter, r *http.Request) {
	var in AccountSpec
	if !readBody(w, r, &in) {
		return
	}
	a, err := s.AddAccount(in)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, a)
}

func (s *Sim) controlWebhook(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL         string `json:"url"`
		VerifyToken string `json:"verify_token"`
		AppID       string `json:"app_id"`
	}
	if !readBody(w, r, &in) {
		return
	}
	if err := s.SetWebhook(r.Context(), in.AppID, in.URL, in.VerifyToken); err != nil {
		writeError(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// controlEvent sends any value of any field, signed and retried like all
// others: for fields and types the twin does not make by itself.
func (s *Sim) controlEvent(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Account string          `json:"account"`
		Field   string          `json:"field"`
		Value   json.RawMessage `json:"value"`
	}
	if !readBody(w, r, &in) {
		return
	}
	if in.Account == "" {
		in.Account = s.WhatsApp().PhoneNumberID
	}
	s.mu.Lock()
	known := s.numbers[in.Account] != nil
	s.mu.Unlock()
	switch {
	case !known:
		writeError(w, fieldError{"account", "no such phone_number_id"})
	case in.Field == "":
		writeError(w, fieldError{"field", "is required"})
	case len(in.Value) == 0:
		writeError(w, fieldError{"value", "is required"})
	default:
		s.emit(event{account: in.Account, field: in.Field, ids: []string{in.Field}, value: in.Value})
		w.WriteHeader(http.StatusAccepted)
	}
}
