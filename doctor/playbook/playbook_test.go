package playbook_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/sim"
)

var catalogue = whatsapp.New(whatsapp.Options{})

// designed are causes that checks and platforms to come will name; each is a decision of the design, not of code yet.
var designed = []string{
	"hook.elsewhere", "hook.lag", "hook.fields", "hook.unreachable", "hook.throttled", "server.cert", "server.clock", "server.dns",
	"wa.in_use", "wa.two_step", "wa.ownership", "wa.user_limit", "wa.experiment", "wa.country", "wa.register_limit", "wa.limit", "wa.pin", "wa.coexist_idle",
	"wa.held", "wa.opted_out", "wa.name", "account.quality", "meta.invalid_param", "meta.version", "meta.no_portfolio",
	"tg.blocked", "tg.gone", "tg.not_started", "tg.second_consumer", "dc.intent", "dc.channel", "dc.dm_closed", "ig.access_off", "page.role_lost",
	"page.messaging_off", "app.dev_mode", "seat.limit", "trial.ended",
}

// declared are the causes that constants of the program name, read from its source.
func declared(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			if d != nil && d.IsDir() && slices.Contains([]string{"node_modules", ".git", ".cache", "web"}, d.Name()) {
				return fs.SkipDir
			}
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && isCause(spec.Type) {
				for _, v := range spec.Values {
					if lit, ok := v.(*ast.BasicLit); ok {
						text, _ := strconv.Unquote(lit.Value)
						found = append(found, text)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 40 {
		t.Fatalf("only %q was found in the source", found)
	}
	return found
}

func isCause(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name == "Cause"
	case *ast.SelectorExpr:
		return x.Sel.Name == "Cause"
	}
	return false
}

// X1, X5: one vocabulary: every cause that the program, a platform's catalogue, the twin's faults or the design name has
// a page, and no page is about a cause that nobody names.
func TestEveryCauseHasAPage(t *testing.T) {
	t.Parallel()
	used := map[string]string{}
	for _, c := range designed {
		used[c] = "the design"
	}
	for _, c := range declared(t) {
		used[c] = "the source"
	}
	for _, f := range catalogue.Faults() {
		for _, c := range append(f.Also, f.Cause) {
			used[string(c)] = "WhatsApp's catalogue"
		}
	}
	kinds := sim.Kinds()
	if len(kinds) < 30 {
		t.Errorf("the twin can stage only %d causes", len(kinds))
	}
	for _, k := range kinds {
		used[k.Cause] = "the twin"
	}
	for c, by := range used {
		if _, ok := playbook.Find(clearline.Cause(c)); !ok && c != "" {
			t.Errorf("%s, named by %s, has no page", c, by)
		}
	}
	for _, p := range playbook.Pages() {
		if used[string(p.Cause)] == "" {
			t.Errorf("the page %s is about a cause that nobody names", p.Cause)
		}
	}
}

// texts are all texts of a page, by where they stand.
func texts(p *playbook.Page) map[string]string {
	all := map[string]string{"title": p.Title, "short": p.Short, "what": p.What, "why": p.Why, "tell": p.Tell}
	for i, r := range p.Reasons {
		n := strconv.Itoa(i + 1)
		all["reason "+n], all["tell of reason "+n], all["evidence against reason "+n] = r.Text, r.Tell, r.RuledOut
	}
	for i, s := range p.Do {
		all["step "+strconv.Itoa(i+1)] = s.Text
	}
	return all
}

var (
	unkind  = regexp.MustCompile(`(?i)\b(please|oops|sorry|unfortunately|something went wrong|simply|obviously|invalid user|illegal|fatal)\b|!|\be\.g\.|\bi\.e\.`)
	selves  = regexp.MustCompile(`(?i)(^|[^\w])(we|our|ours|us|let's)\b`)
	promise = regexp.MustCompile(`(?i)\b(guarantee|certainly|definitely|always works|will be (lifted|approved|restored|accepted)|will (lift|approve|restore|accept))\b`)
	braces  = regexp.MustCompile(`[{}\[\]]|\(action:|\(https?:|  |\*\*`)
	rowForm = regexp.MustCompile(`^[CMGX]\d+$`)
	stops   = regexp.MustCompile(`[.?](?: |$)`)
)

// X1: the voice: you are spoken to, in short sentences, without blame, apology or promises on the platform's behalf.
func TestVoice(t *testing.T) {
	t.Parallel()
	rows, err := os.ReadFile("../../docs/requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]clearline.Cause{}
	for _, p := range playbook.Pages() {
		for at, text := range texts(p) {
			filled := playbook.Fill(text, nil)
			for what, wrong := range map[string]string{
				"a word that does not help": unkind.FindString(strings.ReplaceAll(text, "“", "")), "we instead of you": selves.FindString(strings.ReplaceAll(text, "US ", "")),
				"a promise in the platform's name": promise.FindString(text), "braces or marks": braces.FindString(filled),
			} {
				if wrong != "" {
					t.Errorf("%s, %s: %s: %q in %q", p.Cause, at, what, wrong, text)
				}
			}
			if text != "" && filled == "" && at != "title" {
				t.Errorf("%s, %s says nothing while its values are unknown: %q", p.Cause, at, text)
			}
			for _, s := range stops.Split(filled, -1) {
				if words := strings.Fields(s); len(words) > 32 {
					t.Errorf("%s, %s: a sentence of %d words: %q", p.Cause, at, len(words), s)
				}
			}
			if text != "" && at != "title" && !strings.ContainsAny(filled[len(filled)-1:], ".?") && !strings.HasSuffix(filled, "”.") {
				t.Errorf("%s, %s does not end: %q", p.Cause, at, filled)
			}
		}
		title := playbook.Fill(p.Title, nil)
		if len([]rune(title)) > 60 || strings.HasSuffix(title, ".") {
			t.Errorf("%s: the title is too long or ends in a full stop: %q", p.Cause, title)
		}
		if n := len([]rune(playbook.Fill(p.Short, nil))); n > 140 {
			t.Errorf("%s: the short sentence has %d characters", p.Cause, n)
		}
		if other := titles[p.Title]; other != "" {
			t.Errorf("%s and %s have one title", p.Cause, other)
		}
		titles[p.Title] = p.Cause
		if len(p.Reasons) == 1 {
			t.Errorf("%s: one possible reason is the reason: say it under Why", p.Cause)
		}
		for _, row := range p.Rows {
			if !rowForm.MatchString(row) || !strings.Contains(string(rows), "| "+row+" |") {
				t.Errorf("%s serves %q, which is no requirement", p.Cause, row)
			}
		}
		if p.Retry == playbook.Held && !p.Again {
			t.Errorf("%s: what is held goes out later, so a new try can succeed", p.Cause)
		}
	}
}

// Every placeholder and every action is on its list, and each entry of the lists is used.
func TestWordsOfTheLists(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`\{([^}]*)\}`)
	seen := map[string]bool{}
	for _, p := range playbook.Pages() {
		for at, text := range texts(p) {
			for _, found := range word.FindAllStringSubmatch(text, -1) {
				seen[found[1]] = true
				i := slices.IndexFunc(playbook.Placeholders, func(p playbook.Placeholder) bool { return p.Name == found[1] })
				if i < 0 {
					t.Errorf("%s, %s: the placeholder %s is not on the list", p.Cause, at, found[0])
				} else if (at == "title" || at == "short") && playbook.Placeholders[i].StandIn == "" {
					t.Errorf("%s: the %s needs %s, which is not always known", p.Cause, at, found[0])
				}
			}
		}
		for _, s := range p.Do {
			if s.Action != nil {
				seen["action "+*s.Action] = true
			}
		}
		for _, s := range p.Sources {
			seen["source "+s.ID] = true
		}
	}
	for _, p := range playbook.Placeholders {
		if !seen[p.Name] || p.Means == "" {
			t.Errorf("the placeholder %s is used nowhere, or says nothing", p.Name)
		}
	}
	for _, a := range playbook.Actions {
		if !seen["action "+a.Name] || a.Does == "" {
			t.Errorf("the action %s is used nowhere, or says nothing", a.Name)
		}
	}
	for _, s := range playbook.Sources {
		if !seen["source "+s.ID] || !regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`).MatchString(s.Read) || s.Title == "" {
			t.Errorf("the source %+v is used nowhere, or without a title or month", s)
		}
	}
}

// What is marked as unconfirmed in the sources stays marked: by the page, or by the entry of each such number.
func TestUnconfirmedStaysMarked(t *testing.T) {
	t.Parallel()
	marked := 0
	for _, f := range catalogue.Faults() {
		x := playbook.Explain(clearline.WhatsApp, catalogue, f.Code, f.Subcode, "")
		if got := x.Entries[0].Confidence; f.Confidence == "unconfirmed" && got != playbook.Unconfirmed || f.Confidence == "field" && got == playbook.Documented {
			t.Errorf("%d/%d is %s, its explanation %s", f.Code, f.Subcode, f.Confidence, got)
		} else if got == playbook.Unconfirmed {
			marked++
		}
	}
	if marked < 20 {
		t.Errorf("only %d numbers are marked as unconfirmed", marked)
	}
	for _, cause := range []clearline.Cause{"wa.two_step", "wa.ownership"} {
		if p, _ := playbook.Find(cause); !strings.Contains(p.Tell, "code_verification_status") || !strings.Contains(p.Tell, "unconfirmed") {
			t.Errorf("%s: %q", cause, p.Tell)
		}
	}
}

// The pages that share a number say how to tell them apart.
func TestCausesWithOneNumberAreToldApart(t *testing.T) {
	t.Parallel()
	shared := map[clearline.Cause]bool{}
	for _, f := range catalogue.Faults() {
		if len(f.Also) > 0 {
			for _, c := range append(f.Also, f.Cause) {
				shared[c] = true
			}
		}
	}
	for c := range shared {
		if p, _ := playbook.Find(c); p != nil && p.Tell == "" {
			t.Errorf("%s shares a number and does not say how to tell", c)
		}
	}
	if want := []clearline.Cause{"account.disabled", "wa.two_step"}; !slices.ContainsFunc(want, func(c clearline.Cause) bool { return shared[c] }) {
		t.Errorf("shared are only %v", slices.Collect(maps.Keys(shared)))
	}
}
