package store

import (
	"context"
	"database/sql"
	"sync"
)

// preparedReads bounds how many read statements are kept prepared. Lists of values come in few lengths (inList), so
// that they are among them.
const preparedReads = 256

// reader is the pool that only reads. On SQLite it keeps its statements prepared: parsing a join costs more
// than running it. PostgreSQL's driver does that by itself.
type reader struct {
	db      *sql.DB
	prepare bool

	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

func newReader(db *sql.DB, prepare bool) *reader {
	return &reader{db: db, prepare: prepare, stmts: map[string]*sql.Stmt{}}
}

// stmt is the prepared form of a text, nil when it is not kept prepared.
func (r *reader) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if !r.prepare {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if st, ok := r.stmts[text]; ok {
		return st, nil
	}
	if len(r.stmts) >= preparedReads {
		return nil, nil
	}
	st, err := r.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	r.stmts[text] = st
	return st, nil
}

// QueryContext runs a fixed text.
func (r *reader) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := r.stmt(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case st == nil:
		return r.db.QueryContext(ctx, text, args...)
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext runs a fixed text for one row.
func (r *reader) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	st, err := r.stmt(ctx, text)
	if err != nil || st == nil {
		return r.db.QueryRowContext(ctx, text, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

// Close closes the pool with its statements.
func (r *reader) Close() error { return r.db.Close() }
