package doctor

import (
	"cmp"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// run is one examination as it ended.
type run struct {
	all []examined
	// leaf are the ids of the platform's own checks.
	leaf map[string]bool
	// outage is what the calls of the last minutes say.
	outage trouble
	begun  time.Time
	// around is what to compare with when calls or deliveries are in trouble, nil otherwise.
	around *around
}

func (r *run) find(id string) *examined {
	for i := range r.all {
		if r.all[i].ID == id {
			return &r.all[i]
		}
	}
	return nil
}

// silent tells whether the platform as a whole gave no usable answers: to its first check, or to a third of them, with
// those that could not be asked for want of an answer. One question without an answer is no outage.
func (r *run) silent() bool {
	asked, silent, first := 0, map[string]bool{}, true
	for _, x := range r.all {
		if !r.leaf[x.ID] || x.ID == checkFeed {
			continue
		}
		hushed := x.Result == clearline.CouldNotTell && (x.held || x.Cause.Outage()) ||
			x.Result == clearline.NotChecked && slices.ContainsFunc(x.Needs, func(need string) bool { return silent[need] })
		if x.Result == clearline.NotChecked && !hushed {
			continue
		}
		if hushed && first {
			return true
		}
		first = false
		asked++
		if hushed {
			silent[x.ID] = true
		}
	}
	return len(silent) >= 2 && float64(len(silent)) >= downShare*float64(asked)
}

// online tells whether our own way to the platforms is open, so that silence is theirs.
func (r *run) online() bool {
	x := r.find(checkInternet)
	return x == nil || x.Result == clearline.Pass
}

// feed tells whether the platform's own status page reports an incident. Alone it is only a note.
func (r *run) feed() bool {
	x := r.find(checkFeed)
	return x != nil && x.Cause.Outage()
}

// down tells whether the platform is measured to be in trouble, while our own way to the internet is not.
func (r *run) down() bool {
	if !r.online() {
		return false
	}
	late := r.find(checkLag)
	return r.outage.measured || r.feed() && (r.outage.failing > 0 || r.silent() || late != nil && late.Result == clearline.Warn)
}

// seen are the causes that were found, the weightiest first: what fails in the order in which checks rest on one
// another, then silence, then what may soon fail.
func (r *run) seen() (all []store.Seen) {
	add := func(x examined, cause clearline.Cause, result clearline.CheckResult) {
		if cause == "" || slices.ContainsFunc(all, func(s store.Seen) bool { return s.Cause == cause }) {
			return
		}
		fill := map[string]string{}
		for k, v := range x.Fill {
			fill[k] = v
		}
		for k, v := range map[string]string{"found": x.Found, "expected": x.Expected} {
			if fill[k] == "" && v != "" {
				fill[k] = v
			}
		}
		all = append(all, store.Seen{Cause: cause, Check: x.ID, Result: result, Due: x.Due, Fill: fill})
	}
	for _, x := range r.all {
		if x.Result != clearline.Fail || r.settled(x) {
			continue
		}
		add(x, x.Cause, clearline.Fail)
		// A removed app has lost its events with its access: both are so, and each takes its own repair.
		if x.Cause == clearline.CauseAuthRevoked && slices.Contains(x.Also, clearline.CauseHookOff) {
			add(x, clearline.CauseHookOff, clearline.Fail)
		}
	}
	for _, x := range r.all {
		if x.Result == clearline.CouldNotTell && !r.leaf[x.ID] && x.Cause != "" {
			add(x, x.Cause, clearline.CouldNotTell)
		}
	}
	if i := slices.IndexFunc(r.all, func(x examined) bool { return r.leaf[x.ID] }); i >= 0 && r.online() && (r.silent() || r.down()) {
		x := r.all[i]
		x.Outcome.Fill, x.Found, x.Expected = nil, "", ""
		add(x, clearline.CauseOutage, clearline.CouldNotTell)
	}
	for _, x := range r.all {
		if x.Result == clearline.Warn {
			add(x, x.Cause, clearline.Warn)
		}
	}
	return all
}

// authorities are the checks whose pass says that an earlier refusal of a send is over.
func authorities(cause clearline.Cause) []string {
	switch {
	case cause.Reauthorizes():
		return []string{"token", "scopes", "asset"}
	case cause == clearline.CauseNotRegistered:
		return []string{"number"}
	case cause == clearline.CauseAccountDisabled, cause == clearline.CauseAccountBarred:
		return []string{"business", "number"}
	case cause == clearline.CausePayment:
		return []string{"payment"}
	case cause == clearline.CauseQuality, cause == clearline.CauseLimit:
		return []string{"quality"}
	}
	return nil
}

// stillRefused is how long a refused send outweighs what the account's own state says: a little longer than the lane
// waits before it tries what is held once more.
const stillRefused = 63 * time.Second

// settled tells whether a failure that only refused sends speak of is over, by the platform's own word since.
func (r *run) settled(x examined) bool {
	checks := authorities(x.Cause)
	if x.ID != checkErrors || len(checks) == 0 {
		return false
	}
	for _, id := range checks {
		if a := r.find(id); a == nil || a.Result != clearline.Pass && a.Result != clearline.Warn {
			return false
		}
	}
	at, err := time.Parse(time.RFC3339, x.Fill[fillRefusedAt])
	return x.Cause.Reauthorizes() || err == nil && r.begun.Sub(at) > stillRefused
}

// concluded are the checks whose answer ends what they found earlier. Where our own way in cannot be tried, what the
// platform has delivered meanwhile answers for it.
func (r *run) concluded() (all []string) {
	for _, x := range r.all {
		switch x.Result {
		case clearline.Pass, clearline.Warn, clearline.Fail:
			all = append(all, x.ID)
		case clearline.CouldNotTell:
			if slices.Contains([]string{checkPort, checkHandshake, checkLoopback}, x.ID) {
				all = append(all, x.ID)
			}
		}
	}
	return all
}

// over tells whether this run disproves a cause that a connection has: nobody sees it any more, and those who would
// have looked. A run that could not tell disproves nothing.
func (r *run) over(cause clearline.Cause, findings []store.FindingRow) bool {
	looked := authorities(cause)
	for _, f := range findings {
		if f.Finding.Cause != cause {
			continue
		}
		if f.State != clearline.FindingFixed && (f.Result == clearline.Fail || cause.Slows() || cause.Delays()) {
			return false
		}
		looked = append(looked, f.Check)
	}
	if len(looked) == 0 {
		looked = []string{checkErrors}
	}
	concluded := r.concluded()
	return !slices.ContainsFunc(looked, func(id string) bool { return r.find(id) != nil && !slices.Contains(concluded, id) })
}

// open are the findings that are not fixed, the verdict first: failures before silence before warnings, each in the
// order of the checks.
func (r *run) open(all []store.FindingRow) []store.FindingRow {
	open := slices.DeleteFunc(slices.Clone(all), func(f store.FindingRow) bool { return f.State == clearline.FindingFixed })
	place := func(f store.FindingRow) int {
		if i := slices.IndexFunc(r.all, func(x examined) bool { return x.ID == f.Check }); i >= 0 {
			return i
		}
		return len(r.all)
	}
	slices.SortStableFunc(open, func(a, b store.FindingRow) int {
		return cmp.Or(cmp.Compare(severity[a.Result], severity[b.Result]), cmp.Compare(place(a), place(b)))
	})
	return open
}

var severity = map[clearline.CheckResult]int{clearline.Fail: 0, clearline.CouldNotTell: 1, clearline.Warn: 2}

// status is the one word for a run.
func (r *run) status(open []store.FindingRow) clearline.CheckResult {
	if len(open) > 0 {
		return open[0].Result
	}
	for _, x := range r.all {
		if x.Result == clearline.CouldNotTell {
			return clearline.CouldNotTell
		}
	}
	return clearline.Pass
}

// finding is a finding in the words of its page.
func finding(f store.FindingRow, values playbook.Values) FindingReport {
	filled := playbook.Values{"since": f.FirstSeen.UTC().Format("2 January, 15:04 UTC")}
	for k, v := range values {
		filled[k] = v
	}
	for k, v := range f.Fill {
		filled[k] = v
	}
	r := FindingReport{Cause: f.Finding.Cause, Title: string(f.Finding.Cause), Who: playbook.Operator, Side: playbook.Unknown, Do: []playbook.Step{},
		Severity: f.Result, Check: f.Check, State: f.State, FirstSeen: f.FirstSeen, LastSeen: f.LastSeen, FixedAt: orNever(f.FixedAt), Due: orNever(f.Due), Count: f.Count}
	if x := playbook.ExplainCause(f.Finding.Cause, filled); x.Known {
		e := x.Entries[0]
		r.Title, r.Short, r.What, r.Why, r.Do, r.Who, r.Side = e.Title, e.Short, e.What, e.Why, e.Do, e.Who, e.Side
	}
	return r
}
