package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/outcome"
)

// OutcomeWithin is which messages groups are made of. It is exported because the API description is made by looking at embedded
// structs.
type OutcomeWithin struct {
	Days       int    `query:"days" minimum:"1" maximum:"90" default:"7" doc:"what was written in the last days"`
	Connection string `query:"connection_id" maxLength:"20" doc:"on this connection alone"`
}

func (in OutcomeWithin) within() (outcome.Within, error) {
	w := outcome.Within{Days: in.Days}
	if in.Connection == "" {
		return w, nil
	}
	var err error
	if w.Connection, err = clearline.ParseID(in.Connection); err != nil {
		return w, badInput("connection_id", "is no id of a connection")
	}
	return w, nil
}

type outcomeGroupView struct {
	Key          string           `json:"key" doc:"names the group in the routes below"`
	Cause        *clearline.Cause `json:"cause" doc:"null for messages that only wait for their turn"`
	State        string           `json:"state" enum:"needs_you,waiting"`
	Count        int              `json:"count" doc:"exact up to 10,000"`
	People       int              `json:"people"`
	ConnectionID *string          `json:"connection_id" doc:"where they wait; null for those that need a person"`
	Code         *int             `json:"code" doc:"the platform's number for the newest of them"`
	Again        bool             `json:"again" doc:"whether sending them again can succeed, by their cause"`
	OldestAt     stamp            `json:"oldest_at"`
	NewestAt     stamp            `json:"newest_at"`
	Until        stamp            `json:"until" doc:"when the connection tries again; null when it is not held"`
	Actions      []string         `json:"actions" nullable:"false" enum:"retry,template,dismiss,connection" doc:"what can be done, the likeliest first"`
	ClosingSoon  int              `json:"closing_soon" doc:"how many have a reply window that closes within the hour"`
}

type outcomesView struct {
	NeedsYou      int                `json:"needs_you"`
	Waiting       int                `json:"waiting"`
	ResolvedToday int                `json:"resolved_today" doc:"sent after all, proven or dismissed since today_from"`
	Groups        []outcomeGroupView `json:"groups" nullable:"false" doc:"those that need a person first, the largest first"`
}

// MessageView is a message in a struct that embeds it; see OutcomeWithin.
type MessageView = messageView

type outcomeMessageView struct {
	MessageView
	ConnectionID string     `json:"connection_id"`
	Contact      personView `json:"contact"`
	Address      string     `json:"address"`
	Platform     string     `json:"platform"`
	Window       windowView `json:"window"`
}

// SelectionInput is which messages are meant; see OutcomeWithin.
type SelectionInput struct {
	MessageIDs []string `json:"message_ids,omitempty" maxItems:"500"`
	Key        string   `json:"key,omitempty" maxLength:"200" doc:"a group instead: its first 500 messages"`
	Days       int      `json:"days,omitempty" minimum:"1" maximum:"90" doc:"as the group was asked for; 7 when left out"`
	Connection string   `json:"connection_id,omitempty" maxLength:"20" doc:"as the group was asked for"`
}

func (in SelectionInput) selection() (s outcome.Selection, err error) {
	if (in.Key == "") == (in.MessageIDs == nil) {
		return s, badInput("key", "or message_ids must be given, one of the two")
	}
	s.Key = in.Key
	if s.Within, err = (OutcomeWithin{in.Days, in.Connection}).within(); err != nil {
		return s, err
	}
	if s.Within.Days == 0 {
		s.Within.Days = 7
	}
	s.IDs, err = parseIDs("message_ids", in.MessageIDs)
	return s, err
}

func parseIDs(field string, texts []string) (ids []clearline.ID, err error) {
	for _, text := range texts {
		id, err := clearline.ParseID(text)
		if err != nil {
			return nil, badInput(field, "holds "+text[:min(len(text), 24)]+", which is no id of a message")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func idTexts(ids []clearline.ID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return texts
}

type retryManyInput struct {
	Body struct {
		SelectionInput
		DryRun            bool     `json:"dry_run,omitempty" doc:"true only says what would be done"`
		ConfirmDuplicates []string `json:"confirm_duplicates,omitempty" maxItems:"500" doc:"unconfirmed messages that may arrive twice"`
	}
}

type skipView struct {
	ID    string          `json:"id"`
	Cause clearline.Cause `json:"cause"`
	Why   string          `json:"why"`
}

type retryManyView struct {
	Send        []string   `json:"send" nullable:"false" doc:"what goes, or has gone, in this order: those whose window closes first"`
	Skipped     []skipView `json:"skipped" nullable:"false"`
	Duplicates  []string   `json:"duplicates" nullable:"false" doc:"unconfirmed ones that were left alone: name them in confirm_duplicates to send them all the same"`
	ClosingSoon []string   `json:"closing_soon" nullable:"false" doc:"those of send whose reply window closes within the hour"`
	Done        bool       `json:"done" doc:"false for a dry run"`
}

// outcomeRoutes show what failed and what waits, by cause, and do something about many at once.
func (s *Server) outcomeRoutes() {
	type outcomesInput struct {
		OutcomeWithin
		TodayFrom time.Time `query:"today_from" doc:"when the reader's day began; midnight UTC when left out"`
	}
	handle(s, account.Read, http.MethodGet, "outcomes", "list-outcomes", "What failed and what waits, grouped by cause", http.StatusOK,
		func(ctx context.Context, in *outcomesInput) (*output[outcomesView], error) {
			today := in.TodayFrom
			if today.IsZero() {
				today = s.o.Clock.Now().UTC().Truncate(24 * time.Hour)
			}
			within, err := in.within()
			if err != nil {
				return nil, err
			}
			sum, err := s.o.Outcomes.Summary(ctx, caller(ctx).CompanyID, within, today)
			if err != nil {
				return nil, err
			}
			out := &output[outcomesView]{outcomesView{NeedsYou: sum.NeedsYou, Waiting: sum.Waiting, ResolvedToday: sum.ResolvedToday, Groups: []outcomeGroupView{}}}
			for _, g := range sum.Groups {
				out.Body.Groups = append(out.Body.Groups, outcomeGroupView{Key: g.Key, Cause: orNil(g.Cause), State: string(g.State), Count: g.Count, People: g.People,
					ConnectionID: idOf(g.ConnectionID), Code: orNil(g.Code), Again: g.Again, OldestAt: stampOf(g.Oldest), NewestAt: stampOf(g.Newest), Until: stampOf(g.Until),
					Actions: g.Actions, ClosingSoon: g.ClosingSoon})
			}
			return out, nil
		})
	type groupInput struct {
		OutcomeWithin
		Key   string `path:"key" maxLength:"200"`
		Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
		After string `query:"after" maxLength:"20" doc:"next of the page before"`
	}
	handle(s, account.Read, http.MethodGet, "outcomes/{key}/messages", "list-outcome-messages", "A group's messages: the newest first where a person is needed, in the order they leave where they wait", http.StatusOK,
		func(ctx context.Context, in *groupInput) (*output[page[outcomeMessageView]], error) {
			var after clearline.ID
			if in.After != "" {
				var err error
				if after, err = clearline.ParseID(in.After); err != nil {
					return nil, badInput("after", "is not the next of a page; ask for the first page without it")
				}
			}
			within, err := in.within()
			if err != nil {
				return nil, err
			}
			all, err := s.o.Outcomes.Messages(ctx, caller(ctx).CompanyID, in.Key, within, after, in.Limit)
			if err != nil {
				return nil, err
			}
			return s.outcomeMessages(ctx, all, in.Limit)
		})
	handle(s, account.Reply, http.MethodPost, "outcomes/retry", "retry-messages", "Send many failed messages again, or say with dry_run what that would do", http.StatusOK, s.retryMany)
	type dismissInput struct{ Body SelectionInput }
	type dismissed struct {
		Dismissed int `json:"dismissed"`
	}
	handle(s, account.Reply, http.MethodPost, "outcomes/dismiss", "dismiss-messages", "Say that many failed or unconfirmed messages need nothing more", http.StatusOK,
		func(ctx context.Context, in *dismissInput) (*output[dismissed], error) {
			sel, err := in.Body.selection()
			if err != nil {
				return nil, err
			}
			n, err := s.o.Outcomes.DismissMany(ctx, caller(ctx).CompanyID, sel)
			return &output[dismissed]{dismissed{n}}, err
		})
}

func (s *Server) retryMany(ctx context.Context, in *retryManyInput) (*output[retryManyView], error) {
	sel, err := in.Body.selection()
	if err != nil {
		return nil, err
	}
	confirmed, err := parseIDs("confirm_duplicates", in.Body.ConfirmDuplicates)
	if err != nil {
		return nil, err
	}
	act := s.o.Outcomes.RetryMany
	if in.Body.DryRun {
		act = s.o.Outcomes.Plan
	}
	p, err := act(ctx, caller(ctx).CompanyID, sel, confirmed)
	if err != nil {
		return nil, err
	}
	v := retryManyView{Send: idTexts(p.Send), Skipped: []skipView{}, Duplicates: idTexts(p.Duplicates), ClosingSoon: idTexts(p.ClosingSoon), Done: !in.Body.DryRun}
	for _, skip := range p.Skipped {
		v.Skipped = append(v.Skipped, skipView{skip.ID.String(), skip.Cause, skip.Why})
	}
	return &output[retryManyView]{v}, nil
}

// outcomeMessages adds to each message whom it was for, and how long they can still be written to.
func (s *Server) outcomeMessages(ctx context.Context, all []clearline.Message, limit int) (*output[page[outcomeMessageView]], error) {
	names, err := s.authors(ctx)
	if err != nil {
		return nil, err
	}
	var ids []clearline.ID
	for _, m := range all {
		ids = append(ids, m.ConversationID)
	}
	people, err := s.o.Store.ConversationsOf(ctx, caller(ctx).CompanyID, ids)
	if err != nil {
		return nil, err
	}
	out := &output[page[outcomeMessageView]]{page[outcomeMessageView]{Items: []outcomeMessageView{}}}
	for i := range all {
		v := outcomeMessageView{MessageView: *s.messageView(&all[i], names)}
		if c := people[all[i].ConversationID]; c != nil {
			cv := s.conversationView(*c, names)
			v.ConnectionID, v.Contact, v.Address, v.Platform, v.Window = cv.ConnectionID, cv.Contact, cv.Address, cv.Platform, cv.Window
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	if len(all) == limit {
		next := all[len(all)-1].ID.String()
		out.Body.Next = &next
	}
	return out, nil
}
