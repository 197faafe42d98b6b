package sim_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/clearline/clearline/sim"
)

func (tw *twin) fault(what map[string]any) sim.Fault {
	tw.t.Helper()
	var f sim.Fault
	tw.control("POST", "faults", what, 201, &f)
	return f
}

// hits waits until the only fault has struck so often.
func (tw *twin) hits(n int) {
	tw.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		var list struct{ Items []sim.Fault }
		tw.control("GET", "faults", nil, 200, &list)
		if list.Items[0].Hits >= n {
			return
		}
		if time.Now().After(deadline) {
			tw.t.Fatalf("%d hits, want %d", list.Items[0].Hits, n)
		}
	}
}

// begin makes a twin with one person who has written.
func begin(t *testing.T) (*twin, sim.Person) {
	t.Helper()
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	return tw, p
}

func TestEffectsOnCalls(t *testing.T) {
	t.Parallel()
	t.Run("accept_then_timeout", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "accept_then_timeout", "times": 1})
		tw.unanswered(text(p.Address, "heard"), time.Second)
		var id string
		tw.hook.until("a status", func() bool {
			for _, v := range tw.hook.values {
				if s, ok := v.at("statuses", 0, "id").(string); ok {
					id = s
				}
			}
			return id != ""
		})
		tw.hook.statuses(id, "sent", "delivered", "read")
		l := tw.sim.Ledger(0, 0)
		if len(l.Calls) != 1 || l.Calls[0].Answer != 0 || l.Calls[0].PlatformID != id || l.Totals.SendsAccepted != 1 {
			t.Errorf("ledger %+v", l.Calls)
		}
		tw.send(text(p.Address, "the next is answered"))
	})
	t.Run("timeout", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "timeout", "operation": "send", "ms": 100, "times": 1})
		tw.unanswered(text(p.Address, "not heard"), 10*time.Second)
		l := tw.sim.Ledger(0, 0)
		if len(l.Calls) != 1 || l.Calls[0].PlatformID != "" || l.Totals.SendsAccepted != 0 {
			t.Errorf("ledger %+v", l.Calls)
		}
	})
	t.Run("http", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "http", "http": 502, "times": 1})
		status, raw := tw.do("POST", "/graph/v26.0/"+tw.account.PhoneNumberID+"/messages", tw.account.Token, text(p.Address, "x"))
		if status != 502 || len(raw) != 0 {
			t.Errorf("HTTP %d %s", status, raw)
		}
		tw.send(text(p.Address, "x"))
	})
	t.Run("error", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "error", "code": 190, "subcode": 463, "locale": "de_DE", "operation": "send", "times": 1})
		got := tw.refused(text(p.Address, "x"), 190)
		if got.at("error", "error_subcode") != 463.0 || !strings.Contains(got.at("error", "error_user_title").(string), "Sitzung") {
			t.Errorf("answer %v", got)
		}
		tw.fault(map[string]any{"effect": "error", "code": 131026, "times": 1})
		tw.hook.statuses(tw.send(text(p.Address, "x")), "failed")
		tw.fault(map[string]any{"effect": "error", "code": 131031, "via": "status", "times": 1})
		tw.hook.statuses(tw.send(text(p.Address, "x")), "failed")
		tw.hook.statuses(tw.send(text(p.Address, "x")), "sent", "delivered", "read")
	})
	t.Run("conflict", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "conflict", "times": 2})
		tw.hook.statuses(tw.send(text(p.Address, "x")), "sent", "delivered", "failed", "read")
		tw.hook.statuses(tw.send(text(p.Address, "y")), "sent", "failed", "delivered", "read")
		tw.hook.statuses(tw.send(text(p.Address, "z")), "sent", "delivered", "read")
	})
}

func TestEffectsOnWebhooks(t *testing.T) {
	t.Parallel()
	t.Run("delay", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "delay", "ms": 3_600_000, "operation": "webhook", "person": p.Address})
		id := tw.writesNoWait(p, "x")
		tw.clock.Advance(59 * time.Minute)
		tw.settled()
		if len(tw.hook.bodies) != 1 {
			t.Error("it came too early")
		}
		tw.clock.Advance(time.Minute)
		tw.hook.message(id)
		tw.fault(map[string]any{"effect": "delay", "ms": 50, "operation": "send"})
		from := time.Now()
		tw.send(text(p.Address, "x"))
		if took := time.Since(from); took < 50*time.Millisecond {
			t.Errorf("answered after %v", took)
		}
	})
	t.Run("duplicate", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "duplicate", "times": 1})
		tw.writesNoWait(p, "twice")
		posts := tw.hook.posts(3)
		if posts[1] != posts[2] {
			t.Error("the two differ")
		}
	})
	t.Run("reorder", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "reorder", "ms": 60_000})
		first, second := tw.writesNoWait(p, "1"), tw.writesNoWait(p, "2")
		tw.clock.Advance(time.Minute)
		tw.hook.until("both", func() bool { return len(tw.hook.values) == 3 })
		if tw.hook.values[1].at("messages", 0, "id") != second || tw.hook.values[2].at("messages", 0, "id") != first {
			t.Error("the order was kept")
		}
	})
	t.Run("held for a time", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"cause": "wa.held", "person": p.ID, "for_seconds": 3600})
		id := tw.send(text(p.Address, "x"))
		tw.hook.statuses(id, "sent")
		tw.hits(1)
		tw.clock.Advance(time.Hour)
		tw.hook.statuses(id, "sent", "delivered", "read")
	})
	t.Run("silence", func(t *testing.T) {
		tw, p := begin(t)
		tw.fault(map[string]any{"effect": "silence", "for_seconds": 60})
		tw.writesNoWait(p, "lost")
		tw.clock.Advance(time.Minute)
		tw.hook.message(tw.writesNoWait(p, "heard"))
		if len(tw.hook.bodies) != 2 {
			t.Errorf("%d POSTs, want 2", len(tw.hook.bodies))
		}
	})
}

func TestFaultsAreNarrowed(t *testing.T) {
	tw, p := begin(t)
	other := tw.person("Rui", "351910000002")
	tw.writes(other, map[string]any{"text": "oi"})
	tw.fault(map[string]any{"effect": "error", "code": 131031, "person": other.ID})
	tw.fault(map[string]any{"effect": "error", "code": 131031, "account": "1"})
	tw.fault(map[string]any{"effect": "error", "code": 131031, "operation": "media"})
	tw.send(text(p.Address, "x"))
	tw.refused(text(other.Address, "x"), 131031)
}

// unanswered sends and wants the connection to end without an answer.
func (tw *twin) unanswered(body map[string]any, within time.Duration) {
	tw.t.Helper()
	ctx, cancel := context.WithTimeout(tw.t.Context(), within)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "POST", tw.url+"/graph/v26.0/"+tw.account.PhoneNumberID+"/messages", strings.NewReader(toJSON(tw.t, body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+tw.account.Token)
	answer, err := http.DefaultClient.Do(r)
	if err == nil {
		answer.Body.Close()
		tw.t.Fatalf("HTTP %d", answer.StatusCode)
	}
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, io.EOF) {
		tw.t.Fatal(err)
	}
	// The row is written when the twin notices that the caller has gone.
	deadline := time.Now().Add(time.Minute)
	for len(tw.sim.Ledger(0, 0).Calls) == 0 {
		if time.Now().After(deadline) {
			tw.t.Fatal("the call is not in the ledger")
		}
	}
}

func TestFaultsAreChecked(t *testing.T) {
	t.Parallel()
	tw := start(t)
	for name, order := range map[string]map[string]any{
		"nothing":                 {},
		"cause and effect":        {"cause": "net.rate", "effect": "silence"},
		"unknown cause":           {"cause": "moon.full"},
		"unknown effect":          {"effect": "explode"},
		"no code":                 {"effect": "error"},
		"unknown code":            {"effect": "error", "code": 424242},
		"unknown subcode":         {"effect": "error", "code": 190, "subcode": 1},
		"code with another":       {"effect": "silence", "code": 2},
		"unknown locale":          {"effect": "error", "code": 2, "locale": "tlh"},
		"unknown via":             {"effect": "error", "code": 2, "via": "pigeon"},
		"delay without ms":        {"effect": "delay"},
		"http out of range":       {"effect": "http", "http": 99},
		"http with another":       {"effect": "silence", "http": 500},
		"unknown operation":       {"effect": "error", "code": 2, "operation": "dance"},
		"no gateway":              {"effect": "timeout", "operation": "gateway"},
		"effect on the wrong end": {"effect": "reorder", "operation": "send"},
		"cause on the wrong end":  {"cause": "wa.window", "operation": "media"},
		"hook on the wrong end":   {"cause": "hook.off", "operation": "send"},
		"code with cause":         {"cause": "wa.window", "code": 2},
		"other platform":          {"cause": "net.rate", "platform": "telegram"},
		"unknown key":             {"cause": "net.rate", "who": "me"},
		"negative":                {"cause": "net.rate", "times": -1},
		"unknown way":             {"cause": "hook.off", "at": "moon"},
		"way of another":          {"cause": "auth.expired", "at": "waba"},
		"scope of another":        {"cause": "hook.off", "scope": "x"},
		"way with effect":         {"effect": "silence", "at": "waba"},
		"pin of another":          {"cause": "auth.expired", "pin": "123456"},
		"pin that is none":        {"cause": "wa.pin", "pin": "12"},
		"address of another":      {"cause": "hook.off", "url": "https://x.example"},
		"feed of another":         {"cause": "hook.off", "feed": true},
	} {
		t.Run(name, func(t *testing.T) {
			raw := tw.control("POST", "faults", order, 422, nil)
			if got := decode(t, raw); got["status"] != 422.0 || got["detail"] == "" || got.at("fields", 0, "name") == nil {
				t.Errorf("problem %s", raw)
			}
		})
	}
	f := tw.fault(map[string]any{"effect": "error", "code": 0, "times": 3})
	if f.ID == "" || f.Hits != 0 || *f.Code != 0 || f.Times != 3 {
		t.Errorf("fault %+v", f)
	}
	tw.control("DELETE", "faults/"+f.ID, nil, 204, nil)
	tw.control("DELETE", "faults/"+f.ID, nil, 404, nil)
}

// The texts beside an error are in the reader's language, and with an order for
// one all others too: in the answer, in debug_token, in health, in a status.
func TestErrorLanguages(t *testing.T) {
	t.Parallel()
	tw := start(t)
	p := tw.person("Ana", "351910000001")
	tw.writes(p, map[string]any{"text": "oi"})
	heard := map[string]string{} // text → where and in which language it was heard
	hear := func(where, locale string, words ...any) {
		t.Helper()
		text := fmt.Sprint(words...)
		if before, twice := heard[where+text]; twice || text == "" || strings.Contains(text, "<nil>") {
			t.Errorf("%s in %s and in %q: %s", where, locale, before, text)
		}
		heard[where+text] = locale
	}
	stage := func(order map[string]any, look func()) {
		t.Helper()
		f := tw.fault(order)
		look()
		tw.control("DELETE", "faults/"+f.ID, nil, 204, nil)
	}
	for _, locale := range []string{"en_US", "pt_BR", "es", "de_DE", "fr", "id_ID", "ar", "pl_PL", "vi_VN"} {
		account := tw.account.PhoneNumberID
		for _, cause := range []string{"wa.two_step", "wa.ownership"} {
			stage(map[string]any{"cause": cause, "account": account, "locale": locale}, func() {
				_, got := tw.graph("POST", account+"/register", pinBody("123456"))
				hear("register", locale, got.at("error", "error_user_title"), got.at("error", "error_user_msg"), got.at("error", "message"))
			})
		}
		stage(map[string]any{"cause": "account.disabled", "account": account, "locale": locale}, func() {
			got := tw.refused(plain(p.Address), 131031)
			hear("send", locale, got.at("error", "message"), got.at("error", "error_data", "details"))
		})
		stage(map[string]any{"cause": "wa.payment", "account": account, "locale": locale}, func() {
			_, n := tw.graph("GET", account+"?fields=health_status", nil)
			hear("health", locale, n.at("health_status", "entities", 1, "errors", 0, "error_description"), n.at("health_status", "entities", 1, "errors", 0, "possible_solution"))
		})
		stage(map[string]any{"cause": "auth.password", "account": account, "locale": locale}, func() {
			_, debug := tw.appGraph("GET", "debug_token?input_token="+tw.account.Token, nil)
			hear("debug_token", locale, debug.at("data", "error", "message"))
		})
		stage(map[string]any{"cause": "wa.undeliverable", "locale": locale}, func() {
			st := object(tw.hook.statuses(tw.send(plain(p.Address)), "failed")[0])
			hear("status", locale, st.at("errors", 0, "title"), st.at("errors", 0, "error_data", "details"))
		})
	}
}
