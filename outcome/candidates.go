package outcome

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// Candidate is one thing that may be behind a message's state.
type Candidate struct {
	Cause clearline.Cause
	// Reason is the playbook's word for the reason, "" when the candidate is the cause as a whole. Title is the reason, or
	// the cause, in one sentence; Tell how one finds out.
	Reason, Title, Tell string
	// RuledOut and Likely are what the facts say against it and for it, at most one of them. Evidence is that fact.
	RuledOut, Likely bool
	Evidence         string
}

// nothingKnown is said of a reason that no stored fact speaks about.
const nothingKnown = "Nothing that is stored here speaks for it or against it."

// Candidates are what may be behind a message that did not get through, or stays sent: those that the facts speak for
// first, those they rule out last. It is empty for a message with nothing to explain.
func (o *Outcomes) Candidates(ctx context.Context, m clearline.Message) ([]Candidate, error) {
	cause := m.Cause
	if r := o.Receipt(m); r != nil {
		cause = r.Cause
	}
	if m.Direction != clearline.Out || cause == "" {
		return nil, nil
	}
	f, err := o.facts(ctx, m)
	if err != nil {
		return nil, err
	}
	page, known := playbook.Find(cause)
	if !known {
		return []Candidate{{Cause: cause, Title: string(cause), Evidence: ground(m)}}, nil
	}
	var all []Candidate
	for _, r := range page.Reasons {
		c := Candidate{Cause: cause, Reason: r.ID, Title: playbook.Fill(r.Text, f.values()), Tell: playbook.Fill(r.Tell, f.values()), Evidence: nothingKnown}
		if own := reasonCauses[r.ID]; own != "" {
			c.Cause = own
		}
		if judge := evidence[r.ID]; judge != nil {
			judge(f).into(&c)
		}
		all = append(all, c)
	}
	others := o.alternatives(f)
	if len(all) == 0 {
		all = append(all, Candidate{Cause: cause, Title: playbook.Fill(page.Title, f.values()), Tell: playbook.Fill(page.Tell, f.values()), Evidence: ground(m), Likely: len(others) > 0})
	}
	all = append(all, others...)
	slices.SortStableFunc(all, func(a, b Candidate) int { return a.rank() - b.rank() })
	return all, nil
}

func (c Candidate) rank() int {
	switch {
	case c.RuledOut:
		return 2
	case c.Likely:
		return 0
	}
	return 1
}

// alternatives are the further causes that the platform's number stands for.
func (o *Outcomes) alternatives(f facts) (all []Candidate) {
	if f.message.Error == nil {
		return nil
	}
	for _, explainer := range o.o.Explainers {
		fault, known := explainer.Fault(f.message.Error.Code, f.message.Error.Subcode)
		if !known || fault.Cause != f.message.Cause && !slices.Contains(fault.Also, f.message.Cause) {
			continue
		}
		for _, cause := range append([]clearline.Cause{fault.Cause}, fault.Also...) {
			page, known := playbook.Find(cause)
			if cause == f.message.Cause || !known {
				continue
			}
			c := Candidate{Cause: cause, Title: playbook.Fill(page.Title, f.values()), Tell: playbook.Fill(page.Tell, f.values()), Evidence: nothingKnown}
			if !slices.Contains(page.Seen, playbook.OnMessage) {
				c.RuledOut, c.Evidence = true, "The platform said it about a message; this comes only when an account is set up."
			}
			all = append(all, c)
		}
	}
	return all
}

// ground is what a cause rests on.
func ground(m clearline.Message) string {
	if m.Error != nil {
		return "The platform answered with code " + clearline.ID(m.Error.Code).String() + "."
	}
	return "Decided here from what is stored."
}

// facts are what is held about a message and the person it was for.
type facts struct {
	message clearline.Message
	// name is the person's, or how they are shown.
	name      string
	sendTo    string
	platform  clearline.Platform
	reach     channel.Reach
	sentOnce  time.Time
	neighbour []store.Neighbour
	// template is the message's template as last listed, nil when it has none or it is no longer listed; isTemplate tells
	// the two apart. named is which one.
	template   *channel.TemplateInfo
	isTemplate bool
	named      channel.Template
	now        time.Time
}

// around is how many messages on each side of one are looked at for evidence.
const around = 200

func (o *Outcomes) facts(ctx context.Context, m clearline.Message) (f facts, err error) {
	f.message, f.now = m, o.o.Clock.Now()
	conv, err := o.o.Store.Conversation(ctx, m.CompanyID, m.ConversationID)
	if err != nil {
		return f, err
	}
	f.platform, f.sendTo, f.name = conv.Platform, conv.SendTo, conv.ContactName
	if f.name == "" {
		f.name = "this person"
	}
	if r := o.o.Reachers[conv.Platform]; r != nil {
		f.reach = r.Reach(conv.SendTo)
	}
	connection, err := o.o.Store.Connection(ctx, m.CompanyID, m.ConnectionID)
	if err != nil {
		return f, err
	}
	f.sentOnce = connection.Proof.SentAt
	if f.neighbour, err = o.o.Store.Neighbours(ctx, m.CompanyID, m.ConversationID, store.Page{At: m.At.UnixMilli(), ID: m.ID}, around); err != nil {
		return f, err
	}
	return f, o.templateOf(ctx, &f)
}

func (o *Outcomes) templateOf(ctx context.Context, f *facts) error {
	if f.isTemplate = f.message.Kind == clearline.KindTemplate; !f.isTemplate {
		return nil
	}
	var stored struct{ Template *channel.Template }
	if err := json.Unmarshal(f.message.Details, &stored); err != nil || stored.Template == nil {
		return nil // shown as it is; there is only less to say about it
	}
	f.named = *stored.Template
	row, err := o.o.Store.Template(ctx, f.message.CompanyID, f.message.ConnectionID, f.named.Name, f.named.Language)
	switch {
	case errors.Is(err, store.ErrAbsent):
		return nil
	case err != nil:
		return err
	}
	f.template = &row.TemplateInfo
	return nil
}

func (f facts) values() playbook.Values {
	return playbook.Values{"platform": f.platform.Name(), "name": f.name}
}
