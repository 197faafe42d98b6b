package whatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// outgoingForm is a template with its values, as sent. Source: Meta, WhatsApp,
// messages/template-messages; read Dec 2025.
type outgoingForm struct {
	Name       string          `json:"name"`
	Language   outgoingTongue  `json:"language"`
	Components []outgoingParts `json:"components,omitempty"`
}

type outgoingTongue struct {
	Code string `json:"code"`
}

type outgoingParts struct {
	Type       string          `json:"type"`
	SubType    string          `json:"sub_type,omitempty"`
	Index      string          `json:"index,omitempty"`
	Parameters []outgoingValue `json:"parameters"`
}

type outgoingValue struct {
	Type       string          `json:"type"`
	Name       string          `json:"parameter_name,omitempty"`
	Text       string          `json:"text,omitempty"`
	Payload    string          `json:"payload,omitempty"`
	CouponCode string          `json:"coupon_code,omitempty"`
	Action     *outgoingAction `json:"action,omitempty"`
	Image      *outgoingFile   `json:"image,omitempty"`
	Video      *outgoingFile   `json:"video,omitempty"`
	Document   *outgoingFile   `json:"document,omitempty"`
}

type outgoingAction struct {
	FlowToken string `json:"flow_token"`
}

type outgoingFile struct {
	ID   string `json:"id,omitempty"`
	Link string `json:"link,omitempty"`
}

// Kinds of buttons that take a value, as TemplateValue.Type names them; "" means a web address.
const (
	buttonURL        = "url"
	buttonQuickReply = "quick_reply"
	buttonCopyCode   = "copy_code"
	buttonFlow       = "flow"
)

func composeTemplate(t *channel.Template) *outgoingForm {
	f := &outgoingForm{Name: t.Name, Language: outgoingTongue{t.Language}}
	if len(t.Header) > 0 {
		f.Components = append(f.Components, outgoingParts{Type: "header", Parameters: values(t.Header)})
	}
	if len(t.Body) > 0 {
		f.Components = append(f.Components, outgoingParts{Type: "body", Parameters: values(t.Body)})
	}
	for _, b := range t.Buttons {
		part := outgoingParts{Type: "button", SubType: b.Type, Index: strconv.Itoa(b.Index)}
		var v outgoingValue
		switch b.Type {
		case buttonQuickReply:
			v = outgoingValue{Type: "payload", Payload: b.Text}
		case buttonCopyCode:
			v = outgoingValue{Type: "coupon_code", CouponCode: b.Text}
		case buttonFlow:
			v = outgoingValue{Type: "action", Action: &outgoingAction{FlowToken: b.Text}}
		default:
			part.SubType = buttonURL
			v = outgoingValue{Type: "text", Text: b.Text}
		}
		part.Parameters = []outgoingValue{v}
		f.Components = append(f.Components, part)
	}
	return f
}

func values(in []channel.TemplateValue) []outgoingValue {
	out := make([]outgoingValue, len(in))
	for i, v := range in {
		o := outgoingValue{Type: v.Type, Name: v.Name}
		file := &outgoingFile{ID: v.ID, Link: v.Link}
		switch v.Type {
		case typeImage:
			o.Image = file
		case typeVideo:
			o.Video = file
		case typeDocument:
			o.Document = file
		default:
			o.Type, o.Text = "text", v.Text
		}
		out[i] = o
	}
	return out
}

// checkTemplate judges what can be judged without knowing the template.
func checkTemplate(t *channel.Template) *clearline.Problem {
	switch {
	case t.Name == "" || len(t.Name) > templateNameMax || strings.Trim(t.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
		return wrong("template.name", "must consist of lower-case letters, digits and _, "+strconv.Itoa(templateNameMax)+" at most")
	case t.Language == "" || len(t.Language) > 15:
		return wrong("template.language", "must be a code like en_US")
	}
	for _, part := range [...]struct {
		name   string
		values []channel.TemplateValue
	}{{"header", t.Header}, {"body", t.Body}, {"buttons", t.Buttons}} {
		for i, v := range part.values {
			field := "template." + part.name + "[" + strconv.Itoa(i) + "]"
			switch v.Type {
			case "", "text", buttonURL, buttonQuickReply, buttonCopyCode, buttonFlow:
				if reason := badValue(v.Text); reason != "" {
					return wrong(field, reason)
				}
			case typeImage, typeVideo, typeDocument:
				if (v.ID == "") == (v.Link == "") {
					return wrong(field, "must have either an id or a link")
				}
				if u, err := url.Parse(v.Link); v.Link != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
					return wrong(field, "must be linked by an address that begins with https://")
				}
			default:
				return wrong(field, "has a type that is not sent here: "+shorten(v.Type))
			}
		}
	}
	return nil
}

// badValue tells what the platform refuses in a value: nothing at all, a line break, a tab, or more than four
// blanks in a row. Source: Meta, WhatsApp, messages/template-messages; read Dec 2025.
func badValue(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "must not be empty"
	case strings.ContainsAny(s, "\r\n\t"):
		return "must have no line breaks or tabs"
	case strings.Contains(s, "     "):
		return "must have no more than four spaces in a row"
	}
	return ""
}

// templatePage is one page of GET /{waba-id}/message_templates.
type templatePage struct {
	Data []struct {
		ID         string          `json:"id"`
		Name       string          `json:"name"`
		Language   string          `json:"language"`
		Category   string          `json:"category"`
		Status     string          `json:"status"`
		Format     string          `json:"parameter_format"`
		Components json.RawMessage `json:"components"`
	} `json:"data"`
	Paging struct {
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
		Next string `json:"next"`
	} `json:"paging"`
}

const (
	templatesPerPage = 100
	// maxTemplatePages covers the 6,000 templates that a WABA may have, each in a few languages that count as
	// templates of their own. Source: Meta, WhatsApp, templates/overview; read Dec 2025.
	maxTemplatePages = 100
	badCursor        = 131059
)

// Templates lists the WABA's templates in every state; see channel.Templater. The error is a
// *channel.SendError. A cursor that went stale half-way starts the list over, once.
func (p *Platform) Templates(ctx context.Context, a channel.Account) ([]channel.TemplateInfo, error) {
	all, err := p.templates(ctx, a)
	if e, ok := err.(*channel.SendError); ok && e.Original != nil && e.Original.Code == badCursor {
		all, err = p.templates(ctx, a)
	}
	return all, err
}

func (p *Platform) templates(ctx context.Context, a channel.Account) ([]channel.TemplateInfo, error) {
	var all []channel.TemplateInfo
	q := url.Values{
		"fields": {"id,name,language,status,category,components,parameter_format"}, "limit": {strconv.Itoa(templatesPerPage)},
	}
	for range maxTemplatePages {
		var page templatePage
		call := meta.Request{Method: http.MethodGet, Path: url.PathEscape(a.Parent) + "/message_templates", Query: q, Token: a.Token}
		if _, err := p.graph.Call(ctx, call, &page); err != nil {
			return nil, sendError(err)
		}
		for _, t := range page.Data {
			all = append(all, channel.TemplateInfo{
				PlatformID: t.ID, Name: t.Name, Language: t.Language, Category: t.Category, Status: t.Status,
				Components: t.Components, Named: strings.EqualFold(t.Format, "named"),
			})
		}
		// The address in next is not followed: it holds the token. The cursor says the same.
		if page.Paging.Next == "" || page.Paging.Cursors.After == "" {
			return all, nil
		}
		q.Set("after", page.Paging.Cursors.After)
	}
	return all, nil
}
