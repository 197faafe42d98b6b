package bench

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"
)

// scanned is one message as the product's API gives it, with the address of its conversation.
type scanned struct {
	wireMessage
	address string
}

// scanners is how many conversations are read at a time.
const scanners = 8

// scanMessages reads every message of the company through the API, the way a client would: conversations, then the messages of
// each. Nothing may arrive meanwhile, or a page could shift.
func scanMessages(ctx context.Context, api *apiClient) ([]scanned, error) {
	var mu sync.Mutex
	var all []scanned
	conversations := make(chan wireConversation, pageSize)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(conversations)
		return eachPage(ctx, api, "/api/v1/conversations", func(items []wireConversation) error {
			for _, c := range items {
				select {
				case conversations <- c:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for range scanners {
		group.Go(func() error {
			for c := range conversations {
				path := "/api/v1/conversations/" + url.PathEscape(c.ID) + "/messages"
				err := eachPage(ctx, api, path, func(items []wireMessage) error {
					mu.Lock()
					defer mu.Unlock()
					for _, m := range items {
						all = append(all, scanned{m, c.waID()})
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all, group.Wait()
}

// scanChanges reads the change log after a number, 0 for all of it, to its end.
func scanChanges(ctx context.Context, api *apiClient, since int64) ([]Change, error) {
	var all []Change
	for {
		var page wireChanges
		if err := api.do(ctx, "GET", "/api/v1/changes?since="+strconv.FormatInt(since, 10), nil, &page); err != nil {
			return nil, err
		}
		for _, c := range page.Changes {
			all = append(all, Change{c.N, c.Kind, c.ID})
		}
		if len(page.Changes) == 0 || page.Next <= since {
			return all, nil
		}
		since = page.Next
	}
}

// incoming gives the customers' messages of a scan.
func incoming(messages []scanned) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		for _, m := range messages {
			if m.Direction != "in" {
				continue
			}
			f := Found{MessageID: m.ID, Address: m.address, Text: m.Text}
			if m.PlatformID != nil {
				f.ID = *m.PlatformID
			}
			if !yield(f) {
				return
			}
		}
	}
}

// outgoing gives the business's messages of a scan.
func outgoing(messages []scanned) iter.Seq[Outgoing] {
	return func(yield func(Outgoing) bool) {
		for _, m := range messages {
			if m.Direction != "out" {
				continue
			}
			o := Outgoing{MessageID: m.ID, Address: m.address, Text: m.Text, Status: m.Status}
			if m.ClientID != nil {
				o.ClientID = *m.ClientID
			}
			if !yield(o) {
				return
			}
		}
	}
}
