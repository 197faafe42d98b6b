// Package backup makes copies of a SQLite database while the server works, and brings one back. What it makes is one
// file that is whole, checked and bears a mark, or no file of that name at all.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/clearline/clearline/store"
)

// unfinished is how the name of a copy ends until it is one.
const unfinished = ".part"

// stamp is how a moment stands in a name.
const stamp = "20060102-150405"

// Options say what to copy and where to.
type Options struct {
	// Copy copies the database, whose file is Database.
	Copy     store.Copier
	Database string
	// To is the file to make, or a folder in which a name with the time is chosen.
	To string
	// KeyFile holds the key of the sealed credentials; it is copied beside the backup only WithKey.
	KeyFile string
	WithKey bool
	// Free tells the free bytes of a folder's disk; Reserve is how many must be left.
	Free    func(dir string) (int64, error)
	Reserve int64
	Version string
	Now     time.Time
	// Told, when not nil, hears how many pages are copied, of how many.
	Told func(done, all int)
}

// Made is a finished backup.
type Made struct {
	Path string `json:"path"`
	// KeyPath is where the key was copied to, "" when it was not.
	KeyPath string       `json:"key_path"`
	Bytes   int64        `json:"bytes"`
	Is      store.Copied `json:"is"`
}

// Name is how backups are called: the moment in UTC, so that they sort.
func Name(at time.Time) string { return "clearline-" + at.UTC().Format(stamp) + ".db" }

// Make makes a backup. On an error nothing is left behind.
func Make(ctx context.Context, o Options) (made Made, err error) {
	path, err := o.target()
	if err != nil {
		return made, err
	}
	if err := o.room(path); err != nil {
		return made, err
	}
	part := path + unfinished
	at, err := o.Copy(ctx, part, o.Told)
	if errors.Is(err, fs.ErrExist) {
		return made, fmt.Errorf("%s is there already: another backup of that name is being made, or one was cut off; if none is running, delete it", part)
	}
	if err != nil {
		return made, errors.Join(explain(err, path), remove(part))
	}
	if made.Is, err = store.FinishCopy(ctx, part, o.Version, at); err != nil {
		return made, errors.Join(fmt.Errorf("the copy was made and is not good: %w", err), remove(part))
	}
	info, err := os.Stat(part)
	if err != nil {
		return made, err
	}
	made.Bytes = info.Size()
	if o.WithKey {
		made.KeyPath = path + ".key"
		if err := copyFile(o.KeyFile, made.KeyPath); err != nil {
			return made, errors.Join(fmt.Errorf("the key could not be copied: %w", err), remove(part))
		}
	}
	if err := name(part, path); err != nil {
		if made.KeyPath != "" {
			err = errors.Join(err, os.Remove(made.KeyPath))
		}
		return made, errors.Join(err, remove(part))
	}
	made.Path = path
	return made, nil
}

// target is the file to make; one that is there is never written over.
func (o Options) target() (path string, err error) {
	if path, err = filepath.Abs(o.To); err != nil {
		return "", err
	}
	if info, err := os.Stat(path); strings.HasSuffix(o.To, string(filepath.Separator)) || err == nil && info.IsDir() {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return "", explain(err, path)
		}
		path = filepath.Join(path, Name(o.Now))
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no folder %s: make it first, or choose another", filepath.Dir(path))
	}
	for _, taken := range []string{path, path + ".key"} {
		if _, err := os.Lstat(taken); err == nil && (taken == path || o.WithKey) {
			return "", fmt.Errorf("%s is there already, and is not written over: choose another name, or a folder", taken)
		}
	}
	return path, nil
}

// room makes sure that the copy fits before it is begun.
func (o Options) room(path string) error {
	need := int64(0)
	for _, part := range []string{"", "-wal"} {
		if info, err := os.Stat(o.Database + part); err == nil {
			need += info.Size()
		}
	}
	return Room(filepath.Dir(path), need, o.Reserve, o.Free)
}

// Room refuses what does not fit on the disk of a folder.
func Room(dir string, need, reserve int64, free func(string) (int64, error)) error {
	have, err := free(dir)
	if err != nil {
		return explain(err, dir)
	}
	if have < need+reserve {
		return fmt.Errorf("%w: %s has %s free, %s are needed and %s must stay free; choose a folder on another disk, or free some space", ErrRoom, dir, size(have), size(need), size(reserve))
	}
	return nil
}

// ErrRoom is the answer when a disk is too full.
var ErrRoom = errors.New("there is not enough room")

func size(bytes int64) string {
	if bytes < 10<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

// explain adds what an operator may do about a file that could not be written.
func explain(err error, path string) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w; the server writes the backup, so its user must be allowed to, and under systemd ReadWritePaths= must name %s", err, filepath.Dir(path))
	}
	return err
}

// name gives a finished file its name, unless somebody else has taken that meanwhile, and makes it last.
func name(part, path string) error {
	if err := os.Link(part, path); err == nil {
		if err := os.Remove(part); err != nil {
			return err
		}
	} else if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s has come to be there meanwhile, and is not written over", path)
	} else if err := os.Rename(part, path); err != nil { // a file system without links
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// copyFile copies a file to one that is not there yet, for its owner alone, and makes it last.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// remove takes away what is left of a copy.
func remove(part string) (err error) {
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		if rerr := os.Remove(part + end); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}
