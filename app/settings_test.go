package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
)

// A setting that cannot be meant stops the start and names its flag.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*app.Options)
		want   string
	}{
		"no address":               {func(o *app.Options) { o.PublicURL = "inbox.example.org" }, "--public-url"},
		"another protocol":         {func(o *app.Options) { o.PublicURL = "ftp://inbox.example.org" }, "--public-url"},
		"a path":                   {func(o *app.Options) { o.PublicURL = "https://example.org/inbox" }, "--public-url"},
		"a password in it":         {func(o *app.Options) { o.PublicURL = "https://me:pw@example.org" }, "--public-url"},
		"a graph that is none":     {func(o *app.Options) { o.GraphURL = "graph.facebook.com" }, "--graph-url"},
		"pages that are none":      {func(o *app.Options) { o.FacebookURL = "/x" }, "--facebook-url"},
		"a feed that is none":      {func(o *app.Options) { o.StatusURL = "on" }, "--status-url"},
		"an app's name":            {func(o *app.Options) { o.MetaApp.ID = "my app" }, "--meta-app-id"},
		"a secret of no app":       {func(o *app.Options) { o.MetaApp.Secret = "s3cret" }, "--meta-app-id is missing"},
		"a configuration's name":   {func(o *app.Options) { o.MetaApp.ConfigID = "x" }, "--meta-config-id"},
		"the other one's name":     {func(o *app.Options) { o.MetaApp.ConfigIDCoexistence = "x" }, "--meta-config-id-coexistence"},
		"a resolver without host":  {func(o *app.Options) { o.Resolver = ":53" }, "--resolver"},
		"a country without a rule": {func(o *app.Options) { o.ClosedCountries = []string{"tr", "PT"} }, "--closed-countries: there is no rule for \"PT\""},
		"a resolver by name only":  {func(o *app.Options) { o.Resolver = "dns" }, "--resolver"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := app.Options{DataDir: t.TempDir(), GraphURL: nowhere}
			c.change(&o)
			_, err := app.New(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%v; want %s", err, c.want)
			}
		})
	}
}

// C6, I51: the operator's app is known from the start on: its webhooks come to the shared address, a new secret counts
// after a restart and the old one no longer, and starting again adds nothing.
func TestOperatorsApp(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		in := begin(t, database, nowhere, func(o *app.Options) {
			o.MetaApp = app.MetaApp{ID: "7001", Secret: "first secret", VerifyToken: "first word"}
		})
		body := []byte(`{"object":"whatsapp_business_account","entry":[]}`)
		says := func(secret string, want int) {
			t.Helper()
			in.signed("/webhooks/whatsapp", secret, body).want(t, want)
		}
		shakes := func(word string, want int) {
			t.Helper()
			request{method: http.MethodGet, url: in.url + "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=42&hub.verify_token=" + strings.ReplaceAll(word, " ", "%20")}.send(t).want(t, want)
		}
		one := func() clearline.App {
			t.Helper()
			all, err := in.app.Store.Apps(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("%d apps, %v", len(all), err)
			}
			return all[0]
		}
		says("first secret", http.StatusOK)
		says("second secret", http.StatusUnauthorized)
		shakes("first word", http.StatusOK)
		first := one()
		if first.CompanyID != clearline.Installation || first.PlatformID != "7001" {
			t.Errorf("it is kept as %q of %d", first.PlatformID, first.CompanyID)
		}
		in.again()
		if again := one(); again != first {
			t.Error("starting again has changed it")
		}
		in.again(func(o *app.Options) { o.MetaApp.Secret, o.MetaApp.VerifyToken = "second secret", "" })
		says("second secret", http.StatusOK)
		says("first secret", http.StatusUnauthorized)
		shakes("first word", http.StatusForbidden)
		shakes("", http.StatusForbidden)
		if changed := one(); changed.ID != first.ID {
			t.Error("a new secret made a new app")
		}
	})
}
