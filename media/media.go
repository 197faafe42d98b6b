// Package media fetches the files of messages and keeps them as dead bytes: names of our own, type by content,
// nothing executable ever served inline. A message is shown before its file is here, and when it never comes.
package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

const (
	// MaxBytes is the largest file fetched: what WhatsApp passes on at most. Source: reference limits, section 10.
	MaxBytes = 100 << 20
	// FetchLimit bounds one fetch.
	FetchLimit = 2 * time.Minute

	look       = 500 * time.Millisecond
	atOnce     = 4
	firstRetry = 2 * time.Second
	lastRetry  = 10 * time.Minute
)

// Options are what fetching needs.
type Options struct {
	Store    *store.Store
	Fetchers map[clearline.Platform]channel.Fetcher
	// Dir is where files lie; on several nodes it must be a shared folder.
	Dir   string
	Clock clock.Clock
	Log   *slog.Logger
}

// Media fetches and serves files.
type Media struct {
	o    Options
	work background.Work
}

// New returns the service.
func New(o Options) *Media { return &Media{o: o} }

// Start begins to fetch what is due.
func (m *Media) Start(ctx context.Context) error {
	if err := os.MkdirAll(m.o.Dir, 0o700); err != nil {
		return fmt.Errorf("the folder for files cannot be made: %w", err)
	}
	m.work.Start(ctx, m.run)
	return nil
}

// Stop ends fetching; what is not here yet is fetched after the next start.
func (m *Media) Stop() { m.work.Stop() }

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
			wg.Add(1)
			go func() {
				defer func() { <-slots; wg.Done() }()
				errs[i] = m.fetch(ctx, j)
			}()
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
		return m.lost(ctx, j, "nothing fetches files of this platform")
	}
	account, err := m.o.Store.Account(ctx, j.CompanyID, j.ConnectionID)
	if err != nil {
		return err
	}
	fctx, cancel := context.WithTimeout(ctx, FetchLimit)
	defer cancel()
	file, err := fetcher.Fetch(fctx, account, j.PlatformID, MaxBytes)
	var se *channel.SendError
	switch {
	case err == nil:
		return m.keep(ctx, j, file)
	case !j.ExpiresAt.IsZero() && !now.Before(j.ExpiresAt):
		return m.lost(ctx, j, "the platform deleted this file before it could be fetched")
	case errors.As(err, &se) && se.Fate == clearline.Stop && !se.Cause.Reauthorizes():
		return m.lost(ctx, j, string(se.Cause))
	}
	reason := "network"
	if se != nil {
		reason = string(se.Cause)
	}
	return m.o.Store.RetryMedia(ctx, j, now.Add(backoff(j.Tries)), reason)
}

func backoff(tries int) time.Duration {
	d := firstRetry << min(tries, 10)
	d = min(d, lastRetry)
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
}

func (m *Media) lost(ctx context.Context, j store.MediaJob, reason string) error {
	return m.o.Store.SettleMedia(ctx, j, clearline.MediaLost, "", 0, reason)
}

// keep writes the file under a name of our own, flushed before the row says that it is here. The type is what
// the bytes are, not what somebody called them.
func (m *Media) keep(ctx context.Context, j store.MediaJob, file channel.File) error {
	path := m.path(j.CompanyID, j.MediaID)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "part-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(file.Bytes)
	if serr := tmp.Sync(); err == nil {
		err = serr
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return err
	}
	return m.o.Store.SettleMedia(ctx, j, clearline.MediaReady, mimetype.Detect(file.Bytes).String(), int64(len(file.Bytes)), "")
}

// path spreads files over folders by company and the end of their id, which changes fastest.
func (m *Media) path(company, id clearline.ID) string {
	return filepath.Join(m.o.Dir, company.String(), fmt.Sprintf("%02x", uint8(id)), id.String())
}

// Open opens a file that is here. The caller closes it.
func (m *Media) Open(company, id clearline.ID) (*os.File, error) { return os.Open(m.path(company, id)) }
