package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Inbound is one company's part of a delivery, parsed, routed and packed.
type Inbound struct {
	Delivery clearline.Delivery
	// Packed is the company's part of the body; see Pack.
	Packed   []byte
	Elements []Routed
	// Mode tells what happens to the row of the delivery.
	Mode InboundMode
	// Expect is how many elements the row must still count as pending, for InboundSlice.
	Expect int

	// Count is the outcome, filled when Ingest returns without error.
	Count clearline.Count
}

// InboundMode tells how applying elements is booked.
type InboundMode int

const (
	// InboundNew stores the delivery with what became of its elements.
	InboundNew InboundMode = iota
	// InboundKeep stores the delivery alone, its elements counted as pending.
	InboundKeep
	// InboundSlice applies the next elements of a pending delivery.
	InboundSlice
	// InboundReplay applies elements again without booking; see FinishReplay.
	InboundReplay
)

// Routed is an element with the connection it belongs to, 0 when it concerns the company's account as a whole.
type Routed struct {
	channel.Element
	ConnectionID clearline.ID
}

// ErrMoved means that an account belongs to somebody else than the route said: route again.
var ErrMoved = errors.New("store: the account has moved to another connection")

// errStale means that a cached person was not as remembered; the caller's work is simply done again.
var errStale = errors.New("store: a remembered person has changed")

// Ingest stores what arrived and what it means, in one transaction, and returns when that is flushed.
// ErrBusy and problems with a RetryAfter mean that nothing was stored.
func (s *Store) Ingest(ctx context.Context, in *Inbound) error {
	weight := max(1, len(in.Elements))
	if in.Mode == InboundKeep {
		weight = 1
	}
	err := s.submit(ctx, s.kinds.inbound, in, []clearline.ID{in.Delivery.CompanyID}, weight, len(in.Packed)+len(in.Elements)*512, false)
	if errors.Is(err, errStale) {
		err = s.submit(ctx, s.kinds.inbound, in, []clearline.ID{in.Delivery.CompanyID}, weight, len(in.Packed), false)
	}
	return err
}

// item is one element on its way through a transaction.
type item struct {
	in *Inbound
	el *Routed
	// meeting is set for messages.
	meeting *meeting
	msg     *clearline.Message
}

func (it *item) company() clearline.ID { return it.in.Delivery.CompanyID }

// inboundSet is all that one transaction takes in.
type inboundSet struct {
	s        *Store
	tx       *Tx
	ins      []*Inbound
	messages []*item
	statuses []*item
	amends   []*item
	notices  []*item
	proven   []provenSend
	// early tells which companies have waiting references at all.
	early map[clearline.ID]bool
}

func (s *Store) applyInbound(tx *Tx, values []any) error {
	set := &inboundSet{s: s, tx: tx, early: map[clearline.ID]bool{}}
	for _, v := range values {
		in := v.(*Inbound)
		in.Count = clearline.Count{}
		set.ins = append(set.ins, in)
		set.sort(in)
	}
	for _, step := range []func() error{set.routes, set.askEarly, set.storeMessages, set.storeStatuses, set.storeAmendments, set.storeNotices, set.book} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// sort splits a delivery's elements by what they are; each part keeps the order of arrival.
func (set *inboundSet) sort(in *Inbound) {
	if in.Mode == InboundKeep {
		in.Count.Pending = len(in.Elements)
		return
	}
	for i := range in.Elements {
		it := &item{in: in, el: &in.Elements[i]}
		switch e := it.el; {
		case e.Problem != nil:
			in.Count.Parked++
		case e.Message != nil:
			set.messages = append(set.messages, it)
		case e.Status != nil:
			set.statuses = append(set.statuses, it)
		case e.Amendment != nil:
			set.amends = append(set.amends, it)
		case e.Notice != nil:
			set.notices = append(set.notices, it)
		default:
			in.Count.Parked++
		}
	}
}

// routes proves inside the transaction that each account still belongs to the company and connection that the
// cached route named.
func (set *inboundSet) routes() error {
	type account struct {
		platform clearline.Platform
		kind     channel.AccountKind
		id       string
	}
	type owner struct{ company, connection clearline.ID }
	want := map[account]owner{}
	var asked []account
	var rows [][]any
	for _, in := range set.ins {
		if in.Delivery.CompanyID == clearline.Installation || in.Mode == InboundKeep {
			continue
		}
		for i := range in.Elements {
			e := &in.Elements[i]
			if e.Problem != nil {
				continue // parked with whoever spoke: it needs no account, and may name one that is nobody's
			}
			a := account{in.Delivery.Platform, e.AccountKind, e.Account}
			o := owner{in.Delivery.CompanyID, e.ConnectionID}
			if known, ok := want[a]; ok {
				if known != o {
					return ErrMoved
				}
				continue
			}
			want[a] = o
			asked = append(asked, a)
			rows = append(rows, []any{string(a.platform), string(a.kind), a.id})
		}
	}
	return set.tx.later(`SELECT company_id, connection_id FROM accounts WHERE platform = $1 AND kind = $2 AND account = $3`, rows, func(i int, _ int64, scan scanFunc) error {
		if scan == nil {
			return ErrMoved
		}
		var company, connection int64
		if err := scan(&company, &connection); err != nil {
			return err
		}
		if want[asked[i]] != (owner{clearline.ID(company), clearline.ID(connection)}) {
			return ErrMoved
		}
		return nil
	})
}

// askEarly asks, for the companies whose messages may be waited for, whether anything waits at all. It runs
// after the lock, so that it sees what another node has just put there.
func (set *inboundSet) askEarly() error {
	var companies []clearline.ID
	var rows [][]any
	for _, it := range set.messages {
		if company := it.company(); !slices.Contains(companies, company) {
			companies = append(companies, company)
			rows = append(rows, []any{company})
		}
	}
	return set.tx.later(`SELECT 1 FROM early WHERE company_id = $1 LIMIT 1`, rows, func(i int, _ int64, scan scanFunc) error {
		set.early[companies[i]] = scan != nil
		return nil
	})
}

// book writes the deliveries, the ledger and the proof that each connection receives.
func (set *inboundSet) book() error {
	tx := set.tx
	var rows, slices [][]any
	var sliced []*Inbound
	received := map[connectionKey]arrival{}
	for _, in := range set.ins {
		d := &in.Delivery
		if d.ConnectionID != 0 && !d.Test && in.Mode <= InboundKeep {
			k := connectionKey{d.CompanyID, d.ConnectionID}
			received[k] = received[k].and(d)
		}
		switch in.Mode {
		case InboundNew, InboundKeep:
			d.State = clearline.DeliveryApplied
			if in.Count.Parked > 0 {
				d.State = clearline.DeliveryParked
			}
			if in.Count.Pending > 0 {
				d.State = clearline.DeliveryPending
			}
			d.Count = in.Count
			rows = append(rows, []any{d.CompanyID, d.ID, orNull(d.ConnectionID), d.Platform, d.AppID, d.ReceivedAt, d.Lag, d.Spread, d.Took.Microseconds(),
				d.Answer, d.Signature, d.State, in.Count.Stored, in.Count.Duplicate, in.Count.Parked, in.Count.Pending, d.Reason, d.Test, d.Tries, d.Size, in.Packed})
			if !d.Test {
				tx.count(d.CompanyID, in.Count.Sum(), in.Count)
			}
		case InboundSlice:
			slices = append(slices, []any{d.CompanyID, d.ID, in.Count.Stored, in.Count.Duplicate, in.Count.Parked, len(in.Elements), in.Expect, d.Reason})
			sliced = append(sliced, in)
			c := in.Count
			c.Pending = -len(in.Elements)
			tx.count(d.CompanyID, 0, c)
		}
	}
	if err := tx.insert(`INSERT INTO deliveries (company_id, delivery_id, connection_id, platform, app_id, received_at, lag_ms, spread_ms, took_us, answer, signature, state,
		stored, duplicate, parked, pending, reason, test, tries, size, raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`, rows); err != nil {
		return err
	}
	if err := tx.each(`UPDATE deliveries SET stored = stored + $3, duplicate = duplicate + $4, parked = parked + $5, pending = pending - $6,
		reason = CASE WHEN $8 <> '' THEN $8 ELSE reason END,
		state = CASE WHEN pending > $6 THEN 'pending' WHEN parked + $5 > 0 THEN 'parked' ELSE 'applied' END
		WHERE company_id = $1 AND delivery_id = $2 AND state = 'pending' AND pending = $7`, slices, func(i int, changed int64, _ scanFunc) error {
		if changed == 0 {
			return fmt.Errorf("%w: delivery %s", ErrTakenOver, sliced[i].Delivery.ID)
		}
		return nil
	}); err != nil {
		return err
	}
	return proveArrivals(tx, received)
}

// ErrTakenOver means that another worker has applied the same part of a pending delivery.
var ErrTakenOver = errors.New("store: somebody else has applied this")

type connectionKey struct{ company, connection clearline.ID }
