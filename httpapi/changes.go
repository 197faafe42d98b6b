package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

const (
	// heartbeat keeps a silent stream alive through proxies.
	heartbeat = 15 * time.Second
	// lookAgain is how often a silent stream asks whether its reader still may read (I36: within 5 s).
	lookAgain = 3 * time.Second
	// askAgain is how often a busy stream asks the database, where another node may have ended a session; what this
	// node changes counts at once.
	askAgain = time.Second
)

// streamWrite bounds how long a slow reader may hold a write (I37); then it is cut off and asks "since n".
const streamWrite = 10 * time.Second

type changesInput struct {
	Since int64 `query:"since" minimum:"0" doc:"answer changes with higher numbers"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"500"`
}

type changesView struct {
	Changes []changeView `json:"changes" nullable:"false"`
	Next    int64        `json:"next" doc:"pass as since for what follows"`
}

func (s *Server) changeRoutes() {
	handle(s, account.Read, http.MethodGet, "changes", "list-changes", "What changed since a number, in order", http.StatusOK,
		func(ctx context.Context, in *changesInput) (*output[changesView], error) {
			rows, next, err := s.o.Store.Changes(ctx, caller(ctx).CompanyID, in.Since, in.Limit)
			if err != nil {
				return nil, err
			}
			v := changesView{Changes: []changeView{}, Next: next}
			for _, c := range rows {
				v.Changes = append(v.Changes, viewChange(c))
			}
			return &output[changesView]{v}, nil
		})
}

// streamRoute describes the stream and serves it.
func (s *Server) streamRoute(mux *http.ServeMux) {
	least := 0.0
	s.raw(mux, account.Read, huma.Operation{OperationID: "stream", Method: http.MethodGet, Path: "stream", Summary: "Changes as they happen",
		Description: "Server-sent events. change: id is the number of a change, data the change as list-changes gives it. hello begins the stream and says where it starts; " +
			"too_old ends it: load the lists anew. presence, without an id, tells who looks at a conversation or types in it, as list-presence gives it.",
		Parameters: []*huma.Param{
			{Name: "since", In: "query", Description: "begin after this change; now when left out", Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: &least}},
			{Name: "Last-Event-ID", In: "header", Description: "the same, as browsers send it when they reconnect; it wins over since", Schema: &huma.Schema{Type: huma.TypeString}},
		},
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}},
	}, s.stream)
}

// stream sends changes as they are committed: event "change", id n, data one change; and who looks at a
// conversation or types in it: event "presence", without id. It starts after
// Last-Event-ID or since; without either it starts now and first says where that is.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	company := caller(r.Context()).CompanyID
	at := r.Header.Get("Last-Event-ID")
	if at == "" {
		at = r.URL.Query().Get("since")
	}
	since, err := strconv.ParseInt(at, 10, 64)
	if at != "" && (err != nil || since < 0) {
		s.fail(w, r, badInput("since", "is not the number of a change"))
		return
	}
	if at == "" {
		if since, err = s.o.Store.Number(r.Context(), company); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	// What is too old is told before the stream starts, as an answer that a program can tell apart.
	if _, _, err := s.o.Store.Changes(r.Context(), company, since, 1); err != nil {
		s.fail(w, r, err)
		return
	}
	watcher := s.o.Live.Watch(company, since)
	defer watcher.Close()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	if err := write(w, out, fmt.Appendf(nil, "retry: 1000\nid: %d\nevent: hello\ndata: {\"n\":%d}\n\n", since, since)); err != nil {
		return
	}
	written := time.Now()
	var leave leave
	for {
		news, err := watcher.Next(r.Context(), lookAgain)
		if err != nil {
			if errors.Is(err, store.ErrTooOld) {
				_ = write(w, out, []byte("event: too_old\ndata: {}\n\n"))
			}
			return
		}
		if err := s.stillIn(r, &leave); err != nil {
			return
		}
		b := events(news.Changes)
		if len(news.Presence) > 0 {
			heard, err := s.presences(r.Context(), news.Presence)
			if err != nil {
				return
			}
			b = append(b, presenceEvents(heard)...)
		}
		if len(b) == 0 {
			if time.Since(written) < heartbeat-lookAgain/2 {
				continue
			}
			b = []byte(": alive\n\n")
		}
		if err := write(w, out, b); err != nil {
			return
		}
		written = time.Now()
	}
}

// leave is when a stream's reader was last found to be let in, and what this node had written by then.
type leave struct {
	at    time.Time
	calls int64
}

// stillIn asks again whether the reader may read: a session or key that ended ends its streams (I36).
func (s *Server) stillIn(r *http.Request, l *leave) error {
	now, calls := s.o.Clock.Now(), s.o.Store.Calls()
	if !l.at.IsZero() && calls == l.calls && now.Sub(l.at) < askAgain {
		return nil
	}
	c, err := s.admit(r)
	if err == nil && !c.May(account.Read) {
		err = errRight(c, account.Read)
	}
	*l = leave{now, calls}
	return err
}

func events(changes []clearline.Change) []byte {
	var b []byte
	for _, c := range changes {
		data, err := json.Marshal(viewChange(c))
		if err != nil {
			continue // a struct of texts and numbers always marshals
		}
		b = fmt.Appendf(b, "event: change\nid: %d\ndata: %s\n\n", c.N, data)
	}
	return b
}

func write(w http.ResponseWriter, out *http.ResponseController, b []byte) error {
	if err := out.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	return out.Flush()
}
