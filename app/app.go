// Package app wires the rooms together: New, Start, Stop, and the explicit list of platforms.
package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/backup"
	"github.com/clearline/clearline/certificate"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/connect"
	"github.com/clearline/clearline/dispatch"
	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/egress"
	"github.com/clearline/clearline/httpapi"
	"github.com/clearline/clearline/ingest"
	"github.com/clearline/clearline/live"
	"github.com/clearline/clearline/media"
	"github.com/clearline/clearline/outcome"
	"github.com/clearline/clearline/retention"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/search"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/web"
)

// Options are the operator's settings.
type Options struct {
	// Addr is where to listen, host:port; port 0 takes a free one.
	Addr string
	// DataDir holds the SQLite file, the key and the files of messages.
	DataDir string
	// Database is a postgres:// URL; "" means the SQLite file clearline.db in DataDir.
	Database string
	// KeyFile holds the key that credentials are sealed with; "" means key in DataDir.
	KeyFile string
	// PublicURL is how platforms reach this server, "" when nobody said.
	PublicURL string
	// TrustedProxies are the addresses and networks of proxies that may say where a request came from.
	TrustedProxies []string
	// HTTPS is about a certificate of our own.
	HTTPS HTTPS
	// GraphURL is the base address of Meta's Graph API, FacebookURL of the pages where people sign in at Meta, StatusURL of
	// Meta's public status feed, "off" or "" for none.
	GraphURL, FacebookURL, StatusURL string
	// MetaApp is the operator's app at Meta.
	MetaApp MetaApp
	// Resolver is the DNS server, host:port, that is asked for the platforms' names and our public one; "" means the system's.
	Resolver string
	// MetricsAddr is where metrics and profiles are served, "" for nowhere; never the public address.
	MetricsAddr string
	// RawRetention is how long raw deliveries are kept; 0 means 30 days.
	RawRetention time.Duration
	// MediaRetention is how long the files of messages are kept; 0 means for ever.
	MediaRetention time.Duration
	// ClosedCountries are the two letters of country rules that are off by default and count here.
	ClosedCountries []string
	// MinFreeDisk is the free space in bytes below which nothing more is taken in.
	MinFreeDisk int64
	// PhonesURL is where a demo's simulated customers have their phones, "" when this is no demo.
	PhonesURL string
	// Faults are the switches of a demo's simulated platforms, nil when this is no demo.
	Faults  http.Handler
	Clock   clock.Clock
	Log     *slog.Logger
	Version string
}

// MetaApp is the operator's app at Meta: every company of the installation may connect through it. All of it may be
// missing; then only an app of a company's own can be used. It holds secrets: never log it.
type MetaApp struct {
	ID, Secret, VerifyToken string
	// ConfigID is the app's login configuration for Embedded Signup, ConfigIDCoexistence the one for numbers that stay in
	// the WhatsApp Business app.
	ConfigID, ConfigIDCoexistence string
}

// App is a running clearline.
type App struct {
	o        Options
	Store    *store.Store
	Accounts *account.Accounts
	Connect  *connect.Connect
	ingest   *ingest.Ingest
	dispatch *dispatch.Dispatch
	live     *live.Live
	search   *search.Search
	doctor   *doctor.Doctor
	media    *media.Media
	retain   *retention.Retention
	outcomes *outcome.Outcomes
	whatsapp *whatsapp.Platform

	proxies []netip.Prefix
	source  certificate.Source
	server  *http.Server
	plain   *http.Server
	metrics *http.Server
	control *http.Server
	url     string
	// metricsURL is where metrics are served, "" for nowhere.
	metricsURL string
}

// bodyLimit is above the 3 MB that Meta sends at most. Source: reference webhooks, 2.2.
const bodyLimit = 4 << 20

// New opens the database and wires everything; nothing runs yet.
func New(ctx context.Context, o Options) (*App, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	proxies, err := proxies(o.TrustedProxies)
	if err != nil {
		return nil, err
	}
	key, err := Key(ctx, o.KeyFile, o.Database)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	a := &App{o: o, proxies: proxies}
	if a.Store, err = store.Open(ctx, store.Options{Database: o.Database, Clock: o.Clock, Log: o.Log, Key: key, NodeName: host,
		BeforeMigration: backup.BeforeMigration(o.backup(), o.Clock, o.Log)}); err != nil {
		return nil, trouble(err)
	}
	calls := doctor.NewCalls(o.Clock)
	client, err := egress.New(egress.Options{Allow: []string{o.GraphURL, o.StatusURL}, Resolver: o.Resolver, Clock: o.Clock, Observe: calls.Observe, MaxBody: media.MaxBytes, Timeout: max(media.FetchLimit, dispatch.UploadWithin)})
	if err != nil {
		a.Store.Close()
		return nil, err
	}
	if a.source, err = a.o.source(a.certificates); err != nil {
		a.Store.Close()
		return nil, err
	}
	a.wire(client, calls)
	return a, nil
}

// certificates is where an authority's certificates are kept: several nodes share them.
func (a *App) certificates(dir string) autocert.Cache {
	if a.Store.Engine() == "sqlite" {
		return certificate.Folder(dir)
	}
	return certificate.Shared(a.Store, dir)
}

// proxies reads addresses and networks such as 127.0.0.1 or 10.0.0.0/8.
func proxies(texts []string) (all []netip.Prefix, err error) {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, aerr := netip.ParseAddr(text)
			if aerr != nil {
				return nil, fmt.Errorf("--trusted-proxies: %q is neither an address such as 127.0.0.1 nor a network such as 10.0.0.0/8", text)
			}
			p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// Key reads the key file, and makes it on the first start. A key that is missing later is never replaced by a new
// one, which could open nothing.
func Key(ctx context.Context, file, database string) (seal.Key, error) {
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		sealed, err := store.Sealed(ctx, database)
		if err != nil {
			return seal.Key{}, trouble(err)
		}
		if sealed {
			return seal.Key{}, &Trouble{clearline.CauseKey, fmt.Errorf("the key file %s is missing, and this database holds credentials sealed with it: put the file back from where you keep its copy, or name it with --key-file", file)}
		}
	}
	key, err := seal.Load(file, true)
	if err != nil {
		return key, &Trouble{clearline.CauseKey, err}
	}
	return key, nil
}

// wire is the explicit list of platforms and rooms.
func (a *App) wire(client *http.Client, calls *doctor.Calls) {
	o := a.o
	a.whatsapp = whatsapp.New(whatsapp.Options{GraphURL: o.GraphURL, StatusURL: o.StatusURL, HTTP: client, Clock: o.Clock, ClosedCountries: o.ClosedCountries})
	a.Accounts = account.New(a.Store, o.Clock)
	a.ingest = ingest.New(ingest.Options{Store: a.Store, Clock: o.Clock, Log: o.Log, MinFreeDisk: o.MinFreeDisk, FreeDisk: freeDisk(o.DataDir),
		Platforms: map[clearline.Platform]channel.Webhook{clearline.WhatsApp: a.whatsapp}})
	a.dispatch = dispatch.New(dispatch.Options{Store: a.Store, Clock: o.Clock, Log: o.Log,
		Senders: map[clearline.Platform]channel.Sender{clearline.WhatsApp: a.whatsapp},
		Open:    func(company, file clearline.ID) (io.ReadCloser, error) { return a.media.Read(company, file) }})
	a.outcomes = outcome.New(outcome.Options{Store: a.Store, Dispatch: a.dispatch, Clock: o.Clock, Log: o.Log, Explainers: map[clearline.Platform]channel.Explainer{clearline.WhatsApp: a.whatsapp},
		Reachers: map[clearline.Platform]channel.Reacher{clearline.WhatsApp: a.whatsapp},
		Limits:   map[clearline.Platform]channel.Limits{clearline.WhatsApp: a.whatsapp.Limits()}, Kept: a.whatsapp.KeptFor(nil)})
	a.live = live.New(a.Store, o.Clock, o.Log)
	a.search = search.New(search.Options{Store: a.Store, Clock: o.Clock, Log: o.Log})
	a.Connect = connect.New(connect.Options{Store: a.Store, Clock: o.Clock, Log: o.Log, AppsChanged: a.ingest.AppsChanged,
		Leaves:   map[clearline.Platform]connect.Leaf{clearline.WhatsApp: a.whatsapp},
		Meta:     connect.MetaApp{ID: o.MetaApp.ID, Secret: o.MetaApp.Secret, VerifyToken: o.MetaApp.VerifyToken, ConfigID: o.MetaApp.ConfigID, ConfigIDCoexistence: o.MetaApp.ConfigIDCoexistence},
		GraphURL: o.GraphURL, FacebookURL: o.FacebookURL, PublicSet: o.PublicURL != "", PublicURL: func() string { return a.o.PublicURL },
		ServerCheck: a.serverCheck, ProveWayIn: a.proveWayIn})
	a.doctor = doctor.New(doctor.Options{Store: a.Store, Clock: o.Clock, Log: o.Log, Calls: calls, Local: local(o.GraphURL), Resolver: o.Resolver,
		Reach: []string{o.GraphURL}, ReachAlso: []string{o.StatusURL}, FreeDisk: freeDisk(o.DataDir), MinFreeDisk: o.MinFreeDisk, Mine: a.dispatch.Owns, Send: a.sendTest,
		KeepLoads: a.dispatch.KeepLoads,
		Own:       map[string]doctor.Own{"pause": a.pausing(true), "resume": a.pausing(false), "renew": a.renew},
		Around:    map[string]doctor.Around{"register": a.Connect.Counted, "set_pin": a.Connect.KeepPIN},
		Leaves:    map[clearline.Platform]any{clearline.WhatsApp: a.whatsapp}})
	a.media = media.New(media.Options{Store: a.Store, Clock: o.Clock, Log: o.Log, Dir: filepath.Join(o.DataDir, "media"),
		Picture: pictureLimit(a.whatsapp.Limits()), MinFreeDisk: o.MinFreeDisk, FreeDisk: freeDisk(o.DataDir), Retention: o.MediaRetention,
		Fetchers: map[clearline.Platform]channel.Fetcher{clearline.WhatsApp: a.whatsapp}})
	a.retain = retention.New(retention.Options{Store: a.Store, Clock: o.Clock, Log: o.Log, Raw: o.RawRetention})
}

// pictureLimit is what a picture must be for all platforms.
func pictureLimit(limits channel.Limits) channel.FileLimit {
	l, _ := limits.File(clearline.KindImage)
	return l
}

// Start listens and begins to work. It returns once requests are answered.
func (a *App) Start(ctx context.Context) error {
	listener, err := a.o.listen()
	if err != nil {
		return err
	}
	if err := a.begin(ctx, listener.Addr()); err != nil {
		listener.Close()
		return err
	}
	return a.answer(ctx, listener)
}

// begin starts everything but the answering of requests, which will be at this address.
func (a *App) begin(ctx context.Context, address net.Addr) error {
	a.url = "http://" + address.String()
	if a.source != nil {
		a.url = "https://" + address.String()
	}
	given := a.o.PublicURL != ""
	if !given {
		a.o.PublicURL = a.url
	}
	if err := a.doctor.Serve(ctx, a.o.PublicURL, given); err != nil {
		return trouble(err)
	}
	for _, start := range []func(context.Context) error{a.operate, a.Accounts.Start, a.ingest.Start, a.dispatch.Start, a.live.Start, a.search.Start, a.Connect.Start, a.media.Start, a.outcomes.Start, a.retain.Start, a.doctor.Start} {
		if err := start(ctx); err != nil {
			return trouble(err)
		}
	}
	return nil
}

// answer begins to answer requests. The listener is closed with the server, or when that does not come about.
func (a *App) answer(ctx context.Context, listener net.Listener) error {
	a.server = &http.Server{Handler: a.handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.o.Log.Handler(), slog.LevelDebug)}
	if a.source != nil {
		if err := errors.Join(a.startPlain(), a.source.Start(ctx)); err != nil {
			listener.Close()
			return err
		}
		listener = tls.NewListener(listener, a.source.TLS())
	}
	go a.serve(a.server, listener)
	if err := a.startControl(); err != nil {
		return err
	}
	if a.o.MetricsAddr != "" {
		return a.startMetrics()
	}
	return nil
}

// headerTimeout is how long a caller may take for the head of a request, the handshake before it included.
const headerTimeout = 10 * time.Second

// operate keeps the operator's app at Meta as the installation's, so that its webhooks are known from the first request on.
func (a *App) operate(ctx context.Context) error {
	m := a.o.MetaApp
	if m.ID == "" || m.Secret == "" {
		return nil
	}
	return a.Store.KeepApp(ctx, clearline.App{CompanyID: clearline.Installation, Platform: clearline.WhatsApp, PlatformID: m.ID, Secret: m.Secret, VerifyToken: m.VerifyToken})
}

func (a *App) serve(s *http.Server, l net.Listener) {
	if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
		a.o.Log.Error("the server has ended", "err", err)
	}
}

func (a *App) handler() http.Handler {
	return httpapi.New(httpapi.Options{Store: a.Store, Ingest: a.ingest, Dispatch: a.dispatch, Live: a.live, Search: a.search, Outcomes: a.outcomes, Accounts: a.Accounts, Media: a.media, Connect: a.Connect, Doctor: a.doctor,
		Clock: a.o.Clock, Log: a.o.Log, UI: web.Handler(), PublicURL: a.o.PublicURL, TrustedProxies: a.proxies, PhonesURL: a.o.PhonesURL, Faults: a.o.Faults, Version: a.o.Version,
		Platforms: map[clearline.Platform]httpapi.Leaf{clearline.WhatsApp: {Sender: a.whatsapp, Reader: a.whatsapp, Explainer: a.whatsapp, BodyLimit: bodyLimit}}})
}

// startMetrics serves metrics and profiles on an address of their own.
func (a *App) startMetrics() error {
	listener, err := net.Listen("tcp", a.o.MetricsAddr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s for metrics: %w; choose another with --metrics-addr, or switch it off with an empty one", a.o.MetricsAddr, err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", a.metricsHandler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	a.metricsURL = "http://" + listener.Addr().String()
	a.metrics = &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout}
	go a.serve(a.metrics, listener)
	return nil
}

// URL is where the server listens; set after Start.
func (a *App) URL() string { return a.url }

// MetricsURL is where metrics and profiles are served, "" for nowhere; set after Start.
func (a *App) MetricsURL() string { return a.metricsURL }

// stopWithin bounds a stop: 30 s for what is under way, then by force (I63).
const stopWithin = 30 * time.Second

// Stop ends in order: no new requests, no new sends, everything accepted finished, leases released.
func (a *App) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	a.live.Stop()
	a.doctor.Stop() // whoever watches an examination or a test would hold the server for minutes
	var err error
	for _, s := range []*http.Server{a.server, a.plain, a.metrics, a.control} {
		if s == nil {
			continue
		}
		if serr := s.Shutdown(ctx); serr != nil {
			s.Close()
			err = errors.Join(err, serr)
		}
	}
	if a.source != nil {
		a.source.Stop()
	}
	a.Accounts.Stop()
	a.search.Stop()
	a.outcomes.Stop()
	a.retain.Stop()
	a.media.Stop()
	a.Connect.Stop()
	a.ingest.Stop()
	a.dispatch.Stop()
	return errors.Join(err, a.Store.Close())
}
