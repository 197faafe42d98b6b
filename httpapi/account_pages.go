package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"rsc.io/qr"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/connect"
)

type readingView struct {
	At    stamp  `json:"at" doc:"since when it is known to be so"`
	Value string `json:"value" doc:"the platform's word"`
}

type figureView struct {
	Name   string        `json:"name"`
	Values []readingView `json:"values" nullable:"false" doc:"the oldest first; each stands until the next"`
}

type worksView struct {
	Ability string `json:"ability" enum:"receive,reply,start,start_utility,add_number" doc:"reply is within an open window, start is writing first"`
	State   string `json:"state" enum:"yes,no,unknown"`
	Until   stamp  `json:"until" doc:"when it comes back, null when nobody said"`
}

type restrictionView struct {
	Kind  string `json:"kind" doc:"the platform's word"`
	Until stamp  `json:"until" doc:"null when the platform told no end"`
}

type badgeView struct {
	State   *string `json:"state" doc:"the platform's word, null when it was never told"`
	Since   stamp   `json:"since" doc:"since when it is known to be so"`
	AgainAt stamp   `json:"again_at" doc:"after a refusal: from when it may be asked for again; there is no appeal"`
}

type gainView struct {
	What   string `json:"what"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type announcedView struct {
	On          stamp  `json:"on"`
	What        string `json:"what"`
	Do          string `json:"do" doc:"empty when there is nothing to do"`
	Concerns    bool   `json:"concerns" doc:"this program, or every business that uses it, relies on what changes"`
	Open        bool   `json:"open" doc:"the day is only the earliest that it may be"`
	Unconfirmed bool   `json:"unconfirmed" doc:"sources differ"`
	Source      string `json:"source"`
	Read        string `json:"read" doc:"month in which it was read there"`
}

type placesView struct {
	Appeal  string `json:"appeal"`
	Manager string `json:"manager"`
	Verify  string `json:"verify"`
	Badge   string `json:"badge"`
}

type standingView struct {
	CheckedAt    stamp                  `json:"checked_at" doc:"when the platform was last asked"`
	State        string                 `json:"state" enum:"disabled,restricted,review,attention,good,unknown"`
	Cause        *clearline.Cause       `json:"cause"`
	Since        stamp                  `json:"since"`
	Works        []worksView            `json:"works" nullable:"false" doc:"what the account can still do"`
	Restrictions []restrictionView      `json:"restrictions" nullable:"false"`
	Violation    *string                `json:"violation" doc:"the breach that the platform named, in its word"`
	Now          map[string]readingView `json:"now" doc:"what the platform last told, by name: quality_rating, messaging_limit, throughput, status, review, verification and others"`
	History      []figureView           `json:"history" nullable:"false" doc:"the same over time, by name"`
	Badge        badgeView              `json:"badge"`
	Verification []gainView             `json:"verification" nullable:"false" doc:"what the business's verification changes"`
	Announced    []announcedView        `json:"announced" nullable:"false" doc:"changes of the platform as dated data, the latest first; the doctor warns 90 days ahead of those that concern you"`
	RulesRead    string                 `json:"rules_read" doc:"month in which the rules were last read at the platform"`
	Places       placesView             `json:"places" doc:"the platform's own pages"`
}

func viewStanding(s connect.Standing) standingView {
	v := standingView{CheckedAt: stampOf(s.CheckedAt), State: string(s.State), Cause: orNil(s.Cause), Since: stampOf(s.Since), Works: []worksView{}, Restrictions: []restrictionView{},
		Violation: orNil(s.Violation), Now: map[string]readingView{}, History: []figureView{}, Verification: []gainView{}, Announced: []announcedView{}, RulesRead: s.Rules.Read,
		Badge:  badgeView{orNil(s.Badge.State), stampOf(s.Badge.Since), stampOf(s.Badge.AgainAt)},
		Places: placesView{s.Rules.AppealURL, s.Rules.ManagerURL, s.Rules.VerifyURL, s.Rules.BadgeURL}}
	for _, w := range s.Works {
		v.Works = append(v.Works, worksView{string(w.Ability), w.State, stampOf(w.Until)})
	}
	for _, r := range s.Restrictions {
		v.Restrictions = append(v.Restrictions, restrictionView{r.Kind, stampOf(r.Until)})
	}
	for _, a := range s.Rules.Announced {
		v.Announced = append(v.Announced, announcedView{stampOf(a.On), a.What, a.Do, a.Concerns, a.Open, a.Unconfirmed, a.Source, a.Read})
	}
	for _, g := range s.Rules.Verification {
		v.Verification = append(v.Verification, gainView(g))
	}
	for _, r := range s.Readings {
		one := readingView{stampOf(r.At), r.Value}
		if n := len(v.History); n == 0 || v.History[n-1].Name != r.Name {
			v.History = append(v.History, figureView{Name: r.Name})
		}
		last := &v.History[len(v.History)-1]
		last.Values = append(last.Values, one)
		v.Now[r.Name] = one
	}
	return v
}

// profileFields are what customers see of a business, but for the picture.
type profileFields struct {
	About       string   `json:"about" maxLength:"4096"`
	Address     string   `json:"address" maxLength:"4096"`
	Description string   `json:"description" maxLength:"4096"`
	Email       string   `json:"email" maxLength:"4096"`
	Vertical    string   `json:"vertical" maxLength:"64" doc:"the line of business: one of limits.verticals, or empty"`
	Websites    []string `json:"websites" maxItems:"20" nullable:"false"`
}

type profileLimitsView struct {
	About       int      `json:"about"`
	Address     int      `json:"address"`
	Description int      `json:"description"`
	Email       int      `json:"email"`
	Websites    int      `json:"websites" doc:"how many"`
	Website     int      `json:"website"`
	Verticals   []string `json:"verticals" nullable:"false"`
	Picture     int      `json:"picture" doc:"the largest picture, in bytes"`
	PictureSide int      `json:"picture_side" doc:"the shortest side of a picture, in pixels"`
}

type profileView struct {
	Profile profileFields     `json:"profile"`
	Picture bool              `json:"picture" doc:"whether there is a picture; GET …/profile/picture gives it"`
	Limits  profileLimitsView `json:"limits" doc:"the longest texts, in characters"`
}

func viewProfile(p channel.Profile, l channel.ProfileLimits) *output[profileView] {
	return &output[profileView]{profileView{profileFields{p.About, p.Address, p.Description, p.Email, p.Vertical, append([]string{}, p.Websites...)},
		p.PictureURL != "", profileLimitsView{l.AboutMax, l.AddressMax, l.DescriptionMax, l.EmailMax, l.WebsitesMax, l.WebsiteMax, append([]string{}, l.Verticals...),
			l.PictureMax, l.PictureSide}}}
}

type profileInput struct {
	ID   string `path:"id" maxLength:"20"`
	Body profileFields
}

// LinkView is one message link. It is exported because the API description is made by looking at list types.
type LinkView struct {
	Code string `json:"code"`
	URL  string `json:"url" doc:"opens a conversation with the text written"`
	Text string `json:"text"`
}

type linksView struct {
	Items   []LinkView `json:"items" nullable:"false"`
	TextMax int        `json:"text_max" doc:"the longest text, in characters"`
}

type linkBody struct {
	Text string `json:"text" maxLength:"4096" doc:"what the person finds written, and may change before sending it"`
}

type newLinkInput struct {
	ID   string `path:"id" maxLength:"20"`
	Body linkBody
}

type linkParam struct {
	ID   string `path:"id" maxLength:"20"`
	Code string `path:"code" maxLength:"64" doc:"the platform's code of a link"`
}

type linkInput struct {
	ID   string `path:"id" maxLength:"20"`
	Code string `path:"code" maxLength:"64" doc:"the platform's code of a link"`
	Body linkBody
}

func viewLink(l channel.MessageLink) *output[LinkView] {
	return &output[LinkView]{LinkView{l.Code, l.Address, l.Text}}
}

func linkCall(code string) string { return strings.TrimSpace("message link " + code) }

// written is what a profile was written with, field by field; an empty about was left as it is.
func written(p profileFields) (all []channel.Change) {
	for _, f := range []struct{ name, text string }{{"about", p.About}, {"address", p.Address}, {"description", p.Description}, {"email", p.Email}, {"vertical", p.Vertical}, {"websites", strings.Join(p.Websites, " ")}} {
		if f.name != "about" || f.text != "" {
			all = append(all, channel.Change{Call: "profile: " + f.name, To: f.text})
		}
	}
	return all
}

type nameStateView struct {
	Name         string       `json:"name" doc:"the one in use"`
	Status       string       `json:"status" doc:"the platform's word about it"`
	Wanted       *string      `json:"wanted" doc:"the one asked for"`
	WantedStatus *string      `json:"wanted_status" doc:"the platform's word about it"`
	Ready        bool         `json:"ready" doc:"the wanted name is approved and takes effect with POST …/display_name/register"`
	PINKept      bool         `json:"pin_kept" doc:"the number's PIN is kept here"`
	Coexistence  bool         `json:"coexistence" doc:"the number lives in the Business app, where its name is changed"`
	Attempts     attemptsView `json:"attempts" doc:"registrations of the number that the platform counts"`
	Min          int          `json:"min"`
	Max          int          `json:"max"`
}

func (s *Server) viewName(n connect.NameState, err error) (*output[nameStateView], error) {
	if err != nil {
		return nil, err
	}
	l := n.Limits
	return &output[nameStateView]{nameStateView{n.Name, n.Status, orNil(n.Wanted), orNil(n.WantedStatus), n.Register, n.PINKept, n.Coexistence, viewAttempts(n.Attempts), l.NameMin, l.NameMax}}, nil
}

type nameInput struct {
	ID   string `path:"id" maxLength:"20"`
	Body struct {
		Name string `json:"name" maxLength:"4096"`
	}
}

type takeNameInput struct {
	ID   string `path:"id" maxLength:"20"`
	Body struct {
		PIN string `json:"pin,omitempty" maxLength:"16" doc:"the number's six digits; the ones kept here when left out"`
	}
}

func (s *Server) accountPageRoutes(mux *http.ServeMux) {
	handle(s, account.Read, http.MethodGet, "connections/{id}/account", "get-standing", "How an account stands with its platform, now and over time; the platform is not asked", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[standingView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			standing, err := s.o.Connect.Standing(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			return &output[standingView]{viewStanding(standing)}, nil
		})
	handle(s, account.Read, http.MethodGet, "connections/{id}/profile", "get-profile", "What customers see of the business, read from the platform now", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[profileView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			p, limits, err := s.o.Connect.Profile(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			return viewProfile(p, limits), nil
		})
	handle(s, account.ManageConnections, http.MethodPut, "connections/{id}/profile", "save-profile", "Write the whole profile; an empty about is left as it is", http.StatusOK,
		func(ctx context.Context, in *profileInput) (*output[profileView], error) {
			id, err := (IDParam{in.ID}).id()
			if err != nil {
				return nil, err
			}
			b := in.Body
			p, limits, err := s.o.Connect.SaveProfile(ctx, caller(ctx).CompanyID, id, channel.Profile{About: b.About, Address: b.Address, Description: b.Description,
				Email: b.Email, Vertical: b.Vertical, Websites: b.Websites})
			s.remember(ctx, id, "save_profile", err, written(b)...)
			if err != nil {
				return nil, err
			}
			return viewProfile(p, limits), nil
		})
	s.nameRoutes()
	s.linkRoutes(mux)
	s.pictureRoutes(mux)
}

// nameRoutes change the display name: asked for, reviewed by the platform, taken by registering again.
func (s *Server) nameRoutes() {
	handle(s, account.Read, http.MethodGet, "connections/{id}/display_name", "get-display-name", "Where the display name stands, read from the platform now", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[nameStateView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return s.viewName(s.o.Connect.Name(ctx, caller(ctx).CompanyID, id))
		})
	handle(s, account.ManageConnections, http.MethodPost, "connections/{id}/display_name", "request-display-name", "Ask for another display name, which the platform reviews", http.StatusOK,
		func(ctx context.Context, in *nameInput) (*output[nameStateView], error) {
			id, err := (IDParam{in.ID}).id()
			if err != nil {
				return nil, err
			}
			n, err := s.o.Connect.RequestName(ctx, caller(ctx).CompanyID, id, in.Body.Name)
			s.remember(ctx, id, "request_name", err, channel.Change{Call: "display name", From: n.Name, To: in.Body.Name})
			return s.viewName(n, err)
		})
	handle(s, account.ManageConnections, http.MethodPost, "connections/{id}/display_name/register", "take-display-name", "Let an approved name take effect: registers the number again with its PIN, one of ten in 72 hours", http.StatusOK,
		func(ctx context.Context, in *takeNameInput) (*output[nameStateView], error) {
			id, err := (IDParam{in.ID}).id()
			if err != nil {
				return nil, err
			}
			n, err := s.o.Connect.TakeName(ctx, caller(ctx).CompanyID, id, in.Body.PIN)
			s.remember(ctx, id, "take_name", err, channel.Change{Call: "display name", To: n.Name})
			return s.viewName(n, err)
		})
}

func (s *Server) linkRoutes(mux *http.ServeMux) {
	handle(s, account.Read, http.MethodGet, "connections/{id}/links", "list-links", "Message links, read from the platform now", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[linksView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			all, limits, err := s.o.Connect.Links(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			out := &output[linksView]{linksView{[]LinkView{}, limits.LinkTextMax}}
			for _, l := range all {
				out.Body.Items = append(out.Body.Items, viewLink(l).Body)
			}
			return out, nil
		})
	handle(s, account.ManageConnections, http.MethodPost, "connections/{id}/links", "add-link", "Make a message link", http.StatusCreated,
		func(ctx context.Context, in *newLinkInput) (*output[LinkView], error) {
			id, err := (IDParam{in.ID}).id()
			if err != nil {
				return nil, err
			}
			l, err := s.o.Connect.SaveLink(ctx, caller(ctx).CompanyID, id, "", in.Body.Text)
			s.remember(ctx, id, "add_link", err, channel.Change{Call: linkCall(l.Code), To: in.Body.Text})
			if err != nil {
				return nil, err
			}
			return viewLink(l), nil
		})
	handle(s, account.ManageConnections, http.MethodPost, "connections/{id}/links/{code}", "change-link", "Give a message link another text; its address stays", http.StatusOK,
		func(ctx context.Context, in *linkInput) (*output[LinkView], error) {
			id, err := (IDParam{in.ID}).id()
			if err != nil {
				return nil, err
			}
			l, err := s.o.Connect.SaveLink(ctx, caller(ctx).CompanyID, id, in.Code, in.Body.Text)
			s.remember(ctx, id, "change_link", err, channel.Change{Call: linkCall(in.Code), To: in.Body.Text})
			if err != nil {
				return nil, err
			}
			return viewLink(l), nil
		})
	handle(s, account.ManageConnections, http.MethodDelete, "connections/{id}/links/{code}", "delete-link", "End a message link; printed codes of it lead nowhere then", http.StatusNoContent,
		func(ctx context.Context, in *linkParam) (*struct{}, error) {
			id, err := (IDParam{in.ID}).id()
			if err != nil {
				return nil, err
			}
			err = s.o.Connect.RemoveLink(ctx, caller(ctx).CompanyID, id, in.Code)
			s.remember(ctx, id, "delete_link", err, channel.Change{Call: linkCall(in.Code)})
			return nil, err
		})
	s.raw(mux, account.Read, huma.Operation{OperationID: "get-link-image", Method: http.MethodGet, Path: "connections/{id}/links/{code}/image", Summary: "The QR code of a message link",
		Parameters: []*huma.Param{idInPath, {Name: "code", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "format", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"svg", "png"}}}},
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"image/svg+xml": {Schema: &huma.Schema{Type: huma.TypeString}}, "image/png": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}}, s.linkImage)
}

// linkImage draws the code here: the browser loads nothing from elsewhere, and the platform's own picture shows the same.
func (s *Server) linkImage(w http.ResponseWriter, r *http.Request) {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "svg"
	}
	if !slices.Contains([]string{"svg", "png"}, format) {
		s.fail(w, r, badInput("format", "is neither svg nor png"))
		return
	}
	id, err := inPath(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	link, err := s.o.Connect.Link(r.Context(), caller(r.Context()).CompanyID, id, r.PathValue("code"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	drawn, err := qr.Encode(link.Address, qr.M)
	if err != nil {
		s.fail(w, r, fmt.Errorf("the code of %s cannot be drawn: %w", link.Code, err))
		return
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf(`inline; filename="whatsapp-%s.%s"`, link.Code, format))
	content := []byte(squares(drawn))
	if w.Header().Set("Content-Type", "image/svg+xml"); format == "png" {
		w.Header().Set("Content-Type", "image/png")
		content = drawn.PNG()
	}
	if _, err := w.Write(content); err != nil {
		s.o.Log.Debug("a picture was not written", "err", err)
	}
}

// quietZone is the white border that readers of QR codes need, in modules. Source: ISO/IEC 18004.
const quietZone = 4

// squares is a code as SVG, which prints sharply at any size.
func squares(c *qr.Code) string {
	var path strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	side := c.Size + 2*quietZone
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`,
		side, side, side*8, side*8, side, side, path.String())
}
