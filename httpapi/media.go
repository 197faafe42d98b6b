package httpapi

import (
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/store"
)

// inlineTypes may be shown in the page; everything else is a download (I44).
var inlineTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/mp4", "audio/ogg", "application/ogg", "audio/aac", "audio/amr", "audio/x-m4a", "video/mp4", "video/3gpp"}

// mediaRoutes describe the files of messages and serve them.
func (s *Server) mediaRoutes(mux *http.ServeMux) {
	most := 20
	s.raw(mux, account.Read, huma.Operation{OperationID: "get-media", Method: http.MethodGet, Path: "media/{id}", Summary: "A message's file",
		Description: "The bytes, with a type that was found by looking at them; what is not known to be harmless comes as a download.",
		Parameters:  []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most}}},
		Responses:   map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}},
	}, s.mediaFile)
}

// mediaFile serves a file as dead bytes: sandboxed, never sniffed, never a script from our origin.
func (s *Server) mediaFile(w http.ResponseWriter, r *http.Request) {
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
	file, err := s.o.Media.Open(company, id)
	if errors.Is(err, fs.ErrNotExist) {
		err = store.ErrAbsent
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer file.Close()
	kind, _, _ := strings.Cut(f.MIME, ";")
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	disposition := "inline"
	if !slices.Contains(inlineTypes, kind) {
		disposition, kind = "attachment", "application/octet-stream"
	}
	name := f.Name
	if name == "" {
		name = "file-" + id.String()
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	info, err := file.Stat()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.ServeContent(w, r, "", info.ModTime(), file)
}
