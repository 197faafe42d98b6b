package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram makes the test's binary be the program itself, for tests that kill it or look at its exit code.
const asProgram = "CLEARLINE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is the program in a process of its own.
type program struct {
	t   *testing.T
	cmd *exec.Cmd
	// ended is closed when it has ended.
	ended chan struct{}

	mu   sync.Mutex
	said strings.Builder
	news chan struct{}
}

// start runs the program with these arguments until the test ends.
func start(t *testing.T, environment []string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(os.Args[0], args...), ended: make(chan struct{}), news: make(chan struct{}, 1)}
	p.cmd.Env = append(append(os.Environ(), asProgram+"=1"), environment...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // the state tells
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("%q said:\n%s", args, p)
		}
	})
	return p
}

func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.said.Write(b)
	select {
	case p.news <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (p *program) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// says waits until a line holds a text, and gives back what follows it in the line.
func (p *program) says(text string) (rest string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	for {
		lines := bufio.NewScanner(strings.NewReader(p.String()))
		for lines.Scan() {
			if _, after, found := strings.Cut(lines.Text(), text); found {
				return after
			}
		}
		select {
		case <-p.news:
		case <-p.ended:
			if !strings.Contains(p.String(), text) {
				p.t.Fatalf("it ended (%v) without saying %q:\n%s", p.cmd.ProcessState, text, p)
			}
		case <-ctx.Done():
			p.t.Fatalf("it does not say %q:\n%s", text, p)
		}
	}
}

// until waits for something that the program does and says nothing about.
func (p *program) until(what string, f func() bool) {
	p.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(2 * time.Minute); !f(); <-tick.C {
		if time.Now().After(deadline) {
			p.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// stop ends it as an operator does, and tells its exit code.
func (p *program) stop() int {
	select {
	case <-p.ended:
	default:
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may end by itself just now
		<-p.ended
	}
	return p.cmd.ProcessState.ExitCode()
}
