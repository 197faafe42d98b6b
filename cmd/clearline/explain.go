package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/doctor/playbook"
)

type explainCmd struct {
	Subject string `arg:"" name:"platform|cause|message" help:"A platform (whatsapp, messenger, instagram, telegram, discord), a cause such as wa.window, or the word message."`
	Code    string `arg:"" optional:"" name:"code[/subcode]|id" help:"The platform's error code, with its subcode where there is one: 131026, 100/2388001. Behind the word message: its id."`
	Text    string `help:"The platform's own words. They are quoted, never matched."`
	URL     string `env:"CLEARLINE_URL" placeholder:"URL" help:"Address of the running server that a message is asked of."`
	APIKey  string `env:"CLEARLINE_API_KEY" placeholder:"KEY" help:"API key of that server."`
	JSON    bool   `help:"Print JSON."`
}

func (explainCmd) Help() string {
	return "Says what an error code or a cause means: what happened, why, what to do and who can. It needs no database and no server.\n\n" +
		"  clearline explain whatsapp 131026\n  clearline explain wa.two_step\n\nOf a message it says what may be behind its state, and what the facts rule out:\n\n" +
		"  clearline explain message 250276255130193920 --url https://inbox.example.org --api-key KEY\n\nIt exits with 0 when it is known, 1 when it is not, 2 when the question is not understood."
}

func (c explainCmd) Run() error {
	known, err := c.explain(os.Stdout)
	if err == nil && !known {
		return errCheck
	}
	return err
}

func (c explainCmd) explain(w io.Writer) (known bool, err error) {
	if strings.EqualFold(strings.TrimSpace(c.Subject), "message") {
		return c.explainMessage(w)
	}
	x, err := c.answer()
	if err != nil {
		return false, err
	}
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return x.Known, e.Encode(x)
	}
	if len(x.Entries) == 0 {
		_, err = fmt.Fprintf(w, "There is no cause %q.%s\n", c.Subject, near(c.Subject))
		return false, err
	}
	return x.Known, playbook.Print(w, x)
}

var platforms = []clearline.Platform{clearline.WhatsApp, clearline.Messenger, clearline.Instagram, clearline.Telegram, clearline.Discord}

func (c explainCmd) answer() (x playbook.Explanation, err error) {
	subject := strings.ToLower(strings.TrimSpace(c.Subject))
	platform := clearline.Platform(subject)
	switch {
	case slices.Contains(platforms, platform):
	case c.Code != "":
		return x, fmt.Errorf("%q is no platform: name one of whatsapp, messenger, instagram, telegram, discord, then the code", c.Subject)
	case strings.Trim(subject, "0123456789/") == "":
		return x, fmt.Errorf("name the platform before the code: clearline explain whatsapp %s", subject)
	case c.Text != "":
		return x, fmt.Errorf("--text goes with a platform's code, not with a cause")
	default:
		return playbook.ExplainCause(clearline.Cause(subject), nil), nil
	}
	if c.Code == "" {
		return x, fmt.Errorf("name the code behind the platform: clearline explain %s 131026", subject)
	}
	code, subcode, err := codes(c.Code)
	if err != nil {
		return x, err
	}
	return playbook.Explain(platform, app.Explainers()[platform], code, subcode, strings.TrimSpace(c.Text)), nil
}

// codes reads CODE or CODE/SUBCODE. A leading # is what Meta writes before a code.
func codes(text string) (code, subcode int, err error) {
	first, second, both := strings.Cut(strings.TrimPrefix(strings.Trim(strings.TrimSpace(text), "()"), "#"), "/")
	if code, err = strconv.Atoi(first); err == nil && both {
		subcode, err = strconv.Atoi(second)
	}
	if err != nil || code < 0 || subcode < 0 {
		return 0, 0, fmt.Errorf("%q is no code: a number is wanted, with its subcode behind a slash where there is one, such as 131026 or 100/2388001", text)
	}
	return code, subcode, nil
}

// near names causes that a mistyped one may have meant.
func near(subject string) string {
	family, name, _ := strings.Cut(strings.ToLower(subject), ".")
	var same, alike []string
	for _, p := range playbook.Pages() {
		f, n, _ := strings.Cut(string(p.Cause), ".")
		switch {
		case n != "" && name != "" && (strings.Contains(n, name) || strings.Contains(name, n)):
			alike = append(alike, string(p.Cause))
		case f == family:
			same = append(same, string(p.Cause))
		}
	}
	if len(alike) > 0 {
		return " Did you mean " + strings.Join(alike, ", ") + "?"
	}
	if len(same) > 0 {
		return " There are: " + strings.Join(same, ", ") + "."
	}
	return " The file docs/causes.md lists them all."
}
