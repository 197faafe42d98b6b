package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// pictureBytes is how much of a picture is read; the platform's own limit is lower and has its own words.
const pictureBytes = 16 << 20

// pictureRoutes show and change the picture of a profile, as it is.
func (s *Server) pictureRoutes(mux *http.ServeMux) {
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	pictures := map[string]*huma.MediaType{"image/jpeg": binary, "image/png": binary}
	s.raw(mux, account.Read, huma.Operation{OperationID: "get-profile-picture", Method: http.MethodGet, Path: "connections/{id}/profile/picture", Summary: "The picture that customers see of the business, read from the platform now",
		Parameters: []*huma.Param{idInPath}, Responses: map[string]*huma.Response{"200": {Description: "OK", Content: pictures}}}, s.picture)
	s.raw(mux, account.ManageConnections, huma.Operation{OperationID: "save-profile-picture", Method: http.MethodPut, Path: "connections/{id}/profile/picture", Summary: "Give the business another picture",
		Description: "The body is the picture itself, JPEG or PNG; limits of the profile tell its size. A square one is shown whole.", Parameters: []*huma.Param{idInPath},
		RequestBody: &huma.RequestBody{Required: true, Content: pictures}, Responses: map[string]*huma.Response{"204": {Description: "No Content"}}}, s.savePicture)
}

// picture passes the platform's picture on, as dead bytes: the browser loads nothing from elsewhere.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) {
	id, err := inPath(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var content bytes.Buffer
	mime, err := s.o.Connect.Picture(r.Context(), caller(r.Context()).CompanyID, id, &content)
	if err == nil && mime == "" {
		err = store.ErrAbsent
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	deadBytes(w.Header(), mime, clearline.Media{Name: "profile"})
	w.Header().Set("Cache-Control", "private, no-cache") // another one may be set elsewhere
	if _, err := w.Write(content.Bytes()); err != nil {
		s.o.Log.Debug("a picture was not written", "err", err)
	}
}

func (s *Server) savePicture(w http.ResponseWriter, r *http.Request) {
	id, err := inPath(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	picture, err := io.ReadAll(http.MaxBytesReader(w, io.NopCloser(steady{r.Body, http.NewResponseController(w)}), pictureBytes))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		s.fail(w, r, badInput("picture", fmt.Sprintf("has more than %d MB", large.Limit>>20)))
		return
	}
	if err != nil {
		s.fail(w, r, badInput("picture", "broke off on its way"))
		return
	}
	err = s.o.Connect.SavePicture(r.Context(), caller(r.Context()).CompanyID, id, picture)
	s.remember(r.Context(), id, "save_picture", err, channel.Change{Call: "profile: picture", To: fmt.Sprintf("another one, %d kB", (len(picture)+999)/1000)})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
