package sim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// uploadSession takes one file in for an app, such as a profile picture. What it
// has taken is known by a handle afterwards.
type uploadSession struct {
	// id follows "upload:"; sig is the signature that must come with every call.
	id, sig   string
	appID     string
	name      string
	mime      string
	length    int
	collected []byte
}

// sessionMimes are what the platform takes in this way (field: clients list the
// same five).
var sessionMimes = []string{"application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"}

// serveUploads begins an upload. Source: reference api.md, resumable upload.
func (s *Sim) serveUploads(c *graphCall) (any, *graphError) {
	length, err := strconv.Atoi(c.params.Get("file_length"))
	switch {
	case err != nil || length <= 0 || length > maxUploadBytes:
		return nil, refuse(100, 0, "The parameter file_length must be the number of bytes, at most %d.", maxUploadBytes)
	case !slices.Contains(sessionMimes, c.params.Get("file_type")):
		return nil, refuse(100, 0, "The parameter file_type must be one of %s.", strings.Join(sessionMimes, ", "))
	}
	u := &uploadSession{id: newSecret(), sig: newSecret(), appID: c.app.id, name: c.params.Get("file_name"), mime: c.params.Get("file_type"), length: length}
	s.uploads[u.id] = u
	return map[string]string{"id": "upload:" + u.id + "?sig=" + u.sig}, nil
}

// serveUploadSession takes bytes from where the last call ended, or tells where
// that was. It hears a token only in the header.
func (s *Sim) serveUploadSession(c *graphCall) (any, *graphError) {
	u := s.uploads[strings.TrimPrefix(c.id, uploadPrefix)]
	if u == nil || u.appID != c.token.appID || c.params.Get("sig") != u.sig || c.edge != "" {
		return nil, c.missing()
	}
	if !strings.HasPrefix(c.r.Header.Get("Authorization"), "OAuth ") {
		return nil, refuse(190, 0, "The token of an upload comes as a header: Authorization: OAuth …")
	}
	if c.r.Method == http.MethodGet {
		return map[string]any{"id": uploadPrefix + u.id, "file_offset": len(u.collected)}, nil
	}
	offset, err := strconv.Atoi(c.r.Header.Get("file_offset"))
	switch {
	case err != nil || offset != len(u.collected):
		return nil, refuse(100, 0, "The header file_offset must be %d.", len(u.collected))
	case offset+len(c.body) > u.length:
		return nil, refuse(100, 0, "The file has more bytes than were announced: %d.", u.length)
	}
	u.collected = append(u.collected, c.body...)
	if len(u.collected) < u.length {
		return nil, refuse(100, 0, "The upload broke off after %d of %d bytes.", len(u.collected), u.length)
	}
	delete(s.uploads, u.id)
	item := &mediaItem{id: "4::" + newSecret(), mime: u.mime, name: u.name, bytes: u.collected, expires: s.now().Add(uploadLives)}
	s.media.put(item)
	return map[string]string{"h": item.id}, nil
}

const uploadPrefix = "upload:"

// pictureOf makes an uploaded file the picture of a profile.
func (s *Sim) pictureOf(handle string) (address string, refused *graphError) {
	item := s.media.get(handle, s.now())
	if item == nil || !strings.HasPrefix(handle, "4::") {
		return "", refuse(100, 0, "profile_picture_handle is not the handle of an uploaded file.")
	}
	if !strings.HasPrefix(item.mime, "image/") {
		return "", refuse(100, 0, "profile_picture_handle is the handle of something else than a picture: %s.", item.mime)
	}
	picture := &mediaItem{id: "picture-" + newSecret(), mime: item.mime, bytes: item.bytes, expires: s.now().AddDate(10, 0, 0)}
	s.media.put(picture)
	return s.baseURL + "/media/picture/" + url.PathEscape(picture.id), nil
}

// servePicture shows a profile's picture to whoever has its address, as the
// platform's own hosts do.
func (s *Sim) servePicture(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	item := s.media.get(r.PathValue("id"), s.now())
	s.mu.Unlock()
	if item == nil || !strings.HasPrefix(item.id, "picture-") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", item.mime)
	w.Write(item.bytes)
}
