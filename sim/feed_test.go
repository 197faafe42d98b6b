package sim_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"
)

// statusPage is what a reader of Meta's status has: products, open events.
type statusPage struct {
	Orgs []struct {
		ID       string
		Services []struct{ ID, Name, Status string }
		RSS      []string `json:"rss_file_paths"`
	}
	Outages []struct {
		Service string `json:"service_id"`
		Status  string
		Posts   []struct{ Description string }
	}
	Open []string
}

func (tw *twin) feed(t *testing.T) (page statusPage) {
	t.Helper()
	for path, into := range map[string]any{"data/orgs.json": &page.Orgs, "data/outages/whatsapp-business-api.json": &page.Outages} {
		status, raw := tw.do("GET", "/status/meta/"+path, "", nil)
		if err := json.Unmarshal(raw, into); status != http.StatusOK || err != nil {
			t.Fatalf("%s: HTTP %d %s", path, status, raw)
		}
	}
	var channel struct {
		Channel struct {
			Items []struct {
				Title string `xml:"title"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	_, raw := tw.do("GET", "/status/meta/outage-events-feed-whatsapp-business-api.rss", "", nil)
	if err := xml.Unmarshal(raw, &channel); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	for _, item := range channel.Channel.Items {
		page.Open = append(page.Open, item.Title)
	}
	return page
}

func (p statusPage) status(service string) string {
	for _, o := range p.Orgs {
		for _, s := range o.Services {
			if s.ID == service {
				return s.Status
			}
		}
	}
	return "absent"
}

// C18: Meta's status feed says what it is told to say: open events, one that does
// not concern us, one admitted late, and all the ways of being unreadable.
func TestFeed(t *testing.T) {
	t.Parallel()
	tw := start(t)
	set := func(what map[string]any) { t.Helper(); tw.control("PATCH", "feed", what, 200, nil) }
	if page := tw.feed(t); page.status("cloud-api") != "No known issues" || len(page.Outages) != 0 || len(page.Open) != 0 || page.Orgs[0].RSS[0] != "outage-events-feed-whatsapp-business-api.rss" {
		t.Errorf("page %+v", page)
	}
	set(map[string]any{"platform": "whatsapp", "state": "major", "text": "Sending fails."})
	if page := tw.feed(t); page.status("cloud-api") != "Major disruptions" || page.status("graph") != "No known issues" || page.Outages[0].Posts[0].Description != "Sending fails." ||
		len(page.Open) != 3 || !strings.Contains(page.Open[0], "Major disruptions") {
		t.Errorf("page %+v", page)
	}
	set(map[string]any{"state": "resolved"})
	if page := tw.feed(t); page.status("cloud-api") != "Resolved" || len(page.Open) != 0 || len(page.Outages) != 3 {
		t.Errorf("page %+v", page)
	}
	set(map[string]any{"state": "ok"})
	set(map[string]any{"component": "marketing-api", "state": "degraded"})
	if page := tw.feed(t); page.status("ads") != "Some disruptions" || page.status("cloud-api") != "No known issues" || len(page.Open) != 0 {
		t.Errorf("page %+v", page)
	}
	set(map[string]any{"state": "major", "lag_seconds": 600})
	if page := tw.feed(t); page.status("cloud-api") != "No known issues" {
		t.Errorf("admitted at once: %+v", page)
	}
	tw.clock.Advance(10 * time.Minute)
	if page := tw.feed(t); page.status("cloud-api") != "Major disruptions" {
		t.Errorf("not admitted: %+v", page)
	}
	set(map[string]any{"state": "html"})
	for _, path := range []string{"data/orgs.json", "data/outages/whatsapp-business-api.json", "outage-events-feed-whatsapp-business-api.rss"} {
		if status, raw := tw.do("GET", "/status/meta/"+path, "", nil); status != 200 || !strings.HasPrefix(string(raw), "<!DOCTYPE html>") {
			t.Errorf("%s: HTTP %d %s", path, status, raw)
		}
	}
	set(map[string]any{"state": "down"})
	if answer, err := http.Get(tw.url + "/status/meta/data/orgs.json"); err == nil {
		answer.Body.Close()
		t.Errorf("HTTP %d", answer.StatusCode)
	}
	set(map[string]any{"state": "ok"})
	// A path that is not known gives the page, as the real host does.
	for _, path := range []string{"nothing", "data/outages/none.json", "outage-events-feed-none.rss"} {
		if status, raw := tw.do("GET", "/status/meta/"+path, "", nil); status != 200 || !strings.HasPrefix(string(raw), "<!DOCTYPE html>") {
			t.Errorf("%s: HTTP %d %s", path, status, raw)
		}
	}
	for name, wrong := range map[string]map[string]any{
		"state": {"state": "blue"}, "component": {"state": "ok", "component": "moon"}, "platform": {"state": "ok", "platform": "telegram"}, "lag_seconds": {"state": "ok", "lag_seconds": -1},
	} {
		if raw := string(tw.control("PATCH", "feed", wrong, 422, nil)); !strings.Contains(raw, name) {
			t.Errorf("%s: %s", name, raw)
		}
	}
}

// An outage may show in the feed as well, and faults of the line strike the feed
// only when they name it.
func TestFaultsOfTheFeed(t *testing.T) {
	t.Parallel()
	tw := start(t)
	f := tw.fault(map[string]any{"cause": "net.outage", "feed": true})
	if page := tw.feed(t); page.status("cloud-api") != "Major disruptions" {
		t.Errorf("page %+v", page)
	}
	tw.control("DELETE", "faults/"+f.ID, nil, 204, nil)
	if page := tw.feed(t); page.status("cloud-api") != "No known issues" {
		t.Errorf("page %+v", page)
	}
	tw.fault(map[string]any{"effect": "http", "http": 500})
	tw.feed(t)
	tw.fault(map[string]any{"effect": "html", "http": 200, "operation": "feed", "times": 1})
	if status, raw := tw.do("GET", "/status/meta/data/orgs.json", "", nil); status != 200 || !strings.Contains(string(raw), "<html") {
		t.Errorf("HTTP %d %s", status, raw)
	}
	tw.fault(map[string]any{"effect": "http", "http": 503, "operation": "feed", "times": 1})
	if status, _ := tw.do("GET", "/status/meta/data/orgs.json", "", nil); status != 503 {
		t.Errorf("HTTP %d", status)
	}
	tw.feed(t)
}
