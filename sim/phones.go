package sim

import (
	"embed"
	"net/http"
)

//go:embed phones
var phonesFiles embed.FS

// phonesRoutes serves the customers' phones: one page, no inline script.
func (s *Sim) phonesRoutes(mux *http.ServeMux) {
	for path, file := range map[string]string{
		"/{$}":               "phones/index.html",
		"/phones/phones.css": "phones/phones.css",
		"/phones/phones.js":  "phones/phones.js",
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, phonesFiles, file)
		})
	}
}
