package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// open is an empty installation.
func open(t *testing.T) (*Accounts, *store.Store, *clock.Shifted) {
	t.Helper()
	key, err := seal.New(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewShifted()
	s, err := store.Open(t.Context(), store.Options{Database: filepath.Join(t.TempDir(), "a.db"), Clock: c, Log: slog.New(slog.DiscardHandler), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(s, c), s, c
}

// member is a person of a new company with a password.
func member(t *testing.T, a *Accounts, s *store.Store, email, password string) clearline.User {
	t.Helper()
	c, err := s.AddCompany(t.Context(), "Aurora")
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.AddUser(t.Context(), clearline.User{CompanyID: c.ID, Name: "Bia", Email: email, Role: clearline.RoleAgent})
	if err != nil {
		t.Fatal(err)
	}
	if password == "" {
		return u
	}
	code, err := a.Invite(t.Context(), u)
	if err == nil {
		_, err = a.Welcome(t.Context(), code, password, "", Visit{Address: "10.0.0.1"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// I48: every try costs exactly one hash, whatever there is to compare with, so that its time tells nothing.
func TestEveryTryCostsOneHash(t *testing.T) {
	t.Parallel()
	a, s, _ := open(t)
	const password = "seven small lanterns"
	member(t, a, s, "bia@example.org", password)
	gone := member(t, a, s, "gone@example.org", password)
	if err := s.ChangeUser(t.Context(), gone.CompanyID, gone.ID, store.UserChange{Active: new(bool)}); errors.Is(err, store.ErrAbsent) || err != nil {
		t.Fatal(err)
	}
	member(t, a, s, "invited@example.org", "")
	member(t, a, s, "two@example.org", password)
	member(t, a, s, "two@example.org", "nine quiet rivers") // the same address in another company
	member(t, a, s, "three@example.org", "")
	member(t, a, s, "three@example.org", password)
	for i, c := range []struct {
		email, password string
		in              bool
	}{
		{"bia@example.org", password, true}, {"bia@example.org", "wrong", false}, {"nobody@example.org", password, false}, {"gone@example.org", password, false},
		{"invited@example.org", password, false}, {"two@example.org", password, true}, {"two@example.org", "nine quiet rivers", true}, {"two@example.org", "wrong", false},
		{"three@example.org", password, true}, {"", "", false}, {"bia@example.org", strings.Repeat("x", 100_000), false},
	} {
		before := a.hasher.computed.Load()
		_, err := a.SignInWith(t.Context(), c.email, c.password, Visit{Address: fmt.Sprint("10.1.0.", i)})
		if (err == nil) != c.in || err != nil && !errors.Is(err, errPassword) {
			t.Errorf("%s with %.20q: %v", c.email, c.password, err)
		}
		if n := a.hasher.computed.Load() - before; n != 1 {
			t.Errorf("%s with %.20q cost %d hashes", c.email, c.password, n)
		}
	}
}

// A flood of sign-ins is answered "not now" instead of taking all memory, and none of it counts as a wrong password.
func TestHashesAreBounded(t *testing.T) {
	t.Parallel()
	a, s, _ := open(t)
	member(t, a, s, "bia@example.org", "seven small lanterns")
	for range hashesAtOnce {
		a.hasher.slots <- struct{}{}
	}
	var wg sync.WaitGroup
	busy := make(chan error, hashesWaiting+50)
	for i := range hashesWaiting + 50 {
		wg.Go(func() {
			_, err := a.SignInWith(t.Context(), "bia@example.org", "guess", Visit{Address: fmt.Sprint("10.2.0.", i)})
			busy <- err
		})
	}
	var now, later int
	for range 50 {
		var p *clearline.Problem
		if err := <-busy; errors.As(err, &p) && (p.Cause == clearline.CauseBusy || p.Cause == clearline.CauseTooMany) && p.RetryAfter > 0 {
			now++
		} else {
			later++
		}
	}
	if now != 50 || later != 0 {
		t.Errorf("%d were refused at once, %d otherwise", now, later)
	}
	for range hashesAtOnce {
		<-a.hasher.slots
	}
	wg.Wait()
	if n := a.hasher.waiting.Load(); n != 0 || len(a.hasher.slots) != 0 {
		t.Errorf("%d wait, %d compute afterwards", n, len(a.hasher.slots))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range hashesAtOnce {
		a.hasher.slots <- struct{}{}
	}
	if _, err := a.hasher.hash(ctx, "x", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who has gone: %v", err)
	}
}

// A password is stored as a PHC string that says its cost, never twice the same, and computed anew when the cost has changed.
func TestStoredPasswords(t *testing.T) {
	t.Parallel()
	a, s, _ := open(t)
	const password = "sieben kleine Lämpchen"
	u := member(t, a, s, "bia@example.org", password)
	stored := func() string {
		t.Helper()
		p, err := s.Password(t.Context(), u.CompanyID, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := stored()
	if !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s", first)
	}
	again, err := a.hasher.hash(t.Context(), password, nil)
	if err != nil || again == first {
		t.Errorf("the same twice: %s, %v", again, err)
	}
	// Written with a combining mark it is the same password: keyboards differ.
	if i, err := a.hasher.matches(t.Context(), strings.ReplaceAll(password, "ä", "a\u0308"), []string{"", first}[1:]); i != 0 || err != nil {
		t.Errorf("%d, %v", i, err)
	}
	p, err := parsePHC(first)
	if err != nil || p.old() {
		t.Fatalf("%+v, %v", p, err)
	}
	cheap := "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$" // the same password at a cost of long ago
	cheap += cheapSum(password)
	if err := s.RehashPassword(t.Context(), u.CompanyID, u.ID, first, cheap); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SignInWith(t.Context(), u.Email, password, Visit{}); err != nil {
		t.Fatal(err)
	}
	if now := stored(); now == cheap || !strings.Contains(now, "m=19456") {
		t.Errorf("it is still %s", now)
	}
	// I55: what cannot be read lets nobody in.
	for _, broken := range []string{"x", "$argon2id$v=19$m=0,t=2,p=1$AAAA$AAAA", "$argon2i$v=19$m=8,t=2,p=1$AAAA$AAAA", "$argon2id$v=16$m=8,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=8,t=2$AAAA$AAAA", "$argon2id$v=19$m=8,t=2,p=1$!$AAAA",
		"$argon2id$v=19$m=8,t=2,p=1$AAAA$!", "$argon2id$v=19$m=8,t=2,p=1$AAAA$"} {
		if i, err := a.hasher.matches(t.Context(), "", []string{broken}); i >= 0 || err == nil {
			t.Errorf("%s: %d, %v", broken, i, err)
		}
	}
}

// standing is a clock that moves only when it is told.
type standing struct {
	clock.Clock
	at time.Time
}

func (s *standing) Now() time.Time { return s.at }

// I48: the waits are the same for an account and for none, try by try, and grow up to five minutes.
func TestWaitsTellNothing(t *testing.T) {
	t.Parallel()
	c := &standing{at: time.Now()}
	th := newThrottle(c)
	th.entry("k " + clearline.EmailKey("bia@example.org") + " 10.0.0.1").last = c.at // where Bia has signed in
	waits := func(email string) (all []time.Duration) {
		for i := range 24 {
			_, err := th.begin(email, fmt.Sprint("10.1.0.", i))
			var p *clearline.Problem
			if errors.As(err, &p) {
				all = append(all, p.RetryAfter)
				c.at = c.at.Add(p.RetryAfter)
			} else {
				all = append(all, 0)
			}
		}
		return all
	}
	known, unknown := waits("bia@example.org"), waits("nobody@example.org")
	if !slices.Equal(known, unknown) {
		t.Errorf("an account waits %v, none waits %v", known, unknown)
	}
	if known[5] != firstWait || slices.Max(known) != longestWait {
		t.Errorf("the waits are %v", known)
	}
}

// I68: what the throttle remembers has a bound, and what is quiet is forgotten.
func TestThrottleIsBounded(t *testing.T) {
	t.Parallel()
	c := clock.NewShifted()
	th := newThrottle(c)
	for i := range throttled + 1000 {
		if _, err := th.begin(fmt.Sprint(i, "@example.org"), fmt.Sprint("10.", i>>16&255, ".", i>>8&255, ".", i&255)); err != nil {
			t.Fatal(err)
		}
	}
	if len(th.all) > throttled || th.used.Len() != len(th.all) {
		t.Errorf("%d entries, %d in the list", len(th.all), th.used.Len())
	}
	for range 40 {
		_, _ = th.begin("bia@example.org", "10.0.0.1")
		c.Advance(longestWait)
	}
	c.Advance(forgivenAfter)
	for i := range accountFree {
		if _, err := th.begin("bia@example.org", "10.0.0.1"); err != nil {
			t.Errorf("try %d after an hour of quiet: %v", i, err)
		}
	}
	if _, err := th.begin("bia@example.org", "10.0.0.1"); err == nil {
		t.Error("then it does not begin anew")
	}
	// Everything at once counts before any of it is looked at.
	var wg sync.WaitGroup
	let := make(chan bool, 100)
	for range 100 {
		wg.Go(func() {
			_, err := th.begin("caio@example.org", "10.0.0.2")
			let <- err == nil
		})
	}
	wg.Wait()
	close(let)
	n := 0
	for ok := range let {
		if ok {
			n++
		}
	}
	if n != accountFree {
		t.Errorf("%d of 100 tries at once were let through", n)
	}
}

// Each role may what the weaker one may, an unknown role nothing.
func TestRightsGrow(t *testing.T) {
	t.Parallel()
	var before []Right
	for _, role := range clearline.Roles {
		now := RightsOf(role)
		for _, r := range before {
			if !slices.Contains(now, r) {
				t.Errorf("%s lacks %s", role, r)
			}
		}
		if len(now) <= len(before) {
			t.Errorf("%s may no more than the weaker role", role)
		}
		before = now
	}
	if len(RightsOf("king")) != 0 || (Caller{Role: "king"}).May(Read) || (Caller{}).May(Own) || Right("").Known() || Right("all").Known() {
		t.Error("what is not in the table is allowed")
	}
	if got := WhoMay(ManagePeople); !slices.Equal(got, []clearline.Role{clearline.RoleAdmin, clearline.RoleOwner}) {
		t.Errorf("%v", got)
	}
}

// A code that is spent or over, and an empty one, lets nobody in (I53).
func TestEmptyNeverMatches(t *testing.T) {
	t.Parallel()
	a, s, c := open(t)
	u := member(t, a, s, "bia@example.org", "seven small lanterns")
	code, err := a.NewCode(t.Context(), u, time.Minute, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(string) error{
		"key":     func(x string) error { _, err := a.Key(t.Context(), x); return err },
		"session": func(x string) error { _, err := a.Session(t.Context(), x); return err },
		"link":    func(x string) error { _, err := a.SignIn(t.Context(), x, Visit{}); return err },
	} {
		for _, x := range []string{"", "x", code + "x"} {
			if err := f(x); !errors.Is(err, ErrSignIn) {
				t.Errorf("%s %q: %v", name, x, err)
			}
		}
	}
	if _, err := a.SignIn(t.Context(), code, Visit{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SignIn(t.Context(), code, Visit{}); !errors.Is(err, ErrSignIn) {
		t.Errorf("twice: %v", err)
	}
	late, err := a.NewCode(t.Context(), u, time.Minute, true)
	if err != nil {
		t.Fatal(err)
	}
	c.Advance(time.Minute)
	if _, err := a.SignIn(t.Context(), late, Visit{}); !errors.Is(err, ErrSignIn) {
		t.Errorf("after its end: %v", err)
	}
}

// cheapSum is the sum of a password at a cost that nobody should use.
func cheapSum(password string) string {
	return base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), []byte("saltsaltsaltsalt"), 1, 8, 1, hashBytes))
}
