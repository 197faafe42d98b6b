package whatsapp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// token: does Meta accept the key (recipes D3-D11, D14).
func (r *examination) token(ctx context.Context) channel.Outcome {
	facts, err := r.readToken(ctx)
	if err != nil {
		return r.failed(err)
	}
	o := r.judgeToken(facts)
	o.Raw = string(facts.Raw)
	if o.Result == clearline.Pass || o.Result == clearline.Warn {
		o.Proves = channel.Proves{Accepted: true, TokenEnds: facts.EndsAt, TokenEndsTold: facts.EndsTold}
	}
	return o
}

func (r *examination) judgeToken(facts *tokenFacts) channel.Outcome {
	o := channel.Outcome{Result: clearline.Fail, Cause: facts.dead(), Expected: "a key that Meta accepts"}
	app := r.s.Account.AppID
	switch {
	case facts.Refused != nil:
		o.Found = fmt.Sprintf("Meta says of the key: “%s” (%s)", facts.Refused.Text, numbers(facts.Refused.Code, facts.Refused.Subcode))
		if facts.Refused.Subcode == subRemoved {
			o.Also = []clearline.Cause{clearline.CauseHookOff} // a removed app gets no events either
		}
		o = fill(o, "reason", facts.Refused.Text)
		return fill(o, "code", numbers(facts.Refused.Code, facts.Refused.Subcode))
	case facts.foreign:
		o.Found, o.Expected = "Meta accepts the key, but not as one of this app’s", "a key of the app "+app
		return o
	case facts.told && app != "" && facts.AppID != "" && facts.AppID != app:
		o.Cause, o.Found, o.Expected = clearline.CauseAuthInvalid, fmt.Sprintf("a key of the app “%s” (%s)", facts.AppName, facts.AppID), "a key of the app "+app
		return o
	case !facts.DataEndsAt.IsZero() && facts.DataEndsAt.Before(r.s.Now):
		o.Cause, o.Found = clearline.CauseAuthExpired, "the key’s access to data ended on "+date(facts.DataEndsAt)
		o.Expected = "a sign-in of the last 90 days, or a system user’s key"
		return o
	}
	ends := facts.EndsAt
	if !facts.EndsTold {
		ends = r.s.TokenEnds
	}
	switch {
	case !ends.IsZero() && ends.Sub(r.s.Now) < expiringWithin:
		o = channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseAuthExpiring, Due: ends,
			Found: kindWords(facts) + " that ends on " + date(ends), Expected: "more than 14 days left, or no end"}
		return fill(o, "found", date(ends))
	case !facts.told:
		return pass("Meta accepts the key; its end and its permissions are told only to the app’s id and secret")
	case ends.IsZero() && facts.EndsTold:
		return pass(kindWords(facts) + " without an end")
	case ends.IsZero():
		return pass(kindWords(facts) + "; Meta names no end")
	}
	return pass(kindWords(facts) + " that ends on " + date(ends))
}

// subRemoved is 190's subcode for an app that was removed.
const subRemoved = 458

func kindWords(facts *tokenFacts) string {
	switch facts.Kind {
	case channel.TokenSystemUser:
		return "a system user’s key"
	case channel.TokenUser:
		return "a person’s key (a password change ends it)"
	}
	return "a key"
}

// app: does Meta take the app's own token (D2). Without the app's secret much cannot be asked.
func (r *examination) app(ctx context.Context) channel.Outcome {
	if r.s.Account.AppID == "" || r.s.Account.AppSecret == "" {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "the app’s id or secret is not known here, so Meta cannot be asked about the app",
			Expected: "both, in the connection’s settings"}
	}
	facts, err := r.readToken(ctx)
	if err != nil {
		return r.failed(err)
	}
	if facts.app != nil {
		o := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAppSecret, Found: said(facts.app), Expected: "the secret of the app " + r.s.Account.AppID}
		return fill(o, "reason", facts.app.Text)
	}
	if !facts.told && !facts.foreign {
		// The key is dead, which came from the key itself: Meta was not asked with the app's token.
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta said nothing about the app"}
	}
	name := facts.AppName
	if name == "" || facts.AppID != r.s.Account.AppID {
		name = r.s.Account.AppID
	}
	return pass("the app " + name)
}

// scopes: does the key have both permissions, for this account too (D12).
func (r *examination) scopes(ctx context.Context) channel.Outcome {
	facts, err := r.readToken(ctx)
	if err != nil {
		return r.failed(err)
	}
	both := scopeManagement + " and " + scopeMessaging
	refused, standing, any := r.refusal(clearline.CauseAuthScope)
	if !facts.told {
		o := channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta tells the permissions only to the app’s id and secret", Expected: both}
		if standing {
			o.Cause, o.Found = clearline.CauseAuthScope, refusedAt(refused)+", and tells the key’s permissions only to the app’s id and secret"
		}
		return o
	}
	lacks := facts.missing()
	for _, scope := range []string{scopeManagement, scopeMessaging} {
		if given, here := facts.For(scope, r.s.Account.Parent); given && !here && !r.elsewhereGiven(facts) {
			lacks = append(lacks, scope+" for this account")
		}
	}
	switch {
	case len(lacks) > 0:
		o := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAuthScope, Found: "missing: " + strings.Join(lacks, ", "), Expected: both, Raw: string(facts.Raw)}
		return fill(o, "found", strings.Join(lacks, ", "))
	case any && standing:
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseAuthScope, Found: "both permissions; yet " + refusedAt(refused),
			Expected: both + ", and advanced access of the app", Raw: string(facts.Raw)}
	}
	return pass(both)
}

// elsewhereGiven tells whether no permission was given for this account: then the account is what is missing.
func (r *examination) elsewhereGiven(facts *tokenFacts) bool {
	_, manage := facts.For(scopeManagement, r.s.Account.Parent)
	_, message := facts.For(scopeMessaging, r.s.Account.Parent)
	return !manage && !message
}

// asset: are the WABA and its number visible with this key (D13, D15, D17).
func (r *examination) asset(ctx context.Context) channel.Outcome {
	facts, err := r.readToken(ctx)
	if err != nil {
		return r.failed(err)
	}
	a := r.s.Account
	if facts.told && len(facts.missing()) == 0 && r.elsewhereGiven(facts) {
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAuthAsset, Raw: string(facts.Raw),
			Found: "the key was given for: " + listOr(facts.owners(), "no account"), Expected: "the account " + a.Parent}
	}
	owner, err := r.readOwner(ctx)
	if err != nil {
		return r.unseen(facts, err)
	}
	listed, err := r.readListed(ctx)
	if err != nil {
		return r.unseen(facts, err)
	}
	if !slices.Contains(listed, a.ID) {
		return r.gone(ctx, owner, len(listed))
	}
	o := pass(fmt.Sprintf("the account “%s” with %s", owner.Name, plural(len(listed), "number", "numbers")))
	o.Raw, o.Proves = string(owner.Raw), channel.Proves{Accepted: true}
	return o
}

// unseen is what a refused read of the WABA means: with the permission given, a refusal for want of one is about the
// account.
func (r *examination) unseen(facts *tokenFacts, err error) channel.Outcome {
	o := r.failed(err)
	if o.Cause == clearline.CauseAuthScope && facts.told && slices.Contains(facts.Scopes, scopeManagement) {
		o.Cause = clearline.CauseAuthAsset
	}
	if o.Result == clearline.Fail {
		o.Expected = "the account " + r.s.Account.Parent + ", readable with this key"
	}
	return o
}

// gone is a number that its WABA no longer lists, while the WABA can be read.
func (r *examination) gone(ctx context.Context, owner ownerNode, others int) channel.Outcome {
	o := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseMoved, Also: []clearline.Cause{clearline.CauseAuthAsset}, Raw: string(owner.Raw),
		Found:    fmt.Sprintf("the account “%s” lists %s, without this one", owner.Name, plural(others, "number", "numbers")),
		Expected: "the number " + r.s.Account.ID}
	switch _, err := r.readNumber(ctx); {
	case err == nil:
		o.Found, o.Also = o.Found+"; the number is visible in another account", nil
	case r.failed(err).Result == clearline.CouldNotTell:
		return r.failed(err)
	}
	return o
}

func listOr(all []string, none string) string {
	if len(all) == 0 {
		return none
	}
	return strings.Join(all, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
