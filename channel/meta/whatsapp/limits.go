package whatsapp

import (
	"time"

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
		{"code of a copy-code button (15 before 3 Dec 2025)", codeMax, "characters", documents + "templates/components", "2025-12"},
	}
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
		Deadline:      windowHours * time.Hour,
	}
}
