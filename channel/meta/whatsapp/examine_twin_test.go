package whatsapp

import (
	"context"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/sim"
)

// examine runs all checks whose needs are met, as the doctor does, and gives the outcomes by id.
func examine(ctx context.Context, p *Platform, s channel.Subject) map[string]channel.Outcome {
	all := map[string]channel.Outcome{}
	for _, c := range p.Checks(s) {
		ready := true
		for _, need := range c.Needs {
			switch all[need].Result {
			case clearline.Pass, clearline.Warn:
			default:
				ready = false
			}
		}
		if ready {
			all[c.ID] = c.Run(ctx)
		} else {
			all[c.ID] = channel.Outcome{Result: clearline.NotChecked}
		}
	}
	return all
}

// verdict is the first failing check's cause, else the first warning's, else the first that could not tell.
func verdict(p *Platform, s channel.Subject, all map[string]channel.Outcome) (check string, cause clearline.Cause) {
	for _, result := range []clearline.CheckResult{clearline.Fail, clearline.Warn, clearline.CouldNotTell} {
		for _, c := range p.Checks(s) {
			if o := all[c.ID]; o.Result == result && o.Cause != "" {
				return c.ID, o.Cause
			}
		}
	}
	return "", ""
}

// X1, C5, C6: against the twin, whose wire types were written apart, a healthy account passes and each trouble that the twin
// can stage is named.
func TestExamineTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	app := tw.sim.WhatsApp()
	now := time.Now()
	subject := channel.Subject{Account: tw.account, Callback: tw.hook, VerifyToken: app.VerifyToken, Now: now,
		Traffic: channel.Traffic{HandshakeAt: now.Add(-time.Hour), DeliveredAt: now.Add(-time.Minute), SentAt: now.Add(-time.Minute)}}
	for id, o := range examine(t.Context(), tw.leaf, subject) {
		want := clearline.Pass
		if id == "feed" {
			want = clearline.NotChecked
		}
		if o.Result != want {
			t.Errorf("%s: %+v", id, o)
		}
		t.Logf("%s: %s", id, o.Found)
	}
	for cause, check := range map[clearline.Cause]string{
		"auth.expired": "token", "auth.revoked": "token", "auth.password": "token", "auth.invalid": "token", "auth.scope": "scopes", "auth.asset": "asset",
		"wa.payment": "payment", "wa.not_registered": "number", "wa.ownership": "number", "account.disabled": "number", "account.restricted": "number",
		"account.quality": "quality", "hook.off": "subscribed", "hook.elsewhere": "callback", "hook.fields": "fields", "net.outage": "token", "net.rate": "token",
	} {
		fault, err := tw.sim.AddFault(sim.Fault{Cause: string(cause)})
		if err != nil {
			t.Fatal(err)
		}
		all := examine(t.Context(), tw.leaf, subject)
		if gotCheck, got := verdict(tw.leaf, subject, all); got != cause || gotCheck != check {
			t.Errorf("%s shows as %s in %s: %+v", cause, got, gotCheck, all[gotCheck])
		}
		if err := tw.sim.RemoveFault(fault.ID); err != nil {
			t.Fatal(err)
		}
	}
}
