package sim

import (
	"sync"
	"time"
)

// ledgerRows is how many calls, and how many webhook tries, the ledger keeps;
// the oldest rows go first and numbers go on.
const ledgerRows = 250_000

// LedgerCall is one call a program made. Operation is one of the fault
// operations.
type LedgerCall struct {
	N         uint64    `json:"n"`
	At        time.Time `json:"at"`
	Platform  string    `json:"platform"`
	Account   string    `json:"account"` // the id in the call's path
	Operation string    `json:"operation"`
	Person    string    `json:"person"`     // id, or the address of nobody known; "" when none
	ClientRef string    `json:"client_ref"` // biz_opaque_callback_data
	Answer    int       `json:"answer"`     // HTTP status; 0 = none was given
	// PlatformID of the message or file: set when it was accepted, also when the
	// answer did not get through.
	PlatformID string `json:"platform_id"`
	Code       int    `json:"code"` // of the error, 0 when none
	Subcode    int    `json:"subcode"`
	Method     string `json:"method"`
	Edge       string `json:"edge"` // what follows the id in the path
}

// LedgerWebhook is one try to deliver one POST.
type LedgerWebhook struct {
	N       uint64    `json:"n"`
	At      time.Time `json:"at"`
	Account string    `json:"account"` // phone_number_id of its first update
	IDs     []string  `json:"ids"`     // of messages; a status as id/status
	Try     int       `json:"try"`     // 1 is the first
	Answer  int       `json:"answer"`  // HTTP status; 0 = none came
	MS      int64     `json:"ms"`
}

// Totals count since the Sim was made.
type Totals struct {
	SendsAccepted      uint64 `json:"sends_accepted"`
	MessagesFromPeople uint64 `json:"messages_from_people"`
	// WebhooksDelivered and Pending count POSTs: answered 2xx, and waiting for
	// their first or next try.
	WebhooksDelivered uint64 `json:"webhooks_delivered"`
	WebhooksPending   uint64 `json:"webhooks_pending"`
	// WebhooksDropped were given up: retries at their end, too many waiting, or
	// nobody subscribed when they arose.
	WebhooksDropped uint64 `json:"webhooks_dropped"`
}

type ledger struct {
	mu       sync.Mutex
	n        uint64
	calls    ring[LedgerCall]
	webhooks ring[LedgerWebhook]
	totals   Totals
}

func newLedger(rows int) *ledger {
	return &ledger{calls: ring[LedgerCall]{limit: rows}, webhooks: ring[LedgerWebhook]{limit: rows}}
}

func (l *ledger) call(c LedgerCall) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	c.N = l.n
	l.calls.add(c)
}

func (l *ledger) webhook(w LedgerWebhook) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	w.N = l.n
	l.webhooks.add(w)
}

func (l *ledger) count(change func(*Totals)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.totals)
}

// Ledger is the answer of GET /control/v1/ledger.
type Ledger struct {
	Calls    []LedgerCall    `json:"calls"`
	Webhooks []LedgerWebhook `json:"webhooks"`
	Totals   Totals          `json:"totals"`
	// Next is the n to ask since for what comes later.
	Next uint64 `json:"next"`
}

// Ledger gives the rows with n greater than since; limit 0 means all, else the
// oldest limit rows of each kind.
func (s *Sim) Ledger(since uint64, limit int) Ledger {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	out := Ledger{
		Calls:    l.calls.since(limit, func(c *LedgerCall) bool { return c.N > since }),
		Webhooks: l.webhooks.since(limit, func(w *LedgerWebhook) bool { return w.N > since }),
		Totals:   l.totals,
		Next:     l.n,
	}
	if limit > 0 {
		if len(out.Calls) == limit {
			out.Next = min(out.Next, out.Calls[limit-1].N)
		}
		if len(out.Webhooks) == limit {
			out.Next = min(out.Next, out.Webhooks[limit-1].N)
		}
		for len(out.Calls) > 0 && out.Calls[len(out.Calls)-1].N > out.Next {
			out.Calls = out.Calls[:len(out.Calls)-1]
		}
		for len(out.Webhooks) > 0 && out.Webhooks[len(out.Webhooks)-1].N > out.Next {
			out.Webhooks = out.Webhooks[:len(out.Webhooks)-1]
		}
	}
	return out
}

// ring keeps the newest limit rows.
type ring[T any] struct {
	rows  []T
	start int
	limit int
}

func (r *ring[T]) add(row T) {
	if len(r.rows) < r.limit {
		r.rows = append(r.rows, row)
		return
	}
	r.rows[r.start] = row
	r.start = (r.start + 1) % r.limit
}

// since copies, oldest first, the rows for which later holds. Rows are in order
// of n, so it searches the first and stops counting at limit.
func (r *ring[T]) since(limit int, later func(*T) bool) []T {
	lo, hi := 0, len(r.rows)
	for lo < hi {
		mid := (lo + hi) / 2
		if later(r.at(mid)) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	count := len(r.rows) - lo
	if limit > 0 {
		count = min(count, limit)
	}
	out := make([]T, count)
	for i := range out {
		out[i] = *r.at(lo + i)
	}
	return out
}

func (r *ring[T]) at(i int) *T { return &r.rows[(r.start+i)%len(r.rows)] }
