package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/sim"
)

// I3, I6, I9, I14: what is authentic is kept with 2xx, whatever it holds; what is not understood is parked with a reason.
func TestAuthenticButStrange(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		whole := w.text("4915100000010", "wamid.cut", "Cut in the middle")
		deep := append(bytes.Repeat([]byte(`{"entry":[`), 50_000), bytes.Repeat([]byte(`]}`), 50_000)...)
		stranger := sim.Account{PhoneNumberID: "999999999999999", WABAID: "888888888888888"}
		strangerOnOurWABA := sim.Account{PhoneNumberID: "999999999999999", WABAID: w.account.WABAID}
		unknownField := envelope(map[string]any{"id": w.account.WABAID, "changes": []any{map[string]any{"field": "mind_reading", "value": map[string]any{"thought": "tea"}}}})
		for _, c := range []struct {
			name, cause string
			body        []byte
		}{
			{"truncated", "in.unreadable", whole[:len(whole)-20]},
			{"deep", "in.unreadable", deep},
			{"binary", "in.unreadable", []byte("\x1f\x8b\x08\x00\xff\xfe\x00")},
			{"empty", "in.unreadable", []byte{}},
			{"null", "in.unreadable", []byte("null")},
			{"a list", "in.unreadable", []byte("[]")},
			{"two values", "in.unreadable", []byte(`{"object":"whatsapp_business_account","entry":[]}{}`)},
			{"another object", "in.unreadable", []byte(`{"object":"page","entry":[{"id":"1"}]}`)},
			{"no list of entries", "in.unreadable", []byte(`{"object":"whatsapp_business_account","entry":{}}`)},
			{"unknown number", "in.unrouted", textFrom(stranger, "4915100000011", "wamid.stranger", "1767000000", "Anybody here?")},
			{"unknown number of a known WABA", "in.unrouted", textFrom(strangerOnOurWABA, "4915100000011", "wamid.stranger", "1767000000", "Anybody here?")},
			{"unknown field", "in.unknown_field", unknownField},
		} {
			t.Run(c.name, func(t *testing.T) {
				before := w.ledger()
				w.hook(c.body).want(t, http.StatusOK)
				d := w.deliveries("?state=parked&limit=1")[0]
				w.get("deliveries/"+d.ID, &d)
				if d.State != "parked" || d.Elements != (elements{Parked: 1}) || !strings.HasPrefix(text(d.Reason), c.cause+": ") || d.Answer != 200 {
					t.Errorf("kept as %+v: %q", d, text(d.Reason))
				}
				if d.Raw == nil || c.name != "binary" && *d.Raw != string(c.body) {
					t.Error("the bytes are not those posted")
				}
				after := before
				after.Received++
				after.Parked++
				if got := w.ledger(); got != after {
					t.Errorf("ledger %+v, want %+v", got, after)
				}
				w.post("deliveries/"+d.ID+"/replay", nil).want(t, http.StatusOK)
				if got := w.ledger(); got != after {
					t.Errorf("after a replay in vain: ledger %+v, want %+v", got, after)
				}
			})
		}
		if all := w.conversations(); len(all) != 0 {
			t.Errorf("conversations of what was parked: %+v", all)
		}
		w.hook([]byte(`{"object":"whatsapp_business_account","entry":[]}`)).want(t, http.StatusOK)
		if d := w.deliveries("?limit=1")[0]; d.State != "applied" || d.Elements != (elements{}) {
			t.Errorf("a delivery without elements is kept as %+v", d)
		}
	})
}

// I9: a kind of message that nobody knows is shown as unsupported, with what it was.
func TestUnknownTypeIsShown(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.hook(hook(w.account, map[string]any{"from": "4915100000012", "id": "wamid.hologram", "timestamp": "1767000000", "type": "hologram",
			"hologram": map[string]any{"angle": 42}})).want(t, http.StatusOK)
		all := w.conversations()
		if len(all) != 1 || all[0].LastMessage == nil {
			t.Fatalf("%+v", all)
		}
		m := all[0].LastMessage
		raw, _ := json.Marshal(m.Details)
		if m.Kind != "unsupported" || !strings.Contains(string(raw), `"angle":42`) || all[0].Unread != 1 {
			t.Errorf("shown as %+v with %s", m, raw)
		}
	})
}

// batch is a webhook of n texts from as many people; spoil replaces single ones.
func (w *world) batch(n int, prefix string, spoil map[int]any) []byte {
	all := make([]any, n)
	for i := range all {
		all[i] = item(fmt.Sprintf("49160%07d", i), fmt.Sprintf("wamid.%s.%d", prefix, i), "1767000000", fmt.Sprintf("%s %d", prefix, i))
		if s, ok := spoil[i]; ok {
			all[i] = s
		}
	}
	return hook(w.account, all...)
}

// M1, I5, I7, I8: a full batch is acknowledged as kept, then applied; a bad element costs nobody but itself; the whole
// again makes only duplicates; replayed it changes nothing.
func TestThousandElements(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		body := w.batch(1000, "batch", map[int]any{500: map[string]any{"type": "text", "text": 7}})
		settled := func(wanted elements, state string) delivery {
			var d delivery
			until(t, "the batch is applied", func() bool {
				d = w.deliveries("?limit=1")[0]
				if e := d.Elements; e.Stored+e.Duplicate+e.Parked+e.Pending != 1000 {
					t.Fatalf("the elements do not sum up: %+v", e)
				}
				l := w.ledger()
				if l.Received != l.Stored+l.Duplicate+l.Parked+l.Pending {
					t.Fatalf("the ledger does not sum up: %+v", l)
				}
				return d.State != "pending"
			})
			if d.Elements != wanted || d.State != state {
				t.Errorf("the batch is %+v %s, want %+v %s", d.Elements, d.State, wanted, state)
			}
			return d
		}
		w.hook(body).want(t, http.StatusOK)
		first := settled(elements{Stored: 999, Parked: 1}, "parked")
		if !strings.HasPrefix(text(first.Reason), "in.unreadable: ") {
			t.Errorf("reason %q", text(first.Reason))
		}
		w.hook(body).want(t, http.StatusOK)
		settled(elements{Duplicate: 999, Parked: 1}, "parked")
		var replay struct{ Stored, Duplicate, Parked int }
		w.post("deliveries/"+first.ID+"/replay", nil).want(t, http.StatusOK).into(t, &replay)
		if replay.Stored != 0 || replay.Duplicate != 999 || replay.Parked != 1 {
			t.Errorf("replayed: %+v", replay)
		}
		if l := w.ledger(); l != (ledger{Received: 2000, Stored: 999, Duplicate: 999, Parked: 2}) {
			t.Errorf("ledger %+v", l)
		}
		seen := map[string]bool{}
		for after := ""; ; {
			var page list[conversation]
			w.get("conversations?limit=200&after="+after, &page)
			for _, c := range page.Items {
				seen[c.LastMessage.Text] = true
			}
			if page.Next == nil {
				break
			}
			after = *page.Next
		}
		if len(seen) != 999 || seen["batch 500"] {
			t.Errorf("%d different messages are shown", len(seen))
		}
	})
}

// I7, I59: while a batch waits to be applied, a single message of somebody else is taken and shown.
func TestBatchDelaysNobody(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		other := w.second("Borealis")
		for i := range 3 {
			w.hook(w.batch(1000, fmt.Sprintf("flood%d", i), nil)).want(t, http.StatusOK)
		}
		other.hook(textFrom(other.account, "4915100000013", "wamid.single", "1767000000", "Me too")).want(t, http.StatusOK)
		if all := other.conversations(); len(all) != 1 || all[0].LastMessage.Text != "Me too" {
			t.Errorf("the single message is not shown: %+v", all)
		}
		until(t, "the flood is applied", func() bool { return w.ledger().Stored == 3000 })
	})
}

// I14, I56: one call of the operator's app may carry elements of several companies: each sees its own bytes and counts
// its own; what is nobody's goes to the operator.
func TestSeveralCompaniesInOneCall(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := arrange(t, database)
		a := w.twin.WhatsApp()
		if _, err := w.app.Store.AddApp(t.Context(), clearline.App{CompanyID: clearline.Installation, Platform: clearline.WhatsApp, PlatformID: a.AppID,
			Secret: a.AppSecret, VerifyToken: a.VerifyToken}); err != nil {
			t.Fatal(err)
		}
		w.again()
		b, err := w.twin.AddAccount(sim.AccountSpec{Name: "Borealis", AppID: a.AppID})
		if err != nil {
			t.Fatal(err)
		}
		first, second, operator := w.install.company("Aurora").connect(a), w.install.company("Borealis").connect(b), w.operator()
		stranger := sim.Account{PhoneNumberID: "999999999999999", WABAID: "888888888888888"}
		first.hook(envelope(
			entry(a, item("4915100000020", "wamid.a1", "1767000000", "first one"), item("4915100000021", "wamid.a2", "1767000001", "first two")),
			entry(b, item("4915100000022", "wamid.b1", "1767000000", "second one")),
			entry(stranger, item("4915100000023", "wamid.c1", "1767000000", "nobody's")),
			entry(a, item("4915100000020", "wamid.a3", "1767000002", "first three")),
		)).want(t, http.StatusOK)
		words := []string{"first one", "first two", "first three", "second one", "nobody's"}
		for _, c := range []struct {
			name  string
			who   *company
			count elements
			state string
			sees  []string
		}{
			{"first", first, elements{Stored: 3}, "applied", words[:3]},
			{"second", second, elements{Stored: 1}, "applied", words[3:4]},
			{"operator", operator, elements{Parked: 1}, "parked", words[4:]},
		} {
			all := c.who.deliveries("")
			if len(all) != 1 || all[0].Elements != c.count || all[0].State != c.state {
				t.Errorf("%s has the deliveries %+v", c.name, all)
				continue
			}
			var d delivery
			c.who.get("deliveries/"+all[0].ID, &d)
			for _, word := range words {
				if got, want := strings.Contains(text(d.Raw), word), slices.Contains(c.sees, word); got != want {
					t.Errorf("%s sees %q: %v, want %v", c.name, word, got, want)
				}
			}
			if !json.Valid([]byte(text(d.Raw))) {
				t.Errorf("the part of %s is not JSON", c.name)
			}
			l := c.who.ledger()
			if l.Stored != c.count.Stored || l.Parked != c.count.Parked || l.Received != l.Stored+l.Parked {
				t.Errorf("the ledger of %s says %+v", c.name, l)
			}
			var replay struct{ Stored, Duplicate, Parked int }
			c.who.post("deliveries/"+d.ID+"/replay", nil).want(t, http.StatusOK).into(t, &replay)
			if replay.Stored != 0 || replay.Duplicate != c.count.Stored || replay.Parked != c.count.Parked {
				t.Errorf("replayed for %s: %+v", c.name, replay)
			}
		}
		if n := len(second.conversations()); n != 1 {
			t.Errorf("the second has %d conversations", n)
		}
	})
}

// X3: what came for a number before it was connected is parked, and stored by a replay afterwards.
func TestReplayAfterConnecting(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		later, err := w.twin.AddAccount(sim.AccountSpec{Name: "Second number", WABAID: w.account.WABAID})
		if err != nil {
			t.Fatal(err)
		}
		w.hook(textFrom(later, "4915100000030", "wamid.early", "1767000000", "Before you were ready")).want(t, http.StatusOK)
		d := w.deliveries("?state=parked")[0]
		w.post("connections", manual(later)).want(t, http.StatusCreated)
		var replay struct{ Stored, Duplicate, Parked int }
		w.post("deliveries/"+d.ID+"/replay", nil).want(t, http.StatusOK).into(t, &replay)
		if replay.Stored != 1 || replay.Duplicate != 0 || replay.Parked != 0 {
			t.Errorf("replayed: %+v", replay)
		}
		if all := w.conversations(); len(all) != 1 || all[0].LastMessage.Text != "Before you were ready" {
			t.Errorf("shown: %+v", all)
		}
		w.get("deliveries/"+d.ID, &d)
		if d.State != "applied" || d.Elements != (elements{Stored: 1}) || d.Reason != nil {
			t.Errorf("the delivery is %+v, %q", d, text(d.Reason))
		}
		if l := w.ledger(); l != (ledger{Received: 1, Stored: 1}) {
			t.Errorf("ledger %+v", l)
		}
		w.post("deliveries/"+d.ID+"/replay", nil).want(t, http.StatusOK).into(t, &replay)
		if replay.Stored != 0 || replay.Duplicate != 1 {
			t.Errorf("replayed again: %+v", replay)
		}
	})
}

// M1, I4: equal texts are not duplicates, the same id is; the platform's own retries neither double nor lose one.
func TestRetriesOfThePlatform(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.fault(sim.Fault{Effect: "duplicate"})
		p, c := w.writes("Ana", "Yes")
		w.says(p, "Yes")
		w.stop()
		missed, err := w.twin.Write(p.ID, sim.PersonMessage{Text: "While you were away"})
		if err != nil {
			t.Fatal(err)
		}
		until(t, "the twin has tried in vain", func() bool {
			for _, h := range w.twin.Ledger(0, 0).Webhooks {
				if len(h.IDs) == 1 && h.IDs[0] == missed && h.Answer == 0 {
					return true
				}
			}
			return false
		})
		w.start()
		w.point()
		w.hook(textFrom(w.account, p.Address, missed, fmt.Sprint(w.clock.Now().Unix()), "While you were away")).want(t, http.StatusOK)
		var texts []string
		for _, m := range w.thread(c.ID) {
			texts = append(texts, m.Text)
		}
		if strings.Join(texts, "|") != "Yes|Yes|While you were away" {
			t.Errorf("the thread holds %q", texts)
		}
		until(t, "every delivery of the twin was taken", func() bool { l := w.ledger(); return l.Stored == 3 && l.Duplicate >= 2 && l.Pending == 0 })
	})
}
