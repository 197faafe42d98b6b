package sim

import (
	"fmt"
	"time"
)

// Settings can be read and changed while the Sim runs, at /control/v1/settings.
// Durations are milliseconds on the wire.
type Settings struct {
	AnswerDelayMS       int64  `json:"answer_delay_ms"`       // 0 = natural (25-60 ms), negative = none
	ThroughputPerSecond int    `json:"throughput_per_second"` // per number, in and out together
	PairLimit           bool   `json:"pair_limit"`            // 1 message per 6 s and person, 45 in a burst
	StatusDelayMS       *int64 `json:"status_delay_ms"`       // one exact wait before each status; null = natural
	SentDelayMS         int64  `json:"sent_delay_ms"`         // the natural waits, each from the step before
	DeliveredDelayMS    int64  `json:"delivered_delay_ms"`
	ReadDelayMS         int64  `json:"read_delay_ms"`
	ExactDelays         bool   `json:"exact_delays"` // the three waits above without variation
	// SkipDelivered lets read come at once without delivered, for people who read
	// at once.
	SkipDelivered bool    `json:"skip_delivered"`
	BatchWebhooks int     `json:"batch_webhooks"`
	RetryPlanMS   []int64 `json:"retry_plan_ms"`
	RetryForMS    int64   `json:"retry_for_ms"`
	// LoginTokenDays is how long tokens of a login live; 0 = they do not end, as the
	// platform's own default.
	LoginTokenDays int    `json:"login_token_days"`
	WindowRefusal  string `json:"window_refusal"` // "answer": 131047 at once; "status": accepted, then failed
}

func settingsFrom(o Options) Settings {
	delays := DefaultStatusDelays
	if o.StatusDelays != nil {
		delays = *o.StatusDelays
	}
	plan := o.RetryPlan
	if len(plan) == 0 {
		plan = defaultRetryPlan
	}
	if o.RetryFor == 0 {
		o.RetryFor = defaultRetryFor
	}
	if o.ThroughputPerSecond == 0 {
		o.ThroughputPerSecond = defaultThroughput
	}
	st := Settings{
		AnswerDelayMS:       o.AnswerDelay.Milliseconds(),
		ThroughputPerSecond: o.ThroughputPerSecond,
		PairLimit:           true,
		SentDelayMS:         delays.Sent.Milliseconds(),
		DeliveredDelayMS:    delays.Delivered.Milliseconds(),
		ReadDelayMS:         delays.Read.Milliseconds(),
		ExactDelays:         delays.Exact,
		BatchWebhooks:       max(o.BatchWebhooks, 1),
		RetryForMS:          o.RetryFor.Milliseconds(),
		WindowRefusal:       "answer",
	}
	if o.AnswerDelay < 0 {
		st.AnswerDelayMS = -1
	}
	for _, d := range plan {
		st.RetryPlanMS = append(st.RetryPlanMS, d.Milliseconds())
	}
	return st
}

// Settings gives the present ones.
func (s *Sim) Settings() Settings {
	s.settingsMu.RLock()
	defer s.settingsMu.RUnlock()
	return s.settings
}

// ChangeSettings lets change edit a copy and takes it over when it is valid.
func (s *Sim) ChangeSettings(change func(*Settings) error) (Settings, error) {
	s.settingsMu.Lock()
	defer s.settingsMu.Unlock()
	next := s.settings
	next.RetryPlanMS = append([]int64(nil), next.RetryPlanMS...)
	if err := change(&next); err != nil {
		return s.settings, err
	}
	if err := next.check(); err != nil {
		return s.settings, err
	}
	s.settings = next
	return next, nil
}

func (st Settings) check() error {
	switch {
	case st.ThroughputPerSecond < 1:
		return fieldError{"throughput_per_second", "must be 1 or more"}
	case st.BatchWebhooks < 1 || st.BatchWebhooks > maxBatch:
		return fieldError{"batch_webhooks", fmt.Sprintf("must be 1 to %d", maxBatch)}
	case len(st.RetryPlanMS) == 0:
		return fieldError{"retry_plan_ms", "must hold at least one wait"}
	case st.WindowRefusal != "answer" && st.WindowRefusal != "status":
		return fieldError{"window_refusal", `must be "answer" or "status"`}
	case st.StatusDelayMS != nil && *st.StatusDelayMS < 0:
		return fieldError{"status_delay_ms", "must be 0 or more"}
	case st.SentDelayMS < 0 || st.DeliveredDelayMS < 0 || st.ReadDelayMS < 0:
		return fieldError{"sent_delay_ms", "delays must be 0 or more"}
	case st.LoginTokenDays < 0:
		return fieldError{"login_token_days", "must be 0 or more"}
	case st.RetryForMS < 0:
		return fieldError{"retry_for_ms", "must be 0 or more"}
	}
	for _, ms := range st.RetryPlanMS {
		if ms < 0 {
			return fieldError{"retry_plan_ms", "waits must be 0 or more"}
		}
	}
	return nil
}

// answerDelay is how long the answer to one send takes.
func (st Settings) answerDelay() time.Duration {
	switch {
	case st.AnswerDelayMS < 0:
		return 0
	case st.AnswerDelayMS == 0:
		return spread(42 * time.Millisecond)
	}
	return time.Duration(st.AnswerDelayMS) * time.Millisecond
}

// statusDelay is the wait before a status named sent, delivered or read.
func (st Settings) statusDelay(status string) time.Duration {
	if st.StatusDelayMS != nil {
		return time.Duration(*st.StatusDelayMS) * time.Millisecond
	}
	ms := st.SentDelayMS
	switch status {
	case "delivered":
		ms = st.DeliveredDelayMS
	case "read":
		ms = st.ReadDelayMS
	}
	d := time.Duration(ms) * time.Millisecond
	if st.ExactDelays {
		return d
	}
	return spread(d)
}

// retryWait is the wait before the given try (1 is the first).
func (st Settings) retryWait(try int) time.Duration {
	i := min(try-1, len(st.RetryPlanMS)-1)
	return time.Duration(st.RetryPlanMS[i]) * time.Millisecond
}

// fieldError is wrong input, by field.
type fieldError struct{ field, reason string }

func (e fieldError) Error() string { return e.field + " " + e.reason }
