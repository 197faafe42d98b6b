// Package background gives every room that works between requests one way to start and to stop.
package background

import (
	"context"
	"sync"
)

// Work is what goes on beside requests, from Start to Stop. The zero value is ready; it may be started again after
// a Stop, and is safe for concurrent use.
type Work struct {
	mu     sync.Mutex
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// Start runs each task in a goroutine of its own until Stop ends their context; a task may also return earlier.
// What ends ctx does not end them: they belong to the program, not to whoever started it. A second Start while
// they run does nothing.
func (w *Work) Start(ctx context.Context, tasks ...func(context.Context)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil {
		return
	}
	ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	for _, task := range tasks {
		w.done.Go(func() { task(ctx) })
	}
}

// Stop ends the tasks' context and returns when all have returned; whoever calls it meanwhile waits too. Without
// a Start before it, it does nothing.
func (w *Work) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel == nil {
		return
	}
	w.cancel()
	w.done.Wait()
	w.cancel = nil
}
