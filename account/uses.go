package account

import (
	"context"
	"sync"
	"time"

	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

const (
	// usedEvery is how old a stored last use must be until a newer one is stored.
	usedEvery = time.Minute
	// saveEvery is how often noted uses are written, all at once: a request that only reads never writes.
	saveEvery = 15 * time.Second
	// usesAtMost bounds what is noted between two writes; what is over it is noted at its next use.
	usesAtMost = 10_000
)

// uses notes when credentials were used and writes it down from time to time.
type uses struct {
	store *store.Store
	clock clock.Clock

	work  background.Work
	mu    sync.Mutex
	noted map[string]store.Credential
}

func newUses(s *store.Store, c clock.Clock) *uses {
	return &uses{store: s, clock: c, noted: map[string]store.Credential{}}
}

func (u *uses) note(c store.Credential) {
	now := u.clock.Now()
	if now.Sub(c.UsedAt) < usedEvery {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, known := u.noted[c.ID()]; known || len(u.noted) < usesAtMost {
		c.UsedAt = now
		u.noted[c.ID()] = c
	}
}

func (u *uses) start(ctx context.Context) error {
	u.work.Start(ctx, func(ctx context.Context) {
		timer := u.clock.NewTimer(saveEvery)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				u.save(context.WithoutCancel(ctx))
				return
			case <-timer.C():
				u.save(ctx)
				timer.Reset(saveEvery)
			}
		}
	})
	return nil
}

// save writes what was noted. When that fails it is lost: the next use notes it again.
func (u *uses) save(ctx context.Context) {
	u.mu.Lock()
	all := make([]store.Credential, 0, len(u.noted))
	for _, c := range u.noted {
		all = append(all, c)
	}
	clear(u.noted)
	u.mu.Unlock()
	const slice = 500
	for len(all) > 0 {
		n := min(len(all), slice)
		if err := u.store.SaveUses(ctx, all[:n]); err != nil {
			return
		}
		all = all[n:]
	}
}
