package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/backup"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// database are the settings of commands that work on the database itself. On SQLite the server must be stopped
// meanwhile, because one process owns the file.
type database struct {
	DataDir  string `env:"CLEARLINE_DATA_DIR" type:"path" help:"Folder with the database and the key."`
	Database string `env:"CLEARLINE_DATABASE" help:"postgres://… ; when absent, the SQLite file in the data folder."`
	KeyFile  string `env:"CLEARLINE_KEY_FILE" type:"path" help:"Key file. Default: key in the data folder."`
}

func (d database) open(ctx context.Context) (*store.Store, error) {
	if err := d.resolve(); err != nil {
		return nil, err
	}
	key, err := app.Key(ctx, d.KeyFile, d.Database)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{Database: d.Database, Clock: clock.Real(), Log: slog.Default(), Key: key, NodeName: "command",
		BeforeMigration: backup.BeforeMigration(backup.Options{Database: d.Database, KeyFile: d.KeyFile, Free: app.FreeDisk, Version: version}, clock.Real(), slog.Default())})
}

type migrateCmd struct{ database }

func (c *migrateCmd) Run(ctx context.Context) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	fmt.Println("The schema is up to date.")
	return st.Close()
}

type rekeyCmd struct {
	database
	NewKeyFile string `required:"" type:"path" help:"Where the new key is; made when absent."`
}

func (c *rekeyCmd) Run(ctx context.Context) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	to, err := seal.Load(c.NewKeyFile, true)
	if err != nil {
		return err
	}
	n, err := st.Rekey(ctx, to)
	if err != nil {
		return err
	}
	fmt.Printf("%d credentials are sealed with the new key. Start every node with --key-file %s from now on.\n", n, c.NewKeyFile)
	return nil
}
