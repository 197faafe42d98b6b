package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// mediaSlice bounds what one transaction of the clean-up touches.
const mediaSlice = 200

// DropUnsent removes the rows of uploads made before a moment that no message took and no draft holds, and gives
// their ids; more is true when there are others. Their files are the caller's to remove.
func (s *Store) DropUnsent(ctx context.Context, company clearline.ID, before time.Time) (ids []clearline.ID, more bool, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		ids = nil
		var found []clearline.ID
		if err := tx.each(`SELECT f.media_id FROM media f WHERE f.company_id = $1 AND f.unsent = 1 AND f.media_id < $2
			AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.company_id = f.company_id AND d.media LIKE '%' || CAST(f.media_id AS TEXT) || '%')
			ORDER BY f.media_id LIMIT $3`, [][]any{{company, clearline.FirstID(before), mediaSlice}}, func(_ int, _ int64, scan scanFunc) error {
			if scan == nil {
				return nil
			}
			var id int64
			err := scan(&id)
			found = append(found, clearline.ID(id))
			return err
		}); err != nil {
			return err
		}
		rows := make([][]any, len(found))
		for i, id := range found {
			rows[i] = []any{company, id}
		}
		if err := tx.each(`DELETE FROM platform_files WHERE company_id = $1 AND media_id = $2`, rows, nil); err != nil {
			return err
		}
		ids = found
		return tx.each(`DELETE FROM media WHERE company_id = $1 AND media_id = $2 AND unsent = 1`, rows, nil)
	})
	return ids, len(ids) == mediaSlice, err
}

// ExpireMedia marks files as lost that are older than a moment, with ids above after, and gives their ids; more is
// true when there are others. Their messages stay; the files are the caller's to remove.
func (s *Store) ExpireMedia(ctx context.Context, company, after clearline.ID, before time.Time) (ids []clearline.ID, more bool, err error) {
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		ids = nil
		type carrier struct{ message, conversation clearline.ID }
		var carriers []carrier
		var rows [][]any
		if err := tx.each(`SELECT media_id FROM media WHERE company_id = $1 AND media_id > $2 AND media_id < $3 AND state = 'ready' AND unsent = 0 ORDER BY media_id LIMIT $4`,
			[][]any{{company, after, clearline.FirstID(before), mediaSlice}}, func(_ int, _ int64, scan scanFunc) error {
				if scan == nil {
					return nil
				}
				var id int64
				err := scan(&id)
				ids = append(ids, clearline.ID(id))
				rows = append(rows, []any{company, clearline.ID(id)})
				return err
			}); err != nil {
			return err
		}
		if err := tx.each(`SELECT m.message_id, m.conversation_id FROM media f JOIN messages m ON m.company_id = f.company_id AND m.message_id = f.message_id WHERE f.company_id = $1 AND f.media_id = $2
			UNION ALL SELECT m.message_id, m.conversation_id FROM attachments a JOIN messages m ON m.company_id = a.company_id AND m.message_id = a.message_id WHERE a.company_id = $1 AND a.media_id = $2`,
			rows, func(_ int, _ int64, scan scanFunc) error {
				if scan == nil {
					return nil
				}
				var message, conversation int64
				err := scan(&message, &conversation)
				carriers = append(carriers, carrier{clearline.ID(message), clearline.ID(conversation)})
				return err
			}); err != nil {
			return err
		}
		for _, c := range carriers {
			tx.change(company, clearline.MessageChanged, c.message, c.conversation)
		}
		for i := range rows {
			rows[i] = append(rows[i], clearline.CauseMediaRetention)
		}
		return tx.each(`UPDATE media SET state = 'lost', reason = $3, preview = 0 WHERE company_id = $1 AND media_id = $2`, rows, nil)
	})
	return ids, len(ids) == mediaSlice, err
}

// KeptMedia tells which of these files have a row that wants their bytes.
func (s *Store) KeptMedia(ctx context.Context, company clearline.ID, ids []clearline.ID) (map[clearline.ID]bool, error) {
	kept := make(map[clearline.ID]bool, len(ids))
	if len(ids) == 0 {
		return kept, nil
	}
	in, args := inList(2, ids)
	rows, err := s.read.QueryContext(ctx, `SELECT media_id FROM media WHERE company_id = $1 AND media_id IN (`+in+`) AND state <> 'lost'`, append([]any{company}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id clearline.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		kept[id] = true
	}
	return kept, rows.Err()
}
