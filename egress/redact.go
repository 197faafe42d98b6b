package egress

import (
	"bytes"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What is kept whole is named; everything else is shortened. So a field that a platform adds tomorrow cannot
// carry a person's words into a record.
var (
	// wholeKeys are the keys of JSON strings that name things of the platform, never of a person.
	wholeKeys = words("type", "messaging_product", "recipient_type", "id", "message_id", "fbtrace_id", "status", "message_status",
		"biz_opaque_callback_data", "code", "sub_type", "index", "language", "policy", "category", "error_code", "field", "object",
		"error_subcode", "platform_type", "quality_rating", "level", "is_transient", "format", "file_size", "mime_type", "phone_number_id", "waba_id")
	// sentenceKeys are sentences of the platform about an error; only long numbers in them are shortened.
	sentenceKeys = words("message", "details", "error_user_title", "error_user_msg", "title", "error_data", "description")
	// wholeQuery are the parameters of addresses that hold no secret.
	wholeQuery = words("fields", "limit", "phone_number_id", "name", "status", "grant_type")
)

func words(list ...string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[w] = true
	}
	return set
}

// textual tells whether a body of that type is worth keeping: a file's bytes are not.
func textual(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	switch strings.TrimSpace(strings.ToLower(kind)) {
	case "", "application/json", "application/problem+json", "text/javascript", "text/html", "text/plain",
		"application/x-www-form-urlencoded":
		return true
	}
	return false
}

// redactURL keeps the path, and of the query only what is known to be harmless. A path may hold a bot's
// token: a segment with a colon in it is taken out.
func redactURL(u *url.URL) string {
	var b strings.Builder
	b.WriteString(u.Scheme + "://" + u.Host)
	for i, part := range strings.Split(u.EscapedPath(), "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		if strings.Contains(part, ":") || strings.Contains(strings.ToLower(part), "%3a") {
			part = "…"
		}
		b.WriteString(part)
	}
	separator := byte('?')
	for _, pair := range strings.Split(u.RawQuery, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key == "" {
			continue
		}
		if !wholeQuery[key] {
			value = "…"
		}
		b.WriteByte(separator)
		b.WriteString(key + "=" + value)
		separator = '&'
	}
	return b.String()
}

// redactBody shortens what is personal in a body that may be cut off in the middle.
func redactBody(contentType string, text []byte) string {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return ""
	}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		return redactJSON(trimmed)
	}
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		return "…"
	}
	// An error page of a gateway: its first line tells which.
	return maskNumbers(clip(strings.ToValidUTF8(string(trimmed), "\ufffd"), 300))
}

func redactText(err error) string {
	return maskNumbers(clip(err.Error(), 300))
}

// withoutAddress strips what net/url puts in front of an error: addresses may hold secrets.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// redactJSON copies JSON and replaces strings by their redacted form. It works on the tokens, so that a body
// cut off in the middle is redacted like a whole one; an unfinished string at the end is left out. Long numbers
// outside of strings are shortened too.
func redactJSON(text []byte) string {
	var b strings.Builder
	b.Grow(len(text))
	key := ""
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"':
			end := closing(text, i)
			if end < 0 {
				b.WriteString(`"…`)
				return b.String()
			}
			inside := string(text[i+1 : end])
			i = end + 1
			if rest := bytes.TrimLeft(text[i:], " \t\r\n"); len(rest) > 0 && rest[0] == ':' {
				key = inside
				b.WriteString(`"` + inside + `"`)
				continue
			}
			b.WriteString(`"` + redactString(key, inside) + `"`)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case c >= '0' && c <= '9':
			start := i
			for i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
			number := string(text[start:i])
			if !wholeKeys[key] {
				number = maskNumbers(number)
			}
			b.WriteString(number)
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// closing is the place of the quote that ends the string beginning at text[i], -1 when it is not there.
func closing(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// redactString shortens one string, still escaped as it was in the text.
func redactString(key, s string) string {
	const whole = 160
	s = strings.ToValidUTF8(s, "\ufffd")
	switch {
	case secret(key):
		return "…"
	case wholeKeys[key] && len(s) <= whole:
		return s
	case sentenceKeys[key]:
		return maskNumbers(s)
	case s == "":
		return s
	case phone(s):
		return maskNumbers(s)
	}
	// Escapes would be cut in the middle; the length alone says enough then.
	start := ""
	if !strings.Contains(s, `\`) && utf8.RuneCountInString(s) > 8 {
		start = clipRunes(s, 2)
	}
	return start + "…(" + strconv.Itoa(utf8.RuneCountInString(s)) + ")"
}

// secret tells whether a key names a credential.
func secret(key string) bool {
	key = strings.ToLower(key)
	for _, word := range [...]string{"token", "secret", "proof", "password", "pin", "key"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}

func phone(s string) bool {
	s = strings.TrimPrefix(s, "+")
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) >= 7
}

// maskNumbers replaces the inner digits of every run of seven or more by one mark: 5511987654321 becomes
// 55…4321, enough for a person to recognise a number that they know.
func maskNumbers(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		switch n := i - start; {
		case n >= 7:
			b.WriteString(s[start:start+2] + "…" + s[i-min(4, n-5):i])
		case n > 0:
			b.WriteString(s[start:i])
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

// clip shortens s to at most n bytes without cutting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

func clipRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
