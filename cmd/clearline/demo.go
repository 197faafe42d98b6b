package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/clearline/clearline/demo"
	"github.com/clearline/clearline/sim"
)

type demoCmd struct {
	settings
	SimAddr string `default:"127.0.0.1:8090" env:"CLEARLINE_SIM_ADDR" help:"Where the simulated platforms and the customers' phones listen."`
	SimURL  string `env:"CLEARLINE_SIM_URL" help:"Simulated platforms that already run elsewhere."`
	Still   bool   `help:"Customers write only when told."`
	// PlatformURL is for whoever puts something between the product and its platforms, to break it.
	PlatformURL string `hidden:"" help:"Where the product reaches the platforms of --sim-url, when that is another address."`
	History     bool   `help:"With --still: begin with the sample company's last days all the same."`
	JSON        bool   `help:"Print one line of JSON that says where everything is."`
}

func (c *demoCmd) Run(ctx context.Context) error {
	if c.DataDir == "" {
		dir, err := os.MkdirTemp("", "clearline-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.DataDir = dir
	} else if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return err
	}
	d, hello, err := demo.Start(ctx, demo.Options{App: c.app(), SimAddr: c.SimAddr, SimURL: c.SimURL, PlatformURL: c.PlatformURL, Still: c.Still, History: c.History})
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(hello); err != nil {
			return err
		}
	} else {
		printHello(hello, c.Still)
	}
	<-ctx.Done()
	return d.Stop(context.WithoutCancel(ctx))
}

func printHello(h demo.Hello, still bool) {
	fmt.Printf("\n  Clearline demo\n\n  The inbox, as %s:  %s\n", h.Users[0].Name, h.LoginURL)
	for _, u := range h.Users[1:] {
		fmt.Printf("  … as %s (%s):  %s\n", u.Name, u.Role, u.LoginURL)
	}
	if p := h.Users[0].Password; p != "" {
		fmt.Printf("  … or with an e-mail address such as %s, and the password %s\n", h.Users[0].Email, p)
	}
	fmt.Printf("  The customers' phones:  %s\n  API key:  %s\n", h.SimURL, h.APIKey)
	if !still {
		fmt.Println("  Customers keep writing. Answer one, and watch the phone.")
	}
	fmt.Println("  End with Ctrl-C; nothing is kept unless --data-dir is given.")
}

type simCmd struct {
	Addr     string `default:"127.0.0.1:8090" env:"CLEARLINE_SIM_ADDR" help:"Where to listen."`
	URL      string `name:"url" help:"Address under which the software under test reaches this, when something stands in between. Default: where it listens."`
	Webhook  string `help:"Address of the software under test, to which webhooks are sent."`
	Resolver string `placeholder:"HOST:PORT" help:"DNS server to ask for the software's name; the system's when absent."`
	JSON     bool   `help:"Print one line of JSON with the account's ids and secrets."`
}

func (c *simCmd) Run(ctx context.Context) error {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another with --addr", c.Addr, err)
	}
	url := "http://" + listener.Addr().String()
	base := url
	if c.URL != "" {
		base = c.URL
	}
	twin, err := sim.New(sim.Options{BaseURL: base, Resolver: c.Resolver, Webhook: c.Webhook, Seed: 1, Logger: slog.Default()})
	if err != nil {
		return err
	}
	if err := twin.Start(ctx); err != nil {
		return err
	}
	if _, err := sim.SampleCast(twin); err != nil {
		return err
	}
	server := &http.Server{Handler: twin.Handler(), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if err := c.hello(url, twin.WhatsApp()); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx = context.WithoutCancel(ctx)
	return errors.Join(twin.Stop(ctx), server.Close())
}

func (c *simCmd) hello(url string, a sim.Account) error {
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"sim_url": url, "whatsapp": a})
	}
	fmt.Printf("\n  Simulated WhatsApp\n\n  The customers' phones:  %s\n  Graph API:  %s/graph/v26.0\n  phone_number_id %s · waba_id %s\n  token %s\n  app_id %s · app_secret %s · verify_token %s\n  Sign-in:  %s/v26.0/dialog/oauth · config_id %s · of the Business app %s\n",
		url, url, a.PhoneNumberID, a.WABAID, a.Token, a.AppID, a.AppSecret, a.VerifyToken, url, a.ConfigID, a.ConfigIDCoexistence)
	if c.Webhook == "" {
		fmt.Println("  No webhook is set: name one with --webhook, or subscribe one through the Graph API.")
	}
	return nil
}
