// Package media takes in the files of messages, those that are fetched from platforms and those that are uploaded to be
// sent, and keeps them as dead bytes: names of our own, type by content, nothing executable ever served inline. A
// message is shown before its file is here, and when it never comes.
package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

const (
	// MaxBytes is the largest file taken, both ways: what WhatsApp passes on at most. Source: reference limits, 10.
	MaxBytes = 100 << 20
	// FetchLimit bounds one fetch.
	FetchLimit = 2 * time.Minute

	look       = 500 * time.Millisecond
	atOnce     = 4
	firstRetry = 2 * time.Second
	lastRetry  = 10 * time.Minute
)

// Options are what files need.
type Options struct {
	Store    *store.Store
	Fetchers map[clearline.Platform]channel.Fetcher
	// Dir is where files lie; on several nodes it must be a shared folder.
	Dir string
	// Picture is what a picture must be so that every platform takes it; uploads are made so.
	Picture channel.FileLimit
	// MinFreeDisk is the free space in bytes below which nothing more is taken in, as FreeDisk tells it; without
	// FreeDisk there is no floor.
	MinFreeDisk int64
	FreeDisk    func() (int64, error)
	// Retention is how long files are kept, 0 for ever.
	Retention time.Duration
	Clock     clock.Clock
	Log       *slog.Logger
}

// Media takes in and serves files.
type Media struct {
	o      Options
	work   background.Work
	studio *studio
	// uploads bounds how many come in at once.
	uploads chan struct{}
	used    atomic.Int64
}

// New returns the service.
func New(o Options) *Media {
	return &Media{o: o, studio: newStudio(), uploads: make(chan struct{}, uploadsAtOnce)}
}

// Start begins to fetch what is due, and to remove what is kept no longer.
func (m *Media) Start(ctx context.Context) error {
	if err := os.MkdirAll(m.o.Dir, 0o700); err != nil {
		return fmt.Errorf("the folder for files cannot be made: %w", err)
	}
	m.work.Start(ctx, m.run, m.tidy)
	return nil
}

// Stop ends fetching; what is not here yet is fetched after the next start.
func (m *Media) Stop() { m.work.Stop() }

// Used is how many bytes the files take, as last counted.
func (m *Media) Used() int64 { return m.used.Load() }

// Uploading is how many uploads are coming in, and how many may.
func (m *Media) Uploading() (used, limit int64) {
	return int64(len(m.uploads)), int64(cap(m.uploads))
}

// Developing is how many bytes work on pictures may be taking, and how many it may.
func (m *Media) Developing() (used, limit int64) { return m.studio.used.Load(), pictureMemory }

func (m *Media) run(ctx context.Context) {
	timer := m.o.Clock.NewTimer(look)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C():
		}
		if err := m.round(ctx); err != nil && ctx.Err() == nil {
			m.o.Log.Warn("files could not be looked for; tried again", "err", err)
		}
		timer.Reset(look)
	}
}

// round fetches everything due, a few at a time.
func (m *Media) round(ctx context.Context) error {
	for {
		jobs, err := m.o.Store.DueMedia(ctx, m.o.Clock.Now(), 64)
		if err != nil || len(jobs) == 0 {
			return err
		}
		var wg sync.WaitGroup
		slots := make(chan struct{}, atOnce)
		errs := make([]error, len(jobs))
		for i, j := range jobs {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				errs[i] = m.fetch(ctx, j)
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// fetch makes one try. The try is booked first, so that a file that kills the process is not tried for ever
// at full speed, and two nodes do not fetch the same one.
func (m *Media) fetch(ctx context.Context, j store.MediaJob) error {
	now := m.o.Clock.Now()
	ok, err := m.o.Store.ClaimMedia(ctx, j, now.Add(FetchLimit+time.Minute))
	if err != nil || !ok {
		return err
	}
	fetcher := m.o.Fetchers[j.Platform]
	if fetcher == nil {
		return m.lost(ctx, j, clearline.CauseMediaLost)
	}
	account, err := m.o.Store.Account(ctx, j.CompanyID, j.ConnectionID)
	if err != nil {
		return err
	}
	fctx, cancel := context.WithTimeout(ctx, FetchLimit)
	defer cancel()
	p, err := m.part()
	if err != nil {
		return m.later(ctx, j, now, err)
	}
	defer p.drop()
	_, err = fetcher.Fetch(fctx, account, j.PlatformID, MaxBytes, p)
	if err == nil {
		err = m.keep(fctx, j, p)
	}
	return m.later(ctx, j, now, err)
}

// later decides what becomes of a file whose try failed.
func (m *Media) later(ctx context.Context, j store.MediaJob, now time.Time, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	var se *channel.SendError
	var p *clearline.Problem
	reason := clearline.CauseOther
	switch {
	case errors.As(err, &p): // such as a full disk, which the write reports through the fetch
		reason = p.Cause
	case errors.As(err, &se):
		reason = se.Cause
	}
	switch {
	case !j.ExpiresAt.IsZero() && !now.Before(j.ExpiresAt):
		return m.lost(ctx, j, clearline.CauseMediaExpired)
	case se != nil && se.Fate == clearline.Stop && !se.Cause.Reauthorizes():
		return m.lost(ctx, j, se.Cause)
	}
	return m.o.Store.RetryMedia(ctx, j, now.Add(backoff(j.Tries)), reason)
}

func backoff(tries int) time.Duration {
	d := firstRetry << min(tries, 10)
	d = min(d, lastRetry)
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
}

func (m *Media) lost(ctx context.Context, j store.MediaJob, reason clearline.Cause) error {
	return m.o.Store.SettleMedia(ctx, j, clearline.Media{State: clearline.MediaLost, Reason: reason})
}

// keep gives a fetched file its place, flushed before the row says that it is here. It stays as the person sent it.
func (m *Media) keep(ctx context.Context, j store.MediaJob, p *part) error {
	seen := m.inspect(ctx, p)
	if err := p.settle(m.path(j.CompanyID, j.MediaID), seen.preview); err != nil {
		return err
	}
	seen.file.State = clearline.MediaReady
	return m.o.Store.SettleMedia(ctx, j, seen.file)
}
