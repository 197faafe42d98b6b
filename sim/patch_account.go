package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// accountPatch is PATCH /control/v1/accounts/{id}: any field of a number's node,
// of its WABA's, of its portfolio, of its app and of its tokens. What is left out
// stays; apps are told of what changed as the platform tells them.
type accountPatch struct {
	// The number.
	Status           *string                  `json:"status"`
	PlatformType     *string                  `json:"platform_type"`
	Verification     *string                  `json:"code_verification_status"`
	VerifiedName     *string                  `json:"verified_name"`
	NameStatus       *string                  `json:"name_status"`
	NewName          *string                  `json:"new_display_name"`
	NewNameStatus    *string                  `json:"new_name_status"`
	Quality          *string                  `json:"quality_rating"`
	Throughput       *string                  `json:"throughput"` // the level
	Mode             *string                  `json:"account_mode"`
	OnBizApp         *bool                    `json:"is_on_biz_app"`
	InApp            *string                  `json:"in_app"` // "", personal, business, deleted
	PIN              *string                  `json:"pin"`    // "" switches two-step verification off
	Badge            *string                  `json:"oba_status"`
	SearchVisibility *string                  `json:"search_visibility"`
	Username         *string                  `json:"username"`
	Onboarded        *time.Time               `json:"last_onboarded_time"`
	Health           map[string]*entityHealth `json:"health"` // by entity type; null takes it back

	// The WABA.
	WABAName  *string `json:"waba_name"`
	Review    *string `json:"account_review_status"`
	Ownership *string `json:"ownership_type"`
	Currency  *string `json:"currency"`
	Timezone  *string `json:"timezone_id"`
	Country   *string `json:"country"`
	Payment   *bool   `json:"payment"`

	// The portfolio.
	BusinessVerification *string `json:"business_verification_status"`
	Limit                *string `json:"messaging_limit"`

	// The app.
	AppMode *string `json:"app_mode"` // live or development
	Barred  *bool   `json:"app_restricted"`

	// The tokens that act for the WABA, all of them.
	TokenExpires json.RawMessage `json:"token_expires_at"` // null = never
	DataAccess   json.RawMessage `json:"data_access_expires_at"`
	Scopes       *[]string       `json:"scopes"`
	Targets      *[]string       `json:"target_ids"`
	Everything   *bool           `json:"all_assets"` // they act for all that their users have
}

// words that fields may have; a field that is not here takes any text.
var patchWords = map[string][]string{
	"status":                       {"CONNECTED", "PENDING", "OFFLINE", "DISCONNECTED", "UNVERIFIED", "MIGRATED", "BANNED", "RESTRICTED", "RATE_LIMITED", "FLAGGED", "DELETED", "UNKNOWN"},
	"platform_type":                {"CLOUD_API", "ON_PREMISE", "NOT_APPLICABLE"},
	"code_verification_status":     {"VERIFIED", "NOT_VERIFIED", "EXPIRED"},
	"name_status":                  {"APPROVED", "AVAILABLE_WITHOUT_REVIEW", "DECLINED", "EXPIRED", "PENDING_REVIEW", "NONE"},
	"new_name_status":              {"APPROVED", "AVAILABLE_WITHOUT_REVIEW", "DECLINED", "EXPIRED", "PENDING_REVIEW", "NONE"},
	"quality_rating":               {"GREEN", "YELLOW", "RED", "NA", "UNKNOWN"},
	"throughput":                   {"STANDARD", "HIGH", "NOT_APPLICABLE"},
	"account_mode":                 {"LIVE", "SANDBOX"},
	"in_app":                       {"", "personal", "business", "deleted"},
	"account_review_status":        {"PENDING", "APPROVED", "REJECTED", "LIMIT_REACHED", "DEFERRED"},
	"ownership_type":               {"SELF", "CLIENT_OWNED", "ON_BEHALF_OF"},
	"business_verification_status": {"verified", "not_verified", "pending", "pending_submission", "pending_need_more_info", "failed", "rejected", "expired", "revoked", "ineligible"},
	"messaging_limit":              {"TIER_50", "TIER_250", "TIER_1K", "TIER_2K", "TIER_10K", "TIER_100K", "TIER_UNLIMITED"},
	"app_mode":                     {"live", "development"},
}

// check refuses words that the platform does not have.
func (p *accountPatch) check() error {
	for name, value := range map[string]*string{
		"status": p.Status, "platform_type": p.PlatformType, "code_verification_status": p.Verification, "name_status": p.NameStatus,
		"new_name_status": p.NewNameStatus, "quality_rating": p.Quality, "throughput": p.Throughput, "account_mode": p.Mode, "in_app": p.InApp,
		"account_review_status": p.Review, "ownership_type": p.Ownership, "business_verification_status": p.BusinessVerification,
		"messaging_limit": p.Limit, "app_mode": p.AppMode,
	} {
		if value != nil && !slices.Contains(patchWords[name], *value) {
			return fieldError{name, fmt.Sprintf("must be one of %s", strings.Join(patchWords[name], ", "))}
		}
	}
	if p.PIN != nil && *p.PIN != "" && !sixDigits.MatchString(*p.PIN) {
		return fieldError{"pin", "must be six digits, or empty"}
	}
	for entity, h := range p.Health {
		if !slices.Contains([]string{"PHONE_NUMBER", "WABA", "BUSINESS", "APP"}, entity) {
			return fieldError{"health", fmt.Sprintf("%q is not an entity; known: PHONE_NUMBER, WABA, BUSINESS, APP", entity)}
		}
		if h != nil && !slices.Contains([]string{"AVAILABLE", "LIMITED", "BLOCKED"}, h.Send) {
			return fieldError{"health", "can_send_message must be AVAILABLE, LIMITED or BLOCKED"}
		}
	}
	return nil
}

func (s *Sim) patchAccount(id string, raw []byte) (accountView, error) {
	var p accountPatch
	if err := strictJSON(raw, &p); err != nil {
		return accountView{}, err
	}
	if err := p.check(); err != nil {
		return accountView{}, err
	}
	expires, err := readTime("token_expires_at", p.TokenExpires)
	if err != nil {
		return accountView{}, err
	}
	dataAccess, err := readTime("data_access_expires_at", p.DataAccess)
	if err != nil {
		return accountView{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numberFor(id)
	if n == nil {
		return accountView{}, errAbsent
	}
	before := wasBefore{n.numberState, n.waba.wabaState, n.waba.business.businessState}
	p.changeNumber(n)
	p.changeOwners(n.waba)
	a := s.apps[s.viewAccount(n).AppID]
	if p.AppMode != nil {
		a.development = *p.AppMode == "development"
	}
	put(&a.barred, p.Barred)
	for _, t := range s.tokens {
		if !t.sees(n.waba.id) {
			continue
		}
		put(&t.expires, expires)
		put(&t.dataAccess, dataAccess)
		put(&t.scopes, p.Scopes)
		put(&t.targets, p.Targets)
		put(&t.everything, p.Everything)
	}
	s.announce(before.events(s, n))
	s.live.tell(everybody)
	return s.viewAccount(n), nil
}

// put takes a value over that was given.
func put[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// readTime reads a time that may be null (zero) or left out (nil).
func readTime(name string, raw json.RawMessage) (*time.Time, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var at time.Time
	if string(raw) == "null" {
		return &at, nil
	}
	if err := json.Unmarshal(raw, &at); err != nil {
		return nil, fieldError{name, "must be a time as in 2026-11-22T10:00:00Z, or null"}
	}
	return &at, nil
}

func (p *accountPatch) changeNumber(n *number) {
	put(&n.verification, p.Verification)
	put(&n.name, p.VerifiedName)
	put(&n.nameStatus, p.NameStatus)
	put(&n.newName, p.NewName)
	put(&n.newNameStatus, p.NewNameStatus)
	put(&n.quality, p.Quality)
	put(&n.level, p.Throughput)
	put(&n.mode, p.Mode)
	put(&n.onBizApp, p.OnBizApp)
	put(&n.inApp, p.InApp)
	put(&n.badge, p.Badge)
	put(&n.searchable, p.SearchVisibility)
	put(&n.username, p.Username)
	put(&n.onboarded, p.Onboarded)
	if p.PIN != nil {
		n.pin, n.elsewhere, n.wrongPINs = *p.PIN, false, nil
	}
	if p.PlatformType != nil {
		n.platform, n.registered = *p.PlatformType, *p.PlatformType == "CLOUD_API"
	}
	if p.Status != nil {
		n.changeStatus(*p.Status)
	}
	for entity, h := range p.Health {
		if h == nil {
			delete(n.health, entity)
		} else {
			n.set(entity, *h)
		}
	}
}

// changeStatus keeps the registration in step with the word.
func (n *number) changeStatus(status string) {
	n.status = status
	switch status {
	case "CONNECTED":
		n.status, n.registered = "", true
	case "PENDING", "OFFLINE", "DISCONNECTED", "UNVERIFIED", "MIGRATED", "DELETED":
		n.registered = false
	}
}

func (p *accountPatch) changeOwners(w *waba) {
	put(&w.name, p.WABAName)
	put(&w.review, p.Review)
	put(&w.ownership, p.Ownership)
	put(&w.currency, p.Currency)
	put(&w.timezone, p.Timezone)
	put(&w.country, p.Country)
	put(&w.payment, p.Payment)
	put(&w.business.verification, p.BusinessVerification)
	put(&w.business.limit, p.Limit)
}

// wasBefore is the state before a change, to tell what became of it.
type wasBefore struct {
	number   numberState
	waba     wabaState
	business businessState
}

func (b wasBefore) events(s *Sim, n *number) (list []event) {
	if now := n.waba.review; now != b.waba.review && now != "LIMIT_REACHED" {
		list = append(list, reviewEvent(n, now))
	}
	if now := n.waba.business.limit; now != b.business.limit {
		list = append(list, limitEvents(n, b.business.limit, now)...)
	}
	if n.pin != b.number.pin {
		list = append(list, securityEvent(n, "PIN_CHANGED", ""))
	}
	if n.newNameStatus != b.number.newNameStatus {
		if decision, told := nameDecisions[n.newNameStatus]; told {
			list = append(list, nameDecision(n, decision, n.newName, nameReason(decision)))
		}
	}
	if n.nameStatus != b.number.nameStatus {
		if decision, told := nameDecisions[n.nameStatus]; told {
			list = append(list, nameDecision(n, decision, n.name, nameReason(decision)))
		}
	}
	if n.quality != b.number.quality {
		list = append(list, qualityEvents(n)...)
	}
	if n.status != b.number.status {
		list = append(list, s.statusEvents(n, b.number.status)...)
	}
	return list
}

var nameDecisions = map[string]string{"APPROVED": "APPROVED", "DECLINED": "REJECTED", "PENDING_REVIEW": "PENDING"}

func nameReason(decision string) any {
	if decision == "REJECTED" {
		return "NAME_NOT_CONSISTENT"
	}
	return nil
}

// qualityEvents are in the earlier form, FLAGGED and UNFLAGGED (until Oct 2025).
func qualityEvents(n *number) []event {
	move := map[string]string{"RED": "FLAGGED", "GREEN": "UNFLAGGED"}[n.quality]
	if move == "" {
		return nil
	}
	return []event{{account: n.id, field: "phone_number_quality_update", ids: []string{"phone_number_quality_update/" + move}, value: map[string]any{
		"display_phone_number": n.display, "event": move, "current_limit": n.waba.business.limit,
	}}}
}

// statusEvents tell of bans and restrictions that began or ended.
func (s *Sim) statusEvents(n *number, before string) []event {
	disabled, _ := causeByID("account.disabled")
	restricted, _ := causeByID("account.restricted")
	switch {
	case n.status == "BANNED":
		return disabled.tells(s, n)
	case before == "BANNED":
		return disabled.ends(s, n)
	case n.status == "RESTRICTED":
		return restricted.tells(s, n)
	}
	return nil
}
