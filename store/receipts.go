package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// receiptSlice is how many messages are looked at for their receipt in one go.
const receiptSlice = 2000

// EndReceipts gives messages that stay sent without a receipt their cause, in one slice: those that were sent before at and
// that the platform keeps for the usual time. Each message is looked at once, in the order written; slack is how long one
// may have waited before it left. It tells whether there is more.
func (s *Store) EndReceipts(ctx context.Context, company clearline.ID, at time.Time, slack time.Duration) (more bool, err error) {
	var from clearline.ID
	if _, err := first(s.read.QueryRowContext(ctx, `SELECT below FROM receipt_progress WHERE company_id = $1`, company).Scan(&from)); err != nil {
		return false, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT message_id, CASE WHEN direction = 'out' AND status = 'sent' AND cause IS NULL AND attempts > 0 AND kind <> 'reaction'
		AND retried_at = 0 AND kept_ms = 0 THEN 1 ELSE 0 END FROM messages WHERE company_id = $1 AND message_id >= $2 AND message_id < $3 ORDER BY message_id LIMIT $4`,
		company, from, clearline.FirstID(at.Add(-slack)), receiptSlice)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var ended []clearline.ID
	n, last := 0, from
	for rows.Next() {
		var stuck int
		if err := rows.Scan(&last, &stuck); err != nil {
			return false, err
		}
		n++
		if stuck == 1 {
			ended = append(ended, last)
		}
	}
	if err := rows.Err(); err != nil || n == 0 {
		return false, err
	}
	rows.Close()
	return n == receiptSlice, s.endReceipts(ctx, company, ended, last+1)
}

// EndShortReceipts does the same for messages that were sent again by a person, and for those that the platform keeps for a
// shorter time: they have an index of their own, which holds only what still waits. usual is the usual time.
func (s *Store) EndShortReceipts(ctx context.Context, company clearline.ID, now time.Time, usual time.Duration) error {
	rows, err := s.read.QueryContext(ctx, `SELECT message_id FROM messages WHERE company_id = $1 AND status = 'sent' AND cause IS NULL AND (retried_at > 0 OR kept_ms > 0)
		AND at + CASE WHEN kept_ms > 0 THEN kept_ms ELSE $2 END <= $3 ORDER BY message_id LIMIT $4`, company, usual.Milliseconds(), now.UnixMilli(), receiptSlice)
	if err != nil {
		return err
	}
	defer rows.Close()
	var ended []clearline.ID
	for rows.Next() {
		var id clearline.ID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ended = append(ended, id)
	}
	if err := rows.Err(); err != nil || len(ended) == 0 {
		return err
	}
	rows.Close()
	return s.endReceipts(ctx, company, ended, 0)
}

// endReceipts writes what was found and how far it was looked, 0 for not in order. A receipt that came meanwhile wins.
func (s *Store) endReceipts(ctx context.Context, company clearline.ID, ended []clearline.ID, below clearline.ID) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		for _, id := range ended {
			var conversation int64
			found, err := tx.get(`UPDATE messages SET cause = $3 WHERE company_id = $1 AND message_id = $2 AND status = 'sent' AND cause IS NULL RETURNING conversation_id`,
				[]any{company, id, clearline.CauseHeld}, &conversation)
			if err != nil {
				return err
			}
			if found {
				tx.change(company, clearline.MessageChanged, id, clearline.ID(conversation))
			}
		}
		if below == 0 {
			return nil
		}
		_, err := tx.exec(`INSERT INTO receipt_progress (company_id, below) VALUES ($1, $2)
			ON CONFLICT (company_id) DO UPDATE SET below = CASE WHEN excluded.below > receipt_progress.below THEN excluded.below ELSE receipt_progress.below END`, company, below)
		return err
	})
}
