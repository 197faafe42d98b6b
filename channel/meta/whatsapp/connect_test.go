package whatsapp

import (
	"net/url"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
)

var numberURI = "GET /v26.0/106540352242922?fields=" + url.QueryEscape(numberAll)

const (
	listURI = "GET /v26.0/102290129340398/phone_numbers?fields=id&limit=100"
	appsURI = "GET /v26.0/102290129340398/subscribed_apps"
	joinURI = "POST /v26.0/102290129340398/subscribed_apps"

	goodNumber = `{"id":"106540352242922","display_phone_number":"+1 555-078-3881","verified_name":"Lucky Lamps","status":"CONNECTED","platform_type":"CLOUD_API","throughput":{"level":"STANDARD"}}`
	goodList   = `{"data":[{"id":"1"},{"id":"106540352242922"}]}`
	goodApps   = `{"data":[{"whatsapp_business_api_data":{"id":"1"}},{"whatsapp_business_api_data":{"id":"670843887433847","name":"Inbox"}}]}`
)

// C9: the manual way of connecting is checked by reading, and nothing is changed.
func TestCheckAccount(t *testing.T) {
	t.Parallel()
	number := func(old, new string) string { return strings.Replace(goodNumber, old, new, 1) }
	good := channel.AccountInfo{Name: "Lucky Lamps", Shown: "+1 555-078-3881", PerSecond: 80, Subscribed: true}
	with := func(change func(*channel.AccountInfo)) channel.AccountInfo { i := good; change(&i); return i }
	for name, c := range map[string]struct {
		number, list, apps string
		want               channel.AccountInfo
		cause              clearline.Cause
	}{
		"all well":       {goodNumber, goodList, goodApps, good, ""},
		"high":           {number("STANDARD", "HIGH"), goodList, goodApps, with(func(i *channel.AccountInfo) { i.PerSecond = 1000 }), ""},
		"with the app":   {number(`"status"`, `"is_on_biz_app":true,"status"`), goodList, goodApps, with(func(i *channel.AccountInfo) { i.PerSecond = 20 }), ""},
		"not registered": {number("CLOUD_API", "NOT_APPLICABLE"), goodList, goodApps, with(func(i *channel.AccountInfo) { i.Cause = clearline.CauseNotRegistered }), ""},
		"disconnected":   {number("CONNECTED", "DISCONNECTED"), goodList, goodApps, with(func(i *channel.AccountInfo) { i.Cause = clearline.CauseNotRegistered }), ""},
		"banned":         {number("CONNECTED", "BANNED"), goodList, goodApps, with(func(i *channel.AccountInfo) { i.Cause = clearline.CauseAccountDisabled }), ""},
		"restricted":     {number("CONNECTED", "RESTRICTED"), goodList, goodApps, with(func(i *channel.AccountInfo) { i.Cause = clearline.CauseAccountBarred }), ""},
		"moved away":     {number("CONNECTED", "MIGRATED"), goodList, goodApps, with(func(i *channel.AccountInfo) { i.Cause = clearline.CauseMoved }), ""},
		"not subscribed": {goodNumber, goodList, `{"data":[]}`, with(func(i *channel.AccountInfo) { i.Subscribed = false }), ""},
		"not listed":     {goodNumber, `{"data":[{"id":"1"}]}`, goodApps, channel.AccountInfo{}, clearline.CauseAuthAsset},
		"wrong id":       {failure(100, 33, "Unsupported get request"), goodList, goodApps, channel.AccountInfo{}, clearline.CauseAuthAsset},
		"expired":        {failure(190, 463, "Session has expired"), goodList, goodApps, channel.AccountInfo{}, clearline.CauseAuthExpired},
		"no permission":  {goodNumber, failure(200, 0, "Permissions error"), goodApps, channel.AccountInfo{}, clearline.CauseAuthScope},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, g, _ := against(t, map[string]string{numberURI: c.number, listURI: c.list, appsURI: c.apps})
			got, err := p.CheckAccount(t.Context(), tester)
			if c.cause != "" {
				if e := channeltest.SendError(t, err); e.Cause != c.cause {
					t.Errorf("%v, want %s", e, c.cause)
				}
			} else if err != nil || got != c.want {
				t.Errorf("%+v, %v", got, err)
			}
			for _, call := range g.calls {
				if call.method != "GET" {
					t.Errorf("a check changes something: %s %s", call.method, call.uri)
				}
			}
		})
	}
}

// Without our app's id nobody can say that a listed app is ours: no proof, no yes.
func TestCheckAccountWithoutAppID(t *testing.T) {
	t.Parallel()
	p, _, _ := against(t, map[string]string{numberURI: goodNumber, listURI: goodList, appsURI: goodApps})
	a := tester
	a.AppID = ""
	if got, err := p.CheckAccount(t.Context(), a); err != nil || got.Subscribed {
		t.Errorf("%+v, %v", got, err)
	}
}

// C9: subscribing is one call without a body.
func TestSubscribe(t *testing.T) {
	t.Parallel()
	p, g, _ := against(t, map[string]string{joinURI: `{"success":true}`})
	if err := p.Subscribe(t.Context(), tester); err != nil {
		t.Fatal(err)
	}
	if len(g.calls) != 1 || g.calls[0].body != "" {
		t.Errorf("%+v", g.calls)
	}
	p, _, _ = against(t, map[string]string{joinURI: failure(10, 0, "no")})
	if e := channeltest.SendError(t, p.Subscribe(t.Context(), tester)); e.Cause != clearline.CauseAuthScope {
		t.Error(e)
	}
}
