package whatsapp

// The words of the wire, as the platform spells them. Source: Meta, WhatsApp, webhooks/overview and
// webhooks/reference; read Nov 2025 to Sep 2026.

// objectWABA is the envelope's "object".
const objectWABA = "whatsapp_business_account"

// The dashboard's test button sends samples with these invented ids.
const (
	testEntryID       = "0"
	testPhoneNumberID = "123456123"
)

// Fields whose values hold messages.
const (
	fieldMessages  = "messages"
	fieldSMBEchoes = "smb_message_echoes"
	fieldEchoes    = "message_echoes"
	fieldHistory   = "history"
)

// noticeFields are the fields that are news about the account, and whether they change its templates.
var noticeFields = map[string]bool{
	"account_alerts":                     false,
	"account_review_update":              false,
	"account_settings_update":            false,
	"account_update":                     false,
	"automatic_events":                   false,
	"business_capability_update":         false,
	"calls":                              false,
	"consumer_profile":                   false,
	"flows":                              false,
	"group_lifecycle_update":             false,
	"group_participants_update":          false,
	"group_settings_update":              false,
	"group_status_update":                false,
	"message_template_components_update": true,
	"message_template_quality_update":    true,
	"message_template_status_update":     true,
	"messaging_handovers":                false,
	"partner_solutions":                  false,
	"payment_configuration_update":       false,
	"phone_number_name_update":           false,
	"phone_number_quality_update":        false,
	"phone_number_username_update":       false,
	"security":                           false,
	"smb_app_state_sync":                 false,
	"standby":                            false,
	"template_category_update":           true,
	"tracking":                           false,
	"user_id_update":                     false,
	"user_preferences":                   false,
}

// Message types.
const (
	typeText             = "text"
	typeImage            = "image"
	typeVideo            = "video"
	typeAudio            = "audio"
	typeDocument         = "document"
	typeSticker          = "sticker"
	typeLocation         = "location"
	typeContacts         = "contacts"
	typeReaction         = "reaction"
	typeButton           = "button"
	typeInteractive      = "interactive"
	typeOrder            = "order"
	typeSystem           = "system"
	typeRequestWelcome   = "request_welcome"
	typeEdit             = "edit"
	typeRevoke           = "revoke"
	typeTemplate         = "template"
	typeUnsupported      = "unsupported"
	typeErrors           = "errors"
	typeMediaPlaceholder = "media_placeholder"
)
