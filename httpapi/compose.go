package httpapi

import (
	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/dispatch"
)

// What a message may consist of besides a text, as the API takes it. Lengths here are bounds of memory; what a platform
// takes is judged by its leaf, which names the field.
type locationInput struct {
	Latitude  float64 `json:"latitude" doc:"degrees, north is positive"`
	Longitude float64 `json:"longitude" doc:"degrees, east is positive"`
	Name      string  `json:"name,omitempty" maxLength:"1000"`
	Address   string  `json:"address,omitempty" maxLength:"1000"`
}

type cardInput struct {
	Name         string       `json:"name" maxLength:"1000"`
	Phones       []phoneInput `json:"phones,omitempty" maxItems:"50"`
	Emails       []emailInput `json:"emails,omitempty" maxItems:"50"`
	Organization string       `json:"organization,omitempty" maxLength:"1000"`
}

type phoneInput struct {
	Phone string `json:"phone" maxLength:"100"`
	Type  string `json:"type,omitempty" maxLength:"100" doc:"a word such as CELL, HOME or WORK"`
}

type emailInput struct {
	Email string `json:"email" maxLength:"320"`
}

type choiceInput struct {
	ID          string `json:"id" maxLength:"1000" doc:"comes back when it is pressed"`
	Title       string `json:"title" maxLength:"1000"`
	Description string `json:"description,omitempty" maxLength:"1000" doc:"of a row"`
}

type sectionInput struct {
	Title string        `json:"title,omitempty" maxLength:"1000" doc:"needed when there are several sections"`
	Rows  []choiceInput `json:"rows" maxItems:"100"`
}

type interactiveInput struct {
	Type        string         `json:"type" enum:"button,list,cta_url"`
	Header      string         `json:"header,omitempty" maxLength:"10000"`
	Body        string         `json:"body" maxLength:"100000"`
	Footer      string         `json:"footer,omitempty" maxLength:"10000"`
	Buttons     []choiceInput  `json:"buttons,omitempty" maxItems:"100" doc:"of type button"`
	Button      string         `json:"button,omitempty" maxLength:"1000" doc:"of type list: what opens it"`
	Sections    []sectionInput `json:"sections,omitempty" maxItems:"100" doc:"of type list"`
	DisplayText string         `json:"display_text,omitempty" maxLength:"1000" doc:"of type cta_url"`
	URL         string         `json:"url,omitempty" maxLength:"2000" doc:"of type cta_url"`
}

type reactionInput struct {
	MessageID string `json:"message_id" maxLength:"20"`
	Emoji     string `json:"emoji" maxLength:"100" doc:"one emoji; empty takes the reaction back"`
}

// ContentInput is embedded in what the send route takes; it is exported because the API description is made by looking
// at embedded structs.
type ContentInput struct {
	Media       []string          `json:"media,omitempty" maxItems:"10" doc:"the id of an upload, or of a file of another message; text is then the caption"`
	Template    *templateInput    `json:"template,omitempty"`
	Location    *locationInput    `json:"location,omitempty"`
	Contacts    []cardInput       `json:"contacts,omitempty" maxItems:"300"`
	Interactive *interactiveInput `json:"interactive,omitempty"`
	Reaction    *reactionInput    `json:"reaction,omitempty"`
}

// into adds the content to what is composed.
func (in ContentInput) into(c *dispatch.Compose) error {
	for _, text := range in.Media {
		id, err := clearline.ParseID(text)
		if err != nil {
			return badInput("media", "is not the id of a file")
		}
		c.Media = append(c.Media, id)
	}
	if t := in.Template; t != nil {
		c.Template = &channel.Template{Name: t.Name, Language: t.Language, Header: values(t.Header), Body: values(t.Body), Buttons: buttons(t.Buttons)}
	}
	if l := in.Location; l != nil {
		c.Location = &channel.Location{Latitude: l.Latitude, Longitude: l.Longitude, Name: l.Name, Address: l.Address}
	}
	for _, card := range in.Contacts {
		c.Contacts = append(c.Contacts, card.card())
	}
	if i := in.Interactive; i != nil {
		c.Interactive = i.interactive()
	}
	if r := in.Reaction; r != nil {
		id, err := clearline.ParseID(r.MessageID)
		if err != nil {
			return badInput("reaction.message_id", "is not the id of a message")
		}
		c.Reaction = &dispatch.Reaction{MessageID: id, Emoji: r.Emoji}
	}
	return nil
}

func (in cardInput) card() channel.Card {
	card := channel.Card{Name: in.Name, Organization: in.Organization}
	for _, p := range in.Phones {
		card.Phones = append(card.Phones, channel.CardPhone(p))
	}
	for _, e := range in.Emails {
		card.Emails = append(card.Emails, e.Email)
	}
	return card
}

func (in *interactiveInput) interactive() *channel.Interactive {
	i := &channel.Interactive{Type: in.Type, Header: in.Header, Body: in.Body, Footer: in.Footer, Button: in.Button, DisplayText: in.DisplayText, URL: in.URL}
	i.Buttons = choices(in.Buttons)
	for _, s := range in.Sections {
		i.Sections = append(i.Sections, channel.Section{Title: s.Title, Rows: choices(s.Rows)})
	}
	return i
}

func choices(in []choiceInput) (out []channel.Choice) {
	for _, c := range in {
		out = append(out, channel.Choice(c))
	}
	return out
}
