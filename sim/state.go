package sim

import (
	"slices"
	"time"
)

// What Graph knows of accounts. The values are the platform's own words
// (reference api.md 1, 4 and 5). The …State structs hold what standing causes
// may show otherwise than it is; see view.go.

type app struct {
	id, name, secret, verifyToken string
	// config and coexistConfig are the login configurations of the app.
	config, coexistConfig string
	// callbackVerify is the verify token last given with the callback.
	callbackVerify string

	appState
}

type appState struct {
	callback string // app-level callback; empty = not subscribed
	active   bool   // the subscription delivers
	fields   []string
	// development: only people with a role on the app reach it.
	development bool
	// barred: the platform restricted the app itself.
	barred bool
}

// business is a portfolio.
type business struct {
	id string
	// initiated holds when people were last written to outside a window, for the
	// limit.
	initiated map[string]time.Time

	businessState
}

type businessState struct {
	name         string
	verification string // business_verification_status
	limit        string // TIER_250 … TIER_UNLIMITED, of the whole portfolio
}

type waba struct {
	id        string
	business  *business
	templates []*template
	// subscribed maps an app's id to its override callback, "" for none.
	subscribed map[string]string
	calls      hourly // management calls

	wabaState
}

type wabaState struct {
	name, currency, timezone, country string

	review    string // account_review_status
	ownership string // ownership_type
	status    string
	payment   bool // a payment method is there
	insights  bool
	// restrictions come with account_update; the node does not show them.
	restrictions []restriction
}

type restriction struct {
	kind string
	ends time.Time
}

func newWABAState(name string) wabaState {
	return wabaState{
		name: name, currency: "USD", timezone: "1", country: "US", review: "APPROVED", ownership: "SELF", status: "ACTIVE",
		payment: true, insights: true,
	}
}

type number struct {
	id, display, country string
	waba                 *waba
	override             map[string]string // app id → callback
	throughput           bucket
	profile              profile
	links                []*link
	codes                []sentCode
	// Times of calls, for the limits of 72 hours.
	registers, deregisters, codeRequests []time.Time
	wrongPINs                            []time.Time
	lockedUntil                          time.Time // after too many registers
	// synced holds when each kind of coexistence data was asked for.
	synced map[string]time.Time
	// replaces is the number this one takes over from when it is registered.
	replaces *number

	numberState
}

type numberState struct {
	name       string
	nameStatus string
	// newName is under review, or approved and waiting for a new registration.
	newName, newNameStatus string

	registered   bool
	status       string // "" = as the registration says
	platform     string // platform_type, "" = as the registration says
	verification string // code_verification_status
	quality      string
	reasons      []string // of the quality
	level        string   // of throughput, "" = as the settings say
	mode         string   // account_mode
	onBizApp     bool     // also in the Business app
	// inApp: held by an app: personal, business, or deleted a moment ago.
	inApp string
	pin   string
	// elsewhere: the PIN was set at another provider, so that registering needs
	// that one.
	elsewhere   bool
	badge       string // oba_status
	searchable  string // search_visibility
	globalReach string // eligibility_for_api_business_global_search
	username    string
	onboarded   time.Time
	health      map[string]entityHealth // set by hand, by entity type
}

func newNumberState(name string, now time.Time) numberState {
	return numberState{
		name: name, nameStatus: "APPROVED", newNameStatus: "NONE", registered: true, verification: "VERIFIED", quality: "GREEN",
		mode: "LIVE", badge: "NOT_STARTED", searchable: "VISIBLE", globalReach: "ELIGIBLE", onboarded: now,
	}
}

// fresh takes a number back to where it stands after it was entered.
func (n *number) fresh() {
	n.registered, n.verification, n.quality, n.nameStatus, n.pin = false, "NOT_VERIFIED", "UNKNOWN", "AVAILABLE_WITHOUT_REVIEW", ""
}

// entityHealth is one entity of health_status.
type entityHealth struct {
	Send   string        `json:"can_send_message"` // AVAILABLE, LIMITED or BLOCKED
	Info   []string      `json:"additional_info,omitempty"`
	Errors []healthError `json:"errors,omitempty"`
}

type healthError struct {
	Code        int    `json:"error_code"`
	Description string `json:"error_description"`
	Solution    string `json:"possible_solution"`
}

type token struct {
	value, appID, userID string
	made                 int // place in the order of making
	calls                hourly

	tokenState
}

type tokenState struct {
	kind   string // USER, SYSTEM_USER or APP
	scopes []string
	// targets are the WABAs it may act for; nil with everything means all that
	// the user has.
	targets    []string
	everything bool
	issued     time.Time
	expires    time.Time // zero: never
	dataAccess time.Time // end of access to data; zero: never
	// dead tells why it no longer works; nil while it does.
	dead *deadToken
}

type deadToken struct {
	subcode int
	message string
}

// The permissions of a token, and what they are for.
const (
	scopeManagement = "whatsapp_business_management"
	scopeMessaging  = "whatsapp_business_messaging"
	scopeBusiness   = "business_management"
)

var usualScopes = []string{scopeManagement, scopeMessaging, "public_profile"}

// sees tells whether the token may act for a WABA.
func (t *token) sees(wabaID string) bool { return t.everything || slices.Contains(t.targets, wabaID) }

// recent keeps of times those within d before now.
func recent(times []time.Time, now time.Time, d time.Duration) []time.Time {
	return slices.DeleteFunc(times, func(at time.Time) bool { return now.Sub(at) >= d })
}
