package whatsapp

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// want is a NAME.want.json; testdata/webhooks/README.md describes it.
type want struct {
	Elements clearline.Count `json:"elements"`
	State    string          `json:"state"`
	Test     bool            `json:"test"`
	Account  string          `json:"account"`
	// Past is true when all but notices is from the time before the account was connected.
	Past           bool            `json:"past"`
	Messages       []wantMessage   `json:"messages"`
	ParsedMessages []wantMessage   `json:"parsed_messages"`
	Amendments     []wantAmendment `json:"amendments"`
	Notices        []wantNotice    `json:"notices"`
	Parked         []string        `json:"parked"`
	Before         []struct {
		File       string `json:"file"`
		PlatformID string `json:"platform_id"`
	} `json:"before"`
	After []struct {
		PlatformID string           `json:"platform_id"`
		Status     clearline.Status `json:"status"`
		Cause      *clearline.Cause `json:"cause"`
		Conflict   bool             `json:"conflict"`
		Error      *struct {
			Code int `json:"code"`
		} `json:"error"`
	} `json:"after"`
}

type wantMessage struct {
	Direction       string      `json:"direction"`
	Kind            string      `json:"kind"`
	Text            string      `json:"text"`
	Details         any         `json:"details"`
	Media           []wantMedia `json:"media"`
	PlatformID      string      `json:"platform_id"`
	PlatformTime    string      `json:"platform_time"`
	Status          string      `json:"status"`
	ReplyToPlatform string      `json:"reply_to_platform"`
	OpensWindow     *bool       `json:"opens_window"`
	Person          wantPerson  `json:"person"`
}

type wantMedia struct {
	MIME string `json:"mime"`
	Name string `json:"name"`
}

type wantPerson struct {
	SendTo string   `json:"send_to"`
	Shown  string   `json:"shown"`
	Name   string   `json:"name"`
	Keys   []string `json:"keys"`
}

type wantAmendment struct {
	PlatformID   string `json:"platform_id"`
	Target       string `json:"target"`
	Delete       bool   `json:"delete"`
	Text         string `json:"text"`
	PlatformTime string `json:"platform_time"`
	Echo         bool   `json:"echo"`
}

type wantNotice struct {
	Field            string `json:"field"`
	Event            string `json:"event"`
	Account          string `json:"account"`
	AccountKind      string `json:"account_kind"`
	TemplatesChanged bool   `json:"templates_changed"`
}

const payloads = "testdata/webhooks"

// eachPayload runs f for every payload file with its wanted result.
func eachPayload(t testing.TB, f func(name string, body []byte, w want)) {
	t.Helper()
	files, err := filepath.Glob(payloads + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		name, ok := strings.CutSuffix(filepath.Base(file), ".json")
		if !ok || strings.HasSuffix(name, ".want") {
			continue
		}
		n++
		var w want
		decodeFile(t, payloads+"/"+name+".want.json", &w)
		f(name, readFile(t, file), w)
	}
	if n < 90 {
		t.Fatalf("%d payload files, the reference needs more than 90", n)
	}
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodeFile(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, name), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// C1, I5, I9: every payload of the reference is read as its want file says.
func TestPayloads(t *testing.T) {
	t.Parallel()
	eachPayload(t, func(name string, body []byte, w want) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := New(Options{}).Parse(body)
			if err != nil {
				t.Fatal(err)
			}
			checkPayload(t, got, w)
		})
	})
}

func checkPayload(t *testing.T, got channel.Parsed, w want) {
	t.Helper()
	if got.Test != w.Test {
		t.Errorf("test = %v", got.Test)
	}
	if n := w.Elements.Sum(); len(got.Elements) != n {
		t.Errorf("%d elements, want %d", len(got.Elements), n)
	}
	var messages []wantMessage
	var amendments []wantAmendment
	var notices []wantNotice
	var parked []string
	progress := map[string]clearline.Progress{}
	for _, e := range got.Elements {
		if e.Past != (w.Past && e.Notice == nil) {
			t.Errorf("past = %v: %+v", e.Past, e)
		}
		switch {
		case e.Message != nil:
			messages = append(messages, seenMessage(e.Message))
		case e.Amendment != nil:
			a := e.Amendment
			amendments = append(amendments, wantAmendment{a.PlatformID, a.Target, a.Delete, a.Text, stamp(a.At), a.Echo})
		case e.Notice != nil:
			n := e.Notice
			notices = append(notices, wantNotice{n.Field, n.Event, e.Account, string(e.AccountKind), n.TemplatesChanged})
			if n.Key == "" || !json.Valid(n.Value) {
				t.Errorf("notice without key or value: %+v", n)
			}
		case e.Problem != nil:
			parked = append(parked, string(e.Problem.Cause))
			if e.Problem.Reason == "" {
				t.Error("a problem without a reason")
			}
		case e.Status != nil:
			s := e.Status
			before, ok := progress[s.PlatformID]
			if !ok {
				before.Status = clearline.Sent
			}
			progress[s.PlatformID] = before.Apply(s.Report)
		}
		account := "106540352242922"
		if w.Account != "" {
			account = w.Account
		}
		if e.Notice == nil && e.Account != account {
			t.Errorf("routed to %q", e.Account)
		}
	}
	wanted := w.Messages
	if w.ParsedMessages != nil {
		wanted = w.ParsedMessages
	}
	equal(t, "messages", messages, distinct(wanted, w.Elements.Duplicate))
	equal(t, "amendments", amendments, w.Amendments)
	equal(t, "notices", notices, w.Notices)
	equal(t, "parked", parked, w.Parked)
	checkAfter(t, progress, w)
}

// distinct repeats the only message of a payload that holds it twice.
func distinct(wanted []wantMessage, duplicates int) []wantMessage {
	for range duplicates {
		wanted = append(slices.Clip(wanted), wanted[0])
	}
	return wanted
}

func checkAfter(t *testing.T, progress map[string]clearline.Progress, w want) {
	t.Helper()
	seen := 0
	for _, a := range w.After {
		p, ok := progress[a.PlatformID]
		if !ok {
			continue // about a reaction, an amendment, or a status word that moves nothing
		}
		seen++
		cause, code, wantCause, wantCode := p.Cause, 0, clearline.Cause(""), 0
		if p.Error != nil {
			code = p.Error.Code
		}
		if a.Cause != nil {
			wantCause = *a.Cause
		}
		if a.Error != nil {
			wantCode = a.Error.Code
		}
		if p.Status != a.Status || cause != wantCause || p.Conflict != a.Conflict || code != wantCode {
			t.Errorf("after: %s %q conflict=%v code %d, want %+v", p.Status, cause, p.Conflict, code, a)
		}
	}
	if seen != len(progress) {
		t.Errorf("statuses for %d messages, %d expected", len(progress), seen)
	}
}

func seenMessage(m *channel.Message) wantMessage {
	s := wantMessage{
		Direction: "in", Kind: string(m.Kind), Text: m.Text, PlatformID: m.PlatformID,
		PlatformTime: stamp(m.At), Status: "received", ReplyToPlatform: m.ReplyTo, OpensWindow: &m.OpensWindow,
		Person: wantPerson{m.Person.SendTo, m.Person.Shown, m.Person.Name, m.Person.Keys},
	}
	if m.Echo {
		s.Direction, s.Status = "out", "sent"
	}
	if m.Details != nil {
		if err := json.Unmarshal(m.Details, &s.Details); err != nil {
			s.Details = "not JSON: " + string(m.Details)
		}
	}
	for _, f := range m.Media {
		s.Media = append(s.Media, wantMedia{f.MIME, f.Name})
	}
	return s
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func equal[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	opts := cmp.Options{
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".OpensWindow" }, cmp.Comparer(func(a, b *bool) bool {
			return a == nil || b == nil || *a == *b
		})),
		cmpopts.EquateEmpty(),
	}
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if d := cmp.Diff(want, got, opts); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// Every type, variant, status and field that the reference names. A new one belongs here first.
var (
	messageTypes = []string{
		"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "button", "interactive",
		"order", "system", "request_welcome", "edit", "revoke", "unsupported", "errors", "media_placeholder", "template",
	}
	interactiveTypes = []string{"button_reply", "list_reply", "nfm_reply", "call_permission_reply", ""}
	systemTypes      = []string{"user_changed_number", "user_changed_user_id", "customer_identity_changed"}
	statusWords      = []string{"sent", "delivered", "read", "played", "failed", "deleted", "warning"}
	messageFields    = []string{"messages", "smb_message_echoes", "message_echoes", "history"}
	templateEvents   = []string{
		"APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "FLAGGED", "REINSTATED", "IN_APPEAL", "PENDING_DELETION", "DELETED",
		"LIMIT_EXCEEDED", "LOCKED", "UNLOCKED", "ARCHIVED",
	}
	accountEvents = []string{
		"PARTNER_ADDED", "PARTNER_APP_INSTALLED", "PARTNER_APP_UNINSTALLED", "PARTNER_REMOVED", "ACCOUNT_OFFBOARDED",
		"ACCOUNT_RECONNECTED", "ACCOUNT_VIOLATION", "ACCOUNT_RESTRICTION", "DISABLED_UPDATE", "ACCOUNT_DELETED",
		"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE", "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE", "VOLUME_BASED_PRICING_TIER_UPDATE",
		"MM_LITE_TERMS_SIGNED", "AD_ACCOUNT_LINKED", "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE", "VERIFIED_ACCOUNT",
		"PHONE_NUMBER_ADDED", "PHONE_NUMBER_REMOVED",
	}
	otherFields = []string{
		"account_update", "account_review_update", "account_alerts", "business_capability_update", "phone_number_name_update",
		"phone_number_quality_update", "message_template_status_update", "message_template_quality_update",
		"message_template_components_update", "template_category_update", "security", "user_preferences", "flows",
		"smb_app_state_sync", "payment_configuration_update", "partner_solutions", "account_settings_update", "calls",
		"group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update", "automatic_events",
		"messaging_handovers", "standby", "tracking", "consumer_profile", "user_id_update", "phone_number_username_update",
	}
	optionalParts = []string{
		"context.id", "context.forwarded", "context.frequently_forwarded", "context.referred_product", "referral", "errors", "group_id",
		"identity", "value.errors", "pricing", "conversation", "biz_opaque_callback_data", "recipient_user_id",
		"recipient_participant_id", "from_user_id", "to_user_id", "history_context",
	}
)

// C1: the reference's list against the files; a type, status or field without a file fails.
func TestPayloadsCoverTheReference(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	eachPayload(t, func(name string, body []byte, _ want) {
		var hook struct {
			Entry []struct {
				Changes []struct {
					Field string         `json:"field"`
					Value map[string]any `json:"value"`
				} `json:"changes"`
			} `json:"entry"`
		}
		if err := json.Unmarshal(body, &hook); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, e := range hook.Entry {
			for _, c := range e.Changes {
				seen["field "+c.Field] = true
				if event, ok := c.Value["event"].(string); ok {
					seen[c.Field+" "+event] = true
				}
				mark(seen, c.Value)
			}
		}
	})
	for kind, words := range map[string][]string{
		"type": messageTypes, "interactive": interactiveTypes, "system": systemTypes, "status": statusWords, "field": append(messageFields, otherFields...),
		"message_template_status_update": templateEvents, "account_update": accountEvents, "part": optionalParts,
	} {
		for _, w := range words {
			if !seen[kind+" "+w] {
				t.Errorf("no payload file for %s %q", kind, w)
			}
		}
	}
	for field := range noticeFields {
		if !slices.Contains(otherFields, field) {
			t.Errorf("field %s is read but not in the reference's list", field)
		}
	}
	if len(noticeFields) != len(otherFields) {
		t.Errorf("%d fields of the reference, %d are read", len(otherFields), len(noticeFields))
	}
}

// mark notes the types, statuses and optional parts inside one value.
func mark(seen map[string]bool, value map[string]any) {
	if value["errors"] != nil {
		seen["part value.errors"] = true
	}
	var lists []any
	for _, key := range []string{"messages", "message_echoes", "statuses"} {
		list, _ := value[key].([]any)
		lists = append(lists, list...)
	}
	chunks, _ := value["history"].([]any)
	for _, chunk := range chunks {
		threads, _ := chunk.(map[string]any)["threads"].([]any)
		for _, thread := range threads {
			messages, _ := thread.(map[string]any)["messages"].([]any)
			lists = append(lists, messages...)
		}
	}
	for _, item := range lists {
		m, _ := item.(map[string]any)
		for key := range maps.Keys(m) {
			seen["part "+key] = true
		}
		context, _ := m["context"].(map[string]any)
		for key := range context {
			seen["part context."+key] = true
		}
		if s, ok := m["status"].(string); ok {
			seen["status "+s] = true
		}
		typ, _ := m["type"].(string)
		seen["type "+typ] = true
		if inner, ok := m[typ].(map[string]any); ok {
			word, _ := inner["type"].(string)
			seen[typ+" "+word] = true
		}
	}
}
