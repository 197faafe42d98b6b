package connect

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// tokenInputs are the fields of the manual way.
var tokenInputs = []string{"phone_number_id", "waba_id", "token", "app_secret", "app_id", "name"}

// cleanToken takes the space around a pasted token away and says what is wrong with what remains, "" for nothing.
func cleanToken(token string) (clean, reason string) {
	token = strings.TrimSpace(token)
	switch {
	case token == "":
		return "", "is missing"
	case strings.HasPrefix(strings.ToLower(token), "bearer "):
		return token, "starts with the word Bearer: paste the token alone"
	case strings.ContainsAny(token, " \t\r\n\"'\u00a0“”"):
		return token, "holds spaces or quotes: copy it again, without what stands around it"
	}
	return token, ""
}

// idReason says what is wrong with a pasted id, "" for nothing. phone are the digits of the number as the person knows it.
func idReason(value, what, phone string) string {
	digits := strings.NewReplacer("+", "", " ", "", "-", "", "(", "", ")", "").Replace(value)
	switch {
	case value == "":
		return "is missing: " + what
	case digits != value && strings.Trim(digits, "0123456789") == "", phone != "" && digits == phone:
		return "is a phone number: it must be " + what
	case strings.Trim(value, "0123456789") != "":
		return "is not a number: it must be " + what
	}
	return ""
}

const (
	whatNumber = "the phone number id of WhatsApp Manager, not the phone number itself"
	whatWABA   = "the WhatsApp Business account id"
)

// tokenStep takes what the manual way needs: token, ids, and the secret of the app that the token belongs to.
func tokenStep(ctx context.Context, t *turnOf) outcome {
	if t.in == nil {
		return waits(nil, t.tokenFields()...)
	}
	in := *t.in
	if t.p.Way() == Reconnect {
		in.PhoneNumberID, in.WABAID = t.p.Account.PhoneNumberID, t.p.Account.WABAID
	}
	fields, info, app, err := t.c.checkPasted(ctx, t.leaf, t.p, &in)
	if err != nil {
		return waits(t.c.problem(err), t.tokenFields()...)
	}
	if p := refusedFields(fields); p != nil {
		o := waits(p, t.tokenFields()...)
		o.evidence = &Evidence{Text: p.Title, Fields: fields}
		return o
	}
	if app, err = t.c.keepApp(ctx, t.p.row.CompanyID, t.p.Platform(), app); err != nil {
		return waits(t.c.problem(err), t.tokenFields()...)
	}
	t.p.row.Token, t.p.row.App, t.p.Info = in.Token, app, info
	if in.Name != "" {
		t.p.Name = in.Name
	}
	if t.p.Way() != Reconnect {
		t.p.Account = AccountRef{WABAID: in.WABAID, PhoneNumberID: in.PhoneNumberID}
	}
	if err := t.c.save(ctx, t.p); err != nil {
		return waits(t.c.problem(err), t.tokenFields()...)
	}
	o := done(tokenWords(*info, t.c.o.Clock.Now()), tokenFacts(*info))
	o.evidence.Fields = fields
	return o
}

// tokenFields are the fields that this procedure's token step takes: a reconnect knows its ids.
func (t *turnOf) tokenFields() []string {
	if t.p.Way() == Reconnect {
		return []string{"token", "app_secret", "app_id"}
	}
	return tokenInputs
}

// tryOut checks what was pasted so far and keeps nothing: each field with what is known of it.
func (c *Connect) tryOut(ctx context.Context, p *Procedure, in Inputs) (*Procedure, error) {
	leaf, err := c.signUp(p.Platform())
	if err != nil {
		return nil, err
	}
	if p.Way() == Reconnect {
		in.PhoneNumberID, in.WABAID = p.Account.PhoneNumberID, p.Account.WABAID
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	fields, _, _, err := c.checkPasted(ctx, leaf, p, &in)
	if err != nil {
		return nil, err
	}
	// What is still empty is not wrong yet.
	fields = slices.DeleteFunc(fields, func(f FieldCheck) bool { return strings.HasPrefix(f.Text, "is missing") })
	if s := p.step(StepToken); s != nil {
		s.Evidence = &Evidence{Text: "Checked, nothing kept.", Fields: fields}
	}
	return p, nil
}

// checkPasted checks each pasted value as far as the others allow, and tells what the token is and which app it works
// with. in is cleaned. The error is of this server; what the platform refuses stands with its field.
func (c *Connect) checkPasted(ctx context.Context, leaf SignUp, p *Procedure, in *Inputs) (fields []FieldCheck, info *channel.TokenInfo, app clearline.App, err error) {
	say := func(name string, ok bool, cause clearline.Cause, text string) {
		fields = append(fields, FieldCheck{Name: name, OK: ok, Text: text, Cause: cause})
	}
	bad := func(name, reason string) { say(name, false, clearline.CauseInput, reason) }
	var reason string
	if in.Token, reason = cleanToken(in.Token); reason != "" {
		bad("token", reason)
	}
	in.AppSecret, in.AppID = strings.TrimSpace(in.AppSecret), strings.TrimSpace(in.AppID)
	in.PhoneNumberID, in.WABAID = strings.TrimSpace(in.PhoneNumberID), strings.TrimSpace(in.WABAID)
	numberReason, wabaReason := idReason(in.PhoneNumberID, whatNumber, p.Digits), idReason(in.WABAID, whatWABA, p.Digits)
	if reason == "" {
		info, app, err = c.learnToken(ctx, leaf, p, in, say)
		if err != nil {
			return nil, nil, app, err
		}
	}
	works := info != nil
	switch {
	case numberReason != "":
		bad("phone_number_id", numberReason)
	case !works:
	default:
		n, err := leaf.Number(ctx, channel.Account{ID: in.PhoneNumberID, Token: in.Token})
		if err != nil {
			say("phone_number_id", false, causeOf(err), "this token sees no such number: it must be "+whatNumber)
		} else {
			say("phone_number_id", true, "", strings.TrimSpace("works · "+n.Shown+" "+n.Name))
		}
	}
	switch {
	case wabaReason != "":
		bad("waba_id", wabaReason)
	case !works:
	default:
		say(c.checkOwner(ctx, leaf, in, numberReason == ""))
	}
	return fields, info, app, nil
}

// learnToken tells what the token is, with the app it works with: the operator's, or the company's own by its secret.
func (c *Connect) learnToken(ctx context.Context, leaf SignUp, p *Procedure, in *Inputs, say func(string, bool, clearline.Cause, string)) (*channel.TokenInfo, clearline.App, error) {
	app := clearline.App{CompanyID: p.row.CompanyID, Platform: p.Platform(), PlatformID: in.AppID, Secret: in.AppSecret, VerifyToken: in.VerifyToken}
	if in.AppSecret == "" {
		known, found, err := c.knownApp(ctx, p, in)
		switch {
		case err != nil:
			return nil, app, err
		case found:
			app = known
		default:
			say("app_secret", false, clearline.CauseInput, "is missing: without it nobody could tell Meta's webhooks from forged ones")
		}
	}
	key := channel.AppKey{ID: app.PlatformID, Secret: app.Secret}
	info, problem := c.inspect(ctx, leaf, key, in.Token)
	if problem == nil && info.AppID != "" && key.ID == "" && key.Secret != "" {
		// Asked about itself the token has named its app: now the secret can be proven.
		key.ID = info.AppID
		info, problem = c.inspect(ctx, leaf, key, in.Token)
	}
	app.PlatformID = key.ID
	switch {
	case problem != nil && problem.Cause == clearline.CauseAuthInvalid && key.ID != "" && c.worksAlone(ctx, leaf, in.Token):
		say("token", false, clearline.CauseAuthInvalid, "belongs to another app than "+key.ID+": make it with that app, or give the other app's id and secret")
	case problem != nil && len(problem.Fields) > 0 && problem.Fields[0].Name == "token":
		say("token", false, problem.Cause, problem.Fields[0].Reason)
	case problem != nil:
		say("token", false, problem.Cause, problem.Title)
	case key.Secret != "" && key.ID == "":
		say("app_id", false, clearline.CauseInput, "is missing: Meta did not tell which app this token is of")
	case key.Secret != "" && !info.EndsTold:
		say("app_secret", false, clearline.CauseAppSecret, "is not the secret of the app "+key.ID)
	default:
		say("token", true, "", tokenWords(info, c.o.Clock.Now()))
		return &info, app, nil
	}
	return nil, app, nil
}

// worksAlone tells whether a token that an app's credentials say nothing of is alive: then it is another app's.
func (c *Connect) worksAlone(ctx context.Context, leaf SignUp, token string) bool {
	info, err := leaf.DebugToken(ctx, channel.AppKey{}, token)
	return err == nil && info.Cause == ""
}

// checkOwner tells whether the token sees the WABA, and whether that lists the number.
func (c *Connect) checkOwner(ctx context.Context, leaf SignUp, in *Inputs, withNumber bool) (name string, ok bool, cause clearline.Cause, text string) {
	name = "waba_id"
	numbers, err := leaf.Numbers(ctx, in.Token, in.WABAID)
	if err != nil {
		return name, false, causeOf(err), "this token sees no such account: it must be " + whatWABA
	}
	if withNumber && !slices.ContainsFunc(numbers, func(n channel.Number) bool { return n.ID == in.PhoneNumberID }) {
		return name, false, clearline.CauseAuthAsset, "does not list that number: the two ids must belong together"
	}
	text = fmt.Sprintf("works · %d numbers", len(numbers))
	if len(numbers) == 1 {
		text = "works · 1 number"
	}
	if owners, err := leaf.Owners(ctx, in.Token, channel.TokenInfo{Owners: []string{in.WABAID}}); err == nil && len(owners) == 1 {
		belongs := owners[0].Name
		if owners[0].BusinessName != "" {
			belongs = owners[0].BusinessName
		}
		text = "works · belongs to " + belongs
	}
	return name, true, "", text
}

// refusedFields makes one problem of all refused fields, nil when all are fine. The cause is the first of the platform's.
func refusedFields(fields []FieldCheck) *clearline.Problem {
	var p *clearline.Problem
	for _, f := range fields {
		if f.OK {
			continue
		}
		if p == nil {
			p = &clearline.Problem{Cause: clearline.CauseInput, Title: "The number cannot be connected with these values.", Detail: "Nothing was stored. Correct the fields named and try again."}
		}
		if p.Cause == clearline.CauseInput {
			p.Cause = f.Cause
		}
		p.Fields = append(p.Fields, clearline.FieldProblem{Name: f.Name, Reason: f.Text})
	}
	return p
}

// knownApp is the app that a token without a secret may be of: the connection's own, else the operator's.
func (c *Connect) knownApp(ctx context.Context, p *Procedure, in *Inputs) (clearline.App, bool, error) {
	if p.Way() == Reconnect && p.row.ConnectionID != 0 {
		conn, err := c.o.Store.Connection(ctx, p.row.CompanyID, p.row.ConnectionID)
		if err != nil {
			return clearline.App{}, false, err
		}
		all, err := c.o.Store.Apps(ctx)
		i := slices.IndexFunc(all, func(a clearline.App) bool { return a.ID == conn.AppID })
		if err != nil || i < 0 {
			return clearline.App{}, false, err
		}
		return all[i], true, nil
	}
	if c.o.Meta.ID == "" || in.AppID != "" && in.AppID != c.o.Meta.ID {
		return clearline.App{}, false, nil
	}
	all, err := c.o.Store.Apps(ctx)
	i := slices.IndexFunc(all, func(a clearline.App) bool {
		return a.CompanyID == clearline.Installation && a.Platform == p.Platform() && a.PlatformID == c.o.Meta.ID
	})
	if err != nil || i < 0 {
		return clearline.App{}, false, err
	}
	return all[i], true, nil
}

// keepApp finds the app among those stored, or stores it. A verify token that nobody gave is found by lot: the address is
// registered by this server itself.
func (c *Connect) keepApp(ctx context.Context, company clearline.ID, platform clearline.Platform, app clearline.App) (clearline.App, error) {
	if app.ID != 0 {
		return app, nil
	}
	all, err := c.o.Store.Apps(ctx)
	if err != nil {
		return app, err
	}
	for _, a := range all {
		if a.Platform != platform || a.Secret != app.Secret || a.CompanyID != company && a.CompanyID != clearline.Installation ||
			app.VerifyToken != "" && a.VerifyToken != app.VerifyToken || app.PlatformID != "" && a.PlatformID != "" && a.PlatformID != app.PlatformID {
			continue
		}
		if a.PlatformID == "" && app.PlatformID != "" {
			a.PlatformID = app.PlatformID
			return a, c.o.Store.IdentifyApp(ctx, a)
		}
		return a, nil
	}
	if app.VerifyToken == "" {
		app.VerifyToken = rand.Text()
	}
	if app, err = c.o.Store.AddApp(ctx, app); err != nil {
		return app, err
	}
	return app, c.o.AppsChanged(ctx)
}

// causeOf is the cause of a platform's refusal.
func causeOf(err error) clearline.Cause {
	var se *channel.SendError
	if errors.As(err, &se) {
		return se.Cause
	}
	return clearline.CauseOther
}
