package search

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// searchable are the names under which platforms put what people read into the details of a message: contact
// cards, places, buttons and lists, orders. Everything else in there are ids and settings.
var searchable = []string{"name", "address", "formatted_name", "phone", "email", "company", "title", "body", "text", "description",
	"footer", "header", "display_text", "caption", "filename", "headline"}

const (
	// maxDetails bounds how many texts of one message's details are searched.
	maxDetails = 64
	// maxDepth bounds how deep they are looked for.
	maxDepth = 12
)

// texts are what a message is found by: what it says, its details and the names of its files, apart from each other.
func texts(text, details string, files []string) []string {
	var all []string
	if text != "" {
		all = append(all, text)
	}
	if details != "" && details != "{}" {
		var v any
		if json.Unmarshal([]byte(details), &v) == nil {
			all = detail(v, "", 0, all)
		}
	}
	return append(all, files...)
}

func detail(v any, name string, depth int, all []string) []string {
	if depth > maxDepth || len(all) > maxDetails {
		return all
	}
	switch v := v.(type) {
	case string:
		if v != "" && slices.Contains(searchable, name) && !slices.Contains(all, v) {
			return append(all, v)
		}
	case []any:
		for _, item := range v {
			all = detail(item, name, depth+1, all)
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			all = detail(v[n], n, depth+1, all)
		}
	}
	return all
}

// names are what a person is found by.
func names(p *store.SearchPerson) []string {
	all := []string{p.Name}
	for _, n := range []string{p.Shown, p.SendTo} {
		if n != "" && strings.TrimLeft(n, "+@") != strings.TrimLeft(all[len(all)-1], "+@") {
			all = append(all, n)
		}
	}
	return all
}

// Tokens of what a message is, beside those of what it says. They start with a byte that no text folds to.
const markByte = 1

func mark(kind byte, value string) []byte { return append([]byte{markByte, kind}, value...) }

func markID(kind byte, id clearline.ID) []byte {
	b := []byte{markByte, kind, 0, 0, 0, 0, 0, 0, 0, 0}
	for i := range 8 {
		b[9-i] = byte(id >> (8 * i))
	}
	return b
}

const (
	markConversation = 'c'
	markConnection   = 'k'
	markDirection    = 'd'
	markAuthor       = 'a'
	markHas          = 'h'
)

// contents are what has: finds, by kind of message.
var contents = map[clearline.Kind][]string{
	clearline.KindImage:    {"file", "image"},
	clearline.KindVideo:    {"file", "video"},
	clearline.KindAudio:    {"file", "voice"},
	clearline.KindVoice:    {"file", "voice"},
	clearline.KindDocument: {"file"},
	clearline.KindLocation: {"location"},
	clearline.KindContacts: {"contact"},
}

// marks are the tokens of what a message is.
func marks(m *store.SearchSource, emit func([]byte)) {
	emit(markID(markConversation, m.ConversationID))
	emit(markID(markConnection, m.ConnectionID))
	emit(mark(markDirection, string(m.Direction)))
	if m.AuthorID != 0 {
		emit(markID(markAuthor, m.AuthorID))
	}
	for _, has := range contents[m.Kind] {
		emit(mark(markHas, has))
	}
}
