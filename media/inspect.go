package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/clearline/clearline"
)

// seen is what a file's bytes showed.
type seen struct {
	file    clearline.Media
	preview []byte
	// opus is true for Ogg with one Opus stream, mono for one that asks for a single channel.
	opus, mono bool
	// codec names one that platforms do not take in a film, "" for none.
	codec string
}

// newCodecs are those of films that WhatsApp does not take: H.264 and AAC are (reference limits, 10). What is not
// named here is left to the platform to judge.
var newCodecs = map[string]string{"hvc1": "HEVC", "hev1": "HEVC", "dvh1": "Dolby Vision", "dvhe": "Dolby Vision", "vp08": "VP8", "vp09": "VP9", "av01": "AV1"}

// plainType are the names that platforms use for what a detector calls otherwise.
var plainType = map[string]string{"audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4", "audio/x-aac": "audio/aac", "audio/mp3": "audio/mpeg", "audio/amr-nb": "audio/amr"}

// detect finds a file's type by its content; what somebody called it plays no part.
func detect(r io.ReadSeeker) (string, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	found, err := mimetype.DetectReader(r)
	if err != nil {
		return "", err
	}
	bare, _, _ := strings.Cut(found.String(), ";")
	if plain, ok := plainType[bare]; ok {
		return plain, nil
	}
	return bare, nil
}

// inspect finds out what a file is, how large it is shown and how long it plays, and makes its preview. Where it
// cannot tell, it says nothing: the file stays what it is.
func (m *Media) inspect(ctx context.Context, p *part) (s seen) {
	s.file.Bytes, s.file.SHA256 = p.size, p.sha()
	bare, err := detect(p.file)
	if err != nil {
		bare = "application/octet-stream"
	}
	s.file.MIME = bare
	s.describe(p)
	if isPicture(bare) {
		d, err := m.studio.look(ctx, p.file)
		if err != nil && !errors.Is(err, errUnreadable) {
			m.o.Log.Info("a picture has no preview", "err", err)
		}
		s.file.Width, s.file.Height, s.preview = d.width, d.height, d.preview
		s.file.Preview = d.preview != nil
	}
	return s
}

// describe reads what the heads of sounds and films tell.
func (s *seen) describe(p *part) {
	f := &s.file
	switch f.MIME {
	case "application/ogg", "audio/ogg", "video/ogg":
		if _, err := p.file.Seek(0, io.SeekStart); err != nil {
			return
		}
		info, err := readOgg(p.file)
		if err != nil {
			return
		}
		f.MIME, s.opus, s.mono, f.Duration = "audio/ogg", true, info.channels == 1, info.duration
	case "video/mp4", "audio/mp4", "video/3gpp", "video/quicktime":
		film := readFilm(p.file, p.size)
		f.Duration = film.duration
		for _, codec := range film.codecs {
			if name := newCodecs[codec]; name != "" {
				s.codec = name
			}
		}
		if film.video {
			f.Width, f.Height = film.width, film.height
		} else if film.audio {
			f.MIME = "audio/mp4"
		}
	case "audio/mpeg":
		f.Duration = mp3Duration(p.file, p.size)
	case "audio/amr":
		f.Duration = amrDuration(p.file, p.size)
	case "image/webp":
		f.Duration = movingWebP(p.file, p.size)
	}
}

// replace puts new bytes in the place of those of a part.
func (p *part) replace(b []byte) error {
	if err := p.file.Truncate(0); err != nil {
		return noRoom(err)
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p.size = 0
	p.sum.Reset()
	_, err := io.Copy(p, bytes.NewReader(b))
	return err
}
