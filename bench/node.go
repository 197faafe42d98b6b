package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// node is one process of the product. It keeps its address and data directory over its restarts.
type node struct {
	executable string
	args       []string
	env        []string // beside the bench's own
	addr       string
	child      *child
	hello      demoHello
	metrics    string
}

// demoHello is the first line of `clearline demo --json`, as far as the bench needs it.
type demoHello struct {
	URL    string `json:"url"`
	APIKey string `json:"api_key"`
	Users  []struct {
		LoginURL string `json:"login_url"`
	} `json:"users"`
	WhatsApp struct {
		PhoneNumberID string `json:"phone_number_id"`
		WABAID        string `json:"waba_id"`
		AppSecret     string `json:"app_secret"`
	} `json:"whatsapp"`
}

// readyTimeout bounds a start, recovery after a kill included.
const readyTimeout = 60 * time.Second

// start runs the product and waits until it is ready. It gives the time that took.
func (n *node) start(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	var err error
	n.hello = demoHello{}
	if n.child, err = startChildEnv(ctx, n.executable, &n.hello, n.env, n.args...); err != nil {
		return 0, err
	}
	if err := waitReady(ctx, n.child, n.url()); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

func (n *node) url() string  { return "http://" + n.addr }
func (n *node) hook() string { return n.url() + "/webhooks/whatsapp" }

// waitReady polls /readyz until it says 200.
func waitReady(ctx context.Context, c *child, url string) error {
	return waitFor(ctx, c, url+"/readyz")
}

// waitFor polls an address of a child's every millisecond until it says 200.
func waitFor(ctx context.Context, c *child, url string) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	last := "no answer"
	for deadline := time.Now().Add(readyTimeout); time.Now().Before(deadline); {
		select {
		case <-c.exited:
			return fmt.Errorf("%s ended while starting: %w%s", c.name, c.err, c.log.report())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
		answer, err := client.Get(url)
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
		last = answer.Status
	}
	return fmt.Errorf("%s not ready after %s (%s)%s", c.name, readyTimeout, last, c.log.report())
}
