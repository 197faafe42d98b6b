package httpapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/connect"
	"github.com/clearline/clearline/store"
)

type connectionPatch struct {
	ID   string `path:"id" maxLength:"20"`
	Body struct {
		Name   *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Paused *bool   `json:"paused,omitempty" doc:"true stops sending; what comes in is stored all the same"`
	}
}

type disconnectInput struct {
	ID         string `path:"id" maxLength:"20"`
	Deregister bool   `query:"deregister" doc:"take the number off the platform's cloud too: only for using it elsewhere"`
}

type leftView struct {
	LeftToDo []connect.Left `json:"left_to_do" nullable:"false" doc:"what only somebody at the platform can do, because it refused or did not answer"`
}

type moveOutView struct {
	Here            []string     `json:"here" nullable:"false" doc:"what stays in this product"`
	There           []string     `json:"there" nullable:"false" doc:"what must be done at Meta"`
	Next            []string     `json:"next" nullable:"false" doc:"what the next provider needs"`
	Deregistrations attemptsView `json:"deregistrations"`
	Coexistence     bool         `json:"coexistence"`
}

type releaseView struct {
	Platform    string    `json:"platform"`
	Account     string    `json:"account" doc:"the platform's id of the WABA"`
	AskedAt     time.Time `json:"asked_at"`
	Connections []string  `json:"connection_ids" nullable:"false" doc:"your connections of that account"`
}

// callHere is where something is changed that the platform is not told of.
const callHere = "here, not at the platform"

// remember writes down who changed what about a connection. What was refused here, before the platform was asked, changed
// nothing and is not worth a line.
func (s *Server) remember(ctx context.Context, connection clearline.ID, action string, err error, changes ...channel.Change) {
	if p, ok := errors.AsType[*clearline.Problem](err); err != nil && (!ok || slices.Contains([]clearline.Cause{clearline.CauseInput, clearline.CauseAbsent, clearline.CauseConflict, clearline.CauseEnded}, p.Cause)) {
		return
	}
	c := caller(ctx)
	s.o.Doctor.Remember(ctx, c.CompanyID, connection, c.AuthorID(), action, changes, err)
}

// lifecycleRoutes rename, pause and end connections.
func (s *Server) lifecycleRoutes() {
	handle(s, account.ManageConnections, http.MethodPatch, "connections/{id}", "change-connection", "Rename, pause or resume a connection", http.StatusOK,
		func(ctx context.Context, in *connectionPatch) (*output[connectionView], error) {
			id, err := clearline.ParseID(in.ID)
			if err != nil {
				return nil, store.ErrAbsent
			}
			c, err := s.o.Store.Connection(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			if name := in.Body.Name; name != nil {
				err := s.o.Connect.Rename(ctx, c.CompanyID, id, *name)
				if s.remember(ctx, id, "rename", err, channel.Change{Call: callHere, From: c.Name, To: *name}); err != nil {
					return nil, err
				}
			}
			if paused := in.Body.Paused; paused != nil && *paused == c.PausedAt.IsZero() {
				action, now, then := "resume", "paused", "sending"
				if *paused {
					action, now, then = "pause", then, now
				}
				err := s.o.Connect.Pause(ctx, c.CompanyID, id, caller(ctx).AuthorID(), *paused)
				if s.remember(ctx, id, action, err, channel.Change{Call: callHere, From: now, To: then}); err != nil {
					return nil, err
				}
			}
			return s.oneConnection(ctx, id)
		})
	handle(s, account.ManageConnections, http.MethodDelete, "connections/{id}", "disconnect", "End a connection; its conversations stay", http.StatusOK,
		func(ctx context.Context, in *disconnectInput) (*output[leftView], error) {
			id, err := clearline.ParseID(in.ID)
			if err != nil {
				return nil, store.ErrAbsent
			}
			left, err := s.o.Connect.Disconnect(ctx, caller(ctx).CompanyID, id, in.Deregister)
			if err != nil {
				return nil, err
			}
			s.remember(ctx, id, "disconnect", nil)
			return &output[leftView]{leftView{left}}, nil
		})
	handle(s, account.ManageConnections, http.MethodGet, "connections/{id}/move-out", "get-move-out", "What to do to take a number elsewhere", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[moveOutView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			m, err := s.o.Connect.MoveOut(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			return &output[moveOutView]{moveOutView{m.Here, m.There, m.Next, viewAttempts(m.Deregistrations), m.Coexistence}}, nil
		})
	handle(s, account.ManageConnections, http.MethodGet, "release-requests", "list-release-requests", "Notes from somebody with access to an account who asks you to let it go; nobody is named", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[releaseView]], error) {
			company := caller(ctx).CompanyID
			rows, err := s.o.Store.ReleaseRequests(ctx, company)
			if err != nil {
				return nil, err
			}
			connections, err := s.o.Store.Connections(ctx, company)
			if err != nil {
				return nil, err
			}
			out := &output[page[releaseView]]{page[releaseView]{Items: []releaseView{}}}
			for _, r := range rows {
				v := releaseView{Platform: string(r.Platform), Account: r.Account, AskedAt: r.AskedAt, Connections: []string{}}
				for _, c := range connections {
					if c.Platform == r.Platform && c.Parent == r.Account && c.DisconnectedAt.IsZero() {
						v.Connections = append(v.Connections, c.ID.String())
					}
				}
				out.Body.Items = append(out.Body.Items, v)
			}
			return out, nil
		})
}

// expiringWithin is how long before its end a token that was not renewed is warned of.
const expiringWithin = 14 * 24 * time.Hour

// addToken adds what is known of a connection's token, and the procedure that works on it.
func (v *connectionView) addToken(t store.Token, known bool, procedure clearline.ID, now time.Time) {
	v.ProcedureID = idOf(procedure)
	if !known || !t.Told {
		return
	}
	v.Token = &tokenView{Kind: strings.ToLower(t.Kind), EndsAt: stampOf(t.EndsAt), Renewal: string(t.Renewal), Cause: orNil(t.Cause), CheckedAt: stampOf(t.CheckedAt)}
	if t.Told && !t.EndsAt.IsZero() && t.EndsAt.Sub(now) < expiringWithin {
		v.Soon = append(v.Soon, soonView{clearline.CauseAuthExpiring, stampOf(t.EndsAt)})
	}
}
