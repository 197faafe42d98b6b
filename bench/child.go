package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// processUsage is what a process has used since it began.
type processUsage struct {
	cpuSeconds      float64
	bytesWritten    int64 // that reached the device's queue (write_bytes), whole pages
	bytesHandedOver int64 // that the process wrote, whatever became of it (wchar)
	rss, rssPeak    int64 // bytes
}

// child is one process of the executable under test.
type child struct {
	name   string
	cmd    *exec.Cmd
	log    *tail
	exited chan struct{} // closed when the process has ended and its streams are drained
	err    error         // why it ended; read after exited
}

// firstLineTimeout is how long a child may take to say where it listens.
const firstLineTimeout = 60 * time.Second

// startChild starts the executable and decodes the first line of its standard output into first, unless that is nil.
func startChild(ctx context.Context, executable string, first any, args ...string) (*child, error) {
	return startChildEnv(ctx, executable, first, nil, args...)
}

// startChildEnv is startChild with variables added to the environment.
func startChildEnv(ctx context.Context, executable string, first any, env []string, args ...string) (*child, error) {
	c := &child{name: args[0], cmd: exec.Command(executable, args...), log: &tail{}, exited: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Stderr = c.log
	dieWithParent(c.cmd)
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	line := make(chan []byte, 1)
	go func() {
		r := bufio.NewReaderSize(stdout, 64<<10)
		text, _ := r.ReadBytes('\n')
		line <- text
		io.Copy(io.Discard, r) // a child must never block on a full pipe
		c.err = c.cmd.Wait()
		close(c.exited)
	}()
	if first == nil {
		return c, nil
	}
	select {
	case text := <-line:
		if err := json.Unmarshal(text, first); err != nil {
			c.kill()
			return nil, fmt.Errorf("%s: first line %.200q: %w%s", c.name, text, err, c.log.report())
		}
		return c, nil
	case <-time.After(firstLineTimeout):
		err = fmt.Errorf("said nothing for %s", firstLineTimeout)
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.kill()
	return nil, fmt.Errorf("%s: %w%s", c.name, err, c.log.report())
}

// kill ends the process at whatever instruction it is (SIGKILL) and waits until it is gone.
func (c *child) kill() {
	c.cmd.Process.Kill()
	<-c.exited
}

// stopTimeout is longer than the product's own: it ends within 30 s, by force at 45 s.
const stopTimeout = 50 * time.Second

// stop asks the process to end and waits for it.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		c.kill()
		return err
	}
	select {
	case <-c.exited:
		if c.err != nil {
			return fmt.Errorf("%s: %w%s", c.name, c.err, c.log.report())
		}
		return nil
	case <-time.After(stopTimeout):
		c.kill()
		return fmt.Errorf("%s: still running %s after it was asked to stop%s", c.name, stopTimeout, c.log.report())
	}
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// tail keeps the last part of what a child logged, for the error that needs it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - tailSize; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(p), nil
}

func (t *tail) report() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := bytes.TrimSpace(t.text)
	if len(text) == 0 {
		return ""
	}
	return "\nits last words:\n" + string(text)
}
