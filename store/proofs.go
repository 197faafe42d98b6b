package store

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// Evidence is what one contact with the platform proved about a connection.
type Evidence struct {
	CompanyID, ConnectionID clearline.ID
	// Checked is when the credential was tried; Accepted, Sent and Subscribed are set when that was proven.
	Checked, Accepted, Sent, Subscribed time.Time
	// Cause is set for a refusal that concerns the whole connection. Clear ends an earlier one that an accepted call
	// disproves, and Calm an earlier outage or limit, which takes more than one call.
	Cause       clearline.Cause
	Clear, Calm bool
	// Inbound is set for what concerns receiving alone; Arrives ends an earlier one.
	Inbound clearline.Cause
	Arrives bool
	// PerSecond is the throughput that the platform told, 0 when it did not.
	PerSecond int
}

// after is the cause that concerns sending or both, once e is known.
func (e *Evidence) after(known clearline.Cause) clearline.Cause {
	if stops := known.Reauthorizes() || known.Disconnects(); e.Clear && stops || e.Calm && !stops {
		known = ""
	}
	if e.Cause != "" && !known.Outweighs(e.Cause) {
		known = e.Cause
	}
	return known
}

// afterInbound is the cause that concerns receiving alone, once e is known.
func (e *Evidence) afterInbound(known clearline.Cause) clearline.Cause {
	if e.Arrives {
		known = ""
	}
	if e.Inbound != "" && !known.Outweighs(e.Inbound) {
		known = e.Inbound
	}
	return known
}

// Alarm tells of a cause that has just come up and concerns more than one message. Connection is 0 when only the app is
// known, and App is 0 when that is not known either.
type Alarm struct {
	CompanyID, ConnectionID, AppID clearline.ID
	Cause                          clearline.Cause
}

// OnAlarm calls f when this node has written down a new cause of a whole connection, or refused calls of a platform.
func (s *Store) OnAlarm(f func(Alarm)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onAlarm = append(s.onAlarm, f)
}

func (s *Store) alarm(t Alarm) {
	s.mu.Lock()
	listeners := s.onAlarm
	s.mu.Unlock()
	for _, f := range listeners {
		f(t)
	}
}

// Prove records evidence. Only a change of a cause, or a credential proven anew, is a change for the company's people.
func (s *Store) Prove(ctx context.Context, e Evidence) error {
	return s.call(ctx, []clearline.ID{e.CompanyID}, func(tx *Tx) error {
		if e.PerSecond > 0 {
			if _, err := tx.exec(`UPDATE connections SET per_second = $3 WHERE company_id = $1 AND connection_id = $2`, e.CompanyID, e.ConnectionID, e.PerSecond); err != nil {
				return err
			}
		}
		return s.proveConnection(tx, e)
	})
}

func (s *Store) proveConnection(tx *Tx, e Evidence) error {
	var was, wasInbound string
	found, err := tx.get(`SELECT cause, inbound FROM proofs WHERE company_id = $1 AND connection_id = $2`, []any{e.CompanyID, e.ConnectionID}, &was, &wasInbound)
	if err != nil || !found {
		return err
	}
	cause, inbound := e.after(clearline.Cause(was)), e.afterInbound(clearline.Cause(wasInbound))
	changed := string(cause) != was || string(inbound) != wasInbound
	if changed || !e.Accepted.IsZero() {
		tx.change(e.CompanyID, clearline.ConnectionChanged, e.ConnectionID, 0)
	}
	if changed && cause != "" && string(cause) != was {
		tx.after = append(tx.after, func() { s.alarm(Alarm{CompanyID: e.CompanyID, ConnectionID: e.ConnectionID, Cause: cause}) })
	}
	_, err = tx.exec(`UPDATE proofs SET checked_at = CASE WHEN $3 > checked_at THEN $3 ELSE checked_at END,
		accepted_at = CASE WHEN $4 > accepted_at THEN $4 ELSE accepted_at END, sent_at = CASE WHEN $5 > sent_at THEN $5 ELSE sent_at END,
		subscribed_at = CASE WHEN $6 > subscribed_at THEN $6 ELSE subscribed_at END,
		cause = $7, cause_at = CASE WHEN $7 = cause THEN cause_at ELSE $9 END, inbound = $8, inbound_at = CASE WHEN $8 = inbound THEN inbound_at ELSE $9 END
		WHERE company_id = $1 AND connection_id = $2`, e.CompanyID, e.ConnectionID, e.Checked, e.Accepted, e.Sent, e.Subscribed, cause, inbound, tx.now)
	return err
}

// arrival is what deliveries of a platform prove: that a connection receives, and how.
type arrival struct {
	at, lag, spread int64
	// bundles counts the last ones that were bundles; anew is true when one before them was none.
	bundles int
	anew    bool
}

// and adds a delivery, which came after those before.
func (a arrival) and(d *clearline.Delivery) arrival {
	if at := millis(d.ReceivedAt); at >= a.at {
		a.at, a.lag, a.spread = at, d.Lag.Milliseconds(), d.Spread.Milliseconds()
	}
	if d.Bundle() {
		a.bundles++
	} else {
		a.bundles, a.anew = 0, true
	}
	return a
}

// proveArrivals records that connections receive. It is on the way of every message, so it asks nothing first.
func proveArrivals(tx *Tx, received map[connectionKey]arrival) error {
	rows := make([][]any, 0, len(received))
	for k, a := range received {
		rows = append(rows, []any{k.company, k.connection, a.at, a.lag, a.spread, a.bundles, a.anew})
	}
	return tx.later(`UPDATE proofs SET received_at = $3, lag_ms = $4, spread_ms = $5, bundles = CASE WHEN $7 = 1 THEN $6 ELSE bundles + $6 END
		WHERE company_id = $1 AND connection_id = $2 AND received_at < $3`, rows, nil)
}
