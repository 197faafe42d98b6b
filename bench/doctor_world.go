package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/clearline/clearline/bench/campaign"
	"github.com/clearline/clearline/bench/outside"
	"github.com/clearline/clearline/port"
)

// doctorWorld is where the campaign of broken set-ups takes place: twin and product as processes, each with the names and
// the trusted root of a net of its own.
type doctorWorld struct {
	o    *Options
	dir  string
	net  *outside.Net
	twin *child
	node *node
	eyes *eyes
	// welcome is the path at which the neighbour's owner chooses a password.
	welcome string
	campaign.World
}

// openDoctorWorld starts all of it. eyes may be nil: then nobody looks at pages.
func openDoctorWorld(ctx context.Context, o *Options) (_ *doctorWorld, err error) {
	w := &doctorWorld{o: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.dir, err = os.MkdirTemp(o.Dir, "clearline-bench-"); err != nil {
		return nil, err
	}
	w.DataDir = filepath.Join(w.dir, "data")
	if w.net, err = outside.NewNet(); err != nil {
		return nil, err
	}
	w.Names = w.net.Names
	for name, site := range map[string]**outside.Site{"inbox.test": &w.Inbox, "former.test": &w.Former, "graph.test": &w.Platform, "other.test": &w.Strange} {
		if *site, err = w.net.Site(name); err != nil {
			return nil, err
		}
	}
	if err = w.net.Authority.WriteRoot(w.root()); err != nil {
		return nil, err
	}
	if err = w.startTwin(ctx); err != nil {
		return nil, err
	}
	if err = w.addNeighbour(ctx); err != nil {
		return nil, err
	}
	addr, err := port.Address()
	if err != nil {
		return nil, err
	}
	w.node = &node{executable: o.Executable, addr: addr, env: w.env()}
	if err = errors.Join(w.Inbox.To(w.node.url()), w.Former.To(w.node.url())); err != nil {
		return nil, err
	}
	w.Advance, w.Restart, w.Command = w.advance, w.restart, w.command
	return w, w.start(ctx, campaign.Settings{})
}

func (w *doctorWorld) root() string { return filepath.Join(w.dir, "root.pem") }

// env lets a program trust the net's own authority, and nobody else's.
func (w *doctorWorld) env() []string {
	return []string{"SSL_CERT_FILE=" + w.root(), "SSL_CERT_DIR=" + w.dir + "/none"}
}

func (w *doctorWorld) startTwin(ctx context.Context) (err error) {
	var hello struct {
		SimURL   string           `json:"sim_url"`
		WhatsApp campaign.Account `json:"whatsapp"`
	}
	if w.twin, err = startChildEnv(ctx, w.o.Executable, &hello, w.env(), "sim", "--addr", "127.0.0.1:0", "--json", "--url", w.Platform.URL(), "--resolver", w.Names.Addr()); err != nil {
		return err
	}
	w.Account, w.Twin = hello.WhatsApp, &campaign.Caller{Base: hello.SimURL}
	return w.Platform.To(hello.SimURL)
}

const neighbourEmail = "owner@neighbour.example"

// addNeighbour makes another company, before the server runs: afterwards the database is the server's alone.
func (w *doctorWorld) addNeighbour(ctx context.Context) error {
	out, exit, err := w.run(ctx, "company", "add", "Neighbour", "--email", neighbourEmail, "--data-dir", w.DataDir, "--json")
	var made struct {
		APIKey    string `json:"api_key"`
		InviteURL string `json:"invite_url"`
	}
	if err == nil {
		err = json.Unmarshal(out, &made)
	}
	if err != nil || exit != 0 {
		return fmt.Errorf("another company: exit %d: %w", exit, err)
	}
	invite, err := url.Parse(made.InviteURL)
	if err != nil {
		return err
	}
	w.Neighbour, w.welcome = &campaign.Caller{Key: made.APIKey}, invite.RequestURI()
	return nil
}

// start runs the product with some settings, and signs the browser in.
func (w *doctorWorld) start(ctx context.Context, s campaign.Settings) error {
	metrics, err := port.Address()
	if err != nil {
		return err
	}
	if s.PublicURL == "" {
		s.PublicURL = w.Inbox.URL()
	}
	w.node.args = []string{"demo", "--still", "--json", "--sim-url", w.Twin.Base, "--platform-url", w.Platform.URL(), "--public-url", s.PublicURL, "--resolver", w.Names.Addr(),
		"--trusted-proxies", "127.0.0.1", "--addr", w.node.addr, "--metrics-addr", metrics, "--data-dir", w.DataDir}
	if s.MinFreeDisk > 0 {
		w.node.args = append(w.node.args, "--min-free-disk", strconv.FormatInt(s.MinFreeDisk, 10))
	} else {
		w.node.args = append(w.node.args, "--min-free-disk", "1048576")
	}
	if _, err := w.node.start(ctx); err != nil {
		return err
	}
	base := w.node.url() + "/api/v1"
	w.Product = &campaign.Caller{Base: base, Key: w.node.hello.APIKey}
	w.Neighbour.Base = base
	return nil
}

func (w *doctorWorld) restart(ctx context.Context, s campaign.Settings) error {
	if w.node.child != nil {
		w.node.child.kill()
	}
	if s.KeyFile != "" {
		return w.serve(ctx, s.KeyFile)
	}
	return w.start(ctx, s)
}

// serve runs the product as people run it, with another key, until it answers: a demo would only end.
func (w *doctorWorld) serve(ctx context.Context, key string) (err error) {
	if w.node.child, err = startChildEnv(ctx, w.o.Executable, nil, w.env(), "serve", "--data-dir", w.DataDir, "--key-file", key, "--addr", w.node.addr, "--metrics-addr", "",
		"--public-url", w.Inbox.URL(), "--trusted-proxies", "127.0.0.1", "--resolver", w.Names.Addr()); err != nil {
		return err
	}
	return waitFor(ctx, w.node.child, w.node.url()+"/healthz")
}

// advance moves the twin's clock, and waits until the product of a demo has followed it.
func (w *doctorWorld) advance(ctx context.Context, d time.Duration) error {
	var twin struct {
		Now time.Time `json:"now"`
	}
	if err := newAPIClient(w.Twin.Base+"/control/v1", "").do(ctx, "POST", "/clock", map[string]any{"advance_seconds": d.Seconds()}, &twin); err != nil {
		return err
	}
	product := newAPIClient(w.node.url(), "")
	return waitUntil(ctx, followWithin, "the product to follow the twin's clock", func(ctx context.Context) (bool, error) {
		var ready struct {
			At time.Time `json:"at"`
		}
		err := product.do(ctx, "GET", "/readyz", nil, &ready)
		return ready.At.After(twin.Now.Add(-2 * time.Second)), err
	})
}

// followWithin is far longer than a demo takes to follow its twins' clock.
const followWithin = 10 * time.Second

func (w *doctorWorld) command(ctx context.Context, args ...string) ([]byte, int, error) {
	return w.run(ctx, append(args, "--url", w.node.url(), "--api-key", w.Product.Key)...)
}

// run runs a command of the program to its end. The error is for one that could not be run.
func (w *doctorWorld) run(ctx context.Context, args ...string) (stdout []byte, exit int, err error) {
	cmd := exec.CommandContext(ctx, w.o.Executable, args...)
	cmd.Env = append(os.Environ(), w.env()...)
	words := &tail{}
	cmd.Stderr = words
	stdout, err = cmd.Output()
	exit = cmd.ProcessState.ExitCode()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		err = nil
	}
	if exit > 1 {
		err = fmt.Errorf("%s ended with %d%s", args[0], exit, words.report())
	}
	return stdout, exit, err
}

func (w *doctorWorld) close() error {
	var errs []error
	if w.eyes != nil {
		w.eyes.close()
	}
	if w.node != nil && w.node.child != nil {
		w.node.child.kill()
	}
	if w.twin != nil {
		w.twin.kill()
	}
	if w.net != nil {
		errs = append(errs, w.net.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}

// eyesScript reads pages in a browser.
const eyesScript = "scripts/bench-doctor/main.mjs"

// eyes is a browser that is signed in, and tells what pages show.
type eyes struct {
	cmd   *exec.Cmd
	ask   io.WriteCloser
	lines *bufio.Reader
}

// openEyes starts the browser, signs in, and has the neighbour's owner choose a password.
func openEyes(ctx context.Context, w *doctorWorld) (*eyes, error) {
	script, node, err := browserTools(eyesScript)
	if err != nil {
		return nil, err
	}
	e := &eyes{cmd: exec.CommandContext(ctx, node, script)}
	e.cmd.Stderr = w.o.Err
	dieWithParent(e.cmd)
	if e.ask, err = e.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	e.lines = bufio.NewReader(out)
	if err := e.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := e.answer(map[string]string{"login_url": w.node.hello.Users[0].LoginURL, "welcome": w.welcome, "email": neighbourEmail}); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

func (e *eyes) answer(order any) (cause string, err error) {
	if err := json.NewEncoder(e.ask).Encode(order); err != nil {
		return "", fmt.Errorf("the browser has ended: %w", err)
	}
	line, err := e.lines.ReadBytes('\n')
	if err != nil {
		return "", fmt.Errorf("the browser has ended: %w", err)
	}
	var said struct{ Cause, Error string }
	if err := json.Unmarshal(line, &said); err != nil {
		return "", err
	}
	if said.Error != "" {
		err = errors.New(said.Error)
	}
	return said.Cause, err
}

func (e *eyes) look(_ context.Context, at campaign.View) (string, error) { return e.answer(at) }

// close lets the browser end by itself.
func (e *eyes) close() {
	e.ask.Close()
	e.cmd.Wait()
}
