package sim

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// content is what a send shows on the phone.
type content struct {
	kind, text string
	media      *mediaItem
	link       string // of media to fetch before delivery
	choices    []choice
	replyTo    string
	template   bool
	broken     string // why the file fails after the send was accepted
	category   string // of the template
}

// Sizes of parts (reference limits.md 9).
const (
	maxText        = 4096
	maxCaption     = 1024
	maxBody        = 1024
	maxFooter      = 60
	maxButtonTitle = 20
	maxButtonID    = 256
	maxRowID       = 200
	maxRowTitle    = 24
	maxRowAbout    = 72
	maxRows        = 10
	maxCards       = 257
)

// length counts the way the platform most likely does: UTF-16 units
// (unconfirmed).
func length(text string) int { return len(utf16.Encode([]rune(text))) }

// readContent checks the object of the message's type. Needs the lock.
func (s *Sim) readContent(c *graphCall) (content, *graphError) {
	b := c.send
	out := content{kind: b.Type}
	if b.Type == "" {
		if b.Text == nil { // the platform takes text for the default
			return out, refuse(131008, 0, "The parameter type is required.")
		}
		out.kind = "text"
	}
	if b.Context != nil && !strings.HasPrefix(b.Context.MessageID, "wamid.") {
		return out, refuse(131009, 0, "context.message_id is not a message id.")
	}
	switch out.kind {
	case "text":
		if b.Text == nil || strings.TrimSpace(b.Text.Body) == "" {
			return out, refuse(131008, 0, "The parameter text.body is required.")
		}
		if length(b.Text.Body) > maxText {
			return out, refuse(100, 0, "text.body must be at most %d characters long.", maxText)
		}
		out.text = b.Text.Body
	case "image":
		return s.readMedia(c, out, b.Image)
	case "video":
		return s.readMedia(c, out, b.Video)
	case "audio":
		return s.readMedia(c, out, b.Audio)
	case "document":
		return s.readMedia(c, out, b.Document)
	case "sticker":
		return s.readMedia(c, out, b.Sticker)
	case "location":
		return readLocation(out, b.Location)
	case "contacts":
		return readCards(out, b.Contacts)
	case "reaction":
		return s.readReaction(c, out)
	case "interactive":
		return readInteractive(out, b.Interactive)
	case "template":
		return s.readTemplate(c, out)
	default:
		return out, refuse(131051, 0, "Message type %q is not supported.", out.kind)
	}
	return out, nil
}

// mediaRule is what a kind may hold when sent.
type mediaRule struct {
	mimes []string // nil: all
	bytes int
}

var mediaRules = map[string]mediaRule{
	"image":    {[]string{"image/jpeg", "image/png"}, 5 << 20},
	"video":    {[]string{"video/mp4", "video/3gpp"}, 16 << 20},
	"audio":    {[]string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, 16 << 20},
	"document": {nil, 100 << 20},
	"sticker":  {[]string{"image/webp"}, 500 << 10},
}

// checkMedia gives the reason why a file cannot be sent as kind, or "".
func checkMedia(kind string, item *mediaItem) string {
	rule, known := mediaRules[kind]
	if !known {
		return ""
	}
	mime := bareMime(item.mime)
	if rule.mimes != nil && !slices.Contains(rule.mimes, mime) {
		return fmt.Sprintf("%s cannot be sent as %s; supported: %s.", mime, kind, strings.Join(rule.mimes, ", "))
	}
	most := rule.bytes
	if kind == "sticker" && !movingWebP(item.bytes) {
		most = maxStillSticker
	}
	if len(item.bytes) > most {
		return fmt.Sprintf("The file has %d bytes; %s may have %d.", len(item.bytes), kind, most)
	}
	return ""
}

// maxStillSticker is for stickers that do not move; the rule has the other figure.
const maxStillSticker = 100 << 10

// movingWebP: the extended header's flags have the animation bit.
func movingWebP(b []byte) bool {
	return len(b) > 20 && string(b[8:16]) == "WEBPVP8X" && b[20]&2 != 0
}

// signatures are what the content of a type begins with, after so many bytes.
var signatures = map[string]struct {
	at   int
	text string
}{
	"image/jpeg": {0, "\xff\xd8\xff"}, "image/png": {0, "\x89PNG\r\n\x1a\n"}, "image/webp": {8, "WEBP"}, "audio/ogg": {0, "OggS"},
	"video/mp4": {4, "ftyp"}, "video/3gpp": {4, "ftyp"}, "audio/mp4": {4, "ftyp"}, "audio/amr": {0, "#!AMR"},
}

// checkContent gives the reason why a file is not what its type says, or "". The platform finds it out while it
// delivers, so the send was accepted by then (131053 by status).
func checkContent(kind string, item *mediaItem) string {
	mime := bareMime(item.mime)
	if sig, known := signatures[mime]; known && (len(item.bytes) < sig.at+len(sig.text) || string(item.bytes[sig.at:sig.at+len(sig.text)]) != sig.text) {
		return "The file's content is not " + mime + "."
	}
	// The identification header lies in the first page, after its one segment.
	if mime == "audio/ogg" && kind != "document" {
		head := item.bytes[min(28, len(item.bytes)):]
		if len(head) < 19 || string(head[:8]) != "OpusHead" || head[9] != 1 {
			return "audio/ogg must be Opus with one channel."
		}
	}
	return ""
}

func bareMime(mime string) string {
	bare, _, _ := strings.Cut(mime, ";")
	return strings.ToLower(strings.TrimSpace(bare))
}

// readMedia needs the lock.
func (s *Sim) readMedia(c *graphCall, out content, m *sendMedia) (content, *graphError) {
	if m == nil || m.ID == "" && m.Link == "" {
		return out, refuse(131008, 0, "The parameter %s with id or link is required.", out.kind)
	}
	if length(m.Caption) > maxCaption {
		return out, refuse(100, 0, "%s.caption must be at most %d characters long.", out.kind, maxCaption)
	}
	if m.Caption != "" && (out.kind == "audio" || out.kind == "sticker") {
		return out, refuse(100, 0, "%s takes no caption.", out.kind)
	}
	out.text = m.Caption
	if m.ID == "" {
		address, err := url.Parse(m.Link)
		if err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Host == "" {
			return out, refuse(131009, 0, "%s.link must be an http or https address.", out.kind)
		}
		out.link = m.Link
		return out, nil
	}
	item := s.media.get(m.ID, s.now())
	if item == nil || item.wabaID != c.number.waba.id {
		return out, refuse(131009, 2494102, "The media id %s is not known or has expired.", m.ID)
	}
	if details := checkMedia(out.kind, item); details != "" {
		return out, refuse(131053, 0, "%s", details)
	}
	if m.Voice && bareMime(item.mime) != "audio/ogg" {
		return out, refuse(131053, 0, "A voice message must be audio/ogg with the opus codec.")
	}
	if m.Voice {
		out.kind = "voice"
	}
	out.broken = checkContent(out.kind, item)
	shown := *item
	if m.Filename != "" {
		shown.name = m.Filename
	}
	out.media = &shown
	return out, nil
}

func readLocation(out content, l *sendLocation) (content, *graphError) {
	if l == nil || l.Latitude == "" || l.Longitude == "" {
		return out, refuse(131008, 0, "The parameters location.latitude and location.longitude are required.")
	}
	lat, err := l.Latitude.Float64()
	lon, err2 := l.Longitude.Float64()
	if err != nil || err2 != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180 {
		return out, refuse(131009, 0, "location.latitude and location.longitude must be degrees.")
	}
	out.text = strings.TrimSpace(l.Name + " " + l.Address)
	if out.text == "" {
		out.text = fmt.Sprintf("%.4f, %.4f", lat, lon)
	}
	return out, nil
}

func readCards(out content, cards []sendCard) (content, *graphError) {
	if len(cards) == 0 {
		return out, refuse(131008, 0, "The parameter contacts is required.")
	}
	if len(cards) > maxCards {
		return out, refuse(131009, 0, "contacts may hold at most %d cards.", maxCards)
	}
	var names []string
	for i, card := range cards {
		if card.Name["formatted_name"] == "" {
			return out, refuse(131008, 0, "The parameter contacts[%d].name.formatted_name is required.", i)
		}
		if len(card.Name) < 2 { // one more part is asked (field)
			return out, refuse(131008, 0, "contacts[%d].name needs one more part beside formatted_name.", i)
		}
		names = append(names, card.Name["formatted_name"])
	}
	out.text = strings.Join(names, ", ")
	return out, nil
}

// readReaction needs the lock.
func (s *Sim) readReaction(c *graphCall, out content) (content, *graphError) {
	r := c.send.Reaction
	if r == nil || r.MessageID == "" {
		return out, refuse(131008, 0, "The parameter reaction.message_id is required.")
	}
	target := s.messages.byID[r.MessageID]
	if target == nil || target.account != c.number.id || s.now().Sub(target.at) > oldestReference {
		return out, refuse(131009, 0, "reaction.message_id is not a message of the last 30 days.")
	}
	if strings.ContainsFunc(r.Emoji, func(c rune) bool { return c < 0x80 && c != '#' && c != '*' && (c < '0' || c > '9') }) {
		return out, refuse(131009, 0, "reaction.emoji must be one emoji.")
	}
	out.text, out.replyTo = r.Emoji, r.MessageID
	return out, nil
}

// maxLinked bounds what the twin loads for one linked file.
const maxLinked = 20 << 20

// readFetched takes the file out of the answer to a link.
func readFetched(answer *http.Response) (*mediaItem, error) {
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxLinked+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxLinked {
		return nil, fmt.Errorf("more than %d bytes", maxLinked)
	}
	mime := answer.Header.Get("Content-Type")
	if mime == "" {
		return nil, fmt.Errorf("no Content-Type")
	}
	return &mediaItem{id: newNumericID(), mime: mime, bytes: raw}, nil
}
