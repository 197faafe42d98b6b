package whatsapp

import (
	_ "embed"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// The error numbers are data, in errors.json. Source: Meta, WhatsApp, support/error-codes (editions of Nov 2025 and
// Sep 2026), and maintained client libraries where an entry's confidence says field or unconfirmed.
//
// Where it departs from those lists: a number with several meanings is one entry with all its causes (100/2388001,
// 100/2388103). 15, which Graph gives for a token of the wrong kind, is in no list of WhatsApp's (field). 1, 131000 and
// 135000 are never repeated, although one repeat is said to be tolerable: nothing proves that they were not taken.
// 131053 has no wait: repeating helps with linked media only, and this program uploads. 102 is read like 190 when it has a
// subcode, as Meta says.
//
//go:embed errors.json
var faultData []byte

// number is a pair of code and subcode.
type number struct{ code, subcode int }

var (
	faults      = readFaults()
	faultNumber = indexFaults(faults)
)

func readFaults() []channel.Fault {
	var all []channel.Fault
	if err := json.Unmarshal(faultData, &all); err != nil {
		panic("whatsapp: errors.json: " + err.Error()) // embedded at build time; a test reads it too
	}
	return all
}

func indexFaults(all []channel.Fault) map[number]*channel.Fault {
	index := make(map[number]*channel.Fault, len(all))
	for i := range all {
		index[number{all[i].Code, all[i].Subcode}] = &all[i]
	}
	return index
}

// sevenDigits is where the numbers begin that are normally subcodes of 100 but also come as codes.
const sevenDigits = 1_000_000

// session is the code of a dead login, which is read like 190 when a subcode comes with it.
const session = 102

// fault finds the entry for a refusal: by code and subcode, then by code, then by range. A number that nobody
// has described gives an entry with CauseOther and Stop.
func fault(code, subcode int) channel.Fault {
	if f, ok := lookup(code, subcode); ok {
		return *f
	}
	return channel.Fault{Code: code, Subcode: subcode, Cause: clearline.CauseOther, Fate: clearline.Stop}
}

func lookup(code, subcode int) (*channel.Fault, bool) {
	tries := [...]number{{code, subcode}, {100, code}, {subcode, 0}, {190, subcode}, {code, 0}}
	for i, n := range tries {
		if (i == 1 && code < sevenDigits) || (i == 2 && subcode < sevenDigits) || (i == 3 && (code != session || subcode == 0)) {
			continue
		}
		if f, ok := faultNumber[n]; ok {
			return f, true
		}
	}
	for i := range faults {
		if f := &faults[i]; f.CodeMax > f.Code && code >= f.Code && code <= f.CodeMax {
			return f, true
		}
	}
	return nil, false
}

// Cause turns the platform's numbers into one of our causes; see channel.Explainer.
func (p *Platform) Cause(code, subcode int) clearline.Cause { return fault(code, subcode).Cause }

// Fault is the entry for a number; see channel.Explainer.
func (p *Platform) Fault(code, subcode int) (channel.Fault, bool) {
	f, known := lookup(code, subcode)
	if !known {
		return channel.Fault{}, false
	}
	return *f, true
}

// Faults lists every known error number, in ascending order.
func (p *Platform) Faults() []channel.Fault { return slices.Clone(faults) }

// longestWait bounds what the catalogue asks for: after "not now" a message goes once more within five minutes,
// and a lane over a limit tries again by then, unless the answer itself named a longer time.
const longestWait = 5 * time.Minute

// sendError judges a call that brought no result.
func sendError(err error) *channel.SendError {
	var refused *meta.GraphError
	if errors.As(err, &refused) {
		return refusedSend(refused)
	}
	e := &channel.SendError{Cause: clearline.CauseUnconfirmed, Fate: clearline.Unknown, Err: err}
	var none *meta.NoAnswer
	if errors.As(err, &none) {
		e.HTTP = none.HTTP
		if !none.Sent {
			e.Cause, e.Fate = clearline.CauseNetwork, clearline.Again
		}
	}
	return e
}

func refusedSend(refused *meta.GraphError) *channel.SendError {
	original := refused.PlatformError
	e := &channel.SendError{HTTP: refused.HTTP, Original: &original, Err: refused}
	f, known := lookup(original.Code, original.Subcode)
	if !known {
		// A number that nobody described: a fault on the platform's side may have come after the message was
		// taken, everything else is a no.
		e.Cause, e.Fate = clearline.CauseOther, clearline.Stop
		if refused.Transient || refused.HTTP >= 500 {
			e.Cause, e.Fate = clearline.CauseUnconfirmed, clearline.Unknown
		}
		return e
	}
	e.Cause, e.Fate = f.Cause, f.Fate
	switch f.Fate {
	case clearline.Unknown:
		e.Cause = clearline.CauseUnconfirmed
	case clearline.Hold:
		e.After = min(max(time.Duration(f.AfterSeconds)*time.Second, refused.After), longestWait)
	case clearline.Slow, clearline.SlowPair:
		e.After = max(min(time.Duration(f.AfterSeconds)*time.Second, longestWait), refused.After)
	}
	return e
}
