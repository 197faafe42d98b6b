package connect

import (
	"context"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// subscribeStep switches the account's events on, and points the app's webhook here, with all the fields that are read here, unless it
// leads elsewhere: then a person decides, because whatever is there would get nothing any more. Without its field, what the owner of
// a number writes in the Business app does not come, and nobody would notice.
func subscribeStep(ctx context.Context, t *turnOf) outcome {
	c := t.c
	a, err := t.acting(ctx)
	if err != nil {
		return fails(c.problem(err))
	}
	if err := t.leaf.Subscribe(ctx, a); err != nil {
		return fails(refusal(err, "Meta did not switch the messages of this account on.", "Try again."))
	}
	info, err := t.leaf.CheckAccount(ctx, a)
	if err != nil {
		return fails(refusal(err, "Meta did not show what is subscribed.", "Try again."))
	}
	facts := map[string]string{"call": "POST " + a.Parent + "/subscribed_apps"}
	if a.AppID == "" {
		return t.subscribed(ctx, "Messages of this account are switched on. Which app Meta lists is not known without the app's id.", facts)
	}
	if !info.Subscribed {
		return fails(&clearline.Problem{Cause: clearline.CauseHookOff, Title: "Meta does not list this server's app for the account.",
			Detail: "It took the call and lists other apps only. Look whether the token is of the app " + a.AppID + ", then try again."})
	}
	app, problem := t.app(ctx)
	if problem != nil {
		return fails(problem)
	}
	key, own := channel.AppKey{ID: app.PlatformID, Secret: app.Secret}, c.callback(app)
	taken, err := c.takenIn(ctx, app)
	if err != nil {
		return fails(c.problem(err))
	}
	hook, err := t.leaf.AppHook(ctx, key)
	if err != nil {
		return fails(refusal(err, "Meta did not show where the app's webhooks go.", "Look whether the app secret is right, then try again."))
	}
	facts["webhook"] = own
	switch {
	case ours(hook, taken) && len(hook.Missing) == 0:
	case hook.Address != "" && !c.leadsHere(hook.Address) && (t.in == nil || !t.in.PointHere && !t.in.Skip):
		o := waits(&clearline.Problem{Cause: clearline.CauseHookElsewhere, Title: "The app's webhook leads to another address.",
			Detail: "Found " + hook.Address + ", expected " + own + ". Pointed here, what is there gets nothing any more: for all accounts of this app."}, "point_here", "skip")
		o.evidence = &Evidence{Text: "POST " + key.ID + "/subscriptions", Facts: map[string]string{"found": hook.Address, "expected": own}}
		return o
	case t.in != nil && t.in.Skip:
		facts["webhook"] = hook.Address
	default:
		if problem := t.pointHere(ctx, app); problem != nil {
			o := fails(problem)
			o.evidence = &Evidence{Text: "POST " + key.ID + "/subscriptions", Facts: map[string]string{"expected": own}}
			return o
		}
		facts["set"] = "POST " + key.ID + "/subscriptions"
	}
	return t.subscribed(ctx, "Messages of this account are switched on and come to this server.", facts)
}

// pointHere makes the app's events come to this server; the platform calls the address before it answers.
func (t *turnOf) pointHere(ctx context.Context, app clearline.App) *clearline.Problem {
	if err := t.leaf.SetAppHook(ctx, channel.AppKey{ID: app.PlatformID, Secret: app.Secret}, t.c.callback(app), app.VerifyToken); err != nil {
		return refusal(err, "Meta called this server's address and did not get the answer it wanted.", "Look whether the address can be reached from the internet, then try again.")
	}
	return nil
}

// subscribed notes the proof, and lets go what waited for a new sign-in: whether it may still leave is judged when it does.
func (t *turnOf) subscribed(ctx context.Context, text string, facts map[string]string) outcome {
	c, p := t.c, t.p
	if p.moving() { // nothing is proven of the connection, which works at the old account
		return done(text, facts)
	}
	// Let go first: a lane that hears of the cure must find nothing held any more.
	if p.Way() == Reconnect {
		if err := c.release(ctx, p.row.CompanyID, p.row.ConnectionID); err != nil {
			return fails(c.problem(err))
		}
		text += " What was written meanwhile goes out now, where its window is still open. Messages that Meta gave up on in between cannot be fetched: it keeps no history."
	}
	now := c.o.Clock.Now().UTC()
	ev := store.Evidence{CompanyID: p.row.CompanyID, ConnectionID: p.row.ConnectionID, Checked: now, Accepted: now, Subscribed: now, Clear: true}
	if err := c.o.Store.Prove(ctx, ev); err != nil {
		return fails(c.problem(err))
	}
	return done(text, facts)
}

// release lets messages go that waited for a credential, and fetches the files that did.
func (c *Connect) release(ctx context.Context, company, connection clearline.ID) error {
	if err := c.o.Store.FetchAnew(ctx, company, connection); err != nil {
		return err
	}
	return c.o.Store.ReleaseHeld(ctx, company, connection, func(cause clearline.Cause) bool { return cause.Reauthorizes() || cause.Disconnects() })
}

func (t *turnOf) app(ctx context.Context) (clearline.App, *clearline.Problem) {
	if t.p.moving() {
		return t.p.row.App, nil
	}
	conn, err := t.c.o.Store.Connection(ctx, t.p.row.CompanyID, t.p.row.ConnectionID)
	if err != nil {
		return clearline.App{}, t.c.problem(err)
	}
	all, err := t.c.o.Store.Apps(ctx)
	if err != nil {
		return clearline.App{}, t.c.problem(err)
	}
	i := slices.IndexFunc(all, func(a clearline.App) bool { return a.ID == conn.AppID })
	if i < 0 {
		return clearline.App{}, t.c.problem(store.ErrAbsent)
	}
	return all[i], nil
}

// leadsHere tells whether an address is one of this server's.
func (c *Connect) leadsHere(address string) bool {
	return strings.HasPrefix(address, strings.TrimRight(c.o.PublicURL(), "/")+"/webhooks/whatsapp")
}

// takenIn are this server's addresses at which an app's events are taken in: the one that all share, and those of its rows,
// for several companies may have entered it. At any other the signature is wrong.
func (c *Connect) takenIn(ctx context.Context, app clearline.App) ([]string, error) {
	rows, err := c.o.Store.Apps(ctx)
	if err != nil {
		return nil, err
	}
	base := strings.TrimRight(c.o.PublicURL(), "/") + "/webhooks/" + string(app.Platform)
	all := []string{base}
	for _, row := range rows {
		if row.Same(app) {
			all = append(all, base+"/"+row.ID.String())
		}
	}
	return all, nil
}

// ours tells whether an app's events come to one of these addresses, messages among them.
func ours(h channel.AppHook, taken []string) bool {
	return slices.Contains(taken, strings.TrimRight(h.Address, "/")) && h.Active && slices.Contains(h.Fields, "messages")
}

// healthStep reads whether the number can work.
func healthStep(ctx context.Context, t *turnOf) outcome {
	c, p := t.c, t.p
	a, err := t.acting(ctx)
	if err != nil {
		return fails(c.problem(err))
	}
	n, err := t.leaf.Number(ctx, a)
	if err != nil {
		return fails(refusal(err, "Meta did not show the number.", "Try again."))
	}
	now := c.o.Clock.Now().UTC()
	ev := store.Evidence{CompanyID: p.row.CompanyID, ConnectionID: p.row.ConnectionID, Checked: now, Accepted: now, PerSecond: n.PerSecond, Cause: n.Cause, Clear: n.Cause == ""}
	if err := c.o.Store.Prove(ctx, ev); err != nil {
		return fails(c.problem(err))
	}
	facts := map[string]string{"status": n.Status, "name_status": n.NameStatus, "quality_rating": n.Quality, "sending": n.Sending, "limits": strings.Join(n.Limits, " · ")}
	if n.Cause != "" {
		o := fails(&clearline.Problem{Cause: n.Cause, Title: "The number cannot work as it is.", Detail: "Meta shows it as " + n.Status + ". See what this cause asks for, then check again."})
		o.evidence = &Evidence{Text: "Status " + n.Status, Facts: facts}
		return o
	}
	if err := c.o.Store.DescribeConnection(ctx, p.row.CompanyID, p.row.ConnectionID, n.Shown, "", n.Coexistence); err != nil {
		return fails(c.problem(err))
	}
	text := strings.TrimSpace("Status " + n.Status + " · name " + strings.ToLower(n.NameStatus) + " · quality " + strings.ToLower(n.Quality))
	if n.Sending == "BLOCKED" || n.Sending == "LIMITED" {
		text += " · sending " + strings.ToLower(n.Sending) + ": " + strings.Join(n.Limits, ", ")
	}
	return done(text, facts)
}

// webhookStep proves that events come in: one came, or Meta lists this server's address and a check of our own passed.
func webhookStep(ctx context.Context, t *turnOf) outcome {
	c, p := t.c, t.p
	if t.in != nil && t.in.Skip {
		return t.connected(ctx, skipped("Not proven yet: the first message will."))
	}
	conn, err := c.o.Store.Connection(ctx, p.row.CompanyID, p.row.ConnectionID)
	if err != nil {
		return fails(c.problem(err), "skip")
	}
	if conn.Proof.ReceivedAt.After(p.row.CreatedAt) {
		return t.connected(ctx, done("A delivery for this number came in.", map[string]string{"received_at": conn.Proof.ReceivedAt.UTC().Format("2006-01-02T15:04:05Z07:00")}))
	}
	app, problem := t.app(ctx)
	if problem != nil {
		return fails(problem, "skip")
	}
	if app.PlatformID == "" {
		return t.connected(ctx, skipped("Not proven yet: without the app's id Meta does not tell where the app's webhooks go. The first message will prove it."))
	}
	if t.in != nil && t.in.PointHere {
		if problem := t.pointHere(ctx, app); problem != nil {
			return fails(problem, "point_here", "skip")
		}
	}
	taken, err := c.takenIn(ctx, app)
	if err != nil {
		return fails(c.problem(err), "skip")
	}
	hook, err := t.leaf.AppHook(ctx, channel.AppKey{ID: app.PlatformID, Secret: app.Secret})
	switch {
	case err != nil:
		return fails(refusal(err, "Meta did not show where the app's webhooks go.", "Try again."), "skip")
	case !ours(hook, taken):
		return fails(&clearline.Problem{Cause: clearline.CauseHookElsewhere, Title: "The app's webhook does not lead here.", Detail: "Found " + orNothing(hook.Address) + ", expected " + c.callback(app) + ". Point it here, then check again."}, "point_here", "skip")
	}
	if c.o.ProveWayIn != nil {
		if cause := c.o.ProveWayIn(ctx, p.row.CompanyID, p.row.ConnectionID); cause != "" {
			return fails(&clearline.Problem{Cause: cause, Title: "A test delivery of our own did not come through.", Detail: "Meta lists this server's address, and a signed call to it failed. Run the doctor for the reason, then check again."}, "skip")
		}
	}
	return t.connected(ctx, done("Meta sends this app's messages to "+hook.Address+".", map[string]string{"webhook": hook.Address, "fields": strings.Join(hook.Fields, " ")}))
}

func orNothing(s string) string {
	if s == "" {
		return "no address"
	}
	return s
}

// connected ends the set-up: what remains is a test. Templates are read once in the background's next look.
func (t *turnOf) connected(ctx context.Context, o outcome) outcome {
	if err := t.c.o.Store.Connected(ctx, t.p.row.CompanyID, t.p.row.ConnectionID); err != nil {
		return fails(t.c.problem(err), "skip")
	}
	t.c.templatesChanged(t.p.row.CompanyID)
	return o
}

// messageStep waits for a first message from a phone.
func messageStep(ctx context.Context, t *turnOf) outcome {
	if t.in != nil && t.in.Skip {
		return skipped("Left for later.")
	}
	conn, err := t.c.o.Store.Connection(ctx, t.p.row.CompanyID, t.p.row.ConnectionID)
	if err != nil {
		return fails(t.c.problem(err), "skip")
	}
	if t.p.Arrived.IsZero() {
		t.p.Arrived = t.c.o.Clock.Now().UTC()
		if t.p.Moved {
			t.p.Arrived = t.p.CalledAt
		}
	}
	// Milliseconds are what is stored.
	if since := t.p.Arrived.Truncate(1e6); !conn.Proof.ReceivedAt.Before(since) {
		facts := map[string]string{"received_at": conn.Proof.ReceivedAt.UTC().Format("2006-01-02T15:04:05Z07:00")}
		if t.p.Moved {
			facts["downtime"] = downtime(t.p.CalledAt, conn.Proof.ReceivedAt)
			return done("A message came in, "+facts["downtime"]+" after the switch.", facts)
		}
		return done("A message came in.", facts)
	}
	o := waits(nil, "skip")
	o.evidence = &Evidence{Text: "Send “hi” to " + conn.Phone + " from your phone. This page goes on when it arrives."}
	return o
}
