package bench

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// forgedFields are webhook fields that an attacker could try: the signature must be asked for in each.
var forgedFields = []string{"messages", "message_template_status_update", "account_update", "smb_message_echoes", "phone_number_quality_update", "flows"}

// forgedNumbers is where the message numbers of forgeries begin: far from any that the load hands in, so that the checker, which knows
// the run's ids, reports a forgery that was stored as never sent.
const forgedNumbers = math.MaxUint64 - 1<<20

// forge posts deliveries that the platform did not sign (another secret, no header, an empty one, one altered byte) and counts those
// answered 2xx. Only 401 and 403 are right.
func forge(ctx context.Context, i *installation, t *traffic) (taken int, err error) {
	client := &http.Client{Timeout: answerTimeout}
	defer client.CloseIdleConnections()
	n := uint64(forgedNumbers)
	for _, hook := range i.hooks() {
		for _, field := range forgedFields {
			for _, sign := range []func(body string) string{
				func(body string) string { return signature(t.account.AppSecret+"x", body) },
				func(string) string { return "" },
				func(string) string { return "sha256=" },
				func(body string) string { return signature(t.account.AppSecret, body+" ") },
			} {
				n++
				body := string(t.appendBody(nil, n, 1, time.Now().Unix()))
				body = strings.Replace(body, `"field":"messages"`, `"field":"`+field+`"`, 1)
				status, err := postForged(ctx, client, hook, body, sign(body))
				switch {
				case err != nil:
					return taken, err
				case status/100 == 2:
					taken++
				case status != http.StatusUnauthorized && status != http.StatusForbidden:
					return taken, fmt.Errorf("a forged delivery (field %s) was answered %d: want 401 or 403", field, status)
				}
			}
		}
	}
	return taken, nil
}

func postForged(ctx context.Context, client *http.Client, hook, body, sig string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, "POST", hook, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	if sig != "" {
		request.Header.Set("X-Hub-Signature-256", sig)
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}
