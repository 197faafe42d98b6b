package httpapi

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

type stepView struct {
	At     time.Time        `json:"at"`
	Step   string           `json:"step" enum:"received,stored,shown,composed,queued,judged,attempt,answered,status,settled"`
	Detail string           `json:"detail"`
	Cause  *clearline.Cause `json:"cause"`
}

type attemptView struct {
	N          int              `json:"n"`
	At         time.Time        `json:"at"`
	EndedAt    stamp            `json:"ended_at"`
	Outcome    *string          `json:"outcome" enum:"accepted,refused,unknown,not_sent" doc:"null while it runs"`
	HTTP       *int             `json:"http"`
	PlatformID *string          `json:"platform_id"`
	Code       *int             `json:"code"`
	Subcode    *int             `json:"subcode"`
	TraceID    *string          `json:"trace_id"`
	Cause      *clearline.Cause `json:"cause"`
	Repeat     bool             `json:"repeat" doc:"true when the refusal before did not prove that the message was not taken"`
}

type statusView struct {
	Status       string    `json:"status"`
	PlatformTime stamp     `json:"platform_time"`
	ReceivedAt   time.Time `json:"received_at"`
	Applied      bool      `json:"applied" doc:"false when it changed nothing: late, or in conflict"`
}

type candidateView struct {
	Cause    clearline.Cause `json:"cause"`
	Reason   *string         `json:"reason" doc:"the playbook's word for the reason; null when the candidate is a cause as a whole"`
	Title    string          `json:"title" doc:"the reason or the cause, in one sentence"`
	Tell     *string         `json:"tell" doc:"how to find out whether it is this one"`
	RuledOut bool            `json:"ruled_out" doc:"the facts exclude it"`
	Likely   bool            `json:"likely" doc:"the facts speak for it"`
	Evidence string          `json:"evidence" doc:"the fact that speaks for or against it, or that there is none"`
}

type storyView struct {
	Message    messageView     `json:"message"`
	Deliveries []DeliveryView  `json:"deliveries" nullable:"false"`
	Steps      []stepView      `json:"steps" nullable:"false"`
	Attempts   []attemptView   `json:"attempts" nullable:"false"`
	Statuses   []statusView    `json:"statuses" nullable:"false"`
	Candidates []candidateView `json:"candidates" nullable:"false" doc:"what may be behind it: what the facts speak for first, what they rule out last"`
}

func (s *Server) story(ctx context.Context, in *IDParam) (*output[storyView], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	st, err := s.o.Store.Story(ctx, caller(ctx).CompanyID, id)
	if err != nil {
		return nil, err
	}
	names, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	v := storyView{Message: *s.messageView(&st.Message, names), Deliveries: []DeliveryView{}, Attempts: []attemptView{}, Statuses: []statusView{},
		Candidates: []candidateView{}, Steps: steps(st, names)}
	if st.Delivery != nil {
		v.Deliveries = append(v.Deliveries, viewDelivery(*st.Delivery))
	}
	for i, a := range st.Attempts {
		av := attemptView{N: a.N, Repeat: repeats(st.Attempts, i), At: a.At, EndedAt: stampOf(a.EndedAt), Outcome: orNil(string(a.Outcome)), HTTP: orNil(a.HTTP), PlatformID: orNil(a.PlatformID), Cause: orNil(a.Cause)}
		if e := a.Error; e != nil {
			av.Code, av.Subcode, av.TraceID = &e.Code, orNil(e.Subcode), orNil(e.TraceID)
		}
		v.Attempts = append(v.Attempts, av)
	}
	for _, r := range st.Statuses {
		v.Statuses = append(v.Statuses, statusView{string(r.Status), stampOf(r.PlatformTime), r.ReceivedAt, r.Applied})
	}
	candidates, err := s.o.Outcomes.Candidates(ctx, st.Message)
	if err != nil {
		return nil, err
	}
	for _, c := range candidates {
		v.Candidates = append(v.Candidates, candidateView{c.Cause, orNil(c.Reason), c.Title, orNil(c.Tell), c.RuledOut, c.Likely, c.Evidence})
	}
	return &output[storyView]{v}, nil
}

// repeats tells whether an attempt follows a refusal of the kind "not now" (M5), after which the platform may
// have taken the message all the same.
func repeats(all []clearline.Attempt, i int) bool {
	return i > 0 && all[i-1].Outcome == clearline.OutcomeRefused && all[i-1].Cause == clearline.CauseOutage
}

// steps tells a message's life in order.
func steps(st store.Story, names map[clearline.ID]string) []stepView {
	m := st.Message
	out := []stepView{}
	add := func(at time.Time, step, detail string, cause clearline.Cause) {
		out = append(out, stepView{At: at.UTC(), Step: step, Detail: detail, Cause: orNil(cause)})
	}
	if m.Direction == clearline.In {
		if d := st.Delivery; d != nil {
			add(d.ReceivedAt, "received", "webhook "+d.ID.String()+", signature "+d.Signature, "")
		}
		add(m.CreatedAt, "stored", "kept with its raw delivery", "")
		return out
	}
	author := names[m.AuthorID]
	if author == "" {
		author = "API key"
	}
	add(m.CreatedAt, "composed", author, "")
	add(m.CreatedAt, "queued", "stored before anything is sent", "")
	for i, a := range st.Attempts {
		detail := "attempt " + clearline.ID(a.N).String()
		if repeats(st.Attempts, i) {
			detail += ", a repeat: the refusal before did not prove that the message was not taken"
		}
		add(a.At, "attempt", detail, "")
		if !a.EndedAt.IsZero() {
			add(a.EndedAt, "answered", string(a.Outcome), a.Cause)
		}
	}
	for _, r := range st.Statuses {
		add(r.ReceivedAt, "status", string(r.Status), r.Cause)
	}
	if len(st.Attempts) == 0 && m.Cause != "" {
		add(m.CreatedAt, "judged", "not sent", m.Cause)
	}
	return out
}
