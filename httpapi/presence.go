package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/live"
)

type presenceView struct {
	ConversationID string     `json:"conversation_id"`
	User           personView `json:"user"`
	State          string     `json:"state" enum:"viewing,typing,gone"`
}

type presenceInput struct {
	IDParam
	Body struct {
		State string `json:"state" enum:"viewing,typing,gone" doc:"repeat it every 10 s while it holds; it ends 30 s after the last word"`
	}
}

func (s *Server) presenceRoutes() {
	type empty struct{}
	handle(s, account.Read, http.MethodGet, "presence", "list-presence", "Who looks at which conversation, or types in it", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[presenceView]], error) {
			all, err := s.o.Live.Present(ctx, caller(ctx).CompanyID)
			if err != nil {
				return nil, err
			}
			items, err := s.presences(ctx, all)
			return &output[page[presenceView]]{page[presenceView]{Items: items}}, err
		})
	handle(s, account.Own, http.MethodPost, "conversations/{id}/presence", "say-presence", "Tell colleagues that one looks at a conversation or types in it", http.StatusNoContent,
		func(ctx context.Context, in *presenceInput) (*empty, error) {
			c := caller(ctx)
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			if _, err := s.o.Store.Conversation(ctx, c.CompanyID, id); err != nil {
				return nil, err
			}
			return nil, s.o.Live.Say(ctx, c.CompanyID, live.Presence{ConversationID: id, UserID: c.User.ID, State: live.PresenceState(in.Body.State)})
		})
}

// presences names the people.
func (s *Server) presences(ctx context.Context, all []live.Presence) ([]presenceView, error) {
	names, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]presenceView, len(all))
	for i, p := range all {
		out[i] = presenceView{p.ConversationID.String(), personView{p.UserID.String(), names[p.UserID]}, string(p.State)}
	}
	return out, nil
}

// presenceEvents have no id: a client that missed one hears the next, and asks for all when it comes back.
func presenceEvents(all []presenceView) []byte {
	var b []byte
	for _, p := range all {
		data, err := json.Marshal(p)
		if err != nil {
			continue // a struct of texts always marshals
		}
		b = fmt.Appendf(b, "event: presence\ndata: %s\n\n", data)
	}
	return b
}
