package sim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// profile is what customers see of a business.
type profile struct {
	about, address, description, email, picture, vertical string
	websites                                              []string
}

// verticals are the lines of business to choose from.
var verticals = []string{
	"UNDEFINED", "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY", "GOVT", "HOTEL", "HEALTH",
	"NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "OTC_DRUGS", "MATRIMONY_SERVICE",
}

// Limits of a profile in characters (OpenAPI of Nov 2025; older documents allow
// 512 for the description).
const (
	maxAbout       = 139
	maxProfileText = 256
	maxEmail       = 128
	maxWebsites    = 2
)

var profileDefaults = []string{"messaging_product"}

// serveProfile reads and changes the business profile of a number. What a change
// does not name stays.
func (s *Sim) serveProfile(c *graphCall) (any, *graphError) {
	switch c.r.Method {
	case http.MethodGet:
		fields, refused := c.fields(profileDefaults)
		if refused != nil {
			return nil, refused
		}
		node, refused := choose(c.number.profile.node(), fields)
		if refused != nil {
			return nil, refused
		}
		node["messaging_product"] = "whatsapp"
		return page([]any{node}, nil), nil
	case http.MethodPost:
		if c.params.Get("messaging_product") != "whatsapp" {
			return nil, refuse(100, 0, "The parameter messaging_product is required and must be whatsapp.")
		}
		next := c.number.profile
		if refused := next.change(c.params); refused != nil {
			return nil, refused
		}
		if handle := c.params.Get("profile_picture_handle"); handle != "" {
			address, refused := s.pictureOf(handle)
			if refused != nil {
				return nil, refused
			}
			next.picture = address
		}
		c.number.profile = next
		return success, nil
	}
	return nil, c.missing()
}

// node leaves out what was never filled in, as the platform does.
func (p profile) node() map[string]any {
	node := map[string]any{
		"messaging_product": "whatsapp", "about": nilIfEmpty(p.about), "address": nilIfEmpty(p.address), "description": nilIfEmpty(p.description),
		"email": nilIfEmpty(p.email), "profile_picture_url": nilIfEmpty(p.picture), "vertical": nilIfEmpty(p.vertical), "websites": nil,
	}
	if len(p.websites) > 0 {
		node["websites"] = p.websites
	}
	return node
}

func (p *profile) change(params url.Values) *graphError {
	for _, f := range []struct {
		name  string
		least int
		limit int
		value *string
	}{
		{"about", 1, maxAbout, &p.about}, {"address", 0, maxProfileText, &p.address},
		{"description", 0, maxProfileText, &p.description}, {"email", 0, maxEmail, &p.email},
	} {
		if !params.Has(f.name) {
			continue
		}
		value := params.Get(f.name)
		if length := utf8.RuneCountInString(value); length < f.least || length > f.limit {
			return refuse(100, 0, "%s must be %d to %d characters long.", f.name, f.least, f.limit)
		}
		*f.value = value
	}
	if p.email != "" && !strings.Contains(p.email, "@") {
		return refuse(100, 0, "email is not an e-mail address.")
	}
	if params.Has("vertical") {
		if !slices.Contains(verticals, params.Get("vertical")) {
			return refuse(100, 0, "vertical %s is not known.", params.Get("vertical"))
		}
		p.vertical = params.Get("vertical")
	}
	if !params.Has("websites") {
		return nil
	}
	var list []string
	if json.Unmarshal([]byte(params.Get("websites")), &list) != nil || len(list) > maxWebsites {
		return refuse(100, 0, "websites must be a list of at most %d addresses.", maxWebsites)
	}
	for _, site := range list {
		if u, err := url.Parse(site); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(site) > maxProfileText {
			return refuse(100, 0, "%s is not a web address with http:// or https:// of at most %d characters.", site, maxProfileText)
		}
	}
	p.websites = list
	return nil
}
