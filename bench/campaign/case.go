package campaign

// Case is one broken set-up.
type Case struct {
	// Name is unique in the table; Cause is the true cause, by its name in the product.
	Name, Cause string
	// Also are causes that must stand among the findings beside it.
	Also []string
	// Place is where the cause must be named.
	Place Place
	// Set breaks it.
	Set func(*stage) error
	// Show makes the trouble show itself: somebody sends, presses a button, asks for a run. Nil: a run is asked for.
	Show func(*stage) error
	// Silent: it raises no error, so a light run has to find it before anybody asks.
	Silent bool
	// Words: the platform's texts play a part, so the case is repeated in other languages.
	Words bool
	// Outage: the platform is in trouble. (That a sign-in is asked for without reason is never right, in no case.)
	Outage bool

	// Hand says what a person does to repair it where the product cannot, Mend does that. Nil: all is put in order again.
	Hand string
	Mend func(*stage) error
	// Fix is the button that repairs it, after Mend where there is both; Inputs go with it.
	Fix    string
	Inputs map[string]any
	// Proof replaces the proof that all is well again; nil: a message each way, and a run without a finding.
	Proof func(*stage) error
}

// Place is where a cause is to be named.
type Place int

const (
	// Verdict: first of a report's findings, on the connection's page.
	Verdict Place = iota
	// OnMessage: the message's cause, on the message.
	OnMessage
	// Refused: in the answer to somebody of the neighbour's who tries to connect the number.
	Refused
	// Front: in whatever the server answers, because it cannot work at all.
	Front
)

// Cases is the table.
func Cases() []Case {
	var all []Case
	for _, list := range [][]Case{credentials(), standing(), subscriptions(), waysIn(), deliveries(), server(), registration(), outages(), messages()} {
		all = append(all, list...)
	}
	return all
}
