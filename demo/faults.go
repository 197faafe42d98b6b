package demo

import (
	"io"
	"net/http"
	"time"
)

// faultsWithin bounds a call to the twins' switches, faultsLimit its bodies.
const (
	faultsWithin = 10 * time.Second
	faultsLimit  = 1 << 20
)

// faults hands calls for /faults… over to the twins' control interface and their answers back.
func (d *Demo) faults() http.Handler {
	client := &http.Client{Timeout: faultsWithin}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), r.Method, d.simURL+"/control/v1"+r.URL.EscapedPath(), http.MaxBytesReader(w, r.Body, faultsLimit))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			d.o.App.Log.Warn("the twins do not answer", "err", err)
			http.Error(w, "the simulated platforms do not answer", http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		w.WriteHeader(res.StatusCode)
		if _, err := io.Copy(w, io.LimitReader(res.Body, faultsLimit)); err != nil {
			d.o.App.Log.Debug("answer not written", "err", err)
		}
	})
}
