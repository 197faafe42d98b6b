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

// Fault is what is known about one of the platform's error numbers: data, in errors.json. Source: Meta, WhatsApp,
// support/error-codes (editions of Nov 2025 and Sep 2026), and maintained client libraries where Confidence says
// field or unconfirmed.
type Fault struct {
	Code int `json:"code"`
	// CodeMax is the end of a range of codes, 0 when it is one code.
	CodeMax int `json:"code_max"`
	// Subcode is 0 when the entry is for the code with any subcode.
	Subcode int    `json:"subcode"`
	Name    string `json:"name"`
	// Area is auth, account, integrity, media, other, registration, send, server, template or throttling.
	Area string `json:"area"`
	// Permanent is nil when it depends.
	Permanent *bool           `json:"permanent"`
	Cause     clearline.Cause `json:"cause"`
	// Fate is what may be done about a send that was refused with it.
	Fate clearline.Fate `json:"fate"`
	// AfterSeconds is how long to wait before a repeat, where one makes sense.
	AfterSeconds int `json:"after_seconds"`
	// Seen tells where it comes: sync (an answer), webhook, both, health_status.
	Seen string `json:"seen"`
	// Confidence is documented, field (seen in maintained clients) or unconfirmed.
	Confidence string `json:"confidence"`
}

//go:embed errors.json
var faultData []byte

// number is a pair of code and subcode.
type number struct{ code, subcode int }

var (
	faults      = readFaults()
	faultNumber = indexFaults(faults)
)

func readFaults() []Fault {
	var all []Fault
	if err := json.Unmarshal(faultData, &all); err != nil {
		panic("whatsapp: errors.json: " + err.Error()) // embedded at build time; a test reads it too
	}
	return all
}

func indexFaults(all []Fault) map[number]*Fault {
	index := make(map[number]*Fault, len(all))
	for i := range all {
		index[number{all[i].Code, all[i].Subcode}] = &all[i]
	}
	return index
}

// Faults lists every known error number, in ascending order.
func Faults() []Fault { return slices.Clone(faults) }

// sevenDigits is where the numbers begin that are normally subcodes of 100 but also come as codes.
const sevenDigits = 1_000_000

// fault finds the entry for a refusal: by code and subcode, then by code, then by range. A number that nobody
// has described gives an entry with CauseOther and Stop.
func fault(code, subcode int) Fault {
	if f, ok := lookup(code, subcode); ok {
		return *f
	}
	return Fault{Code: code, Subcode: subcode, Cause: clearline.CauseOther, Fate: clearline.Stop}
}

func lookup(code, subcode int) (*Fault, bool) {
	tries := [...]number{{code, subcode}, {100, code}, {subcode, 0}, {code, 0}}
	for i, n := range tries {
		if (i == 1 && code < sevenDigits) || (i == 2 && subcode < sevenDigits) {
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
