package whatsapp

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/channel/meta"
	"github.com/clearline/clearline/egress"
)

var tester = channel.Account{
	ID: "106540352242922", Parent: "102290129340398", Token: "EAAtokenofthetests", AppID: "670843887433847", AppSecret: "appsecretofthetests",
}

const acceptedID = "wamid.HBgLMTY1MDU1NTAxMDAVAgARGBI5QTNDQQA="

const acceptedBody = `{"messaging_product":"whatsapp","contacts":[{"input":"34600111222","wa_id":"34600111222"}],"messages":[{"id":"` + acceptedID + `"}]}`

// failure is an error envelope as the Graph API writes it.
func failure(code, subcode int, title string) string {
	sub := ""
	if subcode != 0 {
		sub = fmt.Sprintf(`"error_subcode":%d,`, subcode)
	}
	return fmt.Sprintf(`{"error":{"message":"(#%d) %s","type":"OAuthException","code":%d,%s`+
		`"error_data":{"messaging_product":"whatsapp","details":"details of %d"},"fbtrace_id":"Atrace%d"}}`, code, title, code, sub, code, code)
}

// guarded is the product's own HTTP client, let past its guard to base.
func guarded(t testing.TB, base string) *http.Client {
	t.Helper()
	c, err := egress.New(egress.Options{Allow: []string{base}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// C1, C10, M4, X5: WhatsApp passes the suite of all platforms.
func TestPlatform(t *testing.T) {
	t.Parallel()
	bodies := map[string][]byte{}
	eachPayload(t, func(name string, body []byte, _ want) { bodies[name] = body })
	p := New(Options{})
	suite := channeltest.Platform{
		Webhook: p,
		Sign: func(secret string, body []byte) http.Header {
			return http.Header{meta.SignatureHeader: {meta.Sign(secret, body)}}
		},
		Handshake: func(token string) (*http.Request, string) {
			q := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"1158201444"}, "hub.verify_token": {token}}
			return httptest.NewRequest(http.MethodGet, "/webhooks/whatsapp?"+q.Encode(), nil), "1158201444"
		},
		Payloads: bodies,
		Sender: func(base string, client *http.Client) channel.Sender {
			return New(Options{GraphURL: base, HTTP: client})
		},
		Client:     guarded,
		Account:    tester,
		Outgoing:   channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "Hello", Ref: "attempt-1"},
		Accepted:   acceptedBody,
		AcceptedID: acceptedID,
		Kinds:      everyKind(),
		Uploaded:   `{"id":"4490"}`,
		UploadedID: "4490",
		Refusals:   refusals(),
		Explainer:  p,
		Examiner: func(base string, client *http.Client) channel.Examiner {
			return New(Options{GraphURL: base, HTTP: client, StatusURL: base})
		},
		Subject: subject(),
		Nodes:   slices.Collect(maps.Values(healthy(t))),
	}
	for _, f := range Figures() {
		suite.Figures = append(suite.Figures, channeltest.Figure{Name: f.Name, Source: f.Source, Read: f.Read})
	}
	channeltest.Run(t, planted(suite))
}

// refusals are the codes whose fate is written down in the requirements, as answers.
func refusals() []channeltest.Refusal {
	var list []channeltest.Refusal
	for _, c := range []struct {
		status, code, subcode int
		fate                  clearline.Fate
		cause                 clearline.Cause
	}{
		{400, 4, 0, clearline.Slow, clearline.CauseRate},
		{400, 80007, 0, clearline.Slow, clearline.CauseRate},
		{400, 130429, 0, clearline.Slow, clearline.CauseRate},
		{400, 130429, 2494055, clearline.Slow, clearline.CauseRate},
		{400, 131056, 0, clearline.SlowPair, clearline.CauseRate},
		{500, 131057, 0, clearline.Hold, clearline.CauseOutage},
		{500, 131016, 0, clearline.Hold, clearline.CauseOutage},
		{503, 2, 0, clearline.Hold, clearline.CauseOutage},
		{400, 1, 0, clearline.Unknown, clearline.CauseUnconfirmed},
		{500, 131000, 0, clearline.Unknown, clearline.CauseUnconfirmed},
		{400, 135000, 0, clearline.Unknown, clearline.CauseUnconfirmed},
		{500, 987654, 0, clearline.Unknown, clearline.CauseUnconfirmed},
		{400, 987654, 0, clearline.Stop, clearline.CauseOther},
		{400, 131047, 0, clearline.Stop, clearline.CauseWindow},
		{400, 131026, 0, clearline.Stop, clearline.CauseUndeliverable},
		{404, 132001, 0, clearline.Stop, clearline.CauseTemplateMissing},
		{400, 132015, 0, clearline.Stop, clearline.CauseTemplateMissing},
		{400, 132000, 0, clearline.Stop, clearline.CauseTemplateParams},
		{400, 132012, 0, clearline.Stop, clearline.CauseTemplateParams},
		{400, 131042, 0, clearline.Stop, clearline.CausePayment},
		{400, 133010, 0, clearline.Stop, clearline.CauseNotRegistered},
		{403, 131031, 0, clearline.Stop, clearline.CauseAccountDisabled},
		{403, 368, 0, clearline.Stop, clearline.CauseAccountBarred},
		{400, 131008, 0, clearline.Stop, clearline.CauseBadParam},
		{400, 100, 0, clearline.Stop, clearline.CauseBadParam},
		{400, 100, 33, clearline.Stop, clearline.CauseAuthAsset},
		{401, 190, 0, clearline.Stop, clearline.CauseAuthInvalid},
		{401, 190, 463, clearline.Stop, clearline.CauseAuthExpired},
		{401, 190, 460, clearline.Stop, clearline.CauseAuthPassword},
		{401, 190, 458, clearline.Stop, clearline.CauseAuthRevoked},
		{401, 190, 467, clearline.Stop, clearline.CauseAuthRevoked},
		{401, 190, 9999, clearline.Stop, clearline.CauseAuthInvalid},
		{403, 10, 0, clearline.Stop, clearline.CauseAuthScope},
		{403, 200, 0, clearline.Stop, clearline.CauseAuthScope},
		{403, 245, 0, clearline.Stop, clearline.CauseAuthScope},
		{403, 131005, 0, clearline.Stop, clearline.CauseAuthScope},
	} {
		list = append(list, channeltest.Refusal{
			Name: fmt.Sprintf("%d/%d at %d", c.code, c.subcode, c.status), Status: c.status, Body: failure(c.code, c.subcode, "title"),
			Fate: c.fate, Cause: c.cause, Code: c.code,
		})
	}
	return append(list,
		channeltest.Refusal{Name: "error_data as a string", Status: 400, Fate: clearline.Stop, Cause: clearline.CauseTemplateParams, Code: 132012,
			Body: `{"error":{"message":"(#132012) x","code":"132012","error_data":"{\"details\":\"inner\"}"}}`},
		channeltest.Refusal{Name: "transient without a known code", Status: 400, Fate: clearline.Unknown, Cause: clearline.CauseUnconfirmed, Code: 778899,
			Body: `{"error":{"message":"try again","code":778899,"is_transient":true}}`},
		channeltest.Refusal{Name: "error at 200", Status: 200, Fate: clearline.Stop, Cause: clearline.CauseWindow, Code: 131047, Body: failure(131047, 0, "x")},
		channeltest.Refusal{Name: "error without code", Status: 400, Fate: clearline.Unknown, Cause: clearline.CauseUnconfirmed, Body: `{"error":{"message":"?"}}`},
	)
}
