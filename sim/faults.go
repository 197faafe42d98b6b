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
	Locale string `json:"locale,omitempty"` // of all texts that come with it
	// At and Scope choose among the ways a cause shows; faults/kinds lists them.
	At    string `json:"at,omitempty"`
	Scope string `json:"scope,omitempty"`
	PIN   string `json:"pin,omitempty"`  // the number's right one, for wa.pin and wa.two_step; default 246810
	URL   string `json:"url,omitempty"`  // where messages go instead, for hook.elsewhere
	Feed  bool   `json:"feed,omitempty"` // net.outage also turns the status feed red
	HTTP  int    `json:"http,omitempty"` // for effect http, default 500
	MS    int    `json:"ms,omitempty"`   // length of a delay, a hang or of what reorder holds back

	Platform  string `json:"platform,omitempty"`
	Account   string `json:"account,omitempty"` // id of a number or a WABA
	Person    string `json:"person,omitempty"`  // id or address
	Operation string `json:"operation,omitempty"`

	Times      int `json:"times,omitempty"`
	ForSeconds int `json:"for_seconds,omitempty"`
}

// effects and the operations each can strike. Without a narrowing an effect
// strikes all of these but the status feed.
var effects = map[string][]string{
	"error":               calls,
	"http":                append([]string{"feed"}, calls...),
	"html":                append([]string{"feed"}, calls...),
	"timeout":             append([]string{"feed"}, calls...),
	"delay":               append([]string{"feed", "webhook"}, calls...),
	"accept_then_timeout": {"send"},
	"conflict":            {"send"},
	"duplicate":           {"webhook"},
	"reorder":             {"webhook"},
	"silence":             {"webhook"},
}

const maxFaults = 1000

type standingFault struct {
	Fault
	reaction           // what the cause does, in the way that was chosen
	code     code      // of effect error
	until    time.Time // zero: until deleted
	since    time.Time
	// tokensMade is how many tokens there were: later ones are no part of what
	// happened to a token.
	tokensMade int
}

// aboutToken tells whether it is the tokens that the cause is about.
func (f *standingFault) aboutToken() bool {
	return strings.HasPrefix(f.Cause, "auth.") && f.Cause != "auth.login"
}

// uninstalls tells whether the cause takes the app off the account as well.
func (f *standingFault) uninstalls() bool {
	return f.effects["webhook"] == "unsubscribed" && f.aboutToken()
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
func (b *faultBook) add(f Fault, tokensMade int) (*standingFault, error) {
	st := &standingFault{tokensMade: tokensMade}
	switch {
	case (f.Cause == "") == (f.Effect == ""):
		return nil, fieldError{"cause", "exactly one of cause and effect must be given"}
	case f.Platform != "" && f.Platform != "whatsapp":
		return nil, fieldError{"platform", fmt.Sprintf("%q has no twin here; known: whatsapp", f.Platform)}
	case f.Times < 0 || f.ForSeconds < 0 || f.MS < 0:
		return nil, fieldError{"times", "times, for_seconds and ms must be 1 or more"}
	case f.Operation != "" && !slices.Contains(operations, f.Operation):
		return nil, fieldError{"operation", fmt.Sprintf("%q is not one WhatsApp has; known: %s", f.Operation, strings.Join(operations, ", "))}
	}
	var err error
	if f.Cause != "" {
		err = st.takeCause(&f)
	} else {
		err = st.takeEffect(&f)
	}
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) >= maxFaults {
		return nil, fieldError{"cause", fmt.Sprintf("%d faults stand already; delete some", maxFaults)}
	}
	b.serial++
	f.ID, f.Hits = "f"+strconv.Itoa(b.serial), 0
	st.Fault, st.since = f, b.clock.Now()
	if f.ForSeconds > 0 {
		st.until = b.clock.Now().Add(time.Duration(f.ForSeconds) * time.Second)
	}
	b.list = append(b.list, st)
	b.n.Store(int32(len(b.list)))
	return st, nil
}

func (st *standingFault) takeCause(f *Fault) error {
	c, ok := causeByID(f.Cause)
	if !ok {
		return fieldError{"cause", fmt.Sprintf("%q is not one the twin can stage; GET faults/kinds lists them", f.Cause)}
	}
	switch {
	case f.Code != nil || f.Subcode != 0 || f.HTTP != 0:
		return fieldError{"code", "code, subcode and http go with an effect, not with a cause"}
	case f.Via != "":
		return fieldError{"via", "goes with effect error"}
	case f.PIN != "" && (!sixDigits.MatchString(f.PIN) || c.id != "wa.pin" && c.id != "wa.two_step"):
		return fieldError{"pin", "is six digits, for wa.pin and wa.two_step"}
	case f.URL != "" && c.id != "hook.elsewhere":
		return fieldError{"url", "goes with hook.elsewhere"}
	case f.Feed && c.id != "net.outage":
		return fieldError{"feed", "goes with net.outage"}
	}
	if err := checkLocale(f.Locale); err != nil {
		return err
	}
	var err error
	if st.reaction, err = c.choose(f); err != nil {
		return err
	}
	if f.Operation != "" && !st.showsOn(f.Operation) {
		return fieldError{"operation", fmt.Sprintf("%s does not show on %q", f.Cause, f.Operation)}
	}
	if f.ForSeconds == 0 {
		f.ForSeconds = int(st.lasts / time.Second)
	}
	return nil
}

func checkLocale(locale string) error {
	if _, ok := languageOf(locale); locale != "" && !ok {
		return fieldError{"locale", fmt.Sprintf("there are no texts in %q", locale)}
	}
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
	if f.At != "" || f.Scope != "" || f.PIN != "" || f.URL != "" || f.Feed {
		return fieldError{"at", "at, scope, pin, url and feed go with a cause"}
	}
	if f.Effect != "error" && (f.Code != nil || f.Subcode != 0 || f.Locale != "" || f.Via != "") {
		return fieldError{"code", "code, subcode, locale and via go with effect error"}
	}
	if f.Effect != "http" && f.Effect != "html" && f.HTTP != 0 {
		return fieldError{"http", "goes with effect http or html"}
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
		if err := checkLocale(f.Locale); err != nil {
			return err
		}
		if f.Via != "" && f.Via != "answer" && f.Via != "status" {
			return fieldError{"via", "must be answer or status"}
		}
		st.code = c
	case "http", "html":
		if f.HTTP != 0 && (f.HTTP < 200 || f.HTTP > 599) {
			return fieldError{"http", "must be 200 to 599"}
		}
	case "delay":
		if f.MS == 0 {
			return fieldError{"ms", "is required for effect delay"}
		}
	}
	return nil
}

// happening is what faults are matched against.
type happening struct {
	operation string
	edge      string   // what follows the id in the path, for causes that strike one call only
	node      string   // number when the path's id is one
	accounts  []string // ids of the numbers and WABAs concerned
	person    string   // id, "" when none
	address   string   // of the person, or the number a send goes to
	template  bool
	marketing bool
	outside   bool // no reply window is open
	// tokenMade is the place of the calling token in the order of making; 0 for an
	// app's own, for debug_token and for the exchange of app credentials, which
	// answer although the token in question is dead.
	tokenMade int
}

// strike is what a matching fault does.
type strike struct {
	Fault
	effect string // an effect's name, or that of the cause
	code   code
	words  string // which of a code's texts
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

// standing lists the causes in force for the accounts, oldest first, without a
// hit.
func (b *faultBook) standing(accounts []string) []*standingFault {
	if b.n.Load() == 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	var list []*standingFault
	for _, f := range b.list {
		if f.Cause != "" && f.active(now) && f.concerns(accounts) {
			list = append(list, f)
		}
	}
	return list
}

// take removes and gives the standing faults that are narrowed to one of the
// accounts and that which holds for.
func (b *faultBook) take(accounts []string, which func(*standingFault) bool) (taken []*standingFault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = slices.DeleteFunc(b.list, func(f *standingFault) bool {
		out := f.Account != "" && slices.Contains(accounts, f.Account) && which(f)
		if out {
			taken = append(taken, f)
		}
		return out
	})
	b.n.Store(int32(len(b.list)))
	return taken
}

// cure takes back the standing causes that a program has just repaired. A name
// may carry the way it shows: hook.off/waba.
func (b *faultBook) cure(accounts []string, ids ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = slices.DeleteFunc(b.list, func(f *standingFault) bool {
		return (slices.Contains(ids, f.Cause) || slices.Contains(ids, f.Cause+"/"+f.At)) && f.concerns(accounts)
	})
	b.n.Store(int32(len(b.list)))
}

func (f *standingFault) concerns(accounts []string) bool {
	return f.Account == "" || slices.Contains(accounts, f.Account)
}

func (f *standingFault) active(now time.Time) bool {
	return (f.Times == 0 || f.Hits < f.Times) && (f.until.IsZero() || now.Before(f.until))
}

func (f *standingFault) fits(h happening, now time.Time) (strike, bool) {
	st := strike{Fault: f.Fault, effect: f.Effect, code: f.code}
	if !f.active(now) || !f.concernsCall(h) {
		return st, false
	}
	if f.Cause == "" {
		return st, slices.Contains(effects[f.Effect], h.operation) && (f.Operation != "" || h.operation != "feed")
	}
	switch {
	case f.only == "template" && !h.template, f.only == "marketing" && !h.marketing, f.only == "free" && h.template,
		f.only == "initiated" && !(h.template && h.outside):
		return st, false
	}
	if r, ok := f.errors[h.operation]; ok && (r.edge == "" || r.edge == h.edge) && (r.node == "" || r.node == h.node) {
		st.effect, st.code, st.words = "error", mustLookup(r.code, r.subcode), r.words
		return st, true
	}
	st.effect = f.effects[h.operation]
	return st, st.effect != ""
}

// concernsCall tells whether the fault is narrowed to what happens.
func (f *standingFault) concernsCall(h happening) bool {
	switch {
	case !f.concerns(h.accounts),
		f.Person != "" && (h.person == "" || f.Person != h.person) && (h.address == "" || strings.TrimPrefix(f.Person, "+") != h.address),
		f.Operation != "" && f.Operation != h.operation,
		f.aboutToken() && h.operation != "webhook" && (h.tokenMade == 0 || h.tokenMade > f.tokensMade):
		return false
	}
	return true
}

// all lists the orders, newest first.
func (b *faultBook) all() []Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Fault, 0, len(b.list))
	for _, f := range slices.Backward(b.list) {
		list = append(list, f.Fault)
	}
	return list
}

// remove takes one order back, or all for "".
func (b *faultBook) remove(id string) (gone []*standingFault, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = slices.DeleteFunc(b.list, func(f *standingFault) bool {
		out := id == "" || f.ID == id
		if out {
			gone = append(gone, f)
		}
		return out
	})
	b.n.Store(int32(len(b.list)))
	if id != "" && len(gone) == 0 {
		return nil, errAbsent
	}
	return gone, nil
}
