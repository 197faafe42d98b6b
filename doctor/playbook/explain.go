package playbook

import (
	"strconv"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Explanation is the answer to "what does this mean": one entry per cause that it can have, the likelier first.
type Explanation struct {
	Platform *string `json:"platform" doc:"null when a cause was asked for"`
	Code     *int    `json:"code" doc:"null when a cause was asked for"`
	Subcode  *int    `json:"subcode" doc:"null when there is none"`
	Text     *string `json:"text" doc:"the platform's own words as they were given; they are quoted, never matched"`
	Known    bool    `json:"known"`
	Entries  []Entry `json:"entries" nullable:"false" doc:"several where one code has several causes; for an unknown code the page that says so"`
}

// Entry is a page as it applies to what was asked.
type Entry struct {
	Cause      string     `json:"cause"`
	Name       *string    `json:"name" doc:"the platform's own title of the code, null when a cause was asked for or the code is unknown"`
	Title      string     `json:"title"`
	Short      string     `json:"short" doc:"one sentence, for lists"`
	What       string     `json:"what"`
	Why        string     `json:"why"`
	Tell       *string    `json:"tell" doc:"how it is told from other causes with the same code"`
	Reasons    []Reason   `json:"reasons" nullable:"false" doc:"what may be behind it where the platform does not say which, the likelier first"`
	Do         []Step     `json:"do" nullable:"false" doc:"what to do, in order"`
	Who        Who        `json:"who" enum:"agent,lead,admin,operator,account_owner,nobody"`
	Side       Side       `json:"side" enum:"us,platform,account,person,nobody_wrote,unknown" doc:"where the trouble lies"`
	Retry      RetryView  `json:"retry"`
	MayTry     bool       `json:"may_try" doc:"whether a person's own new try of the same message can succeed"`
	Rows       []string   `json:"rows" nullable:"false" doc:"the requirements that it serves, see docs/requirements.md"`
	Confidence Confidence `json:"confidence" enum:"documented,field,unconfirmed"`
	Sources    []Source   `json:"sources" nullable:"false"`
}

// Explain tells what a platform's number means. The explainer is the platform's own catalogue, nil where this version
// has none. text is the platform's own words, "" when nobody has them.
func Explain(platform clearline.Platform, explainer channel.Explainer, code, subcode int, text string) Explanation {
	name := string(platform)
	x := Explanation{Platform: &name, Code: &code, Entries: []Entry{}}
	values := Values{"platform": platform.Name(), "code": strconv.Itoa(code), "reason": text}
	if subcode != 0 {
		x.Subcode = &subcode
		values["code"] += "/" + strconv.Itoa(subcode)
	}
	if text != "" {
		x.Text = &text
	}
	var f channel.Fault
	if explainer != nil {
		f, x.Known = explainer.Fault(code, subcode)
	}
	if !x.Known {
		x.Entries = append(x.Entries, byName()[clearline.CauseOther].entry(values))
		return x
	}
	for i, cause := range append([]clearline.Cause{f.Cause}, f.Also...) {
		page := byName()[cause]
		e := page.entry(values)
		e.Name = &f.Name
		if i == 0 && page.Retry != NotSending {
			e.Retry = RetryOf(f).view(f.AfterSeconds, page.Again)
		} else {
			e.Retry = page.Retry.view(f.AfterSeconds, page.Again)
		}
		e.Confidence = weaker(Confidence(f.Confidence), page.Confidence)
		x.Entries = append(x.Entries, e)
	}
	return x
}

// ExplainCause is the page of a cause.
func ExplainCause(cause clearline.Cause, values Values) Explanation {
	x := Explanation{Entries: []Entry{}}
	if page, ok := byName()[cause]; ok {
		x.Known = true
		x.Entries = append(x.Entries, page.entry(values))
	}
	return x
}

func weaker(a, b Confidence) Confidence {
	for _, c := range []Confidence{Unconfirmed, Field} {
		if a == c || b == c {
			return c
		}
	}
	return Documented
}

// entry is the page with its values filled in.
func (p *Page) entry(values Values) Entry {
	fill := func(text string) string { return Fill(text, values) }
	e := Entry{Cause: string(p.Cause), Title: fill(p.Title), Short: fill(p.Short), What: fill(p.What), Why: fill(p.Why), Reasons: []Reason{}, Do: []Step{},
		Who: p.Who, Side: p.Side, Retry: p.Retry.view(0, p.Again), MayTry: p.Again, Rows: p.Rows, Confidence: p.Confidence, Sources: p.Sources}
	if p.Tell != "" {
		tell := fill(p.Tell)
		e.Tell = &tell
	}
	for _, r := range p.Reasons {
		e.Reasons = append(e.Reasons, Reason{r.ID, fill(r.Text), fill(r.Tell), fill(r.RuledOut)})
	}
	for _, s := range p.Do {
		s.Text, s.Label = fill(s.Text), fill(s.Label)
		e.Do = append(e.Do, s)
	}
	return e
}
