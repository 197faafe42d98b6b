package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync"

	sqlitedriver "modernc.org/sqlite"
)

// checkpointText copies from the WAL to the file what nobody reads from the WAL any more, without waiting.
const checkpointText = "PRAGMA wal_checkpoint(PASSIVE)"

// checkpointPages is after how many written pages they are copied ahead: 20 MiB. Pages and not commits, because a
// batch may write five or five hundred. What is written while the copying goes on fits below SQLite's own limit.
const checkpointPages = 10_000

// copyPasses is how often pages are copied ahead in a row: each pass leaves what came during the one before.
const copyPasses = 3

// checkpointer spares the writer most of a checkpoint. SQLite's own one runs inside the commit that crosses its
// limit and holds up everybody for as long as it takes; one on another connection alone never ends, because the
// writer goes on meanwhile. So the bulk is copied ahead on a connection of its own, and the writer copies only
// what came since: that ends, and the WAL starts anew. SQLite's own checkpoint stays on as the upper bound.
type checkpointer struct {
	conn driver.Conn
	stmt driver.Stmt

	mu sync.Mutex
	// pages is how many were written since the WAL was last copied whole.
	pages   int
	running bool
	// copied is set when the bulk is copied and the writer's part is due.
	copied bool
	ended  sync.WaitGroup
}

func (d sqlite) newCheckpointer() (*checkpointer, error) {
	conn, err := (&sqlitedriver.Driver{}).Open(d.dsn(false, "synchronous(2)", "cache_size(-64)", "wal_autocheckpoint(0)"))
	if err != nil {
		return nil, err
	}
	stmt, err := conn.Prepare(checkpointText)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("preparing a checkpoint: %w", err)
	}
	return &checkpointer{conn: conn, stmt: stmt}, nil
}

// committed counts the pages of a commit, starts copying ahead when it is time, and tells whether the writer's part
// is due.
func (c *checkpointer) committed(pages int) (due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages += pages
	if c.copied {
		c.copied, c.pages = false, 0
		return true
	}
	if c.pages >= checkpointPages && !c.running {
		c.running = true
		c.ended.Add(1)
		go c.copy()
	}
	return false
}

func (c *checkpointer) copy() {
	defer c.ended.Done()
	var err error
	for i := 0; i < copyPasses && err == nil; i++ {
		_, err = c.stmt.(driver.StmtExecContext).ExecContext(context.Background(), nil)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// When it failed, SQLite's own checkpoint does all of it.
	c.running, c.copied = false, err == nil
}

func (c *checkpointer) close() error {
	c.ended.Wait()
	c.stmt.Close()
	return c.conn.Close()
}
