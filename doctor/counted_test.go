package doctor

import (
	"context"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// C17: one is not many: counts in what was found and on the pages have their noun and verb.
func TestOneIsNotMany(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 replies are", 1: "1 reply is", 2: "2 replies are"} {
		if got := counted(n, "reply is", "replies are"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{1: "1 other was refused in 30 minutes", 2: "2 others were refused in 30 minutes"} {
		c := clock.NewShifted()
		x := store.Examinee{Connection: clearline.Connection{Proof: clearline.Proof{ReceivedAt: c.Now()}}}
		f := &flow{d: &Doctor{o: Options{Clock: c}}, x: x, forged: n, forgedAt: c.Now().Add(-time.Minute)}
		if got := f.signature(context.Background()).Found; got != "right on the last call, 0 s ago; "+want {
			t.Errorf("%d: %q", n, got)
		}
	}
	for n, want := range map[int]string{1: "1 reply is waiting.", 3: "3 replies are waiting."} {
		got := playbook.Fill("{waiting} waiting.", playbook.Values{"waiting": counted(n, "reply is", "replies are")})
		if got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
