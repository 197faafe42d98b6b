package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/clearline/clearline"
)

// Examination is what an examination of a connection came to; Body is the report as it is shown, as JSON. The
// server's own belongs to the installation and has no connection.
type Examination struct {
	CompanyID, ConnectionID clearline.ID
	EndedAt                 time.Time
	Status                  clearline.CheckResult
	Cause                   clearline.Cause
	Body                    []byte
}

// Seen is a cause that a check found.
type Seen struct {
	Cause  clearline.Cause
	Check  string
	Result clearline.CheckResult
	// Due is when a warning becomes a failure, zero when there is no such date.
	Due  time.Time
	Fill map[string]string
}

// FindingRow is a finding with what its page is filled with.
type FindingRow struct {
	clearline.Finding
	Seen
}

// subject is what an examination is of, for the key: the connection, or 0 for the server itself.
func subject(connection clearline.ID) any { return int64(connection) }

// SaveExamination writes a report down and carries the history of findings on: what was seen is open or has come back,
// and what one of the concluded checks found earlier and nobody sees now is fixed. report completes e from the findings
// as they stand then. Of one subject, one examination at a time may be saved.
func (s *Store) SaveExamination(ctx context.Context, e *Examination, seen []Seen, concluded []string, report func([]FindingRow) error) error {
	known, err := s.Findings(ctx, e.CompanyID, e.ConnectionID)
	if err != nil {
		return err
	}
	now := carryOn(known, *e, seen, concluded)
	if err := report(now); err != nil {
		return err
	}
	was := map[clearline.Cause]FindingRow{}
	for _, f := range known {
		was[f.Finding.Cause] = f
	}
	return s.call(ctx, []clearline.ID{e.CompanyID}, func(tx *Tx) error {
		for _, f := range now {
			if old, ok := was[f.Finding.Cause]; ok && same(old, f) {
				continue
			}
			if err := saveFinding(tx, f); err != nil {
				return err
			}
		}
		if e.ConnectionID != 0 {
			tx.change(e.CompanyID, clearline.ConnectionChanged, e.ConnectionID, 0)
		}
		_, err := tx.exec(`INSERT INTO examinations (company_id, subject, connection_id, ended_at, status, cause, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (company_id, subject) DO UPDATE SET ended_at = excluded.ended_at, status = excluded.status, cause = excluded.cause, body = excluded.body`,
			e.CompanyID, subject(e.ConnectionID), orNull(e.ConnectionID), e.EndedAt, string(e.Status), e.Cause, string(e.Body))
		return err
	})
}

func same(a, b FindingRow) bool {
	return a.Finding == b.Finding && a.Check == b.Check && a.Result == b.Result && a.Due.Equal(b.Due) && string(fillText(a.Fill)) == string(fillText(b.Fill))
}

// carryOn is the findings after an examination, in the order in which they first came.
func carryOn(known []FindingRow, e Examination, seen []Seen, concluded []string) []FindingRow {
	now := slices.Clone(known)
	at := e.EndedAt.Truncate(time.Millisecond).UTC()
	sighted := map[clearline.Cause]bool{}
	for _, x := range seen {
		if sighted[x.Cause] {
			continue // the first check that names a cause is the one that found it
		}
		sighted[x.Cause] = true
		i := slices.IndexFunc(now, func(f FindingRow) bool { return f.Finding.Cause == x.Cause })
		if i < 0 {
			i = len(now)
			now = append(now, FindingRow{Finding: clearline.Finding{CompanyID: e.CompanyID, ConnectionID: e.ConnectionID, Cause: x.Cause,
				State: clearline.FindingOpen, FirstSeen: at, Count: 1}})
		}
		f := &now[i]
		if f.State == clearline.FindingFixed {
			f.State = clearline.FindingCameBack
			f.Count++
		}
		f.LastSeen, f.Seen = at, x
	}
	for i := range now {
		if f := &now[i]; f.State != clearline.FindingFixed && !sighted[f.Finding.Cause] && slices.Contains(concluded, f.Check) {
			f.State, f.FixedAt = clearline.FindingFixed, at
		}
	}
	return now
}

func fillText(fill map[string]string) []byte {
	b, err := json.Marshal(fill)
	if err != nil {
		return []byte("{}") // a map of texts always is JSON
	}
	return b
}

func saveFinding(tx *Tx, f FindingRow) error {
	_, err := tx.exec(`INSERT INTO findings (company_id, subject, cause, connection_id, state, check_id, result, first_seen, last_seen, fixed_at, count, due, fill)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (company_id, subject, cause) DO UPDATE SET state = excluded.state,
		check_id = excluded.check_id, result = excluded.result, last_seen = excluded.last_seen, fixed_at = excluded.fixed_at, count = excluded.count,
		due = excluded.due, fill = excluded.fill`,
		f.CompanyID, subject(f.ConnectionID), f.Finding.Cause, orNull(f.ConnectionID), string(f.State), f.Check, string(f.Result),
		f.FirstSeen, f.LastSeen, f.FixedAt, f.Count, f.Due, string(fillText(f.Fill)))
	return err
}

// Findings are all findings of a connection, or of the server itself (0), the oldest first.
func (s *Store) Findings(ctx context.Context, company, connection clearline.ID) ([]FindingRow, error) {
	return s.findings(ctx, company, `AND subject = $2 ORDER BY first_seen, cause`, subject(connection))
}

// OpenFindings are the findings of all of a company's connections that are not fixed.
func (s *Store) OpenFindings(ctx context.Context, company clearline.ID) ([]FindingRow, error) {
	return s.findings(ctx, company, `AND state <> $2 ORDER BY first_seen, cause`, string(clearline.FindingFixed))
}

func (s *Store) findings(ctx context.Context, company clearline.ID, which string, arg any) (all []FindingRow, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT subject, cause, state, check_id, result, first_seen, last_seen, fixed_at, count, due, fill
		FROM findings WHERE company_id = $1 `+which, company, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f := FindingRow{Finding: clearline.Finding{CompanyID: company}}
		var first, last, fixed, due int64
		var fill string
		if err := rows.Scan(&f.ConnectionID, &f.Finding.Cause, &f.State, &f.Check, &f.Result, &first, &last, &fixed, &f.Count, &due, &fill); err != nil {
			return nil, err
		}
		f.Seen.Cause = f.Finding.Cause
		f.FirstSeen, f.LastSeen, f.FixedAt, f.Due = moment(first), moment(last), moment(fixed), moment(due)
		if err := json.Unmarshal([]byte(fill), &f.Fill); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// Examination reads the last examination of a connection, or of the server itself (0); found is false before the first.
func (s *Store) Examination(ctx context.Context, company, connection clearline.ID) (e Examination, found bool, err error) {
	e = Examination{CompanyID: company, ConnectionID: connection}
	var at int64
	var body string
	err = s.read.QueryRowContext(ctx, `SELECT ended_at, status, cause, body FROM examinations WHERE company_id = $1 AND subject = $2`, company, subject(connection)).
		Scan(&at, &e.Status, &e.Cause, &body)
	e.EndedAt, e.Body = moment(at), []byte(body)
	found, err = first(err)
	return e, found, err
}

// Examined are the last examinations of all connections of all companies, without their bodies, by connection.
func (s *Store) Examined(ctx context.Context) (map[clearline.ID]Examination, error) {
	return s.examined(ctx, `SELECT company_id, subject, ended_at, status, cause FROM examinations`)
}

// ExaminedOf are those of one company.
func (s *Store) ExaminedOf(ctx context.Context, company clearline.ID) (map[clearline.ID]Examination, error) {
	return s.examined(ctx, `SELECT company_id, subject, ended_at, status, cause FROM examinations WHERE company_id = $1`, company)
}

func (s *Store) examined(ctx context.Context, text string, args ...any) (map[clearline.ID]Examination, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[clearline.ID]Examination{}
	for rows.Next() {
		var e Examination
		var at int64
		if err := rows.Scan(&e.CompanyID, &e.ConnectionID, &at, &e.Status, &e.Cause); err != nil {
			return nil, err
		}
		e.EndedAt = moment(at)
		if e.ConnectionID != 0 {
			all[e.ConnectionID] = e
		}
	}
	return all, rows.Err()
}
