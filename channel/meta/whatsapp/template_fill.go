package whatsapp

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// component is a part of a template, as the platform lists it. Source: Meta, WhatsApp,
// templates/components; read Dec 2025.
type component struct {
	Type    string `json:"type"`
	Format  string `json:"format"`
	Text    string `json:"text"`
	Buttons []struct {
		Type string `json:"type"`
		Text string `json:"text"`
		URL  string `json:"url"`
	} `json:"buttons"`
}

// variable is {{1}} or {{first_name}}.
var variable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// Fill checks values against a template and renders what the person will read: header, body and footer,
// separated by empty lines; see channel.Templater. A template that is not approved is refused as missing, wrong
// values as wa.tpl_params with the field and the reason.
func (p *Platform) Fill(info channel.TemplateInfo, t channel.Template) (text string, problem *clearline.Problem) {
	if !strings.EqualFold(info.Status, "APPROVED") {
		return "", &clearline.Problem{
			Cause: clearline.CauseTemplateMissing, Title: "That template cannot be used.",
			Detail: "WhatsApp lists “" + info.Name + "” (" + info.Language + ") as " + strings.ToLower(info.Status) + ". Choose an approved one.",
		}
	}
	if problem := checkTemplate(&t); problem != nil {
		problem.Cause = clearline.CauseTemplateParams
		return "", problem
	}
	var parts []component
	if err := json.Unmarshal(info.Components, &parts); err != nil {
		return "", &clearline.Problem{
			Cause: clearline.CauseTemplateMissing, Title: "The template could not be read.", Detail: "Sync the templates and try again.", Err: err,
		}
	}
	f := filler{named: info.Named}
	for _, c := range parts {
		switch strings.ToUpper(c.Type) {
		case "HEADER":
			f.header(c, t.Header)
		case "BODY":
			f.say(f.text("template.body", c.Text, t.Body), bodyMax, "template.body")
		case "FOOTER":
			f.say(c.Text, 0, "")
		case "BUTTONS":
			f.buttons(c, t.Buttons)
		case "CAROUSEL", "LIMITED_TIME_OFFER":
			f.wrong("template.name", "has a part that cannot be filled here: "+strings.ToLower(c.Type))
		}
	}
	f.superfluous(t)
	if len(f.fields) > 0 {
		return "", &clearline.Problem{
			Cause: clearline.CauseTemplateParams, Title: "The template's values do not fit.",
			Detail: "The field " + f.fields[0].Name + " " + f.fields[0].Reason + ".", Fields: f.fields,
		}
	}
	return strings.Join(f.texts, "\n\n"), nil
}

// filler collects the texts of a template and what is wrong with the values.
type filler struct {
	named                          bool
	texts                          []string
	fields                         []clearline.FieldProblem
	hasHeader, hasBody, hasButtons bool
}

func (f *filler) wrong(name, reason string) {
	f.fields = append(f.fields, clearline.FieldProblem{Name: name, Reason: reason})
}

// say adds a rendered text; most is the platform's limit for it once filled, 0 when it cannot grow.
func (f *filler) say(text string, most int, field string) {
	if n := utf8.RuneCountInString(text); most > 0 && n > most {
		f.wrong(field, "makes a text of "+strconv.Itoa(n)+" characters; WhatsApp takes "+strconv.Itoa(most)+" at most")
	}
	if text != "" {
		f.texts = append(f.texts, text)
	}
	f.hasBody = f.hasBody || field == "template.body"
}

func (f *filler) header(c component, values []channel.TemplateValue) {
	f.hasHeader = true
	format := strings.ToLower(c.Format)
	switch format {
	case "", "text":
		f.say(f.text("template.header", c.Text, values), headerMax, "template.header")
	case typeImage, typeVideo, typeDocument:
		if len(values) != 1 || values[0].Type != format {
			f.wrong("template.header", "needs one value of type "+format)
		}
	default:
		f.wrong("template.header", "has a format that cannot be filled here: "+format)
	}
}

// text fills the variables of one text.
func (f *filler) text(field, text string, values []channel.TemplateValue) string {
	names := variables(text)
	if len(names) != len(values) {
		f.wrong(field, "needs "+strconv.Itoa(len(names))+" values, "+strconv.Itoa(len(values))+" were given")
		return text
	}
	given := make(map[string]string, len(values))
	for i, v := range values {
		name := v.Name
		item := field + "[" + strconv.Itoa(i) + "]"
		switch {
		case v.Type != "" && v.Type != "text":
			f.wrong(item, "must be a text")
		case f.named && name == "":
			f.wrong(item, "needs the name of its variable")
		case !f.named && name != "":
			f.wrong(item, "must have no name: this template counts its variables")
		case !f.named:
			name = strconv.Itoa(i + 1)
		}
		given[name] = v.Text
	}
	for _, name := range names {
		if _, ok := given[name]; !ok {
			f.wrong(field, "lacks a value for "+name)
		}
	}
	return variable.ReplaceAllStringFunc(text, func(v string) string {
		return given[variable.FindStringSubmatch(v)[1]]
	})
}

// variables are the names in a text, each once.
func variables(text string) []string {
	var names []string
	seen := map[string]bool{}
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			names = append(names, m[1])
		}
	}
	return names
}

// buttons checks that each button that takes a value has one of its kind. A quick reply may go without: the
// platform then answers with its label.
func (f *filler) buttons(c component, values []channel.TemplateValue) {
	f.hasButtons = true
	given := map[int]channel.TemplateValue{}
	for i, v := range values {
		item := "template.buttons[" + strconv.Itoa(i) + "]"
		if _, twice := given[v.Index]; twice {
			f.wrong(item, "is for a button that has a value already")
		}
		if v.Index < 0 || v.Index >= len(c.Buttons) {
			f.wrong(item, "is for a button that the template does not have")
			continue
		}
		kind, _ := buttonKind(c.Buttons[v.Index].Type, c.Buttons[v.Index].URL)
		switch {
		case kind == "":
			f.wrong(item, "is for a button that takes no value")
		case kind != v.Type && !(kind == buttonURL && v.Type == ""):
			f.wrong(item, "must have the type "+kind)
		case kind == buttonCopyCode && utf8.RuneCountInString(v.Text) > codeMax:
			f.wrong(item, "may have "+strconv.Itoa(codeMax)+" characters at most")
		}
		given[v.Index] = v
	}
	for i, b := range c.Buttons {
		if _, needed := buttonKind(b.Type, b.URL); needed {
			if _, ok := given[i]; !ok {
				f.wrong("template.buttons", "lacks a value for button "+strconv.Itoa(i)+" (“"+b.Text+"”)")
			}
		}
	}
}

// buttonKind is what kind of value a button takes, "" for none, and whether it cannot do without.
func buttonKind(typ, address string) (kind string, needed bool) {
	switch strings.ToUpper(typ) {
	case "URL":
		if variable.MatchString(address) {
			return buttonURL, true
		}
	case "OTP":
		return buttonURL, true
	case "COPY_CODE":
		return buttonCopyCode, true
	case "QUICK_REPLY":
		return buttonQuickReply, false
	case "FLOW":
		return buttonFlow, false
	}
	return "", false
}

// superfluous refuses values for parts that the template does not have.
func (f *filler) superfluous(t channel.Template) {
	for _, part := range [...]struct {
		name  string
		there bool
		n     int
	}{{"header", f.hasHeader, len(t.Header)}, {"body", f.hasBody, len(t.Body)}, {"buttons", f.hasButtons, len(t.Buttons)}} {
		if !part.there && part.n > 0 {
			f.wrong("template."+part.name, "was given, but the template has none")
		}
	}
}
