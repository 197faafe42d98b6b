package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

const rows = `# rows
| id | what works | state |
|---|---|---|
| C1 | One inbox. | claimed |
| M4 | A conflict shows. | claimed |
| M10 | Numbers move. | not yet |
`

func TestReport(t *testing.T) {
	t.Parallel()
	const goHead = "package p\nimport \"testing\"\n"
	both := "// C1 and M4.\nfunc TestBoth(t *testing.T) {}\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		ok    bool
		shown string
	}{
		{"comment on a test", map[string]string{"a_test.go": goHead + both}, true, "a_test.go TestBoth"},
		{"comment in a test", map[string]string{"a_test.go": goHead + "func TestBoth(t *testing.T) {\n\t// C1, M4: they meet\n}\n"}, true, "a_test.go TestBoth"},
		{"test's name", map[string]string{"a_test.go": goHead + "func TestC1(t *testing.T) {}\nfunc TestM4ConflictShows(t *testing.T) {}\n"}, true, "TestM4ConflictShows"},
		{"one suite for all", map[string]string{"store/storetest/suite.go": "package p\n" + "// C1 M4\nfunc Run() {}\n"}, true, "store/storetest/suite.go Run"},
		{"web test and story", map[string]string{"web/src/a.test.ts": "test('C1: arrives', () => {})", "scripts/stories/conflict.mjs": "// Proves M4.\nexport const title = 'A conflict'"}, true, "scripts/stories/conflict.mjs make story NAME=conflict"},
		{"title of a story", map[string]string{"a_test.go": goHead + "func TestC1(t *testing.T) {}\n", "scripts/stories/conflict.mjs": "export const title = 'M4: a conflict shows'"}, true, "NAME=conflict"},
		{"comment over a web test", map[string]string{"a.test.ts": "// C1\n// M4\nit(\"ticks\", () => {})"}, true, "a.test.ts ticks"},
		{"a claimed row without a test", map[string]string{"a_test.go": goHead + "// C1\nfunc TestA(t *testing.T) {}\n"}, false, "M4   claimed, AND NO TEST NAMES IT"},
		{"a string is no naming", map[string]string{"a_test.go": goHead + "// C1\nfunc TestA(t *testing.T) { _ = \"M4\" }\n"}, false, "M4   claimed, AND"},
		{"part of a word is none", map[string]string{"a_test.go": goHead + "// C1 M44x AM4\nfunc TestM42(t *testing.T) {}\n"}, false, "M4   claimed, AND"},
		{"not a test's file", map[string]string{"a.go": "package p\n" + both, "node_modules/a.test.ts": "// C1 M4"}, false, "M4   claimed, AND"},
		{"an id that is no row", map[string]string{"a_test.go": goHead + both + "// C99\nfunc TestMore(t *testing.T) {}\n"}, false, "C99  IS NO ROW"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			repository := fstest.MapFS{table: {Data: []byte(rows)}}
			for name, text := range c.files {
				repository[name] = &fstest.MapFile{Data: []byte(text)}
			}
			var out strings.Builder
			ok, err := report(repository, &out)
			if err != nil || ok != c.ok || !strings.Contains(out.String(), c.shown) {
				t.Errorf("ok %t, %v; want %t showing %q\n%s", ok, err, c.ok, c.shown, &out)
			}
		})
	}
}

func TestTableIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty":         "# rows\n",
		"unknown state": "| C1 | One inbox. | soon |\n",
		"twice":         "| C1 | One inbox. | claimed |\n| C1 | Again. | not yet |\n",
	} {
		if _, err := parse(text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
