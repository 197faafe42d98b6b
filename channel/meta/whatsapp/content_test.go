package whatsapp

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/sim"
)

const someone = "34600111222"

// everyKind is a good message of each kind that is not text.
func everyKind() []channel.Outgoing {
	file := func(kind clearline.Kind, mime, text string) channel.Outgoing {
		f := &channel.File{PlatformID: "4490", Kind: kind, MIME: mime, Name: "invoice.pdf", Bytes: 1000, Width: 512, Height: 512}
		return channel.Outgoing{To: someone, Kind: kind, Text: text, File: f, ReplyTo: "wamid.A", Ref: "r"}
	}
	return []channel.Outgoing{
		file(clearline.KindImage, "image/jpeg", "Look 🙂"), file(clearline.KindVideo, "video/mp4", "Look"), file(clearline.KindAudio, "audio/mpeg", ""),
		file(clearline.KindVoice, "audio/ogg", ""), file(clearline.KindDocument, "application/pdf", "Your invoice"), file(clearline.KindSticker, "image/webp", ""),
		{To: someone, Kind: clearline.KindLocation, Location: &channel.Location{Latitude: 52.52, Longitude: -13.4, Name: "Shop", Address: "Street 1"}, ReplyTo: "wamid.A"},
		{To: someone, Kind: clearline.KindContacts, Contacts: []channel.Card{{Name: "Noor van Haddad", Phones: []channel.CardPhone{{Phone: "+49 151", Type: "WORK"}}, Emails: []string{"noor@example.org"}, Organization: "Tea & Co"}, {Name: "Bo"}}},
		{To: someone, Kind: clearline.KindInteractive, Text: "Which?", Interactive: &channel.Interactive{Type: "button", Header: "Teas", Body: "Which?", Footer: "All fresh",
			Buttons: []channel.Choice{{ID: "a", Title: "Green"}, {ID: "b", Title: "Black"}}}},
		{To: someone, Kind: clearline.KindInteractive, Text: "Which?", Interactive: &channel.Interactive{Type: "list", Body: "Which?", Button: "See all",
			Sections: []channel.Section{{Title: "Green", Rows: []channel.Choice{{ID: "1", Title: "Sencha", Description: "light"}}}, {Title: "Black", Rows: []channel.Choice{{ID: "2", Title: "Assam"}}}}}},
		{To: someone, Kind: clearline.KindInteractive, Text: "Look", Interactive: &channel.Interactive{Type: "cta_url", Body: "Look", DisplayText: "Shop", URL: "https://example.org/?a=1&b=2"}},
		{To: someone, Kind: clearline.KindReaction, Text: "👩‍👩‍👧‍👦", ReplyTo: "wamid.A"},
		{To: someone, Kind: clearline.KindReaction, Text: "", ReplyTo: "wamid.A"},
		{To: someone, Kind: clearline.KindReaction, Text: "1️⃣", ReplyTo: "wamid.A"},
	}
}

// M1: what goes over the wire for each kind, in the platform's own words, which are also what is stored.
func TestContentBodies(t *testing.T) {
	t.Parallel()
	want := []string{
		`"type":"image","image":{"id":"4490","caption":"Look 🙂"}`, `"type":"video","video":{"id":"4490","caption":"Look"}`, `"type":"audio","audio":{"id":"4490"}`,
		`"type":"audio","audio":{"id":"4490","voice":true}`, `"type":"document","document":{"id":"4490","caption":"Your invoice","filename":"invoice.pdf"}`, `"type":"sticker","sticker":{"id":"4490"}`,
		`"type":"location","location":{"latitude":52.52,"longitude":-13.4,"name":"Shop","address":"Street 1"}`,
		`"type":"contacts","contacts":[{"name":{"formatted_name":"Noor van Haddad","first_name":"Noor"},"phones":[{"phone":"+49 151","type":"WORK"}],"emails":[{"email":"noor@example.org"}],"org":{"company":"Tea & Co"}},{"name":{"formatted_name":"Bo","first_name":"Bo"}}]`,
		`"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"Teas"},"body":{"text":"Which?"},"footer":{"text":"All fresh"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"Green"}},{"type":"reply","reply":{"id":"b","title":"Black"}}]}}`,
		`"type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},"action":{"button":"See all","sections":[{"title":"Green","rows":[{"id":"1","title":"Sencha","description":"light"}]},{"title":"Black","rows":[{"id":"2","title":"Assam"}]}]}}`,
		`"type":"interactive","interactive":{"type":"cta_url","body":{"text":"Look"},"action":{"name":"cta_url","parameters":{"display_text":"Shop","url":"https://example.org/?a=1&b=2"}}}`,
		`"type":"reaction","reaction":{"message_id":"wamid.A","emoji":"👩‍👩‍👧‍👦"}`, `"type":"reaction","reaction":{"message_id":"wamid.A","emoji":""}`, `"type":"reaction","reaction":{"message_id":"wamid.A","emoji":"1️⃣"}`,
	}
	for i, o := range everyKind() {
		p, g, _ := against(t, map[string]string{"POST " + messagesURI: acceptedBody})
		if _, err := p.Send(t.Context(), tester, o); err != nil {
			t.Fatalf("%s: %v", o.Kind, err)
		}
		body := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"` + someone + `",` + want[i]
		if o.ReplyTo != "" && o.Kind != clearline.KindReaction {
			body += `,"context":{"message_id":"wamid.A"}`
		}
		if o.Ref != "" {
			body += `,"biz_opaque_callback_data":"r"`
		}
		sameJSON(t, g.calls[0].body, body+"}")
		switch o.Kind {
		case clearline.KindLocation, clearline.KindContacts, clearline.KindInteractive:
			_, object, _ := strings.Cut(want[i], ",")
			sameJSON(t, string(p.Details(o)), "{"+object+"}")
		default:
			if d := p.Details(o); d != nil {
				t.Errorf("%s has the details %s", o.Kind, d)
			}
		}
	}
}

// I20, M1: each documented limit, at its edge and one beyond, with the field that breaks it.
func TestContentLimits(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	long := func(n int) string { return strings.Repeat("é", n) }
	kinds := everyKind()
	caption := func(n, length int) channel.Outgoing { o := kinds[n]; o.Text = long(length); return o }
	buttons := func(change func(*channel.Interactive)) channel.Outgoing {
		i := *kinds[8].Interactive
		i.Buttons = append([]channel.Choice{}, i.Buttons...)
		change(&i)
		return channel.Outgoing{To: someone, Kind: clearline.KindInteractive, Interactive: &i}
	}
	list := func(change func(*channel.Interactive)) channel.Outgoing {
		return buttons(func(i *channel.Interactive) {
			*i = channel.Interactive{Type: "list", Body: "?", Button: "See", Sections: []channel.Section{{Rows: []channel.Choice{{ID: "1", Title: "One"}}}}}
			change(i)
		})
	}
	link := func(text, url string) channel.Outgoing {
		return buttons(func(i *channel.Interactive) {
			*i = channel.Interactive{Type: "cta_url", Body: "?", DisplayText: text, URL: url}
		})
	}
	rows := func(n int) []channel.Choice {
		all := make([]channel.Choice, n)
		for i := range all {
			all[i] = channel.Choice{ID: long(i + 1), Title: "x"}
		}
		return all
	}
	place := func(lat, lon float64) channel.Outgoing {
		return channel.Outgoing{To: someone, Kind: clearline.KindLocation, Location: &channel.Location{Latitude: lat, Longitude: lon}}
	}
	cards := func(all ...channel.Card) channel.Outgoing {
		return channel.Outgoing{To: someone, Kind: clearline.KindContacts, Contacts: all}
	}
	react := func(emoji string) channel.Outgoing {
		return channel.Outgoing{To: someone, Kind: clearline.KindReaction, Text: emoji, ReplyTo: "wamid.A"}
	}
	header := func(link string) channel.Outgoing {
		return channel.Outgoing{To: someone, Kind: clearline.KindTemplate, Template: &channel.Template{Name: "p", Language: "en", Header: []channel.TemplateValue{{Type: "image", Link: link}}}}
	}
	nan := 0.0
	nan /= nan
	for name, c := range map[string]struct {
		good, bad channel.Outgoing
		field     string
	}{
		"caption":             {caption(0, 1024), caption(0, 1025), "text"},
		"caption of a sound":  {caption(2, 0), caption(2, 1), "text"},
		"caption of a voice":  {caption(3, 0), caption(3, 1), "text"},
		"caption of sticker":  {caption(5, 0), caption(5, 1), "text"},
		"latitude":            {place(-90, 180), place(-90.1, 0), "location.latitude"},
		"longitude":           {place(90, -180), place(0, 180.1), "location.longitude"},
		"no number":           {place(0, 0), place(nan, 0), "location.latitude"},
		"no place":            {place(0, 0), channel.Outgoing{To: someone, Kind: clearline.KindLocation}, "location"},
		"cards":               {cards(make257()...), cards(append(make257(), channel.Card{Name: "x"})...), "contacts"},
		"no cards":            {cards(channel.Card{Name: "x"}), cards(), "contacts"},
		"card's name":         {cards(channel.Card{Name: "x"}), cards(channel.Card{Name: "x"}, channel.Card{Name: " "}), "contacts[1].name"},
		"card's phone":        {cards(channel.Card{Name: "x", Phones: []channel.CardPhone{{Phone: "1"}}}), cards(channel.Card{Name: "x", Phones: []channel.CardPhone{{Phone: "one"}}}), "contacts[0].phones[0].phone"},
		"card's mail":         {cards(channel.Card{Name: "x", Emails: []string{"a@b"}}), cards(channel.Card{Name: "x", Emails: []string{"a@b", "ab"}}), "contacts[0].emails[1].email"},
		"body of buttons":     {buttons(func(i *channel.Interactive) { i.Body = long(1024) }), buttons(func(i *channel.Interactive) { i.Body = long(1025) }), "interactive.body"},
		"no body":             {buttons(func(*channel.Interactive) {}), buttons(func(i *channel.Interactive) { i.Body = " " }), "interactive.body"},
		"body of a list":      {list(func(i *channel.Interactive) { i.Body = long(4096) }), list(func(i *channel.Interactive) { i.Body = long(4097) }), "interactive.body"},
		"header":              {buttons(func(i *channel.Interactive) { i.Header = long(60) }), buttons(func(i *channel.Interactive) { i.Header = long(61) }), "interactive.header"},
		"footer":              {buttons(func(i *channel.Interactive) { i.Footer = long(60) }), buttons(func(i *channel.Interactive) { i.Footer = long(61) }), "interactive.footer"},
		"buttons":             {buttons(func(i *channel.Interactive) { i.Buttons = append(i.Buttons, channel.Choice{ID: "c", Title: "c"}) }), buttons(func(i *channel.Interactive) { i.Buttons = rows(4) }), "interactive.buttons"},
		"no buttons":          {buttons(func(*channel.Interactive) {}), buttons(func(i *channel.Interactive) { i.Buttons = nil }), "interactive.buttons"},
		"title of a button":   {buttons(func(i *channel.Interactive) { i.Buttons[1].Title = long(20) }), buttons(func(i *channel.Interactive) { i.Buttons[1].Title = long(21) }), "interactive.buttons[1].title"},
		"id of a button":      {buttons(func(i *channel.Interactive) { i.Buttons[0].ID = long(256) }), buttons(func(i *channel.Interactive) { i.Buttons[0].ID = long(257) }), "interactive.buttons[0].id"},
		"same ids":            {buttons(func(*channel.Interactive) {}), buttons(func(i *channel.Interactive) { i.Buttons[1].ID = "a" }), "interactive.buttons[1].id"},
		"same titles":         {buttons(func(*channel.Interactive) {}), buttons(func(i *channel.Interactive) { i.Buttons[1].Title = "Green" }), "interactive.buttons[1].title"},
		"list's button":       {list(func(i *channel.Interactive) { i.Button = long(20) }), list(func(i *channel.Interactive) { i.Button = long(21) }), "interactive.button"},
		"rows":                {list(func(i *channel.Interactive) { i.Sections[0].Rows = rows(10) }), list(func(i *channel.Interactive) { i.Sections[0].Rows = rows(11) }), "interactive.sections"},
		"empty section":       {list(func(*channel.Interactive) {}), list(func(i *channel.Interactive) { i.Sections[0].Rows = nil }), "interactive.sections[0].rows"},
		"no sections":         {list(func(*channel.Interactive) {}), list(func(i *channel.Interactive) { i.Sections = nil }), "interactive.sections"},
		"title of a section":  {list(func(i *channel.Interactive) { i.Sections[0].Title = long(24) }), list(func(i *channel.Interactive) { i.Sections[0].Title = long(25) }), "interactive.sections[0].title"},
		"untitled of several": {list(func(*channel.Interactive) {}), list(func(i *channel.Interactive) { i.Sections = append(i.Sections, i.Sections[0]) }), "interactive.sections[0].title"},
		"title of a row":      {list(func(i *channel.Interactive) { i.Sections[0].Rows[0].Title = long(24) }), list(func(i *channel.Interactive) { i.Sections[0].Rows[0].Title = long(25) }), "interactive.sections[0].rows[0].title"},
		"id of a row":         {list(func(i *channel.Interactive) { i.Sections[0].Rows[0].ID = long(200) }), list(func(i *channel.Interactive) { i.Sections[0].Rows[0].ID = long(201) }), "interactive.sections[0].rows[0].id"},
		"about a row":         {list(func(i *channel.Interactive) { i.Sections[0].Rows[0].Description = long(72) }), list(func(i *channel.Interactive) { i.Sections[0].Rows[0].Description = long(73) }), "interactive.sections[0].rows[0].description"},
		"same rows":           {list(func(i *channel.Interactive) { i.Sections[0].Rows = rows(2) }), list(func(i *channel.Interactive) { i.Sections[0].Rows = append(rows(1), rows(1)...) }), "interactive.sections[0].rows[1].id"},
		"text of a link":      {link(long(20), "http://a.example"), link(long(21), "http://a.example"), "interactive.display_text"},
		"address of a link":   {link("x", "https://a.example/?q=%20"), link("x", "javascript:alert(1)"), "interactive.url"},
		"half an address":     {link("x", "https://a.example"), link("x", "https:///x"), "interactive.url"},
		"kind of interactive": {link("x", "https://a.example"), buttons(func(i *channel.Interactive) { i.Type = "flow" }), "interactive.type"},
		"file of a template":  {header("https://x.example/a.jpg"), header("javascript:alert(1)"), "template.header[0]"},
		"place of a template": {header("https://x.example/a.jpg"), header("file:///etc/passwd"), "template.header[0]"},
		"word for an emoji":   {react("❤️"), react("ok"), "reaction.emoji"},
		"emoji with a word":   {react("🇩🇪"), react("👍x"), "reaction.emoji"},
		"digit for an emoji":  {react("*️⃣"), react("7"), "reaction.emoji"},
		"many emoji":          {react("👍"), react(strings.Repeat("👍", 17)), "reaction.emoji"},
	} {
		if problem := p.Check(c.good); problem != nil {
			t.Errorf("%s: a good one is refused: %v", name, problem)
		}
		problem := p.Check(c.bad)
		if problem == nil || len(problem.Fields) != 1 || problem.Fields[0].Name != c.field || problem.Fields[0].Reason == "" {
			t.Errorf("%s: %+v, want a problem with %s", name, problem, c.field)
		}
	}
}

func make257() (all []channel.Card) {
	for range 257 {
		all = append(all, channel.Card{Name: "x"})
	}
	return all
}

// M1, X5: the twin, whose wire types were written apart from ours, takes each kind as it was meant.
func TestTwinTakesEveryKind(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	ana := tw.person("Ana", someone)
	first := tw.writes(ana, sim.PersonMessage{Text: "hi"}).Message
	ogg := "OggS" + strings.Repeat("\x00", 24) + "OpusHead\x01\x01" + strings.Repeat("\x00", 9)
	bytesOf := map[string]string{"image/jpeg": "\xff\xd8\xff\xe0", "video/mp4": "\x00\x00\x00\x18ftypmp42", "audio/mpeg": "ID3", "audio/ogg": ogg, "application/pdf": "%PDF-1.7", "image/webp": "RIFF\x00\x00\x00\x00WEBPVP8 "}
	for _, o := range everyKind() {
		if o.ReplyTo != "" {
			o.ReplyTo = first.PlatformID
		}
		if o.File != nil {
			content := bytesOf[o.File.MIME]
			f := *o.File
			f.Bytes, f.Open = int64(len(content)), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
			up, err := tw.leaf.Upload(t.Context(), tw.account, f)
			if err != nil {
				t.Fatalf("%s: %v", o.Kind, err)
			}
			f.PlatformID, o.File = up.PlatformID, &f
		}
		got, err := tw.leaf.Send(t.Context(), tw.account, o)
		if err != nil {
			t.Errorf("%s: %v", o.Kind, err)
			continue
		}
		s := tw.next(func(e *channel.Element) bool { return e.Status != nil && e.Status.PlatformID == got.PlatformID }).Status
		if s.Report.Status != clearline.Sent {
			t.Errorf("%s: %+v", o.Kind, s.Report)
		}
	}
	// An id that is forgotten is told from other refusals: the file may be handed over again.
	o := everyKind()[0]
	o.ReplyTo = ""
	_, err := tw.leaf.Send(t.Context(), tw.account, o)
	if e := channeltest.SendError(t, err); !e.FileGone || e.Fate != clearline.Stop {
		t.Errorf("%+v", e)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tw.leaf.Upload(ctx, tw.account, channel.File{MIME: "image/png", Bytes: 1, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("x")), nil }}); channeltest.SendError(t, err).Fate != clearline.Again {
		t.Errorf("given up: %v", err)
	}
}
