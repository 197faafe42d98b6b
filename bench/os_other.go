//go:build !linux

package bench

import (
	"errors"
	"os"
	"os/exec"
)

func flush(f *os.File) error { return f.Sync() }

func dieWithParent(*exec.Cmd) {}

func pinSelf(int) error { return errors.New("choosing processors works on Linux only") }

func usageOf(int) (processUsage, error) {
	return processUsage{}, errors.New("process figures are read from /proc, on Linux only")
}

func forgetPeak(int) error { return errors.New("process figures are read from /proc, on Linux only") }
