package playbook

import (
	"fmt"
	"slices"
	"strings"
)

// Source is where a page's facts come from, and in which month they were read there.
type Source struct {
	ID    string `json:"-"`
	Title string `json:"title"`
	URL   string `json:"url" doc:"empty for our own rules and for reports of the community"`
	Read  string `json:"read" doc:"the month in which it was read, 2026-09"`
}

const whatsappDocs = "https://developers.facebook.com/documentation/business-messaging/whatsapp/"

// Sources are all that pages cite.
var Sources = []Source{
	{"own", "A rule of this product", "", "2026-11"},
	{"errors", "Meta: WhatsApp error codes", whatsappDocs + "support/error-codes", "2026-09"},
	{"support", "Meta: WhatsApp troubleshooting", "https://developers.facebook.com/docs/whatsapp/cloud-api/support", "2025-12"},
	{"countries", "Meta: where WhatsApp's platform may be used", "https://developers.facebook.com/docs/whatsapp/cloud-api/support", "2025-11"},
	{"health", "Meta: WhatsApp health status", whatsappDocs + "support/health-status", "2025-12"},
	{"graph", "Meta: Graph API error handling", "https://developers.facebook.com/docs/graph-api/guides/error-handling", "2025-12"},
	{"rates", "Meta: Graph API rate limits", "https://developers.facebook.com/docs/graph-api/overview/rate-limiting", "2025-12"},
	{"tokens", "Meta: WhatsApp access tokens", whatsappDocs + "access-tokens", "2025-12"},
	{"numbers", "Meta: WhatsApp business phone numbers", whatsappDocs + "business-phone-numbers/phone-numbers", "2025-12"},
	{"register", "Meta: registering a WhatsApp number", whatsappDocs + "business-phone-numbers/registration", "2025-12"},
	{"pin", "Meta: two-step verification of a WhatsApp number", whatsappDocs + "business-phone-numbers/phone-numbers#two-step-verification", "2025-12"},
	{"names", "Meta: WhatsApp display names", whatsappDocs + "display-names", "2025-12"},
	{"limits", "Meta: WhatsApp messaging limits", whatsappDocs + "messaging-limits", "2026-09"},
	{"pricing", "Meta: WhatsApp pricing, non-template messages", whatsappDocs + "pricing", "2026-09"},
	{"templates", "Meta: WhatsApp message templates", whatsappDocs + "templates/overview", "2025-12"},
	{"marketing", "Meta: marketing messages error codes", whatsappDocs + "marketing-messages/error-codes", "2025-12"},
	{"media", "Meta: WhatsApp media", whatsappDocs + "business-phone-numbers/media", "2025-12"},
	{"hooks", "Meta: WhatsApp webhooks", whatsappDocs + "webhooks/overview", "2025-12"},
	{"override", "Meta: webhook overrides", whatsappDocs + "webhooks/override", "2026-06"},
	{"signup", "Meta: Embedded Signup", whatsappDocs + "embedded-signup/overview", "2026-06"},
	{"coexist", "Meta: onboarding WhatsApp Business app users", whatsappDocs + "embedded-signup/onboarding-business-app-users", "2026-06"},
	{"migrate", "Meta: moving a number between accounts", whatsappDocs + "solution-providers/support/migrating-phone-numbers-among-solution-partners-programmatically", "2025-12"},
	{"groups", "Meta: WhatsApp groups error codes", whatsappDocs + "groups/error-codes", "2025-12"},
	{"calls", "Meta: WhatsApp calling troubleshooting", whatsappDocs + "calling/troubleshooting", "2025-12"},
	{"flows", "Meta: WhatsApp Flows error codes", "https://developers.facebook.com/docs/whatsapp/flows/reference/error-codes", "2025-12"},
	{"blocks", "Meta: blocking people on WhatsApp", whatsappDocs + "block-users", "2025-12"},
	{"usernames", "Meta: business-scoped user ids and usernames", whatsappDocs + "business-scoped-user-ids", "2026-06"},
	{"analytics", "Meta: WhatsApp analytics", whatsappDocs + "analytics", "2025-12"},
	{"enforcement", "Meta: WhatsApp policy enforcement", whatsappDocs + "policy-enforcement", "2025-12"},
	{"clients", "Maintained open-source WhatsApp clients", "", "2026-09"},
	{"community", "Reports of the community, in no list of the platform", "", "2026-09"},
	{"telegram", "Telegram: Bot API", "https://core.telegram.org/bots/api", "2026-06"},
	{"discord", "Discord: developer documentation", "https://discord.com/developers/docs/topics/opcodes-and-status-codes", "2026-08"},
	{"messenger", "Meta: Messenger platform error codes", "https://developers.facebook.com/docs/messenger-platform/error-codes", "2026-06"},
	{"instagram", "Meta: Instagram messaging", "https://developers.facebook.com/docs/messenger-platform/instagram", "2026-06"},
}

// sourcesOf are the sources with these ids, separated by spaces.
func sourcesOf(ids string) (all []Source, err error) {
	for _, id := range strings.Fields(ids) {
		i := slices.IndexFunc(Sources, func(s Source) bool { return s.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("there is no source %q", id)
		}
		all = append(all, Sources[i])
	}
	return all, nil
}
