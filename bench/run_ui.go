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
	"path/filepath"
	"slices"
	"time"
)

const (
	// uiConversations and the messages of uiStored are what the browser has before it: a big inbox of some years.
	uiConversations = 100_000
	uiStored        = 500_000
	// uiLongThread is how many messages the longest conversation has.
	uiLongThread = 20_000
	// uiScript drives the browser. It comes with the source: the figures are about pages, not about a server.
	uiScript = "scripts/bench-ui/main.mjs"
	uiLimit  = 30 * time.Minute
)

// Figure is one measured value of a page, as its script prints it; judge adds the goal.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Goal  string  `json:"goal"`
	Met   bool    `json:"met"`
	// Note says what else belongs to the value, such as on how many tries it rests.
	Note string `json:"note,omitempty"`
}

// runUI measures what people see: a browser over an installation with a big inbox. The installation's data are made once and kept for
// the next run, in the folder .cache of the working directory or in Options.Dir.
func runUI(ctx context.Context, o *Options, r *Result) error {
	script, node, err := browserTools(uiScript)
	if err != nil {
		return err
	}
	messages := o.Messages
	if messages <= 0 {
		messages = uiStored
	}
	dir := o.Dir
	if dir == "" {
		dir = ".cache"
	}
	if dir, err = filepath.Abs(filepath.Join(dir, fmt.Sprintf("bench-ui-%d", messages))); err != nil {
		return err
	}
	i, err := install(ctx, o, plan{dir: dir})
	if err != nil {
		return fmt.Errorf("%w\nIf the data in %s are of another version of the program, remove that folder: they are made again", err, dir)
	}
	defer i.close()
	if err := fillInbox(ctx, i, r, messages); err != nil {
		return err
	}
	// What follows the messages in the background must not share the processor with what is measured.
	err = waitUntil(ctx, fillLimit, "the search to have read everything", func(ctx context.Context) (bool, error) {
		var answer struct {
			Complete bool `json:"complete"`
		}
		err := i.api().do(ctx, "GET", "/api/v1/search?q=ready", nil, &answer)
		return answer.Complete, err
	})
	if err != nil {
		return err
	}
	began := time.Now()
	if err := i.browse(ctx, node, script, r); err != nil {
		return err
	}
	r.Seconds = *rounded(time.Since(began).Seconds(), 1)
	return nil
}

// browserTools finds what a measurement with a browser needs beside the program itself: a script of the source, and Node.
func browserTools(name string) (script, node string, err error) {
	if node, err = exec.LookPath("node"); err != nil {
		return "", "", errors.New("the browser is driven by Node, which is not installed: version 20.19 or newer is needed")
	}
	exe, err := os.Executable()
	if err != nil {
		return "", "", err
	}
	for _, root := range []string{".", filepath.Dir(filepath.Dir(exe))} {
		script = filepath.Join(root, name)
		if _, err := os.Stat(script); err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, "web", "node_modules", "playwright-core")); err != nil {
			return "", "", fmt.Errorf("what drives the browser is not installed: run make build in %s", root)
		}
		script, err = filepath.Abs(script)
		return script, node, err
	}
	return "", "", fmt.Errorf("%s is not here: run this in a checkout of the source, with what make build makes", name)
}

// fillInbox brings the installation to so many messages, a fifth as many conversations and one long thread. Enough from an earlier run
// stays as it is.
func fillInbox(ctx context.Context, i *installation, r *Result, messages int) error {
	ledger, err := i.api().ledger(ctx)
	if err != nil {
		return err
	}
	r.Stored = some(ledger.Stored)
	if ledger.Stored >= int64(messages) {
		return nil
	}
	began := time.Now()
	conversations := messages / (uiStored / uiConversations)
	long := messages / (uiStored / uiLongThread)
	for part, step := range []struct{ people, count int }{{0, conversations}, {1, long}, {conversations, messages - conversations - long}} {
		t := i.o.newTraffic(i.account, uint32(part), step.people)
		t.firstPerson = 0
		for done := uint64(0); done < uint64(step.count); {
			if time.Since(began) > fillLimit {
				return fmt.Errorf("the inbox was not filled in %s", fillLimit)
			}
			order := loadOrder{traffic: t, urls: i.hooks(), connections: fillConnections, batch: fillBatch, messages: uint64(step.count) - done}
			report, err := order.run(ctx)
			if err != nil {
				return err
			}
			done += report.acked
		}
		if err := i.quiet(ctx, fillLimit); err != nil {
			return err
		}
	}
	r.Stored = some(int64(messages))
	i.o.say("%d messages in %d conversations stored, in %.0f s; they are kept in %s for the next run", messages, conversations, time.Since(began).Seconds(), i.dir)
	return nil
}

// browse runs the script and takes its figures.
func (i *installation) browse(ctx context.Context, node, script string, r *Result) error {
	hello := i.nodes[0].hello
	order, err := json.Marshal(map[string]any{"url": i.nodes[0].url(), "api_key": hello.APIKey, "login_url": hello.Users[0].LoginURL, "seconds": i.o.Seconds, "long": phone(0),
		"whatsapp": map[string]string{"phone_number_id": i.account.PhoneNumberID, "waba_id": i.account.WABAID, "app_secret": i.account.AppSecret, "webhook_url": i.nodes[0].hook()}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, uiLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, script)
	cmd.Stdin, cmd.WaitDelay = bytes.NewReader(order), 10*time.Second
	cmd.Stderr = i.o.Err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	dieWithParent(cmd)
	printed, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	r.Figures, err = readFigures(printed)
	err = errors.Join(err, cmd.Wait())
	if server := i.nodes[0].child; err != nil {
		select {
		case <-server.exited:
			err = fmt.Errorf("%w; the server ended meanwhile: %v%s", err, server.err, server.log.report())
		default:
		}
	}
	return err
}

// readFigures reads one figure a line.
func readFigures(printed io.Reader) (figures []Figure, err error) {
	lines := bufio.NewScanner(printed)
	for lines.Scan() {
		var f Figure
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil || f.Name == "" {
			return figures, fmt.Errorf("%s printed %.200q, which is no figure: %v", filepath.Base(uiScript), lines.Text(), err)
		}
		if slices.ContainsFunc(figures, func(g Figure) bool { return g.Name == f.Name }) {
			return figures, fmt.Errorf("%s measured %s twice", filepath.Base(uiScript), f.Name)
		}
		figures = append(figures, f)
	}
	return figures, lines.Err()
}
