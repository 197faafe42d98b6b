package bench

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// handedIn is a traffic, and which of its messages were acknowledged.
type handedIn struct {
	traffic *traffic
	acked   numberSet
}

// expectedOf lists all that was handed in, for the checker. A message without an answer is in it too: it may be there.
func expectedOf(loads []*handedIn) iter.Seq[Expected] {
	return func(yield func(Expected) bool) {
		for _, h := range loads {
			for n := range h.traffic.next.Load() {
				if !yield(h.traffic.expected(n, h.acked.has(n))) {
					return
				}
			}
		}
	}
}

const (
	storedBefore = 300_000
	// Filling takes as long as measuring: where the goal names no number, fewer do.
	storedBeforeFew = 50_000
	// A batch has as many elements as the platform's largest delivery.
	fillBatch       = 1000
	fillConnections = 4
	fillLimit       = 20 * time.Minute
)

// fill stores messages through the same way in, in the platform's largest deliveries, and waits until all are applied.
func fill(ctx context.Context, i *installation, r *Result, count int) (*handedIn, error) {
	h := &handedIn{traffic: i.o.newTraffic(i.account, 0, i.o.People)}
	r.Stored = some(int64(0))
	if count == 0 {
		return h, nil
	}
	began := time.Now()
	for done := uint64(0); done < uint64(count); {
		if time.Since(began) > fillLimit {
			return nil, fmt.Errorf("only %d of %d messages were taken in %s", done, count, fillLimit)
		}
		order := loadOrder{traffic: h.traffic, urls: i.hooks(), connections: fillConnections, batch: fillBatch, messages: uint64(count) - done}
		report, err := order.run(ctx)
		if err != nil {
			return nil, err
		}
		// Shedding is the product's right while it is filled; what was refused is made up for by others.
		done += report.acked
		h.acked.union(report.ackedSet)
	}
	if err := i.quiet(ctx, fillLimit); err != nil {
		return nil, err
	}
	r.Stored = some(int64(count))
	i.o.say("%d messages stored before measuring, in %.1f s", count, time.Since(began).Seconds())
	return h, nil
}

// bareServers are the two that say what the machine can do, in processes of their own.
type bareServers struct {
	dir          string
	rows, file   *child
	rowsURL      string
	fileURL      string
	secret       string
	rowsN, fileN uint64
	rowsT, fileT time.Duration
}

func startBareServers(ctx context.Context, o *Options, dir, secret string) (*bareServers, error) {
	b := &bareServers{dir: dir, secret: secret}
	var err error
	if b.rows, b.rowsURL, err = startBare(ctx, o, BareSQLite, filepath.Join(dir, "bare-rows"), secret); err != nil {
		return nil, err
	}
	if b.file, b.fileURL, err = startBare(ctx, o, BareFile, filepath.Join(dir, "bare-file"), secret); err != nil {
		b.rows.kill()
		return nil, err
	}
	return b, nil
}

// startBare runs one bare server. The secret goes by environment: a command line is readable by everybody on the machine.
func startBare(ctx context.Context, o *Options, kind, dir, secret string) (*child, string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", err
	}
	var hello struct {
		URL string `json:"url"`
	}
	c, err := startChildEnv(ctx, o.Executable, &hello, []string{BareSecretEnv + "=" + secret}, "bench", kind, "--addr", "127.0.0.1:0", "--dir", dir)
	return c, hello.URL, err
}

// slice loads each of the two for a while.
func (b *bareServers) slice(ctx context.Context, t *traffic, connections int, length time.Duration) error {
	for _, s := range []struct {
		url   string
		n     *uint64
		spent *time.Duration
	}{{b.rowsURL, &b.rowsN, &b.rowsT}, {b.fileURL, &b.fileN, &b.fileT}} {
		report, err := loadOrder{traffic: t, urls: []string{s.url}, connections: connections, duration: length}.run(ctx)
		if err != nil {
			return err
		}
		if trouble := report.trouble(); trouble != "" {
			return fmt.Errorf("bare server: %s", trouble)
		}
		*s.n += report.acked
		*s.spent += report.elapsed
	}
	return nil
}

func (b *bareServers) close() {
	b.rows.kill()
	b.file.kill()
}

// roundLength is how long the product is measured before the bare servers have their turn: short enough that a noisy neighbour on the
// machine meets all three.
const roundLength = 10

// bareLength is for how long at most a bare server is measured at a time.
const bareLength = 15 * time.Second

// sustainedLength is from how many seconds on the product is measured in one go, and the bare servers afterwards: the search, which may
// lag behind for 5 s, must then keep up.
const sustainedLength = 60

// runInbound measures the way in at full load: the product and the two bare servers by turns.
func runInbound(ctx context.Context, o *Options, r *Result) error {
	i, err := install(ctx, o, plan{})
	if err != nil {
		return err
	}
	defer i.close()
	filled, err := fill(ctx, i, r, o.stored(storedBefore))
	if err != nil {
		return err
	}
	loads := []*handedIn{filled}
	measured := filled
	if o.Name == "inbound-new" {
		measured = &handedIn{traffic: o.newTraffic(i.account, 1, 0)}
		measured.traffic.firstPerson += uint64(o.People)
		loads = append(loads, measured)
	}
	var bare *bareServers
	if i.engine != engineTarget {
		if bare, err = startBareServers(ctx, o, i.dir, i.account.AppSecret); err != nil {
			return err
		}
		defer bare.close()
	}
	// The bare servers hear the same people, in a traffic of their own: what they stored is nobody's loss.
	bareTraffic := o.newTraffic(i.account, 2, o.People)

	meter := startMeter(i)
	rounds := max(1, o.Seconds/roundLength)
	if o.Seconds >= sustainedLength {
		// Without a pause, so that nothing can be put off into one.
		rounds = 1
	}
	length := time.Duration(o.Seconds) * time.Second / time.Duration(rounds)
	total := &loadReport{}
	for round := range rounds {
		profiled := meter.profile(ctx, i, r.Name, round, length)
		report, err := loadOrder{traffic: measured.traffic, urls: i.hooks(), connections: o.Connections, duration: length}.run(ctx)
		if err != nil {
			return err
		}
		if err := <-profiled; err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		if err := report.drain(ctx, i); err != nil {
			return err
		}
		if err := report.catchUp(ctx, i); err != nil {
			return err
		}
		total.merge(report)
		o.say("round %d of %d: %.0f/s, p99 %.1f ms; the search caught up in %.1f s", round+1, rounds, float64(report.acked)/report.elapsed.Seconds(),
			quantile(report.latency, 0.99), report.caughtUp.Seconds())
		if bare != nil {
			if err := bare.slice(ctx, bareTraffic, o.Connections, min(length/2, bareLength)); err != nil {
				return err
			}
		}
	}
	measured.acked.union(total.ackedSet)
	r.takeLoad(total)
	r.CaughtUp = rounded(total.caughtUp.Seconds(), 2)
	if bare != nil {
		r.Limit = &Rate{*rounded(float64(bare.rowsN)/bare.rowsT.Seconds(), 0)}
		r.LimitFile = &Rate{*rounded(float64(bare.fileN)/bare.fileT.Seconds(), 0)}
		r.Ratio = rounded(*r.PerSecond/r.Limit.PerSecond, 3)
		r.RatioFile = rounded(*r.PerSecond/r.LimitFile.PerSecond, 3)
	}
	return settleInbound(ctx, i, r, meter, total.acked, loads)
}

// pacedRate is messages a second: a busy number at 80, eight times over.
const pacedRate = 640

// runPaced measures the delay at a fixed rate.
func runPaced(ctx context.Context, o *Options, r *Result) error {
	return runSteady(ctx, o, r, loadOrder{connections: o.Connections, rate: pacedRate})
}

// runSingle measures the delay of one message after the other on one connection.
func runSingle(ctx context.Context, o *Options, r *Result) error {
	return runSteady(ctx, o, r, loadOrder{connections: 1})
}

func runSteady(ctx context.Context, o *Options, r *Result, order loadOrder) error {
	i, err := install(ctx, o, plan{})
	if err != nil {
		return err
	}
	defer i.close()
	load, err := fill(ctx, i, r, o.stored(storedBeforeFew))
	if err != nil {
		return err
	}
	order.traffic, order.urls, order.duration = load.traffic, i.hooks(), time.Duration(o.Seconds)*time.Second
	meter := startMeter(i)
	profiled := meter.profile(ctx, i, r.Name, 0, order.duration)
	report, err := order.run(ctx)
	if err != nil {
		return err
	}
	if err := <-profiled; err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := report.drain(ctx, i); err != nil {
		return err
	}
	load.acked.union(report.ackedSet)
	r.takeLoad(report)
	return settleInbound(ctx, i, r, meter, report.acked, []*handedIn{load})
}

// drain waits until all that was acknowledged is applied too, and counts that time: a product that stores raw deliveries now and makes
// messages of them later is not faster for it.
func (l *loadReport) drain(ctx context.Context, i *installation) error {
	began := time.Now()
	err := i.quiet(ctx, fillLimit)
	l.elapsed += time.Since(began)
	return err
}

// catchUp waits until the search knows all that was taken in, and counts that time too: its index follows the way in and lets it go
// first, but not for long.
func (l *loadReport) catchUp(ctx context.Context, i *installation) error {
	began := time.Now()
	err := i.searchable(ctx, fillLimit)
	l.elapsed += time.Since(began)
	l.caughtUp += time.Since(began)
	return err
}

func (r *Result) takeLoad(l *loadReport) {
	r.Seconds = *rounded(l.elapsed.Seconds(), 2)
	r.Messages = some(int64(l.acked + l.refusals() + l.failed))
	r.PerSecond = rounded(float64(l.acked)/l.elapsed.Seconds(), 0)
	r.AckMS = spreadOf(l.latency)
	r.Refused = some(int64(l.refusals() + l.failed))
	if trouble := l.trouble(); trouble != "" {
		r.Examples = append(r.Examples, trouble)
	}
}

// settleInbound reads the meter, tries forgeries, and checks what is there.
func settleInbound(ctx context.Context, i *installation, r *Result, m *meter, acked uint64, loads []*handedIn) error {
	m.read(i, r, acked)
	forged, err := forge(ctx, i, loads[0].traffic)
	if err != nil {
		return err
	}
	r.ForgedTaken = some(int64(forged))
	return checkInstallation(ctx, i, r, loads, nil)
}

// checkInstallation reads everything back and lets the checker judge the way in. written lists messages that the twin's people wrote.
func checkInstallation(ctx context.Context, i *installation, r *Result, loads []*handedIn, written []Expected) error {
	began := time.Now()
	messages, err := scanMessages(ctx, i.api())
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	return judgeInbound(ctx, i, r, loads, written, messages, began)
}

func judgeInbound(ctx context.Context, i *installation, r *Result, loads []*handedIn, written []Expected, messages []scanned, began time.Time) error {
	expected := func(yield func(Expected) bool) {
		for e := range expectedOf(loads) {
			if !yield(e) {
				return
			}
		}
		for _, e := range written {
			if !yield(e) {
				return
			}
		}
	}
	verdict := CheckInbound(expected, incoming(messages), i.foreign(loads))
	r.takeInbound(verdict)
	// A running installation's change log begins somewhere we do not know, and holds everybody's changes.
	if i.engine != engineTarget {
		changes, err := scanChanges(ctx, i.api(), 0)
		if err != nil {
			return fmt.Errorf("read the change log: %w", err)
		}
		ids := func(yield func(string) bool) {
			for _, m := range messages {
				if !yield(m.ID) {
					return
				}
			}
		}
		r.takeAnnounced(CheckAnnounced(ids, slices.Values(changes)))
	}
	if i.database != nil {
		n, err := i.database.deadlocks(ctx)
		if err != nil {
			return err
		}
		r.Deadlocks = &n
	}
	i.o.say("checked %d messages in %.1f s: %d acknowledged, %d of the run present, %d faults",
		len(messages), time.Since(began).Seconds(), verdict.Acked, verdict.Present, verdict.Faults())
	return nil
}
