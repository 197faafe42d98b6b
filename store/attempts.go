package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/clearline/clearline"
)

// Facts are what is judged at the moment of sending (I26), read in the transaction that records the attempt.
type Facts struct {
	Kind       clearline.Kind
	Text       string
	Details    json.RawMessage
	ReplyTo    string
	SendTo     string
	WindowFrom time.Time
	Deadline   time.Time
	// Paused is true while a person has stopped sending on the connection, for a while or for good.
	Paused bool
	// Repeat is true when the last refusal did not prove that the message was not taken.
	Repeat bool
}

// Begin asks to record an attempt before it is made.
type Begin struct {
	CompanyID, ConnectionID, MessageID clearline.ID
	Lease                              Lease
	// Judge decides inside the transaction; a problem stops the message with its cause. It must not block.
	Judge func(Facts) *clearline.Problem

	// Portfolio is set by the judge when the message writes to somebody first, for whom the platform counts it.
	Portfolio string

	// N is the number of the attempt, 0 when none was recorded: the message was stopped, sending was, or it no longer waits.
	N       int
	Facts   Facts
	Stopped *clearline.Problem
}

// ErrFenced means that the lane belongs to another node now: nothing may be sent.
var ErrFenced = errors.New("store: the lane has moved to another node")

// BeginAttempt records an attempt and marks the message as being sent, unless the judge stops it.
func (s *Store) BeginAttempt(ctx context.Context, b *Begin) error {
	return s.submit(ctx, s.kinds.begin, b, []clearline.ID{b.CompanyID}, 1, 512, true)
}

func (s *Store) applyBegin(tx *Tx, values []any) error {
	begins := make([]*Begin, len(values))
	leases := map[Lease]bool{}
	for i, v := range values {
		b := v.(*Begin)
		b.N, b.Stopped = 0, nil
		begins[i] = b
		if _, asked := leases[b.Lease]; asked {
			continue
		}
		var one int64
		held, err := tx.get(`SELECT 1 FROM leases WHERE name = $1 AND node_id = $2 AND epoch = $3`, []any{b.Lease.Name, b.Lease.Node, b.Lease.Epoch}, &one)
		if err != nil {
			return err
		}
		if !held {
			return ErrFenced
		}
		leases[b.Lease] = true
	}
	rows := make([][]any, len(begins))
	for i, b := range begins {
		rows[i] = []any{b.CompanyID, b.MessageID}
	}
	conversations := make([]clearline.ID, len(begins))
	err := tx.each(`SELECT m.status, m.attempts, m.kind, m.text, m.details, m.reply_platform, m.deadline, m.repeat, m.conversation_id, a.send_to, c.window_from, k.paused_at + k.disconnected_at
		FROM messages m
		JOIN conversations c ON c.company_id = m.company_id AND c.conversation_id = m.conversation_id
		JOIN addresses a ON a.company_id = c.company_id AND a.address_id = c.address_id
		JOIN connections k ON k.company_id = m.company_id AND k.connection_id = m.connection_id
		WHERE m.company_id = $1 AND m.message_id = $2`, rows, func(i int, _ int64, scan scanFunc) error {
		if scan == nil {
			return nil
		}
		var err error
		conversations[i], err = begins[i].read(scan)
		return err
	})
	if err != nil {
		return err
	}
	return recordBegins(tx, begins, conversations)
}

func (b *Begin) read(scan scanFunc) (conversation clearline.ID, err error) {
	var status, kind string
	var details []byte
	var attempts, deadline, repeat, conv, window, paused int64
	f := &b.Facts
	if err := scan(&status, &attempts, &kind, &f.Text, &details, &f.ReplyTo, &deadline, &repeat, &conv, &f.SendTo, &window, &paused); err != nil {
		return 0, err
	}
	f.Kind, f.Details, f.Deadline, f.WindowFrom, f.Paused, f.Repeat = clearline.Kind(kind), details, moment(deadline), moment(window), paused != 0, repeat != 0
	if st := clearline.Status(status); st == clearline.Queued || st == clearline.Held {
		// While a person has stopped sending it waits, unless there is nothing to wait for any more.
		if b.Stopped = b.Judge(*f); b.Stopped == nil && !f.Paused {
			b.N = int(attempts) + 1
		}
	}
	return clearline.ID(conv), nil
}

func recordBegins(tx *Tx, begins []*Begin, conversations []clearline.ID) error {
	var attempts, sending, stopped, starts [][]any
	for i, b := range begins {
		switch {
		case b.N > 0:
			attempts = append(attempts, []any{b.CompanyID, b.MessageID, b.N, b.ConnectionID, b.Lease.Node, b.Lease.Epoch, tx.now})
			sending = append(sending, []any{b.CompanyID, b.MessageID, b.N})
			if b.Portfolio != "" {
				starts = append(starts, []any{b.CompanyID, b.Portfolio, b.Facts.SendTo, tx.now, b.MessageID})
			}
		case b.Stopped != nil:
			stopped = append(stopped, []any{b.CompanyID, b.MessageID, b.Stopped.Cause, tx.now})
		default:
			continue
		}
		tx.change(b.CompanyID, clearline.MessageChanged, b.MessageID, conversations[i])
	}
	if err := tx.each(`INSERT INTO attempts (company_id, message_id, n, connection_id, node_id, epoch, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, attempts, nil); err != nil {
		return err
	}
	if err := tx.each(`UPDATE messages SET status = 'sending', attempts = $3, next_try_at = 0, cause = NULL, error = NULL WHERE company_id = $1 AND message_id = $2`, sending, nil); err != nil {
		return err
	}
	if err := noteStart(tx, starts); err != nil {
		return err
	}
	return tx.each(`UPDATE messages SET status = 'failed', cause = $3, next_try_at = 0, trouble_at = $4, `+noRetry+` WHERE company_id = $1 AND message_id = $2`, stopped, nil)
}

// Settle is how an attempt ended and what becomes of its message.
type Settle struct {
	CompanyID, ConnectionID, MessageID clearline.ID
	N                                  int
	Outcome                            clearline.Outcome
	HTTP                               int
	PlatformID                         string
	Cause                              clearline.Cause
	Error                              *clearline.PlatformError
	Exchange                           []byte
	// Next is the state of the message when the attempt was not accepted: Queued or Held with NextTryAt, Failed
	// or Unsettled. Repeat marks that the next attempt repeats one that was not surely refused.
	Next      clearline.Status
	NextTryAt time.Time
	Repeat    bool
	// Evidence is what the answer proved about the connection, nil for nothing.
	Evidence *Evidence
}

// SettleAttempt records an outcome. An answer that comes after the attempt was given up still settles it; it
// never lowers what the platform has reported meanwhile.
func (s *Store) SettleAttempt(ctx context.Context, st *Settle) error {
	return s.submit(ctx, s.kinds.settle, st, []clearline.ID{st.CompanyID}, 1, 512+len(st.Exchange), true)
}

func (s *Store) applySettle(tx *Tx, values []any) error {
	var rows [][]any
	evidence := map[connectionKey]*Evidence{}
	for _, v := range values {
		st := v.(*Settle)
		rows = append(rows, []any{st.CompanyID, st.MessageID, st.N, tx.now, string(st.Outcome), st.HTTP, st.PlatformID, st.Cause, jsonOrNull(st.Error), st.Exchange})
		if st.Evidence != nil {
			evidence[connectionKey{st.CompanyID, st.ConnectionID}] = st.Evidence
		}
	}
	answered := map[conversationKey]bool{}
	for _, v := range values {
		if err := settleMessage(tx, v.(*Settle), answered); err != nil {
			return err
		}
	}
	// What a status has proven stays proven, whatever the answer says afterwards.
	if err := tx.each(`UPDATE attempts SET ended_at = $4, outcome = CASE WHEN outcome = 'accepted' THEN outcome ELSE $5 END, http = $6,
		platform_id = CASE WHEN outcome = 'accepted' THEN platform_id ELSE $7 END, cause = $8, error = $9, exchange = $10
		WHERE company_id = $1 AND message_id = $2 AND n = $3 AND (outcome IN ('', 'unknown') OR ended_at = 0)`, rows, nil); err != nil {
		return err
	}
	if err := waitAgain(tx, answered); err != nil {
		return err
	}
	for _, e := range evidence {
		if err := s.proveConnection(tx, *e); err != nil {
			return err
		}
	}
	return nil
}

func settleMessage(tx *Tx, st *Settle, answered map[conversationKey]bool) error {
	var status, cause, platformID, kind string
	var attempts, conversation, conflict int64
	found, err := tx.get(`SELECT status, cause, platform_id, attempts, conversation_id, conflict, kind FROM messages WHERE company_id = $1 AND message_id = $2`,
		[]any{st.CompanyID, st.MessageID}, &status, &cause, &platformID, &attempts, &conversation, &conflict, &kind)
	if err != nil || !found {
		return err
	}
	conv := clearline.ID(conversation)
	if st.Outcome == clearline.OutcomeAccepted {
		former, err := formerAttempt(tx, st, clearline.Status(status), int(attempts))
		if err != nil || former {
			return err
		}
		if err := acceptMessage(tx, st, conv, clearline.Status(status), clearline.Kind(kind), platformID); err != nil {
			return err
		}
		if clearline.Kind(kind) != clearline.KindReaction {
			answered[conversationKey{st.CompanyID, conv}] = true
		}
		return nil
	}
	// Only the running attempt decides, and only while nothing better is known.
	if int(attempts) != st.N || clearline.Status(status) != clearline.Sending && clearline.Status(status) != clearline.Unsettled || platformID != "" {
		return nil
	}
	tx.change(st.CompanyID, clearline.MessageChanged, st.MessageID, conv)
	text, args := `UPDATE messages SET status = $3, cause = $4, error = $5, next_try_at = $6, repeat = $7`,
		[]any{st.CompanyID, st.MessageID, st.Next, orNull(string(st.Cause)), jsonOrNull(st.Error), st.NextTryAt, st.Repeat}
	switch st.Next {
	case clearline.Failed, clearline.Unsettled:
		text, args = text+`, trouble_at = $8, `+noRetry, append(args, tx.now)
	case clearline.Held: // the whole lane waits, and what waits behind this message can say why
		tx.change(st.CompanyID, clearline.ConnectionChanged, st.ConnectionID, 0)
	}
	_, err = tx.exec(text+` WHERE company_id = $1 AND message_id = $2`, args...)
	return err
}

// noRetry ends a retry: what the message was before it is shown no longer.
const noRetry = `was_status = NULL, was_cause = NULL, was_error = NULL`

// resolved notes that a message which wanted a decision wants none any more.
func resolved(tx *Tx, company, message clearline.ID) error {
	_, err := tx.exec(`UPDATE messages SET resolved_at = $3, `+noRetry+` WHERE company_id = $1 AND message_id = $2`, company, message, tx.now)
	return err
}

// formerAttempt tells whether an attempt was settled by its status already, and a person has put the message back since:
// then its answer says nothing about the message any more.
func formerAttempt(tx *Tx, st *Settle, status clearline.Status, attempts int) (bool, error) {
	if attempts == st.N && status != clearline.Queued && status != clearline.Held {
		return false, nil
	}
	var outcome string
	_, err := tx.get(`SELECT outcome FROM attempts WHERE company_id = $1 AND message_id = $2 AND n = $3`, []any{st.CompanyID, st.MessageID, st.N}, &outcome)
	return clearline.Outcome(outcome) == clearline.OutcomeAccepted, err
}

// acceptMessage gives a message its platform id and its place in the thread, and applies what was reported
// before the answer came. A message that has both already keeps them.
func acceptMessage(tx *Tx, st *Settle, conversation clearline.ID, was clearline.Status, kind clearline.Kind, platformID string) error {
	if platformID != "" {
		return nil
	}
	now := clearline.Progress{Status: was}.Apply(clearline.Report{Status: clearline.Sent})
	if was == clearline.Failed {
		now.Status = clearline.Sent
	}
	echo, err := absorbEcho(tx, st)
	if err != nil {
		return err
	}
	if echo != nil {
		now = echo.progress
	}
	if _, err := tx.exec(`UPDATE messages SET status = $3, platform_id = $4, at = $5, cause = $6, error = $7, conflict = $8, next_try_at = 0, repeat = 0
		WHERE company_id = $1 AND message_id = $2`,
		st.CompanyID, st.MessageID, now.Status, st.PlatformID, tx.now, orNull(string(now.Cause)), jsonOrNull(now.Error), now.Conflict); err != nil {
		return err
	}
	if st.N > 1 || was != clearline.Sending {
		if err := resolveTrouble(tx, st.CompanyID, st.MessageID, now.Status); err != nil {
			return err
		}
	}
	tx.change(st.CompanyID, clearline.MessageChanged, st.MessageID, conversation)
	if kind == clearline.KindReaction {
		if err := reactionSent(tx, st.CompanyID, st.MessageID, st.PlatformID, tx.now); err != nil {
			return err
		}
	} else {
		at := millis(tx.now)
		if err := moveConversations(tx, []move{{company: st.CompanyID, conversation: conversation, answered: at, last: at, lastID: st.MessageID}}); err != nil {
			return err
		}
	}
	return applyEarly(tx, st.CompanyID, st.ConnectionID, st.PlatformID, st.MessageID)
}

// resolveTrouble ends the trouble of a message that the platform has taken after all; reports that came before may have
// made it fail again.
func resolveTrouble(tx *Tx, company, message clearline.ID, now clearline.Status) error {
	var trouble int64
	if found, err := tx.get(`SELECT trouble_at FROM messages WHERE company_id = $1 AND message_id = $2`, []any{company, message}, &trouble); err != nil || !found || trouble == 0 {
		return err
	}
	if now == clearline.Failed {
		_, err := tx.exec(`UPDATE messages SET trouble_at = $3, `+noRetry+` WHERE company_id = $1 AND message_id = $2`, company, message, tx.now)
		return err
	}
	return resolved(tx, company, message)
}

// absorbEcho takes over the platform's echo of this very send when that was stored before the answer came
// (I19): what was reported about the echo, and said to it, is about this message. It is nil when there was none.
func absorbEcho(tx *Tx, st *Settle) (*target, error) {
	id, err := findMessage(tx, st.CompanyID, st.ConnectionID, st.PlatformID)
	if err != nil || id == 0 || id == st.MessageID {
		return nil, err
	}
	echo, err := targetOf(tx, st.CompanyID, id, st.PlatformID)
	if err != nil {
		return nil, err
	}
	for _, text := range []string{
		`UPDATE messages SET reactions = (SELECT e.reactions FROM messages e WHERE e.company_id = $1 AND e.message_id = $3),
			text = COALESCE((SELECT e.text FROM messages e WHERE e.company_id = $1 AND e.message_id = $3 AND e.edited_at > 0), text),
			edited_at = (SELECT e.edited_at FROM messages e WHERE e.company_id = $1 AND e.message_id = $3),
			deleted_at = (SELECT e.deleted_at FROM messages e WHERE e.company_id = $1 AND e.message_id = $3)
			WHERE company_id = $1 AND message_id = $2`,
		`UPDATE statuses SET message_id = $2 WHERE company_id = $1 AND message_id = $3
			AND status NOT IN (SELECT o.status FROM statuses o WHERE o.company_id = $1 AND o.message_id = $2)`,
		`UPDATE revisions SET message_id = $2 WHERE company_id = $1 AND message_id = $3
			AND platform_id NOT IN (SELECT o.platform_id FROM revisions o WHERE o.company_id = $1 AND o.message_id = $2)`,
	} {
		if _, err := tx.exec(text, st.CompanyID, st.MessageID, id); err != nil {
			return nil, err
		}
	}
	for _, table := range []string{"statuses", "revisions", "media", "messages"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE company_id = $1 AND message_id = $2`, st.CompanyID, id); err != nil {
			return nil, err
		}
	}
	tx.change(st.CompanyID, clearline.MessageChanged, id, echo.conversation)
	const newest = ` FROM messages m WHERE m.company_id = $1 AND m.conversation_id = $2 AND m.kind NOT IN ('reaction', 'system') ORDER BY m.at DESC, m.message_id DESC LIMIT 1), 0)`
	_, err = tx.exec(`UPDATE conversations SET last_message_id = COALESCE((SELECT m.message_id`+newest+`, last_at = COALESCE((SELECT m.at`+newest+`
		WHERE company_id = $1 AND conversation_id = $2 AND last_message_id = $3`, st.CompanyID, echo.conversation, id)
	return echo, err
}

// GiveUpOlder marks attempts of a lane that ran under an older owner as unknown: they may have been taken.
// It returns how many there were.
func (s *Store) GiveUpOlder(ctx context.Context, company, connection clearline.ID, epoch int64) (n int64, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		n = 0
		for {
			var message, attempt, conversation int64
			found, err := tx.get(`SELECT m.message_id, a.n, m.conversation_id FROM messages m JOIN attempts a ON a.company_id = m.company_id AND a.message_id = m.message_id
				WHERE m.company_id = $1 AND m.connection_id = $2 AND m.status = 'sending' AND a.epoch < $3 AND a.outcome = '' LIMIT 1`,
				[]any{company, connection, epoch}, &message, &attempt, &conversation)
			if err != nil || !found {
				return err
			}
			if _, err := tx.exec(`UPDATE attempts SET outcome = 'unknown' WHERE company_id = $1 AND message_id = $2 AND n = $3`, company, message, attempt); err != nil {
				return err
			}
			if _, err := tx.exec(`UPDATE messages SET status = 'unknown', cause = $3, trouble_at = $4, `+noRetry+` WHERE company_id = $1 AND message_id = $2`,
				company, message, clearline.CauseUnconfirmed, tx.now); err != nil {
				return err
			}
			tx.change(company, clearline.MessageChanged, clearline.ID(message), clearline.ID(conversation))
			n++
		}
	})
	return n, err
}
