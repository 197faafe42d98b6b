package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// I17: lists come newest first, page by page, each item once; messages of one second keep their place in the delivery.
func TestPages(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		all := make([]any, 20)
		var want []string
		for i := range all {
			at := 1767000000 + i/5 // five to a second
			all[i] = item("4915100000090", fmt.Sprint("wamid.page.", i), fmt.Sprint(at), fmt.Sprint("Line ", i))
			want = append(want, fmt.Sprint("Line ", i))
		}
		w.hook(hook(w.account, all...)).want(t, http.StatusOK)
		slices.Reverse(want)
		conv := w.conversations()[0]
		for _, limit := range []int{1, 3, 5, 20, 200} {
			var got []string
			pages := 0
			for after := ""; ; pages++ {
				var page list[message]
				w.get(fmt.Sprintf("conversations/%s/messages?limit=%d&after=%s", conv.ID, limit, after), &page)
				if len(page.Items) > limit {
					t.Errorf("%d items on a page of %d", len(page.Items), limit)
				}
				for _, m := range page.Items {
					got = append(got, m.Text)
				}
				if page.Next == nil {
					break
				}
				after = *page.Next
			}
			if !slices.Equal(got, want) {
				t.Errorf("pages of %d: %q", limit, got)
			}
		}
		if conv.Unread != 20 || conv.LastMessage.Text != "Line 19" {
			t.Errorf("%d unread, the last is %q", conv.Unread, conv.LastMessage.Text)
		}
		// What comes late takes its place by the platform's time and does not become the last.
		w.hook(textFrom(w.account, "4915100000090", "wamid.late", "1766999999", "Older than all")).want(t, http.StatusOK)
		if thread := w.thread(conv.ID); thread[0].Text != "Older than all" || len(thread) != 21 {
			t.Errorf("the thread begins with %q", thread[0].Text)
		}
		w.get("conversations/"+conv.ID, &conv)
		if conv.LastMessage.Text != "Line 19" || conv.Unread != 21 {
			t.Errorf("afterwards the last is %q, %d unread", conv.LastMessage.Text, conv.Unread)
		}
	})
}

// thread is a page of a conversation.
type threadPage struct {
	Items          []message
	Next, Previous *string
}

// C1: a conversation opens at any message and goes on from there in both directions, each message once.
func TestPagesAround(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		const n = 41
		all := make([]any, n)
		for i := range all {
			all[i] = item("4915100000091", fmt.Sprint("wamid.around.", i), fmt.Sprint(1767000000+i/5), fmt.Sprint(i))
		}
		w.hook(hook(w.account, all...)).want(t, http.StatusOK)
		w.hook(textFrom(w.account, "4915100000092", "wamid.other", "1767000000", "of somebody else")).want(t, http.StatusOK)
		var conv, foreign conversation
		for _, c := range w.conversations() {
			if c.Address == "4915100000091" {
				conv = c
			} else {
				foreign = c
			}
		}
		thread := w.thread(conv.ID) // the oldest first
		texts := func(items []message) (all []string) {
			for _, m := range items {
				all = append(all, m.Text)
			}
			return all
		}
		ask := func(query string) (p threadPage) {
			w.get("conversations/"+conv.ID+"/messages?"+query, &p)
			return p
		}
		for _, limit := range []int{1, 2, 5, 10, 200} {
			for _, at := range []int{0, 1, n / 2, n - 2, n - 1} {
				p := ask(fmt.Sprintf("around=%s&limit=%d", thread[at].ID, limit))
				if len(p.Items) != min(limit, n) || !slices.Contains(texts(p.Items), fmt.Sprint(at)) {
					t.Errorf("around %d, %d items: %q", at, limit, texts(p.Items))
				}
				got := texts(p.Items)
				for next := p.Next; next != nil; {
					older := ask(fmt.Sprintf("after=%s&limit=%d", *next, limit))
					if older.Previous == nil {
						t.Errorf("an older page knows of nothing newer")
					}
					got = append(got, texts(older.Items)...)
					next = older.Next
				}
				for previous := p.Previous; previous != nil; {
					newer := ask(fmt.Sprintf("newer=%s&limit=%d", *previous, limit))
					if newer.Next == nil || len(newer.Items) == 0 {
						t.Fatalf("a newer page of %d items knows of nothing older", len(newer.Items))
					}
					got = append(texts(newer.Items), got...)
					previous = newer.Previous
				}
				want := texts(thread)
				slices.Reverse(want)
				if !slices.Equal(got, want) {
					t.Errorf("around %d by %d: %q", at, limit, got)
				}
			}
		}
		if p := ask("limit=5"); p.Previous != nil || p.Next == nil {
			t.Errorf("the newest page goes on with previous %v, next %v", p.Previous, p.Next)
		}
		// I57: a message elsewhere is as absent as none.
		other := w.second("Borealis")
		for _, id := range []string{w.thread(foreign.ID)[0].ID, "1", "x", "99999999999999999999"} {
			w.request(http.MethodGet, "conversations/"+conv.ID+"/messages?around="+id, nil).problem(t, http.StatusNotFound, "api.absent")
		}
		mine := w.request(http.MethodGet, "conversations/"+conv.ID+"/messages?limit=5&around="+thread[3].ID, nil).want(t, http.StatusOK)
		other.request(http.MethodGet, "conversations/"+conv.ID+"/messages?around="+thread[3].ID, nil).problem(t, http.StatusNotFound, "api.absent")
		other.request(http.MethodGet, "conversations/"+conv.ID+"/messages?newer="+*cursorOf(t, mine), nil).problem(t, http.StatusNotFound, "api.absent")
		for _, query := range []string{"newer=x", "newer=x&after=y", "around=1&after=" + *cursorOf(t, mine)} {
			w.request(http.MethodGet, "conversations/"+conv.ID+"/messages?"+query, nil).problem(t, http.StatusUnprocessableEntity, "api.input")
		}
	})
}

func cursorOf(t *testing.T, a *answer) *string {
	t.Helper()
	var p threadPage
	a.into(t, &p)
	if p.Previous == nil {
		t.Fatal("the page has no previous")
	}
	return p.Previous
}
