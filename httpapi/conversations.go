package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

// ListParams are how every list is asked for.
type ListParams struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

// cursor names the last item of a page.
func cursor(at time.Time, id clearline.ID) *string {
	s := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d", at.UnixMilli(), id))
	return &s
}

func (l ListParams) page() (p store.Page, err error) {
	if l.After == "" {
		return p, nil
	}
	return place("after", l.After)
}

// place reads a cursor that came in the field of that name.
func place(field, cursor string) (p store.Page, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		_, err = fmt.Sscanf(string(b), "%d.%d", &p.At, &p.ID)
	}
	if err != nil || p.ID <= 0 {
		return p, badInput(field, "is not the next or previous of a page; ask for the first page without it")
	}
	return p, nil
}

func badInput(name, reason string) error {
	return &problem{Title: "The request cannot be read as it is.", Status: http.StatusUnprocessableEntity, Cause: clearline.CauseInput,
		Detail: "Nothing was done. Correct the fields named.", Fields: []clearline.FieldProblem{{Name: name, Reason: reason}}}
}

// IDParam is the id in a path. It is exported because the API description is made by looking at embedded structs.
type IDParam struct {
	ID string `path:"id" maxLength:"20"`
}

// id reads the path's id; one that cannot be an id is as absent as one that names nothing.
func (i IDParam) id() (clearline.ID, error) {
	id, err := clearline.ParseID(i.ID)
	if err != nil {
		return 0, store.ErrAbsent
	}
	return id, nil
}

type output[T any] struct{ Body T }

// handle registers a route with the right that it takes; the domain's problems become answers in one place.
func handle[I, O any](s *Server, right account.Right, method, path, id, summary string, status int, f func(context.Context, *I) (*O, error)) {
	declared(right, id)
	o := huma.Operation{OperationID: id, Method: method, Path: "/api/v1/" + path, Summary: summary, DefaultStatus: status,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}, Middlewares: huma.Middlewares{s.may(right)},
		Extensions: map[string]any{rightWord: string(right)}}
	if right == account.Public || right == account.Own {
		o.Errors = append(o.Errors, http.StatusTooManyRequests)
	}
	if right == account.Public {
		s.public[method+" "+o.Path] = true
		o.Security = []map[string][]string{}
	}
	huma.Register(s.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := f(ctx, in)
		if err != nil {
			p := s.answer(err, requestID(ctx))
			if p.retryAfter > 0 {
				return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {fmt.Sprint(p.retryAfter)}})
			}
			return nil, p
		}
		return out, nil
	})
}

// authors are the names of a company's people, by id.
func (s *Server) authors(ctx context.Context) (map[clearline.ID]string, error) {
	users, err := s.o.Store.Users(ctx, caller(ctx).CompanyID)
	if err != nil {
		return nil, err
	}
	names := make(map[clearline.ID]string, len(users))
	for _, u := range users {
		names[u.ID] = u.Name
	}
	return names, nil
}

func (s *Server) conversationRoutes() {
	type empty struct{}
	handle(s, account.Read, http.MethodGet, "conversations/{id}", "get-conversation", "One conversation", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[conversationView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return s.oneConversation(ctx, id)
		})
	handle(s, account.Read, http.MethodPost, "conversations/{id}/read", "read-conversation", "Mark a conversation as read up to a message, here and with the person", http.StatusOK, s.markRead)
	handle(s, account.Reply, http.MethodPost, "conversations/{id}/typing", "show-typing", "Show the person that an answer is being typed", http.StatusNoContent,
		func(ctx context.Context, in *IDParam) (*empty, error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return nil, s.typing(ctx, id)
		})
}

func (s *Server) oneConversation(ctx context.Context, id clearline.ID) (*output[conversationView], error) {
	names, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.o.Store.Conversation(ctx, caller(ctx).CompanyID, id)
	if err != nil {
		return nil, err
	}
	holds, err := s.holds(ctx)
	if err != nil {
		return nil, err
	}
	v := s.conversationView(c, names)
	v.Hold = holds[c.ConnectionID]
	return &output[conversationView]{v}, nil
}

type readInput struct {
	IDParam
	Body struct {
		MessageID string `json:"message_id" maxLength:"20" doc:"the newest message that was read"`
	}
}

func (s *Server) markRead(ctx context.Context, in *readInput) (*output[conversationView], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	message, err := clearline.ParseID(in.Body.MessageID)
	if err != nil {
		return nil, badInput("message_id", "is not the id of a message")
	}
	company := caller(ctx).CompanyID
	platformID, err := s.o.Store.MarkRead(ctx, company, id, message)
	if err != nil {
		return nil, err
	}
	if platformID != "" {
		s.tellReader(ctx, company, id, func(ctx context.Context, l Leaf, a accountOf) error {
			return l.Reader.MarkRead(ctx, a.account, platformID)
		})
	}
	return s.oneConversation(ctx, id)
}

func (s *Server) typing(ctx context.Context, id clearline.ID) error {
	company := caller(ctx).CompanyID
	if _, err := s.o.Store.Conversation(ctx, company, id); err != nil {
		return err
	}
	platformID, err := s.o.Store.LastInbound(ctx, company, id)
	if err != nil || platformID == "" {
		return err
	}
	s.tellReader(ctx, company, id, func(ctx context.Context, l Leaf, a accountOf) error {
		return l.Reader.Typing(ctx, a.account, platformID)
	})
	return nil
}
