package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

type keyView struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	CreatedAt  time.Time   `json:"created_at"`
	CreatedBy  *personView `json:"created_by" doc:"null when it was made on the command line"`
	LastUsedAt stamp       `json:"last_used_at" doc:"up to a minute behind; null for never"`
	Works      bool        `json:"works" doc:"false when who made it was deactivated or may not manage keys any more"`
}

func viewKey(k store.Credential) keyView {
	v := keyView{ID: k.ID(), Name: k.Name, CreatedAt: k.CreatedAt, LastUsedAt: stampOf(k.UsedAt), Works: account.KeyWorks(k)}
	if k.MakerID != 0 {
		v.CreatedBy = &personView{k.MakerID.String(), k.Holder.Name}
	}
	return v
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
	handle(s, account.ManageKeys, http.MethodGet, "keys", "list-keys", "API keys, the oldest first", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[keyView]], error) {
			rows, err := s.o.Store.Keys(ctx, caller(ctx).CompanyID)
			if err != nil {
				return nil, err
			}
			out := &output[page[keyView]]{page[keyView]{Items: []keyView{}}}
			for _, k := range rows {
				out.Body.Items = append(out.Body.Items, viewKey(k))
			}
			return out, nil
		})
	handle(s, account.ManageKeys, http.MethodPost, "keys", "add-key", "Make an API key", http.StatusCreated,
		func(ctx context.Context, in *newKeyInput) (*output[newKeyView], error) {
			name, err := account.CheckName(in.Body.Name, "name")
			if err != nil {
				return nil, err
			}
			key, err := s.o.Accounts.NewKeyBy(ctx, caller(ctx), name)
			if err != nil {
				return nil, err
			}
			return &output[newKeyView]{newKeyView{name, key}}, nil
		})
	handle(s, account.ManageKeys, http.MethodDelete, "keys/{id}", "end-key", "End an API key at once", http.StatusNoContent,
		func(ctx context.Context, in *keyParam) (*noContent, error) {
			return nil, s.o.Store.EndKey(ctx, caller(ctx).CompanyID, in.ID)
		})
}
