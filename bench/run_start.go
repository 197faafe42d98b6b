package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/clearline/clearline/port"
)

const (
	storedBeforeStart = 1_000_000
	// Of so many starts the middle one counts.
	startTries = 5
	// Memory at rest is read after this pause: what the start needed is collected by then.
	restTime = 5 * time.Second
)

// runStart measures how soon `clearline serve` is ready, how much memory it holds at rest, and how big the program is.
func runStart(ctx context.Context, o *Options, r *Result) error {
	began := time.Now()
	binary, err := os.Stat(o.Executable)
	if err != nil {
		return err
	}
	r.BinaryMiB = rounded(float64(binary.Size())/(1<<20), 1)
	r.ReadyMS = &ReadyTimes{}
	if r.ReadyMS.Empty, r.RSS, err = startEmpty(ctx, o); err != nil {
		return err
	}
	i, err := install(ctx, o, plan{})
	if err != nil {
		return err
	}
	defer i.close()
	if _, err := fill(ctx, i, r, o.stored(storedBeforeStart)); err != nil {
		return err
	}
	n := i.nodes[0]
	if err := n.child.stop(); err != nil {
		return err
	}
	serve := []string{"--data-dir", filepath.Join(i.dir, "node-1")}
	if i.database != nil {
		serve = append(serve, "--database", i.database.url)
	}
	r.ReadyMS.Full, _, err = startTimes(ctx, o, func(int) ([]string, error) { return serve, nil }, 0)
	r.Seconds = *rounded(time.Since(began).Seconds(), 1)
	return err
}

// startEmpty starts on nothing: no data directory, no key, no schema.
func startEmpty(ctx context.Context, o *Options) (ms float64, rss *float64, err error) {
	dir, err := os.MkdirTemp(o.Dir, "clearline-bench-")
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(dir)
	db, err := openDatabase(ctx, o.Database)
	if err != nil {
		return 0, nil, err
	}
	defer db.close()
	return startTimes(ctx, o, func(try int) ([]string, error) {
		args := []string{"--data-dir", filepath.Join(dir, fmt.Sprint(try))}
		if db == nil {
			return args, nil
		}
		url := db.url
		if db.server != nil {
			name := fmt.Sprintf("empty_%d", try)
			if err := db.server.CreateDatabase(ctx, name); err != nil {
				return nil, err
			}
			url = db.server.URL(name)
		}
		return append(args, "--database", url), nil
	}, restTime)
}

// startTimes gives the middle of several starts, and the memory of the last one after a rest (nil when rest is 0, or off Linux).
func startTimes(ctx context.Context, o *Options, args func(try int) ([]string, error), rest time.Duration) (ms float64, rss *float64, err error) {
	var times []float64
	for try := range startTries {
		more, err := args(try)
		if err != nil {
			return 0, nil, err
		}
		addr, err := port.Address()
		if err != nil {
			return 0, nil, err
		}
		metrics, err := port.Address()
		if err != nil {
			return 0, nil, err
		}
		began := time.Now()
		c, err := startChild(ctx, o.Executable, nil, append([]string{"serve", "--addr", addr, "--metrics-addr", metrics}, more...)...)
		if err != nil {
			return 0, nil, err
		}
		if err := waitReady(ctx, c, "http://"+addr); err != nil {
			c.kill()
			return 0, nil, err
		}
		times = append(times, float64(time.Since(began).Microseconds())/1000)
		if rest > 0 && try == startTries-1 {
			pause(ctx, rest)
			if u, err := usageOf(c.pid()); err == nil {
				rss = rounded(float64(u.rss)/(1<<20), 1)
			}
		}
		if err := c.stop(); err != nil {
			return 0, nil, err
		}
	}
	slices.Sort(times)
	return *rounded(times[len(times)/2], 1), rss, nil
}
