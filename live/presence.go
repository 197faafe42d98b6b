package live

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// PresenceLife is how long a person's word about a conversation holds; pages repeat it while it is true.
const PresenceLife = 30 * time.Second

// presencesMost bounds what is remembered of one company.
const presencesMost = 10_000

// PresenceState is what somebody does in a conversation.
type PresenceState string

// The states. Gone ends a presence.
const (
	Viewing PresenceState = "viewing"
	Typing  PresenceState = "typing"
	Gone    PresenceState = "gone"
)

// Presence is one person's word about one conversation. It is a courtesy: no fact rests on it, and a restart
// forgets it until it is said again.
type Presence struct {
	ConversationID, UserID clearline.ID
	State                  PresenceState
}

type presenceKey struct{ conversation, user clearline.ID }

func (p Presence) key() presenceKey { return presenceKey{p.ConversationID, p.UserID} }

// seen is a presence as this node last heard of it.
type seen struct {
	Presence
	beat clearline.ID
	ends clock.Timer
}

// Say takes a person's word and tells those who watch the company, on every node.
func (l *Live) Say(ctx context.Context, company clearline.ID, p Presence) error {
	var beat clearline.ID
	if l.shared() {
		beat = l.store.NewID()
		row := store.PresenceRow{CompanyID: company, ConversationID: p.ConversationID, UserID: p.UserID, State: string(p.State), Beat: beat}
		if err := l.store.KeepPresence(ctx, row); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hear(company, p, beat)
	return nil
}

// Present are those who are in a company's conversations now.
func (l *Live) Present(ctx context.Context, company clearline.ID) ([]Presence, error) {
	if l.shared() {
		if err := l.look(ctx, []clearline.ID{company}); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.present(company), nil
}

func (l *Live) present(company clearline.ID) []Presence {
	all := make([]Presence, 0, len(l.rooms[company]))
	for _, s := range l.rooms[company] {
		if s.State != Gone {
			all = append(all, s.Presence)
		}
	}
	slices.SortFunc(all, func(a, b Presence) int {
		return cmp.Or(cmp.Compare(a.ConversationID, b.ConversationID), cmp.Compare(a.UserID, b.UserID))
	})
	return all
}

// look reads what other nodes were told.
func (l *Live) look(ctx context.Context, companies []clearline.ID) error {
	rows, err := l.store.Presences(ctx, companies)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range rows {
		l.hear(r.CompanyID, Presence{r.ConversationID, r.UserID, PresenceState(r.State)}, r.Beat)
	}
	return nil
}

// hear takes a word over. One that has a beat lies in the table too, and counts when the beat has moved.
func (l *Live) hear(company clearline.ID, p Presence, beat clearline.ID) {
	room := l.rooms[company]
	if room == nil {
		room = map[presenceKey]*seen{}
		l.rooms[company] = room
	}
	s := room[p.key()]
	switch {
	case s == nil && (len(room) >= presencesMost || p.State == Gone):
		return
	case s == nil:
		s = &seen{Presence: Presence{p.ConversationID, p.UserID, Gone}}
		s.ends = l.clock.AfterFunc(PresenceLife, func() { l.expire(company, s) })
		room[p.key()] = s
	case beat != 0 && s.beat == beat:
		return
	default:
		s.ends.Reset(PresenceLife)
	}
	if beat != 0 {
		s.beat = beat
	}
	if s.State != p.State {
		s.State = p.State
		l.tell(company, p)
	}
}

// expire ends a presence that nobody has repeated. What lies in the table is forgotten here only after it is gone
// there, or it would be heard anew.
func (l *Live) expire(company clearline.ID, s *seen) {
	l.mu.Lock()
	row := store.PresenceRow{CompanyID: company, ConversationID: s.ConversationID, UserID: s.UserID, Beat: s.beat}
	if s.State != Gone {
		s.State = Gone
		l.tell(company, s.Presence)
	}
	l.mu.Unlock()
	if row.Beat != 0 {
		if err := l.store.EndPresence(context.Background(), row); err != nil {
			l.log.Debug("a presence that ended could not be removed; another node will", "err", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if room := l.rooms[company]; room[s.key()] == s && s.State == Gone && s.beat == row.Beat {
		s.ends.Stop()
		if delete(room, s.key()); len(room) == 0 {
			delete(l.rooms, company)
		}
	}
}

// tell passes a word to the watchers; each keeps the last one about every person and conversation.
func (l *Live) tell(company clearline.ID, p Presence) {
	f := l.feeds[company]
	if f == nil {
		return
	}
	for w := range f.watchers {
		w.present[p.key()] = p
		w.wake()
	}
}
