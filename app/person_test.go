package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// I15, I16: numbers that the platform writes in two ways are one person, landlines and other countries are not; however
// many messages come at once, a person has one conversation.
func TestOnePersonOneConversation(t *testing.T) {
	pairs := []struct {
		name string
		a, b string
		same bool
	}{
		{"a Brazilian mobile with and without the ninth digit", "5531988887777", "553188887777", true},
		{"a Mexican mobile with and without the 1", "5215512345678", "525512345678", true},
		{"an Argentine mobile with and without the 9", "5491155551234", "541155551234", true},
		{"a Brazilian landline is another number", "5531932345678", "553132345678", false},
		{"two Germans", "4915112345678", "4915112345679", false},
		{"a nine after Portugal's code is no prefix", "351912345678", "35112345678", false},
	}
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		people := map[string]bool{}
		for i, p := range pairs {
			var wg sync.WaitGroup
			before := len(w.conversations())
			for k := range 10 {
				wg.Go(func() {
					body := textFrom(w.account, []string{p.a, p.b}[k%2], fmt.Sprintf("wamid.%d.%d", i, k), "1767000000", "Hello")
					if got := w.hook(body); got.status != http.StatusOK {
						t.Errorf("HTTP %d", got.status)
					}
				})
			}
			wg.Wait()
			want := 2
			if p.same {
				want = 1
			}
			if got := len(w.conversations()) - before; got != want {
				t.Errorf("%s: %d conversations, want %d", p.name, got, want)
			}
		}
		total := 0
		for _, c := range w.conversations() {
			people[c.Contact.ID] = true
			total += c.Unread
		}
		if total != 10*len(pairs) || len(people) != len(w.conversations()) {
			t.Errorf("%d unread, %d people", total, len(people))
		}
	})
}

// I22: the same client_id at the same time makes one message, and it is sent once.
func TestSameClientIDAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		answers := make([]*answer, 20)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				answers[i] = w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "same", "text": "Once"})
			})
		}
		wg.Wait()
		created, ids := 0, map[string]bool{}
		var m message
		for _, a := range answers {
			if a.status == http.StatusCreated {
				created++
			} else {
				a.want(t, http.StatusOK)
			}
			a.into(t, &m)
			ids[m.ID] = true
		}
		if created != 1 || len(ids) != 1 {
			t.Errorf("%d created, %d ids", created, len(ids))
		}
		w.becomes(m.ID, "read")
		if n, got := w.taken(m.ID), w.phone(p); n != 1 || len(got) != 1 {
			t.Errorf("taken %d times, the phone shows %q", n, got)
		}
	})
}

// I19: what we sent and the platform's echo of it are one message, whichever comes first.
func TestEchoIsNotASecondMessage(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		echo := func(id string) []byte {
			return envelope(map[string]any{"id": w.account.WABAID, "changes": []any{map[string]any{"field": "smb_message_echoes", "value": map[string]any{
				"messaging_product": "whatsapp", "metadata": map[string]any{"display_phone_number": w.account.DisplayNumber, "phone_number_id": w.account.PhoneNumberID},
				"message_echoes": []any{map[string]any{"from": w.account.DisplayNumber, "to": p.Address, "id": id, "timestamp": fmt.Sprint(w.clock.Now().Unix()),
					"type": "text", "text": map[string]any{"body": "Both of us said it"}}}}}}})
		}
		late := w.becomes(w.send(c.ID, "late", "Both of us said it").ID, "read")
		w.hook(echo(text(late.PlatformID))).want(t, http.StatusOK)
		w.front.answer(func(rw http.ResponseWriter, _ *http.Request) {
			if got := w.hook(echo("wamid.echoed")); got.status != http.StatusOK {
				t.Errorf("the echo: HTTP %d", got.status)
			}
			if err := json.NewEncoder(rw).Encode(map[string]any{"messages": []any{map[string]any{"id": "wamid.echoed"}}}); err != nil {
				t.Error(err)
			}
		})
		early := w.becomes(w.send(c.ID, "early", "Both of us said it").ID, "sent")
		if text(early.PlatformID) != "wamid.echoed" || text(early.ClientID) != "early" {
			t.Errorf("%+v", early)
		}
		w.hook(echo("wamid.echoed")).want(t, http.StatusOK)
		if all := w.thread(c.ID); len(all) != 3 {
			t.Errorf("the thread has %d messages: %+v", len(all), all)
		}
		// Typed on the phone itself: that is a message of its own.
		w.hook(echo("wamid.typed")).want(t, http.StatusOK)
		if all := w.thread(c.ID); len(all) != 4 {
			t.Errorf("with one typed on the phone: %d messages", len(all))
		}
	})
}

// I28: a number whose platform does not answer holds up no other.
func TestSilentNumberHoldsUpNobody(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		other := &world{company: w.second("Borealis"), twin: w.twin, front: w.front}
		other.point()
		_, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Effect: "timeout", Operation: "send", Account: w.account.PhoneNumberID, MS: 60_000})
		var stuck []message
		for i := range 5 {
			_, conv := w.writes(fmt.Sprint("Person ", i), "Hello")
			stuck = append(stuck, w.send(conv.ID, fmt.Sprint("s", i), "Nobody answers"))
		}
		until(t, "they wait for an answer", func() bool { return w.message(stuck[4].ID).Status == "sending" })
		_, conv := other.writes("Zoe", "Hello")
		for i := range 5 {
			other.becomes(other.send(conv.ID, fmt.Sprint("o", i), "At once").ID, "read")
		}
		w.says(sim.Person{ID: w.twin.People("")[len(w.twin.People(""))-1].ID, Address: c.Address}, "Still there?")
		for _, m := range stuck {
			if got := w.message(m.ID); got.Status != "sending" {
				t.Errorf("meanwhile one of the stuck is %s", got.Status)
			}
		}
		end()
		w.clock.Advance(61 * time.Second) // the platform breaks the lines
		for _, m := range stuck {
			w.becomes(m.ID, "unknown")
		}
	})
}
