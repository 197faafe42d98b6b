package sim_test

import (
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// patch changes a person.
func (tw *twin) patch(p sim.Person, what map[string]any) {
	tw.t.Helper()
	tw.control("PATCH", "people/"+p.ID, what, 200, nil)
}

// meet adds a person who has written once, then changes the phone.
func (tw *twin) meet(name, address string, what map[string]any) sim.Person {
	tw.t.Helper()
	p := tw.person(name, address)
	tw.writes(p, map[string]any{"text": "hi"})
	tw.patch(p, what)
	return p
}

// A message that stays sent is delivered when the phone comes back.
func TestStatusesFollowThePhone(t *testing.T) {
	t.Parallel()
	tw := start(t)
	t.Run("offline", func(t *testing.T) {
		p := tw.meet("A", "4915100000001", map[string]any{"online": false})
		id := tw.send(text(p.Address, "x"))
		tw.hook.statuses(id, "sent")
		tw.clock.Advance(5 * time.Hour)
		tw.settled()
		tw.hook.statuses(id, "sent")
		tw.patch(p, map[string]any{"online": true})
		tw.hook.statuses(id, "sent", "delivered", "read")
	})
	t.Run("offline for a month", func(t *testing.T) {
		p := tw.meet("B", "4915100000002", map[string]any{"online": false})
		id := tw.send(text(p.Address, "x"))
		tw.hook.statuses(id, "sent")
		tw.clock.Advance(31 * 24 * time.Hour)
		tw.patch(p, map[string]any{"online": true})
		tw.writes(p, map[string]any{"text": "back"})
		tw.hook.statuses(tw.send(text(p.Address, "newer")), "sent", "delivered", "read")
		tw.hook.statuses(id, "sent")
	})
	t.Run("blocked", func(t *testing.T) {
		p := tw.meet("C", "4915100000003", map[string]any{"blocked": true})
		id := tw.send(text(p.Address, "x"))
		tw.hook.statuses(id, "sent")
		tw.patch(p, map[string]any{"blocked": false})
		tw.hook.statuses(id, "sent", "delivered", "read")
	})
	t.Run("no read marks", func(t *testing.T) {
		p := tw.meet("D", "4915100000004", map[string]any{"reads": "never"})
		id := tw.send(text(p.Address, "x"))
		tw.hook.statuses(id, "sent", "delivered")
		tw.control("POST", "people/"+p.ID+"/open", nil, 204, nil)
		tw.settled()
		tw.hook.statuses(id, "sent", "delivered")
	})
	t.Run("read when opened", func(t *testing.T) {
		p := tw.meet("E", "4915100000005", map[string]any{"reads": "on_open"})
		id := tw.send(text(p.Address, "x"))
		tw.hook.statuses(id, "sent", "delivered")
		tw.control("POST", "people/"+p.ID+"/open", nil, 204, nil)
		tw.hook.statuses(id, "sent", "delivered", "read")
		second := tw.send(text(p.Address, "y"))
		tw.hook.statuses(second, "sent", "delivered")
		tw.writes(p, map[string]any{"text": "who writes has read"})
		tw.hook.statuses(second, "sent", "delivered", "read")
	})
	t.Run("delivered skipped", func(t *testing.T) {
		p := tw.meet("F", "4915100000008", map[string]any{})
		tw.control("POST", "settings", map[string]any{"skip_delivered": true}, 200, nil)
		st := tw.hook.statuses(tw.send(text(p.Address, "x")), "sent", "read")
		if st[1]["pricing"] == nil {
			t.Errorf("read without delivered carries no pricing: %v", st[1])
		}
		tw.control("POST", "settings", map[string]any{"skip_delivered": false}, 200, nil)
	})
}

// Who cannot receive is told by a failed status, 131026.
func TestUndeliverable(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for name, c := range map[string]struct {
		address string
		what    map[string]any
	}{
		"old app":        {"4915100000006", map[string]any{"client": map[string]any{"app": "android", "version": "2.21.15.14"}}},
		"terms not read": {"4915100000007", map[string]any{"terms_accepted": false}},
	} {
		t.Run(name, func(t *testing.T) {
			p := tw.meet(name, c.address, c.what)
			id := tw.send(text(p.Address, "x"))
			failed := tw.hook.statuses(id, "failed")
			if object(failed[0]).at("errors", 0, "code") != 131026.0 {
				t.Errorf("errors %v", failed[0])
			}
			shown, _, _ := tw.sim.Thread(p.ID, 0, "")
			if len(shown) != 1 {
				t.Errorf("the failed message is on the phone: %+v", shown)
			}
		})
	}
	t.Run("nobody has the number", func(t *testing.T) {
		id := tw.send(template("4915199999999", "hello_world", "en_US"))
		failed := tw.hook.statuses(id, "failed")
		if object(failed[0]).at("errors", 0, "code") != 131026.0 || failed[0]["recipient_id"] != "4915199999999" {
			t.Errorf("status %v", failed[0])
		}
	})
}

// settled waits, by asking the twin, until no webhook is under way.
func (tw *twin) settled() {
	tw.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		var l sim.Ledger
		tw.control("GET", "ledger?limit=1", nil, 200, &l)
		if l.Totals.WebhooksPending == 0 {
			return
		}
		if time.Now().After(deadline) {
			tw.t.Fatalf("webhooks are still pending: %+v", l.Totals)
		}
	}
}

// Every type a person can send, in the platform's own shape.
func TestPersonKinds(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ximena", "5215500000001")
	first, _ := tw.writes(p, map[string]any{"text": "hola"})
	answer := tw.send(text(p.Address, "buenas"))
	tw.hook.statuses(answer, "sent", "delivered", "read")
	for name, c := range map[string]struct {
		what map[string]any
		kind string
		at   []any
		want any
	}{
		"reply":             {map[string]any{"text": "x", "reply_to": answer}, "text", []any{"context", "id"}, answer},
		"reply says whom":   {map[string]any{"text": "x", "reply_to": answer}, "text", []any{"context", "from"}, tw.account.DisplayNumber},
		"forwarded":         {map[string]any{"text": "x", "forwarded": true}, "text", []any{"context", "forwarded"}, true},
		"often forwarded":   {map[string]any{"text": "x", "frequently_forwarded": true}, "text", []any{"context", "frequently_forwarded"}, true},
		"ad":                {map[string]any{"text": "x", "referral": true}, "text", []any{"referral", "source_type"}, "ad"},
		"own ad":            {map[string]any{"text": "x", "referral": map[string]any{"source_type": "post"}}, "text", []any{"referral", "source_type"}, "post"},
		"product":           {map[string]any{"text": "x", "referred_product": map[string]any{"catalog_id": "1"}}, "text", []any{"context", "referred_product", "catalog_id"}, "1"},
		"location":          {map[string]any{"kind": "location", "latitude": 1.5, "longitude": 2.5, "name": "Casa"}, "location", []any{"location", "latitude"}, 1.5},
		"contacts":          {map[string]any{"kind": "contacts"}, "contacts", []any{"contacts", 0, "name", "formatted_name"}, "Noor Haddad"},
		"reaction":          {map[string]any{"reaction": "👍", "to": answer}, "reaction", []any{"reaction", "emoji"}, "👍"},
		"reaction back":     {map[string]any{"reaction": "", "to": answer}, "reaction", []any{"reaction", "message_id"}, answer},
		"order":             {map[string]any{"kind": "order"}, "order", []any{"order", "product_items", 0, "quantity"}, 2.0},
		"unsupported":       {map[string]any{"kind": "unsupported", "unsupported_type": "poll"}, "unsupported", []any{"errors", 0, "code"}, 131051.0},
		"edit":              {map[string]any{"edit": "hola!", "to": first}, "edit", []any{"edit", "message", "text", "body"}, "hola!"},
		"welcome":           {map[string]any{"kind": "request_welcome"}, "request_welcome", []any{"from"}, p.Address},
		"template's button": {map[string]any{"kind": "button", "payload": "P", "text": "Sí", "to": answer}, "button", []any{"button", "payload"}, "P"},
		"interactive reply": {map[string]any{"choice": "b1", "text": "Sí", "to": answer}, "interactive", []any{"interactive", "button_reply", "id"}, "b1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, m := tw.writes(p, c.what)
			if m["type"] != c.kind || object(m).at(c.at...) != c.want {
				t.Errorf("want %s with %v = %v, got %v", c.kind, c.at, c.want, m)
			}
		})
	}
	t.Run("number changed", func(t *testing.T) {
		_, m := tw.writes(p, map[string]any{"kind": "system", "new_address": "5215500000099"})
		if m["type"] != "system" || m["from"] != p.Address || object(m).at("system", "wa_id") != "5215500000099" || object(m).at("system", "type") != "user_changed_number" {
			t.Errorf("message %v", m)
		}
		_, m = tw.writes(p, map[string]any{"text": "new number"})
		if m["from"] != "5215500000099" {
			t.Errorf("from %v", m["from"])
		}
	})
	t.Run("deleted", func(t *testing.T) {
		_, m := tw.writes(p, map[string]any{"delete": first})
		if m["type"] != "revoke" || object(m).at("revoke", "original_message_id") != first {
			t.Errorf("message %v", m)
		}
		shown, _, _ := tw.sim.Thread(p.ID, 0, "")
		if last := shown[len(shown)-1]; !last.Deleted || last.Text != "" {
			t.Errorf("the phone shows %+v", last)
		}
		tw.control("POST", "people/"+p.ID+"/messages", map[string]any{"delete": first}, 422, nil)
	})
	for name, what := range map[string]map[string]any{
		"no text": {}, "unknown kind": {"kind": "hologram"}, "unknown key": {"txt": "x"}, "edit of nothing": {"edit": "x", "to": "wamid.x"},
		"edit of the other's": {"edit": "x", "to": answer}, "reaction to nothing": {"reaction": "x"}, "off the earth": {"kind": "location", "latitude": 99, "longitude": 0},
		"bad base64": {"kind": "image", "base64": "*", "mime": "image/png"}, "no mime": {"kind": "image", "base64": "eA=="},
		"button of nothing": {"kind": "button", "payload": "P"}, "bad new number": {"kind": "system", "new_address": "x"},
	} {
		t.Run(name, func(t *testing.T) {
			tw.control("POST", "people/"+p.ID+"/messages", what, 422, nil)
		})
	}
	tw.control("POST", "people/nobody/messages", map[string]any{"text": "x"}, 404, nil)
}
