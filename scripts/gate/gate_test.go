package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What go test really prints, for a module made here: passing, failing, skipped, panicking, not compiling, without tests.
func TestGoTestsAreCountedByLeaf(t *testing.T) {
	t.Parallel()
	const head = "package sample\nimport \"testing\"\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  count
		shown string
		err   string
	}{
		{"leaves only", map[string]string{"a_test.go": head + `
func TestA(t *testing.T) { t.Run("one", func(t *testing.T) {}); t.Run("two/b", func(t *testing.T) { t.Run("deep", func(t *testing.T) {}) }) }
func TestB(t *testing.T) {}
func FuzzC(f *testing.F) { f.Add(1); f.Add(2); f.Fuzz(func(t *testing.T, n int) {}) }`}, count{passed: 5}, "", ""},
		{"a failing leaf, once", map[string]string{"a_test.go": head + `
func TestA(t *testing.T) { t.Run("one", func(t *testing.T) {}); t.Run("two", func(t *testing.T) { t.Error("the heron is grey") }) }`}, count{passed: 1, failed: 1}, "the heron is grey", ""},
		{"a parent that fails by itself", map[string]string{"a_test.go": head + `
func TestA(t *testing.T) { t.Run("one", func(t *testing.T) {}); t.Error("the otter is wet") }`}, count{passed: 1, failed: 1}, "the otter is wet", ""},
		{"skipped", map[string]string{"a_test.go": head + `func TestA(t *testing.T) { t.Skip("too wet") }`}, count{skipped: 1}, "too wet", ""},
		{"panic", map[string]string{"a_test.go": head + `func TestA(t *testing.T) { t.Run("one", func(t *testing.T) { panic("storm") }) }`}, count{failed: 1}, "storm", ""},
		{"TestMain gives up", map[string]string{"a_test.go": head + "import \"os\"\n" + `func TestMain(m *testing.M) { println("no water"); os.Exit(3) }`}, count{failed: 1}, "no water", ""},
		{"does not compile", map[string]string{"a_test.go": head + `func TestA(t *testing.T) { nest() }`}, count{failed: 1}, "undefined: nest", ""},
		{"another package beside", map[string]string{"a_test.go": head + `func TestA(t *testing.T) {}`, "b/b.go": "package b", "c/c_test.go": head + `func TestC(t *testing.T) { t.Fail() }`}, count{passed: 1, failed: 1}, "sample/c TestC", ""},
		{"no tests", map[string]string{"a.go": "package sample"}, count{}, "", "no test ran"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c.files["go.mod"] = "module sample\n\ngo 1.26\n"
			for name, text := range c.files {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command("go", "test", "-json", "./...")
			cmd.Dir = dir
			printed, _ := cmd.Output() // fails where a test does
			var out strings.Builder
			got, err := goTests(strings.NewReader(string(printed)), &out)
			if got != c.want || !says(err, c.err) {
				t.Errorf("counted %s, %v; want %s, %q\n%s", got, err, c.want, c.err, &out)
			}
			if !strings.Contains(out.String(), c.shown) {
				t.Errorf("%q is not shown:\n%s", c.shown, &out)
			}
		})
	}
}

func TestGoTestsCutOff(t *testing.T) {
	t.Parallel()
	const printed = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
`
	var out strings.Builder
	if got, err := goTests(strings.NewReader(printed), &out); got != (count{failed: 1}) || err != nil {
		t.Errorf("counted %s, %v", got, err)
	}
}

func TestVitestReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, printed string
		want          count
		shown, err    string
	}{
		{"passed", `{"numPassedTests":3,"testResults":[{"name":"a","status":"passed","assertionResults":[{"status":"passed"}]}]}`, count{passed: 3}, "", ""},
		{"failed", `{"numPassedTests":1,"numFailedTests":1,"testResults":[{"name":"a.test.ts","status":"failed","assertionResults":[{"fullName":"ticks","status":"failed","failureMessages":["expected read"]}]}]}`, count{passed: 1, failed: 1}, "expected read", ""},
		{"skipped and todo", `{"numPassedTests":1,"numPendingTests":1,"numTodoTests":1}`, count{passed: 1, skipped: 2}, "", ""},
		{"a file that does not load", `{"numPassedTests":1,"testResults":[{"name":"b.test.ts","status":"failed","message":"no such module","assertionResults":[]}]}`, count{passed: 1, failed: 1}, "no such module", ""},
		{"no tests", `{}`, count{}, "", "no test ran"},
		{"no report", "npm: not found", count{}, "npm: not found", "not vitest's report"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			got, err := vitest(strings.NewReader(c.printed), &out)
			if got != c.want || !says(err, c.err) || !strings.Contains(out.String(), c.shown) {
				t.Errorf("counted %s, %v; want %s, %q showing %q\n%s", got, err, c.want, c.err, c.shown, &out)
			}
		})
	}
}

func TestStoriesSummary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, printed string
		want          count
		err           string
	}{
		{"last line", "main-job\n1 passed, 0 failed, 0 skipped\nunconfirmed\n2 passed, 1 failed, 3 skipped\n", count{2, 1, 3}, ""},
		{"not the last", "2 passed, 0 failed, 0 skipped\nthen it crashed\n", count{}, "not a summary"},
		{"silence", "", count{}, "not a summary"},
		{"nothing ran", "0 passed, 0 failed, 0 skipped\n", count{}, "no story ran"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if got, err := stories(strings.NewReader(c.printed), &out); got != c.want || !says(err, c.err) {
				t.Errorf("counted %s, %v; want %s, %q", got, err, c.want, c.err)
			}
		})
	}
}

func TestStepsRun(t *testing.T) {
	t.Parallel()
	shell := func(script string) []string { return []string{"sh", "-c", script} }
	sh := func(name, script string) step { return step{name: name, command: shell(script), within: time.Minute} }
	reading := func(s step) step { s.read = stories; return s }
	needed := func(s step) step { s.needed = true; return s }
	soon := func(s step) step { s.within = 100 * time.Millisecond; return s }
	for _, c := range []struct {
		name  string
		steps []step
		want  count
		shown string
	}{
		{"one each", []step{sh("a", "true"), sh("b", "echo the reason >&2; false"), sh("c", "true")}, count{passed: 2, failed: 1}, "the reason"},
		{"counted", []step{reading(sh("a", "echo 4 passed, 0 failed, 0 skipped"))}, count{passed: 4}, "4 passed"},
		{"fails after a good count", []step{reading(sh("a", "echo 4 passed, 0 failed, 0 skipped; exit 3"))}, count{passed: 4, failed: 1}, "exit status 3"},
		{"needed", []step{needed(sh("a", "false")), sh("b", "true")}, count{failed: 1}, "nothing after a"},
		{"no such program", []step{{name: "a", command: []string{"/nowhere"}, within: time.Minute}}, count{failed: 1}, "/nowhere"},
		{"no such program, counted", []step{{name: "a", command: []string{"/nowhere"}, within: time.Minute, read: stories}}, count{failed: 1}, "/nowhere"},
		{"too slow, with a child", []step{soon(sh("a", "tail -f /dev/null & wait")), sh("b", "true")}, count{passed: 1, failed: 1}, "not done within"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if got := runAll(context.Background(), c.steps, &out); got != c.want {
				t.Errorf("counted %s, want %s\n%s", got, c.want, &out)
			}
			if !strings.Contains(out.String(), c.shown) {
				t.Errorf("%q is not shown:\n%s", c.shown, &out)
			}
		})
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all, err := choose(steps(), nil)
	if err != nil || len(all) != len(steps()) {
		t.Errorf("without names: %d steps, %v", len(all), err)
	}
	two, err := choose(steps(), []string{"vet", "gofmt"})
	if err != nil || len(two) != 2 || two[0].name != "gofmt" {
		t.Errorf("two names: %v, %v", two, err)
	}
	if _, err := choose(steps(), []string{"vex"}); err == nil {
		t.Error("an unknown step was taken")
	}
}

func says(err error, part string) bool {
	return err == nil && part == "" || err != nil && part != "" && strings.Contains(err.Error(), part)
}
