package sim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// G8: a file comes in by a session of the app, and is a profile's picture only by the handle that the session gave.
func TestUploadSession(t *testing.T) {
	t.Parallel()
	tw := start(t)
	app := tw.account.AppID
	for name, query := range map[string]string{
		"no length": "?file_type=image/png", "no bytes": "?file_length=0&file_type=image/png", "too long": "?file_length=104857601&file_type=image/png", "a page": "?file_length=4&file_type=text/html",
	} {
		if _, got := tw.graph("POST", app+"/uploads"+query, nil); got.at("error", "code") != 100.0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	status, begun := tw.graph("POST", app+"/uploads?file_length=8&file_type=image/png&file_name=p.png", nil)
	address, _ := begun["id"].(string)
	if status != http.StatusOK || !strings.HasPrefix(address, "upload:") || !strings.Contains(address, "?sig=") {
		t.Fatalf("HTTP %d %v", status, begun)
	}
	put := func(address, scheme, offset, content string) (int, object) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tw.url+"/graph/v26.0/"+address, bytes.NewReader([]byte(content)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", scheme+" "+tw.account.Token)
		if offset != "" {
			r.Header.Set("file_offset", offset)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		var got object
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		return answer.StatusCode, got
	}
	plain, _, _ := strings.Cut(address, "?")
	for name, c := range map[string][4]string{
		"without its signature": {plain, "OAuth", "0", "\x89PNG\r\n\x1a\n"}, "under another word": {address, "Bearer", "0", "\x89PNG\r\n\x1a\n"},
		"without its place": {address, "OAuth", "", "\x89PNG\r\n\x1a\n"}, "at another place": {address, "OAuth", "3", "\x89PNG\r\n\x1a\n"}, "too long": {address, "OAuth", "0", "\x89PNG\r\n\x1a\n."},
	} {
		if status, got := put(c[0], c[1], c[2], c[3]); status == http.StatusOK {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, got := put(address, "OAuth", "0", "\x89PNG"); got.at("error", "code") != 100.0 {
		t.Errorf("half of it: %v", got)
	}
	status, ended := put(address, "OAuth", "4", "\r\n\x1a\n")
	handle, _ := ended["h"].(string)
	if status != http.StatusOK || handle == "" {
		t.Fatalf("HTTP %d %v", status, ended)
	}
	path := tw.account.PhoneNumberID + "/whatsapp_business_profile"
	for _, wrong := range []string{"4::nobody", tw.account.PhoneNumberID} {
		if _, got := tw.graph("POST", path, map[string]any{"messaging_product": "whatsapp", "profile_picture_handle": wrong}); got.at("error", "code") != 100.0 {
			t.Errorf("%s: %v", wrong, got)
		}
	}
	if status, got := tw.graph("POST", path, map[string]any{"messaging_product": "whatsapp", "profile_picture_handle": handle}); status != http.StatusOK {
		t.Fatalf("HTTP %d %v", status, got)
	}
	_, got := tw.graph("GET", path+"?fields=profile_picture_url", nil)
	shown, _ := got.at("data", 0, "profile_picture_url").(string)
	if status, raw := tw.do("GET", strings.TrimPrefix(shown, tw.url), "", nil); status != http.StatusOK || string(raw) != "\x89PNG\r\n\x1a\n" {
		t.Errorf("%s: HTTP %d %q", shown, status, raw)
	}
}
