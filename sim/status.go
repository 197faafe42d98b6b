package sim

import (
	"strconv"
	"time"
)

// heldFor is how long the platform keeps a message for a phone that is off.
const heldFor = 30 * 24 * time.Hour

func unixString(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// startStatuses lets an accepted message run: sent, then delivered and read as
// the person's phone allows, or failed.
func (s *Sim) startStatuses(m *message) {
	s.after(s.Settings().statusDelay("sent"), func() { s.stepSent(m) })
}

func (s *Sim) stepSent(m *message) {
	s.mu.Lock()
	p := s.personByID[m.person]
	if m.failure != nil && m.conflict == "" {
		m.status = "failed"
		s.mu.Unlock()
		s.tellStatus(p, m, "failed")
		return
	}
	if m.kind == "reaction" { // gets no further status, and shows at once
		m.status = "delivered"
	}
	s.mu.Unlock()
	s.tellStatus(p, m, "sent")
	if m.kind == "reaction" {
		s.live.tell(p.id)
		return
	}
	s.scheduleDelivery(m)
}

// scheduleDelivery hands the message to the phone after the natural time, or
// lets it wait when the phone is off or the business is blocked.
func (s *Sim) scheduleDelivery(m *message) {
	s.after(s.Settings().statusDelay("delivered"), func() { s.stepDelivered(m) })
}

func (s *Sim) stepDelivered(m *message) {
	s.mu.Lock()
	p := s.personByID[m.person]
	held := false
	if p.online && !p.blocked {
		h := happening{operation: "send", accounts: []string{m.account, s.numbers[m.account].waba.id}, person: p.id, address: p.address()}
		_, held = s.faults.pick(h, "held")
	}
	if !p.online || p.blocked || held {
		m.waiting = true
		s.mu.Unlock()
		return
	}
	m.status = "delivered"
	reads := p.reads
	s.mu.Unlock()
	if reads == "at_once" && s.Settings().SkipDelivered {
		s.markRead(m)
		return
	}
	if m.conflict == "before" {
		s.tellStatus(p, m, "failed")
	}
	s.tellStatus(p, m, "delivered")
	if m.conflict == "after" {
		s.tellStatus(p, m, "failed")
	}
	s.live.tell(p.id)
	if reads == "at_once" {
		s.after(s.Settings().statusDelay("read"), func() { s.markRead(m) })
	}
}

// markRead tells that the person saw the message, if the person's app tells.
func (s *Sim) markRead(m *message) {
	s.mu.Lock()
	p := s.personByID[m.person]
	if m.status != "delivered" || m.kind == "reaction" || p.reads == "never" {
		s.mu.Unlock()
		return
	}
	m.status = "read"
	s.mu.Unlock()
	s.tellStatus(p, m, "read")
	s.live.tell(p.id)
}

// OpenThread is the person looking at the thread: everything delivered is read.
func (s *Sim) OpenThread(personID string) error {
	s.mu.Lock()
	p := s.personByID[personID]
	if p == nil {
		s.mu.Unlock()
		return errAbsent
	}
	var seen []*message
	for i := len(p.thread) - 1; i >= 0; i-- {
		m := p.thread[i]
		if !m.fromPerson && m.status == "delivered" {
			seen = append(seen, m)
		}
		if m.status == "read" && !m.fromPerson {
			break
		}
	}
	s.mu.Unlock()
	for i := len(seen) - 1; i >= 0; i-- {
		s.markRead(seen[i])
	}
	return nil
}

// deliverWaiting lets what waited for one phone ("" = all) reach it.
func (s *Sim) deliverWaiting(personID string) {
	s.mu.Lock()
	var ready []*message
	for _, p := range s.people {
		if personID != "" && p.id != personID || !p.online || p.blocked {
			continue
		}
		for _, m := range p.thread {
			if !m.waiting {
				continue
			}
			m.waiting = false
			if s.now().Sub(m.at) < heldFor {
				ready = append(ready, m)
			}
		}
	}
	s.mu.Unlock()
	for _, m := range ready {
		s.scheduleDelivery(m)
	}
}

// tellStatus emits one status. p is nil for a number that nobody has.
func (s *Sim) tellStatus(p *person, m *message, status string) {
	s.mu.Lock()
	st := wireStatus{ID: m.id, Status: status, Timestamp: unixString(s.now()), CallbackData: m.callback}
	value := s.valueFor(s.numbers[m.account])
	if p != nil {
		st.RecipientID, st.RecipientUserID = p.waID, p.userID
		value.Contacts = []wireContact{p.wireContact()} // statuses carry contacts since 2026 (field)
	} else {
		st.RecipientID = m.person
	}
	switch status {
	case "sent", "delivered":
		st.Pricing = m.pricing
	case "read":
		if s.Settings().SkipDelivered {
			st.Pricing = m.pricing
		}
	case "failed":
		st.Errors = []wireError{m.failure.wire()}
	}
	value.Statuses = []wireStatus{st}
	s.mu.Unlock()
	s.emit(event{account: m.account, person: p, ids: []string{m.id + "/" + status}, value: value})
}
