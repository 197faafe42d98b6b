package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
)

// Renewal is how the renewal of a token stands.
type Renewal string

// None: it has no end that could be put off. Ahead: it is renewed in time. Failed: the last try did not succeed.
const (
	RenewalNone   Renewal = "none"
	RenewalAhead  Renewal = "ahead"
	RenewalFailed Renewal = "failed"
)

// Token is what the platform said of a connection's token, without the token itself.
type Token struct {
	CompanyID, ConnectionID clearline.ID
	// Generation is raised by every new token.
	Generation int64
	Kind       string
	// EndsAt and DataEndsAt are zero for never; Told is false when the platform did not say.
	EndsAt, DataEndsAt time.Time
	Told               bool
	Scopes             []string
	CheckedAt          time.Time
	Renewal            Renewal
	// Cause is why the last renewal failed.
	Cause     clearline.Cause
	RenewedAt time.Time
	// NextTryAt is when a renewal that failed is tried again, Tries how often it failed in a row.
	NextTryAt time.Time
	Tries     int
}

const selectToken = `SELECT company_id, connection_id, generation, kind, ends_at, data_ends_at, told, scopes, checked_at, renewal, cause, renewed_at, next_try_at, tries FROM tokens`

func scanToken(row scanner) (t Token, err error) {
	var ends, dataEnds, checked, renewed, next int64
	var scopes string
	if err := row.Scan(&t.CompanyID, &t.ConnectionID, &t.Generation, &t.Kind, &ends, &dataEnds, &t.Told, &scopes, &checked, &t.Renewal, &t.Cause, &renewed, &next, &t.Tries); err != nil {
		return t, err
	}
	t.EndsAt, t.DataEndsAt, t.CheckedAt, t.RenewedAt, t.NextTryAt = moment(ends), moment(dataEnds), moment(checked), moment(renewed), moment(next)
	return t, json.Unmarshal([]byte(scopes), &t.Scopes)
}

// Token reads what is known of a connection's token; found is false when the platform was never asked.
func (s *Store) Token(ctx context.Context, company, connection clearline.ID) (t Token, found bool, err error) {
	t, err = scanToken(s.read.QueryRowContext(ctx, selectToken+` WHERE company_id = $1 AND connection_id = $2`, company, connection))
	found, err = first(err)
	return t, found, err
}

// Tokens are what is known of a company's tokens, by connection.
func (s *Store) Tokens(ctx context.Context, company clearline.ID) (map[clearline.ID]Token, error) {
	return s.tokens(ctx, selectToken+` WHERE company_id = $1`, company)
}

// AllTokens are those of every company.
func (s *Store) AllTokens(ctx context.Context) (map[clearline.ID]Token, error) {
	return s.tokens(ctx, selectToken)
}

func (s *Store) tokens(ctx context.Context, text string, args ...any) (map[clearline.ID]Token, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[clearline.ID]Token{}
	for rows.Next() {
		t, err := scanToken(rows)
		if err != nil {
			return nil, err
		}
		all[t.ConnectionID] = t
	}
	return all, rows.Err()
}

// NoteToken keeps what the platform said of a token, unless another token has come since: t.Generation is the
// one that was asked about, 0 for a connection of which nothing was known.
func (s *Store) NoteToken(ctx context.Context, t Token) error {
	return s.call(ctx, []clearline.ID{t.CompanyID}, func(tx *Tx) error { return noteToken(tx, t) })
}

func noteToken(tx *Tx, t Token) error {
	scopes, err := json.Marshal(append([]string{}, t.Scopes...))
	if err != nil {
		return err
	}
	generation := max(t.Generation, 1)
	changed, err := tx.exec(`INSERT INTO tokens (company_id, connection_id, generation, kind, ends_at, data_ends_at, told, scopes, checked_at, renewal, cause, renewed_at, next_try_at, tries)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (company_id, connection_id) DO UPDATE SET kind = excluded.kind, ends_at = excluded.ends_at, data_ends_at = excluded.data_ends_at, told = excluded.told,
		scopes = excluded.scopes, checked_at = excluded.checked_at, renewal = excluded.renewal, cause = excluded.cause, renewed_at = excluded.renewed_at,
		next_try_at = excluded.next_try_at, tries = excluded.tries WHERE tokens.generation = excluded.generation`,
		t.CompanyID, t.ConnectionID, generation, t.Kind, t.EndsAt, t.DataEndsAt, t.Told, string(scopes), t.CheckedAt, string(t.Renewal), t.Cause, t.RenewedAt, t.NextTryAt, t.Tries)
	if err == nil && changed == 0 {
		err = ErrStale
	}
	if err == nil {
		tx.change(t.CompanyID, clearline.ConnectionChanged, t.ConnectionID, 0)
	}
	return err
}

// SwapToken puts a new token in the place of an old one, with what the platform said of it. t.Generation is the one
// that it replaces; when another has come since, ErrStale tells it and nothing changes (I52: what somebody else
// renewed stays). fence is the lease under which a renewal runs, nil for a person's act.
func (s *Store) SwapToken(ctx context.Context, t Token, token string, app *clearline.App, fence *Lease) error {
	return s.call(ctx, []clearline.ID{t.CompanyID}, func(tx *Tx) error { return s.swapToken(tx, t, token, app, fence) })
}

func (s *Store) swapToken(tx *Tx, t Token, token string, app *clearline.App, fence *Lease) error {
	if fence != nil {
		var one int64
		held, err := tx.get(`SELECT 1 FROM leases WHERE name = $1 AND node_id = $2 AND epoch = $3`, []any{fence.Name, fence.Node, fence.Epoch}, &one)
		if err == nil && !held {
			err = ErrFenced
		}
		if err != nil {
			return err
		}
	}
	var generation int64
	if _, err := tx.get(`SELECT generation FROM tokens WHERE company_id = $1 AND connection_id = $2`, []any{t.CompanyID, t.ConnectionID}, &generation); err != nil {
		return err
	}
	if generation != t.Generation {
		return ErrStale
	}
	if _, err := tx.exec(`UPDATE tokens SET generation = generation + 1 WHERE company_id = $1 AND connection_id = $2`, t.CompanyID, t.ConnectionID); err != nil {
		return err
	}
	next := t
	next.Generation = generation + 1
	if err := noteToken(tx, next); err != nil {
		return err
	}
	changed, err := tx.exec(`UPDATE connections SET token = $3 WHERE company_id = $1 AND connection_id = $2 AND disconnected_at = 0`,
		t.CompanyID, t.ConnectionID, s.key.Seal([]byte(token), place("connections.token", t.CompanyID, t.ConnectionID)))
	if err == nil && changed == 0 {
		err = ErrAbsent
	}
	if err != nil {
		return err
	}
	if err := noteRepair(tx, Repair{ID: tx.ids.Next(), CompanyID: t.CompanyID, ConnectionID: t.ConnectionID, At: tx.now, Action: repairToken, Changes: []byte("[]")}); err != nil {
		return err
	}
	if app != nil {
		if _, err := tx.exec(`UPDATE connections SET app_company_id = $3, app_id = $4 WHERE company_id = $1 AND connection_id = $2`, t.CompanyID, t.ConnectionID, app.CompanyID, app.ID); err != nil {
			return err
		}
	}
	return nil
}
