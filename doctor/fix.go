package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/egress"
	"github.com/clearline/clearline/store"
)

// Own is a repair that changes something here, or that another room carries out: it tells what it changes, and does so
// unless dry is true. by is who does it, 0 for an API key.
type Own func(ctx context.Context, company, connection, by clearline.ID, dry bool) ([]channel.Change, error)

// Around makes the calls of a repair at the platform with what must go before and after it, such as counting them.
type Around func(ctx context.Context, company, connection clearline.ID, pin string, call func() error) error

// fixLimit bounds a repair: a few calls, of which the slowest takes thirty seconds.
const fixLimit = 90 * time.Second

// actionCheck is the one action that changes nothing.
const actionCheck = "check"

// Fixes are the actions that can be carried out at a platform's connections from here.
func (d *Doctor) Fixes(platform clearline.Platform) []string {
	all := []string{actionCheck}
	for action := range d.o.Own {
		all = append(all, action)
	}
	if r, ok := d.o.Leaves[platform].(channel.Repairer); ok {
		for _, action := range r.Repairs() {
			if !slices.Contains(all, action) {
				all = append(all, action)
			}
		}
	}
	slices.Sort(all)
	return all
}

// Fix carries an action out, or tells what it would change (dry). Whoever did it is remembered (by is 0 for an API key),
// and the connection is examined again, so that what was repaired is proven.
func (d *Doctor) Fix(ctx context.Context, company, connection, by clearline.ID, r channel.Repair, dry bool) (changes []channel.Change, err error) {
	x, err := d.o.Store.Examinee(ctx, company, connection)
	if err != nil {
		return nil, err
	}
	if err := alive(x.Connection); err != nil {
		return nil, err
	}
	if !slices.Contains(d.Fixes(x.Platform), r.Action) {
		return nil, &clearline.Problem{Cause: clearline.CauseInput, Title: fmt.Sprintf("There is no repair %q for this connection.", printable(r.Action)),
			Detail: "Nothing was done. The findings of an examination name the repairs that help.", Fields: []clearline.FieldProblem{{Name: "action", Reason: "is none of " + join(d.Fixes(x.Platform))}}}
	}
	if r.Action == actionCheck {
		if !dry {
			d.again(company, connection)
		}
		return []channel.Change{}, nil
	}
	if !dry { // whoever leaves does not break a repair off: the platform may have taken it, and nobody would know
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), fixLimit)
		defer cancel()
	}
	if own := d.o.Own[r.Action]; own != nil {
		changes, err = own(ctx, company, connection, by, dry)
	} else {
		changes, err = d.repair(ctx, x, r, dry)
	}
	if dry {
		return changes, problem(err)
	}
	d.Remember(ctx, company, connection, by, r.Action, changes, err)
	d.again(company, connection)
	return changes, problem(err)
}

// alive refuses a connection that was ended: it has no credential to ask or to repair anything with.
func alive(c clearline.Connection) error {
	if c.DisconnectedAt.IsZero() {
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseEnded, Title: "This connection was ended.", Detail: "Nothing was done. Connect the number again: its conversations come back to it."}
}

func (d *Doctor) repair(ctx context.Context, x store.Examinee, r channel.Repair, dry bool) ([]channel.Change, error) {
	f, err := d.look(ctx, x, false)
	if err != nil {
		return nil, err
	}
	leaf, s := d.o.Leaves[x.Platform].(channel.Repairer), d.subject(x, f)
	ctx = egress.About(ctx, probe+x.ID.String())
	if dry {
		return leaf.Plan(ctx, s, r)
	}
	around := d.o.Around[r.Action]
	if around == nil {
		return leaf.Repair(ctx, s, r)
	}
	// What changes nothing, or is refused before anything is sent, needs nothing around it: neither a count nor a PIN to keep.
	changes, err := leaf.Plan(ctx, s, r)
	if err != nil || len(changes) == 0 {
		return changes, err
	}
	changes = nil // what is told is what was done
	err = around(ctx, x.CompanyID, x.ID, r.PIN, func() (err error) {
		changes, err = leaf.Repair(ctx, s, r)
		return err
	})
	return changes, err
}

// Remember writes down who changed what about a connection, also when it failed half way: repairs, and what people change
// at the platform by other ways. by is 0 for an API key; action is a word of the repairs' history.
func (d *Doctor) Remember(ctx context.Context, company, connection, by clearline.ID, action string, changes []channel.Change, failed error) {
	text, err := json.Marshal(changes)
	if err != nil || changes == nil {
		text = []byte("[]")
	}
	entry := store.Repair{CompanyID: company, ConnectionID: connection, UserID: by, At: d.o.Clock.Now(), Action: action, Changes: text}
	var p *clearline.Problem
	if errors.As(problem(failed), &p) {
		entry.Cause = p.Cause
	}
	if err := d.o.Store.AddRepair(context.WithoutCancel(ctx), entry); err != nil {
		d.o.Log.Error("a repair could not be written down", "connection", connection, "action", action, "err", err)
	}
}

// again examines a connection in full, without anybody waiting for it.
func (d *Doctor) again(company, connection clearline.ID) {
	d.under.Go(func() {
		if _, err := d.run(d.life, company, connection, true, true, func(CheckReport) {}); err != nil && d.life.Err() == nil {
			d.o.Log.Warn("a connection could not be examined after a repair", "connection", connection, "err", err)
		}
	})
}

// problem turns a platform's refusal into words.
func problem(err error) error {
	var refused *channel.SendError
	var own *clearline.Problem
	if err == nil || errors.As(err, &own) || !errors.As(err, &refused) {
		return err
	}
	p := &clearline.Problem{Cause: refused.Cause, Title: "The platform refused this.", Detail: "What was done before stays as it is.", Err: err}
	values := playbook.Values{}
	if o := refused.Original; o != nil {
		values["reason"], values["code"] = o.Text, fmt.Sprint(o.Code)
		p.Detail = fmt.Sprintf("The platform said: “%s” (code %d). %s", o.Text, o.Code, p.Detail)
	}
	if refused.HTTP == 0 {
		p.Title, p.Detail = "The platform could not be reached.", "Nothing was changed. Check this server's way to the internet, then try again."
	} else if x := playbook.ExplainCause(refused.Cause, values); x.Known {
		p.Title = x.Entries[0].Title + "."
	}
	return p
}

func join(words []string) string {
	text := ""
	for i, w := range words {
		if i > 0 {
			text += ", "
		}
		text += w
	}
	return text
}
