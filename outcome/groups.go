package outcome

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// State tells who acts next on a group of messages.
type State string

// NeedsYou: they failed or are unconfirmed, and a person decides. Waiting: they leave by themselves.
const (
	NeedsYou State = "needs_you"
	Waiting  State = "waiting"
)

// The actions that a group can be offered.
const (
	ActRetry      = "retry"
	ActTemplate   = "template"
	ActDismiss    = "dismiss"
	ActConnection = "connection"
)

// soon is when a reply window that closes is worth hurrying for.
const soon = time.Hour

// patience is how long a message may be on its way before it counts as waiting, when nothing is known to hold it.
const patience = 30 * time.Second

// Group is messages with one fate: those that failed for one cause, or those that wait on one connection.
type Group struct {
	Key   string
	Cause clearline.Cause
	State State
	// Count is exact up to 10,000. People are the conversations among them.
	Count, People int
	ConnectionID  clearline.ID
	// Code is the platform's number for the newest message, 0 for none.
	Code           int
	Again          bool
	Oldest, Newest time.Time
	// Until is when the connection tries again, zero when it is not held.
	Until       time.Time
	Actions     []string
	ClosingSoon int
}

// Summary is what waits and what wants a decision.
type Summary struct {
	NeedsYou, Waiting, ResolvedToday int
	Groups                           []Group
}

// Within is which messages groups are made of: those of the last days, on one connection or (0) on all.
type Within struct {
	Days       int
	Connection clearline.ID
}

func (o *Outcomes) scope(w Within) store.Scope {
	return store.Scope{From: o.o.Clock.Now().Add(-time.Duration(w.Days) * 24 * time.Hour), ConnectionID: w.Connection}
}

// Summary groups messages; today is when the caller's day began. The largest group that needs a person comes first. A
// connection that the company does not have is absent.
func (o *Outcomes) Summary(ctx context.Context, company clearline.ID, w Within, today time.Time) (s Summary, err error) {
	if w.Connection != 0 {
		if _, err := o.o.Store.Connection(ctx, company, w.Connection); err != nil {
			return s, err
		}
	}
	now, scope := o.o.Clock.Now(), o.scope(w)
	troubles, err := o.o.Store.Troubles(ctx, company, scope)
	if err != nil {
		return s, err
	}
	var newest []clearline.ID
	for _, t := range troubles {
		newest = append(newest, t.Newest)
	}
	shown, err := o.o.Store.MessagesOf(ctx, company, newest)
	if err != nil {
		return s, err
	}
	for _, t := range troubles {
		g := Group{Key: string(NeedsYou) + ":" + string(t.Cause), Cause: t.Cause, State: NeedsYou, Count: t.Messages, People: t.People, Oldest: t.Oldest.Time(), Newest: t.Newest.Time()}
		if m := shown[t.Newest]; m != nil {
			if m.Error != nil {
				g.Code = m.Error.Code
			}
			r, _ := o.Rule(*m)
			g.Again = r.Possible
		}
		g.Actions = offers(g)
		if g.Again {
			if g.ClosingSoon, err = o.closingSoon(ctx, company, t.Cause, scope, now); err != nil {
				return s, err
			}
		}
		s.NeedsYou += g.Count
		s.Groups = append(s.Groups, g)
	}
	slices.SortStableFunc(s.Groups, func(a, b Group) int { return b.Count - a.Count })
	waiting, err := o.waiting(ctx, company, w.Connection)
	if err != nil {
		return s, err
	}
	for _, g := range waiting {
		s.Waiting += g.Count
	}
	s.Groups = append(s.Groups, waiting...)
	s.ResolvedToday, err = o.o.Store.ResolvedSince(ctx, company, store.Scope{From: today, ConnectionID: w.Connection})
	return s, err
}

// closingSoon counts messages whose reply window ends within the hour. All platforms here have windows of one length.
func (o *Outcomes) closingSoon(ctx context.Context, company clearline.ID, cause clearline.Cause, scope store.Scope, now time.Time) (n int, err error) {
	for _, l := range o.o.Limits {
		if l.Window == 0 {
			continue
		}
		k, err := o.o.Store.ClosingSoon(ctx, company, cause, scope, now.Add(-l.Window), now.Add(soon-l.Window))
		if err != nil {
			return 0, err
		}
		n = max(n, k)
	}
	return n, nil
}

// waiting are the connections with messages that wait, or one of them (only).
func (o *Outcomes) waiting(ctx context.Context, company, only clearline.ID) (all []Group, err error) {
	connections, err := o.o.Store.Connections(ctx, company)
	if err != nil {
		return nil, err
	}
	holds, err := o.o.Store.Holds(ctx, company)
	if err != nil {
		return nil, err
	}
	for _, c := range connections {
		if only != 0 && c.ID != only {
			continue
		}
		w, err := o.o.Store.Waits(ctx, company, c.ID, patience)
		if err != nil {
			return nil, err
		}
		if w.Messages == 0 {
			continue
		}
		g := Group{Key: string(Waiting) + ":" + c.ID.String(), Cause: w.Cause, State: Waiting, Count: w.Messages, People: w.People, ConnectionID: c.ID,
			Oldest: w.Oldest.Time(), Newest: w.Newest.Time()}
		if h, held := holds[c.ID]; held {
			g.Cause, g.Until = h.Cause, h.Until
		}
		g.Actions = []string{ActConnection}
		all = append(all, g)
	}
	return all, nil
}

// offers are what can be done about a group that needs a person, the likeliest first. Messages that a page offers a template
// for are those that the window kept.
func offers(g Group) (acts []string) {
	page, known := playbook.Find(g.Cause)
	if known && slices.ContainsFunc(page.Do, func(s playbook.Step) bool { return s.Action != nil && *s.Action == ActTemplate }) {
		acts = append(acts, ActTemplate)
	}
	if g.Again {
		acts = append(acts, ActRetry)
	}
	if known && slices.Contains(page.Seen, playbook.OnConnection) {
		acts = append(acts, ActConnection)
	}
	return append(acts, ActDismiss)
}

// Messages lists a group's messages in pages: those that need a person the newest first, those that wait in the order they
// leave. after is the last id of the page before, 0 for the first. A group that is not there any more is empty; a key of no
// group is absent.
func (o *Outcomes) Messages(ctx context.Context, company clearline.ID, key string, w Within, after clearline.ID, limit int) ([]clearline.Message, error) {
	ids, err := o.members(ctx, company, key, w, after, limit)
	if err != nil {
		return nil, err
	}
	found, err := o.o.Store.MessagesOf(ctx, company, ids)
	if err != nil {
		return nil, err
	}
	all := make([]clearline.Message, 0, len(ids))
	for _, id := range ids {
		if m := found[id]; m != nil {
			all = append(all, *m)
		}
	}
	return all, nil
}

func (o *Outcomes) members(ctx context.Context, company clearline.ID, key string, w Within, after clearline.ID, limit int) ([]clearline.ID, error) {
	state, rest, _ := strings.Cut(key, ":")
	switch State(state) {
	case NeedsYou:
		if rest != "" {
			return o.o.Store.TroubleIDs(ctx, company, clearline.Cause(rest), o.scope(w), after, limit)
		}
	case Waiting:
		if connection, err := clearline.ParseID(rest); err == nil && (w.Connection == 0 || w.Connection == connection) {
			return o.o.Store.WaitIDs(ctx, company, connection, patience, after, limit)
		}
	}
	return nil, store.ErrAbsent
}
