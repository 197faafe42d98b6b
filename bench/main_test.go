package bench

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// bugEnv names the bug that a fake product has when it runs as a process of its own.
const bugEnv = "CLEARLINE_BENCH_FAKE_BUG"

// roles are what the test binary can play when it is started as a child: its own fake product and fake twin, the real bare servers.
var roles = map[string]func(context.Context, []string) error{"demo": playDemo, "serve": playServe, "sim": playSim, "bench": playBare}

// TestMain lets the test binary be the program under test.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && roles[os.Args[1]] != nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		if err := roles[os.Args[1]](ctx, os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type fakeFlags struct{ addr, dataDir, simURL, dir string }

func parseFake(args []string) (f fakeFlags, err error) {
	set := flag.NewFlagSet("fake", flag.ContinueOnError)
	set.StringVar(&f.addr, "addr", "127.0.0.1:0", "")
	set.StringVar(&f.dataDir, "data-dir", "", "")
	set.StringVar(&f.simURL, "sim-url", "", "")
	set.StringVar(&f.dir, "dir", "", "")
	set.String("metrics-addr", "", "")
	set.Bool("still", false, "")
	set.Bool("json", false, "")
	return f, set.Parse(args)
}

func playBare(ctx context.Context, args []string) error {
	f, err := parseFake(args[1:])
	if err != nil {
		return err
	}
	return BareServer(ctx, BareOptions{Kind: args[0], Addr: f.addr, Dir: f.dir, Secret: os.Getenv(BareSecretEnv), Out: os.Stdout})
}

func playSim(ctx context.Context, args []string) error {
	f, err := parseFake(args)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", f.addr)
	if err != nil {
		return err
	}
	url := "http://" + ln.Addr().String()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"sim_url": url}); err != nil {
		return err
	}
	return serveUntil(ctx, ln, newFakeTwin())
}

func playDemo(ctx context.Context, args []string) error {
	return playProduct(ctx, args, func(url string) error {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{
			"url": url, "api_key": fakeKey, "users": []map[string]string{{"login_url": url + "/login?code=1"}, {"login_url": url + "/login?code=2"}},
			"whatsapp": map[string]string{"phone_number_id": fakeNumber, "waba_id": "1022", "app_secret": fakeSecret},
		})
	})
}

func playServe(ctx context.Context, args []string) error {
	return playProduct(ctx, args, func(string) error { return nil })
}

func playProduct(ctx context.Context, args []string, hello func(url string) error) error {
	f, err := parseFake(args)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dataDir, 0o700); err != nil {
		return err
	}
	journal, err := os.OpenFile(filepath.Join(f.dataDir, "journal"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer journal.Close()
	ln, err := net.Listen("tcp", f.addr)
	if err != nil {
		return err
	}
	url := "http://" + ln.Addr().String()
	product, err := newFakeProduct(os.Getenv(bugEnv), journal, f.simURL)
	if err != nil {
		return err
	}
	if f.simURL != "" {
		if err := product.subscribe(url); err != nil {
			return err
		}
		go product.dispatch(ctx)
	}
	if err := hello(url); err != nil {
		return err
	}
	return serveUntil(ctx, ln, product)
}

func serveUntil(ctx context.Context, ln net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(ln); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// program writes a script that starts this test binary with a bug planted in its fake product.
func program(t *testing.T, bug string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "clearline")
	script := fmt.Sprintf("#!/bin/sh\n%s='%s' exec '%s' \"$@\"\n", bugEnv, bug, self)
	// A process that another test starts meanwhile would hold the file open for writing, and it could not be run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}
