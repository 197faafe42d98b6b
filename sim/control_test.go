package sim_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/sim"
)

func toJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The control interface has no key: other machines and foreign pages are refused.
func TestControlIsForThisMachine(t *testing.T) {
	t.Parallel()
	s, err := sim.New(sim.Options{BaseURL: "http://twin.example:8090"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(t.Context())
	for name, c := range map[string]struct {
		from, host, origin, method string
		want                       int
	}{
		"loopback":          {"127.0.0.1:5000", "127.0.0.1:8090", "", "GET", 200},
		"loopback v6":       {"[::1]:5000", "[::1]:8090", "", "GET", 200},
		"localhost":         {"127.0.0.1:5000", "localhost:8090", "", "GET", 200},
		"own name":          {"127.0.0.1:5000", "twin.example:8090", "", "GET", 200},
		"other machine":     {"192.0.2.1:5000", "127.0.0.1:8090", "", "GET", 403},
		"foreign name":      {"127.0.0.1:5000", "evil.example:8090", "", "GET", 403},
		"foreign page":      {"127.0.0.1:5000", "127.0.0.1:8090", "https://evil.example", "DELETE", 403},
		"own page":          {"127.0.0.1:5000", "127.0.0.1:8090", "http://127.0.0.1:8090", "DELETE", 204},
		"no page (a shell)": {"127.0.0.1:5000", "127.0.0.1:8090", "", "DELETE", 204},
	} {
		r := httptest.NewRequest(c.method, "/control/v1/faults", nil)
		r.RemoteAddr, r.Host = c.from, c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: HTTP %d, want %d", name, w.Code, c.want)
		}
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "+351 910 000 001")
	if p.Address != "351910000001" || !p.Online || p.Blocked || p.Reads != "at_once" || !p.TermsAccepted || p.Client.App == "" || p.Account != tw.account.PhoneNumberID {
		t.Errorf("person %+v", p)
	}
	if made := tw.person("No number given", ""); len(made.Address) < 7 {
		t.Errorf("person %+v", made)
	}
	for name, what := range map[string]map[string]any{
		"taken": {"platform": "whatsapp", "name": "x", "address": "351910000001"}, "no platform": {"name": "x"}, "no name": {"platform": "whatsapp"},
		"other platform": {"platform": "telegram", "name": "x"}, "bad address": {"platform": "whatsapp", "name": "x", "address": "12"},
		"no account": {"platform": "whatsapp", "name": "x", "account": "1"}, "taken in another form": nil,
	} {
		if what == nil {
			tw.person("Caio", "554188887777")
			what = map[string]any{"platform": "whatsapp", "name": "x", "address": "5541988887777"}
		}
		t.Run(name, func(t *testing.T) { tw.control("POST", "people", what, 422, nil) })
	}
	for name, what := range map[string]map[string]any{
		"reads": {"reads": "sometimes"}, "client": {"client": map[string]any{"app": "toaster", "version": "1"}},
		"version": {"client": map[string]any{"app": "android", "version": "new"}}, "unknown": {"mood": "good"},
	} {
		t.Run("patch "+name, func(t *testing.T) { tw.control("PATCH", "people/"+p.ID, what, 422, nil) })
	}
	tw.control("PATCH", "people/nobody", map[string]any{"online": false}, 404, nil)
	tw.control("GET", "people/nobody", nil, 404, nil)
	tw.control("GET", "people/nobody/messages", nil, 404, nil)
	var list struct{ Items []sim.Person }
	tw.control("GET", "people?platform=whatsapp", nil, 200, &list)
	if len(list.Items) != 3 || list.Items[2].ID != p.ID {
		t.Errorf("list %+v", list.Items)
	}
	tw.control("GET", "people?platform=telegram", nil, 200, &list)
	if len(list.Items) != 0 {
		t.Errorf("telegram has people: %+v", list.Items)
	}
}

func TestThreadPages(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	var ids []string
	for range 5 {
		ids = append(ids, tw.writesNoWait(p, "x"))
	}
	slices.Reverse(ids)
	var got []string
	path := "people/" + p.ID + "/messages?limit=2"
	for next := ""; ; {
		var page struct {
			Items []sim.ThreadMessage
			Next  *string
		}
		tw.control("GET", path+next, nil, 200, &page)
		for _, m := range page.Items {
			got = append(got, m.ID)
		}
		if page.Next == nil {
			break
		}
		next = "&after=" + strings.NewReplacer("+", "%2B", "=", "%3D", "/", "%2F").Replace(*page.Next)
	}
	if !slices.Equal(got, ids) {
		t.Errorf("pages hold %v, want %v", got, ids)
	}
	tw.control("GET", path+"&after=x", nil, 422, nil)
}

func TestClockControl(t *testing.T) {
	t.Parallel()
	tw := start(t)
	var now struct {
		Now    time.Time
		Offset int64 `json:"offset_seconds"`
	}
	tw.control("POST", "clock", map[string]any{"advance_seconds": 72000}, 200, &now)
	if now.Offset != 72000 || time.Until(now.Now) < 19*time.Hour {
		t.Errorf("clock %+v", now)
	}
	tw.control("GET", "clock", nil, 200, &now)
	if now.Offset != 72000 {
		t.Errorf("clock %+v", now)
	}
	for _, bad := range []any{0, -5, 1e12, "x"} {
		tw.control("POST", "clock", map[string]any{"advance_seconds": bad}, 422, nil)
	}
	fixed := start(t, func(o *sim.Options) { o.Clock = clock.Real() })
	fixed.control("POST", "clock", map[string]any{"advance_seconds": 1}, 409, nil)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	tw := start(t)
	var st sim.Settings
	tw.control("POST", "settings", map[string]any{"answer_delay_ms": 50, "throughput_per_second": 1000, "pair_limit": false, "status_delay_ms": 20}, 200, &st)
	tw.control("GET", "settings", nil, 200, &st)
	if st.AnswerDelayMS != 50 || st.ThroughputPerSecond != 1000 || st.PairLimit || *st.StatusDelayMS != 20 {
		t.Errorf("settings %+v", st)
	}
	for name, bad := range map[string]map[string]any{
		"throughput": {"throughput_per_second": 0}, "batch": {"batch_webhooks": 1001}, "plan": {"retry_plan_ms": []int{}}, "wait": {"retry_plan_ms": []int{-1}},
		"refusal": {"window_refusal": "shrug"}, "status": {"status_delay_ms": -1}, "unknown": {"colour": "red"}, "type": {"pair_limit": 1},
	} {
		t.Run(name, func(t *testing.T) { tw.control("POST", "settings", bad, 422, nil) })
	}
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "x"})
	from := time.Now()
	tw.send(text(p.Address, "x"))
	if took := time.Since(from); took < 50*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

// A status may come before the answer to its send.
func TestStatusBeforeAnswer(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "x"})
	tw.control("POST", "settings", map[string]any{"answer_delay_ms": 3_600_000}, 200, nil)
	answered := make(chan string)
	go func() { answered <- tw.send(text(p.Address, "x")) }()
	tw.hook.until("three statuses", func() bool { return len(tw.hook.values) == 4 })
	select {
	case <-answered:
		t.Error("the answer came first")
	default:
	}
	tw.clock.Advance(time.Hour)
	tw.hook.statuses(<-answered, "sent", "delivered", "read")
}

func TestLedgerSince(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for range 5 {
		tw.graph("GET", "me", nil)
	}
	var l sim.Ledger
	tw.control("GET", "ledger?limit=2", nil, 200, &l)
	if len(l.Calls) != 2 || l.Calls[0].Operation != "token" || l.Next != l.Calls[1].N {
		t.Fatalf("ledger %+v", l)
	}
	rest := tw.sim.Ledger(l.Next, 0)
	if len(rest.Calls) != 3 || rest.Calls[0].N <= l.Next || rest.Next != rest.Calls[2].N {
		t.Errorf("rest %+v", rest)
	}
	tw.control("GET", "ledger?since=x", nil, 422, nil)
}

func TestStream(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	r, _ := http.NewRequestWithContext(t.Context(), "GET", tw.url+"/control/v1/stream", nil)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	await := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", want, lines.Err())
	}
	await("event: all")
	tw.writesNoWait(p, "x")
	await("data: " + p.ID)
	// Whoever moves the clock moves it for every open page.
	tw.control("POST", "clock", map[string]any{"advance_seconds": 60}, 200, nil)
	await("event: all")
}

// The page works without inline script and under its own policy.
func TestPhonesPage(t *testing.T) {
	t.Parallel()
	tw := start(t)
	_, page := tw.do("GET", "/", "", nil)
	files := map[string]string{"/": "text/html"}
	for _, found := range regexp.MustCompile(`/phones/[a-z]+\.(css|js)`).FindAllStringSubmatch(string(page), -1) {
		files[found[0]] = map[string]string{"css": "text/css", "js": "text/javascript"}[found[1]]
	}
	// What the page's own script asks for is there too.
	for _, name := range []string{"world", "phone", "acts", "attach", "bubbles", "kinds", "voice"} {
		files["/phones/"+name+".js"] = "text/javascript"
	}
	if len(files) != 12 {
		t.Errorf("the page loads %v", files)
	}
	for path, kind := range files {
		answer, err := http.Get(tw.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), kind) ||
			!strings.Contains(answer.Header.Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("%s: HTTP %d %v", path, answer.StatusCode, answer.Header)
		}
	}
	if status, _ := tw.do("GET", "/phones/nothing.js", "", nil); status != 404 {
		t.Errorf("an absent file: HTTP %d", status)
	}
	for _, id := range []string{"phone-input", "phone-send"} {
		if !strings.Contains(string(page), `data-testid="`+id+`"`) {
			t.Errorf("the page has no %s", id)
		}
	}
	if strings.Contains(string(page), "onclick=") || strings.Contains(string(page), "<style") {
		t.Error("the page has inline script or style")
	}
	if status, _ := tw.do("GET", "/control/v1/nothing", "", nil); status != 404 {
		t.Errorf("unknown control: HTTP %d", status)
	}
}

func TestStopTwice(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	tw.hook.answer = func(int) int { return 500 }
	tw.writesNoWait(p, "x")
	for range 2 {
		if err := tw.sim.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.sim.Start(t.Context()); err == nil {
		t.Error("started after Stop")
	}
	if _, err := sim.New(sim.Options{BatchWebhooks: 1001}); err == nil {
		t.Error("1001 updates in one POST were taken")
	}
	if _, err := sim.New(sim.Options{RetryPlan: []time.Duration{-1}}); err == nil {
		t.Error("a negative wait was taken")
	}
}
