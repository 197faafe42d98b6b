package clearline

import (
	"strings"
	"time"
)

// Platform is one of the messaging services.
type Platform string

// The platforms. Only those with a leaf under channel/ can be connected.
const (
	WhatsApp  Platform = "whatsapp"
	Messenger Platform = "messenger"
	Instagram Platform = "instagram"
	Telegram  Platform = "telegram"
	Discord   Platform = "discord"
)

// Name is how people write the platform's name.
func (p Platform) Name() string {
	switch p {
	case WhatsApp:
		return "WhatsApp"
	case Messenger, Instagram, Telegram, Discord:
		return strings.ToUpper(string(p[:1])) + string(p[1:])
	}
	return string(p)
}

// Connection joins one account of a platform (a WhatsApp number, a page, a bot) to one company.
type Connection struct {
	ID        ID
	CompanyID ID
	Platform  Platform
	Name      string
	// Account is the platform's own id of the account: phone_number_id, page id, bot id.
	Account string
	// Parent is the platform's id of what owns the account, where there is such a thing: the WABA id.
	Parent string
	// AppID is the row of the platform app whose secret signs this account's webhooks.
	AppID ID
	// Phone is the number as people write it, "" where there is none or nobody told it.
	Phone string
	// Business is the platform's id of the portfolio that owns the account's owner, "" when not told.
	Business string
	// PausedAt is set while a person has stopped sending. What arrives is still stored.
	PausedAt time.Time
	// PausedBy is who did that, 0 for an API key.
	PausedBy ID
	// ConnectingAt is set from the reservation of the account until the procedure that makes the connection is done.
	ConnectingAt time.Time
	// DisconnectedAt is set once a person has ended the connection. Its conversations stay.
	DisconnectedAt time.Time
	// RegisteredAt is when the number was last registered through this server, zero for never.
	RegisteredAt time.Time
	// Coexistence: the number lives in the Business app too.
	Coexistence bool
	// ThroughputPerSecond is the platform's limit for this account, in and out together (WhatsApp: 80, 1,000 or 20).
	ThroughputPerSecond int

	CreatedAt time.Time
	// Proof holds the last evidence for and against each direction.
	Proof Proof
}

// Portfolio is what the platform's limits over several accounts belong to: the portfolio, what owns the account while that
// is not known, or the account itself.
func (c Connection) Portfolio() string {
	for _, id := range []string{c.Business, c.Parent} {
		if id != "" {
			return id
		}
	}
	return c.Account
}

// Proof is dated evidence about a connection. A zero time means: never seen.
type Proof struct {
	// ReceivedAt is when an authentic delivery for this account last arrived.
	ReceivedAt time.Time
	// SentAt is when the platform last accepted a send.
	SentAt time.Time
	// CheckedAt is when the credential was last tried, whatever came of it.
	CheckedAt time.Time
	// AcceptedAt is when the platform last accepted the credential.
	AcceptedAt time.Time
	// SubscribedAt is when the platform last told that this account's webhook points here.
	SubscribedAt time.Time
	// Lag is how far the last delivery came behind the platform's own time, Spread how far apart what it held happened.
	Lag, Spread time.Duration
	// Bundles counts the last deliveries, one after the other, that held what had happened at quite different times; see
	// Delivery.Bundle.
	Bundles int
	// Cause is the cause of the last refusal that concerned the whole connection, "" after a success; Inbound is the
	// one that concerns receiving alone.
	Cause, Inbound Cause
	// CauseAt and InboundAt are since when they are so.
	CauseAt, InboundAt time.Time
}

// ProofLife is how long evidence counts as fresh (ux: "≤ 15 min ago").
const ProofLife = 15 * time.Minute

// ConnectionStatus is the one word shown for a connection.
type ConnectionStatus string

// The status words, by precedence.
const (
	StatusPaused        ConnectionStatus = "paused"
	StatusReauthorize   ConnectionStatus = "reauthorization_required"
	StatusDisconnected  ConnectionStatus = "disconnected"
	StatusDegraded      ConnectionStatus = "degraded"
	StatusConnecting    ConnectionStatus = "connecting"
	StatusConnected     ConnectionStatus = "connected"
	FlowYes                              = "yes"
	FlowNo                               = "no"
	FlowSlow                             = "slow"
	FlowLate                             = "late"
	FlowLimited                          = "limited"
	FlowUnknown                          = "unknown"
	flowProofForSending                  = 24 * time.Hour
)

// Health is what may be said about a connection at a moment, computed from its proof alone.
type Health struct {
	Status ConnectionStatus
	// Stale is true when the status word rests on proof older than ProofLife.
	Stale bool
	// Cause is the reason behind the word, or the weightiest one where the word is "connected"; Since is since when.
	Cause Cause
	Since time.Time

	Receiving   string
	ReceivingAt time.Time
	// ReceivingCause and SendingCause are why a direction is not "yes", "" where it is or nobody knows.
	ReceivingCause Cause
	Sending        string
	SendingAt      time.Time
	SendingCause   Cause
}

// Health computes the truthful status at now. Silence is not proof: without evidence a direction is "unknown",
// and "connected" needs both an accepted credential and a proven way in.
func (c Connection) Health(now time.Time) Health {
	p := c.Proof
	inbound := later(p.ReceivedAt, p.SubscribedAt)
	h := Health{Receiving: FlowUnknown, ReceivingAt: inbound, Sending: FlowUnknown, SendingAt: p.SentAt, Cause: p.Cause, Since: p.CauseAt}
	if p.Inbound.Outweighs(p.Cause) {
		h.Cause, h.Since = p.Inbound, p.InboundAt
	}
	h.flows(p, now)
	switch cause := h.Cause; {
	case !c.DisconnectedAt.IsZero():
		return Health{Status: StatusDisconnected, Receiving: FlowNo, ReceivingAt: inbound, Sending: FlowNo, SendingAt: p.SentAt, Cause: CauseEnded, Since: c.DisconnectedAt}
	case !c.ConnectingAt.IsZero() && !cause.Reauthorizes():
		h.Status = StatusConnecting
	case cause.Reauthorizes():
		h.Status = StatusReauthorize
	case cause.Disconnects():
		h.Status = StatusDisconnected
	case cause.Outage():
		h.Status = StatusDegraded
	case p.AcceptedAt.IsZero() || inbound.IsZero():
		h.Status = StatusConnecting
	default:
		h.Status = StatusConnected
		h.Stale = now.Sub(later(p.AcceptedAt, p.SentAt)) > ProofLife || now.Sub(inbound) > ProofLife
	}
	if !c.PausedAt.IsZero() {
		h.Status = StatusPaused
	}
	return h
}

// flows tells both directions apart.
func (h *Health) flows(p Proof, now time.Time) {
	if !h.ReceivingAt.IsZero() {
		h.Receiving = FlowYes
	}
	if !p.SentAt.IsZero() && now.Sub(p.SentAt) < flowProofForSending {
		h.Sending = FlowYes
	}
	for _, cause := range []Cause{p.Cause, p.Inbound} {
		receiving, sending := cause.Stops()
		switch {
		case receiving:
			h.Receiving, h.ReceivingCause = FlowNo, cause
		case cause.Delays() && h.Receiving == FlowYes:
			h.Receiving, h.ReceivingCause = FlowLate, cause
		}
		switch {
		case sending:
			h.Sending, h.SendingCause = FlowNo, cause
		case cause.Outage(), cause == CauseRate:
			h.Sending, h.SendingCause = FlowSlow, cause
		case cause.Slows():
			h.Sending, h.SendingCause = FlowLimited, cause
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// App is a platform app: the one that the operator set up for the whole installation (CompanyID is
// Installation), or a company's own. Its secret signs webhooks, and its events reach only connections
// that belong to it.
type App struct {
	ID        ID
	CompanyID ID
	Platform  Platform
	// PlatformID is the platform's id of the app, "" when nobody told it.
	PlatformID  string
	Secret      string
	VerifyToken string
}

// Same tells whether two rows are one app at the platform: several companies may each have entered it as their own, and
// whoever knows its secret speaks for all of them.
func (a App) Same(b App) bool {
	return a.ID == b.ID || a.Platform == b.Platform && a.Secret == b.Secret && a.Secret != ""
}
