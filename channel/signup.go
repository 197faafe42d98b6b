package channel

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// SignUp is a platform whose accounts are connected in steps: a login, a choice of account, a registration. Every
// method is one question or one act at the platform; order, retries, counting and storing are package connect's. Errors
// are *SendError; an act with an unknown outcome has the fate Unknown or the cause of silence, never a made-up success.
type SignUp interface {
	// LoginURL is the address of the platform's login dialog for one login. It does no I/O.
	LoginURL(l Login) string
	// ExchangeCode turns the code of a finished login into a token. A code works once, and for 30 seconds.
	ExchangeCode(ctx context.Context, app AppKey, code, returnURL string) (Grant, error)
	// DebugToken asks what a token is. Without app.Secret the token is asked about itself. A token that is dead is no
	// error: its Cause says why.
	DebugToken(ctx context.Context, app AppKey, token string) (TokenInfo, error)
	// RenewToken gives a token with a later end for one that has one and still works.
	RenewToken(ctx context.Context, app AppKey, token string, kind TokenKind) (Grant, error)
	// RevokeToken ends a token.
	RevokeToken(ctx context.Context, app AppKey, token string) error

	// Owners are the accounts that own numbers (WABAs) and that a token may use.
	Owners(ctx context.Context, token string, info TokenInfo) ([]Owner, error)
	// Numbers are an owner's numbers.
	Numbers(ctx context.Context, token, owner string) ([]Number, error)
	// Number reads one number; Account.Parent may be "".
	Number(ctx context.Context, a Account) (Number, error)
	// AddNumber makes a number known to an owner, so that a code can be asked for and it can be registered; migrate moves
	// it from another owner. phone is digits with country code. It returns the number's new id.
	AddNumber(ctx context.Context, a Account, phone, name string, migrate bool) (id string, err error)

	RequestCode(ctx context.Context, a Account, method, language string) error
	VerifyCode(ctx context.Context, a Account, code string) error
	// Register and Deregister are counted by the platform: ten of each in 72 hours for a number.
	Register(ctx context.Context, a Account, pin string) error
	Deregister(ctx context.Context, a Account) error
	SetPIN(ctx context.Context, a Account, pin string) error
	// SyncBusinessApp asks a number that stays in the Business app for its people and its history, each once.
	SyncBusinessApp(ctx context.Context, a Account) error

	// Unsubscribe ends this app's events of the account's owner. It concerns all numbers of that owner.
	Unsubscribe(ctx context.Context, a Account) error
	// ClearOverrides removes other addresses that were set for the owner's or the number's events.
	ClearOverrides(ctx context.Context, a Account) error
	// AppHook is where the platform sends an app's events; SetAppHook points it to an address, which the platform calls
	// before it answers.
	AppHook(ctx context.Context, app AppKey) (AppHook, error)
	SetAppHook(ctx context.Context, app AppKey, address, verifyToken string) error
}

// AppKey is a platform app with its secret.
type AppKey struct{ ID, Secret string }

// Login is what the login dialog is opened with.
type Login struct {
	// Base is the dialog's server, like https://www.facebook.com.
	Base      string
	AppID     string
	ConfigID  string
	ReturnURL string
	State     string
	// Coexistence offers to keep a number in the Business app too.
	Coexistence bool
}

// Grant is a token that the platform handed out.
type Grant struct {
	Token string
	// Life is for how long, 0 when not told.
	Life time.Duration
}

// TokenKind is what the platform calls a token's kind: USER, SYSTEM_USER, PAGE, APP.
type TokenKind string

// The kinds that matter here.
const (
	TokenUser       TokenKind = "USER"
	TokenSystemUser TokenKind = "SYSTEM_USER"
)

// TokenInfo is what the platform says of a token.
type TokenInfo struct {
	// Cause is why it is dead, "" while it works.
	Cause clearline.Cause
	Kind  TokenKind
	AppID string
	// AppName and UserID may be "".
	AppName, UserID string
	// EndsAt is its end and DataEndsAt that of its access to data; zero for never. EndsTold is false when the platform
	// did not say.
	EndsAt, DataEndsAt time.Time
	EndsTold           bool
	Scopes             []string
	// Missing are the permissions that this product needs and the token lacks.
	Missing []string
	// Owners are the WABAs it was given for, nil when it was given for all that its user has.
	Owners []string
}

// Owner is a WABA.
type Owner struct {
	ID, Name string
	// BusinessID is the portfolio that owns it, "" when not told.
	BusinessID, BusinessName string
	// Review, Verification and Ownership are the platform's words, "" when not told.
	Review, Verification, Ownership string
}

// Number is a number as its node shows it.
type Number struct {
	ID, OwnerID string
	// Shown is the number for people, Name its verified name.
	Shown, Name string
	// Status, NameStatus, Quality and CodeStatus are the platform's words, "" when not told.
	Status, NameStatus, Quality, CodeStatus string
	// Registered: it works on the platform's cloud. Coexistence: it lives in the Business app too. Verified: a code
	// proved whose it is.
	Registered, Coexistence, Verified bool
	// Sending is AVAILABLE, LIMITED or BLOCKED, "" when not told; Limits says what limits or blocks it.
	Sending string
	Limits  []string
	// PINSet: two-step verification is on.
	PINSet    bool
	PerSecond int
	// Cause is why it cannot work as it is, "" when it can.
	Cause clearline.Cause
}

// AppHook is where an app's events go.
type AppHook struct {
	// Address is "" when there is no subscription.
	Address string
	Active  bool
	Fields  []string
	// Missing are fields that this product reads and that the app is not subscribed to: their news does not come.
	Missing []string
}
