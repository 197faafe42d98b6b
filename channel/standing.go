package channel

import "time"

// Overseer is a platform that judges the businesses on it: it restricts, disables, verifies and gives badges. No method
// does I/O.
type Overseer interface {
	// News reads what a notice that was stored says about an account's standing; account is the number's id. The zero News
	// is for notices about something else.
	News(field string, value []byte, account string) News
	// Oversight are the platform's rules.
	Oversight() Oversight
}

// News is what one notice says about an account's standing. Words are the platform's.
type News struct {
	Restrictions []Restriction
	// Violation is the kind of breach that the platform names, "" when it names none.
	Violation string
	Ban       Ban
	// Badge is BadgeApproved or BadgeRejected, "" when the notice is not about the badge.
	Badge string
}

// Restriction is something that an account may not do for a time.
type Restriction struct {
	Kind string
	// Until is zero when the platform told no end.
	Until time.Time
	// Stops is what it takes away.
	Stops []Ability
}

// Ban is how far a platform has gone against an account.
type Ban string

// The steps of a ban.
const (
	Banned      Ban = "disabled"
	BanPlanned  Ban = "planned"
	BanLifted   Ban = "lifted"
	BanNotNamed Ban = ""
)

// Ability is something that an account does.
type Ability string

// The abilities that an account may lose one by one. AbilityReply is writing to somebody whose window is open,
// AbilityStart writing first, with a template.
const (
	AbilityReceive Ability = "receive"
	AbilityReply   Ability = "reply"
	AbilityStart   Ability = "start"
	AbilityUtility Ability = "start_utility"
	AbilityNumbers Ability = "add_number"
)

// Decisions about the badge.
const (
	BadgeApproved = "APPROVED"
	BadgeRejected = "REJECTED"
)

// Oversight are rules of a platform about the businesses on it, and its own pages for them.
type Oversight struct {
	// BadgeAgain is how long after a refusal the badge may be asked for again.
	BadgeAgain time.Duration
	// Verification is what changes once the business is verified, in people's words.
	Verification []Gain
	// Announced are changes of the platform as dated data, the newest first.
	Announced []Announced
	// Read is when the rules were last read at their source.
	Read string
	// AppealURL is where to read what was recorded and to ask for a review; the others are where things are looked after.
	AppealURL, ManagerURL, VerifyURL, BadgeURL string
}

// Announced is a change of a platform with its day. Concerns is true when this program or its users rely on what changes, and Do
// what to do then; Open when the day is only the earliest that it may be, Unconfirmed when sources differ.
type Announced struct {
	On                          time.Time
	What, Do                    string
	Concerns, Open, Unconfirmed bool
	Source, Read                string
}

// Gain is a figure before and after.
type Gain struct {
	What, Before, After string
}
