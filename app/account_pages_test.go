package app_test

import (
	"bytes"
	"fmt"
	pngs "image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/sim"
)

// standing is GET connections/{id}/account.
type standing struct {
	State        string
	Cause        *string
	Since        *time.Time
	CheckedAt    *time.Time `json:"checked_at"`
	Works        []struct{ Ability, State string }
	Restrictions []struct {
		Kind  string
		Until *time.Time
	}
	Violation *string
	Now       map[string]struct{ Value string }
	History   []struct {
		Name   string
		Values []struct {
			At    time.Time
			Value string
		}
	}
	Badge struct {
		State   *string
		Since   *time.Time
		AgainAt *time.Time `json:"again_at"`
	}
	Verification []struct{ What, Before, After string }
	Places       struct{ Appeal, Verify string }
}

func (w *world) standing() (s standing) {
	w.t.Helper()
	w.get("connections/"+w.connection+"/account", &s)
	return s
}

func (w *world) examined() {
	w.t.Helper()
	w.post("connections/"+w.connection+"/doctor", nil).want(w.t, http.StatusOK)
}

func (s standing) works(ability string) string {
	for _, x := range s.Works {
		if x.Ability == ability {
			return x.State
		}
	}
	return "not told"
}

// over are a figure's values over time.
func (s standing) over(name string) (all []string) {
	for _, f := range s.History {
		if f.Name == name {
			for _, v := range f.Values {
				all = append(all, v.Value)
			}
		}
	}
	return all
}

// C5, G9: quality, limit, throughput and verification are kept over time, and looking at them asks the platform nothing.
func TestAccountHealthOverTime(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		number := "accounts/" + w.account.PhoneNumberID
		w.patch(number, map[string]any{"quality_rating": "GREEN", "messaging_limit": "TIER_250", "business_verification_status": "not_verified"})
		w.examined()
		w.clock.Advance(time.Hour)
		w.patch(number, map[string]any{"quality_rating": "YELLOW", "messaging_limit": "TIER_2K", "business_verification_status": "verified", "throughput": "HIGH"})
		w.examined()
		w.clock.Advance(time.Hour)
		w.patch(number, map[string]any{"quality_rating": "GREEN"})
		w.examined()
		calls := len(w.twin.Ledger(0, 0).Calls)
		s := w.standing()
		if got := len(w.twin.Ledger(0, 0).Calls); got != calls {
			t.Errorf("the platform was asked %d times", got-calls)
		}
		for name, want := range map[string][]string{"quality_rating": {"GREEN", "YELLOW", "GREEN"}, "messaging_limit": {"TIER_250", "TIER_2K"}, "verification": {"not_verified", "verified"}} {
			if got := s.over(name); !slices.Equal(got, want) {
				t.Errorf("%s over time: %v", name, got)
			}
		}
		if got := s.over("throughput"); got[len(got)-1] != "HIGH" {
			t.Errorf("throughput %v", got)
		}
		if s.State != "good" || s.Cause != nil || s.Now["quality_rating"].Value != "GREEN" || s.CheckedAt == nil {
			t.Errorf("%+v", s)
		}
		if len(s.Verification) < 3 || s.Verification[0].Before != "250" || s.Places.Verify == "" {
			t.Errorf("what verification changes: %+v", s.Verification)
		}
		for _, x := range s.Works {
			if x.State != "yes" {
				t.Errorf("a well account: %s %s", x.Ability, x.State)
			}
		}
	})
}

// G16, C5: a restricted and a disabled account tell what happened, since when, what still works, and where to appeal;
// afterwards nothing of it is left.
func TestRestrictedAndDisabledAccount(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	if s := w.standing(); s.Cause != nil {
		t.Fatalf("%+v", s)
	}
	end := w.fault(sim.Fault{Cause: "account.restricted", Account: w.account.PhoneNumberID})
	until(t, "the notice is here", func() bool { w.examined(); return w.standing().Violation != nil })
	s := w.standing()
	if s.State != "restricted" || *s.Cause != "account.restricted" || *s.Violation != "SCAM" || len(s.Restrictions) != 1 || s.Since == nil {
		t.Errorf("%+v", s)
	}
	if r := s.Restrictions; len(r) == 1 && (r[0].Until == nil || r[0].Until.Sub(w.clock.Now()) < 6*24*time.Hour) {
		t.Errorf("restricted until %v", r[0].Until)
	}
	if s.works("start") != "no" || s.works("reply") != "yes" || s.works("receive") != "yes" || !strings.HasPrefix(s.Places.Appeal, "https://business.facebook.com/") {
		t.Errorf("works %+v, appeal %q", s.Works, s.Places.Appeal)
	}
	end()
	w.examined()
	if s := w.standing(); s.State != "good" || len(s.Restrictions) > 0 || s.works("start") != "yes" {
		t.Errorf("afterwards %+v", s)
	}
	end = w.fault(sim.Fault{Cause: "account.disabled", Account: w.account.PhoneNumberID})
	w.examined()
	if s := w.standing(); s.State != "disabled" || *s.Cause != "account.disabled" || s.works("reply") != "no" || s.works("receive") != "unknown" {
		t.Errorf("disabled %+v", s)
	}
	end()
	w.examined()
	if s := w.standing(); s.Cause != nil {
		t.Errorf("reinstated %+v", s)
	}
}

// G8: a refused badge may be asked for again 30 days after the refusal, and an alert about another number says nothing.
func TestRefusedBadge(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		w.patch("accounts/"+w.account.PhoneNumberID, map[string]any{"oba_status": "REJECTED"})
		w.examined()
		seen := w.standing().Badge
		if *seen.State != "REJECTED" || !seen.AgainAt.Equal(seen.Since.Add(30*24*time.Hour)) {
			t.Errorf("%+v", seen)
		}
		at := w.clock.Now().Add(-24 * time.Hour).Truncate(time.Second)
		alert := func(kind, entity string, at time.Time) {
			w.hook(fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":%q,"time":%d,"changes":[{"field":"account_alerts","value":{"entity_type":"PHONE_NUMBER","entity_id":%q,
			"alert_info":{"alert_severity":"INFORMATIONAL","alert_status":"ACTIVE","alert_type":%q,"alert_description":"-"}}}]}]}`, w.account.WABAID, at.Unix(), entity, kind)).want(t, http.StatusOK)
		}
		alert("OBA_REJECTED", w.account.PhoneNumberID, at)
		alert("OBA_APPROVED", "1000000001", at.Add(time.Hour))
		until(t, "the day of the refusal is told", func() bool { b := w.standing().Badge; return b.Since != nil && b.Since.Equal(at) })
		if b := w.standing().Badge; *b.State != "REJECTED" || !b.AgainAt.Equal(at.Add(30*24*time.Hour)) {
			t.Errorf("%+v", b)
		}
	})
}

// G8: the profile is read, judged here by Meta's figures before anything is sent, written, and read back.
func TestBusinessProfile(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	path := "connections/" + w.connection + "/profile"
	type object = map[string]any
	var p struct {
		Profile object
		Limits  struct {
			About     int
			Verticals []string
		}
	}
	w.get(path, &p)
	if p.Limits.About != 139 || len(p.Limits.Verticals) < 20 {
		t.Errorf("limits %+v", p.Limits)
	}
	with := func(change object) object {
		full := object{"about": "Café", "address": "Rua Augusta 1", "description": "Coffee", "email": "ola@aurora.example", "vertical": "RESTAURANT", "websites": []string{"https://aurora.example"}}
		for k, v := range change {
			full[k] = v
		}
		return full
	}
	before := len(w.twin.Ledger(0, 0).Calls)
	for field, wrong := range map[string]any{"about": strings.Repeat("ä", 140), "email": "nobody", "vertical": "MAGIC", "websites": []string{"aurora.example"}} {
		got := w.request(http.MethodPut, path, with(object{field: wrong})).problem(t, http.StatusUnprocessableEntity, "api.input")
		if len(got.Fields) == 0 || got.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, got)
		}
	}
	if after := len(w.twin.Ledger(0, 0).Calls); after != before {
		t.Errorf("%d calls for wrong profiles", after-before)
	}
	w.request(http.MethodPut, path, with(object{"about": strings.Repeat("ä", 139)})).want(t, http.StatusOK).into(t, &p)
	if p.Profile["about"] != strings.Repeat("ä", 139) || p.Profile["vertical"] != "RESTAURANT" {
		t.Errorf("%+v", p.Profile)
	}
	// A key that ends in between: the cause is told, and what is at Meta stays.
	end := w.fault(sim.Fault{Cause: "auth.expired", Account: w.account.PhoneNumberID})
	w.request(http.MethodPut, path, with(nil)).problem(t, http.StatusUnprocessableEntity, "auth.expired")
	end()
	w.get(path, &p)
	if p.Profile["about"] != strings.Repeat("ä", 139) {
		t.Errorf("%+v", p.Profile)
	}
	// Rights: whoever answers may look, not change.
	agent := w.user("Bia", clearline.RoleAgent)
	w.as(agent, http.MethodGet, path, nil).want(t, http.StatusOK)
	w.as(agent, http.MethodPut, path, with(nil)).problem(t, http.StatusForbidden, "api.forbidden")
}

// G8: a picture is judged here before anything is sent, handed over, and shown from here; whoever answers may look, not change.
func TestBusinessPicture(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	path := "connections/" + w.connection + "/profile/picture"
	has := func() bool {
		var p struct{ Picture bool }
		w.get("connections/"+w.connection+"/profile", &p)
		return p.Picture
	}
	if w.request(http.MethodGet, path, nil).problem(t, http.StatusNotFound, "api.absent"); has() {
		t.Error("there is a picture before the first")
	}
	before := len(w.twin.Ledger(0, 0).Calls)
	for reason, wrong := range map[string][]byte{"neither JPEG nor PNG": []byte("<html>"), "300 × 100 pixels": photo(t, 300, 100), "MB, 5 are allowed": append(photo(t, 640, 640), make([]byte, 5<<20)...), "more than 16 MB": make([]byte, 17<<20)} {
		got := w.request(http.MethodPut, path, wrong).problem(t, http.StatusUnprocessableEntity, "api.input")
		if len(got.Fields) != 1 || got.Fields[0].Name != "picture" || !strings.Contains(got.Fields[0].Reason, reason) {
			t.Errorf("%s: %+v", reason, got)
		}
	}
	if after := len(w.twin.Ledger(0, 0).Calls); after != before || has() {
		t.Errorf("%d calls for wrong pictures", after-before)
	}
	good := photo(t, 640, 640)
	w.request(http.MethodPut, path, good).want(t, http.StatusNoContent)
	got := w.request(http.MethodGet, path, nil).want(t, http.StatusOK)
	if !bytes.Equal(got.raw, good) || got.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") || !has() {
		t.Errorf("%d of %d bytes, %v", len(got.raw), len(good), got.header)
	}
	end := w.fault(sim.Fault{Cause: "auth.expired", Account: w.account.PhoneNumberID})
	w.request(http.MethodPut, path, photo(t, 200, 200)).problem(t, http.StatusUnprocessableEntity, "auth.expired")
	end()
	if kept := w.request(http.MethodGet, path, nil).want(t, http.StatusOK); !bytes.Equal(kept.raw, good) {
		t.Error("what was refused took the place of the picture")
	}
	agent := w.user("Bia", clearline.RoleAgent)
	w.as(agent, http.MethodGet, path, nil).want(t, http.StatusOK)
	w.as(agent, http.MethodPut, path, good).problem(t, http.StatusForbidden, "api.forbidden")
}

// G8: message links are made, changed and ended, with a code to print that is drawn here.
func TestMessageLinks(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	path := "connections/" + w.connection + "/links"
	type link struct{ Code, URL, Text string }
	var made, changed link
	w.post(path, map[string]any{"text": "Olá! Quero encomendar"}).want(t, http.StatusCreated).into(t, &made)
	if made.URL != "https://wa.me/message/"+made.Code {
		t.Errorf("%+v", made)
	}
	for _, text := range []string{"", strings.Repeat("x", 141)} {
		if got := w.post(path, map[string]any{"text": text}).problem(t, http.StatusUnprocessableEntity, "api.input"); len(got.Fields) == 0 || got.Fields[0].Name != "text" {
			t.Errorf("%+v", got)
		}
	}
	w.post(path+"/"+made.Code, map[string]any{"text": strings.Repeat("ü", 140)}).want(t, http.StatusOK).into(t, &changed)
	if changed.Code != made.Code || changed.URL != made.URL || changed.Text == made.Text {
		t.Errorf("changed %+v", changed)
	}
	var all struct {
		Items   []link
		TextMax int `json:"text_max"`
	}
	w.get(path, &all)
	if len(all.Items) != 1 || all.Items[0] != changed || all.TextMax != 140 {
		t.Errorf("%+v", all)
	}
	svg := w.request(http.MethodGet, path+"/"+made.Code+"/image", nil).want(t, http.StatusOK)
	if !bytes.HasPrefix(svg.raw, []byte("<svg ")) || svg.header.Get("Content-Type") != "image/svg+xml" || svg.header.Get("Content-Security-Policy") == "" {
		t.Errorf("%v %.60s", svg.header, svg.raw)
	}
	drawn, err := pngs.Decode(bytes.NewReader(w.request(http.MethodGet, path+"/"+made.Code+"/image?format=png", nil).want(t, http.StatusOK).raw))
	if err != nil || drawn.Bounds().Dx() < 200 {
		t.Errorf("%v %v", drawn, err)
	}
	w.request(http.MethodGet, path+"/"+made.Code+"/image?format=gif", nil).problem(t, http.StatusUnprocessableEntity, "api.input")
	w.request(http.MethodGet, path+"/NOTTHERE/image", nil).problem(t, http.StatusNotFound, "api.absent")
	w.post(path+"/NOTTHERE", map[string]any{"text": "x"}).problem(t, http.StatusNotFound, "api.absent")
	w.request(http.MethodDelete, path+"/..", nil)
	w.request(http.MethodDelete, path+"/"+made.Code, nil).want(t, http.StatusNoContent)
	w.request(http.MethodDelete, path+"/"+made.Code, nil).problem(t, http.StatusNotFound, "api.absent")
}

type nameState struct {
	Name, Status string
	Wanted       *string
	WantedStatus *string `json:"wanted_status"`
	Ready        bool
	PINKept      bool `json:"pin_kept"`
	Attempts     struct{ Used, Limit int }
}

// G7: a display name is asked for, reviewed, and taken by registering again with the same PIN; a wrong PIN costs one of ten
// tries and nothing else, and the kept one is used without being asked for.
func TestDisplayNameChange(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	path := "connections/" + w.connection + "/display_name"
	number := "accounts/" + w.account.PhoneNumberID
	w.patch(number, map[string]any{"pin": "246810"})
	var n nameState
	w.get(path, &n)
	old := n.Name
	if n.Ready || n.PINKept || old == "" {
		t.Fatalf("%+v", n)
	}
	for _, wrong := range []string{"A", strings.Repeat("x", 76), old} {
		if got := w.post(path, map[string]any{"name": wrong}).problem(t, http.StatusUnprocessableEntity, "api.input"); len(got.Fields) != 1 || got.Fields[0].Name != "name" {
			t.Errorf("%q: %+v", wrong, got)
		}
	}
	w.post(path, map[string]any{"name": "Aurora Café"}).want(t, http.StatusOK).into(t, &n)
	if n.Wanted == nil || *n.Wanted != "Aurora Café" || *n.WantedStatus != "PENDING_REVIEW" || n.Name != old || n.Ready {
		t.Errorf("asked for: %+v", n)
	}
	// Not approved: nothing is registered, so no try is used up.
	w.post(path+"/register", map[string]any{"pin": "246810"}).problem(t, http.StatusConflict, "api.conflict")
	w.patch(number, map[string]any{"new_name_status": "APPROVED"})
	w.get(path, &n)
	if !n.Ready || n.Attempts.Used != 0 {
		t.Errorf("approved: %+v", n)
	}
	if got := w.post(path+"/register", map[string]any{}).problem(t, http.StatusUnprocessableEntity, "api.input"); got.Fields[0].Name != "pin" {
		t.Errorf("without a PIN: %+v", got)
	}
	w.post(path+"/register", map[string]any{"pin": "12345"}).problem(t, http.StatusUnprocessableEntity, "api.input")
	if got := w.post(path+"/register", map[string]any{"pin": "000000"}).problem(t, http.StatusUnprocessableEntity, "wa.pin"); got.Fields[0].Name != "pin" || !strings.Contains(got.Detail, "Tries used: 1 of 10") {
		t.Errorf("a wrong PIN: %+v", got)
	}
	w.post(path+"/register", map[string]any{"pin": "246810"}).want(t, http.StatusOK).into(t, &n)
	if n.Name != "Aurora Café" || n.Wanted != nil || n.Ready || !n.PINKept || n.Attempts.Used != 2 {
		t.Errorf("taken: %+v", n)
	}
	w.examined()
	if got := w.standing().Now["name_status"].Value; got != "APPROVED" {
		t.Errorf("name_status %s", got)
	}
	// A number that is registered is not registered again by the doctor: nothing is sent, counted or kept.
	var fixed struct{ Changes []any }
	if w.post("connections/"+w.connection+"/fixes/register", map[string]any{"pin": "135790"}).want(t, http.StatusOK).into(t, &fixed); len(fixed.Changes) != 0 {
		t.Errorf("registered again: %+v", fixed)
	}
	// The next change needs no PIN from anybody.
	w.post(path, map[string]any{"name": "Aurora Roasters"}).want(t, http.StatusOK)
	w.patch(number, map[string]any{"new_name_status": "APPROVED"})
	w.post(path+"/register", map[string]any{}).want(t, http.StatusOK).into(t, &n)
	if n.Name != "Aurora Roasters" || n.Attempts.Used != 3 {
		t.Errorf("taken again: %+v", n)
	}
	// A refused name leaves the old one.
	w.post(path, map[string]any{"name": "Best Coffee Ever"}).want(t, http.StatusOK)
	w.patch(number, map[string]any{"new_name_status": "DECLINED"})
	w.get(path, &n)
	if n.Name != "Aurora Roasters" || *n.WantedStatus != "DECLINED" || n.Ready {
		t.Errorf("refused: %+v", n)
	}
	w.never = append(w.never, "246810")
}

// M10: the checklist for moving out says what stays, what to do at Meta, and what the next provider needs.
func TestMoveOutChecklist(t *testing.T) {
	t.Parallel()
	w := meet(t, "")
	var m struct{ Here, There, Next []string }
	w.get("connections/"+w.connection+"/move-out", &m)
	if len(m.Here) < 3 || !strings.Contains(strings.Join(m.There, " "), "two-step") || !strings.Contains(strings.Join(m.Next, " "), "PIN") {
		t.Errorf("%+v", m)
	}
}
