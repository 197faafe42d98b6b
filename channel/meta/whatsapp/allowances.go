package whatsapp

import (
	"time"

	"github.com/clearline/clearline/channel"
)

var _ channel.Limited = (*Platform)(nil)

// Counts that Meta keeps of an account; see channel.Limited. Source: Meta, WhatsApp, throughput, messaging-limits,
// business-phone-numbers and templates, and Graph API rate limits; read Sep 2026.
const (
	registrationsMost = 10
	registrationsPer  = 72 * time.Hour
	codesMost         = 10 // by reports of the community, unconfirmed
	templatesFew      = 250
	templatesMany     = 6000
	callsMost         = 5000
)

// Allowances are Meta's bounds on a number and on what it belongs to; see channel.Limited.
func (p *Platform) Allowances(told map[string]string, perSecond int) []channel.Allowance {
	if perSecond <= 0 {
		perSecond = p.Limits().PerSecond
	}
	people, known := p.StartLimit(told["messaging_limit"])
	templates, templatesKnown := templatesFew, told["verification"] != ""
	if told["verification"] == "verified" && told["name_status"] == "APPROVED" {
		templates = templatesMany
	}
	const read = "2026-09"
	return []channel.Allowance{
		{Name: channel.AllowanceThroughput, What: "Messages in a second, in and out together", Most: perSecond, Known: true, Per: time.Second,
			Kept: "Sending goes no faster. What comes in has its place first.", Source: documents + "throughput", Read: read},
		{Name: channel.AllowancePerson, What: "Messages to one person at once, then one every 6 seconds", Most: pairBurst, Known: true, Per: pairBurst * pairSeconds * time.Second,
			Kept: "Further messages to that person wait. Others go on.", Source: documents + "throughput", Read: read},
		{Name: channel.AllowanceStarts, What: "People written to first, over all numbers of the portfolio", Most: people, Known: known, Per: 24 * time.Hour,
			Kept: "A template to one more person is not sent, and says so. Answers are not counted.", Source: documents + "messaging-limits", Read: read},
		{Name: channel.AllowanceRegistrations, What: "Registrations of the number", Most: registrationsMost, Known: true, Per: registrationsPer,
			Kept: "Counted before each try. The last one is left for a change of the name.", Source: documents + "business-phone-numbers/registration", Read: read},
		{Name: channel.AllowanceDeregistrations, What: "Deregistrations of the number", Most: registrationsMost, Known: true, Per: registrationsPer,
			Kept: "Counted before each try.", Source: documents + "business-phone-numbers/registration", Read: read},
		{Name: channel.AllowanceCodes, What: "Codes asked for by SMS or call", Most: codesMost, Known: true, Per: registrationsPer, Unconfirmed: true,
			Kept: "Only asked for when somebody presses the button.", Source: documents + "business-phone-numbers/phone-numbers", Read: read},
		{Name: channel.AllowanceTemplates, What: "Templates of the account, each language counts", Most: templates, Known: templatesKnown,
			Kept: "Templates are made at Meta; here they are read.", Source: documents + "templates/overview", Read: read},
		{Name: channel.AllowanceCalls, What: "Other calls to Meta’s interface, per app and account", Most: callsMost, Known: true, Per: time.Hour,
			Kept: "Looks are seldom, and a refused one is tried again later.", Source: "https://developers.facebook.com/docs/graph-api/overview/rate-limiting", Read: "2025-12"},
	}
}
