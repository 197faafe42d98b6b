package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/sim"
)

// C18: two numbers of one company. When one gets no answers and the other does, it points at the account; when both get none,
// at the platform, and the status page counts as evidence for what it says and for nothing when it cannot be read. Late
// deliveries are told apart from calls without an answer, and the advice is to wait, with proof.
func TestTroubleIsComparedOverConnections(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		second, err := w.twin.AddAccount(sim.AccountSpec{Name: "Second shop", AppID: w.account.AppID})
		if err != nil {
			t.Fatal(err)
		}
		copied := *w.company
		other := &world{company: &copied, twin: w.twin, front: w.front}
		other.connect(second)
		other.writes("Zoe", "Hello")
		silent := func(of *world) (end func()) {
			return w.fault(sim.Fault{Effect: "http", HTTP: 503, Operation: "read", Account: of.account.PhoneNumberID})
		}
		says := func(r doctor.Report, points playbook.Side, words ...string) {
			t.Helper()
			if r.Triage == nil || r.Triage.PointsAt != points {
				t.Fatalf("verdict %s, triage %+v, want it to point at %s", verdict(r), r.Triage, points)
			}
			text := ""
			for _, e := range r.Triage.Evidence {
				text += e.Text + "\n"
			}
			for _, word := range words {
				if !strings.Contains(text, word) {
					t.Errorf("want %q among\n%s", word, text)
				}
			}
		}
		if r := w.examine(); r.Triage != nil || verdict(r) != "" {
			t.Fatalf("before: %s, %+v", verdict(r), r.Triage)
		}

		// A minute apart from the healthy runs, so that what they showed is older than the trouble.
		w.clock.Advance(time.Minute)
		back := silent(w)
		w.examine()
		until(t, "the other one is examined by itself, to compare with", func() bool {
			r := w.examine()
			return r.Triage != nil && r.Triage.PointsAt == playbook.Account
		})
		r := w.examine()
		says(r, playbook.Account, "Other WhatsApp connections work: 1 of 1", "the internet is open")
		if verdict(r) != "net.outage" || r.Side != playbook.Account || r.Triage.Wait {
			t.Errorf("verdict %s, side %s, wait %v", verdict(r), r.Side, r.Triage.Wait)
		}
		if r := w.lastReport(); r.Triage == nil || r.Triage.PointsAt != playbook.Account {
			t.Errorf("the stored report says %+v", r.Triage)
		}

		w.clock.Advance(time.Minute)
		backToo := silent(other)
		other.examine()
		says(w.examine(), playbook.Platform, "Other WhatsApp connections fail as well: 1 of 1")
		w.patch("feed", map[string]any{"state": "major"})
		w.clock.Advance(2 * time.Minute) // the page is read once a minute
		r = w.examine()
		says(r, playbook.Platform, "Meta reports")
		if !r.Triage.Wait || r.Side != playbook.Platform {
			t.Errorf("the advice is %q", r.Triage.Advice)
		}
		w.patch("feed", map[string]any{"state": "html"})
		w.clock.Advance(2 * time.Minute)
		says(w.examine(), playbook.Platform, "cannot be read, which says nothing")
		back()
		backToo()
		w.patch("feed", map[string]any{"state": "ok"})
		w.clock.Advance(11 * time.Minute)
		if r := w.examine(); r.Triage != nil || verdict(r) != "" {
			t.Fatalf("afterwards: %s, %+v", verdict(r), r.Triage)
		}
	})
}
