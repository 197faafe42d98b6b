package whatsapp

import (
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// mediaLife is how long the platform keeps a file that came by webhook. Source: Meta,
// WhatsApp, business-phone-numbers/media; read Dec 2025.
const mediaLife = 7 * 24 * time.Hour

// envelope is what every message has around its content.
type envelope struct {
	id, typ, text              meta.Value
	from, fromUser, to, toUser meta.Value
	timestamp, context         meta.Value
	referral, errors, group    meta.Value
	identity, history          meta.Value
	unsupported                meta.Value
}

func envelopeOf(v meta.Value) (e envelope) {
	for m := v.Members(); m.Next(); {
		switch string(m.Key()) {
		case "id":
			e.id = m.Value()
		case "type":
			e.typ = m.Value()
		case "text":
			e.text = m.Value()
		case "from":
			e.from = m.Value()
		case "from_user_id":
			e.fromUser = m.Value()
		case "to":
			e.to = m.Value()
		case "to_user_id":
			e.toUser = m.Value()
		case "timestamp":
			e.timestamp = m.Value()
		case "context":
			e.context = m.Value()
		case "referral":
			e.referral = m.Value()
		case "errors":
			e.errors = m.Value()
		case "group_id":
			e.group = m.Value()
		case "identity":
			e.identity = m.Value()
		case "history_context":
			e.history = m.Value()
		case "unsupported":
			e.unsupported = m.Value()
		}
	}
	return e
}

// message reads one item of messages, message_echoes or a history thread into e.
func (p *parser) message(f form, v meta.Value, at *place, e *channel.Element) {
	env := envelopeOf(v)
	id := env.id.Text()
	if id == "" {
		e.Problem = &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: "the message has no id"}
		return
	}
	who, echo, ok := p.party(f, &env, at)
	if !ok {
		e.Problem = &channel.Unreadable{Cause: clearline.CauseUnreadable, Reason: "the message does not say who it is from"}
		return
	}
	when := moment(env.timestamp)
	if typ := env.typ; typ.Is(typeEdit) || typ.Is(typeRevoke) {
		if a := amendment(v, &env); a != nil {
			a.PlatformID, a.At, a.Person, a.Echo = id, when, who, echo
			e.Amendment = a
			return
		}
	}
	m := &channel.Message{PlatformID: id, Person: who, At: when, Echo: echo}
	e.Message = m
	var d details
	opens := content(v, &env, m, &d)
	m.OpensWindow = opens && f == formMessage
	if m.Kind != clearline.KindReaction {
		m.ReplyTo = env.context.Get("id").Text()
	}
	if c := env.context; c.Given() && (c.Get("forwarded").Given() || c.Get("frequently_forwarded").Given() || c.Get("referred_product").Given()) {
		d.add("context", c)
	}
	if env.group.Given() {
		d.add("group_id", env.group)
		d.add("from", env.from)
		d.add("from_user_id", env.fromUser)
	}
	d.add("referral", env.referral)
	d.add("identity", env.identity)
	d.add("history_context", env.history)
	if m.Details == nil {
		m.Details = d.object()
	}
}

// party finds the other side of a message and whether the business wrote it.
func (p *parser) party(f form, env *envelope, at *place) (who channel.Person, echo, ok bool) {
	if id := env.group.Text(); id != "" {
		return group(id), f == formEcho, true
	}
	from := handleOf(env.from, env.fromUser)
	to := handleOf(env.to, env.toUser)
	switch f {
	case formEcho:
		who, ok = person(at.contacts, to)
		return who, true, ok
	case formHistory:
		// In a thread, whoever is not its person is the business; outside of one, the business is known by number.
		thread := handleOf(at.thread, meta.Value{})
		echo = !to.empty() || (from.phone != "" && from.phone == p.account.number)
		if !thread.empty() {
			echo = echo || (from.phone != "" && PhoneKey(from.phone) != PhoneKey(thread.phone))
		} else if thread = from; echo {
			thread = to
		}
		if who, ok = person(at.contacts, thread); !ok && echo {
			who, ok = person(at.contacts, to)
		}
		return who, echo, ok
	}
	who, ok = person(at.contacts, from)
	return who, false, ok
}

// content reads what a message consists of into m and d. opens tells whether such a message, coming from a
// person, starts the 24 hours for free replies: everything that they send does, what the platform itself
// reports does not. A reaction counts as something sent (unconfirmed); taking one back does not.
func content(v meta.Value, env *envelope, m *channel.Message, d *details) (opens bool) {
	if env.typ.Is(typeText) {
		m.Kind = clearline.KindText
		if body := env.text.Get("body"); body.Kind() == meta.String {
			m.Text = body.Text()
			return true
		}
		unsupported(v, m)
		return true
	}
	typ := env.typ.Text()
	c := v.Get(typ)
	switch typ {
	case typeImage:
		file(c, m, clearline.KindImage)
	case typeVideo:
		file(c, m, clearline.KindVideo)
	case typeAudio:
		file(c, m, clearline.KindAudio)
		if c.Get("voice").True() {
			m.Kind = clearline.KindVoice
		}
	case typeDocument:
		file(c, m, clearline.KindDocument)
	case typeSticker:
		file(c, m, clearline.KindSticker)
	case typeReaction:
		m.Kind, m.Text, m.ReplyTo = clearline.KindReaction, c.Get("emoji").Text(), c.Get("message_id").Text()
		return m.Text != ""
	case typeLocation:
		m.Kind = clearline.KindLocation
	case typeContacts:
		m.Kind = clearline.KindContacts
	case typeButton:
		m.Kind, m.Text = clearline.KindInteractive, c.Get("text").Text()
	case typeInteractive:
		m.Kind, m.Text = clearline.KindInteractive, interactiveText(c)
	case typeOrder:
		m.Kind, m.Text = clearline.KindOrder, c.Get("text").Text()
	case typeSystem:
		m.Kind, m.Text = clearline.KindSystem, c.Get("body").Text()
		d.add(typ, c)
		return false
	case typeRequestWelcome:
		// The person opened the chat without writing; the platform says that this starts the window.
		m.Kind = clearline.KindSystem
		d.text("type", typ)
		return true
	case typeTemplate:
		m.Kind = clearline.KindTemplate
	case typeUnsupported, typeErrors:
		m.Kind = clearline.KindUnsupported
		d.add("errors", env.errors)
		d.add("unsupported", env.unsupported)
		return true
	case typeMediaPlaceholder:
		m.Kind = clearline.KindUnsupported
		d.text("type", typ)
		return false
	default:
		unsupported(v, m)
		return true
	}
	if m.Media == nil {
		d.add(typ, c)
	}
	d.add("errors", env.errors)
	return true
}

// unsupported keeps a message that is not understood as it came.
func unsupported(v meta.Value, m *channel.Message) {
	m.Kind = clearline.KindUnsupported
	m.Details = json.RawMessage(v.AppendRaw(nil))
}

// file reads a media object. Without an id there is nothing to fetch; the object is then kept as details.
func file(c meta.Value, m *channel.Message, kind clearline.Kind) {
	m.Kind = kind
	m.Text = c.Get("caption").Text()
	id := c.Get("id").Text()
	if id == "" {
		return
	}
	f := channel.Media{
		PlatformID: id, MIME: c.Get("mime_type").Text(), SHA256: c.Get("sha256").Text(), Name: c.Get("filename").Text(),
	}
	if n, ok := c.Get("file_size").Int(); ok && n > 0 {
		f.Bytes = n
	}
	if !m.At.IsZero() {
		f.ExpiresAt = m.At.Add(mediaLife)
	}
	m.Media = []channel.Media{f}
}

// interactiveText is what the person chose, or the text of an interactive message that the business sent.
func interactiveText(c meta.Value) string {
	for _, try := range [...]struct{ object, key string }{
		{"button_reply", "title"}, {"list_reply", "title"}, {"nfm_reply", "body"}, {"body", "text"},
	} {
		if s := c.Get(try.object).Get(try.key).Text(); s != "" {
			return s
		}
	}
	return ""
}

// amendment reads an edit or a deletion, nil when it does not name the message that it changes.
func amendment(v meta.Value, env *envelope) *channel.Amendment {
	c := v.Get(env.typ.Text())
	a := &channel.Amendment{Target: c.Get("original_message_id").Text(), Delete: env.typ.Is(typeRevoke)}
	if a.Target == "" {
		return nil
	}
	if !a.Delete {
		edited := c.Get("message")
		typ := edited.Get("type").Text()
		a.Text = edited.Get(typ).Get("body").Text()
		if typ != typeText {
			a.Text = edited.Get(typ).Get("caption").Text()
		}
	}
	return a
}
