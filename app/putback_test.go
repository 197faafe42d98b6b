package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// failedStatus is the platform's report that a message with our reference failed.
func (w *world) failedStatus(id, ref string) []byte {
	return envelope(map[string]any{"id": w.account.WABAID, "changes": []any{map[string]any{"field": "messages", "value": map[string]any{"messaging_product": "whatsapp",
		"metadata": map[string]any{"display_phone_number": "15550783881", "phone_number_id": w.account.PhoneNumberID},
		"statuses": []any{map[string]any{"id": id, "status": "failed", "timestamp": fmt.Sprint(w.clock.Now().Unix()), "recipient_id": "4915100000001",
			"biz_opaque_callback_data": ref, "errors": []any{map[string]any{"code": 131026, "title": "Message undeliverable"}}}}}}}})
}

// sentRef is the reference that a send of ours carries.
func sentRef(t *testing.T, r *http.Request) string {
	var sent struct {
		Ref string `json:"biz_opaque_callback_data"`
	}
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		t.Error(err)
	}
	return sent.Ref
}

func accepts(t *testing.T, rw http.ResponseWriter, id string) {
	if err := json.NewEncoder(rw).Encode(map[string]any{"messages": []any{map[string]any{"id": id}}}); err != nil {
		t.Error(err)
	}
}

// I23, I33, I34: a message fails by its status before the answer to its attempt is here, and a person puts it back: the
// late answer belongs to the former attempt and does not keep the message from being sent.
func TestLateAnswerAfterPuttingBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		w.front.answer(func(rw http.ResponseWriter, r *http.Request) {
			w.front.answer(func(rw http.ResponseWriter, _ *http.Request) { accepts(t, rw, "wamid.second") })
			if got := w.hook(w.failedStatus("wamid.first", sentRef(t, r))); got.status != http.StatusOK {
				t.Errorf("the status: HTTP %d", got.status)
			}
			m := w.thread(c.ID)[1]
			if m.Status != "failed" || text(m.PlatformID) != "wamid.first" {
				t.Errorf("after its status the message is %+v", m)
			}
			if got := w.post("messages/"+m.ID+"/retry", map[string]any{}); got.status != http.StatusCreated {
				t.Errorf("putting back: HTTP %d", got.status)
			}
			accepts(t, rw, "wamid.first")
		})
		m := w.send(c.ID, "twice", "Twice")
		until(t, "it is sent by a second attempt", func() bool { m = w.message(m.ID); return m.Attempts == 2 && m.Status == "sent" })
		s := w.story(m.ID)
		if text(m.PlatformID) != "wamid.second" || m.Cause != nil || len(s.Attempts) != 2 || text(s.Attempts[0].Outcome) != "accepted" || text(s.Attempts[1].Outcome) != "accepted" {
			t.Errorf("%+v %+v", m, s.Attempts)
		}
	})
}

// I4, I23, I34: the platform repeats the status of a failed attempt after a person has put the message back: it is about
// the former attempt.
func TestRepeatedStatusAfterPuttingBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		var ref string
		w.front.answer(func(rw http.ResponseWriter, r *http.Request) {
			ref = sentRef(t, r)
			accepts(t, rw, "wamid.first")
		})
		m := w.send(c.ID, "twice", "Twice")
		w.becomes(m.ID, "sent")
		report := w.failedStatus("wamid.first", ref)
		w.hook(report).want(t, http.StatusOK)
		w.becomes(m.ID, "failed")
		w.front.answer(func(rw http.ResponseWriter, _ *http.Request) {
			if got := w.hook(report); got.status != http.StatusOK {
				t.Errorf("the status again: HTTP %d", got.status)
			}
			accepts(t, rw, "wamid.second")
		})
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		until(t, "it is sent by a second attempt", func() bool { m = w.message(m.ID); return m.Attempts == 2 && m.Status == "sent" })
		if text(m.PlatformID) != "wamid.second" || m.Cause != nil || m.Error != nil {
			t.Errorf("%+v", m)
		}
	})
}
