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
	attempts                 int
	// retrying is true while a retry is under way, whose state status then is.
	retrying bool
}

// decide lets f judge one message of ours and change it by a statement, in one transaction. The statement's first
// two arguments are the company and the message; without a statement nothing changes. ErrAbsent when there is no such message.
func (s *Store) decide(ctx context.Context, company, message clearline.ID, f func(ours) (statement string, args []any, err error)) (m ours, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var status, was string
		var conversation, connection, attempts int64
		found, err := tx.get(`SELECT status, COALESCE(was_status, ''), conversation_id, connection_id, undo_until, next_try_at, attempts FROM messages
			WHERE company_id = $1 AND message_id = $2 AND direction = 'out'`, []any{company, message}, &status, &was, &conversation, &connection, &m.undoUntil, &m.nextTry, &attempts)
		if err != nil || !found {
			return orAbsent(err)
		}
		m.status, m.conversation, m.connection = clearline.Status(status), clearline.ID(conversation), clearline.ID(connection)
		m.retrying, m.attempts = was != "", int(attempts)
		statement, args, err := f(m)
		if err != nil || statement == "" {
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

// Again is a person's wish to send a failed or unconfirmed message once more.
type Again struct {
	CompanyID, MessageID clearline.ID
	// MayDuplicate accepts that an unconfirmed message may arrive twice.
	MayDuplicate bool
	// Seen is how many attempts the person knew of, 0 when they did not say: when there are more, their wish has been
	// followed already, by an earlier press of the same button or by somebody else.
	Seen     int
	Deadline time.Time
}

// Requeue lets a person decide: a failed message, or an unknown one with the risk of a double, is tried again as a new
// attempt of the same message, which shows what it was until the platform gives it a new id (I34). Asked twice it does it
// once: begun is false when a retry was under way, or had been made since.
func (s *Store) Requeue(ctx context.Context, a Again) (begun bool, err error) {
	m, err := s.decide(ctx, a.CompanyID, a.MessageID, func(m ours) (string, []any, error) {
		begun = false
		switch {
		case m.retrying, a.Seen > 0 && m.attempts > a.Seen:
			return "", nil, nil
		case m.status == clearline.Failed:
		case m.status == clearline.Unsettled && a.MayDuplicate:
		case m.status == clearline.Unsettled:
			return "", nil, &clearline.Problem{Cause: clearline.CauseUnconfirmed, Title: "This message may have arrived.",
				Detail: "Sending it again may reach the person twice. Ask for it with confirm_duplicate set to true, or wait: a status from the platform settles it."}
		default:
			return "", nil, wrongState(m, "Only a failed or unconfirmed message can be sent again.", "")
		}
		begun = true
		return `UPDATE messages SET was_status = status, was_cause = cause, was_error = error, status = 'queued', platform_id = NULL, cause = NULL, error = NULL,
			next_try_at = 0, undo_until = 0, repeat = 0, deadline = $3, retried_at = $4, trouble_at = CASE WHEN trouble_at = 0 THEN $4 ELSE trouble_at END, dismissed_at = 0, resolved_at = 0 WHERE company_id = $1 AND message_id = $2`,
			[]any{a.Deadline, s.clock.Now()}, nil
	})
	if err == nil && begun {
		s.queuedOn(a.CompanyID, m.connection, true)
	}
	return begun, err
}

// takeBack takes a retry back, cancel ends a message for the cause $3.
const (
	takeBack = `UPDATE messages SET status = was_status, cause = was_cause, error = was_error, next_try_at = 0, ` + noRetry + `, platform_id = (SELECT a.platform_id FROM attempts a
		WHERE a.company_id = $1 AND a.message_id = $2 AND a.outcome = 'accepted' ORDER BY a.n DESC LIMIT 1) WHERE company_id = $1 AND message_id = $2`
	cancel = `UPDATE messages SET status = 'cancelled', cause = $3, next_try_at = 0 WHERE company_id = $1 AND message_id = $2`
)

// Cancel stops a message that has not left yet. A retry that has not left is taken back: the message is what it was.
func (s *Store) Cancel(ctx context.Context, company, message clearline.ID) error {
	_, err := s.decide(ctx, company, message, func(m ours) (string, []any, error) {
		if m.status != clearline.Queued && m.status != clearline.Held {
			return "", nil, wrongState(m, "This message can no longer be cancelled.", "Only a queued or held message can. ")
		}
		if m.retrying {
			return takeBack, nil, nil
		}
		return cancel, []any{clearline.CauseCancelled}, nil
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
		return `UPDATE messages SET dismissed_at = $3, resolved_at = $3 WHERE company_id = $1 AND message_id = $2 AND dismissed_at = 0`, []any{s.clock.Now()}, nil
	})
	return err
}
