package httpapi

import (
	"context"
	"encoding/json"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// page is a list with where it continues.
type page[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"pass as after for the next page; null at the end"`
}

// stamp is a time or null.
type stamp = *time.Time

func stampOf(t time.Time) stamp {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// idOf is an id or null.
func idOf(id clearline.ID) *string {
	if id == 0 {
		return nil
	}
	s := id.String()
	return &s
}

func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

type personView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type errorView struct {
	Code    int    `json:"code"`
	Subcode *int   `json:"subcode"`
	Text    string `json:"text"`
}

type reactionView struct {
	Emoji string `json:"emoji"`
	From  string `json:"from" enum:"person,business"`
}

type messageView struct {
	ID             string           `json:"id"`
	ClientID       *string          `json:"client_id"`
	ConversationID string           `json:"conversation_id"`
	Direction      string           `json:"direction" enum:"in,out,note"`
	Kind           string           `json:"kind"`
	Text           string           `json:"text"`
	Details        any              `json:"details" doc:"what the kind needs beyond text, in the platform's own words; or null"`
	Media          []MediaView      `json:"media" nullable:"false"`
	ReplyTo        *string          `json:"reply_to"`
	PlatformID     *string          `json:"platform_id"`
	PlatformTime   stamp            `json:"platform_time"`
	At             time.Time        `json:"at" doc:"the message's place in the thread; equal times are ordered by id"`
	CreatedAt      time.Time        `json:"created_at"`
	Status         string           `json:"status" enum:"received,queued,held,sending,sent,delivered,read,failed,unknown,cancelled"`
	Cause          *clearline.Cause `json:"cause"`
	Error          *errorView       `json:"error"`
	Conflict       bool             `json:"conflict"`
	Attempts       int              `json:"attempts"`
	Author         *personView      `json:"author"`
	Elsewhere      bool             `json:"elsewhere" doc:"the business wrote it outside of this product, such as in the Business app on a phone"`
	Reactions      []reactionView   `json:"reactions" nullable:"false"`
	EditedAt       stamp            `json:"edited_at"`
	DeletedAt      stamp            `json:"deleted_at"`
	NextTryAt      stamp            `json:"next_try_at"`
	UndoUntil      stamp            `json:"undo_until" doc:"until when its writer may take it back with cancel; it does not leave before"`
	DismissedAt    stamp            `json:"dismissed_at" doc:"when somebody said that this failed or unconfirmed message needs nothing more"`
	TroubleAt      stamp            `json:"trouble_at" doc:"since when this failed or unconfirmed message wants a decision; it stays when it got through after all"`
	Retry          *resendView      `json:"retry" doc:"a new attempt that a person asked for and that the platform has not taken yet; until it does, the message keeps the status, cause and error it had"`
	Again          *againView       `json:"again" doc:"whether sending this failed or unconfirmed message again can succeed, by its cause; null when there is nothing to send again"`
	Receipt        *receiptView     `json:"receipt" doc:"for a message that stays sent without a receipt for a long time: what that means"`
}

type resendView struct {
	Status string           `json:"status" enum:"queued,held,sending"`
	Cause  *clearline.Cause `json:"cause" doc:"why it is held"`
	At     stamp            `json:"at" doc:"when it was asked for"`
}

type againView struct {
	Possible bool  `json:"possible"`
	After    stamp `json:"after" doc:"earlier than this it would be held back again; null for at once"`
	Risky    bool  `json:"risky" doc:"it may arrive twice, so the retry asks for confirm_duplicate"`
}

type receiptView struct {
	Cause clearline.Cause `json:"cause"`
	Since time.Time       `json:"since"`
	Until stamp           `json:"until" doc:"when the platform gives up, as far as is known; null once it has"`
	Final bool            `json:"final" doc:"no receipt will come any more: it stays sent"`
}

func (s *Server) messageView(m *clearline.Message, authors map[clearline.ID]string) *messageView {
	if m == nil {
		return nil
	}
	v := &messageView{ID: m.ID.String(), ClientID: orNil(m.ClientID), ConversationID: m.ConversationID.String(), Direction: string(m.Direction),
		Kind: string(m.Kind), Text: m.Text, ReplyTo: idOf(m.ReplyTo), PlatformID: orNil(m.PlatformID), PlatformTime: stampOf(m.PlatformTime),
		At: m.At.UTC(), CreatedAt: m.CreatedAt.UTC(), Status: string(m.Status), Cause: orNil(m.Cause), Conflict: m.Conflict, Attempts: m.Attempts,
		EditedAt: stampOf(m.EditedAt), DeletedAt: stampOf(m.DeletedAt), NextTryAt: stampOf(m.NextTryAt), UndoUntil: stampOf(m.UndoUntil), DismissedAt: stampOf(m.DismissedAt), TroubleAt: stampOf(m.TroubleAt), Elsewhere: m.Elsewhere(), Media: []MediaView{}, Reactions: []reactionView{}}
	if m.Details != nil {
		v.Details = json.RawMessage(m.Details)
	}
	if e := m.Error; e != nil {
		v.Error = &errorView{Code: e.Code, Subcode: orNil(e.Subcode), Text: e.Text}
	}
	for _, f := range m.Media {
		v.Media = append(v.Media, viewMedia(f))
	}
	for _, r := range m.Reactions {
		if r.Emoji != "" {
			v.Reactions = append(v.Reactions, reactionView{r.Emoji, r.From})
		}
	}
	if r := m.Retry; r != nil {
		v.Retry = &resendView{string(r.Status), orNil(r.Cause), stampOf(m.RetriedAt)}
	}
	if r, ok := s.o.Outcomes.Rule(*m); ok {
		v.Again = &againView{r.Possible, stampOf(r.After), r.Risky}
	}
	if r := s.o.Outcomes.Receipt(*m); r != nil {
		v.Receipt = &receiptView{r.Cause, r.Since.UTC(), stampOf(r.Until), r.Final}
	}
	if m.AuthorID != 0 {
		v.Author = &personView{m.AuthorID.String(), authors[m.AuthorID]}
	}
	return v
}

type windowView struct {
	State     string `json:"state" enum:"open,closed,none"`
	ExpiresAt stamp  `json:"expires_at"`
}

type conversationView struct {
	ID           string       `json:"id"`
	Platform     string       `json:"platform"`
	ConnectionID string       `json:"connection_id"`
	Contact      personView   `json:"contact"`
	Address      string       `json:"address"`
	State        string       `json:"state" enum:"open,snoozed,done"`
	Unread       int          `json:"unread"`
	WaitingSince stamp        `json:"waiting_since"`
	Assignee     *personView  `json:"assignee"`
	Window       windowView   `json:"window"`
	LastMessage  *messageView `json:"last_message"`
	Trouble      *troubleView `json:"trouble" doc:"the newest message of ours that failed or is unconfirmed and was not dismissed"`
	Hold         *holdView    `json:"hold" doc:"why nothing leaves just now, and when it is tried again; null when nothing is held"`
	Reach        *reachView   `json:"reach" doc:"what the platform's country rules say of the address; null when none applies"`
	DraftBy      []personView `json:"draft_by" nullable:"false" doc:"who has begun to write and not sent"`
}

// holdView is what the platform answered that makes a connection wait.
type holdView struct {
	Cause clearline.Cause `json:"cause"`
	Until time.Time       `json:"until"`
}

type reachView struct {
	State   string          `json:"state" enum:"possible,refused" doc:"possible: a part of the country is not served, and a number does not show which part it is in; such a message is never refused here"`
	Cause   clearline.Cause `json:"cause"`
	Country string          `json:"country" doc:"two letters of ISO 3166"`
	Name    string          `json:"name"`
	Regions []string        `json:"regions" nullable:"false" doc:"the parts that the rule is about; empty for all of it"`
	Source  string          `json:"source"`
	Read    string          `json:"read" doc:"when the rule was read there"`
}

// holds are the company's held connections, by id; see store.Holds.
func (s *Server) holds(ctx context.Context) (map[clearline.ID]*holdView, error) {
	found, err := s.o.Store.Holds(ctx, caller(ctx).CompanyID)
	if err != nil {
		return nil, err
	}
	all := map[clearline.ID]*holdView{}
	for id, h := range found {
		all[id] = &holdView{h.Cause, h.Until.UTC()}
	}
	return all, nil
}

type troubleView struct {
	MessageID string           `json:"message_id"`
	Status    string           `json:"status" enum:"failed,unknown"`
	Cause     *clearline.Cause `json:"cause"`
}

func (s *Server) conversationView(c store.ConversationRow, authors map[clearline.ID]string) conversationView {
	name := nameOf(c.ContactName, c.Shown)
	w := clearline.ReplyWindow(c.WindowFrom, s.o.Platforms[c.Platform].Sender.Limits().Window, s.o.Clock.Now())
	v := conversationView{ID: c.ID.String(), Platform: string(c.Platform), ConnectionID: c.ConnectionID.String(), Contact: personView{c.ContactID.String(), name},
		Address: c.SendTo, State: string(c.State), Unread: c.Unread, WaitingSince: stampOf(c.WaitingSince),
		Window: windowView{w.State, stampOf(w.ExpiresAt)}, LastMessage: s.messageView(c.Last, authors), DraftBy: []personView{}}
	if r, ok := s.o.Platforms[c.Platform].Sender.(channel.Reacher); ok {
		if reach := r.Reach(c.SendTo); reach.State != channel.ReachOpen {
			v.Reach = &reachView{string(reach.State), clearline.CauseCountry, reach.Country, reach.Name, append([]string{}, reach.Regions...), reach.Source, reach.Read}
		}
	}
	if t := c.Trouble; t != nil {
		v.Trouble = &troubleView{t.MessageID.String(), string(t.Status), orNil(t.Cause)}
	}
	for _, u := range c.Drafting {
		v.DraftBy = append(v.DraftBy, personView{u.ID.String(), u.Name})
	}
	if c.AssigneeID != 0 {
		v.Assignee = &personView{c.AssigneeID.String(), c.Assignee}
	}
	return v
}

type flowView struct {
	State   string           `json:"state" enum:"yes,late,slow,limited,no,unknown"`
	ProofAt stamp            `json:"proof_at"`
	Cause   *clearline.Cause `json:"cause" doc:"why it is not yes, null where nobody knows"`
}

type soonView struct {
	Cause clearline.Cause `json:"cause"`
	At    stamp           `json:"at"`
}

type pausedView struct {
	At time.Time   `json:"at"`
	By *personView `json:"by" doc:"null for an API key"`
}

type connectionView struct {
	ID         string           `json:"id"`
	Platform   string           `json:"platform"`
	Name       string           `json:"name"`
	Account    string           `json:"account"`
	Status     string           `json:"status" enum:"connected,connecting,reauthorization_required,disconnected,degraded,paused"`
	Stale      bool             `json:"stale" doc:"true when the status rests on proof older than 15 minutes"`
	Since      stamp            `json:"since"`
	Cause      *clearline.Cause `json:"cause"`
	Receiving  flowView         `json:"receiving"`
	Sending    flowView         `json:"sending"`
	Soon       []soonView       `json:"soon" nullable:"false"`
	Waiting    int              `json:"waiting"`
	Hold       *holdView        `json:"hold" doc:"why nothing leaves just now, and when it is tried again; null when nothing is held"`
	Paused     *pausedView      `json:"paused" doc:"who stopped sending, null while nobody has"`
	CheckedAt  stamp            `json:"checked_at"`
	WebhookURL string           `json:"webhook_url" doc:"where the platform must send this account's events"`
	Phone      *string          `json:"phone" doc:"the number as people write it"`
	Token      *tokenView       `json:"token" doc:"null while the platform has not told what it is"`
	// ProcedureID is the open procedure that makes or renews it.
	ProcedureID *string    `json:"procedure_id"`
	Doctor      doctorView `json:"doctor"`
	// Readings are the last figures that the platform told: quality_rating, messaging_limit, name_status and others.
	Readings map[string]string `json:"readings" nullable:"true" doc:"what the platform last told of the account, by name; null when nothing was read yet"`
	Volume   [][]int           `json:"volume" nullable:"false" doc:"two rows of 24 hours of UTC, the present one last: messages that came, and messages written"`
}

type tokenView struct {
	Kind      string           `json:"kind" doc:"user, system_user or another word of the platform's"`
	EndsAt    stamp            `json:"ends_at" doc:"null for never"`
	Renewal   string           `json:"renewal" enum:"none,ahead,failed"`
	Cause     *clearline.Cause `json:"cause" doc:"why the last renewal failed"`
	CheckedAt stamp            `json:"checked_at"`
}

func (s *Server) connectionView(c clearline.Connection, waiting int) connectionView {
	h := c.Health(s.o.Clock.Now())
	v := connectionView{ID: c.ID.String(), Platform: string(c.Platform), Name: c.Name, Account: c.Account, Status: string(h.Status), Stale: h.Stale,
		Since: stampOf(c.CreatedAt), Cause: orNil(h.Cause), Receiving: flowView{h.Receiving, stampOf(h.ReceivingAt), orNil(h.ReceivingCause)}, Sending: flowView{h.Sending, stampOf(h.SendingAt), orNil(h.SendingCause)},
		Soon: []soonView{}, Waiting: waiting, CheckedAt: stampOf(c.Proof.CheckedAt), WebhookURL: s.o.PublicURL + "/webhooks/" + string(c.Platform) + "/" + c.AppID.String(), Phone: orNil(c.Phone)}
	if h.Cause != "" {
		v.Since = stampOf(h.Since)
	}
	if !c.PausedAt.IsZero() && c.DisconnectedAt.IsZero() {
		v.Paused, v.Since = &pausedView{At: c.PausedAt}, stampOf(c.PausedAt)
	}
	return v
}

type elementsView struct {
	Stored    int `json:"stored"`
	Duplicate int `json:"duplicate"`
	Parked    int `json:"parked"`
	Pending   int `json:"pending"`
}

// DeliveryView is one delivery. It is exported because the API description is made by looking at embedded structs.
type DeliveryView struct {
	ID           string       `json:"id"`
	Platform     string       `json:"platform"`
	ConnectionID *string      `json:"connection_id"`
	ReceivedAt   time.Time    `json:"received_at"`
	LagMS        int64        `json:"lag_ms" doc:"how old the oldest element was by the platform's clock"`
	SpreadMS     int64        `json:"spread_ms" doc:"how long after the oldest element the newest happened"`
	MS           float64      `json:"ms"`
	Answer       int          `json:"answer"`
	Signature    string       `json:"signature" enum:"ok,bad,none"`
	State        string       `json:"state" enum:"applied,pending,parked,refused"`
	Elements     elementsView `json:"elements"`
	Reason       *string      `json:"reason"`
	Test         bool         `json:"test"`
	Bytes        int          `json:"bytes"`
}

func viewDelivery(d clearline.Delivery) DeliveryView {
	return DeliveryView{ID: d.ID.String(), Platform: string(d.Platform), ConnectionID: idOf(d.ConnectionID), ReceivedAt: d.ReceivedAt, LagMS: d.Lag.Milliseconds(), SpreadMS: d.Spread.Milliseconds(),
		MS: float64(d.Took.Microseconds()) / 1000, Answer: d.Answer, Signature: d.Signature, State: string(d.State),
		Elements: elementsView(d.Count), Reason: orNil(d.Reason), Test: d.Test, Bytes: d.Size}
}

type changeView struct {
	N              int64     `json:"n"`
	At             time.Time `json:"at"`
	Kind           string    `json:"kind"`
	ID             string    `json:"id"`
	ConversationID *string   `json:"conversation_id"`
}

func viewChange(c clearline.Change) changeView {
	return changeView{c.N, c.At, string(c.Kind), c.ID.String(), idOf(c.ConversationID)}
}
