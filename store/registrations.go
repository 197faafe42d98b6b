package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// The kinds of call that a platform counts for a number.
const (
	Registration   = "register"
	Deregistration = "deregister"
)

// Attempts are the counted calls for a number within the window.
type Attempts struct {
	Used int
	// FreeAt is when the oldest of them leaves the window, zero when there is none.
	FreeAt time.Time
}

// Attempts counts a number's registrations, or deregistrations, since a time, whoever made them; a call that
// never left this server does not count.
func (s *Store) Attempts(ctx context.Context, platform clearline.Platform, account, kind string, window time.Duration) (a Attempts, err error) {
	var oldest int64
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(at), 0) FROM registrations
		WHERE platform = $1 AND account = $2 AND kind = $3 AND at > $4 AND outcome <> 'not_sent'`,
		string(platform), account, kind, millis(s.clock.Now().Add(-window))).Scan(&a.Used, &oldest)
	if oldest != 0 {
		a.FreeAt = moment(oldest).Add(window)
	}
	return a, err
}

// BeginCounted records a counted call before it is made, unless most of its kind were made within the window: then id
// is 0 and a tells when the next is free. Two nodes cannot both take the last place.
func (s *Store) BeginCounted(ctx context.Context, company clearline.ID, platform clearline.Platform, account, kind string, window time.Duration, most int) (id clearline.ID, a Attempts, err error) {
	// The count is the number's, not the company's: the installation's row is locked too, so that all take turns.
	err = s.call(ctx, []clearline.ID{clearline.Installation, company}, func(tx *Tx) error {
		id, a = 0, Attempts{}
		var used, oldest int64
		if _, err := tx.get(`SELECT COUNT(*), COALESCE(MIN(at), 0) FROM registrations
			WHERE platform = $1 AND account = $2 AND kind = $3 AND at > $4 AND outcome <> 'not_sent'`,
			[]any{platform, account, kind, tx.now.Add(-window)}, &used, &oldest); err != nil {
			return err
		}
		if a.Used = int(used); oldest != 0 {
			a.FreeAt = moment(oldest).Add(window)
		}
		if a.Used >= most {
			// So many must leave the window before there is a place: more than one, where somebody may make more than this caller.
			_, err := tx.get(`SELECT at FROM registrations WHERE platform = $1 AND account = $2 AND kind = $3 AND at > $4 AND outcome <> 'not_sent' ORDER BY at LIMIT 1 OFFSET $5`,
				[]any{platform, account, kind, tx.now.Add(-window), int64(a.Used - most)}, &oldest)
			a.FreeAt = moment(oldest).Add(window)
			return err
		}
		id = tx.ids.Next()
		a.Used++
		if oldest == 0 {
			a.FreeAt = tx.now.Add(window)
		}
		_, err := tx.exec(`INSERT INTO registrations (platform, account, attempt_id, kind, company_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			platform, account, id, kind, company, tx.now)
		return err
	})
	return id, a, err
}

// EndCounted records how a counted call ended: done, refused or not_sent.
func (s *Store) EndCounted(ctx context.Context, company clearline.ID, platform clearline.Platform, account string, id clearline.ID, outcome string, cause clearline.Cause) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE registrations SET outcome = $4, cause = $5 WHERE platform = $1 AND account = $2 AND attempt_id = $3`, platform, account, id, outcome, cause)
		return err
	})
}
