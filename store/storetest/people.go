package storetest

import (
	"fmt"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

var peopleStories = []story{
	{"I16 one address for all keys of a person, in whatever order they are learnt", keysLearnt},
	{"I15 I16 two addresses turn out to be one person", joined},
	{"I15 a crowd of first messages makes one thread each", crowd},
	{"I16 replies go to the id last given, the newest name is shown", renamed},
	{"I16 keys belong to one connection", keysPerConnection},
	{"I15 the unique index refuses a second thread of an address", secondThread},
	{"I4 a remembered person who is gone is made anew", forgotten},
	{"an echo to somebody new makes the thread and awaits nothing", echoFirst},
	{"waiting since the first unanswered message, whatever the order", waiting},
	{"M1 unread counts what came after the message read", read},
	{"a message opens a finished thread again", reopened},
	{"I32 the reply window starts with the newest message that opens it", window},
}

func keysLearnt(w *world) {
	bsuid := channel.Person{Keys: []string{"bsuid:BR.1"}, SendTo: "BR.1", Shown: "@ana", Name: "Ana"}
	both := channel.Person{Keys: []string{"bsuid:BR.1", "wa:5511987654321"}, SendTo: "5511987654321", Shown: "+5511987654321", Name: "Ana"}
	w.each(w.text("wamid.1", bsuid, 0, "sem número"), w.text("wamid.2", both, 1, "os dois"), w.text("wamid.3", ana, 2, "só o número"), w.text("wamid.4", bsuid, 3, "oi"))
	want(w, "threads", len(w.threads()), 1)
	want(w, "messages", len(w.messages(w.threads()[0].ID)), 4)
	want(w, "unread", w.threads()[0].Unread, 4)
	want(w, "I16: the id last given", w.threads()[0].SendTo, "BR.1")
	// The store has met her under each key by now; what one payload tells, the others must not hide.
	for i, who := range []channel.Person{ana, bsuid, ana, both, bsuid, both} {
		w.ingest(w.text(fmt.Sprint("wamid.more", i), who, 10+i, "oi"))
		want(w, fmt.Sprint("I16: the id last given, ", i), w.threads()[0].SendTo, who.SendTo)
	}
	want(w, "keys", w.count(`SELECT COUNT(*) FROM address_keys`), 2)
}

func joined(w *world) {
	bsuid := channel.Person{Keys: []string{"bsuid:BR.1"}, SendTo: "BR.1", Shown: "@ana", Name: "Ana"}
	w.each(w.text("wamid.1", ana, 0, "pelo número"), w.text("wamid.2", bsuid, 1, "pelo nome"))
	want(w, "strangers at first", w.count(`SELECT COUNT(DISTINCT contact_id) FROM addresses`), 2)

	both := channel.Person{Keys: []string{"bsuid:BR.1", "wa:5511987654321"}, SendTo: "BR.1", Shown: "@ana", Name: "Ana"}
	w.ingest(w.text("wamid.3", both, 2, "sou eu"))
	want(w, "one contact", w.count(`SELECT COUNT(DISTINCT contact_id) FROM addresses`), 1)
	want(w, "each thread stays", len(w.threads()), 2)
	want(w, "the strongest key decides where it goes", w.find("wamid.3").ConversationID, w.find("wamid.2").ConversationID)
	want(w, "replies to the other are not redirected", w.thread(ana).ContactName, "Ana")

	// Now that they are one, a new name shows on both threads, whichever address told it.
	renamed := ana
	renamed.Name = "Ana Souza"
	w.ingest(w.text("wamid.4", renamed, 3, "mudei de nome"))
	for _, c := range w.threads() {
		want(w, "name", c.ContactName, "Ana Souza")
	}
}

func crowd(w *world) {
	const writers, people = 8, 20
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for k := range people {
				who := phone(fmt.Sprint(5511900000000+(k*7+i*3)%people), "")
				in := w.inbound(w.tenant, store.InboundNew, w.text(fmt.Sprint("wamid.", i, ".", k), who, k, "oi"))
				if err := w.store.Ingest(w.ctx, in); err != nil {
					w.Error(err)
				}
			}
		})
	}
	wg.Wait()
	want(w, "threads", len(w.threads()), people)
	for _, c := range w.threads() {
		want(w, "unread", c.Unread, writers)
	}
	want(w, "contacts", w.count(`SELECT COUNT(*) FROM contacts`), people)
}

func renamed(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	later := ana
	later.SendTo, later.Name = "551187654321", "Ana Lima"
	w.ingest(w.text("wamid.2", later, 1, "oi"))
	c := w.thread(later)
	want(w, "name", c.ContactName, "Ana Lima")
	// A payload without a name or an id to send to takes nothing away.
	silent := ana
	silent.SendTo, silent.Name = "", ""
	w.ingest(w.text("wamid.3", silent, 2, "oi"))
	c = w.thread(later)
	want(w, "name", c.ContactName, "Ana Lima")
	// Back to what it was: the cache of people must not hide it.
	w.ingest(w.text("wamid.4", ana, 3, "oi"))
	want(w, "name", w.thread(ana).ContactName, "Ana")
	// I8: what comes again is old news.
	w.ingest(w.text("wamid.2", later, 1, "oi"))
	want(w, "name after a repeat", w.thread(ana).ContactName, "Ana")
	// Several texts in one delivery: the last one tells.
	w.ingest(w.text("wamid.5", later, 4, "oi"), w.text("wamid.6", ana, 5, "oi"), w.text("wamid.2", later, 1, "oi"))
	want(w, "name after several", w.thread(ana).ContactName, "Ana")
	w.ingest(w.text("wamid.7", later, 6, "oi"))
	want(w, "name", w.thread(later).ContactName, "Ana Lima")
}

func keysPerConnection(w *world) {
	second, err := w.store.AddConnection(w.ctx, clearline.Connection{CompanyID: w.company, Platform: clearline.WhatsApp, Name: "Filial", Account: "777", Parent: w.conn.Parent}, w.app, "t")
	w.must(err)
	n := w.tenant
	n.conn = second
	w.ingest(w.text("wamid.1", ana, 0, "matriz"))
	w.must(w.store.Ingest(w.ctx, w.inbound(n, store.InboundNew, n.element(w.text("wamid.1", ana, 0, "filial").Element))))
	want(w, "threads", len(w.threads()), 2)
	want(w, "the same platform id on another connection is another message", w.ledger().Count, stored(2))
}

func secondThread(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	if _, err := w.db.Exec(`INSERT INTO conversations (company_id, conversation_id, connection_id, address_id, state, unread, waiting_since, answered_at, window_from, last_at, last_message_id)
		SELECT company_id, conversation_id + 1, connection_id, address_id, state, 0, 0, 0, 0, 0, 0 FROM conversations`); err == nil {
		w.Error("an address has two threads")
	}
}

// forgotten removes a person behind the store's back: what it remembers of them must be noticed as stale.
func forgotten(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	for _, table := range []string{"messages", "conversations", "address_keys", "addresses", "contacts"} {
		if _, err := w.db.Exec(`DELETE FROM ` + table); err != nil {
			w.Fatal(err)
		}
	}
	want(w, "count", w.ingest(w.text("wamid.2", ana, 1, "de novo")), stored(1))
	want(w, "unread", w.thread(ana).Unread, 1)
	want(w, "people", w.count(`SELECT COUNT(*) FROM contacts`), 1)
}

func echoFirst(w *world) {
	want(w, "count", w.ingest(w.echo("wamid.1", ana, 0, "Olá, sou da padaria")), stored(1))
	c, m := w.thread(ana), w.find("wamid.1")
	want(w, "unread", c.Unread, 0)
	want(w, "waiting", c.WaitingSince, time.Time{})
	want(w, "window", c.WindowFrom, time.Time{})
	want(w, "direction", m.Direction, clearline.Out)
	want(w, "status", m.Status, clearline.Sent)
}

func waiting(w *world) {
	none := 0
	for _, c := range []struct {
		name string
		// letters: a, b, c are texts of seconds 10, 20, 30; E and F echoes of seconds 15 and 35; r a reaction of second 40.
		order string
		since int
	}{
		{"nobody answered", "abc", 10},
		{"late older text", "cab", 10},
		{"answered once", "aE", none},
		{"and written again", "aEb", 20},
		{"the answer becomes known last", "abcE", 20},
		{"answered all", "abcF", none},
		{"both answers, reversed", "cFbEa", none},
		{"the answer is known before its question", "Ea", none},
		{"a reaction asks for no answer", "aFr", none},
		{"an older answer after a newer", "abFEc", none},
	} {
		who := phone("55"+c.name, "")
		for i, letter := range c.order {
			id := fmt.Sprint("wamid.", c.name, i)
			switch letter {
			case 'a', 'b', 'c':
				w.ingest(w.text(id, who, 10*int(letter-'a'+1), string(letter)))
			case 'E':
				w.ingest(w.echo(id, who, 15, "E"))
			case 'F':
				w.ingest(w.echo(id, who, 35, "F"))
			case 'r':
				w.ingest(w.reaction(id, who, 40, fmt.Sprint("wamid.", c.name, 0), "👍"))
			}
		}
		expected := time.Time{}
		if c.since > 0 {
			expected = w.at(c.since)
		}
		want(w, c.name, w.thread(who).WaitingSince, expected)
	}
}

func read(w *world) {
	w.ingest(w.text("wamid.1", ana, 1, "um"), w.text("wamid.2", ana, 2, "dois"), w.text("wamid.3", ana, 3, "três"), w.reaction("wamid.4", ana, 4, "wamid.1", "👍"))
	c := w.thread(ana)
	mark := func(id string) string {
		w.Helper()
		platformID, err := w.store.MarkRead(w.ctx, w.company, c.ID, w.find(id).ID)
		w.must(err)
		return platformID
	}
	want(w, "told to the platform", mark("wamid.2"), "wamid.2")
	want(w, "left", w.thread(ana).Unread, 1)
	want(w, "an older one changes nothing", mark("wamid.1"), "")
	want(w, "left", w.thread(ana).Unread, 1)
	before, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	want(w, "the rest", mark("wamid.3"), "wamid.3")
	changes, _, err := w.store.Changes(w.ctx, w.company, before, 10)
	w.must(err)
	want(w, "change", changes[0].Kind, clearline.ConversationChanged)
	want(w, "left", w.thread(ana).Unread, 0)
	_, err = w.store.MarkRead(w.ctx, w.company, c.ID, 4711)
	wantCause(w, "a message that is not there", err, clearline.CauseAbsent)
}

func reopened(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	for _, state := range []clearline.ConversationState{clearline.Done, clearline.Snoozed} {
		if _, err := w.db.Exec(`UPDATE conversations SET state = $1`, string(state)); err != nil {
			w.Fatal(err)
		}
		w.ingest(w.reaction("wamid.r"+string(state), ana, 1, "wamid.1", "👍"))
		want(w, "after a reaction", w.thread(ana).State, state)
		w.ingest(w.text("wamid.2"+string(state), ana, 2, "mais uma coisa"))
		want(w, "after a message", w.thread(ana).State, clearline.Open)
	}
}

func window(w *world) {
	w.ingest(w.text("wamid.2", ana, 20, "novo"))
	w.ingest(w.text("wamid.1", ana, 10, "velho"))
	closed := w.text("wamid.3", ana, 30, "não abre")
	closed.Message.OpensWindow = false
	w.ingest(closed)
	want(w, "window", w.thread(ana).WindowFrom, w.at(20))
}
