package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Examinee is what an examination needs to know of a connection. It holds secrets.
type Examinee struct {
	clearline.Connection
	Account     channel.Account
	App         clearline.App
	HandshakeAt time.Time
	// TokenEnds is the credential's end, zero for never or when nobody told.
	TokenEnds time.Time
	// TestTo is where test messages go, "" when nobody has said.
	TestTo string
}

// Examinee opens it.
func (s *Store) Examinee(ctx context.Context, company, id clearline.ID) (x Examinee, err error) {
	if x.Connection, err = s.Connection(ctx, company, id); err != nil {
		return x, err
	}
	if x.Account, err = s.Account(ctx, company, id); err != nil {
		return x, err
	}
	var asked int64
	var verify []byte
	err = s.read.QueryRowContext(ctx, `SELECT a.company_id, a.app_id, a.platform, a.platform_id, a.verify_token, a.asked_at, c.test_to
		FROM connections c JOIN apps a ON a.company_id = c.app_company_id AND a.app_id = c.app_id WHERE c.company_id = $1 AND c.connection_id = $2`, company, id).
		Scan(&x.App.CompanyID, &x.App.ID, &x.App.Platform, &x.App.PlatformID, &verify, &asked, &x.TestTo)
	if err != nil {
		return x, absent(err)
	}
	plain, err := s.key.Open(verify, place("apps.verify_token", x.App.CompanyID, x.App.ID))
	x.App.VerifyToken, x.App.Secret, x.HandshakeAt = string(plain), x.Account.AppSecret, moment(asked)
	if err != nil {
		return x, err
	}
	token, known, err := s.Token(ctx, company, id)
	if known && token.Told {
		x.TokenEnds = token.EndsAt
	}
	return x, err
}

// Asked notes that a platform has asked for our address with the right word.
func (s *Store) Asked(ctx context.Context, company, app clearline.ID, at time.Time) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE apps SET asked_at = $3 WHERE company_id = $1 AND app_id = $2 AND asked_at < $3`, company, app, at)
		return err
	})
}

// SaveTestTo keeps where a connection's test messages go.
func (s *Store) SaveTestTo(ctx context.Context, company, connection clearline.ID, to string) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE connections SET test_to = $3 WHERE company_id = $1 AND connection_id = $2`, company, connection, to)
		return err
	})
}

// Forged is when calls to an app's address, or to the shared one, were last refused for their signature, and how many
// have been since a moment.
func (s *Store) Forged(ctx context.Context, app clearline.App, shared bool, since time.Time) (last time.Time, n int, err error) {
	companies, apps := []clearline.ID{app.CompanyID}, []clearline.ID{app.ID}
	if shared {
		companies, apps = append(companies, clearline.Installation), append(apps, 0)
	}
	for _, company := range slices.Compact(companies) {
		for _, id := range apps {
			var at int64
			var count int
			err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(received_at), 0), COUNT(*) FROM deliveries WHERE company_id = $1 AND state = 'refused' AND state <> 'applied'
				AND delivery_id >= $2 AND signature = 'bad' AND app_id = $3`, company, clearline.FirstID(since), id).Scan(&at, &count)
			if err != nil {
				return last, n, err
			}
			if t := moment(at); t.After(last) {
				last = t
			}
			n += count
		}
	}
	return last, n, nil
}

// SlowestAnswer is the longest that this server took to answer one of the last deliveries for a connection since a moment,
// of the last limit of its company; 0 when none came.
func (s *Store) SlowestAnswer(ctx context.Context, company, connection clearline.ID, since time.Time, limit int) (time.Duration, error) {
	var took int64
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(d.took_us), 0) FROM (SELECT took_us, connection_id FROM deliveries
		WHERE company_id = $1 AND delivery_id >= $2 AND test = 0 ORDER BY delivery_id DESC LIMIT $4) d WHERE d.connection_id = $3`,
		company, clearline.FirstID(since), connection, limit).Scan(&took)
	return time.Duration(took) * time.Microsecond, err
}

// RefusedAttempts are a connection's refused attempts since a moment, the newest first, at most limit.
func (s *Store) RefusedAttempts(ctx context.Context, company, connection clearline.ID, since time.Time, limit int) (all []channel.Refusal, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT at, cause, COALESCE(error, '') FROM attempts WHERE company_id = $1 AND connection_id = $2 AND outcome = 'refused'
		AND at >= $3 ORDER BY at DESC LIMIT $4`, company, connection, millis(since), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r channel.Refusal
		var at int64
		var text string
		if err := rows.Scan(&at, &r.Cause, &text); err != nil {
			return nil, err
		}
		var e clearline.PlatformError
		if text != "" {
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				return nil, err
			}
		}
		r.At, r.Code, r.Subcode = moment(at), e.Code, e.Subcode
		all = append(all, r)
	}
	return all, rows.Err()
}

// Backlog is what has come in or shall go out and is not done.
type Backlog struct {
	// Pending and Parked count deliveries; Oldest is when the oldest pending one came.
	Pending, Parked int
	Oldest          time.Time
	// Waiting counts sends of the connection, WaitingSince is when the oldest was written.
	Waiting      int
	WaitingSince time.Time
}

// Backlog reads it for one connection; pending and parked deliveries are those of its company.
func (s *Store) Backlog(ctx context.Context, company, connection clearline.ID) (b Backlog, err error) {
	var oldest, since int64
	if err = s.read.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(received_at), 0) FROM deliveries WHERE company_id = $1 AND state = 'pending' AND state <> 'applied'`, company).
		Scan(&b.Pending, &oldest); err != nil {
		return b, err
	}
	if err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM deliveries WHERE company_id = $1 AND state = 'parked' AND state <> 'applied'`, company).Scan(&b.Parked); err != nil {
		return b, err
	}
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(created_at), 0) FROM messages WHERE company_id = $1 AND connection_id = $2
		AND status IN ('queued', 'held', 'sending')`, company, connection).Scan(&b.Waiting, &since)
	b.Oldest, b.WaitingSince = moment(oldest), moment(since)
	return b, err
}

// TestDelivery finds the delivery that a test of our own left, by its mark, among those received since.
func (s *Store) TestDelivery(ctx context.Context, company clearline.ID, mark string, since time.Time) (found bool, err error) {
	var n int
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM deliveries WHERE company_id = $1 AND delivery_id >= $2 AND test = 1 AND reason = $3`,
		company, clearline.FirstID(since), mark).Scan(&n)
	return n > 0, err
}

const formerAddresses = "public.addresses"

// Addresses are the public addresses that this installation had, the present one last; now is added when it is new.
func (s *Store) Addresses(ctx context.Context, now string) (all []string, err error) {
	var kept []byte
	err = s.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, formerAddresses).Scan(&kept)
	found, err := first(err)
	if err != nil {
		return nil, err
	}
	if found {
		if err := json.Unmarshal(kept, &all); err != nil {
			return nil, err
		}
	}
	if now == "" || len(all) > 0 && all[len(all)-1] == now {
		return all, nil
	}
	all = append(slices.DeleteFunc(all, func(a string) bool { return a == now }), now)
	if len(all) > addressesKept {
		all = all[len(all)-addressesKept:]
	}
	value, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return all, s.call(ctx, nil, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, formerAddresses, value)
		return err
	})
}

const addressesKept = 20

// ConversationWith finds a connection's conversation with a person, by one of their keys; 0 when there is none.
func (s *Store) ConversationWith(ctx context.Context, company, connection clearline.ID, key string) (id clearline.ID, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT c.conversation_id FROM address_keys k JOIN conversations c ON c.company_id = k.company_id AND c.address_id = k.address_id
		WHERE k.company_id = $1 AND k.connection_id = $2 AND k.key = $3`, company, connection, key).Scan(&id)
	_, err = first(err)
	return id, err
}

// FirstReceived is the first message of a person that came in on a connection since a moment; 0 while there is none.
func (s *Store) FirstReceived(ctx context.Context, company, connection clearline.ID, since time.Time) (message, conversation clearline.ID, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT message_id, conversation_id FROM messages WHERE company_id = $1 AND message_id >= $2 AND connection_id = $3 AND direction = 'in'
		AND kind <> 'reaction' ORDER BY message_id LIMIT 1`, company, clearline.FirstID(since), connection).Scan(&message, &conversation)
	_, err = first(err)
	return message, conversation, err
}
