package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/sim"
)

// found is the answer of a search.
type found struct {
	Exact *struct {
		Type, ID       string
		ConversationID *string `json:"conversation_id"`
	}
	Contacts []struct {
		ConversationID          string `json:"conversation_id"`
		Platform, Name, Address string
	}
	Messages struct {
		Items []struct {
			Message      message
			Conversation struct{ ID, Platform, Name string }
			Snippet      []struct {
				Text string
				Hit  bool
			}
		}
		Next *string
	}
	Complete   bool
	Suggestion *string
}

func (c *company) search(q string) (f found) {
	c.t.Helper()
	c.get("search?limit=100&q="+url.QueryEscape(q), &f)
	return f
}

// texts are the messages found, the newest first.
func (f found) texts() (all []string) {
	for _, m := range f.Messages.Items {
		all = append(all, m.Message.Text)
	}
	return all
}

// marked is what a search marks in its first message, with brackets around each hit.
func (f found) marked() string {
	var b strings.Builder
	for _, piece := range f.Messages.Items[0].Snippet {
		if piece.Hit {
			b.WriteString("[" + piece.Text + "]")
		} else {
			b.WriteString(piece.Text)
		}
	}
	return b.String()
}

// finds wants a search to give these messages, the newest first.
func (c *company) finds(q string, want ...string) found {
	c.t.Helper()
	f := c.search(q)
	if got := f.texts(); !slices.Equal(got, want) {
		c.t.Errorf("search for %q gives %q, want %q", q, got, want)
	}
	return f
}

// C1: what a customer wrote is found by what it says, at once and after the index has taken it in; what was edited
// is found by the new words alone, what was deleted by none; another company finds nothing of it (I56).
func TestSearchStory(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		other := w.second("Borealis")
		p, c := w.writes("João Brandão", "Olá! My refund for order 104233 did not come")
		w.says(p, "我要退款，谢谢")
		for _, when := range []string{"at once", "from the index"} {
			if when == "from the index" {
				until(t, "the index is complete", func() bool { return w.search("refund").Complete })
			}
			for q, want := range map[string]string{
				"refund": "Olá! My refund for order 104233 did not come", "REFUND ola": "Olá! My refund for order 104233 did not come",
				"ref": "Olá! My refund for order 104233 did not come", "0423": "Olá! My refund for order 104233 did not come",
				`"order 104233 did"`: "Olá! My refund for order 104233 did not come", "退款": "我要退款，谢谢", "from:joao 谢": "我要退款，谢谢",
				"from:them in:whatsapp is:unread refund": "Olá! My refund for order 104233 did not come",
			} {
				w.finds(q, want)
			}
			for _, q := range []string{"refunds", `"refund order"`, "款谢", "10423344", "from:me refund", "from:ana refund", "in:telegram refund", "is:failed refund", "has:file refund", "refund before:2020"} {
				w.finds(q)
			}
			for _, q := range []string{"refund", "joao", "退款", p.Address, c.ID, "from:joao"} {
				if f := other.search(q); len(f.Messages.Items)+len(f.Contacts) > 0 || f.Exact != nil || f.Suggestion != nil {
					t.Errorf("%s, another company searches for %q: %+v", when, q, f)
				}
			}
		}
		if got := w.search("退款").marked(); got != "我要[退款]，谢谢" {
			t.Errorf("marked %q", got)
		}
		if got := w.search("OLA refu").marked(); got != "[Olá]! My [refu]nd for order 104233 did not come" {
			t.Errorf("marked %q", got)
		}
		for _, q := range []string{"joao", "brandao j", p.Address, p.Address[4:9]} {
			f := w.search(q)
			if len(f.Contacts) != 1 || f.Contacts[0].ConversationID != c.ID || f.Contacts[0].Name != "João Brandão" || f.Contacts[0].Platform != "whatsapp" {
				t.Errorf("search for %q gives the people %+v", q, f.Contacts)
			}
		}

		first := w.thread(c.ID)[0]
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Edit: new("My parcel did not come"), To: text(first.PlatformID)}); err != nil {
			t.Fatal(err)
		}
		until(t, "the edit is here", func() bool { return w.message(first.ID).EditedAt != nil })
		for range 2 {
			w.finds("refund")
			w.finds("parcel", "My parcel did not come")
			until(t, "the index is complete", func() bool { return w.search("parcel").Complete })
		}
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Delete: text(first.PlatformID)}); err != nil {
			t.Fatal(err)
		}
		until(t, "the deletion is here", func() bool { return w.message(first.ID).DeletedAt != nil })
		w.finds("parcel")

		// The same answer for what another company has and for what nobody has (I57).
		if a, b := other.search(c.ID), other.search("123456789012345678"); a.Exact != nil || b.Exact != nil {
			t.Errorf("ids of others and of nobody: %+v, %+v", a, b)
		}
	})
}

// I36: whoever lost the right to read finds nothing, from the next question on.
func TestSearchWantsASession(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "The green kettle")
		cookie := w.user("Bia", clearline.RoleAgent)
		ask := func() *answer {
			return request{method: http.MethodGet, url: w.url + "/api/v1/search?q=kettle", cookie: cookie}.send(t)
		}
		ask().want(t, http.StatusOK)
		request{method: http.MethodDelete, url: w.url + "/api/v1/session", cookie: cookie, header: map[string]string{"X-Clearline": "1"}}.send(t).want(t, http.StatusNoContent)
		ask().problem(t, http.StatusUnauthorized, "api.sign_in")
	})
}

// The index is complete within two seconds after a message came, a restart goes on where it was, and a database that
// never had an index gets one.
func TestSearchKeepsUp(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.hook(w.batch(500, "kept", nil)).want(t, http.StatusOK)
		until(t, "the batch is applied", func() bool { return w.ledger().Stored == 500 })
		stored := time.Now()
		until(t, "the index is complete", func() bool { return w.search("kept").Complete })
		if lag := time.Since(stored); lag > 2*time.Second {
			t.Errorf("the index lagged for %s", lag)
		}
		w.stop()
		w.start()
		until(t, "the index is complete", func() bool { return w.search("kept").Complete })
		w.hook(w.text("4915100000093", "wamid.after", "kept after the restart")).want(t, http.StatusOK)
		got := map[string]bool{}
		pages := 0
		for after := ""; ; pages++ {
			var f found
			w.get("search?q=kept&limit=60&after="+after, &f)
			for _, text := range f.texts() {
				if got[text] {
					t.Errorf("%q is found twice", text)
				}
				got[text] = true
			}
			if after == "" && (len(f.texts()) == 0 || f.texts()[0] != "kept after the restart") {
				t.Errorf("the newest is not first: %q", f.texts())
			}
			if f.Messages.Next == nil {
				break
			}
			after = *f.Messages.Next
		}
		if len(got) != 501 {
			t.Errorf("%d messages on %d pages", len(got), pages)
		}
	})
}

// X7, I54: a query that cannot be read is refused with what is wrong, and no query is an error of ours.
func TestBadSearches(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		for _, q := range []string{"from:", "in:fax", "is:late", "has:money", "before:yesterday", "after:2026-13", "before:2026-02-30", strings.Repeat("a ", 40), strings.Repeat("x", 501)} {
			p := w.request(http.MethodGet, "search?q="+url.QueryEscape(q), nil).problem(t, http.StatusUnprocessableEntity, "api.input")
			if len(p.Fields) != 1 || !strings.HasSuffix(p.Fields[0].Name, "q") || p.Fields[0].Reason == "" {
				t.Errorf("%.20q is refused with %+v", q, p)
			}
		}
		for _, q := range []string{"", " ", "!!!", `"`, `""`, `"unclosed`, "a:b", "http://x.org/?q=1", "10:30", "%", "_", "'; DROP TABLE messages; --", "*", "a*", "NEAR(a b)", "^a", "\x00", "\xff\xfe", "𝕳𝖊𝖑𝖑𝖔", "🇩🇪", strings.Repeat("٣", 20)} {
			w.request(http.MethodGet, "search?q="+url.QueryEscape(q), nil).want(t, http.StatusOK)
		}
		for _, query := range []string{"q=a&limit=0", "q=a&limit=101", "q=a&after=x", "q=a&after=%00"} {
			w.request(http.MethodGet, "search?"+query, nil).problem(t, http.StatusUnprocessableEntity, "api.input")
		}
		w.finds("𝕳𝖊𝖑𝖑𝖔", "Hello")
	})
}

// C1: ids lead straight to what they name: ours, the platform's, a number's.
func TestSearchForIDs(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		b := bustle(t, database)
		for _, c := range []struct{ q, kind, id, conversation string }{
			{b.ids["conversation"], "conversation", b.ids["conversation"], b.ids["conversation"]},
			{b.in.ID, "message", b.in.ID, b.ids["conversation"]},
			{text(b.in.PlatformID), "message", b.in.ID, b.ids["conversation"]},
			{" " + b.ids["connection"] + " ", "connection", b.ids["connection"], ""},
			{b.account.PhoneNumberID, "connection", b.ids["connection"], ""},
			{b.ids["delivery"], "delivery", b.ids["delivery"], ""},
		} {
			f := b.search(c.q)
			if f.Exact == nil || f.Exact.Type != c.kind || f.Exact.ID != c.id || text(f.Exact.ConversationID) != c.conversation {
				t.Errorf("search for %s: %+v, want %s %s", c.q, f.Exact, c.kind, c.id)
			}
		}
		for _, q := range []string{"1", "999999999999999999", "wamid.of-nobody-1", b.ids["media"], "Hello"} {
			if f := b.search(q); f.Exact != nil {
				t.Errorf("search for %q names %+v", q, f.Exact)
			}
		}
		b.finds("has:image look", "Look")
		b.finds("is:failed", "Not to be")
		b.finds("from:bia nice", "Nice")
		b.finds("has:file", "Look")
	})
}
