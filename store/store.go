// Package store holds all SQL, written once for SQLite and PostgreSQL; what differs between them is in
// dialect.go and writer.go. Everything that makes a change goes through a committer (committer.go), which
// turns what waits into one transaction; reads use a pool of their own and never wait for writers.
package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
)

// Options say what to open. Clock, Log and Key are needed.
type Options struct {
	// Database is a postgres:// URL or the path of a SQLite file, which is made when absent.
	Database string
	Clock    clock.Clock
	Log      *slog.Logger
	Key      seal.Key
	// NodeName is shown to the operator, such as the host's name.
	NodeName string
	// BeforeMigration is called before the schema of a SQLite database that holds something changes, with a way to copy it;
	// an error of its stops the start. Nil for nothing.
	BeforeMigration func(ctx context.Context, from, to int64, copy Copier) error
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect    dialect
	read       *reader
	clock      clock.Clock
	log        *slog.Logger
	key        seal.Key
	node       Node
	ids        *clearline.IDs
	committers []*committer
	kinds      kinds
	people     *peopleCache
	lock       *os.File
	lastWrite  atomic.Int64
	calls      atomic.Int64

	mu        sync.Mutex
	listeners []func(company clearline.ID, n int64)
	onSettled []func(company, message clearline.ID)
	onStale   []func(company clearline.ID)
	onQueued  []func(company, connection clearline.ID, again bool)
	onReceive []func(company, connection clearline.ID, n, fresh int)
	onAlarm   []func(Alarm)
	closed    bool
}

// callName is the kind of work that calls do: everything but what platforms send and what a lane notes.
const callName = "call"

// kinds are the kinds of work, each written as a set.
type kinds struct {
	inbound, call, begin, settle *workKind
}

// Open opens the database, brings its schema up to date and takes a node number.
func Open(ctx context.Context, o Options) (*Store, error) {
	d, err := openDialect(o.Database)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d, clock: o.Clock, log: o.Log, key: o.Key, people: newPeopleCache()}
	s.kinds = kinds{
		inbound: &workKind{"inbound", s.applyInbound},
		call:    &workKind{callName, applyCalls},
		begin:   &workKind{"begin", s.applyBegin},
		settle:  &workKind{"settle", s.applySettle},
	}
	if file, ok := d.(sqlite); ok {
		if s.lock, err = file.own(); err != nil {
			return nil, err
		}
		if err := file.interrupted(); err != nil {
			s.unlock()
			return nil, err
		}
	}
	if err := s.open(ctx, o); err != nil {
		s.unlock()
		return nil, err
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) (err error) {
	if err := migrate(ctx, s.dialect, s.beforeMigration(o)); err != nil {
		return err
	}
	db, err := s.dialect.openReaders(ctx)
	if err != nil {
		return err
	}
	s.read = newReader(db, s.Engine() == "sqlite")
	if s.node, err = s.register(ctx, o.NodeName); err != nil {
		s.read.Close()
		return err
	}
	s.ids = clearline.NewIDs(s.node.ID, s.idClock)
	for range s.dialect.committers() {
		w, err := s.dialect.openWriter(ctx)
		if err != nil {
			s.read.Close()
			return err
		}
		c := newCommitter(s.dialect, w, s)
		s.committers = append(s.committers, c)
		go c.run()
	}
	if err := s.canary(ctx); err != nil {
		s.Close()
		return err
	}
	return nil
}

// beforeMigration is what is done before a schema changes, nil for nothing.
func (s *Store) beforeMigration(o Options) func(ctx context.Context, from int64) error {
	file, ok := s.dialect.(sqlite)
	if !ok || o.BeforeMigration == nil {
		return nil
	}
	return func(ctx context.Context, from int64) error {
		return o.BeforeMigration(ctx, from, schema(), func(ctx context.Context, path string, told func(done, all int)) (time.Time, error) {
			return s.clock.Now().UTC(), file.copyStill(ctx, path, told)
		})
	}
}

// idClock is the clock of ids: it never starts below what this node number used before.
func (s *Store) idClock() time.Time {
	now := s.clock.Now()
	if floor := s.node.floor; now.Before(floor) {
		return floor
	}
	return now
}

// Sealed tells whether a database holds credentials sealed with some key, without needing it. A database that
// does not exist yet holds none.
func Sealed(ctx context.Context, database string) (bool, error) {
	d, err := openDialect(database)
	if err != nil {
		return false, err
	}
	if file, ok := d.(sqlite); ok {
		if _, err := os.Stat(file.path); errors.Is(err, os.ErrNotExist) {
			return false, nil
		}
	}
	db, err := d.openReaders(ctx)
	if err != nil {
		return false, explainOpen(d, err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM settings WHERE name = 'key.canary'`).Scan(&n); err != nil {
		// Without the table there is no schema yet, and so nothing sealed; Open says what else may be wrong.
		return false, nil
	}
	return n > 0, nil
}

// canaryPlace is where the value lies that tells whether a key is the right one.
const canaryPlace = "settings/canary"

// canary refuses a key other than the one that the credentials were sealed with.
func (s *Store) canary(ctx context.Context) error {
	var sealed []byte
	err := s.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = 'key.canary'`).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return s.call(ctx, nil, func(tx *Tx) error {
			_, err := tx.exec(`INSERT INTO settings (name, value) VALUES ('key.canary', $1) ON CONFLICT (name) DO NOTHING`, s.key.Seal([]byte("clearline"), canaryPlace))
			return err
		})
	}
	if err != nil {
		return err
	}
	if _, err := s.key.Open(sealed, canaryPlace); err != nil {
		return &clearline.Problem{Cause: clearline.CauseKey, Title: "The key file is not the one this database was sealed with.",
			Detail: "The stored credentials cannot be opened with it. Put the right file at --key-file; every node needs the same one."}
	}
	return nil
}

// Close stops taking work, finishes what was accepted and closes the database.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	for _, c := range s.committers {
		close(c.stop)
		<-c.ended
	}
	s.deregister()
	for _, c := range s.committers {
		if c.w != nil {
			c.w.close(context.Background())
		}
	}
	err := s.read.Close()
	s.unlock()
	return err
}

func (s *Store) unlock() {
	if s.lock != nil {
		if err := unlockFile(s.lock); err != nil {
			s.log.Warn("the lock on the database file could not be given back", "err", err)
		}
		s.lock = nil
	}
}

// Engine is "sqlite" or "postgres".
func (s *Store) Engine() string { return s.dialect.name() }

// NewID makes an id.
func (s *Store) NewID() clearline.ID { return s.ids.Next() }

// Calls counts the commits of this node that held somebody's call, such as the end of a session or a change of
// rights: while it stays the same, nothing of that kind was changed here.
func (s *Store) Calls() int64 { return s.calls.Load() }

// LastWrite is when a transaction was last committed, zero when none was since the start.
func (s *Store) LastWrite() time.Time {
	if ns := s.lastWrite.Load(); ns != 0 {
		return time.Unix(0, ns)
	}
	return time.Time{}
}

// OnChange calls f after each commit that gave a company new change numbers. f must not block.
func (s *Store) OnChange(f func(company clearline.ID, n int64)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, f)
}

// OnSettled calls f when proof from the platform settled a message whose answer was missing.
func (s *Store) OnSettled(f func(company, message clearline.ID)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onSettled = append(s.onSettled, f)
}

// OnTemplatesStale calls f when a platform told that a company's templates have changed.
func (s *Store) OnTemplatesStale(f func(company clearline.ID)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onStale = append(s.onStale, f)
}

// OnQueued calls f when a message was queued on a connection by this node; again tells that it has waited there
// before and now may leave, or leave earlier.
func (s *Store) OnQueued(f func(company, connection clearline.ID, again bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onQueued = append(s.onQueued, f)
}

// OnReceived calls f with how many messages this node has just stored for a connection, and how many of them were written
// just now by the platform's own time.
func (s *Store) OnReceived(f func(company, connection clearline.ID, n, fresh int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onReceive = append(s.onReceive, f)
}

// arrived are messages that came in together.
type arrived struct{ n, fresh int }

func (s *Store) received(counts map[connectionKey]arrived) {
	s.mu.Lock()
	listeners := s.onReceive
	s.mu.Unlock()
	for k, a := range counts {
		for _, f := range listeners {
			f(k.company, k.connection, a.n, a.fresh)
		}
	}
}

func (s *Store) ring(numbers map[clearline.ID]int64) {
	s.mu.Lock()
	listeners := s.listeners
	s.mu.Unlock()
	for company, n := range numbers {
		for _, f := range listeners {
			f(company, n)
		}
	}
}

func (s *Store) settled(company, message clearline.ID) {
	s.mu.Lock()
	listeners := s.onSettled
	s.mu.Unlock()
	for _, f := range listeners {
		f(company, message)
	}
}

func (s *Store) templatesStale(company clearline.ID) {
	s.mu.Lock()
	listeners := s.onStale
	s.mu.Unlock()
	for _, f := range listeners {
		f(company)
	}
}

// TryAgain lets what waits on a connection of this node's look again before its time: what was in the way seems to be gone.
func (s *Store) TryAgain(company, connection clearline.ID) { s.queuedOn(company, connection, true) }

func (s *Store) queuedOn(company, connection clearline.ID, again bool) {
	s.mu.Lock()
	listeners := s.onQueued
	s.mu.Unlock()
	for _, f := range listeners {
		f(company, connection, again)
	}
}

// submit hands work to the committer of its first company and waits for the commit.
func (s *Store) submit(ctx context.Context, kind *workKind, value any, companies []clearline.ID, weight, bytes int, urgent bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := s.committers[0]
	if len(companies) > 0 {
		c = s.committers[int(uint64(companies[0])%uint64(len(s.committers)))]
	}
	return c.submit(&work{kind: kind, value: value, companies: companies, weight: weight, bytes: bytes, done: make(chan error, 1)}, urgent)
}

// call runs f in a transaction of the committer, before what came in by webhook. f may run more than once.
func (s *Store) call(ctx context.Context, companies []clearline.ID, f func(tx *Tx) error) error {
	return s.submit(ctx, s.kinds.call, f, companies, 1, 256, true)
}

func applyCalls(tx *Tx, values []any) error {
	for _, v := range values {
		if err := v.(func(*Tx) error)(tx); err != nil {
			return err
		}
	}
	return nil
}

// Ping proves that a write can be committed now, and tells how long it took.
func (s *Store) Ping(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	err := s.call(ctx, nil, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO settings (name, value) VALUES ('ping', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, []byte{1})
		return err
	})
	return time.Since(start), err
}
