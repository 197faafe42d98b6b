package app_test

import (
	"net/http"
	"regexp"
	"strconv"
	"testing"

	"github.com/clearline/clearline/app"
)

var boundLine = regexp.MustCompile(`(?m)^clearline_bound_(used|limit)\{of="([a-z_]+)"\} (\S+)$`)

// I68: everything with a limit shows how much of it is used, on the operator's own address and not on the public one.
func TestBoundsAreShown(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.again(func(o *app.Options) { o.MetricsAddr = "127.0.0.1:0" })
		w.point()
		_, c := w.writes("Ana", "Which bounds are there?")
		w.becomes(w.send(c.ID, "bounds", "These.").ID, "sent", "delivered", "read")

		used, limit := map[string]float64{}, map[string]float64{}
		shown := request{method: http.MethodGet, url: w.app.MetricsURL() + "/metrics"}.send(t).want(t, http.StatusOK)
		for _, m := range boundLine.FindAllStringSubmatch(string(shown.raw), -1) {
			v, err := strconv.ParseFloat(m[3], 64)
			if err != nil {
				t.Fatal(err)
			}
			map[string]map[string]float64{"used": used, "limit": limit}[m[1]][m[2]] = v
		}
		sqlite := database == ""
		for of, wantUsed := range map[string]bool{"store_waiting": false, "store_people_cache": sqlite, "store_readers": false, "store_wal_bytes": sqlite,
			"ingest_refusals": false, "ingest_routes_cache": true, "dispatch_attempts": false} {
			l, known := limit[of]
			if !known || l <= 0 && (sqlite || of != "store_wal_bytes") {
				t.Errorf("%s has the limit %v, known %v", of, l, known)
			}
			if u, known := used[of]; !known || wantUsed && u <= 0 || u > l && l > 0 {
				t.Errorf("%s uses %v of %v, known %v", of, u, l, known)
			}
		}
		public := request{method: http.MethodGet, url: w.url + "/metrics"}.send(t)
		if len(used) == 0 || boundLine.Match(public.raw) {
			t.Errorf("%d bounds on the operator's address; the public one answers %d", len(used), public.status)
		}
	})
}
