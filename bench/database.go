package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/clearline/clearline/pgserver"
)

const (
	engineSQLite   = "sqlite"
	enginePostgres = "postgres"
	engineTarget   = "target"
)

// OwnPostgres as Options.Database asks for a PostgreSQL server of the bench's own, started for the run and removed after it. It flushes
// every commit, as a real one would.
const OwnPostgres = "postgres"

// database is the PostgreSQL database of one run.
type database struct {
	url    string
	server *pgserver.Server // nil: somebody else's
}

// openDatabase gives nil for SQLite.
func openDatabase(ctx context.Context, setting string) (*database, error) {
	switch {
	case setting == "":
		return nil, nil
	case setting == OwnPostgres:
		server, err := pgserver.Start(ctx, pgserver.Options{})
		if err != nil {
			return nil, err
		}
		if err := server.CreateDatabase(ctx, "clearline_bench"); err != nil {
			server.Stop()
			return nil, err
		}
		return &database{url: server.URL("clearline_bench"), server: server}, nil
	case strings.HasPrefix(setting, "postgres://"), strings.HasPrefix(setting, "postgresql://"):
		return &database{url: setting}, nil
	}
	return nil, fmt.Errorf("database %q: want nothing (SQLite), %q (a server of the bench's own) or postgres://…", setting, OwnPostgres)
}

// deadlocks is how many PostgreSQL has counted in this database.
func (d *database) deadlocks(ctx context.Context) (n int64, err error) {
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `select deadlocks from pg_stat_database where datname = current_database()`).Scan(&n)
	return n, err
}

func (d *database) close() error {
	if d == nil || d.server == nil {
		return nil
	}
	return d.server.Stop()
}
