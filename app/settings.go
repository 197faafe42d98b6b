package app

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/egress"
	"github.com/clearline/clearline/store"
)

// off switches an address off that has a default.
const off = "off"

// complete fills in what was left out and refuses what cannot be meant.
func (o *Options) complete() error {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	if o.Database == "" {
		o.Database = filepath.Join(o.DataDir, "clearline.db")
	}
	if o.RawRetention == 0 {
		o.RawRetention = 30 * 24 * time.Hour
	}
	if o.KeyFile == "" {
		o.KeyFile = filepath.Join(o.DataDir, "key")
	}
	if err := store.CheckAddress(o.Database); err != nil {
		return fmt.Errorf("--database: %w", err)
	}
	if _, err := proxies(o.TrustedProxies); err != nil {
		return err
	}
	return o.check()
}

// check refuses settings that cannot be meant, names the flag, and brings addresses into one form.
func (o *Options) check() (err error) {
	if o.PublicURL, err = address("--public-url", o.PublicURL, "https://inbox.example.org"); err != nil {
		return err
	}
	if o.PublicURL != "" {
		if u, err := url.Parse(o.PublicURL); err == nil && u.Path != "" {
			return fmt.Errorf("--public-url: %q has a path; Clearline needs a name of its own, such as https://inbox.example.org", o.PublicURL)
		}
	}
	if err := o.HTTPS.check(o.PublicURL); err != nil {
		return err
	}
	if o.StatusURL == off {
		o.StatusURL = ""
	}
	for _, base := range []struct {
		flag, example string
		value         *string
	}{
		{"--graph-url", "https://graph.facebook.com", &o.GraphURL},
		{"--facebook-url", "https://www.facebook.com", &o.FacebookURL},
		{"--status-url", "https://metastatus.com, or off", &o.StatusURL},
	} {
		if *base.value, err = address(base.flag, *base.value, base.example); err != nil {
			return err
		}
	}
	for _, id := range []struct{ flag, value string }{
		{"--meta-app-id", o.MetaApp.ID}, {"--meta-config-id", o.MetaApp.ConfigID}, {"--meta-config-id-coexistence", o.MetaApp.ConfigIDCoexistence},
	} {
		if strings.Trim(id.value, "0123456789") != "" {
			return fmt.Errorf("%s: %q is not an id of Meta's, which is digits only: copy it from the app's dashboard", id.flag, id.value)
		}
	}
	if o.MetaApp.ID == "" && (o.MetaApp.Secret != "" || o.MetaApp.VerifyToken != "") {
		return fmt.Errorf("--meta-app-id is missing: its secret or verify token was given, and nobody can tell of which app")
	}
	for _, country := range o.ClosedCountries {
		if known := whatsapp.OptionalCountries(); !slices.ContainsFunc(known, func(c string) bool { return strings.EqualFold(c, country) }) {
			return fmt.Errorf("--closed-countries: there is no rule for %q that can be switched on; there is: %s", country, strings.Join(known, ", "))
		}
	}
	if o.Resolver != "" {
		if _, err := netip.ParseAddr(o.Resolver); err == nil {
			o.Resolver = net.JoinHostPort(o.Resolver, "53")
		}
		if host, port, err := net.SplitHostPort(o.Resolver); err != nil || host == "" || port == "" {
			return fmt.Errorf("--resolver: %q is no DNS server's address, such as 127.0.0.1:53", o.Resolver)
		}
	}
	return nil
}

// address reads a base address: scheme, host, perhaps a path, and no slash at the end. "" stays "".
func address(flag, value, example string) (string, error) {
	value = strings.TrimRight(strings.TrimSpace(value), "/")
	if value == "" {
		return "", nil
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%s: %q is no address such as %s", flag, value, example)
	}
	return value, nil
}

// local tells whether a platform's base address lies on this machine or network: then it is a simulator. No name of the
// public internet ends in localhost or test. Source: RFC 6761.
func local(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	name := "." + strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if strings.HasSuffix(name, ".localhost") || strings.HasSuffix(name, ".test") {
		return true
	}
	a, err := netip.ParseAddr(u.Hostname())
	return err == nil && !egress.Public(a)
}
