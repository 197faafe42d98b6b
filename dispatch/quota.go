package dispatch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// quotaFresh is for how long a count of people holds; between two, each one written to is added here.
const quotaFresh = 5 * time.Second

// quota bounds how many people are written to first in 24 hours, where the platform does: it is refused here, with the
// reason, before the platform refuses it (I29). It counts what was sent from here to all numbers of the portfolio.
type quota struct {
	d          *Dispatch
	connection clearline.Connection
	starter    channel.Starter
	// portfolio is what the limit belongs to.
	portfolio string

	mu    sync.Mutex
	read  time.Time
	limit int
	used  int
	free  time.Time
	added map[clearline.ID]bool
}

func newQuota(d *Dispatch, c clearline.Connection) *quota {
	q := &quota{d: d, connection: c, portfolio: c.Portfolio()}
	q.starter, _ = d.o.Senders[c.Platform].(channel.Starter)
	if q.starter == nil {
		q.portfolio = ""
	}
	return q
}

// full is the refusal of a template to somebody new, nil while there is room or nobody knows. Whether the person's window
// is open is for the judge, who sees the latest.
func (q *quota) full(ctx context.Context, w *waiting) *clearline.Problem {
	if q.starter == nil || w.kind != clearline.KindTemplate {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.d.o.Clock.Now()
	if now.Sub(q.read) >= quotaFresh || now.Before(q.read) {
		if err := q.count(ctx, now); err != nil {
			q.d.o.Log.Warn("it could not be counted how many people were written to first; it is sent, and the platform decides", "connection", q.connection.ID, "err", err)
			return nil
		}
	}
	if q.limit == 0 || q.added[w.conversation] {
		return nil
	}
	if started, err := q.d.o.Store.Started(ctx, q.connection.CompanyID, q.portfolio, w.conversation); err != nil || started {
		return nil // counted already
	}
	if q.used+len(q.added) < q.limit {
		q.added[w.conversation] = true
		return nil
	}
	detail := fmt.Sprintf("Meta lets this portfolio write first to %d people in 24 hours, and that many were written to from here. It was not sent.", q.limit)
	if !q.free.IsZero() {
		detail += " The next place is free at " + q.free.UTC().Format("15:04 UTC on 2 January") + "."
	}
	return &clearline.Problem{Cause: clearline.CauseLimit, Title: "The daily limit of new conversations is reached.", Detail: detail}
}

// spare takes back what was counted for a message that wrote to nobody first.
func (q *quota) spare(w *waiting) {
	if q.starter == nil || w.kind != clearline.KindTemplate {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.added, w.conversation)
}

// count reads the limit that the platform last told, and how much of it is used.
func (q *quota) count(ctx context.Context, now time.Time) error {
	told, err := q.d.o.Store.LastReadings(ctx, q.connection.CompanyID)
	if err != nil {
		return err
	}
	limit, known := q.starter.StartLimit(told[q.connection.ID]["messaging_limit"].Value)
	if !known {
		limit = 0
	}
	q.limit, q.added, q.read = limit, map[clearline.ID]bool{}, now
	if limit == 0 {
		return nil
	}
	used, err := q.d.o.Store.Starts(ctx, q.connection.CompanyID, q.portfolio)
	q.used, q.free = used.People, used.FreeAt
	return err
}
