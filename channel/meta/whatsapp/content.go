package whatsapp

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// content holds the objects of the kinds that are neither text nor file, under the platform's names. It is part of
// the body of a send, and what is stored as a message's details. Source: Meta, WhatsApp, messages/location-messages,
// messages/contacts-messages, messages/interactive-*; read Dec 2025.
type outgoingContent struct {
	Location    *outgoingPlace       `json:"location,omitempty"`
	Contacts    []outgoingCard       `json:"contacts,omitempty"`
	Interactive *outgoingInteractive `json:"interactive,omitempty"`
}

type outgoingPlace struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

type outgoingCard struct {
	Name   outgoingName    `json:"name"`
	Phones []outgoingPhone `json:"phones,omitempty"`
	Emails []outgoingEmail `json:"emails,omitempty"`
	Org    *outgoingOrg    `json:"org,omitempty"`
}

// outgoingName: besides the whole name at least one part of it is asked for (field).
type outgoingName struct {
	Formatted string `json:"formatted_name"`
	First     string `json:"first_name"`
}

type outgoingPhone struct {
	Phone string `json:"phone"`
	Type  string `json:"type,omitempty"`
}

type outgoingEmail struct {
	Email string `json:"email"`
}

type outgoingOrg struct {
	Company string `json:"company"`
}

type outgoingInteractive struct {
	Type   string          `json:"type"`
	Header *outgoingHeader `json:"header,omitempty"`
	Body   outgoingBody    `json:"body"`
	Footer *outgoingBody   `json:"footer,omitempty"`
	Action outgoingPress   `json:"action"`
}

type outgoingHeader struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type outgoingBody struct {
	Text string `json:"text"`
}

type outgoingPress struct {
	Buttons    []outgoingButton  `json:"buttons,omitempty"`
	Button     string            `json:"button,omitempty"`
	Sections   []outgoingSection `json:"sections,omitempty"`
	Name       string            `json:"name,omitempty"`
	Parameters *outgoingLink     `json:"parameters,omitempty"`
}

type outgoingButton struct {
	Type  string      `json:"type"`
	Reply outgoingRow `json:"reply"`
}

type outgoingSection struct {
	Title string        `json:"title,omitempty"`
	Rows  []outgoingRow `json:"rows"`
}

type outgoingRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type outgoingLink struct {
	DisplayText string `json:"display_text"`
	URL         string `json:"url"`
}

// The words of interactive.type that are sent.
const (
	interactiveButton = "button"
	interactiveList   = "list"
	interactiveLink   = "cta_url"
)

// contentOf gives the objects of a message: those stored with it, or made from what was composed.
func contentOf(o channel.Outgoing) (c outgoingContent, err error) {
	if o.Details != nil {
		return c, json.Unmarshal(o.Details, &c)
	}
	if l := o.Location; l != nil {
		c.Location = &outgoingPlace{l.Latitude, l.Longitude, l.Name, l.Address}
	}
	for _, card := range o.Contacts {
		c.Contacts = append(c.Contacts, cardOf(card))
	}
	if i := o.Interactive; i != nil {
		c.Interactive = interactiveOf(i)
	}
	return c, nil
}

func cardOf(card channel.Card) outgoingCard {
	out := outgoingCard{Name: outgoingName{Formatted: card.Name, First: card.Name}}
	if words := strings.Fields(card.Name); len(words) > 0 {
		out.Name.First = words[0]
	}
	for _, phone := range card.Phones {
		out.Phones = append(out.Phones, outgoingPhone(phone))
	}
	for _, email := range card.Emails {
		out.Emails = append(out.Emails, outgoingEmail{email})
	}
	if card.Organization != "" {
		out.Org = &outgoingOrg{card.Organization}
	}
	return out
}

func interactiveOf(i *channel.Interactive) *outgoingInteractive {
	out := &outgoingInteractive{Type: i.Type, Body: outgoingBody{i.Body}}
	if i.Header != "" {
		out.Header = &outgoingHeader{typeText, i.Header}
	}
	if i.Footer != "" {
		out.Footer = &outgoingBody{i.Footer}
	}
	switch i.Type {
	case interactiveButton:
		for _, b := range i.Buttons {
			out.Action.Buttons = append(out.Action.Buttons, outgoingButton{"reply", outgoingRow{ID: b.ID, Title: b.Title}})
		}
	case interactiveList:
		out.Action.Button = i.Button
		for _, s := range i.Sections {
			section := outgoingSection{Title: s.Title}
			for _, r := range s.Rows {
				section.Rows = append(section.Rows, outgoingRow(r))
			}
			out.Action.Sections = append(out.Action.Sections, section)
		}
	case interactiveLink:
		out.Action.Name, out.Action.Parameters = interactiveLink, &outgoingLink{i.DisplayText, i.URL}
	}
	return out
}

// Details is what is stored and shown of a message beyond its text; see channel.Sender.
func (p *Platform) Details(o channel.Outgoing) json.RawMessage {
	c, err := contentOf(o)
	if err != nil || (c.Location == nil && c.Contacts == nil && c.Interactive == nil) {
		return nil
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil // strings and finite numbers always marshal; Check has seen to it
	}
	return b
}

func (p *Platform) checkLocation(l *channel.Location) *clearline.Problem {
	switch {
	case l == nil:
		return wrong("location", "must be given")
	case !(l.Latitude >= -90 && l.Latitude <= 90): // also what is no number
		return wrong("location.latitude", "must be degrees from -90 to 90")
	case !(l.Longitude >= -180 && l.Longitude <= 180):
		return wrong("location.longitude", "must be degrees from -180 to 180")
	}
	return nil
}

func (p *Platform) checkContacts(cards []channel.Card) *clearline.Problem {
	switch {
	case len(cards) == 0:
		return wrong("contacts", "must be given")
	case len(cards) > cardsMax:
		return wrong("contacts", "may hold "+strconv.Itoa(cardsMax)+" cards at most")
	}
	for i, card := range cards {
		field := "contacts[" + strconv.Itoa(i) + "]."
		if strings.TrimSpace(card.Name) == "" {
			return wrong(field+"name", "must not be empty")
		}
		for k, phone := range card.Phones {
			if !strings.ContainsFunc(phone.Phone, func(r rune) bool { return r >= '0' && r <= '9' }) {
				return wrong(field+"phones["+strconv.Itoa(k)+"].phone", "must hold a phone number")
			}
		}
		for k, email := range card.Emails {
			if !strings.Contains(email, "@") {
				return wrong(field+"emails["+strconv.Itoa(k)+"].email", "must be an e-mail address")
			}
		}
	}
	return nil
}

func (p *Platform) checkInteractive(i *channel.Interactive) *clearline.Problem {
	if i == nil {
		return wrong("interactive", "must be given")
	}
	most := bodyMax
	if i.Type == interactiveList {
		most = listBodyMax
	}
	for _, part := range []struct {
		field, text string
		least, most int
	}{
		{"interactive.header", i.Header, 0, headerMax}, {"interactive.body", i.Body, 1, most}, {"interactive.footer", i.Footer, 0, headerMax},
	} {
		if problem := checkPart(part.field, part.text, part.least, part.most); problem != nil {
			return problem
		}
	}
	switch i.Type {
	case interactiveButton:
		return checkButtons(i.Buttons)
	case interactiveList:
		if problem := checkPart("interactive.button", i.Button, 1, buttonMax); problem != nil {
			return problem
		}
		return checkSections(i.Sections)
	case interactiveLink:
		if problem := checkPart("interactive.display_text", i.DisplayText, 1, buttonMax); problem != nil {
			return problem
		}
		if u, err := url.Parse(i.URL); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
			return wrong("interactive.url", "must be an address that begins with https:// or http://")
		}
		return nil
	}
	return wrong("interactive.type", "must be button, list or cta_url")
}

// checkPart judges the length of one text, in characters.
func checkPart(field, text string, least, most int) *clearline.Problem {
	n := utf8.RuneCountInString(text)
	switch {
	case n < least || least > 0 && strings.TrimSpace(text) == "":
		return wrong(field, "must not be empty")
	case n > most:
		return wrong(field, "has "+strconv.Itoa(n)+" characters; WhatsApp takes "+strconv.Itoa(most)+" at most")
	case !utf8.ValidString(text):
		return wrong(field, "must be valid UTF-8")
	}
	return nil
}

func checkButtons(buttons []channel.Choice) *clearline.Problem {
	if len(buttons) == 0 || len(buttons) > buttonsMax {
		return wrong("interactive.buttons", "must hold 1 to "+strconv.Itoa(buttonsMax)+" buttons")
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for n, b := range buttons {
		field := "interactive.buttons[" + strconv.Itoa(n) + "]."
		if problem := checkPart(field+"id", b.ID, 1, buttonIDMax); problem != nil {
			return problem
		}
		if problem := checkPart(field+"title", b.Title, 1, buttonMax); problem != nil {
			return problem
		}
		if ids[b.ID] {
			return wrong(field+"id", "is that of another button")
		}
		if titles[b.Title] {
			return wrong(field+"title", "is that of another button")
		}
		ids[b.ID], titles[b.Title] = true, true
	}
	return nil
}

func checkSections(sections []channel.Section) *clearline.Problem {
	if len(sections) == 0 || len(sections) > sectionsMax {
		return wrong("interactive.sections", "must hold 1 to "+strconv.Itoa(sectionsMax)+" sections")
	}
	rows, ids := 0, map[string]bool{}
	for n, s := range sections {
		field := "interactive.sections[" + strconv.Itoa(n) + "]."
		least := 0
		if len(sections) > 1 {
			least = 1 // several sections are told apart by their titles
		}
		if problem := checkPart(field+"title", s.Title, least, rowTitleMax); problem != nil {
			return problem
		}
		if len(s.Rows) == 0 {
			return wrong(field+"rows", "must not be empty")
		}
		for k, r := range s.Rows {
			row := field + "rows[" + strconv.Itoa(k) + "]."
			if problem := checkPart(row+"id", r.ID, 1, rowIDMax); problem != nil {
				return problem
			}
			if problem := checkPart(row+"title", r.Title, 1, rowTitleMax); problem != nil {
				return problem
			}
			if problem := checkPart(row+"description", r.Description, 0, rowAboutMax); problem != nil {
				return problem
			}
			if ids[r.ID] {
				return wrong(row+"id", "is that of another row")
			}
			ids[r.ID] = true
		}
		rows += len(s.Rows)
	}
	if rows > rowsMax {
		return wrong("interactive.sections", "may hold "+strconv.Itoa(rowsMax)+" rows in all; these have "+strconv.Itoa(rows))
	}
	return nil
}

// checkReaction judges an emoji; the platform takes exactly one, and "" takes it back.
func checkReaction(o channel.Outgoing) *clearline.Problem {
	if o.ReplyTo == "" {
		return wrong("reply_to", "must name the message reacted to")
	}
	plain := func(r rune) bool { return r < 0x80 && r != '#' && r != '*' && (r < '0' || r > '9') }
	foreign := func(r rune) bool { return r >= 0x80 }
	if o.Text != "" && (strings.ContainsFunc(o.Text, plain) || !strings.ContainsFunc(o.Text, foreign) || utf8.RuneCountInString(o.Text) > emojiMax || !utf8.ValidString(o.Text)) {
		return wrong("reaction.emoji", "must be one emoji, or empty to take the reaction back")
	}
	return nil
}
