package app_test

import (
	"net/http"
	"testing"

	"github.com/clearline/clearline/sim"
)

// I58, C8: one app at the platform that several companies entered as their own speaks for the accounts of each, on the
// address they share and on each one's. A company that tried to take another's account, and was refused, gets nothing of it.
func TestOneAppEnteredByTwoCompanies(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		w := meet(t, database)
		neighbour := w.install.company("Neighbour")
		neighbour.request(http.MethodPost, "connections", manual(w.account)).want(t, http.StatusUnprocessableEntity)
		w.writes("Ana", "Still with you?")

		second, err := w.twin.AddAccount(sim.AccountSpec{Name: "Second shop", AppID: w.account.AppID})
		if err != nil {
			t.Fatal(err)
		}
		theirs := &world{company: w.install.company("Second"), twin: w.twin, front: w.front}
		theirs.connect(second)
		for _, path := range []string{"/webhooks/whatsapp", "/webhooks/whatsapp/" + theirs.appID(), "/webhooks/whatsapp/" + w.appID()} {
			if err := w.twin.SetWebhook(t.Context(), w.account.AppID, w.url+path, w.account.VerifyToken); err != nil {
				t.Fatal(path, err)
			}
			w.writes("Ana", "For the first, by "+path)
			theirs.writes("Zoe", "For the second, by "+path)
			for _, c := range []*world{w, theirs} {
				if r := c.examine(); verdict(r) != "" {
					t.Errorf("by %s all comes in, and the doctor names %s to %s", path, verdict(r), c.account.Name)
				}
			}
		}
		for _, c := range []*company{w.company, theirs.company, neighbour} {
			var list struct {
				Items []struct {
					State  string
					Reason *string
				}
			}
			c.get("deliveries?limit=100", &list)
			for _, d := range list.Items {
				if d.State != "applied" {
					t.Errorf("a delivery of %s is %s: %v", c.account.Name, d.State, d.Reason)
				}
			}
			if len(list.Items) > 0 != (c != neighbour) {
				t.Errorf("%s has %d deliveries", c.account.Name, len(list.Items))
			}
		}
	})
}
