package dispatch

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// uploadsAtOnce bounds how many files of one lane are on their way at a time: they share the line with its texts.
const uploadsAtOnce = 4

// carryingAtOnce bounds how many attempts with a file a lane runs or waits with at once, so that texts find room beside
// them however slow the line is; carryAgain is when one that found none is looked at again.
const (
	carryingAtOnce = 32
	carryAgain     = 250 * time.Millisecond
)

// UploadWithin bounds handing one file over: 100 MB at 1.5 Mbit/s.
const UploadWithin = 10 * time.Minute

// carries tells whether messages of a kind carry a file.
func carries(kind clearline.Kind) bool {
	switch kind {
	case clearline.KindImage, clearline.KindVideo, clearline.KindAudio, clearline.KindVoice, clearline.KindDocument, clearline.KindSticker:
		return true
	}
	return false
}

// handover is a file on its way out: known to the platform, or why not.
type handover struct {
	id   clearline.ID
	file channel.File
	// fresh is true when it was handed over just now, so that the platform cannot have forgotten it.
	fresh bool
	err   *channel.SendError
}

// handOver sees to it that the platform has a message's file before an attempt to send the message is recorded. A
// failed upload is no send: nobody has seen anything, and it may be repeated.
func (l *lane) handOver(ctx context.Context, w *waiting) *handover {
	a, err := l.d.o.Store.Attachment(ctx, l.key.company, l.key.connection, w.id)
	if errors.Is(err, store.ErrAbsent) {
		return &handover{err: fileLost(err)}
	}
	if err != nil {
		return &handover{err: &channel.SendError{Cause: clearline.CauseBusy, Fate: clearline.Again, Err: err}}
	}
	h := &handover{id: a.ID, file: outgoingFile(a.Media)}
	switch uploader, ok := l.sender.(channel.Uploader); {
	case a.State != clearline.MediaReady:
		h.err = fileLost(errors.New("the file is " + string(a.State)))
		if a.Reason != "" {
			h.err.Cause = a.Reason
		}
	case a.SentAs != "" && l.d.o.Clock.Now().Before(a.SentExpires):
		h.file.PlatformID = a.SentAs
	case ok:
		h.fresh = true
		h.file.PlatformID, h.err = l.uploads.do(ctx, a.ID, func() (string, *channel.SendError) { return l.upload(ctx, uploader, h.id, h.file) })
	}
	return h
}

func fileLost(err error) *channel.SendError {
	return &channel.SendError{Cause: clearline.CauseMediaLost, Fate: clearline.Stop, Err: err}
}

// outgoingFile describes a stored file to a leaf.
func outgoingFile(f clearline.Media) channel.File {
	return channel.File{Kind: f.Kind, MIME: f.MIME, Name: f.Name, Bytes: f.Bytes, Width: f.Width, Height: f.Height, Animated: f.Animated()}
}

func (l *lane) upload(ctx context.Context, uploader channel.Uploader, id clearline.ID, f channel.File) (string, *channel.SendError) {
	account, err := l.credential(ctx)
	if err != nil {
		return "", &channel.SendError{Cause: clearline.CauseNetwork, Fate: clearline.Again, Err: err}
	}
	f.Open = func() (io.ReadCloser, error) { return l.d.o.Open(l.key.company, id) }
	probe, err := f.Open()
	if errors.Is(err, fs.ErrNotExist) {
		return "", fileLost(err)
	}
	if err != nil {
		return "", &channel.SendError{Cause: clearline.CauseDisk, Fate: clearline.Again, Err: err}
	}
	probe.Close()
	uctx, cancel := context.WithTimeout(ctx, UploadWithin)
	defer cancel()
	got, err := uploader.Upload(uctx, account, f)
	if err != nil {
		var se *channel.SendError
		if !errors.As(err, &se) {
			se = &channel.SendError{Cause: clearline.CauseNetwork, Fate: clearline.Again, Err: err}
		}
		return "", l.outdated(ctx, account, se)
	}
	life := time.Until(got.ExpiresAt) // the leaf goes by the machine's clock
	if err := l.d.o.Store.HandedOver(context.WithoutCancel(ctx), l.key.company, l.key.connection, id, got.PlatformID, l.d.o.Clock.Now().Add(life)); err != nil {
		l.d.o.Log.Warn("what the platform calls a file could not be stored; it will be handed over again", "file", id, "err", err)
	}
	return got.PlatformID, nil
}

// forget drops what the platform no longer knows a file by.
func (l *lane) forget(ctx context.Context, file clearline.ID) {
	if err := l.d.o.Store.HandedOver(ctx, l.key.company, l.key.connection, file, "", time.Time{}); err != nil {
		l.d.o.Log.Warn("a file's id at the platform could not be dropped", "file", file, "err", err)
	}
}

// uploads lets a file that several messages carry go over the line once, and bounds how many go at a time.
type uploads struct {
	slots chan struct{}
	mu    sync.Mutex
	under map[clearline.ID]*upload
}

type upload struct {
	done       chan struct{}
	platformID string
	err        *channel.SendError
}

func newUploads() *uploads {
	return &uploads{slots: make(chan struct{}, uploadsAtOnce), under: map[clearline.ID]*upload{}}
}

func (u *uploads) do(ctx context.Context, id clearline.ID, f func() (string, *channel.SendError)) (string, *channel.SendError) {
	u.mu.Lock()
	up, running := u.under[id]
	if !running {
		up = &upload{done: make(chan struct{})}
		u.under[id] = up
	}
	u.mu.Unlock()
	if running {
		<-up.done // it ends with the lane's context, like this one
		return up.platformID, up.err
	}
	defer func() {
		u.mu.Lock()
		delete(u.under, id)
		u.mu.Unlock()
		close(up.done)
	}()
	select {
	case u.slots <- struct{}{}:
		defer func() { <-u.slots }()
		up.platformID, up.err = f()
	case <-ctx.Done():
		up.err = &channel.SendError{Cause: clearline.CauseBusy, Fate: clearline.Again, Err: ctx.Err()}
	}
	return up.platformID, up.err
}
