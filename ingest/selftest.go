package ingest

import (
	"context"
	"errors"
	"net/http"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// keepSelfTest stores a call that the product made to itself, if it is one: marked as a test, without elements, and in
// no count. done is false for every other call.
func (in *Ingest) keepSelfTest(ctx context.Context, app clearline.App, c Call) (done bool, err error) {
	mark, ok := channel.SelfTestMark(c.Body)
	if !ok || !channel.IsSelfTest(mark, app.Secret, in.o.Clock.Now()) {
		return false, nil
	}
	part := in.part(app, c, app.CompanyID, true)
	part.Delivery.Reason, part.Delivery.Size, part.Packed = mark, len(c.Body), store.Pack(c.Body)
	part.Delivery.Took = in.o.Clock.Now().Sub(c.At)
	return true, in.o.Store.Ingest(ctx, part)
}

// ownSelfTest tells whether a call that is not signed as it should be is one of our own tests, which tries just that.
func (in *Ingest) ownSelfTest(c Call) bool {
	mark, ok := channel.SelfTestMark(c.Body)
	return ok && in.ownMark(c.Platform, c.App, mark)
}

func (in *Ingest) ownMark(platform clearline.Platform, app clearline.ID, mark string) bool {
	for _, a := range in.apps.candidates(platform, app) {
		if channel.IsSelfTest(mark, a.Secret, in.o.Clock.Now()) {
			return true
		}
	}
	return false
}

// asked is an app whose address a platform has asked for.
type asked struct{ company, app clearline.ID }

// Handshake answers a platform's check of our address, and notes that it came: it proves that the platform finds us.
func (in *Ingest) Handshake(platform clearline.Platform, app clearline.ID, r *http.Request) (challenge string, ok bool) {
	leaf := in.o.Platforms[platform]
	if leaf == nil {
		return "", false
	}
	var right []clearline.App
	challenge, ok = leaf.Handshake(r, func(token string) bool {
		right = in.apps.verifies(platform, app, token)
		return len(right) > 0
	})
	if !ok || in.ownMark(platform, app, challenge) {
		return challenge, ok
	}
	for _, a := range right {
		select {
		case in.asked <- asked{a.CompanyID, a.ID}:
		default: // a flood of handshakes proves no more than one
		}
	}
	return challenge, true
}

// noteAsked writes handshakes down, which must answer at once themselves.
func (in *Ingest) noteAsked(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-in.asked:
			if err := in.o.Store.Asked(ctx, a.company, a.app, in.o.Clock.Now()); err != nil && !errors.Is(err, context.Canceled) {
				in.o.Log.Warn("a handshake could not be noted", "app", a.app, "err", err)
			}
		}
	}
}
