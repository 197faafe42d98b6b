package clearline

import "time"

// Attempt is one try to hand a message to a platform. It is stored before the first byte leaves and never
// changed once it has an outcome, except that proof may settle an unknown one.
type Attempt struct {
	CompanyID    ID
	MessageID    ID
	ConnectionID ID
	// N counts the tries of one message from 1.
	N       int
	NodeID  int
	Epoch   int64
	At      time.Time
	EndedAt time.Time
	Outcome Outcome
	// HTTP is the status of the answer, 0 when there was none.
	HTTP       int
	PlatformID string
	Error      *PlatformError
	Cause      Cause
	// Exchange is the request and answer, redacted; see egress.
	Exchange []byte
}

// Outcome is how an attempt ended; the empty outcome means that it is still running.
type Outcome string

// The outcomes. Accepted: the platform answered with its id. Refused: it said no. OutcomeUnknown: it may have
// been taken. NotSent: nothing left this machine.
const (
	OutcomeRunning  Outcome = ""
	OutcomeAccepted Outcome = "accepted"
	OutcomeRefused  Outcome = "refused"
	OutcomeUnknown  Outcome = "unknown"
	OutcomeNotSent  Outcome = "not_sent"
)
