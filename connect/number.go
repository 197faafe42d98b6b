package connect

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta/whatsapp"
)

// Eligibility is what can be said of a number before anything is tried at the platform (G3).
type Eligibility struct {
	// Digits are the number with its country code; Shown is how people write it; Region is an ISO 3166 code.
	Digits, Shown, Region string
	// Type is mobile, fixed, fixed_or_mobile, toll_free, voip or other.
	Type string
	// Voice is true when the code must come by a call: the line takes no SMS, or hardly.
	Voice bool
	// Notes are what to see to before going on.
	Notes []string
	// Unknown: its length fits and its area code is none that is known there; that is its Problem too.
	Unknown bool
	// Problem is why it cannot be connected, nil when it may be.
	Problem *clearline.Problem
}

// withoutCoexistence are countries whose numbers cannot stay in the Business app. Source: Meta, WhatsApp,
// embedded-signup/onboarding-business-app-users; read Dec 2025. Which countries are served at all is the platform's own data.
var withoutCoexistence = []string{"NG", "ZA"}

var numberTypes = map[phonenumbers.PhoneNumberType]string{
	phonenumbers.MOBILE: "mobile", phonenumbers.FIXED_LINE: "fixed", phonenumbers.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
	phonenumbers.TOLL_FREE: "toll_free", phonenumbers.VOIP: "voip",
}

// Eligible judges a number by its form. Source of the rules: Meta, WhatsApp, business-phone-numbers/phone-numbers; read Dec 2025.
func Eligible(phone string, coexistence bool) Eligibility {
	refuse := func(cause clearline.Cause, title, detail, reason string) Eligibility {
		return Eligibility{Problem: &clearline.Problem{Cause: cause, Title: title, Detail: detail, Fields: []clearline.FieldProblem{{Name: "phone", Reason: reason}}}}
	}
	phone = strings.TrimSpace(phone)
	plain := onlyDigits(phone)
	switch {
	case phone == "":
		return refuse(clearline.CauseInput, "The number is missing.", "Enter it with its country code, such as +351 912 345 678.", "is missing")
	case strings.ContainsFunc(phone, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }):
		return refuse(clearline.CauseNumber, "A sender name cannot be connected.", "WhatsApp needs a real number that takes an SMS or a call. Names that only send are none.", "holds letters: a sender name is no phone number")
	case len(plain) > 0 && len(plain) <= 6:
		return refuse(clearline.CauseNumber, "A short code cannot be connected.", "WhatsApp needs a whole number with country code that takes an SMS or a call.", "is a short code")
	}
	number, err := phonenumbers.Parse("+"+strings.TrimPrefix(plain, "00"), "ZZ")
	if err != nil || phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode())) == "ZZ" {
		return refuse(clearline.CauseNumber, "This country code does not exist.", "Enter the number with its country code, such as +351 912 345 678.", "does not begin with a country code")
	}
	if e, bad := wrongLength(number, refuse); bad {
		return e
	}
	kind := phonenumbers.GetNumberType(number)
	region := phonenumbers.GetRegionCodeForNumber(number)
	if region == "" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode()))
	}
	reach := whatsapp.BusinessReach(phonenumbers.Format(number, phonenumbers.E164))
	switch {
	case reach.Refused():
		return refuse(clearline.CauseCountry, "WhatsApp does not serve businesses in this country.", "Meta's rules of "+reach.Read+" close +"+countryCode(number)+" for businesses. Use a number of another country in which you are at home.", "is of a country that Meta does not serve")
	case kind == phonenumbers.PREMIUM_RATE || kind == phonenumbers.SHARED_COST:
		return refuse(clearline.CauseNumber, "A premium number cannot be connected.", "WhatsApp takes no numbers whose callers pay extra. Use an ordinary one.", "is a premium or shared-cost number")
	case coexistence && slices.Contains(withoutCoexistence, region):
		return refuse(clearline.CauseCountry, "Numbers of this country cannot stay in the app.", "Meta does not offer that there (as of Dec 2025). Connect the number without the app, or another number.", "is of a country without coexistence")
	}
	e := Eligibility{Digits: strings.TrimPrefix(phonenumbers.Format(number, phonenumbers.E164), "+"), Shown: phonenumbers.Format(number, phonenumbers.INTERNATIONAL),
		Region: region, Type: numberTypes[kind]}
	if e.Type == "" {
		e.Type = "other"
	}
	e.advise(kind, reach)
	if !phonenumbers.IsValidNumber(number) && !lent(number) {
		e.Unknown = true
		e.Problem = refuse(clearline.CauseNumber, "There is no such number in this country.", "Its length fits, its area code does not. Check each digit.", "has an area code that does not exist there").Problem
	}
	return e
}

// lent tells whether a number may be one that Meta lends for tests: they have the US area code 555, which is nobody's. Source:
// Meta, WhatsApp, embedded-signup/overview; read Dec 2025.
func lent(n *phonenumbers.PhoneNumber) bool {
	return n.GetCountryCode() == 1 && strings.HasPrefix(phonenumbers.GetNationalSignificantNumber(n), "555")
}

// eligible judges a number for this server: a twin's numbers are real to it alone.
func (t *turnOf) eligible(phone string) Eligibility {
	e := Eligible(phone, t.p.Way() == Coexistence)
	if e.Unknown && near(t.c.o.GraphURL) {
		e.Problem = nil
	}
	return e
}

func countryCode(n *phonenumbers.PhoneNumber) string { return strconv.Itoa(int(n.GetCountryCode())) }

func wrongLength(number *phonenumbers.PhoneNumber, refuse func(clearline.Cause, string, string, string) Eligibility) (Eligibility, bool) {
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.TOO_SHORT:
		return refuse(clearline.CauseNumber, "This number is too short.", "A digit may be missing. Check it against the number on your invoice.", "is too short for its country"), true
	case phonenumbers.TOO_LONG:
		return refuse(clearline.CauseNumber, "This number is too long.", "A digit may be doubled, or a 0 stands after the country code. Check it.", "is too long for its country"), true
	case phonenumbers.INVALID_COUNTRY_CODE:
		return refuse(clearline.CauseNumber, "This country code does not exist.", "Enter the number with its country code, such as +351 912 345 678.", "does not begin with a country code"), true
	}
	return Eligibility{}, false
}

// advise adds what to see to for this kind of line (G4).
func (e *Eligibility) advise(kind phonenumbers.PhoneNumberType, reach channel.Reach) {
	switch kind {
	case phonenumbers.TOLL_FREE:
		e.Voice = true
		e.Notes = append(e.Notes, "A toll-free number takes its code by a call from abroad. Switch its menu off for ten minutes, and let calls from abroad through.")
	case phonenumbers.FIXED_LINE:
		e.Voice = true
		e.Notes = append(e.Notes, "A landline takes its code by a call. When a menu answers, switch it off for ten minutes, so that a person can pick up.")
	case phonenumbers.VOIP:
		e.Notes = append(e.Notes, "An internet line often gets no SMS from abroad. When none comes within two minutes, ask for a call.")
	}
	if reach.State == channel.ReachPossible {
		e.Notes = append(e.Notes, "Meta does not serve "+strings.Join(reach.Regions, ", ")+", which the number does not show.")
	}
}

// numberStep judges the number before anything is tried.
func numberStep(_ context.Context, t *turnOf) outcome {
	inputs := []string{"phone", "on_app", "skip"}
	if t.in == nil {
		return waits(nil, inputs...)
	}
	in := t.in
	if in.Skip && t.p.Way() != MoveIn {
		return skipped("You choose the number at Meta.")
	}
	e := t.eligible(in.Phone)
	if e.Problem != nil {
		return waits(e.Problem, inputs...)
	}
	facts := map[string]string{"phone": e.Shown, "country": e.Region, "type": e.Type, "method": "sms", "notes": strings.Join(e.Notes, " ")}
	if e.Voice {
		facts["method"] = "voice"
	}
	switch in.OnApp {
	case "", "no":
	case "business":
		if t.p.Way() != Coexistence && Eligible(in.Phone, true).Problem == nil {
			facts["suggest"] = string(Coexistence)
		}
	case "personal":
		if !in.Released {
			return waits(&clearline.Problem{Cause: clearline.CauseInUse, Title: "This number lives in a personal WhatsApp app.",
				Detail: "Connecting it erases that account with its chats. Use another number; or back the chats up, delete the account in the app (removing the app is not enough), and go on after three to five minutes."},
				append(inputs, "released")...)
		}
	default:
		return waits(fieldProblem("on_app", "is neither no, business nor personal"), inputs...)
	}
	t.p.Digits, t.p.Voice, t.p.Account.Phone = e.Digits, e.Voice, e.Shown
	return done(strings.TrimSpace(e.Shown+" · "+e.Region+" · "+strings.ReplaceAll(e.Type, "_", " ")), facts)
}

// codeAgain is how soon a further code may be asked for.
const codeAgain = time.Minute

// codeStep proves whose the number is, by a code that comes by SMS or by a call.
func codeStep(ctx context.Context, t *turnOf) outcome {
	a, err := t.acting(ctx)
	if err != nil {
		return fails(t.c.problem(err))
	}
	method := "sms"
	if t.p.Voice {
		method = "voice"
	}
	asked := []string{"code", "method", "language"}
	if t.in == nil || t.in.Code == "" && t.in.Method == "" {
		n, err := t.leaf.Number(ctx, a)
		switch {
		case err != nil:
			return fails(refusal(err, "Meta did not show the number.", "Nothing was changed. Try again."))
		case n.Coexistence:
			return skipped("The number lives in the Business app, which has proved whose it is.")
		case n.Registered:
			return skipped("The number is registered already.")
		case n.Verified:
			return done("Meta has verified this number.", map[string]string{"code_verification_status": n.CodeStatus})
		}
		o := waits(nil, "method", "language")
		if !t.p.AskedCodeAt.IsZero() {
			o.inputs = asked
		}
		o.evidence = &Evidence{Text: "Meta wants one code to reach " + n.Shown + ".", Facts: map[string]string{"method": method, "code_verification_status": n.CodeStatus,
			"notes": "No SMS on this line, or it is closed to foreign senders: ask for a call. A menu answers calls: switch it off for ten minutes. The line is closed to calls from abroad: open it for that time."}}
		return o
	}
	if t.in.Code == "" {
		return t.askCode(ctx, asked)
	}
	if err := t.leaf.VerifyCode(ctx, a, t.in.Code); err != nil {
		return waits(refusal(err, "Meta did not take this code.", "Look at the newest SMS or call: an older code is void once a new one was asked for."), asked...)
	}
	return done("The code has proved that the number is yours.", nil)
}

// askCode asks for a code; each one makes the one before void, so a double click asks once.
func (t *turnOf) askCode(ctx context.Context, asked []string) outcome {
	now := t.c.o.Clock.Now()
	if wait := t.p.AskedCodeAt.Add(codeAgain).Sub(now); !t.p.AskedCodeAt.IsZero() && wait > 0 {
		return waits(&clearline.Problem{Cause: clearline.CauseTooMany, Title: "A code was asked for just now.", Detail: "It may take a minute to come, and a new one makes it void. Wait a little, then ask again.", RetryAfter: wait}, asked...)
	}
	a, err := t.acting(ctx)
	if err != nil {
		return fails(t.c.problem(err))
	}
	t.p.AskedCodeAt = now.UTC()
	if err := t.c.save(ctx, t.p); err != nil {
		return fails(t.c.problem(err))
	}
	if err := t.leaf.RequestCode(ctx, a, t.in.Method, t.in.Language); err != nil {
		t.p.AskedCodeAt = time.Time{}
		return waits(refusal(err, "Meta did not send a code.", "Ask for a call when SMS does not work; a landline, a menu or a line closed to foreign senders gets none."), "method", "language")
	}
	o := waits(nil, asked...)
	o.evidence = &Evidence{Text: "A code is on its way by " + map[bool]string{true: "call", false: "SMS"}[strings.EqualFold(t.in.Method, "voice")] + ".",
		Facts: map[string]string{"method": strings.ToLower(t.in.Method), "asked_at": now.UTC().Format(time.RFC3339)}}
	return o
}
