package whatsapp

// ClientVersion is the oldest version of an app that receives messages of the Cloud API; below it a message ends in 131026.
type ClientVersion struct{ App, Oldest, Source, Read string }

// ClientVersions are dated data: Meta raises them without notice. The pages of the playbook name the same ones, held to it
// by a test.
func ClientVersions() []ClientVersion {
	const source = "https://developers.facebook.com/docs/whatsapp/cloud-api/support"
	return []ClientVersion{
		{"WhatsApp for Android", "2.21.15.15", source, "2025-12"},
		{"WhatsApp Business for Android", "2.21.15.15", source, "2025-12"},
		{"WhatsApp for iPhone", "2.21.170.4", source, "2025-12"},
		{"WhatsApp Business for iPhone", "2.21.170.4", source, "2025-12"},
		{"WhatsApp for KaiOS", "2.2130.10", source, "2025-12"},
		{"WhatsApp Web", "2.2132.6", source, "2025-12"},
	}
}

// Terms is the page where a person accepts the terms that messages of businesses need.
const Terms = "https://wa.me/tos/20210210"
