package whatsapp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// outgoing is the body of POST /{phone-number-id}/messages. Source: Meta, WhatsApp,
// messages/send-messages; read Dec 2025.
type outgoing struct {
	Product       string           `json:"messaging_product"`
	RecipientType string           `json:"recipient_type"`
	To            string           `json:"to,omitempty"`
	Recipient     string           `json:"recipient,omitempty"`
	Type          string           `json:"type"`
	Context       *outgoingContext `json:"context,omitempty"`
	Text          *outgoingText    `json:"text,omitempty"`
	Image         *outgoingMedia   `json:"image,omitempty"`
	Video         *outgoingMedia   `json:"video,omitempty"`
	Audio         *outgoingMedia   `json:"audio,omitempty"`
	Document      *outgoingMedia   `json:"document,omitempty"`
	Sticker       *outgoingMedia   `json:"sticker,omitempty"`
	Reaction      *outgoingEmoji   `json:"reaction,omitempty"`
	Template      *outgoingForm    `json:"template,omitempty"`
	Ref           string           `json:"biz_opaque_callback_data,omitempty"`
	outgoingContent
}

type outgoingContext struct {
	MessageID string `json:"message_id"`
}

type outgoingText struct {
	Body    string `json:"body"`
	Preview bool   `json:"preview_url"`
}

type outgoingEmoji struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

// accepted is the answer to a send: the platform took it, which is not yet delivery.
type accepted struct {
	Contacts []struct {
		WaID   string `json:"wa_id"`
		UserID string `json:"user_id"`
	} `json:"contacts"`
	Messages []struct {
		ID string `json:"id"`
	} `json:"messages"`
}

// Check judges a message by the platform's fixed limits; see channel.Sender. Content that comes as stored Details was
// checked when it was composed.
func (p *Platform) Check(o channel.Outgoing) *clearline.Problem {
	switch {
	case !recipientOK(o.To):
		return wrong("to", "must be a phone number in digits with country code, or a business-scoped user id")
	case utf8.RuneCountInString(o.Ref) > refMax:
		return wrong("ref", "may have "+strconv.Itoa(refMax)+" characters at most")
	}
	switch o.Kind {
	case clearline.KindText:
		switch n := utf8.RuneCountInString(o.Text); {
		case strings.TrimSpace(o.Text) == "":
			return wrong("text", "must not be empty")
		case n > textMax:
			return wrong("text", "has "+strconv.Itoa(n)+" characters; WhatsApp takes "+strconv.Itoa(textMax)+" at most")
		case !utf8.ValidString(o.Text):
			return wrong("text", "must be valid UTF-8")
		}
	case clearline.KindImage, clearline.KindVideo, clearline.KindAudio, clearline.KindVoice, clearline.KindDocument, clearline.KindSticker:
		return p.checkFile(o)
	case clearline.KindReaction:
		return checkReaction(o)
	case clearline.KindTemplate:
		if o.Template == nil {
			return wrong("template", "must be given")
		}
		return checkTemplate(o.Template)
	case clearline.KindLocation, clearline.KindContacts, clearline.KindInteractive:
		return p.checkContent(o)
	default:
		return wrong("kind", "cannot be sent to WhatsApp: "+string(o.Kind))
	}
	return nil
}

func (p *Platform) checkContent(o channel.Outgoing) *clearline.Problem {
	if o.Details != nil {
		c, err := contentOf(o)
		has := map[clearline.Kind]bool{clearline.KindLocation: c.Location != nil, clearline.KindContacts: len(c.Contacts) > 0, clearline.KindInteractive: c.Interactive != nil}
		if err != nil || !has[o.Kind] {
			return wrong("details", "cannot be read as "+string(o.Kind))
		}
		return nil
	}
	switch o.Kind {
	case clearline.KindLocation:
		return p.checkLocation(o.Location)
	case clearline.KindContacts:
		return p.checkContacts(o.Contacts)
	}
	return p.checkInteractive(o.Interactive)
}

// recipientOK tells whether to is a phone number, a group, or what may be a business-scoped user id: an opaque
// word.
func recipientOK(to string) bool {
	id, _ := groupOf(to)
	if id == "" {
		id = to
	}
	return digits(id) || (len(id) > 2 && len(id) <= maxBSUID && !strings.ContainsFunc(id, notWord))
}

func notWord(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"'\<>:+`, r) }

// wrong is a problem with one input.
func wrong(field, reason string) *clearline.Problem {
	return &clearline.Problem{
		Cause: clearline.CauseBadParam, Title: "The message cannot be sent as it is.", Detail: "The field " + field + " " + reason + ".",
		Fields: []clearline.FieldProblem{{Name: field, Reason: reason}},
	}
}

// Send hands a message over; see channel.Sender. It makes one call and never repeats it.
func (p *Platform) Send(ctx context.Context, a channel.Account, o channel.Outgoing) (channel.Answer, error) {
	if problem := p.Check(o); problem != nil {
		return channel.Answer{}, &channel.SendError{Cause: problem.Cause, Fate: clearline.Stop, Err: problem}
	}
	if o.File != nil && o.File.PlatformID == "" {
		return channel.Answer{}, &channel.SendError{Cause: clearline.CauseMediaLost, Fate: clearline.Stop, Err: errors.New("the file was not handed over before its message")}
	}
	var got accepted
	status, err := p.graph.Call(ctx, messagesCall(a, compose(o)), &got)
	if err != nil {
		e := sendError(err)
		// The platform has no number of its own for an id that it has forgotten: 131009 is any wrong value.
		e.FileGone = o.File != nil && e.Original != nil && e.Original.Code == codeBadValue
		return channel.Answer{HTTP: status}, e
	}
	if len(got.Messages) == 0 || got.Messages[0].ID == "" {
		err := &meta.NoAnswer{Sent: true, HTTP: status, Err: errors.New("the result names no message")}
		return channel.Answer{HTTP: status}, sendError(err)
	}
	answer := channel.Answer{PlatformID: got.Messages[0].ID, HTTP: status}
	if _, group := groupOf(o.To); len(got.Contacts) > 0 && !group {
		if answer.SendTo = got.Contacts[0].WaID; answer.SendTo == "" {
			answer.SendTo = got.Contacts[0].UserID
		}
	}
	return answer, nil
}

func messagesCall(a channel.Account, body any) meta.Request {
	return meta.Request{Method: http.MethodPost, Path: url.PathEscape(a.ID) + "/messages", Token: a.Token, Body: body}
}

// compose writes the body of a send.
func compose(o channel.Outgoing) outgoing {
	out := outgoing{Product: "whatsapp", RecipientType: "individual", Type: string(o.Kind), Ref: o.Ref}
	switch group, ok := groupOf(o.To); {
	case ok:
		out.RecipientType, out.To = "group", group
	case digits(o.To):
		out.To = o.To
	default:
		out.Recipient = o.To
	}
	if o.ReplyTo != "" && o.Kind != clearline.KindReaction {
		out.Context = &outgoingContext{o.ReplyTo}
	}
	switch o.Kind {
	case clearline.KindText:
		out.Text = &outgoingText{Body: o.Text, Preview: strings.Contains(o.Text, "https://") || strings.Contains(o.Text, "http://")}
	case clearline.KindReaction:
		out.Reaction = &outgoingEmoji{MessageID: o.ReplyTo, Emoji: o.Text}
	case clearline.KindTemplate:
		out.Template = composeTemplate(o.Template)
	case clearline.KindLocation, clearline.KindContacts, clearline.KindInteractive:
		out.outgoingContent, _ = contentOf(o) // Check has read it before
	default:
		composeFile(&out, o)
	}
	return out
}

// codeBadValue says that a parameter's value is not valid, whichever.
const codeBadValue = 131009

// seen is the body of a read mark; it marks earlier messages of the thread too.
type seen struct {
	Product   string  `json:"messaging_product"`
	Status    string  `json:"status"`
	MessageID string  `json:"message_id"`
	Typing    *typing `json:"typing_indicator,omitempty"`
}

type typing struct {
	Type string `json:"type"`
}

// MarkRead shows the person that a message was read. The platform takes it for 30 days. Repeating it is
// harmless. The error is a *channel.SendError.
func (p *Platform) MarkRead(ctx context.Context, a channel.Account, platformID string) error {
	return p.mark(ctx, a, seen{Product: "whatsapp", Status: "read", MessageID: platformID})
}

// Typing shows that an answer is being typed, until it comes or for 25 s. The platform offers it only together
// with the read mark of the message that is being answered. The error is a *channel.SendError.
func (p *Platform) Typing(ctx context.Context, a channel.Account, platformID string) error {
	return p.mark(ctx, a, seen{Product: "whatsapp", Status: "read", MessageID: platformID, Typing: &typing{"text"}})
}

func (p *Platform) mark(ctx context.Context, a channel.Account, s seen) error {
	if _, err := p.graph.Call(ctx, messagesCall(a, s), nil); err != nil {
		return sendError(err)
	}
	return nil
}
