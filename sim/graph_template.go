package sim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// templateToSend is the template object of a send.
type templateToSend struct {
	Name     string `json:"name"`
	Language struct {
		Code   string `json:"code"`
		Policy string `json:"policy"` // deterministic
	} `json:"language"`
	Components []sentComponent `json:"components"`
}

type sentComponent struct {
	Type       string          `json:"type"`
	SubType    string          `json:"sub_type"`
	Index      any             `json:"index"` // "0" or 0
	Parameters []sentParameter `json:"parameters"`
}

type sentParameter struct {
	Type          string         `json:"type"`
	ParameterName string         `json:"parameter_name"`
	Text          string         `json:"text"`
	Payload       string         `json:"payload"`
	CouponCode    string         `json:"coupon_code"`
	Currency      *fallback      `json:"currency"`
	DateTime      *fallback      `json:"date_time"`
	Image         *sendMedia     `json:"image"`
	Video         *sendMedia     `json:"video"`
	Document      *sendMedia     `json:"document"`
	Location      *sendLocation  `json:"location"`
	Action        map[string]any `json:"action"`
}

type fallback struct {
	FallbackValue string `json:"fallback_value"`
	Code          string `json:"code"`
	Amount1000    int64  `json:"amount_1000"`
}

var variable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// variablesOf lists a text's variables in the order of their first use.
func variablesOf(text string) []string {
	var names []string
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// readTemplate checks the template's state and every value. Needs the lock.
func (s *Sim) readTemplate(c *graphCall, out content) (content, *graphError) {
	in := c.send.Template
	if in == nil || in.Name == "" || in.Language.Code == "" {
		return out, refuse(131008, 0, "The parameters template.name and template.language.code are required.")
	}
	t := c.number.waba.template(in.Name, in.Language.Code)
	if t == nil {
		return out, refuse(132001, 0, "template name (%s) does not exist in %s", in.Name, in.Language.Code)
	}
	switch t.Status {
	case "APPROVED":
	case "PAUSED":
		return out, refuse(132015, 0, "template name (%s) is paused because of low quality", in.Name)
	case "DISABLED":
		return out, refuse(132016, 0, "template name (%s) is disabled", in.Name)
	default:
		return out, refuse(132001, 0, "template name (%s) is not approved in %s", in.Name, in.Language.Code)
	}
	filled := filling{template: t}
	var parts []string
	for _, kind := range []string{"HEADER", "BODY", "FOOTER"} {
		part := t.component(kind)
		if part == nil {
			continue
		}
		text, refused := filled.part(part, find(in.Components, strings.ToLower(kind)))
		if refused != nil {
			return out, refused
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	choices, refused := filled.buttons(in.Components)
	if refused != nil {
		return out, refused
	}
	if filled.media != nil {
		probe := content{kind: strings.ToLower(filled.mediaKind)}
		with, refused := s.readMedia(c, probe, filled.media)
		if refused != nil {
			return out, refused
		}
		out.media, out.link = with.media, with.link
	}
	for _, sent := range in.Components {
		if !slices.Contains([]string{"header", "body", "button"}, strings.ToLower(sent.Type)) {
			return out, refuse(100, 0, "template.components type %q is not known.", sent.Type)
		}
	}
	out.template, out.category = true, t.Category
	out.text, out.choices = strings.Join(parts, "\n"), choices
	return out, nil
}

func find(list []sentComponent, kind string) *sentComponent {
	i := slices.IndexFunc(list, func(c sentComponent) bool { return strings.EqualFold(c.Type, kind) })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// filling puts values into one template.
type filling struct {
	template  *template
	media     *sendMedia
	mediaKind string
}

// part fills header, body or footer and gives its text.
func (f *filling) part(part *templateComponent, sent *sentComponent) (string, *graphError) {
	var values []sentParameter
	if sent != nil {
		values = sent.Parameters
	}
	name := strings.ToLower(part.Type)
	if part.Type == "HEADER" && part.Format != "TEXT" {
		return "", f.headerMedia(part, values)
	}
	text, refused := f.fill(name, part.Text, values)
	if refused != nil {
		return "", refused
	}
	most := maxBody
	if part.Type != "BODY" {
		most = maxFooter
	}
	if length(text) > most {
		return "", refuse(132005, 0, "%s: the text with its values has more than %d characters", name, most)
	}
	return text, nil
}

func (f *filling) headerMedia(part *templateComponent, values []sentParameter) *graphError {
	if len(values) != 1 || !strings.EqualFold(values[0].Type, part.Format) {
		return refuse(132012, 0, "header: Format mismatch, expected %s", part.Format)
	}
	f.mediaKind = part.Format
	switch v := values[0]; part.Format {
	case "IMAGE":
		f.media = v.Image
	case "VIDEO":
		f.media = v.Video
	case "DOCUMENT":
		f.media = v.Document
	case "LOCATION":
		if v.Location == nil {
			return refuse(132012, 0, "header: the location is missing")
		}
		return nil
	}
	if f.media == nil {
		return refuse(132012, 0, "header: the %s is missing", strings.ToLower(part.Format))
	}
	return nil
}

// fill replaces the variables of text by values: counted first, then by their
// place or by name.
func (f *filling) fill(where, text string, values []sentParameter) (string, *graphError) {
	names := variablesOf(text)
	if len(values) != len(names) {
		return "", refuse(132000, 0, "%s: number of localizable_params (%d) does not match the expected number of params (%d)", where, len(values), len(names))
	}
	byName := map[string]string{}
	for i, v := range values {
		shown, refused := v.shown(where)
		if refused != nil {
			return "", refused
		}
		if f.template.ParameterFormat == "NAMED" {
			if !slices.Contains(names, v.ParameterName) {
				return "", refuse(132012, 0, "%s: Parameter name is missing or not one of the template's: %q", where, v.ParameterName)
			}
			if _, twice := byName[v.ParameterName]; twice {
				return "", refuse(132012, 0, "%s: Parameter %q comes twice", where, v.ParameterName)
			}
			byName[v.ParameterName] = shown
			continue
		}
		if v.ParameterName != "" {
			return "", refuse(132012, 0, "%s: this template's values have no names", where)
		}
		byName[strconv.Itoa(i+1)] = shown
	}
	return variable.ReplaceAllStringFunc(text, func(m string) string {
		return byName[variable.FindStringSubmatch(m)[1]]
	}), nil
}

// shown is a value as the phone shows it.
func (v sentParameter) shown(where string) (string, *graphError) {
	text := v.Text
	switch v.Type {
	case "text":
	case "currency":
		if v.Currency == nil {
			return "", refuse(132012, 0, "%s: the currency is missing", where)
		}
		text = v.Currency.FallbackValue
	case "date_time":
		if v.DateTime == nil {
			return "", refuse(132012, 0, "%s: the date_time is missing", where)
		}
		text = v.DateTime.FallbackValue
	default:
		return "", refuse(132012, 0, "%s: Format mismatch, expected text, got %s", where, v.Type)
	}
	if text == "" {
		return "", refuse(131008, 0, "%s: the text of a parameter is required", where)
	}
	if strings.ContainsAny(text, "\n\t") || strings.Contains(text, "     ") {
		return "", refuse(132012, 0, "%s: a value must not hold a newline, a tab or more than four spaces in a row", where)
	}
	return text, nil
}

// buttons checks the values of buttons and gives what the person can press.
func (f *filling) buttons(sent []sentComponent) ([]choice, *graphError) {
	part := f.template.component("BUTTONS")
	given := map[int]sentComponent{}
	for _, c := range sent {
		if !strings.EqualFold(c.Type, "button") {
			continue
		}
		n, err := strconv.Atoi(fmt.Sprint(c.Index))
		if err != nil || part == nil || n < 0 || n >= len(part.Buttons) {
			return nil, refuse(132018, 0, "button at index %v is not in the template", c.Index)
		}
		given[n] = c
	}
	if part == nil {
		return nil, nil
	}
	var list []choice
	for i, b := range part.Buttons {
		c, refused := button(i, b, given)
		if refused != nil {
			return nil, refused
		}
		if c.Type != "" {
			list = append(list, c)
		}
	}
	return list, nil
}

func button(i int, b templateButton, given map[int]sentComponent) (choice, *graphError) {
	sent, has := given[i]
	kinds := map[string]string{"QUICK_REPLY": "quick_reply", "URL": "url", "COPY_CODE": "copy_code"}
	if has && !strings.EqualFold(sent.SubType, kinds[b.Type]) {
		return choice{}, refuse(132012, 0, "button %d: sub_type %q does not fit a %s button", i, sent.SubType, b.Type)
	}
	switch b.Type {
	case "QUICK_REPLY":
		payload := b.Text
		if has && len(sent.Parameters) == 1 && sent.Parameters[0].Type == "payload" {
			payload = sent.Parameters[0].Payload
		}
		return choice{ID: payload, Title: b.Text, Type: "button"}, nil
	case "URL":
		wanted := len(variablesOf(b.URL))
		if len(sent.Parameters) != wanted {
			return choice{}, refuse(132000, 0, "buttons: number of localizable_params (%d) does not match the expected number of params (%d) of button %d", len(sent.Parameters), wanted, i)
		}
		address := b.URL
		if wanted == 1 {
			suffix := sent.Parameters[0].Text
			if suffix == "" {
				return choice{}, refuse(131008, 0, "button %d: the text of the parameter is required", i)
			}
			address = variable.ReplaceAllLiteralString(b.URL, suffix)
		}
		return choice{ID: "url", Title: b.Text, Type: "url", URL: address}, nil
	case "COPY_CODE":
		if len(sent.Parameters) != 1 || sent.Parameters[0].CouponCode == "" {
			return choice{}, refuse(132000, 0, "button %d: a coupon_code is required", i)
		}
	}
	return choice{}, nil
}
