package httpapi

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/media"
	"github.com/clearline/clearline/store"
)

// MediaView is a file. It is exported because the API description is made by looking at embedded structs.
type MediaView struct {
	ID         string           `json:"id"`
	MIME       string           `json:"mime" doc:"what the bytes are, whatever somebody called them"`
	Bytes      int64            `json:"bytes"`
	Name       string           `json:"name" doc:"safe to show and to save under; may be empty"`
	State      string           `json:"state" enum:"pending,ready,lost"`
	Reason     *clearline.Cause `json:"reason" doc:"why the file is lost, or why it is not here yet"`
	URL        *string          `json:"url"`
	PreviewURL *string          `json:"preview_url" doc:"a JPEG of at most 640 pixels; null when there is none"`
	Width      *int             `json:"width" doc:"in pixels, upright; null when not known"`
	Height     *int             `json:"height"`
	DurationMS *int64           `json:"duration_ms" doc:"how long it plays; null when not known"`
	Kind       string           `json:"kind" enum:"image,video,audio,voice,document,sticker" doc:"what it is sent or shown as"`
	Converted  *conversionView  `json:"converted" doc:"what was done to the upload; null for nothing"`
}

type conversionView struct {
	From        string `json:"from" doc:"the type before"`
	BytesBefore int64  `json:"bytes_before"`
	Why         string `json:"why" doc:"sentences for the person who uploaded it"`
}

// fitView tells whether a platform takes a file as the kind it is.
type fitView struct {
	Platform   string  `json:"platform"`
	OK         bool    `json:"ok"`
	LimitBytes int64   `json:"limit_bytes" doc:"the most that a file of its kind may have"`
	Reason     *string `json:"reason" doc:"why it does not fit; null when it does"`
}

type uploadView struct {
	MediaView
	Fits []fitView `json:"fits" nullable:"false"`
}

func viewMedia(f clearline.Media) MediaView {
	v := MediaView{ID: f.ID.String(), MIME: f.MIME, Bytes: f.Bytes, Name: media.Name(f.Name), State: string(f.State), Reason: orNil(f.Reason),
		Width: orNil(f.Width), Height: orNil(f.Height), DurationMS: orNil(f.Duration.Milliseconds()), Kind: string(f.Kind)}
	if f.State == clearline.MediaReady {
		v.Reason = nil
		v.URL = orNil("/api/v1/media/" + v.ID)
		if f.Preview {
			v.PreviewURL = orNil("/api/v1/media/" + v.ID + "/preview")
		}
	}
	if c := f.Converted; c != nil {
		v.Converted = &conversionView{c.From, c.BytesBefore, c.Why}
	}
	return v
}

// viewUpload shows a file with whether each platform takes it.
func (s *Server) viewUpload(f clearline.Media) uploadView {
	v := uploadView{viewMedia(f), []fitView{}}
	file := channel.File{Kind: f.Kind, MIME: f.MIME, Name: f.Name, Bytes: f.Bytes, Width: f.Width, Height: f.Height, Animated: f.Animated()}
	for platform, leaf := range s.o.Platforms {
		fit := fitView{Platform: string(platform), OK: true}
		if limit, ok := leaf.Sender.Limits().File(f.Kind); ok {
			fit.LimitBytes = limit.Bytes(file.Animated)
			if p := limit.Refuses(&file, platform.Name()); p != nil {
				fit.OK, fit.Reason = false, &p.Detail
			}
		} else {
			fit.OK, fit.Reason = false, orNil(platform.Name()+" has no messages of the kind "+string(f.Kind)+".")
		}
		v.Fits = append(v.Fits, fit)
	}
	slices.SortFunc(v.Fits, func(a, b fitView) int { return compare(a.Platform, b.Platform) })
	return v
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// mediaRoutes take and give files as they are: huma would hold whole bodies in memory.
func (s *Server) mediaRoutes(mux *http.ServeMux) {
	most := 20
	id := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most}}}
	binary := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	bytes := func() map[string]*huma.Response {
		return map[string]*huma.Response{"200": {Description: "OK", Content: binary}}
	}
	s.raw(mux, account.Reply, huma.Operation{OperationID: "upload-media", Method: http.MethodPost, Path: "media", Summary: "Upload a file to send it later",
		Description: "The body is the file itself. Its type is found by looking at it; pictures are made such that every platform takes them. An upload that no message takes is removed after a day.",
		Parameters: []*huma.Param{
			{Name: "name", In: "query", Description: "what the file is called", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "as", In: "query", Description: "send it as this kind instead of the one that the content suggests", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"document", "sticker", "voice"}}},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: binary},
		Responses: map[string]*huma.Response{"201": {Description: "Created", Content: map[string]*huma.MediaType{
			"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[uploadView](), true, "UploadView")}}}},
	}, s.upload)
	s.raw(mux, account.Read, huma.Operation{OperationID: "get-media", Method: http.MethodGet, Path: "media/{id}", Summary: "A message's file",
		Description: "The bytes, with a type that was found by looking at them; what is not known to be harmless comes as a download.", Parameters: id, Responses: bytes(),
	}, s.mediaFile)
	s.raw(mux, account.Read, huma.Operation{OperationID: "get-media-preview", Method: http.MethodGet, Path: "media/{id}/preview", Summary: "A small JPEG of a picture",
		Description: "At most 640 pixels wide and high, made here.", Parameters: id, Responses: bytes(),
	}, s.mediaPreview)
}

// uploadStall is for how long an upload may stand still; how long it takes in all is bounded by its size alone.
const uploadStall = 30 * time.Second

// steady lets a body be read for as long as something keeps coming.
type steady struct {
	r       io.Reader
	control *http.ResponseController
}

func (b steady) Read(p []byte) (int, error) {
	// A connection without deadlines, such as in a test, reads all the same.
	_ = b.control.SetReadDeadline(time.Now().Add(uploadStall))
	return b.r.Read(p)
}

// upload takes a file in; see media.Receive.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	as := clearline.Kind(r.URL.Query().Get("as"))
	switch as {
	case "", clearline.KindDocument, clearline.KindSticker, clearline.KindVoice:
	default:
		s.fail(w, r, badInput("as", "is not document, sticker or voice"))
		return
	}
	control := http.NewResponseController(w)
	if r.ContentLength > media.MaxBytes {
		// Unread, the body ends the connection; that is cheaper than to read what is refused.
		w.Header().Set("Connection", "close")
	}
	f, err := s.o.Media.Receive(r.Context(), media.Upload{Company: caller(r.Context()).CompanyID, Name: r.URL.Query().Get("name"), As: as, Length: r.ContentLength,
		Body: steady{r.Body, control}})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, s.viewUpload(f))
}

// inlineTypes may be shown in the page; everything else is a download (I44).
var inlineTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/aac", "audio/amr", "video/mp4", "video/3gpp"}

// mediaFile serves a file as dead bytes: sandboxed, never sniffed, never a script from our origin.
func (s *Server) mediaFile(w http.ResponseWriter, r *http.Request) {
	s.file(w, r, func(company clearline.ID, f clearline.Media) (*os.File, string, error) {
		file, err := s.o.Media.Open(company, f.ID)
		return file, f.MIME, err
	})
}

// mediaPreview serves the small picture that was made here.
func (s *Server) mediaPreview(w http.ResponseWriter, r *http.Request) {
	s.file(w, r, func(company clearline.ID, f clearline.Media) (*os.File, string, error) {
		if !f.Preview {
			return nil, "", store.ErrAbsent
		}
		file, err := s.o.Media.OpenPreview(company, f.ID)
		return file, "image/jpeg", err
	})
}

func (s *Server) file(w http.ResponseWriter, r *http.Request, open func(clearline.ID, clearline.Media) (*os.File, string, error)) {
	id, err := clearline.ParseID(r.PathValue("id"))
	if err != nil {
		s.fail(w, r, store.ErrAbsent)
		return
	}
	company := caller(r.Context()).CompanyID
	f, err := s.o.Store.Media(r.Context(), company, id)
	if err == nil && f.State != clearline.MediaReady {
		err = store.ErrAbsent
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	file, kind, err := open(company, f)
	if errors.Is(err, fs.ErrNotExist) {
		err = store.ErrAbsent
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	deadBytes(w.Header(), kind, f)
	http.ServeContent(w, r, "", info.ModTime(), file)
}

// deadBytes sets what a file is answered with.
func deadBytes(h http.Header, kind string, f clearline.Media) {
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	disposition := "inline"
	if !slices.Contains(inlineTypes, kind) {
		disposition, kind = "attachment", "application/octet-stream"
	}
	name := media.Name(f.Name)
	if name == "" {
		name = "file-" + f.ID.String()
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
}
