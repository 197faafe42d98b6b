package whatsapp

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// paymentCodes say in a health report, or on a send, that payment is what is wrong.
var paymentCodes = []int{131042, 131044, 141006}

// codeNotVerified says in a health report that the business is not verified: limits stay low, and nothing is broken.
const codeNotVerified = 141010

// business: is the account allowed to work: review, verification, restrictions, health (D16, D24, D25, D34).
func (r *examination) business(ctx context.Context) channel.Outcome {
	owner, err := r.readOwner(ctx)
	if err != nil {
		return r.failed(err)
	}
	o := r.judgeBusiness(&owner)
	o.Raw = string(owner.Raw)
	o.Readings = readings("verification", owner.Verification, "review", owner.Review, "health", owner.Health.Can, "messaging_limit", owner.Limit)
	return o
}

func (r *examination) judgeBusiness(owner *ownerNode) channel.Outcome {
	fail := func(cause clearline.Cause, found, expected, reason string) channel.Outcome {
		return fill(channel.Outcome{Result: clearline.Fail, Cause: cause, Found: found, Expected: expected}, "reason", reason)
	}
	warn := func(cause clearline.Cause, found, expected string) channel.Outcome {
		return channel.Outcome{Result: clearline.Warn, Cause: cause, Found: found, Expected: expected}
	}
	if app := owner.Health.of("APP"); app.Can == "BLOCKED" {
		return fail(clearline.CauseAppBlocked, "Meta reports the app as blocked: "+app.words(), "an app that may send", app.words())
	}
	switch owner.Status {
	case "DISABLED", "BANNED", "DELETED": // the set of words is not documented (unconfirmed)
		return fail(clearline.CauseAccountDisabled, "the account’s status is "+owner.Status, "ACTIVE", owner.Status)
	}
	for _, kind := range []string{"WABA", "BUSINESS"} {
		p := owner.Health.of(kind)
		if cause := p.blocked(); cause != "" {
			return fail(cause, fmt.Sprintf("Meta reports the %s as blocked: %s", partyWords[kind], p.words()), "AVAILABLE", p.words())
		}
	}
	for _, cause := range []clearline.Cause{clearline.CauseAccountDisabled, clearline.CauseAccountBarred} {
		if refused, standing, _ := r.refusal(cause); standing {
			return fail(cause, refusedAt(refused), "messages that are taken", "")
		}
	}
	if owner.Review == "REJECTED" {
		return fail(clearline.CauseAccountReview, "Meta rejected the account in its review", "APPROVED", owner.Review)
	}
	if !owner.Full || owner.Review == "" && owner.Health.Can == "" {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta tells this key nothing about the account’s standing"}
	}
	if owner.Review != "" && owner.Review != "APPROVED" {
		return warn(clearline.CauseAccountReview, "Meta’s review of the account: "+owner.Review, "APPROVED")
	}
	for _, kind := range []string{"APP", "WABA", "BUSINESS"} {
		p := owner.Health.of(kind)
		if p.Can != "LIMITED" || kind == "BUSINESS" && owner.Verification != "verified" {
			continue
		}
		// What limits a party is told in words alone, which are quoted and never matched: who is limited tells the likeliest
		// cause (unconfirmed).
		o := warn(limits[kind][0], fmt.Sprintf("Meta limits the %s: %s", partyWords[kind], p.words()), "AVAILABLE")
		o.Also = limits[kind][1:]
		if o.Cause == clearline.CauseLimit {
			return fill(o, "found", limitWords(owner.Limit))
		}
		return fill(o, "reason", p.words())
	}
	if owner.limitedByVerification() {
		return warn(clearline.CauseUnverified, "the business is not verified ("+wordOr(owner.Verification, "no state told")+"); limit: "+limitWords(owner.Limit), "verified")
	}
	return pass(fmt.Sprintf("review: %s · business: %s", strings.ToLower(wordOr(owner.Review, "no state told")), wordOr(owner.Verification, "no state told")))
}

var partyWords = map[string]string{"WABA": "account", "BUSINESS": "business", "PHONE_NUMBER": "number", "APP": "app"}

// limits are the causes why a party may be limited, the likelier first: an app in development, an account under a
// restriction, a portfolio at its messaging limit.
var limits = map[string][]clearline.Cause{
	"APP":      {clearline.CauseAppDevMode, clearline.CauseAppBlocked},
	"WABA":     {clearline.CauseAccountBarred},
	"BUSINESS": {clearline.CauseLimit, clearline.CauseAccountBarred},
}

// blocked is why a party is blocked, "" when it is not, or only for payment or want of verification: these have their own
// places. A reason that nobody has described is a restriction.
func (p party) blocked() clearline.Cause {
	if p.Can != "BLOCKED" {
		return ""
	}
	cause := clearline.CauseAccountBarred
	if len(p.Errors) > 0 {
		cause = ""
	}
	for _, e := range p.Errors {
		if slices.Contains(paymentCodes, e.Code) || e.Code == codeNotVerified {
			continue
		}
		if f, known := lookup(e.Code, 0); known && f.Cause.Disconnects() {
			return f.Cause
		}
		cause = clearline.CauseAccountBarred
	}
	return cause
}

// limitedByVerification tells whether the missing verification costs something: Meta says so, or the first limit still
// stands.
func (o *ownerNode) limitedByVerification() bool {
	for _, p := range o.Health.Parties {
		for _, e := range p.Errors {
			if e.Code == codeNotVerified {
				return true
			}
		}
	}
	switch o.Verification {
	case "", "verified":
		return false
	}
	return o.Limit == "" || o.Limit == "TIER_50" || o.Limit == "TIER_250"
}

// payment: does Meta have somebody to bill (D23).
func (r *examination) payment(ctx context.Context) channel.Outcome {
	owner, err := r.readOwner(ctx)
	if err != nil {
		return r.failed(err)
	}
	o := r.judgePayment(&owner)
	o.Raw = string(owner.Raw)
	return o
}

func (r *examination) judgePayment(owner *ownerNode) channel.Outcome {
	const wants = "a valid payment method"
	for _, p := range owner.Health.Parties {
		for _, e := range p.Errors {
			if slices.Contains(paymentCodes, e.Code) {
				o := channel.Outcome{Result: clearline.Fail, Cause: clearline.CausePayment, Found: fmt.Sprintf("Meta’s health report: %s", p.words()), Expected: wants}
				return fill(o, "reason", e.Text)
			}
		}
	}
	// A standing refusal is Meta's word too. One before the last accepted message may have been of templates alone, and
	// counts where nothing says that all is well by now.
	refused, standing, any := r.refusal(clearline.CausePayment)
	if any && (standing || owner.Health.Can != "AVAILABLE" || !owner.Funding) {
		o := channel.Outcome{Result: clearline.Warn, Cause: clearline.CausePayment, Found: refusedAt(refused), Expected: wants}
		if standing {
			o.Result = clearline.Fail
		}
		return o
	}
	switch {
	case owner.Health.Can == "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta tells this key nothing about the account’s health"}
	case owner.Currency == "" || owner.Timezone == "" || owner.Timezone == "0":
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CausePayment, Found: "the account has no currency or no time zone, so Meta cannot bill it", Expected: "both"}
	case !owner.Funding:
		return pass("Meta reports no trouble; no payment method is visible to this key")
	}
	return pass("a payment method, and no trouble reported")
}

// readings are pairs of name and value, without those that were not told.
func readings(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			m[pairs[i]] = pairs[i+1]
		}
	}
	return m
}

func wordOr(word, none string) string {
	if word == "" {
		return none
	}
	return word
}

// limitWords are a messaging limit for people. Source: Meta, WhatsApp, messaging-limits; read Sep 2026.
func limitWords(tier string) string {
	switch n, known := new(Platform).StartLimit(tier); {
	case !known:
		return "not told"
	case n == 0:
		return "none"
	default:
		return thousands(n) + " people in 24 hours"
	}
}

// tiers are the steps of the messaging limit, the older ones too. Source: Meta, WhatsApp, messaging-limits; read Sep 2026.
var tiers = map[string]int{"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000, "TIER_UNLIMITED": 0}

// StartLimit reads a step of the messaging limit; see channel.Starter.
func (p *Platform) StartLimit(told string) (people int, known bool) {
	people, known = tiers[told]
	return people, known
}

// thousands writes a number as people do.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
