package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/sim"
)

type limitRow struct {
	Name   string
	What   string
	Limit  *int
	Known  bool
	Used   *int
	Left   *int
	FreeAt *time.Time `json:"free_at"`
	Kept   string
}

func (w *world) limits() map[string]limitRow {
	w.t.Helper()
	var all list[limitRow]
	w.get("connections/"+w.connection+"/limits", &all)
	by := map[string]limitRow{}
	for _, l := range all.Items {
		by[l.Name] = l
	}
	return by
}

func names(r doctor.Report, cause string) bool {
	return slices.ContainsFunc(r.Findings, func(f doctor.FindingReport) bool { return string(f.Cause) == cause })
}

func figure(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// C19, I29: as many people as the portfolio may write to first are written to, and no one more is tried: the message says why
// and when a place becomes free, while who was written to, and who has written, still gets messages. What is used and left is shown.
func TestDailyLimitIsNotRunInto(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.patch("accounts/"+w.account.PhoneNumberID, map[string]any{"messaging_limit": "TIER_50"})
		const most = 50
		var threads []conversation
		var people []sim.Person
		for i := range most + 2 {
			p, c := w.writes(fmt.Sprint("Person ", i), fmt.Sprint("Hello ", i))
			people, threads = append(people, p), append(threads, c)
		}
		w.clock.Advance(25 * time.Hour)
		w.examine()
		if l := w.limits()["starts"]; figure(l.Limit) != most || figure(l.Used) != 0 || figure(l.Left) != most || l.Kept == "" {
			t.Fatalf("before: %+v", l)
		}
		order := func(c conversation, id string) (m message) {
			t.Helper()
			w.post("conversations/"+c.ID+"/messages", map[string]any{"client_id": id, "template": map[string]any{"name": "order_update", "language": "en_US",
				"body": []any{"Ana", "4711", "Friday"}}}).want(t, http.StatusCreated).into(t, &m)
			return m
		}
		var sent []message
		for i := range most {
			sent = append(sent, order(threads[i], fmt.Sprint("first ", i)))
		}
		for _, m := range sent {
			w.becomes(m.ID, "read")
		}
		w.clock.Advance(10 * time.Second) // a count older than that is made anew
		over := order(threads[most], "one more")
		m := w.becomes(over.ID, "failed")
		if text(m.Cause) != "wa.limit" || m.Attempts != 0 || len(w.sends(m.ID)) != 0 {
			t.Errorf("one more: %+v, %d calls", m, len(w.sends(m.ID)))
		}
		w.becomes(order(threads[0], "again").ID, "read") // was written to already
		w.says(people[most+1], "I write myself")
		w.becomes(order(threads[most+1], "answer").ID, "read") // the window is open
		l := w.limits()["starts"]
		if figure(l.Used) != most || figure(l.Left) != 0 || l.FreeAt == nil {
			t.Errorf("used up: %+v", l)
		}
		r := w.examine()
		if !names(r, "wa.limit") {
			t.Errorf("the doctor says %s, %+v", verdict(r), r.Findings)
		}
		w.clock.Advance(25 * time.Hour)
		w.becomes(order(threads[most], "next day").ID, "read")
		if l := w.limits()["starts"]; figure(l.Used) != 1 {
			t.Errorf("the day after: %+v", l)
		}
		if r := w.examine(); names(r, "wa.limit") {
			t.Errorf("the day after: %+v", r.Findings)
		}
	})
}

// C24, C19: a crowd that writes nearly as much as the number can carry is measured, and said before anything is refused; what
// was used is shown beside the limit, and an hour later it is over.
func TestThroughputIsMeasured(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		if r := w.examine(); verdict(r) != "" {
			t.Fatalf("before: %s", verdict(r))
		}
		if l := w.limits()["throughput"]; figure(l.Used) != 1 || figure(l.Left) != figure(l.Limit)-1 {
			t.Errorf("before: %+v", l)
		}
		end := w.fault(sim.Fault{Cause: "wa.throughput", Account: w.account.PhoneNumberID})
		came := func(n int) func() bool {
			return func() bool {
				threads := w.conversations()
				return len(threads) > 0 && len(w.thread(threads[0].ID)) >= n
			}
		}
		until(t, "the crowd has written", came(41))
		w.clock.Advance(61 * time.Second)
		until(t, "the crowd has written again", came(50)) // a page of the thread is full by then
		until(t, "it is said", func() bool { return names(w.examine(), "wa.throughput") })
		r := w.examine()
		if r.Status != "warn" || w.card().Status != "connected" {
			t.Errorf("it is a warning: %s, the card says %s", r.Status, w.card().Status)
		}
		if f := r.Findings[0]; string(f.Cause) != "wa.throughput" || !strings.Contains(f.What, "of 20 messages in a second") {
			t.Errorf("the finding is %+v", f)
		}
		if l := w.limits()["throughput"]; figure(l.Limit) != 20 || figure(l.Used) < 16 {
			t.Errorf("%+v", l)
		}
		end()
		w.clock.Advance(62 * time.Minute)
		if r := w.examine(); names(r, "wa.throughput") {
			t.Errorf("an hour later: %+v", r.Findings)
		}
	})
}

// C24, X1: calls that fail for a quarter of an hour are said before Meta gives up, beside their reason; when it has given up that
// is said, and once calls are taken again all of it is over.
func TestFailingCallsAreSaidBeforeTheSwitchOff(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, _ := w.writes("Ana", "Hello")
		end := w.fault(sim.Fault{Cause: "hook.failing", Account: w.account.PhoneNumberID})
		turnedAway := func(n int) {
			t.Helper()
			until(t, "calls were turned away", func() bool {
				refused := 0
				for _, h := range w.twin.Ledger(0, 0).Webhooks {
					if h.Answer == http.StatusUnauthorized {
						refused++
					}
				}
				return refused >= n
			})
		}
		for i := range 4 {
			if _, err := w.twin.Write(p.ID, sim.PersonMessage{Text: fmt.Sprint("Hello? ", i)}); err != nil {
				t.Fatal(err)
			}
			turnedAway(i + 1)
			if r := w.examine(); i < 3 && names(r, "hook.failing") {
				t.Errorf("it is said after %d calls", i+1)
			}
			if i < 3 {
				w.clock.Advance(6 * time.Minute)
			}
		}
		until(t, "it is said", func() bool { return names(w.examine(), "hook.failing") }) // refused calls are booked beside the answer
		if r := w.examine(); verdict(r) != "hook.signature" {
			t.Fatalf("the verdict is %s, %+v", verdict(r), r.Findings)
		}
		if c := w.card(); c.Receiving.State != "no" || text(c.Receiving.Cause) != "hook.signature" {
			t.Errorf("the card says %+v", c)
		}
		w.clock.Advance(time.Hour)
		if r := w.examine(); !names(r, "hook.off") {
			t.Errorf("after an hour: %+v", r.Findings)
		}
		end()
		w.clock.Advance(time.Hour)
		w.says(p, "At last")
		if r := w.examine(); names(r, "hook.failing") || names(r, "hook.signature") || names(r, "hook.off") {
			t.Errorf("afterwards: %+v", r.Findings)
		}
	})
}
