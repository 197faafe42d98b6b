package playbook

import (
	"strings"
	"testing"
)

const sample = `---
title: The kettle is empty
short: There is no water in it.
who: agent
side: us
retry: stop
again: yes
seen: message api
rows: X1
confidence: documented
sources: own
---

## What happened

The kettle was switched on
without water.

## Why

It was not filled.

## How to tell

It is light.

## Possible reasons

- Nobody filled it.
  - Tell: ask the
    others.
  - Ruled out: it was wet.
- It leaks.
  - Tell: look below.

## What to do

1. [Fill it](action:retry). Then wait.
2. Read [the manual](https://example.org/kettle).
3. Or drink water.
`

// X1: what a page says is what is read from its file.
func TestParse(t *testing.T) {
	t.Parallel()
	p, err := parse("kettle.empty", sample)
	if err != nil {
		t.Fatal(err)
	}
	if p.What != "The kettle was switched on without water." || p.Tell != "It is light." || !p.Again || p.Retry != Stop || len(p.Seen) != 2 {
		t.Errorf("%+v", p)
	}
	if len(p.Reasons) != 2 || p.Reasons[0] != (Reason{Text: "Nobody filled it.", Tell: "ask the others.", RuledOut: "it was wet."}) || p.Reasons[1].RuledOut != "" {
		t.Errorf("%+v", p.Reasons)
	}
	if len(p.Do) != 3 || p.Do[0].Text != "Fill it. Then wait." || *p.Do[0].Action != "retry" || p.Do[0].Label != "Fill it" || p.Do[0].URL != nil ||
		*p.Do[1].URL != "https://example.org/kettle" || p.Do[1].Action != nil || p.Do[2].Action != nil || p.Do[2].URL != nil {
		t.Errorf("%+v", p.Do)
	}
}

// A mistake in a page is found when the page is read, not when somebody needs it.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, new, want string }{
		"no head":          {"---\ntitle", "title", "two lines of ---"},
		"twice":            {"who: agent\n", "who: agent\nwho: agent\n", "second one"},
		"unknown key":      {"who: agent\n", "who: agent\ncolour: red\n", "colour"},
		"no title":         {"title: The kettle is empty\n", "", "title"},
		"nobody we know":   {"who: agent", "who: cat", "cat"},
		"no such side":     {"side: us", "side: left", "left"},
		"no such retry":    {"retry: stop", "retry: maybe", "maybe"},
		"neither yes":      {"again: yes", "again: perhaps", "yes or no"},
		"no such place":    {"seen: message api", "seen: moon", "moon"},
		"no such source":   {"sources: own", "sources: gossip", "gossip"},
		"no confidence":    {"confidence: documented", "confidence: sure", "sure"},
		"no rows":          {"rows: X1\n", "", "rows"},
		"order":            {"## Why\n\nIt was not filled.\n\n## How to tell\n\nIt is light.", "## How to tell\n\nIt is light.\n\n## Why\n\nIt was not filled.", "not in its place"},
		"unknown heading":  {"## Why", "## Wherefore", "Wherefore"},
		"text before":      {"---\n\n## What", "---\n\nHello\n\n## What", "before its first heading"},
		"no why":           {"## Why\n\nIt was not filled.\n", "", "wants What happened"},
		"no tell":          {"  - Tell: look below.\n", "", "the reason \"It leaks.\" wants"},
		"unknown note":     {"  - Ruled out: it", "  - Perhaps: it", "Perhaps"},
		"two links":        {"Then wait.", "[Then](action:note) wait.", "more than one link"},
		"unknown action":   {"action:retry", "action:dance", "dance"},
		"plain http":       {"https://example.org", "http://example.org", "wants action"},
		"no list of steps": {"1. [Fill", "First [Fill", "no entry of a list"},
	} {
		text := strings.Replace(sample, c.old, c.new, 1)
		if _, err := parse("kettle.empty", text); text == sample || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		values Values
		want   string
	}{
		{"{name} wrote. Good.", nil, "This person wrote. Good."},
		{"{name} wrote.", Values{"name": "ana"}, "Ana wrote."},
		{"Seen by {name}.", nil, "Seen by this person."},
		{"It waits. {waiting} waiting. So wait.", nil, "It waits. So wait."},
		{"It waits. {waiting} waiting.", Values{"waiting": "3 replies are"}, "It waits. 3 replies are waiting."},
		{"Its words: {reason}.", Values{"reason": "No. Never. {name}"}, "Its words: No. Never. {name}."},
		{"Version 2.21.15.15 is old? Yes.", nil, "Version 2.21.15.15 is old? Yes."},
		{"{nonsense} is left out. Rest.", nil, "Rest."},
	} {
		if got := Fill(c.text, c.values); got != c.want {
			t.Errorf("%q with %v is %q, want %q", c.text, c.values, got, c.want)
		}
	}
}
