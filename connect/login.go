package connect

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// loginLife is for how long a login's state may come back (I50).
const loginLife = 10 * time.Minute

// inspectAgain is when a platform that did not say what a token is, is asked anew: another sign-in would cost a person their time.
const inspectAgain = time.Minute

// loginStep gives a session the address of the login dialog, with a state of its own.
func loginStep(ctx context.Context, t *turnOf) outcome {
	c := t.c
	switch {
	case t.in == nil && t.p.row.Token != "": // a restart came between the exchange and the look at what it gave
		return t.inspect(ctx)
	case t.in == nil:
		return waits(nil)
	}
	if t.actor.Session == "" {
		return waits(&clearline.Problem{Cause: clearline.CauseForbidden, Title: "Signing in at Meta takes a person in a browser.",
			Detail: "Nothing was done. Open this procedure's page in a browser where you are signed in here, or connect with a token."})
	}
	app, err := c.operatorApp(ctx, t.p.Platform())
	if err != nil {
		return waits(c.problem(err))
	}
	state := rand.Text() // 128 bits and more
	if err := c.o.Store.AddLogin(ctx, state, store.Login{CompanyID: t.p.row.CompanyID, ProcedureID: t.p.row.ID, Platform: t.p.Platform(), Session: t.actor.Session,
		ExpiresAt: c.o.Clock.Now().Add(loginLife)}); err != nil {
		return waits(c.problem(err))
	}
	l := channel.Login{Base: c.o.FacebookURL, AppID: app.PlatformID, ConfigID: c.o.Meta.ConfigID, ReturnURL: c.returnURL(), State: state}
	if l.Coexistence = t.p.Way() == Coexistence; l.Coexistence && c.o.Meta.ConfigIDCoexistence != "" {
		l.ConfigID = c.o.Meta.ConfigIDCoexistence
	}
	t.p.LoginURL = t.leaf.LoginURL(l)
	return waits(nil)
}

// Returned is what a login dialog sent the browser back with.
type Returned struct {
	State, Code string
	// Error and Reason are set instead of Code when the person cancelled or the dialog failed.
	Error, Reason string
}

// problems of a login's return, each in its own words.
var loginProblems = map[clearline.Cause][2]string{
	clearline.CauseLoginMissing:   {"This sign-in did not begin here.", "Meta sent a browser back without the mark that a sign-in of this server has. Nothing was changed. Begin again from the connection's page."},
	clearline.CauseLoginUsed:      {"This sign-in was used already.", "Each sign-in works once: the page was probably loaded twice. Look whether it went through; if not, sign in again."},
	clearline.CauseLoginForeign:   {"This sign-in was begun by somebody else.", "It belongs to another session or another company. Nothing was changed. Sign in from the browser in which you began."},
	clearline.CauseLoginExpired:   {"This sign-in took too long.", "A sign-in must come back within ten minutes. Nothing was changed. Sign in again."},
	clearline.CauseLoginCancelled: {"The sign-in was cancelled.", "Meta's window was closed or left before the end. Nothing was changed. Sign in again when you are ready."},
}

func loginProblem(cause clearline.Cause) *clearline.Problem {
	text := loginProblems[cause]
	return &clearline.Problem{Cause: cause, Title: text[0], Detail: text[1]}
}

// Return takes what a login brought back, and exchanges its code at once: codes live for 30 seconds. The id is that of the
// login's procedure where the caller may know it, 0 otherwise.
func (c *Connect) Return(ctx context.Context, a Actor, r Returned) (clearline.ID, error) {
	l, found, err := c.o.Store.FindLogin(ctx, r.State)
	switch {
	case err != nil:
		return 0, err
	case r.State == "" || !found:
		return 0, loginProblem(clearline.CauseLoginMissing)
	case l.CompanyID != a.CompanyID || a.Session == "" || l.Session != a.Session:
		return 0, loginProblem(clearline.CauseLoginForeign)
	case l.Used:
		return l.ProcedureID, loginProblem(clearline.CauseLoginUsed)
	case !c.o.Clock.Now().Before(l.ExpiresAt):
		return l.ProcedureID, loginProblem(clearline.CauseLoginExpired)
	}
	if ok, err := c.o.Store.UseLogin(ctx, r.State, l); err != nil || !ok {
		if err == nil {
			err = loginProblem(clearline.CauseLoginUsed)
		}
		return l.ProcedureID, err
	}
	p, err := c.Procedure(ctx, a.CompanyID, l.ProcedureID)
	if err != nil {
		return 0, err
	}
	s := p.step(StepLogin)
	if !p.row.Open || s == nil || s.State == Todo || c.busy(p) || s.State != Now && !p.redoable(StepLogin, Inputs{}) {
		return l.ProcedureID, loginProblem(clearline.CauseLoginUsed)
	}
	if s.State != Now {
		p.turn(StepLogin)
	}
	if _, err = c.back(ctx, a, p, r); errors.Is(err, store.ErrStale) { // somebody else went on with the procedure meanwhile
		err = loginProblem(clearline.CauseLoginUsed)
	}
	return l.ProcedureID, err
}

// back is the step login with its answer: claimed, exchanged, and then as any other step.
func (c *Connect) back(ctx context.Context, a Actor, p *Procedure, r Returned) (*Procedure, error) {
	leaf, err := c.signUp(p.Platform())
	if err != nil {
		return nil, err
	}
	p.row.Node = c.o.Store.NodeID()
	c.begin(p.row.ID) // as in take
	if err := c.save(ctx, p); err != nil {
		c.end(p.row.ID)
		return nil, err
	}
	t := &turnOf{c: c, p: p, leaf: leaf, actor: a}
	ctx, release := c.bound(ctx)
	defer release()
	sctx, cancel := context.WithTimeout(ctx, stepLimit)
	o := t.exchange(sctx, r)
	cancel()
	if ctx.Err() != nil {
		c.end(p.row.ID)
		return nil, ctx.Err()
	}
	problem, err := t.record(ctx, StepLogin, o)
	if err != nil && !errors.Is(err, store.ErrStale) {
		c.drop(p.row.ID)
	}
	if err != nil || p.row.Node == 0 {
		c.end(p.row.ID)
	} else {
		c.goOn(t)
	}
	if err == nil && problem != nil {
		err = problem
	}
	return p, err
}

// exchange turns the code into a token, keeps that before anything else, and asks what it is.
func (t *turnOf) exchange(ctx context.Context, r Returned) outcome {
	c := t.c
	if r.Code == "" {
		p := loginProblem(clearline.CauseLoginCancelled)
		if r.Error != "" && r.Error != "access_denied" || strings.Contains(strings.ToLower(r.Reason), "portfolio") {
			p = noPortfolio()
		}
		return waits(p)
	}
	app, err := c.operatorApp(ctx, t.p.Platform())
	if err != nil {
		return waits(c.problem(err))
	}
	grant, err := t.leaf.ExchangeCode(ctx, channel.AppKey{ID: app.PlatformID, Secret: app.Secret}, r.Code, c.returnURL())
	if err != nil {
		return waits(refusal(err, "Meta did not hand out a token for this sign-in.", "Nothing was changed. Sign in again."))
	}
	t.p.row.Token, t.p.row.App = grant.Token, app
	if err := c.save(ctx, t.p); err != nil { // before any later step: a wrong PIN must not cost another sign-in
		return waits(c.problem(err))
	}
	return t.inspect(ctx)
}

// inspect asks what the procedure's token is, and judges it.
func (t *turnOf) inspect(ctx context.Context) outcome {
	info, p := t.c.inspect(ctx, t.leaf, t.p.appKey(), t.p.row.Token)
	if p != nil && p.Cause == clearline.CauseAuthScope && t.nothingToShare(ctx, info) {
		p = noPortfolio()
	}
	if p != nil && p.Cause == clearline.CauseAuthScope && t.p.Way() == Reconnect {
		p = nil // told as a conflict, with what is connected beside it
	}
	if p != nil && (p.Cause == clearline.CauseOutage || p.Cause == clearline.CauseNetwork || p.Cause == clearline.CauseRate) {
		p.Detail += " The sign-in is kept: Meta is asked again by itself in a minute."
		return outcome{state: Now, problem: p, again: inspectAgain}
	}
	if p != nil {
		t.p.row.Token = ""
		return waits(p)
	}
	t.p.Info = &info
	return done(tokenWords(info, t.c.o.Clock.Now()), tokenFacts(info))
}

// nothingToShare tells whether somebody without any portfolio has signed in: Meta gives such a token no permission at all,
// and lists no portfolio for it. A person who unticked the permissions still has one (unconfirmed).
func (t *turnOf) nothingToShare(ctx context.Context, info channel.TokenInfo) bool {
	if len(info.Owners) > 0 || len(info.Scopes) > len(info.Missing) {
		return false
	}
	info.Owners = nil
	owners, err := t.leaf.Owners(ctx, t.p.row.Token, info)
	return err == nil && len(owners) == 0
}

// inspect asks what a token is. A problem says why it cannot be used.
func (c *Connect) inspect(ctx context.Context, leaf SignUp, app channel.AppKey, token string) (channel.TokenInfo, *clearline.Problem) {
	info, err := leaf.DebugToken(ctx, app, token)
	switch {
	case err != nil:
		return info, refusal(err, "Meta could not tell what this token is.", "Nothing was changed.")
	case info.Cause != "":
		return info, &clearline.Problem{Cause: info.Cause, Title: "Meta does not accept this token.", Detail: "Nothing was changed. " + deadWords(info.Cause),
			Fields: []clearline.FieldProblem{{Name: "token", Reason: deadWords(info.Cause)}}}
	case app.ID != "" && info.AppID != "" && info.AppID != app.ID:
		return info, &clearline.Problem{Cause: clearline.CauseAuthInvalid, Title: "This token belongs to another app.",
			Detail: "It was made for the app " + info.AppID + ", and this connection works with the app " + app.ID + ". Nothing was changed. Make a token with the right app, or give that app's secret.",
			Fields: []clearline.FieldProblem{{Name: "token", Reason: "was made for the app " + info.AppID + ", not " + app.ID}}}
	case len(info.Missing) > 0:
		return info, &clearline.Problem{Cause: clearline.CauseAuthScope, Title: "This token lacks a permission.",
			Detail: "Missing: " + strings.Join(info.Missing, ", ") + ". Nothing was changed. Sign in again and leave every permission ticked, or make the token anew with them.",
			Fields: []clearline.FieldProblem{{Name: "token", Reason: "lacks " + strings.Join(info.Missing, ", ")}}}
	}
	return info, nil
}

// deadWords says in one sentence why a token is dead, "" for other causes.
func deadWords(cause clearline.Cause) string {
	switch cause {
	case clearline.CauseAuthExpired:
		return "It has expired."
	case clearline.CauseAuthRevoked:
		return "Its access was taken away."
	case clearline.CauseAuthPassword:
		return "It ended with a change of the password, or Meta closed the session."
	case clearline.CauseAuthScope:
		return "It lacks a permission."
	case clearline.CauseAuthAsset:
		return "It does not see this account."
	}
	return "Copy it again, whole and unchanged."
}

func noPortfolio() *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseNoPortfolio, Title: "This person has no business portfolio at Meta.",
		Detail: "Nothing was changed. Two ways: have the owner of a portfolio add you with full control, or make a portfolio of your own at business.facebook.com; then sign in again."}
}

// tokenWords is one line about a token: who it acts for and until when.
func tokenWords(info channel.TokenInfo, now time.Time) string {
	kind := map[channel.TokenKind]string{channel.TokenUser: "personal token", channel.TokenSystemUser: "system-user token"}[info.Kind]
	if kind == "" {
		kind = "token"
	}
	words := "works · " + kind
	if info.AppName != "" {
		words += " of " + info.AppName
	}
	switch {
	case !info.EndsTold:
		words += " · its end is not known without the app secret"
	case info.EndsAt.IsZero():
		words += " · does not expire"
	default:
		words += " · expires " + info.EndsAt.UTC().Format("2 Jan 2006")
	}
	if info.Kind == channel.TokenUser {
		words += " · ends with a change of its owner's password"
	}
	return words
}

func tokenFacts(info channel.TokenInfo) map[string]string {
	facts := map[string]string{"kind": string(info.Kind), "app_id": info.AppID, "scopes": strings.Join(info.Scopes, " ")}
	if info.EndsTold && !info.EndsAt.IsZero() {
		facts["ends_at"] = info.EndsAt.UTC().Format(time.RFC3339)
	}
	return facts
}

// operatorApp is the operator's app with its secret.
func (c *Connect) operatorApp(ctx context.Context, platform clearline.Platform) (clearline.App, error) {
	if !c.o.Meta.Ready() {
		return clearline.App{}, c.noApp()
	}
	all, err := c.o.Store.Apps(ctx)
	if err != nil {
		return clearline.App{}, err
	}
	i := slices.IndexFunc(all, func(a clearline.App) bool {
		return a.CompanyID == clearline.Installation && a.Platform == platform && a.PlatformID == c.o.Meta.ID
	})
	if i < 0 {
		return clearline.App{}, errors.New("connect: the operator's app is not stored")
	}
	return all[i], nil
}

// appOf finds an app with its secret.
func (c *Connect) appOf(ctx context.Context, company, id clearline.ID) (clearline.App, error) {
	all, err := c.o.Store.Apps(ctx)
	if err != nil {
		return clearline.App{}, err
	}
	for _, a := range all {
		if a.CompanyID == company && a.ID == id {
			return a, nil
		}
	}
	return clearline.App{}, store.ErrAbsent
}

// byLogin tells whether a connection gets its tokens by signing in: it works with the operator's app.
func (c *Connect) byLogin(ctx context.Context, conn clearline.Connection) bool {
	app, err := c.operatorApp(ctx, conn.Platform)
	return err == nil && app.ID == conn.AppID
}
