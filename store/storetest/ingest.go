package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

var ingestStories = []story{
	{"I1 I16 a first text makes a person, a thread, a delivery, a line of the ledger and a change", firstText},
	{"I4 I5 duplicates in one batch, across batches and across deliveries", duplicates},
	{"I4 the same id under two writers is stored once", duplicatesAtOnce},
	{"I4 equal texts with ids of their own are no duplicates", equalTexts},
	{"I5 I6 a bad element costs its neighbours nothing", badElement},
	{"I11 a file is noted with its message, also one without an id", media},
	{"I17 messages of one second keep the order of arrival", orderOfArrival},
	{"I9 an unknown kind is kept with its details", unknownKind},
	{"I12 receiving proves the connection, a test does not", proof},
	{"C16 calls that hold what happened at quite different times are counted until one is none", bundles},
	{"C2 C22 what is handed over from the past takes its place and asks for nothing", past},
	{"I14 I58 an account that is somebody else's is refused before anything is written", moved},
	{"I5 one bad delivery in a batch costs the others nothing", badDelivery},
	{"notices are kept once each", notices},
	{"I2 refusals are counted all and kept up to 1,000", refusals},
	{"the deliveries of one connection, and those that are nobody's", deliveriesOfOne},
}

func firstText(w *world) {
	in := w.inbound(w.tenant, store.InboundNew, w.text("wamid.1", ana, 0, "Bom dia ☀"))
	w.must(w.store.Ingest(w.ctx, in))
	want(w, "count", in.Count, stored(1))

	c := w.thread(ana)
	want(w, "name", c.ContactName, "Ana")
	want(w, "shown", c.Shown, "+5511987654321")
	want(w, "state", c.State, clearline.Open)
	want(w, "unread", c.Unread, 1)
	want(w, "waiting since", c.WaitingSince, w.at(0))
	want(w, "window from", c.WindowFrom, w.at(0))
	want(w, "last at", c.LastAt, w.at(0))

	m := w.messages(c.ID)[0]
	want(w, "last message", c.Last, &m)
	want(w, "message", m, clearline.Message{ID: m.ID, CompanyID: w.company, ConnectionID: w.conn.ID, ConversationID: c.ID, Direction: clearline.In,
		Kind: clearline.KindText, Text: "Bom dia ☀", PlatformID: "wamid.1", PlatformTime: w.at(0), At: w.at(0), CreatedAt: m.CreatedAt,
		Status: clearline.Received, DeliveryID: in.Delivery.ID})

	d, err := w.store.Delivery(w.ctx, w.company, in.Delivery.ID)
	w.must(err)
	want(w, "delivery state", d.State, clearline.DeliveryApplied)
	want(w, "delivery count", d.Count, stored(1))
	want(w, "raw bytes", string(d.Raw), `{"object":"whatsapp_business_account","elements":1}`)

	l := w.ledger()
	want(w, "ledger", l.Count, stored(1))
	want(w, "ledger received", l.Received, 1)
	want(w, "keys", w.count(`SELECT COUNT(*) FROM address_keys WHERE key = 'wa:5511987654321'`), 1)

	changes, next, err := w.store.Changes(w.ctx, w.company, 0, 100)
	w.must(err)
	last := changes[len(changes)-1]
	want(w, "change", last, clearline.Change{N: next, At: last.At, Kind: clearline.MessageCreated, ID: m.ID, ConversationID: c.ID})
	n, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	want(w, "number", n, next)
}

func duplicates(w *world) {
	one, two := w.text("wamid.1", ana, 0, "um"), w.text("wamid.2", ana, 1, "dois")
	want(w, "in one delivery", w.ingest(one, one, two), clearline.Count{Stored: 2, Duplicate: 1})
	want(w, "in another delivery", w.ingest(two, one), clearline.Count{Duplicate: 2})
	want(w, "beside a new one", w.ingest(one, w.text("wamid.3", ana, 2, "três")), clearline.Count{Stored: 1, Duplicate: 1})
	status := w.report("wamid.9", clearline.Delivered, 3, "")
	want(w, "an early status", w.ingest(status, status), clearline.Count{Stored: 1, Duplicate: 1})
	want(w, "an early status again", w.ingest(status), clearline.Count{Duplicate: 1})

	c := w.thread(ana)
	want(w, "unread", c.Unread, 3)
	want(w, "messages", len(w.messages(c.ID)), 3)
	l := w.ledger()
	want(w, "ledger", l.Count, clearline.Count{Stored: 4, Duplicate: 6})
	want(w, "I5: received is the sum", l.Received, int64(l.Count.Sum()))
}

func duplicatesAtOnce(w *world) {
	const writers = 12
	var wg sync.WaitGroup
	counts := make([]clearline.Count, writers)
	for i := range writers {
		wg.Go(func() {
			in := w.inbound(w.tenant, store.InboundNew, w.text("wamid.1", ana, 0, "oi"), w.text(fmt.Sprint("wamid.own", i), ana, 1, "oi"))
			if err := w.store.Ingest(w.ctx, in); err != nil {
				w.Error(err)
			}
			counts[i] = in.Count
		})
	}
	wg.Wait()
	var sum clearline.Count
	for _, c := range counts {
		sum.Stored += c.Stored
		sum.Duplicate += c.Duplicate
	}
	want(w, "sum", sum, clearline.Count{Stored: writers + 1, Duplicate: writers - 1})
	want(w, "threads", len(w.threads()), 1)
	want(w, "unread", w.thread(ana).Unread, writers+1)
}

func equalTexts(w *world) {
	want(w, "count", w.ingest(w.text("wamid.1", ana, 0, "ok"), w.text("wamid.2", ana, 0, "ok")), stored(2))
	want(w, "unread", w.thread(ana).Unread, 2)
}

func badElement(w *world) {
	in := w.inbound(w.tenant, store.InboundNew, w.text("wamid.1", ana, 0, "antes"), w.problem(), w.element(channel.Element{}), w.text("wamid.2", ana, 1, "depois"))
	w.must(w.store.Ingest(w.ctx, in))
	want(w, "count", in.Count, clearline.Count{Stored: 2, Parked: 2})
	d, err := w.store.Delivery(w.ctx, w.company, in.Delivery.ID)
	w.must(err)
	want(w, "state", d.State, clearline.DeliveryParked)
	parked, _, err := w.store.Deliveries(w.ctx, w.company, store.DeliveryFilter{State: clearline.DeliveryParked}, 0, 10)
	w.must(err)
	want(w, "listed as parked", len(parked), 1)
	want(w, "messages", len(w.messages(w.thread(ana).ID)), 2)
}

func media(w *world) {
	expires := w.at(3600)
	w.ingest(w.message(channel.Message{PlatformID: "wamid.1", Person: ana, At: w.at(0), Kind: clearline.KindImage, Text: "foto", Media: []channel.Media{
		{PlatformID: "media-1", MIME: "image/jpeg", SHA256: "abc", Name: "a.jpg", Bytes: 12, ExpiresAt: expires}, {MIME: "image/png"}}}))
	files := w.find("wamid.1").Media
	for i := range files {
		files[i].ID = 0
	}
	want(w, "files", files, []clearline.Media{
		{PlatformID: "media-1", Kind: clearline.KindImage, MIME: "image/jpeg", SHA256: "abc", Name: "a.jpg", Bytes: 12, State: clearline.MediaPending, ExpiresAt: expires},
		{Kind: clearline.KindImage, MIME: "image/png", State: clearline.MediaLost, Reason: clearline.CauseMediaLost}})
}

func orderOfArrival(w *world) {
	w.ingest(w.text("wamid.z", ana, 5, "1"), w.text("wamid.a", ana, 5, "2"), w.text("wamid.m", ana, 5, "3"))
	w.ingest(w.text("wamid.b", ana, 5, "4"), w.text("wamid.0", ana, 4, "0"))
	var got strings.Builder
	for _, m := range w.messages(w.thread(ana).ID) {
		got.WriteString(m.Text)
	}
	want(w, "order", got.String(), "01234")
	want(w, "a late older text is not the last", w.thread(ana).Last.Text, "4")

	// A page continues inside a second.
	first, err := w.store.Messages(w.ctx, w.company, w.thread(ana).ID, store.Page{}, 2)
	w.must(err)
	rest, err := w.store.Messages(w.ctx, w.company, w.thread(ana).ID, store.Page{At: first[1].At.UnixMilli(), ID: first[1].ID}, 10)
	w.must(err)
	want(w, "next page", rest[0].Text+rest[1].Text+rest[2].Text, "210")
}

func unknownKind(w *world) {
	w.ingest(w.message(channel.Message{PlatformID: "wamid.1", Person: ana, At: w.at(0), Kind: clearline.KindUnsupported, Details: []byte(`{"type":"hologram"}`)}))
	m := w.find("wamid.1")
	want(w, "kind", m.Kind, clearline.KindUnsupported)
	want(w, "details", string(m.Details), `{"type":"hologram"}`)
	want(w, "without a window", w.thread(ana).WindowFrom, time.Time{})
}

func proof(w *world) {
	test := w.inbound(w.tenant, store.InboundNew, w.problem())
	test.Delivery.Test = true
	w.must(w.store.Ingest(w.ctx, test))
	c, err := w.store.Connection(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "after a test", c.Proof.ReceivedAt, time.Time{})
	want(w, "a test is not in the ledger", w.ledger().Received, 0)

	in := w.inbound(w.tenant, store.InboundNew, w.text("wamid.1", ana, 0, "oi"))
	w.must(w.store.Ingest(w.ctx, in))
	older := w.inbound(w.tenant, store.InboundNew, w.text("wamid.2", ana, 1, "oi"))
	older.Delivery.ReceivedAt = in.Delivery.ReceivedAt.Add(-time.Minute)
	w.must(w.store.Ingest(w.ctx, older))
	c, err = w.store.Connection(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "newest proof", c.Proof.ReceivedAt, in.Delivery.ReceivedAt.Truncate(time.Millisecond))
}

func bundles(w *world) {
	call := func(lag, spread time.Duration) *store.Inbound {
		w.clock.Advance(time.Second)
		in := w.inbound(w.tenant, store.InboundNew, w.problem())
		in.Delivery.Lag, in.Delivery.Spread = lag, spread
		return in
	}
	proven := func(what string, n int, lag, spread time.Duration) {
		w.Helper()
		c, err := w.store.Connection(w.ctx, w.company, w.conn.ID)
		w.must(err)
		want(w, what, []any{c.Proof.Bundles, c.Proof.Lag, c.Proof.Spread}, []any{n, lag, spread})
	}
	gathered := func() *store.Inbound { return call(45*time.Second, 40*time.Second) }
	proven("before the first", 0, 0, 0)
	w.must(w.store.Ingest(w.ctx, gathered()))
	proven("one", 1, 45*time.Second, 40*time.Second)
	w.must(w.store.Ingest(w.ctx, gathered()))
	proven("two", 2, 45*time.Second, 40*time.Second)
	w.must(w.store.Ingest(w.ctx, call(time.Second, 0)))
	proven("one that is none", 0, time.Second, 0)
	w.must(w.store.Ingest(w.ctx, gathered()))
	proven("again", 1, 45*time.Second, 40*time.Second)
	w.must(w.store.Ingest(w.ctx, call(10*time.Minute, 40*time.Second)))
	proven("all of it is late: that is no bundle", 0, 10*time.Minute, 40*time.Second)

	in := gathered()
	w.must(w.store.Ingest(w.ctx, in))
	d := w.delivery(in.Delivery.ID)
	want(w, "as a delivery", []time.Duration{d.Lag, d.Spread}, []time.Duration{45 * time.Second, 40 * time.Second})
}

func past(w *world) {
	old := func(r store.Routed) store.Routed {
		r.Past, r.Message.OpensWindow = true, false
		return r
	}
	bruno := phone("5511911112222", "Bruno")
	day := 24 * 60 * 60
	want(w, "handed over", w.ingest(old(w.text("wamid.p1", ana, -9*day, "Vocês abrem no domingo?")), old(w.echo("wamid.p2", ana, -8*day, "Abrimos.")),
		old(w.text("wamid.p3", ana, -7*day, "Obrigada"))), stored(3))
	c := w.thread(ana)
	want(w, "new, its messages", len(w.messages(c.ID)), 3)
	want(w, "new", []any{c.State, c.Unread, c.WaitingSince, c.WindowFrom, c.LastAt, c.Last.Text},
		[]any{clearline.Done, 0, time.Time{}, time.Time{}, w.at(-7 * day), "Obrigada"})

	w.ingest(w.text("wamid.1", ana, 0, "Estou aqui"))
	c = w.thread(ana)
	want(w, "who writes now is waited for since now", []any{c.State, c.Unread, c.WaitingSince, c.LastAt}, []any{clearline.Open, 1, w.at(0), w.at(0)})
	w.ingest(old(w.text("wamid.p4", ana, -6*day, "Até logo")))
	c = w.thread(ana)
	want(w, "later, from the past", []any{c.State, c.Unread, c.WaitingSince, c.LastAt, c.Last.Text}, []any{clearline.Open, 1, w.at(0), w.at(0), "Estou aqui"})

	w.ingest(old(w.text("wamid.p5", bruno, -1*day, "Oi")), w.text("wamid.2", bruno, 1, "Alguém?"))
	c = w.thread(bruno)
	want(w, "past and present in one call", []any{c.State, c.Unread, c.WaitingSince}, []any{clearline.Open, 1, w.at(1)})
}

func moved(w *world) {
	before := w.count(`SELECT COUNT(*) FROM deliveries`)
	other := w.found("Other", "999", "998")
	news := channel.Element{Notice: &channel.Notice{Field: "account_update", Key: "1", At: w.at(0), Value: []byte(`{}`)}}
	nobody := news
	nobody.Account, nobody.AccountKind = "404", channel.AccountNumber
	for name, wrong := range map[string]store.Routed{
		"an account nobody has":     {Element: nobody, ConnectionID: w.conn.ID},
		"another company's account": {Element: other.element(news).Element, ConnectionID: w.conn.ID},
		"another connection":        {Element: w.text("wamid.1", ana, 0, "oi").Element, ConnectionID: other.conn.ID},
	} {
		in := w.inbound(w.tenant, store.InboundNew, w.text("wamid.2", ana, 0, "oi"), wrong)
		if err := w.store.Ingest(w.ctx, in); !errors.Is(err, store.ErrMoved) {
			w.Errorf("%s: got %v", name, err)
		}
	}
	want(w, "threads", len(w.threads()), 0)
	want(w, "deliveries", w.count(`SELECT COUNT(*) FROM deliveries`), before)

	// What belongs to nobody is kept by the installation (I14).
	in := &store.Inbound{Delivery: clearline.Delivery{ID: w.store.NewID(), CompanyID: clearline.Installation, Platform: clearline.WhatsApp, ReceivedAt: w.clock.Now(), Answer: 200},
		Packed: store.Pack([]byte(`{}`)), Elements: []store.Routed{{Element: channel.Element{Account: "404", Problem: &channel.Unreadable{Cause: clearline.CauseUnrouted}}}}}
	w.must(w.store.Ingest(w.ctx, in))
	want(w, "count", in.Count, clearline.Count{Parked: 1})
	if _, err := w.store.Delivery(w.ctx, w.company, in.Delivery.ID); !errors.Is(err, store.ErrAbsent) {
		w.Errorf("a company sees what belongs to the installation: %v", err)
	}
}

// badDelivery sends one delivery that cannot be applied together with good ones, so that they meet in a batch.
func badDelivery(w *world) {
	const good = 40
	var wg sync.WaitGroup
	for i := range good {
		wg.Go(func() {
			in := w.inbound(w.tenant, store.InboundNew, w.text(fmt.Sprint("wamid.", i), ana, i, "oi"))
			if err := w.store.Ingest(w.ctx, in); err != nil {
				w.Error(err)
			}
		})
		if i%4 == 0 {
			wg.Go(func() {
				wrong := w.text(fmt.Sprint("wamid.bad", i), ana, i, "oi")
				wrong.Account = "404"
				if err := w.store.Ingest(w.ctx, w.inbound(w.tenant, store.InboundNew, wrong)); !errors.Is(err, store.ErrMoved) {
					w.Error(err)
				}
			})
		}
	}
	wg.Wait()
	want(w, "unread", w.thread(ana).Unread, good)
	want(w, "ledger", w.ledger().Count, stored(good))
}

func notices(w *world) {
	stale := 0
	w.store.OnTemplatesStale(func(company clearline.ID) {
		if company == w.company {
			stale++
		}
	})
	notice := func(key string) store.Routed {
		return w.element(channel.Element{Notice: &channel.Notice{Field: "message_template_status_update", Event: "APPROVED", Key: key, At: w.at(0),
			Value: []byte(`{"event":"APPROVED"}`), TemplatesChanged: true}})
	}
	want(w, "two", w.ingest(notice("a"), notice("b"), notice("a")), clearline.Count{Stored: 2, Duplicate: 1})
	want(w, "again", w.ingest(notice("b")), clearline.Count{Duplicate: 1})
	want(w, "kept", w.count(`SELECT COUNT(*) FROM notices`), 2)
	want(w, "told to read the templates", stale, 2)
}

func refusals(w *world) {
	for range 3 {
		batch := make([]store.Refusal, 400)
		for i := range batch {
			batch[i] = store.Refusal{CompanyID: w.company, Platform: clearline.WhatsApp, At: w.clock.Now(), Reason: "signature", Answer: 401, Size: 700, Detail: "no signature"}
		}
		batch[0].Reason = "limit"
		w.must(w.store.Refuse(w.ctx, batch))
	}
	w.must(w.store.Refuse(w.ctx, []store.Refusal{{CompanyID: clearline.Installation, Platform: clearline.WhatsApp, At: w.clock.Now(), Reason: "signature", Answer: 401}}))
	want(w, "counted", w.ledger().Refused, map[string]int64{"signature": 1197, "limit": 3})
	want(w, "kept", w.count(`SELECT COUNT(*) FROM deliveries WHERE company_id = $1 AND state = 'refused'`, int64(w.company)), 1000)
	want(w, "without bytes", w.count(`SELECT COUNT(*) FROM deliveries WHERE state = 'refused' AND raw IS NOT NULL`), 0)
	listed, _, err := w.store.Deliveries(w.ctx, w.company, store.DeliveryFilter{State: clearline.DeliveryRefused}, 0, 1)
	w.must(err)
	want(w, "shown with the reason", listed[0].Reason+" "+listed[0].Signature, "no signature bad")
	want(w, "another company's are its own", w.count(`SELECT COUNT(*) FROM deliveries WHERE company_id = 0 AND state = 'refused'`), 1)
}

// A company of two numbers sees the calls of one, with those that belong to nobody.
func deliveriesOfOne(w *world) {
	w.ingest(w.text("wamid.1", ana, 0, "one"))
	w.ingest(w.text("wamid.2", ana, 1, "two"))
	w.must(w.store.Refuse(w.ctx, []store.Refusal{{CompanyID: w.company, Platform: clearline.WhatsApp, At: w.clock.Now(), Reason: "signature", Answer: 401}}))
	second := w.conn
	second.ID, second.Account = 0, "5599"
	second, err := w.store.AddConnection(w.ctx, second, w.app, "another token")
	w.must(err)
	list := func(of clearline.ID, after clearline.ID, limit int) ([]clearline.Delivery, clearline.ID) {
		all, next, err := w.store.Deliveries(w.ctx, w.company, store.DeliveryFilter{ConnectionID: of}, after, limit)
		w.must(err)
		return all, next
	}
	mine, end := list(w.conn.ID, 0, 10)
	want(w, "of the first: two and the refused one", len(mine), 3)
	want(w, "nothing further", end, clearline.ID(0))
	others, _ := list(second.ID, 0, 10)
	want(w, "of the second: the refused one", len(others), 1)
	page, next := list(w.conn.ID, 0, 2)
	rest, end := list(w.conn.ID, next, 2)
	want(w, "the last page", len(page)*10+len(rest), 21)
	want(w, "is the last", end, clearline.ID(0))
}
