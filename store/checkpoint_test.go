package store

import (
	"path/filepath"
	"testing"
)

// A commit counts by its pages: one big batch brings the copying ahead as surely as many small ones, and the WAL stays
// below SQLite's own limit, where a single commit has to copy all of it.
func TestCheckpointCountsPages(t *testing.T) {
	t.Parallel()
	s, err := openFile(t, filepath.Join(t.TempDir(), "clearline.db"))
	if err != nil {
		t.Fatal(err)
	}
	ahead := s.committers[0].w.(*sqliteWriter).ahead
	pages := func() int {
		ahead.mu.Lock()
		defer ahead.mu.Unlock()
		return ahead.pages
	}
	write := func(bytes int) {
		t.Helper()
		if err := s.call(t.Context(), nil, func(tx *Tx) error {
			_, err := tx.exec(`INSERT INTO settings (name, value) VALUES ('blob', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, make([]byte, bytes))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	before := pages()
	const big = 1 << 20
	write(big)
	wrote := pages() - before
	if least := big / sqlitePageSize; wrote < least || wrote > 2*least {
		t.Fatalf("a commit of %d bytes counts as %d pages of %d", big, wrote, sqlitePageSize)
	}
	for range checkpointPages/wrote - pages()/wrote {
		write(big)
	}
	write(big)
	ahead.ended.Wait()
	write(1) // the writer's part
	if n := pages(); n >= checkpointPages {
		t.Errorf("%d pages wait to be copied after 10,000 were written in %d commits", n, checkpointPages/wrote)
	}
	if used, limit := s.WAL(); used == 0 || used > limit/2+4*big {
		t.Errorf("the WAL takes %d bytes, its upper bound is %d", used, limit)
	}
}
