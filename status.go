package clearline

// Status is how far a message has come.
type Status string

// The statuses. Received is for what came in, the others for what goes out. Unknown is shown as Unconfirmed.
const (
	Received  Status = "received"
	Queued    Status = "queued"
	Held      Status = "held"
	Sending   Status = "sending"
	Sent      Status = "sent"
	Delivered Status = "delivered"
	Read      Status = "read"
	Failed    Status = "failed"
	Unsettled Status = "unknown"
	Cancelled Status = "cancelled"
)

// rank orders the statuses that a platform reports; a status never goes down in rank (I32).
func (s Status) rank() int {
	switch s {
	case Queued, Held:
		return 1
	case Sending:
		return 2
	case Unsettled:
		return 3
	case Failed, Cancelled:
		return 4
	case Sent:
		return 5
	case Delivered:
		return 6
	case Read:
		return 7
	}
	return 0
}

// Valid tells whether s is one of the statuses.
func (s Status) Valid() bool { return s == Received || s.rank() > 0 }

// Final tells whether nothing more is expected from our side.
func (s Status) Final() bool {
	switch s {
	case Sent, Delivered, Read, Failed, Cancelled, Received:
		return true
	}
	return false
}

// Progress is the part of a message that reports from the platform move.
type Progress struct {
	Status   Status
	Cause    Cause
	Error    *PlatformError
	Conflict bool
}

// Report is what a platform said about a message.
type Report struct {
	Status Status
	Cause  Cause
	Error  *PlatformError
}

// Apply moves p by one report. It is the whole rule of I32 and M4: delivered and read are never lowered,
// delivered together with failed stays delivered with the conflict noted, whichever came first; failed beats
// sent, and a late lower status changes nothing. The result is the same for every order of reports.
func (p Progress) Apply(r Report) Progress {
	if p.Status == Received { // what came in is not ours to be delivered
		return p
	}
	switch r.Status {
	case Failed:
		switch p.Status {
		case Delivered, Read:
			if !p.Conflict || less(r.Error, p.Error) {
				p.Conflict, p.Cause, p.Error = true, r.Cause, r.Error
			}
		case Failed:
			if less(r.Error, p.Error) {
				p.Cause, p.Error = r.Cause, r.Error
			}
		case Cancelled:
		default:
			p.Status, p.Cause, p.Error = Failed, r.Cause, r.Error
		}
	case Delivered, Read:
		if p.Status == Failed {
			p.Conflict = true
		}
		if r.Status.rank() > p.Status.rank() {
			p.Status = r.Status
		}
		if !p.Conflict {
			p.Cause, p.Error = "", nil
		}
	case Sent:
		if p.Status.rank() < Failed.rank() {
			p.Status, p.Cause, p.Error = Sent, "", nil
		}
	}
	return p
}

// less picks the same one of two refusals whichever came first.
func less(a, b *PlatformError) bool {
	switch {
	case a == nil:
		return false
	case b == nil:
		return true
	case a.Code != b.Code:
		return a.Code < b.Code
	case a.Subcode != b.Subcode:
		return a.Subcode < b.Subcode
	case a.Text != b.Text:
		return a.Text < b.Text
	case a.Details != b.Details:
		return a.Details < b.Details
	}
	return a.TraceID < b.TraceID
}
