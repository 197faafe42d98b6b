package campaign

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Caller speaks JSON with the product or the twin.
type Caller struct {
	// Base is without a slash at the end; Key is the API key, empty for the twin.
	Base, Key string
	// HTTP is http.DefaultClient when nil.
	HTTP *http.Client
}

// callLimit is how long one call may take. A run of the doctor takes 10 s at most.
const callLimit = 30 * time.Second

// Refusal is an answer other than 2xx; Cause is the product's.
type Refusal struct {
	Method, Path string
	Status       int
	Cause        string `json:"cause"`
	Title        string `json:"title"`
	Detail       string `json:"detail"`
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s %s: status %d, %s: %s %s", r.Method, r.Path, r.Status, r.Cause, r.Title, r.Detail)
}

// refusalOf gives the refusal that an error is, or an empty one.
func refusalOf(err error) Refusal {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return *r
	}
	return Refusal{}
}

// do sends in as JSON (nil: no body) and decodes the answer into out (nil: ignored).
func (c *Caller) do(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	answer, err := c.ask(ctx, method, path, in, "application/json")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s %s: %w in %.200q", method, path, err, text)
	}
	return nil
}

// ask gives the answer itself, when it is 2xx.
func (c *Caller) ask(ctx context.Context, method, path string, in any, accept string) (*http.Response, error) {
	var body io.Reader
	kind := "application/json"
	switch in := in.(type) {
	case nil:
	case url.Values:
		body, kind = strings.NewReader(in.Encode()), "application/x-www-form-urlencoded"
	default:
		text, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Base+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", accept)
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	if c.Key != "" {
		request.Header.Set("Authorization", "Bearer "+c.Key)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 == 2 {
		return answer, nil
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	refused := &Refusal{}
	if json.Unmarshal(text, refused) != nil || refused.Title == "" {
		refused.Detail = string(text[:min(len(text), 300)])
	}
	refused.Method, refused.Path, refused.Status = method, path, answer.StatusCode
	return nil, refused
}

// What the product answers, as far as it is read here.
type (
	connection struct {
		ID        string  `json:"id"`
		Account   string  `json:"account"`
		Status    string  `json:"status"`
		Cause     *string `json:"cause"`
		Receiving proof   `json:"receiving"`
		Sending   proof   `json:"sending"`
	}
	proof struct {
		State   string     `json:"state"`
		ProofAt *time.Time `json:"proof_at"`
	}
	report struct {
		StartedAt time.Time `json:"started_at"`
		EndedAt   time.Time `json:"ended_at"`
		Status    string    `json:"status"`
		Cause     *string   `json:"cause"`
		Checks    []check   `json:"checks"`
		Findings  []finding `json:"findings"`
	}
	check struct {
		ID       string  `json:"id"`
		Result   string  `json:"result"`
		Cause    *string `json:"cause"`
		Found    *string `json:"found"`
		Expected *string `json:"expected"`
		MS       float64 `json:"ms"`
	}
	finding struct {
		Cause    string `json:"cause"`
		State    string `json:"state"`
		Severity string `json:"severity"`
		Do       []struct {
			Action *string `json:"action"`
		} `json:"do"`
	}
	message struct {
		ID             string  `json:"id"`
		ConversationID string  `json:"conversation_id"`
		Text           string  `json:"text"`
		Direction      string  `json:"direction"`
		PlatformID     *string `json:"platform_id"`
		Status         string  `json:"status"`
		Cause          *string `json:"cause"`
		Attempts       int     `json:"attempts"`
		// Receipt explains a message that stays sent.
		Receipt *struct {
			Cause string `json:"cause"`
		} `json:"receipt"`
	}
	conversation struct {
		ID      string `json:"id"`
		Address string `json:"address"`
	}
	page[T any] struct {
		Items []T `json:"items"`
	}
	person struct {
		ID      string `json:"id"`
		Address string `json:"address"`
	}
	phoneMessage struct {
		ID     string `json:"id"`
		From   string `json:"from"`
		Text   string `json:"text"`
		Status string `json:"status"`
	}
)

// verdict is a report's first finding, "" when there is none that stands.
func (r report) verdict() string {
	if len(r.Findings) == 0 || r.Findings[0].State == "fixed" {
		return ""
	}
	return r.Findings[0].Cause
}

// fails tells whether the first finding is more than a warning: then the command line ends with 1, also where the platform
// alone is in trouble and no check can tell anything.
func (r report) fails() bool { return r.verdict() != "" && r.Findings[0].Severity != "warn" }

// failing lists the checks that did not pass, for a note.
func (r report) failing() string {
	var list []string
	for _, c := range r.Checks {
		if c.Result == "pass" || c.Result == "not_checked" {
			continue
		}
		text := c.ID + " " + c.Result
		if c.Cause != nil {
			text += " " + *c.Cause
		}
		if c.Found != nil && *c.Found != "" {
			text += fmt.Sprintf(" (%.80s)", *c.Found)
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// run is a whole run of the doctor as somebody sees it who looks on.
type run struct {
	report report
	// first is the time until the first check had ended, whole until the report was there.
	first, whole time.Duration
}

// examine asks for a full run and follows it.
func (c *Caller) examine(ctx context.Context, id string) (r run, err error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	began := time.Now()
	answer, err := c.ask(ctx, http.MethodPost, "/connections/"+url.PathEscape(id)+"/doctor", nil, "text/event-stream")
	if err != nil {
		return r, err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 4<<20)
	event := ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case field == "event":
			event = value
		case field == "data" && event == "check":
			var one check
			if err := json.Unmarshal([]byte(value), &one); err != nil {
				return r, fmt.Errorf("an event of a run: %w", err)
			}
			if one.Result != "running" && r.first == 0 {
				r.first = time.Since(began)
			}
		case field == "data" && event == "report":
			r.whole = time.Since(began)
			return r, json.Unmarshal([]byte(value), &r.report)
		}
	}
	return r, errors.Join(errors.New("a run of the doctor ended without a report"), lines.Err())
}
