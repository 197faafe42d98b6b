package sim

import (
	"encoding/json"
	"slices"
	"strings"
)

var (
	numberDefaults = []string{"id", "verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "webhook_configuration"}
	wabaDefaults   = []string{"id", "name", "currency", "timezone_id", "message_template_namespace"}
)

// numberNode holds all fields of a business phone number; standing causes show
// in it. Needs the lock.
func (s *Sim) numberNode(n *number, t *token) map[string]any {
	accounts := []string{n.id, n.waba.id}
	status, platform, quality, verified := "CONNECTED", "CLOUD_API", "GREEN", "VERIFIED"
	if !n.registered || s.faults.stands("wa.not_registered", accounts) {
		status, platform = "DISCONNECTED", "NOT_APPLICABLE"
	}
	if s.faults.stands("wa.ownership", accounts) {
		verified = "NOT_VERIFIED"
	}
	if s.faults.stands("account.quality", accounts) {
		quality = "RED"
	}
	if s.faults.stands("account.restricted", accounts) {
		status = "RESTRICTED"
	}
	if s.faults.stands("account.disabled", accounts) {
		status = "BANNED"
	}
	level := "STANDARD"
	if s.Settings().ThroughputPerSecond >= 1000 {
		level = "HIGH"
	}
	return map[string]any{
		"id":                       n.id,
		"display_phone_number":     "+" + n.display,
		"verified_name":            n.name,
		"name_status":              "APPROVED",
		"new_name_status":          "NONE",
		"code_verification_status": verified,
		"quality_rating":           quality,
		"quality_score":            map[string]any{"score": quality},
		"status":                   status,
		"platform_type":            platform,
		"throughput":               map[string]any{"level": level},
		"account_mode":             "LIVE",
		"certificate":              nil,
		"messaging_limit_tier":     "TIER_2K",
		"whatsapp_business_manager_messaging_limit": "TIER_2K",
		"is_official_business_account":              false,
		"is_pin_enabled":                            n.pin != "",
		"is_on_biz_app":                             false,
		"last_onboarded_time":                       n.onboarded.UTC().Format("2006-01-02T15:04:05-0700"),
		"search_visibility":                         "VISIBLE",
		"webhook_configuration":                     s.webhookConfiguration(n, t),
		"health_status":                             s.healthStatus(n, n.waba, t),
	}
}

// webhookConfiguration shows each level's callback only when it is set. Needs
// the lock.
func (s *Sim) webhookConfiguration(n *number, t *token) map[string]any {
	out := map[string]any{}
	if url := n.override[t.appID]; url != "" {
		out["phone_number"] = url
	}
	if url := n.waba.subscribed[t.appID]; url != "" {
		out["whatsapp_business_account"] = url
	}
	if a := s.apps[t.appID]; a != nil && a.callback != "" {
		out["application"] = a.callback
	}
	return out
}

// wabaNode holds all fields of a WhatsApp Business account. Needs the lock.
func (s *Sim) wabaNode(w *waba, t *token) map[string]any {
	accounts := s.accountsOfWABA(w.id)
	node := map[string]any{
		"id": w.id, "name": w.name, "currency": "USD", "timezone_id": "1", "country": "US",
		"message_template_namespace":                strings.ReplaceAll(w.id, "0", "a"),
		"account_review_status":                     "APPROVED",
		"business_verification_status":              "verified",
		"ownership_type":                            "SELF",
		"owner_business_info":                       map[string]any{"id": w.businessID, "name": w.name},
		"on_behalf_of_business_info":                map[string]any{"id": w.businessID, "name": w.name, "status": "APPROVED", "type": "SELF"},
		"status":                                    "ACTIVE",
		"primary_funding_id":                        w.businessID[:12],
		"is_enabled_for_insights":                   true,
		"whatsapp_business_manager_messaging_limit": "TIER_2K",
	}
	if s.faults.stands("wa.payment", accounts) {
		node["primary_funding_id"] = nil
	}
	var n *number
	if list := s.numbersOf(w.id); len(list) > 0 {
		n = list[0]
	}
	node["health_status"] = s.healthStatus(n, w, t)
	return node
}

// healthStatus is the worst of number, WABA, business and app. Needs the lock.
func (s *Sim) healthStatus(n *number, w *waba, t *token) map[string]any {
	entity := func(kind, id string, number int, why string) map[string]any {
		e := map[string]any{"entity_type": kind, "id": id, "can_send_message": "AVAILABLE"}
		if number != 0 {
			e["can_send_message"] = "BLOCKED"
			e["errors"] = []any{map[string]any{"error_code": number, "error_description": why, "possible_solution": "See WhatsApp Manager."}}
		}
		return e
	}
	accounts := s.accountsOfWABA(w.id)
	var list []any
	blocked := "AVAILABLE"
	if n != nil {
		number, why := 0, ""
		if s.faults.stands("account.disabled", accounts) {
			number, why = 131031, "The account is locked."
		}
		list = append(list, entity("PHONE_NUMBER", n.id, number, why))
	}
	number, why := 0, ""
	if s.faults.stands("wa.payment", accounts) {
		number, why = 141006, "There is no valid payment method."
	}
	list = append(list, entity("WABA", w.id, number, why), entity("BUSINESS", w.businessID, 0, ""), entity("APP", t.appID, 0, ""))
	for _, e := range list {
		if e.(map[string]any)["can_send_message"] == "BLOCKED" {
			blocked = "BLOCKED"
		}
	}
	return map[string]any{"can_send_message": blocked, "entities": list}
}

func (s *Sim) servePhoneNumbers(c *graphCall) (any, *graphError) {
	fields, refused := c.fields(numberDefaults)
	if refused != nil {
		return nil, refused
	}
	var list []map[string]any
	for _, n := range s.numbersOf(c.waba.id) {
		node, refused := choose(s.numberNode(n, c.token), fields)
		if refused != nil {
			return nil, refused
		}
		list = append(list, node)
	}
	return slicePage(c, list, s.self(c))
}

// self is the address of the call without its query.
func (s *Sim) self(c *graphCall) string { return s.baseURL + c.r.URL.Path }

var templateDefaults = []string{"name", "parameter_format", "components", "language", "status", "category", "id"}

// serveTemplates lists a WABA's templates, filtered by name, status, category
// and language.
func (s *Sim) serveTemplates(c *graphCall) (any, *graphError) {
	fields, refused := c.fields(templateDefaults)
	if refused != nil {
		return nil, refused
	}
	list := []map[string]any{}
	for _, t := range c.waba.templates {
		if name := c.params.Get("name"); name != "" && !strings.Contains(t.Name, name) ||
			!matches(c.params.Get("status"), t.Status) || !matches(c.params.Get("category"), t.Category) || !matches(c.params.Get("language"), t.Language) {
			continue
		}
		node, refused := choose(t.node(), fields)
		if refused != nil {
			return nil, refused
		}
		list = append(list, node)
	}
	return slicePage(c, list, s.self(c))
}

func matches(wanted, value string) bool {
	return wanted == "" || slices.Contains(strings.Split(wanted, ","), value)
}

func (t *template) node() map[string]any {
	raw, err := json.Marshal(t)
	if err != nil {
		panic("sim: a template does not encode: " + err.Error()) // plain strings and lists
	}
	node := map[string]any{}
	if err := json.Unmarshal(raw, &node); err != nil {
		panic("sim: a template does not decode: " + err.Error())
	}
	node["previous_category"] = nil
	return node
}

func (s *Sim) serveMe(c *graphCall) (any, *graphError) {
	if c.token.kind == "APP" {
		return map[string]any{"id": c.token.appID, "name": s.apps[c.token.appID].name}, nil
	}
	return s.selectFields(c, map[string]any{"id": c.token.userID, "name": "Clearline system user"}, []string{"id", "name"})
}

// serveAppToken is the exchange of app credentials for an app token.
func (s *Sim) serveAppToken(c *graphCall) (any, *graphError) {
	a := s.apps[c.params.Get("client_id")]
	switch {
	case a == nil:
		return nil, refuse(101, 0, "client_id is not the id of an app.")
	case a.secret != c.params.Get("client_secret"):
		return nil, refuse(1, 0, "client_secret does not fit.")
	case c.params.Get("grant_type") != "client_credentials":
		return nil, refuse(100, 0, "This twin exchanges client_credentials only.")
	}
	return map[string]string{"access_token": a.id + "|" + a.secret, "token_type": "bearer"}, nil
}

// deadTokens: what debug_token says while a cause stands.
var deadTokens = []struct {
	cause   string
	subcode int
	message string
}{
	{"auth.expired", 463, "Error validating access token: the session has expired."},
	{"auth.revoked", 458, "Error validating access token: the app is no longer authorised."},
	{"auth.password", 460, "Error validating access token: the password was changed or the session secured."},
	{"auth.invalid", 0, "The access token could not be decrypted."},
}

// serveDebugToken tells about a token with HTTP 200 also when it is dead.
func (s *Sim) serveDebugToken(c *graphCall) (any, *graphError) {
	value := c.params.Get("input_token")
	if value == "" {
		return nil, refuse(100, 0, "The parameter input_token is required.")
	}
	t := s.tokens[value]
	if t == nil {
		if appID, secret, ok := strings.Cut(value, "|"); ok && s.apps[appID] != nil && secret == s.apps[appID].secret {
			return map[string]any{"data": map[string]any{"app_id": appID, "type": "APP", "application": s.apps[appID].name, "is_valid": true, "scopes": []string{}}}, nil
		}
		return map[string]any{"data": map[string]any{"is_valid": false, "scopes": []string{}, "error": map[string]any{
			"code": 190, "message": "Invalid OAuth access token."}}}, nil
	}
	if t.appID != c.token.appID {
		return nil, refuse(100, 0, "The token belongs to another app.")
	}
	scopes, targets := t.scopes, t.wabas
	if s.faults.stands("auth.scope", c.accounts) {
		scopes = slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return scope == "whatsapp_business_messaging" })
	}
	if s.faults.stands("auth.asset", c.accounts) {
		targets = []string{s.seededDigits("another waba", 15)}
	}
	data := map[string]any{
		"app_id": t.appID, "application": s.apps[t.appID].name, "type": t.kind, "is_valid": true,
		"issued_at": t.issued.Unix(), "expires_at": 0, "data_access_expires_at": 0, "user_id": t.userID, "scopes": scopes,
	}
	var granular []any
	for _, scope := range scopes {
		if strings.HasPrefix(scope, "whatsapp_") {
			granular = append(granular, map[string]any{"scope": scope, "target_ids": targets})
		}
	}
	data["granular_scopes"] = granular
	for _, dead := range deadTokens {
		if s.faults.stands(dead.cause, c.accounts) {
			data["is_valid"] = false
			refused := map[string]any{"code": 190, "message": dead.message}
			if dead.subcode != 0 {
				refused["subcode"] = dead.subcode
			}
			data["error"] = refused
			if dead.cause == "auth.expired" {
				data["expires_at"] = s.now().Unix() - 60
			}
		}
	}
	return map[string]any{"data": data}, nil
}
