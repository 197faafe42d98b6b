package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

// draftsShown bounds one answer; more conversations than that are not begun at once by one person.
const draftsShown = 500

// draftAhead is how far a browser's clock may be ahead: what it typed counts at latest as now.
const draftAhead = 5 * time.Second

type draftView struct {
	ConversationID string       `json:"conversation_id"`
	Text           string       `json:"text"`
	ReplyTo        *string      `json:"reply_to"`
	Media          []uploadView `json:"media" nullable:"false"`
	UpdatedAt      time.Time    `json:"updated_at"`
}

type draftInput struct {
	IDParam
	Body struct {
		Text      string    `json:"text" maxLength:"100000"`
		ReplyTo   *string   `json:"reply_to,omitempty" maxLength:"20"`
		Media     []string  `json:"media,omitempty" maxItems:"30" doc:"ids of uploaded files"`
		UpdatedAt time.Time `json:"updated_at" doc:"when it was typed; an older draft never replaces a newer one"`
	}
}

func (s *Server) draftRoutes() {
	type empty struct{}
	handle(s, account.Own, http.MethodGet, "drafts", "list-drafts", "What the caller has begun to write, the newest first", http.StatusOK, s.listDrafts)
	handle(s, account.Own, http.MethodPut, "conversations/{id}/draft", "keep-draft", "Keep what has been typed so far; an empty text without files ends the draft", http.StatusNoContent,
		func(ctx context.Context, in *draftInput) (*empty, error) {
			d, err := s.draft(ctx, in)
			if err != nil {
				return nil, err
			}
			return nil, s.o.Store.KeepDraft(ctx, d)
		})
}

func (s *Server) draft(ctx context.Context, in *draftInput) (d store.Draft, err error) {
	c := caller(ctx)
	d = store.Draft{CompanyID: c.CompanyID, UserID: c.User.ID, Text: in.Body.Text, Media: []clearline.ID{}, UpdatedAt: in.Body.UpdatedAt}
	if d.ConversationID, err = in.id(); err != nil {
		return d, err
	}
	if now := s.o.Clock.Now(); d.UpdatedAt.After(now.Add(draftAhead)) {
		d.UpdatedAt = now
	}
	if in.Body.ReplyTo != nil {
		if d.ReplyTo, err = clearline.ParseID(*in.Body.ReplyTo); err != nil {
			return d, badInput("reply_to", "is not the id of a message")
		}
		m, err := s.o.Store.Message(ctx, c.CompanyID, d.ReplyTo)
		if err != nil || m.ConversationID != d.ConversationID {
			return d, orBadInput(err, "reply_to", "is not a message of this conversation")
		}
	}
	for _, text := range in.Body.Media {
		id, err := clearline.ParseID(text)
		if err == nil {
			_, err = s.o.Store.Media(ctx, c.CompanyID, id)
		}
		if err != nil {
			return d, orBadInput(err, "media", "is not the id of a file")
		}
		d.Media = append(d.Media, id)
	}
	return d, nil
}

// orBadInput is the error when it tells of our own trouble, and otherwise that the input names nothing here.
func orBadInput(err error, name, reason string) error {
	var p *clearline.Problem
	if err == nil || errors.As(err, &p) && p.Cause == clearline.CauseAbsent || errors.Is(err, clearline.ErrBadID) {
		return badInput(name, reason)
	}
	return err
}

func (s *Server) listDrafts(ctx context.Context, _ *struct{}) (*output[page[draftView]], error) {
	c := caller(ctx)
	all, err := s.o.Store.Drafts(ctx, c.CompanyID, c.User.ID, draftsShown)
	if err != nil {
		return nil, err
	}
	out := &output[page[draftView]]{page[draftView]{Items: []draftView{}}}
	for _, d := range all {
		v := draftView{ConversationID: d.ConversationID.String(), Text: d.Text, ReplyTo: idOf(d.ReplyTo), Media: []uploadView{}, UpdatedAt: d.UpdatedAt}
		for _, id := range d.Media {
			f, err := s.o.Store.Media(ctx, c.CompanyID, id)
			if errors.Is(err, store.ErrAbsent) {
				continue // the upload has been cleared away; the text is still there
			}
			if err != nil {
				return nil, err
			}
			v.Media = append(v.Media, s.viewUpload(f))
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}
