package httpapi

import (
	"context"
	"net/http"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

type meView struct {
	User      *meUser            `json:"user" doc:"null for an API key"`
	Company   personView         `json:"company"`
	Role      string             `json:"role"`
	Rights    []string           `json:"rights" nullable:"false" doc:"what the caller may do; the words are those of the routes"`
	Settings  clearline.Settings `json:"settings"`
	SessionID *string            `json:"session_id"`
	Encrypted bool               `json:"encrypted" doc:"false when others in the network could read this connection"`
	Demo      *demoView          `json:"demo" doc:"null unless this is a demo with simulated customers"`
}

type demoView struct {
	PhonesURL string `json:"phones_url" doc:"where the simulated customers' phones are"`
}

type meUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Role  string `json:"role"`
}

// someSettings is a part of the settings; what is left out stays.
type someSettings struct {
	UndoSeconds   *int        `json:"undo_seconds,omitempty" enum:"0,3,5,10"`
	SendWith      *string     `json:"send_with,omitempty" enum:"enter,chord"`
	SingleKeys    *bool       `json:"single_keys,omitempty"`
	AssignOnReply *bool       `json:"assign_on_reply,omitempty"`
	Density       *string     `json:"density,omitempty" enum:"comfortable,compact"`
	Theme         *string     `json:"theme,omitempty" enum:"system,light,dark"`
	TextSize      *int        `json:"text_size,omitempty" minimum:"90" maximum:"150"`
	Notify        *someNotify `json:"notify,omitempty"`
	Clock         *string     `json:"clock,omitempty" enum:"auto,12,24"`
}

type someNotify struct {
	Desktop *bool `json:"desktop,omitempty"`
	Sound   *bool `json:"sound,omitempty"`
	Title   *bool `json:"title,omitempty"`
}

func take[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (p *someSettings) apply(s *clearline.Settings) {
	take(&s.UndoSeconds, p.UndoSeconds)
	take(&s.SendWith, p.SendWith)
	take(&s.SingleKeys, p.SingleKeys)
	take(&s.AssignOnReply, p.AssignOnReply)
	take(&s.Density, p.Density)
	take(&s.Theme, p.Theme)
	take(&s.TextSize, p.TextSize)
	take(&s.Clock, p.Clock)
	if n := p.Notify; n != nil {
		take(&s.Notify.Desktop, n.Desktop)
		take(&s.Notify.Sound, n.Sound)
		take(&s.Notify.Title, n.Title)
	}
}

type meInput struct {
	Body struct {
		Name     *string       `json:"name,omitempty" maxLength:"400"`
		Settings *someSettings `json:"settings,omitempty"`
	}
}

type passwordInput struct {
	Body struct {
		Current  string `json:"current" maxLength:"2000" doc:"empty for who has none yet"`
		Password string `json:"password" maxLength:"2000"`
	}
}

type companyInput struct {
	Body struct {
		Name string `json:"name" maxLength:"400"`
	}
}

// meRoutes are about who asks.
func (s *Server) meRoutes() {
	handle(s, account.Read, http.MethodGet, "me", "me", "Who is asking", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[meView], error) { return s.me(ctx, caller(ctx)) })
	handle(s, account.Own, http.MethodPatch, "me", "change-me", "Change your name or settings", http.StatusOK, s.changeMe)
	handle(s, account.Own, http.MethodPost, "me/password", "change-password", "Change your password; your other sessions end", http.StatusNoContent,
		func(ctx context.Context, in *passwordInput) (*cookieOnly, error) {
			session, err := s.o.Accounts.ChangePassword(ctx, caller(ctx), in.Body.Current, in.Body.Password, visitOf(ctx).begin())
			if err != nil {
				return nil, err
			}
			return &cookieOnly{setCookie(ctx, session)}, nil
		})
	handle(s, account.ManagePeople, http.MethodPatch, "company", "change-company", "Change the company's name", http.StatusOK,
		func(ctx context.Context, in *companyInput) (*output[personView], error) {
			name, err := account.CheckName(in.Body.Name, "name")
			if err != nil {
				return nil, err
			}
			id := caller(ctx).CompanyID
			if err := s.o.Store.RenameCompany(ctx, id, name); err != nil {
				return nil, err
			}
			return &output[personView]{personView{id.String(), name}}, nil
		})
}

func (s *Server) me(ctx context.Context, c account.Caller) (*output[meView], error) {
	v, err := s.meView(ctx, c)
	return &output[meView]{v}, err
}

func (s *Server) meView(ctx context.Context, c account.Caller) (meView, error) {
	company, err := s.o.Store.Company(ctx, c.CompanyID)
	if err != nil {
		return meView{}, err
	}
	v := meView{Company: personView{company.ID.String(), company.Name}, Role: string(c.Role), Settings: c.Settings, SessionID: orNil(c.SessionID()),
		Rights: []string{}, Encrypted: visitOf(ctx).secure}
	if s.o.PhonesURL != "" {
		v.Demo = &demoView{s.o.PhonesURL}
	}
	for _, r := range account.RightsOf(c.Role) {
		v.Rights = append(v.Rights, string(r))
	}
	if c.User != nil {
		v.User = &meUser{c.User.ID.String(), c.User.Name, c.User.Email, string(c.User.Role)}
	}
	return v, nil
}

func (s *Server) changeMe(ctx context.Context, in *meInput) (*output[meView], error) {
	c := caller(ctx)
	var change store.UserChange
	if in.Body.Name != nil {
		name, err := account.CheckName(*in.Body.Name, "name")
		if err != nil {
			return nil, err
		}
		change.Name = &name
	}
	if in.Body.Settings != nil {
		change.Settings = in.Body.Settings.apply
	}
	if err := s.o.Store.ChangeUser(ctx, c.CompanyID, c.User.ID, change); err != nil {
		return nil, err
	}
	u, err := s.o.Store.User(ctx, c.CompanyID, c.User.ID)
	if err != nil {
		return nil, err
	}
	c.User, c.Settings = &u, u.Settings
	return s.me(ctx, c)
}
