package sim

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// feed is Meta's public status, as its page reads it (reference
// platform-status.md 1; undocumented by Meta and apt to change). It says what it
// was told to say, not what the twin does: a real one lags behind too.
type feed struct {
	mu    sync.Mutex
	state string // of the whole: "", html (a page instead of JSON) or down (no answer)
	parts []*feedPart
}

// feedPart is one service of one product.
type feedPart struct {
	org, orgName, id, name string
	state                  string // ok, degraded, major or resolved
	at                     time.Time
	since                  time.Time // when what it says now begins to be said
	before                 string
	text                   string
}

// feedChange is PATCH /control/v1/feed.
type feedChange struct {
	Platform string `json:"platform,omitempty"` // whatsapp: its component; others have none here
	// Component is a product ("whatsapp-business-api", "marketing-api", …) or one
	// service of it; default: WhatsApp's product.
	Component string `json:"component,omitempty"`
	State     string `json:"state"` // ok, degraded, major, resolved; html, down for all
	// LagSeconds is how much later the feed admits it.
	LagSeconds int    `json:"lag_seconds,omitempty"`
	Text       string `json:"text,omitempty"` // what the page says about it
}

var feedStates = []string{"ok", "degraded", "major", "resolved"}

// feedWords are the page's own words for a state.
var feedWords = map[string]string{"ok": "No known issues", "degraded": "Some disruptions", "major": "Major disruptions", "resolved": "Resolved"}

func newFeed(now time.Time) *feed {
	f := &feed{}
	for _, p := range [][4]string{
		{"whatsapp-business-api", "WhatsApp Business API", "cloud-api", "Cloud API"},
		{"whatsapp-business-api", "WhatsApp Business API", "business-management-api", "WhatsApp Business Management API"},
		{"whatsapp-business-api", "WhatsApp Business API", "embedded-signup", "Embedded Signup"},
		{"graph-api", "Graph API", "graph", "Graph API"},
		{"facebook-login", "Facebook Login", "login", "Facebook Login"},
		{"marketing-api", "Marketing API", "ads", "Marketing API"},
		{"fbs", "Meta Business Suite", "business-suite", "Business Suite"},
		{"fb-ig-shops", "Facebook & Instagram Shops", "shops", "Shops"},
	} {
		f.parts = append(f.parts, &feedPart{org: p[0], orgName: p[1], id: p[2], name: p[3], state: "ok", before: "ok", at: now, since: now})
	}
	return f
}

// set changes what the feed says. Wrong orders give a fieldError.
func (f *feed) set(c feedChange, now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case c.Platform != "" && c.Platform != "whatsapp":
		return fieldError{"platform", "must be whatsapp"}
	case c.LagSeconds < 0:
		return fieldError{"lag_seconds", "must be 0 or more"}
	case c.State == "html" || c.State == "down":
		f.state = c.State
		return nil
	case !slices.Contains(feedStates, c.State):
		return fieldError{"state", "must be one of ok, degraded, major, resolved, html, down"}
	}
	if c.Component == "" {
		c.Component = "whatsapp-business-api"
	}
	f.state = ""
	found := false
	for _, p := range f.parts {
		if p.org != c.Component && p.id != c.Component {
			continue
		}
		found = true
		p.before, p.state, p.at, p.text = p.shown(now), c.State, now, c.Text
		p.since = now.Add(time.Duration(c.LagSeconds) * time.Second)
	}
	if !found {
		return fieldError{"component", fmt.Sprintf("%q is not a product or service of the feed", c.Component)}
	}
	return nil
}

// shown is the state that the feed admits.
func (p *feedPart) shown(now time.Time) string {
	if now.Before(p.since) {
		return p.before
	}
	return p.state
}

func (p *feedPart) open(now time.Time) bool {
	return slices.Contains([]string{"degraded", "major"}, p.shown(now))
}

func (p *feedPart) said() string {
	if p.text != "" {
		return p.text
	}
	return fmt.Sprintf("We are looking into a problem with %s. Some requests fail or take longer than usual.", p.name)
}

type feedOrg struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Services []feedService `json:"services"`
	RSS      []string      `json:"rss_file_paths"`
}

type feedService struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
	Time   string `json:"time,omitempty"`
}

// orgs is data/orgs.json.
func (f *feed) orgs(now time.Time) []feedOrg {
	var list []feedOrg
	for _, p := range f.parts {
		if n := len(list); n == 0 || list[n-1].ID != p.org {
			list = append(list, feedOrg{ID: p.org, Name: p.orgName, RSS: []string{"outage-events-feed-" + p.org + ".rss"}})
		}
		last := &list[len(list)-1]
		last.Services = append(last.Services, feedService{p.id, p.name, feedWords[p.shown(now)], p.at.UTC().Format(time.RFC3339)})
	}
	return list
}

type feedOutage struct {
	Service string     `json:"service_id"`
	Status  string     `json:"status"`
	Time    string     `json:"time"`
	Posts   []feedPost `json:"posts"`
}

type feedPost struct {
	Description string `json:"description"`
	Time        string `json:"time"`
}

// outages is data/outages/{org}.json: what is open and what was resolved.
func (f *feed) outages(org string, now time.Time) (list []feedOutage, known bool) {
	list = []feedOutage{}
	for _, p := range f.parts {
		if p.org != org {
			continue
		}
		known = true
		if p.shown(now) != "ok" {
			at := p.at.UTC().Format(time.RFC3339)
			list = append(list, feedOutage{p.id, feedWords[p.shown(now)], at, []feedPost{{p.said(), at}}})
		}
	}
	return list, known
}

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	GUID        string `xml:"guid"`
	PubDate     string `xml:"pubDate"`
	Description string `xml:"description"`
}

// channel is the RSS of a product: open events only, so an empty one means that
// nothing is known.
func (f *feed) channel(org string, now time.Time) (out rss, known bool) {
	out.Version = "2.0"
	for _, p := range f.parts {
		if p.org != org {
			continue
		}
		known = true
		out.Channel.Title, out.Channel.Link, out.Channel.Description = p.orgName+" status", "https://metastatus.com/"+org, "Open events of "+p.orgName
		if p.open(now) {
			out.Channel.Items = append(out.Channel.Items, rssItem{
				Title: p.name + ": " + feedWords[p.shown(now)], Link: "https://metastatus.com/" + org, GUID: fmt.Sprintf("%s-%d", p.id, p.at.Unix()),
				PubDate: p.at.UTC().Format(time.RFC1123Z), Description: p.said(),
			})
		}
	}
	return out, known
}

// feedPage is what the real host answers for every path it does not know: 200
// and its page.
const feedPage = `<!DOCTYPE html><html lang="en"><head><title>Meta Status</title></head><body><div id="app"></div></body></html>`

func (s *Sim) feedRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /status/meta/", s.serveFeed)
}

// serveFeed answers for Meta's status page. Faults of the operation feed strike
// first.
func (s *Sim) serveFeed(w http.ResponseWriter, r *http.Request) {
	c := &graphCall{r: r, happening: happening{operation: "feed"}}
	c.row = LedgerCall{At: s.now().UTC(), Platform: "whatsapp", Operation: "feed", Method: r.Method, Edge: strings.TrimPrefix(r.URL.Path, "/status/meta/"), Answer: http.StatusOK}
	if s.heldUp(w, c) {
		return
	}
	now := s.now()
	s.feed.mu.Lock()
	state, path := s.feed.state, c.row.Edge
	var answer any
	known := state == ""
	switch org, isFeed := strings.CutPrefix(path, "outage-events-feed-"); {
	case !known:
	case path == "data/orgs.json":
		answer = s.feed.orgs(now)
	case strings.HasPrefix(path, "data/outages/") && strings.HasSuffix(path, ".json"):
		answer, known = s.feed.outages(strings.TrimSuffix(strings.TrimPrefix(path, "data/outages/"), ".json"), now)
	case isFeed && strings.HasSuffix(path, ".rss"):
		answer, known = s.feed.channel(strings.TrimSuffix(org, ".rss"), now)
	default:
		known = false
	}
	s.feed.mu.Unlock()
	if state == "down" {
		s.noAnswer(c)
	}
	s.ledger.call(c.row)
	w.Header().Set("Cache-Control", "no-store")
	if !known {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, feedPage)
		return
	}
	if events, isRSS := answer.(rss); isRSS {
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		io.WriteString(w, xml.Header)
		_ = xml.NewEncoder(w).Encode(events) // the reader has gone
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // the reader has gone
}

// feedView is GET /control/v1/feed.
type feedView struct {
	State string    `json:"state"` // ok, html or down
	Orgs  []feedOrg `json:"orgs"`
}

func (s *Sim) feedView() feedView {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	v := feedView{State: s.feed.state, Orgs: s.feed.orgs(s.now())}
	if v.State == "" {
		v.State = "ok"
	}
	return v
}

func (s *Sim) controlFeed(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.feedView())
}

func (s *Sim) controlPatchFeed(w http.ResponseWriter, r *http.Request) {
	var in feedChange
	if !readBody(w, r, &in) {
		return
	}
	if err := s.feed.set(in, s.now()); err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, s.feedView())
}
