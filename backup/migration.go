package backup

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// BeforeMigration returns what makes a backup beside a database before its schema changes. When it cannot be made the
// start ends with that: nothing has been changed then.
func BeforeMigration(o Options, c clock.Clock, log *slog.Logger) func(ctx context.Context, from, to int64, copy store.Copier) error {
	return func(ctx context.Context, from, to int64, copy store.Copier) error {
		o.Copy, o.Now = copy, c.Now()
		o.To = fmt.Sprintf("%s.before-schema-%d", o.Database, to)
		if _, err := os.Lstat(o.To); err == nil { // from an upgrade that was tried before
			o.To += "-" + o.Now.UTC().Format(stamp)
		}
		made, err := Make(ctx, o)
		if err != nil {
			return fmt.Errorf("no backup could be made before the schema goes from %d to %d, so nothing was changed: %w", from, to, err)
		}
		log.Info("a backup was made before the schema changes; delete it when the new version has proven itself", "file", made.Path, "from", from, "to", to)
		return nil
	}
}
