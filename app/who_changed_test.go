package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/sim"
)

// writtenRepair is a line of the history of repairs.
type writtenRepair struct {
	At      time.Time
	Action  string
	By      *struct{ ID, Name string }
	Changes []channel.Change
	Cause   *string
}

func (r writtenRepair) String() string {
	by := "a key"
	if r.By != nil {
		by = r.By.Name
	}
	return by + ": " + r.Action + text(r.Cause)
}

func (w *world) repairs() (all []string, rows []writtenRepair) {
	w.t.Helper()
	var page list[writtenRepair]
	w.get("connections/"+w.connection+"/repairs", &page)
	for _, r := range page.Items {
		all = append(all, r.String())
	}
	return all, page.Items
}

// M6, C16: a pause shows who paused and when, wherever the connection is shown; each pause and its end stand in the history.
func TestPauseShowsWhoAndWhen(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		rui, bia := w.user("Rui", clearline.RoleAdmin), w.user("Bia", clearline.RoleAgent)
		path := "connections/" + w.connection
		type shown struct {
			Status string
			Since  time.Time
			Paused *struct {
				At time.Time
				By *struct{ ID, Name string }
			}
		}
		var c shown
		if w.get(path, &c); c.Paused != nil {
			t.Errorf("before: %+v", c)
		}
		w.as(bia, http.MethodPatch, path, map[string]any{"paused": true}).problem(t, http.StatusForbidden, "api.forbidden")
		before := w.clock.Now()
		w.as(rui, http.MethodPatch, path, map[string]any{"paused": true}).want(t, http.StatusOK).into(t, &c)
		w.clock.Advance(3 * time.Hour)
		w.as(rui, http.MethodPatch, path, map[string]any{"paused": true}).want(t, http.StatusOK) // it is: nothing new
		var all list[shown]
		w.as(bia, http.MethodGet, "connections", nil).want(t, http.StatusOK).into(t, &all)
		for _, c := range []shown{c, all.Items[0]} {
			if c.Status != "paused" || c.Paused == nil || c.Paused.By == nil || c.Paused.By.Name != "Rui" || c.Paused.By.ID == "" || c.Paused.At.Sub(before).Abs() > time.Minute || !c.Since.Equal(c.Paused.At) {
				t.Errorf("%+v", c)
			}
		}
		if r := w.examine(); r.Paused == nil || r.Paused.By == nil || *r.Paused.By != "Rui" || !r.Paused.At.Equal(c.Paused.At) {
			t.Errorf("the report says %+v", r.Paused)
		}
		w.post(path+"/fixes/resume", map[string]any{}).want(t, http.StatusOK)
		if w.get(path, &c); c.Paused != nil || c.Status == "paused" {
			t.Errorf("resumed: %+v", c)
		}
		w.post(path+"/fixes/pause", map[string]any{}).want(t, http.StatusOK)
		if w.get(path, &c); c.Paused == nil || c.Paused.By != nil {
			t.Errorf("paused with a key: %+v", c)
		}
		w.as(rui, http.MethodPost, path+"/fixes/resume", map[string]any{}).want(t, http.StatusOK)
		w.as(rui, http.MethodPost, path+"/fixes/pause", map[string]any{}).want(t, http.StatusOK)
		if w.get(path, &c); c.Paused == nil || c.Paused.By == nil || c.Paused.By.Name != "Rui" {
			t.Errorf("paused by a fix: %+v", c)
		}
		if got, _ := w.repairs(); !slices.Equal(got, []string{"Rui: pause", "Rui: resume", "a key: pause", "a key: resume", "Rui: pause"}) {
			t.Errorf("the history is %q", got)
		}
	})
}

// C16, G7, G8: the history names who changed profile, links, display name and the name here, with what was written; what was
// refused before the platform was asked leaves no line, what the platform refused leaves one with the cause.
func TestHistoryNamesWhoChangedWhat(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		rui, eva := w.user("Rui", clearline.RoleAdmin), w.user("Eva", clearline.RoleOwner)
		path := "connections/" + w.connection
		type object = map[string]any
		profile := object{"about": "Café", "address": "Rua Augusta 1", "description": "Coffee", "email": "ola@aurora.example", "vertical": "RESTAURANT", "websites": []string{"https://aurora.example"}}
		w.as(rui, http.MethodPut, path+"/profile", profile).want(t, http.StatusOK)
		w.as(rui, http.MethodPut, path+"/profile", object{"about": strings.Repeat("x", 140), "address": "", "description": "", "email": "", "vertical": "", "websites": []string{}}).
			problem(t, http.StatusUnprocessableEntity, "api.input")
		end := w.fault(sim.Fault{Cause: "auth.expired", Account: w.account.PhoneNumberID})
		w.as(eva, http.MethodPut, path+"/profile", profile).problem(t, http.StatusUnprocessableEntity, "auth.expired")
		end()
		var link struct{ Code string }
		w.as(eva, http.MethodPost, path+"/links", object{"text": "Olá"}).want(t, http.StatusCreated).into(t, &link)
		w.as(rui, http.MethodPost, path+"/links/"+link.Code, object{"text": "Bom dia"}).want(t, http.StatusOK)
		w.as(rui, http.MethodPost, path+"/links/NOTTHERE", object{"text": "x"}).problem(t, http.StatusNotFound, "api.absent")
		w.as(eva, http.MethodDelete, path+"/links/"+link.Code, nil).want(t, http.StatusNoContent)
		w.patch("accounts/"+w.account.PhoneNumberID, object{"pin": "246810"})
		w.as(rui, http.MethodPost, path+"/display_name", object{"name": "Aurora Café"}).want(t, http.StatusOK)
		w.as(rui, http.MethodPost, path+"/display_name/register", object{"pin": "246810"}).problem(t, http.StatusConflict, "api.conflict")
		w.patch("accounts/"+w.account.PhoneNumberID, object{"new_name_status": "APPROVED"})
		w.as(eva, http.MethodPost, path+"/display_name/register", object{"pin": "000000"}).problem(t, http.StatusUnprocessableEntity, "wa.pin")
		w.post(path+"/display_name/register", object{"pin": "246810"}).want(t, http.StatusOK)
		w.as(rui, http.MethodPatch, path, object{"name": "Front desk"}).want(t, http.StatusOK)
		w.as(eva, http.MethodPut, path+"/profile/picture", []byte("no picture")).problem(t, http.StatusUnprocessableEntity, "api.input")
		w.as(eva, http.MethodPut, path+"/profile/picture", photo(t, 200, 200)).want(t, http.StatusNoContent)
		got, rows := w.repairs()
		want := []string{"Eva: save_picture", "Rui: rename", "a key: take_name", "Eva: take_namewa.pin", "Rui: request_name", "Eva: delete_link", "Rui: change_link", "Eva: add_link", "Eva: save_profileauth.expired", "Rui: save_profile"}
		if !slices.Equal(got, want) {
			t.Fatalf("the history is\n%q, want\n%q", got, want)
		}
		text, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`"To":"Aurora Café"`, `"to":"Bom dia"`, `"to":"Front desk"`, `"call":"profile: email"`, `"call":"message link ` + link.Code + `"`} {
			if !strings.Contains(strings.ToLower(string(text)), strings.ToLower(part)) {
				t.Errorf("no %s in %s", part, text)
			}
		}
		if strings.Contains(string(text), "246810") || strings.Contains(string(text), "000000") {
			t.Errorf("the history holds a PIN: %s", text)
		}
		// A refused profile is nothing that is wrong with the connection.
		if r := w.examine(); verdict(r) != "" {
			t.Errorf("%+v", r.Findings)
		}
	})
}
