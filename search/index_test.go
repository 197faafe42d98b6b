package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// archive is a database with one company, its search, and what all its messages say.
type archive struct {
	*testing.T
	address  string
	store    *store.Store
	search   *Search
	follower *follower
	desk     desk
	random   *rand.Rand
	// said are the messages that are there, by the platform's id.
	said map[string]*line
	n    int
}

type line struct {
	text string
	from string
}

// desk is a company with a number.
type desk struct {
	company clearline.Company
	app     clearline.App
	conn    clearline.Connection
}

func newArchive(t *testing.T, e storetest.Engine) *archive {
	t.Helper()
	a := &archive{T: t, address: e.Database(t), random: rand.New(rand.NewPCG(7, 11)), said: map[string]*line{}}
	a.store = storetest.Open(t, a.address, clock.Real())
	a.desk = a.open("Aurora", "111")
	a.again()
	return a
}

// again begins a search that knows nothing, as after a restart.
func (a *archive) again() {
	a.search = New(Options{Store: a.store, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler)})
	a.follower = newFollower(a.search)
}

func (a *archive) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a *archive) open(name, number string) (d desk) {
	a.Helper()
	var err error
	d.company, err = a.store.AddCompany(a.Context(), name)
	a.must(err)
	d.app, err = a.store.AddApp(a.Context(), clearline.App{CompanyID: d.company.ID, Platform: clearline.WhatsApp, PlatformID: "app" + number, Secret: "s", VerifyToken: "v"})
	a.must(err)
	d.conn, err = a.store.AddConnection(a.Context(), clearline.Connection{CompanyID: d.company.ID, Platform: clearline.WhatsApp, Name: name, Account: number, Parent: "waba" + number}, d.app, "token")
	a.must(err)
	return d
}

// ingest delivers elements to a desk at once.
func (a *archive) ingest(d desk, elements ...channel.Element) {
	a.Helper()
	in := &store.Inbound{Packed: store.Pack([]byte("{}")), Delivery: clearline.Delivery{ID: a.store.NewID(), CompanyID: d.company.ID, ConnectionID: d.conn.ID,
		Platform: clearline.WhatsApp, AppID: d.app.ID, ReceivedAt: time.Now().UTC(), Answer: 200, Signature: "ok", Size: 2}}
	for _, e := range elements {
		e.Account, e.AccountKind = d.conn.Account, channel.AccountNumber
		in.Elements = append(in.Elements, store.Routed{Element: e, ConnectionID: d.conn.ID})
	}
	a.must(a.store.Ingest(a.Context(), in))
}

func person(n int) channel.Person {
	number := fmt.Sprint(5511900000000 + n)
	return channel.Person{Keys: []string{"wa:" + number}, SendTo: number, Shown: "+" + number, Name: fmt.Sprintf("Person%c João", 'A'+n)}
}

func message(id string, who channel.Person, text string) channel.Element {
	return channel.Element{Message: &channel.Message{PlatformID: id, Person: who, At: time.Now().Truncate(time.Second), Kind: clearline.KindText, Text: text, OpensWindow: true}}
}

var vocabulary = strings.Fields("refund order parcel ÉTÉ été thanks 退款 我要退款 退货 款项 1042 10423 98765-4321 the the the the a re ref Ana@example.org 👍 it's")

// write lets people write some messages.
func (a *archive) write(some int) {
	a.Helper()
	var elements []channel.Element
	for range some {
		a.n++
		words := make([]string, 1+a.random.IntN(6))
		for i := range words {
			words[i] = vocabulary[a.random.IntN(len(vocabulary))]
		}
		l := &line{text: fmt.Sprintf("%s n%d", strings.Join(words, " "), a.n), from: fmt.Sprint(a.n % 20)}
		id := fmt.Sprint("wamid.", a.n)
		a.said[id] = l
		elements = append(elements, message(id, person(a.n%20), l.text))
	}
	a.ingest(a.desk, elements...)
}

// edit changes or deletes a message.
func (a *archive) edit(id, text string) {
	a.Helper()
	a.n++
	am := &channel.Amendment{PlatformID: fmt.Sprint("wamid.am.", a.n), Target: id, At: time.Now().Add(time.Duration(a.n) * time.Second), Text: text, Delete: text == ""}
	a.ingest(a.desk, channel.Element{Amendment: am})
	if a.said[id].text = text; text == "" {
		delete(a.said, id)
	}
}

// settle lets the follower do all there is to do.
func (a *archive) settle() {
	a.Helper()
	for range 10_000_000 {
		worked, err := a.follower.turn(a.Context())
		a.must(err)
		if c := a.follower.companies[a.desk.company.ID]; !worked && (!a.follower.owner.Mine() || c != nil && c.progress.N >= c.target) {
			return
		}
	}
	a.Fatal("the follower never comes to rest")
}

func (a *archive) step(n int) {
	a.Helper()
	for range n {
		_, err := a.follower.turn(a.Context())
		a.must(err)
	}
}

// all pages through everything a query finds.
func (a *archive) all(of desk, query string, limit int) (texts []string, complete bool) {
	a.Helper()
	var below clearline.ID
	for range 10_000 {
		f, err := a.search.Find(a.Context(), Request{CompanyID: of.company.ID, Text: query, Limit: limit, Below: below})
		a.must(err)
		if below == 0 {
			complete = f.Complete
		}
		last := clearline.ID(0)
		for _, m := range f.Messages {
			if last != 0 && m.Message.ID >= last {
				a.Fatalf("%q: not the newest first", query)
			}
			last = m.Message.ID
			texts = append(texts, m.Message.Text)
		}
		if f.Next == 0 {
			return texts, complete
		}
		if below != 0 && f.Next >= below {
			a.Fatalf("%q: the page after %s begins at %s", query, below, f.Next)
		}
		below = f.Next
	}
	a.Fatal("the pages never end")
	return nil, false
}

var queries = []string{"refund", "refund ", "the ", "re", "ref ", "r", "ete", "refund order", "order the parcel", `"refund order"`, `"the the`, "退款", "退", "款", "我要退款", "104", "1042", "1042 ", "42", "987654321", "4321",
	"ana@example.org", "example", "👍", "it's", "n17", "n999999", "nowhere", "refund nowhere", "from:them refund", "from:me refund", "from:persona refund", "from:joao the", "in:whatsapp thanks", "has:file", "is:open 退货", "is:done refund", "before:2020 refund", "after:2020 refund"}

// expected is what a query must find, told without an index.
func (a *archive) expected(query string) (want []string) {
	a.Helper()
	q, err := Parse(query)
	a.must(err)
	for _, l := range a.said {
		switch {
		case slices.Contains(q.From, "me"), slices.Contains(q.Has, "file"), slices.Contains(q.Is, "done"), !q.Before.IsZero():
			continue
		case slices.Contains(q.From, "persona") && l.from != "0":
			continue
		}
		var m matcher
		if _, ok := m.match(q.terms, []string{l.text}); ok {
			want = append(want, l.text)
		}
	}
	slices.Sort(want)
	return want
}

// check compares every query with what it must find. whole also wants the index to say that it is complete.
func (a *archive) check(what string, whole bool) {
	a.Helper()
	for _, query := range queries {
		want := a.expected(query)
		for _, limit := range []int{100, 23} {
			got, complete := a.all(a.desk, query, limit)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				a.Errorf("%s: %q by %d finds %d messages, want %d", what, query, limit, len(got), len(want))
			}
			if whole && !complete {
				a.Errorf("%s: %q says that the index is not complete", what, query)
			}
		}
	}
}

// C1, I35: what is found is what is there, at any moment of the follower's work: before it has seen anything, in the
// middle, after edits, deletions, merges and a restart.
func TestIndexAgainstTheTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a := newArchive(t, e)
		a.write(150)
		a.check("before the first look", true)
		a.settle()
		a.check("taken in", true)
		for round := range 4 {
			for range 10 {
				a.write(1 + a.random.IntN(16))
				a.step(a.random.IntN(3))
			}
			ids := make([]string, 0, len(a.said))
			for id := range a.said {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			a.edit(ids[a.random.IntN(len(ids))], fmt.Sprint("edited refund 我要退货 n", a.n))
			a.edit(ids[a.random.IntN(len(ids)/2)], "")
			a.check(fmt.Sprint("under way, round ", round), false)
			if round%2 == 1 {
				a.again()
			}
			a.settle()
		}
		a.check("at the end", true)
		x, err := a.store.SearchIndex(t.Context(), a.desk.company.ID)
		a.must(err)
		if len(x.Segments) > 20 {
			t.Errorf("%d segments are left unmerged", len(x.Segments))
		}
		if n := count(t, a, `SELECT COUNT(*) FROM search_segments WHERE state = 'dead'`); n == 0 {
			t.Error("nothing was merged: the test is too small")
		}
		for more := true; more; {
			more, err = a.store.BurySegments(t.Context(), a.desk.company.ID, time.Now().Add(time.Hour))
			a.must(err)
		}
		if n := count(t, a, `SELECT COUNT(*) FROM search_segments WHERE state <> 'live'`); n != 0 {
			t.Errorf("%d dead segments are left", n)
		}
		a.check("after the burial", true)
	})
}

func count(t *testing.T, a *archive, query string) (n int) {
	t.Helper()
	a.must(storetest.SQL(t, a.address).QueryRow(query).Scan(&n))
	return n
}

func (a *archive) sql() *sql.DB { return storetest.SQL(a.T, a.address) }

// An index that is damaged, of an older version, or behind what the log still holds is made anew, and nothing of
// that keeps a message from being taken in and found.
func TestIndexMadeAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a := newArchive(t, e)
		for range 20 {
			a.write(20)
			a.step(1)
		}
		a.settle()
		for _, c := range []struct {
			name  string
			spoil func()
			// refused tells that a search says meanwhile that the index is being made anew.
			refused bool
		}{
			{"another version", func() { a.exec(`UPDATE search_progress SET version = 0`) }, false},
			{"no index", func() {
				a.exec(`DELETE FROM search_pages`)
				a.exec(`DELETE FROM search_segments`)
				a.exec(`DELETE FROM search_progress`)
			}, false},
			{"damaged pages", func() { a.exec(`UPDATE search_pages SET body = term`) }, true},
			{"behind the log", func() {
				a.exec(`UPDATE search_progress SET n = 1`)
				a.exec(`DELETE FROM changes WHERE n < 250`)
				a.exec(`UPDATE counters SET oldest = 250 WHERE n > 250`)
			}, false},
		} {
			c.spoil()
			a.write(10)
			newest := fmt.Sprint("n", a.n)
			f, err := a.search.Find(t.Context(), Request{CompanyID: a.desk.company.ID, Text: newest, Limit: 10})
			var p *clearline.Problem
			switch {
			case c.refused && (!errors.As(err, &p) || p.Cause != clearline.CauseBusy || p.RetryAfter == 0):
				t.Errorf("%s: %v", c.name, err)
			case !c.refused && (err != nil || len(f.Messages) != 1):
				t.Errorf("%s: the newest message is not found: %v", c.name, err)
			}
			a.again()
			if c.refused {
				// The search that met the damage told the follower.
				_, err := a.search.Find(t.Context(), Request{CompanyID: a.desk.company.ID, Text: "refund", Limit: 10})
				if !errors.As(err, &p) {
					t.Errorf("%s: %v", c.name, err)
				}
			}
			a.settle()
			a.check(c.name, true)
		}
	})
}

func (a *archive) exec(text string) {
	a.Helper()
	_, err := a.sql().Exec(text)
	a.must(err)
}

// I56, I57: a company's words, people and ids are nobody else's, and no segment can point across.
func TestIndexPerCompany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a := newArchive(t, e)
		other := a.open("Borealis", "222")
		a.ingest(a.desk, message("wamid.ours", person(1), "the blue kettle"))
		a.ingest(other, message("wamid.theirs", person(2), "the red kettle"))
		for _, what := range []string{"from the tail", "from the index"} {
			for of, want := range map[*desk]string{&a.desk: "the blue kettle", &other: "the red kettle"} {
				for _, query := range []string{"kettle", "ket", "the", "from:them", "joao", "is:open", "in:whatsapp"} {
					got, _ := a.all(*of, query, 10)
					if query == "joao" {
						f, err := a.search.Find(t.Context(), Request{CompanyID: of.company.ID, Text: query, Limit: 10})
						a.must(err)
						if len(f.Contacts) != 1 || len(got) != 0 {
							t.Errorf("%s: %d people, %q", what, len(f.Contacts), got)
						}
						continue
					}
					if !slices.Equal(got, []string{want}) {
						t.Errorf("%s: %q finds %q, want %q", what, query, got, want)
					}
				}
			}
			a.settle()
		}
		x, err := a.store.SearchIndex(t.Context(), a.desk.company.ID)
		a.must(err)
		_, err = a.sql().Exec(fmt.Sprintf(`INSERT INTO search_pages (company_id, segment_id, term, place, body) VALUES (%d, %d, '', 0, '')`, other.company.ID, x.Segments[0].ID))
		if err == nil {
			t.Error("a page of one company stands in another's segment")
		}
	})
}

// One node at a time writes the index: who was pushed out writes no more, and nothing is in it twice or missing.
func TestIndexHasOneOwner(t *testing.T) {
	t.Parallel()
	a := newArchive(t, storetest.PostgreSQL)
	second := storetest.Open(t, a.address, clock.Real())
	a.write(50)
	a.settle()
	b := &archive{T: t, address: a.address, store: second, desk: a.desk}
	b.again()
	b.settle()
	if b.follower.owner.Mine() || !a.follower.owner.Mine() {
		t.Fatal("the second node took the index from a living one")
	}
	// As after a long silence of the first, which does not beat any more: the second takes over.
	a.exec(`UPDATE leases SET node_id = 999 WHERE name = 'search'`)
	took, err := b.follower.owner.Look(t.Context())
	a.must(err)
	if !took {
		t.Fatal("the second node did not take the index over")
	}
	a.write(50)
	numbers, err := second.AllNumbers(t.Context())
	a.must(err)
	for company, n := range numbers {
		b.search.bell.ring(company, n)
	}
	b.settle()
	a.write(20)
	_, err = a.follower.turn(t.Context())
	a.must(err)
	if a.follower.owner.Mine() {
		t.Error("the first node still believes that it owns the index")
	}
	a.check("the first node", false)
	for company, n := range numbers {
		b.search.bell.ring(company, n+20)
	}
	b.settle()
	b.said = a.said
	b.check("the second node", true)
}

// Searching only reads.
func TestSearchWritesNothing(t *testing.T) {
	t.Parallel()
	a := newArchive(t, storetest.SQLite)
	a.write(300)
	a.settle()
	a.write(20)
	db := storetest.SQL(t, a.address)
	db.SetMaxOpenConns(1)
	version := func() (n int) {
		a.must(db.QueryRow(`PRAGMA data_version`).Scan(&n))
		return n
	}
	before := version()
	a.check("", false)
	if after := version(); after != before {
		t.Errorf("the database's version went from %d to %d", before, after)
	}
	a.write(1)
	if version() == before {
		t.Error("the version does not tell of writes: this test proves nothing")
	}
}

// A search that would have to look at too much gives what it has and where to go on.
func TestBudget(t *testing.T) {
	t.Parallel()
	a := newArchive(t, storetest.SQLite)
	var elements []channel.Element
	for i := range 1500 {
		text := fmt.Sprint("common words ", i)
		if i == 5 {
			text = "words common 退款 款退 " + text
		}
		elements = append(elements, message(fmt.Sprint("wamid.", i), person(i%20), text))
		if len(elements) == 500 {
			a.ingest(a.desk, elements...)
			elements = nil
		}
	}
	a.settle()
	// Every message has both words, one in this order: each must be looked at.
	f, err := a.search.Find(t.Context(), Request{CompanyID: a.desk.company.ID, Text: `"words common"`, Limit: 10})
	a.must(err)
	if len(f.Messages) != 0 || f.Next == 0 {
		t.Errorf("the first page of a hard question: %d messages, next %s", len(f.Messages), f.Next)
	}
	if got, _ := a.all(a.desk, `"words common"`, 10); len(got) != 1 {
		t.Errorf("asking on finds %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.search.Find(ctx, Request{CompanyID: a.desk.company.ID, Text: "words", Limit: 10}); err == nil {
		t.Error("a search that nobody waits for goes on")
	}
}

// Where nothing is found, the nearest spelling that finds something is offered, and nothing of what was deleted.
func TestSuggestions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		a := newArchive(t, e)
		other := a.open("Borealis", "222")
		a.ingest(other, message("wamid.theirs", person(2), "a refundable ticket"))
		texts := []string{"my refund is late", "the refund came", "a reform", "João é brasileiro", "Grüße aus Köln", "a secretword was here", "delivery tomorrow"}
		for i, text := range texts {
			id := fmt.Sprint("wamid.s", i)
			a.said[id] = &line{text: text}
			a.ingest(a.desk, message(id, person(1), text))
		}
		a.edit("wamid.s5", "nothing any more")
		for _, when := range []string{"from the tail", "from the index"} {
			for query, want := range map[string]string{
				"refnd": "refund", "refudn": "refund", "rfund": "refund", "refunded": "refund", "brasileiru": "brasileiro", "grüsze": "grüße",
				"late refnd": "late refund", "tomorrow delviery": "tomorrow delivery", "refnd delviery": "", "from:them refnd": "from:them refund",
				"refundable": "", "secretwort": "", "xyzzyx": "", "ref": "", `"refnd"`: "", "refund tomorrow": "", "1043": "", "退款": "",
			} {
				f, err := a.search.Find(t.Context(), Request{CompanyID: a.desk.company.ID, Text: query, Limit: 20})
				a.must(err)
				if f.Suggestion != want {
					t.Errorf("%s: for %q %q is offered, want %q", when, query, f.Suggestion, want)
				}
			}
			a.settle()
		}
	})
}

// The words of a large segment are found once more at its end, also after it was merged again.
func TestSuggestionsAmongMany(t *testing.T) {
	t.Parallel()
	a := newArchive(t, storetest.SQLite)
	for round := range 2 {
		for range 11 {
			a.write(200)
			a.settle()
		}
		for query, want := range map[string]string{"parcle": "parcel", "thanskk": "thanks", "xrder": "", "odrer": "order", "zzzzzz": "", "exampel": "example"} {
			f, err := a.search.Find(t.Context(), Request{CompanyID: a.desk.company.ID, Text: query + " ", Limit: 20})
			a.must(err)
			if strings.TrimSpace(f.Suggestion) != want {
				t.Errorf("round %d: for %q %q is offered, want %q", round, query, f.Suggestion, want)
			}
		}
		c := a.follower.companies[a.desk.company.ID]
		c.gather, c.calm = time.Time{}, time.Time{} // as after a while without anything new
		a.settle()
		x, err := a.store.SearchIndex(t.Context(), a.desk.company.ID)
		a.must(err)
		if !slices.ContainsFunc(x.Segments, func(g store.SearchSegment) bool { return g.Docs >= spellFrom }) {
			t.Fatalf("no segment is large: this test proves nothing: %+v", x.Segments)
		}
	}
	a.check("after all merges", true)
}
