package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var changeStories = []story{
	{"I35 a reader who asks since n never misses a number, under 16 writers", gapFree},
	{"I35 one change for a message and transaction, in order, by pages", changePages},
	{"I35 410 for a number that is no longer kept, and only for that", tooOld},
	{"I35 the bell rings with the new number of each company", bell},
	{"I68 deliveries go after their time, unsettled ones stay", deliveriesRetained},
}

func gapFree(w *world) {
	const writers, each, readers = 16, 20, 3
	start, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	w.ingest(w.text("wamid.first", ana, 0, "oi"))
	draft := w.draft("", "olá")
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for i := range writers {
		writing.Go(func() {
			for k := range each {
				id := fmt.Sprint("wamid.", i, ".", k)
				if i%4 == 3 {
					m := draft
					m.ClientID = id
					if _, _, err := w.store.Queue(w.ctx, m); err != nil {
						w.Error(err)
					}
				} else if err := w.store.Ingest(w.ctx, w.inbound(w.tenant, store.InboundNew, w.text(id, phone(fmt.Sprint(i), ""), k, "oi"))); err != nil {
					w.Error(err)
				}
			}
		})
	}
	last := make([]int64, readers)
	for r := range readers {
		reading.Go(func() {
			at := start
			for {
				ending := done.Load() // read before the changes: what was written by then must be in them
				all, next, err := w.store.Changes(w.ctx, w.company, at, 7+r)
				if err != nil {
					w.Error(err)
					return
				}
				for i, c := range all {
					if c.N != at+int64(i)+1 {
						w.Errorf("reader %d: after %d comes %d", r, at+int64(i), c.N)
						return
					}
				}
				if at = next; ending && len(all) == 0 {
					last[r] = at
					return
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
	for _, n := range last {
		want(w, "read to the end", n, start+writers*each+1)
	}
	n, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	want(w, "number", n, start+writers*each+1)
}

func changePages(w *world) {
	start, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	w.ingest(w.text("wamid.1", ana, 0, "oi"), w.edit("wamid.2", "wamid.1", 1, "olá"), w.echo("wamid.3", ana, 2, "oi"), w.report("wamid.3", clearline.Read, 3, ""))
	w.ingest(w.edit("wamid.4", "wamid.1", 4, "alô"), w.edit("wamid.5", "wamid.1", 5, "alô!"), w.text("wamid.1", ana, 0, "oi"))
	first, second := w.find("wamid.1").ID, w.find("wamid.3").ID
	type line struct {
		Kind clearline.ChangeKind
		ID   clearline.ID
	}
	var got []line
	at := start
	for {
		page, next, err := w.store.Changes(w.ctx, w.company, at, 2)
		w.must(err)
		if len(page) == 0 {
			want(w, "an empty page stays", next, at)
			break
		}
		for _, c := range page {
			got = append(got, line{c.Kind, c.ID})
			want(w, "conversation", c.ConversationID, w.thread(ana).ID)
		}
		at = next
	}
	want(w, "changes", got, []line{{clearline.MessageCreated, first}, {clearline.MessageCreated, second}, {clearline.MessageChanged, first}})
	other := w.found("Other", "9", "8")
	numbers, err := w.store.Numbers(w.ctx, []clearline.ID{w.company, other.company, 4711})
	w.must(err)
	want(w, "numbers", numbers, map[clearline.ID]int64{w.company: at, other.company: 2})
	_, _, err = w.store.Changes(w.ctx, 4711, 0, 1)
	wantCause(w, "a company that is not there", err, clearline.CauseAbsent)
}

func tooOld(w *world) {
	w.each(w.texts(4)...)
	cut, err := w.store.Number(w.ctx, w.company)
	w.must(err)
	w.clock.Advance(time.Hour)
	before := w.clock.Now()
	w.clock.Advance(time.Second)
	w.ingest(w.text("wamid.new", ana, 9, "oi"))
	for {
		more, err := w.store.RetainChanges(w.ctx, w.company, before)
		w.must(err)
		if !more {
			break
		}
	}
	for _, since := range []int64{0, cut - 1} {
		_, _, err = w.store.Changes(w.ctx, w.company, since, 10)
		wantCause(w, fmt.Sprint("since ", since), err, clearline.CauseTooOld)
	}
	all, next, err := w.store.Changes(w.ctx, w.company, cut, 10)
	w.must(err)
	want(w, "what is kept", len(all), 1)
	want(w, "next", next, cut+1)

	// When everything is old, a reader who is up to date is not too late.
	w.clock.Advance(time.Hour)
	_, err = w.store.RetainChanges(w.ctx, w.company, w.clock.Now())
	w.must(err)
	all, next, err = w.store.Changes(w.ctx, w.company, cut+1, 10)
	w.must(err)
	want(w, "nothing new", len(all), 0)
	want(w, "next", next, cut+1)
	w.ingest(w.text("wamid.newer", ana, 10, "oi"))
	all, _, err = w.store.Changes(w.ctx, w.company, cut+1, 10)
	w.must(err)
	want(w, "numbers go on", all[0].N, cut+2)
}

func bell(w *world) {
	other := w.found("Other", "999", "998")
	got := map[clearline.ID]int64{}
	w.store.OnChange(func(company clearline.ID, n int64) { got[company] = n })
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	w.must(w.store.Ingest(w.ctx, w.inbound(other, store.InboundNew, other.element(w.text("wamid.1", ana, 0, "oi").Element))))
	numbers, err := w.store.Numbers(w.ctx, []clearline.ID{w.company, other.company})
	w.must(err)
	want(w, "rung", got, numbers)
	clear(got)
	w.ingest(w.text("wamid.1", ana, 0, "oi"))
	want(w, "a duplicate rings no bell", got, map[clearline.ID]int64{})
}

func deliveriesRetained(w *world) {
	applied := w.inbound(w.tenant, store.InboundNew, w.text("wamid.1", ana, 0, "oi"))
	parked := w.inbound(w.tenant, store.InboundNew, w.problem())
	waiting := w.inbound(w.tenant, store.InboundKeep, w.text("wamid.2", ana, 0, "oi"))
	for _, in := range []*store.Inbound{applied, parked, waiting} {
		w.must(w.store.Ingest(w.ctx, in))
	}
	w.clock.Advance(time.Hour)
	before := w.clock.Now()
	w.clock.Advance(time.Second)
	fresh := w.inbound(w.tenant, store.InboundNew, w.text("wamid.3", ana, 0, "oi"))
	w.must(w.store.Ingest(w.ctx, fresh))
	_, err := w.store.RetainDeliveries(w.ctx, w.company, before)
	w.must(err)
	for name, c := range map[string]struct {
		in   *store.Inbound
		kept bool
	}{"applied": {applied, false}, "parked": {parked, true}, "pending": {waiting, true}, "fresh": {fresh, true}} {
		_, err := w.store.Delivery(w.ctx, w.company, c.in.Delivery.ID)
		if err != nil && !errors.Is(err, store.ErrAbsent) {
			w.Fatal(err)
		}
		want(w, name, err == nil, c.kept)
	}
	// The message stays explainable without its delivery, and stays known as a duplicate.
	st, err := w.store.Story(w.ctx, w.company, w.find("wamid.1").ID)
	w.must(err)
	want(w, "without bytes", st.Delivery == nil, true)
	want(w, "I4: ids have no expiry", w.ingest(w.text("wamid.1", ana, 0, "oi")), clearline.Count{Duplicate: 1})
}
