package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/clearline/clearline"
)

// AddCompany makes a company with its change log at 0.
func (s *Store) AddCompany(ctx context.Context, name string) (clearline.Company, error) {
	c := clearline.Company{ID: s.ids.Next(), Name: name, CreatedAt: s.clock.Now().UTC()}
	return c, s.call(ctx, nil, func(tx *Tx) error {
		if _, err := tx.exec(`INSERT INTO companies (company_id, name, created_at) VALUES ($1, $2, $3)`, c.ID, c.Name, c.CreatedAt); err != nil {
			return err
		}
		_, err := tx.exec(`INSERT INTO counters (company_id, n) VALUES ($1, 0)`, c.ID)
		return err
	})
}

// Companies are all companies, the oldest first, without the installation.
func (s *Store) Companies(ctx context.Context) ([]clearline.Company, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT company_id, name, created_at FROM companies WHERE company_id <> 0 ORDER BY company_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.Company
	for rows.Next() {
		var c clearline.Company
		var at int64
		if err := rows.Scan(&c.ID, &c.Name, &at); err != nil {
			return nil, err
		}
		c.CreatedAt = moment(at)
		all = append(all, c)
	}
	return all, rows.Err()
}

// Company reads one company.
func (s *Store) Company(ctx context.Context, id clearline.ID) (c clearline.Company, err error) {
	var at int64
	err = s.read.QueryRowContext(ctx, `SELECT company_id, name, created_at FROM companies WHERE company_id = $1`, id).Scan(&c.ID, &c.Name, &at)
	c.CreatedAt = moment(at)
	return c, absent(err)
}

// AddUser makes a person of a company.
func (s *Store) AddUser(ctx context.Context, u clearline.User) (clearline.User, error) {
	u.ID, u.CreatedAt = s.ids.Next(), s.clock.Now().UTC()
	return u, s.call(ctx, []clearline.ID{u.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO users (company_id, user_id, name, email, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			u.CompanyID, u.ID, u.Name, u.Email, u.Role, u.CreatedAt)
		return err
	})
}

// Users are the people of a company, the oldest first.
func (s *Store) Users(ctx context.Context, company clearline.ID) ([]clearline.User, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT user_id, name, email, role, created_at FROM users WHERE company_id = $1 ORDER BY user_id`, company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.User
	for rows.Next() {
		u := clearline.User{CompanyID: company}
		var at int64
		if err := rows.Scan(&u.ID, &u.Name, &u.Email, &u.Role, &at); err != nil {
			return nil, err
		}
		u.CreatedAt = moment(at)
		all = append(all, u)
	}
	return all, rows.Err()
}

// Credential is a secret that lets somebody in: an API key, a session or a sign-in code. Only the hash of
// the secret is stored.
type Credential struct {
	Kind      string
	CompanyID clearline.ID
	// UserID is 0 for an API key.
	UserID    clearline.ID
	Name      string
	ExpiresAt time.Time
	// Reusable codes may be used until they end; others once.
	Reusable bool
}

// The kinds of credential.
const (
	KeyCredential     = "key"
	SessionCredential = "session"
	CodeCredential    = "code"
)

// AddCredential stores the hash of a secret.
func (s *Store) AddCredential(ctx context.Context, secret string, c Credential) error {
	hash := sha256.Sum256([]byte(secret))
	return s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO credentials (hash, kind, company_id, user_id, name, created_at, expires_at, reusable) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			hash[:], c.Kind, c.CompanyID, orNull(c.UserID), c.Name, s.clock.Now(), c.ExpiresAt, c.Reusable)
		return err
	})
}

// FindCredential finds a credential by its secret; ErrAbsent for an unknown or ended one.
func (s *Store) FindCredential(ctx context.Context, kind, secret string) (c Credential, err error) {
	hash := sha256.Sum256([]byte(secret))
	var user sql.NullInt64
	var expires, reusable int64
	err = s.read.QueryRowContext(ctx, `SELECT kind, company_id, user_id, name, expires_at, reusable FROM credentials WHERE hash = $1`, hash[:]).
		Scan(&c.Kind, &c.CompanyID, &user, &c.Name, &expires, &reusable)
	c.UserID, c.ExpiresAt, c.Reusable = clearline.ID(user.Int64), moment(expires), reusable != 0
	if err == nil && (c.Kind != kind || expires != 0 && !s.clock.Now().Before(c.ExpiresAt)) {
		err = ErrAbsent
	}
	return c, absent(err)
}

// SpendCode uses a sign-in code: a code that is not reusable is gone afterwards, also for two who race.
func (s *Store) SpendCode(ctx context.Context, secret string) (Credential, error) {
	c, err := s.FindCredential(ctx, CodeCredential, secret)
	if err != nil || c.Reusable {
		return c, err
	}
	hash := sha256.Sum256([]byte(secret))
	return c, s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		changed, err := tx.exec(`DELETE FROM credentials WHERE hash = $1`, hash[:])
		if err == nil && changed == 0 {
			err = ErrAbsent
		}
		return err
	})
}

// KeyRow is an API key as it is listed: its secret is known only to who made it.
type KeyRow struct {
	ID        string
	Name      string
	CreatedAt time.Time
}

// Keys are a company's API keys, the oldest first. Their id is the start of the hash.
func (s *Store) Keys(ctx context.Context, company clearline.ID) ([]KeyRow, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hash, name, created_at FROM credentials WHERE company_id = $1 AND kind = 'key' ORDER BY created_at`, company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []KeyRow
	for rows.Next() {
		var hash []byte
		var at int64
		var k KeyRow
		if err := rows.Scan(&hash, &k.Name, &at); err != nil {
			return nil, err
		}
		k.ID, k.CreatedAt = keyID(hash), moment(at)
		all = append(all, k)
	}
	return all, rows.Err()
}

func keyID(hash []byte) string { return hex.EncodeToString(hash[:8]) }

// EndKey ends an API key of a company.
func (s *Store) EndKey(ctx context.Context, company clearline.ID, id string) error {
	rows, err := s.read.QueryContext(ctx, `SELECT hash FROM credentials WHERE company_id = $1 AND kind = 'key'`, company)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var hash []byte
		if err := rows.Scan(&hash); err != nil {
			return err
		}
		if keyID(hash) == id {
			return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
				_, err := tx.exec(`DELETE FROM credentials WHERE hash = $1 AND company_id = $2`, hash, company)
				return err
			})
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return ErrAbsent
}

// ErrAbsent means that there is no such row in this company; another company's row is just as absent (I57).
var ErrAbsent = &clearline.Problem{Cause: clearline.CauseAbsent, Title: "There is nothing with this id.",
	Detail: "It may have been removed, or the id may be mistyped. Ask for the list to see what there is."}

func absent(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrAbsent
	}
	return err
}
