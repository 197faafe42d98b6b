package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
)

type contextKey int

const (
	callerKey contextKey = iota
	requestKey
	visitKey
)

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// caller is who asks; the guard has put it there for every route of the API that is not public.
func caller(ctx context.Context) account.Caller {
	c, _ := ctx.Value(callerKey).(account.Caller)
	return c
}

// ownPagesHeader is sent by our pages with every change; a form of another site cannot send it.
const ownPagesHeader = "X-Clearline"

// guard names each request, catches panics, and lets nobody into the API who is not known.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w)
		if strings.HasPrefix(r.URL.Path, "/webhooks/") {
			next.ServeHTTP(w, r)
			return
		}
		id := newRequestID()
		v := s.visit(r)
		ctx := context.WithValue(context.WithValue(r.Context(), requestKey, id), visitKey, v)
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-Id", id)
		if v.encrypted {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.o.Log.Error("a handler panicked", "request_id", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				s.fail(w, r, fmt.Errorf("panic: %v", p))
			}
		}()
		switch api := strings.HasPrefix(r.URL.Path, "/api/"); {
		case r.URL.Path == "/healthz", r.URL.Path == "/readyz", r.URL.Path == "/api/openapi.json":
		case api && r.Header.Get("Authorization") != "":
			// A key is no cookie: whoever sends it has chosen the line.
			c, err := s.admit(r)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			r = r.WithContext(context.WithValue(ctx, callerKey, c))
		case !v.served():
			s.refusePlain(w, r, api)
			return
		case api:
			c, err := s.admitPage(r)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			r = r.WithContext(context.WithValue(ctx, callerKey, c))
		}
		next.ServeHTTP(w, r)
	})
}

// admit finds who asks: by API key, or by the session of a browser.
func (s *Server) admit(r *http.Request) (account.Caller, error) {
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, key, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return account.Caller{}, account.ErrSignIn
		}
		return s.o.Accounts.Key(r.Context(), strings.TrimSpace(key))
	}
	return s.o.Accounts.Session(r.Context(), visitOf(r.Context()).session)
}

// admitPage is admit for browsers: what a session changes must come from our own pages (I49), and so must what lets
// somebody in. A public route needs no session.
func (s *Server) admitPage(r *http.Request) (c account.Caller, err error) {
	public := s.public[r.Method+" "+r.URL.Path]
	if !public {
		if c, err = s.admit(r); err != nil {
			return c, err
		}
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return c, nil
	}
	if err := s.cross.Check(r); err != nil || r.Header.Get(ownPagesHeader) == "" {
		return account.Caller{}, &clearline.Problem{Cause: clearline.CauseForbidden, Title: "This change did not come from one of our own pages.",
			Detail: "Programs use an API key; pages send the header " + ownPagesHeader + "."}
	}
	return c, nil
}

// errRight is the answer to a caller without a right. who is who has it.
func errRight(c account.Caller, r account.Right) error {
	if r == account.Own {
		return &clearline.Problem{Cause: clearline.CauseForbidden, Title: "An API key has no session, settings, drafts or presence of its own.", Detail: "Nothing was done. Sign in to do this."}
	}
	var who []string
	for _, role := range account.WhoMay(r) {
		who = append(who, string(role))
	}
	return &clearline.Problem{Cause: clearline.CauseForbidden, Title: fmt.Sprintf("This takes the right %s.", r),
		Detail: "Nothing was done. Ask somebody of your company who has it: " + strings.Join(who, " or ") + "."}
}

// may refuses callers without the right of a route, before anything of the request is read.
func (s *Server) may(right account.Right) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if c := caller(ctx.Context()); !c.May(right) {
			p := s.answer(errRight(c, right), requestID(ctx.Context()))
			if err := huma.WriteErr(s.api, ctx, p.Status, p.Title, p); err != nil {
				s.o.Log.Debug("answer not written", "err", err)
			}
			return
		}
		next(ctx)
	}
}

// raw registers a route of the API that writes its answer by itself, and its description.
func (s *Server) raw(mux *http.ServeMux, right account.Right, o huma.Operation, f http.HandlerFunc) {
	declared(right, o.OperationID)
	o.Path, o.Extensions = "/api/v1/"+o.Path, map[string]any{rightWord: string(right)}
	for _, status := range []string{"401", "404", "422"} {
		o.Responses[status] = &huma.Response{Description: http.StatusText(problemStatus[status]), Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: huma.SchemaFromType(s.api.OpenAPI().Components.Schemas, problemType)}}}
	}
	s.api.OpenAPI().AddOperation(&o)
	mux.HandleFunc(o.Method+" "+o.Path, func(w http.ResponseWriter, r *http.Request) {
		if c := caller(r.Context()); !c.May(right) {
			s.fail(w, r, errRight(c, right))
			return
		}
		f(w, r)
	})
}

// rightWord is where the description of a route names the right that it takes.
const rightWord = "x-right"

// declared wants every route to name a right that there is.
func declared(right account.Right, route string) {
	if !right.Known() {
		panic(fmt.Sprintf("the route %s declares the right %q, which there is not", route, right))
	}
}

// login turns a sign-in link into a session; without a code it is the page to sign in on.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if !r.URL.Query().Has("code") {
		s.o.UI.ServeHTTP(w, r)
		return
	}
	v := visitOf(r.Context())
	session, err := s.o.Accounts.SignIn(r.Context(), r.URL.Query().Get("code"), v.begin())
	if err != nil {
		http.Redirect(w, r, "/signed-out", http.StatusSeeOther)
		return
	}
	http.SetCookie(w, v.cookie(session.Secret, session.Expires))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "alive")
}

// readyWithin is how recent a committed write must be to count as proof; otherwise one is made.
const readyWithin = 2 * time.Second

// readiness is the answer of /readyz.
type readiness struct {
	Ready   bool    `json:"ready"`
	WriteMS float64 `json:"write_ms"`
	// At is this server's time, so that whoever watches it notices a clock that is off.
	At    time.Time       `json:"at"`
	Cause clearline.Cause `json:"cause,omitempty"`
}

// readyz says ready only when a write was committed just now (I42).
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	now := s.o.Clock.Now().UTC()
	if last := s.o.Store.LastWrite(); now.Sub(last) < readyWithin {
		writeJSON(w, http.StatusOK, readiness{Ready: true, At: now})
		return
	}
	took, err := s.ping(r.Context())
	if err != nil {
		writeJSON(w, http.StatusServiceUnavailable, readiness{At: now, Cause: clearline.CauseDisk})
		return
	}
	writeJSON(w, http.StatusOK, readiness{Ready: true, At: now, WriteMS: float64(took.Microseconds()) / 1000})
}
