package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
)

type contextKey int

const (
	callerKey contextKey = iota
	requestKey
)

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// caller is who asks; the guard has put it there for every route of the API.
func caller(ctx context.Context) account.Caller {
	c, _ := ctx.Value(callerKey).(account.Caller)
	return c
}

const (
	cookieName       = "clearline"
	secureCookieName = "__Host-clearline"
	// ownPagesHeader is sent by our pages with every change; a form of another site cannot send it.
	ownPagesHeader = "X-Clearline"
)

// guard names each request, catches panics, and lets nobody into the API who is not known.
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/webhooks/") {
			next.ServeHTTP(w, r)
			return
		}
		id := newRequestID()
		ctx := context.WithValue(r.Context(), requestKey, id)
		w.Header().Set("X-Request-Id", id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.o.Log.Error("a handler panicked", "request_id", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				s.fail(w, r.WithContext(ctx), fmt.Errorf("panic: %v", p))
			}
		}()
		if !strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/api/openapi.json" {
			next.ServeHTTP(w, r.WithContext(ctx))
			return
		}
		headers(w)
		c, err := s.admit(cross, r)
		if err != nil {
			s.fail(w, r.WithContext(ctx), err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, callerKey, c)))
	})
}

// admit finds who asks: by API key, or by the session of a browser on one of our own pages.
func (s *Server) admit(cross *http.CrossOriginProtection, r *http.Request) (account.Caller, error) {
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, key, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return account.Caller{}, account.ErrSignIn
		}
		return s.o.Accounts.Key(r.Context(), strings.TrimSpace(key))
	}
	session := ""
	for _, name := range []string{secureCookieName, cookieName} {
		if c, err := r.Cookie(name); err == nil {
			session = c.Value
			break
		}
	}
	c, err := s.o.Accounts.Session(r.Context(), session)
	if err != nil {
		return c, err
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if err := cross.Check(r); err != nil || r.Header.Get(ownPagesHeader) == "" {
			return account.Caller{}, &clearline.Problem{Cause: clearline.CauseForbidden, Title: "This change did not come from one of our own pages.",
				Detail: "Programs use an API key; pages send the header " + ownPagesHeader + "."}
		}
	}
	return c, nil
}

// login turns a sign-in link into a session.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	headers(w)
	session, expires, err := s.o.Accounts.SignIn(r.Context(), r.URL.Query().Get("code"))
	if err != nil {
		http.Redirect(w, r, "/signed-out", http.StatusSeeOther)
		return
	}
	c := &http.Cookie{Name: cookieName, Value: session, Path: "/", Expires: expires, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if r.TLS != nil || strings.HasPrefix(s.o.PublicURL, "https://") {
		c.Name, c.Secure = secureCookieName, true
	}
	http.SetCookie(w, c)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	headers(w)
	fmt.Fprintln(w, "alive")
}

// readyWithin is how recent a committed write must be to count as proof; otherwise one is made.
const readyWithin = 2 * time.Second

// readyz says ready only when a write was committed just now (I42).
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	headers(w)
	type ready struct {
		Ready   bool            `json:"ready"`
		WriteMS float64         `json:"write_ms"`
		Cause   clearline.Cause `json:"cause,omitempty"`
	}
	if last := s.o.Store.LastWrite(); s.o.Clock.Now().Sub(last) < readyWithin {
		writeJSON(w, http.StatusOK, ready{Ready: true})
		return
	}
	took, err := s.ping(r.Context())
	if err != nil {
		writeJSON(w, http.StatusServiceUnavailable, ready{Cause: clearline.CauseDisk})
		return
	}
	writeJSON(w, http.StatusOK, ready{Ready: true, WriteMS: float64(took.Microseconds()) / 1000})
}
