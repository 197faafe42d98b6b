package playbook_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
)

// G2, X1: every number of the catalogue is known, has a cause other than "other", a page and a retry rule.
func TestEveryNumberIsExplained(t *testing.T) {
	t.Parallel()
	all := catalogue.Faults()
	if len(all) < 214 {
		t.Errorf("only %d numbers", len(all))
	}
	for _, f := range all {
		x := playbook.Explain(clearline.WhatsApp, catalogue, f.Code, f.Subcode, "")
		if !x.Known || len(x.Entries) != 1+len(f.Also) {
			t.Errorf("%d/%d: %+v", f.Code, f.Subcode, x)
			continue
		}
		for i, e := range x.Entries {
			for _, s := range e.Do {
				if !strings.Contains(s.Text, s.Label) || (s.Label == "") != (s.Action == nil && s.URL == nil) {
					t.Errorf("%s: the words %q of the button are not in %q", e.Cause, s.Label, s.Text)
				}
			}
			if e.Cause == "other" || e.Title == "" || e.What == "" || e.Why == "" || len(e.Do) == 0 || e.Retry.Rule == "" || *e.Name != f.Name || len(e.Sources) == 0 {
				t.Errorf("%d/%d: %+v", f.Code, f.Subcode, e)
			}
			if i == 0 && f.Fate != clearline.Stop && e.Retry.Automatic != (f.Fate != clearline.Unknown) {
				t.Errorf("%d/%d has the fate %s and the rule %+v", f.Code, f.Subcode, f.Fate, e.Retry)
			}
		}
	}
}

// A page that speaks of sending has the rule of its numbers, and a page that does not is about numbers that no send gets
// an own fate for. net.rate holds two limits: the connection's, and that of one person.
func TestPagesKeepTheRuleOfTheirNumbers(t *testing.T) {
	t.Parallel()
	for _, f := range catalogue.Faults() {
		p, _ := playbook.Find(f.Cause)
		rule := playbook.RetryOf(f)
		switch {
		case p.Retry == playbook.NotSending && f.Fate == clearline.Stop, p.Retry == rule, f.Code == 131056 && rule == playbook.SlowPair:
		default:
			t.Errorf("%d/%d follows %s, its page %s says %s", f.Code, f.Subcode, rule, p.Cause, p.Retry)
		}
	}
}

// G2, M2: the words that help with the commonest failures are there.
func TestExplainSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, subcode int
		causes        []string
		automatic     bool
		after         int
		says          []string
	}{
		{131026, 0, []string{"wa.undeliverable"}, false, 0, []string{"2.21.15.15", "2.21.170.4", "2.2130.10", "2.2132.6", "https://wa.me/tos/20210210", "Privacy, Blocked", "wrote to you"}},
		{131049, 0, []string{"wa.user_limit"}, false, 86400, []string{"24 hours at the earliest"}},
		{130472, 0, []string{"wa.experiment"}, false, 0, []string{"test group"}},
		{132000, 0, []string{"wa.tpl_params"}, false, 0, []string{"each button count"}},
		{132001, 0, []string{"wa.tpl_missing"}, false, 0, []string{"Each language"}},
		{2, 0, []string{"net.outage"}, true, 300, []string{"5 minutes", "five minutes"}},
		{131016, 0, []string{"net.outage"}, true, 300, []string{"marked as a repeat"}},
		{4, 0, []string{"net.rate"}, true, 60, []string{"order is kept"}},
		{80007, 0, []string{"net.rate"}, true, 300, nil},
		{131056, 0, []string{"net.rate"}, true, 4, []string{"10 minutes"}},
		{131000, 0, []string{"meta.unspecified", "send.unconfirmed"}, false, 0, []string{"arrive twice"}},
		{190, 463, []string{"auth.expired"}, true, 60, []string{"wait in order"}},
		{102, 460, []string{"auth.password"}, true, 60, nil},
		{100, 2388001, []string{"wa.two_step", "wa.ownership"}, false, 0, []string{"VERIFIED", "EXPIRED", "unconfirmed"}},
		{2388001, 0, []string{"wa.two_step", "wa.ownership"}, false, 0, nil},
		{100, 0, []string{"send.bad_param", "meta.invalid_param"}, false, 0, nil},
		{131031, 0, []string{"account.disabled", "wa.pin"}, true, 60, nil},
		{133016, 0, []string{"wa.register_limit"}, false, 259200, []string{"72 hours"}},
		{250, 0, []string{"auth.scope"}, true, 60, []string{"whatsapp_business_management"}},
		{15, 0, []string{"auth.invalid"}, true, 60, nil},
	} {
		x := playbook.Explain(clearline.WhatsApp, catalogue, c.code, c.subcode, "")
		var causes []string
		for _, e := range x.Entries {
			causes = append(causes, e.Cause)
		}
		raw, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		retry := x.Entries[0].Retry
		if !x.Known || !slices.Equal(causes, c.causes) || retry.Automatic != c.automatic || retry.AfterSeconds != c.after {
			t.Errorf("%d/%d: %v, %+v", c.code, c.subcode, causes, retry)
		}
		for _, words := range c.says {
			if !strings.Contains(string(raw), words) {
				t.Errorf("%d/%d does not say %q: %s", c.code, c.subcode, words, raw)
			}
		}
	}
}

// G2, X1: a number that nobody has described is said to be unknown, with the platform's own words; so is every number of a
// platform without a catalogue.
func TestUnknownIsSaid(t *testing.T) {
	t.Parallel()
	const words = "Algo correu {mal}"
	for _, c := range []struct {
		platform  clearline.Platform
		explainer channel.Explainer
		shown     string
	}{{clearline.WhatsApp, catalogue, "WhatsApp answered with code 999999/7"}, {clearline.Telegram, nil, "Telegram answered with code 999999/7"}} {
		x := playbook.Explain(c.platform, c.explainer, 999999, 7, words)
		if x.Known || len(x.Entries) != 1 || x.Entries[0].Cause != "other" || *x.Text != words || *x.Subcode != 7 || x.Entries[0].Name != nil ||
			!strings.Contains(x.Entries[0].What, c.shown) || !strings.Contains(x.Entries[0].What, words) {
			t.Errorf("%+v", x)
		}
	}
	if x := playbook.Explain(clearline.WhatsApp, catalogue, 999999, 0, ""); x.Text != nil || x.Subcode != nil || strings.ContainsAny(x.Entries[0].What, "{}") {
		t.Errorf("%+v", x)
	}
	if x := playbook.ExplainCause("wa.kettle", nil); x.Known || x.Entries == nil || len(x.Entries) != 0 {
		t.Errorf("%+v", x)
	}
}

// X1: what is printed fits a terminal of 80 columns; only an address may be longer than a line.
func TestPrintFitsATerminal(t *testing.T) {
	t.Parallel()
	printed := 0
	check := func(x playbook.Explanation) {
		var out bytes.Buffer
		if err := playbook.Print(&out, x); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if trimmed := strings.TrimRight(line, "\n"); utf8.RuneCountInString(trimmed) > 80 && !strings.Contains(trimmed, "https://") || strings.HasSuffix(trimmed, " ") {
				t.Errorf("a line of %d: %q", utf8.RuneCountInString(trimmed), trimmed)
			}
		}
		printed += out.Len()
	}
	for _, p := range playbook.Pages() {
		check(playbook.ExplainCause(p.Cause, nil))
	}
	for _, f := range catalogue.Faults() {
		check(playbook.Explain(clearline.WhatsApp, catalogue, f.Code, f.Subcode, strings.Repeat("long words of the platform ", 20)))
	}
	if printed < 100_000 {
		t.Errorf("only %d bytes were printed", printed)
	}
}

// samples are answers of the API for the web application's tests and pictures: by code, and by cause.
func samples(t *testing.T) string {
	t.Helper()
	all := map[string]map[string]any{"codes": {}, "causes": {}}
	for code, text := range map[int]string{131026: "Message undeliverable", 131047: "Re-engagement message", 131000: "Something went wrong", 139999: "Algo correu mal"} {
		all["codes"][strconv.Itoa(code)] = playbook.Explain(clearline.WhatsApp, catalogue, code, 0, text)
	}
	for _, cause := range []clearline.Cause{"net.outage", "send.unconfirmed", "wa.window", "auth.expired"} {
		all["causes"][string(cause)] = playbook.ExplainCause(cause, playbook.Values{"platform": "WhatsApp"}).Entries[0]
	}
	raw, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw) + "\n"
}

var update = flag.Bool("update", false, "write what is written from the pages anew")

// One vocabulary: what the web application and the docs say is written from the pages. After a change of a page:
// go test ./doctor/playbook -run Written -update
func TestWritten(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"../../docs/causes.md":              playbook.Index(map[clearline.Platform]channel.Explainer{clearline.WhatsApp: catalogue}),
		"../../web/src/text/causes.data.ts": playbook.Browser(),
		"../../web/fixture/causes.json":     samples(t),
	} {
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s differs from the pages: write it anew with go test ./doctor/playbook -run Written -update", path)
		}
	}
}
