package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// Every documented refusal of a send has an input that brings it. X5.
func TestSendRefusals(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Priya", "919800000001")
	in, _ := tw.writes(p, map[string]any{"text": "hi"})
	to := p.Address
	with := func(kind string, v any) map[string]any {
		return map[string]any{"messaging_product": "whatsapp", "to": to, "type": kind, kind: v}
	}
	button := func(id, title string) map[string]any {
		return map[string]any{"type": "reply", "reply": map[string]any{"id": id, "title": title}}
	}
	buttons := func(list ...any) map[string]any {
		return with("interactive", map[string]any{"type": "button", "body": map[string]any{"text": "?"}, "action": map[string]any{"buttons": list}})
	}
	rows := func(n int) map[string]any {
		var list []any
		for i := range n {
			list = append(list, map[string]any{"id": fmt.Sprint(i), "title": fmt.Sprint("row ", i)})
		}
		return with("interactive", map[string]any{"type": "list", "body": map[string]any{"text": "?"}, "action": map[string]any{"button": "Pick", "sections": []any{map[string]any{"rows": list}}}})
	}
	without := func(m map[string]any, key string) map[string]any {
		delete(m, key)
		return m
	}
	for name, c := range map[string]struct {
		body map[string]any
		code int
	}{
		"no product":              {without(text(to, "x"), "messaging_product"), 100},
		"unknown key":             {map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]any{"boddy": "x"}}, 100},
		"wrong type of a value":   {map[string]any{"messaging_product": "whatsapp", "to": 5, "type": "text", "text": map[string]any{"body": "x"}}, 100},
		"no recipient":            {without(text(to, "x"), "to"), 131008},
		"recipient not a number":  {text("Priya", "x"), 131009},
		"own number":              {text(tw.account.DisplayNumber, "x"), 131021},
		"no text":                 {with("text", map[string]any{}), 131008},
		"text too long":           {text(to, strings.Repeat("x", 4097)), 100},
		"unknown type":            {with("poll", nil), 100},
		"unsupported type":        {map[string]any{"messaging_product": "whatsapp", "to": to, "type": "poll"}, 131051},
		"group":                   {map[string]any{"messaging_product": "whatsapp", "recipient_type": "group", "to": to, "type": "text", "text": map[string]any{"body": "x"}}, 131009},
		"media id unknown":        {with("image", map[string]any{"id": "123"}), 131009},
		"media without source":    {with("image", map[string]any{"caption": "x"}), 131008},
		"media link":              {with("image", map[string]any{"link": "file:///etc/passwd"}), 131009},
		"sticker with caption":    {with("sticker", map[string]any{"id": "1", "caption": "x"}), 100},
		"caption too long":        {with("image", map[string]any{"id": "1", "caption": strings.Repeat("x", 1025)}), 100},
		"location without degree": {with("location", map[string]any{"latitude": 1}), 131008},
		"location off the earth":  {with("location", map[string]any{"latitude": 91, "longitude": 0}), 131009},
		"no cards":                {with("contacts", []any{}), 131008},
		"card without name":       {with("contacts", []any{map[string]any{"name": map[string]any{"first_name": "A"}}}), 131008},
		"reaction to nothing":     {with("reaction", map[string]any{"message_id": "wamid.none", "emoji": "👍"}), 131009},
		"reaction with words":     {with("reaction", map[string]any{"message_id": in, "emoji": "ok"}), 131009},
		"reply to no id":          {map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]any{"body": "x"}, "context": map[string]any{"message_id": "7"}}, 131009},
		"no buttons":              {buttons(), 131009},
		"four buttons":            {buttons(button("a", "a"), button("b", "b"), button("c", "c"), button("d", "d")), 131009},
		"same ids":                {buttons(button("a", "a"), button("a", "b")), 131009},
		"long title":              {buttons(button("a", strings.Repeat("x", 21))), 131009},
		"eleven rows":             {rows(11), 131009},
		"no body":                 {with("interactive", map[string]any{"type": "button", "action": map[string]any{}}), 131008},
		"flow":                    {with("interactive", map[string]any{"type": "flow", "body": map[string]any{"text": "?"}, "action": map[string]any{}}), 131009},
		"link without address":    {with("interactive", map[string]any{"type": "cta_url", "body": map[string]any{"text": "?"}, "action": map[string]any{"name": "cta_url", "parameters": map[string]any{"display_text": "Go"}}}), 131008},
		"long callback data":      {map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]any{"body": "x"}, "biz_opaque_callback_data": strings.Repeat("x", 513)}, 100},
		"read mark of nothing":    {map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.none"}, 131009},
		"read mark without id":    {map[string]any{"messaging_product": "whatsapp", "status": "read"}, 131008},
	} {
		t.Run(name, func(t *testing.T) {
			answer := tw.refused(c.body, c.code)
			if msg := answer.at("error", "message").(string); !strings.HasPrefix(msg, fmt.Sprintf("(#%d) ", c.code)) {
				t.Errorf("message %q", msg)
			}
			if answer.at("error", "error_data", "messaging_product") != "whatsapp" || answer.at("error", "error_data", "details") == "" ||
				answer.at("error", "type") != "OAuthException" || len(answer.at("error", "fbtrace_id").(string)) < 20 {
				t.Errorf("envelope %v", answer)
			}
		})
	}
	if n := tw.sim.Ledger(0, 0).Totals.SendsAccepted; n != 0 {
		t.Errorf("%d refused sends were accepted", n)
	}
}

// What may be sent arrives on the phone as it was meant.
func TestSendKinds(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Lotte", "4915100000001")
	in, _ := tw.writes(p, map[string]any{"text": "hallo"})
	send := func(kind string, v any) string {
		t.Helper()
		id := tw.send(map[string]any{"messaging_product": "whatsapp", "to": p.Address, "type": kind, kind: v})
		if kind == "reaction" {
			tw.hook.statuses(id, "sent")
		} else {
			tw.hook.statuses(id, "sent", "delivered", "read")
		}
		return id
	}
	list := send("interactive", map[string]any{"type": "list", "header": map[string]any{"type": "text", "text": "Teas"}, "body": map[string]any{"text": "Which one?"},
		"action": map[string]any{"button": "See", "sections": []any{map[string]any{"rows": []any{map[string]any{"id": "r1", "title": "Oolong", "description": "light"}}}}}})
	send("interactive", map[string]any{"type": "cta_url", "body": map[string]any{"text": "Look"}, "action": map[string]any{"name": "cta_url", "parameters": map[string]any{"display_text": "Shop", "url": "https://example.com"}}})
	send("location", map[string]any{"latitude": "52.52", "longitude": 13.4, "name": "Shop"})
	send("contacts", []any{map[string]any{"name": map[string]any{"formatted_name": "Noor H", "first_name": "Noor"}, "phones": []any{map[string]any{"phone": "+49151"}}}})
	send("reaction", map[string]any{"message_id": in, "emoji": "❤️"})

	shown, _, err := tw.sim.Thread(p.ID, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"reaction ❤️", "contacts Noor H", "location Shop", "interactive Look", "interactive Teas\nWhich one?", "text hallo"}
	for i, m := range shown {
		if got := m.Kind + " " + m.Text; got != want[i] {
			t.Errorf("message %d is %q, want %q", i, got, want[i])
		}
	}
	if *shown[0].ReplyTo != in {
		t.Error("the reaction has lost its message")
	}
	_, pressed := tw.writes(p, map[string]any{"choice": "r1", "to": list})
	if object(pressed).at("interactive", "list_reply", "title") != "Oolong" || object(pressed).at("context", "id") != list {
		t.Errorf("the pressed row came as %v", pressed)
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	tw := start(t)
	tw.person("Brazil", "554188887777")
	tw.person("Mexico", "5215512345678")
	tw.person("Argentina", "5491155551234")
	tw.person("US", "15552223333")
	uid := tw.person("Marisol", "ES.123456789")
	for to, waID := range map[string]string{
		"5541988887777": "554188887777", "+52 55 1234 5678": "5215512345678", "+541155551234": "5491155551234",
		"5552223333": "15552223333", // the business's country code in front
	} {
		tw.sim.Write("p1", sim.PersonMessage{Text: "x"})
		for i := 1; i <= 4; i++ {
			if _, err := tw.sim.Write(fmt.Sprint("p", i), sim.PersonMessage{Text: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		_, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", text(to, "x"))
		if answer.at("contacts", 0, "input") != to || answer.at("contacts", 0, "wa_id") != waID {
			t.Errorf("%s: %v", to, answer)
		}
	}
	// A person without a phone number: no from, no wa_id; reached by recipient.
	_, m := tw.writes(uid, map[string]any{"text": "hola"})
	if _, has := m["from"]; has || m["from_user_id"] != "ES.123456789" {
		t.Errorf("message %v", m)
	}
	id := tw.send(map[string]any{"messaging_product": "whatsapp", "recipient": "ES.123456789", "type": "text", "text": map[string]any{"body": "x"}})
	st := tw.hook.statuses(id, "sent", "delivered", "read")
	if _, has := st[0]["recipient_id"]; has || st[0]["recipient_user_id"] != "ES.123456789" {
		t.Errorf("status %v", st[0])
	}
}

// Free-form for 24 h after the person wrote, templates always.
func TestWindow(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Owen", "447700000001")
	tw.refused(text(p.Address, "first word"), 131047)
	tw.writes(p, map[string]any{"text": "hi"})
	tw.clock.Advance(24*time.Hour - time.Minute)
	tw.send(text(p.Address, "still in time"))
	tw.control("POST", "clock", map[string]any{"advance_seconds": 3600}, 200, nil)
	tw.refused(text(p.Address, "too late"), 131047)
	id := tw.send(template(p.Address, "hello_world", "en_US"))
	st := tw.hook.statuses(id, "sent", "delivered", "read")
	if object(st[0]).at("pricing", "type") != "regular" || object(st[0]).at("pricing", "category") != "utility" {
		t.Errorf("pricing %v", st[0]["pricing"])
	}
	tw.control("POST", "settings", map[string]any{"window_refusal": "status"}, 200, nil)
	late := tw.send(text(p.Address, "accepted, then failed"))
	failed := tw.hook.statuses(late, "failed")
	if object(failed[0]).at("errors", 0, "code") != 131047.0 {
		t.Errorf("errors %v", failed[0]["errors"])
	}
	tw.writes(p, map[string]any{"text": "me again"})
	tw.hook.statuses(tw.send(text(p.Address, "open again")), "sent", "delivered", "read")
}

// Pair limit and throughput, in and out together.
func TestLimits(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p, other := tw.person("Ana", "351910000001"), tw.person("Rui", "351910000002")
	tw.writes(p, map[string]any{"text": "oi"})
	tw.writes(other, map[string]any{"text": "oi"})
	for range 45 {
		tw.send(text(p.Address, "x"))
	}
	tw.refused(text(p.Address, "one too many"), 131056)
	tw.send(text(other.Address, "others are not held"))
	tw.clock.Advance(6 * time.Second)
	tw.send(text(p.Address, "one grew back"))
	tw.refused(text(p.Address, "but only one"), 131056)
	tw.control("POST", "settings", map[string]any{"pair_limit": false, "throughput_per_second": 10}, 200, nil)
	tw.clock.Advance(time.Minute)
	for range 5 {
		if _, err := tw.sim.Write(p.ID, sim.PersonMessage{Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	refused := false
	for range 8 { // 5 came in, so at most 5 and what grows back meanwhile
		_, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", text(p.Address, "x"))
		refused = refused || answer.at("error", "code") == 130429.0
	}
	if !refused {
		t.Error("13 messages in a moment passed a throughput of 10 a second")
	}
}

func template(to, name, language string, components ...any) map[string]any {
	return map[string]any{"messaging_product": "whatsapp", "to": to, "type": "template", "template": map[string]any{
		"name": name, "language": map[string]any{"code": language}, "components": components}}
}

func values(kind string, texts ...string) map[string]any {
	list := []any{}
	for _, v := range texts {
		list = append(list, map[string]any{"type": "text", "text": v})
	}
	return map[string]any{"type": kind, "parameters": list}
}

func named(pairs ...string) map[string]any {
	list := []any{}
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, map[string]any{"type": "text", "parameter_name": pairs[i], "text": pairs[i+1]})
	}
	return map[string]any{"type": "body", "parameters": list}
}

// The states and values of templates.
func TestTemplates(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Caio", "554177776666")
	picture := tw.upload("image/png", png)
	suffix := map[string]any{"type": "button", "sub_type": "url", "index": "0", "parameters": []any{map[string]any{"type": "text", "text": "4711"}}}
	header := map[string]any{"type": "header", "parameters": []any{map[string]any{"type": "image", "image": map[string]any{"id": picture}}}}
	for name, c := range map[string]struct {
		body map[string]any
		code int // 0: accepted
		text string
	}{
		"positional":       {template(p.Address, "order_update", "pt_BR", values("body", "Caio", "12", "hoje")), 0, "Olá Caio, seu pedido 12 já saiu e chega hoje."},
		"named":            {template(p.Address, "appointment_reminder", "en_US", named("day", "Monday", "time", "9:00", "first_name", "Caio")), 0, "Hi Caio, we expect you on Monday at 9:00. Does that still suit you?"},
		"header and link":  {template(p.Address, "parcel_photo", "en_US", header, values("body", "12"), suffix), 0, "Your parcel 12 is packed. See where it is at any time."},
		"too few":          {template(p.Address, "order_update", "en_US", values("body", "Caio")), 132000, ""},
		"none":             {template(p.Address, "order_update", "en_US"), 132000, ""},
		"too many":         {template(p.Address, "hello_world", "en_US", values("body", "x")), 132000, ""},
		"no button value":  {template(p.Address, "parcel_photo", "en_US", header, values("body", "12")), 132000, ""},
		"names missing":    {template(p.Address, "appointment_reminder", "en_US", values("body", "a", "b", "c")), 132012, ""},
		"wrong name":       {template(p.Address, "appointment_reminder", "en_US", named("day", "a", "time", "b", "name", "c")), 132012, ""},
		"name not wanted":  {template(p.Address, "order_update", "en_US", named("a", "a", "b", "b", "c", "c")), 132012, ""},
		"newline":          {template(p.Address, "order_update", "en_US", values("body", "a\nb", "b", "c")), 132012, ""},
		"empty value":      {template(p.Address, "order_update", "en_US", values("body", "", "b", "c")), 131008, ""},
		"text for picture": {template(p.Address, "parcel_photo", "en_US", values("header", "x"), values("body", "12"), suffix), 132012, ""},
		"no picture":       {template(p.Address, "parcel_photo", "en_US", values("body", "12"), suffix), 132012, ""},
		"too long":         {template(p.Address, "order_update", "en_US", values("body", strings.Repeat("x", 1024), "b", "c")), 132005, ""},
		"button not there": {template(p.Address, "hello_world", "en_US", suffix), 132018, ""},
		"other language":   {template(p.Address, "order_update", "de", values("body", "a", "b", "c")), 132001, ""},
		"close language":   {template(p.Address, "order_update", "en", values("body", "a", "b", "c")), 132001, ""},
		"rejected":         {template(p.Address, "flash_sale", "en_US", values("body", "a")), 132001, ""},
		"paused":           {template(p.Address, "feedback_request", "en_US", values("body", "a")), 132015, ""},
		"disabled":         {template(p.Address, "old_terms", "en_US"), 132016, ""},
		"no name":          {template(p.Address, "", "en_US"), 131008, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.code != 0 {
				tw.refused(c.body, c.code)
				return
			}
			status, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", c.body)
			if status != 200 || answer.at("messages", 0, "message_status") != "accepted" {
				t.Fatalf("HTTP %d %v", status, answer)
			}
			id := answer.at("messages", 0, "id").(string)
			tw.hook.statuses(id, "sent", "delivered", "read")
			shown, _, err := tw.sim.Thread(p.ID, 1, "")
			if err != nil || shown[0].Text != c.text || shown[0].Kind != "template" {
				t.Errorf("the phone shows %+v (%v)", shown, err)
			}
		})
	}
	t.Run("quick reply", func(t *testing.T) {
		id := tw.send(template(p.Address, "appointment_reminder", "en_US", named("day", "a", "time", "b", "first_name", "c"),
			map[string]any{"type": "button", "sub_type": "quick_reply", "index": 0, "parameters": []any{map[string]any{"type": "payload", "payload": "COMING"}}}))
		tw.hook.statuses(id, "sent", "delivered", "read")
		_, m := tw.writes(p, map[string]any{"kind": "button", "choice": "COMING", "to": id})
		if m["type"] != "button" || object(m).at("button", "payload") != "COMING" || object(m).at("button", "text") != "Yes, I come" {
			t.Errorf("the pressed button came as %v", m)
		}
	})
}
