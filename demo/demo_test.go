package demo

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/pgserver"
)

// begin starts a demo that ends with the test.
func begin(t *testing.T, dir string, change func(*Options)) (*Demo, Hello) {
	t.Helper()
	o := Options{App: app.Options{Addr: "127.0.0.1:0", DataDir: dir, Log: slog.New(slog.DiscardHandler)}, SimAddr: "127.0.0.1:0"}
	change(&o)
	d, hello, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, d) })
	return d, hello
}

func end(t *testing.T, d *Demo) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := d.Stop(ctx); err != nil {
		t.Error("the demo does not stop:", err)
	}
}

func still(o *Options)    { o.Still = true }
func lastDays(o *Options) { o.Still, o.History = true, true }

// row is a conversation, bubble a message, as far as these tests look.
type row struct {
	ID, Address string
	Contact     struct{ Name string }
	Unread      int
	State       string
	Assignee    *struct{ Name string }
	Window      struct {
		State     string
		ExpiresAt *time.Time `json:"expires_at"`
	}
	LastMessage bubble `json:"last_message"`
}

type bubble struct {
	ID, Direction, Kind, Text, Status string
	ReplyTo                           *string    `json:"reply_to"`
	PlatformID                        *string    `json:"platform_id"`
	PlatformTime                      *time.Time `json:"platform_time"`
	CreatedAt                         time.Time  `json:"created_at"`
	EditedAt                          *time.Time `json:"edited_at"`
	DeletedAt                         *time.Time `json:"deleted_at"`
	Attempts                          int
	Reactions                         []struct{ Emoji string }
	Author                            *struct{ Name string }
}

func signIn(t *testing.T, hello Hello) *desk {
	t.Helper()
	d, err := sit(t.Context(), hello.URL, hello.Users[0].LoginURL)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func list[T any](t *testing.T, d *desk, path string) []T {
	t.Helper()
	var page struct{ Items []T }
	if err := d.call(t.Context(), http.MethodGet, path, nil, &page); err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// C9 C10 M1: the sample company's last days hold everything somebody who looks around should meet, and all of it is
// true: each reply was tried, each tick reported, at the time it shows.
func TestHistory(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return pgserver.Database(t, "demo", func(string) error { return nil }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lookAround(t, func(o *Options) { lastDays(o); o.App.Database = database(t) })
		})
	}
}

func lookAround(t *testing.T, change func(*Options)) {
	began := time.Now()
	d, hello := begin(t, t.TempDir(), change)
	// The clock of the past runs on while the machine works, and may be ahead of a message under way.
	late := leaves + time.Since(began)
	r := signIn(t, hello)
	if d.clock.Offset() != 0 {
		t.Errorf("the clock is %v off after the history", d.clock.Offset())
	}
	if sessions := list[struct{ ID string }](t, r, "sessions"); len(sessions) != 1 {
		t.Errorf("%d sessions beside this one are left behind", len(sessions)-1)
	}
	now := d.clock.Now()
	// C18: the leaps of the clock are nobody's outage.
	for _, c := range list[struct{ ID, Name, Status string }](t, r, "connections") {
		if err := r.call(t.Context(), http.MethodPost, "connections/"+c.ID+"/doctor", nil, &struct{}{}); err != nil {
			t.Error(err)
		}
		if c.Status != "connected" && c.Status != "connecting" {
			t.Errorf("%s is %s after the history", c.Name, c.Status)
		}
		for _, f := range list[struct{ Cause, State, What string }](t, r, "connections/"+c.ID+"/findings") {
			t.Errorf("%s: the doctor found %s (%s): %s", c.Name, f.Cause, f.State, f.What)
		}
	}
	rows := list[row](t, r, "conversations?limit=100")
	if len(rows) < 40 {
		t.Errorf("%d conversations", len(rows))
	}
	found := map[string]int{}
	scripts := map[string]*unicode.RangeTable{"Arabic": unicode.Arabic, "Thai": unicode.Thai, "Han": unicode.Han, "Hiragana": unicode.Hiragana,
		"Hangul": unicode.Hangul, "Devanagari": unicode.Devanagari, "Hebrew": unicode.Hebrew, "Cyrillic": unicode.Cyrillic}
	for _, c := range rows {
		if c.Window.State == "closed" {
			found["closed"]++
		} else if left := c.Window.ExpiresAt.Sub(now); left > 0 && left < 30*time.Minute {
			found["closing"]++
		}
		if c.State == "done" {
			found["done"]++
		}
		if c.Assignee != nil {
			found["assigned"]++
		} else {
			found["unassigned"]++
		}
		if c.Unread > 0 {
			found["unread"]++
		}
		for _, m := range list[bubble](t, r, "conversations/"+c.ID+"/messages?limit=100") {
			found["kind "+m.Kind]++
			found["status "+m.Status]++
			found[m.Direction+" "+m.Kind]++
			for name, script := range scripts {
				if strings.ContainsFunc(m.Text, func(r rune) bool { return unicode.Is(script, r) }) {
					found[name]++
				}
			}
			if m.EditedAt != nil {
				found["edited"]++
			}
			if m.DeletedAt != nil {
				found["deleted"]++
			}
			if m.ReplyTo != nil {
				found["quote"]++
			}
			found["reaction"] += len(m.Reactions)
			if now.Sub(m.CreatedAt) > 4*24*time.Hour {
				found["older than four days"]++
			}
			if m.Direction == "in" && m.CreatedAt.Sub(*m.PlatformTime) > late {
				t.Errorf("%s: %q was written at %v and taken at %v", c.Contact.Name, m.Text, m.PlatformTime, m.CreatedAt)
			}
			if m.Direction == "out" && (m.Attempts != 1 || m.Author == nil) {
				t.Errorf("%s: %q has %d attempts, author %v", c.Contact.Name, m.Text, m.Attempts, m.Author)
			}
		}
	}
	for what, least := range map[string]int{"unread": 10, "done": 6, "assigned": 20, "unassigned": 8,
		"out image": 1, "out document": 1, "out location": 1, "out interactive": 3, "in interactive": 2, "out reaction": 1, "closed": 3, "kind image": 8, "kind voice": 2, "kind document": 1, "kind video": 1,
		"kind sticker": 2, "kind location": 2, "kind template": 1, "edited": 1, "deleted": 1, "quote": 5, "reaction": 8, "older than four days": 15,
		"status read": 40, "status delivered": 1, "Arabic": 6, "Thai": 3, "Han": 8, "Hiragana": 4, "Hangul": 2, "Devanagari": 4, "Hebrew": 2, "Cyrillic": 3} {
		if found[what] < least {
			t.Errorf("%s: %d, wanted at least %d", what, found[what], least)
		}
	}
	for what, exactly := range map[string]int{"closing": 1, "status failed": 1, "status unknown": 1, "status queued": 0, "status sending": 0} {
		if found[what] != exactly {
			t.Errorf("%s: %d, wanted %d", what, found[what], exactly)
		}
	}
	// One send that nobody answered, one that was refused by status; all others got through once.
	calls := d.twin.Ledger(0, 0).Calls
	accepted := map[string]bool{}
	for _, c := range calls {
		if c.Operation == "send" && c.PlatformID != "" {
			accepted[c.PlatformID] = true
		}
	}
	if got, want := len(accepted), found["status read"]+found["status delivered"]+found["status failed"]+found["out reaction"]; got != want {
		t.Errorf("the twin took %d sends, the inbox shows %d", got, want)
	}
}

// X5: a still demo knows the people and nothing else, so that a test begins with an empty inbox.
func TestStillBeginsEmpty(t *testing.T) {
	t.Parallel()
	d, hello := begin(t, t.TempDir(), still)
	if rows := list[row](t, signIn(t, hello), "conversations"); len(rows) != 0 {
		t.Errorf("%d conversations", len(rows))
	}
	if n := len(d.twin.People("")); n < 40 {
		t.Errorf("%d people have a phone", n)
	}
}

// Started again on its folder a demo has what it had, and does not live the same days twice.
func TestStartedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	count := func(change func(*Options)) string {
		d, hello := begin(t, dir, change)
		defer end(t, d)
		r := signIn(t, hello)
		n := 0
		rows := list[row](t, r, "conversations?limit=100")
		for _, c := range rows {
			n += len(list[bubble](t, r, "conversations/"+c.ID+"/messages?limit=100"))
		}
		return fmt.Sprint(len(rows), " conversations, ", n, " messages, key ", hello.APIKey)
	}
	first := count(lastDays)
	if second := count(lastDays); second != first {
		t.Errorf("first %s, then %s", first, second)
	}
	// The phones remember too: whoever wrote within a day can be answered, and gets it.
	d, hello := begin(t, dir, still)
	r := signIn(t, hello)
	for _, c := range list[row](t, r, "conversations?limit=100") {
		if c.Contact.Name != "Priya Raman" {
			continue
		}
		var made bubble
		if err := r.call(t.Context(), http.MethodPost, "conversations/"+c.ID+"/messages", map[string]any{"client_id": "again", "text": "On Wednesday.", "undo_seconds": 0}, &made); err != nil {
			t.Fatal(err)
		}
		err := eventually(t.Context(), "the reply is not read", func() (bool, error) {
			d.clock.Advance(time.Second)
			err := r.call(t.Context(), http.MethodGet, "messages/"+made.ID, nil, &made)
			return made.Status == "read", err
		})
		if err != nil {
			t.Fatal(err, made)
		}
		return
	}
	t.Error("Priya's conversation is gone")
}

// A newcomer's first reply is answered within seconds.
func TestFirstReplyIsAnswered(t *testing.T) {
	t.Parallel()
	d, hello := begin(t, t.TempDir(), func(*Options) {})
	r := signIn(t, hello)
	var jana row
	for _, c := range list[row](t, r, "conversations?limit=100") {
		if c.Contact.Name == "Jana Kern" {
			jana = c
		}
	}
	var made, answer bubble
	if err := r.call(t.Context(), http.MethodPost, "conversations/"+jana.ID+"/messages", map[string]any{"client_id": "first", "text": "Eher klein, nimm M.", "undo_seconds": 0}, &made); err != nil {
		t.Fatal(err)
	}
	err := eventually(t.Context(), "no answer", func() (bool, error) {
		answer = list[bubble](t, r, "conversations/"+jana.ID+"/messages?limit=1")[0]
		return answer.Text == "Super, vielen Dank!", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// By the phones: how long the product takes beside other tests is not what is asked.
	for _, p := range d.twin.People("whatsapp") {
		if p.Name != "Jana Kern" {
			continue
		}
		thread, _, err := d.twin.Thread(p.ID, 2, "")
		if err != nil {
			t.Fatal(err)
		}
		if took := thread[0].At.Sub(thread[1].At); thread[1].From != "business" || took > 15*time.Second {
			t.Errorf("the answer took %v: %+v", took, thread)
		}
	}
	var me struct {
		Demo *struct {
			PhonesURL string `json:"phones_url"`
		}
	}
	if err := r.call(t.Context(), http.MethodGet, "me", nil, &me); err != nil || me.Demo == nil || me.Demo.PhonesURL != hello.SimURL {
		t.Errorf("%v, me says %+v", err, me.Demo)
	}
}

// The pages of a demo can break its platforms, by the hand of somebody who may change connections.
func TestFaultsFromThePages(t *testing.T) {
	t.Parallel()
	_, hello := begin(t, t.TempDir(), still)
	people := map[string]*desk{}
	for _, u := range hello.Users {
		by, err := sit(t.Context(), hello.URL, u.LoginURL)
		if err != nil {
			t.Fatal(err)
		}
		people[u.Role] = by
	}
	rui, bia := people["owner"], people["agent"]
	var kinds struct {
		Items []struct{ Cause, Needs string }
	}
	if err := rui.call(t.Context(), http.MethodGet, "demo/faults/kinds", nil, &kinds); err != nil || len(kinds.Items) < 20 {
		t.Fatalf("%v, %d kinds", err, len(kinds.Items))
	}
	var made, listed struct {
		ID    string
		Items []struct{ ID, Cause string }
	}
	order := map[string]string{"cause": "hook.off", "account": hello.WhatsApp.PhoneNumberID}
	if err := bia.call(t.Context(), http.MethodPost, "demo/faults", order, nil); err == nil {
		t.Error("an agent broke something")
	}
	if err := rui.call(t.Context(), http.MethodPost, "demo/faults", order, &made); err != nil || made.ID == "" {
		t.Fatalf("%v, made %+v", err, made)
	}
	if err := rui.call(t.Context(), http.MethodPost, "demo/faults", map[string]string{"cause": "no.such"}, nil); err == nil {
		t.Error("an unknown cause was taken")
	}
	if err := rui.call(t.Context(), http.MethodGet, "demo/faults", nil, &listed); err != nil || len(listed.Items) != 1 || listed.Items[0].Cause != "hook.off" {
		t.Fatalf("%v, listed %+v", err, listed)
	}
	if err := rui.call(t.Context(), http.MethodDelete, "demo/faults/"+made.ID, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := rui.call(t.Context(), http.MethodGet, "demo/faults", nil, &listed); err != nil || len(listed.Items) != 0 {
		t.Fatalf("%v, still there: %+v", err, listed)
	}
}
