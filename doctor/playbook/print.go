package playbook

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// columns is the width of a terminal that everybody has.
const columns = 80

var whoWords = map[Who]string{
	Agent: "the agent who wrote it", Lead: "a team lead", Admin: "an admin of your company", Operator: "the operator of this server",
	AccountOwner: "the owner of the account at the platform", Nobody: "nobody: there is nothing to do but wait or let it be",
}

var sideWords = map[Side]string{
	Us: "this server or this program", Platform: "the platform", Account: "your account at the platform", Person: "the person you write to",
	NobodyWrote: "nobody wrote here", Unknown: "not known: the platform does not say",
}

var confidenceWords = map[Confidence]string{
	Documented: "documented", Field: "seen in the field, in no document of the platform", Unconfirmed: "unconfirmed: a single report, or reports that disagree",
}

// Print writes an explanation for a terminal, at most 80 columns wide except for addresses.
func Print(w io.Writer, x Explanation) error {
	b := &strings.Builder{}
	if x.Platform != nil {
		head := fmt.Sprintf("%s %d", *x.Platform, *x.Code)
		if x.Subcode != nil {
			head += fmt.Sprintf("/%d", *x.Subcode)
		}
		switch {
		case !x.Known:
			head += ": not known"
		case x.Entries[0].Name != nil:
			head += ": " + *x.Entries[0].Name
		}
		line(b, "", "", head)
		if x.Text != nil {
			line(b, "", "", "The platform’s own words: "+*x.Text)
		}
		if len(x.Entries) > 1 {
			line(b, "", "", fmt.Sprintf("This code stands for one of %d causes.", len(x.Entries)))
		}
	}
	for i, e := range x.Entries {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		e.print(b, i, len(x.Entries))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e Entry) print(b *strings.Builder, i, of int) {
	title := e.Title + "  [" + e.Cause + "]"
	if of > 1 {
		title = fmt.Sprintf("%d. %s", i+1, title)
	}
	line(b, "", "", title)
	section := func(heading, text string) {
		line(b, "\n", "", heading)
		if text != "" {
			line(b, "  ", "  ", text)
		}
	}
	section("What happened", e.What)
	section("Why", e.Why)
	if e.Tell != nil {
		section("How to tell", *e.Tell)
	}
	if len(e.Reasons) > 0 {
		section("Possible reasons", "")
	}
	for _, r := range e.Reasons {
		line(b, "  - ", "    ", r.Text)
		line(b, "    To find out: ", "      ", r.Tell)
		if r.RuledOut != "" {
			line(b, "    Ruled out if: ", "      ", r.RuledOut)
		}
	}
	section("What to do", "")
	for n, s := range e.Do {
		line(b, fmt.Sprintf("  %d. ", n+1), "     ", s.Text)
		if s.URL != nil {
			line(b, "     ", "     ", *s.URL)
		}
	}
	b.WriteByte('\n')
	line(b, "Who can act   ", "              ", whoWords[e.Who])
	line(b, "It lies with  ", "              ", sideWords[e.Side])
	line(b, "Tried again   ", "              ", e.Retry.Rule)
	line(b, "How sure      ", "              ", confidenceWords[e.Confidence])
	for n, s := range e.Sources {
		label := "              "
		if n == 0 {
			label = "Sources       "
		}
		line(b, label, "              ", s.Title+" (read "+s.Read+")")
	}
}

// line writes a text wrapped at the terminal's width; first begins its first line, rest the others.
func line(b *strings.Builder, first, rest, text string) {
	b.WriteString(first)
	used, began := utf8.RuneCountInString(first), true
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if !began && used+1+n > columns {
			b.WriteString("\n" + rest)
			used, began = utf8.RuneCountInString(rest), true
		}
		if !began {
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used, began = used+n, false
	}
	b.WriteByte('\n')
}
