package httpapi

import (
	"context"
	"sync"
	"time"
)

// pings lets all who ask at the same time share one write.
type pings struct {
	mu      sync.Mutex
	running *pingCall
}

type pingCall struct {
	done chan struct{}
	took time.Duration
	err  error
}

func (s *Server) ping(ctx context.Context) (time.Duration, error) {
	s.pings.mu.Lock()
	c := s.pings.running
	if c == nil {
		c = &pingCall{done: make(chan struct{})}
		s.pings.running = c
		go func() {
			c.took, c.err = s.o.Store.Ping(context.WithoutCancel(ctx))
			s.pings.mu.Lock()
			s.pings.running = nil
			s.pings.mu.Unlock()
			close(c.done)
		}()
	}
	s.pings.mu.Unlock()
	select {
	case <-c.done:
		return c.took, c.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
