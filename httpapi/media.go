package httpapi

import (
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// inlineTypes may be shown in the page; everything else is a download (I44).
var inlineTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/mp4", "audio/ogg", "application/ogg", "audio/aac", "audio/amr", "audio/x-m4a", "video/mp4", "video/3gpp"}

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
