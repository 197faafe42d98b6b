package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
)

type explained struct {
	Platform      *string
	Code, Subcode *int
	Text          *string
	Known         bool
	Entries       []explainedCause
}

type explainedCause struct {
	Cause, Title, Short, What, Why, Who, Confidence string
	Name                                            *string
	Do                                              []struct {
		Text        string
		Action, URL *string
	}
	Reasons []struct{ Text, Tell string }
	Retry   struct {
		Automatic    bool
		AfterSeconds int `json:"after_seconds"`
		Rule         string
	}
	Codes []struct {
		Platform string
		Code     int
		Subcode  *int
	}
}

// G2, X1: the API explains every code of a platform and every cause, to whoever may read, and says so of what it does not
// know. What it says of a failed message is what the message bears.
func TestCausesAreExplained(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := begin(t, database, nowhere).company("Aurora")
		agent := c.user("Bia", clearline.RoleAgent)
		var x explained
		c.as(agent, http.MethodGet, "explain?platform=whatsapp&code=131026", nil).want(t, http.StatusOK).into(t, &x)
		if e := x.Entries[0]; !x.Known || e.Cause != "wa.undeliverable" || *e.Name != "Message undeliverable" || len(e.Reasons) < 5 || *e.Do[0].Action != "copy_questions" || e.Retry.Automatic {
			t.Errorf("%+v", x)
		}
		x = explained{}
		c.get("explain?platform=whatsapp&code=100&subcode=2388001&text="+url.QueryEscape("Potwierdź własność numeru"), &x)
		if !x.Known || len(x.Entries) != 2 || x.Entries[1].Cause != "wa.ownership" || *x.Subcode != 2388001 || *x.Text != "Potwierdź własność numeru" {
			t.Errorf("%+v", x)
		}
		x = explained{}
		c.get("explain?platform=discord&code=50007&text=Cannot", &x)
		if x.Known || x.Entries[0].Cause != "other" || !strings.Contains(x.Entries[0].What, "Discord answered with code 50007") || !strings.Contains(x.Entries[0].What, "Cannot") {
			t.Errorf("%+v", x)
		}
		for query, field := range map[string]string{
			"": "platform", "platform=icq&code=1": "platform", "platform=whatsapp": "code", "platform=whatsapp&code=abc": "code", "platform=whatsapp&code=-1": "code",
			"platform=whatsapp&code=1&subcode=x": "subcode", "platform=whatsapp&code=1&text=" + strings.Repeat("a", 4097): "text",
		} {
			if got := c.request(http.MethodGet, "explain?"+query, nil); !strings.Contains(string(got.raw), field) {
				t.Errorf("%s: %s", query, got.raw)
			} else {
				got.problem(t, http.StatusUnprocessableEntity, "api.input")
			}
		}
		var all list[explainedCause]
		c.get("causes", &all)
		if !slices.ContainsFunc(all.Items, func(e explainedCause) bool {
			return e.Cause == "wa.held" && e.Title != "" && e.Short != "" && e.Who == "agent"
		}) {
			t.Errorf("%d causes", len(all.Items))
		}
		var page explainedCause
		for _, e := range all.Items {
			page = explainedCause{}
			c.get("causes/"+e.Cause+"?platform=whatsapp", &page)
			if page.Cause != e.Cause || page.What == "" || page.Why == "" || len(page.Do) == 0 || page.Retry.Rule == "" || strings.ContainsAny(page.Title+page.What+page.Why, "{}") {
				t.Errorf("%s: %+v", e.Cause, page)
			}
		}
		c.get("causes/net.outage?platform=whatsapp", &page)
		if page.Title != "WhatsApp has a problem, not you" || page.Retry.AfterSeconds != 300 || !slices.ContainsFunc(page.Codes, func(c struct {
			Platform string
			Code     int
			Subcode  *int
		}) bool {
			return c.Platform == "whatsapp" && c.Code == 131016 && c.Subcode == nil
		}) {
			t.Errorf("%+v", page)
		}
		for _, none := range []string{"wa.kettle", "%2e%2e", "WA.WINDOW"} {
			c.request(http.MethodGet, "causes/"+none, nil).problem(t, http.StatusNotFound, "api.absent")
		}
	})
}
