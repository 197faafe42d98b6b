package httpapi

import (
	"compress/gzip"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// packedFrom is the length in bytes from which an answer is packed: a shorter one fits a packet as it is.
const packedFrom = 1400

// jitter is by how many bytes the length of a packed answer varies, so that it does not tell what stands in it beside
// a text that somebody outside has chosen.
const jitter = 64

// pack lets lists and threads go to browsers with gzip: on a phone's line they are what a page waits for. The stream, files
// and webhooks go as they are, and so does everything that is not read with GET, such as what shows a secret once.
func pack(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(packedFrom), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.ContentTypes([]string{"application/json"}),
		gzhttp.RandomJitter(jitter, 0, false))
	if err != nil {
		panic(err) // the options are constants
	}
	packing := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		room, ok := strings.CutPrefix(r.URL.Path, "/api/v1/")
		if r.Method != http.MethodGet || !ok || room == "stream" || strings.HasPrefix(room, "media/") {
			next.ServeHTTP(w, r)
			return
		}
		packing.ServeHTTP(w, r)
	})
}
