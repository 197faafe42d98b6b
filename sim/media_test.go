package sim_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// png is one white pixel.
var png, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")

// webp is as much of a sticker as the twin looks at.
func webp(size int, moves bool) []byte {
	b := make([]byte, size)
	copy(b, "RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00")
	if moves {
		b[20] = 2
	}
	return b
}

// upload puts a file on the twin and gives its id.
func (tw *twin) upload(mime string, content []byte) string {
	tw.t.Helper()
	status, answer := tw.tryUpload(mime, content, "whatsapp")
	if status != 200 {
		tw.t.Fatalf("upload: HTTP %d %v", status, answer)
	}
	return answer["id"].(string)
}

func (tw *twin) tryUpload(mime string, content []byte, product string) (int, object) {
	tw.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("messaging_product", product)
	part, _ := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="a.bin"`}, "Content-Type": {mime}})
	part.Write(content)
	form.Close()
	r, _ := http.NewRequestWithContext(tw.t.Context(), "POST", tw.url+"/graph/v26.0/"+tw.account.PhoneNumberID+"/media", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+tw.account.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		tw.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, decode(tw.t, raw)
}

// bytes fetches a media address, with or without the token.
func (tw *twin) bytes(address string, withToken bool) (int, []byte) {
	tw.t.Helper()
	token := ""
	if withToken {
		token = tw.account.Token
	}
	return tw.do("GET", strings.TrimPrefix(address, tw.url), token, nil)
}

func TestMediaFromPerson(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	for kind, c := range map[string]struct{ object, mime string }{
		"image": {"image", "image/jpeg"}, "sticker": {"sticker", "image/webp"}, "voice": {"audio", "audio/ogg; codecs=opus"},
		"audio": {"audio", "audio/ogg; codecs=opus"}, "document": {"document", "application/pdf"}, "video": {"video", "video/mp4"},
	} {
		t.Run(kind, func(t *testing.T) {
			_, raw := tw.writes(p, map[string]any{"kind": kind, "text": "caption"})
			m := object(raw)
			file := func(key string) any { return m.at(c.object, key) }
			if m["type"] != c.object || file("mime_type") != c.mime {
				t.Fatalf("message %v", m)
			}
			if kind == "voice" != (file("voice") == true) {
				t.Errorf("voice is %v", file("voice"))
			}
			if kind == "document" && (file("filename") != "order.pdf" || file("caption") != "caption") {
				t.Errorf("document %v", m["document"])
			}
			status, node := tw.graph("GET", file("id").(string)+"?phone_number_id="+tw.account.PhoneNumberID, nil)
			if status != 200 || node["mime_type"] != c.mime || node["messaging_product"] != "whatsapp" {
				t.Fatalf("HTTP %d %v", status, node)
			}
			status, content := tw.bytes(node["url"].(string), true)
			sum := sha256.Sum256(content)
			if status != 200 || fmt.Sprint(len(content)) != node["file_size"] || node["sha256"] != hex.EncodeToString(sum[:]) ||
				file("sha256") != base64.StdEncoding.EncodeToString(sum[:]) {
				t.Errorf("HTTP %d, %d bytes of %v", status, len(content), node)
			}
			if status, _ := tw.bytes(node["url"].(string), false); status != 404 {
				t.Errorf("without a token: HTTP %d", status)
			}
		})
	}
}

// Addresses live 5 minutes, ids of received files 7 days, of uploads 30.
func TestMediaExpires(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	_, m := tw.writes(p, map[string]any{"kind": "image", "base64": base64.StdEncoding.EncodeToString(png), "mime": "image/png"})
	in := object(m).at("image", "id").(string)
	up := tw.upload("image/png", png)
	_, node := tw.graph("GET", in, nil)
	address := node["url"].(string)
	if status, content := tw.bytes(address, true); status != 200 || !bytes.Equal(content, png) {
		t.Fatalf("HTTP %d", status)
	}
	tw.clock.Advance(5 * time.Minute)
	if status, _ := tw.bytes(address, true); status != 404 {
		t.Errorf("after 5 minutes: HTTP %d", status)
	}
	if status, _ := tw.graph("GET", in, nil); status != 200 {
		t.Errorf("the id gives no new address: HTTP %d", status)
	}
	tw.clock.Advance(7 * 24 * time.Hour)
	if status, answer := tw.graph("GET", in, nil); status != 400 || answer.at("error", "error_subcode") != 33.0 {
		t.Errorf("after 7 days: HTTP %d %v", status, answer)
	}
	tw.writes(p, map[string]any{"text": "hi"})
	tw.send(map[string]any{"messaging_product": "whatsapp", "to": p.Address, "type": "image", "image": map[string]any{"id": up}})
	tw.clock.Advance(24 * 24 * time.Hour)
	tw.writes(p, map[string]any{"text": "hi"})
	tw.refused(map[string]any{"messaging_product": "whatsapp", "to": p.Address, "type": "image", "image": map[string]any{"id": up}}, 131009)
}

func TestMediaSent(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Wulan", "628120000001")
	tw.writes(p, map[string]any{"text": "hi"})
	media := func(kind, key, value string) map[string]any {
		return map[string]any{"messaging_product": "whatsapp", "to": p.Address, "type": kind, kind: map[string]any{key: value}}
	}
	picture := tw.upload("image/png", png)
	id := tw.send(media("image", "id", picture))
	tw.hook.statuses(id, "sent", "delivered", "read")
	shown, _, _ := tw.sim.Thread(p.ID, 1, "")
	if len(shown[0].Media) != 1 || shown[0].Media[0].Bytes != len(png) || shown[0].Media[0].Mime != "image/png" {
		t.Fatalf("the phone shows %+v", shown[0])
	}
	if _, content := tw.do("GET", shown[0].Media[0].URL, "", nil); !bytes.Equal(content, png) {
		t.Error("the phone's file differs")
	}
	tw.refused(media("audio", "id", picture), 131053)
	tw.refused(media("sticker", "id", picture), 131053)
	tw.refused(media("image", "id", tw.upload("image/png", make([]byte, 5<<20+1))), 131053)
	tw.refused(media("sticker", "id", tw.upload("image/webp", webp(100<<10+1, false))), 131053)
	tw.refused(media("sticker", "id", tw.upload("image/webp", webp(500<<10+1, true))), 131053)
	for _, sticker := range [][]byte{webp(100<<10, false), webp(500<<10, true)} {
		tw.hook.statuses(tw.send(media("sticker", "id", tw.upload("image/webp", sticker))), "sent", "delivered", "read")
	}
	// What the bytes are is found out after the send was accepted.
	stereo := append([]byte("OggS"), append(make([]byte, 24), "OpusHead\x01\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)...)
	for _, c := range []struct {
		kind, mime string
		content    []byte
	}{{"image", "image/jpeg", png}, {"video", "video/mp4", png}, {"audio", "audio/ogg", []byte("OggS, or not")}, {"audio", "audio/ogg", stereo}} {
		failed := tw.hook.statuses(tw.send(media(c.kind, "id", tw.upload(c.mime, c.content))), "failed")
		if object(failed[0]).at("errors", 0, "code") != 131053.0 {
			t.Errorf("%s: %v", c.mime, failed[0]["errors"])
		}
	}
	for name, c := range map[string]struct {
		mime, product string
		content       []byte
		code          float64
	}{
		"no product": {"image/png", "", png, 100}, "wrong kind": {"image/gif", "whatsapp", png, 100}, "empty": {"image/png", "whatsapp", nil, 131053},
	} {
		if status, answer := tw.tryUpload(c.mime, c.content, c.product); status != 400 || answer.at("error", "code") != c.code {
			t.Errorf("%s: HTTP %d %v", name, status, answer)
		}
	}
	// Linked media is fetched before it is delivered; a dead link fails by status.
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.png" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		w.Write(png)
	}))
	defer files.Close()
	tw.hook.statuses(tw.send(media("image", "link", files.URL+"/a.png")), "sent", "delivered", "read")
	for _, m := range []map[string]any{media("image", "link", files.URL+"/gone.png"), media("video", "link", files.URL+"/a.png")} {
		failed := tw.hook.statuses(tw.send(m), "failed")
		if object(failed[0]).at("errors", 0, "code") != 131053.0 {
			t.Errorf("errors %v", failed[0]["errors"])
		}
	}
	if status, _ := tw.graph("DELETE", picture, nil); status != 200 {
		t.Errorf("delete: HTTP %d", status)
	}
	if status, _ := tw.graph("GET", picture, nil); status != 400 {
		t.Errorf("the deleted file is still there: HTTP %d", status)
	}
}
