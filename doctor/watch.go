package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

const (
	// lightEvery is how often a connection is examined by itself, which keeps its proof younger than
	// clearline.ProofLife. One with something wrong is examined more often while that is new, for many a trouble is
	// repaired at once; platforms count calls, so not for long. suspectEvery is for one whose platform did not answer,
	// until that is measured.
	lightEvery    = 10 * time.Minute
	troubledEvery = 45 * time.Second
	troubledNew   = 15 * time.Minute
	sickEvery     = 3 * time.Minute
	suspectEvery  = 12 * time.Second
	// forgedEvery is how often refused calls let a connection be examined, which strangers can make as many as they like.
	forgedEvery = 5 * time.Minute
	// lookEvery is how often it is looked for what is due.
	lookEvery = 3 * time.Second
	// leap is how far the clock may run between two looks. A leap of more is a demo that tells its past: a check that begins
	// then meets the next leap, and has to be repeated. settle is how long, by the machine's time, there must have been none.
	leap   = time.Minute
	settle = 200 * time.Millisecond
	// gather is how long after an alarm it is waited for more of them, and calm how long an alarm for what was found
	// just now is not listened to.
	gather = time.Second
	calm   = 15 * time.Second
	// sideBySide bounds how many connections of this node are examined at once by themselves.
	sideBySide = 4
	// leaseLife is how long another node's examination may hold its lease before it counts as dead: longer than any
	// examination takes.
	leaseLife = 20 * time.Second
	// giveUpWithin bounds the giving back of a lease.
	giveUpWithin = 2 * time.Second
	// askForLease is how often a lease that another node holds is asked for again.
	askForLease = 250 * time.Millisecond
)

// counted is a number with its noun: one for 1, many for the others.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Start begins to examine by itself.
func (d *Doctor) Start(ctx context.Context) error {
	d.work.Start(ctx, d.watch)
	return nil
}

// Stop ends it; examinations under way are given up.
func (d *Doctor) Stop() {
	d.end()
	d.work.Stop()
	d.under.Wait()
}

// alarmed makes what is troubled due.
func (d *Doctor) alarmed(a store.Alarm) {
	d.mu.Lock()
	defer d.mu.Unlock()
	due, id := d.due, a.ConnectionID
	if id == 0 {
		due, id = d.dueApps, a.AppID // 0 is the address that apps share
	}
	if _, waits := due[id]; waits || a.ConnectionID != 0 && d.runs[a.ConnectionID] != nil {
		return
	}
	due[id] = d.o.Clock.Now().Add(gather)
	select {
	case d.bell <- struct{}{}:
	default:
	}
}

func (d *Doctor) watch(ctx context.Context) {
	timer := d.o.Clock.NewTimer(lookEvery)
	defer timer.Stop()
	var under sync.WaitGroup
	defer under.Wait()
	room := make(chan struct{}, sideBySide)
	looked, leapt := d.o.Clock.Now(), time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.bell:
			timer.Reset(gather)
			continue
		case <-timer.C():
		}
		now := d.o.Clock.Now()
		if now.Sub(looked) > leap {
			leapt = time.Now()
		}
		if looked = now; time.Since(leapt) < settle {
			timer.Reset(settle)
			continue
		}
		if err := d.round(ctx, &under, room); err != nil && ctx.Err() == nil {
			d.o.Log.Warn("it could not be looked for what is to be examined; tried again", "err", err)
		}
		timer.Reset(lookEvery)
	}
}

// round starts the examinations that are due.
func (d *Doctor) round(ctx context.Context, under *sync.WaitGroup, room chan struct{}) error {
	all, err := d.o.Store.AllConnections(ctx)
	if err != nil {
		return err
	}
	last, err := d.o.Store.Examined(ctx)
	if err != nil {
		return err
	}
	apps := d.rung()
	for _, c := range all {
		if !c.DisconnectedAt.IsZero() || !d.o.Mine(c.CompanyID, c.ID) {
			d.unring(c.ID)
			continue
		}
		select {
		case room <- struct{}{}:
		default:
			return nil // the rest has its turn in the next round, and what was rung for stays so
		}
		if !d.isDue(c, last[c.ID], apps) {
			<-room
			continue
		}
		under.Go(func() {
			defer func() { <-room }()
			_, err := d.run(ctx, c.CompanyID, c.ID, false, false, func(CheckReport) {})
			if err != nil && ctx.Err() == nil && !errors.Is(err, errElsewhere) && !errors.Is(err, store.ErrAbsent) {
				d.o.Log.Warn("a connection could not be examined; tried again", "connection", c.ID, "err", err)
			}
		})
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for app := range apps {
		delete(d.dueApps, app)
	}
	return nil
}

// rung are the apps that somebody has rung for.
func (d *Doctor) rung() map[clearline.ID]bool {
	now := d.o.Clock.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	apps := map[clearline.ID]bool{}
	for app, at := range d.dueApps {
		if !at.After(now) {
			apps[app] = true
		}
	}
	return apps
}

// unring forgets that somebody has rung for a connection which is not this node's to examine.
func (d *Doctor) unring(connection clearline.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.due, connection)
}

// isDue tells whether a connection is to be examined now, and takes off that somebody has rung for it.
func (d *Doctor) isDue(c clearline.Connection, last store.Examination, apps map[clearline.ID]bool) bool {
	now := d.o.Clock.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.runs[c.ID] != nil {
		return false
	}
	if at, rung := d.due[c.ID]; rung && !at.After(now) {
		delete(d.due, c.ID)
		if last.Cause != c.Proof.Cause || now.Sub(last.EndedAt) > calm {
			return true
		}
	}
	if (apps[c.AppID] || apps[0]) && now.Sub(d.heeded[c.ID]) > forgedEvery {
		d.heeded[c.ID] = now
		return true
	}
	return now.Sub(last.EndedAt) >= every(c, last, now)
}

// every is how often a connection is examined by itself.
func every(c clearline.Connection, last store.Examination, now time.Time) time.Duration {
	p := c.Proof
	since := p.CauseAt
	if p.Inbound != "" && p.InboundAt.After(since) {
		since = p.InboundAt
	}
	switch troubled := p.Cause != "" || p.Inbound != ""; {
	case last.Cause.Outage() && !p.Cause.Outage():
		return suspectEvery
	case troubled && now.Sub(since) < troubledNew, last.Cause == clearline.CauseHookSignature:
		return troubledEvery
	case troubled:
		return sickEvery
	}
	return lightEvery
}

// count brings a company's volumes up to date.
func (d *Doctor) count(ctx context.Context, company clearline.ID) {
	for more := true; more; {
		var err error
		if more, err = d.o.Store.CountVolumes(ctx, company); err != nil {
			if ctx.Err() == nil {
				d.o.Log.Warn("messages could not be counted; tried again with the next examination", "company", company, "err", err)
			}
			return
		}
	}
}

// live is an examination of this node that is under way, and may be watched.
type live struct {
	full bool
	// at is how many had asked when it began: for them it is fresh.
	at    int64
	ended chan struct{}

	mu       sync.Mutex
	checks   []CheckReport
	watchers map[chan struct{}]bool
	report   Report
	err      error
}

func (l *live) add(c CheckReport) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checks = append(l.checks, c)
	for w := range l.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// follow calls emit with everything that the examination has told and tells, until it ends or ctx does.
func (l *live) follow(ctx context.Context, emit func(CheckReport)) (Report, error) {
	news := make(chan struct{}, 1)
	l.mu.Lock()
	l.watchers[news] = true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.watchers, news)
		l.mu.Unlock()
	}()
	for told, over := 0, false; ; {
		l.mu.Lock()
		fresh := l.checks[told:]
		told = len(l.checks)
		l.mu.Unlock()
		for _, c := range fresh {
			emit(c)
		}
		if over {
			return l.report, l.err
		}
		select {
		case <-ctx.Done():
			return Report{}, ctx.Err()
		case <-news:
		case <-l.ended:
			over = true
		}
	}
}

// Examine runs a full examination of a connection; those who ask while one is under way share the next. What ends ctx
// ends the watching, not the examination. emit is called from this goroutine.
func (d *Doctor) Examine(ctx context.Context, company, connection clearline.ID, emit func(CheckReport)) (Report, error) {
	c, err := d.o.Store.Connection(ctx, company, connection)
	if err != nil {
		return Report{}, err
	}
	if err := alive(c); err != nil {
		return Report{}, err
	}
	return d.run(ctx, company, connection, true, true, emit)
}

// ExamineServer runs the server's own checks in full, for somebody of a company (the installation: for the operator).
func (d *Doctor) ExamineServer(ctx context.Context, company clearline.ID, emit func(CheckReport)) (Report, error) {
	return d.run(ctx, company, 0, true, true, emit)
}

// errElsewhere means that another node examines the same connection now.
var errElsewhere = errors.New("doctor: another node examines this connection")

// run examines once at a time. Whoever asks gets an examination that begins after that: one under way may have looked
// before what they have just repaired. When wait is false, it gives way to one on another node.
func (d *Doctor) run(ctx context.Context, company, connection clearline.ID, full, wait bool, emit func(CheckReport)) (Report, error) {
	asked := d.asked.Add(1)
	for {
		d.mu.Lock()
		l, mine := d.runs[connection], false
		if l == nil {
			l, mine = &live{full: full, at: d.asked.Load(), ended: make(chan struct{}), watchers: map[chan struct{}]bool{}}, true
			d.runs[connection] = l
		}
		d.mu.Unlock()
		if mine {
			d.under.Go(func() { d.conduct(d.life, company, connection, l, wait) })
		}
		if l.at >= asked && (l.full || !full) {
			return l.follow(ctx, emit)
		}
		select { // one takes ten seconds at most
		case <-l.ended:
		case <-ctx.Done():
			return Report{}, ctx.Err()
		}
	}
}

// conduct holds the lease and examines.
func (d *Doctor) conduct(ctx context.Context, company, connection clearline.ID, l *live, wait bool) {
	defer func() {
		d.mu.Lock()
		delete(d.runs, connection)
		d.mu.Unlock()
		close(l.ended)
	}()
	lease, err := d.claim(ctx, company, connection, wait)
	if err != nil {
		l.err = err
		return
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUpWithin) // also when the doctor stops (I63)
		defer cancel()
		if err := d.o.Store.GiveUpLease(ctx, lease); err != nil && !errors.Is(err, store.ErrClosed) {
			d.o.Log.Warn("the lease on an examination could not be given up", "connection", connection, "err", err)
		}
	}()
	if connection == 0 {
		l.report, l.err = d.examineServer(ctx, company, l.full, l.add)
		return
	}
	l.report, l.err = d.examineConnection(ctx, company, connection, l.full, l.add)
}

// holding is another node's lease as this node saw it, on this node's clock: nobody compares clocks.
type holding struct {
	epoch int64
	since time.Time
}

func leaseName(connection clearline.ID) string { return "doctor/" + connection.String() }

// claim takes the lease on an examination of a connection, from a dead node too.
func (d *Doctor) claim(ctx context.Context, company, connection clearline.ID, wait bool) (store.Lease, error) {
	for {
		all, err := d.o.Store.Leases(ctx)
		if err != nil {
			return store.Lease{}, err
		}
		have := all[leaseName(connection)]
		if d.isFree(connection, have) {
			have.Name = leaseName(connection)
			mine, ok, err := d.o.Store.Claim(ctx, company, have)
			if err != nil || ok {
				return mine, err
			}
		}
		if !wait {
			return store.Lease{}, errElsewhere
		}
		timer := d.o.Clock.NewTimer(askForLease)
		select {
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
			return store.Lease{}, ctx.Err()
		}
	}
}

func (d *Doctor) isFree(connection clearline.ID, have store.Lease) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if have.Epoch == 0 || have.Node == d.o.Store.NodeID() || d.o.Store.Engine() == "sqlite" {
		delete(d.held, connection)
		return true
	}
	h, seen := d.held[connection]
	if !seen || h.epoch != have.Epoch {
		d.held[connection] = holding{have.Epoch, time.Now()}
		return false
	}
	return time.Since(h.since) > leaseLife
}

// Running tells whether this node examines a connection now.
func (d *Doctor) Running(connection clearline.ID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.runs[connection] != nil
}

// Last is the last report of a connection, or of the server (0); before the first one it says that nothing was checked.
func (d *Doctor) Last(ctx context.Context, company, connection clearline.ID) (r Report, err error) {
	e, found, err := d.o.Store.Examination(ctx, company, connection)
	if err != nil {
		return r, err
	}
	if !found {
		r = Report{Status: clearline.NotChecked, Side: playbook.Unknown, Checks: []CheckReport{}, Findings: []FindingReport{}}
		if connection != 0 {
			id := connection.String()
			r.ConnectionID = &id
		}
		return r, nil
	}
	if err := json.Unmarshal(e.Body, &r); err != nil {
		return r, fmt.Errorf("the stored report of %s cannot be read: %w", connection, err)
	}
	return r, nil
}

// History are all findings of a connection, open ones first, each with its page.
func (d *Doctor) History(ctx context.Context, company, connection clearline.ID) ([]FindingReport, error) {
	c, err := d.o.Store.Connection(ctx, company, connection)
	if err != nil {
		return nil, err
	}
	rows, err := d.o.Store.Findings(ctx, company, connection)
	if err != nil {
		return nil, err
	}
	all := []FindingReport{}
	values := playbook.Values{"platform": c.Platform.Name(), "account": c.Name}
	for _, fixed := range []bool{false, true} {
		for _, f := range rows {
			if (f.State == clearline.FindingFixed) == fixed {
				all = append(all, finding(f, values))
			}
		}
	}
	return all, nil
}
