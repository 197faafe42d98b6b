package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/connect"
	"github.com/clearline/clearline/store"
)

type templateView struct {
	Name       string `json:"name"`
	Language   string `json:"language"`
	Category   string `json:"category"`
	Status     string `json:"status"`
	Components any    `json:"components" doc:"as the platform lists them"`
	SyncedAt   stamp  `json:"synced_at"`
}

func viewTemplate(t store.TemplateRow) templateView {
	return templateView{t.Name, t.Language, t.Category, t.Status, t.Components, stampOf(t.SyncedAt)}
}

func (s *Server) connectionRoutes() {
	handle(s, account.Read, http.MethodGet, "connections", "list-connections", "Connections, the oldest first", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[page[connectionView]], error) {
			company := caller(ctx).CompanyID
			rows, err := s.o.Store.Connections(ctx, company)
			if err != nil {
				return nil, err
			}
			more, err := s.more(ctx, company)
			if err != nil {
				return nil, err
			}
			out := &output[page[connectionView]]{page[connectionView]{Items: []connectionView{}}}
			for _, c := range rows {
				if !c.DisconnectedAt.IsZero() && !c.ConnectingAt.IsZero() {
					continue // given up before it was ever connected
				}
				waiting, err := s.o.Store.CountWaiting(ctx, company, c.ID)
				if err != nil {
					return nil, err
				}
				v := s.connectionView(c, waiting)
				more.add(&v, c, s.o.Clock.Now())
				out.Body.Items = append(out.Body.Items, v)
			}
			return out, nil
		})
	handle(s, account.Read, http.MethodGet, "connections/{id}", "get-connection", "One connection", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[connectionView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return s.oneConnection(ctx, id)
		})
	type addInput struct{ Body NewConnection }
	handle(s, account.ManageConnections, http.MethodPost, "connections", "add-connection", "Connect a WhatsApp number with the values of the manual way", http.StatusCreated,
		func(ctx context.Context, in *addInput) (*output[connectionView], error) {
			c, err := s.o.Connect.Add(ctx, caller(ctx).CompanyID, in.Body.manual())
			if err != nil {
				return nil, err
			}
			return s.oneConnection(ctx, c.ID)
		})
	handle(s, account.Read, http.MethodGet, "connections/{id}/templates", "list-templates", "A connection's templates as last read from the platform", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[page[templateView]], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			return s.listTemplates(ctx, id)
		})
	handle(s, account.Reply, http.MethodPost, "connections/{id}/templates/sync", "sync-templates", "Read the templates from the platform now", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[page[templateView]], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			if _, err := s.o.Store.Connection(ctx, caller(ctx).CompanyID, id); err != nil {
				return nil, err
			}
			if err := s.o.Connect.SyncTemplates(ctx, caller(ctx).CompanyID, id); err != nil {
				return nil, err
			}
			return s.listTemplates(ctx, id)
		})
}

func (s *Server) oneConnection(ctx context.Context, id clearline.ID) (*output[connectionView], error) {
	company := caller(ctx).CompanyID
	c, err := s.o.Store.Connection(ctx, company, id)
	if err != nil {
		return nil, err
	}
	waiting, err := s.o.Store.CountWaiting(ctx, company, id)
	if err != nil {
		return nil, err
	}
	more, err := s.more(ctx, company)
	if err != nil {
		return nil, err
	}
	v := s.connectionView(c, waiting)
	more.add(&v, c, s.o.Clock.Now())
	return &output[connectionView]{v}, nil
}

// moreOf is what stands beside a company's connections.
type moreOf struct {
	tokens     map[clearline.ID]store.Token
	procedures map[clearline.ID]clearline.ID
	holds      map[clearline.ID]*holdView
	examined   examinedOf
	running    func(connection clearline.ID) bool
	// names are those of the company's people.
	names map[clearline.ID]string
}

func (s *Server) more(ctx context.Context, company clearline.ID) (m moreOf, err error) {
	if m.tokens, err = s.o.Store.Tokens(ctx, company); err != nil {
		return m, err
	}
	if m.holds, err = s.holds(ctx); err != nil {
		return m, err
	}
	if m.names, err = s.authors(ctx); err != nil {
		return m, err
	}
	m.running = s.o.Doctor.Running
	if m.examined, err = s.examined(ctx, company); err != nil {
		return m, err
	}
	open, err := s.o.Store.OpenProcedures(ctx, company)
	m.procedures = map[clearline.ID]clearline.ID{}
	for _, p := range open {
		m.procedures[p.ConnectionID] = p.ID
	}
	return m, err
}

func (m moreOf) add(v *connectionView, c clearline.Connection, now time.Time) {
	connection := c.ID
	if v.Paused != nil && c.PausedBy != 0 {
		v.Paused.By = &personView{c.PausedBy.String(), m.names[c.PausedBy]}
	}
	t, known := m.tokens[connection]
	v.addToken(t, known, m.procedures[connection], now)
	v.Hold = m.holds[connection]
	m.examined.add(v, connection, m.running(connection), now)
}

func (s *Server) listTemplates(ctx context.Context, id clearline.ID) (*output[page[templateView]], error) {
	company := caller(ctx).CompanyID
	if _, err := s.o.Store.Connection(ctx, company, id); err != nil {
		return nil, err
	}
	rows, err := s.o.Store.Templates(ctx, company, id)
	if err != nil {
		return nil, err
	}
	out := &output[page[templateView]]{page[templateView]{Items: []templateView{}}}
	for _, t := range rows {
		out.Body.Items = append(out.Body.Items, viewTemplate(t))
	}
	return out, nil
}

func (n NewConnection) manual() connect.Manual {
	return connect.Manual{Platform: clearline.Platform(n.Platform), Account: n.PhoneNumberID, Parent: n.WABAID, Token: n.Token, AppID: n.AppID,
		AppSecret: n.AppSecret, VerifyToken: n.VerifyToken, Name: n.Name}
}
