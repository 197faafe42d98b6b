package media

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameMax bounds a file's name, in characters. File systems take 255 bytes.
const nameMax = 120

// Name makes of what somebody called a file a name that is safe to show, to save under and to put into a header: no
// path, nothing that changes the direction of writing or cannot be seen, none of the characters that file systems
// refuse. It may be empty.
func Name(raw string) string {
	if i := strings.LastIndexAny(raw, `/\`); i >= 0 {
		raw = raw[i+1:]
	}
	raw = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200d' || r == '\u200c': // joiners that scripts and emoji need
			return r
		case r == utf8.RuneError, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, raw)
	raw = strings.Trim(strings.Join(strings.Fields(raw), " "), ". ")
	if utf8.RuneCountInString(raw) <= nameMax {
		return raw
	}
	ending := ""
	if dot := strings.LastIndexByte(raw, '.'); dot >= 0 && len(raw)-dot <= 12 {
		raw, ending = raw[:dot], raw[dot:]
	}
	runes := []rune(raw)
	return strings.TrimRight(string(runes[:min(len(runes), nameMax-utf8.RuneCountInString(ending))]), "\u200d ") + ending
}
