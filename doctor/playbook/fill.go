package playbook

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Placeholder is a word in braces that a page may hold.
type Placeholder struct {
	Name, Means string
	// StandIn is what is read where the value is not known. "" means that the sentence is left out then.
	StandIn string
}

// Placeholders is the fixed list.
var Placeholders = []Placeholder{
	{"product", "this program's name", "Clearline"},
	{"platform", "the platform's name", "the platform"},
	{"name", "the person's name", "this person"},
	{"account", "the connection's name", "this account"},
	{"number", "the business's number", "this number"},
	{"window", "how long the reply window is", "24 hours"},
	{"code", "the platform's code, with its subcode", ""},
	{"waiting", "how many replies wait, with the verb: “1 reply is”, “3 replies are”", ""},
	{"since", "since when it is so", ""},
	{"found", "what was found: an address, a list", ""},
	{"expected", "what should have been there", ""},
	{"reason", "the platform's own words", ""},
	{"attempts", "how many attempts were counted here", ""},
	{"next_try", "when it is tried again", ""},
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// Values are values for placeholders.
type Values map[string]string

// Fill puts values into a text. Where one is missing its stand-in is read; without a stand-in the whole sentence is
// left out.
func Fill(text string, values Values) string {
	var kept []string
	for _, s := range sentences(text) {
		if filled, ok := fill(s, values); ok {
			kept = append(kept, filled)
		}
	}
	return strings.Join(kept, " ")
}

func fill(sentence string, values Values) (filled string, ok bool) {
	ok = true
	filled = placeholder.ReplaceAllStringFunc(sentence, func(found string) string {
		name := found[1 : len(found)-1]
		if v := values[name]; v != "" {
			return v
		}
		for _, p := range Placeholders {
			if p.Name == name && p.StandIn != "" {
				return p.StandIn
			}
		}
		ok = false
		return ""
	})
	if strings.HasPrefix(sentence, "{") {
		filled = capital(filled)
	}
	return filled, ok
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// sentences cuts a text behind each full stop or question mark that a space follows.
func sentences(text string) (all []string) {
	for text = strings.TrimSpace(text); text != ""; {
		end := len(text)
		for i := 0; i+1 < len(text); i++ {
			if (text[i] == '.' || text[i] == '?') && text[i+1] == ' ' {
				end = i + 1
				break
			}
		}
		all = append(all, text[:end])
		text = strings.TrimSpace(text[end:])
	}
	return all
}
