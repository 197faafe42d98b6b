package media

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/clearline/clearline"
)

// partPrefix names files that are not whole yet; what a crash leaves of them is swept away.
const partPrefix = "part-"

// floorEvery is after how many bytes the free space is looked at again.
const floorEvery = 4 << 20

// part is a file that is coming in. It is written once, from the start.
type part struct {
	m    *Media
	file *os.File
	sum  hash.Hash
	size int64
	next int64
}

// part begins a file.
func (m *Media) part() (*part, error) {
	if err := m.room(0); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(m.o.Dir, partPrefix)
	if err != nil {
		return nil, noRoom(err)
	}
	return &part{m: m, file: f, sum: sha256.New(), next: floorEvery}, nil
}

// Write adds bytes, and refuses when the disk has come near its floor (I66).
func (p *part) Write(b []byte) (int, error) {
	if p.size >= p.next {
		if err := p.m.room(0); err != nil {
			return 0, err
		}
		p.next = p.size + floorEvery
	}
	n, err := p.file.Write(b)
	p.size += int64(n)
	p.sum.Write(b[:n])
	return n, noRoom(err)
}

// sha is the digest of what was written, as platforms write it in hex.
func (p *part) sha() string { return hex.EncodeToString(p.sum.Sum(nil)) }

// drop removes the file unless it was settled.
func (p *part) drop() {
	p.file.Close()
	os.Remove(p.file.Name())
}

// settle moves the file to its place, with its preview beside it, everything flushed.
func (p *part) settle(path string, preview []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return noRoom(err)
	}
	if err := p.file.Sync(); err != nil {
		return noRoom(err)
	}
	if preview != nil {
		if err := writeWhole(path+previewEnding, preview); err != nil {
			return noRoom(err)
		}
	}
	if err := os.Rename(p.file.Name(), path); err != nil {
		return noRoom(err)
	}
	p.m.used.Add(p.size + int64(len(preview)))
	return flushDir(filepath.Dir(path))
}

func writeWhole(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// flushDir makes a rename durable.
func flushDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// room refuses when n more bytes would leave less free space than the floor.
func (m *Media) room(n int64) error {
	if m.o.FreeDisk == nil {
		return nil
	}
	free, err := m.o.FreeDisk()
	if err == nil && free-n < m.o.MinFreeDisk {
		err = fmt.Errorf("%d bytes free, %d wanted", free, m.o.MinFreeDisk+n)
	}
	if err != nil {
		return diskFull(err)
	}
	return nil
}

func diskFull(err error) error {
	return &clearline.Problem{Cause: clearline.CauseDisk, Title: "There is not enough free disk space for files.", Detail: "Nothing was stored. Free some space, then send it again.",
		RetryAfter: time.Minute, Err: err}
}

// noRoom tells a full disk from other trouble with it.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS) {
		return diskFull(err)
	}
	return err
}

const previewEnding = ".preview"

// path spreads files over folders by company and the end of their id, which changes fastest. It is made of numbers
// alone, so that it never leaves the folder (I46).
func (m *Media) path(company, id clearline.ID) string {
	return filepath.Join(m.o.Dir, company.String(), fmt.Sprintf("%02x", uint8(id)), id.String())
}

// Open opens a file that is here. The caller closes it; the error is fs.ErrNotExist when it is gone.
func (m *Media) Open(company, id clearline.ID) (*os.File, error) { return os.Open(m.path(company, id)) }

// OpenPreview opens a file's small picture, a JPEG.
func (m *Media) OpenPreview(company, id clearline.ID) (*os.File, error) {
	return os.Open(m.path(company, id) + previewEnding)
}

// Read opens a file for handing it over.
func (m *Media) Read(company, id clearline.ID) (io.ReadCloser, error) {
	f, err := m.Open(company, id)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// remove deletes a file and its preview. One that is gone already is fine.
func (m *Media) remove(company, id clearline.ID) error {
	var freed int64
	var failed error
	for _, path := range []string{m.path(company, id), m.path(company, id) + previewEnding} {
		info, err := os.Stat(path)
		if err == nil {
			freed += info.Size()
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	m.used.Add(-freed)
	return failed
}
