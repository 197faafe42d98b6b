package httpapi

import (
	"context"
	"net/http"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

// UserView is a person of the company. It is exported because the API description is made by looking at embedded structs.
type UserView struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Role       string `json:"role" enum:"agent,lead,admin,owner"`
	Active     bool   `json:"active"`
	Invited    bool   `json:"invited" doc:"true until the person has chosen a password"`
	LastSeenAt stamp  `json:"last_seen_at" doc:"up to a minute behind; null for never"`
}

func viewUser(u clearline.User) UserView {
	return UserView{u.ID.String(), u.Name, u.Email, string(u.Role), u.Active(), u.Invited, stampOf(u.SeenAt)}
}

type invitedView struct {
	UserView
	InviteURL string `json:"invite_url" doc:"shown this once; whoever opens it becomes this person. It works once, for seven days"`
}

type inviteView struct {
	InviteURL string `json:"invite_url" doc:"shown this once; it works once, for seven days, and ends earlier ones"`
}

type newUserInput struct {
	Body struct {
		Name  string `json:"name" maxLength:"400"`
		Email string `json:"email" maxLength:"300"`
		Role  string `json:"role" enum:"agent,lead,admin,owner"`
	}
}

type userInput struct {
	IDParam
	Body struct {
		Name   *string `json:"name,omitempty" maxLength:"400"`
		Role   *string `json:"role,omitempty" enum:"agent,lead,admin,owner" doc:"another role ends the person's sessions"`
		Active *bool   `json:"active,omitempty" doc:"false ends every session, link and API key of the person"`
	}
}

// userRoutes are about the people of the company.
func (s *Server) userRoutes() {
	handle(s, account.Read, http.MethodGet, "users", "list-users", "The company's people, the oldest first", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[UserView]], error) {
			rows, err := s.o.Store.Users(ctx, caller(ctx).CompanyID)
			if err != nil {
				return nil, err
			}
			out := &output[page[UserView]]{page[UserView]{Items: []UserView{}}}
			for _, u := range rows {
				out.Body.Items = append(out.Body.Items, viewUser(u))
			}
			return out, nil
		})
	handle(s, account.ManagePeople, http.MethodPost, "users", "add-user", "Add a person and get the link that invites them", http.StatusCreated, s.addUser)
	handle(s, account.ManagePeople, http.MethodPatch, "users/{id}", "change-user", "Change a person's name or role, deactivate or activate them", http.StatusOK, s.changeUser)
	handle(s, account.ManagePeople, http.MethodPost, "users/{id}/invite", "invite-user", "A link by which a person chooses a password, the first or a new one", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[inviteView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			u, err := s.o.Store.User(ctx, caller(ctx).CompanyID, id)
			if err == nil {
				err = overOwner(caller(ctx), u.Role)
			}
			if err != nil {
				return nil, err
			}
			url, err := s.inviteURL(ctx, u)
			return &output[inviteView]{inviteView{url}}, err
		})
}

// overOwner refuses who may manage people, but not owners: the link to become an owner makes one.
func overOwner(c account.Caller, roles ...clearline.Role) error {
	for _, role := range roles {
		if role == clearline.RoleOwner && !c.May(account.ManageOwners) {
			return errRight(c, account.ManageOwners)
		}
	}
	return nil
}

func (s *Server) inviteURL(ctx context.Context, u clearline.User) (string, error) {
	code, err := s.o.Accounts.Invite(ctx, u)
	if err != nil {
		return "", err
	}
	return s.publicBase(ctx) + "/welcome?code=" + code, nil
}

func (s *Server) addUser(ctx context.Context, in *newUserInput) (*output[invitedView], error) {
	c := caller(ctx)
	u := clearline.User{CompanyID: c.CompanyID, Role: clearline.Role(in.Body.Role)}
	var err error
	if u.Name, err = account.CheckName(in.Body.Name, "name"); err != nil {
		return nil, err
	}
	if u.Email, err = account.CheckEmail(in.Body.Email); err != nil {
		return nil, err
	}
	if err := overOwner(c, u.Role); err != nil {
		return nil, err
	}
	if u, err = s.o.Store.AddUser(ctx, u); err != nil {
		return nil, err
	}
	url, err := s.inviteURL(ctx, u)
	return &output[invitedView]{invitedView{viewUser(u), url}}, err
}

func (s *Server) changeUser(ctx context.Context, in *userInput) (*output[UserView], error) {
	c := caller(ctx)
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	before, err := s.o.Store.User(ctx, c.CompanyID, id)
	if err != nil {
		return nil, err
	}
	change := store.UserChange{Active: in.Body.Active}
	roles := []clearline.Role{before.Role}
	if in.Body.Name != nil {
		name, err := account.CheckName(*in.Body.Name, "name")
		if err != nil {
			return nil, err
		}
		change.Name = &name
	}
	if in.Body.Role != nil {
		role := clearline.Role(*in.Body.Role)
		change.Role, roles = &role, append(roles, role)
	}
	if err := overOwner(c, roles...); err != nil {
		return nil, err
	}
	if in.Body.Active != nil && !*in.Body.Active && c.AuthorID() == id {
		return nil, &clearline.Problem{Cause: clearline.CauseInput, Title: "You cannot deactivate yourself.", Detail: "Nothing was changed. Ask another admin or owner to do it.",
			Fields: []clearline.FieldProblem{{Name: "active", Reason: "this is you"}}}
	}
	if err := s.o.Store.ChangeUser(ctx, c.CompanyID, id, change); err != nil {
		return nil, err
	}
	u, err := s.o.Store.User(ctx, c.CompanyID, id)
	return &output[UserView]{viewUser(u)}, err
}
