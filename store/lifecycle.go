package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// revive gives an account that was disconnected its connection back, with a new credential.
func (s *Store) revive(tx *Tx, c clearline.Connection, app clearline.App, token string) error {
	if err := claimAccount(tx, c, channel.AccountNumber, c.Account, c.ID); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE connections SET parent = $3, app_company_id = $4, app_id = $5, token = $6, per_second = $7, phone = $8, business = $9, connecting_at = $10,
		coexistence = $11, disconnected_at = 0, paused_at = 0, paused_by = NULL, name = CASE WHEN $12 = '' THEN name ELSE $12 END WHERE company_id = $1 AND connection_id = $2`,
		c.CompanyID, c.ID, c.Parent, app.CompanyID, app.ID, s.key.Seal([]byte(token), place("connections.token", c.CompanyID, c.ID)), c.ThroughputPerSecond, c.Phone, c.Business,
		c.ConnectingAt, c.Coexistence, c.Name); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE proofs SET checked_at = $3, accepted_at = $4, subscribed_at = $5, cause = '', cause_at = 0 WHERE company_id = $1 AND connection_id = $2`,
		c.CompanyID, c.ID, c.Proof.CheckedAt, c.Proof.AcceptedAt, c.Proof.SubscribedAt); err != nil {
		return err
	}
	tx.change(c.CompanyID, clearline.ConnectionChanged, c.ID, 0)
	return nil
}

// Connected ends the set-up of a connection.
func (s *Store) Connected(ctx context.Context, company, connection clearline.ID) error {
	return s.changeConnection(ctx, company, connection, `UPDATE connections SET connecting_at = 0 WHERE company_id = $1 AND connection_id = $2`)
}

// NameConnection gives a connection another name.
func (s *Store) NameConnection(ctx context.Context, company, connection clearline.ID, name string) error {
	return s.changeConnection(ctx, company, connection, `UPDATE connections SET name = $3 WHERE company_id = $1 AND connection_id = $2`, name)
}

// PauseConnection stops sending, or lets it go on with a zero time. What arrives is stored all the same. by is 0 for an API key.
func (s *Store) PauseConnection(ctx context.Context, company, connection, by clearline.ID, at time.Time) error {
	err := s.changeConnection(ctx, company, connection, `UPDATE connections SET paused_at = $3, paused_by = $4 WHERE company_id = $1 AND connection_id = $2`, at, orNull(by))
	if err == nil && at.IsZero() {
		s.queuedOn(company, connection, true)
	}
	return err
}

// DescribeConnection keeps what the platform told of the account: the number for people and the portfolio. Empty values
// change nothing.
func (s *Store) DescribeConnection(ctx context.Context, company, connection clearline.ID, phone, business string, coexistence bool) error {
	return s.changeConnection(ctx, company, connection, `UPDATE connections SET phone = CASE WHEN $3 = '' THEN phone ELSE $3 END,
		business = CASE WHEN $4 = '' THEN business ELSE $4 END, coexistence = $5 WHERE company_id = $1 AND connection_id = $2`, phone, business, coexistence)
}

// Registered keeps the PIN that a number was registered with, sealed. A zero time leaves the time of registration as it is,
// and an empty PIN the PIN.
func (s *Store) Registered(ctx context.Context, company, connection clearline.ID, at time.Time, pin string) error {
	return s.changeConnection(ctx, company, connection, `UPDATE connections SET registered_at = CASE WHEN $3 > registered_at THEN $3 ELSE registered_at END, pin = COALESCE($4, pin)
		WHERE company_id = $1 AND connection_id = $2`, at, s.sealOrNull(pin, "connections.pin", company, connection))
}

// PIN opens the PIN that is kept for a connection's number, "" for none.
func (s *Store) PIN(ctx context.Context, company, connection clearline.ID) (string, error) {
	var sealed []byte
	if err := s.read.QueryRowContext(ctx, `SELECT pin FROM connections WHERE company_id = $1 AND connection_id = $2`, company, connection).Scan(&sealed); err != nil {
		return "", absent(err)
	}
	return s.openOrEmpty(sealed, "connections.pin", company, connection)
}

func (s *Store) changeConnection(ctx context.Context, company, connection clearline.ID, text string, args ...any) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		changed, err := tx.exec(text, append([]any{company, connection}, args...)...)
		if err == nil && changed == 0 {
			err = ErrAbsent
		}
		if err == nil {
			tx.change(company, clearline.ConnectionChanged, connection, 0)
		}
		return err
	})
}

// Disconnect ends a connection here: its account is free for others, its credential and PIN are forgotten, and its
// conversations stay. What waits to be sent is CancelWaiting's.
func (s *Store) Disconnect(ctx context.Context, company, connection clearline.ID) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var platform, parent string
		found, err := tx.get(`SELECT platform, parent FROM connections WHERE company_id = $1 AND connection_id = $2`, []any{company, connection}, &platform, &parent)
		if err != nil || !found {
			return orAbsent(err)
		}
		if _, err := tx.exec(`DELETE FROM accounts WHERE platform = $1 AND kind = $2 AND company_id = $3 AND connection_id = $4`, platform, string(channel.AccountNumber), company, connection); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE connections SET disconnected_at = $3, token = $4, pin = NULL WHERE company_id = $1 AND connection_id = $2`,
			company, connection, tx.now, s.key.Seal(nil, place("connections.token", company, connection))); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM accounts WHERE platform = $1 AND kind = $2 AND account = $3 AND company_id = $4 AND NOT EXISTS (
			SELECT 1 FROM connections c WHERE c.company_id = $4 AND c.platform = $1 AND c.parent = $3 AND c.disconnected_at = 0)`,
			platform, string(channel.AccountParent), parent, company); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM tokens WHERE company_id = $1 AND connection_id = $2`, company, connection); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE release_requests SET answered_at = $4 WHERE company_id = $1 AND platform = $2 AND account = $3 AND answered_at = 0
			AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.platform = $2 AND a.kind = 'parent' AND a.account = $3)`, company, platform, parent, tx.now); err != nil {
			return err
		}
		tx.change(company, clearline.ConnectionChanged, connection, 0)
		return nil
	})
}

// CancelWaiting ends what still waits to be sent on a connection, in slices; it returns how many messages that was. A retry is
// taken back: its message is what it was before.
func (s *Store) CancelWaiting(ctx context.Context, company, connection clearline.ID, cause clearline.Cause) (n int, err error) {
	const slice = 200
	for after := clearline.ID(0); ; {
		all, err := s.readIDs(ctx, `SELECT message_id FROM messages WHERE company_id = $1 AND connection_id = $2 AND message_id > $3
			AND status IN ('queued', 'held', 'sending', 'unknown') AND status IN ('queued', 'held') ORDER BY message_id LIMIT $4`, company, connection, after, slice)
		if err != nil || len(all) == 0 {
			return n, err
		}
		var ended int
		err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
			ended = 0
			for _, id := range all {
				var conversation int64
				const unsent = ` AND status IN ('queued', 'held') AND was_status `
				found, err := tx.get(takeBack+unsent+`IS NOT NULL RETURNING conversation_id`, []any{company, id}, &conversation)
				if err == nil && !found {
					found, err = tx.get(cancel+unsent+`IS NULL RETURNING conversation_id`, []any{company, id, cause}, &conversation)
				}
				if err != nil {
					return err
				}
				if found {
					ended++
					tx.change(company, clearline.MessageChanged, id, clearline.ID(conversation))
				}
			}
			return nil
		})
		if n += ended; err != nil {
			return n, err
		}
		after = all[len(all)-1]
	}
}

// ReleaseHeld lets messages go that were held because of one of these causes, and looks for files anew that waited with
// them. Whether a message may still leave is judged when it is sent (I26).
func (s *Store) ReleaseHeld(ctx context.Context, company, connection clearline.ID, held func(clearline.Cause) bool) error {
	after := clearline.ID(0)
	for {
		rows, err := s.heldOn(ctx, company, connection, after)
		if err != nil || len(rows) == 0 {
			if err == nil {
				s.queuedOn(company, connection, true)
			}
			return err
		}
		err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
			for _, m := range rows {
				if !held(m.cause) {
					continue
				}
				changed, err := tx.exec(`UPDATE messages SET status = 'queued', next_try_at = 0 WHERE company_id = $1 AND message_id = $2 AND status = 'held' AND undo_until <= $3`, company, m.id, tx.now)
				if err != nil {
					return err
				}
				if changed > 0 {
					tx.change(company, clearline.MessageChanged, m.id, m.conversation)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		after = rows[len(rows)-1].id
	}
}

type heldMessage struct {
	id, conversation clearline.ID
	cause            clearline.Cause
}

func (s *Store) heldOn(ctx context.Context, company, connection, after clearline.ID) (all []heldMessage, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT message_id, conversation_id, COALESCE(cause, '') FROM messages WHERE company_id = $1 AND connection_id = $2 AND message_id > $3
		AND status IN ('queued', 'held', 'sending', 'unknown') AND status = 'held' ORDER BY message_id LIMIT 200`, company, connection, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m heldMessage
		if err := rows.Scan(&m.id, &m.conversation, &m.cause); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// FetchAnew lets files of a connection's messages be fetched at once that waited because of a cause.
func (s *Store) FetchAnew(ctx context.Context, company, connection clearline.ID) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE media SET next_try_at = 0 WHERE company_id = $1 AND state = 'pending' AND reason LIKE 'auth.%'
			AND message_id IN (SELECT m.message_id FROM messages m WHERE m.company_id = $1 AND m.connection_id = $2)`, company, connection)
		return err
	})
}

// MoveConnection lets a connection follow its number to another owner: c has the new account and owner. Its conversations stay,
// and what the platform still says of the old account comes to it too. t.Generation is the token that the new one replaces.
func (s *Store) MoveConnection(ctx context.Context, c clearline.Connection, t Token, token string, app clearline.App) error {
	return s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		var former string
		found, err := tx.get(`SELECT parent FROM connections WHERE company_id = $1 AND connection_id = $2 AND disconnected_at = 0`, []any{c.CompanyID, c.ID}, &former)
		if err != nil || !found {
			return orAbsent(err)
		}
		if err := claimAccount(tx, c, channel.AccountParent, c.Parent, 0); err != nil {
			return err
		}
		if err := claimAccount(tx, c, channel.AccountNumber, c.Account, c.ID); err != nil {
			return err
		}
		if err := s.swapToken(tx, t, token, &app, nil); err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE connections SET account = $3, parent = $4, business = $5 WHERE company_id = $1 AND connection_id = $2`,
			c.CompanyID, c.ID, c.Account, c.Parent, c.Business); err != nil {
			return err
		}
		_, err = tx.exec(`DELETE FROM accounts WHERE platform = $1 AND kind = $2 AND account = $3 AND company_id = $4 AND NOT EXISTS (
			SELECT 1 FROM connections c WHERE c.company_id = $4 AND c.platform = $1 AND c.parent = $3 AND c.disconnected_at = 0)`,
			c.Platform, string(channel.AccountParent), former, c.CompanyID)
		return err
	})
}

// ReleaseRequest is a note that somebody with access to an account wants it released here.
type ReleaseRequest struct {
	Platform   clearline.Platform
	Account    string
	AskedAt    time.Time
	AnsweredAt time.Time
}

// AskRelease leaves a note for the company that uses an account's owner here. It names nobody.
func (s *Store) AskRelease(ctx context.Context, platform clearline.Platform, parent string) error {
	route, found, err := s.FindRoute(ctx, platform, channel.AccountParent, parent)
	if err != nil || !found {
		return err
	}
	return s.call(ctx, []clearline.ID{route.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO release_requests (company_id, platform, account, asked_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (company_id, platform, account) DO UPDATE SET asked_at = excluded.asked_at, answered_at = 0`, route.CompanyID, platform, parent, tx.now)
		return err
	})
}

// ReleaseRequests are the notes to a company that it has not answered by disconnecting, the oldest first.
func (s *Store) ReleaseRequests(ctx context.Context, company clearline.ID) (all []ReleaseRequest, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT platform, account, asked_at FROM release_requests WHERE company_id = $1 AND answered_at = 0 ORDER BY asked_at`, company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r ReleaseRequest
		var at int64
		if err := rows.Scan(&r.Platform, &r.Account, &at); err != nil {
			return nil, err
		}
		r.AskedAt = moment(at)
		all = append(all, r)
	}
	return all, rows.Err()
}
