package connect

import (
	"errors"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

const day = 24 * time.Hour

// ending is a connection whose token ends after a while.
func ending(o *office, life time.Duration, kind channel.TokenKind) (*Procedure, time.Time) {
	o.Helper()
	ends := o.clock.Now().Add(life).UTC().Truncate(time.Millisecond)
	i := info("WABA1")
	i.Kind, i.EndsAt = kind, ends
	o.leaf.set(func() { o.leaf.tokens["tok"] = i })
	return o.connected(), ends
}

// tend does what the background would.
func (o *office) tend() {
	o.Helper()
	o.must(o.c.tendOnce(o.Context()))
	o.must(o.c.renewals(o.Context()))
}

func (o *office) known(p *Procedure) store.Token {
	o.Helper()
	t, known, err := o.store.Token(o.Context(), o.company, p.ConnectionID())
	o.must(err)
	if !known {
		o.Fatal("nothing is known of the token")
	}
	return t
}

// hand lets the platform hand out a further token at the next renewal.
func (o *office) hand(token string, life time.Duration) {
	i := info("WABA1")
	if life > 0 {
		i.EndsAt = o.clock.Now().Add(life).UTC()
	}
	o.leaf.set(func() {
		o.leaf.tokens[token] = i
		o.leaf.grants = append(o.leaf.grants, channel.Grant{Token: token, Life: life})
	})
}

// C4, I52: a 60-day token is renewed ahead of its end, an endless one never; the result is seen.
func TestTokensAreRenewedAhead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p, ends := ending(o, 60*day, channel.TokenSystemUser)
		if k := o.known(p); !k.Told || !k.EndsAt.Equal(ends) || k.Renewal != store.RenewalAhead {
			t.Errorf("%+v", k)
		}
		o.clock.Advance(39 * day)
		o.tend()
		o.clock.Advance(time.Hour)
		o.tend()
		if n := o.leaf.count("renew"); n != 0 {
			t.Fatalf("renewed %d times with 20 days to go", n)
		}
		o.clock.Advance(day)
		o.hand("tok2", 60*day)
		o.tend()
		k := o.known(p)
		if o.token(p) != "tok2" || k.Renewal != store.RenewalAhead || k.EndsAt.Sub(o.clock.Now()) < 59*day || k.RenewedAt.IsZero() || k.Generation != 2 {
			t.Errorf("token %q, %+v", o.token(p), k)
		}
		o.tend()
		if n := o.leaf.count("renew"); n != 1 {
			t.Errorf("renewed %d times", n)
		}
		o.hand("tok3", 0)
		o.must(o.c.Renew(t.Context(), o.company, p.ConnectionID()))
		if k := o.known(p); o.token(p) != "tok3" || !k.EndsAt.IsZero() || k.Renewal != store.RenewalNone {
			t.Errorf("token %q, %+v", o.token(p), k)
		}
		o.clock.Advance(400 * day)
		o.tend()
		if n := o.leaf.count("renew"); n != 2 {
			t.Error("an endless token was renewed")
		}
		if err := o.c.Renew(t.Context(), o.company, p.ConnectionID()); err == nil {
			t.Error("an endless token was renewed by hand")
		}
	})
}

// C4: a renewal that fails is tried again with a growing wait, and nothing is said about the connection but by the platform's
// own word about the token: silence and refused renewals never ask for a new sign-in.
func TestFailedRenewals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p, _ := ending(o, 10*day, channel.TokenUser)
		o.leaf.set(func() { o.leaf.fail["renew"] = silence() })
		o.tend()
		k := o.known(p)
		if wait := k.NextTryAt.Sub(o.clock.Now()); k.Renewal != store.RenewalFailed || k.Cause != clearline.CauseOutage || wait > firstRenewRetry || wait < firstRenewRetry-time.Minute {
			t.Errorf("%+v, again in %v", k, wait)
		}
		o.tend()
		if n := o.leaf.count("renew"); n != 1 {
			t.Errorf("tried %d times at once", n)
		}
		o.clock.Advance(firstRenewRetry)
		o.tend()
		if k := o.known(p); k.Tries != 2 || k.NextTryAt.Sub(o.clock.Now()) < firstRenewRetry {
			t.Errorf("%+v", k)
		}
		// A refusal that speaks of the credential is looked into: the token works, so nothing is said.
		o.leaf.set(func() { o.leaf.fail["renew"] = refusalOf(clearline.CauseAuthInvalid, 190, 0) })
		o.clock.Advance(time.Hour)
		o.tend()
		if c := o.connection(p); c.Proof.Cause != "" || o.token(p) != "tok" {
			t.Errorf("%+v", c.Proof)
		}
		// C4: the platform's own word, with its cause.
		for _, cause := range []clearline.Cause{clearline.CauseAuthExpired, clearline.CauseAuthRevoked, clearline.CauseAuthPassword} {
			dead := info("WABA1")
			dead.Cause = cause
			o.leaf.set(func() { o.leaf.tokens["tok"] = dead })
			o.clock.Advance(13 * time.Hour)
			o.tend()
			if c := o.connection(p); c.Proof.Cause != cause || c.Health(o.clock.Now()).Status != clearline.StatusReauthorize {
				t.Errorf("%s: %+v", cause, c.Proof)
			}
		}
		if k := o.known(p); k.Renewal != store.RenewalFailed || o.token(p) != "tok" {
			t.Errorf("%+v: what is dead is kept until another comes", k)
		}
	})
}

// C4: a permission that was taken away later is told apart, and so is an account that the token no longer sees.
func TestWhatIsAskedOfAToken(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.SQLite)
	p := o.connected()
	o.leaf.set(func() { o.leaf.fail["debug"] = silence() })
	o.clock.Advance(25 * time.Hour)
	o.tend()
	if c := o.connection(p); c.Proof.Cause != "" {
		t.Errorf("silence was taken for an answer: %+v", c.Proof)
	}
	dead := info("WABA1")
	dead.Cause = clearline.CauseAuthRevoked
	o.leaf.set(func() { delete(o.leaf.fail, "debug"); o.leaf.tokens["tok"] = dead })
	o.clock.Advance(askAgain)
	o.tend()
	if c := o.connection(p); c.Proof.Cause != clearline.CauseAuthRevoked {
		t.Errorf("%+v", c.Proof)
	}
}

// I52: one renewal at a time across nodes; one that took long, or failed, never removes what a reconnect or another node has
// put in its place meanwhile.
func TestRenewalNeverRemovesAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		p, _ := ending(o, 10*day, channel.TokenSystemUser)
		o.tend() // takes the lease
		for name, outcome := range map[string]error{"it succeeds": nil, "it fails": silence(), "it is refused": refusalOf(clearline.CauseAuthInvalid, 190, 0)} {
			soon := info("WABA1")
			soon.EndsAt = o.clock.Now().Add(5 * day)
			before := o.known(p)
			before.EndsAt, before.Renewal, before.NextTryAt, before.Told = soon.EndsAt, store.RenewalAhead, time.Time{}, true
			o.must(o.store.NoteToken(t.Context(), before))
			block := make(chan struct{})
			o.hand("late", 60*day)
			o.leaf.set(func() {
				o.leaf.hold["renew"] = block
				o.leaf.once["renew"] = nil
				if outcome != nil {
					o.leaf.once["renew"] = []error{outcome}
				}
			})
			ended := make(chan error, 1)
			go func() {
				ended <- o.c.renewals(t.Context())
			}()
			<-o.leaf.entered
			fresh := o.known(p)
			fresh.EndsAt, fresh.Renewal, fresh.Cause, fresh.Tries = time.Time{}, store.RenewalNone, "", 0
			o.must(o.store.SwapToken(t.Context(), fresh, "by a person", nil, nil))
			close(block)
			o.must(<-ended)
			o.leaf.set(func() { delete(o.leaf.hold, "renew") })
			if k := o.known(p); o.token(p) != "by a person" || k.Renewal != store.RenewalNone || k.Cause != "" {
				t.Errorf("%s: token %q, %+v", name, o.token(p), k)
			}
		}
	})
}

// I52: the node that lost its lease while it renewed writes nothing any more, and a second living node renews nothing.
func TestRenewalIsFenced(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.PostgreSQL)
	p, _ := ending(o, 10*day, channel.TokenSystemUser)
	second := o.node(storetest.Open(t, o.address, o.clock))
	o.hand("tok2", 60*day)
	block := make(chan struct{})
	o.leaf.set(func() { o.leaf.hold["renew"] = block })
	ended := make(chan error, 1)
	go func() {
		ended <- o.c.renewals(t.Context())
	}()
	<-o.leaf.entered
	o.must(second.renewals(t.Context()))
	if second.tokens.Mine() || o.leaf.count("renew") != 1 {
		t.Errorf("two nodes renew at once: %d", o.leaf.count("renew"))
	}
	// The first falls silent: its row goes, and the second takes over.
	if _, err := storetest.SQL(t, o.address).Exec(`DELETE FROM nodes WHERE node_id = $1`, o.store.NodeID()); err != nil {
		t.Fatal(err)
	}
	if _, err := second.tokens.Look(t.Context()); err != nil || !second.tokens.Mine() {
		t.Fatalf("the lease did not move: %v", err)
	}
	close(block)
	o.must(<-ended)
	if k := o.known(p); o.token(p) != "tok" || k.Generation != 1 {
		t.Errorf("the fenced node has written: token %q, %+v", o.token(p), k)
	}
	if err := o.store.SwapToken(t.Context(), o.known(p), "x", nil, &store.Lease{Name: "tokens", Node: 1, Epoch: 1}); !errors.Is(err, store.ErrFenced) {
		t.Errorf("an old lease writes: %v", err)
	}
}

// A node that dies in the middle of a step: another one takes the procedure up, and a living one's is left alone.
func TestAnotherNodeTakesUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.PostgreSQL)
	p := o.registering()
	block := make(chan struct{})
	defer close(block)
	o.leaf.set(func() { o.leaf.hold["register"] = block })
	go o.c.Take(t.Context(), o.admin, p.ID(), StepRegister, Inputs{PIN: "123456"})
	<-o.leaf.entered
	second := o.node(storetest.Open(t, o.address, o.clock))
	if _, err := storetest.SQL(t, o.address).Exec(`DELETE FROM nodes WHERE node_id = $1`, o.store.NodeID()); err != nil {
		t.Fatal(err)
	}
	o.must(second.tendOnce(t.Context()))
	second.steps.Wait()
	got, err := second.Procedure(t.Context(), o.company, p.ID())
	o.must(err)
	if s := got.step(StepRegister); got.Status() != Waiting || s.Evidence == nil || got.row.PIN != "" {
		t.Errorf("%s %+v", got.Status(), s)
	}
	if n := o.leaf.count("register"); n != 1 {
		t.Errorf("registered %d times: nobody knows whether the first try was taken", n)
	}
	if a, err := second.Attempts(t.Context(), got); err != nil || a.Used != 1 {
		t.Errorf("%+v, %v: what was cut off counts", a, err)
	}
}

// A step whose end the database refuses stays this node's: no other node takes it up while this one lives, so this one comes back
// to it by itself, whoever holds the lease.
func TestStepThatCouldNotBeStored(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.PostgreSQL)
	p := o.registering()
	second := o.node(storetest.Open(t, o.address, o.clock))
	o.must(second.tendOnce(t.Context()))
	if !second.owner.Mine() {
		t.Fatal("the second node does not hold the lease")
	}
	block, ended := make(chan struct{}), make(chan error, 1)
	o.leaf.set(func() { o.leaf.hold["register"] = block })
	go func() {
		_, err := o.c.Take(t.Context(), o.admin, p.ID(), StepRegister, Inputs{PIN: "123456"})
		ended <- err
	}()
	<-o.leaf.entered
	sql := storetest.SQL(t, o.address)
	for _, text := range []string{`ALTER TABLE procedures ADD CONSTRAINT broken CHECK (version < 0) NOT VALID`, `ALTER TABLE procedures DROP CONSTRAINT broken`} {
		if _, err := sql.Exec(text); err != nil {
			t.Fatal(err)
		}
		if block != nil {
			close(block)
			block = nil
			if err := <-ended; err == nil {
				t.Fatal("the step was stored")
			}
		}
	}
	o.must(second.tendOnce(t.Context()))
	second.steps.Wait()
	if got, err := o.c.Procedure(t.Context(), o.company, p.ID()); err != nil || got.Status() != Running {
		t.Errorf("%v, %v: a living node's step was taken", got.Status(), err)
	}
	o.must(o.c.tendOnce(t.Context()))
	o.c.steps.Wait()
	o.at(o.settled(p.ID()), StepMessage, Waiting, "")
}
