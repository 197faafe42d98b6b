package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// ErrLink is the one answer to a link that does not work, whatever the reason (I48, I53).
var ErrLink = &clearline.Problem{Cause: clearline.CauseLink, Title: "This link does not work.",
	Detail: "It was used already, has ended, or was replaced by a newer one. Ask whoever gave it to you for a new link."}

// LongestName is how many characters the name of a person or company may have.
const LongestName = 100

// CheckName gives a person's or company's name as it is stored, or says what is wrong with it.
func CheckName(name, field string) (string, error) {
	name = strings.TrimSpace(name)
	reason := ""
	switch {
	case name == "":
		reason = "must not be empty"
	case utf8.RuneCountInString(name) > LongestName:
		reason = fmt.Sprintf("must have at most %d characters", LongestName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		reason = "must hold only characters that can be shown"
	default:
		return name, nil
	}
	return "", wrongField(field, reason)
}

// CheckEmail gives an e-mail address as it is stored, or says what is wrong with it.
func CheckEmail(email string) (string, error) {
	email = strings.TrimSpace(email)
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || strings.ContainsFunc(email, unicode.IsControl) {
		return "", wrongField("email", "must be an e-mail address such as ana@example.org")
	}
	return email, nil
}

func wrongField(name, reason string) error {
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "The request cannot be read as it is.", Detail: "Nothing was done. Correct the fields named.",
		Fields: []clearline.FieldProblem{{Name: name, Reason: reason}}}
}

// Invite makes the code of a link by which a person chooses a password: the first, or a new one after the old was
// forgotten. It works once, for InviteLife, and only the newest does.
func (a *Accounts) Invite(ctx context.Context, u clearline.User) (string, error) {
	if !u.Active() {
		return "", &clearline.Problem{Cause: clearline.CauseInput, Title: "This person is deactivated.", Detail: "No link was made. Activate the person first."}
	}
	code := secret("")
	return code, a.store.ReplaceCredentials(ctx, code, store.Credential{Kind: store.InviteCredential, CompanyID: u.CompanyID, UserID: u.ID, Name: "invitation",
		ExpiresAt: a.clock.Now().Add(InviteLife)})
}

// Welcome spends an invitation: the person gets the password and a session; every other way in they had ends.
func (a *Accounts) Welcome(ctx context.Context, code, password, name string, v Visit) (Session, error) {
	var named *string
	if name != "" {
		n, err := CheckName(name, "name")
		if err != nil {
			return Session{}, err
		}
		named = &n
	}
	c, err := a.store.FindCredential(ctx, store.InviteCredential, code)
	if err != nil {
		return Session{}, link(err)
	}
	if err := checkPassword(password, c.Holder.Email, "password"); err != nil {
		return Session{}, err
	}
	hash, err := a.hashFor(ctx, c.CompanyID, c.UserID, c.Holder.Email, password)
	if err != nil {
		return Session{}, err
	}
	text, session := a.session(c.Holder, v)
	if _, err := a.store.Accept(ctx, code, hash, named, text, session); err != nil {
		return Session{}, link(err)
	}
	return a.begun(ctx, text, v)
}

func link(err error) error {
	if errors.Is(err, store.ErrAbsent) {
		return ErrLink
	}
	return err
}

// setupLife is how long the code of an empty installation works; each start makes a new one.
const setupLife = 24 * time.Hour

// SetupCode makes the code by which an empty installation gets its first company, in groups of four letters and
// digits. Earlier ones end. It is "" when there is a company already.
func (a *Accounts) SetupCode(ctx context.Context) (string, error) {
	founded, err := a.store.Founded(ctx)
	if err != nil || founded {
		return "", err
	}
	code := rand.Text() // 130 bits
	if err := a.store.ReplaceCredentials(ctx, code, store.Credential{Kind: store.SetupCredential, Name: "set-up", ExpiresAt: a.clock.Now().Add(setupLife)}); err != nil {
		return "", err
	}
	var groups []string
	for len(code) > 0 {
		n := min(len(code), 4)
		groups, code = append(groups, code[:n]), code[n:]
	}
	return strings.Join(groups, "-"), nil
}

// SetupNeeded tells whether the installation is empty.
func (a *Accounts) SetupNeeded(ctx context.Context) (bool, error) {
	founded, err := a.store.Founded(ctx)
	return !founded, err
}

// First is what an empty installation needs.
type First struct{ Code, Company, Name, Email, Password string }

// Setup makes the first company with its owner, who is signed in.
func (a *Accounts) Setup(ctx context.Context, f First, v Visit) (Session, error) {
	company, err := CheckName(f.Company, "company")
	if err != nil {
		return Session{}, err
	}
	owner := clearline.User{Role: clearline.RoleOwner}
	if owner.Name, err = CheckName(f.Name, "name"); err != nil {
		return Session{}, err
	}
	if owner.Email, err = CheckEmail(f.Email); err != nil {
		return Session{}, err
	}
	if err := checkPassword(f.Password, owner.Email, "password"); err != nil {
		return Session{}, err
	}
	code := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, f.Code))
	// A wrong code costs no hash, so that guessing does not keep the machine busy.
	if _, err := a.store.FindCredential(ctx, store.SetupCredential, code); err != nil {
		return Session{}, link(err)
	}
	hash, err := a.hasher.hash(ctx, f.Password, nil)
	if err != nil {
		return Session{}, err
	}
	text, session := a.session(owner, v)
	if _, err := a.store.Found(ctx, code, company, owner, hash, text, session); err != nil {
		return Session{}, link(err)
	}
	return a.begun(ctx, text, v)
}
