package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The operations a fault can be narrowed to.
var operations = append([]string{"webhook", "feed"}, calls...)

// calls are the operations that a program asks of the platform.
var calls = []string{"send", "media", "token", "register", "subscribe", "read"}

// cause is a trouble that the twin can stage by its name in the product's
// vocabulary of causes.
type cause struct {
	id    string
	label string // what to call it in a list
	group string // where it stands in a list
	needs string // account, person or none: what it is naturally narrowed to
	reaction
	// field names the order's field that chooses among ways, "at" or "scope"; the
	// first way is the one without it.
	field string
	ways  []way
}

// way is one of several ways in which a cause shows. What it leaves empty is the
// cause's own.
type way struct {
	value, label string
	reaction
}

// reaction is what a cause does while it stands.
type reaction struct {
	// errors by operation.
	errors map[string]refusal
	// effects by operation: what happens to webhooks, files or answers.
	effects map[string]string
	// only restricts it to a content: template, marketing (templates), free (all
	// but templates), initiated (templates outside a window).
	only string
	// shows changes what node reads, debug_token, subscriptions and health say.
	shows func(*view, *standingFault)
	// tells gives the webhooks that come when it begins, ends those when it ends.
	tells, ends func(*Sim, *number) []event
	// lasts is how long it stands when the order does not say; 0 = until deleted.
	lasts time.Duration
}

// refusal is an error code as a cause uses it.
type refusal struct {
	code, subcode int
	edge          string // only on this call; "" = on all of the operation
	node          string // only on calls of a number; "" = on those of all nodes
	words         string // which of the code's texts; "" = the usual
}

func on(r refusal, ops ...string) map[string]refusal {
	m := make(map[string]refusal, len(ops))
	for _, op := range ops {
		m[op] = r
	}
	return m
}

// registering refuses the registration, and sends because the number is not
// registered.
func registering(r refusal) map[string]refusal {
	r.edge = "register"
	return map[string]refusal{"register": r, "send": {code: 133010}}
}

func webhooks(effect string) map[string]string { return map[string]string{"webhook": effect} }

// causes lists what the WhatsApp twin can stage. Codes are those of the
// reference; which of them Meta would give on management reads is not always
// documented, so troubles of a token give the same code on every call.
var causes = slices.Concat(signInCauses, accountCauses, hookCauses, numberCauses, messageCauses, platformCauses)

func causeByID(id string) (cause, bool) {
	for _, c := range causes {
		if c.id == id {
			return c, true
		}
	}
	return cause{}, false
}

// choose gives the reaction that an order asks for.
func (c cause) choose(f *Fault) (reaction, error) {
	asked := map[string]string{"at": f.At, "scope": f.Scope}
	for field, value := range asked {
		if value != "" && field != c.field {
			return reaction{}, fieldError{field, fmt.Sprintf("does not go with %s", c.id)}
		}
	}
	if c.field == "" {
		return c.reaction, nil
	}
	value := asked[c.field]
	if value == "" {
		value = c.ways[0].value
	}
	i := slices.IndexFunc(c.ways, func(w way) bool { return w.value == value })
	if i < 0 {
		return reaction{}, fieldError{c.field, fmt.Sprintf("must be one of %s", strings.Join(c.values(), ", "))}
	}
	if c.field == "at" {
		f.At = value
	} else {
		f.Scope = value
	}
	return c.ways[i].over(c.reaction), nil
}

func (c cause) values() []string {
	var list []string
	for _, w := range c.ways {
		list = append(list, w.value)
	}
	return list
}

// over is the way's reaction, the rest the cause's own.
func (w way) over(r reaction) reaction {
	own := w.reaction
	if own.errors != nil {
		r.errors = own.errors
	}
	if own.effects != nil {
		r.effects = own.effects
	}
	if own.only != "" {
		r.only = own.only
	}
	if own.shows != nil {
		r.shows = own.shows
	}
	if own.tells != nil {
		r.tells = own.tells
	}
	if own.ends != nil {
		r.ends = own.ends
	}
	if own.lasts != 0 {
		r.lasts = own.lasts
	}
	return r
}

// showsOn tells whether the reaction shows on calls of an operation.
func (r reaction) showsOn(operation string) bool {
	_, refused := r.errors[operation]
	return refused || r.effects[operation] != ""
}

// Kind is one cause that the twin can stage, for a list of switches.
type Kind struct {
	Cause     string   `json:"cause"`
	Label     string   `json:"label"` // short, English
	Group     string   `json:"group"`
	Platforms []string `json:"platforms"`
	Needs     string   `json:"needs"` // account, person or none
	// Variants are the ways to choose from, the one without choosing first.
	Variants []KindVariant `json:"variants"`
}

// KindVariant is one way: the order's field and its value.
type KindVariant struct {
	Field string `json:"field"`
	Value string `json:"value"`
	Label string `json:"label"`
}

// Kinds lists the causes that faults can name.
func Kinds() []Kind {
	var list []Kind
	for _, c := range causes {
		k := Kind{Cause: c.id, Label: c.label, Group: c.group, Platforms: []string{"whatsapp"}, Needs: c.needs, Variants: []KindVariant{}}
		for _, w := range c.ways {
			k.Variants = append(k.Variants, KindVariant{c.field, w.value, w.label})
		}
		list = append(list, k)
	}
	return list
}

func codeKey(number, subcode int) string {
	if subcode == 0 {
		return strconv.Itoa(number)
	}
	return strconv.Itoa(number) + "/" + strconv.Itoa(subcode)
}
