package sim_test

import (
	"testing"

	"github.com/clearline/clearline/sim"
)

// The main job from the platform's side: a customer writes, the business
// answers, ticks go sent, delivered, read. X5.
func TestMainJob(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Beatriz", "554188887777")
	in, m := tw.writes(p, map[string]any{"text": "Olá, tudo bem? 🙂"})
	if m["from"] != p.Address || m["type"] != "text" || object(m).at("text", "body") != "Olá, tudo bem? 🙂" {
		t.Errorf("the webhook holds %v", m)
	}
	// The platform's form of the number differs from what a person would dial.
	status, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", map[string]any{
		"messaging_product": "whatsapp", "to": "+55 41 98888-7777", "type": "text",
		"text": map[string]any{"body": "Oi!"}, "biz_opaque_callback_data": "attempt-1",
		"context": map[string]any{"message_id": in},
	})
	if status != 200 || answer.at("contacts", 0, "input") != "+55 41 98888-7777" || answer.at("contacts", 0, "wa_id") != "554188887777" {
		t.Fatalf("HTTP %d %v", status, answer)
	}
	id := answer.at("messages", 0, "id").(string)
	for _, st := range tw.hook.statuses(id, "sent", "delivered", "read") {
		if st["biz_opaque_callback_data"] != "attempt-1" || st["recipient_id"] != p.Address {
			t.Errorf("status %v", st)
		}
		if _, priced := st["pricing"]; priced != (st["status"] != "read") {
			t.Errorf("pricing of %v", st)
		}
	}
	var list struct{ Items []sim.ThreadMessage }
	tw.control("GET", "people/"+p.ID+"/messages", nil, 200, &list)
	if len(list.Items) != 2 {
		t.Fatalf("the phone holds %d messages", len(list.Items))
	}
	newest, oldest := list.Items[0], list.Items[1]
	if newest.ID != id || newest.From != "business" || newest.Status != "read" || *newest.ReplyTo != in || oldest.Status != "delivered" {
		t.Errorf("the phone shows %+v then %+v", newest, oldest)
	}
	if status, answer := tw.graph("POST", tw.account.PhoneNumberID+"/messages", map[string]any{
		"messaging_product": "whatsapp", "status": "read", "message_id": in, "typing_indicator": map[string]any{"type": "text"},
	}); status != 200 || answer["success"] != true {
		t.Errorf("mark read: HTTP %d %v", status, answer)
	}
	tw.control("GET", "people/"+p.ID+"/messages", nil, 200, &list)
	if list.Items[1].Status != "read" {
		t.Error("the person does not see that the message was read")
	}
	var now sim.Person
	tw.control("GET", "people/"+p.ID, nil, 200, &now)
	if now.TypingUntil == nil || now.WindowClosesAt == nil {
		t.Errorf("typing or window missing: %+v", now)
	}
	tw.settled() // the last one may be answered and not yet noted
	var ledger sim.Ledger
	tw.control("GET", "ledger", nil, 200, &ledger)
	if ledger.Totals.SendsAccepted != 1 || ledger.Totals.MessagesFromPeople != 1 || ledger.Totals.WebhooksPending != 0 {
		t.Errorf("totals %+v", ledger.Totals)
	}
	if c := ledger.Calls[0]; c.Operation != "send" || c.ClientRef != "attempt-1" || c.PlatformID != id || c.Person != p.ID || c.Answer != 200 {
		t.Errorf("call %+v", c)
	}
}
