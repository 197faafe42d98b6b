package httpapi

import (
	"context"
	"net/http"

	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

type retryInput struct {
	IDParam
	Body struct {
		ConfirmDuplicate bool `json:"confirm_duplicate,omitempty" doc:"true accepts that an unconfirmed message may arrive twice"`
		Attempts         int  `json:"attempts,omitempty" minimum:"0" doc:"how many attempts you know of: when there are more by now nothing is done, so that pressing twice sends once"`
	}
}

// retryRoutes send again what did not get through.
func (s *Server) retryRoutes() {
	handle(s, account.Reply, http.MethodPost, "messages/{id}/retry", "retry-message",
		"Send a failed or unconfirmed message again: a new attempt of the same message, which keeps its status until the platform gives it a new id. 200 when one was under way already", http.StatusCreated,
		func(ctx context.Context, in *retryInput) (*sendOutput, error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			begun, err := s.o.Outcomes.Retry(ctx, store.Again{CompanyID: caller(ctx).CompanyID, MessageID: id, MayDuplicate: in.Body.ConfirmDuplicate, Seen: in.Body.Attempts})
			if err != nil {
				return nil, err
			}
			one, err := s.oneMessage(ctx, id)
			if err != nil {
				return nil, err
			}
			out := &sendOutput{Status: http.StatusCreated, Body: one.Body}
			if !begun {
				out.Status = http.StatusOK
			}
			return out, nil
		})
}
