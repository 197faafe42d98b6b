package media

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/clearline/clearline"
)

const (
	// tidyEvery is how often what is kept no longer is removed.
	tidyEvery = time.Hour
	// unsentLife is how long an upload waits for a message that takes it.
	unsentLife = 24 * time.Hour
	// sweepEvery is how often the folder is walked for what a crash left behind; only what is older than that goes.
	sweepEvery = 24 * time.Hour
	// sweepSlice bounds how many files are looked up at a time.
	sweepSlice = 200
)

func (m *Media) tidy(ctx context.Context) {
	timer := m.o.Clock.NewTimer(0) // the first walk counts what is there
	defer timer.Stop()
	var swept time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C():
		}
		now := m.o.Clock.Now()
		err := m.expire(ctx, now)
		if now.Sub(swept) >= sweepEvery {
			swept = now
			err = errors.Join(err, m.sweep(ctx, now))
		}
		if err != nil && ctx.Err() == nil {
			m.o.Log.Warn("files that are kept no longer could not all be removed; tried again in an hour", "err", err)
		}
		timer.Reset(tidyEvery)
	}
}

// expire removes uploads that nobody sent, and the files of messages when they are kept only for a time. The rows go
// first: what is left of a file after a crash is swept away later.
func (m *Media) expire(ctx context.Context, now time.Time) error {
	companies, err := m.o.Store.Companies(ctx)
	if err != nil {
		return err
	}
	for _, c := range companies {
		for more := true; more && err == nil; {
			var ids []clearline.ID
			if ids, more, err = m.o.Store.DropUnsent(ctx, c.ID, now.Add(-unsentLife)); err == nil {
				err = m.removeAll(c.ID, ids)
			}
		}
		if m.o.Retention <= 0 {
			continue
		}
		after := clearline.ID(0)
		for more := true; more && err == nil; {
			var ids []clearline.ID
			if ids, more, err = m.o.Store.ExpireMedia(ctx, c.ID, after, now.Add(-m.o.Retention)); err == nil {
				err = m.removeAll(c.ID, ids)
			}
			if len(ids) > 0 {
				after = ids[len(ids)-1]
			}
		}
	}
	return err
}

func (m *Media) removeAll(company clearline.ID, ids []clearline.ID) (err error) {
	for _, id := range ids {
		err = errors.Join(err, m.remove(company, id))
	}
	return err
}

// sweep walks the folder: it counts what lies there, and removes old files that no row wants, such as what a crash
// left in the middle of its way in.
func (m *Media) sweep(ctx context.Context, now time.Time) error {
	var used int64
	batch := map[clearline.ID][]clearline.ID{}
	waiting := 0
	flush := func() error {
		defer func() { clear(batch); waiting = 0 }()
		for company, ids := range batch {
			kept, err := m.o.Store.KeptMedia(ctx, company, ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if !kept[id] {
					if err := m.remove(company, id); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	err := filepath.WalkDir(m.o.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return gone(errors.Join(err, ctx.Err()))
		}
		info, err := d.Info()
		if err != nil {
			return gone(err)
		}
		used += info.Size()
		if now.Sub(info.ModTime()) < sweepEvery {
			return nil
		}
		if strings.HasPrefix(d.Name(), partPrefix) {
			used -= info.Size()
			return gone(os.Remove(path))
		}
		company, id, ok := m.owner(path)
		if !ok {
			return nil // not ours to judge
		}
		batch[company] = append(batch[company], id)
		if waiting++; waiting >= sweepSlice {
			return flush()
		}
		return nil
	})
	m.used.Store(used) // what is removed below is taken off it
	return errors.Join(err, flush())
}

// gone forgives that a file was removed meanwhile.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// owner is the reverse of path.
func (m *Media) owner(path string) (company, id clearline.ID, ok bool) {
	rel, err := filepath.Rel(m.o.Dir, path)
	parts := strings.Split(filepath.ToSlash(rel), "/")
	if err != nil || len(parts) != 3 {
		return 0, 0, false
	}
	company, err = clearline.ParseID(parts[0])
	id, ierr := clearline.ParseID(strings.TrimSuffix(parts[2], previewEnding))
	return company, id, err == nil && ierr == nil
}
