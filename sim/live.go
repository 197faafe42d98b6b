package sim

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// live tells open phones pages which person's phone changed. A page that does
// not keep up is told to load everything again.
type live struct {
	mu      sync.Mutex
	streams map[chan string]bool
}

func newLive() *live { return &live{streams: map[chan string]bool{}} }

const (
	streamBuffer = 256
	maxStreams   = 100
	heartbeat    = 20 * time.Second
)

// everybody stands for all phones: the clock was moved.
const everybody = ""

// tell never blocks: it is called under the Sim's lock.
func (l *live) tell(personID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.streams {
		select {
		case c <- personID:
		default: // full: the reader sees the overflow mark when it gets there
		}
	}
}

func (l *live) open() chan string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.streams) >= maxStreams {
		return nil
	}
	c := make(chan string, streamBuffer)
	l.streams[c] = true
	return c
}

func (l *live) close(c chan string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.streams, c)
}

// serveStream is GET /control/v1/stream: `event: person, data: <id>` for each
// phone that changed and `event: all` when some were missed.
func (s *Sim) serveStream(w http.ResponseWriter, r *http.Request) {
	changes := s.live.open()
	if changes == nil {
		writeProblem(w, http.StatusServiceUnavailable, "too many streams are open", nil)
		return
	}
	defer s.live.close(changes)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	fmt.Fprint(w, "event: all\ndata: \n\n")
	if out.Flush() != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case id := <-changes:
			if id == everybody || len(changes) >= streamBuffer-1 {
				for len(changes) > 0 {
					<-changes
				}
				fmt.Fprint(w, "event: all\ndata: \n\n")
			} else {
				fmt.Fprintf(w, "event: person\ndata: %s\n\n", id)
			}
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
		if out.Flush() != nil {
			return
		}
	}
}
