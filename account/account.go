// Package account is the one list of ways in: passwords, API keys, browser sessions, sign-in links and invitations.
// Each ends in a Caller, who may do what the role allows within one company.
package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// SessionLife is how long a browser stays signed in, InviteLife how long an invitation waits.
const (
	SessionLife = 30 * 24 * time.Hour
	InviteLife  = 7 * 24 * time.Hour
)

// keyPrefix makes a leaked key recognisable to those who scan for them.
const keyPrefix = "clk_"

// Caller is somebody who was let in.
type Caller struct {
	CompanyID clearline.ID
	// User is nil for an API key.
	User     *clearline.User
	Role     clearline.Role
	Settings clearline.Settings

	credential store.Credential
}

// AuthorID is whose message a sent one becomes: 0 for an API key.
func (c Caller) AuthorID() clearline.ID {
	if c.User == nil {
		return 0
	}
	return c.User.ID
}

// SessionID names the caller's session, "" for an API key.
func (c Caller) SessionID() string {
	if c.User == nil {
		return ""
	}
	return c.credential.ID()
}

// Visit is where a session is begun.
type Visit struct {
	// Address is the visitor's, as text.
	Address string
	// Browser is what the browser calls itself.
	Browser string
	// Session is the secret of the session that the browser had, "" for none. It ends with the new one: nobody will use it
	// again but who has copied it.
	Session string
}

// Session is a new session: the secret goes into the cookie and is known to nobody else.
type Session struct {
	Secret  string
	Expires time.Time
	// Caller is who has begun it.
	Caller Caller
}

// Accounts lets people and programs in.
type Accounts struct {
	store  *store.Store
	clock  clock.Clock
	hasher *hasher
	slow   *throttle
	uses   *uses
}

// New returns the ways in.
func New(s *store.Store, c clock.Clock) *Accounts {
	return &Accounts{store: s, clock: c, hasher: newHasher(), slow: newThrottle(c), uses: newUses(s, c)}
}

// ErrSignIn means that the caller is not known. It does not tell why (I48).
var ErrSignIn = &clearline.Problem{Cause: clearline.CauseSignIn, Title: "You are not signed in.",
	Detail: "Sign in, or send an API key as Authorization: Bearer."}

// secret makes 256 random bits in a form that survives copying.
func secret(prefix string) string {
	b := make([]byte, 32)
	rand.Read(b)
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// NewKey makes an API key with an admin's rights that nobody in particular has made. The key is shown this once.
func (a *Accounts) NewKey(ctx context.Context, company clearline.ID, name string) (string, error) {
	return a.newKey(ctx, store.Credential{CompanyID: company, Name: name})
}

// NewKeyBy makes an API key for a caller. It works for as long as who made it may manage keys.
func (a *Accounts) NewKeyBy(ctx context.Context, c Caller, name string) (string, error) {
	maker := c.AuthorID()
	if c.User == nil {
		maker = c.credential.MakerID
	}
	return a.newKey(ctx, store.Credential{CompanyID: c.CompanyID, MakerID: maker, Name: name})
}

func (a *Accounts) newKey(ctx context.Context, c store.Credential) (string, error) {
	key := secret(keyPrefix)
	c.Kind = store.KeyCredential
	return key, a.store.AddCredential(ctx, key, c)
}

// NewCode makes a sign-in code for a person; reusable ones are for demos, where the same link is opened again.
func (a *Accounts) NewCode(ctx context.Context, u clearline.User, life time.Duration, reusable bool) (string, error) {
	code := secret("")
	return code, a.store.AddCredential(ctx, code, store.Credential{Kind: store.CodeCredential, CompanyID: u.CompanyID, UserID: u.ID,
		Name: "sign-in link", ExpiresAt: a.clock.Now().Add(life), Reusable: reusable})
}

// SignIn turns a sign-in code into a session.
func (a *Accounts) SignIn(ctx context.Context, code string, v Visit) (Session, error) {
	c, err := a.store.SpendCode(ctx, code)
	if err != nil {
		return Session{}, deny(err)
	}
	return a.begin(ctx, c.Holder, v)
}

// session makes the credential of a new session and its secret; nothing is stored yet.
func (a *Accounts) session(u clearline.User, v Visit) (secretText string, c store.Credential) {
	now := a.clock.Now()
	return secret(""), store.Credential{Kind: store.SessionCredential, CompanyID: u.CompanyID, UserID: u.ID, Name: cut(v.Browser, 300), Address: cut(v.Address, 64),
		UsedAt: now, ExpiresAt: now.Add(SessionLife)}
}

// begin stores a new session of a person.
func (a *Accounts) begin(ctx context.Context, u clearline.User, v Visit) (Session, error) {
	text, c := a.session(u, v)
	if err := a.store.AddCredential(ctx, text, c); err != nil {
		return Session{}, err
	}
	return a.begun(ctx, text, v)
}

// begun is a session that was stored, as the next request will find it.
func (a *Accounts) begun(ctx context.Context, text string, v Visit) (Session, error) {
	caller, err := a.Session(ctx, text)
	if err != nil {
		return Session{}, err
	}
	if before, err := a.store.FindCredential(ctx, store.SessionCredential, v.Session); err == nil {
		if err := a.store.EndCredential(ctx, before); err != nil {
			return Session{}, err
		}
	}
	return Session{Secret: text, Expires: caller.credential.ExpiresAt, Caller: caller}, nil
}

// cut makes a header's text one that any database takes: valid, and not longer than most bytes.
func cut(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// Key lets an API key in. A key whose maker was deactivated, or may not manage keys any more, opens nothing.
func (a *Accounts) Key(ctx context.Context, key string) (Caller, error) {
	if key == "" {
		return Caller{}, ErrSignIn
	}
	c, err := a.store.FindCredential(ctx, store.KeyCredential, key)
	if err != nil {
		return Caller{}, deny(err)
	}
	if !KeyWorks(c) {
		return Caller{}, ErrSignIn
	}
	a.uses.note(c)
	settings := clearline.DefaultSettings()
	settings.UndoSeconds = 0
	return Caller{CompanyID: c.CompanyID, Role: keyRole, Settings: settings, credential: c}, nil
}

// KeyWorks tells whether an API key still opens anything.
func KeyWorks(c store.Credential) bool {
	return c.MakerID == 0 || c.Holder.Active() && slices.Contains(byRole[c.Holder.Role], ManageKeys)
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
	if c.Holder.ID == 0 {
		return Caller{}, ErrSignIn
	}
	a.uses.note(c)
	u := c.Holder
	return Caller{CompanyID: c.CompanyID, User: &u, Role: u.Role, Settings: u.Settings, credential: c}, nil
}

// SignOut ends the caller's session.
func (a *Accounts) SignOut(ctx context.Context, c Caller) error {
	return a.store.EndCredential(ctx, c.credential)
}

// SignOutOthers ends the caller's other sessions.
func (a *Accounts) SignOutOthers(ctx context.Context, c Caller) error {
	return a.store.EndOtherSessions(ctx, c.credential)
}

// deny answers the same for every reason that concerns the caller; doubt is no (I55).
func deny(err error) error {
	if errors.Is(err, store.ErrAbsent) {
		return ErrSignIn
	}
	return fmt.Errorf("checking a credential: %w", err)
}

// Start begins to write down last uses; Stop writes the rest.
func (a *Accounts) Start(ctx context.Context) error { return a.uses.start(ctx) }

// Stop ends what Start began.
func (a *Accounts) Stop() { a.uses.work.Stop() }
