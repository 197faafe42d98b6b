package playbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Index is docs/causes.md: all causes for an operator, with the numbers of each platform that lead to them.
func Index(explainers map[clearline.Platform]channel.Explainer) string {
	b := &strings.Builder{}
	b.WriteString(`# Causes

Everything that can go wrong here has one name, used by the inbox, the doctor, the API, the command line and the metrics. This list is
written from the pages themselves (doctor/playbook/pages); ` + "`clearline explain CAUSE`" + ` prints a page, ` + "`clearline explain whatsapp CODE`" + ` finds it by
the platform’s number. (u) marks what rests on unconfirmed reports, (f) what was seen in the field only.
`)
	codes := map[string][]string{}
	names := make([]clearline.Platform, 0, len(explainers))
	for name := range explainers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, f := range explainers[name].Faults() {
			n := fmt.Sprint(f.Code)
			if f.CodeMax > f.Code {
				n = fmt.Sprintf("%d–%d", f.Code, f.CodeMax)
			}
			if f.Subcode != 0 {
				n += fmt.Sprintf("/%d", f.Subcode)
			}
			n += map[string]string{"unconfirmed": " (u)", "field": " (f)"}[f.Confidence]
			codes[string(f.Cause)] = append(codes[string(f.Cause)], n)
			for _, also := range f.Also {
				codes[string(also)] = append(codes[string(also)], n)
			}
		}
	}
	family := ""
	for _, p := range pages() {
		if f, _, _ := strings.Cut(string(p.Cause), "."); f != family {
			family = f
			fmt.Fprintf(b, "\n## %s\n\n| cause | title | who can act | retry | codes |\n|---|---|---|---|---|\n", families[f])
		}
		e := p.entry(nil)
		fmt.Fprintf(b, "| [`%s`](../doctor/playbook/pages/%s.md) | %s | %s | %s | %s |\n", p.Cause, p.Cause, e.Title, strings.ReplaceAll(string(p.Who), "_", " "),
			strings.ReplaceAll(string(p.Retry), "_", " "), strings.Join(codes[string(p.Cause)], ", "))
	}
	b.WriteString("\n## Words of the column retry\n\n")
	for _, r := range []Retry{Stop, Held, Hold, Slow, SlowPair, Again, Unsure, NotSending} {
		fmt.Fprintf(b, "- *%s*: %s\n", strings.ReplaceAll(string(r), "_", " "), retries[r].rule)
	}
	b.WriteString("\n## Placeholders\n\nPages may hold these words in braces. Where the value is not known the stand-in is read; without one the sentence is left out.\n\n| placeholder | means | stand-in |\n|---|---|---|\n")
	for _, p := range Placeholders {
		fmt.Fprintf(b, "| `{%s}` | %s | %s |\n", p.Name, p.Means, p.StandIn)
	}
	b.WriteString("\n## Actions\n\nWhat a step may offer as a button, where the place that shows it can do it.\n\n")
	for _, a := range Actions {
		fmt.Fprintf(b, "- `%s`: %s\n", a.Name, a.Does)
	}
	return b.String()
}

// families are the headings of the list, by the part of a cause before its dot.
var families = map[string]string{
	"account": "The account at the platform", "api": "Answers of the API", "connection": "The connection", "login": "Signing in at Meta", "app": "The app at the platform", "auth": "Sign-in and permissions",
	"dc": "Discord", "hook": "The way in", "ig": "Instagram", "in": "Deliveries", "media": "Files", "meta": "Meta without a reason", "net": "The platform itself",
	"other": "Not known", "page": "Facebook pages", "seat": "Seats", "send": "Sending", "server": "This server", "tg": "Telegram", "trial": "Trial", "wa": "WhatsApp",
}

// Browser is web/src/text/causes.data.ts: what the lists and bubbles of the web application say about a cause. The whole
// page is fetched when somebody asks for it, so that it costs nothing until then.
func Browser() string {
	b := &strings.Builder{}
	b.WriteString(`// Written from doctor/playbook/pages; do not edit. To write it anew: go test ./doctor/playbook -run Written -update
/** By cause: its title and one sentence. */
export const causes: Record<string, readonly [title: string, sentence: string]> = {
`)
	kept := Values{"platform": "{platform}"} // the browser knows it
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace
	for _, p := range pages() {
		if !slices.ContainsFunc(p.Seen, func(s Place) bool { return s == OnMessage || s == OnConnection || s == OnDelivery }) {
			continue
		}
		fmt.Fprintf(b, "  '%s': ['%s', '%s'],\n", p.Cause, quote(Fill(p.Title, kept)), quote(Fill(p.Short, kept)))
	}
	b.WriteString("}\n")
	return b.String()
}
