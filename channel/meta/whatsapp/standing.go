package whatsapp

import (
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

var _ channel.Overseer = (*Platform)(nil)

// Oversight are Meta's rules about a business; see channel.Overseer. Source: Meta, WhatsApp, messaging-limits,
// business-phone-numbers, templates and official-business-accounts, and help pages about enforcement; read Sep 2026.
func (p *Platform) Oversight() channel.Oversight {
	return channel.Oversight{
		BadgeAgain: 30 * 24 * time.Hour,
		Verification: []channel.Gain{
			{What: "People you may write to first in 24 hours", Before: "250", After: "2,000, and more as quality stays high"},
			{What: "Numbers in the portfolio", Before: "2", After: "20"},
			{What: "Templates", Before: "250", After: "6,000, with one approved display name"},
			{What: "Verified badge", Before: "cannot be asked for", After: "can be asked for"},
		},
		Announced:  announced(),
		Read:       "2026-09",
		AppealURL:  "https://business.facebook.com/business-support-home",
		ManagerURL: "https://business.facebook.com/wa/manage/home/",
		VerifyURL:  "https://business.facebook.com/settings/security",
		BadgeURL:   "https://business.facebook.com/wa/manage/phone-numbers/",
	}
}

// announced are the changes and the ends of versions that are known, the latest first.
func announced() (all []channel.Announced) {
	const versions = "https://developers.facebook.com/docs/graph-api/changelog"
	if end, told := meta.EndsBy(meta.GraphVersion); !end.IsZero() {
		all = append(all, channel.Announced{On: end, What: "The version of Meta’s interface in use here, " + meta.GraphVersion + ", ends", Do: "Upgrade this program before that day.", Concerns: true, Open: !told,
			Source: versions, Read: "2026-09"})
	}
	for _, c := range meta.Changes {
		all = append(all, channel.Announced{On: c.On, What: c.What, Do: c.Do, Concerns: c.Concerns, Unconfirmed: c.Unconfirmed, Source: c.Source, Read: c.Read})
	}
	slices.SortStableFunc(all, func(a, b channel.Announced) int { return b.On.Compare(a.On) })
	return all
}

// stops is what a restriction takes away. Source: Meta, WhatsApp, webhooks/reference/account_update; read Dec 2025. That
// people who write are still heard is read out of the words and unconfirmed.
var stops = map[string][]channel.Ability{
	"RESTRICTED_ADD_PHONE_NUMBER_ACTION":       {channel.AbilityNumbers},
	"RESTRICTED_BIZ_INITIATED_MESSAGING":       {channel.AbilityStart, channel.AbilityUtility},
	"RESTRICTED_CUSTOMER_INITIATED_MESSAGING":  {channel.AbilityReply},
	"RESTRICTED_UTILITY_TEMPLATES":             {channel.AbilityUtility},
	"RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES": {channel.AbilityUtility},
}

// bans are the states of a ban. Meta tells one as a text or as a list of texts. Source: as of stops.
var bans = map[string]channel.Ban{"DISABLE": channel.Banned, "SCHEDULE_FOR_DISABLE": channel.BanPlanned, "REINSTATE": channel.BanLifted}

// News reads account_update and account_alerts; see channel.Overseer.
func (p *Platform) News(field string, value []byte, account string) channel.News {
	var n channel.News
	d, err := meta.ReadDocument(value)
	if err != nil {
		return n
	}
	defer d.Free()
	switch v := d.Root(); field {
	case "account_update":
		n.Violation = v.Get("violation_info").Get("violation_type").Text()
		for it := v.Get("restriction_info").Items(); it.Next(); {
			kind := it.Value().Get("restriction_type").Text()
			n.Restrictions = append(n.Restrictions, channel.Restriction{Kind: kind, Until: moment(it.Value().Get("expiration")), Stops: stops[kind]})
		}
		state := v.Get("ban_info").Get("waba_ban_state")
		n.Ban = bans[state.Text()]
		for it := state.Items(); it.Next(); {
			n.Ban = bans[it.Value().Text()]
		}
	case "account_alerts":
		n.Badge = badgeNews(v, account)
	}
	return n
}

// badgeNews is a decision about the badge of an account: an alert that names another number says nothing about it.
func badgeNews(v meta.Value, account string) string {
	info := v.Get("alert_info")
	if !info.Given() {
		info = v // the older, flat form
	}
	if strings.EqualFold(v.Get("entity_type").Text(), "PHONE_NUMBER") && v.Get("entity_id").Text() != account {
		return ""
	}
	switch info.Get("alert_type").Text() {
	case "OBA_APPROVED":
		return channel.BadgeApproved
	case "OBA_REJECTED":
		return channel.BadgeRejected
	}
	return ""
}
