package connect

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// face is the platform of a connection that is in use, for its public face, with its account.
func (c *Connect) face(ctx context.Context, company, id clearline.ID) (channel.Profiler, clearline.Connection, channel.Account, error) {
	conn, err := c.o.Store.Connection(ctx, company, id)
	if err != nil {
		return nil, conn, channel.Account{}, err
	}
	leaf, ok := c.o.Leaves[conn.Platform].(channel.Profiler)
	if !ok {
		return nil, conn, channel.Account{}, wrong("id", "is of a platform without profiles")
	}
	if !conn.DisconnectedAt.IsZero() {
		return nil, conn, channel.Account{}, ended()
	}
	a, err := c.o.Store.Account(ctx, company, id)
	return leaf, conn, a, err
}

const nothingChanged = "Nothing was changed."

// Profile is what customers see of a connection's business, and the platform's limits for it.
func (c *Connect) Profile(ctx context.Context, company, id clearline.ID) (p channel.Profile, limits channel.ProfileLimits, err error) {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return p, limits, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if p, err = leaf.Profile(ctx, a); err != nil {
		return p, limits, refusal(err, "Meta did not show the profile.", nothingChanged)
	}
	return p, leaf.ProfileLimits(), nil
}

// SaveProfile writes a profile and gives it as the platform shows it then. One that breaks a limit is refused before
// anything is sent.
func (c *Connect) SaveProfile(ctx context.Context, company, id clearline.ID, p channel.Profile) (channel.Profile, channel.ProfileLimits, error) {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return p, channel.ProfileLimits{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := leaf.SaveProfile(ctx, a, p); err != nil {
		return p, channel.ProfileLimits{}, uncertain(err, "Meta did not take the profile.", nothingChanged, "Read the profile again: it may have been saved.")
	}
	return c.Profile(ctx, company, id)
}

// uncertain is a refusal of a change; one whose answer got lost may have been carried out all the same.
func uncertain(err error, title, refused, lost string) *clearline.Problem {
	var se *channel.SendError
	if errors.As(err, &se) && !se.NotSent && se.Original == nil && (se.Cause == clearline.CauseOutage || se.Cause == clearline.CauseNetwork) {
		return &clearline.Problem{Cause: se.Cause, Title: "Meta did not answer.", Detail: lost, Err: err, RetryAfter: se.After}
	}
	return refusal(err, title, refused)
}

// Links are a connection's message links.
func (c *Connect) Links(ctx context.Context, company, id clearline.ID) ([]channel.MessageLink, channel.ProfileLimits, error) {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return nil, channel.ProfileLimits{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	all, err := leaf.Links(ctx, a)
	if err != nil {
		return nil, channel.ProfileLimits{}, refusal(err, "Meta did not show the message links.", nothingChanged)
	}
	return all, leaf.ProfileLimits(), nil
}

// SaveLink makes a message link, or with a code gives another text to the link of that code.
func (c *Connect) SaveLink(ctx context.Context, company, id clearline.ID, code, text string) (channel.MessageLink, error) {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return channel.MessageLink{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if code == "" {
		link, err := leaf.AddLink(ctx, a, text)
		if err != nil {
			return link, uncertain(err, "Meta did not make the link.", "Nothing was made.", "Read the list again before making it once more: it may be there.")
		}
		return link, nil
	}
	if _, err := known(ctx, leaf, a, code); err != nil {
		return channel.MessageLink{}, err
	}
	link, err := leaf.ChangeLink(ctx, a, code, text)
	if err != nil {
		return link, uncertain(err, "Meta did not change the link.", nothingChanged, "Read the list again: the text may be the new one.")
	}
	return link, nil
}

// RemoveLink ends a message link: whoever opens it later finds nothing.
func (c *Connect) RemoveLink(ctx context.Context, company, id clearline.ID, code string) error {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := known(ctx, leaf, a, code); err != nil {
		return err
	}
	if err := leaf.RemoveLink(ctx, a, code); err != nil {
		return uncertain(err, "Meta did not delete the link.", nothingChanged, "Read the list again: it may be gone.")
	}
	return nil
}

// Link is one message link.
func (c *Connect) Link(ctx context.Context, company, id clearline.ID, code string) (channel.MessageLink, error) {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return channel.MessageLink{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return known(ctx, leaf, a, code)
}

// known is the link of a code, which is absent when the platform does not have it.
func known(ctx context.Context, leaf channel.Profiler, a channel.Account, code string) (channel.MessageLink, error) {
	link, ok, err := leaf.Link(ctx, a, code)
	switch {
	case err != nil:
		return link, refusal(err, "Meta did not show the message link.", nothingChanged)
	case !ok:
		return link, &clearline.Problem{Cause: clearline.CauseAbsent, Title: "Meta knows no such message link.",
			Detail: "Nothing was changed. It was deleted, or this connection’s key may not see it. Read the list again."}
	}
	return link, nil
}

// Picture writes the picture that customers see of the business to w and gives its media type, "" when there is none.
func (c *Connect) Picture(ctx context.Context, company, id clearline.ID, w io.Writer) (mime string, err error) {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if mime, err = leaf.Picture(ctx, a, int64(leaf.ProfileLimits().PictureMax), w); err != nil {
		return "", refusal(err, "Meta did not show the picture.", nothingChanged)
	}
	return mime, nil
}

// pictureTimeout bounds the three calls that hand a picture over, one of which carries five megabytes.
const pictureTimeout = 60 * time.Second

// SavePicture hands another picture over. One that breaks a limit is refused before anything is sent.
func (c *Connect) SavePicture(ctx context.Context, company, id clearline.ID, picture []byte) error {
	leaf, _, a, err := c.face(ctx, company, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, pictureTimeout)
	defer cancel()
	if err := leaf.SavePicture(ctx, a, picture); err != nil {
		return uncertain(err, "Meta did not take the picture.", nothingChanged, "Look at the profile again: it may have been saved.")
	}
	return nil
}
