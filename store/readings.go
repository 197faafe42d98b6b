package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/clearline/clearline"
)

// Reading is a figure that the platform told of an account, and since when it is so.
type Reading struct {
	Name  string
	At    time.Time
	Value string
}

// SaveReadings keeps those figures that are not what they were.
func (s *Store) SaveReadings(ctx context.Context, company, connection clearline.ID, at time.Time, told map[string]string) error {
	if len(told) == 0 {
		return nil
	}
	last, err := s.LastReadings(ctx, company)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, name := range slices.Sorted(maps.Keys(told)) {
		if r, known := last[connection][name]; !known || r.Value != told[name] {
			rows = append(rows, []any{company, connection, name, at, told[name]})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		tx.change(company, clearline.ConnectionChanged, connection, 0)
		return tx.each(`INSERT INTO readings (company_id, connection_id, name, at, value) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (company_id, connection_id, name, at) DO UPDATE SET value = excluded.value`, rows, nil)
	})
}

// LastReadings are the figures of a company's connections as they were last told, by connection and name.
func (s *Store) LastReadings(ctx context.Context, company clearline.ID) (map[clearline.ID]map[string]Reading, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT r.connection_id, r.name, r.at, r.value FROM readings r WHERE r.company_id = $1 AND r.at =
		(SELECT MAX(n.at) FROM readings n WHERE n.company_id = r.company_id AND n.connection_id = r.connection_id AND n.name = r.name)`, company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[clearline.ID]map[string]Reading{}
	for rows.Next() {
		var connection clearline.ID
		var r Reading
		var at int64
		if err := rows.Scan(&connection, &r.Name, &at, &r.Value); err != nil {
			return nil, err
		}
		r.At = moment(at)
		if all[connection] == nil {
			all[connection] = map[string]Reading{}
		}
		all[connection][r.Name] = r
	}
	return all, rows.Err()
}

// ReadingsOf are a connection's figures over time, by name, the oldest first: each stands until the next of its name.
func (s *Store) ReadingsOf(ctx context.Context, company, connection clearline.ID) (all []Reading, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name, at, value FROM readings WHERE company_id = $1 AND connection_id = $2 ORDER BY name, at`, company, connection)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Reading
		var at int64
		if err := rows.Scan(&r.Name, &at, &r.Value); err != nil {
			return nil, err
		}
		r.At = moment(at)
		all = append(all, r)
	}
	return all, rows.Err()
}

// Repair is something that somebody let the product change at the platform, or about a connection. Changes is JSON;
// Cause is what went wrong, "" when nothing did.
type Repair struct {
	ID, CompanyID, ConnectionID clearline.ID
	// UserID is 0 for an API key.
	UserID  clearline.ID
	At      time.Time
	Action  string
	Changes json.RawMessage
	Cause   clearline.Cause
}

// repairsKept bounds how many repairs of a company are remembered.
const repairsKept = 500

// AddRepair writes a repair down.
func (s *Store) AddRepair(ctx context.Context, r Repair) error {
	r.ID = s.ids.Next()
	return s.call(ctx, []clearline.ID{r.CompanyID}, func(tx *Tx) error { return noteRepair(tx, r) })
}

func noteRepair(tx *Tx, r Repair) error {
	if _, err := tx.exec(`INSERT INTO repairs (company_id, repair_id, connection_id, user_id, at, action, changes, cause) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.CompanyID, r.ID, r.ConnectionID, orNull(r.UserID), r.At, r.Action, string(r.Changes), r.Cause); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM repairs WHERE company_id = $1 AND repair_id <= (SELECT repair_id FROM repairs WHERE company_id = $1 ORDER BY repair_id DESC LIMIT 1 OFFSET $2)`,
		r.CompanyID, repairsKept)
	return err
}

// repairToken is the action of a repair that gave a connection another token.
const repairToken = "token"

// TokenSince is when a connection got the token that it has, zero when that was when it was made.
func (s *Store) TokenSince(ctx context.Context, company, connection clearline.ID) (time.Time, error) {
	var at int64
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(at), 0) FROM repairs WHERE company_id = $1 AND connection_id = $2 AND action = $3`, company, connection, repairToken).Scan(&at)
	return moment(at), err
}

// Repairs are the last repairs of a connection, the newest first.
func (s *Store) Repairs(ctx context.Context, company, connection clearline.ID, limit int) (all []Repair, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT repair_id, connection_id, COALESCE(user_id, 0), at, action, changes, cause FROM repairs
		WHERE company_id = $1 AND connection_id = $3 ORDER BY repair_id DESC LIMIT $2`, company, limit, connection)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r := Repair{CompanyID: company}
		var at int64
		var changes string
		if err := rows.Scan(&r.ID, &r.ConnectionID, &r.UserID, &at, &r.Action, &changes, &r.Cause); err != nil {
			return nil, err
		}
		r.At, r.Changes = moment(at), json.RawMessage(changes)
		all = append(all, r)
	}
	return all, rows.Err()
}
