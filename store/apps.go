package store

import (
	"context"

	"github.com/clearline/clearline"
)

// AddApp stores a platform app with its secrets sealed.
func (s *Store) AddApp(ctx context.Context, a clearline.App) (clearline.App, error) {
	a.ID = s.ids.Next()
	return a, s.call(ctx, []clearline.ID{a.CompanyID}, func(tx *Tx) error { return s.insertApp(tx, a) })
}

// place binds a sealed value to its company, row and column.
func place(column string, company, row clearline.ID) string {
	return column + "/" + company.String() + "/" + row.String()
}

// Apps are all platform apps of the installation and of every company, with their secrets opened: the way in
// needs them to tell who is speaking.
func (s *Store) Apps(ctx context.Context) ([]clearline.App, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT company_id, app_id, platform, platform_id, secret, verify_token FROM apps ORDER BY company_id, app_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.App
	for rows.Next() {
		var a clearline.App
		var secret, verify []byte
		if err := rows.Scan(&a.CompanyID, &a.ID, &a.Platform, &a.PlatformID, &secret, &verify); err != nil {
			return nil, err
		}
		plain, err := s.key.Open(secret, place("apps.secret", a.CompanyID, a.ID))
		if err != nil {
			return nil, err
		}
		a.Secret = string(plain)
		if plain, err = s.key.Open(verify, place("apps.verify_token", a.CompanyID, a.ID)); err != nil {
			return nil, err
		}
		a.VerifyToken = string(plain)
		all = append(all, a)
	}
	return all, rows.Err()
}

// KeepApp makes an app of the installation what the operator's settings say: it is added when there is none with the
// platform's id, and its secrets are sealed anew only when they have changed. Several nodes may do it at once.
func (s *Store) KeepApp(ctx context.Context, a clearline.App) error {
	return s.call(ctx, []clearline.ID{a.CompanyID}, func(tx *Tx) error {
		var id int64
		var secret, verify []byte
		found, err := tx.get(`SELECT app_id, secret, verify_token FROM apps WHERE company_id = $1 AND platform = $2 AND platform_id = $3 ORDER BY app_id LIMIT 1`,
			[]any{a.CompanyID, a.Platform, a.PlatformID}, &id, &secret, &verify)
		if err != nil {
			return err
		}
		if !found {
			a.ID = tx.ids.Next()
			return s.insertApp(tx, a)
		}
		a.ID = clearline.ID(id)
		if s.holds(secret, a.Secret, place("apps.secret", a.CompanyID, a.ID)) && s.holds(verify, a.VerifyToken, place("apps.verify_token", a.CompanyID, a.ID)) {
			return nil
		}
		_, err = tx.exec(`UPDATE apps SET secret = $3, verify_token = $4 WHERE company_id = $1 AND app_id = $2`, a.CompanyID, a.ID,
			s.key.Seal([]byte(a.Secret), place("apps.secret", a.CompanyID, a.ID)), s.key.Seal([]byte(a.VerifyToken), place("apps.verify_token", a.CompanyID, a.ID)))
		return err
	})
}

// IdentifyApp keeps the platform's id of an app that was stored without.
func (s *Store) IdentifyApp(ctx context.Context, a clearline.App) error {
	return s.call(ctx, []clearline.ID{a.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE apps SET platform_id = $3 WHERE company_id = $1 AND app_id = $2 AND platform_id = ''`, a.CompanyID, a.ID, a.PlatformID)
		return err
	})
}

// holds tells whether a sealed value is this text.
func (s *Store) holds(sealed []byte, text, place string) bool {
	plain, err := s.key.Open(sealed, place)
	return err == nil && string(plain) == text
}

func (s *Store) insertApp(tx *Tx, a clearline.App) error {
	_, err := tx.exec(`INSERT INTO apps (company_id, app_id, platform, platform_id, secret, verify_token, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.CompanyID, a.ID, a.Platform, a.PlatformID, s.key.Seal([]byte(a.Secret), place("apps.secret", a.CompanyID, a.ID)),
		s.key.Seal([]byte(a.VerifyToken), place("apps.verify_token", a.CompanyID, a.ID)), s.clock.Now())
	return err
}
