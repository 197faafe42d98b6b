package whatsapp

import (
	"testing"

	"github.com/clearline/clearline"
)

// X5: the catalogue is whole: every entry has a cause, a fate that fits its area, and is found by its own numbers.
func TestFaults(t *testing.T) {
	t.Parallel()
	all := faults
	if len(all) < 200 {
		t.Fatalf("%d entries", len(all))
	}
	areas := map[string]bool{"auth": true, "account": true, "integrity": true, "media": true, "other": true, "registration": true, "send": true, "server": true, "template": true, "throttling": true}
	last := number{-1, -1}
	for _, f := range all {
		n := number{f.Code, f.Subcode}
		if n.code < last.code || (n.code == last.code && n.subcode <= last.subcode) {
			t.Errorf("%v comes after %v", n, last)
		}
		last = n
		if f.Name == "" || f.Cause == "" || !areas[f.Area] || f.Seen == "" || f.Confidence == "" {
			t.Errorf("%+v", f)
		}
		if got, ok := lookup(f.Code, f.Subcode); !ok || got.Name != f.Name {
			t.Errorf("%v finds %+v", n, got)
		}
		switch f.Fate {
		case clearline.Stop, clearline.Unknown:
		case clearline.Slow, clearline.SlowPair:
			if f.Area != "throttling" || f.AfterSeconds == 0 {
				t.Errorf("%+v", f)
			}
		case clearline.Hold:
			if f.AfterSeconds == 0 || f.Permanent == nil || *f.Permanent {
				t.Errorf("%+v", f)
			}
		default: // Again needs proof that nothing was taken; no number of the platform gives it
			t.Errorf("%v: fate %q", n, f.Fate)
		}
		if f.Cause.Reauthorizes() && f.Area != "auth" && f.Code != 33 && f.Code != 803 {
			t.Errorf("%v asks for a new sign-in although it is about %s", n, f.Area)
		}
	}
}

// Numbers of seven digits come as subcode of 100 or as the code itself; ranges and unknown subcodes are found.
func TestFaultLookup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, subcode int
		cause         clearline.Cause
		known         bool
	}{
		{100, 2388001, "wa.two_step", true},
		{2388001, 0, "wa.two_step", true},
		{2388001, 2388001, "wa.two_step", true},
		{100, 33, clearline.CauseAuthAsset, true},
		{100, 424242, clearline.CauseBadParam, true},
		{102, 463, clearline.CauseAuthExpired, true},
		{102, 777, clearline.CauseAuthInvalid, true},
		{102, 0, clearline.CauseAuthInvalid, true},
		{100, 2593107, "wa.coexist_sync", true},
		{15, 0, clearline.CauseAuthInvalid, true},
		{190, 777, clearline.CauseAuthInvalid, true},
		{250, 0, clearline.CauseAuthScope, true},
		{299, 0, clearline.CauseAuthScope, true},
		{300, 0, clearline.CauseOther, false},
		{131026, 5, clearline.CauseUndeliverable, true},
		{-1, 0, clearline.CauseOther, false},
	} {
		f, known := lookup(c.code, c.subcode)
		if known != c.known || New(Options{}).Cause(c.code, c.subcode) != c.cause {
			t.Errorf("%d/%d: %v %+v", c.code, c.subcode, known, f)
		}
	}
}
