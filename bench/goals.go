package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// bound is one condition on one figure.
type bound struct {
	figure string // as Result names it in JSON
	is     string // ">=", "<=", "<"
	value  float64
}

func (b bound) String() string { return b.figure + " " + b.is + " " + plainNumber(b.value) }

func (b bound) holds(v float64) bool {
	switch b.is {
	case ">=":
		return v >= b.value
	case "<=":
		return v <= b.value
	default:
		return v < b.value
	}
}

// goal is what a benchmark must show on an engine.
type goal struct {
	name   string
	engine string // sqlite, postgres; empty: both
	bounds []bound
}

// nothingWrong is part of every goal in which messages come in.
var nothingWrong = []bound{
	{"lost", "<=", 0}, {"duplicates", "<=", 0}, {"never_sent", "<=", 0}, {"altered", "<=", 0}, {"unannounced", "<=", 0},
	{"refused", "<=", 0}, {"forged_taken", "<=", 0},
}

// sendsRight is part of every goal in which messages go out.
var sendsRight = []bound{
	{"lost", "<=", 0}, {"duplicates", "<=", 0}, {"never_sent", "<=", 0}, {"altered", "<=", 0},
	{"sent_twice", "<=", 0}, {"unfinished", "<=", 0}, {"status_faults", "<=", 0},
}

// goals hold on two cores shared by the product, the generator and (on PostgreSQL) the database server.
var goals = []goal{
	// 5,000 a second is eight times the best open rival that stores before it answers (615/s, measured the same way). The ratio to
	// the bare server holds on faster and slower disks alike. The time the search needs to catch up counts.
	{"inbound", "sqlite", with(nothingWrong, bound{"per_second", ">=", 5000}, bound{"ratio", ">=", 0.35},
		bound{"ack_ms.p99", "<", 25}, bound{"cpu_ms_per_message", "<=", 0.20}, bound{"rss_mib", "<=", 200})},
	{"inbound", "postgres", with(nothingWrong, bound{"per_second", ">=", 3000}, bound{"rss_mib", "<=", 200}, bound{"deadlocks", "<=", 0})},
	// A new contact writes an address, a contact and a conversation more: seven tenths of the goal for known people.
	{"inbound-new", "sqlite", with(nothingWrong, bound{"per_second", ">=", 3500}, bound{"ratio", ">=", 0.28}, bound{"rss_mib", "<=", 200})},
	{"inbound-new", "postgres", with(nothingWrong, bound{"per_second", ">=", 2100}, bound{"rss_mib", "<=", 200}, bound{"deadlocks", "<=", 0})},
	// 640/s is a busy number at 80 messages a second, eight times over. The rate must have been reached for the delay to count.
	{"inbound-paced", "", with(nothingWrong, bound{"per_second", ">=", 630}, bound{"ack_ms.p99", "<=", 10})},
	{"single", "", with(nothingWrong, bound{"ack_ms.p50", "<", 1})},
	{"screen", "", with(nothingWrong, bound{"per_second", ">=", 630}, bound{"screen_ms.p50", "<", 5}, bound{"screen_ms.p99", "<", 15},
		bound{"events_lost", "<=", 0}, bound{"events_doubled", "<=", 0})},
	// The platform's own ceiling for a number is 1,000/s and the lane may not exceed it, so a whole second measured at either end
	// falls short by a hair: one in a hundred is allowed for that.
	{"outbound", "", with(sendsRight, bound{"per_second", ">=", 990}, bound{"rss_mib", "<=", 200})},
	{"start", "", []bound{{"ready_ms.empty", "<=", 100}, {"ready_ms.full", "<=", 300}, {"rss_mib", "<=", 30}, {"binary_mib", "<=", 40}}},
	{"doctor", "", doctorGoals},
	{"ui", "", uiGoals},
	{"reads", "", readGoals},
	{"crash", "sqlite", with(nothingWrong, sendsRight[4:]...)},
	{"crash", "postgres", with(nothingWrong, append(sendsRight[4:], bound{"deadlocks", "<=", 0})...)},
}

// doctorGoals are what users are promised: the cause by its name and green again within a minute each, a first check at once, a
// whole run in ten seconds whatever is broken.
var doctorGoals = []bound{
	{"cases", ">=", 45}, {"cases_failed", "<=", 0}, {"named_s", "<=", 60}, {"green_s", "<=", 60},
	{"first_check_p99_ms", "<=", 300}, {"full_run_p99_ms", "<=", 10_000}, {"held_check_ms", "<=", 5000},
}

// uiGoals are what a page may cost on any machine (bytes, requests), on a phone of the middle sort (a processor four times slower, 1.6 Mb/s,
// 150 ms to the server), and at a desk. Times are in ms, p95 where more than one try is named.
var uiGoals = []bound{
	{"js_kb", "<=", 130}, {"css_kb", "<=", 25}, {"font_kb", "<=", 45}, {"all_kb", "<=", 230}, {"requests", "<=", 12},
	{"phone_lcp_ms", "<=", 2000}, {"phone_openable_ms", "<=", 2500}, {"phone_warm_ms", "<=", 1000}, {"phone_cls", "<=", 0.02}, {"phone_tbt_ms", "<=", 150},
	{"desk_list_ms", "<=", 600},
	{"switch_cached_ms", "<=", 60}, {"switch_uncached_ms", "<=", 250},
	{"list_fps", ">=", 58}, {"list_slowest_frame_ms", "<=", 50}, {"list_rows", "<=", 60}, {"list_heap_mb", "<=", 20},
	{"thread_fps", ">=", 58}, {"thread_slowest_frame_ms", "<=", 50}, {"thread_rows", "<=", 60}, {"thread_heap_mb", "<=", 20},
	{"keystroke_ms", "<=", 32}, {"inp_p98_ms", "<=", 150},
	{"event_visible_ms", "<=", 150}, {"burst_fps", ">=", 50},
	{"reconnect_ms", "<=", 1000}, {"reconnect_wrong", "<=", 0},
	{"search_ms", "<=", 200},
}

func with(base []bound, more ...bound) []bound {
	return append(append([]bound{}, more...), base...)
}

func goalOf(name, engine string) (goal, bool) {
	for _, g := range goals {
		if g.name == name && (g.engine == "" || g.engine == engine) {
			return g, true
		}
	}
	return goal{}, false
}

// judge fills in goal, met and what was missed. A bound without its figure is missed, except on a running installation, whose
// processes and past we do not see: there only what was measured is judged, against the goal of the embedded engine.
func (r *Result) judge() {
	engine := r.Engine
	if engine == engineTarget {
		engine = engineSQLite
	}
	g, known := goalOf(r.Name, engine)
	r.Met = known && r.Error == ""
	var named, none []string
	for _, b := range g.bounds {
		v := r.figure(b.figure)
		if v == nil && r.Engine == engineTarget {
			continue
		}
		if b.is == "<=" && b.value == 0 {
			none = append(none, b.figure)
		} else {
			named = append(named, b.String())
		}
		for k := range r.Figures {
			if f := &r.Figures[k]; f.Name == b.figure {
				f.Goal, f.Met = b.is+" "+plainNumber(b.value), b.holds(f.Value)
			}
		}
		switch {
		case v == nil:
			r.Met = false
			r.Unmet = append(r.Unmet, b.figure+" was not measured")
		case !b.holds(*v):
			r.Met = false
			r.Unmet = append(r.Unmet, fmt.Sprintf("%s is %s, goal %s %s", b.figure, plainNumber(*v), b.is, plainNumber(b.value)))
		}
	}
	if len(none) > 0 {
		named = append(named, "no "+strings.Join(none, ", "))
	}
	r.Goal = strings.Join(named, "; ")
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
