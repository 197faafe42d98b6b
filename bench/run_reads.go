package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// readsFew and readsMany are the two sizes between which reading must not get slower.
	readsFew  = 10_000
	readsMany = 1_000_000
	// readsThread is how many messages the long conversation has in both.
	readsThread = 5000
	// A tenth as many conversations as messages.
	readsPerConversation = 10
	// readsDesk is how many conversations are done, assigned, or hold a failed answer, so that no view is empty.
	readsDesk = 60
	// readsRest is how long the product is left alone, to know what it writes by itself.
	readsRest = 6 * time.Second
	// What came last is merged into the index when nothing else is to be done: it is waited for until less than so many bytes a second
	// reach the disk, but not for longer than readsSettle.
	readsAtRest = 100 << 10
	readsSettle = 3 * time.Minute
	// readsRare is how many messages hold the rare word, in both sizes.
	readsRare = 10
)

// What some of the messages say besides words of the vocabulary.
const (
	rareWord    = "Kaufbeleg"
	rarePhone   = "+44 7700 900421-7"
	chineseText = "你好，我要退款，谢谢"
)

// reading is an installation of one size, with what the questions about it need.
type reading struct {
	i      *installation
	size   string
	cookie string
	client *http.Client
	words  *vocabulary
	rng    *rand.Rand
	long   string   // the long conversation
	middle []string // messages in the middle of it
	deep   string   // a cursor far down in it
	some   []string // conversations
	took   map[string][]uint32
	count  int
}

// question is one kind of reading: a path, and whether something must be found.
type question struct {
	name  string
	path  func(r *reading) string
	empty bool
}

func (r *reading) word(from, to int) string { return r.words.words[from+r.rng.IntN(to-from)].plain }

func searchPath(q string) string { return "/api/v1/search?q=" + url.QueryEscape(q) }

var questions = func() (all []question) {
	for _, view := range []string{"all", "open", "mine", "unassigned", "waiting", "failed", "done"} {
		all = append(all, question{name: "list_" + view, path: func(*reading) string { return "/api/v1/conversations?view=" + view }})
	}
	in := func(name string, path func(*reading) string) {
		all = append(all, question{name: name, path: path})
	}
	in("counts", func(*reading) string { return "/api/v1/conversations/counts" })
	in("conversation", func(r *reading) string { return "/api/v1/conversations/" + r.some[r.rng.IntN(len(r.some))] })
	in("thread", func(r *reading) string { return "/api/v1/conversations/" + r.long + "/messages" })
	in("thread_deep", func(r *reading) string { return "/api/v1/conversations/" + r.long + "/messages?after=" + r.deep })
	in("thread_around", func(r *reading) string {
		return "/api/v1/conversations/" + r.long + "/messages?around=" + r.middle[r.rng.IntN(len(r.middle))]
	})
	in("search_common", func(r *reading) string { return searchPath(r.word(0, 20) + " ") })
	in("search_typing", func(r *reading) string { return searchPath(r.word(20, 200)) })
	in("search_rare", func(*reading) string { return searchPath(rareWord + " ") })
	in("search_two", func(r *reading) string { return searchPath(r.word(0, 20) + " " + r.word(200, 400) + " ") })
	in("search_common_rare", func(r *reading) string { return searchPath(r.word(0, 5) + " " + rareWord + " ") })
	in("search_chinese", func(*reading) string { return searchPath("退款") })
	in("search_number", func(*reading) string { return searchPath("9004217") })
	in("search_from", func(r *reading) string {
		return searchPath("from:" + phone(uint64(r.rng.IntN(100))) + " " + r.word(0, 5) + " ")
	})
	return append(all, question{name: "search_nothing", path: func(r *reading) string { return searchPath(r.word(200, 400) + "qqq ") }, empty: true})
}()

// readGoals are the bounds of every question, in ms: the same for few and many messages, and hardly a difference between them.
var readGoals = func() (all []bound) {
	for _, q := range questions {
		for _, size := range []string{"few", "many"} {
			all = append(all, bound{q.name + "_" + size + "_p50", "<", 2}, bound{q.name + "_" + size + "_p99", "<", 10})
		}
		all = append(all, bound{q.name + "_ratio", "<=", 1.3})
	}
	return append(all, bound{"written_by_reading", "<=", 0})
}()

// runReads measures how long reading takes over HTTP, on one connection, among few and among many messages by turns, so that a noisy
// neighbour meets both. The data are made once and kept for the next run, in the folder .cache of the working directory or in Options.Dir.
func runReads(ctx context.Context, o *Options, r *Result) (err error) {
	many := readsMany
	if o.Messages > 0 {
		many = o.Messages
	}
	var sizes []*reading
	defer func() {
		for _, s := range sizes {
			err = errors.Join(err, s.i.close())
		}
	}()
	for _, size := range []struct {
		name  string
		count int
	}{{"few", readsFew}, {"many", many}} {
		s, err := prepareReads(ctx, o, size.name, size.count)
		if s != nil {
			sizes = append(sizes, s)
		}
		if err != nil {
			return err
		}
	}
	r.Stored = some(int64(many))
	for _, s := range sizes {
		for _, q := range questions {
			if err := s.tryOut(ctx, q); err != nil {
				return err
			}
		}
	}
	if err := measureReads(ctx, o, sizes, r); err != nil {
		return err
	}
	for _, q := range questions {
		var p50 []float64
		for _, s := range sizes {
			spread := spreadOf(s.took[q.name])
			p50 = append(p50, spread.P50)
			r.Figures = append(r.Figures, Figure{Name: q.name + "_" + s.size + "_p50", Value: spread.P50},
				Figure{Name: q.name + "_" + s.size + "_p99", Value: spread.P99, Note: fmt.Sprintf("%d tries", len(s.took[q.name]))})
		}
		r.Figures = append(r.Figures, Figure{Name: q.name + "_ratio", Value: *rounded(p50[1]/p50[0], 2)})
	}
	return nil
}

// measureReads asks every question of both sizes by turns, and looks at what the product writes meanwhile.
func measureReads(ctx context.Context, o *Options, sizes []*reading, r *Result) error {
	written := func() (n int64, err error) {
		for _, s := range sizes {
			u, uerr := s.i.usage()
			n, err = n+u.bytesWritten, errors.Join(err, uerr)
		}
		return n, err
	}
	before, err := written()
	if err != nil {
		o.say("no process figures: %v", err)
	}
	rested := before
	for limit := time.Now().Add(readsSettle); ; before = rested {
		pause(ctx, readsRest)
		if rested, _ = written(); float64(rested-before)/readsRest.Seconds() < readsAtRest || time.Now().After(limit) {
			break
		}
	}
	began := time.Now()
	end := began.Add(time.Duration(o.Seconds) * time.Second)
	n := 0
	for time.Now().Before(end) {
		for _, q := range questions {
			for _, s := range sizes {
				took, _, err := s.ask(ctx, q)
				if err != nil {
					return err
				}
				s.took[q.name] = append(s.took[q.name], uint32(took.Microseconds()))
				n++
			}
		}
	}
	r.Seconds = *rounded(time.Since(began).Seconds(), 1)
	r.Messages = nil
	for _, s := range sizes {
		for _, took := range s.took {
			slices.Sort(took)
		}
	}
	if err != nil {
		return nil
	}
	read, _ := written()
	// At rest a node shows that it lives; a page more or less falls into either stretch by chance.
	rest := float64(rested-before) / readsRest.Seconds()
	beyond := float64(read-rested)/time.Since(began).Seconds() - rest
	per := max(0, beyond*time.Since(began).Seconds()-64<<10) / float64(n)
	r.Figures = append(r.Figures, Figure{Name: "written_by_reading", Value: *rounded(per, 0), Note: fmt.Sprintf("bytes a request; at rest %.0f bytes/s reach the disk", rest)})
	return nil
}

// prepareReads starts an installation of one size and fills it, unless an earlier run has.
func prepareReads(ctx context.Context, o *Options, name string, count int) (*reading, error) {
	dir := o.Dir
	if dir == "" {
		dir = ".cache"
	}
	dir, err := filepath.Abs(filepath.Join(dir, fmt.Sprintf("bench-reads-%d", count)))
	if err != nil {
		return nil, err
	}
	p := plan{dir: dir}
	if o.Database != "" {
		p = plan{} // a database is made for each run, and its data with it
	}
	i, err := install(ctx, o, p)
	if err != nil {
		return nil, fmt.Errorf("%w\nIf the data in %s are of another version of the program, remove that folder: they are made again", err, dir)
	}
	s := &reading{i: i, size: name, words: newVocabulary(), rng: rand.New(rand.NewPCG(o.Seed, uint64(count))), took: map[string][]uint32{}, count: count,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1, DisableCompression: true}, Timeout: answerTimeout}}
	if s.cookie, err = signIn(ctx, i.nodes[0].hello.Users[0].LoginURL); err != nil {
		return s, err
	}
	if err := s.fill(ctx); err != nil {
		return s, err
	}
	return s, s.find(ctx)
}

// say is what message n of the filling says: mostly words, now and then something to look for.
func (s *reading) say(n uint64) string {
	switch {
	case n%50 == 7:
		return chineseText + " " + s.words.words[n%1000].plain
	case n%uint64(s.count/readsRare) == 11:
		text := rareWord + " " + rarePhone
		for _, w := range s.words.words[:5] {
			text += " " + w.plain
		}
		return text
	}
	return ""
}

func (s *reading) fill(ctx context.Context) error {
	i := s.i
	ledger, err := i.api().ledger(ctx)
	if err != nil {
		return err
	}
	if ledger.Stored < int64(s.count) {
		began := time.Now()
		thread := min(readsThread, s.count/2)
		for part, step := range []struct{ people, count int }{{1, thread}, {s.count / readsPerConversation, s.count - thread}} {
			t := i.o.newTraffic(i.account, uint32(8+part), step.people)
			t.firstPerson, t.say = 0, s.say
			for done := uint64(0); done < uint64(step.count); {
				if time.Since(began) > fillLimit {
					return fmt.Errorf("the inbox was not filled in %s", fillLimit)
				}
				order := loadOrder{traffic: t, urls: i.hooks(), connections: fillConnections, batch: fillBatch, messages: uint64(step.count) - done}
				report, err := order.run(ctx)
				if err != nil {
					return err
				}
				done += report.acked
			}
			if err := i.quiet(ctx, fillLimit); err != nil {
				return err
			}
		}
		i.o.say("%d messages stored, in %.0f s", s.count, time.Since(began).Seconds())
	}
	began := time.Now()
	if err := i.searchable(ctx, fillLimit); err != nil {
		return err
	}
	i.o.say("the search knows all %d messages after %.1f s more", s.count, time.Since(began).Seconds())
	return nil
}

// searchable waits until the search index covers everything.
func (i *installation) searchable(ctx context.Context, limit time.Duration) error {
	return waitUntil(ctx, limit, "the search index to cover everything", func(ctx context.Context) (bool, error) {
		var found struct {
			Complete bool `json:"complete"`
		}
		err := i.api().do(ctx, http.MethodGet, "/api/v1/search?limit=1&q=is:failed", nil, &found)
		return found.Complete, err
	})
}

// find gathers the ids that the questions ask for, and lets something be done, assigned and failed when nothing is.
func (s *reading) find(ctx context.Context) error {
	api := s.i.api()
	var found struct {
		Contacts []struct {
			ID string `json:"conversation_id"`
		} `json:"contacts"`
	}
	if err := api.do(ctx, http.MethodGet, searchPath(phone(0)), nil, &found); err != nil {
		return err
	}
	if len(found.Contacts) == 0 {
		return fmt.Errorf("the long conversation, of %s, is not found", phone(0))
	}
	s.long = found.Contacts[0].ID
	for page := 0; page < 12; page++ {
		var thread wirePage[wireMessage]
		if err := api.do(ctx, http.MethodGet, "/api/v1/conversations/"+s.long+"/messages?limit=200&after="+url.QueryEscape(s.deep), nil, &thread); err != nil {
			return err
		}
		if thread.Next == nil {
			break
		}
		s.deep = *thread.Next
		for _, m := range thread.Items {
			s.middle = append(s.middle, m.ID)
		}
	}
	var list wirePage[wireConversation]
	if err := api.do(ctx, http.MethodGet, "/api/v1/conversations?limit=200", nil, &list); err != nil {
		return err
	}
	for _, c := range list.Items {
		s.some = append(s.some, c.ID)
	}
	if len(s.some) < 3*readsDesk {
		return fmt.Errorf("%d conversations are listed, too few to measure", len(s.some))
	}
	return s.work(ctx)
}

// work lets an agent do what fills the views: finish, take over, and answer people whom the platform does not know.
func (s *reading) work(ctx context.Context) error {
	var done wirePage[wireConversation]
	api := s.i.api()
	if err := api.do(ctx, http.MethodGet, "/api/v1/conversations?view=done", nil, &done); err != nil || len(done.Items) > 0 {
		return err
	}
	var me struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	if _, body, err := s.get(ctx, "/api/v1/me"); err != nil {
		return err
	} else if err := json.Unmarshal(body, &me); err != nil {
		return err
	}
	for k, id := range s.some[:3*readsDesk] {
		path := "/api/v1/conversations/" + id
		var err error
		switch k % 3 {
		case 0:
			err = api.do(ctx, http.MethodPatch, path, map[string]any{"state": "done"}, nil)
		case 1:
			err = api.do(ctx, http.MethodPatch, path, map[string]any{"assignee": me.User.ID}, nil)
		case 2:
			_, err = api.send(ctx, id, fmt.Sprint("reads-", k), "An answer")
		}
		if err != nil {
			return err
		}
	}
	return waitUntil(ctx, time.Minute, "the platform to refuse answers to people it does not know", func(ctx context.Context) (bool, error) {
		var failed wirePage[wireConversation]
		err := api.do(ctx, http.MethodGet, "/api/v1/conversations?view=failed", nil, &failed)
		return len(failed.Items) >= readsDesk/2, err
	})
}

// ask times one question.
func (s *reading) ask(ctx context.Context, q question) (time.Duration, []byte, error) {
	path := q.path(s)
	began := time.Now()
	status, body, err := s.get(ctx, path)
	took := time.Since(began)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("GET %s: status %d: %.300s", path, status, body)
	}
	return took, body, err
}

func (s *reading) get(ctx context.Context, path string) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.i.nodes[0].url()+path, nil)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Cookie", s.cookie)
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, body, err
}

// tryOut asks a question some times before it counts, and fails when the answer is not of the kind that is to be measured.
func (s *reading) tryOut(ctx context.Context, q question) error {
	const tries = 5
	some := false
	for range tries {
		_, body, err := s.ask(ctx, q)
		if err != nil {
			return err
		}
		some = some || strings.Contains(string(body), `"id":`)
	}
	if some == q.empty && q.name != "counts" {
		return fmt.Errorf("%s among %s messages: something found is %v, which is not what is to be measured", q.name, s.size, some)
	}
	return nil
}
