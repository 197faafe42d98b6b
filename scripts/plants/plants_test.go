// Package plants holds the bugs that are planted in copies of the product, to see that the tests report them. It stands
// apart from the tests that it runs, so that it waits beside them and not in front of them.
package plants

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// plant is a bug put into a copy of one source file, and what must report it.
type plant struct {
	name     string
	file     string
	old, new string
	// test is a package and a test that must fail; empty: the checker of `clearline bench crash` must report it.
	pkg, test string
}

var plants = []plant{
	{
		name: "answers before the commit", file: "httpapi/webhooks.go",
		old: "err = s.o.Ingest.Take(context.WithoutCancel(r.Context()), ingest.Call{Platform: platform, App: id, Header: r.Header, Body: buf, At: at})",
		new: "call := ingest.Call{Platform: platform, App: id, Header: r.Header.Clone(), Body: append([]byte(nil), buf...), At: at}\n\tgo s.o.Ingest.Take(context.WithoutCancel(r.Context()), call)",
	},
	{
		name: "has no unique key for messages", file: "store/migrations/0001_init.sql",
		old: "CREATE UNIQUE INDEX messages_platform ON messages (company_id, connection_id, platform_id);",
		new: "CREATE INDEX messages_platform ON messages (company_id, connection_id, platform_id);",
		pkg: "./app", test: "TestRetriesOfThePlatform",
	},
	{
		name: "sends again after a time-out", file: "dispatch/judge.go",
		old: "\tcase fate == clearline.Again:\n", new: "\tcase fate == clearline.Again, fate == clearline.Unknown:\n",
		pkg: "./app", test: "TestUnknownIsNeverSentAgainByItself",
	},
	{
		name: "lets a late sent lower read", file: "status.go",
		old: "\t\tif p.Status.rank() < Failed.rank() {\n\t\t\tp.Status", new: "\t\tif p.Status.rank() > 0 {\n\t\t\tp.Status",
		pkg: ".", test: "TestReportsInAnyOrder",
	},
	{
		name: "skips the signature for one field", file: "ingest/speaker.go",
		old: "if leaf.Verify(app.Secret, c.Header, c.Body) {",
		new: "if leaf.Verify(app.Secret, c.Header, c.Body) || strings.Contains(string(c.Body), `\"account_update\"`) {",
		pkg: "./app", test: "TestForgedCallsAreRefused",
	},
}

// TestPlantedBugsAreReported puts each bug into the product and wants the test or the checker that guards
// against it to say so: a guard that would sleep through its own bug is none.
func TestPlantedBugsAreReported(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plants {
		t.Run(strings.ReplaceAll(p.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			overlay := p.overlay(t, root)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			if p.test != "" {
				p.fails(ctx, t, root, overlay)
				return
			}
			p.checked(ctx, t, root, overlay)
		})
	}
}

// overlay writes the altered file and the list that makes the go command read it instead of the real one.
func (p plant) overlay(t *testing.T, root string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, p.file))
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	if strings.Count(text, p.old) != 1 {
		t.Fatalf("%s holds the place for the bug %d times, not once: bring the plant up to date", p.file, strings.Count(text, p.old))
	}
	text = strings.Replace(text, p.old, p.new, 1)
	if strings.Contains(p.new, "strings.") && !strings.Contains(text, "\t\"strings\"\n") {
		text = strings.Replace(text, "import (\n", "import (\n\t\"strings\"\n", 1)
	}
	dir := t.TempDir()
	altered := filepath.Join(dir, filepath.Base(p.file))
	if err := os.WriteFile(altered, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, p.file): altered}})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// fails runs the named test on the altered product. That it fails proves nothing when it does not fail by itself:
// the output must name it.
func (p plant) fails(ctx context.Context, t *testing.T, root, overlay string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-count=1", "-timeout=8m", "-run", "^"+p.test+"$", p.pkg)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CLEARLINE_TEST_PATIENCE=30s") // it waits in vain for what the bug prevents
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("%s passed with the bug in:\n%s", p.test, out)
	}
	if !strings.Contains(string(out), "--- FAIL: "+p.test) {
		t.Fatalf("%s did not run to its end:\n%s", p.test, out)
	}
}

// checked kills the altered server while it works and wants the checker to miss what it had acknowledged.
func (p plant) checked(ctx context.Context, t *testing.T, root, overlay string) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "clearline")
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", bin, "./cmd/clearline")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the altered program does not build: %v\n%s", err, out)
	}
	// A server that answers too early may trip the bench before it has anything to check; that run says nothing.
	for try := 1; ; try++ {
		out, err := exec.CommandContext(ctx, bin, "bench", "crash", "--cycles", "3", "--json").Output()
		var result struct {
			Lost  *int
			Met   bool
			Error string
		}
		if jerr := json.Unmarshal(out, &result); jerr != nil {
			t.Fatalf("the bench printed no result: %v, %v\n%s", err, jerr, out)
		}
		switch {
		case result.Met:
			t.Fatalf("the checker found nothing wrong: %s", out)
		case result.Lost != nil && *result.Lost > 0:
			return
		case try == mostTries:
			t.Fatalf("the checker did not get to count what was lost, in %d runs: %s", try, out)
		}
	}
}

// mostTries bounds how often the crash bench is run on a planted bug until it measures.
const mostTries = 6
