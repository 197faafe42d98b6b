package channel

import "time"

// Limited is a platform that bounds what an account may do in a time. No method does I/O.
type Limited interface {
	// Allowances are the bounds of one account that are known, by what the platform last told of it (readings by name) and
	// the throughput that is known.
	Allowances(told map[string]string, perSecond int) []Allowance
}

// Allowance is one bound of a platform on an account.
type Allowance struct {
	Name AllowanceName
	// What is counted, and Kept how this program keeps to it; both for people.
	What, Kept string
	// Most is how many there may be, 0 for no bound; Known is false while the platform has not told which step holds.
	Most  int
	Known bool
	// Per is the time that it is counted over, 0 for what there may be at all.
	Per time.Duration
	// Unconfirmed is true for a figure that the platform does not publish.
	Unconfirmed bool
	// Source is where the figure was read, and Read in which month.
	Source, Read string
}

// AllowanceName names what is counted, so that what was used of it can be told.
type AllowanceName string

// The allowances whose use can be counted from here, and those of which nobody knows how much is used.
const (
	AllowanceThroughput      AllowanceName = "throughput"
	AllowancePerson          AllowanceName = "person"
	AllowanceStarts          AllowanceName = "starts"
	AllowanceRegistrations   AllowanceName = "registrations"
	AllowanceDeregistrations AllowanceName = "deregistrations"
	AllowanceCodes           AllowanceName = "codes"
	AllowanceTemplates       AllowanceName = "templates"
	AllowanceCalls           AllowanceName = "calls"
)
