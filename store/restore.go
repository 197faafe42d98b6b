package store

import (
	"context"
	"fmt"
	"time"

	"github.com/clearline/clearline"
)

// heldSlice is how many messages one transaction holds.
const heldSlice = 500

// changesSkipped is how far the number of a company's last change jumps when an older state comes back: whoever has seen a
// later state than this one asks for changes that are no more, is told so, and reads everything anew.
const changesSkipped = 1_000_000

// Settled is what Hold has done.
type Settled struct {
	// Sends are messages whose sending waited or was under way; Ways are sessions, codes and invitations that were ended.
	Sends, Ways int64
}

// Hold makes an older state of the database safe to go on from (I65). What waited to be sent may have been sent after the
// moment that the state is of: it becomes unknown, with an attempt that the platform's reports can settle, and never
// leaves by itself. Sessions, codes and invitations end, because those ended since have come back. Lanes and nodes belong
// to nobody. It may be repeated.
func (s *Store) Hold(ctx context.Context) (done Settled, err error) {
	connections, err := s.AllConnections(ctx)
	if err != nil {
		return done, err
	}
	for _, c := range connections {
		n, err := s.holdConnection(ctx, c)
		if done.Sends += n; err != nil {
			return done, err
		}
	}
	err = s.call(ctx, nil, func(tx *Tx) error {
		var err error
		if done.Ways, err = tx.exec(`DELETE FROM credentials WHERE kind <> $1`, KeyCredential); err != nil {
			return err
		}
		for _, text := range []string{
			`UPDATE leases SET node_id = 0`,
			fmt.Sprintf(`UPDATE search_progress SET n = n + %d WHERE n = (SELECT c.n FROM counters c WHERE c.company_id = search_progress.company_id)`, changesSkipped),
			fmt.Sprintf(`UPDATE counters SET n = n + %[1]d, oldest = n + %[1]d + 1`, changesSkipped),
		} {
			if _, err := tx.exec(text); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

func (s *Store) holdConnection(ctx context.Context, c clearline.Connection) (held int64, err error) {
	after := clearline.ID(0)
	for {
		waiting, err := s.WaitingOn(ctx, c.CompanyID, c.ID, after, heldSlice)
		if err != nil || len(waiting) == 0 {
			return held, err
		}
		var n int64
		err = s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
			n = 0
			for _, w := range waiting {
				if w.Status == clearline.Unsettled {
					continue
				}
				if err := hold(tx, c, w); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if held += n; err != nil {
			return held, err
		}
		after = waiting[len(waiting)-1].MessageID
	}
}

// hold makes one message unknown. One that waited gets an attempt of which nobody knows more than that it may have been.
func hold(tx *Tx, c clearline.Connection, w Waiting) error {
	n := int64(0)
	if _, err := tx.get(`SELECT attempts FROM messages WHERE company_id = $1 AND message_id = $2`, []any{c.CompanyID, w.MessageID}, &n); err != nil {
		return err
	}
	if w.Status == clearline.Sending {
		if _, err := tx.exec(`UPDATE attempts SET outcome = 'unknown', ended_at = $4 WHERE company_id = $1 AND message_id = $2 AND n = $3 AND outcome = ''`,
			c.CompanyID, w.MessageID, n, tx.now); err != nil {
			return err
		}
	} else {
		n++
		if _, err := tx.exec(`INSERT INTO attempts (company_id, message_id, n, connection_id, node_id, epoch, at, ended_at, outcome, cause)
			VALUES ($1, $2, $3, $4, 0, 0, (SELECT m.created_at FROM messages m WHERE m.company_id = $1 AND m.message_id = $2), $5, 'unknown', $6)
			ON CONFLICT (company_id, message_id, n) DO NOTHING`, c.CompanyID, w.MessageID, n, c.ID, tx.now, clearline.CauseUnconfirmed); err != nil {
			return err
		}
	}
	tx.change(c.CompanyID, clearline.MessageChanged, w.MessageID, w.ConversationID)
	_, err := tx.exec(`UPDATE messages SET status = 'unknown', cause = $3, error = NULL, attempts = $4, next_try_at = 0, undo_until = 0, repeat = 0, trouble_at = $5, `+noRetry+`
		WHERE company_id = $1 AND message_id = $2`, c.CompanyID, w.MessageID, clearline.CauseUnconfirmed, n, tx.now)
	return err
}

// OthersBeat tells whether another node works on this database just now. It watches for as long as a living one takes to
// show itself.
func (s *Store) OthersBeat(ctx context.Context) (bool, error) {
	before, err := s.Beats(ctx)
	if err != nil {
		return false, err
	}
	timer := time.NewTimer(BeatEvery + time.Second)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-timer.C:
	}
	now, err := s.Beats(ctx)
	for node, beat := range now {
		if was, seen := before[node]; node != s.NodeID() && (!seen || was != beat) {
			return true, err
		}
	}
	return false, err
}
