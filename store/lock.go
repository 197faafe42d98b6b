//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrInUse is the answer when another process has the database's file.
var ErrInUse = errors.New("another clearline is using")

// own makes this process the one that uses the file.
func (d sqlite) own() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return nil, err
	}
	lock, err := lockFile(d.path + ".lock")
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w %s; stop it first, or give this one its own --data-dir", ErrInUse, d.path)
	}
	return lock, err
}

// interrupted refuses to make a new database where one was about to come back.
func (d sqlite) interrupted() error {
	if _, err := os.Stat(d.path); !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(Restoring(d.path)); err != nil {
		return nil
	}
	return fmt.Errorf("a restore was interrupted just before its end: %s is made ready and %s is not there. Run `clearline restore` again; what was there before lies beside it, its name ending in replaced and the time", Restoring(d.path), d.path)
}

// Lock makes this process the one that may use a database of SQLite, until unlock.
func Lock(database string) (unlock func() error, err error) {
	d, err := openDialect(database)
	if err != nil {
		return nil, err
	}
	file, ok := d.(sqlite)
	if !ok {
		return nil, ErrNoCopy
	}
	f, err := file.own()
	if err != nil {
		return nil, err
	}
	return func() error { return unlockFile(f) }, nil
}

// Restoring is the file in which a backup is made ready to take the place of a database.
func Restoring(database string) string { return database + ".restoring" }

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
