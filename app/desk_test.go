package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/sim"
)

// undoable is a message that its writer may take back for some seconds.
func (w *world) undoable(seconds int) (m message) {
	w.t.Helper()
	w.post("conversations/"+w.conversations()[0].ID+"/messages", map[string]any{"client_id": fmt.Sprint("undo ", w.number()), "text": "Well then", "undo_seconds": seconds}).
		want(w.t, http.StatusCreated).into(w.t, &m)
	return m
}

// failing is a message that the platform refused.
func (w *world) failing() message {
	w.t.Helper()
	end := w.fault(sim.Fault{Effect: "error", Operation: "send", Code: new(131026), Via: "answer", Times: 1})
	defer end()
	return w.becomes(w.send(w.conversations()[0].ID, fmt.Sprint("failing ", w.number()), "Not to be").ID, "failed")
}

// deskRow is a conversation as the desk sees it.
type deskRow struct {
	ID           string
	State        string
	Unread       int
	WaitingSince *time.Time `json:"waiting_since"`
	Assignee     *struct{ ID, Name string }
	Trouble      *struct {
		MessageID string `json:"message_id"`
		Status    string
		Cause     *string
	}
	DraftBy []struct{ ID, Name string } `json:"draft_by"`
}

func (w *world) desk(id string) (d deskRow) {
	w.t.Helper()
	w.get("conversations/"+id, &d)
	return d
}

func (w *world) view(query string) (ids []string) {
	w.t.Helper()
	var all list[deskRow]
	w.get("conversations?"+query, &all)
	for _, c := range all.Items {
		ids = append(ids, c.ID)
	}
	return ids
}

// C1: done, open, assigned, unread: each shows in its views, and the next message of the customer opens again.
func TestDesk(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, ana := w.writes("Ana", "Hello")
		w.clock.Advance(time.Minute)
		joao, second := w.writes("Joao", "Oi")
		if got := w.view("view=waiting"); !slices.Equal(got, []string{ana.ID, second.ID}) {
			t.Errorf("waiting: %v, want the longest first", got)
		}
		if got := w.view("view=unassigned"); !slices.Equal(got, []string{second.ID, ana.ID}) {
			t.Errorf("unassigned: %v", got)
		}
		var users struct{ User struct{ ID string } }
		cookie := w.user("Bia", clearline.RoleAgent)
		request{method: http.MethodGet, url: w.url + "/api/v1/me", cookie: cookie}.send(t).into(t, &users)
		patch := func(id string, body any) *answer { return w.request(http.MethodPatch, "conversations/"+id, body) }
		patch(ana.ID, map[string]any{"assignee": users.User.ID}).want(t, http.StatusOK)
		if d := w.desk(ana.ID); d.Assignee == nil || d.Assignee.Name != "Bia" {
			t.Errorf("assignee: %+v", d.Assignee)
		}
		var mine list[deskRow]
		request{method: http.MethodGet, url: w.url + "/api/v1/conversations?view=mine", cookie: cookie}.send(t).want(t, http.StatusOK).into(t, &mine)
		if len(mine.Items) != 1 || mine.Items[0].ID != ana.ID {
			t.Errorf("mine: %+v", mine.Items)
		}
		patch(ana.ID, map[string]any{}).want(t, http.StatusOK)
		if d := w.desk(ana.ID); d.Assignee == nil {
			t.Error("a change that does not name the assignee took it away")
		}
		patch(ana.ID, map[string]any{"assignee": "250000000000000001"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		patch(ana.ID, map[string]any{"assignee": "Bia"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		patch(ana.ID, map[string]any{"assignee": nil}).want(t, http.StatusOK)
		if d := w.desk(ana.ID); d.Assignee != nil {
			t.Errorf("nobody has it, but: %+v", d.Assignee)
		}

		// Done puts the waiting away; taken back, it waits as before; a message opens it and waits anew.
		since := *w.desk(second.ID).WaitingSince
		patch(second.ID, map[string]any{"state": "done"}).want(t, http.StatusOK)
		if d := w.desk(second.ID); d.State != "done" || d.WaitingSince != nil {
			t.Errorf("done: %+v", d)
		}
		if got := w.view("view=done"); !slices.Equal(got, []string{second.ID}) {
			t.Errorf("done: %v", got)
		}
		if got := w.view("view=open"); !slices.Equal(got, []string{ana.ID}) {
			t.Errorf("open: %v", got)
		}
		patch(second.ID, map[string]any{"state": "open"}).want(t, http.StatusOK)
		if d := w.desk(second.ID); d.State != "open" || d.WaitingSince == nil || !d.WaitingSince.Equal(since) {
			t.Errorf("opened again: %+v, want waiting since %s", d, since)
		}
		patch(second.ID, map[string]any{"state": "done"}).want(t, http.StatusOK)
		w.clock.Advance(2 * time.Second)
		if _, err := w.twin.Write(joao.ID, sim.PersonMessage{Text: "One more thing"}); err != nil {
			t.Fatal(err)
		}
		until(t, "the message opens it", func() bool {
			d := w.desk(second.ID)
			return d.State == "open" && d.WaitingSince != nil && d.WaitingSince.After(since)
		})
		patch(second.ID, map[string]any{"state": "asleep"}).problem(t, http.StatusUnprocessableEntity, "api.input")

		// Unread from a message on, and from the last one.
		last := w.thread(second.ID)
		w.post("conversations/"+second.ID+"/read", map[string]any{"message_id": last[len(last)-1].ID}).want(t, http.StatusOK)
		if d := w.desk(second.ID); d.Unread != 0 {
			t.Errorf("read, but %d unread", d.Unread)
		}
		w.post("conversations/"+second.ID+"/unread", map[string]any{}).want(t, http.StatusOK)
		if d := w.desk(second.ID); d.Unread != 1 {
			t.Errorf("%d unread, want 1", d.Unread)
		}
		w.post("conversations/"+second.ID+"/unread", map[string]any{"message_id": last[0].ID}).want(t, http.StatusOK)
		if d := w.desk(second.ID); d.Unread != 2 {
			t.Errorf("%d unread, want 2", d.Unread)
		}
		var n struct{ Open, Mine, Unassigned, Waiting, Failed int }
		w.get("conversations/counts", &n)
		if n.Open != 2 || n.Unassigned != 2 || n.Waiting != 2 || n.Mine != 0 || n.Failed != 0 {
			t.Errorf("counts: %+v", n)
		}
	})
}

// C1: a failed message stays in sight until somebody decides.
func TestTrouble(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, c := w.writes("Ana", "Hello")
		m := w.failing()
		if _, err := w.twin.Write(p.ID, sim.PersonMessage{Text: "Are you there?"}); err != nil {
			t.Fatal(err)
		}
		until(t, "she wrote again", func() bool { return len(w.thread(c.ID)) == 3 })
		if d := w.desk(c.ID); d.Trouble == nil || d.Trouble.MessageID != m.ID || d.Trouble.Status != "failed" || *d.Trouble.Cause != "wa.undeliverable" {
			t.Errorf("trouble: %+v", d.Trouble)
		}
		if got := w.view("view=failed"); !slices.Equal(got, []string{c.ID}) {
			t.Errorf("failed: %v", got)
		}
		w.post("messages/"+c.LastMessage.ID+"/dismiss", nil).problem(t, http.StatusNotFound, "api.absent")
		w.post("messages/"+m.ID+"/dismiss", nil).want(t, http.StatusOK)
		if d := w.desk(c.ID); d.Trouble != nil || len(w.view("view=failed")) != 0 {
			t.Errorf("dismissed, but: %+v", d.Trouble)
		}
		if got := w.message(m.ID); got.Status != "failed" {
			t.Errorf("dismissing made it %s", got.Status)
		}
		w.post("messages/"+m.ID+"/retry", map[string]any{}).want(t, http.StatusCreated)
		w.becomes(m.ID, "read")
	})
}

// presence is the next event about presence.
func (s *stream) presence(t testing.TB) event {
	t.Helper()
	for {
		e, ok := s.next(t)
		if !ok || e.name == "presence" {
			return e
		}
	}
}

// C9, I22: a message can be taken back for some seconds, leaves by itself after them, and holds up nobody else.
func TestUndoSend(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, other := w.writes("Joao", "Oi")
		_, ana := w.writes("Ana", "Hello")
		var back message
		for in := false; !in; {
			began := w.clock.Now()
			if back = w.undoable(10); back.Status != "held" {
				t.Fatalf("a message that can be taken back is %s", back.Status)
			}
			w.becomes(w.send(other.ID, fmt.Sprint("other ", back.ID), "At once").ID, "read")
			// A machine that is busy with other tests may need its ten seconds for that: then it has left, and says nothing.
			got := w.post("messages/"+back.ID+"/cancel", nil)
			if in = w.clock.Now().Sub(began) < 10*time.Second; in {
				got.want(t, http.StatusOK)
			}
		}
		w.post("messages/"+back.ID+"/send_now", nil).problem(t, http.StatusConflict, "api.conflict")

		var now message
		w.post("conversations/"+ana.ID+"/messages", map[string]any{"client_id": "now", "text": "Now", "undo_seconds": 10}).want(t, http.StatusCreated).into(t, &now)
		w.post("messages/"+now.ID+"/send_now", nil).want(t, http.StatusOK)

		var late message
		w.post("conversations/"+ana.ID+"/messages", map[string]any{"client_id": "late", "text": "Later", "undo_seconds": 5}).want(t, http.StatusCreated).into(t, &late)
		w.clock.Advance(11 * time.Second)
		w.becomes(now.ID, "read")
		w.becomes(late.ID, "read")
		if got := w.message(back.ID); got.Status != "cancelled" || got.Attempts != 0 {
			t.Errorf("taken back, but %s after %d attempts", got.Status, got.Attempts)
		}
		w.post("conversations/"+ana.ID+"/messages", map[string]any{"client_id": "x", "text": "x", "undo_seconds": 11}).problem(t, http.StatusUnprocessableEntity, "api.input")
	})
}

// C9: without a word in the call, a person's settings decide: how long a message may be taken back, and whose the
// conversation is after a first reply.
func TestReplyBySettings(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		bia, caio := w.user("Bia", clearline.RoleAgent), w.user("Caio", clearline.RoleAgent)
		reply := func(cookie *http.Cookie, id string) (m message) {
			w.as(cookie, http.MethodPost, "conversations/"+c.ID+"/messages", map[string]any{"client_id": id, "text": "Hi"}).want(t, http.StatusCreated).into(t, &m)
			return m
		}
		if m := reply(bia, "1"); m.Status != "held" {
			t.Errorf("with the usual settings a reply is %s at first, want held", m.Status)
		}
		if d := w.desk(c.ID); d.Assignee == nil || d.Assignee.Name != "Bia" {
			t.Errorf("after the first reply it is assigned to %+v", d.Assignee)
		}
		w.as(caio, http.MethodPatch, "me", map[string]any{"settings": map[string]any{"undo_seconds": 0}}).want(t, http.StatusOK)
		if m := reply(caio, "2"); m.Status != "queued" {
			t.Errorf("without undo time a reply is %s at first, want queued", m.Status)
		}
		if d := w.desk(c.ID); d.Assignee.Name != "Bia" {
			t.Errorf("a second reply assigned it to %+v", d.Assignee)
		}
		w.request(http.MethodPatch, "conversations/"+c.ID, map[string]any{"assignee": nil}).want(t, http.StatusOK)
		w.send(c.ID, "key", "From a program")
		if d := w.desk(c.ID); d.Assignee != nil {
			t.Errorf("a program's reply assigned it to %+v", d.Assignee)
		}
	})
}

// C1: what somebody has begun to write is theirs alone; colleagues see that there is something.
func TestDrafts(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		bia, caio := w.user("Bia", clearline.RoleAgent), w.user("Caio", clearline.RoleAgent)
		at := w.clock.Now().UTC()
		put := func(text string, at time.Time, more map[string]any) *answer {
			body := map[string]any{"text": text, "updated_at": at.Format(time.RFC3339Nano)}
			for k, v := range more {
				body[k] = v
			}
			return w.as(bia, http.MethodPut, "conversations/"+c.ID+"/draft", body)
		}
		drafts := func(cookie *http.Cookie) (all list[struct {
			ConversationID string `json:"conversation_id"`
			Text           string
			ReplyTo        *string `json:"reply_to"`
		}]) {
			w.as(cookie, http.MethodGet, "drafts", nil).want(t, http.StatusOK).into(t, &all)
			return all
		}
		put("Dear Ana", at, map[string]any{"reply_to": c.LastMessage.ID}).want(t, http.StatusNoContent)
		put("Dear", at.Add(-time.Second), nil).want(t, http.StatusNoContent)
		if got := drafts(bia).Items; len(got) != 1 || got[0].Text != "Dear Ana" || got[0].ConversationID != c.ID || got[0].ReplyTo == nil {
			t.Errorf("drafts: %+v, want the newer text", got)
		}
		if got := drafts(caio).Items; len(got) != 0 {
			t.Errorf("somebody else's draft is shown: %+v", got)
		}
		if d := w.desk(c.ID); len(d.DraftBy) != 1 || d.DraftBy[0].Name != "Bia" {
			t.Errorf("draft by: %+v", d.DraftBy)
		}
		put("Dear Ana", at, map[string]any{"reply_to": "250000000000000001"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		put("Dear Ana", at, map[string]any{"media": []string{"250000000000000001"}}).problem(t, http.StatusUnprocessableEntity, "api.input")
		// A browser whose clock is far ahead does not own the draft for ever.
		put("From the future", at.Add(24*time.Hour), nil).want(t, http.StatusNoContent)
		w.clock.Advance(time.Second)
		put("", w.clock.Now().UTC(), nil).want(t, http.StatusNoContent)
		if got := drafts(bia).Items; len(got) != 0 {
			t.Errorf("ended, but: %+v", got)
		}
		if d := w.desk(c.ID); len(d.DraftBy) != 0 {
			t.Errorf("ended, but drafted by: %+v", d.DraftBy)
		}
		w.request(http.MethodGet, "drafts", nil).problem(t, http.StatusForbidden, "api.forbidden")
	})
}

// I36: colleagues see who looks and who types, on every node, until it is 30 s old.
func TestPresence(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		stranger := w.second("Borealis")
		theirs := stranger.open(t, "", nil, nil)
		bia := w.user("Bia", clearline.RoleAgent)
		events := w.open(t, "", nil, nil)
		say := func(state string) {
			request{method: http.MethodPost, url: w.url + "/api/v1/conversations/" + c.ID + "/presence", cookie: bia, header: map[string]string{"X-Clearline": "1"},
				body: map[string]any{"state": state}}.send(t).want(t, http.StatusNoContent)
		}
		hears := func(state string) {
			t.Helper()
			e := events.presence(t)
			if !strings.Contains(e.data, `"state":"`+state+`"`) || !strings.Contains(e.data, `"Bia"`) || !strings.Contains(e.data, c.ID) || e.id != "" {
				t.Errorf("%+v, want %s", e, state)
			}
		}
		present := func() (states []string) {
			var all list[struct{ State string }]
			w.get("presence", &all)
			for _, p := range all.Items {
				states = append(states, p.State)
			}
			return states
		}
		say("viewing")
		hears("viewing")
		say("typing")
		hears("typing")
		if got := present(); !slices.Equal(got, []string{"typing"}) {
			t.Errorf("present: %v", got)
		}
		if e := w.open(t, "", nil, nil).presence(t); !strings.Contains(e.data, "typing") {
			t.Errorf("who comes later is told %+v", e)
		}
		say("gone")
		hears("gone")
		say("viewing")
		hears("viewing")
		w.clock.Advance(31 * time.Second)
		hears("gone")
		if got := present(); len(got) != 0 {
			t.Errorf("silent for 31 s, but present: %v", got)
		}
		// I56: what the stranger's stream holds until a change of their own.
		(&world{company: stranger, twin: w.twin, front: w.front}).writesHere("Zoe")
		for {
			e, ok := theirs.next(t)
			if !ok || e.name == "presence" {
				t.Errorf("another company was told %+v", e)
			}
			if !ok || e.name == "change" {
				break
			}
		}
	})
}
