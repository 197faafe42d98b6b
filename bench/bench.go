package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Options are the settings of Run. Zero values take the defaults stated.
type Options struct {
	// Name is one of Names, or "all".
	Name string
	// Seconds of measuring: 30. The goals are meant for 30; shorter runs are for trying out.
	Seconds int
	// Messages stored before measuring: 300,000 for inbound and inbound-new, a sixth of that for the other ways in, 1,000,000 for start;
	// with less than 30 seconds, and on a running installation (none), fewer. -1: none.
	Messages int
	// Connections of the generator: 64.
	Connections int
	// People who write, in random order: 20,000.
	People int
	// Cycles of kill -9 in crash: 40, over PostgreSQL 20.
	Cycles int
	// Database: empty for SQLite, OwnPostgres, or the postgres:// address of an empty database.
	Database string
	// Nodes of the product on one database: 1. More than one needs PostgreSQL; without Database it is OwnPostgres.
	Nodes int
	// Cores limits generator, product and twin together to that many processors; 0: all there are. The goals are meant for two.
	Cores int

	// Target is the address of a running installation to measure instead of one of the bench's own; the next four say for whom the load
	// speaks. What it writes stays there.
	Target        string
	APIKey        string
	AppSecret     string
	PhoneNumberID string
	WABAID        string

	// JSON prints one object a line instead of a table.
	JSON bool
	// Executable is the program under test: this one.
	Executable string
	// Dir holds the data of the run while it lasts: the system's folder for temporary files. It should lie on a real disk.
	Dir string
	// Case runs only these cases of doctor, separated by commas, Skip all but these. Locale is the language of the platform's texts in it: empty for its
	// own choice and then each of five languages again, naming only. NoBrowser leaves the pages out.
	Case      string
	Skip      string
	Locale    string
	NoBrowser bool
	// Worlds is how many cases of doctor are under way at a time, each with a product and a twin of its own: 1.
	Worlds int
	// Profiles is a folder for CPU profiles of the product under load; empty: none are taken.
	Profiles string
	// Seed makes what people write, and when a process is killed, the same again; 0: by chance.
	Seed uint64
	Out  io.Writer // results: standard output
	Err  io.Writer // progress: standard error

	// tag sets the ids of this benchmark apart from those of any other, also of an earlier one on the same installation.
	tag uint32
}

// tagsPerJob is how many traffics one benchmark may have, each with its own tag.
const tagsPerJob = 16

// Names lists the benchmarks in the order in which "all" runs them.
func Names() []string {
	return []string{"inbound", "inbound-new", "inbound-paced", "single", "outbound", "screen", "reads", "start", "crash", "doctor", "ui"}
}

// targetNames can measure a running installation: they kill nothing and write to no customer.
var targetNames = []string{"inbound", "inbound-new", "inbound-paced", "single"}

// Run measures, prints one result a benchmark, and says whether every goal was met. An error means that a benchmark could not be run;
// with "all" the others are run all the same.
func Run(ctx context.Context, o Options) (ok bool, err error) {
	if err := o.complete(); err != nil {
		return false, err
	}
	if o.Cores > 0 {
		if err := pinSelf(o.Cores); err != nil {
			return false, fmt.Errorf("cores: %w", err)
		}
	}
	out := &printer{out: o.Out, json: o.JSON}
	ok = true
	for _, job := range o.jobs() {
		r := runOne(ctx, job)
		if r.Error != "" {
			err = fmt.Errorf("%s: %s", r.Name, r.Error)
		}
		ok = ok && r.Met
		if err := out.print(r); err != nil {
			return false, err
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
	return ok, err
}

// jobs is what Name asks for: one benchmark, or each on SQLite and then, over PostgreSQL, the way in and two nodes killed in turn.
func (o *Options) jobs() []*Options {
	if o.Name != "all" {
		return []*Options{o}
	}
	var jobs []*Options
	add := func(name, database string, nodes int) {
		job := *o
		job.Name, job.Nodes = name, nodes
		job.tag += uint32(len(jobs)) * tagsPerJob
		if database != "" {
			job.Database = database
		}
		jobs = append(jobs, &job)
	}
	if o.Target != "" {
		for _, name := range targetNames {
			add(name, "", 1)
		}
		return jobs
	}
	for _, name := range Names() {
		add(name, "", o.Nodes)
	}
	if o.Database == "" {
		add("inbound", OwnPostgres, 1)
		add("inbound", OwnPostgres, 2)
		add("crash", OwnPostgres, 2)
	}
	return jobs
}

func runOne(ctx context.Context, o *Options) *Result {
	r := &Result{Name: o.Name, Engine: engineSQLite, Nodes: o.Nodes, Cores: runtime.GOMAXPROCS(0)}
	switch {
	case o.Target != "":
		r.Engine = engineTarget
	case o.Database != "":
		r.Engine = enginePostgres
	}
	run := map[string]func(context.Context, *Options, *Result) error{
		"inbound": runInbound, "inbound-new": runInbound, "inbound-paced": runPaced, "single": runSingle,
		"outbound": runOutbound, "screen": runScreen, "reads": runReads, "ui": runUI, "doctor": runDoctor, "start": runStart, "crash": runCrash,
	}[o.Name]
	if err := run(ctx, o, r); err != nil {
		r.Error = err.Error()
	}
	r.judge()
	return r
}

func (o *Options) complete() error {
	if o.Name != "all" && !slices.Contains(Names(), o.Name) {
		return fmt.Errorf("no benchmark %q: there are %s, all", o.Name, strings.Join(Names(), ", "))
	}
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.Seconds, 30)
	def(&o.Connections, 64)
	def(&o.People, 20_000)
	def(&o.Nodes, 1)
	def(&o.Worlds, 1)
	for name, v := range map[string]int{"seconds": o.Seconds, "connections": o.Connections, "people": o.People, "nodes": o.Nodes, "worlds": o.Worlds} {
		if v < 1 {
			return fmt.Errorf("%s: %d, want at least 1", name, v)
		}
	}
	if o.Nodes > 1 && o.Database == "" {
		o.Database = OwnPostgres
	}
	if o.Seed == 0 {
		o.Seed = rand.Uint64() | 1
	}
	o.tag = uint32(mix(o.Seed) >> 32)
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Err == nil {
		o.Err = os.Stderr
	}
	if o.Target != "" {
		return o.completeTarget()
	}
	if o.Executable == "" {
		path, err := os.Executable()
		if err != nil {
			return err
		}
		o.Executable = path
	}
	return nil
}

func (o *Options) completeTarget() error {
	o.Target = strings.TrimRight(o.Target, "/")
	if o.Name != "all" && !slices.Contains(targetNames, o.Name) {
		return fmt.Errorf("%s is not for a running installation, only: %s", o.Name, strings.Join(targetNames, ", "))
	}
	if o.Nodes > 1 || o.Database != "" {
		return fmt.Errorf("nodes and database are those of the running installation: leave them out with a target")
	}
	for flag, v := range map[string]string{"--api-key": o.APIKey, "--app-secret": o.AppSecret, "--phone-number-id": o.PhoneNumberID} {
		if v == "" {
			return fmt.Errorf("a running installation needs %s", flag)
		}
	}
	// The same seed must not make the ids of an earlier run again: the installation would rightly take them for duplicates.
	o.tag = rand.Uint32()
	if o.WABAID == "" {
		o.WABAID = "0" // messages are routed by phone_number_id
	}
	return nil
}

// stored is how many messages are to be there before measuring: full for 30 seconds or more, in proportion for less.
func (o *Options) stored(full int) int {
	switch {
	case o.Messages < 0:
		return 0
	case o.Messages > 0:
		return o.Messages
	case o.Target != "":
		return 0
	}
	return full * min(o.Seconds, 30) / 30
}

// newTraffic makes what n people write (0: each message from a new one). Every traffic of a run has a tag of its own.
func (o *Options) newTraffic(a account, part uint32, people int) *traffic {
	t := &traffic{account: a, words: newVocabulary(), run: o.tag + part, people: uint64(people)}
	if o.Target != "" && people == 0 {
		// Somebody may have measured here before: new contacts start anywhere.
		t.firstPerson = uint64(t.run) % 20_000_000
	}
	return t
}

// say reports progress.
func (o *Options) say(format string, args ...any) {
	fmt.Fprintf(o.Err, "%s  %s: %s\n", time.Now().Format("15:04:05"), o.Name, fmt.Sprintf(format, args...))
}
