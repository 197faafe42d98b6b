package connect

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// Way is how an account is connected.
type Way string

// The ways. Coexistence is embedded sign-up for a number that stays in the Business app; move_in brings a number over
// from another WABA of the same business.
const (
	EmbeddedSignup Way = "embedded_signup"
	Coexistence    Way = "coexistence"
	ByHand         Way = "manual"
	Reconnect      Way = "reconnect"
	MoveIn         Way = "move_in"
)

// StepID names a step.
type StepID string

// The steps, in their order.
const (
	StepServer    StepID = "server"
	StepNumber    StepID = "number"
	StepLogin     StepID = "login"
	StepToken     StepID = "token"
	StepAssets    StepID = "assets"
	StepReserve   StepID = "reserve"
	StepSubscribe StepID = "subscribe"
	StepCode      StepID = "code"
	StepRegister  StepID = "register"
	StepHealth    StepID = "health"
	StepWebhook   StepID = "webhook"
	StepMessage   StepID = "message"
)

// titles are what people read.
var titles = map[StepID]string{
	StepServer: "Server check", StepNumber: "Number", StepLogin: "Sign in at Meta", StepToken: "Token and ids", StepAssets: "Account and number",
	StepReserve: "Keep the account for you", StepSubscribe: "Switch messages on", StepCode: "Verify the number", StepRegister: "Register",
	StepHealth: "Account health", StepWebhook: "Webhook", StepMessage: "First message",
}

// stepsOf are a way's steps. hand tells whether a token is pasted instead of a login.
func stepsOf(way Way, hand bool) []StepID {
	in := StepLogin
	if way == ByHand || hand {
		in = StepToken
	}
	if way == Reconnect {
		return []StepID{in, StepAssets, StepReserve, StepSubscribe, StepCode, StepRegister, StepHealth, StepWebhook}
	}
	return []StepID{StepServer, StepNumber, in, StepAssets, StepReserve, StepSubscribe, StepCode, StepRegister, StepHealth, StepWebhook, StepMessage}
}

// StepState is where a step stands.
type StepState string

// The states of a step. Now: its turn, running or waiting for a person. Failed: it ended with a cause and may be tried again.
const (
	Todo    StepState = "todo"
	Now     StepState = "now"
	Done    StepState = "done"
	Skipped StepState = "skipped"
	Failed  StepState = "failed"
)

// Step is one step with what came of it.
type Step struct {
	ID    StepID    `json:"id"`
	State StepState `json:"state"`
	// Cause is why it does not go on, with the sentence for it in Detail.
	Cause  clearline.Cause `json:"cause,omitempty"`
	Detail string          `json:"detail,omitempty"`
	// Evidence is what was seen.
	Evidence *Evidence `json:"evidence,omitempty"`
	At       time.Time `json:"at,omitzero"`
	// Inputs are the fields that it waits for.
	Inputs []string `json:"inputs,omitempty"`
	// AgainAt is when the program tries again by itself.
	AgainAt time.Time `json:"again_at,omitzero"`
	Tries   int       `json:"tries,omitempty"`
}

// Evidence is what a step saw: a sentence, named facts, and for pasted values what became of each.
type Evidence struct {
	Text   string            `json:"text"`
	Facts  map[string]string `json:"facts,omitempty"`
	Fields []FieldCheck      `json:"fields,omitempty"`
}

// FieldCheck is what is known of one pasted value.
type FieldCheck struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Text is a short line: works · belongs to … · expires ….
	Text  string          `json:"text"`
	Cause clearline.Cause `json:"cause,omitempty"`
}

// Choice is what a person may choose from.
type Choice struct {
	WABAs   []WABAChoice   `json:"wabas"`
	Numbers []NumberChoice `json:"numbers"`
}

// WABAChoice is a WhatsApp Business account that the token may use.
type WABAChoice struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Business string `json:"business"`
	// Shared: it belongs to a client and is shared with who signed in.
	Shared bool `json:"shared"`
}

// NumberChoice is one of their numbers.
type NumberChoice struct {
	ID          string `json:"id"`
	WABAID      string `json:"waba_id"`
	Phone       string `json:"phone"`
	Name        string `json:"name"`
	Status      string `json:"status"`
	Registered  bool   `json:"registered"`
	Coexistence bool   `json:"coexistence"`
}

// AccountRef is an account as both sides of a conflict show it.
type AccountRef struct {
	WABAID        string `json:"waba_id"`
	PhoneNumberID string `json:"phone_number_id"`
	Phone         string `json:"phone"`
	Business      string `json:"business"`
}

// Conflict is a reconnect that brought something else than what is connected. Nothing was overwritten.
type Conflict struct {
	Stored        AccountRef `json:"stored"`
	Found         AccountRef `json:"found"`
	MissingScopes []string   `json:"missing_scopes"`
}

// state is a procedure's body.
type state struct {
	Steps    []Step     `json:"steps"`
	Ended    string     `json:"ended,omitempty"`
	Account  AccountRef `json:"account"`
	Choices  *Choice    `json:"choices,omitempty"`
	Conflict *Conflict  `json:"conflict,omitempty"`
	// Digits is the number as typed at the step number, with country code; Voice that it cannot take an SMS.
	Digits string `json:"digits,omitempty"`
	Voice  bool   `json:"voice,omitempty"`
	Name   string `json:"name,omitempty"`
	// Info is what the platform said of the token.
	Info *channel.TokenInfo `json:"info,omitempty"`
	// Decided is true once the admin has accepted what Conflict shows.
	Decided bool `json:"decided,omitempty"`
	// AskedCodeAt is when a code was last asked for.
	AskedCodeAt time.Time `json:"asked_code_at,omitzero"`
	// Counting is the registration under way, 0 for none.
	Counting clearline.ID `json:"counting,omitempty"`
	// Synced is true once a coexisting number was asked for its people and history.
	Synced bool `json:"synced,omitempty"`
	// Made is true when this procedure has made its connection.
	Made bool `json:"made,omitempty"`
	// Moving is the connection whose number is brought over from another account, 0 for none; CalledAt is when it was told to
	// register here, and Moved true once it did: from then on the old side gets nothing.
	Moving   clearline.ID `json:"moving,omitempty"`
	CalledAt time.Time    `json:"called_at,omitzero"`
	Moved    bool         `json:"moved,omitempty"`
	// Arrived is when the step message began to wait.
	Arrived time.Time `json:"arrived,omitzero"`
}

// Procedure is a connecting, step by step.
type Procedure struct {
	row store.Procedure
	state
	// LoginURL is set in the answer that began a login.
	LoginURL string
}

// The words for where a procedure stands.
const (
	Running   = "running"
	Waiting   = "waiting"
	Ended     = "done"
	Broken    = "failed"
	Cancelled = "cancelled"
)

func read(row store.Procedure) (*Procedure, error) {
	p := &Procedure{row: row}
	return p, json.Unmarshal(row.Body, &p.state)
}

// The plain facts of a procedure.
func (p *Procedure) ID() clearline.ID             { return p.row.ID }
func (p *Procedure) Platform() clearline.Platform { return p.row.Platform }
func (p *Procedure) Way() Way                     { return Way(p.row.Way) }
func (p *Procedure) ConnectionID() clearline.ID   { return p.row.ConnectionID }
func (p *Procedure) CreatedAt() time.Time         { return p.row.CreatedAt }
func (p *Procedure) UpdatedAt() time.Time         { return p.row.UpdatedAt }
func (p *Procedure) ExpiresAt() time.Time         { return p.row.ExpiresAt }
func (p *Procedure) Open() bool                   { return p.row.Open }

// Title is what people call a step.
func (s Step) Title() string { return titles[s.ID] }

// current is the step whose turn it is, nil when all are over.
func (p *Procedure) current() *Step {
	for i := range p.Steps {
		if s := &p.Steps[i]; s.State == Now || s.State == Failed {
			return s
		}
	}
	return nil
}

// Step is the id of the step whose turn it is, of the last one when all are over.
func (p *Procedure) Step() StepID {
	if s := p.current(); s != nil {
		return s.ID
	}
	return p.Steps[len(p.Steps)-1].ID
}

// Status says in one word where it stands.
func (p *Procedure) Status() string {
	s := p.current()
	switch {
	case !p.row.Open && p.Ended != "":
		return p.Ended
	case !p.row.Open || s == nil:
		return Ended
	case p.row.Node != 0:
		return Running
	case s.State == Failed:
		return Broken
	case len(s.Inputs) == 0 && s.Cause == "" && s.At.IsZero():
		return Running
	}
	return Waiting
}

func (p *Procedure) step(id StepID) *Step {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Steps[i]
}

// turn gives a step its turn: those before it are over, those after it are to do again.
func (p *Procedure) turn(id StepID) {
	after := false
	for i := range p.Steps {
		switch s := &p.Steps[i]; {
		case s.ID == id:
			*s, after = Step{ID: id, State: Now, Tries: s.Tries}, true
		case after:
			*s = Step{ID: s.ID, State: Todo}
		}
	}
}

// advance gives the next step its turn; false when there is none.
func (p *Procedure) advance() bool {
	for i := range p.Steps {
		if p.Steps[i].State == Todo {
			p.Steps[i].State = Now
			return true
		}
	}
	return false
}

func (p *Procedure) account() channel.Account {
	return channel.Account{ID: p.Account.PhoneNumberID, Parent: p.Account.WABAID, Token: p.row.Token, AppID: p.row.App.PlatformID, AppSecret: p.row.App.Secret}
}

func (p *Procedure) appKey() channel.AppKey {
	return channel.AppKey{ID: p.row.App.PlatformID, Secret: p.row.App.Secret}
}
