package store

import (
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// rawDictionary holds what payloads of the platforms look like, so that a single small one packs well. A new
// dictionary gets a new number and the old one stays: stored bytes name the one they need.
//
//go:embed raw-1.dict
var rawDictionary []byte

const rawDictionaryID = 1

// maxUnpacked bounds what a stored body may unpack to, above the platforms' 3 MB.
const maxUnpacked = 8 << 20

var packers = sync.Pool{New: func() any {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false),
		zstd.WithEncoderDictRaw(rawDictionaryID, rawDictionary), zstd.WithWindowSize(zstd.MinWindowSize*32))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
}}

var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderDictRaw(rawDictionaryID, rawDictionary))
})

// Pack makes a body small for keeping. It runs outside the committer.
func Pack(body []byte) []byte {
	e := packers.Get().(*zstd.Encoder)
	defer packers.Put(e)
	return e.EncodeAll(body, make([]byte, 0, len(body)/2+64))
}

// Unpack gives back what Pack was given.
func Unpack(packed []byte) ([]byte, error) {
	d, err := unpacker()
	if err != nil {
		return nil, err
	}
	body, err := d.DecodeAll(packed, nil)
	if errors.Is(err, zstd.ErrUnknownDictionary) {
		return nil, fmt.Errorf("the body was packed by a newer clearline: %w", err)
	}
	return body, err
}
