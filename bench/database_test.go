package bench

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// The count of deadlocks is PostgreSQL's own: two transactions that take two rows in opposite order must show in it.
func TestDeadlocksAreCounted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := openDatabase(ctx, OwnPostgres)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.close(); err != nil {
			t.Error(err)
		}
	}()
	if n, err := db.deadlocks(ctx); n != 0 || err != nil {
		t.Fatalf("%d deadlocks in a new database, %v", n, err)
	}
	var conns [2]*pgx.Conn
	for k := range conns {
		if conns[k], err = pgx.Connect(ctx, db.url); err != nil {
			t.Fatal(err)
		}
		defer conns[k].Close(ctx)
	}
	if _, err := conns[0].Exec(ctx, `create table t (n int primary key, v int); insert into t values (0, 0), (1, 0)`); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup // each waits until both hold their first row
	both.Add(len(conns))
	var group errgroup.Group
	for k, conn := range conns {
		group.Go(func() error {
			tx, err := conn.Begin(ctx)
			if err != nil {
				return err
			}
			defer tx.Rollback(context.WithoutCancel(ctx))
			_, err = tx.Exec(ctx, `update t set v = v + 1 where n = $1`, k)
			both.Done()
			if err != nil {
				return err
			}
			both.Wait()
			_, err = tx.Exec(ctx, `update t set v = v + 1 where n = $1`, 1-k)
			return err
		})
	}
	if err := group.Wait(); err == nil || !strings.Contains(err.Error(), "deadlock") {
		t.Fatalf("error %v, want a deadlock", err)
	}
	err = waitUntil(ctx, 30*time.Second, "the deadlock to be counted", func(ctx context.Context) (bool, error) {
		n, err := db.deadlocks(ctx)
		return n == 1, err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	if db, err := openDatabase(t.Context(), ""); db != nil || err != nil {
		t.Errorf("nothing gives %v, %v; want SQLite", db, err)
	}
	if db, err := openDatabase(t.Context(), "postgres://u@h/d"); err != nil || db.url != "postgres://u@h/d" {
		t.Errorf("%v, %v", db, err)
	}
	if _, err := openDatabase(t.Context(), "mysql://h"); err == nil {
		t.Error("MySQL is taken")
	}
}
