package outcome

import (
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// X1: a reason has an id exactly where the program holds facts about it, so neither a page nor a judge can be forgotten.
func TestEveryReasonWithAnIDIsJudged(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, p := range playbook.Pages() {
		seen := map[string]bool{}
		for _, r := range p.Reasons {
			if r.ID == "" {
				continue
			}
			if seen[r.ID] {
				t.Errorf("%s has %s twice", p.Cause, r.ID)
			}
			named[r.ID], seen[r.ID] = true, true
			if evidence[r.ID] == nil {
				t.Errorf("%s: nothing judges %s", p.Cause, r.ID)
			}
		}
	}
	for id := range evidence {
		if !named[id] {
			t.Errorf("%s is judged and on no page", id)
		}
	}
	for id, cause := range reasonCauses {
		if _, ok := playbook.Find(cause); !ok || !named[id] {
			t.Errorf("%s, %s: no such reason or page", id, cause)
		}
	}
}

// M2, G2: what is known of a person rules reasons out, in words that name the fact; what is too old does not.
func TestFactsJudgeReasons(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 50, 0, 0, time.UTC)
	before := func(d time.Duration, direction clearline.Direction, kind clearline.Kind, status clearline.Status) store.Neighbour {
		return store.Neighbour{Direction: direction, Kind: kind, Status: status, At: at.Add(-d)}
	}
	base := facts{name: "Ana", sendTo: "5511987654321", platform: clearline.WhatsApp, now: at.Add(time.Hour),
		message: clearline.Message{Direction: clearline.Out, Kind: clearline.KindText, Status: clearline.Failed, Cause: clearline.CauseUndeliverable, At: at, Error: &clearline.PlatformError{Code: 131026}}}
	with := func(change func(*facts)) facts { f := base; change(&f); return f }
	wrote := func(d time.Duration) facts {
		return with(func(f *facts) {
			f.neighbour = []store.Neighbour{before(d, clearline.In, clearline.KindText, clearline.Received)}
		})
	}
	reached := func(d time.Duration, kind clearline.Kind, status clearline.Status) facts {
		return with(func(f *facts) { f.neighbour = []store.Neighbour{before(d, clearline.Out, kind, status)} })
	}
	template := func(category, status string, code int) facts {
		return with(func(f *facts) {
			f.isTemplate, f.message.Kind, f.named = true, clearline.KindTemplate, channel.Template{Name: "spring", Language: "en"}
			f.message.Error = &clearline.PlatformError{Code: code}
			if status != "" {
				f.template = &channel.TemplateInfo{Name: "spring", Language: "en", Category: category, Status: status}
			}
		})
	}
	for _, c := range []struct {
		name, reason  string
		f             facts
		against, for_ bool
		fact          string
	}{
		{"wrote nine minutes before", "no_account", wrote(9 * time.Minute), true, false, "Ana wrote 9 minutes earlier, so the number has an account."},
		{"wrote nine minutes before", "blocked", wrote(9 * time.Minute), true, false, "Ana wrote 9 minutes earlier, and would have had to block you in between."},
		{"wrote nine minutes before", "old_client", wrote(9 * time.Minute), false, false, "No text was delivered to Ana lately."},
		{"wrote nine minutes before", "old_terms", wrote(9 * time.Minute), false, false, ""},
		{"wrote a day before", "blocked", wrote(25 * time.Hour), false, false, "Ana wrote 1 day earlier; they may have blocked you since."},
		{"wrote a year before", "no_account", wrote(365 * 24 * time.Hour), false, false, "Ana wrote 365 days earlier, which is too long ago to show anything."},
		{"wrote after it", "blocked", wrote(-2 * time.Hour), true, false, "Ana wrote 2 hours later."},
		{"wrote after it", "phone_off", wrote(-2 * time.Hour), true, false, "Ana wrote 2 hours later."},
		{"a text was delivered", "old_client", reached(3*time.Hour, clearline.KindText, clearline.Delivered), true, false, "A message of the same kind (text) was delivered 3 hours earlier."},
		{"a picture was read", "old_client", reached(3*time.Hour, clearline.KindImage, clearline.Read), false, false, "No text was delivered to Ana lately."},
		{"a picture was read", "no_account", reached(3*time.Hour, clearline.KindImage, clearline.Read), true, false, "Ana read a message sent 3 hours earlier, so the number has an account."},
		{"a picture was read", "old_terms", reached(3*time.Hour, clearline.KindImage, clearline.Read), true, false, "A message was delivered to Ana 3 hours earlier, after the terms came."},
		{"a picture was read", "closed_country", reached(3*time.Hour, clearline.KindImage, clearline.Read), true, false, "A message was delivered to Ana 3 hours earlier."},
		{"only sent", "no_account", reached(3*time.Hour, clearline.KindText, clearline.Sent), false, false, "Ana never wrote here, and nothing was delivered to them."},
		{"a number of Cuba", "closed_country", with(func(f *facts) {
			f.reach = channel.Reach{State: channel.ReachRefused, Name: "Cuba", Read: "2025-11"}
		}), false, true, "The number is of Cuba, which WhatsApp does not serve (rules of 2025-11)."},
		{"a number of Ukraine", "closed_country", with(func(f *facts) {
			f.reach = channel.Reach{State: channel.ReachPossible, Name: "Ukraine", Regions: []string{"Crimea", "Donetsk", "Luhansk"}, Read: "2025-11"}
		}), false, false, "The number is of Ukraine. Crimea, Donetsk and Luhansk are not served, and a number does not show them (rules of 2025-11)."},
		{"a free text", "marketing_held", base, true, false, "It is a free message; this is about marketing templates."},
		{"a marketing template", "person_limit", template("MARKETING", "APPROVED", 131049), false, true, "The template is of the marketing category."},
		{"a utility template", "person_limit", template("UTILITY", "APPROVED", 131049), true, false, "The template is of the category utility."},
		{"a marketing template to Brazil", "us_marketing", template("MARKETING", "APPROVED", 131049), true, false, "The number does not begin with +1."},
		{"not in the list", "not_approved", template("", "", 132001), false, true, `The list that was last read has no "spring" in "en".`},
		{"approved in the list", "not_approved", template("UTILITY", "APPROVED", 132001), true, false, `The list shows it as approved in "en".`},
		{"paused, says the code", "paused", template("UTILITY", "APPROVED", 132015), false, true, "The platform answered with code 132015, which names it."},
		{"paused, says the code", "disabled", template("UTILITY", "PAUSED", 132015), true, false, "The platform answered with code 132015, not 132016."},
		{"too many values", "values_count", template("UTILITY", "APPROVED", 132000), false, true, "The platform answered with code 132000, which names it."},
		{"too many values", "values_kind", template("UTILITY", "APPROVED", 132000), true, false, "The platform answered with code 132000, not 132012."},
		{"a text", "old_reaction", base, true, false, "It is no reaction."},
	} {
		got := evidence[c.reason](c.f)
		if got.against != c.against || got.forIt != c.for_ || c.fact != "" && got.fact != c.fact {
			t.Errorf("%s, %s: %+v, want %q (against %v, for %v)", c.name, c.reason, got, c.fact, c.against, c.for_)
		}
		if strings.Contains(got.fact, "%!") || got.against && got.forIt {
			t.Errorf("%s, %s: %+v", c.name, c.reason, got)
		}
	}
}
