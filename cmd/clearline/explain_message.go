package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/doctor/playbook"
)

// askFor bounds a question to a running server.
const askFor = 30 * time.Second

// toldMessage is what a server tells about a message, as far as it is printed.
type toldMessage struct {
	Message struct {
		ID, Direction, Kind, Status string
		Cause                       *string
		At                          time.Time
		Attempts                    int
		Conflict                    bool
		Error                       *struct {
			Code    int
			Subcode *int
			Text    string
		}
		Receipt *struct {
			Cause string
			Since time.Time
			Final bool
		}
	}
	Candidates []struct {
		Cause    string  `json:"cause"`
		Reason   *string `json:"reason"`
		Title    string  `json:"title"`
		Tell     *string `json:"tell"`
		RuledOut bool    `json:"ruled_out"`
		Likely   bool    `json:"likely"`
		Evidence string  `json:"evidence"`
	}
}

// explainMessage asks a running server for a message's story and prints what is behind its state. known is false when the
// server has no such message.
func (c explainCmd) explainMessage(w io.Writer) (known bool, err error) {
	if _, err := clearline.ParseID(c.Code); err != nil {
		return false, fmt.Errorf("%q is no message's id: copy it from the message's inspector (M), or from the API", c.Code)
	}
	if c.URL == "" || c.APIKey == "" {
		return false, errors.New("a message is asked of a running server: name it with --url and give a key with --api-key, or set CLEARLINE_URL and CLEARLINE_API_KEY")
	}
	body, err := ask(context.Background(), c.URL, c.APIKey, http.MethodGet, "messages/"+c.Code+"/story", askFor)
	if r, ok := errors.AsType[*refusal](err); ok && r.status == http.StatusNotFound {
		_, err = fmt.Fprintf(w, "There is no message %s on %s, or it belongs to another company.\n", c.Code, c.URL)
		return false, err
	}
	if err != nil {
		return false, err
	}
	var told toldMessage
	if err := json.Unmarshal(body, &told); err != nil {
		return false, fmt.Errorf("%s does not answer as a Clearline server: %w", c.URL, err)
	}
	x := told.explanation()
	if c.JSON {
		var message struct{ Message json.RawMessage }
		if err := json.Unmarshal(body, &message); err != nil {
			return false, err
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return true, e.Encode(map[string]any{"message": message.Message, "candidates": told.Candidates, "entries": x.Entries})
	}
	if err := told.print(w); err != nil || len(x.Entries) == 0 {
		return true, err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return true, err
	}
	x.Platform, x.Code = nil, nil // the head has said it
	return true, playbook.Print(w, x)
}

// explanation is the page of the message's cause, with the others that its number stands for.
func (t toldMessage) explanation() playbook.Explanation {
	m := t.Message
	cause := ""
	switch {
	case m.Cause != nil:
		cause = *m.Cause
	case m.Receipt != nil:
		cause = m.Receipt.Cause
	}
	if e := m.Error; e != nil {
		subcode := 0
		if e.Subcode != nil {
			subcode = *e.Subcode
		}
		x := playbook.Explain(clearline.WhatsApp, app.Explainers()[clearline.WhatsApp], e.Code, subcode, e.Text)
		for _, entry := range x.Entries {
			if entry.Cause == cause {
				x.Entries = []playbook.Entry{entry}
				return x
			}
		}
	}
	return playbook.ExplainCause(clearline.Cause(cause), nil)
}

func (t toldMessage) print(w io.Writer) error {
	m := t.Message
	b := &strings.Builder{}
	fmt.Fprintf(b, "Message %s: %s, %s, %s", m.ID, m.Direction, m.Kind, m.Status)
	if m.Attempts > 1 {
		fmt.Fprintf(b, ", tried %d times", m.Attempts)
	}
	b.WriteByte('\n')
	if e := m.Error; e != nil {
		fmt.Fprintf(b, "The platform answered with code %d: %s\n", e.Code, e.Text)
	}
	if m.Conflict {
		b.WriteString("The platform reported both, delivered and failed: it has arrived.\n")
	}
	if r := m.Receipt; r != nil {
		fmt.Fprintf(b, "Sent at %s and not delivered since.\n", r.Since.Local().Format("2006-01-02 15:04"))
		if r.Final {
			b.WriteString("The platform has given up; it stays sent.\n")
		}
	}
	if m.Cause == nil && m.Receipt == nil {
		b.WriteString("Nothing is wrong with it.\n")
	}
	if len(t.Candidates) > 0 {
		b.WriteString("\nWhat may be behind it\n")
	}
	for _, c := range t.Candidates {
		mark := "?"
		switch {
		case c.RuledOut:
			mark = "x"
		case c.Likely:
			mark = "!"
		}
		fmt.Fprintf(b, "  %s %s\n", mark, c.Title)
		word := ""
		if c.RuledOut {
			word = "Ruled out: "
		}
		fmt.Fprintf(b, "      %s%s\n", word, c.Evidence)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
