package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"github.com/clearline/clearline"
)

// seize takes the database's locks away from the product, from outside, until the returned call.
func (in *install) seize(database string) (release func()) {
	in.t.Helper()
	driver, address, text := "pgx", database, `SELECT n FROM counters FOR UPDATE`
	if database == "" {
		driver, address, text = "sqlite", "file:"+filepath.Join(in.options.DataDir, "clearline.db")+"?_txlock=immediate&_pragma=busy_timeout(10000)", `SELECT 1`
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		in.t.Fatal(err)
	}
	tx, err := db.BeginTx(context.Background(), nil)
	if err == nil {
		_, err = tx.Exec(text)
	}
	if err != nil {
		in.t.Fatal(err)
	}
	return sync.OnceFunc(func() {
		if err := tx.Rollback(); err != nil {
			in.t.Error(err)
		}
		if err := db.Close(); err != nil {
			in.t.Error(err)
		}
	})
}

// I1, I3, I13, I66: while the database takes nothing, what is over capacity is refused early with 503 and Retry-After;
// afterwards everything acknowledged is there, nothing refused is, and it goes on without a restart. What people write is
// never refused for it: it waits, and is taken.
func TestOverCapacity(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		_, conv := w.writes("Ana", "Hello")
		before, bia := w.ledger().Stored, w.user("Bia", clearline.RoleAgent)
		release := w.seize(database)
		defer release()
		const calls, each = 140, 64 // more elements than may wait
		var acked, shed atomic.Int64
		var wg sync.WaitGroup
		first := make(chan struct{})
		var once sync.Once
		for i := range calls {
			all := make([]any, each)
			for k := range all {
				all[k] = item(fmt.Sprintf("4917%08d", k), fmt.Sprintf("wamid.full.%d.%d", i, k), "1767000000", "Hello")
			}
			body := hook(w.account, all...)
			wg.Go(func() {
				got, err := request{method: http.MethodPost, url: w.url + "/webhooks/whatsapp", body: body,
					header: map[string]string{"X-Hub-Signature-256": signature(w.account.AppSecret, body)}}.try(t.Context())
				switch {
				case err != nil:
					t.Error(err)
				case got.status == http.StatusOK:
					acked.Add(1)
				case got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "":
					shed.Add(1)
					once.Do(func() { close(first) })
				default:
					t.Errorf("HTTP %d %v: %.200s", got.status, got.header, got.raw)
				}
			})
		}
		<-first
		var people sync.WaitGroup
		for n := range 4 {
			people.Go(func() {
				typed := map[string]any{"text": fmt.Sprint("Half a sent ", n), "reply_to": nil, "media": []any{}, "updated_at": w.clock.Now()}
				got, err := request{method: http.MethodPut, url: w.url + "/api/v1/conversations/" + conv.ID + "/draft", cookie: bia, header: ownPages, body: typed}.try(t.Context())
				if err != nil || got.status >= 300 {
					t.Errorf("what a person has typed: %v %+v", err, got)
				}
			})
		}
		release()
		people.Wait()
		wg.Wait()
		if acked.Load()+shed.Load() != calls || acked.Load() == 0 {
			t.Errorf("%d acknowledged, %d refused of %d", acked.Load(), shed.Load(), calls)
		}
		until(t, "what was acknowledged is stored", func() bool { l := w.ledger(); return l.Stored-before == int(acked.Load())*each && l.Pending == 0 })
		until(t, "the refusals are counted", func() bool { return w.operator().ledger().Refused.Shed > 0 })
		w.hook(w.text("4915100000080", "wamid.room", "Room again")).want(t, http.StatusOK)
		if l := w.ledger(); l.Stored-before != int(acked.Load())*each+1 || l.Duplicate != 0 {
			t.Errorf("ledger %+v with %d acknowledged", l, acked.Load())
		}
	})
}
