package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/clearline/clearline/app"
)

// settings are what serve and demo share: a flag, then CLEARLINE_…
type settings struct {
	Addr           string        `default:"127.0.0.1:8080" env:"CLEARLINE_ADDR" help:"Where to listen."`
	DataDir        string        `env:"CLEARLINE_DATA_DIR" type:"path" help:"Folder for the database, the key and files. Default: clearline in the user's data folder; for the demo a temporary one."`
	Database       string        `env:"CLEARLINE_DATABASE" help:"postgres://… ; when absent, a SQLite file in the data folder."`
	PublicURL      string        `env:"CLEARLINE_PUBLIC_URL" help:"How platforms reach this server, such as https://inbox.example.org."`
	TrustedProxies []string      `env:"CLEARLINE_TRUSTED_PROXIES" help:"Addresses or networks of proxies before this server, such as 127.0.0.1,10.0.0.0/8: only they may say where a request came from and whether it was encrypted."`
	KeyFile        string        `env:"CLEARLINE_KEY_FILE" type:"path" help:"Key that credentials are sealed with, the same on every node. Default: key in the data folder."`
	MetricsAddr    string        `default:"127.0.0.1:9090" env:"CLEARLINE_METRICS_ADDR" help:"Where metrics and profiles are served; empty for nowhere."`
	MinFreeDisk    int64         `default:"1073741824" env:"CLEARLINE_MIN_FREE_DISK" help:"Free space in bytes below which nothing more is taken in."`
	RawRetention   time.Duration `default:"720h" env:"CLEARLINE_RAW_RETENTION" help:"How long deliveries are kept as received; parked ones stay until they are settled."`
	MediaRetention time.Duration `default:"0" env:"CLEARLINE_MEDIA_RETENTION" help:"How long the files of messages are kept, such as 8760h; 0 for ever. Their messages stay."`
}

func (s settings) app() app.Options {
	return app.Options{Addr: s.Addr, DataDir: s.DataDir, Database: s.Database, KeyFile: s.KeyFile, PublicURL: s.PublicURL, TrustedProxies: s.TrustedProxies, MetricsAddr: s.MetricsAddr,
		MinFreeDisk: s.MinFreeDisk, RawRetention: s.RawRetention, MediaRetention: s.MediaRetention, Log: slog.Default(), Version: version}
}

// dataDir is the folder for data when none was named.
func (s *settings) dataDir() error {
	if s.DataDir == "" {
		base := os.Getenv("XDG_DATA_HOME")
		if base == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return fmt.Errorf("no home folder is known: name one for the data with --data-dir: %w", err)
			}
			base = filepath.Join(home, ".local", "share")
		}
		s.DataDir = filepath.Join(base, "clearline")
	}
	return os.MkdirAll(s.DataDir, 0o700)
}

type serveCmd struct {
	settings
	GraphURL string `default:"https://graph.facebook.com" env:"CLEARLINE_GRAPH_URL" help:"Base address of Meta's Graph API."`
}

func (c *serveCmd) Run(ctx context.Context) error {
	if err := c.dataDir(); err != nil {
		return err
	}
	o := c.app()
	o.GraphURL = c.GraphURL
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return fmt.Errorf("%w", stopAfter(a, err))
	}
	if err := welcome(ctx, a, c.PublicURL); err != nil {
		return stopAfter(a, err)
	}
	<-ctx.Done()
	return a.Stop(context.WithoutCancel(ctx))
}

func stopAfter(a *app.App, err error) error {
	if serr := a.Stop(context.Background()); serr != nil {
		slog.Warn("stopping", "err", serr)
	}
	return err
}

// welcome says where to look; on an empty installation that is the page that makes the first company.
func welcome(ctx context.Context, a *app.App, public string) error {
	fmt.Printf("Clearline listens on %s\n", a.URL())
	base := a.URL()
	if public == "" {
		fmt.Println("No --public-url is set: you can sign in and look around, but platforms cannot send messages here.")
	} else {
		base = strings.TrimRight(public, "/")
	}
	code, err := a.Accounts.SetupCode(ctx)
	if err != nil {
		return err
	}
	if code == "" {
		fmt.Printf("Open %s\n", base)
		return nil
	}
	fmt.Printf("Open %s/setup?code=%s\nThe link makes your company and its owner. It works once, for a day; each start prints a new one.\n", base, code)
	return nil
}
