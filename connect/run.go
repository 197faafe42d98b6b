package connect

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

const (
	// stepLimit is how long a step of ours may take before it ends with a cause.
	stepLimit = 60 * time.Second
	// procedureLife is how long a procedure waits for people: a number made at sign-up must be registered within it.
	// Source: Meta, WhatsApp, embedded-signup/overview; read Dec 2025.
	procedureLife = 14 * 24 * time.Hour
)

// Actor is who does something with a procedure.
type Actor struct {
	CompanyID clearline.ID
	// UserID is 0 and Session "" for an API key.
	UserID  clearline.ID
	Session string
}

// Inputs are what a person gives to a step; each step takes its own.
type Inputs struct {
	Phone, OnApp                          string
	Token, PhoneNumberID, WABAID          string
	AppID, AppSecret, VerifyToken, Name   string
	Method, Language, Code, PIN, Decide   string
	AskRelease, PointHere, Released, Skip bool
	// DryRun checks what was pasted and keeps nothing.
	DryRun bool
}

// outcome is what a handler came to.
type outcome struct {
	state    StepState
	evidence *Evidence
	// problem is why the step does not go on; it is told to whoever posted the inputs.
	problem *clearline.Problem
	inputs  []string
	again   time.Duration
	// back is an earlier step that has to be done first.
	back StepID
}

func done(text string, facts map[string]string) outcome {
	return outcome{state: Done, evidence: &Evidence{Text: text, Facts: facts}}
}

func skipped(text string) outcome {
	return outcome{state: Skipped, evidence: &Evidence{Text: text}}
}

// waits is a step that needs a person; p says what was wrong with what they gave, nil for nothing.
func waits(p *clearline.Problem, inputs ...string) outcome {
	return outcome{state: Now, problem: p, inputs: inputs}
}

// fails is a step of ours that ended with a cause and can be tried again.
func fails(p *clearline.Problem, inputs ...string) outcome {
	return outcome{state: Failed, problem: p, inputs: inputs}
}

// turnOf is one step being run.
type turnOf struct {
	c    *Connect
	p    *Procedure
	leaf SignUp
	// in is nil when nobody gave anything: the step has its turn.
	in    *Inputs
	actor Actor
}

// SignUp is a platform whose accounts are connected step by step.
type SignUp interface {
	Leaf
	channel.SignUp
}

// handlers are what each step does.
var handlers map[StepID]func(context.Context, *turnOf) outcome

func init() {
	handlers = map[StepID]func(context.Context, *turnOf) outcome{
		StepServer: serverStep, StepNumber: numberStep, StepLogin: loginStep, StepToken: tokenStep, StepAssets: assetsStep, StepReserve: reserveStep,
		StepSubscribe: subscribeStep, StepCode: codeStep, StepRegister: registerStep, StepHealth: healthStep, StepWebhook: webhookStep, StepMessage: messageStep,
	}
}

// Begin starts a procedure. A reconnect names its connection; a connection has one open procedure at a time, which is
// given again.
func (c *Connect) Begin(ctx context.Context, a Actor, platform clearline.Platform, way Way, connection clearline.ID) (*Procedure, error) {
	if _, err := c.signUp(platform); err != nil {
		return nil, err
	}
	hand := way == ByHand
	var kept state
	switch {
	case !slices.Contains([]Way{EmbeddedSignup, Coexistence, ByHand, Reconnect, MoveIn}, way):
		return nil, wrong("way", "is none of the ways to connect")
	case (way == Reconnect) != (connection != 0):
		return nil, wrong("connection_id", "is for the way reconnect, and needed there")
	case connection != 0:
		conn, err := c.o.Store.Connection(ctx, a.CompanyID, connection)
		if err != nil {
			return nil, err
		}
		open, err := c.openFor(ctx, a.CompanyID, connection)
		if err == nil && open != nil && open.Step() == StepMessage { // connected; the test message can wait
			_, err = c.Take(ctx, a, open.ID(), StepMessage, Inputs{Skip: true})
			open = nil
		}
		if err != nil || open != nil {
			return open, err
		}
		hand = !c.byLogin(ctx, conn)
		kept.Account = AccountRef{WABAID: conn.Parent, PhoneNumberID: conn.Account, Phone: conn.Phone, Business: conn.Business}
	case way == MoveIn:
		hand = !c.o.Meta.Ready()
	case !hand && !c.o.Meta.Ready():
		return nil, c.noApp()
	}
	for i, id := range stepsOf(way, hand) {
		s := Step{ID: id, State: Todo}
		if i == 0 {
			s.State = Now
		}
		kept.Steps = append(kept.Steps, s)
	}
	body, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	row, err := c.o.Store.AddProcedure(ctx, store.Procedure{CompanyID: a.CompanyID, Platform: platform, Way: string(way), ConnectionID: connection, Body: body,
		MadeBy: a.UserID, ExpiresAt: c.o.Clock.Now().Add(procedureLife)})
	if errors.Is(err, store.ErrStale) { // somebody was quicker: theirs is given
		return c.openFor(ctx, a.CompanyID, connection)
	}
	if err != nil {
		return nil, err
	}
	p := &Procedure{row: row, state: kept}
	return c.take(ctx, a, p, p.Step(), nil)
}

// Procedure reads one.
func (c *Connect) Procedure(ctx context.Context, company, id clearline.ID) (*Procedure, error) {
	row, err := c.o.Store.Procedure(ctx, company, id)
	if err != nil {
		return nil, err
	}
	return c.load(ctx, row)
}

// Procedures are a company's open ones, the oldest first.
func (c *Connect) Procedures(ctx context.Context, company clearline.ID) ([]*Procedure, error) {
	rows, err := c.o.Store.OpenProcedures(ctx, company)
	if err != nil {
		return nil, err
	}
	all := make([]*Procedure, 0, len(rows))
	for _, row := range rows {
		p, err := c.load(ctx, row)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (c *Connect) openFor(ctx context.Context, company, connection clearline.ID) (*Procedure, error) {
	all, err := c.Procedures(ctx, company)
	for _, p := range all {
		if p.row.ConnectionID == connection {
			return p, err
		}
	}
	return nil, err
}

// load reads a row's body and opens its app.
func (c *Connect) load(ctx context.Context, row store.Procedure) (*Procedure, error) {
	p, err := read(row)
	if err != nil || row.App.ID == 0 {
		return p, err
	}
	app, err := c.appOf(ctx, row.App.CompanyID, row.App.ID)
	p.row.App = app
	return p, err
}

// Take gives a step its inputs. It answers once that step has ended or waits again; what follows goes on by itself. The
// same inputs twice run once: a step that runs now, or is over, is left alone. The error is a *clearline.Problem when the
// inputs were refused; the procedure keeps it with the step.
func (c *Connect) Take(ctx context.Context, a Actor, id clearline.ID, step StepID, in Inputs) (*Procedure, error) {
	p, err := c.Procedure(ctx, a.CompanyID, id)
	if err != nil {
		return nil, err
	}
	s := p.step(step)
	if s == nil && step == StepToken && p.Way() == Reconnect && p.ConnectionID() != 0 {
		s = p.byHand()
	}
	switch {
	case s == nil:
		return nil, store.ErrAbsent
	case !p.row.Open:
		return nil, &clearline.Problem{Cause: clearline.CauseConflict, Title: "This procedure has ended.", Detail: "Nothing was done. Begin a new one."}
	case in.DryRun && step == StepToken:
		return c.tryOut(ctx, p, in)
	case c.busy(p):
		return p, nil
	case s.State == Todo:
		return nil, &clearline.Problem{Cause: clearline.CauseConflict, Title: "It is not this step's turn yet.", Detail: "Nothing was done. The step that waits is “" + titles[p.Step()] + "”."}
	case s.State == Done || s.State == Skipped:
		if !p.redoable(step, in) {
			return p, nil
		}
		p.turn(step)
	}
	return c.take(ctx, a, p, step, &in)
}

// byHand turns the login of a reconnect into pasting a token.
func (p *Procedure) byHand() *Step {
	if s := p.step(StepLogin); s != nil && s.State != Done {
		s.ID = StepToken
		return s
	}
	return nil
}

// redoable tells whether a step that is over may be done again with these inputs: while nothing was reserved yet. Nothing given
// does none again, but for a login, which takes nothing: it begins anew, and what came after it with it.
func (p *Procedure) redoable(step StepID, in Inputs) bool {
	if in == (Inputs{}) && step != StepLogin {
		return false
	}
	return (step == StepNumber || step == StepToken || step == StepLogin || step == StepAssets) && !p.Made && p.step(StepReserve).State == Todo
}

// busy tells whether a step of the procedure runs now: here, or on another node, whose death the keeper notices.
func (c *Connect) busy(p *Procedure) bool {
	if p.row.Node == 0 {
		return false
	}
	if p.row.Node != c.o.Store.NodeID() {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running[p.row.ID] > 0
}

// take claims the procedure for this node, runs the step, and lets what follows go on in the background.
func (c *Connect) take(ctx context.Context, a Actor, p *Procedure, step StepID, in *Inputs) (*Procedure, error) {
	leaf, err := c.signUp(p.Platform())
	if err != nil {
		return nil, err
	}
	p.row.Node, p.row.DueAt = c.o.Store.NodeID(), time.Time{}
	c.begin(p.row.ID) // before the claim, or the keeper takes the step for one that a crash has left behind
	if err := c.save(ctx, p); err != nil {
		c.end(p.row.ID)
		if errors.Is(err, store.ErrStale) { // somebody was quicker: theirs runs
			return c.Procedure(ctx, a.CompanyID, p.row.ID)
		}
		return nil, err
	}
	t := &turnOf{c: c, p: p, leaf: leaf, in: in, actor: a}
	ctx, release := c.bound(ctx)
	defer release()
	problem, err := t.once(ctx, step)
	if err != nil {
		c.end(p.row.ID)
		if errors.Is(err, store.ErrStale) { // given up meanwhile, or taken over by another node
			return c.Procedure(ctx, a.CompanyID, p.row.ID)
		}
		c.drop(p.row.ID)
		return nil, err
	}
	view, err := c.copied(p)
	if p.row.Node == 0 {
		c.end(p.row.ID)
	} else {
		c.goOn(t)
	}
	if err == nil && problem != nil {
		return view, problem
	}
	return view, err
}

// bound is a context that outlives the request, because the browser may be closed while the step goes on, and ends with the
// program.
func (c *Connect) bound(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(c.alive, cancel)
	return ctx, func() { stop(); cancel() }
}

// copied is the procedure as it stands, for the answer: the original goes on.
func (c *Connect) copied(p *Procedure) (*Procedure, error) {
	view, err := read(p.row)
	if err == nil {
		view.LoginURL, p.LoginURL = p.LoginURL, ""
	}
	return view, err
}

// goOn runs the steps that need nobody, until one does.
func (c *Connect) goOn(t *turnOf) {
	c.steps.Add(1)
	go func() {
		defer c.steps.Done()
		defer c.end(t.p.row.ID)
		ctx := c.alive
		t.in = nil
		for t.p.row.Node != 0 && ctx.Err() == nil {
			if _, err := t.once(ctx, t.p.Step()); err != nil {
				if !errors.Is(err, store.ErrStale) && !errors.Is(err, store.ErrClosed) {
					c.drop(t.p.row.ID)
					c.o.Log.Error("a step of a procedure could not be stored; it is taken up again", "procedure", t.p.row.ID, "err", err)
				}
				return
			}
		}
	}()
}

// once runs one step and stores what came of it. The procedure stays this node's when another step of ours follows.
func (t *turnOf) once(ctx context.Context, id StepID) (*clearline.Problem, error) {
	sctx, cancel := context.WithTimeout(ctx, stepLimit)
	o := handlers[id](sctx, t)
	cancel()
	if ctx.Err() != nil { // this node stops; the step is taken up again
		return nil, ctx.Err()
	}
	return t.record(ctx, id, o)
}

// record stores what came of a step.
func (t *turnOf) record(ctx context.Context, id StepID, o outcome) (*clearline.Problem, error) {
	p, s := t.p, t.p.step(id)
	now := t.c.o.Clock.Now().UTC()
	*s = Step{ID: id, State: o.state, Evidence: o.evidence, At: now, Inputs: o.inputs, Tries: s.Tries}
	if o.problem != nil {
		s.Cause, s.Detail = o.problem.Cause, o.problem.Title+" "+o.problem.Detail
		s.Tries++
	}
	p.row.Node = 0
	switch {
	case o.back != "":
		cause, detail := s.Cause, s.Detail
		p.turn(o.back)
		p.step(o.back).Cause, p.step(o.back).Detail = cause, detail
		p.row.Node = t.c.o.Store.NodeID()
	case o.again > 0:
		s.AgainAt = now.Add(o.again)
		p.row.DueAt = s.AgainAt
	case o.state == Done || o.state == Skipped:
		if p.advance() {
			p.row.Node = t.c.o.Store.NodeID()
		} else {
			p.row.Open, p.Ended, p.row.Token, p.row.PIN = false, Ended, "", ""
		}
	}
	t.in = nil
	return o.problem, t.c.save(ctx, p)
}

func (c *Connect) save(ctx context.Context, p *Procedure) (err error) {
	if p.row.Body, err = json.Marshal(p.state); err != nil {
		return err
	}
	return c.o.Store.SaveProcedure(ctx, &p.row)
}

// GiveUp ends a procedure. A connection that it was making is ended with it; at the platform nothing is undone.
func (c *Connect) GiveUp(ctx context.Context, company, id clearline.ID) error {
	for {
		p, err := c.Procedure(ctx, company, id)
		if err != nil || !p.row.Open {
			return err
		}
		if err := c.close(ctx, p); !errors.Is(err, store.ErrStale) {
			return err
		}
	}
}

func (c *Connect) close(ctx context.Context, p *Procedure) error {
	p.row.Open, p.Ended, p.row.Token, p.row.PIN, p.row.Node, p.row.DueAt = false, Cancelled, "", "", 0, time.Time{}
	if err := c.save(ctx, p); err != nil || !p.Made {
		return err
	}
	conn, err := c.o.Store.Connection(ctx, p.row.CompanyID, p.row.ConnectionID)
	if err != nil || conn.ConnectingAt.IsZero() {
		return err
	}
	return c.o.Store.Disconnect(ctx, p.row.CompanyID, p.row.ConnectionID)
}

func (c *Connect) begin(id clearline.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[id]++
}

func (c *Connect) end(id clearline.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running[id]--; c.running[id] <= 0 {
		delete(c.running, id)
	}
}

func (c *Connect) signUp(platform clearline.Platform) (SignUp, error) {
	if leaf, ok := c.o.Leaves[platform].(SignUp); ok {
		return leaf, nil
	}
	return nil, wrong("platform", "is none that can be connected here")
}

func wrong(field, reason string) *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "This cannot be taken as it is.", Detail: "Nothing was done. Correct the field named and try again.",
		Fields: []clearline.FieldProblem{{Name: field, Reason: reason}}}
}
