package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// G2, X1: `clearline explain` answers without a database or a server, with 0 for what is known, 1 for what is not and 2
// for a question that it does not understand; with --json nothing but JSON goes to stdout.
func TestExplainCommand(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "clearline")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		args   string
		exit   int
		stdout []string
		stderr string
	}{
		{"whatsapp 131026", 0, []string{"whatsapp 131026: Message undeliverable", "[wa.undeliverable]", "2.21.15.15", "https://wa.me/tos/20210210", "Ruled out if: "}, ""},
		{"WhatsApp (#131026)", 0, []string{"[wa.undeliverable]"}, ""},
		{"whatsapp 100/2388001", 0, []string{"one of 2 causes", "1. The six-digit PIN", "2. Prove that"}, ""},
		{"wa.window", 0, []string{"The free-reply time has ended", "Who can act   the agent"}, ""},
		{"whatsapp 999999 --text Ups", 1, []string{"whatsapp 999999: not known", "own words: Ups"}, ""},
		{"telegram 403", 1, []string{"telegram 403: not known"}, ""},
		{"wa.windows", 1, []string{"There is no cause", "wa.window?"}, ""},
		{"wa.zebra", 1, []string{"There are: ", "wa.undeliverable"}, ""},
		{"zebra", 1, []string{"docs/causes.md"}, ""},
		{"131026", 2, nil, "clearline explain whatsapp 131026"},
		{"whatsapp", 2, nil, "name the code"},
		{"whatsapp abc", 2, nil, "is no code"},
		{"whatsapp 1/x", 2, nil, "is no code"},
		{"icq 131026", 2, nil, "is no platform"},
		{"wa.window --text Ups", 2, nil, "--text"},
		{"message", 2, nil, "is no message's id"},
		{"message 250276255130193920", 2, nil, "--url"},
		{"message 250276255130193920 --url inbox --api-key clk_x", 2, nil, "is no address"},
		{"message 250276255130193920 --url http://127.0.0.1:1 --api-key clk_x", 2, nil, "does not answer"},
		{"", 2, nil, "platform|cause"},
	} {
		cmd := exec.Command(program, append([]string{"explain"}, strings.Fields(c.args)...)...)
		cmd.Dir = t.TempDir()
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		_ = cmd.Run() // the exit code is looked at
		if got := cmd.ProcessState.ExitCode(); got != c.exit || !strings.Contains(stderr.String(), c.stderr) {
			t.Errorf("%q ends with %d, want %d: %s", c.args, got, c.exit, &stderr)
		}
		for _, want := range c.stdout {
			if !strings.Contains(strings.Join(strings.Fields(stdout.String()), " "), strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%q does not say %q:\n%s", c.args, want, &stdout)
			}
		}
		if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
			t.Errorf("%q leaves %v behind", c.args, left)
		}
	}
	for args, known := range map[string]bool{"whatsapp 131026": true, "whatsapp 999999": false, "wa.window": true, "wa.zebra": false} {
		out, _ := exec.Command(program, append([]string{"explain", "--json"}, strings.Fields(args)...)...).Output()
		var x struct {
			Known   *bool
			Entries []struct {
				Cause, Title, What, Why, Who string
				Do                           []struct{ Text string }
				Retry                        struct{ Rule string }
			}
		}
		if err := json.Unmarshal(out, &x); err != nil || x.Known == nil || *x.Known != known || x.Entries == nil {
			t.Errorf("%q: %v: %s", args, err, out)
		}
	}
}
