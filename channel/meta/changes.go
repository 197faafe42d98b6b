package meta

import "time"

// Change is something that Meta has announced or done, as dated data (C23).
type Change struct {
	On   time.Time
	What string
	// Concerns is true when this program, or every business that uses it, relies on what changes; Do is then what to do.
	Concerns bool
	Do       string
	// Unconfirmed is true where sources differ on the day or the matter.
	Unconfirmed  bool
	Source, Read string
}

const whatsappDocuments = "https://developers.facebook.com/documentation/business-messaging/whatsapp/"

// Changes are those of WhatsApp's platform that are known, the oldest first; versions have a list of their own. When one is
// announced, it is entered here with its day and its source. Source: as each says.
var Changes = []Change{
	{On: day(2025, 4, 1), What: "Marketing templates to numbers in the United States are paused", Source: whatsappDocuments + "templates/overview", Read: "2026-09"},
	{On: day(2025, 10, 1), What: "In the course of this month the messaging limit goes to the portfolio, and the state FLAGGED is retired", Source: whatsappDocuments + "messaging-limits", Read: "2026-09"},
	{On: day(2026, 8, 1), What: "Messages of Meta’s own business agent are charged apart", Source: whatsappDocuments + "pricing", Read: "2026-09"},
	{On: day(2026, 10, 1), What: "Free texts within the window are charged, after 1,000 a month and number; without a payment method they are not delivered", Concerns: true,
		Do: "Add a payment method to the WhatsApp account at Meta.", Unconfirmed: true, Source: whatsappDocuments + "pricing", Read: "2026-09"},
	{On: day(2026, 10, 8), What: "Embedded Signup versions 2 and 3 are switched off; version 4 is used here", Unconfirmed: true, Source: whatsappDocuments + "embedded-signup/overview", Read: "2026-09"},
}

// Ahead is how long before its day a change is warned of.
const Ahead = 90 * 24 * time.Hour

// Coming are the changes among all that concern this program and lie within Ahead.
func Coming(all []Change, now time.Time) (coming []Change) {
	for _, c := range all {
		if left := c.On.Sub(now); c.Concerns && left > 0 && left <= Ahead {
			coming = append(coming, c)
		}
	}
	return coming
}
