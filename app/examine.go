package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/store"
)

// Examination is what an examination without a running server came to.
type Examination struct {
	Server      doctor.Report
	Connections []ExaminedConnection
}

// ExaminedConnection is one connection's report, with its name.
type ExaminedConnection struct {
	Name   string
	Report doctor.Report
}

// Examine opens the data itself and examines the server and its connections; only names one, 0 all. A database that
// cannot be opened is a finding. The error is for what could not be examined at all: no database, one that a running
// server holds, or no such connection.
func Examine(ctx context.Context, o Options, only clearline.ID) (x Examination, err error) {
	if err := o.complete(); err != nil {
		return x, err
	}
	have, want, absent, err := store.Standing(ctx, o.Database)
	switch {
	case absent:
		return x, fmt.Errorf("there is no database at %s: name the folder with --data-dir, or ask a running server with --url and --api-key", o.Database)
	case err != nil:
		x.Server = doctor.Unopened(clearline.CauseDatabase, err.Error(), o.Clock.Now())
		return x, nil
	case have < want:
		x.Server = doctor.Unopened(clearline.CauseSchema, fmt.Sprintf("schema %d, this program wants %d", have, want), o.Clock.Now())
		return x, nil
	}
	a, err := New(ctx, o)
	if err != nil {
		if errors.Is(err, store.ErrInUse) {
			return x, fmt.Errorf("%w; to examine it while it runs, ask it: --url and --api-key", err)
		}
		cause := clearline.CauseDatabase
		var t *Trouble
		if errors.As(err, &t) {
			cause = t.Cause
		}
		x.Server = doctor.Unopened(cause, err.Error(), o.Clock.Now())
		return x, nil
	}
	defer func() {
		a.doctor.Stop()
		err = errors.Join(err, a.Store.Close())
	}()
	if err := a.doctor.Serve(ctx, o.PublicURL, o.PublicURL != ""); err != nil {
		return x, err
	}
	if x.Server, err = a.doctor.ExamineServer(ctx, clearline.Installation, func(doctor.CheckReport) {}); err != nil {
		return x, err
	}
	all, err := a.Store.AllConnections(ctx)
	if err != nil {
		return x, err
	}
	for _, c := range all {
		if only != 0 && c.ID != only || only == 0 && !c.DisconnectedAt.IsZero() {
			continue
		}
		r, err := a.doctor.Examine(ctx, c.CompanyID, c.ID, func(doctor.CheckReport) {})
		if err != nil {
			return x, err
		}
		x.Connections = append(x.Connections, ExaminedConnection{c.Platform.Name() + " · " + c.Name, r})
	}
	if only != 0 && len(x.Connections) == 0 {
		return x, fmt.Errorf("there is no connection %s here", only)
	}
	return x, nil
}
