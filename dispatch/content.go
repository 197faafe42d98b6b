package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// Reaction is an emoji on a message; "" takes it back.
type Reaction struct {
	MessageID clearline.ID
	Emoji     string
}

// check judges what needs no look at the store.
func (c *Compose) check() error {
	var fields []clearline.FieldProblem
	bad := func(name, reason string) { fields = append(fields, clearline.FieldProblem{Name: name, Reason: reason}) }
	switch {
	case c.ClientID == "":
		bad("client_id", "is missing: give each message a name of your own, such as a UUID, so that repeating the call sends it once")
	case len(c.ClientID) > maxClientID:
		bad("client_id", fmt.Sprintf("is longer than %d bytes", maxClientID))
	}
	named := c.named()
	switch {
	case len(named) > 1:
		bad(named[1], "cannot go with "+named[0]+": a message is one thing")
	case len(named) == 0 && strings.TrimSpace(c.Text) == "":
		bad("text", "is empty: send a text, a file, a template, a location, contacts, buttons or a reaction")
	case len(c.Media) > 1:
		bad("media", "holds several files: send a message for each, with the caption on the first")
	case len(named) == 1 && c.Text != "" && c.Media == nil:
		bad("text", "cannot go with "+named[0])
	case c.Reaction != nil && c.ReplyTo != 0:
		bad("reply_to", "cannot go with a reaction, which names its message itself")
	case !utf8.ValidString(c.Text):
		bad("text", "is not valid UTF-8")
	case strings.ContainsRune(c.Text, 0):
		bad("text", "holds a NUL character")
	}
	if len(fields) > 0 {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "The message cannot be sent as it is.", Detail: "Nothing was stored. Correct the fields named and send it again.", Fields: fields}
	}
	return nil
}

// named are the kinds of content given, text aside.
func (c *Compose) named() (all []string) {
	for _, part := range []struct {
		name  string
		given bool
	}{
		{"media", c.Media != nil}, {"template", c.Template != nil}, {"location", c.Location != nil}, {"contacts", c.Contacts != nil},
		{"interactive", c.Interactive != nil}, {"reaction", c.Reaction != nil},
	} {
		if part.given {
			all = append(all, part.name)
		}
	}
	return all
}

// compose turns what somebody wants to send into what is judged and stored, templates aside.
func (d *Dispatch) compose(ctx context.Context, sender channel.Sender, c Compose, o *channel.Outgoing, m *store.NewMessage) error {
	switch {
	case len(c.Media) > 0:
		f, err := d.o.Store.Media(ctx, c.CompanyID, c.Media[0])
		if errors.Is(err, store.ErrAbsent) || err == nil && f.State != clearline.MediaReady {
			return store.ErrNoFile
		}
		if err != nil {
			return err
		}
		file := outgoingFile(f)
		o.Kind, o.File, m.Media = f.Kind, &file, c.Media[:1]
	case c.Location != nil:
		o.Kind, o.Location = clearline.KindLocation, c.Location
	case c.Contacts != nil:
		o.Kind, o.Contacts = clearline.KindContacts, c.Contacts
	case c.Interactive != nil:
		o.Kind, o.Interactive, o.Text = clearline.KindInteractive, c.Interactive, c.Interactive.Body
	case c.Reaction != nil:
		target, err := d.reactionTarget(ctx, sender, c)
		if err != nil {
			return err
		}
		o.Kind, o.Text, o.ReplyTo, m.ReplyTo = clearline.KindReaction, c.Reaction.Emoji, target.PlatformID, target.ID
	}
	m.Kind, m.Text, m.Details = o.Kind, o.Text, sender.Details(*o)
	return nil
}

// reactionTarget finds the message reacted to, which must be one that the platform takes reactions to.
func (d *Dispatch) reactionTarget(ctx context.Context, sender channel.Sender, c Compose) (clearline.Message, error) {
	refuse := func(reason string) error {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "This message cannot be reacted to.", Detail: "Nothing was sent. The message " + reason + ".",
			Fields: []clearline.FieldProblem{{Name: "reaction.message_id", Reason: reason}}}
	}
	t, err := d.o.Store.Message(ctx, c.CompanyID, c.Reaction.MessageID)
	switch within := sender.Limits().ReactWithin; {
	case errors.Is(err, store.ErrAbsent), err == nil && t.ConversationID != c.ConversationID:
		return t, refuse("is not in this conversation")
	case err != nil:
		return t, err
	case t.Kind == clearline.KindReaction || t.Kind == clearline.KindSystem:
		return t, refuse("is no message that a person sees by itself")
	case t.PlatformID == "":
		return t, refuse("has not reached the platform")
	case within > 0 && d.o.Clock.Now().Sub(t.At) > within:
		return t, refuse(fmt.Sprintf("is older than %d days, which is as long as the platform takes reactions", int(within.Hours()/24)))
	}
	return t, nil
}
