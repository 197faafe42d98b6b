package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// TestMessage is a message that somebody sends to see whether messages get through.
type TestMessage struct {
	CompanyID, ConversationID, AuthorID clearline.ID
	ClientID, Text                      string
}

// Hop is one hop of a test.
type Hop struct {
	Step  string           `json:"step" doc:"resolve, connect, certificate, deliver, stored, refuse_forged · received · queued, accepted, delivered"`
	OK    bool             `json:"ok"`
	MS    int64            `json:"ms"`
	Cause *clearline.Cause `json:"cause"`
	Found string           `json:"found"`
}

// The kinds of test.
const (
	TrialWebhook   = "webhook"
	TrialMessage   = "message"
	TrialRoundTrip = "round_trip"
)

const (
	// acceptWithin and deliverWithin are how long a test waits for the platform to take a message and to report it
	// delivered; arriveWithin how long a round trip waits for a person to write.
	acceptWithin  = 30 * time.Second
	deliverWithin = 60 * time.Second
	arriveWithin  = 2 * time.Minute
	trialLook     = 200 * time.Millisecond
)

// trial is one test under way.
type trial struct {
	d    *Doctor
	x    store.Examinee
	by   clearline.ID
	emit func(Hop)
	ok   bool
	all  []Hop
}

func (t *trial) step(name string, ok bool, took time.Duration, cause clearline.Cause, found string) bool {
	s := Hop{Step: name, OK: ok, MS: took.Milliseconds(), Found: found}
	if cause != "" {
		s.Cause = &cause
	}
	t.ok = t.ok && ok
	t.all = append(t.all, s)
	t.emit(s)
	return ok
}

// Try goes the whole way of a message once. to is the phone that a test message goes to, "" for the one that was used
// last; by is who asked, 0 for an API key. emit is told of each hop.
func (d *Doctor) Try(ctx context.Context, company, connection, by clearline.ID, kind, to string, emit func(Hop)) (ok bool, steps []Hop, err error) {
	ctx, release := d.within(ctx)
	defer release()
	x, err := d.o.Store.Examinee(ctx, company, connection)
	if err == nil {
		err = alive(x.Connection)
	}
	if err != nil {
		return false, nil, err
	}
	t := &trial{d: d, x: x, by: by, emit: emit, ok: true, all: []Hop{}}
	switch kind {
	case TrialWebhook:
		t.webhook(ctx)
	case TrialMessage:
		err = t.message(ctx, to)
	case TrialRoundTrip:
		err = t.roundTrip(ctx)
	default:
		err = &clearline.Problem{Cause: clearline.CauseInput, Title: "There is no such test.", Detail: "Nothing was done.",
			Fields: []clearline.FieldProblem{{Name: "kind", Reason: "is none of webhook, message, round_trip"}}}
	}
	return t.ok, t.all, err
}

// within is a context that also ends with the doctor: a test may wait for minutes, and must not hold up its end.
func (d *Doctor) within(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(d.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// webhook sends a signed call through the public address.
func (t *trial) webhook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	e := t.d.entrance(&t.x.App, t.x.Proof.ReceivedAt)
	for _, c := range []struct {
		name string
		run  func(context.Context) channel.Outcome
	}{{"address", e.public}, {"resolve", e.dns}, {"connect", e.port}, {"certificate", e.certificate}} {
		begun := t.d.o.Clock.Now()
		o := c.run(ctx)
		if o.Result == clearline.NotChecked {
			continue
		}
		good := o.Result == clearline.Pass || o.Result == clearline.Warn
		if !t.step(c.name, good, t.d.o.Clock.Now().Sub(begun), o.Cause, o.Found) {
			return
		}
	}
	hops, out := e.through(ctx)
	for i, h := range hops {
		cause, found := clearline.Cause(""), ""
		if i == len(hops)-1 && !h.ok {
			cause, found = out.Cause, out.Found
		}
		t.step(h.name, h.ok, h.took, cause, found)
	}
}

// message sends to a person with whom there is a conversation: the one kind of message that anybody may send.
func (t *trial) message(ctx context.Context, to string) error {
	if to == "" {
		to = t.x.TestTo
	}
	bad := func(reason string) error {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "A test message needs a phone to go to.", Detail: "Nothing was sent. Name a phone of yours that has written to this number within the last day.",
			Fields: []clearline.FieldProblem{{Name: "to", Reason: reason}}}
	}
	leaf, numbered := t.d.o.Leaves[t.x.Platform].(channel.Numberer)
	if to == "" || !numbered {
		return bad("is missing")
	}
	key, ok := leaf.NumberKey(to)
	if !ok {
		return bad("is no phone number with its country code, such as +351 912 345 678")
	}
	conversation, err := t.d.o.Store.ConversationWith(ctx, t.x.CompanyID, t.x.ID, key)
	if err != nil {
		return err
	}
	if conversation == 0 {
		return &clearline.Problem{Cause: clearline.CauseWindow, Title: "This phone has not written to the number yet.",
			Detail: "Nothing was sent. Write something to the number from that phone first, then the platform lets us answer. A round trip does both."}
	}
	if err := t.send(ctx, conversation, "Test message from Clearline. It arrived."); err != nil {
		return err
	}
	return t.d.o.Store.SaveTestTo(ctx, t.x.CompanyID, t.x.ID, to)
}

// send queues a text and watches it.
func (t *trial) send(ctx context.Context, conversation clearline.ID, text string) error {
	begun := t.d.o.Clock.Now()
	id, err := t.d.o.Send(ctx, TestMessage{CompanyID: t.x.CompanyID, ConversationID: conversation, AuthorID: t.by,
		ClientID: fmt.Sprintf("test-%s", t.d.o.Store.NewID()), Text: text})
	if err != nil {
		return err
	}
	t.step("queued", true, t.d.o.Clock.Now().Sub(begun), "", "")
	if !t.reaches(ctx, id, "accepted", acceptWithin, clearline.Sent) {
		return nil
	}
	t.reaches(ctx, id, "delivered", deliverWithin, clearline.Delivered)
	return nil
}

// rank is how far a message has come, 0 when it has not left.
func rank(s clearline.Status) int {
	switch s {
	case clearline.Sent:
		return 1
	case clearline.Delivered:
		return 2
	case clearline.Read:
		return 3
	}
	return 0
}

// reaches waits until a message has come as far as wanted.
func (t *trial) reaches(ctx context.Context, id clearline.ID, name string, within time.Duration, want clearline.Status) bool {
	begun := t.d.o.Clock.Now()
	var m clearline.Message
	ok := t.until(ctx, within, func() (bool, error) {
		var err error
		m, err = t.d.o.Store.Message(ctx, t.x.CompanyID, id)
		return err != nil || rank(m.Status) >= rank(want) || m.Status == clearline.Failed || m.Status == clearline.Cancelled || m.Status == clearline.Unsettled ||
			m.Status == clearline.Held && m.Cause != "", err
	})
	took := t.d.o.Clock.Now().Sub(begun)
	if rank(m.Status) >= rank(want) {
		return t.step(name, true, took, "", "")
	}
	cause, found := m.Cause, "the message is "+string(m.Status)
	if !ok {
		found = fmt.Sprintf("no report within %d s; the message is %s", int(within.Seconds()), m.Status)
	}
	return t.step(name, false, took, cause, found)
}

// until asks again and again until done says so, or the time is up.
func (t *trial) until(ctx context.Context, within time.Duration, done func() (bool, error)) bool {
	deadline := t.d.o.Clock.Now().Add(within)
	timer := t.d.o.Clock.NewTimer(trialLook)
	defer timer.Stop()
	for {
		ok, err := done()
		if ok || err != nil && !errors.Is(err, context.Canceled) {
			return err == nil
		}
		if !t.d.o.Clock.Now().Before(deadline) {
			return false
		}
		timer.Reset(trialLook)
		select {
		case <-ctx.Done():
			return false
		case <-timer.C():
		}
	}
}

// roundTrip waits for somebody to write to the number, and answers.
func (t *trial) roundTrip(ctx context.Context) error {
	begun := t.d.o.Clock.Now()
	var conversation clearline.ID
	arrived := t.until(ctx, arriveWithin, func() (bool, error) {
		var err error
		_, conversation, err = t.d.o.Store.FirstReceived(ctx, t.x.CompanyID, t.x.ID, begun)
		return conversation != 0, err
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if !arrived {
		t.step("received", false, t.d.o.Clock.Now().Sub(begun), "", fmt.Sprintf("nothing came in within %d minutes", int(arriveWithin.Minutes())))
		return nil
	}
	t.step("received", true, t.d.o.Clock.Now().Sub(begun), "", "")
	return t.send(ctx, conversation, "Test by Clearline: your message arrived, and this is the answer.")
}
