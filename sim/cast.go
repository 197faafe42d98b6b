package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// castMember is one invented customer of the demo.
type castMember struct {
	name, country string
	language      string // of lines.go
	reads         string
	noNumber      bool // known by a business-scoped user id only
}

// cast lives in many countries; the numbers are made from the seed, so that a
// demo started again meets the same people.
var cast = []castMember{
	{"Beatriz", "BR", "pt", "at_once", false},
	{"Caio", "BR", "pt", "on_open", false},
	{"Ximena", "MX", "es", "at_once", false},
	{"Tomás", "AR", "es", "at_once", false},
	{"Lotte", "DE", "de", "at_once", false},
	{"Anselm", "DE", "de", "never", false},
	{"Maëlle", "FR", "fr", "on_open", false},
	{"Ginevra", "IT", "it", "at_once", false},
	{"Priya", "IN", "en", "at_once", false},
	{"Arjun", "IN", "hi", "on_open", false},
	{"Wulan", "ID", "id", "at_once", false},
	{"葵", "JP", "ja", "at_once", false},
	{"ليلى", "EG", "ar", "at_once", false},
	{"Folake", "NG", "en", "at_once", false},
	{"Elif", "TR", "tr", "never", false},
	{"Marisol", "ES", "es", "at_once", true},
	{"Owen", "GB", "en", "at_once", false},
}

// Cast is the demo's customers and the state of what they say.
type Cast struct {
	sim     *Sim
	people  []Person
	members []castMember
	said    []int // how many lines each has said
	rng     *rand.Rand
}

// SampleCast adds the demo's customers to the first account. Called again on
// the same Sim it fails, because the numbers are taken.
func SampleCast(s *Sim) (*Cast, error) {
	c := &Cast{sim: s, rng: rand.New(rand.NewPCG(s.seed, 0x63617374))}
	account := s.WhatsApp().PhoneNumberID
	for i, m := range cast {
		address := countryByISO[m.country].sample(s.seededDigits(fmt.Sprintf("cast/%d", i), 10))
		if m.noNumber {
			address = m.country + "." + s.seededDigits(fmt.Sprintf("cast/uid/%d", i), 17)
		}
		p, err := s.AddPerson(NewPerson{Platform: "whatsapp", Name: m.name, Address: address, Account: account})
		if err != nil {
			return nil, fmt.Errorf("sim: cast member %s: %w", m.name, err)
		}
		if _, err := s.patchPerson(p.ID, fmt.Appendf(nil, `{"reads":%q}`, m.reads)); err != nil {
			return nil, fmt.Errorf("sim: cast member %s: %w", m.name, err)
		}
		c.people = append(c.people, p)
		c.members = append(c.members, m)
		c.said = append(c.said, 0)
	}
	return c, nil
}

// People are the cast, in order.
func (c *Cast) People() []Person { return c.people }

// History lets most of the cast write their first lines at once, as if they had
// written while nobody was looking. The rest comes with Chatter.
func (c *Cast) History() error {
	for i := range c.people {
		if i == len(c.people)-1 {
			continue // this one turns up later
		}
		for range 1 + c.rng.IntN(2) {
			if err := c.say(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// say lets a member write the next line of the part, round and round.
func (c *Cast) say(i int) error {
	part := lines[c.members[i].language]
	line := part[(c.said[i]+i)%len(part)]
	c.said[i]++
	if line.fill {
		line.message.Text = fmt.Sprintf(line.message.Text, 4000+c.rng.IntN(6000))
	}
	_, err := c.sim.Write(c.people[i].ID, line.message)
	return err
}

// Chatter lets the cast go on writing, a message every 4 to 10 s of the Sim's
// clock, until ctx or the Sim ends. Who writes what follows from the seed.
func (c *Cast) Chatter(ctx context.Context) error {
	for c.sim.wait(ctx, 4*time.Second+time.Duration(c.rng.Int64N(int64(6*time.Second)))) {
		if err := c.say(c.rng.IntN(len(c.people))); err != nil {
			return err
		}
	}
	return nil
}
