package storetest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/clearline/clearline/store"
)

const (
	benchPeople  = 20_000
	benchWriters = 64
)

// BenchmarkIngest stores one text per operation, from 64 writers at once and 20,000 people in random order, who
// are all known already.
func BenchmarkIngest(b *testing.B, e Engine) {
	w := newWorld(b, e)
	for from := 0; from < benchPeople; from += 200 {
		texts := make([]store.Routed, 200)
		for i := range texts {
			texts[i] = w.text(fmt.Sprint("wamid.first", from+i), phone(fmt.Sprint(5511900000000+from+i), ""), 0, "oi")
		}
		w.ingest(texts...)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for k := range benchWriters {
		random := rand.New(rand.NewPCG(uint64(k), 3))
		wg.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				who := phone(fmt.Sprint(5511900000000+random.IntN(benchPeople)), "")
				in := w.inbound(w.tenant, store.InboundNew, w.text(fmt.Sprint("wamid.", n), who, int(n), fmt.Sprint("pedido ", random.Uint64(), " para amanhã cedo")))
				if err := w.store.Ingest(w.ctx, in); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
