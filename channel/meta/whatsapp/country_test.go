package whatsapp_test

import (
	"testing"

	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta/whatsapp"
)

// M3: country rules are dated data, may be about one direction only, and never refuse a region that a number does not show.
func TestM3CountryRules(t *testing.T) {
	t.Parallel()
	plain, strict := whatsapp.New(whatsapp.Options{}), whatsapp.New(whatsapp.Options{ClosedCountries: []string{"tr"}})
	for _, c := range []struct {
		name, address            string
		people, business, strict channel.ReachState
		country                  string
	}{
		{"Cuba", "5351234567", channel.ReachRefused, channel.ReachRefused, channel.ReachRefused, "CU"},
		{"Iran", "989121234567", channel.ReachRefused, channel.ReachRefused, channel.ReachRefused, "IR"},
		{"North Korea", "8501921234567", channel.ReachRefused, channel.ReachRefused, channel.ReachRefused, "KP"},
		{"Syria", "963944567890", channel.ReachRefused, channel.ReachRefused, channel.ReachRefused, "SY"},
		{"Ukraine", "380501234567", channel.ReachPossible, channel.ReachPossible, channel.ReachPossible, "UA"},
		{"Russia", "79161234567", channel.ReachPossible, channel.ReachPossible, channel.ReachPossible, "RU"},
		{"Kazakhstan shares +7", "77011234567", "", "", "", ""},
		{"Türkiye, only when switched on and only people there", "905321234567", "", "", channel.ReachRefused, ""},
		{"Brazil", "5511987654321", "", "", "", ""},
		{"Spain begins like nothing here", "34600111222", "", "", "", ""},
		{"Hong Kong is not North Korea", "85251234567", "", "", "", ""},
		{"a business-scoped id of Iran", "IR.13491208655302741918", channel.ReachRefused, "", channel.ReachRefused, "IR"},
		{"a business-scoped id of Portugal", "PT.13491208655302741918", "", "", "", ""},
		{"a group", "group:989121234567", "", channel.ReachRefused, "", ""},
	} {
		got := plain.Reach(c.address)
		if got.State != c.people || got.Country != c.country {
			t.Errorf("%s: a person there is %+v", c.name, got)
		}
		if c.name != "a group" && c.address[2] != '.' {
			if got := whatsapp.BusinessReach("+" + c.address[:3] + " (" + c.address[3:6] + ") " + c.address[6:]); got.State != c.business {
				t.Errorf("%s: a business there is %+v", c.name, got)
			}
		}
		if got := strict.Reach(c.address); got.State != c.strict {
			t.Errorf("%s: with Türkiye switched on it is %+v", c.name, got)
		}
		if p := plain.Reach(c.address).Problem(); (p != nil) != (c.people == channel.ReachRefused) || p != nil && p.Cause != "wa.country" {
			t.Errorf("%s: the problem is %v", c.name, p)
		}
	}
	if got := whatsapp.BusinessReach("+90 532 123 45 67"); got.State != channel.ReachOpen {
		t.Errorf("a business of Türkiye may use the platform, got %+v", got)
	}
	for _, r := range whatsapp.CountryRules() {
		if r.Source == "" || r.Read == "" || r.Name == "" || r.Code == "" || !r.Business && !r.People {
			t.Errorf("%+v: a rule needs its source, its date and a direction", r)
		}
	}
}
