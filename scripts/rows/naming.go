package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// word is an id as a whole word.
var word = regexp.MustCompile(`\b[CMGX][1-9][0-9]?\b`)

// camel is an id within a test's name: TestM4DeliveredStays, TestC9_WindowClosed.
var camel = regexp.MustCompile(`^(?:Test|Fuzz|Benchmark|Example)([CMGX][1-9][0-9]?)(?:[^0-9a-z]|$)`)

// inGo finds ids in the names of tests, in the comments on and in them, and in comments outside of functions, which
// speak for the whole file. Strings do not count: payloads are full of look-alikes.
func inGo(name string, text []byte) ([]naming, error) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []naming
	within := func(pos token.Pos) string {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			from := fn.Pos()
			if fn.Doc != nil {
				from = fn.Doc.Pos()
			}
			if from <= pos && pos < fn.End() {
				return fn.Name.Name
			}
		}
		return ""
	}
	for _, group := range f.Comments {
		for _, comment := range group.List {
			for _, id := range word.FindAllString(comment.Text, -1) {
				found = append(found, naming{id, name, within(comment.Pos())})
			}
		}
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			if m := camel.FindStringSubmatch(fn.Name.Name); m != nil {
				found = append(found, naming{m[1], name, fn.Name.Name})
			}
		}
	}
	return found, nil
}

// title is the name of a test in TypeScript; comment, the text of a comment's line.
var (
	title   = regexp.MustCompile("(?:test|it|describe)(?:\\.\\w+)?\\(\\s*(?:'([^']*)'|\"([^\"]*)\"|`([^`]*)`)")
	comment = regexp.MustCompile(`(?:^|\s)(?://|\*|/\*)(.*)$`)
)

// inStory finds ids in the comments and the title of a story: the file is the test.
func inStory(name string, text []byte) (found []naming, err error) {
	for line := range strings.SplitSeq(string(text), "\n") {
		if comment.MatchString(line) || strings.HasPrefix(line, "export const title") {
			for _, id := range word.FindAllString(line, -1) {
				found = append(found, naming{id, name, "make story NAME=" + strings.TrimSuffix(path.Base(name), ".mjs")})
			}
		}
	}
	return found, nil
}

// inScript finds ids in comments and in the names of the web application's tests. A comment counts for the next test
// below it in the file, or for the last.
func inScript(name string, text []byte) ([]naming, error) {
	var found []naming
	var waiting []string
	last := strings.TrimSuffix(path.Base(name), path.Ext(name))
	for line := range strings.SplitSeq(string(text), "\n") {
		if m := comment.FindStringSubmatch(line); m != nil {
			waiting = append(waiting, word.FindAllString(m[1], -1)...)
		}
		if m := title.FindStringSubmatch(line); m != nil {
			last = m[1] + m[2] + m[3]
			for _, id := range append(waiting, word.FindAllString(last, -1)...) {
				found = append(found, naming{id, name, last})
			}
			waiting = nil
		}
	}
	for _, id := range waiting {
		found = append(found, naming{id, name, last})
	}
	return found, nil
}
