package sim

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// sendBody is POST {number}/messages: a message, a read mark or a typing sign.
// A key that is not here is refused with code 100, as the platform does.
type sendBody struct {
	MessagingProduct string          `json:"messaging_product"`
	RecipientType    string          `json:"recipient_type"`
	To               string          `json:"to"`
	Recipient        string          `json:"recipient"` // business-scoped user id
	Type             string          `json:"type"`
	Context          *sendContext    `json:"context"`
	CallbackData     string          `json:"biz_opaque_callback_data"`
	IdentityKeyHash  string          `json:"recipient_identity_key_hash"`
	Status           string          `json:"status"` // read
	MessageID        string          `json:"message_id"`
	TypingIndicator  *wireOfType     `json:"typing_indicator"`
	Text             *sendText       `json:"text"`
	Image            *sendMedia      `json:"image"`
	Video            *sendMedia      `json:"video"`
	Audio            *sendMedia      `json:"audio"`
	Document         *sendMedia      `json:"document"`
	Sticker          *sendMedia      `json:"sticker"`
	Location         *sendLocation   `json:"location"`
	Contacts         []sendCard      `json:"contacts"`
	Reaction         *sendReaction   `json:"reaction"`
	Interactive      *interactive    `json:"interactive"`
	Template         *templateToSend `json:"template"`
}

type sendContext struct {
	MessageID string `json:"message_id"`
}

type sendText struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type sendMedia struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
	Voice    bool   `json:"voice"`
}

// sendLocation takes degrees as numbers or strings (field).
type sendLocation struct {
	Latitude  json.Number `json:"latitude"`
	Longitude json.Number `json:"longitude"`
	Name      string      `json:"name"`
	Address   string      `json:"address"`
}

type sendReaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type sendCard struct {
	Name      map[string]string `json:"name"`
	Phones    []map[string]any  `json:"phones"`
	Emails    []map[string]any  `json:"emails"`
	Org       map[string]any    `json:"org"`
	URLs      []map[string]any  `json:"urls"`
	Addresses []map[string]any  `json:"addresses"`
	Birthday  string            `json:"birthday"`
}

// readSend decodes the body; wrong JSON, wrong types and unknown keys are 100.
func readSend(body []byte) (*sendBody, *graphError) {
	var b sendBody
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return &b, refuse(100, 0, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return &b, nil
}

// concerns finds out whom a send is for, for faults and the ledger. Needs the lock.
func (s *Sim) concerns(c *graphCall) {
	if p, address := s.recipient(c.number, c.send); p != nil {
		c.person, c.address = p.id, p.address()
	} else {
		c.address = address
	}
	if c.send.Status != "" {
		if m := s.messages.byID[c.send.MessageID]; m != nil {
			c.person = m.person
		}
	}
	if t := c.send.Template; t != nil {
		c.template = true
		p := s.personByID[c.person]
		c.outside = p == nil || !p.windowOpen(s.now())
		if found := c.number.waba.template(t.Name, t.Language.Code); found != nil {
			c.marketing = found.Category == "MARKETING"
		}
	}
}

// recipient resolves to or recipient; the phone number wins when both come. A
// number without a known country code gets the business's own in front. Needs
// the lock.
func (s *Sim) recipient(n *number, b *sendBody) (*person, string) {
	if b.To == "" {
		return s.personByUID[n.id+"/"+b.Recipient], b.Recipient
	}
	digits, ok := digitsOf(b.To)
	if !ok {
		return nil, b.To
	}
	if p := s.findByAddress(n.id, digits); p != nil {
		return p, p.waID
	}
	if !strings.HasPrefix(b.To, "+") {
		if p := s.findByAddress(n.id, countryByISO[n.country].code[:countryCodeLength(n.country)]+strings.TrimLeft(digits, "0")); p != nil {
			return p, p.waID
		}
	}
	return nil, digits
}

// countryCodeLength: the ids of Mexico and Argentina carry a digit for mobiles
// after the country code proper.
func countryCodeLength(iso string) int {
	if iso == "MX" || iso == "AR" {
		return 2
	}
	return len(countryByISO[iso].code)
}

// serveSend answers POST {number}/messages. fail makes it accepted and failed by
// status. Needs the lock.
func (s *Sim) serveSend(c *graphCall, fail *failure) (any, *graphError) {
	if c.number == nil || !c.token.sees(c.number.waba.id) {
		return nil, c.missing()
	}
	b := c.send
	switch {
	case b == nil:
		return nil, refuse(100, 0, "The body must be a JSON object.")
	case b.MessagingProduct != "whatsapp":
		return nil, refuse(100, 0, "The parameter messaging_product is required and must be whatsapp.")
	case !c.number.registered:
		return nil, refuse(133010, 0, "The number is not registered; call register first.")
	case b.Status != "":
		return s.serveRead(c)
	case b.RecipientType != "" && b.RecipientType != "individual":
		return nil, refuse(131009, 0, "recipient_type must be individual; this number has no groups.")
	case b.To == "" && b.Recipient == "":
		return nil, refuse(131008, 0, "The parameter to is required.")
	case len(b.CallbackData) > 512: // length unconfirmed
		return nil, refuse(100, 0, "biz_opaque_callback_data must be at most 512 characters long.")
	}
	p, address := s.recipient(c.number, b)
	if _, ok := digitsOf(b.To); b.To != "" && !ok {
		return nil, refuse(131009, 0, "to must be a phone number.")
	}
	if b.To == "" && !bsuid.MatchString(b.Recipient) {
		return nil, refuse(131009, 0, "recipient must be a business-scoped user id.")
	}
	if address == c.number.display {
		return nil, refuse(131021, 0, "The sender and the recipient are the same number.")
	}
	content, refused := s.readContent(c)
	if refused != nil {
		return nil, refused
	}
	if refused := s.limits(c, p); refused != nil {
		return nil, refused
	}
	window := p != nil && p.windowOpen(s.now())
	if refused := s.stateRefuses(c, address, window); refused != nil {
		return nil, refused
	}
	if b.Template == nil && !window {
		closed := mustLookup(131047, 0)
		if s.Settings().WindowRefusal == "answer" {
			return nil, &graphError{code: closed, details: "More than 24 hours have passed since the person last wrote."}
		}
		fail = &failure{code: closed, details: "More than 24 hours have passed since the person last wrote."}
	}
	return s.accept(c, p, address, content, window, fail), nil
}

// limits counts the message against the number and the pair. Needs the lock.
func (s *Sim) limits(c *graphCall, p *person) *graphError {
	st, now := s.Settings(), s.now()
	perSecond := float64(st.ThroughputPerSecond)
	if !c.number.throughput.take(now, perSecond, time.Second/time.Duration(st.ThroughputPerSecond)) {
		return refuse(130429, 0, "More than %d messages in a second, in and out together.", st.ThroughputPerSecond)
	}
	if st.PairLimit && p != nil && !p.pair.take(now, pairBurst, pairEvery) {
		return refuse(131056, 0, "Too many messages to this person in a short time; wait before the next one.")
	}
	return nil
}

// accept takes the message over and starts its way to the phone. Needs the lock.
func (s *Sim) accept(c *graphCall, p *person, address string, content content, window bool, fail *failure) any {
	now := s.now()
	m := &message{
		id: newWamid(address, false), person: address, account: c.number.id, kind: content.kind, text: content.text,
		at: now, status: "sent", media: content.media, choices: content.choices, callback: c.send.CallbackData, details: detailsOfSend(c.send),
		pricing: priceOf(content, window), failure: fail,
	}
	if c.send.Context != nil {
		m.replyTo = c.send.Context.MessageID
	}
	if content.replyTo != "" {
		m.replyTo = content.replyTo
	}
	input := c.send.To
	if input == "" {
		input = c.send.Recipient
	}
	contact := map[string]string{"input": input}
	if p == nil {
		if _, isNumber := digitsOf(address); isNumber {
			contact["wa_id"] = address
		} else {
			contact["user_id"] = address
		}
		m.refuse(131026, "The number is not on WhatsApp.")
	} else {
		m.person = p.id
		if p.waID != "" {
			contact["wa_id"] = p.waID
		}
		contact["user_id"] = p.userID
		p.typingUntil = time.Time{}
		switch {
		case !p.terms:
			m.refuse(131026, "The person has not accepted the present terms.")
		case p.outdated():
			m.refuse(131026, "The person's app is too old to receive this message.")
		}
		s.addMessage(p, m)
	}
	if content.broken != "" {
		m.refuse(131053, content.broken)
	}
	if m.failure == nil {
		if st, ok := s.faults.pick(c.happening, "conflict"); ok {
			m.failure, m.conflict = &failure{code: mustLookup(131026, 0), details: "One of the person's devices refused the message."}, "after"
			if st.Hits%2 == 1 {
				m.conflict = "before"
			}
		}
	}
	c.row.PlatformID = m.id
	s.ledger.count(func(t *Totals) { t.SendsAccepted++ })
	s.begin(m, content.link)
	sent := map[string]string{"id": m.id}
	if content.template {
		sent["message_status"] = "accepted"
	}
	return map[string]any{
		"messaging_product": "whatsapp",
		"contacts":          []any{contact},
		"messages":          []any{sent},
	}
}

// failure is why an accepted message fails, as its status tells.
type failure struct {
	code     code
	details  string
	language string // of title and details; "" = English
}

func (f *failure) wire() wireError {
	if f.language == "" {
		return f.code.wire(f.details)
	}
	t := textFor(f.language, f.code, "")
	translated := f.code
	translated.title = t.title
	return translated.wire(t.message)
}

// refuse makes the message fail by status, unless it does already.
func (m *message) refuse(number int, details string) {
	if m.failure == nil {
		m.failure = &failure{code: mustLookup(number, 0), details: details}
	}
}

// begin starts the statuses, once linked media was fetched.
func (s *Sim) begin(m *message, link string) {
	if link == "" {
		s.startStatuses(m)
		return
	}
	s.spawn(func() {
		item, err := s.fetch(link)
		s.mu.Lock()
		if err != nil {
			m.refuse(131053, "The media could not be downloaded from the link: "+err.Error())
		} else if details := checkMedia(m.kind, item); details != "" {
			m.refuse(131053, details)
		} else if details := checkContent(m.kind, item); details != "" {
			m.refuse(131053, details)
		} else {
			item.name, item.expires = m.text, s.now().Add(uploadLives)
			s.media.put(item)
			m.media = item
		}
		s.mu.Unlock()
		s.startStatuses(m)
	})
}

// priceOf: since 1 Jul 2025 per message; free-form inside the window has been
// free until 1 Oct 2026, and stays so here because no allowance is counted.
func priceOf(c content, window bool) *pricing {
	p := &pricing{PricingModel: "PMP", Type: "free_customer_service", Category: "service"}
	if c.template {
		p.Category = strings.ToLower(c.category)
		if c.category != "UTILITY" || !window {
			p.Billable, p.Type = true, "regular"
		}
	}
	return p
}

// serveRead marks a person's message and all before it as read, and shows the
// typing sign when asked. Needs the lock.
func (s *Sim) serveRead(c *graphCall) (any, *graphError) {
	b := c.send
	if b.Status != "read" {
		return nil, refuse(131009, 0, "status must be read.")
	}
	if b.MessageID == "" {
		return nil, refuse(131008, 0, "The parameter message_id is required.")
	}
	m := s.messages.byID[b.MessageID]
	now := s.now()
	if m == nil || !m.fromPerson || m.account != c.number.id || now.Sub(m.at) > oldestReference {
		return nil, refuse(131009, 0, "message_id is not a message received within 30 days.")
	}
	p := s.personByID[m.person]
	if b.TypingIndicator != nil {
		if b.TypingIndicator.Type != "text" {
			return nil, refuse(131009, 0, "typing_indicator.type must be text.")
		}
		p.typingUntil = now.Add(typingLasts)
	}
	for _, older := range p.thread {
		if older.fromPerson {
			older.status = "read"
		}
		if older == m {
			break
		}
	}
	s.live.tell(p.id)
	return success, nil
}

// fetch loads linked media, the way the platform does before it delivers.
func (s *Sim) fetch(link string) (*mediaItem, error) {
	select {
	case s.fetches <- struct{}{}:
		defer func() { <-s.fetches }()
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	}
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return readFetched(answer)
}
