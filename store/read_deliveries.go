package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/clearline/clearline"
)

func appendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

const deliveryColumns = `delivery_id, connection_id, platform, app_id, received_at, lag_ms, spread_ms, took_us, answer, signature, state, stored, duplicate, parked, pending, reason, test, tries, size`

func scanDelivery(row scanner, company clearline.ID, more ...any) (d clearline.Delivery, err error) {
	var connection sql.NullInt64
	var received, lag, spread, took, test int64
	err = row.Scan(append([]any{&d.ID, &connection, &d.Platform, &d.AppID, &received, &lag, &spread, &took, &d.Answer, &d.Signature, &d.State,
		&d.Count.Stored, &d.Count.Duplicate, &d.Count.Parked, &d.Count.Pending, &d.Reason, &test, &d.Tries, &d.Size}, more...)...)
	d.CompanyID, d.ConnectionID, d.ReceivedAt = company, clearline.ID(connection.Int64), moment(received)
	d.Lag, d.Spread = time.Duration(lag)*time.Millisecond, time.Duration(spread)*time.Millisecond
	d.Took, d.Test = time.Duration(took)*time.Microsecond, test != 0
	return d, err
}

// DeliveryFilter narrows a list of deliveries; what is zero narrows nothing.
type DeliveryFilter struct {
	State clearline.DeliveryState
	// ConnectionID leaves the deliveries of that connection, and those of which nobody can say whose they are: refused
	// ones (whose app is not noted either), and accounts unknown to the app.
	ConnectionID clearline.ID
}

// oneConnectionLooks is among how many deliveries those of one connection are looked for at a time: there is no index by
// connection, which every delivery would have to pay for.
const oneConnectionLooks = 20_000

// Deliveries lists a company's deliveries, the newest first, from the one before after. It also gives the id to go on
// after, 0 at the end; a page of one connection may be short or empty and yet not be the last.
func (s *Store) Deliveries(ctx context.Context, company clearline.ID, f DeliveryFilter, after clearline.ID, limit int) (all []clearline.Delivery, next clearline.ID, err error) {
	text := `SELECT ` + deliveryColumns + ` FROM deliveries WHERE company_id = $1`
	args := []any{company, limit}
	if after != 0 {
		args = append(args, after)
		text += ` AND delivery_id < $3`
	}
	var horizon clearline.ID
	if f.ConnectionID != 0 {
		if horizon, err = s.deliveriesBefore(ctx, company, after, oneConnectionLooks); err != nil {
			return nil, 0, err
		}
		args = append(args, horizon, f.ConnectionID)
		connection := `$` + strconv.Itoa(len(args))
		text += ` AND delivery_id >= $` + strconv.Itoa(len(args)-1) + ` AND (connection_id = ` + connection + ` OR connection_id IS NULL
			AND app_id IN (0, (SELECT app_id FROM connections WHERE company_id = $1 AND connection_id = ` + connection + `)))`
	}
	if f.State != "" {
		args = append(args, string(f.State))
		text += ` AND state = $` + strconv.Itoa(len(args))
		if f.State != clearline.DeliveryApplied {
			text += ` AND state <> 'applied'`
		}
	}
	rows, err := s.read.QueryContext(ctx, text+` ORDER BY delivery_id DESC LIMIT $2`, args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		d, err := scanDelivery(rows, company)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, d)
	}
	next = horizon
	if len(all) == limit {
		next = all[limit-1].ID
	}
	return all, next, rows.Err()
}

// deliveriesBefore is the id of the delivery that stands n places below after, 0 when there are fewer.
func (s *Store) deliveriesBefore(ctx context.Context, company, after clearline.ID, n int) (id clearline.ID, err error) {
	text, args := `SELECT delivery_id FROM deliveries WHERE company_id = $1`, []any{company, n}
	if after != 0 {
		text, args = text+` AND delivery_id < $3`, append(args, after)
	}
	err = s.read.QueryRowContext(ctx, text+` ORDER BY delivery_id DESC LIMIT 1 OFFSET $2`, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Delivery reads one delivery with its bytes as received.
func (s *Store) Delivery(ctx context.Context, company, id clearline.ID) (clearline.Delivery, error) {
	var packed []byte
	d, err := scanDelivery(s.read.QueryRowContext(ctx, `SELECT `+deliveryColumns+`, raw FROM deliveries WHERE company_id = $1 AND delivery_id = $2`, company, id), company, &packed)
	if err != nil {
		return d, absent(err)
	}
	if packed != nil {
		d.Raw, err = Unpack(packed)
	}
	return d, err
}

// PendingDelivery names a delivery that is kept but not applied.
type PendingDelivery struct{ CompanyID, DeliveryID clearline.ID }

// PendingDeliveries are the oldest deliveries of all companies that wait to be applied.
func (s *Store) PendingDeliveries(ctx context.Context, limit int) ([]PendingDelivery, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT d.company_id, d.delivery_id FROM companies c
		JOIN deliveries d ON d.company_id = c.company_id AND d.state = 'pending' AND d.state <> 'applied'
		ORDER BY d.delivery_id LIMIT $1`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []PendingDelivery
	for rows.Next() {
		var p PendingDelivery
		if err := rows.Scan(&p.CompanyID, &p.DeliveryID); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// FailPending books a failed try at a pending delivery; after maxTries it is parked with the reason.
func (s *Store) FailPending(ctx context.Context, p PendingDelivery, reason string, maxTries int) (parked bool, err error) {
	err = s.call(ctx, []clearline.ID{p.CompanyID}, func(tx *Tx) error {
		var tries, pending int64
		found, err := tx.get(`UPDATE deliveries SET tries = tries + 1, reason = $3 WHERE company_id = $1 AND delivery_id = $2 AND state = 'pending' RETURNING tries, pending`,
			[]any{p.CompanyID, p.DeliveryID, reason}, &tries, &pending)
		if err != nil || !found || int(tries) < maxTries {
			return err
		}
		parked = true
		tx.count(p.CompanyID, 0, clearline.Count{Parked: int(pending), Pending: -int(pending)})
		_, err = tx.exec(`UPDATE deliveries SET state = 'parked', parked = parked + pending, pending = 0 WHERE company_id = $1 AND delivery_id = $2`, p.CompanyID, p.DeliveryID)
		return err
	})
	return parked, err
}

// FinishReplay books a replay: what it stored is no longer parked. again is what became of the elements now.
func (s *Store) FinishReplay(ctx context.Context, company, delivery clearline.ID, again clearline.Count, reason string) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var old clearline.Count
		var stored, duplicate, parked, pending int64
		found, err := tx.get(`SELECT stored, duplicate, parked, pending FROM deliveries WHERE company_id = $1 AND delivery_id = $2`,
			[]any{company, delivery}, &stored, &duplicate, &parked, &pending)
		if err != nil || !found {
			return orAbsent(err)
		}
		old = clearline.Count{Stored: int(stored), Duplicate: int(duplicate), Parked: int(parked), Pending: int(pending)}
		now := clearline.Count{Stored: old.Stored + again.Stored, Parked: again.Parked}
		now.Duplicate = max(0, again.Sum()-now.Stored-now.Parked)
		state := clearline.DeliveryApplied
		if now.Parked > 0 {
			state = clearline.DeliveryParked
		}
		tx.count(company, now.Sum()-old.Sum(), clearline.Count{Stored: now.Stored - old.Stored, Duplicate: now.Duplicate - old.Duplicate,
			Parked: now.Parked - old.Parked, Pending: -old.Pending})
		_, err = tx.exec(`UPDATE deliveries SET stored = $3, duplicate = $4, parked = $5, pending = 0, state = $6, reason = $7 WHERE company_id = $1 AND delivery_id = $2`,
			company, delivery, now.Stored, now.Duplicate, now.Parked, state, reason)
		return err
	})
}

// Ledger is what arrived and what became of it, counted in elements since the beginning.
type Ledger struct {
	Received int64
	clearline.Count
	Refused map[string]int64
}

// Ledger reads a company's ledger.
func (s *Store) Ledger(ctx context.Context, company clearline.ID) (l Ledger, err error) {
	l.Refused = map[string]int64{}
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(SUM(received), 0), COALESCE(SUM(stored), 0), COALESCE(SUM(duplicate), 0), COALESCE(SUM(parked), 0), COALESCE(SUM(pending), 0)
		FROM ledger WHERE company_id = $1`, company).Scan(&l.Received, &l.Stored, &l.Duplicate, &l.Parked, &l.Pending)
	if err != nil {
		return l, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT reason, SUM(n) FROM refusals WHERE company_id = $1 GROUP BY reason`, company)
	if err != nil {
		return l, err
	}
	defer rows.Close()
	for rows.Next() {
		var reason string
		var n int64
		if err := rows.Scan(&reason, &n); err != nil {
			return l, err
		}
		l.Refused[reason] = n
	}
	return l, rows.Err()
}

// Refusal is a call that was not authentic or over a limit, in numbers.
type Refusal struct {
	CompanyID clearline.ID
	// AppID is the app whose address was called, 0 for the shared one.
	AppID    clearline.ID
	Platform clearline.Platform
	At       time.Time
	// Reason is signature, limit or shed.
	Reason string
	Answer int
	Size   int
	Detail string
}

// refusalRows bounds how many single refusals of a company are kept; beyond it only the counter grows.
const refusalRows = 1000

// Refuse books refusals: counters, and one row each without the body (I2).
func (s *Store) Refuse(ctx context.Context, all []Refusal) error {
	companies := make([]clearline.ID, 0, len(all))
	for _, r := range all {
		companies = append(companies, r.CompanyID)
	}
	return s.call(ctx, companies, func(tx *Tx) error {
		tx.after = append(tx.after, func() { s.refused(all) })
		for _, r := range all {
			if _, err := tx.exec(`INSERT INTO refusals (company_id, day, reason, n) VALUES ($1, $2, $3, 1)
				ON CONFLICT (company_id, day, reason) DO UPDATE SET n = refusals.n + 1`, r.CompanyID, millis(r.At)/dayMillis, r.Reason); err != nil {
				return err
			}
			signature := "none" // nobody looked at it
			switch r.Reason {
			case "signature":
				signature = "bad"
			case "shed":
				signature = "ok"
			}
			id := tx.ids.Next()
			if _, err := tx.exec(`INSERT INTO deliveries (company_id, delivery_id, platform, app_id, received_at, lag_ms, spread_ms, took_us, answer, signature, state, stored, duplicate, parked, pending,
				reason, test, tries, size) VALUES ($1, $2, $3, $9, $4, 0, 0, 0, $5, $6, 'refused', 0, 0, 0, 0, $7, 0, 0, $8)`,
				r.CompanyID, id, r.Platform, r.At, r.Answer, signature, r.Detail, r.Size, r.AppID); err != nil {
				return err
			}
		}
		for _, company := range companies {
			if _, err := tx.exec(`DELETE FROM deliveries WHERE company_id = $1 AND state = 'refused' AND state <> 'applied' AND delivery_id <=
				(SELECT delivery_id FROM deliveries WHERE company_id = $1 AND state = 'refused' AND state <> 'applied' ORDER BY delivery_id DESC LIMIT 1 OFFSET $2)`,
				company, refusalRows); err != nil {
				return err
			}
		}
		return nil
	})
}

// refusedAs are the causes behind the reasons of a refusal that say something about more than one call.
var refusedAs = map[string]clearline.Cause{"signature": clearline.CauseHookSignature, "shed": clearline.CauseDisk}

// refused lets those who listen know once for each app and reason.
func (s *Store) refused(all []Refusal) {
	told := map[Alarm]bool{}
	for _, r := range all {
		t := Alarm{CompanyID: r.CompanyID, AppID: r.AppID, Cause: refusedAs[r.Reason]}
		if t.Cause != "" && !told[t] {
			told[t] = true
			s.alarm(t)
		}
	}
}

// ErrTooOld means that changes since that number are no longer kept: load the lists anew.
var ErrTooOld = &clearline.Problem{Cause: clearline.CauseTooOld, Title: "The changes since that number are no longer kept.",
	Detail: "The change log holds seven days. Load the lists again and continue from the number they come with."}

// Changes lists a company's changes with numbers above since, in order. next is where to continue.
func (s *Store) Changes(ctx context.Context, company clearline.ID, since int64, limit int) (all []clearline.Change, next int64, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n, at, kind, id, conversation_id FROM changes WHERE company_id = $1 AND n > $2 ORDER BY n LIMIT $3`, company, since, limit)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	next = since
	for rows.Next() {
		var c clearline.Change
		var at int64
		if err := rows.Scan(&c.N, &at, &c.Kind, &c.ID, &c.ConversationID); err != nil {
			return nil, 0, err
		}
		c.At = moment(at)
		next = c.N
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	// The oldest number is read after the rows: it only rises, so a gap that the clean-up made meanwhile is seen.
	var oldest int64
	if err := s.read.QueryRowContext(ctx, `SELECT oldest FROM counters WHERE company_id = $1`, company).Scan(&oldest); err != nil {
		return nil, 0, absent(err)
	}
	if since+1 < oldest {
		return nil, 0, ErrTooOld
	}
	return all, next, nil
}

// Number is the number of a company's last change.
func (s *Store) Number(ctx context.Context, company clearline.ID) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT n FROM counters WHERE company_id = $1`, company).Scan(&n)
	return n, absent(err)
}

// Numbers are the numbers of the last changes of several companies, in one query.
func (s *Store) Numbers(ctx context.Context, companies []clearline.ID) (map[clearline.ID]int64, error) {
	out := make(map[clearline.ID]int64, len(companies))
	if len(companies) == 0 {
		return out, nil
	}
	in, args := inList(1, companies)
	rows, err := s.read.QueryContext(ctx, `SELECT company_id, n FROM counters WHERE company_id IN (`+in+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id clearline.ID
		var n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		out[id] = n
	}
	return out, rows.Err()
}
