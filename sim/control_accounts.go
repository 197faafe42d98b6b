package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// accountView is what GET and PATCH /control/v1/accounts/{id} answer: the ids,
// and what Graph says of number, WABA, portfolio and tokens.
type accountView struct {
	Account
	Number   map[string]any `json:"number"`
	WABA     map[string]any `json:"waba"`
	Business map[string]any `json:"business"`
	Tokens   []tokenView    `json:"tokens"`
}

type tokenView struct {
	Token     string     `json:"token"`
	AppID     string     `json:"app_id"`
	Kind      string     `json:"kind"`
	Scopes    []string   `json:"scopes"`
	Targets   []string   `json:"target_ids"`
	ExpiresAt *time.Time `json:"expires_at"` // null = never
	Valid     bool       `json:"valid"`
}

// viewAccount needs the lock.
func (s *Sim) viewAccount(n *number) accountView {
	v := accountView{Tokens: []tokenView{}}
	for _, a := range s.accounts {
		if a.PhoneNumberID == n.id {
			v.Account = a
		}
	}
	asking := &token{appID: v.AppID}
	v.Number, v.WABA, v.Business = s.numberNode(n, asking), s.wabaNode(n.waba, asking), s.businessNode(n.waba.business)
	for _, t := range s.tokens {
		if t.sees(n.waba.id) {
			v.Tokens = append(v.Tokens, s.viewToken(t))
		}
	}
	slices.SortFunc(v.Tokens, func(a, b tokenView) int { return s.tokens[b.Token].made - s.tokens[a.Token].made })
	return v
}

func (s *Sim) viewToken(t *token) tokenView {
	st := s.look(nil, s.anyWABA(t), t, s.accountsOfToken(t)).token
	v := tokenView{Token: t.value, AppID: t.appID, Kind: st.kind, Scopes: st.scopes, Targets: st.targets, Valid: st.deadNow(s.now()) == nil}
	if !st.expires.IsZero() {
		at := st.expires.UTC()
		v.ExpiresAt = &at
	}
	return v
}

// numberFor is the number of an account's id, which may be its WABA's. Needs the
// lock.
func (s *Sim) numberFor(id string) *number {
	if n := s.numbers[id]; n != nil {
		return n
	}
	if list := s.numbersOf(id); len(list) > 0 {
		return list[0]
	}
	return nil
}

func (s *Sim) controlAccount(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n := s.numberFor(r.PathValue("id"))
	var v accountView
	if n != nil {
		v = s.viewAccount(n)
	}
	s.mu.Unlock()
	if n == nil {
		writeError(w, errAbsent)
		return
	}
	writeJSON(w, http.StatusOK, v)
}

func (s *Sim) controlPatchAccount(w http.ResponseWriter, r *http.Request) {
	var raw []byte
	if !readBody(w, r, &raw) {
		return
	}
	v, err := s.patchAccount(r.PathValue("id"), raw)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, v)
}

// CodeView is one code that was sent to a business number, as control and the
// phones page show it.
type CodeView struct {
	Account  string    `json:"account"` // phone_number_id
	Number   string    `json:"display_phone_number"`
	Name     string    `json:"name"`
	Code     string    `json:"code"`
	Method   string    `json:"method"` // SMS or VOICE
	Language string    `json:"language"`
	At       time.Time `json:"at"`
	Used     bool      `json:"used"`
}

// Codes lists the codes sent to a number ("" = to all), newest first.
func (s *Sim) Codes(account string) []CodeView {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []CodeView{}
	for _, a := range s.accounts {
		n := s.numbers[a.PhoneNumberID]
		if account != "" && n.id != account {
			continue
		}
		for _, c := range n.codes {
			list = append(list, CodeView{n.id, n.display, n.name, c.digits, c.method, c.language, c.at.UTC(), c.used || s.now().Sub(c.at) > codeLives})
		}
	}
	slices.SortStableFunc(list, func(a, b CodeView) int { return b.At.Compare(a.At) })
	return list
}

func (s *Sim) controlCodes(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.mu.Lock()
	n := s.numberFor(id)
	s.mu.Unlock()
	if id != "" && n == nil {
		writeError(w, errAbsent)
		return
	}
	if n != nil {
		id = n.id
	}
	writeJSON(w, http.StatusOK, items[CodeView]{Items: s.Codes(id)})
}

// NewToken is what POST /control/v1/accounts/{id}/tokens takes: a key as the
// platform's own pages make one.
type NewToken struct {
	Kind   string   `json:"kind"`       // SYSTEM_USER (default) or USER
	Scopes []string `json:"scopes"`     // default: management and messaging
	Target []string `json:"target_ids"` // WABAs; default: the account's
	// ExpiresInSeconds: 0 never ends.
	ExpiresInSeconds int64  `json:"expires_in_seconds"`
	AppID            string `json:"app_id"` // default: the account's app
}

// AddToken makes a key for an account. A key of the account's own app ends the
// sign-in troubles that stand for it.
func (s *Sim) AddToken(account string, in NewToken) (string, error) {
	if in.Kind == "" {
		in.Kind = "SYSTEM_USER"
	}
	if in.Kind != "SYSTEM_USER" && in.Kind != "USER" {
		return "", fieldError{"kind", "must be SYSTEM_USER or USER"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numberFor(account)
	if n == nil {
		return "", errAbsent
	}
	own := s.viewAccount(n).AppID
	if in.AppID == "" {
		in.AppID = own
	}
	a := s.apps[in.AppID]
	if a == nil {
		return "", fieldError{"app_id", "no such app"}
	}
	t := s.newToken("EAA"+strings.ToLower(newSecret()+newSecret()), a, s.seededDigits("user/"+newSecret(), 15))
	t.kind, t.targets = in.Kind, []string{n.waba.id}
	if in.Scopes != nil {
		t.scopes = in.Scopes
	}
	if in.Target != nil {
		t.targets = in.Target
	}
	if in.ExpiresInSeconds != 0 {
		t.expires = s.now().Add(time.Duration(in.ExpiresInSeconds) * time.Second)
	}
	if in.AppID == own && slices.Contains(t.scopes, scopeMessaging) && slices.Contains(t.scopes, scopeManagement) {
		s.settleTokens(t)
	}
	return t.value, nil
}

func (s *Sim) controlNewToken(w http.ResponseWriter, r *http.Request) {
	var in NewToken
	if !readBody(w, r, &in) {
		return
	}
	value, err := s.AddToken(r.PathValue("id"), in)
	if err != nil {
		writeError(w, err)
		return
	}
	s.mu.Lock()
	v := s.viewToken(s.tokens[value])
	s.mu.Unlock()
	writeJSON(w, http.StatusCreated, v)
}
