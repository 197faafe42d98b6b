package sim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

var (
	numberDefaults   = []string{"id", "verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "webhook_configuration"}
	wabaDefaults     = []string{"id", "name", "currency", "timezone_id", "message_template_namespace"}
	businessDefaults = []string{"id", "name"}
)

// graphTime is how Graph writes times.
const graphTime = "2006-01-02T15:04:05-0700"

// numberNode holds all fields of a business phone number; standing causes show
// in it. Needs the lock.
func (s *Sim) numberNode(n *number, t *token) map[string]any {
	v := s.look(n, nil, t, []string{n.id, n.waba.id})
	st := v.number
	status, platform := st.statusOf()
	level := st.level
	switch {
	case level != "":
	case platform != "CLOUD_API":
		level = "NOT_APPLICABLE"
	case s.Settings().ThroughputPerSecond >= 1000:
		level = "HIGH"
	default:
		level = "STANDARD"
	}
	score := map[string]any{"score": st.quality, "date": v.now.Unix()}
	if len(st.reasons) > 0 {
		score["reasons"] = st.reasons
	}
	node := map[string]any{
		"id":                       n.id,
		"display_phone_number":     "+" + n.display,
		"verified_name":            st.name,
		"name_status":              st.nameStatus,
		"new_display_name":         nilIfEmpty(st.newName),
		"new_name_status":          st.newNameStatus,
		"code_verification_status": st.verification,
		"quality_rating":           st.quality,
		"quality_score":            score,
		"status":                   status,
		"platform_type":            platform,
		"throughput":               map[string]any{"level": level},
		"account_mode":             st.mode,
		"certificate":              nil,
		"new_certificate":          nil,
		"messaging_limit_tier":     v.business.limit,
		"whatsapp_business_manager_messaging_limit":  v.business.limit,
		"is_official_business_account":               st.badge == "APPROVED",
		"official_business_account":                  map[string]any{"oba_status": st.badge},
		"is_pin_enabled":                             st.pin != "",
		"is_on_biz_app":                              st.onBizApp,
		"last_onboarded_time":                        st.onboarded.UTC().Format(graphTime),
		"search_visibility":                          st.searchable,
		"username":                                   nilIfEmpty(st.username),
		"eligibility_for_api_business_global_search": st.globalReach,
		"webhook_configuration":                      v.webhookConfiguration(),
		"health_status":                              s.healthNode(&v, n, n.waba, t.appID),
	}
	if st.newNameStatus == "APPROVED" {
		node["new_certificate"] = s.seededHex("certificate/"+n.id+st.newName, 64)
	}
	return node
}

func nilIfEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// webhookConfiguration shows each level's callback only when it is set.
func (v *view) webhookConfiguration() map[string]any {
	out := map[string]any{}
	if v.numberOverride != "" {
		out["phone_number"] = v.numberOverride
	}
	if v.subscribed && v.wabaOverride != "" {
		out["whatsapp_business_account"] = v.wabaOverride
	}
	if v.app.callback != "" {
		out["application"] = v.app.callback
	}
	return out
}

// wabaNode holds all fields of a WhatsApp Business account. Needs the lock.
func (s *Sim) wabaNode(w *waba, t *token) map[string]any {
	var n *number
	if list := s.numbersOf(w.id); len(list) > 0 {
		n = list[0]
	}
	v := s.look(n, w, t, s.accountsOfWABA(w.id))
	st := v.waba
	node := map[string]any{
		"id": w.id, "name": st.name, "currency": nilIfEmpty(st.currency), "timezone_id": nilIfEmpty(st.timezone), "country": st.country,
		"message_template_namespace":                strings.ReplaceAll(w.id, "0", "a"),
		"account_review_status":                     st.review,
		"business_verification_status":              v.business.verification,
		"ownership_type":                            st.ownership,
		"owner_business_info":                       map[string]any{"id": w.business.id, "name": v.business.name},
		"on_behalf_of_business_info":                map[string]any{"id": w.business.id, "name": v.business.name, "status": "APPROVED", "type": st.ownership},
		"status":                                    st.status,
		"primary_funding_id":                        nil,
		"is_enabled_for_insights":                   st.insights,
		"whatsapp_business_manager_messaging_limit": v.business.limit,
		"primary_business_location":                 st.country,
		"marketing_messages_lite_api_status":        nil,
		"disable_marketing_messages_on_cloud_api":   nil,
		"auth_international_rate_eligibility":       nil,
		"health_status":                             s.healthNode(&v, n, w, t.appID),
	}
	if st.payment {
		node["primary_funding_id"] = w.business.id[:12]
	}
	return node
}

// businessNode is a portfolio. Needs the lock.
func (s *Sim) businessNode(b *business) map[string]any {
	st := b.businessState
	for _, w := range s.wabasOf(b) {
		st = s.look(nil, w, nil, s.accountsOfWABA(w.id)).business
	}
	return map[string]any{
		"id": b.id, "name": st.name, "verification_status": st.verification, "timezone_id": 1, "created_time": time.Unix(1_700_000_000, 0).UTC().Format(graphTime),
		"whatsapp_business_manager_messaging_limit": st.limit,
	}
}

// wabasOf lists a portfolio's WABAs by id. Needs the lock.
func (s *Sim) wabasOf(b *business) []*waba {
	var list []*waba
	for _, w := range s.wabas {
		if w.business == b {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b *waba) int { return strings.Compare(a.id, b.id) })
	return list
}

// ownsSome tells whether the token may act for a WABA of the portfolio. Needs
// the lock.
func (s *Sim) ownsSome(t *token, b *business) bool {
	return slices.ContainsFunc(s.wabasOf(b), func(w *waba) bool { return t.sees(w.id) })
}

// serveBusiness answers for a portfolio: its node, and the WABAs it owns as far
// as the token sees them.
func (s *Sim) serveBusiness(c *graphCall) (any, *graphError) {
	b := s.businesses[c.id]
	switch c.edge {
	case "":
		return s.selectFields(c, s.businessNode(b), businessDefaults)
	case "owned_whatsapp_business_accounts", "client_whatsapp_business_accounts":
		if !slices.Contains(c.token.scopes, scopeBusiness) {
			return nil, refuse(200, 0, "The permission business_management is needed to list a portfolio's accounts.")
		}
		fields, refused := c.fields(wabaDefaults)
		if refused != nil {
			return nil, refused
		}
		list := []map[string]any{}
		for _, w := range s.wabasOf(b) {
			owned := w.ownership == "SELF"
			if !c.token.sees(w.id) || owned != strings.HasPrefix(c.edge, "owned") {
				continue
			}
			node, refused := choose(s.wabaNode(w, c.token), fields)
			if refused != nil {
				return nil, refused
			}
			list = append(list, node)
		}
		return slicePage(c, list, s.self(c))
	}
	return nil, c.missing()
}

// serveMyBusinesses lists the portfolios of the token's user, which is none for
// somebody who signed in without one.
func (s *Sim) serveMyBusinesses(c *graphCall) (any, *graphError) {
	fields, refused := c.fields(businessDefaults)
	if refused != nil {
		return nil, refused
	}
	list := []map[string]any{}
	for _, b := range s.businesses {
		if s.ownsSome(c.token, b) {
			node, refused := choose(s.businessNode(b), fields)
			if refused != nil {
				return nil, refused
			}
			list = append(list, node)
		}
	}
	slices.SortFunc(list, func(a, b map[string]any) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
	return slicePage(c, list, s.self(c))
}

func (s *Sim) servePhoneNumbers(c *graphCall) (any, *graphError) {
	fields, refused := c.fields(numberDefaults)
	if refused != nil {
		return nil, refused
	}
	var list []map[string]any
	for _, n := range s.numbersOf(c.waba.id) {
		if s.look(n, nil, c.token, []string{n.id, n.waba.id}).gone {
			continue
		}
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
