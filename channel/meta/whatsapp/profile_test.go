package whatsapp

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/google/go-cmp/cmp"
)

const profileCall = "GET 106540352242922/whatsapp_business_profile"

// G8: the profile is read and written whole; against the twin, what was written is what is read.
func TestProfileTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	want := channel.Profile{About: "Lamps since 1962", Address: "Rua da Luz 1", Description: "Lamps 💡", Email: "hi@lamps.example", Vertical: "RETAIL", Websites: []string{"https://lamps.example", "http://shop.lamps.example"}}
	if err := tw.leaf.SaveProfile(t.Context(), tw.account, want); err != nil {
		t.Fatal(err)
	}
	if got, err := tw.leaf.Profile(t.Context(), tw.account); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("%s %v", cmp.Diff(want, got), err)
	}
	want = channel.Profile{About: want.About}
	if err := tw.leaf.SaveProfile(t.Context(), tw.account, channel.Profile{}); err != nil {
		t.Fatal(err)
	}
	if got, err := tw.leaf.Profile(t.Context(), tw.account); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("emptied: %s %v", cmp.Diff(want, got), err)
	}
}

// G7, G8: links are made, listed, changed and ended; a name is asked for and its review is told.
func TestLinksAndNameTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	made, err := tw.leaf.AddLink(t.Context(), tw.account, " Olá! ")
	if err != nil || made.Code == "" || made.Text != "Olá!" || !strings.HasSuffix(made.Address, made.Code) {
		t.Fatalf("%+v, %v", made, err)
	}
	changed, err := tw.leaf.ChangeLink(t.Context(), tw.account, made.Code, "Bom dia")
	if err != nil || changed.Address != made.Address || changed.Text != "Bom dia" {
		t.Errorf("%+v, %v", changed, err)
	}
	if all, err := tw.leaf.Links(t.Context(), tw.account); err != nil || !slices.Equal(all, []channel.MessageLink{changed}) {
		t.Errorf("%+v, %v", all, err)
	}
	if err := tw.leaf.RemoveLink(t.Context(), tw.account, made.Code); err != nil {
		t.Error(err)
	}
	if all, err := tw.leaf.Links(t.Context(), tw.account); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if err := tw.leaf.RequestName(t.Context(), tw.account, "Luzes"); err != nil {
		t.Fatal(err)
	}
	if got, err := tw.leaf.Name(t.Context(), tw.account); err != nil || got.Wanted != "Luzes" || got.WantedStatus != "PENDING_REVIEW" || got.Register || got.Status != "APPROVED" {
		t.Errorf("%+v, %v", got, err)
	}
}

// G8: what Meta would refuse is refused here, with its field, and nothing is sent.
func TestProfileRefusesBadInput(t *testing.T) {
	t.Parallel()
	p, d := atDesk(t, healthy(t))
	long := func(n int) string { return strings.Repeat("é", n) }
	for name, c := range map[string]struct {
		profile channel.Profile
		field   string
	}{
		"about": {channel.Profile{About: long(140)}, "about"}, "address": {channel.Profile{Address: long(257)}, "address"},
		"description": {channel.Profile{Description: long(257)}, "description"}, "long e-mail": {channel.Profile{Email: long(120) + "@lamps.example"}, "email"},
		"no e-mail": {channel.Profile{Email: "lamps.example"}, "email"}, "half an e-mail": {channel.Profile{Email: "hi@"}, "email"}, "vertical": {channel.Profile{Vertical: "LAMPS"}, "vertical"},
		"three sites": {channel.Profile{Websites: []string{"https://a.example", "https://b.example", "https://c.example"}}, "websites"},
		"no scheme":   {channel.Profile{Websites: []string{"lamps.example"}}, "websites"}, "script": {channel.Profile{Websites: []string{"javascript:alert(1)"}}, "websites"},
		"long site": {channel.Profile{Websites: []string{"https://lamps.example/" + strings.Repeat("x", 256)}}, "websites"},
	} {
		e := channeltest.SendError(t, p.SaveProfile(t.Context(), tester, c.profile))
		var problem *clearline.Problem
		if !errors.As(e, &problem) || !e.NotSent || len(problem.Fields) != 1 || problem.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, e)
		}
	}
	for name, err := range map[string]error{
		"empty text": func() error { _, err := p.AddLink(t.Context(), tester, "  "); return err }(),
		"long text":  func() error { _, err := p.AddLink(t.Context(), tester, long(141)); return err }(),
		"code":       func() error { _, err := p.ChangeLink(t.Context(), tester, "../register", "x"); return err }(),
		"no code":    p.RemoveLink(t.Context(), tester, ""),
		"short name": p.RequestName(t.Context(), tester, "x"), "long name": p.RequestName(t.Context(), tester, long(76)),
	} {
		var problem *clearline.Problem
		if !errors.As(err, &problem) || len(problem.Fields) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.calls) != 0 {
		t.Errorf("sent: %+v", d.calls)
	}
	limits := p.ProfileLimits()
	for i, good := range []channel.Profile{{About: long(limits.AboutMax), Address: long(limits.AddressMax), Description: long(limits.DescriptionMax), Vertical: limits.Verticals[0]}, {Email: "a@b"}, {}} {
		if problem := p.CheckProfile(good); problem != nil {
			t.Errorf("%d: %v", i, problem)
		}
	}
}

// An answer that says nothing is no profile, no link and no name.
func TestProfileAnswers(t *testing.T) {
	t.Parallel()
	answers := map[string]string{profileCall: `{}`, "GET 106540352242922/message_qrdls": `{}`, "POST 106540352242922/message_qrdls": `{}`, numberCall: failure(190, 463, "expired"),
		"POST 106540352242922/whatsapp_business_profile": failure(100, 0, "Invalid parameter")}
	p, d := atDesk(t, answers)
	for name, c := range map[string]struct {
		do    func() error
		cause clearline.Cause
		fate  clearline.Fate
	}{
		"profile": {func() error { _, err := p.Profile(t.Context(), tester); return err }, "net.outage", clearline.Again},
		"links":   {func() error { _, err := p.Links(t.Context(), tester); return err }, "net.outage", clearline.Again},
		"link":    {func() error { _, err := p.AddLink(t.Context(), tester, "x"); return err }, "net.outage", clearline.Unknown},
		"name":    {func() error { _, err := p.Name(t.Context(), tester); return err }, "auth.expired", clearline.Stop},
		"save":    {func() error { return p.SaveProfile(t.Context(), tester, channel.Profile{}) }, "meta.invalid_param", clearline.Stop},
	} {
		if e := channeltest.SendError(t, c.do()); e.Cause != c.cause || e.Fate != c.fate {
			t.Errorf("%s: %v", name, e)
		}
	}
	d.mu.Lock()
	d.answers[profileCall] = `{"data":[{"vertical":"UNDEFINED","messaging_product":"whatsapp"}]}`
	d.answers[numberCall] = `{"verified_name":"Lamps","name_status":"APPROVED","new_display_name":"Luzes","new_name_status":"APPROVED","official_business_account":{"oba_status":"NOT_STARTED"}}`
	d.mu.Unlock()
	if got, err := p.Profile(t.Context(), tester); err != nil || cmp.Diff(channel.Profile{}, got) != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := p.Name(t.Context(), tester); err != nil || got != (channel.NameState{Name: "Lamps", Status: "APPROVED", Wanted: "Luzes", WantedStatus: "APPROVED", Register: true, Badge: "NOT_STARTED"}) {
		t.Errorf("%+v, %v", got, err)
	}
}
