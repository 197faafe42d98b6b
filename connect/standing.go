package connect

import (
	"context"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/store"
)

// Standing is how a connection's account stands with its platform: from what was read and told before, without a call.
type Standing struct {
	// CheckedAt is when the platform was last asked, zero for never.
	CheckedAt time.Time
	// Readings are the figures over time, by name, the oldest first.
	Readings []store.Reading
	State    StandingState
	// Cause is what is wrong and Since since when that is known; both are zero while nothing is.
	Cause clearline.Cause
	Since time.Time
	// Works tells for each ability whether the account still has it.
	Works []Works
	// Restrictions are those in force, Violation the breach that the platform named last.
	Restrictions []channel.Restriction
	Violation    string
	Badge        Badge
	Rules        channel.Oversight
}

// StandingState is how an account stands.
type StandingState string

// How an account stands, the worst first. StandingUnknown is an account of which nothing was read.
const (
	StandingDisabled   StandingState = "disabled"
	StandingRestricted StandingState = "restricted"
	StandingReview     StandingState = "review"
	StandingAttention  StandingState = "attention"
	StandingGood       StandingState = "good"
	StandingUnknown    StandingState = "unknown"
)

// Works is whether an account still can do something: yes, no or unknown.
type Works struct {
	Ability channel.Ability
	State   string
	// Until is when it comes back, zero when nobody said.
	Until time.Time
}

// Badge is where the verified badge stands: the platform's own word, since when it is known, and after a refusal from when
// it may be asked for again.
type Badge struct {
	State          string
	Since, AgainAt time.Time
}

// judged are the causes that concern an account's standing, the worst first.
var judged = []struct {
	cause clearline.Cause
	state StandingState
}{
	{clearline.CauseAccountDisabled, StandingDisabled},
	{clearline.CauseAccountBarred, StandingRestricted},
	{clearline.CauseAppBlocked, StandingRestricted},
	{clearline.CauseAccountReview, StandingReview},
	{clearline.CauseQuality, StandingAttention},
	{clearline.CauseLimit, StandingAttention},
	{clearline.CauseUnverified, StandingAttention},
}

// newsKept is how many of the last notices of a kind are looked at.
const newsKept = 100

// Standing tells how a connection's account stands.
func (c *Connect) Standing(ctx context.Context, company, id clearline.ID) (s Standing, err error) {
	conn, err := c.o.Store.Connection(ctx, company, id)
	if err != nil {
		return s, err
	}
	leaf, ok := c.o.Leaves[conn.Platform].(channel.Overseer)
	if !ok {
		return s, wrong("id", "is of a platform that tells nothing about standing")
	}
	s.Rules, s.CheckedAt = leaf.Oversight(), conn.Proof.CheckedAt
	if s.Readings, err = c.o.Store.ReadingsOf(ctx, company, id); err != nil {
		return s, err
	}
	found, err := c.o.Store.Findings(ctx, company, id)
	if err != nil {
		return s, err
	}
	news, err := c.news(ctx, leaf, conn)
	if err != nil {
		return s, err
	}
	s.judge(found)
	s.hear(news, c.o.Clock.Now())
	s.Works = works(s.State, s.Restrictions)
	s.Badge = badge(s.Readings, news, s.Rules.BadgeAgain)
	return s, nil
}

// told is news with its time.
type told struct {
	channel.News
	at time.Time
}

// news are the notices about a connection's account that concern its standing, the newest first.
func (c *Connect) news(ctx context.Context, leaf channel.Overseer, conn clearline.Connection) (all []told, err error) {
	for _, account := range []string{conn.Account, conn.Parent} {
		for _, field := range []string{"account_update", "account_alerts"} {
			rows, err := c.o.Store.NewsOf(ctx, conn.CompanyID, account, field, newsKept)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				all = append(all, told{leaf.News(r.Field, r.Value, conn.Account), r.At})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return b.at.Compare(a.at) })
	return all, nil
}

// judge takes the worst of what the doctor found and has not seen mended.
func (s *Standing) judge(found []store.FindingRow) {
	s.State = StandingUnknown
	if len(s.Readings) > 0 {
		s.State = StandingGood
	}
	for _, j := range judged {
		i := slices.IndexFunc(found, func(f store.FindingRow) bool { return f.Finding.Cause == j.cause && f.State != clearline.FindingFixed })
		if i >= 0 {
			s.State, s.Cause, s.Since = j.state, j.cause, found[i].FirstSeen
			return
		}
	}
}

// hear adds what the platform's notices tell about a bad standing: its reason, its end, its beginning. They do not make one
// by themselves: an account that the doctor finds well has been let go since.
func (s *Standing) hear(news []told, now time.Time) {
	if s.State != StandingDisabled && s.State != StandingRestricted {
		return
	}
	kinds := map[string]bool{}
	for _, n := range news {
		if n.Ban == channel.BanLifted {
			return
		}
		if n.Violation != "" && s.Violation == "" {
			s.Violation = n.Violation
		}
		if n.Ban == channel.Banned && s.State == StandingDisabled {
			s.Since = n.at
		}
		for _, r := range n.Restrictions {
			if kinds[r.Kind] || !r.Until.IsZero() && !r.Until.After(now) {
				continue
			}
			kinds[r.Kind] = true
			s.Restrictions = append(s.Restrictions, r)
			if s.State == StandingRestricted {
				s.Since = n.at
			}
		}
	}
}

// works is what an account can still do. Where a platform does not say what a restriction takes away, nobody knows.
func works(state StandingState, restrictions []channel.Restriction) []Works {
	base := map[StandingState]string{StandingDisabled: "no", StandingRestricted: "unknown", StandingUnknown: "unknown"}[state]
	if base == "" || state == StandingRestricted && len(restrictions) > 0 {
		base = "yes"
	}
	var all []Works
	for _, a := range []channel.Ability{channel.AbilityReceive, channel.AbilityReply, channel.AbilityStart, channel.AbilityUtility, channel.AbilityNumbers} {
		w := Works{Ability: a, State: base}
		if a == channel.AbilityReceive && state == StandingDisabled {
			w.State = "unknown" // no source says whether customers' messages still come
		}
		for _, r := range restrictions {
			if slices.Contains(r.Stops, a) {
				w.State, w.Until = "no", r.Until
			} else if len(r.Stops) == 0 && w.State == "yes" {
				w.State = "unknown"
			}
		}
		all = append(all, w)
	}
	return all
}

// badge is where the badge stands. A refusal counts from the notice of it, or from when it was first read.
func badge(readings []store.Reading, news []told, again time.Duration) (b Badge) {
	for _, r := range readings {
		if r.Name == "oba_status" {
			b.State, b.Since = r.Value, r.At
		}
	}
	for _, n := range news {
		if n.Badge == "" {
			continue
		}
		if b.State == "" || n.Badge == b.State || n.at.After(b.Since) {
			b.State, b.Since = n.Badge, n.at
		}
		break
	}
	if b.State == channel.BadgeRejected {
		b.AgainAt = b.Since.Add(again)
	}
	return b
}
