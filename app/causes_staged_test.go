package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/sim"
)

// ours are causes on our own side that a platform's doing brings about or shows, so that its twin stages them too.
var ours = []string{"hook.failing", "hook.signature", "hook.throttled", "hook.unreachable", "hook.verify", "media.refused", "meta.version", "send.bad_param", "wa.tpl_form", "wa.tpl_params"}

// elsewhere are causes that no fault of the twin makes, and what does.
var elsewhere = map[string]string{
	"connection.other_account": "another account chosen on the twin's sign-in pages",
	"login.cancelled":          "Cancel on the twin's sign-in pages",
	"wa.number":                "our own look at what a person typed",
	"in.unreadable":            "POST /control/v1/events with a value that is none",
	"in.unrouted":              "POST /control/v1/events for a number that nobody here has",
	"media.lost":               "no cause of the platform's: what is left when its reason is unknown",
	"other":                    "effect error with a code that has no cause",
	"send.unconfirmed":         "effect accept_then_timeout",
}

// X1, X5: every cause of WhatsApp's that a platform, an account or a person makes can be staged by its name: a page without
// a switch fails here, and so does an exception that has become needless.
func TestEveryCauseCanBeStaged(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, k := range sim.Kinds() {
		kinds[k.Cause] = true
		if k.Label == "" || k.Group == "" || len(k.Platforms) == 0 {
			t.Errorf("nobody can choose %+v from a list", k)
		}
	}
	for _, p := range playbook.Pages() {
		cause := string(p.Cause)
		area, _, _ := strings.Cut(cause, ".")
		if slices.Contains([]string{"tg", "dc", "ig", "page"}, area) {
			continue // platforms without a twin so far
		}
		made := p.Side != playbook.Us && p.Side != playbook.NobodyWrote || slices.Contains(ours, cause)
		if how := elsewhere[cause]; made && !kinds[cause] && how == "" {
			t.Errorf("%s has a page and no switch: enter it in sim/causes_*.go, or here with what brings it about", cause)
		} else if kinds[cause] && (how != "" || !made) {
			t.Errorf("%s has a switch and stands among the exceptions", cause)
		}
	}
	for _, cause := range ours {
		if !kinds[cause] {
			t.Errorf("%s has no switch", cause)
		}
	}
}
