package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

var companyStories = []story{
	{"I57 another company's ids are absent for every read and write", foreignAbsent},
	{"I56 a link across companies cannot be stored", crossLinks},
	{"I58 an account and its owner are live in one company", oneOwner},
	{"I56 routes name one company and connection", routes},
	{"I53 a sign-in code works once, a key until it ends", credentials},
	{"templates are replaced by what the platform lists", templates},
}

// foreignAbsent asks as another company for everything that the first one has.
func foreignAbsent(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	in := w.inbound(w.tenant, store.InboundNew, w.problem())
	w.must(w.store.Ingest(w.ctx, in))
	lane := w.claim("lane")
	id, failed := w.queue("c1", "olá"), w.become(lane, "c2", clearline.Failed)
	w.must(w.store.SaveTemplates(w.ctx, w.company, w.conn.ID, []channel.TemplateInfo{{Name: "hello", Language: "pt_BR", Components: []byte(`[]`)}}))
	c := w.thread(ana)
	other := w.found("Other", "999", "998").company
	before := w.dumpCompany()
	for _, company := range []clearline.ID{other, 4711} {
		draft := w.draft("c3", "olá")
		draft.CompanyID = company
		if company == 4711 {
			draft.CompanyID, draft.ConversationID = other, 4712 // a company that exists, a conversation that does not
		}
		for name, ask := range map[string]func() error{
			"conversation": func() error { _, err := w.store.Conversation(w.ctx, company, c.ID); return err },
			"message":      func() error { _, err := w.store.Message(w.ctx, company, id); return err },
			"story":        func() error { _, err := w.store.Story(w.ctx, company, id); return err },
			"connection":   func() error { _, err := w.store.Connection(w.ctx, company, w.conn.ID); return err },
			"account":      func() error { _, err := w.store.Account(w.ctx, company, w.conn.ID); return err },
			"delivery":     func() error { _, err := w.store.Delivery(w.ctx, company, in.Delivery.ID); return err },
			"template":     func() error { _, err := w.store.Template(w.ctx, company, w.conn.ID, "hello", "pt_BR"); return err },
			"queue":        func() error { _, _, err := w.store.Queue(w.ctx, draft); return err },
		} {
			if err := ask(); err != error(store.ErrAbsent) {
				w.Errorf("%s as company %s: %v", name, company, err)
			}
		}
		empty := map[string]int{}
		count := func(name string, n int, err error) {
			w.must(err)
			empty[name] = n
		}
		messages, err := w.store.Messages(w.ctx, company, c.ID, store.Page{}, 10)
		count("messages", len(messages), err)
		threads, err := w.store.View(w.ctx, company, 0, store.ViewAll, store.Page{}, 10)
		count("conversations", len(threads), err)
		listed, err := w.store.Templates(w.ctx, company, w.conn.ID)
		count("templates", len(listed), err)
		waiting, err := w.store.WaitingOn(w.ctx, company, w.conn.ID, 0, 10)
		count("waiting", len(waiting), err)
		last, err := w.store.LastInbound(w.ctx, company, c.ID)
		count("last inbound", len(last), err)
		apps, err := w.store.ParentApps(w.ctx, company, w.conn.Parent)
		count("apps", len(apps), err)
		deliveries, _, err := w.store.Deliveries(w.ctx, company, store.DeliveryFilter{}, 0, 10)
		count("deliveries", len(deliveries), err)
		for name, n := range empty {
			want(w, name+" as company "+company.String(), n, 0)
		}
	}
	for name, change := range map[string]func() error{
		"mark read": func() error { _, err := w.store.MarkRead(w.ctx, other, c.ID, id); return err },
		"requeue": func() error {
			_, err := w.store.Requeue(w.ctx, store.Again{CompanyID: other, MessageID: failed, MayDuplicate: true, Deadline: w.at(1)})
			return err
		},
		"cancel": func() error { return w.store.Cancel(w.ctx, other, id) },
		"replay": func() error { return w.store.FinishReplay(w.ctx, other, in.Delivery.ID, clearline.Count{}, "") },
	} {
		if err := change(); err != error(store.ErrAbsent) {
			w.Errorf("%s: %v", name, err)
		}
	}
	// What answers nothing at all changes nothing either.
	b := &store.Begin{CompanyID: other, ConnectionID: w.conn.ID, MessageID: id, Lease: lane, Judge: func(store.Facts) *clearline.Problem { return nil }}
	w.must(w.store.BeginAttempt(w.ctx, b))
	want(w, "begun", b.N, 0)
	w.must(w.store.SettleAttempt(w.ctx, &store.Settle{CompanyID: other, ConnectionID: w.conn.ID, MessageID: id, N: 1, Outcome: clearline.OutcomeAccepted, PlatformID: "x"}))
	w.must(w.store.Prove(w.ctx, store.Evidence{CompanyID: other, ConnectionID: w.conn.ID, Cause: clearline.CauseAuthExpired, PerSecond: 7}))
	parked, err := w.store.FailPending(w.ctx, store.PendingDelivery{CompanyID: other, DeliveryID: in.Delivery.ID}, "x", 1)
	w.must(err)
	want(w, "parked", parked, false)
	want(w, "the company's own data", w.dumpCompany(), before)
}

// dumpCompany is all that the world's company has, as text.
func (w *world) dumpCompany() string {
	w.Helper()
	var b strings.Builder
	for _, c := range w.threads() {
		fmt.Fprintf(&b, "%+v\n", c.Conversation)
		for _, m := range w.messages(c.ID) {
			fmt.Fprintf(&b, "%+v\n", m)
		}
	}
	connections, err := w.store.Connections(w.ctx, w.company)
	w.must(err)
	fmt.Fprintf(&b, "%+v\n", connections)
	deliveries, _, err := w.store.Deliveries(w.ctx, w.company, store.DeliveryFilter{}, 0, 100)
	w.must(err)
	fmt.Fprintf(&b, "%+v\n%+v\n", deliveries, w.ledger())
	return b.String()
}

// crossLinks tries to point from each table to a row of another company by plain SQL: a bug in a statement must
// meet a foreign key.
func crossLinks(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "oi"), w.report("wamid.x", clearline.Sent, 1, ""), w.edit("wamid.e", "wamid.1", 1, "olá"),
		w.message(channel.Message{PlatformID: "wamid.2", Person: ana, At: w.at(1), Kind: clearline.KindImage, Media: []channel.Media{{PlatformID: "m"}}}),
		w.echo("wamid.3", ana, 2, "oi"), w.report("wamid.3", clearline.Sent, 2, ""))
	w.begin(w.claim("lane"), w.queue("c1", "olá"))
	w.must(w.store.SaveTemplates(w.ctx, w.company, w.conn.ID, []channel.TemplateInfo{{Name: "hello", Language: "pt_BR", Components: []byte(`[]`)}}))
	w.must(w.store.AddCredential(w.ctx, "s", store.Credential{Kind: store.SessionCredential, CompanyID: w.company, UserID: w.agent.ID}))
	other := w.found("Other", "999", "998")
	for _, table := range []string{"users", "connections", "proofs", "addresses", "address_keys", "conversations", "messages", "media", "statuses", "revisions",
		"early", "attempts", "templates", "credentials", "accounts"} {
		rows := w.count(`SELECT COUNT(*) FROM `+table+` WHERE company_id = $1`, int64(w.company))
		if rows == 0 {
			w.Errorf("%s has no row to try with", table)
		}
		if table == "users" || table == "connections" {
			continue // the ends of links, not their beginnings
		}
		if _, err := w.db.Exec(`UPDATE `+table+` SET company_id = $1 WHERE company_id = $2`, int64(other.company), int64(w.company)); err == nil {
			w.Errorf("%s: rows moved to another company while what they belong to stayed", table)
		}
	}
	for _, link := range []struct{ table, column, of string }{
		{"addresses", "contact_id", `SELECT contact_id + 0 FROM contacts`},
		{"conversations", "assignee_id", fmt.Sprint("SELECT ", int64(other.agent.ID))},
		{"proofs", "connection_id", fmt.Sprint("SELECT ", int64(other.conn.ID))},
		{"accounts", "connection_id", fmt.Sprint("SELECT ", int64(other.conn.ID))},
		{"credentials", "user_id", fmt.Sprint("SELECT ", int64(other.agent.ID))},
		{"credentials", "maker_id", fmt.Sprint("SELECT ", int64(other.agent.ID))},
		{"early", "connection_id", fmt.Sprint("SELECT ", int64(other.conn.ID))},
		{"addresses", "connection_id", fmt.Sprint("SELECT ", int64(other.conn.ID))},
		{"templates", "connection_id", fmt.Sprint("SELECT ", int64(other.conn.ID))},
		{"deliveries", "connection_id", fmt.Sprint("SELECT ", int64(other.conn.ID))},
	} {
		if link.of == `SELECT contact_id + 0 FROM contacts` {
			w.must(w.store.Ingest(w.ctx, w.inbound(other, store.InboundNew, other.element(w.text("wamid.1", ana, 0, "oi").Element))))
			link.of = fmt.Sprint(`SELECT contact_id FROM contacts WHERE company_id = `, int64(other.company))
		}
		if _, err := w.db.Exec(`UPDATE `+link.table+` SET `+link.column+` = (`+link.of+`) WHERE company_id = $1`, int64(w.company)); err == nil {
			w.Errorf("%s.%s may point into another company", link.table, link.column)
		}
	}
}

func oneOwner(w *world) {
	other := w.found("Other", "999", "998")
	before := w.count(`SELECT COUNT(*) FROM connections`)
	connect := func(n tenant, number, waba string) error {
		_, err := w.store.AddConnection(w.ctx, clearline.Connection{CompanyID: n.company, Platform: clearline.WhatsApp, Name: "x", Account: number, Parent: waba}, n.app, "t")
		return err
	}
	wantCause(w, "another company's number", connect(other, w.conn.Account, "998"), clearline.CauseWABATaken)
	wantCause(w, "another company's WABA", connect(other, "555", w.conn.Parent), clearline.CauseWABATaken)
	wantCause(w, "one's own number again", connect(w.tenant, w.conn.Account, w.conn.Parent), clearline.CauseConflict)
	want(w, "nothing half written", w.count(`SELECT COUNT(*) FROM connections`), before)
	w.must(connect(w.tenant, "556", w.conn.Parent))

	// Two companies race for one number.
	var wg sync.WaitGroup
	var won atomic.Int32
	for i := range 8 {
		n := []tenant{w.tenant, other}[i%2]
		wg.Go(func() {
			if err := connect(n, "race", ""); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	want(w, "one has it", won.Load(), 1)
}

func routes(w *world) {
	other := w.found("Other", "999", "998")
	for name, c := range map[string]struct {
		kind    channel.AccountKind
		account string
		route   store.Route
		found   bool
	}{
		"a number":          {channel.AccountNumber, w.conn.Account, store.Route{CompanyID: w.company, ConnectionID: w.conn.ID, AppID: w.app.ID}, true},
		"a WABA":            {channel.AccountParent, w.conn.Parent, store.Route{CompanyID: w.company}, true},
		"the other's":       {channel.AccountNumber, "999", store.Route{CompanyID: other.company, ConnectionID: other.conn.ID, AppID: other.app.ID}, true},
		"nobody's":          {channel.AccountNumber, "404", store.Route{}, false},
		"a WABA as number":  {channel.AccountNumber, w.conn.Parent, store.Route{}, false},
		"nothing":           {channel.AccountNumber, "", store.Route{}, false},
		"a number as owner": {channel.AccountParent, w.conn.Account, store.Route{}, false},
	} {
		r, found, err := w.store.FindRoute(w.ctx, clearline.WhatsApp, c.kind, c.account)
		w.must(err)
		want(w, name+": found", found, c.found)
		want(w, name, r, c.route)
	}
	_, found, err := w.store.FindRoute(w.ctx, clearline.Telegram, channel.AccountNumber, w.conn.Account)
	w.must(err)
	want(w, "another platform", found, false)
}

func credentials(w *world) {
	ends := w.clock.Now().Add(time.Minute)
	w.must(w.store.AddCredential(w.ctx, "once", store.Credential{Kind: store.CodeCredential, CompanyID: w.company, UserID: w.agent.ID, ExpiresAt: ends}))
	w.must(w.store.AddCredential(w.ctx, "often", store.Credential{Kind: store.CodeCredential, CompanyID: w.company, UserID: w.agent.ID, Reusable: true, ExpiresAt: ends}))
	w.must(w.store.AddCredential(w.ctx, "key", store.Credential{Kind: store.KeyCredential, CompanyID: w.company, Name: "bot"}))
	var wg sync.WaitGroup
	var won atomic.Int32
	for range 8 {
		wg.Go(func() {
			if _, err := w.store.SpendCode(w.ctx, "once"); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	want(w, "spent", won.Load(), 1)
	for range 2 {
		c, err := w.store.SpendCode(w.ctx, "often")
		w.must(err)
		want(w, "user", c.UserID, w.agent.ID)
	}
	_, err := w.store.FindCredential(w.ctx, store.SessionCredential, "key")
	wantCause(w, "a key is no session", err, clearline.CauseAbsent)
	w.clock.Advance(time.Minute)
	_, err = w.store.SpendCode(w.ctx, "often")
	wantCause(w, "after its end", err, clearline.CauseAbsent)
	_, err = w.store.FindCredential(w.ctx, store.KeyCredential, "")
	wantCause(w, "an empty secret", err, clearline.CauseAbsent)
	c, err := w.store.FindCredential(w.ctx, store.KeyCredential, "key")
	w.must(err)
	want(w, "a key without an end", c.Name, "bot")
	w.must(w.store.RetainCredentials(w.ctx, w.clock.Now().Add(time.Second)))
	want(w, "ended ones are removed", w.count(`SELECT COUNT(*) FROM credentials`), 1)
}

func templates(w *world) {
	list := func(names ...string) []channel.TemplateInfo {
		var all []channel.TemplateInfo
		for _, n := range names {
			all = append(all, channel.TemplateInfo{PlatformID: "id-" + n, Name: n, Language: "pt_BR", Category: "UTILITY", Status: "APPROVED", Components: []byte(`[{"type":"BODY"}]`), Named: true})
		}
		return all
	}
	w.must(w.store.SaveTemplates(w.ctx, w.company, w.conn.ID, list("b", "a")))
	w.must(w.store.SaveTemplates(w.ctx, w.company, w.conn.ID, list("c", "b")))
	all, err := w.store.Templates(w.ctx, w.company, w.conn.ID)
	w.must(err)
	var got []channel.TemplateInfo
	for _, x := range all {
		got = append(got, x.TemplateInfo)
	}
	want(w, "templates", got, list("b", "c"))
	_, err = w.store.Template(w.ctx, w.company, w.conn.ID, "a", "pt_BR")
	wantCause(w, "one that the platform lists no more", err, clearline.CauseAbsent)
}
