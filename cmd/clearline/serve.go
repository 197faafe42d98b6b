package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/clearline/clearline/app"
)

type serveCmd struct {
	settings
	https
	bases
}

func (c *serveCmd) options() app.Options {
	o := c.settings.app()
	if o.HTTPS = c.https.app(); o.HTTPS.Own() && c.Addr == "" {
		o.Addr = addrOwnHTTPS
	}
	o.GraphURL, o.FacebookURL, o.StatusURL = c.GraphURL, c.FacebookURL, c.StatusURL
	return o
}

func (c *serveCmd) Run(ctx context.Context) error {
	if err := c.dataDir(); err != nil {
		return err
	}
	o := c.options()
	for _, n := range o.Notices(ctx) {
		slog.Warn(n.Text, "cause", n.Cause)
	}
	return app.Serve(ctx, o, func(a *app.App) error { return welcome(ctx, a, c.PublicURL) })
}

// welcome says where to look; on an empty installation that is the page that makes the first company.
func welcome(ctx context.Context, a *app.App, public string) error {
	fmt.Printf("Clearline listens on %s\n", a.URL())
	base := a.URL()
	if public != "" {
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
