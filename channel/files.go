package channel

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/clearline/clearline"
)

// File is a file on its way out.
type File struct {
	// PlatformID is what the platform calls it, "" before it was handed over.
	PlatformID string
	// Kind is what it is to be shown as.
	Kind          clearline.Kind
	MIME, Name    string
	Bytes         int64
	Width, Height int
	// Animated is true for a moving sticker.
	Animated bool
	// Open gives the bytes; nil when they are not needed any more.
	Open func() (io.ReadCloser, error)
}

// Uploader is a platform that takes a file by itself before the message that carries it. An upload is no send:
// whatever becomes of it, the person has seen nothing.
type Uploader interface {
	// Upload hands a file over; err is a *SendError whose fate is never Unknown.
	Upload(ctx context.Context, a Account, f File) (Uploaded, error)
}

// Uploaded is what a platform calls a file that it took, until it forgets it.
type Uploaded struct {
	PlatformID string
	ExpiresAt  time.Time
}

// FileLimit is what a platform takes as one kind of file.
type FileLimit struct {
	Kind clearline.Kind
	// MIMEs are the types taken, nil for any.
	MIMEs    []string
	MaxBytes int64
	// MaxAnimatedBytes is for moving stickers, 0 when it is the same.
	MaxAnimatedBytes int64
	// Width and Height are the only size taken, 0 for any.
	Width, Height int
}

// File is the limit for a kind; ok is false when the platform has no such kind.
func (l Limits) File(kind clearline.Kind) (limit FileLimit, ok bool) {
	for _, f := range l.Files {
		if f.Kind == kind {
			return f, true
		}
	}
	return FileLimit{}, false
}

// Bytes is the most that a file of this kind may have.
func (f FileLimit) Bytes(animated bool) int64 {
	if animated && f.MaxAnimatedBytes != 0 {
		return f.MaxAnimatedBytes
	}
	return f.MaxBytes
}

// an is how a sentence calls a kind of file.
var an = map[clearline.Kind]string{
	clearline.KindImage: "a picture", clearline.KindVideo: "a video", clearline.KindAudio: "an audio file", clearline.KindVoice: "a voice note",
	clearline.KindDocument: "a document", clearline.KindSticker: "a sticker",
}

// An is a kind of file with its article, such as "a picture".
func An(kind clearline.Kind) string { return an[kind] }

// Refuses is why a file cannot be sent as the kind of the limit, nil when it can.
func (l FileLimit) Refuses(f *File, platform string) *clearline.Problem {
	what := an[l.Kind]
	bare, _, _ := strings.Cut(f.MIME, ";")
	refuse := func(cause clearline.Cause, reason string) *clearline.Problem {
		return &clearline.Problem{Cause: cause, Title: platform + " does not take this file as " + what + ".", Detail: strings.ToUpper(reason[:1]) + reason[1:] + ".",
			Fields: []clearline.FieldProblem{{Name: "media", Reason: reason}}}
	}
	switch most := l.Bytes(f.Animated); {
	case f.Bytes == 0:
		return refuse(clearline.CauseMediaSize, "the file is empty")
	case l.MIMEs != nil && !slices.Contains(l.MIMEs, bare):
		return refuse(clearline.CauseMediaType, what+" must be of the type "+strings.Join(l.MIMEs, ", ")+"; this one is "+bare)
	case f.Bytes > most:
		return refuse(clearline.CauseMediaSize, what+" may have "+size(most)+"; this one has "+size(f.Bytes)+hint(l.Kind))
	case l.Width != 0 && (f.Width != l.Width || f.Height != l.Height):
		return refuse(clearline.CauseMediaSize, what+" must be "+strconv.Itoa(l.Width)+" by "+strconv.Itoa(l.Height)+" pixels; this one is "+strconv.Itoa(f.Width)+" by "+strconv.Itoa(f.Height))
	}
	return nil
}

// hint is the way out for a file that is too large for its kind.
func hint(kind clearline.Kind) string {
	switch kind {
	case clearline.KindVideo, clearline.KindAudio, clearline.KindVoice, clearline.KindImage:
		return "; it may be larger when sent as a document"
	}
	return ""
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return strings.TrimSuffix(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".0") + " MB"
	case n >= 1<<10:
		return strconv.FormatInt((n+1<<10-1)>>10, 10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
