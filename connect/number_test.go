package connect

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// G3, M3: a number is judged before anything is tried at the platform.
func TestEligible(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]struct {
		kind  string
		voice bool
		cause clearline.Cause
		says  string
	}{
		"+351 912 345 678":   {kind: "mobile"},
		"00351912345678":     {kind: "mobile"},
		"+1 (415) 555-2671":  {kind: "fixed_or_mobile"},
		"+49 30 901820":      {kind: "fixed", voice: true, says: "menu"},
		"+1 800 555 0199":    {kind: "toll_free", voice: true, says: "from abroad"},
		"+44 7400 123456":    {kind: "mobile"},
		"+380 50 123 4567":   {kind: "mobile", says: "Crimea"},
		"+90 532 123 45 67":  {kind: "mobile"}, // lifted on 15 May 2024
		"":                   {cause: clearline.CauseInput},
		"CLEARLINE":          {cause: clearline.CauseNumber, says: "sender name"},
		"12345":              {cause: clearline.CauseNumber, says: "short code"},
		"+351 912 345":       {cause: clearline.CauseNumber, says: "short"},
		"+351 912 345 678 9": {cause: clearline.CauseNumber, says: "long"},
		"+999 123 456 789":   {cause: clearline.CauseNumber, says: "country code"},
		"+351 100 000 000":   {cause: clearline.CauseNumber, says: "area code"},
		"+1 900 555 0199":    {cause: clearline.CauseNumber, says: "premium"},
		"+53 5 1234567":      {cause: clearline.CauseCountry, says: "country"},
		"+98 912 345 6789":   {cause: clearline.CauseCountry, says: "country"},
		"+963 944 567 890":   {cause: clearline.CauseCountry, says: "country"},
		"+850 192 123 4567":  {cause: clearline.CauseCountry, says: "country"},
		"+27 71 123 4567":    {kind: "mobile"},
		"+234 802 123 4567":  {kind: "mobile"},
		"+1 555 230 0130":    {kind: "other"}, // Meta lends such ones for tests
		"+351 808 200 000":   {cause: clearline.CauseNumber, says: "premium"},
	} {
		e := Eligible(phone, false)
		said := strings.Join(e.Notes, " ")
		var cause clearline.Cause
		if e.Problem != nil {
			cause, said = e.Problem.Cause, e.Problem.Title+" "+e.Problem.Detail+" "+e.Problem.Fields[0].Reason
		}
		if cause != want.cause || e.Type != want.kind && !e.Unknown || e.Voice != want.voice || !strings.Contains(said, want.says) {
			t.Errorf("%q: %q %q voice=%v %q, want %+v", phone, cause, e.Type, e.Voice, said, want)
		}
		if cause == "" && (e.Digits == "" || strings.Trim(e.Digits, "0123456789") != "" || e.Region == "") {
			t.Errorf("%q: %+v", phone, e)
		}
	}
	for _, phone := range []string{"+27 71 123 4567", "+234 802 123 4567"} {
		if e := Eligible(phone, true); e.Problem == nil || e.Problem.Cause != clearline.CauseCountry {
			t.Errorf("%s with coexistence: %+v", phone, e)
		}
	}
}

// G3: what the admin says about the app decides the way: the business app is offered coexistence, a personal one costs its
// chats, which needs a word of its own.
func TestNumberInAnApp(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.begin(EmbeddedSignup, 0)
	o.refused(p, StepNumber, Inputs{Phone: "+351912345678", OnApp: "personal"}, clearline.CauseInUse)
	o.refused(p, StepNumber, Inputs{Phone: "+351912345678", OnApp: "maybe"}, clearline.CauseInput)
	p = o.take(p, StepNumber, Inputs{Phone: "+351912345678", OnApp: "business"})
	if got := p.step(StepNumber).Evidence.Facts["suggest"]; got != string(Coexistence) {
		t.Errorf("it suggests %q", got)
	}
	// Where the app cannot be kept it is not offered, and a closed country stays closed whatever is said about the app.
	p = o.take(p, StepNumber, Inputs{Phone: "+27711234567", OnApp: "business"})
	if got := p.step(StepNumber).Evidence.Facts["suggest"]; got != "" || p.Digits != "27711234567" {
		t.Errorf("it suggests %q for %q", got, p.Digits)
	}
	o.refused(p, StepNumber, Inputs{Phone: "+98 912 345 6789", OnApp: "business"}, clearline.CauseCountry)
	p = o.take(p, StepNumber, Inputs{Phone: "+4930901820", OnApp: "personal", Released: true}) // going back is possible
	o.at(p, StepLogin, Waiting, "")
	if got := p.step(StepNumber).Evidence.Facts["method"]; got != "voice" {
		t.Errorf("a landline's code is to come by %q", got)
	}
}

// C7, C22: a number in the Business app is never registered; its people and chats are asked for once. An app that was set up for messages
// alone is subscribed to what its owner writes on the phone too, or nobody would see it here.
func TestCoexistence(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	o.leaf.set(func() {
		n := o.leaf.find("N1")
		n.Registered, n.Coexistence, n.Status = true, true, "CONNECTED"
		o.leaf.hook = channel.AppHook{Address: "https://in.example.com/webhooks/whatsapp", Active: true, Fields: []string{"messages"}, Missing: []string{"smb_message_echoes"}}
	})
	p := o.take(o.begin(Coexistence, 0), StepNumber, Inputs{Skip: true})
	got, err := o.c.Take(t.Context(), o.admin, p.ID(), StepLogin, Inputs{})
	o.must(err)
	if !strings.Contains(got.LoginURL, "config=c2") {
		t.Errorf("the login is %s", got.LoginURL)
	}
	p = o.login(p)
	o.at(p, StepMessage, Waiting, "")
	if o.leaf.count("register") != 0 || o.leaf.count("sync") != 1 || o.leaf.count("set hook") != 1 || !o.connection(p).Coexistence {
		t.Errorf("%v", o.leaf.calls)
	}
	left, err := o.c.Disconnect(t.Context(), o.company, p.ConnectionID(), true)
	if err != nil || len(left) != 1 || o.leaf.count("deregister") != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// registering is a procedure that waits for its PIN.
func (o *office) registering() *Procedure {
	o.Helper()
	p := o.login(o.take(o.begin(EmbeddedSignup, 0), StepNumber, Inputs{Skip: true}))
	o.at(p, StepRegister, Waiting, "")
	return p
}

// C7, G1: registrations are counted in a moving window, per number, before they are made: across procedures, restarts and
// nodes, and stopped before the platform's lock. What never left does not count.
func TestRegistrationsAreCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.registering()
		for _, pin := range []string{"", "12345", "12345a", "1234567", "１２３４５６"} {
			o.refused(p, StepRegister, Inputs{PIN: pin}, clearline.CauseInput)
		}
		o.leaf.set(func() {
			o.leaf.once["register"] = []error{&channel.SendError{Cause: clearline.CauseNetwork, Fate: clearline.Again, NotSent: true}}
			o.leaf.fail["register"] = refusalOf(clearline.CausePIN, 133005, 0)
		})
		o.refused(p, StepRegister, Inputs{PIN: "111111"}, clearline.CauseNetwork)
		if a, err := o.c.Attempts(t.Context(), o.settled(p.ID())); err != nil || a.Used != 0 {
			t.Errorf("%+v, %v", a, err)
		}
		began := o.clock.Now()
		for i := range attemptsHere {
			said := o.refused(p, StepRegister, Inputs{PIN: "111111"}, clearline.CausePIN)
			if i == 1 && !strings.Contains(said.Detail, "2 of 10") {
				t.Errorf("it says %q", said.Detail)
			}
			if i == 4 {
				o.crash()
			}
			o.clock.Advance(time.Minute)
		}
		calls := o.leaf.count("register")
		said := o.refused(p, StepRegister, Inputs{PIN: "222222"}, clearline.CauseRegisterLimit)
		if o.leaf.count("register") != calls {
			t.Error("the platform was asked all the same")
		}
		free := began.Add(AttemptWindow)
		if wait := free.Sub(o.clock.Now()); said.RetryAfter < wait-time.Minute || said.RetryAfter > wait+time.Minute || !strings.Contains(said.Detail, free.UTC().Format("15:04")) {
			t.Errorf("the next is free in %v (%s), want %v", said.RetryAfter, said.Detail, wait)
		}
		// Nobody can hide behind another procedure or another company: the number is counted.
		id, a, err := o.store.BeginCounted(t.Context(), o.company, clearline.WhatsApp, "N1", store.Registration, AttemptWindow, attemptsHere)
		if err != nil || id != 0 || a.Used != attemptsHere {
			t.Errorf("%v %+v %v", id, a, err)
		}
		if id, _, err := o.store.BeginCounted(t.Context(), o.company, clearline.WhatsApp, "N1", store.Deregistration, AttemptWindow, attemptsHere); err != nil || id == 0 {
			t.Errorf("deregistrations are counted apart: %v, %v", id, err)
		}
		o.clock.Advance(free.Sub(o.clock.Now()) + time.Second)
		o.leaf.set(func() { delete(o.leaf.fail, "register") })
		p = o.take(p, StepRegister, Inputs{PIN: "222222"})
		o.at(p, StepMessage, Waiting, "")
		// The one that is kept back was used too: two must leave the window before there is a place.
		if id, a, err := o.store.BeginCounted(t.Context(), o.company, clearline.WhatsApp, "N1", store.Registration, AttemptWindow, AttemptLimit); err != nil || id == 0 || a.Used != AttemptLimit {
			t.Errorf("the tenth: %v %+v %v", id, a, err)
		}
		id, a, err = o.store.BeginCounted(t.Context(), o.company, clearline.WhatsApp, "N1", store.Registration, AttemptWindow, attemptsHere)
		if want := began.Add(2*time.Minute + AttemptWindow); err != nil || id != 0 || a.FreeAt.Sub(want).Abs() > 30*time.Second {
			t.Errorf("free at %v, want %v; %v %v", a.FreeAt, want, id, err)
		}
	})
}

// Two nodes never take the last registration twice.
func TestLastRegistrationIsTakenOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.PostgreSQL)
	other := storetest.Open(t, o.address, o.clock)
	var mu sync.Mutex
	var got int
	var wg sync.WaitGroup
	for i := range 20 {
		s := []*store.Store{o.store, other}[i%2]
		wg.Go(func() {
			id, _, err := s.BeginCounted(t.Context(), o.company, clearline.WhatsApp, "N1", store.Registration, AttemptWindow, attemptsHere)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if id != 0 {
				got++
			}
		})
	}
	wg.Wait()
	if got != attemptsHere {
		t.Errorf("%d registrations of %d were let through", got, attemptsHere)
	}
}

// C7: each refusal of a registration has its own words and its own way on.
func TestRefusedRegistrations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		cause  clearline.Cause
		says   string
		inputs string
	}{
		"PIN mismatch":       {refusalOf(clearline.CausePIN, 133005, 0), clearline.CausePIN, "1 of 10", "pin"},
		"two-step elsewhere": {refusalOf(clearline.CauseTwoStep, 100, 2388001), clearline.CauseTwoStep, "on again", "pin"},
		"in the app":         {refusalOf(clearline.CauseInUse, 100, 2388055), clearline.CauseInUse, "Delete the account", "released"},
		"Meta's own lock":    {refusalOf(clearline.CauseRegisterLimit, 133016, 0), clearline.CauseRegisterLimit, "in vain before", "pin"},
		"no reason":          {refusalOf(clearline.CauseInvalidParam, 100, 0), clearline.CauseInvalidParam, "code 100", "pin"},
		"silence":            {silence(), clearline.CauseOutage, "did not answer", "pin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, storetest.SQLite)
			p := o.registering()
			o.leaf.set(func() { o.leaf.fail["register"] = c.err })
			o.refused(p, StepRegister, Inputs{PIN: "111111"}, c.cause)
			s := o.settled(p.ID()).step(StepRegister)
			if s.Cause != c.cause || !strings.Contains(s.Detail, c.says) || !strings.Contains(strings.Join(s.Inputs, " "), c.inputs) || s.Tries != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// An answer that got lost is looked up: the number is registered, and no second try is used up.
func TestLostAnswerToARegistration(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.registering()
	block := make(chan struct{})
	o.leaf.set(func() { o.leaf.hold["register"] = block; o.leaf.once["register"] = []error{silence()} })
	go func() {
		<-o.leaf.entered
		o.leaf.set(func() { o.leaf.find("N1").Registered, o.leaf.find("N1").Status = true, "CONNECTED" })
		close(block)
	}()
	p = o.take(p, StepRegister, Inputs{PIN: "123456"})
	o.at(p, StepMessage, Waiting, "")
	if pin, _ := o.store.PIN(t.Context(), o.company, p.ConnectionID()); pin != "123456" || o.leaf.count("register") != 1 {
		t.Errorf("PIN %q, %d registrations", pin, o.leaf.count("register"))
	}
}

// When the look after a lost answer fails too, nobody knows whether the PIN was taken: it is kept until a look tells, and is the
// number's then, whatever is entered meanwhile.
func TestLostAnswerThatCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.registering()
	block := make(chan struct{})
	o.leaf.set(func() { o.leaf.hold["register"] = block; o.leaf.once["register"] = []error{silence()} })
	go func() {
		<-o.leaf.entered
		o.leaf.set(func() { o.leaf.fail["number"] = silence() })
		close(block)
	}()
	said := o.refused(p, StepRegister, Inputs{PIN: "123456"}, clearline.CauseOutage)
	if strings.Contains(said.Detail, "is not registered.") {
		t.Errorf("claims what nobody knows: %s", said.Detail)
	}
	o.leaf.set(func() {
		delete(o.leaf.fail, "number")
		o.leaf.find("N1").Registered, o.leaf.find("N1").Status = true, "CONNECTED"
	})
	p = o.take(p, StepRegister, Inputs{PIN: "999999"})
	o.at(p, StepMessage, Waiting, "")
	if pin, _ := o.store.PIN(t.Context(), o.company, p.ConnectionID()); pin != "123456" || o.leaf.count("register") != 1 {
		t.Errorf("PIN %q, %d registrations", pin, o.leaf.count("register"))
	}
}

// C7: a number that Meta has not freed yet (133015) is tried again by itself after three and after five minutes, with the time
// shown, also by a program that was started anew meanwhile.
func TestNumberThatIsBeingFreed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.registering()
		o.leaf.set(func() { o.leaf.fail["register"] = refusalOf(clearline.CauseReleasing, 133015, 0) })
		o.refused(p, StepRegister, Inputs{PIN: "123456"}, clearline.CauseReleasing)
		tend := func() *Procedure {
			t.Helper()
			o.must(o.c.tendOnce(t.Context()))
			return o.settled(p.ID())
		}
		s := o.settled(p.ID()).step(StepRegister)
		if wait := s.AgainAt.Sub(o.clock.Now()); wait < minutes(2) || wait > minutes(3) {
			t.Errorf("again in %v", wait)
		}
		o.crash()
		tend()
		if n := o.leaf.count("register"); n != 1 {
			t.Fatalf("%d registrations before the time", n)
		}
		o.clock.Advance(minutes(3))
		s = tend().step(StepRegister)
		if wait := s.AgainAt.Sub(o.clock.Now()); o.leaf.count("register") != 2 || wait < minutes(4) || wait > minutes(5) {
			t.Errorf("%d registrations, again in %v", o.leaf.count("register"), wait)
		}
		o.clock.Advance(minutes(5))
		s = tend().step(StepRegister)
		if o.leaf.count("register") != 3 || !s.AgainAt.IsZero() || s.Cause != clearline.CauseReleasing {
			t.Errorf("%d registrations, %+v", o.leaf.count("register"), s)
		}
		o.clock.Advance(time.Hour)
		tend()
		if n := o.leaf.count("register"); n != 3 {
			t.Errorf("%d registrations: it never stops by itself", n)
		}
		o.leaf.set(func() { o.leaf.fail["register"] = refusalOf(clearline.CauseInUse, 100, 2388055) })
		o.refused(p, StepRegister, Inputs{PIN: "123456"}, clearline.CauseInUse)
		o.take(p, StepRegister, Inputs{Released: true})
		o.leaf.set(func() { delete(o.leaf.fail, "register") })
		o.clock.Advance(minutes(3))
		o.at(tend(), StepMessage, Waiting, "")
	})
}

// C7: a registration that Meta refuses because nobody has proved the number goes back to the code, and then on.
func TestOwnershipIsProvedInBetween(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.registering()
	o.leaf.set(func() {
		o.leaf.find("N1").Verified = false
		o.leaf.once["register"] = []error{refusalOf(clearline.CauseOwnership, 133006, 0)}
	})
	o.refused(p, StepRegister, Inputs{PIN: "123456"}, clearline.CauseOwnership)
	p = o.settled(p.ID())
	o.at(p, StepCode, Waiting, "")
	p = o.take(o.take(p, StepCode, Inputs{Method: "voice", Language: "pt_PT"}), StepCode, Inputs{Code: "123-456"})
	p = o.take(p, StepRegister, Inputs{PIN: "123456"})
	o.at(p, StepMessage, Waiting, "")
}

// Idempotent double posts: two clicks at once, on two nodes, register once.
func TestTwoClicksRegisterOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p := o.registering()
		other := o.c
		if e.Nodes {
			other = o.node(storetest.Open(t, o.address, o.clock))
		}
		block := make(chan struct{})
		o.leaf.set(func() { o.leaf.hold["register"] = block })
		first := make(chan error, 1)
		go func() {
			_, err := o.c.Take(t.Context(), o.admin, p.ID(), StepRegister, Inputs{PIN: "123456"})
			first <- err
		}()
		<-o.leaf.entered
		again, err := other.Take(t.Context(), o.admin, p.ID(), StepRegister, Inputs{PIN: "123456"})
		if err != nil || again.Status() != Running {
			t.Errorf("the second click: %v", err)
		}
		o.must(other.tendOnce(t.Context())) // a living node's procedure is left alone
		close(block)
		o.must(<-first)
		o.at(o.settled(p.ID()), StepMessage, Waiting, "")
		if _, err := other.Take(t.Context(), o.admin, p.ID(), StepRegister, Inputs{PIN: "123456"}); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		if n := o.leaf.count("register"); n != 1 {
			t.Errorf("registered %d times", n)
		}
	})
}

// G18: what goes around a repair: a PIN that was set anew is kept sealed, a refused one leaves the old; a registration is counted
// like those of procedures.
func TestRepairsOfThePIN(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.connected()
	id := p.ConnectionID()
	pin := func(want string) {
		t.Helper()
		if got, err := o.store.PIN(t.Context(), o.company, id); err != nil || got != want {
			t.Errorf("PIN %q, %v", got, err)
		}
	}
	no := refusalOf(clearline.CauseNotRegistered, 133010, 0)
	if err := o.c.KeepPIN(t.Context(), o.company, id, "654321", func() error { return no }); !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
	pin("123456")
	o.must(o.c.KeepPIN(t.Context(), o.company, id, "654321", func() error { return nil }))
	pin("654321")
	// Whoever leaves meanwhile has changed it all the same.
	gone, leave := context.WithCancel(t.Context())
	o.must(o.c.KeepPIN(gone, o.company, id, "654322", func() error { leave(); return nil }))
	pin("654322")
	// What was refused here was not sent, and does not count.
	wrongPIN := &clearline.Problem{Cause: clearline.CauseInput, Title: "no"}
	if err := o.c.Counted(t.Context(), o.company, id, "1", func() error { return wrongPIN }); !errors.Is(err, wrongPIN) {
		t.Errorf("%v", err)
	}
	calls := 0
	for range attemptsHere - 1 { // one was made by the procedure
		if err := o.c.Counted(t.Context(), o.company, id, "111111", func() error { calls++; return no }); !errors.Is(err, no) {
			t.Errorf("%v", err)
		}
	}
	err := o.c.Counted(t.Context(), o.company, id, "111111", func() error { calls++; return nil })
	var problem *clearline.Problem
	if !errors.As(err, &problem) || problem.Cause != clearline.CauseRegisterLimit || calls != attemptsHere-1 {
		t.Errorf("%d calls, %v", calls, err)
	}
	pin("654322")
	if err := o.c.Counted(t.Context(), o.company+1, id, "111111", func() error { return nil }); err == nil {
		t.Error("another company registers it")
	}
}
