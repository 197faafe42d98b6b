package channeltest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// kinds proves M1 for what is not text: each kind is taken as it was composed, and its stored details give the same
// message again.
func kinds(t *testing.T, p Platform) {
	seen := map[clearline.Kind]bool{}
	for _, o := range p.Kinds {
		seen[o.Kind] = true
		t.Run(string(o.Kind), func(t *testing.T) {
			t.Parallel()
			composed, again := o, o
			var bodies [2][]byte
			for i, out := range []*channel.Outgoing{&composed, &again} {
				s, _ := sending(t, p, func(w http.ResponseWriter, r *http.Request) {
					bodies[i], _ = io.ReadAll(r.Body) // a broken request shows as another body
					answer(200, nil, p.Accepted)(w, r)
				})
				if i == 1 {
					if out.Details = s.Details(o); out.Details != nil {
						out.Location, out.Contacts, out.Interactive = nil, nil, nil
					}
				}
				if problem := s.Check(*out); problem != nil {
					t.Fatalf("a good message is refused: %v", problem)
				}
				if _, err := s.Send(t.Context(), p.Account, *out); err != nil {
					t.Fatal(err)
				}
			}
			if len(bodies[0]) == 0 || !bytes.Equal(bodies[0], bodies[1]) {
				t.Errorf("composed: %s\nfrom what was stored: %s", bodies[0], bodies[1])
			}
		})
	}
	s, _ := sending(t, p, answer(200, nil, p.Accepted))
	for _, f := range s.Limits().Files {
		if !seen[f.Kind] {
			t.Errorf("no example of %s", f.Kind)
		}
	}
}

// files proves the limits of files at their edges.
func files(t *testing.T, p Platform) {
	s, _ := sending(t, p, func(http.ResponseWriter, *http.Request) { t.Error("a call was made") })
	for _, l := range s.Limits().Files {
		good := channel.File{PlatformID: "1", Kind: l.Kind, MIME: "application/pdf", Name: "a", Bytes: l.MaxBytes, Width: l.Width, Height: l.Height}
		if l.MIMEs != nil {
			good.MIME = l.MIMEs[0]
		}
		out := func(change func(*channel.File)) channel.Outgoing {
			f := good
			change(&f)
			return channel.Outgoing{To: p.Outgoing.To, Kind: l.Kind, File: &f}
		}
		for _, mime := range append(l.MIMEs, good.MIME+"; codecs=x") {
			if problem := s.Check(out(func(f *channel.File) { f.MIME = mime })); problem != nil {
				t.Errorf("%s of %d bytes as %s: %v", mime, l.MaxBytes, l.Kind, problem)
			}
		}
		bad := map[string]struct {
			change func(*channel.File)
			cause  clearline.Cause
		}{
			"too large": {func(f *channel.File) { f.Bytes++ }, clearline.CauseMediaSize},
			"empty":     {func(f *channel.File) { f.Bytes = 0 }, clearline.CauseMediaSize},
		}
		if l.MIMEs != nil {
			bad["of another type"] = struct {
				change func(*channel.File)
				cause  clearline.Cause
			}{func(f *channel.File) { f.MIME = "image/svg+xml" }, clearline.CauseMediaType}
		}
		for _, n := range []int{s.Limits().CaptionMax, s.Limits().CaptionMax + 1} {
			o := out(func(*channel.File) {})
			o.Text = strings.Repeat("🙂", n)
			problem := s.Check(o)
			if l.Kind == clearline.KindImage && n == s.Limits().CaptionMax {
				if problem != nil {
					t.Errorf("a caption of %d: %v", n, problem)
				}
			} else if n > s.Limits().CaptionMax && (problem == nil || len(problem.Fields) != 1 || problem.Fields[0].Name != "text") {
				t.Errorf("%s with a caption of %d: %+v", l.Kind, n, problem)
			}
		}
		for name, c := range bad {
			problem := s.Check(out(c.change))
			if problem == nil || problem.Cause != c.cause || len(problem.Fields) != 1 || problem.Fields[0].Name != "media" || problem.Fields[0].Reason == "" {
				t.Errorf("%s %s: %+v", l.Kind, name, problem)
			}
		}
		if problem := s.Check(channel.Outgoing{To: p.Outgoing.To, Kind: l.Kind}); problem == nil || len(problem.Fields) == 0 {
			t.Errorf("%s without a file: %v", l.Kind, problem)
		}
		if _, err := s.Send(t.Context(), p.Account, out(func(f *channel.File) { f.PlatformID = "" })); SendError(t, err).Fate != clearline.Stop {
			t.Errorf("%s that was not handed over: %v", l.Kind, err)
		}
	}
}

// upload proves that a file goes over whole, and that whatever goes wrong may be repeated or is refused for good: an
// upload is never in doubt.
func upload(t *testing.T, p Platform) {
	content := strings.Repeat("not a picture, but that is not the leaf's business\n", 3000)
	file := channel.File{Kind: clearline.KindDocument, MIME: "application/pdf", Name: "a \"b\".pdf", Bytes: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
	handOver := func(ctx context.Context, base string) (channel.Uploaded, error) {
		return p.Sender(base, p.Client(t, base)).(channel.Uploader).Upload(ctx, p.Account, file)
	}
	var mu sync.Mutex
	var body []byte
	_, server := sending(t, p, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		body, _ = io.ReadAll(r.Body) // a broken request shows as another body
		mu.Unlock()
		answer(200, nil, p.Uploaded)(w, r)
	})
	got, err := handOver(t.Context(), server.URL)
	if err != nil || got.PlatformID != p.UploadedID || got.ExpiresAt.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	mu.Lock()
	if n := strings.Count(string(body), content); n != 1 {
		t.Errorf("the file is %d times in the %d bytes sent", n, len(body))
	}
	mu.Unlock()
	for name, c := range map[string]struct {
		status int
		body   string
		fate   clearline.Fate
	}{
		"empty 200": {200, "{}", clearline.Again}, "page 200": {200, "<html>", clearline.Again}, "page 502": {502, "<html>Bad gateway</html>", clearline.Again},
		"empty 500": {500, "", clearline.Again},
	} {
		_, server := sending(t, p, answer(c.status, nil, c.body))
		if _, err := handOver(t.Context(), server.URL); SendError(t, err).Fate != c.fate {
			t.Errorf("%s: %v, want %s", name, err, c.fate)
		}
	}
	for _, c := range p.Refusals {
		_, server := sending(t, p, answer(c.Status, c.Header, c.Body))
		_, err := handOver(t.Context(), server.URL)
		e := SendError(t, err)
		if e.Fate != clearline.Again && e.Fate != clearline.Stop && e.Fate != clearline.Slow || c.Fate == clearline.Stop && e.Fate != clearline.Stop {
			t.Errorf("%s: %s", c.Name, e.Fate)
		}
		if secretIn(e.Error(), p.Account) {
			t.Errorf("the error holds a secret: %v", e)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	_, server = sending(t, p, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-release
	})
	if _, err := handOver(ctx, server.URL); SendError(t, err).Fate != clearline.Again {
		t.Errorf("given up: %v", err)
	}
}
