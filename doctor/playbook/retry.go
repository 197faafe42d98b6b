package playbook

import (
	"fmt"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Retry is what becomes of a message that was refused. The way out (package dispatch) decides it; a test there holds
// the two together.
type Retry string

const (
	// Stop: the message fails; only a person may try again.
	Stop Retry = "stop"
	// Held: the connection waits for a person; its messages go out once it works again.
	Held Retry = "held"
	// Hold: everything waits, then the message goes once more.
	Hold Retry = "hold"
	// Slow: the connection goes on more slowly.
	Slow Retry = "slow"
	// SlowPair: only the messages to this person wait.
	SlowPair Retry = "slow_pair"
	// Again: it surely did not leave and is sent again.
	Again Retry = "again"
	// Unsure: it may have arrived, so nothing is repeated without a person.
	Unsure Retry = "unsure"
	// NotSending: the cause is not about a message on its way out.
	NotSending Retry = "not_sending"
)

// retries say each rule in words, and the first wait where the program repeats by itself.
var retries = map[Retry]struct {
	wait time.Duration
	rule string
}{
	Stop: {0, "Not repeated by itself: the same request would be refused again."},
	Held: {time.Minute, "The connection's messages wait in order. One is tried every minute, and all go out once it works, as far as their reply window still allows. " +
		"A failure reported after the platform had taken a message is not repeated by itself."},
	Hold: {5 * time.Minute, "All messages of the connection wait 5 minutes, then this one goes once more, marked as a repeat. After a second refusal it fails, and a person decides."},
	Slow: {time.Second, "The order is kept. The connection slows down and sends it again by itself."},
	SlowPair: {4 * time.Second, "Only the messages to this person wait. It is tried again after 4 seconds, then after ever longer waits of at most 10 minutes; " +
		"the rest of the connection goes on."},
	Again:      {time.Second, "Sent again by itself, because it surely did not leave. The wait grows from 1 second to 1 minute."},
	Unsure:     {0, "Never repeated by itself: it may have arrived. A person decides, knowing that it could arrive twice."},
	NotSending: {0, "Nothing is repeated by itself: this is not about a message on its way out."},
}

// longestSlow is the longest that a connection slows down for on the catalogue's word alone.
const longestSlow = 5 * time.Minute

// RetryOf is the rule for a number of the platform: the one that the way out follows when a send is refused with it.
func RetryOf(f channel.Fault) Retry {
	if f.Fate == clearline.Stop && (f.Cause.Reauthorizes() || f.Cause.Disconnects()) {
		return Held
	}
	return map[clearline.Fate]Retry{clearline.Stop: Stop, clearline.Again: Again, clearline.Hold: Hold, clearline.Unknown: Unsure, clearline.Slow: Slow,
		clearline.SlowPair: SlowPair}[f.Fate]
}

// RetryView is a retry rule as the API and the command line show it.
type RetryView struct {
	Automatic    bool   `json:"automatic" doc:"whether the program tries again by itself"`
	AfterSeconds int    `json:"after_seconds" doc:"the first wait: the program's when automatic, else what to let pass before a person tries; 0 for none"`
	Rule         string `json:"rule"`
}

// view is the rule in words. seconds is the catalogue's wait, 0 when it has none; again tells whether a person's own new
// try can succeed.
func (r Retry) view(seconds int, again bool) RetryView {
	wait := retries[r].wait
	v := RetryView{Automatic: wait > 0, AfterSeconds: int(wait.Seconds()), Rule: retries[r].rule}
	if r == Stop && again {
		v.Rule = "Not repeated by itself. A person can send it again once the reason is gone."
	}
	switch r {
	case Slow:
		v.AfterSeconds = min(max(v.AfterSeconds, seconds), int(longestSlow.Seconds()))
	case Stop, NotSending:
		if v.AfterSeconds = seconds; seconds > 0 {
			v.Rule = fmt.Sprintf("Not repeated by itself. A new try makes sense after %s at the earliest.", lasting(time.Duration(seconds)*time.Second))
		}
	}
	return v
}

// lasting writes a duration as people say it: 72 hours, 5 minutes.
func lasting(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := d / unit.of; n > 0 && d%unit.of == 0 {
			return fmt.Sprintf("%d %s", n, unit.name+strings.Repeat("s", int(min(n-1, 1))))
		}
	}
	return d.String()
}
