package dispatch

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/channeltest"
	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/clock"
	"github.com/clearline/clearline/doctor/playbook"
	"github.com/clearline/clearline/store"
)

// refusing answers every call with one of the platform's numbers.
type refusing struct{ code, subcode int }

func (r refusing) RoundTrip(*http.Request) (*http.Response, error) {
	body := fmt.Sprintf(`{"error":{"message":"(#%d) no","type":"OAuthException","code":%d,"error_subcode":%d,"fbtrace_id":"A"}}`, r.code, r.code, r.subcode)
	return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// C19, M5, G2: what the playbook says of a number's retry is what the lane does when a send is refused with it.
func TestTheLaneDoesWhatThePlaybookSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lane{d: &Dispatch{o: Options{Clock: clock.Real()}}}
		catalogue := whatsapp.New(whatsapp.Options{})
		compared := map[playbook.Retry]int{}
		for _, f := range catalogue.Faults() {
			page, _ := playbook.Find(f.Cause)
			if page.Retry == playbook.NotSending || f.Seen == "webhook" || f.Seen == "health_status" {
				continue // never the answer to a send
			}
			leaf := whatsapp.New(whatsapp.Options{GraphURL: "https://graph.example", HTTP: &http.Client{Transport: refusing{f.Code, f.Subcode}}})
			_, err := leaf.Send(t.Context(), channel.Account{ID: "1", Token: "secret"}, channel.Outgoing{To: "34600111222", Kind: clearline.KindText, Text: "Hello"})
			se := channeltest.SendError(t, err)
			said := playbook.Explain(clearline.WhatsApp, catalogue, f.Code, f.Subcode, "").Entries[0].Retry
			if problem := differs(l, se, said); problem != "" {
				t.Errorf("%d/%d %s, said is %+v", f.Code, f.Subcode, problem, said)
			}
			compared[playbook.RetryOf(f)]++
		}
		for _, rule := range []playbook.Retry{playbook.Stop, playbook.Held, playbook.Hold, playbook.Slow, playbook.SlowPair, playbook.Unsure} {
			if compared[rule] == 0 {
				t.Errorf("no number follows %s: %v", rule, compared)
			}
		}
		if pairMost != 10*time.Minute || lastRetry != time.Minute || firstRetry != time.Second {
			t.Error("the bounds of the waits are no longer those that the playbook names")
		}
	})
}

// differs tells in which way the lane does not do what is said.
func differs(l *lane, se *channel.SendError, said playbook.RetryView) string {
	now := l.d.o.Clock.Now()
	st, v := l.decide(&store.Begin{N: 1}, se, channel.Answer{})
	wait := v.tryAt.Sub(now).Truncate(time.Second)
	switch {
	case said.Automatic == v.final:
		return fmt.Sprintf("ends as %s (final: %v)", st.Next, v.final)
	case !said.Automatic:
		return ""
	case wait < time.Duration(said.AfterSeconds)*time.Second, wait > time.Duration(said.AfterSeconds+1)*time.Second:
		return fmt.Sprintf("is tried again after %s", wait)
	}
	// The second refusal of a held message is the last.
	if se.Fate == clearline.Hold {
		if _, v = l.decide(&store.Begin{N: 2, Facts: store.Facts{Repeat: true}}, se, channel.Answer{}); !v.final {
			return "is held a second time"
		}
	}
	return ""
}
