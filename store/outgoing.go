package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
)

// NewMessage is a message that somebody here wrote.
type NewMessage struct {
	CompanyID      clearline.ID
	ConversationID clearline.ID
	// AuthorID is the person, 0 for an API key. Together with ClientID it makes one message.
	AuthorID clearline.ID
	ClientID string
	Kind     clearline.Kind
	Text     string
	Details  json.RawMessage
	// Media are files that are here already, uploaded or of another message.
	Media    []clearline.ID
	ReplyTo  clearline.ID
	Deadline time.Time
	// UndoUntil is until when the writer may take the message back; it does not leave before. Zero for at once.
	UndoUntil time.Time
	// Assign gives a conversation that nobody has to the author.
	Assign bool
	// KeptFor is for how long the platform keeps it while it cannot be delivered, 0 for the usual time.
	KeptFor time.Duration
}

// hash covers what the person meant to send; the same client id with other content is a mistake of the caller.
func (m NewMessage) hash() []byte {
	b, _ := json.Marshal([]any{m.ConversationID, m.Kind, m.Text, m.Details, m.ReplyTo, m.Media})
	sum := sha256.Sum256(b)
	return sum[:16]
}

// Queue stores a message before anything is sent (I22). The same client id with the same content gives the
// same message again, with created false.
func (s *Store) Queue(ctx context.Context, m NewMessage) (id clearline.ID, created bool, err error) {
	var connection int64
	err = s.call(ctx, []clearline.ID{m.CompanyID}, func(tx *Tx) error {
		id, created = 0, false
		var old int64
		var hash []byte
		found, err := tx.get(`SELECT message_id, content_hash FROM messages WHERE company_id = $1 AND author_id = $2 AND client_id = $3`,
			[]any{m.CompanyID, m.AuthorID, m.ClientID}, &old, &hash)
		if err != nil {
			return err
		}
		if found {
			if !bytes.Equal(hash, m.hash()) {
				return &clearline.Problem{Cause: clearline.CauseConflict, Title: "This client_id was used before, for another message.",
					Detail: "Nothing was sent. Give each message a client_id of its own; repeat one only to ask whether it arrived."}
			}
			id = clearline.ID(old)
			return nil
		}
		if found, err = tx.get(`SELECT connection_id FROM conversations WHERE company_id = $1 AND conversation_id = $2`,
			[]any{m.CompanyID, m.ConversationID}, &connection); err != nil || !found {
			return orAbsent(err)
		}
		replyPlatform, err := replyTarget(tx, m)
		if err != nil {
			return err
		}
		id, created = tx.ids.Next(), true
		status := clearline.Queued
		if !m.UndoUntil.IsZero() {
			status = clearline.Held
		}
		if _, err := tx.exec(`INSERT INTO messages (company_id, message_id, conversation_id, connection_id, direction, kind, status, at, platform_time, created_at,
			text, details, reply_to, reply_platform, author_id, client_id, content_hash, deadline, undo_until, next_try_at, kept_ms)
			VALUES ($1, $2, $3, $4, 'out', $5, $6, $7, 0, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17)`,
			m.CompanyID, id, m.ConversationID, connection, m.Kind, status, tx.now, m.Text, m.Details, orNull(m.ReplyTo), orNull(replyPlatform), m.AuthorID, m.ClientID, m.hash(),
			m.Deadline, m.UndoUntil, m.KeptFor); err != nil {
			return err
		}
		if err := attach(tx, m.CompanyID, id, m.Media); err != nil {
			return err
		}
		if m.Kind != clearline.KindReaction { // it takes no place in the list
			if err := moveConversations(tx, []move{{company: m.CompanyID, conversation: m.ConversationID, last: millis(tx.now), lastID: id}}); err != nil {
				return err
			}
		}
		if m.Assign && m.AuthorID != 0 && m.Kind != clearline.KindReaction {
			if err := assignIfFree(tx, m.CompanyID, m.ConversationID, m.AuthorID); err != nil {
				return err
			}
		}
		tx.change(m.CompanyID, clearline.MessageCreated, id, m.ConversationID)
		return nil
	})
	if err == nil && created {
		s.queuedOn(m.CompanyID, clearline.ID(connection), false)
	}
	return id, created, err
}

func orAbsent(err error) error {
	if err == nil {
		return ErrAbsent
	}
	return err
}

// replyTarget is the platform's id of the message answered, which must be of the same conversation.
func replyTarget(tx *Tx, m NewMessage) (platformID string, err error) {
	if m.ReplyTo == 0 {
		return "", nil
	}
	found, err := tx.get(`SELECT platform_id FROM messages WHERE company_id = $1 AND message_id = $2 AND conversation_id = $3`,
		[]any{m.CompanyID, m.ReplyTo, m.ConversationID}, &platformID)
	if err != nil {
		return "", err
	}
	if !found || platformID == "" {
		return "", &clearline.Problem{Cause: clearline.CauseInput, Title: "The message answered is not in this conversation, or has not reached the platform.",
			Detail: "Nothing was sent. Answer a message that is shown in this conversation, or leave reply_to out.",
			Fields: []clearline.FieldProblem{{Name: "reply_to", Reason: "no such message with the platform in this conversation"}}}
	}
	return platformID, nil
}

// Waiting is a message that has not reached a final state.
type Waiting struct {
	MessageID, ConversationID clearline.ID
	Kind                      clearline.Kind
	Status                    clearline.Status
	NextTryAt, Deadline       time.Time
	// UndoUntil is until when the writer may take it back.
	UndoUntil time.Time
	// Since is when an unknown message got that way.
	Since time.Time
}

// WaitingOn are the messages of a connection that have not reached a final state, with ids above after, in
// the order written.
func (s *Store) WaitingOn(ctx context.Context, company, connection, after clearline.ID, limit int) ([]Waiting, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT m.message_id, m.conversation_id, m.kind, m.status, m.next_try_at, m.deadline, m.undo_until,
		COALESCE((SELECT MAX(CASE WHEN a.ended_at > 0 THEN a.ended_at ELSE a.at END) FROM attempts a WHERE a.company_id = m.company_id AND a.message_id = m.message_id), 0)
		FROM messages m WHERE m.company_id = $1 AND m.connection_id = $2 AND m.message_id > $3 AND m.status IN ('queued', 'held', 'sending', 'unknown')
		ORDER BY m.message_id LIMIT $4`, company, connection, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Waiting
	for rows.Next() {
		var w Waiting
		var next, deadline, undo, since int64
		if err := rows.Scan(&w.MessageID, &w.ConversationID, &w.Kind, &w.Status, &next, &deadline, &undo, &since); err != nil {
			return nil, err
		}
		w.NextTryAt, w.Deadline, w.UndoUntil, w.Since = moment(next), moment(deadline), moment(undo), moment(since)
		all = append(all, w)
	}
	return all, rows.Err()
}

// CountWaiting is how many messages of a connection have not reached a final state.
func (s *Store) CountWaiting(ctx context.Context, company, connection clearline.ID) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM messages WHERE company_id = $1 AND connection_id = $2 AND status IN ('queued', 'held', 'sending', 'unknown')`,
		company, connection).Scan(&n)
	return n, err
}
