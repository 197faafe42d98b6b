package channel

// Numberer is a platform whose people are known by phone numbers.
type Numberer interface {
	// NumberKey is the identity key (Person.Keys) of a number as people write it, with its country code; ok is false
	// for what is no number.
	NumberKey(written string) (key string, ok bool)
}
