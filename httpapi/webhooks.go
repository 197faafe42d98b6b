package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/ingest"
)

// maxIdleBody is the largest buffer kept for the next call.
const maxIdleBody = 64 << 10

var bodies = sync.Pool{New: func() any { return make([]byte, 0, 4<<10) }}

func (s *Server) webhookRoutes(mux *http.ServeMux, platform clearline.Platform, leaf Leaf) {
	base := "/webhooks/" + string(platform)
	for _, path := range []string{base, base + "/{app}"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { s.handshake(w, r, platform) })
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.webhook(w, r, platform, leaf) })
	}
}

// app reads the app named in the path; ok is false for a name that cannot be one.
func app(r *http.Request) (id clearline.ID, ok bool) {
	name := r.PathValue("app")
	if name == "" {
		return 0, true
	}
	id, err := clearline.ParseID(name)
	return id, err == nil
}

func (s *Server) handshake(w http.ResponseWriter, r *http.Request, platform clearline.Platform) {
	headers(w)
	id, ok := app(r)
	challenge, right := "", false
	if ok {
		challenge, right = s.o.Ingest.Handshake(platform, id, r)
	}
	if !right {
		s.fail(w, r, &clearline.Problem{Cause: clearline.CauseForbidden, Title: "The verify token is not the one set up here.",
			Detail: "Enter the same verify token in the platform's webhook settings as in the connection here."})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := io.WriteString(w, challenge); err != nil {
		s.o.Log.Debug("challenge not written", "err", err)
	}
}

// webhook is the hot path: read, verify, store, answer. Nothing is answered 2xx before it is durable.
func (s *Server) webhook(w http.ResponseWriter, r *http.Request, platform clearline.Platform, leaf Leaf) {
	at := s.o.Clock.Now().UTC()
	id, ok := app(r)
	if !ok {
		s.refuseCall(w, r, platform, 0, http.StatusNotFound, "limit", "the path names no app", nil)
		return
	}
	buf := bodies.Get().([]byte)
	defer func() {
		if cap(buf) <= maxIdleBody {
			bodies.Put(buf[:0]) //lint:ignore SA6002 the header escapes once a call, the buffer is what counts
		}
	}()
	var err error
	if buf, err = readBody(buf, r, leaf.BodyLimit); err != nil {
		var p *clearline.Problem
		if errors.As(err, &p) {
			s.o.Ingest.Refused(platform, id, "limit", http.StatusRequestEntityTooLarge, max(int(r.ContentLength), len(buf)), "body over the limit")
		}
		s.fail(w, r, err)
		return
	}
	err = s.o.Ingest.Take(context.WithoutCancel(r.Context()), ingest.Call{Platform: platform, App: id, Header: r.Header, Body: buf, At: at})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)
}

func (s *Server) refuseCall(w http.ResponseWriter, r *http.Request, platform clearline.Platform, id clearline.ID, status int, reason, detail string, err error) {
	s.o.Ingest.Refused(platform, id, reason, status, int(max(r.ContentLength, 0)), detail)
	if err == nil {
		err = &clearline.Problem{Cause: clearline.CauseAbsent, Title: "There is no such webhook address.", Detail: "Copy the address from the connection's page."}
	}
	s.fail(w, r, err)
}

// readBody reads the whole body into buf, with the limit enforced while reading.
func readBody(buf []byte, r *http.Request, limit int64) ([]byte, error) {
	tooLarge := &clearline.Problem{Cause: clearline.CauseTooLarge, Title: "The body is larger than this server takes.",
		Detail: "Platforms send at most 3 MB. Nothing was stored."}
	if r.ContentLength > limit {
		return buf, tooLarge
	}
	if n := int(r.ContentLength); n > cap(buf) {
		buf = make([]byte, 0, n)
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return buf, tooLarge
		case err == io.EOF:
			return buf, nil
		case err != nil:
			return buf, &clearline.Problem{Cause: clearline.CauseInput, Title: "The body ended early.", Detail: "Nothing was stored.", Err: err}
		}
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that went away needs no answer.
	_ = json.NewEncoder(w).Encode(v)
}
