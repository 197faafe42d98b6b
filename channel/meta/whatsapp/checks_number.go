package whatsapp

import (
	"context"
	"fmt"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// number: is the number on the cloud, and may it work (D18-D21, and what sends and registrations were told).
func (r *examination) number(ctx context.Context) channel.Outcome {
	n, err := r.readNumber(ctx)
	if err != nil {
		o := r.failed(err)
		if o.Cause == clearline.CauseAuthAsset { // the account itself was readable, or this check had not been run
			o.Cause, o.Also, o.Expected = clearline.CauseMoved, []clearline.Cause{clearline.CauseAuthAsset}, "the number "+r.s.Account.ID
		}
		return o
	}
	o := r.judgeNumber(&n)
	o.Raw, o.Proves.PerSecond = string(n.Raw), n.perSecond()
	o.Readings = readings("status", n.Status, "platform_type", n.Platform, "code_verification_status", n.Verification, "account_mode", n.Mode,
		"throughput", n.Throughput, "oba_status", n.Badge, "number_health", n.Health.of("PHONE_NUMBER").Can)
	return o
}

func (r *examination) judgeNumber(n *numberNode) channel.Outcome {
	state := n.words()
	fail := func(cause clearline.Cause, found string, also ...clearline.Cause) channel.Outcome {
		o := channel.Outcome{Result: clearline.Fail, Cause: cause, Also: also, Found: found, Expected: "CONNECTED on CLOUD_API"}
		return fill(o, "reason", n.Health.of("PHONE_NUMBER").words())
	}
	if cause, found, also := r.registration(n, state); cause != "" {
		return fail(cause, found, also...)
	}
	if cause, also := n.cause(); cause != "" {
		return fail(cause, state, also...)
	}
	if p := n.Health.of("PHONE_NUMBER"); p.blocked() != "" {
		return fail(p.blocked(), "Meta reports the number as blocked: "+p.words())
	}
	if refused, standing, _ := r.refusal(clearline.CauseNotRegistered); standing {
		return fail(clearline.CauseNotRegistered, refusedAt(refused)+"; "+state)
	}
	switch {
	case n.Status == "" && n.Platform == "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta does not tell the number’s state", Expected: "CONNECTED on CLOUD_API"}
	case n.Verification == "NOT_VERIFIED":
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseOwnership, Found: state + ", without a verified code", Expected: "VERIFIED"}
	case n.Mode == "SANDBOX":
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseTestNumber, Found: state + ", in a sandbox", Expected: "LIVE"}
	}
	return pass(state)
}

// registering are the causes that a registration is refused with.
var registering = []clearline.Cause{clearline.CausePIN, clearline.CauseTwoStep, clearline.CauseOwnership, clearline.CauseInUse, clearline.CauseRegisterLimit,
	clearline.CauseReleasing, clearline.CauseInvalidParam, clearline.CauseCode}

// registration is what the last registration was refused with, "" when there was none since the number last sent.
func (r *examination) registration(n *numberNode, state string) (cause clearline.Cause, found string, also []clearline.Cause) {
	refused, standing, _ := r.refusal(registering...)
	if !standing {
		return "", "", nil
	}
	cause = refused.Cause
	if refused.Code == codeParameter && refused.Subcode == subOwnership {
		// Which of the two it is, is inferred from the state of the code (unconfirmed).
		if cause = n.ownership(); n.Verification == "" {
			also = []clearline.Cause{clearline.CauseOwnership}
		}
	}
	found = "Meta refused to register the number"
	if refused.Code != 0 {
		found += " with code " + numbers(refused.Code, refused.Subcode)
	}
	return cause, found + "; " + state, also
}

// words are the number's state for people.
func (n *numberNode) words() string {
	text := wordOr(n.Status, "no status") + " on " + wordOr(n.Platform, "no platform told")
	if n.OnApp {
		text += ", also in the Business app"
	}
	if n.Verification != "" && n.Verification != "VERIFIED" && !n.connected() {
		text += ", code " + n.Verification
	}
	return text
}

// name: may the number use its display name (D22). Only numbers that Meta itself provides need one to send.
func (r *examination) name(ctx context.Context) channel.Outcome {
	n, err := r.readNumber(ctx)
	if err != nil {
		return r.failed(err)
	}
	o := r.judgeName(&n)
	o.Readings = readings("name_status", n.NameStatus, "new_name_status", n.NewNameStatus)
	return o
}

func (r *examination) judgeName(n *numberNode) channel.Outcome {
	state := fmt.Sprintf("“%s”: %s", n.Name, wordOr(n.NameStatus, "no state told"))
	o := channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseName, Found: state, Expected: "APPROVED"}
	if refused, standing, _ := r.refusal(clearline.CauseName); standing {
		o.Result, o.Found = clearline.Fail, state+"; "+refusedAt(refused)
		return o
	}
	switch n.NameStatus {
	case "APPROVED", "AVAILABLE_WITHOUT_REVIEW":
		return pass(state + newName(n.NewNameStatus))
	case "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta does not tell the name’s state"}
	}
	if providedByMeta(n.Shown) {
		o.Result = clearline.Fail
	}
	return o
}

// newName tells of a change of the name that is under way.
func newName(status string) string {
	switch status {
	case "PENDING_REVIEW":
		return " · a new name is under review"
	case "APPROVED":
		return " · a new name is approved and takes effect with the next registration"
	case "DECLINED", "REJECTED":
		return " · a new name was refused, so this one stays"
	}
	return ""
}

// providedByMeta tells whether a number is one of those that Meta hands out, which begin with +1 555.
func providedByMeta(shown string) bool {
	plain := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, shown)
	return strings.HasPrefix(plain, "1555")
}

// quality: how people take the number's messages, and what it may send (D19, D35).
func (r *examination) quality(ctx context.Context) channel.Outcome {
	n, err := r.readNumber(ctx)
	if err != nil {
		return r.failed(err)
	}
	limit := n.Limit
	if owner, ok := r.owner.known(); ok && limit == "" {
		limit = owner.Limit
	}
	o := r.judgeQuality(&n, limit)
	o.Readings = readings("quality_rating", n.Quality, "messaging_limit", limit, "throughput", n.Throughput)
	return o
}

func (r *examination) judgeQuality(n *numberNode, limit string) channel.Outcome {
	people, reached := r.people(limit)
	state := fmt.Sprintf("quality %s · limit %s · %d messages a second", wordOr(n.Quality, "not told"), people, n.perSecond())
	o := channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseQuality, Found: state, Expected: "quality GREEN"}
	poor := n.Quality == "RED" || n.Quality == "YELLOW" || n.Status == "FLAGGED"
	if refused, standing, any := r.refusal(clearline.CauseQuality); standing || any && n.Quality != "GREEN" {
		o.Found = refusedAt(refused) + "; " + state
		if standing {
			o.Result = clearline.Fail
		}
		if !poor && n.Health.of("BUSINESS").Can == "LIMITED" {
			// The portfolio is what is limited, and quality is well: the code of the messaging limit is unconfirmed.
			o.Cause, o.Also, o.Expected = clearline.CauseLimit, []clearline.Cause{clearline.CauseQuality}, "places left under the limit"
			return fill(o, "found", limitWords(limit))
		}
		return o
	}
	switch {
	case poor:
		return o
	case n.Status == "RATE_LIMITED", reached:
		o.Cause, o.Expected = clearline.CauseLimit, "places left under the limit"
		return fill(o, "found", people)
	case n.Quality == "" && n.Status == "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta does not tell the number’s quality"}
	}
	return pass(state)
}
