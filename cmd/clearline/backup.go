package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/backup"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// resolve fills in what was not named.
func (d *database) resolve() error {
	s := settings{DataDir: d.DataDir}
	if err := s.dataDir(); err != nil {
		return err
	}
	d.DataDir = s.DataDir
	if d.Database == "" {
		d.Database = filepath.Join(d.DataDir, "clearline.db")
	}
	if d.KeyFile == "" {
		d.KeyFile = filepath.Join(d.DataDir, "key")
	}
	return nil
}

// postgres tells whether the database is not a file.
func (d *database) postgres() bool { return strings.Contains(d.Database, "://") }

type backupCmd struct {
	database
	To          string `type:"path" placeholder:"FILE|DIR" help:"The file to make, or a folder for a file with the time in its name. Default: the folder backups in the data folder."`
	WithKey     bool   `help:"Copy the key beside the backup. Whoever has both can read the stored credentials."`
	MinFreeDisk int64  `default:"1073741824" env:"CLEARLINE_MIN_FREE_DISK" help:"Free space in bytes that must stay on the disk."`
	JSON        bool   `help:"Print JSON."`
}

func (c *backupCmd) Run(ctx context.Context) error {
	if err := c.resolve(); err != nil {
		return err
	}
	if c.postgres() {
		return errors.New("PostgreSQL has tools of its own, which work beside a running server: pg_dump for one point in time, or pg_basebackup with archived WAL for every point. " +
			"After bringing one back, run `clearline restore --held` before the first start, or messages that were sent since leave a second time")
	}
	if c.To == "" {
		c.To = filepath.Join(c.DataDir, "backups") + string(filepath.Separator)
	} else if info, err := os.Stat(c.To); err == nil && info.IsDir() {
		c.To += string(filepath.Separator)
	}
	made, err := app.OrderBackup(ctx, c.Database, app.BackupOrder{To: c.To, WithKey: c.WithKey}, c.told)
	if errors.Is(err, app.ErrNoServer) {
		made, err = backup.Make(ctx, backup.Options{Copy: store.CopyStopped(c.Database, time.Now), Database: c.Database, To: c.To, KeyFile: c.KeyFile, WithKey: c.WithKey,
			Free: app.FreeDisk, Reserve: c.MinFreeDisk, Version: version, Now: time.Now()})
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(made)
	}
	c.report(made)
	return nil
}

func (c *backupCmd) told(done, all int) {
	if !c.JSON && all > 0 {
		slog.Info("copying", "percent", done*100/all)
	}
}

func (c *backupCmd) report(made backup.Made) {
	fmt.Printf("%s\nWhole and checked: %s of %s, schema %d, %s, %s, %s.\n", made.Path,
		size(made.Bytes), made.Is.At.Local().Format(time.DateTime), made.Is.Schema, counted(made.Is.Companies, "company", "companies"), counted(made.Is.Connections, "connection", "connections"), counted(made.Is.Messages, "message", "messages"))
	if made.KeyPath != "" {
		fmt.Printf("The key lies beside it, %s. Whoever has both can read the credentials of the connected accounts.\n", made.KeyPath)
	} else {
		fmt.Printf("The key is not in it. Keep a copy of %s in another place: without it the connected accounts must be connected anew.\n", c.KeyFile)
	}
	if made.Is.Files > 0 {
		fmt.Printf("The files of messages (%d) are not in it. They lie in the folder media of the data folder and never change: copy that folder after the backup, for example with rsync.\n", made.Is.Files)
	}
}

// counted is a number with its noun: one for 1, many for the others.
func counted[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + many
}

type restoreCmd struct {
	database
	From        string `arg:"" optional:"" type:"path" help:"The backup. Nothing with --held."`
	Held        bool   `help:"Bring nothing back: make the database that is there safe to start from, after an older state of it was brought back by other tools."`
	Replace     bool   `help:"Move a database that is there aside. It is not deleted."`
	MinFreeDisk int64  `default:"1073741824" env:"CLEARLINE_MIN_FREE_DISK" help:"Free space in bytes that must stay on the disk."`
	JSON        bool   `help:"Print JSON."`
}

func (c *restoreCmd) Run(ctx context.Context) error {
	if err := c.resolve(); err != nil {
		return err
	}
	switch {
	case c.Held && c.From != "":
		return errors.New("--held brings nothing back: name a backup, or --held, not both")
	case c.Held:
		return c.hold(ctx)
	case c.From == "":
		return errors.New("name the backup to bring back: clearline restore FILE")
	case c.postgres():
		return errors.New("a backup of PostgreSQL is brought back by PostgreSQL's own tools, with every node stopped: pg_restore, or a base backup with its WAL. " +
			"Then run `clearline restore --held` before the first start, or messages that were sent since leave a second time")
	}
	back, err := backup.Restore(ctx, backup.Return{From: c.From, Database: c.Database, KeyFile: c.KeyFile, Replace: c.Replace, Free: app.FreeDisk, Reserve: c.MinFreeDisk,
		Clock: clock.Real(), Log: slog.Default()})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(back)
	}
	fmt.Printf("%s is the state of %s: %s, %s, %s.\n", c.Database, back.Is.At.Local().Format(time.DateTime), counted(back.Is.Companies, "company", "companies"), counted(back.Is.Connections, "connection", "connections"), counted(back.Is.Messages, "message", "messages"))
	if back.Aside != "" {
		fmt.Printf("The former database is %s. Delete it when you are sure.\n", back.Aside)
	}
	c.consequences(back.Sends, back.Is.At)
	return nil
}

// hold is for a database that other tools have brought back.
func (c *restoreCmd) hold(ctx context.Context) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	if beat, err := st.OthersBeat(ctx); err != nil || beat {
		return errors.Join(err, errors.New("a node is at work on this database: stop every one first, nothing was changed"))
	}
	done, err := st.Hold(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(backup.Returned{Sends: done.Sends, Ways: done.Ways})
	}
	c.consequences(done.Sends, time.Time{})
	return nil
}

func (c *restoreCmd) consequences(sends int64, at time.Time) {
	since := "the moment of the backup"
	if !at.IsZero() {
		since = at.Local().Format(time.DateTime)
	}
	fmt.Printf("Nothing leaves by itself: %s Unconfirmed now. Reports of the platform settle what had left; the rest is for people to decide.\n"+
		"Everybody signs in anew. API keys work as they did then.\n"+
		"What may be missing: messages, people, rights and connections changed since %s. Look whom you had deactivated, and which key you had deleted. Platforms do not repeat what they have delivered.\n"+
		"Files of messages are no part of a backup: bring the folder media back from its own copy.\n"+
		"A connection whose token was renewed since may ask for a new sign-in.\n", counted(sends, "message that waited to be sent is", "messages that waited to be sent are"), since)
}

func size(bytes int64) string {
	if bytes < 10<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}
