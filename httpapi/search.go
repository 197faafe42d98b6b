package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/search"
)

type searchInput struct {
	Q     string `query:"q" maxLength:"500" doc:"words; \"exact words\"; from:NAME|me|them in:PLATFORM is:failed|unread|done|open has:file|image|video|voice|location|contact before:YYYY[-MM[-DD]] after:YYYY[-MM[-DD]] (days UTC); the last word may be a beginning"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type exactView struct {
	Type           string  `json:"type" enum:"conversation,message,connection,delivery"`
	ID             string  `json:"id"`
	ConversationID *string `json:"conversation_id"`
}

type foundContactView struct {
	ConversationID string `json:"conversation_id"`
	Platform       string `json:"platform"`
	Name           string `json:"name"`
	Address        string `json:"address"`
}

type foundConversationView struct {
	ID       string `json:"id"`
	Platform string `json:"platform"`
	Name     string `json:"name"`
}

type hitView struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

type foundMessageView struct {
	Message      messageView           `json:"message"`
	Conversation foundConversationView `json:"conversation"`
	Snippet      []hitView             `json:"snippet" nullable:"false" doc:"the text that was found, in pieces; … stands where it was cut"`
}

type searchView struct {
	Exact      *exactView             `json:"exact" doc:"what the query names as an id; or null"`
	Contacts   []foundContactView     `json:"contacts" nullable:"false" doc:"on the first page, the latest active first"`
	Messages   page[foundMessageView] `json:"messages" doc:"the newest first; a page may be short and yet have a next"`
	TookMS     float64                `json:"took_ms"`
	Complete   bool                   `json:"complete" doc:"false while the index does not cover everything yet"`
	Suggestion *string                `json:"suggestion" doc:"when nothing was found: the query as others spell it"`
}

func (s *Server) searchRoutes() {
	handle(s, account.Read, http.MethodGet, "search", "search", "Find messages, people and ids", http.StatusOK, s.search)
}

func (s *Server) search(ctx context.Context, in *searchInput) (*output[searchView], error) {
	began := time.Now()
	after, err := ListParams{After: in.After}.page()
	if err != nil {
		return nil, err
	}
	c := caller(ctx)
	found, err := s.o.Search.Find(ctx, search.Request{CompanyID: c.CompanyID, UserID: c.AuthorID(), Text: in.Q, Limit: in.Limit, Below: after.ID})
	if err != nil {
		return nil, err
	}
	v := searchView{Contacts: []foundContactView{}, Complete: found.Complete, Suggestion: orNil(found.Suggestion)}
	if e := found.Exact; e != nil {
		v.Exact = &exactView{e.Type, e.ID.String(), idOf(e.ConversationID)}
	}
	for _, p := range found.Contacts {
		v.Contacts = append(v.Contacts, foundContactView{p.ConversationID.String(), string(p.Platform), nameOf(p.Name, p.Shown), p.SendTo})
	}
	if v.Messages, err = s.foundMessages(ctx, found); err != nil {
		return nil, err
	}
	v.TookMS = float64(time.Since(began).Microseconds()) / 1000
	return &output[searchView]{v}, nil
}

func (s *Server) foundMessages(ctx context.Context, found search.Found) (page[foundMessageView], error) {
	p := page[foundMessageView]{Items: []foundMessageView{}}
	var names map[clearline.ID]string
	for _, m := range found.Messages {
		if m.Message.AuthorID != 0 && names == nil {
			var err error
			if names, err = s.authors(ctx); err != nil {
				return p, err
			}
		}
		v := foundMessageView{Message: *s.messageView(&m.Message, names), Snippet: []hitView{},
			Conversation: foundConversationView{m.Message.ConversationID.String(), string(m.Person.Platform), nameOf(m.Person.Name, m.Person.Shown)}}
		for _, h := range m.Snippet {
			v.Snippet = append(v.Snippet, hitView(h))
		}
		p.Items = append(p.Items, v)
	}
	if found.Next != 0 {
		p.Next = cursor(time.UnixMilli(0), found.Next)
	}
	return p, nil
}

// nameOf is how a person is called: by name, else by what is shown of their address.
func nameOf(name, shown string) string {
	if name == "" {
		return shown
	}
	return name
}
