// Package whatsapp speaks the dialect of the WhatsApp Cloud API: it reads webhooks, sends messages, lists
// templates, connects numbers, and knows what the platform's error numbers mean. It does no storing and no
// retrying; those live in ingest and dispatch.
package whatsapp

import (
	"net/http"
	"strings"

	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
	"github.com/clearline/clearline/clock"
)

// Options are what the platform needs from outside.
type Options struct {
	// GraphURL is the Graph API's base address without a version: https://graph.facebook.com, or a twin.
	GraphURL string
	// HTTP makes the calls; it comes from package egress, which bounds time and size.
	HTTP *http.Client
	// StatusURL is Meta's public status page (https://metastatus.com) or a twin; "" and "off" switch reading it off.
	StatusURL string
	// Clock times what is kept of the status page; nil means the machine's clock.
	Clock clock.Clock
	// ClosedCountries are the two letters of country rules that count though they are off by default; see CountryRules.
	ClosedCountries []string
}

// Platform is WhatsApp. It is safe for concurrent use.
type Platform struct {
	graph      *meta.Graph
	signatures meta.Signatures
	feed       *meta.Feed
	rules      []CountryRule
}

// New returns the platform.
func New(o Options) *Platform {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	return &Platform{
		graph: &meta.Graph{Base: strings.TrimRight(o.GraphURL, "/"), HTTP: o.HTTP},
		feed:  meta.NewFeed(o.StatusURL, o.HTTP, o.Clock, feedProducts...),
		rules: activeRules(o.ClosedCountries),
	}
}

var (
	_ channel.Webhook   = (*Platform)(nil)
	_ channel.Sender    = (*Platform)(nil)
	_ channel.Uploader  = (*Platform)(nil)
	_ channel.Reader    = (*Platform)(nil)
	_ channel.Templater = (*Platform)(nil)
	_ channel.Connector = (*Platform)(nil)
	_ channel.Fetcher   = (*Platform)(nil)
	_ channel.Explainer = (*Platform)(nil)
	_ channel.Reacher   = (*Platform)(nil)
	_ channel.Keeper    = (*Platform)(nil)
)

// Verify tells whether body was signed with secret; see channel.Webhook.
func (p *Platform) Verify(secret string, header http.Header, body []byte) bool {
	return p.signatures.Verify(secret, header, body)
}

// Handshake answers Meta's check of the address; see channel.Webhook.
func (p *Platform) Handshake(r *http.Request, tokenOK func(token string) bool) (challenge string, ok bool) {
	return meta.Handshake(r, tokenOK)
}
