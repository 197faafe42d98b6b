package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// retainSlice is how many rows one transaction of the clean-up removes, so that it never holds up what comes in.
const retainSlice = 500

// ChangesKept is for how long the change log answers "since n"; later readers load the lists anew.
const ChangesKept = 7 * 24 * time.Hour

// RetainChanges removes a company's change-log rows older than the given time and tells whether there is more.
func (s *Store) RetainChanges(ctx context.Context, company clearline.ID, before time.Time) (more bool, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var last int64
		found, err := tx.get(`SELECT MAX(n) FROM (SELECT n, at FROM changes WHERE company_id = $1 ORDER BY n LIMIT $2) AS oldest WHERE at < $3`,
			[]any{company, retainSlice, before}, &last)
		if err != nil || !found || last == 0 {
			more = false
			return err
		}
		changed, err := tx.exec(`DELETE FROM changes WHERE company_id = $1 AND n <= $2`, company, last)
		if err != nil {
			return err
		}
		more = changed >= retainSlice
		_, err = tx.exec(`UPDATE counters SET oldest = $2 WHERE company_id = $1 AND oldest < $2`, company, last+1)
		return err
	})
	return more, err
}

// RetainDeliveries removes a company's deliveries received before the given time. What is pending or parked
// stays until it is settled.
func (s *Store) RetainDeliveries(ctx context.Context, company clearline.ID, before time.Time) (more bool, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		// Ids are time-ordered, so the key finds the old ones.
		changed, err := tx.exec(`DELETE FROM deliveries WHERE company_id = $1 AND delivery_id IN (SELECT delivery_id FROM deliveries
			WHERE company_id = $1 AND delivery_id < $2 AND state IN ('applied', 'refused') ORDER BY delivery_id LIMIT $3)`, company, clearline.FirstID(before), retainSlice)
		if err != nil {
			return err
		}
		references, err := tx.exec(`DELETE FROM early WHERE company_id = $1 AND (connection_id, target, kind, key) IN
			(SELECT connection_id, target, kind, key FROM early WHERE company_id = $1 AND received_at < $2 LIMIT $3)`, company, before, retainSlice)
		more = changed >= retainSlice || references >= retainSlice
		return err
	})
	return more, err
}

// RetainCredentials removes credentials that have ended.
func (s *Store) RetainCredentials(ctx context.Context, now time.Time) error {
	return s.call(ctx, nil, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM credentials WHERE expires_at > 0 AND expires_at < $1`, now)
		return err
	})
}

// GiveBack returns some freed pages to the file system; PostgreSQL does that by itself.
func (s *Store) GiveBack(ctx context.Context) error {
	if s.Engine() != "sqlite" {
		return nil
	}
	return s.call(ctx, nil, func(tx *Tx) error {
		_, err := tx.exec(`PRAGMA incremental_vacuum(500)`)
		return err
	})
}
