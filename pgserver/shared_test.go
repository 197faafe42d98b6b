package pgserver_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/clearline/clearline/pgserver"
)

// prepared counts how often the template was made, in this process: -count repeats the test and not that.
var prepared atomic.Int32

// Each test gets its own copy of what prepare made once; nobody sees another's rows.
func TestDatabasePerTest(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			url := pgserver.Database(t, "animals", func(url string) error {
				prepared.Add(1)
				return execute(url, "CREATE TABLE animal (name text PRIMARY KEY); INSERT INTO animal VALUES ('heron')")
			})
			if err := execute(url, "INSERT INTO animal VALUES ('otter')"); err != nil {
				t.Error(err)
			}
			if err := execute(url, "INSERT INTO animal VALUES ('heron')"); err == nil {
				t.Error("the template's row is not in the copy")
			}
			if n := prepared.Load(); n != 1 {
				t.Errorf("prepared %d times", n)
			}
		})
	}
}

func TestDatabaseEmpty(t *testing.T) {
	t.Parallel()
	url := pgserver.Database(t, "", nil)
	if err := execute(url, "CREATE TABLE animal (name text PRIMARY KEY)"); err != nil {
		t.Error(err)
	}
}

func TestDatabaseIsDroppedAfterItsTest(t *testing.T) {
	t.Parallel()
	var url string
	var left *pgx.Conn
	t.Run("with a connection left open", func(t *testing.T) {
		url = pgserver.Database(t, "", nil)
		var err error
		if left, err = pgx.Connect(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	})
	defer left.Close(t.Context())
	if err := execute(url, "SELECT 1"); err == nil {
		t.Error("the database is still there")
	}
}

func TestDatabaseReportsWhatPrepareSays(t *testing.T) {
	t.Parallel()
	for range 2 { // the second test that wants the broken template learns it too
		r := &recorder{TB: t}
		r.run(func() {
			pgserver.Database(r, "broken", func(url string) error { return execute(url, "CREATE nonsense") })
		})
		if r.fatal == "" {
			t.Error("a template that could not be prepared went unnoticed")
		}
	}
}

// recorder is a test whose Fatalf is kept instead of failing ours.
type recorder struct {
	testing.TB
	fatal string
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = fmt.Sprintf(format, args...)
	panic(r)
}

func (r *recorder) run(f func()) {
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
	}()
	f()
}

func execute(url, sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}
