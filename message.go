package clearline

import (
	"encoding/json"
	"time"
)

// Direction tells who wrote a message.
type Direction string

// The directions.
const (
	In   Direction = "in"
	Out  Direction = "out"
	Note Direction = "note"
)

// Kind is what a message consists of.
type Kind string

// The kinds of message, over all platforms.
const (
	KindText        Kind = "text"
	KindImage       Kind = "image"
	KindVideo       Kind = "video"
	KindAudio       Kind = "audio"
	KindVoice       Kind = "voice"
	KindDocument    Kind = "document"
	KindSticker     Kind = "sticker"
	KindLocation    Kind = "location"
	KindContacts    Kind = "contacts"
	KindReaction    Kind = "reaction"
	KindInteractive Kind = "interactive"
	KindOrder       Kind = "order"
	KindSystem      Kind = "system"
	KindTemplate    Kind = "template"
	KindUnsupported Kind = "unsupported"
)

// Filed tells whether messages of this kind may have files.
func (k Kind) Filed() bool {
	switch k {
	case KindImage, KindVideo, KindAudio, KindVoice, KindDocument, KindSticker, KindTemplate:
		return true
	}
	return false
}

// Message is one thing said in a conversation.
type Message struct {
	ID             ID
	CompanyID      ID
	ConnectionID   ID
	ConversationID ID
	ClientID       string
	Direction      Direction
	Kind           Kind
	Text           string
	// Details holds what the kind needs beyond text, in the platform's own words (location, contacts,
	// interactive, order, referral, system, template), as a JSON object; nil when there is none.
	Details json.RawMessage
	Media   []Media
	// ReplyTo is the message answered or reacted to, 0 when none or when we never saw it; ReplyToPlatform is
	// the platform's id of it.
	ReplyTo         ID
	ReplyToPlatform string
	PlatformID      string
	// PlatformTime is the platform's own clock; WhatsApp gives whole seconds.
	PlatformTime time.Time
	// At is the message's place in the thread: platform time for theirs, time of sending for ours. Equal
	// times are ordered by ID. Fixed when first stored (theirs) or sent (ours).
	At        time.Time
	CreatedAt time.Time
	Status    Status
	Cause     Cause
	Error     *PlatformError
	// Conflict is true when the platform reported both delivered and failed.
	Conflict bool
	Attempts int
	// NextTryAt is when a waiting message is tried again, zero when no time is set.
	NextTryAt time.Time
	// Deadline bounds how long the message may wait (end of its window or 24 h).
	Deadline time.Time
	// UndoUntil is until when its writer may take the message back, zero when they may not.
	UndoUntil time.Time
	// DismissedAt is when somebody said that this failed or unconfirmed message needs nothing more.
	DismissedAt time.Time
	AuthorID    ID
	DeliveryID  ID
	Reactions   []Reaction
	EditedAt    time.Time
	DeletedAt   time.Time
	// TroubleAt is since when this message, failed or unconfirmed, wants a decision; zero when it never did.
	TroubleAt time.Time
	// RetriedAt is when a person last asked for it to be sent again, zero when nobody did. While that is under way Retry
	// tells how far it has come, and the message keeps the status, cause and error it had (I34).
	RetriedAt time.Time
	Retry     *Retry
	// Repeat is true when the next attempt repeats one whose refusal did not prove that it was not taken.
	Repeat bool
}

// Retry is a new attempt of a failed or unconfirmed message that a person asked for, before the platform's answer.
type Retry struct {
	// Status is Queued, Held or Sending; Cause says why it is held.
	Status Status
	Cause  Cause
}

// Reaction is one person's emoji on a message. The newest platform time of each side wins; an empty emoji
// takes the reaction back.
type Reaction struct {
	Emoji string    `json:"emoji"`
	From  string    `json:"from"`
	At    time.Time `json:"at"`
}

// Media is a file of a message. The message is shown even when its file is not there yet.
type Media struct {
	ID         ID
	PlatformID string
	// Kind is what the file is sent or shown as: image, video, audio, voice, document or sticker.
	Kind   Kind
	MIME   string
	Bytes  int64
	Name   string
	SHA256 string
	// Width and Height are in pixels, as a person sees the picture; 0 when not known. Duration is of sound and film.
	Width, Height int
	Duration      time.Duration
	// Preview is true when there is a small picture of it.
	Preview bool
	// Converted says what was done to an upload, nil for nothing.
	Converted *Conversion
	State     MediaState
	// Reason says why a file is lost, or not here yet after a try.
	Reason Cause
	// ExpiresAt is when the platform forgets the file.
	ExpiresAt time.Time
}

// Animated tells whether a sticker moves.
func (m Media) Animated() bool { return m.Kind == KindSticker && m.Duration > 0 }

// Conversion is what was done to an upload so that platforms take it.
type Conversion struct {
	From        string `json:"from"`
	BytesBefore int64  `json:"bytes_before"`
	// Why is a sentence for the person who uploaded it.
	Why string `json:"why"`
}

// MediaState tells whether a file is here.
type MediaState string

// The states of a file.
const (
	MediaPending MediaState = "pending"
	MediaReady   MediaState = "ready"
	MediaLost    MediaState = "lost"
)

// Elsewhere tells whether the business wrote the message outside of this product, such as in the Business app on a phone:
// the platform's echo brought it.
func (m *Message) Elsewhere() bool { return m.Direction == Out && m.DeliveryID != 0 }
