package whatsapp

import "strings"

// NumberKey is the identity key of a phone number as people write it; see channel.Numberer.
func (p *Platform) NumberKey(written string) (key string, ok bool) {
	plain := strings.TrimPrefix(strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "").Replace(strings.TrimSpace(written)), "+")
	plain = strings.TrimPrefix(plain, "00")
	if !digits(plain) {
		return "", false
	}
	return PhoneKey(plain), true
}
