package app

import (
	"math"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// bounded is a queue, cache or pool with a limit: how much of it is used now, and how much there may be.
type bounded struct {
	of   string
	read func() (used, limit int64)
}

// bounds lists everything that has a limit (I68). Whoever adds one enters it here.
func (a *App) bounds() []bounded {
	return []bounded{
		{"store_waiting", a.Store.Waiting},
		{"store_people_cache", a.Store.PeopleCached},
		{"store_readers", a.Store.Readers},
		{"store_wal_bytes", a.Store.WAL},
		{"ingest_refusals", a.ingest.RefusalsWaiting},
		{"ingest_routes_cache", a.ingest.RoutesCached},
		{"dispatch_attempts", a.dispatch.Sending},
		{"media_uploads", a.media.Uploading},
		{"media_pictures_bytes", a.media.Developing},
		{"media_bytes", func() (used, limit int64) { return a.media.Used(), 0 }},
	}
}

var (
	boundUsed = prometheus.NewDesc("clearline_bound_used",
		"How much of a queue, cache, pool or log with a limit is used.", []string{"of"}, nil)
	boundLimit = prometheus.NewDesc("clearline_bound_limit",
		"Its limit, in the same unit; 0 where it does not apply.", []string{"of"}, nil)
)

// boundsCollector shows the bounds to Prometheus.
type boundsCollector struct{ app *App }

func (boundsCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- boundUsed
	ch <- boundLimit
}

func (c boundsCollector) Collect(ch chan<- prometheus.Metric) {
	for _, b := range c.app.bounds() {
		used, limit := b.read()
		ch <- prometheus.MustNewConstMetric(boundUsed, prometheus.GaugeValue, float64(used), b.of)
		ch <- prometheus.MustNewConstMetric(boundLimit, prometheus.GaugeValue, float64(limit), b.of)
	}
}

// metricsHandler shows the process and every bound.
func (a *App) metricsHandler() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), boundsCollector{a},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "clearline_disk_free_bytes", Help: "Free space on the disk of the data folder; below --min-free-disk nothing more is taken in."}, a.diskFree))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

// diskFree is what is left on the disk; it is not a number when the disk does not say.
func (a *App) diskFree() float64 {
	free, err := freeDisk(a.o.DataDir)()
	if err != nil {
		return math.NaN()
	}
	return float64(free)
}
