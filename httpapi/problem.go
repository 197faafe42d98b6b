package httpapi

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// problem is application/problem+json with what a person needs: what, why, what next.
type problem struct {
	Title     string                   `json:"title" doc:"what happened, in one sentence"`
	Status    int                      `json:"status"`
	Detail    string                   `json:"detail" doc:"why, and what to do next"`
	Cause     clearline.Cause          `json:"cause" doc:"the trouble's id, the same in the inbox, the CLI and the playbook"`
	Fields    []clearline.FieldProblem `json:"fields" doc:"which inputs are wrong, and how"`
	RequestID string                   `json:"request_id"`

	retryAfter int
}

func (p *problem) Error() string               { return p.Title }
func (p *problem) GetStatus() int              { return p.Status }
func (p *problem) ContentType(_ string) string { return "application/problem+json" }

// statuses is the one table from causes to answers; every cause not named is 422: understood, but refused.
var statuses = map[clearline.Cause]int{
	clearline.CauseAbsent:        http.StatusNotFound,
	clearline.CauseConflict:      http.StatusConflict,
	clearline.CauseSignIn:        http.StatusUnauthorized,
	clearline.CauseHookSignature: http.StatusUnauthorized,
	clearline.CauseForbidden:     http.StatusForbidden,
	clearline.CauseUnencrypted:   http.StatusForbidden,
	clearline.CauseTooMany:       http.StatusTooManyRequests,
	clearline.CauseTooOld:        http.StatusGone,
	clearline.CauseTooLarge:      http.StatusRequestEntityTooLarge,
	clearline.CauseBusy:          http.StatusServiceUnavailable,
	clearline.CauseDisk:          http.StatusServiceUnavailable,
}

// problemType and problemStatus describe refusals of routes that huma does not serve.
var (
	problemType   = reflect.TypeFor[problem]()
	problemStatus = map[string]int{"401": http.StatusUnauthorized, "404": http.StatusNotFound, "422": http.StatusUnprocessableEntity}
)

// answer turns any error into a problem. What is not of the domain is our own fault and says nothing of its
// inside; the log has it under the request's id.
func (s *Server) answer(err error, requestID string) *problem {
	var p *problem
	if errors.As(err, &p) {
		p.RequestID = requestID
		return p
	}
	var d *clearline.Problem
	if !errors.As(err, &d) && errors.Is(err, store.ErrClosed) {
		d = &clearline.Problem{Cause: clearline.CauseBusy, Title: "The server is stopping.", Detail: "Send the request again in a moment.", RetryAfter: 5e9, Err: err}
	}
	if d == nil {
		s.o.Log.Error("request failed", "request_id", requestID, "err", err)
		return &problem{Title: "The server could not do this.", Status: http.StatusInternalServerError, Cause: clearline.CauseOther, RequestID: requestID,
			Detail: "The fault is ours. Try again; if it stays, give the operator the request_id, under which the log has the reason.", Fields: []clearline.FieldProblem{}}
	}
	if d.Err != nil {
		s.o.Log.Warn("request refused", "request_id", requestID, "cause", d.Cause, "err", d.Err)
	}
	p = &problem{Title: d.Title, Detail: d.Detail, Cause: d.Cause, Fields: d.Fields, RequestID: requestID, Status: http.StatusUnprocessableEntity,
		retryAfter: int(math.Ceil(d.RetryAfter.Seconds()))}
	if status, ok := statuses[d.Cause]; ok {
		p.Status = status
	}
	if p.Fields == nil {
		p.Fields = []clearline.FieldProblem{}
	}
	return p
}

// fail writes a problem from a handler that huma does not serve.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := s.answer(err, requestID(r.Context()))
	w.Header().Set("Content-Type", "application/problem+json")
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized && p.Cause == clearline.CauseSignIn {
		w.Header().Set("WWW-Authenticate", `Bearer realm="clearline"`)
	}
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.o.Log.Debug("answer not written", "err", err)
	}
}

// useProblems makes huma's own findings about wrong input problems like all others. Huma keeps how it does that
// for the whole process, so it is told once, however many servers there are.
var useProblems = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		p := &problem{Title: "The request cannot be read as it is.", Status: status, Cause: clearline.CauseInput, Fields: []clearline.FieldProblem{},
			Detail: "Nothing was done. Correct the fields named; the API's description at /api/openapi.json says what each takes."}
		switch {
		case status == http.StatusRequestEntityTooLarge:
			p.Cause, p.Title = clearline.CauseTooLarge, "The request is too large."
		case status >= 500:
			p.Cause, p.Title, p.Detail = clearline.CauseOther, "The server could not do this.", "The fault is ours. Try again; if it stays, give the operator the request_id."
		}
		for _, err := range errs {
			if own := (*problem)(nil); errors.As(err, &own) {
				return own
			}
			var d *huma.ErrorDetail
			if errors.As(err, &d) {
				p.Fields = append(p.Fields, clearline.FieldProblem{Name: d.Location, Reason: d.Message})
			} else if err != nil {
				p.Fields = append(p.Fields, clearline.FieldProblem{Name: "body", Reason: err.Error()})
			}
		}
		if len(p.Fields) == 0 && msg != "" && status < 500 {
			p.Fields = append(p.Fields, clearline.FieldProblem{Name: "request", Reason: msg})
		}
		if ctx != nil {
			p.RequestID = requestID(ctx.Context())
		}
		return p
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return huma.NewErrorWithContext(nil, status, msg, errs...)
	}
})

// newRequestID names a request in answers and log.
func newRequestID() string { return rand.Text()[:16] }
