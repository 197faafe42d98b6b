package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// When the program under test cannot start, the error holds what it said last.
func TestChildThatFailsIsQuoted(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ends at once":  "echo 'the key file is missing' >&2; exit 2",
		"says no JSON":  "echo 'the key file is missing' >&2; echo hello",
		"cut-off first": "echo 'the key file is missing' >&2; printf '{\"url\":'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var hello demoHello
			c, err := startChild(t.Context(), script(t, text), &hello, "demo")
			if err == nil {
				c.kill()
				t.Fatal("taken for started")
			}
			if !strings.Contains(err.Error(), "demo: first line") || !strings.Contains(err.Error(), "the key file is missing") {
				t.Errorf("error %q", err)
			}
		})
	}
}

func TestChildEndsWhenAsked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"in peace":     {"trap 'exit 0' INT; echo '{}'; while :; do sleep 0.01; done", ""},
		"with a fault": {"trap 'echo could not release the lease >&2; exit 1' INT; echo '{}'; while :; do sleep 0.01; done", "could not release the lease"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var hello demoHello
			c, err := startChild(t.Context(), script(t, tc.text), &hello, "demo")
			if err != nil {
				t.Fatal(err)
			}
			err = c.stop()
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestNodeThatEndsWhileStarting(t *testing.T) {
	t.Parallel()
	n := &node{executable: script(t, "echo '{}'; echo 'schema is newer than this program' >&2; exit 2"), args: []string{"demo"}, addr: "127.0.0.1:1"}
	if _, err := n.start(t.Context()); err == nil || !strings.Contains(err.Error(), "schema is newer") {
		t.Errorf("error %v", err)
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	t.Parallel()
	log := &tail{}
	for range 1000 {
		if _, err := log.Write([]byte(strings.Repeat("x", 100))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := log.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	if text := log.report(); len(log.text) != tailSize || !strings.HasSuffix(text, "the end") {
		t.Errorf("%d bytes kept, ending in %q", len(log.text), text[len(text)-10:])
	}
}
