package clearline

import (
	"strings"
	"time"
)

// Installation is the company id under which the installation itself keeps what belongs to no company:
// deliveries for accounts nobody connected, and the operator's own Meta app. Only the operator sees it.
const Installation ID = 0

// Company is a tenant: its people, connections and conversations. No row of one company ever points to
// a row of another.
type Company struct {
	ID        ID
	Name      string
	CreatedAt time.Time
}

// Role is what a person may do. Rights are granted by role, see package account.
type Role string

// The roles, weakest first.
const (
	RoleAgent Role = "agent"
	RoleLead  Role = "lead"
	RoleAdmin Role = "admin"
	RoleOwner Role = "owner"
)

// Roles are all roles, weakest first.
var Roles = []Role{RoleAgent, RoleLead, RoleAdmin, RoleOwner}

// User is a person of one company who works in the inbox.
type User struct {
	ID        ID
	CompanyID ID
	Name      string
	// Email is what the person signs in with, "" for one who only has sign-in links.
	Email     string
	Role      Role
	CreatedAt time.Time
	// Invited is true until the person has chosen a password.
	Invited bool
	// DeactivatedAt is zero while the person may sign in.
	DeactivatedAt time.Time
	// SeenAt is when the person last used a session, up to a minute behind; zero for never.
	SeenAt   time.Time
	Settings Settings
}

// Active tells whether the person may sign in.
func (u User) Active() bool { return u.DeactivatedAt.IsZero() }

// EmailKey is an e-mail address in the form in which two are compared.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
