package whatsapp

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel/channeltest"
)

// I11: a file's address is asked for each time, the bytes need the token, and what is gone is told from what
// may come yet.
func TestFetch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		node, file string
		status     int
		limit      int64
		want       string
		cause      clearline.Cause
		fate       clearline.Fate
	}{
		"there":         {`{"url":"BASE/file","mime_type":"image/jpeg","id":"9"}`, "bytes", 200, 5, "bytes", "", ""},
		"too large":     {`{"url":"BASE/file","mime_type":"image/jpeg"}`, "bytes", 200, 4, "", causeMediaTooBig, clearline.Stop},
		"address ended": {`{"url":"BASE/file"}`, "<html>404</html>", 404, 9, "", clearline.CauseOther, clearline.Again},
		"id ended":      {failure(100, 33, "Unsupported get request"), "", 200, 9, "", clearline.CauseMediaExpired, clearline.Stop},
		"no token":      {failure(190, 463, "expired"), "", 200, 9, "", clearline.CauseAuthExpired, clearline.Stop},
		"outage":        {failure(2, 0, "down"), "", 200, 9, "", clearline.CauseOutage, clearline.Again},
		"no answer":     {"", "", 200, 9, "", clearline.CauseUnconfirmed, clearline.Again},
		"foreign host":  {`{"url":"https://fbsbx.com.evil.example/file"}`, "bytes", 200, 9, "", clearline.CauseOther, clearline.Again},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *httptest.Server
			s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer "+tester.Token {
					t.Errorf("%s without the token", r.URL)
				}
				if r.URL.Path == "/file" {
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.file)
					return
				}
				if r.URL.RequestURI() != "/v26.0/9?phone_number_id=106540352242922" {
					t.Errorf("asked for %s", r.URL)
				}
				_, _ = io.WriteString(w, strings.Replace(c.node, "BASE", s.URL, 1))
			}))
			t.Cleanup(s.Close)
			p := New(Options{GraphURL: s.URL, HTTP: guarded(t, s.URL)})
			var file bytes.Buffer
			got, err := p.Fetch(t.Context(), tester, "9", c.limit, &file)
			if c.cause == "" {
				if err != nil || file.String() != c.want || got.Bytes != int64(len(c.want)) || got.MIME != "image/jpeg" {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if e := channeltest.SendError(t, err); e.Cause != c.cause || e.Fate != c.fate {
				t.Errorf("%v, want %s %s", e, c.cause, c.fate)
			}
		})
	}
}

// I43: the token goes to Meta's hosts and to the operator's own setting, nowhere else.
func TestFileHost(t *testing.T) {
	t.Parallel()
	p := New(Options{GraphURL: "https://graph.facebook.com"})
	for address, want := range map[string]bool{
		"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1": true,
		"https://scontent.xx.fbcdn.net/v/t1":                               true,
		"https://graph.facebook.com/x":                                     true,
		"https://mmg.whatsapp.net:443/x":                                   true,
		"http://lookaside.fbsbx.com/x":                                     false,
		"https://lookaside.fbsbx.com:8443/x":                               false,
		"https://fbsbx.com.evil.example/x":                                 false,
		"https://notfbsbx.com/x":                                           false,
		"https://user@lookaside.fbsbx.com/x":                               false,
		"https://127.0.0.1/x":                                              false,
		"file:///etc/passwd":                                               false,
		"":                                                                 false,
	} {
		if got := p.fileHost(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	twin := New(Options{GraphURL: "http://127.0.0.1:8090/graph"})
	if !twin.fileHost("http://127.0.0.1:8090/media/1") || twin.fileHost("http://127.0.0.1:8091/media/1") {
		t.Error("the twin's own host")
	}
}
