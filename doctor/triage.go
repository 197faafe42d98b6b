package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
)

// Triage says where a trouble of calls or of deliveries lies: at the platform, at one account, or at this server. It
// compares several connections, because one alone looks the same whoever has the trouble (C18).
type Triage struct {
	// PointsAt is us, platform, account or unknown.
	PointsAt playbook.Side `json:"points_at" enum:"us,platform,account,unknown"`
	Title    string        `json:"title"`
	Advice   string        `json:"advice"`
	// Wait is true when waiting is all there is to do.
	Wait  bool      `json:"wait" doc:"true when waiting is all there is to do"`
	Since time.Time `json:"since"`
	// LateMS is how late messages come, null when calls fail instead.
	LateMS   *int64     `json:"late_ms" doc:"how late messages come in; null when it is the calls to the platform that fail"`
	Evidence []Evidence `json:"evidence" nullable:"false" doc:"what it rests on"`
}

// Evidence is one fact and which way it points.
type Evidence struct {
	Text     string        `json:"text"`
	PointsAt playbook.Side `json:"points_at" enum:"us,platform,account,unknown" doc:"unknown: it says nothing"`
}

// known is what is known of something: yes, no, or nothing.
type known int

const (
	unsaid known = iota
	yes
	no
)

// neighbour is another connection of the same company.
type neighbour struct {
	platform clearline.Platform
	// well: its calls are answered, or its messages come in time, since the trouble here began.
	well known
}

// scene is everything that a triage is decided by.
type scene struct {
	platform clearline.Platform
	since    time.Time
	// late is how late messages come; 0 when it is calls that fail, of which failing of all failed lately.
	late         time.Duration
	failing, all int
	others       []neighbour
	// online: this server reaches the internet.
	online known
	// ours are checks of this server that fail or warn and that would explain it, by their title.
	ours []string
	// slowest is the longest that this server took to answer a delivery lately, 0 when none came.
	slowest time.Duration
	feed    channel.FeedWord
	// said are the status page's words.
	said string
}

// family are the platforms that stand or fall together, because one company runs them on the same interface.
func family(p clearline.Platform) string {
	switch p {
	case clearline.WhatsApp, clearline.Messenger, clearline.Instagram:
		return "Meta"
	}
	return p.Name()
}

// count counts the neighbours that which chooses, by how they are.
func (s *scene) count(which func(clearline.Platform) bool) (well, bad int) {
	for _, n := range s.others {
		switch {
		case !which(n.platform):
		case n.well == yes:
			well++
		case n.well == no:
			bad++
		}
	}
	return well, bad
}

func (s *scene) same(p clearline.Platform) bool { return p == s.platform }

func (s *scene) apart(p clearline.Platform) bool { return p != s.platform }

func (s *scene) strange(p clearline.Platform) bool { return family(p) != family(s.platform) }

// slowHere is how long an answer of ours may take so that lateness is not ours. Source: Meta, WhatsApp, webhooks: half of
// the answers within 250 ms, and less than one in a hundred over a second.
const slowHere = time.Second

// points is the decision table: the first row that fits decides.
func (s *scene) points() playbook.Side {
	sameWell, sameBad := s.count(s.same)
	apartWell, _ := s.count(s.apart)
	_, strangeBad := s.count(s.strange)
	switch {
	case s.late == 0 && s.online == no:
		return playbook.Us // nothing at all is reached
	case len(s.ours) > 0 && sameWell+apartWell == 0:
		return playbook.Us // what is wrong here explains it, and nothing works
	case s.late > 0 && s.slowest > slowHere:
		return playbook.Us // a platform waits longer for a server that answers slowly
	case s.feed == channel.FeedIncident:
		return playbook.Platform // admitted, and felt here
	case sameWell > 0:
		return playbook.Account // the same platform works for others
	case apartWell > 0:
		return playbook.Platform // only this platform fails
	case strangeBad > 0:
		return playbook.Us // platforms that share nothing but this server fail together
	case s.late == 0 && s.online == yes, s.late > 0 && s.slowest > 0, s.late > 0 && sameBad > 0:
		return playbook.Platform // nothing here is wrong, and there is nobody to compare with
	}
	return playbook.Unknown
}

// triage decides and says why.
func (s *scene) triage() *Triage {
	t := &Triage{PointsAt: s.points(), Since: s.since.UTC(), Evidence: []Evidence{}}
	if s.late > 0 {
		ms := s.late.Milliseconds()
		t.LateMS = &ms
	}
	name := s.platform.Name()
	switch t.PointsAt {
	case playbook.Us:
		t.Title = "It points at this server, not at " + name
		t.Advice = "Look at this server first: its way to the internet, names, clock and disk. A new sign-in would change nothing."
	case playbook.Account:
		t.Title = "It points at this account, not at " + name + " as a whole"
		t.Advice = "Look at what is found about this account below. When nothing else is found, wait: it is tried again by itself."
	case playbook.Platform:
		t.Wait, t.Title = true, "It points at "+name+", not at you"
		t.Advice = "Wait. What you write is kept in order and leaves by itself, as far as its window allows. What customers write is not lost. No new sign-in is needed."
		if s.late > 0 {
			t.Advice = "Wait. The messages are on their way and keep their true times. Nothing here needs to change."
		}
	default:
		t.Wait, t.Title = true, "It cannot be told yet where it lies"
		t.Advice = "Wait ten minutes; it is looked again by itself, soon and often. Do not sign in again meanwhile."
	}
	t.Evidence = append(t.Evidence, s.here(), s.sameOnes(), s.otherOnes())
	t.Evidence = append(t.Evidence, s.server()...)
	t.Evidence = append(t.Evidence, s.page())
	t.Evidence = slices.DeleteFunc(t.Evidence, func(e Evidence) bool { return e.Text == "" })
	return t
}

func (s *scene) here() Evidence {
	if s.late > 0 {
		return Evidence{"The last message of this connection came " + inWords(s.late) + " after it was written.", playbook.Unknown}
	}
	if s.all > 0 && s.failing > 0 {
		return Evidence{fmt.Sprintf("%d of %d calls for this connection failed in the last five minutes.", s.failing, s.all), playbook.Unknown}
	}
	return Evidence{"The calls for this connection get no usable answer.", playbook.Unknown}
}

// words are the two ways to say how neighbours are.
func (s *scene) words() (well, bad string) {
	if s.late > 0 {
		return "get their messages in time", "get theirs late as well"
	}
	return "work", "fail as well"
}

func (s *scene) sameOnes() Evidence {
	well, bad := s.count(s.same)
	good, ill := s.words()
	name := s.platform.Name()
	switch {
	case well > 0 && bad > 0:
		return Evidence{fmt.Sprintf("Of the other %s connections %d %s and %d %s.", name, well, good, bad, ill), playbook.Account}
	case well > 0:
		return Evidence{fmt.Sprintf("Other %s connections %s: %d of %d.", name, good, well, well), playbook.Account}
	case bad > 0:
		return Evidence{fmt.Sprintf("Other %s connections %s: %d of %d.", name, ill, bad, bad), playbook.Platform}
	}
	if slices.ContainsFunc(s.others, func(n neighbour) bool { return s.same(n.platform) }) {
		return Evidence{"Other " + name + " connections are being looked at.", playbook.Unknown}
	}
	return Evidence{"There is no other " + name + " connection to compare with.", playbook.Unknown}
}

func (s *scene) otherOnes() Evidence {
	good, ill := s.words()
	var well, bad []string
	add := func(list *[]string, name string) {
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	for _, n := range s.others {
		switch {
		case s.same(n.platform):
		case n.well == yes:
			add(&well, n.platform.Name())
		case n.well == no:
			add(&bad, n.platform.Name())
		}
	}
	_, strange := s.count(s.strange)
	switch {
	case len(well) > 0 && len(bad) > 0:
		return Evidence{fmt.Sprintf("Of the other platforms, connections of %s %s and of %s %s.", strings.Join(well, ", "), good, strings.Join(bad, ", "), ill), playbook.Platform}
	case len(well) > 0:
		return Evidence{fmt.Sprintf("Connections of %s %s.", strings.Join(well, ", "), good), playbook.Platform}
	case len(bad) > 0 && strange > 0:
		return Evidence{fmt.Sprintf("Connections of %s %s.", strings.Join(bad, ", "), ill), playbook.Us}
	case len(bad) > 0:
		return Evidence{fmt.Sprintf("Connections of %s %s: Meta runs them too.", strings.Join(bad, ", "), ill), playbook.Platform}
	}
	return Evidence{}
}

func (s *scene) server() (all []Evidence) {
	if s.late == 0 {
		switch s.online {
		case yes:
			all = append(all, Evidence{"This server’s way to the internet is open.", playbook.Platform})
		case no:
			all = append(all, Evidence{"This server reaches nobody on the internet.", playbook.Us})
		default:
			all = append(all, Evidence{"Whether this server’s way to the internet is open cannot be told.", playbook.Unknown})
		}
	}
	if s.late > 0 && s.slowest > 0 {
		e := Evidence{fmt.Sprintf("This server answered every delivery of the last half hour within %d ms.", max(1, s.slowest.Milliseconds())), playbook.Platform}
		if s.slowest > slowHere {
			e = Evidence{"This server took " + inWords(s.slowest) + " to answer a delivery of the last half hour.", playbook.Us}
		}
		all = append(all, e)
	}
	if len(s.ours) > 0 {
		return append(all, Evidence{"Not in order on this server: " + strings.Join(s.ours, "; ") + ".", playbook.Us})
	}
	return append(all, Evidence{"This server’s clock, disk and database are in order.", playbook.Platform})
}

func (s *scene) page() Evidence {
	switch s.feed {
	case channel.FeedIncident:
		return Evidence{s.said + ".", playbook.Platform}
	case channel.FeedNothing:
		return Evidence{"The platform’s status page reports no incident. It often follows late.", playbook.Unknown}
	case channel.FeedUnread:
		return Evidence{"The platform’s status page cannot be read, which says nothing.", playbook.Unknown}
	}
	return Evidence{}
}
