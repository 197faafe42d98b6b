package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/clearline/clearline/port"
)

// plan says what a benchmark needs to be there.
type plan struct {
	// twinSettings are made before the product first reads the number.
	twinSettings map[string]any
	// dir holds data that outlive the run; what is there already stays. "": a folder of its own that goes with the run.
	dir string
}

// installation is the product under test, with all that it needs: twin, database, data directories. On a running installation
// (Options.Target) it is only an address.
type installation struct {
	o        *Options
	dir      string
	kept     bool // dir outlives the run
	database *database
	twin     *twin
	balancer *balancer
	nodes    []*node
	account  account
	// before holds the platform ids that were there before the run: the sample company's own.
	before map[string]bool
	// sendsBefore is what the twin had accepted then.
	sendsBefore int64
	engine      string
}

// install starts everything and waits until it is quiet.
func install(ctx context.Context, o *Options, p plan) (_ *installation, err error) {
	if o.Target != "" {
		return visit(ctx, o)
	}
	i := &installation{o: o, engine: engineSQLite}
	defer func() {
		if err != nil {
			err = errors.Join(err, i.close())
		}
	}()
	if i.kept = p.dir != ""; i.kept {
		i.dir, err = p.dir, os.MkdirAll(p.dir, 0o700)
	} else {
		i.dir, err = os.MkdirTemp(o.Dir, "clearline-bench-")
	}
	if err != nil {
		return nil, err
	}
	if i.database, err = openDatabase(ctx, o.Database); err != nil {
		return nil, err
	}
	if i.database != nil {
		i.engine = enginePostgres
	}
	if i.twin, err = startTwin(ctx, o.Executable); err != nil {
		return nil, err
	}
	if len(p.twinSettings) > 0 {
		if err = i.twin.settings(ctx, p.twinSettings); err != nil {
			return nil, err
		}
	}
	if err = i.addNodes(); err != nil {
		return nil, err
	}
	// One after the other: the first makes the schema, the key file and the sample company, the others find them.
	for _, n := range i.nodes {
		if _, err = n.start(ctx); err != nil {
			return nil, err
		}
	}
	wa := i.nodes[0].hello.WhatsApp
	i.account = account{PhoneNumberID: wa.PhoneNumberID, WABAID: wa.WABAID, AppSecret: wa.AppSecret}
	if err = i.quiet(ctx, readyTimeout); err != nil {
		return nil, err
	}
	if i.kept {
		return i, nil
	}
	return i, i.rememberBefore(ctx)
}

// visit looks whether a running installation answers, and knows the key.
func visit(ctx context.Context, o *Options) (*installation, error) {
	i := &installation{o: o, engine: engineTarget,
		nodes:   []*node{{hello: demoHello{APIKey: o.APIKey}}},
		account: account{PhoneNumberID: o.PhoneNumberID, WABAID: o.WABAID, AppSecret: o.AppSecret}}
	if _, err := i.api().ledger(ctx); err != nil {
		return nil, fmt.Errorf("the installation to be measured: %w", err)
	}
	return i, nil
}

func (i *installation) addNodes() error {
	var addrs []string
	for range i.o.Nodes {
		addr, err := port.Address()
		if err != nil {
			return err
		}
		addrs = append(addrs, addr)
	}
	var shared []string
	if len(addrs) > 1 {
		var err error
		if i.balancer, err = startBalancer(addrs); err != nil {
			return err
		}
		shared = []string{"--public-url", i.balancer.url(), "--key-file", filepath.Join(i.dir, "key")}
	}
	if i.database != nil {
		shared = append(shared, "--database", i.database.url)
	}
	for k, addr := range addrs {
		metrics, err := port.Address()
		if err != nil {
			return err
		}
		args := []string{"demo", "--still", "--json", "--sim-url", i.twin.url, "--addr", addr, "--metrics-addr", metrics,
			"--data-dir", filepath.Join(i.dir, fmt.Sprintf("node-%d", k+1))}
		i.nodes = append(i.nodes, &node{executable: i.o.Executable, args: append(args, shared...), addr: addr, metrics: metrics})
	}
	return nil
}

// api speaks with the first node.
func (i *installation) api() *apiClient { return i.apiOf(0) }

func (i *installation) apiOf(k int) *apiClient {
	n := i.nodes[k]
	base := n.url()
	if i.engine == engineTarget {
		base = i.o.Target
	}
	return newAPIClient(base, n.hello.APIKey)
}

// hooks are the addresses to which the platform would post.
func (i *installation) hooks() []string {
	if i.engine == engineTarget {
		return []string{i.o.Target + "/webhooks/whatsapp"}
	}
	var list []string
	for _, n := range i.nodes {
		list = append(list, n.hook())
	}
	return list
}

// quiet waits until the twin has delivered every webhook and the product has applied every delivery.
func (i *installation) quiet(ctx context.Context, limit time.Duration) error {
	api := i.api()
	var twinTotals wireTotals
	var ledger wireLedger
	err := waitUntil(ctx, limit, "the last webhooks to be delivered and applied", func(ctx context.Context) (bool, error) {
		var err error
		if i.twin != nil {
			if twinTotals, err = i.twin.totals(ctx); err != nil {
				return false, err
			}
		}
		if ledger, err = api.ledger(ctx); err != nil {
			return false, err
		}
		return twinTotals.WebhooksPending == 0 && ledger.Pending == 0, nil
	})
	if err != nil {
		return fmt.Errorf("%w (twin %+v, product %+v)", err, twinTotals, ledger)
	}
	return nil
}

func (i *installation) rememberBefore(ctx context.Context) error {
	totals, err := i.twin.totals(ctx)
	if err != nil {
		return err
	}
	i.sendsBefore = totals.SendsAccepted
	messages, err := scanMessages(ctx, i.api())
	if err != nil {
		return err
	}
	i.before = map[string]bool{}
	for f := range incoming(messages) {
		i.before[f.ID] = true
	}
	return nil
}

// foreign says which ids may be there though the load did not send them: those of before, and on a running installation everybody
// else's.
func (i *installation) foreign(loads []*handedIn) func(string) bool {
	return func(id string) bool {
		if i.engine != engineTarget {
			return i.before[id]
		}
		return !slices.ContainsFunc(loads, func(h *handedIn) bool {
			_, ours := h.traffic.number(id)
			return ours
		})
	}
}

// usage sums what the product's processes have used; an error on a running installation and off Linux.
func (i *installation) usage() (sum processUsage, err error) {
	for _, n := range i.nodes {
		if n.child == nil {
			return sum, errors.New("the processes of a running installation are not ours to look at")
		}
		u, err := usageOf(n.child.pid())
		if err != nil {
			return sum, err
		}
		sum.cpuSeconds += u.cpuSeconds
		sum.bytesWritten += u.bytesWritten
		sum.bytesHandedOver += u.bytesHandedOver
		sum.rss = max(sum.rss, u.rss) // of one node: that is what the goal limits
		sum.rssPeak = max(sum.rssPeak, u.rssPeak)
	}
	return sum, nil
}

// forgetPeaks lets the peak of memory count from now on.
func (i *installation) forgetPeaks() error {
	for _, n := range i.nodes {
		if n.child != nil {
			if err := forgetPeak(n.child.pid()); err != nil {
				return err
			}
		}
	}
	return nil
}

// profile asks the first node for a CPU profile of the next seconds and writes it to a file; it returns at once, and the
// result of all on the channel.
func (i *installation) profile(ctx context.Context, name string, length time.Duration) <-chan error {
	done := make(chan error, 1)
	if i.o.Profiles == "" || i.nodes[0].metrics == "" {
		done <- nil
		return done
	}
	go func() {
		client := &http.Client{Timeout: length + answerTimeout}
		address := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", i.nodes[0].metrics, max(1, int(length.Seconds())))
		done <- download(ctx, client, address, filepath.Join(i.o.Profiles, name+"-"+i.engine+".pprof"))
	}()
	return done
}

func download(ctx context.Context, client *http.Client, address, path string) (err error) {
	request, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", address, answer.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.ReadFrom(answer.Body)
	return err
}

// close ends what was started and removes its files.
func (i *installation) close() error {
	var errs []error
	for _, n := range i.nodes {
		if n.child != nil {
			n.child.kill() // nothing of it is kept; how it stops by itself is start's affair
		}
	}
	if i.twin != nil {
		i.twin.child.kill()
	}
	if i.balancer != nil {
		if err := i.balancer.close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	errs = append(errs, i.database.close())
	if i.dir != "" && !i.kept {
		errs = append(errs, os.RemoveAll(i.dir))
	}
	return errors.Join(errs...)
}
