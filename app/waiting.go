package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/backup"
	"github.com/clearline/clearline/certificate"
	"github.com/clearline/clearline/httpapi"
	"github.com/clearline/clearline/store"
)

const (
	// tryEvery is the pause before a database that could not be opened is tried again.
	tryEvery = 10 * time.Second
	// patience is how long a start may take before somebody answers in its place.
	patience = time.Second
)

// Trouble is what keeps the product from starting while its settings may be right: it may end by itself.
type Trouble struct {
	Cause clearline.Cause
	Err   error
}

func (t *Trouble) Error() string { return t.Err.Error() }
func (t *Trouble) Unwrap() error { return t.Err }

// trouble tells whether an error of the database is worth waiting for. Two servers on one file are not: only one is meant. (A server
// that has been waiting already is no second one.)
func trouble(err error) error {
	var p *clearline.Problem
	switch {
	case err == nil, errors.Is(err, store.ErrInUse), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &p):
		return &Trouble{p.Cause, err}
	case store.NoRoom(err), errors.Is(err, backup.ErrRoom):
		return &Trouble{clearline.CauseDisk, err}
	}
	return &Trouble{clearline.CauseDatabase, err}
}

// Serve runs the product until ctx ends. Settings that cannot be meant end it at once. A database that cannot be opened
// does not: somebody answers 503 with the reason meanwhile, and it is tried again until it works. started is called once
// the product answers.
func Serve(ctx context.Context, o Options, started func(*App) error) error {
	if err := o.complete(); err != nil {
		return err
	}
	listener, err := o.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	front := &door{listener}
	w := &waiting{o: o, front: front, since: o.Clock.Now()}
	if w.source, err = o.source(certificate.Folder); err != nil {
		return err
	}
	for {
		a, err := w.try(ctx)
		var t *Trouble
		switch {
		case err == nil:
			w.over()
			if err := started(a); err != nil {
				return stopAfter(a, err)
			}
			<-ctx.Done()
			return a.Stop(context.WithoutCancel(ctx))
		case ctx.Err() != nil:
			w.end()
			return ctx.Err()
		case errors.As(err, &t):
			w.tell(t)
		case errors.Is(err, store.ErrInUse) && w.told != "":
			// Whoever looks for the reason with `clearline doctor`, or repairs it by a command, has the file for that long.
			w.o.Log.Info("a command uses the database just now; it is tried again", "again_in", tryEvery)
		default:
			w.end()
			return err
		}
		timer := o.Clock.NewTimer(tryEvery)
		select {
		case <-ctx.Done():
		case <-timer.C():
		}
		timer.Stop()
	}
}

func stopAfter(a *App, err error) error {
	if serr := a.Stop(context.Background()); serr != nil {
		a.o.Log.Warn("stopping", "err", serr)
	}
	return err
}

// listen takes the address before anything else: when it is in use, everything else would be in vain.
func (o Options) listen() (*net.TCPListener, error) {
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; is another program using it? choose another with --addr", o.Addr, err)
	}
	return listener.(*net.TCPListener), nil
}

// waiting answers in the product's place.
type waiting struct {
	o      Options
	front  *door
	source certificate.Source
	since  time.Time
	server *http.Server
	now    atomic.Pointer[httpapi.Trouble]
	// told is what the log says already.
	told string
}

// try starts the product. When that takes long, callers are told meanwhile.
func (w *waiting) try(ctx context.Context) (*App, error) {
	type result struct {
		app *App
		err error
	}
	done := make(chan result, 1)
	go func() {
		a, err := New(ctx, w.o)
		if err == nil {
			if err = a.begin(ctx, w.front.Addr()); err != nil {
				err = stopAfter(a, err)
			}
		}
		done <- result{a, err}
	}()
	slow := time.NewTimer(patience)
	defer slow.Stop()
	for {
		select {
		case <-slow.C:
			if w.server == nil {
				w.show(httpapi.Trouble{})
			}
		case r := <-done:
			if r.err != nil {
				return nil, r.err
			}
			w.end()
			if err := r.app.answer(ctx, w.front.again()); err != nil {
				return nil, stopAfter(r.app, err)
			}
			return r.app, nil
		}
	}
}

// tell shows a trouble to callers, and once to the log.
func (w *waiting) tell(t *Trouble) {
	if said := string(t.Cause) + t.Error(); said != w.told {
		w.told = said
		w.o.Log.Error("the server cannot start its work; every call is answered with 503, and it is tried again", "cause", t.Cause, "again_in", tryEvery, "err", t.Err)
	}
	w.show(httpapi.Trouble{Cause: t.Cause, Found: t.Error()})
}

func (w *waiting) show(t httpapi.Trouble) {
	t.Since, t.Every, t.Log = w.since, tryEvery, w.o.Log
	w.now.Store(&t)
	if w.server != nil {
		return
	}
	var listener net.Listener = w.front.again()
	if w.source != nil {
		listener = tls.NewListener(listener, w.source.TLS())
	}
	w.server = &http.Server{ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(w.o.Log.Handler(), slog.LevelDebug),
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.now.Load().ServeHTTP(rw, r) })}
	server := w.server
	go func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			w.o.Log.Error("the server that answers meanwhile has ended", "err", err)
		}
	}()
}

// end stops answering, and lets whoever comes wait for the product.
func (w *waiting) end() {
	if w.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.server.Shutdown(ctx); err != nil {
		w.server.Close()
	}
	w.server = nil
}

// over says that the trouble has ended.
func (w *waiting) over() {
	if w.told != "" {
		w.o.Log.Info("the trouble is over; the server works", "after", w.o.Clock.Now().Sub(w.since))
		w.told = ""
	}
}

// door is a listening address that one server after another accepts from: closing it ends the accepting, not the
// listening, so that nobody is refused in between.
type door struct{ *net.TCPListener }

// again opens the door for the next server.
func (d *door) again() *door {
	_ = d.SetDeadline(time.Time{}) // it fails only after the listening has ended, which Accept says then
	return &door{d.TCPListener}
}

// Close lets Accept end.
func (d *door) Close() error { return d.SetDeadline(time.Unix(1, 0)) }
