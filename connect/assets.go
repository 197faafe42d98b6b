package connect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// assetsStep finds the account and the number that the token is for, and lets a person choose where there are several. A
// reconnect that finds something else than what is connected stops here, before anything is overwritten.
func assetsStep(ctx context.Context, t *turnOf) outcome {
	if t.p.Way() == Reconnect {
		return t.compare(ctx)
	}
	if t.in != nil && t.in.WABAID != "" && t.p.Choices != nil {
		return t.chosen(ctx)
	}
	if t.p.step(StepToken) != nil && t.p.Account.PhoneNumberID != "" {
		return t.given(ctx)
	}
	choices, problem := t.look(ctx)
	if problem != nil {
		return fails(problem)
	}
	t.p.Choices = choices
	if n := t.obvious(); n != nil {
		return t.use(ctx, *n)
	}
	if len(choices.Numbers) == 0 && t.p.Digits == "" {
		return waits(&clearline.Problem{Cause: clearline.CauseSignUpForm, Title: "No number was added at Meta.",
			Detail: "The account has no number yet. Sign in again and add one there, or choose the account and type the number here."}, "waba_id", "phone", "name")
	}
	return waits(nil, "waba_id", "phone_number_id")
}

// look lists what the token may use.
func (t *turnOf) look(ctx context.Context) (*Choice, *clearline.Problem) {
	owners, err := t.leaf.Owners(ctx, t.p.row.Token, *t.p.Info)
	if err != nil {
		return nil, refusal(err, "Meta did not show the accounts of this sign-in.", "Nothing was changed. Try again, or sign in again.")
	}
	if len(owners) == 0 {
		return nil, noPortfolio()
	}
	found := &Choice{WABAs: []WABAChoice{}, Numbers: []NumberChoice{}}
	for _, o := range owners {
		found.WABAs = append(found.WABAs, WABAChoice{ID: o.ID, Name: o.Name, Business: o.BusinessID, Shared: shared(o)})
		numbers, err := t.leaf.Numbers(ctx, t.p.row.Token, o.ID)
		if err != nil {
			return nil, refusal(err, "Meta did not show the numbers of "+o.Name+".", "Nothing was changed. Try again.")
		}
		for _, n := range numbers {
			found.Numbers = append(found.Numbers, numberChoice(n, o.ID))
		}
	}
	return found, nil
}

// shared tells whether an account belongs to a client of who signed in (G17); it works like an own one.
func shared(o channel.Owner) bool {
	return strings.EqualFold(o.Ownership, "CLIENT_OWNED") || strings.EqualFold(o.Ownership, "ON_BEHALF_OF")
}

func numberChoice(n channel.Number, waba string) NumberChoice {
	return NumberChoice{ID: n.ID, WABAID: waba, Phone: n.Shown, Name: n.Name, Status: n.Status, Registered: n.Registered, Coexistence: n.Coexistence}
}

// obvious is the number that nobody need be asked about: the only one, or the one that was typed before.
func (t *turnOf) obvious() *NumberChoice {
	all := t.p.Choices.Numbers
	if t.p.Digits != "" {
		i := slices.IndexFunc(all, func(n NumberChoice) bool { return onlyDigits(n.Phone) == t.p.Digits })
		if i >= 0 {
			return &all[i]
		}
		return nil
	}
	if len(all) == 1 && t.p.Way() != MoveIn {
		return &all[0]
	}
	return nil
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// chosen takes what a person chose: it must be among what the token was seen to use.
func (t *turnOf) chosen(ctx context.Context) outcome {
	c, in := t.p.Choices, t.in
	if !slices.ContainsFunc(c.WABAs, func(w WABAChoice) bool { return w.ID == in.WABAID }) {
		return waits(fieldProblem("waba_id", "is none of the accounts that this sign-in may use"), "waba_id", "phone_number_id")
	}
	i := slices.IndexFunc(c.Numbers, func(n NumberChoice) bool { return n.ID == in.PhoneNumberID && n.WABAID == in.WABAID })
	if i >= 0 {
		return t.use(ctx, c.Numbers[i])
	}
	if in.PhoneNumberID != "" {
		return waits(fieldProblem("phone_number_id", "is no number of that account"), "waba_id", "phone_number_id")
	}
	return t.add(ctx)
}

// add makes the number known to the chosen account; moving in takes it from another account of the same business.
func (t *turnOf) add(ctx context.Context) outcome {
	inputs := []string{"waba_id", "phone", "name"}
	digits := t.p.Digits
	if t.in.Phone != "" {
		e := t.eligible(t.in.Phone)
		if e.Problem != nil {
			return waits(e.Problem, inputs...)
		}
		digits, t.p.Voice = e.Digits, e.Voice
	}
	name := strings.TrimSpace(t.in.Name)
	if name == "" {
		name = t.p.Name
	}
	switch {
	case digits == "":
		return waits(fieldProblem("phone", "is missing: which number is to be added?"), inputs...)
	case name == "" && t.p.Way() != MoveIn:
		return waits(fieldProblem("name", "is missing: the display name that customers see, 2 to 75 characters"), inputs...)
	}
	a := channel.Account{Parent: t.in.WABAID, Token: t.p.row.Token}
	if t.p.Way() == MoveIn { // a number moves only to an account whose events go somewhere
		if err := t.leaf.Subscribe(ctx, a); err != nil {
			return waits(refusal(err, "Meta did not switch the messages of that account on.", "Nothing was changed. Try again."), inputs...)
		}
	}
	id, err := t.leaf.AddNumber(ctx, a, digits, name, t.p.Way() == MoveIn)
	if err != nil {
		return waits(refusal(err, "Meta did not add this number.", "Nothing was changed."), inputs...)
	}
	t.p.Digits = digits
	return t.use(ctx, NumberChoice{ID: id, WABAID: t.in.WABAID, Phone: "+" + digits, Name: name})
}

func fieldProblem(field, reason string) *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "This choice cannot be used.", Detail: "Nothing was changed. Choose from what is shown.",
		Fields: []clearline.FieldProblem{{Name: field, Reason: reason}}}
}

// given checks the two ids of the manual way against each other.
func (t *turnOf) given(ctx context.Context) outcome {
	numbers, err := t.leaf.Numbers(ctx, t.p.row.Token, t.p.Account.WABAID)
	if err != nil {
		return fails(refusal(err, "The token does not see this WhatsApp account.", "Nothing was changed. Check the id, or let the token's user be given access to it."))
	}
	i := slices.IndexFunc(numbers, func(n channel.Number) bool { return n.ID == t.p.Account.PhoneNumberID })
	if i < 0 {
		return fails(&clearline.Problem{Cause: clearline.CauseAuthAsset, Title: "The WhatsApp account does not list this number.",
			Detail: "Nothing was changed. The phone number id and the WhatsApp Business account id must belong together: go back and correct them."})
	}
	return t.use(ctx, numberChoice(numbers[i], t.p.Account.WABAID))
}

// use takes a number as the one to connect.
func (t *turnOf) use(ctx context.Context, n NumberChoice) outcome {
	t.p.Account = AccountRef{WABAID: n.WABAID, PhoneNumberID: n.ID, Phone: n.Phone, Business: t.business(ctx, n.WABAID)}
	if t.p.Name == "" {
		t.p.Name = strings.TrimSpace(n.Name + " " + n.Phone)
	}
	return done(strings.TrimSpace(n.Phone+" "+n.Name), map[string]string{"waba_id": n.WABAID, "phone_number_id": n.ID, "phone": n.Phone, "business": t.p.Account.Business})
}

// business is the portfolio that owns an account, "" when Meta does not tell.
func (t *turnOf) business(ctx context.Context, waba string) string {
	if t.p.Choices != nil {
		for _, w := range t.p.Choices.WABAs {
			if w.ID == waba {
				return w.Business
			}
		}
	}
	owners, err := t.leaf.Owners(ctx, t.p.row.Token, channel.TokenInfo{Owners: []string{waba}})
	if err != nil || len(owners) != 1 {
		return ""
	}
	return owners[0].BusinessID
}

// compare holds what a new sign-in brought against what is connected (C3).
func (t *turnOf) compare(ctx context.Context) outcome {
	decide := []string{"decide"}
	if t.in != nil && t.in.Decide != "" && t.p.Conflict != nil {
		return t.decided(ctx)
	}
	conn, err := t.c.o.Store.Connection(ctx, t.p.row.CompanyID, t.p.row.ConnectionID)
	if err != nil {
		return fails(t.c.problem(err))
	}
	stored := AccountRef{WABAID: conn.Parent, PhoneNumberID: conn.Account, Phone: conn.Phone, Business: conn.Business}
	found, ok, problem := t.find(ctx, stored)
	if problem != nil {
		return fails(problem)
	}
	missing := []string{}
	if t.p.Info != nil {
		missing = append(missing, t.p.Info.Missing...)
	}
	other := stored.Business != "" && found.Business != "" && stored.Business != found.Business
	if ok && !other && len(missing) == 0 {
		t.p.Conflict, t.p.Account = nil, found
		return done("The same number and account: "+found.Phone+".", map[string]string{"waba_id": found.WABAID, "phone_number_id": found.PhoneNumberID})
	}
	t.p.Conflict = &Conflict{Stored: stored, Found: found, MissingScopes: missing}
	p := &clearline.Problem{Cause: clearline.CauseOtherAccount, Title: "This sign-in brought another account than the one connected.",
		Detail: fmt.Sprintf("Connected is %s, the sign-in is for %s. Nothing was overwritten. Sign in again and choose the same business and number, or decide otherwise.", words(stored), words(found))}
	if ok && !other {
		p = &clearline.Problem{Cause: clearline.CauseAuthScope, Title: "This sign-in gives fewer permissions than the connection needs.",
			Detail: "Missing: " + strings.Join(missing, ", ") + ". Nothing was overwritten. Sign in again and leave every permission ticked, or decide to go on with less."}
	}
	return waits(p, decide...)
}

func words(a AccountRef) string {
	switch {
	case a.Phone != "":
		return a.Phone
	case a.PhoneNumberID != "":
		return "the number with the id " + a.PhoneNumberID
	case a.WABAID != "":
		return "the account " + a.WABAID
	}
	return "no account that this server could see"
}

// find looks for the connected number with the new token; ok is false when it is not there, and then found is what is.
func (t *turnOf) find(ctx context.Context, stored AccountRef) (found AccountRef, ok bool, problem *clearline.Problem) {
	if t.p.Info == nil || t.p.Info.Owners == nil || slices.Contains(t.p.Info.Owners, stored.WABAID) {
		numbers, err := t.leaf.Numbers(ctx, t.p.row.Token, stored.WABAID)
		if err != nil && !causeOf(err).Reauthorizes() {
			return found, false, refusal(err, "Meta did not show the account.", "Nothing was changed. Try again.")
		}
		for _, n := range numbers {
			if n.ID == stored.PhoneNumberID {
				return AccountRef{WABAID: stored.WABAID, PhoneNumberID: n.ID, Phone: n.Shown, Business: t.business(ctx, stored.WABAID)}, true, nil
			}
		}
	}
	if t.p.Info == nil {
		return found, false, nil
	}
	choices, problem := t.look(ctx)
	if problem != nil {
		if problem.Cause.Reauthorizes() || problem.Cause == clearline.CauseNoPortfolio {
			return found, false, nil
		}
		return found, false, problem
	}
	t.p.Choices = choices
	switch {
	case len(choices.Numbers) > 0:
		n := choices.Numbers[0]
		found = AccountRef{WABAID: n.WABAID, PhoneNumberID: n.ID, Phone: n.Phone, Business: t.business(ctx, n.WABAID)}
	case len(choices.WABAs) > 0:
		found = AccountRef{WABAID: choices.WABAs[0].ID, Business: choices.WABAs[0].Business}
	}
	return found, false, nil
}

// decided does what the admin decided about a conflict: sign in again, take fewer permissions, or connect what was found
// beside what is there. What is connected is never replaced by another account.
func (t *turnOf) decided(ctx context.Context) outcome {
	p := t.p
	same := p.Conflict.Found.PhoneNumberID == p.Conflict.Stored.PhoneNumberID && p.Conflict.Found.PhoneNumberID != ""
	switch t.in.Decide {
	case "sign_in_again":
		p.row.Token, p.Info, p.Conflict, p.Choices = "", nil, nil, nil
		back := StepLogin
		if p.step(StepLogin) == nil {
			back = StepToken
		}
		return outcome{state: Todo, back: back}
	case "use_found":
		if same {
			p.Decided, p.Account = true, p.Conflict.Found
			return done("You decided to go on with what this sign-in gave.", nil)
		}
		if p.Conflict.Found.PhoneNumberID == "" {
			return waits(fieldProblem("decide", "there is no number to connect: sign in again"), "decide")
		}
		// A new connection beside the old one, which stays as it is.
		p.row.ConnectionID, p.Account, p.Decided = 0, p.Conflict.Found, true
		for i := range p.Choices.Numbers {
			if n := p.Choices.Numbers[i]; n.ID == p.Account.PhoneNumberID {
				p.Name = strings.TrimSpace(n.Name + " " + n.Phone)
			}
		}
		return done("You decided to connect "+words(p.Account)+" beside what is connected.", nil)
	}
	return waits(fieldProblem("decide", "is neither sign_in_again nor use_found"), "decide")
}

// reserveStep makes the account this company's, or gives the connection its new token. Only here, after the token has
// proved access, is it told that another company uses the account.
func reserveStep(ctx context.Context, t *turnOf) outcome {
	c, p := t.c, t.p
	switch {
	case p.Moving != 0: // reserved before a restart
		return t.moves()
	case p.row.ConnectionID != 0:
		return t.swap(ctx)
	}
	route, found, err := c.o.Store.FindRoute(ctx, p.Platform(), channel.AccountParent, p.Account.WABAID)
	if err != nil {
		return fails(c.problem(err))
	}
	if found && route.CompanyID != p.row.CompanyID {
		return t.taken(ctx)
	}
	if o, known := t.known(ctx); known {
		return o
	}
	if p.Way() == MoveIn {
		if o, own := t.move(ctx); own {
			return o
		}
	}
	now := c.o.Clock.Now().UTC()
	n, err := t.leaf.Number(ctx, p.account())
	if err != nil {
		return fails(refusal(err, "Meta did not show the number.", "Nothing was changed. Try again."))
	}
	conn := clearline.Connection{CompanyID: p.row.CompanyID, Platform: p.Platform(), Name: p.Name, Account: p.Account.PhoneNumberID, Parent: p.Account.WABAID,
		Phone: n.Shown, Business: p.Account.Business, ThroughputPerSecond: n.PerSecond, ConnectingAt: now, Coexistence: n.Coexistence,
		Proof: clearline.Proof{CheckedAt: now, AcceptedAt: now}}
	if conn, err = c.o.Store.AddConnection(ctx, conn, p.row.App, p.row.Token); err != nil {
		problem := c.problem(err)
		if problem.Cause == clearline.CauseWABATaken {
			return t.taken(ctx)
		}
		return fails(problem)
	}
	p.row.ConnectionID, p.Made = conn.ID, true
	if err := c.o.Store.NoteToken(ctx, t.token(0)); err != nil {
		c.o.Log.Warn("what is known of a token could not be stored; it is asked again", "connection", conn.ID, "err", err)
	}
	p.row.Token = ""
	return done("This account and number are yours on this server.", map[string]string{"connection_id": conn.ID.String()})
}

// known is for a number that this company has already: one that a crash left between two steps is taken up, a connected one
// is not connected twice.
func (t *turnOf) known(ctx context.Context) (outcome, bool) {
	c, p := t.c, t.p
	route, found, err := c.o.Store.FindRoute(ctx, p.Platform(), channel.AccountNumber, p.Account.PhoneNumberID)
	if err != nil {
		return fails(c.problem(err)), true
	}
	if !found || route.CompanyID != p.row.CompanyID {
		return outcome{}, false
	}
	conn, err := c.o.Store.Connection(ctx, p.row.CompanyID, route.ConnectionID)
	if err != nil {
		return fails(c.problem(err)), true
	}
	open, err := c.openFor(ctx, p.row.CompanyID, conn.ID)
	if err != nil {
		return fails(c.problem(err)), true
	}
	if conn.ConnectingAt.IsZero() || open != nil {
		o := fails(&clearline.Problem{Cause: clearline.CauseConflict, Title: "This number is already connected here.",
			Detail: "Nothing was changed. Open the existing connection; to give it a new token, reconnect it there."})
		o.evidence = &Evidence{Text: "It is the connection “" + conn.Name + "”.", Facts: map[string]string{"connection_id": conn.ID.String()}}
		return o, true
	}
	p.row.ConnectionID, p.Made = conn.ID, true
	return t.swap(ctx), true
}

// taken refuses an account of another company without naming it (C8, I58).
func (t *turnOf) taken(ctx context.Context) outcome {
	if t.in != nil && t.in.AskRelease {
		if err := t.c.o.Store.AskRelease(ctx, t.p.Platform(), t.p.Account.WABAID); err != nil {
			return fails(t.c.problem(err), "ask_release")
		}
		o := waits(nil, "ask_release")
		o.evidence = &Evidence{Text: "A note was left for the company that uses it. No name was given to either side. Try again once it was released."}
		return o
	}
	return fails(&clearline.Problem{Cause: clearline.CauseWABATaken, Title: "This account is already used by another company on this server.",
		Detail: "Two inboxes on one account would answer the same people twice. Nothing was changed. Ask for its release, or choose another account; after the release the number connects with the same PIN."}, "ask_release")
}

// token is what is known of the procedure's token, for keeping; generation is the one that it replaces.
func (t *turnOf) token(generation int64) store.Token {
	return tokenRow(t.p.row.CompanyID, t.p.row.ConnectionID, generation, t.p.Info, t.c.o.Clock.Now())
}

func tokenRow(company, connection clearline.ID, generation int64, info *channel.TokenInfo, now time.Time) store.Token {
	row := store.Token{CompanyID: company, ConnectionID: connection, Generation: generation, CheckedAt: now, Renewal: store.RenewalNone}
	if info != nil {
		row.Kind, row.EndsAt, row.DataEndsAt, row.Told, row.Scopes = string(info.Kind), info.EndsAt, info.DataEndsAt, info.EndsTold, info.Scopes
		if info.EndsTold && !info.EndsAt.IsZero() {
			row.Renewal = store.RenewalAhead
		}
	}
	return row
}

// swap gives a connection its new token, in one transaction, after the token has passed a read.
func (t *turnOf) swap(ctx context.Context) outcome {
	c, p := t.c, t.p
	if p.row.Token == "" { // swapped before a restart
		return done("The connection has its new token.", nil)
	}
	known, _, err := c.o.Store.Token(ctx, p.row.CompanyID, p.row.ConnectionID)
	if err != nil {
		return fails(c.problem(err))
	}
	conn, err := c.o.Store.Connection(ctx, p.row.CompanyID, p.row.ConnectionID)
	if err != nil {
		return fails(c.problem(err))
	}
	if !conn.DisconnectedAt.IsZero() { // it comes back as it was
		conn.Proof = clearline.Proof{CheckedAt: c.o.Clock.Now().UTC(), AcceptedAt: c.o.Clock.Now().UTC()}
		if _, err := c.o.Store.AddConnection(ctx, conn, p.row.App, p.row.Token); err != nil {
			if problem := c.problem(err); problem.Cause == clearline.CauseWABATaken {
				return t.taken(ctx)
			}
			return fails(c.problem(err))
		}
	}
	if err := c.o.Store.SwapToken(ctx, t.token(known.Generation), p.row.Token, &p.row.App, nil); err != nil {
		return fails(c.problem(err))
	}
	if err := c.o.Store.DescribeConnection(ctx, p.row.CompanyID, p.row.ConnectionID, p.Account.Phone, p.Account.Business, conn.Coexistence); err != nil {
		return fails(c.problem(err))
	}
	p.row.Token = ""
	return done("The connection has its new token; the old one is forgotten.", nil)
}
