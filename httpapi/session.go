package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/clearline/clearline/account"
)

// signedIn answers with who is in now, and gives the browser its session.
type signedIn struct {
	SetCookie string `header:"Set-Cookie"`
	Body      meView
}

type noContent struct{}

type cookieOnly struct {
	SetCookie string `header:"Set-Cookie"`
}

func setCookie(ctx context.Context, session account.Session) string {
	return visitOf(ctx).cookie(session.Secret, session.Expires).String()
}

// in is the answer to a new session.
func (s *Server) in(ctx context.Context, session account.Session, err error) (*signedIn, error) {
	if err != nil {
		return nil, err
	}
	me, err := s.meView(ctx, session.Caller)
	if err != nil {
		return nil, err
	}
	return &signedIn{setCookie(ctx, session), me}, nil
}

type sessionInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"300"`
		Password string `json:"password" maxLength:"2000"`
	}
}

type sessionView struct {
	ID         string    `json:"id"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt stamp     `json:"last_used_at" doc:"up to a minute behind"`
	Browser    string    `json:"browser" doc:"such as Firefox on Linux; as the browser says"`
	Address    string    `json:"address" doc:"where the session was begun"`
	Current    bool      `json:"current" doc:"true for the session that asks"`
}

// SessionParam names a session. It is exported because the API description is made by looking at embedded structs.
type SessionParam struct {
	ID string `path:"id" maxLength:"20"`
}

// sessionRoutes let people sign in and out, and see where they are signed in.
func (s *Server) sessionRoutes() {
	handle(s, account.Public, http.MethodPost, "session", "sign-in", "Sign in with a password", http.StatusOK,
		func(ctx context.Context, in *sessionInput) (*signedIn, error) {
			v := visitOf(ctx)
			session, err := s.o.Accounts.SignInWith(ctx, in.Body.Email, in.Body.Password, v.begin())
			return s.in(ctx, session, err)
		})
	handle(s, account.Own, http.MethodDelete, "session", "sign-out", "Sign out", http.StatusNoContent,
		func(ctx context.Context, _ *struct{}) (*cookieOnly, error) {
			if err := s.o.Accounts.SignOut(ctx, caller(ctx)); err != nil {
				return nil, err
			}
			return &cookieOnly{visitOf(ctx).noCookie().String()}, nil
		})
	handle(s, account.Own, http.MethodGet, "sessions", "list-sessions", "Where you are signed in, the oldest first", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[sessionView]], error) {
			c := caller(ctx)
			rows, err := s.o.Store.Sessions(ctx, c.CompanyID, c.User.ID)
			if err != nil {
				return nil, err
			}
			out := &output[page[sessionView]]{page[sessionView]{Items: []sessionView{}}}
			for _, r := range rows {
				v := sessionView{r.ID(), r.CreatedAt, stampOf(r.UsedAt), browserName(r.Name), r.Address, r.ID() == c.SessionID()}
				if v.Current {
					v.LastUsedAt = stampOf(s.o.Clock.Now())
				}
				out.Body.Items = append(out.Body.Items, v)
			}
			return out, nil
		})
	handle(s, account.Own, http.MethodDelete, "sessions/{id}", "end-session", "End one of your sessions", http.StatusNoContent,
		func(ctx context.Context, in *SessionParam) (*noContent, error) {
			c := caller(ctx)
			return nil, s.o.Store.EndSession(ctx, c.CompanyID, c.User.ID, in.ID)
		})
	handle(s, account.Own, http.MethodDelete, "sessions", "end-sessions", "End all your other sessions", http.StatusNoContent,
		func(ctx context.Context, _ *struct{}) (*noContent, error) {
			return nil, s.o.Accounts.SignOutOthers(ctx, caller(ctx))
		})
}

// browserNames and systemNames are looked for in this order in what a browser calls itself: most claim to be others too.
var (
	browserNames = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systemNames = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// browserName is a browser in two words that its owner recognises; "" when it says nothing known.
func browserName(agent string) string {
	find := func(names [][2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser, system := find(browserNames), find(systemNames)
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " on " + system
}
