package whatsapp

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// C18, C23: the status page is a note unless its trouble shows here; the version's end is told 90 days ahead.
func TestExamineFeedAndVersion(t *testing.T) {
	t.Parallel()
	page := `[{"id":"whatsapp-business-api","name":"WhatsApp Business API","services":[{"id":"c","name":"Cloud API","status":"Medium disruption"}]}]`
	status := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/data/orgs.json" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, page)
	}))
	defer status.Close()
	down := map[string]string{tokenCall: failure(2, 0, "down"), meCall: failure(2, 0, "down")}
	for name, c := range map[string]struct {
		answers map[string]string
		subject func(*channel.Subject)
		result  clearline.CheckResult
	}{
		"nothing seen here": {healthy(t), nil, clearline.Pass},
		"reads fail":        {down, nil, clearline.Warn},
		"sends fail":        {healthy(t), told(refused(131016, 0, lately)), clearline.Warn},
		"late":              {healthy(t), func(s *channel.Subject) { s.Traffic.Lag = 2 * time.Minute }, clearline.Warn},
	} {
		d := httptest.NewServer(&desk{answers: c.answers, status: map[string]int{}})
		s := subject()
		if c.subject != nil {
			c.subject(&s)
		}
		p := New(Options{GraphURL: d.URL, HTTP: d.Client(), StatusURL: status.URL})
		o := examine(t.Context(), p, s)["feed"]
		if o.Result != c.result || (o.Cause == clearline.CauseOutage) != (c.result == clearline.Warn) || !strings.Contains(o.Found, "Medium disruption") {
			t.Errorf("%s: %+v", name, o)
		}
		d.Close()
	}
	broken := New(Options{GraphURL: status.URL, HTTP: status.Client(), StatusURL: status.URL + "/elsewhere"})
	if o := examine(t.Context(), broken, subject())["feed"]; o.Result != clearline.CouldNotTell || o.Cause != "" {
		t.Errorf("%+v", o)
	}

	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Facebook-API-Version", "v24.0")
		(&desk{answers: healthy(t), status: map[string]int{}}).ServeHTTP(w, r)
	}))
	defer other.Close()
	served := New(Options{GraphURL: other.URL, HTTP: other.Client()})
	if o := examine(t.Context(), served, subject())["version"]; o.Result != clearline.Fail || o.Cause != clearline.CauseVersion || !strings.Contains(o.Found, "v24.0") {
		t.Errorf("%+v", o)
	}

	end := time.Date(2028, 7, 29, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		version string
		now     time.Time
		result  clearline.CheckResult
		due     time.Time
		found   string
	}{
		"long to go":           {"v25.0", end.AddDate(0, 0, -91), clearline.Pass, time.Time{}, "it ends on 29 July 2028"},
		"ninety days":          {"v25.0", end.AddDate(0, 0, -90), clearline.Warn, end, "29 July 2028"},
		"ended":                {"v25.0", end, clearline.Fail, time.Time{}, "ended on 29 July 2028"},
		"newest":               {"v26.0", at, clearline.Pass, time.Time{}, "not announced"},
		"newest, two years on": {"v26.0", end.AddDate(0, 0, -80), clearline.Warn, time.Time{}, "may end from 29 July 2028"},
		"newest, long after":   {"v26.0", end.AddDate(1, 0, 0), clearline.Warn, time.Time{}, "may end"},
		"unknown":              {"v1.0", at, clearline.CouldNotTell, time.Time{}, "not among"},
	} {
		o := judgeVersion(c.version, c.now)
		if o.Result != c.result || !o.Due.Equal(c.due) || !strings.Contains(o.Found, c.found) || (o.Cause == clearline.CauseVersion) != (c.result == clearline.Warn || c.result == clearline.Fail) {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// C23: a change that concerns this program is told 90 days ahead with its day and what to do, others and past ones are not; all
// that are known have a source and a month.
func TestAnnouncedChanges(t *testing.T) {
	t.Parallel()
	on := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	all := []meta.Change{{On: on.AddDate(0, 0, 5), What: "Something later", Concerns: true, Do: "Wait."}, {On: on, What: "Something ends", Concerns: true, Do: "Change it."}, {On: on, What: "Nothing of ours"}}
	for name, c := range map[string]struct {
		now    time.Time
		result clearline.CheckResult
		due    time.Time
		found  string
	}{
		"long to go":  {on.AddDate(0, 0, -91), clearline.Pass, time.Time{}, "nothing within 90 days"},
		"ninety days": {on.AddDate(0, 0, -90), clearline.Warn, on, "from 1 March 2027 on: Something ends"},
		"both":        {on.AddDate(0, 0, -10), clearline.Warn, on, "Something later; from 1 March"},
		"the other":   {on, clearline.Warn, on.AddDate(0, 0, 5), "Something later"},
		"over":        {on.AddDate(0, 1, 0), clearline.Pass, time.Time{}, ""},
	} {
		o := judgeChanges(all, c.now)
		if o.Result != c.result || !o.Due.Equal(c.due) || !strings.Contains(o.Found, c.found) || strings.Contains(o.Found, "Nothing of ours") || (o.Cause == clearline.CauseChange) != (c.result == clearline.Warn) {
			t.Errorf("%s: %+v", name, o)
		}
	}
	for i, c := range meta.Changes {
		if c.What == "" || c.Source == "" || len(c.Read) != 7 || c.Concerns != (c.Do != "") || i > 0 && c.On.Before(meta.Changes[i-1].On) {
			t.Errorf("%+v", c)
		}
	}
	known := New(Options{}).Oversight().Announced
	if len(known) != len(meta.Changes)+1 || !known[0].Open || !strings.Contains(known[0].What, meta.GraphVersion) {
		t.Errorf("%+v", known)
	}
}

// C18: against the twin: each state of Meta's status page, while deliveries are late here.
func TestFeedTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	s := twinSubject(tw)
	s.Traffic.Lag = 2 * time.Minute
	for _, c := range []struct {
		change string
		result clearline.CheckResult
		says   string
	}{
		{`{"state":"ok"}`, clearline.Pass, "no incident"},
		{`{"state":"degraded","text":"Sending is slow."}`, clearline.Warn, "WhatsApp Business API"},
		{`{"state":"ok"}`, clearline.Pass, "no incident"},
		{`{"component":"marketing-api","state":"major"}`, clearline.Pass, "no incident"},
		{`{"component":"graph-api","state":"major"}`, clearline.Warn, "Graph API"},
		{`{"component":"graph-api","state":"resolved"}`, clearline.Pass, "no incident"},
		{`{"state":"html"}`, clearline.CouldNotTell, "cannot be read"},
		{`{"state":"down"}`, clearline.CouldNotTell, "cannot be read"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, tw.base+"/control/v1/feed", strings.NewReader(c.change))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode/100 != 2 {
			t.Fatalf("%s: %v, %v", c.change, answer, err)
		}
		answer.Body.Close()
		// A platform of its own each time, because the page is read once a minute.
		p := New(Options{GraphURL: tw.base + "/graph", HTTP: guarded(t, tw.base), StatusURL: tw.base + "/status/meta"})
		if o := examine(t.Context(), p, s)["feed"]; o.Result != c.result || !strings.Contains(o.Found, c.says) {
			t.Errorf("%s: %+v", c.change, o)
		}
	}
}
