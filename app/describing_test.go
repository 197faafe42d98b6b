package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// describing checks values against the schemas of a description.
type describing struct {
	t       *testing.T
	schemas map[string]any
}

// references wants every $ref to lead somewhere.
func (d describing) references(v any) {
	switch x := v.(type) {
	case map[string]any:
		if ref, ok := x["$ref"].(string); ok && d.schemas[strings.TrimPrefix(ref, "#/components/schemas/")] == nil {
			d.t.Errorf("%s leads nowhere", ref)
		}
		for _, inner := range x {
			d.references(inner)
		}
	case []any:
		for _, inner := range x {
			d.references(inner)
		}
	}
}

func (d describing) answer(what string, response map[string]any, raw []byte) {
	d.t.Helper()
	for kind, media := range response["content"].(map[string]any) {
		if !strings.Contains(kind, "json") {
			continue
		}
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			d.t.Errorf("%s: %v", what, err)
			return
		}
		d.value(what, media.(map[string]any)["schema"].(map[string]any), v)
	}
}

func (d describing) value(at string, schema map[string]any, v any) {
	if ref, ok := schema["$ref"].(string); ok {
		d.value(at, d.schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any), v)
		return
	}
	if one, ok := schema["oneOf"].([]any); ok { // an object or null
		if either := one[1].(map[string]any); v == nil && either["type"] == "null" {
			return
		}
		d.value(at, one[0].(map[string]any), v)
		return
	}
	types := map[string]bool{}
	switch x := schema["type"].(type) {
	case string:
		types[x] = true
	case []any:
		for _, one := range x {
			types[one.(string)] = true
		}
	default:
		return // described as anything
	}
	kind := ""
	switch x := v.(type) {
	case nil:
		kind = "null"
	case bool:
		kind = "boolean"
	case float64:
		if kind = "number"; x == float64(int64(x)) && types["integer"] {
			kind = "integer"
		}
	case string:
		kind = "string"
		if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, any(x)) {
			d.t.Errorf("%s is %q, described are %v", at, x, enum)
		}
	case []any:
		kind = "array"
		if items, ok := schema["items"].(map[string]any); ok {
			for i, one := range x {
				d.value(fmt.Sprintf("%s[%d]", at, i), items, one)
			}
		}
	case map[string]any:
		kind = "object"
		d.object(at, schema, x)
	}
	if !types[kind] {
		d.t.Errorf("%s is %s, described is %v", at, kind, schema["type"])
	}
}

func (d describing) object(at string, schema, v map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	for key, inner := range properties {
		value, there := v[key]
		if !there {
			d.t.Errorf("%s: the key %s is left out", at, key)
			continue
		}
		d.value(at+"."+key, inner.(map[string]any), value)
	}
	others, _ := schema["additionalProperties"].(map[string]any) // a map with keys of its own
	for key, value := range v {
		if properties[key] == nil && others != nil {
			d.value(at+"."+key, others, value)
		} else if properties[key] == nil {
			d.t.Errorf("%s: the key %s is not described", at, key)
		}
	}
}
