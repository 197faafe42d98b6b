// Command gate is what `make test` runs: every check of the project, one after the other, each shown with its time,
// a failing one with its output. The last line is `N passed, N failed, N skipped`; the exit code is 0 when nothing
// failed and nothing was skipped. With names of steps as arguments it runs those only.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// count is how many checks passed, failed and were skipped.
type count struct{ passed, failed, skipped int }

func (c count) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
}

func (c *count) add(d count) {
	c.passed += d.passed
	c.failed += d.failed
	c.skipped += d.skipped
}

// step is one command of the gate.
type step struct {
	name    string
	command []string
	dir     string        // relative to the repository; "" is its top
	within  time.Duration // then it is ended and counts as failed
	needed  bool          // when it fails, the steps after it cannot run
	// read turns what the command printed (standard output alone) and how it ended into a count; it may show
	// progress and failures on out. nil: the step counts as one, and its output is shown when it fails.
	read func(printed io.Reader, out io.Writer) (count, error)
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	chosen, err := choose(steps(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	total := runAll(ctx, chosen, os.Stdout)
	fmt.Println(total)
	if total.failed > 0 || total.skipped > 0 || total.passed == 0 {
		os.Exit(1)
	}
}

func choose(all []step, names []string) ([]step, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen, known []string
	for _, s := range all {
		known = append(known, s.name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("gate: %q is none of the steps: %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, name)
	}
	return slices.DeleteFunc(all, func(s step) bool { return !slices.Contains(chosen, s.name) }), nil
}

// runAll runs the steps in order. After a failed step that others need, the rest does not run.
func runAll(ctx context.Context, steps []step, out io.Writer) count {
	var total count
	for _, s := range steps {
		fmt.Fprintf(out, "== %s\n", s.name)
		start := time.Now()
		c := s.run(ctx, out)
		fmt.Fprintf(out, "   %s in %.1f s\n", c, time.Since(start).Seconds())
		total.add(c)
		if ctx.Err() != nil {
			fmt.Fprintln(out, "interrupted")
			break
		}
		if c.failed > 0 && s.needed {
			fmt.Fprintf(out, "nothing after %s can run without it\n", s.name)
			break
		}
	}
	return total
}

// run runs one step. A command that fails is a failure even when its output counts none.
func (s step) run(ctx context.Context, out io.Writer) count {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.Dir = s.dir
	cmd.WaitDelay = 10 * time.Second
	// The command and its children make a process group, so that a deadline ends them all; Ctrl-C is passed on.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }

	c, err := s.execute(cmd, out)
	if ctx.Err() == context.DeadlineExceeded {
		err = fmt.Errorf("not done within %s", s.within)
	}
	if err != nil {
		fmt.Fprintf(out, "FAIL %s: %v\n", s.name, err)
		c.failed = max(c.failed, 1)
	}
	return c
}

func (s step) execute(cmd *exec.Cmd, out io.Writer) (count, error) {
	if s.read == nil {
		printed, err := cmd.CombinedOutput()
		if err != nil {
			fmt.Fprintf(out, "%s\n", strings.TrimSpace(string(printed)))
			return count{failed: 1}, err
		}
		return count{passed: 1}, nil
	}
	cmd.Stderr = out
	pipe, w := io.Pipe()
	cmd.Stdout = w
	ended := make(chan error, 1)
	go func() {
		err := cmd.Run()
		w.Close()
		ended <- err
	}()
	c, readErr := s.read(pipe, out)
	pipe.Close()
	if err := <-ended; err != nil {
		return c, err
	}
	return c, readErr
}
