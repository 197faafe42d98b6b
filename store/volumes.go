package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

const (
	// volumeSlice is how many messages one turn counts.
	volumeSlice = 5000
	// volumeRipe is how old a message must be to be counted: a younger one may still be on its way to the database
	// behind one with a higher id.
	volumeRipe = 30 * time.Second
	// VolumesKept is for how long volumes are kept, and how far back the first count goes.
	VolumesKept = 5 * 7 * 24 * time.Hour
)

// Volume is how many messages of people came, and how many of ours were written, in one hour of UTC.
type Volume struct {
	Hour           time.Time
	Received, Sent int
}

// CountVolumes counts a company's messages into hours, a slice at a time, and tells whether there are more. It follows
// what is stored, so that the way in does nothing for it. Several nodes may do it at once.
func (s *Store) CountVolumes(ctx context.Context, company clearline.ID) (more bool, err error) {
	now := s.clock.Now()
	var from int64
	err = s.read.QueryRowContext(ctx, `SELECT counted_to FROM volume_progress WHERE company_id = $1`, company).Scan(&from)
	begun, err := first(err)
	if err != nil {
		return false, err
	}
	old := from
	if !begun {
		from = int64(clearline.FirstID(now.Add(-VolumesKept)))
	}
	to := int64(clearline.FirstID(now.Add(-volumeRipe)))
	counted, last, n, err := s.countMessages(ctx, company, from, to)
	if err != nil {
		return false, err
	}
	if more = n == volumeSlice; more {
		to = last
	}
	if n == 0 && begun {
		return false, nil
	}
	return more, s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var changed int64
		var err error
		if begun {
			changed, err = tx.exec(`UPDATE volume_progress SET counted_to = $2 WHERE company_id = $1 AND counted_to = $3`, company, to, old)
		} else {
			changed, err = tx.exec(`INSERT INTO volume_progress (company_id, counted_to) VALUES ($1, $2) ON CONFLICT (company_id) DO NOTHING`, company, to)
		}
		if err != nil || changed == 0 {
			return err // another node was quicker
		}
		rows := make([][]any, 0, len(counted))
		for k, v := range counted {
			rows = append(rows, []any{company, k.connection, k.hour, v.Received, v.Sent})
		}
		if err := tx.each(`INSERT INTO volumes (company_id, connection_id, hour, received, sent) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (company_id, connection_id, hour) DO UPDATE SET received = volumes.received + excluded.received, sent = volumes.sent + excluded.sent`, rows, nil); err != nil {
			return err
		}
		_, err = tx.exec(`DELETE FROM volumes WHERE company_id = $1 AND connection_id IN (SELECT c.connection_id FROM connections c WHERE c.company_id = $1) AND hour < $2`,
			company, hourOf(now.Add(-VolumesKept)))
		return err
	})
}

func hourOf(t time.Time) int64 { return t.UnixMilli() / int64(time.Hour/time.Millisecond) }

type volumeKey struct {
	connection clearline.ID
	hour       int64
}

// countMessages counts the messages with ids above from and below to.
func (s *Store) countMessages(ctx context.Context, company clearline.ID, from, to int64) (counted map[volumeKey]*Volume, last int64, n int, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT message_id, connection_id, direction, created_at FROM messages
		WHERE company_id = $1 AND message_id > $2 AND message_id < $3 ORDER BY message_id LIMIT $4`, company, from, to, volumeSlice)
	if err != nil {
		return nil, 0, 0, err
	}
	defer rows.Close()
	counted = map[volumeKey]*Volume{}
	for rows.Next() {
		var connection clearline.ID
		var direction string
		var at int64
		if err := rows.Scan(&last, &connection, &direction, &at); err != nil {
			return nil, 0, 0, err
		}
		n++
		k := volumeKey{connection, hourOf(time.UnixMilli(at))}
		if counted[k] == nil {
			counted[k] = &Volume{}
		}
		switch clearline.Direction(direction) {
		case clearline.In:
			counted[k].Received++
		case clearline.Out:
			counted[k].Sent++
		}
	}
	return counted, last, n, rows.Err()
}

// Volumes are a company's volumes from an hour on, by connection, in the order of time. Hours without messages are left out.
func (s *Store) Volumes(ctx context.Context, company clearline.ID, from time.Time) (map[clearline.ID][]Volume, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT v.connection_id, v.hour, v.received, v.sent FROM connections c
		JOIN volumes v ON v.company_id = c.company_id AND v.connection_id = c.connection_id AND v.hour >= $2
		WHERE c.company_id = $1 ORDER BY v.connection_id, v.hour`, company, hourOf(from))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[clearline.ID][]Volume{}
	for rows.Next() {
		var connection clearline.ID
		var hour int64
		var v Volume
		if err := rows.Scan(&connection, &hour, &v.Received, &v.Sent); err != nil {
			return nil, err
		}
		v.Hour = time.Unix(hour*3600, 0).UTC()
		all[connection] = append(all[connection], v)
	}
	return all, rows.Err()
}

// VolumesOf are one connection's volumes from an hour on.
func (s *Store) VolumesOf(ctx context.Context, company, connection clearline.ID, from time.Time) (all []Volume, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hour, received, sent FROM volumes WHERE company_id = $1 AND connection_id = $2 AND hour >= $3 ORDER BY hour`,
		company, connection, hourOf(from))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hour int64
		var v Volume
		if err := rows.Scan(&hour, &v.Received, &v.Sent); err != nil {
			return nil, err
		}
		v.Hour = time.Unix(hour*3600, 0).UTC()
		all = append(all, v)
	}
	return all, rows.Err()
}
