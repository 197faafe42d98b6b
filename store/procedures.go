package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/clearline/clearline"
)

// Procedure is a connecting under way, as it is kept. Its body belongs to package connect.
type Procedure struct {
	CompanyID clearline.ID
	ID        clearline.ID
	Platform  clearline.Platform
	Way       string
	// ConnectionID is the connection it renews or has made, 0 before that.
	ConnectionID clearline.ID
	// App is the platform app it works with; its ID is 0 before that is known.
	App  clearline.App
	Open bool
	Body json.RawMessage
	// Token and PIN are opened; "" for none.
	Token, PIN string
	// Version is raised by every write.
	Version int64
	// Node is who runs a step of it now, 0 for nobody.
	Node int
	// DueAt is when the program goes on by itself, zero while a person must.
	DueAt                           time.Time
	MadeBy                          clearline.ID
	CreatedAt, UpdatedAt, ExpiresAt time.Time
}

// ErrStale means that somebody else has written meanwhile: read again and decide anew.
var ErrStale = errors.New("store: it was changed by somebody else meanwhile")

// AddProcedure stores a new procedure. ErrStale means that its connection has an open one already, and nothing was changed.
func (s *Store) AddProcedure(ctx context.Context, p Procedure) (Procedure, error) {
	now := s.clock.Now().UTC()
	p.ID, p.CreatedAt, p.UpdatedAt, p.Version, p.Open = s.ids.Next(), now, now, 1, true
	return p, s.call(ctx, []clearline.ID{p.CompanyID}, func(tx *Tx) error {
		if p.ConnectionID != 0 {
			var one int64
			found, err := tx.get(`SELECT 1 FROM procedures WHERE company_id = $1 AND connection_id = $2 AND is_open = 1 LIMIT 1`, []any{p.CompanyID, p.ConnectionID}, &one)
			if err == nil && found {
				err = ErrStale
			}
			if err != nil {
				return err
			}
		}
		tx.change(p.CompanyID, clearline.ProcedureChanged, p.ID, 0)
		_, err := tx.exec(`INSERT INTO procedures (company_id, procedure_id, platform, way, connection_id, is_open, body, version, due_at, made_by, created_at, updated_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, 1, $6, 1, $7, $8, $9, $9, $10)`, p.CompanyID, p.ID, p.Platform, p.Way, orNull(p.ConnectionID), p.Body, p.DueAt, p.MadeBy, now, p.ExpiresAt)
		return err
	})
}

// SaveProcedure writes a procedure over the version it was read in and raises that. ErrStale means that it was
// written meanwhile, and nothing was changed.
func (s *Store) SaveProcedure(ctx context.Context, p *Procedure) error {
	version, now := p.Version, s.clock.Now().UTC()
	var appCompany any
	if p.App.ID != 0 {
		appCompany = p.App.CompanyID
	}
	token, pin := s.sealOrNull(p.Token, "procedures.token", p.CompanyID, p.ID), s.sealOrNull(p.PIN, "procedures.pin", p.CompanyID, p.ID)
	err := s.call(ctx, []clearline.ID{p.CompanyID}, func(tx *Tx) error {
		changed, err := tx.exec(`UPDATE procedures SET connection_id = $4, app_company_id = $5, app_id = $6, is_open = $7, body = $8, token = $9, pin = $10,
			version = version + 1, node_id = $11, due_at = $12, updated_at = $13, expires_at = $14 WHERE company_id = $1 AND procedure_id = $2 AND version = $3`,
			p.CompanyID, p.ID, version, orNull(p.ConnectionID), appCompany, orNull(p.App.ID), p.Open, p.Body, token, pin, p.Node, p.DueAt, now, p.ExpiresAt)
		if err == nil && changed == 0 {
			err = ErrStale
		}
		if err != nil {
			return err
		}
		tx.change(p.CompanyID, clearline.ProcedureChanged, p.ID, 0)
		if p.ConnectionID != 0 {
			tx.change(p.CompanyID, clearline.ConnectionChanged, p.ConnectionID, 0)
		}
		return nil
	})
	if err == nil {
		p.Version, p.UpdatedAt = version+1, now
	}
	return err
}

// sealOrNull seals a secret into its place; an empty one is NULL.
func (s *Store) sealOrNull(secret, column string, company, row clearline.ID) any {
	if secret == "" {
		return nil
	}
	return s.key.Seal([]byte(secret), place(column, company, row))
}

func (s *Store) openOrEmpty(sealed []byte, column string, company, row clearline.ID) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := s.key.Open(sealed, place(column, company, row))
	return string(plain), err
}

const selectProcedure = `SELECT company_id, procedure_id, platform, way, COALESCE(connection_id, 0), COALESCE(app_company_id, 0), COALESCE(app_id, 0), is_open, body, token, pin,
	version, node_id, due_at, made_by, created_at, updated_at, expires_at FROM procedures`

func (s *Store) scanProcedure(row scanner) (p Procedure, err error) {
	var body string
	var token, pin []byte
	var due, created, updated, expires int64
	if err := row.Scan(&p.CompanyID, &p.ID, &p.Platform, &p.Way, &p.ConnectionID, &p.App.CompanyID, &p.App.ID, &p.Open, &body, &token, &pin,
		&p.Version, &p.Node, &due, &p.MadeBy, &created, &updated, &expires); err != nil {
		return p, err
	}
	p.Body, p.DueAt, p.CreatedAt, p.UpdatedAt, p.ExpiresAt = json.RawMessage(body), moment(due), moment(created), moment(updated), moment(expires)
	if p.Token, err = s.openOrEmpty(token, "procedures.token", p.CompanyID, p.ID); err != nil {
		return p, err
	}
	p.PIN, err = s.openOrEmpty(pin, "procedures.pin", p.CompanyID, p.ID)
	return p, err
}

// Procedure reads a procedure of a company, open or ended.
func (s *Store) Procedure(ctx context.Context, company, id clearline.ID) (Procedure, error) {
	p, err := s.scanProcedure(s.read.QueryRowContext(ctx, selectProcedure+` WHERE company_id = $1 AND procedure_id = $2`, company, id))
	return p, absent(err)
}

// OpenProcedures are a company's procedures that are neither done nor given up, the oldest first.
func (s *Store) OpenProcedures(ctx context.Context, company clearline.ID) ([]Procedure, error) {
	return s.procedures(ctx, selectProcedure+` WHERE company_id = $1 AND is_open = 1 ORDER BY procedure_id`, company)
}

// AllOpenProcedures are those of every company, for whoever keeps them going.
func (s *Store) AllOpenProcedures(ctx context.Context) ([]Procedure, error) {
	return s.procedures(ctx, selectProcedure+` WHERE is_open = 1 ORDER BY company_id, procedure_id`)
}

func (s *Store) procedures(ctx context.Context, text string, args ...any) ([]Procedure, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Procedure
	for rows.Next() {
		p, err := s.scanProcedure(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Login is a login under way at a platform.
type Login struct {
	CompanyID, ProcedureID clearline.ID
	Platform               clearline.Platform
	// Session is the id of the session that began it.
	Session   string
	ExpiresAt time.Time
	// Used is true when its state came back before.
	Used bool
}

// loginsKept is how long a state that has ended is remembered, so that whoever comes back with it is told what is wrong.
const loginsKept = 24 * time.Hour

// AddLogin keeps the hash of a login's state. Older ones of the same procedure end, and the company's that ended long ago go.
func (s *Store) AddLogin(ctx context.Context, state string, l Login) error {
	return s.call(ctx, []clearline.ID{l.CompanyID}, func(tx *Tx) error {
		if _, err := tx.exec(`DELETE FROM logins WHERE company_id = $1 AND (procedure_id = $2 AND used_at = 0 OR expires_at < $3)`,
			l.CompanyID, l.ProcedureID, tx.now.Add(-loginsKept)); err != nil {
			return err
		}
		_, err := tx.exec(`INSERT INTO logins (hash, company_id, procedure_id, platform, session, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			hashOf(state), l.CompanyID, l.ProcedureID, l.Platform, l.Session, tx.now, l.ExpiresAt)
		return err
	})
}

// FindLogin looks a state up without using it; found is false for one that nobody made here.
func (s *Store) FindLogin(ctx context.Context, state string) (l Login, found bool, err error) {
	var expires, used int64
	err = s.read.QueryRowContext(ctx, `SELECT company_id, procedure_id, platform, session, expires_at, used_at FROM logins WHERE hash = $1`, hashOf(state)).
		Scan(&l.CompanyID, &l.ProcedureID, &l.Platform, &l.Session, &expires, &used)
	l.ExpiresAt, l.Used = moment(expires), used != 0
	found, err = first(err)
	return l, found, err
}

// UseLogin uses a state up; ok is false when somebody was quicker (I50: a state works once).
func (s *Store) UseLogin(ctx context.Context, state string, l Login) (ok bool, err error) {
	err = s.call(ctx, []clearline.ID{l.CompanyID}, func(tx *Tx) error {
		changed, err := tx.exec(`UPDATE logins SET used_at = $2 WHERE hash = $1 AND used_at = 0`, hashOf(state), tx.now)
		ok = changed > 0
		return err
	})
	return ok, err
}
