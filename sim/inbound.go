package sim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// PersonMessage is what a customer does on the phone, as
// POST /control/v1/people/{id}/messages takes it. One of Text, Kind, Reaction
// (with To), Edit (with To) and Delete leads; the rest belongs to the kind.
type PersonMessage struct {
	Kind string `json:"kind"` // default text
	Text string `json:"text"` // also the caption of media

	Reaction *string `json:"reaction"` // emoji, "" takes it back
	Edit     *string `json:"edit"`     // the new text
	Delete   string  `json:"delete"`   // id
	To       string  `json:"to"`       // id the reaction, edit or pressed button belongs to
	ReplyTo  string  `json:"reply_to"`

	// At is when it was written, at most the present; the platform delivers such
	// a message late. Default: now.
	At *time.Time `json:"at"`

	Forwarded           bool            `json:"forwarded"`
	FrequentlyForwarded bool            `json:"frequently_forwarded"`
	Referral            json.RawMessage `json:"referral"` // the platform's object, or true for a sample ad
	ReferredProduct     json.RawMessage `json:"referred_product"`

	// Media: own bytes, else a sample file, by name or the kind's first.
	Sample   string `json:"sample"`
	Mime     string `json:"mime"`
	Filename string `json:"filename"`
	Base64   string `json:"base64"`
	Animated bool   `json:"animated"`

	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	Name      string   `json:"name"`
	Address   string   `json:"address"`
	URL       string   `json:"url"`

	Contacts json.RawMessage `json:"contacts"`
	Choice   string          `json:"choice"`  // id of a pressed button or row of message To
	Payload  string          `json:"payload"` // of kind button without a message To
	Order    json.RawMessage `json:"order"`

	NewAddress      string `json:"new_address"`      // of kind system: the person changed number
	UnsupportedType string `json:"unsupported_type"` // poll, event, view_once …
}

// kinds a person can write.
var personKinds = []string{
	"text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "reaction",
	"button", "interactive", "order", "system", "request_welcome", "unsupported", "edit", "revoke",
}

// Limits of what a person can type, generous ones of the app itself.
const maxPersonText = 65_536

// Write lets a person do something on the phone and gives the message's id.
// Wrong input gives an error that names the field, an unknown person errAbsent.
func (s *Sim) Write(personID string, in PersonMessage) (string, error) {
	in.lead()
	if len(in.Text) > maxPersonText {
		return "", fieldError{"text", fmt.Sprintf("is longer than %d bytes", maxPersonText)}
	}
	item, err := in.file()
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	p := s.personByID[personID]
	if p == nil {
		s.mu.Unlock()
		return "", errAbsent
	}
	n := s.numbers[p.account]
	now := s.now()
	if in.At != nil {
		if in.At.After(now) {
			s.mu.Unlock()
			return "", fieldError{"at", "is in the future"}
		}
		now = *in.At
	}
	w := wireMessage{From: p.waID, FromUserID: p.userID, ID: newWamid(p.address(), true), Timestamp: unixString(now), Type: in.Kind}
	m := &message{id: w.ID, person: p.id, account: p.account, fromPerson: true, kind: in.Kind, text: in.Text, at: now, status: "sent", replyTo: in.ReplyTo}
	if item != nil {
		item.wabaID, item.expires = n.waba.id, s.now().Add(inboundLives)
	}
	value := s.valueFor(n)
	value.Contacts = []wireContact{p.wireContact()}
	if item != nil && s.cannotFetch(p, n) {
		w.Type, w.Errors, m.media = "errors", []wireError{mustLookup(131052, 0).wire("The file is larger than 100 MB.")}, item
	} else if err := s.fill(&w, m, &in, p, item); err != nil {
		s.mu.Unlock()
		return "", err
	}
	if in.Kind == "system" {
		value.Contacts = nil
	}
	m.details = detailsOfPerson(&w)
	s.context(&w, &in, p, n)
	if item != nil {
		s.media.put(item)
	}
	if in.Kind != "edit" && in.Kind != "revoke" && in.Kind != "system" {
		s.addMessage(p, m)
	}
	if in.Kind != "system" && now.After(p.lastInbound) {
		p.lastInbound = now
	}
	st := s.Settings()
	n.throughput.spend(s.now(), float64(st.ThroughputPerSecond), time.Second/time.Duration(st.ThroughputPerSecond))
	value.Messages = []wireMessage{w}
	s.mu.Unlock()

	s.ledger.count(func(t *Totals) { t.MessagesFromPeople++ })
	s.live.tell(p.id)
	s.emit(event{account: p.account, person: p, ids: []string{w.ID}, value: value, done: func() { s.acknowledged(m) }})
	if p.readsOnOpen() {
		// Who writes has the thread open.
		_ = s.OpenThread(p.id) // the person was found above
	}
	return w.ID, nil
}

// cannotFetch: the platform itself could not get the person's file, and says so in
// the message's place.
func (s *Sim) cannotFetch(p *person, n *number) bool {
	_, struck := s.faults.pick(happening{operation: "webhook", accounts: []string{n.id, n.waba.id}, person: p.id, address: p.address()}, "media_lost")
	return struck
}

// lead settles the kind from the field that leads.
func (in *PersonMessage) lead() {
	switch {
	case in.Delete != "":
		in.Kind = "revoke"
	case in.Edit != nil:
		in.Kind = "edit"
	case in.Reaction != nil:
		in.Kind = "reaction"
	case in.Kind == "" && in.Choice != "":
		in.Kind = "interactive"
	case in.Kind == "":
		in.Kind = "text"
	}
}

func (p *person) readsOnOpen() bool { return p.reads == "on_open" }

// acknowledged: the business took the message, two grey ticks on the phone.
func (s *Sim) acknowledged(m *message) {
	s.mu.Lock()
	if m.status == "sent" {
		m.status = "delivered"
	}
	s.mu.Unlock()
	s.live.tell(m.person)
}

// context fills the reply, forward, product and referral parts. Needs the lock.
func (s *Sim) context(w *wireMessage, in *PersonMessage, p *person, n *number) {
	c := wireContext{Forwarded: in.Forwarded, FrequentlyForwarded: in.FrequentlyForwarded, ReferredProduct: in.ReferredProduct}
	to := in.ReplyTo
	if in.Kind == "button" || in.Kind == "interactive" {
		to = in.To
	}
	if to != "" {
		c.ID, c.From = to, n.display
		if m := s.messages.byID[to]; m != nil && m.fromPerson {
			c.From = p.waID
		}
	} else if c.ReferredProduct != nil {
		c.From = n.display
	}
	if c.ID != "" || c.Forwarded || c.FrequentlyForwarded || c.ReferredProduct != nil {
		w.Context = &c
	}
	if in.Referral != nil && string(in.Referral) != "false" && string(in.Referral) != "null" {
		w.Referral = in.Referral
		if string(in.Referral) == "true" {
			w.Referral = sampleReferral
		}
	}
}

var sampleReferral = json.RawMessage(`{"source_url":"https://fb.me/3cr4Wqqk","source_id":"120226305854810726","source_type":"ad","headline":"Spring teas are here","body":"Write to us and taste three for free","media_type":"image","image_url":"https://example.com/ad.jpg","ctwa_clid":"ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qp"}`)

// fill writes the part of the message that belongs to its kind. Needs the lock.
func (s *Sim) fill(w *wireMessage, m *message, in *PersonMessage, p *person, item *mediaItem) error {
	switch in.Kind {
	case "text":
		if in.Text == "" {
			return fieldError{"text", "is required"}
		}
		w.Text = &wireText{in.Text}
	case "image", "video", "audio", "voice", "document", "sticker":
		s.fillMedia(w, m, in, item)
	case "location":
		return fillLocation(w, m, in)
	case "contacts":
		w.Contacts = in.Contacts
		if w.Contacts == nil {
			w.Contacts = json.RawMessage(`[{"name":{"formatted_name":"Noor Haddad","first_name":"Noor","last_name":"Haddad"},"phones":[{"phone":"+49 151 5550 0199","type":"CELL","wa_id":"4915155500199"}]}]`)
		}
		m.text = cardNames(w.Contacts)
	case "reaction":
		if in.To == "" {
			return fieldError{"to", "is required: the id of the message reacted to"}
		}
		m.replyTo = in.To
		if in.Reaction != nil {
			m.text = *in.Reaction
		}
		w.Reaction = &wireReaction{MessageID: in.To, Emoji: m.text}
	case "button", "interactive":
		return s.fillChoice(w, m, in)
	case "order":
		w.Order = in.Order
		if w.Order == nil {
			w.Order = json.RawMessage(`{"catalog_id":"194836987003835","text":"Can you wrap it as a gift?","product_items":[{"product_retailer_id":"tea-oolong-100","quantity":2,"item_price":7.5,"currency":"USD"}]}`)
		}
	case "system":
		return s.changeNumber(w, in, p)
	case "unsupported":
		kind := in.UnsupportedType
		if kind == "" {
			kind = "poll"
		}
		m.text = kind
		w.Unsupported = &wireOfType{kind}
		w.Errors = []wireError{mustLookup(131051, 0).wire("This type of message cannot be shown to the business.")}
	case "edit":
		return s.editOwn(w, in, p)
	case "revoke":
		return s.deleteOwn(w, in, p)
	case "request_welcome":
	default:
		return fieldError{"kind", fmt.Sprintf("%q is not known; known: %s", in.Kind, strings.Join(personKinds, ", "))}
	}
	return nil
}

// cardNames is what the phone shows of contact cards.
func cardNames(cards json.RawMessage) string {
	var list []struct {
		Name struct {
			Formatted string `json:"formatted_name"`
		} `json:"name"`
	}
	if json.Unmarshal(cards, &list) != nil {
		return "" // any part may be missing: the bubble then says contacts
	}
	var names []string
	for _, card := range list {
		names = append(names, card.Name.Formatted)
	}
	return strings.Join(names, ", ")
}

func (s *Sim) fillMedia(w *wireMessage, m *message, in *PersonMessage, item *mediaItem) {
	m.media = item
	file := &wireMedia{
		MimeType: item.mime, SHA256: item.sha256Base64(), ID: item.id,
		URL: s.baseURL + s.media.address(item, s.now()),
	}
	no := false
	switch in.Kind {
	case "image":
		file.Caption, w.Image = in.Text, file
	case "video":
		file.Caption, w.Video = in.Text, file
	case "document":
		file.Caption, file.Filename, w.Document = in.Text, item.name, file
	case "audio":
		file.Voice, w.Audio = &no, file
	case "voice":
		yes := true
		w.Type, file.Voice, w.Audio = "audio", &yes, file
	case "sticker":
		file.Animated, w.Sticker = &in.Animated, file
	}
}

func fillLocation(w *wireMessage, m *message, in *PersonMessage) error {
	lat, lon := -25.4284, -49.2733
	if in.Latitude != nil && in.Longitude != nil {
		lat, lon = *in.Latitude, *in.Longitude
	}
	if lat < -90 || lat > 90 || lon < -180 || lon > 180 {
		return fieldError{"latitude", "and longitude must be degrees on earth"}
	}
	w.Location = &wireLocation{Latitude: lat, Longitude: lon, Name: in.Name, Address: in.Address, URL: in.URL}
	m.text = strings.TrimSpace(fmt.Sprintf("%s %.4f, %.4f", in.Name, lat, lon))
	return nil
}

// fillChoice is a pressed button or row. Needs the lock.
func (s *Sim) fillChoice(w *wireMessage, m *message, in *PersonMessage) error {
	if in.To == "" {
		return fieldError{"to", "is required: the id of the message whose button is pressed"}
	}
	picked := choice{ID: in.Choice, Title: in.Text, Type: "button_reply"}
	if in.Kind == "button" {
		picked.Type = "button"
		if in.Payload != "" {
			picked.ID = in.Payload
		}
	}
	if of := s.messages.byID[in.To]; of != nil && len(of.choices) > 0 && in.Choice != "" {
		found := false
		for _, c := range of.choices {
			if c.ID == in.Choice && c.Type != "url" {
				picked, found = c, true
			}
		}
		if !found {
			return fieldError{"choice", "is not a button or row of that message"}
		}
	}
	if picked.ID == "" {
		picked.ID = picked.Title
	}
	if picked.ID == "" {
		return fieldError{"choice", "is required: the id of the button or row"}
	}
	if picked.Title == "" {
		picked.Title = picked.ID
	}
	m.text, m.replyTo = picked.Title, in.To
	switch picked.Type {
	case "button":
		w.Type, m.kind = "button", "button"
		w.Button = &wireButton{Payload: picked.ID, Text: picked.Title}
	case "list_reply":
		w.Type = "interactive"
		w.Interactive = &wireReply{Type: "list_reply", ListReply: &wireChosen{picked.ID, picked.Title, picked.About}}
	default:
		w.Type = "interactive"
		w.Interactive = &wireReply{Type: "button_reply", ButtonReply: &wireChosen{ID: picked.ID, Title: picked.Title}}
	}
	return nil
}

// changeNumber moves the person to a new number; the message still comes from
// the old one. Needs the lock.
func (s *Sim) changeNumber(w *wireMessage, in *PersonMessage, p *person) error {
	digits, ok := digitsOf(in.NewAddress)
	if !ok || len(digits) < 7 || len(digits) > 15 {
		return fieldError{"new_address", "must be 7 to 15 digits"}
	}
	if p.waID == "" || s.findByAddress(p.account, digits) != nil {
		return fieldError{"new_address", "is taken, or the person has no number to change"}
	}
	w.System = &wireSystem{Body: fmt.Sprintf("User %s changed from %s to %s", p.name, p.waID, digits), WaID: digits, Type: "user_changed_number"}
	delete(s.personByWa, p.account+"/"+p.waID)
	p.waID = digits
	s.personByWa[p.account+"/"+p.waID] = p
	return nil
}

func (s *Sim) ownMessage(id string, p *person) (*message, error) {
	m := s.messages.byID[id]
	if m == nil || !m.fromPerson || m.person != p.id || m.deleted {
		return nil, fieldError{"to", "is not a message this person wrote"}
	}
	return m, nil
}

func (s *Sim) editOwn(w *wireMessage, in *PersonMessage, p *person) error {
	if in.Edit == nil || *in.Edit == "" {
		return fieldError{"edit", "is required: the new text"}
	}
	m, err := s.ownMessage(in.To, p)
	if err != nil {
		return err
	}
	if m.kind != "text" {
		return fieldError{"to", "is not a text"}
	}
	m.text, m.edited = *in.Edit, true
	w.Edit = &wireEdit{OriginalMessageID: m.id, Message: wireEditedText{Type: "text", Text: wireText{m.text}}}
	return nil
}

func (s *Sim) deleteOwn(w *wireMessage, in *PersonMessage, p *person) error {
	m, err := s.ownMessage(in.Delete, p)
	if err != nil {
		return fieldError{"delete", "is not a message this person wrote"}
	}
	m.deleted, m.text, m.media = true, "", nil
	w.Revoke = &wireRevoke{OriginalMessageID: m.id}
	return nil
}

// file makes the media item of a kind that has one: the given bytes, else a
// sample.
func (in *PersonMessage) file() (*mediaItem, error) {
	item, err := sampleFile(in.Kind, in.Sample)
	if item == nil {
		return nil, err
	}
	item.id = newNumericID()
	if in.Base64 != "" {
		raw, err := base64.StdEncoding.DecodeString(in.Base64)
		if err != nil {
			return nil, fieldError{"base64", "does not decode"}
		}
		if in.Mime == "" {
			return nil, fieldError{"mime", "is required with base64"}
		}
		item.bytes, item.mime = raw, in.Mime
		if len(raw) > maxPersonUpload {
			return nil, fieldError{"base64", fmt.Sprintf("holds more than %d bytes", maxPersonUpload)}
		}
	}
	if in.Filename != "" {
		item.name = in.Filename
	}
	return item, nil
}
