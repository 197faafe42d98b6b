package doctor

import (
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/doctor/playbook"
)

// Report is what an examination came to, in the words that the browser, the API and the command line show.
type Report struct {
	ConnectionID *string               `json:"connection_id" doc:"null in the server's own report"`
	StartedAt    *time.Time            `json:"started_at" doc:"null when it was never examined"`
	EndedAt      *time.Time            `json:"ended_at"`
	Full         bool                  `json:"full" doc:"false for the light examination that runs by itself"`
	Status       clearline.CheckResult `json:"status" enum:"pass,warn,fail,not_checked,could_not_tell" doc:"not_checked when it was never examined"`
	Cause        *clearline.Cause      `json:"cause" doc:"the verdict's cause, null when there is nothing to say"`
	Paused       *Paused               `json:"paused" doc:"who stopped sending, null while nobody has"`
	Side         playbook.Side         `json:"side" enum:"us,platform,account,person,nobody_wrote,unknown" doc:"where the trouble lies"`
	Checks       []CheckReport         `json:"checks" nullable:"false" doc:"from outside in, then from the account down, then the traffic"`
	Findings     []FindingReport       `json:"findings" nullable:"false" doc:"the first is the verdict"`
	Triage       *Triage               `json:"triage" doc:"where trouble with calls or deliveries lies, by comparing connections; null while there is none"`
}

// Paused is who stopped sending on a connection, and when.
type Paused struct {
	At time.Time `json:"at"`
	By *string   `json:"by" doc:"their name, null for an API key"`
}

// CheckReport is one check's answer.
type CheckReport struct {
	ID       string                `json:"id"`
	Title    string                `json:"title"`
	Result   clearline.CheckResult `json:"result" enum:"pass,warn,fail,not_checked,could_not_tell,running" doc:"running only while it streams"`
	Cause    *clearline.Cause      `json:"cause"`
	Also     []clearline.Cause     `json:"also" nullable:"false" doc:"further candidates when no reading decides, the likelier first"`
	Found    string                `json:"found"`
	Expected string                `json:"expected" doc:"empty when found is as it should be"`
	Needs    []string              `json:"needs" nullable:"false" doc:"the checks without which this one says nothing"`
	Due      *time.Time            `json:"due" doc:"when a warning becomes a failure"`
	MS       int64                 `json:"ms"`
	Raw      *string               `json:"raw" doc:"the platform's answer with secrets masked"`
}

// FindingReport is a cause with its page and its history.
type FindingReport struct {
	Cause     clearline.Cause        `json:"cause"`
	Title     string                 `json:"title"`
	Short     string                 `json:"short"`
	What      string                 `json:"what"`
	Why       string                 `json:"why"`
	Do        []playbook.Step        `json:"do" nullable:"false"`
	Who       playbook.Who           `json:"who" enum:"agent,lead,admin,operator,account_owner,nobody"`
	Side      playbook.Side          `json:"side" enum:"us,platform,account,person,nobody_wrote,unknown"`
	Severity  clearline.CheckResult  `json:"severity" enum:"fail,warn,could_not_tell"`
	Check     string                 `json:"check" doc:"the check that saw it"`
	State     clearline.FindingState `json:"state" enum:"open,fixed,came_back"`
	FirstSeen time.Time              `json:"first_seen"`
	LastSeen  time.Time              `json:"last_seen"`
	FixedAt   *time.Time             `json:"fixed_at"`
	Due       *time.Time             `json:"due"`
	Count     int                    `json:"count" doc:"how often it began"`
}

func (x examined) report() CheckReport {
	r := CheckReport{ID: x.ID, Title: x.Title, Result: x.Result, Also: x.Also, Found: x.Found, Expected: x.Expected, Needs: x.Needs, MS: x.took.Milliseconds(), Due: orNever(x.Due)}
	if r.Also == nil {
		r.Also = []clearline.Cause{}
	}
	if r.Needs == nil {
		r.Needs = []string{}
	}
	if x.Cause != "" {
		r.Cause = &x.Cause
	}
	if x.Raw != "" {
		r.Raw = &x.Raw
	}
	return r
}

func orNever(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
