package clearline

import "time"

// CheckResult is what one check came to. Could not tell is never shown as a pass.
type CheckResult string

// The results. NotChecked: something that the check needs has failed, or it belongs to full runs only. CouldNotTell:
// it was tried, and nobody answered in time or the answer proved nothing.
const (
	Pass         CheckResult = "pass"
	Warn         CheckResult = "warn"
	Fail         CheckResult = "fail"
	NotChecked   CheckResult = "not_checked"
	CouldNotTell CheckResult = "could_not_tell"
)

// Finding is a cause that a check found at a connection, with its history. A cause has one finding per connection.
type Finding struct {
	CompanyID    ID
	ConnectionID ID
	Cause        Cause
	State        FindingState
	// FirstSeen and LastSeen are the times of the runs that saw it; FirstSeen stays when it comes back.
	FirstSeen, LastSeen time.Time
	// FixedAt is when a run last saw it gone, zero while it is open for the first time.
	FixedAt time.Time
	// Count is how often it began: 1 at first, one more each time it came back.
	Count int
}

// FindingState is where a finding stands.
type FindingState string

// The states of a finding.
const (
	FindingOpen     FindingState = "open"
	FindingFixed    FindingState = "fixed"
	FindingCameBack FindingState = "came_back"
)
