package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/clearline/clearline/sim"
)

// X1, G2: what failed and what waits can be asked for by connection: groups, their messages, and what is done to a whole group;
// another company's connection is absent.
func TestFailedAndWaitingOnOneConnection(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		second, err := w.twin.AddAccount(sim.AccountSpec{Name: "Aurora Repairs"})
		if err != nil {
			t.Fatal(err)
		}
		other := &world{company: &company{install: w.install, id: w.id, key: w.key}, twin: w.twin, front: w.front}
		other.company.connect(second)
		other.point()
		_, here := w.writes("Ana", "Hello")
		_, there := other.writes("Ben", "Hello")
		end := w.fault(sim.Fault{Cause: "wa.undeliverable"})
		one := w.becomes(w.send(here.ID, "one", "To Ana").ID, "failed")
		w.becomes(w.send(here.ID, "two", "To Ana again").ID, "failed")
		lone := w.becomes(w.send(there.ID, "three", "To Ben").ID, "failed")
		end()
		ask := func(connection string) (o outcomes) {
			t.Helper()
			w.get("outcomes?connection_id="+connection, &o)
			return o
		}
		if o := w.outcomes(); o.NeedsYou != 3 {
			t.Errorf("on all: %+v", o)
		}
		if o := ask(w.connection); o.NeedsYou != 2 || o.Groups[0].Count != 2 || o.Groups[0].People != 1 {
			t.Errorf("on the first: %+v", o)
		}
		o := ask(other.connection)
		if o.NeedsYou != 1 || o.Groups[0].People != 1 {
			t.Fatalf("on the second: %+v", o)
		}
		key := o.Groups[0].Key
		var listed list[message]
		w.get("outcomes/"+url.PathEscape(key)+"/messages?connection_id="+other.connection, &listed)
		if len(listed.Items) != 1 || listed.Items[0].ID != lone.ID {
			t.Errorf("its messages: %+v", listed.Items)
		}
		var plan retryPlan
		w.post("outcomes/retry", map[string]any{"key": key, "connection_id": other.connection, "dry_run": true}).want(t, http.StatusOK).into(t, &plan)
		if len(plan.Send)+len(plan.Skipped)+len(plan.Duplicates) != 1 {
			t.Errorf("a retry of the group: %+v", plan)
		}
		w.post("outcomes/dismiss", map[string]any{"key": key, "connection_id": other.connection}).want(t, http.StatusOK)
		if o := w.outcomes(); o.NeedsYou != 2 || o.ResolvedToday != 1 || w.message(one.ID).Status != "failed" || ask(other.connection).ResolvedToday != 1 || ask(w.connection).ResolvedToday != 0 {
			t.Errorf("after the second's were dismissed: %+v", o)
		}
		stranger := w.install.company("Borealis")
		stranger.request(http.MethodGet, "outcomes?connection_id="+w.connection, nil).problem(t, http.StatusNotFound, "api.absent")
		w.request(http.MethodGet, "outcomes?connection_id=Sales", nil).problem(t, http.StatusUnprocessableEntity, "api.input")
		w.post("outcomes/dismiss", map[string]any{"key": key, "connection_id": "Sales"}).problem(t, http.StatusUnprocessableEntity, "api.input")
	})
}
