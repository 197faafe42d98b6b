package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/demo"
)

// call asks the product or the twin for something and reads the answer into into.
func call(t *testing.T, method, url, key string, body, into any) {
	t.Helper()
	packed, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, _ := io.ReadAll(answer.Body)
	if answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s", method, url, answer.StatusCode, all)
	}
	if err := json.Unmarshal(all, into); err != nil {
		t.Fatal(err)
	}
}

// G2, M2: `clearline explain message ID` asks a running server and prints what is behind a message's state, with what the
// facts rule out. It is not parallel: the command prints to the program's own output.
func TestExplainMessage(t *testing.T) {
	d, hello, err := demo.Start(t.Context(), demo.Options{App: app.Options{Addr: "127.0.0.1:0", DataDir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}, SimAddr: "127.0.0.1:0", Still: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := d.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	api, control := hello.URL+"/api/v1/", hello.SimURL+"/control/v1/"
	var people struct{ Items []struct{ ID string } }
	call(t, http.MethodGet, control+"people", "", nil, &people)
	call(t, http.MethodPost, control+"people/"+people.Items[0].ID+"/messages", "", map[string]any{"text": "Is it ready?"}, &struct{}{})
	call(t, http.MethodPost, control+"faults", "", map[string]any{"cause": "wa.undeliverable"}, &struct{}{})
	var list struct{ Items []struct{ ID string } }
	for deadline := time.Now().Add(2 * time.Minute); len(list.Items) == 0; {
		if call(t, http.MethodGet, api+"conversations", hello.APIKey, nil, &list); time.Now().After(deadline) {
			t.Fatal("nobody wrote")
		}
	}
	var m struct{ ID, Status string }
	call(t, http.MethodPost, api+"conversations/"+list.Items[0].ID+"/messages", hello.APIKey, map[string]any{"client_id": "a", "text": "Yes"}, &m)
	for deadline := time.Now().Add(2 * time.Minute); m.Status != "failed"; {
		if call(t, http.MethodGet, api+"messages/"+m.ID, hello.APIKey, nil, &m); time.Now().After(deadline) {
			t.Fatalf("it is %s", m.Status)
		}
	}
	asked := func(args ...string) (string, error) {
		return run(t, append([]string{"explain", "message"}, append(args, "--url", hello.URL, "--api-key", hello.APIKey)...)...)
	}
	printed, err := asked(m.ID)
	for _, want := range []string{"Message " + m.ID + ": out, text, failed", "code 131026", "x The number has no WhatsApp account.", "Ruled out: ", "so the number has an account.",
		"? Their WhatsApp is too old.", "[wa.undeliverable]", "What to do"} {
		if err != nil || !strings.Contains(printed, want) {
			t.Errorf("%v; it does not print %q:\n%s", err, want, printed)
		}
	}
	printed, err = asked(m.ID, "--json")
	var told struct {
		Message    struct{ ID, Status string }
		Candidates []struct {
			Cause, Reason, Evidence string
			RuledOut                bool `json:"ruled_out"`
		}
		Entries []struct{ Cause string }
	}
	if jerr := json.Unmarshal([]byte(printed), &told); err != nil || jerr != nil || told.Message.Status != "failed" || len(told.Candidates) != 5 || told.Entries[0].Cause != "wa.undeliverable" {
		t.Errorf("%v %v: %s", err, jerr, printed)
	}
	for _, c := range told.Candidates {
		if (c.Reason == "no_account" || c.Reason == "blocked") != c.RuledOut || c.Evidence == "" {
			t.Errorf("%+v", c)
		}
	}
	if printed, err = asked("250276255130193920"); !errors.Is(err, errCheck) || !strings.Contains(printed, "There is no message") {
		t.Errorf("a message that is not there: %v %s", err, printed)
	}
	if _, err = run(t, "explain", "message", m.ID, "--url", hello.URL, "--api-key", "clk_wrong"); err == nil || errors.Is(err, errCheck) || !strings.Contains(err.Error(), "401") {
		t.Errorf("a wrong key: %v", err)
	}
}
