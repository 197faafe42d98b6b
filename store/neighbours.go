package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// Neighbour is a message near another one in its conversation, with what tells whether messages get through.
type Neighbour struct {
	ID        clearline.ID
	Direction clearline.Direction
	Kind      clearline.Kind
	Status    clearline.Status
	At        time.Time
}

// Neighbours lists up to limit messages of a conversation on each side of a place in it, the oldest first; the message at
// the place itself is left out.
func (s *Store) Neighbours(ctx context.Context, company, conversation clearline.ID, at Page, limit int) (all []Neighbour, err error) {
	const columns = `SELECT message_id, direction, kind, status, at FROM messages WHERE company_id = $1 AND conversation_id = $2 AND (at, message_id) `
	rows, err := s.read.QueryContext(ctx, `SELECT * FROM (SELECT * FROM (`+columns+`< ($3, $4) ORDER BY at DESC, message_id DESC LIMIT $5) b UNION ALL SELECT * FROM (`+
		columns+`> ($3, $4) ORDER BY at, message_id LIMIT $5) a) n ORDER BY at, message_id`, company, conversation, at.At, at.ID, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n Neighbour
		var ms int64
		if err := rows.Scan(&n.ID, &n.Direction, &n.Kind, &n.Status, &ms); err != nil {
			return nil, err
		}
		n.At = moment(ms)
		all = append(all, n)
	}
	return all, rows.Err()
}
