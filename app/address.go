package app

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/egress"
)

// Notice is something that will not work with these settings, said at the start rather than found out later.
type Notice struct {
	Cause clearline.Cause
	Text  string
}

// lookupWithin bounds the question where the public name leads: the start does not wait longer for it.
const lookupWithin = 3 * time.Second

// Notices says what platforms will not be able to do, given the public address as it was set.
func (o Options) Notices(ctx context.Context) []Notice {
	u, err := url.Parse(o.PublicURL)
	if err != nil || o.PublicURL == "" {
		return []Notice{{clearline.CauseAddress, "No --public-url is set: you can sign in and look around, but platforms cannot send messages here, and invitations lead to this machine only."}}
	}
	var all []Notice
	add := func(cause clearline.Cause, format string, args ...any) {
		all = append(all, Notice{cause, fmt.Sprintf(format, args...)})
	}
	if u.Scheme == "http" {
		add(clearline.CauseAddress, "The public address %s has no encryption: Meta and the others call https addresses only, so nothing will come in. "+
			"Use https, with a proxy that has a certificate, or with --acme.", o.PublicURL)
	}
	// Meta's documents name no port (unconfirmed); every address known to work has the usual one.
	if port := u.Port(); port != "" && port != "443" {
		add(clearline.CauseAddress, "The public address names port %s: platforms are known to call port 443, others may not be reached.", port)
	}
	if inside := o.inside(ctx, u.Hostname()); inside != "" {
		add(clearline.CauseInside, "The public name %s leads to %s, which means something inside your network only: platforms cannot reach it.", u.Hostname(), inside)
	}
	if wrong := o.HTTPS.unfit(u.Hostname(), time.Now()); wrong != "" {
		add(clearline.CauseCertificate, "The certificate in %s %s: platforms will not talk to this server.", o.HTTPS.Cert, wrong)
	}
	if u.Scheme == "https" && !o.HTTPS.Own() && len(o.TrustedProxies) == 0 {
		add(clearline.CauseAddress, "A proxy must stand before this server, since it has no certificate of its own; name the proxy's address with --trusted-proxies, "+
			"or all visitors seem to come from it and share one limit for wrong passwords.")
	}
	return all
}

// inside is a private address that a host leads to, "" when it leads outside or when nobody can tell now.
func (o Options) inside(ctx context.Context, host string) string {
	if a, err := netip.ParseAddr(host); err == nil {
		if egress.Public(a) {
			return ""
		}
		return a.String()
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "this machine"
	}
	ctx, cancel := context.WithTimeout(ctx, lookupWithin)
	defer cancel()
	addresses, err := egress.Resolver(o.Resolver).LookupNetIP(ctx, "ip", host)
	if err != nil {
		return "" // the doctor looks into that
	}
	for _, a := range addresses {
		if egress.Public(a) {
			return ""
		}
	}
	if len(addresses) == 0 {
		return ""
	}
	return addresses[0].Unmap().String()
}
