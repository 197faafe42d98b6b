package sim

import (
	"net/url"
	"strings"
)

// interactive is a message with buttons, a list or a link button.
type interactive struct {
	Type   string             `json:"type"` // button, list or cta_url
	Header *interactiveHeader `json:"header"`
	Body   *interactiveText   `json:"body"`
	Footer *interactiveText   `json:"footer"`
	Action *interactiveAction `json:"action"`
}

type interactiveText struct {
	Text string `json:"text"`
}

type interactiveHeader struct {
	Type     string     `json:"type"`
	Text     string     `json:"text"`
	SubText  string     `json:"sub_text"`
	Image    *sendMedia `json:"image"`
	Video    *sendMedia `json:"video"`
	Document *sendMedia `json:"document"`
}

type interactiveAction struct {
	Button     string               `json:"button"`
	Buttons    []interactiveButton  `json:"buttons"`
	Sections   []interactiveSection `json:"sections"`
	Name       string               `json:"name"`
	Parameters *ctaParameters       `json:"parameters"`
}

type interactiveButton struct {
	Type  string         `json:"type"`
	Reply *interactiveID `json:"reply"`
}

type interactiveID struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type interactiveSection struct {
	Title string           `json:"title"`
	Rows  []interactiveRow `json:"rows"`
}

type interactiveRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type ctaParameters struct {
	DisplayText string `json:"display_text"`
	URL         string `json:"url"`
}

func readInteractive(out content, i *interactive) (content, *graphError) {
	if i == nil || i.Type == "" {
		return out, refuse(131008, 0, "The parameter interactive.type is required.")
	}
	if i.Body == nil || i.Body.Text == "" {
		return out, refuse(131008, 0, "The parameter interactive.body.text is required.")
	}
	if i.Action == nil {
		return out, refuse(131008, 0, "The parameter interactive.action is required.")
	}
	most := maxBody
	if i.Type == "list" {
		most = maxText
	}
	if length(i.Body.Text) > most {
		return out, refuse(100, 0, "interactive.body.text must be at most %d characters long.", most)
	}
	if i.Footer != nil && length(i.Footer.Text) > maxFooter {
		return out, refuse(100, 0, "interactive.footer.text must be at most %d characters long.", maxFooter)
	}
	if refused := i.checkHeader(); refused != nil {
		return out, refused
	}
	out.text = i.text()
	var refused *graphError
	switch i.Type {
	case "button":
		out.choices, refused = i.Action.replyButtons()
	case "list":
		out.choices, refused = i.Action.listRows()
	case "cta_url":
		out.choices, refused = i.Action.linkButton()
	default:
		refused = refuse(131009, 0, "interactive.type %q is not supported by this twin.", i.Type)
	}
	return out, refused
}

func (i *interactive) checkHeader() *graphError {
	h := i.Header
	if h == nil {
		return nil
	}
	switch {
	case h.Type == "text" && (h.Text == "" || length(h.Text) > maxFooter):
		return refuse(131009, 0, "interactive.header.text must be 1 to %d characters long.", maxFooter)
	case h.Type == "text":
	case i.Type == "list":
		return refuse(131009, 0, "The header of a list must be text.")
	case h.Type == "image" && h.Image == nil, h.Type == "video" && h.Video == nil, h.Type == "document" && h.Document == nil:
		return refuse(131008, 0, "The parameter interactive.header.%s is required.", h.Type)
	case h.Type != "image" && h.Type != "video" && h.Type != "document":
		return refuse(131009, 0, "interactive.header.type must be text, image, video or document.")
	}
	return nil
}

// text is what the phone shows above the buttons.
func (i *interactive) text() string {
	var parts []string
	if i.Header != nil && i.Header.Text != "" {
		parts = append(parts, i.Header.Text)
	}
	parts = append(parts, i.Body.Text)
	if i.Footer != nil && i.Footer.Text != "" {
		parts = append(parts, i.Footer.Text)
	}
	return strings.Join(parts, "\n")
}

func (a *interactiveAction) replyButtons() ([]choice, *graphError) {
	if len(a.Buttons) < 1 || len(a.Buttons) > 3 {
		return nil, refuse(131009, 0, "interactive.action.buttons must hold 1 to 3 buttons.")
	}
	var list []choice
	seen := map[string]bool{}
	for n, b := range a.Buttons {
		switch {
		case b.Type != "reply" || b.Reply == nil:
			return nil, refuse(131009, 0, "interactive.action.buttons[%d].type must be reply.", n)
		case b.Reply.ID == "" || len(b.Reply.ID) > maxButtonID:
			return nil, refuse(131009, 0, "interactive.action.buttons[%d].reply.id must be 1 to %d characters long.", n, maxButtonID)
		case b.Reply.Title == "" || length(b.Reply.Title) > maxButtonTitle:
			return nil, refuse(131009, 0, "interactive.action.buttons[%d].reply.title must be 1 to %d characters long.", n, maxButtonTitle)
		case seen[b.Reply.ID] || seen["title "+b.Reply.Title]:
			return nil, refuse(131009, 0, "The buttons' ids and titles must differ.")
		}
		seen[b.Reply.ID], seen["title "+b.Reply.Title] = true, true
		list = append(list, choice{ID: b.Reply.ID, Title: b.Reply.Title, Type: "button_reply"})
	}
	return list, nil
}

func (a *interactiveAction) listRows() ([]choice, *graphError) {
	if a.Button == "" || length(a.Button) > maxButtonTitle {
		return nil, refuse(131009, 0, "interactive.action.button must be 1 to %d characters long.", maxButtonTitle)
	}
	if len(a.Sections) < 1 || len(a.Sections) > 10 {
		return nil, refuse(131009, 0, "interactive.action.sections must hold 1 to 10 sections.")
	}
	var list []choice
	seen := map[string]bool{}
	for n, section := range a.Sections {
		if length(section.Title) > maxRowTitle || section.Title == "" && len(a.Sections) > 1 {
			return nil, refuse(131009, 0, "interactive.action.sections[%d].title must be 1 to %d characters long.", n, maxRowTitle)
		}
		for _, row := range section.Rows {
			switch {
			case row.ID == "" || len(row.ID) > maxRowID || seen[row.ID]:
				return nil, refuse(131009, 0, "Row ids must differ and be 1 to %d characters long.", maxRowID)
			case row.Title == "" || length(row.Title) > maxRowTitle:
				return nil, refuse(131009, 0, "Row titles must be 1 to %d characters long.", maxRowTitle)
			case length(row.Description) > maxRowAbout:
				return nil, refuse(131009, 0, "Row descriptions must be at most %d characters long.", maxRowAbout)
			}
			seen[row.ID] = true
			list = append(list, choice{ID: row.ID, Title: row.Title, About: row.Description, Type: "list_reply"})
		}
	}
	if len(list) < 1 || len(list) > maxRows {
		return nil, refuse(131009, 0, "A list must hold 1 to %d rows in all.", maxRows)
	}
	return list, nil
}

func (a *interactiveAction) linkButton() ([]choice, *graphError) {
	p := a.Parameters
	if a.Name != "cta_url" || p == nil || p.DisplayText == "" || p.URL == "" {
		return nil, refuse(131008, 0, "interactive.action needs the name cta_url and parameters display_text and url.")
	}
	if length(p.DisplayText) > maxButtonTitle {
		return nil, refuse(131009, 0, "display_text must be at most %d characters long.", maxButtonTitle)
	}
	if address, err := url.Parse(p.URL); err != nil || address.Host == "" {
		return nil, refuse(131009, 0, "url must be a web address.")
	}
	return []choice{{ID: "url", Title: p.DisplayText, Type: "url", URL: p.URL}}, nil
}
