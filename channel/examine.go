package channel

import (
	"context"
	"time"

	"github.com/clearline/clearline"
)

// Examiner is a platform whose accounts can be examined: what to ask it, and what each answer means. The doctor runs
// the checks, bounds their time and keeps what they find.
type Examiner interface {
	// Checks are this platform's checks of one account, in the order in which people read them. Making the list asks
	// nothing; checks of one list share what they read, so a list serves one run.
	Checks(s Subject) []Check
}

// Subject is the account under examination and what is known about it here. It holds secrets: never log it.
type Subject struct {
	Account Account
	// VerifyToken is what the platform must name when it asks for our address.
	VerifyToken string
	// Callback is the address under which the platform must call us, "" while this server has no public one.
	Callback string
	// Shared are this server's further addresses that reach the account as well: the one for all apps of the platform, and
	// those of the same app where other companies have entered it. None as Callback.
	Shared []string
	// Former are addresses that this server had earlier.
	Former []string
	// Registered is true when the number was registered through this server.
	Registered bool
	// Token is what is known of the credential's end; zero when nobody told or it has none.
	TokenEnds time.Time
	Traffic   Traffic
	Now       time.Time
}

// Traffic is what was seen of an account here. Zero times mean: never.
type Traffic struct {
	// HandshakeAt is when the platform last asked for the address, DeliveredAt when an authentic delivery for this
	// account last came, ForgedAt when a delivery to its app's address was last refused for its signature.
	HandshakeAt, DeliveredAt, ForgedAt time.Time
	// Lag is how far the last delivery came behind the platform's own time.
	Lag time.Duration
	// Expected is how many messages usually come in the span that was looked at, Came how many did.
	Expected float64
	Came     int
	Span     time.Duration
	// SentAt is when the platform last accepted a send; Refusals are the last hour's refusals that concern the account
	// rather than one message, the newest first.
	SentAt   time.Time
	Refusals []Refusal
	// Minutes are those of the last hour in which messages came or went, the oldest first.
	Minutes []Minute
	// Started is how many people the account's portfolio wrote to first in 24 hours from here.
	Started int
	// Missed are calls that were turned away here since one was last taken; Barred is since when this server's own checks say
	// that calls cannot get through.
	Missed Missed
	Barred time.Time
}

// Minute is how busy an account was in one minute: all messages, in and out, and the most in one of its seconds.
type Minute struct {
	At                   time.Time
	Received, Sent, Peak int
}

// Missed are calls that were turned away.
type Missed struct {
	N           int
	First, Last time.Time
}

// Refusal is one of the platform's refusals.
type Refusal struct {
	At            time.Time
	Code, Subcode int
	Cause         clearline.Cause
}

// Check is one question with its answer's meaning.
type Check struct {
	// ID is unique among all checks of a report; Title is what people read, at most 60 characters, no full stop.
	ID, Title string
	// Needs are the checks without which this one says nothing: when one of them fails or cannot tell, this one is not
	// run. They stand earlier in the list, or are the server's own (doctor.Server…).
	Needs []string
	// Full is true for a check that belongs to full runs only, because it is slow or changes something for a moment.
	Full bool
	// Run asks. It may take as long as ctx lets it; what it returns after that is not looked at. A panic is caught.
	Run func(ctx context.Context) Outcome
}

// Outcome is what a check came to.
type Outcome struct {
	Result clearline.CheckResult
	// Cause is what is wrong; set for Fail and Warn, and for CouldNotTell where the reason is known (net.outage).
	Cause clearline.Cause
	// Also are further candidates when no reading decides, the likelier first.
	Also []clearline.Cause
	// Found is what was seen, Expected what should be; both for people, without secrets. Expected is "" on a pass.
	Found, Expected string
	// Due is when a warning becomes a failure (a token's or a certificate's end), zero when there is no such date.
	Due time.Time
	// Fill are values for the placeholders of the cause's page.
	Fill map[string]string
	// Readings are figures worth keeping over time (quality_rating=GREEN); they are stored when they change.
	Readings map[string]string
	// Proves is dated evidence for the connection's status.
	Proves Proves
	// Raw is the platform's answer with secrets masked, for the curious; at most 4 KB.
	Raw string
	// Feed is what the platform's public status page says, for the check that reads it.
	Feed FeedWord
}

// FeedWord is what a public status page says of its platform. A page that cannot be read says nothing: never that all
// is well.
type FeedWord string

// The words; "" is a check that read no page.
const (
	FeedNothing  FeedWord = "nothing"
	FeedIncident FeedWord = "incident"
	FeedUnread   FeedWord = "unread"
)

// Proves is what a check's answer proves about a connection.
type Proves struct {
	// Accepted: the platform accepted the credential. Subscribed: this account's events are sent here.
	Accepted, Subscribed bool
	// PerSecond is the throughput told, 0 when not told.
	PerSecond int
	// TokenEnds is the credential's end: told is true when the platform told it, and then zero means never.
	TokenEnds     time.Time
	TokenEndsTold bool
}

// Repairer is a platform where some causes can be repaired from here.
type Repairer interface {
	// Repairs are the actions it knows: words of playbook.Actions.
	Repairs() []string
	// Plan says what an action would change, by reads alone. No changes means that nothing needs it.
	Plan(ctx context.Context, s Subject, r Repair) ([]Change, error)
	// Repair does it and tells what it did, also when a later call of several failed. The error is a *SendError or a
	// *clearline.Problem for wrong input.
	Repair(ctx context.Context, s Subject, r Repair) ([]Change, error)
}

// Repair is an action with its input.
type Repair struct {
	Action string
	// PIN is for register and set_pin; Method (sms or voice) and Language for request_code; Code for verify_code.
	PIN, Method, Language, Code string
}

// Change is one call that changes something at the platform: method and path, what is there, what will be.
type Change struct {
	Call string `json:"call"`
	From string `json:"from"`
	To   string `json:"to"`
}
