package connect

import (
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// Each pasted value is checked by itself and told apart: C7, and the wrong ids, quotes and apps of the list.
func TestPastedValues(t *testing.T) {
	t.Parallel()
	other := info("WABA1")
	other.AppID = "888"
	lacking := info("WABA1")
	lacking.Missing = []string{"whatsapp_business_messaging"}
	user := info("WABA1")
	user.Kind = channel.TokenUser
	good := Inputs{PhoneNumberID: "1060", WABAID: "2060", Token: "tok"}
	with := func(f func(*Inputs)) Inputs {
		in := good
		f(&in)
		return in
	}
	for name, c := range map[string]struct {
		in          Inputs
		field, says string
		cause       clearline.Cause
	}{
		"all right":               {in: good},
		"with space around":       {in: with(func(i *Inputs) { i.Token, i.WABAID = "  tok\n", " 2060 " })},
		"spaces in the token":     {with(func(i *Inputs) { i.Token = "to k" }), "token", "spaces", clearline.CauseInput},
		"quotes":                  {with(func(i *Inputs) { i.Token = `"tok"` }), "token", "quotes", clearline.CauseInput},
		"Bearer":                  {with(func(i *Inputs) { i.Token = "Bearer tok" }), "token", "Bearer", clearline.CauseInput},
		"no token":                {with(func(i *Inputs) { i.Token = "" }), "token", "missing", clearline.CauseInput},
		"a phone number as id":    {with(func(i *Inputs) { i.PhoneNumberID = "+351 912 345 678" }), "phone_number_id", "phone number", clearline.CauseInput},
		"its digits as id":        {with(func(i *Inputs) { i.PhoneNumberID = "351912345678" }), "phone_number_id", "phone number", clearline.CauseInput},
		"words as WABA":           {with(func(i *Inputs) { i.WABAID = "my shop" }), "waba_id", "not a number", clearline.CauseInput},
		"the WABA's id as number": {with(func(i *Inputs) { i.PhoneNumberID = "2060" }), "phone_number_id", "no such number", clearline.CauseAuthAsset},
		"a stranger's WABA":       {with(func(i *Inputs) { i.WABAID = "9060" }), "waba_id", "no such account", clearline.CauseAuthAsset},
		"another WABA's number":   {with(func(i *Inputs) { i.PhoneNumberID = "1061" }), "waba_id", "does not list", clearline.CauseAuthAsset},
		"garbage":                 {with(func(i *Inputs) { i.Token = "EAAx" }), "token", "Copy it again", clearline.CauseAuthInvalid},
		"another app's token":     {with(func(i *Inputs) { i.Token, i.AppID, i.AppSecret = "other", "777", "shh" }), "token", "another app", clearline.CauseAuthInvalid},
		"a permission missing":    {with(func(i *Inputs) { i.Token = "lacking" }), "token", "whatsapp_business_messaging", clearline.CauseAuthScope},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, storetest.SQLite)
			o.leaf.set(func() {
				o.leaf.tokens["other"], o.leaf.tokens["lacking"], o.leaf.tokens["user"] = other, lacking, user
				o.leaf.owners = []channel.Owner{{ID: "2060", Name: "Shop", BusinessName: "Shop Lda"}}
				o.leaf.numbers = map[string][]channel.Number{"2060": {{ID: "1060", Shown: "+351 912 345 678", Name: "Shop", Registered: true, Status: "CONNECTED"}}, "2061": {{ID: "1061"}}}
			})
			p := o.take(o.begin(ByHand, 0), StepNumber, Inputs{Phone: "+351 912 345 678"})
			o.at(p, StepToken, Waiting, "")
			dry := c.in
			dry.DryRun = true
			view, err := o.c.Take(t.Context(), o.admin, p.ID(), StepToken, dry)
			o.must(err)
			fields := view.step(StepToken).Evidence.Fields
			if kept, _ := o.c.Procedure(t.Context(), o.company, p.ID()); kept.row.Token != "" || kept.Account.WABAID != "" {
				t.Error("the try-out kept something")
			}
			if c.field == "" {
				for _, f := range fields {
					if !f.OK || !strings.HasPrefix(f.Text, "works") {
						t.Errorf("%+v", f)
					}
				}
				o.at(o.take(p, StepToken, c.in), StepMessage, Waiting, "")
				return
			}
			if c.in.Token != "" && !slices.ContainsFunc(fields, func(f FieldCheck) bool {
				return f.Name == c.field && !f.OK && strings.Contains(f.Text, c.says) && f.Cause == c.cause
			}) {
				t.Errorf("tried out: %+v", fields)
			}
			said := o.refused(p, StepToken, c.in, c.cause)
			if !slices.ContainsFunc(said.Fields, func(f clearline.FieldProblem) bool { return f.Name == c.field && strings.Contains(f.Reason, c.says) }) {
				t.Errorf("%+v", said.Fields)
			}
			if strings.Contains(p.body(), c.in.Token) && c.in.Token != "" && c.in.Token != "tok" {
				t.Error("the refused token is kept in the open")
			}
		})
	}
}

// An app of the company's own: its id is learned from the token, its webhook is registered under an address of its own, and
// one that leads elsewhere is not taken over without a word.
func TestOwnApp(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	own := info("2060")
	own.AppID = "888"
	o.leaf.set(func() {
		o.leaf.tokens["own"] = own
		o.leaf.numbers = map[string][]channel.Number{"2060": {{ID: "1060", Shown: "+351 912 345 678", Registered: true, Status: "CONNECTED"}}}
		o.leaf.hook = channel.AppHook{Address: "https://old.example.com/hook", Active: true, Fields: []string{"messages"}}
	})
	p := o.take(o.begin(ByHand, 0), StepNumber, Inputs{Skip: true})
	p = o.take(p, StepToken, Inputs{PhoneNumberID: "1060", WABAID: "2060", Token: "own", AppSecret: "mine"})
	o.at(p, StepSubscribe, Waiting, clearline.CauseHookElsewhere)
	if facts := p.step(StepSubscribe).Evidence.Facts; facts["found"] != "https://old.example.com/hook" || o.leaf.count("set hook") != 0 {
		t.Errorf("%v", facts)
	}
	p = o.take(p, StepSubscribe, Inputs{PointHere: true})
	o.at(p, StepMessage, Waiting, "")
	app, err := o.c.appOf(t.Context(), o.company, o.connection(p).AppID)
	if err != nil || app.PlatformID != "888" || app.Secret != "mine" || len(app.VerifyToken) < 26 || o.leaf.hook.Address != "https://in.example.com/webhooks/whatsapp/"+app.ID.String() {
		t.Errorf("%v, hook %q", err, o.leaf.hook.Address)
	}
	// A new token for it is pasted: the ids and the app are known.
	// Its webhook leads to an address of this server where nobody knows its secret: that is put right by itself.
	o.leaf.set(func() {
		o.leaf.tokens["own2"] = own
		o.leaf.hook.Address = "https://in.example.com/webhooks/whatsapp/4711"
	})
	r := o.begin(Reconnect, p.ConnectionID())
	o.at(r, StepToken, Waiting, "")
	if got := r.step(StepToken).Inputs; slices.Contains(got, "waba_id") {
		t.Errorf("it asks for %v", got)
	}
	r = o.take(r, StepToken, Inputs{Token: "own2"})
	o.at(r, StepWebhook, Ended, "")
	if o.token(p) != "own2" || o.leaf.hook.Address != o.c.callback(app) {
		t.Errorf("token %q, hook %q", o.token(p), o.leaf.hook.Address)
	}
}

// Disconnecting: the platform is told, the rest of the account's numbers go on, and a dead token or a silent platform holds
// nobody up; what could not be done is told.
func TestDisconnect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		o.leaf.set(func() {
			o.leaf.numbers["WABA1"] = append(o.leaf.numbers["WABA1"], channel.Number{ID: "N2", OwnerID: "WABA1", Shown: "+351 912 345 679", Verified: true})
		})
		connect := func(number string) *Procedure {
			p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
			p = o.take(o.take(p, StepAssets, Inputs{WABAID: "WABA1", PhoneNumberID: number}), StepRegister, Inputs{PIN: "123456"})
			return o.take(p, StepMessage, Inputs{Skip: true})
		}
		one, two := connect("N1"), connect("N2")
		left, err := o.c.Disconnect(t.Context(), o.company, one.ConnectionID(), true)
		if err != nil || len(left) != 0 || o.leaf.count("unsubscribe") != 0 || o.leaf.count("revoke") != 0 || o.leaf.count("deregister") != 1 {
			t.Errorf("%v, %v, %v", left, err, o.leaf.calls)
		}
		if c := o.connection(one); c.DisconnectedAt.IsZero() || o.token(one) != "" {
			t.Errorf("%+v", c)
		}
		if pin, _ := o.store.PIN(t.Context(), o.company, one.ConnectionID()); pin != "" {
			t.Error("the PIN is kept")
		}
		if _, found, _ := o.store.FindRoute(t.Context(), clearline.WhatsApp, channel.AccountNumber, "N1"); found {
			t.Error("its number is still taken")
		}
		if r, found, _ := o.store.FindRoute(t.Context(), clearline.WhatsApp, channel.AccountParent, "WABA1"); !found || r.CompanyID != o.company {
			t.Error("the account of the other number was let go")
		}
		// The last one, with a dead token and a platform that says nothing.
		o.leaf.set(func() {
			o.leaf.fail["unsubscribe"], o.leaf.fail["revoke"] = refusalOf(clearline.CauseAuthRevoked, 190, 458), silence()
		})
		left, err = o.c.Disconnect(t.Context(), o.company, two.ConnectionID(), false)
		if err != nil || len(left) != 2 || left[0].Cause != clearline.CauseAuthRevoked || left[1].Cause != clearline.CauseOutage || left[0].What == "" {
			t.Errorf("%+v, %v", left, err)
		}
		if _, found, _ := o.store.FindRoute(t.Context(), clearline.WhatsApp, channel.AccountParent, "WABA1"); found || o.connection(two).DisconnectedAt.IsZero() {
			t.Error("the local part was not done")
		}
		if again, err := o.c.Disconnect(t.Context(), o.company, two.ConnectionID(), false); err != nil || len(again) != 0 {
			t.Errorf("once more: %v, %v", again, err)
		}
		if err := o.c.Pause(t.Context(), o.company, two.ConnectionID(), 0, false); err == nil {
			t.Error("an ended connection can be resumed")
		}
	})
}

// M10: moving out has its checklist, with what is counted.
func TestMoveOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.connected()
	if _, _, err := o.store.BeginCounted(t.Context(), o.company, clearline.WhatsApp, "N1", store.Deregistration, AttemptWindow, attemptsHere); err != nil {
		t.Fatal(err)
	}
	m, err := o.c.MoveOut(t.Context(), o.company, p.ConnectionID())
	if err != nil || len(m.Here) == 0 || len(m.Next) == 0 || m.Deregistrations.Used != 1 {
		t.Errorf("%+v, %v", m, err)
	}
	all := strings.Join(slices.Concat(m.Here, m.There, m.Next), " ")
	for _, word := range []string{"two-step verification off", "conversations", "+351 912 345 678", "deregister", "templates"} {
		if !strings.Contains(strings.ToLower(all), strings.ToLower(word)) {
			t.Errorf("the list does not speak of %q", word)
		}
	}
}

// G5, G6, M10: a number moves from one account to another of the same business with its conversations: until it is registered
// there its connection works as before, then it follows; the time without messages is measured from that call.
func TestMoveIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		old := o.connected()
		id := old.ConnectionID()
		o.leaf.set(func() {
			o.leaf.tokens["there"] = info("WABA2")
			o.leaf.owners = append(o.leaf.owners, channel.Owner{ID: "WABA2", Name: "The new one", BusinessID: "B1"})
			o.leaf.numbers["WABA2"] = []channel.Number{}
			o.leaf.grants[0].Token = "there"
		})
		p := o.begin(MoveIn, 0)
		o.refused(p, StepNumber, Inputs{Skip: true}, clearline.CauseInput)
		p = o.login(o.take(p, StepNumber, Inputs{Phone: "+351 912 345 678"}))
		o.at(p, StepAssets, Waiting, "")
		p = o.take(p, StepAssets, Inputs{WABAID: "WABA2"})
		o.at(p, StepCode, Waiting, "")
		p = o.take(o.take(p, StepCode, Inputs{Method: "sms"}), StepCode, Inputs{Code: "123456"})
		o.at(p, StepRegister, Waiting, "")
		if s := p.step(StepRegister); s.Evidence == nil || !strings.Contains(s.Evidence.Text, "old side keeps working") {
			t.Errorf("%+v", s.Evidence)
		}
		if c := o.connection(old); p.ConnectionID() != id || c.Account != "N1" || c.Parent != "WABA1" || o.token(old) != "tok" {
			t.Errorf("before the switch: %+v", c)
		}
		o.leaf.set(func() { o.leaf.once["register"] = []error{refusalOf(clearline.CausePIN, 133005, 0)} })
		o.refused(p, StepRegister, Inputs{PIN: "000000"}, clearline.CausePIN)
		if c := o.connection(old); c.Account != "N1" || o.token(old) != "tok" {
			t.Errorf("a refused switch: %+v", c)
		}
		p = o.take(p, StepRegister, Inputs{PIN: "654321"})
		o.at(p, StepMessage, Waiting, "")
		c := o.connection(old)
		if c.Account != "N9" || c.Parent != "WABA2" || o.token(old) != "there" || c.RegisteredAt.IsZero() {
			t.Errorf("after the switch: %+v", c)
		}
		for account, want := range map[string]bool{"N1": true, "N9": true} { // what is still said of the old id comes too
			if r, found, err := o.store.FindRoute(t.Context(), clearline.WhatsApp, channel.AccountNumber, account); err != nil || found != want || r.ConnectionID != id {
				t.Errorf("%s: %+v %v %v", account, r, found, err)
			}
		}
		if _, found, _ := o.store.FindRoute(t.Context(), clearline.WhatsApp, channel.AccountParent, "WABA1"); found {
			t.Error("the old account is still taken")
		}
		o.clock.Advance(minutes(4))
		if _, err := storetest.SQL(t, o.address).Exec(`UPDATE proofs SET received_at = $1`, o.clock.Now().UnixMilli()); err != nil {
			t.Fatal(err)
		}
		o.tend()
		p = o.settled(p.ID())
		o.at(p, StepMessage, Ended, "")
		if got := p.step(StepMessage).Evidence.Facts["downtime"]; !strings.HasPrefix(got, "4m") {
			t.Errorf("the downtime is %q", got)
		}
	})
}

// The server is looked at first: nothing that comes later can work without an address that the platform reaches.
func TestServerCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		public, graph string
		set           bool
		cause         clearline.Cause
	}{
		"public":           {"https://in.example.com", "https://graph.example.com", true, ""},
		"nobody said":      {"http://127.0.0.1:8080", "https://graph.example.com", false, clearline.CauseAddress},
		"not encrypted":    {"http://in.example.com", "https://graph.example.com", true, clearline.CauseAddress},
		"in the network":   {"https://192.168.1.5", "https://graph.example.com", true, clearline.CauseInside},
		"IPv6 at home":     {"https://[fd00::1]", "https://graph.example.com", true, clearline.CauseInside},
		"a name at home":   {"https://inbox.local", "https://graph.example.com", true, clearline.CauseInside},
		"a twin's way":     {"http://127.0.0.1:8080", "http://127.0.0.1:8090/graph", false, ""},
		"nothing to speak": {"://", "https://graph.example.com", true, clearline.CauseAddress},
	} {
		o := newOffice(t, storetest.SQLite)
		o.c.o.PublicURL, o.c.o.PublicSet, o.c.o.GraphURL = func() string { return c.public }, c.set, c.graph
		p := o.begin(EmbeddedSignup, 0)
		if c.cause == "" {
			o.at(p, StepNumber, Waiting, "")
			continue
		}
		if a := o.c.Address(); a.Usable || a.Cause != c.cause {
			t.Errorf("%s: %+v", name, a)
		}
		o.at(p, StepServer, Broken, c.cause)
		o.c.o.PublicURL, o.c.o.PublicSet = func() string { return "https://in.example.com" }, true
		o.at(o.take(p, StepServer, Inputs{}), StepNumber, Waiting, "")
	}
}
