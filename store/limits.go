package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

const (
	// LoadsKept is for how long the load of each minute is kept.
	LoadsKept = 24 * time.Hour
	// StartsCount is how far back a platform counts whom a portfolio wrote to first. startsKept is for how long they are kept.
	StartsCount = 24 * time.Hour
	startsKept  = StartsCount + time.Hour
)

// Load is how many messages came in and went out over one account in one minute, and the most in one of its seconds. What
// several nodes counted is added up, but for the busiest second, which is that of one node.
type Load struct {
	CompanyID, ConnectionID clearline.ID
	Minute                  time.Time
	Received, Sent, Peak    int
}

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

// AddLoads adds what a node has counted of one company, and forgets what is too old.
func (s *Store) AddLoads(ctx context.Context, company clearline.ID, loads []Load) error {
	now := s.clock.Now()
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		rows, old := make([][]any, len(loads)), make([][]any, len(loads))
		for i, l := range loads {
			rows[i] = []any{company, l.ConnectionID, minuteOf(l.Minute), l.Received, l.Sent, l.Peak}
			old[i] = []any{company, l.ConnectionID, minuteOf(now.Add(-LoadsKept))}
		}
		if err := tx.each(`INSERT INTO loads (company_id, connection_id, minute, received, sent, peak) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (company_id, connection_id, minute) DO UPDATE SET received = loads.received + excluded.received, sent = loads.sent + excluded.sent,
			peak = CASE WHEN excluded.peak > loads.peak THEN excluded.peak ELSE loads.peak END`, rows, nil); err != nil {
			return err
		}
		if err := tx.each(`DELETE FROM loads WHERE company_id = $1 AND connection_id = $2 AND minute < $3`, old, nil); err != nil {
			return err
		}
		_, err := tx.exec(`DELETE FROM starts WHERE company_id = $1 AND at < $2`, company, now.Add(-startsKept))
		return err
	})
}

// Loads are a connection's minutes with messages since a moment, the oldest first.
func (s *Store) Loads(ctx context.Context, company, connection clearline.ID, since time.Time) (all []Load, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT minute, received, sent, peak FROM loads WHERE company_id = $1 AND connection_id = $2 AND minute >= $3 ORDER BY minute`,
		company, connection, minuteOf(since))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		l := Load{CompanyID: company, ConnectionID: connection}
		var minute int64
		if err := rows.Scan(&minute, &l.Received, &l.Sent, &l.Peak); err != nil {
			return nil, err
		}
		l.Minute = time.Unix(minute*60, 0).UTC()
		all = append(all, l)
	}
	return all, rows.Err()
}

// Starts are the people whom a portfolio wrote to first within StartsCount, as far as it was done from here: those whose
// last such message failed are left out.
type Starts struct {
	People int
	// FreeAt is when the first of them is no longer counted, zero when there is none.
	FreeAt time.Time
}

// Starts counts them. portfolio is the platform's id of what the limit belongs to.
func (s *Store) Starts(ctx context.Context, company clearline.ID, portfolio string) (x Starts, err error) {
	var oldest int64
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(s.at), 0) FROM starts s JOIN messages m ON m.company_id = s.company_id AND m.message_id = s.message_id
		WHERE s.company_id = $1 AND s.at > $3 AND s.portfolio = $2 AND m.status NOT IN ('failed', 'cancelled')`,
		company, portfolio, millis(s.clock.Now().Add(-StartsCount))).Scan(&x.People, &oldest)
	if oldest != 0 {
		x.FreeAt = moment(oldest).Add(StartsCount)
	}
	return x, err
}

// Started tells whether the person of a conversation is among those whom the portfolio has written to first.
func (s *Store) Started(ctx context.Context, company clearline.ID, portfolio string, conversation clearline.ID) (started bool, err error) {
	var one int64
	err = s.read.QueryRowContext(ctx, `SELECT 1 FROM conversations c JOIN addresses a ON a.company_id = c.company_id AND a.address_id = c.address_id
		JOIN starts s ON s.company_id = c.company_id AND s.portfolio = $2 AND s.person = a.send_to
		WHERE c.company_id = $1 AND c.conversation_id = $3 AND s.at > $4`,
		company, portfolio, conversation, millis(s.clock.Now().Add(-StartsCount))).Scan(&one)
	return first(err)
}

// noteStart keeps that somebody is written to first.
func noteStart(tx *Tx, starts [][]any) error {
	return tx.each(`INSERT INTO starts (company_id, portfolio, person, at, message_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (company_id, portfolio, person) DO UPDATE SET at = excluded.at, message_id = excluded.message_id`, starts, nil)
}

// Missed are the calls of an app that were turned away here since a moment, those on the shared address too when that is
// known to be its own.
func (s *Store) Missed(ctx context.Context, app clearline.App, shared bool, since time.Time) (m channel.Missed, err error) {
	add := func(company, id clearline.ID) error {
		var n int
		var begun, last int64
		err := s.read.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(received_at), 0), COALESCE(MAX(received_at), 0) FROM deliveries
			WHERE company_id = $1 AND state = 'refused' AND state <> 'applied' AND delivery_id >= $2 AND app_id = $3 AND test = 0`,
			company, clearline.FirstID(since), id).Scan(&n, &begun, &last)
		if err != nil || n == 0 {
			return err
		}
		m.N += n
		if at := moment(begun); m.First.IsZero() || at.Before(m.First) {
			m.First = at
		}
		if at := moment(last); at.After(m.Last) {
			m.Last = at
		}
		return nil
	}
	if err = add(app.CompanyID, app.ID); err == nil && shared {
		for _, company := range []clearline.ID{app.CompanyID, clearline.Installation} {
			if err = add(company, 0); err != nil || app.CompanyID == clearline.Installation {
				break
			}
		}
	}
	return m, err
}
