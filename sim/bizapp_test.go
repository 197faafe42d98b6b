package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// C22: what the owner of a number answers in the Business app is on the customer's phone, and its echo comes to the API's side; a
// number that is not in the app has no such thing.
func TestTheOwnerAnswersInTheApp(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "628120000001")
	at := "people/" + p.ID + "/app-messages"
	refused := func(path, text string, status int, why string) {
		t.Helper()
		if raw := tw.control("POST", path, map[string]any{"text": text}, status, nil); !strings.Contains(string(raw), why) {
			t.Errorf("%q is refused with %s", text, raw)
		}
	}
	refused(at, "not in the app", 422, "Business app")
	tw.patchAccount(map[string]any{"is_on_biz_app": true})
	refused(at, "", 422, "characters")
	refused(at, strings.Repeat("x", 4097), 422, "4097 characters")
	refused("people/nobody/app-messages", "x", 404, "")

	if status, got := tw.appGraph("POST", tw.account.AppID+"/subscriptions", map[string]any{"object": "whatsapp_business_account", "callback_url": tw.hook.url,
		"verify_token": tw.account.VerifyToken, "fields": "messages,smb_message_echoes"}); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	var answer struct{ ID string }
	tw.control("POST", at, map[string]any{"text": "From my phone"}, 202, &answer)
	var echo object
	tw.hook.until("the echo", func() bool {
		for _, v := range tw.hook.values {
			if v["field"] == "smb_message_echoes" {
				echo = v
			}
		}
		return echo != nil
	})
	one := echo.at("message_echoes", 0).(map[string]any)
	if one["id"] != answer.ID || one["to"] != p.Address || one["from"] != echo.at("metadata", "display_phone_number") || object(one).at("text", "body") != "From my phone" ||
		echo.at("metadata", "phone_number_id") != tw.account.PhoneNumberID || echo.at("messages") != nil {
		t.Errorf("the echo is %v", echo)
	}
	if shown := tw.onPhone(p); shown["id"] != answer.ID || shown["from"] != "business" || shown["text"] != "From my phone" {
		t.Errorf("the phone shows %v", shown)
	}
}

// C22: a number that comes from the Business app hands over what was written there, once, by phases back to half a year, each
// message once; what came afterwards is no history.
func TestHistoryIsHandedOver(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "628120000001")
	tw.patchAccount(map[string]any{"is_on_biz_app": true})
	say := func(from, text string) (id string) {
		t.Helper()
		var answer struct{ ID string }
		tw.control("POST", "people/"+p.ID+"/"+from, map[string]any{"text": text}, 202, &answer)
		return answer.ID
	}
	const day = 24 * time.Hour
	say("messages", "too long ago")
	tw.clock.Advance(81 * day)
	old := say("messages", "a hundred days ago")
	tw.clock.Advance(99 * day)
	asked := say("messages", "yesterday's question")
	answered := say("app-messages", "the owner's answer")
	tw.clock.Advance(25 * time.Hour)
	last := say("messages", "an hour ago")
	tw.clock.Advance(time.Hour)
	tw.patchAccount(map[string]any{"last_onboarded_time": tw.clock.Now().UTC().Format(time.RFC3339)})
	say("messages", "afterwards")

	if status, got := tw.appGraph("POST", tw.account.AppID+"/subscriptions", map[string]any{"object": "whatsapp_business_account", "callback_url": tw.hook.url,
		"verify_token": tw.account.VerifyToken, "fields": "messages,history"}); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	if status, got := tw.graph("POST", tw.account.PhoneNumberID+"/smb_app_data", map[string]any{"messaging_product": "whatsapp", "sync_type": "history"}); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	got := map[float64][]string{}
	tw.hook.until("three phases", func() bool {
		clear(got)
		for _, v := range tw.hook.values {
			if v["field"] != "history" {
				continue
			}
			phase := v.at("history", 0, "metadata", "phase").(float64)
			got[phase] = append(got[phase], "chunk")
			for _, thread := range v.at("history", 0, "threads").([]any) {
				if id := object(thread.(map[string]any)).at("id"); id != p.Address {
					t.Errorf("a thread of %v", id)
				}
				for _, m := range object(thread.(map[string]any)).at("messages").([]any) {
					m := object(m.(map[string]any))
					word := m["id"].(string) + " " + m.at("history_context", "status").(string)
					if m["from"] != p.Address {
						word += " to " + m["to"].(string)
					}
					got[phase] = append(got[phase], word)
				}
			}
		}
		return len(got) == 3
	})
	want := map[float64][]string{0: {"chunk", last + " READ"}, 1: {"chunk", asked + " READ", answered + " DELIVERED to " + p.Address}, 2: {"chunk", old + " READ"}}
	for phase, all := range want {
		if !slices.Equal(got[phase], all) {
			t.Errorf("phase %v: %v, want %v", phase, got[phase], all)
		}
	}
}
