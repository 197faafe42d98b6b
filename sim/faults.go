package sim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline/clock"
)

// Fault is one order for a bad day, as POST /control/v1/faults takes it and the
// list shows it. Exactly one of Cause and Effect is given.
type Fault struct {
	ID      string `json:"id"`
	Hits    int    `json:"hits"` // how often it struck
	Cause   string `json:"cause,omitempty"`
	Effect  string `json:"effect,omitempty"`
	Code    *int   `json:"code,omitempty"`
	Subcode int    `json:"subcode,omitempty"`
	// Via says how an error comes: "answer" (the call is refused) or "status"
	// (accepted, then failed). Default: as the platform does for that code.
	Via    string `json:"via,omitempty"`
	Locale string `json:"locale,omitempty"` // of error_user_title and error_user_msg
	HTTP   int    `json:"http,omitempty"`   // for effect http, default 500
	MS     int    `json:"ms,omitempty"`     // length of a delay, a hang or of what reorder holds back

	Platform  string `json:"platform,omitempty"`
	Account   string `json:"account,omitempty"` // id of a number or a WABA
	Person    string `json:"person,omitempty"`  // id or address
	Operation string `json:"operation,omitempty"`

	Times      int `json:"times,omitempty"`
	ForSeconds int `json:"for_seconds,omitempty"`
}

// effects and the operations each can strike; the first is what it means
// without a narrowing ("" = every call).
var effects = map[string][]string{
	"error":               {"", "send", "media", "token", "register", "subscribe", "read"},
	"http":                {"", "send", "media", "token", "register", "subscribe", "read"},
	"timeout":             {"", "send", "media", "token", "register", "subscribe", "read"},
	"delay":               {"", "send", "media", "token", "register", "subscribe", "read", "webhook"},
	"accept_then_timeout": {"send"},
	"conflict":            {"send"},
	"duplicate":           {"webhook"},
	"reorder":             {"webhook"},
	"silence":             {"webhook"},
}

const maxFaults = 1000

type standingFault struct {
	Fault
	cause cause
	code  code
	until time.Time // zero: until deleted
}

// faultBook holds the orders. Safe for use by several goroutines.
type faultBook struct {
	clock clock.Clock
	n     atomic.Int32 // how many there are: the way without faults takes no lock

	mu     sync.Mutex
	list   []*standingFault
	serial int
}

func newFaultBook(c clock.Clock) *faultBook { return &faultBook{clock: c} }

var errAbsent = errors.New("sim: no such thing")

// add checks an order and takes it. Wrong orders give a fieldError.
func (b *faultBook) add(f Fault) (Fault, error) {
	st := &standingFault{}
	switch {
	case (f.Cause == "") == (f.Effect == ""):
		return f, fieldError{"cause", "exactly one of cause and effect must be given"}
	case f.Platform != "" && f.Platform != "whatsapp":
		return f, fieldError{"platform", fmt.Sprintf("%q has no twin here; known: whatsapp", f.Platform)}
	case f.Times < 0 || f.ForSeconds < 0 || f.MS < 0:
		return f, fieldError{"times", "times, for_seconds and ms must be 1 or more"}
	case f.Operation != "" && !slices.Contains(operations, f.Operation):
		return f, fieldError{"operation", fmt.Sprintf("%q is not one WhatsApp has; known: %s", f.Operation, strings.Join(operations, ", "))}
	}
	var err error
	if f.Cause != "" {
		err = st.takeCause(f)
	} else {
		err = st.takeEffect(&f)
	}
	if err != nil {
		return f, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) >= maxFaults {
		return f, fieldError{"cause", fmt.Sprintf("%d faults stand already; delete some", maxFaults)}
	}
	b.serial++
	f.ID, f.Hits = "f"+strconv.Itoa(b.serial), 0
	st.Fault = f
	if f.ForSeconds > 0 {
		st.until = b.clock.Now().Add(time.Duration(f.ForSeconds) * time.Second)
	}
	b.list = append(b.list, st)
	b.n.Store(int32(len(b.list)))
	return f, nil
}

func (st *standingFault) takeCause(f Fault) error {
	c, ok := causeByID(f.Cause)
	if !ok {
		return fieldError{"cause", fmt.Sprintf("%q is not one the twin can stage; GET faults/kinds lists them", f.Cause)}
	}
	if f.Code != nil || f.Subcode != 0 || f.HTTP != 0 {
		return fieldError{"code", "code, subcode and http go with an effect, not with a cause"}
	}
	if f.Locale != "" {
		if _, ok := languageOf(f.Locale); !ok {
			return fieldError{"locale", fmt.Sprintf("there are no texts in %q", f.Locale)}
		}
	}
	if f.Via != "" {
		return fieldError{"via", "goes with effect error"}
	}
	if _, strikes := c.errors[f.Operation]; f.Operation != "" && c.errors != nil && !strikes {
		return fieldError{"operation", fmt.Sprintf("%s does not show on %q", f.Cause, f.Operation)}
	}
	if c.errors == nil && f.Operation != "" && f.Operation != causeOperation[c.effect] {
		return fieldError{"operation", fmt.Sprintf("%s does not show on %q", f.Cause, f.Operation)}
	}
	st.cause = c
	return nil
}

func (st *standingFault) takeEffect(f *Fault) error {
	ops, ok := effects[f.Effect]
	if !ok {
		return fieldError{"effect", fmt.Sprintf("%q is not known", f.Effect)}
	}
	if f.Operation != "" && !slices.Contains(ops, f.Operation) {
		return fieldError{"operation", fmt.Sprintf("effect %s cannot strike %q", f.Effect, f.Operation)}
	}
	if f.Effect != "error" && (f.Code != nil || f.Subcode != 0 || f.Locale != "" || f.Via != "") {
		return fieldError{"code", "code, subcode, locale and via go with effect error"}
	}
	if f.Effect != "http" && f.HTTP != 0 {
		return fieldError{"http", "goes with effect http"}
	}
	switch f.Effect {
	case "error":
		if f.Code == nil {
			return fieldError{"code", "is required for effect error"}
		}
		c, ok := lookup(*f.Code, f.Subcode)
		if !ok {
			return fieldError{"code", fmt.Sprintf("%s is not a documented code of WhatsApp", codeKey(*f.Code, f.Subcode))}
		}
		if f.Locale != "" {
			if _, ok := languageOf(f.Locale); !ok {
				return fieldError{"locale", fmt.Sprintf("there are no texts in %q", f.Locale)}
			}
		}
		if f.Via != "" && f.Via != "answer" && f.Via != "status" {
			return fieldError{"via", "must be answer or status"}
		}
		st.code = c
	case "http":
		if f.HTTP != 0 && (f.HTTP < 300 || f.HTTP > 599) {
			return fieldError{"http", "must be 300 to 599"}
		}
	case "delay":
		if f.MS == 0 {
			return fieldError{"ms", "is required for effect delay"}
		}
	}
	return nil
}

// remove takes one order back, or all for "".
func (b *faultBook) remove(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.list)
	b.list = slices.DeleteFunc(b.list, func(f *standingFault) bool { return id == "" || f.ID == id })
	b.n.Store(int32(len(b.list)))
	if id != "" && before == len(b.list) {
		return errAbsent
	}
	return nil
}

func (b *faultBook) all() []Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Fault, 0, len(b.list))
	for _, f := range slices.Backward(b.list) {
		list = append(list, f.Fault)
	}
	return list
}

// happening is what faults are matched against.
type happening struct {
	operation string
	accounts  []string // ids of the numbers and WABAs concerned
	person    string   // id, "" when none
	address   string   // of the person, or the number a send goes to
	template  bool
	marketing bool
	// aboutTokens: debug_token and the exchange of app credentials answer
	// although the token in question is dead.
	aboutTokens bool
}

// strike is what a matching fault does.
type strike struct {
	Fault
	effect string // an effect's name, or that of the cause
	code   code
}

// pick finds the oldest standing fault with one of the effects that fits h, and
// counts the hit. A cause with error codes counts as effect error.
func (b *faultBook) pick(h happening, wanted ...string) (strike, bool) {
	if b.n.Load() == 0 {
		return strike{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	for _, f := range b.list {
		st, ok := f.fits(h, now)
		if ok && slices.Contains(wanted, st.effect) {
			f.Hits++
			return st, true
		}
	}
	return strike{}, false
}

// stands tells whether a cause is in force for the accounts, without a hit.
func (b *faultBook) stands(id string, accounts []string) bool {
	if b.n.Load() == 0 {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	for _, f := range b.list {
		if f.Cause == id && f.active(now) && (f.Account == "" || slices.Contains(accounts, f.Account)) {
			return true
		}
	}
	return false
}

// cure takes back the standing causes that a program has just repaired.
func (b *faultBook) cure(accounts []string, ids ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = slices.DeleteFunc(b.list, func(f *standingFault) bool {
		return slices.Contains(ids, f.Cause) && (f.Account == "" || slices.Contains(accounts, f.Account))
	})
	b.n.Store(int32(len(b.list)))
}

func (f *standingFault) active(now time.Time) bool {
	return (f.Times == 0 || f.Hits < f.Times) && (f.until.IsZero() || now.Before(f.until))
}

func (f *standingFault) fits(h happening, now time.Time) (strike, bool) {
	st := strike{Fault: f.Fault, effect: f.Effect, code: f.code}
	if !f.active(now) ||
		f.Account != "" && !slices.Contains(h.accounts, f.Account) ||
		f.Person != "" && (h.person == "" || f.Person != h.person) && (h.address == "" || strings.TrimPrefix(f.Person, "+") != h.address) ||
		f.Operation != "" && f.Operation != h.operation ||
		h.aboutTokens && strings.HasPrefix(f.Cause, "auth.") {
		return st, false
	}
	if f.Cause == "" {
		return st, slices.Contains(effects[f.Effect], h.operation) || effects[f.Effect][0] == "" && h.operation != "webhook"
	}
	switch f.cause.only {
	case "template":
		if !h.template {
			return st, false
		}
	case "marketing":
		if !h.marketing {
			return st, false
		}
	case "free":
		if h.template {
			return st, false
		}
	}
	if f.cause.errors == nil {
		st.effect = f.cause.effect
		return st, true
	}
	r, ok := f.cause.errors[h.operation]
	if !ok {
		return st, false
	}
	st.effect, st.code = "error", mustLookup(r.code, r.subcode)
	return st, true
}
