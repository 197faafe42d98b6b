package connect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Manual is what the manual way of connecting takes.
type Manual struct {
	Platform    clearline.Platform
	Account     string
	Parent      string
	Token       string
	AppID       string
	AppSecret   string
	VerifyToken string
	Name        string
}

// Add checks the values by one read, stores them sealed and subscribes the webhooks. What the platform says
// against them comes back as a problem with its cause; nothing is stored then.
func (c *Connect) Add(ctx context.Context, company clearline.ID, m Manual) (clearline.Connection, error) {
	if err := m.check(); err != nil {
		return clearline.Connection{}, err
	}
	leaf := c.o.Leaves[m.Platform]
	if leaf == nil {
		return clearline.Connection{}, &clearline.Problem{Cause: clearline.CauseInput, Title: fmt.Sprintf("The platform %q cannot be connected.", m.Platform),
			Detail: "Nothing was stored.", Fields: []clearline.FieldProblem{{Name: "platform", Reason: "is not one of the platforms built in"}}}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	account := channel.Account{ID: m.Account, Parent: m.Parent, Token: m.Token, AppID: m.AppID, AppSecret: m.AppSecret}
	info, err := leaf.CheckAccount(ctx, account)
	if err != nil {
		return clearline.Connection{}, refused(err)
	}
	learned, err := c.learned(ctx, &m)
	if err != nil {
		return clearline.Connection{}, err
	}
	app, err := c.keepApp(ctx, company, m.Platform, clearline.App{CompanyID: company, Platform: m.Platform, PlatformID: m.AppID, Secret: m.AppSecret, VerifyToken: m.VerifyToken})
	if err != nil {
		return clearline.Connection{}, err
	}
	now := c.o.Clock.Now().UTC()
	connection := clearline.Connection{CompanyID: company, Platform: m.Platform, Name: m.Name, Account: m.Account, Parent: m.Parent, Phone: info.Shown,
		ThroughputPerSecond: info.PerSecond, Proof: clearline.Proof{CheckedAt: now, AcceptedAt: now}}
	if connection.Name == "" {
		connection.Name = strings.TrimSpace(info.Name + " " + info.Shown)
	}
	if connection, err = c.o.Store.AddConnection(ctx, connection, app, m.Token); err != nil {
		return clearline.Connection{}, err
	}
	if err := c.o.Store.NoteToken(ctx, tokenRow(company, connection.ID, 0, learned, now)); learned != nil && err != nil {
		c.o.Log.Warn("what is known of a token could not be stored; it is asked again", "connection", connection.ID, "err", err)
	}
	// The connection exists from here on; what fails now is shown on it, and the doctor looks again.
	c.check(ctx, connection)
	if err := c.SyncTemplates(ctx, company, connection.ID); err != nil {
		c.o.Log.Warn("the templates could not be read yet", "connection", connection.ID, "err", err)
	}
	return connection, nil
}

// learnWithin bounds a question whose answer is not needed to go on.
const learnWithin = 8 * time.Second

// learned asks what the token is, and takes over the app's id where nobody gave it. A platform that does not tell is no
// obstacle: the account was read with the token.
func (c *Connect) learned(ctx context.Context, m *Manual) (*channel.TokenInfo, error) {
	leaf, err := c.signUp(m.Platform)
	if err != nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, learnWithin)
	defer cancel()
	info, problem := c.inspect(ctx, leaf, channel.AppKey{ID: m.AppID, Secret: m.AppSecret}, m.Token)
	switch {
	case problem != nil && (problem.Cause.Reauthorizes()):
		return nil, problem
	case problem != nil:
		return nil, nil
	case m.AppID == "":
		m.AppID = info.AppID
	}
	return &info, nil
}

func (m *Manual) check() error {
	var fields []clearline.FieldProblem
	bad := func(name, reason string) {
		if reason != "" {
			fields = append(fields, clearline.FieldProblem{Name: name, Reason: reason})
		}
	}
	var reason string
	m.Token, reason = cleanToken(m.Token)
	bad("phone_number_id", idReason(m.Account, whatNumber, ""))
	bad("waba_id", idReason(m.Parent, whatWABA, ""))
	bad("token", reason)
	if strings.TrimSpace(m.AppSecret) == "" {
		bad("app_secret", "is missing: without it nobody could tell Meta's webhooks from forged ones")
	}
	if strings.TrimSpace(m.VerifyToken) == "" {
		bad("verify_token", "is missing: choose a word and enter the same one in the Meta app's webhook settings")
	}
	if len(fields) > 0 {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "The number cannot be connected with these values.",
			Detail: "Nothing was stored. Correct the fields named and try again.", Fields: fields}
	}
	return nil
}

// refused turns the platform's refusal into a problem.
func refused(err error) error {
	var se *channel.SendError
	if !errors.As(err, &se) {
		return err
	}
	p := &clearline.Problem{Cause: se.Cause, Title: "The platform did not accept these values.", Err: err,
		Detail: "Nothing was stored. Check the token, that it belongs to this app, and that the ids are of the account it may use."}
	if se.HTTP == 0 {
		p.Title, p.Detail = "The platform could not be reached.", "Nothing was stored. Check this server's way to the internet, then try again."
	}
	switch se.Cause {
	case clearline.CauseAuthAsset:
		p.Fields = []clearline.FieldProblem{{Name: "phone_number_id", Reason: "not visible with this token, or not of this account"}, {Name: "waba_id", Reason: "not visible with this token, or without this number"}}
	case clearline.CauseAuthExpired, clearline.CauseAuthRevoked, clearline.CauseAuthPassword, clearline.CauseAuthInvalid, clearline.CauseAuthScope:
		p.Fields = []clearline.FieldProblem{{Name: "token", Reason: "not accepted by the platform"}}
	}
	if o := se.Original; o != nil {
		p.Detail = fmt.Sprintf("The platform said: “%s” (code %d). ", o.Text, o.Code) + p.Detail
	}
	var own *clearline.Problem
	if errors.As(se.Err, &own) {
		p.Title, p.Detail = own.Title, own.Detail+" Nothing was stored."
	}
	return p
}
