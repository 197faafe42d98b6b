package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// vitestReport is the part of `vitest run --reporter=json` that is counted here.
type vitestReport struct {
	Passed  int `json:"numPassedTests"`
	Failed  int `json:"numFailedTests"`
	Pending int `json:"numPendingTests"`
	Todo    int `json:"numTodoTests"`
	Files   []struct {
		Name    string `json:"name"`
		Status  string `json:"status"`
		Message string `json:"message"`
		Tests   []struct {
			Name     string   `json:"fullName"`
			Status   string   `json:"status"`
			Messages []string `json:"failureMessages"`
		} `json:"assertionResults"`
	} `json:"testResults"`
}

// vitest counts the tests of the web application. A file that could not be loaded counts as one failure.
func vitest(printed io.Reader, out io.Writer) (count, error) {
	var r vitestReport
	raw, err := io.ReadAll(printed)
	if err != nil {
		return count{}, err
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		fmt.Fprintf(out, "%s\n", raw)
		return count{}, fmt.Errorf("not vitest's report: %w", err)
	}
	c := count{passed: r.Passed, failed: r.Failed, skipped: r.Pending + r.Todo}
	for _, f := range r.Files {
		if f.Status == "failed" && len(f.Tests) == 0 {
			c.failed++
			fmt.Fprintf(out, "FAIL %s\n%s\n", f.Name, f.Message)
		}
		for _, t := range f.Tests {
			if t.Status != "passed" {
				fmt.Fprintf(out, "%s %s: %s\n", t.Status, f.Name, t.Name)
			}
			for _, m := range t.Messages {
				fmt.Fprintf(out, "%s\n", m)
			}
		}
	}
	if c == (count{}) {
		return c, errors.New("no test ran")
	}
	return c, nil
}

var summaryLine = regexp.MustCompile(`^(\d+) passed, (\d+) failed, (\d+) skipped$`)

// stories shows what the stories print and takes the count from their last line.
func stories(printed io.Reader, out io.Writer) (count, error) {
	last := ""
	lines := bufio.NewScanner(printed)
	for lines.Scan() {
		last = lines.Text()
		fmt.Fprintf(out, "   %s\n", last)
	}
	if err := lines.Err(); err != nil {
		return count{}, err
	}
	m := summaryLine.FindStringSubmatch(last)
	if m == nil {
		return count{}, errors.New("the last line is not a summary")
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(m[i+1]); err != nil {
			return count{}, err
		}
	}
	c := count{passed: n[0], failed: n[1], skipped: n[2]}
	if c == (count{}) {
		return c, errors.New("no story ran")
	}
	return c, nil
}
