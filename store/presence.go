package store

import (
	"context"

	"github.com/clearline/clearline"
)

// PresenceRow is a person's word that they look at a conversation or type in it. Each word has a beat of its own.
type PresenceRow struct {
	CompanyID, ConversationID, UserID clearline.ID
	State                             string
	Beat                              clearline.ID
}

// KeepPresence writes a word for other nodes to read.
func (s *Store) KeepPresence(ctx context.Context, p PresenceRow) error {
	return s.call(ctx, []clearline.ID{p.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO presences (company_id, conversation_id, user_id, state, beat) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (company_id, conversation_id, user_id) DO UPDATE SET state = excluded.state, beat = excluded.beat`, p.CompanyID, p.ConversationID, p.UserID, p.State, p.Beat)
		return err
	})
}

// EndPresence removes a word that has not moved since that beat.
func (s *Store) EndPresence(ctx context.Context, p PresenceRow) error {
	return s.call(ctx, []clearline.ID{p.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM presences WHERE company_id = $1 AND conversation_id = $2 AND user_id = $3 AND beat = $4`, p.CompanyID, p.ConversationID, p.UserID, p.Beat)
		return err
	})
}

// Presences are all words of these companies.
func (s *Store) Presences(ctx context.Context, companies []clearline.ID) ([]PresenceRow, error) {
	if len(companies) == 0 {
		return nil, nil
	}
	in, args := inList(1, companies)
	rows, err := s.read.QueryContext(ctx, `SELECT company_id, conversation_id, user_id, state, beat FROM presences WHERE company_id IN (`+in+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []PresenceRow
	for rows.Next() {
		var p PresenceRow
		if err := rows.Scan(&p.CompanyID, &p.ConversationID, &p.UserID, &p.State, &p.Beat); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}
