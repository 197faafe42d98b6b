package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// MediaJob is a file that is to be fetched.
type MediaJob struct {
	CompanyID, MediaID, MessageID, ConnectionID, ConversationID clearline.ID
	Platform                                                    clearline.Platform
	PlatformID                                                  string
	ExpiresAt                                                   time.Time
	Tries                                                       int
	NextTryAt                                                   time.Time
}

// DueMedia are files whose next try is due, of all companies.
func (s *Store) DueMedia(ctx context.Context, now time.Time, limit int) ([]MediaJob, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT f.company_id, f.media_id, f.message_id, m.connection_id, m.conversation_id, k.platform, f.platform_id, f.expires_at, f.tries, f.next_try_at
		FROM media f
		JOIN messages m ON m.company_id = f.company_id AND m.message_id = f.message_id
		JOIN connections k ON k.company_id = m.company_id AND k.connection_id = m.connection_id
		WHERE f.state = 'pending' AND f.next_try_at <= $1 ORDER BY f.next_try_at LIMIT $2`, millis(now), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []MediaJob
	for rows.Next() {
		var j MediaJob
		var expires, next int64
		if err := rows.Scan(&j.CompanyID, &j.MediaID, &j.MessageID, &j.ConnectionID, &j.ConversationID, &j.Platform, &j.PlatformID, &expires, &j.Tries, &next); err != nil {
			return nil, err
		}
		j.ExpiresAt, j.NextTryAt = moment(expires), moment(next)
		all = append(all, j)
	}
	return all, rows.Err()
}

// ClaimMedia books a try and puts the next one off to until; ok is false when another node was quicker.
func (s *Store) ClaimMedia(ctx context.Context, j MediaJob, until time.Time) (ok bool, err error) {
	err = s.call(ctx, []clearline.ID{j.CompanyID}, func(tx *Tx) error {
		changed, err := tx.exec(`UPDATE media SET tries = tries + 1, next_try_at = $4 WHERE company_id = $1 AND media_id = $2 AND next_try_at = $3 AND state = 'pending'`,
			j.CompanyID, j.MediaID, j.NextTryAt, until)
		ok = changed > 0
		return err
	})
	return ok, err
}

// SettleMedia records that a file is here (ready, with its true type and size) or never will be (lost, with the reason).
func (s *Store) SettleMedia(ctx context.Context, j MediaJob, state clearline.MediaState, mime string, size int64, reason string) error {
	return s.call(ctx, []clearline.ID{j.CompanyID}, func(tx *Tx) error {
		if _, err := tx.exec(`UPDATE media SET state = $3, mime = CASE WHEN $4 = '' THEN mime ELSE $4 END, bytes = CASE WHEN $5 = 0 THEN bytes ELSE $5 END, reason = $6
			WHERE company_id = $1 AND media_id = $2`, j.CompanyID, j.MediaID, string(state), mime, size, reason); err != nil {
			return err
		}
		tx.change(j.CompanyID, clearline.MessageChanged, j.MessageID, j.ConversationID)
		return nil
	})
}

// RetryMedia sets when a file is tried again.
func (s *Store) RetryMedia(ctx context.Context, j MediaJob, at time.Time, reason string) error {
	return s.call(ctx, []clearline.ID{j.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE media SET next_try_at = $3, reason = $4 WHERE company_id = $1 AND media_id = $2 AND state = 'pending'`, j.CompanyID, j.MediaID, at, reason)
		return err
	})
}

// Media reads one file's row.
func (s *Store) Media(ctx context.Context, company, id clearline.ID) (f clearline.Media, err error) {
	var expires int64
	err = s.read.QueryRowContext(ctx, `SELECT media_id, platform_id, mime, name, bytes, sha256, state, expires_at FROM media WHERE company_id = $1 AND media_id = $2`, company, id).
		Scan(&f.ID, &f.PlatformID, &f.MIME, &f.Name, &f.Bytes, &f.SHA256, &f.State, &expires)
	f.ExpiresAt = moment(expires)
	return f, absent(err)
}
