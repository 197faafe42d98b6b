//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes a lock that the kernel drops with the process, also after kill -9.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// unlockFile gives the lock back. Closing alone would leave it with a child that is being started just now, until
// that runs its own program.
func unlockFile(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}
