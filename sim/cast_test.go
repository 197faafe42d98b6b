package sim_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

// The cast goes on writing by itself, in many languages, and stops when told.
func TestCastChatters(t *testing.T) {
	t.Parallel()
	tw := start(t)
	cast, err := sim.SampleCast(tw.sim)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.SampleCast(tw.sim); err == nil {
		t.Error("the same numbers were given twice")
	}
	known := map[string]bool{}
	for _, p := range cast.People() {
		known[p.Address] = true
	}
	if len(known) < 40 {
		t.Errorf("%d people with a number of their own", len(known))
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- cast.Chatter(ctx) }()
	deadline := time.Now().Add(time.Minute)
	for tw.sim.Ledger(0, 0).Totals.MessagesFromPeople < 30 {
		tw.clock.Advance(16 * time.Second)
		if time.Now().After(deadline) {
			t.Fatal("the cast has fallen silent")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Whoever is answered answers: to a statement, a question, a picture, buttons; but not while somebody plays that
// phone by hand.
func TestCastAnswers(t *testing.T) {
	t.Parallel()
	tw := start(t)
	cast, err := sim.SampleCast(tw.sim)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := cast.Answers(ctx); err != nil {
		t.Fatal(err)
	}
	writes := func(name string) sim.Person {
		p, ok := cast.Person(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		id, err := tw.sim.Write(p.ID, sim.PersonMessage{Text: "hi"})
		if err != nil {
			t.Fatal(err)
		}
		tw.hook.message(id)
		return p
	}
	answer := func(p sim.Person, sent string) sim.ThreadMessage {
		deadline := time.Now().Add(time.Minute)
		var moved time.Time
		for {
			// A second of theirs for 20 ms of ours: the answer is on its way through several goroutines.
			if time.Since(moved) > 20*time.Millisecond {
				tw.clock.Advance(time.Second)
				moved = time.Now()
			}
			thread, _, err := tw.sim.Thread(p.ID, 1, "")
			if err != nil {
				t.Fatal(err)
			}
			if thread[0].From == "person" && thread[0].ID != sent {
				return thread[0]
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s does not answer; the newest is %+v", p.Name, thread[0])
			}
			runtime.Gosched()
		}
	}
	german := writes("Lotte Brandt")
	sent := tw.send(text(german.Address, "Das Paket ist unterwegs."))
	if m := answer(german, sent); m.Text != "Super, vielen Dank!" {
		t.Errorf("answered with %q", m.Text)
	}
	arabic := writes("ليلى حداد")
	sent = tw.send(text(arabic.Address, "هل هذا هو العنوان؟"))
	if m := answer(arabic, sent); m.Text != "نعم، من فضلكم." {
		t.Errorf("answered with %q", m.Text)
	}
	english := writes("Owen Hartley")
	sent = tw.send(map[string]any{"messaging_product": "whatsapp", "to": english.Address, "type": "image", "image": map[string]any{"id": tw.upload("image/png", png)}})
	if m := answer(english, sent); m.Text != "Got it, thank you!" {
		t.Errorf("answered with %q", m.Text)
	}
	sent = tw.send(map[string]any{"messaging_product": "whatsapp", "to": english.Address, "type": "interactive", "interactive": map[string]any{"type": "button",
		"body": map[string]any{"text": "Which one?"}, "action": map[string]any{"buttons": []any{
			map[string]any{"type": "reply", "reply": map[string]any{"id": "a", "title": "The first"}}}}}})
	if m := answer(english, sent); m.Text != "The first" || m.ReplyTo == nil || *m.ReplyTo != sent {
		t.Errorf("answered with %+v", m)
	}
	// Somebody types on a phone: its owner keeps quiet, everybody else goes on.
	played := writes("Grant Ellery")
	tw.writes(played, map[string]any{"text": "typed by hand"})
	tw.send(text(played.Address, "Thank you."))
	other := writes("Jana Kern")
	answer(other, tw.send(text(other.Address, "Gern.")))
	thread, _, err := tw.sim.Thread(played.ID, 1, "")
	if err != nil || thread[0].From != "business" || !strings.Contains(thread[0].Text, "Thank you") {
		t.Errorf("%v, the newest is %+v", err, thread[0])
	}
	cancel()
}
