package storetest

import (
	"fmt"
	"time"

	"github.com/clearline/clearline"
)

var referenceStories = []story{
	{"I18 reactions: early, replaced, withdrawn, and tied in one second", reactions},
	{"I18 edits: older after newer, deletion beats edit, early, repeated", amendments},
	{"I18 a reply finds its message in whatever order they come", replies},
	{"I18 several references wait for one message", manyWait},
	{"I18 references wait within their own connection", waitPerConnection},
}

// reactions tells each case as a list of events: m is the message, the others reactions (second, emoji).
func reactions(w *world) {
	type r struct {
		second int
		emoji  string
	}
	m := r{-1, ""}
	for i, c := range []struct {
		name   string
		events []r
		shown  string
	}{
		{"after the message", []r{m, {5, "👍"}}, "👍"},
		{"before the message", []r{{5, "👍"}, m}, "👍"},
		{"replaced", []r{m, {5, "👍"}, {6, "❤️"}}, "❤️"},
		{"replaced, the older comes late", []r{m, {6, "❤️"}, {5, "👍"}}, "❤️"},
		{"withdrawn", []r{m, {5, "👍"}, {6, ""}}, ""},
		{"withdrawn, known the other way round", []r{m, {6, ""}, {5, "👍"}}, ""},
		{"all early", []r{{6, ""}, {5, "👍"}, {7, "🎉"}, m}, "🎉"},
		{"tied in one second", []r{m, {5, "👍"}, {5, "❤️"}}, "❤️"},
	} {
		target := fmt.Sprint("wamid.", i)
		// The id, which breaks ties, follows the emoji: a tie ends the same way in every order.
		play := func(events []r, target string) string {
			for _, e := range events {
				if e == m {
					w.ingest(w.text(target, ana, 0, "foto"))
				} else {
					w.ingest(w.reaction(target+".r"+fmt.Sprint(e.second)+map[string]string{"👍": "a", "❤️": "b", "🎉": "c", "": "d"}[e.emoji], ana, e.second, target, e.emoji))
				}
			}
			emoji := ""
			for _, r := range w.find(target).Reactions {
				want(w, c.name+": from", r.From, "person")
				emoji += r.Emoji
			}
			return emoji
		}
		want(w, c.name, play(c.events, target), c.shown)
		if c.name == "tied in one second" {
			want(w, c.name+", reversed", play([]r{m, c.events[2], c.events[1]}, target+"x"), c.shown)
		}
	}
	// Ours and theirs stand side by side.
	ours := w.reaction("wamid.ours", ana, 9, "wamid.0", "🙏")
	ours.Message.Echo = true
	w.ingest(ours)
	want(w, "both sides", len(w.find("wamid.0").Reactions), 2)
	want(w, "nothing waits", w.count(`SELECT COUNT(*) FROM early`), 0)
	want(w, "a reaction is not the last message", w.thread(ana).Last.Kind, clearline.KindText)
}

func amendments(w *world) {
	for i, c := range []struct {
		name string
		// m is the message (text "zero"), digits edits of that second to that digit, D a deletion of second 5, E one of second 7.
		order     string
		text      string
		edited    int
		deleted   int
		revisions int
	}{
		{"edited", "m1", "1", 1, 0, 2},
		{"edited twice", "m12", "2", 2, 0, 3},
		{"older edit after the newer", "m21", "2", 2, 0, 3},
		{"early edit", "1m", "1", 1, 0, 2},
		{"early edits, disordered", "213m", "3", 3, 0, 4},
		{"deleted", "mD", "zero", 0, 5, 1},
		{"deleted early", "Dm", "zero", 0, 5, 1},
		{"edit after the deletion", "mD9", "9", 9, 5, 3},
		{"deletion after a newer edit", "m9D", "9", 9, 5, 3},
		{"all early", "9D1m", "9", 9, 5, 4},
		{"two deletions", "mED", "zero", 0, 5, 2},
		{"everything twice", "mm11D1D", "1", 1, 5, 3},
	} {
		target := fmt.Sprint("wamid.", i)
		for _, letter := range c.order {
			switch letter {
			case 'm':
				w.ingest(w.text(target, ana, 0, "zero"))
			case 'D':
				w.ingest(w.deletion(target+"D", target, 5))
			case 'E':
				w.ingest(w.deletion(target+"E", target, 7))
			default:
				w.ingest(w.edit(target+string(letter), target, int(letter-'0'), string(letter)))
			}
		}
		m := w.find(target)
		moment := func(second int) time.Time {
			if second == 0 {
				return time.Time{}
			}
			return w.at(second)
		}
		want(w, c.name+": text", m.Text, c.text)
		want(w, c.name+": edited", m.EditedAt, moment(c.edited))
		want(w, c.name+": deleted", m.DeletedAt, moment(c.deleted))
		st, err := w.store.Story(w.ctx, w.company, m.ID)
		w.must(err)
		want(w, c.name+": revisions", len(st.Revisions), c.revisions)
		if c.edited > 0 {
			want(w, c.name+": the original stays", st.Revisions[0].Text, "zero")
		}
	}
	want(w, "nothing waits", w.count(`SELECT COUNT(*) FROM early`), 0)
	once := w.edit("wamid.e", "wamid.0", 8, "8")
	want(w, "counted", w.ingest(once, once), clearline.Count{Stored: 1, Duplicate: 1})
}

func replies(w *world) {
	reply := func(id, to string, second int) {
		m := w.text(id, ana, second, "sobre isso")
		m.Message.ReplyTo = to
		w.ingest(m)
	}
	w.ingest(w.text("wamid.1", ana, 0, "pergunta"))
	reply("wamid.2", "wamid.1", 1)
	reply("wamid.3", "wamid.4", 2)
	want(w, "not here yet", w.find("wamid.3").ReplyTo, clearline.ID(0))
	want(w, "its id is", w.find("wamid.3").ReplyToPlatform, "wamid.4")
	w.ingest(w.text("wamid.4", ana, 1, "chegou depois"))
	want(w, "later", w.find("wamid.3").ReplyTo, w.find("wamid.4").ID)
	want(w, "earlier", w.find("wamid.2").ReplyTo, w.find("wamid.1").ID)
}

func manyWait(w *world) {
	w.ingest(w.edit("wamid.e", "wamid.1", 2, "editado"), w.reaction("wamid.r", ana, 3, "wamid.1", "👍"), w.report("wamid.1", clearline.Read, 4, ""),
		w.report("wamid.1", clearline.Delivered, 4, ""), w.edit("wamid.e", "wamid.1", 2, "editado"))
	want(w, "waiting", w.count(`SELECT COUNT(*) FROM early`), 4)
	w.ingest(w.echo("wamid.1", ana, 1, "original"))
	m := w.find("wamid.1")
	want(w, "text", m.Text, "editado")
	want(w, "reactions", len(m.Reactions), 1)
	want(w, "status", m.Status, clearline.Read)
	want(w, "left", w.count(`SELECT COUNT(*) FROM early`), 0)
	want(w, "again", w.ingest(w.edit("wamid.e", "wamid.1", 2, "editado"), w.reaction("wamid.r", ana, 3, "wamid.1", "👍"), w.report("wamid.1", clearline.Read, 4, "")),
		clearline.Count{Duplicate: 3})
}

func waitPerConnection(w *world) {
	second, err := w.store.AddConnection(w.ctx, clearline.Connection{CompanyID: w.company, Platform: clearline.WhatsApp, Name: "Filial", Account: "777", Parent: w.conn.Parent}, w.app, "t")
	w.must(err)
	n := w.tenant
	n.conn = second
	w.ingest(w.edit("wamid.e", "wamid.1", 2, "editado"))
	w.must(w.store.Ingest(w.ctx, w.inbound(n, 0, n.element(w.text("wamid.1", ana, 0, "filial").Element))))
	want(w, "the other number's message", w.find("wamid.1").Text, "filial")
	want(w, "still waiting", w.count(`SELECT COUNT(*) FROM early`), 1)
}
