package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// reachable tells whether this server gets out to the platforms. When none of several hosts can be reached, our own way
// out is closed; when a single one cannot, it may be closed at either end.
func (d *Doctor) reachable(ctx context.Context) channel.Outcome {
	needed, all := hosts(d.o.Reach), hosts(slices.Concat(d.o.Reach, d.o.ReachAlso))
	if len(all) == 0 {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "No platform's address is set."}
	}
	type try struct {
		host string
		err  error
	}
	tries := make(chan try, len(all))
	for _, host := range all {
		go func() { tries <- try{host, d.reach(ctx, host)} }()
	}
	var missed []string
	for range all {
		if t := <-tries; t.err != nil {
			missed = append(missed, t.host)
		}
	}
	slices.Sort(missed)
	out := channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("%d of %d hosts of the platforms reached", len(all)-len(missed), len(all))}
	if len(missed) == 0 {
		return out
	}
	out.Found += "; not reached: " + strings.Join(missed, ", ")
	if slices.ContainsFunc(needed, func(h string) bool { return slices.Contains(missed, h) }) {
		out.Result, out.Cause, out.Expected = clearline.CouldNotTell, clearline.CauseNetwork, "a way out to each of them"
		if len(missed) == len(all) && len(all) > 1 {
			out.Result = clearline.Fail
		}
	}
	return out
}

// hosts are the hosts of base addresses, each once, as host:port.
func hosts(bases []string) (all []string) {
	for _, base := range bases {
		u, err := url.Parse(base)
		if err != nil || u.Hostname() == "" {
			continue
		}
		if h := net.JoinHostPort(u.Hostname(), portOf(u)); !slices.Contains(all, h) {
			all = append(all, h)
		}
	}
	return all
}

// reach looks a host up and connects to it.
func (d *Doctor) reach(ctx context.Context, host string) error {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return err
	}
	addresses, err := d.lookup(ctx, name)
	if err != nil {
		return err
	}
	conn, err := reachAny(ctx, addresses, tcp(port))
	if err != nil {
		return err
	}
	return conn.Close()
}

// tcp connects to a port of an address.
func tcp(port string) func(context.Context, netip.Addr) (net.Conn, error) {
	return func(ctx context.Context, a netip.Addr) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), port))
	}
}

// addressesTried bounds how many addresses of a name are tried at once.
const addressesTried = 8

var errNowhere = errors.New("there is nothing to connect to")

// reachAny connects to whichever of a name's addresses answers first, for platforms try them side by side too: one that
// swallows every call must not hide the others. The error is the first address's.
func reachAny(ctx context.Context, addresses []netip.Addr, dial func(context.Context, netip.Addr) (net.Conn, error)) (net.Conn, error) {
	addresses = addresses[:min(len(addresses), addressesTried)]
	if len(addresses) == 0 {
		return nil, errNowhere
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type try struct {
		i    int
		conn net.Conn
		err  error
	}
	tries := make(chan try, len(addresses))
	for i, a := range addresses {
		go func() {
			conn, err := dial(ctx, a)
			tries <- try{i, conn, err}
		}()
	}
	errs := make([]error, len(addresses))
	for n := range addresses {
		t := <-tries
		if t.err != nil {
			errs[t.i] = t.err
			continue
		}
		go func() { // those that come too late
			for range addresses[n+1:] {
				if late := <-tries; late.err == nil {
					late.conn.Close()
				}
			}
		}()
		return t.conn, nil
	}
	return nil, errs[0]
}
