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
	BusinessID    string `json:"business_id"`
	// The app's two login configurations: Embedded Signup, and the same for
	// numbers that stay in the WhatsApp Business app as well.
	ConfigID            string `json:"config_id"`
	ConfigIDCoexistence string `json:"config_id_coexistence"`
}

// AccountSpec says which account to add.
type AccountSpec struct {
	Name    string `json:"name"`    // display name; required
	Country string `json:"country"` // of the number: US, BR, MX, DE, IN …; default US
	WABAID  string `json:"waba_id"` // an existing WABA for a further number; empty: a new one
	AppID   string `json:"app_id"`  // an existing app (several companies, one app); empty: a new one, or the WABA's
	// BusinessID is the portfolio that owns a new WABA; empty: a new one.
	BusinessID string `json:"business_id"`
	// Fresh makes a number as it is after it was entered: its ownership is not
	// verified and it is not registered.
	Fresh bool `json:"fresh"`
}

// world is all the twin knows; Sim.mu guards it.
type world struct {
	first    Account
	accounts []Account // in order of adding
	apps     map[string]*app
	// businesses are the portfolios that own WABAs.
	businesses map[string]*business
	wabas      map[string]*waba
	numbers    map[string]*number
	tokens     map[string]*token
	// grants are the codes of finished logins, until they are exchanged.
	grants map[string]*grant

	people      []*person
	personByID  map[string]*person
	personByWa  map[string]*person // account/wa_id
	personByUID map[string]*person // account/user_id

	messages messageBook
	media    mediaShelf
	uploads  map[string]*uploadSession

	numbersMade, tokensMade int
}

func newWorld() world {
	return world{
		apps:        map[string]*app{},
		businesses:  map[string]*business{},
		grants:      map[string]*grant{},
		wabas:       map[string]*waba{},
		numbers:     map[string]*number{},
		tokens:      map[string]*token{},
		personByID:  map[string]*person{},
		personByWa:  map[string]*person{},
		personByUID: map[string]*person{},
		messages:    newMessageBook(),
		media:       newMediaShelf(),
		uploads:     map[string]*uploadSession{},
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
	w, a, err := s.parents(place, spec)
	if err != nil {
		return Account{}, err
	}
	n := s.addNumber(w, country.iso, spec.Name, country.sample(s.seededDigits(fmt.Sprintf("line/%d", place), 10)))
	if spec.Fresh {
		n.fresh()
	}
	return s.addAccount(n, a, s.tokenFor(place, a, w)), nil
}

// parents finds or makes the WABA and the app of a further number. Needs the lock.
func (s *Sim) parents(place int, spec AccountSpec) (*waba, *app, error) {
	w, ok := s.wabas[spec.WABAID]
	if !ok {
		if spec.WABAID != "" {
			return nil, nil, fieldError{"waba_id", "no such WABA"}
		}
		b := s.businesses[spec.BusinessID]
		if b == nil {
			if spec.BusinessID != "" {
				return nil, nil, fieldError{"business_id", "no such business"}
			}
			b = s.addBusiness(s.seededDigits(fmt.Sprintf("business/%d", place), 15), spec.Name)
		}
		w = s.addWABA(s.seededDigits(fmt.Sprintf("waba/%d", place), 15), b, spec.Name)
	}
	a, ok := s.apps[spec.AppID]
	if !ok && spec.AppID != "" {
		return nil, nil, fieldError{"app_id", "no such app"}
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
	return w, a, nil
}

// addNumber adds a number that is verified and registered. Needs the lock.
func (s *Sim) addNumber(w *waba, iso, name, digits string) *number {
	s.numbersMade++
	n := &number{
		id: s.seededDigits(fmt.Sprintf("number/%d", s.numbersMade), 15), display: digits, country: iso, waba: w,
		override: map[string]string{}, numberState: newNumberState(name, s.now()),
	}
	s.numbers[n.id] = n
	return n
}

// addAccount notes who may act for a number, and with what. Needs the lock.
func (s *Sim) addAccount(n *number, a *app, t *token) Account {
	account := Account{
		PhoneNumberID: n.id, WABAID: n.waba.id, Token: t.value,
		AppID: a.id, AppSecret: a.secret, VerifyToken: a.verifyToken,
		DisplayNumber: n.display, Name: n.name, BusinessID: n.waba.business.id,
		ConfigID: a.config, ConfigIDCoexistence: a.coexistConfig,
	}
	s.accounts = append(s.accounts, account)
	return account
}

// Accounts lists all, oldest first.
func (s *Sim) Accounts() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accounts)
}

func (s *Sim) addBusiness(id, name string) *business {
	b := &business{id: id, initiated: map[string]time.Time{}, businessState: businessState{name: name, verification: "verified", limit: "TIER_2K"}}
	s.businesses[b.id] = b
	return b
}

func (s *Sim) addWABA(id string, b *business, name string) *waba {
	w := &waba{id: id, business: b, subscribed: map[string]string{}, wabaState: newWABAState(name)}
	w.templates = s.sampleTemplates(w.id)
	s.wabas[w.id] = w
	return w
}

func (s *Sim) addApp(place int) *app {
	a := &app{
		id:            s.seededDigits(fmt.Sprintf("app/%d", place), 15),
		name:          fmt.Sprintf("Inbox app %d", place),
		secret:        s.seededHex(fmt.Sprintf("secret/%d", place), 32),
		verifyToken:   "verify-" + s.seededHex(fmt.Sprintf("verify/%d", place), 16),
		config:        s.seededDigits(fmt.Sprintf("config/%d", place), 16),
		coexistConfig: s.seededDigits(fmt.Sprintf("config/coexistence/%d", place), 16),
		appState:      appState{active: true, fields: slices.Clone(defaultWebhookFields)},
	}
	s.apps[a.id] = a
	return a
}

var defaultWebhookFields = []string{
	"messages", "account_update", "account_alerts", "account_review_update", "business_capability_update", "message_template_status_update",
	"phone_number_name_update", "phone_number_quality_update", "security", "user_preferences",
}

// tokenFor finds the system user's token of an app and a WABA, or makes it.
// Needs the lock.
func (s *Sim) tokenFor(place int, a *app, w *waba) *token {
	for _, account := range s.accounts {
		if t := s.tokens[account.Token]; t != nil && t.appID == a.id && slices.Equal(t.targets, []string{w.id}) {
			return t
		}
	}
	t := s.newToken("EAA"+s.seededHex(fmt.Sprintf("token/%d", place), 61), a, s.seededDigits(fmt.Sprintf("user/%d", place), 15))
	t.kind, t.targets = "SYSTEM_USER", []string{w.id}
	return t
}

// newToken adds a token with the usual permissions and no end. Needs the lock.
func (s *Sim) newToken(value string, a *app, userID string) *token {
	s.tokensMade++
	t := &token{value: value, appID: a.id, userID: userID, made: s.tokensMade, tokenState: tokenState{scopes: slices.Clone(usualScopes), issued: s.now()}}
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
