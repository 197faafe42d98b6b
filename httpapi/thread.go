package httpapi

import (
	"context"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// threadInput asks for a page of a conversation by at most one place: after (older than that), newer, or around.
type threadInput struct {
	IDParam
	ListParams
	Newer  string `query:"newer" maxLength:"100" doc:"previous of the page before: what follows it in time"`
	Around string `query:"around" maxLength:"20" doc:"the id of a message: the page with it in the middle"`
}

// threadView is a page of a conversation, the newest first, with how it goes on in both directions.
type threadView struct {
	Items    []messageView `json:"items" nullable:"false"`
	Next     *string       `json:"next" doc:"pass as after for older messages; null at the beginning of the conversation"`
	Previous *string       `json:"previous" doc:"pass as newer for newer messages; null at the end of the conversation"`
}

func (s *Server) listMessages(ctx context.Context, in *threadInput) (*output[threadView], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	rows, older, newer, err := s.threadPage(ctx, caller(ctx).CompanyID, id, in)
	if err != nil {
		return nil, err
	}
	names, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	out := &output[threadView]{threadView{Items: []messageView{}}}
	for i := range rows {
		out.Body.Items = append(out.Body.Items, *s.messageView(&rows[i], names))
	}
	if len(rows) > 0 {
		first, last := rows[0], rows[len(rows)-1]
		if older {
			out.Body.Next = cursor(last.At, last.ID)
		}
		if newer {
			out.Body.Previous = cursor(first.At, first.ID)
		}
	}
	return out, nil
}

// threadPage reads the messages asked for and whether there are older and newer ones. One message more than
// asked for is read to know that.
func (s *Server) threadPage(ctx context.Context, company, conversation clearline.ID, in *threadInput) (rows []clearline.Message, older, newer bool, err error) {
	asked := 0
	for _, v := range []string{in.After, in.Newer, in.Around} {
		if v != "" {
			asked++
		}
	}
	if asked > 1 {
		return nil, false, false, badInput("around", "is one of three ways to say where: after, newer or around, not several at once")
	}
	switch {
	case in.Around != "":
		return s.around(ctx, company, conversation, in)
	case in.Newer != "":
		than, err := place("newer", in.Newer)
		if err != nil {
			return nil, false, false, err
		}
		rows, err = s.o.Store.NewerMessages(ctx, company, conversation, than, in.Limit+1)
		if newer = len(rows) > in.Limit; newer {
			rows = rows[1:]
		}
		older = true
		if err != nil || len(rows) > 0 {
			return rows, older, newer, err
		}
	default:
		after, err := in.page()
		if err != nil {
			return nil, false, false, err
		}
		rows, err = s.o.Store.Messages(ctx, company, conversation, after, in.Limit+1)
		if older = len(rows) > in.Limit; older {
			rows = rows[:in.Limit]
		}
		newer = in.After != ""
		if err != nil || len(rows) > 0 {
			return rows, older, newer, err
		}
	}
	_, err = s.o.Store.Conversation(ctx, company, conversation)
	return nil, false, false, err
}

// around reads the page with a message in its middle; near an end of the conversation the other side gets the room.
func (s *Server) around(ctx context.Context, company, conversation clearline.ID, in *threadInput) (rows []clearline.Message, older, newer bool, err error) {
	message, err := clearline.ParseID(in.Around)
	if err != nil {
		return nil, false, false, store.ErrAbsent
	}
	at, err := s.o.Store.Place(ctx, company, conversation, message)
	if err != nil {
		return nil, false, false, err
	}
	after, err := s.o.Store.NewerMessages(ctx, company, conversation, at, in.Limit)
	if err != nil {
		return nil, false, false, err
	}
	// The place right above the message, so that the message itself comes with the older ones.
	before, err := s.o.Store.Messages(ctx, company, conversation, store.Page{At: at.At, ID: at.ID + 1}, in.Limit+1)
	if err != nil {
		return nil, false, false, err
	}
	above := min(len(after), max((in.Limit-1)/2, in.Limit-len(before)))
	below := min(len(before), in.Limit-above)
	rows = append(rows, after[len(after)-above:]...)
	rows = append(rows, before[:below]...)
	return rows, below < len(before), above < len(after), nil
}
