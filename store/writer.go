package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	sqlitedriver "modernc.org/sqlite"
)

// writer is the pinned connection of one committer. It keeps its statements prepared, and runs one statement
// over many rows without waiting for each: a loop over a prepared statement on SQLite, one pipelined round
// trip on PostgreSQL. It is not safe for concurrent use.
type writer interface {
	begin(ctx context.Context) error
	commit(ctx context.Context) error
	rollback(ctx context.Context) error
	// each runs text once per row. got is called in order with the number of rows changed and, when the
	// statement returns a row, a scanner for its first row; else scan is nil.
	each(ctx context.Context, text string, rows [][]any, got func(i int, changed int64, scan scanFunc) error) error
	// later may run text once per row only with the next each, sync or commit, so that several statements share a
	// round trip; their order stays. got is called then.
	later(ctx context.Context, text string, rows [][]any, got func(i int, changed int64, scan scanFunc) error) error
	// sync runs what was put off.
	sync(ctx context.Context) error
	// insert runs an INSERT … VALUES (…) of one row over many rows. When stored is not nil it is told of each row
	// whether it was stored, or left out by ON CONFLICT; the rows are told apart by column id, the value at idAt.
	insert(ctx context.Context, text string, rows [][]any, id string, idAt int, stored func(i int, stored bool) error) error
	close(ctx context.Context) error
	// alive tells whether the connection can be used again after an error.
	alive(ctx context.Context) bool
}

// scanFunc copies the columns of a row into *int64, *string, *[]byte or *bool. A NULL gives the zero value.
type scanFunc func(dest ...any) error

// assign copies one column.
func assign(dest, src any) error {
	switch d := dest.(type) {
	case *int64:
		switch v := src.(type) {
		case nil:
			*d = 0
		case int64:
			*d = v
		case int32:
			*d = int64(v)
		default:
			return fmt.Errorf("store: cannot read %T as a number", src)
		}
	case *string:
		switch v := src.(type) {
		case nil:
			*d = ""
		case string:
			*d = v
		case []byte:
			*d = string(v)
		default:
			return fmt.Errorf("store: cannot read %T as a text", src)
		}
	case *[]byte:
		switch v := src.(type) {
		case nil:
			*d = nil
		case []byte:
			*d = append([]byte(nil), v...)
		case string:
			*d = []byte(v)
		default:
			return fmt.Errorf("store: cannot read %T as bytes", src)
		}
	case *bool:
		v, ok := src.(int64)
		*d = ok && v != 0
	default:
		return fmt.Errorf("store: cannot fill a %T", dest)
	}
	return nil
}

func assignAll(dest []any, src []any) error {
	if len(dest) != len(src) {
		return fmt.Errorf("store: %d columns for %d places", len(src), len(dest))
	}
	for i := range dest {
		if err := assign(dest[i], src[i]); err != nil {
			return err
		}
	}
	return nil
}

// sqliteWriter talks to the driver directly: database/sql would take a lock, copy and convert on each call.
type sqliteWriter struct {
	conn  driver.Conn
	stmts map[string]*sqliteStmt
	// copy is a copy of the database being made, nil for none; see backup.go.
	copy *sqlitedriver.Backup
	// ahead copies pages from the WAL to the file while this connection goes on writing; see checkpoint.go.
	ahead *checkpointer
}

type sqliteStmt struct {
	stmt    driver.Stmt
	args    []driver.NamedValue
	order   []int
	returns bool
}

// The writer's cache is small on purpose: after a page moved in a tree, SQLite walks over all of it at the commit,
// and the system's own cache holds the file anyway.
func (d sqlite) openWriter(ctx context.Context) (writer, error) {
	conn, err := (&sqlitedriver.Driver{}).Open(d.dsn(false, "synchronous(2)", "cache_size(-16384)",
		fmt.Sprintf("wal_autocheckpoint(%d)", sqliteCheckpointPages), "journal_size_limit(67108864)"))
	if err != nil {
		return nil, err
	}
	ahead, err := d.newCheckpointer()
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &sqliteWriter{conn: conn, stmts: map[string]*sqliteStmt{}, ahead: ahead}, nil
}

func (w *sqliteWriter) prepare(text string) (*sqliteStmt, error) {
	if s, ok := w.stmts[text]; ok {
		return s, nil
	}
	positional, order := positional(text)
	stmt, err := w.conn.Prepare(positional)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, text)
	}
	s := &sqliteStmt{stmt: stmt, order: order, args: make([]driver.NamedValue, len(order)), returns: returnsRows(text)}
	w.stmts[text] = s
	return s, nil
}

func (s *sqliteStmt) bind(row []any) ([]driver.NamedValue, error) {
	for i, n := range s.order {
		if n > len(row) {
			return nil, fmt.Errorf("store: statement wants $%d, got %d values", n, len(row))
		}
		s.args[i] = driver.NamedValue{Ordinal: i + 1, Value: plain(row[n-1])}
	}
	return s.args, nil
}

func (w *sqliteWriter) each(ctx context.Context, text string, rows [][]any, got func(int, int64, scanFunc) error) error {
	s, err := w.prepare(text)
	if err != nil {
		return err
	}
	for i, row := range rows {
		args, err := s.bind(row)
		if err != nil {
			return err
		}
		if !s.returns {
			res, err := s.stmt.(driver.StmtExecContext).ExecContext(ctx, args)
			if err != nil {
				return err
			}
			if got != nil {
				n, _ := res.RowsAffected()
				if err := got(i, n, nil); err != nil {
					return err
				}
			}
			continue
		}
		if err := w.query(ctx, s, i, args, got); err != nil {
			return err
		}
	}
	return nil
}

func (w *sqliteWriter) later(ctx context.Context, text string, rows [][]any, got func(int, int64, scanFunc) error) error {
	return w.each(ctx, text, rows, got)
}

func (w *sqliteWriter) sync(context.Context) error { return nil }

func (w *sqliteWriter) insert(ctx context.Context, text string, rows [][]any, _ string, _ int, stored func(int, bool) error) error {
	if stored == nil {
		return w.each(ctx, text, rows, nil)
	}
	return w.each(ctx, text, rows, func(i int, changed int64, _ scanFunc) error { return stored(i, changed > 0) })
}

func (w *sqliteWriter) query(ctx context.Context, s *sqliteStmt, i int, args []driver.NamedValue, got func(int, int64, scanFunc) error) (err error) {
	rows, err := s.stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	values := make([]driver.Value, len(rows.Columns()))
	switch err := rows.Next(values); err {
	case nil:
	case io.EOF:
		if got != nil {
			return got(i, 0, nil)
		}
		return nil
	default:
		return err
	}
	if got == nil {
		return nil
	}
	return got(i, 1, func(dest ...any) error {
		src := make([]any, len(values))
		for k, v := range values {
			src[k] = v
		}
		return assignAll(dest, src)
	})
}

func (w *sqliteWriter) run(ctx context.Context, text string) error {
	return w.each(ctx, text, [][]any{nil}, nil)
}

func (w *sqliteWriter) begin(ctx context.Context) error { return w.run(ctx, "BEGIN IMMEDIATE") }

func (w *sqliteWriter) commit(ctx context.Context) error {
	if err := w.run(ctx, "COMMIT"); err != nil {
		return err
	}
	// SQLite counts the pages that this connection wrote to the WAL, those of a transaction too big for its cache included.
	pages, _, err := w.conn.(sqlitedriver.DBStatus).Status(sqlitedriver.DBStatusCacheWrite, true)
	if err != nil {
		return err
	}
	if w.ahead.committed(pages) {
		// What is left after the copying ahead is little; once it is copied too, the WAL starts anew.
		return w.run(ctx, checkpointText)
	}
	return nil
}
func (w *sqliteWriter) rollback(ctx context.Context) error { return w.run(ctx, "ROLLBACK") }
func (w *sqliteWriter) alive(context.Context) bool         { return true }

func (w *sqliteWriter) close(context.Context) error {
	err := errors.Join(w.endCopy(), w.ahead.close())
	for _, s := range w.stmts {
		s.stmt.Close()
	}
	return errors.Join(err, w.conn.Close())
}

// returnsRows tells whether a statement gives rows: a SELECT, or one with RETURNING.
func returnsRows(text string) bool {
	t := strings.TrimSpace(text)
	return len(t) > 6 && strings.EqualFold(t[:6], "SELECT") || strings.Contains(text, "RETURNING")
}

// positional turns $n into ? and tells which value each ? takes: the driver finds named ones by comparing names.
func positional(text string) (string, []int) {
	var b strings.Builder
	var order []int
	for i := 0; i < len(text); i++ {
		if text[i] != '$' {
			b.WriteByte(text[i])
			continue
		}
		n := 0
		for i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' {
			i++
			n = n*10 + int(text[i]-'0')
		}
		b.WriteByte('?')
		order = append(order, n)
	}
	return b.String(), order
}
