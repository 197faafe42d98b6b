package whatsapp

import (
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Figure is one of the platform's fixed figures with where and when it was read.
type Figure struct {
	Name   string
	Value  int
	Unit   string
	Source string
	Read   string
}

// Meta's documentation lives below this address.
const documents = "https://developers.facebook.com/documentation/business-messaging/whatsapp/"

// The fixed figures. They change without notice; the tests demand a source and a date for each.
const (
	perSecond        = 80
	perSecondHigh    = 1000
	perSecondCoexist = 20
	pairSeconds      = 6
	pairBurst        = 45
	windowHours      = 24
	textMax          = 4096
	refMax           = 512
	templateNameMax  = 512
	headerMax        = 60
	bodyMax          = 1024
	codeMax          = 20
	captionMax       = 1024
	listBodyMax      = 4096
	buttonsMax       = 3
	buttonMax        = 20
	buttonIDMax      = 256
	sectionsMax      = 10
	rowsMax          = 10
	rowTitleMax      = 24
	rowIDMax         = 200
	rowAboutMax      = 72
	cardsMax         = 257
	reactDays        = 30
	stickerPixels    = 512
	stickerBytes     = 100 << 10
	movingBytes      = 500 << 10
	imageBytes       = 5 << 20
	filmBytes        = 16 << 20
	documentBytes    = 100 << 20
	keptDays         = 30
	keptCodeMinutes  = 10
	// emojiMax bounds the code points of one emoji: the longest in use, a family or a flag of a region, have about ten.
	emojiMax = 16
)

// Figures lists the figures used here.
func Figures() []Figure {
	return []Figure{
		{"throughput of a number, in and out together", perSecond, "messages/s", documents + "throughput", "2026-09"},
		{"throughput of an upgraded number", perSecondHigh, "messages/s", documents + "throughput", "2026-09"},
		{"throughput of a number shared with the phone app", perSecondCoexist, "messages/s", documents + "embedded-signup", "2025-12"},
		{"pause between messages to one person", pairSeconds, "s", documents + "throughput", "2026-09"},
		{"burst to one person, borrowed from the future", pairBurst, "messages", documents + "throughput", "2026-09"},
		{"free replies after a person's message", windowHours, "h", documents + "messages/send-messages", "2026-09"},
		{"text body", textMax, "characters", documents + "messages/text-messages", "2025-12"},
		{"callback data (unconfirmed)", refMax, "characters", documents + "webhooks/reference", "2025-12"},
		{"name of a template", templateNameMax, "characters", documents + "templates", "2025-12"},
		{"filled header of a template", headerMax, "characters", documents + "templates/components", "2025-12"},
		{"filled body of a template", bodyMax, "characters", documents + "templates/components", "2025-12"},
		{"caption of a file", captionMax, "characters", documents + "messages/image-messages", "2025-12"},
		{"body of a list", listBodyMax, "characters", documents + "messages/interactive-list-messages", "2025-12"},
		{"reply buttons", buttonsMax, "buttons", documents + "messages/interactive-reply-buttons-messages", "2025-12"},
		{"title of a reply button, a list's button or a link's button", buttonMax, "characters", documents + "messages/interactive-reply-buttons-messages", "2025-12"},
		{"id of a reply button", buttonIDMax, "characters", documents + "messages/interactive-reply-buttons-messages", "2025-12"},
		{"sections of a list", sectionsMax, "sections", documents + "messages/interactive-list-messages", "2025-12"},
		{"rows of a list in all", rowsMax, "rows", documents + "messages/interactive-list-messages", "2025-12"},
		{"title of a row or a section", rowTitleMax, "characters", documents + "messages/interactive-list-messages", "2025-12"},
		{"id of a row", rowIDMax, "characters", documents + "messages/interactive-list-messages", "2025-12"},
		{"description of a row", rowAboutMax, "characters", documents + "messages/interactive-list-messages", "2025-12"},
		{"contact cards in a message", cardsMax, "cards", documents + "messages/contacts-messages", "2025-12"},
		{"how long an undelivered message is kept", keptDays, "days", documents + "messages/send-messages", "2026-09"},
		{"how long an undelivered authentication template is kept", keptCodeMinutes, "min", documents + "templates/time-to-live", "2026-09"},
		{"age of a message reacted to", reactDays, "days", documents + "messages/reaction-messages", "2025-12"},
		{"side of a sticker", stickerPixels, "pixels", documents + "messages/sticker-messages", "2025-12"},
		{"sticker that does not move", stickerBytes, "bytes", documents + "business-phone-numbers/media", "2025-12"},
		{"sticker that moves", movingBytes, "bytes", documents + "business-phone-numbers/media", "2025-12"},
		{"image", imageBytes, "bytes", documents + "business-phone-numbers/media", "2025-12"},
		{"video or audio", filmBytes, "bytes", documents + "business-phone-numbers/media", "2025-12"},
		{"document, and any file handed over", documentBytes, "bytes", documents + "business-phone-numbers/media", "2025-12"},
		{"about text of a profile", aboutMax, "characters", documents + "business-profiles", "2025-12"},
		{"address, description and website of a profile", textLineMax, "characters", documents + "business-profiles", "2025-12"},
		{"e-mail address of a profile", emailMax, "characters", documents + "business-profiles", "2025-12"},
		{"websites of a profile", sitesMax, "addresses", documents + "business-profiles", "2025-12"},
		{"text of a message link", linkTextMax, "characters", documents + "qr-codes", "2025-12"},
		{"display name, at least", nameMin, "characters", documents + "display-names", "2025-12"},
		{"display name, at most", nameMax, "characters", documents + "display-names", "2025-12"},
		{"address set for an account or a number", overrideMax, "characters", documents + "webhooks/override", "2026-06"},
		{"code of a copy-code button (15 before 3 Dec 2025)", codeMax, "characters", documents + "templates/components", "2025-12"},
	}
}

// fileLimits are what each kind may be. Documents of other types than those listed are taken in practice, though not
// promised (field). Source: Meta, WhatsApp, business-phone-numbers/media; read Dec 2025.
var fileLimits = []channel.FileLimit{
	{Kind: clearline.KindImage, MIMEs: []string{"image/jpeg", "image/png"}, MaxBytes: imageBytes},
	{Kind: clearline.KindVideo, MIMEs: []string{"video/mp4", "video/3gpp"}, MaxBytes: filmBytes},
	{Kind: clearline.KindAudio, MIMEs: []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, MaxBytes: filmBytes},
	{Kind: clearline.KindVoice, MIMEs: []string{"audio/ogg"}, MaxBytes: filmBytes},
	{Kind: clearline.KindDocument, MaxBytes: documentBytes},
	{Kind: clearline.KindSticker, MIMEs: []string{"image/webp"}, MaxBytes: stickerBytes, MaxAnimatedBytes: movingBytes, Width: stickerPixels, Height: stickerPixels},
}

// KeptFor is for how long an undelivered message is kept; see channel.Keeper. A life that a template was given by itself
// (its time to live) is not in what the platform lists.
func (p *Platform) KeptFor(t *channel.TemplateInfo) time.Duration {
	if t != nil && t.Category == "AUTHENTICATION" {
		return keptCodeMinutes * time.Minute
	}
	return keptDays * 24 * time.Hour
}

// Limits are the platform's fixed figures for a number that was not upgraded; see channel.Sender.
func (p *Platform) Limits() channel.Limits {
	return channel.Limits{
		PerSecond:     perSecond,
		CountsInbound: true,
		PairEvery:     pairSeconds * time.Second,
		PairBurst:     pairBurst,
		Window:        windowHours * time.Hour,
		TextMax:       textMax,
		CaptionMax:    captionMax,
		ReactWithin:   reactDays * 24 * time.Hour,
		Files:         fileLimits,
		Deadline:      windowHours * time.Hour,
	}
}
