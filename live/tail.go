package live

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/clearline/clearline"
)

// tailMost bounds how many changes of a company are kept for its watchers; whoever is further behind reads the log.
const tailMost = 4 * pageSize

// feed is one company's bell, with the newest number heard of and the end of its change log: one of the watchers
// reads it, and all of them share what was read.
type feed struct {
	newest   atomic.Int64
	watchers map[*Watcher]struct{}

	mu sync.Mutex
	// tail holds every change with a number above from up to to. Watchers hold parts of it: it is never written
	// to, only appended to and made anew.
	tail     []clearline.Change
	from, to int64
}

// after gives the changes after a number, at most a page when they come from the log itself; full is true when there
// may be more.
func (f *feed) after(ctx context.Context, l *Live, company clearline.ID, since int64) (changes []clearline.Change, full bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.to == 0 || since < f.from || since > f.to {
		changes, next, err := l.store.Changes(ctx, company, since, pageSize)
		if err != nil {
			return nil, false, err
		}
		if full = len(changes) == pageSize; !full && next > f.to {
			f.tail, f.from, f.to = changes, since, next
		}
		return changes, full, nil
	}
	for f.to < f.newest.Load() {
		more, next, err := l.store.Changes(ctx, company, f.to, pageSize)
		if err != nil {
			return nil, false, err
		}
		f.grow(more, next)
		if len(more) < pageSize {
			break
		}
	}
	// Who read up to a number lies at most a few changes behind the end.
	at := len(f.tail)
	for at > 0 && f.tail[at-1].N > since {
		at--
	}
	if since < f.from { // what grew has pushed it out
		return nil, true, nil
	}
	return f.tail[at:len(f.tail):len(f.tail)], false, nil
}

func (f *feed) grow(more []clearline.Change, to int64) {
	if over := len(f.tail) + len(more) - tailMost; over > 0 {
		// Half is dropped at once, so that copying is rare.
		drop := min(len(f.tail), max(over, tailMost/2))
		if drop > 0 {
			f.from = f.tail[drop-1].N
		}
		f.tail = append(make([]clearline.Change, 0, tailMost), f.tail[drop:]...)
	}
	f.tail = append(f.tail, more...)
	f.to = max(f.to, to)
}
