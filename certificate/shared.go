package certificate

import (
	"context"
	"errors"

	"golang.org/x/crypto/acme/autocert"

	"github.com/clearline/clearline/store"
)

// shared is the cache of several nodes: what counts is in the database, sealed; a copy on this node's disk serves while
// the database cannot be asked.
type shared struct {
	store *store.Store
	here  autocert.DirCache
}

// Shared returns a cache that all nodes of a database have, with a copy in dir.
func Shared(s *store.Store, dir string) autocert.Cache { return shared{s, autocert.DirCache(dir)} }

// Folder returns the cache of a single node. The folder is made with mode 0700 and holds private keys.
func Folder(dir string) autocert.Cache { return autocert.DirCache(dir) }

// prefix is how the names begin under which the store keeps what is an authority's.
const prefix = "acme/"

func (s shared) Get(ctx context.Context, name string) ([]byte, error) {
	value, err := s.store.Secret(ctx, prefix+name)
	switch {
	case err == nil:
		return value, nil
	case errors.Is(err, store.ErrAbsent):
		return nil, autocert.ErrCacheMiss
	}
	return s.here.Get(ctx, name)
}

func (s shared) Put(ctx context.Context, name string, value []byte) error {
	return errors.Join(s.here.Put(ctx, name, value), s.store.KeepSecret(ctx, prefix+name, value))
}

func (s shared) Delete(ctx context.Context, name string) error {
	return errors.Join(s.here.Delete(ctx, name), s.store.DropSecret(ctx, prefix+name))
}
