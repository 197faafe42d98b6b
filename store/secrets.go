package store

import (
	"context"
	"strings"

	"github.com/clearline/clearline"
)

// secretPrefix is how the names of the settings begin that hold secrets of the installation.
const secretPrefix = "secret/"

// Secret opens a secret of the installation, ErrAbsent when there is none of that name.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	var sealed []byte
	if err := s.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, secretPrefix+name).Scan(&sealed); err != nil {
		return nil, absent(err)
	}
	return s.key.Open(sealed, secretPlace(name))
}

// KeepSecret keeps a secret of the installation sealed, in place of an earlier one of that name.
func (s *Store) KeepSecret(ctx context.Context, name string, value []byte) error {
	return s.call(ctx, []clearline.ID{clearline.Installation}, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
			secretPrefix+name, s.key.Seal(value, secretPlace(name)))
		return err
	})
}

// DropSecret forgets a secret; one that is not there is no error.
func (s *Store) DropSecret(ctx context.Context, name string) error {
	return s.call(ctx, []clearline.ID{clearline.Installation}, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM settings WHERE name = $1`, secretPrefix+name)
		return err
	})
}

func secretPlace(name string) string { return "settings/" + secretPrefix + name }

func (s *Store) secretNames(ctx context.Context) (names []string, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name FROM settings WHERE name LIKE $1`, secretPrefix+"%")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, strings.TrimPrefix(name, secretPrefix))
	}
	return names, rows.Err()
}
