package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/clearline/clearline/backup"
)

// serving starts the program on a data folder.
func serving(t *testing.T, dir string) *program {
	t.Helper()
	p := start(t, nil, "serve", "--data-dir", dir, "--addr", "127.0.0.1:0", "--metrics-addr", "", "--graph-url", "http://127.0.0.1:1", "--status-url", "off", "--min-free-disk", "0")
	p.says("Clearline listens on ")
	return p
}

// swell makes a database large enough for a copy to take a while.
func swell(t *testing.T, dir string, mib int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "clearline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) INSERT INTO settings (name, value) SELECT 'swell/' || i, randomblob(1900) FROM n`, mib*512); err != nil {
		t.Fatal(err)
	}
}

// command runs the program to its end and gives what it said with its exit code.
func command(t *testing.T, args ...string) (said string, code int) {
	t.Helper()
	p := start(t, nil, args...)
	<-p.ended
	return p.String(), p.stop()
}

// I61, I65: whoever is killed while a backup is made, the server or the one who asked: no file of that name comes to be, what is
// left is refused as unfinished, the server goes on, and the next backup is whole.
func TestKilledDuringBackup(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]bool{"the server": true, "the command": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, to := t.TempDir(), t.TempDir()
			serving(t, dir).stop()
			swell(t, dir, 16)
			file := filepath.Join(to, "backup.db")
			p := serving(t, dir)
			asking := killed(t, dir, file, &p, server)
			if server {
				asking.says("the server ended before the backup was made")
				if said, code := command(t, "restore", "--data-dir", t.TempDir(), file+".part", "--min-free-disk", "0"); code != exitError || !strings.Contains(said, ".part") {
					t.Errorf("an unfinished backup: %d %s", code, said)
				}
				if err := os.Remove(file + ".part"); err != nil {
					t.Error(err)
				}
				serving(t, dir)
			} else {
				p.says("a backup that was asked for was not made")
			}
			p.until("nothing of it is left", func() bool {
				left, err := os.ReadDir(to)
				return err == nil && len(left) == 0
			})
			said, code := command(t, "backup", "--data-dir", dir, "--to", file, "--min-free-disk", "0")
			if code != 0 || !strings.Contains(said, "Whole and checked") || !strings.Contains(said, "The key is not in it") {
				t.Errorf("afterwards: %d %s", code, said)
			}
		})
	}
}

// killed has a backup made and kills the server, or the command that asked for it, before it is finished. It gives the
// command. On a quick day the backup is finished first; then there is another try.
func killed(t *testing.T, dir, file string, running **program, server bool) *program {
	t.Helper()
	for range 30 {
		asking := start(t, nil, "backup", "--data-dir", dir, "--to", file, "--min-free-disk", "0")
		asking.until("it has begun", func() bool {
			_, part := os.Lstat(file + ".part")
			_, whole := os.Lstat(file)
			return part == nil || whole == nil
		})
		victim := asking
		if server {
			victim = *running
		}
		if err := victim.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-victim.ended
		<-asking.ended
		if _, err := os.Lstat(file); err != nil {
			return asking
		}
		for _, path := range []string{file, file + ".part"} { // killed between two names, it has both
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
		if server {
			*running = serving(t, dir)
		}
	}
	t.Fatal("it was always over before it could be killed")
	return nil
}

// M9: there and back by the two commands: each refusal says what to do, and loses nothing.
func TestBackupAndRestoreCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, code := command(t, "company", "add", "Aurora", "--owner", "Rui", "--email", "rui@aurora.example", "--data-dir", dir); code != 0 {
		t.Fatal("no company")
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if said, code := command(t, append(args, "--min-free-disk", "0")...); code != exitError || !strings.Contains(said, want) {
			t.Errorf("%q: %d %s; want %q", args, code, said, want)
		}
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	backed := func(args ...string) (made backup.Made) {
		t.Helper()
		said, code := command(t, append([]string{"backup", "--data-dir", dir, "--json", "--min-free-disk", "0"}, args...)...)
		if code != 0 || json.Unmarshal([]byte(said), &made) != nil {
			t.Fatalf("%d %s", code, said)
		}
		return made
	}
	if made := backed("--to", file); made.Path != file || made.KeyPath != "" || made.Is.Companies != 1 {
		t.Errorf("%+v", made)
	}
	if made := backed(); filepath.Dir(made.Path) != filepath.Join(dir, "backups") {
		t.Errorf("by default it lies at %s", made.Path)
	}
	keyed := backed("--to", filepath.Join(t.TempDir(), "keyed.db"), "--with-key")
	refused("is there already, and is not written over", "backup", "--data-dir", dir, "--to", file)
	refused("make it first", "backup", "--data-dir", dir, "--to", filepath.Join(t.TempDir(), "none", "backup.db"))
	refused("there is no database to copy", "backup", "--data-dir", t.TempDir(), "--to", filepath.Join(t.TempDir(), "backup.db"))
	refused("pg_dump", "backup", "--database", "postgres://127.0.0.1:1/x", "--data-dir", dir)
	if said, code := command(t, "backup", "--data-dir", dir, "--to", filepath.Join(t.TempDir(), "x.db"), "--min-free-disk", "9000000000000000"); code != exitError || !strings.Contains(said, "there is not enough room") {
		t.Errorf("without room: %d %s", code, said)
	}

	refused("is there already. With --replace", "restore", "--data-dir", dir, file)
	refused("name the backup", "restore", "--data-dir", dir)
	refused("not both", "restore", "--data-dir", dir, file, "--held")
	refused("pg_restore", "restore", "--database", "postgres://127.0.0.1:1/x", "--data-dir", dir, file)
	refused("no such file", "restore", "--data-dir", t.TempDir(), file+"x")
	refused("the key file", "restore", "--data-dir", t.TempDir(), file)
	running := serving(t, dir)
	refused("another clearline is using", "restore", "--data-dir", dir, file, "--replace")
	running.stop()

	said, code := command(t, "restore", "--data-dir", dir, file, "--replace", "--min-free-disk", "0")
	if code != 0 || !strings.Contains(said, "Nothing leaves by itself") || !strings.Contains(said, "The former database is") {
		t.Errorf("%d %s", code, said)
	}
	aside, err := filepath.Glob(filepath.Join(dir, "clearline.db.replaced-*"))
	if err != nil || len(aside) != 1 {
		t.Errorf("the former database: %q %v", aside, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.restoring*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	elsewhere := filepath.Join(t.TempDir(), "new")
	if said, code := command(t, "restore", "--data-dir", elsewhere, keyed.Path, "--min-free-disk", "0"); code != 0 {
		t.Errorf("with the key beside it: %d %s", code, said)
	}
	if said, code := command(t, "company", "list", "--data-dir", elsewhere); code != 0 || !strings.Contains(said, "Aurora") {
		t.Errorf("%d %s", code, said)
	}
	if said, code := command(t, "restore", "--held", "--data-dir", elsewhere); code != 0 || !strings.Contains(said, "0 messages that waited") {
		t.Errorf("held: %d %s", code, said)
	}

	// Cut off just before its end, a restore is not taken for an empty folder.
	if err := os.Rename(filepath.Join(elsewhere, "clearline.db"), filepath.Join(elsewhere, "clearline.db.restoring")); err != nil {
		t.Fatal(err)
	}
	if said, code := command(t, "company", "list", "--data-dir", elsewhere); code != exitError || !strings.Contains(said, "a restore was interrupted") {
		t.Errorf("%d %s", code, said)
	}
	if _, err := os.Stat(filepath.Join(elsewhere, "clearline.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a new database was made: %v", err)
	}
}
