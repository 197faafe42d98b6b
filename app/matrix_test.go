package app_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/sim"
)

// matrix asks as one company for everything of another: every id that a route takes is swapped for the other company's,
// and must be answered like an id of nothing, with no row of either company changed; every event of the other company's
// stream must stay away. Which routes, fields and kinds there are is read from the code, so that a new one without a case
// is found missing.
type matrix struct {
	t *testing.T
	// owner is whose ids are tried, stranger who tries them.
	owner    *busy
	stranger *world
	alien    *http.Cookie
	// own are the stranger's ids by kind; secret are the owner's, which no answer may show.
	own    map[string]string
	secret map[string]string
	// url is where the stranger asks: a planted leak stands there in the product's place.
	url  string
	db   *sql.DB
	only func(route) bool

	routes, events map[string]bool
	leaks          []string
}

func newMatrix(t *testing.T, database string) *matrix {
	t.Helper()
	b := bustle(t, database)
	m := &matrix{t: t, owner: b, url: b.url, routes: map[string]bool{}, events: map[string]bool{}, only: func(route) bool { return true }}
	m.stranger = &world{company: b.second("Borealis"), twin: b.twin, front: b.front}
	m.alien = m.stranger.user("Zed", clearline.RoleOwner)
	_, conv := m.stranger.writesHere("Zoe")
	m.own = map[string]string{"conversation": conv.ID, "message": conv.LastMessage.ID, "media": m.stranger.upload("own.jpg", "", photo(t, 20, 10)).ID}
	m.secret = map[string]string{"a customer's message": b.in.ID, "an upload": b.upload("theirs.jpg", "", photo(t, 20, 10)).ID}
	for kind, id := range b.ids {
		m.secret[kind] = id
	}
	driver, address := "pgx", database
	if database == "" {
		driver, address = "sqlite", "file:"+filepath.Join(b.options.DataDir, "clearline.db")+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m.db = db
	return m
}

func (m *matrix) leak(format string, args ...any) {
	m.leaks = append(m.leaks, fmt.Sprintf(format, args...))
}

// nothing is an id that no row has, in the form of the real one.
func nothing(kind string) string {
	if kind == "key" || kind == "session" {
		return "0123456789abcdef"
	}
	return "250000000000000001"
}

// idFields are the fields of queries and bodies that take an id of ours, with the kind of thing; "any" may be of any kind,
// a cursor holds one, and a group's key one of the connection whose messages wait.
var idFields = map[string]string{
	"connection_id": "connection", "message_id": "message", "reply_to": "message", "reaction.message_id": "message", "media[]": "media", "assignee": "user",
	"message_ids[]": "message", "confirm_duplicates[]": "message", "key": "group", "path:key": "group",
	"query:around": "message", "query:connection_id": "connection", "query:after": "cursor", "query:newer": "cursor", "query:q": "any",
}

// words are the texts that are no ids of ours: a name stands for every field of that name, unless it looks like an id.
var words = []string{"about", "address", "app_secret", "body", "body[]", "button", "buttons[]", "clock", "code", "company", "current", "density", "description", "display_text", "email", "emoji",
	"footer", "header", "header[]", "language", "link", "name", "organization", "password", "phone", "platform", "role", "send_with", "state", "text", "theme", "title", "token", "type",
	"updated_at", "url", "verify_token", "vertical", "websites[]", "path:code", "query:format", "path:cause", "path:step", "path:action", "kind", "to", "way", "on_app", "method", "pin", "decide", "query:as", "query:name", "query:platform", "query:today_from", "query:state", "query:text", "query:view", "header:Last-Event-ID", "",
	// These look like ids and are the caller's or the platform's.
	"client_id", "app_id", "phone_number_id", "waba_id", "interactive.buttons[].id", "interactive.sections[].rows[].id",
	"template.body[].id", "template.buttons[].id", "template.header[].id"}

var looksLikeAnID = regexp.MustCompile(`(^|[._:])(id|.*_ids?|after|before|around|newer|assignee|reply_to|media)(\[\])?$`)

// slots are the places of a route where an id is taken.
func (m *matrix) slots(operation map[string]any) (all []string) {
	schemas := m.owner.description()["components"].(map[string]any)["schemas"].(map[string]any)
	found := map[string]bool{}
	var walk func(s map[string]any, path string)
	walk = func(s map[string]any, path string) {
		if ref, ok := s["$ref"].(string); ok {
			s = schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
		}
		for _, one := range slices.Concat(list0(s["oneOf"]), list0(s["anyOf"])) {
			walk(one.(map[string]any), path)
		}
		types := fmt.Sprint(s["type"])
		if properties, ok := s["properties"].(map[string]any); ok {
			for name, inner := range properties {
				walk(inner.(map[string]any), strings.TrimPrefix(path+"."+name, "."))
			}
		}
		if items, ok := s["items"].(map[string]any); ok {
			walk(items, path+"[]")
		}
		if strings.Contains(types, "string") {
			found[path] = true
		}
	}
	for _, p := range list0(operation["parameters"]) {
		parameter := p.(map[string]any)
		if name := fmt.Sprintf("%s:%s", parameter["in"], parameter["name"]); parameter["in"] == "path" && !slices.Contains(words, name) {
			all = append(all, name)
		} else if fmt.Sprint(parameter["schema"].(map[string]any)["type"]) == "string" {
			found[name] = true
		}
	}
	if body, ok := operation["requestBody"].(map[string]any); ok {
		for _, content := range body["content"].(map[string]any) {
			walk(content.(map[string]any)["schema"].(map[string]any), "")
		}
	}
	for name := range found {
		leaf := name[strings.LastIndexByte(name, '.')+1:]
		switch {
		case idFields[name] != "":
			all = append(all, name)
		case slices.Contains(words, name), !looksLikeAnID.MatchString(name) && slices.Contains(words, leaf):
		default:
			m.t.Errorf("the field %s is new: say in idFields or words whether it takes an id", name)
		}
	}
	slices.Sort(all)
	return all
}

func list0(v any) []any { l, _ := v.([]any); return l }

// bodyWith is a right body of a route but for one id.
func (m *matrix) bodyWith(r route, field, id string) any {
	type object = map[string]any
	switch strings.TrimPrefix(r.path, "/api/v1/conversations/{id}/") + " " + field {
	case "messages reply_to":
		return object{"client_id": "r", "text": "x", "reply_to": id}
	case "messages media[]":
		return object{"client_id": "m", "media": []string{id}}
	case "messages reaction.message_id":
		return object{"client_id": "e", "reaction": object{"message_id": id, "emoji": "👍"}}
	case "read message_id", "unread message_id":
		return object{"message_id": id}
	case "draft reply_to":
		return object{"text": "x", "reply_to": id, "updated_at": "2026-01-02T03:04:05Z"}
	case "draft media[]":
		return object{"text": "x", "media": []string{id}, "updated_at": "2026-01-02T03:04:05Z"}
	}
	if r.path == "/api/v1/conversations/{id}" && field == "assignee" {
		return object{"assignee": id}
	}
	if strings.HasPrefix(r.path, "/api/v1/outcomes/") {
		return map[string]any{"message_ids[]": object{"message_ids": []string{id}}, "confirm_duplicates[]": object{"message_ids": []string{id}, "confirm_duplicates": []string{id}},
			"key": object{"key": "waiting:" + id}}[field]
	}
	if r.path == "/api/v1/procedures" && field == "connection_id" {
		return object{"platform": "whatsapp", "way": "reconnect", "connection_id": id}
	}
	m.t.Errorf("%s %s takes an id in %s: tell bodyWith how", r.method, r.path, field)
	return nil
}

// swapped are two calls of a route, one with the owner's id in a slot and one with an id of nothing.
func (m *matrix) swapped(r route, slot string) (foreign, absent *answer, id string) {
	path := strings.TrimPrefix(r.path, "/api/v1/")
	if slot == "path:id" {
		kind := kindOf(r.path)
		body, known := m.owner.bodyFor(r)
		if !known || m.owner.ids[kind] == "" {
			m.t.Errorf("%s %s is new: tell kindOf and bodyFor about it", r.method, r.path)
		}
		id = m.owner.ids[kind]
		return m.ask(r, strings.ReplaceAll(path, "{id}", id), body), m.ask(r, strings.ReplaceAll(path, "{id}", nothing(kind)), body), id
	}
	path = strings.ReplaceAll(path, "{id}", m.own[kindOf(r.path)])
	name, query := strings.CutPrefix(slot, "query:")
	switch kind := idFields[slot]; {
	case slot == "path:key":
		id = m.owner.ids["connection"]
		return m.ask(r, strings.ReplaceAll(path, "{key}", "waiting:"+id), nil), m.ask(r, strings.ReplaceAll(path, "{key}", "waiting:"+nothing(kind)), nil), id
	case kind == "cursor" && strings.Contains(r.path, "{key}"): // its cursor is a message's plain id
		return m.ask(r, path+"?"+name+"="+m.owner.in.ID, nil), m.ask(r, path+"?"+name+"="+nothing(kind), nil), m.owner.in.ID
	case kind == "cursor":
		theirs := m.cursor(r)
		return m.ask(r, path+"?"+name+"="+theirs, nil), m.ask(r, path+"?"+name+"="+m.cursorOfNothing(theirs), nil), theirs
	case query && kind == "any":
		id = m.owner.ids["conversation"]
		return m.ask(r, path+"?"+name+"="+id, nil), m.ask(r, path+"?"+name+"="+nothing(kind), nil), id
	}
	id = map[string]string{"connection": m.owner.ids["connection"], "group": m.owner.ids["connection"], "message": m.owner.in.ID, "media": m.secret["an upload"], "user": m.owner.ids["user"]}[idFields[slot]]
	if query {
		return m.ask(r, path+"?"+name+"="+id, nil), m.ask(r, path+"?"+name+"="+nothing(idFields[slot]), nil), id
	}
	return m.ask(r, path, m.bodyWith(r, slot, id)), m.ask(r, path, m.bodyWith(r, slot, nothing(idFields[slot]))), id
}

// cursor is where a page of the owner's list goes on.
func (m *matrix) cursor(r route) string {
	path := strings.TrimPrefix(strings.ReplaceAll(r.path, "{id}", m.owner.ids[kindOf(r.path)]), "/api/v1/") + "?limit=1"
	if strings.HasSuffix(r.path, "/search") {
		path += "&q=o" // whatever it finds; the cursor is made below when there is no second page
	}
	var page struct{ Next *string }
	_ = json.Unmarshal(m.owner.request(http.MethodGet, path, nil).raw, &page)
	if page.Next != nil {
		return *page.Next
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%s", m.owner.clock.Now().UnixMilli(), m.owner.in.ID))
}

var lastNumber = regexp.MustCompile(`\d+\D*$`)

func (m *matrix) cursorOfNothing(cursor string) string {
	plain, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || !lastNumber.Match(plain) {
		m.t.Errorf("the cursor %s cannot be read", cursor)
	}
	return base64.RawURLEncoding.EncodeToString(lastNumber.ReplaceAll(plain, []byte(nothing(""))))
}

// ask asks as the stranger.
func (m *matrix) ask(r route, path string, body any) *answer {
	m.t.Helper()
	q := request{method: r.method, url: m.url + "/api/v1/" + strings.NewReplacer("{step}", "number", "{action}", "check", "{code}", "4O4YGZEG3RIVE1", "{key}", "needs_you:wa.undeliverable").Replace(path), body: body}
	switch r.right {
	case "own":
		q.cookie, q.header = m.alien, ownPages
	case "public":
		q.header = ownPages
	default:
		q.key = m.stranger.key
	}
	return q.send(m.t)
}

// changing are what no two answers share.
var changing = regexp.MustCompile(`"(request_id":"[^"]*"|took_ms":[\d.]+)`)

func settled(raw []byte) []byte { return changing.ReplaceAll(raw, nil) }

// route tries everything that a route takes.
func (m *matrix) route(r route, operation map[string]any) {
	slots := m.slots(operation)
	theirs, ours := m.dump(m.owner.id), m.dump(m.stranger.id)
	for _, slot := range slots {
		foreign, absent, id := m.swapped(r, slot)
		if foreign.status != absent.status || !bytes.Equal(settled(bytes.ReplaceAll(foreign.raw, []byte(id), nil)), settled(bytes.ReplaceAll(absent.raw, []byte(nothing("")), nil))) {
			m.leak("%s %s tells another company's id in %s from one of nothing: HTTP %d %.300s and HTTP %d %.300s", r.method, r.path, slot, foreign.status, foreign.raw, absent.status, absent.raw)
		}
		// Those about many answer for each id by itself: as for nothing, and without any row changed, which is held below.
		if !strings.HasPrefix(slot, "query:") && foreign.status < 400 && !strings.HasPrefix(r.path, "/api/v1/outcomes/") {
			m.leak("%s %s takes another company's id in %s: HTTP %d", r.method, r.path, slot, foreign.status)
		}
		m.shows(r, foreign, id)
		m.routes[r.method+" "+r.path] = true
	}
	if len(slots) == 0 || r.method == http.MethodGet && !slices.Contains(slots, "path:id") {
		m.plain(r)
	}
	if diff := differs(ours, m.dump(m.stranger.id)); diff != "" && len(slots) > 0 {
		m.leak("%s %s with another company's id changed the caller's own rows: %s", r.method, r.path, diff)
	}
	if diff := differs(theirs, m.dump(m.owner.id)); diff != "" {
		m.leak("%s %s changed another company's rows: %s", r.method, r.path, diff)
	}
}

// plain asks a route that takes no id: what it shows and changes must be the caller's.
func (m *matrix) plain(r route) {
	body, known := m.owner.bodyFor(r)
	if !known {
		m.t.Errorf("%s %s is new: tell bodyFor what it takes", r.method, r.path)
		return
	}
	got := m.ask(r, strings.TrimPrefix(asked(r.path, ""), "/api/v1/"), body)
	switch {
	case r.path == "/api/v1/connections" && r.method == http.MethodPost:
		got.problem(m.t, http.StatusUnprocessableEntity, "wa.waba_taken")
	case got.status >= 300 && r.right != "public" && !strings.HasSuffix(r.path, "/password"):
		m.t.Errorf("%s %s: HTTP %d %.300s", r.method, r.path, got.status, got.raw)
	}
	m.shows(r, got, "")
	m.routes[r.method+" "+r.path] = true
}

// shows looks for the owner's ids in an answer to the stranger, but for the one that was asked with.
func (m *matrix) shows(r route, got *answer, but string) {
	for kind, id := range m.secret {
		if id != but && bytes.Contains(got.raw, []byte(id)) {
			m.leak("%s %s shows another company's %s", r.method, r.path, kind)
		}
	}
}

// Rows that change by themselves: what the follower of search has read, proofs of connections, and last uses. An
// examination that the doctor begins by itself says so among the changes; which rows it changed is held by the others.
var (
	byThemselves = []string{"counters", "search_progress", "search_segments", "search_pages", "proofs", "nodes", "settings", "examinations", "findings", "readings", "volumes", "volume_progress", "loads", "leases"}
	uses         = []string{"used_at", "seen_at"}
)

// dump is every row of a company, by table.
func (m *matrix) dump(company clearline.ID) map[string]string {
	m.t.Helper()
	text := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if m.owner.app.Store.Engine() == "postgres" {
		text = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	tables := map[string]string{}
	for _, row := range m.rows(text) {
		name := fmt.Sprint(row[0])
		if slices.Contains(byThemselves, name) || strings.HasPrefix(name, "search_") {
			continue
		}
		if rows, ok := m.ofCompany(name, company); ok {
			tables[name] = rows
		}
	}
	if len(tables) < 20 {
		m.t.Fatalf("only %d tables are of companies", len(tables))
	}
	return tables
}

// ofCompany is a company's rows of a table, as sorted lines; ok is false for a table that belongs to no company.
func (m *matrix) ofCompany(table string, company clearline.ID) (lines string, ok bool) {
	rows, err := m.db.QueryContext(m.t.Context(), fmt.Sprintf(`SELECT * FROM %s WHERE company_id = %d`, table, int64(company)))
	if err != nil {
		if !strings.Contains(err.Error(), "company_id") {
			m.t.Fatal(err)
		}
		return "", false
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		m.t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			m.t.Fatal(err)
		}
		var line strings.Builder
		for i, c := range columns {
			if !slices.Contains(uses, c) {
				fmt.Fprintf(&line, "%s=%v ", c, values[i])
			}
		}
		if table == "changes" && strings.Contains(line.String(), "kind=connection.changed ") {
			continue
		}
		all = append(all, line.String())
	}
	if err := rows.Err(); err != nil {
		m.t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, "\n"), true
}

func (m *matrix) rows(text string) (all [][]any) {
	rows, err := m.db.QueryContext(m.t.Context(), text)
	if err != nil {
		m.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			m.t.Fatal(err)
		}
		all = append(all, []any{name})
	}
	return all
}

func differs(before, after map[string]string) string {
	for table, rows := range after {
		if rows != before[table] {
			return fmt.Sprintf("%s\n%.600s\n→\n%.600s", table, before[table], rows)
		}
	}
	return ""
}

// allRoutes walks the description. Routes that end the stranger's session come last.
func (m *matrix) allRoutes() (n int) {
	paths := m.owner.description()["paths"].(map[string]any)
	all := m.owner.routes()
	slices.SortStableFunc(all, func(a, b route) int { return strings.Compare(last(a), last(b)) })
	for _, r := range all {
		n++
		if m.only(r) && !strings.HasSuffix(r.path, "/stream") {
			m.route(r, paths[r.path].(map[string]any)[strings.ToLower(r.method)].(map[string]any))
		}
	}
	return n
}

func last(r route) string {
	if r.method == http.MethodDelete && strings.HasSuffix(r.path, "/session") {
		return "last"
	}
	return ""
}

// namedEvents are the events that the stream's code can write, but change itself, whose kinds the domain lists.
func namedEvents(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("../httpapi/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`event: (\w+)\\n`).FindAllStringSubmatch(string(text), -1) {
			if found[1] != "change" && !slices.Contains(all, found[1]) {
				all = append(all, found[1])
			}
		}
	}
	return all
}

// happen makes something happen in the owner's company by which an event of each kind arises; nil for a kind that nobody
// has told us about.
func (m *matrix) happen(kind string) func() {
	b := m.owner
	conversation := b.ids["conversation"]
	switch kind {
	case "message.created":
		return func() {
			b.hook(textFrom(b.account, "4915100000077", "wamid.event", fmt.Sprint(b.clock.Now().Unix()), "Hello")).want(m.t, http.StatusOK)
		}
	case "message.changed":
		return func() { b.becomes(b.send(conversation, "event", "Hello").ID, "read") }
	case "conversation.changed":
		return func() {
			b.request(http.MethodPatch, "conversations/"+conversation, map[string]any{"state": "done"}).want(m.t, http.StatusOK)
		}
	case "connection.changed":
		return func() {
			end := b.fault(sim.Fault{Cause: "auth.expired", Operation: "send"})
			defer end()
			b.becomes(b.send(conversation, "fault", "Wait").ID, "held")
		}
	case "procedure.changed":
		return func() {
			b.post("procedures", map[string]any{"platform": "whatsapp", "way": "manual"}).want(m.t, http.StatusCreated)
		}
	case "templates.changed":
		return func() { b.post("connections/"+b.connection+"/templates/sync", nil).want(m.t, http.StatusOK) }
	case "user.changed":
		return func() {
			b.request(http.MethodPatch, "users/"+b.ids["user"], map[string]any{"name": "Bia R"}).want(m.t, http.StatusOK)
		}
	case "company.changed":
		return func() {
			b.request(http.MethodPatch, "company", map[string]any{"name": "Aurora B"}).want(m.t, http.StatusOK)
		}
	case "presence":
		return func() {
			b.as(b.cookie, http.MethodPost, "conversations/"+conversation+"/presence", map[string]any{"state": "typing"}).want(m.t, http.StatusNoContent)
		}
	case "hello", "too_old":
		return func() {} // the first says where a stream starts, the second that it ends: told below
	}
	return nil
}

// allEvents lets every kind of event happen, and listens as both companies.
func (m *matrix) allEvents() (n int) {
	theirs := m.owner.open(m.t, "", nil, nil)
	spy := &company{install: &install{url: m.url, t: m.t}, key: m.stranger.key}
	before := m.stranger.number()
	ours := spy.open(m.t, "", nil, nil)
	if e, _ := ours.next(m.t); e.name != "hello" || e.data != fmt.Sprintf(`{"n":%d}`, before) {
		m.leak("the stranger's stream begins with %+v, the company is at %d", e, before)
	}
	var kinds []string
	for _, k := range clearline.ChangeKinds {
		kinds = append(kinds, string(k))
	}
	kinds = append(kinds, namedEvents(m.t)...)
	for _, kind := range kinds {
		n++
		act := m.happen(kind)
		if act == nil {
			m.t.Errorf("events of the kind %s are new: tell happen how they arise", kind)
			continue
		}
		act()
		if kind != "hello" && kind != "too_old" {
			m.hear(theirs, kind)
		}
		m.events[kind] = true
	}
	// What the stranger heard until something of its own happens.
	m.stranger.request(http.MethodPatch, "company", map[string]any{"name": "Borealis"}).want(m.t, http.StatusOK)
	for {
		e, ok := ours.next(m.t)
		if !ok {
			m.leak("the stranger's stream ended")
			break
		}
		m.overheard("stream", e.data)
		if strings.Contains(e.data, "company.changed") && strings.Contains(e.data, m.stranger.id.String()) {
			break
		}
	}
	m.overheard("changes", string(request{method: http.MethodGet, url: m.url + "/api/v1/changes?since=0", key: m.stranger.key}.send(m.t).raw))
	m.overheard("presence", string(request{method: http.MethodGet, url: m.url + "/api/v1/presence", key: m.stranger.key}.send(m.t).raw))
	m.routes["GET /api/v1/stream"] = true
	return n
}

// hear waits for an event of a kind.
func (m *matrix) hear(s *stream, kind string) {
	m.t.Helper()
	for {
		e, ok := s.next(m.t)
		if !ok {
			m.t.Fatalf("the stream ended before %s", kind)
		}
		var c change
		if e.name == kind || e.name == "change" && json.Unmarshal([]byte(e.data), &c) == nil && c.Kind == kind {
			return
		}
	}
}

func (m *matrix) overheard(where, data string) {
	for kind, id := range m.secret {
		if strings.Contains(data, id) {
			m.leak("%s tells another company's %s: %.300s", where, kind, data)
		}
	}
	if strings.Contains(data, m.owner.id.String()) {
		m.leak("%s tells of another company: %.300s", where, data)
	}
}

// I36, I56, I57: whatever a company is asked for by another one is as absent as nothing, in every id of every route and in
// every kind of event, and no row changes.
func TestCompaniesDoNotSeeEachOther(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		m := newMatrix(t, database)
		routes := m.allRoutes()
		events := m.allEvents()
		for _, leak := range m.leaks {
			t.Error(leak)
		}
		for _, r := range m.owner.routes() {
			if !m.routes[r.method+" "+r.path] {
				t.Errorf("%s %s has no case", r.method, r.path)
			}
		}
		t.Logf("routes %d/%d, events %d/%d, leaks %d", len(m.routes), routes, len(m.events), events, len(m.leaks))
	})
}
