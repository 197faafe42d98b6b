package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// AccountNews is a notice about an account, as the platform sent it.
type AccountNews struct {
	Field string
	At    time.Time
	Value []byte
}

// NewsOf are the last notices of one kind about an account, the newest first.
func (s *Store) NewsOf(ctx context.Context, company clearline.ID, account, field string, limit int) (all []AccountNews, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT at, value FROM notices WHERE company_id = $1 AND account = $2 AND field = $3 ORDER BY at DESC, key LIMIT $4`, company, account, field, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		n := AccountNews{Field: field}
		var at int64
		var value string
		if err := rows.Scan(&at, &value); err != nil {
			return nil, err
		}
		n.At, n.Value = moment(at), []byte(value)
		all = append(all, n)
	}
	return all, rows.Err()
}
