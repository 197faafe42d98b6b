package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/clearline/clearline/app"
)

// settings are what serve and demo share: a flag, then CLEARLINE_…, then the file named by --config.
type settings struct {
	Addr            string        `env:"CLEARLINE_ADDR" placeholder:"HOST:PORT" help:"Where to listen. Default: 127.0.0.1:8080; with a certificate of its own, port 443 of every address."`
	DataDir         string        `env:"CLEARLINE_DATA_DIR" type:"path" help:"Folder for the database, the key and files. Default: clearline in the user's data folder; for the demo a temporary one."`
	Database        string        `env:"CLEARLINE_DATABASE" help:"postgres://… ; when absent, a SQLite file in the data folder."`
	PublicURL       string        `env:"CLEARLINE_PUBLIC_URL" help:"How platforms reach this server, such as https://inbox.example.org."`
	TrustedProxies  []string      `env:"CLEARLINE_TRUSTED_PROXIES" help:"Addresses or networks of proxies before this server, such as 127.0.0.1,10.0.0.0/8: only they may say where a request came from and whether it was encrypted."`
	KeyFile         string        `env:"CLEARLINE_KEY_FILE" type:"path" help:"Key that credentials are sealed with, the same on every node. Default: key in the data folder."`
	MetricsAddr     string        `default:"127.0.0.1:9090" env:"CLEARLINE_METRICS_ADDR" help:"Where metrics and profiles are served; empty for nowhere."`
	MinFreeDisk     int64         `default:"1073741824" env:"CLEARLINE_MIN_FREE_DISK" help:"Free space in bytes below which nothing more is taken in."`
	RawRetention    time.Duration `default:"720h" env:"CLEARLINE_RAW_RETENTION" help:"How long deliveries are kept as received; parked ones stay until they are settled."`
	MediaRetention  time.Duration `default:"0" env:"CLEARLINE_MEDIA_RETENTION" help:"How long the files of messages are kept, such as 8760h; 0 for ever. Their messages stay."`
	Resolver        string        `env:"CLEARLINE_RESOLVER" placeholder:"HOST:PORT" help:"DNS server to ask for the platforms' names and this server's public one; the system's when absent."`
	ClosedCountries []string      `env:"CLEARLINE_CLOSED_COUNTRIES" placeholder:"CC" help:"Countries whose rule is off by default and counts here: TR, if WhatsApp refuses people in Türkiye for you."`
	Meta            metaApp       `embed:"" prefix:"meta-" envprefix:"CLEARLINE_META_"`
}

// metaApp is the operator's app at Meta.
type metaApp struct {
	AppID               string `env:"APP_ID" help:"Id of your Meta app: with it and its secret, companies sign in at Meta instead of pasting tokens, and its webhooks come to /webhooks/whatsapp."`
	AppSecret           secret `env:"APP_SECRET" help:"Secret of that app. file:/path reads it from a file."`
	VerifyToken         secret `env:"VERIFY_TOKEN" help:"Verify token of its webhooks: a word of your choice, the same as in the app's dashboard. file:/path reads it from a file."`
	ConfigID            string `env:"CONFIG_ID" help:"Id of the app's login configuration for Embedded Signup."`
	ConfigIDCoexistence string `env:"CONFIG_ID_COEXISTENCE" help:"Id of the login configuration for numbers that stay in the WhatsApp Business app."`
}

// https are the settings of a server that has its own certificate.
type https struct {
	ACME          bool   `name:"acme" env:"CLEARLINE_ACME" help:"Get the certificate of --public-url from an ACME authority, and renew it. By this you agree to the authority's terms; Let's Encrypt's, unless another is named."`
	ACMEDirectory string `name:"acme-directory" env:"CLEARLINE_ACME_DIRECTORY" placeholder:"URL" help:"Directory of another authority."`
	ACMEEmail     string `name:"acme-email" env:"CLEARLINE_ACME_EMAIL" help:"Where the authority writes to when something is wrong."`
	TLSCert       string `name:"tls-cert" env:"CLEARLINE_TLS_CERT" type:"path" placeholder:"FILE" help:"Certificate with its chain in PEM, read anew when it changes."`
	TLSKey        string `name:"tls-key" env:"CLEARLINE_TLS_KEY" type:"path" placeholder:"FILE" help:"Key of that certificate."`
	HTTPAddr      string `name:"http-addr" default:":80" env:"CLEARLINE_HTTP_ADDR" help:"With a certificate of its own: where plain http is sent on to https, and the authority may ask; empty for nowhere."`
}

func (h https) app() app.HTTPS {
	return app.HTTPS{ACME: h.ACME, Directory: h.ACMEDirectory, Email: h.ACMEEmail, Cert: h.TLSCert, Key: h.TLSKey, PlainAddr: h.HTTPAddr}
}

// The addresses to listen on when none is named.
const (
	addrBehindProxy = "127.0.0.1:8080"
	addrOwnHTTPS    = ":443"
)

// bases are the platforms' addresses. The demo sets them itself, to its twins.
type bases struct {
	GraphURL    string `default:"https://graph.facebook.com" env:"CLEARLINE_GRAPH_URL" help:"Base address of Meta's Graph API."`
	FacebookURL string `default:"https://www.facebook.com" env:"CLEARLINE_FACEBOOK_URL" help:"Base address of Meta's pages to sign in on."`
	StatusURL   string `default:"https://metastatus.com" env:"CLEARLINE_STATUS_URL" help:"Base address of Meta's public status feed, or off."`
}

func (s settings) app() app.Options {
	addr := s.Addr
	if addr == "" {
		addr = addrBehindProxy
	}
	return app.Options{Addr: addr, DataDir: s.DataDir, Database: s.Database, KeyFile: s.KeyFile, PublicURL: s.PublicURL, TrustedProxies: s.TrustedProxies, MetricsAddr: s.MetricsAddr,
		MinFreeDisk: s.MinFreeDisk, RawRetention: s.RawRetention, MediaRetention: s.MediaRetention, ClosedCountries: s.ClosedCountries, Resolver: s.Resolver, Log: slog.Default(), Version: version,
		MetaApp: app.MetaApp{ID: s.Meta.AppID, Secret: string(s.Meta.AppSecret), VerifyToken: string(s.Meta.VerifyToken),
			ConfigID: s.Meta.ConfigID, ConfigIDCoexistence: s.Meta.ConfigIDCoexistence}}
}

// dataDir is the folder for data when none was named.
func (s *settings) dataDir() error {
	if s.DataDir == "" {
		base := os.Getenv("XDG_DATA_HOME")
		if base == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return fmt.Errorf("no home folder is known: name one for the data with --data-dir: %w", err)
			}
			base = filepath.Join(home, ".local", "share")
		}
		s.DataDir = filepath.Join(base, "clearline")
	}
	return os.MkdirAll(s.DataDir, 0o700)
}
