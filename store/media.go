package store

import (
	"context"
	"database/sql"
	"encoding/json"
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

// SettleMedia records that a file is here (ready, with what its bytes showed it to be) or never will be (lost, with
// f.Reason).
func (s *Store) SettleMedia(ctx context.Context, j MediaJob, f clearline.Media) error {
	return s.call(ctx, []clearline.ID{j.CompanyID}, func(tx *Tx) error {
		if _, err := tx.exec(`UPDATE media SET state = $3, mime = CASE WHEN $4 = '' THEN mime ELSE $4 END, bytes = CASE WHEN $5 = 0 THEN bytes ELSE $5 END, reason = $6,
			width = $7, height = $8, duration_ms = $9, preview = $10 WHERE company_id = $1 AND media_id = $2`,
			j.CompanyID, j.MediaID, f.State, f.MIME, f.Bytes, f.Reason, f.Width, f.Height, f.Duration, f.Preview); err != nil {
			return err
		}
		tx.change(j.CompanyID, clearline.MessageChanged, j.MessageID, j.ConversationID)
		return nil
	})
}

// RetryMedia sets when a file is tried again.
func (s *Store) RetryMedia(ctx context.Context, j MediaJob, at time.Time, reason clearline.Cause) error {
	return s.call(ctx, []clearline.ID{j.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE media SET next_try_at = $3, reason = $4 WHERE company_id = $1 AND media_id = $2 AND state = 'pending'`, j.CompanyID, j.MediaID, at, reason)
		return err
	})
}

const mediaColumns = `f.media_id, f.platform_id, f.kind, f.mime, f.name, f.bytes, f.sha256, f.width, f.height, f.duration_ms, f.preview, f.converted, f.state, f.reason, f.expires_at`

// scanMedia reads mediaColumns, after whatever stands before them.
func scanMedia(row scanner, f *clearline.Media, before ...any) error {
	var duration, preview, expires int64
	var converted sql.NullString
	if err := row.Scan(append(before, &f.ID, &f.PlatformID, &f.Kind, &f.MIME, &f.Name, &f.Bytes, &f.SHA256, &f.Width, &f.Height, &duration, &preview,
		&converted, &f.State, &f.Reason, &expires)...); err != nil {
		return err
	}
	f.Duration, f.Preview, f.ExpiresAt = time.Duration(duration)*time.Millisecond, preview != 0, moment(expires)
	if converted.Valid {
		return json.Unmarshal([]byte(converted.String), &f.Converted)
	}
	return nil
}

// Media reads one file's row.
func (s *Store) Media(ctx context.Context, company, id clearline.ID) (f clearline.Media, err error) {
	err = scanMedia(s.read.QueryRowContext(ctx, `SELECT `+mediaColumns+` FROM media f WHERE f.company_id = $1 AND f.media_id = $2`, company, id), &f)
	return f, absent(err)
}

// AddUpload stores the row of a file that is here already and that no message carries yet. The caller made its id.
func (s *Store) AddUpload(ctx context.Context, company clearline.ID, f clearline.Media) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO media (company_id, media_id, kind, mime, name, bytes, sha256, width, height, duration_ms, preview, converted, state, unsent)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'ready', 1)`,
			company, f.ID, f.Kind, f.MIME, f.Name, f.Bytes, f.SHA256, f.Width, f.Height, f.Duration, f.Preview, jsonOrNull(f.Converted))
		return err
	})
}

// attach gives a message of ours its files, which must be here.
func attach(tx *Tx, company, message clearline.ID, files []clearline.ID) error {
	for n, id := range files {
		var state string
		found, err := tx.get(`SELECT state FROM media WHERE company_id = $1 AND media_id = $2`, []any{company, id}, &state)
		if err != nil {
			return err
		}
		if !found || clearline.MediaState(state) != clearline.MediaReady {
			return ErrNoFile
		}
		if _, err := tx.exec(`INSERT INTO attachments (company_id, message_id, n, media_id) VALUES ($1, $2, $3, $4)`, company, message, n, id); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE media SET unsent = 0 WHERE company_id = $1 AND media_id = $2`, company, id); err != nil {
			return err
		}
	}
	return nil
}

// ErrNoFile refuses a message whose file is not here.
var ErrNoFile = &clearline.Problem{Cause: clearline.CauseInput, Title: "There is no such file here.",
	Detail: "Nothing was stored. Upload the file first and send the id from the answer; an upload that is not sent within a day is removed.",
	Fields: []clearline.FieldProblem{{Name: "media", Reason: "is not the id of a file that is here"}}}

// Attachment is a file of one of our messages, and what the platform calls it, "" when it must be handed over first.
type Attachment struct {
	clearline.Media
	SentAs      string
	SentExpires time.Time
}

// Attachment reads the file that a message carries; ErrAbsent when it carries none.
func (s *Store) Attachment(ctx context.Context, company, connection, message clearline.ID) (a Attachment, err error) {
	var expires int64
	err = scanMedia(s.read.QueryRowContext(ctx, `SELECT COALESCE(p.platform_id, ''), COALESCE(p.expires_at, 0), `+mediaColumns+` FROM attachments a
		JOIN media f ON f.company_id = a.company_id AND f.media_id = a.media_id
		LEFT JOIN platform_files p ON p.company_id = a.company_id AND p.connection_id = $3 AND p.media_id = a.media_id
		WHERE a.company_id = $1 AND a.message_id = $2 ORDER BY a.n LIMIT 1`, company, message, connection), &a.Media, &a.SentAs, &expires)
	a.SentExpires = moment(expires)
	return a, absent(err)
}

// HandedOver remembers what the platform calls a file, until it expires; "" forgets it.
func (s *Store) HandedOver(ctx context.Context, company, connection, file clearline.ID, platformID string, expires time.Time) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		if platformID == "" {
			_, err := tx.exec(`DELETE FROM platform_files WHERE company_id = $1 AND connection_id = $2 AND media_id = $3`, company, connection, file)
			return err
		}
		_, err := tx.exec(`INSERT INTO platform_files (company_id, connection_id, media_id, platform_id, expires_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (company_id, connection_id, media_id) DO UPDATE SET platform_id = excluded.platform_id, expires_at = excluded.expires_at`,
			company, connection, file, platformID, expires)
		return err
	})
}
