package sim_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/clearline/clearline/sim"
)

// Whatever a program under test sends, the twin answers with a refusal of the
// platform or accepts: it never falls over.
func FuzzSend(f *testing.F) {
	s, err := sim.New(sim.Options{AnswerDelay: -1})
	if err != nil {
		f.Fatal(err)
	}
	p, err := s.AddPerson(sim.NewPerson{Platform: "whatsapp", Name: "Ana", Address: "351910000001"})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := s.Write(p.ID, sim.PersonMessage{Text: "oi"}); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		`{"messaging_product":"whatsapp","to":"351910000001","type":"text","text":{"body":"x"}}`,
		`{"messaging_product":"whatsapp","to":"351910000001","type":"template","template":{"name":"parcel_photo","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"image"}]},{"type":"button","sub_type":"url","index":"9"}]}}`,
		`{"messaging_product":"whatsapp","to":"351910000001","type":"interactive","interactive":{"type":"list","header":{},"body":{},"action":{"sections":[{}]}}}`,
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{}}`,
		`{"type":"location","location":{"latitude":"1e999","longitude":"x"}}`, `[]`, `null`, `"`, ``,
	} {
		f.Add(seed)
	}
	path := "/graph/v26.0/" + s.WhatsApp().PhoneNumberID + "/messages"
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+s.WhatsApp().Token)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != 200 && (w.Code < 400 || w.Code > 499) {
			t.Errorf("HTTP %d %s for %q", w.Code, w.Body, body)
		}
	})
}
