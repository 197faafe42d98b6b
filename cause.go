package clearline

import "time"

// Cause is the one vocabulary for trouble: a send error, a failed check, a page of the playbook, a metric and
// a simulator's switch for the same trouble bear the same code. The empty cause means: none.
type Cause string

// Causes that code decides by. The leaves know many more; every one has a page in the playbook.
const (
	CauseAuthExpired     Cause = "auth.expired"
	CauseAuthRevoked     Cause = "auth.revoked"
	CauseAuthPassword    Cause = "auth.password"
	CauseAuthInvalid     Cause = "auth.invalid"
	CauseAuthScope       Cause = "auth.scope"
	CauseAuthAsset       Cause = "auth.asset"
	CauseAuthExpiring    Cause = "auth.expiring"
	CauseLogin           Cause = "auth.login"
	CauseAppSecret       Cause = "app.secret"
	CauseAppBlocked      Cause = "app.blocked"
	CauseAppDevMode      Cause = "app.dev_mode"
	CauseAccountDisabled Cause = "account.disabled"
	CauseAccountBarred   Cause = "account.restricted"
	CauseAccountReview   Cause = "account.review"
	CauseUnverified      Cause = "account.unverified"
	CauseQuality         Cause = "account.quality"
	CauseHookOff         Cause = "hook.off"
	CauseHookFields      Cause = "hook.fields"
	CauseHookUnreachable Cause = "hook.unreachable"
	CauseHookVerify      Cause = "hook.verify"
	CauseHookSignature   Cause = "hook.signature"
	CauseHookThrottled   Cause = "hook.throttled"
	CauseHookLag         Cause = "hook.lag"
	CauseHookQuiet       Cause = "hook.quiet"
	CauseHookFailing     Cause = "hook.failing"
	CauseNotRegistered   Cause = "wa.not_registered"
	CauseMoved           Cause = "wa.moved"
	CauseCoexistIdle     Cause = "wa.coexist_idle"
	CauseName            Cause = "wa.name"
	CauseLimit           Cause = "wa.limit"
	CauseThroughput      Cause = "wa.throughput"
	CauseTestNumber      Cause = "wa.test_number"
	CauseWABATaken       Cause = "wa.waba_taken"
	CauseEnded           Cause = "connection.ended"
	CauseOtherAccount    Cause = "connection.other_account"
	CauseLoginMissing    Cause = "login.missing"
	CauseLoginUsed       Cause = "login.used"
	CauseLoginForeign    Cause = "login.foreign"
	CauseLoginExpired    Cause = "login.expired"
	CauseLoginCancelled  Cause = "login.cancelled"
	CauseNoPortfolio     Cause = "meta.no_portfolio"
	CauseNumber          Cause = "wa.number"
	CauseCountry         Cause = "wa.country"
	CauseInUse           Cause = "wa.in_use"
	CauseTwoStep         Cause = "wa.two_step"
	CausePIN             Cause = "wa.pin"
	CauseCode            Cause = "wa.code"
	CauseOwnership       Cause = "wa.ownership"
	CauseReleasing       Cause = "wa.releasing"
	CauseRegisterLimit   Cause = "wa.register_limit"
	CauseSignUpForm      Cause = "wa.sign_up_form"
	CauseHookElsewhere   Cause = "hook.elsewhere"
	CauseAddress         Cause = "server.address"
	CauseInside          Cause = "server.inside"
	CauseWindow          Cause = "wa.window"
	CauseTemplateMissing Cause = "wa.tpl_missing"
	CauseTemplateParams  Cause = "wa.tpl_params"
	CauseUndeliverable   Cause = "wa.undeliverable"
	CauseHeld            Cause = "wa.held"
	CauseUserLimit       Cause = "wa.user_limit"
	CausePayment         Cause = "wa.payment"
	CauseOutage          Cause = "net.outage"
	CauseRate            Cause = "net.rate"
	CauseNetwork         Cause = "server.network"
	CauseDisk            Cause = "server.disk"
	CauseKey             Cause = "server.key"
	CauseSchema          Cause = "server.schema"
	CauseDatabase        Cause = "server.database"
	CauseWAL             Cause = "server.wal"
	CauseDNS             Cause = "server.dns"
	CauseCertificate     Cause = "server.cert"
	CauseClock           Cause = "server.clock"
	CauseBusy            Cause = "server.busy"
	CauseUnconfirmed     Cause = "send.unconfirmed"
	CauseDeadline        Cause = "send.deadline"
	CauseCancelled       Cause = "send.cancelled"
	CauseBadParam        Cause = "send.bad_param"
	CauseMediaType       Cause = "media.type"
	CauseMediaSize       Cause = "media.size"
	CauseMediaExpired    Cause = "media.expired"
	CauseMediaRetention  Cause = "media.retention"
	CauseMediaLost       Cause = "media.lost"
	CauseUnknownField    Cause = "in.unknown_field"
	CauseUnreadable      Cause = "in.unreadable"
	CauseUnrouted        Cause = "in.unrouted"
	CauseInput           Cause = "api.input"
	CauseAbsent          Cause = "api.absent"
	CauseConflict        Cause = "api.conflict"
	CauseSignIn          Cause = "api.sign_in"
	CauseForbidden       Cause = "api.forbidden"
	CauseTooMany         Cause = "api.too_many"
	CauseLink            Cause = "api.link"
	CauseUnencrypted     Cause = "api.unencrypted"
	CauseTooOld          Cause = "api.too_old"
	CauseTooLarge        Cause = "api.too_large"
	CauseInvalidParam    Cause = "meta.invalid_param"
	CauseVersion         Cause = "meta.version"
	CauseChange          Cause = "meta.change"
	CauseOther           Cause = "other"
)

// Reauthorizes tells whether only a new sign-in ends this cause. Such a cause comes from the platform's own
// word about a credential, never from silence.
func (c Cause) Reauthorizes() bool {
	switch c {
	case CauseAuthExpired, CauseAuthRevoked, CauseAuthPassword, CauseAuthInvalid, CauseAuthScope, CauseAuthAsset:
		return true
	}
	return false
}

// Stops tells which directions of a connection a cause ends. Where a credential is refused, messages still come in;
// where the platform does not find us, messages still go out.
func (c Cause) Stops() (receiving, sending bool) {
	switch c {
	case CauseAccountDisabled, CauseNotRegistered, CauseMoved, CauseCoexistIdle, CauseOwnership, CauseInUse, CauseAppBlocked, CauseNetwork:
		return true, true
	case CauseAccountBarred, CausePayment:
		return false, true
	case CauseHookOff, CauseHookElsewhere, CauseHookFields, CauseHookVerify, CauseHookUnreachable, CauseHookSignature,
		CauseDNS, CauseCertificate, CauseAddress, CauseDisk:
		return true, false
	}
	return false, c.Reauthorizes()
}

// Disconnects tells whether the cause stops a direction of a whole connection while its credential may be fine.
func (c Cause) Disconnects() bool {
	receiving, sending := c.Stops()
	return (receiving || sending) && !c.Reauthorizes()
}

// Outage tells whether the platform itself is in trouble.
func (c Cause) Outage() bool { return c == CauseOutage }

// Slows tells whether the cause makes a whole connection send less or later without stopping it.
func (c Cause) Slows() bool { return c == CauseRate || c == CauseLimit || c == CauseQuality }

// Delays tells whether the cause lets messages come in late.
func (c Cause) Delays() bool { return c == CauseHookLag || c == CauseHookThrottled }

// Inbound tells whether the cause concerns receiving alone. It stands beside one that concerns sending, which it
// neither hides nor is hidden by.
func (c Cause) Inbound() bool {
	receiving, sending := c.Stops()
	return receiving && !sending || c.Delays()
}

// Outweighs tells whether, of two causes of one connection, c is the one to name: a refused credential before a
// stopped direction, that before an outage, and that before what only slows.
func (c Cause) Outweighs(other Cause) bool { return c.weight() > other.weight() }

func (c Cause) weight() int {
	switch {
	case c == "":
		return 0
	case c.Reauthorizes():
		return 4
	case c.Disconnects():
		return 3
	case c.Outage():
		return 2
	}
	return 1
}

// Fate is what may be done about a send that was refused or got no answer.
type Fate string

const (
	// Stop means that the same request would be refused again.
	Stop Fate = "stop"
	// Again means that the platform surely did not take it: it may be repeated after a wait.
	Again Fate = "again"
	// Hold means that the platform says "not now" without promising that it did not take it: the whole lane
	// waits, then the message goes once more, marked as a repeat.
	Hold Fate = "hold"
	// Unknown means that it may or may not have been taken: never repeated on its own.
	Unknown Fate = "unknown"
	// Slow means that the lane is over the platform's limit: repeated after a wait, the whole lane slows down.
	Slow Fate = "slow"
	// SlowPair means that this one person gets too many messages: repeated later, the lane goes on.
	SlowPair Fate = "slow_pair"
)

// PlatformError is a platform's refusal in its own words and numbers.
type PlatformError struct {
	Code    int    `json:"code"`
	Subcode int    `json:"subcode"`
	Text    string `json:"text"`
	// Details is the platform's longer explanation, where it gives one.
	Details string `json:"details,omitempty"`
	// TraceID is what the platform's support asks for.
	TraceID string `json:"trace_id,omitempty"`
}

// Problem is an error that a person can act on: what happened, why, and what next. It crosses all rooms;
// httpapi turns it into problem+json.
type Problem struct {
	Cause Cause
	// Title is one short sentence: what happened.
	Title string
	// Detail says why and what to do next.
	Detail string
	// Fields names the wrong inputs, when it is about input.
	Fields []FieldProblem
	// RetryAfter is how long to wait before trying again, 0 when waiting does not help.
	RetryAfter time.Duration
	// Err is what caused it; it is logged, never shown.
	Err error
}

// FieldProblem says what is wrong with one field of the input.
type FieldProblem struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

func (p *Problem) Error() string {
	s := string(p.Cause) + ": " + p.Title
	if p.Detail != "" {
		s += " " + p.Detail
	}
	if p.Err != nil {
		s += " (" + p.Err.Error() + ")"
	}
	return s
}

func (p *Problem) Unwrap() error { return p.Err }
