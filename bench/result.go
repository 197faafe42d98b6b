package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Result is one line of output: what a benchmark measured, and whether that meets its goal. Figures that do not apply are left out.
type Result struct {
	Name      string   `json:"name"`
	Engine    string   `json:"engine"`  // sqlite, postgres, or target: an installation we know nothing about
	Seconds   float64  `json:"seconds"` // measured, without preparation and checks
	Nodes     int      `json:"nodes"`
	Messages  *int64   `json:"messages,omitempty"` // handed in, or composed, while measuring
	Stored    *int64   `json:"stored,omitempty"`   // messages there before measuring began
	Cycles    int      `json:"cycles,omitempty"`   // of kill -9 and restart
	PerSecond *float64 `json:"per_second,omitempty"`
	CaughtUp  *float64 `json:"search_caught_up_s,omitempty"` // part of the seconds: after the last message, until the search knew all
	AckMS     *Spread  `json:"ack_ms,omitempty"`             // from the request (or, at a fixed rate, from when it was due) to its answer
	ScreenMS  *Spread  `json:"screen_ms,omitempty"`          // from when a message was due at the webhook until its event was read, on all streams
	Streams   int      `json:"streams,omitempty"`            // agents' browsers that read the stream meanwhile
	// CPUPerMessage is user and system time of the product's processes, work put off until later included.
	CPUPerMessage *float64 `json:"cpu_ms_per_message,omitempty"`
	RSS           *float64 `json:"rss_mib,omitempty"` // peak under load; in start: at rest
	// DiskBytes reached the device's queue, in whole pages; WrittenBytes is what the product's processes wrote, whatever became of it
	// (answers included). The database server's own are not in them.
	DiskBytes    *float64 `json:"disk_bytes_per_message,omitempty"`
	WrittenBytes *float64 `json:"written_bytes_per_message,omitempty"`

	EventsLost    *int64 `json:"events_lost,omitempty"`    // changes that a stream did not show, over all streams
	EventsDoubled *int64 `json:"events_doubled,omitempty"` // that it showed twice, or out of order

	Lost         *int64   `json:"lost,omitempty"`
	Duplicates   *int64   `json:"duplicates,omitempty"`
	NeverSent    *int64   `json:"never_sent,omitempty"`
	Altered      *int64   `json:"altered,omitempty"` // with another text, or in somebody else's conversation
	Unannounced  *int64   `json:"unannounced,omitempty"`
	Refused      *int64   `json:"refused,omitempty"`      // authentic messages answered with anything but 2xx, or not at all
	ForgedTaken  *int64   `json:"forged_taken,omitempty"` // deliveries with a wrong signature that were answered 2xx
	SentTwice    *int64   `json:"sent_twice,omitempty"`
	Unfinished   *int64   `json:"unfinished,omitempty"`       // sends without a final state
	StatusFaults *int64   `json:"status_faults,omitempty"`    // sends shown as less, or other, than the platform reported
	Unconfirmed  *int64   `json:"unconfirmed,omitempty"`      // sends that never left and wait for an agent's decision: no fault
	Deadlocks    *int64   `json:"deadlocks,omitempty"`        // as PostgreSQL counts them
	SlowestStart *float64 `json:"slowest_start_ms,omitempty"` // from exec to ready, after a kill

	ReadyMS   *ReadyTimes `json:"ready_ms,omitempty"`
	BinaryMiB *float64    `json:"binary_mib,omitempty"`

	// Limit is what the bare server with one SQLite row did in the same run; LimitFile the one with a file. Ratio and RatioFile are
	// ours divided by theirs.
	Limit     *Rate    `json:"limit,omitempty"`
	LimitFile *Rate    `json:"limit_file,omitempty"`
	Ratio     *float64 `json:"ratio,omitempty"`
	RatioFile *float64 `json:"ratio_file,omitempty"`

	Figures []Figure `json:"figures,omitempty"` // of a page, each with its own goal

	Cores int    `json:"cores"` // processors that all of it shared, the generator included
	Goal  string `json:"goal"`
	Met   bool   `json:"met"`
	// Unmet names the bounds that were missed, with the figures.
	Unmet []string `json:"unmet,omitempty"`
	// Examples cites the first few deviations the checker found.
	Examples []string `json:"examples,omitempty"`
	Error    string   `json:"error,omitempty"` // why the benchmark could not be run to its end
}

// Spread is the middle and the slow end of many durations, in milliseconds.
type Spread struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func (s *Spread) figure(name string) *float64 {
	switch {
	case s == nil:
		return nil
	case strings.HasSuffix(name, ".p50"):
		return &s.P50
	}
	return &s.P99
}

// Rate is a throughput.
type Rate struct {
	PerSecond float64 `json:"per_second"`
}

// ReadyTimes is the time from exec to the first 200 of /readyz, in milliseconds.
type ReadyTimes struct {
	Empty float64 `json:"empty"` // a fresh data directory: the schema is made, too
	Full  float64 `json:"full"`  // with Result.Stored messages
}

// some makes the value of an optional figure.
func some[T any](v T) *T { return &v }

func rounded(v float64, digits int) *float64 {
	text := strconv.FormatFloat(v, 'f', digits, 64)
	short, _ := strconv.ParseFloat(text, 64)
	return &short
}

func spreadOf(latency []uint32) *Spread {
	return &Spread{P50: *rounded(quantile(latency, 0.50), 3), P99: *rounded(quantile(latency, 0.99), 3)}
}

// figure looks a measured value up by the name it has in JSON; nil: not measured.
func (r *Result) figure(name string) *float64 {
	count := func(n *int64) *float64 {
		if n == nil {
			return nil
		}
		return some(float64(*n))
	}
	switch name {
	case "per_second":
		return r.PerSecond
	case "ack_ms.p50", "ack_ms.p99":
		return r.AckMS.figure(name)
	case "screen_ms.p50", "screen_ms.p99":
		return r.ScreenMS.figure(name)
	case "cpu_ms_per_message":
		return r.CPUPerMessage
	case "rss_mib":
		return r.RSS
	case "ratio":
		return r.Ratio
	case "ready_ms.empty", "ready_ms.full":
		if r.ReadyMS == nil {
			return nil
		}
		if name == "ready_ms.empty" {
			return &r.ReadyMS.Empty
		}
		return &r.ReadyMS.Full
	case "binary_mib":
		return r.BinaryMiB
	}
	for _, f := range r.Figures {
		if f.Name == name {
			return &f.Value
		}
	}
	counts := map[string]*int64{
		"lost": r.Lost, "duplicates": r.Duplicates, "never_sent": r.NeverSent, "altered": r.Altered, "unannounced": r.Unannounced,
		"refused": r.Refused, "forged_taken": r.ForgedTaken, "sent_twice": r.SentTwice, "unfinished": r.Unfinished,
		"status_faults": r.StatusFaults, "deadlocks": r.Deadlocks, "events_lost": r.EventsLost, "events_doubled": r.EventsDoubled,
	}
	return count(counts[name])
}

// takeInbound notes what the checker said of incoming messages.
func (r *Result) takeInbound(v InboundVerdict) {
	r.Lost = some(int64(v.Lost))
	r.Duplicates = some(int64(v.Duplicates))
	r.NeverSent = some(int64(v.NeverSent))
	r.Altered = some(int64(v.Altered + v.Misplaced))
	r.Examples = append(r.Examples, v.Examples...)
}

// takeAnnounced notes what the checker said of the change log.
func (r *Result) takeAnnounced(v AnnouncedVerdict) {
	r.Unannounced = some(int64(v.Unannounced + v.OutOfOrder))
	r.Examples = append(r.Examples, v.Examples...)
}

// takeSends adds what the checker said of outgoing messages.
func (r *Result) takeSends(v SendVerdict) {
	add := func(field **int64, n int) {
		if *field == nil {
			*field = new(int64)
		}
		**field += int64(n)
	}
	add(&r.Lost, v.Lost)
	add(&r.Duplicates, v.Duplicates)
	add(&r.NeverSent, v.NeverSent)
	add(&r.Altered, v.Misplaced)
	add(&r.SentTwice, v.SentTwice)
	add(&r.Unfinished, v.Unfinished)
	add(&r.StatusFaults, v.Misreported+v.Behind)
	add(&r.Unconfirmed, v.Unconfirmed)
	r.Examples = append(r.Examples, v.Examples...)
}

// printer writes results as they come: JSON lines, or a table for people.
type printer struct {
	out    io.Writer
	json   bool
	headed bool
}

func (p *printer) print(r *Result) error {
	if p.json {
		lines := json.NewEncoder(p.out)
		lines.SetEscapeHTML(false) // goals hold < and >
		return lines.Encode(r)
	}
	if !p.headed {
		p.headed = true
		fmt.Fprintf(p.out, "%-14s %-9s %10s %9s %9s %9s %8s %6s %5s %5s %6s  %s\n",
			"name", "engine", "per second", "p50 ms", "p99 ms", "CPU ms", "RSS MiB", "ratio", "lost", "twice", "double", "goal")
	}
	met := "met"
	if !r.Met {
		met = "MISSED"
	}
	var p50, p99 *float64
	if r.AckMS != nil {
		p50, p99 = &r.AckMS.P50, &r.AckMS.P99
	}
	fmt.Fprintf(p.out, "%-14s %-9s %10s %9s %9s %9s %8s %6s %5s %5s %6s  %s\n", r.Name, r.Engine,
		cell(r.PerSecond, 0), cell(p50, 2), cell(p99, 2), cell(r.CPUPerMessage, 3), cell(r.RSS, 0), cell(r.Ratio, 2),
		countCell(r.Lost), countCell(r.SentTwice), countCell(r.Duplicates), met)
	var more []string
	if r.ReadyMS != nil {
		more = append(more, fmt.Sprintf("ready after %.0f ms empty, %.0f ms with %d messages; binary %.1f MiB",
			r.ReadyMS.Empty, r.ReadyMS.Full, *r.Stored, *r.BinaryMiB))
	}
	if r.ScreenMS != nil {
		more = append(more, fmt.Sprintf("webhook to screen p50 %.2f ms, p99 %.2f ms on %d streams", r.ScreenMS.P50, r.ScreenMS.P99, r.Streams))
	}
	if r.Limit != nil && r.LimitFile != nil {
		more = append(more, fmt.Sprintf("bare server with one SQLite row %.0f/s, with a file %.0f/s", r.Limit.PerSecond, r.LimitFile.PerSecond))
	}
	if r.DiskBytes != nil && r.WrittenBytes != nil {
		more = append(more, fmt.Sprintf("%.0f bytes to disk per message, %.0f written", *r.DiskBytes, *r.WrittenBytes))
	}
	if len(r.Figures) > 0 {
		return p.printFigures(r)
	}
	more = append(more, "goal: "+r.Goal)
	for _, miss := range r.Unmet {
		more = append(more, "missed: "+miss)
	}
	more = append(more, r.Examples...)
	if r.Error != "" {
		more = append(more, "error: "+r.Error)
	}
	_, err := fmt.Fprintf(p.out, "    %s\n", strings.Join(more, "\n    "))
	return err
}

// printFigures shows a page's figures one below the other.
func (p *printer) printFigures(r *Result) error {
	var lines []string
	for _, f := range r.Figures {
		state := "       "
		if f.Goal != "" {
			state = map[bool]string{true: "met    ", false: "MISSED "}[f.Met]
		}
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%-28s %12s  %-10s %s %s", f.Name, plainNumber(f.Value), f.Goal, state, f.Note), " "))
	}
	for _, miss := range r.Unmet {
		if strings.HasSuffix(miss, "was not measured") {
			lines = append(lines, miss)
		}
	}
	lines = append(lines, r.Examples...)
	if r.Error != "" {
		lines = append(lines, "error: "+r.Error)
	}
	_, err := fmt.Fprintf(p.out, "    %s\n", strings.Join(lines, "\n    "))
	return err
}

func cell(v *float64, digits int) string {
	if v == nil {
		return "–"
	}
	return strconv.FormatFloat(*v, 'f', digits, 64)
}

func countCell(n *int64) string {
	if n == nil {
		return "–"
	}
	return strconv.FormatInt(*n, 10)
}
