package sim

import (
	"fmt"
	"slices"
)

// template is one language version of a WABA's template, in the platform's
// words.
type template struct {
	ID              string              `json:"id"`
	Name            string              `json:"name"`
	Language        string              `json:"language"`
	Status          string              `json:"status"`
	Category        string              `json:"category"`
	ParameterFormat string              `json:"parameter_format"` // POSITIONAL or NAMED
	Components      []templateComponent `json:"components"`
	QualityScore    templateQuality     `json:"quality_score"`
	RejectedReason  string              `json:"rejected_reason"`
}

type templateComponent struct {
	Type    string           `json:"type"` // HEADER, BODY, FOOTER, BUTTONS
	Format  string           `json:"format,omitempty"`
	Text    string           `json:"text,omitempty"`
	Buttons []templateButton `json:"buttons,omitempty"`
	Example map[string]any   `json:"example,omitempty"`
}

type templateButton struct {
	Type        string   `json:"type"` // QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE
	Text        string   `json:"text"`
	URL         string   `json:"url,omitempty"`
	PhoneNumber string   `json:"phone_number,omitempty"`
	Example     []string `json:"example,omitempty"`
}

type templateQuality struct {
	Score string `json:"score"`
}

// template finds a language version by its exact name and code.
func (w *waba) template(name, language string) *template {
	i := slices.IndexFunc(w.templates, func(t *template) bool { return t.Name == name && t.Language == language })
	if i < 0 {
		return nil
	}
	return w.templates[i]
}

func (t *template) component(kind string) *templateComponent {
	i := slices.IndexFunc(t.Components, func(c templateComponent) bool { return c.Type == kind })
	if i < 0 {
		return nil
	}
	return &t.Components[i]
}

// sampleTemplates is what every WABA of the twin starts with: approved ones of
// three categories, a paused and a rejected one, positional and named values,
// a picture with a link button, quick replies.
func (s *Sim) sampleTemplates(wabaID string) []*template {
	body := func(text string, examples ...string) templateComponent {
		c := templateComponent{Type: "BODY", Text: text}
		if len(examples) > 0 {
			c.Example = map[string]any{"body_text": [][]string{examples}}
		}
		return c
	}
	list := []*template{
		{Name: "hello_world", Language: "en_US", Category: "UTILITY", Components: []templateComponent{
			{Type: "HEADER", Format: "TEXT", Text: "Hello"}, body("Thank you for writing to us. This is a first message to see that everything works."), {Type: "FOOTER", Text: "Sent by the simulator"}}},
		{Name: "order_update", Language: "en_US", Category: "UTILITY", Components: []templateComponent{
			body("Hello {{1}}, your order {{2}} has left our house and will be with you on {{3}}.", "Ana", "4711", "Friday")}},
		{Name: "order_update", Language: "pt_BR", Category: "UTILITY", Components: []templateComponent{
			body("Olá {{1}}, seu pedido {{2}} já saiu e chega {{3}}.", "Ana", "4711", "na sexta")}},
		{Name: "appointment_reminder", Language: "en_US", Category: "UTILITY", ParameterFormat: "NAMED", Components: []templateComponent{
			{Type: "BODY", Text: "Hi {{first_name}}, we expect you on {{day}} at {{time}}. Does that still suit you?", Example: map[string]any{
				"body_text_named_params": []map[string]string{{"param_name": "first_name", "example": "Ana"}, {"param_name": "day", "example": "Monday"}, {"param_name": "time", "example": "10:30"}}}},
			{Type: "BUTTONS", Buttons: []templateButton{{Type: "QUICK_REPLY", Text: "Yes, I come"}, {Type: "QUICK_REPLY", Text: "Another day"}}}}},
		{Name: "spring_teas", Language: "en_US", Category: "MARKETING", Components: []templateComponent{
			{Type: "HEADER", Format: "TEXT", Text: "New for {{1}}", Example: map[string]any{"header_text": []string{"spring"}}},
			body("{{1}}, the first flush has come. Ten percent less until {{2}}.", "Ana", "Sunday"), {Type: "FOOTER", Text: "Answer STOP to hear no more of this"}}},
		{Name: "parcel_photo", Language: "en_US", Category: "UTILITY", Components: []templateComponent{
			{Type: "HEADER", Format: "IMAGE", Example: map[string]any{"header_handle": []string{"4::aW1hZ2U="}}},
			body("Your parcel {{1}} is packed. See where it is at any time.", "4711"),
			{Type: "BUTTONS", Buttons: []templateButton{{Type: "URL", Text: "Follow the parcel", URL: "https://example.com/parcel/{{1}}", Example: []string{"https://example.com/parcel/4711"}}}}}},
		{Name: "feedback_request", Language: "en_US", Category: "MARKETING", Status: "PAUSED", Components: []templateComponent{
			body("How did you like it, {{1}}?", "Ana")}},
		{Name: "flash_sale", Language: "en_US", Category: "MARKETING", Status: "REJECTED", RejectedReason: "PROMOTIONAL", Components: []templateComponent{
			body("Everything must go, {{1}}!", "Ana")}},
		{Name: "old_terms", Language: "en_US", Category: "UTILITY", Status: "DISABLED", Components: []templateComponent{body("Our terms have changed.")}},
	}
	for i, t := range list {
		t.ID = s.seededDigits(fmt.Sprintf("template/%s/%d", wabaID, i), 16)
		t.QualityScore.Score = "GREEN"
		if t.Status == "" {
			t.Status = "APPROVED"
		}
		if t.ParameterFormat == "" {
			t.ParameterFormat = "POSITIONAL"
		}
		if t.RejectedReason == "" {
			t.RejectedReason = "NONE"
		}
	}
	return list
}
