package sim

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
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

	number *number
	waba   *waba
	app    *app
	token  *token

	happening
	row LedgerCall
}

// graphError is a refusal in the platform's envelope.
type graphError struct {
	code    code
	details string
	user    string // language of error_user_title and _msg, "" for none
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
	if st, ok := s.faults.pick(c.happening, "delay"); ok && !s.wait(r.Context(), msOr(st.MS, 0)) {
		s.noAnswer(c)
	}
	if st, ok := s.faults.pick(c.happening, "timeout", "http"); ok {
		if st.effect == "timeout" {
			s.hang(r.Context(), st)
			s.noAnswer(c)
		}
		c.row.Answer = st.HTTP
		if c.row.Answer == 0 {
			c.row.Answer = http.StatusInternalServerError
		}
		s.ledger.call(c.row)
		w.WriteHeader(c.row.Answer)
		return
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
	if c.edge == "media" {
		limit = maxUploadBytes + 1<<20
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge
	}
	c.body = body
	c.readParams()

	s.mu.Lock()
	c.number, c.waba, c.app = s.numbers[c.id], s.wabas[c.id], s.apps[c.id]
	isMedia := s.media.items[c.id] != nil
	c.operation = c.classify(isMedia)
	c.accounts = s.accountsOf(c)
	c.aboutTokens = c.id == "debug_token" || c.id == "oauth"
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
	if len(c.body) == 0 || c.r.Method == http.MethodGet {
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
	case c.id == "debug_token" || c.id == "me" || c.id == "oauth":
		return "token"
	case c.edge == "messages" && c.r.Method == http.MethodPost:
		if c.send != nil && c.send.Status != "" {
			return "read"
		}
		return "send"
	case c.edge == "media", isMedia:
		return "media"
	case slices.Contains([]string{"register", "deregister", "request_code", "verify_code"}, c.edge):
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
	}
	value := c.bearer()
	if c.id == "debug_token" {
		value = c.params.Get("input_token")
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
	if t != nil {
		for _, id := range t.wabas {
			ids = append(ids, s.accountsOfWABA(id)...)
		}
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
	viaStatus := staged && c.operation == "send" && (st.Via == "status" || st.Via == "" && st.code.comes == "status")
	if staged && !viaStatus {
		refused := &graphError{code: st.code, details: "Staged by the twin: " + st.code.title + "."}
		if st.code.number == 190 {
			refused.details = "Error validating access token: " + st.code.title + "."
		}
		if st.Locale != "" {
			refused.user, _ = languageOf(st.Locale)
		} else if st.code.area == "registration" || st.code.area == "template" && c.operation != "send" {
			refused.user = c.language()
		}
		return nil, refused
	}
	if c.badBody != nil {
		return nil, c.badBody
	}
	if viaStatus {
		return s.serveSend(c, &st.code)
	}
	return s.dispatch(c)
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
	} else if appID, secret, ok := strings.Cut(value, "|"); ok && s.apps[appID] != nil &&
		subtle.ConstantTimeCompare([]byte(secret), []byte(s.apps[appID].secret)) == 1 {
		c.token = &token{value: value, appID: appID, kind: "APP"}
	} else {
		return refuse(190, 0, "The access token could not be decrypted.")
	}
	if proof := c.params.Get("appsecret_proof"); proof != "" {
		mac := hmac.New(sha256.New, []byte(s.apps[c.token.appID].secret))
		mac.Write([]byte(c.token.value))
		if proof != hex.EncodeToString(mac.Sum(nil)) {
			return refuse(100, 0, "appsecret_proof does not belong to this token.")
		}
	}
	return nil
}

// sees tells whether the token may act for a WABA.
func (t *token) sees(wabaID string) bool { return slices.Contains(t.wabas, wabaID) }

func (c *graphCall) missing() *graphError {
	return refuse(100, 33, "The object with id '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation.", c.id)
}

// dispatch serves the endpoint of an authenticated call. Needs the lock.
func (s *Sim) dispatch(c *graphCall) (any, *graphError) {
	get, post, del := c.r.Method == http.MethodGet, c.r.Method == http.MethodPost, c.r.Method == http.MethodDelete
	switch {
	case c.id == "debug_token" && get:
		return s.serveDebugToken(c)
	case c.id == "oauth" && c.edge == "access_token":
		return s.serveAppToken(c)
	case c.id == "me" && get && c.edge == "":
		return s.serveMe(c)
	}
	if c.number != nil && c.token.sees(c.number.waba.id) {
		switch {
		case c.edge == "messages" && post:
			return s.serveSend(c, nil)
		case c.edge == "media" && post:
			return s.serveUpload(c)
		case c.edge == "" && get:
			return s.selectFields(c, s.numberNode(c.number, c.token), numberDefaults)
		case c.edge == "" && post:
			return s.serveNumberChange(c)
		case c.edge == "register" && post:
			return s.serveRegister(c)
		case c.edge == "deregister" && post:
			c.number.registered = false
			return success, nil
		case c.edge == "whatsapp_business_profile" && get:
			return page([]any{map[string]any{"messaging_product": "whatsapp", "about": c.number.name}}, nil), nil
		}
	}
	if c.waba != nil && c.token.sees(c.waba.id) {
		if c.waba.calls.add(s.now()) > managementCalls {
			return nil, refuse(80008, 0, "Too many calls to this WhatsApp Business account; wait and ask again.")
		}
		switch {
		case c.edge == "" && get:
			return s.selectFields(c, s.wabaNode(c.waba, c.token), wabaDefaults)
		case c.edge == "phone_numbers" && get:
			return s.servePhoneNumbers(c)
		case c.edge == "message_templates" && get:
			return s.serveTemplates(c)
		case c.edge == "subscribed_apps":
			return s.serveSubscribedApps(c)
		}
	}
	if c.app != nil && c.token.appID == c.app.id {
		switch {
		case c.edge == "subscriptions":
			return s.serveSubscriptions(c)
		case c.edge == "" && get:
			return s.selectFields(c, map[string]any{"id": c.app.id, "name": c.app.name}, []string{"id", "name"})
		}
	}
	if item := s.media.get(c.id, s.now()); item != nil && c.token.sees(item.wabaID) && c.edge == "" {
		switch {
		case get:
			return s.serveMediaNode(c, item)
		case del:
			s.media.drop(item)
			return success, nil
		}
	}
	return nil, c.missing()
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
	b := body{
		Message: fmt.Sprintf("(#%d) %s", e.code.number, e.code.title), Type: "OAuthException",
		Code: e.code.number, Subcode: e.code.subcode, TraceID: newTrace(),
	}
	if e.code.transient {
		b.Transient = &e.code.transient
	}
	switch e.code.area {
	case "auth":
		b.Message = e.details
	default:
		b.Data = &data{"whatsapp", e.details}
	}
	if e.user != "" {
		t := textFor(e.user, e.code)
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
	used := min(100, calls*100/managementCalls)
	h.Set("X-App-Usage", fmt.Sprintf(`{"call_count":%d,"total_time":%d,"total_cputime":%d}`, used, used/2, used/4))
	if c.waba != nil {
		used = min(100, c.waba.calls.count*100/managementCalls)
		h.Set("X-Business-Use-Case-Usage", fmt.Sprintf(`{"%s":[{"type":"whatsapp_business_management","call_count":%d,"total_cputime":%d,"total_time":%d,"estimated_time_to_regain_access":0}]}`, c.waba.id, used, used/4, used/2))
	}
}
