package sim

import "time"

// givesUpAfter is how long the twin lets webhooks fail before it switches the subscription off.
const givesUpAfter = time.Hour

// otherInbox is where messages go while hook.elsewhere stands; nobody is there,
// and nothing is sent to it.
const otherInbox = "https://other-inbox.example/webhook"

func elsewhere(f *standingFault) string {
	if f.URL != "" {
		return f.URL
	}
	return otherInbox
}

// Incoming messages: subscriptions, addresses, and the way of webhooks.
var hookCauses = []cause{
	{id: "hook.off", label: "Incoming messages are switched off", group: "Incoming messages", needs: "account", field: "at", ways: []way{
		{value: "waba", label: "the account's subscription is gone", reaction: reaction{
			effects: webhooks("unsubscribed"), shows: func(v *view, _ *standingFault) { v.subscribed = false },
		}},
		{value: "app", label: "the app's subscription is inactive", reaction: reaction{
			effects: webhooks("unsubscribed"), shows: func(v *view, _ *standingFault) { v.app.active = false },
		}},
	}},
	{id: "hook.elsewhere", label: "Messages go to another address", group: "Incoming messages", needs: "account", field: "at", ways: []way{
		{value: "waba", label: "set for the account", reaction: reaction{
			effects: webhooks("elsewhere"), shows: func(v *view, f *standingFault) { v.subscribed, v.wabaOverride = true, elsewhere(f) },
		}},
		{value: "number", label: "set for the number", reaction: reaction{
			effects: webhooks("elsewhere"), shows: func(v *view, f *standingFault) { v.numberOverride = elsewhere(f) },
		}},
		{value: "app", label: "set for the app", reaction: reaction{
			effects: webhooks("elsewhere"), shows: func(v *view, f *standingFault) { v.app.callback = elsewhere(f) },
		}},
	}},
	{id: "hook.fields", label: "The messages field is not subscribed", group: "Incoming messages", needs: "account", reaction: reaction{
		effects: webhooks("fields"),
		shows: func(v *view, _ *standingFault) {
			kept := v.app.fields[:0:0]
			for _, name := range v.app.fields {
				if name != "messages" {
					kept = append(kept, name)
				}
			}
			v.app.fields = kept
		},
	}},
	// The platform holds another verify word: its calls of the callback are turned
	// away, and a subscription that was not verified delivers nothing.
	{id: "hook.verify", label: "The address check fails", group: "Incoming messages", needs: "account", reaction: reaction{
		effects: map[string]string{"subscribe": "another_word", "webhook": "unsubscribed"},
		shows:   func(v *view, _ *standingFault) { v.app.active = false },
	}},
	{id: "hook.unreachable", label: "Meta cannot reach the server", group: "Incoming messages", needs: "account", reaction: reaction{
		effects: map[string]string{"subscribe": "unreachable", "webhook": "unreachable"},
	}},
	{id: "hook.throttled", label: "Meta delivers in slow bundles", group: "Incoming messages", needs: "account", reaction: reaction{effects: webhooks("throttled")}},
	{id: "hook.signature", label: "Webhooks are signed with another secret", group: "Incoming messages", needs: "account", field: "at", ways: []way{
		{value: "secret", label: "with another app secret", reaction: reaction{effects: webhooks("signature")}},
		{value: "missing", label: "without a signature", reaction: reaction{effects: webhooks("unsigned")}},
		// The app's own token and its proofs end with the old secret.
		{value: "reset", label: "the app secret was reset", reaction: reaction{effects: func() map[string]string {
			m := everyCall("reset")
			m["webhook"] = "signature"
			return m
		}()}},
	}},
	// After long failure a subscription is switched off: general to Meta's webhooks, unconfirmed for WhatsApp, and after how
	// long is told nowhere.
	{id: "hook.failing", label: "Calls fail until Meta gives up", group: "Incoming messages", needs: "account", reaction: reaction{
		effects: webhooks("signature"), shows: func(v *view, f *standingFault) {
			if v.now.Sub(f.since) >= givesUpAfter {
				v.app.active = false
			}
		},
	}},
	{id: "hook.lag", label: "Webhooks come late", group: "Incoming messages", needs: "none", reaction: reaction{effects: webhooks("lag")}},
}
