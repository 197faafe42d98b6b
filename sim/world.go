package sim

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Account is one business phone number and what a program needs to act for it.
// The JSON names are those of `clearline sim --json`.
type Account struct {
	PhoneNumberID string `json:"phone_number_id"`
	WABAID        string `json:"waba_id"`
	Token         string `json:"token"`
	AppID         string `json:"app_id"`
	AppSecret     string `json:"app_secret"`
	VerifyToken   string `json:"verify_token"`
	DisplayNumber string `json:"display_phone_number"` // digits only
	Name          string `json:"name"`
}

// AccountSpec says which account to add.
type AccountSpec struct {
	Name    string `json:"name"`    // display name; required
	Country string `json:"country"` // of the number: US, BR, MX, DE, IN …; default US
	WABAID  string `json:"waba_id"` // an existing WABA for a further number; empty: a new one
	AppID   string `json:"app_id"`  // an existing app (several companies, one app); empty: a new one, or the WABA's
}

// world is all the twin knows; Sim.mu guards it.
type world struct {
	first    Account
	accounts []Account // in order of adding
	apps     map[string]*app
	wabas    map[string]*waba
	numbers  map[string]*number
	tokens   map[string]*token

	people      []*person
	personByID  map[string]*person
	personByWa  map[string]*person // account/wa_id
	personByUID map[string]*person // account/user_id

	messages messageBook
	media    mediaShelf
}

type app struct {
	id, name, secret, verifyToken string

	callback string // app-level callback; empty = not subscribed
	// callbackVerify is the verify token last given with the callback.
	callbackVerify string
	fields         []string
}

type waba struct {
	id, businessID, name string
	templates            []*template
	// subscribed maps an app's id to its override callback, "" for none.
	subscribed map[string]string
	calls      hourly // management calls
}

type number struct {
	id, display, name, country string
	waba                       *waba
	registered                 bool
	pin                        string
	override                   map[string]string // app id → callback
	throughput                 bucket
	onboarded                  time.Time
}

type token struct {
	value, appID, userID string
	kind                 string // SYSTEM_USER or APP
	scopes               []string
	wabas                []string
	issued               time.Time
	calls                hourly
}

func newWorld() world {
	return world{
		apps:        map[string]*app{},
		wabas:       map[string]*waba{},
		numbers:     map[string]*number{},
		tokens:      map[string]*token{},
		personByID:  map[string]*person{},
		personByWa:  map[string]*person{},
		personByUID: map[string]*person{},
		messages:    newMessageBook(),
		media:       newMediaShelf(),
	}
}

// AddAccount adds a number, with a WABA and an app of its own unless the spec
// names existing ones, and a token that may act for it. The token of a further
// number of the same WABA and app is the one already there.
func (s *Sim) AddAccount(spec AccountSpec) (Account, error) {
	if spec.Name == "" {
		return Account{}, fieldError{"name", "is required"}
	}
	if spec.Country == "" {
		spec.Country = "US"
	}
	country, ok := countryByISO[spec.Country]
	if !ok {
		return Account{}, fieldError{"country", fmt.Sprintf("%q is not one the twin has numbers for: %v", spec.Country, slices.Sorted(maps.Keys(countryByISO)))}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	place := len(s.accounts) + 1
	w, ok := s.wabas[spec.WABAID]
	if !ok {
		if spec.WABAID != "" {
			return Account{}, fieldError{"waba_id", "no such WABA"}
		}
		w = s.addWABA(place, spec.Name)
	}
	a, ok := s.apps[spec.AppID]
	if !ok && spec.AppID != "" {
		return Account{}, fieldError{"app_id", "no such app"}
	}
	if a == nil && spec.WABAID != "" {
		for _, other := range s.accounts {
			if other.WABAID == w.id {
				a = s.apps[other.AppID]
				break
			}
		}
	}
	if a == nil {
		a = s.addApp(place)
	}
	n := &number{
		id:         s.seededDigits(fmt.Sprintf("number/%d", place), 15),
		display:    country.sample(s.seededDigits(fmt.Sprintf("line/%d", place), 10)),
		name:       spec.Name,
		country:    spec.Country,
		waba:       w,
		registered: true,
		override:   map[string]string{},
		onboarded:  s.now(),
	}
	s.numbers[n.id] = n
	t := s.tokenFor(place, a, w)
	account := Account{
		PhoneNumberID: n.id, WABAID: w.id, Token: t.value,
		AppID: a.id, AppSecret: a.secret, VerifyToken: a.verifyToken,
		DisplayNumber: n.display, Name: spec.Name,
	}
	s.accounts = append(s.accounts, account)
	return account, nil
}

// Accounts lists all, oldest first.
func (s *Sim) Accounts() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accounts)
}

func (s *Sim) addWABA(place int, name string) *waba {
	w := &waba{
		id:         s.seededDigits(fmt.Sprintf("waba/%d", place), 15),
		businessID: s.seededDigits(fmt.Sprintf("business/%d", place), 15),
		name:       name,
		subscribed: map[string]string{},
	}
	w.templates = s.sampleTemplates(w.id)
	s.wabas[w.id] = w
	return w
}

func (s *Sim) addApp(place int) *app {
	a := &app{
		id:          s.seededDigits(fmt.Sprintf("app/%d", place), 15),
		name:        fmt.Sprintf("Inbox app %d", place),
		secret:      s.seededHex(fmt.Sprintf("secret/%d", place), 32),
		verifyToken: "verify-" + s.seededHex(fmt.Sprintf("verify/%d", place), 16),
		fields:      slices.Clone(defaultWebhookFields),
	}
	s.apps[a.id] = a
	return a
}

var defaultWebhookFields = []string{"messages", "account_update", "message_template_status_update", "phone_number_quality_update"}

func (s *Sim) tokenFor(place int, a *app, w *waba) *token {
	for _, t := range s.tokens {
		if t.appID == a.id && slices.Equal(t.wabas, []string{w.id}) {
			return t
		}
	}
	t := &token{
		value:  "EAA" + s.seededHex(fmt.Sprintf("token/%d", place), 61),
		appID:  a.id,
		userID: s.seededDigits(fmt.Sprintf("user/%d", place), 15),
		kind:   "SYSTEM_USER",
		scopes: []string{"whatsapp_business_management", "whatsapp_business_messaging", "public_profile"},
		wabas:  []string{w.id},
		issued: s.now(),
	}
	s.tokens[t.value] = t
	return t
}

// numbersOf lists the numbers of one WABA, oldest first.
func (w *world) numbersOf(wabaID string) []*number {
	var list []*number
	for _, a := range w.accounts {
		if a.WABAID == wabaID {
			list = append(list, w.numbers[a.PhoneNumberID])
		}
	}
	return list
}
