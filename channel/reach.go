package channel

import "github.com/clearline/clearline"

// Reacher is a platform that is closed to some countries, which an address may show.
type Reacher interface {
	// Reach tells what the platform's country rules say of an address. It does no I/O.
	Reach(address string) Reach
}

// Reach is what country rules say of an address. The zero Reach means that none applies.
type Reach struct {
	State ReachState
	// Country is the two letters of ISO 3166, Name its English name.
	Country, Name string
	// Regions are those of the country that the rule is about, where it is not about all of it. A number does not show
	// them: they are a possibility, never a reason to refuse.
	Regions []string
	// Source is where the rule was read, Read when.
	Source, Read string
}

// ReachState is how far a rule goes.
type ReachState string

// ReachOpen: no rule applies. ReachPossible: a part of the country is closed, and the address does not show which part it
// is in. ReachRefused: the platform does not serve the country.
const (
	ReachOpen     ReachState = ""
	ReachPossible ReachState = "possible"
	ReachRefused  ReachState = "refused"
)

// Refused tells whether a message to the address would surely not be carried.
func (r Reach) Refused() bool { return r.State == ReachRefused }

// Problem is the refusal in words, nil unless Refused.
func (r Reach) Problem() *clearline.Problem {
	if !r.Refused() {
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseCountry, Title: "The platform does not carry messages to " + r.Name + ".",
		Detail: "The number shows that country, which the platform's rules of " + r.Read + " close. Nothing was sent. Use another channel that you have for this person."}
}
