package sim

import "strings"

// announce tells the apps of what the state says now. It may be called under the
// Sim's lock: the telling happens after it.
func (s *Sim) announce(list []event) {
	for _, e := range list {
		s.spawn(func() { s.emit(e) })
	}
}

// accountEvent is an account_update about the WABA of a number.
func accountEvent(n *number, name string, more map[string]any) []event {
	value := map[string]any{"event": name}
	for k, v := range more {
		value[k] = v
	}
	return []event{{account: n.id, field: "account_update", ids: []string{"account_update/" + name}, value: value, direct: true}}
}

// partnerEvent is an account_update about one app's access to a WABA; its entry
// is the portfolio's. A WABA without a number has nobody to tell.
func (s *Sim) partnerEvent(w *waba, appID, name string) []event {
	list := s.numbersOf(w.id)
	if len(list) == 0 {
		return nil
	}
	info := map[string]string{"waba_id": w.id, "owner_business_id": w.business.id}
	if appID != "" {
		info["partner_app_id"] = appID
	}
	return []event{{
		account: list[0].id, field: "account_update", ids: []string{"account_update/" + name}, entry: w.business.id, direct: true,
		value: map[string]any{"event": name, "waba_info": info},
	}}
}

// partnerEvents are those of all apps that act for a WABA, in one.
func (s *Sim) partnerEvents(w *waba, name string) []event {
	appID := ""
	if strings.HasPrefix(name, "PARTNER_APP") {
		for _, a := range s.accounts {
			if a.WABAID == w.id {
				appID = a.AppID
			}
		}
	}
	return s.partnerEvent(w, appID, name)
}

// reviewEvent tells what became of the review of an account.
func reviewEvent(n *number, decision string) event {
	return event{account: n.id, field: "account_review_update", ids: []string{"account_review_update/" + decision}, value: map[string]string{"decision": decision}}
}

// nameDecision is the end of a review of a display name.
func nameDecision(n *number, decision, name string, reason any) event {
	return event{account: n.id, field: "phone_number_name_update", ids: []string{"phone_number_name_update/" + decision}, value: map[string]any{
		"display_phone_number": n.display, "decision": decision, "requested_verified_name": name, "rejection_reason": reason,
	}}
}

// securityEvent tells that something became of a number's PIN; requester is who
// did it, "" when the platform does not say.
func securityEvent(n *number, name, requester string) event {
	value := map[string]any{"display_phone_number": n.display, "event": name}
	if requester != "" {
		value["requester"] = requester
	}
	return event{account: n.id, field: "security", ids: []string{"security/" + name}, value: value}
}

// limitNumber is a limit as webhooks write it; -1 is no limit (field).
func limitNumber(tier string) int {
	return map[string]int{"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000, "TIER_UNLIMITED": -1}[tier]
}

// limitEvents tell of a new messaging limit, in the form of the portfolio's and
// in that of the number.
func limitEvents(n *number, from, to string) []event {
	return []event{
		{account: n.id, field: "business_capability_update", ids: []string{"business_capability_update/" + to}, value: map[string]any{
			"max_daily_conversations_per_business": limitNumber(to), "max_phone_numbers_per_waba": 25,
		}},
		{account: n.id, field: "phone_number_quality_update", ids: []string{"phone_number_quality_update/" + to}, value: map[string]any{
			"display_phone_number": n.display, "event": limitMove(from, to), "current_limit": to, "old_limit": from,
		}},
	}
}

func limitMove(from, to string) string {
	if before, now := limitNumber(from), limitNumber(to); now >= 0 && (before < 0 || now < before) {
		return "DOWNGRADE"
	}
	return "UPGRADE"
}
