package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// Figures of a profile's picture: five megabytes, and sides of at least 192 pixels (both field; Meta's reference names neither).
const (
	pictureMax  = 5 << 20
	pictureSide = 192
)

// Picture reads what customers see; see channel.Profiler. The address that Meta names needs no token and gets none.
func (p *Platform) Picture(ctx context.Context, a channel.Account, limit int64, w io.Writer) (string, error) {
	profile, err := p.Profile(ctx, a)
	if err != nil || profile.PictureURL == "" {
		return "", err
	}
	if !p.fileHost(profile.PictureURL) {
		return "", again(clearline.CauseOther, 0, errors.New("the picture's address is not one of the platform's hosts"))
	}
	head := &bytes.Buffer{}
	if _, err := p.download(ctx, "", mediaAddress{URL: profile.PictureURL}, min(limit, pictureMax), head); err != nil {
		return "", err
	}
	mime := pictureType(head.Bytes())
	if mime == "" {
		return "", again(clearline.CauseOther, http.StatusOK, errors.New("the picture is neither JPEG nor PNG"))
	}
	_, err = w.Write(head.Bytes())
	return mime, err
}

// pictureType is the type by the bytes, "" for any other than the two.
func pictureType(picture []byte) string {
	if _, format, err := image.DecodeConfig(bytes.NewReader(picture)); err == nil && (format == "jpeg" || format == "png") {
		return "image/" + format
	}
	return ""
}

// CheckPicture judges a picture by Meta's figures; see channel.Profiler.
func (p *Platform) CheckPicture(picture []byte) *clearline.Problem {
	wrong := func(reason, next string) *clearline.Problem {
		return &clearline.Problem{Cause: clearline.CauseInput, Title: "Meta would not take this picture.", Detail: "Nothing was changed. " + next,
			Fields: []clearline.FieldProblem{{Name: "picture", Reason: reason}}}
	}
	if len(picture) > pictureMax {
		return wrong(fmt.Sprintf("has %.1f MB, 5 are allowed", float64(len(picture))/(1<<20)), "Make it smaller, or save it as JPEG.")
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(picture))
	switch {
	case err != nil || format != "jpeg" && format != "png":
		return wrong("is neither JPEG nor PNG", "Save it as JPEG or PNG.")
	case min(config.Width, config.Height) < pictureSide:
		return wrong(fmt.Sprintf("has %d × %d pixels, each side needs at least %d", config.Width, config.Height, pictureSide), "Choose a larger one; 640 × 640 is best.")
	}
	return nil
}

// SavePicture hands a picture over in three calls: begin an upload, send the bytes, name the upload in the profile. Only the
// last one changes anything. Source: Meta, Graph API, guides/upload, and WhatsApp, business-profiles; read Dec 2025.
func (p *Platform) SavePicture(ctx context.Context, a channel.Account, picture []byte) error {
	if problem := p.CheckPicture(picture); problem != nil {
		return wrongInput(problem)
	}
	if a.AppID == "" {
		return wrongInput(&clearline.Problem{Cause: clearline.CauseInput, Title: "The app of this connection is not known here.",
			Detail: "A picture is handed to Meta by its app. Connect again by signing in, or set the picture in WhatsApp Manager.",
			Fields: []clearline.FieldProblem{{Name: "picture", Reason: "cannot be handed over without the app's id"}}})
	}
	handle, err := p.hand(ctx, a, picture)
	if err != nil {
		return err
	}
	return p.change(ctx, a, "whatsapp_business_profile", map[string]any{"messaging_product": "whatsapp", "profile_picture_handle": handle}, opChange)
}

// hand uploads a file for the app and gives its handle.
func (p *Platform) hand(ctx context.Context, a channel.Account, picture []byte) (string, error) {
	lost := func(err error) error {
		e := callError(err, opChange)
		if e.Fate == clearline.Unknown {
			e.Fate, e.NotSent = clearline.Again, true // a file that nothing names changes nothing
		}
		return e
	}
	var session struct{ ID string }
	begin := meta.Request{Method: http.MethodPost, Path: url.PathEscape(a.AppID) + "/uploads", Token: a.Token,
		Query: url.Values{"file_length": {strconv.Itoa(len(picture))}, "file_type": {pictureType(picture)}, "file_name": {"picture"}}}
	if _, err := p.graph.Call(ctx, begin, &session); err != nil {
		return "", lost(err)
	}
	// The id comes with a signature that goes back as a query: upload:…?sig=…
	id, query, _ := strings.Cut(session.ID, "?")
	signature, err := url.ParseQuery(query)
	if err != nil || !strings.HasPrefix(id, "upload:") {
		return "", lost(&meta.NoAnswer{Sent: true, HTTP: http.StatusOK, Err: errors.New("the result names no upload")})
	}
	var file struct {
		Handle string `json:"h"`
	}
	send := meta.Request{Method: http.MethodPost, Path: url.PathEscape(id), Query: signature, Token: a.Token,
		// This call alone wants its token under another word, and where the bytes begin as a header of that very name.
		Header: http.Header{"Authorization": {"OAuth " + a.Token}, "file_offset": {"0"}},
		Stream: &meta.Stream{Type: "application/octet-stream", Length: int64(len(picture)), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(picture)), nil
		}}}
	if _, err := p.graph.Call(ctx, send, &file); err != nil {
		return "", lost(err)
	}
	if file.Handle == "" {
		return "", lost(&meta.NoAnswer{Sent: true, HTTP: http.StatusOK, Err: errors.New("the result names no handle")})
	}
	return file.Handle, nil
}
