package store

import (
	"strings"
	"sync"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// person is where somebody's messages go: found by one of their keys.
type person struct {
	address      clearline.ID
	contact      clearline.ID
	conversation clearline.ID
	sendTo       string
	name         string
	// keys are all keys of the person as last seen, so that a payload with a new one is looked at closely.
	keys string
	// age is the company's in peopleCache.ages when this was remembered.
	age int64
}

type personKey struct {
	company, connection clearline.ID
	key                 string
}

// peopleCache saves looking up people who wrote before, where one node alone writes (SQLite). It only saves work:
// a message cannot be stored under a conversation that is gone, so that the transaction finds out.
type peopleCache struct {
	mu       sync.Mutex
	old, new map[personKey]person
	// ages tell how often all that was remembered of a company has lost its trust.
	ages map[clearline.ID]int64
}

// peopleCached bounds one generation of the cache; two are kept, about 25 MB together when full.
const peopleCached = 40_000

func newPeopleCache() *peopleCache {
	return &peopleCache{new: map[personKey]person{}, ages: map[clearline.ID]int64{}}
}

// age is that of what may be trusted of a company.
func (c *peopleCache) age(company clearline.ID) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ages[company]
}

// outdate takes away the trust in all that is remembered of a company.
func (c *peopleCache) outdate(company clearline.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ages[company]++
}

func (c *peopleCache) get(k personKey) (person, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.new[k]; ok {
		return p, true
	}
	p, ok := c.old[k]
	if ok {
		c.keep(k, p)
	}
	return p, ok
}

func (c *peopleCache) put(k personKey, p person) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(k, p)
}

func (c *peopleCache) keep(k personKey, p person) {
	if len(c.new) >= peopleCached {
		c.old, c.new = c.new, make(map[personKey]person, peopleCached)
	}
	c.new[k] = p
}

func (c *peopleCache) drop(k personKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.new, k)
	delete(c.old, k)
}

// meeting is one message's need for a person.
type meeting struct {
	company, connection clearline.ID
	who                 *channel.Person
	found               person
	// cached is true when found came from the cache and the transaction must still prove it.
	cached bool
	age    int64
	// past is true when the message is from before the account was connected: its conversation asks for nothing.
	past bool
	// stored is true when the message was none seen before, changed when the person is no longer as found.
	stored, changed bool
}

// meet finds or makes the people of many messages. Within one transaction the company's counter row is
// locked, so nobody else can make the same person.
func (s *Store) meet(tx *Tx, meetings []*meeting) error {
	byKey := map[personKey]*person{}
	var unknown []*meeting
	for _, m := range meetings {
		m.age = s.people.age(m.company)
		if p, ok := s.people.get(m.key(0)); ok && p.keys == m.keys() && p.age == m.age {
			m.found, m.cached = p, true
			continue
		}
		unknown = append(unknown, m)
	}
	if err := s.lookUp(tx, unknown, byKey); err != nil {
		return err
	}
	var fresh freshPeople
	for _, m := range unknown {
		fresh.settle(tx, m, byKey)
	}
	return fresh.write(tx)
}

func (m *meeting) keys() string {
	if len(m.who.Keys) == 1 {
		return ""
	}
	return strings.Join(m.who.Keys, " ")
}

// begins is the state in which a new conversation begins.
func (m *meeting) begins() clearline.ConversationState {
	if m.past {
		return clearline.Done
	}
	return clearline.Open
}

func (m *meeting) key(i int) personKey { return personKey{m.company, m.connection, m.who.Keys[i]} }

func (s *Store) lookUp(tx *Tx, meetings []*meeting, byKey map[personKey]*person) error {
	var keys []personKey
	var rows [][]any
	for _, m := range meetings {
		for i := range m.who.Keys {
			k := m.key(i)
			if _, asked := byKey[k]; asked {
				continue
			}
			byKey[k] = nil
			keys = append(keys, k)
			rows = append(rows, []any{k.company, k.connection, k.key})
		}
	}
	return tx.each(`SELECT a.address_id, a.contact_id, c.conversation_id, a.send_to, t.name
		FROM address_keys k
		JOIN addresses a ON a.company_id = k.company_id AND a.address_id = k.address_id
		JOIN conversations c ON c.company_id = k.company_id AND c.address_id = k.address_id
		JOIN contacts t ON t.company_id = a.company_id AND t.contact_id = a.contact_id
		WHERE k.company_id = $1 AND k.connection_id = $2 AND k.key = $3`, rows, func(i int, _ int64, scan scanFunc) error {
		if scan == nil {
			return nil
		}
		var p person
		var address, contact, conversation int64
		if err := scan(&address, &contact, &conversation, &p.sendTo, &p.name); err != nil {
			return err
		}
		p.address, p.contact, p.conversation = clearline.ID(address), clearline.ID(contact), clearline.ID(conversation)
		byKey[keys[i]] = &p
		return nil
	})
}

// freshPeople gathers the rows of people seen for the first time, and new keys of known ones.
type freshPeople struct {
	contacts, addresses, keys, conversations, joined [][]any
}

func (f *freshPeople) settle(tx *Tx, m *meeting, byKey map[personKey]*person) {
	var p *person
	for i := range m.who.Keys {
		if p = byKey[m.key(i)]; p != nil {
			break
		}
	}
	if p == nil {
		p = &person{address: tx.ids.Next(), contact: tx.ids.Next(), conversation: tx.ids.Next(), sendTo: m.who.SendTo, name: m.who.Name}
		f.contacts = append(f.contacts, []any{m.company, p.contact, p.name, tx.now})
		f.addresses = append(f.addresses, []any{m.company, p.address, m.connection, p.contact, p.sendTo, m.who.Shown})
		f.conversations = append(f.conversations, []any{m.company, p.conversation, m.connection, p.address, m.begins()})
	}
	for i := range m.who.Keys {
		k := m.key(i)
		switch other := byKey[k]; {
		case other == nil:
			f.keys = append(f.keys, []any{m.company, m.connection, k.key, p.address})
			byKey[k] = p
		case other.address != p.address && other.contact != p.contact:
			// Two addresses turn out to be one person: one contact, while each conversation stays where it is.
			f.joined = append(f.joined, []any{m.company, other.address, p.contact})
			other.contact = p.contact
		}
	}
	m.found = *p
	m.found.keys = m.keys()
}

func (f *freshPeople) write(tx *Tx) error {
	for _, set := range []struct {
		text string
		rows [][]any
	}{
		{`INSERT INTO contacts (company_id, contact_id, name, created_at) VALUES ($1, $2, $3, $4)`, f.contacts},
		{`INSERT INTO addresses (company_id, address_id, connection_id, contact_id, send_to, shown) VALUES ($1, $2, $3, $4, $5, $6)`, f.addresses},
		{`INSERT INTO address_keys (company_id, connection_id, key, address_id) VALUES ($1, $2, $3, $4)`, f.keys},
		{`INSERT INTO conversations (company_id, conversation_id, connection_id, address_id, state, unread, waiting_since, answered_at, window_from, last_at, last_message_id)
			VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0)`, f.conversations},
	} {
		if err := tx.insert(set.text, set.rows); err != nil {
			return err
		}
	}
	return tx.later(`UPDATE addresses SET contact_id = $3 WHERE company_id = $1 AND address_id = $2`, f.joined, nil)
}

// refreshPeople follows what the platform says with new messages: the id to send to, and the name. A duplicate is
// old news.
func refreshPeople(tx *Tx, stored []*item) error {
	var sendTo, names [][]any
	latest := map[clearline.ID]*meeting{} // by address: several messages may be from one person
	for _, it := range stored {
		m := it.meeting
		m.stored = true
		if before := latest[m.found.address]; before != nil {
			m.found.sendTo, m.found.name = before.found.sendTo, before.found.name
		}
		latest[m.found.address] = m
		if to := m.who.SendTo; to != "" && to != m.found.sendTo {
			m.found.sendTo = to
			sendTo = append(sendTo, []any{m.company, m.found.address, to})
			m.changed = true
		}
		if name := m.who.Name; name != "" && name != m.found.name {
			m.found.name = name
			names = append(names, []any{m.company, m.found.address, name})
			m.changed = true
			// Lists show the name, and the search finds it.
			tx.change(m.company, clearline.ConversationChanged, m.found.conversation, m.found.conversation)
		}
	}
	if err := tx.later(`UPDATE addresses SET send_to = $3 WHERE company_id = $1 AND address_id = $2`, sendTo, nil); err != nil {
		return err
	}
	// By the address: a cached person may have become one with another contact since.
	return tx.later(`UPDATE contacts SET name = $3 WHERE company_id = $1 AND contact_id =
		(SELECT contact_id FROM addresses WHERE company_id = $1 AND address_id = $2)`, names, nil)
}

// remember caches the people of a committed transaction. Somebody who has changed may be cached under other keys
// too; that is rare, and everybody of the company is then looked up anew.
func (s *Store) remember(meetings []*meeting) {
	if s.Engine() != "sqlite" {
		return
	}
	for _, m := range meetings {
		switch {
		case m.changed:
			s.people.outdate(m.company)
		case m.stored && !m.cached && len(m.who.Keys) > 0:
			m.found.age = m.age
			s.people.put(m.key(0), m.found)
		}
	}
}
