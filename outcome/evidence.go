package outcome

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// verdict is what facts say about a reason. The zero verdict says nothing.
type verdict struct {
	against, forIt bool
	fact           string
}

func (v verdict) into(c *Candidate) {
	if v.fact != "" {
		c.RuledOut, c.Likely, c.Evidence = v.against, v.forIt, v.fact
	}
}

func against(format string, args ...any) verdict {
	return verdict{against: true, fact: capital(fmt.Sprintf(format, args...))}
}

func speaksFor(format string, args ...any) verdict {
	return verdict{forIt: true, fact: capital(fmt.Sprintf(format, args...))}
}

// said is a fact that decides nothing.
func said(format string, args ...any) verdict {
	return verdict{fact: capital(fmt.Sprintf(format, args...))}
}

const (
	// stillTrue is for how long a sign of life speaks for the number: accounts that nobody uses end after some months, so a
	// month is on the safe side.
	stillTrue = 30 * 24 * time.Hour
	// tooSoon is how near before a message somebody's own words make it unlikely that they blocked the business in between.
	tooSoon = time.Hour
	// termsFrom is since when the terms that an app may ask for have to be accepted. Source: reference limits, section 13.
	termsFrom = 2021
)

// reasonCauses are the reasons that are causes of their own.
var reasonCauses = map[string]clearline.Cause{
	"closed_country": clearline.CauseCountry, "person_limit": clearline.CauseUserLimit, "us_marketing": clearline.CauseUserLimit,
	"no_payment": clearline.CausePayment, "marketing_held": clearline.CauseUserLimit,
}

// evidence judges each reason of the playbook by the facts. A test holds it to the pages.
var evidence = map[string]func(facts) verdict{
	"no_account": func(f facts) verdict {
		if v := f.alive("so the number has an account"); v.fact != "" {
			return v
		}
		return f.neverSeen()
	},
	"old_client": func(f facts) verdict {
		kind := string(f.message.Kind)
		if n, ok := f.last(func(n store.Neighbour) bool { return arrived(n) && n.Kind == f.message.Kind }); ok && f.apart(n.At) <= stillTrue {
			return against("A message of the same kind (%s) was delivered %s.", kind, f.relative(n.At))
		}
		if f.message.Kind == clearline.KindText {
			return said("No text was delivered to %s lately.", f.name)
		}
		return said("No message of this kind (%s) was delivered to %s lately.", kind, f.name)
	},
	"old_terms": func(f facts) verdict {
		if n, ok := f.last(arrived); ok && n.At.Year() >= termsFrom {
			return against("A message was delivered to %s %s, after the terms came.", f.name, f.relative(n.At))
		}
		return said("No message of yours was ever delivered to %s as far as this conversation goes.", f.name)
	},
	"blocked": func(f facts) verdict {
		if n, ok := f.first(theirs, arrived); ok {
			return against("%s %s.", f.did(n), f.relative(n.At))
		}
		if n, ok := f.lastBefore(theirs); ok {
			if f.apart(n.At) <= tooSoon {
				return against("%s %s, and would have had to block you in between.", f.did(n), f.relative(n.At))
			}
			return said("%s %s; they may have blocked you since.", f.did(n), f.relative(n.At))
		}
		return verdict{}
	},
	"closed_country": func(f facts) verdict {
		if n, ok := f.last(arrived); ok && f.apart(n.At) <= stillTrue {
			return against("A message was delivered to %s %s.", f.name, f.relative(n.At))
		}
		switch f.reach.State {
		case channel.ReachRefused:
			return speaksFor("The number is of %s, which WhatsApp does not serve (rules of %s).", f.reach.Name, f.reach.Read)
		case channel.ReachPossible:
			return said("The number is of %s. %s are not served, and a number does not show them (rules of %s).", f.reach.Name, listed(f.reach.Regions), f.reach.Read)
		}
		return said("The number’s country is served. Where they are now, a number does not show.")
	},
	"phone_off": func(f facts) verdict {
		if n, ok := f.first(theirs, arrived); ok {
			return against("%s %s.", f.did(n), f.relative(n.At))
		}
		return said("Nothing has come from %s since.", f.name)
	},
	"no_payment": func(f facts) verdict {
		if f.isTemplate {
			return against("It is a template; this is about free texts.")
		}
		if n, ok := f.first(func(n store.Neighbour) bool { return arrived(n) && n.Kind != clearline.KindTemplate }); ok {
			return against("A free message was delivered to %s %s.", f.name, f.relative(n.At))
		}
		return verdict{}
	},
	"marketing_held": notMarketing,
	"person_limit":   notMarketing,
	"us_marketing": func(f facts) verdict {
		if v := notMarketing(f); v.against {
			return v
		}
		if digits := strings.TrimPrefix(f.sendTo, "+"); strings.Trim(digits, "0123456789") == "" && !strings.HasPrefix(digits, "1") {
			return against("The number does not begin with +1.")
		}
		return said("The number begins with +1, which the United States share with Canada and others.")
	},
	"not_approved": func(f facts) verdict {
		if !f.isTemplate {
			return verdict{}
		}
		if f.template == nil {
			return speaksFor("The list that was last read has no %q in %q.", f.named.Name, f.named.Language)
		}
		return f.approved()
	},
	"approved_lately": func(f facts) verdict {
		if n, ok := f.last(func(n store.Neighbour) bool { return arrived(n) && n.Kind == clearline.KindTemplate }); ok {
			return said("A template was delivered to %s %s.", f.name, f.relative(n.At))
		}
		return verdict{}
	},
	"paused":        func(f facts) verdict { return f.state(132015) },
	"disabled":      func(f facts) verdict { return f.state(132016) },
	"values_count":  func(f facts) verdict { return f.code(132000) },
	"values_kind":   func(f facts) verdict { return f.code(132012, 132018) },
	"values_length": func(f facts) verdict { return f.code(132005) },
	"throughput":    func(f facts) verdict { return f.code(130429) },
	"pair":          func(f facts) verdict { return f.code(131056) },
	"hourly":        func(f facts) verdict { return f.code(4, 80007, 80008) },
	"field": func(f facts) verdict {
		if e := f.message.Error; e != nil && e.Details != "" {
			return speaksFor("The platform says: %s", e.Details)
		}
		return verdict{}
	},
	"own_number": func(f facts) verdict {
		if n, ok := f.last(arrived); ok {
			return against("Another message reached %s %s.", f.name, f.relative(n.At))
		}
		return verdict{}
	},
	"old_reaction": func(f facts) verdict {
		if f.message.Kind != clearline.KindReaction {
			return against("It is no reaction.")
		}
		return verdict{}
	},
	"unfinished": func(f facts) verdict {
		if !f.sentOnce.IsZero() && f.sentOnce.Before(f.message.CreatedAt) {
			return against("The connection sent messages before.")
		}
		return verdict{}
	},
	"late_registration": func(f facts) verdict {
		if !f.sentOnce.IsZero() {
			return against("The connection sent messages before, so its number was registered.")
		}
		return verdict{}
	},
	"codec": func(f facts) verdict {
		if k := f.message.Kind; k == clearline.KindImage || k == clearline.KindSticker || k == clearline.KindDocument {
			return against("It is no sound and no film.")
		}
		return verdict{}
	},
}

func notMarketing(f facts) verdict {
	switch {
	case !f.isTemplate:
		return against("It is a free message; this is about marketing templates.")
	case f.template == nil:
		return verdict{}
	case !strings.EqualFold(f.template.Category, "MARKETING"):
		return against("The template is of the category %s.", strings.ToLower(f.template.Category))
	}
	return speaksFor("The template is of the marketing category.")
}

// approved rules out what an approved template excludes.
func (f facts) approved() verdict {
	state := strings.ToLower(f.template.Status)
	if f.template.Status == "APPROVED" {
		return against("The list shows it as %s in %q.", state, f.template.Language)
	}
	return speaksFor("The list shows it as %s in %q.", state, f.template.Language)
}

// state trusts the platform's number first, and then what the list shows of the template.
func (f facts) state(code int) verdict {
	if v := f.code(code); v.forIt || f.template == nil || f.template.Status != "APPROVED" {
		return v
	}
	return f.approved()
}

// code tells whether the platform's number names the reason.
func (f facts) code(codes ...int) verdict {
	e := f.message.Error
	switch {
	case e == nil:
		return verdict{}
	case slices.Contains(codes, e.Code):
		return speaksFor("The platform answered with code %d, which names it.", e.Code)
	}
	return against("The platform answered with code %d, not %d.", e.Code, codes[0])
}

// alive rules out what a sign of life excludes; why says what it shows.
func (f facts) alive(why string) verdict {
	n, ok := f.nearest(func(n store.Neighbour) bool { return theirs(n) || arrived(n) })
	if !ok {
		return verdict{}
	}
	if f.apart(n.At) > stillTrue {
		return said("%s %s, which is too long ago to show anything.", f.did(n), f.relative(n.At))
	}
	return against("%s %s, %s.", f.did(n), f.relative(n.At), why)
}

func (f facts) neverSeen() verdict {
	return said("%s never wrote here, and nothing was delivered to them.", f.name)
}

// did says what a neighbour shows: that the person wrote, or that a message reached them.
func (f facts) did(n store.Neighbour) string {
	switch {
	case theirs(n):
		return f.name + " wrote"
	case n.Status == clearline.Read:
		return f.name + " read a message sent"
	}
	return "A message reached " + f.name + " that was sent"
}

func theirs(n store.Neighbour) bool { return n.Direction == clearline.In }

func arrived(n store.Neighbour) bool {
	return n.Direction == clearline.Out && (n.Status == clearline.Delivered || n.Status == clearline.Read)
}

// last is the newest neighbour that is so.
func (f facts) last(so func(store.Neighbour) bool) (store.Neighbour, bool) {
	for _, n := range slices.Backward(f.neighbour) {
		if so(n) {
			return n, true
		}
	}
	return store.Neighbour{}, false
}

// lastBefore is the newest neighbour before the message that is so, first the oldest one after it.
func (f facts) lastBefore(so func(store.Neighbour) bool) (store.Neighbour, bool) {
	return f.last(func(n store.Neighbour) bool { return !f.after(n) && so(n) })
}

func (f facts) first(so ...func(store.Neighbour) bool) (store.Neighbour, bool) {
	for _, n := range f.neighbour {
		if f.after(n) && slices.ContainsFunc(so, func(is func(store.Neighbour) bool) bool { return is(n) }) {
			return n, true
		}
	}
	return store.Neighbour{}, false
}

// nearest is the neighbour that is so and lies nearest to the message in time.
func (f facts) nearest(so func(store.Neighbour) bool) (found store.Neighbour, ok bool) {
	for _, n := range f.neighbour {
		if so(n) && (!ok || f.apart(n.At) <= f.apart(found.At)) {
			found, ok = n, true
		}
	}
	return found, ok
}

func (f facts) after(n store.Neighbour) bool { return n.At.After(f.message.At) }

func (f facts) apart(at time.Time) time.Duration { return at.Sub(f.message.At).Abs() }

// relative says how long before or after the message something was.
func (f facts) relative(at time.Time) string {
	d := f.apart(at)
	if at.After(f.message.At) {
		return lasting(d) + " later"
	}
	return lasting(d) + " earlier"
}

// lasting writes a duration in its largest unit.
func lasting(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int(d / unit.of); n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "a moment"
}

func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
