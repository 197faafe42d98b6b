package meta

import "net/url"

// Ask is the query of Meta's handshake; see Handshake.
func Ask(verifyToken, challenge string) url.Values {
	return url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {verifyToken}}
}
