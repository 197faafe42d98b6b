// Package account is the one list of ways in: API keys, browser sessions and sign-in links. Each ends in a
// Caller, who may do what the role allows within one company.
package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// SessionLife is how long a browser stays signed in.
const SessionLife = 30 * 24 * time.Hour

// keyPrefix makes a leaked key recognisable to those who scan for them.
const keyPrefix = "clk_"

// Caller is somebody who was let in.
type Caller struct {
	CompanyID clearline.ID
	// User is nil for an API key.
	User *clearline.User
	Role clearline.Role
}

// AuthorID is whose message a sent one becomes: 0 for an API key.
func (c Caller) AuthorID() clearline.ID {
	if c.User == nil {
		return 0
	}
	return c.User.ID
}

// Accounts lets people and programs in.
type Accounts struct {
	store *store.Store
	clock clock.Clock
}

// New returns the ways in.
func New(s *store.Store, c clock.Clock) *Accounts { return &Accounts{s, c} }

// ErrSignIn means that the caller is not known. It does not tell why (I48).
var ErrSignIn = &clearline.Problem{Cause: clearline.CauseSignIn, Title: "You are not signed in.",
	Detail: "Send an API key as Authorization: Bearer, or open the sign-in link that the server printed."}

// secret makes 256 random bits in a form that survives copying.
func secret(prefix string) string {
	b := make([]byte, 32)
	rand.Read(b)
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// NewKey makes an API key with an admin's rights. The key is shown this once.
func (a *Accounts) NewKey(ctx context.Context, company clearline.ID, name string) (string, error) {
	key := secret(keyPrefix)
	return key, a.store.AddCredential(ctx, key, store.Credential{Kind: store.KeyCredential, CompanyID: company, Name: name})
}

// NewCode makes a sign-in code for a person; reusable ones are for demos, where the same link is opened again.
func (a *Accounts) NewCode(ctx context.Context, u clearline.User, life time.Duration, reusable bool) (string, error) {
	code := secret("")
	return code, a.store.AddCredential(ctx, code, store.Credential{Kind: store.CodeCredential, CompanyID: u.CompanyID, UserID: u.ID,
		Name: "sign-in link", ExpiresAt: a.clock.Now().Add(life), Reusable: reusable})
}

// SignIn turns a sign-in code into a session.
func (a *Accounts) SignIn(ctx context.Context, code string) (session string, expires time.Time, err error) {
	c, err := a.store.SpendCode(ctx, code)
	if err != nil {
		return "", expires, deny(err)
	}
	session, expires = secret(""), a.clock.Now().Add(SessionLife)
	return session, expires, a.store.AddCredential(ctx, session, store.Credential{Kind: store.SessionCredential, CompanyID: c.CompanyID, UserID: c.UserID,
		Name: "browser", ExpiresAt: expires})
}

// Key lets an API key in.
func (a *Accounts) Key(ctx context.Context, key string) (Caller, error) {
	if key == "" {
		return Caller{}, ErrSignIn
	}
	c, err := a.store.FindCredential(ctx, store.KeyCredential, key)
	if err != nil {
		return Caller{}, deny(err)
	}
	return Caller{CompanyID: c.CompanyID, Role: clearline.RoleAdmin}, nil
}

// Session lets a signed-in browser in.
func (a *Accounts) Session(ctx context.Context, session string) (Caller, error) {
	if session == "" {
		return Caller{}, ErrSignIn
	}
	c, err := a.store.FindCredential(ctx, store.SessionCredential, session)
	if err != nil {
		return Caller{}, deny(err)
	}
	users, err := a.store.Users(ctx, c.CompanyID)
	if err != nil {
		return Caller{}, err
	}
	for _, u := range users {
		if u.ID == c.UserID {
			return Caller{CompanyID: c.CompanyID, User: &u, Role: u.Role}, nil
		}
	}
	return Caller{}, ErrSignIn
}

// deny answers the same for every reason that concerns the caller; doubt is no (I55).
func deny(err error) error {
	if errors.Is(err, store.ErrAbsent) {
		return ErrSignIn
	}
	return fmt.Errorf("checking a credential: %w", err)
}
