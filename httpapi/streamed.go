package httpapi

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline/account"
)

// firstSign is how long an answer in events may say nothing before it shows that it has begun; from then on the heartbeat
// keeps it alive: a proxy gives up what is silent for a minute, and people may take two.
const firstSign = time.Second

// streamed registers a POST that answers with JSON, or with events while it goes on when those are asked for. f gives the
// answer and the name of its event; emit sends one event before it. What goes wrong before anything was written is answered
// like everywhere else, and after that as an event problem.
func (s *Server) streamed(mux *http.ServeMux, right account.Right, o huma.Operation, answer reflect.Type, f func(r *http.Request, emit func(name string, data any)) (any, string, error)) {
	o.Method = http.MethodPost
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json":  {Schema: s.api.OpenAPI().Components.Schemas.Schema(answer, true, answer.Name())},
		"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	s.raw(mux, right, o, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			data, _, err := f(r, func(string, any) {})
			if err != nil {
				s.fail(w, r, err)
				return
			}
			writeJSON(w, http.StatusOK, data)
			return
		}
		told := &telling{w: w, out: http.NewResponseController(w), log: s.o.Log}
		silent := told.stayAlive()
		data, name, err := f(r, told.emit)
		silent()
		switch {
		case err == nil:
			told.emit(name, data)
		case told.begun:
			told.emit("problem", s.answer(err, requestID(r.Context())))
		default:
			s.fail(w, r, err)
		}
	})
}

// telling is an answer in events under way.
type telling struct {
	out *http.ResponseController
	log *slog.Logger

	mu    sync.Mutex
	w     http.ResponseWriter
	begun bool
}

func (t *telling) emit(name string, data any) {
	text, err := json.Marshal(data)
	if err == nil {
		err = t.write(fmt.Appendf(nil, "event: %s\ndata: %s\n\n", name, text))
	}
	if err != nil {
		t.log.Debug("an event was not written", "event", name, "err", err)
	}
}

func (t *telling) write(b []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.begun {
		t.begun = true
		t.w.Header().Set("Content-Type", "text/event-stream")
		t.w.Header().Set("X-Accel-Buffering", "no")
	}
	return write(t.w, t.out, b)
}

// stayAlive writes something from time to time until the returned call, which comes back when nothing is written any more.
func (t *telling) stayAlive() (silent func()) {
	enough := make(chan struct{})
	var under sync.WaitGroup
	under.Go(func() {
		timer := time.NewTimer(firstSign)
		defer timer.Stop()
		for {
			select {
			case <-enough:
				return
			case <-timer.C:
			}
			if err := t.write([]byte(": alive\n\n")); err != nil {
				return // whoever reads has gone
			}
			timer.Reset(heartbeat)
		}
	})
	return func() {
		close(enough)
		under.Wait()
	}
}
