// Package dispatch is the way out: one lane per connection, owned by one node at a time. A lane keeps the
// order of each conversation, the platform's limits and the record of every attempt, and it repeats only what
// was surely not taken.
package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/background"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/egress"
	"github.com/clearline/clearline/store"
)

// Options are what the way out needs.
type Options struct {
	Store *store.Store
	// Senders are the leaves that send.
	Senders map[clearline.Platform]channel.Sender
	// Open opens a stored file; the error is fs.ErrNotExist when it is gone.
	Open  func(company, file clearline.ID) (io.ReadCloser, error)
	Clock clock.Clock
	Log   *slog.Logger
}

// Dispatch sends what is queued. Start it before use.
type Dispatch struct {
	o Options

	work background.Work

	mu    sync.Mutex
	lanes map[laneKey]*lane
	// lastBeat is when this node last showed that it lives; without it no send begins.
	lastBeat time.Time
	observed map[int]observation

	meter *meter
}

type laneKey struct{ company, connection clearline.ID }

// New returns the way out.
func New(o Options) *Dispatch {
	d := &Dispatch{o: o, lanes: map[laneKey]*lane{}, observed: map[int]observation{}, meter: newMeter()}
	o.Store.OnQueued(func(company, connection clearline.ID, again bool) { d.wake(laneKey{company, connection}, again) })
	o.Store.OnReceived(func(company, connection clearline.ID, n, fresh int) {
		d.received(laneKey{company, connection}, n, fresh)
	})
	return d
}

func (d *Dispatch) lane(k laneKey) *lane {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lanes[k]
}

// Sending is how many attempts run now, over all lanes of this node; the limit grows with the lanes.
func (d *Dispatch) Sending() (attempts, limit int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.lanes {
		attempts += l.inFlight.Load()
	}
	return attempts, int64(len(d.lanes)) * laneInFlight
}

func (d *Dispatch) wake(k laneKey, again bool) {
	if l := d.lane(k); l != nil {
		if again {
			l.again.Store(true)
		}
		l.ring()
	}
}

// received lets what came in use the lane's throughput, where the platform counts both directions.
func (d *Dispatch) received(k laneKey, n, fresh int) {
	d.meter.note(k, d.o.Clock.Now(), n, 0, fresh)
	if l := d.lane(k); l != nil && l.sender.Limits().CountsInbound {
		l.bucket.spend(d.o.Clock.Now(), n)
	}
}

// Compose is what somebody wants to send: a text, or one of the others. Text with Media is the caption.
type Compose struct {
	CompanyID, ConversationID clearline.ID
	AuthorID                  clearline.ID
	ClientID                  string
	Text                      string
	Media                     []clearline.ID
	Template                  *channel.Template
	Location                  *channel.Location
	Contacts                  []channel.Card
	Interactive               *channel.Interactive
	Reaction                  *Reaction
	ReplyTo                   clearline.ID
	// Undo is for how long the writer may take the message back before it leaves; 0 for not at all.
	Undo time.Duration
	// Assign gives a conversation that nobody has to the author.
	Assign bool
}

// maxClientID bounds the caller's own name for a message.
const maxClientID = 200

// Queue checks a message against the platform's rules and stores it. A closed window is told at once, with
// nothing stored; whatever changes until the message leaves is judged again then.
func (d *Dispatch) Queue(ctx context.Context, c Compose) (id clearline.ID, created bool, err error) {
	if err := c.check(); err != nil {
		return 0, false, err
	}
	conv, err := d.o.Store.SendFacts(ctx, c.CompanyID, c.ConversationID)
	if err != nil {
		return 0, false, err
	}
	if conv.Ended {
		return 0, false, connectionEnded()
	}
	sender := d.o.Senders[conv.Platform]
	if sender == nil {
		return 0, false, fmt.Errorf("dispatch: nothing sends on %s", conv.Platform)
	}
	if p := reachable(sender, conv.SendTo); p != nil {
		return 0, false, p
	}
	now := d.o.Clock.Now()
	limits := sender.Limits()
	m := store.NewMessage{CompanyID: c.CompanyID, ConversationID: c.ConversationID, AuthorID: c.AuthorID, ClientID: c.ClientID,
		ReplyTo: c.ReplyTo, Deadline: now.Add(limits.Deadline), Assign: c.Assign}
	if c.Undo > 0 {
		m.UndoUntil = now.Add(c.Undo)
	}
	o := channel.Outgoing{To: conv.SendTo, Kind: clearline.KindText, Text: c.Text}
	if c.Template != nil {
		if err := d.fill(ctx, sender, conv, c.Template, &m); err != nil {
			return 0, false, err
		}
		o.Kind, o.Text, o.Template = m.Kind, m.Text, c.Template
	} else {
		if err := d.compose(ctx, sender, c, &o, &m); err != nil {
			return 0, false, err
		}
		w := clearline.ReplyWindow(conv.WindowFrom, limits.Window, now)
		if w.State == "closed" {
			return 0, false, windowClosed(conv.WindowFrom)
		}
		if w.State == "open" && w.ExpiresAt.Before(m.Deadline) {
			m.Deadline = w.ExpiresAt
		}
	}
	if p := sender.Check(o); p != nil {
		return 0, false, p
	}
	return d.o.Store.Queue(ctx, m)
}

// fill checks a template against what the platform last listed and renders the text the person will see.
func (d *Dispatch) fill(ctx context.Context, sender channel.Sender, conv store.SendFacts, t *channel.Template, m *store.NewMessage) error {
	templater, ok := sender.(channel.Templater)
	if !ok {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "This platform has no templates.", Detail: "Send a text instead."}
	}
	row, err := d.o.Store.Template(ctx, conv.CompanyID, conv.ConnectionID, t.Name, t.Language)
	if errors.Is(err, store.ErrAbsent) {
		return &clearline.Problem{Cause: clearline.CauseTemplateMissing, Title: fmt.Sprintf("There is no template %q in %q.", t.Name, t.Language),
			Detail: "Each language is approved by itself. Choose one from the connection's list, or sync the list if it was made a moment ago.",
			Fields: []clearline.FieldProblem{{Name: "template", Reason: "not in the connection's list"}}}
	}
	if err != nil {
		return err
	}
	text, problem := templater.Fill(row.TemplateInfo, *t)
	if problem != nil {
		return problem
	}
	details, err := json.Marshal(map[string]any{"template": t})
	if err != nil {
		return err
	}
	m.Kind, m.Text, m.Details = clearline.KindTemplate, text, details
	if k, ok := sender.(channel.Keeper); ok {
		if kept := k.KeptFor(&row.TemplateInfo); kept < k.KeptFor(nil) {
			m.KeptFor = kept
		}
	}
	return nil
}

// sendWithin is for how long after its attempt was recorded a send may begin.
const sendWithin = 3 * time.Second

// answerWithin is for how long an answer is waited for; then the attempt is unknown.
const answerWithin = 30 * time.Second

// outgoing turns what is stored into what a leaf sends.
func outgoing(b *store.Begin, h *handover) (channel.Outgoing, error) {
	f := b.Facts
	o := channel.Outgoing{To: f.SendTo, Kind: f.Kind, Text: f.Text, ReplyTo: f.ReplyTo, Ref: store.AttemptRef(b.CompanyID, b.MessageID, b.N)}
	switch f.Kind {
	case clearline.KindLocation, clearline.KindContacts, clearline.KindInteractive:
		o.Details = f.Details
	case clearline.KindTemplate:
		var d struct{ Template *channel.Template }
		if err := json.Unmarshal(f.Details, &d); err != nil || d.Template == nil {
			return o, fmt.Errorf("dispatch: the stored template of message %s cannot be read: %w", b.MessageID, err)
		}
		o.Template, o.Text = d.Template, ""
	}
	if h != nil {
		o.File = &h.file
	}
	return o, nil
}

// send makes one attempt from record to outcome and tells the lane what to do next.
func (l *lane) send(ctx context.Context, w *waiting) verdict {
	ctx, rec := egress.Record(egress.About(ctx, l.key.connection.String()))
	var h *handover
	if carries(w.kind) && l.d.o.Clock.Now().Before(w.deadline) {
		h = l.handOver(ctx, w)
	}
	if err := ctx.Err(); err != nil { // the lane ends, and nothing has left
		return verdict{err: err}
	}
	ctx = context.WithoutCancel(ctx)
	b := &store.Begin{CompanyID: l.key.company, ConnectionID: l.key.connection, MessageID: w.id, Lease: l.lease}
	full := l.quota.full(ctx, w)
	b.Judge = func(f store.Facts) *clearline.Problem { return l.judge(b, f, full) }
	if err := l.d.o.Store.BeginAttempt(ctx, b); err != nil {
		return verdict{err: err}
	}
	if b.Portfolio == "" {
		l.quota.spare(w)
	}
	if b.N == 0 {
		return verdict{final: true}
	}
	if carries(b.Facts.Kind) && h == nil {
		h = &handover{err: &channel.SendError{Cause: clearline.CauseBusy, Fate: clearline.Again, Err: errors.New("the file was not handed over in time")}}
	}
	if h != nil && h.err != nil {
		failed := *h.err // shared with the other messages that carry the file
		failed.NotSent = true
		return l.settle(ctx, b, &failed, channel.Answer{}, rec.Exchange())
	}
	begun := time.Now()
	o, err := outgoing(b, h)
	if err != nil {
		return l.settle(ctx, b, &channel.SendError{Cause: clearline.CauseBadParam, Fate: clearline.Stop, Err: err}, channel.Answer{}, nil)
	}
	account, err := l.credential(ctx)
	if err != nil {
		return l.settle(ctx, b, &channel.SendError{Cause: clearline.CauseNetwork, Fate: clearline.Again, Err: err}, channel.Answer{}, nil)
	}
	if time.Since(begun) > sendWithin || !l.d.living() {
		return l.settle(ctx, b, &channel.SendError{Cause: clearline.CauseBusy, Fate: clearline.Again, Err: errors.New("not sent: too long after the attempt was recorded")}, channel.Answer{}, nil)
	}
	sctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	answer, err := l.sender.Send(sctx, account, o)
	var se *channel.SendError
	if err != nil && !errors.As(err, &se) {
		se = &channel.SendError{Cause: clearline.CauseUnconfirmed, Fate: clearline.Unknown, Err: err}
	}
	se = l.outdated(ctx, account, se)
	if se != nil && se.FileGone {
		if h.fresh {
			se.FileGone = false // it cannot be that
		} else {
			l.forget(ctx, h.id)
		}
	}
	return l.settle(ctx, b, se, answer, rec.Exchange())
}

// credentialLife is how long an opened credential is used before it is read again: a new one counts soon.
const credentialLife = 2 * time.Second

// credential opens the connection's credential, or uses the one opened a moment ago.
func (l *lane) credential(ctx context.Context) (channel.Account, error) {
	l.opened.Lock()
	defer l.opened.Unlock()
	if time.Since(l.opened.at) < credentialLife {
		return l.opened.account, nil
	}
	a, err := l.d.o.Store.Account(ctx, l.key.company, l.key.connection)
	if err == nil {
		l.opened.account, l.opened.at = a, time.Now()
	}
	return a, err
}

// errOutdated marks a refusal of a credential that another one has replaced meanwhile.
var errOutdated = errors.New("dispatch: the credential was replaced meanwhile")

// outdated looks whether a refused credential is still the connection's. If it is not, the refusal says nothing about the
// connection, and the message surely was not taken: it goes again with the new one.
func (l *lane) outdated(ctx context.Context, used channel.Account, se *channel.SendError) *channel.SendError {
	if se == nil || !se.Cause.Reauthorizes() {
		return se
	}
	l.opened.Lock()
	l.opened.at = time.Time{}
	l.opened.Unlock()
	if now, err := l.credential(ctx); err != nil || now.Token == used.Token {
		return se
	}
	again := *se
	again.Err = errors.Join(errOutdated, se.Err)
	return &again
}

// settle records how an attempt ended. It does not give up while the process lives: the record is what
// keeps the message from being sent twice.
func (l *lane) settle(ctx context.Context, b *store.Begin, se *channel.SendError, a channel.Answer, exchange []byte) verdict {
	st, v := l.decide(b, se, a)
	st.Exchange = exchange
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := l.d.o.Store.SettleAttempt(ctx, st)
		if err == nil {
			return v
		}
		if errors.Is(err, store.ErrClosed) {
			return verdict{err: err}
		}
		l.d.o.Log.Error("the outcome of an attempt could not be stored; tried again", "message", b.MessageID, "err", err)
		t := l.d.o.Clock.NewTimer(wait)
		<-t.C()
	}
}

// jitter is a random wait up to d ("full jitter").
func jitter(d time.Duration) time.Duration { return time.Duration(rand.Int64N(int64(d) + 1)) }
