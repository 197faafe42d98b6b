package connect

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/clearline/clearline"
)

// MetaApp is the operator's app at Meta, with which people sign in.
type MetaApp struct {
	ID, Secret string
	// VerifyToken is what Meta names when it asks for this server's address.
	VerifyToken                   string
	ConfigID, ConfigIDCoexistence string
}

// Ready tells whether people can sign in with it.
func (m MetaApp) Ready() bool { return len(m.Missing()) == 0 }

// Missing are the settings that signing in still needs.
func (m MetaApp) Missing() []string {
	missing := []string{}
	for _, s := range []struct{ name, value string }{{"--meta-app-id", m.ID}, {"--meta-app-secret", m.Secret}, {"--meta-verify-token", m.VerifyToken}, {"--meta-config-id", m.ConfigID}} {
		if s.value == "" {
			missing = append(missing, s.name)
		}
	}
	return missing
}

func (c *Connect) noApp() *clearline.Problem {
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "Signing in at Meta is not set up on this server.",
		Detail: "Nothing was done. The operator sets " + strings.Join(c.o.Meta.Missing(), ", ") + "; until then, connect with a token.",
		Fields: []clearline.FieldProblem{{Name: "way", Reason: "needs the operator's Meta app"}}}
}

// Address is this server as platforms reach it.
type Address struct {
	URL    string
	Usable bool
	// Cause says why it is not.
	Cause clearline.Cause
}

// Address judges the public address by its form: whether a platform out in the internet could reach it at all. A twin on
// this machine reaches any address.
func (c *Connect) Address() Address {
	a := Address{URL: c.o.PublicURL()}
	u, err := url.Parse(a.URL)
	switch {
	case err != nil || u.Hostname() == "" || !c.o.PublicSet && !near(c.o.GraphURL):
		a.Cause = clearline.CauseAddress
	case near(c.o.GraphURL):
	case near(a.URL):
		a.Cause = clearline.CauseInside
	case u.Scheme != "https":
		a.Cause = clearline.CauseAddress
	}
	a.Usable = a.Cause == ""
	return a
}

// near tells whether an address is on this machine or in a private network, as far as its text shows.
func near(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || !strings.Contains(host, ".")
}

func serverStep(ctx context.Context, t *turnOf) outcome {
	a := t.c.Address()
	if a.Usable && t.c.o.ServerCheck != nil {
		a.Cause = t.c.o.ServerCheck(ctx)
	}
	if a.Cause == "" {
		return done("Meta can reach this server at "+a.URL+".", map[string]string{"public_url": a.URL})
	}
	p := &clearline.Problem{Cause: a.Cause, Title: "Meta cannot reach this server.",
		Detail: fmt.Sprintf("Its address is %s. Nothing that comes later can work until that is mended; then check again.", a.URL)}
	switch a.Cause {
	case clearline.CauseBusy:
		p.Title, p.Detail = "This server could not examine itself.", "Nothing was changed. Try again in a moment; the server's log has the reason."
	case clearline.CauseInside:
		p.Title, p.Detail = "The public address is inside your network.", fmt.Sprintf("Meta sends messages over the internet, and %s leads nowhere from there. The operator sets --public-url to an https address that works from outside; then check again.", a.URL)
	case clearline.CauseAddress:
		p.Title, p.Detail = "This server has no public https address.", "Meta sends messages only to https addresses. The operator sets --public-url, with --acme or behind a proxy; then check again."
	}
	return fails(p)
}

// returnURL is the fixed address that logins come back to (I50).
func (c *Connect) returnURL() string {
	return strings.TrimRight(c.o.PublicURL(), "/") + "/connect/whatsapp/return"
}

// callback is where the platform must send an app's events.
func (c *Connect) callback(app clearline.App) string {
	base := strings.TrimRight(c.o.PublicURL(), "/") + "/webhooks/" + string(app.Platform)
	if app.CompanyID == clearline.Installation {
		return base
	}
	return base + "/" + app.ID.String()
}
