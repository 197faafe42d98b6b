package clearline

import "time"

// Delivery is one call of a platform (or of somebody who claims to be one) as one company sees it: its own
// elements only. The bytes are kept as received until Retention ends.
type Delivery struct {
	ID           ID
	CompanyID    ID
	ConnectionID ID
	Platform     Platform
	AppID        ID
	ReceivedAt   time.Time
	// Lag is how old the oldest element was by the platform's clock, 0 when it carries no time.
	Lag time.Duration
	// Spread is how long after the oldest element the newest happened by the platform's clock, 0 when fewer than two
	// carry a time.
	Spread time.Duration
	// Took is the time from the first byte read until the delivery was handed to the store.
	Took      time.Duration
	Answer    int
	Signature string
	State     DeliveryState
	Count     Count
	Reason    string
	Test      bool
	// Tries counts how often applying it has failed.
	Tries int
	Size  int
	Raw   []byte
}

// bundleSpread is how far apart what one call holds must have happened: what belongs together (a picture and its caption,
// a message and its statuses) happens within a second or two.
const bundleSpread = 10 * time.Second

// bundleFresh is how old the newest element of a bundle may be. If it is older, the whole call is late.
const bundleFresh = time.Minute

// Bundle tells whether the platform gathered for a while before it called: what the call holds happened over ten seconds
// and more, and the newest of it just now. Platforms do so when they slow their calls; after a delay, all of a call is old.
func (d *Delivery) Bundle() bool { return d.Spread >= bundleSpread && d.Lag-d.Spread <= bundleFresh }

// DeliveryState tells what became of a delivery.
type DeliveryState string

// The states. Applied: everything in it took effect. Pending: kept, will be applied soon. Parked: kept, at
// least one element is not understood or has no place here; can be replayed. Refused: not authentic or over
// a limit; only the trace is kept, never the bytes.
const (
	DeliveryApplied DeliveryState = "applied"
	DeliveryPending DeliveryState = "pending"
	DeliveryParked  DeliveryState = "parked"
	DeliveryRefused DeliveryState = "refused"
)

// Count tells what became of the elements of one or more deliveries: Stored + Duplicate + Parked + Pending
// is the number of elements.
type Count struct {
	Stored    int `json:"stored"`
	Duplicate int `json:"duplicate"`
	Parked    int `json:"parked"`
	Pending   int `json:"pending"`
}

// Sum is the number of elements.
func (c Count) Sum() int { return c.Stored + c.Duplicate + c.Parked + c.Pending }

// Change is one line of a company's change log. Numbers run without holes that a reader could miss: a number
// becomes visible only after every lower one.
type Change struct {
	N              int64
	At             time.Time
	Kind           ChangeKind
	ID             ID
	ConversationID ID
}

// ChangeKind says what changed.
type ChangeKind string

// The kinds of change. MessageCreated implies that its conversation changed too.
const (
	MessageCreated      ChangeKind = "message.created"
	MessageChanged      ChangeKind = "message.changed"
	ConversationChanged ChangeKind = "conversation.changed"
	ConnectionChanged   ChangeKind = "connection.changed"
	TemplatesChanged    ChangeKind = "templates.changed"
	UserChanged         ChangeKind = "user.changed"
	CompanyChanged      ChangeKind = "company.changed"
	ProcedureChanged    ChangeKind = "procedure.changed"
)

// ChangeKinds are all kinds of change.
var ChangeKinds = []ChangeKind{MessageCreated, MessageChanged, ConversationChanged, ConnectionChanged, TemplatesChanged, UserChanged, CompanyChanged, ProcedureChanged}
