package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

var _ channel.Examiner = (*Platform)(nil)

// expiringWithin is how far ahead a token's end is a warning.
const expiringWithin = 14 * 24 * time.Hour

// Checks are WhatsApp's checks of one account, cheap reads first; see channel.Examiner. What an answer proves follows one
// rule: a credential is called bad on Meta's own word about it alone, and the platform's trouble (no answer, HTTP 5xx,
// codes 1, 2, 4, 80007, 131000, 131016, 131057, 133004) is never anything else.
func (p *Platform) Checks(s channel.Subject) []channel.Check {
	r := &examination{p: p, s: s, secrets: secretsOf(s)}
	return []channel.Check{
		r.check("token", "Meta accepts the key", r.token),
		r.check("app", "Meta knows the app and its secret", r.app),
		r.check("scopes", "The key has both permissions", r.scopes, "token"),
		r.check("asset", "The account and its number are visible", r.asset, "token"),
		r.check("business", "The business account is in good standing", r.business, "asset"),
		r.check("payment", "Payment at Meta is in order", r.payment, "asset"),
		r.check("number", "The number is registered and works", r.number, "asset"),
		r.check("name", "The display name is approved", r.name, "number"),
		r.check("quality", "Quality and limits of the number", r.quality, "number"),
		r.check("throughput", "The number stays below its throughput", r.throughput, "number"),
		r.check("subscribed", "Meta sends the account’s events to the app", r.subscribed, "asset"),
		r.check("callback", "The events go to this server", r.callback, "subscribed"),
		r.check("fields", "The app is subscribed to messages", r.fields, "app"),
		r.check("taken", "Meta’s calls are taken here", r.taken),
		r.check("feed", "Meta’s public status page", r.feed),
		r.check("version", "The version of Meta’s interface in use", r.version),
		r.check("changes", "Changes that Meta has announced", r.changes),
	}
}

// examination is one list of checks with what they share: each read happens once.
type examination struct {
	p       *Platform
	s       channel.Subject
	secrets []string

	facts  shared[*tokenFacts]
	owner  shared[ownerNode]
	listed shared[[]string]
	node   shared[numberNode]
	apps   shared[[]subscribedApp]
	hook   shared[appHook]
}

// check wraps a question so that whatever it finds is filled in and holds no secret.
func (r *examination) check(id, title string, run func(context.Context) channel.Outcome, needs ...string) channel.Check {
	return channel.Check{ID: id, Title: title, Needs: needs, Run: func(ctx context.Context) channel.Outcome { return r.finish(run(ctx)) }}
}

// shared is a read that several checks need. The first who asks makes it, the others wait for it as long as their own
// context lets them.
type shared[V any] struct {
	mu    sync.Mutex
	done  chan struct{}
	value V
	err   error
}

func (m *shared[V]) get(ctx context.Context, read func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	if done := m.done; done != nil {
		m.mu.Unlock()
		select {
		case <-done:
			return m.value, m.err
		case <-ctx.Done():
			var none V
			return none, &meta.NoAnswer{Sent: true, Err: ctx.Err()}
		}
	}
	m.done = make(chan struct{})
	m.mu.Unlock()
	m.err = &meta.NoAnswer{Sent: true, Err: errors.New("the read broke off")} // stands if read panics
	defer close(m.done)
	m.value, m.err = read(ctx)
	return m.value, m.err
}

// known is the value if it was read by now.
func (m *shared[V]) known() (v V, ok bool) {
	m.mu.Lock()
	done := m.done
	m.mu.Unlock()
	if done == nil {
		return v, false
	}
	select {
	case <-done:
		return m.value, m.err == nil
	default:
		return v, false
	}
}

func (r *examination) key() channel.AppKey {
	return channel.AppKey{ID: r.s.Account.AppID, Secret: r.s.Account.AppSecret}
}

func (r *examination) readToken(ctx context.Context) (*tokenFacts, error) {
	return r.facts.get(ctx, func(ctx context.Context) (*tokenFacts, error) { return r.p.tokenFacts(ctx, r.key(), r.s.Account.Token) })
}

func (r *examination) readOwner(ctx context.Context) (ownerNode, error) {
	return r.owner.get(ctx, func(ctx context.Context) (ownerNode, error) {
		return r.p.ownerNode(ctx, r.s.Account.Token, r.s.Account.Parent)
	})
}

func (r *examination) readListed(ctx context.Context) ([]string, error) {
	return r.listed.get(ctx, func(ctx context.Context) (ids []string, err error) {
		path := url.PathEscape(r.s.Account.Parent) + "/phone_numbers"
		err = r.p.list(ctx, r.s.Account.Token, path, "id", func(v meta.Value) { ids = append(ids, v.Get("id").Text()) })
		return ids, err
	})
}

func (r *examination) readNumber(ctx context.Context) (numberNode, error) {
	return r.node.get(ctx, func(ctx context.Context) (numberNode, error) {
		return r.p.numberNode(ctx, r.s.Account.Token, r.s.Account.ID)
	})
}

func (r *examination) readApps(ctx context.Context) ([]subscribedApp, error) {
	return r.apps.get(ctx, func(ctx context.Context) ([]subscribedApp, error) {
		return r.p.subscribedApps(ctx, r.s.Account.Token, r.s.Account.Parent)
	})
}

func (r *examination) readHook(ctx context.Context) (appHook, error) {
	return r.hook.get(ctx, func(ctx context.Context) (appHook, error) {
		return r.p.appHook(ctx, r.s.Account.AppID, meta.AppToken(r.key()))
	})
}

// failed is what a read that brought nothing came to. Only a refusal that is about the credential or the account fails a
// check; everything else proves nothing.
func (r *examination) failed(err error) channel.Outcome {
	e := callError(err, opRead)
	o := channel.Outcome{Result: clearline.CouldNotTell, Cause: e.Cause, Found: said(err)}
	if e.Original != nil {
		o.Fill = map[string]string{"code": numbers(e.Original.Code, e.Original.Subcode), "reason": e.Original.Text}
	}
	switch {
	case e.Cause == clearline.CauseNetwork:
		// Whether it is the platform or this server's own way out is for the server's checks to say.
		o.Cause, o.Also = clearline.CauseOutage, []clearline.Cause{clearline.CauseNetwork}
	case e.Cause == clearline.CauseOutage, e.Cause == clearline.CauseRate:
	case e.Cause.Reauthorizes(), e.Cause.Disconnects():
		o.Result = clearline.Fail
	}
	return o
}

// said is what came back instead of an answer, for people.
func said(err error) string {
	if refused := refusedWith(err); refused != nil {
		return fmt.Sprintf("Meta answered: “%s” (%s)", refused.Text, numbers(refused.Code, refused.Subcode))
	}
	var none *meta.NoAnswer
	switch {
	case !errors.As(err, &none):
		return "no answer from Meta"
	case none.HTTP != 0:
		return fmt.Sprintf("Meta answered with HTTP %d (%s) and nothing that can be read", none.HTTP, http.StatusText(none.HTTP))
	case !none.Sent:
		return "Meta could not be reached"
	}
	return "Meta did not answer in time"
}

// numbers are a code and its subcode as people write them.
func numbers(code, subcode int) string {
	if subcode == 0 {
		return strconv.Itoa(code)
	}
	return strconv.Itoa(code) + "/" + strconv.Itoa(subcode)
}

// refusal is the newest of the last refusals that has one of the causes; standing tells whether nothing was accepted since.
func (r *examination) refusal(causes ...clearline.Cause) (found channel.Refusal, standing, ok bool) {
	for _, f := range r.s.Traffic.Refusals {
		if slices.Contains(causes, f.Cause) && (!ok || f.At.After(found.At)) {
			found, ok = f, true
		}
	}
	return found, ok && found.At.After(r.s.Traffic.SentAt), ok
}

// refusedAt says when a send was refused.
func refusedAt(f channel.Refusal) string {
	return fmt.Sprintf("Meta refused a message at %s UTC with code %s", f.At.UTC().Format("15:04"), numbers(f.Code, f.Subcode))
}

// date is a day for people.
func date(at time.Time) string { return at.UTC().Format("2 January 2006") }

// pass is a good answer.
func pass(found string) channel.Outcome {
	return channel.Outcome{Result: clearline.Pass, Found: found}
}

// fill adds a value for a page's placeholder.
func fill(o channel.Outcome, key, value string) channel.Outcome {
	if o.Fill == nil {
		o.Fill = map[string]string{}
	}
	o.Fill[key] = value
	return o
}
