package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
)

// example is one thing that is wrong at Meta, or was seen of it here, and what one check makes of it.
type example struct {
	change  func(testing.TB, map[string]string)
	subject func(*channel.Subject)
	check   string
	result  clearline.CheckResult
	cause   clearline.Cause
	also    []clearline.Cause
	// says are words of what was found.
	says []string
}

const (
	fail  = clearline.Fail
	warn  = clearline.Warn
	dunno = clearline.CouldNotTell
)

func noApp(s *channel.Subject) { s.Account.AppID, s.Account.AppSecret = "", "" }

func swapBlocked(call, kind string, code int, text string) func(testing.TB, map[string]string) {
	from, to := blocked(kind, code, text)
	return swap(call, from, to)
}

// each runs all checks on each example.
func each(t *testing.T, examples map[string]example) {
	t.Helper()
	t.Parallel()
	for name, c := range examples {
		t.Run(name, func(t *testing.T) { t.Parallel(); c.hold(t) })
	}
}

// hold compares what the example's check says. No check changes anything, and whatever any of them finds has a page with a place for
// all that it fills in.
func (c example) hold(t *testing.T) {
	answers, s := healthy(t), subject()
	if c.change != nil {
		c.change(t, answers)
	}
	if c.subject != nil {
		c.subject(&s)
	}
	p, d := atDesk(t, answers)
	all := examine(t.Context(), p, s)
	o := all[c.check]
	if o.Result != c.result || o.Cause != c.cause || !slices.Equal(o.Also, c.also) {
		t.Errorf("%s: %+v", c.check, o)
	}
	for _, words := range c.says {
		if !strings.Contains(o.Found, words) {
			t.Errorf("%q does not say %q", o.Found, words)
		}
	}
	if o.Expected == "" && (c.cause != "auth.scope" || c.result != clearline.CouldNotTell) && c.cause != "wa.moved" {
		t.Errorf("nothing says what is expected: %+v", o)
	}
	for _, call := range d.calls {
		if call.method != http.MethodGet {
			t.Errorf("a check changes something: %+v", call)
		}
	}
	for id, o := range all {
		for _, cause := range append(o.Also, o.Cause) {
			if _, ok := playbook.Find(cause); !ok && cause != "" {
				t.Errorf("%s: the cause %s has no page", id, cause)
			}
		}
		for key := range o.Fill {
			if !slices.ContainsFunc(playbook.Placeholders, func(p playbook.Placeholder) bool { return p.Name == key }) {
				t.Errorf("%s: no page has a place for {%s}", id, key)
			}
		}
	}
}

// C4, M6, X1: what each of Meta's answers about the key and the app means. The numbers are those of the reference's table of diagnoses.
func TestExamineKey(t *testing.T) {
	each(t, map[string]example{
		"D2 secret of the app reset":            {change: give(tokenCall, failure(190, 0, "Invalid OAuth access token signature.")), check: "app", result: fail, cause: "app.secret", says: []string{"signature"}},
		"D2 no such app":                        {change: give(tokenCall, failure(101, 0, "Error validating application.")), check: "app", result: fail, cause: "app.secret"},
		"D3 expired":                            {change: give(tokenCall, dead(190, 463, "Session has expired")), check: "token", result: fail, cause: "auth.expired", says: []string{"190/463", "has expired"}},
		"D4 password":                           {change: give(tokenCall, dead(190, 460, "The session has been invalidated because the user changed their password")), check: "token", result: fail, cause: "auth.password"},
		"D5 app removed":                        {change: give(tokenCall, dead(190, 458, "The user has not authorized application")), check: "token", result: fail, cause: "auth.revoked", also: []clearline.Cause{"hook.off"}},
		"D6 checkpoint":                         {change: give(tokenCall, dead(190, 459, "User is checkpointed")), check: "token", result: fail, cause: "auth.password"},
		"D6 unconfirmed person":                 {change: give(tokenCall, dead(190, 464, "User is unconfirmed")), check: "token", result: fail, cause: "auth.password"},
		"D7 revoked":                            {change: give(tokenCall, dead(190, 467, "The access token is invalid since it was revoked")), check: "token", result: fail, cause: "auth.revoked"},
		"D7 logged out":                         {change: give(tokenCall, dead(190, 466, "Session logged out")), check: "token", result: fail, cause: "auth.revoked"},
		"D8 role lost":                          {change: give(tokenCall, dead(190, 492, "No role")), check: "token", result: fail, cause: "auth.revoked"},
		"D9 cut":                                {change: give(tokenCall, dead(190, 456, "Malformed access token")), check: "token", result: fail, cause: "auth.invalid"},
		"D9 garbage":                            {change: give(tokenCall, `{"data":{"is_valid":false,"scopes":[],"error":{"code":190,"message":"Invalid OAuth access token."}}}`), check: "token", result: fail, cause: "auth.invalid"},
		"D9 dead without a reason":              {change: give(tokenCall, `{"data":{"is_valid":false,"scopes":[]}}`), check: "token", result: fail, cause: "auth.invalid"},
		"D3 dead without a reason but an end":   {change: give(tokenCall, `{"data":{"is_valid":false,"expires_at":1795000000,"scopes":[]}}`), check: "token", result: fail, cause: "auth.expired"},
		"D10 ends in nine days":                 {change: swap(tokenCall, `"expires_at": 0, "data`, fmt.Sprintf(`"expires_at": %d, "data`, at.Add(9*24*time.Hour).Unix())), check: "token", result: warn, cause: "auth.expiring", says: []string{"1 December 2026"}},
		"D10 known here only":                   {subject: func(s *channel.Subject) { noApp(s); s.TokenEnds = at.Add(24 * time.Hour) }, check: "token", result: warn, cause: "auth.expiring"},
		"D11 access to data ended":              {change: swap(tokenCall, `"data_access_expires_at": 0`, `"data_access_expires_at": 1795000000`), check: "token", result: fail, cause: "auth.expired", says: []string{"access to data ended"}},
		"D12 no messaging":                      {change: swap(tokenCall, `"whatsapp_business_messaging", "public`, `"public`), check: "scopes", result: fail, cause: "auth.scope", says: []string{"missing: whatsapp_business_messaging"}},
		"D12 no management":                     {change: swap(tokenCall, `["whatsapp_business_management", `, `[`), check: "scopes", result: fail, cause: "auth.scope", says: []string{"missing: whatsapp_business_management"}},
		"D12 messaging un-ticked here":          {change: swap(tokenCall, `messaging", "target_ids": ["102290129340398"]`, `messaging", "target_ids": ["1"]`), check: "scopes", result: fail, cause: "auth.scope", says: []string{"whatsapp_business_messaging for this account"}},
		"D12 refused in spite of both":          {subject: told(refused(10, 0, lately)), check: "scopes", result: warn, cause: "auth.scope", says: []string{"11:59 UTC"}},
		"D12 without the app's secret":          {subject: func(s *channel.Subject) { noApp(s); told(refused(200, 0, lately))(s) }, check: "scopes", result: dunno, cause: "auth.scope"},
		"D13 other account chosen":              {change: swap(tokenCall, `"target_ids": ["102290129340398"]`, `"target_ids": ["777"]`), check: "asset", result: fail, cause: "auth.asset", says: []string{"777"}},
		"D14 token of another app":              {change: swap(tokenCall, `"app_id": "670843887433847", "application": "Inbox"`, `"app_id": "1", "application": "CRM"`), check: "token", result: fail, cause: "auth.invalid", says: []string{"“CRM” (1)"}},
		"D14 that only the other app may debug": {change: give(tokenCall, failure(100, 0, "(#100) You must provide an app access token, or a user access token that is an owner or developer of the app")), check: "token", result: fail, cause: "auth.invalid", says: []string{"not as one of this app"}},
		"D14 garbage that cannot be debugged":   {change: give(tokenCall, failure(100, 0, "(#100) no"), meCall, failure(190, 0, "Cannot parse access token")), check: "token", result: fail, cause: "auth.invalid", says: []string{"Cannot parse"}},
		"D3 without the app's secret":           {change: give(meCall, failure(190, 463, "expired")), subject: noApp, check: "token", result: fail, cause: "auth.expired"},
		"D15 deleted or not shared":             {change: give(ownerCall, failure(100, 33, "Unsupported get request")), check: "asset", result: fail, cause: "auth.asset"},
		"D15 asset taken from the user":         {change: give(ownerCall, failure(200, 0, "Permissions error")), check: "asset", result: fail, cause: "auth.asset"},
		"D15 revoked between two reads":         {change: give(ownerCall, failure(190, 467, "revoked")), check: "asset", result: fail, cause: "auth.revoked"},
		"D17 number gone":                       {change: give(numbersCall, `{"data":[{"id":"3"}]}`, numberCall, failure(33, 0, "gone")), check: "asset", result: fail, cause: "wa.moved", also: []clearline.Cause{"auth.asset"}, says: []string{"1 number"}},
		"D17 number in another account":         {change: give(numbersCall, `{"data":[]}`), check: "asset", result: fail, cause: "wa.moved", says: []string{"another account"}},
	})
}

// C5, G9, G16: what each of Meta's answers about the account means, its business and who pays.
func TestExamineAccount(t *testing.T) {
	each(t, map[string]example{
		"D16 under review":                     {change: swap(ownerCall, `"account_review_status": "APPROVED"`, `"account_review_status": "PENDING"`), check: "business", result: warn, cause: "account.review"},
		"D16 rejected":                         {change: swap(ownerCall, `"account_review_status": "APPROVED"`, `"account_review_status": "REJECTED"`), check: "business", result: fail, cause: "account.review"},
		"D19 account's status":                 {change: swap(ownerCall, `"ACTIVE"`, `"DISABLED"`), check: "business", result: fail, cause: "account.disabled"},
		"D23 payment by health":                {change: swapBlocked(ownerCall, "WABA", 141006, "no valid payment method"), check: "payment", result: fail, cause: "wa.payment"},
		"D23 payment told on sends":            {subject: told(refused(131042, 0, lately)), check: "payment", result: fail, cause: "wa.payment"},
		"D23 payment of templates only":        {change: swap(ownerCall, `, "primary_funding_id": "330981204417"`, ``), subject: told(refused(131042, 0, time.Hour/2)), check: "payment", result: warn, cause: "wa.payment"},
		"D23 no currency":                      {change: swap(ownerCall, `"EUR"`, `""`), check: "payment", result: warn, cause: "wa.payment"},
		"D24 not verified by health":           {change: swapBlocked(ownerCall, "BUSINESS", 141010, "not verified"), check: "business", result: warn, cause: "account.unverified"},
		"D24 not verified and the first limit": {change: swap(ownerCall, `"verified"`, `"not_verified"`, `TIER_2K`, `TIER_250`), check: "business", result: warn, cause: "account.unverified", says: []string{"250 people"}},
		"D25 app blocked":                      {change: swapBlocked(ownerCall, "APP", 0, "data use checkup"), check: "business", result: fail, cause: "app.blocked", says: []string{"data use checkup"}},
		"account blocked":                      {change: swapBlocked(ownerCall, "WABA", 0, "policy"), check: "business", result: fail, cause: "account.restricted"},
		"account limited":                      {change: swap(ownerCall, `"WABA", "id": "102290129340398", "can_send_message": "AVAILABLE"`, `"WABA", "id": "102290129340398", "can_send_message": "LIMITED", "additional_info": ["ein Grund"]`), check: "business", result: warn, cause: "account.restricted", says: []string{"ein Grund"}},
		"portfolio limited":                    {change: swap(ownerCall, limitedParty("BUSINESS", `"506914307656634"`)...), check: "business", result: warn, cause: "wa.limit", also: []clearline.Cause{"account.restricted"}, says: []string{"ein Grund"}},
		"app limited":                          {change: swap(ownerCall, limitedParty("APP", `"670843887433847"`)...), check: "business", result: warn, cause: "app.dev_mode", also: []clearline.Cause{"app.blocked"}},
		"D34 locked, told on sends":            {subject: told(refused(131031, 0, lately)), check: "business", result: fail, cause: "account.disabled", says: []string{"131031"}},
		"D34 restricted, told on sends":        {subject: told(refused(368, 0, lately)), check: "business", result: fail, cause: "account.restricted"},
	})
}

// C5, C7, C22: what each of Meta's answers about the number means, its name and its quality.
func TestExamineNumber(t *testing.T) {
	each(t, map[string]example{
		"D17 number alone unreadable":         {change: give(numberCall, failure(100, 33, "Unsupported get request")), check: "number", result: fail, cause: "wa.moved", also: []clearline.Cause{"auth.asset"}},
		"D18 moved to another provider":       {change: swap(numberCall, `"CONNECTED"`, `"MIGRATED"`), check: "number", result: fail, cause: "wa.moved"},
		"D18 on another platform":             {change: swap(numberCall, `"CLOUD_API"`, `"ON_PREMISE"`), check: "number", result: fail, cause: "wa.moved"},
		"D19 banned":                          {change: swap(numberCall, `"CONNECTED"`, `"BANNED"`), check: "number", result: fail, cause: "account.disabled"},
		"D19 restricted":                      {change: swap(numberCall, `"CONNECTED"`, `"RESTRICTED"`), check: "number", result: fail, cause: "account.restricted"},
		"D19 rate limited":                    {change: swap(numberCall, `"CONNECTED"`, `"RATE_LIMITED"`), check: "quality", result: warn, cause: "wa.limit"},
		"D19 flagged":                         {change: swap(numberCall, `"CONNECTED"`, `"FLAGGED"`), check: "quality", result: warn, cause: "account.quality"},
		"D19 number blocked for a lock":       {change: swapBlocked(numberCall, "PHONE_NUMBER", 131031, "locked"), check: "number", result: fail, cause: "account.disabled"},
		"D19 number blocked, no reason known": {change: swapBlocked(numberCall, "PHONE_NUMBER", 999999, "?"), check: "number", result: fail, cause: "account.restricted"},
		"D20 not registered":                  {change: swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`, `"CLOUD_API"`, `"NOT_APPLICABLE"`, `"EXPIRED"`, `"VERIFIED"`), check: "number", result: fail, cause: "wa.not_registered"},
		"D20 pending":                         {change: swap(numberCall, `"CONNECTED"`, `"PENDING"`, `"EXPIRED"`, `"VERIFIED"`), check: "number", result: fail, cause: "wa.not_registered"},
		"D20 and the code too old":            {change: swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`, `"CLOUD_API"`, `"NOT_APPLICABLE"`), check: "number", result: fail, cause: "wa.ownership", also: []clearline.Cause{"wa.not_registered"}},
		"D20 told on sends":                   {subject: told(refused(133010, 0, lately)), check: "number", result: fail, cause: "wa.not_registered", says: []string{"133010"}},
		"D20 no certificate":                  {subject: told(refused(131045, 0, lately)), check: "number", result: fail, cause: "wa.not_registered"},
		"D20 by health":                       {change: swapBlocked(numberCall, "PHONE_NUMBER", 141000, "not connected"), check: "number", result: fail, cause: "wa.not_registered"},
		"D21 coexistence idle":                {change: swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`, `"is_on_biz_app": false`, `"is_on_biz_app": true`), check: "number", result: fail, cause: "wa.coexist_idle"},
		"D22 declined":                        {change: swap(numberCall, `"name_status": "APPROVED"`, `"name_status": "DECLINED"`), check: "name", result: warn, cause: "wa.name"},
		"D22 pending":                         {change: swap(numberCall, `"name_status": "APPROVED"`, `"name_status": "PENDING_REVIEW"`), check: "name", result: warn, cause: "wa.name"},
		"D22 pending on a number of Meta's":   {change: swap(numberCall, `"name_status": "APPROVED"`, `"name_status": "PENDING_REVIEW"`, `+351 912 345 678`, `+1 555-123-4567`), check: "name", result: fail, cause: "wa.name"},
		"D22 told on sends":                   {subject: told(refused(131037, 0, lately)), check: "name", result: fail, cause: "wa.name"},
		"limit told on sends":                 {change: swap(numberCall, limitedParty("BUSINESS", `"506914307656634"`)...), subject: told(refused(131048, 0, lately)), check: "quality", result: fail, cause: "wa.limit", also: []clearline.Cause{"account.quality"}},
		"C7 in the Business app alone":        {change: swap(numberCall, `"CONNECTED"`, `"DISCONNECTED"`, `"CLOUD_API"`, `"NOT_APPLICABLE"`, `"is_on_biz_app": false`, `"is_on_biz_app": true`), check: "number", result: fail, cause: "wa.in_use", also: []clearline.Cause{"wa.coexist_idle"}},
		"C7 refused for the PIN":              {change: swap(numberCall, `"CONNECTED"`, `"PENDING"`), subject: told(refused(133005, 0, lately)), check: "number", result: fail, cause: "wa.pin", says: []string{"133005"}},
		"C7 refused, the code forgotten":      {change: swap(numberCall, `"CONNECTED"`, `"PENDING"`), subject: told(channel.Refusal{At: at.Add(-lately), Cause: "wa.two_step"}), check: "number", result: fail, cause: "wa.two_step", says: []string{"refused to register the number; PENDING"}},
		"C7 refused for the limit":            {change: swap(numberCall, `"CONNECTED"`, `"PENDING"`), subject: told(refused(133016, 0, lately)), check: "number", result: fail, cause: "wa.register_limit"},
		"D35 red":                             {change: swap(numberCall, `"GREEN"`, `"RED"`), check: "quality", result: warn, cause: "account.quality"},
		"D35 yellow":                          {change: swap(numberCall, `"GREEN"`, `"YELLOW"`), check: "quality", result: warn, cause: "account.quality"},
		"D35 told on sends":                   {subject: told(refused(131048, 0, lately)), check: "quality", result: fail, cause: "account.quality"},
		"D35 told earlier":                    {change: swap(numberCall, `"GREEN"`, `"UNKNOWN"`), subject: told(refused(131064, 0, time.Hour/2)), check: "quality", result: warn, cause: "account.quality"},
		"C7 refused, verified":                {change: swap(numberCall, `"EXPIRED"`, `"VERIFIED"`), subject: told(refused(100, 2388001, lately)), check: "number", result: fail, cause: "wa.two_step"},
		"C7 refused, registered, expired":     {subject: told(refused(100, 2388001, lately)), check: "number", result: fail, cause: "wa.two_step"},
		"C7 refused, not verified":            {change: swap(numberCall, `"EXPIRED"`, `"NOT_VERIFIED"`), subject: told(refused(100, 2388001, lately)), check: "number", result: fail, cause: "wa.ownership"},
		"C7 refused, state not told":          {change: swap(numberCall, `"code_verification_status": "EXPIRED", `, ``), subject: told(refused(100, 2388001, lately)), check: "number", result: fail, cause: "wa.two_step", also: []clearline.Cause{"wa.ownership"}},
		"a test number":                       {change: swap(numberCall, `"LIVE"`, `"SANDBOX"`), check: "number", result: warn, cause: "wa.test_number"},
	})
}

// C6, C16: what each of Meta's answers about the way of the events means.
func TestExamineHook(t *testing.T) {
	each(t, map[string]example{
		"D26 not subscribed":                   {change: give(appsCall, `{"data":[]}`), check: "subscribed", result: fail, cause: "hook.off", says: []string{"no app"}},
		"D26 only another app":                 {change: give(appsCall, `{"data":[{"whatsapp_business_api_data":{"id":"555","name":"Campaign tool"}}]}`), check: "subscribed", result: fail, cause: "hook.off", says: []string{"Campaign tool (555)"}},
		"D26 without the app's id":             {change: give(appsCall, `{"data":[]}`), subject: noApp, check: "subscribed", result: fail, cause: "hook.off"},
		"D27 account's address":                {change: swap(appsCall, `app_id=670843887433847"}`, `app_id=670843887433847"}, "override_callback_uri": "`+alien+`"`), check: "callback", result: fail, cause: "hook.elsewhere", says: []string{"https://crm.example/hook?…, set for the account"}},
		"D27 only the node tells":              {change: swap(numberCall, `{"application"`, `{"whatsapp_business_account": "`+alien+`", "application"`), check: "callback", result: fail, cause: "hook.elsewhere"},
		"D28 number's address":                 {change: swap(numberCall, `{"application"`, `{"phone_number": "`+alien+`", "application"`), check: "callback", result: fail, cause: "hook.elsewhere", says: []string{"set for the number"}},
		"D29 app's address":                    {change: swap(hookCall, here, alien), check: "callback", result: fail, cause: "hook.elsewhere", says: []string{"set for the app"}},
		"D29 our own earlier address":          {change: swap(hookCall, here, old), check: "callback", result: fail, cause: "hook.elsewhere", says: []string{"https://old.shop.example/webhooks/whatsapp (this server’s earlier address)"}},
		"D29 our earlier server, another path": {change: swap(hookCall, here, "https://old.shop.example/in"), check: "callback", result: fail, cause: "hook.elsewhere", says: []string{"earlier address"}},
		"D29 without the app's secret":         {change: swap(numberCall, here, alien), subject: func(s *channel.Subject) { s.Account.AppSecret = "" }, check: "callback", result: fail, cause: "hook.elsewhere"},
		"D29 news elsewhere, messages here":    {change: both(swap(hookCall, here, alien), swap(appsCall, `app_id=670843887433847"}`, `app_id=670843887433847"}, "override_callback_uri": "`+here+`"`)), check: "callback", result: warn, cause: "hook.elsewhere", says: []string{"messages come here"}},
		"D29 no subscription of the app":       {change: give(hookCall, `{"data":[]}`), check: "fields", result: fail, cause: "hook.off"},
		"D29 no subscription, so no address":   {change: give(hookCall, `{"data":[]}`), check: "callback", result: fail, cause: "hook.off"},
		"D29 switched off":                     {change: swap(hookCall, `whatsapp", "active": true`, `whatsapp", "active": false`), check: "fields", result: fail, cause: "hook.off"},
		"D29 without messages":                 {change: swap(hookCall, `{"name": "messages", "version": "v26.0"}, `, ``), check: "fields", result: fail, cause: "hook.fields", says: []string{"account_alerts"}},
		"C6 address refused, none is set":      {change: give(hookCall, `{"data":[]}`), subject: told(channel.Refusal{At: at.Add(-lately), Code: 2200, Cause: "hook.verify"}), check: "callback", result: fail, cause: "hook.verify", also: []clearline.Cause{"hook.off"}, says: []string{"at 11:59 UTC"}},
		"C6 address refused, switched off":     {change: swap(hookCall, `whatsapp", "active": true`, `whatsapp", "active": false`), subject: told(channel.Refusal{At: at.Add(-lately), Cause: "hook.verify"}), check: "fields", result: fail, cause: "hook.verify", also: []clearline.Cause{"hook.off"}},
		"C6 address refused, another is set":   {change: swap(hookCall, here, alien), subject: told(channel.Refusal{At: at.Add(-lately), Cause: "hook.verify"}), check: "callback", result: fail, cause: "hook.verify", also: []clearline.Cause{"hook.elsewhere"}},
		"C6 address refused, calls came since": {change: give(hookCall, `{"data":[]}`), subject: told(channel.Refusal{At: at.Add(-time.Hour / 2), Cause: "hook.verify"}), check: "callback", result: fail, cause: "hook.off"},
		"D30 asked, taken, never delivered":    {subject: func(s *channel.Subject) { s.Traffic.DeliveredAt, s.Traffic.SentAt = time.Time{}, at.Add(-time.Hour) }, check: "fields", result: warn, cause: "app.dev_mode", also: []clearline.Cause{"hook.unreachable"}},
	})
}

// X1: an account that works passes every check, with the readings worth keeping and the proof of both directions.
func TestExamineHealthy(t *testing.T) {
	t.Parallel()
	p, d := atDesk(t, healthy(t))
	all := examine(t.Context(), p, subject())
	for id, o := range all {
		if o.Result != clearline.Pass && id != "feed" || o.Cause != "" || o.Found == "" || o.Expected != "" {
			t.Errorf("%s: %+v", id, o)
		}
	}
	got := map[string]string{}
	for _, o := range all {
		maps.Copy(got, o.Readings)
	}
	for name, want := range map[string]string{
		"quality_rating": "GREEN", "messaging_limit": "TIER_2K", "name_status": "APPROVED", "verification": "verified", "review": "APPROVED", "status": "CONNECTED",
		"throughput": "STANDARD", "account_mode": "LIVE", "code_verification_status": "EXPIRED", "health": "AVAILABLE",
	} {
		if got[name] != want {
			t.Errorf("reading %s is %q, want %q", name, got[name], want)
		}
	}
	if pr := all["token"].Proves; !pr.Accepted || !pr.TokenEndsTold || !pr.TokenEnds.IsZero() {
		t.Errorf("token proves %+v", pr)
	}
	if !all["callback"].Proves.Subscribed || !all["subscribed"].Proves.Subscribed || all["number"].Proves.PerSecond != 80 {
		t.Error("what comes in is not proven")
	}
	for _, path := range []string{"debug_token", "102290129340398", "102290129340398/phone_numbers", "106540352242922", "102290129340398/subscribed_apps", "670843887433847/subscriptions"} {
		if n := d.asked("GET", path); n != 1 {
			t.Errorf("%s was read %d times in one examination", path, n)
		}
	}
}

// C6: an account whose messages go elsewhere is not proven to be subscribed here.
func TestElsewhereProvesNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(testing.TB, map[string]string){
		"app": swap(hookCall, here, alien), "no app": give(hookCall, `{"data":[]}`), "number": swap(numberCall, `{"application"`, `{"phone_number": "`+alien+`", "application"`),
	} {
		answers := healthy(t)
		change(t, answers)
		p, _ := atDesk(t, answers)
		for id, o := range examine(t.Context(), p, subject()) {
			if o.Proves.Subscribed {
				t.Errorf("%s: %s proves a subscription", name, id)
			}
		}
	}
}

// The same address is the same however it is spelt.
func TestSameAddress(t *testing.T) {
	t.Parallel()
	for pair, same := range map[[2]string]bool{
		{here, "HTTPS://In.Shop.Example:443/webhooks/whatsapp/"}: true, {here, "http://in.shop.example/webhooks/whatsapp"}: false,
		{here, here + "?a=1"}: false, {here, ""}: false, {"", ""}: false, {here, "in.shop.example/webhooks/whatsapp"}: false, {here, "https://in.shop.example/webhooks/WhatsApp"}: false,
	} {
		if got := sameAddress(pair[0], pair[1]); got != same {
			t.Errorf("%q: %v", pair, got)
		}
	}
}

// X1, invariant of the recipes: what passes by itself never looks like a dead key, on any read.
func TestOutageIsNoReauthorization(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		body   string
		status int
		cause  clearline.Cause
	}{
		"code 1": {failure(1, 0, "unknown"), 0, "net.outage"}, "code 2": {failure(2, 0, "service"), 0, "net.outage"}, "code 4": {failure(4, 0, "app limit"), 0, "net.rate"},
		"code 131000": {failure(131000, 0, "went wrong"), 0, "net.outage"}, "code 131016": {failure(131016, 0, "unavailable"), 0, "net.outage"},
		"code 131057": {failure(131057, 0, "maintenance"), 0, "net.outage"}, "code 133004": {failure(133004, 0, "unavailable"), 0, "net.outage"},
		"code 80007": {failure(80007, 0, "limit"), 0, "net.rate"}, "page 502": {"<html>Bad gateway</html>", 502, "net.outage"}, "empty 500": {"", 500, "net.outage"},
		"page 200": {"<html>", 200, "net.outage"}, "empty object": {"{}", 200, ""}, "unknown code": {failure(777777, 0, "new"), 0, "other"},
		"unknown code 503": {failure(777777, 0, "new"), 503, "net.outage"},
	}
	calls := []string{tokenCall, ownerCall, numbersCall, numberCall, appsCall, hookCall}
	for name, c := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, broken := range append(calls, "all") {
				all := healthy(t)
				p, d := atDesk(t, all)
				for call := range all {
					if call == broken || broken == "all" {
						all[call], d.status[call] = c.body, c.status
					}
				}
				named := false
				for id, o := range examine(t.Context(), p, subject()) {
					if o.Result == clearline.Fail || o.Cause.Reauthorizes() {
						t.Errorf("%s broken: %s says %+v", broken, id, o)
					}
					named = named || o.Result == clearline.CouldNotTell && (o.Cause == c.cause || c.cause == "")
				}
				if !named {
					t.Errorf("%s broken: nothing says %s", broken, c.cause)
				}
			}
		})
	}
}

// X1: a platform that hangs costs each check no more than its own time, and a check that waits for another's read gives up
// with its own context.
func TestExamineHangs(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	p := New(Options{GraphURL: s.URL, HTTP: guarded(t, s.URL)})
	checks := p.Checks(subject())
	var wg sync.WaitGroup
	for _, c := range checks {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			o := c.Run(ctx)
			if c.ID != "feed" && c.ID != "version" && c.ID != "taken" && c.ID != "changes" && (o.Result != clearline.CouldNotTell || o.Cause != clearline.CauseOutage) {
				t.Errorf("%s: %+v", c.ID, o)
			}
		})
	}
	wg.Wait()
}

// X1, C7: what Meta says in other languages changes no outcome: texts are quoted, never matched.
func TestExamineInAnyLanguage(t *testing.T) {
	t.Parallel()
	for language, text := range map[string]string{
		"pl": "Sesja wygasła", "vi": "Phiên đã hết hạn", "de": "Die Sitzung ist abgelaufen", "pt": "A sessão expirou", "ar": "انتهت صلاحية الجلسة",
	} {
		for subcode, cause := range map[int]clearline.Cause{463: "auth.expired", 460: "auth.password", 458: "auth.revoked", 456: "auth.invalid"} {
			answers := healthy(t)
			answers[tokenCall] = dead(190, subcode, text)
			p, _ := atDesk(t, answers)
			o := examine(t.Context(), p, subject())["token"]
			if o.Cause != cause || !strings.Contains(o.Found, text) || o.Fill["reason"] != text {
				t.Errorf("%s %d: %+v", language, subcode, o)
			}
		}
	}
}

// I41: no secret of the account or of others leaves an examination, wherever Meta repeats it.
func TestExamineHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	secrets := []string{tester.Token, tester.AppSecret, "verifytokenofthetests", "s3cr3tkeyofothers", "certificateofthenumber", "passwordinanaddress"}
	echo := tester.Token + " " + tester.AppSecret + " verifytokenofthetests"
	refusal := failure(100, 0, "Bad request with "+echo)
	for name, change := range map[string]func(testing.TB, map[string]string){
		"in texts": both(swap(tokenCall, `"Inbox"`, `"Inbox `+echo+`"`), swap(ownerCall, `"Lucky Lamps"`, `"`+echo+`"`), swap(appsCall, `"Inbox"`, `"`+echo+`"`),
			swap(numberCall, `"verified_name": "Lucky Lamps"`, `"verified_name": "`+echo+`", "certificate": "certificateofthenumber", "pin": "certificateofthenumber"`),
			swap(hookCall, `"account_alerts"`, `"`+echo+`"`)),
		"in addresses": both(swap(hookCall, here, "https://user:passwordinanaddress@crm.example/x?key=s3cr3tkeyofothers"), swap(numberCall, `{"application"`, `{"phone_number": "`+alien+`&t=`+tester.Token+`", "application"`)),
		"in refusals":  give(tokenCall, refusal, meCall, refusal, ownerCall, refusal, numbersCall, refusal, numberCall, refusal, appsCall, refusal, hookCall, refusal),
		"dead token":   give(tokenCall, dead(190, 463, echo)),
	} {
		answers := healthy(t)
		change(t, answers)
		p, _ := atDesk(t, answers)
		s := subject()
		for _, c := range p.Checks(s) {
			o := c.Run(t.Context())
			text, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets {
				if strings.Contains(string(text), secret) {
					t.Errorf("%s: %s holds %q: %s", name, c.ID, secret, text)
				}
			}
			if len(o.Raw) > 4<<10 {
				t.Errorf("%s: %s keeps %d bytes", name, c.ID, len(o.Raw))
			}
			if name == "in texts" && c.ID == "asset" && !strings.Contains(o.Raw, masked) {
				t.Errorf("nothing was masked in %s", o.Raw)
			}
		}
	}
}

// C6: silence alone is no fault of the app's: it takes that Meta asked for the address, took a message, and had time.
func TestQuietIsNoFault(t *testing.T) {
	t.Parallel()
	for name, traffic := range map[string]channel.Traffic{
		"never asked for the address": {SentAt: at.Add(-time.Hour)},
		"nothing was sent":            {HandshakeAt: at.Add(-time.Hour)},
		"sent a minute ago":           {HandshakeAt: at.Add(-time.Hour), SentAt: at.Add(-time.Minute)},
		"it delivers":                 {HandshakeAt: at.Add(-time.Hour), SentAt: at.Add(-time.Hour), DeliveredAt: at.Add(-2 * time.Hour)},
	} {
		p, _ := atDesk(t, healthy(t))
		s := subject()
		s.Traffic = traffic
		if o := examine(t.Context(), p, s)["fields"]; o.Result != clearline.Pass {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// D1: a platform that cannot be reached at all may be this server's own way out, and is never the key's fault.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	p := New(Options{GraphURL: s.URL, HTTP: guarded(t, s.URL)})
	for _, id := range []string{"token", "app"} {
		if o := examine(t.Context(), p, subject())[id]; o.Result != clearline.CouldNotTell || o.Cause != clearline.CauseOutage || !slices.Equal(o.Also, []clearline.Cause{clearline.CauseNetwork}) || o.Found != "Meta could not be reached" {
			t.Errorf("%s: %+v", id, o)
		}
	}
}

// What Meta answers at length is kept in part, whole characters only; addresses too.
func TestLongAnswersAreCut(t *testing.T) {
	t.Parallel()
	answers := healthy(t)
	both(swap(ownerCall, `"Lucky Lamps"`, `"`+strings.Repeat("é", 9000)+`"`), swap(hookCall, here, "https://crm.example/"+strings.Repeat("x", 400)))(t, answers)
	p, _ := atDesk(t, answers)
	all := examine(t.Context(), p, subject())
	if o := all["asset"]; len(o.Raw) > rawMax || len(o.Raw) < rawMax-4 || !strings.HasSuffix(o.Raw, "é…") || len(o.Found) > textMost {
		t.Errorf("%d bytes, %d found", len(o.Raw), len(o.Found))
	}
	if o := all["callback"]; len(o.Found) > 300 || !strings.Contains(o.Found, "xxx…, set for the app") {
		t.Errorf("%+v", o)
	}
}

// G7: a change of the name that is under way is told beside the name that is in use.
func TestNameUnderWay(t *testing.T) {
	t.Parallel()
	for status, says := range map[string]string{"PENDING_REVIEW": "under review", "APPROVED": "next registration", "DECLINED": "was refused", "NONE": "APPROVED"} {
		answers := healthy(t)
		swap(numberCall, `"new_name_status": "NONE"`, `"new_name_status": "`+status+`"`)(t, answers)
		p, _ := atDesk(t, answers)
		if o := examine(t.Context(), p, subject())["name"]; o.Result != clearline.Pass || !strings.Contains(o.Found, says) || o.Readings["new_name_status"] != status {
			t.Errorf("%s: %+v", status, o)
		}
	}
}

// Green again: a refusal from before the last accepted message no longer counts once Meta's state says that all is well.
func TestRefusalsPass(t *testing.T) {
	t.Parallel()
	for check, code := range map[string]int{"payment": 131042, "quality": 131048, "business": 131031, "number": 133010, "scopes": 10} {
		p, _ := atDesk(t, healthy(t))
		s := subject()
		s.Traffic.Refusals = []channel.Refusal{refused(code, 0, 10*time.Minute)}
		if o := examine(t.Context(), p, s)[check]; o.Result != clearline.Pass {
			t.Errorf("%s: %+v", check, o)
		}
	}
}
