package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/seal"
	"github.com/clearline/clearline/store"
)

// Return says what to bring back, and where to.
type Return struct {
	From     string
	Database string
	KeyFile  string
	// Replace allows a database to be there already: it is moved aside, never deleted.
	Replace bool
	Free    func(dir string) (int64, error)
	Reserve int64
	Clock   clock.Clock
	Log     *slog.Logger
}

// Returned is what was brought back.
type Returned struct {
	Is store.Copied `json:"is"`
	// Sends are messages that are now unknown, Ways sessions, codes and invitations that were ended.
	Sends int64 `json:"sends"`
	Ways  int64 `json:"ways"`
	// Aside is where the former database lies, "" when there was none.
	Aside string `json:"aside"`
}

// Restore brings a backup back as the database of a server that does not run. Everything is done on a copy beside it,
// which takes the place in one step at the end; until then the former database is as it was.
func Restore(ctx context.Context, r Return) (back Returned, err error) {
	if back.Is, err = store.InspectCopy(ctx, r.From); err != nil {
		return back, err
	}
	info, err := os.Stat(r.From)
	if err != nil {
		return back, err
	}
	if err := os.MkdirAll(filepath.Dir(r.Database), 0o700); err != nil {
		return back, err
	}
	unlock, err := store.Lock(r.Database)
	if err != nil {
		return back, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if _, serr := os.Lstat(r.Database); serr == nil && !r.Replace {
		return back, fmt.Errorf("%s is there already. With --replace it is moved aside, not deleted, and the backup takes its place", r.Database)
	}
	if err := Room(filepath.Dir(r.Database), info.Size(), r.Reserve, r.Free); err != nil {
		return back, err
	}
	key, err := r.key()
	if err != nil {
		return back, err
	}
	next := store.Restoring(r.Database)
	if err := remove(next); err != nil { // of an earlier try
		return back, err
	}
	if err := copyFile(r.From, next); err != nil {
		return back, err
	}
	if err := r.hold(ctx, next, key, &back); err != nil {
		return back, errors.Join(err, remove(next))
	}
	return back, r.takePlace(next, &back)
}

// key reads the key of the backup: from its file, or, where there is none, from the copy beside the backup.
func (r Return) key() (seal.Key, error) {
	if _, err := os.Stat(r.KeyFile); !errors.Is(err, fs.ErrNotExist) {
		return seal.Load(r.KeyFile, false)
	}
	if _, err := os.Stat(r.From + ".key"); err != nil {
		return seal.Key{}, fmt.Errorf("the key file %s is missing, and the backup was made without a copy of it: put it back from where you keep it, or name it with --key-file", r.KeyFile)
	}
	if err := os.MkdirAll(filepath.Dir(r.KeyFile), 0o700); err != nil {
		return seal.Key{}, err
	}
	if err := copyFile(r.From+".key", r.KeyFile); err != nil {
		return seal.Key{}, err
	}
	return seal.Load(r.KeyFile, false)
}

// hold brings the copy up to date and makes it safe to go on from.
func (r Return) hold(ctx context.Context, next string, key seal.Key, back *Returned) error {
	s, err := store.Open(ctx, store.Options{Database: next, Clock: r.Clock, Log: r.Log, Key: key, NodeName: "restore"})
	if err != nil {
		return err
	}
	done, err := s.Hold(ctx)
	back.Sends, back.Ways = done.Sends, done.Ways
	return errors.Join(err, s.Close())
}

// takePlace moves the former database aside, with its WAL, and the new one to its place.
func (r Return) takePlace(next string, back *Returned) error {
	if _, err := os.Lstat(r.Database); err == nil {
		back.Aside = r.Database + ".replaced-" + r.Clock.Now().UTC().Format(stamp)
		for _, end := range []string{"", "-wal", "-shm"} {
			if err := os.Rename(r.Database+end, back.Aside+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	if err := os.Rename(next, r.Database); err != nil {
		return err
	}
	return errors.Join(remove(next), removeLock(next), syncFolder(filepath.Dir(r.Database)))
}

func removeLock(next string) error {
	if err := os.Remove(next + ".lock"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
