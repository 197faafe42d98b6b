package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsHandler shows the process and every queue that has a limit (I68).
func (a *App) metricsHandler() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "clearline_store_waiting_elements", Help: "Elements that wait to be committed; above 8192 the way in answers 503."},
			func() float64 { return float64(a.Store.Waiting()) }))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}
