package main

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
)

// run is a command as somebody types it; what it prints is the answer.
func run(t *testing.T, args ...string) (printed string, err error) {
	t.Helper()
	var c cli
	parser, err := c.parser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return "", err
	}
	out := os.Stdout
	defer func() { os.Stdout = out }()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = w
	all := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		all <- string(b)
	}()
	err = command.Run()
	w.Close()
	return <-all, err
}

// The operator can help when nobody can sign in: people and their links, on the database itself. It is not parallel: the
// commands print to the program's own output.
func TestPeopleOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	must := func(args ...string) string {
		t.Helper()
		printed, err := run(t, append(args, "--data-dir", dir)...)
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		return printed
	}
	refused := func(want string, args ...string) {
		t.Helper()
		printed, err := run(t, append(args, "--data-dir", dir)...)
		if err == nil || !strings.Contains(err.Error(), want) || printed != "" || strings.Contains(err.Error(), "api.") {
			t.Errorf("%q: printed %q, %v; want %q", args, printed, err, want)
		}
	}
	refused("there is no company yet", "user", "list")
	refused("--email", "company", "add", "Aurora")
	refused("must be an e-mail address", "company", "add", "Aurora", "--email", "rui")
	added := must("company", "add", "Aurora", "--owner", "Rui", "--email", "rui@aurora.example", "--url", "https://inbox.example.org/")
	if !strings.Contains(added, "https://inbox.example.org/welcome?code=") || !strings.Contains(added, "clk_") {
		t.Errorf("%s", added)
	}
	var made struct {
		User      personJSON
		InviteURL string `json:"invite_url"`
	}
	read := func(printed string, v any) {
		t.Helper()
		if err := json.Unmarshal([]byte(printed), v); err != nil {
			t.Fatalf("%v in %s", err, printed)
		}
	}
	read(must("user", "add", "Bia", "bia@aurora.example", "--role", "lead", "--json"), &made)
	if made.User.Role != "lead" || !made.User.Active || !made.User.Invited || !strings.HasPrefix(made.InviteURL, "http://127.0.0.1:8080/welcome?code=") {
		t.Errorf("%+v", made)
	}
	refused("has this e-mail address already", "user", "add", "Bia", "BIA@aurora.example")
	refused("must be one of", "user", "add", "Eva", "eva@aurora.example", "--role", "king")
	refused("must not be empty", "user", "add", " ", "eva@aurora.example")
	first := made.InviteURL
	for _, command := range []string{"invite", "password"} {
		read(must("user", command, "Bia@Aurora.example", "--json"), &made)
		if made.InviteURL == first {
			t.Errorf("%s: the link is the old one", command)
		}
		first = made.InviteURL
	}
	refused(`nobody of Aurora has the e-mail address or id "eva@aurora.example"`, "user", "invite", "eva@aurora.example")
	if said := must("user", "deactivate", "bia@aurora.example"); !strings.Contains(said, "Bia is deactivated") {
		t.Errorf("%s", said)
	}
	refused("This person is deactivated", "user", "password", "bia@aurora.example")
	refused("at least one owner", "user", "deactivate", "rui@aurora.example")
	if listed := must("user", "list"); !strings.Contains(listed, "Bia  bia@aurora.example  deactivated") || !strings.Contains(listed, "Rui  rui@aurora.example  without a password") {
		t.Errorf("%s", listed)
	}
	must("user", "activate", made.User.ID)
	var all struct{ Items []personJSON }
	read(must("user", "list", "--json"), &all)
	if len(all.Items) != 2 || !all.Items[1].Active {
		t.Errorf("%+v", all)
	}
	must("company", "add", "Borealis", "--email", "zoe@borealis.example")
	refused("there are 2 companies", "user", "list")
	refused(`no company is called "Corona"`, "user", "list", "--company", "Corona")
	if listed := must("user", "list", "--company", "Borealis"); !strings.Contains(listed, "zoe@borealis.example") || strings.Contains(listed, "rui@") {
		t.Errorf("%s", listed)
	}
	var companies struct{ Items []companyJSON }
	read(must("company", "list", "--json"), &companies)
	if len(companies.Items) != 2 || companies.Items[0].Name != "Aurora" {
		t.Errorf("%+v", companies)
	}
	refused("nobody of Borealis", "user", "deactivate", "bia@aurora.example", "--company", companies.Items[1].ID)
}
