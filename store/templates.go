package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// TemplateRow is a template as it was last read from the platform.
type TemplateRow struct {
	channel.TemplateInfo
	SyncedAt time.Time
}

// SaveTemplates replaces what is known of a connection's templates by what the platform has just listed.
func (s *Store) SaveTemplates(ctx context.Context, company, connection clearline.ID, all []channel.TemplateInfo) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		if _, err := tx.exec(`DELETE FROM templates WHERE company_id = $1 AND connection_id = $2`, company, connection); err != nil {
			return err
		}
		rows := make([][]any, len(all))
		for i, t := range all {
			rows[i] = []any{company, connection, t.Name, t.Language, t.PlatformID, t.Category, t.Status, t.Named, string(t.Components), tx.now}
		}
		if err := tx.each(`INSERT INTO templates (company_id, connection_id, name, language, platform_id, category, status, named, components, synced_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (company_id, connection_id, name, language) DO NOTHING`, rows, nil); err != nil {
			return err
		}
		tx.change(company, clearline.TemplatesChanged, connection, 0)
		return nil
	})
}

// Templates lists a connection's templates by name and language.
func (s *Store) Templates(ctx context.Context, company, connection clearline.ID) ([]TemplateRow, error) {
	return s.templates(ctx, ``, company, connection)
}

// Template reads one template; ErrAbsent when the platform listed none of that name in that language.
func (s *Store) Template(ctx context.Context, company, connection clearline.ID, name, language string) (TemplateRow, error) {
	all, err := s.templates(ctx, ` AND name = $3 AND language = $4`, company, connection, name, language)
	if err == nil && len(all) == 0 {
		err = ErrAbsent
	}
	if err != nil {
		return TemplateRow{}, err
	}
	return all[0], nil
}

func (s *Store) templates(ctx context.Context, where string, args ...any) ([]TemplateRow, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name, language, platform_id, category, status, named, components, synced_at FROM templates
		WHERE company_id = $1 AND connection_id = $2`+where+` ORDER BY name, language`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []TemplateRow
	for rows.Next() {
		var t TemplateRow
		var named, at int64
		var components string
		if err := rows.Scan(&t.Name, &t.Language, &t.PlatformID, &t.Category, &t.Status, &named, &components, &at); err != nil {
			return nil, err
		}
		t.Named, t.Components, t.SyncedAt = named != 0, json.RawMessage(components), moment(at)
		all = append(all, t)
	}
	return all, rows.Err()
}
