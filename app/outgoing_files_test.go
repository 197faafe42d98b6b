package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// upload is a file as POST media answers it.
type upload struct {
	ID, MIME, Name, State, Kind string
	Bytes                       int
	URL                         *string
	PreviewURL                  *string `json:"preview_url"`
	Width, Height               *int
	DurationMS                  *int `json:"duration_ms"`
	Reason                      *string
	Converted                   *struct {
		From        string
		BytesBefore int `json:"bytes_before"`
		Why         string
	}
	Fits []struct {
		Platform   string
		OK         bool
		LimitBytes int `json:"limit_bytes"`
		Reason     *string
	}
}

// uploads sends bytes to POST media; query is such as "&as=document".
func (c *company) uploads(name, query string, b []byte) *answer {
	c.t.Helper()
	return request{method: http.MethodPost, url: c.url + "/api/v1/media?name=" + url.QueryEscape(name) + query, key: c.key,
		header: map[string]string{"Content-Type": "application/x-made-up"}, body: b}.send(c.t)
}

func (c *company) upload(name, query string, b []byte) (u upload) {
	c.t.Helper()
	c.uploads(name, query, b).want(c.t, http.StatusCreated).into(c.t, &u)
	return u
}

// photo is a JPEG of colours that compress badly enough to be one.
func photo(t testing.TB, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x ^ y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// posts queues a message of any content and gives it.
func (w *world) posts(conversation, clientID string, content map[string]any) (m message) {
	w.t.Helper()
	body := map[string]any{"client_id": clientID}
	for k, v := range content {
		body[k] = v
	}
	w.post("conversations/"+conversation+"/messages", body).want(w.t, http.StatusCreated).into(w.t, &m)
	return m
}

// M1, C1, I11: a picture goes from the agent's disk to the customer's phone; it is handed over once, however often it is sent.
func TestPictureArrives(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Is the blue one there?")
		u := w.upload("../blue\u202egpj.exe", "", photo(t, 900, 600))
		if u.Kind != "image" || u.MIME != "image/jpeg" || u.State != "ready" || *u.Width != 900 || *u.Height != 600 || u.PreviewURL == nil || u.Converted != nil ||
			u.Name != "bluegpj.exe" || len(u.Fits) != 1 || !u.Fits[0].OK || u.Fits[0].LimitBytes != 5<<20 {
			t.Fatalf("uploaded as %+v", u)
		}
		small := request{method: http.MethodGet, url: w.url + *u.PreviewURL, key: w.key}.send(t).want(t, http.StatusOK)
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(small.raw)); err != nil || cfg.Width != 640 || cfg.Height != 426 || small.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("the preview is %+v, %v, %v", cfg, err, small.header)
		}
		m := w.posts(c.ID, "picture-1", map[string]any{"media": []string{u.ID}, "text": "This one", "reply_to": c.LastMessage.ID})
		if m.Kind != "image" || m.Text != "This one" || len(m.Media) != 1 || m.Media[0].State != "ready" {
			t.Errorf("created as %+v", m)
		}
		m = w.becomes(m.ID, "read")
		again := w.posts(c.ID, "picture-2", map[string]any{"media": []string{u.ID}})
		w.becomes(again.ID, "read")
		phone, _, err := w.twin.Thread(p.ID, 0, "")
		if err != nil || len(phone) != 3 {
			t.Fatalf("the phone shows %+v, %v", phone, err)
		}
		if got := phone[1]; got.Kind != "image" || got.Text != "This one" || len(got.Media) != 1 || got.Media[0].Bytes != u.Bytes || got.Media[0].Mime != "image/jpeg" || *got.ReplyTo != text(c.LastMessage.PlatformID) {
			t.Errorf("the phone shows %+v", got)
		}
		if n := w.handedOver(); n != 1 {
			t.Errorf("the file was handed over %d times", n)
		}
		if s := w.story(m.ID); len(s.Attempts) != 1 || len(s.Statuses) != 3 {
			t.Errorf("the story is %+v", s)
		}
		w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "picture-1", "media": []string{u.ID}, "text": "Another"}).problem(t, http.StatusConflict, "api.conflict")
	})
}

// handedOver is how often a file was taken by the platform.
func (w *world) handedOver() (n int) {
	for _, c := range w.twin.Ledger(0, 0).Calls {
		if c.Operation == "media" && c.Method == http.MethodPost && c.Answer == http.StatusOK {
			n++
		}
	}
	return n
}

// I24, I25: an upload is no send. One that fails is repeated and recorded as not sent; a send after it that gets no answer
// is unconfirmed; and an id that the platform has forgotten is replaced by handing the file over once more.
func TestPictureOnABadDay(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		u := w.upload("a.jpg", "", photo(t, 40, 40))
		code := 2
		w.fault(sim.Fault{Effect: "error", Code: &code, Operation: "media", Times: 1})
		m := w.posts(c.ID, "bad-1", map[string]any{"media": []string{u.ID}})
		until(t, "the message has left", func() bool {
			w.clock.Advance(time.Second)
			m = w.message(m.ID)
			return m.Status == "read"
		})
		s := w.story(m.ID)
		if len(s.Attempts) != 2 || text(s.Attempts[0].Outcome) != "not_sent" || text(s.Attempts[1].Outcome) != "accepted" || s.Attempts[1].Repeat || w.taken(m.ID) != 1 {
			t.Errorf("the attempts are %+v", s.Attempts)
		}
		// The platform forgets the file.
		for _, c := range w.twin.Ledger(0, 0).Calls {
			if c.Operation == "media" && c.Method == http.MethodPost && c.PlatformID != "" {
				request{method: http.MethodDelete, url: w.front.server.URL + "/graph/v26.0/" + c.PlatformID, key: w.account.Token}.send(t).want(t, http.StatusOK)
			}
		}
		m = w.posts(c.ID, "bad-2", map[string]any{"media": []string{u.ID}})
		w.becomes(m.ID, "read")
		if s := w.story(m.ID); len(s.Attempts) != 2 || text(s.Attempts[0].Outcome) != "refused" || w.handedOver() != 2 || w.taken(m.ID) != 1 {
			t.Errorf("after the platform forgot: %+v, handed over %d times", s.Attempts, w.handedOver())
		}
		// The send's answer is lost: nothing is repeated.
		w.fault(sim.Fault{Effect: "accept_then_timeout", Operation: "send", Times: 1, MS: 20})
		m = w.posts(c.ID, "bad-3", map[string]any{"media": []string{u.ID}})
		until(t, "the platform's own report has settled it", func() bool {
			w.clock.Advance(time.Second)
			return w.message(m.ID).Status == "read"
		})
		if w.taken(m.ID) != 1 || len(w.story(m.ID).Attempts) != 1 {
			t.Errorf("taken %d times, %+v", w.taken(m.ID), w.story(m.ID).Attempts)
		}
		// Refused for good, and sent again by hand.
		refused := 131053
		end := w.fault(sim.Fault{Effect: "error", Code: &refused, Operation: "send"})
		m = w.posts(c.ID, "bad-4", map[string]any{"media": []string{u.ID}})
		w.clock.Advance(30 * time.Second)
		if m = w.becomes(m.ID, "failed"); text(m.Cause) != "media.refused" || m.Error == nil || m.Error.Code != 131053 {
			t.Errorf("refused as %+v", m)
		}
		end()
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		w.becomes(m.ID, "read")
	})
}

// M1: a reaction is shown on its message once the platform took it, takes no place in the list and is taken back by "".
func TestReactionArrives(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "It came, thank you!")
		their := c.LastMessage.ID
		r := w.posts(c.ID, "react-1", map[string]any{"reaction": map[string]any{"message_id": their, "emoji": "❤️"}})
		if r.Kind != "reaction" || r.Text != "❤️" || text(r.ReplyTo) != their {
			t.Errorf("created as %+v", r)
		}
		w.becomes(r.ID, "sent")
		until(t, "the heart is on the message", func() bool {
			m := w.message(their)
			return len(m.Reactions) == 1 && m.Reactions[0].Emoji == "❤️" && m.Reactions[0].From == "business"
		})
		w.get("conversations/"+c.ID, &c)
		if c.LastMessage.ID != their || c.WaitingSince == nil {
			t.Errorf("the reaction counts as an answer: %+v", c)
		}
		phone, _, err := w.twin.Thread(p.ID, 0, "")
		if err != nil || !strings.Contains(jsonOf(t, phone), "❤️") {
			t.Errorf("the phone shows %+v, %v", phone, err)
		}
		back := w.posts(c.ID, "react-2", map[string]any{"reaction": map[string]any{"message_id": their, "emoji": ""}})
		w.becomes(back.ID, "sent")
		until(t, "the heart is gone", func() bool { return len(w.message(their).Reactions) == 0 })
		for what, bad := range map[string]map[string]any{
			"a word":         {"message_id": their, "emoji": "ok"},
			"a reaction":     {"message_id": r.ID, "emoji": "👍"},
			"another id":     {"message_id": c.ID, "emoji": "👍"},
			"no id":          {"message_id": "x", "emoji": "👍"},
			"two at a time?": {"message_id": their, "emoji": "👍 and 👎"},
		} {
			got := w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": what, "reaction": bad}).want(t, http.StatusUnprocessableEntity)
			if !strings.Contains(string(got.raw), "reaction.") {
				t.Errorf("%s: the field is not named: %s", what, got.raw)
			}
		}
	})
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// I28: files on a slow line do not hold up the texts of others, however many wait for them. It is about lanes, not about
// SQL, and so runs on one engine.
func TestTextsPassSlowFiles(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	_, c := w.writes("Ana", "Hello")
	const many = 300
	var messages []string
	for i := range many {
		messages = append(messages, fmt.Sprintf(`{"from":"4915200%06d","id":"wamid.many%d","timestamp":"%d","type":"text","text":{"body":"hi"}}`, i, i, w.clock.Now().Unix()))
	}
	body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":%q,"phone_number_id":%q},"messages":[%s]}}]}]}`,
		w.account.WABAID, w.account.DisplayNumber, w.account.PhoneNumberID, strings.Join(messages, ","))
	w.hook([]byte(body)).want(t, http.StatusOK)
	all := map[string]bool{}
	until(t, "all conversations are here", func() bool {
		for after := ""; ; {
			var page list[conversation]
			w.get("conversations?limit=200"+after, &page)
			for _, other := range page.Items {
				if other.ID != c.ID {
					all[other.ID] = true
				}
			}
			if page.Next == nil {
				return len(all) == many
			}
			after = "&after=" + *page.Next
		}
	})
	u := w.upload("a.jpg", "", photo(t, 10, 10))
	w.fault(sim.Fault{Effect: "delay", MS: 3_600_000, Operation: "media"})
	for id := range all {
		w.posts(id, "slow "+id, map[string]any{"media": []string{u.ID}})
	}
	for i := range 3 {
		m := w.send(c.ID, fmt.Sprint("text", i), "Quick")
		w.becomes(m.ID, "sent", "delivered", "read")
	}
	waiting := 0
	for id := range all {
		if got := w.thread(id); got[len(got)-1].Status == "queued" {
			waiting++
		}
	}
	if waiting != many {
		t.Errorf("%d of %d still wait for their file", waiting, many)
	}
}
