package sim

import "time"

// usualPIN is the number's right PIN while wa.pin or wa.two_step stands and the
// order names none.
const usualPIN = "246810"

func (f *standingFault) rightPIN() string {
	if f.PIN != "" {
		return f.PIN
	}
	return usualPIN
}

// taken takes the number of a view off the platform and then changes it.
func taken(change func(*numberState, *standingFault)) func(*view, *standingFault) {
	return func(v *view, f *standingFault) {
		v.unregistered()
		change(&v.number, f)
	}
}

// Numbers: registering, verifying, moving, the name, and coexistence.
var numberCauses = []cause{
	{id: "wa.not_registered", label: "The number is not registered", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "deregistered", label: "it was taken off the platform", reaction: reaction{
			errors: on(refusal{code: 133010}, "send"), shows: taken(func(*numberState, *standingFault) {}),
		}},
		{value: "certificate", label: "its certificate is wrong", reaction: reaction{
			errors: on(refusal{code: 131045}, "send"), shows: taken(func(st *numberState, _ *standingFault) { st.status = "PENDING" }),
		}},
	}},
	{id: "wa.in_use", label: "The number lives in a WhatsApp app", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "business", label: "in the Business app", reaction: reaction{
			errors: registering(refusal{code: 100, subcode: 3441034}), shows: taken(func(st *numberState, _ *standingFault) { st.onBizApp = true }),
		}},
		{value: "personal", label: "in a personal WhatsApp", reaction: reaction{
			errors: registering(refusal{code: 100, subcode: 2388055}), shows: taken(func(*numberState, *standingFault) {}),
		}},
		{value: "deleted", label: "deleted in the app a moment ago", reaction: reaction{
			errors: registering(refusal{code: 133015}), shows: taken(func(*numberState, *standingFault) {}), lasts: 5 * time.Minute,
		}},
	}},
	// Which PIN is the right one the order says; with it the registration works.
	{id: "wa.two_step", label: "Two-step verification is on at another provider", group: "Number", needs: "account", reaction: reaction{
		errors: registering(refusal{code: 100, subcode: 2388001}),
		shows:  taken(func(st *numberState, f *standingFault) { st.pin, st.verification = f.rightPIN(), "VERIFIED" }),
	}},
	{id: "wa.pin", label: "The PIN is another", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "mismatch", label: "another PIN", reaction: reaction{errors: pins(133005), shows: hasPIN}},
		{value: "guesses", label: "guessed too often", reaction: reaction{errors: pins(133008), shows: hasPIN}},
		{value: "fast", label: "guessed too fast", reaction: reaction{errors: pins(133009), shows: hasPIN}},
		{value: "locked", label: "answered as if the account were locked", reaction: reaction{errors: pins(131031), shows: hasPIN}},
	}},
	// One code for two causes: the number's code_verification_status tells them
	// apart (unconfirmed, recipes 7).
	{id: "wa.ownership", label: "The number's ownership is not verified", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "never", label: "never verified", reaction: reaction{
			errors: registering(refusal{code: 100, subcode: 2388001, words: "own"}),
			shows:  taken(func(st *numberState, _ *standingFault) { st.verification = "NOT_VERIFIED" }),
		}},
		{value: "again", label: "to be verified again", reaction: reaction{
			errors: registering(refusal{code: 133006}),
			shows:  taken(func(st *numberState, _ *standingFault) { st.verification = "EXPIRED" }),
		}},
	}},
	{id: "wa.code", label: "The code does not come, or is refused", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "refused", label: "no code is sent", reaction: reaction{errors: on(refusal{code: 136024, edge: "request_code"}, "register"), shows: unverified}},
		{value: "wrong", label: "every code is wrong", reaction: reaction{errors: on(refusal{code: 136025, edge: "verify_code"}, "register"), shows: unverified}},
		{value: "longer", label: "too many codes were asked for", reaction: reaction{errors: on(refusal{code: 100, subcode: 2388367, edge: "request_code"}, "register"), shows: unverified}},
	}},
	{id: "wa.register_limit", label: "Registered too often in 72 hours", group: "Number", needs: "account", reaction: reaction{
		errors: registering(refusal{code: 133016}), shows: taken(func(*numberState, *standingFault) {}), lasts: 72 * time.Hour,
	}},
	{id: "wa.releasing", label: "The number is still being released", group: "Number", needs: "account", reaction: reaction{
		errors: registering(refusal{code: 133000}), shows: taken(func(st *numberState, _ *standingFault) { st.status = "PENDING" }), lasts: 5 * time.Minute,
	}},
	{id: "wa.step_done", label: "The step was done already", group: "Number", needs: "account", reaction: reaction{
		errors: on(refusal{code: 100, subcode: 2388366, edge: "request_code"}, "register"),
		shows:  func(v *view, _ *standingFault) { v.number.verification = "VERIFIED" },
	}},
	{id: "wa.migration", label: "The number cannot be moved", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "conditions", label: "a condition is not met", reaction: reaction{errors: on(refusal{code: 100, subcode: 2388103, edge: "phone_numbers"}, "register"), shows: stays}},
		{value: "portfolio", label: "it belongs to another portfolio", reaction: reaction{errors: on(refusal{code: 100, subcode: 3441038, edge: "phone_numbers"}, "register"), shows: stays}},
		{value: "maintenance", label: "it is in maintenance", reaction: reaction{errors: on(refusal{code: 100, subcode: 2494100, edge: "phone_numbers"}, "register"), shows: stays}},
	}},
	{id: "wa.moved", label: "The number has left the account", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "gone", label: "it is no longer there", reaction: reaction{errors: onNumber(refusal{code: 100, subcode: 33}), shows: func(v *view, _ *standingFault) { v.gone = true }}},
		{value: "migrated", label: "it is at another provider", reaction: reaction{
			errors: on(refusal{code: 133010}, "send"), effects: webhooks("unsubscribed"), shows: taken(func(st *numberState, _ *standingFault) { st.status = "MIGRATED" }),
		}},
	}},
	{id: "wa.legacy", label: "A way of registering that has ended", group: "Number", needs: "account", reaction: reaction{
		errors: registering(refusal{code: 133001}), shows: taken(func(st *numberState, _ *standingFault) { st.platform = "ON_PREMISE" }),
	}},
	{id: "meta.invalid_param", label: "Meta refuses without saying why", group: "Number", needs: "account", reaction: reaction{
		errors: registering(refusal{code: 100}), shows: taken(func(*numberState, *standingFault) {}),
	}},
	{id: "wa.name", label: "The display name is not approved", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "declined", label: "it was refused", reaction: reaction{errors: on(refusal{code: 131037}, "send"), shows: named("DECLINED"), tells: nameRefused}},
		{value: "pending", label: "it is under review", reaction: reaction{errors: on(refusal{code: 131037}, "send"), shows: named("PENDING_REVIEW")}},
	}},
	{id: "wa.coexist_idle", label: "The Business app's phone was idle too long", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "primary", label: "the phone", reaction: idle("PRIMARY_INACTIVITY")},
		{value: "companion", label: "the linked devices", reaction: idle("COMPANION_INACTIVITY")},
		{value: "user", label: "the owner disconnected it", reaction: idle("ACCOUNT_DISCONNECTED")},
	}},
	{id: "wa.coexist_sync", label: "The Business app's data cannot be fetched", group: "Number", needs: "account", field: "at", ways: []way{
		{value: "twice", label: "asked for twice", reaction: reaction{errors: on(refusal{code: 2593107, edge: "smb_app_data"}, "register"), shows: coexists}},
		{value: "late", label: "asked for after 24 hours", reaction: reaction{errors: on(refusal{code: 2593108, edge: "smb_app_data"}, "register"), shows: coexists}},
	}},
	{id: "wa.test_number", label: "A test number with five allowed people", group: "Number", needs: "account", reaction: reaction{
		errors: on(refusal{code: 131030}, "send"), shows: func(v *view, _ *standingFault) { v.number.mode = "SANDBOX" },
	}},
	{id: "wa.username", label: "The user name cannot be taken", group: "Number", needs: "account", reaction: reaction{
		errors: on(refusal{code: 147001, edge: "username"}, "read"),
	}},
	{id: "wa.sign_up_form", label: "The sign-up form is wrong", group: "Number", needs: "account", reaction: reaction{
		errors: on(refusal{code: 2494165, edge: "phone_numbers"}, "register"),
	}},
}

// onNumber refuses all calls of the number itself, not those of its WABA.
func onNumber(r refusal) map[string]refusal {
	r.node = "number"
	return on(r, calls...)
}

func pins(code int) map[string]refusal {
	return on(refusal{code: code, edge: "register"}, "register")
}

func hasPIN(v *view, f *standingFault) { v.number.pin = f.rightPIN() }

func unverified(v *view, f *standingFault) {
	taken(func(st *numberState, _ *standingFault) { st.verification = "NOT_VERIFIED" })(v, f)
}

func stays(v *view, _ *standingFault) { v.number.nameStatus = "PENDING_REVIEW" }

func coexists(v *view, _ *standingFault) { v.number.onBizApp = true }

func named(status string) func(*view, *standingFault) {
	return func(v *view, _ *standingFault) { v.number.nameStatus = status }
}

func nameRefused(_ *Sim, n *number) []event {
	return []event{nameDecision(n, "REJECTED", n.name, "NAME_NOT_CONSISTENT")}
}

// idle is a coexistence number that the platform cut off.
func idle(reason string) reaction {
	by := "SYSTEM"
	if reason == "ACCOUNT_DISCONNECTED" {
		by = "USER"
	}
	return reaction{
		errors: on(refusal{code: 133010}, "send"), effects: webhooks("unsubscribed"),
		shows: func(v *view, _ *standingFault) { v.number.onBizApp, v.number.status = true, "DISCONNECTED" },
		tells: func(s *Sim, n *number) []event {
			list := s.partnerEvents(n.waba, "PARTNER_REMOVED")
			for i := range list {
				list[i].value.(map[string]any)["disconnection_info"] = map[string]string{"reason": reason, "initiated_by": by}
			}
			return list
		},
		ends: func(s *Sim, n *number) []event { return s.partnerEvents(n.waba, "ACCOUNT_RECONNECTED") },
	}
}
