package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of settings in docs/operate.md anew")

// The table of settings says what --help says, all of it.
func TestSettingsTable(t *testing.T) {
	t.Parallel()
	var c cli
	parser, err := c.parser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| setting | default | what it is |\n|---|---|---|\n")
	for _, command := range parser.Model.Leaves(false) {
		if command.Name != "serve" {
			continue
		}
		for _, group := range command.AllFlags(false) {
			for _, f := range group {
				if len(f.Envs) == 0 {
					continue
				}
				value := f.Default
				if value != "" {
					value = "`" + value + "`"
				}
				fmt.Fprintf(&b, "| `--%s`<br>`%s` | %s | %s |\n", f.Name, f.Envs[0], value, strings.ReplaceAll(f.Help, "|", "\\|"))
			}
		}
	}
	const path, begin, end = "../../docs/operate.md", "-update -->\n", "<!-- end -->"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("docs/operate.md has no place for the table")
	}
	want := before + begin + b.String() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Error("docs/operate.md lacks a setting or says something else than --help: go test ./cmd/clearline -run SettingsTable -update")
	}
	if n := strings.Count(b.String(), "CLEARLINE_"); n < 20 {
		t.Errorf("only %d settings", n)
	}
}
