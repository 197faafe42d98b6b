package store

import (
	"context"
	"errors"
	"os"
)

// Standing is how far a database's schema is, without changing anything: have is 0 for one that holds nothing yet, and
// want the newest that this program knows. absent is true for a SQLite file that does not exist.
func Standing(ctx context.Context, database string) (have, want int64, absent bool, err error) {
	d, err := openDialect(database)
	if err != nil {
		return 0, 0, false, err
	}
	if file, ok := d.(sqlite); ok {
		if _, err := os.Stat(file.path); errors.Is(err, os.ErrNotExist) {
			return 0, schema(), true, nil
		}
	}
	db, err := d.openReaders(ctx)
	if err != nil {
		return 0, schema(), false, explainOpen(d, err)
	}
	defer db.Close()
	if err := db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`).Scan(&have); err != nil {
		return 0, schema(), false, explainOpen(d, err)
	}
	return have, schema(), false, nil
}
