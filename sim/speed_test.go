package sim_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/clearline/clearline/sim"
)

// BenchmarkSends measures accepted sends a second with their three statuses,
// over real HTTP to a receiver that answers at once.
func BenchmarkSends(b *testing.B) {
	var came, awaited atomic.Int64
	reached := make(chan bool, 1)
	check := func() {
		if wanted := awaited.Load(); wanted > 0 && came.Load() >= wanted {
			select {
			case reached <- true:
			default:
			}
		}
	}
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { came.Add(1); check() }))
	await := func(posts int64) {
		awaited.Store(posts)
		check()
		<-reached
		awaited.Store(0)
	}
	defer hook.Close()
	s, err := sim.New(sim.Options{Webhook: hook.URL, AnswerDelay: -1, ThroughputPerSecond: 1_000_000, StatusDelays: &sim.StatusDelays{Exact: true}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Stop(b.Context())
	if _, err := s.ChangeSettings(func(st *sim.Settings) error { st.PairLimit = false; return nil }); err != nil {
		b.Fatal(err)
	}
	const people = 6000
	for i := range people {
		p, err := s.AddPerson(sim.NewPerson{Platform: "whatsapp", Name: "P", Address: fmt.Sprint(351910000000 + i)})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Write(p.ID, sim.PersonMessage{Text: "hi"}); err != nil {
			b.Fatal(err)
		}
	}
	await(people)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var n atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := fmt.Sprintf(`{"messaging_product":"whatsapp","to":"%d","type":"text","text":{"body":"hello there"}}`, 351910000000+n.Add(1)%people)
			r, _ := http.NewRequest("POST", server.URL+"/graph/v26.0/"+s.WhatsApp().PhoneNumberID+"/messages", strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+s.WhatsApp().Token)
			answer, err := client.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != 200 {
				b.Fatal(answer.Status)
			}
		}
	})
	await(people + 3*n.Load())
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
}
