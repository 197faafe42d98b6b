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
