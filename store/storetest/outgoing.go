package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var outgoingStories = []story{
	{"I22 the same client id makes one message, for each author", clientID},
	{"I22 twenty at once with one client id make one message", clientIDAtOnce},
	{"I22 C11 a reply names a message of this conversation", replyTo},
	{"I27 what waits is listed in the order written", waitingOn},
	{"only a failed or unconfirmed message is asked for again", requeue},
	{"only what has not left is cancelled", cancel},
	{"I19 our message and its echo are one, whichever is written first", absorbed},
}

func clientID(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	var bell []clearline.ID
	w.store.OnQueued(func(_, connection clearline.ID, _ bool) { bell = append(bell, connection) })
	id, created, err := w.store.Queue(w.ctx, w.draft("c1", "olá"))
	w.must(err)
	want(w, "created", created, true)
	again, created, err := w.store.Queue(w.ctx, w.draft("c1", "olá"))
	w.must(err)
	want(w, "the same message", again, id)
	want(w, "created again", created, false)
	want(w, "rung", bell, []clearline.ID{w.conn.ID})

	for name, other := range map[string]func(*store.NewMessage){
		"another text":    func(m *store.NewMessage) { m.Text = "tchau" },
		"another kind":    func(m *store.NewMessage) { m.Kind = clearline.KindTemplate },
		"other details":   func(m *store.NewMessage) { m.Details = []byte(`{"name":"x"}`) },
		"another message": func(m *store.NewMessage) { m.ReplyTo = w.find("wamid.1").ID },
	} {
		m := w.draft("c1", "olá")
		other(&m)
		_, _, err := w.store.Queue(w.ctx, m)
		wantCause(w, name, err, clearline.CauseConflict)
	}
	colleague, err := w.store.AddUser(w.ctx, clearline.User{CompanyID: w.company, Name: "Bea", Email: "bea@example.org", Role: clearline.RoleAgent})
	w.must(err)
	for _, author := range []clearline.ID{colleague.ID, 0} {
		m := w.draft("c1", "outra coisa")
		m.AuthorID = author
		theirs, created, err := w.store.Queue(w.ctx, m)
		w.must(err)
		want(w, "another author's", created && theirs != id, true)
		again, created, err := w.store.Queue(w.ctx, m)
		w.must(err)
		want(w, "once for this author too", !created && again == theirs, true)
	}

	m := w.get(id)
	want(w, "status", m.Status, clearline.Queued)
	want(w, "author", m.AuthorID, w.agent.ID)
	want(w, "deadline", m.Deadline, w.at(86400))
	want(w, "the person still waits", w.thread(ana).WaitingSince, w.at(0))
	missing := w.draft("c2", "olá")
	missing.ConversationID = 4711
	_, _, err = w.store.Queue(w.ctx, missing)
	wantCause(w, "no such conversation", err, clearline.CauseAbsent)
}

func clientIDAtOnce(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	m := w.draft("c1", "olá")
	var wg sync.WaitGroup
	var made atomic.Int32
	ids := make([]clearline.ID, 20)
	for i := range ids {
		wg.Go(func() {
			id, created, err := w.store.Queue(w.ctx, m)
			if err != nil {
				w.Error(err)
			}
			if created {
				made.Add(1)
			}
			ids[i] = id
		})
	}
	wg.Wait()
	want(w, "made", made.Load(), 1)
	for _, id := range ids {
		want(w, "id", id, ids[0])
	}
	want(w, "messages", w.count(`SELECT COUNT(*) FROM messages WHERE direction = 'out'`), 1)
}

func replyTo(w *world) {
	bia := phone("5511900000001", "Bia")
	w.ingest(w.text("wamid.1", ana, 0, "oi"), w.text("wamid.2", bia, 0, "oi"))
	m := w.draft("c1", "sobre isso")
	m.ReplyTo = w.find("wamid.1").ID
	id, _, err := w.store.Queue(w.ctx, m)
	w.must(err)
	want(w, "the platform's id", w.get(id).ReplyToPlatform, "wamid.1")
	for name, to := range map[string]clearline.ID{"another conversation's": w.find("wamid.2").ID, "no message": 4711, "one that has not left": id} {
		m := w.draft("c2"+name, "sobre isso")
		m.ReplyTo = to
		_, _, err := w.store.Queue(w.ctx, m)
		wantCause(w, name, err, clearline.CauseInput)
	}
}

func waitingOn(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	var ids []clearline.ID
	for i := range 5 {
		ids = append(ids, w.queue(fmt.Sprint("c", i), "olá"))
	}
	w.begin(lane, ids[0])
	w.accept(ids[0], 1, "wamid.out")
	w.begin(lane, ids[1])
	w.must(w.store.Cancel(w.ctx, w.company, ids[2]))
	all, err := w.store.WaitingOn(w.ctx, w.company, w.conn.ID, 0, 10)
	w.must(err)
	var got []clearline.ID
	for _, x := range all {
		got = append(got, x.MessageID)
	}
	want(w, "waiting", got, []clearline.ID{ids[1], ids[3], ids[4]})
	want(w, "status", all[0].Status, clearline.Sending)
	some, err := w.store.WaitingOn(w.ctx, w.company, w.conn.ID, ids[1], 1)
	w.must(err)
	want(w, "the next", some[0].MessageID, ids[3])
	n, err := w.store.CountWaiting(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "counted", n, 3)
}

// become brings a fresh message into a state.
func (w *world) become(lane store.Lease, clientID string, status clearline.Status) clearline.ID {
	w.Helper()
	if status == clearline.Received {
		return w.find("wamid.1").ID
	}
	id := w.queue(clientID, "olá")
	switch status {
	case clearline.Queued:
		return id
	case clearline.Cancelled:
		w.must(w.store.Cancel(w.ctx, w.company, id))
		return id
	}
	w.begin(lane, id)
	st := &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: 1}
	switch status {
	case clearline.Sending:
		return id
	case clearline.Held:
		st.Outcome, st.Next, st.Cause, st.NextTryAt = clearline.OutcomeRefused, clearline.Held, clearline.CauseOutage, w.at(4000)
	case clearline.Failed:
		st.Outcome, st.Next, st.Cause = clearline.OutcomeRefused, clearline.Failed, clearline.CauseWindow
	case clearline.Unsettled:
		st.Outcome, st.Next, st.Cause = clearline.OutcomeUnknown, clearline.Unsettled, clearline.CauseUnconfirmed
	default:
		st.Outcome, st.PlatformID = clearline.OutcomeAccepted, "wamid."+clientID
	}
	w.must(w.store.SettleAttempt(w.ctx, st))
	if status == clearline.Delivered || status == clearline.Read {
		w.ingest(w.report(st.PlatformID, status, 9, ""))
	}
	want(w, "prepared", w.get(id).Status, status)
	return id
}

var allStatuses = []clearline.Status{clearline.Received, clearline.Queued, clearline.Held, clearline.Sending, clearline.Sent, clearline.Delivered, clearline.Read,
	clearline.Failed, clearline.Unsettled, clearline.Cancelled}

func requeue(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	for _, status := range allStatuses {
		for _, mayDuplicate := range []bool{false, true} {
			name := fmt.Sprint(status, mayDuplicate)
			id := w.become(lane, name, status)
			cause := w.get(id).Cause
			begun, err := w.store.Requeue(w.ctx, store.Again{CompanyID: w.company, MessageID: id, MayDuplicate: mayDuplicate, Deadline: w.at(9000)})
			switch {
			case status == clearline.Failed, status == clearline.Unsettled && mayDuplicate:
				w.must(err)
				want(w, name+" begun", begun, true)
				m := w.get(id)
				want(w, name, m.Status, status)
				want(w, name+": cause", m.Cause, cause)
				want(w, name+": retry", m.Retry, &clearline.Retry{Status: clearline.Queued})
				want(w, name+": deadline", m.Deadline, w.at(9000))
				// I22, I23: pressed twice it is done once, before and while it runs.
				for _, n := range []int{2, 0} {
					begun, err := w.store.Requeue(w.ctx, store.Again{CompanyID: w.company, MessageID: id, MayDuplicate: true, Deadline: w.at(9000)})
					w.must(err)
					want(w, name+": begun twice", begun, false)
					want(w, name+": next attempt", w.begin(lane, id).N, n)
				}
				want(w, name+" while it is sent again", w.get(id).Retry, &clearline.Retry{Status: clearline.Sending})
			case status == clearline.Unsettled:
				want(w, name+" begun", begun, false)
				wantCause(w, name, err, clearline.CauseUnconfirmed)
			case status == clearline.Received:
				wantCause(w, name, err, clearline.CauseAbsent)
			default:
				wantCause(w, name, err, clearline.CauseConflict)
				want(w, name+" stays", w.get(id).Status, status)
			}
		}
	}
}

func cancel(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	lane := w.claim("lane")
	for _, status := range allStatuses {
		id := w.become(lane, string(status), status)
		err := w.store.Cancel(w.ctx, w.company, id)
		switch status {
		case clearline.Queued, clearline.Held:
			w.must(err)
			want(w, string(status), w.get(id).Status, clearline.Cancelled)
			want(w, "nothing begins", w.begin(lane, id).N, 0)
		case clearline.Received:
			wantCause(w, string(status), err, clearline.CauseAbsent)
		default:
			wantCause(w, string(status), err, clearline.CauseConflict)
			want(w, string(status)+" stays", w.get(id).Status, status)
		}
	}
}

func absorbed(w *world) {
	lane := w.claim("lane")
	for i, echoFirst := range []bool{true, false} {
		who := phone(fmt.Sprint("551190000000", i), fmt.Sprint("Bia ", i))
		w.ingest(w.text(fmt.Sprint("wamid.in", i), who, 0, "oi"))
		m := w.draftTo(who, fmt.Sprint("c", i), "olá")
		id, _, err := w.store.Queue(w.ctx, m)
		w.must(err)
		w.begin(lane, id)
		platformID := fmt.Sprint("wamid.out", i)
		// The platform's clock is ahead of ours: the echo is younger than the answer.
		w.clock.Advance(time.Second)
		ahead := int(w.clock.Now().Sub(w.start).Seconds()) + 30
		echo := []store.Routed{w.echo(platformID, who, ahead, "olá"), w.report(platformID, clearline.Read, ahead, ""), w.report(platformID, clearline.Delivered, ahead, ""),
			w.reaction(platformID+"r", who, ahead, platformID, "👍")}
		if echoFirst {
			w.ingest(echo...)
			w.accept(id, 1, platformID)
		} else {
			w.accept(id, 1, platformID)
			w.ingest(echo...)
		}
		name := fmt.Sprint("echo first: ", echoFirst)
		all := w.messages(w.thread(who).ID)
		want(w, name+": messages", len(all), 3)
		got := w.get(id)
		want(w, name+": status", got.Status, clearline.Read)
		want(w, name+": reactions", len(got.Reactions), 1)
		want(w, name+": client id", got.ClientID, fmt.Sprint("c", i))
		st, err := w.store.Story(w.ctx, w.company, id)
		w.must(err)
		want(w, name+": reports", len(st.Statuses), 2)
		want(w, name+": attempts", len(st.Attempts), 1)
		c := w.thread(who)
		want(w, name+": last", c.LastMessageID, id)
		want(w, name+": last at", c.LastAt, got.At)
		want(w, name+": waiting", c.WaitingSince, time.Time{})
		want(w, name+": echo again", w.ingest(echo...), clearline.Count{Duplicate: 4})
	}
}
