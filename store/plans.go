package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
)

const (
	// plannedRows is how many rows a company's large tables are planned for, plannedFew how many its small ones.
	plannedRows = 1_000_000
	plannedFew  = 10
	// plannedPart is how many of them a partial index holds.
	plannedPart = 1000
)

// smallTables have few rows for each company, however long it has been there.
var smallTables = []string{"companies", "counters", "settings", "nodes", "leases", "users", "apps", "connections", "proofs", "accounts", "templates", "search_progress", "search_segments", "examinations", "findings", "volume_progress", "receipt_progress"}

// planStatistics tells SQLite what a large company looks like, so that its plans are made for that from the first
// row on and never change: that all rows of a table may be of one company, and that each further column of a key
// narrows them down. Without statistics SQLite takes company_id alone for nearly as good as a whole key, and reads
// all conversations of a company to find those of a view.
func planStatistics(ctx context.Context, db *sql.DB) error {
	// It makes the table, which cannot be made by hand, and fills in nothing.
	if _, err := db.ExecContext(ctx, `ANALYZE sqlite_schema`); err != nil {
		return err
	}
	want, err := plannedIndexes(ctx, db)
	if err != nil {
		return err
	}
	var have []string
	rows, err := db.QueryContext(ctx, `SELECT tbl || ' ' || idx || ' ' || stat FROM sqlite_stat1`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return err
		}
		have = append(have, one)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	slices.Sort(have)
	var wanted []string
	for _, w := range want {
		wanted = append(wanted, strings.Join(w[:], " "))
	}
	slices.Sort(wanted)
	if slices.Equal(have, wanted) {
		return nil
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `DELETE FROM sqlite_stat1`); err != nil {
		return err
	}
	for _, w := range want {
		if _, err := tx.ExecContext(ctx, `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)`, w[0], w[1], w[2]); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// plannedIndexes gives table, index and statistics of every index: the rows of the table, then for each column of the
// index how many rows agree in all columns up to it.
func plannedIndexes(ctx context.Context, db *sql.DB) (all [][3]string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT t.name, i.name, i.origin = 'pk' AND t.wr, i.partial, (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
		FROM pragma_table_list t JOIN pragma_index_list(t.name) i WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var table, index, columns string
		var clustered, partial bool
		if err := rows.Scan(&table, &index, &clustered, &partial, &columns); err != nil {
			return nil, err
		}
		if clustered {
			index = table // the table is its own key
		}
		n := plannedRows
		switch {
		case slices.Contains(smallTables, table):
			n = plannedFew
		case partial:
			n = plannedPart
		}
		all = append(all, [3]string{table, index, planned(n, strings.Split(columns, ","))})
	}
	return all, rows.Err()
}

func planned(n int, columns []string) string {
	// Steps from all to one: a company takes none, every other column one of the same width.
	steps, taken := len(columns), 0
	if columns[0] == "company_id" && len(columns) > 1 {
		steps--
	}
	stat := fmt.Sprint(n)
	for i := range columns {
		if i > 0 || steps == len(columns) {
			taken++
		}
		stat += fmt.Sprintf(" %d", max(1, int(math.Round(math.Pow(float64(n), float64(steps-taken)/float64(steps))))))
	}
	return stat
}
