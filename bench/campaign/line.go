package campaign

import (
	"fmt"
	"io"
	"strings"
)

// Line is what became of one case.
type Line struct {
	Case  string `json:"case"`
	Cause string `json:"cause"` // the true one
	// First is what the product named at the place where it must be named: the report's verdict, or the message's cause.
	// UI, CLI and API are what each of them showed then; null where it was not asked.
	First string  `json:"first"`
	UI    *string `json:"ui"`
	CLI   *string `json:"cli"`
	API   *string `json:"api"`
	// NamedS is the time from the first error, or from when a run was asked for, until the API named the true cause; null
	// when it never did.
	NamedS *float64 `json:"named_s"`
	// Fix is the button that repaired it, or "by hand" and what a person did elsewhere.
	Fix string `json:"fix"`
	// GreenS is the time from the repair until the connection was connected and checked without a finding, and a message
	// had gone through each way; null when that did not happen.
	GreenS *float64 `json:"green_s"`
	// Light says, for a fault that raises no error, whether a light run found it before anybody asked.
	Light *bool `json:"light,omitempty"`
	// Locale is the language of the platform's texts, absent for its own choice.
	Locale string `json:"locale,omitempty"`
	OK     bool   `json:"ok"`
	// Note says what was wrong, or worth knowing.
	Note string `json:"note,omitempty"`
}

func seconds(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f s", *v)
}

func shown(v *string) string {
	switch {
	case v == nil:
		return "–"
	case *v == "":
		return "nothing"
	}
	return *v
}

// Head prints the heading of the table that Print fills.
func Head(out io.Writer) {
	fmt.Fprintf(out, "%-22s %-20s %-20s %7s %7s  %s\n", "case", "true cause", "named first", "named", "green", "repaired by")
}

// Print prints a line as a row.
func (l Line) Print(out io.Writer) {
	mark := "✓"
	if !l.OK {
		mark = "✕"
	}
	name := l.Case
	if l.Locale != "" {
		name += " " + l.Locale
	}
	fmt.Fprintf(out, "%s %-20s %-20s %-20s %7s %7s  %s\n", mark, name, l.Cause, shown(&l.First), seconds(l.NamedS), seconds(l.GreenS), l.Fix)
	if !l.OK {
		fmt.Fprintf(out, "  UI %s · CLI %s · API %s\n", shown(l.UI), shown(l.CLI), shown(l.API))
	}
	for note := range strings.SplitSeq(l.Note, "\n") {
		if note != "" {
			fmt.Fprintf(out, "  %s\n", note)
		}
	}
}
