package playbook

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/clearline/clearline"
)

// The form of a page:
//
//	---
//	title: The free-reply time has ended
//	short: …one sentence…
//	who: agent
//	side: person
//	retry: stop
//	again: no
//	seen: message api
//	rows: C9 X1
//	confidence: documented
//	sources: errors own
//	---
//
//	## What happened
//	## Why
//	## How to tell
//	## Possible reasons
//	- The reason.
//	  - Id: reason_word
//	  - Tell: how one finds out.
//	  - Ruled out: the evidence against it.
//	## What to do
//	1. [Send a template](action:template). More words.
//	2. Look at [WhatsApp Manager](https://…).
//
// How to tell and Possible reasons may be absent. A reason has an Id where facts that the program holds can speak for or
// against it (package outcome). A step holds at most one link. Lines of a paragraph are joined.

// parse reads a page. It is strict: what it does not know is a mistake.
func parse(cause clearline.Cause, text string) (*Page, error) {
	head, body, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !ok || !strings.HasPrefix(text, "---\n") {
		return nil, errors.New("wants a head between two lines of ---")
	}
	p := &Page{Cause: cause}
	if err := p.head(head); err != nil {
		return nil, err
	}
	return p, p.body(body)
}

func (p *Page) head(text string) error {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || values[key] != "" {
			return fmt.Errorf("the head's line %q is no key and value, or a second one", strings.TrimSpace(line))
		}
		values[key] = strings.TrimSpace(value)
	}
	take := func(key string) string {
		v := values[key]
		delete(values, key)
		return v
	}
	p.Title, p.Short = take("title"), take("short")
	p.Who, p.Side = Who(take("who")), Side(take("side"))
	p.Retry, p.Confidence = Retry(take("retry")), Confidence(take("confidence"))
	again := take("again")
	p.Again = again == "yes"
	for _, place := range strings.Fields(take("seen")) {
		p.Seen = append(p.Seen, Place(place))
	}
	p.Rows = strings.Fields(take("rows"))
	var err error
	if p.Sources, err = sourcesOf(take("sources")); err != nil {
		return err
	}
	for key := range values {
		return fmt.Errorf("the head's key %q is not known", key)
	}
	switch {
	case p.Title == "" || p.Short == "":
		return errors.New("wants a title and a short sentence")
	case !slices.Contains([]Who{Agent, Lead, Admin, Operator, AccountOwner, Nobody}, p.Who):
		return fmt.Errorf("who %q is nobody we know", p.Who)
	case !slices.Contains([]Side{Us, Platform, Account, Person, NobodyWrote, Unknown}, p.Side):
		return fmt.Errorf("side %q is not known", p.Side)
	case retries[p.Retry].rule == "":
		return fmt.Errorf("retry %q is not known", p.Retry)
	case again != "yes" && again != "no":
		return errors.New("again wants yes or no")
	case !slices.Contains([]Confidence{Documented, Field, Unconfirmed}, p.Confidence):
		return fmt.Errorf("confidence %q is not known", p.Confidence)
	case len(p.Seen) == 0 || len(p.Rows) == 0 || len(p.Sources) == 0:
		return errors.New("wants seen, rows and sources")
	}
	for _, place := range p.Seen {
		if !slices.Contains([]Place{OnMessage, OnConnection, OnDelivery, InSetup, InAPI}, place) {
			return fmt.Errorf("seen %q is not known", place)
		}
	}
	return nil
}

func (p *Page) body(text string) error {
	parts := strings.Split("\n"+text, "\n## ")
	if strings.TrimSpace(parts[0]) != "" {
		return errors.New("has text before its first heading")
	}
	last := -1
	headings := []string{"What happened", "Why", "How to tell", "Possible reasons", "What to do"}
	for _, part := range parts[1:] {
		heading, content, _ := strings.Cut(part, "\n")
		at := slices.Index(headings, heading)
		if at <= last {
			return fmt.Errorf("the heading %q is not known, or not in its place", heading)
		}
		last = at
		var err error
		switch heading {
		case "What happened":
			p.What = joined(content)
		case "Why":
			p.Why = joined(content)
		case "How to tell":
			p.Tell = joined(content)
		case "Possible reasons":
			p.Reasons, err = reasons(content)
		case "What to do":
			p.Do, err = steps(content)
		}
		if err != nil {
			return err
		}
	}
	if p.What == "" || p.Why == "" || len(p.Do) == 0 {
		return errors.New("wants What happened, Why and What to do")
	}
	return nil
}

func joined(text string) string { return strings.Join(strings.Fields(text), " ") }

// items are the entries of a list; each begins with a line that has the prefix.
func items(text string, begins *regexp.Regexp) (all []string, err error) {
	for line := range strings.Lines(text) {
		switch {
		case strings.TrimSpace(line) == "":
		case begins.MatchString(line):
			all = append(all, begins.ReplaceAllString(line, ""))
		case len(all) == 0:
			return nil, fmt.Errorf("%q is no entry of a list", strings.TrimSpace(line))
		default:
			all[len(all)-1] += line
		}
	}
	return all, nil
}

var (
	bullet = regexp.MustCompile(`^- `)
	nested = regexp.MustCompile(`^  - `)
	digit  = regexp.MustCompile(`^[1-9]\. `)
	link   = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
)

func reasons(text string) (all []Reason, err error) {
	entries, err := items(text, bullet)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		said, more, _ := strings.Cut(entry, "\n  - ")
		r := Reason{Text: joined(said)}
		notes, err := items("  - "+more, nested)
		if err != nil {
			return nil, err
		}
		for _, note := range notes {
			key, value, _ := strings.Cut(joined(note), ": ")
			switch key {
			case "Id":
				r.ID = value
			case "Tell":
				r.Tell = value
			case "Ruled out":
				r.RuledOut = value
			default:
				return nil, fmt.Errorf("the reason %q wants Id, Tell and Ruled out, not %q", r.Text, key)
			}
		}
		if r.Text == "" || r.Tell == "" {
			return nil, fmt.Errorf("the reason %q does not say how to tell", r.Text)
		}
		all = append(all, r)
	}
	return all, nil
}

func steps(text string) (all []Step, err error) {
	entries, err := items(text, digit)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		entry = joined(entry)
		s := Step{Text: link.ReplaceAllString(entry, "$1")}
		links := link.FindAllStringSubmatch(entry, -1)
		if len(links) > 1 {
			return nil, fmt.Errorf("the step %q has more than one link", s.Text)
		}
		if len(links) == 1 {
			s.Label = links[0][1]
			switch action, isAction := strings.CutPrefix(links[0][2], "action:"); {
			case isAction && !knownAction(action):
				return nil, fmt.Errorf("the step %q names the unknown action %q", s.Text, action)
			case isAction:
				s.Action = &action
			case strings.HasPrefix(links[0][2], "https://"):
				s.URL = &links[0][2]
			default:
				return nil, fmt.Errorf("the step %q links to %q: wants action:… or https://…", s.Text, links[0][2])
			}
		}
		all = append(all, s)
	}
	return all, nil
}
