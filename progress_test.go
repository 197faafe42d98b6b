package clearline

import (
	"reflect"
	"testing"
)

// permutations calls f with every order of the reports.
func permutations(all []Report, f func([]Report)) {
	var step func(int)
	step = func(k int) {
		if k == len(all) {
			f(all)
			return
		}
		for i := k; i < len(all); i++ {
			all[k], all[i] = all[i], all[k]
			step(k + 1)
			all[k], all[i] = all[i], all[k]
		}
	}
	step(0)
}

// M4, I32: the same reports give the same state in every order, with each of them twice too; delivered and read
// are never lowered.
func TestReportsInAnyOrder(t *testing.T) {
	failed := func(code int) Report {
		return Report{Status: Failed, Cause: CauseUndeliverable, Error: &PlatformError{Code: code}}
	}
	refused := &PlatformError{Code: 131026}
	for name, c := range map[string]struct {
		reports []Report
		want    Progress
	}{
		"sent":                            {[]Report{{Status: Sent}}, Progress{Status: Sent}},
		"sent and delivered":              {[]Report{{Status: Sent}, {Status: Delivered}}, Progress{Status: Delivered}},
		"sent, delivered and read":        {[]Report{{Status: Sent}, {Status: Delivered}, {Status: Read}}, Progress{Status: Read}},
		"read alone implies delivered":    {[]Report{{Status: Read}}, Progress{Status: Read}},
		"sent and failed":                 {[]Report{{Status: Sent}, failed(131026)}, Progress{Status: Failed, Cause: CauseUndeliverable, Error: refused}},
		"delivered and failed":            {[]Report{{Status: Sent}, {Status: Delivered}, failed(131026)}, Progress{Status: Delivered, Cause: CauseUndeliverable, Error: refused, Conflict: true}},
		"read and failed":                 {[]Report{{Status: Sent}, {Status: Delivered}, {Status: Read}, failed(131026)}, Progress{Status: Read, Cause: CauseUndeliverable, Error: refused, Conflict: true}},
		"failed for two reasons":          {[]Report{failed(131049), failed(131026)}, Progress{Status: Failed, Cause: CauseUndeliverable, Error: refused}},
		"two failures and a delivery too": {[]Report{failed(131049), failed(131026), {Status: Delivered}}, Progress{Status: Delivered, Cause: CauseUndeliverable, Error: refused, Conflict: true}},
	} {
		for _, start := range []Status{Sending, Unsettled, Sent} {
			if start == Sent && name == "read alone implies delivered" {
				continue
			}
			permutations(append([]Report(nil), c.reports...), func(order []Report) {
				p := Progress{Status: start}
				for range 2 {
					for _, r := range order {
						p = p.Apply(r)
					}
				}
				if !reflect.DeepEqual(p, c.want) {
					t.Errorf("%s from %s, in the order %v: %+v, want %+v", name, start, order, p, c.want)
				}
			})
		}
	}
}
