package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/clearline/clearline/sim"
)

// historyBegins is how far behind the machine's the demo's clock starts: before the first step of all stories.
const historyBegins = 6 * 24 * time.Hour

// history lives the stories through while the clock runs from the past to the present. Nothing is made up on the
// way: customers write to the twin, agents answer by the API, and each tick is a report of the twin.
type history struct {
	demo  *Demo
	cast  *sim.Cast
	desks map[string]*desk
	users map[string]string // id by name
	// conversations by the customer's address.
	conversations map[string]string
	// done holds what became of each story's steps.
	done map[*story][]*deed
	// open are agents' messages that have not come to rest.
	open []*deed
	// heard tells whether customers have written since the product was last seen to have everything.
	heard bool
	// rested is the moment at which everything was last seen at rest.
	rested time.Time
}

// deed is a step that was done.
type deed struct {
	person sim.Person
	// platformID is the message's id on the platform, for an agent's once it was accepted.
	platformID string
	// id is that of an agent's message in the product.
	id string
	// silent messages get no ticks: reactions.
	silent bool
}

// live runs all stories. The clock stands at the present when it returns.
func (h *history) live(ctx context.Context, stories []story, now time.Time) error {
	events, err := timeline(stories)
	if err != nil {
		return err
	}
	for i := range events {
		e := &events[i]
		if err := h.reach(ctx, now.Add(-e.ago)); err != nil {
			return err
		}
		if err := h.do(ctx, e); err != nil {
			return fmt.Errorf("step %d of %s: %w", e.n, e.story.who, err)
		}
	}
	if err := h.rest(ctx); err != nil {
		return err
	}
	h.demo.clock.Advance(-h.demo.clock.Offset())
	return nil
}

// How far the clock may run ahead of what is under way: a moment until a message has left, a little longer until its
// ticks are there. A call that is a minute late is taken for trouble on the way, and one that is under way ages with each
// leap, so all leaps since everything was at rest count.
const (
	leaves  = 10 * time.Second
	settles = 45 * time.Second
)

// reach lets the clock run to a moment. What is under way is given the time it needs first, so that every message and
// every tick bears the time at which it happened.
func (h *history) reach(ctx context.Context, at time.Time) error {
	ahead := at.Sub(h.demo.clock.Now())
	if ahead > leaves {
		if err := h.wait(ctx, at.Sub(h.rested) > settles); err != nil {
			return err
		}
	}
	h.demo.clock.Advance(at.Sub(h.demo.clock.Now()))
	return nil
}

func (h *history) do(ctx context.Context, e *event) error {
	p, ok := h.cast.Person(e.story.who)
	if !ok {
		return errors.New("nobody of that name is in the cast")
	}
	var d *deed
	var err error
	switch {
	case e.by == "":
		d, err = h.write(ctx, e, p)
	case e.looks:
		d, err = &deed{person: p}, h.look(ctx, e, p)
	default:
		d, err = h.send(ctx, e, p)
	}
	h.done[e.story] = append(h.done[e.story], d)
	return err
}

// Bounds of waiting for what needs no more than milliseconds.
const (
	restLook   = time.Millisecond
	restWithin = 2 * time.Minute
)

// eventually looks until the thing has come about.
func eventually(ctx context.Context, what string, look func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, restWithin)
	defer cancel()
	ticker := time.NewTicker(restLook)
	defer ticker.Stop()
	for {
		if ok, err := look(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, ctx.Err())
		case <-ticker.C:
		}
	}
}

// arrived waits until the product has answered every webhook, so that it has what customers did.
func (h *history) arrived(ctx context.Context) error {
	if !h.heard {
		return nil
	}
	h.heard = false
	return eventually(ctx, "the product has not taken what customers wrote", func() (bool, error) {
		return h.demo.twin.Ledger(math.MaxUint64, 1).Totals.WebhooksPending == 0, nil
	})
}

// rest waits until everything is where it will stay.
func (h *history) rest(ctx context.Context) error { return h.wait(ctx, true) }

// wait waits until every agent's message has left or, with ticks, has got as far as its person's phone lets it.
func (h *history) wait(ctx context.Context, ticks bool) error {
	for _, d := range h.open {
		err := eventually(ctx, "a message to "+d.person.Name+" does not get on", func() (bool, error) { return h.on(ctx, d, ticks) })
		if err != nil {
			return err
		}
	}
	if ticks {
		h.open, h.heard = nil, true
	}
	err := h.arrived(ctx)
	if ticks {
		h.rested = h.demo.clock.Now()
	}
	return err
}

// on tells whether a message has left or, with ticks, come to rest.
func (h *history) on(ctx context.Context, d *deed, ticks bool) (bool, error) {
	var m struct {
		Status     string
		PlatformID *string `json:"platform_id"`
	}
	if err := h.desks["Rui"].call(ctx, http.MethodGet, "messages/"+d.id, nil, &m); err != nil {
		return false, err
	}
	if m.PlatformID != nil {
		d.platformID = *m.PlatformID
	}
	switch m.Status {
	case "read", "failed", "unknown":
		return true, nil
	case "delivered":
		return !ticks || d.person.Reads != "at_once", nil
	case "sent":
		return !ticks || d.silent, nil
	}
	return false, nil
}

// about gives the deed that a step refers to.
func (h *history) about(ctx context.Context, e *event) (*deed, error) {
	d := h.done[e.story][e.n-e.step.about]
	if d.platformID == "" && d.id != "" {
		if err := h.rest(ctx); err != nil {
			return nil, err
		}
	}
	if d.platformID == "" {
		return nil, errors.New("the step it is about has no message")
	}
	return d, nil
}

func (h *history) write(ctx context.Context, e *event, p sim.Person) (*deed, error) {
	m := e.write
	if e.step.about > 0 {
		target, err := h.about(ctx, e)
		if err != nil {
			return nil, err
		}
		switch {
		case m.Delete != "":
			m.Delete = target.platformID
		case m.Reaction != nil, m.Edit != nil, m.Choice != "":
			m.To = target.platformID
		default:
			m.ReplyTo = target.platformID
		}
	}
	h.heard = true
	id, err := h.demo.twin.Write(p.ID, m)
	return &deed{person: p, platformID: id}, err
}

// conversation finds a customer's conversation, once the product has it.
func (h *history) conversation(ctx context.Context, by *desk, p sim.Person) (string, error) {
	if err := h.arrived(ctx); err != nil {
		return "", err
	}
	if id := h.conversations[p.Address]; id != "" {
		return id, nil
	}
	var list struct {
		Items []struct{ ID, Address string }
	}
	if err := by.call(ctx, http.MethodGet, "conversations?limit=100", nil, &list); err != nil {
		return "", err
	}
	for _, c := range list.Items {
		h.conversations[c.Address] = c.ID
	}
	if id := h.conversations[p.Address]; id != "" {
		return id, nil
	}
	return "", errors.New("the product does not have the conversation")
}

// send lets an agent read the conversation and answer in it.
func (h *history) send(ctx context.Context, e *event, p sim.Person) (*deed, error) {
	by := h.desks[e.by]
	conversation, err := h.conversation(ctx, by, p)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"client_id": fmt.Sprintf("history-%s-%d", p.ID, e.n), "undo_seconds": 0} // the days pass without anybody thinking again
	for k, v := range e.send {
		body[k] = v
	}
	if err := h.read(ctx, by, conversation); err != nil {
		return nil, err
	}
	if e.step.about > 0 {
		target, err := h.about(ctx, e)
		if err != nil {
			return nil, err
		}
		id, err := h.known(ctx, by, conversation, target.platformID)
		if err != nil {
			return nil, err
		}
		if emoji, ok := body["reaction"]; ok {
			body["reaction"] = map[string]any{"message_id": id, "emoji": emoji}
		} else {
			body["reply_to"] = id
		}
	}
	if e.file[0] != "" {
		id, err := h.upload(ctx, by, e.file[0], e.file[1])
		if err != nil {
			return nil, err
		}
		body["media"] = []string{id}
	}
	if e.fault != nil {
		f := *e.fault
		f.Person = p.ID
		if _, err := h.demo.twin.AddFault(f); err != nil {
			return nil, err
		}
	}
	var made struct{ ID string }
	if err := by.call(ctx, http.MethodPost, "conversations/"+conversation+"/messages", body, &made); err != nil {
		return nil, err
	}
	_, silent := body["reaction"]
	d := &deed{person: p, id: made.ID, silent: silent}
	h.open = append(h.open, d)
	return d, nil
}

// upload takes a sample of the twin over, as if the agent had it on the desk.
func (h *history) upload(ctx context.Context, by *desk, kind, sample string) (string, error) {
	name, mime, content, err := sim.Sample(kind, sample)
	if err != nil {
		return "", err
	}
	var made struct{ ID string }
	err = by.upload(ctx, "media?name="+url.QueryEscape(name), mime, content, &made)
	return made.ID, err
}

// look lets an agent open the conversation, and say what is to become of it.
func (h *history) look(ctx context.Context, e *event, p sim.Person) error {
	by := h.desks[e.by]
	conversation, err := h.conversation(ctx, by, p)
	if err != nil {
		return err
	}
	if err := h.read(ctx, by, conversation); err != nil || e.change == nil {
		return err
	}
	body := map[string]any{}
	for k, v := range e.change {
		if k == "assignee" {
			v = h.users[v.(string)]
		}
		body[k] = v
	}
	return by.call(ctx, http.MethodPatch, "conversations/"+conversation, body, nil)
}

// read marks what the customer wrote as seen, as opening the conversation does.
func (h *history) read(ctx context.Context, by *desk, conversation string) error {
	var list struct {
		Items []struct{ ID, Direction string }
	}
	if err := by.call(ctx, http.MethodGet, "conversations/"+conversation+"/messages?limit=20", nil, &list); err != nil {
		return err
	}
	for _, m := range list.Items {
		if m.Direction == "in" {
			return by.call(ctx, http.MethodPost, "conversations/"+conversation+"/read", map[string]string{"message_id": m.ID}, nil)
		}
	}
	return nil
}

// known finds a message of the platform in the product.
func (h *history) known(ctx context.Context, by *desk, conversation, platformID string) (string, error) {
	var list struct {
		Items []struct {
			ID         string
			PlatformID *string `json:"platform_id"`
		}
	}
	if err := by.call(ctx, http.MethodGet, "conversations/"+conversation+"/messages?limit=20", nil, &list); err != nil {
		return "", err
	}
	for _, m := range list.Items {
		if m.PlatformID != nil && *m.PlatformID == platformID {
			return m.ID, nil
		}
	}
	return "", errors.New("the product does not have the message that is answered")
}
