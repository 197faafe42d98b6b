package main

import "time"

// steps are the gate, cheapest first: what a reader can fix in a minute is told in the first minute.
//
// The Go tests run once, with the race detector, on both database engines; the fuzz targets run their seeds with
// them, and architecture_test.go holds the import rules. `go vet` is not left to go test, which runs only part of it.
// The race detector alone wants cgo.
//
// It watches our code and that of every library but SQLite's, which is C translated to Go: its data lies in memory of its
// own (modernc.org/memory maps it), of which the detector knows nothing, and its tables and stack never change hands.
// Watching them found nothing and made every statement five times as dear. The driver above it stays watched.
func steps() []step {
	const minute = time.Minute
	return []step{
		{name: "tools", command: []string{"scripts/test-tools"}, within: 10 * minute, needed: true},
		{name: "gofmt", command: []string{"sh", "-c", gofmtClean}, within: minute},
		{name: "vet", command: []string{"go", "vet", "./..."}, within: 5 * minute},
		{name: "staticcheck", command: []string{"go", "tool", "staticcheck", "./..."}, within: 5 * minute},
		{name: "build", command: []string{"make", "build"}, within: 10 * minute, needed: true},
		{name: "svelte-check", command: []string{"npm", "run", "--silent", "check"}, dir: "web", within: 3 * minute},
		{name: "vitest", command: []string{"npx", "vitest", "run", "--reporter=json"}, dir: "web", within: 3 * minute, read: vitest},
		{name: "rows", command: []string{"go", "run", "./scripts/rows"}, within: minute},
		{name: "go-test", command: watched("modernc.org/sqlite/lib", "modernc.org/libc", "modernc.org/memory"), within: 15 * minute, read: goTests},
		{name: "crash", command: []string{"bin/clearline", "bench", "crash", "--cycles", "5", "--json"}, within: 4 * minute},
		{name: "crash-two-nodes", command: []string{"bin/clearline", "bench", "crash", "--cycles", "3", "--nodes", "2", "--json"}, within: 4 * minute},
		{name: "doctor", command: []string{"bin/clearline", "bench", "doctor", "--no-browser", "--locale", "en", "--worlds", "4", "--json"}, within: 6 * minute},
		{name: "a11y", command: []string{"node", "scripts/a11y.mjs", "--quick"}, within: 5 * minute, read: stories},
		{name: "stories", command: []string{"node", "scripts/stories/run.mjs"}, within: 8 * minute, read: stories},
	}
}

// watched runs every Go test with the race detector, which leaves those packages out.
func watched(unwatched ...string) []string {
	command := []string{"env", "CGO_ENABLED=1", "go", "test", "-race", "-count=1", "-timeout=14m", "-json"}
	for _, p := range unwatched {
		command = append(command, "-gcflags="+p+"=-race=false")
	}
	return append(command, "./...")
}

// gofmtClean fails with the names of the files that gofmt would change.
const gofmtClean = `bad=$(find . -name node_modules -prune -o -name '*.go' -exec gofmt -l {} +) && test -z "$bad" ||
{ echo "not as gofmt writes it:"; echo "$bad"; exit 1; }`
