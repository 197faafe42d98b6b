package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// Lives of media (reference limits.md 3) and the memory they may take here.
const (
	mediaURLLives   = 5 * time.Minute
	inboundLives    = 7 * 24 * time.Hour
	uploadLives     = 30 * 24 * time.Hour
	maxShelfBytes   = 256 << 20
	maxMediaURLs    = 20_000
	maxUploadBytes  = 100 << 20
	maxPersonUpload = 20 << 20
)

// mediaItem is one file, immutable once made.
type mediaItem struct {
	id, mime, name string
	bytes          []byte
	wabaID         string // whose tokens may read it
	expires        time.Time
}

func (m *mediaItem) sha256Base64() string {
	sum := sha256.Sum256(m.bytes)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (m *mediaItem) sha256Hex() string {
	sum := sha256.Sum256(m.bytes)
	return hex.EncodeToString(sum[:])
}

type mediaURL struct {
	item    *mediaItem
	expires time.Time
}

// mediaShelf holds files and their short-lived addresses; the oldest files go
// when it is full. Needs the Sim's lock.
type mediaShelf struct {
	items map[string]*mediaItem
	order []*mediaItem
	size  int
	urls  map[string]mediaURL
}

func newMediaShelf() mediaShelf {
	return mediaShelf{items: map[string]*mediaItem{}, urls: map[string]mediaURL{}}
}

func (m *mediaShelf) put(item *mediaItem) {
	m.items[item.id] = item
	m.order = append(m.order, item)
	m.size += len(item.bytes)
	for m.size > maxShelfBytes && len(m.order) > 1 {
		m.drop(m.order[0])
	}
}

func (m *mediaShelf) drop(item *mediaItem) {
	if m.items[item.id] == nil {
		return
	}
	delete(m.items, item.id)
	m.size -= len(item.bytes)
	for i, other := range m.order {
		if other == item {
			m.order = append(m.order[:i], m.order[i+1:]...)
			break
		}
	}
}

// get finds a file that has not expired.
func (m *mediaShelf) get(id string, now time.Time) *mediaItem {
	item := m.items[id]
	if item == nil || !now.Before(item.expires) {
		return nil
	}
	return item
}

// address makes a fresh path under the twin's address for the item.
func (m *mediaShelf) address(item *mediaItem, now time.Time) string {
	if len(m.urls) >= maxMediaURLs {
		for word, u := range m.urls {
			if !now.Before(u.expires) {
				delete(m.urls, word)
			}
		}
	}
	for word := range m.urls {
		if len(m.urls) < maxMediaURLs {
			break
		}
		delete(m.urls, word)
	}
	word := newSecret()
	m.urls[word] = mediaURL{item, now.Add(mediaURLLives)}
	return "/media/" + word
}
