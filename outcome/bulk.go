package outcome

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// BulkMost is how many messages one call retries or dismisses.
const BulkMost = 500

// Selection is which messages a person means: these, or those of a group.
type Selection struct {
	IDs    []clearline.ID
	Key    string
	Within Within
}

// Plan is what a retry of many would do.
type Plan struct {
	// Send are the messages that go, in this order: those whose window closes first, then the oldest first.
	Send    []clearline.ID
	Skipped []Skip
	// Duplicates are unconfirmed messages that were not confirmed: they may arrive twice, so they are left alone.
	Duplicates []clearline.ID
	// ClosingSoon are those of Send whose reply window closes within the hour.
	ClosingSoon []clearline.ID
}

// Skip is a message that is left alone, and why.
type Skip struct {
	ID    clearline.ID
	Cause clearline.Cause
	Why   string
}

// retryable is a message that can go, with when its window closes; the zero time for never.
type retryable struct {
	message clearline.Message
	ends    time.Time
}

func (s Selection) ids(ctx context.Context, o *Outcomes, company clearline.ID) ([]clearline.ID, error) {
	if s.Key != "" {
		return o.members(ctx, company, s.Key, s.Within, 0, BulkMost)
	}
	return s.IDs, nil
}

// Plan judges each message now, as a retry of it alone would, and sends nothing. confirmed are unconfirmed messages that
// may arrive twice.
func (o *Outcomes) Plan(ctx context.Context, company clearline.ID, s Selection, confirmed []clearline.ID) (Plan, error) {
	p, _, err := o.plan(ctx, company, s, confirmed)
	return p, err
}

func (o *Outcomes) plan(ctx context.Context, company clearline.ID, s Selection, confirmed []clearline.ID) (p Plan, ready []retryable, err error) {
	ids, err := s.ids(ctx, o, company)
	if err != nil {
		return p, nil, err
	}
	found, err := o.o.Store.MessagesOf(ctx, company, ids)
	if err != nil {
		return p, nil, err
	}
	seen := map[clearline.ID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		m := found[id]
		if m == nil || m.Direction != clearline.Out {
			p.Skipped = append(p.Skipped, Skip{id, clearline.CauseAbsent, "There is no such message."})
			continue
		}
		r, problem, err := o.judge(ctx, *m)
		switch {
		case err != nil:
			return p, nil, err
		case problem != nil:
			p.Skipped = append(p.Skipped, skip(id, problem))
		case m.Status == clearline.Unsettled && !slices.Contains(confirmed, id):
			p.Duplicates = append(p.Duplicates, id)
		default:
			ready = append(ready, r)
		}
	}
	slices.SortStableFunc(ready, func(a, b retryable) int {
		return cmp.Or(compareEnds(a.ends, b.ends), cmp.Compare(a.message.ID, b.message.ID))
	})
	limit := o.o.Clock.Now().Add(soon)
	for _, r := range ready {
		p.Send = append(p.Send, r.message.ID)
		if !r.ends.IsZero() && r.ends.Before(limit) {
			p.ClosingSoon = append(p.ClosingSoon, r.message.ID)
		}
	}
	return p, ready, nil
}

// compareEnds puts what ends first first, and what never ends last.
func compareEnds(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// judge is what a retry of one message would be told now.
func (o *Outcomes) judge(ctx context.Context, m clearline.Message) (r retryable, problem *clearline.Problem, err error) {
	r.message = m
	rule, ok := o.Rule(m)
	switch {
	case m.Retry != nil:
		return r, &clearline.Problem{Cause: clearline.CauseConflict, Title: "It is being sent again already."}, nil
	case !ok:
		return r, &clearline.Problem{Cause: clearline.CauseConflict, Title: "It is " + string(m.Status) + ": only a failed or unconfirmed message can be sent again."}, nil
	}
	if p := o.refusal(rule, m); p != nil {
		return r, p, nil
	}
	prospect, err := o.o.Dispatch.Prospect(ctx, m)
	if errors.As(err, &problem) {
		return r, problem, nil
	}
	r.ends = prospect.WindowEnds
	return r, nil, err
}

func skip(id clearline.ID, p *clearline.Problem) Skip {
	why := p.Title
	if page, ok := playbook.Find(p.Cause); ok && p.Cause != clearline.CauseConflict && p.RetryAfter == 0 {
		why = playbook.Fill(page.Title, nil) + "."
	}
	return Skip{id, p.Cause, why}
}

// RetryMany plans and then sends. Each message is asked for by itself, so that a stop in the middle leaves the rest as it was
// and a repeated call sends nothing twice. What a message was refused with meanwhile is among the skipped.
func (o *Outcomes) RetryMany(ctx context.Context, company clearline.ID, s Selection, confirmed []clearline.ID) (Plan, error) {
	p, ready, err := o.plan(ctx, company, s, confirmed)
	if err != nil {
		return p, err
	}
	p.Send = nil
	for _, r := range ready {
		begun, err := o.o.Dispatch.Retry(ctx, store.Again{CompanyID: company, MessageID: r.message.ID, MayDuplicate: r.message.Status == clearline.Unsettled, Seen: r.message.Attempts})
		var problem *clearline.Problem
		switch {
		case errors.As(err, &problem):
			p.Skipped = append(p.Skipped, skip(r.message.ID, problem))
		case err != nil:
			return p, err
		case begun:
			p.Send = append(p.Send, r.message.ID)
		default:
			p.Skipped = append(p.Skipped, Skip{r.message.ID, clearline.CauseConflict, "It was sent again already."})
		}
	}
	p.ClosingSoon = slices.DeleteFunc(p.ClosingSoon, func(id clearline.ID) bool { return !slices.Contains(p.Send, id) })
	return p, nil
}

// DismissMany says that messages need nothing more, and tells how many wanted a decision until then.
func (o *Outcomes) DismissMany(ctx context.Context, company clearline.ID, s Selection) (int, error) {
	ids, err := s.ids(ctx, o, company)
	if err != nil {
		return 0, err
	}
	return o.o.Store.DismissAll(ctx, company, ids)
}
