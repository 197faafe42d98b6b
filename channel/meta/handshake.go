package meta

import "net/http"

// maxChallenge bounds what a handshake echoes. Meta's challenges are about ten digits.
const maxChallenge = 256

// Handshake answers Meta's check of a webhook address:
// GET …?hub.mode=subscribe&hub.challenge=…&hub.verify_token=…
// The challenge is the whole body of the answer, as text/plain. An empty token is never right.
// Source: Meta, WhatsApp, webhooks/create-webhook-endpoint, "Verification requests"; read Nov 2025.
func Handshake(r *http.Request, tokenOK func(token string) bool) (challenge string, ok bool) {
	if r.Method != http.MethodGet {
		return "", false
	}
	q := r.URL.Query()
	token := q.Get("hub.verify_token")
	challenge = q.Get("hub.challenge")
	if q.Get("hub.mode") != "subscribe" || token == "" || challenge == "" || len(challenge) > maxChallenge {
		return "", false
	}
	if !tokenOK(token) {
		return "", false
	}
	return challenge, true
}
