package clearline

import "time"

// Contact is a person as the company knows them: one or more addresses.
type Contact struct {
	ID        ID
	CompanyID ID
	Name      string
	CreatedAt time.Time
}

// Address is one person on one connection. A conversation belongs to an address, not to a contact, so
// that merging contacts never redirects a reply.
type Address struct {
	ID           ID
	CompanyID    ID
	ConnectionID ID
	ContactID    ID
	// SendTo is the id the platform last gave for this person; replies go there (WhatsApp: wa_id, or the
	// business-scoped user id of a person without a visible number).
	SendTo string
	// Shown is how the person's handle is shown: +55 11 9…, @name.
	Shown string
}

// Conversation is the thread with one address. There is one per address, held by a unique index.
type Conversation struct {
	ID           ID
	CompanyID    ID
	ConnectionID ID
	AddressID    ID
	State        ConversationState
	// Unread counts the person's messages that no agent has read.
	Unread int
	// WaitingSince is the time of the person's first message without an answer, zero when none waits.
	WaitingSince time.Time
	// WindowFrom is the platform time of the person's last message that opened the reply window.
	WindowFrom time.Time
	// LastAt is the thread time of the newest message; the inbox sorts by it.
	LastAt        time.Time
	LastMessageID ID
	AssigneeID    ID
}

// ConversationState is where a conversation stands for the team.
type ConversationState string

// The states of a conversation. A message from the person opens it again.
const (
	Open    ConversationState = "open"
	Snoozed ConversationState = "snoozed"
	Done    ConversationState = "done"
)

// Window is the time during which a free-form reply may be sent.
type Window struct {
	// State is "open", "closed" or "none" (the platform has no such rule).
	State     string
	ExpiresAt time.Time
}

// ReplyWindow computes the window at now: length after from, the person's last message. A length of 0 means
// that the platform has no window. Source of WhatsApp's 24 h: reference limits, section 3.
func ReplyWindow(from time.Time, length time.Duration, now time.Time) Window {
	switch {
	case length == 0:
		return Window{State: "none"}
	case from.IsZero():
		return Window{State: "closed"}
	}
	w := Window{State: "open", ExpiresAt: from.Add(length)}
	if !now.Before(w.ExpiresAt) {
		w.State = "closed"
	}
	return w
}
