package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// outgoingMedia is a file in a message, named by the id of its upload. Source: Meta, WhatsApp, messages/image-messages
// and its siblings; read Dec 2025.
type outgoingMedia struct {
	ID      string `json:"id"`
	Caption string `json:"caption,omitempty"`
	// Filename is for documents; its ending decides the symbol on the phone.
	Filename string `json:"filename,omitempty"`
	// Voice makes audio a voice note, with a play button up to 512 KB.
	Voice bool `json:"voice,omitempty"`
}

// checkFile judges a message that carries a file.
func (p *Platform) checkFile(o channel.Outgoing) *clearline.Problem {
	f := o.File
	if f == nil {
		return wrong("media", "must be given")
	}
	limit, ok := p.Limits().File(o.Kind)
	if !ok {
		return wrong("kind", "cannot be sent to WhatsApp: "+string(o.Kind))
	}
	if problem := limit.Refuses(f, "WhatsApp"); problem != nil {
		return problem
	}
	switch n := utf8.RuneCountInString(o.Text); {
	case n > 0 && (o.Kind == clearline.KindAudio || o.Kind == clearline.KindVoice || o.Kind == clearline.KindSticker):
		return wrong("text", "cannot go with "+channel.An(o.Kind)+": WhatsApp shows no caption there; send it as a message of its own")
	case n > captionMax:
		return wrong("text", "has "+strconv.Itoa(n)+" characters; a caption may have "+strconv.Itoa(captionMax)+" at most")
	case !utf8.ValidString(o.Text):
		return wrong("text", "must be valid UTF-8")
	}
	return nil
}

// composeFile puts the file into the body under the name of its type.
func composeFile(out *outgoing, o channel.Outgoing) {
	f := &outgoingMedia{ID: o.File.PlatformID, Caption: o.Text}
	switch o.Kind {
	case clearline.KindImage:
		out.Image = f
	case clearline.KindVideo:
		out.Video = f
	case clearline.KindAudio:
		out.Audio = f
	case clearline.KindVoice:
		out.Type, out.Audio, f.Voice = typeAudio, f, true
	case clearline.KindDocument:
		out.Document, f.Filename = f, o.File.Name
	case clearline.KindSticker:
		out.Sticker = f
	}
}

// uploadLife is how long the platform keeps an upload, less a day so that none is used up in the meantime. Source:
// Meta, WhatsApp, business-phone-numbers/media (30 days); read Dec 2025.
const uploadLife = 29 * 24 * time.Hour

// Upload hands a file over; see channel.Uploader. The error is a *channel.SendError: Again may be tried, because a
// file without its message reaches nobody.
func (p *Platform) Upload(ctx context.Context, a channel.Account, f channel.File) (channel.Uploaded, error) {
	head, tail, boundary, err := uploadForm(f)
	if err != nil {
		return channel.Uploaded{}, &channel.SendError{Cause: clearline.CauseOther, Fate: clearline.Stop, Err: err}
	}
	call := meta.Request{
		Method: http.MethodPost, Path: url.PathEscape(a.ID) + "/media", Token: a.Token,
		Stream: &meta.Stream{Type: "multipart/form-data; boundary=" + boundary, Length: int64(len(head)) + f.Bytes + int64(len(tail)),
			Open: func() (io.ReadCloser, error) {
				file, err := f.Open()
				if err != nil {
					return nil, err
				}
				return streamed{io.MultiReader(bytes.NewReader(head), io.LimitReader(file, f.Bytes), bytes.NewReader(tail)), file}, nil
			}},
	}
	var got struct {
		ID string `json:"id"`
	}
	status, err := p.graph.Call(ctx, call, &got)
	if err == nil && got.ID == "" {
		err = &meta.NoAnswer{Sent: true, HTTP: status, Err: errors.New("the result names no file")}
	}
	if err != nil {
		return channel.Uploaded{}, uploadError(sendError(err))
	}
	return channel.Uploaded{PlatformID: got.ID, ExpiresAt: time.Now().Add(uploadLife)}, nil
}

// uploadError makes of a refused send what it is for an upload: where nobody knows whether it was taken, it is simply
// done again.
func uploadError(e *channel.SendError) *channel.SendError {
	switch e.Fate {
	case clearline.Unknown, clearline.Hold:
		e.Fate = clearline.Again
		if e.Cause == clearline.CauseUnconfirmed {
			e.Cause = clearline.CauseNetwork
		}
	case clearline.SlowPair:
		e.Fate = clearline.Slow
	}
	return e
}

type streamed struct {
	io.Reader
	io.Closer
}

// uploadType is the type that a file is handed over as. Pictures, films and sounds of types that the platform does not
// know are refused, while it takes documents of any (field): they go as bytes.
func uploadType(f channel.File) string {
	bare, _, _ := strings.Cut(f.MIME, ";")
	family, _, _ := strings.Cut(bare, "/")
	if f.Kind != clearline.KindDocument || family == "application" || family == "text" {
		return bare
	}
	for _, l := range fileLimits {
		if slices.Contains(l.MIMEs, bare) {
			return bare
		}
	}
	return "application/octet-stream"
}

// uploadForm is what stands around the file in the body of an upload.
func uploadForm(f channel.File) (head, tail []byte, boundary string, err error) {
	var b bytes.Buffer
	w, mime := multipart.NewWriter(&b), uploadType(f)
	if err := errors.Join(w.WriteField("messaging_product", "whatsapp"), w.WriteField("type", mime)); err != nil {
		return nil, nil, "", err
	}
	// The name of the part is of our own making: the person's name for the file goes with the message.
	if _, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="file"`}, "Content-Type": {mime}}); err != nil {
		return nil, nil, "", err
	}
	head = bytes.Clone(b.Bytes())
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	return head, b.Bytes()[len(head):], w.Boundary(), nil
}
