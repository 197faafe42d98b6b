package httpapi

import (
	"context"
	"net/http"

	"github.com/clearline/clearline/account"
)

type setupView struct {
	Needed bool `json:"needed" doc:"true while the installation is empty"`
}

type setupInput struct {
	Body struct {
		Code     string `json:"code" maxLength:"100" doc:"as the server printed it at its start"`
		Company  string `json:"company" maxLength:"400"`
		Name     string `json:"name" maxLength:"400" doc:"the owner's"`
		Email    string `json:"email" maxLength:"300"`
		Password string `json:"password" maxLength:"2000"`
	}
}

type welcomeInput struct {
	Body struct {
		Code     string `json:"code" maxLength:"100" doc:"from the link of an invitation"`
		Password string `json:"password" maxLength:"2000"`
		Name     string `json:"name,omitempty" maxLength:"400" doc:"another name than who invited has given"`
	}
}

// setupRoutes let the first owner in, and people who were invited.
func (s *Server) setupRoutes() {
	handle(s, account.Public, http.MethodGet, "setup", "needs-setup", "Whether the first company is still to be made", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[setupView], error) {
			needed, err := s.o.Accounts.SetupNeeded(ctx)
			return &output[setupView]{setupView{needed}}, err
		})
	handle(s, account.Public, http.MethodPost, "setup", "set-up", "Make the first company and its owner, with the code that the server printed", http.StatusCreated,
		func(ctx context.Context, in *setupInput) (*signedIn, error) {
			b := in.Body
			session, err := s.o.Accounts.Setup(ctx, account.First{Code: b.Code, Company: b.Company, Name: b.Name, Email: b.Email, Password: b.Password}, visitOf(ctx).begin())
			return s.in(ctx, session, err)
		})
	handle(s, account.Public, http.MethodPost, "welcome", "accept-invitation", "Choose a password by an invitation's code, and sign in", http.StatusOK,
		func(ctx context.Context, in *welcomeInput) (*signedIn, error) {
			session, err := s.o.Accounts.Welcome(ctx, in.Body.Code, in.Body.Password, in.Body.Name, visitOf(ctx).begin())
			return s.in(ctx, session, err)
		})
}
