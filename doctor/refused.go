package doctor

import (
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// repairsLooked is how many of a connection's last repairs are looked at: what people change in its profile is among them.
const repairsLooked = 100

// purposes are what repairs are for: of those with one purpose only the last one counts.
var purposes = map[string]string{
	"register": "register", "set_pin": "register", "verify_code": "register", "request_code": "code", "subscribe": "address", "point_here": "address",
}

// refusedRepairs are what the platform said no to when somebody tried to repair a connection: an address that it could not
// check, a PIN that was wrong. It stands until a repair for the same purpose goes through, or grows old. The repairs come
// with the newest first.
func refusedRepairs(repairs []store.Repair, since time.Time) (all []channel.Refusal) {
	judged := map[string]bool{}
	for _, r := range repairs {
		purpose := purposes[r.Action]
		if purpose == "" || judged[purpose] {
			continue
		}
		judged[purpose] = true
		if r.Cause != "" && r.At.After(since) {
			all = append(all, channel.Refusal{At: r.At, Cause: r.Cause})
		}
	}
	return all
}

// unsettled leaves out refusals that a repair has answered since: a number that was registered is no longer refused for
// not being so.
func unsettled(refusals []channel.Refusal, repairs []store.Repair) []channel.Refusal {
	return slices.DeleteFunc(slices.Clone(refusals), func(f channel.Refusal) bool {
		return f.Cause == clearline.CauseNotRegistered && slices.ContainsFunc(repairs, func(r store.Repair) bool {
			return r.Action == "register" && r.Cause == "" && r.At.After(f.At)
		})
	})
}
