package doctor

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/store"
)

// C16, C18: a call whose newest part is old is late; calls whose newest part is fresh while others waited were gathered,
// which platforms do when they slow their calls. One such call may be chance.
func TestLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proof clearline.Proof
		cause clearline.Cause
		says  string
	}{
		"just in time":          {clearline.Proof{Lag: 800 * time.Millisecond}, "", "0.8 s on the last call"},
		"a clock that is ahead": {clearline.Proof{Lag: -time.Second}, "", "0.0 s on the last call"},
		"late":                  {clearline.Proof{Lag: 10 * time.Minute}, clearline.CauseHookLag, "10 min late"},
		"late and apart":        {clearline.Proof{Lag: 10 * time.Minute, Spread: 30 * time.Second}, clearline.CauseHookLag, "10 min late"},
		"one short bundle":      {clearline.Proof{Lag: 31 * time.Second, Spread: 30 * time.Second, Bundles: 1}, "", "31.0 s on the last call"},
		"one long bundle":       {clearline.Proof{Lag: 80 * time.Second, Spread: 78 * time.Second, Bundles: 1}, clearline.CauseHookThrottled, "the last call held what had happened over up to 1 min"},
		"two bundles":           {clearline.Proof{Lag: 31 * time.Second, Spread: 30 * time.Second, Bundles: 2}, clearline.CauseHookThrottled, "the last 2 calls each held what had happened over up to 30 s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for age, cause := range map[time.Duration]clearline.Cause{time.Minute: c.cause, lagLife + time.Second: ""} {
				now := clock.Real()
				c.proof.ReceivedAt = now.Now().Add(-age)
				f := &flow{d: &Doctor{o: Options{Clock: now}}, x: store.Examinee{Connection: clearline.Connection{Proof: c.proof}}}
				got := f.lag(context.Background())
				result := clearline.Pass
				if cause != "" {
					result = clearline.Warn
				}
				if got.Cause != cause || got.Result != result || age < lagLife && !strings.Contains(got.Found, c.says) {
					t.Errorf("%s ago: %s %q: %s", age, got.Result, got.Cause, got.Found)
				}
			}
		})
	}
}
