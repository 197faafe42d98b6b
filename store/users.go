package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
)

// userColumns are what a person is read from; scanUser reads them.
const userColumns = `u.user_id, u.name, u.email, u.role, u.created_at, CASE WHEN u.password = '' THEN 1 ELSE 0 END, u.deactivated_at, u.seen_at, u.settings`

// userRow is a person as the columns give it; with a LEFT JOIN all may be NULL.
type userRow struct {
	id                                sql.NullInt64
	name, email, role, settings       sql.NullString
	created, invited, ended, lastSeen sql.NullInt64
}

func (r *userRow) places() []any {
	return []any{&r.id, &r.name, &r.email, &r.role, &r.created, &r.invited, &r.ended, &r.lastSeen, &r.settings}
}

func (r *userRow) user(company clearline.ID) (clearline.User, error) {
	u := clearline.User{ID: clearline.ID(r.id.Int64), CompanyID: company, Name: r.name.String, Email: r.email.String, Role: clearline.Role(r.role.String),
		CreatedAt: moment(r.created.Int64), Invited: r.invited.Int64 != 0, DeactivatedAt: moment(r.ended.Int64), SeenAt: moment(r.lastSeen.Int64), Settings: clearline.DefaultSettings()}
	if r.settings.String == "" {
		return u, nil
	}
	return u, json.Unmarshal([]byte(r.settings.String), &u.Settings)
}

// ErrKnownPerson is the answer to adding somebody whose e-mail address is in the company already.
var ErrKnownPerson = &clearline.Problem{Cause: clearline.CauseConflict, Title: "Somebody in your company has this e-mail address already.",
	Detail: "Nobody was added. Invite the person you have, or use another address.", Fields: []clearline.FieldProblem{{Name: "email", Reason: "already in use in your company"}}}

// AddUser makes a person of a company. Two people of one company never share an e-mail address: ErrKnownPerson.
func (s *Store) AddUser(ctx context.Context, u clearline.User) (clearline.User, error) {
	u.ID, u.CreatedAt, u.Invited, u.Settings = s.ids.Next(), s.clock.Now().UTC(), true, clearline.DefaultSettings()
	return u, s.call(ctx, []clearline.ID{u.CompanyID}, func(tx *Tx) error { return insertUser(tx, u, "") })
}

func insertUser(tx *Tx, u clearline.User, password string) error {
	key := clearline.EmailKey(u.Email)
	var known int64
	if key != "" {
		found, err := tx.get(`SELECT user_id FROM users WHERE email_key = $1 AND company_id = $2 AND email_key <> ''`, []any{key, u.CompanyID}, &known)
		if err != nil {
			return err
		}
		if found {
			return ErrKnownPerson
		}
	}
	tx.change(u.CompanyID, clearline.UserChanged, u.ID, 0)
	_, err := tx.exec(`INSERT INTO users (company_id, user_id, name, email, email_key, role, password, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		u.CompanyID, u.ID, u.Name, u.Email, key, u.Role, password, u.CreatedAt)
	return err
}

// Users are the people of a company, the oldest first.
func (s *Store) Users(ctx context.Context, company clearline.ID) ([]clearline.User, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.company_id = $1 ORDER BY u.user_id`, company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []clearline.User
	for rows.Next() {
		var r userRow
		if err := rows.Scan(r.places()...); err != nil {
			return nil, err
		}
		u, err := r.user(company)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, rows.Err()
}

// User reads one person of a company.
func (s *Store) User(ctx context.Context, company, id clearline.ID) (clearline.User, error) {
	var r userRow
	err := s.read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.company_id = $1 AND u.user_id = $2`, company, id).Scan(r.places()...)
	if err != nil {
		return clearline.User{}, absent(err)
	}
	return r.user(company)
}

// Suspect is somebody who may be the one that signs in.
type Suspect struct {
	clearline.User
	// Password is a PHC string, "" when none was chosen.
	Password string
}

// suspectsAtMost bounds for how many companies one address is looked at.
const suspectsAtMost = 16

// Suspects are the people with an e-mail address, in whatever company, who was seen last first.
func (s *Store) Suspects(ctx context.Context, email string) ([]Suspect, error) {
	key := clearline.EmailKey(email)
	if key == "" || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return nil, nil // nobody has such an address, and not every engine takes the question
	}
	rows, err := s.read.QueryContext(ctx, `SELECT u.company_id, u.password, `+userColumns+` FROM users u WHERE u.email_key = $1 AND u.email_key <> ''
		ORDER BY u.seen_at DESC, u.company_id LIMIT $2`, key, suspectsAtMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Suspect
	for rows.Next() {
		var r userRow
		var company int64
		var one Suspect
		if err := rows.Scan(append([]any{&company, &one.Password}, r.places()...)...); err != nil {
			return nil, err
		}
		if one.User, err = r.user(clearline.ID(company)); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// UserChange is what shall be different about a person; nil leaves it as it is.
type UserChange struct {
	Name     *string
	Role     *clearline.Role
	Active   *bool
	Settings func(*clearline.Settings)
}

// ErrLastOwner is the answer to a change that would leave a company without somebody who may do everything.
var ErrLastOwner = &clearline.Problem{Cause: clearline.CauseInput, Title: "A company needs at least one owner.",
	Detail: "Nothing was changed. Make somebody else an owner first.", Fields: []clearline.FieldProblem{{Name: "role", Reason: "this is the last owner"}}}

// ChangeUser changes a person. A change of role ends the person's sessions, so that they are renewed with the new
// rights; deactivation ends every way in the person has.
func (s *Store) ChangeUser(ctx context.Context, company, id clearline.ID, c UserChange) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var name, role, settings string
		var ended int64
		found, err := tx.get(`SELECT name, role, settings, deactivated_at FROM users WHERE company_id = $1 AND user_id = $2`, []any{company, id}, &name, &role, &settings, &ended)
		if err != nil {
			return err
		}
		if !found {
			return ErrAbsent
		}
		roleBefore, endedBefore := role, ended
		if c.Name != nil {
			name = *c.Name
		}
		if c.Role != nil {
			role = string(*c.Role)
		}
		if c.Active != nil && *c.Active {
			ended = 0
		} else if c.Active != nil && ended == 0 {
			ended = millis(tx.now)
		}
		if c.Settings != nil {
			all := clearline.DefaultSettings()
			if err := json.Unmarshal([]byte(settings), &all); err != nil {
				return err
			}
			c.Settings(&all)
			b, err := json.Marshal(all)
			if err != nil {
				return err
			}
			settings = string(b)
		}
		if roleBefore == string(clearline.RoleOwner) && endedBefore == 0 && (role != roleBefore || ended != 0) {
			if err := tx.wantOtherOwner(company, id); err != nil {
				return err
			}
		}
		if _, err := tx.exec(`UPDATE users SET name = $3, role = $4, settings = $5, deactivated_at = $6 WHERE company_id = $1 AND user_id = $2`,
			company, id, name, role, settings, ended); err != nil {
			return err
		}
		tx.change(company, clearline.UserChanged, id, 0)
		switch {
		case ended != 0:
			_, err = tx.exec(`DELETE FROM credentials WHERE company_id = $1 AND user_id = $2`, company, id)
		case role != roleBefore:
			_, err = tx.exec(`DELETE FROM credentials WHERE company_id = $1 AND user_id = $2 AND kind = $3`, company, id, SessionCredential)
		}
		return err
	})
}

// wantOtherOwner refuses when nobody but this person is an active owner.
func (tx *Tx) wantOtherOwner(company, id clearline.ID) error {
	var others int64
	if _, err := tx.get(`SELECT COUNT(*) FROM users WHERE company_id = $1 AND user_id <> $2 AND role = $3 AND deactivated_at = 0`,
		[]any{company, id, clearline.RoleOwner}, &others); err != nil {
		return err
	}
	if others == 0 {
		return ErrLastOwner
	}
	return nil
}

// SetPassword gives a person a new password, which ends every other way in they had, and makes their next session.
func (s *Store) SetPassword(ctx context.Context, company, id clearline.ID, password, secret string, session Credential) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		return tx.setPassword(company, id, nil, password, secret, session)
	})
}

func (tx *Tx) setPassword(company, id clearline.ID, name *string, password, secret string, session Credential) error {
	changed, err := tx.exec(`UPDATE users SET password = $3 WHERE company_id = $1 AND user_id = $2 AND deactivated_at = 0`, company, id, password)
	if err == nil && changed == 0 {
		err = ErrAbsent
	}
	if err != nil {
		return err
	}
	if name != nil {
		if _, err := tx.exec(`UPDATE users SET name = $3 WHERE company_id = $1 AND user_id = $2`, company, id, *name); err != nil {
			return err
		}
	}
	if _, err := tx.exec(`DELETE FROM credentials WHERE company_id = $1 AND user_id = $2`, company, id); err != nil {
		return err
	}
	tx.change(company, clearline.UserChanged, id, 0)
	return tx.addCredential(secret, session)
}

// RehashPassword replaces a password's hash by one of the same password, unless it has changed meanwhile.
func (s *Store) RehashPassword(ctx context.Context, company, id clearline.ID, from, to string) error {
	return s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE users SET password = $4 WHERE company_id = $1 AND user_id = $2 AND password = $3`, company, id, from, to)
		return err
	})
}

// Password is a person's password as it is stored, "" when none was chosen.
func (s *Store) Password(ctx context.Context, company, id clearline.ID) (password string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT password FROM users WHERE company_id = $1 AND user_id = $2`, company, id).Scan(&password)
	return password, absent(err)
}

// Accept spends an invitation: the person gets the password, a name when one is given, and a session; whatever let
// them in before has ended. ErrAbsent for an invitation that is unknown, spent or over.
func (s *Store) Accept(ctx context.Context, invitation, password string, name *string, secret string, session Credential) (clearline.User, error) {
	c, err := s.FindCredential(ctx, InviteCredential, invitation)
	if err != nil {
		return clearline.User{}, err
	}
	session.CompanyID, session.UserID = c.CompanyID, c.UserID
	err = s.call(ctx, []clearline.ID{c.CompanyID}, func(tx *Tx) error {
		changed, err := tx.exec(`DELETE FROM credentials WHERE hash = $1`, c.hash)
		if err == nil && changed == 0 {
			err = ErrAbsent
		}
		if err != nil {
			return err
		}
		return tx.setPassword(c.CompanyID, c.UserID, name, password, secret, session)
	})
	if err != nil {
		return clearline.User{}, err
	}
	return s.User(ctx, c.CompanyID, c.UserID)
}

// Founded tells whether there is a company; then there is nothing left to set up.
func (s *Store) Founded(ctx context.Context) (bool, error) {
	var id int64
	err := s.read.QueryRowContext(ctx, `SELECT company_id FROM companies WHERE company_id > 0 ORDER BY company_id LIMIT 1`).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Found spends the code of an empty installation: it makes the first company with its owner and the owner's session,
// all or nothing, and once only. ErrAbsent for a wrong code and when there is a company already.
func (s *Store) Found(ctx context.Context, code, company string, owner clearline.User, password, secret string, session Credential) (clearline.User, error) {
	c, err := s.FindCredential(ctx, SetupCredential, code)
	if err != nil {
		return owner, err
	}
	now := s.clock.Now().UTC()
	id := s.ids.Next()
	owner.ID, owner.CompanyID, owner.Role, owner.CreatedAt, owner.Settings = s.ids.Next(), id, clearline.RoleOwner, now, clearline.DefaultSettings()
	session.CompanyID, session.UserID = id, owner.ID
	return owner, s.call(ctx, []clearline.ID{clearline.Installation}, func(tx *Tx) error {
		changed, err := tx.exec(`DELETE FROM credentials WHERE hash = $1`, c.hash)
		if err != nil {
			return err
		}
		var companies int64
		if _, err := tx.get(`SELECT COUNT(*) FROM companies WHERE company_id > 0`, nil, &companies); err != nil {
			return err
		}
		if changed == 0 || companies > 0 {
			return ErrAbsent
		}
		if err := tx.insertCompany(clearline.Company{ID: id, Name: company, CreatedAt: now}); err != nil {
			return err
		}
		if err := insertUser(tx, owner, password); err != nil {
			return err
		}
		return tx.addCredential(secret, session)
	})
}
