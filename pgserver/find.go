package pgserver

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// installed is where packages put the server's programs outside PATH, one folder per major version: Debian and
// Ubuntu, then the PostgreSQL project's own RPMs.
var installed = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"}

// MissingError says that the programs of the PostgreSQL server are not installed, and how to install them.
type MissingError struct {
	Looked []string // the patterns searched, PATH apart
}

func (e *MissingError) Error() string {
	return "pgserver: no PostgreSQL server found (initdb and postgres, in " + strings.Join(e.Looked, ", ") + " or PATH). Install it: " +
		"`apt-get install postgresql` on Debian and Ubuntu, `dnf install postgresql-server` on Fedora, `brew install postgresql` on macOS. " +
		"It need not be running: a server of our own is started from its programs."
}

// Find returns the folder that holds initdb and postgres, the newest version where several are installed.
func Find() (string, error) { return find(installed, os.Getenv("PATH")) }

func find(patterns []string, path string) (string, error) {
	best, bestVersion := "", -1
	for _, pattern := range patterns {
		dirs, _ := filepath.Glob(pattern) // the only error is a malformed pattern, and ours are constants
		for _, dir := range dirs {
			if v := majorVersion(dir); v > bestVersion && complete(dir) {
				best, bestVersion = dir, v
			}
		}
	}
	if best != "" {
		return best, nil
	}
	for _, dir := range filepath.SplitList(path) {
		if complete(dir) {
			return dir, nil
		}
	}
	return "", &MissingError{Looked: patterns}
}

// complete tells whether both programs are there and may be run.
func complete(dir string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, program)); err != nil {
			return false
		}
	}
	return true
}

// majorVersion reads 15 out of /usr/lib/postgresql/15/bin and /usr/pgsql-15/bin; 0 when there is none.
func majorVersion(bin string) int {
	name := filepath.Base(filepath.Dir(bin))
	v, err := strconv.Atoi(strings.TrimPrefix(name, "pgsql-"))
	if err != nil {
		return 0
	}
	return v
}
