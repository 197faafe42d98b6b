package pgserver

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// TB is the part of testing.TB that Database needs; named here so that the product's binary, which links this
// package for `clearline bench`, does not link the testing package.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// within bounds every step of Database: a start, a copy, a removal.
const within = time.Minute

// shared is the one server of a test binary. Nothing stops it: it ends with the binary.
var shared struct {
	start  sync.Once
	server *Server
	err    error

	mu        sync.Mutex
	templates map[string]*template
	made      int
}

type template struct {
	once sync.Once
	err  error
}

// Database returns the address of a fresh database that belongs to this test alone and is dropped after it.
//
// The server is shared by all tests of the binary and starts with the first of them; it does not flush to disk
// (Options.NoSync). A non-empty name makes the database a copy of a template of that name, which prepare fills the
// first time the name is used (migrations, say) and which the other tests copy, in some 30 ms. prepare must close
// its connections. With an empty name the database is empty and prepare is not called.
func Database(t TB, name string, prepare func(url string) error) string {
	t.Helper()
	shared.start.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		shared.server, shared.err = Start(ctx, Options{NoSync: true})
	})
	if shared.err != nil {
		t.Fatalf("%v", shared.err)
	}
	from := "template0"
	if name != "" {
		from = "template_" + name
		if err := prepared(name).fill(from, prepare); err != nil {
			t.Fatalf("%v", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	database := fresh()
	if err := shared.server.CloneDatabase(ctx, database, from); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		if err := shared.server.DropDatabase(ctx, database); err != nil {
			t.Errorf("%v", err)
		}
	})
	return shared.server.URL(database)
}

func prepared(name string) *template {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.templates == nil {
		shared.templates = map[string]*template{}
	}
	if shared.templates[name] == nil {
		shared.templates[name] = &template{}
	}
	return shared.templates[name]
}

func (p *template) fill(database string, prepare func(url string) error) error {
	p.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		if p.err = shared.server.CreateDatabase(ctx, database); p.err != nil {
			return
		}
		if err := prepare(shared.server.URL(database)); err != nil {
			p.err = fmt.Errorf("pgserver: preparing the template %s: %w", database, err)
		}
	})
	return p.err
}

func fresh() string {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.made++
	return fmt.Sprintf("test_%d", shared.made)
}
