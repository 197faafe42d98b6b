package bench

import "testing"

// I35, I37: what a stream leaves out or shows twice is counted, and each event is timed from when its message was due.
func TestScreenMeasures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bug           string
		lost, doubled bool
	}{{"", false, false}, {bugSkipsEvent, true, false}, {bugTwiceEvent, false, true}} {
		name := c.bug
		if name == "" {
			name = "no bug"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, log := run(t, Options{Name: "screen", Seconds: 1, Messages: 100, Executable: program(t, c.bug)})
			r := results[0]
			if r.EventsLost == nil || r.ScreenMS == nil || r.Streams != screens {
				t.Fatalf("figures of %+v\n%s", r, log)
			}
			if (*r.EventsLost > 0) != c.lost || (*r.EventsDoubled > 0) != c.doubled {
				t.Errorf("%d events lost, %d doubled", *r.EventsLost, *r.EventsDoubled)
			}
			if r.ScreenMS.P50 <= 0 || r.ScreenMS.P99 < r.ScreenMS.P50 || r.ScreenMS.P50 < r.AckMS.P50/2 {
				t.Errorf("screen %+v, acknowledged %+v", *r.ScreenMS, *r.AckMS)
			}
		})
	}
}
