package bench

import "iter"

// Composed is a message that an agent or an API client asked the product to send. Texts are unique: the text is how a message is
// known again on the customer's phone.
type Composed struct {
	ClientID string
	Address  string // of the customer
	Text     string
	Accepted bool // the API said 200 or 201: it must reach the customer, or have a stated reason why not
}

// OnPhone is a message from the business as it stands on a customer's phone: the platform's side of the truth.
type OnPhone struct {
	Address string
	Text    string
	Status  string // sent, delivered, read: the last that the platform reported
}

// Outgoing is a message from the business as the product shows it.
type Outgoing struct {
	ClientID  string
	MessageID string
	Address   string
	Text      string
	Status    string
}

// SendVerdict counts what is wrong with the messages that went out. All but Unconfirmed must be zero.
type SendVerdict struct {
	Accepted   int // how many the API took
	Reached    int // how many stand on a phone
	Lost       int // taken, but no longer in the product; or shown as sent and on no phone
	SentTwice  int // copies on a phone beyond the first
	Duplicates int // copies in the product beyond the first
	NeverSent  int // on a phone, composed by nobody
	Misplaced  int // on the phone, or in the conversation, of somebody else
	// Unfinished are still queued, held or sending when everything had time to end.
	Unfinished int
	// Misreported stand on a phone, but the product says failed, cancelled or unknown although every status came through.
	Misreported int
	// Behind show less than the platform reported: a read message shown as sent.
	Behind int
	// Unconfirmed are unknown and on no phone: the process died between writing the attempt down and sending it. Not a fault: an agent
	// decides.
	Unconfirmed int
	Examples    []string
}

// Faults is the number of all deviations.
func (v *SendVerdict) Faults() int {
	return v.Lost + v.SentTwice + v.Duplicates + v.NeverSent + v.Misplaced + v.Unfinished + v.Misreported + v.Behind
}

// statusRank orders the statuses that only go forward.
var statusRank = map[string]int{"sent": 1, "delivered": 2, "read": 3}

type dispatch struct {
	Composed
	phones int
	rank   int
	stored int
}

// CheckSends compares what was composed with what stands on the phones and with what the product says about it. It is meant for a
// quiet moment: nothing queued, every status webhook delivered. ours says which texts this run could have composed;
// others are left alone.
func CheckSends(composed iter.Seq[Composed], phones iter.Seq[OnPhone], product iter.Seq[Outgoing], ours func(text string) bool) SendVerdict {
	var v SendVerdict
	book := map[string]*dispatch{}
	for c := range composed {
		book[c.Text] = &dispatch{Composed: c}
		if c.Accepted {
			v.Accepted++
		}
	}
	for p := range phones {
		if !ours(p.Text) {
			continue
		}
		d := book[p.Text]
		switch {
		case d == nil:
			cite(&v.Examples, &v.NeverSent, "on the phone of %s, composed by nobody: %q", p.Address, p.Text)
			continue
		case p.Address != d.Address:
			cite(&v.Examples, &v.Misplaced, "for %s, on the phone of %s: %q", d.Address, p.Address, p.Text)
		}
		if d.phones++; d.phones > 1 {
			cite(&v.Examples, &v.SentTwice, "sent %d times to %s: %q", d.phones, p.Address, p.Text)
			continue
		}
		v.Reached++
		d.rank = statusRank[p.Status]
	}
	for o := range product {
		if !ours(o.Text) {
			continue
		}
		d := book[o.Text]
		if d == nil {
			cite(&v.Examples, &v.NeverSent, "message %s in the product, composed by nobody: %q", o.MessageID, o.Text)
			continue
		}
		if d.stored++; d.stored > 1 {
			cite(&v.Examples, &v.Duplicates, "stored %d times: %q, also as message %s", d.stored, o.Text, o.MessageID)
			continue
		}
		if o.Address != d.Address || o.ClientID != d.ClientID {
			cite(&v.Examples, &v.Misplaced, "composed as %s for %s, stored as %s with %s", d.ClientID, d.Address, o.ClientID, o.Address)
		}
		v.judgeStatus(d, o)
	}
	for text, d := range book {
		if d.Accepted && d.stored == 0 {
			cite(&v.Examples, &v.Lost, "taken by the API as %s, not in the product: %q", d.ClientID, text)
		}
	}
	return v
}

func (v *SendVerdict) judgeStatus(d *dispatch, o Outgoing) {
	switch o.Status {
	case "queued", "held", "sending":
		cite(&v.Examples, &v.Unfinished, "still %s: message %s, on %d phones", o.Status, o.MessageID, d.phones)
	case "sent", "delivered", "read":
		switch {
		case d.phones == 0:
			cite(&v.Examples, &v.Lost, "shown as %s, on no phone: message %s", o.Status, o.MessageID)
		case statusRank[o.Status] < d.rank:
			cite(&v.Examples, &v.Behind, "shown as %s, reported higher: message %s", o.Status, o.MessageID)
		}
	default:
		switch {
		case d.phones > 0:
			cite(&v.Examples, &v.Misreported, "shown as %s, stands on the phone: message %s", o.Status, o.MessageID)
		case o.Status == "unknown":
			v.Unconfirmed++
		}
	}
}
