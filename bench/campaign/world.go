package campaign

import (
	"context"
	"time"

	"github.com/clearline/clearline/bench/outside"
)

// World is where a campaign takes place: a product connected to a number of the twin, and the net between them.
type World struct {
	// Product is the API of the company that has the number, Neighbour that of another company on the same server.
	Product, Neighbour *Caller
	// Twin is the control interface.
	Twin *Caller
	// Names is the DNS server that product and twin ask.
	Names *outside.Names
	// Inbox stands before the product, Former is an address that it had earlier, Platform stands before the twin: the
	// product knows no other way there. Strange is somebody else's server.
	Inbox, Former, Platform, Strange *outside.Site
	// Account is the number.
	Account Account
	// DataDir is the product's.
	DataDir string

	// Advance moves the clocks of product and twin.
	Advance func(ctx context.Context, d time.Duration) error
	// Restart ends the product and starts it again on the same data; a product that does not become ready is an error with
	// its last words. With a key file it returns when anybody answers: what the product says then is the case's affair.
	// Product stays its API.
	Restart func(ctx context.Context, s Settings) error
	// Command runs the program's command line against the product.
	Command func(ctx context.Context, args ...string) (stdout []byte, exit int, err error)
	// Look reads what a browser shows. Nil: there is none.
	Look func(ctx context.Context, at View) (cause string, err error)
}

// View is a place in the pages where a cause is named. One of the first four is set.
type View struct {
	// Connection's own page.
	Connection string `json:"connection,omitempty"`
	// Message in the thread of Conversation.
	Message      string `json:"message,omitempty"`
	Conversation string `json:"conversation,omitempty"`
	// Connect is a number that the neighbour's owner tries to connect by hand, step by step as the pages lead.
	Connect *Account `json:"connect,omitempty"`
	// Front is whatever comes at the server's address.
	Front bool `json:"front,omitempty"`
	// Want is what ends the waiting for a page that is still being drawn; what is shown is told, whatever it is.
	Want string `json:"want"`
}

// Account is a number of the twin with all that is secret about it, as the twin's control interface tells it.
type Account struct {
	PhoneNumberID string `json:"phone_number_id"`
	WABAID        string `json:"waba_id"`
	Token         string `json:"token"`
	AppID         string `json:"app_id"`
	AppSecret     string `json:"app_secret"`
	VerifyToken   string `json:"verify_token"`
}

// Settings are what a case may start the product with; the zero value is how it was started first.
type Settings struct {
	// MinFreeDisk is the free space it asks for, in bytes.
	MinFreeDisk int64
	// PublicURL is the address it believes to have.
	PublicURL string
	// KeyFile names another key.
	KeyFile string
}

// hook is the path under which the product takes the platform's calls.
const hook = "/webhooks/whatsapp"
