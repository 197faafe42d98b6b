package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"github.com/clearline/clearline"
)

// uploadsAtOnce bounds how many files come in at a time.
const uploadsAtOnce = 32

// Upload is a file that somebody here wants to send.
type Upload struct {
	Company clearline.ID
	// Name is what the person calls it.
	Name string
	// As asks for a kind other than the one that the content suggests: document, sticker or voice; "" for none.
	As clearline.Kind
	// Length is how many bytes are announced, -1 when nobody said.
	Length int64
	Body   io.Reader
}

// Receive takes an upload in: streamed to disk under the limits, typed by its content, turned into what platforms
// take where that can be done, and stored as ready. Errors are *clearline.Problem with api.too_large, media.type,
// media.size, server.disk or server.busy, unless the caller's connection broke.
func (m *Media) Receive(ctx context.Context, u Upload) (clearline.Media, error) {
	if u.Length > MaxBytes {
		return clearline.Media{}, errTooLarge
	}
	select {
	case m.uploads <- struct{}{}:
		defer func() { <-m.uploads }()
	default:
		return clearline.Media{}, &clearline.Problem{Cause: clearline.CauseBusy, Title: "Too many files are being uploaded.", Detail: "Send it again in a moment.", RetryAfter: 5 * time.Second}
	}
	if err := m.room(max(u.Length, 0)); err != nil {
		return clearline.Media{}, err
	}
	p, err := m.part()
	if err != nil {
		return clearline.Media{}, err
	}
	defer p.drop()
	if _, err := io.Copy(p, io.LimitReader(u.Body, MaxBytes+1)); err != nil {
		return clearline.Media{}, broken(err)
	}
	switch {
	case p.size > MaxBytes:
		return clearline.Media{}, errTooLarge
	case p.size == 0:
		return clearline.Media{}, refuse(clearline.CauseMediaSize, "The file is empty.", "Choose another one.", "holds no bytes")
	}
	s, err := m.prepare(ctx, u, p)
	if err != nil {
		return clearline.Media{}, err
	}
	s.file.ID, s.file.State = m.o.Store.NewID(), clearline.MediaReady
	if err := p.settle(m.path(u.Company, s.file.ID), s.preview); err != nil {
		return clearline.Media{}, err
	}
	if err := m.o.Store.AddUpload(ctx, u.Company, s.file); err != nil {
		if rerr := m.remove(u.Company, s.file.ID); rerr != nil {
			m.o.Log.Warn("a file that has no row could not be removed; the sweep will", "file", s.file.ID, "err", rerr)
		}
		return clearline.Media{}, err
	}
	return s.file, nil
}

var errTooLarge = &clearline.Problem{Cause: clearline.CauseTooLarge, Title: "The file is too large.",
	Detail: fmt.Sprintf("Nothing was stored. Files may have up to %d MB: send a smaller one, or a link to where it lies.", MaxBytes>>20),
	Fields: []clearline.FieldProblem{{Name: "body", Reason: fmt.Sprintf("has more than %d bytes", MaxBytes)}}}

// broken is an upload that ended before its end; what the disk said is told as it is.
func broken(err error) error {
	var p *clearline.Problem
	if errors.As(err, &p) {
		return err
	}
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "The upload broke off.", Detail: "Nothing was stored. Send the file again.", Err: err}
}

func refuse(cause clearline.Cause, title, detail, reason string) error {
	return &clearline.Problem{Cause: cause, Title: title, Detail: "Nothing was stored. " + detail, Fields: []clearline.FieldProblem{{Name: "body", Reason: reason}}}
}

// prepare finds out what an upload is and makes of it what platforms take.
func (m *Media) prepare(ctx context.Context, u Upload, p *part) (s seen, err error) {
	bare, err := detect(p.file)
	if err != nil {
		return s, err
	}
	before := clearline.Conversion{From: bare, BytesBefore: p.size}
	name := Name(u.Name)
	var why []string
	switch {
	case u.As == clearline.KindDocument:
		s = m.inspect(ctx, p)
	case u.As == clearline.KindSticker && bare != "image/webp":
		return s, refuse(clearline.CauseMediaType, "A sticker must be a WebP picture.", "Send it as a picture instead.", "is "+bare+", not image/webp")
	case isPicture(bare) && u.As != clearline.KindSticker:
		if s, why, err = m.picture(ctx, p, bare); err != nil {
			return s, err
		}
	case bare == "video/webm", bare == "audio/webm":
		why, err = p.unwrap()
		if err != nil {
			return s, err
		}
		s = m.inspect(ctx, p)
	default:
		if s = m.inspect(ctx, p); s.opus && !s.mono {
			if why, err = p.narrow(); err != nil {
				return s, err
			}
			s = m.inspect(ctx, p)
		}
	}
	s.file.Kind = kindOf(&s, u.As)
	switch {
	case u.As == clearline.KindVoice && s.file.Kind != clearline.KindVoice && s.file.Kind != clearline.KindAudio:
		return s, refuse(clearline.CauseMediaType, "A voice note must be a recording.", "Send it as a file instead.", "is "+bare+", not a sound that platforms play")
	case s.file.Kind == clearline.KindVideo && s.codec != "":
		s.file.Kind = clearline.KindDocument
		why = append(why, "Not every phone plays films in "+s.codec+"; it goes as a document.")
	}
	if s.file.Name = name; name == "" {
		s.file.Name = string(s.file.Kind)
	}
	if s.file.MIME != bare && len(why) > 0 || name == "" {
		s.file.Name = ended(s.file.Name, s.file.MIME)
	}
	if len(why) > 0 {
		before.Why = strings.Join(why, " ")
		s.file.Converted = &before
	}
	return s, nil
}

// ended gives a file name the ending of its type.
func ended(file, mime string) string {
	if _, known := endings[mime]; known {
		return renamed(file, mime)
	}
	if found := mimetype.Lookup(mime); found != nil && found.Extension() != "" && !strings.Contains(file, ".") {
		return file + found.Extension()
	}
	return file
}

// picture develops a picture that is to be shown as one.
func (m *Media) picture(ctx context.Context, p *part, bare string) (s seen, why []string, err error) {
	d, err := m.studio.develop(ctx, p.file, bare, p.size, m.o.Picture)
	if errors.Is(err, errUnreadable) {
		return s, nil, refuse(clearline.CauseMediaType, "This picture cannot be read.", "It may be damaged or cut off. Send it as a document to pass it on as it is.", "cannot be read as "+bare)
	}
	if err != nil {
		return s, nil, err
	}
	if d.bytes != nil {
		if err := p.replace(d.bytes); err != nil {
			return s, nil, err
		}
	}
	s.file = clearline.Media{MIME: d.mime, Bytes: p.size, SHA256: p.sha(), Width: d.width, Height: d.height, Preview: d.preview != nil}
	s.preview = d.preview
	return s, d.why, nil
}

// unwrap makes of a browser's recording the Ogg Opus that platforms take for voice notes; a WebM of another kind stays.
// The result is read back before it counts.
func (p *part) unwrap() (why []string, err error) {
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	out := &capped{most: maxRecording}
	opus, err := remux(p.file, out)
	if !opus {
		return nil, nil // a film, or a sound of another kind
	}
	if err == nil {
		_, err = readOgg(bytes.NewReader(out.Bytes()))
	}
	if err != nil {
		return nil, refuse(clearline.CauseMediaType, "This recording cannot be read.", "Record it again.", "is not a WebM recording that can be read")
	}
	if err := p.replace(out.Bytes()); err != nil {
		return nil, err
	}
	return []string{"The recording was put into the form that phones play as a voice note; its sound is unchanged."}, nil
}

// narrow asks for one channel of an Ogg Opus file that has two, which platforms refuse as a voice note.
func (p *part) narrow() (why []string, err error) {
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	out := &capped{most: maxRecording}
	if err := mono(p.file, out); err != nil {
		return nil, nil // it stays as it is, and is sent as a document
	}
	if err := p.replace(out.Bytes()); err != nil {
		return nil, err
	}
	return []string{"The recording was made mono, as voice notes are; its sound is otherwise unchanged."}, nil
}

// maxRecording bounds a recording that is unwrapped in memory: at 32 kbit/s it is more than an hour.
const maxRecording = 16 << 20

// kindOf decides what an upload is sent as.
func kindOf(s *seen, as clearline.Kind) clearline.Kind {
	mime := s.file.MIME
	switch {
	case as == clearline.KindDocument:
		return clearline.KindDocument
	case as == clearline.KindSticker && mime == "image/webp":
		return clearline.KindSticker
	case mime == "image/jpeg" || mime == "image/png":
		return clearline.KindImage
	case mime == "video/mp4" || mime == "video/3gpp":
		return clearline.KindVideo
	case mime == "audio/ogg" && s.opus && s.mono:
		return clearline.KindVoice
	case mime == "audio/aac" || mime == "audio/amr" || mime == "audio/mpeg" || mime == "audio/mp4":
		return clearline.KindAudio
	}
	return clearline.KindDocument
}
