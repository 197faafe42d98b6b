package whatsapp

import "strings"

// Prefixes of identity keys. A group is a party of its own: a reply to its messages goes to the group.
const (
	keyPhone = "wa:"
	keyBSUID = "bsuid:"
	keyGroup = "group:"
)

// maxBSUID is the longest business-scoped user id. Source: Meta, WhatsApp,
// business-scoped-user-ids; read Sep 2026 (unconfirmed: an older draft says 256, newer pages 128 letters and
// digits).
const maxBSUID = 256

// digits tells whether s is a phone number as the platform writes it: 5 to 20 digits, no plus sign.
func digits(s string) bool {
	if len(s) < 5 || len(s) > 20 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// PhoneKey is the identity key of a phone number (digits with country code): one key for all ways in which
// three countries' mobile numbers are written. The number to send to stays the one that the platform gave.
//
//   - Brazil: mobile numbers have nine digits after the area code; WhatsApp leaves out the first one, a 9, for
//     many of them. Eight digits that begin with 6 to 9 are an old mobile number; 2 to 5 is a landline.
//   - Mexico: mobile numbers may have a 1 after the country code. No area code begins with 1.
//   - Argentina: mobile numbers have a 9 after the country code; area codes begin with 1, 2 or 3. The ten
//     digits after it belong to one line, so the form with and the one without the 9 cannot be two people.
//
// Source: Meta, WhatsApp, messages/send-messages (wa_id may differ from the input), and the countries' numbering
// plans; read Dec 2025.
func PhoneKey(number string) string {
	switch {
	case len(number) == 12 && strings.HasPrefix(number, "55") && number[2] != '0' && number[3] != '0' && number[4] >= '6':
		return keyPhone + number[:4] + "9" + number[4:]
	case len(number) == 13 && strings.HasPrefix(number, "521"):
		return keyPhone + "52" + number[3:]
	case len(number) == 12 && strings.HasPrefix(number, "54") && number[2] >= '1' && number[2] <= '3':
		return keyPhone + "549" + number[2:]
	}
	return keyPhone + number
}

// BSUIDKey is the identity key of a business-scoped user id, which is opaque and unique within a portfolio.
func BSUIDKey(id string) string { return keyBSUID + id }

// groupOf is the group's id when to names a group.
func groupOf(to string) (id string, ok bool) { return strings.CutPrefix(to, keyGroup) }
