package channel

import "github.com/clearline/clearline"

// Fault is what is known about one of a platform's error numbers: data, kept as a file in the platform's package.
type Fault struct {
	Code int `json:"code"`
	// CodeMax is the end of a range of codes, 0 when it is one code.
	CodeMax int `json:"code_max"`
	// Subcode is 0 when the entry is for the code with any subcode.
	Subcode int `json:"subcode"`
	// Name is the platform's own title of it, in English.
	Name string `json:"name"`
	// Area is auth, account, integrity, media, other, registration, send, server, template or throttling.
	Area string `json:"area"`
	// Permanent is nil when it depends.
	Permanent *bool           `json:"permanent"`
	Cause     clearline.Cause `json:"cause"`
	// Also are further causes that come with the same number, the likelier first: what was asked of the platform, or
	// a reading of the account, tells them apart.
	Also []clearline.Cause `json:"also"`
	// Fate is what may be done about a send that was refused with it.
	Fate clearline.Fate `json:"fate"`
	// AfterSeconds is how long to wait before a repeat, by the program or by a person, where one makes sense.
	AfterSeconds int `json:"after_seconds"`
	// Seen tells where it comes: sync (an answer), webhook, both, health_status.
	Seen string `json:"seen"`
	// Confidence is documented, field (seen in maintained clients) or unconfirmed.
	Confidence string `json:"confidence"`
}

// Explainer turns a platform's numbers into causes.
type Explainer interface {
	Cause(code, subcode int) clearline.Cause
	// Fault is the entry for a number: by code and subcode, else by code, else by range.
	Fault(code, subcode int) (f Fault, known bool)
	// Faults lists every known number, in ascending order.
	Faults() []Fault
}
