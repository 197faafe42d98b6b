package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

// deskRoutes are what people decide about conversations: who has one, whether it is done, what is unread, and
// what needs nothing more.
func (s *Server) deskRoutes() {
	handle(s, account.Read, http.MethodGet, "conversations", "list-conversations", "Conversations of a view", http.StatusOK, s.listConversations)
	handle(s, account.Read, http.MethodGet, "conversations/counts", "count-conversations", "How many conversations the views hold, each counted to 1,000 at most", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[countsView], error) {
			n, err := s.o.Store.Counts(ctx, caller(ctx).CompanyID, caller(ctx).AuthorID())
			return &output[countsView]{countsView(n)}, err
		})
	handle(s, account.Reply, http.MethodPatch, "conversations/{id}", "change-conversation", "Assign a conversation, mark it done or open it again", http.StatusOK, s.changeConversation)
	type unreadInput struct {
		IDParam
		Body struct {
			MessageID *string `json:"message_id,omitempty" maxLength:"20" doc:"the first message that is unread; the customer's last one when left out"`
		}
	}
	handle(s, account.Reply, http.MethodPost, "conversations/{id}/unread", "unread-conversation", "Mark a conversation as unread from a message on", http.StatusOK,
		func(ctx context.Context, in *unreadInput) (*output[conversationView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			var message clearline.ID
			if in.Body.MessageID != nil {
				if message, err = clearline.ParseID(*in.Body.MessageID); err != nil {
					return nil, badInput("message_id", "is not the id of a message")
				}
			}
			if err := s.o.Store.MarkUnread(ctx, caller(ctx).CompanyID, id, message); err != nil {
				return nil, err
			}
			return s.oneConversation(ctx, id)
		})
	s.messageAct("dismiss", "dismiss-message", "Say that a failed or unconfirmed message needs nothing more", s.o.Store.Dismiss)
	s.messageAct("send_now", "release-message", "Let a message leave before its time for taking it back has passed", s.o.Store.Release)
	s.messageAct("cancel", "cancel-message", "Stop a message that has not left yet", s.o.Store.Cancel)
}

// messageAct is a route that does one thing to a message and answers the message as it then is.
func (s *Server) messageAct(path, id, summary string, act func(context.Context, clearline.ID, clearline.ID) error) {
	handle(s, account.Reply, http.MethodPost, "messages/{id}/"+path, id, summary, http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[messageView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			if err := act(ctx, caller(ctx).CompanyID, id); err != nil {
				return nil, err
			}
			return s.oneMessage(ctx, id)
		})
}

type countsView struct {
	Open       int `json:"open"`
	Mine       int `json:"mine"`
	Unassigned int `json:"unassigned"`
	Waiting    int `json:"waiting"`
	Failed     int `json:"failed"`
	UnreadMine int `json:"unread_mine"`
}

type viewParams struct {
	ListParams
	View string `query:"view" enum:"all,open,mine,unassigned,waiting,failed,done" default:"all" doc:"waiting: who has waited longest first; failed: the newest trouble first; the others: the newest activity first. An API key has no conversations of its own"`
}

func (s *Server) listConversations(ctx context.Context, in *viewParams) (*output[page[conversationView]], error) {
	after, err := in.page()
	if err != nil {
		return nil, err
	}
	names, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	view := store.View(in.View)
	rows, err := s.o.Store.View(ctx, caller(ctx).CompanyID, caller(ctx).AuthorID(), view, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &output[page[conversationView]]{page[conversationView]{Items: []conversationView{}}}
	holds, err := s.holds(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		v := s.conversationView(c, names)
		v.Hold = holds[c.ConnectionID]
		out.Body.Items = append(out.Body.Items, v)
	}
	if len(rows) == in.Limit {
		out.Body.Next = viewCursor(view, rows[len(rows)-1])
	}
	return out, nil
}

// viewCursor names the last conversation of a page by what its view is sorted by.
func viewCursor(v store.View, last store.ConversationRow) *string {
	switch {
	case v == store.ViewWaiting:
		return cursor(last.WaitingSince, last.ID)
	case v == store.ViewFailed && last.Trouble != nil:
		return cursor(time.UnixMilli(0), last.Trouble.MessageID)
	}
	return cursor(last.LastAt, last.ID)
}

// Assignee is somebody's id, null for nobody, or left out. It is exported because the API description is made by
// looking at embedded structs.
type Assignee struct {
	Given bool
	ID    clearline.ID
}

// Schema describes the three forms.
func (Assignee) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true, MaxLength: pointer(20), Description: "id of the person who has it from now on, null for nobody; left out: as it is"}
}

func pointer[T any](v T) *T { return &v }

// UnmarshalJSON tells null from absent.
func (a *Assignee) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	a.Given, a.ID = true, 0
	if text == nil {
		return nil
	}
	id, err := clearline.ParseID(*text)
	if err != nil {
		id = -1 // an id that names nobody, refused like any other such
	}
	a.ID = id
	return nil
}

type deskInput struct {
	IDParam
	Body struct {
		State    string   `json:"state,omitempty" enum:"open,done"`
		Assignee Assignee `json:"assignee,omitempty"`
	}
}

func (s *Server) changeConversation(ctx context.Context, in *deskInput) (*output[conversationView], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	var c store.DeskChange
	if in.Body.State != "" {
		state := clearline.ConversationState(in.Body.State)
		c.State = &state
	}
	if in.Body.Assignee.Given {
		c.Assignee = &in.Body.Assignee.ID
	}
	if err := s.o.Store.ChangeDesk(ctx, caller(ctx).CompanyID, id, c); err != nil {
		return nil, err
	}
	return s.oneConversation(ctx, id)
}
