// Package doctor finds out what is wrong with a connection, and says it: it runs the server's own checks from outside
// in, the platform's from the account down, and those of the traffic, keeps findings with their history, and turns what
// was proven into the evidence that every status rests on. It runs by itself every few minutes and whenever trouble
// comes up, and in full when somebody asks.
package doctor

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/egress"
	"github.com/clearline/clearline/store"
)

// Options are what the doctor needs.
type Options struct {
	Store *store.Store
	// Leaves are the platforms; each may be a channel.Examiner, a channel.Repairer and a channel.SelfTester.
	Leaves map[clearline.Platform]any
	Clock  clock.Clock
	Log    *slog.Logger
	// Calls is told how the platforms answer.
	Calls *Calls
	// Local is true when the platforms themselves are simulated on this machine or network, and reach it without a
	// public address.
	Local bool
	// Resolver is the name server to ask, host:port; "" means the system's.
	Resolver string
	// Roots are the authorities trusted beside our own address; nil means the system's.
	Roots *x509.CertPool
	// Reach are the base addresses of the platforms' interfaces, ReachAlso those of their status pages, which lie
	// elsewhere: what is reached of both tells our own network from one platform's door.
	Reach, ReachAlso []string
	// FreeDisk tells the free space in bytes, nil when the data is not on this machine; below MinFreeDisk nothing is
	// taken in.
	FreeDisk    func() (int64, error)
	MinFreeDisk int64
	// Mine tells whether this node looks after a connection.
	Mine func(company, connection clearline.ID) bool
	// Send queues a test message as if somebody had written it.
	Send func(ctx context.Context, m TestMessage) (clearline.ID, error)
	// KeepLoads writes down how busy accounts were until now; nil when nothing is sent or received by this process.
	KeepLoads func(ctx context.Context)
	// Own are the repairs that other rooms carry out, by the word of the playbook.
	Own map[string]Own
	// Around are what goes around repairs that the platform carries out, by the same word.
	Around map[string]Around
}

// Doctor is the service.
type Doctor struct {
	o    Options
	work background.Work
	// life ends with the doctor: examinations belong to it and not to whoever asked for them.
	life  context.Context
	end   context.CancelFunc
	under sync.WaitGroup

	url    atomic.Pointer[place]
	looped atomic.Bool
	// asked counts the examinations asked for.
	asked atomic.Int64

	mu   sync.Mutex
	runs map[clearline.ID]*live
	// held is when this node first saw another one's lease on an examination, by connection.
	held map[clearline.ID]holding
	// due are the connections that somebody has rung for, dueApps the apps whose calls were refused; heeded is when a
	// connection was last examined for the latter.
	due, dueApps, heeded map[clearline.ID]time.Time
	bell                 chan struct{}
}

// place is where platforms reach this server.
type place struct {
	url    string
	given  bool
	former []string
}

// New returns the doctor.
func New(o Options) *Doctor {
	d := &Doctor{o: o, runs: map[clearline.ID]*live{}, held: map[clearline.ID]holding{}, bell: make(chan struct{}, 1),
		due: map[clearline.ID]time.Time{}, dueApps: map[clearline.ID]time.Time{}, heeded: map[clearline.ID]time.Time{}}
	d.life, d.end = context.WithCancel(context.Background())
	d.url.Store(&place{})
	o.Store.OnAlarm(d.alarmed)
	return d
}

// Serve tells where platforms reach this server: the operator's public address (given), or where it listens. It comes
// before Start.
func (d *Doctor) Serve(ctx context.Context, url string, given bool) error {
	now := ""
	if given {
		now = url
	}
	former, err := d.o.Store.Addresses(ctx, now)
	if err != nil {
		return err
	}
	d.url.Store(&place{url, given, former})
	return nil
}

func (d *Doctor) address() string { return d.url.Load().url }

func (d *Doctor) given() bool { return d.url.Load().given }

// callback is the address under which a platform calls an app.
func (d *Doctor) callback(platform clearline.Platform, app clearline.ID) string {
	return d.address() + "/webhooks/" + string(platform) + "/" + app.String()
}

// subject is what the platform's checks get to know of a connection.
func (d *Doctor) subject(x store.Examinee, f *flow) channel.Subject {
	s := channel.Subject{Account: x.Account, VerifyToken: x.App.VerifyToken, Registered: !x.RegisteredAt.IsZero(), TokenEnds: x.TokenEnds, Now: d.o.Clock.Now()}
	if d.given() || d.o.Local && d.address() != "" {
		s.Callback, s.Shared = d.callback(x.Platform, x.App.ID), []string{d.address() + "/webhooks/" + string(x.Platform)}
		if f != nil {
			for _, row := range f.same {
				s.Shared = append(s.Shared, d.callback(x.Platform, row))
			}
		}
	}
	p := d.url.Load()
	for _, former := range p.former {
		if former != p.url {
			s.Former = append(s.Former, former)
		}
	}
	if f != nil {
		s.Traffic = f.told()
	}
	return s
}

// entrance is the way in for an app's platform.
func (d *Doctor) entrance(app *clearline.App, seen time.Time) *entrance {
	e := &entrance{d: d, app: app, seen: seen}
	if app != nil {
		e.leaf, _ = d.o.Leaves[app.Platform].(channel.SelfTester)
	}
	return e
}

// checks are all checks of a connection: the server's, the platform's, the traffic's.
func (d *Doctor) checks(x store.Examinee, f *flow) (all []channel.Check, leaf map[string]bool) {
	seen := x.Proof.ReceivedAt
	if x.HandshakeAt.After(seen) {
		seen = x.HandshakeAt
	}
	app := x.App
	all = append(d.entrance(&app, seen).checks(), d.machine()...)
	leaf = map[string]bool{}
	if examiner, ok := d.o.Leaves[x.Platform].(channel.Examiner); ok {
		for _, c := range examiner.Checks(d.subject(x, f)) {
			leaf[c.ID] = true
			inner := c.Run
			c.Run = func(ctx context.Context) channel.Outcome { return inner(egress.About(ctx, probe+x.ID.String())) }
			all = append(all, c)
		}
	}
	return append(all, f.checks()...), leaf
}

// examineConnection examines one connection now. emit is called with each check as it begins and ends.
func (d *Doctor) examineConnection(ctx context.Context, company, connection clearline.ID, full bool, emit func(CheckReport)) (Report, error) {
	x, r, err := d.ask(ctx, company, connection, full, emit)
	if err != nil {
		return Report{}, err
	}
	if _, sending := x.Proof.Cause.Stops(); full && sending {
		// Somebody thinks that it is mended: the next send tells, sooner than the lane would try by itself.
		d.o.Store.TryAgain(company, connection)
	}
	about := connection.String()
	if r.online() {
		d.o.Calls.Probed(about, r.silent())
	}
	r.outage = d.o.Calls.trouble(about)
	if _, _, troubled := r.troubled(); troubled {
		if r.around, err = d.lookAround(ctx, x); err != nil {
			return Report{}, err
		}
	}
	id := connection.String()
	waiting, err := d.o.Store.CountWaiting(ctx, company, connection)
	if err != nil {
		return Report{}, err
	}
	values := playbook.Values{"platform": x.Platform.Name(), "account": x.Name}
	if waiting > 0 {
		values["waiting"] = counted(waiting, "reply is", "replies are")
	}
	report, all, err := d.save(ctx, r, x, &id, full, values)
	if err != nil {
		return report, err
	}
	if report.Triage != nil {
		d.callWitnesses(x, r.around, report.Triage.Since)
	}
	if err := d.o.Store.SaveReadings(ctx, company, connection, d.o.Clock.Now(), readings(r)); err != nil {
		return report, err
	}
	return report, d.prove(ctx, x, r, all)
}

// ask runs the checks of a connection. When its credential was replaced meanwhile, what was found is about a credential
// that nobody uses any more, and all is asked again with the one that came (I52).
func (d *Doctor) ask(ctx context.Context, company, connection clearline.ID, full bool, emit func(CheckReport)) (x store.Examinee, r *run, err error) {
	for {
		if x, err = d.o.Store.Examinee(ctx, company, connection); err != nil {
			return x, nil, err
		}
		d.count(ctx, company)
		f, err := d.look(ctx, x, full)
		if err != nil {
			return x, nil, err
		}
		r = &run{begun: d.o.Clock.Now()}
		var checks []channel.Check
		checks, r.leaf = d.checks(x, f)
		r.all = examine(ctx, d.o.Clock, d.o.Log, checks, full, func(x examined) { emit(x.report()) })
		r.unbar(f)
		if err := ctx.Err(); err != nil {
			return x, nil, err
		}
		now, err := d.o.Store.Account(ctx, company, connection)
		if err != nil || now.Token == x.Account.Token {
			return x, r, err
		}
	}
}

// save keeps a run with its findings and makes the report; x is the connection, or what stands for the server.
func (d *Doctor) save(ctx context.Context, r *run, x store.Examinee, id *string, full bool, values playbook.Values) (report Report, findings []store.FindingRow, err error) {
	paused, err := d.paused(ctx, x.Connection)
	if err != nil {
		return report, nil, err
	}
	now := d.o.Clock.Now()
	report = Report{ConnectionID: id, StartedAt: orNever(r.begun), EndedAt: orNever(now), Full: full, Paused: paused, Checks: []CheckReport{}, Findings: []FindingReport{}, Side: playbook.Unknown}
	for _, one := range r.all {
		report.Checks = append(report.Checks, one.report())
	}
	seen := r.seen()
	e := store.Examination{CompanyID: x.CompanyID, ConnectionID: x.ID, EndedAt: now}
	err = d.o.Store.SaveExamination(ctx, &e, seen, r.concluded(), func(all []store.FindingRow) error {
		findings = all
		open := r.open(all)
		for _, f := range open {
			report.Findings = append(report.Findings, finding(f, values))
		}
		report.Status = r.status(open)
		if len(open) > 0 {
			report.Cause, report.Side = &report.Findings[0].Cause, report.Findings[0].Side
			e.Cause = *report.Cause
		}
		if cause, _, _ := r.troubled(); r.around != nil {
			report.tell(r.around.judge(r, x, open, now), cause)
		}
		e.Status = report.Status
		body, err := json.Marshal(report)
		e.Body = body
		return err
	})
	return report, findings, err
}

// paused is who stopped sending on a connection, nil while nobody has.
func (d *Doctor) paused(ctx context.Context, c clearline.Connection) (*Paused, error) {
	if c.PausedAt.IsZero() {
		return nil, nil
	}
	p := &Paused{At: c.PausedAt}
	if c.PausedBy == 0 {
		return p, nil
	}
	u, err := d.o.Store.User(ctx, c.CompanyID, c.PausedBy)
	if err != nil {
		return nil, err
	}
	p.By = &u.Name
	return p, nil
}

func readings(r *run) map[string]string {
	all := map[string]string{}
	for _, x := range r.all {
		for name, value := range x.Readings {
			all[name] = value
		}
	}
	return all
}

// prove turns what was found into the connection's evidence.
func (d *Doctor) prove(ctx context.Context, x store.Examinee, r *run, findings []store.FindingRow) error {
	now := d.o.Clock.Now()
	ev := store.Evidence{CompanyID: x.CompanyID, ConnectionID: x.ID, Checked: now}
	for _, one := range r.all {
		p := one.Proves
		if p.Accepted {
			ev.Accepted = now
		}
		if p.Subscribed {
			ev.Subscribed = now
		}
		if p.PerSecond > 0 {
			ev.PerSecond = p.PerSecond
		}
	}
	for _, f := range r.open(findings) {
		cause := f.Finding.Cause
		receiving, sending := cause.Stops()
		stops := (receiving || sending) && f.Result == clearline.Fail
		switch {
		case cause.Outage() && r.down(), stops && !cause.Inbound(), cause.Slows():
			if cause.Outweighs(ev.Cause) {
				ev.Cause = cause
			}
		case cause.Inbound() && (stops || cause.Delays()):
			if cause.Outweighs(ev.Inbound) {
				ev.Inbound = cause
			}
		}
	}
	known := x.Proof.Cause
	if known.Outage() {
		ev.Calm = !r.silent() && r.outage.clean
	} else if known != "" {
		over := r.over(known, findings)
		ev.Clear, ev.Calm = over, over
	}
	ev.Arrives = x.Proof.Inbound != "" && r.over(x.Proof.Inbound, findings)
	return d.o.Store.Prove(ctx, ev)
}

// examineServer runs the server's own checks alone. It may call the address of the installation's app, or else of one
// of the company that asks; nobody's else, whose deliveries would show the test.
func (d *Doctor) examineServer(ctx context.Context, company clearline.ID, full bool, emit func(CheckReport)) (Report, error) {
	var app *clearline.App
	apps, err := d.o.Store.Apps(ctx)
	if err != nil {
		return Report{}, err
	}
	for i := range apps {
		if a := &apps[i]; a.CompanyID == clearline.Installation || app == nil && a.CompanyID == company {
			app = a
		}
	}
	seen := time.Time{}
	connections, err := d.o.Store.AllConnections(ctx)
	if err != nil {
		return Report{}, err
	}
	for _, c := range connections {
		if c.Proof.ReceivedAt.After(seen) {
			seen = c.Proof.ReceivedAt
		}
	}
	r := &run{begun: d.o.Clock.Now()}
	r.all = examine(ctx, d.o.Clock, d.o.Log, append(d.entrance(app, seen).checks(), d.machine()...), full, func(x examined) { emit(x.report()) })
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	itself := store.Examinee{Connection: clearline.Connection{CompanyID: clearline.Installation}}
	report, _, err := d.save(ctx, r, itself, nil, full, playbook.Values{})
	return report, err
}
