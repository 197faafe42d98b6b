package sim

import (
	"fmt"
	"net/http"
)

// echoValue is what the field smb_message_echoes brings (reference webhooks.md 5).
type echoValue struct {
	wireValue
	Echoes []wireEcho `json:"message_echoes"`
}

// wireEcho is a message of the business's; To is the customer.
type wireEcho struct {
	To       string `json:"to,omitempty"`
	ToUserID string `json:"to_user_id,omitempty"`
	wireMessage
}

// WriteInApp lets the owner of a number answer a person in the Business app, past the API, and gives the message's id: the person's
// phone shows it, and subscribed apps get an echo. A number that does not live in that app is refused, and so is an empty text or one
// over 4096 characters, with an error that names the field; an unknown person is errAbsent. There is no window in the app.
func (s *Sim) WriteInApp(personID, text string) (string, error) {
	if n := length(text); n == 0 || n > maxText {
		return "", fieldError{"text", fmt.Sprintf("has %d characters, the app takes 1 to %d", n, maxText)}
	}
	s.mu.Lock()
	p := s.personByID[personID]
	if p == nil {
		s.mu.Unlock()
		return "", errAbsent
	}
	n := s.numbers[p.account]
	if !n.onBizApp && n.inApp != "business" {
		s.mu.Unlock()
		return "", fieldError{"number", "is not in the Business app"}
	}
	now := s.now()
	m := &message{id: newWamid(p.address(), false), person: p.id, account: n.id, kind: "text", text: text, at: now, status: "delivered"}
	s.addMessage(p, m)
	echo := wireEcho{p.waID, p.userID, wireMessage{From: n.display, ID: m.id, Timestamp: unixString(now), Type: m.kind, Text: &wireText{text}}}
	value := echoValue{s.valueFor(n), []wireEcho{echo}}
	s.mu.Unlock()

	s.live.tell(p.id)
	s.emit(event{account: n.id, person: p, field: "smb_message_echoes", ids: []string{m.id}, value: value})
	return m.id, nil
}

func (s *Sim) controlWriteInApp(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Text string `json:"text"`
	}
	if !readBody(w, r, &in) {
		return
	}
	id, err := s.WriteInApp(r.PathValue("id"), in.Text)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusAccepted, map[string]string{"id": id})
}
