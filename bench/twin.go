package bench

import (
	"context"
	"fmt"
	"math"
	"net/url"

	"golang.org/x/sync/errgroup"
)

// twin is the WhatsApp simulator, in a process of its own: it outlives the product's crashes as the platform does.
type twin struct {
	child *child
	url   string
	api   *apiClient
	hello twinHello
}

type twinHello struct {
	SimURL   string `json:"sim_url"`
	WhatsApp struct {
		PhoneNumberID string `json:"phone_number_id"`
	} `json:"whatsapp"`
}

func startTwin(ctx context.Context, executable string) (*twin, error) {
	t := &twin{}
	var err error
	t.child, err = startChild(ctx, executable, &t.hello, "sim", "--addr", "127.0.0.1:0", "--json")
	if err != nil {
		return nil, err
	}
	t.url = t.hello.SimURL
	t.api = newAPIClient(t.url+"/control/v1", "")
	return t, nil
}

type (
	wirePerson struct {
		ID      string `json:"id"`
		Address string `json:"address"`
	}
	wirePhoneMessage struct {
		ID     string `json:"id"`
		From   string `json:"from"` // person or business
		Kind   string `json:"kind"`
		Text   string `json:"text"`
		Status string `json:"status"`
	}
	wireTotals struct {
		SendsAccepted      int64 `json:"sends_accepted"`
		MessagesFromPeople int64 `json:"messages_from_people"`
		WebhooksDelivered  int64 `json:"webhooks_delivered"`
		WebhooksPending    int64 `json:"webhooks_pending"`
	}
)

// settings changes the twin's ways; keys as in its control interface.
func (t *twin) settings(ctx context.Context, values map[string]any) error {
	return t.api.do(ctx, "POST", "/settings", values, nil)
}

// totals reads the ledger's sums only: rows are left out by asking for those after the last.
func (t *twin) totals(ctx context.Context) (wireTotals, error) {
	var ledger struct {
		Totals wireTotals `json:"totals"`
	}
	err := t.api.do(ctx, "GET", fmt.Sprintf("/ledger?since=%d", math.MaxInt32), nil, &ledger)
	return ledger.Totals, err
}

// twinCallers is how many control calls are made at a time.
const twinCallers = 16

// addPeople makes n customers. Their numbers lie outside those of traffic, whose senders the twin does not know.
func (t *twin) addPeople(ctx context.Context, n int) ([]wirePerson, error) {
	people := make([]wirePerson, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(twinCallers)
	for i := range people {
		group.Go(func() error {
			in := map[string]string{"platform": "whatsapp", "name": fmt.Sprintf("Customer %d", i), "address": fmt.Sprintf("33612%06d", i)}
			return t.api.do(ctx, "POST", "/people", in, &people[i])
		})
	}
	return people, group.Wait()
}

// write lets a customer type a text; the twin's webhook takes it from there.
func (t *twin) write(ctx context.Context, personID, text string) (messageID string, err error) {
	var out struct {
		ID string `json:"id"`
	}
	err = t.api.do(ctx, "POST", "/people/"+url.PathEscape(personID)+"/messages", map[string]string{"text": text}, &out)
	return out.ID, err
}

// thread is what a customer sees.
func (t *twin) thread(ctx context.Context, personID string) ([]wirePhoneMessage, error) {
	var list []wirePhoneMessage
	err := eachPage(ctx, t.api, "/people/"+url.PathEscape(personID)+"/messages", func(items []wirePhoneMessage) error {
		list = append(list, items...)
		return nil
	})
	return list, err
}

// phones reads the threads of people: what the business sent, and what they wrote.
func (t *twin) phones(ctx context.Context, people []wirePerson) (fromBusiness []OnPhone, err error) {
	threads := make([][]wirePhoneMessage, len(people))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(twinCallers)
	for i, p := range people {
		group.Go(func() (err error) {
			threads[i], err = t.thread(ctx, p.ID)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, thread := range threads {
		for _, m := range thread {
			if m.From == "business" {
				fromBusiness = append(fromBusiness, OnPhone{Address: people[i].Address, Text: m.Text, Status: m.Status})
			}
		}
	}
	return fromBusiness, nil
}
