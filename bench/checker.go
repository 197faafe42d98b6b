package bench

import (
	"fmt"
	"hash/maphash"
	"iter"
)

// Expected is a message that was handed in through the webhook.
type Expected struct {
	ID      string // the platform's id
	Address string // of the sender
	Text    string
	Acked   bool // answered 2xx: it must be there. Otherwise it may be there, but once.
}

// Found is a message that the product gives back.
type Found struct {
	ID        string // the platform's id
	MessageID string // the product's
	Address   string // of the conversation it was found in
	Text      string
}

// InboundVerdict counts what is wrong with the messages that came in; all zero is right. Order is not judged.
type InboundVerdict struct {
	Acked      int // how many had to be there
	Present    int // how many are
	Lost       int // acked, not there
	Duplicates int // copies beyond the first
	NeverSent  int // there, handed in by nobody
	Altered    int // there with another text
	Misplaced  int // there in somebody else's conversation
	// Examples names the first few of each kind, to look them up.
	Examples []string
}

// Faults is the number of all deviations.
func (v *InboundVerdict) Faults() int {
	return v.Lost + v.Duplicates + v.NeverSent + v.Altered + v.Misplaced
}

// examplesPerKind bounds what a verdict cites.
const examplesPerKind = 3

// cite counts one more of a kind, and keeps its description while there are few.
func cite(examples *[]string, count *int, format string, args ...any) {
	if *count++; *count <= examplesPerKind {
		*examples = append(*examples, fmt.Sprintf(format, args...))
	}
}

type expectation struct {
	address string
	text    uint64
	acked   bool
	seen    int
}

// CheckInbound compares what was handed in with what is there: acked ⊆ present, each once, whole, in its sender's conversation, and
// nothing that was never sent. foreign says which ids the product may hold besides (a running installation's other
// messages, what was there before); nil: none.
func CheckInbound(expected iter.Seq[Expected], found iter.Seq[Found], foreign func(id string) bool) InboundVerdict {
	var v InboundVerdict
	// Texts are kept as hashes: half a million of them would not leave room to measure.
	seed := maphash.MakeSeed()
	book := map[string]*expectation{}
	for e := range expected {
		book[e.ID] = &expectation{address: e.Address, text: maphash.String(seed, e.Text), acked: e.Acked}
		if e.Acked {
			v.Acked++
		}
	}
	for f := range found {
		e := book[f.ID]
		if e == nil {
			if foreign == nil || !foreign(f.ID) {
				cite(&v.Examples, &v.NeverSent, "never sent: %s in message %s", f.ID, f.MessageID)
			}
			continue
		}
		if e.seen++; e.seen > 1 {
			cite(&v.Examples, &v.Duplicates, "stored %d times: %s, also as message %s", e.seen, f.ID, f.MessageID)
			continue
		}
		v.Present++
		if e.text != maphash.String(seed, f.Text) {
			cite(&v.Examples, &v.Altered, "text altered: %s, message %s", f.ID, f.MessageID)
		}
		if e.address != f.Address {
			cite(&v.Examples, &v.Misplaced, "from %s, found with %s: %s", e.address, f.Address, f.ID)
		}
	}
	for id, e := range book {
		if e.acked && e.seen == 0 {
			cite(&v.Examples, &v.Lost, "acknowledged and lost: %s from %s", id, e.address)
		}
	}
	return v
}

// Change is one line of the product's change log.
type Change struct {
	N    int64
	Kind string
	ID   string
}

// AnnouncedVerdict counts what is wrong with the change log.
type AnnouncedVerdict struct {
	Unannounced int // messages there that no change tells of: a browser would never show them
	OutOfOrder  int // changes whose number does not grow: a reader of "since n" would skip them
	Examples    []string
}

// CheckAnnounced compares the messages that are there with the change log: each has a message.created, numbers only grow.
func CheckAnnounced(messageIDs iter.Seq[string], changes iter.Seq[Change]) AnnouncedVerdict {
	var v AnnouncedVerdict
	announced := map[string]bool{}
	last := int64(-1)
	for c := range changes {
		if c.N <= last {
			cite(&v.Examples, &v.OutOfOrder, "change %d came after change %d", c.N, last)
		}
		last = c.N
		if c.Kind == "message.created" {
			announced[c.ID] = true
		}
	}
	for id := range messageIDs {
		if !announced[id] {
			cite(&v.Examples, &v.Unannounced, "in no change: message %s", id)
		}
	}
	return v
}
