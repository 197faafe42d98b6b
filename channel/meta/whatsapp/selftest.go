package whatsapp

import (
	"net/http"
	"net/url"

	"github.com/clearline/clearline/channel/meta"
)

// Ask is the query of Meta's handshake; see channel.SelfTester.
func (p *Platform) Ask(verifyToken, challenge string) url.Values {
	return meta.Ask(verifyToken, challenge)
}

// Sign is the header that Meta sends with a body; see channel.SelfTester.
func (p *Platform) Sign(secret string, body []byte) http.Header {
	return http.Header{meta.SignatureHeader: {meta.Sign(secret, body)}, "Content-Type": {"application/json"}}
}
