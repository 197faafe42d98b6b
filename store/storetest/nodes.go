package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

var nodeStories = []story{
	{"I64 a newer schema is refused, unless it says that this program can run on it", newerSchema},
	{"I42 a ping proves a write", ping},
	{"I61 a store opened again goes on with ids above all earlier ones", idsAfterRestart},
	{"I63 a closed store takes nothing more", closed},
	{"I20 a text is whole, to the last character", wholeText},
}

// severalStories need two stores on one database.
var severalStories = []story{
	{"I23 a node that is buried cannot beat again", buried},
	{"I23 two nodes race for a lease and one gets it", race},
	{"I12 I35 two nodes serve one company without a deadlock", hammer},
	{"I12 two nodes writing for several companies at once do not deadlock", severalCompanies},
	{"I4 I16 what one node remembers of a person, another may have changed", remembered},
}

func newerSchema(w *world) {
	w.must(w.store.Close())
	var version int64
	w.must(w.db.QueryRow(`SELECT MAX(version_id) FROM goose_db_version`).Scan(&version))
	if _, err := w.db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, version+1, true); err != nil {
		w.Fatal(err)
	}
	needs := func(n int64) {
		if _, err := w.db.Exec(`INSERT INTO settings (name, value) VALUES ('schema.needs', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, []byte(fmt.Sprint(n))); err != nil {
			w.Fatal(err)
		}
	}
	refused := func(name string) {
		s, err := store.Open(w.ctx, options(w.address, w.clock))
		if err == nil {
			s.Close()
			w.Fatalf("%s: opened", name)
		}
		if !strings.Contains(err.Error(), fmt.Sprintf("schema %d", version+1)) || !strings.Contains(err.Error(), "newer") {
			w.Errorf("%s: the refusal does not say why: %v", name, err)
		}
	}
	refused("nothing said")
	needs(version + 1)
	refused("the newer one is needed")
	needs(version)
	w.store = Open(w, w.address, w.clock)
	want(w, "it works", w.ingest(w.text("wamid.1", ana, 0, "oi")), stored(1))
}

func ping(w *world) {
	w.clock.Advance(time.Hour)
	if _, err := w.store.Ping(w.ctx); err != nil {
		w.Fatal(err)
	}
	if since := w.clock.Now().Sub(w.store.LastWrite()); since > time.Minute {
		w.Errorf("the last write was %v ago", since)
	}
}

func idsAfterRestart(w *world) {
	w.must(w.store.Beat(w.ctx))
	w.clock.Advance(time.Second)
	before := w.store.NewID()
	w.must(w.store.Close())
	w.store = Open(w, w.address, w.clock)
	if after := w.store.NewID(); after <= before {
		w.Errorf("after %s comes %s", before, after)
	}
	// The wall clock of the machine is set back by an hour while the program is down: the ids go on where they were.
	w.must(w.store.Beat(w.ctx))
	before = w.store.NewID()
	w.must(w.store.Close())
	w.store = Open(w, w.address, behind{w.clock})
	if after := w.store.NewID(); after <= before {
		w.Errorf("I67: after %s comes %s", before, after)
	}
}

func closed(w *world) {
	var wg sync.WaitGroup
	results := make([]error, 30)
	for i := range results {
		wg.Go(func() {
			results[i] = w.store.Ingest(w.ctx, w.inbound(w.tenant, store.InboundNew, w.text(fmt.Sprint("wamid.", i), ana, i, "oi")))
		})
	}
	w.must(w.store.Close())
	wg.Wait()
	accepted := 0
	for _, err := range results {
		switch {
		case err == nil:
			accepted++
		case !errors.Is(err, store.ErrClosed):
			w.Error(err)
		}
	}
	w.must(w.store.Close())
	if err := w.store.Ingest(w.ctx, w.inbound(w.tenant, store.InboundNew, w.text("wamid.late", ana, 0, "oi"))); !errors.Is(err, store.ErrClosed) {
		w.Errorf("after closing: %v", err)
	}
	want(w, "I1: accepted is stored, no more, no less", w.count(`SELECT COUNT(*) FROM messages`), accepted)
}

func wholeText(w *world) {
	text := strings.Repeat("a👩‍👩‍👧‍👦é\n\"'\\$1?--;漢字\u200f", 400) + "end"
	w.ingest(w.text("wamid.1", ana, 0, text))
	want(w, "text", w.find("wamid.1").Text, text)
	want(w, "name with quotes", w.ingest(w.text("wamid.2", phone("1", `O'Neil "x" $2`), 0, "")), stored(1))
	want(w, "name", w.thread(phone("1", "")).ContactName, `O'Neil "x" $2`)
}

// behind is a clock that is an hour late.
type behind struct{ clock.Clock }

func (b behind) Now() time.Time { return b.Clock.Now().Add(-time.Hour) }

// second opens another node on the world's database.
func (w *world) second() *world {
	w.Helper()
	other := *w
	other.store = Open(w, w.address, w.clock)
	if other.store.NodeID() == w.store.NodeID() {
		w.Fatalf("two nodes bear the number %d", w.store.NodeID())
	}
	return &other
}

func buried(w *world) {
	other := w.second()
	w.must(other.store.Beat(w.ctx))
	beats, err := w.store.Beats(w.ctx)
	w.must(err)
	want(w, "nodes", len(beats), 2)
	dead := other.store.NodeID()
	w.must(w.store.Bury(w.ctx, dead, beats[dead]-1))
	w.must(other.store.Beat(w.ctx))
	w.must(w.store.Bury(w.ctx, dead, beats[dead]+1))
	if err := other.store.Beat(w.ctx); err == nil {
		w.Error("a buried node beats")
	}
	w.must(w.store.Beat(w.ctx))
}

func race(w *world) {
	nodes := []*world{w, w.second()}
	for round := range 10 {
		name := fmt.Sprint("lane", round)
		var wg sync.WaitGroup
		won := make([]bool, len(nodes))
		for i, n := range nodes {
			wg.Go(func() {
				_, ok, err := n.store.Claim(w.ctx, w.company, store.Lease{Name: name})
				if err != nil {
					w.Error(err)
				}
				won[i] = ok
			})
		}
		wg.Wait()
		want(w, "exactly one", won[0] != won[1], true)
	}
}

// hammer lets two nodes do all that is done for one company at once.
func hammer(w *world) {
	const workers, rounds = 8, 25
	nodes := []*world{w, w.second()}
	w.ingest(w.text("wamid.first", ana, 0, "oi"))
	start, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	draft := w.draft("", "olá")
	var wg sync.WaitGroup
	for i, n := range nodes {
		lane := n.claim(fmt.Sprint("lane", i))
		for k := range workers {
			wg.Go(func() {
				for r := range rounds {
					name := fmt.Sprint(i, ".", k, ".", r)
					if err := n.mixed(lane, draft, name, k, r); err != nil {
						w.Errorf("%s: %v", name, err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	want(w, "deadlocks", w.count(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`), 0)
	all, next, err := w.store.Changes(w.ctx, w.company, start, 100_000)
	w.must(err)
	for i, c := range all {
		if c.N != start+int64(i)+1 {
			w.Fatalf("after %d comes %d", start+int64(i), c.N)
		}
	}
	n, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	want(w, "the last change", next, n)
	want(w, "sent", w.count(`SELECT COUNT(*) FROM messages WHERE direction = 'out' AND status = 'delivered'`), 2*workers*(rounds/2))
	want(w, "people", w.count(`SELECT COUNT(*) FROM conversations`), workers+1)
	// A text of every worker in every other round; Ana's first one comes on top.
	want(w, "received", w.count(`SELECT COUNT(*) FROM messages WHERE direction = 'in'`), 2*workers*(rounds-rounds/2)+1)
	want(w, "unread adds up", w.count(`SELECT SUM(unread) FROM conversations`), w.count(`SELECT COUNT(*) FROM messages WHERE direction = 'in'`))
	want(w, "ids of two nodes", w.count(`SELECT COUNT(DISTINCT message_id) FROM messages`), w.count(`SELECT COUNT(*) FROM messages`))
}

// mixed is one round of a worker: what people write, or a message out with its whole life.
func (w *world) mixed(lane store.Lease, m store.NewMessage, name string, worker, round int) error {
	if round%2 == 0 {
		// Texts of people whom both nodes meet at the same time.
		who := phone(fmt.Sprint(5511900000000+(worker+round)%8), fmt.Sprint("P", worker))
		return w.store.Ingest(w.ctx, w.inbound(w.tenant, store.InboundNew, w.text("wamid.in."+name, who, round, "oi"), w.edit("wamid.e."+name, "wamid.in."+name, round, "olá")))
	}
	m.ClientID = name
	id, _, err := w.store.Queue(w.ctx, m)
	if err != nil {
		return err
	}
	b := &store.Begin{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, Lease: lane, Judge: func(store.Facts) *clearline.Problem { return nil }}
	if err := w.store.BeginAttempt(w.ctx, b); err != nil {
		return err
	}
	status := w.report("wamid.out."+name, clearline.Delivered, round, store.AttemptRef(w.company, id, b.N))
	settle := &store.Settle{CompanyID: w.company, ConnectionID: w.conn.ID, MessageID: id, N: b.N, Outcome: clearline.OutcomeAccepted, PlatformID: "wamid.out." + name,
		Evidence: &store.Evidence{CompanyID: w.company, ConnectionID: w.conn.ID, Checked: w.clock.Now(), Sent: w.clock.Now()}}
	var wg sync.WaitGroup
	errs := make([]error, 3)
	wg.Go(func() { errs[0] = w.store.Ingest(w.ctx, w.inbound(w.tenant, store.InboundNew, status)) })
	wg.Go(func() { errs[1] = w.store.SettleAttempt(w.ctx, settle) })
	wg.Go(func() { errs[2] = w.store.Beat(w.ctx) })
	wg.Wait()
	return errors.Join(errs...)
}

// severalCompanies writes transactions that hold several companies, named in every order.
func severalCompanies(w *world) {
	nodes := []*world{w, w.second()}
	tenants := []tenant{w.tenant}
	for i := range 3 {
		tenants = append(tenants, w.found(fmt.Sprint("Company ", i), fmt.Sprint("99", i), fmt.Sprint("88", i)))
	}
	var wg sync.WaitGroup
	for i, n := range nodes {
		for k := range len(tenants) {
			wg.Go(func() {
				for r := range 30 {
					refusals := make([]store.Refusal, len(tenants))
					for j := range refusals {
						company := tenants[(j*(1+2*i)+k+r)%len(tenants)].company
						refusals[j] = store.Refusal{CompanyID: company, Platform: clearline.WhatsApp, At: w.clock.Now(), Reason: "signature", Answer: 401}
					}
					if err := n.store.Refuse(w.ctx, refusals); err != nil {
						w.Error(err)
					}
					mine := tenants[(k+r)%len(tenants)]
					name := fmt.Sprint("wamid.", i, ".", k, ".", r)
					if err := n.store.Ingest(w.ctx, w.inbound(mine, store.InboundNew, mine.element(w.text(name, ana, r, "oi").Element))); err != nil {
						w.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	want(w, "deadlocks", w.count(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`), 0)
	want(w, "stored", w.count(`SELECT COUNT(*) FROM messages`), 2*len(tenants)*30)
	want(w, "refused", w.count(`SELECT SUM(n) FROM refusals`), 2*len(tenants)*30*len(tenants))
}

// remembered lets both nodes know a person, then changes the person through one of them.
func remembered(w *world) {
	other := w.second()
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	other.ingest(other.text("wamid.2", ana, 1, "oi"))
	moved := ana
	moved.SendTo, moved.Name = "551187654321", "Ana Lima"
	other.ingest(other.text("wamid.3", moved, 2, "mudei"))
	w.ingest(w.text("wamid.4", moved, 3, "mudei"))
	other.ingest(other.text("wamid.5", ana, 4, "voltei"))
	want(w, "I16: the id last given", w.threads()[0].SendTo, ana.SendTo)
	w.ingest(w.text("wamid.6", moved, 5, "de novo"))
	want(w, "I16: the id last given, by the node that thinks it knows", w.threads()[0].SendTo, moved.SendTo)
	want(w, "name", w.threads()[0].ContactName, "Ana Lima")
	// Now this node knows her as she is; the other one learns of a change; then she changes back.
	w.ingest(w.text("wamid.7", moved, 6, "a mesma"))
	w.ingest(w.text("wamid.8", moved, 7, "a mesma"))
	other.ingest(other.text("wamid.9", ana, 8, "mudei"))
	want(w, "I16: changed", w.threads()[0].SendTo, ana.SendTo)
	w.ingest(w.text("wamid.10", moved, 9, "voltei"))
	want(w, "I16: changed back", w.threads()[0].SendTo, moved.SendTo)
}
