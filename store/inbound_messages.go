package store

import (
	"fmt"
	"time"

	"github.com/clearline/clearline"
)

const insertMessage = `INSERT INTO messages (company_id, message_id, conversation_id, connection_id, direction, kind, status, at, platform_time, created_at,
	platform_id, text, details, reply_platform, delivery_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
	ON CONFLICT (company_id, connection_id, platform_id) DO NOTHING`

// freshFor is how old a message may be, by the platform's time in whole seconds, to count for the throughput of this moment.
const freshFor = 10 * time.Second

func (set *inboundSet) storeMessages() error {
	if len(set.messages) == 0 {
		return nil
	}
	meetings := make([]*meeting, len(set.messages))
	for i, it := range set.messages {
		it.meeting = &meeting{company: it.company(), connection: it.el.ConnectionID, who: &it.el.Message.Person, past: it.el.Past}
		meetings[i] = it.meeting
	}
	if err := set.s.meet(set.tx, meetings); err != nil {
		return err
	}
	if err := set.insertMessages(); err != nil {
		return err
	}
	counts := map[connectionKey]arrived{}
	for _, it := range set.messages {
		k := connectionKey{it.company(), it.el.ConnectionID}
		a := counts[k]
		a.n++
		if set.tx.now.Sub(it.el.Message.At) < freshFor {
			a.fresh++
		}
		counts[k] = a
	}
	set.tx.after = append(set.tx.after, func() {
		set.s.remember(meetings)
		set.s.received(counts)
	})
	return nil
}

func (set *inboundSet) insertMessages() error {
	tx := set.tx
	rows := make([][]any, len(set.messages))
	for i, it := range set.messages {
		m := it.message(tx)
		rows[i] = []any{m.CompanyID, m.ID, m.ConversationID, m.ConnectionID, m.Direction, m.Kind, m.Status, m.At, m.PlatformTime, m.CreatedAt,
			m.PlatformID, m.Text, m.Details, orNull(m.ReplyToPlatform), m.DeliveryID}
	}
	var stored []*item
	err := tx.w.insert(tx.ctx, insertMessage, rows, "message_id", 1, func(i int, fresh bool) error {
		it := set.messages[i]
		if !fresh {
			it.in.Count.Duplicate++
			return nil
		}
		it.in.Count.Stored++
		stored = append(stored, it)
		tx.change(it.company(), clearline.MessageCreated, it.msg.ID, it.msg.ConversationID)
		return nil
	})
	if err != nil {
		return set.forgetPeople(err)
	}
	if len(stored) == 0 {
		return nil
	}
	if err := refreshPeople(set.tx, stored); err != nil {
		return err
	}
	if err := set.moveConversations(stored); err != nil {
		return err
	}
	if err := set.storeMedia(stored); err != nil {
		return err
	}
	if err := set.storeReactions(stored); err != nil {
		return err
	}
	return set.catchUp(stored)
}

// forgetPeople drops the remembered people behind messages that could not be stored: where the conversation of
// one is gone, the foreign key says so. The work is then done again from what the tables say.
func (set *inboundSet) forgetPeople(err error) error {
	stale := false
	for _, it := range set.messages {
		if it.meeting.cached {
			set.s.people.drop(it.meeting.key(0))
			stale = true
		}
	}
	if stale {
		return fmt.Errorf("%w: %w", errStale, err)
	}
	return err
}

// message turns what the leaf understood into a row. Ids rise with the place in the delivery, so that
// messages of one second keep their order.
func (it *item) message(tx *Tx) *clearline.Message {
	m, d := it.el.Message, &it.in.Delivery
	at := m.At
	if at.IsZero() {
		at = d.ReceivedAt
	}
	row := &clearline.Message{ID: tx.ids.Next(), CompanyID: d.CompanyID, ConversationID: it.meeting.found.conversation, ConnectionID: it.el.ConnectionID,
		Direction: clearline.In, Kind: m.Kind, Status: clearline.Received, At: at, PlatformTime: m.At, CreatedAt: tx.now,
		PlatformID: m.PlatformID, Text: m.Text, Details: m.Details, ReplyToPlatform: m.ReplyTo, DeliveryID: d.ID}
	if m.Echo {
		row.Direction, row.Status = clearline.Out, clearline.Sent
	}
	it.msg = row
	return row
}

// moveConversation takes place in the list, unread count and window: what nearly every message changes.
const moveConversation = `UPDATE conversations SET
	unread = unread + $3,
	answered_at = CASE WHEN $4 > answered_at THEN $4 ELSE answered_at END,
	window_from = CASE WHEN $5 > window_from THEN $5 ELSE window_from END,
	last_message_id = CASE WHEN $6 > last_at OR $6 = last_at AND $7 > last_message_id THEN $7 ELSE last_message_id END,
	last_at = CASE WHEN $6 > last_at THEN $6 ELSE last_at END
	WHERE company_id = $1 AND conversation_id = $2`

// wakeConversation opens a conversation and starts or ends its waiting. It is apart because it seldom finds
// anything to change: SQLite rewrites the index of every column that a statement names, changed or not.
const wakeConversation = `UPDATE conversations SET
	waiting_since = CASE WHEN $3 > answered_at AND (waiting_since = 0 OR $3 < waiting_since) THEN $3 WHEN $4 >= waiting_since THEN 0 ELSE waiting_since END,
	state = CASE WHEN $5 = 1 THEN 'open' ELSE state END
	WHERE company_id = $1 AND conversation_id = $2
	AND ($5 = 1 AND state <> 'open' OR $3 > answered_at AND (waiting_since = 0 OR $3 < waiting_since) OR waiting_since > 0 AND $4 >= waiting_since)`

// move is what one message does to its conversation. Zero times change nothing.
type move struct {
	company, conversation clearline.ID
	unread                int64
	// waiting is the time of a message that asks for an answer, answered that of an answer, window that of one
	// that opens the reply window, last the message's place in the list; all in milliseconds.
	waiting, answered, window, last int64
	lastID                          clearline.ID
	reopen                          bool
}

// moveConversations lets messages move their conversations.
func moveConversations(tx *Tx, moves []move) error {
	var rows, wakes [][]any
	for _, m := range moves {
		rows = append(rows, []any{m.company, m.conversation, m.unread, m.answered, m.window, m.last, m.lastID})
		if m.waiting != 0 || m.answered != 0 || m.reopen {
			wakes = append(wakes, []any{m.company, m.conversation, m.waiting, m.answered, m.reopen})
		}
	}
	if err := tx.each(moveConversation, rows, nil); err != nil {
		return err
	}
	return tx.each(wakeConversation, wakes, nil)
}

// moveConversations lets the new messages move their conversations.
func (set *inboundSet) moveConversations(stored []*item) error {
	moves := make([]move, len(stored))
	answered := map[conversationKey]bool{}
	for i, it := range stored {
		moves[i] = it.move()
		if it.msg.Direction == clearline.Out && !it.el.Past {
			answered[conversationKey{it.company(), it.msg.ConversationID}] = true
		}
	}
	if err := moveConversations(set.tx, moves); err != nil {
		return err
	}
	return waitAgain(set.tx, answered)
}

type conversationKey struct{ company, conversation clearline.ID }

// move is what the message does to its conversation. A reaction or a system note asks for no answer and takes
// no place in the list; what is handed over from the past takes its place and asks for nothing.
func (it *item) move() move {
	msg := it.msg
	m := move{company: msg.CompanyID, conversation: msg.ConversationID}
	at := millis(msg.At)
	if msg.Direction == clearline.In && it.el.Message.OpensWindow {
		m.window = at
	}
	if msg.Kind == clearline.KindReaction || msg.Kind == clearline.KindSystem {
		return m
	}
	m.last, m.lastID = at, msg.ID
	switch {
	case it.el.Past:
	case msg.Direction == clearline.In:
		m.unread, m.waiting, m.reopen = 1, at, true
	default:
		m.answered = at
	}
	return m
}

// waitAgain finds, after a reply took its place in the thread, whether the person has written since. The
// outcome is the same in whatever order replies and messages became known.
func waitAgain(tx *Tx, answered map[conversationKey]bool) error {
	rows := make([][]any, 0, len(answered))
	for k := range answered {
		rows = append(rows, []any{k.company, k.conversation})
	}
	return tx.each(`UPDATE conversations SET waiting_since = COALESCE((SELECT MIN(m.at) FROM messages m WHERE m.company_id = $1 AND m.conversation_id = $2
		AND m.at > conversations.answered_at AND m.direction = 'in' AND m.kind NOT IN ('reaction', 'system')), 0)
		WHERE company_id = $1 AND conversation_id = $2 AND waiting_since = 0`, rows, nil)
}

func (set *inboundSet) storeMedia(stored []*item) error {
	var rows [][]any
	for _, it := range stored {
		for _, f := range it.el.Message.Media {
			state, reason := clearline.MediaPending, clearline.Cause("")
			if f.PlatformID == "" {
				state, reason = clearline.MediaLost, clearline.CauseMediaLost
			}
			rows = append(rows, []any{it.company(), set.tx.ids.Next(), it.msg.ID, f.PlatformID, it.msg.Kind, f.MIME, f.Name, f.Bytes, f.SHA256, state, reason, f.ExpiresAt})
		}
	}
	return set.tx.insert(`INSERT INTO media (company_id, media_id, message_id, platform_id, kind, mime, name, bytes, sha256, state, reason, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, rows)
}

// storeReactions puts reactions on the messages they are about, or keeps them until those come.
func (set *inboundSet) storeReactions(stored []*item) error {
	for _, it := range stored {
		if it.msg.Kind != clearline.KindReaction {
			continue
		}
		r := reaction{Emoji: it.msg.Text, From: "person", At: it.msg.At, Key: it.msg.PlatformID}
		if it.msg.Direction == clearline.Out {
			r.From = "business"
		}
		target, err := findMessage(set.tx, it.company(), it.el.ConnectionID, it.msg.ReplyToPlatform)
		if err != nil {
			return err
		}
		if target == 0 {
			if err := set.wait(it, it.msg.ReplyToPlatform, "reaction", it.msg.PlatformID, r); err != nil {
				return err
			}
			continue
		}
		if err := react(set.tx, it.company(), target, r); err != nil {
			return err
		}
	}
	return nil
}

// catchUp applies what was waiting for the messages that have just come.
func (set *inboundSet) catchUp(stored []*item) error {
	for _, it := range stored {
		if !set.early[it.company()] {
			continue
		}
		if err := applyEarly(set.tx, it.company(), it.el.ConnectionID, it.msg.PlatformID, it.msg.ID); err != nil {
			return err
		}
	}
	return nil
}

// wait keeps a reference whose message is not here yet.
func (set *inboundSet) wait(it *item, target, kind, key string, body any) error {
	set.early[it.company()] = true
	_, err := set.tx.exec(`INSERT INTO early (company_id, connection_id, target, kind, key, body, delivery_id, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (company_id, connection_id, target, kind, key) DO NOTHING`,
		it.company(), it.el.ConnectionID, target, kind, key, jsonOrNull(body), it.in.Delivery.ID, it.in.Delivery.ReceivedAt)
	return err
}
