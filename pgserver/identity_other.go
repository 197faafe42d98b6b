//go:build !unix

package pgserver

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
)

type identity struct{}

func owner() (identity, error) {
	return identity{}, fmt.Errorf("pgserver: a throw-away PostgreSQL on %s: %w; give the address of a running one instead", runtime.GOOS, errors.ErrUnsupported)
}

func (identity) give(string) error              { return errors.ErrUnsupported }
func (identity) writeFile(string, string) error { return errors.ErrUnsupported }
func (identity) apply(*exec.Cmd)                {}

func detach(*exec.Cmd) {}
