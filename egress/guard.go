package egress

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"syscall"
)

// ErrForbidden is the answer to an address that this program must not call: a private or reserved one, or one
// without TLS. It never says which, because the address came from outside.
var ErrForbidden = errors.New("egress: the address is not allowed")

// reserved are the ranges of IPv4 and IPv6 that are not the public internet, beyond those that netip names.
// Source: IANA special-purpose address registries, read Nov 2025.
var reserved = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// global6 is the one range of IPv6 in use for the public internet.
var global6 = netip.MustParsePrefix("2000::/3")

// nat64 holds IPv4 addresses in its last four bytes.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Public tells whether a is an address of the public internet.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !a.IsValid() || a.Zone() != "" || a.IsPrivate() || !a.IsGlobalUnicast() {
		return false
	}
	if a.Is6() && !global6.Contains(a) {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// refusePrivate is a dialer's last word, after the name was resolved: it sees the very address that is about
// to be called, so a name that changes its address between check and call gains nothing.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !Public(a.Addr()) {
		return ErrForbidden
	}
	return nil
}

// allowed reads the operator's base addresses into a set of host:port.
func allowed(bases []string) (map[string]bool, error) {
	set := make(map[string]bool, len(bases))
	for _, base := range bases {
		if base == "" {
			continue
		}
		u, err := url.Parse(base)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
			return nil, fmt.Errorf("egress: %q is no base address like https://graph.facebook.com", base)
		}
		set[hostPort(u)] = true
	}
	return set, nil
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}
