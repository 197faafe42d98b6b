package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/clearline/clearline/sim"
)

const payloads = "../channel/meta/whatsapp/testdata/webhooks"

// filesAccount is the number that the payload files are about, with an app of our own.
var filesAccount = sim.Account{PhoneNumberID: "106540352242922", WABAID: "102290129340398", Token: "EAAfilestoken", AppID: "670843887433847",
	AppSecret: "5e0c1c9d1f8e4b7f9a6d2c3b4a59687f", VerifyToken: "files-verify"}

// wantFile is a NAME.want.json; the README beside it describes it.
type wantFile struct {
	Elements elements
	State    string
	Test     bool
	Past     bool
	Before   []struct {
		File       string
		PlatformID string `json:"platform_id"`
		To, Text   string
	}
	Messages []struct {
		Direction, Kind, Text string
		Details               any
		Media                 []struct{ MIME, Name string }
		PlatformID            string    `json:"platform_id"`
		PlatformTime          time.Time `json:"platform_time"`
		Status                string
		ReplyTo               string `json:"reply_to_platform"`
		Person                struct {
			SendTo string `json:"send_to"`
			Name   string
		}
	}
	After   []map[string]any
	Notices []struct {
		TemplatesChanged bool `json:"templates_changed"`
	}
	Parked []string
}

// paper is the least of the platform that the files' number needs: they bear a number and message ids that no twin has.
type paper struct {
	mu        sync.Mutex
	next      string // id of the next send
	templates int    // how often the list was read
}

func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	node := strings.TrimPrefix(r.URL.Path, "/v26.0/")
	if !strings.Contains(node, "/") && node != filesAccount.PhoneNumberID && node != "debug_token" && node != "me" {
		<-r.Context().Done() // a file: it stays on its way, so that what the files tell is all that changes
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	answer := map[string]any{"success": true}
	switch {
	case node == filesAccount.PhoneNumberID:
		answer = map[string]any{"id": node, "display_phone_number": "15550783881", "verified_name": "Files", "status": "CONNECTED", "platform_type": "CLOUD_API"}
	case strings.HasSuffix(node, "/phone_numbers"):
		answer = map[string]any{"data": []any{map[string]any{"id": filesAccount.PhoneNumberID}}}
	case strings.HasSuffix(node, "/subscribed_apps") && r.Method == http.MethodGet:
		answer = map[string]any{"data": []any{map[string]any{"whatsapp_business_api_data": map[string]any{"id": filesAccount.AppID}}}}
	case strings.HasSuffix(node, "/message_templates"):
		p.templates++
		answer = map[string]any{"data": []any{}}
	case strings.HasSuffix(node, "/messages"):
		answer = map[string]any{"messages": []any{map[string]any{"id": p.next}}}
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

func (p *paper) templateReads() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.templates
}

// desk is an installation that takes the files.
type desk struct {
	*company
	paper *paper
	// ids are our ids by the platform's.
	ids map[string]string
}

func newDesk(t *testing.T, database string) *desk {
	d := &desk{paper: &paper{}, ids: map[string]string{}}
	server := httptest.NewServer(d.paper)
	t.Cleanup(server.Close)
	d.company = begin(t, database, server.URL).company("Files").connect(filesAccount)
	return d
}

// C1, M1, M4, X3, I4, I5, I8: every file, posted as it lies there, gives what its want file says; posted again it is all
// duplicates, and applied again from what was kept it changes nothing.
func TestWebhookFiles(t *testing.T) {
	names := fileNames(t)
	if len(names) < 90 {
		t.Fatalf("%d payload files, the reference needs more than 90", len(names))
	}
	t.Parallel()
	for _, e := range engines {
		for part := range fileParts {
			t.Run(fmt.Sprintf("%s/%d", e.name, part+1), func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, e.database(t))
				for i := part; i < len(names); i += fileParts {
					var want wantFile
					readJSON(t, names[i]+".want.json", &want)
					t.Run(names[i], func(t *testing.T) {
						d.t = t
						d.take(names[i], want)
					})
				}
				d.t = t
				d.sums()
			})
		}
	}
}

// fileParts is over how many installations the files are spread.
const fileParts = 3

// fileNames lists the files, those first that others of the same thread want there before them.
func fileNames(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(payloads + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(filepath.Base(f), ".json"); ok && !strings.HasSuffix(name, ".want") {
			names = append(names, name)
		}
	}
	var first []string
	for _, name := range names {
		var want wantFile
		readJSON(t, name+".want.json", &want)
		for _, b := range want.Before {
			if base := strings.TrimSuffix(b.File, ".json"); base != "" && !slices.Contains(first, base) {
				first = append(first, base)
			}
		}
	}
	return append(first, slices.DeleteFunc(names, func(n string) bool { return slices.Contains(first, n) })...)
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(payloads, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, name), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// take posts one file and looks at everything that came of it.
func (d *desk) take(name string, want wantFile) {
	t := d.t
	t.Helper()
	for _, b := range want.Before {
		if b.File == "" {
			d.plant(b.PlatformID, b.To, b.Text)
		} else {
			d.learn(d.put(readFile(t, b.File)))
		}
	}
	body := readFile(t, name+".json")
	booked, reads := d.ledger(), d.paper.templateReads()
	since := d.put(body)
	got := d.learn(since)
	first := d.deliveries("?limit=1")[0]
	d.checkDelivery(first, body, want)
	d.checkLedger(booked, want)
	d.checkMessages(got, want)
	d.checkAfter(want)
	for _, n := range want.Notices {
		if n.TemplatesChanged {
			until(t, "the templates were read again", func() bool { return d.paper.templateReads() > reads })
			break
		}
	}
	d.repeat(first, body, got, want)
}

// put posts a body and gives the number of the last change before it.
func (d *desk) put(body []byte) (since int64) {
	d.t.Helper()
	since = d.number()
	d.hook(body).want(d.t, http.StatusOK)
	return since
}

// learn remembers the ids of what came since a change.
func (d *desk) learn(since int64) []message {
	d.t.Helper()
	all := d.created(since)
	for _, m := range all {
		if m.PlatformID != nil {
			d.ids[*m.PlatformID] = m.ID
		}
	}
	return all
}

// plant sends a message of ours that the platform accepts under a given id, to somebody who has just written.
func (d *desk) plant(platformID, to, text string) {
	d.t.Helper()
	now := strconv.FormatInt(d.clock.Now().Unix(), 10)
	since := d.put(textFrom(filesAccount, to, "wamid.opens."+platformID, now, "Hello"))
	opened := d.created(since)
	if len(opened) != 1 {
		d.t.Fatalf("%d messages opened the conversation", len(opened))
	}
	d.paper.mu.Lock()
	d.paper.next = platformID
	d.paper.mu.Unlock()
	var m message
	d.post("conversations/"+opened[0].ConversationID+"/messages", map[string]any{"client_id": platformID, "text": text}).want(d.t, http.StatusCreated).into(d.t, &m)
	until(d.t, "the planted message is sent", func() bool { return d.message(m.ID).Status == "sent" })
	d.ids[platformID] = m.ID
}

// textFrom is a webhook with one text.
func textFrom(a sim.Account, from, id, at, text string) []byte {
	return hook(a, item(from, id, at, text))
}

// item is one text of a webhook.
func item(from, id, at, text string) map[string]any {
	return map[string]any{"from": from, "id": id, "timestamp": at, "type": "text", "text": map[string]any{"body": text}}
}

// hook is a webhook with messages for one number.
func hook(a sim.Account, messages ...any) []byte {
	return envelope(entry(a, messages...))
}

func entry(a sim.Account, messages ...any) map[string]any {
	return map[string]any{"id": a.WABAID, "changes": []any{map[string]any{"field": "messages", "value": map[string]any{"messaging_product": "whatsapp",
		"metadata": map[string]any{"display_phone_number": "15550783881", "phone_number_id": a.PhoneNumberID}, "messages": messages}}}}
}

func envelope(entries ...any) []byte {
	b, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": entries})
	if err != nil {
		panic(err)
	}
	return b
}

func (d *desk) checkDelivery(got delivery, body []byte, want wantFile) {
	t := d.t
	t.Helper()
	d.get("deliveries/"+got.ID, &got)
	if got.Elements != want.Elements || got.State != want.State || got.Test != want.Test {
		t.Errorf("delivery %+v, want %+v %s test=%v; reason %v", got.Elements, want.Elements, want.State, want.Test, text(got.Reason))
	}
	if got.Answer != http.StatusOK || got.Signature != "ok" || got.Platform != "whatsapp" || got.Bytes != len(body) {
		t.Errorf("delivery %+v", got)
	}
	if want.Past && (got.LagMS != 0 || got.SpreadMS != 0) {
		t.Errorf("what is handed over from the past tells of a delay: %d ms, over %d ms", got.LagMS, got.SpreadMS)
	}
	if got.Raw == nil || *got.Raw != string(body) {
		t.Error("the bytes kept are not those that were posted")
	}
	cause := ""
	switch {
	case len(want.Parked) > 0:
		cause = want.Parked[0]
	case want.Elements.Parked > 0: // the leaf reads it, but it is about somebody who is not connected here
		cause = "in.unrouted"
	}
	if cause == "" != (got.Reason == nil) || cause != "" && !strings.HasPrefix(*got.Reason, cause+": ") {
		t.Errorf("reason %q, want cause %q", text(got.Reason), cause)
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (d *desk) checkLedger(before ledger, want wantFile) {
	d.t.Helper()
	e := want.Elements
	if want.Test {
		e = elements{}
	}
	wanted := before
	wanted.Received += e.Stored + e.Duplicate + e.Parked + e.Pending
	wanted.Stored += e.Stored
	wanted.Duplicate += e.Duplicate
	wanted.Parked += e.Parked
	if got := d.ledger(); got != wanted {
		d.t.Errorf("ledger %+v, want %+v", got, wanted)
	}
}

func (d *desk) checkMessages(got []message, want wantFile) {
	t := d.t
	t.Helper()
	if len(got) != len(want.Messages) {
		t.Fatalf("%d new messages, want %d: %+v", len(got), len(want.Messages), got)
	}
	for i, w := range want.Messages {
		g := got[i]
		if g.Direction != w.Direction || g.Kind != w.Kind || g.Text != w.Text || g.Status != w.Status || text(g.PlatformID) != w.PlatformID {
			t.Errorf("message %d: %s %s %q %s %s, want %s %s %q %s %s", i, g.Direction, g.Kind, g.Text, g.Status, text(g.PlatformID), w.Direction, w.Kind, w.Text, w.Status, w.PlatformID)
		}
		if at := (time.Time{}); g.PlatformTime != nil && !g.PlatformTime.Equal(w.PlatformTime) || g.PlatformTime == nil && w.PlatformTime != at {
			t.Errorf("message %d: platform time %v, want %v", i, g.PlatformTime, w.PlatformTime)
		}
		if diff := cmp.Diff(w.Details, g.Details); diff != "" {
			t.Errorf("message %d: details (-want +got):\n%s", i, diff)
		}
		var media []struct{ MIME, Name string }
		for _, f := range g.Media {
			media = append(media, struct{ MIME, Name string }{f.MIME, f.Name})
			if f.State != "pending" && f.State != "lost" {
				t.Errorf("message %d: a file is %s", i, f.State)
			}
		}
		if diff := cmp.Diff(w.Media, media, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("message %d: media (-want +got):\n%s", i, diff)
		}
		if known := d.ids[w.ReplyTo]; w.ReplyTo != "" && text(g.ReplyTo) != known {
			t.Errorf("message %d answers %q, want %q", i, text(g.ReplyTo), known)
		}
		var conv conversation
		d.get("conversations/"+g.ConversationID, &conv)
		if conv.ConnectionID != d.connection || conv.Address != w.Person.SendTo || w.Person.Name != "" && conv.Contact.Name != w.Person.Name {
			t.Errorf("message %d: in the conversation with %s, %s, want %s, %s", i, conv.Address, conv.Contact.Name, w.Person.SendTo, w.Person.Name)
		}
	}
}

// checkAfter looks at what the file did to messages that were there.
func (d *desk) checkAfter(want wantFile) {
	t := d.t
	t.Helper()
	for _, a := range want.After {
		id, known := d.ids[a["platform_id"].(string)]
		if !known {
			t.Fatalf("no message is known as %s", a["platform_id"])
		}
		var got map[string]any
		d.get("messages/"+id, &got)
		for key, w := range a {
			g := got[key]
			if e, ok := g.(map[string]any); ok && key == "error" {
				g = map[string]any{"code": e["code"]}
			}
			if w, g := instant(w), instant(g); !cmp.Equal(w, g) {
				t.Errorf("after: %s of %s is %v, want %v", key, a["platform_id"], g, w)
			}
		}
	}
}

// instant lets times of equal moments be equal, whatever their decimals.
func instant(v any) any {
	if s, ok := v.(string); ok {
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			return at.UTC()
		}
	}
	return v
}

// repeat posts the file again and replays the first delivery: both leave everything as it is.
func (d *desk) repeat(first delivery, body []byte, got []message, want wantFile) {
	t := d.t
	t.Helper()
	before, since := d.picture(got, want), d.put(body)
	e := want.Elements
	again := d.deliveries("?limit=1")[0]
	if w := (elements{Duplicate: e.Stored + e.Duplicate, Parked: e.Parked}); again.Elements != w || again.ID == first.ID {
		t.Errorf("posted again: %+v, want %+v", again.Elements, w)
	}
	booked := d.ledger()
	var replay struct{ Stored, Duplicate, Parked int }
	d.post("deliveries/"+first.ID+"/replay", nil).want(t, http.StatusOK).into(t, &replay)
	if replay.Stored != 0 || replay.Duplicate != e.Stored+e.Duplicate || replay.Parked != e.Parked {
		t.Errorf("replayed: %+v, want all of %+v duplicates", replay, e)
	}
	if now := d.ledger(); now != booked {
		t.Errorf("a replay without news changed the ledger from %+v to %+v", booked, now)
	}
	d.checkDelivery(first, body, want)
	for _, m := range d.created(since) {
		t.Errorf("the repetition made a message: %+v", m)
	}
	if diff := cmp.Diff(before, d.picture(got, want)); diff != "" {
		t.Errorf("the repetition changed (-before +after):\n%s", diff)
	}
}

// picture is all that a file concerns, as the API shows it.
func (d *desk) picture(got []message, want wantFile) (all []string) {
	d.t.Helper()
	look := func(path string) {
		all = append(all, string(d.request(http.MethodGet, path, nil).want(d.t, http.StatusOK).raw))
	}
	for _, m := range got {
		look("messages/" + m.ID)
		look("conversations/" + m.ConversationID)
	}
	for _, a := range want.After {
		look("messages/" + d.ids[a["platform_id"].(string)])
		look("messages/" + d.ids[a["platform_id"].(string)] + "/story")
	}
	return all
}

// sums compares the ledger with the deliveries, page by page.
func (d *desk) sums() {
	d.t.Helper()
	var sum elements
	for after := ""; ; {
		var page list[delivery]
		d.get("deliveries?limit=50&after="+after, &page)
		for _, one := range page.Items {
			if !one.Test {
				e := one.Elements
				sum = elements{sum.Stored + e.Stored, sum.Duplicate + e.Duplicate, sum.Parked + e.Parked, sum.Pending + e.Pending}
			}
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	l := d.ledger()
	if got := (elements{l.Stored, l.Duplicate, l.Parked, l.Pending}); got != sum || l.Received != sum.Stored+sum.Duplicate+sum.Parked+sum.Pending {
		d.t.Errorf("the ledger says %+v, the deliveries %+v", l, sum)
	}
}

// C1, I8, I18: what concerns one thread may come in any order, and each part twice: the thread ends the same.
func TestThreadInAnyOrder(t *testing.T) {
	about := func(kind, id, at string, inner map[string]any) []byte {
		return hook(filesAccount, map[string]any{"from": "233244123456", "id": id, "timestamp": at, "type": kind, kind: inner})
	}
	parts := [][]byte{
		textFrom(filesAccount, "233244123456", "wamid.first", "1767000060", "Is the blue one still there?"),
		about("edit", "wamid.edit", "1767000070", map[string]any{"original_message_id": "wamid.first",
			"message": map[string]any{"type": "text", "text": map[string]any{"body": "Is the green one still there?"}}}),
		about("reaction", "wamid.up", "1767000080", map[string]any{"message_id": "wamid.first", "emoji": "👍"}),
		about("reaction", "wamid.off", "1767000090", map[string]any{"message_id": "wamid.first", "emoji": ""}),
		textFrom(filesAccount, "233244123456", "wamid.second", "1767000095", "Never mind"),
		about("revoke", "wamid.revoke", "1767000099", map[string]any{"original_message_id": "wamid.second"}),
	}
	orders := [][]int{{0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {3, 1, 5, 0, 4, 2}}
	eachEngine(t, func(t *testing.T, database string) {
		var first []string
		for _, order := range orders {
			d := newDesk(t, database)
			for _, n := range order {
				d.put(parts[n])
				d.put(parts[n])
			}
			var seen []string
			for _, m := range d.thread(d.conversations()[0].ID) {
				seen = append(seen, fmt.Sprintf("%s %s %q %v edited %v deleted %v reactions %v", m.Kind, text(m.PlatformID), m.Text, m.PlatformTime, m.EditedAt, m.DeletedAt, m.Reactions))
			}
			if first == nil {
				first = seen
			} else if diff := cmp.Diff(first, seen); diff != "" {
				t.Errorf("order %v (-first +this):\n%s", order, diff)
			}
			if database != "" {
				break // one database holds one of these threads; the orders are compared on SQLite
			}
		}
		want := []string{
			`text wamid.first "Is the green one still there?" 2025-12-29 09:21:00 +0000 UTC edited 2025-12-29 09:21:10 +0000 UTC deleted <nil> reactions []`,
			`reaction wamid.up "👍" 2025-12-29 09:21:20 +0000 UTC edited <nil> deleted <nil> reactions []`,
			`reaction wamid.off "" 2025-12-29 09:21:30 +0000 UTC edited <nil> deleted <nil> reactions []`,
			`text wamid.second "Never mind" 2025-12-29 09:21:35 +0000 UTC edited <nil> deleted 2025-12-29 09:21:39 +0000 UTC reactions []`,
		}
		if diff := cmp.Diff(want, first); diff != "" {
			t.Errorf("the thread (-want +got):\n%s", diff)
		}
	})
}
