package sim

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Person is a customer with a phone, as /control/v1/people shows it.
type Person struct {
	ID       string `json:"id"`
	Platform string `json:"platform"` // whatsapp
	Name     string `json:"name"`
	// Address is the wa_id, or the business-scoped user id of a person whose
	// phone number the business does not see.
	Address string `json:"address"`
	Account string `json:"account"` // the phone_number_id this person writes to
	Online  bool   `json:"online"`
	// Blocked: the person blocked the business; messages stay sent.
	Blocked       bool   `json:"blocked"`
	Reads         string `json:"reads"` // at_once, on_open or never
	Client        Client `json:"client"`
	TermsAccepted bool   `json:"terms_accepted"`

	UserID   string  `json:"user_id"`
	Username *string `json:"username"`
	// WindowClosesAt is the end of the customer service window; null before the
	// person's first message.
	WindowClosesAt *time.Time `json:"window_closes_at"`
	TypingUntil    *time.Time `json:"typing_until"` // the business is typing
	Unread         int        `json:"unread"`       // delivered and not read here
	LastAt         *time.Time `json:"last_at"`
	LastText       string     `json:"last_text"`
	LastFrom       string     `json:"last_from"` // person, business, or "" when nothing was written
}

// Client is the person's app. Below the platform's minimum versions nothing
// can be delivered (131026).
type Client struct {
	App     string `json:"app"` // android, iphone, business_android, business_iphone, kaios, web
	Version string `json:"version"`
}

// NewPerson is what POST /control/v1/people takes.
type NewPerson struct {
	Platform string `json:"platform"`
	Name     string `json:"name"`
	// Address: digits of a number, a business-scoped user id (CC.…) for a person
	// without a visible number, or empty for a made-up number.
	Address string `json:"address"`
	Account string `json:"account"` // phone_number_id; empty: the first account
}

const maxPeople = 200_000

type person struct {
	id, name, account, waID, userID, username string

	online, blocked, terms bool
	reads                  string
	client                 Client

	lastInbound time.Time // opens the service window
	typingUntil time.Time
	playedUntil time.Time // somebody types on this phone by hand
	pair        bucket    // the pair limit towards this person
	thread      []*message
}

// minimumClient holds the oldest versions that can receive (131026).
var minimumClient = map[string]string{
	"android":          "2.21.15.15",
	"business_android": "2.21.15.15",
	"iphone":           "2.21.170.4",
	"business_iphone":  "2.21.170.4",
	"kaios":            "2.2130.10",
	"web":              "2.2132.6",
}

const currentClient = "2.26.40.10"

var (
	bsuid      = regexp.MustCompile(`^[A-Z]{2}\.[A-Za-z0-9.]{1,128}$`)
	dotVersion = regexp.MustCompile(`^\d{1,6}(\.\d{1,6}){0,5}$`)
)

// AddPerson gives a phone to a new customer.
func (s *Sim) AddPerson(n NewPerson) (Person, error) {
	switch {
	case n.Platform == "":
		return Person{}, fieldError{"platform", "is required"}
	case n.Platform != "whatsapp":
		return Person{}, fieldError{"platform", fmt.Sprintf("%q has no twin here; known: whatsapp", n.Platform)}
	case strings.TrimSpace(n.Name) == "":
		return Person{}, fieldError{"name", "is required"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n.Account == "" {
		n.Account = s.first.PhoneNumberID
	}
	if s.numbers[n.Account] == nil {
		return Person{}, fieldError{"account", "no such phone_number_id"}
	}
	if len(s.people) >= maxPeople {
		return Person{}, fieldError{"name", fmt.Sprintf("the twin holds at most %d people", maxPeople)}
	}
	p := &person{
		id: "p" + strconv.Itoa(len(s.people)+1), name: n.Name, account: n.Account,
		online: true, terms: true, reads: "at_once", client: Client{"android", currentClient},
	}
	place := strconv.Itoa(len(s.people) + 1)
	switch {
	case n.Address == "":
		for i := 0; p.waID == "" || s.findByAddress(n.Account, p.waID) != nil; i++ {
			p.waID = countryByISO["US"].sample(s.seededDigits(fmt.Sprintf("person/%s/%d", place, i), 10))
		}
	case bsuid.MatchString(n.Address):
		if s.personByUID[n.Account+"/"+n.Address] != nil {
			return Person{}, fieldError{"address", "is taken on this account"}
		}
		p.userID = n.Address
		p.username = "user." + s.seededHex("username/"+place, 6)
	default:
		digits, ok := digitsOf(n.Address)
		if !ok || len(digits) < 7 || len(digits) > 15 {
			return Person{}, fieldError{"address", "must be 7 to 15 digits or a user id like US.1234"}
		}
		if s.findByAddress(n.Account, digits) != nil {
			return Person{}, fieldError{"address", "is taken on this account"}
		}
		p.waID = digits
	}
	if p.userID == "" {
		p.userID = isoOf(p.waID) + "." + s.seededDigits("uid/"+n.Account+"/"+p.waID, 17)
	}
	s.people = append(s.people, p)
	s.personByID[p.id] = p
	if p.waID != "" {
		s.personByWa[p.account+"/"+p.waID] = p
	}
	s.personByUID[p.account+"/"+p.userID] = p
	s.live.tell(p.id)
	return s.personView(p), nil
}

// isoOf names the country a number most likely belongs to.
func isoOf(waID string) string {
	best := country{iso: "US"}
	for _, c := range countryByISO {
		if strings.HasPrefix(waID, c.code) && len(c.code) > len(best.code) {
			best = c
		}
	}
	return best.iso
}

// findByAddress looks a number up under all its variants. Needs the lock.
func (w *world) findByAddress(account, digits string) *person {
	for _, v := range waVariants(digits) {
		if p := w.personByWa[account+"/"+v]; p != nil {
			return p
		}
	}
	return nil
}

// address is what the control interface and the ledger call the person.
func (p *person) address() string {
	if p.waID != "" {
		return p.waID
	}
	return p.userID
}

// windowOpen tells whether free-form messages may be sent. Needs the lock.
func (p *person) windowOpen(now time.Time) bool {
	return !p.lastInbound.IsZero() && now.Before(p.lastInbound.Add(serviceWindow))
}

const (
	serviceWindow = 24 * time.Hour
	typingLasts   = 25 * time.Second
)

// outdated tells whether the app is older than the platform serves.
func (p *person) outdated() bool {
	minimum, known := minimumClient[p.client.App]
	return known && olderVersion(p.client.Version, minimum)
}

func olderVersion(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		var x, y int
		if i < len(as) {
			x, _ = strconv.Atoi(as[i])
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if x != y {
			return x < y
		}
	}
	return false
}

// personView needs the lock.
func (s *Sim) personView(p *person) Person {
	v := Person{
		ID: p.id, Platform: "whatsapp", Name: p.name, Address: p.address(), Account: p.account,
		Online: p.online, Blocked: p.blocked, Reads: p.reads, Client: p.client,
		TermsAccepted: p.terms, UserID: p.userID,
	}
	if p.username != "" {
		v.Username = &p.username
	}
	if !p.lastInbound.IsZero() {
		closes := p.lastInbound.Add(serviceWindow).UTC().Truncate(time.Millisecond)
		v.WindowClosesAt = &closes
	}
	if p.typingUntil.After(s.now()) {
		until := p.typingUntil.UTC().Truncate(time.Millisecond)
		v.TypingUntil = &until
	}
	for i := len(p.thread) - 1; i >= 0; i-- {
		m := p.thread[i]
		if !m.visible() {
			continue
		}
		if v.LastAt == nil {
			at := m.at.UTC().Truncate(time.Millisecond)
			v.LastAt, v.LastText, v.LastFrom = &at, m.preview(), m.from()
		}
		if m.fromPerson || m.status == "read" {
			break
		}
		v.Unread++
	}
	return v
}

// People lists the customers of one platform, or of all for "", newest first.
func (s *Sim) People(platform string) []Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Person, 0, len(s.people))
	if platform == "" || platform == "whatsapp" {
		for _, p := range slices.Backward(s.people) {
			list = append(list, s.personView(p))
		}
	}
	return list
}

// personPatch holds the fields of PATCH people/{id}; null or absent: unchanged.
type personPatch struct {
	Name          *string `json:"name"`
	Online        *bool   `json:"online"`
	Blocked       *bool   `json:"blocked"`
	Reads         *string `json:"reads"`
	Client        *Client `json:"client"`
	TermsAccepted *bool   `json:"terms_accepted"`
}

// patchPerson changes a customer as the control interface asks.
func (s *Sim) patchPerson(id string, raw []byte) (Person, error) {
	var patch personPatch
	if err := strictJSON(raw, &patch); err != nil {
		return Person{}, err
	}
	return s.changePerson(id, patch)
}

// changePerson changes a customer. Coming online lets what waited be delivered.
func (s *Sim) changePerson(id string, patch personPatch) (Person, error) {
	if patch.Reads != nil && !slices.Contains([]string{"at_once", "on_open", "never"}, *patch.Reads) {
		return Person{}, fieldError{"reads", "must be at_once, on_open or never"}
	}
	if patch.Client != nil {
		if _, ok := minimumClient[patch.Client.App]; !ok {
			return Person{}, fieldError{"client.app", "must be android, business_android, iphone, business_iphone, kaios or web"}
		}
		if !dotVersion.MatchString(patch.Client.Version) {
			return Person{}, fieldError{"client.version", "must be numbers with dots"}
		}
	}
	s.mu.Lock()
	p := s.personByID[id]
	if p == nil {
		s.mu.Unlock()
		return Person{}, errAbsent
	}
	set(&p.name, patch.Name)
	set(&p.online, patch.Online)
	set(&p.blocked, patch.Blocked)
	set(&p.reads, patch.Reads)
	set(&p.client, patch.Client)
	set(&p.terms, patch.TermsAccepted)
	view := s.personView(p)
	s.mu.Unlock()
	s.deliverWaiting(id)
	s.live.tell(id)
	return view, nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// strictJSON decodes one object whose fields must all be known.
func strictJSON(raw []byte, into any) error {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fieldError{"body", "is not understood: " + err.Error()}
	}
	if d.More() {
		return fieldError{"body", "holds more than one value"}
	}
	return nil
}
