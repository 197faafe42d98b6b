// Package web carries the browser application and serves it.
//
// A clean clone holds only dist/index.html, a page that says how to build; `make build` puts the
// real application into dist/app, and the next `go build` embeds that instead. So the program always
// compiles without Node.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Dist is the folder as embedded: index.html (the page that says how to build) and, after a build of
// the UI, app/ with the application.
//
//go:embed all:dist
var Dist embed.FS

// ContentSecurityPolicy goes out with every answer of Handler: nothing from elsewhere, no inline script
// or style, no frames around us. connect-src and img-src are covered by default-src.
const ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// Built says whether the application itself is embedded, not only the page that says how to build it.
func Built() bool {
	_, err := fs.Stat(Dist, "dist/app/index.html")
	return err == nil
}

// Handler serves the embedded application: hashed files under /assets/ may be cached for ever, the page
// itself never. A path without a dot that is no file gets the page, because the application keeps its
// own addresses (/deliveries, /conversations/…); a path with a dot that is no file gets 404. Only GET and
// HEAD are answered; everything else gets 405.
func Handler() http.Handler {
	root := "dist"
	if Built() {
		root = "dist/app"
	}
	sub, err := fs.Sub(Dist, root)
	if err != nil {
		panic(fmt.Sprintf("web: embedded folder %s: %v", root, err)) // cannot happen: go:embed made it
	}
	return &handler{files: sub}
}

type handler struct{ files fs.FS }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", ContentSecurityPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if !h.isFile(name) {
		if name != "" && strings.Contains(path.Base(name), ".") {
			http.NotFound(w, r)
			return
		}
		name = "index.html"
	}
	h.serve(w, r, name)
}

func (h *handler) isFile(name string) bool {
	info, err := fs.Stat(h.files, name)
	return err == nil && !info.IsDir()
}

// serve writes one embedded file. Beside a text file the build leaves name.br; whoever accepts brotli
// gets that one.
func (h *handler) serve(w http.ResponseWriter, r *http.Request, name string) {
	header := w.Header()
	if strings.HasPrefix(name, "assets/") {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-store")
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		header.Set("Content-Type", kind)
	}
	file := name
	if h.isFile(name + ".br") {
		header.Add("Vary", "Accept-Encoding")
		if acceptsBrotli(r.Header.Get("Accept-Encoding")) {
			header.Set("Content-Encoding", "br")
			file = name + ".br"
		}
	}
	body, err := fs.ReadFile(h.files, file)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	// Embedded files have no time of their own; hashed names and no-store make one needless.
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// acceptsBrotli reads an Accept-Encoding header: br must be named and not be refused with q=0.
func acceptsBrotli(header string) bool {
	for _, part := range strings.Split(header, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) != "br" {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	return false
}
