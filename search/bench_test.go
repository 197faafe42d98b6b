package search

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// The figures here leave out HTTP; `clearline bench reads` measures the whole.

// talk is a text of about 30 words, drawn from 5,000 as often as words of a language are.
func talk(r *rand.Rand, zipf *rand.Zipf) string {
	words := make([]string, 10+r.IntN(40))
	for i := range words {
		if r.IntN(16) == 0 {
			words[i] = fmt.Sprint(r.IntN(100_000))
			continue
		}
		n := zipf.Uint64()
		words[i] = strings.Repeat(string(rune('a'+n%26)), 1+int(n%3)) + string(rune('a'+n/26%26)) + string(rune('a'+n/676%26)) + "é"
	}
	return strings.Join(words, " ")
}

func BenchmarkTokens(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 2, 5000)
	texts := make([]string, 1000)
	for i := range texts {
		texts[i] = talk(r, zipf)
	}
	var a analyser
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a.tokens(texts[i%len(texts)], func([]byte) {})
	}
}

// BenchmarkFollow takes messages into the index, merges included; one operation is one message. Find then looks for
// words of different frequency in all of them.
func BenchmarkFollow(b *testing.B) {
	for name, e := range storetest.Engines {
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			st := storetest.Open(b, e.Database(b), clock.Real())
			company, err := st.AddCompany(ctx, "Aurora")
			if err != nil {
				b.Fatal(err)
			}
			app, err := st.AddApp(ctx, clearline.App{CompanyID: company.ID, Platform: clearline.WhatsApp, PlatformID: "app", Secret: "s", VerifyToken: "v"})
			if err != nil {
				b.Fatal(err)
			}
			conn, err := st.AddConnection(ctx, clearline.Connection{CompanyID: company.ID, Platform: clearline.WhatsApp, Name: "n", Account: "1", Parent: "2"}, app, "t")
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			zipf := rand.NewZipf(r, 1.1, 2, 5000)
			for done := 0; done < b.N; {
				in := &store.Inbound{Packed: []byte("{}"), Delivery: clearline.Delivery{ID: st.NewID(), CompanyID: company.ID, ConnectionID: conn.ID, Platform: clearline.WhatsApp, AppID: app.ID, ReceivedAt: time.Now(), Answer: 200, Signature: "ok"}}
				for range min(250, b.N-done) {
					el := message(fmt.Sprint("wamid.", done), person(r.IntN(20_000)), talk(r, zipf))
					el.Account, el.AccountKind = "1", channel.AccountNumber
					in.Elements = append(in.Elements, store.Routed{Element: el, ConnectionID: conn.ID})
					done++
				}
				if err := st.Ingest(ctx, in); err != nil {
					b.Fatal(err)
				}
			}
			s := New(Options{Store: st, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler)})
			if err := st.BeginSearch(ctx, company.ID, store.SearchProgress{Version: version}); err != nil {
				b.Fatal(err)
			}
			f := newFollower(s)
			b.ResetTimer()
			for worked := true; worked; {
				if worked, err = f.turn(ctx); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			x, err := st.SearchIndex(ctx, company.ID)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(x.Segments)), "segments")
			for _, query := range []string{"aaaé ", "aaaé", "a", "cccbaé ", "aaaé cccbaé ", "aaaé bbaé ", "1234", "12345", "nowhere", "from:them aaaé ", "persona"} {
				began := time.Now()
				const times = 200
				n := 0
				for range times {
					found, err := s.Find(ctx, Request{CompanyID: company.ID, Text: query, Limit: 20})
					if err != nil {
						b.Fatal(err)
					}
					n = len(found.Messages)
				}
				if b.N > 5000 {
					b.Logf("%-20q %3d found  %s", query, n, time.Since(began)/times)
				}
			}
		})
	}
}
