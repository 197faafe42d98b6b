package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/dispatch"
)

// templateValue fills one variable of a template: a plain text, or an object for named variables, files and
// buttons.
type templateValue struct{ templateFields }

type templateFields struct {
	Name  string `json:"name,omitempty" maxLength:"512" doc:"the variable's name, for templates with named variables"`
	Index int    `json:"index,omitempty" minimum:"0" maximum:"9" doc:"which button"`
	Type  string `json:"type,omitempty" enum:"text,image,video,document,url,quick_reply,copy_code,flow" doc:"text when left out; for buttons the button's kind, url when left out"`
	Text  string `json:"text,omitempty" maxLength:"2000"`
	Link  string `json:"link,omitempty" maxLength:"2000" doc:"https address of a header's file"`
	ID    string `json:"id,omitempty" maxLength:"256" doc:"platform id of a header's file"`
}

func (v *templateValue) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		v.templateFields = templateFields{}
		return json.Unmarshal(b, &v.Text)
	}
	return json.Unmarshal(b, &v.templateFields)
}

// Schema describes both forms.
func (templateValue) Schema(r huma.Registry) *huma.Schema {
	most := 2000
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeString, MaxLength: &most}, huma.SchemaFromType(r, reflect.TypeFor[templateFields]())}}
}

type templateInput struct {
	Name     string          `json:"name" minLength:"1" maxLength:"512"`
	Language string          `json:"language" minLength:"1" maxLength:"20"`
	Header   []templateValue `json:"header,omitempty" maxItems:"5"`
	Body     []templateValue `json:"body,omitempty" maxItems:"100"`
	Buttons  []templateValue `json:"buttons,omitempty" maxItems:"10"`
}

type sendInput struct {
	IDParam
	Body struct {
		ClientID string  `json:"client_id" minLength:"1" maxLength:"200" doc:"your own name for the message; repeating the call with it sends once"`
		Text     string  `json:"text,omitempty" maxLength:"100000"`
		ReplyTo  *string `json:"reply_to,omitempty" maxLength:"20"`
		Undo     *int    `json:"undo_seconds,omitempty" minimum:"0" maximum:"10" doc:"for how long the message can be taken back before it leaves; left out: 0 for an API key, the person's setting for a session"`
		ContentInput
	}
}

type sendOutput struct {
	Status int
	Body   messageView
}

func (s *Server) messageRoutes() {
	handle(s, account.Read, http.MethodGet, "conversations/{id}/messages", "list-messages", "A conversation's messages, the newest first", http.StatusOK, s.listMessages)
	handle(s, account.Reply, http.MethodPost, "conversations/{id}/messages", "send-message", "Send a message: a text, a file, a template, a location, contacts, buttons or a reaction", http.StatusCreated, s.send)
	handle(s, account.Read, http.MethodGet, "messages/{id}", "get-message", "One message", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[messageView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return s.oneMessage(ctx, id)
		})
	handle(s, account.Read, http.MethodGet, "messages/{id}/story", "get-story", "Everything known about one message", http.StatusOK, s.story)
}

func (s *Server) oneMessage(ctx context.Context, id clearline.ID) (*output[messageView], error) {
	m, err := s.o.Store.Message(ctx, caller(ctx).CompanyID, id)
	if err != nil {
		return nil, err
	}
	var names map[clearline.ID]string
	if m.AuthorID != 0 {
		if names, err = s.authors(ctx); err != nil {
			return nil, err
		}
	}
	return &output[messageView]{*s.messageView(&m, names)}, nil
}

func (s *Server) send(ctx context.Context, in *sendInput) (*sendOutput, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	c := dispatch.Compose{CompanyID: caller(ctx).CompanyID, ConversationID: conversation, AuthorID: caller(ctx).AuthorID(), ClientID: in.Body.ClientID, Text: in.Body.Text,
		Undo: time.Duration(caller(ctx).Settings.UndoSeconds) * time.Second, Assign: caller(ctx).Settings.AssignOnReply}
	if in.Body.ReplyTo != nil {
		if c.ReplyTo, err = clearline.ParseID(*in.Body.ReplyTo); err != nil {
			return nil, badInput("reply_to", "is not the id of a message")
		}
	}
	if err := in.Body.into(&c); err != nil {
		return nil, err
	}
	if in.Body.Undo != nil {
		c.Undo = time.Duration(*in.Body.Undo) * time.Second
	}
	id, created, err := s.o.Dispatch.Queue(ctx, c)
	if err != nil {
		return nil, err
	}
	one, err := s.oneMessage(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &sendOutput{Status: http.StatusCreated, Body: one.Body}
	if !created {
		out.Status = http.StatusOK
	}
	return out, nil
}

func values(in []templateValue) []channel.TemplateValue {
	out := make([]channel.TemplateValue, len(in))
	for i, v := range in {
		out[i] = channel.TemplateValue(v.templateFields)
	}
	return out
}

// buttons given as plain texts are counted from the first.
func buttons(in []templateValue) []channel.TemplateValue {
	out := values(in)
	for i := range out {
		if out[i].Index == 0 && out[i].Type == "" {
			out[i].Index = i
		}
	}
	return out
}
