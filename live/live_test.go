package live_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/live"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// I35: watchers that keep up, that lag behind what is kept for them, and that come late each see every change once and
// in order, while changes go on.
func TestEveryWatcherSeesEveryChangeOnce(t *testing.T) {
	t.Parallel()
	key, err := seal.New(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Database: filepath.Join(t.TempDir(), "clearline.db"), Clock: clock.Real(), Log: slog.New(slog.DiscardHandler), Key: key, NodeName: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l := live.New(s, clock.Real(), slog.New(slog.DiscardHandler))
	defer l.Stop()
	company, err := s.AddCompany(t.Context(), "Aurora")
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Number(t.Context(), company.ID)
	if err != nil {
		t.Fatal(err)
	}
	// More than is kept for watchers comes twice.

	const changes, writers = 64 * 100, 64
	var writing sync.WaitGroup
	write := func(n int) {
		for k := range writers {
			writing.Go(func() {
				for range n / writers {
					u := clearline.User{CompanyID: company.ID, Name: fmt.Sprint(k), Role: clearline.RoleAgent}
					if _, err := s.AddUser(t.Context(), u); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	var watching sync.WaitGroup
	watch := func(name string, since int64, pace func(seen int64)) {
		w := l.Watch(company.ID, since)
		watching.Go(func() {
			defer w.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			for n := since; n < first+2*changes; {
				news, err := w.Next(ctx, time.Second)
				if err != nil {
					t.Errorf("%s: after change %d: %v", name, n, err)
					return
				}
				for _, c := range news.Changes {
					if c.N != n+1 || c.Kind != clearline.UserChanged {
						t.Errorf("%s: change %d of kind %s follows %d", name, c.N, c.Kind, n)
						return
					}
					n = c.N
				}
				pace(n)
			}
		})
	}
	half := make(chan struct{})
	eager := func(int64) {}
	for i := range 5 {
		watch(fmt.Sprint("eager ", i), first, eager)
	}
	// More than is kept comes while this one looks away.
	watch("slow", first, func(n int64) {
		if n < first+changes {
			<-half
		}
	})
	write(changes)
	writing.Wait()
	close(half)
	watch("late", first, eager)
	watch("from the middle", first+changes/2, eager)
	watch("from now on", first+changes, eager)
	write(changes)
	writing.Wait()
	watching.Wait()

	if _, err := l.Watch(company.ID+1, 0).Next(t.Context(), time.Second); !errors.Is(err, store.ErrAbsent) {
		t.Errorf("a company that does not exist: %v", err)
	}
}
