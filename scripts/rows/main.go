// Command rows is `make rows`: it lists, for each row of docs/requirements.md, the tests that name it, and fails
// when a claimed row has none. A test names a row by its id as a whole word in a comment or in its own name.
package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

const table = "docs/requirements.md"

// row is a line of the table.
type row struct {
	id, what string
	claimed  bool
}

// naming is a test that names a row.
type naming struct{ id, file, test string }

func main() {
	ok, err := report(os.DirFS("."), os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rows:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// report prints the rows of the repository with their tests and tells whether every claimed one has some and every
// id that a test names is a row.
func report(repository fs.FS, out io.Writer) (ok bool, err error) {
	text, err := fs.ReadFile(repository, table)
	if err != nil {
		return false, err
	}
	rows, err := parse(string(text))
	if err != nil {
		return false, err
	}
	named, err := search(repository)
	if err != nil {
		return false, err
	}
	tests := map[string][]naming{}
	for _, n := range named {
		tests[n.id] = append(tests[n.id], n)
	}
	claimed := 0
	var wrong []string
	for _, r := range rows {
		state := "not yet"
		if r.claimed {
			claimed++
			state = "claimed"
			if len(tests[r.id]) == 0 {
				state = "claimed, AND NO TEST NAMES IT"
				wrong = append(wrong, r.id)
			}
		}
		fmt.Fprintf(out, "%-4s %s · %s\n", r.id, state, r.what)
		for _, n := range tests[r.id] {
			fmt.Fprintf(out, "       %s %s\n", n.file, n.test)
		}
		delete(tests, r.id)
	}
	for id, ns := range tests {
		wrong = append(wrong, id)
		fmt.Fprintf(out, "%-4s IS NO ROW of %s, but named in %s\n", id, table, ns[0].file)
	}
	fmt.Fprintf(out, "%d rows, %d claimed\n", len(rows), claimed)
	if len(wrong) > 0 {
		slices.Sort(wrong)
		fmt.Fprintf(out, "to put right: %s\n", strings.Join(wrong, " "))
	}
	return len(wrong) == 0, nil
}

var tableRow = regexp.MustCompile(`(?m)^\| *([A-Z]\d+) *\| *(.+?) *\| *(.+?) *\|$`)

func parse(text string) ([]row, error) {
	var rows []row
	for _, m := range tableRow.FindAllStringSubmatch(text, -1) {
		r := row{id: m[1], what: m[2], claimed: m[3] == "claimed"}
		if !r.claimed && m[3] != "not yet" {
			return nil, fmt.Errorf("%s: %s is %q, which is neither claimed nor not yet", table, r.id, m[3])
		}
		if slices.ContainsFunc(rows, func(other row) bool { return other.id == r.id }) {
			return nil, fmt.Errorf("%s: %s is there twice", table, r.id)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s holds no row", table)
	}
	return rows, nil
}

// search finds what the repository's tests name: Go tests, the web application's tests, the stories.
func search(repository fs.FS) ([]naming, error) {
	var all []naming
	err := fs.WalkDir(repository, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch base := d.Name(); {
			case base == "node_modules", base == "testdata", base == "dist", strings.HasPrefix(base, ".") && name != ".":
				return fs.SkipDir
			case name == "scripts/rows": // its tests are about ids
				return fs.SkipDir
			}
			return nil
		}
		read := reader(name)
		if read == nil {
			return nil
		}
		text, err := fs.ReadFile(repository, name)
		if err != nil {
			return err
		}
		found, err := read(name, text)
		all = append(all, found...)
		return err
	})
	slices.SortFunc(all, func(a, b naming) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.test, b.test)) })
	return slices.Compact(all), err
}

func reader(name string) func(string, []byte) ([]naming, error) {
	switch {
	case strings.HasSuffix(name, "_test.go"), path.Base(path.Dir(name)) == "storetest" && strings.HasSuffix(name, ".go"),
		path.Base(path.Dir(name)) == "channeltest" && strings.HasSuffix(name, ".go"):
		return inGo
	case strings.HasSuffix(name, ".test.ts"):
		return inScript
	case path.Dir(name) == "scripts/stories" && strings.HasSuffix(name, ".mjs"):
		return inStory
	}
	return nil
}
