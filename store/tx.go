package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clearline/clearline"
)

// Tx is one write transaction of a committer. It may hold the work of many callers. Everything in it is
// statements: parsing, hashing and packing happen before.
type Tx struct {
	ctx       context.Context
	w         writer
	ids       *clearline.IDs
	now       time.Time
	companies map[clearline.ID]*companyTx
	order     []clearline.ID
	// after runs once the transaction is committed and flushed.
	after []func()
}

// companyTx gathers what is written once per transaction and company: change-log rows and the ledger.
type companyTx struct {
	// first is the number before this transaction, n the one after it; the lock may fill them late.
	first, n int64
	changes  []clearline.Change
	seen     map[changeKey]bool
	ledger   map[int64]*ledgerRow
}

type changeKey struct {
	kind clearline.ChangeKind
	id   clearline.ID
}

type ledgerRow struct {
	received int
	count    clearline.Count
}

// exec runs one statement.
func (tx *Tx) exec(text string, args ...any) (changed int64, err error) {
	err = tx.w.each(tx.ctx, text, [][]any{args}, func(_ int, n int64, _ scanFunc) error {
		changed = n
		return nil
	})
	return changed, err
}

// get runs one statement and copies its first row; found is false when there is none.
func (tx *Tx) get(text string, args []any, dest ...any) (found bool, err error) {
	err = tx.w.each(tx.ctx, text, [][]any{args}, func(_ int, _ int64, scan scanFunc) error {
		if scan == nil {
			return nil
		}
		found = true
		return scan(dest...)
	})
	return found, err
}

// each runs one statement over many rows.
func (tx *Tx) each(text string, rows [][]any, got func(i int, changed int64, scan scanFunc) error) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.w.each(tx.ctx, text, rows, got)
}

// later is each for what nobody waits for; it may run with the next statement that somebody waits for.
func (tx *Tx) later(text string, rows [][]any, got func(i int, changed int64, scan scanFunc) error) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.w.later(tx.ctx, text, rows, got)
}

// insert runs an INSERT of one row over many rows.
func (tx *Tx) insert(text string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.w.insert(tx.ctx, text, rows, "", 0, nil)
}

// lock takes the counter rows of all companies of the transaction, in sorted order and before anything else:
// nothing of a company is written without it, so two nodes cannot deadlock.
func (tx *Tx) lock(companies []clearline.ID) error {
	slices.Sort(companies)
	companies = slices.Compact(companies)
	rows := make([][]any, len(companies))
	for i, c := range companies {
		rows[i] = []any{c}
		tx.companies[c] = &companyTx{seen: map[changeKey]bool{}}
	}
	tx.order = companies
	return tx.later(`UPDATE counters SET n = n WHERE company_id = $1 RETURNING n`, rows, func(i int, _ int64, scan scanFunc) error {
		if scan == nil {
			return fmt.Errorf("company %s does not exist", companies[i])
		}
		c := tx.companies[companies[i]]
		if err := scan(&c.first); err != nil {
			return err
		}
		c.n += c.first
		return nil
	})
}

// change adds a line to the company's change log. The same thing changing twice in one transaction is one line.
func (tx *Tx) change(company clearline.ID, kind clearline.ChangeKind, id, conversation clearline.ID) {
	c := tx.companies[company]
	k := changeKey{kind, id}
	if c.seen[k] || kind == clearline.MessageChanged && c.seen[changeKey{clearline.MessageCreated, id}] {
		return
	}
	c.seen[k] = true
	c.n++
	c.changes = append(c.changes, clearline.Change{At: tx.now, Kind: kind, ID: id, ConversationID: conversation})
}

// count adds to the company's ledger of today.
func (tx *Tx) count(company clearline.ID, received int, count clearline.Count) {
	c := tx.companies[company]
	if c.ledger == nil {
		c.ledger = map[int64]*ledgerRow{}
	}
	day := millis(tx.now) / dayMillis
	row := c.ledger[day]
	if row == nil {
		row = &ledgerRow{}
		c.ledger[day] = row
	}
	row.received += received
	row.count.Stored += count.Stored
	row.count.Duplicate += count.Duplicate
	row.count.Parked += count.Parked
	row.count.Pending += count.Pending
}

const dayMillis = 24 * 60 * 60 * 1000

// flush writes what was gathered. It is the last step before the commit.
func (tx *Tx) flush() error {
	if err := tx.w.sync(tx.ctx); err != nil {
		return err
	}
	var changes, counters, ledger [][]any
	for _, id := range tx.order {
		c := tx.companies[id]
		for i, ch := range c.changes {
			changes = append(changes, []any{id, c.first + int64(i) + 1, ch.At, ch.Kind, ch.ID, ch.ConversationID})
		}
		if c.n != c.first {
			counters = append(counters, []any{id, c.n})
		}
		for day, r := range c.ledger {
			ledger = append(ledger, []any{id, day, r.received, r.count.Stored, r.count.Duplicate, r.count.Parked, r.count.Pending})
		}
	}
	if err := tx.insert(`INSERT INTO changes (company_id, n, at, kind, id, conversation_id) VALUES ($1, $2, $3, $4, $5, $6)`, changes); err != nil {
		return err
	}
	if err := tx.later(`UPDATE counters SET n = $2 WHERE company_id = $1`, counters, nil); err != nil {
		return err
	}
	return tx.later(`INSERT INTO ledger (company_id, day, received, stored, duplicate, parked, pending) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (company_id, day) DO UPDATE SET received = ledger.received + excluded.received, stored = ledger.stored + excluded.stored,
		duplicate = ledger.duplicate + excluded.duplicate, parked = ledger.parked + excluded.parked, pending = ledger.pending + excluded.pending`, ledger, nil)
}
