package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

type deliveriesInput struct {
	ListParams
	State string `query:"state" enum:"applied,pending,parked,refused" doc:"all when left out"`
	Of    string `query:"connection_id" maxLength:"20" doc:"those of one connection, and those of which nobody can say whose they are; a page may then be short and yet have a next"`
}

type deliveryDetail struct {
	DeliveryView
	Raw *string `json:"raw" doc:"the body as received; null when it is no longer kept"`
}

type replayView struct {
	Stored    int `json:"stored"`
	Duplicate int `json:"duplicate"`
	Parked    int `json:"parked"`
}

type refusedView struct {
	Signature int64 `json:"signature"`
	Limit     int64 `json:"limit"`
	Shed      int64 `json:"shed"`
}

type ledgerView struct {
	Received  int64       `json:"received"`
	Stored    int         `json:"stored"`
	Duplicate int         `json:"duplicate"`
	Parked    int         `json:"parked"`
	Pending   int         `json:"pending"`
	Refused   refusedView `json:"refused" doc:"in calls, whose elements nobody read"`
}

func (s *Server) deliveryRoutes() {
	handle(s, account.SeeDeliveries, http.MethodGet, "deliveries", "list-deliveries", "Calls of the platforms, the newest first", http.StatusOK,
		func(ctx context.Context, in *deliveriesInput) (*output[page[DeliveryView]], error) {
			after, err := in.page()
			if err != nil {
				return nil, err
			}
			filter := store.DeliveryFilter{State: clearline.DeliveryState(in.State)}
			if in.Of != "" {
				if filter.ConnectionID, err = (&IDParam{in.Of}).id(); err != nil {
					return nil, err
				}
				if _, err = s.o.Store.Connection(ctx, caller(ctx).CompanyID, filter.ConnectionID); err != nil {
					return nil, err
				}
			}
			rows, next, err := s.o.Store.Deliveries(ctx, caller(ctx).CompanyID, filter, after.ID, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &output[page[DeliveryView]]{page[DeliveryView]{Items: []DeliveryView{}}}
			for _, d := range rows {
				out.Body.Items = append(out.Body.Items, viewDelivery(d))
			}
			if next != 0 {
				out.Body.Next = cursor(time.UnixMilli(0), next)
			}
			return out, nil
		})
	handle(s, account.SeeDeliveries, http.MethodGet, "deliveries/{id}", "get-delivery", "One call with its bytes", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[deliveryDetail], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			d, err := s.o.Store.Delivery(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			v := deliveryDetail{DeliveryView: viewDelivery(d)}
			if d.Raw != nil {
				raw := string(d.Raw)
				v.Raw = &raw
			}
			return &output[deliveryDetail]{v}, nil
		})
	handle(s, account.Replay, http.MethodPost, "deliveries/{id}/replay", "replay-delivery", "Apply a kept call again; what was stored stays as it is", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[replayView], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			c, err := s.o.Ingest.Replay(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			return &output[replayView]{replayView{c.Stored, c.Duplicate, c.Parked}}, nil
		})
	handle(s, account.SeeDeliveries, http.MethodGet, "ledger", "get-ledger", "What arrived and what became of it, in elements", http.StatusOK,
		func(ctx context.Context, _ *struct{}) (*output[ledgerView], error) {
			l, err := s.o.Store.Ledger(ctx, caller(ctx).CompanyID)
			if err != nil {
				return nil, err
			}
			return &output[ledgerView]{ledgerOf(l)}, nil
		})
}

func ledgerOf(l store.Ledger) ledgerView {
	return ledgerView{Received: l.Received, Stored: l.Stored, Duplicate: l.Duplicate, Parked: l.Parked, Pending: l.Pending,
		Refused: refusedView{l.Refused["signature"], l.Refused["limit"], l.Refused["shed"]}}
}
