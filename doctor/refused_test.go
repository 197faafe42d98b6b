package doctor

import (
	"testing"
	"time"

	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
	"github.com/google/go-cmp/cmp"
)

// C6, C7: a refused repair is evidence until one for the same purpose goes through, or until it is old.
func TestRefusedRepairs(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ago := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	for name, c := range map[string]struct {
		repairs []store.Repair
		want    []channel.Refusal
	}{
		"none":                    {nil, nil},
		"one":                     {[]store.Repair{{Action: "register", At: ago(1), Cause: "wa.pin"}}, []channel.Refusal{{At: ago(1), Cause: "wa.pin"}}},
		"went through afterwards": {[]store.Repair{{Action: "register", At: ago(1)}, {Action: "register", At: ago(2), Cause: "wa.pin"}}, nil},
		"a new PIN was set":       {[]store.Repair{{Action: "set_pin", At: ago(1)}, {Action: "register", At: ago(2), Cause: "wa.pin"}}, nil},
		"the code was proven":     {[]store.Repair{{Action: "verify_code", At: ago(1)}, {Action: "request_code", At: ago(2)}, {Action: "register", At: ago(3), Cause: "wa.ownership"}}, nil},
		"a code was only asked":   {[]store.Repair{{Action: "request_code", At: ago(1)}, {Action: "register", At: ago(2), Cause: "wa.ownership"}}, []channel.Refusal{{At: ago(2), Cause: "wa.ownership"}}},
		"the last one counts":     {[]store.Repair{{Action: "register", At: ago(1), Cause: "wa.register_limit"}, {Action: "register", At: ago(2), Cause: "wa.pin"}}, []channel.Refusal{{At: ago(1), Cause: "wa.register_limit"}}},
		"two purposes":            {[]store.Repair{{Action: "point_here", At: ago(1), Cause: "hook.verify"}, {Action: "pause", At: ago(1), Cause: "x"}, {Action: "register", At: ago(2), Cause: "wa.pin"}}, []channel.Refusal{{At: ago(1), Cause: "hook.verify"}, {At: ago(2), Cause: "wa.pin"}}},
		"old":                     {[]store.Repair{{Action: "register", At: ago(61), Cause: "wa.pin"}}, nil},
	} {
		if diff := cmp.Diff(c.want, refusedRepairs(c.repairs, now.Add(-time.Hour))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// C5: a number that was registered is no longer refused for not being so; other refusals stay.
func TestUnsettled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	before, after := channel.Refusal{At: now.Add(-2 * time.Minute), Cause: "wa.not_registered"}, channel.Refusal{At: now, Cause: "wa.not_registered"}
	unpaid := channel.Refusal{At: now.Add(-2 * time.Minute), Cause: "wa.payment"}
	all := []channel.Refusal{after, before, unpaid}
	for name, c := range map[string]struct {
		repairs []store.Repair
		want    []channel.Refusal
	}{
		"nothing done": {nil, all},
		"registered":   {[]store.Repair{{Action: "register", At: now.Add(-time.Minute)}}, []channel.Refusal{after, unpaid}},
		"refused":      {[]store.Repair{{Action: "register", At: now.Add(-time.Minute), Cause: "wa.pin"}}, all},
		"another":      {[]store.Repair{{Action: "subscribe", At: now.Add(-time.Minute)}}, all},
	} {
		if diff := cmp.Diff(c.want, unsettled(all, c.repairs)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
