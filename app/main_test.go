package app_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// keyDir holds the key that all PostgreSQL databases of the tests are sealed with: they are copies of one.
var keyDir string

var sharedKey = sync.OnceValue(func() string { return filepath.Join(keyDir, "key") })

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if keyDir, err = os.MkdirTemp("", "clearline-app-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(keyDir)
	return m.Run()
}
