package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

type causeLine struct {
	Cause string        `json:"cause"`
	Title string        `json:"title"`
	Short string        `json:"short" doc:"one sentence"`
	Who   playbook.Who  `json:"who" enum:"agent,lead,admin,operator,account_owner,nobody" doc:"who can act"`
	Side  playbook.Side `json:"side" enum:"us,platform,account,person,nobody_wrote,unknown" doc:"where the trouble lies"`
}

type codeView struct {
	Platform   string `json:"platform"`
	Code       int    `json:"code"`
	CodeMax    *int   `json:"code_max" doc:"the last code of a range, null when it is one code"`
	Subcode    *int   `json:"subcode" doc:"null when there is none"`
	Name       string `json:"name" doc:"the platform's own title"`
	Confidence string `json:"confidence" enum:"documented,field,unconfirmed"`
}

type causePage struct {
	playbook.Entry
	Codes []codeView `json:"codes" nullable:"false" doc:"the platforms' numbers that lead here"`
}

type explainInput struct {
	Platform string `query:"platform" required:"true" enum:"whatsapp,messenger,instagram,telegram,discord"`
	Code     int    `query:"code" required:"true" minimum:"0" doc:"the platform's error code"`
	Subcode  int    `query:"subcode" minimum:"0"`
	Text     string `query:"text" maxLength:"4096" doc:"the platform's own words; quoted, never matched"`
}

type causeParam struct {
	Cause    string `path:"cause" maxLength:"64"`
	Platform string `query:"platform" enum:"whatsapp,messenger,instagram,telegram,discord" doc:"the platform that the page is to speak of"`
}

// causeRoutes explain causes and the platforms' numbers.
func (s *Server) causeRoutes() {
	handle(s, account.Read, http.MethodGet, "explain", "explain", "What a platform's error code means, why it comes and what to do", http.StatusOK,
		func(_ context.Context, in *explainInput) (*output[playbook.Explanation], error) {
			platform := clearline.Platform(in.Platform)
			return &output[playbook.Explanation]{playbook.Explain(platform, s.o.Platforms[platform].Explainer, in.Code, in.Subcode, in.Text)}, nil
		})
	handle(s, account.Read, http.MethodGet, "causes", "list-causes", "All causes, in alphabetical order", http.StatusOK,
		func(context.Context, *struct{}) (*output[page[causeLine]], error) {
			out := &output[page[causeLine]]{page[causeLine]{Items: []causeLine{}}}
			for _, p := range playbook.Pages() {
				out.Body.Items = append(out.Body.Items, causeLine{string(p.Cause), playbook.Fill(p.Title, nil), playbook.Fill(p.Short, nil), p.Who, p.Side})
			}
			return out, nil
		})
	handle(s, account.Read, http.MethodGet, "causes/{cause}", "get-cause", "The page of one cause", http.StatusOK,
		func(_ context.Context, in *causeParam) (*output[causePage], error) {
			values := playbook.Values{}
			if in.Platform != "" {
				values["platform"] = clearline.Platform(in.Platform).Name()
			}
			x := playbook.ExplainCause(clearline.Cause(in.Cause), values)
			if !x.Known {
				return nil, store.ErrAbsent
			}
			return &output[causePage]{causePage{x.Entries[0], s.codesOf(clearline.Cause(in.Cause))}}, nil
		})
}

// codesOf lists the numbers that lead to a cause.
func (s *Server) codesOf(cause clearline.Cause) []codeView {
	all := []codeView{}
	for platform, leaf := range s.o.Platforms {
		if leaf.Explainer == nil {
			continue
		}
		for _, f := range leaf.Explainer.Faults() {
			if f.Cause != cause && !slices.Contains(f.Also, cause) {
				continue
			}
			v := codeView{Platform: string(platform), Code: f.Code, Name: f.Name, Confidence: f.Confidence}
			if f.CodeMax > f.Code {
				v.CodeMax = &f.CodeMax
			}
			if f.Subcode != 0 {
				v.Subcode = &f.Subcode
			}
			all = append(all, v)
		}
	}
	slices.SortStableFunc(all, func(a, b codeView) int { return strings.Compare(a.Platform, b.Platform) })
	return all
}
