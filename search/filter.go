package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// fromFilter is what satisfies one from: — one of these people wrote it, or one of these of ours, or a direction.
type fromFilter struct {
	direction clearline.Direction
	// name is what people's names and addresses must have; none for a filter without a name.
	name    []term
	authors map[clearline.ID]bool
}

// fromLooked is how many people of one name the index is asked for; with more, each message's person is looked at.
const fromLooked = 16

// filters turns the operators into what the index can be asked for, and keeps what must be looked at besides.
func (h *hunt) filters(ctx context.Context) ([]need, error) {
	var all []need
	for _, name := range h.q.From {
		f, n, err := h.fromWhom(ctx, name)
		if err != nil {
			return nil, err
		}
		h.from = append(h.from, f)
		all = append(all, n...)
	}
	if len(h.q.In) > 0 {
		n, err := h.inWhich(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	for _, has := range h.q.Has {
		all = append(all, need{tokens: [][]byte{mark(markHas, has)}})
	}
	return all, nil
}

func (h *hunt) fromWhom(ctx context.Context, name string) (f fromFilter, all []need, err error) {
	switch strings.ToLower(name) {
	case "me":
		f.authors = map[clearline.ID]bool{h.r.UserID: h.r.UserID != 0}
		return f, []need{{tokens: [][]byte{markID(markAuthor, h.r.UserID)}}}, nil
	case "them":
		f.direction = clearline.In
		return f, []need{{tokens: [][]byte{mark(markDirection, string(clearline.In))}}}, nil
	}
	q, err := Parse(`"` + strings.ReplaceAll(name, `"`, " ") + `"`)
	if err != nil {
		return f, nil, err
	}
	for i := range q.terms {
		q.terms[i].prefix, q.terms[i].exact = true, false
	}
	f.name, f.authors = q.terms, map[clearline.ID]bool{}
	n := need{}
	if len(q.terms) > 0 {
		people, err := h.contacts(ctx, q.terms, fromLooked+1)
		if err != nil {
			return f, nil, err
		}
		for _, p := range people {
			n.tokens = append(n.tokens, markID(markConversation, p.ConversationID))
		}
		users, err := h.s.o.Store.Users(ctx, h.r.CompanyID)
		if err != nil {
			return f, nil, err
		}
		for _, u := range users {
			if _, ok := h.matcher.match(q.terms, []string{u.Name}); ok {
				f.authors[u.ID] = true
				n.tokens = append(n.tokens, markID(markAuthor, u.ID))
			}
		}
	}
	switch {
	case len(n.tokens) == 0:
		return f, []need{{tokens: [][]byte{{markByte}}}}, nil // nobody of that name: nothing has this token
	case len(n.tokens) > fromLooked:
		return f, nil, nil
	}
	return f, []need{n}, nil
}

func (h *hunt) inWhich(ctx context.Context) (n need, err error) {
	connections, err := h.s.o.Store.Connections(ctx, h.r.CompanyID)
	if err != nil {
		return n, err
	}
	h.connections = map[clearline.ID]bool{}
	for _, c := range connections {
		if slices.Contains(h.q.In, string(c.Platform)) {
			h.connections[c.ID] = true
			n.tokens = append(n.tokens, markID(markConnection, c.ID))
		}
	}
	if len(n.tokens) == 0 {
		n.tokens = [][]byte{{markByte}}
	}
	return n, nil
}

// passes tells whether a message satisfies every operator; the index may know an older state of it.
func (h *hunt) passes(m *clearline.Message, p *store.SearchPerson) bool {
	if !m.DeletedAt.IsZero() || m.Kind == clearline.KindReaction {
		return false
	}
	if !h.q.After.IsZero() && m.At.Before(h.q.After) || !h.q.Before.IsZero() && !m.At.Before(h.q.Before) {
		return false
	}
	for _, f := range h.from {
		named := func() bool {
			_, ok := h.matcher.match(f.name, names(p))
			return ok
		}
		if !(f.direction != "" && m.Direction == f.direction || m.AuthorID != 0 && f.authors[m.AuthorID] || m.Direction == clearline.In && len(f.name) > 0 && named()) {
			return false
		}
	}
	if h.connections != nil && !h.connections[m.ConnectionID] {
		return false
	}
	for _, has := range h.q.Has {
		if !slices.Contains(contents[m.Kind], has) {
			return false
		}
	}
	for _, is := range h.q.Is {
		if !(is == "failed" && m.Status == clearline.Failed || is == "unread" && p.Unread > 0 || is == string(p.State)) {
			return false
		}
	}
	return true
}

// lateBy is how long after it was written a message may arrive: Meta resends a webhook for up to seven days. Source:
// reference webhooks. earlyBy is how far ahead a platform's clock may be.
const (
	lateBy  = 8 * 24 * time.Hour
	earlyBy = 24 * time.Hour
)

// bounds are the ids between which the messages of the dates asked for lie; ids carry the time of arrival.
func (h *hunt) bounds() (below, least clearline.ID) {
	below = everyID
	if h.r.Below != 0 {
		below = h.r.Below
	}
	if !h.q.Before.IsZero() {
		below = min(below, max(clearline.FirstID(h.q.Before.Add(lateBy)), 1))
	}
	if !h.q.After.IsZero() {
		least = clearline.FirstID(h.q.After.Add(-earlyBy))
	}
	return below, least
}

// stream gives candidates in descending order of their ids.
type stream interface {
	next(ctx context.Context) (clearline.ID, bool, error)
}

// everything gives all messages of a company, for a query of conditions that the index knows nothing of.
type everything struct {
	h     *hunt
	below clearline.ID
	ids   []clearline.ID
	ended bool
}

// everySlice is how many ids are read at once.
const everySlice = 64

func (e *everything) next(ctx context.Context) (clearline.ID, bool, error) {
	if len(e.ids) == 0 && !e.ended {
		var err error
		failed := slices.Contains(e.h.q.Is, "failed")
		if e.ids, err = e.h.s.o.Store.MessageIDsBelow(ctx, e.h.r.CompanyID, e.below, failed, everySlice); err != nil {
			return 0, false, err
		}
		e.ended = len(e.ids) < everySlice
	}
	if len(e.ids) == 0 {
		return 0, false, nil
	}
	e.below, e.ids = e.ids[0], e.ids[1:]
	return e.below, true, nil
}

// find gathers a page of messages.
func (h *hunt) find(ctx context.Context, f *Found) error {
	filters, err := h.filters(ctx)
	if err != nil {
		return err
	}
	below, least := h.bounds()
	needs := byRarity(append(needsOf(h.q.terms), filters...))
	var from stream = &everything{h: h, below: below}
	if len(needs) > 0 {
		from = h.messages.walk(needs, below)
	}
	looked := 0
	for {
		wanted := h.r.Limit + 1 - len(f.Messages)
		var some []clearline.ID
		ended := false
		for len(some) < wanted {
			id, ok, err := from.next(ctx)
			if errors.Is(err, errSpent) {
				f.Next, ended = id+1, true
				break
			}
			if err != nil {
				return err
			}
			if !ok || id < least {
				ended = true
				break
			}
			some = append(some, id)
		}
		if err := h.take(ctx, some, f); err != nil {
			return err
		}
		looked += len(some)
		switch {
		case len(f.Messages) > h.r.Limit:
			f.Messages = f.Messages[:h.r.Limit]
			f.Next = f.Messages[h.r.Limit-1].Message.ID
			return nil
		case ended:
			return nil
		case looked >= candidates || time.Since(h.began) > searchTime:
			f.Next = some[len(some)-1]
			return nil
		}
	}
}

// take holds candidates against their texts and keeps what is found.
func (h *hunt) take(ctx context.Context, some []clearline.ID, f *Found) error {
	if len(some) == 0 {
		return nil
	}
	messages, err := h.s.o.Store.MessagesOf(ctx, h.r.CompanyID, some)
	if err != nil {
		return err
	}
	var conversations []clearline.ID
	for _, m := range messages {
		if !slices.Contains(conversations, m.ConversationID) {
			conversations = append(conversations, m.ConversationID)
		}
	}
	persons, err := h.s.o.Store.SearchPersons(ctx, h.r.CompanyID, conversations)
	if err != nil {
		return err
	}
	for _, id := range some {
		m := messages[id]
		if m == nil {
			continue
		}
		p := persons[m.ConversationID]
		if !h.passes(m, &p) {
			continue
		}
		var files []string
		for _, file := range m.Media {
			if file.Name != "" {
				files = append(files, file.Name)
			}
		}
		if snippet, ok := h.matcher.match(h.q.terms, texts(m.Text, string(m.Details), files)); ok {
			f.Messages = append(f.Messages, FoundMessage{*m, p, snippet})
		}
	}
	return nil
}
