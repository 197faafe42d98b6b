package httpapi

import (
	"encoding/json"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
)

// Trouble is why the product does not work yet, told by whatever listens in its place.
type Trouble struct {
	// Cause has a page in the playbook; "" means that it is being started and nothing is wrong.
	Cause clearline.Cause
	// Found is what was seen. It may name folders and machines, so only who is on this machine is told.
	Found string
	Since time.Time
	// Every is how often it is tried again.
	Every time.Duration
	Log   *slog.Logger
}

// starting is what is said while nothing is wrong.
var starting = playbook.Entry{Title: "Clearline is starting", What: "The database is being opened and, after an upgrade, brought up to date.", Why: "That may take some minutes when it is large.",
	Do: []playbook.Step{{Text: "Wait. This page looks again by itself."}}}

// ServeHTTP answers everything with 503 and when to come again, so that platforms repeat what they have. Only the sign of
// life says yes: a restart would not help.
func (t Trouble) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	headers(w)
	if r.URL.Path == "/healthz" {
		fmt.Fprintln(w, "alive")
		return
	}
	cause := t.Cause
	if cause == "" {
		cause = clearline.CauseBusy
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(t.Every.Seconds())))
	e := t.entry(r)
	switch {
	case r.URL.Path == "/readyz":
		writeJSON(w, http.StatusServiceUnavailable, readiness{Cause: cause})
	case strings.HasPrefix(r.URL.Path, "/api/"), strings.HasPrefix(r.URL.Path, "/webhooks/"):
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		// Whoever went away needs no answer.
		_ = json.NewEncoder(w).Encode(problem{Title: e.Title, Detail: e.What, Status: http.StatusServiceUnavailable, Cause: cause, Fields: []clearline.FieldProblem{}, RequestID: newRequestID()})
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src '"+troubleStyleHash+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Header().Set("Refresh", strconv.Itoa(int(t.Every.Seconds())))
		w.WriteHeader(http.StatusServiceUnavailable)
		if err := troublePage.Execute(w, map[string]any{"E": e, "Cause": t.Cause, "Since": t.Since.UTC().Format("15:04:05 UTC"), "Every": t.Every, "Style": template.CSS(troubleStyle)}); err != nil {
			t.Log.Debug("page not written", "err", err)
		}
	}
}

// entry is the page of the cause, with what was found for who may know.
func (t Trouble) entry(r *http.Request) playbook.Entry {
	if t.Cause == "" {
		return starting
	}
	found := "the server’s log says more"
	if local(r) {
		found = t.Found
	}
	x := playbook.ExplainCause(t.Cause, playbook.Values{"found": found})
	if len(x.Entries) == 0 {
		return starting
	}
	return x.Entries[0]
}

// local tells whether somebody asks from this very machine, by its own name, and not through a proxy.
func local(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && privateHost(r.Host) && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
