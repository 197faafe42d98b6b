package campaign

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline/bench/outside"

	_ "modernc.org/sqlite" // another program that reads the database's file
)

// server is about the machine and what leads to it.
func server() []Case {
	certificate := func(name string, kind outside.Certificate, hand string) Case {
		return Case{Name: "certificate-" + name, Cause: "server.cert", Silent: true, Hand: hand,
			Set: func(s *stage) error { return s.Inbox.Behave(outside.Way{Certificate: kind}) }}
	}
	name := func(name string, lookup outside.Lookup) Case {
		return Case{Name: "dns-" + name, Cause: "server.dns", Silent: true, Hand: "the record is corrected", Set: func(s *stage) error {
			s.Names.Set(s.Inbox.Name(), lookup, netip.Addr{})
			return nil
		}}
	}
	return []Case{
		certificate("expired", outside.Expired, "the certificate is renewed"),
		certificate("ending", outside.Ending, "the certificate is renewed in time"),
		certificate("chain", outside.Unchained, "the whole chain is served"),
		certificate("name", outside.Misnamed, "the certificate is made for the right name"),
		certificate("private", outside.Private, "a public authority makes the certificate"),
		name("gone", outside.Unknown),
		name("failing", outside.Failing),
		name("no-address", outside.Found),
		{Name: "clock", Cause: "server.clock", Silent: true, Hand: "the clock is set", Set: func(s *stage) error {
			// The platform's clock is right, so ours is what is off.
			return s.Platform.Behave(outside.Way{Response: func(r *http.Response) {
				if at, err := http.ParseTime(r.Header.Get("Date")); err == nil {
					r.Header.Set("Date", at.Add(11*time.Minute).UTC().Format(http.TimeFormat))
				}
			}})
		}},
		{Name: "disk", Cause: "server.disk", Silent: true, Hand: "room is made on the disk",
			Set:  func(s *stage) error { return s.Restart(s.ctx, Settings{MinFreeDisk: math.MaxInt64 / 2}) },
			Mend: func(s *stage) error { return s.Restart(s.ctx, Settings{}) }},
		walCase(),
		{Name: "key", Cause: "server.key", Place: Front, Hand: "the right key file is put back",
			Set: func(s *stage) error {
				other := filepath.Join(s.DataDir, "another-key")
				first, err := os.ReadFile(filepath.Join(s.DataDir, "key"))
				if err != nil {
					return err
				}
				return os.WriteFile(other, turned(first), 0o600)
			},
			Show: func(s *stage) error {
				return s.Restart(s.ctx, Settings{KeyFile: filepath.Join(s.DataDir, "another-key")})
			},
			Mend: func(s *stage) error { return s.Restart(s.ctx, Settings{}) }},
	}
}

// turned is another key in the same form: base64, with another first digit.
func turned(key []byte) []byte {
	out := slices.Clone(key)
	out[0] = 'A'
	if key[0] == 'A' {
		out[0] = 'B'
	}
	return out
}

// walCase has another program read the database's file and never end: SQLite must keep all that is written meanwhile beside it.
func walCase() Case {
	var reader *sql.DB
	var reading *sql.Tx
	file := func(s *stage) string { return filepath.Join(s.DataDir, "clearline.db") }
	return Case{Name: "wal", Cause: "server.wal", Silent: true, Hand: "the program that holds the file is ended",
		Set: func(s *stage) error {
			var err error
			if reader, err = sql.Open("sqlite", "file:"+file(s)+"?mode=ro"); err != nil {
				return err
			}
			if reading, err = reader.BeginTx(s.ctx, &sql.TxOptions{ReadOnly: true}); err != nil {
				return err
			}
			var n int
			if err := reading.QueryRowContext(s.ctx, "SELECT count(*) FROM companies").Scan(&n); err != nil {
				return err
			}
			if err := s.writesUntil(file(s)+"-wal", walTooBig); err != nil {
				return err
			}
			return s.caughtUp()
		},
		Mend: func(s *stage) error { return errors.Join(reading.Rollback(), reader.Close()) }}
}

// walTooBig is more than twice what the product lets it grow to.
const walTooBig = 130 << 20

// atOnce is how many texts are written in one second of the clocks: well below what a number may carry.
const atOnce = 50

// writesUntil lets a customer write long texts until a file has a size. The platform is not let run ahead: what it still
// held then would have to be delivered too, and that can be ten times as much on a busy machine. The clocks move on with
// every lot, by more than the product may be behind the twin, so that the number's throughput is not what is found.
func (s *stage) writesUntil(path string, size int64) error {
	p, err := s.newPerson("Writer " + s.c.Name)
	if err != nil {
		return err
	}
	text := strings.Repeat("a long text ", 300)
	received := func() (n int, err error) {
		var l struct{ Received int }
		err = s.api(http.MethodGet, "/ledger", nil, &l)
		return l.Received, err
	}
	return s.wait(4*time.Minute, fmt.Sprintf("%s has %d MiB", filepath.Base(path), size>>20), func() (bool, error) {
		before, err := received()
		if err != nil {
			return false, err
		}
		for range atOnce {
			if err := s.control(http.MethodPost, "/people/"+p.ID+"/messages", map[string]any{"text": text}, nil); err != nil {
				return false, err
			}
		}
		if err := s.wait(s.within, "all of a lot has come in", func() (bool, error) {
			now, err := received()
			return now >= before+atOnce, err
		}); err != nil {
			return false, err
		}
		if err := s.Advance(s.ctx, 3*time.Second); err != nil {
			return false, err
		}
		info, err := os.Stat(path)
		return err == nil && info.Size() >= size, err
	})
}
