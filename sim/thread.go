package sim

import (
	"strings"
	"time"
	"unicode/utf8"
)

// maxMessages bounds the messages of all threads; the oldest go first.
const maxMessages = 300_000

// message is one bubble of a thread, from either side.
type message struct {
	id, person, account string
	fromPerson          bool
	kind                string
	text                string
	at                  time.Time
	// status: sent, delivered or read as the sender sees it; failed and dropped
	// ones of the business never reach the phone.
	status          string
	waiting         bool // for the person's phone to come online
	replyTo         string
	edited, deleted bool
	media           *mediaItem
	choices         []choice
	details         *details

	// Of the business's messages only.
	callback string // biz_opaque_callback_data
	pricing  *pricing
	failure  *failure
	conflict string // "", "before" or "after": failed comes beside delivered
}

// choice is a button or list row the person can press.
type choice struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	About string `json:"description,omitempty"`
	Type  string `json:"type"` // button (of a template), button_reply, list_reply or url
	URL   string `json:"url,omitempty"`
}

// details are what a kind holds beyond text and files, as the platform's own
// objects under the kind's name.
type details struct {
	Location    any `json:"location,omitempty"`
	Contacts    any `json:"contacts,omitempty"`
	Interactive any `json:"interactive,omitempty"`
	Order       any `json:"order,omitempty"`
}

// detailsOfSend is what the phone is shown of a send, nil for most kinds.
func detailsOfSend(b *sendBody) *details {
	switch {
	case b.Location != nil:
		return &details{Location: b.Location}
	case len(b.Contacts) > 0:
		return &details{Contacts: b.Contacts}
	case b.Interactive != nil:
		return &details{Interactive: b.Interactive}
	}
	return nil
}

// detailsOfPerson is the same of what a person wrote.
func detailsOfPerson(w *wireMessage) *details {
	switch {
	case w.Location != nil:
		return &details{Location: w.Location}
	case w.Contacts != nil:
		return &details{Contacts: w.Contacts}
	case w.Interactive != nil:
		return &details{Interactive: w.Interactive}
	case w.Order != nil:
		return &details{Order: w.Order}
	}
	return nil
}

// ThreadMessage is a message as people/{id}/messages shows it.
type ThreadMessage struct {
	ID      string        `json:"id"`
	From    string        `json:"from"` // person or business
	Kind    string        `json:"kind"`
	Text    string        `json:"text"`
	Media   []ThreadMedia `json:"media"`
	Status  string        `json:"status"` // sent, delivered or read
	ReplyTo *string       `json:"reply_to"`
	Edited  bool          `json:"edited"`
	Deleted bool          `json:"deleted"`
	At      time.Time     `json:"at"`
	Choices []choice      `json:"choices"`
	// Details hold the platform's own object of a location, of contacts, of an
	// interactive message or an order under that name; null for all other kinds.
	Details  *details `json:"details"`
	Callback *string  `json:"client_ref"` // what the business sent as biz_opaque_callback_data
}

// ThreadMedia is a file of a message. URL is under the control interface.
type ThreadMedia struct {
	Mime  string `json:"mime"`
	Bytes int    `json:"bytes"`
	Name  string `json:"name"`
	URL   string `json:"url"`
}

// visible: what the phone shows.
func (m *message) visible() bool {
	return m.fromPerson || m.status == "delivered" || m.status == "read"
}

func (m *message) from() string {
	if m.fromPerson {
		return "person"
	}
	return "business"
}

// inWords names what has no words of its own.
var inWords = map[string]string{
	"image": "Picture", "video": "Film", "audio": "Sound", "voice": "Voice message", "document": "Document", "sticker": "Sticker",
	"location": "Place", "contacts": "Contact card", "order": "Order", "unsupported": "Something that is not supported",
}

func (m *message) preview() string {
	text := m.text
	switch {
	case m.deleted:
		return "Deleted"
	case m.kind == "reaction" && text == "":
		return "Took a reaction back"
	case m.kind == "reaction":
		return "Reacted " + text
	case text == "" && inWords[m.kind] != "":
		text = inWords[m.kind]
	case text == "":
		text = m.kind
	}
	if utf8.RuneCountInString(text) > 80 {
		text = string([]rune(text)[:79]) + "…"
	}
	return strings.ReplaceAll(text, "\n", " ")
}

func (m *message) view() ThreadMessage {
	v := ThreadMessage{
		ID: m.id, From: m.from(), Kind: m.kind, Text: m.text, Media: []ThreadMedia{}, Status: m.status,
		Edited: m.edited, Deleted: m.deleted, At: m.at.UTC().Truncate(time.Millisecond), Choices: m.choices,
	}
	if m.replyTo != "" {
		v.ReplyTo = &m.replyTo
	}
	if m.callback != "" {
		v.Callback = &m.callback
	}
	if !m.deleted {
		v.Details = m.details
	}
	if m.media != nil && !m.deleted {
		v.Media = append(v.Media, ThreadMedia{Mime: m.media.mime, Bytes: len(m.media.bytes), Name: m.media.name, URL: "/control/v1/media/" + m.media.id})
	}
	if v.Choices == nil {
		v.Choices = []choice{}
	}
	return v
}

// messageBook finds messages by id and forgets the oldest beyond its limit.
type messageBook struct {
	byID  map[string]*message
	order []*message // oldest first; entries before head are gone
	head  int
	limit int
}

func newMessageBook() messageBook {
	return messageBook{byID: map[string]*message{}, limit: maxMessages}
}

// addMessage files m under its person. Needs the lock.
func (w *world) addMessage(p *person, m *message) {
	b := &w.messages
	b.byID[m.id] = m
	b.order = append(b.order, m)
	p.thread = append(p.thread, m)
	for len(b.byID) > b.limit {
		old := b.order[b.head]
		b.order[b.head] = nil
		b.head++
		delete(b.byID, old.id)
		if q := w.personByID[old.person]; q != nil && len(q.thread) > 0 && q.thread[0] == old {
			q.thread = q.thread[1:]
		}
	}
	if b.head > 1024 && b.head > len(b.order)/2 {
		b.order = append([]*message(nil), b.order[b.head:]...)
		b.head = 0
	}
}

// Thread lists a person's messages, newest first: at most limit (0 = all that
// are kept), those before the message after ("" = from the newest). next is the
// id to go on after, nil at the end. What failed on the way is left out: it
// never was on the phone.
func (s *Sim) Thread(personID string, limit int, after string) (list []ThreadMessage, next *string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personByID[personID]
	if p == nil {
		return nil, nil, errAbsent
	}
	list = []ThreadMessage{}
	begun := after == ""
	for i := len(p.thread) - 1; i >= 0; i-- {
		m := p.thread[i]
		if !begun {
			begun = m.id == after
			continue
		}
		if m.status == "failed" {
			continue
		}
		if limit > 0 && len(list) == limit {
			return list, &list[limit-1].ID, nil
		}
		list = append(list, m.view())
	}
	if !begun {
		return nil, nil, fieldError{"after", "is not a message of this thread"}
	}
	return list, nil, nil
}

// Remembered is a message of an earlier run, which the business still knows.
type Remembered struct {
	ID         string // the platform's
	FromPerson bool
	Kind, Text string
	At         time.Time
	// Status of the business's: sent, delivered or read. What was only sent waits
	// for the phone.
	Status  string
	ReplyTo string // the platform's id
}

// Remember puts messages of an earlier run on a person's phone, oldest first, so
// that they can be answered and the service window is what it was. Files and
// details are not remembered. Nothing is told to anybody. An unknown person
// gives errAbsent.
func (s *Sim) Remember(personID string, list []Remembered) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personByID[personID]
	if p == nil {
		return errAbsent
	}
	for _, r := range list {
		if r.ID == "" || s.messages.byID[r.ID] != nil {
			continue
		}
		m := &message{id: r.ID, person: p.id, account: p.account, fromPerson: r.FromPerson, kind: r.Kind, text: r.Text, at: r.At, status: r.Status, replyTo: r.ReplyTo}
		if m.fromPerson {
			m.status = "delivered"
			if m.at.After(p.lastInbound) {
				p.lastInbound = m.at
			}
		}
		m.waiting = m.status == "sent"
		s.addMessage(p, m)
	}
	s.live.tell(p.id)
	return nil
}
