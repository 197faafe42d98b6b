package sim

import "strings"

// country is what the twin knows of a land's numbers.
type country struct {
	iso, code string
	length    int // digits of a sample number after the code
	prefix    string
}

// sample makes a plausible number, as digits with the country code.
func (c country) sample(digits string) string {
	return c.code + c.prefix + digits[:c.length-len(c.prefix)]
}

// countryByISO holds the countries that sample people and accounts come from.
var countryByISO = map[string]country{
	"US": {"US", "1", 10, "555"},
	"BR": {"BR", "55", 10, "418"}, // region 41: the id carries no ninth digit
	"MX": {"MX", "521", 10, "55"},
	"AR": {"AR", "549", 10, "11"},
	"DE": {"DE", "49", 10, "151"},
	"FR": {"FR", "33", 9, "6"},
	"ES": {"ES", "34", 9, "6"},
	"IT": {"IT", "39", 10, "33"},
	"PT": {"PT", "351", 9, "91"},
	"GB": {"GB", "44", 10, "77"},
	"IN": {"IN", "91", 10, "98"},
	"ID": {"ID", "62", 10, "812"},
	"JP": {"JP", "81", 10, "90"},
	"EG": {"EG", "20", 10, "10"},
	"AE": {"AE", "971", 9, "50"},
	"NG": {"NG", "234", 10, "80"},
	"PL": {"PL", "48", 9, "60"},
	"TR": {"TR", "90", 10, "53"},
	"UA": {"UA", "380", 9, "67"},
	"IL": {"IL", "972", 9, "52"},
	"CN": {"CN", "86", 11, "130"},
	"TW": {"TW", "886", 9, "90"},
	"KR": {"KR", "82", 10, "10"},
	"TH": {"TH", "66", 9, "80"},
	"VN": {"VN", "84", 9, "90"},
	"NL": {"NL", "31", 9, "6"},
	"SE": {"SE", "46", 9, "70"},
	"IE": {"IE", "353", 9, "20"},
	"AU": {"AU", "61", 9, "49"},
}

// digitsOf strips what people write into numbers; ok is false when something
// else than digits, a leading plus, spaces, dots, dashes or brackets is there.
func digitsOf(input string) (digits string, ok bool) {
	var b strings.Builder
	for i, r := range input {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0, r == ' ', r == '-', r == '.', r == '(', r == ')':
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

// waVariants lists the ids under which WhatsApp may know a number: Brazil's
// mobiles with and without the ninth digit, Mexico's with and without the 1
// after 52, Argentina's with and without the 9 after 54. The first is the input.
func waVariants(digits string) []string {
	list := []string{digits}
	switch {
	case strings.HasPrefix(digits, "55") && len(digits) == 13 && digits[4] == '9':
		list = append(list, digits[:4]+digits[5:])
	case strings.HasPrefix(digits, "55") && len(digits) == 12 && digits[4] >= '6':
		list = append(list, digits[:4]+"9"+digits[4:])
	case strings.HasPrefix(digits, "521") && len(digits) == 13:
		list = append(list, "52"+digits[3:])
	case strings.HasPrefix(digits, "52") && len(digits) == 12:
		list = append(list, "521"+digits[2:])
	case strings.HasPrefix(digits, "549") && len(digits) == 13:
		list = append(list, "54"+digits[3:])
	case strings.HasPrefix(digits, "54") && len(digits) == 12:
		list = append(list, "549"+digits[2:])
	}
	return list
}
