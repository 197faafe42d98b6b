package app_test

import (
	"os"
	"strings"
	"testing"

	"github.com/clearline/clearline/channel/meta/whatsapp"
	"github.com/clearline/clearline/doctor/playbook"
)

// M2: the oldest apps and the terms that a person needs are dated data of the platform, and what the pages and the questions
// to ask say is the same.
func TestM2ClientVersionsAreThoseOfThePages(t *testing.T) {
	t.Parallel()
	undeliverable, _ := playbook.Find("wa.undeliverable")
	held, _ := playbook.Find("wa.held")
	said := ""
	for _, p := range []*playbook.Page{undeliverable, held} {
		for _, r := range p.Reasons {
			said += r.Text + " " + r.Tell + "\n"
		}
	}
	for _, c := range whatsapp.ClientVersions() {
		if !strings.Contains(said, c.Oldest) || c.Source == "" || len(c.Read) != len("2025-12") {
			t.Errorf("%+v is not what the pages say", c)
		}
	}
	questions, err := os.ReadFile("../web/src/text/playbook.ts")
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"the pages": said, "the questions": string(questions)} {
		if !strings.Contains(text, whatsapp.Terms) {
			t.Errorf("%s do not name %s", where, whatsapp.Terms)
		}
	}
}
