package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/connect"
	"github.com/clearline/clearline/store"
)

type platformView struct {
	EmbeddedSignup signUpView  `json:"embedded_signup"`
	Server         addressView `json:"server"`
}

type signUpView struct {
	Ready   bool     `json:"ready" doc:"true when people can sign in at Meta instead of pasting tokens"`
	AppID   *string  `json:"app_id"`
	Missing []string `json:"missing" nullable:"false" doc:"settings of the operator that are not there yet"`
}

type addressView struct {
	PublicURL string           `json:"public_url"`
	Usable    bool             `json:"usable" doc:"false when the platform cannot reach this address by its form alone"`
	Cause     *clearline.Cause `json:"cause"`
}

type fieldCheckView struct {
	Name  string           `json:"name"`
	OK    bool             `json:"ok"`
	Text  string           `json:"text" doc:"a short line, such as: works · belongs to Shop Lda"`
	Cause *clearline.Cause `json:"cause"`
}

type evidenceView struct {
	Text   string            `json:"text"`
	Facts  map[string]string `json:"facts" doc:"named facts; the names depend on the step"`
	Fields []fieldCheckView  `json:"fields" nullable:"false" doc:"what is known of each pasted value"`
}

type procedureStep struct {
	Step     string           `json:"step"`
	State    string           `json:"state" enum:"todo,now,done,skipped,failed"`
	Title    string           `json:"title"`
	Cause    *clearline.Cause `json:"cause" doc:"why it does not go on"`
	Detail   *string          `json:"detail" doc:"the sentences for the cause"`
	Evidence *evidenceView    `json:"evidence"`
	At       stamp            `json:"at"`
	Inputs   []string         `json:"inputs" nullable:"false" doc:"the fields that it waits for"`
	AgainAt  stamp            `json:"again_at" doc:"when the program tries again by itself"`
	Tries    int              `json:"tries" doc:"how often it did not go on"`
}

type choicesView struct {
	WABAs   []connect.WABAChoice   `json:"wabas" nullable:"false"`
	Numbers []connect.NumberChoice `json:"numbers" nullable:"false"`
}

type conflictView struct {
	Stored        connect.AccountRef `json:"stored"`
	Found         connect.AccountRef `json:"found"`
	MissingScopes []string           `json:"missing_scopes" nullable:"false"`
}

type attemptsView struct {
	Used        int   `json:"used"`
	Limit       int   `json:"limit"`
	WindowHours int   `json:"window_hours"`
	FreeAt      stamp `json:"free_at" doc:"when the oldest leaves the window"`
}

func viewAttempts(a store.Attempts) attemptsView {
	return attemptsView{a.Used, connect.AttemptLimit, int(connect.AttemptWindow / time.Hour), stampOf(a.FreeAt)}
}

type procedureView struct {
	ID           string             `json:"id"`
	Platform     string             `json:"platform"`
	Way          string             `json:"way" enum:"embedded_signup,coexistence,manual,reconnect,move_in"`
	ConnectionID *string            `json:"connection_id"`
	Status       string             `json:"status" enum:"running,waiting,done,failed,cancelled"`
	Step         string             `json:"step" doc:"the step whose turn it is"`
	Steps        []procedureStep    `json:"steps" nullable:"false"`
	LoginURL     *string            `json:"login_url" doc:"only in the answer to POST steps/login: where the browser is to go within ten minutes"`
	Choices      *choicesView       `json:"choices"`
	Account      connect.AccountRef `json:"account"`
	Conflict     *conflictView      `json:"conflict"`
	Attempts     attemptsView       `json:"attempts"`
	CreatedAt    time.Time          `json:"created_at"`
	UpdatedAt    time.Time          `json:"updated_at"`
	ExpiresAt    time.Time          `json:"expires_at"`
}

func (s *Server) procedureView(ctx context.Context, p *connect.Procedure) (*output[procedureView], error) {
	attempts, err := s.o.Connect.Attempts(ctx, p)
	if err != nil {
		return nil, err
	}
	v := procedureView{ID: p.ID().String(), Platform: string(p.Platform()), Way: string(p.Way()), ConnectionID: idOf(p.ConnectionID()), Status: p.Status(), Step: string(p.Step()),
		Steps: []procedureStep{}, LoginURL: orNil(p.LoginURL), Account: p.Account, Attempts: viewAttempts(attempts), CreatedAt: p.CreatedAt(), UpdatedAt: p.UpdatedAt(), ExpiresAt: p.ExpiresAt()}
	for _, st := range p.Steps {
		v.Steps = append(v.Steps, viewProcedureStep(st))
	}
	if c := p.Choices; c != nil {
		v.Choices = &choicesView{c.WABAs, c.Numbers}
	}
	if c := p.Conflict; c != nil {
		v.Conflict = &conflictView{c.Stored, c.Found, c.MissingScopes}
	}
	return &output[procedureView]{v}, nil
}

func viewProcedureStep(st connect.Step) procedureStep {
	v := procedureStep{Step: string(st.ID), State: string(st.State), Title: st.Title(), Cause: orNil(st.Cause), Detail: orNil(st.Detail), At: stampOf(st.At),
		Inputs: append([]string{}, st.Inputs...), AgainAt: stampOf(st.AgainAt), Tries: st.Tries}
	if e := st.Evidence; e != nil {
		v.Evidence = &evidenceView{Text: e.Text, Facts: e.Facts, Fields: []fieldCheckView{}}
		if v.Evidence.Facts == nil {
			v.Evidence.Facts = map[string]string{}
		}
		for _, f := range e.Fields {
			v.Evidence.Fields = append(v.Evidence.Fields, fieldCheckView{f.Name, f.OK, f.Text, orNil(f.Cause)})
		}
	}
	return v
}

type newProcedureInput struct {
	Body struct {
		Platform     string `json:"platform" enum:"whatsapp"`
		Way          string `json:"way" enum:"embedded_signup,coexistence,manual,reconnect,move_in"`
		ConnectionID string `json:"connection_id,omitempty" maxLength:"20" doc:"the connection to reconnect"`
	}
}

type stepInput struct {
	ID   string `path:"id" maxLength:"20"`
	Step string `path:"step" enum:"server,number,login,token,assets,reserve,subscribe,code,register,health,webhook,message"`
	Body stepBody
}

// stepBody is what a person gives to a step; each takes its own.
type stepBody struct {
	Phone         string `json:"phone,omitempty" maxLength:"40" doc:"number, assets: with country code"`
	OnApp         string `json:"on_app,omitempty" enum:"no,business,personal" doc:"number: whether it is in a WhatsApp app today"`
	Token         string `json:"token,omitempty" maxLength:"4096" doc:"token"`
	PhoneNumberID string `json:"phone_number_id,omitempty" maxLength:"64" doc:"token, assets"`
	WABAID        string `json:"waba_id,omitempty" maxLength:"64" doc:"token, assets"`
	AppID         string `json:"app_id,omitempty" maxLength:"64" doc:"token"`
	AppSecret     string `json:"app_secret,omitempty" maxLength:"256" doc:"token: needed unless the token is of the operator's app"`
	VerifyToken   string `json:"verify_token,omitempty" maxLength:"256" doc:"token: found by lot when left out"`
	Name          string `json:"name,omitempty" maxLength:"100" doc:"token: how your team calls it; assets: the display name of a number that is added"`
	Method        string `json:"method,omitempty" enum:"sms,voice" doc:"code: asks for one"`
	Language      string `json:"language,omitempty" maxLength:"10" doc:"code: such as en_US"`
	Code          string `json:"code,omitempty" maxLength:"20" doc:"code: as it came"`
	PIN           string `json:"pin,omitempty" maxLength:"20" doc:"register: six digits"`
	Decide        string `json:"decide,omitempty" enum:"sign_in_again,use_found" doc:"assets: about a conflict"`
	AskRelease    bool   `json:"ask_release,omitempty" doc:"reserve: leave a note for the company that uses the account"`
	PointHere     bool   `json:"point_here,omitempty" doc:"subscribe: the app's webhook is to lead here"`
	Released      bool   `json:"released,omitempty" doc:"number, register: the account in the app was deleted"`
	Skip          bool   `json:"skip,omitempty" doc:"number, subscribe, webhook, message: go on without"`
	DryRun        bool   `json:"dry_run,omitempty" doc:"token: check what was pasted so far and keep nothing"`
}

func (b stepBody) inputs() connect.Inputs {
	return connect.Inputs{Phone: b.Phone, OnApp: b.OnApp, Token: b.Token, PhoneNumberID: b.PhoneNumberID, WABAID: b.WABAID, AppID: b.AppID, AppSecret: b.AppSecret,
		VerifyToken: b.VerifyToken, Name: b.Name, Method: b.Method, Language: b.Language, Code: b.Code, PIN: b.PIN, Decide: b.Decide, AskRelease: b.AskRelease,
		PointHere: b.PointHere, Released: b.Released, Skip: b.Skip, DryRun: b.DryRun}
}

// actor is who asks, as procedures know them.
func actor(ctx context.Context) connect.Actor {
	c := caller(ctx)
	a := connect.Actor{CompanyID: c.CompanyID}
	if c.User != nil {
		a.UserID, a.Session = c.User.ID, c.SessionID()
	}
	return a
}

// procedureRoutes connect accounts step by step.
func (s *Server) procedureRoutes() {
	handle(s, account.ManageConnections, http.MethodGet, "platforms/whatsapp", "get-platform", "What connecting WhatsApp needs of this server", http.StatusOK,
		func(context.Context, *struct{}) (*output[platformView], error) {
			meta, address := s.o.Connect.Meta(), s.o.Connect.Address()
			return &output[platformView]{platformView{signUpView{meta.Ready(), orNil(meta.ID), meta.Missing()}, addressView{address.URL, address.Usable, orNil(address.Cause)}}}, nil
		})
	handle(s, account.ManageConnections, http.MethodPost, "procedures", "begin-procedure", "Begin to connect or reconnect an account; a connection has one open procedure, which is given again", http.StatusCreated,
		func(ctx context.Context, in *newProcedureInput) (*output[procedureView], error) {
			var connection clearline.ID
			if in.Body.ConnectionID != "" {
				var err error
				if connection, err = clearline.ParseID(in.Body.ConnectionID); err != nil {
					return nil, store.ErrAbsent
				}
			}
			p, err := s.o.Connect.Begin(ctx, actor(ctx), clearline.Platform(in.Body.Platform), connect.Way(in.Body.Way), connection)
			if p == nil || err != nil && !began(err) {
				return nil, err
			}
			return s.procedureView(ctx, p)
		})
	handle(s, account.ManageConnections, http.MethodGet, "procedures", "list-procedures", "Procedures that are neither done nor given up, the oldest first", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[procedureView]], error) {
			all, err := s.o.Connect.Procedures(ctx, caller(ctx).CompanyID)
			if err != nil {
				return nil, err
			}
			out := &output[page[procedureView]]{page[procedureView]{Items: []procedureView{}}}
			for _, p := range all {
				v, err := s.procedureView(ctx, p)
				if err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, v.Body)
			}
			return out, nil
		})
	handle(s, account.ManageConnections, http.MethodGet, "procedures/{id}", "get-procedure", "One procedure", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[procedureView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			p, err := s.o.Connect.Procedure(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			return s.procedureView(ctx, p)
		})
	handle(s, account.ManageConnections, http.MethodDelete, "procedures/{id}", "give-up-procedure", "Give a procedure up; at the platform nothing is undone", http.StatusNoContent,
		func(ctx context.Context, in *IDParam) (*noContent, error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return nil, s.o.Connect.GiveUp(ctx, caller(ctx).CompanyID, id)
		})
	handle(s, account.ManageConnections, http.MethodPost, "procedures/{id}/steps/{step}", "take-step", "Give a step what it waits for; answers once it has ended or waits again", http.StatusOK,
		func(ctx context.Context, in *stepInput) (*output[procedureView], error) {
			id, err := clearline.ParseID(in.ID)
			if err != nil {
				return nil, store.ErrAbsent
			}
			p, err := s.o.Connect.Take(ctx, actor(ctx), id, connect.StepID(in.Step), in.Body.inputs())
			if err != nil {
				return nil, err
			}
			return s.procedureView(ctx, p)
		})
}

// began tells whether an error is the word of a procedure's first step: the procedure is there, and shows it.
func began(err error) bool {
	var p *clearline.Problem
	return errors.As(err, &p)
}

// loginReturn is the fixed address that logins at Meta come back to. It ends on the procedure's page, or on the page of
// all connections with the cause.
func (s *Server) loginReturn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back := "/connect"
	c, err := s.o.Accounts.Session(r.Context(), visitOf(r.Context()).session)
	a := connect.Actor{CompanyID: c.CompanyID}
	if err == nil && c.User != nil && c.May(account.ManageConnections) {
		a.UserID, a.Session = c.User.ID, c.SessionID()
	}
	// Without a session it is somebody else's: the state says so.
	id, err := s.o.Connect.Return(r.Context(), a, connect.Returned{State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error"), Reason: q.Get("error_reason") + " " + q.Get("error_description")})
	if id != 0 {
		back += "/" + id.String()
	}
	if err != nil {
		p := s.answer(err, requestID(r.Context()))
		back += "?cause=" + string(p.Cause)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}
