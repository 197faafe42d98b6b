package bench

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAnswersOfAllShapes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer string
		status int
		keep   bool
	}{
		"empty":                    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, true},
		"with a body":              {"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno\n", 403, true},
		"lower-case headers":       {"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, true},
		"in chunks":                {"HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", 503, true},
		"the last of a connection": {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 200, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Twice in one stream: the first answer must be read to its end and no further.
			for _, size := range []int{1, 4096} { // byte by byte, and at once
				r := bufio.NewReaderSize(slowReader{strings.NewReader(tc.answer + tc.answer), size}, 4096)
				for range 2 {
					status, keep, err := readAnswer(r)
					if err != nil || status != tc.status || keep != tc.keep {
						t.Errorf("%d, %v, %v; want %d, %v", status, keep, err, tc.status, tc.keep)
					}
				}
			}
		})
	}
	for name, answer := range map[string]string{"nothing": "", "not HTTP": "hello\r\n\r\n", "cut off": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"} {
		if _, _, err := readAnswer(bufio.NewReader(strings.NewReader(answer))); err == nil {
			t.Errorf("%s is taken for an answer", name)
		}
	}
}

type slowReader struct {
	r    io.Reader
	size int
}

func (s slowReader) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.size)]) }

func TestPostsAreSignedAndKeepTheConnection(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(fakeSecret))
		mac.Write(body)
		if err != nil || r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) ||
			r.Header.Get("Content-Type") != "application/json" || r.URL.Path != "/webhooks/whatsapp" {
			w.WriteHeader(http.StatusTeapot)
		}
		if strings.Contains(string(body), "bye") {
			w.Header().Set("Connection", "close")
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	conn, err := newHookConn(server.URL+"/webhooks/whatsapp", fakeSecret)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.close()
	for _, body := range []string{"one", "two", "bye", strings.Repeat("long ", 10_000)} {
		if status, err := conn.post(func(dst []byte) []byte { return append(dst, body...) }); status != 200 || err != nil {
			t.Errorf("%.10s: %d, %v", body, status, err)
		}
	}
	if opened.Load() != 2 {
		t.Errorf("%d connections, want one and, after the server closed it, another", opened.Load())
	}
	for _, bad := range []string{"ftp://x/", "://"} {
		if _, err := newHookConn(bad, ""); err == nil {
			t.Errorf("%q is taken for a webhook's address", bad)
		}
	}
}

// A refusal and a broken connection are never counted as acknowledged.
func TestLoadCountsWhatItIsTold(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) % 4 {
		case 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 1:
			panic(http.ErrAbortHandler)
		}
	}))
	defer server.Close()
	traffic := testTraffic(10)
	report, err := loadOrder{traffic: traffic, urls: []string{server.URL}, connections: 2, messages: 40}.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if report.acked != 20 || report.refused[503] != 10 || report.failed != 10 || traffic.next.Load() != 40 || len(report.latency) != 20 {
		t.Errorf("acked %d, refused %v, failed %d, posted %d", report.acked, report.refused, report.failed, traffic.next.Load())
	}
	acked := 0
	for k := range uint64(40) {
		if report.ackedSet.has(k) {
			acked++
		}
	}
	if acked != 20 || !strings.Contains(report.trouble(), "503") {
		t.Errorf("%d numbers acked, trouble %q", acked, report.trouble())
	}
}

// At a fixed rate the delay counts from when a message was due: a stall is felt by all that wait behind it.
func TestOpenLoopFeelsAStall(t *testing.T) {
	t.Parallel()
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		once.Do(func() { time.Sleep(300 * time.Millisecond) })
	}))
	defer server.Close()
	report, err := loadOrder{traffic: testTraffic(10), urls: []string{server.URL}, connections: 1, rate: 100, messages: 30}.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if late := quantile(report.latency, 0.5); late < 50 {
		t.Errorf("half of the messages waited %.1f ms or less behind a stall of 300 ms", late)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	hundred := make([]uint32, 100)
	for i := range hundred {
		hundred[i] = uint32(i+1) * 1000
	}
	if p50, p99, none := quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(nil, 0.5); p50 != 51 || p99 != 100 || none != 0 {
		t.Errorf("p50 %v, p99 %v, of none %v", p50, p99, none)
	}
}

// The bare servers say 200 only to what is signed, and after it is in the file or the row.
func TestBareServersStore(t *testing.T) {
	t.Parallel()
	stored := map[string]func(t *testing.T, dir string) int{
		BareFile: func(t *testing.T, dir string) int {
			text, err := os.ReadFile(filepath.Join(dir, "bodies"))
			if err != nil {
				t.Fatal(err)
			}
			return strings.Count(string(text), "\n")
		},
		BareSQLite: func(t *testing.T, dir string) (n int) {
			db, err := sql.Open("sqlite", filepath.Join(dir, "rows.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.QueryRow(`select count(*) from delivery`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		},
		BareHMAC: nil,
	}
	for kind, count := range stored {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, stop := context.WithCancel(t.Context())
			r, w := io.Pipe()
			ended := make(chan error, 1)
			go func() {
				ended <- BareServer(ctx, BareOptions{Kind: kind, Addr: "127.0.0.1:0", Dir: dir, Secret: fakeSecret, Out: w})
			}()
			var hello struct{ URL string }
			if err := json.NewDecoder(r).Decode(&hello); err != nil {
				t.Fatal(err)
			}
			traffic := testTraffic(100)
			report, err := loadOrder{traffic: traffic, urls: []string{hello.URL}, connections: 8, messages: 500}.run(ctx)
			if err != nil || report.acked != 500 {
				t.Fatalf("%v, %s", err, report.trouble())
			}
			traffic.account.AppSecret = "another"
			forged, err := loadOrder{traffic: traffic, urls: []string{hello.URL}, connections: 1, messages: 3}.run(ctx)
			if err != nil || forged.refused[401] != 3 {
				t.Errorf("forged: %v, %s", err, forged.trouble())
			}
			if count != nil {
				if n := count(t, dir); n != 500 {
					t.Errorf("%d stored, want 500", n)
				}
				// Again from the start: only the row server knows the ids.
				again := testTraffic(100)
				if _, err := (loadOrder{traffic: again, urls: []string{hello.URL}, connections: 8, messages: 500}).run(ctx); err != nil {
					t.Fatal(err)
				}
				if n, want := count(t, dir), map[string]int{BareFile: 1000, BareSQLite: 500}[kind]; n != want {
					t.Errorf("%d stored after the same messages came again, want %d", n, want)
				}
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	if err := BareServer(t.Context(), BareOptions{Kind: "bare-stone"}); err == nil {
		t.Error("an unknown kind is served")
	}
}

func TestBalancerPassesOverDeadNodes(t *testing.T) {
	t.Parallel()
	var addrs []string
	var servers []*httptest.Server
	for k := range 2 {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, k) }))
		defer server.Close()
		servers, addrs = append(servers, server), append(addrs, server.Listener.Addr().String())
	}
	b, err := startBalancer(addrs)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	ask := func() string {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Get(b.url())
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return string(text)
	}
	if first, second := ask(), ask(); first == second {
		t.Errorf("both connections went to node %s", first)
	}
	servers[0].Close()
	for range 3 {
		if got := ask(); got != "1" {
			t.Errorf("answered by %q, want the node that lives", got)
		}
	}
}
