package connect

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// C3, C7, G1: embedded sign-up from the server check to the first message; every step leaves its evidence, the webhook is
// registered by the program itself, and no secret is in what is stored openly.
func TestEmbeddedSignup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.begin(EmbeddedSignup, 0)
		o.at(p, StepNumber, Waiting, "")
		p = o.take(p, StepNumber, Inputs{Phone: "+351 912 345 678", OnApp: "no"})
		o.at(p, StepLogin, Waiting, "")
		p = o.login(p)
		o.at(p, StepRegister, Waiting, "")
		if c := o.connection(p); c.ConnectingAt.IsZero() || c.Health(o.clock.Now()).Status != clearline.StatusConnecting {
			t.Errorf("while it is set up: %+v", c)
		}
		p = o.take(p, StepRegister, Inputs{PIN: "123456"})
		o.at(p, StepMessage, Waiting, "")
		for _, s := range p.Steps {
			if s.ID != StepMessage && (s.State != Done || s.Evidence == nil || s.Evidence.Text == "" || s.At.IsZero()) {
				t.Errorf("step %s: %+v", s.ID, s)
			}
			for _, secret := range []string{"tok", "123456", "shh"} {
				if strings.Contains(p.body(), `"`+secret+`"`) {
					t.Errorf("%q is stored in the open", secret)
				}
			}
		}
		c := o.connection(p)
		if !c.ConnectingAt.IsZero() || c.RegisteredAt.IsZero() || c.Phone != "+351 912 345 678" || c.Business != "B1" || o.token(p) != "tok" {
			t.Errorf("%+v", c)
		}
		if pin, err := o.store.PIN(t.Context(), o.company, c.ID); err != nil || pin != "123456" {
			t.Errorf("the PIN kept is %q, %v", pin, err)
		}
		if o.leaf.hook.Address != "https://in.example.com/webhooks/whatsapp" {
			t.Errorf("the app's webhook leads to %q", o.leaf.hook.Address)
		}
		// The first message ends it, without anybody's click.
		o.must(o.store.Prove(t.Context(), store.Evidence{CompanyID: o.company, ConnectionID: c.ID}))
		if _, err := storetest.SQL(t, o.address).Exec(`UPDATE proofs SET received_at = $1`, o.clock.Now().UnixMilli()); err != nil {
			t.Fatal(err)
		}
		o.must(o.c.tendOnce(t.Context()))
		p = o.settled(p.ID())
		o.at(p, StepMessage, Ended, "")
		if p.row.Token != "" || p.row.PIN != "" {
			t.Error("the ended procedure keeps secrets")
		}
		if _, err := o.c.Take(t.Context(), o.admin, p.ID(), StepMessage, Inputs{}); err == nil {
			t.Error("an ended procedure takes steps")
		}
	})
}

// G1: a wrong PIN costs no second sign-in, also when the program dies at each point between: the procedure goes on where it
// stopped, and every step is made once.
func TestProcedureOutlivesCrashes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Phone: "+351912345678"})
		// Killed right after the token was exchanged: before anybody looked at it.
		block := make(chan struct{})
		o.leaf.set(func() { o.leaf.hold["debug"] = block })
		state := o.state(p)
		go o.c.Return(t.Context(), o.admin, Returned{State: state, Code: "abc"})
		<-o.leaf.entered
		row, err := o.store.Procedure(t.Context(), o.company, p.ID())
		o.must(err)
		if row.Token != "tok" {
			t.Fatalf("the token kept right after the exchange is %q", row.Token)
		}
		o.crash()
		close(block)
		o.leaf.set(func() { delete(o.leaf.hold, "debug") })
		o.resume()
		p = o.settled(p.ID())
		o.at(p, StepRegister, Waiting, "") // without another sign-in
		if n := o.leaf.count("exchange"); n != 1 {
			t.Errorf("%d codes were exchanged", n)
		}
		// Killed while the platform registers the number: whether it did is read, never guessed by a second try.
		block = make(chan struct{})
		o.leaf.set(func() { o.leaf.hold["register"] = block })
		go o.c.Take(t.Context(), o.admin, p.ID(), StepRegister, Inputs{PIN: "123456"})
		<-o.leaf.entered
		o.crash()
		o.leaf.set(func() { o.leaf.find("N1").Registered, o.leaf.find("N1").Status = true, "CONNECTED" })
		o.resume()
		p = o.settled(p.ID())
		o.at(p, StepMessage, Waiting, "")
		if n := o.leaf.count("register"); n != 1 {
			t.Errorf("registered %d times", n)
		}
		if pin, _ := o.store.PIN(t.Context(), o.company, p.ConnectionID()); pin != "123456" {
			t.Errorf("the PIN kept is %q", pin)
		}
		close(block)
		if all, err := o.store.Connections(t.Context(), o.company); err != nil || len(all) != 1 {
			t.Errorf("%d connections, %v", len(all), err)
		}
	})
}

// crash lets this node forget everything, as kill -9 does; what it was doing never reports back.
func (o *office) crash() {
	o.c.stop()
	o.c = o.node(o.store)
}

// resume does what the new program's background would.
func (o *office) resume() {
	o.Helper()
	o.clock.Advance(orphanAfter)
	o.must(o.c.tendOnce(o.Context()))
	o.c.steps.Wait()
}

// I50: a login's state is missing, unknown, another session's, another company's, used, or too old: each is told apart,
// nothing is exchanged, and a good one works once.
func TestLoginStates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		stranger, err := o.store.AddCompany(t.Context(), "Borealis")
		o.must(err)
		p := o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true})
		first, state := o.state(p), o.state(p)
		if state == first || len(state) < 26 {
			t.Errorf("states %q and %q", first, state)
		}
		cause := func(a Actor, r Returned, want clearline.Cause, known bool) {
			t.Helper()
			id, err := o.c.Return(t.Context(), a, r)
			var problem *clearline.Problem
			if !errors.As(err, &problem) || problem.Cause != want || (id == p.ID()) != known {
				t.Errorf("%v: procedure %v, %v, want %s", r, id, err, want)
			}
		}
		cause(o.admin, Returned{Code: "abc"}, clearline.CauseLoginMissing, false)
		cause(o.admin, Returned{State: "made up", Code: "abc"}, clearline.CauseLoginMissing, false)
		cause(o.admin, Returned{State: first, Code: "abc"}, clearline.CauseLoginMissing, false) // a newer one took its place
		cause(Actor{CompanyID: o.company, Session: "s2"}, Returned{State: state, Code: "abc"}, clearline.CauseLoginForeign, false)
		cause(Actor{CompanyID: stranger.ID, Session: "s1"}, Returned{State: state, Code: "abc"}, clearline.CauseLoginForeign, false)
		cause(Actor{}, Returned{State: state, Code: "abc"}, clearline.CauseLoginForeign, false)
		o.clock.Advance(loginLife)
		cause(o.admin, Returned{State: state, Code: "abc"}, clearline.CauseLoginExpired, true)
		state = o.state(p)
		cause(o.admin, Returned{State: state, Error: "access_denied", Reason: "user_denied"}, clearline.CauseLoginCancelled, true)
		cause(o.admin, Returned{State: state, Code: "abc"}, clearline.CauseLoginUsed, true)
		if n := o.leaf.count("exchange"); n != 0 {
			t.Errorf("%d codes were exchanged", n)
		}
		o.at(o.settled(p.ID()), StepLogin, Waiting, clearline.CauseLoginCancelled)
		// No browser, no login: an API key has no session that could own it.
		if _, err := o.c.Take(t.Context(), Actor{CompanyID: o.company}, p.ID(), StepLogin, Inputs{}); err == nil {
			t.Error("a login began without a session")
		}
		state = o.state(p)
		if _, err := o.c.Return(t.Context(), o.admin, Returned{State: state, Code: "abc"}); err != nil {
			t.Fatal(err)
		}
		cause(o.admin, Returned{State: state, Code: "abc"}, clearline.CauseLoginUsed, true)
		if n := o.leaf.count("exchange"); n != 1 {
			t.Errorf("%d codes were exchanged", n)
		}
	})
}

// Bad input of the login: what the platform hands out is looked at before anything is made of it.
func TestTokensThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	lacking := info("WABA1")
	lacking.Missing = []string{"whatsapp_business_messaging"}
	dead := info("WABA1")
	dead.Cause = clearline.CauseAuthRevoked
	for name, c := range map[string]struct {
		order func(*script)
		step  StepID
		cause clearline.Cause
		words string
	}{
		"a code that is spent":  {func(s *script) { s.fail["exchange"] = refusalOf(clearline.CauseLogin, 100, 36009) }, StepLogin, clearline.CauseLogin, "Sign in again"},
		"a permission unticked": {func(s *script) { s.tokens["tok"] = lacking }, StepLogin, clearline.CauseAuthScope, "whatsapp_business_messaging"},
		"dead at once":          {func(s *script) { s.tokens["tok"] = dead }, StepLogin, clearline.CauseAuthRevoked, "taken away"},
		"no portfolio (G17)":    {func(s *script) { s.tokens["tok"] = info(); s.owners = nil }, StepAssets, clearline.CauseNoPortfolio, "Two ways"},
		"silence":               {func(s *script) { s.fail["owners"] = silence() }, StepAssets, clearline.CauseOutage, "could not be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, storetest.SQLite)
			o.leaf.set(func() {
				if name == "no portfolio (G17)" {
					o.leaf.tokens["tok"] = channel.TokenInfo{Kind: channel.TokenSystemUser, AppID: "777", EndsTold: true, Owners: []string{}}
				}
			})
			c.order(o.leaf)
			p := o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true})
			_, err := o.c.Return(t.Context(), o.admin, Returned{State: o.state(p), Code: "abc"})
			p = o.settled(p.ID())
			s := p.step(p.Step())
			if p.Step() != c.step || s.Cause != c.cause || !strings.Contains(s.Detail, c.words) {
				t.Errorf("at %s %s %q, %v", p.Step(), s.Cause, s.Detail, err)
			}
			if all, _ := o.store.Connections(t.Context(), o.company); len(all) != 0 {
				t.Error("a connection was made")
			}
		})
	}
}

// A person chooses where there is a choice, and only from what the token was seen to use; G17: an account shared by a
// client is one of them and works like an own one.
func TestChoices(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	o.leaf.set(func() {
		o.leaf.tokens["tok"] = info("WABA1", "WABA2")
		o.leaf.owners = append(o.leaf.owners, channel.Owner{ID: "WABA2", Name: "A client", BusinessID: "B2", Ownership: "CLIENT_OWNED"})
		o.leaf.numbers["WABA2"] = []channel.Number{{ID: "N2", OwnerID: "WABA2", Shown: "+49 30 1234567", Registered: true, Status: "CONNECTED"}}
	})
	p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
	o.at(p, StepAssets, Waiting, "")
	if len(p.Choices.WABAs) != 2 || !p.Choices.WABAs[1].Shared || p.Choices.WABAs[0].Shared || len(p.Choices.Numbers) != 2 {
		t.Errorf("%+v", p.Choices)
	}
	o.refused(p, StepAssets, Inputs{WABAID: "WABA3", PhoneNumberID: "N2"}, clearline.CauseInput)
	o.refused(p, StepAssets, Inputs{WABAID: "WABA1", PhoneNumberID: "N2"}, clearline.CauseInput)
	p = o.take(p, StepAssets, Inputs{WABAID: "WABA2", PhoneNumberID: "N2"})
	o.at(p, StepMessage, Waiting, "") // it is registered already: no PIN, no try used up
	if n := o.leaf.count("register"); n != 0 || p.step(StepRegister).State != Skipped || o.connection(p).Parent != "WABA2" {
		t.Errorf("%d registrations, %+v", n, o.connection(p))
	}
}

// A number that the account does not have yet is added from here, and proved by a code.
func TestNumberIsAdded(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	o.leaf.set(func() { o.leaf.numbers["WABA1"] = nil })
	p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
	o.at(p, StepAssets, Waiting, clearline.CauseSignUpForm)
	o.refused(p, StepAssets, Inputs{WABAID: "WABA1", Phone: "+351912345678"}, clearline.CauseInput)
	p = o.take(p, StepAssets, Inputs{WABAID: "WABA1", Phone: "+351912345678", Name: "Shop"})
	o.at(p, StepCode, Waiting, "")
	p = o.take(p, StepCode, Inputs{Method: "sms"})
	if got := p.step(StepCode).Inputs; !slices.Contains(got, "code") {
		t.Errorf("it waits for %v", got)
	}
	// G4: a double click asks once; a newer code would make the first void.
	o.refused(p, StepCode, Inputs{Method: "sms"}, clearline.CauseTooMany)
	o.clock.Advance(codeAgain)
	p = o.take(p, StepCode, Inputs{Method: "voice"})
	if o.leaf.count("code by sms") != 1 || o.leaf.count("code by voice") != 1 {
		t.Errorf("%v", o.leaf.calls)
	}
	o.leaf.set(func() { o.leaf.once["verify 111111"] = []error{refusalOf(clearline.CauseCode, 136025, 0)} })
	o.refused(p, StepCode, Inputs{Code: "111111"}, clearline.CauseCode)
	p = o.take(p, StepCode, Inputs{Code: "222222"})
	o.at(p, StepRegister, Waiting, "")
}

// C8, I58: an account that another company here uses is refused, without a name, and only after the token has proved
// access; a note asks for its release, and after that the number connects with the same PIN (G6).
func TestAccountOfAnotherCompany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		theirs := o.connected()
		holder := o.company
		other, err := o.store.AddCompany(t.Context(), "Borealis")
		o.must(err)
		o.company, o.admin = other.ID, Actor{CompanyID: other.ID, Session: "s9"}
		p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
		o.at(p, StepReserve, Broken, clearline.CauseWABATaken)
		if strings.Contains(p.body(), "Aurora") || strings.Contains(p.body(), holder.String()) || strings.Contains(p.body(), theirs.ConnectionID().String()) {
			t.Errorf("the refusal names somebody: %s", p.body())
		}
		if notes, _ := o.store.ReleaseRequests(t.Context(), holder); len(notes) != 0 {
			t.Errorf("a note that nobody asked for: %v", notes)
		}
		p = o.take(p, StepReserve, Inputs{AskRelease: true})
		notes, err := o.store.ReleaseRequests(t.Context(), holder)
		if err != nil || len(notes) != 1 || notes[0].Account != "WABA1" {
			t.Errorf("%v, %v", notes, err)
		}
		left, err := o.c.Disconnect(t.Context(), holder, theirs.ConnectionID(), false)
		if err != nil || len(left) != 0 {
			t.Errorf("%v, %v", left, err)
		}
		if notes, _ := o.store.ReleaseRequests(t.Context(), holder); len(notes) != 0 {
			t.Errorf("the note outlives the release: %v", notes)
		}
		o.leaf.set(func() { o.leaf.find("N1").Registered, o.leaf.find("N1").Status = false, "DISCONNECTED" })
		p = o.take(p, StepReserve, Inputs{})
		o.at(p, StepRegister, Waiting, "")
		p = o.take(p, StepRegister, Inputs{PIN: "123456"})
		o.at(p, StepMessage, Waiting, "")
		if o.connection(p).CompanyID != other.ID || !slices.Equal(o.leaf.pins, []string{"123456", "123456"}) {
			t.Errorf("%+v, PINs %v", o.connection(p), o.leaf.pins)
		}
	})
}

// A number is not connected twice, a procedure that is given up frees its account, and coming back finds the conversations'
// connection again.
func TestGivingUpAndComingBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
		o.at(p, StepRegister, Waiting, "")
		abandoned := p.ConnectionID()
		o.must(o.c.GiveUp(t.Context(), o.company, p.ID()))
		o.must(o.c.GiveUp(t.Context(), o.company, p.ID()))
		if p, _ = o.c.Procedure(t.Context(), o.company, p.ID()); p.Status() != Cancelled || p.row.Token != "" {
			t.Errorf("%s", p.Status())
		}
		if n := o.leaf.count("unsubscribe"); n != 0 {
			t.Error("giving up undid something at the platform")
		}
		again := o.connected()
		if again.ConnectionID() != abandoned {
			t.Errorf("the number came back as %v, was %v", again.ConnectionID(), abandoned)
		}
		p = o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
		o.at(p, StepReserve, Broken, clearline.CauseConflict)
		if got := p.step(StepReserve).Evidence.Facts["connection_id"]; got != abandoned.String() {
			t.Errorf("it points to %q", got)
		}
		// Disconnected and connected anew: the same connection, so the same conversations.
		_, err := o.c.Disconnect(t.Context(), o.company, abandoned, false)
		o.must(err)
		if c := o.connection(again); c.DisconnectedAt.IsZero() || c.Health(o.clock.Now()).Cause != clearline.CauseEnded || o.token(again) != "" {
			t.Errorf("%+v", c)
		}
		p = o.take(p, StepReserve, Inputs{})
		o.at(p, StepMessage, Waiting, "")
		if p.ConnectionID() != abandoned || !o.connection(p).DisconnectedAt.IsZero() {
			t.Errorf("%+v", o.connection(p))
		}
	})
}

// C3: a reconnect keeps everything; one that brings another account, another business or fewer permissions is stopped before
// anything is overwritten, both are shown, and the admin decides.
func TestReconnect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		first := o.connected()
		id := first.ConnectionID()
		o.must(o.store.Prove(t.Context(), store.Evidence{CompanyID: o.company, ConnectionID: id, Checked: o.clock.Now(), Cause: clearline.CauseAuthExpired}))
		fewer := info("WABA1")
		fewer.Missing = []string{"whatsapp_business_management"}
		o.leaf.set(func() {
			o.leaf.tokens["other"], o.leaf.tokens["fewer"], o.leaf.tokens["right"] = info("WABA2"), fewer, info("WABA1")
			o.leaf.owners = append(o.leaf.owners, channel.Owner{ID: "WABA2", Name: "Else", BusinessID: "B2"})
			o.leaf.numbers["WABA2"] = []channel.Number{{ID: "N2", OwnerID: "WABA2", Shown: "+49 30 1234567", Registered: true, Status: "CONNECTED"}}
			o.leaf.grants[0].Token = "other"
		})
		p := o.login(o.begin(Reconnect, id))
		o.at(p, StepAssets, Waiting, clearline.CauseOtherAccount)
		if c := p.Conflict; c == nil || c.Stored.PhoneNumberID != "N1" || c.Found.PhoneNumberID != "N2" || c.Stored.Business != "B1" || c.Found.Business != "B2" {
			t.Errorf("%+v", p.Conflict)
		}
		if o.token(first) != "tok" || o.connection(first).Account != "N1" {
			t.Error("something was overwritten")
		}
		if again, err := o.c.Begin(t.Context(), o.admin, clearline.WhatsApp, Reconnect, id); err != nil || again.ID() != p.ID() {
			t.Errorf("a second procedure for the same connection: %v", err)
		}
		p = o.take(p, StepAssets, Inputs{Decide: "sign_in_again"})
		o.at(p, StepLogin, Waiting, "")
		o.leaf.set(func() { o.leaf.grants[0].Token = "fewer" })
		p = o.login(p)
		o.at(p, StepAssets, Waiting, clearline.CauseAuthScope)
		if c := p.Conflict; len(c.MissingScopes) != 1 || o.token(first) != "tok" {
			t.Errorf("%+v", c)
		}
		p = o.take(p, StepAssets, Inputs{Decide: "sign_in_again"})
		o.leaf.set(func() { o.leaf.grants[0].Token = "right" })
		registered := o.leaf.count("register")
		p = o.login(p)
		o.at(p, StepWebhook, Ended, "")
		if o.token(first) != "right" || o.connection(first).Proof.Cause != "" || p.ConnectionID() != id {
			t.Errorf("token %q, %+v", o.token(first), o.connection(first))
		}
		if o.leaf.count("register") != registered {
			t.Error("a registered number was registered again, which uses up a try")
		}
	})
}

// C3: what the sign-in brought may be connected beside what is there; the old connection is never replaced by it.
func TestFoundAccountBesideTheOldOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	first := o.connected()
	o.leaf.set(func() {
		o.leaf.tokens["other"] = info("WABA2")
		o.leaf.owners = append(o.leaf.owners, channel.Owner{ID: "WABA2", Name: "Else", BusinessID: "B2"})
		o.leaf.numbers["WABA2"] = []channel.Number{{ID: "N2", OwnerID: "WABA2", Shown: "+49 30 1234567", Registered: true, Status: "CONNECTED"}}
		o.leaf.grants[0].Token = "other"
	})
	p := o.take(o.login(o.begin(Reconnect, first.ConnectionID())), StepAssets, Inputs{Decide: "use_found"})
	o.at(p, StepWebhook, Ended, "")
	all, err := o.store.Connections(t.Context(), o.company)
	if err != nil || len(all) != 2 || all[0].Account != "N1" || all[1].Account != "N2" || o.token(first) != "tok" {
		t.Errorf("%+v, %v", all, err)
	}
}

// A connection has one open procedure: whoever asks at the same moment gets that one too.
func TestOneOpenProcedure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.connected()
		ids := make(chan clearline.ID, 8)
		for range cap(ids) {
			go func() {
				r, err := o.c.Begin(o.Context(), o.admin, clearline.WhatsApp, Reconnect, p.ConnectionID())
				if err != nil || r == nil {
					t.Errorf("%v, %v", r, err)
					ids <- 0
					return
				}
				ids <- r.ID()
			}()
		}
		first := <-ids
		for range cap(ids) - 1 {
			if id := <-ids; id != first {
				t.Errorf("procedures %s and %s", first, id)
			}
		}
		_, err := o.store.AddProcedure(o.Context(), store.Procedure{CompanyID: o.company, Platform: clearline.WhatsApp, Way: string(Reconnect), ConnectionID: p.ConnectionID(), Body: []byte("{}")})
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("a second one was stored: %v", err)
		}
	})
}

// A step that this node has claimed is under way from the claim on: whoever looks in between must not take it for one that a crash
// has left behind, and run it a second time.
func TestClaimedStepIsUnderWay(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	claimed := 0
	o.store.OnChange(func(clearline.ID, int64) {
		rows, err := o.store.AllOpenProcedures(context.Background())
		if err != nil {
			t.Error(err)
		}
		for _, row := range rows {
			if row.Node == o.store.NodeID() {
				claimed++
				if p := (&Procedure{row: row}); !o.c.busy(p) {
					t.Errorf("version %d is claimed and counts as left behind", row.Version)
				}
			}
		}
	})
	p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
	o.take(p, StepRegister, Inputs{PIN: "123456"})
	if claimed == 0 {
		t.Error("nothing was claimed")
	}
}

// A platform that does not say what a token is costs nobody another sign-in: the token is kept, and asked about again.
func TestSignInOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	o.leaf.set(func() { o.leaf.once["debug"] = []error{silence()} })
	p := o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true})
	_, err := o.c.Return(t.Context(), o.admin, Returned{State: o.state(p), Code: "code"})
	var said *clearline.Problem
	if !errors.As(err, &said) || said.Cause != clearline.CauseOutage {
		t.Fatalf("%v", err)
	}
	if s := o.settled(p.ID()).step(StepLogin); s.AgainAt.IsZero() || !strings.Contains(s.Detail, "kept") {
		t.Errorf("%+v", s)
	}
	o.clock.Advance(inspectAgain)
	o.must(o.c.tendOnce(t.Context()))
	o.c.steps.Wait()
	o.at(o.settled(p.ID()), StepRegister, Waiting, "")
	if n := o.leaf.count("exchange"); n != 1 {
		t.Errorf("%d codes were exchanged", n)
	}
}
