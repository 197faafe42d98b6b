package sim_test

import (
	"strings"
	"testing"
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
