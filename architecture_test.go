package clearline_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/clearline/clearline"

// imports is what each package of ours may import of ours, outside its tests: the map of ARCHITECTURE.md as data.
// A name ending in /* stands for the packages right below. A package that is not here may not exist: a new room
// is entered on the map first. Test files may import more (a suite, the twin), except where wire says otherwise.
var imports = map[string][]string{
	// The nouns and rules, and what needs nothing but them.
	"":           {},
	"clock":      {},
	"background": {},
	"channel":    {"", "clock"},
	"seal":       {"", "clock"},
	"egress":     {"", "clock"},
	"port":       {},
	"pgserver":   {"port"},
	"web":        {},

	// Platforms: never the store, the API, or a sibling; Meta's three share meta. Their HTTP client is passed in; of
	// egress they ask only what became of a request.
	"channel/channeltest": {"", "clock", "channel"},
	"channel/meta":        {"", "clock", "channel", "egress"},
	"channel/meta/*":      {"", "clock", "channel", "channel/meta", "egress"},
	"channel/telegram":    {"", "clock", "channel", "egress"},
	"channel/discord":     {"", "clock", "channel", "egress"},

	// The store writes down what the contract of the platforms names (elements, accounts), and knows no platform.
	"store":              {"", "clock", "seal", "channel", "store/migrations"},
	"store/migrations":   {},
	"store/storetest":    {"", "clock", "seal", "store", "channel", "pgserver"},
	"retention":          {"", "clock", "background", "store"},
	"backup":             {"clock", "seal", "store"},
	"certificate":        {"clock", "background", "store"},
	"certificate/testca": {"port"},
	"account":            {"", "background", "clock", "seal", "store"},
	"media":              {"", "clock", "background", "egress", "store", "channel"},
	"media/mediatest":    {},

	// The rooms: each knows the store and the platforms; the ways in and out write facts and never ask the doctor.
	"live":            {"", "clock", "background", "store"},
	"search":          {"", "clock", "background", "store"},
	"ingest":          {"", "clock", "background", "store", "seal", "channel", "channel/*", "channel/meta/*"},
	"connect":         {"", "clock", "background", "store", "seal", "egress", "channel", "channel/*", "channel/meta/*"},
	"outcome":         {"", "clock", "background", "store", "channel", "dispatch", "doctor/playbook"},
	"dispatch":        {"", "clock", "background", "store", "seal", "egress", "channel", "channel/*", "channel/meta/*"},
	"doctor":          {"", "clock", "background", "store", "seal", "egress", "channel", "channel/*", "channel/meta/*", "doctor/playbook"},
	"doctor/playbook": {"", "channel"},
	"httpapi": {"", "clock", "store", "seal", "egress", "account", "media", "live", "search", "ingest", "dispatch", "connect", "outcome", "doctor", "doctor/playbook",
		"channel", "channel/*", "channel/meta/*", "web"},
	"app": {"", "clock", "store", "store/*", "seal", "egress", "account", "media", "retention", "live", "search", "ingest", "dispatch", "connect", "outcome", "doctor", "doctor/playbook",
		"backup", "certificate", "channel", "channel/*", "channel/meta/*", "web", "httpapi"},

	// They talk to the product over the wire, so that a field it misreads cannot be misread by them in the same way.
	"sim":            {"clock"},
	"bench":          {"pgserver", "port", "bench/*"},
	"bench/campaign": {"bench/outside"},
	"bench/outside":  {},

	// The demo brings product and twin together, in one process and over the wire.
	"demo": {"", "clock", "app", "connect", "sim", "store", "seal"},

	"scripts/hostile": {"media/mediatest"},
	"cmd/*":           {"", "clock", "app", "account", "backup", "connect", "demo", "sim", "bench", "pgserver", "store", "seal", "channel", "doctor", "doctor/playbook"},
	"scripts/*":       {},
}

// wire are the packages whose tests keep the rule too.
var wire = []string{"sim", "bench", "bench/campaign", "bench/outside", "scripts/gate", "scripts/rows"}

// listed is what `go list -json` tells of a package.
type listed struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Standard                           bool
	Imports, TestImports, XTestImports []string
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	packages := list(t, "./...")
	for _, p := range packages {
		name := local(p.ImportPath)
		for _, broken := range brokenRules(p) {
			t.Errorf("%s: %s", name, broken)
		}
	}
	if len(packages) < 5 {
		t.Errorf("only %d packages were looked at", len(packages))
	}
}

// The root package holds nouns and rules, with nothing from outside the standard library; so does the clock.
func TestDomainIsStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "-deps", ".", "./clock") {
		if !p.Standard && p.ImportPath != module && p.ImportPath != module+"/clock" {
			t.Errorf("it depends on %s", p.ImportPath)
		}
	}
	for _, p := range list(t, ".") {
		for _, io := range []string{"net/http", "os", "database/sql", "net"} {
			if slices.Contains(p.Imports, io) {
				t.Errorf("the domain imports %s: nothing with I/O belongs there", io)
			}
		}
	}
}

// The rules above are only as good as the code that applies them.
func TestBrokenImportRulesAreFound(t *testing.T) {
	t.Parallel()
	ours := func(names ...string) (paths []string) {
		for _, n := range names {
			paths = append(paths, strings.TrimSuffix(module+"/"+n, "/"))
		}
		return append(paths, "fmt", "github.com/jackc/pgx/v5")
	}
	for _, c := range []struct {
		name   string
		p      listed
		broken int
	}{
		{"a leaf and its family", listed{ImportPath: module + "/channel/meta/whatsapp", Imports: ours("", "channel", "channel/meta")}, 0},
		{"a leaf and its sibling", listed{ImportPath: module + "/channel/meta/whatsapp", Imports: ours("channel/meta/messenger")}, 1},
		{"a leaf and the store", listed{ImportPath: module + "/channel/telegram", Imports: ours("store", "httpapi")}, 2},
		{"the way in and the doctor", listed{ImportPath: module + "/ingest", Imports: ours("doctor")}, 1},
		{"the way in and a leaf", listed{ImportPath: module + "/ingest", Imports: ours("channel/meta/whatsapp")}, 0},
		{"the store upwards", listed{ImportPath: module + "/store", Imports: ours("live")}, 1},
		{"the twin and the domain", listed{ImportPath: module + "/sim", Imports: ours("", "clock")}, 1},
		{"the twin's tests too", listed{ImportPath: module + "/sim", XTestImports: ours("sim", "channel/meta")}, 1},
		{"other tests may", listed{ImportPath: module + "/ingest", TestImports: ours("sim")}, 0},
		{"a room that is not on the map", listed{ImportPath: module + "/utils"}, 1},
		{"a command", listed{ImportPath: module + "/cmd/clearline", Imports: ours("app", "sim", "bench")}, 0},
	} {
		if got := brokenRules(c.p); len(got) != c.broken {
			t.Errorf("%s: found %q, want %d", c.name, got, c.broken)
		}
	}
}

func brokenRules(p listed) (broken []string) {
	name := local(p.ImportPath)
	allowed, ok := rule(name)
	if !ok {
		return []string{"is not on the map: say in architecture_test.go what it may import"}
	}
	looked := p.Imports
	if slices.Contains(wire, name) {
		looked = slices.Concat(looked, p.TestImports, p.XTestImports)
	}
	for _, path := range looked {
		if path != module && !strings.HasPrefix(path, module+"/") {
			continue
		}
		if other := local(path); other != name && !slices.ContainsFunc(allowed, func(a string) bool { return matches(a, other) }) {
			broken = append(broken, fmt.Sprintf("may not import %q", other))
		}
	}
	return broken
}

// rule is the entry for a package: its own, else the one with /*.
func rule(name string) ([]string, bool) {
	if allowed, ok := imports[name]; ok {
		return allowed, true
	}
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		allowed, ok := imports[name[:i]+"/*"]
		return allowed, ok
	}
	return nil, false
}

func matches(pattern, name string) bool {
	if parent, ok := strings.CutSuffix(pattern, "/*"); ok {
		rest, below := strings.CutPrefix(name, parent+"/")
		return below && !strings.Contains(rest, "/")
	}
	return pattern == name
}

func local(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// modernc.org/sqlite is machine-translated C that runs on one exact version of modernc.org/libc; with another one it
// compiles, and corrupts memory.
func TestLibcIsTheVersionSQLiteAsksFor(t *testing.T) {
	t.Parallel()
	gomod := strings.TrimSpace(goTool(t, "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite"))
	var asked struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal([]byte(goTool(t, "mod", "edit", "-json", gomod)), &asked); err != nil {
		t.Fatal(err)
	}
	used := strings.TrimSpace(goTool(t, "list", "-m", "-f", "{{.Version}}", "modernc.org/libc"))
	for _, r := range asked.Require {
		if r.Path == "modernc.org/libc" {
			if r.Version != used {
				t.Errorf("modernc.org/libc is %s, modernc.org/sqlite asks for %s", used, r.Version)
			}
			return
		}
	}
	t.Error("modernc.org/sqlite no longer asks for modernc.org/libc: this test has lost its point")
}

// strangers are words that no file of the project holds: places on somebody's machine, and registries, which differ
// from one machine to the next (npm writes them into its lock file unless told not to).
var strangers = regexp.MustCompile(`(^|[^\w.])/(work|root|home/[a-z]+)/|/tmp/(brief|bash_jobs|clearline-pg)|` +
	`registry\.(npmjs|yarnpkg|npmmirror)\.|proxy\.golang\.|sum\.golang\.|"resolved": *"http`)

func TestNoFileNamesAMachineOrARegistry(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) { // another test's temporary file
				return nil
			}
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{".git", ".cache", "node_modules", "bin", "shots", "app"}, d.Name()) && path != "app" {
				return fs.SkipDir
			}
			return nil
		}
		if path == "architecture_test.go" || path == ".git" || !d.Type().IsRegular() { // a linked checkout has a file .git
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 { // a picture, a font, a dictionary
			return nil
		}
		files++
		for i, line := range bytes.Split(text, []byte("\n")) {
			if found := strangers.Find(line); found != nil {
				t.Errorf("%s:%d holds %q", path, i+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d files were looked at", files)
	}
}

func list(t *testing.T, args ...string) (packages []listed) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(goTool(t, append([]string{"list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Standard,Imports,TestImports,XTestImports"}, args...)...)))
	for {
		var p listed
		if err := decoder.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func goTool(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}

// A file has one topic and a function one thought: past these lengths they have several. A test may be a long table.
func TestFilesAndFunctionsStayShort(t *testing.T) {
	t.Parallel()
	const longestFile, longestFunction = 600, 90
	files := token.NewFileSet()
	for _, p := range list(t, "./...") {
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			parsed, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			line := func(pos token.Pos) int { return files.Position(pos).Line }
			if n := line(parsed.FileEnd); n > longestFile {
				t.Errorf("%s/%s has %d lines", local(p.ImportPath), name, n)
			}
			for _, d := range parsed.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && !strings.HasSuffix(name, "_test.go") && line(f.End())-line(f.Pos()) >= longestFunction {
					t.Errorf("%s/%s: %s has %d lines", local(p.ImportPath), name, f.Name.Name, line(f.End())-line(f.Pos())+1)
				}
			}
		}
	}
}
