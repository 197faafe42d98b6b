package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/egress"
)

// The server's own checks, from outside in.
const (
	checkPublic      = "public"
	checkDNS         = "dns"
	checkPort        = "port"
	checkCertificate = "certificate"
	checkHandshake   = "handshake"
	checkLoopback    = "loopback"
	checkClock       = "clock"
	checkDisk        = "disk"
	checkDatabase    = "database"
	checkInternet    = "internet"
)

// checkFeed is the platform's check of its public status page, which is evidence and no question to the account.
const checkFeed = "feed"

// entrance is the way in from outside as one examination finds it: its checks share what they have learned.
type entrance struct {
	d *Doctor
	// app is whose address is called, with the platform that signs; nil when no app is set up yet.
	app  *clearline.App
	leaf channel.SelfTester
	// seen is when the platform itself last got through to us, zero when never.
	seen time.Time

	mu        sync.Mutex
	url       *url.URL
	addresses []netip.Addr
}

func (e *entrance) checks() []channel.Check {
	answers := []string{checkPort}
	if strings.HasPrefix(e.d.address(), "https:") {
		answers = []string{checkPort, checkCertificate}
	}
	return []channel.Check{
		{ID: checkPublic, Title: "A public address is set", Run: e.public},
		{ID: checkDNS, Title: "Its name leads to a server", Needs: []string{checkPublic}, Run: e.dns},
		{ID: checkPort, Title: "That server can be reached", Needs: []string{checkDNS}, Run: e.port},
		{ID: checkCertificate, Title: "Its certificate is accepted", Needs: []string{checkPort}, Run: e.certificate},
		{ID: checkHandshake, Title: "It is this server that answers", Needs: answers, Run: e.handshake},
		{ID: checkLoopback, Title: "A signed call gets through to this server", Needs: []string{checkHandshake}, Full: true, Run: e.loopback},
	}
}

// public looks at the address itself.
func (e *entrance) public(context.Context) channel.Outcome {
	d := e.d
	address, given := d.address(), d.given()
	if !given && !d.o.Local {
		out := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAddress, Found: "no public address", Expected: "--public-url with the address under which platforms reach this server"}
		if d.o.Clock.Now().Sub(e.seen) < platformProof {
			out.Result, out.Found = clearline.Warn, "no public address is set, and yet the platform reaches this server"
		}
		return out
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAddress, Found: address, Expected: "an address such as https://inbox.example.org"}
	}
	e.mu.Lock()
	e.url = u
	e.mu.Unlock()
	switch {
	case d.o.Local:
		return channel.Outcome{Result: clearline.Pass, Found: address}
	case u.Scheme != "https":
		return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAddress, Found: address, Expected: "an address that begins with https://: platforms call no other"}
	}
	return channel.Outcome{Result: clearline.Pass, Found: address}
}

// target is the address under examination, nil when there is none to try.
func (e *entrance) target() (*url.URL, []netip.Addr) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.url, e.addresses
}

// untried is what a check comes to that has nothing to try.
func untried() channel.Outcome {
	return channel.Outcome{Result: clearline.NotChecked, Found: "There is no public address to try."}
}

// dns asks for the name.
func (e *entrance) dns(ctx context.Context) channel.Outcome {
	u, _ := e.target()
	if u == nil {
		return untried()
	}
	host := u.Hostname()
	addresses, err := e.d.lookup(ctx, host)
	if err != nil {
		return e.unresolved(ctx, host, err)
	}
	e.mu.Lock()
	e.addresses = addresses
	e.mu.Unlock()
	found := host + " → " + list(addresses)
	if _, err := netip.ParseAddr(host); err == nil {
		found = host + " is an address itself"
	}
	if e.d.o.Local {
		return channel.Outcome{Result: clearline.Pass, Found: found}
	}
	for _, a := range addresses {
		if !egress.Public(a) {
			return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseInside, Found: found, Expected: "an address of the public internet, which platforms can call"}
		}
	}
	return channel.Outcome{Result: clearline.Pass, Found: found}
}

func (e *entrance) unresolved(ctx context.Context, host string, err error) channel.Outcome {
	out := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseDNS, Expected: "an address for " + host}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		out.Found = "the name " + host + " does not exist, or has no address"
	case errors.As(err, &dns) && dns.IsTimeout, ctx.Err() != nil:
		// Whether others would hear an answer, our own name server's silence does not tell.
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "the name server did not answer"}
	default:
		out.Found = "the name server could not answer for " + host
	}
	return out
}

func list(addresses []netip.Addr) string {
	var texts []string
	for _, a := range addresses {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}

// lookup resolves a host by the resolver of the settings.
func (d *Doctor) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	all, err := egress.Resolver(d.o.Resolver).LookupNetIP(ctx, "ip", host)
	for i := range all {
		all[i] = all[i].Unmap()
	}
	if err == nil && len(all) == 0 {
		err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return all, err
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// dial connects to our own address.
func (e *entrance) dial(ctx context.Context) (net.Conn, error) {
	u, addresses := e.target()
	if u == nil {
		return nil, errNowhere
	}
	return reachAny(ctx, addresses, tcp(portOf(u)))
}

// platformProof is how long the platform's own call proves that our address can be reached.
const platformProof = 24 * time.Hour

// port connects.
func (e *entrance) port(ctx context.Context) channel.Outcome {
	u, _ := e.target()
	if u == nil {
		return untried()
	}
	begun := e.d.o.Clock.Now()
	conn, err := e.dial(ctx)
	if err == nil {
		conn.Close()
		e.d.looped.Store(true)
		return channel.Outcome{Result: clearline.Pass, Found: fmt.Sprintf("port %s answers in %d ms", portOf(u), e.d.o.Clock.Now().Sub(begun).Milliseconds())}
	}
	found := "port " + portOf(u) + " does not answer"
	if refused(err) {
		found = "port " + portOf(u) + " refuses connections"
	}
	return e.unreachable(found)
}

// unreachable judges that our own way to our address is closed. Some routers let nobody inside call their own outside
// address: then only the platform's calls prove anything.
func (e *entrance) unreachable(found string) channel.Outcome {
	out := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookUnreachable, Found: found, Expected: "an open port that leads to this server"}
	if _, addresses := e.target(); e.d.looped.Load() || e.inside(addresses) {
		return out
	}
	if age := e.d.o.Clock.Now().Sub(e.seen); age < platformProof {
		return channel.Outcome{Result: clearline.CouldNotTell,
			Found: fmt.Sprintf("%s from here, which some routers do; the platform itself got through %s ago", found, inWords(age))}
	}
	return out
}

// inside tells whether all addresses are ones that this network reaches without its router.
func (e *entrance) inside(addresses []netip.Addr) bool {
	for _, a := range addresses {
		if egress.Public(a) && !ours(a) {
			return false
		}
	}
	return len(addresses) > 0
}

// ours tells whether an address is of this machine.
func ours(a netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, one := range all {
		if p, err := netip.ParsePrefix(one.String()); err == nil && p.Addr().Unmap() == a {
			return true
		}
	}
	return false
}

func inWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
