package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/sim"
)

// operator is the installation itself, company 0: it sees what belongs to nobody.
func (in *install) operator() *company {
	in.t.Helper()
	key, err := in.app.Accounts.NewKey(in.t.Context(), clearline.Installation, "operator")
	if err != nil {
		in.t.Fatal(err)
	}
	in.never = append(in.never, key)
	return &company{install: in, id: clearline.Installation, key: key}
}

// whole is a webhook of the twin's number with one text, as it is signed and posted.
func (w *world) text(from, id, text string) []byte {
	return textFrom(w.account, from, id, fmt.Sprint(w.clock.Now().Unix()), text)
}

// M1, I2, I3, I39: whatever is not signed over its exact bytes by an app set up here is refused before it is read, and
// leaves a counter and a row without a body.
func TestForgedCallsAreRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		body := w.text("4915100000001", "wamid.forged", "Let me in")
		good := signature(w.account.AppSecret, body)
		flipped := bytes.Replace(body, []byte("Let me in"), []byte("Let me iN"), 1)
		var loose any
		if err := json.Unmarshal(body, &loose); err != nil {
			t.Fatal(err)
		}
		spaced, err := json.MarshalIndent(loose, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		old := hmac.New(sha1.New, []byte(w.account.AppSecret))
		old.Write(body)
		notice := envelope(map[string]any{"id": w.account.WABAID, "changes": []any{map[string]any{"field": "account_update", "value": map[string]any{"event": "ACCOUNT_DELETED"}}}})
		cases := []struct {
			name   string
			body   []byte
			header map[string]string
		}{
			{"no header", body, nil},
			{"empty header", body, map[string]string{"X-Hub-Signature-256": ""}},
			{"only the word", body, map[string]string{"X-Hub-Signature-256": "sha256="}},
			{"sha1 alone", body, map[string]string{"X-Hub-Signature": "sha1=" + hex.EncodeToString(old.Sum(nil))}},
			{"sha1 under the new name", body, map[string]string{"X-Hub-Signature-256": "sha1=" + hex.EncodeToString(old.Sum(nil))}},
			{"of another secret", body, map[string]string{"X-Hub-Signature-256": signature("guessed", body)}},
			{"of the empty secret", body, map[string]string{"X-Hub-Signature-256": signature("", body)}},
			{"cut short", body, map[string]string{"X-Hub-Signature-256": good[:len(good)-2]}},
			{"too long", body, map[string]string{"X-Hub-Signature-256": good + "00"}},
			{"not hex", body, map[string]string{"X-Hub-Signature-256": "sha256=" + strings.Repeat("zz", 32)}},
			{"one byte altered", flipped, map[string]string{"X-Hub-Signature-256": good}},
			{"one byte more", append(bytes.Clone(body), '\n'), map[string]string{"X-Hub-Signature-256": good}},
			{"serialised anew", spaced, map[string]string{"X-Hub-Signature-256": good}},
			{"a field that is no message", notice, map[string]string{"X-Hub-Signature-256": good}},
			{"not even JSON", []byte("\x00\xff{{{"), map[string]string{"X-Hub-Signature-256": good}},
			{"empty body", []byte{}, map[string]string{"X-Hub-Signature-256": good}},
		}
		operator, before := w.operator(), w.number()
		for _, c := range cases {
			for _, path := range []string{"/webhooks/whatsapp", "/webhooks/whatsapp/" + w.appID()} {
				got := request{method: http.MethodPost, url: w.url + path, header: c.header, body: c.body}.send(t)
				if got.status != http.StatusUnauthorized {
					t.Errorf("%s to %s: HTTP %d, want 401", c.name, path, got.status)
				}
				got.problem(t, http.StatusUnauthorized, "hook.signature")
			}
		}
		until(t, "the refusals are booked", func() bool {
			return operator.ledger().Refused.Signature == len(cases) && w.ledger().Refused.Signature == len(cases)
		})
		for who, all := range map[string][]delivery{"operator": operator.deliveries("?state=refused"), "company": w.deliveries("?state=refused")} {
			if len(all) != len(cases) {
				t.Errorf("%d rows of the %s, want %d", len(all), who, len(cases))
			}
			for _, d := range all {
				if d.State != "refused" || d.Signature == "ok" || d.Answer != http.StatusUnauthorized || text(d.Reason) == "" || d.Elements != (elements{}) {
					t.Errorf("a row of the %s says %+v", who, d)
				}
			}
		}
		one := w.deliveries("?state=refused&limit=1")[0]
		w.get("deliveries/"+one.ID, &one)
		if one.Raw != nil {
			t.Error("the body of a refused call was kept")
		}
		w.request(http.MethodPost, "deliveries/"+one.ID+"/replay", nil).problem(t, http.StatusUnprocessableEntity, "in.unreadable")
		if done := w.done(before); len(done) != 0 || len(w.conversations()) != 0 || w.ledger().Received != 0 {
			t.Errorf("something was stored: changes %+v, ledger %+v", done, w.ledger())
		}
		w.hook(body).want(t, http.StatusOK)
		if got := w.conversations(); len(got) != 1 || got[0].LastMessage.Text != "Let me in" {
			t.Errorf("the real call was not taken: %+v", got)
		}
	})
}

// appID is the id of the company's app here, as its webhook address names it.
func (c *company) appID() string {
	c.t.Helper()
	var v connection
	c.get("connections/"+c.connection, &v)
	return v.WebhookURL[strings.LastIndexByte(v.WebhookURL, '/')+1:]
}

// second joins another company with a number and an app of its own.
func (w *world) second(name string) *company {
	w.t.Helper()
	a, err := w.twin.AddAccount(sim.AccountSpec{Name: name})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.install.company(name).connect(a)
}

// I2, I14, I56, I58: an app speaks for the numbers connected through it and for no other.
func TestAnotherCompanysAppCannotSpeak(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		other := w.second("Borealis")
		before := w.number()
		message := w.text("4915100000002", "wamid.foreign", "From the neighbour")
		status := envelope(map[string]any{"id": w.account.WABAID, "changes": []any{map[string]any{"field": "messages", "value": map[string]any{"messaging_product": "whatsapp",
			"metadata": map[string]any{"phone_number_id": w.account.PhoneNumberID}, "statuses": []any{map[string]any{"id": "wamid.x", "status": "read", "timestamp": "1767000000"}}}}}})
		notice := envelope(map[string]any{"id": w.account.WABAID, "time": 1767000000, "changes": []any{map[string]any{"field": "account_update", "value": map[string]any{"event": "ACCOUNT_DELETED"}}}})
		for i, body := range [][]byte{message, status, notice} {
			w.signed("/webhooks/whatsapp", other.account.AppSecret, body).want(t, http.StatusOK)
			d := other.deliveries("?limit=1")[0]
			if d.State != "parked" || d.Elements != (elements{Parked: 1}) || !strings.HasPrefix(text(d.Reason), "in.unrouted: ") {
				t.Errorf("kept with the speaker as %+v, %q", d, text(d.Reason))
			}
			if l := other.ledger(); l.Received != i+1 || l.Parked != i+1 {
				t.Errorf("the speaker's ledger says %+v", l)
			}
		}
		// On the other's own address its secret is the only one tried.
		w.signed("/webhooks/whatsapp/"+w.appID(), other.account.AppSecret, message).problem(t, http.StatusUnauthorized, "hook.signature")
		until(t, "the refusal is booked", func() bool { return w.ledger().Refused.Signature == 1 })
		if len(w.done(before)) != 0 || len(w.conversations()) != 0 || w.ledger().Received != 0 {
			t.Errorf("the company spoken for has %+v", w.ledger())
		}
		if len(other.conversations()) != 0 {
			t.Error("the speaker got a conversation of a number that is not its own")
		}
		// The number's own app may say the same: nothing was taken away.
		w.hook(message).want(t, http.StatusOK)
		if l := w.ledger(); l.Stored != 1 {
			t.Errorf("the owner's own call gave %+v", l)
		}
	})
}

// I3, I10: more than the platform ever sends is refused while it is read, with and without a stated length.
func TestOversizeIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		body := w.text("4915100000003", "wamid.large", strings.Repeat("x", 4<<20))
		operator := w.operator()
		w.hook(body).problem(t, http.StatusRequestEntityTooLarge, "api.too_large")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/webhooks/whatsapp", struct{ *bytes.Reader }{bytes.NewReader(body)})
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = -1
		req.Header.Set("X-Hub-Signature-256", signature(w.account.AppSecret, body))
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("without a length: HTTP %d, want 413", res.StatusCode)
		}
		until(t, "both are counted", func() bool { return operator.ledger().Refused.Limit == 2 })
		for _, d := range operator.deliveries("?state=refused") {
			if d.Answer != http.StatusRequestEntityTooLarge || d.Bytes <= 4<<20 || d.Signature != "none" {
				t.Errorf("a row says %+v", d)
			}
		}
		// A message as long as the platform's largest body is taken whole.
		w.hook(w.text("4915100000003", "wamid.3mb", strings.Repeat("ü", 3<<19))).want(t, http.StatusOK)
		if all := w.conversations(); len(all) != 1 || all[0].LastMessage.Text != strings.Repeat("ü", 3<<19) {
			t.Errorf("3 MB were not kept whole: %d conversations", len(all))
		}
	})
}

// I2: the platform's check of the address is answered for the right word alone.
func TestHandshake(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		other := w.second("Borealis")
		for _, c := range []struct {
			name, path string
			query      url.Values
			status     int
		}{
			{"right", "", url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {w.account.VerifyToken}, "hub.challenge": {"1158201444"}}, 200},
			{"right, of another app", "", url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {other.account.VerifyToken}, "hub.challenge": {"1158201444"}}, 200},
			{"right, own address", "/" + w.appID(), url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {w.account.VerifyToken}, "hub.challenge": {"1158201444"}}, 200},
			{"of another app on an own address", "/" + w.appID(), url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {other.account.VerifyToken}, "hub.challenge": {"1"}}, 403},
			{"wrong", "", url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {"guess"}, "hub.challenge": {"1"}}, 403},
			{"empty", "", url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {""}, "hub.challenge": {"1"}}, 403},
			{"missing", "", url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"1"}}, 403},
			{"wrong mode", "", url.Values{"hub.mode": {"unsubscribe"}, "hub.verify_token": {w.account.VerifyToken}, "hub.challenge": {"1"}}, 403},
			{"nothing", "", nil, 403},
			{"unknown app", "/123456", url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {w.account.VerifyToken}, "hub.challenge": {"1"}}, 403},
			{"no app at all", "/x", url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {w.account.VerifyToken}, "hub.challenge": {"1"}}, 403},
		} {
			got := request{method: http.MethodGet, url: w.url + "/webhooks/whatsapp" + c.path + "?" + c.query.Encode()}.send(t)
			if got.status != c.status {
				t.Errorf("%s: HTTP %d, want %d", c.name, got.status, c.status)
				continue
			}
			if c.status == 200 {
				if string(got.raw) != "1158201444" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
					t.Errorf("%s: answered %q as %s", c.name, got.raw, got.header.Get("Content-Type"))
				}
				continue
			}
			got.problem(t, 403, "api.forbidden")
		}
	})
}

// I66, I13: below the free space that the operator named nothing is taken, nothing is half written, and no restart is
// needed once there is room again.
func TestFullDisk(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		body := w.text("4915100000004", "wamid.disk", "No room")
		secret := w.account.AppSecret
		w.again(func(o *app.Options) { o.MinFreeDisk = 1 << 62 })
		got := w.signed("/webhooks/whatsapp", secret, body)
		got.problem(t, http.StatusServiceUnavailable, "server.disk")
		if got.header.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		until(t, "it is counted", func() bool { return w.operator().ledger().Refused.Shed == 1 })
		if l := w.ledger(); l.Received != 0 || len(w.conversations()) != 0 {
			t.Errorf("something was written: %+v", l)
		}
		w.again(func(o *app.Options) { o.MinFreeDisk = 1 })
		w.hook(body).want(t, http.StatusOK)
		if l := w.ledger(); l.Stored != 1 {
			t.Errorf("with room again: %+v", l)
		}
	})
}
