// Package httpapi is everything that is reached over HTTP: the platforms' webhooks, the REST API with its
// OpenAPI description, the stream of changes, sign-in and health. It decides nothing; one table turns the
// domain's problems into answers.
package httpapi

import (
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/connect"
	"github.com/clearline/clearline/dispatch"
	"github.com/clearline/clearline/doctor"
	"github.com/clearline/clearline/ingest"
	"github.com/clearline/clearline/live"
	"github.com/clearline/clearline/media"
	"github.com/clearline/clearline/outcome"
	"github.com/clearline/clearline/search"
	"github.com/clearline/clearline/store"
)

// Options are the rooms that the routes lead to.
type Options struct {
	Store     *store.Store
	Ingest    *ingest.Ingest
	Dispatch  *dispatch.Dispatch
	Live      *live.Live
	Search    *search.Search
	Outcomes  *outcome.Outcomes
	Accounts  *account.Accounts
	Media     *media.Media
	Connect   *connect.Connect
	Doctor    *doctor.Doctor
	Platforms map[clearline.Platform]Leaf
	Clock     clock.Clock
	Log       *slog.Logger
	// UI serves the browser app at every path that is no route.
	UI http.Handler
	// PublicURL is how platforms reach this server, "" when nobody said.
	PublicURL string
	// TrustedProxies may say in X-Forwarded-For and X-Forwarded-Proto where a request came from.
	TrustedProxies []netip.Prefix
	// PhonesURL is where a demo's simulated customers have their phones, "" when this is no demo.
	PhonesURL string
	// Faults are the switches of a demo's simulated platforms under /faults, nil when this is no demo.
	Faults  http.Handler
	Version string
}

// Leaf is what the routes need of a platform.
type Leaf struct {
	Sender    channel.Sender
	Reader    channel.Reader
	Explainer channel.Explainer
	// BodyLimit is the largest webhook body taken, never below the platform's own maximum.
	BodyLimit int64
}

// NewConnection is what the manual way of connecting takes.
type NewConnection struct {
	Platform      string `json:"platform" enum:"whatsapp" doc:"the platform"`
	PhoneNumberID string `json:"phone_number_id" maxLength:"64" doc:"WhatsApp: the number's id, digits, not the phone number itself"`
	WABAID        string `json:"waba_id" maxLength:"64" doc:"WhatsApp: the business account's id"`
	Token         string `json:"token" maxLength:"4096" doc:"access token with whatsapp_business_messaging and whatsapp_business_management"`
	AppSecret     string `json:"app_secret" maxLength:"256" doc:"secret of the Meta app, which signs the webhooks"`
	VerifyToken   string `json:"verify_token" maxLength:"256" doc:"a word of your choice, the same as in the Meta app's webhook settings"`
	AppID         string `json:"app_id,omitempty" maxLength:"64" doc:"id of the Meta app; with it the product subscribes the webhook itself"`
	Name          string `json:"name,omitempty" maxLength:"100" doc:"how your team calls it; the number's verified name when left out"`
}

// Server holds the routes.
type Server struct {
	o     Options
	api   huma.API
	pings pings
	// public are the routes that need no session, as "METHOD /path".
	public map[string]bool
	cross  *http.CrossOriginProtection
}

// New returns the handler of all routes.
func New(o Options) http.Handler {
	s := &Server{o: o, public: map[string]bool{}, cross: http.NewCrossOriginProtection()}
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Clearline", o.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath, config.CreateHooks = "/api/openapi", "", "", nil
	config.Info.Description = "One inbox for all platforms. Ids are strings, times RFC 3339 UTC; a known key is never left out; ignore keys you do not know. " +
		"x-right names the right that a route takes: public ones take none, own ones a person's session; GET me says which rights you have."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "an API key"}}
	config.Security = []map[string][]string{{"key": {}}}
	useProblems()
	s.api = humago.New(mux, config)
	s.conversationRoutes()
	s.deskRoutes()
	s.draftRoutes()
	s.presenceRoutes()
	s.messageRoutes()
	s.retryRoutes()
	s.outcomeRoutes()
	s.connectionRoutes()
	s.procedureRoutes()
	s.lifecycleRoutes()
	s.accountPageRoutes(mux)
	s.limitRoutes()
	s.deliveryRoutes()
	s.changeRoutes()
	s.causeRoutes()
	s.keyRoutes()
	s.meRoutes()
	s.sessionRoutes()
	s.setupRoutes()
	s.userRoutes()
	s.searchRoutes()
	s.streamRoute(mux)
	s.doctorRoutes(mux)
	s.mediaRoutes(mux)
	s.faultRoutes(mux)
	describeNulls(s.api.OpenAPI().Components.Schemas)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, store.ErrAbsent) })
	mux.HandleFunc("GET /login", s.login)
	mux.HandleFunc("GET /connect/whatsapp/return", s.loginReturn)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	for platform, leaf := range o.Platforms {
		s.webhookRoutes(mux, platform, leaf)
	}
	mux.Handle("/", o.UI)
	return s.guard(pack(mux))
}

// The values that every answer carries, unless its handler has something better: nothing of ours is sniffed, framed,
// cached or run. They are shared so that a webhook costs nothing for them.
var baseline = map[string][]string{
	"X-Content-Type-Options":       {"nosniff"},
	"Cache-Control":                {"no-store"},
	"Referrer-Policy":              {"no-referrer"},
	"X-Frame-Options":              {"DENY"},
	"Content-Security-Policy":      {"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

// headers sets what every answer carries.
func headers(w http.ResponseWriter) {
	h := w.Header()
	for name, value := range baseline {
		h[name] = value
	}
}
