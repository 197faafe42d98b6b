package connect

import (
	"errors"
	"fmt"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// refusal turns a platform's refusal into a problem: its cause, our words, and its own words quoted.
func refusal(err error, title, detail string) *clearline.Problem {
	var se *channel.SendError
	if !errors.As(err, &se) {
		return &clearline.Problem{Cause: clearline.CauseOther, Title: title, Detail: detail, Err: err}
	}
	p := &clearline.Problem{Cause: se.Cause, Title: title, Detail: detail, Err: err, RetryAfter: se.After}
	if se.HTTP == 0 && se.Original == nil && (se.Cause == clearline.CauseNetwork || se.Cause == clearline.CauseOutage) {
		p.Title, p.Detail = "The platform could not be reached.", detail+" Check this server's way to the internet, then try again."
	}
	if o := se.Original; o != nil {
		p.Detail = fmt.Sprintf("The platform said: “%s” (code %d). ", o.Text, o.Code) + detail
		if o.Subcode != 0 {
			p.Detail = fmt.Sprintf("The platform said: “%s” (code %d/%d). ", o.Text, o.Code, o.Subcode) + detail
		}
	}
	var own *clearline.Problem
	if errors.As(se.Err, &own) {
		p.Title, p.Detail, p.Fields = own.Title, own.Detail, own.Fields
	}
	return p
}

// problem is an error of this server as one: the log has the reason.
func (c *Connect) problem(err error) *clearline.Problem {
	var p *clearline.Problem
	if errors.As(err, &p) {
		return p
	}
	return &clearline.Problem{Cause: clearline.CauseBusy, Title: "This server could not do the step.", Detail: "Nothing was lost. Try again in a moment.", Err: err}
}
