package campaign

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/clearline/clearline/bench/outside"
)

// stage is one case under way.
type stage struct {
	*World
	ctx context.Context
	c   *Case
	// locale is the language of the platform's texts, "" for the platform's own choice.
	locale string
	// within is how long naming and being well again may take.
	within time.Duration
	// connection is the number's.
	connection string
	// talk is a conversation with a customer who wrote in this case; made when first asked for.
	talk *talk
	// last is the conversation that last proved both ways.
	last *talk
	// message is the one that the case is about, for causes of single messages.
	message string
	// asked is the last run of the doctor.
	asked run
	// refused is why the product refused what the case did, when that is what the case is about.
	refused *Refusal
	runs    []run
	notes   []string
	// shown is the connection's status while its cause was named.
	shown string
}

// talk is a conversation and the customer in it.
type talk struct {
	id     string
	person person
}

func (s *stage) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// api asks the product.
func (s *stage) api(method, path string, in, out any) error {
	return s.Product.do(s.ctx, method, path, in, out)
}

// control asks the twin.
func (s *stage) control(method, path string, in, out any) error {
	return s.Twin.do(s.ctx, method, "/control/v1"+path, in, out)
}

// fault orders a bad day at the twin. It strikes the number, unless it names somebody.
func (s *stage) fault(f map[string]any) error {
	if s.locale != "" && f["cause"] != nil || f["effect"] == "error" && s.locale != "" {
		f["locale"] = s.locale
	}
	return s.control(http.MethodPost, "/faults", f, nil)
}

// cause lets the twin show a cause at the number.
func (s *stage) cause(id string) error {
	return s.fault(map[string]any{"cause": id, "account": s.Account.PhoneNumberID})
}

func (s *stage) endFaults() error { return s.control(http.MethodDelete, "/faults", nil, nil) }

// graph calls the platform as another program of the number's owner would.
func (s *stage) graph(method, path, token string, form url.Values) error {
	var in any
	if form != nil {
		in = form
	}
	return s.owner(token).do(s.ctx, method, path, in, nil)
}

func (s *stage) owner(token string) *Caller {
	return &Caller{Base: s.Twin.Base + "/graph/v26.0", Key: token, HTTP: s.Twin.HTTP}
}

func (s *stage) appToken() string { return s.Account.AppID + "|" + s.Account.AppSecret }

// wait asks again, every 20 ms, until done says so.
func (s *stage) wait(limit time.Duration, what string, done func() (bool, error)) error {
	return s.waitEvery(20*time.Millisecond, limit, what, done)
}

// presses is how soon an impatient person presses Check again.
const presses = 300 * time.Millisecond

func (s *stage) waitEvery(pause, limit time.Duration, what string, done func() (bool, error)) error {
	deadline := time.Now().Add(limit)
	var last error
	for {
		ok, err := done()
		if err == nil && ok {
			return nil
		}
		if refusalOf(err).Status == http.StatusNotFound {
			return err // waiting does not mend the question
		}
		if err != nil {
			last = err
		}
		if time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("%.0f s passed and not yet: %s", limit.Seconds(), what), last)
		}
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-time.After(pause):
		}
	}
}

// newcomer lets a new customer write and waits until the inbox shows it.
func (s *stage) newcomer(name string) (*talk, error) {
	p, err := s.newPerson(name)
	if err != nil {
		return nil, err
	}
	return s.writes(p, "Hello, it is "+name)
}

func (s *stage) newPerson(name string) (p person, err error) {
	err = s.control(http.MethodPost, "/people", map[string]any{"platform": "whatsapp", "name": name, "account": s.Account.PhoneNumberID}, &p)
	return p, err
}

// writes lets a customer write and waits until the inbox shows it.
func (s *stage) writes(p person, text string) (*talk, error) {
	var sent struct{ ID string }
	if err := s.control(http.MethodPost, "/people/"+p.ID+"/messages", map[string]any{"text": text}, &sent); err != nil {
		return nil, err
	}
	t := &talk{person: p}
	return t, s.wait(s.within, "the inbox shows what a customer wrote", func() (bool, error) {
		var list page[conversation]
		if err := s.api(http.MethodGet, "/conversations?limit=50", nil, &list); err != nil {
			return false, err
		}
		for _, c := range list.Items {
			if c.Address != p.Address && c.Address != "+"+p.Address {
				continue
			}
			t.id = c.ID
			thread, err := s.thread(c.ID)
			return slices.ContainsFunc(thread, func(m message) bool { return m.PlatformID != nil && *m.PlatformID == sent.ID }), err
		}
		return false, nil
	})
}

func (s *stage) thread(conversation string) ([]message, error) {
	var list page[message]
	err := s.api(http.MethodGet, "/conversations/"+conversation+"/messages?limit=50", nil, &list)
	return list.Items, err
}

// with gives the case's own conversation.
func (s *stage) with() (*talk, error) {
	if s.talk != nil {
		return s.talk, nil
	}
	t, err := s.newcomer("Ana " + s.c.Name)
	if err == nil {
		s.talk = t
	}
	return t, err
}

// send answers the case's customer.
func (s *stage) send() error { return s.compose(map[string]any{"text": "Here is your answer"}) }

// compose hands a message over, and makes it the one the case is about.
func (s *stage) compose(content map[string]any) error {
	t, err := s.with()
	if err != nil {
		return err
	}
	m, err := s.composeIn(t, content)
	s.message = m.ID
	return err
}

func (s *stage) composeIn(t *talk, content map[string]any) (m message, err error) {
	content["client_id"] = fmt.Sprintf("campaign-%d", time.Now().UnixNano())
	return m, s.api(http.MethodPost, "/conversations/"+t.id+"/messages", content, &m)
}

func (s *stage) template(name string, header, body []string) error {
	return s.compose(map[string]any{"template": map[string]any{"name": name, "language": "en_US", "header": header, "body": body, "buttons": []string{}}})
}

// delivered waits until a customer's phone shows a text of ours.
func (s *stage) delivered(t *talk, text string) error {
	return s.wait(s.within, "an answer is on the customer's phone", func() (bool, error) {
		var list page[phoneMessage]
		err := s.control(http.MethodGet, "/people/"+t.person.ID+"/messages", nil, &list)
		return slices.ContainsFunc(list.Items, func(m phoneMessage) bool { return m.From == "business" && m.Text == text }), err
	})
}

// ask runs the doctor.
func (s *stage) ask() error {
	r, err := s.Product.examine(s.ctx, s.connection)
	if err == nil {
		s.asked = r
		s.runs = append(s.runs, r)
	}
	return err
}

func (s *stage) view() (c connection, err error) {
	return c, s.api(http.MethodGet, "/connections/"+s.connection, nil, &c)
}

func (s *stage) lastReport() (r report, err error) {
	return r, s.api(http.MethodGet, "/connections/"+s.connection+"/doctor", nil, &r)
}

// change is what a fix would do, or did.
type change struct {
	Changes []struct{ Call, From, To string } `json:"changes"`
	Done    bool                              `json:"done"`
}

// press presses a fix's button.
func (s *stage) press(action string, inputs map[string]any, dry bool) (done change, err error) {
	in := map[string]any{"dry_run": dry}
	for k, v := range inputs {
		in[k] = v
	}
	return done, s.api(http.MethodPost, "/connections/"+s.connection+"/fixes/"+action, in, &done)
}

// tries presses a button that is to be refused, and keeps why.
func (s *stage) tries(action string, inputs map[string]any) error {
	_, err := s.press(action, inputs, false)
	return s.toBeRefused(err)
}

func (s *stage) toBeRefused(err error) error {
	if err == nil {
		return errors.New("the product did what should have been refused")
	}
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		return err
	}
	s.refused = r
	return nil
}

// pointHere does what the product's own connecting does at the platform: app callback, subscription, no overrides.
func (s *stage) pointHere(base string) error {
	return s.control(http.MethodPost, "/webhook", map[string]any{"url": base + hook, "verify_token": s.Account.VerifyToken, "app_id": s.Account.AppID}, nil)
}

// whole puts everything around the product in order again, without asking it.
func (s *stage) whole() error {
	var errs []error
	for _, site := range []*outside.Site{s.Inbox, s.Former, s.Platform, s.Strange} {
		way := outside.Way{}
		if site == s.Strange {
			way.Serve = another
		}
		errs = append(errs, site.Behave(way))
		s.Names.Set(site.Name(), outside.Found, loopback)
	}
	return errors.Join(append(errs, s.endFaults(), s.pointHere(s.Inbox.URL()), s.noOverrides(), s.signOn())...)
}

// signOn takes the number into use again, where a case has left it out of use.
func (s *stage) signOn() error {
	at := "/" + s.Account.PhoneNumberID
	var node struct {
		Type string `json:"platform_type"`
	}
	if err := s.owner(s.Account.Token).do(s.ctx, http.MethodGet, at+"?fields=platform_type", nil, &node); err != nil || node.Type == "CLOUD_API" {
		return err
	}
	return s.graph(http.MethodPost, at+"/register", s.Account.Token, url.Values{"messaging_product": {"whatsapp"}, "pin": {pin}})
}

// noOverrides subscribes the account to the app's own address, and takes back what was set for the number alone.
func (s *stage) noOverrides() error {
	return errors.Join(s.graph(http.MethodPost, "/"+s.Account.WABAID+"/subscribed_apps", s.Account.Token, url.Values{}),
		s.graph(http.MethodPost, "/"+s.Account.PhoneNumberID, s.Account.Token, url.Values{"webhook_configuration": {`{"override_callback_uri":""}`}}))
}

var loopback = netip.MustParseAddr("127.0.0.1")
