package background_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/clearline/clearline/background"
)

func TestWorkRunsFromStartToStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w background.Work
		w.Stop() // nothing runs yet

		var began, running atomic.Int32
		task := func(ctx context.Context) {
			began.Add(1)
			running.Add(1)
			defer running.Add(-1)
			<-ctx.Done()
		}
		starter, gone := context.WithCancel(t.Context())
		w.Start(starter, task, task, func(context.Context) { began.Add(1) })
		w.Start(starter, task)
		gone()
		synctest.Wait()
		if began.Load() != 3 || running.Load() != 2 {
			t.Fatalf("%d tasks began and %d run after their starter is gone, want 3 and 2", began.Load(), running.Load())
		}

		w.Stop()
		if running.Load() != 0 {
			t.Errorf("Stop returned with %d tasks running", running.Load())
		}
		w.Stop()

		w.Start(t.Context(), task)
		synctest.Wait()
		if began.Load() != 4 || running.Load() != 1 {
			t.Errorf("started again: %d tasks began, %d run", began.Load(), running.Load())
		}
		w.Stop()
	})
}

// Whoever stops while another's Stop still waits returns only when the work has ended too.
func TestEveryStopWaits(t *testing.T) {
	t.Parallel()
	var w background.Work
	told, last := make(chan struct{}), make(chan struct{})
	var ended atomic.Bool
	w.Start(t.Context(), func(ctx context.Context) {
		<-ctx.Done()
		close(told)
		<-last
		ended.Store(true)
	})
	early := make(chan bool, 2)
	stop := func() { w.Stop(); early <- !ended.Load() }
	go stop()
	<-told
	go stop()
	close(last)
	for range 2 {
		if <-early {
			t.Error("a Stop returned while the work went on")
		}
	}
}
