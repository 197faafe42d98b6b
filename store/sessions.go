package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"time"

	"github.com/clearline/clearline"
)

// Credential is a secret that lets somebody in. Only the hash of the secret is stored.
type Credential struct {
	Kind      string
	CompanyID clearline.ID
	// UserID is 0 for an API key and for the code of an empty installation.
	UserID clearline.ID
	// MakerID is who made an API key, 0 for one made by another key or on the command line.
	MakerID clearline.ID
	// Name is what a key is for, and of a session the browser.
	Name string
	// Address is where a session was begun.
	Address   string
	CreatedAt time.Time
	// UsedAt is the last use, up to a minute behind.
	UsedAt    time.Time
	ExpiresAt time.Time
	// Reusable codes may be used until they end; others once.
	Reusable bool
	// Holder is the person of UserID, else of MakerID; its ID is 0 when there is none.
	Holder clearline.User

	hash []byte
}

// ID names a credential without giving it away: the start of the secret's hash.
func (c Credential) ID() string {
	if len(c.hash) == 0 {
		return ""
	}
	return hex.EncodeToString(c.hash[:8])
}

// The kinds of credential.
const (
	KeyCredential     = "key"
	SessionCredential = "session"
	CodeCredential    = "code"
	InviteCredential  = "invite"
	SetupCredential   = "setup"
)

func hashOf(secret string) []byte {
	hash := sha256.Sum256([]byte(secret))
	return hash[:]
}

// AddCredential stores the hash of a secret.
func (s *Store) AddCredential(ctx context.Context, secret string, c Credential) error {
	return s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error { return tx.addCredential(secret, c) })
}

// ReplaceCredentials stores the hash of a secret in place of all of the same kind and person.
func (s *Store) ReplaceCredentials(ctx context.Context, secret string, c Credential) error {
	return s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		if _, err := tx.exec(`DELETE FROM credentials WHERE company_id = $1 AND kind = $2 AND COALESCE(user_id, 0) = $3`, c.CompanyID, c.Kind, c.UserID); err != nil {
			return err
		}
		return tx.addCredential(secret, c)
	})
}

func (tx *Tx) addCredential(secret string, c Credential) error {
	if c.Kind == SessionCredential {
		if _, err := tx.exec(`UPDATE users SET seen_at = $3 WHERE company_id = $1 AND user_id = $2`, c.CompanyID, c.UserID, c.UsedAt); err != nil {
			return err
		}
	}
	_, err := tx.exec(`INSERT INTO credentials (hash, kind, company_id, user_id, maker_id, name, address, created_at, used_at, expires_at, reusable)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		hashOf(secret), c.Kind, c.CompanyID, orNull(c.UserID), orNull(c.MakerID), c.Name, c.Address, tx.now, c.UsedAt, c.ExpiresAt, c.Reusable)
	return err
}

// FindCredential finds a credential by its secret; ErrAbsent for an unknown or ended one, and for one whose holder
// is deactivated.
func (s *Store) FindCredential(ctx context.Context, kind, secret string) (c Credential, err error) {
	c.hash = hashOf(secret)
	var user, maker sql.NullInt64
	var created, used, expires, reusable int64
	var holder userRow
	err = s.read.QueryRowContext(ctx, `SELECT c.kind, c.company_id, c.user_id, c.maker_id, c.name, c.address, c.created_at, c.used_at, c.expires_at, c.reusable, `+userColumns+`
		FROM credentials c LEFT JOIN users u ON u.company_id = c.company_id AND u.user_id = COALESCE(c.user_id, c.maker_id) WHERE c.hash = $1`, c.hash).
		Scan(append([]any{&c.Kind, &c.CompanyID, &user, &maker, &c.Name, &c.Address, &created, &used, &expires, &reusable}, holder.places()...)...)
	if err != nil {
		return c, absent(err)
	}
	c.UserID, c.MakerID, c.Reusable = clearline.ID(user.Int64), clearline.ID(maker.Int64), reusable != 0
	c.CreatedAt, c.UsedAt, c.ExpiresAt = moment(created), moment(used), moment(expires)
	if c.Holder, err = holder.user(c.CompanyID); err != nil {
		return c, err
	}
	if c.Kind != kind || expires != 0 && !s.clock.Now().Before(c.ExpiresAt) || !c.Holder.Active() {
		return c, ErrAbsent
	}
	return c, nil
}

// SpendCode uses a sign-in code: a code that is not reusable is gone afterwards, also for two who race.
func (s *Store) SpendCode(ctx context.Context, secret string) (Credential, error) {
	c, err := s.FindCredential(ctx, CodeCredential, secret)
	if err != nil || c.Reusable {
		return c, err
	}
	return c, s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		changed, err := tx.exec(`DELETE FROM credentials WHERE hash = $1`, c.hash)
		if err == nil && changed == 0 {
			err = ErrAbsent
		}
		return err
	})
}

// Keys are a company's API keys, the oldest first.
func (s *Store) Keys(ctx context.Context, company clearline.ID) ([]Credential, error) {
	return s.credentials(ctx, company, KeyCredential, 0)
}

// Sessions are a person's sessions that have not ended, the oldest first.
func (s *Store) Sessions(ctx context.Context, company, user clearline.ID) ([]Credential, error) {
	return s.credentials(ctx, company, SessionCredential, user)
}

func (s *Store) credentials(ctx context.Context, company clearline.ID, kind string, user clearline.ID) ([]Credential, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT c.hash, c.maker_id, c.name, c.address, c.created_at, c.used_at, c.expires_at, `+userColumns+`
		FROM credentials c LEFT JOIN users u ON u.company_id = c.company_id AND u.user_id = COALESCE(c.user_id, c.maker_id)
		WHERE c.company_id = $1 AND c.kind = $2 AND COALESCE(c.user_id, 0) = $3 ORDER BY c.created_at, c.hash`, company, kind, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	now := s.clock.Now()
	var all []Credential
	for rows.Next() {
		c := Credential{Kind: kind, CompanyID: company, UserID: user}
		var maker sql.NullInt64
		var created, used, expires int64
		var holder userRow
		if err := rows.Scan(append([]any{&c.hash, &maker, &c.Name, &c.Address, &created, &used, &expires}, holder.places()...)...); err != nil {
			return nil, err
		}
		c.MakerID, c.CreatedAt, c.UsedAt, c.ExpiresAt = clearline.ID(maker.Int64), moment(created), moment(used), moment(expires)
		if c.Holder, err = holder.user(company); err != nil {
			return nil, err
		}
		if expires == 0 || now.Before(c.ExpiresAt) {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}

// EndKey ends an API key of a company.
func (s *Store) EndKey(ctx context.Context, company clearline.ID, id string) error {
	all, err := s.Keys(ctx, company)
	if err != nil {
		return err
	}
	return s.endNamed(ctx, all, id)
}

// EndSession ends one of a person's sessions.
func (s *Store) EndSession(ctx context.Context, company, user clearline.ID, id string) error {
	all, err := s.Sessions(ctx, company, user)
	if err != nil {
		return err
	}
	return s.endNamed(ctx, all, id)
}

func (s *Store) endNamed(ctx context.Context, all []Credential, id string) error {
	for _, c := range all {
		if c.ID() == id {
			return s.EndCredential(ctx, c)
		}
	}
	return ErrAbsent
}

// EndCredential ends a credential that was found.
func (s *Store) EndCredential(ctx context.Context, c Credential) error {
	return s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM credentials WHERE hash = $1 AND company_id = $2`, c.hash, c.CompanyID)
		return err
	})
}

// EndOtherSessions ends a person's sessions but the given one.
func (s *Store) EndOtherSessions(ctx context.Context, but Credential) error {
	return s.call(ctx, []clearline.ID{but.CompanyID}, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM credentials WHERE company_id = $1 AND user_id = $2 AND kind = $3 AND hash <> $4`, but.CompanyID, but.UserID, SessionCredential, but.hash)
		return err
	})
}

// SaveUses writes when credentials were last used, and when their people were last seen.
func (s *Store) SaveUses(ctx context.Context, uses []Credential) error {
	var companies []clearline.ID
	var credentials, people [][]any
	for _, c := range uses {
		companies = append(companies, c.CompanyID)
		credentials = append(credentials, []any{bytes.Clone(c.hash), c.UsedAt})
		if c.UserID != 0 {
			people = append(people, []any{c.CompanyID, c.UserID, c.UsedAt})
		}
	}
	if len(uses) == 0 {
		return nil
	}
	return s.call(ctx, companies, func(tx *Tx) error {
		if err := tx.each(`UPDATE credentials SET used_at = $2 WHERE hash = $1 AND used_at < $2`, credentials, nil); err != nil {
			return err
		}
		return tx.each(`UPDATE users SET seen_at = $3 WHERE company_id = $1 AND user_id = $2 AND seen_at < $3`, people, nil)
	})
}
