package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/connect"
)

// LimitView is one bound of the platform. It is exported because the API description is made by looking at list types.
type LimitView struct {
	Name        string `json:"name" enum:"throughput,person,starts,registrations,deregistrations,codes,templates,calls"`
	What        string `json:"what" doc:"what is counted"`
	Limit       *int   `json:"limit" doc:"null when there is none, or the platform has not told; see known"`
	Known       bool   `json:"known" doc:"false while the platform has not told which step holds"`
	PerSeconds  *int   `json:"per_seconds" doc:"the time that it is counted over; null for what there may be at all"`
	Used        *int   `json:"used" doc:"as counted here; null when nobody knows. For throughput: the busiest second of the last hour"`
	Left        *int   `json:"left" doc:"null when there is no limit or nobody knows"`
	At          stamp  `json:"at" doc:"the minute of the busiest second"`
	FreeAt      stamp  `json:"free_at" doc:"when the next place becomes free"`
	Kept        string `json:"kept" doc:"how it is kept to here"`
	Unconfirmed bool   `json:"unconfirmed" doc:"the platform does not publish this figure"`
	Source      string `json:"source"`
	Read        string `json:"read" doc:"month in which it was read there"`
}

func viewLimit(l connect.Limit) LimitView {
	v := LimitView{Name: string(l.Name), What: l.What, Known: l.Known, At: stampOf(l.At), FreeAt: stampOf(l.FreeAt), Kept: l.Kept, Unconfirmed: l.Unconfirmed, Source: l.Source, Read: l.Read}
	if l.Per > 0 {
		v.PerSeconds = new(int(l.Per / time.Second))
	}
	if l.Counted {
		v.Used = new(l.Used)
	}
	if l.Known && l.Most > 0 {
		v.Limit = new(l.Most)
		if l.Counted {
			v.Left = new(max(0, l.Most-l.Used))
		}
	}
	return v
}

func (s *Server) limitRoutes() {
	handle(s, account.Read, http.MethodGet, "connections/{id}/limits", "list-limits", "The platform's limits on an account, what is used of them from here and what is left; the platform is not asked", http.StatusOK,
		func(ctx context.Context, in *IDParam) (*output[page[LimitView]], error) {
			id, err := in.id()
			if err != nil {
				return nil, err
			}
			limits, err := s.o.Connect.Limits(ctx, caller(ctx).CompanyID, id)
			if err != nil {
				return nil, err
			}
			out := &output[page[LimitView]]{page[LimitView]{Items: []LimitView{}}}
			for _, l := range limits {
				out.Body.Items = append(out.Body.Items, viewLimit(l))
			}
			return out, nil
		})
}
