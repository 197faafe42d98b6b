package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Every code this package names stands in codes.tsv, and the table is sound.
func TestCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range codes {
		key := codeKey(c.number, c.subcode)
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		if c.http < 400 || c.http > 599 || c.title == "" || !slices.Contains([]string{"answer", "status", "both"}, c.comes) {
			t.Errorf("code %+v", c)
		}
	}
	if len(codes) < 200 {
		t.Errorf("%d codes", len(codes))
	}
	ids := map[string]bool{}
	for _, c := range causes {
		if ids[c.id] {
			t.Errorf("%s stands twice", c.id)
		}
		ids[c.id] = true
		if !slices.Contains([]string{"account", "person", "none"}, c.needs) || c.label == "" || c.group == "" || (c.field == "") != (len(c.ways) == 0) {
			t.Errorf("cause %+v", c)
		}
		reactions := []reaction{c.reaction}
		for _, w := range c.ways {
			reactions = append(reactions, w.over(c.reaction))
			if w.value == "" || w.label == "" {
				t.Errorf("a way of %s: %+v", c.id, w)
			}
		}
		for i, r := range reactions {
			for op, refused := range r.errors {
				if _, ok := lookup(refused.code, refused.subcode); !ok || !slices.Contains(operations, op) {
					t.Errorf("%s on %s: %d/%d is not a code, or not an operation", c.id, op, refused.code, refused.subcode)
				}
			}
			if r.errors == nil && r.effects == nil && r.shows == nil && (i > 0 || len(c.ways) == 0) {
				t.Errorf("%s does nothing in way %d", c.id, i)
			}
		}
	}
	if c, ok := lookup(250, 0); !ok || c.number != 250 || c.title == "" {
		t.Errorf("a code of a range: %+v", c)
	}
}

func TestLanguagesAreWhole(t *testing.T) {
	t.Parallel()
	for language, texts := range userTexts {
		for key := range userTexts["en"] {
			if texts[key].title == "" || texts[key].message == "" {
				t.Errorf("%s has no text for %q", language, key)
			}
		}
	}
}

func TestRing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		count := rapid.IntRange(0, 60).Draw(t, "count")
		since := rapid.IntRange(0, 60).Draw(t, "since")
		r := ring[int]{limit: limit}
		for i := 1; i <= count; i++ {
			r.add(i)
		}
		var want []int
		for i := max(1, count-limit+1); i <= count; i++ {
			if i > since {
				want = append(want, i)
			}
		}
		if got := r.since(0, func(n *int) bool { return *n > since }); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// What is escaped decodes to the same text, and is ASCII.
func TestASCIIJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		raw, err := asciiJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(raw, &back); err != nil || back != text {
			t.Fatalf("%q became %s became %q (%v)", text, raw, back, err)
		}
		if slices.ContainsFunc(raw, func(b byte) bool { return b >= 0x80 }) {
			t.Fatalf("%s is not ASCII", raw)
		}
	})
}

// Each variant of a number leads back to the same set.
func TestVariants(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"5541988887777": "554188887777", "554188887777": "5541988887777", "5215512345678": "525512345678",
		"525512345678": "5215512345678", "5491155551234": "541155551234", "541155551234": "5491155551234",
		"4915112345678": "", "554130001234": "", // a Brazilian landline has no ninth digit
	} {
		got := waVariants(in)
		if got[0] != in || want == "" && len(got) != 1 || want != "" && (len(got) != 2 || got[1] != want) {
			t.Errorf("%s: %v, want %s", in, got, want)
		}
	}
}

func TestFieldExpansion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab{},.()5]{0,20}`).Draw(t, "fields")
		parseFields(text) // must end and not panic
	})
	got, ok := parseFields("a, b{c,d{e}} ,f.limit(5){g}")
	if want := "[{a []} {b [{c []} {d [{e []}]}]} {f [{g []}]}]"; !ok || fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// Memory is bounded: the oldest messages and files go.
func TestOldestGo(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.messages.limit = 100
	people := []*person{{id: "a"}, {id: "b"}}
	for _, p := range people {
		w.personByID[p.id] = p
	}
	for i := range 5000 {
		p := people[i%3%2]
		w.addMessage(p, &message{id: fmt.Sprint(i), person: p.id})
	}
	if held := len(people[0].thread) + len(people[1].thread); held != 100 || len(w.messages.byID) != 100 || len(w.messages.order) > 2100 {
		t.Errorf("%d in threads, %d by id, %d in order", held, len(w.messages.byID), len(w.messages.order))
	}
	if w.messages.byID["4999"] == nil || w.messages.byID["4899"] != nil {
		t.Error("the wrong ones went")
	}
	shelf := newMediaShelf()
	for i := range 4 {
		shelf.put(&mediaItem{id: fmt.Sprint(i), bytes: make([]byte, maxShelfBytes/3)})
	}
	if len(shelf.items) != 3 || shelf.items["0"] != nil || shelf.size > maxShelfBytes {
		t.Errorf("%d files, %d bytes", len(shelf.items), shelf.size)
	}
	now := time.Now()
	for range maxMediaURLs + 10 {
		shelf.address(shelf.items["3"], now)
	}
	if len(shelf.urls) > maxMediaURLs {
		t.Errorf("%d addresses", len(shelf.urls))
	}
}

func TestOlderVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b  string
		older bool
	}{{"2.21.15.14", "2.21.15.15", true}, {"2.21.15.15", "2.21.15.15", false}, {"2.9", "2.21.15.15", true}, {"2.22", "2.21.15.15", false}} {
		if olderVersion(c.a, c.b) != c.older {
			t.Errorf("%s older than %s: want %v", c.a, c.b, c.older)
		}
	}
}
