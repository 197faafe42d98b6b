package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/demo"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/sim"
)

// ended is a command that has come to its end, as a program of its own.
type ended struct {
	stdout, stderr string
	code           int
}

// ends runs the program to its end.
func ends(t *testing.T, args ...string) ended {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			t.Fatal(err)
		}
	}
	return ended{out.String(), said.String(), cmd.ProcessState.ExitCode()}
}

// told is what --json promises (contract: doctor).
type told struct {
	Server      *reportJSON
	Connections []reportJSON
}

type reportJSON struct {
	ConnectionID *string `json:"connection_id"`
	Status       string
	Cause        *string
	Side         string
	Checks       []struct{ ID, Title, Result string }
	Findings     []struct {
		Cause, Title, What, Why, Who, State string
		Do                                  []struct{ Text string }
	}
}

func (e ended) json(t *testing.T) (all told) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(e.stdout))
	if err := d.Decode(&all); err != nil || d.More() {
		t.Fatalf("%v in %s", err, e.stdout)
	}
	if all.Server == nil || len(all.Server.Checks) == 0 || all.Server.ConnectionID != nil || all.Connections == nil {
		t.Errorf("it printed %s", e.stdout)
	}
	return all
}

// product is the product on a data folder beside a twin that outlives it.
type product struct {
	hello demo.Hello
	stop  func()
}

func beside(t *testing.T, twin, dir string) *product {
	t.Helper()
	d, hello, err := demo.Start(t.Context(), demo.Options{App: app.Options{Addr: "127.0.0.1:0", DataDir: dir, Log: slog.New(slog.DiscardHandler)}, SimURL: twin, Still: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &product{hello: hello}
	p.stop = func() {
		p.stop = func() {}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := d.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() { p.stop() })
	return p
}

func simulator(t *testing.T) (*sim.Sim, string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	twin, err := sim.New(sim.Options{BaseURL: base, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = twin.Handler()
	server.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := twin.Stop(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return twin, base
}

// C6, C16: `clearline doctor` asks a running server: what it prints and its exit code say the same as the page, for people and
// as JSON.
func TestDoctorAsksARunningServer(t *testing.T) {
	t.Parallel()
	twin, base := simulator(t)
	h := beside(t, base, t.TempDir()).hello
	asked := func(args ...string) ended {
		return ends(t, append([]string{"doctor", "--url", h.URL, "--api-key", h.APIKey}, args...)...)
	}
	holds := func(what string, e ended, code int, texts ...string) {
		t.Helper()
		if e.code != code {
			t.Errorf("%s: exit code %d, want %d", what, e.code, code)
		}
		for _, want := range texts {
			if !strings.Contains(e.stdout, want) {
				t.Errorf("%s: it does not print %q:\n%s", what, want, e.stdout)
			}
		}
	}
	var list struct{ Items []struct{ ID string } }
	call(t, http.MethodGet, h.URL+"/api/v1/connections", h.APIKey, nil, &list)
	id := list.Items[0].ID

	e := asked()
	holds("healthy", e, 0, "Server  ✓ nothing wrong was found", "✓ A signed call gets through to this server", "WhatsApp · ", "✓ Meta accepts the key", "✓ The events go to this server")
	if strings.Contains(e.stdout, "To do") || e.stderr != "" {
		t.Errorf("healthy: it prints %s and says %s", e.stdout, e.stderr)
	}
	all := asked("--json").json(t)
	if len(all.Connections) != 1 || *all.Connections[0].ConnectionID != id || all.Connections[0].Status != "pass" || all.Connections[0].Cause != nil || len(all.Connections[0].Findings) != 0 || all.Server.Status != "pass" {
		t.Errorf("healthy: %+v", all)
	}
	holds("one connection", asked("--connection", id, "--json"), 0, `"connection_id":"`+id+`"`)

	end := fault(t, twin, sim.Fault{Cause: "account.quality", Account: h.WhatsApp.PhoneNumberID})
	holds("a warning alone", asked(), 0, "! Too many people blocked or reported this number  [account.quality]", "! Quality and limits of the number")
	end()

	end = fault(t, twin, sim.Fault{Cause: "hook.elsewhere", Account: h.WhatsApp.PhoneNumberID})
	e = asked()
	holds("broken", e, exitCheck, "✕ Messages go to another address  [hook.elsewhere]", "Why  ", "To do     1. Point it here.", "Who       an admin of your company", "✓ Meta accepts the key", "Server  ✓")
	e = asked("--json")
	all = e.json(t)
	var page reportJSON
	call(t, http.MethodGet, h.URL+"/api/v1/connections/"+id+"/doctor", h.APIKey, nil, &page)
	r := all.Connections[0]
	if e.code != exitCheck || r.Status != "fail" || *r.Cause != "hook.elsewhere" || len(r.Findings) != 1 || !reflect.DeepEqual(r.Findings, page.Findings) || r.Findings[0].State != "open" || len(r.Findings[0].Do) == 0 {
		t.Errorf("broken: %d %+v; the page says %+v", e.code, r, page.Findings)
	}
	end()
	// The twin's fault stands for somebody who changed the address: its end alone brings nothing back.
	call(t, http.MethodPost, h.URL+"/api/v1/connections/"+id+"/fixes/point_here", h.APIKey, map[string]any{}, &struct{}{})
	holds("repaired", asked(), 0, "✓ nothing wrong was found")

	// One that was ended is listed with its conversations, and is left out: there is no key to examine it with.
	call(t, http.MethodDelete, h.URL+"/api/v1/connections/"+id, h.APIKey, nil, &struct{}{})
	if all := asked("--json").json(t); len(all.Connections) != 0 {
		t.Errorf("ended: %+v", all.Connections)
	}
	if e := asked("--connection", id); e.code != 2 || !strings.Contains(e.stderr, "This connection was ended.") {
		t.Errorf("ended and named: %d %s", e.code, e.stderr)
	}
}

// C16: what could not be examined at all ends with 2 and a sentence that says what to do; stdout stays empty.
func TestDoctorCouldNotExamine(t *testing.T) {
	t.Parallel()
	_, base := simulator(t)
	dir := t.TempDir()
	p := beside(t, base, dir)
	h := p.hello
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Welcome</html>")) }))
	defer page.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	there := []string{"--url", h.URL, "--api-key", h.APIKey}
	for name, one := range map[string]struct {
		args []string
		says string
	}{
		"no such connection":     {append(there, "--connection", "250276255130193920"), "there is no connection 250276255130193920 on " + h.URL},
		"no connection's id":     {append(there, "--connection", "Sales"), `"Sales" is no connection's id`},
		"a wrong key":            {[]string{"--url", h.URL, "--api-key", "clk_wrong"}, "answered 401"},
		"no key":                 {[]string{"--url", h.URL}, "--api-key"},
		"nobody listens":         {[]string{"--url", gone.URL, "--api-key", h.APIKey}, gone.URL + " does not answer"},
		"another program":        {[]string{"--url", page.URL, "--api-key", h.APIKey}, "does not answer as a Clearline server"},
		"no address":             {[]string{"--url", "inbox", "--api-key", h.APIKey}, `"inbox" is no address`},
		"the server is running":  {[]string{"--data-dir", dir}, "to examine it while it runs, ask it: --url and --api-key"},
		"there is no data":       {[]string{"--data-dir", t.TempDir()}, "there is no database at "},
		"no such flag":           {[]string{"--everything"}, "unknown flag --everything"},
		"no connection there":    {append(there, "--connection", h.WhatsApp.PhoneNumberID), "there is no connection " + h.WhatsApp.PhoneNumberID},
		"a port that is no port": {[]string{"--url", "http://127.0.0.1:99999999", "--api-key", h.APIKey}, "does not answer"},
	} {
		for _, more := range [][]string{nil, {"--json"}} {
			e := ends(t, slices.Concat([]string{"doctor"}, one.args, more)...)
			if e.code != exitError || !strings.Contains(e.stderr, one.says) || e.stdout != "" && name != "no such flag" || strings.Contains(e.stderr, "panic") {
				t.Errorf("%s %v: exit code %d, %q, and printed %q", name, more, e.code, e.stderr, e.stdout)
			}
		}
	}
}

// C16: without a server the data folder is opened and examined, with the same words and exit codes; a key that is not the
// database's is a finding.
func TestDoctorOpensTheData(t *testing.T) {
	t.Parallel()
	_, base := simulator(t)
	dir := t.TempDir()
	p := beside(t, base, dir)
	address := p.hello.URL
	p.stop()
	opened := func(args ...string) ended {
		return ends(t, append([]string{"doctor", "--data-dir", dir, "--graph-url", base + "/graph", "--facebook-url", base, "--status-url", base + "/status/meta", "--min-free-disk", "0"}, args...)...)
	}
	e := opened("--public-url", address)
	if e.code != exitCheck || !strings.Contains(e.stdout, "[hook.unreachable]") || !strings.Contains(e.stdout, "✓ Meta accepts the key") || !strings.Contains(e.stdout, "✓ The events go to this server") {
		t.Errorf("stopped: %d\n%s%s", e.code, e.stdout, e.stderr)
	}
	e = opened("--json")
	all := e.json(t)
	if e.code != exitCheck || all.Server.Cause == nil || *all.Server.Cause != "server.address" || len(all.Connections) != 1 {
		t.Fatalf("without an address: %d %s", e.code, e.stdout)
	}
	for _, f := range all.Connections[0].Findings {
		if f.Cause == "hook.elsewhere" {
			t.Errorf("without an address there is nothing to compare with, and it finds that %s", f.What)
		}
	}
	other := filepath.Join(t.TempDir(), "key")
	if _, err := seal.Load(other, true); err != nil {
		t.Fatal(err)
	}
	e = opened("--key-file", other, "--json")
	if all = e.json(t); e.code != exitCheck || *all.Server.Cause != "server.key" || all.Server.Findings[0].Title == "" || len(all.Connections) != 0 {
		t.Errorf("with another key: %d %s%s", e.code, e.stdout, e.stderr)
	}
	if e = opened("--key-file", other); e.code != exitCheck || !strings.Contains(e.stdout, "[server.key]") || !strings.Contains(e.stdout, "To do") {
		t.Errorf("with another key: %d %s%s", e.code, e.stdout, e.stderr)
	}
}

func fault(t *testing.T, twin *sim.Sim, f sim.Fault) (end func()) {
	t.Helper()
	f, err := twin.AddFault(f)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := twin.RemoveFault(f.ID); err != nil {
			t.Fatal(err)
		}
	}
}
