package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// postgresWriter pipelines: what needs no answer at once waits and shares a round trip with what does.
type postgresWriter struct {
	conn    *pgx.Conn
	waiting pgx.Batch
	answers []answer
	// many are the multi-row forms of INSERT statements, by text and number of rows.
	many map[manyKey]string
}

// answer is what to do with the result of one statement of a batch.
type answer struct {
	text string
	i    int
	got  func(i int, changed int64, scan scanFunc) error
	// rows takes all rows of the result instead of the first.
	rows func(pgx.Rows) error
}

type manyKey struct {
	text string
	rows int
}

func (d postgres) openWriter(ctx context.Context) (writer, error) {
	cfg, err := d.config()
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &postgresWriter{conn: conn, many: map[manyKey]string{}}, nil
}

func (w *postgresWriter) queue(text string, args []any, a answer) {
	for i, v := range args {
		args[i] = plain(v)
	}
	a.text = text
	w.waiting.Queue(text, args...)
	w.answers = append(w.answers, a)
}

func (w *postgresWriter) later(_ context.Context, text string, rows [][]any, got func(int, int64, scanFunc) error) error {
	for i, row := range rows {
		w.queue(text, row, answer{i: i, got: got})
	}
	return nil
}

func (w *postgresWriter) each(ctx context.Context, text string, rows [][]any, got func(int, int64, scanFunc) error) error {
	if err := w.later(ctx, text, rows, got); err != nil || got == nil {
		return err
	}
	return w.sync(ctx)
}

func (w *postgresWriter) sync(ctx context.Context) (err error) {
	if len(w.answers) == 0 {
		return nil
	}
	batch, answers := w.waiting, w.answers
	w.waiting, w.answers = pgx.Batch{}, nil
	res := w.conn.SendBatch(ctx, &batch)
	defer func() {
		if cerr := res.Close(); err == nil {
			err = cerr
		}
	}()
	for _, a := range answers {
		if err := a.read(res); err != nil {
			return err
		}
	}
	return nil
}

func (a answer) read(res pgx.BatchResults) error {
	if a.rows == nil && !returnsRows(a.text) {
		tag, err := res.Exec()
		if err != nil {
			return fmt.Errorf("%w in %q", err, a.text)
		}
		if a.got == nil {
			return nil
		}
		return a.got(a.i, tag.RowsAffected(), nil)
	}
	rows, err := res.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	if a.rows != nil {
		return a.rows(rows)
	}
	return a.first(rows)
}

func (a answer) first(rows pgx.Rows) error {
	var values []any
	found := rows.Next()
	if found {
		var err error
		if values, err = rows.Values(); err != nil {
			return err
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%w in %q", err, a.text)
	}
	switch {
	case a.got == nil:
		return nil
	case !found:
		return a.got(a.i, 0, nil)
	}
	return a.got(a.i, 1, func(dest ...any) error { return assignAll(dest, values) })
}

// insert writes rows in statements of 64, 32, … 1 rows, so that few forms of each statement are kept prepared.
func (w *postgresWriter) insert(ctx context.Context, text string, rows [][]any, id string, idAt int, stored func(int, bool) error) error {
	for start := 0; start < len(rows); {
		n := 64
		for n > len(rows)-start {
			n /= 2
		}
		chunk := rows[start : start+n]
		full := w.manyRows(text, n)
		a := answer{}
		if stored != nil {
			full += " RETURNING " + id
			base := start
			a.rows = func(r pgx.Rows) error {
				return tellStored(r, chunk, idAt, func(i int, ok bool) error { return stored(base+i, ok) })
			}
		}
		var args []any
		for _, row := range chunk {
			args = append(args, row...)
		}
		w.queue(full, args, a)
		start += n
	}
	if stored == nil {
		return nil
	}
	return w.sync(ctx)
}

// tellStored tells in order which rows came back.
func tellStored(rows pgx.Rows, chunk [][]any, idAt int, stored func(int, bool) error) error {
	there := make(map[int64]bool, len(chunk))
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		there[id] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i, row := range chunk {
		id, _ := plain(row[idAt]).(int64)
		if err := stored(i, there[id]); err != nil {
			return err
		}
	}
	return nil
}

// manyRows repeats the one tuple after VALUES, numbering its places on.
func (w *postgresWriter) manyRows(text string, n int) string {
	if n == 1 {
		return text
	}
	k := manyKey{text, n}
	if full, ok := w.many[k]; ok {
		return full
	}
	head, rest, _ := strings.Cut(text, "VALUES (")
	tuple, tail, _ := strings.Cut(rest, ")")
	width := strings.Count(tuple, "$")
	var b strings.Builder
	b.WriteString(head + "VALUES ")
	for r := range n {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		b.WriteString(shift(tuple, r*width))
		b.WriteByte(')')
	}
	b.WriteString(tail)
	w.many[k] = b.String()
	return w.many[k]
}

// shift adds by to every $n.
func shift(tuple string, by int) string {
	parts := strings.Split(tuple, "$")
	for i := 1; i < len(parts); i++ {
		end := 0
		for end < len(parts[i]) && parts[i][end] >= '0' && parts[i][end] <= '9' {
			end++
		}
		n, _ := strconv.Atoi(parts[i][:end])
		parts[i] = strconv.Itoa(n+by) + parts[i][end:]
	}
	return strings.Join(parts, "$")
}

func (w *postgresWriter) run(ctx context.Context, text string) error {
	_, err := w.conn.Exec(ctx, text)
	return err
}

func (w *postgresWriter) begin(ctx context.Context) error {
	w.waiting, w.answers = pgx.Batch{}, nil
	return w.run(ctx, "BEGIN")
}

func (w *postgresWriter) commit(ctx context.Context) error {
	if err := w.sync(ctx); err != nil {
		return err
	}
	return w.run(ctx, "COMMIT")
}

func (w *postgresWriter) rollback(ctx context.Context) error {
	w.waiting, w.answers = pgx.Batch{}, nil
	return w.run(ctx, "ROLLBACK")
}

func (w *postgresWriter) close(ctx context.Context) error { return w.conn.Close(ctx) }
func (w *postgresWriter) alive(ctx context.Context) bool {
	return !w.conn.IsClosed() && w.conn.Ping(ctx) == nil
}
