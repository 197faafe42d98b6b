package sim_test

import (
	"bytes"
	pngs "image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline/sim"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	tw := start(t)
	path := tw.account.PhoneNumberID + "/whatsapp_business_profile"
	const fields = "?fields=about,address,description,email,websites,vertical,profile_picture_url"
	if _, got := tw.graph("GET", path+fields, nil); got.at("data", 0, "messaging_product") != "whatsapp" || got.at("data", 0, "about") != nil {
		t.Errorf("an empty profile: %v", got)
	}
	change := map[string]any{"messaging_product": "whatsapp", "about": "Tea & coffee", "email": "shop@aurora.example", "websites": []string{"https://aurora.example"}, "vertical": "RESTAURANT"}
	if status, got := tw.graph("POST", path, change); status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	tw.graph("POST", path, map[string]any{"messaging_product": "whatsapp", "address": "Rua 1"})
	if _, got := tw.graph("GET", path+fields, nil); got.at("data", 0, "about") != "Tea & coffee" || got.at("data", 0, "websites", 0) != "https://aurora.example" ||
		got.at("data", 0, "address") != "Rua 1" || got.at("data", 0, "vertical") != "RESTAURANT" {
		t.Errorf("profile %v", got)
	}
	for name, value := range map[string]any{
		"about": "", "description": strings.Repeat("x", 257), "email": "nobody", "vertical": "CIRCUS", "websites": []string{"aurora.example"}, "address": strings.Repeat("x", 257),
	} {
		if _, got := tw.graph("POST", path, map[string]any{"messaging_product": "whatsapp", name: value}); got.at("error", "code") != 100.0 {
			t.Errorf("%s %v: %v", name, value, got)
		}
	}
	if _, got := tw.graph("POST", path, map[string]any{"messaging_product": "whatsapp", "websites": []string{"https://a.example", "https://b.example", "https://c.example"}}); got.at("error", "code") != 100.0 {
		t.Errorf("three websites: %v", got)
	}
	if _, got := tw.graph("GET", path+"?fields=colour", nil); got.at("error", "code") != 100.0 {
		t.Errorf("an unknown field: %v", got)
	}
}

func TestMessageLinks(t *testing.T) {
	t.Parallel()
	tw := start(t)
	path := tw.account.PhoneNumberID + "/message_qrdls"
	status, made := tw.graph("POST", path, map[string]any{"prefilled_message": "Olá!", "generate_qr_image": "PNG"})
	if status != 200 || made["deep_link_url"] != "https://wa.me/message/"+made["code"].(string) {
		t.Fatalf("HTTP %d %v", status, made)
	}
	drawn := func(address, kind string) []byte {
		t.Helper()
		status, raw := tw.do("GET", strings.TrimPrefix(address, tw.url), "", nil)
		if status != http.StatusOK {
			t.Fatalf("%s: HTTP %d", kind, status)
		}
		return raw
	}
	if _, err := pngs.Decode(bytes.NewReader(drawn(made["qr_image_url"].(string), "PNG"))); err != nil {
		t.Error(err)
	}
	code := made["code"].(string)
	status, changed := tw.graph("POST", path, map[string]any{"code": code, "prefilled_message": "Boa tarde", "generate_qr_image": "SVG"})
	if status != 200 || changed["code"] != code || !strings.HasPrefix(string(drawn(changed["qr_image_url"].(string), "SVG")), "<svg ") {
		t.Errorf("HTTP %d %v", status, changed)
	}
	for range 3 {
		tw.graph("POST", path, map[string]any{"prefilled_message": "x"})
	}
	seen, pages := []string{}, 0
	for next := path + "?limit=3"; next != ""; pages++ {
		_, list := tw.graph("GET", next, nil)
		for _, item := range list["data"].([]any) {
			seen = append(seen, object(item.(map[string]any))["code"].(string))
		}
		next = ""
		if more, ok := list.at("paging", "next").(string); ok {
			next = strings.TrimPrefix(more, tw.url+"/graph/v26.0/")
		}
	}
	slices.Sort(seen)
	if pages != 2 || len(slices.Compact(seen)) != 4 {
		t.Errorf("%d pages with %v", pages, seen)
	}
	if _, one := tw.graph("GET", path+"/"+code, nil); one.at("data", 0, "prefilled_message") != "Boa tarde" {
		t.Errorf("one %v", one)
	}
	if status, got := tw.graph("DELETE", path+"/"+code, nil); status != 200 {
		t.Errorf("HTTP %d %v", status, got)
	}
	for i := 3; i < 2000; i++ {
		if status, got := tw.graph("POST", path, map[string]any{"prefilled_message": "x"}); status != 200 {
			t.Fatalf("link %d: HTTP %d %v", i, status, got)
		}
	}
	if _, got := tw.graph("POST", path, map[string]any{"prefilled_message": "one too many"}); got.at("error", "code") != 100.0 {
		t.Errorf("2,001 links: %v", got)
	}
	for name, body := range map[string]map[string]any{
		"no text": {}, "long": {"prefilled_message": strings.Repeat("x", 141)}, "format": {"prefilled_message": "x", "generate_qr_image": "GIF"}, "gone": {"prefilled_message": "x", "code": code},
	} {
		if _, got := tw.graph("POST", path, body); got.at("error", "code") != 100.0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if status, _ := tw.do("GET", "/media/qr/"+tw.account.PhoneNumberID+"/"+code+".png", "", nil); status != 404 {
		t.Errorf("the image of a deleted link: HTTP %d", status)
	}
}

// M10, G6: a number moves to another account of the same business with its PIN;
// the old account works until the new registration, then the people come along.
func TestNumberMoves(t *testing.T) {
	t.Parallel()
	tw := start(t)
	succeeds("POST", "NUMBER/register", pinBody("481516"))(t, tw, sim.Person{})
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	stranger, err := tw.sim.AddAccount(sim.AccountSpec{Name: "Boreal", Country: "PT"})
	if err != nil {
		t.Fatal(err)
	}
	to, err := tw.sim.AddAccount(sim.AccountSpec{Name: "Aurora Two", Country: "PT", BusinessID: tw.account.BusinessID, AppID: tw.account.AppID})
	if err != nil {
		t.Fatal(err)
	}
	cc, rest := tw.account.DisplayNumber[:1], tw.account.DisplayNumber[1:]
	body := map[string]any{"cc": cc, "phone_number": rest, "migrate_phone_number": true}
	into := func(a sim.Account, body map[string]any) (int, object) {
		status, raw := tw.do("POST", "/graph/v26.0/"+a.WABAID+"/phone_numbers", a.Token, body)
		return status, decode(t, raw)
	}
	refused := func(a sim.Account, body map[string]any, subcode float64) {
		t.Helper()
		if _, got := into(a, body); got.at("error", "code") != 100.0 || got.at("error", "error_subcode") != subcode || got.at("error", "error_user_title") == nil {
			t.Errorf("%v", got)
		}
	}
	refused(tw.account, body, 2388012)
	refused(stranger, body, 2388103)
	refused(to, map[string]any{"cc": cc, "phone_number": rest, "verified_name": "Aurora"}, 2388053)
	refused(to, body, 2388103) // no app is subscribed there
	if status, raw := tw.do("POST", "/graph/v26.0/"+to.WABAID+"/subscribed_apps", to.Token, nil); status != 200 {
		t.Fatalf("HTTP %d %s", status, raw)
	}
	status, got := into(to, body)
	if status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	moved := got["id"].(string)
	tw.send(plain(p.Address)) // the old account still works
	old := tw.account.PhoneNumberID
	tw.account.PhoneNumberID, tw.account.WABAID, tw.account.Token = moved, to.WABAID, to.Token
	verifies(t, tw, p)
	registers(100, 2388001)(t, tw, p)
	succeeds("POST", "NUMBER/register", pinBody("481516"))(t, tw, p)
	node("status", "CONNECTED")(t, tw, p)
	_, m := tw.writes(p, map[string]any{"text": "still here"})
	tw.hook.until("the new number's id", func() bool {
		return slices.ContainsFunc(tw.hook.values, func(v object) bool {
			return v.at("messages", 0, "id") == m["id"] && v.at("metadata", "phone_number_id") == moved
		})
	})
	tw.send(plain(p.Address))
	var view struct{ Number object }
	tw.control("GET", "accounts/"+old, nil, 200, &view)
	if view.Number["status"] != "MIGRATED" || view.Number["platform_type"] != "NOT_APPLICABLE" {
		t.Errorf("the old one: %v", view.Number)
	}
}

func TestNumberIsAdded(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for _, wrong := range []map[string]any{{"cc": "351"}, {"phone_number": "911222333"}, {"cc": "351", "phone_number": "abc"}, {"cc": "351", "phone_number": "911222333"}} {
		if _, got := tw.graph("POST", tw.account.WABAID+"/phone_numbers", wrong); got.at("error", "code") != 100.0 {
			t.Errorf("%v: %v", wrong, got)
		}
	}
	status, got := tw.graph("POST", tw.account.WABAID+"/phone_numbers", map[string]any{"cc": "351", "phone_number": "911 222 333", "verified_name": "Aurora Porto"})
	if status != 200 {
		t.Fatalf("HTTP %d %v", status, got)
	}
	_, list := tw.graph("GET", tw.account.WABAID+"/phone_numbers?fields=display_phone_number,code_verification_status", nil)
	if list.at("data", 1, "id") != got["id"] || list.at("data", 1, "display_phone_number") != "+351911222333" || list.at("data", 1, "code_verification_status") != "NOT_VERIFIED" {
		t.Errorf("numbers %v", list)
	}
}
