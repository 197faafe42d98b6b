package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/sim"
)

// history are all findings that were ever made at the connection.
func (w *world) history() []doctor.FindingReport {
	w.t.Helper()
	var all list[doctor.FindingReport]
	w.get("connections/"+w.connection+"/findings", &all)
	return all.Items
}

// examining begins an examination and gives its report when that has ended.
func (w *world) examining() <-chan doctor.Report {
	got := make(chan doctor.Report, 1)
	go func() {
		var r doctor.Report
		a, err := request{method: http.MethodPost, url: w.url + "/api/v1/connections/" + w.connection + "/doctor", key: w.key}.try(w.t.Context())
		if err == nil {
			err = json.Unmarshal(a.raw, &r)
		}
		if err != nil {
			w.t.Error(err)
		}
		got <- r
	}()
	return got
}

// C16, C18: whoever moves the demo's clock while an examination is under way makes no outage and no other fault of it: its
// questions are put again, and nobody is blamed for the time that was skipped.
func TestClockMovedUnderAnExamination(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		asked, goOn := make(chan struct{}), make(chan struct{})
		var once sync.Once
		w.front.watch(func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/debug_token") {
				once.Do(func() { close(asked) })
				<-goOn
			}
		})
		got := w.examining()
		<-asked
		w.clock.Advance(20 * time.Hour)
		close(goOn)
		r := <-got
		if verdict(r) != "" || r.Status != clearline.Pass {
			t.Errorf("%s: %+v", r.Status, r.Findings)
		}
		for _, c := range r.Checks {
			if c.Result == clearline.CouldNotTell || c.Result == clearline.Fail {
				t.Errorf("%s: %s %s", c.ID, c.Result, c.Found)
			}
		}
		if h := w.history(); len(h) != 0 || w.card().Status != "connected" {
			t.Errorf("%s, and the history is %+v", w.card().Status, h)
		}
	})
}

// C16: while the clock leaps again and again, as when a demo tells its past, no examination begins; when it has come to
// rest one does, and finds nothing wrong.
func TestNoExaminationBeginsInALeap(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		w.examine()
		var before *time.Time
		leapt := func() (quickly bool) {
			quickly = true
			for range 12 {
				at := time.Now()
				w.clock.Advance(11 * time.Minute) // each of them makes a light examination due
				quickly = quickly && time.Since(at) < 100*time.Millisecond
			}
			return quickly
		}
		until(t, "the clock leaps without a rest in between", func() bool {
			last := *w.lastReport().StartedAt
			before = &last
			return leapt()
		})
		end := w.clock.Now()
		if r := w.lastReport(); !r.StartedAt.Equal(*before) {
			t.Errorf("one began in the leap, %s before its end", end.Sub(*r.StartedAt))
		}
		until(t, "an examination follows", func() bool { return w.lastReport().StartedAt.After(*before) })
		if r := w.lastReport(); r.StartedAt.Before(end.Truncate(time.Millisecond)) || verdict(r) != "" {
			t.Errorf("begun %s after the leap: %+v", r.StartedAt.Sub(end), r.Findings)
		}
		if h := w.history(); len(h) != 0 || w.card().Status != "connected" {
			t.Errorf("%s, and the history is %+v", w.card().Status, h)
		}
	})
}

// C16, I52: what an examination finds with a credential that is replaced meanwhile is not held against the connection: it
// asks again with the new one.
func TestReplacedCredentialBlamesNobody(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := arrange(t, database)
		a := w.twin.WhatsApp()
		var err error
		if a.Token, err = w.twin.AddToken(a.PhoneNumberID, sim.NewToken{ExpiresInSeconds: 60 * 24 * 3600}); err != nil {
			t.Fatal(err)
		}
		w.company = w.install.company("Aurora").connect(a)
		w.point()
		w.writes("Ana", "Hello")
		asked, goOn := make(chan struct{}), make(chan struct{})
		var once sync.Once
		w.front.watch(func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/debug_token") {
				once.Do(func() {
					close(asked)
					<-goOn
				})
			}
		})
		got := w.examining()
		<-asked
		fresh, err := w.twin.AddToken(a.PhoneNumberID, sim.NewToken{})
		if err != nil {
			t.Fatal(err)
		}
		w.never = append(w.never, fresh)
		id, err := clearline.ParseID(w.connection)
		if err != nil {
			t.Fatal(err)
		}
		row, _, err := w.app.Store.Token(t.Context(), w.id, id)
		if err != nil {
			t.Fatal(err)
		}
		row.CompanyID, row.ConnectionID, row.EndsAt = w.id, id, time.Time{}
		if err := w.app.Store.SwapToken(t.Context(), row, fresh, nil, nil); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(61 * 24 * time.Hour) // the first one has ended
		close(goOn)
		for _, f := range append((<-got).Findings, w.history()...) {
			if f.Cause.Reauthorizes() {
				t.Errorf("%s was found: %s", f.Cause, f.What)
			}
		}
		if c := w.card(); c.Status != "connected" {
			t.Errorf("the card says %+v", c)
		}
	})
}
