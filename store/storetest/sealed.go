package storetest

import (
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

var sealStories = []story{
	{"I51 a key other than the one it was sealed with is refused", wrongKey},
	{"I51 sealed values belong to their row and column", sealedToRow},
	{"I51 no secret is stored in the open", nothingOpen},
}

func wrongKey(w *world) {
	w.must(w.store.Close())
	o := options(w.address, w.clock)
	o.Key = key(2)
	s, err := store.Open(w.ctx, o)
	if err == nil {
		s.Close()
		w.Fatal("it opened with another key")
	}
	for _, word := range []string{"key", "--key-file"} {
		if !strings.Contains(err.Error(), word) {
			w.Errorf("the refusal does not say %q: %v", word, err)
		}
	}
	// The right key still fits: the refusal has changed nothing.
	w.store = Open(w, w.address, w.clock)
	a, err := w.store.Account(w.ctx, w.company, w.conn.ID)
	w.must(err)
	want(w, "token", a.Token, "token of Padaria Sol")
	want(w, "secret", a.AppSecret, "secret of Padaria Sol")
}

func sealedToRow(w *world) {
	other := w.found("Other", "999", "998")
	swap := func(table, column string) {
		w.Helper()
		read := func(company clearline.ID) (value []byte) {
			w.must(w.db.QueryRow(`SELECT `+column+` FROM `+table+` WHERE company_id = $1`, int64(company)).Scan(&value))
			return value
		}
		write := func(company clearline.ID, value []byte) {
			_, err := w.db.Exec(`UPDATE `+table+` SET `+column+` = $2 WHERE company_id = $1`, int64(company), value)
			w.must(err)
		}
		ours, theirs := read(w.company), read(other.company)
		write(w.company, theirs)
		write(other.company, ours)
	}
	apps := func() error { _, err := w.store.Apps(w.ctx); return err }
	accounts := func() error {
		if _, err := w.store.Account(w.ctx, w.company, w.conn.ID); err != nil {
			return err
		}
		_, err := w.store.Account(w.ctx, other.company, other.conn.ID)
		return err
	}
	for _, c := range []struct {
		table, column string
		read          func() error
	}{{"connections", "token", accounts}, {"apps", "secret", apps}, {"apps", "verify_token", apps}} {
		w.must(c.read())
		swap(c.table, c.column)
		if c.read() == nil {
			w.Errorf("%s.%s of one row opens in another", c.table, c.column)
		}
		swap(c.table, c.column)
		w.must(c.read())
	}
	// Within a row, one column's value does not open as another's.
	if _, err := w.db.Exec(`UPDATE apps SET secret = verify_token`); err != nil {
		w.Fatal(err)
	}
	if apps() == nil {
		w.Error("a verify token opens as an app secret")
	}
}

func nothingOpen(w *world) {
	w.must(w.store.AddCredential(w.ctx, "a very secret key", store.Credential{Kind: store.KeyCredential, CompanyID: w.company}))
	for _, c := range []struct{ table, column string }{{"apps", "secret"}, {"apps", "verify_token"}, {"connections", "token"}, {"credentials", "hash"}} {
		rows, err := w.db.Query(`SELECT ` + c.column + ` FROM ` + c.table)
		w.must(err)
		seen := 0
		for rows.Next() {
			var value []byte
			w.must(rows.Scan(&value))
			seen++
			for _, plain := range []string{"secret", "verify", "token"} {
				if strings.Contains(string(value), plain) {
					w.Errorf("%s.%s holds its value in the open", c.table, c.column)
				}
			}
		}
		w.must(rows.Close())
		if seen == 0 {
			w.Errorf("%s is empty", c.table)
		}
	}
}
