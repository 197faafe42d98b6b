package sim

import (
	"slices"
	"strconv"
	"strings"
)

// field is one name of ?fields=, with the names asked of what it leads to.
type field struct {
	name   string
	within []field
}

// parseFields reads Graph's field expansion: a,b{c,d},e.limit(5){f}. Modifiers
// in brackets are read over. ok is false when braces do not match.
func parseFields(text string) (list []field, ok bool) {
	list, rest, ok := readFields(text)
	return list, ok && rest == ""
}

func readFields(text string) (list []field, rest string, ok bool) {
	for {
		end := strings.IndexAny(text, ",{}")
		if end < 0 {
			end = len(text)
		}
		name, _, _ := strings.Cut(text[:end], ".")
		f := field{name: strings.TrimSpace(name)}
		text = text[end:]
		if strings.HasPrefix(text, "{") {
			var inner string
			f.within, inner, ok = readFields(text[1:])
			if !ok || !strings.HasPrefix(inner, "}") {
				return nil, "", false
			}
			text = strings.TrimLeft(inner[1:], " ")
		}
		if f.name != "" {
			list = append(list, f)
		}
		if !strings.HasPrefix(text, ",") {
			return list, text, true
		}
		text = text[1:]
	}
}

// selectFields gives the asked fields of a node, or its default ones. Asking for
// one it does not have is code 100.
func (s *Sim) selectFields(c *graphCall, node map[string]any, defaults []string) (any, *graphError) {
	fields, refused := c.fields(defaults)
	if refused != nil {
		return nil, refused
	}
	return choose(node, fields)
}

func (c *graphCall) fields(defaults []string) ([]field, *graphError) {
	text := c.params.Get("fields")
	if text == "" {
		text = strings.Join(defaults, ",")
	}
	fields, ok := parseFields(text)
	if !ok {
		return nil, refuse(100, 0, "Syntax error in the field list.")
	}
	return fields, nil
}

// choose picks fields out of one node; the id always comes along. A field that
// has no value (nil) is left out, as the platform does.
func choose(node map[string]any, fields []field) (map[string]any, *graphError) {
	out := map[string]any{}
	if id, ok := node["id"]; ok {
		out["id"] = id
	}
	for _, f := range fields {
		value, known := node[f.name]
		if !known {
			return nil, refuse(100, 0, "Tried accessing nonexisting field (%s)", f.name)
		}
		if value == nil {
			continue
		}
		if inner, ok := value.(map[string]any); ok && len(f.within) > 0 {
			picked, refused := choose(inner, f.within)
			if refused != nil {
				return nil, refused
			}
			value = picked
		}
		out[f.name] = value
	}
	return out, nil
}

// defaultPage is how many items a list gives without ?limit=.
const defaultPage = 25

// slicePage cuts one page out of a list by ?limit= and ?after= or ?before=;
// cursors are the ids of the page's first and last item.
func slicePage(c *graphCall, list []map[string]any, self string) (any, *graphError) {
	limit := defaultPage
	if text := c.params.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, refuse(100, 0, "limit must be a positive number.")
		}
		limit = min(n, 1000)
	}
	from, to := 0, len(list)
	place := func(cursor string) int {
		return slices.IndexFunc(list, func(item map[string]any) bool { return cursorOf(item) == cursor })
	}
	if after := c.params.Get("after"); after != "" {
		at := place(after)
		if at < 0 {
			return nil, refuse(131059, 0, "The cursor is not valid; begin again without one.")
		}
		from = at + 1
	} else if before := c.params.Get("before"); before != "" {
		at := place(before)
		if at < 0 {
			return nil, refuse(131059, 0, "The cursor is not valid; begin again without one.")
		}
		to = at
		from = max(0, to-limit)
	}
	to = min(to, from+limit)
	shown := list[from:to]
	items := make([]any, len(shown))
	for i := range shown {
		items[i] = shown[i]
	}
	if len(shown) == 0 {
		return page(items, nil), nil
	}
	paging := map[string]any{"cursors": map[string]string{"before": cursorOf(shown[0]), "after": cursorOf(shown[len(shown)-1])}}
	if to < len(list) {
		query := c.r.URL.Query()
		query.Del("access_token")
		query.Set("after", cursorOf(shown[len(shown)-1]))
		query.Set("limit", strconv.Itoa(limit))
		paging["next"] = self + "?" + query.Encode()
	}
	return page(items, paging), nil
}

func cursorOf(item map[string]any) string {
	id, _ := item["id"].(string)
	if code, isLink := item["code"].(string); isLink {
		id = code
	}
	return "QVFI" + id
}

func page(items []any, paging map[string]any) any {
	out := map[string]any{"data": items}
	if paging != nil {
		out["paging"] = paging
	}
	return out
}
