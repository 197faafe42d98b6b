package sim

import "time"

// Sign-in: what becomes of a token. They strike the tokens that are there when
// they begin; a token made later works.
var signInCauses = []cause{
	{id: "auth.expired", label: "The key expires", group: "Sign-in", needs: "account", field: "at", ways: []way{
		{value: "key", label: "the key itself", reaction: dies(463, "the session has expired.")},
		// What calls answer then is told nowhere; here they go on.
		{value: "data_access", label: "its access to data, after 90 days without use", reaction: reaction{
			shows: func(v *view, _ *standingFault) {
				v.token.kind, v.token.dataAccess = "USER", v.now.Add(-30*24*time.Hour)
			},
		}},
	}},
	{id: "auth.expiring", label: "The key ends in six days", group: "Sign-in", needs: "account", reaction: reaction{
		shows: func(v *view, _ *standingFault) { v.token.expires = v.now.Add(6 * 24 * time.Hour) },
	}},
	{id: "auth.revoked", label: "Access is taken away", group: "Sign-in", needs: "account", field: "at", ways: []way{
		{value: "removed", label: "the app is removed from the business", reaction: removed()},
		{value: "logout", label: "the session is ended", reaction: dies(467, "the session has been invalidated because the user logged out.")},
		{value: "api", label: "the key is revoked through the API", reaction: dies(466, "the session was invalidated through the API.")},
		{value: "role", label: "the person lost the role", reaction: dies(492, "the person has no role on the account any more.")},
	}},
	{id: "auth.password", label: "The password changes", group: "Sign-in", needs: "account", field: "at", ways: []way{
		{value: "changed", label: "the password was changed", reaction: dies(460, "the password was changed or the session secured.")},
		{value: "checkpoint", label: "the person must pass a check at Meta", reaction: dies(459, "the person must sign in at facebook.com and pass a check.")},
	}},
	{id: "auth.invalid", label: "The key is garbage", group: "Sign-in", needs: "account", field: "at", ways: []way{
		{value: "garbage", label: "a broken key", reaction: dies(0, "the access token could not be decrypted.")},
		{value: "app", label: "a key of another app", reaction: reaction{
			shows: func(v *view, _ *standingFault) { v.anotherApp = true },
		}},
	}},
	{id: "auth.scope", label: "A permission is missing", group: "Sign-in", needs: "account", field: "scope", ways: []way{
		{value: scopeMessaging, label: "messaging", reaction: reaction{errors: on(refusal{code: 10}, "send", "media"), shows: lacks(scopeMessaging)}},
		{value: scopeManagement, label: "management", reaction: reaction{errors: on(refusal{code: 200}, "read", "subscribe", "register"), shows: lacks(scopeManagement)}},
	}},
	{id: "auth.asset", label: "The key no longer sees the account", group: "Sign-in", needs: "account", reaction: reaction{
		errors: on(refusal{code: 100, subcode: 33}, "send", "media", "register", "subscribe", "read"),
		shows: func(v *view, _ *standingFault) {
			v.token.targets, v.token.everything = []string{"104000000000001"}, false
		},
	}},
	{id: "auth.login", label: "The sign-in's code is refused", group: "Sign-in", needs: "none", field: "at", ways: []way{
		{value: "expired", label: "it came too late", reaction: reaction{errors: on(refusal{code: 100, subcode: 36007, edge: "access_token"}, "token")}},
		{value: "used", label: "it was used before", reaction: reaction{errors: on(refusal{code: 100, subcode: 36009, edge: "access_token"}, "token")}},
		{value: "redirect", label: "the return address is another", reaction: reaction{errors: on(refusal{code: 100, subcode: 36008, edge: "access_token"}, "token")}},
	}},
}

// dies is a token's end: 190 on every call, and debug_token says why.
func dies(subcode int, message string) reaction {
	return reaction{
		errors: on(refusal{code: 190, subcode: subcode}, calls...),
		shows: func(v *view, _ *standingFault) {
			v.token.dead = &deadToken{subcode, message}
			if subcode == 463 {
				v.token.expires = v.now.Add(-time.Minute)
			}
		},
	}
}

// removed is the end by removing the app, which ends its subscription too.
func removed() reaction {
	r := dies(458, "the app is no longer authorised.")
	r.effects = webhooks("unsubscribed")
	token := r.shows
	r.shows = func(v *view, f *standingFault) {
		token(v, f)
		v.subscribed = false
	}
	r.tells = func(s *Sim, n *number) []event { return s.partnerEvents(n.waba, "PARTNER_APP_UNINSTALLED") }
	return r
}

func lacks(scope string) func(*view, *standingFault) {
	return func(v *view, _ *standingFault) { v.token.without(scope) }
}

// The account: its portfolio, its payment, what the platform thinks of it.
var accountCauses = []cause{
	{id: "account.disabled", label: "Meta disables the account", group: "Account", needs: "account", reaction: reaction{
		errors: on(refusal{code: 131031}, "send"),
		shows:  func(v *view, _ *standingFault) { v.number.status = "BANNED" },
		tells: func(s *Sim, n *number) []event {
			return accountEvent(n, "DISABLED_UPDATE", map[string]any{"ban_info": map[string]any{"waba_ban_state": []string{"DISABLE"}, "waba_ban_date": s.now().UTC().Format("January 2, 2006")}})
		},
		ends: func(s *Sim, n *number) []event {
			return accountEvent(n, "DISABLED_UPDATE", map[string]any{"ban_info": map[string]any{"waba_ban_state": []string{"REINSTATE"}, "waba_ban_date": s.now().UTC().Format("January 2, 2006")}})
		},
	}},
	{id: "account.restricted", label: "Meta restricts the account for a time", group: "Account", needs: "account", reaction: reaction{
		errors: on(refusal{code: 368}, "send"),
		shows: func(v *view, f *standingFault) {
			v.number.status = "RESTRICTED"
			v.waba.restrictions = []restriction{{"RESTRICTED_BIZ_INITIATED_MESSAGING", f.until}}
		},
		tells: func(s *Sim, n *number) []event {
			return accountEvent(n, "ACCOUNT_RESTRICTION", map[string]any{
				"restriction_info": []any{map[string]any{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": s.now().Add(7 * 24 * time.Hour).Unix()}},
				"violation_info":   map[string]string{"violation_type": "SCAM"},
			})
		},
	}},
	{id: "account.quality", label: "Quality turns red", group: "Account", needs: "account", reaction: reaction{
		errors: on(refusal{code: 131048}, "send"),
		shows:  func(v *view, _ *standingFault) { v.number.quality, v.number.reasons = "RED", []string{"USER_BLOCKED"} },
	}},
	{id: "account.review", label: "Meta's review of the account is not passed", group: "Account", needs: "account", field: "at", ways: []way{
		{value: "pending", label: "it goes on", reaction: reaction{shows: func(v *view, _ *standingFault) { v.waba.review = "PENDING" }, tells: reviewed("PENDING")}},
		{value: "rejected", label: "the account was rejected", reaction: reaction{
			errors: on(refusal{code: 131031}, "send"), shows: func(v *view, _ *standingFault) { v.waba.review = "REJECTED" }, tells: reviewed("REJECTED"),
		}},
	}},
	// Which code sends give then is unconfirmed.
	{id: "app.blocked", label: "Meta blocks the app", group: "Account", needs: "account", reaction: reaction{
		errors: on(refusal{code: 368}, "send"), shows: func(v *view, _ *standingFault) { v.app.barred = true },
	}},
	{id: "account.unverified", label: "The business is not verified", group: "Account", needs: "account", reaction: reaction{
		shows: func(v *view, _ *standingFault) {
			v.business.verification, v.business.limit = "not_verified", "TIER_250"
		},
	}},
	{id: "wa.limit", label: "The messaging limit is used up", group: "Account", needs: "account", reaction: reaction{
		// Which code the daily limit gives is unconfirmed.
		errors: on(refusal{code: 131048}, "send"), only: "initiated",
		shows: func(v *view, _ *standingFault) {
			v.business.limit = "TIER_250"
			v.number.set("BUSINESS", limited(nil, v.info("limit")))
		},
	}},
	// People write in bursts, in two different minutes, to a number that lives in the Business app too: it carries the least.
	{id: "wa.throughput", label: "Everybody writes at once", group: "Account", needs: "account", reaction: reaction{
		shows: coexists, tells: func(s *Sim, n *number) []event {
			for _, wait := range []time.Duration{time.Millisecond, time.Minute} {
				s.after(wait, func() { s.crowd(n) })
			}
			return nil
		},
	}},
	{id: "wa.payment", label: "No valid payment method", group: "Account", needs: "account", field: "at", ways: []way{
		{value: "card", label: "no payment method", reaction: reaction{
			errors: on(refusal{code: 131042}, "send"), shows: func(v *view, _ *standingFault) { v.waba.payment = false },
		}},
		{value: "currency", label: "no currency and time zone", reaction: reaction{
			errors: on(refusal{code: 131042}, "send"), shows: func(v *view, _ *standingFault) { v.waba.currency, v.waba.timezone = "", "" },
		}},
		{value: "terms", label: "the payment terms are not accepted", reaction: reaction{
			errors: on(refusal{code: 134011}, "send"), shows: func(v *view, _ *standingFault) { v.waba.payment = false },
		}},
	}},
	{id: "meta.no_portfolio", label: "The person has no business portfolio", group: "Account", needs: "none", reaction: reaction{
		effects: map[string]string{"login": "no_portfolio"},
	}},
	{id: "app.dev_mode", label: "The Meta app is in development", group: "Account", needs: "account", reaction: reaction{
		effects: map[string]string{"webhook": "unsubscribed", "login": "development"},
		shows:   func(v *view, _ *standingFault) { v.app.development = true },
	}},
}

func (st *tokenState) without(scope string) {
	kept := st.scopes[:0:0]
	for _, s := range st.scopes {
		if s != scope {
			kept = append(kept, s)
		}
	}
	st.scopes = kept
}

// set puts an entity's health in the state of a view.
func (st *numberState) set(entity string, h entityHealth) {
	if st.health == nil {
		st.health = map[string]entityHealth{}
	}
	st.health[entity] = h
}

func reviewed(decision string) func(*Sim, *number) []event {
	return func(_ *Sim, n *number) []event { return []event{reviewEvent(n, decision)} }
}
