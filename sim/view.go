package sim

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// view is what Graph says of a number, its WABA, its portfolio and the calling
// app while the standing causes are in force: the real state, changed by each
// cause's shows. Reads answer from it; the real state stays as it is, so that a
// cause that ends leaves nothing behind.
type view struct {
	number   numberState
	waba     wabaState
	business businessState
	app      appState
	token    tokenState

	subscribed                   bool // the WABA lists the app
	wabaOverride, numberOverride string
	// anotherApp: debug_token says that the token belongs to another app.
	anotherApp bool
	gone       bool   // the WABA no longer lists the number
	language   string // of free texts
	now        time.Time
}

// look gives the view for a token on a number (or none) and a WABA (or none).
// Needs the lock.
func (s *Sim) look(n *number, w *waba, t *token, accounts []string) view {
	v := view{language: "en", now: s.now()}
	if n != nil {
		v.number = n.numberState
		v.number.health = maps.Clone(n.health)
		w = n.waba
	}
	if w != nil {
		v.waba, v.business = w.wabaState, w.business.businessState
	}
	if t != nil {
		v.token = t.tokenState
		v.token.scopes, v.token.targets = slices.Clone(t.scopes), slices.Clone(t.targets)
		s.lookFrom(&v, n, w, s.apps[t.appID])
	}
	for _, f := range s.faults.standing(accounts) {
		if f.shows == nil || f.aboutToken() && (t == nil || t.made == 0 || t.made > f.tokensMade) {
			continue
		}
		if f.Locale != "" {
			v.language, _ = languageOf(f.Locale)
		}
		f.shows(&v, f)
	}
	return v
}

// lookFrom fills in what depends on the app that asks. Needs the lock.
func (s *Sim) lookFrom(v *view, n *number, w *waba, a *app) {
	if a == nil {
		return
	}
	v.app = a.appState
	v.app.fields = slices.Clone(a.fields)
	if w != nil {
		v.wabaOverride, v.subscribed = w.subscribed[a.id]
	}
	if n != nil {
		v.numberOverride = n.override[a.id]
	}
}

// lookApp is the view of an app's own subscription. Needs the lock.
func (s *Sim) lookApp(a *app) view {
	v := view{language: "en", now: s.now()}
	s.lookFrom(&v, nil, nil, a)
	for _, f := range s.faults.standing(append(s.accountsOfApp(a.id), a.id)) {
		if f.shows != nil && !f.aboutToken() {
			f.shows(&v, f)
		}
	}
	return v
}

// unregistered takes a number of the view off the platform.
func (v *view) unregistered() {
	v.number.registered, v.number.status, v.number.platform = false, "", ""
}

// statusOf is the number's status and platform_type.
func (st numberState) statusOf() (status, platform string) {
	status, platform = "CONNECTED", "CLOUD_API"
	switch {
	case st.registered:
	case st.verification == "NOT_VERIFIED":
		status, platform = "UNVERIFIED", "NOT_APPLICABLE"
	default:
		status, platform = "DISCONNECTED", "NOT_APPLICABLE"
	}
	if st.status != "" {
		status = st.status
	}
	if st.platform != "" {
		platform = st.platform
	}
	return status, platform
}

// dead tells why a token is not accepted, nil when it is.
func (st tokenState) deadNow(now time.Time) *deadToken {
	if st.dead == nil && !st.expires.IsZero() && !now.Before(st.expires) {
		return &deadToken{463, "the session has expired on " + st.expires.UTC().Format(time.RFC1123) + "."}
	}
	return st.dead
}

// health is the state's part in health_status, by entity type. What was set by
// hand wins.
func (v *view) health() map[string]entityHealth {
	all := map[string]entityHealth{
		"PHONE_NUMBER": v.numberHealth(), "WABA": v.wabaHealth(), "BUSINESS": {Send: "AVAILABLE"}, "APP": {Send: "AVAILABLE"},
	}
	if v.business.verification != "verified" {
		all["BUSINESS"] = limited(v.trouble(141010), v.info("unverified"))
	}
	switch {
	case v.app.barred:
		all["APP"] = v.blocked(131031)
	case v.app.development:
		// No document says that health shows this (unconfirmed).
		all["APP"] = limited(nil, v.info("development"))
	}
	maps.Copy(all, v.number.health)
	return all
}

func (v *view) numberHealth() entityHealth {
	status, _ := v.number.statusOf()
	switch {
	case status == "BANNED":
		return v.blocked(131031)
	case status == "RESTRICTED":
		return v.blocked(368)
	case status != "CONNECTED" && status != "FLAGGED" && status != "RATE_LIMITED":
		return v.blocked(141000)
	case v.number.nameStatus == "DECLINED":
		return limited(nil, v.info("name_declined"))
	case v.number.nameStatus == "PENDING_REVIEW":
		return limited(nil, v.info("name_pending"))
	case v.number.quality == "RED":
		return limited(nil, v.info("quality"))
	}
	return entityHealth{Send: "AVAILABLE"}
}

func (v *view) wabaHealth() entityHealth {
	switch {
	case !v.waba.payment || v.waba.currency == "" || v.waba.timezone == "":
		return v.blocked(141006)
	case v.waba.review == "REJECTED":
		return v.blocked(131031)
	case v.waba.review != "APPROVED":
		return limited(nil, v.info("review"))
	case len(v.waba.restrictions) > 0:
		return limited(nil, v.info("restricted"))
	}
	return entityHealth{Send: "AVAILABLE"}
}

func (v *view) blocked(code int) entityHealth {
	return entityHealth{Send: "BLOCKED", Errors: v.trouble(code)}
}

func limited(errors []healthError, info string) entityHealth {
	return entityHealth{Send: "LIMITED", Errors: errors, Info: []string{info}}
}

func (v *view) trouble(code int) []healthError {
	t := healthText(v.language, strconv.Itoa(code))
	return []healthError{{code, t.title, t.message}}
}

func (v *view) info(key string) string { return healthText(v.language, key).title }

// worst of three words, the first one's kind.
func worst(all map[string]entityHealth) string {
	overall := "AVAILABLE"
	for _, e := range all {
		if e.Send == "BLOCKED" || e.Send == "LIMITED" && overall == "AVAILABLE" {
			overall = e.Send
		}
	}
	return overall
}

// healthNode writes health_status; a number or a token that is not there has no
// entity.
func (s *Sim) healthNode(v *view, n *number, w *waba, appID string) map[string]any {
	all, ids := v.health(), map[string]string{"WABA": w.id, "BUSINESS": w.business.id, "APP": appID}
	if n == nil {
		delete(all, "PHONE_NUMBER")
	} else {
		ids["PHONE_NUMBER"] = n.id
	}
	var list []any
	for _, kind := range []string{"PHONE_NUMBER", "WABA", "BUSINESS", "APP"} {
		e, there := all[kind]
		if !there {
			continue
		}
		item := map[string]any{"entity_type": kind, "id": ids[kind], "can_send_message": e.Send}
		if len(e.Info) > 0 {
			item["additional_info"] = e.Info
		}
		if len(e.Errors) > 0 {
			item["errors"] = e.Errors
		}
		list = append(list, item)
	}
	return map[string]any{"can_send_message": worst(all), "entities": list}
}
