package sim

// Single messages: the person, the template, the content, the file.
var messageCauses = []cause{
	{id: "wa.window", label: "The reply window has closed", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 131047}, "send"), only: "free"}},
	{id: "wa.undeliverable", label: "WhatsApp cannot deliver to this person", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 131026}, "send")}},
	{id: "wa.user_limit", label: "Marketing is held back", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 131049}, "send"), only: "marketing"}},
	{id: "wa.experiment", label: "The person is in a test group", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 130472}, "send"), only: "marketing"}},
	{id: "wa.opted_out", label: "The person stopped marketing", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 131050}, "send"), only: "marketing"}},
	{id: "wa.country", label: "Not allowed in this country", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 130497}, "send")}},
	{id: "wa.held", label: "It waits for the person's phone", group: "Single messages", needs: "person", reaction: reaction{effects: map[string]string{"send": "held"}}},
	{id: "wa.expired", label: "It waited too long for the phone", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 131043}, "send")}},
	{id: "wa.identity", label: "The person's identity has changed", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 137000}, "send")}},
	{id: "wa.companion", label: "Only the person's phone can show it", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 131060}, "send")}},
	{id: "wa.blocked_here", label: "The business blocked this person", group: "Single messages", needs: "person", reaction: reaction{errors: on(refusal{code: 130403}, "send")}},
	{id: "wa.group", label: "A group refuses it", group: "Single messages", needs: "none", reaction: reaction{errors: on(refusal{code: 131041}, "send")}},
	{id: "wa.calls", label: "Calling is not switched on", group: "Single messages", needs: "none", reaction: reaction{errors: on(refusal{code: 138000}, "send")}},
	{id: "wa.flow", label: "The form is blocked", group: "Single messages", needs: "none", reaction: reaction{errors: on(refusal{code: 132068}, "send")}},
	{id: "wa.block_list", label: "The block list cannot be changed", group: "Single messages", needs: "none", reaction: reaction{errors: on(refusal{code: 139100, edge: "block_users"}, "read")}},
	{id: "send.bad_param", label: "A value is not accepted", group: "Single messages", needs: "none", field: "at", ways: []way{
		{value: "value", label: "a wrong value", reaction: reaction{errors: on(refusal{code: 131009}, "send")}},
		{value: "missing", label: "a missing value", reaction: reaction{errors: on(refusal{code: 131008}, "send")}},
		{value: "parameter", label: "an invalid parameter", reaction: reaction{errors: on(refusal{code: 100}, "send")}},
	}},

	{id: "wa.tpl_params", label: "The template wants other values", group: "Templates", needs: "none", field: "at", ways: []way{
		{value: "count", label: "another number of values", reaction: reaction{errors: on(refusal{code: 132000}, "send"), only: "template"}},
		{value: "format", label: "values of another form", reaction: reaction{errors: on(refusal{code: 132012}, "send"), only: "template"}},
	}},
	{id: "wa.tpl_missing", label: "The template is not there", group: "Templates", needs: "none", field: "at", ways: []way{
		{value: "absent", label: "not in this language", reaction: reaction{errors: on(refusal{code: 132001}, "send"), only: "template"}},
		{value: "paused", label: "paused", reaction: reaction{errors: on(refusal{code: 132015}, "send"), only: "template"}},
		{value: "disabled", label: "disabled", reaction: reaction{errors: on(refusal{code: 132016}, "send"), only: "template"}},
	}},
	{id: "wa.tpl_limit", label: "No further template may be made", group: "Templates", needs: "account", reaction: reaction{errors: on(refusal{code: 100, subcode: 2388019, edge: "message_templates"}, "read")}},
	{id: "wa.tpl_form", label: "The template's form is refused", group: "Templates", needs: "account", reaction: reaction{errors: on(refusal{code: 100, subcode: 2388042, edge: "message_templates"}, "read")}},
	{id: "wa.insights", label: "Insights are not available", group: "Templates", needs: "account", reaction: reaction{errors: on(refusal{code: 200007, edge: "template_analytics"}, "read")}},

	{id: "media.expired", label: "Files are gone", group: "Files", needs: "none", reaction: reaction{effects: map[string]string{"media": "media_gone"}}},
	{id: "media.refused", label: "Files are refused", group: "Files", needs: "none", reaction: reaction{errors: on(refusal{code: 131053}, "send", "media")}},
	{id: "media.unavailable", label: "WhatsApp cannot pass files on", group: "Files", needs: "none", reaction: reaction{effects: webhooks("media_lost")}},
}

// The platform as a whole.
var platformCauses = []cause{
	{id: "net.outage", label: "Meta has an outage", group: "Platform", needs: "none", field: "at", ways: []way{
		{value: "error", label: "answers with code 2", reaction: reaction{errors: on(refusal{code: 2}, calls...)}},
		{value: "131016", label: "answers with code 131016", reaction: reaction{errors: on(refusal{code: 131016}, calls...)}},
		{value: "maintenance", label: "says that the account is in maintenance", reaction: reaction{errors: on(refusal{code: 131057}, calls...)}},
		{value: "html", label: "answers 503 with a page", reaction: reaction{effects: everyCall("html")}},
		{value: "gateway", label: "a gateway answers 502", reaction: reaction{effects: everyCall("gateway")}},
		{value: "empty", label: "answers with an empty body", reaction: reaction{effects: everyCall("empty")}},
		{value: "success", label: "answers 200 with a page", reaction: reaction{effects: everyCall("page")}},
		{value: "timeout", label: "does not answer", reaction: reaction{effects: everyCall("timeout")}},
		{value: "broken", label: "breaks connections", reaction: reaction{effects: everyCall("broken")}},
		{value: "slow", label: "answers slowly", reaction: reaction{effects: everyCall("slow")}},
	}},
	{id: "net.rate", label: "Too many calls", group: "Platform", needs: "none", field: "at", ways: []way{
		{value: "number", label: "for the number", reaction: reaction{errors: map[string]refusal{
			"send": {code: 130429}, "media": {code: 4}, "read": {code: 80007}, "subscribe": {code: 80007}, "register": {code: 80007}, "token": {code: 4},
		}}},
		{value: "person", label: "to one person", reaction: reaction{errors: on(refusal{code: 131056}, "send")}},
		{value: "app", label: "of the app", reaction: reaction{errors: on(refusal{code: 4}, calls...)}},
	}},
	{id: "meta.version", label: "The Graph version has ended", group: "Platform", needs: "none", reaction: reaction{effects: everyCall("version")}},
	{id: "meta.unspecified", label: "An error without a reason", group: "Platform", needs: "none", field: "at", ways: []way{
		{value: "131000", label: "code 131000", reaction: reaction{errors: on(refusal{code: 131000}, "send")}},
		{value: "1", label: "code 1", reaction: reaction{errors: on(refusal{code: 1}, calls...)}},
		{value: "135000", label: "code 135000", reaction: reaction{errors: on(refusal{code: 135000}, "send")}},
	}},
}

// everyCall lets one thing happen on all calls.
func everyCall(effect string) map[string]string {
	m := map[string]string{}
	for _, op := range calls {
		m[op] = effect
	}
	return m
}
