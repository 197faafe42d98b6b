package channel

import (
	"context"
	"io"

	"github.com/clearline/clearline"
)

// Profiler is a platform where an account has a public face: what customers read about the business, links that open a
// conversation, and a name that the platform approves. Errors are *SendError, those for wrong input with a
// *clearline.Problem inside that names the field.
type Profiler interface {
	Profile(ctx context.Context, a Account) (Profile, error)
	// SaveProfile writes the whole profile; PictureURL is not written. CheckProfile judges it first, and sends nothing.
	SaveProfile(ctx context.Context, a Account, p Profile) error
	CheckProfile(p Profile) *clearline.Problem
	// Picture writes the picture that customers see to w, at most limit bytes of it, and gives its media type, "" when there
	// is none. SavePicture hands another one over, a JPEG or PNG as CheckPicture wants it.
	Picture(ctx context.Context, a Account, limit int64, w io.Writer) (mime string, err error)
	SavePicture(ctx context.Context, a Account, picture []byte) error
	CheckPicture(picture []byte) *clearline.Problem
	// ProfileLimits are the platform's figures for forms.
	ProfileLimits() ProfileLimits

	// Links are the account's message links, at most 2,000.
	Links(ctx context.Context, a Account) ([]MessageLink, error)
	// Link is the link of a code; ok is false when the platform knows none, or shows none to this credential.
	Link(ctx context.Context, a Account, code string) (link MessageLink, ok bool, err error)
	// AddLink makes a link with the text that the person finds written; ChangeLink gives another text to a link, which
	// keeps its address; RemoveLink ends it for good.
	AddLink(ctx context.Context, a Account, text string) (MessageLink, error)
	ChangeLink(ctx context.Context, a Account, code, text string) (MessageLink, error)
	RemoveLink(ctx context.Context, a Account, code string) error

	// Name is where the display name stands; RequestName asks for another one, which the platform reviews.
	Name(ctx context.Context, a Account) (NameState, error)
	RequestName(ctx context.Context, a Account, name string) error
}

// Profile is what customers see of a business.
type Profile struct {
	About, Address, Description, Email string
	// Vertical is the line of business: a word of ProfileLimits.Verticals, or "".
	Vertical string
	// Websites are addresses with their scheme.
	Websites []string
	// PictureURL is the platform's own address of the picture, "" when there is none.
	PictureURL string
}

// ProfileLimits are lengths in characters, PictureMax in bytes, and PictureSide the shortest side in pixels.
type ProfileLimits struct {
	AboutMax, AddressMax, DescriptionMax, EmailMax int
	WebsitesMax, WebsiteMax                        int
	Verticals                                      []string
	LinkTextMax, NameMin, NameMax                  int
	PictureMax, PictureSide                        int
}

// MessageLink opens a conversation with a text already written.
type MessageLink struct {
	// Code names the link at the platform; Address is what a QR code or a page carries.
	Code, Address, Text string
}

// NameState is where a display name stands.
type NameState struct {
	// Name is the one in use, Status the platform's word about it.
	Name, Status string
	// Wanted is the one asked for and WantedStatus its review, "" when there is none.
	Wanted, WantedStatus string
	// Register is true when the wanted name is approved and takes effect with the next registration.
	Register bool
	// Badge is the platform's word about the verified badge, "" when not told.
	Badge string
}
