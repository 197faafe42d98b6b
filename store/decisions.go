package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// ours is a message of ours as somebody is about to decide about it.
type ours struct {
	status                   clearline.Status
	conversation, connection clearline.ID
	undoUntil, nextTry       int64
}

// decide lets f judge one message of ours and change it by a statement, in one transaction. The statement's first
// two arguments are the company and the message. ErrAbsent when there is no such message.
func (s *Store) decide(ctx context.Context, company, message clearline.ID, f func(ours) (statement string, args []any, err error)) (m ours, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var status string
		var conversation, connection int64
		found, err := tx.get(`SELECT status, conversation_id, connection_id, undo_until, next_try_at FROM messages WHERE company_id = $1 AND message_id = $2 AND direction = 'out'`,
			[]any{company, message}, &status, &conversation, &connection, &m.undoUntil, &m.nextTry)
		if err != nil || !found {
			return orAbsent(err)
		}
		m.status, m.conversation, m.connection = clearline.Status(status), clearline.ID(conversation), clearline.ID(connection)
		statement, args, err := f(m)
		if err != nil {
			return err
		}
		if _, err := tx.exec(statement, append([]any{company, message}, args...)...); err != nil {
			return err
		}
		tx.change(company, clearline.MessageChanged, message, m.conversation)
		return nil
	})
	return m, err
}

// wrongState is the answer to a decision that does not fit where the message stands.
func wrongState(m ours, title, detail string) error {
	return &clearline.Problem{Cause: clearline.CauseConflict, Title: title, Detail: detail + "This one is " + string(m.status) + "."}
}

// Requeue lets a person decide: a failed message, or an unknown one with the risk of a double, is tried
// again. The message keeps its state until the platform gives a new id.
func (s *Store) Requeue(ctx context.Context, company, message clearline.ID, mayDuplicate bool, deadline time.Time) error {
	m, err := s.decide(ctx, company, message, func(m ours) (string, []any, error) {
		switch {
		case m.status == clearline.Failed:
		case m.status == clearline.Unsettled && mayDuplicate:
		case m.status == clearline.Unsettled:
			return "", nil, &clearline.Problem{Cause: clearline.CauseUnconfirmed, Title: "This message may have arrived.",
				Detail: "Sending it again may reach the person twice. Ask for it with may_duplicate set to true, or wait: a status from the platform settles it."}
		default:
			return "", nil, wrongState(m, "Only a failed or unconfirmed message can be sent again.", "")
		}
		return `UPDATE messages SET status = 'queued', platform_id = NULL, cause = NULL, error = NULL, next_try_at = 0, deadline = $3, dismissed_at = 0
			WHERE company_id = $1 AND message_id = $2`, []any{deadline}, nil
	})
	if err == nil {
		s.queuedOn(company, m.connection, true)
	}
	return err
}

// Cancel stops a message that has not left yet.
func (s *Store) Cancel(ctx context.Context, company, message clearline.ID) error {
	_, err := s.decide(ctx, company, message, func(m ours) (string, []any, error) {
		if m.status != clearline.Queued && m.status != clearline.Held {
			return "", nil, wrongState(m, "This message can no longer be cancelled.", "Only a queued or held message can. ")
		}
		return `UPDATE messages SET status = 'cancelled', cause = $3, next_try_at = 0 WHERE company_id = $1 AND message_id = $2`, []any{clearline.CauseCancelled}, nil
	})
	return err
}

// Release lets a message leave before its time for taking it back has passed.
func (s *Store) Release(ctx context.Context, company, message clearline.ID) error {
	m, err := s.decide(ctx, company, message, func(m ours) (string, []any, error) {
		if m.status != clearline.Held || m.undoUntil == 0 || m.nextTry > m.undoUntil {
			return "", nil, wrongState(m, "This message is not held back by its writer.", "Only a message whose time for taking it back still runs can be let go early. ")
		}
		return `UPDATE messages SET status = 'queued', next_try_at = 0, undo_until = 0 WHERE company_id = $1 AND message_id = $2`, nil, nil
	})
	if err == nil {
		s.queuedOn(company, m.connection, true)
	}
	return err
}

// Dismiss says that a failed or unconfirmed message needs nothing more: it keeps its state and no longer counts
// as trouble.
func (s *Store) Dismiss(ctx context.Context, company, message clearline.ID) error {
	_, err := s.decide(ctx, company, message, func(m ours) (string, []any, error) {
		if m.status != clearline.Failed && m.status != clearline.Unsettled {
			return "", nil, wrongState(m, "Only a failed or unconfirmed message can be dismissed.", "")
		}
		return `UPDATE messages SET dismissed_at = $3 WHERE company_id = $1 AND message_id = $2 AND dismissed_at = 0`, []any{s.clock.Now()}, nil
	})
	return err
}
