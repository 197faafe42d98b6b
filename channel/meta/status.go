package meta

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/clearline/clearline/clock"
)

// FeedState is what Meta's public status page says of a product. A page that cannot be read is unknown, never ok.
type FeedState string

// The states.
const (
	FeedOK       FeedState = "ok"
	FeedDegraded FeedState = "degraded"
	FeedMajor    FeedState = "major"
	FeedUnknown  FeedState = "unknown"
)

// worse orders the states that a product's services are in; a word that nobody knows is no proof that all is well.
var worse = map[FeedState]int{"": 0, FeedOK: 1, FeedUnknown: 2, FeedDegraded: 3, FeedMajor: 4}

// Incident is the page's word about the products that matter here, the worst of them.
type Incident struct {
	State FeedState
	// Product is which product is disturbed, Words the page's own status of it, Post its newest note; "" when all is well.
	Product, Words, Post string
	// Since is when it began, zero when not told. ReadAt is when the page was read.
	Since, ReadAt time.Time
	// Err is why the page could not be read, with State unknown.
	Err error
}

// The page's limits: it is asked once a minute at most, whatever came of it, and gets five seconds.
const (
	feedLife    = time.Minute
	feedTimeout = 5 * time.Second
	feedMax     = 1 << 20
)

// ErrFeedOff is why a feed that is switched off says nothing.
var ErrFeedOff = errors.New("reading the platform's status page is switched off on this server")

// Feed reads Meta's public status page for one installation. Its JSON is undocumented and may change (field); the page
// answers any unknown path with HTTP 200 and its HTML, so that only the structure of an answer counts. The RSS feeds hold
// open events only. Source: metastatus.com and programs that read it; read Sep 2026. Safe for concurrent use.
type Feed struct {
	base     string
	http     *http.Client
	clock    clock.Clock
	products []string

	mu   sync.Mutex
	last *Incident
	busy chan struct{}
}

// NewFeed is the status page at base (https://metastatus.com, or a twin); "" and "off" switch it off. products are the
// page's ids of what matters, the most telling first.
func NewFeed(base string, client *http.Client, c clock.Clock, products ...string) *Feed {
	if base == "off" {
		base = ""
	}
	return &Feed{base: strings.TrimRight(base, "/"), http: client, clock: c, products: products}
}

// Read gives the page's word, at most a minute old. All who ask at once share one read; ctx bounds the wait.
func (f *Feed) Read(ctx context.Context) Incident {
	if f.base == "" {
		return Incident{State: FeedUnknown, Err: ErrFeedOff}
	}
	f.mu.Lock()
	now := f.clock.Now()
	if f.last != nil && now.Sub(f.last.ReadAt) < feedLife && !now.Before(f.last.ReadAt) {
		defer f.mu.Unlock()
		return *f.last
	}
	done := f.busy
	if done == nil {
		done = make(chan struct{})
		f.busy = done
		go f.fetch(context.WithoutCancel(ctx), done)
	}
	f.mu.Unlock()
	select {
	case <-done:
		f.mu.Lock()
		defer f.mu.Unlock()
		return *f.last
	case <-ctx.Done():
		return Incident{State: FeedUnknown, Err: ctx.Err()}
	}
}

func (f *Feed) fetch(ctx context.Context, done chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, feedTimeout)
	defer cancel()
	read := f.page(ctx)
	if read.Err != nil {
		if plain := f.plain(ctx); plain.State != FeedUnknown {
			read = plain
		}
	}
	read.ReadAt = f.clock.Now()
	f.mu.Lock()
	f.last, f.busy = &read, nil
	f.mu.Unlock()
	close(done)
}

// page reads the JSON behind the page: its products with their services' states.
func (f *Feed) page(ctx context.Context) Incident {
	body, err := f.get(ctx, "/data/orgs.json")
	if err != nil {
		return Incident{State: FeedUnknown, Err: err}
	}
	d, err := ReadDocument(body)
	if err != nil {
		return Incident{State: FeedUnknown, Err: errors.New("the status page answered with something else than its data")}
	}
	defer d.Free()
	var found Incident
	product := ""
	for _, id := range f.products {
		for it := d.Root().Items(); it.Next(); {
			if !it.Value().Get("id").Is(id) {
				continue
			}
			for s := it.Value().Get("services").Items(); s.Next(); {
				words := s.Value().Get("status").Text()
				if state := stateOf(words); worse[state] > worse[found.State] {
					found, product = Incident{State: state, Words: words, Product: it.Value().Get("name").Text()}, id
				}
			}
		}
	}
	switch found.State {
	case "":
		return Incident{State: FeedUnknown, Err: errors.New("the status page does not name the product")}
	case FeedDegraded, FeedMajor:
		f.story(ctx, product, &found)
	}
	return found
}

// story adds the newest open event's beginning and note, where the page has them.
func (f *Feed) story(ctx context.Context, product string, found *Incident) {
	body, err := f.get(ctx, "/data/outages/"+url.PathEscape(product)+".json")
	if err != nil {
		return
	}
	d, err := ReadDocument(body)
	if err != nil {
		return
	}
	defer d.Free()
	for it := d.Root().Items(); it.Next(); {
		if stateOf(it.Value().Get("status").Text()) == FeedOK {
			continue
		}
		began := feedTime(it.Value().Get("time").Text())
		if began.Before(found.Since) {
			continue
		}
		found.Since, found.Post = began, ""
		var newest time.Time
		for p := it.Value().Get("posts").Items(); p.Next(); {
			if at := feedTime(p.Value().Get("time").Text()); found.Post == "" || at.After(newest) {
				found.Post, newest = clip(p.Value().Get("description").Text(), 300), at
			}
		}
	}
}

// plain reads the RSS feeds, the older way: an empty one means that nothing is known.
func (f *Feed) plain(ctx context.Context) Incident {
	var found Incident
	for _, id := range f.products {
		body, err := f.get(ctx, "/outage-events-feed-"+url.PathEscape(id)+".rss")
		if err != nil {
			continue
		}
		var rss struct {
			XMLName xml.Name `xml:"rss"`
			Channel struct {
				Title string `xml:"title"`
				Items []struct {
					Title       string `xml:"title"`
					Description string `xml:"description"`
					Date        string `xml:"pubDate"`
				} `xml:"item"`
			} `xml:"channel"`
		}
		if xml.Unmarshal(body, &rss) != nil {
			continue
		}
		one := Incident{State: FeedOK}
		for _, item := range rss.Channel.Items {
			state := stateOf(item.Title + " " + item.Description)
			if state == FeedUnknown {
				state = FeedDegraded // the feed holds open events only
			}
			if worse[state] > worse[one.State] {
				one = Incident{State: state, Words: clip(item.Title, 200), Product: rss.Channel.Title, Since: feedTime(item.Date), Post: clip(item.Description, 300)}
			}
		}
		if worse[one.State] > worse[found.State] {
			found = one
		}
	}
	if found.State == "" {
		return Incident{State: FeedUnknown, Err: errors.New("the status page's feed cannot be read")}
	}
	return found
}

func (f *Feed) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+path, nil)
	if err != nil {
		return nil, errors.New("the address of the status page is not valid")
	}
	resp, err := f.http.Do(req)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the status page answered HTTP %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, feedMax+1))
	if err == nil && len(body) > feedMax {
		err = errors.New("the status page's answer is too large")
	}
	return body, err
}

// stateOf reads the page's words. Source: as of Feed.
func stateOf(words string) FeedState {
	words = strings.ToLower(words)
	has := func(list ...string) bool {
		for _, w := range list {
			if strings.Contains(words, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("no known issues", "resolved"):
		return FeedOK
	case has("high", "major"):
		return FeedMajor
	case has("disruption", "degraded"):
		return FeedDegraded
	}
	return FeedUnknown
}

// feedTime reads a time in one of the forms seen; zero when it is none.
func feedTime(text string) time.Time {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", time.RFC1123Z, time.RFC1123, "2006-01-02 15:04:05", "2006-01-02"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// clip cuts a text after n characters at most.
func clip(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}
