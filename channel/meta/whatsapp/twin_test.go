package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/sim"
)

// twin is the simulator, whose wire types were written apart from ours, with this leaf on the other side.
type twin struct {
	t        *testing.T
	sim      *sim.Sim
	leaf     *Platform
	account  channel.Account
	elements chan channel.Element
	// base is the twin's own address, hook the one that it calls.
	base, hook string
}

func startTwin(t *testing.T) *twin {
	t.Helper()
	tw := &twin{t: t, elements: make(chan channel.Element, 1000)}
	var handler http.Handler // needs the server's address first
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	s, err := sim.New(sim.Options{
		Clock: clock.NewShifted(), BaseURL: server.URL, Seed: 3, AnswerDelay: -1, StatusDelays: &sim.StatusDelays{Exact: true}, ThroughputPerSecond: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = s.Handler()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := s.WhatsApp()
	tw.sim = s
	tw.account = channel.Account{ID: a.PhoneNumberID, Parent: a.WABAID, Token: a.Token, AppID: a.AppID, AppSecret: a.AppSecret}
	tw.leaf = New(Options{GraphURL: server.URL + "/graph/", HTTP: guarded(t, server.URL)})
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { tw.receive(w, r, a.VerifyToken) }))
	t.Cleanup(hook.Close)
	tw.base, tw.hook = server.URL, hook.URL
	if err := s.SetWebhook(t.Context(), "", hook.URL, a.VerifyToken); err != nil {
		t.Fatal(err)
	}
	if err := tw.leaf.Subscribe(t.Context(), tw.account); err != nil {
		t.Fatal(err)
	}
	return tw
}

// receive does what the way in does: handshake, or verify and parse.
func (tw *twin) receive(w http.ResponseWriter, r *http.Request, token string) {
	if r.Method == http.MethodGet {
		challenge, ok := tw.leaf.Handshake(r, func(got string) bool { return got == token })
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, challenge)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || !tw.leaf.Verify(tw.account.AppSecret, r.Header, body) {
		tw.t.Errorf("a webhook that is not authentic (%v): %s", err, body)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	parsed, err := tw.leaf.Parse(body)
	if err != nil {
		tw.t.Errorf("%v: %s", err, body)
	}
	for _, e := range parsed.Elements {
		if e.Problem != nil {
			tw.t.Errorf("%s: %s", e.Problem.Reason, body)
		}
		tw.elements <- e
	}
}

// next is the next element for which f is true.
func (tw *twin) next(f func(*channel.Element) bool) channel.Element {
	tw.t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for {
		select {
		case e := <-tw.elements:
			if f(&e) {
				return e
			}
		case <-deadline.C:
			tw.t.Fatal("what was expected did not come")
		}
	}
}

func (tw *twin) person(name, address string) sim.Person {
	tw.t.Helper()
	p, err := tw.sim.AddPerson(sim.NewPerson{Platform: "whatsapp", Name: name, Address: address})
	if err != nil {
		tw.t.Fatal(err)
	}
	return p
}

// writes lets a person do something and returns the element that came of it.
func (tw *twin) writes(p sim.Person, m sim.PersonMessage) channel.Element {
	tw.t.Helper()
	id, err := tw.sim.Write(p.ID, m)
	if err != nil {
		tw.t.Fatalf("%+v: %v", m, err)
	}
	return tw.next(func(e *channel.Element) bool {
		return (e.Message != nil && e.Message.PlatformID == id) || (e.Amendment != nil && e.Amendment.PlatformID == id)
	})
}

// C1, C9: the account is checked and subscribed, every kind that a person can send comes in as that kind.
func TestTwinInbound(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	got, err := tw.leaf.CheckAccount(t.Context(), tw.account)
	if err != nil || !got.Subscribed || got.Cause != "" || got.Name == "" || got.PerSecond == 0 {
		t.Errorf("%+v, %v", got, err)
	}
	ana := tw.person("Ana Olá 👋", "5531988887777")
	first := tw.writes(ana, sim.PersonMessage{Text: "Bom dia, é você? 🙂"}).Message
	if first.Text != "Bom dia, é você? 🙂" || first.Person.Name != "Ana Olá 👋" || first.Person.Keys[len(first.Person.Keys)-1] != "wa:5531988887777" || !first.OpensWindow {
		t.Errorf("%+v", first)
	}
	for kind, want := range map[string]clearline.Kind{
		"image": clearline.KindImage, "video": clearline.KindVideo, "audio": clearline.KindAudio, "voice": clearline.KindVoice, "document": clearline.KindDocument,
		"sticker": clearline.KindSticker, "location": clearline.KindLocation, "contacts": clearline.KindContacts, "order": clearline.KindOrder,
		"request_welcome": clearline.KindSystem, "unsupported": clearline.KindUnsupported,
	} {
		if m := tw.writes(ana, sim.PersonMessage{Kind: kind}).Message; m.Kind != want {
			t.Errorf("%s comes as %s", kind, m.Kind)
		}
	}
	emoji := "❤️"
	if m := tw.writes(ana, sim.PersonMessage{Reaction: &emoji, To: first.PlatformID}).Message; m.Kind != clearline.KindReaction || m.Text != emoji || m.ReplyTo != first.PlatformID {
		t.Errorf("%+v", m)
	}
	edit := "Boa noite"
	if a := tw.writes(ana, sim.PersonMessage{Edit: &edit, To: first.PlatformID}).Amendment; a == nil || a.Text != edit || a.Target != first.PlatformID {
		t.Errorf("%+v", a)
	}
	if a := tw.writes(ana, sim.PersonMessage{Delete: first.PlatformID}).Amendment; a == nil || !a.Delete || a.Target != first.PlatformID {
		t.Errorf("%+v", a)
	}
	hidden := tw.person("Bea", "US.13491208655302741918")
	m := tw.writes(hidden, sim.PersonMessage{Text: "no number"}).Message
	if m.Person.SendTo != "US.13491208655302741918" || !slices.Equal(m.Person.Keys, []string{"bsuid:US.13491208655302741918"}) {
		t.Errorf("%+v", m.Person)
	}
	if _, err := tw.leaf.Send(t.Context(), tw.account, channel.Outgoing{To: m.Person.SendTo, Kind: clearline.KindText, Text: "hello Bea"}); err != nil {
		t.Error(err)
	}
}

// C10, M4: a reply is accepted, its statuses come back with the callback data, files can be fetched, and
// templates are listed, filled and sent.
func TestTwinOutbound(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	ana := tw.person("Ana", "34600111222")
	photo := tw.writes(ana, sim.PersonMessage{Kind: "image", Text: "look"}).Message
	var bytes bytes.Buffer
	file, err := tw.leaf.Fetch(t.Context(), tw.account, photo.Media[0].PlatformID, 1<<20, &bytes)
	if err != nil || bytes.Len() == 0 || file.MIME != photo.Media[0].MIME {
		t.Errorf("%d bytes of %s, %v", bytes.Len(), file.MIME, err)
	}
	for what, mark := range map[string]func(context.Context, channel.Account, string) error{"read": tw.leaf.MarkRead, "typing": tw.leaf.Typing} {
		if err := mark(t.Context(), tw.account, photo.PlatformID); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	answer, err := tw.leaf.Send(t.Context(), tw.account, channel.Outgoing{To: photo.Person.SendTo, Kind: clearline.KindText, Text: "Nice", ReplyTo: photo.PlatformID, Ref: "attempt-12-1"})
	if err != nil || answer.SendTo != photo.Person.SendTo {
		t.Fatalf("%+v, %v", answer, err)
	}
	for _, want := range []clearline.Status{clearline.Sent, clearline.Delivered} {
		s := tw.next(func(e *channel.Element) bool { return e.Status != nil && e.Status.Report.Status == want }).Status
		if s.PlatformID != answer.PlatformID || s.ClientRef != "attempt-12-1" || s.At.IsZero() {
			t.Errorf("%s: %+v", want, s)
		}
	}
	list, err := tw.leaf.Templates(t.Context(), tw.account)
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, info := range list {
		text, problem := tw.leaf.Fill(info, channel.Template{Name: info.Name, Language: info.Language})
		if problem != nil {
			continue // needs values, or is not approved
		}
		sent++
		out := channel.Outgoing{To: ana.Address, Kind: clearline.KindTemplate, Text: text, Template: &channel.Template{Name: info.Name, Language: info.Language}}
		if _, err := tw.leaf.Send(t.Context(), tw.account, out); err != nil {
			t.Errorf("%s: %v", info.Name, err)
		}
	}
	t.Logf("%d templates listed, %d need no values", len(list), sent)
	if len(list) == 0 {
		t.Error("no templates")
	}
}

// X5: the twin's troubles come out as the causes and fates that dispatch acts on.
func TestTwinFaults(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	ana := tw.person("Ana", "34600111222")
	to := tw.writes(ana, sim.PersonMessage{Text: "hi"}).Message.Person.SendTo
	code := func(n int) *int { return &n }
	for name, c := range map[string]struct {
		fault sim.Fault
		cause clearline.Cause
		fate  clearline.Fate
	}{
		"expired":        {sim.Fault{Cause: "auth.expired"}, clearline.CauseAuthExpired, clearline.Stop},
		"revoked":        {sim.Fault{Cause: "auth.revoked"}, clearline.CauseAuthRevoked, clearline.Stop},
		"password":       {sim.Fault{Cause: "auth.password"}, clearline.CauseAuthPassword, clearline.Stop},
		"scope":          {sim.Fault{Cause: "auth.scope"}, clearline.CauseAuthScope, clearline.Stop},
		"not registered": {sim.Fault{Cause: "wa.not_registered"}, clearline.CauseNotRegistered, clearline.Stop},
		"outage":         {sim.Fault{Effect: "error", Code: code(2)}, clearline.CauseOutage, clearline.Hold},
		"rate":           {sim.Fault{Effect: "error", Code: code(130429)}, clearline.CauseRate, clearline.Slow},
		"pair":           {sim.Fault{Effect: "error", Code: code(131056)}, clearline.CauseRate, clearline.SlowPair},
		"something":      {sim.Fault{Effect: "error", Code: code(131000)}, clearline.CauseUnconfirmed, clearline.Unknown},
		"page":           {sim.Fault{Effect: "http", HTTP: 502}, clearline.CauseUnconfirmed, clearline.Unknown},
	} {
		c.fault.Operation, c.fault.Times = "send", 1
		if c.fault.Cause != "" {
			c.fault.Operation = ""
		}
		f, err := tw.sim.AddFault(c.fault)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, err = tw.leaf.Send(t.Context(), tw.account, channel.Outgoing{To: to, Kind: clearline.KindText, Text: "hello"})
		var e *channel.SendError
		if !errors.As(err, &e) || e.Cause != c.cause || e.Fate != c.fate {
			t.Errorf("%s: %v, want %s %s", name, err, c.cause, c.fate)
		}
		_ = tw.sim.RemoveFault(f.ID) // one that has struck as often as it should is gone already
	}
	cal := tw.person("Cal", "447700900123") // never wrote
	_, err := tw.leaf.Send(t.Context(), tw.account, channel.Outgoing{To: cal.Address, Kind: clearline.KindText, Text: "hello"})
	if e := channeltest.SendError(t, err); e.Cause != clearline.CauseWindow || e.Fate != clearline.Stop {
		t.Errorf("outside of the window: %v", e)
	}
}
