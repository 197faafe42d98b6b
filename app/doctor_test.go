package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/sim"
)

// examined is a connection as its card shows it.
type examinedConnection struct {
	Status             string
	Cause              *string
	Receiving, Sending struct {
		State string
		Cause *string
	}
	Doctor struct {
		Status string
		At     *time.Time
		Cause  *string
	}
	Readings map[string]string
	Volume   [][]int
}

func (w *world) card() (c examinedConnection) {
	w.t.Helper()
	w.get("connections/"+w.connection, &c)
	return c
}

func (w *world) lastReport() (r doctor.Report) {
	w.t.Helper()
	w.get("connections/"+w.connection+"/doctor", &r)
	return r
}

// examine asks for a full examination.
func (w *world) examine() (r doctor.Report) {
	w.t.Helper()
	w.post("connections/"+w.connection+"/doctor", nil).want(w.t, http.StatusOK).into(w.t, &r)
	return r
}

func verdict(r doctor.Report) string {
	if len(r.Findings) == 0 {
		return ""
	}
	return string(r.Findings[0].Cause)
}

// C6, C16, X1: what raises no error is found by the light examination that runs by itself; the card tells receiving from
// sending, a button says first what it changes, and once it is pressed all is proven well again, with the history kept.
func TestWrongAddressIsFoundAndRepaired(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, conv := w.writes("Ana", "Hello")
		w.becomes(w.send(conv.ID, "one", "Good morning").ID, "read")
		if r := w.examine(); verdict(r) != "" || r.Status != clearline.Pass || !r.Full {
			t.Fatalf("before: %s %+v", r.Status, r.Findings)
		}
		if c := w.card(); c.Doctor.Status != "pass" || c.Readings["quality_rating"] != "GREEN" || len(c.Volume) != 2 || len(c.Volume[0]) != 24 {
			t.Errorf("the card says %+v", c)
		}
		w.fault(sim.Fault{Cause: "hook.elsewhere", Account: w.account.PhoneNumberID})
		w.clock.Advance(10 * time.Minute)
		until(t, "the light examination names it", func() bool { return verdict(w.lastReport()) == "hook.elsewhere" })
		r := w.lastReport()
		f := r.Findings[0]
		if r.Full || f.State != clearline.FindingOpen || f.Count != 1 || f.Title == "" || f.What == "" || len(f.Do) == 0 || f.Do[0].Action == nil || *f.Do[0].Action != "point_here" || strings.Contains(f.What, "{") {
			t.Errorf("the verdict is %+v", f)
		}
		until(t, "the card says so", func() bool { return w.card().Status == "disconnected" })
		if c := w.card(); text(c.Cause) != "hook.elsewhere" || c.Receiving.State != "no" || text(c.Receiving.Cause) != "hook.elsewhere" || c.Sending.State != "yes" || c.Sending.Cause != nil || c.Doctor.Status != "fail" {
			t.Errorf("the card says %+v", c)
		}
		var plan, done struct {
			Changes []struct{ Call, From, To string }
			Done    bool
		}
		path := "connections/" + w.connection + "/fixes/"
		w.post(path+"point_here", map[string]any{"dry_run": true}).want(t, http.StatusOK).into(t, &plan)
		if plan.Done || len(plan.Changes) == 0 || verdict(w.lastReport()) != "hook.elsewhere" {
			t.Errorf("the dry run says %+v", plan)
		}
		w.post(path+"point_here", map[string]any{}).want(t, http.StatusOK).into(t, &done)
		if !done.Done || !slices.Equal(done.Changes, plan.Changes) {
			t.Errorf("it did %+v and had said %+v", done, plan)
		}
		until(t, "all is well again", func() bool { return verdict(w.lastReport()) == "" && w.card().Status == "connected" })
		var history list[doctor.FindingReport]
		w.get("connections/"+w.connection+"/findings", &history)
		if len(history.Items) != 1 || history.Items[0].State != clearline.FindingFixed || history.Items[0].FixedAt == nil {
			t.Errorf("the history is %+v", history.Items)
		}
		var repairs list[struct{ Action string }]
		w.get("connections/"+w.connection+"/repairs", &repairs)
		if !slices.ContainsFunc(repairs.Items, func(r struct{ Action string }) bool { return r.Action == "point_here" }) {
			t.Errorf("the repairs are %+v", repairs.Items)
		}
		w.post(path+"make_tea", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "api.input")
	})
}

// C2, C16: the platform's own word about the credential is named, tells receiving and sending apart, and an accepted
// credential ends it.
func TestCredentialIsNamed(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		for _, cause := range []string{"auth.expired", "auth.password", "auth.revoked"} {
			end := w.fault(sim.Fault{Cause: cause, Account: w.account.PhoneNumberID})
			if r := w.examine(); verdict(r) != cause || r.Side != "account" && r.Side != "us" {
				t.Errorf("%s: %s, side %s", cause, verdict(r), r.Side)
			}
			if c := w.card(); c.Status != "reauthorization_required" || text(c.Cause) != cause || c.Sending.State != "no" || cause != "auth.revoked" && c.Receiving.State != "yes" {
				t.Errorf("%s: the card says %+v", cause, c)
			}
			end()
			if r := w.examine(); verdict(r) != "" || w.card().Status != "connected" {
				t.Errorf("after %s: %s, %s", cause, verdict(r), w.card().Status)
			}
		}
	})
}

// C18: however the platform is down, it is said to be down, after three silent looks the connection is degraded, and
// nobody is ever asked to sign in; ten clean minutes end it.
func TestOutagesAskNobodyToSignIn(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.writes("Ana", "Hello")
		for name, f := range map[string]sim.Fault{
			"503": {Effect: "http", HTTP: 503, Operation: "read"}, "500": {Effect: "http", HTTP: 500, Operation: "read"}, "504": {Effect: "http", HTTP: 504, Operation: "read"},
			"busy": {Effect: "error", Code: new(2), Operation: "read"}, "overloaded": {Effect: "error", Code: new(131016), Operation: "read"},
		} {
			f.Account = w.account.PhoneNumberID
			end := w.fault(f)
			for range 3 {
				if r := w.examine(); verdict(r) != "net.outage" || r.Side != "platform" {
					t.Errorf("%s: the verdict is %s", name, verdict(r))
				}
				if c := w.card(); c.Status == "reauthorization_required" || c.Status == "disconnected" {
					t.Errorf("%s: the connection is %s", name, c.Status)
				}
			}
			if c := w.card(); c.Status != "degraded" || text(c.Cause) != "net.outage" || c.Sending.State != "slow" {
				t.Errorf("%s: the card says %+v", name, c)
			}
			end()
			if r := w.examine(); verdict(r) != "" || w.card().Status != "degraded" {
				t.Errorf("%s is over, and within its ten minutes: %s, %s", name, verdict(r), w.card().Status)
			}
			w.clock.Advance(11 * time.Minute)
			if w.examine(); w.card().Status != "connected" {
				t.Errorf("ten minutes after %s: %s", name, w.card().Status)
			}
		}
	})
}

// C16, I39: a test of the way in goes the whole way, is kept and marked, and is in no count, no inbox and no proof.
func TestSelfTestIsNoMessage(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, conv := w.writes("Ana", "Hello")
		var before, after any
		w.get("ledger", &before)
		threads, messages := len(w.conversations()), len(w.thread(conv.ID))
		proof := w.proofAt()
		var got struct {
			OK    bool
			Steps []struct {
				Step  string
				OK    bool
				Cause *string
			}
		}
		w.post("connections/"+w.connection+"/test", map[string]any{"kind": "webhook"}).want(t, http.StatusOK).into(t, &got)
		var names []string
		for _, s := range got.Steps {
			names = append(names, s.Step)
		}
		if !got.OK || !slices.Contains(names, "deliver") || !slices.Contains(names, "stored") || !slices.Contains(names, "refuse_forged") {
			t.Fatalf("%+v", got)
		}
		w.get("ledger", &after)
		a, _ := json.Marshal(before)
		b, _ := json.Marshal(after)
		if string(a) != string(b) || len(w.conversations()) != threads || len(w.thread(conv.ID)) != messages || w.proofAt() != proof {
			t.Errorf("it left a trace: ledger %s, %s; %d conversations", a, b, len(w.conversations()))
		}
		var deliveries list[struct {
			Test      bool
			State     string
			Signature string
		}]
		w.get("deliveries", &deliveries)
		marked := 0
		for _, d := range deliveries.Items {
			if d.Test {
				marked++
			}
			if d.Signature == "bad" {
				t.Errorf("its forged call was booked: %+v", d)
			}
		}
		if marked == 0 || deliveries.Items[0].State != "applied" {
			t.Errorf("%+v", deliveries.Items)
		}
	})
}

func (w *world) proofAt() string {
	var c struct {
		Receiving struct {
			ProofAt string `json:"proof_at"`
		}
	}
	w.get("connections/"+w.connection, &c)
	return c.Receiving.ProofAt
}

// C11: a message to a phone that has written is watched until it is delivered, and one to a phone that has not is refused.
func TestTestMessage(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, _ := w.writes("Ana", "Hello")
		path := "connections/" + w.connection + "/test"
		w.post(path, map[string]any{"kind": "message"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		w.post(path, map[string]any{"kind": "message", "to": "next door"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		w.post(path, map[string]any{"kind": "message", "to": "+4915199999999"}).problem(t, http.StatusUnprocessableEntity, "wa.window")
		w.post(path, map[string]any{"kind": "tea"}).problem(t, http.StatusUnprocessableEntity, "api.input")
		for _, to := range []string{"+" + p.Address, ""} { // the second time it is known where to
			var got struct {
				OK    bool
				Steps []struct{ Step string }
			}
			w.post(path, map[string]any{"kind": "message", "to": to}).want(t, http.StatusOK).into(t, &got)
			if !got.OK || len(got.Steps) != 3 || got.Steps[2].Step != "delivered" {
				t.Errorf("%q: %+v", to, got)
			}
		}
	})
}

// trialResult is what a test of the connection came to.
type trialResult struct {
	OK    bool
	Steps []doctor.Hop
}

// roundTrip begins a round trip and gives its hops as they happen. It comes back once the product waits for a person to write,
// which it shows by the head of its answer before there is anything to tell.
func (w *world) roundTrip() <-chan event {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+"/api/v1/connections/"+w.connection+"/test", strings.NewReader(`{"kind":"round_trip"}`))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	resp, err := (&http.Client{Transport: client.Transport}).Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		w.t.Fatalf("%s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	return readEvents(resp.Body)
}

// C11, C16: a round trip waits for somebody to write, answers that person and nobody else, and watches the answer arrive; what
// came before it does not count.
func TestRoundTrip(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, first := w.writes("Ana", "I wrote before")
		_, other := w.writes("Rui", "So did I")
		hops := w.roundTrip()
		w.says(p, "Is anybody there?")
		var names []string
		var result trialResult
		for e := range hops {
			var h doctor.Hop
			if e.name == "result" {
				if err := json.Unmarshal([]byte(e.data), &result); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err := json.Unmarshal([]byte(e.data), &h); err != nil || e.name != "step" || !h.OK || h.Cause != nil {
				t.Errorf("%v %s %s", err, e.name, e.data)
			}
			names = append(names, h.Step)
		}
		if !result.OK || len(result.Steps) != 4 || !slices.Equal(names, []string{"received", "queued", "accepted", "delivered"}) {
			t.Fatalf("%v %+v", names, result)
		}
		var answers []message
		for _, m := range w.thread(first.ID) {
			if m.Direction == "out" {
				answers = append(answers, m)
			}
		}
		if len(answers) != 1 || !strings.Contains(answers[0].Text, "your message arrived") || w.taken(answers[0].ID) != 1 {
			t.Errorf("the answers are %+v", answers)
		}
		if n := len(w.thread(other.ID)); n != 1 {
			t.Errorf("somebody who did not write has %d messages", n)
		}
	})
}

// C11, C16: a round trip says at which hop it ended: nobody wrote within two minutes, or the answer was refused, with the cause.
func TestRoundTripFails(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		p, conv := w.writes("Ana", "I wrote before")
		ask := func(meanwhile func()) (got trialResult) {
			t.Helper()
			hops := w.roundTrip()
			meanwhile()
			for e := range hops {
				if e.name == "result" {
					if err := json.Unmarshal([]byte(e.data), &got); err != nil {
						t.Fatal(err)
					}
				}
			}
			return got
		}
		got := ask(func() { w.clock.Advance(2*time.Minute + time.Second) })
		if got.OK || len(got.Steps) != 1 || got.Steps[0].Step != "received" || got.Steps[0].OK || !strings.Contains(got.Steps[0].Found, "nothing came in within 2 minutes") {
			t.Errorf("nobody wrote: %+v", got)
		}
		if n := len(w.thread(conv.ID)); n != 1 {
			t.Errorf("it left %d messages", n-1)
		}
		w.fault(sim.Fault{Cause: "wa.undeliverable", Account: w.account.PhoneNumberID})
		got = ask(func() { w.says(p, "Now I do") })
		last := got.Steps[len(got.Steps)-1]
		if got.OK || len(got.Steps) < 3 || !got.Steps[0].OK || last.OK || text((*string)(last.Cause)) != "wa.undeliverable" {
			t.Errorf("the answer is refused: %+v", got)
		}
	})
}

// C17: each check comes as it begins and as it ends, then the report; whoever leaves ends nothing.
func TestExaminationIsStreamed(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/api/v1/connections/"+w.connection+"/doctor", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.key)
		r.Header.Set("Accept", "text/event-stream")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		begun, ended, event := map[string]bool{}, map[string]bool{}, ""
		var report doctor.Report
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				event = value
			case name == "data" && event == "check":
				var c doctor.CheckReport
				if err := json.Unmarshal([]byte(value), &c); err != nil {
					t.Fatal(err)
				}
				if c.Result == "running" {
					begun[c.ID] = true
				} else {
					ended[c.ID] = true
				}
			case name == "data" && event == "report":
				if err := json.Unmarshal([]byte(value), &report); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(report.Checks) < 20 {
			t.Fatalf("%d checks", len(report.Checks))
		}
		for _, c := range report.Checks {
			if !ended[c.ID] || !begun[c.ID] && c.Result != clearline.NotChecked {
				t.Errorf("%s began %v and ended %v", c.ID, begun[c.ID], ended[c.ID])
			}
		}
	})
}
