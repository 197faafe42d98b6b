package store

import (
	"context"
	"fmt"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/seal"
)

// Rekey seals every stored credential with another key, in one transaction: afterwards only the new key opens
// this database. Every other node must be stopped before and started with the new key. It returns how many
// values were sealed anew.
func (s *Store) Rekey(ctx context.Context, to seal.Key) (n int, err error) {
	secrets, err := s.secretNames(ctx)
	if err != nil {
		return 0, err
	}
	err = s.call(ctx, nil, func(tx *Tx) error {
		n = 0
		for _, column := range []struct{ table, id, name string }{
			{"apps", "app_id", "secret"}, {"apps", "app_id", "verify_token"}, {"connections", "connection_id", "token"}, {"connections", "connection_id", "pin"},
			{"procedures", "procedure_id", "token"}, {"procedures", "procedure_id", "pin"},
		} {
			done, err := s.rekeyColumn(tx, column.table, column.id, column.name, to)
			if err != nil {
				return err
			}
			n += done
		}
		done, err := s.rekeySecrets(tx, secrets, to)
		if err != nil {
			return err
		}
		n += done
		_, err = tx.exec(`UPDATE settings SET value = $1 WHERE name = 'key.canary'`, to.Seal([]byte("clearline"), canaryPlace))
		return err
	})
	if err == nil {
		s.key = to
	}
	return n, err
}

func (s *Store) rekeyColumn(tx *Tx, table, id, column string, to seal.Key) (n int, err error) {
	var company, row int64 = -1, 0
	for {
		var sealed []byte
		found, err := tx.get(fmt.Sprintf(`SELECT company_id, %[2]s, %[3]s FROM %[1]s WHERE (company_id > $1 OR company_id = $1 AND %[2]s > $2) AND %[3]s IS NOT NULL ORDER BY company_id, %[2]s LIMIT 1`, table, id, column),
			[]any{company, row}, &company, &row, &sealed)
		if err != nil || !found {
			return n, err
		}
		where := place(table+"."+column, clearline.ID(company), clearline.ID(row))
		plain, err := s.key.Open(sealed, where)
		if err != nil {
			return n, fmt.Errorf("%s of %s %d: %w", column, table, row, err)
		}
		if _, err := tx.exec(fmt.Sprintf(`UPDATE %s SET %s = $3 WHERE company_id = $1 AND %s = $2`, table, column, id), company, row, to.Seal(plain, where)); err != nil {
			return n, err
		}
		n++
	}
}

func (s *Store) rekeySecrets(tx *Tx, names []string, to seal.Key) (n int, err error) {
	for _, name := range names {
		var sealed []byte
		found, err := tx.get(`SELECT value FROM settings WHERE name = $1`, []any{secretPrefix + name}, &sealed)
		if err != nil {
			return n, err
		}
		if !found { // dropped meanwhile; the others are not
			continue
		}
		plain, err := s.key.Open(sealed, secretPlace(name))
		if err != nil {
			return n, fmt.Errorf("the secret %s: %w", name, err)
		}
		if _, err := tx.exec(`UPDATE settings SET value = $2 WHERE name = $1`, secretPrefix+name, to.Seal(plain, secretPlace(name))); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
