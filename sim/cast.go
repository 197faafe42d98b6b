package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// castMember is one invented customer of the demo.
type castMember struct {
	name     string
	address  string
	language string // of lines.go
	reads    string // "" is at_once
	// old is an app that the platform no longer delivers to (131026).
	old bool
}

// cast lives in many countries. The numbers are those that regulators keep for
// fiction (US 555-01xx; GB 7700 900xxx; DE 171 39200xx; FR 6 39 98 xx xx; SE
// 70 174 06xx; IE 20 91x; AU 491 570 156); elsewhere they bear 555 in a place
// that shows them as invented. One person has no visible number.
var cast = []castMember{
	{name: "Ana Souza", address: "551185550101", language: "pt"},
	{name: "Beatriz Nunes", address: "554185550102", language: "pt"},
	{name: "Thiago Prado", address: "552185550103", language: "pt", reads: "on_open"},
	{name: "João Figueira", address: "351910555104", language: "pt"},
	{name: "Marta Queirós", address: "351910555105", language: "pt", reads: "never"},
	{name: "Ximena Robles", address: "5215555550106", language: "es"},
	{name: "Tomás Echeverría", address: "5491155550107", language: "es"},
	{name: "Lucía Ferrer", address: "34600555108", language: "es"},
	{name: "Marisol", address: "ES.10928374655550109", language: "es"},
	{name: "Lotte Brandt", address: "491713920010", language: "de"},
	{name: "Anselm Vogt", address: "491713920011", language: "de", reads: "never"},
	{name: "Jana Kern", address: "491713920012", language: "de"},
	{name: "Maëlle Girard", address: "33639980013", language: "fr", reads: "on_open"},
	{name: "Idrissa Koné", address: "33639980014", language: "fr"},
	{name: "Ginevra Salis", address: "393305550115", language: "it"},
	{name: "Priya Raman", address: "919000555116", language: "en"},
	{name: "Owen Hartley", address: "447700900117", language: "en"},
	{name: "Folake Adeyemi", address: "2348005550118", language: "en"},
	{name: "Maddie Clarke", address: "12125550119", language: "en"},
	{name: "Grant Ellery", address: "13125550120", language: "en"},
	{name: "Siobhán Keane", address: "353209130121", language: "en"},
	{name: "Noah Whitfield", address: "61491570156", language: "en"},
	{name: "Arjun Mehta", address: "919000555123", language: "hi", reads: "on_open"},
	{name: "Kavita Joshi", address: "919000555124", language: "hi"},
	{name: "林晓雯", address: "8613055500125", language: "zh"},
	{name: "陈志远", address: "8613055500126", language: "zh"},
	{name: "黃美玲", address: "886905555127", language: "zh"},
	{name: "佐倉 葵", address: "819055500128", language: "ja"},
	{name: "北村 健太", address: "819055500129", language: "ja"},
	{name: "한서연", address: "821055500130", language: "ko"},
	{name: "ليلى حداد", address: "201005550131", language: "ar"},
	{name: "كريم منصور", address: "971505550132", language: "ar"},
	{name: "กานดา ศรีสุข", address: "66805550133", language: "th"},
	{name: "Wulan Pratiwi", address: "628125550134", language: "id"},
	{name: "Elif Aydın", address: "905305550135", language: "tr", reads: "never"},
	{name: "Sanne de Wit", address: "31655500136", language: "nl"},
	{name: "Zofia Malec", address: "48605550137", language: "pl", old: true},
	{name: "Оксана Гринь", address: "380675550138", language: "uk"},
	{name: "Elsa Lindqvist", address: "46701740639", language: "sv"},
	{name: "נועה ברק", address: "972525550140", language: "he"},
	{name: "Trần Minh Anh", address: "84905550141", language: "vi"},
}

// Cast is the demo's customers and the state of what they say.
type Cast struct {
	sim     *Sim
	people  []Person
	members []castMember
	byID    map[string]int

	mu       sync.Mutex
	said     []int // how many lines each has said
	answered []int // how many replies each has answered
	rng      *rand.Rand
}

// SampleCast adds the demo's customers to the first account. Called again on
// the same Sim it fails, because the numbers are taken.
func SampleCast(s *Sim) (*Cast, error) {
	c := &Cast{sim: s, members: cast, byID: map[string]int{}, said: make([]int, len(cast)), answered: make([]int, len(cast)),
		rng: rand.New(rand.NewPCG(s.seed, 0x63617374))}
	account := s.WhatsApp().PhoneNumberID
	for i, m := range cast {
		p, err := s.AddPerson(NewPerson{Platform: "whatsapp", Name: m.name, Address: m.address, Account: account})
		if err != nil {
			return nil, fmt.Errorf("sim: cast member %s: %w", m.name, err)
		}
		var patch personPatch
		if m.reads != "" {
			patch.Reads = &m.reads
		}
		if m.old {
			patch.Client = &Client{"android", "2.20.1.1"}
		}
		if p, err = s.changePerson(p.ID, patch); err != nil {
			return nil, fmt.Errorf("sim: cast member %s: %w", m.name, err)
		}
		c.byID[p.ID] = i
		c.people = append(c.people, p)
	}
	return c, nil
}

// People are the cast, in order.
func (c *Cast) People() []Person { return c.people }

// Person finds a member by name.
func (c *Cast) Person(name string) (Person, bool) {
	for _, p := range c.people {
		if p.Name == name {
			return p, true
		}
	}
	return Person{}, false
}

// say lets a member write the next line of the part, round and round.
func (c *Cast) say(i int) error {
	c.mu.Lock()
	part := lines[c.members[i].language]
	line := part.opens[(c.said[i]+i)%len(part.opens)]
	c.said[i]++
	if line.fill {
		line.message.Text = fmt.Sprintf(line.message.Text, 4000+c.rng.IntN(6000))
	}
	c.mu.Unlock()
	_, err := c.sim.Write(c.people[i].ID, line.message)
	return err
}

// Pace of the chatter: calm enough to read along.
const (
	chatterLeast  = 7 * time.Second
	chatterSpread = 9 * time.Second
)

// Chatter lets the cast go on writing, a message every 7 to 16 s of the Sim's
// clock, until ctx or the Sim ends. Who writes what follows from the seed; who
// is being played on the phones page is left alone.
func (c *Cast) Chatter(ctx context.Context) error {
	for c.sim.wait(ctx, chatterLeast+c.random(chatterSpread)) {
		i := c.pick()
		if c.sim.played(c.people[i].ID) {
			continue
		}
		if err := c.say(i); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cast) pick() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rng.IntN(len(c.people))
}

func (c *Cast) random(below time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.rng.Int64N(int64(below)))
}
