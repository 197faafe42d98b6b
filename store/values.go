package store

import (
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
)

// plain turns the domain's types into those that both drivers take without reflection.
func plain(v any) any {
	switch x := v.(type) {
	case nil, int64, string, []byte:
		return v
	case clearline.ID:
		return int64(x)
	case int:
		return int64(x)
	case bool:
		if x {
			return int64(1)
		}
		return int64(0)
	case time.Time:
		return millis(x)
	case time.Duration:
		return x.Milliseconds()
	case clearline.Status:
		return string(x)
	case clearline.Kind:
		return string(x)
	case clearline.Direction:
		return string(x)
	case clearline.Cause:
		return string(x)
	case clearline.Platform:
		return string(x)
	case clearline.ChangeKind:
		return string(x)
	case clearline.DeliveryState:
		return string(x)
	case clearline.ConversationState:
		return string(x)
	case clearline.Outcome:
		return string(x)
	case clearline.Role:
		return string(x)
	case clearline.MediaState:
		return string(x)
	case json.RawMessage:
		if len(x) == 0 {
			return nil
		}
		return string(x)
	}
	return v
}

// millis is how times are stored: milliseconds since 1970 UTC, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the reverse of millis.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// orNull stores an absent id or text as NULL, for columns under a foreign key or a unique index.
func orNull[T clearline.ID | string](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return plain(v)
}

// jsonOrNull stores a value as JSON text, nil as NULL.
func jsonOrNull(v any) any {
	b, err := json.Marshal(v)
	if err != nil || string(b) == "null" {
		return nil
	}
	return string(b)
}
