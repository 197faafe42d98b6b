package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/clearline/clearline"
)

type keyView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
}

type newKeyView struct {
	Name string `json:"name"`
	Key  string `json:"key" doc:"shown this once; keep it like a password"`
}

type newKeyInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100" doc:"what will use the key"`
	}
}

type keyParam struct {
	ID string `path:"id" maxLength:"16"`
}

// keyRoutes let an admin make API keys, list and end them.
func (s *Server) keyRoutes() {
	type empty struct{}
	handle(s, http.MethodGet, "keys", "list-keys", "API keys, the oldest first", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[keyView]], error) {
			if err := needs(ctx, clearline.RoleAdmin, clearline.RoleOwner); err != nil {
				return nil, err
			}
			rows, err := s.o.Store.Keys(ctx, caller(ctx).CompanyID)
			if err != nil {
				return nil, err
			}
			out := &output[page[keyView]]{page[keyView]{Items: []keyView{}}}
			for _, k := range rows {
				out.Body.Items = append(out.Body.Items, keyView(k))
			}
			return out, nil
		})
	handle(s, http.MethodPost, "keys", "add-key", "Make an API key", http.StatusCreated,
		func(ctx context.Context, in *newKeyInput) (*output[newKeyView], error) {
			if err := needs(ctx, clearline.RoleAdmin, clearline.RoleOwner); err != nil {
				return nil, err
			}
			name := strings.TrimSpace(in.Body.Name)
			key, err := s.o.Accounts.NewKey(ctx, caller(ctx).CompanyID, name)
			if err != nil {
				return nil, err
			}
			return &output[newKeyView]{newKeyView{name, key}}, nil
		})
	handle(s, http.MethodDelete, "keys/{id}", "end-key", "End an API key at once", http.StatusNoContent,
		func(ctx context.Context, in *keyParam) (*empty, error) {
			if err := needs(ctx, clearline.RoleAdmin, clearline.RoleOwner); err != nil {
				return nil, err
			}
			return nil, s.o.Store.EndKey(ctx, caller(ctx).CompanyID, in.ID)
		})
}
