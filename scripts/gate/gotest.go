package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// event is a line of `go test -json`; see `go doc test2json` and `go help buildjson`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build-output and build-fail
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// goTests counts the leaves of the test tree: a test with subtests counts through them, and on its own only when it
// fails although all of them passed. A package that fails without a failing test (it does not compile, TestMain
// gave up, a panic outside a test, a deadline) counts as one failure. Fuzz targets count as tests: their seeds run.
func goTests(printed io.Reader, out io.Writer) (count, error) {
	var total count
	builds := map[string]*strings.Builder{}
	packages := map[string]*goPackage{}
	lines := bufio.NewReader(printed)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(out, "%s", line)
				continue
			}
			if e.ImportPath != "" {
				if builds[e.ImportPath] == nil {
					builds[e.ImportPath] = &strings.Builder{}
				}
				builds[e.ImportPath].WriteString(e.Output)
				continue
			}
			p := packages[e.Package]
			if p == nil {
				p = &goPackage{tests: map[string]*goTest{}}
				packages[e.Package] = p
			}
			if p.take(e) {
				if b := builds[e.FailedBuild]; b != nil {
					p.output.WriteString(b.String())
				}
				total.add(p.report(e, out))
				delete(packages, e.Package)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return total, err
		}
	}
	for name := range packages {
		fmt.Fprintf(out, "FAIL %s: no result\n", name)
		total.failed++
	}
	if total.passed+total.failed+total.skipped == 0 {
		return total, errors.New("no test ran")
	}
	return total, nil
}

type goPackage struct {
	tests  map[string]*goTest
	order  []string
	output strings.Builder // what no test printed
}

type goTest struct {
	result string // pass, fail, skip; "" while it runs
	output strings.Builder
}

// take notes one event and tells whether it ends the package.
func (p *goPackage) take(e event) bool {
	if e.Test == "" {
		p.output.WriteString(e.Output)
		return e.Action == "pass" || e.Action == "fail" || e.Action == "skip"
	}
	t := p.tests[e.Test]
	if t == nil {
		t = &goTest{}
		p.tests[e.Test] = t
		p.order = append(p.order, e.Test)
	}
	if !strings.HasPrefix(e.Output, "=== ") { // RUN, PAUSE, CONT, NAME
		t.output.WriteString(e.Output)
	}
	switch e.Action {
	case "pass", "fail", "skip":
		t.result = e.Action
	}
	return false
}

// report counts a package that ended with e and shows what failed in it.
func (p *goPackage) report(e event, out io.Writer) count {
	var c count
	parents := p.parents()
	for _, name := range p.order {
		t := p.tests[name]
		below, parent := parents[name]
		switch {
		case t.failed():
			if below.failed == 0 {
				c.failed++
			}
			fmt.Fprintf(out, "FAIL %s %s\n%s", e.Package, name, t.output.String())
		case parent:
		case t.result == "skip":
			c.skipped++
			fmt.Fprintf(out, "SKIP %s %s\n%s", e.Package, name, t.output.String())
		default:
			c.passed++
		}
	}
	if e.Action == "fail" {
		c.failed = max(c.failed, 1)
		fmt.Fprintf(out, "%s", p.output.String())
	}
	if len(p.order) > 0 || c.failed > 0 {
		fmt.Fprintf(out, "   %s %s: %s in %.1f s\n", e.Action, e.Package, c, e.Elapsed)
	}
	return c
}

// parents are the tests with subtests, each with how many below it, at any depth, failed.
func (p *goPackage) parents() map[string]count {
	parents := map[string]count{}
	for name, t := range p.tests {
		for i, r := range name {
			if r != '/' {
				continue
			}
			// A subtest's own name may hold slashes: only what ran is a parent.
			if _, ran := p.tests[name[:i]]; ran {
				c := parents[name[:i]]
				if t.failed() {
					c.failed++
				}
				parents[name[:i]] = c
			}
		}
	}
	return parents
}

// failed is also true of a test without a result: a panic or a deadline cut it off.
func (t *goTest) failed() bool { return t.result == "fail" || t.result == "" }
