package app

import (
	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta/whatsapp"
)

// Explainers are the platforms' catalogues of error numbers. They need neither a database nor a running server.
func Explainers() map[clearline.Platform]channel.Explainer {
	return map[clearline.Platform]channel.Explainer{clearline.WhatsApp: whatsapp.New(whatsapp.Options{})}
}
