package clearline

import "time"

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

// User is a person of one company who works in the inbox.
type User struct {
	ID        ID
	CompanyID ID
	Name      string
	Email     string
	Role      Role
	CreatedAt time.Time
}
