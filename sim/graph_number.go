package sim

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// Limits of a number's calls (reference limits.md 2; those of codes and of PIN
// guesses are unconfirmed).
const (
	registerLimit = 10
	limitWindow   = 72 * time.Hour
	maxCodes      = 10
	codeLives     = 10 * time.Minute
	maxCodeTries  = 5
	maxWrongPINs  = 5
	pinWindow     = time.Hour
	shortestName  = 2
	longestName   = 75
	appDataWindow = 24 * time.Hour
	keptCodes     = 20
)

// serveNumberChange is POST {number}: a PIN, a display name, or an override of
// the webhook.
func (s *Sim) serveNumberChange(c *graphCall) (any, *graphError) {
	switch {
	case c.params.Get("webhook_configuration") != "":
		return s.serveNumberOverride(c)
	case c.params.Get("pin") != "":
		return s.servePIN(c)
	case c.params.Has("new_display_name"):
		return s.serveNewName(c)
	}
	return nil, refuse(100, 0, "None of the parameters is known.")
}

func (s *Sim) serveNumberOverride(c *graphCall) (any, *graphError) {
	var in struct {
		Override string `json:"override_callback_uri"`
		Verify   string `json:"verify_token"`
	}
	if err := json.Unmarshal([]byte(c.params.Get("webhook_configuration")), &in); err != nil {
		return nil, refuse(100, 0, "webhook_configuration must be an object.")
	}
	if in.Override == "" {
		delete(c.number.override, c.token.appID)
		s.faults.cure(c.accounts, "hook.elsewhere/number")
		return success, nil
	}
	if len(in.Override) > maxOverrideURL {
		return nil, refuse(100, 0, "override_callback_uri must be at most %d characters long.", maxOverrideURL)
	}
	if s.apps[c.token.appID].callback == "" {
		return nil, refuse(100, 0, "An override needs an app-level callback; subscribe the app first.")
	}
	if refused := s.shake(c, in.Override, in.Verify); refused != nil {
		return nil, refused
	}
	c.number.override[c.token.appID] = in.Override
	s.faults.cure(c.accounts, "hook.elsewhere/number")
	return success, nil
}

// servePIN sets or changes the PIN. The old one is not asked for, but the number
// must be registered.
func (s *Sim) servePIN(c *graphCall) (any, *graphError) {
	pin := c.params.Get("pin")
	switch {
	case !sixDigits.MatchString(pin):
		return nil, refuse(100, 0, "pin must be six digits.")
	case !s.look(c.number, nil, c.token, c.accounts).number.registered:
		return nil, refuse(133010, 0, "The number is not registered; call register first.")
	}
	c.number.pin, c.number.elsewhere, c.number.wrongPINs = pin, false, nil
	s.faults.cure(c.accounts, "wa.pin")
	s.announce([]event{securityEvent(c.number, "PIN_CHANGED", c.token.userID)})
	return success, nil
}

// serveNewName starts the review of a display name. A name that is under review
// is replaced.
func (s *Sim) serveNewName(c *graphCall) (any, *graphError) {
	name := strings.TrimSpace(c.params.Get("new_display_name"))
	if length := utf8.RuneCountInString(name); length < shortestName || length > longestName {
		return nil, refuse(100, 0, "new_display_name must be %d to %d characters long.", shortestName, longestName)
	}
	c.number.newName, c.number.newNameStatus = name, "PENDING_REVIEW"
	s.announce([]event{nameDecision(c.number, "PENDING", name, nil)})
	return success, nil
}

// serveRegister puts the number on the platform: the PIN is set when there is
// none and asked for when there is. Each call counts.
func (s *Sim) serveRegister(c *graphCall) (any, *graphError) {
	n, pin, now := c.number, c.params.Get("pin"), s.now()
	switch {
	case c.params.Get("messaging_product") != "whatsapp":
		return nil, refuse(100, 0, "The parameter messaging_product is required and must be whatsapp.")
	case !sixDigits.MatchString(pin):
		return nil, refuse(100, 0, "pin must be six digits.")
	}
	if region := c.params.Get("data_localization_region"); region != "" && !slices.Contains(regions, region) {
		return nil, refuse(100, 0, "data_localization_region %s is not known.", region)
	}
	if refused := n.mayRegister(now); refused != nil {
		return nil, c.told(refused)
	}
	n.wrongPINs = recent(n.wrongPINs, now, pinWindow)
	switch {
	case n.pin == "" || n.pin == pin:
	case len(n.wrongPINs) >= maxWrongPINs:
		return nil, c.told(refuse(133008, 0, "Too many wrong PINs. Try again in %d minutes.", int(pinWindow.Minutes())))
	case n.elsewhere:
		return nil, c.told(refuse(100, 2388001, "Two-step verification is on at the present provider."))
	default:
		n.wrongPINs = append(n.wrongPINs, now)
		return nil, c.told(refuse(133005, 0, "The PIN does not match."))
	}
	n.pin, n.elsewhere, n.registered, n.status, n.platform, n.wrongPINs = pin, false, true, "", "", nil
	if n.quality == "" {
		n.quality = "UNKNOWN"
	}
	if n.newNameStatus == "APPROVED" {
		n.name, n.nameStatus, n.newName, n.newNameStatus = n.newName, "APPROVED", "", "NONE"
		s.faults.cure(c.accounts, "wa.name")
	}
	s.faults.cure(c.accounts, "wa.not_registered")
	s.moveIn(n)
	return success, nil
}

// regions are those of local storage.
var regions = []string{"AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"}

// mayRegister refuses for what stands in the way apart from the PIN, and counts
// the call.
func (n *number) mayRegister(now time.Time) *graphError {
	n.registers = recent(n.registers, now, limitWindow)
	switch {
	case now.Before(n.lockedUntil) || len(n.registers) >= registerLimit:
		if !now.Before(n.lockedUntil) {
			n.lockedUntil = now.Add(limitWindow)
		}
		return refuse(133016, 0, "Too many attempts to register. Try again after %s.", n.lockedUntil.UTC().Format(time.RFC3339))
	case n.onBizApp && n.registered:
		return refuse(100, 0, "A number that is also used in the WhatsApp Business app cannot be registered.")
	}
	n.registers = append(n.registers, now)
	switch {
	case n.inApp == "business":
		return refuse(100, 3441034, "The number is used in the WhatsApp Business app.")
	case n.inApp == "personal":
		return refuse(100, 2388055, "The number is used in WhatsApp.")
	case n.inApp == "deleted":
		return refuse(133015, 0, "The number was deleted a moment ago; wait five minutes.")
	case n.registered:
	case n.verification == "NOT_VERIFIED":
		refused := refuse(100, 2388001, "The ownership of the number is not verified.")
		refused.words = "own"
		return refused
	case n.verification == "EXPIRED":
		return refuse(133006, 0, "The number must be verified again.")
	}
	return nil
}

// told adds the words for the token's user.
func (c *graphCall) told(refused *graphError) *graphError {
	refused.user = c.language()
	return refused
}

// serveDeregister takes the number off the platform. Its name, templates and
// PIN stay.
func (s *Sim) serveDeregister(c *graphCall) (any, *graphError) {
	n, now := c.number, s.now()
	n.deregisters = recent(n.deregisters, now, limitWindow)
	switch {
	case n.onBizApp:
		return nil, refuse(100, 0, "A number that is also used in the WhatsApp Business app cannot be deregistered.")
	case len(n.deregisters) >= registerLimit:
		return nil, c.told(refuse(133016, 0, "Too many attempts to deregister within 72 hours."))
	}
	n.deregisters = append(n.deregisters, now)
	n.registered = false
	s.faults.cure(c.accounts, "wa.releasing")
	return success, nil
}

// sentCode is a code on its way to the owner of a number.
type sentCode struct {
	digits, method, language string
	at                       time.Time
	tries                    int
	used                     bool
}

var localeForm = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2})?$`)

// serveRequestCode sends a code to the number: control shows it, and the phones
// page.
func (s *Sim) serveRequestCode(c *graphCall) (any, *graphError) {
	method, language := c.params.Get("code_method"), c.params.Get("language")
	switch {
	case method != "SMS" && method != "VOICE":
		return nil, refuse(100, 0, "code_method must be SMS or VOICE.")
	case !localeForm.MatchString(language):
		return nil, refuse(100, 0, "language is required, as in en_US.")
	}
	n := c.number
	v := s.look(n, nil, c.token, c.accounts).number
	if v.verification == "VERIFIED" {
		return nil, c.told(refuse(100, 2388366, "The number is verified already."))
	}
	if refused := s.sendCode(n, method, language); refused != nil {
		return nil, c.told(refused)
	}
	return success, nil
}

// sendCode makes a code unless too many were asked for. Needs the lock.
func (s *Sim) sendCode(n *number, method, language string) *graphError {
	now := s.now()
	n.codeRequests = recent(n.codeRequests, now, limitWindow)
	if len(n.codeRequests) >= maxCodes {
		return refuse(136024, 0, "Too many codes were asked for; wait before asking again.")
	}
	n.codeRequests = append(n.codeRequests, now)
	code := sentCode{digits: newSixDigits(), method: method, language: language, at: now}
	n.codes = append(n.codes, code)
	n.codes = n.codes[max(0, len(n.codes)-keptCodes):]
	s.live.tell(everybody)
	return nil
}

// serveVerifyCode takes the newest code, for ten minutes and five tries.
func (s *Sim) serveVerifyCode(c *graphCall) (any, *graphError) {
	if !sixDigits.MatchString(c.params.Get("code")) {
		return nil, refuse(100, 0, "code must be six digits, without a hyphen.")
	}
	if len(c.number.codes) == 0 {
		return nil, c.told(refuse(100, 2388093, "No code was asked for."))
	}
	if !c.number.takeCode(c.params.Get("code"), s.now()) {
		return nil, c.told(refuse(136025, 0, "The code is wrong or too old."))
	}
	s.faults.cure(c.accounts, "wa.ownership")
	s.live.tell(everybody)
	return success, nil
}

// takeCode tells whether the digits are the newest code's, and notes that the
// number is verified when they are.
func (n *number) takeCode(digits string, now time.Time) bool {
	if len(n.codes) == 0 {
		return false
	}
	newest := &n.codes[len(n.codes)-1]
	newest.tries++
	if newest.digits != digits || newest.used || newest.tries > maxCodeTries || now.Sub(newest.at) > codeLives {
		return false
	}
	newest.used, n.verification = true, "VERIFIED"
	return true
}

// serveAppData asks for the Business app's contacts or history, each once and
// within 24 hours of onboarding.
func (s *Sim) serveAppData(c *graphCall) (any, *graphError) {
	n, kind := c.number, c.params.Get("sync_type")
	switch {
	case c.params.Get("messaging_product") != "whatsapp":
		return nil, refuse(100, 0, "The parameter messaging_product is required and must be whatsapp.")
	case kind != "smb_app_state_sync" && kind != "history":
		return nil, refuse(100, 0, "sync_type must be smb_app_state_sync or history.")
	case !n.onBizApp:
		return nil, refuse(100, 0, "The number is not used in the WhatsApp Business app.")
	case !n.synced[kind].IsZero():
		return nil, refuse(2593107, 0, "This kind of data was asked for already.")
	case s.now().Sub(n.onboarded) > appDataWindow:
		return nil, refuse(2593108, 0, "More than 24 hours have passed since the number was onboarded.")
	}
	if n.synced == nil {
		n.synced = map[string]time.Time{}
	}
	n.synced[kind] = s.now()
	s.announce(s.appData(n, kind))
	return map[string]string{"messaging_product": "whatsapp", "request_id": newTrace()}, nil
}

// appData is what comes of the Business app by webhook: the people of this
// number as contacts, and what they and the business had written before.
func (s *Sim) appData(n *number, kind string) []event {
	value := map[string]any{"messaging_product": "whatsapp", "metadata": wireMetadata{n.display, n.id}}
	if kind == "history" {
		var all []event
		for _, chunk := range s.historyOf(n) {
			all = append(all, event{account: n.id, field: kind, ids: []string{kind}, value: map[string]any{
				"messaging_product": "whatsapp", "metadata": wireMetadata{n.display, n.id}, "history": []wireHistoryChunk{chunk}}})
		}
		return all
	}
	contacts := []any{}
	for _, p := range s.people {
		if p.account == n.id && p.waID != "" && len(contacts) < maxBatch {
			contacts = append(contacts, map[string]any{
				"type": "contact", "action": "add", "contact": map[string]string{"full_name": p.name, "phone_number": p.waID},
				"metadata": map[string]string{"timestamp": fmt.Sprint(s.now().Unix())},
			})
		}
	}
	value["state_sync"] = contacts
	return []event{{account: n.id, field: kind, ids: []string{kind}, value: value}}
}
