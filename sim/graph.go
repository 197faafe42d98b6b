package sim

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// currentVersion is the newest Graph version (29 Jul 2026). A call to an ended
// version is served by the oldest live one.
const (
	currentVersion = 26
	oldestVersion  = 21
	maxGraphBody   = 4 << 20
	regainMinutes  = 5               // what the headers promise while net.rate stands
	defaultSlow    = 8 * time.Second // of an answer while net.outage/slow stands
)

var graphPath = regexp.MustCompile(`^/graph/(?:v(\d{1,3})\.0/)?(.+?)/?$`)

// graphCall is one request to the Graph endpoints.
type graphCall struct {
	r       *http.Request
	version int
	id      string // first part of the path: a node's id or a word like debug_token
	edge    string
	body    []byte
	params  url.Values // of query and form or of a JSON object's top-level strings
	form    *multipartFile
	send    *sendBody // of POST {number}/messages
	badBody *graphError

	number   *number
	waba     *waba
	app      *app
	business *business
	token    *token

	happening
	row LedgerCall
}

// graphError is a refusal in the platform's envelope.
type graphError struct {
	code    code
	details string
	user    string // language of error_user_title and _msg, "" for none
	words   string // which of the code's texts for the user; "" = the usual
	// language of message and details; "" = English, as here. No document says
	// that the platform translates these too (unconfirmed).
	language string
}

func (e *graphError) Error() string { return codeKey(e.code.number, e.code.subcode) + " " + e.details }

func refuse(number, subcode int, format string, args ...any) *graphError {
	return &graphError{code: mustLookup(number, subcode), details: fmt.Sprintf(format, args...)}
}

// serveGraph answers one call: faults on the line, then the token, then staged
// errors, then the endpoint itself.
func (s *Sim) serveGraph(w http.ResponseWriter, r *http.Request) {
	c, status := s.readCall(r)
	if status != 0 {
		w.WriteHeader(status)
		return
	}
	if s.heldUp(w, c) {
		return
	}
	if _, ok := s.faults.pick(c.happening, "version"); ok {
		// An ended version is served by another: the answer's header tells which.
		c.version = currentVersion + 1
	}
	answer, refused := s.answerCall(c)
	// The wait comes after the deed: a status may overtake the answer, and a
	// caller that has gone meanwhile was heard all the same.
	if c.operation == "send" && !s.wait(r.Context(), s.Settings().answerDelay()) {
		s.noAnswer(c)
	}
	if refused == nil && c.operation == "send" {
		if st, ok := s.faults.pick(c.happening, "accept_then_timeout"); ok {
			s.hang(r.Context(), st)
			s.noAnswer(c)
		}
	}
	s.writeGraph(w, c, answer, refused)
}

// heldUp lets standing faults of the line delay a call, break it, or answer it
// as a gateway does. True: there is nothing more to answer.
func (s *Sim) heldUp(w http.ResponseWriter, c *graphCall) bool {
	if st, ok := s.faults.pick(c.happening, "delay", "slow"); ok && !s.wait(c.r.Context(), msOr(st.MS, defaultSlow)) {
		s.noAnswer(c)
	}
	st, ok := s.faults.pick(c.happening, "timeout", "broken", "http", "html", "gateway", "empty", "page")
	if !ok {
		return false
	}
	switch st.effect {
	case "timeout":
		s.hang(c.r.Context(), st)
		s.noAnswer(c)
	case "broken":
		s.noAnswer(c)
	}
	c.row.Answer = st.HTTP
	if c.row.Answer == 0 {
		c.row.Answer = troubleAnswers[st.effect]
	}
	s.ledger.call(c.row)
	page := slices.Contains([]string{"html", "gateway", "page"}, st.effect)
	if page {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.WriteHeader(c.row.Answer)
	if page {
		io.WriteString(w, troublePage)
	}
	return true
}

var troubleAnswers = map[string]int{
	"http": http.StatusInternalServerError, "empty": http.StatusInternalServerError, "html": http.StatusServiceUnavailable,
	"gateway": http.StatusBadGateway, "page": http.StatusOK,
}

// troublePage is what stands in for JSON at a gateway's fault.
const troublePage = `<!DOCTYPE html><html lang="en"><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1><p>We're working on it.</p></body></html>`

// noAnswer notes the call and breaks the connection.
func (s *Sim) noAnswer(c *graphCall) {
	s.ledger.call(c.row)
	panic(http.ErrAbortHandler)
}

// hang keeps a caller waiting until it gives up, at most st.MS or five minutes.
func (s *Sim) hang(ctx context.Context, st strike) {
	s.wait(ctx, msOr(st.MS, 5*time.Minute))
}

// readCall takes the request apart as far as faults and the ledger need it. A
// status other than 0 says the request is not even one for Graph.
func (s *Sim) readCall(r *http.Request) (*graphCall, int) {
	m := graphPath.FindStringSubmatch(r.URL.Path)
	if m == nil {
		return nil, http.StatusNotFound
	}
	c := &graphCall{r: r, version: oldestVersion, params: r.URL.Query()}
	if m[1] != "" {
		fmt.Sscan(m[1], &c.version)
		c.version = min(max(c.version, oldestVersion), currentVersion)
	}
	c.id, c.edge, _ = strings.Cut(m[2], "/")
	limit := int64(maxGraphBody)
	if c.edge == "media" || strings.HasPrefix(c.id, uploadPrefix) {
		limit = maxUploadBytes + 1<<20
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge
	}
	c.body = body
	c.readParams()

	s.mu.Lock()
	c.number, c.waba, c.app, c.business = s.numbers[c.id], s.wabas[c.id], s.apps[c.id], s.businesses[c.id]
	isMedia := s.media.items[c.id] != nil
	c.operation = c.classify(isMedia)
	c.accounts = s.accountsOf(c)
	c.happening.edge, _, _ = strings.Cut(c.edge, "/")
	if c.number != nil {
		c.node = "number"
	}
	if t := s.tokens[c.bearer()]; t != nil && c.id != "debug_token" && c.id != "oauth" {
		c.tokenMade = t.made
	}
	if c.send != nil && c.number != nil {
		s.concerns(c)
	}
	s.mu.Unlock()
	c.row = LedgerCall{
		At: s.now().UTC(), Platform: "whatsapp", Account: c.id, Operation: c.operation,
		Person: c.person, Method: r.Method, Edge: c.edge,
	}
	if c.row.Person == "" {
		c.row.Person = c.address
	}
	if c.send != nil {
		c.row.ClientRef = c.send.CallbackData
	}
	return c, 0
}

// readParams merges the body's parameters with those of the query.
func (c *graphCall) readParams() {
	if len(c.body) == 0 || c.r.Method == http.MethodGet || strings.HasPrefix(c.id, uploadPrefix) {
		return
	}
	kind, args, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	switch {
	case kind == "multipart/form-data":
		c.form, c.badBody = readMultipart(c.body, args["boundary"], c.params)
	case kind == "application/x-www-form-urlencoded":
		if values, err := url.ParseQuery(string(c.body)); err == nil {
			for k, v := range values {
				c.params[k] = v
			}
		}
	case c.edge == "messages":
		c.send, c.badBody = readSend(c.body)
	default:
		var object map[string]json.RawMessage
		if err := json.Unmarshal(c.body, &object); err != nil {
			c.badBody = refuse(100, 0, "the body is not a JSON object: %v", err)
			return
		}
		for k, raw := range object {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			c.params.Set(k, text)
		}
	}
}

// classify names the operation that faults and the ledger know the call by.
func (c *graphCall) classify(isMedia bool) string {
	switch {
	case c.id == "debug_token" || c.id == "me" || c.id == "oauth" || strings.HasPrefix(c.edge, "permissions"):
		return "token"
	case c.edge == "messages" && c.r.Method == http.MethodPost:
		if c.send != nil && c.send.Status != "" {
			return "read"
		}
		return "send"
	case c.edge == "media", isMedia, c.edge == "uploads", strings.HasPrefix(c.id, uploadPrefix):
		return "media"
	case slices.Contains([]string{"register", "deregister", "request_code", "verify_code", "smb_app_data"}, c.edge),
		c.edge == "phone_numbers" && c.r.Method == http.MethodPost:
		return "register"
	case c.edge == "subscribed_apps", c.edge == "subscriptions", c.number != nil && c.edge == "" && c.params.Has("webhook_configuration"):
		return "subscribe"
	}
	return "read"
}

// accountsOf lists the ids a fault may be narrowed to for this call. Needs the lock.
func (s *Sim) accountsOf(c *graphCall) []string {
	switch {
	case c.number != nil:
		return []string{c.number.id, c.number.waba.id}
	case c.waba != nil:
		return s.accountsOfWABA(c.waba.id)
	case c.app != nil:
		return append(s.accountsOfApp(c.app.id), c.app.id)
	}
	value := c.bearer()
	switch {
	case c.id == "debug_token":
		value = c.params.Get("input_token")
	case c.params.Has("fb_exchange_token"):
		value = c.params.Get("fb_exchange_token")
	}
	return s.accountsOfToken(s.tokens[value])
}

// accountsOfWABA lists the ids of a WABA and its numbers. Needs the lock.
func (s *Sim) accountsOfWABA(id string) []string {
	ids := []string{id}
	for _, n := range s.numbersOf(id) {
		ids = append(ids, n.id)
	}
	return ids
}

// accountsOfToken lists what a token may act for; nil has nothing. Needs the lock.
func (s *Sim) accountsOfToken(t *token) []string {
	var ids []string
	if t == nil {
		return nil
	}
	targets := t.targets
	if t.everything {
		targets = slices.Collect(maps.Keys(s.wabas))
	}
	for _, id := range targets {
		ids = append(ids, s.accountsOfWABA(id)...)
	}
	return ids
}

func (c *graphCall) bearer() string {
	if scheme, value, ok := strings.Cut(c.r.Header.Get("Authorization"), " "); ok && (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "OAuth")) {
		return strings.TrimSpace(value)
	}
	return c.params.Get("access_token")
}

// answerCall authenticates and serves the call.
func (s *Sim) answerCall(c *graphCall) (any, *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.authenticate(c); refused != nil && c.id != "oauth" {
		return nil, refused
	}
	st, staged := s.faults.pick(c.happening, "error")
	if staged && s.cured(c, st) {
		staged = false
	}
	viaStatus := staged && c.operation == "send" && (st.Via == "status" || st.Via == "" && st.code.comes == "status")
	if staged && !viaStatus {
		return nil, c.staged(st)
	}
	if c.badBody != nil {
		return nil, c.badBody
	}
	if viaStatus {
		return s.serveSend(c, &failure{code: st.code, details: "Staged by the twin: " + st.code.title + ".", language: st.language()})
	}
	return s.dispatch(c)
}

// staged is the refusal that a standing fault orders.
func (c *graphCall) staged(st strike) *graphError {
	refused := &graphError{code: st.code, details: "Staged by the twin: " + st.code.title + ".", words: st.words, language: st.language()}
	if st.code.number == 190 {
		refused.details = "Error validating access token: " + st.code.title + "."
	}
	if st.Locale != "" {
		refused.user, _ = languageOf(st.Locale)
	} else if st.code.area == "registration" || c.operation == "register" || st.code.area == "template" && c.operation != "send" {
		refused.user = c.language()
	}
	return refused
}

// language of all texts that come with the fault; "" = English.
func (st strike) language() string {
	language, _ := languageOf(st.Locale)
	if language == "en" {
		return ""
	}
	return language
}

// cured tells whether this very call repairs what stages the refusal: a number
// that is protected by a PIN takes the right one.
func (s *Sim) cured(c *graphCall, st strike) bool {
	if c.edge != "register" || st.Cause != "wa.pin" && st.Cause != "wa.two_step" {
		return false
	}
	right := st.PIN
	if right == "" {
		right = usualPIN
	}
	if c.params.Get("pin") != right {
		return false
	}
	c.number.pin, c.number.elsewhere = "", false
	s.faults.cure(c.accounts, st.Cause)
	return true
}

func (c *graphCall) language() string {
	if language, ok := languageOf(c.r.Header.Get("Accept-Language")); ok {
		return language
	}
	return "en"
}

// authenticate finds the token and checks that it sees the node. Needs the lock.
func (s *Sim) authenticate(c *graphCall) *graphError {
	value := c.bearer()
	if value == "" {
		return refuse(104, 0, "An access token is required to request this resource.")
	}
	if t := s.tokens[value]; t != nil {
		c.token = t
		if dead := t.deadNow(s.now()); dead != nil {
			return refuse(190, dead.subcode, "Error validating access token: %s", dead.message)
		}
	} else if a := s.appOfToken(value); a != nil && !s.resetSecret(c, a.id) {
		c.token = &token{value: value, appID: a.id, tokenState: tokenState{kind: "APP"}}
	} else {
		return refuse(190, 0, "The access token could not be decrypted.")
	}
	if proof := c.params.Get("appsecret_proof"); proof != "" {
		mac := hmac.New(sha256.New, []byte(s.apps[c.token.appID].secret))
		mac.Write([]byte(c.token.value))
		if proof != hex.EncodeToString(mac.Sum(nil)) || s.resetSecret(c, c.token.appID) {
			return refuse(100, 0, "appsecret_proof does not belong to this token.")
		}
	}
	return nil
}

// resetSecret tells whether a standing cause has taken the app's secret out of
// use. Needs the lock.
func (s *Sim) resetSecret(c *graphCall, appID string) bool {
	_, reset := s.faults.pick(happening{operation: c.operation, accounts: append(s.accountsOfApp(appID), appID)}, "reset")
	return reset
}

func (c *graphCall) missing() *graphError {
	return refuse(100, 33, "The object with id '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation.", c.id)
}

var success = map[string]bool{"success": true}

// writeGraph writes the answer with the headers about rates, and the row.
func (s *Sim) writeGraph(w http.ResponseWriter, c *graphCall, answer any, refused *graphError) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("Facebook-API-Version", fmt.Sprintf("v%d.0", c.version))
	s.rateHeaders(h, c)
	c.row.Answer = http.StatusOK
	if refused != nil {
		answer = refused.envelope()
		c.row.Answer = refused.code.http
		c.row.Code, c.row.Subcode = refused.code.number, refused.code.subcode
		h.Set("Www-Authenticate", fmt.Sprintf(`OAuth "Facebook Platform" "invalid_request" "%d"`, refused.code.number))
	}
	body, err := asciiJSON(answer)
	if err != nil {
		s.log.Error("an answer does not encode", "id", c.id, "edge", c.edge, "error", err)
		c.row.Answer, body = http.StatusInternalServerError, nil
	}
	s.ledger.call(c.row)
	w.WriteHeader(c.row.Answer)
	w.Write(body)
}

func (e *graphError) envelope() any {
	type data struct {
		MessagingProduct string `json:"messaging_product"`
		Details          string `json:"details"`
	}
	type body struct {
		Message   string `json:"message"`
		Type      string `json:"type"`
		Code      int    `json:"code"`
		Subcode   int    `json:"error_subcode,omitempty"`
		Transient *bool  `json:"is_transient,omitempty"`
		UserTitle string `json:"error_user_title,omitempty"`
		UserMsg   string `json:"error_user_msg,omitempty"`
		Data      *data  `json:"error_data,omitempty"`
		TraceID   string `json:"fbtrace_id"`
	}
	title, details := e.code.title, e.details
	if e.code.subcode == 2388001 { // one code for two causes: the title is the meant one's
		title = textFor("en", e.code, e.words).title
	}
	if e.language != "" {
		t := textFor(e.language, e.code, e.words)
		title, details = t.title, t.message
	}
	b := body{
		Message: fmt.Sprintf("(#%d) %s", e.code.number, title), Type: "OAuthException",
		Code: e.code.number, Subcode: e.code.subcode, TraceID: newTrace(),
	}
	if e.code.transient {
		b.Transient = &e.code.transient
	}
	switch e.code.area {
	case "auth":
		b.Message = details
	default:
		b.Data = &data{"whatsapp", details}
	}
	if e.user != "" {
		t := textFor(e.user, e.code, e.words)
		b.UserTitle, b.UserMsg = t.title, t.message
	}
	return map[string]body{"error": b}
}

// rateHeaders tells how much of the hourly calls is used, in percent.
func (s *Sim) rateHeaders(h http.Header, c *graphCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.token == nil {
		return
	}
	calls := c.token.calls.count
	if c.operation != "send" {
		calls = c.token.calls.add(s.now())
	}
	used, regain := min(100, calls*100/managementCalls), 0
	limited := slices.ContainsFunc(s.faults.standing(c.accounts), func(f *standingFault) bool { return f.Cause == "net.rate" })
	if limited {
		used, regain = 100, regainMinutes
	}
	h.Set("X-App-Usage", fmt.Sprintf(`{"call_count":%d,"total_time":%d,"total_cputime":%d}`, used, used/2, used/4))
	if c.waba != nil {
		if !limited {
			used = min(100, c.waba.calls.count*100/managementCalls)
		}
		h.Set("X-Business-Use-Case-Usage", fmt.Sprintf(`{"%s":[{"type":"whatsapp_business_management","call_count":%d,"total_cputime":%d,"total_time":%d,"estimated_time_to_regain_access":%d}]}`, c.waba.id, used, used/4, used/2, regain))
	}
}
