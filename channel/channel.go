// Package channel is the contract that a platform fulfils. The interfaces are small and optional: a platform
// implements what it has. Policy (retries, limits, order, storage) lives around them, in ingest and dispatch;
// a leaf knows only its platform's dialect.
package channel

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/clearline/clearline"
)

// Webhook is a platform that calls us. Its methods do no I/O.
type Webhook interface {
	// Verify tells whether body was signed with secret, in constant time, over the exact bytes. An empty
	// secret, header or signature is never right.
	Verify(secret string, header http.Header, body []byte) bool
	// Handshake answers the platform's check of the address. ok is false when verify tokens differ or the
	// request is no handshake; challenge is the exact body of the 200 answer.
	Handshake(r *http.Request, tokenOK func(token string) bool) (challenge string, ok bool)
	// Parse reads an authentic body. It never panics on any bytes and loses nothing: what it cannot read
	// becomes an element with a Problem. An error means that the body as a whole is unreadable.
	Parse(body []byte) (Parsed, error)
	// Cut returns a body of the same form that holds only the elements for which keep answers true, as bytes
	// cut from the original. Elements are numbered as in Parsed.
	Cut(body []byte, keep func(element int) bool) ([]byte, error)
}

// Parsed is what a leaf understood of one delivery.
type Parsed struct {
	Elements []Element
	// Test marks the platform dashboard's own sample with invented ids.
	Test bool
}

// AccountKind tells what kind of thing Element.Account names.
type AccountKind string

// The kinds of account. AccountParent is what owns numbers or pages: a WABA.
const (
	AccountNumber AccountKind = "number"
	AccountParent AccountKind = "parent"
)

// Element is one thing a delivery tells. Exactly one of Message, Status, Amendment, Notice and Problem is set.
type Element struct {
	// Account routes the element; "" when the delivery does not say.
	Account     string
	AccountKind AccountKind

	Message   *Message
	Status    *Status
	Amendment *Amendment
	Notice    *Notice
	Problem   *Unreadable
	// Past is true for what is handed over from the time before the account was connected. It asks for nothing, and its
	// time says nothing of how fast the platform delivers.
	Past bool
}

// At is the platform's time of the element, zero when it carries none.
func (e *Element) At() time.Time {
	switch {
	case e.Message != nil:
		return e.Message.At
	case e.Status != nil:
		return e.Status.At
	case e.Amendment != nil:
		return e.Amendment.At
	case e.Notice != nil:
		return e.Notice.At
	}
	return time.Time{}
}

// Person is somebody on the other side, as one payload shows them.
type Person struct {
	// Keys identify the person within one account, strongest first, in canonical form with a prefix
	// ("wa:5511987654321", "bsuid:US.134"). Two payloads that share a key are about the same person.
	Keys []string
	// SendTo is what the platform wants as recipient; Shown is how a person reads it; Name may be "".
	SendTo string
	Shown  string
	Name   string
}

// Message is something a person wrote, or (Echo) something the business wrote elsewhere.
type Message struct {
	PlatformID string
	// Person is the other side: the sender, or the receiver of an echo.
	Person Person
	At     time.Time
	Kind   clearline.Kind
	// Text is the body, the caption, or the emoji of a reaction ("" takes it back).
	Text    string
	Details json.RawMessage
	Media   []Media
	// ReplyTo is the platform id of the message answered or reacted to.
	ReplyTo string
	Echo    bool
	// OpensWindow is true when the message starts the free-reply window anew.
	OpensWindow bool
}

// Media is a file as a payload names it. Bytes is 0 when not told.
type Media struct {
	PlatformID string
	MIME       string
	SHA256     string
	Name       string
	Bytes      int64
	ExpiresAt  time.Time
}

// Status is a platform's report about a message we sent.
type Status struct {
	PlatformID string
	Report     clearline.Report
	At         time.Time
	// ClientRef is what we sent along with the attempt, "" when not returned.
	ClientRef string
	// Details is the rest worth keeping (pricing, conversation, recipient), a JSON object or nil.
	Details json.RawMessage
}

// Amendment changes an earlier message: an edit or a deletion by its writer.
type Amendment struct {
	// PlatformID is the amendment's own id, Target the message it changes.
	PlatformID string
	Target     string
	At         time.Time
	Person     Person
	Echo       bool
	// Delete is true for a deletion; Text is the new text of an edit.
	Delete bool
	Text   string
}

// Notice is news about the account rather than a conversation: a review, a limit, a template's state.
type Notice struct {
	// Field is the platform's name for the kind of news, Event its sub-kind or "".
	Field string
	Event string
	// Key makes the notice unique within its account and field when the platform repeats it.
	Key string
	At  time.Time
	// Value is the platform's own object.
	Value json.RawMessage
	// TemplatesChanged asks for a fresh read of the templates.
	TemplatesChanged bool
}

// Unreadable says why an element was not understood. It is kept and can be replayed.
type Unreadable struct {
	Cause  clearline.Cause
	Reason string
}

// Account is what a leaf needs to act for one connection. It is passed by value and holds secrets: never log it.
type Account struct {
	ID        string
	Parent    string
	Token     string
	AppID     string
	AppSecret string
}

// Sender is a platform that takes messages.
type Sender interface {
	// Check judges content before anything is stored: limits of the platform, in its own units. The problem
	// names the field.
	Check(o Outgoing) *clearline.Problem
	// Send hands o over. It returns the platform's answer; err is a *SendError whenever the message was not
	// accepted. The exchange is filled in either case as far as it got.
	Send(ctx context.Context, a Account, o Outgoing) (Answer, error)
	// Details is what is stored and shown of o beyond its text, in the platform's own words, as a JSON object; nil
	// when there is nothing. An Outgoing with these Details is the same message.
	Details(o Outgoing) json.RawMessage
	// Limits are the platform's fixed figures for an account.
	Limits() Limits
}

// Outgoing is one message on its way to a platform.
type Outgoing struct {
	To   string
	Kind clearline.Kind
	// Text is the body, the caption, or the emoji of a reaction ("" takes it back).
	Text string
	// ReplyTo is the platform id of the message answered or reacted to, "" when none.
	ReplyTo string
	// Ref is returned by the platform with its statuses; it names the attempt.
	Ref      string
	Template *Template
	// File is what a message of the kinds image, video, audio, voice, document and sticker carries.
	File *File
	// Location, Contacts and Interactive are the content of messages of these kinds, until Details holds it.
	Location    *Location
	Contacts    []Card
	Interactive *Interactive
	// Details is the content in the platform's own words, as Sender.Details made it; it wins over the three above.
	Details json.RawMessage
}

// Location is a place: degrees, and what it is called.
type Location struct {
	Latitude, Longitude float64
	Name, Address       string
}

// Card is a contact card.
type Card struct {
	Name         string
	Phones       []CardPhone
	Emails       []string
	Organization string
}

// CardPhone is a number of a card; Type is a word such as CELL or WORK, or "".
type CardPhone struct{ Phone, Type string }

// Interactive is a message with something to press.
type Interactive struct {
	// Type is button, list or cta_url.
	Type                 string
	Header, Body, Footer string
	// Buttons are those of type button, each sent back by its id when pressed.
	Buttons []Choice
	// Button opens the list of type list, which Sections fill.
	Button   string
	Sections []Section
	// DisplayText and URL are the button of type cta_url.
	DisplayText, URL string
}

// Section is a group of rows of a list.
type Section struct {
	Title string
	Rows  []Choice
}

// Choice is a button or a row; Description is for rows.
type Choice struct{ ID, Title, Description string }

// Template is an approved text of the platform, filled in.
type Template struct {
	Name     string          `json:"name"`
	Language string          `json:"language"`
	Header   []TemplateValue `json:"header,omitempty"`
	Body     []TemplateValue `json:"body,omitempty"`
	Buttons  []TemplateValue `json:"buttons,omitempty"`
}

// TemplateValue fills one variable. Name is for templates with named variables, Index for buttons.
type TemplateValue struct {
	Name  string `json:"name,omitempty"`
	Index int    `json:"index,omitempty"`
	Type  string `json:"type,omitempty"`
	Text  string `json:"text,omitempty"`
	Link  string `json:"link,omitempty"`
	ID    string `json:"id,omitempty"`
}

// Answer is what a platform said to an accepted send.
type Answer struct {
	PlatformID string
	// SendTo is the recipient's id as the platform knows it, "" when not told.
	SendTo string
	HTTP   int
}

// SendError is a call that was not accepted: its cause, its fate and the original. Sender, Reader, Templater,
// Connector and Fetcher answer with it.
type SendError struct {
	Cause clearline.Cause
	Fate  clearline.Fate
	// After is how long to wait at least before a repeat; 0 leaves it to the caller.
	After time.Duration
	// FileGone is true when the refusal may mean that the platform has forgotten the file that was named by its id:
	// handed over again, it may be taken.
	FileGone bool
	// NotSent is true when the message itself was not handed over, because something before that failed.
	NotSent bool
	HTTP    int
	// Original is the platform's refusal, nil when there was no readable one.
	Original *clearline.PlatformError
	Err      error
}

func (e *SendError) Error() string {
	s := string(e.Cause) + " (" + string(e.Fate) + ")"
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *SendError) Unwrap() error { return e.Err }

// Limits are a platform's fixed figures.
type Limits struct {
	// PerSecond is the default throughput of an account; 0 means none known.
	PerSecond int
	// CountsInbound is true when what comes in uses the same throughput.
	CountsInbound bool
	// PairEvery and PairBurst bound messages to one person.
	PairEvery time.Duration
	PairBurst int
	// Window is the length of the free-reply window, 0 when there is none.
	Window time.Duration
	// TextMax is the longest text, counted in characters (Unicode code points).
	TextMax int
	// CaptionMax is the longest caption of a file, counted like TextMax.
	CaptionMax int
	// Deadline bounds how long a message may wait to be sent.
	Deadline time.Duration
	// Files are what each kind of file may be.
	Files []FileLimit
	// ReactWithin is how old a message may be at most that is reacted to, 0 for any age.
	ReactWithin time.Duration
}

// Starter is a platform that bounds how many people a business may write to first in 24 hours.
type Starter interface {
	// StartLimit is that number, by what the platform last told of the account; 0 is no limit. known is false when it told
	// nothing that is understood.
	StartLimit(told string) (people int, known bool)
}

// Reader shows the person that their messages were read and that an answer is being typed.
type Reader interface {
	MarkRead(ctx context.Context, a Account, platformID string) error
	Typing(ctx context.Context, a Account, platformID string) error
}

// Templater is a platform with approved templates.
type Templater interface {
	Templates(ctx context.Context, a Account) ([]TemplateInfo, error)
	// Fill checks values against a template's components and renders the text as the person will see it.
	Fill(info TemplateInfo, t Template) (text string, problem *clearline.Problem)
}

// Keeper is a platform that keeps what it cannot deliver for a time, and then drops it without a word.
type Keeper interface {
	// KeptFor is for how long it keeps a message; t is its template, nil for a free message.
	KeptFor(t *TemplateInfo) time.Duration
}

// TemplateInfo is an approved (or not) template as the platform lists it.
type TemplateInfo struct {
	PlatformID string
	Name       string
	Language   string
	Category   string
	Status     string
	Components json.RawMessage
	// Named is true when the variables have names instead of positions.
	Named bool
}

// Connector checks an account and points its webhooks here.
type Connector interface {
	// Check reads the account with its credential and changes nothing.
	CheckAccount(ctx context.Context, a Account) (AccountInfo, error)
	// Subscribe makes the platform send this account's events to our app. It may be repeated.
	Subscribe(ctx context.Context, a Account) error
}

// AccountInfo is what one read of an account told.
type AccountInfo struct {
	Name      string
	Shown     string
	PerSecond int
	// Subscribed is true when the platform lists our app for this account.
	Subscribed bool
	// Cause is set when the account exists but cannot work as it is.
	Cause clearline.Cause
}

// Fetcher gets files. The address is asked for anew on each call.
type Fetcher interface {
	// Fetch writes a file to w, at most limit bytes, and tells how many there were and what type the platform
	// calls it. What was written before an error is no file.
	Fetch(ctx context.Context, a Account, platformID string, limit int64, w io.Writer) (Fetched, error)
}

// Fetched is what a platform said of a file.
type Fetched struct {
	MIME  string
	Bytes int64
}
