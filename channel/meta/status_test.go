package meta

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clearline/clearline/clock"
)

// pageHTML is what the status page answers to any path that it does not know, with HTTP 200.
const pageHTML = `<!DOCTYPE html><html><head><title>Meta Status</title></head><body><div id="root"></div></body></html>`

// orgs is the page's data with the states of two products and of one that does not matter.
func orgs(whatsapp, graph, ads string) string {
	return fmt.Sprintf(`[{"id":"marketing-api","name":"Marketing API","services":[{"id":"m","name":"Ads","status":%q}]},
 {"id":"whatsapp-business-api","name":"WhatsApp Business API","services":[{"id":"c","name":"Cloud API","status":%q},{"id":"o","name":"Webhooks","status":"No known issues"}],"rss_file_paths":["/x.rss"]},
 {"id":"graph-api","name":"Graph API","services":[{"id":"g","name":"Graph API","status":%q}]}]`, ads, whatsapp, graph)
}

func rss(items string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>WhatsApp Business API</title>` + items + `</channel></rss>`
}

// C18: what the page says is read by its structure: a page of HTML with HTTP 200 says nothing, and neither do products that
// do not matter here.
func TestFeed(t *testing.T) {
	t.Parallel()
	const fine, some = "No known issues", "Medium disruption"
	began := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	outages := `[{"service_id":"c","status":"Resolved","time":"2026-11-22T10:00:00Z","posts":[]},
 {"service_id":"c","status":"Medium disruption","time":"2026-11-22T09:00:00Z","posts":[{"description":"We look into it.","time":"2026-11-22T09:05:00Z"},{"description":"Sending is slow.","time":"2026-11-22T09:30:00Z"}]}]`
	for name, c := range map[string]struct {
		answers map[string]string
		want    Incident
	}{
		"all well":                    {map[string]string{"/data/orgs.json": orgs(fine, fine, fine)}, Incident{State: FeedOK, Words: fine, Product: "WhatsApp Business API"}},
		"only ads":                    {map[string]string{"/data/orgs.json": orgs(fine, fine, "Major outage")}, Incident{State: FeedOK, Words: fine, Product: "WhatsApp Business API"}},
		"disturbed, with its story":   {map[string]string{"/data/orgs.json": orgs(some, fine, fine), "/data/outages/whatsapp-business-api.json": outages}, Incident{State: FeedDegraded, Words: some, Product: "WhatsApp Business API", Since: began, Post: "Sending is slow."}},
		"disturbed, no story":         {map[string]string{"/data/orgs.json": orgs(some, fine, fine), "/data/outages/whatsapp-business-api.json": pageHTML}, Incident{State: FeedDegraded, Words: some, Product: "WhatsApp Business API"}},
		"the Graph API alone":         {map[string]string{"/data/orgs.json": orgs(fine, "High disruptions", fine)}, Incident{State: FeedMajor, Words: "High disruptions", Product: "Graph API"}},
		"the worse of two":            {map[string]string{"/data/orgs.json": orgs(some, "Major outage", fine)}, Incident{State: FeedMajor, Words: "Major outage", Product: "Graph API"}},
		"a word nobody knows":         {map[string]string{"/data/orgs.json": orgs("Wobbly", fine, fine)}, Incident{State: FeedUnknown, Words: "Wobbly", Product: "WhatsApp Business API"}},
		"HTML for all":                {map[string]string{"/data/orgs.json": pageHTML, "/outage-events-feed-whatsapp-business-api.rss": pageHTML, "/outage-events-feed-graph-api.rss": pageHTML}, Incident{State: FeedUnknown}},
		"another structure":           {map[string]string{"/data/orgs.json": `{"orgs":[]}`}, Incident{State: FeedUnknown}},
		"nothing":                     {nil, Incident{State: FeedUnknown}},
		"plain feed, nothing open":    {map[string]string{"/data/orgs.json": pageHTML, "/outage-events-feed-whatsapp-business-api.rss": rss("")}, Incident{State: FeedOK}},
		"plain feed, an open event":   {map[string]string{"/outage-events-feed-whatsapp-business-api.rss": rss(`<item><title>Medium disruption</title><description>Sending  is slow.</description><pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate></item>`)}, Incident{State: FeedDegraded, Words: some, Product: "WhatsApp Business API", Since: began, Post: "Sending is slow."}},
		"plain feed, in other words":  {map[string]string{"/outage-events-feed-graph-api.rss": rss(`<item><title>Ups</title></item>`)}, Incident{State: FeedDegraded, Words: "Ups", Product: "WhatsApp Business API"}},
		"plain feed of another shape": {map[string]string{"/outage-events-feed-graph-api.rss": `<feed xmlns="http://www.w3.org/2005/Atom"></feed>`}, Incident{State: FeedUnknown}},
		"far too long":                {map[string]string{"/data/orgs.json": "[" + strings.Repeat(" ", feedMax) + "]"}, Incident{State: FeedUnknown}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer, ok := c.answers[r.URL.Path]
				if !ok {
					w.WriteHeader(http.StatusNotFound)
				}
				_, _ = io.WriteString(w, answer)
			}))
			defer s.Close()
			got := NewFeed(s.URL+"/", s.Client(), clock.Real(), "whatsapp-business-api", "graph-api").Read(t.Context())
			if (got.Err != nil) != (c.want.State == FeedUnknown && c.want.Words == "") || got.ReadAt.IsZero() {
				t.Errorf("%v, read at %v", got.Err, got.ReadAt)
			}
			got.Err, got.ReadAt = nil, time.Time{}
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// The page is asked once a minute at most, by all together, and an unreadable one no oftener.
func TestFeedIsPolite(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		<-release
		_, _ = io.WriteString(w, orgs("No known issues", "No known issues", ""))
	}))
	defer s.Close()
	shifted := clock.NewShifted()
	f := NewFeed(s.URL, s.Client(), shifted, "whatsapp-business-api")
	hasty, cancel := context.WithCancel(t.Context())
	cancel()
	if got := f.Read(hasty); got.State != FeedUnknown || !errors.Is(got.Err, context.Canceled) {
		t.Errorf("%+v", got)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got := f.Read(t.Context()); got.State != FeedOK {
				t.Errorf("%+v", got)
			}
		})
	}
	close(release)
	wg.Wait()
	f.Read(t.Context())
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	shifted.Advance(feedLife)
	f.Read(t.Context())
	if n := asked.Load(); n != 2 {
		t.Errorf("asked %d times after a minute", n)
	}
	for _, base := range []string{"", "off"} {
		if got := NewFeed(base, s.Client(), shifted, "x").Read(t.Context()); !errors.Is(got.Err, ErrFeedOff) {
			t.Errorf("%q: %+v", base, got)
		}
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("a feed that is off asked")
	}
}

// C23: the version in use is known, with its dates, and versions end in the order in which they came.
func TestVersions(t *testing.T) {
	t.Parallel()
	if Versions[0].Name != GraphVersion {
		t.Errorf("%s in use, %s is the newest known", GraphVersion, Versions[0].Name)
	}
	for i, v := range Versions {
		end, announced := EndsBy(v.Name)
		if announced == v.Ends.IsZero() || !end.After(v.Came) || i > 0 && (v.Ends.IsZero() || !v.Came.Before(Versions[i-1].Came)) {
			t.Errorf("%+v ends %s (%v)", v, end, announced)
		}
	}
	if end, announced := EndsBy("v1.0"); announced || !end.IsZero() {
		t.Error("an unknown version has an end")
	}
}
