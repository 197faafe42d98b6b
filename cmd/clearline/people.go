package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// people are what the commands about companies and their people share. They work on the database itself, so that an
// operator can help when nobody can sign in any more; on SQLite the server must be stopped meanwhile.
type people struct {
	database
	URL  string `name:"url" default:"http://127.0.0.1:8080" env:"CLEARLINE_PUBLIC_URL" help:"Where the inbox is reached, for links."`
	JSON bool   `help:"Print JSON."`
}

// ofCompany is people with the company that they are of.
type ofCompany struct {
	people
	Company string `help:"Id or name of the company; not needed when there is one only."`
}

// personJSON and companyJSON are how --json shows them: the API's keys.
type personJSON struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    string `json:"role"`
	Active  bool   `json:"active"`
	Invited bool   `json:"invited"`
}

type companyJSON struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
}

func jsonOf(u clearline.User) personJSON {
	return personJSON{u.ID.String(), u.Name, u.Email, string(u.Role), u.Active(), u.Invited}
}

// with opens the database for one piece of work.
func (p people) with(ctx context.Context, f func(st *store.Store, accounts *account.Accounts) error) (err error) {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return plainly(f(st, account.New(st, clock.Real())))
}

// plainly says a problem of the domain in its own words, without its cause's id.
func plainly(err error) error {
	var p *clearline.Problem
	if !errors.As(err, &p) {
		return err
	}
	text := []string{p.Title, p.Detail}
	for _, f := range p.Fields {
		text = append(text, f.Name+": "+f.Reason+".")
	}
	return errors.New(strings.Join(text, " "))
}

// show prints JSON, or what say prints.
func (p people) show(v any, say func()) error {
	if p.JSON {
		return json.NewEncoder(os.Stdout).Encode(v)
	}
	say()
	return nil
}

func (p people) welcome(code string) string {
	return strings.TrimRight(p.URL, "/") + "/welcome?code=" + code
}

// company finds the company that is meant.
func (c ofCompany) company(ctx context.Context, st *store.Store) (clearline.Company, error) {
	all, err := st.Companies(ctx)
	if err != nil {
		return clearline.Company{}, err
	}
	if c.Company == "" && len(all) == 1 {
		return all[0], nil
	}
	var found []clearline.Company
	for _, one := range all {
		if one.ID.String() == c.Company {
			return one, nil
		}
		if one.Name == c.Company {
			found = append(found, one)
		}
	}
	switch {
	case len(all) == 0:
		return clearline.Company{}, errors.New("there is no company yet: open the link that `clearline serve` prints, or use `clearline company add`")
	case len(found) == 1:
		return found[0], nil
	case c.Company == "":
		return clearline.Company{}, fmt.Errorf("there are %d companies: say which with --company; `clearline company list` shows them", len(all))
	case len(found) > 1:
		return clearline.Company{}, fmt.Errorf("%d companies are called %q: give the id, which `clearline company list` shows", len(found), c.Company)
	}
	return clearline.Company{}, fmt.Errorf("no company is called %q or has that id: `clearline company list` shows them", c.Company)
}

// person finds somebody by e-mail address or id.
func (c ofCompany) person(ctx context.Context, st *store.Store, who string) (clearline.User, error) {
	company, err := c.company(ctx, st)
	if err != nil {
		return clearline.User{}, err
	}
	all, err := st.Users(ctx, company.ID)
	if err != nil {
		return clearline.User{}, err
	}
	for _, u := range all {
		if u.ID.String() == who || u.Email != "" && clearline.EmailKey(u.Email) == clearline.EmailKey(who) {
			return u, nil
		}
	}
	return clearline.User{}, fmt.Errorf("nobody of %s has the e-mail address or id %q: `clearline user list` shows them", company.Name, who)
}

type companyCmd struct {
	Add  companyAddCmd  `cmd:"" help:"Make a company with its owner, and print the owner's link and an API key."`
	List companyListCmd `cmd:"" help:"List the companies."`
}

type companyAddCmd struct {
	people
	Name  string `arg:"" help:"The company's name."`
	Owner string `default:"Owner" help:"The owner's name."`
	Email string `required:"" help:"The owner's e-mail address, to sign in with."`
}

func (c *companyAddCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(st *store.Store, accounts *account.Accounts) error {
		name, err := account.CheckName(c.Name, "name")
		if err != nil {
			return err
		}
		owner := clearline.User{Role: clearline.RoleOwner}
		if owner.Name, err = account.CheckName(c.Owner, "owner"); err != nil {
			return err
		}
		if owner.Email, err = account.CheckEmail(c.Email); err != nil {
			return err
		}
		company, err := st.AddCompany(ctx, name)
		if err != nil {
			return err
		}
		owner.CompanyID = company.ID
		if owner, err = st.AddUser(ctx, owner); err != nil {
			return err
		}
		code, err := accounts.Invite(ctx, owner)
		if err != nil {
			return err
		}
		key, err := accounts.NewKey(ctx, company.ID, "first key")
		if err != nil {
			return err
		}
		return c.show(map[string]any{"company": companyJSON{company.ID.String(), company.Name, company.CreatedAt}, "user": jsonOf(owner), "invite_url": c.welcome(code), "api_key": key}, func() {
			fmt.Printf("Company %s (%s)\n%s chooses a password here, once, within a week: %s\nAPI key, shown this once: %s\n", company.Name, company.ID, owner.Email, c.welcome(code), key)
		})
	})
}

type companyListCmd struct{ people }

func (c *companyListCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(st *store.Store, _ *account.Accounts) error {
		all, err := st.Companies(ctx)
		if err != nil {
			return err
		}
		items := []companyJSON{}
		for _, one := range all {
			items = append(items, companyJSON{one.ID.String(), one.Name, one.CreatedAt})
		}
		return c.show(map[string]any{"items": items}, func() {
			for _, one := range items {
				fmt.Printf("%s  %s  %s\n", one.ID, one.CreatedAt.Format(time.DateOnly), one.Name)
			}
		})
	})
}

type userCmd struct {
	Add        userAddCmd        `cmd:"" help:"Add a person, and print the link by which they choose a password."`
	List       userListCmd       `cmd:"" help:"List a company's people."`
	Invite     userInviteCmd     `cmd:"" help:"Print a new link by which a person chooses their first password; earlier links end."`
	Password   userPasswordCmd   `cmd:"" help:"Print a link by which a person who has forgotten the password chooses a new one."`
	Deactivate userDeactivateCmd `cmd:"" help:"End every way in a person has; what they wrote stays."`
	Activate   userActivateCmd   `cmd:"" help:"Let a deactivated person in again."`
}

type userAddCmd struct {
	ofCompany
	Name  string `arg:"" help:"The person's name."`
	Email string `arg:"" help:"Their e-mail address, to sign in with."`
	Role  string `default:"agent" enum:"agent,lead,admin,owner" help:"agent, lead, admin or owner."`
}

func (c *userAddCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(st *store.Store, accounts *account.Accounts) error {
		company, err := c.company(ctx, st)
		if err != nil {
			return err
		}
		u := clearline.User{CompanyID: company.ID, Role: clearline.Role(c.Role)}
		if u.Name, err = account.CheckName(c.Name, "name"); err != nil {
			return err
		}
		if u.Email, err = account.CheckEmail(c.Email); err != nil {
			return err
		}
		if u, err = st.AddUser(ctx, u); err != nil {
			return err
		}
		return c.link(ctx, accounts, u, "%s chooses a password here, once, within a week: %s\n")
	})
}

// link prints a new link for a person.
func (c ofCompany) link(ctx context.Context, accounts *account.Accounts, u clearline.User, say string) error {
	code, err := accounts.Invite(ctx, u)
	if err != nil {
		return err
	}
	return c.show(map[string]any{"user": jsonOf(u), "invite_url": c.welcome(code)}, func() { fmt.Printf(say, u.Email, c.welcome(code)) })
}

type userListCmd struct{ ofCompany }

func (c *userListCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(st *store.Store, _ *account.Accounts) error {
		company, err := c.company(ctx, st)
		if err != nil {
			return err
		}
		all, err := st.Users(ctx, company.ID)
		if err != nil {
			return err
		}
		items := []personJSON{}
		for _, u := range all {
			items = append(items, jsonOf(u))
		}
		return c.show(map[string]any{"items": items}, func() {
			for _, u := range items {
				state := ""
				if !u.Active {
					state = "  deactivated"
				} else if u.Invited {
					state = "  without a password"
				}
				fmt.Printf("%s  %-5s  %s  %s%s\n", u.ID, u.Role, u.Name, u.Email, state)
			}
		})
	})
}

// userWho is a command about one person.
type userWho struct {
	ofCompany
	Who string `arg:"" name:"email" help:"The person's e-mail address or id."`
}

type userInviteCmd struct{ userWho }

func (c *userInviteCmd) Run(ctx context.Context) error {
	return c.invite(ctx, "%s chooses a password here, once, within a week: %s\n")
}

type userPasswordCmd struct{ userWho }

func (c *userPasswordCmd) Run(ctx context.Context) error {
	return c.invite(ctx, "%s chooses a new password here, once, within a week; the old one works until then: %s\n")
}

func (c userWho) invite(ctx context.Context, say string) error {
	return c.with(ctx, func(st *store.Store, accounts *account.Accounts) error {
		u, err := c.person(ctx, st, c.Who)
		if err != nil {
			return err
		}
		return c.link(ctx, accounts, u, say)
	})
}

type userDeactivateCmd struct{ userWho }

func (c *userDeactivateCmd) Run(ctx context.Context) error {
	return c.activate(ctx, false, "%s is deactivated: every session, link and API key of theirs has ended.\n")
}

type userActivateCmd struct{ userWho }

func (c *userActivateCmd) Run(ctx context.Context) error {
	return c.activate(ctx, true, "%s may sign in again.\n")
}

func (c userWho) activate(ctx context.Context, active bool, say string) error {
	return c.with(ctx, func(st *store.Store, _ *account.Accounts) error {
		u, err := c.person(ctx, st, c.Who)
		if err != nil {
			return err
		}
		if err := st.ChangeUser(ctx, u.CompanyID, u.ID, store.UserChange{Active: &active}); err != nil {
			return err
		}
		if u, err = st.User(ctx, u.CompanyID, u.ID); err != nil {
			return err
		}
		return c.show(map[string]any{"user": jsonOf(u)}, func() { fmt.Printf(say, u.Name) })
	})
}
