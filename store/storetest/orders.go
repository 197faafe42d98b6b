package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var orderStories = []story{
	{"I8 I19 I24 I33 the answer, the echo and the reports of a send end in one state, whatever their order", sendInAnyOrder},
	{"I24 I61 without an answer the reports alone end in that state", sendWithoutAnswer},
}

// outcome is what must not depend on the order: the message and the thread, without ids and times of ours.
func (w *world) outcome(id clearline.ID) string {
	w.Helper()
	m := w.get(id)
	st, err := w.store.Story(w.ctx, w.company, id)
	w.must(err)
	reports := map[clearline.Status]bool{}
	for _, r := range st.Statuses {
		reports[r.Status] = true
	}
	c, err := w.store.Conversation(w.ctx, w.company, m.ConversationID)
	w.must(err)
	var thread []string
	for _, other := range w.messages(m.ConversationID) {
		thread = append(thread, string(other.Direction)+" "+string(other.Kind)+" "+other.Text)
	}
	emoji := ""
	for _, r := range m.Reactions {
		emoji += r.From + r.Emoji
	}
	return fmt.Sprint(m.Status, " ", m.Conflict, " ", m.Cause, " ", m.Error != nil, " ", m.PlatformID != "", " ", m.ClientID != "", " ", emoji, " ", reports, " ",
		st.Attempts[0].Outcome, " ", len(st.Attempts), " ", c.Unread, " ", c.WaitingSince.IsZero(), " ", c.LastMessageID == id, " ", strings.Join(thread, ", "))
}

// sends plays what may become of a send in n random orders, some of it twice, and compares what is left.
func (w *world) sends(n int, events func(name string, id clearline.ID) []func()) {
	random := rand.New(rand.NewPCG(7, 7))
	lane := w.claim("lane")
	first := ""
	for i := range n {
		who := phone(fmt.Sprint(5511900000000+i), "Ana")
		name := fmt.Sprint("wamid.", i)
		w.ingest(w.text(name+"in", who, 0, "oi"))
		id, _, err := w.store.Queue(w.ctx, w.draftTo(who, name, "olá"))
		w.must(err)
		w.begin(lane, id)
		all := events(name, id)
		order := random.Perm(len(all))
		if i == 0 {
			for k := range order {
				order[k] = k
			}
		}
		for range random.IntN(3) {
			order = append(order, order[random.IntN(len(order))])
		}
		for _, k := range order {
			all[k]()
		}
		got := w.outcome(id)
		if first == "" {
			first = got
		}
		if got != first {
			w.Fatalf("order %v:\n got %s\nwant %s", order, got, first)
		}
	}
	want(w, "nothing waits", w.count(`SELECT COUNT(*) FROM early`), 0)
}

func (w *world) reports(name string, ref func(n int) string) []func() {
	deliver := func(e store.Routed) func() { return func() { w.ingest(e) } }
	refused := w.failure(name, 9, clearline.CauseUndeliverable, 131026)
	refused.Status.ClientRef = ref(0)
	return []func(){
		deliver(w.report(name, clearline.Sent, 7, ref(1))),
		deliver(w.report(name, clearline.Delivered, 8, ref(2))),
		deliver(w.report(name, clearline.Read, 9, ref(3))),
		deliver(refused),
	}
}

func sendInAnyOrder(w *world) {
	w.sends(150, func(name string, id clearline.ID) []func() {
		// Some of the platform's reports name the attempt, others do not.
		all := w.reports(name, func(n int) string {
			if n%2 == 0 {
				return store.AttemptRef(w.company, id, 1)
			}
			return ""
		})
		who := phone(w.conversationOf(id).SendTo, "Ana")
		return append(all, func() { w.accept(id, 1, name) },
			func() { w.ingest(w.echo(name, who, 6, "olá")) },
			func() { w.ingest(w.reaction(name+"r", who, 9, name, "👍")) })
	})
}

// sendWithoutAnswer gives the attempt up somewhere between the reports, which all name it.
func sendWithoutAnswer(w *world) {
	w.sends(100, func(name string, id clearline.ID) []func() {
		who := phone(w.conversationOf(id).SendTo, "Ana")
		return append(w.reports(name, func(int) string { return store.AttemptRef(w.company, id, 1) }),
			func() {
				w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeUnknown,
					Cause: clearline.CauseUnconfirmed, Next: clearline.Unsettled, NextTryAt: time.Time{}}))
			},
			func() { w.ingest(w.reaction(name+"r", who, 9, name, "👍")) })
	})
}

func (w *world) conversationOf(id clearline.ID) store.ConversationRow {
	w.Helper()
	c, err := w.store.Conversation(w.ctx, w.company, w.get(id).ConversationID)
	w.must(err)
	return c
}
