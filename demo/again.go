package demo

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/clearline/clearline/sim"
)

// again gives the phones of a demo that was started on its old folder what the product still knows: the twin itself
// keeps nothing on disk, and without it would refuse every reply as one to somebody who never wrote.
func (d *Demo) again(ctx context.Context, hello Hello, cast *sim.Cast) error {
	by, err := sit(ctx, hello.URL, hello.Users[0].LoginURL)
	if err != nil {
		return err
	}
	people := map[string]sim.Person{}
	for _, p := range cast.People() {
		people[p.Address] = p
	}
	var list struct {
		Items []struct{ ID, Address string }
	}
	if err := by.call(ctx, http.MethodGet, "conversations?limit=100", nil, &list); err != nil {
		return err
	}
	for _, c := range list.Items {
		p, ok := people[c.Address]
		if !ok {
			continue
		}
		thread, err := remembered(ctx, by, c.ID)
		if err != nil {
			return err
		}
		if err := d.twin.Remember(p.ID, thread); err != nil {
			return err
		}
	}
	return by.leave(ctx)
}

// remembered is a conversation as a phone would remember it, oldest first.
func remembered(ctx context.Context, by *desk, conversation string) ([]sim.Remembered, error) {
	var page struct {
		Items []struct {
			ID, Direction, Kind, Text, Status string
			PlatformID                        *string    `json:"platform_id"`
			PlatformTime                      *time.Time `json:"platform_time"`
			CreatedAt                         time.Time  `json:"created_at"`
			ReplyTo                           *string    `json:"reply_to"`
		}
	}
	if err := by.call(ctx, http.MethodGet, "conversations/"+conversation+"/messages?limit=100", nil, &page); err != nil {
		return nil, err
	}
	platformID := map[string]string{}
	var list []sim.Remembered
	for _, m := range slices.Backward(page.Items) {
		if m.PlatformID == nil || m.Status == "failed" {
			continue
		}
		platformID[m.ID] = *m.PlatformID
		r := sim.Remembered{ID: *m.PlatformID, FromPerson: m.Direction == "in", Kind: m.Kind, Text: m.Text, At: m.CreatedAt, Status: m.Status}
		if m.PlatformTime != nil {
			r.At = *m.PlatformTime
		}
		if m.ReplyTo != nil {
			r.ReplyTo = platformID[*m.ReplyTo]
		}
		list = append(list, r)
	}
	return list, nil
}
