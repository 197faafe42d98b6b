package sim

import (
	"context"
	"errors"
	"strings"
	"time"
)

// How long a customer thinks before answering, after having read.
const (
	thinksLeast  = 700 * time.Millisecond
	thinksSpread = time.Second
	opensLeast   = 900 * time.Millisecond // who reads on opening looks at the phone after this
	playedFor    = 10 * time.Minute
)

// played tells whether somebody types on this phone by hand; such a person
// neither chatters nor answers by itself.
func (s *Sim) played(personID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personByID[personID]
	return p != nil && s.now().Before(p.playedUntil)
}

// play notes that somebody types on this phone by hand.
func (s *Sim) play(personID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.personByID[personID]; p != nil {
		p.playedUntil = s.now().Add(playedFor)
	}
}

// Answers lets the cast answer what the business writes from now on, a few
// seconds after it was read, until ctx or the Sim ends. It does not wait for
// that end. Too many open streams give an error.
func (c *Cast) Answers(ctx context.Context) error {
	changes := c.sim.live.open()
	if changes == nil {
		return errors.New("sim: too many streams are open")
	}
	// What is there already needs no answer any more.
	handled := map[string]string{}
	for _, p := range c.people {
		if m, ok := c.newest(p.ID); ok {
			handled[p.ID] = m.id
		}
	}
	c.sim.spawn(func() {
		defer c.sim.live.close(changes)
		for {
			select {
			case <-ctx.Done():
				return
			case <-c.sim.ctx.Done():
				return
			case id := <-changes:
				m, ok := c.newest(id)
				if _, member := c.byID[id]; !ok || !member || handled[id] == m.id || m.kind == "reaction" {
					continue
				}
				handled[id] = m.id
				c.sim.after(c.waits(m), func() { c.sim.spawn(func() { c.answer(id, m) }) })
			}
		}
	})
	return nil
}

// newest is a copy of the person's newest message when it is the business's and
// has got as far as it gets without the person's doing.
func (c *Cast) newest(personID string) (message, bool) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personByID[personID]
	if p == nil || len(p.thread) == 0 {
		return message{}, false
	}
	m := *p.thread[len(p.thread)-1]
	settled := m.status == "read" || m.status == "delivered" && p.reads != "at_once"
	return m, !m.fromPerson && settled
}

func (c *Cast) waits(m message) time.Duration {
	d := thinksLeast + c.random(thinksSpread)
	if m.status == "delivered" {
		d += opensLeast
	}
	return d
}

// answer writes what the member says to m, unless the business has gone on
// writing or somebody has taken the phone.
func (c *Cast) answer(personID string, m message) {
	if now, ok := c.newest(personID); !ok || now.id != m.id || c.sim.played(personID) {
		return
	}
	reply := c.compose(c.byID[personID], m)
	if reply == nil {
		return
	}
	if _, err := c.sim.Write(personID, *reply); err != nil {
		c.sim.log.Warn("a sample customer could not answer", "person", personID, "error", err)
	}
}

// compose chooses an answer; nil is silence. The first reply always gets one,
// later ones mostly, and sometimes a reaction does.
func (c *Cast) compose(i int, m message) *PersonMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.answered[i]
	c.answered[i]++
	var open []choice
	for _, one := range m.choices {
		if one.Type != "url" {
			open = append(open, one)
		}
	}
	if len(open) > 0 {
		picked := open[c.rng.IntN(len(open))]
		kind := "interactive"
		if picked.Type == "button" {
			kind = "button"
		}
		return &PersonMessage{Kind: kind, Choice: picked.ID, To: m.id}
	}
	if n > 0 {
		switch c.rng.IntN(10) {
		case 0:
			return nil
		case 1, 2:
			emoji := []string{"👍", "❤️", "🙏"}[c.rng.IntN(3)]
			return &PersonMessage{Reaction: &emoji, To: m.id}
		}
	}
	part := lines[c.members[i].language]
	said := part.thanks
	switch {
	case m.kind != "text" && m.kind != "template" && m.kind != "interactive":
		said = part.seen
	case strings.ContainsAny(m.text, "?？؟"):
		said = part.yes
	}
	return &PersonMessage{Text: said[n%len(said)]}
}
