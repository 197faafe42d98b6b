package main

import (
	"context"
	"os"
	"strings"

	"github.com/clearline/clearline/bench"
)

type benchCmd struct {
	Name          string `arg:"" help:"${benchmarks}."`
	Seconds       int    `default:"30" help:"How long to measure."`
	Cycles        int    `help:"How often crash kills the server."`
	Nodes         int    `default:"1" help:"Nodes on one database; more than one needs PostgreSQL."`
	Database      string `help:"postgres://… of an empty database, or postgres for one started for the run; SQLite when absent."`
	JSON          bool   `help:"Print one object a line instead of a table."`
	Dir           string `type:"path" help:"Folder for the run's data, on a real disk. Default: the system's temporary folder."`
	Profiles      string `type:"path" help:"Folder for CPU profiles of the server under load."`
	Messages      int    `help:"Messages stored before measuring."`
	Case          string `help:"Only these cases of doctor, separated by commas."`
	Skip          string `help:"All cases of doctor but these, separated by commas."`
	Locale        string `help:"Language of the platform's texts in doctor, such as pl; all when absent."`
	NoBrowser     bool   `help:"Leave the pages out of doctor."`
	Worlds        int    `default:"1" help:"Cases of doctor under way at a time."`
	Cores         int    `help:"Limit generator, server and twin together to so many processors."`
	Target        string `help:"Address of a running installation to measure; needs the next four."`
	APIKey        string `env:"CLEARLINE_API_KEY" help:"API key of the running installation."`
	AppSecret     string `env:"CLEARLINE_APP_SECRET" help:"Its Meta app's secret."`
	PhoneNumberID string `help:"Its number's id."`
	WABAID        string `name:"waba-id" help:"Its WhatsApp Business account's id."`
	// Addr is for the bare servers, which the bench starts as processes of their own.
	Addr string `hidden:"" default:"127.0.0.1:0"`
}

func benchmarks() string { return strings.Join(append(bench.Names(), "all"), ", ") }

func (c *benchCmd) Run(ctx context.Context) error {
	if strings.HasPrefix(c.Name, "bare-") {
		return bench.BareServer(ctx, bench.BareOptions{Kind: c.Name, Addr: c.Addr, Dir: c.Dir, Secret: os.Getenv(bench.BareSecretEnv), Out: os.Stdout})
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	ok, err := bench.Run(ctx, bench.Options{Name: c.Name, Seconds: c.Seconds, Cycles: c.Cycles, Nodes: c.Nodes, Database: c.Database, JSON: c.JSON,
		Dir: c.Dir, Profiles: c.Profiles, Messages: c.Messages, Cores: c.Cores, Case: c.Case, Skip: c.Skip, Locale: c.Locale, NoBrowser: c.NoBrowser, Worlds: c.Worlds, Target: c.Target, APIKey: c.APIKey, AppSecret: c.AppSecret,
		PhoneNumberID: c.PhoneNumberID, WABAID: c.WABAID, Executable: exe, Out: os.Stdout, Err: os.Stderr})
	if err == nil && !ok {
		err = errCheck
	}
	return err
}
