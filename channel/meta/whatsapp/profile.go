package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

var _ channel.Profiler = (*Platform)(nil)

// Figures of a profile, in characters. Older documents allow 512 for the description: 256 is right under both. Source:
// Meta, WhatsApp, business-profiles, qr-codes and display-names, and facebook/openapi; read Dec 2025.
const (
	aboutMax    = 139
	textLineMax = 256
	emailMax    = 128
	sitesMax    = 2
	linkTextMax = 140
	nameMin     = 2
	nameMax     = 75
)

// verticals are the lines of business. UNDEFINED stands for none. Source: as of aboutMax.
var verticals = []string{"ALCOHOL", "APPAREL", "AUTO", "BEAUTY", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GOVT", "GROCERY", "HEALTH", "HOTEL",
	"MATRIMONY_SERVICE", "NONPROFIT", "ONLINE_GAMBLING", "OTC_DRUGS", "PHYSICAL_GAMBLING", "PROF_SERVICES", "RESTAURANT", "RETAIL", "TRAVEL", "OTHER"}

const noVertical = "UNDEFINED"

// ProfileLimits are the figures for forms; see channel.Profiler.
func (p *Platform) ProfileLimits() channel.ProfileLimits {
	return channel.ProfileLimits{AboutMax: aboutMax, AddressMax: textLineMax, DescriptionMax: textLineMax, EmailMax: emailMax, WebsitesMax: sitesMax,
		WebsiteMax: textLineMax, Verticals: slices.Clone(verticals), LinkTextMax: linkTextMax, NameMin: nameMin, NameMax: nameMax,
		PictureMax: pictureMax, PictureSide: pictureSide}
}

// Profile reads what customers see of the business; see channel.Profiler.
func (p *Platform) Profile(ctx context.Context, a channel.Account) (channel.Profile, error) {
	q := url.Values{"fields": {"about,address,description,email,profile_picture_url,websites,vertical"}}
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: url.PathEscape(a.ID) + "/whatsapp_business_profile", Query: q, Token: a.Token})
	if err == nil {
		defer d.Free()
		err = isList(d.Root())
	}
	if err != nil {
		return channel.Profile{}, callError(err, opRead)
	}
	var out channel.Profile
	for it := d.Root().Get("data").Items(); it.Next(); {
		v := it.Value()
		out = channel.Profile{About: v.Get("about").Text(), Address: v.Get("address").Text(), Description: v.Get("description").Text(), Email: v.Get("email").Text(),
			Vertical: v.Get("vertical").Text(), PictureURL: v.Get("profile_picture_url").Text()}
		for site := v.Get("websites").Items(); site.Next(); {
			out.Websites = append(out.Websites, site.Value().Text())
		}
	}
	if out.Vertical == noVertical {
		out.Vertical = ""
	}
	return out, nil
}

// CheckProfile judges a profile by Meta's figures; see channel.Profiler.
func (p *Platform) CheckProfile(profile channel.Profile) *clearline.Problem {
	var fields []clearline.FieldProblem
	long := func(name, value string, most int) {
		if n := utf8.RuneCountInString(value); n > most {
			fields = append(fields, clearline.FieldProblem{Name: name, Reason: fmt.Sprintf("has %d characters, %d are allowed", n, most)})
		}
	}
	long("about", profile.About, aboutMax)
	long("address", profile.Address, textLineMax)
	long("description", profile.Description, textLineMax)
	long("email", profile.Email, emailMax)
	if at := strings.IndexByte(profile.Email, '@'); profile.Email != "" && (at < 1 || at == len(profile.Email)-1) {
		fields = append(fields, clearline.FieldProblem{Name: "email", Reason: "is no e-mail address"})
	}
	if profile.Vertical != "" && !slices.Contains(verticals, profile.Vertical) {
		fields = append(fields, clearline.FieldProblem{Name: "vertical", Reason: "is not one of Meta's lines of business"})
	}
	if len(profile.Websites) > sitesMax {
		fields = append(fields, clearline.FieldProblem{Name: "websites", Reason: fmt.Sprintf("are %d, %d are allowed", len(profile.Websites), sitesMax)})
	}
	for _, site := range profile.Websites {
		long("websites", site, textLineMax)
		if u, err := url.Parse(site); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			fields = append(fields, clearline.FieldProblem{Name: "websites", Reason: "holds something else than an address that begins with https:// or http://"})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "Meta would not take this profile.", Detail: "Nothing was changed. Correct the fields named and save again.", Fields: fields}
}

// SaveProfile writes the profile; see channel.Profiler. An empty about is left as it is: Meta takes none.
func (p *Platform) SaveProfile(ctx context.Context, a channel.Account, profile channel.Profile) error {
	if problem := p.CheckProfile(profile); problem != nil {
		return wrongInput(problem)
	}
	sites := profile.Websites
	if sites == nil {
		sites = []string{}
	}
	vertical := profile.Vertical
	if vertical == "" {
		vertical = noVertical
	}
	body := map[string]any{"messaging_product": "whatsapp", "address": profile.Address, "description": profile.Description, "email": profile.Email,
		"vertical": vertical, "websites": sites}
	if profile.About != "" {
		body["about"] = profile.About
	}
	return p.change(ctx, a, "whatsapp_business_profile", body, opChange)
}

// linksPath is the edge of a number's message links. Source: Meta, WhatsApp, qr-codes; read Dec 2025.
func linksPath(a channel.Account) string { return url.PathEscape(a.ID) + "/message_qrdls" }

func readLink(v meta.Value) channel.MessageLink {
	return channel.MessageLink{Code: v.Get("code").Text(), Address: v.Get("deep_link_url").Text(), Text: v.Get("prefilled_message").Text()}
}

// Links are the number's message links; see channel.Profiler.
func (p *Platform) Links(ctx context.Context, a channel.Account) ([]channel.MessageLink, error) {
	var all []channel.MessageLink
	if err := p.listUpTo(ctx, a.Token, linksPath(a), "code,prefilled_message,deep_link_url", linkPages, func(v meta.Value) { all = append(all, readLink(v)) }); err != nil {
		return nil, callError(err, opRead)
	}
	return all, nil
}

// Link reads one message link; see channel.Profiler. Meta answers a code that is not there like one that may not be seen.
func (p *Platform) Link(ctx context.Context, a channel.Account, code string) (link channel.MessageLink, ok bool, err error) {
	if problem := checkLinkCode(code); problem != nil {
		return link, false, wrongInput(problem)
	}
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: linksPath(a) + "/" + url.PathEscape(code), Token: a.Token})
	if err == nil {
		defer d.Free()
		err = isList(d.Root())
	}
	var refused *meta.GraphError
	switch {
	case errors.As(err, &refused) && refused.Code == codeParameter && refused.Subcode == subAbsent:
		return link, false, nil
	case err != nil:
		return link, false, callError(err, opRead)
	}
	for it := d.Root().Get("data").Items(); it.Next(); {
		link = readLink(it.Value())
	}
	return link, link.Code == code, nil
}

// linkPages bounds the pages of a list of message links: a number has 2,000 at most. Source: as of linksPath.
const linkPages = 2000 / numbersPage

// AddLink makes a message link; see channel.Profiler.
func (p *Platform) AddLink(ctx context.Context, a channel.Account, text string) (channel.MessageLink, error) {
	return p.saveLink(ctx, a, "", text)
}

// ChangeLink gives a message link another text; see channel.Profiler.
func (p *Platform) ChangeLink(ctx context.Context, a channel.Account, code, text string) (channel.MessageLink, error) {
	if problem := checkLinkCode(code); problem != nil {
		return channel.MessageLink{}, wrongInput(problem)
	}
	return p.saveLink(ctx, a, code, text)
}

func (p *Platform) saveLink(ctx context.Context, a channel.Account, code, text string) (channel.MessageLink, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > linkTextMax {
		return channel.MessageLink{}, wrongInput(&clearline.Problem{Cause: clearline.CauseInput, Title: "The link's text has the wrong length.",
			Detail: fmt.Sprintf("Nothing was changed. Write 1 to %d characters.", linkTextMax),
			Fields: []clearline.FieldProblem{{Name: "text", Reason: fmt.Sprintf("has %d characters, 1 to %d are allowed", n, linkTextMax)}}})
	}
	body := map[string]any{"prefilled_message": text}
	if code != "" {
		body["code"] = code
	}
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodPost, Path: linksPath(a), Token: a.Token, Body: body})
	if err != nil {
		return channel.MessageLink{}, callError(err, opChange)
	}
	defer d.Free()
	link := readLink(d.Root())
	if link.Code == "" {
		return link, callError(made(false), opChange)
	}
	return link, nil
}

// RemoveLink ends a message link; see channel.Profiler.
func (p *Platform) RemoveLink(ctx context.Context, a channel.Account, code string) error {
	if problem := checkLinkCode(code); problem != nil {
		return wrongInput(problem)
	}
	return p.act(ctx, a.Token, http.MethodDelete, linksPath(a)+"/"+url.PathEscape(code), nil, opChange)
}

// checkLinkCode keeps a code from leading to another edge: letters and digits only.
func checkLinkCode(code string) *clearline.Problem {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	if code != "" && len(code) <= 64 && strings.Trim(code, alphabet) == "" {
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "This is not the code of a message link.", Detail: "Nothing was changed. Take the code from the list of links.",
		Fields: []clearline.FieldProblem{{Name: "code", Reason: "is not letters and digits"}}}
}

// Name is where the display name stands; see channel.Profiler. Source: Meta, WhatsApp, display-names; read Dec 2025.
func (p *Platform) Name(ctx context.Context, a channel.Account) (channel.NameState, error) {
	q := url.Values{"fields": {"verified_name,name_status,new_display_name,new_name_status,official_business_account"}}
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: url.PathEscape(a.ID), Query: q, Token: a.Token})
	if err != nil {
		return channel.NameState{}, callError(err, opRead)
	}
	defer d.Free()
	v := d.Root()
	s := channel.NameState{Name: v.Get("verified_name").Text(), Status: v.Get("name_status").Text(), Wanted: v.Get("new_display_name").Text(),
		WantedStatus: v.Get("new_name_status").Text(), Badge: v.Get("official_business_account").Get("oba_status").Text()}
	if s.WantedStatus == "NONE" {
		s.WantedStatus = ""
	}
	s.Register = s.WantedStatus == "APPROVED"
	return s, nil
}

// RequestName asks for another display name; see channel.Profiler. Source: as of Name.
func (p *Platform) RequestName(ctx context.Context, a channel.Account, name string) error {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < nameMin || n > nameMax {
		return wrongInput(&clearline.Problem{Cause: clearline.CauseInput, Title: "The display name has the wrong length.",
			Detail: fmt.Sprintf("Nothing was sent to Meta. Write %d to %d characters.", nameMin, nameMax),
			Fields: []clearline.FieldProblem{{Name: "name", Reason: fmt.Sprintf("has %d characters, %d to %d are allowed", n, nameMin, nameMax)}}})
	}
	return p.change(ctx, a, "", map[string]any{"new_display_name": name}, opChange)
}
