// Package playbook holds one page per cause: what happened, why, what to do and who can. The pages are text files
// (pages/<cause>.md), written for the person who reads them at night; the web application, the command line, the API
// and docs/causes.md print the same words.
package playbook

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/clearline/clearline"
)

// Who can act on a cause.
type Who string

// The people who can act. Nobody means that there is nothing to do, or that only time helps.
const (
	Agent        Who = "agent"
	Lead         Who = "lead"
	Admin        Who = "admin"
	Operator     Who = "operator"
	AccountOwner Who = "account_owner"
	Nobody       Who = "nobody"
)

// Side is where the trouble lies.
type Side string

// Us is this installation, account the business's account at the platform, person the customer's side.
const (
	Us          Side = "us"
	Platform    Side = "platform"
	Account     Side = "account"
	Person      Side = "person"
	NobodyWrote Side = "nobody_wrote"
	Unknown     Side = "unknown"
)

// Place is where one meets a cause.
type Place string

// Message: on a message. Connection: on a connection's card. Delivery: on an inbound call. Setup: while connecting or
// managing an account. API: in an answer of the API.
const (
	OnMessage    Place = "message"
	OnConnection Place = "connection"
	OnDelivery   Place = "delivery"
	InSetup      Place = "setup"
	InAPI        Place = "api"
)

// Confidence is how sure the page's facts are: documented by the platform (or our own rule), seen in the field
// (maintained clients), or unconfirmed (a single or conflicting report).
type Confidence string

// The degrees of confidence.
const (
	Documented  Confidence = "documented"
	Field       Confidence = "field"
	Unconfirmed Confidence = "unconfirmed"
)

// Page is all that is said about one cause. Texts may hold {placeholders}; Fill puts values in.
type Page struct {
	Cause clearline.Cause
	// Title is what happened in at most 60 characters, without a full stop; Short is one sentence more. The lists and
	// bubbles of the web application show only these two.
	Title, Short string
	What, Why    string
	// Tell is how this cause is told from others with the same number, "" when none has it.
	Tell string
	// Reasons are what may be behind the cause where the platform does not say which, the likelier first.
	Reasons []Reason
	// Do is what to do, in order. The first step is a button where the product can do it.
	Do   []Step
	Who  Who
	Side Side
	// Retry is what becomes of a message that failed with it.
	Retry Retry
	// Again tells whether a person's own new try of the same message can succeed.
	Again bool
	Seen  []Place
	// Rows are the requirements that the page serves.
	Rows       []string
	Confidence Confidence
	Sources    []Source
}

// Reason is one possible reason behind a cause.
type Reason struct {
	// ID names the reason, the same word on every page that has it; "" where the program holds no facts about it.
	ID   string `json:"id" doc:"names the reason, the same word on every page that has it; empty where the product holds no facts about it"`
	Text string `json:"text" doc:"the possible reason"`
	Tell string `json:"tell" doc:"how to find out whether it is this one"`
	// RuledOut is the evidence that excludes it, "" when none does.
	RuledOut string `json:"ruled_out" doc:"the evidence that excludes it, empty when none does"`
}

// Step is one thing to do.
type Step struct {
	Text string `json:"text"`
	// Label is the part of the text that becomes the button or the link, "" when there is neither.
	Label  string  `json:"label" doc:"the words of the text that become the button or the link, empty when there is neither"`
	Action *string `json:"action" doc:"what the product can do for this step: a word of the fixed list, null when it takes a person"`
	URL    *string `json:"url" doc:"the page outside where it is done, null for none"`
}

//go:embed pages/*.md
var files embed.FS

// The pages are read when somebody first asks for one: a server that starts has no need of them.
var (
	pages  = sync.OnceValue(func() []*Page { return read(files) })
	byName = sync.OnceValue(func() map[clearline.Cause]*Page { return index(pages()) })
)

func read(from fs.FS) []*Page {
	names, err := fs.Glob(from, "pages/*.md")
	if err != nil {
		panic("playbook: " + err.Error())
	}
	all := make([]*Page, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			panic("playbook: " + err.Error())
		}
		cause := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".md")
		p, err := parse(clearline.Cause(cause), string(text))
		if err != nil { // embedded at build time; a test reads every page too
			panic(fmt.Sprintf("playbook: %s: %v", name, err))
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *Page) int { return cmp.Compare(a.Cause, b.Cause) })
	return all
}

func index(all []*Page) map[clearline.Cause]*Page {
	m := make(map[clearline.Cause]*Page, len(all))
	for _, p := range all {
		m[p.Cause] = p
	}
	return m
}

// Pages lists all pages, sorted by cause. They are shared: nobody may change them.
func Pages() []*Page { return slices.Clone(pages()) }

// Find is the page of a cause.
func Find(cause clearline.Cause) (*Page, bool) {
	p, ok := byName()[cause]
	return p, ok
}
