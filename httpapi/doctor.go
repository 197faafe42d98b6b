package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/store"
)

type fixInput struct {
	ID     string `path:"id" maxLength:"20"`
	Action string `path:"action" maxLength:"40" doc:"a word that a finding's step names as its action"`
	Body   struct {
		DryRun   bool   `json:"dry_run,omitempty" doc:"only tell what would change"`
		PIN      string `json:"pin,omitempty" maxLength:"16" doc:"six digits, for register and set_pin"`
		Method   string `json:"method,omitempty" enum:"sms,voice" doc:"how the code comes, for request_code"`
		Language string `json:"language,omitempty" maxLength:"16" doc:"of the code's message, for request_code, such as en_US"`
		Code     string `json:"code,omitempty" maxLength:"16" doc:"the code that came, for verify_code"`
	}
}

type fixView struct {
	Changes []channel.Change `json:"changes" nullable:"false" doc:"each call that changes something, with what is there and what will be"`
	Done    bool             `json:"done" doc:"false when it was only asked what would change"`
}

type trialInput struct {
	Kind string `json:"kind" enum:"webhook,message,round_trip"`
	To   string `json:"to,omitempty" maxLength:"40" doc:"for message: the phone to send to; the one used last when left out"`
}

type trialView struct {
	OK    bool         `json:"ok"`
	Steps []doctor.Hop `json:"steps" nullable:"false"`
}

type repairView struct {
	At      stamp            `json:"at"`
	Action  string           `json:"action"`
	By      *personView      `json:"by" doc:"null for an API key, and for what the program does by itself"`
	Changes json.RawMessage  `json:"changes"`
	Cause   *clearline.Cause `json:"cause" doc:"what went wrong, null when nothing did"`
}

func (s *Server) doctorRoutes(mux *http.ServeMux) {
	handle(s, account.Read, http.MethodGet, "connections/{id}/doctor", "get-report", "The last report about a connection", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[doctor.Report], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			company := caller(ctx).CompanyID
			if _, err := s.o.Store.Connection(ctx, company, id); err != nil {
				return nil, err
			}
			r, err := s.o.Doctor.Last(ctx, company, id)
			return &output[doctor.Report]{r}, err
		})
	handle(s, account.Read, http.MethodGet, "connections/{id}/findings", "list-findings", "All that was ever found at a connection, what stands first", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[page[doctor.FindingReport]], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			all, err := s.o.Doctor.History(ctx, caller(ctx).CompanyID, id)
			return &output[page[doctor.FindingReport]]{page[doctor.FindingReport]{Items: all}}, err
		})
	handle(s, account.Read, http.MethodGet, "connections/{id}/repairs", "list-repairs", "Who repaired what at a connection, the newest first", http.StatusOK, s.listRepairs)
	handle(s, account.ManageConnections, http.MethodPost, "connections/{id}/fixes/{action}", "fix-connection", "Repair something, or tell what that would change", http.StatusOK,
		func(ctx context.Context, in *fixInput) (*output[fixView], error) {
			id, err := clearline.ParseID(in.ID)
			if err != nil {
				return nil, store.ErrAbsent
			}
			b := in.Body
			changes, err := s.o.Doctor.Fix(ctx, caller(ctx).CompanyID, id, caller(ctx).AuthorID(),
				channel.Repair{Action: in.Action, PIN: b.PIN, Method: b.Method, Language: b.Language, Code: b.Code}, b.DryRun)
			if err != nil {
				return nil, err
			}
			if changes == nil {
				changes = []channel.Change{}
			}
			return &output[fixView]{fixView{changes, !b.DryRun}}, nil
		})
	handle(s, account.Read, http.MethodGet, "doctor", "get-server-report", "The last report about the server itself", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[doctor.Report], error) {
			r, err := s.o.Doctor.Last(ctx, clearline.Installation, 0)
			return &output[doctor.Report]{r}, err
		})
	s.streamed(mux, account.ManageConnections, huma.Operation{OperationID: "examine-connection", Path: "connections/{id}/doctor", Summary: "Examine a connection in full",
		Description: "With Accept: text/event-stream each check comes as it begins and as it ends (event: check), then the report (event: report); else the report alone. Whoever leaves does not end it.",
		Parameters:  []*huma.Param{idInPath}}, reflect.TypeFor[doctor.Report](), s.examine)
	s.streamed(mux, account.ManageConnections, huma.Operation{OperationID: "examine-server", Path: "doctor", Summary: "Examine the server itself in full",
		Description: "As examine-connection, with the server's own checks alone."}, reflect.TypeFor[doctor.Report](),
		func(r *http.Request, emit func(string, any)) (any, string, error) {
			report, err := s.o.Doctor.ExamineServer(r.Context(), caller(r.Context()).CompanyID, func(c doctor.CheckReport) { emit("check", c) })
			return report, "report", err
		})
	s.streamed(mux, account.ManageConnections, huma.Operation{OperationID: "test-connection", Path: "connections/{id}/test", Summary: "Go the whole way of a message once",
		Description: "webhook: a signed call through the public address, which never enters the inbox. message: to a phone that has written lately. round_trip: waits two minutes for somebody to write to " +
			"the number, and answers. With Accept: text/event-stream each hop comes as it happens (event: step), then the result (event: result).",
		Parameters: []*huma.Param{idInPath},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {
			Schema: huma.SchemaFromType(s.api.OpenAPI().Components.Schemas, reflect.TypeFor[trialInput]())}}},
	}, reflect.TypeFor[trialView](), s.try)
}

var idInPath = &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}

// inPath reads the id of a raw route's path.
func inPath(r *http.Request) (clearline.ID, error) {
	id, err := clearline.ParseID(r.PathValue("id"))
	if err != nil {
		return 0, store.ErrAbsent
	}
	return id, nil
}

func (s *Server) examine(r *http.Request, emit func(string, any)) (any, string, error) {
	id, err := inPath(r)
	if err != nil {
		return nil, "", err
	}
	report, err := s.o.Doctor.Examine(r.Context(), caller(r.Context()).CompanyID, id, func(c doctor.CheckReport) { emit("check", c) })
	return report, "report", err
}

// trialBodyMost is more than any right body of a test takes.
const trialBodyMost = 4 << 10

func (s *Server) try(r *http.Request, emit func(string, any)) (any, string, error) {
	id, err := inPath(r)
	if err != nil {
		return nil, "", err
	}
	company := caller(r.Context()).CompanyID
	if _, err := s.o.Store.Connection(r.Context(), company, id); err != nil {
		return nil, "", err
	}
	var in trialInput
	d := json.NewDecoder(io.LimitReader(r.Body, trialBodyMost))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, "", badInput("body", "is not JSON with kind, and to where it is wanted")
	}
	ok, steps, err := s.o.Doctor.Try(r.Context(), company, id, caller(r.Context()).AuthorID(), in.Kind, in.To, func(x doctor.Hop) { emit("step", x) })
	return trialView{ok, steps}, "result", err
}

func (s *Server) listRepairs(ctx context.Context, in *IDParam) (*output[page[repairView]], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	company := caller(ctx).CompanyID
	if _, err := s.o.Store.Connection(ctx, company, id); err != nil {
		return nil, err
	}
	rows, err := s.o.Store.Repairs(ctx, company, id, 100)
	if err != nil {
		return nil, err
	}
	authors, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	out := &output[page[repairView]]{page[repairView]{Items: []repairView{}}}
	for _, r := range rows {
		v := repairView{At: stampOf(r.At), Action: r.Action, Changes: r.Changes, Cause: orNil(r.Cause)}
		if r.UserID != 0 {
			v.By = &personView{r.UserID.String(), authors[r.UserID]}
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}
