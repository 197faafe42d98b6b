package doctor

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
	"github.com/clearline/clearline/store/storetest"
)

// blocked is a platform whose one check waits until it is given up.
type blocked struct{ entered chan struct{} }

func (b blocked) Checks(channel.Subject) []channel.Check {
	return []channel.Check{{ID: "blocked", Title: "Blocked", Run: func(ctx context.Context) channel.Outcome {
		select {
		case b.entered <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return channel.Outcome{Result: clearline.CouldNotTell}
	}}}
}

// surgery is a doctor with one connection, not started.
func surgery(t *testing.T, e storetest.Engine, leaf any) (d *Doctor, c clearline.Connection, shifted *clock.Shifted) {
	t.Helper()
	shifted = clock.NewShifted()
	s := storetest.Open(t, e.Database(t), shifted)
	company, err := s.AddCompany(t.Context(), "Aurora")
	if err != nil {
		t.Fatal(err)
	}
	app, err := s.AddApp(t.Context(), clearline.App{CompanyID: company.ID, Platform: clearline.WhatsApp, Secret: "s", VerifyToken: "v"})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = s.AddConnection(t.Context(), clearline.Connection{CompanyID: company.ID, Platform: clearline.WhatsApp, Account: "1", Parent: "2"}, app, "token"); err != nil {
		t.Fatal(err)
	}
	d = New(Options{Store: s, Clock: shifted, Log: slog.New(slog.DiscardHandler), Calls: NewCalls(shifted), Local: true, Mine: func(_, _ clearline.ID) bool { return true },
		Leaves: map[clearline.Platform]any{clearline.WhatsApp: leaf}})
	t.Cleanup(d.Stop)
	return d, c, shifted
}

func (d *Doctor) examinedAt(t *testing.T, c clearline.Connection) time.Time {
	t.Helper()
	all, err := d.o.Store.Examined(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all[c.ID].EndedAt
}

// An alarm that finds no room for its examination, or refused calls that do, are not forgotten: they have their turn with the
// next round.
func TestAlarmsWaitForRoom(t *testing.T) {
	t.Parallel()
	for name, alarm := range map[string]func(clearline.Connection) store.Alarm{
		"of a connection": func(c clearline.Connection) store.Alarm {
			return store.Alarm{CompanyID: c.CompanyID, ConnectionID: c.ID, Cause: clearline.CauseHookOff}
		},
		"of an app": func(c clearline.Connection) store.Alarm {
			return store.Alarm{CompanyID: c.CompanyID, AppID: c.AppID, Cause: clearline.CauseHookSignature}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, c, shifted := surgery(t, storetest.SQLite, struct{}{})
			c, err := d.o.Store.Connection(t.Context(), c.CompanyID, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			e := store.Examination{CompanyID: c.CompanyID, ConnectionID: c.ID, EndedAt: shifted.Now(), Status: clearline.Pass}
			if err := d.o.Store.SaveExamination(t.Context(), &e, nil, nil, func([]store.FindingRow) error { e.Body = []byte("{}"); return nil }); err != nil {
				t.Fatal(err)
			}
			before := d.examinedAt(t, c)
			shifted.Advance(calm + gather)
			d.alarmed(alarm(c))
			shifted.Advance(gather)
			full, free := make(chan struct{}, 1), make(chan struct{}, 1)
			full <- struct{}{}
			for _, room := range []chan struct{}{full, free} {
				var under sync.WaitGroup
				if err := d.round(t.Context(), &under, room); err != nil {
					t.Fatal(err)
				}
				under.Wait()
				if got := d.examinedAt(t, c).After(before); got != (room == free) {
					t.Errorf("examined: %v, room: %v", got, room == free)
				}
			}
		})
	}
}

// I63: a doctor that stops gives its leases back, and holds nobody who waits for it.
func TestStopGivesLeasesBack(t *testing.T) {
	t.Parallel()
	b := blocked{make(chan struct{}, 1)}
	d, c, _ := surgery(t, storetest.SQLite, b)
	ended := make(chan error, 1)
	go func() {
		_, err := d.Examine(context.Background(), c.CompanyID, c.ID, func(CheckReport) {})
		ended <- err
	}()
	<-b.entered
	ctx, release := d.within(t.Context())
	defer release()
	d.Stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if ctx.Err() == nil {
		t.Error("a test goes on after the doctor")
	}
	leases, err := d.o.Store.Leases(t.Context())
	if err != nil || leases[leaseName(c.ID)].Epoch != 0 {
		t.Errorf("%+v, %v", leases, err)
	}
}

// A connection that was ended is neither examined nor repaired: it has no credential to ask with.
func TestEndedConnectionIsLeftAlone(t *testing.T) {
	t.Parallel()
	d, c, _ := surgery(t, storetest.SQLite, struct{}{})
	if err := d.o.Store.Disconnect(t.Context(), c.CompanyID, c.ID); err != nil {
		t.Fatal(err)
	}
	_, examined := d.Examine(t.Context(), c.CompanyID, c.ID, func(CheckReport) {})
	_, fixed := d.Fix(t.Context(), c.CompanyID, c.ID, 0, channel.Repair{Action: actionCheck}, false)
	_, _, tried := d.Try(t.Context(), c.CompanyID, c.ID, 0, TrialWebhook, "", func(Hop) {})
	for _, err := range []error{examined, fixed, tried} {
		var p *clearline.Problem
		if !errors.As(err, &p) || p.Cause != clearline.CauseEnded {
			t.Errorf("%v", err)
		}
	}
}

// An address that swallows every call does not hide the one beside it that answers; when none does, the first is spoken of.
func TestAddressesAreTriedSideBySide(t *testing.T) {
	t.Parallel()
	silent, good, closed := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	no := errors.New("refused")
	dial := func(ctx context.Context, a netip.Addr) (net.Conn, error) {
		switch a {
		case silent:
			<-ctx.Done()
			return nil, ctx.Err()
		case closed:
			return nil, no
		}
		conn, other := net.Pipe()
		other.Close()
		return conn, nil
	}
	conn, err := reachAny(t.Context(), []netip.Addr{silent, closed, good}, dial)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if _, err := reachAny(t.Context(), []netip.Addr{closed}, dial); !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
	if _, err := reachAny(t.Context(), nil, dial); err == nil {
		t.Error("no address, and no error")
	}
}
