package whatsapp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
)

const templatesURI = "/v26.0/102290129340398/message_templates?"

// C10: all pages of the WABA's templates are read by cursor; the address in next, which holds a token, is not.
func TestTemplates(t *testing.T) {
	t.Parallel()
	fields := "fields=id%2Cname%2Clanguage%2Cstatus%2Ccategory%2Ccomponents%2Cparameter_format&limit=100"
	page := func(id, name, extra, paging string) string {
		return fmt.Sprintf(`{"data":[{"id":%q,"name":%q,"language":"en_US","status":"APPROVED","category":"UTILITY","components":[{"type":"BODY","text":"x"}]%s}],"paging":%s}`, id, name, extra, paging)
	}
	p, g, base := against(t, nil)
	g.answers = map[string]string{
		"GET " + templatesURI + fields:               page("1", "one", "", `{"cursors":{"before":"b","after":"c1"},"next":"`+base+`/elsewhere?access_token=x"}`),
		"GET " + templatesURI + "after=c1&" + fields: page("2", "two", `,"parameter_format":"NAMED"`, `{"cursors":{"before":"b","after":"c2"}}`),
	}
	got, err := p.Templates(t.Context(), tester)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Name != "one" || got[0].Named || got[1].PlatformID != "2" || !got[1].Named || got[0].Category != "UTILITY" {
		t.Errorf("%+v", got)
	}
	if len(g.calls) != 2 {
		t.Errorf("%d calls", len(g.calls))
	}
}

// A cursor that went stale starts the list over, once.
func TestTemplatesStaleCursor(t *testing.T) {
	t.Parallel()
	p, g, _ := against(t, nil)
	g.answers = map[string]string{
		"GET " + templatesURI + "fields=id%2Cname%2Clanguage%2Cstatus%2Ccategory%2Ccomponents%2Cparameter_format&limit=100": failure(131059, 0, "cursor"),
	}
	_, err := p.Templates(t.Context(), tester)
	if e := channeltest.SendError(t, err); e.Original.Code != 131059 || len(g.calls) != 2 {
		t.Errorf("%v after %d calls", e, len(g.calls))
	}
}

func info(components string) channel.TemplateInfo {
	return channel.TemplateInfo{Name: "order_update", Language: "en_US", Status: "APPROVED", Components: json.RawMessage(components)}
}

const orderUpdate = `[{"type":"HEADER","format":"TEXT","text":"Order {{1}}"},{"type":"BODY","text":"Hi {{1}}, your order {{2}} ships {{ 3 }}. Thanks, {{1}}!"},
	{"type":"FOOTER","text":"Lucky Lamps"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Thanks"},{"type":"URL","text":"Track","url":"https://lamps.example/{{1}}"},
	{"type":"URL","text":"Shop","url":"https://lamps.example"},{"type":"PHONE_NUMBER","text":"Call"}]}]`

func texts(s ...string) []channel.TemplateValue {
	out := make([]channel.TemplateValue, len(s))
	for i := range s {
		out[i].Text = s[i]
	}
	return out
}

// M4: a template is filled as the person will read it, and wrong values are named before anything is sent.
func TestFill(t *testing.T) {
	t.Parallel()
	track := []channel.TemplateValue{{Index: 1, Type: "url", Text: "A17"}}
	full := func(change func(*channel.Template)) channel.Template {
		v := channel.Template{Name: "order_update", Language: "en_US", Header: texts("A17"), Body: texts("Ana", "A17", "today"), Buttons: slices.Clone(track)}
		if change != nil {
			change(&v)
		}
		return v
	}
	named := channel.TemplateInfo{Name: "n", Language: "en", Status: "APPROVED", Named: true, Components: json.RawMessage(`[{"type":"BODY","text":"Dear {{first_name}} of {{city}}"}]`)}
	picture := info(`[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Look"},{"type":"BUTTONS","buttons":[{"type":"COPY_CODE","text":"Copy"}]}]`)
	code := []channel.TemplateValue{{Type: "copy_code", Text: "OFF5"}}
	paused := info(orderUpdate)
	paused.Status = "PAUSED"
	for name, c := range map[string]struct {
		info  channel.TemplateInfo
		t     channel.Template
		text  string
		cause clearline.Cause
		field string
	}{
		"all values":                       {info(orderUpdate), full(nil), "Order A17\n\nHi Ana, your order A17 ships today. Thanks, Ana!\n\nLucky Lamps", "", ""},
		"untyped button":                   {info(orderUpdate), full(func(t *channel.Template) { t.Buttons = []channel.TemplateValue{{Index: 1, Text: "A17"}} }), "Order A17\n\nHi Ana, your order A17 ships today. Thanks, Ana!\n\nLucky Lamps", "", ""},
		"value that looks like a variable": {info(orderUpdate), full(func(t *channel.Template) { t.Body = texts("{{2}}", "A17", "$1") }), "Order A17\n\nHi {{2}}, your order A17 ships $1. Thanks, {{2}}!\n\nLucky Lamps", "", ""},
		"named":                            {named, channel.Template{Name: "n", Language: "en", Body: []channel.TemplateValue{{Name: "city", Text: "Porto"}, {Name: "first_name", Text: "Rui"}}}, "Dear Rui of Porto", "", ""},
		"picture":                          {picture, channel.Template{Name: "p", Language: "en", Header: []channel.TemplateValue{{Type: "image", Link: "https://x.example/a.jpg"}}, Buttons: code}, "Look", "", ""},
		"too few":                          {info(orderUpdate), full(func(t *channel.Template) { t.Body = t.Body[:2] }), "", clearline.CauseTemplateParams, "template.body"},
		"too many":                         {info(orderUpdate), full(func(t *channel.Template) { t.Header = texts("a", "b") }), "", clearline.CauseTemplateParams, "template.header"},
		"no button":                        {info(orderUpdate), full(func(t *channel.Template) { t.Buttons = nil }), "", clearline.CauseTemplateParams, "template.buttons"},
		"wrong button":                     {info(orderUpdate), full(func(t *channel.Template) { t.Buttons[0] = channel.TemplateValue{Index: 3, Text: "x"} }), "", clearline.CauseTemplateParams, "template.buttons[0]"},
		"button beyond":                    {info(orderUpdate), full(func(t *channel.Template) { t.Buttons = append(track[:1:1], channel.TemplateValue{Index: 9, Text: "x"}) }), "", clearline.CauseTemplateParams, "template.buttons[1]"},
		"line break":                       {info(orderUpdate), full(func(t *channel.Template) { t.Body = texts("Ana", "A\n17", "today") }), "", clearline.CauseTemplateParams, "template.body[1]"},
		"five blanks":                      {info(orderUpdate), full(func(t *channel.Template) { t.Body = texts("Ana", "A     17", "today") }), "", clearline.CauseTemplateParams, "template.body[1]"},
		"blank value":                      {info(orderUpdate), full(func(t *channel.Template) { t.Body = texts("Ana", " ", "today") }), "", clearline.CauseTemplateParams, "template.body[1]"},
		"name where counted":               {info(orderUpdate), full(func(t *channel.Template) { t.Header = []channel.TemplateValue{{Name: "order", Text: "A17"}} }), "", clearline.CauseTemplateParams, "template.header[0]"},
		"no name where named":              {named, channel.Template{Name: "n", Language: "en", Body: texts("Porto", "Rui")}, "", clearline.CauseTemplateParams, "template.body[0]"},
		"unknown name":                     {named, channel.Template{Name: "n", Language: "en", Body: []channel.TemplateValue{{Name: "city", Text: "Porto"}, {Name: "last", Text: "Rui"}}}, "", clearline.CauseTemplateParams, "template.body"},
		"no picture":                       {picture, channel.Template{Name: "p", Language: "en", Buttons: code}, "", clearline.CauseTemplateParams, "template.header"},
		"two sources":                      {picture, channel.Template{Name: "p", Language: "en", Header: []channel.TemplateValue{{Type: "image", Link: "https://x", ID: "1"}}, Buttons: code}, "", clearline.CauseTemplateParams, "template.header[0]"},
		"long code":                        {picture, channel.Template{Name: "p", Language: "en", Header: []channel.TemplateValue{{Type: "image", ID: "1"}}, Buttons: []channel.TemplateValue{{Type: "copy_code", Text: strings.Repeat("A", 21)}}}, "", clearline.CauseTemplateParams, "template.buttons[0]"},
		"too long":                         {info(orderUpdate), full(func(t *channel.Template) { t.Body = texts(strings.Repeat("é", 1100), "A17", "today") }), "", clearline.CauseTemplateParams, "template.body"},
		"superfluous":                      {named, channel.Template{Name: "n", Language: "en", Header: texts("x"), Body: []channel.TemplateValue{{Name: "city", Text: "P"}, {Name: "first_name", Text: "R"}}}, "", clearline.CauseTemplateParams, "template.header"},
		"carousel":                         {info(`[{"type":"BODY","text":"x"},{"type":"CAROUSEL","cards":[]}]`), channel.Template{Name: "c", Language: "en"}, "", clearline.CauseTemplateParams, "template.name"},
		"paused":                           {paused, full(nil), "", clearline.CauseTemplateMissing, ""},
		"unreadable":                       {info(`{`), full(nil), "", clearline.CauseTemplateMissing, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, problem := New(Options{}).Fill(c.info, c.t)
			switch {
			case c.cause == "" && problem != nil:
				t.Fatal(problem)
			case c.cause == "" && text != c.text:
				t.Errorf("%q", text)
			case c.cause != "" && (problem == nil || problem.Cause != c.cause || text != ""):
				t.Fatalf("%q, %v, want %s", text, problem, c.cause)
			case c.field != "" && problem.Fields[0].Name != c.field:
				t.Errorf("fields %+v, want %s first", problem.Fields, c.field)
			}
		})
	}
}

// The name and language are judged without knowing the template.
func TestCheckTemplate(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	for field, tpl := range map[string]*channel.Template{
		"template":           nil,
		"template.name":      {Name: "Order Update", Language: "en"},
		"template.language":  {Name: "order_update"},
		"template.header[0]": {Name: "order_update", Language: "en", Header: []channel.TemplateValue{{Type: "hologram", Text: "x"}}},
	} {
		problem := p.Check(channel.Outgoing{To: "34600111222", Kind: clearline.KindTemplate, Template: tpl})
		if problem == nil || problem.Fields[0].Name != field {
			t.Errorf("%s: %v", field, problem)
		}
	}
}
