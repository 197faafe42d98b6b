package sim

import (
	"embed"
	"net/http"
)

//go:embed phones
var phonesFiles embed.FS

// phonesRoutes serves the customers' phones: one page with its scripts and
// styles, nothing inline.
func (s *Sim) phonesRoutes(mux *http.ServeMux) {
	file := func(w http.ResponseWriter, r *http.Request, name string) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, phonesFiles, "phones/"+name)
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { file(w, r, "index.html") })
	mux.HandleFunc("GET /phones/{name}", func(w http.ResponseWriter, r *http.Request) { file(w, r, r.PathValue("name")) })
}
