package bench

import (
	"os"
	"testing"
	"time"
)

// BenchmarkBareServers shows what generator and bare servers can do on this machine: what the product's ratio is measured against, and that
// the generator is not what is measured.
func BenchmarkBareServers(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, kind := range []string{BareHMAC, BareFile, BareSQLite} {
		b.Run(kind, func(b *testing.B) {
			c, url, err := startBare(b.Context(), &Options{Executable: self}, kind, b.TempDir(), fakeSecret)
			if err != nil {
				b.Fatal(err)
			}
			defer c.kill()
			traffic := testTraffic(20_000)
			b.ReportAllocs()
			b.ResetTimer()
			began := time.Now()
			report, err := loadOrder{traffic: traffic, urls: []string{url}, connections: 64, messages: uint64(b.N)}.run(b.Context())
			if err != nil || report.acked != uint64(b.N) {
				b.Fatalf("%v, %s", err, report.trouble())
			}
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "messages/s")
			b.ReportMetric(quantile(report.latency, 0.99), "p99-ms")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	traffic := testTraffic(20_000)
	var body []byte
	for n := range b.N {
		body = traffic.appendBody(body[:0], uint64(n), 1, 1_767_000_000)
	}
	b.SetBytes(int64(len(body)))
}
