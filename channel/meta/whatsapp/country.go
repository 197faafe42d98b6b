package whatsapp

import (
	"slices"
	"strings"

	"github.com/clearline/clearline/channel"
)

// CountryRule closes the platform to a country, or to a part of one. Country calling codes are free of prefixes (ITU-T
// E.164), so a code decides by itself; where two countries share one, Others are the digits after it that belong to the
// other. Business is about numbers of businesses there, People about people there: a rule may be about one of the two.
type CountryRule struct {
	// Country is the two letters of ISO 3166, with which business-scoped user ids begin too.
	Country, Name string
	// Code is the calling code.
	Code             string
	Others           []string
	Business, People bool
	// Regions are the parts of the country that the rule is about, nil for all of it. A number does not show its region.
	Regions []string
	// Off is true for a rule that counts only when the operator switches it on.
	Off          bool
	Source, Read string
}

// servedCountries is the page that the rules were read on.
const servedCountries = "https://developers.facebook.com/docs/whatsapp/cloud-api/support"

// occupied are the regions of Ukraine that are not served; people there have numbers of either country in practice.
var occupied = []string{"Crimea", "Donetsk", "Luhansk"}

// CountryRules are dated data: the platform changes them without notice.
//
// Türkiye: older pages say that businesses there may use the platform while people there cannot be reached. Meta's page of
// Nov 2025 says that this ended on 15 May 2024, so the rule is off unless the operator switches it on.
func CountryRules() []CountryRule {
	return []CountryRule{
		{Country: "CU", Name: "Cuba", Code: "53", Business: true, People: true, Source: servedCountries, Read: "2025-11"},
		{Country: "IR", Name: "Iran", Code: "98", Business: true, People: true, Source: servedCountries, Read: "2025-11"},
		{Country: "KP", Name: "North Korea", Code: "850", Business: true, People: true, Source: servedCountries, Read: "2025-11"},
		{Country: "SY", Name: "Syria", Code: "963", Business: true, People: true, Source: servedCountries, Read: "2025-11"},
		{Country: "UA", Name: "Ukraine", Code: "380", Business: true, People: true, Regions: occupied, Source: servedCountries, Read: "2025-11"},
		{Country: "RU", Name: "Russia", Code: "7", Others: []string{"6", "7"}, Business: true, People: true, Regions: occupied, Source: servedCountries, Read: "2025-11"},
		{Country: "TR", Name: "Türkiye", Code: "90", People: true, Off: true, Source: servedCountries, Read: "2025-11"},
	}
}

// about tells whether an address or a number is of the rule's country.
func (r CountryRule) about(address string) bool {
	if !digits(address) {
		return len(address) > 3 && address[2] == '.' && address[:2] == r.Country
	}
	rest, ok := strings.CutPrefix(address, r.Code)
	return ok && !slices.ContainsFunc(r.Others, func(other string) bool { return strings.HasPrefix(rest, other) })
}

func (r CountryRule) reach() channel.Reach {
	reach := channel.Reach{State: channel.ReachRefused, Country: r.Country, Name: r.Name, Regions: r.Regions, Source: r.Source, Read: r.Read}
	if r.Regions != nil {
		reach.State = channel.ReachPossible
	}
	return reach
}

// Reach tells what the country rules say of a person's address; see channel.Reacher.
func (p *Platform) Reach(address string) channel.Reach {
	for _, r := range p.rules {
		if r.People && r.about(address) {
			return r.reach()
		}
	}
	return channel.Reach{}
}

// BusinessReach tells what the country rules say of a business's own number, in any way of writing it with its country
// code: it is asked before the number is connected.
func BusinessReach(number string) channel.Reach {
	number = strings.TrimPrefix(onlyDigits(number), "00")
	for _, r := range CountryRules() {
		if r.Business && !r.Off && r.about(number) {
			return r.reach()
		}
	}
	return channel.Reach{}
}

// OptionalCountries are the two letters of the rules that are off unless the operator switches them on.
func OptionalCountries() (all []string) {
	for _, r := range CountryRules() {
		if r.Off {
			all = append(all, r.Country)
		}
	}
	return all
}

// activeRules are the rules that count: those on by default, and those the operator switched on by their two letters.
func activeRules(on []string) (active []CountryRule) {
	for _, r := range CountryRules() {
		if !r.Off || slices.ContainsFunc(on, func(c string) bool { return strings.EqualFold(c, r.Country) }) {
			active = append(active, r)
		}
	}
	return active
}
