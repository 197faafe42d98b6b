package dispatch

import (
	"testing"
	"time"

	"github.com/clearline/clearline/store"
)

// C24: what comes in and goes out counts together, second by second; what the platform hands over late counts for the minute and
// not for the second; what was handed out is not handed out again.
func TestMeter(t *testing.T) {
	t.Parallel()
	m := newMeter()
	k := laneKey{1, 2}
	at := time.Date(2026, 5, 6, 7, 8, 0, 0, time.UTC)
	m.note(k, at, 3, 0, 3)
	m.note(k, at.Add(500*time.Millisecond), 0, 4, 0)
	m.note(k, at.Add(time.Second), 900, 1, 0) // a bundle of an hour ago
	m.note(laneKey{1, 3}, at, 0, 50, 0)
	m.note(k, at.Add(time.Minute), 1, 0, 1)
	want := map[time.Time]store.Load{
		at:                  {CompanyID: 1, ConnectionID: 2, Minute: at, Received: 903, Sent: 5, Peak: 7},
		at.Add(time.Minute): {CompanyID: 1, ConnectionID: 2, Minute: at.Add(time.Minute), Received: 1, Peak: 1},
	}
	all := m.take()
	if len(all) != 1 || len(all[1]) != 3 {
		t.Fatalf("%+v", all)
	}
	for _, l := range all[1] {
		if l.ConnectionID == 2 && l != want[l.Minute] {
			t.Errorf("%+v, want %+v", l, want[l.Minute])
		}
	}
	m.note(k, at.Add(time.Minute), 0, 2, 0)
	again := m.take()[1]
	if len(again) != 1 || again[0].Sent != 2 || again[0].Received != 0 || again[0].Peak != 3 {
		t.Errorf("afterwards %+v", again)
	}
	if left := m.take(); len(left) != 0 {
		t.Errorf("left %+v", left)
	}
}
