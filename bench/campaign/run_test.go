package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline/bench/outside"
)

// fake is a product and a twin in one, which lies in one way.
type fake struct {
	lie string

	mu         sync.Mutex
	broken     bool
	brokenAt   time.Time
	runs       int
	texts      []phoneMessage // of the one conversation
	report     report
	receivedAt time.Time
}

// The lies that a campaign must find out.
const (
	lieOtherCause  = "it names another cause"
	lieSilent      = "it names nothing"
	lieLight       = "it looks only when asked"
	lieSignIn      = "it asks for a sign-in meanwhile"
	lieCommand     = "its command line names another cause"
	lieExit        = "its command line ends as if nothing failed"
	liePage        = "its page names another cause"
	lieTrial       = "trying a fix out changes something"
	lieFix         = "a fix does something else than it said"
	lieUseless     = "a fix repairs nothing"
	lieDeaf        = "it is green without receiving"
	lieOldProof    = "its proof is older than the repair"
	lieNoCandidate = "it leaves the second cause out"
)

func (f *fake) examine() report {
	f.runs++
	f.report = report{StartedAt: time.Now(), EndedAt: time.Now(), Status: "pass", Findings: []finding{}}
	if !f.broken || f.lie == lieSilent {
		return f.report
	}
	f.report.Status = "fail"
	f.report.Findings = []finding{{Cause: "hook.off", State: "open"}, {Cause: "auth.revoked", State: "open"}}
	switch f.lie {
	case lieOtherCause:
		f.report.Findings[0].Cause = "net.outage"
	case lieNoCandidate:
		f.report.Findings = f.report.Findings[:1]
	}
	return f.report
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := func(v any) { json.NewEncoder(w).Encode(v) }
	var in map[string]any
	json.NewDecoder(r.Body).Decode(&in)
	view := connection{ID: "c1", Account: "n1", Status: "connected", Receiving: proof{"yes", &f.receivedAt}, Sending: proof{"yes", &f.receivedAt}}
	if f.broken && f.lie == lieSignIn {
		view.Status = reauthorization
	}
	switch path := r.Method + " " + r.URL.Path; {
	case path == "GET /api/connections":
		answer(page[connection]{[]connection{view}})
	case path == "GET /api/connections/c1":
		answer(view)
	case path == "GET /api/connections/c1/doctor":
		answer(f.report)
	case path == "POST /api/connections/c1/doctor":
		raw, _ := json.Marshal(f.examine())
		fmt.Fprintf(w, "event: check\ndata: {\"id\":\"token\",\"result\":\"running\"}\n\nevent: check\ndata: {\"id\":\"token\",\"result\":\"pass\"}\n\nevent: report\ndata: %s\n\n", raw)
	case path == "POST /api/connections/c1/fixes/subscribe":
		f.fix(in["dry_run"] == true, answer)
	case path == "GET /api/conversations":
		answer(page[conversation]{[]conversation{{ID: "v1", Address: "33612"}}})
	case path == "GET /api/conversations/v1/messages":
		var thread page[message]
		for _, t := range f.texts {
			thread.Items = append(thread.Items, message{ID: "m" + t.ID, PlatformID: &t.ID})
		}
		answer(thread)
	case path == "POST /api/conversations/v1/messages":
		f.texts = append(f.texts, phoneMessage{ID: fmt.Sprint(len(f.texts)), From: "business", Text: fmt.Sprint(in["text"])})
		answer(message{ID: "m9"})
	case path == "POST /control/v1/people":
		answer(person{ID: "p1", Address: "33612"})
	case path == "GET /control/v1/people/p1/messages":
		answer(page[phoneMessage]{f.texts})
	case path == "POST /control/v1/people/p1/messages":
		id := fmt.Sprint(len(f.texts))
		if f.lie != lieDeaf || f.brokenAt.IsZero() {
			f.texts = append(f.texts, phoneMessage{ID: id, From: "person"})
			if f.lie != lieOldProof {
				f.receivedAt = time.Now().Add(time.Second)
			}
		}
		answer(map[string]string{"id": id})
	case strings.HasPrefix(r.URL.Path, "/control/"), strings.HasPrefix(r.URL.Path, "/graph/"):
		answer(map[string]any{"success": true, "platform_type": "CLOUD_API"})
	default:
		http.NotFound(w, r)
	}
}

func (f *fake) fix(dry bool, answer func(any)) {
	type call struct{ Call string }
	done := map[string]any{"done": !dry, "changes": []call{{"POST subscribed_apps"}}}
	if !dry || f.lie == lieTrial {
		f.broken = f.lie == lieUseless
		f.examine()
	}
	if !dry && f.lie == lieFix {
		done["changes"] = []call{{"POST subscribed_apps"}, {"DELETE everything"}}
	}
	answer(done)
}

// advance lets the time of a light run pass.
func (f *fake) advance(context.Context, time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lie != lieLight {
		f.examine()
	}
	return nil
}

// A campaign believes nothing: each lie is found out, and a product without one passes.
func TestLiesAreFoundOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lie, note string }{
		{"", ""},
		{lieOtherCause, "it said net.outage"},
		{lieSilent, "not yet: the API names hook.off"},
		{lieLight, "light run: "},
		{lieSignIn, "asked for a new sign-in without reason"},
		{lieCommand, `the command line says "wa.pin"`},
		{lieExit, "the command line: it ended with 0"},
		{liePage, `the page says "wa.pin"`},
		{lieTrial, "trying it out changed something"},
		{lieFix, "and had said"},
		{lieUseless, "the verdict is still hook.off"},
		{lieDeaf, "receiving: "},
		{lieOldProof, "with proof"},
		{lieNoCandidate, "it does not also name auth.revoked"},
	} {
		t.Run(c.lie, func(t *testing.T) {
			t.Parallel()
			f := &fake{lie: c.lie}
			w := fakeWorld(t, f)
			one := Case{Name: "off", Cause: "hook.off", Also: []string{"auth.revoked"}, Silent: true, Fix: "subscribe", Set: func(*stage) error {
				f.mu.Lock()
				defer f.mu.Unlock()
				f.broken, f.brokenAt = true, time.Now()
				return nil
			}}
			run := &Campaign{World: w, Within: 400 * time.Millisecond}
			line, err := run.Run(t.Context(), one)
			if err != nil {
				t.Fatal(err)
			}
			if line.OK != (c.lie == "") || !strings.Contains(line.Note, c.note) {
				t.Errorf("ok %t: %q, want %q", line.OK, line.Note, c.note)
			}
			if c.lie == "" && (line.First != "hook.off" || line.NamedS == nil || line.GreenS == nil || !*line.Light || *line.CLI != "hook.off" || *line.UI != "hook.off" || line.Fix != "subscribe" ||
				len(run.First) == 0 || len(run.First) != len(run.Whole)) {
				t.Errorf("%+v, runs %v %v", line, run.First, run.Whole)
			}
		})
	}
}

func fakeWorld(t *testing.T, f *fake) *World {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	n, err := outside.NewNet()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	w := &World{Product: &Caller{Base: server.URL + "/api"}, Twin: &Caller{Base: server.URL}, Names: n.Names, Account: Account{PhoneNumberID: "n1", WABAID: "w1"}, Advance: f.advance}
	for name, site := range map[string]**outside.Site{"inbox.test": &w.Inbox, "former.test": &w.Former, "graph.test": &w.Platform, "other.test": &w.Strange} {
		if *site, err = n.Site(name); err != nil {
			t.Fatal(err)
		}
	}
	said := func(lie string) string {
		if f.lie == lie {
			return "wa.pin"
		}
		return "hook.off"
	}
	w.Command = func(_ context.Context, args ...string) ([]byte, int, error) {
		if args[0] != "doctor" || args[2] != "c1" {
			return nil, 2, errors.New("what?")
		}
		out, err := json.Marshal(map[string]any{"connections": []report{{Status: "fail", Findings: []finding{{Cause: said(lieCommand), State: "open"}}}}})
		if f.lie == lieExit {
			return out, 0, err
		}
		return out, 1, err
	}
	w.Look = func(_ context.Context, at View) (string, error) { return said(liePage), nil }
	return w
}

// The table holds what the campaign is meant to be: 45 cases and more, ten outages among them, each by its own name.
func TestTheTableIsWhole(t *testing.T) {
	t.Parallel()
	names, outages := map[string]bool{}, 0
	for _, c := range Cases() {
		if names[c.Name] || c.Name == "" || c.Cause == "" || c.Set == nil || c.Fix == "" && c.Hand == "" {
			t.Errorf("case %q is named twice or incomplete", c.Name)
		}
		names[c.Name] = true
		if c.Outage {
			outages++
		}
	}
	if len(names) < 45 || outages < 10 {
		t.Errorf("%d cases, %d outages", len(names), outages)
	}
}
