package account

import (
	"context"
	"errors"
	"net/netip"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// errPassword is the one answer to a wrong password, an unknown or deactivated account and one without a password (I48).
var errPassword = &clearline.Problem{Cause: clearline.CauseSignIn, Title: "This e-mail address and password do not belong together.",
	Detail: "Check both and try again."}

// SignInWith turns an e-mail address and a password into a session. Whether there is such an account shows neither in
// the answer nor in its time: one password is computed for each address, known or not. Somebody with one address in
// several companies gets into the one whose password was given, of several the one last used.
func (a *Accounts) SignInWith(ctx context.Context, email, password string, v Visit) (Session, error) {
	try, err := a.slow.begin(email, network(v.Address))
	if err != nil {
		return Session{}, err
	}
	s, err := a.signIn(ctx, email, password, v)
	switch {
	case err == nil:
		try.succeeded()
	case !errors.Is(err, errPassword):
		try.skipped()
	}
	return s, err
}

func (a *Accounts) signIn(ctx context.Context, email, password string, v Visit) (Session, error) {
	suspects, err := a.store.Suspects(ctx, email)
	if err != nil {
		return Session{}, err
	}
	var chosen []store.Suspect
	var stored []string
	for _, s := range suspects {
		if s.Password != "" {
			chosen, stored = append(chosen, s), append(stored, s.Password)
		}
	}
	if len(password) > 4*LongestPassword {
		password = password[:4*LongestPassword]
	}
	at, err := a.hasher.matches(ctx, password, stored)
	if err != nil {
		return Session{}, err
	}
	if at < 0 || !chosen[at].Active() {
		return Session{}, errPassword
	}
	a.refresh(ctx, chosen[at], password)
	return a.begin(ctx, chosen[at].User, v)
}

// refresh computes a password anew when it was stored at another cost; when that fails the old one stays good.
func (a *Accounts) refresh(ctx context.Context, s store.Suspect, password string) {
	if p, err := parsePHC(s.Password); err != nil || !p.old() {
		return
	}
	if again, err := a.hasher.hash(ctx, password, nil); err == nil {
		_ = a.store.RehashPassword(ctx, s.CompanyID, s.ID, s.Password, again)
	}
}

// network is whom an address is slowed down as: an IPv6 customer has a whole /64.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || !a.Is6() || a.Is4In6() {
		return address
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

// hashFor makes the stored form of somebody's new password. People of several companies who share an address share
// the salt: then signing in computes one hash, as for an address that nobody has.
func (a *Accounts) hashFor(ctx context.Context, company, user clearline.ID, email, password string) (string, error) {
	suspects, err := a.store.Suspects(ctx, email)
	if err != nil {
		return "", err
	}
	var salt []byte
	for _, s := range suspects {
		if p, err := parsePHC(s.Password); err == nil && !p.old() && (s.CompanyID != company || s.ID != user) {
			salt = p.salt
			break
		}
	}
	return a.hasher.hash(ctx, password, salt)
}

// FirstPassword gives a person who has none a password, without an invitation; for demos, whose people nobody invites.
func (a *Accounts) FirstPassword(ctx context.Context, u clearline.User, password string) error {
	if err := checkPassword(password, u.Email, "password"); err != nil {
		return err
	}
	hash, err := a.hashFor(ctx, u.CompanyID, u.ID, u.Email, password)
	if err != nil {
		return err
	}
	return a.store.RehashPassword(ctx, u.CompanyID, u.ID, "", hash)
}

// ChangePassword gives the caller a new password. Every other session of theirs ends, and the caller's is renewed.
func (a *Accounts) ChangePassword(ctx context.Context, c Caller, current, password string, v Visit) (Session, error) {
	try, err := a.slow.begin(c.User.Email+" "+c.User.ID.String(), network(v.Address))
	if err != nil {
		return Session{}, err
	}
	if err := checkPassword(password, c.User.Email, "password"); err != nil {
		try.skipped()
		return Session{}, err
	}
	stored, err := a.store.Password(ctx, c.CompanyID, c.User.ID)
	if err != nil {
		return Session{}, err
	}
	// Who came by a sign-in link has no password yet, and so nothing to repeat.
	if stored != "" {
		at, err := a.hasher.matches(ctx, current, []string{stored})
		if err != nil {
			try.skipped()
			return Session{}, err
		}
		if at < 0 {
			return Session{}, &clearline.Problem{Cause: clearline.CauseInput, Title: "Your current password is another one.", Detail: "Nothing was changed.",
				Fields: []clearline.FieldProblem{{Name: "current", Reason: "not your current password"}}}
		}
	}
	try.succeeded()
	hash, err := a.hashFor(ctx, c.CompanyID, c.User.ID, c.User.Email, password)
	if err != nil {
		return Session{}, err
	}
	text, session := a.session(*c.User, v)
	if err := a.store.SetPassword(ctx, c.CompanyID, c.User.ID, hash, text, session); err != nil {
		return Session{}, err
	}
	return a.begun(ctx, text, v)
}
