package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/sim"
)

// route is one operation of the API's description, with the right that it takes.
type route struct{ method, path, right string }

func (in *install) description() (d map[string]any) {
	in.t.Helper()
	request{method: http.MethodGet, url: in.url + "/api/openapi.json"}.send(in.t).want(in.t, http.StatusOK).into(in.t, &d)
	return d
}

func (in *install) routes() (all []route) {
	in.t.Helper()
	for path, operations := range in.description()["paths"].(map[string]any) {
		for method, o := range operations.(map[string]any) {
			right, _ := o.(map[string]any)["x-right"].(string)
			if right == "" {
				in.t.Errorf("%s %s does not say which right it takes", method, path)
			}
			all = append(all, route{strings.ToUpper(method), path, right})
		}
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// busy is a company in which everything the API can show has happened.
type busy struct {
	*world
	// ids are ids of the company by the kind of thing: conversation, message, delivery, connection, media, key.
	ids map[string]string
	// cookie is the session of Bia, an agent; it is also what routes about oneself are asked with.
	cookie *http.Cookie
	// in and out are a customer's message and a failed answer.
	in, out message
}

func bustle(t *testing.T, database string) *busy {
	t.Helper()
	w := meet(t, database)
	p, c := w.writes("Ana", "Hello")
	if _, err := w.twin.Write(p.ID, sim.PersonMessage{Kind: "image", Text: "Look"}); err != nil {
		t.Fatal(err)
	}
	var picture message
	until(t, "the picture is here", func() bool {
		all := w.thread(c.ID)
		picture = all[len(all)-1]
		return picture.Kind == "image"
	})
	until(t, "its file is here", func() bool {
		w.clock.Advance(2 * time.Second)
		return w.files(picture.ID)[0].State == "ready"
	})
	if _, err := w.twin.Write(p.ID, sim.PersonMessage{Reaction: new("🎉"), To: text(c.LastMessage.PlatformID)}); err != nil {
		t.Fatal(err)
	}
	until(t, "the reaction is here", func() bool { return len(w.message(c.LastMessage.ID).Reactions) == 1 })
	cookie := w.user("Bia", clearline.RoleAgent)
	var m message
	request{method: http.MethodPost, url: w.url + "/api/v1/conversations/" + c.ID + "/messages", cookie: cookie, header: map[string]string{"X-Clearline": "1"},
		body: map[string]any{"client_id": "b", "text": "Nice", "reply_to": picture.ID}}.send(t).want(t, http.StatusCreated).into(t, &m)
	w.becomes(m.ID, "read")
	end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Via: "answer", Times: 1})
	failed := w.becomes(w.send(c.ID, "f", "Not to be").ID, "failed")
	end()
	w.hook([]byte("not JSON")).want(t, http.StatusOK)
	b := &busy{world: w, in: *c.LastMessage, out: failed, cookie: cookie,
		ids: map[string]string{"conversation": c.ID, "message": failed.ID, "connection": w.connection}}
	b.ids["delivery"] = w.deliveries("?state=parked")[0].ID
	var procedure struct{ ID string }
	w.post("procedures", map[string]any{"platform": "whatsapp", "way": "manual"}).want(t, http.StatusCreated).into(t, &procedure)
	b.ids["procedure"] = procedure.ID
	var keys list[struct{ ID string }]
	w.get("keys", &keys)
	b.ids["key"] = keys.Items[0].ID
	var one struct{ Media []struct{ ID string } }
	w.get("messages/"+picture.ID, &one)
	b.ids["media"] = one.Media[0].ID
	var people, sessions list[struct{ ID string }]
	w.get("users", &people)
	b.ids["user"] = people.Items[0].ID
	b.as(cookie, http.MethodGet, "sessions", nil).want(t, http.StatusOK).into(t, &sessions)
	b.ids["session"] = sessions.Items[0].ID
	return b
}

// kindOf is the kind of thing that a path's id names.
func kindOf(path string) string {
	for prefix, kind := range map[string]string{"conversations": "conversation", "messages": "message", "connections": "connection", "deliveries": "delivery", "media": "media", "keys": "key", "users": "user", "sessions": "session", "procedures": "procedure"} {
		if strings.HasPrefix(path, "/api/v1/"+prefix+"/{id}") {
			return kind
		}
	}
	return ""
}

// asked is a right way to ask a path: its id filled in, and what it cannot do without.
func asked(path, id string) string {
	return strings.NewReplacer("{id}", id, "{cause}", "wa.window", "{step}", "number", "{action}", "check", "{code}", "4O4YGZEG3RIVE1", "{key}", "needs_you:wa.undeliverable", "/explain", "/explain?platform=whatsapp&code=100&subcode=2388001").Replace(path)
}

// link makes a message link of a connection's number and gives its code.
func (b *busy) link(connection string) string {
	b.t.Helper()
	var made struct{ Code string }
	b.post("connections/"+connection+"/links", map[string]any{"text": "Hello"}).into(b.t, &made)
	return made.Code
}

// bodyFor is a right body for a route that takes one; known is false for a route that nobody has told us about.
func (b *busy) bodyFor(r route) (body any, known bool) {
	switch r.method + " " + strings.TrimPrefix(r.path, "/api/v1/") {
	case "POST conversations/{id}/messages":
		return map[string]any{"client_id": "matrix", "text": "From the neighbour"}, true
	case "POST conversations/{id}/read":
		return map[string]any{"message_id": b.in.ID}, true
	case "POST messages/{id}/retry":
		return map[string]any{"confirm_duplicate": true}, true
	case "POST outcomes/retry":
		return map[string]any{"message_ids": []string{b.ids["message"]}, "dry_run": true}, true
	case "POST outcomes/dismiss":
		return map[string]any{"message_ids": []string{b.ids["message"]}}, true
	case "POST connections":
		return manual(b.account), true
	case "POST procedures":
		return map[string]any{"platform": "whatsapp", "way": "manual"}, true
	case "POST procedures/{id}/steps/{step}":
		return map[string]any{"skip": true}, true
	case "PUT connections/{id}/profile":
		return map[string]any{"about": "Coffee", "address": "", "description": "", "email": "", "vertical": "RETAIL", "websites": []string{}}, true
	case "PUT connections/{id}/profile/picture":
		return photo(b.t, 200, 200), true
	case "POST connections/{id}/links", "POST connections/{id}/links/{code}":
		return map[string]any{"text": "Hello"}, true
	case "POST connections/{id}/display_name":
		return map[string]any{"name": "Aurora Coffee"}, true
	case "POST connections/{id}/display_name/register":
		return map[string]any{"pin": "135790"}, true
	case "DELETE connections/{id}/links/{code}":
		return nil, true
	case "PATCH connections/{id}":
		return map[string]any{"name": "Sales"}, true
	case "DELETE procedures/{id}", "DELETE connections/{id}":
		return nil, true
	case "POST media":
		return photo(b.t, 20, 10), true
	case "POST keys":
		return map[string]any{"name": "one more"}, true
	case "PATCH me":
		return map[string]any{"settings": map[string]any{"theme": "dark"}}, true
	case "PATCH company":
		return map[string]any{"name": "Aurora"}, true
	case "POST me/password":
		return map[string]any{"current": "not the password", "password": "short"}, true
	case "POST users":
		return map[string]any{"name": "Dora", "email": fmt.Sprintf("dora%d@example.org", b.number()), "role": "agent"}, true
	case "PATCH users/{id}":
		return map[string]any{"name": "Bia"}, true
	case "POST session":
		return map[string]any{"email": "nobody@example.org", "password": "not the password"}, true
	case "POST setup":
		return map[string]any{"code": "7F2K", "company": "Aurora", "name": "Rui", "email": "rui@example.org", "password": "not the password"}, true
	case "POST welcome":
		return map[string]any{"code": "7F2K", "password": "not the password"}, true
	case "POST users/{id}/invite", "DELETE session", "DELETE sessions", "DELETE sessions/{id}":
		return nil, true
	case "POST conversations/{id}/presence":
		return map[string]any{"state": "viewing"}, true
	case "PUT conversations/{id}/draft":
		return map[string]any{"text": "From the neighbour", "updated_at": "2026-01-02T03:04:05Z"}, true
	case "PATCH conversations/{id}":
		return map[string]any{"state": "done"}, true
	case "POST conversations/{id}/unread":
		return map[string]any{}, true
	case "POST connections/{id}/test":
		return map[string]any{"kind": "webhook"}, true
	case "POST connections/{id}/fixes/{action}":
		return map[string]any{"dry_run": true}, true
	case "POST connections/{id}/doctor", "POST doctor":
		return nil, true
	case "POST messages/{id}/dismiss", "POST messages/{id}/send_now",
		"POST conversations/{id}/typing", "POST messages/{id}/cancel", "POST deliveries/{id}/replay", "POST connections/{id}/templates/sync", "DELETE keys/{id}":
		return nil, true
	}
	return nil, r.method == http.MethodGet
}

// I48, I55: no route of the API answers anybody who is not known, and none tells why.
func TestEveryRouteWantsAKey(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		b := bustle(t, database)
		cookie := b.user("Caio", clearline.RoleAgent)
		stale := *cookie
		stale.Value += "x"
		for _, r := range append(b.routes(), route{"GET", "/api/v1/nothing", "read"}, route{"GET", "/api/nothing", "read"}) {
			path := strings.ReplaceAll(r.path, "{id}", b.ids[kindOf(r.path)])
			body, known := b.bodyFor(r)
			if !known {
				t.Errorf("%s %s is new: tell bodyFor what it takes", r.method, r.path)
			}
			for name, c := range map[string]request{
				"nothing": {}, "a wrong key": {key: "clk_wrong"}, "an empty key": {header: map[string]string{"Authorization": "Bearer "}}, "a key by another scheme": {header: map[string]string{"Authorization": "Basic " + b.key}},
				"a session as a key": {key: cookie.Value}, "a key as a session": {cookie: &http.Cookie{Name: cookie.Name, Value: b.key}}, "a wrong session": {cookie: &stale},
			} {
				c.method, c.url, c.body = r.method, b.url+path, body
				if r.right == "public" && c.key == "" && c.header == nil {
					continue // it lets in whoever asks from our own pages; those are asked below
				}
				got := c.send(t)
				if got.status != http.StatusUnauthorized {
					t.Errorf("%s %s with %s: HTTP %d: %.200s", r.method, r.path, name, got.status, got.raw)
					continue
				}
				got.problem(t, http.StatusUnauthorized, "api.sign_in")
				if got.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s %s: 401 without WWW-Authenticate", r.method, r.path)
				}
			}
			if r.method == http.MethodGet {
				continue
			}
			// I49: with a session a change must come from our own pages.
			for name, header := range map[string]map[string]string{"no header of ours": nil, "another site": {"X-Clearline": "1", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}} {
				got := request{method: r.method, url: b.url + path, body: body, cookie: cookie, header: header}.send(t)
				if got.status != http.StatusForbidden {
					t.Errorf("%s %s with a session and %s: HTTP %d", r.method, r.path, name, got.status)
				}
			}
		}
		request{method: http.MethodGet, url: b.url + "/api/v1/nothing", key: b.key}.send(t).problem(t, http.StatusNotFound, "api.absent")
		request{method: http.MethodPut, url: b.url + "/api/v1/conversations", key: b.key}.send(t)
		if got := b.message(b.out.ID); got.Status != "failed" || got.Attempts != 1 {
			t.Errorf("something was done all the same: %+v", got)
		}
	})
}

// writesHere is a message to a company whose webhooks the twin does not post by itself.
func (w *world) writesHere(name string) (string, conversation) {
	w.t.Helper()
	w.hook(textFrom(w.account, "4915100000099", "wamid."+name, fmt.Sprint(w.clock.Now().Unix()), "Hello")).want(w.t, http.StatusOK)
	return name, w.conversations()[0]
}

var requestID = regexp.MustCompile(`"request_id":"[^"]*"`)

func withoutRequestID(raw []byte) []byte { return requestID.ReplaceAll(raw, nil) }

// wrongInput is a call that is refused, and what the refusal must name.
type wrongInput struct {
	name, method, path string
	body               any
	field              string
}

// manualWith is a right way of connecting with one wrong value.
func (b *busy) manualWith(key string, value any) map[string]any {
	m := manual(b.account)
	m[key] = value
	return m
}

func (b *busy) wrongInputs(messages string) []wrongInput {
	type object = map[string]any
	tpl := func(extra object) object {
		t := object{"name": "order_update", "language": "en_US", "body": []any{"a", "b", "c"}}
		for k, v := range extra {
			t[k] = v
		}
		return object{"client_id": "w", "template": t}
	}
	return []wrongInput{
		{"limit 0", "GET", "conversations?limit=0", nil, "limit"},
		{"limit 201", "GET", "conversations?limit=201", nil, "limit"},
		{"limit of words", "GET", "conversations?limit=many", nil, "limit"},
		{"negative limit", "GET", messages + "?limit=-1", nil, "limit"},
		{"junk after", "GET", "conversations?after=junk", nil, "after"},
		{"after of a number", "GET", messages + "?after=12", nil, "after"},
		{"huge after", "GET", "deliveries?after=" + strings.Repeat("a", 101), nil, "after"},
		{"unknown state", "GET", "deliveries?state=lost", nil, "state"},
		{"negative since", "GET", "changes?since=-1", nil, "since"},
		{"since of words", "GET", "changes?since=yesterday", nil, "since"},
		{"changes limit 1001", "GET", "changes?limit=1001", nil, "limit"},
		{"stream since of words", "GET", "stream?since=x", nil, "since"},
		{"no body", "POST", messages, []byte(nil), ""},
		{"no JSON", "POST", messages, []byte("{"), ""},
		{"a list", "POST", messages, []byte("[]"), ""},
		{"null", "POST", messages, []byte("null"), ""},
		{"two values", "POST", messages, []byte(`{"client_id":"w","text":"a"}{"client_id":"w2","text":"b"}`), ""},
		{"no client_id", "POST", messages, object{"text": "x"}, "client_id"},
		{"empty client_id", "POST", messages, object{"client_id": "", "text": "x"}, "client_id"},
		{"long client_id", "POST", messages, object{"client_id": strings.Repeat("x", 201), "text": "x"}, "client_id"},
		{"client_id of a number", "POST", messages, object{"client_id": 7, "text": "x"}, "client_id"},
		{"no text", "POST", messages, object{"client_id": "w"}, "text"},
		{"empty text", "POST", messages, object{"client_id": "w", "text": ""}, "text"},
		{"blank text", "POST", messages, object{"client_id": "w", "text": " \n\t"}, "text"},
		{"text of 4097 characters", "POST", messages, object{"client_id": "w", "text": strings.Repeat("ä", 4097)}, "text"},
		{"text over all limits", "POST", messages, object{"client_id": "w", "text": strings.Repeat("x", 100_001)}, "text"},
		{"NUL", "POST", messages, object{"client_id": "w", "text": "a\x00b"}, "text"},
		{"text of a number", "POST", messages, object{"client_id": "w", "text": 5}, "text"},
		{"unknown field", "POST", messages, object{"client_id": "w", "text": "x", "company_id": "1"}, "company_id"},
		{"text and template", "POST", messages, object{"client_id": "w", "text": "x", "template": object{"name": "hello_world", "language": "en_US"}}, "text"},
		{"reply_to of words", "POST", messages, object{"client_id": "w", "text": "x", "reply_to": "that one"}, "reply_to"},
		{"template without a name", "POST", messages, object{"client_id": "w", "template": object{"language": "en_US"}}, "name"},
		{"template with a number", "POST", messages, tpl(object{"body": []any{1, 2, 3}}), "body"},
		{"template with an unknown field", "POST", messages, tpl(object{"footer": []any{"x"}}), "footer"},
		{"template with many values", "POST", messages, tpl(object{"body": make([]string, 101)}), "body"},
		{"read nothing", "POST", "conversations/" + b.ids["conversation"] + "/read", object{}, "message_id"},
		{"read words", "POST", "conversations/" + b.ids["conversation"] + "/read", object{"message_id": "last"}, "message_id"},
		{"retry with words", "POST", "messages/" + b.out.ID + "/retry", object{"confirm_duplicate": "yes"}, "confirm_duplicate"},
		{"another platform", "POST", "connections", b.manualWith("platform", "icq"), "platform"},
		{"a phone number as id", "POST", "connections", b.manualWith("phone_number_id", "+49 151 1"), "phone_number_id"},
		{"no waba_id", "POST", "connections", b.manualWith("waba_id", ""), "waba_id"},
		{"token with Bearer", "POST", "connections", b.manualWith("token", "Bearer EAA"), "token"},
		{"token with a break", "POST", "connections", b.manualWith("token", "EAA\nEAA"), "token"},
		{"no app secret", "POST", "connections", b.manualWith("app_secret", ""), "app_secret"},
		{"no verify token", "POST", "connections", b.manualWith("verify_token", " "), "verify_token"},
		{"no key name", "POST", "keys", object{"name": ""}, "name"},
	}
}

// I10, I54: wrong input is answered with the field and the reason, and nothing is stored or sent.
func TestWrongInput(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		b := bustle(t, database)
		type object = map[string]any
		messages := "conversations/" + b.ids["conversation"] + "/messages"
		b.post("connections/"+b.connection+"/doctor", nil).want(t, http.StatusOK) // so that none begins by itself now
		before, thread, connected := b.number(), len(b.thread(b.ids["conversation"])), b.connected()
		for _, c := range b.wrongInputs(messages) {
			got := b.request(c.method, c.path, c.body)
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%s: HTTP %d: %.200s", c.name, got.status, got.raw)
				continue
			}
			cause := "api.input"
			if strings.HasPrefix(c.name, "text of 4097") {
				cause = "send.bad_param" // a limit of the platform's
			}
			p := got.problem(t, got.status, cause)
			if len(p.Fields) == 0 || !slices.ContainsFunc(p.Fields, func(f struct{ Name, Reason string }) bool {
				return strings.Contains(f.Name+" "+f.Reason, c.field) && f.Reason != ""
			}) {
				t.Errorf("%s: the fields %+v do not name %q", c.name, p.Fields, c.field)
			}
		}
		b.post(messages, object{"client_id": "w", "text": strings.Repeat("x", 2<<20)}).problem(t, http.StatusRequestEntityTooLarge, "api.too_large")
		b.post("connections", b.manualWith("token", "EAAwrong")).problem(t, http.StatusUnprocessableEntity, "auth.invalid")
		b.post("connections", b.manualWith("phone_number_id", "123")).problem(t, http.StatusUnprocessableEntity, "auth.asset")
		b.post("connections", manual(b.account)).problem(t, http.StatusConflict, "api.conflict")
		if done := b.done(before); len(done) != 0 || len(b.thread(b.ids["conversation"])) != thread || b.connected() != connected {
			t.Errorf("something was stored: %+v", done)
		}
		// The longest text that the platform takes is fine, counted in characters.
		b.becomes(b.send(b.ids["conversation"], "long", strings.Repeat("ä", 4096)).ID, "read")
	})
}

// I47: roles: an agent reads and answers, and does not connect numbers or make keys.
func TestAgentsAreNotAdmins(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		cookie := w.user("Bia", clearline.RoleAgent)
		for path, body := range map[string]any{"connections": manual(w.account), "keys": map[string]any{"name": "mine"}} {
			request{method: http.MethodPost, url: w.url + "/api/v1/" + path, cookie: cookie, header: map[string]string{"X-Clearline": "1"}, body: body}.send(t).problem(t, http.StatusForbidden, "api.forbidden")
		}
		request{method: http.MethodGet, url: w.url + "/api/v1/keys", cookie: cookie}.send(t).problem(t, http.StatusForbidden, "api.forbidden")
		var me struct {
			User    *struct{ Name, Role string }
			Company struct{ Name string }
			Demo    *struct{}
		}
		request{method: http.MethodGet, url: w.url + "/api/v1/me", cookie: cookie}.send(t).want(t, http.StatusOK).into(t, &me)
		if me.User == nil || me.User.Name != "Bia" || me.User.Role != "agent" || me.Company.Name != "Aurora" || me.Demo != nil {
			t.Errorf("%+v", me)
		}
		w.get("me", &me)
		// A key that was ended opens nothing any more.
		var made struct{ Key string }
		w.post("keys", map[string]any{"name": "short-lived"}).want(t, http.StatusCreated).into(t, &made)
		request{method: http.MethodGet, url: w.url + "/api/v1/me", key: made.Key}.send(t).want(t, http.StatusOK)
		var keys list[struct{ ID, Name string }]
		w.get("keys", &keys)
		i := slices.IndexFunc(keys.Items, func(k struct{ ID, Name string }) bool { return k.Name == "short-lived" })
		w.request(http.MethodDelete, "keys/"+keys.Items[i].ID, nil).want(t, http.StatusNoContent)
		request{method: http.MethodGet, url: w.url + "/api/v1/me", key: made.Key}.send(t).problem(t, http.StatusUnauthorized, "api.sign_in")
		w.request(http.MethodDelete, "keys/"+keys.Items[i].ID, nil).problem(t, http.StatusNotFound, "api.absent")
	})
}

// Every answer has exactly the keys that the description names, none left out, each of its type.
func TestAnswersAreAsDescribed(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		b := bustle(t, database)
		d := b.description()
		if v := d["openapi"]; v != "3.1.0" {
			t.Errorf("the description is OpenAPI %v", v)
		}
		failed := b.failing().ID
		check := describing{t, d["components"].(map[string]any)["schemas"].(map[string]any)}
		check.references(d)
		ids := map[string]bool{}
		for path, operations := range d["paths"].(map[string]any) {
			for method, o := range operations.(map[string]any) {
				operation := o.(map[string]any)
				id, _ := operation["operationId"].(string)
				if id == "" || ids[id] || operation["summary"] == "" {
					t.Errorf("%s %s has the id %q", method, path, id)
				}
				ids[id] = true
				r := route{method: strings.ToUpper(method), path: path}
				body, known := b.bodyFor(r)
				if !known {
					t.Errorf("%s %s is new: tell bodyFor what it takes", method, path)
					continue
				}
				if r.method == http.MethodDelete || r.path == "/api/v1/connections" && r.method == http.MethodPost || strings.HasSuffix(path, "/stream") {
					continue // would end the test's own key; the number is connected already; it has no end
				}
				if r.right = operation["x-right"].(string); r.right == "public" || strings.HasSuffix(path, "/password") || strings.HasSuffix(path, "/display_name/register") {
					continue // TestPeople and TestDisplayNameChange ask them with what is right
				}
				target := b.ids[kindOf(path)]
				switch {
				case strings.HasSuffix(path, "/cancel"):
					target = b.cancellable()
				case strings.HasSuffix(path, "/send_now"):
					target = b.undoable(10).ID
				case strings.HasSuffix(path, "/dismiss"):
					target = failed
				}
				address := asked(path, target)
				if strings.Contains(path, "{code}") {
					address = strings.Replace(address, "4O4YGZEG3RIVE1", b.link(target), 1)
				}
				if strings.HasSuffix(path, "/picture") {
					request{method: http.MethodPut, url: b.url + address, key: b.key, body: photo(t, 200, 200)}.send(t).want(t, http.StatusNoContent)
				}
				ask := request{method: r.method, url: b.url + address, key: b.key, body: body}
				if r.right == "own" {
					ask.key, ask.cookie, ask.header = "", b.cookie, ownPages
				}
				got := ask.send(t)
				response, described := operation["responses"].(map[string]any)[fmt.Sprint(got.status)].(map[string]any)
				if !described || got.status >= 300 {
					t.Errorf("%s %s: HTTP %d is not as described: %.300s", method, path, got.status, got.raw)
					continue
				}
				if got.status == http.StatusNoContent {
					continue
				}
				check.answer(method+" "+path, response, got.raw)
				missing := request{method: r.method, url: b.url + strings.ReplaceAll(path, "{id}", "1"), key: b.key, body: []byte("{]")}.send(t)
				if missing.status >= 400 {
					check.answer(method+" "+path+" refused", operation["responses"].(map[string]any)["404"].(map[string]any), missing.raw)
				}
			}
		}
	})
}

// cancellable is a message that waits in a held lane.
func (b *busy) cancellable() string {
	b.t.Helper()
	end := b.fault(sim.Fault{Cause: "auth.expired", Operation: "send"})
	defer end()
	m := b.send(b.ids["conversation"], "waits", "Wait")
	until(b.t, "the lane is held", func() bool {
		return slices.ContainsFunc(b.thread(b.ids["conversation"]), func(m message) bool { return m.Status == "held" })
	})
	return m.ID
}
