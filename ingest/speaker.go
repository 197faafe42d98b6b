package ingest

import (
	"context"
	"crypto/subtle"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// sharedTries bounds how many secrets are tried for a call on the shared path; companies with an app of their
// own use the path that names it, with one secret to try.
const sharedTries = 64

// apps are the platform apps whose secrets may have signed a call.
type apps struct {
	load func(context.Context) ([]clearline.App, error)
	all  atomic.Pointer[[]clearline.App]
	mu   sync.Mutex
	last time.Time
}

func (a *apps) refresh(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	all, err := a.load(ctx)
	if err != nil {
		return err
	}
	a.all.Store(&all)
	a.last = time.Now()
	return nil
}

// stale loads the apps again, at most once a second: another node may have added one.
func (a *apps) stale(ctx context.Context) bool {
	a.mu.Lock()
	fresh := time.Since(a.last) < time.Second
	a.mu.Unlock()
	return !fresh && a.refresh(ctx) == nil
}

// candidates are the apps of a platform that a call on this path may come from, the operator's first.
func (a *apps) candidates(platform clearline.Platform, app clearline.ID) []clearline.App {
	all := a.all.Load()
	if all == nil {
		return nil
	}
	var out []clearline.App
	for _, x := range *all {
		if x.Platform == platform && (app == 0 && len(out) < sharedTries || app == x.ID) {
			out = append(out, x)
		}
	}
	return out
}

// speaksFor tells whether an app that signed a call is, at the platform, the one with an id here.
func (a *apps) speaksFor(app clearline.App, id clearline.ID) bool {
	if app.ID == id {
		return true
	}
	all := a.all.Load()
	return all != nil && slices.ContainsFunc(*all, func(x clearline.App) bool { return x.ID == id && x.Same(app) })
}

// of is a company's own row of the app that signed a call, or that app when it has none.
func (a *apps) of(company clearline.ID, app clearline.App) clearline.App {
	if all := a.all.Load(); all != nil && app.CompanyID != company {
		for _, x := range *all {
			if x.CompanyID == company && x.Same(app) {
				return x
			}
		}
	}
	return app
}

// verifies are the apps whose verify token this is. All are looked at, so that the time tells nothing.
func (a *apps) verifies(platform clearline.Platform, app clearline.ID, token string) (right []clearline.App) {
	for _, x := range a.candidates(platform, app) {
		if x.VerifyToken != "" && subtle.ConstantTimeCompare([]byte(x.VerifyToken), []byte(token)) == 1 {
			right = append(right, x)
		}
	}
	return right
}

// speaker finds the app whose secret signed the call.
func (in *Ingest) speaker(ctx context.Context, leaf channel.Webhook, c Call) (clearline.App, bool, error) {
	for {
		for _, app := range in.apps.candidates(c.Platform, c.App) {
			if leaf.Verify(app.Secret, c.Header, c.Body) {
				return app, true, nil
			}
		}
		if !in.apps.stale(ctx) {
			return clearline.App{}, false, nil
		}
	}
}
