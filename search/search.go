package search

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// version is that of the tokens and pages. An index of another version is made anew.
const version = 2

// Options are what the search works with.
type Options struct {
	Store *store.Store
	Clock clock.Clock
	Log   *slog.Logger
}

// Start begins to follow what changes.
func (s *Search) Start(ctx context.Context) error {
	s.work.Start(ctx, func(ctx context.Context) { newFollower(s).run(ctx) })
	return nil
}

// Stop ends that after the slice under way; the next start goes on from there.
func (s *Search) Stop() { s.work.Stop() }

// Search finds things, and keeps the index up to date between Start and Stop.
type Search struct {
	o    Options
	work background.Work
	// bell holds the companies with something new.
	bell *bell
}

// New returns a search that can be asked at once.
func New(o Options) *Search {
	s := &Search{o: o, bell: newBell()}
	o.Store.OnChange(s.bell.ring)
	return s
}

// Request is one question.
type Request struct {
	CompanyID clearline.ID
	// UserID is who from:me means, 0 for an API key.
	UserID clearline.ID
	Text   string
	Limit  int
	// Below continues a page: only messages with lower ids. 0 is the first page.
	Below clearline.ID
}

// Found is the answer.
type Found struct {
	// Exact is what the whole query names as an id, nil when it is none.
	Exact    *store.Exact
	Contacts []store.SearchPerson
	Messages []FoundMessage
	// Next is where the next page begins, 0 at the end. A page may be short, even empty, and yet not the last: when
	// one search has looked at as much as it may.
	Next clearline.ID
	// Complete is false while the index lags behind or is being made, or when a beginning of a word was too wide.
	Complete bool
	// Suggestion is the query with its words as others write them, "" when there is none.
	Suggestion string
}

// FoundMessage is a message with the place that says why it was found.
type FoundMessage struct {
	Message clearline.Message
	Person  store.SearchPerson
	Snippet []Hit
}

const (
	// searchTime is after how long a search gives what it has, hardTime after how long it gives up.
	searchTime = time.Second
	hardTime   = 5 * time.Second
	// candidates is how many proposals of the index one search holds against their texts.
	candidates = 600
	// contactsShown is how many people are given, contactCandidates from how many the latest active are chosen.
	contactsShown     = 8
	contactCandidates = 24
)

// Find answers a request. A query that cannot be read is a problem of cause api.input; one of punctuation finds nothing.
func (s *Search) Find(ctx context.Context, r Request) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, hardTime)
	defer cancel()
	f, err := s.find(ctx, r)
	switch {
	case errors.Is(err, errPage):
		s.bell.renew(r.CompanyID)
		err = &clearline.Problem{Cause: clearline.CauseBusy, Title: "The search index is damaged and is being made anew.", Detail: "No message is lost. Search again in a moment: the newest messages are found first.", RetryAfter: 5 * time.Second, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		err = &clearline.Problem{Cause: clearline.CauseBusy, Title: "The search took too long.", Detail: "Nothing is wrong with the question. Ask again in a moment, or add a word.", RetryAfter: 2 * time.Second, Err: err}
	}
	return f, err
}

func (s *Search) find(ctx context.Context, r Request) (f Found, err error) {
	q, err := Parse(r.Text)
	if err != nil {
		return f, err
	}
	h, err := s.look(ctx, r, q)
	if err != nil {
		return f, err
	}
	if r.Below == 0 {
		if f.Exact, err = s.exact(ctx, r.CompanyID, q.raw); err != nil {
			return f, err
		}
		if !q.filtered() && len(q.terms) > 0 {
			if f.Contacts, err = h.contacts(ctx, q.terms, contactsShown); err != nil {
				return f, err
			}
		}
	}
	if !q.Empty() {
		if err := h.find(ctx, &f); err != nil {
			return f, err
		}
	}
	if r.Below == 0 && r.Limit > 1 && f.Exact == nil && len(f.Contacts)+len(f.Messages) == 0 && f.Next == 0 {
		f.Suggestion, err = h.suggest(ctx)
	}
	f.Complete = h.complete && !h.messages.budget.cut
	return f, err
}

// hunt is one search under way.
type hunt struct {
	s        *Search
	r        Request
	q        *Query
	began    time.Time
	messages index
	people   index
	complete bool
	matcher  matcher
	// from are the filters of from:, each with what satisfies it.
	from []fromFilter
	// connections are those of in:, nil for all.
	connections map[clearline.ID]bool
}

// look reads where the index stands and makes the tail from what lies beyond.
func (s *Search) look(ctx context.Context, r Request, q *Query) (*hunt, error) {
	x, err := s.o.Store.SearchIndex(ctx, r.CompanyID)
	if err != nil {
		return nil, err
	}
	if !x.Known || x.Progress.Version != version {
		// No index that can be read: everything there is lies below the highest id.
		x = store.SearchIndex{Progress: store.SearchProgress{N: math.MaxInt64, MessagesBelow: everyID, PeopleBelow: everyID}}
	}
	b := &budget{pages: searchPages, beginnings: beginningPages}
	h := &hunt{s: s, r: r, q: q, began: time.Now(),
		messages: index{store: s.o.Store, company: r.CompanyID, budget: b}, people: index{store: s.o.Store, company: r.CompanyID, budget: b}}
	for _, g := range x.Segments {
		switch g.Space {
		case store.SearchMessages:
			h.messages.segments = append(h.messages.segments, g)
		case store.SearchPeople:
			h.people.segments = append(h.people.segments, g)
		}
	}
	h.messages.tail, h.people.tail, h.complete, err = s.tail(ctx, r.CompanyID, x.Progress)
	return h, err
}

const (
	// tailChanges is how much of the change log a search looks through by itself.
	tailChanges = 400
	// tailPast is how much of the past that is not in the index yet it looks through.
	tailPast = 200
)

// tail makes an index in memory of the newest that the index does not have: what changed since, and what was there
// before it was begun. whole tells that this is all.
func (s *Search) tail(ctx context.Context, company clearline.ID, p store.SearchProgress) (messages, people *builder, whole bool, err error) {
	changes, err := s.o.Store.NewestChanges(ctx, company, p.N, tailChanges)
	if err != nil {
		return nil, nil, false, err
	}
	whole = len(changes) < tailChanges
	if len(changes) == 0 && p.MessagesBelow == 0 && p.PeopleBelow == 0 {
		return nil, nil, whole, nil
	}
	messages, people = newBuilder(), newBuilder()
	if err := s.read(ctx, company, changes, messages, people, nil); err != nil {
		return nil, nil, false, err
	}
	if p.MessagesBelow != 0 {
		past, err := s.o.Store.SourcesBelow(ctx, company, p.MessagesBelow, tailPast)
		if err != nil {
			return nil, nil, false, err
		}
		whole = whole && len(past) < tailPast
		for i := range past {
			messages.message(&past[i])
		}
	}
	if p.PeopleBelow != 0 {
		past, err := s.o.Store.PersonsBelow(ctx, company, p.PeopleBelow, tailPast)
		if err != nil {
			return nil, nil, false, err
		}
		whole = whole && len(past) < tailPast
		for i := range past {
			people.person(&past[i])
		}
	}
	return messages, people, whole, nil
}

// read adds what changes are about to the two builders, but for people that c knows as they are; nil knows nobody.
func (s *Search) read(ctx context.Context, company clearline.ID, changes []clearline.Change, messages, people *builder, c *following) error {
	var created, changed, conversations []clearline.ID
	for _, ch := range changes {
		switch ch.Kind {
		case clearline.MessageCreated:
			created = append(created, ch.ID)
			if ch.ID.Time().Sub(ch.ConversationID.Time()) < firstWords && (c == nil || !c.met(ch.ConversationID)) {
				conversations = append(conversations, ch.ConversationID)
			}
		case clearline.MessageChanged:
			changed = append(changed, ch.ID)
		case clearline.ConversationChanged:
			conversations = append(conversations, ch.ID)
		}
	}
	fresh, err := s.o.Store.NewSources(ctx, company, created)
	if err != nil {
		return err
	}
	for i := range fresh {
		messages.message(&fresh[i])
	}
	edited, err := s.o.Store.EditedSources(ctx, company, changed)
	if err != nil {
		return err
	}
	for i := range edited {
		messages.message(&edited[i])
	}
	slices.Sort(conversations)
	persons, err := s.o.Store.SearchPersons(ctx, company, slices.Compact(conversations))
	for _, p := range persons {
		if c == nil || c.news(&p) {
			people.person(&p)
		}
	}
	return err
}

// firstWords is how long after a conversation was made its messages tell of a person who may be new. It is made in
// the transaction of its first message.
const firstWords = time.Minute

// exact finds what an id names. A name is only looked up when it looks like one.
func (s *Search) exact(ctx context.Context, company clearline.ID, raw string) (*store.Exact, error) {
	if len(raw) < leastID || len(raw) > mostID {
		return nil, nil
	}
	if id, err := clearline.ParseID(raw); err == nil {
		if e, err := s.o.Store.ExactID(ctx, company, id); e != nil || err != nil {
			return e, err
		}
	}
	if !strings.ContainsAny(raw, "0123456789") {
		return nil, nil
	}
	return s.o.Store.ExactName(ctx, company, raw)
}

// leastID and mostID are the lengths between which a query may be an id. Platforms' ids are longer than words with a
// digit in them are.
const (
	leastID = 8
	mostID  = 200
)

// contacts finds people whose name and address have all terms, the latest active of the newest contactCandidates
// first.
func (h *hunt) contacts(ctx context.Context, terms []term, limit int) ([]store.SearchPerson, error) {
	terms = slices.Clone(terms)
	for i := range terms {
		terms[i].initials = true
	}
	w := h.people.walk(byRarity(needsOf(terms)), everyID)
	var all []store.SearchPerson
	for done, seen := false, 0; !done && len(all) < contactCandidates && seen < candidates; {
		var some []clearline.ID
		for len(some) < contactCandidates {
			id, ok, err := w.next(ctx)
			if errors.Is(err, errSpent) {
				ok, err = false, nil
			}
			if err != nil {
				return nil, err
			}
			if !ok {
				done = true
				break
			}
			some = append(some, id)
		}
		seen += len(some)
		persons, err := h.s.o.Store.SearchPersons(ctx, h.r.CompanyID, some)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			p, ok := persons[id]
			if !ok {
				continue
			}
			if _, ok := h.matcher.match(terms, names(&p)); ok {
				all = append(all, p)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b store.SearchPerson) int { return b.LastAt.Compare(a.LastAt) })
	return all[:min(len(all), limit)], nil
}

// everyID is above every id there is.
const everyID clearline.ID = math.MaxInt64

func needsOf(terms []term) (all []need) {
	for i := range terms {
		all = append(all, terms[i].needs()...)
	}
	return all
}
