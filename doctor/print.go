package doctor

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// The signs of results: told apart without colour, as everywhere else in the product.
var signs = map[clearline.CheckResult]string{
	clearline.Pass: "✓", clearline.Warn: "!", clearline.Fail: "✕", clearline.NotChecked: "–", clearline.CouldNotTell: "?",
}

// columns is the width that texts are wrapped at; titleColumn is where what was found begins.
const (
	columns     = 112
	titleColumn = 54
)

var whoCan = map[playbook.Who]string{
	playbook.Agent: "an agent", playbook.Lead: "a team lead", playbook.Admin: "an admin of your company", playbook.Operator: "the operator of this server",
	playbook.AccountOwner: "the owner of the account at the platform", playbook.Nobody: "nobody: there is nothing to do but wait",
}

// Print writes a report for a terminal: one line a check, and the page of each finding below the check that saw it.
func Print(w io.Writer, of string, r Report) error {
	b := &strings.Builder{}
	head := of + "  "
	if len(r.Findings) > 0 {
		head += signs[r.Findings[0].Severity] + " " + r.Findings[0].Title + "  [" + string(r.Findings[0].Cause) + "]"
	} else {
		head += map[clearline.CheckResult]string{clearline.Pass: "✓ nothing wrong was found", clearline.CouldNotTell: "? nothing wrong was found, and not everything could be told"}[r.Status]
	}
	fmt.Fprintln(b, strings.TrimRight(head, " "))
	if r.StartedAt != nil && r.EndedAt != nil {
		fmt.Fprintf(b, "  examined at %s in %.1f s\n", r.StartedAt.Local().Format(time.TimeOnly), r.EndedAt.Sub(*r.StartedAt).Seconds())
	}
	r.Triage.print(b)
	if p := r.Paused; p != nil {
		by := "with an API key"
		if p.By != nil {
			by = "by " + *p.By
		}
		wrap(b, "  ", "  ", "‖ Paused "+by+" on "+p.At.Local().Format("2 January at 15:04")+". What arrives is stored, what people write waits until somebody resumes it.")
	}
	shown := map[string]bool{}
	for _, c := range r.Checks {
		said := c.Found
		if c.Result != clearline.Pass && c.Expected != "" {
			said = strings.TrimPrefix(said+" · expected: "+c.Expected, " · ")
		}
		took := ""
		if c.MS >= 100 {
			took = fmt.Sprintf("  %.1f s", float64(c.MS)/1000)
		}
		line := " " + signs[c.Result] + " " + c.Title
		wrap(b, line+strings.Repeat(" ", max(2, titleColumn-utf8.RuneCountInString(line))), strings.Repeat(" ", titleColumn), said+took)
		for _, f := range r.Findings {
			if f.Check == c.ID {
				shown[f.Check] = true
				f.print(b)
			}
		}
	}
	for _, f := range r.Findings {
		if !shown[f.Check] {
			f.print(b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// print writes where the trouble lies, with what that rests on.
func (t *Triage) print(b *strings.Builder) {
	if t == nil {
		return
	}
	wrap(b, "  Where it lies: ", "    ", t.Title+". Since "+t.Since.Local().Format("2 January, 15:04")+".")
	for _, e := range t.Evidence {
		wrap(b, "    · ", "      ", e.Text)
	}
	wrap(b, "    → ", "      ", t.Advice)
}

// print writes a finding's page, indented below its check.
func (f FindingReport) print(b *strings.Builder) {
	const in = "     "
	wrap(b, in, in, f.Title+".  ["+string(f.Cause)+"]")
	wrap(b, in, in, f.What)
	wrap(b, in+"Why       ", in+"          ", f.Why)
	for i, s := range f.Do {
		lead := "          "
		if i == 0 {
			lead = "To do     "
		}
		text := s.Text
		if s.URL != nil {
			text += " " + *s.URL
		}
		wrap(b, fmt.Sprintf("%s%s%d. ", in, lead, i+1), in+"             ", text)
	}
	wrap(b, in+"Who       ", in+"          ", whoCan[f.Who])
	since := f.FirstSeen.Local().Format("2 January, 15:04")
	if f.Count > 1 {
		since += fmt.Sprintf(", and again: %d times", f.Count)
	}
	wrap(b, in+"Since     ", in+"          ", since)
}

// wrap writes a text within the columns; first begins its first line, rest the others.
func wrap(b *strings.Builder, first, rest, text string) {
	line, width := first, utf8.RuneCountInString(first)
	begun := false
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if begun && width+1+n > columns {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, width, begun = rest, utf8.RuneCountInString(rest), false
		}
		if begun {
			line, width = line+" ", width+1
		}
		line, width, begun = line+word, width+n, true
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// Unopened is the report about a server whose database could not be opened: that is all that can be said of it.
func Unopened(cause clearline.Cause, found string, at time.Time) Report {
	row := store.FindingRow{Finding: clearline.Finding{Cause: cause, State: clearline.FindingOpen, FirstSeen: at.UTC(), LastSeen: at.UTC(), Count: 1},
		Seen: store.Seen{Cause: cause, Check: checkDatabase, Result: clearline.Fail, Fill: map[string]string{"found": found}}}
	f := finding(row, playbook.Values{})
	return Report{StartedAt: orNever(at), EndedAt: orNever(at), Full: true, Status: clearline.Fail, Cause: &f.Cause, Side: f.Side, Findings: []FindingReport{f},
		Checks: []CheckReport{{ID: checkDatabase, Title: "The database takes writes", Result: clearline.Fail, Cause: &f.Cause, Found: found, Also: []clearline.Cause{}, Needs: []string{}}}}
}

// Without is the report without the checks that another one has shown already, for people who read both.
func (r Report) Without(server Report) Report {
	shown := map[string]bool{}
	for _, c := range server.Checks {
		shown[c.ID+string(c.Result)] = true
	}
	checks := r.Checks
	r.Checks = nil
	for _, c := range checks {
		if !shown[c.ID+string(c.Result)] {
			r.Checks = append(r.Checks, c)
		}
	}
	return r
}
