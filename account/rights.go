package account

import (
	"slices"

	"github.com/clearline/clearline"
)

// Right is something that not everybody may do. Every route of the API names the one it needs.
type Right string

// The rights. The words are part of the API.
const (
	Read              Right = "read"
	Reply             Right = "reply"
	SeeDeliveries     Right = "see_deliveries"
	Replay            Right = "replay"
	ManageConnections Right = "manage_connections"
	ManageKeys        Right = "manage_keys"
	ManagePeople      Right = "manage_people"
	ManageOwners      Right = "manage_owners"

	// Public routes let in whoever asks, and check what they are given themselves.
	Public Right = "public"
	// Own routes are about the session and the person who asks; an API key has neither.
	Own Right = "own"
)

// byRole is the one table of rights: what each role has.
var byRole = map[clearline.Role][]Right{
	clearline.RoleAgent: {Read, Reply, SeeDeliveries},
	clearline.RoleLead:  {Read, Reply, SeeDeliveries, Replay},
	clearline.RoleAdmin: {Read, Reply, SeeDeliveries, Replay, ManageConnections, ManageKeys, ManagePeople},
	clearline.RoleOwner: {Read, Reply, SeeDeliveries, Replay, ManageConnections, ManageKeys, ManagePeople, ManageOwners},
}

// keyRole is whose rights an API key has.
const keyRole = clearline.RoleAdmin

// RightsOf are the rights of a role; an unknown role has none.
func RightsOf(role clearline.Role) []Right { return slices.Clone(byRole[role]) }

// Known tells whether a route may be declared with this right.
func (r Right) Known() bool {
	return r == Public || r == Own || slices.Contains(byRole[clearline.RoleOwner], r)
}

// May tells whether the caller has a right.
func (c Caller) May(r Right) bool {
	switch r {
	case Public:
		return true
	case Own:
		return c.User != nil
	}
	return slices.Contains(byRole[c.Role], r)
}

// WhoMay are the roles with a right, the weakest first.
func WhoMay(r Right) (roles []clearline.Role) {
	for _, role := range clearline.Roles {
		if slices.Contains(byRole[role], r) {
			roles = append(roles, role)
		}
	}
	return roles
}
