package whatsapp

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/google/go-cmp/cmp"
)

func picture(t *testing.T, format string, width, height int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	m.Set(width/2, height/2, color.RGBA{200, 30, 30, 255})
	var b bytes.Buffer
	var err error
	if format == "png" {
		err = png.Encode(&b, m)
	} else {
		err = jpeg.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// G8: a picture is handed over as it is, and is what customers see afterwards; the rest of the profile stays.
func TestPictureTwin(t *testing.T) {
	t.Parallel()
	tw := startTwin(t)
	var none bytes.Buffer
	if mime, err := tw.leaf.Picture(t.Context(), tw.account, 1<<20, &none); err != nil || mime != "" || none.Len() != 0 {
		t.Errorf("before the first: %q, %d bytes, %v", mime, none.Len(), err)
	}
	if err := tw.leaf.SaveProfile(t.Context(), tw.account, channel.Profile{About: "Lamps since 1962"}); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"png", "jpeg"} {
		want := picture(t, format, 640, 640)
		if err := tw.leaf.SavePicture(t.Context(), tw.account, want); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		mime, err := tw.leaf.Picture(t.Context(), tw.account, 1<<20, &got)
		if err != nil || mime != "image/"+format || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: %q, %d of %d bytes, %v", format, mime, got.Len(), len(want), err)
		}
	}
	var e *channel.SendError
	if _, err := tw.leaf.Picture(t.Context(), tw.account, 100, &none); !errors.As(err, &e) || e.Cause != causeMediaTooBig || none.Len() != 0 {
		t.Errorf("larger than wanted: %v, %d bytes", err, none.Len())
	}
	if p, err := tw.leaf.Profile(t.Context(), tw.account); err != nil || p.About != "Lamps since 1962" || p.PictureURL == "" {
		t.Errorf("%+v, %v", p, err)
	}
}

// G8: what Meta would refuse is refused here, with what to do, and nothing is sent.
func TestPictureRefusesBadInput(t *testing.T) {
	t.Parallel()
	p, d := atDesk(t, healthy(t))
	big := append(picture(t, "png", 640, 640), make([]byte, pictureMax)...)
	for name, c := range map[string]struct {
		picture []byte
		says    string
	}{
		"nothing": {nil, "neither JPEG nor PNG"}, "a page": {[]byte("<html>"), "neither JPEG nor PNG"}, "a GIF": {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "neither JPEG nor PNG"},
		"cut off": {picture(t, "png", 640, 640)[:12], "neither JPEG nor PNG"}, "too small": {picture(t, "jpeg", 640, 191), "640 × 191 pixels"}, "too large": {big, "5.0 MB, 5 are"},
	} {
		e := channeltest.SendError(t, p.SavePicture(t.Context(), tester, c.picture))
		var problem *clearline.Problem
		if !errors.As(e, &problem) || !e.NotSent || len(problem.Fields) != 1 || problem.Fields[0].Name != "picture" || !strings.Contains(problem.Fields[0].Reason, c.says) {
			t.Errorf("%s: %v", name, e)
		}
	}
	nobody := tester
	nobody.AppID = ""
	if e := channeltest.SendError(t, p.SavePicture(t.Context(), nobody, picture(t, "png", 200, 200))); !e.NotSent {
		t.Errorf("without an app: %v", e)
	}
	if len(d.calls) != 0 {
		t.Errorf("sent: %+v", d.calls)
	}
}

// G8, I43: an upload that breaks off, at whichever call, says whether the picture may have been changed; a picture is asked
// for at no foreign host.
func TestPictureUploadBreaksOff(t *testing.T) {
	t.Parallel()
	const begin, send, name = "POST 670843887433847/uploads", "POST upload:abc", "POST 106540352242922/whatsapp_business_profile"
	whole := map[string]string{begin: `{"id":"upload:abc?sig=xyz"}`, send: `{"h":"4::handle"}`, name: `{"success":true}`}
	with := func(key, answer string) map[string]string {
		m := map[string]string{}
		for k, v := range whole {
			m[k] = v
		}
		m[key] = answer
		return m
	}
	for what, c := range map[string]struct {
		answers map[string]string
		calls   []string
		cause   clearline.Cause
		notSent bool
	}{
		"whole":               {whole, []string{begin, send, name}, "", false},
		"no session":          {with(begin, `{}`), []string{begin}, clearline.CauseOutage, true},
		"a foreign address":   {with(begin, `{"id":"https://elsewhere.example"}`), []string{begin}, clearline.CauseOutage, true},
		"refused at first":    {with(begin, failure(190, 463, "expired")), []string{begin}, clearline.CauseAuthExpired, false},
		"no handle":           {with(send, `{}`), []string{begin, send}, clearline.CauseOutage, true},
		"refused in between":  {with(send, failure(100, 0, "The header file_offset is missing")), []string{begin, send}, clearline.CauseInvalidParam, false},
		"refused in the end":  {with(name, failure(100, 0, "Invalid handle")), []string{begin, send, name}, clearline.CauseInvalidParam, false},
		"no word in the end":  {with(name, `[]`), []string{begin, send, name}, clearline.CauseOutage, false},
		"nothing in the end":  {with(name, `{"success":false}`), []string{begin, send, name}, clearline.CauseOutage, false},
		"no answer of theirs": {with(begin, `oops`), []string{begin}, clearline.CauseOutage, true},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p, d := atDesk(t, c.answers)
			err := p.SavePicture(t.Context(), tester, picture(t, "png", 200, 200))
			var calls []string
			for _, call := range d.calls {
				calls = append(calls, call.method+" "+call.uri)
			}
			if diff := cmp.Diff(c.calls, calls); diff != "" {
				t.Errorf("calls: %s", diff)
			}
			if c.cause == "" {
				if err != nil {
					t.Error(err)
				}
				if d.calls[0].auth != "Bearer "+tester.Token || d.calls[1].auth != "OAuth "+tester.Token {
					t.Errorf("authorized by %q, then %q", d.calls[0].auth, d.calls[1].auth)
				}
				return
			}
			if e := channeltest.SendError(t, err); e.Cause != c.cause || e.NotSent != c.notSent {
				t.Errorf("%s, not sent %v: %v", e.Cause, e.NotSent, e)
			}
		})
	}

	p, d := atDesk(t, map[string]string{profileCall: `{"data":[{"profile_picture_url":"https://pictures.elsewhere.example/1.png"}]}`})
	if _, err := p.Picture(t.Context(), tester, 1<<20, &bytes.Buffer{}); err == nil || len(d.calls) != 1 {
		t.Errorf("a picture was asked from a foreign host: %v %v", err, d.calls)
	}
}
