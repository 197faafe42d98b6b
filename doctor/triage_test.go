package doctor

import (
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// C18: connections × failures × status page: one platform failing while others work points at it, one account failing
// while others of its platform work at the account, all failing at ourselves; an unread page says nothing.
func TestTriage(t *testing.T) {
	t.Parallel()
	const us, platform, account, unknown = playbook.Us, playbook.Platform, playbook.Account, playbook.Unknown
	wa, ms, tg, dc := clearline.WhatsApp, clearline.Messenger, clearline.Telegram, clearline.Discord
	one := func(p clearline.Platform, well known) neighbour { return neighbour{p, well} }
	type many = []neighbour
	late := 25 * time.Minute
	for _, c := range []struct {
		name string
		s    scene
		want playbook.Side
		says string
	}{
		{"alone, and the internet is reached", scene{online: yes}, platform, "no other WhatsApp connection"},
		{"alone, and Meta admits it", scene{online: yes, feed: channel.FeedIncident, said: "Meta reports “High disruptions”"}, platform, "High disruptions"},
		{"alone, and Meta reports nothing", scene{online: yes, feed: channel.FeedNothing}, platform, "often follows late"},
		{"alone, and the page cannot be read", scene{online: yes, feed: channel.FeedUnread}, platform, "which says nothing"},
		{"alone, and it cannot be told whether the internet is reached", scene{}, unknown, "cannot be told"},
		{"the same, and Meta admits it", scene{feed: channel.FeedIncident}, platform, ""},
		{"nothing at all is reached", scene{online: no}, us, "reaches nobody"},
		{"nothing is reached, whatever a page said a minute ago", scene{online: no, feed: channel.FeedIncident}, us, ""},
		{"another number works", scene{online: yes, others: many{one(wa, yes)}}, account, "Other WhatsApp connections work: 1 of 1"},
		{"one works and one fails", scene{online: yes, others: many{one(wa, yes), one(wa, no)}}, account, "1 work and 1 fail as well"},
		{"another number works, and Meta admits an incident", scene{online: yes, feed: channel.FeedIncident, others: many{one(wa, yes)}}, platform, ""},
		{"another number is not looked at yet", scene{online: yes, others: many{one(wa, unsaid)}}, platform, "are being looked at"},
		{"all numbers fail, Telegram works", scene{online: yes, others: many{one(wa, no), one(tg, yes)}}, platform, "Connections of Telegram work"},
		{"the same, when our way out cannot be told", scene{others: many{one(wa, no), one(tg, yes)}}, platform, ""},
		{"Messenger works", scene{online: yes, others: many{one(ms, yes)}}, platform, "Messenger work"},
		{"Messenger fails too: Meta runs both", scene{online: yes, others: many{one(ms, no)}}, platform, "Meta runs them too"},
		{"Messenger fails and Telegram works", scene{online: yes, others: many{one(ms, no), one(tg, yes)}}, platform, "of Telegram work and of Messenger fail"},
		{"everything fails", scene{online: yes, others: many{one(wa, no), one(tg, no), one(dc, no)}}, us, "Telegram, Discord fail as well"},
		{"everything fails, and Meta’s page cannot be read", scene{online: yes, feed: channel.FeedUnread, others: many{one(tg, no)}}, us, ""},
		{"everything fails, and our clock is wrong", scene{online: yes, ours: []string{"The clock: 20 min ahead"}, others: many{one(wa, no), one(tg, no)}}, us, "20 min ahead"},
		{"alone, and our clock is wrong", scene{online: yes, ours: []string{"The clock: 20 min ahead"}}, us, "Not in order on this server"},
		{"our clock is wrong, and another number works nevertheless", scene{online: yes, ours: []string{"The clock: 6 min ahead"}, others: many{one(wa, yes)}}, account, ""},
		{"late, alone, and we answer at once", scene{late: late, slowest: 30 * time.Millisecond}, platform, "within 30 ms"},
		{"late by hours", scene{late: 5 * time.Hour, slowest: 30 * time.Millisecond}, platform, "5 h after it was written"},
		{"late, and we were slow to answer", scene{late: late, slowest: 9 * time.Second}, us, "took 9 s"},
		{"late, and another number is in time", scene{late: late, slowest: time.Millisecond, others: many{one(wa, yes)}}, account, "get their messages in time"},
		{"late, and so is another number", scene{late: late, slowest: time.Millisecond, others: many{one(wa, no)}}, platform, "late as well"},
		{"late, and everybody is", scene{late: late, slowest: time.Millisecond, others: many{one(wa, no), one(tg, no)}}, us, ""},
		{"late, and the disk is full", scene{late: late, slowest: time.Millisecond, ours: []string{"The disk: full"}}, us, "The disk: full"},
		{"late, and nothing else is known", scene{late: late}, unknown, ""},
	} {
		c.s.platform, c.s.since = wa, time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
		got := c.s.triage()
		text := ""
		for _, e := range got.Evidence {
			text += e.Text + "\n"
		}
		if got.PointsAt != c.want || !strings.Contains(text, c.says) {
			t.Errorf("%s: points at %s, want %s; want %q among\n%s", c.name, got.PointsAt, c.want, c.says, text)
		}
		if wait := c.want == platform || c.want == unknown; got.Wait != wait || got.Title == "" || wait != strings.HasPrefix(got.Advice, "Wait") {
			t.Errorf("%s: wait %v, advice %q", c.name, got.Wait, got.Advice)
		}
		if (got.LateMS != nil) != (c.s.late > 0) {
			t.Errorf("%s: late %v", c.name, got.LateMS)
		}
	}
}

// C18: evidence from before the trouble says nothing about it, and neither does an examination that could not tell.
func TestWitness(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	since := now.Add(-2 * time.Minute)
	before, after := since.Add(-time.Minute), since.Add(time.Minute)
	at := func(when time.Time, status clearline.CheckResult, cause clearline.Cause) store.Examination {
		return store.Examination{EndedAt: when, Status: status, Cause: cause}
	}
	for _, c := range []struct {
		name  string
		proof clearline.Proof
		last  store.Examination
		since time.Time
		want  known
	}{
		{"nothing is known", clearline.Proof{}, store.Examination{}, since, unsaid},
		{"well before it", clearline.Proof{AcceptedAt: before, SentAt: before}, at(before, clearline.Pass, ""), since, unsaid},
		{"a send since", clearline.Proof{SentAt: after}, at(before, clearline.Pass, ""), since, yes},
		{"examined since", clearline.Proof{}, at(after, clearline.Pass, ""), since, yes},
		{"a refused key is an answer", clearline.Proof{}, at(after, clearline.Fail, clearline.CauseAuthExpired), since, yes},
		{"examined since, and silent", clearline.Proof{}, at(after, clearline.CouldNotTell, clearline.CauseOutage), since, no},
		{"not reached", clearline.Proof{}, at(after, clearline.Fail, clearline.CauseNetwork), since, no},
		{"nobody could tell", clearline.Proof{}, at(after, clearline.CouldNotTell, ""), since, unsaid},
		{"known to be down", clearline.Proof{Cause: clearline.CauseOutage, SentAt: before}, at(before, clearline.Pass, ""), since, no},
		{"a trouble of hours wants fresh evidence", clearline.Proof{SentAt: now.Add(-10 * time.Minute)}, store.Examination{}, now.Add(-time.Hour), unsaid},
	} {
		if got := answers(clearline.Connection{Proof: c.proof}, c.last, c.since, now); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		name  string
		proof clearline.Proof
		want  known
	}{
		{"nothing came", clearline.Proof{}, unsaid},
		{"in time, before it", clearline.Proof{ReceivedAt: before}, unsaid},
		{"in time since", clearline.Proof{ReceivedAt: after, Lag: time.Second}, yes},
		{"late too", clearline.Proof{ReceivedAt: after, Lag: time.Hour}, no},
	} {
		if got := inTime(clearline.Connection{Proof: c.proof}, since, now); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// C18: a run is compared only where calls or deliveries are in trouble, and its own failing checks count when they explain it.
func TestTriageOfARun(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 9, 0, 0, time.UTC)
	x := store.Examinee{Connection: clearline.Connection{Platform: clearline.WhatsApp, Proof: clearline.Proof{Lag: 3 * time.Hour}}}
	down := silence(clearline.CauseOutage)
	lag := channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseHookLag}
	for _, c := range []struct {
		name     string
		outcomes map[string]channel.Outcome
		want     playbook.Side
		late     bool
	}{
		{"nothing of the kind", map[string]channel.Outcome{"token": failing(clearline.CauseAuthExpired), checkDisk: warning(clearline.CauseDisk)}, "", false},
		{"no answers", map[string]channel.Outcome{"token": down}, playbook.Platform, false},
		{"no answers, and little room on the disk", map[string]channel.Outcome{"token": down, checkDisk: failing(clearline.CauseDisk)}, playbook.Platform, false},
		{"no answers, and a wrong clock", map[string]channel.Outcome{"token": down, checkClock: failing(clearline.CauseClock)}, playbook.Us, false},
		{"no way out", map[string]channel.Outcome{"token": down, checkInternet: failing(clearline.CauseNetwork)}, playbook.Us, false},
		{"late", map[string]channel.Outcome{checkLag: lag}, playbook.Platform, true},
		{"late, and this server is slow", map[string]channel.Outcome{checkLag: lag, checkHandshake: warning(clearline.CauseHookThrottled)}, playbook.Us, true},
		{"silent and late: silence weighs more", map[string]channel.Outcome{"token": down, checkLag: lag}, playbook.Platform, false},
	} {
		r := ran(c.outcomes, trouble{})
		got := (&around{slowest: time.Millisecond}).judge(r, x, nil, now)
		switch {
		case got == nil:
			if c.want != "" {
				t.Errorf("%s: no triage", c.name)
			}
		case got.PointsAt != c.want || (got.LateMS != nil) != c.late:
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	var text strings.Builder
	cause := clearline.CauseOutage
	report := Report{Cause: &cause, Side: playbook.Platform}
	report.tell((&scene{platform: clearline.WhatsApp, online: no}).triage(), cause)
	if report.Side != playbook.Us {
		t.Errorf("the side is %s", report.Side)
	}
	if err := Print(&text, "WhatsApp", report); err != nil || !strings.Contains(text.String(), "Where it lies: It points at this server") || !strings.Contains(text.String(), "reaches nobody") {
		t.Errorf("%v\n%s", err, &text)
	}
}
