package sim

import "strconv"

// The operations a fault can be narrowed to.
var operations = []string{"send", "media", "token", "register", "subscribe", "read", "webhook"}

// calls are the operations that a program asks of the platform.
var calls = []string{"send", "media", "token", "register", "subscribe", "read"}

// cause is a trouble that the twin can stage by its name in the product's
// vocabulary of causes.
type cause struct {
	id    string
	needs string // account, person or none: what it is naturally narrowed to
	// Errors by operation; nil where the trouble shows otherwise.
	errors map[string]refusal
	// only restricts it to a content: template, marketing (templates), free (all
	// but templates).
	only string
	// effect names what happens to webhooks, media or the state instead.
	effect string
}

// refusal is an error code as a cause uses it.
type refusal struct{ code, subcode int }

func on(r refusal, ops ...string) map[string]refusal {
	m := make(map[string]refusal, len(ops))
	for _, op := range ops {
		m[op] = r
	}
	return m
}

// causes lists what the WhatsApp twin can stage. Codes are those of the
// reference; which of them Meta would give on management reads is not always
// documented, so auth troubles give the same code on every call.
var causes = []cause{
	{id: "auth.expired", needs: "account", errors: on(refusal{190, 463}, calls...)},
	{id: "auth.revoked", needs: "account", errors: on(refusal{190, 458}, calls...)},
	{id: "auth.password", needs: "account", errors: on(refusal{190, 460}, calls...)},
	{id: "auth.invalid", needs: "account", errors: on(refusal{190, 0}, calls...)},
	{id: "auth.scope", needs: "account", errors: on(refusal{10, 0}, "send", "media")},
	{id: "auth.asset", needs: "account", errors: on(refusal{100, 33}, "send", "media", "register", "subscribe", "read")},
	{id: "wa.window", needs: "person", errors: on(refusal{131047, 0}, "send"), only: "free"},
	{id: "wa.user_limit", needs: "person", errors: on(refusal{131049, 0}, "send"), only: "marketing"},
	{id: "wa.experiment", needs: "person", errors: on(refusal{130472, 0}, "send"), only: "marketing"},
	{id: "wa.opted_out", needs: "person", errors: on(refusal{131050, 0}, "send"), only: "marketing"},
	{id: "wa.tpl_params", needs: "none", errors: on(refusal{132000, 0}, "send"), only: "template"},
	{id: "wa.tpl_missing", needs: "none", errors: on(refusal{132001, 0}, "send"), only: "template"},
	{id: "wa.undeliverable", needs: "person", errors: on(refusal{131026, 0}, "send")},
	{id: "wa.country", needs: "person", errors: on(refusal{130497, 0}, "send")},
	{id: "wa.held", needs: "person", effect: "held"},
	{id: "wa.payment", needs: "account", errors: on(refusal{131042, 0}, "send")},
	{id: "wa.not_registered", needs: "account", errors: on(refusal{133010, 0}, "send")},
	{id: "wa.pin", needs: "account", errors: on(refusal{133005, 0}, "register")},
	{id: "wa.two_step", needs: "account", errors: on(refusal{100, 2388001}, "register")},
	{id: "wa.ownership", needs: "account", errors: on(refusal{133006, 0}, "register")},
	{id: "wa.register_limit", needs: "account", errors: on(refusal{133016, 0}, "register")},
	{id: "send.bad_param", needs: "none", errors: on(refusal{131009, 0}, "send")},
	{id: "net.outage", needs: "none", errors: on(refusal{2, 0}, calls...)},
	{id: "net.rate", needs: "none", errors: map[string]refusal{
		"send": {130429, 0}, "media": {4, 0}, "read": {80007, 0}, "subscribe": {80007, 0}, "register": {80007, 0}, "token": {4, 0},
	}},
	{id: "account.disabled", needs: "account", errors: on(refusal{131031, 0}, "send")},
	{id: "account.restricted", needs: "account", errors: on(refusal{368, 0}, "send")},
	{id: "account.quality", needs: "account", errors: on(refusal{131048, 0}, "send")},
	{id: "hook.off", needs: "account", effect: "unsubscribed"},
	{id: "hook.elsewhere", needs: "account", effect: "elsewhere"},
	{id: "hook.fields", needs: "account", effect: "fields"},
	{id: "hook.signature", needs: "account", effect: "signature"},
	{id: "hook.lag", needs: "none", effect: "lag"},
	{id: "media.expired", needs: "none", effect: "media_gone"},
	{id: "media.refused", needs: "none", errors: on(refusal{131053, 0}, "send", "media")},
	{id: "media.unavailable", needs: "none", effect: "media_lost"},
}

// causeOperation is where the effects of causes without error codes show.
var causeOperation = map[string]string{
	"unsubscribed": "webhook", "elsewhere": "webhook", "fields": "webhook", "signature": "webhook", "lag": "webhook", "media_lost": "webhook",
	"held": "send", "media_gone": "media",
}

func causeByID(id string) (cause, bool) {
	for _, c := range causes {
		if c.id == id {
			return c, true
		}
	}
	return cause{}, false
}

func codeKey(number, subcode int) string {
	if subcode == 0 {
		return strconv.Itoa(number)
	}
	return strconv.Itoa(number) + "/" + strconv.Itoa(subcode)
}
