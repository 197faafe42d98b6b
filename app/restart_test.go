package app_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/sim"
)

// I1, I61, I63, X3: what was acknowledged but not yet applied, and what was queued but not yet sent, goes on after a restart:
// each once.
func TestRestartContinues(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, c := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Cause: "auth.expired", Operation: "send"})
		held := w.becomes(w.send(c.ID, "held", "After the restart").ID, "held")
		queued := w.send(c.ID, "queued", "And this")
		for i := range 3 {
			w.hook(w.batch(1000, fmt.Sprint("pending", i), nil)).want(t, http.StatusOK)
		}
		w.again()
		w.point()
		if l := w.ledger(); l.Received != 3001 || l.Stored+l.Pending != 3001 {
			t.Errorf("after the start the ledger says %+v", l)
		}
		until(t, "the pending are applied", func() bool { l := w.ledger(); return l.Stored == 3001 && l.Pending == 0 && l.Duplicate == 0 })
		end()
		until(t, "both are read", func() bool {
			w.clock.Advance(30 * time.Second)
			return w.message(held.ID).Status == "read" && w.message(queued.ID).Status == "read"
		})
		if a, b := w.taken(held.ID), w.taken(queued.ID); a != 1 || b != 1 {
			t.Errorf("taken %d and %d times", a, b)
		}
	})
}

// I24, I61, X4: a send that is under way when the product stops is waited for; its answer is recorded, and nothing is sent again.
func TestStopWaitsForAnswers(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database, func(o *sim.Options) { o.AnswerDelay = 300 * time.Millisecond })
		_, c := w.writes("Ana", "Hello")
		m := w.send(c.ID, "slow", "Slowly")
		until(t, "the attempt has begun", func() bool { return w.message(m.ID).Attempts == 1 })
		w.again()
		w.point()
		m = w.message(m.ID)
		if m.Attempts != 1 || m.Status == "queued" || m.Status == "unknown" || m.Status == "failed" || m.PlatformID == nil {
			t.Errorf("after the restart %+v", m)
		}
		w.becomes(w.send(c.ID, "next", "Next").ID, "sent", "delivered", "read")
		if n := len(w.sends(m.ID)); n != 1 {
			t.Errorf("the platform saw it %d times", n)
		}
	})
}

// I63: stopping is quick and waits for no stream, may be asked for twice, and lets go of address and database.
func TestStopTwice(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.again(func(o *app.Options) { o.Addr = freePort(t) })
		w.open(t, "", nil, nil) // an open stream does not hold it up
		for range 2 {
			// A stream that is not let go holds it for as long as it waits at all, and ends it with an error.
			started := time.Now()
			if err := w.app.Stop(t.Context()); err != nil {
				t.Errorf("stop: %v", err)
			}
			if took := time.Since(started); took > 10*time.Second {
				t.Errorf("stopping took %v", took)
			}
		}
		if _, err := (request{method: http.MethodGet, url: w.url + "/healthz"}).try(t.Context()); err == nil {
			t.Error("it still answers")
		}
		w.start()
		if got := w.conversations(); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// I51: another key cannot open the credentials: the product says so instead of starting half blind, and harms nothing.
func TestWrongKeyFile(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		right := w.options.KeyFile
		if right == "" {
			right = filepath.Join(w.options.DataDir, "key")
		}
		if info, err := os.Stat(right); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the key file: %v %v", info.Mode(), err)
		}
		w.stop()
		wrong := w.options
		wrong.KeyFile = filepath.Join(t.TempDir(), "key")
		refused := func(why string) {
			t.Helper()
			a, err := app.New(t.Context(), wrong)
			if err == nil {
				t.Errorf("started where the key is %s", why)
				err = a.Stop(context.Background())
			}
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("the refusal does not say that the key is %s: %v", why, err)
			}
		}
		refused("missing")
		if _, err := os.Stat(wrong.KeyFile); !os.IsNotExist(err) {
			t.Errorf("a new key was made, which opens nothing: %v", err)
		}
		if _, err := seal.Load(wrong.KeyFile, true); err != nil {
			t.Fatal(err)
		}
		refused("not the one")
		w.start()
		w.point()
		_, c := w.writes("Ana", "Hello")
		w.becomes(w.send(c.ID, "still", "The right key still opens all").ID, "read")
	})
}

// A second instance on the same SQLite file is refused with a sentence that says what to do; on PostgreSQL nodes are equal.
func TestSecondInstance(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		second, err := app.New(t.Context(), w.options)
		if database == "" {
			if err == nil || !strings.Contains(err.Error(), "another clearline") {
				t.Errorf("a second instance on the same file: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := second.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		node := &company{install: &install{t: t, clock: w.clock, url: second.URL()}, key: w.key, account: w.account}
		p, c := w.writes("Ana", "Hello")
		s := w.open(t, "", nil, nil)
		node.hook(w.text(p.Address, "wamid.node", "Through the other node")).want(t, http.StatusOK)
		for {
			e, ok := s.next(t)
			if !ok {
				t.Fatal("the stream ended")
			}
			if e.name == "change" && strings.Contains(e.data, "message.created") {
				break
			}
		}
		var m message
		node.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": "two", "text": "Sent once"}).want(t, http.StatusCreated).into(t, &m)
		m = w.becomes(m.ID, "read")
		if n := w.taken(m.ID); n != 1 {
			t.Errorf("two nodes sent it %d times", n)
		}
	})
}

// I42: ready means that a write was committed just now.
func TestReady(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.clock.Advance(time.Minute) // the last write is long ago
		var ready struct {
			Ready   bool
			WriteMS *float64 `json:"write_ms"`
		}
		request{method: http.MethodGet, url: w.url + "/readyz"}.send(t).want(t, http.StatusOK).into(t, &ready)
		if !ready.Ready || ready.WriteMS == nil {
			t.Errorf("%+v", ready)
		}
		request{method: http.MethodGet, url: w.url + "/healthz"}.send(t).want(t, http.StatusOK)
	})
}
