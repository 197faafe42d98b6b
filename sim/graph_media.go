package sim

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// multipartFile is the file part of an upload.
type multipartFile struct {
	name, mime string
	bytes      []byte
}

// readMultipart takes the form apart; values go to params.
func readMultipart(body []byte, boundary string, params url.Values) (*multipartFile, *graphError) {
	var file *multipartFile
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			return file, nil
		}
		if err != nil {
			return nil, refuse(100, 0, "The form could not be read.")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, refuse(100, 0, "The form could not be read.")
		}
		if part.FormName() == "file" {
			file = &multipartFile{name: part.FileName(), mime: part.Header.Get("Content-Type"), bytes: content}
		} else {
			params.Set(part.FormName(), string(content))
		}
	}
}

// uploadMimes are promised by the platform; other kinds of documents pass in
// practice (field).
var uploadMimes = []string{
	"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp",
}

func (s *Sim) serveUpload(c *graphCall) (any, *graphError) {
	switch {
	case c.params.Get("messaging_product") != "whatsapp":
		return nil, refuse(100, 0, "The parameter messaging_product is required and must be whatsapp.")
	case c.form == nil:
		return nil, refuse(100, 0, "The parameter file is required.")
	case len(c.form.bytes) == 0:
		return nil, refuse(131053, 0, "The file is empty.")
	case len(c.form.bytes) > maxUploadBytes:
		return nil, refuse(131053, 0, "The file has more than %d bytes.", maxUploadBytes)
	}
	kind := c.form.mime
	if kind == "" || bareMime(kind) == "application/octet-stream" {
		kind = c.params.Get("type")
	}
	bare := bareMime(kind)
	family, _, _ := strings.Cut(bare, "/")
	if !slices.Contains(uploadMimes, bare) && family != "application" && family != "text" {
		return nil, refuse(100, 0, "The file's type %q is not one of: %s, text/… or application/….", kind, strings.Join(uploadMimes, ", "))
	}
	item := &mediaItem{
		id: newNumericID(), mime: kind, name: c.form.name, bytes: c.form.bytes,
		wabaID: c.number.waba.id, expires: s.now().Add(uploadLives),
	}
	s.media.put(item)
	c.row.PlatformID = item.id
	return map[string]string{"id": item.id}, nil
}

// serveMediaNode gives a fresh address for the file, good for five minutes. The
// digest is hex here and base64 in webhooks (field).
func (s *Sim) serveMediaNode(c *graphCall, item *mediaItem) (any, *graphError) {
	if id := c.params.Get("phone_number_id"); id != "" && (s.numbers[id] == nil || s.numbers[id].waba.id != item.wabaID) {
		return nil, c.missing()
	}
	if _, gone := s.faults.pick(c.happening, "media_gone"); gone {
		return nil, c.missing()
	}
	return map[string]any{
		"messaging_product": "whatsapp",
		"url":               s.baseURL + s.media.address(item, s.now()),
		"mime_type":         item.mime,
		"sha256":            item.sha256Hex(),
		"file_size":         strconv.Itoa(len(item.bytes)),
		"id":                item.id,
	}, nil
}

// serveMediaBytes answers the addresses of files: Bearer needed, 404 for all
// that is wrong, as HTML like the platform's file host.
func (s *Sim) serveMediaBytes(w http.ResponseWriter, r *http.Request) {
	c := &graphCall{r: r, params: url.Values{}}
	word := r.PathValue("word")
	s.mu.Lock()
	found, ok := s.media.urls[word]
	t := s.tokens[c.bearer()]
	ok = ok && t != nil && s.now().Before(found.expires) && t.sees(found.item.wabaID) && s.media.get(found.item.id, s.now()) != nil
	c.happening = happening{operation: "media", accounts: s.accountsOfToken(t)}
	if t != nil {
		c.tokenMade = t.made
		ok = ok && t.deadNow(s.now()) == nil && slices.Contains(t.scopes, scopeMessaging)
	}
	s.mu.Unlock()
	c.row = LedgerCall{At: s.now().UTC(), Platform: "whatsapp", Operation: "media", Method: r.Method, Edge: "bytes", Answer: http.StatusOK}
	if s.heldUp(w, c) {
		return
	}
	defer func() { s.ledger.call(c.row) }()
	if _, gone := s.faults.pick(c.happening, "error", "media_gone"); gone || !ok {
		c.row.Answer = http.StatusNotFound
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "<!doctype html><title>Not found</title><p>This content isn't available.")
		return
	}
	c.row.PlatformID = found.item.id
	w.Header().Set("Content-Type", found.item.mime)
	w.Header().Set("Content-Length", strconv.Itoa(len(found.item.bytes)))
	w.Write(found.item.bytes)
}
